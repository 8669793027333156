//! JSON Schemas of the files that people write, made from the declarations that their readers use.

#[cfg(test)]
mod tests;

use std::cell::RefCell;

use indexmap::IndexMap;
use serde::Serialize;

use crate::config::SITE;
use crate::facts::Vocabulary;
use crate::formats::{FILES, FRONT_MATTER, PRESET, default_vocabulary};
use crate::parse::rewrite_links;
use crate::parse::shape::{Field, FileKind, Names, Presence, Record, Shape};

/// The version of JSON Schema that editors for TOML know.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

static SITE_FILE: FileKind = FileKind { name: "site", files: crate::config::FILE, record: &SITE };
static PRESET_FILE: FileKind = FileKind { name: "preset", files: "*.toml", record: &PRESET };

/// The kinds of file with the folder of their paths.
fn kinds() -> impl Iterator<Item = (&'static str, &'static FileKind)> {
    let content = FILES.iter().chain(&FRONT_MATTER).map(|kind| ("content/", kind));
    let presets = ("src/formats/presets/", &PRESET_FILE);
    std::iter::once(("", &SITE_FILE)).chain(content).chain([presets])
}

/// The schemas of all kinds of file, as pairs of a file name and a text. With the words of a community, they accept
/// only its kinds, channels and accounts; without, those of any community.
pub fn files(words: Option<&Vocabulary>) -> Vec<(String, String)> {
    let text = |(folder, kind): (&str, &FileKind)| {
        let matter = if kind.files.ends_with(".md") { "Front matter of" } else { "The file" };
        let writer = SchemaWriter { words, shared: RefCell::default() };
        let schema = Schema {
            schema: Some(DRAFT),
            id: words.is_none().then(|| address(kind.name)),
            title: Some(sentence(kind.record.about)),
            description: Some(format!("{matter} `{folder}{}`, see {}.", kind.files, docs("editors.md"))),
            ..writer.record(kind.record, true)
        };
        let schema = Schema { definitions: writer.shared.into_inner(), ..schema };
        let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
        (file_name(kind.name), text + "\n")
    };
    kinds().map(text).collect()
}

fn file_name(name: &str) -> String {
    format!("{name}.schema.json")
}

/// The address of a page of the documentation, for this version.
fn docs(page: &str) -> String {
    format!("{}/blob/v{}/docs/{page}", env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"))
}

/// The address of a published schema, for this version.
fn address(name: &str) -> String {
    let (repository, version) = (env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"));
    format!("{repository}/raw/v{version}/docs/schemas/{}", file_name(name))
}

/// True for the text of a schema that any version of rolebook has written.
pub fn is_own(text: &str) -> bool {
    // The id, which schemas for a site lack, or the description.
    text.lines().take(5).any(|line| line.contains(env!("CARGO_PKG_REPOSITORY")))
}

/// A TOML file that names its schema in the first line. `path` is the path below the folder of the site, or below
/// that of a source for `folder`.
pub fn named(path: &str, text: &str) -> String {
    match kinds().find(|(folder, kind)| path.strip_prefix(folder).is_some_and(|path| kind.is_at(path))) {
        Some((_, kind)) if path.ends_with(".toml") => format!("#:schema {}\n{text}", address(kind.name)),
        _ => text.to_owned(),
    }
}

/// A JSON Schema.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    schema: Option<&'static str>,
    #[serde(rename = "$id", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    choice: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_items: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_items: Option<u32>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    properties: IndexMap<String, Schema>,
    #[serde(skip_serializing_if = "Option::is_none")]
    property_names: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_properties: Option<Additional>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    any_of: Vec<Schema>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    one_of: Vec<Schema>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    all_of: Vec<Schema>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not: Option<Box<Schema>>,
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    definitions: IndexMap<&'static str, Schema>,
}

/// The properties of an object that are not listed.
#[derive(Serialize)]
#[serde(untagged)]
enum Additional {
    /// There are none.
    None(bool),
    /// They have a schema.
    Some(Box<Schema>),
}

/// Makes schemas of declarations.
struct SchemaWriter<'a> {
    /// The words of the community, unless files of any community are meant.
    words: Option<&'a Vocabulary>,
    /// The shapes that many fields have, by name.
    shared: RefCell<IndexMap<&'static str, Schema>>,
}

