//! Related pages: those that cite the same documents and clauses, and the group whose folder contains a document.
//!
//! Pages that the current page links to anyway are left out: citing and cited pages, and neighbours.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::scope::Scope;
use super::view::Link;
use crate::link::{self, Target};
use crate::model::{self, Key, Route};
use crate::source::{Db, File};

/// Maximum number of related pages on a page.
const MAX_SHOWN: usize = 5;
/// Documents cited by more pages than this are ignored, because they say little about the citing pages.
const MAX_CITING: usize = 50;
/// Files with more references than this are ignored: indexes, or collected minutes of meetings.
const MAX_REFERENCES: usize = 150;
/// Score of a shared document or clause, divided by the number of pages that cite it.
const WEIGHT: usize = 1000;
/// Minimum score of a related page: one shared document that ten pages cite.
const MIN_SCORE: usize = WEIGHT / 10;
/// Minimum number of shared documents and clauses. A single shared document is weak evidence.
const MIN_SHARED: usize = 2;

/// A related page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Related {
    pub page: Link,
    /// `document`, `role`, `skill`, `checklist` or `group`.
    pub kind: &'static str,
    /// The folder of a document in a mounted source.
    pub place: Option<String>,
}

/// Interned route of a page.
#[salsa::interned]
struct PageKey<'db> {
    route: Route,
}

/// Anchors by which a document is cited; empty if only the whole document is cited.
type Anchors = BTreeSet<String>;

/// The documents that each page made from a file cites.
#[salsa::tracked]
fn cites(db: &dyn Db, file: File) -> Vec<(Route, BTreeMap<File, Anchors>)> {
    let mut pages: Vec<(Route, BTreeMap<File, Anchors>)> = Vec::new();
    let mut indexes = HashMap::new();
    for (reference, target) in link::references(db, file).iter().zip(link::targets(db, file)) {
        let Target::Page(page) = target else { continue };
        let Some(cited) = page.file.filter(|cited| *cited != file) else { continue };
        let index = *indexes.entry(&reference.place.route).or_insert_with(|| {
            pages.push((reference.place.route.clone(), BTreeMap::new()));
            pages.len() - 1
        });
        pages[index].1.entry(cited).or_default().extend(page.anchor.clone());
    }
    pages
}

/// The pages that cite a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Citing {
    /// The citing pages, with the anchors that they cite.
    pages: Vec<(Route, Anchors)>,
    /// Number of pages that cite each anchor.
    clauses: BTreeMap<String, usize>,
}

/// The pages that cite a document. Pages repeated for each group are left out.
#[salsa::tracked]
fn citing(db: &dyn Db, file: File) -> Citing {
    let mut citing = Citing::default();
    let pages = &mut citing.pages;
    let mut indexes = HashMap::new();
    for citation in link::citations(db, file) {
        if link::destinations(db, citation.from).len() > MAX_REFERENCES {
            continue;
        }
        let route = link::citing_page(db, citation.from, citation.index);
        let Some(route) = route.filter(|route| kind(route).is_some()) else { continue };
        let index = *indexes.entry(route).or_insert_with_key(|route| {
            pages.push((route.clone(), Anchors::new()));
            pages.len() - 1
        });
        if let Some(anchor) = citation.anchor.as_ref().filter(|anchor| !pages[index].1.contains(*anchor)) {
            pages[index].1.insert(anchor.clone());
            *citing.clauses.entry(anchor.clone()).or_default() += 1;
        }
    }
    citing
}

/// The kind of a page in the list; `None` if such pages are not listed.
fn kind(route: &Route) -> Option<&'static str> {
    match route {
        Route::Document(_) => Some("document"),
        Route::Role(_) => Some("role"),
        Route::Skill(_) => Some("skill"),
        Route::Checklist(_) => Some("checklist"),
        Route::Group(_) => Some("group"),
        _ => None,
    }
}

