//! Pages of documents and folders, and redirects from former addresses.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::body;
use super::cited::{Cited, cited};
use super::kind::ViewModel;
use super::related::{Related, related};
use super::scope::Scope;
use super::search_entry::{self, MOUNTED, OWN, Origin, SearchEntry, SearchSection};
use super::view::Link;
use super::{MOST_SIBLINGS, PageView, Sibling, Siblings};
use crate::model::{self, Destination, FolderKey, Key, Route};
use crate::source::{Db, File, Site, SourceId, folder_of};
use crate::url::{self, Href};

/// `document`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document {
    /// Its headings begin at `<h2>`.
    pub body_html: String,
    /// The original that this document is a digest of.
    pub upstream: Option<Link>,
    /// The handbook's digest of this document.
    pub digest: Option<Link>,
    pub related: Vec<Related>,
    /// Citations of it.
    pub cited: Vec<Cited>,
}

/// `folder`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Folder {
    /// The index document; may be empty.
    pub body_html: String,
    pub entries: Vec<Entry>,
    /// The original that the index document is a digest of.
    pub upstream: Option<Link>,
    /// The handbook's digest of the index document.
    pub digest: Option<Link>,
    /// Citations of the index document.
    pub cited: Vec<Cited>,
}

/// `redirect`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Redirect {
    /// The current page.
    pub to: Link,
    /// Absolute address of the current page if the site has a base URL, else relative to the site's root.
    pub canonical: Href,
}

/// A page or subfolder of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Entry {
    pub label: String,
    pub url: Href,
    pub description: Option<String>,
    /// True if it is a folder.
    pub folder: bool,
}

impl ViewModel for Document {
    const NAME: &'static str = "document";
    const HAS_PICTURE: bool = true;

    fn routes(_: &dyn Db) -> Vec<Route> {
        Vec::new()
    }

    fn shows(db: &dyn Db, route: &Route) -> bool {
        matches!(route, Route::Document(file) if !is_index(db, *file))
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        let Route::Document(file) = route else { return None };
        (!is_index(scope.db, *file)).then(|| document(scope, *file))
    }

    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry> {
        let Route::Document(file) = route else { return Vec::new() };
        let file = *file;
        let config = file.config(db);
        let path = file.path(db);
        let own = config.trust.is_own();
        let governs = model::is_normative(db, file) || own && path.starts_with("governance/");
        let whole = own || governs;
        let limit = if whole { 0 } else { Site::get(db).config(db).search.words };
        let weight = if whole { OWN } else { MOUNTED };
        let mut sections = search_entry::of_document(db, file, limit, weight);
        let title = model::title(db, file);
        let group = path.split_once('/').and_then(|(folder, _)| model::handbook(db).groups.get(folder));
        let groups: Vec<String> = group.map(|group| group.full_name()).into_iter().collect();
        let mut clauses = Vec::new();
        if governs {
            let first = sections.iter().position(|section| section.heading.is_some());
            for section in sections.split_off(first.unwrap_or(sections.len())) {
                let Some((id, heading)) = section.heading else { continue };
                clauses.push(
                    SearchEntry {
                        groups: groups.clone(),
                        within: Some(title.clone()),
                        sections: vec![SearchSection { heading: None, ..section }],
                        ..SearchEntry::new("clause", &heading)
                    }
                    .at(&id),
                );
            }
        }
        let kind = if own && path.starts_with("guides/") { "guide" } else { "document" };
        let origin = if own { Origin::Handbook } else { Origin::of_mounted(&path) };
        let entry = SearchEntry { groups, sections, ..SearchEntry::new(kind, title) };
        std::iter::once(entry).chain(clauses).map(|entry| SearchEntry { origin, ..entry }).collect()
    }
}

fn document(scope: &Scope, file: File) -> (PageView, Document) {
    let (page, body_html) = of_file(scope, file);
    let body = Document {
        body_html,
        upstream: upstream(scope, file),
        digest: digest(scope, file),
        related: related(scope, file, Route::Document(file)),
        cited: cited(scope, file),
    };
    (page, body)
}

/// The page of a folder, from its index document.
fn index(scope: &Scope, file: File) -> (PageView, Folder) {
    let (page, body_html) = of_file(scope, file);
    let body = Folder {
        body_html,
        entries: entries(scope, file.source(scope.db), &file.folder(scope.db)),
        upstream: upstream(scope, file),
        digest: digest(scope, file),
        cited: cited(scope, file),
    };
    (page, body)
}

