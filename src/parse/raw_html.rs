//! A tolerant scanner for raw HTML: enough to find tags, their attributes and comments.

use std::ops::Range;

use super::LinkKind;

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

impl Attribute {
    /// The addresses in its value, each with its byte range in `html`: of whatever element, so that nothing that a page
    /// shows or leads to is forgotten.
    pub fn addresses(&self, html: &str) -> Vec<(LinkKind, Range<usize>)> {
        match self.name.as_str() {
            _ if self.value.is_empty() => Vec::new(),
            "href" => vec![(LinkKind::HtmlHref, self.value.clone())],
            "src" | "poster" => vec![(LinkKind::HtmlSrc, self.value.clone())],
            "srcset" => {
                let found = candidates(&html[self.value.clone()]).into_iter();
                let place = |at: Range<usize>| self.value.start + at.start..self.value.start + at.end;
                found.map(|at| (LinkKind::HtmlSrc, place(at))).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Byte ranges of the addresses in a list of pictures with their sizes (HTML, 4.8.4.2.1): `a.png, b.png 2x`.
fn candidates(list: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at = list.len() - list[at..].trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',').len();
        if at == list.len() {
            return found;
        }
        let end = list[at..].find(|c: char| c.is_ascii_whitespace()).map_or(list.len(), |length| at + length);
        let address = list[at..end].trim_end_matches(',');
        found.push(at..at + address.len());
        // A comma right behind an address ends the candidate; else what follows up to the next one is its size.
        let ended = at + address.len() < end;
        at = if ended { end } else { list[end..].find(',').map_or(list.len(), |comma| end + comma) };
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_every_element() {
        let html = "<video src=a.mp4 poster='b.png'><source srcset=\" c.png 1x, d,e.png 2x ,f.png,\"><area href='g' alt=h src=>";
        let mut found = Vec::new();
        for piece in pieces(html) {
            let Piece::Tag { attributes, .. } = piece else { continue };
            let addresses = attributes.iter().flat_map(|attribute| attribute.addresses(html));
            found.extend(addresses.map(|(kind, at)| (kind, &html[at])));
        }
        use LinkKind::{HtmlHref, HtmlSrc};
        let pictures = ["a.mp4", "b.png", "c.png", "d,e.png", "f.png"].map(|address| (HtmlSrc, address));
        assert_eq!(found, [pictures.as_slice(), &[(HtmlHref, "g")]].concat());
    }
}
