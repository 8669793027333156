//! The variable `site` of templates. It is the same for many pages, and made once for all of them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::changes::{FEED, has_feed};
use super::home::NOT_FOUND;
use super::kind::FixedPage;
use super::scope::{Base, Scope};
use super::search::Search;
use super::view::Link;
use super::{mounted_documents, sections};
use crate::model::{self, Route};
use crate::rules;
use crate::source::{Db, Site};
use crate::url::Href;

/// About the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SiteView {
    pub title: String,
    /// BCP 47 language tag.
    pub language: String,
    /// One sentence, without a full stop.
    pub description: Option<String>,
    /// `rolebook 0.1.0`
    pub generator: &'static str,
    /// Sections in the main navigation.
    pub nav: Vec<NavItem>,
    /// Links in the footer.
    pub links: Vec<Link>,
    /// The feed of changes.
    pub feed: Option<Href>,
    /// The search page; null if search is disabled.
    pub search: Option<Href>,
    /// The page of verdicts; null without rules.
    pub conformance: Option<Href>,
}

/// An entry of the main navigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NavItem {
    pub label: String,
    pub url: Href,
    /// True if the current page is in this section.
    pub current: bool,
}

/// The pages for which [`SiteView`] is the same: its links are relative.
#[salsa::interned]
pub struct Place<'db> {
    /// An address that stands for theirs; `None` for the page that is served at any address.
    pub url: Option<String>,
}

/// The place of a page.
pub fn place<'db>(db: &'db dyn Db, route: &Route) -> Place<'db> {
    let url = (*route != NOT_FOUND).then(|| route.url(db));
    Place::new(db, url.map(|url| like(&url, linked_folders(db))))
}

/// An address that stands for all pages from which links into `folders` are the same: those as many folders below the
/// last of `folders` that contains them.
fn like(url: &str, folders: &BTreeSet<String>) -> String {
    let folder = &url[..url.rfind('/').map_or(0, |slash| slash + 1)];
    let shared = folders.iter().filter(|linked| folder.starts_with(linked.as_str()));
    let (shared, below) = folder.split_at(shared.map(String::len).max().unwrap_or_default());
    let name = if url == "/" { "" } else { NO_NAME };
    format!("{shared}{}{name}", format!("{NO_NAME}/").repeat(below.matches('/').count()))
}

/// The name of a folder or page that no path contains.
const NO_NAME: &str = "\0";

/// The folders to or into which [`SiteView`] links.
#[salsa::tracked]
fn linked_folders(db: &dyn Db) -> BTreeSet<String> {
    let mounted = model::mounted_with_documents(db).iter().map(|id| model::root_url(db, *id));
    let pages = [FEED.to_owned(), Search::ROUTE.url(db), Route::CONFORMANCE.url(db)];
    let links = sections(db).iter().map(|section| section.url.clone()).chain(mounted).chain(pages);
    let folders = |url: String| {
        let slashes = url.match_indices('/');
        slashes.map(|(slash, _)| url[..=slash].to_owned()).collect::<Vec<_>>()
    };
    links.flat_map(folders).collect()
}

/// About the site, for the pages at a place.
pub fn site(db: &dyn Db, place: Place<'_>) -> SiteView {
    let config = Site::get(db).config(db);
    let url = place.url(db).as_deref();
    let scope = Scope { db, base: url.map_or(Base::AnyPage, Base::Page) };
    let nav = sections(db).iter().filter(|section| section.is_main).map(|section| NavItem {
        label: section.label.clone(),
        url: scope.to(&section.url),
        current: url.is_some_and(|url| url.starts_with(&section.url) && url != "/"),
    });
    SiteView {
        title: config.title.clone(),
        language: config.language.clone(),
        description: config.description.clone(),
        generator: concat!("rolebook ", env!("CARGO_PKG_VERSION")),
        nav: nav.collect(),
        links: sections(db)
            .iter()
            .filter(|section| !section.is_main)
            .map(|section| Link {
                label: section.label.clone(),
                url: scope.to(&section.url),
                external: false,
            })
            .chain(mounted_documents(&scope))
            .collect(),
        feed: has_feed(db).then(|| scope.to(FEED)),
        search: config.search.enabled.then(|| scope.to(&Search::ROUTE.url(db))),
        conformance: (!rules::rules(db).is_empty()).then(|| scope.to(&Route::CONFORMANCE.url(db))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::relative;

    #[test]
    fn links_of_a_place_are_those_of_its_pages() {
        let links = ["/a/", "/b/", "/b/c/", "/b/x.xml", "/d:/"];
        let folders = BTreeSet::from(["/", "/a/", "/b/", "/b/c/", "/d:/"].map(str::to_owned));
        for (page, place) in [
            ("/", "/"),
            ("/flat.html", "/\0"),
            ("/a/", "/a/\0"),
            ("/a/b/", "/a/\0/\0"),
            ("/a/c/x.html", "/a/\0/\0"),
            ("/b/c/d/e/", "/b/c/\0/\0/\0"),
            ("/e/f/", "/\0/\0/\0"),
        ] {
            assert_eq!(like(page, &folders), place);
            for link in links {
                assert_eq!(relative(page, link), relative(place, link), "{page} -> {link}");
                assert_eq!(page.starts_with(link), place.starts_with(link), "{page} in {link}");
            }
        }
    }
}
