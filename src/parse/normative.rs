//! Normative sentences: what somebody MUST, SHOULD or MAY do.
//!
//! The key words are those of RFC 2119, in upper case only (RFC 8174), with or without emphasis. Each key word of a
//! sentence makes an obligation.

use std::collections::HashMap;
use std::ops::Range;

use super::key_words::{KEY_WORDS, Level};
use super::passage::Passage;
use super::{shortened, slug, spaced};

/// The obligation that one key word states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NormativeStatement {
    /// Unique in its document: `tech-lead.must-review-approve-enhancement`. Made of the clause, the level and the
    /// first words that follow, so edits elsewhere do not change it. Ids of headings contain no dots.
    pub id: String,
    /// True if the document sets the id, with an anchor before the key word.
    pub is_anchor: bool,
    /// The level.
    pub level: Level,
    /// The statement in plain text, including the subject if the sentence has one.
    pub text: String,
    /// The text that introduces the list that contains the obligation.
    pub context: Option<String>,
    /// Index of the heading of its clause.
    pub heading: Option<usize>,
    /// Byte range of the key word in the file.
    pub span: Range<usize>,
}

/// Maximum characters of a subject, an introduction or a list that an obligation repeats, as many may share one.
const QUOTED: usize = 400;

/// Collects obligations during the walk over a document.
#[derive(Default)]
pub(super) struct ObligationFinder {
    /// The open lists, outermost first.
    lists: Vec<OpenList>,
    /// The last passage and its end. Empty after it has introduced a list.
    before: (String, usize),
    /// Index of the obligation that ends the last passage, if one does.
    last: Option<usize>,
    /// The cells of the open row of a table.
    row: Vec<Cell>,
    /// The number of times that each id was assigned.
    seen: HashMap<String, usize>,
    pub(super) obligations: Vec<NormativeStatement>,
}

/// A list that is being read.
struct OpenList {
    introduction: Option<String>,
    /// Index of the obligation that the items complete: `MUST publish:`.
    completes: Option<usize>,
    /// The items that complete it. Items with key words are obligations of their own.
    items: String,
}

/// A cell of a table.
struct Cell {
    text: String,
    /// The level and the span of its key word if the cell contains nothing else.
    bare: Option<(Level, Range<usize>)>,
}

impl ObligationFinder {
    /// Enters a list. The last passage introduces it if it ends with `:` or `…`, or directly precedes the list.
    pub(super) fn start_list(&mut self, source: &str, at: usize) {
        let (text, end) = &self.before;
        let text = spaced(text);
        let gap = source.get(*end..at).unwrap_or_default();
        let last = self.last.take();
        let is_incomplete = text.ends_with([':', '…'])
            || text.ends_with("...")
            || last.is_some_and(|last| self.lacks_statement(last));
        let introduces = !text.is_empty() && (is_incomplete || gap.matches('\n').count() < 2);
        // The last sentence is the introduction.
        let last_sentence = || sentences(&text).last().map(|last| shortened(&text[last.clone()], QUOTED));
        self.lists.push(OpenList {
            introduction: introduces.then(last_sentence).flatten(),
            completes: last.filter(|_| is_incomplete),
            items: String::new(),
        });
        self.before.0.clear();
    }

    /// Leaves a list.
    pub(super) fn end_list(&mut self) {
        let Some(OpenList { completes: Some(index), items, .. }) = self.lists.pop() else { return };
        let text = &mut self.obligations[index].text;
        *text = spaced(&format!("{text} {}", shortened(items.trim_end_matches(['.', ';', ',']), QUOTED)));
    }

    /// True if the obligation consists of its key word and a subject: `Chairs SHOULD NOT`.
    fn lacks_statement(&self, obligation: usize) -> bool {
        let obligation = &self.obligations[obligation];
        obligation.text.ends_with(obligation.level.word())
    }

    /// Collects the obligations of a complete passage.
    pub(super) fn passage(&mut self, passage: &Passage, clause: Clause<'_>) {
        self.last = None;
        for sentence in sentences(&passage.text) {
            let before = self.obligations.len();
            self.sentence(passage, sentence, clause);
            self.last = self.obligations.len().checked_sub(1).filter(|last| *last >= before);
        }
        if passage.key_words.is_empty()
            && let Some(OpenList { items, .. }) = self.lists.iter_mut().rfind(|list| list.completes.is_some())
            && items.len() < QUOTED
        {
            let joint = if items.is_empty() || items.ends_with(':') { " " } else { "; " };
            items.push_str(joint);
            items.push_str(passage.text.trim().trim_end_matches(['.', ';', ',']));
        }
        self.before.0.clone_from(&passage.text);
        self.before.1 = passage.end;
    }

