//! Where everything is shown: which pages there are, and their addresses.

use std::collections::{BTreeMap, HashMap};

use crate::site_path::{PathFault, SitePath, Taken};
use crate::source::{Db, File, Site, SourceId, folder_of, is_markdown, without_extension};

use super::file::is_role;
use super::route::{PageKinds, Route};
use super::{Key, calendar_urls, checklist_of_role, handbook};

impl Route {
    /// Its address within the site, not percent-encoded.
    pub fn url(&self, db: &dyn Db) -> String {
        let elsewhere = elsewhere(db).pages.get(self).and_then(|elsewhere| elsewhere.address.clone());
        elsewhere.unwrap_or_else(|| self.own_url(db))
    }

    /// The address that its name gives it, whoever has that.
    fn own_url(&self, db: &dyn Db) -> String {
        match self {
            Self::Fixed(address) => (*address).into(),
            Self::Role(role) => format!("/roles/{role}/"),
            Self::Group(group) => format!("/groups/{group}/"),
            Self::Lead { group, role: below } | Self::GroupChecklist { group, checklist: below } => {
                format!("/groups/{group}/{below}/")
            }
            Self::Person(id) => format!("/people/{id}/"),
            Self::Skill(skill) => format!("/skills/{skill}/"),
            Self::Checklist(checklist) => format!("/checklists/{checklist}/"),
            Self::Document(file) => own_document_url(db, *file),
            Self::Folder(source, folder) => own_folder_url(db, *source, folder),
            Self::Redirect { from, .. } => from.clone(),
        }
    }
}

/// File names that stand for their folder, the first that exists.
pub fn index_names() -> [&'static str; 4] {
    ["README.md", "_index.md", "index.md", "readme.md"]
}

/// How early a document comes among those that could stand for their folder; `None` for all others. GitHub shows a
/// README whatever the case of its name and the extension.
fn index_rank(name: &str) -> Option<usize> {
    let known = index_names().iter().position(|known| *known == name);
    let is_readme = || is_markdown(name) && without_extension(name).eq_ignore_ascii_case("readme");
    known.or_else(|| is_readme().then_some(index_names().len()))
}

/// Whether a file name may stand for its folder.
pub fn is_index_name(name: &str) -> bool {
    index_rank(name).is_some()
}

/// The document that stands for a folder.
#[salsa::tracked(returns(copy))]
pub fn index_document(db: &dyn Db, folder: FolderKey<'_>) -> Option<File> {
    index_documents(db, Source::new(db, folder.source(db))).get(folder.path(db).as_str()).copied()
}

/// The documents of a source that stand for their folders, by folder.
#[salsa::tracked]
fn index_documents<'db>(db: &'db dyn Db, source: Source<'db>) -> HashMap<String, File> {
    let mut ranked: HashMap<&str, (usize, File)> = HashMap::new();
    for (path, file) in &Site::get(db).trees(db)[source.id(db).0].files {
        let name = path.rsplit('/').next().unwrap_or(path);
        let Some(rank) = index_rank(name) else { continue };
        let first = ranked.entry(folder_of(path)).or_insert((rank, *file));
        if rank < first.0 {
            *first = (rank, *file);
        }
    }
    ranked.into_iter().map(|(folder, (_, file))| (folder.to_owned(), file)).collect()
}

/// A source, as a question.
#[salsa::interned]
struct Source<'db> {
    #[returns(copy)]
    id: SourceId,
}

/// A folder of a source, as a question.
#[salsa::interned]
pub struct FolderKey<'db> {
    /// The source.
    #[returns(copy)]
    pub source: SourceId,
    /// Its path; `""` is the root.
    pub path: String,
}

/// Address of a document's page.
#[salsa::tracked(returns(clone))]
pub fn document_url(db: &dyn Db, file: File) -> String {
    if is_role(db, file) {
        return Route::Role(super::book::role_id(db, file)).url(db);
    }
    Route::Document(file).url(db)
}

