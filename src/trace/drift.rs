//! Changes of clauses since they were reviewed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::lock::{self, Accepted, DocumentId, Fingerprint, Lock};
use crate::diagnostic::{Diagnostic, Location};
use crate::link::{self, Target};
use crate::model;
use crate::source::{Db, File, Site, Tree};

/// The contents of `governance.lock`, or the diagnostic if it cannot be read.
#[salsa::tracked(no_eq)]
pub fn reviewed_lock(db: &dyn Db) -> Result<Lock, Diagnostic> {
    let text = Site::get(db).lock(db).as_ref().map_err(Diagnostic::clone)?;
    Lock::parse(text.as_deref().unwrap_or_default())
}

/// A clause of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClauseId {
    /// The document.
    pub document: DocumentId,
    /// The anchor.
    pub anchor: String,
}

impl std::fmt::Display for ClauseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}#{}", self.document, self.anchor)
    }
}

/// A clause as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// The text of its heading.
    pub title: String,
    /// The digest of its text.
    pub digest: String,
    /// Number of words.
    pub words: usize,
    /// The document.
    pub file: File,
    /// Index of its heading.
    pub heading: usize,
}

/// The kind of change of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The clause was never reviewed.
    New,
    /// The clause was never reviewed, but this reviewed clause contains it.
    Added(ClauseId),
    /// The text changed.
    Changed,
    /// The clause was removed.
    Removed,
    /// The clause was removed, and this one has nearly the same text.
    Renamed(ClauseId),
}

/// A clause that differs from its reviewed version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The clause.
    pub id: ClauseId,
    /// The kind of change.
    pub change: Change,
    /// The reviewed version.
    pub accepted: Option<Accepted>,
    /// The current version.
    pub current: Option<Current>,
}

/// The id of a document in the lock.
pub fn document_id(db: &dyn Db, file: File) -> DocumentId {
    DocumentId { source: file.config(db).title(), path: file.path(db).to_string() }
}

/// The current clauses of a document by anchor.
#[salsa::tracked]
fn clauses(db: &dyn Db, file: File) -> BTreeMap<String, Current> {
    let texts = crate::parse::clauses(file.text(db));
    let headings = model::outline(db, file).headings.iter().enumerate();
    let clause = |(index, heading): (usize, &model::OutlineHeading)| {
        let text = texts.get(index + 1)?;
        let words = text.split(' ').filter(|word| !word.is_empty()).count();
        let (title, digest) = (heading.text.clone(), lock::digest(text));
        Some((heading.id.clone(), Current { title, digest, words, file, heading: index }))
    };
    headings.filter(|(_, heading)| !heading.id.is_empty()).filter_map(clause).collect()
}

/// The fingerprints of a document's clauses by anchor. Queried only if a clause changed or was removed, as sketches
/// are expensive.
#[salsa::tracked]
fn fingerprints(db: &dyn Db, file: File) -> BTreeMap<String, Fingerprint> {
    let texts = crate::parse::clauses(file.text(db));
    let headings = model::outline(db, file).headings.iter().enumerate();
    headings
        .filter_map(|(index, heading)| Some((heading.id.clone(), Fingerprint::of(texts.get(index + 1)?))))
        .collect()
}

/// The text of a clause in a version of its document.
pub fn clause_text(text: &str, anchor: &str) -> Option<String> {
    let index = crate::parse::parse(text).headings.iter().position(|heading| heading.id == anchor)?;
    crate::parse::clauses(text).into_iter().nth(index + 1)
}

/// The clauses of other people's documents that the handbook cites, including the headings below them, as a citation
/// covers the whole clause. The first heading of a document counts alone; a document that governs a role counts as a
/// whole.
#[salsa::tracked]
pub fn cited_clauses(db: &dyn Db) -> BTreeMap<ClauseId, Current> {
    let mut cited = BTreeMap::new();
    for (file, Cited { whole, anchors }) in cited_anchors(db) {
        let document = document_id(db, *file);
        let (clauses, headings) = (clauses(db, *file), &model::outline(db, *file).headings);
        let named = anchors.iter().filter_map(|anchor| heading_of(db, *file, anchor));
        let parts = named.map(|start| part(headings, start)).chain(whole.then_some(0..headings.len()));
        for heading in parts.flat_map(|part| &headings[part]) {
            if let Some(current) = clauses.get(&heading.id) {
                let id = ClauseId { document: document.clone(), anchor: heading.id.clone() };
                cited.insert(id, current.clone());
            }
        }
    }
    cited
}

