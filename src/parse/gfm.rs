//! Markdown rewritten where the parser reads it otherwise than GitHub does.
//!
//! GitHub finds bare addresses before emphasis and code, knows tables that follow a line of text, and reads formulas
//! between dollar signs. Here a text gets escapes and separators, so that the parser comes to the same result, and
//! spans are mapped back to the text as it was written. Most texts need none of it and are not copied.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::autolink;

/// A Markdown text as the parser is to read it.
pub(super) struct Gfm<'a> {
    text: Cow<'a, str>,
    changes: Vec<Change>,
    has_math: bool,
}

/// Something that `text` holds, in the place of something or of nothing in the text as it was written.
struct Change {
    /// Where it is in `text`.
    span: Range<usize>,
    /// Where what it stands for ends in the text as it was written.
    original: usize,
}

/// Changes to a text: none, for most.
#[derive(Default)]
struct Rewriting {
    /// Replacements by the span that they replace, in order.
    changes: Vec<(Range<usize>, String)>,
    has_math: bool,
}

/// Returns false if the parser certainly reads a text as GitHub does.
pub(super) fn may_differ(source: &str) -> bool {
    may_hold_math(source) || may_hold_split_address(source) || may_hold_odd_table(source)
}

impl<'a> Gfm<'a> {
    /// Rewrites a text where that is needed.
    pub(super) fn new(source: &'a str) -> Self {
        if !may_differ(source) {
            return Self::unchanged(source);
        }
        let mut finder = Finder::new(source);
        for (event, span) in Parser::new_ext(source, OPTIONS).into_offset_iter() {
            finder.event(&event, span);
        }
        Self::rewritten(source, finder)
    }

    /// Returns a text as it is.
    pub(super) fn unchanged(source: &'a str) -> Self {
        Self { text: source.into(), changes: Vec::new(), has_math: false }
    }

    /// Rewrites a text that has been read as it is, where that is needed.
    pub(super) fn after_reading(source: &'a str, events: &[(Event<'_>, Range<usize>)]) -> Self {
        let mut finder = Finder::new(source);
        for (event, span) in events {
            finder.event(event, span.clone());
        }
        Self::rewritten(source, finder)
    }

    fn rewritten(source: &'a str, mut finder: Finder<'a>) -> Self {
        finder.end_block();
        let rewriting = finder.rewriting();
        let has_math = rewriting.has_math;
        if rewriting.changes.is_empty() {
            return Self { has_math, ..Self::unchanged(source) };
        }
        let mut text = String::with_capacity(source.len() + 2 * rewriting.changes.len());
        let mut done = 0;
        let mut changes = Vec::with_capacity(rewriting.changes.len());
        for (place, new) in &rewriting.changes {
            text.push_str(&source[done..place.start]);
            changes.push(Change { span: text.len()..text.len() + new.len(), original: place.end });
            text.push_str(new);
            done = place.end;
        }
        text.push_str(&source[done..]);
        Self { text: text.into(), changes, has_math }
    }

    /// True if the parser is to read the text as it is, with the usual options.
    pub(super) fn is_unchanged(&self) -> bool {
        self.changes.is_empty() && !self.has_math
    }

    /// The text for the parser.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What the parser has to know of the text.
    pub(super) fn options(&self) -> Options {
        if self.has_math { OPTIONS | Options::ENABLE_MATH } else { OPTIONS }
    }

    /// The byte range in the text as it was written, by that in the text for the parser.
    pub(super) fn place(&self, span: Range<usize>) -> Range<usize> {
        if self.changes.is_empty() {
            return span;
        }
        self.original(span.start)..self.original(span.end)
    }

    fn original(&self, at: usize) -> usize {
        let before = self.changes.partition_point(|change| change.span.start < at);
        let last = before.checked_sub(1).map(|index| &self.changes[index]);
        last.map_or(at, |last| last.original + at.saturating_sub(last.span.end))
    }
}

/// CommonMark with what GitHub adds.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_GFM);

/// What separates blocks without a blank line, which would make a list loose.
const SEPARATOR: &str = "<!---->";

