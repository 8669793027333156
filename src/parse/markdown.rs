//! The walk over a Markdown text that collects headings, anchors, links and obligations.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{BrokenLink, BrokenLinkCallback, Event, LinkType, OffsetIter, Parser, Tag, TagEnd};

use super::event::{EventNumber, HeadingTag, Recorder, link, picture};
use super::front_matter::front_matter;
use super::gfm::{ChangeFinder, Gfm, may_differ};
use super::key_words::may_oblige;
use super::nesting::{Bound, Nesting, surplus};
use super::normative::{Clause, ObligationFinder};
use super::passage::Passage;
use super::raw_heading::{HeadingChange, RawHeading};
use super::run::Run;
use super::{
    Anchor, Attribute, Document, Heading, Link, LinkKind, LinkLabel, NormativeStatement, Piece, Slugs,
    autolinks, emoji, fitted, labels, page_id, pieces, shortened, spaced,
};

/// Maximum length of a redirect document, in words.
const MAX_REDIRECT_WORDS: usize = 40;
/// Phrases of such a document.
const MOVED_PHRASES: [&str; 13] = [
    "moved to",
    "has moved",
    "have moved",
    "been moved",
    "moved [",
    "relocated to",
    "superseded by",
    "redirects to",
    "now lives at",
    "now lives in",
    "now at [",
    "now at <",
    "now at http",
];
/// Maximum length of the lead paragraph, in characters.
const MAX_LEAD: usize = 300;

/// Parses a Markdown text.
pub fn parse(text: &str) -> Document {
    let source = &text[front_matter(text).1..];
    let undefined = Undefined::default();
    let unchanged = Gfm::unchanged(source);
    let mut events = parser(&unchanged, &undefined);
    let mut walk = Walk::new(text, &unchanged, definitions(&events, source, &unchanged));
    if !may_differ(source) {
        walk.read(events);
        return walk.finish(undefined.take());
    }
    // Of the texts that GitHub may read differently, few have to be rewritten and parsed again.
    let mut finder = ChangeFinder::new(source);
    walk.read(std::iter::from_fn(|| {
        let (event, span) = events.next()?;
        finder.event(&event, span.clone());
        finder.is_unchanged().then_some((event, span))
    }));
    events.for_each(|(event, span)| finder.event(&event, span));
    let gfm = Gfm::rewritten(source, finder);
    if gfm.is_unchanged() {
        return walk.finish(undefined.take());
    }
    undefined.take();
    let events = parser(&gfm, &undefined);
    let mut walk = Walk::new(text, &gfm, definitions(&events, source, &gfm));
    walk.read(events);
    walk.finish(undefined.take())
}

/// References whose label is not defined: the label, the span, and whether they are full (`[text][label]`).
type Undefined = RefCell<Vec<(String, Range<usize>, bool)>>;

/// A parser of a text that collects undefined references.
fn parser<'a>(
    gfm: &'a Gfm<'_>,
    undefined: &'a Undefined,
) -> OffsetIter<'a, impl BrokenLinkCallback<'a> + use<'a>> {
    let collect = |link: BrokenLink<'a>| {
        // `[x]` alone is usually not a link.
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            let is_full = link.link_type == LinkType::Reference;
            undefined.borrow_mut().push((link.reference.into_string(), gfm.source_span(link.span), is_full));
        }
        None
    };
    Parser::new_with_broken_link_callback(gfm.text(), gfm.options(), Some(collect)).into_offset_iter()
}

/// Separates the text and the destination of a link.
const JOINT: &str = "](";

/// Maximum length, in bytes, of the destination and of the text of a malformed link.
const LONGEST_ADDRESS: usize = 2048;

/// True if a text may contain a malformed link.
fn may_hold_malformed_link(source: &str) -> bool {
    memchr::memmem::find_iter(source.as_bytes(), JOINT).any(|at| {
        let rest = &source[at + JOINT.len()..];
        rest.starts_with('(') || spaced_destination(rest).is_some()
    })
}

