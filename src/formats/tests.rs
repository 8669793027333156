//! The records and diagnostics of the readers.

use proptest::prelude::*;

use super::handbook::read::{checklist, glossary, group, page_matter, role_matter, skill_area};
use super::*;
use crate::diagnostic::{Diagnostic, FileName, Severity};
use crate::facts::{Group, Person, Phase};

fn file() -> FileName {
    FileName::site("content/x.toml")
}

/// The groups of a `sigs.yaml`, and the diagnostics.
fn kubernetes_groups(text: &str) -> (Vec<Arc<Group>>, Vec<Diagnostic>) {
    let vocabulary = PRESETS[0].vocabulary(&Vocabulary::default());
    let file = DataFile { name: &file(), path: "sigs.yaml", text, vocabulary: &vocabulary };
    let records = PRESETS[0].mapping(&vocabulary).read(&file);
    (records.groups, records.diagnostics)
}

/// Code, severity and marked text of each diagnostic.
fn summaries(text: &str, diagnostics: &[Diagnostic]) -> Vec<(&'static str, Severity, String)> {
    let marked = |diagnostic: &Diagnostic| {
        let location = diagnostic.location.as_ref().expect("every fault of a file has a place");
        let line = text.lines().nth(location.line as usize - 1).unwrap_or_default();
        assert!(line.starts_with(&location.text.as_deref().unwrap_or_default()[..0]));
        location.text.as_ref().map_or(String::new(), |line| {
            line[location.marked.0 as usize..location.marked.1 as usize].to_owned()
        })
    };
    diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.code.name(), diagnostic.severity, marked(diagnostic)))
        .collect()
}

const GROUP: &str = r#"kind = "sig"
name = "Example"
label = "example"

[[leads]]
role = "chair"
github = "Somebody"
name = "Some Body"
company = "Co"
email = "some@body.example"

[[meetings]]
title = "Weekly"
day = "Tuesday"
time = "9:00"
tz = "Europe/Berlin"

[contact]
slack = "sig-example"
discord = { name = "example", url = "https://x.example/1" }
liaison = { github = "steer", name = "St Eer" }
[[contact.teams]]
name = "team"

[[subprojects]]
name = "tool"
owners = ["https://x.example/OWNERS"]
leads = [{ github = "lead" }]

[roles.technical-lead]
note = "Here it differs."
skills = { delegation = 4 }
[[roles.technical-lead.checklist]]
id = "read"
phase = "week-1"
text = "Read."
"#;

#[test]
fn a_group_is_read() {
    let (group, diagnostics) = group(&file(), "sig-example", GROUP, default_vocabulary());
    assert_eq!(diagnostics, []);
    let group = group.unwrap();
    assert_eq!(
        (group.id.value.as_str(), group.kind.id.as_str(), group.name.as_str()),
        ("sig-example", "sig", "Example")
    );
    assert_eq!(group.leads[0].person.company.as_deref(), Some("Co"));
    assert_eq!(group.contact.liaison.as_ref().unwrap().name, "St Eer");
    assert_eq!(group.subprojects[0].leads[0].name, "lead", "a person without a name goes by the handle");
    let overlay = &group.overlays["technical-lead"];
    assert_eq!((overlay.skills["delegation"].value, overlay.checklist[0].phase), (4, Phase::Week1));
    assert!(!format!("{group:?}").contains("some@body"), "no address is kept");
}

#[test]
fn email_addresses_are_removed_everywhere() {
    let text = "kind = \"sig\"\nname = \"X\"\n[[leads]]\nrole = \"chair\"\ngithub = \"ada\"\nname = \"Ada L <ada@x.example>\"\n\
                company = \"@acme, ada@work.example\"\n[[emeritus]]\ngithub = \"bob\"\nname = \"bob@x.example\"\n";
    let (group, diagnostics) = group(&file(), "x", text, default_vocabulary());
    let group = group.unwrap();
    let person = |person: &Person| (person.name.clone(), person.company.clone());
    assert_eq!(person(&group.leads[0].person), ("Ada L".into(), Some("@acme,".into())));
    assert_eq!(person(&group.emeritus[0]), ("bob".into(), None), "the handle stands for a name");
    let actual = summaries(text, &diagnostics);
    let marked: Vec<&str> = actual.iter().map(|(_, _, marked)| marked.as_str()).collect();
    assert_eq!(marked, ["\"bob@x.example\"", "\"Ada L <ada@x.example>\"", "\"@acme, ada@work.example\""]);
    assert!(
        actual
            .iter()
            .all(|(code, severity, _)| *code == "data/invalid-value" && *severity == Severity::Warning)
    );
}

