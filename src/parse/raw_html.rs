//! A tolerant scanner for raw HTML that finds tags, their attributes and comments.

use std::borrow::Cow;
use std::ops::Range;

use super::LinkKind;

/// A part of raw HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text, including anything that only resembles a tag.
    Text(Range<usize>),
    /// `<!-- … -->`, or anything else that browsers read as a comment. An unclosed comment extends to the end of the
    /// text.
    Comment(Range<usize>),
    /// A tag.
    Tag {
        /// From `<` to `>`.
        span: Range<usize>,
        /// The name in lower case.
        name: Cow<'a, str>,
        /// True for an end tag.
        end: bool,
        /// The attributes in order.
        attributes: Vec<Attribute<'a>>,
    },
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The name in lower case.
    pub name: Cow<'a, str>,
    /// Byte range of the whole attribute, quotes included.
    pub span: Range<usize>,
    /// Byte range of the value without quotes. Without a value, an empty range after the name.
    pub value: Range<usize>,
}

impl Piece<'_> {
    fn span(&self) -> &Range<usize> {
        match self {
            Self::Text(span) | Self::Comment(span) | Self::Tag { span, .. } => span,
        }
    }
}

/// An address in an attribute's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// [`LinkKind::HtmlHref`] or [`LinkKind::HtmlSrc`].
    pub kind: LinkKind,
    /// The address as a browser reads it: without character references and surrounding white space.
    pub destination: String,
    /// Byte range in the HTML. If the value contains character references, the range of the whole value.
    pub span: Range<usize>,
}

/// The syntax of addresses in an attribute's value.
#[derive(Clone, Copy)]
enum Syntax {
    One,
    /// Separated by white space: `ping`.
    List,
    /// Separated by commas, with sizes: `srcset`.
    Candidates,
}

impl Attribute<'_> {
    /// Returns the value as a browser reads it.
    pub fn text<'a>(&self, html: &'a str) -> Cow<'a, str> {
        htmlize::unescape_attribute(&html[self.value.clone()])
    }

    /// Returns the kind and syntax of the addresses in the value, if any (HTML, "Attributes", and obsolete attributes
    /// that browsers support).
    fn syntax(&self, element: &str) -> Option<(LinkKind, Syntax)> {
        use LinkKind::{HtmlHref, HtmlSrc};
        if self.value.is_empty() {
            return None;
        }
        match (&*self.name, element) {
            ("href" | "xlink:href" | "action" | "formaction" | "longdesc", _)
            | ("cite", "blockquote" | "del" | "ins" | "q") => Some((HtmlHref, Syntax::One)),
            ("ping", _) => Some((HtmlHref, Syntax::List)),
            ("src" | "poster" | "background" | "lowsrc" | "dynsrc", _) | ("data", "object") => {
                Some((HtmlSrc, Syntax::One))
            }
            ("srcset" | "imagesrcset", _) => Some((HtmlSrc, Syntax::Candidates)),
            _ => None,
        }
    }

    /// True if the value contains addresses on an element of that name.
    pub fn holds_address(&self, element: &str) -> bool {
        self.syntax(element).is_some()
    }

    /// Returns the addresses in the value on an element of that name.
    pub fn addresses(&self, element: &str, html: &str) -> Vec<Address> {
        let Some((kind, syntax)) = self.syntax(element) else { return Vec::new() };
        let value = self.text(html);
        let is_verbatim = matches!(value, Cow::Borrowed(_));
        let address = |at: Range<usize>| {
            let destination = address(&value[at.clone()]);
            let start = self.value.start;
            let span = if is_verbatim { start + at.start..start + at.end } else { self.value.clone() };
            Address { kind, destination, span }
        };
        ranges(&value, syntax).into_iter().map(address).collect()
    }

    /// Returns the unescaped value with its addresses replaced, or `None` if one of them has no replacement.
    pub fn with_addresses(
        &self,
        element: &str,
        html: &str,
        replacement: &mut dyn FnMut(&str, LinkKind) -> Option<String>,
    ) -> Option<String> {
        let value = self.text(html);
        let Some((kind, syntax)) = self.syntax(element) else { return Some(value.into_owned()) };
        let (mut replaced, mut done) = (String::with_capacity(value.len()), 0);
        for at in ranges(&value, syntax) {
            replaced.push_str(&value[done..at.start]);
            replaced.push_str(&replacement(&address(&value[at.clone()]), kind)?);
            done = at.end;
        }
        replaced.push_str(&value[done..]);
        Some(replaced)
    }
}

/// Removes what browsers ignore in an address (URL, 4.4).
fn address(value: &str) -> String {
    let trimmed = value.trim_matches(|c: char| c <= ' ');
    trimmed.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect()
}

fn ranges(value: &str, syntax: Syntax) -> Vec<Range<usize>> {
    match syntax {
        Syntax::One => {
            let start = value.len() - value.trim_start_matches(|c: char| c <= ' ').len();
            let end = value.trim_end_matches(|c: char| c <= ' ').len().max(start);
            std::iter::once(start..end).collect()
        }
        Syntax::List => value
            .split_ascii_whitespace()
            .map(|part| {
                let start = part.as_ptr() as usize - value.as_ptr() as usize;
                start..start + part.len()
            })
            .collect(),
        Syntax::Candidates => candidates(value),
    }
}

