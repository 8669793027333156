//! An entry as a page of the index: its text as the client shows it in excerpts, its tokens, and its fragment file.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use super::words::Language;
use crate::pages::{SearchEntry, SearchSection};
use crate::url;

/// Weight of section headings relative to running text.
const HEADING_WEIGHT: f32 = 3.0;
/// The weight 1 in the index, which stores weights as integers, up to [`HIGHEST_WEIGHT`].
const WEIGHT: f32 = 24.0;
const HIGHEST_WEIGHT: f32 = 10.0;

/// Marks the end of a token, in text without spaces.
const ZERO_WIDTH_SPACE: char = '\u{200B}';

pub(super) struct Page {
    /// The fields of the entry whose words are indexed.
    pub meta: BTreeMap<&'static str, String>,
    pub filters: BTreeMap<&'static str, Vec<String>>,
    pub text: PageText,
    /// The number of its tokens.
    pub words: usize,
    /// The part that the client shows, as JSON.
    pub fragment: String,
}

/// The text of a page and its tokens.
#[derive(Default)]
pub(super) struct PageText {
    text: String,
    pub tokens: Vec<Token>,
}

impl PageText {
    /// The text of a token.
    pub(super) fn of(&self, token: &Token) -> &str {
        &self.text[token.range.start as usize..token.range.end as usize]
    }
}

/// A token of the text of a page. A site has a million.
pub(super) struct Token {
    /// Its range in the text.
    range: Range<u32>,
    /// Its relevance.
    pub weight: u8,
    /// True if no space precedes it.
    pub is_joined: bool,
}

/// A heading that results link to.
#[derive(Serialize)]
struct HeadingAnchor<'a> {
    element: &'static str,
    id: &'a str,
    /// Number of the first token.
    location: usize,
    text: &'a str,
}

/// The part of a page that the client shows.
#[derive(Serialize)]
struct Fragment<'a> {
    anchors: Vec<HeadingAnchor<'a>>,
    content: &'a str,
    filters: &'a BTreeMap<&'static str, Vec<String>>,
    meta: &'a BTreeMap<&'static str, String>,
    url: String,
    word_count: usize,
}

impl Page {
    pub(super) fn new(url: &str, entry: &SearchEntry, language: &Language) -> Self {
        let mut writer = TextWriter::new(language);
        let anchors = entry.sections.iter().filter_map(|section| writer.section(section)).collect();
        let PageText { mut text, tokens } = writer.page;
        text.truncate(text.trim_end_matches([' ', ZERO_WIDTH_SPACE]).len());
        let (meta, filters, words) = (meta(entry), filters(entry), tokens.len());
        let fragment = Fragment {
            anchors,
            content: &text,
            filters: &filters,
            meta: &meta,
            url: address(url, entry),
            word_count: words,
        };
        // Serializing strings cannot fail.
        let fragment = serde_json::to_string(&fragment).unwrap_or_default();
        Self { meta, filters, text: PageText { text, tokens }, words, fragment }
    }
}

fn address(url: &str, entry: &SearchEntry) -> String {
    let fragment = entry.fragment.iter().map(|fragment| format!("#{fragment}"));
    url::below("", url) + &fragment.collect::<String>()
}

fn meta(entry: &SearchEntry) -> BTreeMap<&'static str, String> {
    let names = (!entry.names.is_empty()).then(|| ("names", entry.names.join(" ")));
    let within = entry.within.iter().map(|within| ("within", within.clone()));
    std::iter::once(("title", entry.title.clone())).chain(names).chain(within).collect()
}

fn filters(entry: &SearchEntry) -> BTreeMap<&'static str, Vec<String>> {
    let groups = (!entry.groups.is_empty()).then(|| ("group", entry.groups.clone()));
    let others = [("kind", vec![entry.kind.to_owned()]), ("origin", vec![entry.origin.id().to_owned()])];
    others.into_iter().chain(groups).collect()
}

/// Writes the text of a page.
struct TextWriter<'a> {
    language: &'a Language,
    page: PageText,
}

impl<'a> TextWriter<'a> {
    fn new(language: &'a Language) -> Self {
        Self { language, page: PageText::default() }
    }

    /// Adds a section, and returns the anchor of its heading.
    fn section<'s>(&mut self, section: &'s SearchSection) -> Option<HeadingAnchor<'s>> {
        let anchor = section.heading.as_ref().map(|(id, text)| {
            let anchor = HeadingAnchor { element: "h2", id, location: self.page.tokens.len(), text };
            self.sentence(text, section.weight * HEADING_WEIGHT);
            anchor
        });
        self.sentence(&section.text, section.weight);
        anchor
    }

    /// Adds text, with a period unless it ends with punctuation, which would run together in excerpts otherwise.
    fn sentence(&mut self, text: &str, weight: f32) {
        let weight = ((weight.clamp(0.0, HIGHEST_WEIGHT) * WEIGHT) as u8).max(1);
        let mut runs = text.split_whitespace().peekable();
        while let Some(run) = runs.next() {
            let is_last = runs.peek().is_none();
            if is_last && run.ends_with(|c: char| c.is_alphanumeric() || c == ')') {
                self.run(&format!("{run}."), weight);
            } else {
                self.run(run, weight);
            }
        }
    }

    /// Adds text without white space.
    fn run(&mut self, run: &str, weight: u8) {
        match self.language.segments(run) {
            None => {
                self.token(run, weight, false);
                self.page.text.push(' ');
            }
            Some(tokens) => {
                let last = tokens.len() - 1;
                for (index, token) in tokens.into_iter().enumerate() {
                    self.token(token, weight, index > 0);
                    self.page.text.push_str(if index == last { " \u{200B}" } else { "\u{200B}" });
                }
            }
        }
    }

    fn token(&mut self, token: &str, weight: u8, is_joined: bool) {
        let PageText { text, tokens } = &mut self.page;
        let start = text.len() as u32;
        text.extend(token.split(ZERO_WIDTH_SPACE));
        tokens.push(Token { range: start..text.len() as u32, weight, is_joined });
    }
}
