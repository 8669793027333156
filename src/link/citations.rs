//! References by target.
//!
//! Resolving every reference to find those of one target would need every document. The index below therefore uses the
//! path in a destination, which needs neither outlines nor pages; only the few candidates are then resolved. The index
//! stays equal after an edit that changes no destination.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::fields::{FieldKind, ReferenceField, fields};
use super::resolve::{clean, parts};
use super::target;
use super::target::Target;
use super::web::{address_above_root, bases};
use crate::model::{self, FolderKey, Route, index_document, index_names};
use crate::parse::{fitted, parse, shortened};
use crate::source::{Db, File, Site, SourceId, folder_of};
use crate::strings::strings;
use crate::url;

/// A reference with its context. A site has hundreds of thousands, so the texts are shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Destination as in the source text.
    pub destination: Arc<str>,
    /// The section that contains it.
    pub place: Arc<ReferencePlace>,
    /// Plain text around the reference.
    pub passage: Arc<str>,
}

/// A section that contains references.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReferencePlace {
    /// The page that shows it.
    pub route: Route,
    /// Anchor of the section on the page.
    pub anchor: Option<String>,
    /// Title of the section: a heading or a checklist item.
    pub section: Option<String>,
}

impl ReferencePlace {
    fn of(field: &ReferenceField) -> Arc<Self> {
        let ReferenceField { route, anchor, section, .. } = field;
        Arc::new(Self { route: route.clone(), anchor: anchor.clone(), section: section.clone() })
    }
}

/// Limit for anchors of sections in bytes, because every reference repeats its section's anchor.
const LONGEST_ANCHOR: usize = 400;
/// Limit for titles of sections in characters, for the same reason.
const LONGEST_SECTION: usize = 200;

/// The references of a file, in order. References from data have their record's page as the route.
#[salsa::tracked]
pub fn references(db: &dyn Db, file: File) -> Vec<Reference> {
    // Collecting reuses the larger block of the pairs.
    fitted(references_with_spans(db, file).into_iter().map(|(reference, _)| reference).collect())
}

/// The references of a file with their spans, in the order of [`references`]. That query leaves out the spans, so that it
/// stays equal when text moves.
pub fn references_with_spans(db: &dyn Db, file: File) -> Vec<(Reference, Range<usize>)> {
    let fields = fields(db, file);
    let (texts, references): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|field| field.kind == FieldKind::Markdown);
    let references = references.into_iter().map(|field| {
        let passage = field.item_text.and_then(|text| parse(text).lead).unwrap_or_default();
        let passage = strings(db).in_general(&passage, model::vocabulary(db)).into();
        let destination = field.at.value.as_str().into();
        (Reference { destination, place: ReferencePlace::of(&field), passage }, field.at.span.clone())
    });
    let mut references: Vec<_> = references.collect();
    if file.is_document(db) {
        of_document(db, file, &mut references);
    }
    for field in texts {
        let place = ReferencePlace::of(&field);
        references.extend(field.links(file.text(db)).into_iter().map(|(link, span)| {
            let passage = strings(db).in_general(&link.passage, model::vocabulary(db)).into();
            (Reference { destination: link.destination, place: place.clone(), passage }, span)
        }));
    }
    references
}

fn of_document(db: &dyn Db, file: File, references: &mut Vec<(Reference, Range<usize>)>) {
    let document = model::document(db, file);
    let route =
        if model::is_role(db, file) { Route::Role(model::role_id(db, file)) } else { Route::Document(file) };
    let place = |heading: Option<usize>| {
        // The title is not a section.
        let heading = heading.map(|index| &document.headings[index]);
        let heading = heading.filter(|heading| heading.level > 1 && !heading.id.is_empty());
        let anchor = heading.filter(|heading| heading.id.len() <= LONGEST_ANCHOR);
        Arc::new(ReferencePlace {
            route: route.clone(),
            anchor: anchor.map(|heading| heading.id.clone()),
            section: heading.map(|heading| shortened(&heading.text, LONGEST_SECTION)),
        })
    };
    for links in document.links.chunk_by(|one, next| one.heading == next.heading) {
        let place = place(links[0].heading);
        references.extend(links.iter().map(|link| {
            let (destination, passage) = (link.destination.clone(), link.passage.clone());
            (Reference { destination, place: place.clone(), passage }, link.span.clone())
        }));
    }
}

/// The destinations of a file without their context. Stays equal when other text changes.
#[salsa::tracked]
pub fn destinations(db: &dyn Db, file: File) -> Vec<Arc<str>> {
    let settled = model::settled(db, file);
    settled.map_or_else(|| read_destinations(db, file), |settled| settled.destinations(db).clone())
}

/// The destinations of a file as its text is now.
pub fn read_destinations(db: &dyn Db, file: File) -> Vec<Arc<str>> {
    references(db, file).iter().map(|reference| reference.destination.clone()).collect()
}

/// A path with its source; without a source if it starts at the root of the handbook, because any source may have it.
type PathInSource = (Option<SourceId>, String);

/// References by the lower-case path in their destination, each as a file and an index into [`destinations`].
#[salsa::tracked]
fn by_path(db: &dyn Db) -> HashMap<PathInSource, Vec<(File, usize)>> {
    model::follow_settling(db);
    let site = Site::get(db);
    let mut by_path: HashMap<PathInSource, Vec<(File, usize)>> = HashMap::new();
    for file in site.trees(db).iter().flat_map(|tree| tree.files.values().copied()) {
        let folder = file.folder(db);
        for (index, destination) in destinations(db, file).iter().enumerate() {
            if let Some((source, path)) = path_of(db, file.source(db), &folder, destination) {
                by_path.entry((source, path.to_lowercase())).or_default().push((file, index));
            }
        }
    }
    by_path
}