fn own_document_url(db: &dyn Db, file: File) -> String {
    let folder = file.folder(db);
    if index_document(db, FolderKey::new(db, file.source(db), folder.clone())) == Some(file) {
        return own_folder_url(db, file.source(db), &folder);
    }
    format!("{}{}/", root_url(db, file.source(db)), without_extension(&file.path(db)))
}

/// Address of a folder's page.
pub fn folder_url(db: &dyn Db, source: SourceId, folder: &str) -> String {
    match index_document(db, FolderKey::new(db, source, folder.to_owned())) {
        Some(index) => document_url(db, index),
        None => Route::Folder(source, folder.to_owned()).url(db),
    }
}

fn own_folder_url(db: &dyn Db, source: SourceId, folder: &str) -> String {
    let root = root_url(db, source);
    if folder.is_empty() { root } else { format!("{root}{folder}/") }
}

/// Address under which a source's documents appear.
pub fn root_url(db: &dyn Db, source: SourceId) -> String {
    match &Site::get(db).config(db).sources[source.0].mount {
        Some(mount) => format!("/{mount}/"),
        None => "/".into(),
    }
}

/// Address of a file that is copied as it is; `None` for a file whose name cannot be one.
pub fn asset_url(db: &dyn Db, file: File) -> Option<String> {
    match elsewhere(db).files.get(&file) {
        Some(elsewhere) => elsewhere.address.clone(),
        None => Some(own_asset_url(db, file)),
    }
}

fn own_asset_url(db: &dyn Db, file: File) -> String {
    format!("{}{}", root_url(db, file.source(db)), file.path(db))
}

/// The file that is copied to an address, if it is copied at all.
pub fn asset_at(db: &dyn Db, url: &str) -> Option<File> {
    let moved = elsewhere(db).files.iter();
    let moved =
        moved.filter(|(_, elsewhere)| elsewhere.address.as_deref() == Some(url)).map(|(file, _)| *file);
    let trees = Site::get(db).trees(db).iter().enumerate();
    let own = trees
        .filter_map(|(index, tree)| tree.file(url.strip_prefix(root_url(db, SourceId(index)).as_str())?));
    moved.chain(own).find(|file| asset_url(db, *file).as_deref() == Some(url))
}

/// Addresses of the files for other programs that a site may have, whatever is in it.
pub const DATA_FILES: [&str; 14] = [
    "/api/compare.json",
    "/api/handbook.json",
    "/api/obligations.json",
    "/api/references.json",
    "/api/seats.csv",
    "/api/seats.json",
    "/api/skills-by-group.csv",
    "/api/skills-by-group.json",
    "/api/skills.csv",
    "/api/skills.json",
    "/feed.xml",
    "/llms.txt",
    "/robots.txt",
    "/sitemap.xml",
];

/// Address of the data of the checklist that a page shows; `None` for a page that has none.
pub fn checklist_data_url(db: &dyn Db, route: &Route) -> Option<String> {
    match route {
        Route::Lead { group, role } => {
            checklist_of_role(db, Key::new(db, role.clone())).as_ref()?;
            Some(format!("/api/leads/{group}/{role}.json"))
        }
        Route::GroupChecklist { group, checklist } => {
            Some(format!("/api/checklists/{group}/{checklist}.json"))
        }
        Route::Checklist(checklist) => Some(format!("/api/checklists/{checklist}.json")),
        _ => None,
    }
}

/// The page whose checklist has its data at an address; see [`checklist_data_url`]. Whether there is such a page is
/// not asked.
pub fn checklist_route_at(url: &str) -> Option<Route> {
    let path = url.strip_prefix("/api/")?.strip_suffix(".json")?;
    if let Some((group, role)) = path.strip_prefix("leads/").and_then(|path| path.split_once('/')) {
        return Some(Route::Lead { group: group.to_owned(), role: role.to_owned() });
    }
    let list = path.strip_prefix("checklists/")?;
    Some(match list.split_once('/') {
        Some((group, list)) => Route::GroupChecklist { group: group.to_owned(), checklist: list.to_owned() },
        None => Route::Checklist(list.to_owned()),
    })
}

