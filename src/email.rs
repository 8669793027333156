//! Email addresses of people, which are never published.

use std::borrow::Cow;
use std::ops::Range;

/// The sign of an address, and others that look or count like it.
const SIGNS: [&str; 4] = ["@", "＠", "﹫", "%40"];

/// The length of the part before the sign that counts, in bytes: the maximum of RFC 5321, 4.5.3.1.1.
const LONGEST_LOCAL: usize = 64;

/// True if a text contains an email address, however it is written. Names of accounts begin with the sign:
/// `@ann:example.org`.
pub fn has_email(text: &str) -> bool {
    // Every word of the search index is asked for. The signs begin with these bytes.
    text.bytes().any(|byte| matches!(byte, b'@' | b'%' | 0xef)) && emails(text).next().is_some()
}

/// The byte ranges of the parts before the sign of all email addresses in a text.
pub fn emails(text: &str) -> impl Iterator<Item = Range<usize>> {
    let signs = SIGNS.iter().flat_map(|sign| text.match_indices(sign));
    signs.filter_map(|(at, sign)| {
        let is_local = |c: char| c.is_alphanumeric() || "!#$%&\"'*+/=?^_`{|}~.-".contains(c);
        let host = &text[at + sign.len()..];
        let from = (at.saturating_sub(LONGEST_LOCAL)..=at).find(|from| text.is_char_boundary(*from));
        let near = &text[from.unwrap_or(at)..at];
        let start = near.trim_end_matches(is_local).len();
        // An address in quotation marks, not one whose own part is quoted.
        let local = near[start..].trim_start_matches(['"', '\'']);
        let is_email = !local.is_empty() && host.starts_with(|c: char| c.is_alphanumeric() || c == '[');
        is_email.then_some(at - local.len()..at)
    })
}

/// A text without its words that contain an email address.
pub fn without_emails(text: &str) -> Cow<'_, str> {
    if !has_email(text) {
        return Cow::Borrowed(text);
    }
    text.split_whitespace().filter(|word| !has_email(word)).collect::<Vec<_>>().join(" ").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_however_they_are_written() {
        for text in [
            "ann@example.org",
            "<ann@example.org>",
            "(@annlee/ann@leak.example)",
            "@RedHat,ann@redhat.example",
            "\"bob\"@leak.example",
            "dan＠leak.example",
            "eve﹫leak.example",
            "mailto:fay%40leak.example",
            "gil@[192.0.2.1]",
            "ann@localhost",
        ] {
            assert!(has_email(text), "{text}");
            assert_eq!(without_emails(&format!("One {text} two")), "One two");
        }
        for text in [
            "@ann",
            "@ann:example.org",
            "ann @ example",
            "a@",
            "#ann",
            "(@ann)",
            "[@ann](https://a.example/ann)",
        ] {
            assert!(!has_email(text), "{text}");
            assert_eq!(without_emails(text), text);
        }
    }
}
