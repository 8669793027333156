//! Where everything is shown: the pages that can exist, and their addresses.

use std::collections::HashMap;

use crate::config::Format;
use crate::source::{Db, File, Site, SourceId, folder_of};

use super::file::is_role;
use super::{Handbook, handbook};

/// A page of the site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// `/`
    Home,
    /// `/roles/`
    Roles,
    /// `/roles/<role>/`
    Role(String),
    /// `/groups/`
    Groups,
    /// `/groups/<group>/`
    Group(String),
    /// `/groups/<group>/<role>/`
    Lead {
        /// Group id.
        group: String,
        /// Role id.
        role: String,
    },
    /// `/groups/<group>/<checklist>/`: a checklist that is made out for the whole group.
    GroupChecklist {
        /// Group id.
        group: String,
        /// Checklist id.
        checklist: String,
    },
    /// `/groups/compare/`
    Compare,
    /// `/calendar/`
    Calendar,
    /// `/coverage/`
    Coverage,
    /// `/people/`
    People,
    /// `/people/<handle>/`, the handle in lower case.
    Person(String),
    /// `/skills/`
    Skills,
    /// `/skills/<skill>/`
    Skill(String),
    /// `/checklists/`
    Checklists,
    /// `/checklists/<checklist>/`
    Checklist(String),
    /// `/glossary/`
    Glossary,
    /// `/obligations/`
    Obligations,
    /// `/references/`
    References,
    /// `/changes/`
    Changes,
    /// `/print/`: the whole handbook on one page.
    Print,
    /// `/api/`
    Api,
    /// `/components/`: for those who write a theme.
    Components,
    /// A document at its own path.
    Document(File),
    /// A folder without an index document.
    Folder(SourceId, String),
    /// A former address of a document's page.
    Redirect {
        /// The former address.
        from: String,
        /// The document.
        file: File,
    },
    /// `/search/`
    Search,
    /// `/404.html`
    NotFound,
}

impl Route {
    /// Its address within the site, not percent-encoded.
    pub fn url(&self, db: &dyn Db) -> String {
        match self {
            Self::Home => "/".into(),
            Self::Roles => "/roles/".into(),
            Self::Role(role) => format!("/roles/{role}/"),
            Self::Groups => "/groups/".into(),
            Self::Group(group) => format!("/groups/{group}/"),
            Self::Lead { group, role: below } | Self::GroupChecklist { group, checklist: below } => {
                format!("/groups/{group}/{below}/")
            }
            Self::Compare => "/groups/compare/".into(),
            Self::Calendar => "/calendar/".into(),
            Self::Coverage => "/coverage/".into(),
            Self::People => "/people/".into(),
            Self::Person(handle) => format!("/people/{}/", handle.to_lowercase()),
            Self::Skills => "/skills/".into(),
            Self::Skill(skill) => format!("/skills/{skill}/"),
            Self::Checklists => "/checklists/".into(),
            Self::Checklist(checklist) => format!("/checklists/{checklist}/"),
            Self::Glossary => "/glossary/".into(),
            Self::Obligations => "/obligations/".into(),
            Self::References => "/references/".into(),
            Self::Changes => "/changes/".into(),
            Self::Print => "/print/".into(),
            Self::Api => "/api/".into(),
            Self::Components => "/components/".into(),
            Self::Document(file) => document_url(db, *file),
            Self::Folder(source, folder) => folder_url(db, *source, folder),
            Self::Redirect { from, .. } => from.clone(),
            Self::Search => "/search/".into(),
            Self::NotFound => "/404.html".into(),
        }
    }
}

/// File names that stand for their folder, the first that exists.
pub fn index_names() -> [&'static str; 4] {
    ["README.md", "_index.md", "index.md", "readme.md"]
}

/// The document that stands for a folder.
#[salsa::tracked(returns(copy))]
pub fn index_document(db: &dyn Db, folder: FolderKey<'_>) -> Option<File> {
    let tree = &Site::get(db).trees(db)[folder.source(db).0];
    let path = folder.path(db);
    index_names().iter().find_map(|name| tree.file(&joined(path, name)))
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
    let folder = file.folder(db);
    if index_document(db, FolderKey::new(db, file.source(db), folder.clone())) == Some(file) {
        return folder_url(db, file.source(db), &folder);
    }
    let path = file.path(db);
    format!("{}{}/", root_url(db, file.source(db)), path.strip_suffix(".md").unwrap_or(&path))
}

