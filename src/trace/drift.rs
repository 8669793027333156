//! What became of clauses since they were reviewed.

use std::collections::{BTreeMap, BTreeSet};

use super::lock::{self, Accepted, Lock, Print};
use crate::config::Format;
use crate::diagnostic::{Diagnostic, Location};
use crate::link::{self, Target};
use crate::model;
use crate::source::{Db, File, Site, SourceId};

/// What `governance.lock` says, or why it cannot be read.
#[salsa::tracked(no_eq)]
pub fn reviewed_lock(db: &dyn Db) -> Result<Lock, Diagnostic> {
    Lock::parse(Site::get(db).lock(db).as_deref().unwrap_or_default())
}

/// A clause of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClauseId {
    /// Its document, as the lock names it: `community:governance.md`.
    pub document: String,
    /// Its anchor.
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
    /// Text of its heading.
    pub title: String,
    /// The digest of what it says.
    pub digest: String,
    /// How many words it has.
    pub words: usize,
    /// Its document.
    pub file: File,
    /// Index of its heading.
    pub heading: usize,
}

/// What became of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was never reviewed.
    New,
    /// It says something else.
    Changed,
    /// It is gone.
    Removed,
    /// It is gone, and another says nearly the same.
    Renamed(ClauseId),
}

/// A clause that is not as it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The clause.
    pub id: ClauseId,
    /// What became of it.
    pub change: Change,
    /// As it was reviewed.
    pub accepted: Option<Accepted>,
    /// As it is now.
    pub current: Option<Current>,
}

/// How a source's document goes by in the lock.
pub fn document_name(db: &dyn Db, source: SourceId, path: &str) -> String {
    format!("{}:{path}", Site::get(db).config(db).sources[source.0].title())
}

/// The clauses of a document, by anchor, as they are now.
#[salsa::tracked]
fn clauses(db: &dyn Db, file: File) -> BTreeMap<String, Current> {
    let texts = crate::parse::clauses(file.text(db));
    let headings = model::outline(db, file).headings.iter().enumerate();
    let clause = |(index, heading): (usize, &model::Heading)| {
        let text = texts.get(index + 1)?;
        let words = text.split(' ').filter(|word| !word.is_empty()).count();
        let (title, digest) = (heading.text.clone(), lock::digest(text));
        Some((heading.id.clone(), Current { title, digest, words, file, heading: index }))
    };
    headings.filter_map(clause).collect()
}

/// The prints of a document's clauses, by anchor. Asked for only where a clause changed or is gone: sketches
/// are dear.
#[salsa::tracked]
fn prints(db: &dyn Db, file: File) -> BTreeMap<String, Print> {
    let texts = crate::parse::clauses(file.text(db));
    let headings = model::outline(db, file).headings.iter().enumerate();
    headings
        .filter_map(|(index, heading)| Some((heading.id.clone(), Print::of(texts.get(index + 1)?))))
        .collect()
}

/// The text of a clause as it is in a version of its document.
pub fn clause_text(text: &str, anchor: &str) -> Option<String> {
    let index = crate::parse::parse(text).headings.iter().position(|heading| heading.id == anchor)?;
    crate::parse::clauses(text).into_iter().nth(index + 1)
}

/// The clauses of other people's documents that the handbook cites, each with the headings under it: whoever
/// cites a clause means all of it. The first heading of a document stands for itself alone.
#[salsa::tracked]
pub fn cited_clauses(db: &dyn Db) -> BTreeMap<ClauseId, Current> {
    let mut cited = BTreeMap::new();
    for (file, anchors) in cited_anchors(db) {
        let document = document_name(db, file.source(db), &file.path(db));
        let (clauses, headings) = (clauses(db, *file), &model::outline(db, *file).headings);
        for anchor in anchors {
            let Some(start) = heading_of(db, *file, anchor) else { continue };
            let level = headings[start].level;
            let below = headings[start + 1..].iter().take_while(|heading| level > 1 && heading.level > level);
            for heading in std::iter::once(&headings[start]).chain(below) {
                if let Some(current) = clauses.get(&heading.id) {
                    let id = ClauseId { document: document.clone(), anchor: heading.id.clone() };
                    cited.insert(id, current.clone());
                }
            }
        }
    }
    cited
}

