//! Plain text of documents, for the search index.

use crate::parse::{Event, HeadingTag, Piece, Reading, Tag, TagEnd, pieces};

/// The text before the first heading and under each heading of a document, in order. Ends after the block in which the
/// text reaches `limit` bytes.
pub(super) fn texts(reading: Reading, limit: usize) -> Vec<String> {
    let mut texts =
        Texts { reading, list: vec![String::new()], in_heading: false, in_html: false, length: 0 };
    for event in reading.events() {
        texts.add(event);
        if texts.length >= limit && matches!(event, Event::End(_)) {
            break;
        }
    }
    texts.list
}

struct Texts<'a> {
    reading: Reading<'a>,
    list: Vec<String>,
    in_heading: bool,
    /// True in a block of raw HTML.
    in_html: bool,
    length: usize,
}

impl Texts<'_> {
    fn add(&mut self, event: Event) {
        match event {
            Event::Start(Tag::Heading { index: Some(_), .. }) | Event::HeadingTag(HeadingTag::Begins(_)) => {
                self.in_heading = true;
            }
            Event::End(TagEnd::Heading(_))
            | Event::HeadingTag(HeadingTag::Ends)
            | Event::HeadingBreaksOff => {
                self.end_heading();
            }
            Event::Text(text)
            | Event::PlainText(text)
            | Event::Code(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => self.text(self.reading.text(text)),
            Event::Picture(index) => self.text(self.reading.text(self.reading.link(index).description)),
            Event::Html(html) => self.html(self.reading.text(html)),
            Event::Start(Tag::HtmlBlock) => self.in_html = true,
            Event::End(TagEnd::HtmlBlock) => self.in_html = false,
            // The end of emphasis does not separate words.
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) => {}
            // Separates the text of an item from a list nested in it.
            Event::Start(Tag::List { .. }) | Event::End(_) | Event::SoftBreak | Event::HardBreak => {
                self.text(" ")
            }
            Event::Start(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::Rule => {}
        }
    }

    fn end_heading(&mut self) {
        if std::mem::take(&mut self.in_heading) {
            self.list.push(String::new());
        } else {
            // The heading is in a footnote, and part of its text.
            self.text(" ");
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(last) = self.list.last_mut().filter(|_| !self.in_heading) {
            last.push_str(text);
            self.length += text.len();
        }
    }

    /// Adds the text of raw HTML. Tags of blocks separate words, as do line breaks.
    fn html(&mut self, html: &str) {
        for piece in pieces(html) {
            match piece {
                Piece::Text(span) => self.text(&htmlize::unescape(&html[span])),
                Piece::Tag { name, .. } if self.in_html || name == "br" => self.text(" "),
                Piece::Tag { .. } | Piece::Comment(_) => {}
            }
        }
    }
}