impl SchemaWriter<'_> {
    /// The schema of a table. `is_new` is true unless the table changes a built-in record.
    fn record(&self, record: &Record, is_new: bool) -> Schema {
        let mut properties: IndexMap<String, Schema> =
            record.fields().map(|field| (field.key.to_owned(), self.field(field))).collect();
        let is_required = |field: &&Field| match field.need {
            Presence::Required => true,
            Presence::OfNew => is_new,
            Presence::OneOf | Presence::OneOfLabeled | Presence::OrRest | Presence::Optional => false,
        };
        let one_of = record.fields().filter_map(|field| {
            let required = match field.need {
                Presence::OneOf => vec![field.key.to_owned()],
                Presence::OneOfLabeled => vec![field.key.to_owned(), "label".to_owned()],
                _ => return None,
            };
            Some(Schema { required, ..Schema::default() })
        });
        let one_of = one_of.collect();
        let required = record.fields().filter(is_required).map(|field| field.key.to_owned()).collect();
        let mut any_of = Vec::new();
        let mut additional = Additional::None(false);
        if let Some(rest) = &record.rest {
            let names = self.names(rest.names);
            // A channel with the key of another field of the record cannot be read.
            for name in &names {
                let described =
                    || Schema { description: Some(sentence(rest.about)), ..self.shape(rest.shape) };
                properties.entry(name.clone()).or_insert_with(described);
            }
            let alternative = record.fields().find(|field| field.need == Presence::OrRest);
            if let Some(field) = alternative {
                let one_of = std::iter::once(field.key.to_owned()).chain(names);
                any_of.extend(one_of.map(|name| Schema { required: vec![name], ..Schema::default() }));
            }
            if self.words.is_none() {
                if alternative.is_some() {
                    let listed =
                        Schema { choice: Some(properties.keys().cloned().collect()), ..Schema::default() };
                    let only_listed = Schema { property_names: Some(Box::new(listed)), ..Schema::default() };
                    any_of.push(Schema { not: Some(Box::new(only_listed)), ..Schema::default() });
                }
                additional = Additional::Some(Box::new(self.shape(rest.shape)));
            }
        }
        Schema {
            kind: Some("object"),
            properties,
            additional_properties: Some(additional),
            required,
            any_of,
            one_of,
            ..Schema::default()
        }
    }

    fn field(&self, field: &Field) -> Schema {
        let mut schema = self.shape(&field.shape);
        schema.description = Some(sentence(field.about));
        if field.need == Presence::Required && schema.kind == Some("string") && schema.choice.is_none() {
            schema.min_length = Some(1);
        }
        schema
    }

    fn shape(&self, shape: &Shape) -> Schema {
        let of = |kind| Schema { kind: Some(kind), ..Schema::default() };
        let choice = |names: Vec<String>| Schema { choice: Some(names), ..of("string") };
        let object = |values: Schema| Schema {
            additional_properties: Some(Additional::Some(Box::new(values))),
            ..of("object")
        };
        let array = |items| Schema { items: Some(Box::new(self.shape(items))), ..of("array") };
        match shape {
            Shape::Text => of("string"),
            Shape::Filled | Shape::Condition => Schema { min_length: Some(1), ..of("string") },
            Shape::Name(names) if self.words.is_some() => choice(self.names(*names)),
            Shape::Name(_) => of("string"),
            Shape::Choice(names) => choice(names().into_iter().map(str::to_owned).collect()),
            Shape::Prefixed(start) => {
                Schema { pattern: Some(format!("^{}", start.replace('.', "[.]"))), ..of("string") }
            }
            Shape::Date => {
                let pattern = Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}".to_owned());
                Schema { format: Some("date"), pattern, ..of("string") }
            }
            Shape::Boolean => of("boolean"),
            Shape::Integer(first, last) => Schema {
                minimum: Some(*first).filter(|first| *first != i64::MIN),
                maximum: Some(*last).filter(|last| *last != i64::MAX),
                ..of("integer")
            },
            Shape::Any => Schema::default(),
            Shape::List(items) => array(items),
            Shape::Items(items) => Schema { min_items: Some(1), ..array(items) },
            Shape::Pair(items) => Schema { min_items: Some(2), max_items: Some(2), ..array(items) },
            Shape::Table(record) => self.record(record, true),
            Shape::Entries(values) => object(self.shape(values)),
            Shape::Kinds(names, record) => {
                let built_in = names_in(default_vocabulary(), *names);
                let properties = built_in.into_iter().map(|name| (name, self.record(record, false)));
                Schema { properties: properties.collect(), ..object(self.record(record, true)) }
            }
            Shape::Either(shapes) => {
                let any_of = shapes.iter().map(|shape| self.shape(shape)).collect();
                Schema { any_of, ..Schema::default() }
            }
            Shape::Shared(name, shape) => {
                let schema = self.shape(shape);
                self.shared.borrow_mut().insert(name, schema);
                let reference =
                    Schema { reference: Some(format!("#/definitions/{name}")), ..Schema::default() };
                // Editors ignore a description beside a reference.
                Schema { all_of: vec![reference], ..Schema::default() }
            }
        }
    }

    /// Names of the community, or else those that are built in.
    fn names(&self, names: Names) -> Vec<String> {
        names_in(self.words.unwrap_or(default_vocabulary()), names)
    }
}

/// Names in a vocabulary.
fn names_in(words: &Vocabulary, names: Names) -> Vec<String> {
    let channels = words.channels.iter();
    match names {
        Names::Accounts => words.accounts.iter().map(|kind| kind.id.clone()).collect(),
        Names::Channels => channels.map(|kind| kind.key.clone()).collect(),
        Names::ChannelsOrIds => channels.flat_map(|kind| [kind.key.clone(), kind.id.clone()]).collect(),
        Names::ChannelIds => channels.map(|kind| kind.id.clone()).collect(),
        Names::Kinds => words.kinds.ids().into_iter().map(str::to_owned).collect(),
    }
}

/// A phrase as a sentence, with addresses of the documentation.
fn sentence(phrase: &str) -> String {
    let phrase = rewrite_links(phrase, &mut |destination, _| {
        let is_absolute = destination.contains("://");
        Some(if is_absolute { destination.to_owned() } else { docs(destination) })
    });
    let mut chars = phrase.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).chain(['.']).collect()
}
