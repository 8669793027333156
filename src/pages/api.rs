//! The page that describes the data for other programs.

use serde::Serialize;

use super::scope::Scope;
use super::{Body, PageView};
use crate::model::{self, Route};
use crate::url::Href;
use crate::words::words;

/// `api`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Api {
    /// Where the files are on the web; null where the site has no address.
    pub base: Option<String>,
    /// The page of the calendar, where any group meets.
    pub calendar: Option<Href>,
}

pub(super) fn api(scope: &Scope) -> (PageView, Body) {
    let words = words(scope.db);
    let page = PageView::new(scope, "api", &words.get("sections.api.label"))
        .description(Some(words.get("sections.api.description")))
        .breadcrumbs(vec![scope.home()]);
    let api = Api {
        base: super::sharing::address(scope.db, &Route::Api),
        calendar: model::route_at(scope.db, "/calendar/").map(|route| scope.to(&route.url(scope.db))),
    };
    (page, Body::Api(api))
}
