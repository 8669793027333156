//! The events of a Markdown text: the order in which blocks and spans start and end, and the text between.

use std::num::NonZeroU32;
use std::ops::Range;

use pulldown_cmark::{self as cmark, CodeBlockKind, CowStr, LinkType, Parser};
pub use pulldown_cmark::{BlockQuoteKind, TagEnd};

use super::gfm::Gfm;
use super::{LinkKind, fitted};

/// Text of an event: a byte range of the source or, past its end, of [`Events::other`]. Start and length have 28 bits
/// each, so that an event has 8 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventText([u8; 7]);

impl EventText {
    /// Bits of the start and of the length. Files have at most 16 MB.
    const BITS: u32 = 28;

    fn new(Range { start, end }: Range<usize>) -> Self {
        assert!(end < 1 << Self::BITS, "the texts of a file are a few times as large as the file at most");
        let [bytes @ .., _] = ((start as u64) << Self::BITS | (end - start) as u64).to_le_bytes();
        Self(bytes)
    }

    fn range(self) -> Range<usize> {
        let [a, b, c, d, e, f, g] = self.0;
        let both = u64::from_le_bytes([a, b, c, d, e, f, g, 0]);
        let start = (both >> Self::BITS) as usize;
        start..start + (both & ((1 << Self::BITS) - 1)) as usize
    }
}

/// A number below [`u32::MAX`]: an `Option` of it takes no more space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventNumber(NonZeroU32);

impl EventNumber {
    pub(super) fn new(number: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(number))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0.get() - 1
    }
}

/// An event. A picture is one event, and so is a run of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A block or span starts.
    Start(Tag),
    /// A block or span ends.
    End(TagEnd),
    /// Running text, or the whole content of a code block.
    Text(EventText),
    /// Running text of a document without bare addresses and without emoji by name.
    PlainText(EventText),
    /// Inline code.
    Code(EventText),
    /// An inline formula.
    InlineMath(EventText),
    /// A formula in a block of its own.
    DisplayMath(EventText),
    /// Raw HTML: an inline tag or comment, or a whole block.
    Html(EventText),
    /// The raw HTML that follows begins with the tag of a heading.
    HeadingTag(HeadingTag),
    /// The open raw heading ends without an end tag.
    HeadingBreaksOff,
    /// A picture, by its index among the links.
    Picture(u32),
    /// A reference to a footnote, by its label.
    FootnoteReference(EventText),
    /// The checkbox of a task; true if the task is done.
    TaskListMarker(bool),
    /// A line break in the source only.
    SoftBreak,
    /// A line break on the page.
    HardBreak,
    /// A horizontal rule.
    Rule,
}

const _: () = assert!(size_of::<Event>() == 8, "there is one for every few bytes of text");

/// A block or a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A paragraph.
    Paragraph,
    /// A heading of Markdown.
    Heading {
        /// 1 to 6.
        level: u8,
        /// The index in the document; `None` within a footnote and in a text that is not a document.
        index: Option<EventNumber>,
    },
    /// A quote or an alert.
    BlockQuote(Option<BlockQuoteKind>),
    /// A code block with its info string.
    CodeBlock(EventText),
    /// A block of raw HTML.
    HtmlBlock,
    /// A list.
    List {
        /// The number of the first item of an ordered list.
        first: Option<EventNumber>,
        /// True if the first item is a task.
        is_tasks: bool,
    },
    /// An item of a list.
    Item,
    /// A footnote, by its label.
    FootnoteDefinition(EventText),
    /// A table.
    Table,
    /// The first row of a table.
    TableHead,
    /// Another row.
    TableRow,
    /// A cell.
    TableCell(Option<Alignment>),
    /// `*…*`
    Emphasis,
    /// `**…**`
    Strong,
    /// `~~…~~`
    Strikethrough,
    /// A link, by its index among the links.
    Link(u32),
}

/// The alignment of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// `:-`
    Left,
    /// `:-:`
    Center,
    /// `-:`
    Right,
}

