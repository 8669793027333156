//! Key words of obligations: MUST, SHOULD and MAY (RFC 2119).

use std::ops::Range;

/// How binding an obligation is (RFC 2119).
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
    /// From the most binding to the least.
    pub const ALL: [Self; 5] = [Self::Must, Self::MustNot, Self::Should, Self::ShouldNot, Self::May];

    /// As governance writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
        }
    }

    /// As ids and addresses write it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::MustNot => "must-not",
            Self::Should => "should",
            Self::ShouldNot => "should-not",
            Self::May => "may",
        }
    }

    /// Whether it leaves no choice.
    pub fn is_binding(self) -> bool {
        matches!(self, Self::Must | Self::MustNot)
    }
}

pub(super) const WORDS: [(&str, Level); 3] =
    [("MUST", Level::Must), ("SHOULD", Level::Should), ("MAY", Level::May)];

/// Whether a text may hold any obligation at all.
pub(super) fn may_oblige(text: &str) -> bool {
    WORDS.iter().any(|(word, _)| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// Byte ranges of the key words in a piece of text: whole words that are neither quoted nor part of an
/// address or of a compound.
pub fn key_words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut found: Vec<Range<usize>> = WORDS
        .iter()
        .flat_map(|(word, _)| text.match_indices(word).map(|(at, word)| at..at + word.len()))
        .filter(|span| stands_alone(text, span))
        .collect();
    found.sort_by_key(|span| span.start);
    found.into_iter()
}

fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    let joins = |c: char| {
        let quotes = matches!(c, '"' | '\'' | '“' | '”' | '„' | '‘' | '’' | '‚' | '«' | '»' | '‹' | '›');
        quotes || c.is_alphanumeric() || matches!(c, '_' | '-' | '/')
    };
    !text[..span.start].ends_with(joins) && !text[span.end..].starts_with(joins)
}
