//! The pages and their addresses.

use std::collections::{BTreeMap, HashMap};

use crate::config::BRAND_STYLE;
use crate::facts;
use crate::site_path::{PathFault, SitePath, Taken};
use crate::source::{Db, File, Site, SourceId, folder_of, is_markdown, without_extension};

use super::file::is_role;
use super::generated::{GeneratedFile, NamedFiles};
use super::route::{Destination, PageKind, PageKinds, Route};
use super::{calendars, handbook};

impl Route {
    /// The address within the site, not percent-encoded.
    pub fn url(&self, db: &dyn Db) -> String {
        match self {
            Self::Document(file) => page_url(db, *file),
            _ => self.assigned_url(db),
        }
    }

    fn assigned_url(&self, db: &dyn Db) -> String {
        let relocation = relocations(db).pages.get(self).and_then(|relocation| relocation.address.clone());
        relocation.unwrap_or_else(|| self.own_url(db))
    }

    /// The address that follows from the name of the page, even if another page has it.
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

/// File names that stand for their folder, in order of precedence.
pub fn index_names() -> [&'static str; 4] {
    ["README.md", "_index.md", "index.md", "readme.md"]
}

/// The rank of a file name among those that stand for their folder; `None` for all others. GitHub shows a README
/// regardless of the case of its name and extension.
fn index_rank(name: &str) -> Option<usize> {
    let index_name_rank = index_names().iter().position(|index_name| *index_name == name);
    let is_readme = || is_markdown(name) && without_extension(name).eq_ignore_ascii_case("readme");
    index_name_rank.or_else(|| is_readme().then_some(index_names().len()))
}

/// True if a file name may stand for its folder.
pub fn is_index_name(name: &str) -> bool {
    index_rank(name).is_some()
}

/// The index document of a folder.
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

/// The interned id of a source.
#[salsa::interned]
struct Source<'db> {
    #[returns(copy)]
    id: SourceId,
}

/// The interned key of a folder in a source.
#[salsa::interned]
pub struct FolderKey<'db> {
    /// The source.
    #[returns(copy)]
    pub source: SourceId,
    /// The path; `""` is the root.
    pub path: String,
}

/// The address of [`Route::Document`], which many pages link to.
#[salsa::tracked(returns(clone))]
fn page_url(db: &dyn Db, file: File) -> String {
    Route::Document(file).assigned_url(db)
}

/// The address of a document's page.
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

/// The address of a folder's page.
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

/// The root address of a source's documents.
pub fn root_url(db: &dyn Db, source: SourceId) -> String {
    match &Site::get(db).config(db).sources[source.0].mount {
        Some(mount) => format!("/{mount}/"),
        None => "/".into(),
    }
}

/// The mounted sources that have documents. Others have no page of their own.
#[salsa::tracked]
pub fn mounted_with_documents(db: &dyn Db) -> Vec<SourceId> {
    let site = Site::get(db);
    let sources = site.config(db).sources.iter().zip(site.trees(db)).enumerate();
    let with_documents = sources.filter(|(_, (source, tree))| {
        let mut files = tree.files.values();
        source.mount.is_some() && tree.present && files.any(|file| file.is_document(db))
    });
    with_documents.map(|(index, _)| SourceId(index)).collect()
}

/// The address of a file that is copied unchanged; `None` if its name cannot be part of an address.
pub fn asset_url(db: &dyn Db, file: File) -> Option<String> {
    match relocations(db).files.get(&file) {
        Some(relocation) => relocation.address.clone(),
        None => Some(own_asset_url(db, file)),
    }
}

fn own_asset_url(db: &dyn Db, file: File) -> String {
    format!("{}{}", root_url(db, file.source(db)), file.path(db))
}