/// Addresses of the data of all checklists.
pub fn checklist_data_urls(db: &dyn Db) -> impl Iterator<Item = String> {
    data_routes(db).iter().filter_map(|route| checklist_data_url(db, route))
}

/// The folder of the search index within the site.
pub const SEARCH_FOLDER: &str = "pagefind";

/// Where the picture is that links to a kind of page are shown with.
pub fn picture_url(kind: &str) -> String {
    format!("/pictures/{kind}.png")
}

/// What has an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A page.
    Page(Route),
    /// A file of a source.
    File(File),
    /// A file that rolebook makes or the theme brings.
    Made,
}

/// A page or a file that does not have the address that its name gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The address that it would have.
    pub own: String,
    /// Its address; `None` where it is left out.
    pub address: Option<String>,
    /// Why.
    pub reason: Reason,
}

/// See [`Elsewhere`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No file can have that name.
    Invalid(PathFault),
    /// It is another's, on some file system at least.
    Taken(Holder),
}

/// What does not have the address that its name gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewheres {
    /// Pages.
    pub pages: BTreeMap<Route, Elsewhere>,
    /// Files that may be copied.
    pub files: BTreeMap<File, Elsewhere>,
    /// Files that rolebook makes or the theme brings, and that cannot be written.
    pub made: Vec<(String, Reason)>,
}

/// See [`Elsewheres`]. A table of its own, as it is empty for most sites: pages depend on it, and on no other page.
#[salsa::tracked]
pub fn elsewhere(db: &dyn Db) -> Elsewheres {
    table(db).1.clone()
}

/// Gives every page and file its address. The first keeps the address that its name gives it: what rolebook makes, then
/// pages, then copied files; see [`rank`]. All others get theirs after that, so that none takes one that is another's
/// by name.
#[salsa::tracked(no_eq)]
fn table(db: &dyn Db) -> (Taken<Holder>, Elsewheres) {
    let site = Site::get(db);
    let config = site.config(db);
    let mut taken = Taken::default();
    let mut elsewheres = Elsewheres::default();
    let made = site.assets(db).keys().map(|name| format!("/assets/{name}"));
    let made =
        made.chain(DATA_FILES.map(str::to_owned)).chain(calendar_urls(db)).chain(checklist_data_urls(db));
    let pictured = PageKinds::get(db).all(db).iter().filter(|kind| kind.has_picture);
    let pictures = pictured.filter(|_| config.base_url.is_some()).map(|kind| picture_url(kind.name));
    let search = config.search.enabled.then(|| format!("/{SEARCH_FOLDER}"));
    for url in made.chain(pictures).chain(search) {
        if let Err(reason) = take(&mut taken, &url, Holder::Made) {
            elsewheres.made.push((url, reason));
        }
    }
    let mut pages: Vec<&Route> = data_routes(db).iter().chain(document_routes(db)).collect();
    pages.sort_by_key(|route| rank(db, route));
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    let mut files: Vec<File> = files.filter(|file| !file.is_document(db) && file.readable(db)).collect();
    files.sort_by_key(|file| !file.is_own(db));
    let mut lost = Vec::new();
    for holder in pages.into_iter().cloned().map(Holder::Page).chain(files.into_iter().map(Holder::File)) {
        let own = holder.own_url(db);
        if let Err(reason) = take(&mut taken, &own, holder.clone()) {
            lost.push((holder, own, reason));
        }
    }
    for (holder, own, reason) in lost {
        let address = holder.others(db, &own).find(|url| take(&mut taken, url, holder.clone()).is_ok());
        let elsewhere = Elsewhere { own, address, reason };
        match holder {
            Holder::Page(route) => drop(elsewheres.pages.insert(route, elsewhere)),
            Holder::File(file) => drop(elsewheres.files.insert(file, elsewhere)),
            Holder::Made => {}
        }
    }
    (taken, elsewheres)
}

