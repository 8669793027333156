//! JSON, with comments.

use super::{Scanner, is_letter, quote};

impl Scanner<'_> {
    /// Scans values and keys.
    pub(super) fn json(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'"' => {
                    let end = self.quoted_end(&quote("\""));
                    let next = self.while_at(end, |byte| byte.is_ascii_whitespace());
                    let is_key = self.byte(next) == Some(b':');
                    self.part(end, Some(if is_key { "tag" } else { "string" }));
                }
                b'/' if self.rest().starts_with("//") => {
                    self.part(self.line_end(self.at), Some("comment"));
                }
                b'/' if self.rest().starts_with("/*") => {
                    self.part(self.comment_end("/*", "*/"), Some("comment"));
                }
                b'-' | b'0'..=b'9' => {
                    let is_in_number = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
                    self.part(self.while_at(self.at, is_in_number), Some("number"));
                }
                byte if is_letter(byte) => {
                    let end = self.while_at(self.at, is_letter);
                    let is_constant = matches!(&self.code[self.at..end], "true" | "false" | "null");
                    self.word(end, is_constant.then_some("constant"));
                }
                _ => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::html::scan::tests::classes;

    #[test]
    fn json() {
        let code = "{ // One\n  \"a \\\" b\" : [true, -1.5e+3, \"c\", null],\n  /* two */ \"d\": maybe }";
        assert_eq!(
            classes(code, "json"),
            [
                "comment:// One",
                "tag:\"a \\\" b\"",
                "constant:true",
                "number:-1.5e+3",
                "string:\"c\"",
                "constant:null",
                "comment:/* two */",
                "tag:\"d\"",
            ]
        );
        assert_eq!(classes("\"a", "json"), ["string:\"a"]);
    }
}