/// The destination at the start of a text if it contains a space, which no link allows: up to the closing bracket, on
/// the same line. Text that does not look like a destination is prose in brackets.
fn spaced_destination(text: &str) -> Option<&str> {
    let bytes = &text.as_bytes()[..text.len().min(LONGEST_ADDRESS)];
    // Most destinations contain no space.
    let space = memchr::memchr3(b' ', b'\n', b')', bytes).filter(|at| bytes[*at] == b' ')?;
    let mut open = 0;
    let end = bytes.iter().position(|byte| {
        match byte {
            b'(' => open += 1,
            b')' if open > 0 => open -= 1,
            b')' | b'\n' => return true,
            _ => {}
        }
        false
    });
    let destination = &text[..end.filter(|end| bytes[*end] == b')')?];
    let rest = destination[space..].trim();
    let is_title =
        |(start, end): (char, char)| rest.len() > 1 && rest.starts_with(start) && rest.ends_with(end);
    let title = [('"', '"'), ('\'', '\''), ('(', ')')].into_iter().any(is_title);
    (!title && looks_like_destination(&destination[..space], destination)).then_some(destination)
}

/// True if a text with this first word may be a destination: it starts like one, or ends with a file name extension.
fn looks_like_destination(word: &str, text: &str) -> bool {
    let scheme = || {
        word.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    let begins =
        word.len() > 1 && ["/", "#", "./", "../", "mailto:"].iter().any(|start| word.starts_with(start));
    let path = text.split('#').next().unwrap_or_default();
    let named = |end: &str| path.len() > end.len() && path.ends_with(end);
    begins
        || scheme()
        || [".md", ".html", ".png", ".jpg", ".svg", ".pdf", ".yaml"].iter().any(|end| named(end))
}

/// The destination after a second bracket, and its length including the closing brackets.
fn bracketed_destination(text: &str) -> Option<(&str, usize)> {
    let destination = text.trim_start_matches([' ', '\t', '\n']);
    // A longer text without spaces is not an address.
    let ends = destination.bytes().take(LONGEST_ADDRESS).position(|byte| b" \t\n)".contains(&byte));
    let length = ends.or((destination.len() < LONGEST_ADDRESS).then_some(destination.len()))?;
    let rest = &destination[length..];
    let closing = rest.bytes().take_while(|byte| b" )".contains(byte)).count();
    Some((&destination[..length], text.len() - rest.len() + rest[..closing].trim_end().len()))
}

/// The destination of a redirect in front matter, by the key that site generators use.
fn redirect_to(front_matter: &str) -> Option<String> {
    let line = front_matter.lines().find_map(|line| line.strip_prefix("redirect_to"))?;
    let value = line.trim_start().strip_prefix([':', '='])?.trim().trim_matches(['"', '\'']);
    Some(value.to_owned()).filter(|value| !value.is_empty())
}

/// The destination of `<meta http-equiv="refresh" content="0; url=…">`.
fn refreshed(html: &str, attributes: &[Attribute<'_>]) -> Option<String> {
    let value = |name: &str| {
        let attribute = attributes.iter().find(|attribute| attribute.name == name)?;
        Some(attribute.text(html))
    };
    value("http-equiv").filter(|value| value.eq_ignore_ascii_case("refresh"))?;
    let content = value("content")?;
    let (_, address) =
        content.split_once('=').filter(|(before, _)| before.to_lowercase().ends_with("url"))?;
    Some(address.trim().trim_matches(['"', '\'']).to_owned())
}

/// A definition of a label.
struct Definition {
    label: String,
    /// Byte offset of its start.
    start: usize,
    /// Byte range of the destination.
    destination: Range<usize>,
    used: bool,
}

/// Definitions by folded label (CommonMark 4.7).
type Definitions = std::collections::BTreeMap<String, Definition>;

fn definitions<'a>(
    parser: &OffsetIter<'a, impl BrokenLinkCallback<'a>>,
    source: &str,
    gfm: &Gfm<'_>,
) -> Definitions {
    let destination = |span: &Range<usize>| {
        let start = source[span.clone()].find("]:").map_or(span.start, |at| span.start + at + 2);
        let skipped = source[start..span.end].len() - source[start..span.end].trim_start().len();
        let start = start + skipped;
        let length = source[start..span.end].find(char::is_whitespace).unwrap_or(span.end - start);
        start..start + length
    };
    parser
        .reference_definitions()
        .iter()
        .map(|(label, definition)| {
            let span = gfm.source_span(definition.span.clone());
            let destination = destination(&span);
            (fold(label), Definition { label: label.to_owned(), start: span.start, destination, used: false })
        })
        .collect()
}

/// Folds a label as CommonMark 4.7 compares labels: case and white space do not count.
pub fn fold(label: &str) -> String {
    let label = spaced(label);
    if label.is_ascii() {
        return label.to_ascii_uppercase();
    }
    // In upper case, `ß` and `ẞ` are equal.
    label.to_lowercase().to_uppercase()
}

/// The clause below the last heading.
fn clause(headings: &[Heading]) -> Clause<'_> {
    let heading = headings.len().checked_sub(1);
    Clause { id: heading.map_or("", |index| headings[index].id.as_str()), heading }
}

