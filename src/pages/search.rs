//! The search: without scripts, the indexes to look in.

use serde::Serialize;

use super::scope::Scope;
use super::{Body, PageView, sections};
use crate::model::{self, Key};
use crate::source::{Site, SourceId};
use crate::url::Href;

/// `search`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Search {
    /// Names of all groups, as results are told apart by them.
    pub groups: Vec<String>,
    pub indexes: Vec<Index>,
}

/// A page that lists others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Index {
    pub label: String,
    pub url: Href,
    /// What the list is of; none where it is the documents of a source.
    pub description: Option<String>,
}

pub(super) fn search(scope: &Scope) -> (PageView, Body) {
    let db = scope.db;
    let label = |id: &String| model::group_label(db, Key::new(db, id.clone())).as_ref();
    let groups = model::group_ids(db).iter().filter_map(label).map(|label| label.full_name.clone());
    let parts = sections(db).iter().map(|section| Index {
        label: section.label.clone(),
        url: scope.to(&section.url),
        description: Some(section.description(db)),
    });
    let sources = Site::get(db).trees(db).iter().zip(&Site::get(db).config(db).sources).enumerate();
    let mounted = sources.filter(|(_, (tree, source))| tree.present && source.mount.is_some());
    let documents = mounted.map(|(index, (_, source))| Index {
        label: scope.fill("home.documents_of", &[("source", &source.title())]),
        url: scope.to(&model::root_url(db, SourceId(index))),
        description: None,
    });
    let body = Search { groups: groups.collect(), indexes: parts.chain(documents).collect() };
    let page = PageView::new(scope, "search", &scope.word("page.search")).breadcrumbs(vec![scope.home()]);
    (page, Body::Search(body))
}