/// The headings that a clause consists of: its own and those below it. The title of a document counts alone.
fn part(headings: &[model::OutlineHeading], start: usize) -> Range<usize> {
    let level = headings[start].level;
    let below = headings[start + 1..].iter().take_while(|heading| level > 1 && heading.level > level);
    start..start + 1 + below.count()
}

/// The heading of the clause that contains an anchor. Obligations and anchors in raw HTML belong to the clause around
/// them.
fn heading_of(db: &dyn Db, file: File, anchor: &str) -> Option<usize> {
    let document = model::document(db, file);
    let named = document.headings.iter().position(|heading| heading.id == anchor);
    named.or_else(|| {
        let obligation = document
            .obligations
            .iter()
            .find(|obligation| obligation.id == anchor)
            .map(|obligation| obligation.span.start);
        let anchor_start =
            || document.anchors.iter().find(|other| other.id == anchor).map(|other| other.span.start);
        let at = obligation.or_else(anchor_start)?;
        document.headings.iter().rposition(|heading| heading.span.start <= at)
    })
}

/// The parts of a document that the handbook cites.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cited {
    /// True for the whole document, because it governs a role.
    whole: bool,
    anchors: BTreeSet<String>,
}

/// The parts of other people's documents that the handbook cites.
#[salsa::tracked]
fn cited_anchors(db: &dyn Db) -> BTreeMap<File, Cited> {
    let mut cited: BTreeMap<File, Cited> = BTreeMap::new();
    for file in own_files(db) {
        for destination in link::destinations(db, file) {
            if let Target::Page(page) = link::target(db, file, destination)
                && let Some(target) = page.file
                && !target.is_own(db)
            {
                match &page.anchor {
                    Some(anchor) => {
                        cited.entry(target).or_default().anchors.insert(anchor.clone());
                    }
                    None if governs(db, file, destination) => cited.entry(target).or_default().whole = true,
                    None => {}
                }
            }
        }
    }
    cited
}

/// True if a destination in a role's document is among those that govern the role.
fn governs(db: &dyn Db, file: File, destination: &str) -> bool {
    model::role_matter_of(db, file).governed_by.iter().any(|at| at.value == destination)
}

/// The files of the handbook's own sources.
fn own_files(db: &dyn Db) -> impl Iterator<Item = File> {
    let site = Site::get(db);
    let sources = site.trees(db).iter().zip(&site.config(db).sources);
    let own = sources.filter(|(_, source)| source.trust.is_own());
    own.flat_map(|(tree, _)| tree.files.values().copied())
}

/// All clauses that differ from their reviewed version. Absent sources are skipped.
#[salsa::tracked]
pub fn drifts(db: &dyn Db) -> Vec<Drift> {
    // A lock that cannot be read counts as empty; a check reports it.
    let nothing = Lock::default();
    let lock = reviewed_lock(db).as_ref().unwrap_or(&nothing);
    let cited = cited_clauses(db);
    let mut drifts = Vec::new();
    for (id, current) in cited {
        let accepted = lock.clause(&id.document, &id.anchor);
        let change = match accepted {
            None => enclosing_clause(db, lock, id, current).map_or(Change::New, Change::Added),
            Some(accepted) if accepted.fingerprint.digest != current.digest => Change::Changed,
            Some(_) => continue,
        };
        let (accepted, current) = (accepted.cloned(), Some(current.clone()));
        drifts.push(Drift { id: id.clone(), change, accepted, current });
    }
    for (document, clauses) in &lock.documents {
        let Some(file) = document_file(db, document) else { continue };
        for (anchor, accepted) in clauses {
            let is_there = file.is_some_and(|file| self::clauses(db, file).contains_key(anchor));
            if is_there {
                continue;
            }
            let id = ClauseId { document: document.clone(), anchor: anchor.clone() };
            let successor = successor(db, lock, &id, accepted, file);
            let change = successor.map_or(Change::Removed, Change::Renamed);
            drifts.push(Drift { id, change, accepted: Some(accepted.clone()), current: None });
        }
    }
    // The new name of a clause is reported with the renamed clause, not separately.
    let renamed: BTreeSet<ClauseId> = drifts
        .iter()
        .filter_map(|drift| match &drift.change {
            Change::Renamed(to) => Some(to.clone()),
            _ => None,
        })
        .collect();
    let is_new = |change: &Change| matches!(change, Change::New | Change::Added(_));
    drifts.retain(|drift| !is_new(&drift.change) || !renamed.contains(&drift.id));
    drifts.sort_by(|a, b| a.id.cmp(&b.id));
    drifts
}

