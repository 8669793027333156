use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::*;
use crate::parse::shape::{CommunityFields, FieldSet};

/// A file of the documentation. With `ROLEBOOK_BLESS=1`, it is written first.
fn expect_docs(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(path);
    if std::env::var_os("ROLEBOOK_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let existing = fs::read_to_string(&path).unwrap_or_default();
    let path = path.display();
    assert!(
        text == existing,
        "{path} does not match the declarations: `ROLEBOOK_BLESS=1 cargo test --lib schema`"
    );
}

#[test]
fn published_schemas_match_the_declarations() {
    let files = files(None);
    for (name, text) in &files {
        expect_docs(&format!("schemas/{name}"), text);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
    assert_eq!(fs::read_dir(folder).unwrap().count(), files.len(), "a schema has no declaration");
    let editors = include_str!("../../docs/editors.md");
    for name in ["group", "page"] {
        assert!(editors.contains(&address(name)), "docs/editors.md does not contain {}", address(name));
    }
}

/// The start of a generated list of keys in docs/, up to the name of its part.
const START: &str = "<!-- keys: ";
/// The end of a generated list of keys.
const END: &str = "<!-- end of keys -->";

/// The parts of a record and of the records in it, each with its list of keys.
fn lists(record: &'static Record, all: &mut BTreeMap<&'static str, String>) {
    for (index, part) in record.parts.iter().enumerate() {
        let rest = record.rest.as_ref().filter(|_| index == 0);
        // Where other records share a part, its list is the same, apart from further fields.
        if rest.is_some() || !all.contains_key(part.name) {
            all.insert(part.name, list(part, rest));
        }
        part.fields.iter().for_each(|field| lists_in(&field.shape, all));
    }
    record.rest.iter().for_each(|rest| lists_in(rest.shape, all));
}

fn lists_in(shape: &'static Shape, all: &mut BTreeMap<&'static str, String>) {
    match shape {
        Shape::Table(record) | Shape::Kinds(_, record) => lists(record, all),
        Shape::List(shape)
        | Shape::Items(shape)
        | Shape::Pair(shape)
        | Shape::Entries(shape)
        | Shape::Shared(_, shape) => {
            lists_in(shape, all);
        }
        Shape::Either(shapes) => shapes.iter().for_each(|shape| lists_in(shape, all)),
        _ => {}
    }
}

/// A list of keys as a table in Markdown.
fn list(part: &FieldSet, rest: Option<&CommunityFields>) -> String {
    let mut text = "| key | value | meaning |\n|---|---|---|\n".to_owned();
    let mut row = |keys: &str, value: &str, about: &str| {
        text += &format!("| {keys} | {value} | {} |\n", about.replace('|', "\\|"));
    };
    for field in part.fields {
        let need = match field.need {
            Presence::Optional => "",
            Presence::Required => ", **required**",
            Presence::OneOf | Presence::OneOfLabeled => ", **one required**",
            Presence::OrRest => ", **required** without an account",
            Presence::OfNew => ", **required** for a new kind",
        };
        row(&format!("`{}`", field.key), &format!("{}{need}", words(&field.shape, false)), field.about);
    }
    if let Some(rest) = rest {
        let mut names = names_in(default_vocabulary(), rest.names);
        names.dedup();
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        row(&names.join(", "), &words(rest.shape, false), rest.about);
    }
    text
}

/// A shape in words.
fn words(shape: &Shape, is_plural: bool) -> String {
    let of = |word: &str| if is_plural { format!("{word}s") } else { word.to_owned() };
    match shape {
        Shape::Text | Shape::Filled | Shape::Name(_) => of("text"),
        Shape::Condition => of("condition"),
        Shape::Date => of("date"),
        Shape::Boolean => of("boolean"),
        Shape::Integer(first, last) if *first == i64::MIN || *last == i64::from(u32::MAX) => of("integer"),
        Shape::Integer(first, last) => format!("{}, {first} to {last}", of("integer")),
        Shape::Any => "any data".to_owned(),
        Shape::Pair(items) => format!("{} of two {}", of("list"), words(items, true)),
        Shape::List(items) | Shape::Items(items) => format!("{} of {}", of("list"), words(items, true)),
        Shape::Entries(values @ (Shape::Integer(..) | Shape::Filled)) => {
            format!("{} of {}", of("table"), words(values, true))
        }
        Shape::Table(_) | Shape::Entries(_) | Shape::Kinds(..) => of("table"),
        Shape::Choice(_) | Shape::Prefixed(_) | Shape::Either(_) => {
            let forms = forms(shape, is_plural);
            match forms.split_last() {
                Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
                _ => forms.concat(),
            }
        }
        Shape::Shared(name, _) => of(name),
    }
}

/// The forms of a value in words. Of many texts, none is named.
fn forms(shape: &Shape, is_plural: bool) -> Vec<String> {
    const MANY: usize = 8;
    match shape {
        Shape::Choice(names) if names().len() > MANY => vec![words(&Shape::Text, is_plural)],
        Shape::Choice(names) => names().iter().map(|name| format!("`{name}`")).collect(),
        Shape::Prefixed(start) => vec![format!("`{start}…`")],
        Shape::Either(shapes) => shapes.iter().flat_map(|shape| forms(shape, is_plural)).collect(),
        shape => vec![words(shape, is_plural)],
    }
}

/// Each list of keys in docs/ is that of the declarations, and each declaration has a list.
#[test]
fn lists_of_keys_match_the_declarations() {
    let mut all = BTreeMap::new();
    kinds().for_each(|(_, kind)| lists(kind.record, &mut all));
    let mut missing = all.clone();
    // A preset consists of tables that are also in `site.toml`.
    for page in ["site.md", "content.md", "rules.md", "your-community.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
        let text = fs::read_to_string(path).unwrap();
        let mut parts = text.split(START);
        let mut current = parts.next().unwrap().to_owned();
        for part in parts {
            let (name, rest) = part.split_once(" -->").unwrap();
            let (_, after) = rest.split_once(END).unwrap();
            let list =
                missing.remove(name).unwrap_or_else(|| panic!("{page}: unknown or repeated list {name}"));
            // Links to the page itself are links to its headings.
            let list = list.replace(&format!("]({page}#"), "](#");
            current += &format!("{START}{name} -->\n\n{list}\n{END}{after}");
        }
        expect_docs(page, &current);
    }
    assert!(missing.is_empty(), "without a list in docs/: {:?}", missing.keys());
}