fn take(taken: &mut Taken<Holder>, url: &str, holder: Holder) -> Result<(), Reason> {
    let path = SitePath::of_address(url).map_err(Reason::Invalid)?;
    taken.take(&path, holder).map_err(Reason::Taken)
}

/// What comes first of pages that have one address by name: of data, then the site's own; and what stands for a folder
/// before what is beside it.
fn rank(db: &dyn Db, route: &Route) -> (bool, bool) {
    let is_mounted = |source: SourceId| !Site::get(db).config(db).sources[source.0].trust.is_own();
    match route {
        Route::Document(file) => {
            let folder = FolderKey::new(db, file.source(db), file.folder(db));
            (is_mounted(file.source(db)), index_document(db, folder) != Some(*file))
        }
        Route::Folder(source, _) => (is_mounted(*source), true),
        _ => (false, false),
    }
}

impl Holder {
    fn own_url(&self, db: &dyn Db) -> String {
        match self {
            Self::Page(route) => route.own_url(db),
            Self::File(file) => own_asset_url(db, *file),
            Self::Made => String::new(),
        }
    }

    /// The addresses that it may have in place of its own: a document's with its whole file name, then numbered ones.
    fn others(&self, db: &dyn Db, own: &str) -> impl Iterator<Item = String> {
        let whole = match self {
            Self::Page(Route::Document(file)) => {
                Some(format!("{}{}/", root_url(db, file.source(db)), file.path(db)))
            }
            _ => None,
        };
        let path = own.strip_suffix('/').unwrap_or(own);
        let slash = &own[path.len()..];
        let (stem, extension) = match path.rsplit_once('.') {
            Some((stem, extension)) if slash.is_empty() && !extension.contains('/') => {
                (stem, Some(extension))
            }
            _ => (path, None),
        };
        let extension = extension.map_or(String::new(), |extension| format!(".{extension}"));
        let (stem, slash) = (stem.to_owned(), slash.to_owned());
        whole.into_iter().chain((2..=HIGHEST).map(move |number| format!("{stem}-{number}{extension}{slash}")))
    }
}

/// So many pages or files may have one address by name; the others are left out.
const HIGHEST: usize = 100;

/// Pages with their addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// In the order of the main navigation, then by source.
    pub list: Vec<(String, Route)>,
    /// Place in the list by address.
    by_address: HashMap<String, usize>,
}

impl Pages {
    fn new(list: Vec<(String, Route)>) -> Self {
        let by_address = list.iter().enumerate().map(|(index, (url, _))| (url.clone(), index)).collect();
        Self { list, by_address }
    }

    fn at(&self, url: &str) -> Option<&Route> {
        self.by_address.get(url).map(|index| &self.list[*index].1)
    }
}

/// The pages of data, documents and folders.
#[salsa::tracked]
fn pages(db: &dyn Db) -> Pages {
    let is_written =
        |route: &&Route| elsewhere(db).pages.get(route).is_none_or(|page| page.address.is_some());
    let routes = data_routes(db).iter().chain(document_routes(db)).filter(is_written);
    Pages::new(routes.map(|route| (route.url(db), route.clone())).collect())
}

/// Every page that is written, with its address: the handbook's, the documents', then the redirects from former
/// addresses.
pub fn written_routes(db: &dyn Db) -> impl Iterator<Item = &(String, Route)> {
    pages(db).list.iter().chain(&redirects(db).0.list)
}

/// The page at an address.
pub fn route_at<'db>(db: &'db dyn Db, url: &str) -> Option<&'db Route> {
    pages(db).at(url).or_else(|| redirects(db).0.at(url))
}

/// Whether a document has a page. One whose name can be no address has none.
pub fn has_page(db: &dyn Db, file: File) -> bool {
    elsewhere(db).pages.get(&Route::Document(file)).is_none_or(|page| page.address.is_some())
}

