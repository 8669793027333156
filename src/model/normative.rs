//! Documents that hold obligations.

use std::collections::BTreeSet;

use super::digest::original;
use super::file::{document, matter};
use crate::config::gitignore;
use crate::parse::Level;
use crate::source::{Db, File, Site};

/// Whether a document is declared to hold obligations: in `site.toml`, or by its own front matter.
pub fn is_normative(db: &dyn Db, file: File) -> bool {
    let own = file.is_own(db);
    let says = if own { matter(db, file).0.normative } else { None };
    says.unwrap_or_else(|| declared(db).contains(&file))
}

/// The documents that `site.toml` declares to be normative.
#[salsa::tracked]
fn declared(db: &dyn Db) -> BTreeSet<File> {
    let site = Site::get(db);
    let sources = site.trees(db).iter().zip(&site.config(db).sources);
    let declared = sources.flat_map(|(tree, source)| {
        let patterns = gitignore("", &source.normative);
        let files = tree.files.iter().filter(move |(path, _)| patterns.matched(&***path, false).is_ignore());
        files.map(|(_, file)| *file).filter(|file| file.is_document(db))
    });
    declared.collect()
}

/// An obligation of a document, without its place: lines added above leave it equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The anchor of the statement in the document.
    pub anchor: String,
    /// How binding it is.
    pub level: Level,
    /// Plain text.
    pub text: String,
    /// What introduces the list it stands in.
    pub context: Option<String>,
    /// Index, in the outline, of the heading it stands under.
    pub heading: Option<usize>,
}

/// What a document obliges to; nothing where it is not declared normative.
#[salsa::tracked]
pub fn stated(db: &dyn Db, file: File) -> Vec<Stated> {
    if !is_normative(db, file) {
        return Vec::new();
    }
    let obligations = document(db, file).obligations.iter();
    obligations
        .map(|found| Stated {
            anchor: found.id.clone(),
            level: found.level,
            text: found.text.clone(),
            context: found.context.clone(),
            heading: found.heading,
        })
        .collect()
}

/// The documents whose obligations hold: a digest's do not where its original is at hand.
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
