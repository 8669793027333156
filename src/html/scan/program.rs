//! Programming languages, by tables of their lexical rules.

use super::{Quote, Scanner, is_in_word, is_letter, quote};

/// The lexical rules of a programming language.
pub(super) struct ProgrammingLanguage {
    line_comment: &'static str,
    block_comment: Option<(&'static str, &'static str)>,
    /// Longer marks first.
    quotes: &'static [Quote],
    keywords: &'static [&'static str],
    /// True if upper and lower case letters are the same in keywords.
    ignores_case: bool,
    /// True if a dollar sign precedes the names of variables.
    has_variables: bool,
    /// Keywords that precede the name of a type.
    before_type: &'static [&'static str],
    constants: &'static [&'static str],
    types: &'static [&'static str],
}

impl ProgrammingLanguage {
    fn has_keyword(&self, word: &str) -> bool {
        let is_same = |keyword: &&str| match self.ignores_case {
            true => keyword.eq_ignore_ascii_case(word),
            false => **keyword == *word,
        };
        self.keywords.iter().any(is_same)
    }
}

pub(super) static GO: ProgrammingLanguage = ProgrammingLanguage {
    line_comment: "//",
    block_comment: Some(("/*", "*/")),
    quotes: &[quote("\""), quote("'"), Quote { mark: "`", escape: None, spans_lines: true }],
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
    ignores_case: false,
    has_variables: false,
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

pub(super) static PYTHON: ProgrammingLanguage = ProgrammingLanguage {
    line_comment: "#",
    block_comment: None,
    quotes: &[
        Quote { mark: "\"\"\"", escape: Some(b'\\'), spans_lines: true },
        Quote { mark: "'''", escape: Some(b'\\'), spans_lines: true },
        quote("\""),
        quote("'"),
    ],
    keywords: &[
        "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
        "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ],
    ignores_case: false,
    has_variables: false,
    before_type: &["class"],
    constants: &["True", "False", "None"],
    types: &["bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple"],
};

pub(super) static POWERSHELL: ProgrammingLanguage = ProgrammingLanguage {
    line_comment: "#",
    block_comment: Some(("<#", "#>")),
    quotes: &[
        Quote { mark: "\"", escape: Some(b'`'), spans_lines: true },
        Quote { mark: "'", escape: None, spans_lines: true },
    ],
    keywords: &[
        "begin", "break", "catch", "class", "continue", "do", "else", "elseif", "end", "enum", "exit",
        "filter", "finally", "for", "foreach", "function", "if", "in", "param", "process", "return",
        "switch", "throw", "trap", "try", "until", "using", "while",
    ],
    ignores_case: true,
    has_variables: true,
    before_type: &["class", "enum"],
    constants: &[],
    types: &[],
};

impl Scanner<'_> {
    /// Scans a program.
    pub(super) fn program(&mut self, language: &ProgrammingLanguage) {
        let mut type_follows = false;
        while let Some(byte) = self.byte(self.at) {
            let rest = self.rest().as_bytes();
            if rest.starts_with(language.line_comment.as_bytes()) {
                self.part(self.line_end(self.at), Some("comment"));
            } else if let Some((open, close)) =
                language.block_comment.filter(|(open, _)| rest.starts_with(open.as_bytes()))
            {
                self.part(self.comment_end(open, close), Some("comment"));
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
                let class = if language.has_keyword(word) {
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
            } else if byte == b'$' && language.has_variables && self.variable_end() > self.at {
                self.part(self.variable_end(), Some("variable"));
            } else if byte == b'@' && self.byte(self.at + 1).is_some_and(is_letter) {
                let end = self.while_at(self.at + 1, |byte| is_letter(byte) || byte == b'.');
                self.part(end, Some("attribute"));
            } else {
                self.at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::html::scan::tests::classes;

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
    fn powershell() {
        let code = "<# Sets\nup. #>\nForEach ($path in $env:Path) { Write-Host \"C:\\$path`\"\" } # done\n";
        assert_eq!(
            classes(code, "powershell"),
            [
                "comment:<# Sets\nup. #>",
                "keyword:ForEach",
                "variable:$path",
                "keyword:in",
                "variable:$env",
                "string:\"C:\\$path`\"\"",
                "comment:# done",
            ]
        );
    }
}
