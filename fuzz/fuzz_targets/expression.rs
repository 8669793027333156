//! Compiles, checks and evaluates expressions over a community, alone and as rules of a handbook. Faults are within
//! the text, and the evaluation terminates.
//!
//! The first line of the input is a condition, the second a requirement, and the rest a message.
#![no_main]

use std::collections::BTreeSet;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use rolebook::diagnostic::FileName;
use rolebook::expression::{Expression, Limits, Lookup, MapBuilder, Values, check, display, list, map};
use rolebook::facts::SubjectKind;
use rolebook::formats::{DataFile, Format, default_vocabulary};
use rolebook::rules::variables;

const LIMITS: Limits = Limits { bytes: 2000, levels: 12, operators: 200, loops: 3 };

/// A group with some fields, a document, and the variables of all rules.
fn values() -> Values {
    let lookup = Arc::new(Lookup::default());
    let document =
        MapBuilder::default().with("exists", true).with("words", 12_i64).with("headings", list([]));
    lookup.answer(("up".to_owned(), "a.md".to_owned()), Some(document.build().into()));
    lookup.answer(("gone".to_owned(), "a.md".to_owned()), None);
    let lead = |id: &str| MapBuilder::default().with("id", id).with("role", "chair").build();
    let leads = list([lead("ann"), lead("bob")]);
    let group =
        MapBuilder::default().with("id", "x").with("kind", "sig").with("name", "Größe").with("leads", leads);
    let group = group.with("extra", MapBuilder::default().with("n", 3_i64).build()).build();
    let mut values = Values::new(&lookup);
    values.set("groups", map([("x".to_owned(), group.clone())]));
    values.set("group", group);
    values.set("people", map([("ann".to_owned(), lead("ann"))]));
    values.set("today", "2026-08-21");
    values
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let variables = variables(&SubjectKind::Group, &BTreeSet::new());
    match Expression::compile(&text, LIMITS) {
        Ok(expression) => {
            let values = values();
            for fault in check(&expression, &variables).err().into_iter().flatten() {
                assert!(text.get(fault.range.clone()).is_some(), "{fault:?} is not in {text:?}");
            }
            let first = expression.evaluate(&values).map(|value| display(&value));
            let second = expression.evaluate(&values).map(|value| display(&value));
            assert_eq!(first.is_ok(), second.is_ok(), "{text:?}");
            let _ = expression.left_side(&values);
        }
        Err(fault) => assert!(text.get(fault.range.clone()).is_some(), "{fault:?} is not in {text:?}"),
    }

    let mut lines = text.splitn(3, '\n').map(|line| line.replace("'''", "").replace(['\r', '\0'], ""));
    let mut line = || lines.next().unwrap_or_default();
    let (condition, requirement, message) = (line(), line(), line());
    let rule = format!(
        "[[rules]]\nid = 'r'\ntitle = 'R'\nclause = '/a.md'\neach = 'group'\nwhere = '''\n{condition}'''\n\
         require = '''\n{requirement}'''\nmessage = '''\n{message}'''\n"
    );
    let name = FileName::site("content/rules/r.toml");
    let file = DataFile { name: &name, path: "rules/r.toml", text: &rule, vocabulary: default_vocabulary() };
    let records = Format::Handbook.records(&file);
    for rule in &records.rules {
        for expression in rule.expressions() {
            let _ = check(expression, &variables);
        }
    }
    for location in records.diagnostics.iter().filter_map(|diagnostic| diagnostic.location.as_ref()) {
        let line = rule.split('\n').nth(location.line as usize - 1).expect("a line of the file");
        assert!((location.column as usize) <= line.chars().count() + 1, "{location}");
    }
});
