//! Bounds on HTML, so that a browser's parser does not take longer than the text is long.
//!
//! HTML's rules let a parser look at every open element at each tag, and open formatting elements anew in every block.
//! Tags beyond the bounds are dropped; their text stays.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::raw_html::{Attribute, Piece, pieces};

/// Most elements within each other. Nokogiri, which GitHub uses, reads no document with more than 400.
const DEEPEST: usize = 128;

/// Most formatting elements that are open at a time.
const FORMATTING: usize = 16;

/// Most attributes of a tag.
const ATTRIBUTES: usize = 128;

/// Most elements between the cells of tables, from where parsers move each to a place before the table.
const MISPLACED: usize = 1_000;

/// A bound on HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// More than [`DEEPEST`] elements within each other.
    Deep,
    /// More than [`FORMATTING`] open formatting elements.
    Formatting,
    /// More than [`ATTRIBUTES`] attributes.
    Attributes,
    /// More than [`MISPLACED`] elements between the cells of tables.
    Misplaced,
}

impl Bound {
    /// The largest number that is accepted.
    pub fn most(self) -> usize {
        match self {
            Self::Deep => DEEPEST,
            Self::Formatting => FORMATTING,
            Self::Attributes => ATTRIBUTES,
            Self::Misplaced => MISPLACED,
        }
    }
}

/// Elements without content.
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

/// Elements that a parser does not open within a body.
fn is_ignored(name: &str) -> bool {
    matches!(name, "body" | "frameset" | "head" | "html")
}

/// HTML, 13.2.4.3.
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

/// Other elements that an unknown end tag does not reach beyond (HTML, 13.2.4.2).
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

/// Elements of which an end tag within does not reach what is around.
fn ends_scope(name: &str) -> bool {
    matches!(name, "applet" | "caption" | "marquee" | "object" | "table" | "td" | "template" | "th")
}

/// Elements whose start does not end a paragraph.
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

/// Elements in which only parts of a table have their place.
fn is_table_frame(name: &str) -> bool {
    matches!(name, "table" | "tbody" | "tfoot" | "thead" | "tr")
}

/// What the rules ask of an open element, found out once: a parser looks at all that are open at each tag.
#[derive(Clone, Debug)]
struct Open {
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

impl Open {
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

    /// Whether the end of a paragraph does not reach beyond it.
    fn ends_button_scope(&self) -> bool {
        self.scope || self.is("button")
    }
}

/// The elements that a parser has open; never fewer than it has.
#[derive(Clone, Debug, Default)]
pub(super) struct Nesting {
    open: Vec<Open>,
    /// Open formatting elements by the text of their tags; `None` where a cell begins.
    formatting: Vec<Option<(String, String)>>,
    /// By name, the tags that were dropped and whose end tags are still to come.
    dropped: HashMap<String, usize>,
    /// Elements between the cells of tables so far.
    misplaced: usize,
}

impl Nesting {
    /// Takes a tag in; the bound that it is beyond, in which case it has to be dropped.
    pub(super) fn tag(&mut self, name: &str, end: bool, text: &str) -> Option<Bound> {
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
        let beyond = if is_misplaced {
            Some(Bound::Misplaced)
        } else if self.open.len() >= DEEPEST {
            Some(Bound::Deep)
        } else if formats && formatting() >= FORMATTING {
            Some(Bound::Formatting)
        } else {
            None
        };
        if beyond.is_some() {
            *self.dropped.entry(name.to_owned()).or_default() += 1;
            return beyond;
        }
        if formats {
            self.format(name, text);
        } else if is_cell(name) || name == "caption" {
            self.formatting.push(None);
        }
        self.open.push(Open::new(name));
        None
    }

    /// Counts an element that stands between the cells of a table, and tells whether it is one too many.
    fn is_misplaced(&mut self, name: &str) -> bool {
        let in_frame = self.open.last().is_some_and(|open| is_table_frame(&open.name));
        let is_part = name == "tr" || name == "col" || is_cell(name) || is_row_group(name);
        if !in_frame || is_part {
            return false;
        }
        self.misplaced += 1;
        self.misplaced > MISPLACED
    }

    /// Notes a formatting element: of equal ones, a parser remembers three.
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

