//! Rewrites Markdown where pulldown-cmark and GitHub differ.
//!
//! GitHub finds bare addresses before emphasis and code, reads tables that follow a line of text, and reads formulas
//! between dollar signs. Escapes and separators are added so that the parser gives the same result, and spans are
//! mapped back to the original text. Most texts need no changes and are not copied.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::autolink;

/// A Markdown text rewritten for the parser.
pub(super) struct Gfm<'a> {
    text: Cow<'a, str>,
    changes: Vec<RewrittenSpan>,
    has_math: bool,
}

/// A replacement or insertion in the rewritten text.
struct RewrittenSpan {
    /// Byte range in `text`.
    span: Range<usize>,
    /// End of the replaced range in the original text.
    original: usize,
}

/// The changes that a text needs; none for most texts.
struct Rewriting {
    /// Replaced ranges and their replacements, in order.
    changes: Vec<(Range<usize>, String)>,
    has_math: bool,
}

/// False if the parser certainly reads a text as GitHub does.
pub(super) fn may_differ(source: &str) -> bool {
    may_hold_math(source) || may_hold_split_address(source) || may_hold_odd_table(source)
}

impl<'a> Gfm<'a> {
    /// Rewrites a text if necessary.
    pub(super) fn new(source: &'a str) -> Self {
        if !may_differ(source) {
            return Self::unchanged(source);
        }
        let mut finder = ChangeFinder::new(source);
        for (event, span) in Parser::new_ext(source, OPTIONS).into_offset_iter() {
            finder.event(&event, span);
        }
        Self::rewritten(source, finder)
    }

    /// Returns a text unchanged.
    pub(super) fn unchanged(source: &'a str) -> Self {
        Self { text: source.into(), changes: Vec::new(), has_math: false }
    }

    /// Rewrites a text if necessary, after the finder has read all events of the unchanged text.
    pub(super) fn rewritten(source: &'a str, mut finder: ChangeFinder<'a>) -> Self {
        finder.end_block();
        let rewriting = finder.rewriting();
        let has_math = rewriting.has_math;
        if rewriting.changes.is_empty() {
            return Self { has_math, ..Self::unchanged(source) };
        }
        let mut text = String::with_capacity(source.len() + 2 * rewriting.changes.len());
        let mut done = 0;
        let mut changes = Vec::with_capacity(rewriting.changes.len());
        for (span, new) in &rewriting.changes {
            text.push_str(&source[done..span.start]);
            changes.push(RewrittenSpan { span: text.len()..text.len() + new.len(), original: span.end });
            text.push_str(new);
            done = span.end;
        }
        text.push_str(&source[done..]);
        Self { text: text.into(), changes, has_math }
    }

    /// True if the parser reads the unchanged text with the usual options.
    pub(super) fn is_unchanged(&self) -> bool {
        self.changes.is_empty() && !self.has_math
    }

    /// The text for the parser.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The options for the parser.
    pub(super) fn options(&self) -> Options {
        if self.has_math { OPTIONS | Options::ENABLE_MATH } else { OPTIONS }
    }

