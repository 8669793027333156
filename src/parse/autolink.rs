//! Bare addresses in running text (GFM, 6.9).

use std::ops::Range;

/// A bare address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autolink {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// Where it leads: with the scheme that the text may leave out.
    pub destination: String,
}

/// The bare addresses in a text, in order.
pub fn autolinks(text: &str) -> Vec<Autolink> {
    autolinks_until(text, text.len())
}

/// The bare addresses whose first mark stands before an offset; they may end behind it.
pub(super) fn autolinks_until(text: &str, until: usize) -> Vec<Autolink> {
    let bytes = text.as_bytes();
    let mut links: Vec<Autolink> = Vec::new();
    for at in memchr::memchr3_iter(b':', b'.', b'@', &bytes[..until]) {
        if links.last().is_some_and(|last| last.span.end > at) {
            continue;
        }
        let after = links.last().map_or(0, |last| last.span.end);
        let link = match bytes[at] {
            b':' if text[at..].starts_with("://") => address(text, at, after),
            b'.' if text[after..at].ends_with("www") => bare_host(text, at - "www".len()),
            b'@' => mail(text, at, after),
            _ => None,
        };
        links.extend(link);
    }
    links
}

/// `https://…`, by its colon.
fn address(text: &str, colon: usize, after: usize) -> Option<Autolink> {
    let scheme_length = text[after..colon].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let start = colon - scheme_length;
    if !matches!(text[start..colon].to_ascii_lowercase().as_str(), "http" | "https" | "ftp") {
        return None;
    }
    let end = extent(text, colon + 3, domain(&text[colon + 3..], false)?);
    Some(Autolink { span: start..end, destination: text[start..end].to_owned() })
}

/// `www.…`, which may follow only white space or an opening mark.
fn bare_host(text: &str, start: usize) -> Option<Autolink> {
    let before = text[..start].chars().next_back();
    if before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '*' | '_' | '~' | '(')) {
        return None;
    }
    let end = extent(text, start, domain(&text[start..], true)?);
    Some(Autolink { span: start..end, destination: format!("http://{}", &text[start..end]) })
}

/// `name@example.org`, by its at sign; with `mailto:` or `xmpp:` before it, that is a part of it.
fn mail(text: &str, at: usize, after: usize) -> Option<Autolink> {
    let local = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+');
    let start = at - text[after..at].bytes().rev().take_while(local).count();
    let scheme = ["mailto:", "xmpp:"].into_iter().find(|scheme| {
        let before = text[after..start].strip_suffix(scheme);
        before.is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()))
    });
    let host =
        text[at + 1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    let mut end = at + 1 + host.count();
    while text[..end].ends_with('.') {
        end -= 1;
    }
    let host = &text[at + 1..end.max(at + 1)];
    let fits = start < at
        && host.contains('.')
        && !host.contains("..")
        && !host.ends_with(['-', '_'])
        && !host.starts_with('.');
    if !fits {
        return None;
    }
    let Some(scheme) = scheme else {
        return Some(Autolink { span: start..end, destination: format!("mailto:{}", &text[start..end]) });
    };
    if scheme == "xmpp:" {
        // The resource of a chat: `/room`.
        let resource = text[end..].strip_prefix('/').unwrap_or_default();
        let is_resource = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.');
        let length = resource.bytes().take_while(is_resource).count();
        let length = resource[..length].trim_end_matches('.').len();
        end += if length > 0 { 1 + length } else { 0 };
    }
    let start = start - scheme.len();
    Some(Autolink { span: start..end, destination: text[start..end].to_owned() })
}

/// Length of a valid domain: labels of letters, digits, `-` and `_`, no `_` in the last two.
fn domain(text: &str, needs_period: bool) -> Option<usize> {
    let length = text
        .char_indices()
        .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_')))
        .map_or(text.len(), |(at, _)| at);
    let host = text[..length].trim_end_matches('.');
    let mut last = host.rsplit('.').take(2);
    let fits =
        !host.is_empty() && (!needs_period || host.contains('.')) && !last.any(|label| label.contains('_'));
    // A host without a period is a link only with a scheme (`http://localhost`).
    fits.then_some(length)
}

/// Where the address ends: at white space or `<`, without trailing punctuation, an unmatched bracket, or
/// what looks like an entity. GFM speaks of round brackets only; GitHub makes no link of an address within
/// square ones, and a link with the bracket in it would lead nowhere.
fn extent(text: &str, start: usize, domain: usize) -> usize {
    let rest = &text[start + domain..];
    let mut end = start + domain + rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
    // Counted once, so that a long run of brackets costs no more than its length.
    let count = |bracket: u8| text[start..end].bytes().filter(|b| *b == bracket).count();
    let (open, mut close) = (count(b'('), count(b')'));
    let (open_square, mut close_square) = (count(b'['), count(b']'));
    while let Some(last) = text[start..end].chars().next_back() {
        match last {
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '"' => end -= 1,
            ')' if close > open => {
                close -= 1;
                end -= 1;
            }
            ']' if close_square > open_square => {
                close_square -= 1;
                end -= 1;
            }
            ';' => {
                let entity = text[start..end - 1].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
                let ampersand = (end - 1).checked_sub(entity + 1).filter(|at| entity > 0 && *at >= start);
                match ampersand.filter(|at| text.as_bytes()[*at] == b'&') {
                    Some(ampersand) => end = ampersand,
                    None => end -= 1,
                }
            }
            _ => break,
        }
    }
    end
}