/// The document whose page an address led to formerly.
pub fn moved_from(db: &dyn Db, url: &str) -> Option<File> {
    match redirects(db).0.at(url)? {
        Route::Redirect { file, .. } => Some(*file),
        _ => None,
    }
}

/// The redirects from former addresses, and those that lead from the address of something else.
#[salsa::tracked]
pub fn redirects(db: &dyn Db) -> (Pages, Vec<(Route, Reason)>) {
    let mut taken = table(db).0.clone();
    let (mut written, mut refused) = (Vec::new(), Vec::new());
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    for file in files.filter(|file| file.is_document(db)) {
        for from in aliases(db, file) {
            let route = Route::Redirect { from: from.clone(), file };
            match take(&mut taken, from, Holder::Page(route.clone())) {
                Ok(()) => written.push((from.clone(), route)),
                Err(reason) => refused.push((route, reason)),
            }
        }
    }
    (Pages::new(written), refused)
}

/// Former addresses of a document's page.
#[salsa::tracked]
fn aliases(db: &dyn Db, file: File) -> Vec<String> {
    super::matter(db, file).0.aliases.iter().map(|at| at.value.clone()).collect()
}

/// The pages that are made of data.
#[salsa::tracked]
fn data_routes(db: &dyn Db) -> Vec<Route> {
    PageKinds::get(db).all(db).iter().flat_map(|kind| (kind.routes)(db)).collect()
}

/// The pages of documents and folders. It depends on which files there are, never on what they say.
#[salsa::tracked]
fn document_routes(db: &dyn Db) -> Vec<Route> {
    let site = Site::get(db);
    let mut routes = Vec::new();
    for (index, tree) in site.trees(db).iter().enumerate() {
        let source = SourceId(index);
        let own = site.config(db).sources[index].trust.is_own();
        for file in tree.files.values().copied().filter(|file| file.is_document(db)) {
            if is_section_text(db, file) || is_role(db, file) {
                continue;
            }
            routes.push(Route::Document(file));
        }
        for folder in folders(db, source) {
            let listed = !own || (!folder.is_empty() && !is_data_folder(&folder));
            if listed && index_document(db, FolderKey::new(db, source, folder.clone())).is_none() {
                routes.push(Route::Folder(source, folder));
            }
        }
    }
    routes
}

/// A file that a page is made of, and which of its lines; all where there is no range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: File,
    /// Lines, from 1; the end is not among them.
    pub lines: Option<std::ops::Range<u32>>,
}

impl Origin {
    fn whole(file: File) -> Self {
        Self { file, lines: None }
    }
}

/// The files a page is made of, the most telling first. Lists of everything are made of no one file.
pub fn origins(db: &dyn Db, route: &Route) -> Vec<Origin> {
    let handbook = handbook(db);
    let group = |id: &str| {
        let Some(group) = handbook.groups.get(id) else { return Vec::new() };
        let mut origins = vec![group_origin(db, group)];
        if group.overlay_file != group.file {
            origins.insert(0, Origin::whole(group.overlay_file));
        }
        origins
    };
    match route {
        Route::Document(file) | Route::Redirect { file, .. } => vec![Origin::whole(*file)],
        Route::Role(id) => handbook.roles.get(id).map(|role| Origin::whole(role.file)).into_iter().collect(),
        Route::Group(id) => group(id),
        Route::Lead { group: id, role } => {
            let role = handbook.roles.get(role).map(|role| Origin::whole(role.file));
            group(id).into_iter().chain(role).collect()
        }
        Route::GroupChecklist { group: id, checklist } => {
            let list = handbook.checklists.get(checklist).map(|list| Origin::whole(list.file));
            group(id).into_iter().chain(list).collect()
        }
        Route::Skill(id) => {
            handbook.skills.get(id).map(|skill| Origin::whole(skill.file)).into_iter().collect()
        }
        Route::Checklist(id) => {
            handbook.checklists.get(id).map(|list| Origin::whole(list.file)).into_iter().collect()
        }
        &Route::GLOSSARY => handbook.terms.iter().map(|term| Origin::whole(term.0)).take(1).collect(),
        &Route::HOME => section_text(db, "").map(Origin::whole).into_iter().collect(),
        &Route::ROLES => section_text(db, "roles").map(Origin::whole).into_iter().collect(),
        Route::Fixed(_) | Route::Person(_) | Route::Folder(..) => Vec::new(),
    }
}

