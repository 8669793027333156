//! Documents and folders.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::body;
use super::cited::{Cited, cited};
use super::related::{Related, related};
use super::scope::Scope;
use super::view::Link;
use super::{Body, MOST_SIBLINGS, PageView, Sibling, Siblings};
use crate::model::{self, FolderKey, Route};
use crate::source::{Db, File, Site, SourceId, folder_of};
use crate::url::{self, Href};

/// `document`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document {
    /// Its headings begin at `<h2>`.
    pub body_html: String,
    /// The document that it is a digest of.
    pub upstream: Option<Link>,
    /// The handbook’s digest of it.
    pub digest: Option<Link>,
    pub related: Vec<Related>,
    /// What refers to it.
    pub cited: Vec<Cited>,
}

/// `folder`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Folder {
    /// Its index document; may be empty.
    pub body_html: String,
    pub entries: Vec<Entry>,
    /// The document that the index is a digest of.
    pub upstream: Option<Link>,
    /// The handbook’s digest of the index.
    pub digest: Option<Link>,
    /// What refers to it.
    pub cited: Vec<Cited>,
}

/// `redirect`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Redirect {
    /// The page of today.
    pub to: Link,
    /// Its address on the web, else within the site.
    pub canonical: Href,
}

/// A page or folder in a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Entry {
    pub label: String,
    pub url: Href,
    pub description: Option<String>,
    /// It holds more pages.
    pub folder: bool,
}

pub(super) fn document(scope: &Scope, file: File) -> (PageView, Body) {
    let db = scope.db;
    let (source, folder) = (file.source(db), file.folder(db));
    let rendered = body::document(scope, file);
    let outline_title = model::title(db, file);
    let is_index = model::index_document(db, FolderKey::new(db, source, folder.clone())) == Some(file);
    let mut page = PageView::new(scope, if is_index { "folder" } else { "document" }, outline_title);
    if let Some(title) = rendered.title {
        page.title_html = title;
    }
    page.title_id = rendered.title_id;
    page.description = model::description(db, file).clone();
    page = page.made_of(scope, &[file]);
    page.toc = body::toc(&rendered.toc);
    let above = if is_index { parent(&folder) } else { Some(folder.as_str()) };
    page.breadcrumbs = breadcrumbs(scope, source, above);
    let page = beside(page, scope, source, &folder).reading(scope);
    if is_index {
        let body = Folder {
            body_html: rendered.body,
            entries: entries(scope, source, &folder),
            upstream: upstream(scope, file),
            digest: digest(scope, file),
            cited: cited(scope, file),
        };
        return (page, Body::Folder(body));
    }
    (
        page,
        Body::Document(Document {
            body_html: rendered.body,
            upstream: upstream(scope, file),
            digest: digest(scope, file),
            related: related(scope, file, Route::Document(file)),
            cited: cited(scope, file),
        }),
    )
}

pub(super) fn folder(scope: &Scope, source: SourceId, folder: &str) -> (PageView, Body) {
    let title = folder_title(scope.db, source, folder);
    let mut page = PageView::new(scope, "folder", &title);
    page.breadcrumbs = breadcrumbs(scope, source, parent(folder));
    let page = beside(page, scope, source, folder);
    let entries = entries(scope, source, folder);
    let body = Folder { body_html: String::new(), entries, upstream: None, digest: None, cited: Vec::new() };
    (page, Body::Folder(body))
}

/// What stands at a former address of a document's page.
pub(super) fn redirect(scope: &Scope, file: File) -> (PageView, Body) {
    let title = model::title(scope.db, file);
    let address = model::document_url(scope.db, file);
    let to = Link { label: title.clone(), url: scope.to(&address), external: false };
    let base_url = Site::get(scope.db).config(scope.db).base_url.as_ref();
    let on_web = base_url.and_then(|base| Href::web(&url::below(base, &address)));
    let canonical = on_web.unwrap_or_else(|| to.url.clone());
    (PageView::new(scope, "redirect", title), Body::Redirect(Redirect { to, canonical }))
}

/// The document that this one digests.
pub(super) fn upstream(scope: &Scope, file: File) -> Option<Link> {
    let path = model::upstream(scope.db, file).as_ref()?;
    let config = Site::get(scope.db).config(scope.db);
    let trees = Site::get(scope.db).trees(scope.db);
    if let Some(original) = model::original(scope.db, file) {
        let label = format!("{} ({})", model::title(scope.db, original), original.config(scope.db).title());
        return Some(scope.link(label, &Route::Document(original)));
    }
    for (index, tree) in trees.iter().enumerate().filter(|(index, _)| *index != file.source(scope.db).0) {
        let source = &config.sources[index];
        if let (false, Some(web)) = (tree.present, &source.web) {
            let url = Href::web(&format!("{web}{}", url::encode_path(path)))?;
            return Some(Link { label: path.clone(), url, external: true });
        }
    }
    None
}

