//! Documents with obligations.

use std::collections::BTreeSet;

use super::digest::original;
use super::file::{document, matter};
use crate::parse::Level;
use crate::source::{Db, File, Site};

/// True if a document is declared normative, in `site.toml` or in its front matter.
pub fn is_normative(db: &dyn Db, file: File) -> bool {
    let own = file.is_own(db);
    let from_matter = if own { matter(db, file).0.normative } else { None };
    from_matter.unwrap_or_else(|| declared(db).contains(&file))
}

/// The documents that `site.toml` declares to be normative.
#[salsa::tracked]
fn declared(db: &dyn Db) -> BTreeSet<File> {
    let site = Site::get(db);
    let sources = site.trees(db).iter().zip(&site.config(db).sources);
    let declared = sources.flat_map(|(tree, source)| {
        let files = tree.files.iter().filter(|(path, _)| source.normative.matches(&***path, false));
        files.map(|(_, file)| *file).filter(|file| file.is_document(db))
    });
    declared.collect()
}

/// An obligation of a document, without its span: lines added above leave it equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedObligation {
    /// The anchor of the obligation in the document.
    pub anchor: String,
    /// The level.
    pub level: Level,
    /// The statement in plain text.
    pub text: String,
    /// The text that introduces the list that contains it.
    pub context: Option<String>,
    /// Index of its heading in the outline.
    pub heading: Option<usize>,
}

/// The obligations of a document; empty if it is not normative.
#[salsa::tracked]
pub fn stated_obligations(db: &dyn Db, file: File) -> Vec<StatedObligation> {
    if !is_normative(db, file) {
        return Vec::new();
    }
    let obligations = document(db, file).obligations.iter();
    obligations
        .map(|obligation| StatedObligation {
            anchor: obligation.id.clone(),
            level: obligation.level,
            text: obligation.text.clone(),
            context: obligation.context.clone(),
            heading: obligation.heading,
        })
        .collect()
}

/// The documents whose obligations apply. A digest is left out if its original is available.
#[salsa::tracked]
pub fn normative_documents(db: &dyn Db) -> Vec<File> {
    let site = Site::get(db);
    let own = site.trees(db).iter().zip(&site.config(db).sources);
    let own = own.filter(|(_, source)| source.trust.is_own());
    let own = own.flat_map(|(tree, _)| tree.files.values().copied()).filter(|file| file.is_document(db));
    let files: BTreeSet<File> = own.chain(declared(db).iter().copied()).collect();
    let mut files: Vec<File> = files.into_iter().filter(|file| is_normative(db, *file)).collect();
    files.retain(|file| original(db, *file).is_none());
    files.sort_by_key(|file| (file.source(db), file.path(db)));
    files
}