    /// Reads a cell of a table.
    pub(super) fn cell(&mut self, passage: &Passage, clause: Clause<'_>) {
        let text = spaced(&passage.text);
        let bare = passage.key_words.first().and_then(|(word, span)| {
            let (level, _) = level(&passage.text, word);
            (text == level.word()).then(|| (level, span.clone()))
        });
        if bare.is_none() {
            self.passage(passage, clause);
        }
        self.row.push(Cell { text, bare });
    }

    /// Leaves a row of a table. A cell that contains nothing but a key word sets the level of its row.
    pub(super) fn end_row(&mut self, clause: Clause<'_>) {
        let row = std::mem::take(&mut self.row);
        let texts = |without: usize| {
            let texts = row
                .iter()
                .enumerate()
                .filter(move |(index, cell)| *index != without && !cell.text.is_empty());
            texts.map(|(_, cell)| cell.text.as_str()).collect::<Vec<_>>()
        };
        for (index, cell) in row.iter().enumerate() {
            let Some((level, span)) = &cell.bare else { continue };
            let others = texts(index);
            if others.is_empty() {
                continue;
            }
            let id = self.unique(id(clause.id, *level, &others.join(" "), ""));
            self.obligations.push(NormativeStatement {
                id,
                is_anchor: false,
                level: *level,
                text: shortened(&texts(row.len()).join(" – "), QUOTED),
                context: None,
                heading: clause.heading,
                span: span.clone(),
            });
        }
    }

    /// Leaves the head of a table. A key word there is the title of a column.
    pub(super) fn end_head(&mut self) {
        self.row.clear();
    }

    fn sentence(&mut self, passage: &Passage, sentence: Range<usize>, clause: Clause<'_>) {
        let before = |at: usize| passage.key_words.partition_point(|(word, _)| word.start < at);
        let key_words = &passage.key_words[before(sentence.start)..before(sentence.end)];
        let mut subject =
            key_words.first().map_or("", |(word, _)| passage.text[sentence.start..word.start].trim());
        let mut from = sentence.start;
        for (index, (word, source_span)) in key_words.iter().enumerate() {
            let end = key_words.get(index + 1).map_or(sentence.end, |(next, _)| next.start);
            let (level, after) = level(&passage.text, word);
            let short = shortened(subject, QUOTED);
            let (statement, next_subject) = if end == sentence.end {
                (passage.text[after..end].trim().trim_end_matches(['.', ';', ',']), None)
            } else {
                parted(&passage.text[after..end])
            };
            let before = |offset: usize| passage.anchors.partition_point(|(at, _)| *at < offset);
            let near = &passage.anchors[before(from)..before(word.start + 1)];
            let anchor = near.iter().rev().find(|(_, id)| id.contains(&format!(".{}", level.id())));
            let id = match anchor {
                Some((_, id)) => id.clone(),
                None => self.unique(id(clause.id, level, statement, &short)),
            };
            let joint = if statement.starts_with([',', ';', ':', '.', ')']) { "" } else { " " };
            let text = spaced(&format!("{short} {}{joint}{statement}", level.word()));
            let introduced = self.lists.last().and_then(|list| list.introduction.clone());
            self.obligations.push(NormativeStatement {
                id,
                is_anchor: anchor.is_some(),
                level,
                text,
                context: introduced,
                heading: clause.heading,
                span: source_span.clone(),
            });
            subject = next_subject.unwrap_or(subject);
            from = word.end;
        }
    }

    /// Appends `-2` to the second `x` and so on, skipping ids that are already in use.
    fn unique(&mut self, id: String) -> String {
        let mut unique = id.clone();
        while self.seen.contains_key(&unique) {
            let times = self.seen.entry(id.clone()).or_default();
            *times += 1;
            unique = format!("{id}-{times}");
        }
        self.seen.insert(unique.clone(), 1);
        unique
    }
}

/// The clause that is being read, with the heading of its section.
#[derive(Clone, Copy)]
pub(super) struct Clause<'a> {
    pub id: &'a str,
    pub heading: Option<usize>,
}

