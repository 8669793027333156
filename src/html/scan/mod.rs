//! Highlights the most common languages in one pass over the bytes.
//!
//! Grammars are more precise, but try a hundred regular expressions per line, which have to be compiled first: they took
//! a sixth of a build. The classes that help readers most (comments, strings, numbers, keywords, function names, keys) do
//! not need them.

mod diff;
mod json;
mod markdown;
mod program;
mod shell;
mod toml;
mod yaml;

use std::cell::Cell;

/// The parts of a text, in order and without gaps, each with its class.
pub(super) type Parts<'a> = Vec<(&'a str, Option<&'static str>)>;

/// Scans a code block; `None` if the language needs a grammar.
pub(super) fn scan<'a>(code: &'a str, language: &str) -> Option<Parts<'a>> {
    let mut scanner = Scanner { code, at: 0, done: 0, parts: Vec::new(), brace: Ahead::default() };
    match language {
        "diff" | "patch" => scanner.diff(),
        "go" | "golang" => scanner.program(&program::GO),
        "json" | "jsonc" => scanner.json(),
        "markdown" | "md" => scanner.markdown(),
        "powershell" | "pwsh" | "ps1" => scanner.program(&program::POWERSHELL),
        "python" | "py" | "python3" => scanner.program(&program::PYTHON),
        "sh" | "bash" | "zsh" | "shell" | "console" | "shell-session" | "terminal" => scanner.shell(),
        "toml" => scanner.toml(),
        "yaml" | "yml" => scanner.yaml(),
        _ => return None,
    }
    scanner.part(code.len(), None);
    Some(scanner.parts)
}

/// The delimiters of a string literal.
struct Quote {
    mark: &'static str,
    /// The character before another one that makes it part of the text.
    escape: Option<u8>,
    /// True if it may span several lines.
    spans_lines: bool,
}

const fn quote(mark: &'static str) -> Quote {
    Quote { mark, escape: Some(b'\\'), spans_lines: false }
}

struct Scanner<'a> {
    code: &'a str,
    /// Byte offset of the scanner.
    at: usize,
    /// End of the last part.
    done: usize,
    parts: Parts<'a>,
    /// The next closing brace, for the shell.
    brace: Ahead,
}

/// Caches the next occurrence of something that is searched from increasing offsets, so that no byte is read twice.
#[derive(Default)]
struct Ahead {
    /// The offset of the last search.
    from: Cell<usize>,
    /// The result of the last search; the end of the text if there is none.
    result: Cell<Option<usize>>,
}

impl Ahead {
    /// The first occurrence at or after `at`, or `end`.
    fn next(&self, at: usize, end: usize, find: impl FnOnce() -> Option<usize>) -> usize {
        match self.result.get().filter(|result| (self.from.get()..=*result).contains(&at)) {
            Some(result) => result,
            None => {
                let result = find().map_or(end, |offset| at + offset);
                self.from.set(at);
                self.result.set(Some(result));
                result
            }
        }
    }
}

impl<'a> Scanner<'a> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.code.as_bytes().get(at).copied()
    }

    fn rest(&self) -> &'a str {
        &self.code[self.at..]
    }

    /// Adds a part that ends at `end`. Text skipped before it has no class.
    fn part(&mut self, end: usize, class: Option<&'static str>) {
        let start = if class.is_some() { self.at } else { end };
        if self.done < start {
            self.parts.push((&self.code[self.done..start], None));
        }
        if start < end {
            self.parts.push((&self.code[start..end], class));
        }
        self.at = end;
        self.done = end;
    }

    /// The end of the run of matching bytes that starts at `at`.
    fn while_at(&self, at: usize, is: impl Fn(u8) -> bool) -> usize {
        let bytes = &self.code.as_bytes()[at..];
        at + bytes.iter().position(|byte| !is(*byte)).unwrap_or(bytes.len())
    }

    fn line_end(&self, at: usize) -> usize {
        self.while_at(at, |byte| byte != b'\n')
    }

    /// The end of the comment that starts here with `open` and ends with `close`.
    fn comment_end(&self, open: &str, close: &str) -> usize {
        let inner = self.at + open.len();
        self.code[inner..].find(close).map_or(self.code.len(), |at| inner + at + close.len())
    }

    /// The end of the string literal that starts here.
    fn quoted_end(&self, quote: &Quote) -> usize {
        let bytes = self.code.as_bytes();
        let mut at = self.at + quote.mark.len();
        while let Some(byte) = bytes.get(at) {
            match byte {
                byte if quote.escape == Some(*byte)
                    && bytes.get(at + 1).is_some_and(|next| quote.spans_lines || *next != b'\n') =>
                {
                    // An escaped character may have several bytes; none of the following is a mark.
                    at += 2;
                }
                b'\n' if !quote.spans_lines => return at,
                _ if bytes[at..].starts_with(quote.mark.as_bytes()) => return at + quote.mark.len(),
                _ => at += 1,
            }
        }
        bytes.len()
    }

    /// Advances over a word, with or without a class.
    fn word(&mut self, end: usize, class: Option<&'static str>) {
        match class {
            Some(_) => self.part(end, class),
            None => self.at = end,
        }
    }

    /// The end of `$name`, `${…}` or `$1`; the current offset if there is none.
    fn variable_end(&self) -> usize {
        let after = self.at + 1;
        match self.byte(after) {
            Some(b'{') => {
                let end = self.code.len();
                let brace = self.brace.next(after, end, || self.code[after..].find('}'));
                if brace == end { self.at } else { brace + 1 }
            }
            Some(byte) if is_letter(byte) => self.while_at(after, is_in_word),
            Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?') => after + 1,
            _ => self.at,
        }
    }

    /// The offset after the character at `at`.
    fn next_char(&self, at: usize) -> usize {
        self.code[at.min(self.code.len())..]
            .chars()
            .next()
            .map_or(self.code.len(), |letter| at + letter.len_utf8())
    }
}

/// True for bytes that a name may contain.
fn is_in_word(byte: u8) -> bool {
    is_letter(byte) || byte.is_ascii_digit()
}

/// True for bytes that a name may start with; all non-ASCII bytes count as letters.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The parts with a class, as `class:text`.
    pub(super) fn classes(code: &str, language: &str) -> Vec<String> {
        let parts = scan(code, language).into_iter().flatten();
        parts.filter_map(|(text, class)| Some(format!("{}:{text}", class?))).collect()
    }

    proptest! {
        /// No text is lost, and no character is split.
        #[test]
        fn parts_are_the_text(pieces in proptest::collection::vec(proptest::sample::select(vec![
            "a", "é", "\u{a0}", " ", "\n", "\t", "\"", "'", "`", "\\", "$", "{", "}", "(", "[", "]", "#", "//", "/*", "*/", "<<", "<<EOF\n",
            "EOF", "-", "- ", ": ", ":", "|", "&", "*", "!", "=", ",", "1", "@", "if ", "\"\"\"", "\r\n",
        ]), 0..40), language in proptest::sample::select(vec![
            "diff", "go", "json", "markdown", "powershell", "python", "sh", "toml", "yaml",
        ])) {
            let code = pieces.concat();
            let parts: String = scan(&code, language).into_iter().flatten().map(|(text, _)| text).collect();
            prop_assert_eq!(parts, code);
        }
    }
}
