//! What the charters of groups say is different about a role.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::facts::{CharterHolder, Person};
use crate::link::{self, Target};
use crate::model::{self, Group, Key, Role};
use crate::parse::spaced;
use crate::source::{Db, File, Site};

/// A section of a charter that says something of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharterSection {
    /// Text of its heading.
    pub title: String,
    /// The id of its heading.
    pub anchor: String,
    /// Its Markdown, with the definitions of labels that it uses.
    pub markdown: String,
    /// The charter.
    pub file: File,
}

/// The charter of a group, where a source holds it.
pub fn charter(db: &dyn Db, group: &Group) -> Option<File> {
    let destination = group.facts.charter_destination()?;
    match link::target(db, group.file, &destination) {
        Target::Page(page) => page.file,
        // A path in another case is reported, and means the charter all the same.
        Target::Broken(link::Broken { reason: link::Reason::OtherCase { known, .. }, .. }) => {
            Site::get(db).trees(db)[group.file.source(db).0].file(known)
        }
        _ => None,
    }
}

/// The sections in which a group's charter says what is different about a role.
pub fn charter_sections(db: &dyn Db, group: &Group, role: &Role) -> Vec<CharterSection> {
    let Some(file) = charter(db, group) else { return Vec::new() };
    let about = |title: &str| {
        let title = title.to_lowercase();
        role.matter.charter_sections.iter().any(|begins| title.starts_with(&begins.to_lowercase()))
    };
    let known = sections(db, file).iter().filter(|section| about(&section.title));
    let substantive = known.filter(|section| !is_blank(section) && !is_boilerplate(db, file, section));
    let shown = substantive.map(|section| CharterSection {
        title: section.title.clone(),
        anchor: section.anchor.clone(),
        markdown: section.markdown.clone(),
        file,
    });
    shown.collect()
}

/// A section of a document: a heading and all below it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Section {
    title: String,
    anchor: String,
    markdown: String,
    /// What it says, apart from how it is written.
    words: String,
}

#[salsa::tracked]
fn sections(db: &dyn Db, file: File) -> Vec<Section> {
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
        // Definitions within the section are there already: the first of a label counts (CommonMark 4.7).
        let mut markdown = text[body].trim().to_owned();
        markdown.push_str("\n\n");
        definitions.iter().for_each(|definition| {
            markdown.push_str(definition);
            markdown.push('\n');
        });
        let words = clauses.get(index + 1..end + 1).unwrap_or_default().join(" ");
        Section { title: heading.text.clone(), anchor: heading.id.clone(), markdown, words: spaced(&words) }
    };
    (0..document.headings.len()).map(section).collect()
}

/// The whole lines that a range of a text lies in.
fn lines_of<'a>(text: &'a str, span: &Range<usize>) -> &'a str {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at);
    text[start..end].trim()
}

/// Whether a section says that there is nothing to say: `None`, `N/A`, or `No` with the heading said again.
fn is_blank(section: &Section) -> bool {
    let plain = |text: &str| {
        let letters: String =
            text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
        spaced(&letters)
    };
    let words = plain(&section.words);
    let nothing = ["", "none", "n a", "na", "nothing", "not applicable", "tbd", "none defined at this time"];
    nothing.contains(&words.as_str()) || words == format!("no {}", plain(&section.title))
}

/// How many other charters have to say the same, word for word, for it to be nobody's own.
const COPIES: usize = 2;

/// Whether a section was left as a template had it: its source's template has it, or several charters do.
fn is_boilerplate(db: &dyn Db, file: File, section: &Section) -> bool {
    let template = file.config(db).charter_template.as_deref();
    let template = template.and_then(|path| Site::get(db).trees(db)[file.source(db).0].file(path));
    let in_template = template
        .is_some_and(|template| sections(db, template).iter().any(|other| other.words == section.words));
    in_template || copied(db).contains(&section.words)
}

/// What several charters say word for word.
#[salsa::tracked]
fn copied(db: &dyn Db) -> BTreeSet<String> {
    let mut charters = BTreeMap::<&str, BTreeSet<File>>::new();
    let groups =
        model::group_ids(db).iter().filter_map(|id| model::group(db, Key::new(db, id.clone())).as_ref());
    for file in groups.filter_map(|group| charter(db, group)) {
        for section in sections(db, file) {
            charters.entry(&section.words).or_default().insert(file);
        }
    }
    let copied = charters.into_iter().filter(|(_, files)| files.len() > COPIES);
    copied.map(|(words, _)| words.to_owned()).collect()
}

/// Those whom the data names as holders of a role although the charter says that others hold it, or nobody. Empty
/// where the two agree.
pub fn contradicting<'db>(db: &'db dyn Db, group: &Group, role: &str) -> Vec<&'db Person> {
    let Some(charter) = group.overlays.get(role).and_then(|overlay| overlay.charter.as_ref()) else {
        return Vec::new();
    };
    let seats = model::seats(db, Key::new(db, group.id().to_owned()));
    let holders = |role: &str| -> Vec<&Person> {
        let seat = seats.iter().find(|seat| seat.role.id == role);
        seat.into_iter().flat_map(|seat| &seat.holders).collect()
    };
    let meant = match &charter.holder {
        CharterHolder::Nobody => Vec::new(),
        CharterHolder::Role(other) => holders(other),
    };
    let is_meant = |person: &Person| meant.iter().any(|meant| meant.id == person.id);
    holders(role).into_iter().filter(|person| !is_meant(person)).collect()
}