/// A tag of a heading in raw HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadingTag {
    /// The heading of this index begins.
    Begins(EventNumber),
    /// The open heading ends.
    Ends,
}

/// A link or a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkTag {
    /// The syntax of the link.
    pub kind: LinkKind,
    /// The destination, with entities and escapes resolved.
    pub destination: EventText,
    /// The title; empty if there is none.
    pub title: EventText,
    /// The description of a picture.
    pub description: EventText,
}

/// All events of a text. Reading them requires the text, see [`Events::over`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    list: Vec<Event>,
    links: Vec<LinkTag>,
    /// Text that is not verbatim in the source: resolved entities and escapes, lines of quoted code.
    other: String,
}

impl Events {
    /// Parses a text that is not a document. Its headings have no index.
    pub fn of(source: &str) -> Self {
        let gfm = Gfm::new(source);
        let mut recorder = Recorder::new(source, &gfm);
        for event in Parser::new_ext(gfm.text(), gfm.options()) {
            recorder.event(&event);
        }
        recorder.finish()
    }

    /// Combines the events with their text.
    pub fn over<'a>(&'a self, source: &'a str) -> Reading<'a> {
        Reading { source, events: self }
    }
}

/// The events of a text, with the text.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    source: &'a str,
    events: &'a Events,
}

impl<'a> Reading<'a> {
    /// The text.
    pub fn source(self) -> &'a str {
        self.source
    }

    /// The events in order.
    pub fn events(self) -> impl Iterator<Item = Event> + 'a {
        self.events.list.iter().copied()
    }

    /// Resolves the text of an event.
    pub fn text(self, text: EventText) -> &'a str {
        let Range { start, end } = text.range();
        match start.checked_sub(first_other(self.source)) {
            Some(start) => &self.events.other[start..end - first_other(self.source)],
            None => &self.source[start..end],
        }
    }

    /// Returns a link or picture by its index.
    pub fn link(self, index: u32) -> LinkTag {
        self.events.links[index as usize]
    }
}

/// The offset at which [`Events::other`] begins. It leaves a gap after the source, so that no range touches both.
fn first_other(source: &str) -> usize {
    source.len() + 1
}

/// Records the events of the parser.
pub(super) struct Recorder<'a> {
    source: &'a str,
    gfm: &'a Gfm<'a>,
    events: Events,
    /// The open picture, and the number of open pictures nested in it.
    picture: Option<(LinkTag, usize)>,
    columns: Vec<cmark::Alignment>,
    column: usize,
    in_cell: bool,
}

impl<'a> Recorder<'a> {
    /// Creates a recorder for the rewritten form of `source` that the parser reads.
    pub(super) fn new(source: &'a str, gfm: &'a Gfm<'a>) -> Self {
        let (events, columns) = (Events::default(), Vec::new());
        Self { source, gfm, events, picture: None, columns, column: 0, in_cell: false }
    }

    /// Records an event.
    pub(super) fn event(&mut self, event: &cmark::Event<'_>) {
        if self.picture.is_some() {
            return self.in_picture(event);
        }
        let event = match event {
            cmark::Event::Start(tag) => match self.tag(tag) {
                Some(tag) => Event::Start(tag),
                None => return,
            },
            cmark::Event::End(tag) => {
                if *tag == TagEnd::TableCell {
                    self.in_cell = false;
                    self.column += 1;
                }
                Event::End(*tag)
            }
            cmark::Event::Text(text) => match self.events.list.last() {
                Some(Event::Text(last)) => {
                    let joined = self.join(*last, text);
                    return self.replace_last(Event::Text(joined));
                }
                _ => Event::Text(self.text(text)),
            },
            // A block of raw HTML arrives line by line.
            cmark::Event::Html(html) => match self.events.list.last() {
                Some(Event::Html(last)) => {
                    let joined = self.join(*last, html);
                    return self.replace_last(Event::Html(joined));
                }
                _ => Event::Html(self.text(html)),
            },
            // The parser leaves raw HTML unchanged; in a table, bars in it are escaped, too.
            cmark::Event::InlineHtml(html) if self.in_cell && html.contains("\\|") => {
                Event::Html(self.other(&html.replace("\\|", "|")))
            }
            cmark::Event::InlineHtml(html) => Event::Html(self.text(html)),
            cmark::Event::Code(code) => Event::Code(self.text(code)),
            cmark::Event::InlineMath(math) => Event::InlineMath(self.text(math)),
            cmark::Event::DisplayMath(math) => Event::DisplayMath(self.text(math)),
            cmark::Event::FootnoteReference(label) => Event::FootnoteReference(self.text(label)),
            cmark::Event::TaskListMarker(done) => {
                self.begins_with_task();
                Event::TaskListMarker(*done)
            }
            cmark::Event::SoftBreak => Event::SoftBreak,
            cmark::Event::HardBreak => Event::HardBreak,
            cmark::Event::Rule => Event::Rule,
        };
        self.events.list.push(event);
    }