/// The heading that an anchor stands at or under: a statement, or an anchor in raw HTML, is part of its clause.
fn heading_of(db: &dyn Db, file: File, anchor: &str) -> Option<usize> {
    let document = model::document(db, file);
    let named = document.headings.iter().position(|heading| heading.id == anchor);
    named.or_else(|| {
        let stated =
            document.obligations.iter().find(|stated| stated.id == anchor).map(|stated| stated.span.start);
        let placed =
            || document.anchors.iter().find(|known| known.id == anchor).map(|known| known.span.start);
        let at = stated.or_else(placed)?;
        document.headings.iter().rposition(|heading| heading.span.start <= at)
    })
}

/// The anchors of other people's documents that the handbook names.
#[salsa::tracked]
fn cited_anchors(db: &dyn Db) -> BTreeMap<File, BTreeSet<String>> {
    let mut cited: BTreeMap<File, BTreeSet<String>> = BTreeMap::new();
    for file in own_files(db) {
        for destination in link::destinations(db, file) {
            if let Target::Page(page) = link::target(db, file, destination)
                && let (Some(target), Some(anchor)) = (page.file, &page.anchor)
                && target.config(db).format != Format::Handbook
            {
                cited.entry(target).or_default().insert(anchor.clone());
            }
        }
    }
    cited
}

/// The files of the handbook's own sources.
fn own_files(db: &dyn Db) -> impl Iterator<Item = File> {
    let site = Site::get(db);
    let sources = site.trees(db).iter().zip(&site.config(db).sources);
    let own = sources.filter(|(_, source)| source.format == Format::Handbook);
    own.flat_map(|(tree, _)| tree.files.values().copied())
}

