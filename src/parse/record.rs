//! Reads records from a tree of data. Problems are reported with their locations.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::At;
use super::shape::{Record, Shape};
use super::{Node, TableKey, Value};
use crate::diagnostic::{Code, Diagnostic, FileName, LineIndex, Location, Severity, code, suggestion};
use crate::site_path::fold;
use crate::url::{is_mail, is_web, without_mailto};

/// Ids read so far, with their spans.
pub type SeenIds = HashMap<String, Range<usize>>;

/// Reads one file. Diagnostics are collected and reading continues.
pub struct Reader<'a> {
    file: &'a FileName,
    text: &'a str,
    /// Computed at the first diagnostic.
    lines: OnceCell<LineIndex>,
    severity: Severity,
    /// Diagnostics collected so far.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    /// Creates a reader for the handbook's own files: diagnostics are errors.
    pub fn strict(file: &'a FileName, text: &'a str) -> Self {
        Self { file, text, lines: OnceCell::new(), severity: Severity::Error, diagnostics: Vec::new() }
    }

    /// Creates a reader for other people's files: diagnostics are warnings.
    pub fn lenient(file: &'a FileName, text: &'a str) -> Self {
        Self { severity: Severity::Warning, ..Self::strict(file, text) }
    }

    /// The text of the file.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The location of a span in the file.
    pub fn location(&self, span: &Range<usize>) -> Location {
        self.lines.get_or_init(|| LineIndex::new(self.text)).location(self.file, self.text, span.clone())
    }

    /// Reports a diagnostic at a span.
    pub fn report(&mut self, code: Code, span: &Range<usize>, message: String, help: Option<String>) {
        let diagnostic = Diagnostic::of(self.severity, code, message, self.location(span));
        self.diagnostics.push(diagnostic.maybe_help(help));
    }

    /// Reports a warning, even in the handbook's own files.
    pub fn warn(&mut self, code: Code, span: &Range<usize>, message: String, help: Option<String>) {
        let severity = std::mem::replace(&mut self.severity, Severity::Warning);
        self.report(code, span, message, help);
        self.severity = severity;
    }

    /// Reports a value of the wrong type.
    pub fn wrong_type(&mut self, name: &str, node: &Node, expected: &str) {
        let message = format!("expected {expected} for `{name}`, found {}", node.value.kind());
        self.report(code::DATA_WRONG_TYPE, &node.span, message, None);
    }

    /// Reports a value that is not among the known ones, and suggests the nearest.
    pub fn unknown_value(&mut self, given: &At<String>, what: &str, known: &[&str]) {
        let help = suggestion(&given.value, known.iter().copied());
        self.report(code::DATA_INVALID_VALUE, &given.span, format!("unknown {what} `{}`", given.value), help);
    }

    /// Reads one of several named values, and reports any other name.
    pub fn choice<T: Copy, const N: usize>(
        &mut self,
        given: &At<String>,
        what: &str,
        all: [(&str, T); N],
    ) -> Option<T> {
        let chosen = all.iter().find(|(name, _)| *name == given.value);
        if chosen.is_none() {
            self.unknown_value(given, what, &all.map(|(name, _)| name));
        }
        chosen.map(|(_, value)| *value)
    }

    /// Reads a value as text. `name` is the field that contains it. An empty text is reported.
    pub fn filled(&mut self, name: &str, node: &Node) -> Option<At<String>> {
        let text = as_text(self, name, node);
        if text.is_none() && matches!(node.value, Value::Text(_)) {
            self.report(code::DATA_MISSING_FIELD, &node.span, format!("field `{name}` is empty"), None);
        }
        text
    }

    /// Reports an invalid value.
    pub fn invalid(&mut self, at: &At<String>, message: String, help: Option<&str>) {
        self.report(code::DATA_INVALID_VALUE, &at.span, message, help.map(str::to_owned));
    }

    /// Returns the fields of a table with their declarations. `name` is the field that contains it.
    pub fn fields<'n>(&mut self, name: &str, node: &'n Node, record: &'static Record) -> Option<Fields<'n>> {
        match &node.value {
            Value::Table(entries) => {
                let span = node.span.clone();
                Some(Fields { record, entries, span, asked: Vec::new(), absent: Vec::new() })
            }
            Value::Null => None,
            _ => {
                self.wrong_type(name, node, "a table");
                None
            }
        }
    }

    /// Reports a text that is not a web address. It stays in the data and pages are safe without the link, so this is
    /// always a warning.
    pub fn expect_web(&mut self, name: &str, text: &At<String>) {
        if !is_web(text) {
            let help = "write the full address, such as https://example.org/";
            let message = format!("invalid web address for `{name}`; it will not be linked");
            self.warn(code::DATA_INVALID_VALUE, &text.span, message, Some(help.into()));
        }
    }

    /// Reports a duplicate id. Returns true if the id is new. Case does not count, as ids that differ only in case
    /// would have the same address on some file systems.
    pub fn unique(&mut self, seen: &mut SeenIds, id: &At<String>, what: &str) -> bool {
        let folded = fold(&id.value).to_string();
        if let Some(first) = seen.get(&folded) {
            let message = format!("duplicate {what} `{}`", id.value);
            let first = self.location(first);
            let diagnostic =
                Diagnostic::of(self.severity, code::DATA_DUPLICATE_ID, message, self.location(&id.span));
            self.diagnostics.push(diagnostic.related(first, "first defined here"));
            return false;
        }
        seen.insert(folded, id.span.clone());
        true
    }
}