    /// Sets the index of the heading that has just started.
    pub(super) fn number_heading(&mut self, number: usize) {
        if let Some(Event::Start(Tag::Heading { index, .. })) = self.events.list.last_mut() {
            *index = Some(EventNumber::new(number as u32));
        }
    }

    /// Marks the text that was recorded last as plain, see [`Event::PlainText`].
    pub(super) fn plain_text(&mut self) {
        if let Some(Event::Text(text)) = self.events.list.last() {
            self.replace_last(Event::PlainText(*text));
        }
    }

    /// Records a heading tag at the start of the last `length` bytes of the last raw HTML.
    pub(super) fn heading_tag(&mut self, length: usize, tag: HeadingTag) {
        let Some(Event::Html(html)) = self.events.list.last_mut() else { return };
        let Range { start, end } = html.range();
        *html = EventText::new(start..end - length);
        let rest = EventText::new(end - length..end);
        self.events.list.extend([Event::HeadingTag(tag), Event::Html(rest)]);
    }

    /// Records that the open raw heading ends without a tag.
    pub(super) fn heading_breaks_off(&mut self) {
        self.events.list.push(Event::HeadingBreaksOff);
    }

    /// Returns the recorded events.
    pub(super) fn finish(self) -> Events {
        let Events { list, links, mut other } = self.events;
        other.shrink_to_fit();
        Events { list: fitted(list), links: fitted(links), other }
    }

    /// Converts the start of a block or span; `None` for a picture and for syntax that is not enabled.
    fn tag(&mut self, tag: &cmark::Tag<'_>) -> Option<Tag> {
        Some(match tag {
            cmark::Tag::Paragraph => Tag::Paragraph,
            cmark::Tag::Heading { level, .. } => Tag::Heading { level: *level as u8, index: None },
            cmark::Tag::BlockQuote(kind) => Tag::BlockQuote(*kind),
            cmark::Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Tag::CodeBlock(self.text(info)),
            cmark::Tag::CodeBlock(CodeBlockKind::Indented) => Tag::CodeBlock(EventText::default()),
            cmark::Tag::HtmlBlock => Tag::HtmlBlock,
            // Numbers have at most nine digits (CommonMark 5.2).
            cmark::Tag::List(first) => {
                Tag::List { first: first.map(|first| EventNumber::new(first as u32)), is_tasks: false }
            }
            cmark::Tag::Item => Tag::Item,
            cmark::Tag::FootnoteDefinition(label) => Tag::FootnoteDefinition(self.text(label)),
            cmark::Tag::Table(columns) => {
                self.columns.clone_from(columns);
                Tag::Table
            }
            cmark::Tag::TableHead => {
                self.column = 0;
                Tag::TableHead
            }
            cmark::Tag::TableRow => {
                self.column = 0;
                Tag::TableRow
            }
            cmark::Tag::TableCell => {
                self.in_cell = true;
                Tag::TableCell(match self.columns.get(self.column) {
                    Some(cmark::Alignment::Left) => Some(Alignment::Left),
                    Some(cmark::Alignment::Center) => Some(Alignment::Center),
                    Some(cmark::Alignment::Right) => Some(Alignment::Right),
                    Some(cmark::Alignment::None) | None => None,
                })
            }
            cmark::Tag::Emphasis => Tag::Emphasis,
            cmark::Tag::Strong => Tag::Strong,
            cmark::Tag::Strikethrough => Tag::Strikethrough,
            cmark::Tag::Link { link_type, dest_url, title, .. } => {
                let (kind, destination) = link(*link_type, dest_url.clone());
                let link = self.link_tag(kind, &destination, title);
                Tag::Link(self.add_link(link))
            }
            cmark::Tag::Image { link_type, dest_url, title, .. } => {
                self.picture = Some((self.link_tag(picture(*link_type), dest_url, title), 0));
                return None;
            }
            cmark::Tag::Superscript
            | cmark::Tag::Subscript
            | cmark::Tag::DefinitionList
            | cmark::Tag::DefinitionListTitle
            | cmark::Tag::DefinitionListDefinition
            | cmark::Tag::MetadataBlock(_) => return None,
        })
    }