#[test]
fn errors_mark_their_cause() {
    use Severity::{Error, Warning};
    for (text, expected) in [
        ("kind = \"sig\"\nname = ", vec![("data/syntax", Error, "")]),
        ("kind = \"sig\"\nname = 3", vec![("data/wrong-type", Error, "3")]),
        ("kind = \"sgi\"\nname = \"X\"", vec![("data/invalid-value", Error, "\"sgi\"")]),
        ("kind = \"sig\"", vec![("data/missing-field", Error, "")]),
        ("kind = \"sig\"\nname = \" \"", vec![("data/missing-field", Error, "\" \"")]),
        ("kind = \"sig\"\nname = \"X\"\nlable = \"x\"", vec![("data/unknown-field", Error, "lable")]),
        (
            "kind = \"sig\"\nname = \"X\"\n[[leads]]\nrole = \"chair\"\ngithub = \"no body\"\nnmae = \"x\"",
            vec![("data/invalid-value", Error, "\"no body\""), ("data/unknown-field", Error, "nmae")],
        ),
        (
            "kind = \"sig\"\nname = \"X\"\n[[meetings]]\ntitle = \"M\"\ntime = \"noon\"\ntz = \"IST\"",
            vec![("data/unreadable-time", Warning, "\"noon\""), ("data/unknown-zone", Warning, "\"IST\"")],
        ),
        (
            "kind = \"sig\"\nname = \"X\"\n[[meetings]]\ntitle = \"M\"\nday = \"Teusday\"\nfrequency = \"weekyl\"",
            vec![
                ("data/unreadable-day", Warning, "\"Teusday\""),
                ("data/unreadable-day", Warning, "\"weekyl\""),
            ],
        ),
        (
            "kind = \"sig\"\nname = \"X\"\n[[meetings]]\ntitle = \"M\"\nday = \"Thursdays\"\nfrequency = \"fortnightly\"",
            vec![],
        ),
        (
            "kind = \"sig\"\nname = \"X\"\n[[meetings]]\ntitle = \"M\"\nday = \"every other Tuesday or so\"",
            vec![],
        ),
        (
            "kind = \"sig\"\nname = \"X\"\n[roles.r]\nskills = { a = 5, b = \"x\" }",
            vec![("data/invalid-value", Error, "5"), ("data/wrong-type", Error, "\"x\"")],
        ),
    ] {
        let (_, diagnostics) = group(&file(), "x", text, default_vocabulary());
        let mut actual = summaries(text, &diagnostics);
        actual.sort();
        let mut expected: Vec<_> = expected
            .into_iter()
            .map(|(code, severity, marked)| (code, severity, marked.to_owned()))
            .collect();
        expected.sort();
        assert_eq!(actual, expected, "{text}");
    }
}

#[test]
fn duplicates_name_the_first() {
    let item = "[[items]]\nid = \"a\"\nphase = \"day-1\"\ntext = \"T\"\n";
    let text = format!("title = \"T\"\n{item}{item}");
    let (checklist, diagnostics) = checklist(&file(), "x", &text, default_vocabulary());
    assert_eq!(checklist.unwrap().items.len(), 1);
    assert_eq!(diagnostics[0].code, "data/duplicate-id");
    assert_eq!(diagnostics[0].location.as_ref().unwrap().line, 7);
    assert_eq!(diagnostics[0].related[0].0.line, 3);
    let terms =
        "[[terms]]\nterm = \"SIG\"\ndefinition = \"d\"\n[[terms]]\nterm = \"sig\"\ndefinition = \"d\"\n";
    assert_eq!(glossary(&file(), terms).1[0].code, "data/duplicate-id");
}

#[test]
fn levels_and_phases_are_validated() {
    let text = "name = \"A\"\n[[skills]]\nid = \"s\"\nname = \"S\"\ndescription = \"d\"\n[[skills.levels]]\nlevel = 5\nname = \"n\"\ndescription = \"d\"\n";
    assert_eq!(summaries(text, &skill_area(&file(), "a", text).1)[0].2, "5");
    let text = "title = \"T\"\n[[items]]\nid = \"a\"\nphase = \"day1\"\ntext = \"T\"\n";
    let (_, diagnostics) = checklist(&file(), "x", text, default_vocabulary());
    assert!(diagnostics[0].help.as_ref().unwrap().contains("`day-1`"));
}

