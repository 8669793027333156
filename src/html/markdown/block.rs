//! Events to HTML: blocks and spans. What takes more than a tag is in the other files.

use std::fmt::Write as _;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, Parser, Tag, TagEnd, TextMergeStream};

use super::Writer;
use super::footnote::numbers;
use super::link::Picture;
use crate::html::{Label, escape, escape_to};
use crate::parse::{Gfm, LinkKind, fold, link, picture};

impl Writer<'_> {
    pub(super) fn run(&mut self, gfm: Gfm<'_>) {
        self.html.reserve(gfm.text().len() * 3 / 2);
        self.footnotes.numbers = numbers(&gfm);
        let mut events = TextMergeStream::new(Parser::new_ext(gfm.text(), gfm.options())).peekable();
        while let Some(event) = events.next() {
            let Event::Start(Tag::List(first)) = event else {
                self.event(event);
                continue;
            };
            // A list whose first item is a task is a task list.
            let item = events.next_if(|event| matches!(event, Event::Start(Tag::Item)));
            // The marker stands behind the paragraph's start in a loose list.
            let paragraph =
                events.next_if(|event| item.is_some() && matches!(event, Event::Start(Tag::Paragraph)));
            let is_task = matches!(events.peek(), Some(Event::TaskListMarker(_)));
            self.raw_heading.follow(&event);
            self.stretches.begin(self.html.len());
            self.start_list(first, is_task);
            item.into_iter().chain(paragraph).for_each(|event| self.event(event));
        }
    }

    fn event(&mut self, event: Event<'_>) {
        if self.raw_heading.follow(&event) {
            self.end_raw_heading();
        }
        if let Some(picture) = &mut self.picture {
            match event {
                Event::Start(Tag::Image { .. }) => picture.depth += 1,
                Event::End(TagEnd::Image) if picture.depth > 0 => picture.depth -= 1,
                Event::End(TagEnd::Image) => {
                    self.end_picture();
                    self.stretches.end(self.html.len());
                }
                Event::Text(text)
                | Event::Code(text)
                | Event::InlineMath(text)
                | Event::DisplayMath(text) => {
                    picture.description.push_str(&text);
                }
                Event::SoftBreak | Event::HardBreak => picture.description.push(' '),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => {
                self.stretches.begin(self.html.len());
                self.start(tag);
            }
            Event::End(tag) => {
                self.end(tag);
                self.stretches.end(self.html.len());
            }
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                self.html.push_str("<code>");
                escape_to(&mut self.html, &code);
                self.html.push_str("</code>");
            }
            Event::Html(html) => match &mut self.html_block {
                Some(block) => block.push_str(&html),
                None => self.raw(&html),
            },
            // The parser leaves raw HTML as it is; in a table, the bar between cells is escaped there, too.
            Event::InlineHtml(html) if self.in_cell => self.raw(&html.replace("\\|", "|")),
            Event::InlineHtml(html) => self.raw(&html),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>\n"),
            Event::Rule => self.html.push_str("<hr>\n"),
            Event::TaskListMarker(done) => {
                let (state, label) = if done { (" checked", Label::Done) } else { ("", Label::Open) };
                let label = self.label(label);
                let _ =
                    write!(self.html, "<input type=\"checkbox\" disabled{state} aria-label=\"{label}\"> ");
            }
            Event::FootnoteReference(label) => self.footnote_reference(&label),
            Event::InlineMath(math) => {
                let _ = write!(self.html, "<span class=\"rb-math\">${}$</span>", escape(&math));
            }
            Event::DisplayMath(math) => {
                let _ =
                    write!(self.html, "<span class=\"rb-math rb-math-display\">$${}$$</span>", escape(&math));
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. }) {
            self.strong.push(tag == Tag::Strong);
        }
        match tag {
            // A title is text without paragraphs.
            Tag::Paragraph if self.before_title.is_some() => {}
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { level, .. } => self.start_heading(level as u8),
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    // What follows the name are notes for other programs (`rust,ignore`).
                    CodeBlockKind::Fenced(info) => {
                        info.trim().split([',', ' ', '{']).next().unwrap_or_default().to_owned()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::HtmlBlock => self.html_block = Some(String::new()),
            Tag::List(first) => self.start_list(first, false),
            Tag::Item => self.html.push_str("<li>"),
            Tag::FootnoteDefinition(label) => {
                let label = Some(fold(&label)).filter(|label| {
                    self.footnotes.numbers.contains_key(label) && !self.footnotes.texts.contains_key(label)
                });
                self.before_footnote.push((std::mem::take(&mut self.html), label));
            }
            Tag::Table(alignments) => {
                self.table = alignments;
                self.html.push_str("<div class=\"rb-table\"><table>\n");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.cell = 0;
                self.html.push_str("<thead>\n<tr>");
            }
            Tag::TableRow => {
                self.cell = 0;
                self.html.push_str("<tr>");
            }
            Tag::TableCell => {
                self.in_cell = true;
                self.html.push_str(if self.in_head { "<th" } else { "<td" });
                self.html.push_str(match self.table.get(self.cell) {
                    Some(Alignment::Left) => " class=\"rb-left\">",
                    Some(Alignment::Center) => " class=\"rb-center\">",
                    Some(Alignment::Right) => " class=\"rb-right\">",
                    Some(Alignment::None) | None => ">",
                });
            }
            Tag::Emphasis => self.html.push_str("<em>"),
            // As on GitHub, what is strong is not made stronger.
            Tag::Strong if self.strong.iter().rev().nth(1) == Some(&true) => {}
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Strikethrough => self.html.push_str("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                let (kind, destination) = link(link_type, dest_url);
                self.in_autolink = kind == LinkKind::Autolink;
                self.start_link(&destination, kind, &title);
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                let target = self.context.target(&dest_url, picture(link_type));
                self.picture = Some(Picture {
                    depth: 0,
                    target,
                    title: title.into_string(),
                    description: String::new(),
                });
            }
            // Not among the options.
            Tag::Superscript
            | Tag::Subscript
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => {}
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
            TagEnd::HtmlBlock => {
                let block = self.html_block.take().unwrap_or_default();
                self.raw(&block);
            }
            TagEnd::List(ordered) => self.html.push_str(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.html.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => {
                if let Some((before, label)) = self.before_footnote.pop() {
                    let text = std::mem::replace(&mut self.html, before);
                    self.footnotes.texts.extend(label.map(|label| (label, text)));
                }
            }
            TagEnd::Table => {
                self.html.push_str("</tbody>\n</table></div>\n");
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.html.push_str("</tr>\n</thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.html.push_str("</tr>\n"),
            TagEnd::TableCell => {
                self.in_cell = false;
                self.cell += 1;
                self.html.push_str(if self.in_head { "</th>" } else { "</td>" });
            }
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong if self.strong.last() == Some(&true) => {}
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.html.push_str("</del>"),
            TagEnd::Link => self.end_link(),
            TagEnd::Image
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

    fn start_list(&mut self, first: Option<u64>, tasks: bool) {
        let class = if tasks { " class=\"rb-tasks\"" } else { "" };
        let _ = match first {
            None => writeln!(self.html, "<ul{class}>"),
            Some(1) => writeln!(self.html, "<ol>"),
            Some(first) => writeln!(self.html, "<ol start=\"{first}\">"),
        };
    }
}