/// The file that is copied to an address, if there is one.
pub fn asset_at(db: &dyn Db, url: &str) -> Option<File> {
    let moved = relocations(db).files.iter();
    let moved =
        moved.filter(|(_, relocation)| relocation.address.as_deref() == Some(url)).map(|(file, _)| *file);
    let trees = Site::get(db).trees(db).iter().enumerate();
    let own = trees
        .filter_map(|(index, tree)| tree.file(url.strip_prefix(root_url(db, SourceId(index)).as_str())?));
    moved.chain(own).find(|file| asset_url(db, *file).as_deref() == Some(url))
}

/// The generated files that are not pages, with their addresses.
#[salsa::tracked]
pub fn generated_files(db: &dyn Db) -> Vec<(String, GeneratedFile)> {
    let named = NamedFiles::get(db).addresses(db).iter().copied().map(GeneratedFile::Named);
    let checklists = data_routes(db).iter().cloned().map(GeneratedFile::Checklist);
    let pictures = pictured_kinds(db).iter().copied().map(GeneratedFile::Picture);
    let files = named.chain(calendars(db).iter().cloned()).chain(checklists).chain(pictures);
    files.filter_map(|file| Some((file.url(db)?, file))).collect()
}

/// The generated file at an address, if there is one that is not a page.
pub fn generated_at<'db>(db: &'db dyn Db, url: &str) -> Option<&'db GeneratedFile> {
    generated_files(db).iter().find(|(address, _)| address == url).map(|(_, file)| file)
}

/// The folder of the search index within the site.
pub const SEARCH_FOLDER: &str = "pagefind";

/// The names of the kinds of page for which a preview picture is drawn: those of which the site has a page. None if the
/// site has no base URL, because pictures are referenced by absolute addresses, or has a picture of its own.
#[salsa::tracked]
fn pictured_kinds(db: &dyn Db) -> Vec<&'static str> {
    let config = Site::get(db).config(db);
    if config.base_url.is_none() || config.brand.picture.is_some() {
        return Vec::new();
    }
    let is_shown = |kind: &&PageKind| {
        let mut routes = data_routes(db).iter().chain(document_routes(db));
        routes.any(|route| (kind.shows)(db, route))
    };
    let pictured = PageKinds::get(db).all(db).iter().filter(|kind| kind.has_picture);
    pictured.filter(is_shown).map(|kind| kind.name).collect()
}

/// A page or file that occupies an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A page.
    Page(Route),
    /// A file of a source.
    File(File),
    /// A file that rolebook generates or that belongs to the theme.
    Made,
}

/// A page or file that does not have the address that follows from its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// The address that follows from its name.
    pub own: String,
    /// Its actual address; `None` if it is not written.
    pub address: Option<String>,
    /// The reason.
    pub reason: RelocationReason,
}

/// The reason for a [`Relocation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelocationReason {
    /// The address is not a valid file name.
    Invalid(PathFault),
    /// Another page or file has the address, at least on some file systems.
    Taken(Holder),
}

/// All pages and files that do not have the address that follows from their name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relocations {
    /// Pages.
    pub pages: BTreeMap<Route, Relocation>,
    /// Files that may be copied.
    pub files: BTreeMap<File, Relocation>,
    /// Generated files and theme files that cannot be written.
    pub made: Vec<(String, RelocationReason)>,
}

/// See [`Relocations`]. A query of its own, because it is empty for most sites and pages depend on it instead of on
/// the whole table.
#[salsa::tracked]
pub fn relocations(db: &dyn Db) -> Relocations {
    table(db).1.clone()
}

