//! Bounds on HTML that keep browsers' parsers linear in the length of the text.
//!
//! The HTML standard lets a parser visit every open element at each tag, and reopen formatting elements in every
//! block. Tags that exceed a bound are dropped; their text stays.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::raw_html::{Attribute, Piece, pieces};

/// Maximum nesting of elements. Nokogiri, which GitHub uses, rejects documents with more than 400 levels.
const MAX_DEPTH: usize = 128;

/// Maximum number of open formatting elements.
const MAX_FORMATTING: usize = 16;

/// Maximum number of attributes of a tag.
const MAX_ATTRIBUTES: usize = 128;

/// Maximum number of elements between table cells, which parsers move in front of the table.
const MAX_MISPLACED: usize = 1_000;

/// A bound on HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// More than [`MAX_DEPTH`] elements within each other.
    Deep,
    /// More than [`MAX_FORMATTING`] open formatting elements.
    Formatting,
    /// More than [`MAX_ATTRIBUTES`] attributes.
    Attributes,
    /// More than [`MAX_MISPLACED`] elements between the cells of tables.
    Misplaced,
}

impl Bound {
    /// The largest number allowed.
    pub fn most(self) -> usize {
        match self {
            Self::Deep => MAX_DEPTH,
            Self::Formatting => MAX_FORMATTING,
            Self::Attributes => MAX_ATTRIBUTES,
            Self::Misplaced => MAX_MISPLACED,
        }
    }
}

/// True for elements without content.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// True for elements that a parser does not open within a body.
fn is_ignored(name: &str) -> bool {
    matches!(name, "body" | "frameset" | "head" | "html")
}

/// True for formatting elements (HTML, 13.2.4.3).
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

