//! Documents as values of expressions.

use crate::expression::{MapBuilder, Shared, list};
use crate::model;
use crate::parse::{Event, Reading, Tag, TagEnd};
use crate::source::{Db, File, Site, SourceId, Tree, last_changed};

use super::values::source_name;

/// The document with a path in a source; `None` if the source is absent.
pub(super) fn document(db: &dyn Db, source: &str, path: &str) -> Option<Shared> {
    let tree = tree(db, source)?;
    let file = tree.file(path);
    Some(match file.filter(|file| file.is_document(db)) {
        Some(file) => of_file(db, file).clone(),
        None => {
            let exists = file.is_some() || tree.has(path);
            Counts::default().fields(path).with("exists", exists).build().into()
        }
    })
}

/// The tree of a source by its name; `None` if it is absent.
fn tree<'db>(db: &'db dyn Db, source: &str) -> Option<&'db Tree> {
    let site = Site::get(db);
    let index =
        (0..site.config(db).sources.len()).find(|index| source_name(db, SourceId(*index)) == source)?;
    site.trees(db).get(index).map(|tree| &**tree).filter(|tree| tree.present)
}

/// The file with a path in a source.
pub(super) fn file(db: &dyn Db, source: &str, path: &str) -> Option<File> {
    tree(db, source)?.file(path)
}

#[salsa::tracked]
fn of_file(db: &dyn Db, file: File) -> Shared {
    let path = file.path(db);
    let document = model::document(db, file);
    let changed = last_changed(db, file).as_ref().map(|change| change.date().to_string());
    let links = model::document(db, file).links.iter().map(|link| (*link.destination).into());
    let counts = Counts::of(document.events.over(file.text(db)));
    counts
        .fields(&path)
        .with("exists", true)
        .with("title", model::title(db, file).as_str())
        .with("links", list(links))
        .maybe("changed", changed)
        .build()
        .into()
}

/// The prose of a document and the numbers of its words.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    /// The prose: text without code blocks, comments and addresses of links, words separated by one space.
    text: String,
    words: usize,
    sections: Vec<SectionWords>,
    prompts: Vec<Prompt>,
    done: i64,
    open: i64,
}

#[derive(Debug, Default, PartialEq)]
struct SectionWords {
    heading: String,
    level: u8,
    words: usize,
}

/// A numbered item that is not nested in another list.
#[derive(Debug, Default, PartialEq)]
struct Prompt {
    text: String,
    /// The number of words after it, up to the next numbered item or heading.
    words: usize,
}

/// The part of a document to which words belong.
#[derive(Clone, Copy, PartialEq)]
enum DocumentPart {
    Heading,
    /// The first block of a numbered item.
    Prompt,
    /// Text after a numbered item.
    Answer,
    Other,
}

