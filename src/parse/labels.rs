//! Comments and tags that look like reference-style links.

use std::ops::Range;

use crate::diagnostic::nearest;

/// True if a definition is a comment: `[//]: # (note)`, `[comment]: <> (note)`, `[meta]: #`. The destination of such
/// a definition is empty, or no link would use its label.
pub(super) fn is_comment(label: &str, destination: &str) -> bool {
    matches!(destination.trim(), "" | "#" | "<>" | "<#>") || !label.contains(char::is_alphanumeric)
}

/// True if `[text][label]`, whose label is undefined, was probably meant as a reference. Two adjacent tags
/// (`[area-docs][Slow]`, `[WIP][docs]`) and code (`a[i][j]`) have the same form but are text.
///
/// `span` is the range of the whole in `source`; `defined` lists the labels that the document defines.
pub(super) fn is_reference(source: &str, span: &Range<usize>, label: &str, defined: &[&str]) -> bool {
    let (before, after) = (&source[..span.start], &source[span.end..]);
    let brackets = &source[span.clone()];
    let Some((text, _)) = brackets.strip_suffix(']').and_then(|inner| inner.rsplit_once('[')) else {
        return true;
    };
    let text = text.trim_end().trim_start_matches('!');
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let label = label.trim();
    // `[tag][text](address)`: the second pair of brackets is the text of a link.
    if after.starts_with('(') {
        return false;
    }
    let is_picture = brackets.starts_with('!') || before.ends_with('!');
    if is_picture || is_address(label) || nearest(label, defined.iter().copied()).is_some() {
        return true;
    }
    if are_of_one_kind(text, label) {
        return false;
    }
    if shares_word(text, label) {
        return true;
    }
    let in_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ')' | ']');
    if before.ends_with(in_code) || after.starts_with('[') {
        return false;
    }
    let has_letter = |text: &str| text.contains(char::is_alphabetic);
    if label.bytes().all(|byte| byte.is_ascii_digit()) {
        return has_letter(text);
    }
    if is_tag(text) || is_tag(label) || label.starts_with(char::is_uppercase) {
        return false;
    }
    let is_formatted = text.contains(['`', '*']) || (text.contains(' ') && !label.contains(' '));
    let text_before = before.strip_suffix([' ', '\n']).unwrap_or("");
    let in_prose = text_before.ends_with(|c: char| c.is_alphabetic() || matches!(c, ',' | ';'));
    is_formatted || in_prose || (!defined.is_empty() && !text.contains('-') && is_item(before, after))
}

/// True if the brackets are all that a list item consists of, apart from punctuation after them.
fn is_item(before: &str, after: &str) -> bool {
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let is_marker = |c: char| c.is_ascii_digit() || " \t>*+-.)|".contains(c);
    line.chars().all(is_marker) && !after.trim_start_matches([' ', '\t']).starts_with(char::is_alphanumeric)
}

/// True if a label is an address, which belongs in round brackets.
pub fn is_address(label: &str) -> bool {
    label.contains("://")
        || label.starts_with("mailto:")
        || label.starts_with("www.")
        || label.ends_with(".md")
        || ["./", "../"].iter().any(|start| label.starts_with(start))
}

/// True for tags such as `WIP`, `kind/bug` and `Feature:Volumes`.
fn is_tag(text: &str) -> bool {
    let is_upper =
        |text: &str| text.len() > 1 && text.chars().all(|c| c.is_uppercase() || !c.is_alphabetic());
    !text.contains(char::is_whitespace) && (text.contains(['/', ':']) || is_upper(text))
}

/// True for two different tags with the same prefix: `[area-a][area-b]`.
fn are_of_one_kind(text: &str, label: &str) -> bool {
    let parts = |text| -> Option<(&str, &str)> {
        let (kind, name) = str::split_once(text, ['-', '/', ':'])?;
        (!text.contains(char::is_whitespace)).then_some((kind, name))
    };
    let (Some((kind, one)), Some((other_kind, other))) = (parts(text), parts(label)) else { return false };
    kind == other_kind && !shares_word(one, other)
}

