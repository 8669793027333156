//! The reading order of a role: the pages that a new holder reads.
//!
//! It consists of the role's page, the documents that govern it, the handbook's own documents that it cites, its
//! checklist and the skill matrix. The `reading` key in a role's front matter replaces the documents.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use serde::Serialize;

use super::PageView;
use super::scope::Scope;
use super::view::{Link, RoleRef};
use crate::link::{self, Target};
use crate::model::{self, FolderKey, Key, Role, Route};
use crate::source::{Db, File};

/// A page in a reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReadingPage {
    pub page: Link,
    /// The folder of a document in a mounted source.
    pub place: Option<String>,
}

/// The position of a page in the reading order of a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReadingStep {
    pub role: RoleRef,
    /// From 1.
    pub position: usize,
    pub total: usize,
    pub prev: Option<ReadingPage>,
    pub next: Option<ReadingPage>,
}

/// The reading order of a role, by role id.
#[salsa::tracked]
pub fn order(db: &dyn Db, role: Key<'_>) -> Vec<Route> {
    let Some(role) = model::role(db, role) else { return Vec::new() };
    let mut order = IndexSet::from([Route::Role(role.id.clone())]);
    let checklist = model::checklist_of_role(db, Key::new(db, role.id.clone()));
    let checklist = checklist.map(|entry| Route::Checklist(entry.checklist.id.value.clone()));
    let skills = (!role.matter.skills.is_empty()).then_some(Route::SKILLS);
    order.extend(documents(db, role).into_iter().chain(checklist).chain(skills));
    order.into_iter().collect()
}

fn documents(db: &dyn Db, role: &Role) -> Vec<Route> {
    let page = |destination: &str| match link::target(db, role.file, destination) {
        Target::Page(page) => page.file,
        _ => None,
    };
    let pages = |files: &mut dyn Iterator<Item = File>| files.map(|file| route_of(db, file)).collect();
    if !role.matter.reading.is_empty() {
        return pages(&mut role.matter.reading.iter().filter_map(|at| page(at)));
    }
    let governing = role.matter.governed_by.iter().filter_map(|at| page(at));
    // Role pages and index documents are left out.
    let to_read = |file: &File| {
        let folder = FolderKey::new(db, file.source(db), file.folder(db));
        file.source(db) == role.file.source(db)
            && !model::is_role(db, *file)
            && model::index_document(db, folder) != Some(*file)
    };
    let cited = model::document(db, role.file).links.iter().filter_map(|link| page(&link.destination));
    pages(&mut governing.chain(cited.filter(to_read)))
}

fn route_of(db: &dyn Db, file: File) -> Route {
    if model::is_role(db, file) { Route::Role(model::role_id(db, file)) } else { Route::Document(file) }
}

/// Role ids and positions in their reading orders, by the address of the page.
#[salsa::tracked]
fn positions(db: &dyn Db) -> BTreeMap<String, Vec<(String, usize)>> {
    let mut positions: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    for role in model::role_ids(db) {
        let order = order(db, Key::new(db, role.clone()));
        // An order with the role page alone is not shown.
        for (index, route) in order.iter().enumerate().filter(|_| order.len() > 1) {
            positions.entry(route.url(db)).or_default().push((role.clone(), index));
        }
    }
    positions
}

/// Role ids and positions of one page. Stays equal if only the positions of other pages change.
#[salsa::tracked]
fn positions_of(db: &dyn Db, url: Key<'_>) -> Vec<(String, usize)> {
    positions(db).get(url.id(db)).cloned().unwrap_or_default()
}

impl PageView {
    /// Adds the page's positions in reading orders.
    pub(super) fn reading(mut self, scope: &Scope) -> Self {
        let positions = scope.url().map(|url| positions_of(scope.db, Key::new(scope.db, url.to_owned())));
        let positions = positions.into_iter().flatten();
        let step = |(role, index): &(String, usize)| {
            let key = Key::new(scope.db, role.clone());
            let (role, order) = (model::role(scope.db, key).as_ref()?, order(scope.db, key));
            let at = |index: usize| order.get(index).map(|route| read(scope, route));
            Some(ReadingStep {
                role: scope.role_ref(role),
                position: index + 1,
                total: order.len(),
                prev: index.checked_sub(1).and_then(at),
                next: at(index + 1),
            })
        };
        self.reading = positions.filter_map(step).collect();
        self
    }
}

/// The reading order of a role as a list; empty if it contains only the role's page.
pub(super) fn list(scope: &Scope, role: &str) -> Vec<ReadingPage> {
    let order = order(scope.db, Key::new(scope.db, role.to_owned()));
    if order.len() < 2 { Vec::new() } else { order.iter().map(|route| read(scope, route)).collect() }
}

fn read(scope: &Scope, route: &Route) -> ReadingPage {
    ReadingPage { page: scope.page(route), place: scope.mounted_folder(route) }
}

impl Scope<'_> {
    /// Links to a page by its title in lists.
    pub(super) fn page(&self, route: &Route) -> Link {
        self.link(super::cited::title(self.db, route), route)
    }

    /// The folder of a document in a mounted source, to distinguish documents of the same title.
    pub(super) fn mounted_folder(&self, route: &Route) -> Option<String> {
        match route {
            Route::Document(file) if file.config(self.db).mount.is_some() => {
                Some(file.folder(self.db)).filter(|folder| !folder.is_empty())
            }
            _ => None,
        }
    }
}