    /// Collects the description of the open picture, of which only the text is used.
    fn in_picture(&mut self, event: &cmark::Event<'_>) {
        let Some((mut picture, mut depth)) = self.picture.take() else { return };
        match event {
            cmark::Event::Start(cmark::Tag::Image { .. }) => depth += 1,
            cmark::Event::End(TagEnd::Image) if depth > 0 => depth -= 1,
            cmark::Event::End(TagEnd::Image) => {
                let index = self.add_link(picture);
                return self.events.list.push(Event::Picture(index));
            }
            cmark::Event::Text(text)
            | cmark::Event::Code(text)
            | cmark::Event::InlineMath(text)
            | cmark::Event::DisplayMath(text) => picture.description = self.join(picture.description, text),
            cmark::Event::SoftBreak | cmark::Event::HardBreak => {
                picture.description = self.join(picture.description, " ");
            }
            _ => {}
        }
        self.picture = Some((picture, depth));
    }

    fn link_tag(&mut self, kind: LinkKind, destination: &str, title: &str) -> LinkTag {
        let (destination, title) = (self.text(destination), self.text(title));
        LinkTag { kind, destination, title, description: EventText::default() }
    }

    fn add_link(&mut self, link: LinkTag) -> u32 {
        self.events.links.push(link);
        self.events.links.len() as u32 - 1
    }

    /// Marks the open list as one of tasks if this marker belongs to its first item. In a loose list, the marker
    /// follows the start of a paragraph.
    fn begins_with_task(&mut self) {
        if let [.., Event::Start(Tag::List { is_tasks, .. }), Event::Start(Tag::Item)]
        | [
            ..,
            Event::Start(Tag::List { is_tasks, .. }),
            Event::Start(Tag::Item),
            Event::Start(Tag::Paragraph),
        ] = self.events.list.as_mut_slice()
        {
            *is_tasks = true;
        }
    }

    fn replace_last(&mut self, event: Event) {
        self.events.list.pop();
        self.events.list.push(event);
    }

    /// Stores text of the parser, as a range of the source if possible.
    fn text(&mut self, text: &str) -> EventText {
        match self.in_source(text) {
            Some(range) => EventText::new(range),
            None => self.other(text),
        }
    }

    /// Appends text to the text of an event.
    fn join(&mut self, first: EventText, next: &str) -> EventText {
        let Range { start, end } = first.range();
        if start == end {
            return self.text(next);
        }
        if end == first_other(self.source) + self.events.other.len() {
            self.events.other.push_str(next);
            return EventText::new(start..end + next.len());
        }
        match self.in_source(next).filter(|next| next.start == end) {
            Some(next) => EventText::new(start..next.end),
            None => {
                let joined = self.events.over(self.source).text(first).to_owned() + next;
                self.other(&joined)
            }
        }
    }