#[test]
fn front_matter_of_roles() {
    let text = "+++\ntitle = \"T\"\noptional = true\napplies_to = [\"sig\"]\nnumber = { min = 2 }\nskills = { a = 3 }\n+++\n";
    let document = crate::parse::parse(text);
    let (matter, diagnostics) = role_matter(&file(), text, document.front_matter.as_ref().unwrap());
    assert_eq!(diagnostics, []);
    assert!(matter.optional && matter.min == Some(2) && matter.skills["a"].value == 3);
    let yaml = "---\ntitle: T\ntilte: x\n---\n";
    let document = crate::parse::parse(yaml);
    let (matter, diagnostics) = page_matter(&file(), yaml, document.front_matter.as_ref().unwrap());
    assert_eq!(matter.title.as_deref(), Some("T"));
    assert_eq!(
        summaries(yaml, &diagnostics),
        [("data/unknown-field", Severity::Warning, "tilte".to_owned())]
    );
}

#[test]
fn files_of_other_communities_are_read_leniently() {
    let text = "sigs:\n  - name: Prose, as a name\n    meetings: []\n    new_field: 1\n    leadership:\n      chairs:\n        - github: 12345\n          name: Ñandú\n        - {}\n  - dir: sig-b\n    name: B\n    meetings:\n      - description: M\n        time: 2:30 PM\n        url: \u{200b}https://x.example\n    leadership: nobody\nextra: []\n";
    let (groups, diagnostics) = kubernetes_groups(text);
    assert_eq!(
        groups.iter().map(|group| group.id.value.as_str()).collect::<Vec<_>>(),
        ["sig-prose-as-a-name", "sig-b"]
    );
    assert_eq!(groups[0].leads[0].person.handle(), "12345");
    assert_eq!(groups[1].meetings[0].join.as_deref(), Some("https://x.example"));
    let mut codes: Vec<_> =
        diagnostics.iter().map(|diagnostic| (diagnostic.code.name(), diagnostic.severity)).collect();
    codes.sort();
    codes.dedup();
    use Severity::Warning;
    assert_eq!(
        codes,
        [("data/missing-field", Warning), ("data/unread", Severity::Info), ("data/wrong-type", Warning)]
    );
    let text = "sigs:\n- name: N\n  dir: /\n";
    let (groups, diagnostics) = kubernetes_groups(text);
    assert!(groups.is_empty(), "a group without a folder has no address");
    assert_eq!(summaries(text, &diagnostics), [("data/invalid-value", Warning, "/".to_owned())]);
    let (groups, diagnostics) = kubernetes_groups("sigs: [\n");
    assert!(groups.is_empty());
    assert_eq!((diagnostics[0].code.name(), diagnostics[0].severity), ("data/syntax", Warning));
}

#[test]
fn importing_keeps_the_authors_content() {
    let (first, _) = group(&file(), "sig-example", GROUP, default_vocabulary());
    let facts = first.unwrap();
    let fresh = group_file(&facts, &file(), None).unwrap();
    let again = group_file(&facts, &file(), Some(&fresh)).unwrap();
    assert_eq!(fresh, again, "importing twice changes nothing");
    let edited = fresh
        .replace("kind = \"sig\"\n", "kind = \"sig\"\n# why we are here\nmission = \"Ours.\"\n")
        + "\n# differs\n[roles.chair]\nnote = \"Here.\"\n";
    let mut changed = facts.clone();
    changed.leads.clear();
    let merged = group_file(&changed, &file(), Some(&edited)).unwrap();
    for kept in ["# why we are here\nmission = \"Ours.\"", "# differs\n[roles.chair]\nnote = \"Here.\""] {
        assert!(merged.contains(kept), "{merged}");
    }
    assert!(!merged.contains("[[leads]]"));
    assert_eq!(group_file(&changed, &file(), Some(&merged)).unwrap(), merged);
    assert!(!fresh.contains("some@body"));
    let (back, diagnostics) = group(&file(), "sig-example", &fresh, default_vocabulary());
    assert_eq!(diagnostics, []);
    let back = back.unwrap();
    assert_eq!(
        (back.leads, back.meetings[0].schedule.text.day.clone(), back.subprojects, back.contact.channels),
        (facts.leads, facts.meetings[0].schedule.text.day.clone(), facts.subprojects, facts.contact.channels)
    );
    assert_eq!(group_file(&changed, &file(), Some("kind = ")).unwrap_err().code, "data/syntax");
}

