//! PathPatterns of files in `.gitignore` syntax.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// PathPatterns of files in `.gitignore` syntax. They are compiled once, as each takes longer than reading a file.
#[derive(Clone, Debug)]
pub struct PathPatterns {
    lines: Vec<String>,
    matcher: Gitignore,
}

impl PathPatterns {
    /// Compiles patterns. Malformed ones, which readers of the configuration report, match nothing.
    pub fn new(lines: Vec<String>) -> Self {
        let mut builder = GitignoreBuilder::new("");
        for line in &lines {
            let _ = builder.add_line(None, line);
        }
        Self { matcher: builder.build().unwrap_or_else(|_| Gitignore::empty()), lines }
    }

    /// Checks the syntax of a pattern.
    ///
    /// # Errors
    /// The fault of a malformed pattern.
    pub(super) fn check(line: &str) -> Result<(), ignore::Error> {
        GitignoreBuilder::new("").add_line(None, line).map(drop)
    }

    /// The patterns as they are written.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// True if the patterns match a path relative to the source. Its parent folders are not considered.
    pub fn matches(&self, path: impl AsRef<Path>, is_folder: bool) -> bool {
        self.matcher.matched(path, is_folder).is_ignore()
    }
}

impl Default for PathPatterns {
    fn default() -> Self {
        Self { lines: Vec::new(), matcher: Gitignore::empty() }
    }
}

impl PartialEq for PathPatterns {
    fn eq(&self, other: &Self) -> bool {
        self.lines == other.lines
    }
}

impl Eq for PathPatterns {}
