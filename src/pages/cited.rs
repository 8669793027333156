//! Citations of a document, grouped by clause.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::scope::Scope;
use super::view::Link;
use crate::link::{self, Citation};
use crate::model::{self, FolderKey, Key, Route};
use crate::source::{Db, File};
use crate::strings::strings;
use crate::url::Href;

/// Citations of one clause, or of the document as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Cited {
    /// The clause; null for the whole document.
    pub clause: Option<Link>,
    /// `cited-by.<clause>`
    pub id: String,
    /// Number of references.
    pub total: usize,
    pub places: Vec<Place>,
    /// Number of references in sections that are not listed.
    pub more: usize,
}

/// Maximum number of sections listed per clause.
pub(super) const MOST_PLACES: usize = 500;

/// A section that cites the clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Place {
    pub page: Link,
    /// The heading above the reference.
    pub section: Option<Link>,
    /// Text around the reference; may be empty.
    pub passage: String,
    /// Number of references in the section.
    pub times: usize,
}

/// Number of citations of each clause of a document, by the clause's id.
#[salsa::tracked]
pub fn counts(db: &dyn Db, file: File) -> BTreeMap<String, usize> {
    let outline = model::outline(db, file);
    let mut counts = BTreeMap::new();
    for citation in link::citations(db, file) {
        if let Some(clause) = clause(db, file, citation.anchor.as_deref()) {
            *counts.entry(outline.headings[clause].id.clone()).or_default() += 1;
        }
    }
    counts
}

/// Index of the heading that an anchor belongs to. A statement belongs to its clause.
pub(super) fn clause(db: &dyn Db, file: File, anchor: Option<&str>) -> Option<usize> {
    clauses(db, file).get(anchor?).copied()
}

/// Indexes of headings, by every anchor that belongs to them.
#[salsa::tracked]
fn clauses(db: &dyn Db, file: File) -> HashMap<String, usize> {
    let mut clauses = HashMap::new();
    for (index, heading) in model::outline(db, file).headings.iter().enumerate() {
        clauses.entry(heading.id.clone()).or_insert(index);
    }
    for stated in model::stated_obligations(db, file) {
        if let Some(heading) = stated.heading {
            clauses.entry(stated.anchor.clone()).or_insert(heading);
        }
    }
    clauses
}

/// Citations of a document: first of the whole, then of each clause.
pub(super) fn cited(scope: &Scope, file: File) -> Vec<Cited> {
    let outline = model::outline(scope.db, file);
    let mut by_clause: BTreeMap<Option<usize>, Vec<&Citation>> = BTreeMap::new();
    for citation in link::citations(scope.db, file) {
        by_clause.entry(clause(scope.db, file, citation.anchor.as_deref())).or_default().push(citation);
    }
    let clauses = by_clause.into_iter().map(|(clause, citations)| {
        let heading = clause.map(|index| &outline.headings[index]);
        let total = citations.len();
        let (places, more) = group_by_section(scope, citations.into_iter());
        Cited {
            clause: heading.map(|heading| Link {
                label: heading.text.clone(),
                url: Href::element(&heading.id),
                external: false,
            }),
            id: heading.map_or("cited-by".into(), |heading| format!("cited-by.{}", heading.id)),
            total,
            places,
            more,
        }
    });
    clauses.collect()
}

/// Citations of a group's folder, README and charter, and the number of references in sections that are not listed.
pub(super) fn of_group(scope: &Scope, group: &model::Group) -> (Vec<Place>, usize) {
    let source = group.file.source(scope.db);
    let folder = group.id().to_owned();
    let charter = group.facts.charter_destination().filter(|charter| !charter.contains("://"));
    let charter = charter.map(|path| path.trim_start_matches('/').to_owned());
    let readme = format!("{folder}/README.md");
    let own = format!("{folder}/");
    let mut seen = BTreeSet::new();
    let paths = [folder, readme].into_iter().chain(charter).collect::<BTreeSet<_>>();
    let citations = paths
        .into_iter()
        .flat_map(|path| link::cited_by(scope.db, FolderKey::new(scope.db, source, path)).iter());
    // The group's own documents and its own page are left out.
    let page = Route::Group(group.id().to_owned());
    let citations = citations
        .filter(|citation| {
            let (from, index) = (citation.from, citation.index);
            !(citation.source(scope.db) == source && from.path(scope.db).starts_with(&own))
                && link::citing_page(scope.db, from, index).as_ref() != Some(&page)
        })
        .filter(|citation| seen.insert((citation.from, citation.index)));
    group_by_section(scope, citations)
}

/// Groups citations by section, up to [`MOST_PLACES`] sections. Also returns the number of references in the remaining
/// sections.
fn group_by_section<'a>(scope: &Scope, citations: impl Iterator<Item = &'a Citation>) -> (Vec<Place>, usize) {
    let mut places: Vec<Place> = Vec::new();
    let mut positions = HashMap::new();
    let mut more = 0;
    for reference in citations.filter_map(|citation| citation.reference(scope.db)) {
        let next = places.len();
        let position = match positions.entry(&*reference.place) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(_) if next == MOST_PLACES => {
                more += 1;
                continue;
            }
            Entry::Vacant(new) => *new.insert(next),
        };
        if let Some(place) = places.get_mut(position) {
            place.times += 1;
            if place.passage.is_empty() {
                place.passage = reference.passage.to_string();
            }
            continue;
        }
        let link::ReferencePlace { route, anchor, section } = &*reference.place;
        let page = scope.link(title(scope.db, route), route);
        let section = section.as_ref().map(|section| Link {
            label: section.clone(),
            url: match anchor {
                Some(anchor) => page.url.clone().fragment(anchor),
                None => page.url.clone(),
            },
            external: false,
        });
        places.push(Place { page, section, passage: reference.passage.to_string(), times: 1 });
    }
    (places, more)
}

/// Title of a page in lists.
pub fn title(db: &dyn Db, route: &Route) -> String {
    let own_title = match route {
        Route::Document(file) => Some(model::title(db, *file).clone()),
        Route::Role(id) => model::role(db, Key::new(db, id.clone())).as_ref().map(|role| role.title.clone()),
        Route::Checklist(id) => model::checklist(db, Key::new(db, id.clone()))
            .as_ref()
            .map(|entry| strings(db).fill("parts.cited_checklist", &[("title", &entry.checklist.title)])),
        Route::Skill(id) => model::skill(db, Key::new(db, id.clone()))
            .as_ref()
            .map(|entry| strings(db).fill("parts.cited_skill", &[("title", &entry.skill.name)])),
        Route::Lead { group, role } => {
            let group = model::group_label(db, Key::new(db, group.clone())).as_ref();
            let role = model::role(db, Key::new(db, role.clone())).as_ref();
            group.zip(role).map(|(group, role)| format!("{} · {}", group.full_name, role.title))
        }
        Route::Group(id) => {
            model::group_label(db, Key::new(db, id.clone())).as_ref().map(|group| group.full_name.clone())
        }
        &Route::HOME => Some(strings(db).get("sections.home.label")),
        &Route::ROLES => Some(strings(db).get("sections.roles.label")),
        &Route::GROUPS => Some(strings(db).get("sections.groups.label")),
        &Route::SKILLS => Some(strings(db).get("sections.skills.label")),
        &Route::GLOSSARY => Some(strings(db).get("sections.glossary.label")),
        _ => None,
    };
    own_title.unwrap_or_else(|| route.url(db))
}
