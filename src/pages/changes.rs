//! The most recently changed pages, from the git history of the sources.

use serde::Serialize;

use super::PageView;
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::view::Link;
use crate::model::{self, Navigation, Route};
use crate::source::{Db, File, LastChange, Site, last_changed};

/// Number of changed pages listed.
pub(super) const SHOWN: usize = 50;

/// `changes`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Changes {
    /// Latest month first.
    pub months: Vec<Month>,
}

/// The changes in one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Month {
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
    pub changes: Vec<ChangedPage>,
}

/// A page and its last change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ChangedPage {
    pub page: Link,
    /// `2026-08-21`, in UTC.
    pub date: String,
    /// Names of the authors of the commit.
    pub authors: Vec<String>,
    /// Title of the source.
    pub source: String,
    /// The file in its repository on the web.
    pub view_source: Option<Link>,
}

/// A page that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// The page.
    pub route: Route,
    /// The changed file.
    pub file: File,
    /// The change.
    pub change: LastChange,
}

/// The most recently changed pages, latest first. A page made of several files appears once, with the latest change.
#[salsa::tracked]
pub fn recent(db: &dyn Db) -> Vec<Recent> {
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    let mut changed: Vec<(File, &LastChange)> =
        files.filter_map(|file| Some((file, last_changed(db, file).as_ref()?))).collect();
    changed.sort_by(|(a, of_a), (b, of_b)| {
        let key = |file: &File| (file.source(db), file.path(db));
        of_b.time.cmp(&of_a.time).then_with(|| key(a).cmp(&key(b)))
    });
    let mut recent: Vec<Recent> = Vec::new();
    for (file, change) in changed {
        let Some(route) = model::shown_on(db, file) else { continue };
        if recent.iter().all(|other| other.route != route) {
            recent.push(Recent { route, file, change: change.clone() });
        }
        if recent.len() == SHOWN {
            break;
        }
    }
    recent
}

/// Path of the feed of changes. Written only if the history is available and the site has a base URL, because entries
/// are identified by absolute addresses.
pub const FEED: &str = "/feed.xml";

/// True if the site has a [`FEED`].
#[salsa::tracked(returns(copy))]
pub fn has_feed(db: &dyn Db) -> bool {
    Site::get(db).config(db).base_url.is_some() && !recent(db).is_empty()
}

/// Route of the list of recent changes.
pub const CHANGES: Route = Route::Fixed("/changes/");

impl FixedPage for Changes {
    const NAME: &'static str = "changes";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = CHANGES;

    fn exists(_: &dyn Db) -> bool {
        true
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Footer(7))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let db = scope.db;
        let mut months: Vec<Month> = Vec::new();
        for Recent { route, file, change } in recent(db) {
            let (year, month) = (change.date().year(), change.date().month());
            if months.last().is_none_or(|last| (last.year, last.month) != (year, month)) {
                months.push(Month { year, month, changes: Vec::new() });
            }
            let page = ChangedPage {
                page: scope.page(route),
                date: change.date().to_string(),
                authors: change.authors.clone(),
                source: file.config(db).title(),
                view_source: scope.view_source(*file),
            };
            months.last_mut().expect("pushed above").changes.push(page);
        }
        let page =
            PageView::new(scope, &scope.string("sections.changes.label")).breadcrumbs(vec![scope.home()]);
        (page, Changes { months })
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}