impl Counts {
    fn of(reading: Reading) -> Self {
        let mut counts = Self::default();
        let mut part = DocumentPart::Other;
        let mut is_in_code = false;
        // For each open list, whether it is numbered.
        let mut lists: Vec<bool> = Vec::new();
        // The text of the block so far, as a word may consist of several events.
        let mut block = String::new();
        for event in reading.events() {
            let ends_block = match event {
                Event::Start(tag) => !is_span(&tag),
                Event::End(end) => !is_end_of_span(end),
                _ => false,
            };
            if ends_block {
                counts.add(part, &block);
                if part == DocumentPart::Prompt && !block.is_empty() {
                    part = DocumentPart::Answer;
                }
                block.clear();
            }
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    counts.sections.push(SectionWords { level, ..SectionWords::default() });
                    part = DocumentPart::Heading;
                }
                Event::End(TagEnd::Heading(_)) => part = DocumentPart::Other,
                Event::Start(Tag::List { first, .. }) => lists.push(first.is_some()),
                Event::End(TagEnd::List(_)) => {
                    lists.pop();
                }
                Event::Start(Tag::Item) if lists == [true] => {
                    counts.prompts.push(Prompt::default());
                    part = DocumentPart::Prompt;
                }
                Event::Start(Tag::CodeBlock(_)) => is_in_code = true,
                Event::End(TagEnd::CodeBlock) => is_in_code = false,
                Event::Text(text) | Event::PlainText(text) if !is_in_code => {
                    block.push_str(reading.text(text));
                }
                Event::Code(text) => block.push_str(reading.text(text)),
                Event::SoftBreak | Event::HardBreak => block.push(' '),
                Event::TaskListMarker(true) => counts.done += 1,
                Event::TaskListMarker(false) => counts.open += 1,
                _ => {}
            }
        }
        counts.add(part, &block);
        counts
    }

    fn add(&mut self, part: DocumentPart, block: &str) {
        for word in block.split_whitespace() {
            let of_part = match part {
                DocumentPart::Heading => self.sections.last_mut().map(|section| &mut section.heading),
                DocumentPart::Prompt => self.prompts.last_mut().map(|prompt| &mut prompt.text),
                DocumentPart::Answer | DocumentPart::Other => None,
            };
            for text in of_part.into_iter().chain([&mut self.text]) {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(word);
            }
            self.words += 1;
            if part != DocumentPart::Heading
                && let Some(section) = self.sections.last_mut()
            {
                section.words += 1;
            }
            if part == DocumentPart::Answer
                && let Some(prompt) = self.prompts.last_mut()
            {
                prompt.words += 1;
            }
        }
    }

    /// All fields except those that only some files have.
    fn fields(self, path: &str) -> MapBuilder {
        let sections = self.sections.iter().map(|section| {
            MapBuilder::default()
                .with("heading", section.heading.as_str())
                .with("level", i64::from(section.level))
                .with("words", number(section.words))
                .build()
        });
        let prompts = self.prompts.iter().map(|prompt| {
            MapBuilder::default()
                .with("text", prompt.text.as_str())
                .with("words", number(prompt.words))
                .build()
        });
        MapBuilder::default()
            .with("path", path)
            .with("words", number(self.words))
            .with("headings", list(self.sections.iter().map(|section| section.heading.as_str().into())))
            .with("sections", list(sections))
            .with("prompts", list(prompts))
            .with("tasks", MapBuilder::default().with("done", self.done).with("open", self.open).build())
            .with("links", list([]))
            .with("text", self.text)
    }
}

fn number(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// True for tags within a block.
fn is_span(tag: &Tag) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link(_))
}

fn is_end_of_span(end: TagEnd) -> bool {
    matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Events;

    fn counts(text: &str) -> Counts {
        Counts::of(Events::of(text).over(text))
    }

    #[test]
    fn words_belong_to_headings_items_and_what_follows() {
        let text = "# Report 2025\n\nSome *in*tro `code` [a link](https://x.example/y).\n\n```\nno words here\n```\n\n\
            1. What went well?\n\n<!-- an example -->\n\n2. What did not?\n\n   - Two words\n   - Three more words\n\n\
            3. Talks:\n\n* one\n\n## Tasks\n\n- [x] this\n- [ ] that\n- [ ] those\n";
        let counts = counts(text);
        let prompts: Vec<_> =
            counts.prompts.iter().map(|prompt| (prompt.text.as_str(), prompt.words)).collect();
        assert_eq!(prompts, [("What went well?", 0), ("What did not?", 5), ("Talks:", 1)]);
        let sections: Vec<_> = counts
            .sections
            .iter()
            .map(|section| (section.heading.as_str(), section.level, section.words))
            .collect();
        assert_eq!(sections, [("Report 2025", 1, 18), ("Tasks", 2, 3)]);
        assert_eq!((counts.done, counts.open), (1, 2));
        assert!(
            counts.text.starts_with("Report 2025 Some intro code a link. What went well?"),
            "{}",
            counts.text
        );
        assert_eq!(counts.words, counts.text.split(' ').count());
    }

    #[test]
    fn numbers_in_other_lists_are_no_prompts() {
        assert_eq!(counts("- a\n  1. nested\n").prompts, []);
        let tight = counts("1. one\n2. two\n   three\n\nafter\n");
        let prompts: Vec<_> =
            tight.prompts.iter().map(|prompt| (prompt.text.as_str(), prompt.words)).collect();
        assert_eq!(prompts, [("one", 0), ("two three", 1)]);
        assert_eq!(counts(""), Counts::default());
    }
}
