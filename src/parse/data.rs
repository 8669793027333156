//! Parses TOML and YAML into one tree type that keeps the span of every key and value.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{Event, Parser, StructureStyle};
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, FileName, Location, code};

/// A value of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Byte range in the file.
    pub span: Range<usize>,
}

/// The content of a [`Node`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// No value; YAML only.
    Null,
    /// Text; for YAML, any scalar as it is written.
    Text(String),
    /// A whole number; TOML only.
    Integer(i64),
    /// True or false; TOML only.
    Boolean(bool),
    /// Any other scalar as it is written; TOML only.
    Other(String),
    /// Values in order.
    List(Vec<Node>),
    /// Values by key, in the order of the file.
    Table(Vec<(TableKey, Node)>),
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableKey {
    /// The key.
    pub name: String,
    /// Byte range in the file.
    pub span: Range<usize>,
}

impl Value {
    /// The type in the words of diagnostics.
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

/// Maximum nesting depth.
const MAX_DEPTH: usize = 64;

/// Parses the TOML in a byte range of a text: the whole text or its front matter.
///
/// # Errors
/// `data/syntax` at the error.
pub fn toml(file: &FileName, text: &str, range: Range<usize>) -> Result<Node, Diagnostic> {
    let offset = range.start;
    let table = DeTable::parse(&text[range]).map_err(|error| {
        let span = error.span().map_or(0..0, |span| span.start + offset..span.end + offset);
        Diagnostic::new(code::DATA_SYNTAX, first_line(error.message()), Location::of(file, text, span))
    })?;
    let span = table.span();
    Ok(Node { span: span.start + offset..span.end + offset, value: toml_table(table.into_inner(), offset) })
}

fn toml_table(table: DeTable<'_>, offset: usize) -> Value {
    let mut entries: Vec<_> = table
        .into_iter()
        .map(|(key, value)| {
            let span = key.span();
            let key = TableKey {
                name: key.into_inner().into_owned(),
                span: span.start + offset..span.end + offset,
            };
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

/// Maximum total size, in bytes, of the data that the aliases of a file expand to. Aliases can turn a small file into
/// a large tree.
const MAX_ALIASED: usize = 16 << 20;

/// The size of a value apart from its text, in bytes: about that of a node and its key.
const VALUE_SIZE: usize = 96;

const SYNTAX_HELP: &str = "fix the syntax at or just before this position; the file or list item that contains the error is skipped";

/// Number of syntax errors after which the rest of a file is not read.
const MAX_FAULTS: usize = 10;

/// Parses the YAML in a byte range of a text.
///
/// # Errors
/// `data/syntax` at the first error.
pub fn yaml(file: &FileName, text: &str, range: Range<usize>) -> Result<Node, Diagnostic> {
    let read = Yaml::read(&text[range.clone()], range.start);
    match read.faults.into_iter().next() {
        Some(fault) => Err(fault.diagnostic(file, text, range.end)),
        None => Ok(read.roots.into_iter().next().unwrap_or_else(|| nothing(range.start))),
    }
}

/// The value of an empty document.
fn nothing(at: usize) -> Node {
    Node { value: Value::Null, span: at..at }
}

/// Parses as much of the documents of a YAML file as possible. If an item of a list does not parse, the other items
/// are kept.
pub fn lenient_yaml(file: &FileName, text: &str) -> (Vec<Node>, Vec<Diagnostic>) {
    let mut readable = text.to_owned();
    let mut faults: Vec<YamlError> = Vec::new();
    loop {
        let read = Yaml::read(&readable, 0);
        for fault in read.faults {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        let stopped = read.stopped.filter(|_| faults.len() < MAX_FAULTS);
        let Some(lines) = stopped.and_then(|stopped| faulty_lines(&readable, &stopped)) else {
            faults.sort_by_key(|fault| fault.at);
            let diagnostics = faults.into_iter().map(|fault| fault.diagnostic(file, text, text.len()));
            return (read.roots, diagnostics.collect());
        };
        // The lines are overwritten with spaces, so that the offsets of everything else stay the same.
        let blanked = |c: char| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) };
        let blanked: String = readable[lines.clone()].chars().map(blanked).collect();
        readable.replace_range(lines, &blanked);
    }
}

/// The range of lines to skip after a syntax error: those of the list item in which it occurred, or the single line
/// after that item that contains it.
fn faulty_lines(text: &str, stopped: &Stopped) -> Option<Range<usize>> {
    let line = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let length = text[start..].find('\n').map_or(text.len() - start, |end| end + 1);
        start..start + length
    };
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let first = line(stopped.item.min(text.len()));
    let rest = text[first.clone()].trim_start_matches(' ').strip_prefix('-')?;
    if !rest.is_empty() && !rest.starts_with([' ', '\n', '\r']) {
        return None;
    }
    let mut end = first.end;
    for line in text[end..].split_inclusive('\n') {
        if !line.trim().is_empty() && indent(line) <= indent(&text[first.clone()]) {
            break;
        }
        end += line.len();
    }
    let fault = line(stopped.at.min(text.len()));
    let is_after = !stopped.in_brackets && fault.start >= end && !text[fault.clone()].trim().is_empty();
    Some(if is_after { fault } else { first.start..end })
}

/// A syntax error in YAML.
#[derive(Clone, PartialEq, Eq)]
struct YamlError {
    message: String,
    /// Byte offset in the file.
    at: usize,
    help: Option<&'static str>,
}

impl YamlError {
    fn diagnostic(self, file: &FileName, text: &str, end: usize) -> Diagnostic {
        let at = self.at.min(end);
        let diagnostic = Diagnostic::new(code::DATA_SYNTAX, self.message, Location::of(file, text, at..at));
        diagnostic.maybe_help(self.help.map(str::to_owned))
    }
}

/// The state of the YAML parser.
struct Yaml {
    /// Byte offset in the file at which the YAML starts.
    offset: usize,
    open: Vec<OpenNode>,
    /// The values of the documents so far.
    roots: Vec<Node>,
    /// Nodes that aliases may refer to, by the parser's number for their anchor.
    anchors: HashMap<usize, Measured>,
    /// Total size of the data that aliases have expanded to so far.
    aliased: usize,
    /// Total size of the nodes kept for aliases.
    kept: usize,
    /// True if the limit on aliases has been reported.
    is_full: bool,
    faults: Vec<YamlError>,
}

/// The result of parsing YAML.
struct YamlRead {
    roots: Vec<Node>,
    faults: Vec<YamlError>,
    /// The syntax error that stopped the parser within a list.
    stopped: Option<Stopped>,
}

/// Offsets of a syntax error within a list.
struct Stopped {
    /// Start of the item of the outermost list.
    item: usize,
    /// The error.
    at: usize,
    /// True if a bracket was open; a missing closing bracket may be the cause.
    in_brackets: bool,
}

/// A node with its size, which aliases multiply.
#[derive(Clone)]
struct Measured {
    node: Node,
    /// Size in bytes.
    size: usize,
    /// Nesting depth below the node.
    depth: usize,
    /// True for a plain `<<`, which is a merge key.
    is_merge: bool,
}

/// A list or table that is being read.
struct OpenNode {
    start: usize,
    value: Value,
    key: Option<TableKey>,
    anchor: usize,
    in_brackets: bool,
    size: usize,
    depth: usize,
    /// Indices of the entries with a merge key.
    merges: Vec<usize>,
    key_is_merge: bool,
}

impl Yaml {
    fn read(text: &str, offset: usize) -> YamlRead {
        let anchors = HashMap::new();
        let mut yaml = Self {
            offset,
            open: Vec::new(),
            roots: Vec::new(),
            anchors,
            aliased: 0,
            kept: 0,
            is_full: false,
            faults: Vec::new(),
        };
        let mut stopped = None;
        for event in Parser::new_from_str(text) {
            let more = match event {
                Ok((event, span)) => {
                    let start = span.start.byte_offset().unwrap_or(0);
                    let end = span.end.byte_offset().unwrap_or(start).max(start);
                    yaml.event(event, start, end)
                }
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0);
                    yaml.fault(first_line(&error.info().to_string()), at, Some(SYNTAX_HELP));
                    let in_brackets = yaml.open.last().is_some_and(|open| open.in_brackets);
                    stopped = yaml.item(at).map(|item| Stopped { item, at, in_brackets });
                    false
                }
            };
            if !more {
                break;
            }
        }
        let roots = yaml.rest();
        YamlRead { roots, faults: yaml.faults, stopped }
    }