/// The innermost reviewed clause around one that was not reviewed. If a document governs a role as a whole, its title
/// counts as around everything.
fn enclosing_clause(db: &dyn Db, lock: &Lock, id: &ClauseId, current: &Current) -> Option<ClauseId> {
    let headings = &model::outline(db, current.file).headings;
    let around = (0..current.heading).rev().filter(|start| part(headings, *start).contains(&current.heading));
    let whole = cited_anchors(db).get(&current.file).is_some_and(|cited| cited.whole);
    let mut around = around.chain(whole.then_some(0)).map(|index| &headings[index].id);
    let anchor = around.find(|anchor| lock.clause(&id.document, anchor).is_some())?;
    Some(ClauseId { document: id.document.clone(), anchor: anchor.clone() })
}

/// The document of a clause, if it exists.
pub fn document_of(db: &dyn Db, id: &ClauseId) -> Option<File> {
    document_file(db, &id.document)?
}

/// The document for an id: `Some(None)` if its source is present but the document is not.
fn document_file(db: &dyn Db, document: &DocumentId) -> Option<Option<File>> {
    let tree = tree_of(db, document)?;
    tree.present.then(|| tree.file(&document.path).filter(|file| file.is_document(db)))
}

/// The files of the source of a document.
fn tree_of<'db>(db: &'db dyn Db, document: &DocumentId) -> Option<&'db Tree> {
    let site = Site::get(db);
    let mut sources = site.config(db).sources.iter().zip(site.trees(db));
    sources.find(|(config, _)| config.title() == document.source).map(|(_, tree)| &**tree)
}

/// The clause that replaces a removed one: first in the same document, then with the same anchor in another document
/// of the source.
fn successor(
    db: &dyn Db,
    lock: &Lock,
    id: &ClauseId,
    gone: &Accepted,
    file: Option<File>,
) -> Option<ClauseId> {
    let is_new = |id: &ClauseId| lock.clause(&id.document, &id.anchor).is_none();
    if let Some(file) = file {
        let candidates =
            fingerprints(db, file).iter().filter(|(_, fingerprint)| gone.fingerprint.is_similar(fingerprint));
        let mut candidates: Vec<_> = candidates
            .map(|(anchor, fingerprint)| {
                (ClauseId { document: id.document.clone(), anchor: anchor.clone() }, fingerprint)
            })
            .filter(|(id, _)| is_new(id))
            .collect();
        candidates
            .sort_by_key(|(_, fingerprint)| (fingerprint.sketch ^ gone.fingerprint.sketch).count_ones());
        if let Some((successor, _)) = candidates.into_iter().next() {
            return Some(successor);
        }
    }
    let mut other_documents = tree_of(db, &id.document)?
        .files
        .values()
        .copied()
        .filter(|other| other.is_document(db) && Some(*other) != file);
    let other = other_documents.find(|other| {
        clauses(db, *other).contains_key(&id.anchor)
            && fingerprints(db, *other)
                .get(&id.anchor)
                .is_some_and(|fingerprint| gone.fingerprint.is_similar(fingerprint))
    })?;
    let other = ClauseId { document: document_id(db, other), anchor: id.anchor.clone() };
    Some(other).filter(is_new)
}

/// The locations of all citations of a clause, of a clause around it, or of anything in it. For a renamed clause,
/// those of its new name, too.
pub fn citers(db: &dyn Db, drift: &Drift) -> Vec<Location> {
    let renamed = match &drift.change {
        Change::Renamed(to) => Some(to),
        _ => None,
    };
    let ids: Vec<_> = std::iter::once(&drift.id).chain(renamed).map(|id| (id, document_of(db, id))).collect();
    let cites =
        |file: File, destination: &str| ids.iter().any(|(id, of)| cites(db, file, destination, id, *of));
    let mut locations = Vec::new();
    // Spans are queried only if there are any, as they are not cached.
    for file in own_files(db) {
        if link::destinations(db, file).iter().any(|destination| cites(file, destination)) {
            let mut citations = link::references_with_spans(db, file);
            citations.sort_by_key(|(_, span)| span.start);
            let citations = citations.into_iter().filter(|(citation, _)| cites(file, &citation.destination));
            locations.extend(citations.map(|(_, span)| file.location(db, span)));
        }
    }
    locations
}