/// True if one page lists the other as a neighbour.
fn are_neighbours(db: &dyn Db, a: &Route, b: &Route) -> bool {
    match (a, b) {
        (Route::Document(a), Route::Document(b)) => {
            a.source(db) == b.source(db) && a.folder(db) == b.folder(db)
        }
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// The pages related to a page made from a file, highest score first.
#[salsa::tracked]
fn closest<'db>(db: &'db dyn Db, file: File, page: PageKey<'db>) -> Vec<Route> {
    let route = page.route(db);
    let own = cites(db, file).iter().find(|(citing, _)| citing == route).map(|(_, cited)| cited);
    // Score and number of shared documents and clauses, by page.
    let mut shares: HashMap<&Route, (usize, usize)> = HashMap::new();
    for (cited, anchors) in own.into_iter().flatten() {
        let Citing { pages, clauses } = citing(db, *cited);
        if pages.len() > MAX_CITING {
            continue;
        }
        for (other, by) in pages {
            let share = shares.entry(other).or_default();
            share.0 += WEIGHT / pages.len();
            share.1 += 1;
            for anchor in anchors.intersection(by) {
                share.0 += WEIGHT / clauses[anchor];
                share.1 += 1;
            }
        }
    }
    let mut excluded: BTreeSet<Route> = BTreeSet::from([route.clone()]);
    if matches!(route, Route::Document(_) | Route::Role(_)) {
        excluded.extend(citing(db, file).pages.iter().map(|(citing, _)| citing.clone()));
    }
    excluded.extend(counterpart(db, route));
    let is_cited = |file: &File| own.is_some_and(|own| own.contains_key(file));
    let is_other_side =
        |other: File| model::original(db, file) == Some(other) || model::original(db, other) == Some(file);
    let mut scored: Vec<(usize, String, &Route)> = shares
        .into_iter()
        .filter(|(_, (share, shared))| *share >= MIN_SCORE && *shared >= MIN_SHARED)
        .filter(|(other, _)| !excluded.contains(other))
        .filter(|(other, _)| !are_neighbours(db, route, other))
        .filter(|(other, _)| match other {
            Route::Document(other) => !is_cited(other) && !is_other_side(*other),
            Route::Role(id) => {
                let role = model::role(db, Key::new(db, id.clone())).as_ref();
                role.is_none_or(|role| !is_cited(&role.file))
            }
            _ => true,
        })
        .map(|(other, (share, _))| (share, other.url(db), other))
        .collect();
    scored.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
    let group = group_of(db, route).into_iter();
    group.chain(scored.into_iter().map(|(.., other)| other.clone())).take(MAX_SHOWN).collect()
}

/// The checklist of a role, or the role of a checklist; the two pages link to each other.
fn counterpart(db: &dyn Db, route: &Route) -> Option<Route> {
    match route {
        Route::Role(id) => {
            let entry = model::checklist_of_role(db, Key::new(db, id.clone()))?;
            Some(Route::Checklist(entry.checklist.id.value.clone()))
        }
        Route::Checklist(id) => {
            let entry = model::checklist(db, Key::new(db, id.clone())).as_ref()?;
            Some(Route::Role(entry.checklist.role.as_ref()?.value.clone()))
        }
        _ => None,
    }
}

/// The group whose folder contains a document, if the group's facts come from the same source.
fn group_of(db: &dyn Db, route: &Route) -> Option<Route> {
    let Route::Document(file) = route else { return None };
    file.config(db).mount.as_ref()?;
    let path = file.path(db);
    let (folder, _) = path.split_once('/')?;
    model::group_label(db, Key::new(db, folder.to_owned())).as_ref()?;
    Some(Route::Group(folder.to_owned()))
}

/// The pages related to this one.
pub(super) fn related(scope: &Scope, file: File, route: Route) -> Vec<Related> {
    let db = scope.db;
    let routes = closest(db, file, PageKey::new(db, route)).iter();
    let related = routes.filter_map(|route| {
        Some(Related { page: scope.page(route), kind: kind(route)?, place: scope.mounted_folder(route) })
    });
    related.collect()
}