    /// Maps a byte range of the rewritten text to one of the original text.
    pub(super) fn source_span(&self, span: Range<usize>) -> Range<usize> {
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

/// CommonMark with GitHub's extensions.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_GFM);

/// Separates blocks without a blank line, which would make a list loose.
const SEPARATOR: &str = "<!---->";

/// White space of a delimiter row that the parser does not accept as such (`table_spacechar` of cmark-gfm).
const WHITE: [char; 3] = ['\t', '\u{b}', '\u{c}'];

/// Characters within an address that the parser could read as Markdown.
const SPECIAL: [char; 8] = ['_', '*', '~', '`', '[', ']', '\\', '&'];

/// True if there are two dollar signs outside code blocks with unindented fences, which contain most of them.
fn may_hold_math(source: &str) -> bool {
    if memchr::memchr_iter(b'$', source.as_bytes()).nth(1).is_none() {
        return false;
    }
    let mut dollars = 0;
    let (mut open, mut indented) = (None::<&str>, None::<&str>);
    for line in source.lines() {
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        // A line of raw HTML may turn what looks like a fence into text.
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
            // The fence may or may not be within a list item, so the other one may end it or begin a block.
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

/// The code fence at the start of a line (CommonMark 4.5).
fn fence(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let (fence, info) = line.split_at(line.len() - line.trim_start_matches(mark).len());
    (fence.len() >= 3 && !(mark == '`' && info.contains('`'))).then_some(fence)
}

/// True if Markdown syntax may split an address or a line.
fn may_hold_split_address(source: &str) -> bool {
    static SCHEME: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new("://"));
    static WWW: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new("www"));
    let bytes = source.as_bytes();
    let is_behind_mark = |at: usize| at > 0 && matches!(bytes[at - 1], b'`' | b'>' | b')' | b']');
    let ends_in_tab = |line: &[u8]| line[line.trim_ascii_end().len()..].contains(&b'\t');
    if memchr::memchr(b'\t', bytes).is_some() && bytes.split(|byte| *byte == b'\n').any(ends_in_tab) {
        return true;
    }
    // Most texts contain neither and are short.
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
        // Destinations of links and raw HTML are not bare addresses.
        let before = &bytes[..at - scheme];
        !(before.ends_with(b"](") || before.ends_with(b"<") || before.ends_with(b"=\""))
    });
    // An address within one that was already checked is not another address.
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

/// The end of the inline link whose text contains `at`: `[https://a](https://b)`. Nothing in it is rewritten.
/// Anything in code or raw HTML that looks like a link counts, as nothing there is rewritten either; an ambiguous
/// match does not count.
fn end_of_link(bytes: &[u8], at: usize) -> Option<usize> {
    /// Maximum distance of its ends from `at`, in bytes.
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

/// Characters that an address does not end with (GFM 6.9).
const TRAILING: [char; 11] = ['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', ')'];

/// True if a text ends with `end`, ignoring ASCII case.
fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.is_some_and(|start| text.as_bytes()[start..].eq_ignore_ascii_case(end.as_bytes()))
}

/// True if an address contains characters that the parser may read as Markdown.
fn is_split(address: &str) -> bool {
    let bytes = address.as_bytes();
    let reference = memchr::memrchr(b';', bytes);
    let is_word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let is_special = |at: usize| match bytes[at] {
        // Within a word it is plain text.
        b'_' => !is_word(at.checked_sub(1)) || !is_word(Some(at + 1)),
        b'&' => reference.is_some_and(|end| end > at),
        byte => byte == b'$' || SPECIAL.contains(&char::from(byte)),
    };
    (0..bytes.len()).any(is_special)
}

/// True if there may be a table that the parser and GitHub read differently.
fn may_hold_odd_table(source: &str) -> bool {
    // A delimiter row contains a bar, or a colon next to a dash.
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

/// The number of columns in a table's delimiter row; `None` for any other line (GFM 4.10).
fn delimiter(line: &str) -> Option<usize> {
    // This line begins a list.
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

/// The column after a text that begins at a column, with tab stops every four columns.
fn column_after(column: usize, text: &str) -> usize {
    text.chars().fold(column, |column, char| if char == '\t' { (column / 4 + 1) * 4 } else { column + 1 })
}

/// The number of cells in a table row.
fn cells(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let (mut cells, mut is_blank, mut escaped) = (0, true, false);
    for char in row.chars() {
        if char == '|' && !escaped {
            (cells, is_blank) = (cells + 1, true);
        } else {
            is_blank &= char.is_whitespace();
        }
        // A bar after an even number of backslashes is escaped, too.
        escaped = char == '\\';
    }
    cells + usize::from(!is_blank)
}

/// A dollar sign in running text, or a boundary for formulas.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dollar {
    At(usize),
    /// A hard line break; formulas between single dollar signs do not cross it.
    Break,
    Barrier,
}

/// Finds the necessary changes in a first pass.
pub(super) struct ChangeFinder<'a> {
    source: &'a str,
    /// Replaced ranges and their replacements.
    changes: Vec<(Range<usize>, String)>,
    /// The span of the open block's running text.
    block: Option<Range<usize>>,
    /// The parts of the block that may contain addresses, each with the limit for addresses that begin in it.
    texts: Vec<(Range<usize>, usize)>,
    finder: autolink::AddressFinder<'a>,
    /// Inline code in the block.
    codes: Vec<Range<usize>>,
    /// Lines that GitHub reads as code and the parser as rows or running text.
    code: Range<usize>,
    /// The addresses in the open block.
    addresses: Vec<Range<usize>>,
    /// Offsets of the markers of the open list items.
    items: Vec<usize>,
    /// The end of the open cell.
    cell: Option<usize>,
    /// True if the open block is code or raw HTML.
    is_verbatim: bool,
    /// Number of open links and pictures.
    links: usize,
    /// The end of the last address.
    done: usize,
    /// The end of the current line.
    line_end: usize,
    dollars: Vec<Dollar>,
    /// Dollar signs that do not delimit a formula.
    plain_dollars: Vec<usize>,
    has_math: bool,
}

impl<'a> ChangeFinder<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            changes: Vec::new(),
            block: None,
            texts: Vec::new(),
            finder: autolink::AddressFinder::new(source),
            codes: Vec::new(),
            code: 0..0,
            addresses: Vec::new(),
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

