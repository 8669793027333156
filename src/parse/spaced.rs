//! Collapsing white space and shortening texts.

/// Trims a text and replaces each run of white space with one space.
pub fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    push_spaced(&mut spaced, text);
    spaced
}

/// Appends the result of [`spaced`] to a text.
pub(super) fn push_spaced(to: &mut String, text: &str) {
    let text = text.trim();
    if is_spaced(text) {
        return to.push_str(text);
    }
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            to.push(' ');
        }
        to.push_str(word);
    }
}

/// True if a trimmed text certainly needs no change, as most do. Without branches, so that the loops read many bytes at
/// a time.
fn is_spaced(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_plain = bytes.iter().fold(true, |plain, byte| plain & (*byte > b'\r') & byte.is_ascii());
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    is_plain && pairs.fold(true, |single, (one, next)| single & !(*one == b' ' && *next == b' '))
}

/// Shortens a text to at most `limit` characters, at a word boundary and with `…`.
pub fn shortened(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => {
            let cut = text[..end].rfind(' ').unwrap_or(end);
            format!("{}…", text[..cut].trim_end_matches([',', ';', ':', '.']))
        }
    }
}

/// Replaces Markdown links with their text.
pub fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((label, after)) = after.split_once("](") else { break };
        let Some((_, after)) = after.split_once(')') else { break };
        plain.push_str(before);
        plain.push_str(label);
        rest = after;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::{shortened, spaced};

    #[test]
    fn long_texts_end_after_a_word() {
        for (text, expected) in [
            ("", ""),
            ("ab cd ef", "ab cd ef"),
            ("ab cd efg", "ab cd…"),
            ("ab, cdefgh", "ab…"),
            ("abcdefghi", "abcdefgh…"),
            ("éééééééééé", "éééééééé…"),
        ] {
            assert_eq!(shortened(text, 8), expected);
        }
    }

    #[test]
    fn runs_become_single_spaces() {
        for (text, expected) in
            [("", ""), ("a b", "a b"), (" a  b\n", "a b"), ("a\tb\r\nc", "a b c"), ("a\u{a0}b é", "a b é")]
        {
            assert_eq!(spaced(text), expected);
        }
    }
}