struct Walk<'a> {
    source: &'a str,
    body: usize,
    gfm: &'a Gfm<'a>,
    definitions: Definitions,
    recorder: Recorder<'a>,
    document: Document,
    slugs: Slugs,
    /// The open heading.
    heading: Option<OpenHeading>,
    raw_heading: RawHeading,
    /// The open block of raw HTML.
    html: Option<Run<'a>>,
    /// True if text was read before the current position.
    has_text: bool,
    /// True within a script or style element, which a browser does not show.
    in_script: bool,
    /// Text of the paragraph that may become the lead, and whether it contains words that are not links.
    lead: Option<(String, bool)>,
    /// Numbers of open links, pictures and struck texts.
    links: usize,
    pictures: usize,
    struck: usize,
    /// Number of open containers: quotes, lists, tables, footnotes.
    depth: usize,
    /// Number of open footnotes.
    footnotes: usize,
    /// Open elements: raw ones, and those of quotes and lists.
    nesting: Nesting,
    code: bool,
    /// True if a table cell is open.
    in_cell: bool,
    /// Spans of blocks of text and code. Definitions are between them.
    blocks: Vec<Range<usize>>,
    passage: Passage,
    /// `None` if the text contains no key word.
    obligations: Option<ObligationFinder>,
    /// See [`may_hold_malformed_link`].
    may_have_malformed_links: bool,
}

