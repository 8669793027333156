//! The page that describes the data for other programs.

use serde::Serialize;

use super::scope::Scope;
use super::{Body, PageView};
use crate::words::words;

/// `api`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub struct Api {
    /// Where the files are on the web; null where the site has no address.
    pub base: Option<String>,
}

pub fn api(scope: &Scope) -> (PageView, Body) {
    let words = words(scope.db);
    let page = PageView::new(scope, "api", &words.get("sections.api.label"))
        .description(Some(words.get("sections.api.description")))
        .breadcrumbs(vec![scope.home()]);
    (page, Body::Api(Api { base: super::sharing::address(scope.db, &crate::model::Route::Api) }))
}
