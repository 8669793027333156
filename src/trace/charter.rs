//! Sections of group charters that describe differences in a role.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::facts::{CharterHolder, Person};
use crate::link::{self, Target};
use crate::model::{self, Group, Key, Role};
use crate::parse::spaced;
use crate::source::{Db, File, Site};

/// A section of a charter with content of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharterSection {
    /// The text of its heading.
    pub title: String,
    /// The id of its heading.
    pub anchor: String,
    /// The Markdown of the section, including the link definitions that it uses.
    pub markdown: String,
    /// The charter.
    pub file: File,
}

/// The charter of a group, if a source contains it.
pub fn charter(db: &dyn Db, group: &Group) -> Option<File> {
    let destination = group.facts.charter_destination()?;
    match link::target(db, group.file, &destination) {
        Target::Page(page) => page.file,
        // A path in a different case is reported, but still resolves to the charter.
        Target::Broken(broken) => match &broken.reason {
            link::BrokenReason::OtherCase { actual, .. } => {
                Site::get(db).trees(db)[group.file.source(db).0].file(actual)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The sections in which a group's charter describes differences in a role.
pub fn charter_sections(db: &dyn Db, group: &Group, role: &Role) -> Vec<CharterSection> {
    let Some(file) = charter(db, group) else { return Vec::new() };
    let about = |title: &str| {
        let title = title.to_lowercase();
        role.matter.charter_sections.iter().any(|begins| title.starts_with(&begins.to_lowercase()))
    };
    let matching = sections(db, file).iter().filter(|section| about(&section.title));
    let substantive = matching.filter(|section| !is_empty(section) && !is_boilerplate(db, file, section));
    let charter_sections = substantive.map(|section| CharterSection {
        title: section.title.clone(),
        anchor: section.anchor.clone(),
        markdown: section.markdown.clone(),
        file,
    });
    charter_sections.collect()
}

/// A section of a document: a heading and everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DocumentSection {
    title: String,
    anchor: String,
    markdown: String,
    /// The plain text.
    text: String,
}

#[salsa::tracked]
fn sections(db: &dyn Db, file: File) -> Vec<DocumentSection> {
    let (text, document) = (file.text(db), model::document(db, file));
    let clauses = crate::parse::clauses(text);
    let section = |index: usize| {
        let heading = &document.headings[index];
        let below = document.headings[index + 1..].iter().take_while(|below| below.level > heading.level);
        let end = index + 1 + below.count();
        let until = document.headings.get(end).map_or(text.len(), |next| next.span.start);
        let body = heading.span.end..until;
        let used = document.links.iter().filter(|link| body.contains(&link.span.start));
        let definitions = used.filter_map(|link| link.definition.as_ref());
        let definitions: BTreeSet<&str> = definitions.map(|span| lines_of(text, span)).collect();
        // Definitions within the section come first and take precedence (CommonMark 4.7).
        let mut markdown = text[body].trim().to_owned();
        markdown.push_str("\n\n");
        definitions.iter().for_each(|definition| {
            markdown.push_str(definition);
            markdown.push('\n');
        });
        let text = clauses.get(index + 1..end + 1).unwrap_or_default().join(" ");
        DocumentSection {
            title: heading.text.clone(),
            anchor: heading.id.clone(),
            markdown,
            text: spaced(&text),
        }
    };
    (0..document.headings.len()).map(section).collect()
}

/// The whole lines that contain a byte range.
fn lines_of<'a>(text: &'a str, span: &Range<usize>) -> &'a str {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at);
    text[start..end].trim()
}

/// True if a section has no content: `None`, `N/A`, or `No` followed by its heading.
fn is_empty(section: &DocumentSection) -> bool {
    let plain = |text: &str| {
        let letters: String =
            text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
        spaced(&letters)
    };
    let text = plain(&section.text);
    let nothing = ["", "none", "n a", "na", "nothing", "not applicable", "tbd", "none defined at this time"];
    nothing.contains(&text.as_str()) || text == format!("no {}", plain(&section.title))
}

/// Number of other charters with the same text that makes a section boilerplate.
const COPIES: usize = 2;

/// True if a section is unchanged from a template: the source's charter template contains it, or several charters do.
fn is_boilerplate(db: &dyn Db, file: File, section: &DocumentSection) -> bool {
    let template = file.config(db).charter_template.as_deref();
    let template = template.and_then(|path| Site::get(db).trees(db)[file.source(db).0].file(path));
    let in_template = template
        .is_some_and(|template| sections(db, template).iter().any(|other| other.text == section.text));
    in_template || copied(db).contains(&section.text)
}

/// The sections that several charters share verbatim.
#[salsa::tracked]
fn copied(db: &dyn Db) -> BTreeSet<String> {
    let mut charters = BTreeMap::<&str, BTreeSet<File>>::new();
    let groups =
        model::group_ids(db).iter().filter_map(|id| model::group(db, Key::new(db, id.clone())).as_ref());
    for file in groups.filter_map(|group| charter(db, group)) {
        for section in sections(db, file) {
            charters.entry(&section.text).or_default().insert(file);
        }
    }
    let copied = charters.into_iter().filter(|(_, files)| files.len() > COPIES);
    copied.map(|(text, _)| text.to_owned()).collect()
}

/// The holders of a role in the data who, according to the charter, do not hold it. Empty if data and charter agree.
pub fn contradicting<'db>(db: &'db dyn Db, group: &Group, role: &str) -> Vec<&'db Person> {
    let Some(charter) = group.overlays.get(role).and_then(|overlay| overlay.charter.as_ref()) else {
        return Vec::new();
    };
    let seats = model::seats(db, Key::new(db, group.id().to_owned()));
    let holders = |role: &str| -> Vec<&Person> {
        let seat = seats.iter().find(|seat| seat.role.id == role);
        seat.into_iter().flat_map(|seat| &seat.holders).collect()
    };
    let expected = match &charter.holder {
        CharterHolder::Nobody => Vec::new(),
        CharterHolder::Role(other) => holders(other),
    };
    let is_expected = |person: &Person| expected.iter().any(|expected| expected.id == person.id);
    holders(role).into_iter().filter(|person| !is_expected(person)).collect()
}