/// True for other elements at which an unknown end tag stops (HTML, 13.2.4.2).
fn is_special(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "applet"
            | "article"
            | "aside"
            | "blockquote"
            | "button"
            | "caption"
            | "center"
            | "colgroup"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "iframe"
            | "li"
            | "listing"
            | "main"
            | "marquee"
            | "menu"
            | "nav"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "ol"
            | "p"
            | "plaintext"
            | "pre"
            | "script"
            | "search"
            | "section"
            | "select"
            | "style"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "template"
            | "textarea"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// True for elements that an end tag within them does not reach beyond.
fn ends_scope(name: &str) -> bool {
    matches!(name, "applet" | "caption" | "marquee" | "object" | "table" | "td" | "template" | "th")
}

/// True for elements whose start does not end a paragraph.
fn stays_in_paragraph(name: &str) -> bool {
    matches!(
        name,
        "applet"
            | "button"
            | "caption"
            | "colgroup"
            | "iframe"
            | "marquee"
            | "noembed"
            | "noscript"
            | "object"
            | "script"
            | "select"
            | "style"
            | "template"
            | "textarea"
            | "tbody"
    )
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn is_cell(name: &str) -> bool {
    matches!(name, "td" | "th")
}

fn is_row_group(name: &str) -> bool {
    matches!(name, "caption" | "colgroup" | "tbody" | "tfoot" | "thead")
}

/// True for elements that may contain only parts of a table.
fn is_table_frame(name: &str) -> bool {
    matches!(name, "table" | "tbody" | "tfoot" | "thead" | "tr")
}

/// An open element with its properties, computed once, as a parser visits all open elements at each tag.
#[derive(Clone, Debug)]
struct OpenElement {
    name: Box<str>,
    /// See [`is_special`].
    special: bool,
    /// See [`ends_scope`].
    scope: bool,
    /// See [`is_cell`].
    cell: bool,
    /// See [`is_heading`].
    heading: bool,
    paragraph: bool,
    item: bool,
}

impl OpenElement {
    fn new(name: &str) -> Self {
        Self {
            special: is_special(name),
            scope: ends_scope(name),
            cell: is_cell(name),
            heading: is_heading(name),
            paragraph: name == "p",
            item: name == "li",
            name: name.into(),
        }
    }

    fn is(&self, name: &str) -> bool {
        *self.name == *name
    }

    /// True if the end of a paragraph does not reach beyond it.
    fn ends_button_scope(&self) -> bool {
        self.scope || self.is("button")
    }
}

/// The open elements; at least those that a parser has open.
#[derive(Clone, Debug, Default)]
pub(super) struct Nesting {
    /// The open elements of Markdown as long as no tag was read, as most texts have none.
    containers: Vec<&'static str>,
    has_tags: bool,
    open: Vec<OpenElement>,
    /// Name and text of the open formatting tags; `None` where a cell begins.
    formatting: Vec<Option<(String, String)>>,
    /// Number of dropped tags by name whose end tags have not been read.
    dropped: HashMap<String, usize>,
    /// Number of elements between table cells so far.
    misplaced: usize,
}

impl Nesting {
    /// Processes an element of Markdown, which is never dropped.
    pub(super) fn container(&mut self, name: &'static str, end: bool) {
        if self.has_tags {
            self.read(name, end, "");
        } else if end {
            self.containers.pop();
        } else {
            self.containers.push(name);
        }
    }

    /// Processes a tag. If it exceeds a bound, returns the bound; the tag must then be dropped.
    pub(super) fn tag(&mut self, name: &str, end: bool, text: &str) -> Option<Bound> {
        self.has_tags = true;
        for container in std::mem::take(&mut self.containers) {
            self.read(container, false, "");
        }
        self.read(name, end, text)
    }

    fn read(&mut self, name: &str, end: bool, text: &str) -> Option<Bound> {
        if end {
            if let Some(dropped) = self.dropped.get_mut(name).filter(|dropped| **dropped > 0) {
                *dropped -= 1;
                return Some(Bound::Deep);
            }
            self.end(name);
            return None;
        }
        if is_ignored(name) {
            return None;
        }
        if is_void(name) {
            return self.is_misplaced(name).then_some(Bound::Misplaced);
        }
        self.end_implied(name);
        let formats = is_formatting(name);
        let is_misplaced = self.is_misplaced(name);
        let formatting = || self.formatting.iter().flatten().count();
        let exceeded = if is_misplaced {
            Some(Bound::Misplaced)
        } else if self.open.len() >= MAX_DEPTH {
            Some(Bound::Deep)
        } else if formats && formatting() >= MAX_FORMATTING {
            Some(Bound::Formatting)
        } else {
            None
        };
        if exceeded.is_some() {
            *self.dropped.entry(name.to_owned()).or_default() += 1;
            return exceeded;
        }
        if formats {
            self.format(name, text);
        } else if is_cell(name) || name == "caption" {
            self.formatting.push(None);
        }
        self.open.push(OpenElement::new(name));
        None
    }

    /// Counts an element between table cells. True if there are more than [`MAX_MISPLACED`].
    fn is_misplaced(&mut self, name: &str) -> bool {
        let in_frame = self.open.last().is_some_and(|open| is_table_frame(&open.name));
        let is_part = name == "tr" || name == "col" || is_cell(name) || is_row_group(name);
        if !in_frame || is_part {
            return false;
        }
        self.misplaced += 1;
        self.misplaced > MAX_MISPLACED
    }

    /// Opens a formatting element. A parser keeps at most three equal ones.
    fn format(&mut self, name: &str, text: &str) {
        let marker = self.formatting.iter().rposition(Option::is_none).map_or(0, |at| at + 1);
        let is_equal = |entry: &Option<(String, String)>| entry.as_ref().is_some_and(|entry| entry.1 == text);
        let equal: Vec<usize> =
            (marker..self.formatting.len()).filter(|at| is_equal(&self.formatting[*at])).collect();
        if let [.., third, _, _] = equal.as_slice() {
            self.formatting.remove(*third);
        }
        self.formatting.push(Some((name.to_owned(), text.to_owned())));
    }

    /// Ends the elements that the start of an element ends implicitly.
    fn end_implied(&mut self, name: &str) {
        match name {
            "a" | "nobr" => self.end_formatting(name),
            "li" | "dd" | "dt" => {
                let ends = |open: &OpenElement| match name {
                    "li" => open.item,
                    _ => open.is("dd") || open.is("dt"),
                };
                let stops = |open: &OpenElement| {
                    open.special && !open.paragraph && !["address", "div"].contains(&&*open.name)
                };
                self.end_up_to(ends, stops);
                self.end_up_to(|open| open.paragraph, OpenElement::ends_button_scope);
            }
            "td" | "th" => self.end_up_to(|open| open.cell, |open| open.is("table")),
            "tr" => self.end_up_to(|open| open.is("tr"), |open| open.is("table")),
            _ if is_row_group(name) => {
                // Ends the outermost group, as groups do not nest.
                let table = self.open.iter().rposition(|open| open.is("table"));
                if let Some(table) = table {
                    self.truncate(table + 1);
                }
            }
            "option" | "optgroup" | "rb" | "rp" | "rt" | "rtc"
                if self.open.last().is_some_and(|open| open.is(name)) =>
            {
                self.truncate(self.open.len() - 1);
            }
            _ if is_special(name) && !stays_in_paragraph(name) => {
                self.end_up_to(|open| open.paragraph, OpenElement::ends_button_scope);
                if is_heading(name) && self.open.last().is_some_and(|open| open.heading) {
                    self.truncate(self.open.len() - 1);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        let is = |open: &OpenElement| open.is(name);
        if is_formatting(name) {
            self.end_formatting(name);
        } else if is_heading(name) {
            self.end_up_to(|open| open.heading, |open| open.scope);
        } else if matches!(
            name,
            "caption" | "colgroup" | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr"
        ) {
            self.end_up_to(is, |open| open.is("table") || open.is("template"));
        } else if name == "p" {
            self.end_up_to(is, OpenElement::ends_button_scope);
        } else if name == "li" {
            self.end_up_to(is, |open| open.scope || open.is("ol") || open.is("ul"));
        } else if name == "template" {
            self.end_up_to(is, |_| false);
        } else if is_special(name) {
            self.end_up_to(is, |open| open.scope);
        } else {
            self.end_up_to(is, |open| open.special);
        }
    }

    /// Ends a formatting element. Elements that are open within it stay open.
    fn end_formatting(&mut self, name: &str) {
        let marker = self.formatting.iter().rposition(Option::is_none).map_or(0, |at| at + 1);
        let is = |entry: &Option<(String, String)>| entry.as_ref().is_some_and(|entry| entry.0 == name);
        let Some(at) = self.formatting[marker..].iter().rposition(is) else { return };
        self.formatting.remove(marker + at);
        let scope = self.open.iter().rposition(|open| open.scope).map_or(0, |at| at + 1);
        if let Some(at) = self.open[scope..].iter().rposition(|open| open.is(name)) {
            self.open.remove(scope + at);
        }
    }

    /// Ends the innermost matching element and all elements in it, unless one that stops the search comes first.
    fn end_up_to(&mut self, is: impl Fn(&OpenElement) -> bool, stops: impl Fn(&OpenElement) -> bool) {
        for at in (0..self.open.len()).rev() {
            if is(&self.open[at]) {
                return self.truncate(at);
            }
            if stops(&self.open[at]) {
                return;
            }
        }
    }

    fn truncate(&mut self, at: usize) {
        let is_marker = |open: &&OpenElement| open.cell || open.is("caption");
        for _ in self.open[at..].iter().filter(is_marker) {
            if let Some(marker) = self.formatting.iter().rposition(Option::is_none) {
                self.formatting.truncate(marker);
            }
        }
        self.open.truncate(at);
    }
}

/// The byte range of the attributes that exceed the bound.
pub(super) fn surplus(attributes: &[Attribute<'_>]) -> Option<Range<usize>> {
    let first = attributes.get(MAX_ATTRIBUTES)?;
    Some(first.span.start..attributes.last().map_or(first.span.end, |last| last.span.end))
}

/// Removes the tags and attributes that exceed a bound.
pub fn bounded(html: &str) -> Cow<'_, str> {
    let mut nesting = Nesting::default();
    let mut kept = String::new();
    let mut done = 0;
    for piece in pieces(html) {
        let Piece::Tag { span, name, end, attributes } = piece else { continue };
        let exceeded = nesting.tag(&name, end, &html[span.clone()]);
        let cut = exceeded.map_or_else(|| surplus(&attributes), |_| Some(span));
        if let Some(cut) = cut {
            kept.push_str(&html[done..cut.start]);
            done = cut.end;
        }
    }
    if done == 0 {
        return html.into();
    }
    kept.push_str(&html[done..]);
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deepest(html: &str) -> usize {
        let mut nesting = Nesting::default();
        let mut deepest = 0;
        for piece in pieces(html) {
            if let Piece::Tag { span, name, end, .. } = piece {
                nesting.tag(&name, end, &html[span]);
                deepest = deepest.max(nesting.open.len());
            }
        }
        deepest
    }

    #[test]
    fn elements_between_cells_are_bounded() {
        for (html, dropped) in [
            ("x<br>", 500),
            ("<p>x", 500),
            ("<b>x</b>", 500),
            ("<tr>x<img>", 500),
            ("<tr><td><br>", 0),
            ("<caption><i>x</i></caption>", 0),
            ("</table><br><table>", 0),
        ] {
            let html = format!("<table>{}", html.repeat(MAX_MISPLACED + 500));
            let mut nesting = Nesting::default();
            let tags = pieces(&html).filter_map(|piece| match piece {
                Piece::Tag { span, name, end, .. } if !end => nesting.tag(&name, end, &html[span]),
                Piece::Tag { span, name, end, .. } => {
                    nesting.tag(&name, end, &html[span]);
                    None
                }
                _ => None,
            });
            assert_eq!(tags.filter(|bound| *bound == Bound::Misplaced).count(), dropped, "{html}");
        }
    }

    #[test]
    fn nesting_is_counted_as_parsers_count_it() {
        for (html, expected) in [
            ("<p>a<p>b<p>c", 1),
            ("<ul><li>a<li>b<li>c</ul><ul><li>d", 2),
            ("<ul><li>a<ul><li>b", 4),
            ("<dl><dt>a<dd>b<dt>c<dd>d", 2),
            ("<table><tr><td>a<td>b<tr><td>c</table><table><tr><td>d", 3),
            ("<a name=b>a<a name=c>b<a name=d>c", 1),
            ("<b><i>a</b></i><b><i>a</b></i>", 2),
            ("<div><p>a</div><div><p>b</div>", 2),
            ("<div><b>a</div><div><b>b</div>", 2),
            ("<br><hr><img><br/>", 0),
            ("<dd><li><dd><li><dd>", 5),
            ("<h1>a<h2>b<h3>c", 1),
            ("<div><table><td></div></table></div>", 3),
            ("<x><y></x><x><y></x>", 2),
        ] {
            assert_eq!(deepest(html), expected, "{html}");
        }
    }

    #[test]
    fn elements_of_markdown_before_the_first_tag_count() {
        for depth in [1, 30, 100] {
            let (mut lists, mut tags) = (Nesting::default(), Nesting::default());
            let elements = || ["blockquote", "ul", "li"].into_iter().cycle().take(3 * depth);
            let ended = || elements().map(|name| (name, false)).chain([("li", true), ("ul", true)]);
            for (name, end) in ended().chain([("ol", false), ("li", false)]) {
                lists.container(name, end);
                tags.read(name, end, "");
            }
            let exceeded = (lists.tag("div", false, "<div>"), tags.tag("div", false, "<div>"));
            assert_eq!(exceeded.0, exceeded.1, "{depth}");
            assert_eq!(lists.open.len(), tags.open.len(), "{depth}");
            assert_eq!(lists.dropped, tags.dropped, "{depth}");
        }
    }

    #[test]
    fn html_within_the_bounds_is_unchanged() {
        let rows = "<tr><td><b>a<td><font color=x>b".repeat(500);
        let names: String = (0..500).map(|number| format!("<a name=n{number}>x\n")).collect();
        for html in ["<div>a".repeat(MAX_DEPTH), "<p><b>a".repeat(500), format!("<table>{rows}"), names] {
            assert_eq!(bounded(&html), html);
        }
    }

    #[test]
    fn tags_beyond_the_bounds_are_dropped_and_their_text_stays() {
        let html = format!("{}x{}y", "<div>".repeat(500), "</div>".repeat(500));
        let expected = format!("{}x{}y", "<div>".repeat(MAX_DEPTH), "</div>".repeat(MAX_DEPTH));
        assert_eq!(bounded(&html), expected);
        let fonts: String = (0..50).map(|number| format!("<font color=x{number}>")).collect();
        let html = format!("{fonts}\n\n{}", "<p>x".repeat(50));
        let kept: String = (0..MAX_FORMATTING).map(|number| format!("<font color=x{number}>")).collect();
        assert_eq!(bounded(&html), format!("{kept}\n\n{}", "<p>x".repeat(50)));
        let attributes: Vec<String> = (0..500).map(|number| format!("a{number}=b")).collect();
        let expected = format!("<img {} >x", attributes[..MAX_ATTRIBUTES].join(" "));
        assert_eq!(bounded(&format!("<img {}>x", attributes.join(" "))), expected);
    }
}