/// Address of a folder's page.
pub fn folder_url(db: &dyn Db, source: SourceId, folder: &str) -> String {
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

/// Address of a file that is copied as it is.
pub fn asset_url(db: &dyn Db, file: File) -> String {
    format!("{}{}", root_url(db, file.source(db)), file.path(db))
}

/// Pages with their addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// In no particular order.
    pub list: Vec<(String, Route)>,
    /// Place in the list by address in lower case; of several pages the first.
    by_address: HashMap<String, usize>,
}

impl Pages {
    fn new(db: &dyn Db, routes: Vec<Route>) -> Self {
        let list: Vec<_> = routes.into_iter().map(|route| (route.url(db), route)).collect();
        let mut by_address = HashMap::with_capacity(list.len());
        for (index, (url, _)) in list.iter().enumerate() {
            by_address.entry(url.to_lowercase()).or_insert(index);
        }
        Self { list, by_address }
    }

    /// The page that has an address to itself, apart from case.
    fn at(&self, url: &str) -> Option<&(String, Route)> {
        self.by_address.get(&url.to_lowercase()).map(|index| &self.list[*index])
    }
}

/// The file that is copied to an address, if it is copied at all.
pub fn asset_at(db: &dyn Db, url: &str) -> Option<File> {
    let site = Site::get(db);
    site.trees(db)
        .iter()
        .enumerate()
        .find_map(|(index, tree)| tree.file(url.strip_prefix(root_url(db, SourceId(index)).as_str())?))
}

/// Every page of the site with its address: the handbook's, the documents', then the redirects from former
/// addresses.
pub fn routes(db: &dyn Db) -> impl Iterator<Item = &(String, Route)> {
    data_pages(db).list.iter().chain(&document_pages(db).list).chain(&redirects(db).list)
}

/// Every page that is written: where two claim one address, the first.
pub fn written_routes(db: &dyn Db) -> impl Iterator<Item = &(String, Route)> {
    routes(db).filter(|(url, route)| claimant(db, url).is_some_and(|(_, first)| first == route))
}

/// The page at an address.
pub fn route_at<'db>(db: &'db dyn Db, url: &str) -> Option<&'db Route> {
    claimant(db, url).filter(|(known, _)| known == url).map(|(_, route)| route)
}

fn claimant<'db>(db: &'db dyn Db, url: &str) -> Option<&'db (String, Route)> {
    data_pages(db).at(url).or_else(|| document_pages(db).at(url)).or_else(|| redirects(db).at(url))
}

/// The document whose page an address led to formerly.
pub fn moved_from(db: &dyn Db, url: &str) -> Option<File> {
    match redirects(db).at(url)? {
        (known, Route::Redirect { file, .. }) if known == url => Some(*file),
        _ => None,
    }
}

/// The redirects from former addresses.
#[salsa::tracked]
fn redirects(db: &dyn Db) -> Pages {
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    let of_file =
        |file: File| aliases(db, file).iter().map(move |from| Route::Redirect { from: from.clone(), file });
    Pages::new(db, files.filter(|file| file.is_document(db)).flat_map(of_file).collect())
}

/// Former addresses of a document's page.
#[salsa::tracked]
fn aliases(db: &dyn Db, file: File) -> Vec<String> {
    super::matter(db, file).0.aliases.iter().map(|at| at.value.clone()).collect()
}

/// The pages that are made of data.
#[salsa::tracked]
fn data_pages(db: &dyn Db) -> Pages {
    let mut routes = handbook_routes(handbook(db));
    // The introduction of the list of roles has its page also while there is no role.
    if section_text(db, "roles").is_some() && !routes.contains(&Route::Roles) {
        routes.push(Route::Roles);
    }
    if !super::normative_documents(db).is_empty() {
        routes.push(Route::Obligations);
    }
    routes.extend([Route::References, Route::Changes, Route::Api]);
    if Site::get(db).config(db).search.enabled {
        routes.push(Route::Search);
    }
    if Site::get(db).config(db).components {
        routes.push(Route::Components);
    }
    Pages::new(db, routes)
}

