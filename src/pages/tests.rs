//! Generates docs/view-models.md from the types.

use std::collections::BTreeSet;
use std::fmt::Write;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::{PageView, SiteView, registry};

const HEAD: &str = "# View models

What templates receive, from the types in src/pages. This page is written by a test
(`ROLEBOOK_BLESS=1 cargo test --lib view_models`); [Writing a theme](themes.md) explains how to use it.

HTML is ready for the page: write `{{ x | safe }}`. Text is plain, and escaped. `url`s are relative
to the page. “or null” says that a value may be absent; a list may be empty.
";

struct Writer<'a> {
    shapes: &'a Map<String, Value>,
    text: String,
    /// Types that are referenced but not yet documented.
    referenced: BTreeSet<String>,
}

impl Writer<'_> {
    fn heading(&mut self, level: usize, title: &str) {
        let _ = write!(self.text, "\n{} {title}\n", "#".repeat(level));
    }

    /// Writes the fields of a type in declaration order.
    fn fields(&mut self, schema: &Value) {
        let properties = schema["properties"].as_object().expect("a struct");
        let names: Vec<&str> = schema["required"]
            .as_array()
            .expect("every field is there")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(names.len(), properties.len(), "a field that is left out at times: {schema}");
        self.text.push_str("\n| field | type | meaning |\n|---|---|---|\n");
        for name in names {
            let kind = self.kind(&properties[name]);
            let is_html = name == "html" || name.ends_with("_html");
            let kind = if is_html { kind.replace("text", "HTML") } else { kind };
            let _ = writeln!(self.text, "| `{name}` | {kind} | {} |", meaning(&properties[name]));
        }
    }

    fn kind(&mut self, schema: &Value) -> String {
        if let Some(shape) = schema["$ref"].as_str() {
            let shape = shape.trim_start_matches("#/$defs/");
            self.referenced.insert(shape.to_owned());
            return format!("[{shape}](#{})", shape.to_lowercase());
        }
        if let Some(either) = schema["anyOf"].as_array() {
            let kinds: Vec<String> = either.iter().map(|one| self.kind(one)).collect();
            return kinds.join(" or ");
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.as_str().into_iter().collect(),
        };
        let kinds = kinds.into_iter().map(|kind| match kind {
            "string" => "text".to_owned(),
            "integer" => "number".to_owned(),
            "array" => match self.kind(&schema["items"]) {
                kind if kind.contains(" or ") => format!("list of ({kind})"),
                kind => format!("list of {kind}"),
            },
            // A JSON value of any type is described by `true`.
            "object" if schema["additionalProperties"] == true => "table of any values".to_owned(),
            "object" => format!("table of {}, by name", self.kind(&schema["additionalProperties"])),
            "boolean" | "null" => kind.to_owned(),
            other => panic!("{other} is not described"),
        });
        kinds.collect::<Vec<_>>().join(" or ")
    }

    fn describe(&mut self, name: &str) {
        let schema = &self.shapes[name];
        let description = meaning(schema);
        if !description.starts_with('`') {
            let _ = write!(self.text, "\n{description}\n");
        }
        self.fields(schema);
    }
}

/// The doc comment of a type or field, on one line.
fn meaning(schema: &Value) -> String {
    let description = schema["description"].as_str().unwrap_or_default();
    description
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("[`", "`")
        .replace("`]", "`")
        .replace('|', "\\|")
}

fn generate() -> String {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let site = generator.subschema_for::<SiteView>().to_value();
    let page = generator.subschema_for::<PageView>().to_value();
    let bodies: Vec<_> = registry::<()>()
        .iter()
        .map(|kind| (kind.page.name, (kind.schema)(&mut generator).to_value()))
        .collect();
    let name =
        |schema: &Value| schema["$ref"].as_str().expect("a shape").trim_start_matches("#/$defs/").to_owned();
    let shapes = generator.take_definitions(true);
    let numbered: Vec<_> = shapes.keys().filter(|shape| shape.ends_with(char::is_numeric)).collect();
    assert_eq!(
        numbered,
        [] as [&String; 0],
        "two shapes of one name: give one another with `schemars(rename)`"
    );
    let mut writer = Writer { shapes: &shapes, text: HEAD.to_owned(), referenced: BTreeSet::new() };
    let mut done = BTreeSet::new();
    writer.heading(2, "What every template gets");
    for (variable, schema) in [("site", &site), ("page", &page)] {
        writer.heading(3, &format!("`{variable}`"));
        writer.describe(&name(schema));
        done.insert(name(schema));
    }
    writer.text.push_str("\n`t` holds the strings of the theme; see [themes.md](themes.md#strings).\n");
    writer.heading(2, "One object for each kind of page");
    for (template, schema) in &bodies {
        let shape = name(schema);
        let object = super::object(template);
        writer.heading(3, &format!("`{object}`"));
        let _ = write!(writer.text, "\nIn `templates/{template}.html`.\n");
        writer.describe(&shape);
        done.insert(shape);
    }
    writer.heading(2, "Shapes");
    // Documenting one type may reference others.
    let mut described = std::collections::BTreeMap::new();
    while let Some(shape) = writer.referenced.pop_first() {
        if done.insert(shape.clone()) {
            let text = std::mem::take(&mut writer.text);
            writer.heading(3, &shape);
            writer.describe(&shape);
            described.insert(shape, std::mem::replace(&mut writer.text, text));
        }
    }
    let sorted: String = described.into_values().collect();
    writer.text + &sorted
}

#[test]
fn docs_of_view_models_match_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/view-models.md");
    let generated = generate();
    if std::env::var_os("ROLEBOOK_BLESS").is_some() {
        std::fs::write(path, &generated).unwrap();
    }
    let existing = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        generated == existing,
        "docs/view-models.md does not match the types; bless it, and review the changes:\n{generated}"
    );
}
