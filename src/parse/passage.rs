//! Runs of text without block structure: a paragraph, the text of a list item, a cell.

use std::ops::Range;

use super::key_words::key_words;
use super::run::Run;
use super::{Link, autolinks, spaced};

/// Longest text kept on each side of a link, in bytes.
const AROUND: usize = 80;

/// A passage, while it is read.
#[derive(Default)]
pub(super) struct Passage {
    /// Plain text.
    pub text: String,
    /// Where it ends in the source.
    pub end: usize,
    /// Its key words: place in `text`, and in the source.
    pub words: Vec<(Range<usize>, Range<usize>)>,
    /// Anchors within it, with their place in `text`.
    pub anchors: Vec<(usize, String)>,
    /// Indices of its links, with their place in `text`.
    links: Vec<(usize, usize)>,
}

impl Passage {
    /// Adds text that is written at `span`.
    pub(super) fn push(&mut self, text: &str, span: &Range<usize>) {
        self.text.push_str(text);
        self.end = span.end;
    }

    /// Notes the key words of a text that is about to be added. Those in an address, which text outside
    /// links may hold, mean nothing.
    pub(super) fn key_words(&mut self, run: &Run<'_>, addresses: bool) {
        let base = self.text.len();
        let mut found = key_words(&run.text).peekable();
        let addresses = if addresses && found.peek().is_some() { autolinks(&run.text) } else { Vec::new() };
        for word in found {
            let next = addresses.partition_point(|address| address.span.end <= word.start);
            if addresses.get(next).is_none_or(|address| !address.span.contains(&word.start)) {
                self.words.push((base + word.start..base + word.end, run.place(&word)));
            }
        }
    }

    /// An anchor in the text.
    pub(super) fn anchor(&mut self, id: &str) {
        self.anchors.push((self.text.len(), id.to_owned()));
    }

    /// A link begins.
    pub(super) fn link(&mut self, index: usize) {
        self.links.push((index, self.text.len()));
    }

    /// Gives each link the text around it, and ends.
    pub(super) fn finish(&mut self, links: &mut [Link]) {
        for (index, at) in std::mem::take(&mut self.links) {
            links[index].passage = self.around(at);
        }
        self.text.clear();
        self.words.clear();
        self.anchors.clear();
    }

    fn around(&self, at: usize) -> String {
        let text = &self.text;
        let boundary = |mut at: usize| {
            while !text.is_char_boundary(at) {
                at += 1;
            }
            at
        };
        let from = boundary(at.saturating_sub(AROUND));
        let to = boundary((at + AROUND).min(text.len()));
        // Whole words only.
        let from = if from == 0 { 0 } else { text[from..at].find(' ').map_or(at, |space| from + space + 1) };
        let to = if to == text.len() { to } else { text[at..to].rfind(' ').map_or(to, |space| at + space) };
        let inner = spaced(&text[from..to]);
        let (before, after) = (if from > 0 { "…" } else { "" }, if to < text.len() { "…" } else { "" });
        format!("{before}{inner}{after}")
    }
}
