//! Escapes text for terminals and CI logs. Text from sources must not move the cursor, change the reading order, or
//! start a command.

use std::borrow::Cow;
use std::fmt::{Arguments, Write as _};
use std::io::Write as _;

use super::progress::without_bar;

/// True for characters that terminals interpret or that affect the order of display: control characters, line and
/// paragraph separators, and bidirectional controls (UAX 9).
fn is_interpreted(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Escapes text as one line; interpreted characters become `\n`, `\u{1b}` and the like.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c == '\t')
}

/// Escapes text of several lines; see [`one_line`].
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| matches!(c, '\t' | '\n'))
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|c| is_interpreted(c) && !stays(c)) && !text.lines().any(is_command) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        // GitHub's runners interpret `::` at the beginning of a line, and `##[` anywhere.
        let indent = line.len() - line.trim_start().len();
        let command = is_command(line);
        for (at, c) in line.char_indices() {
            let begins = command && (at == indent && c == ':' || c == '#' && line[at..].starts_with("##["));
            if (is_interpreted(c) && !stays(c)) || begins {
                let _ = if begins {
                    write!(escaped, "{}", c.escape_unicode())
                } else {
                    write!(escaped, "{}", c.escape_default())
                };
            } else {
                escaped.push(c);
            }
        }
    }
    escaped.into()
}

fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.contains("##[")
}

/// Escapes the characters in JSON that terminals interpret but JSON permits.
pub(super) fn json(text: &str) -> Cow<'_, str> {
    let stands = |c: char| is_interpreted(c) && !c.is_ascii_control() || c == '\u{7f}';
    if !text.chars().any(stands) && !is_command(text) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        if stands(c) || text[at..].starts_with("##[") {
            let _ = write!(escaped, "\\u{:04x}", c as u32);
        } else {
            escaped.push(c);
        }
    }
    escaped.into()
}

/// A text in a style (ECMA-48 SGR parameters, such as `1` for bold).
pub(super) fn styled(text: &str, style: &str, is_styled: bool) -> String {
    if is_styled { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Writes a message to standard error. Failures are ignored.
pub(super) fn say(message: Arguments) {
    let text = message.to_string();
    let _ = without_bar(|| writeln!(std::io::stderr(), "{}", lines(&text)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_terminals_interpret_are_escaped() {
        for (text, one, several) in [
            ("plain é 日本 👩\u{200d}💻\t", "plain é 日本 👩\u{200d}💻\t", "plain é 日本 👩\u{200d}💻\t"),
            ("a\nb", "a\\nb", "a\nb"),
            ("a\r\nb\r", "a\\r\\nb\\r", "a\\r\nb\\r"),
            ("\u{1b}[31m\u{1b}]0;x\u{7}", "\\u{1b}[31m\\u{1b}]0;x\\u{7}", "\\u{1b}[31m\\u{1b}]0;x\\u{7}"),
            ("\u{9b}31m\u{7f}\0", "\\u{9b}31m\\u{7f}\\u{0}", "\\u{9b}31m\\u{7f}\\u{0}"),
            (
                "a\u{202e}b\u{2066}c\u{200f}",
                "a\\u{202e}b\\u{2066}c\\u{200f}",
                "a\\u{202e}b\\u{2066}c\\u{200f}",
            ),
            ("a\u{2028}b\u{85}", "a\\u{2028}b\\u{85}", "a\\u{2028}b\\u{85}"),
        ] {
            assert_eq!(one_line(text), one, "{text:?}");
            assert_eq!(lines(text), several, "{text:?}");
        }
    }

    #[test]
    fn no_line_starts_a_workflow_command() {
        for (text, escaped) in [
            ("::error::x", "\\u{3a}:error::x"),
            ("a\n  ::stop-commands::x", "a\n  \\u{3a}:stop-commands::x"),
            ("a ##[group]b", "a \\u{23}#[group]b"),
            ("a::b, ## c, #[d]", "a::b, ## c, #[d]"),
        ] {
            assert_eq!(lines(text), escaped);
        }
    }

    #[test]
    fn escaped_json_parses_to_the_same_value() {
        let value = serde_json::json!({"a": "x\u{1b}\u{9b}\u{202e}\u{7f}é##[x]"});
        let escaped = json(&value.to_string()).into_owned();
        assert!(!escaped.chars().any(is_interpreted) && !escaped.contains("##["), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
    }
}