/// The fields of a table, which are read as its [`Record`] declares them. Fields that were never read are reported by
/// [`Fields::finish`]. A build with debug assertions panics if a field is read otherwise than it is declared.
pub struct Fields<'n> {
    record: &'static Record,
    entries: &'n [(TableKey, Node)],
    /// Byte range of the whole table.
    pub span: Range<usize>,
    asked: Vec<&'n str>,
    /// Names that are data, of fields that were read and are absent.
    absent: Vec<String>,
}

impl<'n> Fields<'n> {
    /// Reads a field of any type. A null counts as absent.
    pub fn node(&mut self, name: &'n str) -> Option<&'n Node> {
        self.expect(name, |_| true);
        self.asked.push(name);
        let entry = self.entries.iter().find(|(key, _)| key.name == name);
        entry.map(|(_, node)| node).filter(|node| node.value != Value::Null)
    }

    /// Reads a field whose name is data.
    pub fn named_node(&mut self, name: &str) -> Option<&'n Node> {
        debug_assert!(self.record.rest.is_some(), "`{}` has no fields with other names", self.record.name());
        let Some((key, node)) = self.entries.iter().find(|(key, _)| key.name == name) else {
            self.absent.push(name.to_owned());
            return None;
        };
        self.asked.push(&key.name);
        Some(node).filter(|node| node.value != Value::Null)
    }

    /// Asserts that a field is declared, with a shape that fits the way in which it is read.
    fn expect(&self, name: &str, fits: impl Fn(&Shape) -> bool) {
        debug_assert!(
            self.record.shape(name).is_some_and(fits),
            "`{name}` of `{}` is read otherwise than it is declared",
            self.record.name()
        );
    }

    /// True if the field was asked for.
    pub fn is_read(&self, name: &str) -> bool {
        self.asked.contains(&name)
    }

    /// Reads a text. Surrounding white space and zero-width spaces are trimmed; an empty text counts as absent.
    pub fn text(&mut self, reader: &mut Reader, name: &'n str) -> Option<At<String>> {
        self.expect(name, Shape::is_text);
        let node = self.node(name)?;
        as_text(reader, name, node)
    }

    /// Reads a web address.
    pub fn web_address(&mut self, reader: &mut Reader, name: &'n str) -> Option<String> {
        let text = self.text(reader, name)?;
        reader.expect_web(name, &text);
        Some(text.value)
    }

    /// Reads a list of web addresses.
    pub fn web_addresses(&mut self, reader: &mut Reader, name: &'n str) -> Vec<String> {
        let texts = self.texts(reader, name);
        texts.iter().for_each(|text| reader.expect_web(name, text));
        texts.into_iter().map(|text| text.value).collect()
    }

    /// Reads the address of a mailing list: a web or email address, without `mailto:`.
    pub fn list_address(&mut self, reader: &mut Reader, name: &'n str) -> Option<String> {
        let text = self.text(reader, name)?;
        let address = without_mailto(&text);
        if !is_web(address) && !is_mail(address) {
            let message =
                format!("`{name}` is neither a web address nor an email address; it will not be linked");
            let help = "write an address such as https://example.org/list or list@example.org";
            reader.warn(code::DATA_INVALID_VALUE, &text.span, message, Some(help.into()));
        }
        Some(address.to_owned())
    }

    /// Reads a text that must not be empty if it is present.
    pub fn filled(&mut self, reader: &mut Reader, name: &'n str) -> Option<At<String>> {
        self.expect(name, Shape::is_text);
        let node = self.node(name)?;
        reader.filled(name, node)
    }

    /// Reads a required text.
    pub fn required(&mut self, reader: &mut Reader, name: &'n str) -> Option<At<String>> {
        if self.node(name).is_none() {
            let start = self.span.start..self.span.start;
            let help = format!("add the field `{name}`");
            reader.report(code::DATA_MISSING_FIELD, &start, format!("missing field `{name}`"), Some(help));
        }
        self.filled(reader, name)
    }

    /// Reads a list of texts.
    pub fn texts(&mut self, reader: &mut Reader, name: &'n str) -> Vec<At<String>> {
        self.expect(name, |shape| shape.items().is_some_and(Shape::is_text));
        self.list(reader, name).iter().filter_map(|node| as_text(reader, name, node)).collect()
    }