/// An open heading.
struct OpenHeading {
    level: u8,
    text: String,
    /// The text that the id is made of, with emoji shortcodes unresolved.
    slug: String,
    span: Range<usize>,
    /// True if it may become the title: only pictures precede it, and it contains only text.
    opens: bool,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, gfm: &'a Gfm<'a>, definitions: Definitions) -> Self {
        let (front_matter, body) = front_matter(text);
        let moved_to = front_matter.as_ref().and_then(|matter| redirect_to(&text[matter.span.clone()]));
        let source = &text[body..];
        Self {
            source,
            body,
            gfm,
            definitions,
            recorder: Recorder::new(source, gfm),
            document: Document { front_matter, body, moved_to, ..Document::default() },
            slugs: Slugs::default(),
            heading: None,
            raw_heading: RawHeading::default(),
            html: None,
            has_text: false,
            in_script: false,
            lead: None,
            links: 0,
            pictures: 0,
            struck: 0,
            depth: 0,
            footnotes: 0,
            nesting: Nesting::default(),
            code: false,
            in_cell: false,
            blocks: Vec::new(),
            passage: Passage::default(),
            obligations: may_oblige(source).then(ObligationFinder::default),
            may_have_malformed_links: may_hold_malformed_link(source),
        }
    }

    /// Processes events of the text. Consecutive text events form one run.
    fn read(&mut self, events: impl Iterator<Item = (Event<'a>, Range<usize>)>) {
        let gfm = self.gfm;
        let mut events = events.map(|(event, span)| (event, gfm.source_span(span))).peekable();
        while let Some((event, span)) = events.next() {
            let is_text = |event: &Event<'_>| matches!(event, Event::Text(_));
            if !is_text(&event) {
                self.event(event, span);
                continue;
            }
            self.recorder.event(&event);
            let Event::Text(text) = event else { continue };
            let mut run = Run::new(text, span);
            while let Some((event, span)) = events.next_if(|(event, _)| is_text(event)) {
                self.recorder.event(&event);
                let Event::Text(text) = event else { continue };
                run.push(&text, span);
            }
            self.run(&run);
        }
    }

    fn event(&mut self, event: Event<'a>, span: Range<usize>) {
        if self.raw_heading.follow(&event) {
            let end = if matches!(event, Event::Start(_)) { span.start } else { span.end };
            self.end_heading(end, false);
            self.recorder.heading_breaks_off();
        }
        if let Event::Start(
            Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Table(_),
        ) = &event
        {
            self.blocks.push(span.clone());
        }
        if matches!(event, Event::End(TagEnd::HtmlBlock))
            && let Some(html) = self.html.take()
        {
            self.raw_html(&html, true);
        }
        self.recorder.event(&event);
        self.passage(&event, &span);
        if let Some((name, end)) = container(&event) {
            self.nesting.container(name, end);
        }
        match event {
            Event::Start(Tag::FootnoteDefinition(_)) => {
                self.depth += 1;
                self.footnotes += 1;
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                self.depth -= 1;
                self.footnotes -= 1;
            }
            Event::Start(Tag::Heading { level, .. }) => {
                if self.footnotes == 0 {
                    self.recorder.number_heading(self.document.headings.len());
                }
                self.start_heading(level as u8, span, self.depth == 0);
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(span.end, true),
            Event::Start(Tag::Paragraph)
                if self.depth == 0 && self.document.lead.is_none() && self.heading.is_none() =>
            {
                self.lead = Some((String::new(), false));
            }
            Event::End(TagEnd::Paragraph) => {
                if let Some((text, true)) = self.lead.take() {
                    self.document.lead = Some(shortened(&spaced(&text), MAX_LEAD));
                }
            }
            Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Table(_)) => {
                self.depth += 1;
                self.heading.iter_mut().for_each(|heading| heading.opens = false);
            }
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Table) => self.depth -= 1,
            Event::Start(Tag::CodeBlock(_)) => {
                self.code = true;
                self.heading.iter_mut().for_each(|heading| heading.opens = false);
            }
            Event::End(TagEnd::CodeBlock) => self.code = false,
            Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
                self.links += 1;
                let (kind, destination) = link(link_type, dest_url);
                self.link(kind, &destination, span, &id);
            }
            Event::Start(Tag::Image { link_type, dest_url, id, .. }) => {
                self.links += 1;
                self.pictures += 1;
                self.link(picture(link_type), &dest_url, span, &id);
            }
            Event::End(TagEnd::Link) => self.links -= 1,
            Event::End(TagEnd::Image) => {
                self.links -= 1;
                self.pictures -= 1;
            }
            Event::Start(Tag::Strikethrough) => self.struck += 1,
            Event::End(TagEnd::Strikethrough) => self.struck -= 1,
            Event::Code(code) => self.add(&code, &code),
            Event::InlineMath(math) => self.add(&format!("${math}$"), &math),
            Event::DisplayMath(math) => self.add(&format!("$${math}$$"), &math),
            // GitHub drops line breaks from ids.
            Event::SoftBreak | Event::HardBreak => self.add(" ", ""),
            Event::Html(html) => match &mut self.html {
                Some(run) => run.push(&html, span),
                None => self.html = Some(Run::new(html, span)),
            },
            // Only the text of a picture's description is used.
            Event::InlineHtml(html) if self.pictures == 0 => {
                let run = if self.in_cell { Run::of_cell(&html, span) } else { Run::new(html, span) };
                self.raw_html(&run, false);
            }
            Event::Start(Tag::TableCell) => self.in_cell = true,
            Event::End(TagEnd::TableCell) => self.in_cell = false,
            _ => {}
        }
    }

    /// Processes running text: key words and bare addresses. Headings and struck texts contain no obligations.
    fn run(&mut self, run: &Run<'_>) {
        if self.code {
            self.add_text(&run.text);
            return;
        }
        if self.pictures == 0 {
            if self.heading.is_none() && self.struck == 0 && self.obligations.is_some() {
                self.passage.key_words(run, self.links == 0);
            }
            self.passage.push(&run.text, &run.span);
        }
        let with_emoji = emoji(&run.text);
        self.add(&with_emoji, &run.text);
        let mut is_plain = matches!(with_emoji, Cow::Borrowed(_)) && self.pictures == 0;
        if self.links == 0 {
            if self.may_have_malformed_links {
                self.malformed_links(&run.span);
            }
            for address in autolinks(&run.text) {
                self.link(LinkKind::Bare, &address.destination, run.source_span(&address.span), "");
                is_plain = false;
            }
        }
        if is_plain {
            self.recorder.plain_text();
        }
    }

    /// Processes the boundaries of passages and lists.
    fn passage(&mut self, event: &Event<'_>, span: &Range<usize>) {
        match event {
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) if self.pictures == 0 => {
                self.passage.push(code, span);
            }
            Event::SoftBreak | Event::HardBreak => self.passage.push(" ", span),
            Event::Start(
                Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strong | Tag::Strikethrough,
            )
            | Event::End(
                TagEnd::Link | TagEnd::Image | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough,
            ) => {}
            Event::Start(_) | Event::End(_) | Event::Rule => {
                self.end_passage();
                let clause = clause(&self.document.headings);
                match (event, &mut self.obligations) {
                    (Event::Start(Tag::List(_)), Some(finder)) => finder.start_list(self.source, span.start),
                    (Event::End(TagEnd::List(_)), Some(finder)) => finder.end_list(),
                    (Event::End(TagEnd::TableHead), Some(finder)) => finder.end_head(),
                    (Event::End(TagEnd::TableRow), Some(finder)) => finder.end_row(clause),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn end_passage(&mut self) {
        if let Some(finder) = &mut self.obligations
            && !self.passage.text.trim().is_empty()
            && self.heading.is_none()
        {
            let clause = clause(&self.document.headings);
            if self.in_cell {
                finder.cell(&self.passage, clause);
            } else {
                finder.passage(&self.passage, clause);
            }
        }
        self.passage.finish(&mut self.document.links);
    }

    /// Records malformed links: `[text](( destination ))` and `[text](a destination)`. CommonMark reads a second
    /// bracket with a space or without a closing bracket, and a space in the destination, as text.
    fn malformed_links(&mut self, span: &Range<usize>) {
        for (at, joint) in self.source[span.clone()].match_indices(JOINT) {
            let at = span.start + at;
            let before = &self.source[..at];
            let from = at.saturating_sub(LONGEST_ADDRESS);
            let start = memchr::memrchr2(b'[', b'\n', &before.as_bytes()[from..]).map(|start| from + start);
            let start = start.filter(|start| before[*start..].starts_with('['));
            let is_escaped = |end: usize| before[..end].ends_with('\\');
            let Some(start) = start.filter(|start| !is_escaped(*start) && !is_escaped(at)) else { continue };
            let after = at + joint.len();
            let destination_and_end = if self.source[after..].starts_with('(') {
                bracketed_destination(self.source.get(after + 1..span.end).unwrap_or_default())
                    .map(|(destination, length)| (destination, after + 1 + length))
            } else {
                spaced_destination(&self.source[after..])
                    .map(|destination| (destination, after + destination.len() + 1))
            };
            if let Some((destination, end)) = destination_and_end {
                let span = self.in_file(start..end);
                self.document.malformed_links.push(LinkLabel { text: destination.to_owned(), span });
            }
        }
    }

    /// Adds text to the open heading and the lead. The description of a picture belongs to neither.
    fn add(&mut self, text: &str, slug: &str) {
        if self.pictures > 0 {
            return;
        }
        self.add_text(text);
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
            heading.slug.push_str(slug);
        }
        if let Some((lead, prose)) = &mut self.lead {
            lead.push_str(text);
            *prose |= self.links == 0 && text.chars().any(char::is_alphabetic);
        }
    }

    /// Records that text was read. Footnotes do not count, as they are rendered elsewhere.
    fn add_text(&mut self, text: &str) {
        self.has_text |= self.footnotes == 0 && !self.in_script && !text.trim().is_empty();
    }

    fn link(&mut self, kind: LinkKind, destination: &str, span: Range<usize>, label: &str) {
        let reference = matches!(kind, LinkKind::Reference | LinkKind::ImageReference);
        let definition = reference.then(|| self.definitions.get_mut(&fold(label))).flatten();
        let definition = definition.map(|definition| {
            definition.used = true;
            definition.destination.clone()
        });
        self.passage.link(self.document.links.len());
        self.document.links.push(Link {
            heading: self.document.headings.len().checked_sub(1),
            passage: Arc::default(),
            kind,
            destination: destination.into(),
            span: self.in_file(span),
            definition: definition.map(|span| self.in_file(span)),
        });
    }

    fn start_heading(&mut self, level: u8, span: Range<usize>, at_top: bool) {
        let opens = at_top && level == 1 && !self.has_text && self.document.headings.is_empty();
        let (text, slug) = (String::new(), String::new());
        self.heading = Some(OpenHeading { level, text, slug, span, opens });
    }

    /// Ends the open heading at `end`. `closed` is true if its own end closes it.
    fn end_heading(&mut self, end: usize, closed: bool) {
        let Some(OpenHeading { level, text, slug, mut span, opens }) = self.heading.take() else { return };
        // Footnotes are rendered elsewhere, if at all, so no section of the document begins in one.
        if self.footnotes > 0 {
            return;
        }
        // Spaces count, as between a picture and a word: GitHub does not trim the text.
        let id = if text.trim().is_empty() { String::new() } else { self.slugs.next(&slug) };
        // The text of raw HTML may span several lines.
        let text = if text.contains('\n') { spaced(&text) } else { text.trim().to_owned() };
        if opens && closed {
            self.document.title = Some(text.clone());
        }
        span.end = end;
        let span = self.in_file(span);
        self.document.headings.push(Heading { level, text, id, span });
    }

    fn raw_html(&mut self, run: &Run<'_>, is_block: bool) {
        let html = &*run.text;
        for piece in pieces(html) {
            let (piece, name, end, attributes) = match piece {
                Piece::Comment(_) => continue,
                Piece::Text(text) => {
                    let text = htmlize::unescape(&html[text]);
                    self.document.raw_html |= !text.trim().is_empty();
                    self.add(&text, &text);
                    continue;
                }
                Piece::Tag { span, name, end, attributes } => (span, name, end, attributes),
            };
            self.document.raw_html = true;
            let exceeded = self.nesting.tag(&name, end, &html[piece.clone()]).filter(|_| !end);
            let exceeded = exceeded.map(|bound| (bound, piece.clone()));
            let exceeded = exceeded.or_else(|| Some((Bound::Attributes, surplus(&attributes)?)));
            if let Some((bound, at)) = exceeded.filter(|_| self.document.exceeded_bound.is_none()) {
                self.document.exceeded_bound = Some((bound, self.in_file(run.source_span(&at))));
            }
            if matches!(&*name, "script" | "style") {
                self.in_script = !end;
            }
            match self.raw_heading.tag(&name, end) {
                Some(HeadingChange::Begins(level)) => {
                    let span = run.source_span(&piece);
                    self.end_heading(span.start, false);
                    let begins = HeadingTag::Begins(EventNumber::new(self.document.headings.len() as u32));
                    self.recorder.heading_tag(html.len() - piece.start, begins);
                    self.start_heading(level, span, is_block && self.raw_heading.is_at_top());
                }
                Some(HeadingChange::Ends) => {
                    self.recorder.heading_tag(html.len() - piece.start, HeadingTag::Ends);
                    let is_whole = is_block && self.raw_heading.is_at_top();
                    self.end_heading(run.source_span(&piece).end, is_whole);
                }
                None => {}
            }
            if name == "meta" && self.document.moved_to.is_none() {
                self.document.moved_to = refreshed(html, &attributes);
            }
            for attribute in attributes {
                let is_anchor = attribute.name == "id" || attribute.name == "name" && name == "a";
                if is_anchor && !attribute.value.is_empty() {
                    let id = page_id(&attribute.text(html)).into_owned();
                    let span = self.in_file(run.source_span(&attribute.value));
                    self.passage.anchor(&id);
                    self.document.anchors.push(Anchor { id, span });
                }
                for address in attribute.addresses(&name, html) {
                    self.link(address.kind, &address.destination, run.source_span(&address.span), "");
                }
            }
        }
    }

    fn finish(mut self, undefined: Vec<(String, Range<usize>, bool)>) -> Document {
        self.end_heading(self.source.len(), false);
        self.document.moved_to = self.document.moved_to.take().or_else(|| self.moved_to());
        let obligations = self.obligations.take().map_or_else(Vec::new, |finder| finder.obligations);
        self.document.obligations = obligations
            .into_iter()
            .map(|obligation| NormativeStatement { span: self.in_file(obligation.span), ..obligation })
            .collect();
        let defined: Vec<&str> =
            self.definitions.values().map(|definition| definition.label.as_str()).collect();
        let labels = undefined.into_iter().filter(|(label, span, is_full)| {
            !is_full || labels::is_reference(self.source, span, label, &defined)
        });
        self.document.undefined =
            labels.map(|(text, span, _)| LinkLabel { text, span: self.in_file(span) }).collect();
        let unused = self.definitions.values().filter(|definition| {
            let destination = &self.source[definition.destination.clone()];
            !definition.used && !labels::is_comment(&definition.label, destination)
        });
        let unused = unused.map(|definition| LinkLabel {
            text: definition.label.clone(),
            span: self.in_file(definition.destination.clone()),
        });
        self.document.unused = unused.collect();
        self.document.unused.sort_by_key(|label| label.span.start);
        self.document.shadowed = self.shadowed();
        self.document.events = self.recorder.finish();
        let mut document = self.document;
        (document.links, document.headings) = (fitted(document.links), fitted(document.headings));
        document
    }

    /// Finds definitions that repeat a label. The parser keeps only the first definition.
    fn shadowed(&self) -> Vec<LinkLabel> {
        if self.definitions.is_empty() {
            return Vec::new();
        }
        let bytes = self.source.as_bytes();
        let mut line = 0..0;
        let lines = memchr::memmem::find_iter(bytes, "]:").filter_map(|at| {
            let is_new = at >= line.end;
            if is_new {
                line.start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
                line.end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length + 1);
            }
            is_new.then(|| line.clone())
        });
        lines
            .filter_map(|line| {
                let text = self.source[line.clone()].trim_start_matches([' ', '>', '\t']);
                let start = line.end - text.len();
                let (label, destination) = text.strip_prefix('[')?.split_once("]:")?;
                let destination = destination.split_whitespace().next().unwrap_or_default();
                // A destination may follow on the next line; a comment is on one line.
                if !destination.is_empty() && labels::is_comment(label, destination) {
                    return None;
                }
                let first = self.definitions.get(&fold(label))?;
                // The paragraph of a list item lies within other blocks of the item, so the nearest block that begins
                // before the line need not be the one that contains it.
                let after = self.blocks.partition_point(|block| block.start <= start);
                let in_block = self.blocks[..after].iter().rev().take(8).any(|block| block.end > start);
                let is_first = line.contains(&first.start) || first.start > line.start;
                (!in_block && !is_first).then(|| LinkLabel {
                    text: label.to_owned(),
                    span: self.in_file(start..start + label.len() + 2),
                })
            })
            .collect()
    }

    /// The destination of a short text that says the document has moved: “This page has moved to …”.
    fn moved_to(&self) -> Option<String> {
        if self.document.links.is_empty() {
            return None;
        }
        let words = self.source.split_whitespace().take(MAX_REDIRECT_WORDS + 1).count();
        if words == 0 || words > MAX_REDIRECT_WORDS {
            return None;
        }
        let lower = self.source.to_lowercase();
        let at = MOVED_PHRASES.iter().filter_map(|phrase| lower.find(phrase)).min()?;
        let links = self.document.links.iter().filter(|link| !link.destination.starts_with('#'));
        // In `[It has moved](there)`, the link begins before the phrase.
        let link = links.into_iter().find(|link| link.span.end - self.body > at)?;
        Some(link.destination.to_string())
    }

    fn in_file(&self, span: Range<usize>) -> Range<usize> {
        span.start + self.body..span.end + self.body
    }
}

/// The element name of a quote, list or item, and whether the event ends it.
fn container(event: &Event<'_>) -> Option<(&'static str, bool)> {
    let list = |ordered| if ordered { "ol" } else { "ul" };
    match event {
        Event::Start(Tag::BlockQuote(_)) => Some(("blockquote", false)),
        Event::End(TagEnd::BlockQuote(_)) => Some(("blockquote", true)),
        Event::Start(Tag::List(first)) => Some((list(first.is_some()), false)),
        Event::End(TagEnd::List(ordered)) => Some((list(*ordered), true)),
        Event::Start(Tag::Item) => Some(("li", false)),
        Event::End(TagEnd::Item) => Some(("li", true)),
        _ => None,
    }
}