    /// True if nothing has to be changed in the blocks read so far.
    pub(super) fn is_unchanged(&self) -> bool {
        self.changes.is_empty() && !self.has_math
    }

    /// Reads an event with its span.
    pub(super) fn event(&mut self, event: &Event<'_>, span: Range<usize>) {
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
            Event::Start(Tag::Item) => self.items.push(span.start),
            Event::End(TagEnd::Item) => {
                self.items.pop();
            }
            Event::Start(Tag::Table(_)) => self.table(span),
            Event::Start(Tag::TableCell) => self.cell = Some(span.end),
            Event::End(TagEnd::TableCell) => self.cell = None,
            _ => {}
        }
    }

    /// Removes a tab before a line break: two spaces break a line, a space and a tab do not.
    fn tab_before_break(&mut self, at: usize) {
        // A lone carriage return ends a line, too, so text may follow before the next line feed.
        let rest = &self.source[at..];
        let space = &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()];
        if space.contains('\t') && !space.ends_with("  ") {
            self.changes.push((at..at + space.len(), String::new()));
        }
    }

    /// Records running text: its dollar signs, and the limit for addresses that begin in it.
    fn text(&mut self, span: Range<usize>) {
        if span.start >= self.line_end {
            self.line_end = self.end_of_line(span.start);
        }
        let limit = self.cell.unwrap_or(self.line_end).max(span.end);
        let dollars = memchr::memchr_iter(b'$', &self.source.as_bytes()[span.clone()]);
        self.dollars.extend(dollars.map(|at| Dollar::At(span.start + at)));
        self.texts.push((span, limit));
    }

    /// Escapes the addresses in a part of the running text. GitHub finds addresses before inline markup, so they
    /// contain none.
    fn addresses(&mut self, span: Range<usize>, limit: usize, in_table: bool) {
        let span = span.start.max(self.done)..span.end;
        if span.is_empty() {
            return;
        }
        let mut at = span.start;
        for link in self.finder.find(span.clone(), limit, in_table) {
            if !link.destination.starts_with("mailto:") && !link.destination.starts_with("xmpp:") {
                self.no_address(at..link.span.start);
                self.address(&link.span, at..limit, in_table);
                at = link.span.end;
                self.done = at;
                self.addresses.push(link.span);
            }
        }
        self.no_address(at..span.end);
    }

    /// Breaks up text that is not an address but would look like one after the parser resolves the Markdown in it.
    fn no_address(&mut self, span: Range<usize>) {
        if span.is_empty() {
            return;
        }
        let (before, text) = (&self.source[..span.start], &self.source[span.clone()]);
        if before.ends_with('\\') && (text.starts_with("://") || text.starts_with('.')) {
            self.insert(span.start + 1, SEPARATOR);
        }
        if !autolink::may_hold_addresses(text.as_bytes()) {
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

    /// Escapes Markdown syntax in an address and separates it from its surroundings.
    fn address(&mut self, span: &Range<usize>, text: Range<usize>, in_table: bool) {
        let address = &self.source[span.clone()];
        self.plain_dollars.extend(memchr::memchr_iter(b'$', address.as_bytes()).map(|at| span.start + at));
        // A character written as an entity belongs neither to the scheme after it nor to the address before it.
        if span.start == text.start && self.source[..span.start].ends_with(';') {
            self.insert(span.start, SEPARATOR);
        }
        let rest = self.source[span.end..text.end].bytes();
        let mut rest = rest.take_while(|byte| !byte.is_ascii_whitespace() && *byte != b'<');
        if let Some(at) = rest.position(|byte| matches!(byte, b'&' | b'\\')) {
            self.insert(span.end + at, SEPARATOR);
        }
        if is_split(address) || address.contains('&') && self.source[span.end..].starts_with(';') {
            for (at, _) in address.match_indices(SPECIAL) {
                // In a table, GitHub removes the backslashes of bars before it finds addresses.
                if !(in_table && address[at..].starts_with("\\|")) {
                    self.insert(span.start + at, "\\");
                }
            }
        }
    }

    /// Rewrites the block that ends here.
    fn end_block(&mut self) {
        let is_paragraph = self.cell.is_none() && !self.is_verbatim;
        let table =
            self.block.take().filter(|_| is_paragraph).and_then(|block| self.table_in_paragraph(block));
        let rows = table.unwrap_or_default();
        for code in std::mem::take(&mut self.codes).iter().filter(|code| code.end <= rows.start) {
            // As in its cells, GitHub removes the backslashes of bars in the text above a table before it reads code.
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
        let addresses = std::mem::take(&mut self.addresses);
        let is_in_address = |at: usize| {
            addresses
                .get(addresses.partition_point(|address| address.end <= at))
                .is_some_and(|address| address.start <= at)
        };
        let mut dollars = std::mem::take(&mut self.dollars);
        dollars.retain(|dollar| !matches!(dollar, Dollar::At(at) if is_in_address(*at)));
        self.formulas(&dollars);
    }

    /// The end of the cell that contains `at`.
    fn next_bar(&self, at: usize, limit: usize) -> usize {
        let bytes = self.source.as_bytes();
        let mut bars = memchr::memchr_iter(b'|', &bytes[at..limit]).map(|bar| at + bar);
        bars.find(|bar| *bar == 0 || bytes[bar - 1] != b'\\').unwrap_or(limit)
    }

    /// Separates dollar signs that delimit formulas from others: `$x_1$` is a formula, `$5 and $6` is not.
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

    /// Rewrites a table that the parser reads as a paragraph: its header is the last of several lines, or has no bar,
    /// or its second row contains tabs. Returns the range of its rows.
    fn table_in_paragraph(&mut self, block: Range<usize>) -> Option<Range<usize>> {
        if !self.may_hold_delimiter_row(&block) {
            return None;
        }
        let end = block.end;
        let lines = self.text_lines(block);
        let lines = lines.as_slice();
        let source = self.source;
        let ends: Vec<_> = lines.iter().map(|at| self.end_of_line(*at)).collect();
        let line = |index: usize| &source[lines[index]..ends[index]];
        let is_lazy = |index: usize| {
            let marks = |index: usize| self.prefix(lines[index]).matches('>').count();
            marks(index) != marks(0)
                || self
                    .items
                    .last()
                    .is_some_and(|mark| self.column(lines[index]) < self.content_column(*mark))
        };
        let delimiter_row = (1..lines.len()).find(|index| {
            let columns = delimiter(line(*index));
            columns.is_some_and(|columns| columns == cells(line(index - 1)))
                && !is_lazy(index - 1)
                && !is_lazy(*index)
                && self.indent(lines[*index]) < 4
        });
        let delimiter_row = delimiter_row?;
        let (row, header) = (lines[delimiter_row], lines[delimiter_row - 1]);
        if delimiter_row > 1 {
            self.separate(header);
            self.replace_prefix(header);
        }
        self.replace_prefix(row);
        for (at, _) in line(delimiter_row).match_indices(WHITE) {
            self.changes.push((row + at..row + at + 1, " ".to_owned()));
        }
        for (at, index) in [(header, delimiter_row - 1), (row, delimiter_row)] {
            if !line(index).starts_with('|') {
                self.insert(at, "|");
            }
        }
        let code = self.end_table(&lines[delimiter_row + 1..], end);
        Some(header..code)
    }

    /// True if a line after the first may be the delimiter row of a table.
    fn may_hold_delimiter_row(&self, block: &Range<usize>) -> bool {
        memchr::memchr_iter(b'\n', self.source[block.clone()].as_bytes()).any(|end| {
            let line = self.source[block.start + end + 1..].trim_start_matches([' ', '\t', '>']);
            line.trim_start().starts_with(['|', ':', '-'])
        })
    }

    /// Offsets at which the text of each line begins, after the markers of its containers.
    fn text_lines(&self, text: Range<usize>) -> Vec<usize> {
        let is_escaped = self.source[..text.start].ends_with('\\');
        let mut lines = vec![text.start - usize::from(is_escaped)];
        lines.extend(memchr::memchr_iter(b'\n', self.source[text.clone()].as_bytes()).map(|end| {
            let line = &self.source[text.start + end + 1..];
            self.source.len() - line.trim_start_matches([' ', '\t', '>']).len()
        }));
        lines
    }

    /// Rewrites a table of the parser where GitHub may see none.
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

    /// Separates the first row that is indented as code from the table. Returns the end of the rows, at most `end`.
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

    /// Inserts a separator before the line whose text begins at `at`.
    fn separate(&mut self, at: usize) {
        let text = format!("{}{SEPARATOR}\n", self.plain_prefix(at));
        self.insert(at - self.prefix(at).len(), &text);
    }

    /// Replaces the indentation of the line whose text begins at `at` with that of its containers.
    fn replace_prefix(&mut self, at: usize) {
        let prefix = self.prefix(at);
        if self.indent(at) > 0 || prefix.contains('\t') {
            self.changes.push((at - prefix.len()..at, self.plain_prefix(at)));
        }
    }

    /// The prefix that an unindented line has in the containers of the line whose text begins at `at`.
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
        // A line whose text begins before that of an item is outside the item.
        let column = self.column(at);
        let items = self.items.iter().rev().map(|mark| self.content_column(*mark));
        items.into_iter().find(|item| *item <= column).unwrap_or(0).max(quote)
    }

    fn indent(&self, at: usize) -> usize {
        self.column(at).saturating_sub(self.base(at))
    }

    /// The text before `at` in its line.
    fn prefix(&self, at: usize) -> &'a str {
        &self.source[memchr::memrchr(b'\n', &self.source.as_bytes()[..at]).map_or(0, |end| end + 1)..at]
    }

    /// The column of `at`, with tab stops every four columns.
    fn column(&self, at: usize) -> usize {
        column_after(0, self.prefix(at))
    }

    /// The column at which the text of a list item begins. `mark` is the offset of its marker.
    fn content_column(&self, mark: usize) -> usize {
        let line = &self.source[mark..self.end_of_line(mark)];
        let indent = line.len() - line.trim_start().len();
        let digits = line[indent..].bytes().take_while(u8::is_ascii_digit).count();
        let after = (mark + indent + digits + 1).min(mark + line.len());
        let text = &self.source[after..mark + line.len()];
        let spaces = text.len() - text.trim_start().len();
        let column = self.column(after);
        match column_after(column, &text[..spaces]) - column {
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
    fn addresses_in_link_texts_need_no_rewriting() {
        for (text, may) in [
            ("- [https://a.b/](https://a.b/)", false),
            ("- *[ https://a.b/\\_x_*](c), [~~www.a.b/c~~](https://a.b/c_)", false),
            // Not links, or ambiguous.
            ("- \\[https://a.b/](c)", true),
            ("- [https://a.b/\\](c)", true),
            ("- [https://a.b/](c d)", true),
            ("- [https://a.b/]()", true),
            ("- [^https://a.b/](c)", true),
            ("- [https://a.b/] (c)", true),
            ("- [`https://a.b/](c`)", true),
            // Another address after the link.
            ("- [https://a.b/](c),https://a.b/_c_", true),
        ] {
            assert_eq!(may_hold_split_address(text), may, "{text}");
        }
    }

    #[test]
    fn text_after_a_lone_carriage_return_is_kept() {
        for source in ["\\\r$\t$!$:", "a  \rb\tc $x$ $y"] {
            let mut finder = ChangeFinder::new(source);
            for (event, span) in pulldown_cmark::Parser::new(source).into_offset_iter() {
                finder.event(&event, span);
            }
            let kept =
                |text: &str| text.chars().filter(|c| !matches!(c, '\\' | '\u{200B}')).collect::<String>();
            assert_eq!(kept(Gfm::rewritten(source, finder).text()), kept(source), "{source:?}");
        }
    }

    #[test]
    fn dollar_signs_in_code_need_no_rewriting() {
        for (text, may) in [
            ("```\n$a $b\n```\n", false),
            ("$a\n\n~~~~ sh\n$b\n~~~\n$c\n~~~~\n", false),
            ("```\n$a\n```\n$b $c", true),
            ("$a$ ```\n", true),
            ("``` a ` b\n$c $d\n", true),
            // An apparent fence may not be one, or may end another one.
            ("<div>\n```\n\n$a$\n\n```\n", true),
            (" ```\n```\n$a$\n```\n", true),
            ("- x\n  ```\n  $a $b\n  ```\n", true),
        ] {
            assert_eq!(may_hold_math(text), may, "{text}");
        }
    }
}
