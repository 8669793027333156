//! Where references lead: every destination written in a file, resolved to a page, a file or an address.
//!
//! Asks the model; never reads files. One question is asked per file, for all that it refers to, and its answer names
//! no offsets, so that an edit elsewhere leaves it equal.

mod anchors;
mod citations;
mod fields;
mod nearest;
mod reason;
mod resolve;
mod target;
mod web;

pub use citations::{
    Citation, Written, citations, cited_by, destinations, place_of, placed, reference, shown, written,
};
pub use fields::{Field, FieldKind, fields};
pub use nearest::clause_elsewhere;
pub use reason::{Meant, Reason};
pub use resolve::path_from_root;
pub use target::{Broken, Fallback, PageTarget, Target};
pub use web::picture_address;

use std::collections::{BTreeMap, BTreeSet};

use resolve::resolve;

use crate::model;
use crate::source::{Db, File, Site};

/// A destination as written, as a question.
#[salsa::interned]
struct Destination<'db> {
    text: String,
}

/// Where a destination leads that is written in `from`, with entities and escapes resolved.
pub fn target<'db>(db: &'db dyn Db, from: File, destination: &str) -> &'db Target {
    match targets(db, from).get(destination) {
        Some(target) => target,
        None => further(db, from, Destination::new(db, destination)),
    }
}

/// Where everything leads that a file refers to, by destination. There are tens of thousands of references: a
/// question for each would cost more than the answers.
#[salsa::tracked]
fn targets(db: &dyn Db, from: File) -> BTreeMap<String, Target> {
    let mut targets = BTreeMap::new();
    for destination in destinations(db, from) {
        if !targets.contains_key(destination) {
            targets.insert(destination.clone(), resolve(db, from, destination));
        }
    }
    targets
}

/// Where a destination leads that is written in a text of a file, and is no reference of it by itself.
#[salsa::tracked]
fn further<'db>(db: &'db dyn Db, from: File, destination: Destination<'db>) -> Target {
    resolve(db, from, destination.text(db))
}

/// The files that documents show or offer, to be copied beside the pages.
#[salsa::tracked]
pub fn copied(db: &dyn Db) -> BTreeSet<File> {
    let trees = Site::get(db).trees(db).iter();
    let documents = trees.flat_map(|tree| tree.files.values()).filter(|file| file.is_document(db));
    documents.flat_map(|file| copied_for(db, *file)).copied().collect()
}

/// The files that one document shows or offers.
#[salsa::tracked]
fn copied_for(db: &dyn Db, file: File) -> BTreeSet<File> {
    let links = model::document(db, file).links.iter();
    links
        .filter_map(|written| match target(db, file, &written.destination) {
            Target::Asset { file, .. } => Some(*file),
            _ => None,
        })
        .collect()
}
