//! Differences between files.

use super::Scanner;

impl Scanner<'_> {
    /// Scans lines by how they begin.
    pub(super) fn diff(&mut self) {
        while self.at < self.code.len() {
            let line = &self.code[self.at..self.line_end(self.at)];
            let begins = |marks: &[&str]| marks.iter().any(|mark| line.starts_with(mark));
            let class = if begins(&["@@", "diff ", "index ", "--- ", "+++ "]) {
                Some("heading")
            } else if begins(&["+", ">"]) {
                Some("inserted")
            } else if begins(&["-", "<"]) {
                Some("deleted")
            } else {
                None
            };
            self.word(self.at + line.len(), class);
            self.at = (self.at + 1).min(self.code.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::html::scan::tests::classes;

    #[test]
    fn diff() {
        let code = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c";
        assert_eq!(
            classes(code, "diff"),
            ["heading:--- a/x", "heading:+++ b/x", "heading:@@ -1,2 +1,2 @@", "deleted:-b", "inserted:+c"]
        );
    }
}
