//! The records or document of one file, and the outline that other pages query.

use super::settled::settled;
use crate::diagnostic::{Diagnostic, Location, code};
use crate::facts::{Kinds, PageMatter, Records, RoleMatter, Vocabulary};
use crate::formats::{self, DataFile};
use crate::parse::{self, Document, shortened};
use crate::site_path::check_id;
use crate::source::{Db, File, Site, is_markdown, without_extension};

/// The Markdown of a file.
#[salsa::tracked]
pub fn document(db: &dyn Db, file: File) -> Document {
    if file.is_document(db) { parse::parse(file.text(db)) } else { Document::default() }
}

/// Maximum characters of a title or heading used as a label. Every link to a document may show its title, so long
/// titles would multiply.
const MAX_LABEL: usize = 200;

/// The part of a document that other pages may depend on. Contains no prose and no offsets, so editing a paragraph
/// leaves it equal and dependent queries are not recomputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The title: from front matter, the H1 that opens the document, or the file name; at most [`MAX_LABEL`] characters.
    pub title: String,
    /// All headings in order.
    pub headings: Vec<OutlineHeading>,
    /// True if the first heading is the title of the page.
    pub has_title_heading: bool,
    /// Anchors in raw HTML.
    pub anchors: Vec<String>,
    /// Anchors of its obligations, if it is normative.
    pub obligations: Vec<String>,
    /// The destination to which the document has moved, as it is written.
    pub moved_to: Option<String>,
    /// The position in its folder.
    pub order: Option<i64>,
}

/// A heading without its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineHeading {
    /// The level, 1 to 6.
    pub level: u8,
    /// Plain text, at most [`MAX_LABEL`] characters.
    pub text: String,
    /// The id that GitHub gives it; empty if it has no text.
    pub id: String,
}

impl OutlineHeading {
    /// The text without a trailing colon, for use away from the text below the heading.
    pub fn name(&self) -> &str {
        self.text.trim_end_matches(':')
    }
}

impl Outline {
    /// All ids that a reference may name.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let anchors = self.anchors.iter().chain(&self.obligations);
        let headings = self.headings.iter().map(|heading| heading.id.as_str());
        headings.chain(anchors.map(String::as_str)).filter(|id| !id.is_empty())
    }
}

/// See [`Outline`].
#[salsa::tracked]
pub fn outline(db: &dyn Db, file: File) -> Outline {
    settled(db, file).map_or_else(|| read_outline(db, file), |settled| settled.outline(db).clone())
}

/// The outline of a document as its text is now.
pub fn read_outline(db: &dyn Db, file: File) -> Outline {
    let document = document(db, file);
    let matter = &read_matter(db, file).0;
    let title =
        matter.title.clone().or_else(|| document.title.clone()).filter(|title| !title.trim().is_empty());
    let title = title.unwrap_or_else(|| title_from_name(&name_of(db, file)));
    Outline {
        title: shortened(&title, MAX_LABEL),
        headings: document
            .headings
            .iter()
            .map(|heading| OutlineHeading {
                level: heading.level,
                text: shortened(&heading.text, MAX_LABEL),
                id: heading.id.clone(),
            })
            .collect(),
        has_title_heading: document.title.is_some(),
        anchors: document.anchors.iter().map(|anchor| anchor.id.clone()).collect(),
        obligations: super::stated_obligations(db, file).iter().map(|stated| stated.anchor.clone()).collect(),
        moved_to: document.moved_to.clone(),
        order: matter.order,
    }
}

/// The title of a document, see [`Outline::title`].
#[salsa::tracked]
pub fn title(db: &dyn Db, file: File) -> String {
    outline(db, file).title.clone()
}

/// A one-sentence description of a document: from front matter, the summary of a role, or the first paragraph.
#[salsa::tracked]
pub fn description(db: &dyn Db, file: File) -> Option<String> {
    let own = matter(db, file).0.description.clone();
    let summary = || parse::parse(role_matter_of(db, file).summary.as_ref()?).lead;
    own.or_else(summary).or_else(|| document(db, file).lead.clone())
}

/// The front matter of a document. Its spans may be those of an earlier text; see [`read_matter`].
pub fn matter(db: &dyn Db, file: File) -> &(PageMatter, Vec<Diagnostic>) {
    settled(db, file).map_or_else(|| read_matter(db, file), |settled| settled.matter(db))
}

