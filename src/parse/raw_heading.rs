//! Headings in raw HTML. Whoever walks over the events of a document follows them with this, so that all count the same.

use pulldown_cmark::{Event, Tag, TagEnd};

/// A change that a raw tag makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadingChange {
    /// A heading of this level begins; one that is open ends before it.
    Begins(u8),
    /// The open heading ends.
    Ends,
}

/// The raw heading that is open. It ends with an end tag of a heading, before any other heading, and with the Markdown
/// block that it begins in. Headings within Markdown headings, descriptions of pictures and footnotes do not count.
#[derive(Clone, Default)]
pub(super) struct RawHeading {
    /// How many Markdown blocks and spans are open; raw blocks are no level of their own.
    depth: usize,
    footnotes: usize,
    pictures: usize,
    in_markdown_heading: bool,
    /// The depth at which the open heading began.
    open: Option<usize>,
}

impl RawHeading {
    /// Follows an event of Markdown; whether the open heading ends before it.
    pub(super) fn follow(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => return false,
            Event::Start(tag) => {
                self.depth += 1;
                match tag {
                    Tag::Heading { .. } => self.in_markdown_heading = true,
                    Tag::FootnoteDefinition(_) => self.footnotes += 1,
                    Tag::Image { .. } => {
                        self.pictures += 1;
                        return false;
                    }
                    _ => return false,
                }
            }
            Event::End(tag) => {
                self.depth -= 1;
                match tag {
                    TagEnd::Heading(_) => self.in_markdown_heading = false,
                    TagEnd::FootnoteDefinition => self.footnotes -= 1,
                    TagEnd::Image => self.pictures -= 1,
                    _ => {}
                }
                if self.open.is_none_or(|depth| depth <= self.depth) {
                    return false;
                }
            }
            _ => return false,
        }
        self.open.take().is_some()
    }

    /// Follows a tag of raw HTML.
    pub(super) fn tag(&mut self, name: &str, end: bool) -> Option<HeadingChange> {
        let level = name.strip_prefix('h')?.parse::<u8>().ok().filter(|level| (1..=6).contains(level))?;
        if name.len() != 2 || self.in_markdown_heading || self.footnotes > 0 || self.pictures > 0 {
            None
        } else if end {
            self.open.take().map(|_| HeadingChange::Ends)
        } else {
            self.open = Some(self.depth);
            Some(HeadingChange::Begins(level))
        }
    }

    /// Whether no Markdown block is open around what follows.
    pub(super) fn is_at_top(&self) -> bool {
        self.depth == 0
    }
}
