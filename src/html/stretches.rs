//! Where a document holds raw HTML. The rest of it is the writer's own, and needs no sanitiser.

use std::ops::Range;

/// Elements that end where their end tag is, or with what they stand in.
const KNOWN: [&str; 50] = [
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

/// Those of them whose end tag may be left out (HTML, 13.1.2.4).
const OPTIONAL: [&str; 9] = ["dd", "dt", "li", "p", "tbody", "td", "th", "thead", "tr"];

/// Those whose end tag ends what is open in them.
const ENCLOSING: [&str; 12] =
    ["blockquote", "center", "details", "div", "dl", "ol", "table", "tbody", "td", "th", "tr", "ul"];

/// Elements without an end tag.
const VOID: [&str; 6] = ["br", "col", "hr", "img", "source", "wbr"];

/// Most raw elements that are open at a time.
const DEEPEST: usize = 128;

/// Stretches of a document's HTML with raw HTML in them: each begins with a block, and ends with the block in which
/// everything is closed that was opened in it.
#[derive(Clone, Default)]
pub(super) struct Stretches {
    /// How many blocks of Markdown are open.
    depth: usize,
    /// Where the block or the stretch begins that is being written.
    start: usize,
    /// There is raw HTML in it.
    raw: bool,
    /// Raw elements that are open, and how many blocks were around them.
    open: Vec<(String, usize)>,
    found: Vec<Range<usize>>,
    /// Something is not nested as it should be: what belongs together only a browser's parser can tell.
    muddled: bool,
}

impl Stretches {
    /// A block or a part of one begins at the end of the HTML so far.
    pub(super) fn begin(&mut self, written: usize) {
        if self.depth == 0 && !self.raw {
            self.start = written;
        }
        self.depth += 1;
    }

    /// What began last ends.
    pub(super) fn end(&mut self, written: usize) {
        self.depth -= 1;
        if self.depth == 0 && self.raw && self.open.is_empty() {
            self.found.push(self.start..written);
            self.raw = false;
        }
    }

    /// There is raw text that is no tag.
    pub(super) fn text(&mut self, text: &str) {
        self.raw = true;
        self.muddled |= text.contains('<');
    }

    /// There is a raw tag.
    pub(super) fn tag(&mut self, name: &str, end: bool) {
        self.raw = true;
        // What is open beyond this is sanitised as one, and need not be looked through at each tag.
        self.muddled |= self.open.len() >= DEEPEST;
        if self.muddled {
            return;
        }
        let part = matches!(name, "tbody" | "td" | "th" | "thead" | "tr");
        // Parts of a table are none outside of one.
        let stray = part && !self.open.iter().any(|(open, _)| open == "table");
        if stray {
            self.muddled = true;
        } else if VOID.contains(&name) {
            // `</br>` is one, too.
        } else if !KNOWN.contains(&name) {
            self.muddled = true;
        } else if !end {
            self.open.push((name.to_owned(), self.depth));
        } else if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
            let within = &self.open[at + 1..];
            let ended = within.is_empty()
                || ENCLOSING.contains(&name)
                    && within.iter().all(|(open, _)| OPTIONAL.contains(&open.as_str()));
            self.muddled |= !ended || self.open[at].1 != self.depth;
            self.open.truncate(at);
        }
    }

    /// There is raw HTML in a part that will stand elsewhere.
    pub(super) fn moved(&mut self) {
        self.muddled = true;
    }

    /// The heading that became the title was taken out: what follows stands where it stood.
    pub(super) fn resume(&mut self, written: usize) {
        if !self.raw {
            self.start = written;
        }
    }

    /// The stretches, in order; `None` where they cannot be told, and the document is one.
    pub(super) fn found(self) -> Option<Vec<Range<usize>>> {
        (!self.muddled && !self.raw).then_some(self.found)
    }
}
