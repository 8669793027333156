//! Markdown text to a [`Document`]: pure, never fails, keeps the place of everything it finds.
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
mod run;
mod slug;
mod spaced;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use at::At;
pub use autolink::{Autolink, autolinks};
pub use clauses::clauses;
pub use data::{Key, Node, Value, lenient_yaml, toml, yaml};
pub use emoji::emoji;
pub use event::{
    Alignment, BlockQuoteKind, Event, EventText, Events, HeadingTag, LinkTag, Reading, Tag, TagEnd,
};
pub use key_words::{Level, key_words};
pub use labels::is_address;
pub use markdown::{fold, parse};
pub use nesting::{Bound, bounded};
pub use normative::Obligation;
pub use raw_html::{Address, Attribute, Piece, pieces};
pub use record::{Fields, Reader, Seen};
pub use rewrite::rewrite_links;
pub use slug::{PREFIX, Slugs, page_id, slug};
pub use spaced::{shortened, spaced};

/// What the rest of the program asks of a Markdown file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The front matter block, if there is one.
    pub front_matter: Option<FrontMatter>,
    /// Byte offset at which the Markdown body starts.
    pub body: usize,
    /// Plain text of the H1 that opens the document: before the first heading, only pictures and comments may precede it.
    pub title: Option<String>,
    /// Plain text of the first paragraph, at most about 300 characters.
    pub lead: Option<String>,
    /// All headings in order, those of raw HTML included.
    pub headings: Vec<Heading>,
    /// Anchors written as `id` or `name` in raw HTML.
    pub anchors: Vec<Anchor>,
    /// Every use of a link or picture, in order.
    pub links: Vec<Link>,
    /// Labels that are used like those of links and defined nowhere: `[text][label]`, `[label][]`.
    pub undefined: Vec<Label>,
    /// Definitions of labels that nothing uses.
    pub unused: Vec<Label>,
    /// Definitions of labels that are defined before: they mean nothing (CommonMark 4.7).
    pub shadowed: Vec<Label>,
    /// What was meant for a link and is none: `[text](( destination ))`, `[text](a destination)`. The text is the
    /// destination.
    pub mistaken: Vec<Label>,
    /// What the document says that somebody must, should or may do, in order.
    pub obligations: Vec<Obligation>,
    /// The destination to which a document sends its readers that says little else, or says so to browsers.
    pub moved_to: Option<String>,
    /// The events of the body, over its text.
    pub events: Events,
    /// Whether the body holds raw HTML other than comments.
    pub raw_html: bool,
    /// The first tag of raw HTML beyond a bound: it, or its surplus attributes, are dropped.
    pub beyond: Option<(Bound, Range<usize>)>,
}

/// A label of reference-style links, or what else does not do what it was written for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// As written.
    pub text: String,
    /// Byte range of its use or of its definition.
    pub span: Range<usize>,
}

/// A front matter block, not yet read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// How it is written.
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
    /// 1 to 6.
    pub level: u8,
    /// Plain text.
    pub text: String,
    /// Its id on the page: GitHub's with the suffix of a duplicate, see [`page_id`]; empty where it says nothing.
    pub id: String,
    /// Byte range in the file.
    pub span: Range<usize>,
}

/// An explicit anchor in raw HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Its id on the page, see [`page_id`].
    pub id: String,
    /// Byte range of the name.
    pub span: Range<usize>,
}

/// One use of a link or picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How it is written.
    pub kind: LinkKind,
    /// The destination as written, entities and escapes resolved.
    pub destination: String,
    /// Byte range of the whole link in the text.
    pub span: Range<usize>,
    /// For reference-style links: byte range of the definition.
    pub definition: Option<Range<usize>>,
    /// Index of the heading it stands under.
    pub heading: Option<usize>,
    /// Plain text around it, at most about 160 characters.
    pub passage: String,
}

/// How a link is written.
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
    /// `href` of raw HTML, or another attribute that leads somewhere
    HtmlHref,
    /// `src` of raw HTML, or another attribute that shows something
    HtmlSrc,
}
