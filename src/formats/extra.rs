//! Data that the program hands on as it is: to templates and to the API.

use crate::email::has_email;
use crate::parse::{Node, Value};

/// A value as JSON. Email addresses, which must never be published, are left out. `text` is that of the file.
pub(super) fn published(node: &Node, text: &str) -> serde_json::Value {
    without_mail(json(node, text))
}

/// A value as JSON. A scalar without quotes is a number, true or false if it is written so.
pub(super) fn json(node: &Node, text: &str) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Text(scalar) => {
            let is_plain = text.get(node.span.clone()) == Some(scalar);
            let typed = is_plain.then(|| serde_json::from_str(scalar).ok()).flatten();
            let is_typed = |value: &serde_json::Value| value.is_number() || value.is_boolean();
            typed.filter(is_typed).unwrap_or_else(|| scalar.as_str().into())
        }
        Value::Other(scalar) => serde_json::from_str(scalar).unwrap_or_else(|_| scalar.as_str().into()),
        Value::Integer(number) => (*number).into(),
        Value::Boolean(value) => (*value).into(),
        Value::List(items) => items.iter().map(|item| json(item, text)).collect(),
        Value::Table(entries) => {
            let entries = entries.iter().map(|(key, node)| (key.name.clone(), json(node, text)));
            entries.collect::<serde_json::Map<_, _>>().into()
        }
    }
}

fn without_mail(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::String(text) if has_email(&text) => serde_json::Value::Null,
        serde_json::Value::Array(items) => items.into_iter().map(without_mail).collect(),
        serde_json::Value::Object(entries) => {
            let entries = entries.into_iter().filter(|(key, _)| !has_email(key));
            entries.map(|(key, value)| (key, without_mail(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other,
    }
}
