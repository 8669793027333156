//! The page that describes the data for other programs.

use serde::Serialize;

use super::PageView;
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use crate::model::{self, Key, Navigation, Route};
use crate::rules;
use crate::source::Db;
use crate::strings::strings;
use crate::trace;
use crate::url::Href;

/// `api`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Api {
    /// Address of the folder with the files on the web; null if the site has no base URL.
    pub base: Option<String>,
    /// The calendar page; null if no group meets.
    pub calendar: Option<Href>,
    /// True if there is a matrix of obligations, items and rules.
    pub trace: bool,
    /// True if there are obligations, checklist items or rules.
    pub needs: bool,
}

impl FixedPage for Api {
    const NAME: &'static str = "api";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::Fixed("/api/");

    fn exists(_: &dyn Db) -> bool {
        true
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Footer(9))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let strings = strings(scope.db);
        let page = PageView::new(scope, &strings.get("sections.api.label"))
            .description(Some(strings.get("sections.api.description")))
            .breadcrumbs(vec![scope.home()]);
        let rules = rules::rules(scope.db);
        let has_obligations = !trace::register(scope.db).is_empty();
        let has_items = || {
            let mut ids = model::checklist_ids(scope.db).iter();
            ids.any(|id| {
                let entry = model::checklist(scope.db, Key::new(scope.db, id.clone())).as_ref();
                entry.is_some_and(|entry| !entry.checklist.items.is_empty())
            })
        };
        let api = Api {
            trace: has_obligations
                || rules.iter().any(|entry| rules::stated_clause(scope.db, entry).is_some()),
            needs: has_obligations || !rules.is_empty() || has_items(),
            base: super::sharing::address(scope.db, &Api::ROUTE),
            calendar: model::route_at(scope.db, "/calendar/").map(|route| scope.to(&route.url(scope.db))),
        };
        (page, api)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}