/// Minimum length of a shared word.
const MIN_SHARED_WORD: usize = 3;
/// Number of initial letters that suffice if the rest of the word differs: `retired`, `retirement`.
const MIN_SHARED_START: usize = 5;

fn shares_word(text: &str, label: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= MIN_SHARED_WORD);
        words.map(str::to_lowercase).collect()
    };
    let labels = words(label);
    let start = |word: &str| word.char_indices().nth(MIN_SHARED_START).map(|(end, _)| word[..end].to_owned());
    let alike =
        |one: &str, other: &str| one == other || start(one).is_some_and(|start| other.starts_with(&start));
    text.trim() == label || words(text).iter().any(|word| labels.iter().any(|label| alike(word, label)))
}

#[cfg(test)]
mod tests {
    use super::{is_comment, is_reference};

    #[test]
    fn definitions_without_a_destination_are_comments() {
        for (label, destination) in [
            ("//", "#"),
            ("//", "<>"),
            ("comment", "<>"),
            ("comment", "#"),
            ("meta", "#"),
            ("#", "note"),
            ("//", "https://example.org"),
            ("_metadata_", ""),
        ] {
            assert!(is_comment(label, destination), "[{label}]: {destination}");
        }
        for (label, destination) in
            [("comment", "comments.md"), ("meta", "#meta"), ("1", "a.md"), ("c++", "https://example.org")]
        {
            assert!(!is_comment(label, destination), "[{label}]: {destination}");
        }
    }

    /// Applies [`is_reference`] to the first `[text][label]` of a text.
    fn is_first_reference(text: &str, defined: &[&str]) -> bool {
        let joint = text.find("][").unwrap();
        let start = text[..joint].rfind('[').unwrap();
        let end = joint + 2 + text[joint + 2..].find(']').unwrap();
        is_reference(text, &(start..end + 1), &text[joint + 2..end], defined)
    }

    #[test]
    fn adjacent_tags_are_not_references() {
        for text in [
            "Ann Example (term: 2 years) [GB-appointed][alternate]",
            "[area-storage][Slow] should work",
            "[kind/bug][area/x]",
            "fix a crash [kind/bug][area/x]",
            "[WIP][docs]",
            "[WIP][docs] Describe labels",
            "Add [WIP][docs]",
            "[Feature:Volumes][Serial]",
            "[area-apps][slow][flaky] retries",
            "[area-node][area-storage]",
            "fix a crash [area-node][area-storage] of long ago",
            "- [kind/bug][kind/flake] retries",
            "[priority:high][priority:low]",
            "[ann][if time allows] a proposal",
            "values in a[i][j] and f(x)[i][j]",
            "[ann][the minutes](https://example.org)",
        ] {
            assert!(!is_first_reference(text, &[]), "{text}");
            assert!(!is_first_reference(text, &["elsewhere"]), "with definitions: {text}");
        }
    }

    #[test]
    fn references_are_distinguished_from_tags() {
        for text in [
            "See [b][c].",
            "See [the release notes][relnotes] first",
            "[the release notes][relnotes]",
            "- [kubectl][kubectl-docs] is a tool",
            "It was [retired][nginx-retirement] due to",
            "[annual-report][annual-reports]",
            "[area-docs-charter][area-docs] and more",
            "[`/approve`][approve]",
            "[guide][1]",
            "![][image12]",
            "[Google][https://example.org/a#b])",
            "- [Deba][../a.md]",
            "[कमांड][कमांड] के साथ",
        ] {
            assert!(is_first_reference(text, &[]), "{text}");
        }
        for text in ["- [guide][contrib]", "- [guide][contrib]: how to", "[x][elsewhre] is it"] {
            assert!(is_first_reference(text, &["elsewhere"]), "{text}");
        }
    }
}
