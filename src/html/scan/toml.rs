//! TOML.

use super::{Quote, Scanner, is_in_word, quote};

/// Longer marks first.
const QUOTES: [Quote; 4] = [
    Quote { mark: "\"\"\"", escape: Some(b'\\'), spans_lines: true },
    Quote { mark: "'''", escape: None, spans_lines: true },
    quote("\""),
    Quote { mark: "'", escape: None, spans_lines: false },
];

impl Scanner<'_> {
    /// Scans tables, keys and values.
    pub(super) fn toml(&mut self) {
        let mut begins_line = true;
        // The depth of arrays, whose lines begin with values.
        let mut depth = 0_usize;
        while let Some(byte) = self.byte(self.at) {
            if byte == b'[' && begins_line && depth == 0 {
                let end = self.while_at(self.at, |byte| !matches!(byte, b'\n' | b'#'));
                self.part(end, Some("heading"));
                continue;
            }
            if let Some(quote) = QUOTES.iter().find(|quote| self.rest().starts_with(quote.mark)) {
                let end = self.quoted_end(quote);
                self.part(end, Some(self.class_before(end, "string")));
                begins_line = false;
                continue;
            }
            match byte {
                b'\n' => {
                    self.at += 1;
                    begins_line = true;
                    continue;
                }
                b'#' => self.part(self.line_end(self.at), Some("comment")),
                byte if is_in_bare(byte) => {
                    let end = self.while_at(self.at, |byte| is_in_bare(byte) || b".:+".contains(&byte));
                    let class = match &self.code[self.at..end] {
                        "true" | "false" => "constant",
                        _ => "number",
                    };
                    self.part(end, Some(self.class_before(end, class)));
                }
                b'[' => {
                    self.at += 1;
                    depth += 1;
                }
                b']' => {
                    self.at += 1;
                    depth = depth.saturating_sub(1);
                }
                byte => {
                    self.at += 1;
                    begins_line &= byte.is_ascii_whitespace();
                    continue;
                }
            }
            begins_line = false;
        }
    }

    /// The class of a word or string before `end`: a key if an equals sign or a dot follows.
    fn class_before(&self, end: usize, otherwise: &'static str) -> &'static str {
        let next = self.while_at(end, |byte| matches!(byte, b' ' | b'\t'));
        if matches!(self.byte(next), Some(b'=' | b'.')) { "tag" } else { otherwise }
    }
}

/// True for bytes of keys without quotes; numbers and dates begin with one, too.
fn is_in_bare(byte: u8) -> bool {
    is_in_word(byte) || byte == b'-'
}

#[cfg(test)]
mod tests {
    use crate::html::scan::tests::classes;

    #[test]
    fn toml() {
        let code = "# c\n[a.b] # d\nkey = 'x' # e\n\"q k\".part = 1979-05-27T07:32:00\nlist = [\n  [1, 2],\n  \"y\",\n]\ninline = { on = true }\ntext = \"\"\"\nz = 1\n\"\"\"\n[[c]]\n";
        assert_eq!(
            classes(code, "toml"),
            [
                "comment:# c",
                "heading:[a.b] ",
                "comment:# d",
                "tag:key",
                "string:'x'",
                "comment:# e",
                "tag:\"q k\"",
                "tag:part",
                "number:1979-05-27T07:32:00",
                "tag:list",
                "number:1",
                "number:2",
                "string:\"y\"",
                "tag:inline",
                "tag:on",
                "constant:true",
                "tag:text",
                "string:\"\"\"\nz = 1\n\"\"\"",
                "heading:[[c]]",
            ]
        );
    }
}
