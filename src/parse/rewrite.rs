//! Replaces the destinations of links in Markdown. All other bytes stay as they are.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::event::{link, picture};
use super::gfm::Gfm;
use super::raw_html::{Piece, pieces};
use super::{LinkKind, autolinks};

/// Replaces each destination with the result of `address`. If that is `None`, only the text of the link stays.
/// Reference-style links become inline links, so that the text can be moved.
pub fn rewrite_links(text: &str, address: &mut dyn FnMut(&str, LinkKind) -> Option<String>) -> String {
    if !may_hold_link(text) {
        return text.to_owned();
    }
    let gfm = Gfm::new(text);
    let parser = Parser::new_ext(gfm.text(), gfm.options()).into_offset_iter();
    let definitions = parser.reference_definitions().iter();
    let mut edits: Vec<Replacement> = definitions
        .map(|(_, definition)| Replacement {
            span: gfm.source_span(definition.span.clone()),
            text: String::new(),
        })
        .collect();
    let defines = !edits.is_empty();
    let mut rewriter = Rewriter { text, edits: &mut edits, address, open: Vec::new(), code: false };
    for (event, span) in TextMergeWithOffset::new(parser) {
        rewriter.event(event, gfm.source_span(span));
    }
    edits.sort_by_key(|edit| edit.span.start);
    let mut rewritten = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        rewritten.push_str(&text[done..edit.span.start]);
        rewritten.push_str(&edit.text);
        done = edit.span.end;
    }
    rewritten.push_str(&text[done..]);
    if defines { rewritten.trim_end().to_owned() } else { rewritten }
}

/// True if a text may contain a link, a picture, raw HTML or a bare address. Most texts of checklists contain none.
fn may_hold_link(text: &str) -> bool {
    text.contains(['[', '<', '@']) || text.contains("://") || text.contains("www.")
}

struct Replacement {
    span: Range<usize>,
    text: String,
}

/// An open link or picture.
struct OpenLink {
    /// The byte range of the description in brackets, as far as it has been read.
    inner: Range<usize>,
    /// `[label][]`
    collapsed: bool,
    /// The text that follows the description. `None` removes the link around it.
    tail: Option<String>,
}

struct Rewriter<'a> {
    text: &'a str,
    edits: &'a mut Vec<Replacement>,
    address: &'a mut dyn FnMut(&str, LinkKind) -> Option<String>,
    open: Vec<Option<OpenLink>>,
    code: bool,
}