/// The pages of documents and folders. It depends on which files there are, never on what they say.
#[salsa::tracked]
fn document_pages(db: &dyn Db) -> Pages {
    let site = Site::get(db);
    let mut routes = Vec::new();
    for (index, tree) in site.trees(db).iter().enumerate() {
        let source = SourceId(index);
        let own = site.config(db).sources[index].format == Format::Handbook;
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
    Pages::new(db, routes)
}

/// Pages made of data, in the order of the main navigation.
fn handbook_routes(handbook: &Handbook) -> Vec<Route> {
    // The whole takes longest, so it comes early.
    let mut routes = vec![Route::Home, Route::NotFound, Route::Print];
    if !handbook.roles.is_empty() {
        routes.push(Route::Roles);
        routes.extend(handbook.roles.keys().cloned().map(Route::Role));
    }
    if !handbook.groups.is_empty() {
        routes.push(Route::Groups);
        routes.push(Route::Compare);
        routes.push(Route::Coverage);
    }
    if handbook.groups.values().any(|group| super::meets(&group.facts)) {
        routes.push(Route::Calendar);
    }
    for (id, group) in &handbook.groups {
        routes.push(Route::Group(id.clone()));
        let roles = handbook.roles_in(group).into_iter();
        routes.extend(roles.map(|role| Route::Lead { group: id.clone(), role: role.id.clone() }));
        let lists = handbook.checklists_in(group);
        routes.extend(lists.map(|entry| Route::GroupChecklist {
            group: id.clone(),
            checklist: entry.checklist.id.value.clone(),
        }));
    }
    if !handbook.people.is_empty() {
        routes.push(Route::People);
        routes.extend(handbook.people.keys().cloned().map(Route::Person));
    }
    if !handbook.areas.is_empty() {
        routes.push(Route::Skills);
        routes.extend(handbook.skills.keys().cloned().map(Route::Skill));
    }
    if !handbook.checklists.is_empty() {
        routes.push(Route::Checklists);
        routes.extend(handbook.checklists.keys().cloned().map(Route::Checklist));
    }
    if !handbook.terms.is_empty() {
        routes.push(Route::Glossary);
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
        Route::Glossary => handbook.terms.iter().map(|term| Origin::whole(term.0)).take(1).collect(),
        Route::Home => section_text(db, "").map(Origin::whole).into_iter().collect(),
        Route::Roles => section_text(db, "roles").map(Origin::whole).into_iter().collect(),
        Route::Groups
        | Route::Compare
        | Route::Calendar
        | Route::Coverage
        | Route::People
        | Route::Person(_)
        | Route::Skills
        | Route::Checklists
        | Route::Obligations
        | Route::References
        | Route::Changes
        | Route::Api
        | Route::Print
        | Route::Components
        | Route::Folder(..)
        | Route::Search
        | Route::NotFound => Vec::new(),
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
    routes(db).map(|(_, route)| route).find(shows)
}

/// The page that a file is shown on, for what is shown on one; a file that describes several groups is shown in
/// the list of groups.
pub fn shown_on(db: &dyn Db, file: File) -> Option<Route> {
    if file.is_document(db) {
        return Some(match file.folder(db).as_str() {
            "" if is_section_text(db, file) => Route::Home,
            _ if is_section_text(db, file) => Route::Roles,
            _ if is_role(db, file) => Route::Role(super::book::role_id(db, file)),
            _ => Route::Document(file),
        });
    }
    let records = super::records(db, file);
    match records.groups.as_slice() {
        [] => {}
        [group] => return Some(Route::Group(group.id.value.clone())),
        _ => return Some(Route::Groups),
    }
    let checklist = records.checklist.as_ref().map(|list| Route::Checklist(list.id.value.clone()));
    let skills = records.area.as_ref().map(|_| Route::Skills);
    let terms = (!records.terms.is_empty()).then_some(Route::Glossary);
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
    config.format == Format::Handbook
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

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