/// The handbook's digest of a mounted document.
fn digest(scope: &Scope, file: File) -> Option<Link> {
    file.config(scope.db).mount.as_ref()?;
    let digest = *model::digests(scope.db).get(&*file.path(scope.db))?;
    Some(Link {
        label: model::title(scope.db, digest).clone(),
        url: scope.to(&model::document_url(scope.db, digest)),
        external: false,
    })
}

/// Lists the folder beside the page.
fn beside(page: PageView, scope: &Scope, source: SourceId, folder: &str) -> PageView {
    let listed = listing(scope.db, FolderKey::new(scope.db, source, folder.to_owned()));
    let url = model::folder_url(scope.db, source, folder);
    // A part of the list would say nothing beside the whole.
    let lists_itself = scope.url() == Some(&*url) && listed.items.len() > MOST_SIBLINGS;
    if listed.items.is_empty() || lists_itself {
        return page;
    }
    page.section(scope, &folder_title(scope.db, source, folder), &url, listed)
}

fn breadcrumbs(scope: &Scope, source: SourceId, folder: Option<&str>) -> Vec<Link> {
    let mut crumbs = Vec::new();
    let mut folder = folder;
    let mounted = Site::get(scope.db).config(scope.db).sources[source.0].mount.is_some();
    while let Some(path) = folder {
        if mounted || !path.is_empty() {
            let url = scope.to(&model::folder_url(scope.db, source, path));
            crumbs.push(Link { label: folder_title(scope.db, source, path), url, external: false });
        }
        folder = parent(path);
    }
    crumbs.push(scope.home());
    crumbs.reverse();
    crumbs
}

/// Title of the folder's index document, else its name in words.
fn folder_title(db: &dyn Db, source: SourceId, folder: &str) -> String {
    match model::index_document(db, FolderKey::new(db, source, folder.to_owned())) {
        Some(index) => model::title(db, index).clone(),
        None if folder.is_empty() => model::words(&Site::get(db).config(db).sources[source.0].title()),
        None => model::words(folder.rsplit('/').next().unwrap_or(folder)),
    }
}

fn entries(scope: &Scope, source: SourceId, folder: &str) -> Vec<Entry> {
    let listed = listing(scope.db, FolderKey::new(scope.db, source, folder.to_owned()));
    let entry = |listed: &Sibling| Entry {
        label: listed.label.clone(),
        url: scope.to(&listed.url),
        description: listed.file.and_then(|file| model::description(scope.db, file).clone()),
        folder: listed.folder,
    };
    listed.items.iter().map(entry).collect()
}

/// The folders and documents of a folder: folders first; each by the order it asks for, then by title. Those of one
/// title are told apart by the names of their files.
#[salsa::tracked]
fn listing<'db>(db: &'db dyn Db, key: FolderKey<'db>) -> Siblings {
    let (source, folder) = (key.source(db), key.path(db));
    let tree = &Site::get(db).trees(db)[source.0];
    let prefix = if folder.is_empty() { 0 } else { folder.len() + 1 };
    let mut folders = BTreeSet::new();
    let mut documents = Vec::new();
    let index = model::index_document(db, key);
    let has_page = |file: File| file.is_document(db) && model::has_page(db, file);
    for (path, file) in tree.under(folder).filter(|(_, file)| has_page(*file)) {
        match path[prefix..].split_once('/') {
            Some((name, _)) => {
                folders.insert(format!("{}{name}", &path[..prefix]));
            }
            None if index == Some(file) => {}
            None => documents.push(file),
        }
    }
    let mut listed: Vec<_> = folders
        .into_iter()
        .map(|path| {
            let index = model::index_document(db, FolderKey::new(db, source, path.clone()));
            let entry = Sibling {
                label: folder_title(db, source, &path),
                url: model::folder_url(db, source, &path),
                file: index,
                folder: true,
            };
            (index.and_then(|index| model::outline(db, index).order), entry)
        })
        .chain(documents.into_iter().map(|file| {
            let entry = Sibling {
                label: model::title(db, file).clone(),
                url: model::document_url(db, file),
                file: Some(file),
                folder: false,
            };
            (model::outline(db, file).order, entry)
        }))
        .collect();
    listed.sort_by_cached_key(|(order, entry)| {
        (!entry.folder, order.unwrap_or(i64::MAX), entry.label.to_lowercase(), entry.url.clone())
    });
    let mut listed: Vec<Sibling> = listed.into_iter().map(|(_, entry)| entry).collect();
    let mut times: HashMap<String, usize> = HashMap::new();
    listed.iter().for_each(|entry| *times.entry(entry.label.clone()).or_default() += 1);
    for entry in listed.iter_mut().filter(|entry| times[&entry.label] > 1) {
        let name = entry.url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        entry.label = format!("{} · {}", entry.label, url::decode(name));
    }
    listed.into_iter().collect()
}

fn parent(folder: &str) -> Option<&str> {
    match folder {
        "" => None,
        folder => Some(folder_of(folder)),
    }
}
