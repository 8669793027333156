//! Suggestions for broken references: similar paths, and clauses of the same id.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use super::reason::Suggestion;
use crate::diagnostic::{self, NEAR, NameIndex, neighbours};
use crate::model::{self, FolderKey, index_names};
use crate::source::{Db, File, Site, SourceId, folder_of};

/// The paths of a source, by the parts that a wrong path may have right.
#[derive(Debug, Default, PartialEq, Eq)]
struct PathIndex {
    /// Files and folders by lower-case path.
    lower: HashMap<String, Arc<str>>,
    /// Files by lower-case name, sorted.
    names: HashMap<String, Vec<Arc<str>>>,
    /// Files by lower-case name and the name of each enclosing folder, sorted.
    within: HashMap<(String, String), Vec<Arc<str>>>,
    /// Folders by lower-case name, sorted.
    folders: HashMap<String, BTreeSet<String>>,
    /// File names by folder.
    beside: HashMap<String, NameIndex>,
    /// Lower-case file names by extension.
    by_extension: HashMap<String, NameIndex>,
}

#[salsa::tracked]
fn path_index(db: &dyn Db, root: FolderKey<'_>) -> PathIndex {
    let mut index = PathIndex::default();
    let mut beside: HashMap<&str, Vec<&str>> = HashMap::new();
    for path in Site::get(db).trees(db)[root.source(db).0].files.keys() {
        index.lower.insert(path.to_lowercase(), path.clone());
        let name = name_of(path).to_lowercase();
        let mut folder = folder_of(path);
        beside.entry(folder).or_default().push(name_of(path));
        for part in folder.split('/').collect::<BTreeSet<_>>() {
            index.within.entry((part.to_owned(), name.clone())).or_default().push(path.clone());
        }
        index.names.entry(name).or_default().push(path.clone());
        while !folder.is_empty() {
            if !index.folders.entry(name_of(folder).to_lowercase()).or_default().insert(folder.to_owned()) {
                break;
            }
            index.lower.entry(folder.to_lowercase()).or_insert_with(|| folder.into());
            folder = folder_of(folder);
        }
    }
    let mut by_extension: HashMap<&str, Vec<&str>> = HashMap::new();
    for name in index.names.keys() {
        if let Some((_, extension)) = name.rsplit_once('.') {
            by_extension.entry(extension).or_default().push(name);
        }
    }
    let named = |(key, names): (&str, Vec<&str>)| (key.to_owned(), names.into_iter().collect());
    index.by_extension = by_extension.into_iter().map(named).collect();
    index.beside = beside.into_iter().map(named).collect();
    index
}

fn index_of(db: &dyn Db, source: SourceId) -> &PathIndex {
    path_index(db, FolderKey::new(db, source, String::new()))
}

/// The path that differs only in case.
pub(super) fn in_other_case<'db>(db: &'db dyn Db, source: SourceId, path: &str) -> Option<&'db Arc<str>> {
    index_of(db, source).lower.get(&path.to_lowercase())
}

/// Suggests what a missing path may refer to.
pub(super) fn suggestion(db: &dyn Db, source: SourceId, path: &str) -> Option<Suggestion> {
    let tree = &Site::get(db).trees(db)[source.0];
    if let Some(address) = address(path) {
        return Some(Suggestion::Similar(format!("https://{address}")));
    }
    if tree.file(&format!("{path}.md")).is_some() {
        return Some(Suggestion::Similar(format!("/{path}.md")));
    }
    let index = index_of(db, source);
    let (folder, name) = (folder_of(path), name_of(path));
    let stands_for_folder = index_names().iter().any(|index| index.eq_ignore_ascii_case(name));
    let folders = |folder: &str| index.folders.get(&name_of(folder).to_lowercase());
    // The file may have moved without a change of name. An index document moves with its folder.
    let moved = if stands_for_folder || !name.contains('.') {
        let folder = if stands_for_folder { folder } else { path };
        closest_folder(folder, folders(folder))
    } else {
        // If many files have the name, only one in a folder of the same name is suggested.
        let name = name.to_lowercase();
        let alone = index.names.get(&name).filter(|files| files.len() == 1);
        let files = alone.or_else(|| index.within.get(&(name_of(folder).to_owned(), name)));
        let files = neighbours(files.map_or(&[], Vec::as_slice), |other| **other < *path);
        closest(path, files.iter().map(|other| &**other))
    };
    if let Some(moved) = moved {
        return Some(Suggestion::Elsewhere(moved.to_owned()));
    }
    if let Some(similar) = index.beside.get(folder).and_then(|names| names.nearest(name)) {
        let path = if folder.is_empty() { similar.to_owned() } else { format!("{folder}/{similar}") };
        return Some(Suggestion::Similar(format!("/{path}")));
    }
    if let Some(similar) = similar_name(index, name).filter(|_| !stands_for_folder) {
        return Some(Suggestion::Elsewhere(similar.to_string()));
    }
    // The folder may have moved without the file.
    let gone = !folder.is_empty() && !tree.is_folder(folder);
    let moved = closest_folder(folder, folders(folder).filter(|_| gone))?;
    Some(Suggestion::FolderElsewhere(moved.to_owned()))
}

