//! Resolves the entries of the navigation and the footer, which `site.toml` lists.

use super::target::{PageTarget, Target};
use super::{BrokenReason, from_handbook};
use crate::config::{NavigationEntry, NavigationTarget};
use crate::model::{self, Route};
use crate::source::{Db, Site};
use crate::strings::strings;
use crate::url::Href;

/// The section with the home page, which every site has.
const HOME: &str = "home";

/// An entry of the navigation or the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavigationItem {
    /// The label.
    pub label: String,
    /// The destination.
    pub destination: NavigationDestination,
}

/// The destination of a [`NavigationItem`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NavigationDestination {
    /// A page of the site.
    Page {
        /// The address within the site.
        url: String,
        /// The id of an element on the page.
        anchor: Option<String>,
    },
    /// An address outside the site.
    Address(Href),
}

/// The reason why an entry has no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NavigationFault {
    /// There is no such section. Contains the ids of all sections.
    UnknownSection(Vec<String>),
    /// The section has no pages.
    EmptySection,
    /// The reference to a page is broken.
    Broken(BrokenReason),
    /// The reference leads to a file that is not a page.
    NotAPage,
}

/// Resolves an entry.
///
/// # Errors
/// See [`NavigationFault`].
pub fn navigation_item(db: &dyn Db, entry: &NavigationEntry) -> Result<NavigationItem, NavigationFault> {
    let (label, destination) = match &entry.target {
        NavigationTarget::Section(id) => {
            let url = section_url(db, id)?;
            let label = strings(db).section_label(id);
            (label, NavigationDestination::Page { url, anchor: None })
        }
        NavigationTarget::Page(reference) => match from_handbook(db, reference) {
            Some(Target::Page(page)) => (page.title.clone(), at_page(db, page)),
            Some(Target::Broken(broken)) => {
                return Err(NavigationFault::Broken(broken.reason.clone()));
            }
            // Its source may be absent here, and present where the site is published.
            Some(Target::SourceFile(file)) if !Site::get(db).trees(db)[file.source.0].present => {
                let address = Href::web(&file.url).ok_or(NavigationFault::NotAPage)?;
                (reference.trim_start_matches('/').to_owned(), NavigationDestination::Address(address))
            }
            Some(Target::Asset(_) | Target::SourceFile(_) | Target::External(_)) => {
                return Err(NavigationFault::NotAPage);
            }
            None => {
                let path = reference.trim_start_matches('/').to_owned();
                return Err(NavigationFault::Broken(BrokenReason::Missing { path, suggestion: None }));
            }
        },
        NavigationTarget::Address(address) => {
            (address.to_string(), NavigationDestination::Address(address.clone()))
        }
    };
    Ok(NavigationItem { label: entry.label.clone().unwrap_or(label), destination })
}

fn at_page(db: &dyn Db, page: &PageTarget) -> NavigationDestination {
    NavigationDestination::Page { url: page.url(db), anchor: page.anchor.clone() }
}

/// The address of a section.
fn section_url(db: &dyn Db, id: &str) -> Result<String, NavigationFault> {
    if let Some(section) = model::sections(db).iter().find(|section| section.id == id) {
        return Ok(section.url.clone());
    }
    if id == HOME {
        return Ok(Route::HOME.url(db));
    }
    // Sections have a label among the strings of the theme.
    let labels = strings(db).table.get("sections").and_then(toml::Value::as_table);
    let ids = model::section_names(db).filter(|name| labels.is_some_and(|labels| labels.contains_key(*name)));
    let ids: Vec<String> = ids.map(str::to_owned).collect();
    Err(if ids.iter().any(|known| known == id) {
        NavigationFault::EmptySection
    } else {
        NavigationFault::UnknownSection(ids)
    })
}
