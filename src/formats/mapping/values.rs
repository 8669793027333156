//! Values of fields in a record.

use super::field::{FieldMapping, Place};
use super::path::PathTarget;
use super::read::FileReader;
use super::tree::is_filled;
use crate::facts::Extra;
use crate::formats::extra::published;
use crate::parse::{At, Node, Value, without_links};

/// Words that stand for nobody where a person is named, and for nothing where a group is.
const NOBODY: [&str; 6] = ["tbd", "tba", "none", "n/a", "-", "vacant"];

impl FileReader<'_> {
    /// The first value of a field.
    pub(super) fn first<'n>(
        &mut self,
        record: PathTarget<'n>,
        field: &FieldMapping,
    ) -> Option<PathTarget<'n>> {
        let mut first = None;
        for place in &field.0 {
            if let Place::Path(path) = place {
                // All places are read, so that none is reported as unread.
                let target = self.select(path, record).into_iter().find(|target| is_filled(target.node));
                first = first.or(target);
            }
        }
        first
    }

    /// The first text of a field.
    pub(super) fn text(&mut self, record: PathTarget, field: &FieldMapping) -> Option<At<String>> {
        self.texts(record, field).into_iter().next()
    }

    /// The texts of the first place of a field that has any.
    pub(super) fn texts(&mut self, record: PathTarget, field: &FieldMapping) -> Vec<At<String>> {
        let mut first = Vec::new();
        for place in &field.0 {
            let texts: Vec<At<String>> = match place {
                Place::Path(path) => {
                    let targets = self.select(path, record);
                    targets.iter().flat_map(|target| texts_of(target.node)).collect()
                }
                Place::Key => {
                    let key = record.key.iter();
                    key.map(|key| At { value: key.name.trim().to_owned(), span: key.span.clone() }).collect()
                }
                Place::Stem => self.file_part(record, self.file.stem()),
                Place::Folder => self.file_part(record, self.file.folder()),
                Place::Fixed(text) => self.file_part(record, text),
            };
            if first.is_empty() {
                first = texts;
            }
        }
        first
    }

    pub(super) fn file_part(&self, record: PathTarget, text: &str) -> Vec<At<String>> {
        let start = record.node.span.start;
        if text.is_empty() { Vec::new() } else { vec![At { value: text.to_owned(), span: start..start }] }
    }

    /// A text without the destinations of links in Markdown.
    pub(super) fn plain(&mut self, record: PathTarget, field: &FieldMapping) -> Option<At<String>> {
        let text = self.text(record, field)?;
        Some(At { value: without_links(&text.value), span: text.span })
    }

    /// The names of groups: texts without the destinations of links, and without words for nothing.
    pub(super) fn names(&mut self, record: PathTarget, field: &FieldMapping) -> Vec<At<String>> {
        let texts = self.texts(record, field).into_iter().filter(|text| !is_nobody(&text.value));
        texts.map(|text| At { value: without_links(&text.value), span: text.span }).collect()
    }

    /// A web address, or the destination of a link in Markdown.
    pub(super) fn address(&mut self, record: PathTarget, field: &FieldMapping, name: &str) -> Option<String> {
        let text = self.text(record, field)?;
        let text = match link(&text.value) {
            Some((_, address)) => At { value: address.to_owned(), span: text.span },
            None => text,
        };
        self.reader.expect_web(name, &text);
        Some(text.value)
    }

    pub(super) fn required(
        &mut self,
        record: PathTarget,
        field: &FieldMapping,
        name: &str,
    ) -> Option<At<String>> {
        let text = self.plain(record, field);
        if text.is_none() {
            self.missing(record, &format!("missing field `{name}`"));
        }
        text
    }

    pub(super) fn extra(&mut self, fields: &[(String, FieldMapping)], record: PathTarget) -> Extra {
        let mut extra = Extra::new();
        for (name, field) in fields {
            let value = match self.first(record, field) {
                Some(target) => {
                    self.all_is_read(target.node);
                    published(target.node, self.file.text)
                }
                None => self.text(record, field).map_or(serde_json::Value::Null, |text| text.value.into()),
            };
            if !value.is_null() {
                extra.insert(name.clone(), value);
            }
        }
        extra
    }
}

/// The label and the destination of a text that is a link in Markdown.
pub(super) fn link(text: &str) -> Option<(&str, &str)> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let address = rest.strip_suffix(')')?;
    (!label.contains(['[', ']']) && !address.contains([' ', '('])).then_some((label, address))
}

/// The text of a scalar, or the texts of a list. Surrounding white space and zero-width spaces are trimmed.
pub(super) fn texts_of(node: &Node) -> Vec<At<String>> {
    let text = match &node.value {
        Value::Text(text) | Value::Other(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::List(items) => return items.iter().flat_map(texts_of).collect(),
        Value::Null | Value::Boolean(_) | Value::Table(_) => return Vec::new(),
    };
    let invisible = |c: char| {
        c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
    };
    let is_shown = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let value: String = text.trim_matches(invisible).chars().filter(is_shown).collect();
    if value.is_empty() { Vec::new() } else { vec![At { value, span: node.span.clone() }] }
}

/// A word without the marks of Markdown or of an account around it, and without a remark: `Vacant` of `*Vacant* (ask us)`.
pub(super) fn word(text: &str) -> &str {
    text.split(" (").next().unwrap_or_default().trim_matches(['*', '_', '`', '@', ' '])
}

/// True for a word that stands for nobody.
pub(super) fn is_nobody(text: &str) -> bool {
    NOBODY.iter().any(|nobody| word(text).eq_ignore_ascii_case(nobody))
}
