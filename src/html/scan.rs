//! Highlights the most common languages in one pass over the bytes.
//!
//! Grammars are more precise, but try a hundred regular expressions per line and took a sixth of a build. The classes
//! that help readers most (comments, strings, numbers, keywords, function names, keys) do not need them.

use std::cell::Cell;

/// The parts of a text, in order and without gaps, each with its class.
pub(super) type Parts<'a> = Vec<(&'a str, Option<&'static str>)>;

/// Scans a code block; `None` if the language needs a grammar.
pub(super) fn scan<'a>(code: &'a str, language: &str) -> Option<Parts<'a>> {
    let mut scanner = Scanner { code, at: 0, done: 0, parts: Vec::new(), brace: Ahead::default() };
    match language {
        "go" | "golang" => scanner.program(&GO),
        "python" | "py" | "python3" => scanner.program(&PYTHON),
        "sh" | "bash" | "zsh" | "shell" | "console" | "shell-session" | "terminal" => scanner.shell(),
        "yaml" | "yml" => scanner.yaml(),
        _ => return None,
    }
    scanner.part(code.len(), None);
    Some(scanner.parts)
}

/// The lexical rules of a programming language.
struct Language {
    line_comment: &'static str,
    block_comment: Option<(&'static str, &'static str)>,
    /// Longer marks first.
    quotes: &'static [Quote],
    keywords: &'static [&'static str],
    /// Keywords that precede the name of a type.
    before_type: &'static [&'static str],
    constants: &'static [&'static str],
    types: &'static [&'static str],
}

/// The delimiters of a string literal.
struct Quote {
    mark: &'static str,
    /// True if a backslash escapes the next character.
    escapes: bool,
    /// True if it may span several lines.
    spans_lines: bool,
}

const fn quote(mark: &'static str) -> Quote {
    Quote { mark, escapes: true, spans_lines: false }
}

static GO: Language = Language {
    line_comment: "//",
    block_comment: Some(("/*", "*/")),
    quotes: &[quote("\""), quote("'"), Quote { mark: "`", escapes: false, spans_lines: true }],
    keywords: &[
        "break",
        "case",
        "chan",
        "const",
        "continue",
        "default",
        "defer",
        "else",
        "fallthrough",
        "for",
        "func",
        "go",
        "goto",
        "if",
        "import",
        "interface",
        "map",
        "package",
        "range",
        "return",
        "select",
        "struct",
        "switch",
        "type",
        "var",
    ],
    before_type: &["type"],
    constants: &["true", "false", "nil", "iota"],
    types: &[
        "any",
        "bool",
        "byte",
        "complex128",
        "complex64",
        "error",
        "float32",
        "float64",
        "int",
        "int16",
        "int32",
        "int64",
        "int8",
        "rune",
        "string",
        "uint",
        "uint16",
        "uint32",
        "uint64",
        "uint8",
        "uintptr",
    ],
};