/// Assigns an address to every page and file. Generated files come first, then pages by [`rank`], then copied files.
/// The first to claim an address keeps it. The others are assigned addresses afterwards, so that none takes an
/// address that follows from another's name.
#[salsa::tracked(no_eq)]
fn table(db: &dyn Db) -> (Taken<Holder>, Relocations) {
    let site = Site::get(db);
    let config = site.config(db);
    let mut taken = Taken::default();
    let mut relocations = Relocations::default();
    let style = config.brand.has_style().then_some(BRAND_STYLE);
    let assets = site.assets(db).keys().map(String::as_str).chain(style);
    let made = assets.map(|name| format!("/assets/{name}"));
    let made = made.chain(generated_files(db).iter().map(|(url, _)| url.clone()));
    let search = config.search.enabled.then(|| format!("/{SEARCH_FOLDER}"));
    for url in made.chain(search) {
        if let Err(reason) = take(&mut taken, &url, Holder::Made) {
            relocations.made.push((url, reason));
        }
    }
    let mut pages: Vec<&Route> = data_routes(db).iter().chain(document_routes(db)).collect();
    pages.sort_by_cached_key(|route| rank(db, route));
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    let mut files: Vec<File> = files.filter(|file| !file.is_document(db) && file.readable(db)).collect();
    files.sort_by_key(|file| !file.is_own(db));
    let mut displaced = Vec::new();
    for holder in pages.into_iter().cloned().map(Holder::Page).chain(files.into_iter().map(Holder::File)) {
        let own = holder.own_url(db);
        if let Err(reason) = take(&mut taken, &own, holder.clone()) {
            displaced.push((holder, own, reason));
        }
    }
    for (holder, own, reason) in displaced {
        let address = holder.others(db, &own).find(|url| take(&mut taken, url, holder.clone()).is_ok());
        let relocation = Relocation { own, address, reason };
        match holder {
            Holder::Page(route) => drop(relocations.pages.insert(route, relocation)),
            Holder::File(file) => drop(relocations.files.insert(file, relocation)),
            Holder::Made => {}
        }
    }
    (taken, relocations)
}

fn take(taken: &mut Taken<Holder>, url: &str, holder: Holder) -> Result<(), RelocationReason> {
    let path = SitePath::of_address(url).map_err(RelocationReason::Invalid)?;
    taken.take(&path, holder).map_err(RelocationReason::Taken)
}

/// The precedence among pages with the same address: pages of data first, then the handbook's own documents, then
/// mounted ones; an index document before its siblings.
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

    /// Alternative addresses: for a document, its full file name; then numbered ones.
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
        whole
            .into_iter()
            .chain((2..=MAX_SAME_ADDRESS).map(move |number| format!("{stem}-{number}{extension}{slash}")))
    }
}

/// Maximum number of pages or files with the same address by name. Any others are not written.
const MAX_SAME_ADDRESS: usize = 100;

/// Pages with their addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// In the order of the main navigation, then by source.
    pub list: Vec<(String, Route)>,
    /// Indices in the list, by address.
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
        |route: &&Route| relocations(db).pages.get(route).is_none_or(|page| page.address.is_some());
    let routes = data_routes(db).iter().chain(document_routes(db)).filter(is_written);
    Pages::new(routes.map(|route| (route.url(db), route.clone())).collect())
}

/// All pages that are written, with their addresses: those of data, documents and folders, then the redirects from
/// former addresses.
pub fn written_routes(db: &dyn Db) -> impl Iterator<Item = &(String, Route)> {
    pages(db).list.iter().chain(&redirects(db).0.list)
}

/// The page at an address.
pub fn route_at<'db>(db: &'db dyn Db, url: &str) -> Option<&'db Route> {
    pages(db).at(url).or_else(|| redirects(db).0.at(url))
}

/// True if a document has a page. A document whose name cannot be part of an address has none.
pub fn has_page(db: &dyn Db, file: File) -> bool {
    relocations(db).pages.get(&Route::Document(file)).is_none_or(|page| page.address.is_some())
}

/// The document whose page had this address formerly.
pub fn moved_from(db: &dyn Db, url: &str) -> Option<File> {
    match redirects(db).0.at(url)? {
        Route::Redirect { to: Destination::Document(file), .. } => Some(*file),
        _ => None,
    }
}