/// White space of a delimiter row that the parser takes for none (`table_spacechar` of cmark-gfm).
const WHITE: [char; 3] = ['\t', '\u{b}', '\u{c}'];

/// What would be read as Markdown within an address.
const SPECIAL: [char; 8] = ['_', '*', '~', '`', '[', ']', '\\', '&'];

/// Whether there are two dollar signs outside the code blocks whose fences are not indented, which hold most.
fn may_hold_math(source: &str) -> bool {
    if memchr::memchr_iter(b'$', source.as_bytes()).nth(1).is_none() {
        return false;
    }
    let mut dollars = 0;
    let (mut open, mut indented) = (None::<&str>, None::<&str>);
    for line in source.lines() {
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        // A line of raw HTML may make text of what looks like a fence.
        if open.is_none() && text.starts_with('<') {
            return true;
        }
        let fence = fence(text).filter(|_| indent < 4);
        let closes =
            |open: &str| fence.is_some_and(|fence| fence.starts_with(open) && text.trim_end() == fence);
        if let Some(fence) = open {
            open = (!closes(fence)).then_some(fence);
            continue;
        }
        match (fence, indented) {
            // It may stand in a list item, or not, and so may the other one end it or begin a block.
            (Some(_), Some(_)) if indent == 0 => return true,
            (Some(_), Some(fence)) if closes(fence) => indented = None,
            (Some(fence), None) if indent == 0 => {
                open = Some(fence);
                continue;
            }
            (Some(fence), None) => indented = Some(fence),
            _ => {}
        }
        dollars += memchr::memchr_iter(b'$', line.as_bytes()).count();
        if dollars > 1 {
            return true;
        }
    }
    false
}

/// The fence of code that a line begins with (CommonMark 4.5).
fn fence(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let (fence, info) = line.split_at(line.len() - line.trim_start_matches(mark).len());
    (fence.len() >= 3 && !(mark == '`' && info.contains('`'))).then_some(fence)
}

/// Whether some address or line may be split by what is Markdown in it.
fn may_hold_split_address(source: &str) -> bool {
    static SCHEME: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new("://"));
    static WWW: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new("www"));
    let bytes = source.as_bytes();
    let is_behind_mark = |at: usize| at > 0 && matches!(bytes[at - 1], b'`' | b'>' | b')' | b']');
    let ends_in_tab = |line: &[u8]| line[line.trim_ascii_end().len()..].contains(&b'\t');
    if memchr::memchr(b'\t', bytes).is_some() && bytes.split(|byte| *byte == b'\n').any(ends_in_tab) {
        return true;
    }
    // Most texts hold neither, and most are short.
    if SCHEME.find(bytes).is_none() && WWW.find(bytes).is_none() {
        return false;
    }
    let mut hosts = memmem::find_iter(bytes, "www.");
    if hosts.any(is_behind_mark) || source.contains("\\://") || source.contains("www\\.") {
        return true;
    }
    let scheme = |at: usize| bytes[..at].iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let mut addresses = memmem::find_iter(bytes, "://");
    if addresses.any(|at| bytes[..at - scheme(at)].ends_with(b";")) {
        return true;
    }
    let after_scheme = memmem::find_iter(bytes, "://").filter(|at| {
        let scheme = scheme(*at);
        // Destinations of links and of raw HTML are no bare addresses.
        let before = &bytes[..at - scheme];
        !(before.ends_with(b"](") || before.ends_with(b"<") || before.ends_with(b"=\""))
    });
    // What stands in an address that was looked at before is no other address.
    let (mut end_of_scheme, mut end_of_www) = (0, 0);
    let may_be_split = |at: usize, done: &mut usize| {
        if at < *done {
            return false;
        }
        if let Some(end) = end_of_link(bytes, at) {
            *done = end;
            return false;
        }
        let length = bytes[at..].iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'<');
        *done = at + length.unwrap_or(bytes.len() - at);
        is_split(source[at..*done].trim_end_matches(TRAILING))
    };
    let mut after_www = memmem::find_iter(bytes, "www.");
    let mut after_scheme = after_scheme;
    after_scheme.any(|at| may_be_split(at, &mut end_of_scheme))
        || after_www.any(|at| may_be_split(at, &mut end_of_www))
}

