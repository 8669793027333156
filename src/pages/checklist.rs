//! The list of checklists, and the page of each.

use serde::Serialize;

use super::scope::Scope;
use super::view::{GroupSeat, Link, Phase, RoleRef};
use super::{Body, PageView};
use crate::model::{self, ChecklistEntry, Key, Route};

/// `checklists`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Checklists {
    pub lists: Vec<ListedChecklist>,
}

/// A checklist in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct ListedChecklist {
    pub title: String,
    pub url: String,
    pub description_html: String,
    pub role: Option<RoleRef>,
    pub total: usize,
}

/// `checklist`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Checklist {
    pub id: String,
    pub description_html: String,
    pub role: Option<RoleRef>,
    pub total: usize,
    pub phases: Vec<Phase>,
    pub includes: Vec<Link>,
    pub seats: Vec<GroupSeat>,
}

pub fn checklists(scope: &Scope) -> (PageView, Body) {
    let lists = model::handbook(scope.db).checklists.values().map(|entry| ListedChecklist {
        title: entry.checklist.title.clone(),
        url: scope.to(&route(entry).url(scope.db)),
        description_html: description(scope, entry),
        role: role(scope, entry).map(|role| scope.role_ref(&role)),
        total: model::composed(scope.db, entry, None).len(),
    });
    let page = PageView::new(scope, "checklists", "Checklists").breadcrumbs(vec![scope.home()]);
    (page, Body::Checklists(Checklists { lists: lists.collect() }))
}

pub fn checklist(scope: &Scope, id: &str) -> Option<(PageView, Body)> {
    let entry = model::checklist(scope.db, Key::new(scope.db, id.to_owned())).clone()?;
    let role = role(scope, &entry);
    let items = model::composed(scope.db, &entry, None);
    let phases = scope.phases(&items, None, role.as_deref());
    let headings: Vec<_> = phases.iter().map(|phase| (phase.label, phase.id, true)).collect();
    let neighbours = model::checklist_ids(scope.db).iter().filter_map(|id| {
        let entry = model::checklist(scope.db, Key::new(scope.db, id.clone())).as_ref()?;
        Some((entry.checklist.title.clone(), route(entry).url(scope.db), false))
    });
    let page = PageView::new(scope, "checklist", &entry.checklist.title)
        .breadcrumbs(vec![scope.home(), scope.link("Checklists", &Route::Checklists)])
        .toc(&headings)
        .section(scope, "Checklists", "/checklists/", neighbours.collect());
    let page = PageView { view_source: scope.view_source(entry.file), ..page };
    let body = Checklist {
        id: id.to_owned(),
        description_html: description(scope, &entry),
        role: role.as_ref().map(|role| scope.role_ref(role)),
        total: items.len(),
        phases,
        includes: entry
            .checklist
            .include
            .iter()
            .filter_map(|id| model::checklist(scope.db, Key::new(scope.db, id.value.clone())).as_ref())
            .map(|included| scope.link(included.checklist.title.clone(), &route(included)))
            .collect(),
        seats: role.map_or_else(Vec::new, |role| super::role::groups_with(scope, &role.id).collect()),
    };
    Some((page, Body::Checklist(body)))
}

fn route(entry: &ChecklistEntry) -> Route {
    Route::Checklist(entry.checklist.id.value.clone())
}

fn role(scope: &Scope, entry: &ChecklistEntry) -> Option<std::sync::Arc<model::Role>> {
    let id = entry.checklist.role.as_ref()?;
    model::role(scope.db, Key::new(scope.db, id.value.clone())).clone()
}

fn description(scope: &Scope, entry: &ChecklistEntry) -> String {
    let text = entry.checklist.description.as_ref();
    text.map_or(String::new(), |text| scope.markdown(entry.file, text, false))
}