/// Returns the level of a key word and the offset at which its statement begins.
fn level(text: &str, word: &Range<usize>) -> (Level, usize) {
    let base_level = KEY_WORDS
        .iter()
        .find(|(key_word, _)| *key_word == &text[word.clone()])
        .map_or(Level::May, |(_, level)| *level);
    let rest = text[word.end..].trim_start();
    let negated = rest.strip_prefix("NOT").filter(|rest| !rest.starts_with(char::is_alphanumeric));
    match (base_level, negated) {
        (Level::Must, Some(rest)) => (Level::MustNot, text.len() - rest.len()),
        (Level::Should, Some(rest)) => (Level::ShouldNot, text.len() - rest.len()),
        _ => (base_level, word.end),
    }
}

/// Abbreviations that a number follows.
const BEFORE_NUMBERS: [&str; 9] = ["art", "ca", "ch", "fig", "no", "p", "pp", "sec", "vol"];
/// Abbreviations that anything may follow.
const BEFORE_ANYTHING: [&str; 7] = ["cf", "dr", "e.g", "i.e", "mr", "ms", "vs"];

/// Byte ranges of the sentences of a text. A full stop before a lower-case letter belongs to an abbreviation.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, stop) in text.match_indices(['.', '!', '?']) {
        let rest = &text[at + stop.len()..];
        let next = rest.trim_start();
        if rest.starts_with(char::is_whitespace)
            && next.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
            && !is_abbreviation(&text[start..at], next)
        {
            sentences.push(start..at + stop.len());
            start = text.len() - next.len();
        }
    }
    sentences.push(start..text.len());
    sentences
}

/// True if a text ends with an abbreviation, without its full stop.
fn is_abbreviation(text: &str, next: &str) -> bool {
    let word = text.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let is_one_of = |words: &[&str]| words.iter().any(|abbreviation| word.eq_ignore_ascii_case(abbreviation));
    is_one_of(&BEFORE_ANYTHING) || next.starts_with(char::is_numeric) && is_one_of(&BEFORE_NUMBERS)
}

/// Splits the text between two key words into the statement of the first and the subject of the second, if it has its
/// own: `…, but they`.
fn parted(text: &str) -> (&str, Option<&str>) {
    let text = text.trim().trim_end_matches(['.', ',', ';', '-', '–', '(']).trim_end();
    for joint in [" but", " and", " or"] {
        if let Some(statement) = text.strip_suffix(joint) {
            return (statement.trim_end_matches([',', ';', ' ']), None);
        }
    }
    let joint =
        [" but ", ", and ", ", ", "; "].iter().filter_map(|joint| Some((text.rfind(joint)?, joint))).max();
    match joint {
        Some((at, joint)) if text[at + joint.len()..].split_whitespace().count() <= 3 => {
            (text[..at].trim_end_matches([',', ';']), Some(&text[at + joint.len()..]))
        }
        _ => (text, None),
    }
}

/// Words that do little to identify an obligation.
const STOP_WORDS: [&str; 26] = [
    "a", "an", "the", "of", "to", "in", "for", "and", "or", "be", "is", "are", "as", "with", "on", "at",
    "by", "from", "that", "this", "any", "all", "its", "it", "their", "have",
];

/// Number of words in an id, and maximum characters of each.
const ID_WORDS: usize = 4;
const ID_WORD: usize = 48;
/// Maximum characters of the clause's id in that of an obligation.
const ID_CLAUSE: usize = 120;

fn id(clause: &str, level: Level, statement: &str, subject: &str) -> String {
    let significant_words = |text: &str| -> Vec<String> {
        let words =
            text.split(|c: char| !c.is_alphanumeric() && c != '-').map(|word| slug(word.trim_matches('-')));
        let significant = words.filter(|word| !word.is_empty() && !STOP_WORDS.contains(&word.as_str()));
        significant.take(ID_WORDS).map(|word| truncated(&word, ID_WORD).to_owned()).collect()
    };
    let mut parts = vec![level.id().to_owned()];
    parts.extend(significant_words(statement));
    if parts.len() == 1 {
        parts.extend(significant_words(subject));
    }
    format!("{}.{}", truncated(clause, ID_CLAUSE), parts.join("-"))
}

/// Returns at most the first `limit` characters of a text.
fn truncated(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).map_or(text, |(end, _)| &text[..end])
}
