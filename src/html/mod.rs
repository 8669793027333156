//! Markdown to HTML. Where links lead and what is said besides is asked of the caller; pages, sources and words are unknown here.

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
pub use terms::{Term, Terms};

use std::collections::BTreeMap;

use crate::parse::LinkKind;
use crate::url::Href;

/// Where a link leads and how it looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkTarget {
    /// The address; without one the text stands without a link.
    pub href: Option<Href>,
    /// A class.
    pub class: Option<&'static str>,
    /// A title, where the link has none of its own.
    pub title: Option<String>,
}

/// What a text is written into.
pub trait Context {
    /// The target of a link, by its destination as written.
    fn target(&self, destination: &str, kind: LinkKind) -> LinkTarget;

    /// What is said beside the text's own words, in the language of the site.
    fn label(&self, label: Label) -> String;
}

/// What the HTML of a text says beside the text's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Of the link of a heading to itself.
    Section,
    /// Of the link of an obligation to itself.
    Statement,
    /// Of a task that is done.
    Done,
    /// Of a task that is not.
    Open,
    /// Of all footnotes.
    Footnotes,
    /// Of the link from a footnote to where it is used.
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

/// What a document shows besides its own text.
#[derive(Clone, Copy, Default)]
pub struct Additions<'a> {
    /// Each normative statement is a place that can be linked to.
    pub obligations: bool,
    /// Terms that are linked where they are used first, and the address of the glossary.
    pub terms: Option<(&'a Terms, &'a str)>,
    /// What says how often each clause is cited, by its anchor.
    pub citations: Option<&'a BTreeMap<String, String>>,
}

/// What becomes of raw HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HtmlPolicy {
    /// It stays, without comments: the writer's own.
    AsWritten,
    /// It is reduced to what GitHub would show: other people's text.
    Sanitized,
}

/// A document as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Inline HTML of the first H1.
    pub title: Option<String>,
    /// Its id.
    pub title_id: Option<String>,
    /// Everything else.
    pub body: String,
    /// The headings of the body, in order.
    pub toc: Vec<TocEntry>,
}

/// A heading of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TocEntry {
    /// 1 to 6.
    pub level: u8,
    /// Plain text.
    pub text: String,
    /// Its id.
    pub id: String,
}

/// Text as HTML, for content and for quoted attributes.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    // A string takes whatever is written to it.
    let _ = pulldown_cmark_escape::escape_html(&mut html, text);
    html
}

/// Adds text as the content of an element.
fn escape_to(html: &mut String, text: &str) {
    let _ = pulldown_cmark_escape::escape_html_body_text(html, text);
}