/// Every clause that is not as it was reviewed. Sources that are absent are not looked at.
#[salsa::tracked]
pub fn drifts(db: &dyn Db) -> Vec<Drift> {
    // A lock that cannot be read has reviewed nothing; a rule says what is wrong with it.
    let nothing = Lock::default();
    let lock = reviewed_lock(db).as_ref().unwrap_or(&nothing);
    let cited = cited_clauses(db);
    let mut drifts = Vec::new();
    for (id, current) in cited {
        let accepted = lock.clause(&id.document, &id.anchor);
        let change = match accepted {
            None => Change::New,
            Some(accepted) if accepted.print.digest != current.digest => Change::Changed,
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
    // What a clause is called now is said with the clause, and not again.
    let renamed: BTreeSet<ClauseId> = drifts
        .iter()
        .filter_map(|drift| match &drift.change {
            Change::Renamed(to) => Some(to.clone()),
            _ => None,
        })
        .collect();
    drifts.retain(|drift| drift.change != Change::New || !renamed.contains(&drift.id));
    drifts.sort_by(|a, b| a.id.cmp(&b.id));
    drifts
}

/// The document that the lock names: `Some(None)` where its source is here and the document is not.
fn document_file(db: &dyn Db, document: &str) -> Option<Option<File>> {
    let (source, path) = document.split_once(':')?;
    let site = Site::get(db);
    let mut sources = site.config(db).sources.iter().zip(site.trees(db));
    let (_, tree) = sources.find(|(config, _)| config.title() == source)?;
    tree.present.then(|| tree.file(path).filter(|file| file.is_document(db)))
}

/// The clause that says what a clause said that is gone: in the same document first, then under the same
/// anchor in another document of the source.
fn successor(
    db: &dyn Db,
    lock: &Lock,
    id: &ClauseId,
    gone: &Accepted,
    file: Option<File>,
) -> Option<ClauseId> {
    let is_new = |id: &ClauseId| lock.clause(&id.document, &id.anchor).is_none();
    if let Some(file) = file {
        let candidates = prints(db, file).iter().filter(|(_, print)| gone.print.is_like(print));
        let mut candidates: Vec<_> = candidates
            .map(|(anchor, print)| {
                (ClauseId { document: id.document.clone(), anchor: anchor.clone() }, print)
            })
            .filter(|(id, _)| is_new(id))
            .collect();
        candidates.sort_by_key(|(_, print)| (print.sketch ^ gone.print.sketch).count_ones());
        if let Some((found, _)) = candidates.into_iter().next() {
            return Some(found);
        }
    }
    let (source, _) = id.document.split_once(':')?;
    let site = Site::get(db);
    let mut sources = site.config(db).sources.iter().zip(site.trees(db));
    let (_, tree) = sources.find(|(config, _)| config.title() == source)?;
    let mut elsewhere =
        tree.files.values().copied().filter(|other| other.is_document(db) && Some(*other) != file);
    let found = elsewhere.find(|other| {
        clauses(db, *other).contains_key(&id.anchor)
            && prints(db, *other).get(&id.anchor).is_some_and(|print| gone.print.is_like(print))
    })?;
    let found = ClauseId {
        document: document_name(db, found.source(db), &found.path(db)),
        anchor: id.anchor.clone(),
    };
    Some(found).filter(is_new)
}

/// Who cites a clause, or anything in it, with the place of each reference.
pub fn citers(db: &dyn Db, id: &ClauseId) -> Vec<Location> {
    let mut found = Vec::new();
    for file in own_files(db) {
        for destination in link::destinations(db, file) {
            if names(db, file, destination, id) {
                let span = file.text(db).find(destination);
                let span = span.map_or(0..0, |start| start..start + destination.len());
                let place = Location::of(&file.name(db), file.text(db), span);
                if !found.contains(&place) {
                    found.push(place);
                }
            }
        }
    }
    found
}

fn names(db: &dyn Db, from: File, destination: &str, id: &ClauseId) -> bool {
    match link::target(db, from, destination) {
        Target::Page(page) => page.file.zip(page.anchor.as_ref()).is_some_and(|(file, anchor)| {
            document_name(db, file.source(db), &file.path(db)) == id.document
                && (*anchor == id.anchor
                    || heading_of(db, file, anchor)
                        .is_some_and(|index| model::outline(db, file).headings[index].id == id.anchor))
        }),
        // What is gone is still named by those who cite it.
        Target::Broken(_) => link::place_of(db, from, destination).is_some_and(|(path, anchor)| {
            let (_, document) = id.document.split_once(':').unwrap_or_default();
            path == document
                && anchor.is_some_and(|anchor| {
                    anchor == id.anchor
                        || anchor.strip_prefix(&*id.anchor).is_some_and(|rest| rest.starts_with('.'))
                })
        }),
        _ => false,
    }
}

/// When the clauses that govern a role were last reviewed: the earliest date among them, and whether one has
/// changed since. `None` where none was reviewed.
pub fn reviewed(db: &dyn Db, role: &model::Role) -> Option<(String, bool)> {
    let lock = reviewed_lock(db).as_ref().ok()?;
    let mut earliest: Option<String> = None;
    let mut drifted = false;
    for clause in &role.matter.governed_by {
        let Some((path, Some(anchor))) = link::place_of(db, role.file, clause) else { continue };
        let documents = lock
            .documents
            .iter()
            .filter(|(name, _)| name.split_once(':').is_some_and(|(_, document)| document == path));
        for (document, clauses) in documents {
            let Some(accepted) = clauses.get(&anchor) else { continue };
            if earliest.as_ref().is_none_or(|date| accepted.reviewed < *date) {
                earliest = Some(accepted.reviewed.clone());
            }
            let id = ClauseId { document: document.clone(), anchor: anchor.clone() };
            drifted |= drifts(db).iter().any(|drift| drift.id == id);
        }
    }
    earliest.map(|date| (date, drifted))
}

/// The lock after a review: what is accepted takes the place of what was; clauses that nobody cites any more
/// go. What is in a source that is absent stays as it is.
pub fn accept(db: &dyn Db, lock: &Lock, accepted: impl Fn(&Drift) -> bool, date: &str) -> Lock {
    let mut lock = lock.clone();
    let cited = cited_clauses(db);
    for drift in drifts(db).iter().filter(|drift| accepted(drift)) {
        let mut insert = |id: &ClauseId, current: &Current| {
            let Some(print) = prints(db, current.file).get(&id.anchor) else { return };
            let accepted =
                Accepted { title: current.title.clone(), print: print.clone(), reviewed: date.to_owned() };
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
        let there = self::clauses(db, file);
        clauses.retain(|anchor, _| {
            let id = ClauseId { document: document.clone(), anchor: anchor.clone() };
            cited.contains_key(&id) || !there.contains_key(anchor)
        });
    }
    lock.documents.retain(|_, clauses| !clauses.is_empty());
    lock
}