/// A group's lines where its file describes several: from its id to that of the next.
fn group_origin(db: &dyn Db, group: &super::Group) -> Origin {
    let ids = super::records(db, group.file).groups.iter().map(|group| group.id.span.start);
    let starts: std::collections::BTreeSet<usize> = ids.collect();
    if starts.len() < 2 {
        return Origin::whole(group.file);
    }
    let text = group.file.text(db);
    let line = |at: usize| 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() as u32;
    let start = group.facts.id.span.start;
    let end = starts.range(start + 1..).next().map_or(u32::MAX, |next| line(*next));
    Origin { file: group.file, lines: Some(line(start)..end) }
}

/// The page that shows best what a file says.
pub fn page_of(db: &dyn Db, file: File) -> Option<&Route> {
    let shows = |route: &&Route| origins(db, route).first().is_some_and(|origin| origin.file == file);
    written_routes(db).map(|(_, route)| route).find(shows)
}

/// The page that a file is shown on, for what is shown on one; a file that describes several groups is shown in
/// the list of groups.
pub fn shown_on(db: &dyn Db, file: File) -> Option<Route> {
    if file.is_document(db) {
        return Some(match file.folder(db).as_str() {
            "" if is_section_text(db, file) => Route::HOME,
            _ if is_section_text(db, file) => Route::ROLES,
            _ if is_role(db, file) => Route::Role(super::book::role_id(db, file)),
            _ => Route::Document(file),
        });
    }
    let records = super::records(db, file);
    match records.groups.as_slice() {
        [] => {}
        [group] => return Some(Route::Group(group.id.value.clone())),
        _ => return Some(Route::GROUPS),
    }
    let checklist = records.checklist.as_ref().map(|list| Route::Checklist(list.id.value.clone()));
    let skills = records.area.as_ref().map(|_| Route::SKILLS);
    let terms = (!records.terms.is_empty()).then_some(Route::GLOSSARY);
    checklist.or(skills).or(terms)
}

/// The text of a page made of data.
fn section_text(db: &dyn Db, folder: &str) -> Option<File> {
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    files
        .into_iter()
        .find(|file| file.is_document(db) && is_section_text(db, *file) && file.folder(db) == folder)
}

/// Documents of a handbook that are shown within a page made of data: the home page's text and the
/// introduction of the list of roles.
pub fn is_section_text(db: &dyn Db, file: File) -> bool {
    let config = file.config(db);
    config.trust.is_own()
        && config.mount.is_none()
        && matches!(file.folder(db).as_str(), "" | "roles")
        && index_document(db, FolderKey::new(db, file.source(db), file.folder(db))) == Some(file)
}

/// Folders of a handbook whose index is made of data.
fn is_data_folder(folder: &str) -> bool {
    matches!(folder.split('/').next(), Some("roles" | "groups" | "skills" | "checklists" | "people"))
}

/// Every folder of a source that holds documents, at any depth, with the folders above it.
pub fn folders(db: &dyn Db, source: SourceId) -> std::collections::BTreeSet<String> {
    let mut folders = std::collections::BTreeSet::new();
    let tree = &Site::get(db).trees(db)[source.0];
    for (path, _) in tree.files.iter().filter(|(_, file)| file.is_document(db)) {
        let mut folder = folder_of(path);
        while folders.insert(folder.to_owned()) && !folder.is_empty() {
            folder = folder_of(folder);
        }
    }
    folders
}

/// The id GitHub would give a heading of this text; for anchors of things that are no headings.
pub fn slug(text: &str) -> String {
    crate::parse::slug(text.trim())
}
