//! Headings in raw HTML. Every walk over the events of a document uses this type, so that all count the same
//! headings.

use pulldown_cmark::{Event, Tag, TagEnd};

/// The effect of a raw tag on headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadingChange {
    /// A heading of this level begins. An open heading ends before it.
    Begins(u8),
    /// The open heading ends.
    Ends,
}

/// Tracks the open raw heading. It ends at an end tag of a heading, before any other heading, and with the Markdown
/// block in which it began. Headings within Markdown headings, descriptions of pictures and footnotes do not count.
#[derive(Clone, Default)]
pub(super) struct RawHeading {
    /// Number of open Markdown blocks and spans. Blocks of raw HTML do not count.
    depth: usize,
    footnotes: usize,
    pictures: usize,
    in_markdown_heading: bool,
    /// The depth at which the open heading began.
    open: Option<usize>,
}

impl RawHeading {
    /// Processes a Markdown event. Returns true if the open heading ends before it.
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

    /// Processes a tag of raw HTML.
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

    /// True if no Markdown block is open.
    pub(super) fn is_at_top(&self) -> bool {
        self.depth == 0
    }
}
