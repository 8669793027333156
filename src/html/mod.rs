//! Renders Markdown as HTML. A [`Context`] resolves links and supplies labels; this module knows nothing about pages,
//! sources or the language of the site.

mod highlight;
mod markdown;
mod sanitize;
mod scan;
mod stretches;
mod terms;
#[cfg(test)]
mod tests;

pub use highlight::highlight;
pub use markdown::{document, fragment};
pub use sanitize::DOCUMENT_CLASSES;
pub use terms::{DefinedTerm, Terms};

use std::collections::BTreeMap;

use crate::parse::LinkKind;
use crate::url::Href;

/// The address and appearance of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkTarget {
    /// The address. `None` renders the text without a link.
    pub href: Option<Href>,
    /// A CSS class.
    pub class: Option<&'static str>,
    /// A title, used if the link has none.
    pub title: Option<String>,
}

/// Resolves links and labels for the writer.
pub trait Context {
    /// Resolves a link by its destination as it is written.
    fn target(&self, destination: &str, kind: LinkKind) -> LinkTarget;

    /// Returns a label in the language of the site.
    fn label(&self, label: Label) -> String;
}

/// A label that the writer adds to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The link of a heading to itself.
    Section,
    /// The link of an obligation to itself.
    Statement,
    /// The checkbox of a completed task.
    Done,
    /// The checkbox of an open task.
    Open,
    /// The section of footnotes.
    Footnotes,
    /// The link from a footnote back to its reference.
    Back,
    /// The title of an alert (GitHub's `> [!NOTE]`).
    Note,
    /// See [`Label::Note`].
    Tip,
    /// See [`Label::Note`].
    Important,
    /// See [`Label::Note`].
    Warning,
    /// See [`Label::Note`].
    Caution,
}

/// Links and anchors added to the text of a document.
#[derive(Clone, Copy, Default)]
pub struct Additions<'a> {
    /// True to make each key word of an obligation an anchor with a link to itself.
    pub obligations: bool,
    /// Terms of the glossary, linked at their first use, and the address of the glossary.
    pub terms: Option<(&'a Terms, &'a str)>,
    /// For each cited clause, by anchor, a text that says how often it is cited.
    pub citations: Option<&'a BTreeMap<String, String>>,
}

/// The treatment of raw HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HtmlPolicy {
    /// Keeps raw HTML except comments: for the handbook's own files.
    AsWritten,
    /// Keeps what GitHub would show: for other people's files.
    Sanitized,
}

/// A document rendered as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Inline HTML of the H1 that opens the document.
    pub title: Option<String>,
    /// The id of that H1.
    pub title_id: Option<String>,
    /// The HTML of the rest.
    pub body: String,
    /// The headings of the body, in order.
    pub toc: Vec<TocEntry>,
}

/// A heading of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TocEntry {
    /// The level, 1 to 6.
    pub level: u8,
    /// Plain text.
    pub text: String,
    /// The id, not empty.
    pub id: String,
}

/// Escapes text for use as content or in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    // Writing to a string cannot fail.
    let _ = pulldown_cmark_escape::escape_html(&mut html, text);
    html
}

/// Appends text, escaped for a quoted attribute.
fn escape_attribute_to(html: &mut String, text: &str) {
    let _ = pulldown_cmark_escape::escape_html(html, text);
}

/// Appends text, escaped as the content of an element.
fn escape_to(html: &mut String, text: &str) {
    let _ = pulldown_cmark_escape::escape_html_body_text(html, text);
}
