//! Finds the parts of a document's HTML that contain raw HTML. The writer produced the rest, so it needs no
//! sanitizer.

use std::ops::Range;

/// Elements that end at their end tag, or with their parent.
const SUPPORTED: [&str; 50] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
];

/// Supported elements whose end tag may be omitted (HTML, 13.1.2.4).
const OPTIONAL: [&str; 9] = ["dd", "dt", "li", "p", "tbody", "td", "th", "thead", "tr"];

/// Supported elements whose end tag also ends the open elements in them.
const ENCLOSING: [&str; 12] =
    ["blockquote", "center", "details", "div", "dl", "ol", "table", "tbody", "td", "th", "tr", "ul"];

/// Elements without an end tag.
const VOID: [&str; 6] = ["br", "col", "hr", "img", "source", "wbr"];

/// Maximum number of open raw elements.
const MAX_OPEN: usize = 128;

/// Finds the ranges of a document's HTML that contain raw HTML. Each range starts with a block and ends with the
/// block in which all elements opened in the range are closed.
#[derive(Clone, Default)]
pub(super) struct Stretches {
    /// Number of open Markdown blocks.
    depth: usize,
    /// Start of the current block or range.
    start: usize,
    /// True if the current block or range contains raw HTML.
    has_raw_html: bool,
    /// Open raw elements, each with the number of Markdown blocks around it.
    open: Vec<(String, usize)>,
    ranges: Vec<Range<usize>>,
    /// True if elements are nested in a way that only a browser's parser can resolve. The whole document is then
    /// sanitized.
    is_ambiguous: bool,
}

impl Stretches {
    /// Starts a block or an inline part. `html_length` is the length of the HTML so far.
    pub(super) fn begin(&mut self, html_length: usize) {
        if self.depth == 0 && !self.has_raw_html {
            self.start = html_length;
        }
        self.depth += 1;
    }

    /// Ends what was started last.
    pub(super) fn end(&mut self, html_length: usize) {
        self.depth -= 1;
        if self.depth == 0 && self.has_raw_html && self.open.is_empty() {
            self.ranges.push(self.start..html_length);
            self.has_raw_html = false;
        }
    }

    /// Records raw text that is not a tag.
    pub(super) fn text(&mut self, text: &str) {
        self.has_raw_html = true;
        self.is_ambiguous |= text.contains('<');
    }

    /// Records a raw tag.
    pub(super) fn tag(&mut self, name: &str, end: bool) {
        self.has_raw_html = true;
        // With more open elements the document is sanitized as a whole, which also keeps this search linear.
        self.is_ambiguous |= self.open.len() >= MAX_OPEN;
        if self.is_ambiguous {
            return;
        }
        let part = matches!(name, "tbody" | "td" | "th" | "thead" | "tr");
        // Parts of a table outside a table are ignored by parsers.
        let stray = part && !self.open.iter().any(|(open, _)| open == "table");
        if stray {
            self.is_ambiguous = true;
        } else if VOID.contains(&name) {
            // `</br>` counts, too.
        } else if !SUPPORTED.contains(&name) {
            self.is_ambiguous = true;
        } else if !end {
            self.open.push((name.to_owned(), self.depth));
        } else if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
            let within = &self.open[at + 1..];
            let ended = within.is_empty()
                || ENCLOSING.contains(&name)
                    && within.iter().all(|(open, _)| OPTIONAL.contains(&open.as_str()));
            self.is_ambiguous |= !ended || self.open[at].1 != self.depth;
            self.open.truncate(at);
        }
    }

    /// Records raw HTML in a part that is rendered elsewhere.
    pub(super) fn moved(&mut self) {
        self.is_ambiguous = true;
    }

    /// Continues after the heading that became the title was removed from the HTML.
    pub(super) fn resume(&mut self, html_length: usize) {
        if !self.has_raw_html {
            self.start = html_length;
        }
    }

    /// Returns the ranges in order, or `None` if the whole document must be sanitized.
    pub(super) fn ranges(self) -> Option<Vec<Range<usize>>> {
        (!self.is_ambiguous && !self.has_raw_html).then_some(self.ranges)
    }
}