impl Rewriter<'_> {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        if !matches!(event, Event::End(TagEnd::Link | TagEnd::Image)) {
            for open in self.open.iter_mut().flatten() {
                open.inner.end = open.inner.end.max(span.end);
            }
        }
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.code = true,
            Event::End(TagEnd::CodeBlock) => self.code = false,
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                let collapsed = link_type == LinkType::Collapsed;
                let own = matches!(link_type, LinkType::Autolink | LinkType::Email);
                let (kind, destination) = link(link_type, dest_url);
                let address = (self.address)(&destination, kind);
                if own {
                    // The text of the link is its address.
                    self.replace(&destination, span, address);
                    self.open.push(None);
                } else {
                    let tail = address.map(|address| tail(&address, &title));
                    self.open.push(Some(OpenLink { inner: span.start + 1..span.start + 1, collapsed, tail }));
                }
            }
            Event::Start(Tag::Image { link_type, dest_url, title, .. }) => {
                let collapsed = link_type == LinkType::Collapsed;
                let tail =
                    (self.address)(&dest_url, picture(link_type)).map(|address| tail(&address, &title));
                self.open.push(Some(OpenLink { inner: span.start + 2..span.start + 2, collapsed, tail }));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some(open) = self.open.pop().flatten() {
                    self.close(open, span);
                }
            }
            Event::Text(text) if !self.code && self.open.is_empty() => self.bare(&text, span),
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => self.raw_html(span),
            _ => {}
        }
    }

    fn close(&mut self, open: OpenLink, mut span: Range<usize>) {
        // The parser's span does not include the empty brackets.
        if open.collapsed && self.text[span.end..].starts_with("[]") {
            span.end += 2;
        }
        let bracket = self.text[open.inner.end..span.end].find(']');
        let bracket = bracket.map_or(span.end, |at| open.inner.end + at);
        match open.tail {
            Some(tail) => self.edits.push(Replacement { span: bracket..span.end, text: format!("]{tail}") }),
            None => {
                self.edits.push(Replacement { span: span.start..open.inner.start, text: String::new() });
                self.edits.push(Replacement { span: bracket..span.end, text: String::new() });
            }
        }
    }

    fn bare(&mut self, text: &str, span: Range<usize>) {
        let mut from = span.start;
        for link in autolinks(text) {
            // Escapes and entities make the text shorter than its source, so its position is searched.
            let Some(at) = self.text[from..span.end].find(&text[link.span.clone()]) else { continue };
            let address_span = from + at..from + at + link.span.len();
            from = address_span.end;
            let address = (self.address)(&link.destination, LinkKind::Bare);
            self.replace(&link.destination, address_span, address);
        }
    }

    /// A link whose text is its address gets the new address as its text.
    fn replace(&mut self, destination: &str, span: Range<usize>, address: Option<String>) {
        if let Some(address) = address.filter(|address| address != destination) {
            self.edits.push(Replacement { span, text: format!("<{}>", bracketed(&address)) });
        }
    }

    fn raw_html(&mut self, span_of_block: Range<usize>) {
        let html = &self.text[span_of_block.clone()];
        for piece in pieces(html) {
            let Piece::Tag { name, attributes, .. } = piece else { continue };
            for attribute in attributes.iter().filter(|attribute| attribute.holds_address(&name)) {
                let value = attribute.with_addresses(&name, html, self.address);
                let text = value.map_or_else(String::new, |value| {
                    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
                    format!("{}=\"{value}\"", attribute.name)
                });
                let span =
                    span_of_block.start + attribute.span.start..span_of_block.start + attribute.span.end;
                self.edits.push(Replacement { span, text });
            }
        }
    }
}

