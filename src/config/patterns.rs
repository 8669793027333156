//! Patterns of files in `.gitignore` syntax.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Patterns of files in `.gitignore` syntax. They are compiled once, as each takes longer than reading a file.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(patterns: &[&str], path: &str, is_folder: bool) -> bool {
        PathPatterns::new(patterns.iter().map(ToString::to_string).collect()).matches(path, is_folder)
    }

    /// See gitignore(5).
    #[test]
    fn patterns_match_as_in_gitignore_files() {
        assert!(matches(&["/a.md"], "a.md", false) && !matches(&["/a.md"], "b/a.md", false));
        assert!(matches(&["a.md"], "b/a.md", false) && matches(&["b/a.md"], "b/a.md", false));
        assert!(!matches(&["b/a.md"], "c/b/a.md", false) && matches(&["**/b/a.md"], "c/b/a.md", false));
        assert!(matches(&["a/"], "b/a", true) && !matches(&["a/"], "b/a", false));
        assert!(matches(&["a/**"], "a/b/c.md", false) && !matches(&["a/**"], "a", true));
        assert!(!matches(&["*.md", "!b.md"], "b.md", false) && matches(&["!b.md", "*.md"], "b.md", false));
        assert!(!matches(&["# a", "a.md"], "# a", false) && !matches(&[], "a.md", false));
    }

    #[test]
    fn malformed_patterns_match_nothing() {
        assert!(PathPatterns::check("{a").is_err() && PathPatterns::check("{a,b}").is_ok());
        assert!(!matches(&["{a"], "{a", false) && matches(&["{a", "b"], "b", false));
    }
}
