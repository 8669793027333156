//! Parses Markdown text into a [`Document`]. Pure, never fails, and keeps the span of every item.
//!
//! CommonMark 0.31 with the GFM extensions that GitHub shows: tables, task lists, strikethrough,
//! footnotes, alerts, bare addresses, formulas and emoji by name. Heading ids are GitHub's.

mod at;
mod autolink;
mod clauses;
mod data;
mod emoji;
mod event;
mod front_matter;
mod gfm;
mod key_words;
mod labels;
mod markdown;
mod nesting;
mod normative;
mod passage;
mod raw_heading;
mod raw_html;
mod record;
mod rewrite;
mod rows;
mod run;
pub(crate) mod shape;
mod slug;
mod spaced;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

pub use at::At;
pub use autolink::{Autolink, autolinks};
pub use clauses::clauses;
pub use data::{Node, TableKey, Value, lenient_yaml, toml, yaml};
pub use emoji::emoji;
pub use event::{
    Alignment, BlockQuoteKind, Event, EventNumber, EventText, Events, HeadingTag, LinkTag, Reading, Tag,
    TagEnd,
};
pub use key_words::{Level, key_words};
pub use labels::is_address;
pub use markdown::{fold, parse};
pub use nesting::{Bound, bounded};
pub use normative::NormativeStatement;
pub use raw_html::{Address, Attribute, Piece, pieces};
pub use record::{Fields, Reader, SeenIds};
pub use rewrite::rewrite_links;
pub use rows::{csv, data_blocks, markdown_tables, unclosed_quote};
pub use slug::{PREFIX, Slugs, page_id, slug};
pub use spaced::{shortened, spaced, without_links};

/// A parsed Markdown file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The front matter block, if there is one.
    pub front_matter: Option<FrontMatter>,
    /// Byte offset at which the Markdown body starts.
    pub body: usize,
    /// Plain text of the H1 that opens the document. Only pictures and comments may precede it.
    pub title: Option<String>,
    /// Plain text of the first paragraph, at most about 300 characters.
    pub lead: Option<String>,
    /// All headings in order, those of raw HTML included.
    pub headings: Vec<Heading>,
    /// Anchors written as `id` or `name` in raw HTML.
    pub anchors: Vec<Anchor>,
    /// Every use of a link or picture, in order.
    pub links: Vec<Link>,
    /// Undefined labels in `[text][label]` and `[label][]`.
    pub undefined: Vec<LinkLabel>,
    /// Definitions of labels that nothing uses.
    pub unused: Vec<LinkLabel>,
    /// Definitions of a label that is already defined; they have no effect (CommonMark 4.7).
    pub shadowed: Vec<LinkLabel>,
    /// Text that was probably meant as a link but is not one: `[text](( destination ))`, `[text](a destination)`. The
    /// label's text is the destination.
    pub malformed_links: Vec<LinkLabel>,
    /// Obligations in order: each states what somebody must, should or may do.
    pub obligations: Vec<NormativeStatement>,
    /// The destination of a redirect: front matter, a `<meta http-equiv="refresh">`, or a short text that says the
    /// document has moved.
    pub moved_to: Option<String>,
    /// The events of the body; their spans refer to its text.
    pub events: Events,
    /// True if the body contains raw HTML other than comments.
    pub raw_html: bool,
    /// The first raw HTML tag that exceeds a bound. The tag or its surplus attributes are dropped.
    pub exceeded_bound: Option<(Bound, Range<usize>)>,
}

/// Moves a list that is kept into memory of its size. [`Vec::shrink_to_fit`] leaves it where it is, because the allocator
/// keeps a block of which half is used.
pub fn fitted<T>(mut list: Vec<T>) -> Vec<T> {
    let mut fitted = Vec::with_capacity(list.len());
    fitted.append(&mut list);
    fitted
}

/// A label of a reference-style link, or a malformed link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkLabel {
    /// The label as it is written.
    pub text: String,
    /// Byte range of its use or of its definition.
    pub span: Range<usize>,
}

/// An unparsed front matter block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// The syntax of the block.
    pub format: FrontMatterFormat,
    /// Byte range of its text, without the fences.
    pub span: Range<usize>,
}

/// The two accepted ways to write front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontMatterFormat {
    /// Between `+++` lines.
    Toml,
    /// Between `---` lines.
    Yaml,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The level, 1 to 6.
    pub level: u8,
    /// Plain text.
    pub text: String,
    /// The id on the page: GitHub's, with a suffix for duplicates, see [`page_id`]. Empty if the heading has no text.
    pub id: String,
    /// Byte range in the file.
    pub span: Range<usize>,
}

/// An explicit anchor in raw HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The id on the page, see [`page_id`].
    pub id: String,
    /// Byte range of the value.
    pub span: Range<usize>,
}

/// One use of a link or picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The syntax of the link.
    pub kind: LinkKind,
    /// The destination, with entities and escapes resolved.
    pub destination: Arc<str>,
    /// Byte range of the whole link in the file.
    pub span: Range<usize>,
    /// For reference-style links: byte range of the definition.
    pub definition: Option<Range<usize>>,
    /// Index of the heading of the section that contains the link.
    pub heading: Option<usize>,
    /// Plain text around the link, at most about 160 characters.
    pub passage: Arc<str>,
}

/// The syntax of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// `[text](destination)`
    Inline,
    /// `[text][label]`, `[label][]`, `[label]`
    Reference,
    /// `<https://…>`
    Autolink,
    /// `https://…` in running text (GFM 6.9)
    Bare,
    /// `![alt](destination)`
    Image,
    /// `![alt][label]`
    ImageReference,
    /// `href` of raw HTML, or another attribute that is followed
    HtmlHref,
    /// `src` of raw HTML, or another attribute that is loaded
    HtmlSrc,
}
