//! Key words of obligations: MUST, SHOULD and MAY (RFC 2119).

use std::ops::Range;

/// The level of an obligation (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Required.
    Must,
    /// Forbidden.
    MustNot,
    /// Required unless there are reasons.
    Should,
    /// Forbidden unless there are reasons.
    ShouldNot,
    /// Allowed.
    May,
}

impl Level {
    /// All levels, from the most to the least binding.
    pub const ALL: [Self; 5] = [Self::Must, Self::MustNot, Self::Should, Self::ShouldNot, Self::May];

    /// The key word as RFC 2119 writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
        }
    }

    /// The level as used in ids and addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::MustNot => "must-not",
            Self::Should => "should",
            Self::ShouldNot => "should-not",
            Self::May => "may",
        }
    }

    /// True for `MUST` and `MUST NOT`.
    pub fn is_binding(self) -> bool {
        matches!(self, Self::Must | Self::MustNot)
    }
}

pub(super) const KEY_WORDS: [(&str, Level); 3] =
    [("MUST", Level::Must), ("SHOULD", Level::Should), ("MAY", Level::May)];

/// True if a text may contain an obligation.
pub(super) fn may_oblige(text: &str) -> bool {
    KEY_WORDS.iter().any(|(word, _)| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// Returns the byte ranges of the key words in a text: whole words that are not quoted and not part of an address or
/// a compound.
pub fn key_words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut spans: Vec<Range<usize>> = KEY_WORDS
        .iter()
        .flat_map(|(word, _)| text.match_indices(word).map(|(at, word)| at..at + word.len()))
        .filter(|span| stands_alone(text, span))
        .collect();
    spans.sort_by_key(|span| span.start);
    spans.into_iter()
}

fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    let joins = |c: char| {
        let quotes = matches!(c, '"' | '\'' | '“' | '”' | '„' | '‘' | '’' | '‚' | '«' | '»' | '‹' | '›');
        quotes || c.is_alphanumeric() || matches!(c, '_' | '-' | '/')
    };
    !text[..span.start].ends_with(joins) && !text[span.end..].starts_with(joins)
}