/// Of the folders with the same name, the one that shares most folder names with `wanted`.
fn closest_folder<'a>(path: &str, folders: Option<&'a BTreeSet<String>>) -> Option<&'a str> {
    let folders = folders?;
    let before = folders.range::<str, _>((Bound::Unbounded, Bound::Excluded(path))).rev().take(NEAR);
    let after = folders.range::<str, _>((Bound::Included(path), Bound::Unbounded)).take(NEAR);
    closest(path, before.chain(after).map(String::as_str))
}

/// Of several paths, the one that shares most folder names with `wanted`.
fn closest<'a>(wanted: &str, paths: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let common = |path: &str| {
        let wanted: Vec<&str> = wanted.split('/').collect();
        path.split('/').filter(|part| wanted.contains(part)).count()
    };
    // `max_by_key` returns the last maximum; in reverse order that is the first path.
    let mut paths: Vec<&str> = paths.collect();
    paths.sort_unstable_by(|a, b| b.cmp(a));
    paths.into_iter().max_by_key(|path| common(path))
}

/// A file with a similar name in any folder. Short names are not specific enough.
fn similar_name<'a>(index: &'a PathIndex, name: &str) -> Option<&'a Arc<str>> {
    let name = name.to_lowercase();
    let (stem, extension) = name.rsplit_once('.')?;
    if stem.len() < 8 {
        return None;
    }
    let alike = index.by_extension.get(extension)?.around(&name);
    let near = alike
        .filter_map(|candidate| Some((diagnostic::distance(&name, candidate, stem.len() / 8)?, candidate)))
        .min();
    index.names.get(near?.1)?.first()
}

/// An address whose scheme is missing, if a part of the path looks like a host.
fn address(path: &str) -> Option<&str> {
    let mut start = 0;
    for part in path.split('/') {
        let host = part.rsplit_once('.').is_some_and(|(name, end)| {
            matches!(end, "com" | "org" | "io" | "net" | "dev" | "ly") && !name.is_empty()
        });
        if host {
            return Some(&path[start..]);
        }
        start += part.len() + 1;
    }
    None
}

/// Minimum length of a heading id that identifies a clause.
const CLAUSE: usize = 8;

/// Documents by heading id, for ids in few documents.
#[salsa::tracked]
fn by_heading(db: &dyn Db) -> HashMap<String, Vec<File>> {
    let mut documents: HashMap<String, Vec<File>> = HashMap::new();
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    for file in files.filter(|file| file.is_document(db)) {
        for heading in model::outline(db, file)
            .headings
            .iter()
            .filter(|heading| heading.level > 1 && heading.id.len() >= CLAUSE)
        {
            documents.entry(heading.id.clone()).or_default().push(file);
        }
    }
    documents.retain(|_, files| files.len() == 1);
    documents
}

/// The only document with a heading of this id. Suggested if the clause has moved, or the path is wrong.
pub fn clause_elsewhere(db: &dyn Db, anchor: &str) -> Option<File> {
    by_heading(db).get(anchor)?.first().copied()
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