    /// Ends what the start of an element ends.
    fn end_implied(&mut self, name: &str) {
        match name {
            "a" | "nobr" => self.end_formatting(name),
            "li" | "dd" | "dt" => {
                let ends = |open: &Open| match name {
                    "li" => open.item,
                    _ => open.is("dd") || open.is("dt"),
                };
                let stops = |open: &Open| {
                    open.special && !open.paragraph && !["address", "div"].contains(&&*open.name)
                };
                self.end_up_to(ends, stops);
                self.end_up_to(|open| open.paragraph, Open::ends_button_scope);
            }
            "td" | "th" => self.end_up_to(|open| open.cell, |open| open.is("table")),
            "tr" => self.end_up_to(|open| open.is("tr"), |open| open.is("table")),
            _ if is_row_group(name) => {
                // The outermost of them: a group holds no other.
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
                self.end_up_to(|open| open.paragraph, Open::ends_button_scope);
                if is_heading(name) && self.open.last().is_some_and(|open| open.heading) {
                    self.truncate(self.open.len() - 1);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        let is = |open: &Open| open.is(name);
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
            self.end_up_to(is, Open::ends_button_scope);
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

    /// Ends a formatting element; what is open within it stays open.
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

    /// Ends the innermost element of a kind with all that is open in it, unless another kind stands between.
    fn end_up_to(&mut self, is: impl Fn(&Open) -> bool, stops: impl Fn(&Open) -> bool) {
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
        let is_marker = |open: &&Open| open.cell || open.is("caption");
        for _ in self.open[at..].iter().filter(is_marker) {
            if let Some(marker) = self.formatting.iter().rposition(Option::is_none) {
                self.formatting.truncate(marker);
            }
        }
        self.open.truncate(at);
    }
}

/// The byte range of the attributes of a tag that are beyond the bound.
pub(super) fn surplus(attributes: &[Attribute]) -> Option<Range<usize>> {
    let first = attributes.get(ATTRIBUTES)?;
    Some(first.span.start..attributes.last().map_or(first.span.end, |last| last.span.end))
}

/// HTML without the tags and attributes beyond the bounds.
pub fn bounded(html: &str) -> Cow<'_, str> {
    let mut nesting = Nesting::default();
    let mut kept = String::new();
    let mut done = 0;
    for piece in pieces(html) {
        let Piece::Tag { span, name, end, attributes } = piece else { continue };
        let beyond = nesting.tag(&name, end, &html[span.clone()]);
        let cut = beyond.map_or_else(|| surplus(&attributes), |_| Some(span));
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
        for (what, dropped) in [
            ("x<br>", 500),
            ("<p>x", 500),
            ("<b>x</b>", 500),
            ("<tr>x<img>", 500),
            ("<tr><td><br>", 0),
            ("<caption><i>x</i></caption>", 0),
            ("</table><br><table>", 0),
        ] {
            let html = format!("<table>{}", what.repeat(MISPLACED + 500));
            let mut nesting = Nesting::default();
            let tags = pieces(&html).into_iter().filter_map(|piece| match piece {
                Piece::Tag { span, name, end, .. } if !end => nesting.tag(&name, end, &html[span]),
                Piece::Tag { span, name, end, .. } => {
                    nesting.tag(&name, end, &html[span]);
                    None
                }
                _ => None,
            });
            assert_eq!(tags.filter(|bound| *bound == Bound::Misplaced).count(), dropped, "{what}");
        }
    }

    #[test]
    fn elements_within_each_other_are_counted_as_a_parser_nests_them() {
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
    fn what_is_within_the_bounds_stays_as_it_is() {
        let rows = "<tr><td><b>a<td><font color=x>b".repeat(500);
        let names: String = (0..500).map(|number| format!("<a name=n{number}>x\n")).collect();
        for html in ["<div>a".repeat(DEEPEST), "<p><b>a".repeat(500), format!("<table>{rows}"), names] {
            assert_eq!(bounded(&html), html);
        }
    }

    #[test]
    fn what_is_beyond_goes_without_its_text() {
        let html = format!("{}x{}y", "<div>".repeat(500), "</div>".repeat(500));
        let expected = format!("{}x{}y", "<div>".repeat(DEEPEST), "</div>".repeat(DEEPEST));
        assert_eq!(bounded(&html), expected);
        let fonts: String = (0..50).map(|number| format!("<font color=x{number}>")).collect();
        let html = format!("{fonts}\n\n{}", "<p>x".repeat(50));
        let kept: String = (0..FORMATTING).map(|number| format!("<font color=x{number}>")).collect();
        assert_eq!(bounded(&html), format!("{kept}\n\n{}", "<p>x".repeat(50)));
        let attributes: Vec<String> = (0..500).map(|number| format!("a{number}=b")).collect();
        let expected = format!("<img {} >x", attributes[..ATTRIBUTES].join(" "));
        assert_eq!(bounded(&format!("<img {}>x", attributes.join(" "))), expected);
    }
}
