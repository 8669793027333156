//! Shell scripts and sessions.

use super::{Quote, Scanner, is_letter};

/// Shell keywords that may precede a command.
const KEYWORDS_BEFORE_COMMAND: &[&str] = &["do", "elif", "else", "if", "then", "until", "while", "!", "{"];
/// Other shell keywords.
const SHELL_KEYWORDS: &[&str] = &[
    "case", "declare", "done", "esac", "export", "fi", "for", "function", "in", "local", "readonly",
    "return", "select", "}",
];

impl Scanner<'_> {
    /// Scans commands.
    pub(super) fn shell(&mut self) {
        let mut command = true;
        // The delimiter of the heredoc that starts on the next line.
        let mut heredoc: Option<&str> = None;
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'\n' => {
                    self.at += 1;
                    command = true;
                    if let Some(mark) = heredoc.take() {
                        self.heredoc(mark);
                    }
                }
                b'\\' => self.at = self.next_char(self.at + 1),
                b'#' if self.at == 0
                    || self.byte(self.at - 1).is_some_and(|byte| byte.is_ascii_whitespace()) =>
                {
                    self.part(self.line_end(self.at), Some("comment"));
                }
                b'\'' => {
                    let quote = Quote { mark: "'", escape: None, spans_lines: true };
                    self.part(self.quoted_end(&quote), Some("string"));
                    command = false;
                }
                b'"' => {
                    let end = self.quoted_end(&Quote { mark: "\"", escape: Some(b'\\'), spans_lines: true });
                    self.with_variables(end);
                    command = false;
                }
                b'$' if self.variable_end() > self.at => {
                    self.part(self.variable_end(), Some("variable"));
                    command = false;
                }
                b'<' if self.rest().starts_with("<<<") => self.at += 3,
                b'<' if self.rest().starts_with("<<") => {
                    let start =
                        self.while_at(self.at, |byte| matches!(byte, b'<' | b'-' | b' ' | b'\'' | b'"'));
                    let end = self.while_at(start, is_letter);
                    heredoc = Some(&self.code[start..end]).filter(|mark| !mark.is_empty());
                    self.at = self.while_at(end, |byte| matches!(byte, b'\'' | b'"'));
                }
                b';' | b'|' | b'&' | b'(' | b'`' => {
                    self.at += 1;
                    command = true;
                }
                byte if byte.is_ascii_whitespace() || matches!(byte, b'$' | b'<' | b'>' | b')' | b'=') => {
                    self.at += 1;
                }
                _ => command = self.shell_word(command),
            }
        }
    }

    /// Scans a word of a command. Returns whether the next word may be a command.
    fn shell_word(&mut self, command: bool) -> bool {
        let ends = |byte: u8| byte.is_ascii_whitespace() || b";|&()<>\"'`$=\\".contains(&byte);
        let end = self.while_at(self.at, |byte| !ends(byte));
        let word = &self.code[self.at..end];
        if !command {
            let option = word.starts_with('-') && self.byte(self.at.wrapping_sub(1)) == Some(b' ');
            self.word(end, option.then_some("variable"));
            return false;
        }
        if KEYWORDS_BEFORE_COMMAND.contains(&word) || SHELL_KEYWORDS.contains(&word) {
            self.part(end, Some("keyword"));
            return KEYWORDS_BEFORE_COMMAND.contains(&word);
        }
        if self.byte(end) != Some(b'=') {
            self.part(end, Some("function"));
            return false;
        }
        // The value of a variable is not a command, but a command may follow it.
        self.part(end, Some("variable"));
        self.at = self.while_at(end + 1, |byte| !ends(byte));
        true
    }

    /// Adds a string up to `end` and the variables in it.
    fn with_variables(&mut self, end: usize) {
        let mut start = self.at;
        while self.at < end {
            let variable_end =
                if self.byte(self.at) == Some(b'$') { self.variable_end().min(end) } else { self.at };
            if variable_end == self.at {
                self.at = if self.byte(self.at) == Some(b'\\') { self.at + 2 } else { self.at + 1 };
                continue;
            }
            let variable = self.at;
            self.at = start;
            self.part(variable, Some("string"));
            self.part(variable_end, Some("variable"));
            start = variable_end;
        }
        self.at = start;
        self.part(end, Some("string"));
    }

    /// Scans the lines up to the one that consists of the delimiter.
    fn heredoc(&mut self, mark: &str) {
        let mut end = self.at;
        while end < self.code.len() {
            let line_end = self.line_end(end);
            if self.code[end..line_end].trim() == mark {
                break;
            }
            end = (line_end + 1).min(self.code.len());
        }
        self.part(end, Some("string"));
        // The delimiter is not a command.
        self.at = self.line_end(end);
    }
}

#[cfg(test)]
mod tests {
    use crate::html::scan::tests::classes;

    #[test]
    fn shell() {
        let code = "$ A=1 make -j test \\\n  clean # all\nif ! grep -q \"x ${y}\\\" $1\" f; then echo '$no' | tee; fi\nurl#no\n";
        assert_eq!(
            classes(code, "sh"),
            [
                "variable:A",
                "function:make",
                "variable:-j",
                "comment:# all",
                "keyword:if",
                "keyword:!",
                "function:grep",
                "variable:-q",
                "string:\"x ",
                "variable:${y}",
                "string:\\\" ",
                "variable:$1",
                "string:\"",
                "keyword:then",
                "function:echo",
                "string:'$no'",
                "function:tee",
                "keyword:fi",
                "function:url#no",
            ]
        );
        assert_eq!(
            classes("cat <<'EOF' > f\na $b\nEOF\nls\n", "bash"),
            ["function:cat", "string:a $b\n", "function:ls"]
        );
        assert_eq!(classes("x=$(date)", "sh"), ["variable:x", "function:date"]);
        assert_eq!(classes("cat <<< \"a\"\nb", "sh"), ["function:cat", "string:\"a\"", "function:b"]);
    }
}
