//! Markdown rewritten where the parser reads it otherwise than GitHub does.
//!
//! GitHub finds bare addresses before emphasis and code, knows tables that follow a line of text, and reads formulas
//! between dollar signs. Here a text gets escapes and separators, so that the parser comes to the same result, and
//! spans are mapped back to the text as it was written. Most texts need none of it and are not copied.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::autolink::autolinks_until;

/// A Markdown text as the parser is to read it.
pub struct Gfm<'a> {
    text: Cow<'a, str>,
    insertions: Vec<Insertion>,
    has_math: bool,
}

/// Something that `text` holds and the text as it was written does not.
struct Insertion {
    /// Where it is in `text`.
    span: Range<usize>,
    /// Where it would be in the text as it was written.
    original: usize,
}

impl<'a> Gfm<'a> {
    /// Rewrites a text where that is needed.
    pub fn new(source: &'a str) -> Self {
        if !(may_hold_math(source) || may_hold_split_address(source) || may_hold_odd_table(source)) {
            return Self { text: source.into(), insertions: Vec::new(), has_math: false };
        }
        let mut finder = Finder::new(source);
        for (event, span) in Parser::new_ext(source, OPTIONS).into_offset_iter() {
            finder.event(&event, span);
        }
        finder.end_block();
        finder.rewritten()
    }

    /// The text for the parser.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the parser has to know of the text.
    pub fn options(&self) -> Options {
        if self.has_math { OPTIONS | Options::ENABLE_MATH } else { OPTIONS }
    }

    /// The byte range in the text as it was written, by that in the text for the parser.
    pub fn place(&self, span: Range<usize>) -> Range<usize> {
        if self.insertions.is_empty() {
            return span;
        }
        self.original(span.start)..self.original(span.end)
    }