/// The redirects from former addresses, and those that were refused because the address is taken or invalid.
#[salsa::tracked]
pub fn redirects(db: &dyn Db) -> (Pages, Vec<(Route, RelocationReason)>) {
    let mut taken = table(db).0.clone();
    let (mut routes, mut refused) = (Vec::new(), Vec::new());
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    let of_documents = files.filter(|file| file.is_document(db)).flat_map(|file| {
        aliases(db, file).iter().map(move |from| (from.clone(), Destination::Document(file)))
    });
    for (from, to) in of_documents.chain(former_ids(db).iter().cloned()) {
        let route = Route::Redirect { from: from.clone(), to };
        match take(&mut taken, &from, Holder::Page(route.clone())) {
            Ok(()) => routes.push((from, route)),
            Err(reason) => refused.push((route, reason)),
        }
    }
    (Pages::new(routes), refused)
}

/// The addresses from former ids of groups and people, with their present pages.
#[salsa::tracked]
fn former_ids(db: &dyn Db) -> Vec<(String, Destination)> {
    let handbook = handbook(db);
    let of_groups = handbook.groups.values().flat_map(|group| {
        let former = group.facts.aliases.iter().map(|alias| alias.value.as_str());
        former.map(|former| (format!("/groups/{former}/"), Destination::Group(group.id().to_owned())))
    });
    let of_people = handbook.people.values().flat_map(|person| {
        let profile = person.profile.iter().flat_map(|entry| &entry.1.aliases);
        profile.map(|alias| {
            let former = facts::Person::id_of(alias);
            (format!("/people/{former}/"), Destination::Person(person.id.clone()))
        })
    });
    of_groups.chain(of_people).collect()
}

/// Former addresses of a document's page.
#[salsa::tracked]
pub fn aliases(db: &dyn Db, file: File) -> Vec<String> {
    super::matter(db, file).0.aliases.iter().map(|at| at.value.clone()).collect()
}

/// The pages made from data.
#[salsa::tracked]
fn data_routes(db: &dyn Db) -> Vec<Route> {
    PageKinds::get(db).all(db).iter().flat_map(|kind| (kind.routes)(db)).collect()
}

/// The pages of documents and folders. Depends only on which files exist, never on their content.
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

/// A file from which a page is made, and its relevant lines; `None` for the whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: File,
    /// Line numbers from 1, end exclusive.
    pub lines: Option<std::ops::Range<u32>>,
}

impl Origin {
    fn whole(file: File) -> Self {
        Self { file, lines: None }
    }
}

/// The files from which a page is made, the most relevant first. Pages that list everything have none.
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
        Route::Document(file) | Route::Redirect { to: Destination::Document(file), .. } => {
            vec![Origin::whole(*file)]
        }
        Route::Redirect { to, .. } => to.route().map_or_else(Vec::new, |route| origins(db, &route)),
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

/// The lines of a group in a file with several groups: from its id to the next id.
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

/// The page that is made mainly from a file.
pub fn page_of(db: &dyn Db, file: File) -> Option<&Route> {
    let shows = |route: &&Route| origins(db, route).first().is_some_and(|origin| origin.file == file);
    written_routes(db).map(|(_, route)| route).find(shows)
}

/// The page that shows a file; `None` if no page does. A file with several groups is shown on the list of groups.
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

/// The document shown within a page of data.
fn section_text(db: &dyn Db, folder: &str) -> Option<File> {
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    files
        .into_iter()
        .find(|file| file.is_document(db) && is_section_text(db, *file) && file.folder(db) == folder)
}

/// True for the handbook's documents that are shown within a page of data: the text of the home page and the
/// introduction to the list of roles.
pub fn is_section_text(db: &dyn Db, file: File) -> bool {
    let config = file.config(db);
    config.trust.is_own()
        && config.mount.is_none()
        && matches!(file.folder(db).as_str(), "" | "roles")
        && index_document(db, FolderKey::new(db, file.source(db), file.folder(db))) == Some(file)
}

/// True for folders of the handbook whose index page is made from data.
fn is_data_folder(folder: &str) -> bool {
    matches!(folder.split('/').next(), Some("roles" | "groups" | "skills" | "checklists" | "people"))
}

/// All folders of a source that contain documents at any depth, including their parent folders.
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

/// The id that GitHub would give a heading with this text; for anchors that are not headings.
pub fn slug(text: &str) -> String {
    crate::parse::slug(text.trim())
}
