//! Running text: bare addresses, key words, terms of the glossary, and emoji.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::HtmlWriter;
use crate::html::{Label, escape, escape_to};
use crate::parse::{Level, LinkKind, autolinks, emoji, key_words};

impl<'a> HtmlWriter<'a> {
    /// Writes running text; see [`PlainText`](crate::parse::Event::PlainText) for `is_plain`.
    pub(super) fn text(&mut self, text: &'a str, is_plain: bool) {
        if let Some((_, code)) = &mut self.code {
            *code = text;
            return;
        }
        if !self.open_links.is_empty() {
            return if self.in_autolink {
                self.plain(&htmlize::unescape(text), false)
            } else {
                self.normative(text, is_plain)
            };
        }
        if is_plain {
            return self.normative(text, true);
        }
        let mut done = 0;
        for link in autolinks(text) {
            self.normative(&text[done..link.span.start], false);
            self.start_link(&link.destination, LinkKind::Bare, "");
            escape_to(&mut self.html, &text[link.span.clone()]);
            self.end_link();
            done = link.span.end;
        }
        self.normative(&text[done..], false);
    }

    /// Writes running text and marks the key words of obligations. The parser finds them in the same order.
    fn normative(&mut self, text: &str, is_plain: bool) {
        if self.obligations.is_empty() || self.in_heading {
            return self.plain(text, is_plain);
        }
        let mut done = 0;
        for word in key_words(text) {
            let Some((obligation, rest)) = self.obligations.split_first() else { break };
            self.obligations = rest;
            self.plain(&text[done..word.start], false);
            let id = escape(&obligation.id);
            let id_attribute = if obligation.is_anchor { String::new() } else { format!(" id=\"{id}\"") };
            let level = obligation.level.id();
            let forbids = matches!(obligation.level, Level::MustNot | Level::ShouldNot);
            let not = if forbids && text[word.end..].starts_with(" NOT") { " NOT".len() } else { 0 };
            let word = word.start..word.end + not;
            // Links cannot be nested.
            let _ = if self.may_link() {
                let label = self.label(Label::Statement);
                write!(
                    self.html,
                    "<a class=\"rb-key rb-key-{level}\"{id_attribute} href=\"#{id}\" title=\"{label}\">{}</a>",
                    &text[word.clone()]
                )
            } else {
                write!(
                    self.html,
                    "<span class=\"rb-key rb-key-{level}\"{id_attribute}>{}</span>",
                    &text[word.clone()]
                )
            };
            done = word.end;
        }
        self.plain(&text[done..], false);
    }

    /// Writes running text with emoji, and links terms at their first use.
    fn plain(&mut self, text: &str, is_plain: bool) {
        let text = &*if is_plain { Cow::Borrowed(text) } else { emoji(text) };
        let Some((terms, glossary)) = self.additions.terms.filter(|_| self.may_link()) else {
            return escape_to(&mut self.html, text);
        };
        let mut done = 0;
        for (at, index) in terms.find(text) {
            if !self.linked_terms.insert(index) {
                continue;
            }
            let term = terms.term(index);
            escape_to(&mut self.html, &text[done..at.start]);
            let _ = write!(
                self.html,
                "<a class=\"rb-term\" href=\"{}#{}\" title=\"{}\">",
                escape(glossary),
                escape(&term.id),
                escape(&term.meaning)
            );
            escape_to(&mut self.html, &text[at.clone()]);
            self.html.push_str("</a>");
            done = at.end;
        }
        escape_to(&mut self.html, &text[done..]);
    }

    /// True if a link may start here.
    fn may_link(&self) -> bool {
        !self.in_heading && self.raw_depth == 0 && self.open_links.is_empty()
    }
}
