//! Routes: the pages that can exist, and the kinds of page that define them.

use crate::source::{Db, File, SourceId};

/// A page of the site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// The only page of its kind, at a fixed address.
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
    /// `/groups/<group>/<checklist>/`: a checklist for the whole group.
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
    /// A former address of a page.
    Redirect {
        /// The former address.
        from: String,
        /// The page.
        to: Destination,
    },
}

/// A page that may have had other addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// The page of a document.
    Document(File),
    /// The page of a group.
    Group(String),
    /// The page of a person.
    Person(String),
}

impl Destination {
    /// The page itself, unless it is that of a document, whose route depends on its use.
    pub fn route(&self) -> Option<Route> {
        match self {
            Self::Document(_) => None,
            Self::Group(id) => Some(Route::Group(id.clone())),
            Self::Person(id) => Some(Route::Person(id.clone())),
        }
    }
}

/// Routes with a fixed address that other modules need. All others are constants in the files of their pages.
impl Route {
    /// The home page.
    pub const HOME: Self = Self::Fixed("/");
    /// The list of roles.
    pub const ROLES: Self = Self::Fixed("/roles/");
    /// The list of groups.
    pub const GROUPS: Self = Self::Fixed("/groups/");
    /// The comparison of groups.
    pub const COMPARE: Self = Self::Fixed("/groups/compare/");
    /// The calendar of meetings.
    pub const CALENDAR: Self = Self::Fixed("/calendar/");
    /// The list of skills.
    pub const SKILLS: Self = Self::Fixed("/skills/");
    /// The glossary.
    pub const GLOSSARY: Self = Self::Fixed("/glossary/");
    /// The verdicts of rules.
    pub const CONFORMANCE: Self = Self::Fixed("/conformance/");
}

/// A kind of page, as needed for addresses and navigation.
#[derive(Clone, Copy, Debug)]
pub struct PageKind {
    /// The name of its template and of its strings in the theme.
    pub name: &'static str,
    /// True if it has a preview picture for links to it.
    pub has_picture: bool,
    /// Returns the pages of this kind that are made from data, starting with the page that lists the others. Pages
    /// of documents and folders are made from files, see [`super::written_routes`].
    pub routes: fn(&dyn Db) -> Vec<Route>,
    /// Returns true if the page at a route is of this kind.
    pub shows: fn(&dyn Db, &Route) -> bool,
    /// Returns the position of the first page in the navigation.
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

/// The kinds of page. `pages` declares them and comes after the model, so the engine provides them as an input.
#[salsa::input(singleton)]
pub struct PageKinds {
    /// In the order in which the pages are written.
    pub all: Vec<PageKind>,
}
