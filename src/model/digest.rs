//! Documents that digest documents of other sources.

use std::collections::BTreeMap;

use super::file::matter;
use crate::source::{Db, File, Site};

/// Documents that digest another source's document, by the path of that document.
#[salsa::tracked]
pub fn digests(db: &dyn Db) -> BTreeMap<String, File> {
    let site = Site::get(db);
    let config = site.config(db);
    let own = site.trees(db).iter().zip(&config.sources).filter(|(_, source)| source.trust.is_own());
    own.flat_map(|(tree, _)| tree.files.values().copied())
        .filter(|file| file.is_document(db))
        .filter_map(|file| Some((upstream(db, file).clone()?, file)))
        .collect()
}

/// The path, in another source, of the document that this one digests.
#[salsa::tracked]
pub fn upstream(db: &dyn Db, file: File) -> Option<String> {
    matter(db, file).0.upstream.as_ref().map(|path| path.value.trim_start_matches('/').to_owned())
}

/// The document of another source that this one digests, where that is at hand.
pub fn original(db: &dyn Db, file: File) -> Option<File> {
    let path = upstream(db, file).as_ref()?;
    let trees = Site::get(db).trees(db).iter().enumerate();
    trees.filter(|(index, _)| *index != file.source(db).0).find_map(|(_, tree)| tree.file(path))
}
