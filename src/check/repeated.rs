//! Merges repeated diagnostics.

use indexmap::IndexMap;

use crate::diagnostic::{Code, Diagnostic, code};

/// Codes about a name that does not exist. Repetitions of the name in a file are not reported separately.
const OF_NAMES: [Code; 13] = [
    code::LINK_CASE_MISMATCH,
    code::LINK_MALFORMED,
    code::LINK_MISSING_ANCHOR,
    code::LINK_MISSING_DOCUMENT,
    code::LINK_MOVED,
    code::LINK_REDIRECT_PAGE,
    code::LINK_UNDEFINED_LABEL,
    code::DATA_UNKNOWN_CHECKLIST,
    code::DATA_UNKNOWN_GROUP,
    code::DATA_UNKNOWN_PLACEHOLDER,
    code::DATA_UNKNOWN_ROLE,
    code::DATA_UNKNOWN_SKILL,
    code::TRACE_UNKNOWN_OBLIGATION,
];

/// Maximum number of additional lines named in a message.
const LINES: usize = 3;

/// Merges diagnostics that differ only in their line. The first one states the number of occurrences and further lines.
pub(super) fn merge(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut merged: IndexMap<_, Vec<Diagnostic>> = IndexMap::new();
    for (index, diagnostic) in diagnostics.into_iter().enumerate() {
        // Diagnostics without a location or with other codes are not merged.
        let file = diagnostic.location.as_ref().map(|at| at.file.clone());
        let of_name = file.filter(|_| OF_NAMES.contains(&diagnostic.code)).ok_or(index);
        let key = (of_name, diagnostic.code, diagnostic.severity, diagnostic.message.clone());
        merged.entry(key).or_default().push(diagnostic);
    }
    merged.into_values().filter_map(merged_one).collect()
}

fn merged_one(mut diagnostics: Vec<Diagnostic>) -> Option<Diagnostic> {
    diagnostics.sort();
    let times = diagnostics.len();
    let mut lines: Vec<u32> =
        diagnostics.iter().filter_map(|diagnostic| Some(diagnostic.location.as_ref()?.line)).collect();
    lines.dedup();
    let mut first = diagnostics.into_iter().next()?;
    if times > 1 {
        let further_lines: Vec<String> = lines.iter().skip(1).take(LINES).map(u32::to_string).collect();
        let more = if lines.len() > LINES + 1 { ", …" } else { "" };
        let lines = if further_lines.is_empty() {
            String::new()
        } else {
            format!("; again on {}{more}", on_lines(&further_lines))
        };
        first.message = format!("{} ({times} times in this file{lines})", first.message);
    }
    Some(first)
}

fn on_lines(lines: &[String]) -> String {
    let plural = if lines.len() == 1 { "" } else { "s" };
    format!("line{plural} {}", lines.join(", "))
}

#[cfg(test)]
mod tests {
    use super::merge;
    use crate::diagnostic::{Code, Diagnostic, FileName, Location, code};

    fn at(path: &str, code: Code, message: &str, line: u32) -> Diagnostic {
        Diagnostic::new(code, message, Location::line(&FileName::site(path), line, 1))
    }

    #[test]
    fn repeated_diagnostics_are_merged() {
        let missing = code::LINK_MISSING_DOCUMENT;
        let diagnostics = vec![
            at("a", missing, "no x", 5),
            at("a", missing, "no x", 2),
            at("a", missing, "no y", 3),
            at("b", missing, "no x", 1),
            at("a", code::LINK_EMPTY, "empty", 1),
            at("a", code::LINK_EMPTY, "empty", 4),
            at("a", code::LINK_UNDEFINED_LABEL, "no label", 7),
            at("a", code::LINK_UNDEFINED_LABEL, "no label", 7),
        ];
        let messages: Vec<String> =
            merge(diagnostics).into_iter().map(|diagnostic| diagnostic.message).collect();
        let expected = [
            "no x (2 times in this file; again on line 5)",
            "no y",
            "no x",
            "empty",
            "empty",
            "no label (2 times in this file)",
        ];
        assert_eq!(messages, expected);
        let many = (1..=50).map(|line| at("a", missing, "no x", line)).collect();
        assert_eq!(merge(many)[0].message, "no x (50 times in this file; again on lines 2, 3, 4, …)");
    }
}