/// Where the inline link ends in whose text a place is: `[https://a](https://b)`. Nothing of it is rewritten. What looks
/// like a link in code and raw HTML, of which nothing is rewritten either, counts; what may be none does not.
fn end_of_link(bytes: &[u8], at: usize) -> Option<usize> {
    /// How far its ends are looked for.
    const FAR: usize = 500;
    let is_mark = |byte: &u8| b"[]`<>|\n".contains(byte);
    let before = &bytes[at.saturating_sub(FAR)..at];
    let begin = before.iter().rposition(is_mark).filter(|mark| *mark > 0 && before[*mark] == b'[')?;
    if before[begin - 1] == b'\\' || before.get(begin + 1) == Some(&b'^') {
        return None;
    }
    let after = &bytes[at..bytes.len().min(at + FAR)];
    let mark = after.iter().position(is_mark).filter(|mark| after[*mark - 1] != b'\\')?;
    let destination = after[mark..].strip_prefix(b"](")?;
    let ends = |byte: &u8| !byte.is_ascii_graphic() || is_mark(byte) || b"()\\".contains(byte);
    let length = destination.iter().position(ends).filter(|end| *end > 0 && destination[*end] == b')')?;
    Some(at + mark + "](".len() + length)
}

/// What ends no address (GFM 6.9).
const TRAILING: [char; 11] = ['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', ')'];

/// Whether a text ends with some letters, in whatever case.
fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.is_some_and(|start| text.as_bytes()[start..].eq_ignore_ascii_case(end.as_bytes()))
}

/// Whether an address holds what the parser may take for Markdown.
fn is_split(address: &str) -> bool {
    let bytes = address.as_bytes();
    let reference = memchr::memrchr(b';', bytes);
    let is_word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let is_special = |at: usize| match bytes[at] {
        // Within a word it means nothing.
        b'_' => !is_word(at.checked_sub(1)) || !is_word(Some(at + 1)),
        b'&' => reference.is_some_and(|end| end > at),
        byte => byte == b'$' || SPECIAL.contains(&char::from(byte)),
    };
    (0..bytes.len()).any(is_special)
}

/// Whether there may be a table that the parser and GitHub read in two ways.
fn may_hold_odd_table(source: &str) -> bool {
    // A delimiter row holds a bar, or a colon beside a dash.
    let bytes = source.as_bytes();
    let mut colons = memchr::memchr_iter(b':', bytes);
    if memchr::memchr(b'|', bytes).is_none()
        && !colons.any(|at| bytes.get(at + 1) == Some(&b'-') || bytes[..at].ends_with(b"-"))
    {
        return false;
    }
    let content = |line: &'_ str| line.len() - line.trim_start_matches([' ', '\t', '>']).len();
    let (mut above, mut header) = ("", "");
    let mut in_table = false;
    for line in source.lines() {
        let start = content(line);
        if start == line.len() {
            in_table = false;
        } else if in_table
            && (start - line[..start].rfind('>').map_or(0, |mark| mark + 1) >= 4
                || line[..start].contains('\t'))
        {
            return true;
        } else if line[start..].starts_with(['|', ':', '-']) && is_like_delimiter(&line[start..]) {
            let has_header = content(header) < header.len();
            let is_odd = || {
                line.contains(WHITE)
                    || !header.contains('|')
                    || header.contains("\\|")
                    || !line.contains('|')
                    || content(above) < above.len()
                    || delimiter(&line[start..]).is_none()
                    || line.starts_with("    ")
            };
            if has_header && is_odd() {
                return true;
            }
            in_table = has_header;
        }
        (above, header) = (header, line);
    }
    false
}

fn is_like_delimiter(line: &str) -> bool {
    line.bytes().all(|byte| b"|:- \t\x0b\x0c".contains(&byte))
        && line.contains('-')
        && line.contains(['|', ':'])
}

