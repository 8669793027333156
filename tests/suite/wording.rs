//! Wording: docs, strings, messages, comments and names avoid phrasings that make readers stop.

use std::fs;
use std::path::Path;

use regex::{Regex, RegexSet};

use crate::support::project;

/// Phrasings that are not written anywhere, each with what to write instead.
const PHRASES: &[(&str, &str)] = &[
    (r"that there (is|are) (not|none)", "that does not exist"),
    (r"[^e] (is|are) no [^lm]", "is not a …, invalid …, unknown …"),
    (r"[^e] (is|are) none\b", "is not a …, does not …"),
    (r"\b(is|are) to be\b", "must be, expected"),
    (r"\bthousand million\b", "billion"),
    (r"\bin hundredths\b", "in percent"),
    (r"\bof (it|them)sel(f|ves)\b", "alone, on its own, automatically"),
    (r"\bmade out\b", "composed, resolved, for a group"),
    (r"\banew\b", "again"),
    (r"\b(is|are|was|were) (told|said)\b", "rolebook reports, the page says"),
    (r"\bsaid apart\b", "reported separately"),
    (r"\bmend(s|ed|ing)?\b", "fix, repair"),
    (r"\bmay do without\b", "is optional"),
    (r"\bwhat (is|was) (found|shown|said|written|meant)\b", "a noun: findings, contents, text"),
    (r"\b(lead|leads|led) nowhere\b", "is broken"),
    (r"\b(lies|lie) over\b", "is on top of"),
    (r"\bfor none\b", "for no …, without"),
    (r"\bas a rule\b", "usually"),
    (r"\bat hand\b", "present, available"),
    (r"\b(has|have) (its|their) say\b", "overrides"),
    (r"\btakes? (it|them) for\b", "reads it as"),
    (r"\bin dashes\b", "dashed"),
    (r"\bholds all of\b", "contains all of"),
    (r"\bnames no\b", "does not name a"),
    (r"\bknows no\b", "has no"),
    (r"\bgives? nothing\b", "returns nothing"),
    (r"\bso as not to\b", "to avoid"),
    (r"\b(thereof|therein|thereby|whereof|wherein)\b", "of it, in it, by it"),
];

/// Names that do not say what they hold.
const NAMES: &str =
    r"\b(let|mut|fn|mod|for|const|static) (known|found|written|further|made_out|laid|told|held|said|met)\b";

/// Openings of doc comments that are riddles: a noun or a verb in the third person says what an item is.
const OPENINGS: &str = r"^\s*//[/!] (What|Whether|Where|Who|Whose|Whom|That|To) ";

/// Files below some of the project's folders, with their lines.
fn lines(folders: &[&str], endings: &[&str]) -> Vec<(String, Vec<String>)> {
    let mut files = Vec::new();
    let mut paths: Vec<_> = folders.iter().map(|folder| project().join(folder)).collect();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.strip_prefix(project()).unwrap().to_string_lossy().replace('\\', "/");
        // The list of phrasings is in this file.
        if endings.iter().any(|ending| name.ends_with(ending)) && !name.ends_with("wording.rs") {
            files.push((name, read(&path)));
        }
    }
    files.sort();
    assert!(files.len() > 3, "{folders:?}");
    files
}

fn read(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn no_banned_phrasing_is_written() {
    let set = RegexSet::new(PHRASES.iter().map(|(phrase, _)| format!("(?i){phrase}"))).unwrap();
    let prose = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "action.yml",
        ".github",
        "content",
        "docs",
        "themes",
        "src",
        "tests/suite",
    ];
    let mut faults = Vec::new();
    for (name, lines) in lines(&prose, &[".md", ".toml", ".yml", ".html", ".rs", ".js", ".css"]) {
        for (index, line) in lines.iter().enumerate() {
            for phrase in set.matches(line) {
                faults.push(format!("{name}:{}: write “{}”: {}", index + 1, PHRASES[phrase].1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}\n{} faults", faults.join("\n"), faults.len());
}

#[test]
fn names_and_doc_comments_state_what_things_are() {
    let (names, openings) = (Regex::new(NAMES).unwrap(), Regex::new(OPENINGS).unwrap());
    let mut faults = Vec::new();
    for (name, lines) in lines(&["src", "tests/suite", "fuzz/fuzz_targets", "benches"], &[".rs"]) {
        for (index, line) in lines.iter().enumerate() {
            let goes_on = index > 0 && lines[index - 1].trim_start().starts_with("//");
            if names.is_match(line) || (openings.is_match(line) && !goes_on) {
                faults.push(format!("{name}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}\n{} faults", faults.join("\n"), faults.len());
}

#[test]
fn the_patterns_fit() {
    let set = RegexSet::new(PHRASES.iter().map(|(phrase, _)| format!("(?i){phrase}"))).unwrap();
    for (line, is_banned) in [
        ("`x` is no GitHub handle", true),
        ("there is no group", false),
        ("it is no longer there", false),
        ("an obligation that there is not", true),
        ("it must be a table", false),
        ("`x` is to be a table", true),
    ] {
        assert_eq!(set.is_match(line), is_banned, "{line}");
    }
}
