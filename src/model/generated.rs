//! Generated files that are not pages.

use super::query::{Key, checklist_of_role};
use super::route::Route;
use crate::source::Db;

/// A generated file that is not a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneratedFile {
    /// The only file of its kind, at a fixed address.
    Named(&'static str),
    /// The calendar of a group, or of all groups.
    Calendar {
        /// Group id; `None` for all groups.
        group: Option<String>,
        /// True for the meetings whose weeks are unknown, false for those that are certain.
        is_unconfirmed: bool,
    },
    /// The JSON of the checklist on a page.
    Checklist(Route),
    /// The preview picture for links to a kind of page.
    Picture(&'static str),
}

impl GeneratedFile {
    /// The address within the site; `None` for the checklist of a page without one, and for the calendar of a group
    /// named `all`.
    pub fn url(&self, db: &dyn Db) -> Option<String> {
        Some(match self {
            Self::Named(url) => (*url).to_owned(),
            Self::Calendar { group, is_unconfirmed } => {
                let folder = if *is_unconfirmed { "/calendar/unconfirmed" } else { "/calendar" };
                let name = match group {
                    Some(id) if id.eq_ignore_ascii_case(ALL) => return None,
                    Some(id) => id,
                    None => ALL,
                };
                format!("{folder}/{name}.ics")
            }
            Self::Checklist(Route::Lead { group, role }) => {
                checklist_of_role(db, Key::new(db, role.clone()))?;
                format!("/api/leads/{group}/{role}.json")
            }
            Self::Checklist(Route::GroupChecklist { group, checklist }) => {
                format!("/api/checklists/{group}/{checklist}.json")
            }
            Self::Checklist(Route::Checklist(checklist)) => format!("/api/checklists/{checklist}.json"),
            Self::Checklist(_) => return None,
            Self::Picture(kind) => format!("/pictures/{kind}.png"),
        })
    }
}

/// The name of the calendars of all groups.
const ALL: &str = "all";

/// The addresses of [`GeneratedFile::Named`]. `render` declares these files and comes after the model, so the engine
/// provides them as an input.
#[salsa::input(singleton)]
pub struct NamedFiles {
    /// In any order.
    pub addresses: Vec<&'static str>,
}