/// The page of a document, and its HTML.
fn of_file(scope: &Scope, file: File) -> (PageView, String) {
    let db = scope.db;
    let (source, folder) = (file.source(db), file.folder(db));
    let rendered = body::document(scope, file);
    let mut page = PageView::new(scope, model::title(db, file));
    page.extra = model::matter(db, file).0.extra.clone();
    if let Some(title) = rendered.title {
        page.title_html = title;
    }
    page.title_id = rendered.title_id;
    page.description = model::description(db, file).clone();
    page = page.made_of(scope, &[file]);
    page.toc = body::toc(&rendered.toc);
    let above = if is_index(db, file) { parent(&folder) } else { Some(folder.as_str()) };
    page.breadcrumbs = breadcrumbs(scope, source, above);
    (with_folder_list(page, scope, source, &folder).reading(scope), rendered.body)
}

/// True if a document is the index of its folder.
fn is_index(db: &dyn Db, file: File) -> bool {
    model::index_document(db, FolderKey::new(db, file.source(db), file.folder(db))) == Some(file)
}

impl ViewModel for Folder {
    const NAME: &'static str = "folder";
    const HAS_PICTURE: bool = true;

    fn routes(_: &dyn Db) -> Vec<Route> {
        Vec::new()
    }

    fn shows(db: &dyn Db, route: &Route) -> bool {
        match route {
            Route::Document(file) => is_index(db, *file),
            Route::Folder(..) => true,
            _ => false,
        }
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        match route {
            Route::Document(file) => is_index(scope.db, *file).then(|| index(scope, *file)),
            Route::Folder(source, path) => Some(folder(scope, *source, path)),
            _ => None,
        }
    }

    fn search_entries(_: &dyn Db, _: &Route) -> Vec<SearchEntry> {
        Vec::new()
    }
}

fn folder(scope: &Scope, source: SourceId, folder: &str) -> (PageView, Folder) {
    let title = folder_title(scope.db, source, folder);
    let mut page = PageView::new(scope, &title);
    page.breadcrumbs = breadcrumbs(scope, source, parent(folder));
    let page = with_folder_list(page, scope, source, folder);
    let entries = entries(scope, source, folder);
    let body = Folder { body_html: String::new(), entries, upstream: None, digest: None, cited: Vec::new() };
    (page, body)
}

impl ViewModel for Redirect {
    const NAME: &'static str = "redirect";
    const HAS_PICTURE: bool = false;

    fn routes(_: &dyn Db) -> Vec<Route> {
        Vec::new()
    }

    fn shows(_: &dyn Db, route: &Route) -> bool {
        matches!(route, Route::Redirect { .. })
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        let Route::Redirect { to, .. } = route else { return None };
        Some(redirect(scope, to))
    }

    fn search_entries(_: &dyn Db, _: &Route) -> Vec<SearchEntry> {
        Vec::new()
    }
}

/// The redirect at a former address of a page.
fn redirect(scope: &Scope, to: &Destination) -> (PageView, Redirect) {
    let (title, address) = match to {
        Destination::Document(file) => {
            (model::title(scope.db, *file).clone(), model::document_url(scope.db, *file))
        }
        Destination::Group(id) => {
            let title = scope.named_group(id).map_or_else(|| id.clone(), |group| group.name);
            (title, Route::Group(id.clone()).url(scope.db))
        }
        Destination::Person(id) => {
            let person = model::person(scope.db, Key::new(scope.db, id.clone())).as_ref();
            (
                person.map_or_else(|| id.clone(), |person| person.name.clone()),
                Route::Person(id.clone()).url(scope.db),
            )
        }
    };
    let to = Link { label: title.clone(), url: scope.to(&address), external: false };
    let base_url = Site::get(scope.db).config(scope.db).base_url.as_ref();
    let on_web = base_url.and_then(|base| Href::web(&url::below(base, &address)));
    let canonical = on_web.unwrap_or_else(|| to.url.clone());
    (PageView::new(scope, &title), Redirect { to, canonical })
}

/// The original of a document that is a digest.
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

/// Adds the list of the folder's pages beside the page.
fn with_folder_list(page: PageView, scope: &Scope, source: SourceId, folder: &str) -> PageView {
    let listed = listing(scope.db, FolderKey::new(scope.db, source, folder.to_owned()));
    let url = model::folder_url(scope.db, source, folder);
    // Part of the list beside the full list would be redundant.
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

/// Title of the folder's index document, or a title derived from its name.
fn folder_title(db: &dyn Db, source: SourceId, folder: &str) -> String {
    match model::index_document(db, FolderKey::new(db, source, folder.to_owned())) {
        Some(index) => model::title(db, index).clone(),
        None if folder.is_empty() => {
            model::title_from_name(&Site::get(db).config(db).sources[source.0].title())
        }
        None => model::title_from_name(folder.rsplit('/').next().unwrap_or(folder)),
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

/// The subfolders and documents of a folder, folders first, each sorted by `order` and then by title. Entries with the
/// same title get their file name appended.
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