/// The path that a destination refers to; `None` for anchors within the same document and for anything outside the
/// sources.
fn path_of(db: &dyn Db, source: SourceId, folder: &str, destination: &str) -> Option<PathInSource> {
    let destination = destination.trim();
    let path = destination.split('#').next().unwrap_or_default();
    if path.is_empty() || path.starts_with("//") {
        return None;
    }
    if url::scheme(destination).is_some() {
        let (source, path) = bases(db).find(path)?.path();
        return Some((Some(source), url::join("", &clean(path)).0));
    }
    let config = Site::get(db).config(db);
    if let Some(address) = address_above_root(config, source, folder, destination) {
        return path_of(db, source, folder, &address);
    }
    let (joined, above) = match path.strip_prefix('/') {
        Some(absolute) => (url::join("", &clean(absolute)).0, 0),
        None => url::join(folder, &clean(path)),
    };
    let is_in_any = path.starts_with('/') && config.sources[source.0].trust.is_own();
    (above == 0).then(|| ((!is_in_any).then_some(source), joined.trim_end_matches('/').to_owned()))
}

/// The path and anchor that a reference refers to, whether or not they exist.
pub fn path_and_anchor(db: &dyn Db, from: File, destination: &str) -> Option<(String, Option<String>)> {
    let (_, path) = path_of(db, from.source(db), &from.folder(db), destination)?;
    Some((path, parts(destination.trim()).1.map(url::decode)))
}

/// A reference to a document or folder, by its index in the citing file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The citing file.
    pub from: File,
    /// Index into the [`references`] of that file.
    pub index: usize,
    /// The cited anchor.
    pub anchor: Option<String>,
}

/// References to a path of a source, which may be a document, a file or a folder; in the order of files. A document's
/// references to itself are left out.
#[salsa::tracked]
pub fn cited_by<'db>(db: &'db dyn Db, key: FolderKey<'db>) -> Vec<Citation> {
    let (source, path) = (key.source(db), key.path(db));
    let file = Site::get(db).trees(db)[source.0].file(path);
    let mut names = vec![path.clone()];
    let mut sources = vec![Some(source), None];
    if let Some(file) = file {
        let digested = model::upstream(db, file).clone().filter(|_| model::original(db, file).is_none());
        if let Some(digested) = digested {
            names.push(digested);
            sources.extend((0..Site::get(db).trees(db).len()).map(|index| Some(SourceId(index))));
        }
        if index_document(db, FolderKey::new(db, source, file.folder(db))) == Some(file) {
            names.push(file.folder(db));
        }
    }
    let tree = &Site::get(db).trees(db)[source.0];
    names.extend(names.iter().flat_map(|name| tree.paths_through_links(name)).collect::<Vec<_>>());
    // A digest's index document also stands for the folder of its original.
    let folders: Vec<String> = names
        .iter()
        .filter(|name| index_names().iter().any(|index| name.rsplit('/').next() == Some(index)))
        .map(|name| folder_of(name).to_owned())
        .collect();
    names.extend(folders);
    // The handbook includes the mount in the path if an earlier source has a file of the same path.
    if let Some(mount) = &Site::get(db).config(db).sources[source.0].mount {
        let mounted = |name: &String| format!("{mount}/{name}").trim_end_matches('/').to_owned();
        names.extend(names.iter().map(mounted).collect::<Vec<_>>());
    }
    names.dedup();
    let by_path = by_path(db);
    let mut citations: Vec<Citation> = Vec::new();
    let mut seen = HashSet::new();
    let keys = names.iter().map(|name| name.to_lowercase());
    let keys = keys.flat_map(|name| sources.iter().map(move |source| (*source, name.clone())));
    for key in keys {
        for (from, index) in by_path.get(&key).into_iter().flatten() {
            if Some(*from) == file || !seen.insert((*from, *index)) {
                continue;
            }
            let destination = &destinations(db, *from)[*index];
            let anchor = match target(db, *from, destination) {
                Target::Page(page) if page.source == source && page.path == *path => page.anchor.clone(),
                Target::SourceFile(file) if file.source == source && file.path == *path => {
                    file.anchor.clone()
                }
                _ => continue,
            };
            citations.push(Citation { from: *from, index: *index, anchor });
        }
    }
    citations.sort_by(|a, b| {
        let key = |citation: &Citation| (citation.from.source(db), citation.from.path(db), citation.index);
        key(a).cmp(&key(b))
    });
    citations
}

/// References to a document.
pub fn citations(db: &dyn Db, file: File) -> &Vec<Citation> {
    cited_by(db, FolderKey::new(db, file.source(db), file.path(db).to_string()))
}

/// A reference of a file by its index.
#[salsa::tracked]
pub fn reference(db: &dyn Db, from: File, index: usize) -> Option<Reference> {
    references(db, from).get(index).cloned()
}

/// The section that contains a reference, without its text.
#[salsa::tracked]
pub fn containing_section(db: &dyn Db, from: File, index: usize) -> Option<Arc<ReferencePlace>> {
    references(db, from).get(index).map(|reference| reference.place.clone())
}

/// The page that contains a reference.
pub fn citing_page(db: &dyn Db, from: File, index: usize) -> Option<Route> {
    // All references of a settled document are in its text. Asking for the section would need its text.
    if model::settled(db, from).is_some() {
        return Some(Route::Document(from));
    }
    containing_section(db, from, index).as_ref().map(|place| place.route.clone())
}

impl Citation {
    /// The reference with its context.
    pub fn reference<'db>(&self, db: &'db dyn Db) -> Option<&'db Reference> {
        reference(db, self.from, self.index).as_ref()
    }

    /// The source of the citing file.
    pub fn source(&self, db: &dyn Db) -> SourceId {
        self.from.source(db)
    }
}