/// The number of columns of a table, by the row under its header; `None` for any other line (GFM 4.10).
fn delimiter(line: &str) -> Option<usize> {
    // A list begins here.
    if line.starts_with("- ") || line.starts_with("-\t") {
        return None;
    }
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let is_cell = |cell: &str| {
        let cell = cell.trim_matches(|char| char == ' ' || WHITE.contains(&char));
        let cell = cell.strip_prefix(':').unwrap_or(cell);
        let cell = cell.strip_suffix(':').unwrap_or(cell);
        !cell.is_empty() && cell.bytes().all(|byte| byte == b'-')
    };
    let cells = line.split('|');
    cells.clone().all(is_cell).then(|| cells.count())
}

/// The number of cells in a row of a table.
fn cells(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let (mut cells, mut blank, mut escaped) = (0, true, false);
    for char in row.chars() {
        if char == '|' && !escaped {
            (cells, blank) = (cells + 1, true);
        } else {
            blank &= char.is_whitespace();
        }
        // A bar behind an even number of backslashes is escaped, too.
        escaped = char == '\\';
    }
    cells + usize::from(!blank)
}

/// A dollar sign in running text, or what no formula goes across.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dollar {
    At(usize),
    /// The end of a line that is one on the page, too: formulas between single signs do not go across it.
    Break,
    Barrier,
}

/// Finds what has to be rewritten, by a first reading.
struct Finder<'a> {
    source: &'a str,
    /// What takes the place of what.
    changes: Vec<(Range<usize>, String)>,
    /// The running text of the open block.
    block: Option<Range<usize>>,
    /// The parts of it that may hold addresses, and how far an address may go that begins there.
    texts: Vec<(Range<usize>, usize)>,
    finder: autolink::Finder<'a>,
    /// The code in running text of it.
    codes: Vec<Range<usize>>,
    /// Lines that the parser takes for rows or running text, and GitHub for code.
    code: Range<usize>,
    /// The addresses in the open block.
    found: Vec<Range<usize>>,
    /// Columns at which the texts of open list items begin.
    items: Vec<usize>,
    /// Where the cell ends that is open.
    cell: Option<usize>,
    /// The open block is code or raw HTML.
    is_verbatim: bool,
    /// How many links and pictures are open.
    links: usize,
    /// Where the last address ends.
    done: usize,
    /// Where the line ends that is being read.
    line_end: usize,
    dollars: Vec<Dollar>,
    /// Dollar signs that begin or end no formula.
    plain_dollars: Vec<usize>,
    has_math: bool,
}

