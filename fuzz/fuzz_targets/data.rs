//! Reads any bytes as a data file of every kind. Each reader terminates, locations of diagnostics are within the
//! text, and a group survives a round trip through writing and reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rolebook::config::Config;
use rolebook::diagnostic::{Diagnostic, FileName, Location};
use rolebook::facts::{Group, Records, Vocabulary};
use rolebook::formats::{
    Candidate, DataFile, Format, PRESETS, default_vocabulary, group_file, infer, lenient_page_matter,
    page_matter, role_matter,
};
use rolebook::parse::{Node, TableKey, Value, parse, toml, yaml};
use rolebook::trace::Lock;

/// Paths of data files of every kind. Each is read by the formats that support it.
const PATHS: [&str; 16] = [
    "groups/x.toml",
    "skills/x.toml",
    "checklists/x.toml",
    "people/x.toml",
    "rules/x.toml",
    "glossary.toml",
    "access.toml",
    "community.toml",
    "sigs.yaml",
    "teams/x.toml",
    "reference/projects.yaml",
    "reference/members.yaml",
    "org.yaml",
    "OWNERS_ALIASES",
    "maintainers.csv",
    "x.json",
];

/// Reads a group file of the handbook.
fn read_group(file: &FileName, text: &str, vocabulary: &Vocabulary) -> Records {
    let path = "groups/x.toml";
    Format::Handbook.records(&DataFile { name: file, path, text, vocabulary })
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let file = FileName::site("content/groups/x.toml");
    let mut diagnostics = Vec::new();
    for tree in [toml(&file, &text, 0..text.len()), yaml(&file, &text, 0..text.len())] {
        match tree {
            Ok(node) => spans_are_in_the_text(&text, &node),
            Err(fault) => diagnostics.push(fault),
        }
    }

    let presets = PRESETS.iter().map(|preset| {
        let vocabulary = preset.vocabulary(default_vocabulary());
        (Format::mapped_by(preset.mapping(&vocabulary)), vocabulary)
    });
    for (format, vocabulary) in
        std::iter::once((Format::Handbook, default_vocabulary().clone())).chain(presets)
    {
        let vocabulary = Vocabulary { kinds: vocabulary.kinds.with_unnamed(), ..vocabulary };
        for path in PATHS.into_iter().filter(|path| format.holds(path).is_some()) {
            let records =
                format.records(&DataFile { name: &file, path, text: &text, vocabulary: &vocabulary });
            records.groups.iter().for_each(|group| writing_round_trips(group, &file, &text, &vocabulary));
            diagnostics.extend(records.diagnostics);
        }
    }
    for path in ["x.yaml", "x.json", "x.toml", "x.csv"] {
        let proposal = infer(&[Candidate { path, text: &text }], default_vocabulary(), "github");
        for entry in proposal.entries {
            // Unusual names may make an entry that `site.toml` refuses; `init` leaves such entries out.
            let _ = Config::parse(&format!(
                "title = \"x\"\n{}\n[[source]]\npath = \"x\"\n{}",
                proposal.words, entry.text
            ));
        }
    }
    diagnostics.extend(Config::parse(&text).err());
    match Lock::parse(&text) {
        Ok(lock) => assert_eq!(Lock::parse(&lock.text()).as_ref(), Ok(&lock), "a lock read again"),
        Err(fault) => diagnostics.push(fault),
    }
    if let Some(block) = parse(&text).front_matter {
        diagnostics.extend(page_matter(&file, &text, &block).1);
        diagnostics.extend(role_matter(&file, &text, &block).1);
        diagnostics.extend(lenient_page_matter(&file, &text, &block).1);
    }

    for Diagnostic { location, related, .. } in &diagnostics {
        location
            .iter()
            .chain(related.iter().map(|(location, _)| location))
            .for_each(|location| shows_a_line(&text, location));
    }
});

fn spans_are_in_the_text(text: &str, node: &Node) {
    let within = |span: &std::ops::Range<usize>| {
        assert!(text.get(span.clone()).is_some(), "the place {span:?} is not in the text");
    };
    within(&node.span);
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| spans_are_in_the_text(text, item)),
        Value::Table(entries) => entries.iter().for_each(|(TableKey { span, .. }, value)| {
            within(span);
            spans_are_in_the_text(text, value);
        }),
        _ => {}
    }
}

/// Asserts that a location shows a line of the text and marks a part of it.
fn shows_a_line(text: &str, location: &Location) {
    let line = text.split('\n').nth(location.line as usize - 1).expect("a line of the text");
    let shown = location.text.as_deref().expect("the text is at hand");
    assert!(line.contains(shown), "{shown:?} is not in {line:?}");
    let (from, to) = location.marked;
    assert!(shown.get(from as usize..to as usize).is_some(), "{from}..{to} is not in {shown:?}");
    assert!((1..=line.chars().count() + 1).contains(&(location.column as usize)), "{location}");
}

fn writing_round_trips(facts: &Group, file: &FileName, text: &str, vocabulary: &Vocabulary) {
    // They become file names and parts of addresses.
    let people = facts.leads.iter().map(|lead| &lead.person.id);
    for name in people.chain([&facts.id]).map(|at| at.as_str()) {
        assert!(!name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']), "{name:?}");
    }
    let text_of_group = group_file(facts, file, None).expect("a new file is written");
    let rewritten = group_file(facts, file, Some(&text_of_group));
    assert_eq!(rewritten.as_ref(), Ok(&text_of_group), "a second run changes nothing");
    let again = read_group(file, &text_of_group, vocabulary);
    let again = again.groups.first().expect("the written file is a group");
    assert_eq!((&again.kind, &again.name, &again.label), (&facts.kind, &facts.name, &facts.label));
    assert_eq!((&again.leads, &again.emeritus), (&facts.leads, &facts.emeritus));
    assert_eq!(again.stakeholders, facts.stakeholders);
    assert_eq!(again.charter, facts.charter);
    assert_eq!(again.meetings.len(), facts.meetings.len());
    // Merging into a file with other content keeps that content.
    if let Ok(merged) = group_file(facts, file, Some(text)) {
        assert_eq!(group_file(facts, file, Some(&merged)).as_ref(), Ok(&merged), "merged twice");
    }
}