static PYTHON: Language = Language {
    line_comment: "#",
    block_comment: None,
    quotes: &[
        Quote { mark: "\"\"\"", escapes: true, spans_lines: true },
        Quote { mark: "'''", escapes: true, spans_lines: true },
        quote("\""),
        quote("'"),
    ],
    keywords: &[
        "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
        "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ],
    before_type: &["class"],
    constants: &["True", "False", "None"],
    types: &["bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple"],
};

/// Shell keywords that may precede a command.
const KEYWORDS_BEFORE_COMMAND: &[&str] = &["do", "elif", "else", "if", "then", "until", "while", "!", "{"];
/// Other shell keywords.
const SHELL_KEYWORDS: &[&str] = &[
    "case", "declare", "done", "esac", "export", "fi", "for", "function", "in", "local", "readonly",
    "return", "select", "}",
];

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

    /// The end of the string literal that starts here.
    fn quoted_end(&self, quote: &Quote) -> usize {
        let bytes = self.code.as_bytes();
        let mut at = self.at + quote.mark.len();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\'
                    if quote.escapes
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

    fn program(&mut self, language: &Language) {
        let mut type_follows = false;
        while let Some(byte) = self.byte(self.at) {
            let rest = self.rest().as_bytes();
            if rest.starts_with(language.line_comment.as_bytes()) {
                self.part(self.line_end(self.at), Some("comment"));
            } else if let Some((open, close)) =
                language.block_comment.filter(|(open, _)| rest.starts_with(open.as_bytes()))
            {
                let inner = self.at + open.len();
                let end =
                    self.code[inner..].find(close).map_or(self.code.len(), |at| inner + at + close.len());
                self.part(end, Some("comment"));
            } else if let Some(quote) =
                language.quotes.iter().find(|quote| rest.starts_with(quote.mark.as_bytes()))
            {
                self.part(self.quoted_end(quote), Some("string"));
            } else if byte.is_ascii_digit() {
                let end = self.while_at(self.at, |byte| is_in_word(byte) || byte == b'.');
                self.part(end, Some("number"));
            } else if is_letter(byte) {
                let end = self.while_at(self.at, is_in_word);
                let word = &self.code[self.at..end];
                let class = if language.keywords.contains(&word) {
                    Some("keyword")
                } else if language.constants.contains(&word) {
                    Some("constant")
                } else if type_follows || language.types.contains(&word) {
                    Some("type")
                } else if self.byte(end) == Some(b'(') {
                    Some("function")
                } else {
                    None
                };
                type_follows = language.before_type.contains(&word);
                self.word(end, class);
            } else if byte == b'@' && self.byte(self.at + 1).is_some_and(is_letter) {
                let end = self.while_at(self.at + 1, |byte| is_letter(byte) || byte == b'.');
                self.part(end, Some("attribute"));
            } else {
                self.at += 1;
            }
        }
    }

    /// Advances over a word, with or without a class.
    fn word(&mut self, end: usize, class: Option<&'static str>) {
        match class {
            Some(_) => self.part(end, class),
            None => self.at = end,
        }
    }

    fn shell(&mut self) {
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
                    let quote = Quote { mark: "'", escapes: false, spans_lines: true };
                    self.part(self.quoted_end(&quote), Some("string"));
                    command = false;
                }
                b'"' => {
                    let end = self.quoted_end(&Quote { mark: "\"", escapes: true, spans_lines: true });
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

    /// The offset after the character at `at`.
    fn next_char(&self, at: usize) -> usize {
        self.code[at.min(self.code.len())..]
            .chars()
            .next()
            .map_or(self.code.len(), |letter| at + letter.len_utf8())
    }

    fn yaml(&mut self) {
        // The column of the key whose block scalar is on the lines below.
        let mut block: Option<usize> = None;
        while self.at < self.code.len() {
            let (start, line_end) = (self.at, self.line_end(self.at));
            let indent = self.while_at(start, |byte| byte == b' ') - start;
            let empty = self.code[start..line_end].trim().is_empty();
            if block.is_some_and(|above| empty || indent > above) {
                self.part(line_end, Some("string"));
            } else {
                let mut column = indent;
                self.at += indent;
                while self.rest().starts_with("- ") {
                    self.at = self.while_at(self.at + 1, |byte| byte == b' ');
                }
                if let Some(end) = self.yaml_key(line_end) {
                    column = self.at - start;
                    self.part(end, Some("tag"));
                    self.at += 1;
                }
                block = self.yaml_values(line_end).then_some(column);
            }
            self.at = (line_end + 1).min(self.code.len());
        }
    }

    /// The end of the key that starts here, if there is one.
    fn yaml_key(&self, line_end: usize) -> Option<usize> {
        let line = &self.code[self.at..line_end];
        if line.starts_with(['#', '[', '{', '&', '*', '!', '|', '>']) {
            return None;
        }
        let quoted = line.starts_with(['"', '\'']);
        let from = if quoted { self.quoted_end(&yaml_quote(line.as_bytes()[0])) } else { self.at };
        let rest = &self.code[from.min(line_end)..line_end];
        let colon = rest.find(": ").or_else(|| rest.ends_with(':').then(|| rest.len() - 1))?;
        let key = from + colon;
        let comment = self.code[self.at..key].contains(" #");
        (!comment && (!quoted || colon == 0)).then_some(key)
    }

    /// Scans the value after a key. Returns true if a block scalar follows.
    fn yaml_values(&mut self, line_end: usize) -> bool {
        let mut flow = false;
        let (comment, stop, colon) = (Ahead::default(), Ahead::default(), Ahead::default());
        while self.at < line_end {
            match self.byte(self.at) {
                Some(b' ' | b',') => self.at += 1,
                Some(b'[' | b'{' | b']' | b'}') => {
                    self.at += 1;
                    flow = true;
                }
                Some(b'#') => self.part(line_end, Some("comment")),
                Some(b'|' | b'>') => {
                    self.part(line_end, Some("keyword"));
                    return true;
                }
                Some(byte @ (b'"' | b'\'')) => {
                    let end = self.quoted_end(&yaml_quote(byte));
                    self.part(end.min(line_end), Some("string"));
                }
                Some(byte @ (b'&' | b'*' | b'!')) => {
                    let end = self.while_at(self.at, |byte| !byte.is_ascii_whitespace() && byte != b',');
                    self.part(end.min(line_end), Some(if byte == b'!' { "type" } else { "variable" }));
                }
                _ => {
                    let line = &self.code[self.at..line_end];
                    let mut end = comment.next(self.at, line_end, || line.find(" #"));
                    if flow {
                        end = end.min(stop.next(self.at, line_end, || line.find([',', ']', '}'])));
                    }
                    let text = &line[..end - self.at];
                    let scalar = text.trim_end();
                    let key = colon.next(self.at, line_end, || line.find(": ")) - self.at;
                    if flow && key + 1 < scalar.len() {
                        self.part(self.at + key, Some("tag"));
                        self.at += 1;
                    } else if scalar.is_empty() {
                        self.at += text.len();
                    } else {
                        self.part(self.at + scalar.len(), Some(yaml_class(scalar)));
                    }
                }
            }
        }
        false
    }
}

/// The string literal that a quotation mark starts.
fn yaml_quote(mark: u8) -> Quote {
    quote(if mark == b'\'' { "'" } else { "\"" })
}

fn yaml_class(scalar: &str) -> &'static str {
    match scalar {
        "true" | "false" | "null" | "~" => "constant",
        number if number.parse::<f64>().is_ok() => "number",
        _ => "string",
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
    fn classes(code: &str, language: &str) -> Vec<String> {
        let parts = scan(code, language).into_iter().flatten();
        parts.filter_map(|(text, class)| Some(format!("{}:{text}", class?))).collect()
    }

    #[test]
    fn go() {
        let code = "// Run.\ntype Pod struct { n int }\nfunc (p *Pod) Run(s string) error {\n\treturn `a\n`, \"b\\\"\", 0x1F /* x\n */\n}\n";
        assert_eq!(
            classes(code, "go"),
            [
                "comment:// Run.",
                "keyword:type",
                "type:Pod",
                "keyword:struct",
                "type:int",
                "keyword:func",
                "function:Run",
                "type:string",
                "type:error",
                "keyword:return",
                "string:`a\n`",
                "string:\"b\\\"\"",
                "number:0x1F",
                "comment:/* x\n */",
            ]
        );
    }

    #[test]
    fn python() {
        let code =
            "@a.b\nclass C:\n    def f(self): return None if x else f(1.5)  # c\n    \"\"\"a\n\"b\" \"\"\"\n";
        assert_eq!(
            classes(code, "python"),
            [
                "attribute:@a.b",
                "keyword:class",
                "type:C",
                "keyword:def",
                "function:f",
                "keyword:return",
                "constant:None",
                "keyword:if",
                "keyword:else",
                "function:f",
                "number:1.5",
                "comment:# c",
                "string:\"\"\"a\n\"b\" \"\"\"",
            ]
        );
        assert_eq!(classes("'a\nb", "python"), ["string:'a"], "a text that does not end ends with the line");
    }

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

    #[test]
    fn yaml() {
        let code = "# c\na b: 1 # one\n- \"q: r\": x # y\n- url: http://x#y\n- k: |\n    text: no\n\n  l: [a, \"b\", {m: true}]\n- &x !!str z\n- *x\n";
        assert_eq!(
            classes(code, "yaml"),
            [
                "comment:# c",
                "tag:a b",
                "number:1",
                "comment:# one",
                "tag:\"q: r\"",
                "string:x",
                "comment:# y",
                "tag:url",
                "string:http://x#y",
                "tag:k",
                "keyword:|",
                "string:    text: no",
                "tag:l",
                "string:a",
                "string:\"b\"",
                "tag:m",
                "constant:true",
                "variable:&x",
                "type:!!str",
                "string:z",
                "variable:*x",
            ]
        );
    }

    proptest! {
        /// No text is lost, and no character is split.
        #[test]
        fn parts_are_the_text(pieces in proptest::collection::vec(proptest::sample::select(vec![
            "a", "é", "\u{a0}", " ", "\n", "\t", "\"", "'", "`", "\\", "$", "{", "}", "(", "[", "]", "#", "//", "/*", "*/", "<<", "<<EOF\n",
            "EOF", "-", "- ", ": ", ":", "|", "&", "*", "!", "=", ",", "1", "@", "if ", "\"\"\"", "\r\n",
        ]), 0..40), language in proptest::sample::select(vec!["go", "python", "sh", "yaml"])) {
            let code = pieces.concat();
            let parts: String = scan(&code, language).into_iter().flatten().map(|(text, _)| text).collect();
            prop_assert_eq!(parts, code);
        }
    }
}