    /// Reads a list.
    pub fn list(&mut self, reader: &mut Reader, name: &'n str) -> &'n [Node] {
        self.expect(name, |shape| shape.items().is_some());
        match self.node(name) {
            None => &[],
            Some(Node { value: Value::List(items), .. }) => items,
            Some(node) => {
                reader.wrong_type(name, node, "a list");
                &[]
            }
        }
    }

    /// Reads a list of tables.
    pub fn tables(&mut self, reader: &mut Reader, name: &'n str) -> Vec<Fields<'n>> {
        let Some(record) = self.record.shape(name).and_then(Shape::items).and_then(Shape::record) else {
            unreachable!("`{name}` of `{}` is not declared as a list of tables", self.record.name());
        };
        self.list(reader, name).iter().filter_map(|node| reader.fields(name, node, record)).collect()
    }

    /// Reads a table.
    pub fn table(&mut self, reader: &mut Reader, name: &'n str) -> Option<Fields<'n>> {
        let Some(record) = self.record.shape(name).and_then(Shape::record) else {
            unreachable!("`{name}` of `{}` is not declared as a table", self.record.name());
        };
        let node = self.node(name)?;
        reader.fields(name, node, record)
    }

    /// Reads a table whose keys are chosen by the author.
    pub fn entries(&mut self, reader: &mut Reader, name: &'n str) -> Vec<(At<String>, &'n Node)> {
        let is_chosen = |shape: &Shape| matches!(shape, Shape::Entries(_) | Shape::Kinds(..));
        self.expect(name, |shape| shape.is(&is_chosen));
        let entry = |(key, node): &'n (TableKey, Node)| {
            (At { value: key.name.clone(), span: key.span.clone() }, node)
        };
        match self.node(name) {
            None => Vec::new(),
            Some(Node { value: Value::Table(entries), .. }) => entries.iter().map(entry).collect(),
            Some(node) => {
                reader.wrong_type(name, node, "a table");
                Vec::new()
            }
        }
    }

    /// Reads an integer.
    pub fn integer(&mut self, reader: &mut Reader, name: &'n str) -> Option<At<i64>> {
        self.expect(name, |shape| matches!(shape, Shape::Integer(..)));
        let node = self.node(name)?;
        let value = match &node.value {
            Value::Integer(number) => Some(*number),
            Value::Text(text) if reader.severity != Severity::Error => text.parse().ok(),
            _ => None,
        };
        if value.is_none() {
            reader.wrong_type(name, node, "a whole number");
        }
        value.map(|value| At { value, span: node.span.clone() })
    }

    /// Reads a number in the declared range, which must fit the type.
    pub fn number<T: TryFrom<i64>>(&mut self, reader: &mut Reader, key: &'n str) -> Option<T> {
        let number = self.integer(reader, key)?;
        if let Some(Shape::Integer(first, last)) = self.record.shape(key)
            && !(*first..=*last).contains(&number.value)
        {
            let help = format!("write a number from {first} to {last}");
            let message = format!("`{key}` is out of range: {}", number.value);
            reader.report(code::DATA_INVALID_VALUE, &number.span, message, Some(help));
            return None;
        }
        T::try_from(number.value).ok()
    }

    /// Reads a boolean.
    pub fn boolean(&mut self, reader: &mut Reader, name: &'n str) -> Option<bool> {
        self.expect(name, |shape| shape.is(&|shape| matches!(shape, Shape::Boolean)));
        let node = self.node(name)?;
        match &node.value {
            Value::Boolean(value) => Some(*value),
            Value::Text(text) if text == "true" || text == "false" => Some(text == "true"),
            _ => {
                reader.wrong_type(name, node, "true or false");
                None
            }
        }
    }

    /// Reports the fields that were never read.
    pub fn finish(self, reader: &mut Reader) {
        debug_assert!(
            self.record.fields().all(|field| self.asked.contains(&field.key)),
            "a field of `{}` is declared, but not read",
            self.record.name()
        );
        for (key, _) in self.entries.iter().filter(|(key, _)| !self.asked.contains(&key.name.as_str())) {
            let absent = self.absent.iter().map(String::as_str);
            let mut seen = HashSet::new();
            let names = self.asked.iter().copied().chain(absent).filter(|name| seen.insert(*name));
            let help = suggestion(&key.name, names);
            let message = format!("unknown field `{}`", key.name);
            reader.report(code::DATA_UNKNOWN_FIELD, &key.span, message, help);
        }
    }
}

fn as_text(reader: &mut Reader, name: &str, node: &Node) -> Option<At<String>> {
    let text = match &node.value {
        Value::Text(text) => text,
        _ => {
            reader.wrong_type(name, node, "text");
            return None;
        }
    };
    let invisible = |c: char| {
        c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
    };
    let value = text.trim_matches(invisible).to_owned();
    (!value.is_empty()).then(|| At { value, span: node.span.clone() })
}
