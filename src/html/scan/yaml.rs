//! YAML.

use super::{Ahead, Quote, Scanner, quote};

impl Scanner<'_> {
    /// Scans lines of YAML.
    pub(super) fn yaml(&mut self) {
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

#[cfg(test)]
mod tests {
    use crate::html::scan::tests::classes;

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
}
