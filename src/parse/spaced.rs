//! Collapsing white space and shortening texts.

/// Trims a text and replaces each run of white space with one space.
pub fn spaced(text: &str) -> String {
    let text = text.trim();
    // Most texts need no change.
    let (mut is_collapsed, mut space) = (true, false);
    for byte in text.bytes() {
        is_collapsed &= !(byte == b' ' && space) && byte > b'\r' && byte.is_ascii();
        space = byte == b' ';
    }
    if is_collapsed { text.to_owned() } else { text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

/// Shortens a text to at most `limit` characters, at a word boundary and with `…`.
pub fn shortened(text: &str, limit: usize) -> String {
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
