//! Bare addresses in running text (GFM 6.9).

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;

/// A bare address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autolink {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// The address, with the scheme that the text may omit.
    pub destination: String,
}

/// Returns the bare addresses in a text, in order.
pub fn autolinks(text: &str) -> Vec<Autolink> {
    if !may_hold_addresses(text.as_bytes()) {
        return Vec::new();
    }
    AddressFinder::new(text).find(0..text.len(), text.len(), false)
}

/// False if a text certainly contains no address.
pub(super) fn may_hold_addresses(text: &[u8]) -> bool {
    static HOST: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new(WWW));
    memchr::memchr2(b':', b'@', text).is_some() || HOST.find(text).is_some()
}

/// The prefix of a host without a scheme.
const WWW: &str = "www.";

/// GitHub ignores the underscores of a host with at least this many dots.
const MANY_DOTS: usize = 11;

/// Finds bare addresses in parts of a text.
pub(super) struct AddressFinder<'a> {
    text: &'a str,
    /// The last host that was read. An address that begins within it ends with it.
    host: Host,
    /// The number of bytes of hosts that were read.
    #[cfg(test)]
    bytes_read: usize,
}

/// A run of characters that a host may contain.
#[derive(Default)]
struct Host {
    span: Range<usize>,
    /// Byte offsets of its last dots, the last one first.
    dots: [Option<usize>; MANY_DOTS],
    /// Byte offset of its last underscore.
    underscore: Option<usize>,
}

impl<'a> AddressFinder<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            host: Host::default(),
            #[cfg(test)]
            bytes_read: 0,
        }
    }

    /// Returns the addresses whose first marker (`://`, `www.` or `@`) is in `part`; they may extend to `limit`. In a
    /// table, the bar that begins a cell may precede an address.
    pub(super) fn find(&mut self, part: Range<usize>, limit: usize, in_table: bool) -> Vec<Autolink> {
        let bytes = self.text.as_bytes();
        let mut links: Vec<Autolink> = Vec::new();
        let mut after = part.start;
        for at in memchr::memchr3_iter(b':', b'.', b'@', &bytes[part.clone()]) {
            let at = part.start + at;
            if after > at {
                continue;
            }
            let link = match bytes[at] {
                b':' if bytes[at..limit].starts_with(b"://") => self.address(at, after, limit),
                b'.' if bytes[after..at].ends_with(b"www") => {
                    self.bare_host(at + 1 - WWW.len(), limit, in_table)
                }
                b'@' => mail(self.text, at, after, limit),
                _ => None,
            };
            after = link.as_ref().map_or(after, |link| link.span.end);
            links.extend(link);
        }
        links
    }

    /// Reads `https://…` by the offset of its colon.
    fn address(&mut self, colon: usize, after: usize, limit: usize) -> Option<Autolink> {
        let bytes = self.text.as_bytes();
        let scheme_length = bytes[after..colon].iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
        let start = colon - scheme_length;
        let is_known = ["http", "https", "ftp"]
            .iter()
            .any(|scheme| bytes[start..colon].eq_ignore_ascii_case(scheme.as_bytes()));
        let host = colon + "://".len();
        let first = self.text[host..limit].chars().next()?;
        // A host without a period is a link only with a scheme (`http://localhost`).
        let is_host =
            is_known && (first.is_alphanumeric() || !first.is_ascii()) && self.reads_host(host, limit);
        is_host.then(|| {
            let end = extent(self.text, host, self.host.span.end, limit);
            Autolink { span: start..end, destination: self.text[start..end].to_owned() }
        })
    }

    /// Reads `www.…`, which may follow only white space or an opening mark.
    fn bare_host(&mut self, start: usize, limit: usize, in_table: bool) -> Option<Autolink> {
        let before = self.text[..start].chars().next_back();
        let may_begin = before
            .is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(') || in_table && c == '|');
        let has_host = may_begin
            && self.reads_host(start, limit)
            && self.text[start + WWW.len()..limit]
                .starts_with(|c: char| c.is_alphanumeric() || c == '.' || c == '-');
        has_host.then(|| {
            let end = extent(self.text, start, self.host.span.end, limit);
            Autolink { span: start..end, destination: format!("http://{}", &self.text[start..end]) }
        })
    }

    /// Reads the host at `start`: labels of letters, digits, `-` and `_`, with no `_` in the last two. GitHub reads
    /// it up to the first non-ASCII character.
    fn reads_host(&mut self, start: usize, limit: usize) -> bool {
        if !(self.host.span.contains(&start) && self.host.span.end <= limit) {
            self.host = Host { span: start..start, ..Host::default() };
            for (at, byte) in self.text.as_bytes()[..limit].iter().enumerate().skip(start) {
                match byte {
                    b'.' => {
                        self.host.dots.rotate_right(1);
                        self.host.dots[0] = Some(at);
                    }
                    b'_' => self.host.underscore = Some(at),
                    // Escaped characters still have their backslash here.
                    b'-' | b'\\' => {}
                    byte if byte.is_ascii_alphanumeric() => {}
                    _ => break,
                }
                self.host.span.end = at + 1;
                #[cfg(test)]
                {
                    self.bytes_read += 1;
                }
            }
        }
        let within = |at: Option<usize>| at.filter(|at| *at > start);
        let [_, second, ..] = self.host.dots;
        let last_labels = within(second).unwrap_or(start);
        within(self.host.dots[MANY_DOTS - 1]).is_some()
            || self.host.underscore.is_none_or(|at| at <= last_labels)
    }
}