    /// The range of text in the source, if the parser borrowed it from its input and the source contains it verbatim.
    fn in_source(&self, text: &str) -> Option<Range<usize>> {
        let given = self.gfm.text();
        let start = text.as_ptr().addr().checked_sub(given.as_ptr().addr())?;
        if start + text.len() > given.len() {
            return None;
        }
        let span = self.gfm.source_span(start..start + text.len());
        (self.source.get(span.clone()) == Some(text)).then_some(span)
    }

    fn other(&mut self, text: &str) -> EventText {
        if text.is_empty() {
            return EventText::default();
        }
        let start = first_other(self.source) + self.events.other.len();
        self.events.other.push_str(text);
        EventText::new(start..start + text.len())
    }
}

/// Returns kind and destination of a link. `<name@example.org>` omits the scheme.
pub(super) fn link(link_type: LinkType, destination: CowStr<'_>) -> (LinkKind, CowStr<'_>) {
    match link_type {
        LinkType::Inline => (LinkKind::Inline, destination),
        // The parser does not resolve character references in autolinks.
        LinkType::Autolink if destination.contains('&') => {
            (LinkKind::Autolink, htmlize::unescape(&*destination).into_owned().into())
        }
        LinkType::Autolink => (LinkKind::Autolink, destination),
        LinkType::Email => (LinkKind::Autolink, format!("mailto:{destination}").into()),
        _ => (LinkKind::Reference, destination),
    }
}

/// Returns the kind of an image.
pub(super) fn picture(link_type: LinkType) -> LinkKind {
    match link_type {
        LinkType::Inline => LinkKind::Image,
        _ => LinkKind::ImageReference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text and code of a Markdown text, and the length of [`Events::other`].
    fn texts(source: &str) -> (Vec<String>, usize) {
        let events = Events::of(source);
        let reading = events.over(source);
        let texts = reading.events().filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) => Some(reading.text(text).to_owned()),
            Event::Picture(index) => Some(reading.text(reading.link(index).description).to_owned()),
            _ => None,
        });
        (texts.collect(), events.other.len())
    }

    #[test]
    fn texts_are_ranges_of_the_source_if_possible() {
        for (source, expected, other) in [
            ("a_b [c] `d`", vec!["a_b [c] ", "d"], 0),
            ("```\na\nb\n```\n", vec!["a\nb\n"], 0),
            ("> ```\n> a\n> b\n> ```\n", vec!["a\nb\n"], 4),
            ("a &amp; b\\*c", vec!["a & b*c"], 7),
            ("<p>\na\n</p>\n", vec!["<p>\na\n</p>\n"], 0),
            ("![a `b`](c) d", vec!["a b", " d"], 3),
            // The backslash added for the parser is not part of the text.
            ("see https://x.org/_a_ there", vec!["see https://x.org/_a_ there"], 0),
        ] {
            let (texts, kept) = texts(source);
            assert_eq!(texts, expected, "{source}");
            assert_eq!(kept, other, "{source}");
        }
    }

    #[test]
    fn plain_text_has_no_addresses_and_no_emoji() {
        for (source, expected) in [
            ("a *b* c", &["a ", "b", " c"][..]),
            ("at 10:30 or a@b", &["at 10:30 or a@b"]),
            ("*a* :tada: *https://x.example* [https://x.example](y)", &["a", " ", "https://x.example"]),
            ("`a` ![b](c)\n\n```\nd\n```\n", &[" "]),
        ] {
            let events = super::super::parse(source).events;
            let reading = events.over(source);
            let texts = reading.events().filter_map(|event| match event {
                Event::PlainText(text) => Some(reading.text(text)),
                _ => None,
            });
            assert_eq!(texts.collect::<Vec<_>>(), expected, "{source}");
        }
    }

    #[test]
    fn the_first_item_makes_a_list_one_of_tasks() {
        for (source, expected) in
            [("- [ ] a\n- b\n", true), ("- [x] a\n\n- b\n", true), ("- a\n- [ ] b\n", false)]
        {
            let first = Events::of(source).list[0];
            assert_eq!(first, Event::Start(Tag::List { first: None, is_tasks: expected }), "{source}");
        }
    }
}
