//! The sections of the site.

use super::{Navigation, PageKinds};
use crate::source::{self, Db, Site};

/// A section of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `roles`
    pub id: &'static str,
    /// Its address within the site.
    pub url: String,
    /// True if it is in the main navigation by default, false if in the footer.
    pub is_main: bool,
}

/// Folders of documents that are sections, with their positions.
const FOLDERS: [(&str, Navigation); 2] =
    [("governance", Navigation::Main(6)), ("guides", Navigation::Main(7))];

/// The sections that are not empty, in their usual order.
#[salsa::tracked]
pub fn sections(db: &dyn Db) -> Vec<Section> {
    let has_documents = |name: &str| {
        Site::get(db).trees(db).iter().zip(&Site::get(db).config(db).sources).any(|(tree, source)| {
            source.mount.is_none() && tree.under(name).any(|(path, _)| source::is_markdown(path))
        })
    };
    let of_folders = FOLDERS.into_iter().filter(|(name, _)| has_documents(name));
    let of_folders = of_folders.map(|(name, position)| (position, name, format!("/{name}/")));
    let of_kinds = PageKinds::get(db).all(db).iter().filter_map(|kind| {
        let position = (kind.navigation)(db)?;
        let first = (kind.routes)(db).into_iter().next()?;
        Some((position, kind.name, first.url(db)))
    });
    let mut sections: Vec<_> = of_kinds.chain(of_folders).collect();
    sections.sort_by_key(|(position, ..)| *position);
    let section = |(position, id, url)| Section { id, url, is_main: matches!(position, Navigation::Main(_)) };
    sections.into_iter().map(section).collect()
}

/// The names of kinds of page and folders that may be sections.
pub fn section_names(db: &dyn Db) -> impl Iterator<Item = &'static str> {
    let kinds = PageKinds::get(db).all(db).iter().map(|kind| kind.name);
    kinds.chain(FOLDERS.map(|(name, _)| name))
}