    fn original(&self, at: usize) -> usize {
        let before = self.insertions.partition_point(|insertion| insertion.span.start < at);
        let last = before.checked_sub(1).map(|index| &self.insertions[index]);
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
const SPECIAL: [char; 7] = ['_', '*', '~', '`', '[', ']', '\\'];

fn may_hold_math(source: &str) -> bool {
    memchr::memchr_iter(b'$', source.as_bytes()).nth(1).is_some()
}

/// Whether some address may be split by what is Markdown in it.
fn may_hold_split_address(source: &str) -> bool {
    let bytes = source.as_bytes();
    let after_scheme = memchr::memmem::find_iter(bytes, "://").filter(|at| {
        let scheme = bytes[..*at].iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        // Destinations of links and of raw HTML are no bare addresses.
        let before = &bytes[..at - scheme];
        !(before.ends_with(b"](") || before.ends_with(b"<") || before.ends_with(b"\""))
    });
    after_scheme.chain(memchr::memmem::find_iter(bytes, "www.")).any(|at| {
        let length = bytes[at..].iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'<');
        is_split(source[at..at + length.unwrap_or(bytes.len() - at)].trim_end_matches(TRAILING))
    })
}

/// What ends no address (GFM 6.9).
const TRAILING: [char; 11] = ['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', ')'];

/// Whether an address holds what the parser may take for Markdown.
fn is_split(address: &str) -> bool {
    let bytes = address.as_bytes();
    let is_word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let is_special = |at: usize| match bytes[at] {
        // Within a word it means nothing.
        b'_' => !is_word(at.checked_sub(1)) || !is_word(Some(at + 1)),
        b'&' => bytes[at..].contains(&b';'),
        byte => byte == b'$' || SPECIAL.contains(&char::from(byte)),
    };
    (0..bytes.len()).any(is_special)
}

/// Whether there may be a table that the parser and GitHub read in two ways.
fn may_hold_odd_table(source: &str) -> bool {
    let content = |line: &'_ str| line.len() - line.trim_start_matches([' ', '\t', '>']).len();
    let (mut above, mut header) = ("", "");
    let mut in_table = false;
    for line in source.lines() {
        let start = content(line);
        if start == line.len() {
            in_table = false;
        } else if in_table && (line.starts_with("    ") || line[..start].contains('\t')) {
            return true;
        } else if line[start..].starts_with(['|', ':', '-']) && is_like_delimiter(&line[start..]) {
            let has_header = content(header) < header.len();
            let is_odd = || {
                line.contains(WHITE)
                    || !has_bar(header)
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
        // A backslash before a bar escapes it, whatever is before the backslash.
        escaped = char == '\\';
    }
    cells + usize::from(!blank)
}

/// Whether a row of a table holds a bar that is not escaped.
fn has_bar(row: &str) -> bool {
    row.match_indices('|').any(|(at, _)| !row[..at].ends_with('\\'))
}

/// A dollar sign in running text, or what no formula goes across.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dollar {
    At(usize),
    Barrier,
}

/// Finds what has to be rewritten, by a first reading.
struct Finder<'a> {
    source: &'a str,
    /// What is inserted, and where.
    insertions: Vec<(usize, String)>,
    /// Tabs and the like that become spaces.
    tabs: Vec<usize>,
    /// Where the lines of the open block begin, behind the marks of what they stand in.
    lines: Vec<usize>,
    /// The next piece of text begins a line.
    is_fresh: bool,
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
            insertions: Vec::new(),
            tabs: Vec::new(),
            lines: Vec::new(),
            is_fresh: true,
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
            Event::SoftBreak | Event::HardBreak => {
                self.is_fresh = true;
                return;
            }
            Event::Start(
                Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. },
            )
            | Event::Text(_)
            | Event::Code(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {
                if std::mem::take(&mut self.is_fresh) {
                    self.lines.push(span.start);
                }
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
            Event::Code(_) | Event::InlineHtml(_) => self.dollars.push(Dollar::Barrier),
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

    /// Running text: addresses and dollar signs in it.
    fn text(&mut self, span: Range<usize>) {
        if span.start >= self.line_end {
            self.line_end = self.end_of_line(span.start);
        }
        let from = span.start.max(self.done);
        let limit = self.cell.unwrap_or(self.line_end).max(span.end);
        if from < span.end {
            for found in autolinks_until(&self.source[from..limit], span.end - from) {
                let place = from + found.span.start..from + found.span.end;
                let before = self.source[..place.start].chars().next_back();
                let is_web =
                    !found.destination.starts_with("mailto:") && !found.destination.starts_with("xmpp:");
                if is_web && before.is_none_or(|c| !c.is_alphanumeric()) {
                    self.done = place.end;
                    self.address(place);
                }
            }
        }
        let from = span.start.max(self.done);
        if from < span.end {
            for at in memchr::memchr_iter(b'$', &self.source.as_bytes()[from..span.end]) {
                self.dollars.push(Dollar::At(from + at));
            }
        }
    }

    /// GitHub finds addresses before anything else of a line, so that nothing in them is Markdown.
    fn address(&mut self, place: Range<usize>) {
        let address = &self.source[place.clone()];
        self.plain_dollars.extend(memchr::memchr_iter(b'$', address.as_bytes()).map(|at| place.start + at));
        // What looks like an entity ends an address, and the character that it stands for is none of it.
        let rest = self.source[place.end..].strip_prefix('&').and_then(|rest| rest.split_once(';'));
        let is_entity =
            |(name, _): (&str, &str)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
        if rest.is_some_and(is_entity) {
            self.insertions.push((place.end, SEPARATOR.to_owned()));
        }
        // In a table, bars are taken out of cells before addresses are found.
        if is_split(address) && !address.contains('|') {
            let special = address.match_indices(SPECIAL);
            self.insertions.extend(special.map(|(at, _)| (place.start + at, "\\".to_owned())));
        }
    }

    /// What the block that ends here holds.
    fn end_block(&mut self) {
        let dollars = std::mem::take(&mut self.dollars);
        self.formulas(&dollars);
        let lines = std::mem::take(&mut self.lines);
        self.is_fresh = true;
        if lines.len() > 1 && self.cell.is_none() && !self.is_verbatim {
            self.table_in_paragraph(&lines);
        }
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
            let end = match (dollars.get(index + width), width) {
                (Some(Dollar::At(end)), 2) if is_double(index + 2) && *end > at + 2 => Some(index + 4),
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

    /// A table whose header is the last of several lines, or holds no bar, or whose second row holds tabs: the parser
    /// takes it for a paragraph.
    fn table_in_paragraph(&mut self, lines: &[usize]) {
        let line = |index: usize| &self.source[lines[index]..self.end_of_line(lines[index])];
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
                // On its own, it would be code.
                && self.indent(lines[index - 1]) < 4
        });
        let Some(found) = found else { return };
        let (row, header) = (lines[found], lines[found - 1]);
        let tabs = memchr::memchr3_iter(b'\t', b'\x0b', b'\x0c', line(found).as_bytes()).map(|at| row + at);
        let has_bar = has_bar(line(found - 1));
        self.tabs.extend(tabs);
        if found > 1 {
            self.separate(header);
        }
        if !has_bar {
            self.insertions.push((header, "|".to_owned()));
        }
        self.end_table(lines[found + 1..].iter().copied());
    }

    /// A table as the parser sees it, where GitHub may see none.
    fn table(&mut self, span: Range<usize>) {
        let mut at = span.start;
        let source = self.source;
        let lines = source[span].split_inclusive('\n').map(|line| {
            at += line.len();
            at - line.trim_start_matches([' ', '\t', '>']).len()
        });
        let mut lines = lines.skip(1);
        let Some(row) = lines.next() else { return };
        let end = self.end_of_line(row);
        if delimiter(&source[row..end]).is_none() {
            let bar = source[row..end].find(['|', ':']);
            self.insertions.extend(bar.map(|at| (row + at, "\\".to_owned())));
            return;
        }
        let rows: Vec<usize> = lines.collect();
        self.end_table(rows.into_iter());
    }

    /// A line that is indented as code is no row.
    fn end_table(&mut self, mut rows: impl Iterator<Item = usize>) {
        if let Some(row) = rows.find(|row| self.indent(*row) >= 4) {
            self.separate(row);
        }
    }

    /// Inserts a separator before the line whose text begins at a place.
    fn separate(&mut self, at: usize) {
        let prefix = self.prefix(at);
        let quote = &prefix[..prefix.rfind('>').map_or(0, |mark| mark + 1)];
        let start = at - prefix.len();
        let padding = self.base(at).saturating_sub(self.column(start + quote.len()));
        self.insertions.push((start, format!("{quote}{}{SEPARATOR}\n", " ".repeat(padding))));
    }

    /// The column from which the indentation of a line counts.
    fn base(&self, at: usize) -> usize {
        let prefix = self.prefix(at);
        let start = at - prefix.len();
        let quote = prefix.rfind('>').map_or(0, |mark| {
            let space = usize::from(prefix[mark + 1..].starts_with([' ', '\t']));
            self.column(start + mark + 1) + space
        });
        self.items.last().copied().unwrap_or(0).max(quote)
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

    fn rewritten(mut self) -> Gfm<'a> {
        if self.has_math {
            let escapes = self.plain_dollars.iter().filter(|at| !self.source[..**at].ends_with('\\'));
            self.insertions.extend(escapes.map(|at| (*at, "\\".to_owned())));
        }
        if self.insertions.is_empty() && self.tabs.is_empty() {
            return Gfm { text: self.source.into(), insertions: Vec::new(), has_math: self.has_math };
        }
        self.insertions.sort();
        self.insertions.dedup();
        self.tabs.sort_unstable();
        let mut text = String::with_capacity(self.source.len() + 2 * self.insertions.len());
        let mut tabs = self.tabs.iter().peekable();
        let mut done = 0;
        let mut copy = |text: &mut String, to: usize| {
            while let Some(tab) = tabs.next_if(|tab| **tab < to) {
                text.push_str(&self.source[done..*tab]);
                text.push(' ');
                done = tab + 1;
            }
            text.push_str(&self.source[done..to]);
            done = to;
        };
        let mut insertions = Vec::with_capacity(self.insertions.len());
        for (at, inserted) in &self.insertions {
            copy(&mut text, *at);
            insertions.push(Insertion { span: text.len()..text.len() + inserted.len(), original: *at });
            text.push_str(inserted);
        }
        copy(&mut text, self.source.len());
        Gfm { text: text.into(), insertions, has_math: self.has_math }
    }
}
