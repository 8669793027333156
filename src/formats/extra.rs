//! Data that the program hands on as it is: to templates and to the API.

use super::person::is_address;
use crate::parse::{Node, Value};

/// A value as JSON. Email addresses, which must never be published, are left out.
pub(super) fn published(node: &Node) -> serde_json::Value {
    without_mail(json(node))
}

/// A value as JSON.
pub(super) fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Text(text) | Value::Other(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Boolean(value) => (*value).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Table(entries) => {
            let entries = entries.iter().map(|(key, node)| (key.name.clone(), json(node)));
            entries.collect::<serde_json::Map<_, _>>().into()
        }
    }
}

fn without_mail(value: serde_json::Value) -> serde_json::Value {
    let is_mark = |c: char| c.is_whitespace() || "<>(),;:\"'[]".contains(c);
    let has_mail = |text: &str| text.split(is_mark).any(is_address);
    match value {
        serde_json::Value::String(text) if has_mail(&text) => serde_json::Value::Null,
        serde_json::Value::Array(items) => items.into_iter().map(without_mail).collect(),
        serde_json::Value::Object(entries) => {
            let entries = entries.into_iter().filter(|(key, _)| !has_mail(key));
            entries.map(|(key, value)| (key, without_mail(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other,
    }
}
