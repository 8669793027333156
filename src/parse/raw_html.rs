//! A tolerant scanner for raw HTML: enough to find tags, their attributes and comments.

use std::ops::Range;

/// A stretch of raw HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text, and whatever is no tag.
    Text(Range<usize>),
    /// `<!-- … -->`, to the end of the text when it is not closed.
    Comment(Range<usize>),
    /// A tag.
    Tag {
        /// From `<` to `>`.
        span: Range<usize>,
        /// In lower case.
        name: String,
        /// Whether it is an end tag.
        end: bool,
        /// In order.
        attributes: Vec<Attribute>,
    },
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// In lower case.
    pub name: String,
    /// Byte range of the whole attribute, quotes included.
    pub span: Range<usize>,
    /// Byte range of the value without quotes; empty after the name when there is none.
    pub value: Range<usize>,
}

/// Splits raw HTML; the ranges are of `html`, in order and without gaps.
pub fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut at, mut text_start) = (0, 0);
    while let Some(offset) = memchr::memchr(b'<', &html.as_bytes()[at..]) {
        let start = at + offset;
        let piece = if html[start..].starts_with("<!--") {
            let end = html[start + 4..].find("-->").map_or(html.len(), |end| start + 4 + end + 3);
            Some(Piece::Comment(start..end))
        } else {
            tag(html, start)
        };
        let Some(piece) = piece else {
            at = start + 1;
            continue;
        };
        if text_start < start {
            pieces.push(Piece::Text(text_start..start));
        }
        at = match &piece {
            Piece::Comment(span) | Piece::Tag { span, .. } | Piece::Text(span) => span.end,
        };
        text_start = at;
        pieces.push(piece);
    }
    if text_start < html.len() {
        pieces.push(Piece::Text(text_start..html.len()));
    }
    pieces
}

/// The tag at `start`, if what stands there is one (HTML, 13.1.2).
fn tag(html: &str, start: usize) -> Option<Piece> {
    let bytes = html.as_bytes();
    let mut at = start + 1;
    let end = bytes.get(at) == Some(&b'/');
    at += usize::from(end);
    if !bytes.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    let name_start = at;
    while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'/')) {
        at += 1;
    }
    let name = html[name_start..at].to_ascii_lowercase();
    let mut attributes = Vec::new();
    loop {
        while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
            at += 1;
        }
        if *bytes.get(at)? == b'>' {
            return Some(Piece::Tag { span: start..at + 1, name, end, attributes });
        }
        let attribute_start = at;
        at += 1;
        while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'/' | b'=')) {
            at += 1;
        }
        let attribute = html[attribute_start..at].to_ascii_lowercase();
        let mut value = at..at;
        let mut ahead = at;
        while bytes.get(ahead).is_some_and(u8::is_ascii_whitespace) {
            ahead += 1;
        }
        if bytes.get(ahead) == Some(&b'=') {
            ahead += 1;
            while bytes.get(ahead).is_some_and(u8::is_ascii_whitespace) {
                ahead += 1;
            }
            match bytes.get(ahead)? {
                quote @ (b'"' | b'\'') => {
                    let length = memchr::memchr(*quote, &bytes[ahead + 1..])?;
                    value = ahead + 1..ahead + 1 + length;
                    at = value.end + 1;
                }
                _ => {
                    let value_start = ahead;
                    while bytes.get(ahead).is_some_and(|b| !b.is_ascii_whitespace() && *b != b'>') {
                        ahead += 1;
                    }
                    value = value_start..ahead;
                    at = ahead;
                }
            }
        }
        attributes.push(Attribute { name: attribute, span: attribute_start..at, value });
    }
}