    /// Processes an event. Returns whether to continue.
    fn event(&mut self, event: Event<'_>, start: usize, end: usize) -> bool {
        let span = self.offset + start..self.offset + end;
        match event {
            Event::Scalar(scalar, style, anchor, _) => {
                let plain = matches!(style, granit_parser::ScalarStyle::Plain);
                let null = plain && matches!(&*scalar, "" | "~" | "null" | "Null" | "NULL");
                let is_merge = plain && scalar == "<<";
                let size = VALUE_SIZE + scalar.len();
                let value = if null { Value::Null } else { Value::Text(scalar.into_owned()) };
                self.add(Measured { node: Node { value, span }, size, depth: 0, is_merge }, anchor);
            }
            Event::Alias(anchor) => {
                let node = self.aliased(anchor, start, span);
                self.add(node, 0);
            }
            Event::SequenceStart(style, anchor, _) => {
                return self.begin(start, Value::List(Vec::new()), style, anchor);
            }
            Event::MappingStart(style, anchor, _) => {
                return self.begin(start, Value::Table(Vec::new()), style, anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(closed) = self.open.pop() {
                    self.close(closed, end);
                }
            }
            _ => {}
        }
        true
    }

    fn fault(&mut self, message: impl Into<String>, at: usize, help: Option<&'static str>) {
        self.faults.push(YamlError { message: message.into(), at: self.offset + at, help });
    }

    fn begin(&mut self, start: usize, value: Value, style: StructureStyle, anchor: usize) -> bool {
        let in_brackets = matches!(style, StructureStyle::Flow);
        let (key, merges) = (None, Vec::new());
        self.open.push(OpenNode {
            start,
            value,
            key,
            anchor,
            in_brackets,
            size: VALUE_SIZE,
            depth: 0,
            merges,
            key_is_merge: false,
        });
        let fits = self.open.len() <= MAX_DEPTH;
        if !fits {
            self.fault("the data is nested too deeply", start, None);
        }
        fits
    }

    fn close(&mut self, closed: OpenNode, end: usize) {
        let OpenNode { start, mut value, anchor, size, depth, merges, .. } = closed;
        if let Value::Table(entries) = &mut value {
            merge(entries, &merges);
        }
        let node = Node { value, span: self.offset + start..self.offset + end };
        self.add(Measured { node, size, depth: depth + 1, is_merge: false }, anchor);
    }

    /// Expands an alias. Returns a null node and reports a fault if it is recursive, too large or too deep.
    fn aliased(&mut self, anchor: usize, start: usize, span: Range<usize>) -> Measured {
        let nothing =
            Measured { node: Node { value: Value::Null, span }, size: VALUE_SIZE, depth: 0, is_merge: false };
        let is_within = self.open.iter().any(|open| open.anchor == anchor);
        if is_within {
            self.fault(
                "recursive alias: it is part of the value that it refers to",
                start,
                Some("replace the alias with the intended value"),
            );
            return nothing;
        }
        // Nodes too large to be kept for aliases are also too large to be repeated.
        let Some(measured) =
            self.anchors.get(&anchor).filter(|measured| self.aliased + measured.size <= MAX_ALIASED)
        else {
            if !std::mem::replace(&mut self.is_full, true) {
                let message = format!("the aliases up to here expand to more than {} MB", MAX_ALIASED >> 20);
                self.fault(
                    message,
                    start,
                    Some(
                        "use fewer aliases; this one and any other that exceeds the limit are read as empty",
                    ),
                );
            }
            return nothing;
        };
        if self.open.len() + measured.depth > MAX_DEPTH {
            self.fault(
                "the alias nests the data too deeply",
                start,
                Some("replace the alias with the intended value"),
            );
            return nothing;
        }
        let measured = measured.clone();
        self.aliased += measured.size;
        Measured { is_merge: false, ..measured }
    }

    fn add(&mut self, measured: Measured, anchor: usize) {
        if anchor != 0 && self.kept + measured.size <= 2 * MAX_ALIASED {
            self.kept += measured.size;
            self.anchors.insert(anchor, measured.clone());
        }
        let Measured { node, size, depth, is_merge } = measured;
        let Some(parent) = self.open.last_mut() else {
            self.roots.push(node);
            return;
        };
        parent.size += size;
        parent.depth = parent.depth.max(depth);
        match &mut parent.value {
            Value::List(items) => items.push(node),
            Value::Table(entries) => match parent.key.take() {
                Some(key) => {
                    if std::mem::take(&mut parent.key_is_merge) {
                        parent.merges.push(entries.len());
                    }
                    entries.push((key, node));
                }
                None => {
                    let name = if let Value::Text(name) = node.value { name } else { String::new() };
                    parent.key = Some(TableKey { name, span: node.span });
                    parent.key_is_merge = is_merge;
                }
            },
            _ => {}
        }
    }

    /// The start of the item of the outermost list that contains a syntax error, or the offset of the error if no
    /// item has begun.
    fn item(&self, at: usize) -> Option<usize> {
        let list = self.open.iter().position(|open| matches!(open.value, Value::List(_)))?;
        Some(self.open.get(list + 1).map_or(at, |item| item.start))
    }

    /// The values of the documents, without incomplete values: of the last, the tables around the outermost list, and
    /// its finished items.
    fn rest(&mut self) -> Vec<Node> {
        let list = self.open.iter().position(|open| matches!(open.value, Value::List(_)));
        self.open.truncate(list.map_or(1, |list| list + 1));
        while let Some(open) = self.open.pop() {
            let end = open.start;
            self.close(open, end);
        }
        std::mem::take(&mut self.roots)
    }
}

/// Replaces merge keys (`<<`) with the entries of the tables they name. The table's own entries take precedence, then
/// those of the earlier merged table (YAML 1.1, merge key type).
fn merge(entries: &mut Vec<(TableKey, Node)>, merges: &[usize]) {
    let mut merged: Vec<(TableKey, Node)> = Vec::new();
    for at in merges.iter().rev() {
        let is_table = |node: &Node| matches!(node.value, Value::Table(_));
        let fits = match &entries[*at].1.value {
            Value::Table(_) | Value::Null => true,
            Value::List(items) => items.iter().all(is_table),
            _ => false,
        };
        // Any other value stays an ordinary field, which readers report.
        if !fits {
            continue;
        }
        let mut tables = match entries.remove(*at).1.value {
            Value::List(items) => items.into_iter().map(|item| item.value).collect(),
            value => vec![value],
        };
        let mut here: Vec<(TableKey, Node)> = Vec::new();
        for table in tables.drain(..) {
            let Value::Table(table) = table else { continue };
            here.extend(table);
        }
        here.append(&mut merged);
        merged = here;
    }
    let mut present_keys: HashSet<String> = entries.iter().map(|(key, _)| key.name.clone()).collect();
    entries.extend(merged.into_iter().filter(|(key, _)| present_keys.insert(key.name.clone())));
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim().to_owned()
}
