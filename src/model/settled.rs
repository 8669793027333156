//! The parts of each document on which other pages depend, as an input of the preview.
//!
//! An edit of a text gives the queries of its document and everything that depends on them a new revision to validate.
//! Lists of all documents and the index of citations depend on every document. Once these parts of the documents are
//! inputs of their own, which rarely change, validating such a list takes one comparison instead of one per document.

use std::collections::HashMap;
use std::sync::Arc;

use super::Outline;
use crate::diagnostic::Diagnostic;
use crate::facts::PageMatter;
use crate::source::{Db, File};

/// The settled documents, all except roles. The engine sets them; queries read documents that are not among them. Their
/// parts depend only on their text, the configuration, and which files exist.
#[salsa::input(singleton)]
pub struct Settled {
    /// False if the configuration has changed since they were settled.
    #[returns(copy)]
    pub is_current: bool,
    /// The documents.
    pub documents: HashMap<File, SettledDocument>,
}

/// The parts of one document.
#[salsa::input]
pub struct SettledDocument {
    /// See [`super::outline`].
    pub outline: Outline,
    /// See [`super::matter`].
    pub matter: (PageMatter, Vec<Diagnostic>),
    /// The destinations of its references.
    pub destinations: Vec<Arc<str>>,
}

/// The settled parts of a document, if there are any.
pub fn settled(db: &dyn Db, file: File) -> Option<SettledDocument> {
    let settled = Settled::get(db);
    settled.is_current(db).then(|| settled.documents(db).get(&file).copied())?
}

/// Makes the calling query, which is over all documents, execute again whenever documents are settled. Its result stays
/// equal, but only an execution tells salsa how rarely its inputs change.
pub fn follow_settling(db: &dyn Db) {
    let settled = Settled::get(db);
    let _ = (settled.is_current(db), settled.documents(db));
}
