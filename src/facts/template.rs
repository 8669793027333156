//! Texts with placeholders.

use std::fmt;

use super::placeholder::Placeholder;
use super::vocabulary::Vocabulary;
use crate::parse::At;

/// A text with placeholders, split into segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    source: At<String>,
    segments: Vec<Segment>,
}

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Literal text.
    Literal(String),
    /// A placeholder that stands for text.
    Placeholder(Placeholder),
    /// A placeholder that stands for the destination of a link: it follows `](`.
    Destination(Placeholder),
}

impl Template {
    /// Splits a text.
    pub fn new(source: At<String>, vocabulary: &Vocabulary) -> Self {
        let segments = segments(&source, vocabulary);
        Self { source, segments }
    }

    /// The unsplit text with its span in the file.
    pub fn source(&self) -> &At<String> {
        &self.source
    }

    /// The segments in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The placeholders in order.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.segments.iter().filter_map(Segment::placeholder)
    }

    /// True if the text has placeholders.
    pub fn has_placeholders(&self) -> bool {
        self.placeholders().next().is_some()
    }

    /// True if the text starts with a placeholder.
    pub fn starts_with_placeholder(&self) -> bool {
        self.segments.first().is_some_and(|first| first.placeholder().is_some())
    }
}

impl Segment {
    /// Returns the placeholder, if the segment is one.
    pub fn placeholder(&self) -> Option<&Placeholder> {
        match self {
            Self::Literal(_) => None,
            Self::Placeholder(placeholder) | Self::Destination(placeholder) => Some(placeholder),
        }
    }
}

/// Writes the segment as in the source text.
impl fmt::Display for Segment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => formatter.write_str(text),
            Self::Placeholder(placeholder) | Self::Destination(placeholder) => {
                write!(formatter, "{{{placeholder}}}")
            }
        }
    }
}

/// Maximum length of a placeholder in bytes, including braces.
const MAX_PLACEHOLDER: usize = 128;

/// Splits a text into literals and placeholders.
fn segments(text: &str, vocabulary: &Vocabulary) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut done = 0;
    for (start, _) in text.match_indices('{') {
        // The search is limited to the longest name, as a text may contain many braces.
        let rest = &text.as_bytes()[start..text.len().min(start + MAX_PLACEHOLDER)];
        let Some(end) = memchr::memchr(b'}', rest).map(|length| start + length) else { continue };
        let Some(placeholder) = Placeholder::read(&text[start + 1..end], vocabulary) else { continue };
        let before = &text[done..start];
        if !before.is_empty() {
            segments.push(Segment::Literal(before.to_owned()));
        }
        let is_destination = before.ends_with("](");
        let segment = if is_destination { Segment::Destination } else { Segment::Placeholder };
        segments.push(segment(placeholder));
        done = end + 1;
    }
    if done < text.len() {
        segments.push(Segment::Literal(text[done..].to_owned()));
    }
    segments
}

/// Replaces the placeholders in a text with phrases. Those without a phrase stay.
pub fn with_phrases(
    text: &str,
    vocabulary: &Vocabulary,
    phrase: impl Fn(&Placeholder) -> Option<String>,
) -> String {
    let replaced =
        |segment: Segment| segment.placeholder().and_then(&phrase).unwrap_or_else(|| segment.to_string());
    segments(text, vocabulary).into_iter().map(replaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_text_in_braces_is_not_a_placeholder() {
        let text = "a {group.name} {Group.X} {x} {a b.c} {role.titel}[x]({group.url}) {blank.day-1}";
        let template = Template::new(At { value: text.to_owned(), span: 0..0 }, &Vocabulary::default());
        let names: Vec<String> = template.placeholders().map(Placeholder::to_string).collect();
        assert_eq!(names, ["group.name", "role.titel", "group.url", "blank.day-1"]);
        assert!(template.segments().contains(&Segment::Destination(Placeholder::GroupUrl)));
        assert_eq!(template.segments().iter().map(Segment::to_string).collect::<String>(), text);
    }

    #[test]
    fn phrases_stand_in_for_a_group() {
        let phrase = |placeholder: &Placeholder| placeholder.is_fact().then(|| format!("the {placeholder}"));
        assert_eq!(
            with_phrases("Tell {group.name}, {role.titel} and {", &Vocabulary::default(), phrase),
            "Tell the group.name, {role.titel} and {"
        );
    }
}
