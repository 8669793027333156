//! Resolves every reference of a file to a page, a file or an address.
//!
//! Queries the model and never reads files. References are resolved by one query per file. Its result contains no
//! spans, so it stays equal when other text of the file changes.

mod anchors;
mod citations;
mod fields;
mod navigation;
mod nearest;
mod reason;
mod resolve;
mod target;
mod web;

pub use citations::{
    Citation, Reference, ReferencePlace, citations, cited_by, citing_page, containing_section, destinations,
    path_and_anchor, read_destinations, reference, references, references_with_spans,
};
pub use fields::{FieldKind, ReferenceField, fields};
pub use navigation::{NavigationDestination, NavigationFault, NavigationItem, navigation_item};
pub use nearest::clause_elsewhere;
pub use reason::{BrokenReason, Suggestion};
pub use resolve::path_from_root;
pub use target::{AssetTarget, Broken, Fallback, PageTarget, SourceFileTarget, Target};
pub use web::picture_address;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;
use resolve::resolve;

use crate::model;
use crate::parse::fitted;
use crate::source::{Db, File, Site};

/// Interned destination, as in the source text.
#[salsa::interned]
struct LinkDestination<'db> {
    text: String,
}

/// Resolves a destination in the file `from`, after entities and escapes are decoded.
pub fn target<'db>(db: &'db dyn Db, from: File, destination: &str) -> &'db Target {
    let targets = targets_of(db, from);
    match targets.indices.get(destination) {
        Some(index) => &targets.list[*index as usize],
        None => resolve_in_text(db, from, LinkDestination::new(db, destination)),
    }
}

/// The targets of the references of a file, in the order of [`destinations`].
pub fn targets(db: &dyn Db, from: File) -> impl ExactSizeIterator<Item = &Target> {
    let targets = targets_of(db, from);
    targets.in_order.iter().map(|index| &targets.list[*index as usize])
}

/// Resolves a reference as if it were in a document of the handbook, for settings; `None` without any.
pub fn from_handbook<'db>(db: &'db dyn Db, destination: &str) -> Option<&'db Target> {
    Some(target(db, handbook_file(db)?, destination))
}

/// A file of the handbook, to resolve the references of settings.
pub fn handbook_file(db: &dyn Db) -> Option<File> {
    let trees = Site::get(db).trees(db).iter();
    let mut files = trees.flat_map(|tree| tree.files.values());
    files.find(|file| file.is_own(db)).copied()
}

/// The targets of the references of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Targets {
    list: Vec<Target>,
    /// The index into `list` by destination.
    indices: HashMap<Arc<str>, u32, RandomState>,
    /// The index into `list` of each of the [`destinations`].
    in_order: Vec<u32>,
}

/// Resolves all references of a file. A handbook has tens of thousands of references, for which a query each would cost
/// more than resolving them.
#[salsa::tracked]
fn targets_of(db: &dyn Db, from: File) -> Targets {
    let destinations = destinations(db, from);
    let mut targets = Targets { in_order: Vec::with_capacity(destinations.len()), ..Targets::default() };
    for destination in destinations {
        let next = targets.list.len() as u32;
        let index = *targets.indices.entry(destination.clone()).or_insert(next);
        if index == next {
            targets.list.push(resolve(db, from, destination));
        }
        targets.in_order.push(index);
    }
    targets.list = fitted(targets.list);
    targets.indices.shrink_to_fit();
    targets
}

/// Resolves a destination that is in a text of the file but is not one of its references.
#[salsa::tracked]
fn resolve_in_text<'db>(db: &'db dyn Db, from: File, destination: LinkDestination<'db>) -> Target {
    resolve(db, from, destination.text(db))
}

/// Files referenced by documents, which are copied to the site.
#[salsa::tracked]
pub fn copied(db: &dyn Db) -> BTreeSet<File> {
    let trees = Site::get(db).trees(db).iter();
    let documents = trees.flat_map(|tree| tree.files.values()).filter(|file| file.is_document(db));
    let of_documents = documents.flat_map(|file| copied_for(db, *file)).copied();
    of_documents.chain(portraits(db).iter().copied()).collect()
}

/// Pictures of people.
#[salsa::tracked]
fn portraits(db: &dyn Db) -> BTreeSet<File> {
    let mut portraits = BTreeSet::new();
    for person in model::handbook(db).people.values() {
        let Some((file, profile)) = person.profile.as_deref() else { continue };
        let picture = profile.picture.as_ref().map(|picture| target(db, *file, picture));
        if let Some(Target::Asset(picture)) = picture {
            portraits.insert(picture.file);
        }
    }
    portraits
}

/// Files referenced by one document that are copied to the site.
#[salsa::tracked]
fn copied_for(db: &dyn Db, file: File) -> BTreeSet<File> {
    let links = model::document(db, file).links.iter();
    links
        .filter_map(|link| match target(db, file, &link.destination) {
            Target::Asset(asset) => Some(asset.file),
            _ => None,
        })
        .collect()
}