/// The destination and title of a link: `(address "title")`.
fn tail(address: &str, title: &str) -> String {
    let mut address = bracketed(address);
    if address.is_empty() || address.contains(['(', ')']) {
        address = format!("<{address}>");
    }
    if title.is_empty() {
        return format!("({address})");
    }
    format!("({address} \"{}\")", title.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Escapes an address for use between `<` and `>` (CommonMark 6.3).
fn bracketed(address: &str) -> String {
    let mut escaped = String::with_capacity(address.len());
    for character in address.chars() {
        match character {
            '<' => escaped.push_str("%3C"),
            '>' => escaped.push_str("%3E"),
            '\\' => escaped.push_str("%5C"),
            // An autolink contains no white space, and no link a line break.
            character if character.is_whitespace() => escaped.push_str("%20"),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `rel…` becomes absolute, `gone` has no address, and everything else stays.
    fn rewritten(text: &str) -> String {
        rewrite_links(text, &mut |destination, _| match destination {
            "gone" => None,
            _ if destination.starts_with("rel") => Some(format!("https://x.org/{destination}")),
            _ => Some(destination.to_owned()),
        })
    }

    #[track_caller]
    fn assert_all(cases: &[(&str, &str)]) {
        for (source, expected) in cases {
            assert_eq!(rewritten(source), *expected, "{source}");
        }
    }

    #[test]
    fn inline_links() {
        assert_all(&[
            ("See [a](rel) and [b](<rel b>).", "See [a](https://x.org/rel) and [b](https://x.org/rel%20b)."),
            ("[a](rel \"A \\\"t\\\"\")", "[a](https://x.org/rel \"A \\\"t\\\"\")"),
            ("[a](rel(1))", "[a](<https://x.org/rel(1)>)"),
            ("[a](gone), **[b *c*](gone)**", "a, **b *c***"),
            ("[a]()", "[a](<>)"),
            ("[a](!<)", "[a](!%3C)"),
            ("[](rel)", "[](https://x.org/rel)"),
        ]);
    }

    #[test]
    fn brackets_within_brackets() {
        assert_all(&[
            ("[a [b] c](rel)", "[a [b] c](https://x.org/rel)"),
            ("[a [b] c](gone)", "a [b] c"),
            (r"[a\]](rel) [\[b](rel)", r"[a\]](https://x.org/rel) [\[b](https://x.org/rel)"),
            ("[`]`](rel) [`](gone)`", "[`]`](https://x.org/rel) [`](gone)`"),
            ("[[a](rel)](rel)", "[[a](https://x.org/rel)](rel)"),
            ("[a][ b](rel)", "[a][ b](https://x.org/rel)"),
        ]);
    }

    #[test]
    fn reference_style() {
        assert_all(&[
            ("[a][x] [x][] [x] [a][gone]\n\n[x]: rel \"T\"", {
                "[a](https://x.org/rel \"T\") [x](https://x.org/rel \"T\") [x](https://x.org/rel \"T\") [a][gone]"
            }),
            ("[a][x] [x][] b\n\n[x]: gone", "a x b"),
            ("![x][] [][]\n\n[x]: rel", "![x](https://x.org/rel) [][]"),
            ("![a][x]\n\n[x]: rel.png", "![a](https://x.org/rel.png)"),
            ("[a][undefined]", "[a][undefined]"),
        ]);
    }

    #[test]
    fn addresses_in_the_text() {
        assert_all(&[
            ("<https://y.org/a> <me@y.org>", "<https://y.org/a> <me@y.org>"),
            ("https://y.org/a, and me@y.org.", "https://y.org/a, and me@y.org."),
            ("[https://y.org](rel)", "[https://y.org](https://x.org/rel)"),
        ]);
        let moved = |text: &str| {
            rewrite_links(text, &mut |to, _| {
                Some(to.replace("https://old.org", "https://new.org").replace("http://www.", "https://"))
            })
        };
        assert_eq!(moved("<https://old.org/a>"), "<https://new.org/a>");
        assert_eq!(moved("a &amp; b: https://old.org/a."), "a &amp; b: <https://new.org/a>.");
        assert_eq!(moved("(www.y.org) https://old.org"), "(<https://y.org>) <https://new.org>");
    }

    #[test]
    fn pictures() {
        assert_all(&[
            ("![a *b*](rel.png)", "![a *b*](https://x.org/rel.png)"),
            ("[![a](rel.png)](rel)", "[![a](https://x.org/rel.png)](https://x.org/rel)"),
            ("[![a](gone)](rel) ![b](gone)", "[a](https://x.org/rel) b"),
        ]);
    }

    #[test]
    fn code_and_html() {
        assert_all(&[
            ("`[a](rel)` and ``<https://y.org>``", "`[a](rel)` and ``<https://y.org>``"),
            ("```\n[a](rel)\n[x]: rel\n```", "```\n[a](rel)\n[x]: rel\n```"),
            ("    [a](rel)", "    [a](rel)"),
            (r"\[a](rel)", r"\[a](rel)"),
            ("<a href='rel?a&amp;b'>x</a>", "<a href=\"https://x.org/rel?a&amp;b\">x</a>"),
            ("x <a href=gone>y</a>", "x <a >y</a>"),
            ("x <img srcset='rel.png 1x, \"b\".png 2x' alt>", {
                "x <img srcset=\"https://x.org/rel.png 1x, &quot;b&quot;.png 2x\" alt>"
            }),
            ("<div>\n<img src=\"rel.png\" alt=\"\">\n</div>", {
                "<div>\n<img src=\"https://x.org/rel.png\" alt=\"\">\n</div>"
            }),
        ]);
    }

    proptest::proptest! {
        #[test]
        fn rewriting_with_the_same_addresses_is_idempotent(text in "[a\\[\\]()!<>:#`*\\\\\n rel/.-]{0,40}") {
            // A second pass changes nothing.
            let once = rewrite_links(&text, &mut |to, _| Some(to.to_owned()));
            let twice = rewrite_links(&once, &mut |to, _| Some(to.to_owned()));
            proptest::prop_assert_eq!(once, twice);
        }
    }
}