/// Byte ranges of the addresses in a `srcset` (HTML, 4.8.4.2.1): `a.png, b.png 2x`.
fn candidates(list: &str) -> Vec<Range<usize>> {
    let mut addresses = Vec::new();
    let mut at = 0;
    loop {
        at = list.len() - list[at..].trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',').len();
        if at == list.len() {
            return addresses;
        }
        let end = list[at..].find(|c: char| c.is_ascii_whitespace()).map_or(list.len(), |length| at + length);
        let address = list[at..end].trim_end_matches(',');
        addresses.push(at..at + address.len());
        // A comma directly after an address ends the candidate; otherwise its size follows, up to the next comma.
        let ended = at + address.len() < end;
        at = if ended { end } else { list[end..].find(',').map_or(list.len(), |comma| end + comma) };
    }
}

/// Splits raw HTML into pieces. Their ranges are in order and without gaps.
pub fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    let mut after_text = None;
    std::iter::from_fn(move || {
        if let Some(piece) = after_text.take() {
            return Some(piece);
        }
        let text_start = at;
        let (text_end, piece) = next_markup(html, text_start);
        at = piece.as_ref().map_or(html.len(), |piece| piece.span().end);
        if text_start == text_end {
            return piece;
        }
        after_text = piece;
        Some(Piece::Text(text_start..text_end))
    })
}

/// The first comment or tag from `at` on, and where it starts; without one, the end of the text.
fn next_markup(html: &str, mut at: usize) -> (usize, Option<Piece<'_>>) {
    while let Some(offset) = memchr::memchr(b'<', &html.as_bytes()[at..]) {
        let start = at + offset;
        let piece = tag(html, start).or_else(|| comment(html, start).map(Piece::Comment));
        if piece.is_some() {
            return (start, piece);
        }
        // To a browser nothing after an unclosed tag is a tag. Stopping here also keeps the scan linear.
        if begins_tag(html, start) {
            break;
        }
        at = start + 1;
    }
    (html.len(), None)
}

/// A name in lower case.
fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// The comment at `start`, if there is one (HTML, 13.2.5.42 to 13.2.5.53). Browsers also treat declarations,
/// instructions and end tags without a name as comments.
fn comment(html: &str, start: usize) -> Option<Range<usize>> {
    let rest = &html[start + 1..];
    let end = if let Some(inner) = rest.strip_prefix("!--") {
        let inner_start = start + "<!--".len();
        if let Some(closed) = [">", "->"].iter().find(|closed| inner.starts_with(**closed)) {
            Some(inner_start + closed.len())
        } else {
            let mut ends = memchr::memchr_iter(b'>', inner.as_bytes());
            let end = ends.find(|end| inner[..*end].ends_with("--") || inner[..*end].ends_with("--!"));
            end.map(|end| inner_start + end + 1)
        }
    } else {
        let is_bogus = rest.starts_with(['!', '?'])
            || rest
                .strip_prefix('/')
                .is_some_and(|name| name.starts_with(|c: char| !c.is_ascii_alphabetic()));
        if !is_bogus {
            return None;
        }
        memchr::memchr(b'>', rest.as_bytes()).map(|end| start + 1 + end + 1)
    };
    Some(start..end.unwrap_or(html.len()))
}

/// True if a possibly unclosed tag begins at `start`.
fn begins_tag(html: &str, start: usize) -> bool {
    let rest = &html[start + 1..];
    rest.strip_prefix('/').unwrap_or(rest).starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The tag at `start`, if there is one (HTML, 13.1.2).
fn tag(html: &str, start: usize) -> Option<Piece<'_>> {
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
    let name = lower_case(&html[name_start..at]);
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
        let attribute = lower_case(&html[attribute_start..at]);
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
    fn a_tag_that_does_not_end_is_text_with_all_that_follows() {
        for unclosed in ["<a ", "<a b=\"", "<a b='c", "</a", "<a<", "<a b=c<"] {
            let html = format!("<b>x</b> < y {}", unclosed.repeat(1000));
            let found_pieces: Vec<_> = pieces(&html).collect();
            assert_eq!(found_pieces.len(), 4, "{unclosed}");
            assert_eq!(found_pieces[3], Piece::Text("<b>x</b>".len()..html.len()), "{unclosed}");
        }
    }

    #[test]
    fn addresses_of_every_element() {
        let html = "<video src=a.mp4 poster='b.png'><source srcset=\" c.png 1x, d,e.png 2x ,f.png,\"><area href='g' alt=h src=>";
        let mut actual = Vec::new();
        for piece in pieces(html) {
            let Piece::Tag { name, attributes, .. } = piece else { continue };
            let in_tag = attributes.iter().flat_map(|attribute| attribute.addresses(&name, html));
            actual.extend(in_tag.map(|address| (address.kind, address.destination)));
        }
        use LinkKind::{HtmlHref, HtmlSrc};
        let pictures = ["a.mp4", "b.png", "c.png", "d,e.png", "f.png"];
        let mut expected: Vec<_> = pictures.map(|address| (HtmlSrc, address.to_owned())).into();
        expected.push((HtmlHref, "g".into()));
        assert_eq!(actual, expected);
    }
}
