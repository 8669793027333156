//! White space, evened out.

/// A text with each run of white space made one space, and none at its ends.
pub fn spaced(text: &str) -> String {
    let text = text.trim();
    // Most texts are so already.
    let (mut even, mut space) = (true, false);
    for byte in text.bytes() {
        even &= !(byte == b' ' && space) && byte > b'\r' && byte.is_ascii();
        space = byte == b' ';
    }
    if even { text.to_owned() } else { text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn runs_become_single_spaces() {
        for (text, expected) in
            [("", ""), ("a b", "a b"), (" a  b\n", "a b"), ("a\tb\r\nc", "a b c"), ("a\u{a0}b é", "a b é")]
        {
            assert_eq!(spaced(text), expected);
        }
    }
}
