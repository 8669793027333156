//! The search page. Without JavaScript, it lists the site's indexes.

use serde::Serialize;

use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::view::Link;
use super::{PageView, mounted_documents, sections};
use crate::model::{self, Key, Navigation, Route};
use crate::source::{Db, Site};
use crate::url::Href;

/// `search`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Search {
    /// Pages to go to with an empty query, and without results.
    pub suggestions: Vec<Link>,
    /// Names of all groups; used to tell results apart.
    pub groups: Vec<String>,
    pub indexes: Vec<Index>,
}

/// A page that lists others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Index {
    pub label: String,
    pub url: Href,
    /// Description of the list; null for the documents of a source.
    pub description: Option<String>,
}

/// The number of roles among the suggestions.
const SUGGESTED: usize = 6;

impl FixedPage for Search {
    const NAME: &'static str = "search";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::Fixed("/search/");

    fn exists(db: &dyn Db) -> bool {
        Site::get(db).config(db).search.enabled
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        None
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let db = scope.db;
        let label = |id: &String| model::group_label(db, Key::new(db, id.clone())).as_ref();
        let groups = model::group_ids(db).iter().filter_map(label).map(|label| label.full_name.clone());
        let parts = sections(db).iter().map(|section| Index {
            label: section.label.clone(),
            url: scope.to(&section.url),
            description: Some(section.description(db)),
        });
        let documents = mounted_documents(scope).into_iter().map(|link| Index {
            label: link.label,
            url: link.url,
            description: None,
        });
        let roles =
            model::role_ids(db).iter().filter_map(|id| model::role(db, Key::new(db, id.clone())).as_ref());
        let roles = roles.take(SUGGESTED).map(|role| {
            let role = scope.role_ref(role);
            Link { label: role.title, url: role.url, external: false }
        });
        let lists = sections(db).iter().filter(|section| section.is_main).map(|section| Link {
            label: section.label.clone(),
            url: scope.to(&section.url),
            external: false,
        });
        let body = Search {
            suggestions: lists.chain(roles).collect(),
            groups: groups.collect(),
            indexes: parts.chain(documents).collect(),
        };
        let page = PageView::new(scope, &scope.string("page.search")).breadcrumbs(vec![scope.home()]);
        (page, body)
    }

    fn search_entries(_: &dyn Db) -> Vec<SearchEntry> {
        Vec::new()
    }
}
