//! Entries of the navigation and the footer without a page.

use super::broken;
use crate::config::{NavigationEntry, NavigationTarget};
use crate::diagnostic::{Diagnostic, code, suggestion};
use crate::link::{self, NavigationFault};
use crate::source::{Db, Site};

/// Finds entries of `site.toml` without a page: `data/invalid-value` for unknown sections and files that are not pages,
/// the codes of broken references, and `pages/hidden-entry` for empty sections.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let config = Site::get(db).config(db);
    let entries = config.navigation.iter().chain(&config.brand.footer);
    entries.filter_map(|entry| Some(diagnostic(db, entry, link::navigation_item(db, entry).err()?))).collect()
}

fn diagnostic(db: &dyn Db, entry: &NavigationEntry, fault: NavigationFault) -> Diagnostic {
    let location = entry.location.clone();
    let text = match &entry.target {
        NavigationTarget::Section(id) | NavigationTarget::Page(id) => id.as_str(),
        NavigationTarget::Address(address) => address.as_str(),
    };
    match fault {
        NavigationFault::UnknownSection(known) => {
            let help = suggestion(text, known.iter().map(String::as_str));
            Diagnostic::new(code::DATA_INVALID_VALUE, format!("unknown section `{text}`"), location)
                .maybe_help(help)
        }
        NavigationFault::EmptySection => {
            let message = format!("the section `{text}` has no pages, so no page links to it");
            Diagnostic::new(code::PAGES_HIDDEN_ENTRY, message, location)
                .help("remove the entry, or add content to the section")
        }
        NavigationFault::Broken(reason) => {
            let message = broken::message(db, &reason, text);
            Diagnostic::new(broken::code(&reason), message, location).maybe_help(broken::help(&reason, text))
        }
        NavigationFault::NotAPage => {
            let message = format!("`{}` is not a page", text.trim_start_matches('/'));
            Diagnostic::new(code::DATA_INVALID_VALUE, message, location)
                .help("name a document, or use `address` for an address outside the site")
        }
    }
}
