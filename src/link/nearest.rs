//! What a reference that leads nowhere may have meant: by its path, then by the heading it names.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic;
use crate::model::{self, FolderKey, index_names};
use crate::source::{Db, File, Site, SourceId, folder_of};

/// The paths of a source, by what is likely to be right about a wrong one.
#[derive(Debug, Default, PartialEq, Eq)]
struct PathIndex {
    /// Files and folders by path in lower case.
    lower: HashMap<String, Arc<str>>,
    /// Files by name, in lower case.
    names: HashMap<String, Vec<Arc<str>>>,
    /// Folders by name, in lower case.
    folders: HashMap<String, Vec<String>>,
}

#[salsa::tracked]
fn path_index(db: &dyn Db, root: FolderKey<'_>) -> PathIndex {
    let mut index = PathIndex::default();
    for path in Site::get(db).trees(db)[root.source(db).0].files.keys() {
        index.lower.insert(path.to_lowercase(), path.clone());
        index.names.entry(name_of(path).to_lowercase()).or_default().push(path.clone());
        let mut folder = folder_of(path);
        while !folder.is_empty() {
            let known = index.folders.entry(name_of(folder).to_lowercase()).or_default();
            if known.iter().any(|known| known == folder) {
                break;
            }
            known.push(folder.to_owned());
            index.lower.entry(folder.to_lowercase()).or_insert_with(|| folder.into());
            folder = folder_of(folder);
        }
    }
    index
}

fn index_of(db: &dyn Db, source: SourceId) -> &PathIndex {
    path_index(db, FolderKey::new(db, source, String::new()))
}

/// The path that differs in case only.
pub fn in_other_case<'db>(db: &'db dyn Db, source: SourceId, path: &str) -> Option<&'db Arc<str>> {
    index_of(db, source).lower.get(&path.to_lowercase())
}

/// The path, or the address, that a path which is not there may have meant, as a sentence.
pub fn meant(db: &dyn Db, source: SourceId, path: &str) -> Option<String> {
    let tree = &Site::get(db).trees(db)[source.0];
    if let Some(address) = address(path) {
        return Some(format!("did you mean `https://{address}`?"));
    }
    if tree.file(&format!("{path}.md")).is_some() {
        return Some(format!("did you mean `/{path}.md`?"));
    }
    let index = index_of(db, source);
    let (folder, name) = (folder_of(path), name_of(path));
    let stands_for_folder = index_names().iter().any(|index| index.eq_ignore_ascii_case(name));
    // A file that went elsewhere, with its name; an index document goes with its folder.
    let moved = if stands_for_folder || !name.contains('.') {
        let folder = if stands_for_folder { folder } else { path };
        let folders = index.folders.get(&name_of(folder).to_lowercase());
        closest(folder, folders.into_iter().flatten().map(String::as_str))
    } else {
        // Of a name that many files have, only one from a folder of the same name is meant.
        let files: Vec<&str> =
            index.names.get(&name.to_lowercase()).into_iter().flatten().map(|path| &**path).collect();
        let parent = name_of(folder);
        let alone = files.len() == 1;
        closest(
            path,
            files.into_iter().filter(|known| alone || folder_of(known).split('/').any(|part| part == parent)),
        )
    };
    if let Some(moved) = moved {
        return Some(format!("there is `/{moved}`"));
    }
    let beside = tree.under(folder).map(|(known, _)| &**known).filter(|known| folder_of(known) == folder);
    let similar = diagnostic::nearest(name, beside.map(name_of)).map(str::to_owned);
    if let Some(similar) = similar {
        let path = if folder.is_empty() { similar } else { format!("{folder}/{similar}") };
        return Some(format!("did you mean `/{path}`?"));
    }
    if let Some(similar) = similar_name(index, name).filter(|_| !stands_for_folder) {
        return Some(format!("there is `/{similar}`"));
    }
    // The folder went elsewhere, without the file.
    let gone = !folder.is_empty() && !tree.is_folder(folder);
    let folders = index.folders.get(&name_of(folder).to_lowercase()).filter(|_| gone);
    let moved = closest(folder, folders.into_iter().flatten().map(String::as_str))?;
    Some(format!("there is `/{moved}`, without this file"))
}

/// Of several paths the one that has most in common with the wanted one, counted in folders.
fn closest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let common = |path: &str| {
        let wanted: Vec<&str> = wanted.split('/').collect();
        path.split('/').filter(|part| wanted.contains(part)).count()
    };
    // `max_by_key` takes the last of equals: the first path, seen from the end.
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable_by(|a, b| b.cmp(a));
    known.into_iter().max_by_key(|path| common(path))
}

/// A file with nearly the same name, wherever it is. Only long names say enough.
fn similar_name<'a>(index: &'a PathIndex, name: &str) -> Option<&'a Arc<str>> {
    let name = name.to_lowercase();
    let (stem, extension) = name.rsplit_once('.')?;
    if stem.len() < 8 {
        return None;
    }
    let alike = index
        .names
        .iter()
        .filter(|(known, _)| known.rsplit_once('.').is_some_and(|(_, known)| known == extension));
    let near = alike.filter_map(|(known, paths)| {
        Some((diagnostic::distance(&name, known, stem.len() / 8)?, known, paths))
    });
    let (_, _, paths) = near.min_by_key(|(distance, known, _)| (*distance, *known))?;
    paths.first()
}

/// An address of the web whose scheme was left out, where a part of a path looks like a host.
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

/// Shortest id of a heading that tells a clause from others.
const CLAUSE: usize = 8;

/// Documents by the ids of their headings, those that few of them have.
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

/// The only document that has a heading of this id, where a reference names it in another: the clause went
/// elsewhere, or the path is wrong.
pub fn clause_elsewhere(db: &dyn Db, anchor: &str) -> Option<File> {
    by_heading(db).get(anchor)?.first().copied()
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
