//! Digests: documents that summarize a document of another source.

use std::collections::BTreeMap;

use super::file::matter;
use crate::source::{Db, File, Site};

/// The digests, by the path of the document they summarize.
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

/// The path of the document in another source that this one summarizes.
#[salsa::tracked]
pub fn upstream(db: &dyn Db, file: File) -> Option<String> {
    matter(db, file).0.upstream.as_ref().map(|path| path.value.trim_start_matches('/').to_owned())
}

/// The document in another source that this one summarizes, if that source has it.
pub fn original(db: &dyn Db, file: File) -> Option<File> {
    let path = upstream(db, file).as_ref()?;
    let trees = Site::get(db).trees(db).iter().enumerate();
    trees.filter(|(index, _)| *index != file.source(db).0).find_map(|(_, tree)| tree.file(path))
}