#[test]
fn people_are_written_as_they_are_read() {
    let text = "kind = \"sig\"\nname = \"X\"\n\n[[leads]]\nrole = \"chair\"\nname = \"Ann A\"\n\n\
                [[leads]]\nrole = \"chair\"\ngitlab = \"bob.b\"\nirc = \"bob`\"\nname = \"Bob\"\n";
    let read = |text: &str| group(&file(), "sig-x", text, default_vocabulary()).0.unwrap();
    let facts = read(text);
    let ids: Vec<&str> = facts.leads.iter().map(|lead| lead.person.id.as_str()).collect();
    assert_eq!(ids, ["ann-a", "bobb"]);
    let output = group_file(&facts, &file(), None).unwrap();
    assert!(output.ends_with(&text[text.find("[[leads]]").unwrap()..]), "{output}");
    assert_eq!(read(&output).leads, facts.leads);
}

#[test]
fn lengths_and_dates_are_read_and_written() {
    let text = "kind = \"sig\"\nname = \"X\"\n\n[[meetings]]\ntitle = \"Election\"\ntime = \"19:00\"\ntz = \"UTC\"\nlength = 90\n\
                dates = [2026-03-14, 2026-09-12]\n";
    let read = |text: &str| group(&file(), "sig-x", text, default_vocabulary());
    let (facts, diagnostics) = read(text);
    assert_eq!(diagnostics, []);
    let facts = facts.unwrap();
    let output = group_file(&facts, &file(), None).unwrap();
    assert!(output.ends_with(&text[text.find("[[meetings]]").unwrap()..]), "{output}");
    // Unsorted, as texts, and as a range.
    let same = text
        .replace("[2026-03-14, 2026-09-12]", "[\"2026-09-12\", \"2026-03-14\", 2026-09-12]")
        .replace("length = 90\n", "")
        .replace("19:00", "7PM-8:30PM");
    let (again, diagnostics) = read(&same);
    assert_eq!(diagnostics, []);
    assert_eq!(group_file(&again.unwrap(), &file(), None).unwrap(), output);
}

#[test]
fn errors_in_lengths_and_dates_mark_their_cause() {
    for (fields, message, marked) in [
        ("length = 0", "`length` is out of range: 0", "0"),
        ("length = 1441", "`length` is out of range: 1441", "1441"),
        ("length = \"1h\"", "expected a whole number for `length`, found text", "\"1h\""),
        ("time = \"9:00-10:00\"\nlength = 30", "`length` is 30 minutes, but `time` takes 60", "30"),
        ("dates = [2026-03-14, \"2026-02-30\"]", "invalid date `2026-02-30`", "\"2026-02-30\""),
        ("dates = [\"14.3.2026\"]", "invalid date `14.3.2026`", "\"14.3.2026\""),
        ("dates = [\"2026-W11-6\"]", "invalid date `2026-W11-6`", "\"2026-W11-6\""),
        ("dates = [2026-03-14T09:00:00]", "invalid date `2026-03-14T09:00:00`", "2026-03-14T09:00:00"),
        ("dates = [20260314]", "expected a date for `dates`, found a number", "20260314"),
        ("dates = 2026-03-14", "expected a list for `dates`, found a number or date", "2026-03-14"),
        (
            "dates = [2026-03-14]\nday = \"Tuesday\"",
            "a meeting with `dates` cannot have `day`",
            "\"Tuesday\"",
        ),
        (
            "frequency = \"weekly\"\ndates = [2026-03-14]",
            "a meeting with `dates` cannot have `frequency`",
            "\"weekly\"",
        ),
    ] {
        let text = format!("kind = \"sig\"\nname = \"X\"\n[[meetings]]\ntitle = \"M\"\n{fields}\n");
        let (_, diagnostics) = group(&file(), "x", &text, default_vocabulary());
        let [diagnostic] = diagnostics.as_slice() else { panic!("{fields}: {diagnostics:?}") };
        assert_eq!(
            (diagnostic.message.as_str(), diagnostic.severity),
            (message, Severity::Error),
            "{fields}"
        );
        assert_eq!(summaries(&text, &diagnostics)[0].2, marked, "{fields}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in "([a-z\\[\\]{}=\"':#&*,.\n-]| |é|\\[\\[leads\\]\\]\n|kind = \"sig\"\n|name: x\n|sigs:\n  - dir: a\n){0,40}") {
        group(&file(), "x", &text, default_vocabulary());
        skill_area(&file(), "x", &text);
        checklist(&file(), "x", &text, default_vocabulary());
        glossary(&file(), &text);
        kubernetes_groups(&text);
    }
}

#[test]
fn a_missing_field_makes_no_other_field_unknown() {
    let text =
        "kind = \"sig\"\nname = \"X\"\n[[meetings]]\nday = \"Monday\"\n[[subprojects]]\nextra = { a = 1 }\n";
    let (_, diagnostics) = group(&file(), "x", text, default_vocabulary());
    let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(messages, ["missing field `title`", "missing field `name`"]);
}
