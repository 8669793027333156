//! Trees of data in files, by the extension of the file.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, FileName, Location, code};
use crate::parse::{self, Node, TableKey, Value};

/// The trees of a file and its syntax errors. Markdown has a tree for its front matter and for each fenced block of
/// data; with `heading`, one of its tables.
pub(in crate::formats) fn trees(
    file: &FileName,
    path: &str,
    text: &str,
    heading: Option<&str>,
) -> (Vec<Node>, Vec<Diagnostic>) {
    let extension =
        path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension);
    match extension.to_lowercase().as_str() {
        "toml" => one(parse::toml(file, text, 0..text.len())),
        "csv" => rows(file, text, delimiter(text)),
        "tsv" => rows(file, text, b'\t'),
        "md" | "markdown" => match heading {
            Some(heading) => (vec![parse::markdown_tables(text, Some(heading))], Vec::new()),
            None => markdown(file, text),
        },
        // JSON is read as the YAML that it is, too.
        _ => parse::lenient_yaml(file, text),
    }
}

/// True if a file is a table of comma- or tab-separated values.
pub(super) fn is_csv(path: &str) -> bool {
    [".csv", ".tsv"].iter().any(|extension| path.to_lowercase().ends_with(extension))
}

fn markdown(file: &FileName, text: &str) -> (Vec<Node>, Vec<Diagnostic>) {
    let (mut trees, mut faults) = (Vec::new(), Vec::new());
    for (language, range) in parse::data_blocks(text) {
        let tree = match language {
            parse::FrontMatterFormat::Toml => parse::toml(file, text, range),
            parse::FrontMatterFormat::Yaml => parse::yaml(file, text, range),
        };
        match tree {
            Ok(tree) => trees.push(tree),
            Err(fault) => faults.push(fault),
        }
    }
    (trees, faults)
}

fn rows(file: &FileName, text: &str, delimiter: u8) -> (Vec<Node>, Vec<Diagnostic>) {
    let fault = parse::unclosed_quote(text).map(|at| {
        let help = "close the quotation mark; the lines after it are read as part of its cell";
        Diagnostic::new(code::DATA_SYNTAX, "unclosed quotation mark", Location::of(file, text, at..at + 1))
            .help(help)
    });
    (vec![parse::csv(text, delimiter)], fault.into_iter().collect())
}

/// The delimiter of a file of comma-separated values, some of which have semicolons.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    if header.contains(';') && !header.contains(',') { b';' } else { b',' }
}

fn one(tree: Result<Node, Diagnostic>) -> (Vec<Node>, Vec<Diagnostic>) {
    match tree {
        Ok(tree) => (vec![tree], Vec::new()),
        Err(fault) => (Vec::new(), vec![fault]),
    }
}

/// True if a value is neither null nor blank.
pub(super) fn is_filled(node: &Node) -> bool {
    match &node.value {
        Value::Null => false,
        Value::Text(text) => !text.trim().is_empty(),
        _ => true,
    }
}

/// A record with the empty or missing fields that repeat the record above.
pub(super) fn filled(
    record: &Node,
    fields: &[String],
    above: &mut BTreeMap<String, (TableKey, Node)>,
) -> Option<Node> {
    let Value::Table(entries) = &record.value else { return None };
    if fields.is_empty() {
        return None;
    }
    let mut entries = entries.clone();
    for field in fields {
        match entries.iter().position(|(key, _)| key.name == *field) {
            Some(index) if is_filled(&entries[index].1) => {
                above.insert(field.clone(), entries[index].clone());
            }
            Some(index) => {
                if let Some((_, node)) = above.get(field) {
                    entries[index].1 = node.clone();
                }
            }
            None => entries.extend(above.get(field).cloned()),
        }
    }
    Some(Node { value: Value::Table(entries), span: record.span.clone() })
}