impl<'a> Finder<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            changes: Vec::new(),
            block: None,
            texts: Vec::new(),
            finder: autolink::Finder::new(source),
            codes: Vec::new(),
            code: 0..0,
            found: Vec::new(),
            items: Vec::new(),
            cell: None,
            is_verbatim: false,
            links: 0,
            done: 0,
            line_end: 0,
            dollars: Vec::new(),
            plain_dollars: Vec::new(),
            has_math: false,
        }
    }

    fn event(&mut self, event: &Event<'_>, span: Range<usize>) {
        match event {
            Event::SoftBreak => return,
            Event::HardBreak => {
                self.dollars.push(Dollar::Break);
                return self.tab_before_break(span.start);
            }
            Event::Start(
                Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. },
            )
            | Event::Text(_)
            | Event::Code(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {
                let block = self.block.get_or_insert_with(|| span.clone());
                block.end = block.end.max(span.end);
            }
            Event::End(
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image,
            ) => {}
            _ => self.end_block(),
        }
        match event {
            Event::Text(_) if self.is_verbatim => {}
            Event::Text(_) if self.links == 0 => self.text(span),
            Event::Text(_) => {
                let dollars = memchr::memchr_iter(b'$', self.source[span.clone()].as_bytes());
                self.plain_dollars.extend(dollars.map(|at| span.start + at));
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                self.links += 1;
                self.dollars.push(Dollar::Barrier);
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.links -= 1,
            Event::Code(_) => {
                self.dollars.push(Dollar::Barrier);
                self.codes.push(span);
            }
            Event::InlineHtml(_) => self.dollars.push(Dollar::Barrier),
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => self.is_verbatim = true,
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => self.is_verbatim = false,
            Event::Start(Tag::Item) => self.items.push(self.content_column(span.start)),
            Event::End(TagEnd::Item) => {
                self.items.pop();
            }
            Event::Start(Tag::Table(_)) => self.table(span),
            Event::Start(Tag::TableCell) => self.cell = Some(span.end),
            Event::End(TagEnd::TableCell) => self.cell = None,
            _ => {}
        }
    }

    /// Two spaces end a line, a space and a tab do not.
    fn tab_before_break(&mut self, at: usize) {
        let line = &self.source[at..self.end_of_line(at)];
        let space = line.trim_end_matches('\r');
        if space.contains('\t') && !space.ends_with("  ") {
            self.changes.push((at..at + space.len(), String::new()));
        }
    }

    /// Running text: dollar signs in it, and how far an address may go that begins there.
    fn text(&mut self, span: Range<usize>) {
        if span.start >= self.line_end {
            self.line_end = self.end_of_line(span.start);
        }
        let limit = self.cell.unwrap_or(self.line_end).max(span.end);
        let dollars = memchr::memchr_iter(b'$', &self.source.as_bytes()[span.clone()]);
        self.dollars.extend(dollars.map(|at| Dollar::At(span.start + at)));
        self.texts.push((span, limit));
    }

    /// Addresses in a part of the running text. GitHub finds them before anything else of a line, so that nothing in
    /// them is Markdown.
    fn addresses(&mut self, span: Range<usize>, limit: usize, in_table: bool) {
        let span = span.start.max(self.done)..span.end;
        if span.is_empty() {
            return;
        }
        let mut at = span.start;
        for found in self.finder.find(span.clone(), limit, in_table) {
            if !found.destination.starts_with("mailto:") && !found.destination.starts_with("xmpp:") {
                self.no_address(at..found.span.start);
                self.address(&found.span, at..limit, in_table);
                at = found.span.end;
                self.done = at;
                self.found.push(found.span);
            }
        }
        self.no_address(at..span.end);
    }

    /// What reads as the start of an address, once the parser has read what is Markdown in it, and is none.
    fn no_address(&mut self, span: Range<usize>) {
        if span.is_empty() {
            return;
        }
        let (before, text) = (&self.source[..span.start], &self.source[span.clone()]);
        if before.ends_with('\\') && (text.starts_with("://") || text.starts_with('.')) {
            self.insert(span.start + 1, SEPARATOR);
        }
        if memchr::memchr2(b':', b'.', text.as_bytes()).is_none() {
            return;
        }
        let goes_on = |at: usize| text.as_bytes().get(at).is_some_and(|byte| !byte.is_ascii_whitespace());
        for (mark, schemes) in [("www.", &[""][..]), ("://", &["http", "https", "ftp"])] {
            let begins = |at: usize| {
                schemes.iter().any(|scheme| ends_with(&text[..at], scheme)) && goes_on(at + mark.len())
            };
            for (at, _) in text.match_indices(mark).filter(|(at, _)| begins(*at)) {
                self.insert(span.start + at + 1, SEPARATOR);
            }
        }
    }

    /// An address in a text.
    fn address(&mut self, place: &Range<usize>, text: Range<usize>, in_table: bool) {
        let address = &self.source[place.clone()];
        self.plain_dollars.extend(memchr::memchr_iter(b'$', address.as_bytes()).map(|at| place.start + at));
        // A character that is written as an entity is no part of the scheme behind it, nor of the address before it.
        if place.start == text.start && self.source[..place.start].ends_with(';') {
            self.insert(place.start, SEPARATOR);
        }
        let rest = self.source[place.end..text.end].bytes();
        let mut rest = rest.take_while(|byte| !byte.is_ascii_whitespace() && *byte != b'<');
        if let Some(at) = rest.position(|byte| matches!(byte, b'&' | b'\\')) {
            self.insert(place.end + at, SEPARATOR);
        }
        if is_split(address) || address.contains('&') && self.source[place.end..].starts_with(';') {
            for (at, _) in address.match_indices(SPECIAL) {
                // In a table, bars are taken out of cells before addresses are found.
                if !(in_table && address[at..].starts_with("\\|")) {
                    self.insert(place.start + at, "\\");
                }
            }
        }
    }

    /// What the block that ends here holds.
    fn end_block(&mut self) {
        let is_paragraph = self.cell.is_none() && !self.is_verbatim;
        let table =
            self.block.take().filter(|_| is_paragraph).and_then(|block| self.table_in_paragraph(block));
        let rows = table.unwrap_or_default();
        for code in std::mem::take(&mut self.codes).iter().filter(|code| code.end <= rows.start) {
            // As in its cells, bars are taken out of the text above a table before code is read.
            for (at, _) in self.source[code.clone()].match_indices("\\|") {
                self.changes.push((code.start + at..code.start + at + 1, String::new()));
            }
        }
        let mut bar = 0;
        for (span, limit) in std::mem::take(&mut self.texts) {
            if self.code.contains(&span.start) {
                continue;
            }
            if !rows.contains(&span.start) {
                self.addresses(span, limit, self.cell.is_some());
                continue;
            }
            let mut at = span.start;
            while at < span.end {
                if bar <= at {
                    bar = self.next_bar(at, limit);
                }
                self.addresses(at..bar.min(span.end), bar, true);
                at = bar + 1;
            }
        }
        let found = std::mem::take(&mut self.found);
        let is_found = |at: usize| {
            found
                .get(found.partition_point(|address| address.end <= at))
                .is_some_and(|address| address.start <= at)
        };
        let mut dollars = std::mem::take(&mut self.dollars);
        dollars.retain(|dollar| !matches!(dollar, Dollar::At(at) if is_found(*at)));
        self.formulas(&dollars);
    }

    /// Where the cell ends that a place is in.
    fn next_bar(&self, at: usize, limit: usize) -> usize {
        let bytes = self.source.as_bytes();
        let mut bars = memchr::memchr_iter(b'|', &bytes[at..limit]).map(|bar| at + bar);
        bars.find(|bar| *bar == 0 || bytes[bar - 1] != b'\\').unwrap_or(limit)
    }

    /// Tells dollar signs that begin and end formulas from others: `$x_1$` is one, `$5 and $6` none.
    fn formulas(&mut self, dollars: &[Dollar]) {
        let source = self.source;
        let before = |at: usize| source[..at].chars().next_back();
        let after = |at: usize| source[at + 1..].chars().next();
        let is_double = |index: usize| match (dollars.get(index), dollars.get(index + 1)) {
            (Some(Dollar::At(one)), Some(Dollar::At(other))) => one + 1 == *other,
            _ => false,
        };
        let opens = |at: usize| {
            before(at).is_none_or(|c| !c.is_alphanumeric() && c != '\\')
                && after(at).is_some_and(|c| !c.is_whitespace())
        };
        let closes = |at: usize| {
            before(at).is_some_and(|c| !c.is_whitespace() && c != '\\')
                && after(at).is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '{' | '(' | '_' | '$'))
        };
        let mut index = 0;
        while let Some(dollar) = dollars.get(index) {
            let Dollar::At(at) = *dollar else {
                index += 1;
                continue;
            };
            let width = if is_double(index) { 2 } else { 1 };
            let breaks =
                dollars[index + width..].iter().take_while(|dollar| **dollar == Dollar::Break).count();
            let next = if width == 2 { index + 2 + breaks } else { index + 1 };
            let end = match (dollars.get(next), width) {
                (Some(Dollar::At(end)), 2) if is_double(next) && *end > at + 2 => Some(next + 2),
                (Some(Dollar::At(end)), 1) if opens(at) && closes(*end) => Some(index + 2),
                _ => None,
            };
            self.has_math |= end.is_some();
            if end.is_none() {
                self.plain_dollars.extend(at..at + width);
            }
            index = end.unwrap_or(index + width);
        }
    }

    /// Rewrites a table whose header is the last of several lines, or holds no bar, or whose second row holds tabs: the parser
    /// takes it for a paragraph. Gives the range of its rows.
    fn table_in_paragraph(&mut self, block: Range<usize>) -> Option<Range<usize>> {
        let end = block.end;
        let lines = self.text_lines(block);
        let lines = lines.as_slice();
        let source = self.source;
        let ends: Vec<_> = lines.iter().map(|at| self.end_of_line(*at)).collect();
        let line = |index: usize| &source[lines[index]..ends[index]];
        let is_lazy = |index: usize| {
            let marks = |index: usize| self.prefix(lines[index]).matches('>').count();
            marks(index) != marks(0)
                || self.items.last().is_some_and(|column| self.column(lines[index]) < *column)
        };
        let found = (1..lines.len()).find(|index| {
            let columns = delimiter(line(*index));
            columns.is_some_and(|columns| columns == cells(line(index - 1)))
                && !is_lazy(index - 1)
                && !is_lazy(*index)
                && self.indent(lines[*index]) < 4
        });
        let found = found?;
        let (row, header) = (lines[found], lines[found - 1]);
        if found > 1 {
            self.separate(header);
            self.replace_prefix(header);
        }
        self.replace_prefix(row);
        for (at, _) in line(found).match_indices(WHITE) {
            self.changes.push((row + at..row + at + 1, " ".to_owned()));
        }
        for (at, index) in [(header, found - 1), (row, found)] {
            if !line(index).starts_with('|') {
                self.insert(at, "|");
            }
        }
        let code = self.end_table(&lines[found + 1..], end);
        Some(header..code)
    }

    /// Where the lines of running text begin, behind the marks of what they stand in.
    fn text_lines(&self, text: Range<usize>) -> Vec<usize> {
        let is_escaped = self.source[..text.start].ends_with('\\');
        let mut lines = vec![text.start - usize::from(is_escaped)];
        lines.extend(memchr::memchr_iter(b'\n', self.source[text.clone()].as_bytes()).map(|end| {
            let line = &self.source[text.start + end + 1..];
            self.source.len() - line.trim_start_matches([' ', '\t', '>']).len()
        }));
        lines
    }

    /// A table as the parser sees it, where GitHub may see none.
    fn table(&mut self, span: Range<usize>) {
        let mut at = span.start;
        let (source, table_end) = (self.source, span.end);
        let lines = source[span].split_inclusive('\n').map(|line| {
            at += line.len();
            at - line.trim_start_matches([' ', '\t', '>']).len()
        });
        let mut lines = lines.skip(1);
        let Some(row) = lines.next() else { return };
        let end = self.end_of_line(row);
        if delimiter(&source[row..end]).is_none() {
            if let Some(bar) = source[row..end].find(['|', ':']) {
                self.insert(row + bar, "\\");
            }
            return;
        }
        let rows: Vec<usize> = lines.collect();
        self.end_table(&rows, table_end);
    }

    /// A line that is indented as code is no row. Gives where the rows end, at the latest at a place.
    fn end_table(&mut self, rows: &[usize], end: usize) -> usize {
        let Some(first) = rows.iter().position(|row| self.indent(*row) >= 4) else { return end };
        let text = rows[first..].iter().find(|row| self.indent(**row) < 4);
        self.code = rows[first]..text.copied().unwrap_or(end);
        self.separate(rows[first]);
        rows[first]
    }

    fn insert(&mut self, at: usize, text: &str) {
        self.changes.push((at..at, text.to_owned()));
    }

    /// Inserts a separator before the line whose text begins at a place.
    fn separate(&mut self, at: usize) {
        let text = format!("{}{SEPARATOR}\n", self.plain_prefix(at));
        self.insert(at - self.prefix(at).len(), &text);
    }

    /// Makes the line whose text begins at a place begin without indentation of its own.
    fn replace_prefix(&mut self, at: usize) {
        let prefix = self.prefix(at);
        if self.indent(at) > 0 || prefix.contains('\t') {
            self.changes.push((at - prefix.len()..at, self.plain_prefix(at)));
        }
    }

    /// What a line without indentation begins with where the line is whose text begins at a place.
    fn plain_prefix(&self, at: usize) -> String {
        let prefix = self.prefix(at);
        let quote = &prefix[..prefix.rfind('>').map_or(0, |mark| mark + 1)];
        let padding = self.base(at).saturating_sub(self.column(at - prefix.len() + quote.len()));
        format!("{quote}{}", " ".repeat(padding))
    }

    /// The column from which the indentation of a line counts.
    fn base(&self, at: usize) -> usize {
        let prefix = self.prefix(at);
        let start = at - prefix.len();
        let quote = prefix.rfind('>').map_or(0, |mark| {
            let space = usize::from(prefix[mark + 1..].starts_with([' ', '\t']));
            self.column(start + mark + 1) + space
        });
        // A line that stands before the text of an item is outside the item.
        let column = self.column(at);
        self.items.iter().rev().find(|item| **item <= column).copied().unwrap_or(0).max(quote)
    }

    fn indent(&self, at: usize) -> usize {
        self.column(at).saturating_sub(self.base(at))
    }

    /// What stands before a place in its line.
    fn prefix(&self, at: usize) -> &'a str {
        &self.source[memchr::memrchr(b'\n', &self.source.as_bytes()[..at]).map_or(0, |end| end + 1)..at]
    }

    /// The column of a place, where tabs go to multiples of four.
    fn column(&self, at: usize) -> usize {
        self.prefix(at)
            .chars()
            .fold(0, |column, char| if char == '\t' { (column / 4 + 1) * 4 } else { column + 1 })
    }

    /// The column at which the text of a list item begins, by the place of its mark.
    fn content_column(&self, mark: usize) -> usize {
        let line = &self.source[mark..self.end_of_line(mark)];
        let indent = line.len() - line.trim_start().len();
        let digits = line[indent..].bytes().take_while(u8::is_ascii_digit).count();
        let after = (mark + indent + digits + 1).min(mark + line.len());
        let text = &self.source[after..mark + line.len()];
        let spaces = text.len() - text.trim_start().len();
        let column = self.column(after);
        match self.column(after + spaces) - column {
            width @ 1..=4 if spaces < text.len() => column + width,
            _ => column + 1,
        }
    }

    fn end_of_line(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.source.as_bytes()[at..]).map_or(self.source.len(), |length| at + length)
    }

    fn rewriting(mut self) -> Rewriting {
        if self.has_math {
            let escapes = self.plain_dollars.iter().filter(|at| !self.source[..**at].ends_with('\\'));
            self.changes.extend(escapes.map(|at| (*at..*at, "\\".to_owned())));
        }
        self.changes
            .sort_by(|(one, a), (other, b)| (one.start, one.end, a).cmp(&(other.start, other.end, b)));
        self.changes.dedup();
        Rewriting { changes: self.changes, has_math: self.has_math }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_links_show_need_no_reading() {
        for (text, may) in [
            ("- [https://a.b/](https://a.b/)", false),
            ("- *[ https://a.b/\\_x_*](c), [~~www.a.b/c~~](https://a.b/c_)", false),
            // What is no link, or may be none.
            ("- \\[https://a.b/](c)", true),
            ("- [https://a.b/\\](c)", true),
            ("- [https://a.b/](c d)", true),
            ("- [https://a.b/]()", true),
            ("- [^https://a.b/](c)", true),
            ("- [https://a.b/] (c)", true),
            ("- [`https://a.b/](c`)", true),
            // Another address behind the link.
            ("- [https://a.b/](c),https://a.b/_c_", true),
        ] {
            assert_eq!(may_hold_split_address(text), may, "{text}");
        }
    }

    #[test]
    fn dollar_signs_in_code_need_no_reading() {
        for (text, may) in [
            ("```\n$a $b\n```\n", false),
            ("$a\n\n~~~~ sh\n$b\n~~~\n$c\n~~~~\n", false),
            ("```\n$a\n```\n$b $c", true),
            ("$a$ ```\n", true),
            ("``` a ` b\n$c $d\n", true),
            // What looks like a fence may be none, or may end another one.
            ("<div>\n```\n\n$a$\n\n```\n", true),
            (" ```\n```\n$a$\n```\n", true),
            ("- x\n  ```\n  $a $b\n  ```\n", true),
        ] {
            assert_eq!(may_hold_math(text), may, "{text}");
        }
    }
}
