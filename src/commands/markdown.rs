//! Markdown as plain text for a terminal: wrapped to a width, with bold headings.

use super::terminal::styled;
use crate::parse::{Event, EventNumber, Events, Reading, Tag, TagEnd};

/// Renders a text. Inline code keeps its backticks; links are reduced to their text.
pub(super) fn text(markdown: &str, width: usize, is_styled: bool) -> String {
    let events = Events::of(markdown);
    let reading = events.over(markdown);
    let mut writer = TerminalWriter::new(reading, width, is_styled);
    reading.events().for_each(|event| writer.event(event));
    writer.flush();
    format!("{}\n", writer.text.trim_end())
}

struct TerminalWriter<'a> {
    reading: Reading<'a>,
    width: usize,
    is_styled: bool,
    text: String,
    /// The block that is being read.
    block: String,
    /// The open lists, each with the number of its next item if it is ordered.
    lists: Vec<Option<u32>>,
    /// The mark before the next line, such as `- `.
    mark: String,
    /// The cells of the open table.
    rows: Vec<Vec<String>>,
    is_code: bool,
}

impl<'a> TerminalWriter<'a> {
    fn new(reading: Reading<'a>, width: usize, is_styled: bool) -> Self {
        Self {
            reading,
            width,
            is_styled,
            text: String::new(),
            block: String::new(),
            lists: Vec::new(),
            mark: String::new(),
            rows: Vec::new(),
            is_code: false,
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.is_code => {
                let indent = " ".repeat(self.indent() + 4);
                for line in self.reading.text(text).lines() {
                    let line = if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") };
                    self.text.push_str(&line);
                }
            }
            Event::Text(text) | Event::Html(text) => self.block.push_str(self.reading.text(text)),
            Event::Code(text) => {
                self.block.push('`');
                self.block.push_str(self.reading.text(text));
                self.block.push('`');
            }
            Event::SoftBreak | Event::HardBreak => self.block.push(' '),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::CodeBlock(_) => {
                self.flush();
                self.is_code = true;
            }
            Tag::List { first, .. } => {
                self.flush();
                self.lists.push(first.map(EventNumber::get));
            }
            Tag::Item => {
                self.mark = match self.lists.last_mut().and_then(Option::as_mut) {
                    Some(number) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    None => "- ".to_owned(),
                };
            }
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let heading = styled(&std::mem::take(&mut self.block), "1", self.is_styled);
                self.text.push_str(&format!("{heading}\n\n"));
            }
            TagEnd::Paragraph => {
                self.flush();
                self.text.push('\n');
            }
            TagEnd::CodeBlock => {
                self.is_code = false;
                self.text.push('\n');
            }
            TagEnd::Item => self.flush(),
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() && !self.text.ends_with("\n\n") {
                    self.text.push('\n');
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.block);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.rows);
                self.text.push_str(&table(&rows));
                self.text.push('\n');
            }
            _ => {}
        }
    }

    /// The indentation of text in the open lists.
    fn indent(&self) -> usize {
        2 * self.lists.len()
    }

    /// Writes the open block, wrapped.
    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.is_empty() {
            return;
        }
        let mark = std::mem::take(&mut self.mark);
        let indent = self.indent();
        let first = format!("{mark:>indent$}");
        let rest = " ".repeat(indent);
        for (index, line) in wrapped(&block, self.width.saturating_sub(indent)).iter().enumerate() {
            self.text.push_str(if index == 0 { &first } else { &rest });
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}

/// Breaks a text into lines between words. A longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A table with aligned columns.
fn table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_wrapped_and_indented() {
        let markdown = "# Title\n\nSome *prose* with `code` and\na [link](x.md).\n\n- one item that is long\n- two\n\n1. first\n\n   \
                        ```toml\n   a = 1\n\n   b = 2\n   ```\n\n| a | b |\n|---|---|\n| long | c |\n";
        let expected = "Title\n\nSome prose with\n`code` and a link.\n\n- one item that is\n  long\n- two\n\n1. first\n\n      \
                        a = 1\n\n      b = 2\n\n  a     b\n  long  c\n";
        assert_eq!(text(markdown, 20, false), expected);
        assert!(text(markdown, 20, true).starts_with("\x1b[1mTitle\x1b[0m\n"));
    }
}
