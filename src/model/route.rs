//! The pages that can exist, and the kinds of page that say which do.

use crate::source::{Db, File, SourceId};

/// A page of the site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// The only page of its kind, at an address of its own.
    Fixed(&'static str),
    /// `/roles/<role>/`
    Role(String),
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
    /// `/people/<id>/`
    Person(String),
    /// `/skills/<skill>/`
    Skill(String),
    /// `/checklists/<checklist>/`
    Checklist(String),
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
}

/// The pages of fixed address that others link to or that files are shown on; the rest are constants of their own files in
/// `pages`.
impl Route {
    /// The home page.
    pub const HOME: Self = Self::Fixed("/");
    /// The list of roles.
    pub const ROLES: Self = Self::Fixed("/roles/");
    /// The list of groups.
    pub const GROUPS: Self = Self::Fixed("/groups/");
    /// Groups side by side.
    pub const COMPARE: Self = Self::Fixed("/groups/compare/");
    /// When groups meet.
    pub const CALENDAR: Self = Self::Fixed("/calendar/");
    /// The list of skills.
    pub const SKILLS: Self = Self::Fixed("/skills/");
    /// The glossary.
    pub const GLOSSARY: Self = Self::Fixed("/glossary/");
}

/// A kind of page, as far as addresses and navigation depend on it.
#[derive(Clone, Copy, Debug)]
pub struct PageKind {
    /// Name of its template, and of its strings in the theme.
    pub name: &'static str,
    /// Whether it has a picture that links to it are shown with elsewhere.
    pub has_picture: bool,
    /// The pages of this kind that are made of data, the list of the others first. Pages of documents and folders are
    /// made of files; see [`super::written_routes`].
    pub routes: fn(&dyn Db) -> Vec<Route>,
    /// Where the navigation lists the first of them.
    pub navigation: fn(&dyn Db) -> Option<Navigation>,
}

/// A position in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Navigation {
    /// In the main navigation.
    Main(u8),
    /// In the footer, among the pages about the handbook itself.
    Footer(u8),
}

/// The kinds of page. They are declared in `pages`, which builds on the model; so the engine hands them over.
#[salsa::input(singleton)]
pub struct PageKinds {
    /// In the order in which pages are written.
    pub all: Vec<PageKind>,
}
