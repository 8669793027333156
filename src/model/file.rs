//! What one file says: its document or records, and the summary others may ask for.

use crate::diagnostic::{Diagnostic, Location, code};
use crate::facts::{Kinds, PageMatter, Records, RoleMatter};
use crate::formats::{self, DataFile};
use crate::parse::{self, Document, shortened};
use crate::site_path::check_id;
use crate::source::{Db, File, Site, is_markdown, without_extension};

/// The Markdown of a file.
#[salsa::tracked]
pub fn document(db: &dyn Db, file: File) -> Document {
    if file.is_document(db) { parse::parse(file.text(db)) } else { Document::default() }
}

/// Most characters of a title or a heading where it is a label. Each link to a document may show its title, and each
/// page beside it does: whole, a long one would be written as often.
const LABEL: usize = 200;

/// What other pages may know of a document. It holds no prose and no offsets, so that an edit of a
/// paragraph leaves it equal and nobody downstream is asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Front matter, else the H1 that opens the document, else the file name in words; see [`LABEL`].
    pub title: String,
    /// All headings in order.
    pub headings: Vec<Heading>,
    /// Whether the first of them is the title of the page.
    pub has_title_heading: bool,
    /// Anchors written in raw HTML.
    pub anchors: Vec<String>,
    /// Anchors of its obligations, where it is normative.
    pub obligations: Vec<String>,
    /// Where the document says that it has moved, as written there.
    pub moved_to: Option<String>,
    /// Position in its folder.
    pub order: Option<i64>,
}

/// A heading, without its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Plain text; see [`LABEL`].
    pub text: String,
    /// The id GitHub gives it; empty where it says nothing.
    pub id: String,
}

impl Heading {
    /// What it is called elsewhere: a colon leads into the text below it alone.
    pub fn name(&self) -> &str {
        self.text.trim_end_matches(':')
    }
}

impl Outline {
    /// All ids a reference may name.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let anchors = self.anchors.iter().chain(&self.obligations);
        let headings = self.headings.iter().map(|heading| heading.id.as_str());
        headings.chain(anchors.map(String::as_str)).filter(|id| !id.is_empty())
    }
}

/// See [`Outline`].
#[salsa::tracked]
pub fn outline(db: &dyn Db, file: File) -> Outline {
    let document = document(db, file);
    let matter = &matter(db, file).0;
    let title =
        matter.title.clone().or_else(|| document.title.clone()).filter(|title| !title.trim().is_empty());
    let title = title.unwrap_or_else(|| words(&name_of(db, file)));
    Outline {
        title: shortened(&title, LABEL),
        headings: document
            .headings
            .iter()
            .map(|heading| Heading {
                level: heading.level,
                text: shortened(&heading.text, LABEL),
                id: heading.id.clone(),
            })
            .collect(),
        has_title_heading: document.title.is_some(),
        anchors: document.anchors.iter().map(|anchor| anchor.id.clone()).collect(),
        obligations: super::stated(db, file).iter().map(|stated| stated.anchor.clone()).collect(),
        moved_to: document.moved_to.clone(),
        order: matter.order,
    }
}

/// Title of a document; see [`Outline::title`].
#[salsa::tracked]
pub fn title(db: &dyn Db, file: File) -> String {
    outline(db, file).title.clone()
}

/// One sentence about a document: front matter, else its first paragraph. A role sums itself up.
#[salsa::tracked]
pub fn description(db: &dyn Db, file: File) -> Option<String> {
    let own = matter(db, file).0.description.clone();
    let summary = || parse::parse(role_matter_of(db, file).summary.as_ref()?).lead;
    own.or_else(summary).or_else(|| document(db, file).lead.clone())
}

/// Front matter of a document.
#[salsa::tracked(no_eq)]
pub fn matter(db: &dyn Db, file: File) -> (PageMatter, Vec<Diagnostic>) {
    let Some(front_matter) = &document(db, file).front_matter else {
        return (PageMatter::default(), unclosed(db, file).into_iter().collect());
    };
    if is_role(db, file) {
        return (role_matter(db, file).0.page.clone(), Vec::new());
    }
    let read = if file.is_own(db) { formats::page_matter } else { formats::lenient_page_matter };
    read(&file.name(db), file.text(db), front_matter)
}

/// Says that the front matter of a handbook's document has no end. Only that of TOML is told from prose: `---` is a line
/// across the page, too.
fn unclosed(db: &dyn Db, file: File) -> Option<Diagnostic> {
    if !file.is_own(db) {
        return None;
    }
    let first = file.text(db).trim_start_matches('\u{feff}').lines().next()?;
    (first.trim_end() == "+++").then(|| {
        let at = Location::line(&file.name(db), 1, 1);
        Diagnostic::new(code::DATA_SYNTAX, "unclosed front matter", at).help("add a line `+++` after it")
    })
}

/// Whether a document describes a role.
pub fn is_role(db: &dyn Db, file: File) -> bool {
    file.is_own(db)
        && file.path(db).strip_prefix("roles/").is_some_and(|name| {
            let is_id = || check_id(without_extension(name)).is_ok();
            !name.contains('/') && is_markdown(name) && !super::is_index_name(name) && is_id()
        })
}

/// Front matter of a role document.
#[salsa::tracked(no_eq)]
pub fn role_matter(db: &dyn Db, file: File) -> (RoleMatter, Vec<Diagnostic>) {
    match &document(db, file).front_matter {
        Some(front_matter) => formats::role_matter(&file.name(db), file.text(db), front_matter),
        None => Default::default(),
    }
}

/// Front matter of a role document; empty for every other file.
pub fn role_matter_of(db: &dyn Db, file: File) -> &RoleMatter {
    static NONE: std::sync::LazyLock<RoleMatter> = std::sync::LazyLock::new(RoleMatter::default);
    if is_role(db, file) { &role_matter(db, file).0 } else { &NONE }
}

/// The kinds of group.
pub fn kinds(db: &dyn Db) -> &Kinds {
    &Site::get(db).config(db).kinds
}

/// See [`Records`].
#[salsa::tracked(no_eq)]
pub fn records(db: &dyn Db, file: File) -> Records {
    let path = file.path(db);
    let data = DataFile { name: &file.name(db), path: &path, text: file.text(db), kinds: kinds(db) };
    file.config(db).format.read(&data)
}

/// Whether a data file describes many groups, so that its last change says nothing of a single one.
pub fn describes_many(db: &dyn Db, file: File) -> bool {
    file.config(db).format.describes_many(&file.path(db))
}

/// The name a document goes by when it gives itself none: its file's, or its folder's.
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

/// `running-meetings` as `Running meetings`.
pub fn words(name: &str) -> String {
    capitalised(&name.replace(['-', '_'], " "))
}

/// A text with a capital letter first.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
