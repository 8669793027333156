//! Emoji shortcodes.

use std::borrow::Cow;

/// Replaces GitHub's emoji shortcodes (`:tada:`) with their characters. Shortcodes within words (`a:x:b`) and unknown
/// ones stay, as do those of GitHub's own pictures, which have no character (`:octocat:`).
pub fn emoji(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b':', text.as_bytes()).is_none() {
        return text.into();
    }
    let mut colons = memchr::memchr_iter(b':', text.as_bytes()).peekable();
    let mut replaced = String::new();
    let mut done = 0;
    while let Some(start) = colons.next() {
        let Some(end) = colons.peek().copied() else { break };
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let stands_alone = !text[done..start].ends_with(is_word) && !text[end + 1..].starts_with(is_word);
        let shortcode = Some(&text[start + 1..end]).filter(|code| stands_alone && !code.contains(' '));
        if let Some(character) = shortcode.and_then(emojis::get_by_shortcode) {
            replaced.push_str(&text[done..start]);
            replaced.push_str(character.as_str());
            done = end + 1;
            colons.next();
        }
    }
    if done == 0 {
        return text.into();
    }
    replaced.push_str(&text[done..]);
    replaced.into()
}

#[cfg(test)]
mod tests {
    use super::emoji;

    #[test]
    fn shortcodes_become_characters() {
        for (text, expected) in [
            ("plain", "plain"),
            (":tada: done", "\u{1f389} done"),
            ("a :+1::-1: b", "a \u{1f44d}\u{1f44e} b"),
            (":warning:", "\u{26a0}\u{fe0f}"),
            ("at 10:30:45", "at 10:30:45"),
            ("::tada:", ":\u{1f389}"),
            ("urn:key:x and a:x:", "urn:key:x and a:x:"),
            (":nothing_such: :octocat:", ":nothing_such: :octocat:"),
            ("note: :memo:", "note: \u{1f4dd}"),
            ("é:tada:", "é\u{1f389}"),
        ] {
            assert_eq!(emoji(text), expected, "{text}");
        }
    }
}
