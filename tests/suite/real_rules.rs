//! The handbook's rules and lists over the real repositories, compared with an independent reader in Python.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use rolebook::engine::{Engine, Overrides};
use rolebook::model::{self, RosterStatus};
use rolebook::rules;
use serde_json::Value;

use crate::support::{project, snapshot};

/// The handbook with all repositories of the snapshot, on the day of the snapshot.
fn engine() -> Engine {
    let data = snapshot();
    let sources = ["community", "org", "enhancements"].map(|name| (name.to_owned(), data.join(name)));
    let stamp = Some("2026-08-21T00:00:00Z".parse().unwrap());
    let overrides = Overrides { sources: sources.into(), stamp, ..Overrides::default() };
    Engine::load(project(), &overrides).unwrap()
}

fn independent() -> Value {
    let data = snapshot();
    let output = Command::new("python3")
        .arg(project().join("tests/independent/conformance.py"))
        .args(["community", "org", "enhancements"].map(|name| data.join(name)))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A topic of the reader, the rule about it, and the subjects that only one of the two judges or judges differently, with
/// both verdicts.
type Comparison = (&'static str, &'static str, &'static [(&'static str, &'static str, &'static str)]);

const COMPARISONS: [Comparison; 14] = [
    ("two-chairs", "sig-chairs-number", &[]),
    ("technical-leads-number", "sig-technical-leads-number", &[]),
    // A group without a meeting is the subject of another rule.
    ("meets-every-three-weeks", "sig-meets-every-three-weeks", &[("sig-ui", "unknown", "")]),
    // The clauses are about special interest groups; meetings of others are left out below.
    ("notes-linked", "meeting-notes-linked", &[]),
    // `TBD` is not an address.
    (
        "recordings-linked",
        "meeting-recordings-linked",
        &[("sig-architecture/Enhancements Subproject Meeting#2", "met", "unmet")],
    ),
    // Governance of special interest groups does not bind committees.
    (
        "subproject-leads-or-owners",
        "subproject-leads-or-owners",
        &[
            ("committee-security-response/committee-security-response", "met", ""),
            ("committee-steering/steering", "met", ""),
        ],
    ),
    ("subproject-lead-number", "subproject-leads-number", &[]),
    ("charter-present", "sig-charter-present", &[]),
    ("charter-present-wg", "wg-charter-present", &[]),
    // The group was founded after the year of the report.
    ("annual-report-present", "annual-report-present", &[("wg-workload-aware-scheduling", "unmet", "")]),
    ("annual-report-filled", "annual-report-filled", &[("wg-workload-aware-scheduling", "unknown", "")]),
    ("wg-has-stakeholders", "wg-stakeholders-named", &[]),
    // Two rules share the people; those that a rule does not judge are left out below.
    ("lead-is-org-member", "lead-is-member", &[]),
    ("lead-is-org-member", "wg-organizer-is-member", &[]),
];

#[test(needs(Snapshot, Python("yaml")))]
fn verdicts_agree_with_an_independent_reader() {
    let engine = engine();
    let independent = independent();
    let mut ours: BTreeMap<&str, BTreeMap<String, &str>> = BTreeMap::new();
    for finding in rules::all_findings(&engine.db) {
        let verdicts = ours.entry(finding.rule.as_str()).or_default();
        verdicts.insert(finding.subject.id(), finding.verdict.id());
    }
    let mut compared = 0;
    for (topic, rule, explained) in COMPARISONS {
        let ours = &ours[rule];
        let mut theirs: BTreeMap<String, &str> = BTreeMap::new();
        for (subject, verdict) in independent["verdicts"][topic].as_object().unwrap() {
            // The reader counts meetings from 0, after a slash.
            let subject = match subject.rsplit_once('/') {
                Some((meeting, index)) if topic.ends_with("-linked") => {
                    format!("{meeting}#{}", index.parse::<usize>().unwrap() + 1)
                }
                _ => subject.clone(),
            };
            let is_shared = topic == "lead-is-org-member" && !ours.contains_key(&subject);
            let is_of_others = topic.ends_with("-linked") && !subject.starts_with("sig-");
            if !is_shared && !is_of_others {
                theirs.insert(subject, verdict.as_str().unwrap());
            }
        }
        let subjects: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
        let verdict = |verdicts: &BTreeMap<String, &'_ str>, subject: &String| {
            verdicts.get(subject).map_or_else(String::new, |verdict| (*verdict).to_owned())
        };
        let different = subjects
            .iter()
            .map(|subject| ((*subject).clone(), verdict(&theirs, subject), verdict(ours, subject)));
        let different: Vec<_> = different.filter(|(_, theirs, ours)| theirs != ours).collect();
        let explained: Vec<_> =
            explained.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
        assert_eq!(different, explained, "{topic}");
        compared += subjects.len();
    }
    assert!(compared > 600, "{compared}");
}

#[test(needs(Snapshot, Python("yaml")))]
fn lists_agree_with_an_independent_reader() {
    let engine = engine();
    let db = &engine.db;
    let independent = independent();
    let lower = |mut names: Vec<String>| {
        names.iter_mut().for_each(|name| *name = name.to_lowercase());
        names.sort();
        names
    };
    let mut ours = BTreeMap::new();
    let (mut retired, mut absent) = (BTreeSet::new(), BTreeSet::new());
    for comparison in model::roster_findings(db) {
        let list = comparison.list.as_ref();
        let key = list
            .map(|list| (list.file.config(db).title(), list.file.path(db).to_string(), list.name.clone()));
        match (comparison.status, key) {
            (RosterStatus::Retired, Some(key)) => {
                retired.insert(key);
            }
            (RosterStatus::Absent, _) => {
                absent.insert((comparison.group.clone(), comparison.name.clone()));
            }
            (_, Some(key)) => {
                let missing = comparison.missing.iter().map(|holder| holder.id.clone()).collect();
                let extra = comparison.extra.iter().map(|member| member.id.clone()).collect();
                let former = comparison.former.iter().map(|member| member.id.clone()).collect();
                ours.insert(key, (lower(missing), lower(extra), lower(former)));
            }
            _ => {}
        }
    }
    let names = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let key = |value: &Value| {
        let part = |name: &str| value[name].as_str().unwrap().to_owned();
        (part("source"), part("path"), part("list"))
    };
    let theirs = &independent["comparison"];
    let mut compared = 0;
    for list in theirs["lists"].as_array().unwrap() {
        let former = names(&list["former"]);
        let mut extra = names(&list["extra"]);
        extra.retain(|name| !former.contains(name));
        let expected = (lower(names(&list["missing"])), lower(extra), lower(former));
        let differences = ours.get(&key(list)).unwrap_or_else(|| panic!("not compared: {list}"));
        assert_eq!(differences, &expected, "{list}");
        compared += 1;
    }
    assert!(compared > 120, "{compared}");
    let expected: BTreeSet<_> = theirs["retired"].as_array().unwrap().iter().map(key).collect();
    assert_eq!(retired, expected);
    assert_eq!(absent.len(), 6, "working groups without a list: {absent:?}");
}
