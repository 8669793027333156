//! Normative sentences: what a document says that somebody MUST, SHOULD or MAY do.
//!
//! The key words are those of RFC 2119, in upper case only (RFC 8174), emphasised or bare. A sentence
//! with several key words says several things, and each is an obligation of its own.

use std::collections::HashMap;
use std::ops::Range;

use super::key_words::{Level, WORDS};
use super::passage::Passage;
use super::{shortened, slug, spaced};

/// What one key word of a document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// Unique in its document: `tech-lead.must-review-approve-enhancement`. It is made of the clause,
    /// the level and the first words that follow, so edits elsewhere leave it; a heading's id holds no dot.
    pub id: String,
    /// Whether the document gives the id itself, as an anchor before the key word.
    pub is_anchor: bool,
    /// How binding it is.
    pub level: Level,
    /// The statement in plain text, with its subject where the sentence has one.
    pub text: String,
    /// What introduces the list that it stands in.
    pub context: Option<String>,
    /// Index of the heading whose clause it stands in.
    pub heading: Option<usize>,
    /// Byte range of the key word in the file.
    pub span: Range<usize>,
}

/// Most characters of a subject or an introduction that an obligation repeats: many may share one.
const QUOTED: usize = 400;

/// Finds obligations while a document is walked.
#[derive(Default)]
pub(super) struct Finder {
    /// For each list that is open, what introduces it.
    introductions: Vec<Option<String>>,
    /// The last passage, and where it ends.
    before: Option<(String, usize)>,
    /// How often an id was given.
    seen: HashMap<String, usize>,
    pub(super) found: Vec<Obligation>,
}

impl Finder {
    /// A list begins, behind what introduces it: a text that says so, or that ends right before.
    pub(super) fn start_list(&mut self, source: &str, at: usize) {
        let introduction = self.before.take().filter(|(text, end)| {
            let gap = source.get(*end..at).unwrap_or_default();
            text.ends_with([':', '…']) || text.ends_with("...") || gap.matches('\n').count() < 2
        });
        // Of several sentences, the last one introduces.
        let last = |text: String| sentences(&text).last().map(|last| shortened(&text[last.clone()], QUOTED));
        self.introductions.push(introduction.and_then(|(text, _)| last(text)));
    }

    /// A list ends.
    pub(super) fn end_list(&mut self) {
        self.introductions.pop();
    }

    /// A passage that was read to its end.
    pub(super) fn passage(&mut self, passage: &Passage, clause: Clause<'_>) {
        for sentence in sentences(&passage.text) {
            self.sentence(passage, sentence, clause);
        }
        self.before = Some((spaced(&passage.text), passage.end));
    }

    fn sentence(&mut self, passage: &Passage, sentence: Range<usize>, clause: Clause<'_>) {
        let before = |at: usize| passage.words.partition_point(|(word, _)| word.start < at);
        let words = &passage.words[before(sentence.start)..before(sentence.end)];
        let mut subject =
            words.first().map_or("", |(word, _)| passage.text[sentence.start..word.start].trim());
        let mut from = sentence.start;
        for (index, (word, place)) in words.iter().enumerate() {
            let end = words.get(index + 1).map_or(sentence.end, |(next, _)| next.start);
            let (level, after) = level(&passage.text, word);
            let short = shortened(subject, QUOTED);
            let (said, next_subject) = if end == sentence.end {
                (passage.text[after..end].trim().trim_end_matches(['.', ';', ',']), None)
            } else {
                parted(&passage.text[after..end])
            };
            let before = |place: usize| passage.anchors.partition_point(|(at, _)| *at < place);
            let near = &passage.anchors[before(from)..before(word.start + 1)];
            let anchor = near.iter().rev().find(|(_, id)| id.contains(&format!(".{}", level.id())));
            let id = match anchor {
                Some((_, id)) => id.clone(),
                None => self.unique(id(clause.id, level, said, &short)),
            };
            let text = spaced(&format!("{short} {} {said}", level.word()));
            let introduced = self.introductions.last().cloned().flatten();
            self.found.push(Obligation {
                id,
                is_anchor: anchor.is_some(),
                level,
                text,
                context: introduced,
                heading: clause.heading,
                span: place.clone(),
            });
            subject = next_subject.unwrap_or(subject);
            from = word.end;
        }
    }

    /// The second `x` is `x-2`, unless a statement has that id of its own words.
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

/// The clause that is being read: the heading it stands under.
#[derive(Clone, Copy)]
pub(super) struct Clause<'a> {
    pub id: &'a str,
    pub heading: Option<usize>,
}

/// The level of a key word, and where what it says begins.
fn level(text: &str, word: &Range<usize>) -> (Level, usize) {
    let known =
        WORDS.iter().find(|(known, _)| *known == &text[word.clone()]).map_or(Level::May, |(_, level)| *level);
    let rest = text[word.end..].trim_start();
    let negated = rest.strip_prefix("NOT").filter(|rest| !rest.starts_with(char::is_alphanumeric));
    match (known, negated) {
        (Level::Must, Some(rest)) => (Level::MustNot, text.len() - rest.len()),
        (Level::Should, Some(rest)) => (Level::ShouldNot, text.len() - rest.len()),
        _ => (known, word.end),
    }
}

/// Byte ranges of the sentences of a text. A full stop before a small letter ends an abbreviation.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, stop) in text.match_indices(['.', '!', '?']) {
        let rest = &text[at + stop.len()..];
        let next = rest.trim_start();
        if rest.starts_with(char::is_whitespace)
            && next.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
        {
            sentences.push(start..at + stop.len());
            start = text.len() - next.len();
        }
    }
    sentences.push(start..text.len());
    sentences
}

/// What stands between two key words: what the first one says, and the subject of the second where it has
/// one of its own: `…, but they`.
fn parted(text: &str) -> (&str, Option<&str>) {
    let text = text.trim().trim_end_matches(['.', ',', ';', '-', '–', '(']).trim_end();
    for joint in [" but", " and", " or"] {
        if let Some(said) = text.strip_suffix(joint) {
            return (said.trim_end_matches([',', ';', ' ']), None);
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

/// Words that say little about which obligation it is.
const SMALL: [&str; 26] = [
    "a", "an", "the", "of", "to", "in", "for", "and", "or", "be", "is", "are", "as", "with", "on", "at",
    "by", "from", "that", "this", "any", "all", "its", "it", "their", "have",
];

/// How many words an id takes over, and most characters of each.
const ID_WORDS: usize = 4;
const ID_WORD: usize = 48;
/// Most characters that an id takes over from that of its clause.
const ID_CLAUSE: usize = 120;

fn id(clause: &str, level: Level, said: &str, subject: &str) -> String {
    let words = |text: &str| -> Vec<String> {
        let words =
            text.split(|c: char| !c.is_alphanumeric() && c != '-').map(|word| slug(word.trim_matches('-')));
        let telling = words.filter(|word| !word.is_empty() && !SMALL.contains(&word.as_str()));
        telling.take(ID_WORDS).map(|word| first(&word, ID_WORD).to_owned()).collect()
    };
    let mut parts = vec![level.id().to_owned()];
    parts.extend(words(said));
    if parts.len() == 1 {
        parts.extend(words(subject));
    }
    format!("{}.{}", first(clause, ID_CLAUSE), parts.join("-"))
}

/// The first characters of a text.
fn first(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).map_or(text, |(end, _)| &text[..end])
}
