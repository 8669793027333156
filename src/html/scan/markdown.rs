//! Markdown.

use super::Scanner;

impl Scanner<'_> {
    /// Scans headings, code, comments and destinations of links, line by line.
    pub(super) fn markdown(&mut self) {
        // The mark of the open code block.
        let mut fence: Option<&str> = None;
        while self.at < self.code.len() {
            let (start, line_end) = (self.at, self.line_end(self.at));
            let line = self.code[start..line_end].trim_start();
            let mark = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark));
            if fence.is_some() || mark.is_some() {
                fence = match fence {
                    Some(open) if mark != Some(open) => Some(open),
                    Some(_) => None,
                    None => mark,
                };
                self.part(line_end, Some("string"));
            } else if is_heading(line) {
                self.part(line_end, Some("heading"));
            } else {
                self.markdown_text(line_end);
            }
            self.at = (self.at + 1).min(self.code.len());
        }
    }

    /// Scans running text up to the end of the line, or of a comment that goes on.
    fn markdown_text(&mut self, line_end: usize) {
        while self.at < line_end {
            let rest = self.rest();
            if rest.starts_with("<!--") {
                // `<!-->` is a whole comment.
                self.part(self.comment_end("<!", "-->"), Some("comment"));
            } else if rest.starts_with('`') {
                let end = self.code[self.at + 1..line_end].find('`').map(|at| self.at + 1 + at + 1);
                match end {
                    Some(end) => self.part(end, Some("string")),
                    // No code begins at the marks that are left.
                    None => return self.at = line_end,
                }
            } else if rest.starts_with("](") {
                let end = self.while_at(self.at, |byte| !matches!(byte, b')' | b'\n'));
                self.at += "](".len();
                self.part(end, Some("attribute"));
            } else {
                let plain = |byte: u8| !matches!(byte, b'<' | b'`' | b']');
                self.at = self.while_at(self.at + 1, plain).min(line_end);
            }
        }
    }
}

/// True for a line of one to six number signs and a text.
fn is_heading(line: &str) -> bool {
    let text = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - text.len())) && (text.is_empty() || text.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use crate::html::scan::tests::classes;

    #[test]
    fn markdown() {
        let code = "# One\n#two `a` [b](c.md) <!-- d\n# e -->\n~~~ sh\n# f\n```\n~~~\n## Three `x`\n`open\n";
        assert_eq!(
            classes(code, "md"),
            [
                "heading:# One",
                "string:`a`",
                "attribute:c.md",
                "comment:<!-- d\n# e -->",
                "string:~~~ sh",
                "string:# f",
                "string:```",
                "string:~~~",
                "heading:## Three `x`",
            ]
        );
    }
}
