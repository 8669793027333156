//! Where everything is shown: the pages that can exist, and their addresses.

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
    /// A document at its own path.
    Document(File),
    /// A folder without an index document.
    Folder(SourceId, String),
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
            Self::Lead { group, role } => format!("/groups/{group}/{role}/"),
            Self::People => "/people/".into(),
            Self::Person(handle) => format!("/people/{}/", handle.to_lowercase()),
            Self::Skills => "/skills/".into(),
            Self::Skill(skill) => format!("/skills/{skill}/"),
            Self::Checklists => "/checklists/".into(),
            Self::Checklist(checklist) => format!("/checklists/{checklist}/"),
            Self::Glossary => "/glossary/".into(),
            Self::Document(file) => document_url(db, *file),
            Self::Folder(source, folder) => folder_url(db, *source, folder),
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

/// Every page of the site with its address, in no particular order: the handbook's, then the documents'.
#[salsa::tracked]
pub fn routes(db: &dyn Db) -> Vec<(String, Route)> {
    let handbook = handbook(db);
    let mut routes = handbook_routes(handbook);
    let site = Site::get(db);
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
    routes.into_iter().map(|route| (route.url(db), route)).collect()
}

/// Pages made of data, in the order of the main navigation.
fn handbook_routes(handbook: &Handbook) -> Vec<Route> {
    let mut routes = vec![Route::Home, Route::NotFound];
    if !handbook.roles.is_empty() {
        routes.push(Route::Roles);
        routes.extend(handbook.roles.keys().cloned().map(Route::Role));
    }
    if !handbook.groups.is_empty() {
        routes.push(Route::Groups);
    }
    for (id, group) in &handbook.groups {
        routes.push(Route::Group(id.clone()));
        let roles = handbook.roles_in(group).into_iter();
        routes.extend(roles.map(|role| Route::Lead { group: id.clone(), role: role.id.clone() }));
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
    crate::parse::slug(text)
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
