//! Property tests of compiling, checking and evaluating.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use super::*;

const LIMITS: Limits = Limits { bytes: 2000, levels: 12, operators: 200, loops: 3 };

static INNER: RecordType = RecordType { name: "inner record", fields: &[("on", || Type::Bool)] };
static ITEM: RecordType = RecordType {
    name: "item",
    fields: &[
        ("name", || Type::Text),
        ("size", || Type::Int),
        ("tags", || Type::list(Type::Text)),
        ("inner", || Type::Record(&INNER)),
    ],
};

fn variables() -> Variables {
    Variables::from([
        ("flag", Type::Bool),
        ("number", Type::Int),
        ("weight", Type::Double),
        ("text", Type::Text),
        ("texts", Type::list(Type::Text)),
        ("item", Type::Record(&ITEM)),
        ("items", Type::list(Type::Record(&ITEM))),
        ("by_name", Type::map(Type::Record(&ITEM))),
        ("row", Type::Columns(BTreeSet::from(["name".to_owned()]))),
        (DOCUMENT_TYPE, Type::Record(&ITEM)),
    ])
}

fn item(name: &str, size: i64) -> Datum {
    MapBuilder::default()
        .with("name", name)
        .with("size", size)
        .with("tags", list(["a".into(), "ö".into()]))
        .with("inner", MapBuilder::default().with("on", size > 1).build())
        .build()
}

/// Values of all variables, with all fields.
fn values() -> Values {
    let lookup = Arc::new(Lookup::default());
    lookup.answer(("a".to_owned(), "b".to_owned()), Some(item("document", 3).into()));
    let mut values = Values::new(&lookup);
    values.set("flag", true);
    values.set("number", 3);
    values.set("weight", 2.5);
    values.set("text", "größe");
    values.set("texts", list(["a".into(), "b".into()]));
    values.set("item", item("one", 1));
    values.set("items", list([item("one", 1), item("two", 2)]));
    values.set("by_name", map([("a".to_owned(), item("one", 1)), ("b".to_owned(), item("two", 2))]));
    values.set("row", MapBuilder::default().with("name", "row").build());
    values
}

/// Random expressions, many of them with faults in types.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "true",
        "3",
        "0",
        "1.5",
        "'a'",
        "'größe'",
        "[]",
        "['a']",
        "{}",
        "flag",
        "number",
        "weight",
        "text",
        "texts",
        "item",
        "items",
        "by_name",
        "v",
        "v.name",
        "v.size",
        "item.name",
        "item.tags",
        "item.inner.on",
        "unknown",
        "item.nme",
        "by_name['a'].size",
        "document('a', 'b').name",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        let operators = select(vec!["&&", "||", "==", "!=", "<", ">=", "+", "-", "*", "in"]);
        let loops = select(vec!["all", "exists", "exists_one", "filter", "map"]);
        let methods = select(vec!["contains", "startsWith", "endsWith"]);
        let calls = select(vec![
            "!(@)",
            "-(@)",
            "size(@)",
            "lower(@)",
            "string(@)",
            "double(number)",
            "[@]",
            "(@).name",
            "has(v.name)",
            "has(item.size)",
        ]);
        prop_oneof![
            4 => (inner.clone(), operators, inner.clone()).prop_map(|(a, of, b)| format!("({a} {of} {b})")),
            2 => (calls, inner.clone()).prop_map(|(call, a)| call.replace('@', &a)),
            3 => (inner.clone(), loops, inner.clone()).prop_map(|(a, of, b)| format!("{a}.{of}(v, {b})")),
            1 => (inner.clone(), methods, inner.clone()).prop_map(|(a, of, b)| format!("{a}.{of}({b})")),
            1 => (inner.clone(), inner).prop_map(|(a, b)| format!("({a} ? {b} : {b})")),
        ]
    })
}

/// An expression that the checker accepts has a value if all values are present.
#[test]
fn accepted_expressions_have_a_value() {
    let (variables, values) = (variables(), values());
    let accepted = Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 4000, failure_persistence: None, ..Config::default() });
    let result = runner.run(&expressions(), |text| {
        let Ok(expression) = Expression::compile(&text, LIMITS) else { return Ok(()) };
        let checked = check(&expression, &variables);
        let value = expression.evaluate(&values);
        if let Err(faults) = &checked {
            for fault in faults {
                prop_assert!(text.get(fault.range.clone()).is_some(), "{:?} is not in the text", fault);
            }
            return Ok(());
        }
        accepted.set(accepted.get() + 1);
        prop_assert!(!matches!(value, Err(Failure::Invalid(_))), "{value:?}");
        if let (Ok(of), Ok(value)) = (checked, value) {
            prop_assert!(is_of(&value, &of), "{:?} is not {}", value, of.name());
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    assert!(accepted.get() > 200, "{} expressions were accepted", accepted.get());
}

/// True if a value has a type.
fn is_of(value: &Value, of: &Type) -> bool {
    match (of, value) {
        (Type::Any, _) => true,
        (Type::Bool, Value::Bool(_)) | (Type::Double, Value::Float(_)) | (Type::Text, Value::String(_)) => {
            true
        }
        (Type::Int, value) => matches!(value, Value::Int(_) | Value::UInt(_)),
        (Type::List(of), Value::List(items)) => items.iter().all(|item| is_of(item, of)),
        (Type::Map(_) | Type::Record(_) | Type::Columns(_), Value::Map(_)) => true,
        _ => false,
    }
}

proptest! {
    #![proptest_config(Config { cases: 2000, failure_persistence: None, ..Config::default() })]

    /// Any text compiles or has a fault within it.
    #[test]
    fn faults_are_within_the_text(text in "[a-z0-9ö日 .,()\\[\\]{}'\"+*/%!<>=&|?:\\\\\n-]{0,40}") {
        match Expression::compile(&text, LIMITS) {
            Ok(expression) => {
                if let Err(faults) = check(&expression, &variables()) {
                    for fault in faults {
                        prop_assert!(text.get(fault.range.clone()).is_some(), "{:?}", fault);
                    }
                }
                let _ = expression.evaluate(&values());
                let _ = expression.left_side(&values());
            }
            Err(fault) => prop_assert!(text.get(fault.range.clone()).is_some(), "{:?}", fault),
        }
    }

    /// A column in an expression counts characters.
    #[test]
    fn offsets_are_at_characters(text in "[aö日😀\n]{0,20}", line in 0_usize..6, column in 0_usize..12) {
        prop_assert!(text.is_char_boundary(offset(&text, line, column)));
    }
}

#[test]
fn names_are_those_of_fields_and_of_variables_as_a_whole() {
    for (text, expected) in [
        ("group.name != ''", vec!["name"]),
        ("size(group) > 3", vec!["group"]),
        ("group['name'] == groups.x", vec!["group", "x"]),
        ("group.leads.exists(l, l.role == 'chair')", vec!["leads", "role"]),
        ("has(group.liaison) || [seat][0].a.b == {'k': person}", vec!["a", "b", "liaison", "person", "seat"]),
    ] {
        let expression = Expression::compile(text, LIMITS).unwrap();
        // Loops have variables of their own.
        let names = expression.names.read.iter().filter(|name| !name.starts_with('@'));
        let names: Vec<&str> = names.map(String::as_str).collect();
        assert_eq!(names, expected, "{text}");
    }
}