/// The front matter of a document as its text is now.
#[salsa::tracked(no_eq)]
pub fn read_matter(db: &dyn Db, file: File) -> (PageMatter, Vec<Diagnostic>) {
    let Some(front_matter) = &document(db, file).front_matter else {
        return (PageMatter::default(), unread_front_matter(db, file).into_iter().collect());
    };
    if is_role(db, file) {
        return (role_matter(db, file).0.page.clone(), Vec::new());
    }
    let read = if file.is_own(db) { formats::page_matter } else { formats::lenient_page_matter };
    read(&file.name(db), file.text(db), front_matter)
}

/// Reports front matter in TOML that is not read as such in a document of the handbook: unclosed, or between lines of
/// `---`, which may also be thematic breaks.
fn unread_front_matter(db: &dyn Db, file: File) -> Option<Diagnostic> {
    if !file.is_own(db) {
        return None;
    }
    let mut lines = file.text(db).trim_start_matches('\u{feff}').lines();
    let (message, line, help) = match lines.next()?.trim_end() {
        "+++" => ("unclosed front matter", 1, "add a line `+++` after it"),
        "---" if is_toml(lines.next()?) => (
            "front matter in TOML between `---`",
            2,
            "write `+++` in place of `---`, or YAML such as `title: Example`",
        ),
        _ => return None,
    };
    let at = Location::line(&file.name(db), line, 1);
    Some(Diagnostic::new(code::DATA_SYNTAX, message, at).help(help))
}

/// True for a line that assigns a value to a key.
fn is_toml(line: &str) -> bool {
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    line.split_once('=')
        .map(|(key, _)| key.trim())
        .is_some_and(|key| !key.is_empty() && key.chars().all(is_key))
}

/// True if a document describes a role.
pub fn is_role(db: &dyn Db, file: File) -> bool {
    file.is_own(db)
        && file.path(db).strip_prefix("roles/").is_some_and(|name| {
            let is_id = || check_id(without_extension(name)).is_ok();
            !name.contains('/') && is_markdown(name) && !super::is_index_name(name) && is_id()
        })
}

/// The front matter of a role document.
#[salsa::tracked(no_eq)]
pub fn role_matter(db: &dyn Db, file: File) -> (RoleMatter, Vec<Diagnostic>) {
    match &document(db, file).front_matter {
        Some(front_matter) => formats::role_matter(&file.name(db), file.text(db), front_matter),
        None => Default::default(),
    }
}

/// The front matter of a role document; empty for every other file.
pub fn role_matter_of(db: &dyn Db, file: File) -> &RoleMatter {
    static NONE: std::sync::LazyLock<RoleMatter> = std::sync::LazyLock::new(RoleMatter::default);
    if is_role(db, file) { &role_matter(db, file).0 } else { &NONE }
}

/// The words of the community.
pub fn vocabulary(db: &dyn Db) -> &Vocabulary {
    &Site::get(db).config(db).vocabulary
}

/// The kinds of group.
pub fn kinds(db: &dyn Db) -> &Kinds {
    &vocabulary(db).kinds
}

/// The records of a data file.
#[salsa::tracked(no_eq)]
pub fn records(db: &dyn Db, file: File) -> Records {
    let path = file.path(db);
    let data =
        DataFile { name: &file.name(db), path: &path, text: file.text(db), vocabulary: vocabulary(db) };
    file.config(db).format.records(&data)
}

/// True if a data file describes many groups, so that its last change says nothing about a single one.
pub fn describes_many(db: &dyn Db, file: File) -> bool {
    file.config(db).format.describes_many(&file.path(db))
}

/// The name of a document without a title: that of its file, or of its folder for an index document.
fn name_of(db: &dyn Db, file: File) -> String {
    let path = file.path(db);
    let name = path.rsplit('/').next().unwrap_or_default();
    if super::index_names().iter().any(|index| index.eq_ignore_ascii_case(name)) || super::is_index_name(name)
    {
        let folder = file.folder(db);
        if let Some(name) = folder.rsplit('/').next().filter(|name| !name.is_empty()) {
            return name.to_owned();
        }
        return file.config(db).title();
    }
    file.stem(db)
}

/// Turns a file name into a title: `running-meetings` becomes `Running meetings`.
pub fn title_from_name(name: &str) -> String {
    capitalised(&name.replace(['-', '_'], " "))
}

/// Capitalizes the first letter.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