/// Reads `name@example.org` by the offset of its at sign. A preceding `mailto:` or `xmpp:` is part of the address.
fn mail(text: &str, at: usize, after: usize, limit: usize) -> Option<Autolink> {
    let bytes = text.as_bytes();
    let is_local = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+');
    let start = at - bytes[after..at].iter().rev().take_while(|b| is_local(b)).count();
    let scheme = ["mailto:", "xmpp:"].into_iter().find(|scheme| {
        let before = bytes[after..start].strip_suffix(scheme.as_bytes());
        before.is_some_and(|before| !before.last().is_some_and(u8::is_ascii_alphanumeric))
    });
    let mut end = at + 1;
    let (mut has_period, mut is_resource) = (false, false);
    while let Some(byte) = bytes[..limit].get(end) {
        match byte {
            b'.' if bytes[..limit].get(end + 1).is_some_and(u8::is_ascii_alphanumeric) => has_period = true,
            b'-' | b'_' => {}
            // The resource of a chat: `/room`, `/room@host` (GFM 6.9).
            b'/' if scheme == Some("xmpp:") && !is_resource => is_resource = true,
            b'@' if is_resource => {}
            byte if byte.is_ascii_alphanumeric() => {}
            _ => break,
        }
        end += 1;
    }
    let is_mail = start < at
        && has_period
        && bytes[end - 1].is_ascii_alphabetic()
        && bytes[..limit].get(end) != Some(&b'@');
    is_mail.then(|| match scheme {
        Some(scheme) => {
            let start = start - scheme.len();
            Autolink { span: start..end, destination: text[start..end].to_owned() }
        }
        None => Autolink { span: start..end, destination: format!("mailto:{}", &text[start..end]) },
    })
}

/// The end of an address: at white space or `<`, without trailing punctuation, an unmatched bracket, or anything that
/// looks like an entity. GFM mentions round brackets only; GitHub creates no link for an address in square brackets,
/// and a link that includes the bracket would not resolve.
fn extent(text: &str, start: usize, host_end: usize, limit: usize) -> usize {
    let rest = &text[host_end..limit];
    let mut end = host_end + rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
    // Counted once, so that a long run of brackets takes linear time.
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
                let entity = text[start..end - 1].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn link_texts(text: &str) -> Vec<&str> {
        autolinks(text).into_iter().map(|link| &text[link.span]).collect()
    }

    #[test]
    fn addresses_are_those_of_cmark_gfm() {
        for (text, expected) in [
            ("http://localhost http://.example http://-a", &["http://localhost"][..]),
            ("http://a_b.example http://a_b.c.example", &["http://a_b.c.example"]),
            // Underscores count up to the first non-ASCII character.
            ("http://é_a.example www.é.example", &["http://é_a.example", "www.é.example"]),
            ("http://a_.b_.c.d.e.f.g.h.i.j.k.l_", &["http://a_.b_.c.d.e.f.g.h.i.j.k.l"]),
            (r"http://a.example/\_x", &[r"http://a.example/\_x"]),
            ("a@b.c1 a@b.c- a@b..c a@.b mailto:a@b.c", &["a@.b", "mailto:a@b.c"]),
            ("xmpp:a@b.c/d xmailto:a@b.c a@b@c.d", &["xmpp:a@b.c/d", "a@b.c", "b@c.d"]),
            ("http://a.b/&amp;; http://a.b/&x1;", &["http://a.b/", "http://a.b/&x1"]),
        ] {
            assert_eq!(link_texts(text), expected, "{text}");
        }
    }

    #[test]
    fn hosts_are_read_once() {
        for text in ["_www.", "www._", "www.", "www.a_", "http://a_", "www.a_.", "a@www."] {
            let text = text.repeat(1_000) + "_";
            let mut finder = AddressFinder::new(&text);
            finder.find(0..text.len(), text.len(), false);
            assert!(finder.bytes_read <= 2 * text.len(), "{} bytes for {}", finder.bytes_read, text.len());
            // The same in pieces, as in text with emphasis.
            let mut finder = AddressFinder::new(&text);
            for at in 0..text.len() {
                finder.find(at..at + 1, text.len(), false);
            }
            assert!(finder.bytes_read <= 2 * text.len(), "{} bytes for {}", finder.bytes_read, text.len());
        }
    }
}
