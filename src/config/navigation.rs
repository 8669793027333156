//! `[[navigation]]`, and other lists of links.

use crate::diagnostic::{Location, code};
use crate::parse::{Fields, Reader};
use crate::url::{Href, is_web};

/// An entry of the navigation or the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavigationEntry {
    /// The page or address that it leads to.
    pub target: NavigationTarget,
    /// Its label; by default that of the section, or the title of the page.
    pub label: Option<String>,
    /// The location of the target in `site.toml`.
    pub location: Location,
}

/// The target of a [`NavigationEntry`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NavigationTarget {
    /// The id of a section, such as `groups`.
    Section(String),
    /// A reference to a page, as documents of the handbook write it, relative to the root.
    Page(String),
    /// An address outside the site.
    Address(Href),
}

/// Reads entries. Faulty ones are reported and left out.
pub(super) fn entries(reader: &mut Reader, tables: Vec<Fields>) -> Vec<NavigationEntry> {
    tables.into_iter().filter_map(|fields| entry(reader, fields)).collect()
}

/// The keys of which an entry has one.
const TARGETS: [&str; 3] = ["section", "page", "address"];

fn entry(reader: &mut Reader, mut fields: Fields) -> Option<NavigationEntry> {
    let mut targets = Vec::new();
    for key in TARGETS {
        targets.extend(fields.filled(reader, key).map(|text| (key, text)));
    }
    let label = fields.filled(reader, "label").map(|label| label.value);
    let start = fields.span.start..fields.span.start;
    let is_filled = TARGETS.iter().any(|key| fields.node(key).is_some());
    fields.finish(reader);
    let mut targets = targets.into_iter();
    let Some((key, text)) = targets.next() else {
        if !is_filled {
            let help = "add one of `section`, `page` and `address`";
            let message = "the entry has no target".to_owned();
            reader.report(code::DATA_MISSING_FIELD, &start, message, Some(help.to_owned()));
        }
        return None;
    };
    if let Some((other, text)) = targets.next() {
        let message = format!("`{key}` and `{other}` exclude each other");
        reader.invalid(&text, message, Some("make an entry of its own for each"));
        return None;
    }
    let location = reader.location(&text.span);
    let target = match key {
        "section" => NavigationTarget::Section(text.value),
        "page" => NavigationTarget::Page(format!("/{}", text.trim_start_matches('/'))),
        _ => {
            if label.is_none() {
                let help = "add the text of the link as `label`".to_owned();
                reader.report(
                    code::DATA_MISSING_FIELD,
                    &start,
                    "missing field `label`".to_owned(),
                    Some(help),
                );
            }
            let address = address(&text);
            if address.is_none() {
                let help = "write the full address, such as https://example.org/ or mailto:list@example.org";
                reader.invalid(&text, "invalid `address`".to_owned(), Some(help));
            }
            NavigationTarget::Address(address?)
        }
    };
    Some(NavigationEntry { target, label, location })
}

/// Reads a full address that links may have.
fn address(text: &str) -> Option<Href> {
    if is_web(text) {
        return Href::web(&super::web_address(text)?);
    }
    ::url::Url::parse(text).ok().and_then(|address| Href::new(address.as_str()))
}
