//! Unified diffs that `git apply` takes.

use similar::{Algorithm, TextDiff};

/// The differences between two texts of a file.
pub(super) fn unified(path: &str, old: &str, new: &str) -> String {
    // git separates lines by line feeds alone.
    let [old, new] = [old, new].map(|text| text.split_inclusive('\n').collect::<Vec<&str>>());
    TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .newline_terminated(true)
        .diff_slices(&old, &new)
        .unified_diff()
        .header(&name("a/", path), &name("b/", path))
        .missing_newline_hint(true)
        .to_string()
}

/// A path as git writes it in the header of a diff.
fn name(side: &str, path: &str) -> String {
    let needs_quotes = |c: char| c.is_control() || matches!(c, '"' | '\\');
    if path.chars().any(needs_quotes) {
        let mut quoted = format!("\"{side}");
        for byte in path.bytes() {
            match byte {
                b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
                0x20..=0x7e => quoted.push(char::from(byte)),
                _ => quoted.push_str(&format!("\\{byte:03o}")),
            }
        }
        return quoted + "\"";
    }
    // The tab ends a name with spaces.
    let end = if path.contains(' ') { "\t" } else { "" };
    format!("{side}{path}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_git_reads_them() {
        assert_eq!(name("a/", "x/OWNERS"), "a/x/OWNERS");
        assert_eq!(name("b/", "my team"), "b/my team\t");
        assert_eq!(name("a/", "a\"\n\u{e9}"), "\"a/a\\\"\\012\\303\\251\"");
    }

    #[test]
    fn line_endings_are_kept() {
        let diff = unified("x", "a\r\nb\r\nc", "a\r\nc");
        assert_eq!(diff, "--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n a\r\n-b\r\n c\n\\ No newline at end of file\n");
    }
}
