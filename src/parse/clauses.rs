//! The plain text of each clause of a document, without markup.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::front_matter::front_matter;
use super::gfm::Gfm;
use super::raw_heading::{HeadingChange, RawHeading};
use super::{Piece, pieces, spaced};

/// Returns the plain text directly under each heading, in order; the first item is the text before all headings.
/// White space is collapsed; destinations of links, emphasis, tags and comments are omitted.
pub fn clauses(text: &str) -> Vec<String> {
    let (_, body) = front_matter(text);
    let mut reader = ClauseReader { clauses: vec![String::new()], ..ClauseReader::default() };
    let mut footnotes = 0;
    // A block of raw HTML arrives line by line, and a comment in it may span several lines.
    let mut raw = String::new();
    let gfm = Gfm::new(&text[body..]);
    for event in Parser::new_ext(gfm.text(), gfm.options()) {
        if reader.raw_heading.follow(&event) {
            reader.end_heading();
        }
        match event {
            Event::Start(Tag::FootnoteDefinition(_)) => footnotes += 1,
            Event::End(TagEnd::FootnoteDefinition) => {
                footnotes -= 1;
                reader.add(" ");
            }
            Event::Start(Tag::Heading { .. }) if footnotes == 0 => reader.in_heading = true,
            Event::End(TagEnd::Heading(_)) if footnotes == 0 => reader.end_heading(),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                reader.add(&text);
            }
            Event::Html(html) => raw.push_str(&html),
            Event::InlineHtml(html) => reader.raw(&html, |name| name == "br"),
            Event::End(TagEnd::HtmlBlock) => reader.raw(&std::mem::take(&mut raw), |_| true),
            // Separates the text of an item from a list nested in it.
            Event::Start(Tag::List(_)) => reader.add(" "),
            Event::SoftBreak | Event::HardBreak | Event::End(_) if is_boundary(&event) => reader.add(" "),
            _ => {}
        }
    }
    if reader.in_heading {
        reader.end_heading();
    }
    reader.clauses.iter().map(|clause| spaced(clause)).collect()
}

#[derive(Default)]
struct ClauseReader {
    clauses: Vec<String>,
    in_heading: bool,
    raw_heading: RawHeading,
}

impl ClauseReader {
    fn add(&mut self, text: &str) {
        if let Some(last) = self.clauses.last_mut().filter(|_| !self.in_heading) {
            last.push_str(text);
        }
    }

    fn end_heading(&mut self) {
        self.in_heading = false;
        self.clauses.push(String::new());
    }

    /// Adds the text of raw HTML. `separates` tells which tags separate words.
    fn raw(&mut self, html: &str, separates: impl Fn(&str) -> bool) {
        for piece in pieces(html) {
            match piece {
                Piece::Text(span) => self.add(&htmlize::unescape(&html[span])),
                Piece::Comment(_) => {}
                Piece::Tag { name, end, .. } => {
                    match self.raw_heading.tag(&name, end) {
                        Some(HeadingChange::Begins(_)) => {
                            if self.in_heading {
                                self.end_heading();
                            }
                            self.in_heading = true;
                        }
                        Some(HeadingChange::Ends) => self.end_heading(),
                        None => {}
                    }
                    if separates(&name) {
                        self.add(" ");
                    }
                }
            }
        }
    }
}

/// True if the event separates words. The end of emphasis does not, for example.
fn is_boundary(event: &Event<'_>) -> bool {
    !matches!(
        event,
        Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
    )
}

#[cfg(test)]
mod tests {
    use super::clauses;

    #[test]
    fn the_text_of_each_clause() {
        let text = "+++\ntitle = \"T\"\n+++\nBefore\n# A\n\nOne *two*three,\n[four](x.md) [five][f]\n\n- six\n- seven <!-- no -->\n\n## B\n# C\n`code`\n\n[f]: y\n";
        assert_eq!(clauses(text), ["Before", "One twothree, four five six seven", "", "code"]);
    }

    #[test]
    fn line_breaks_separate_words() {
        assert_eq!(clauses("one<br>two<br/>three <b>fo</b>ur\\\nfive"), ["one two three four five"]);
        assert_eq!(clauses("- one\n  - two\n  - three\n- four\n"), ["one two three four"]);
    }

    #[test]
    fn text_of_raw_html_counts() {
        let text = "# A\n\n<p>Leads MUST\n<b>agree</b> &amp; sign.</p>\n<!-- not\nthis -->\n\nSo <i>be</i> it.\n\n# B\n\n<br>\n";
        assert_eq!(clauses(text), ["", "Leads MUST agree & sign. So be it.", ""]);
    }

    #[test]
    fn layout_and_link_targets_do_not_count() {
        let one = "# A\n\n* A [link](/a.md) in\n  a **list**\n";
        let two = "# A\n- A [link](https://example.org/b#c)   in a list\n";
        assert_eq!(clauses(one), clauses(two));
    }
}
