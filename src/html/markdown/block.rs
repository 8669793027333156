//! Events of blocks and spans as HTML. Constructs that need more than a tag are in the other files.

use std::fmt::Write as _;

use super::HtmlWriter;
use super::footnote::numbers;
use crate::html::{Label, escape, escape_to};
use crate::parse::{Alignment, BlockQuoteKind, Event, EventNumber, Tag, TagEnd};

impl HtmlWriter<'_> {
    pub(super) fn run(&mut self) {
        self.html.reserve(self.reading.source().len() * 3 / 2);
        self.footnotes.numbers = numbers(self.reading);
        for event in self.reading.events() {
            self.event(event);
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => {
                self.stretches.begin(self.html.len());
                self.start(tag);
            }
            Event::End(tag) => {
                self.end(tag);
                self.stretches.end(self.html.len());
            }
            Event::Text(text) => self.text(self.reading.text(text), false),
            Event::PlainText(text) => self.text(self.reading.text(text), true),
            Event::Code(code) => {
                self.html.push_str("<code>");
                escape_to(&mut self.html, self.reading.text(code));
                self.html.push_str("</code>");
            }
            Event::Html(html) => self.raw(self.reading.text(html)),
            Event::HeadingTag(tag) => self.heading_tag = Some(tag),
            Event::HeadingBreaksOff => drop(self.end_raw_heading()),
            Event::Picture(index) => {
                self.stretches.begin(self.html.len());
                self.picture(self.reading.link(index));
                self.stretches.end(self.html.len());
            }
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>\n"),
            Event::Rule => self.html.push_str("<hr>\n"),
            Event::TaskListMarker(done) => {
                let (state, label) = if done { (" checked", Label::Done) } else { ("", Label::Open) };
                let label = self.label(label);
                let _ =
                    write!(self.html, "<input type=\"checkbox\" disabled{state} aria-label=\"{label}\"> ");
            }
            Event::FootnoteReference(label) => self.footnote_reference(self.reading.text(label)),
            Event::InlineMath(math) => {
                let _ =
                    write!(self.html, "<span class=\"rb-math\">${}$</span>", escape(self.reading.text(math)));
            }
            Event::DisplayMath(math) => {
                let _ = write!(
                    self.html,
                    "<span class=\"rb-math rb-math-display\">$${}$$</span>",
                    escape(self.reading.text(math))
                );
            }
        }
    }

    fn start(&mut self, tag: Tag) {
        if matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link(_)) {
            self.strong.push(tag == Tag::Strong);
        }
        match tag {
            // A title has no paragraphs.
            Tag::Paragraph if self.before_title.is_some() => {}
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { level, index } => self.start_heading(level, index.map(EventNumber::get)),
            Tag::BlockQuote(kind) => self.start_quote(kind),
            // The rest of the info string is for other programs (`rust,ignore`).
            Tag::CodeBlock(info) => {
                let info = self.reading.text(info).trim();
                self.code = Some((info.split([',', ' ', '{']).next().unwrap_or_default(), ""));
            }
            Tag::HtmlBlock => {}
            Tag::List { first, is_tasks } => self.start_list(first.map(EventNumber::get), is_tasks),
            Tag::Item => self.html.push_str("<li>"),
            Tag::FootnoteDefinition(label) => self.start_footnote(self.reading.text(label)),
            Tag::Table => self.html.push_str("<div class=\"rb-table\"><table>\n"),
            Tag::TableHead => {
                self.in_head = true;
                self.html.push_str("<thead>\n<tr>");
            }
            Tag::TableRow => self.html.push_str("<tr>"),
            Tag::TableCell(alignment) => {
                self.html.push_str(if self.in_head { "<th" } else { "<td" });
                self.html.push_str(match alignment {
                    Some(Alignment::Left) => " class=\"rb-left\">",
                    Some(Alignment::Center) => " class=\"rb-center\">",
                    Some(Alignment::Right) => " class=\"rb-right\">",
                    None => ">",
                });
            }
            Tag::Emphasis => self.html.push_str("<em>"),
            // As on GitHub, strong within strong adds no tag.
            Tag::Strong if self.strong.iter().rev().nth(1) == Some(&true) => {}
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Strikethrough => self.html.push_str("<del>"),
            Tag::Link(index) => self.start_markdown_link(self.reading.link(index)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) {
            self.strong.pop();
        }
        match tag {
            TagEnd::Paragraph if self.before_title.is_some() => self.html.push('\n'),
            TagEnd::Paragraph => self.html.push_str("</p>\n"),
            TagEnd::Heading(level) => self.end_heading(level as u8),
            TagEnd::BlockQuote(Some(_)) => self.html.push_str("</div>\n"),
            TagEnd::BlockQuote(None) => self.html.push_str("</blockquote>\n"),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::List(ordered) => self.html.push_str(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.html.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::Table => {
                self.html.push_str("</tbody>\n</table></div>\n");
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.html.push_str("</tr>\n</thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.html.push_str("</tr>\n"),
            TagEnd::TableCell => {
                self.html.push_str(if self.in_head { "</th>" } else { "</td>" });
            }
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong if self.strong.last() == Some(&true) => {}
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.html.push_str("</del>"),
            TagEnd::Link => self.end_link(),
            TagEnd::HtmlBlock
            | TagEnd::Image
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>) {
        let (class, title) = match kind {
            None => return self.html.push_str("<blockquote>\n"),
            Some(BlockQuoteKind::Note) => ("note", Label::Note),
            Some(BlockQuoteKind::Tip) => ("tip", Label::Tip),
            Some(BlockQuoteKind::Important) => ("important", Label::Important),
            Some(BlockQuoteKind::Warning) => ("warning", Label::Warning),
            Some(BlockQuoteKind::Caution) => ("caution", Label::Caution),
        };
        let title = self.label(title);
        let _ = writeln!(
            self.html,
            "<div class=\"rb-alert rb-alert-{class}\"><p class=\"rb-alert-title\">{title}</p>"
        );
    }

    fn start_list(&mut self, first: Option<u32>, tasks: bool) {
        let class = if tasks { " class=\"rb-tasks\"" } else { "" };
        let _ = match first {
            None => writeln!(self.html, "<ul{class}>"),
            Some(1) => writeln!(self.html, "<ol>"),
            Some(first) => writeln!(self.html, "<ol start=\"{first}\">"),
        };
    }
}
