//! The strings that the theme's scripts show.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use rolebook::engine::{Engine, Overrides};
use rolebook::render;

use crate::support::TestSite;

/// The names that follow a text such as `strings.`.
fn names(script: &str, before: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    script.split(before).skip(1).map(name).filter(|name: &String| !name.is_empty()).collect()
}

fn keys(strings: &Map<String, Value>) -> BTreeSet<String> {
    strings.keys().cloned().collect()
}

#[test]
fn scripts_use_all_their_strings_and_no_others() {
    let site = TestSite::small(&[]);
    let engine = Engine::load(site.path(), &Overrides::default()).unwrap();
    let scripts: BTreeMap<&str, &str> = render::assets(&engine.db)
        .iter()
        .filter(|(name, _)| name.ends_with(".js"))
        .map(|(name, bytes)| (&**name, std::str::from_utf8(bytes).unwrap()))
        .collect();
    let all: String = scripts.values().copied().collect();
    let mut checked = 0;
    for (name, script) in &scripts {
        let Some(rest) = script.strip_prefix("const strings = ") else { continue };
        let (strings, script) = rest.split_once(";\n").unwrap();
        let strings: Map<String, Value> = serde_json::from_str(strings).unwrap();
        // The others use the strings of the shared module under this name.
        let used = if *name == "parts.js" { names(&all, "common.") } else { names(script, "strings.") };
        assert_eq!(keys(&strings), used, "{name}");
        if let Some(Value::Object(faults)) = strings.get("faults") {
            for fault in faults.keys() {
                assert!(all.contains(&format!("\"{fault}\"")), "no script reports the fault {fault}");
            }
            for fault in names(&all, "new Fault(\"") {
                assert!(faults.contains_key(&fault), "the fault {fault} has no string");
            }
        }
        checked += 1;
    }
    assert!(checked > 6, "{:?}", scripts.keys());
}