/// True if a reference cites a clause of a document or a clause around it.
fn cites(db: &dyn Db, from: File, destination: &str, id: &ClauseId, document: Option<File>) -> bool {
    match link::target(db, from, destination) {
        Target::Page(page) => page.file.filter(|file| Some(*file) == document).is_some_and(|file| {
            let headings = &model::outline(db, file).headings;
            let contains_clause = |anchor: &String| {
                let clause = headings.iter().position(|heading| heading.id == id.anchor);
                let start = heading_of(db, file, anchor);
                clause.zip(start).is_some_and(|(clause, start)| part(headings, start).contains(&clause))
            };
            page.anchor.as_ref().map_or_else(|| governs(db, from, destination), contains_clause)
        }),
        // References to a removed clause still cite it.
        Target::Broken(_) => link::path_and_anchor(db, from, destination).is_some_and(|(path, anchor)| {
            path == id.document.path
                && anchor.is_some_and(|anchor| {
                    anchor == id.anchor
                        || anchor.strip_prefix(&*id.anchor).is_some_and(|rest| rest.starts_with('.'))
                })
        }),
        _ => false,
    }
}

/// The date of the last review of the clauses that govern a role: the earliest among them, and whether one of them or
/// a clause below them has changed since. `None` if none was reviewed.
pub fn reviewed(db: &dyn Db, role: &model::Role) -> Option<(String, bool)> {
    let lock = reviewed_lock(db).as_ref().ok()?;
    let mut earliest: Option<&String> = None;
    let mut drifted = false;
    for clause in &role.matter.governed_by {
        let Some((path, anchor)) = link::path_and_anchor(db, role.file, clause) else { continue };
        let documents = lock.documents.iter().filter(|(document, _)| document.path == path);
        for (document, clauses) in documents {
            let file = document_file(db, document).flatten();
            // The ids of the cited headings; `None` if they cannot be determined or all are cited.
            let cited_ids: Option<Vec<&str>> = file.zip(anchor.as_ref()).and_then(|(file, anchor)| {
                let headings = &model::outline(db, file).headings;
                let part = part(headings, heading_of(db, file, anchor)?);
                Some(headings[part].iter().map(|heading| heading.id.as_str()).collect())
            });
            let is_cited = |heading_id: &str| match (&cited_ids, &anchor) {
                (Some(cited_ids), _) => cited_ids.contains(&heading_id),
                (None, Some(anchor)) => anchor == heading_id,
                (None, None) => true,
            };
            let mut accepted = clauses.iter().filter(|(anchor, _)| is_cited(anchor)).peekable();
            if accepted.peek().is_none() {
                continue;
            }
            earliest = earliest.into_iter().chain(accepted.map(|(_, accepted)| &accepted.reviewed)).min();
            drifted |= drifts(db).iter().any(|drift| {
                drift.id.document == *document
                    && match &drift.change {
                        Change::Renamed(to) if to.document == *document => {
                            is_cited(&drift.id.anchor) || is_cited(&to.anchor)
                        }
                        // The clause around a removed one is unknown.
                        Change::Removed | Change::Renamed(_) => true,
                        _ => is_cited(&drift.id.anchor),
                    }
            });
        }
    }
    Some((earliest?.clone(), drifted))
}

/// The lock after a review: accepted versions replace earlier ones, and clauses that are no longer cited are removed.
/// Entries of absent sources stay unchanged.
pub fn accept(db: &dyn Db, lock: &Lock, accepted: impl Fn(&Drift) -> bool, date: &str) -> Lock {
    let mut lock = lock.clone();
    let cited = cited_clauses(db);
    for drift in drifts(db).iter().filter(|drift| accepted(drift)) {
        let mut insert = |id: &ClauseId, current: &Current| {
            let Some(fingerprint) = fingerprints(db, current.file).get(&id.anchor) else { return };
            let accepted = Accepted {
                title: current.title.clone(),
                fingerprint: fingerprint.clone(),
                reviewed: date.to_owned(),
            };
            lock.documents.entry(id.document.clone()).or_default().insert(id.anchor.clone(), accepted);
        };
        match (&drift.current, &drift.change) {
            (Some(current), _) => insert(&drift.id, current),
            (None, Change::Renamed(to)) => {
                if let Some(current) = cited.get(to) {
                    insert(to, current);
                }
            }
            (None, _) => {}
        }
        if drift.current.is_none()
            && let Some(clauses) = lock.documents.get_mut(&drift.id.document)
        {
            clauses.remove(&drift.id.anchor);
        }
    }
    for (document, clauses) in &mut lock.documents {
        let Some(Some(file)) = document_file(db, document) else { continue };
        let current = self::clauses(db, file);
        clauses.retain(|anchor, _| {
            let id = ClauseId { document: document.clone(), anchor: anchor.clone() };
            cited.contains_key(&id) || !current.contains_key(anchor)
        });
    }
    lock.documents.retain(|_, clauses| !clauses.is_empty());
    lock
}
