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
use crate::config::{BRAND_STYLE, Brand, BrandFile, ColorName, FileFormat, NavigationEntry, Scheme};
use crate::link::{self, NavigationDestination, NavigationItem};
use crate::model::{self, Route};
use crate::rules;
use crate::source::{Db, Site};
use crate::url::{Href, is_web};

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
    /// The main navigation: sections, or the entries that site.toml lists.
    pub nav: Vec<NavItem>,
    /// Links in the footer.
    pub links: Vec<Link>,
    /// Links that site.toml adds to the footer.
    pub footer: Vec<Link>,
    pub brand: BrandView,
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
    /// True if it leads out of the site.
    pub external: bool,
}

/// The files among the theme's assets that a site can replace in site.toml, and the colors of the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BrandView {
    /// The file name of the logo: `logo.svg`.
    pub logo: String,
    /// The file name of the icon: `favicon.svg`.
    pub icon: String,
    /// The content type of the icon.
    pub icon_type: &'static str,
    /// The file name of the icon for home screens: `touch-icon.png`.
    pub touch_icon: String,
    /// The file name of the style sheet with the colors, fonts and corners of the site; null if it sets none.
    pub style: Option<&'static str>,
    /// The file name of the picture of all links to the site; null if each kind of page has its own.
    pub picture: Option<String>,
    /// The color of the browser’s bars in the light scheme.
    pub light: String,
    /// The color of the browser’s bars in the dark scheme.
    pub dark: String,
}

impl BrandView {
    fn new(brand: &Brand) -> Self {
        let asset = |file: &Option<BrandFile>| file.as_ref().map(|file| file.asset.clone());
        let bars = |scheme| brand.colors.get(ColorName::Raised, scheme).to_string();
        let icon_type = brand.icon.as_ref().map_or(FileFormat::Svg, |icon| icon.format);
        Self {
            logo: asset(&brand.logo).unwrap_or_else(|| "logo.svg".to_owned()),
            icon: asset(&brand.icon).unwrap_or_else(|| "favicon.svg".to_owned()),
            icon_type: icon_type.media_type(),
            touch_icon: asset(&brand.touch_icon).unwrap_or_else(|| "touch-icon.png".to_owned()),
            style: brand.has_style().then_some(BRAND_STYLE),
            picture: asset(&brand.picture),
            light: bars(Scheme::Light),
            dark: bars(Scheme::Dark),
        }
    }
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
    let entries = entries(db).filter_map(|item| match item.destination {
        NavigationDestination::Page { url, .. } => Some(url),
        NavigationDestination::Address(_) => None,
    });
    let sections = sections(db).iter().map(|section| section.url.clone());
    let links = sections.chain(entries).chain(mounted).chain(pages);
    let folders = |url: String| {
        let slashes = url.match_indices('/');
        slashes.map(|(slash, _)| url[..=slash].to_owned()).collect::<Vec<_>>()
    };
    links.flat_map(folders).collect()
}

/// The entries of the navigation and the footer that site.toml lists.
fn entries(db: &dyn Db) -> impl Iterator<Item = NavigationItem> {
    let config = Site::get(db).config(db);
    items(db, &config.navigation).chain(items(db, &config.brand.footer))
}

/// The entries of a list that lead somewhere. The others are reported.
fn items<'a>(db: &'a dyn Db, entries: &'a [NavigationEntry]) -> impl Iterator<Item = NavigationItem> + 'a {
    entries.iter().filter_map(|entry| link::navigation_item(db, entry).ok())
}

/// About the site, for the pages at a place.
pub fn site(db: &dyn Db, place: Place<'_>) -> SiteView {
    let config = Site::get(db).config(db);
    let url = place.url(db).as_deref();
    let scope = Scope { db, base: url.map_or(Base::AnyPage, Base::Page) };
    let link = |label: &str, url: &str| Link { label: label.to_owned(), url: scope.to(url), external: false };
    let footer = sections(db).iter().filter(|section| !section.is_main);
    SiteView {
        title: config.title.clone(),
        language: config.language.clone(),
        description: config.description.clone(),
        generator: concat!("rolebook ", env!("CARGO_PKG_VERSION")),
        nav: navigation(&scope),
        links: footer
            .map(|section| link(&section.label, &section.url))
            .chain(mounted_documents(&scope))
            .collect(),
        footer: items(db, &config.brand.footer).map(|item| entry_link(&scope, item)).collect(),
        brand: BrandView::new(&config.brand),
        feed: has_feed(db).then(|| scope.to(FEED)),
        search: config.search.enabled.then(|| scope.to(&Search::ROUTE.url(db))),
        conformance: (!rules::rules(db).is_empty()).then(|| scope.to(&Route::CONFORMANCE.url(db))),
    }
}

/// The main navigation. Of nested entries, the innermost that contains the page is the current one.
fn navigation(scope: &Scope) -> Vec<NavItem> {
    let db = scope.db;
    let config = Site::get(db).config(db);
    let main = sections(db).iter().filter(|section| section.is_main);
    let items: Vec<NavigationItem> = match config.navigation.is_empty() {
        true => main
            .map(|section| NavigationItem {
                label: section.label.clone(),
                destination: NavigationDestination::Page { url: section.url.clone(), anchor: None },
            })
            .collect(),
        false => items(db, &config.navigation).collect(),
    };
    let contains = |item: &NavigationItem| match (&item.destination, scope.url()) {
        (NavigationDestination::Page { url, .. }, Some(page)) => {
            let is_in = if url == "/" { page == "/" } else { page.starts_with(url.as_str()) };
            is_in.then_some(url.len())
        }
        _ => None,
    };
    let current = items.iter().filter_map(contains).max();
    let items = items.into_iter().map(|item| {
        let is_current = current.is_some() && contains(&item) == current;
        let Link { label, url, external } = entry_link(scope, item);
        NavItem { label, url, current: is_current, external }
    });
    items.collect()
}

fn entry_link(scope: &Scope, item: NavigationItem) -> Link {
    let (url, external) = match item.destination {
        NavigationDestination::Page { url, anchor } => {
            let url = scope.to(&url);
            (anchor.iter().fold(url, |url, anchor| url.fragment(anchor)), false)
        }
        NavigationDestination::Address(address) => {
            let external = is_web(&address);
            (address, external)
        }
    };
    Link { label: item.label, url, external }
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
