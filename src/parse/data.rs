//! TOML and YAML text to one kind of tree that keeps the place of everything.

use std::ops::Range;

use granit_parser::{Event, Parser};
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, FileName, Location, nearest};

/// A value of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Byte range in the file.
    pub span: Range<usize>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing; YAML only.
    Null,
    /// Text; in YAML any scalar, as it is written.
    Text(String),
    /// A whole number; TOML only.
    Integer(i64),
    /// True or false; TOML only.
    Boolean(bool),
    /// Some other scalar, as it is written; TOML only.
    Other(String),
    /// Values in order.
    List(Vec<Node>),
    /// Values by key, in the order of the file.
    Table(Vec<(Key, Node)>),
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Byte range in the file.
    pub span: Range<usize>,
}

impl Value {
    /// What it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Text(_) => "text",
            Self::Integer(_) => "a number",
            Self::Boolean(_) => "a boolean",
            Self::Other(_) => "a number or date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Deepest nesting that is read.
const DEEPEST: usize = 64;

/// Reads the TOML in a range of a text (all of it, or its front matter).
///
/// # Errors
/// `data/syntax`, at the place.
pub fn toml(file: &FileName, text: &str, range: Range<usize>) -> Result<Node, Diagnostic> {
    let offset = range.start;
    let table = DeTable::parse(&text[range]).map_err(|error| {
        let span = error.span().map_or(0..0, |span| span.start + offset..span.end + offset);
        Diagnostic::error("data/syntax", first_line(error.message()), Location::of(file, text, span))
    })?;
    let span = table.span();
    Ok(Node { span: span.start + offset..span.end + offset, value: toml_table(table.into_inner(), offset) })
}

fn toml_table(table: DeTable<'_>, offset: usize) -> Value {
    let mut entries: Vec<_> = table
        .into_iter()
        .map(|(key, value)| {
            let span = key.span();
            let key =
                Key { name: key.into_inner().into_owned(), span: span.start + offset..span.end + offset };
            (key, toml_node(value, offset))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    Value::Table(entries)
}

fn toml_node(value: toml::Spanned<DeValue<'_>>, offset: usize) -> Node {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Other(number.as_str().to_owned()),
        },
        DeValue::Float(number) => Value::Other(number.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Boolean(value),
        DeValue::Datetime(date) => Value::Other(date.to_string()),
        DeValue::Array(items) => Value::List(items.into_iter().map(|item| toml_node(item, offset)).collect()),
        DeValue::Table(table) => toml_table(table, offset),
    };
    Node { value, span: span.start + offset..span.end + offset }
}

/// Reads the YAML in a range of a text. Aliases are read as nothing: data files have no use for them,
/// and they are how a small file becomes a large tree.
///
/// # Errors
/// `data/syntax`, at the place.
pub fn yaml(file: &FileName, text: &str, range: Range<usize>) -> Result<Node, Diagnostic> {
    let offset = range.start;
    let source = &text[range.clone()];
    let fault = |message: String, at: usize| {
        let at = (offset + at).min(range.end);
        Err(Diagnostic::error("data/syntax", message, Location::of(file, text, at..at)))
    };
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(source) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                return fault(
                    first_line(&error.info().to_string()),
                    error.marker().byte_offset().unwrap_or(0),
                );
            }
        };
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start).max(start);
        let value = match event {
            Event::Scalar(scalar, style, ..) => {
                let plain = matches!(style, granit_parser::ScalarStyle::Plain);
                let null = plain && matches!(&*scalar, "" | "~" | "null" | "Null" | "NULL");
                if null { Value::Null } else { Value::Text(scalar.into_owned()) }
            }
            Event::Alias(..) => Value::Null,
            Event::SequenceStart(..) => {
                open.push(Open { start, value: Value::List(Vec::new()), key: None });
                if open.len() > DEEPEST {
                    return fault("the data is nested too deeply".into(), start);
                }
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open { start, value: Value::Table(Vec::new()), key: None });
                if open.len() > DEEPEST {
                    return fault("the data is nested too deeply".into(), start);
                }
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(closed) => {
                    let node = Node { value: closed.value, span: offset + closed.start..offset + end };
                    add(&mut open, &mut root, node);
                    continue;
                }
                None => continue,
            },
            _ => continue,
        };
        add(&mut open, &mut root, Node { value, span: offset + start..offset + end });
    }
    Ok(root.unwrap_or(Node { value: Value::Null, span: offset..offset }))
}

/// A list or table that is being read.
struct Open {
    start: usize,
    value: Value,
    key: Option<Key>,
}

fn add(open: &mut [Open], root: &mut Option<Node>, node: Node) {
    let Some(parent) = open.last_mut() else {
        root.get_or_insert(node);
        return;
    };
    match &mut parent.value {
        Value::List(items) => items.push(node),
        Value::Table(entries) => match parent.key.take() {
            Some(key) => entries.push((key, node)),
            None => {
                let name = if let Value::Text(name) = node.value { name } else { String::new() };
                parent.key = Some(Key { name, span: node.span });
            }
        },
        _ => {}
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim().to_owned()
}

/// What the TOML reader says, with a code, the place and, for an unknown key, the nearest known one.
pub fn toml_error(file: &FileName, text: &str, error: &toml::de::Error) -> Diagnostic {
    let message = first_line(error.message());
    let location = error.span().map(|span| Location::of(file, text, span));
    let code = match message.as_str() {
        m if m.starts_with("unknown field") => "data/unknown-field",
        m if m.starts_with("missing field") => "data/missing-field",
        m if m.starts_with("invalid type") => "data/wrong-type",
        m if m.starts_with("unknown variant") || m.starts_with("invalid value") => "data/invalid-value",
        _ => "data/syntax",
    };
    let mut quoted = message.split('`').skip(1).step_by(2);
    let suggestion = matches!(code, "data/unknown-field" | "data/invalid-value")
        .then(|| quoted.next())
        .flatten()
        .and_then(|given| nearest(given, quoted))
        .map(|known| format!("did you mean `{known}`?"));
    Diagnostic::error(code, message.clone(), location).maybe_help(suggestion)
}
