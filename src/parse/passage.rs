//! Text without block structure: a paragraph, the text of a list item, a cell.

use std::ops::Range;

use super::key_words::key_words;
use super::run::Run;
use super::spaced::push_spaced;
use super::{Link, autolinks};

/// Maximum text kept on each side of a link, in bytes.
const AROUND: usize = 80;

/// A passage that is being read.
#[derive(Default)]
pub(super) struct Passage {
    /// Plain text.
    pub text: String,
    /// The offset of its end in the source.
    pub end: usize,
    /// Its key words: their range in `text` and their span in the source.
    pub key_words: Vec<(Range<usize>, Range<usize>)>,
    /// Anchors in it, with their offset in `text`.
    pub anchors: Vec<(usize, String)>,
    /// Indices of its links, with their offset in `text`.
    links: Vec<(usize, usize)>,
}

impl Passage {
    /// Appends text that is at `span` in the source.
    pub(super) fn push(&mut self, text: &str, span: &Range<usize>) {
        self.text.push_str(text);
        self.end = span.end;
    }

    /// Records the key words of a text that is about to be appended. `may_hold_addresses` is true for text outside
    /// links; key words within an address are skipped.
    pub(super) fn key_words(&mut self, run: &Run<'_>, may_hold_addresses: bool) {
        let base = self.text.len();
        let mut spans = key_words(&run.text).peekable();
        let addresses =
            if may_hold_addresses && spans.peek().is_some() { autolinks(&run.text) } else { Vec::new() };
        for word in spans {
            let next = addresses.partition_point(|address| address.span.end <= word.start);
            if addresses.get(next).is_none_or(|address| !address.span.contains(&word.start)) {
                self.key_words.push((base + word.start..base + word.end, run.source_span(&word)));
            }
        }
    }

    /// Records an anchor at the current position.
    pub(super) fn anchor(&mut self, id: &str) {
        self.anchors.push((self.text.len(), id.to_owned()));
    }

    /// Records a link at the current position.
    pub(super) fn link(&mut self, index: usize) {
        self.links.push((index, self.text.len()));
    }

    /// Sets the surrounding text of each link and clears the passage.
    pub(super) fn finish(&mut self, links: &mut [Link]) {
        for (index, at) in &self.links {
            links[*index].passage = self.around(*at).into();
        }
        self.links.clear();
        self.text.clear();
        self.key_words.clear();
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
        // Cut at word boundaries.
        let from = if from == 0 { 0 } else { text[from..at].find(' ').map_or(at, |space| from + space + 1) };
        let to = if to == text.len() { to } else { text[at..to].rfind(' ').map_or(to, |space| at + space) };
        let (before, after) = (if from > 0 { "…" } else { "" }, if to < text.len() { "…" } else { "" });
        let mut around = String::with_capacity(before.len() + (to - from) + after.len());
        around.push_str(before);
        push_spaced(&mut around, &text[from..to]);
        around.push_str(after);
        around
    }
}
