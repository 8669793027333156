//! Trees of data from tables: those of Markdown and CSV files.

use std::ops::Range;

use csv_core::{ReadFieldResult, ReaderBuilder};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::front_matter::front_matter;
use super::{FrontMatterFormat, Node, TableKey, Value};

/// The tables of a Markdown text: a list with a table for each section that has any. It has the text of the section's
/// heading, if `heading` names a key for it; `rows`, a list with a table for each row; and each column as a list of
/// cells, by its header. A cell is its Markdown; one that lists several people is a list.
pub fn markdown_tables(text: &str, heading: Option<&str>) -> Node {
    let body = front_matter(text).1;
    let mut sections: Vec<SectionRows> = Vec::new();
    let mut current = SectionRows::default();
    let (mut headers, mut row): (Vec<TableKey>, Vec<Node>) = (Vec::new(), Vec::new());
    for (event, span) in Parser::new_ext(&text[body..], Options::ENABLE_TABLES).into_offset_iter() {
        let span = span.start + body..span.end + body;
        match event {
            Event::Start(Tag::Heading { .. }) => {
                sections.push(std::mem::take(&mut current));
                let trimmed = text[span.clone()].trim_matches(['#', '=', '-', ' ', '\t', '\r', '\n']);
                current.heading = Some(text_node(trimmed, span));
            }
            Event::Start(Tag::Table(_)) => headers.clear(),
            Event::Start(Tag::TableRow) => row.clear(),
            Event::Start(Tag::TableCell) => row.push(cell(text, span)),
            Event::End(TagEnd::TableHead) => {
                let key = |node: Node| TableKey { name: plain(&node.value), span: node.span };
                headers = std::mem::take(&mut row).into_iter().map(key).collect();
            }
            Event::End(TagEnd::TableRow) => {
                let cells = headers.iter().cloned().zip(std::mem::take(&mut row));
                current.rows.push(Node { value: Value::Table(cells.collect()), span });
            }
            _ => {}
        }
    }
    sections.push(current);
    let with_rows = sections.into_iter().filter(|section| !section.rows.is_empty());
    let nodes = with_rows.map(|section| section.node(heading)).collect();
    Node { value: Value::List(nodes), span: 0..text.len() }
}

/// A section of a Markdown text with its rows.
#[derive(Default)]
struct SectionRows {
    heading: Option<Node>,
    rows: Vec<Node>,
}

impl SectionRows {
    fn node(self, heading: Option<&str>) -> Node {
        let span = self.rows[0].span.start..self.rows[self.rows.len() - 1].span.end;
        let key = |name: &str| TableKey { name: name.to_owned(), span: span.clone() };
        let heading = heading.zip(self.heading).map(|(name, node)| (key(name), node));
        let mut columns: Vec<(TableKey, Node)> = Vec::new();
        for row in &self.rows {
            let Value::Table(cells) = &row.value else { continue };
            for (header, cell) in cells {
                let column = columns.iter_mut().find(|(key, _)| key.name == header.name);
                match column {
                    Some((_, Node { value: Value::List(cells), .. })) => cells.push(cell.clone()),
                    _ => columns.push((
                        header.clone(),
                        Node { value: Value::List(vec![cell.clone()]), span: header.span.clone() },
                    )),
                }
            }
        }
        let mut rows = self.rows;
        for row in &mut rows {
            if let Value::Table(cells) = &mut row.value {
                cells.extend(heading.clone());
            }
        }
        let rows = Node { value: Value::List(rows), span: span.clone() };
        let entries = heading.into_iter().chain([(key("rows"), rows)]).chain(columns).collect();
        Node { value: Value::Table(entries), span }
    }
}

/// A cell of a Markdown table.
fn cell(text: &str, span: Range<usize>) -> Node {
    let inner = text[span.clone()].trim().trim_matches('|').trim().replace("\\|", "|");
    let parts: Vec<&str> = inner
        .split("<br>")
        .flat_map(|part| part.split(','))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let inner = unmarked(&inner);
    let names_person = |part: &&str| part.starts_with('@') || part.starts_with('[') && part.ends_with(')');
    if parts.len() > 1 && parts.iter().all(names_person) {
        let items = parts.iter().map(|part| text_node(part, span.clone())).collect();
        return Node { value: Value::List(items), span };
    }
    text_node(inner, span)
}

/// A text without the emphasis or code marks around all of it.
fn unmarked(text: &str) -> &str {
    for mark in ["**", "__", "*", "_", "`"] {
        let inside = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        if let Some(inside) = inside.filter(|inside| !inside.is_empty() && !inside.contains(['*', '_', '`']))
        {
            return inside.trim();
        }
    }
    text
}

fn text_node(text: &str, span: Range<usize>) -> Node {
    let value = if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) };
    Node { value, span }
}

/// The text of a header without emphasis and code marks.
fn plain(value: &Value) -> String {
    let Value::Text(text) = value else { return String::new() };
    text.trim_matches(['*', '_', '`']).to_owned()
}

/// The ranges of the data in a Markdown text: its front matter, or else its fenced code blocks of YAML and TOML.
pub fn data_blocks(text: &str) -> Vec<(FrontMatterFormat, Range<usize>)> {
    let (front_matter, body) = front_matter(text);
    if let Some(block) = front_matter {
        return vec![(block.format, block.span)];
    }
    let mut blocks = Vec::new();
    let mut open: Option<(FrontMatterFormat, Option<Range<usize>>)> = None;
    for (event, span) in Parser::new_ext(&text[body..], Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let language = info.split([' ', ',']).next().unwrap_or_default().to_lowercase();
                let format = match language.as_str() {
                    "toml" => Some(FrontMatterFormat::Toml),
                    "yaml" | "yml" => Some(FrontMatterFormat::Yaml),
                    _ => None,
                };
                open = format.map(|format| (format, None));
            }
            Event::Text(_) => {
                if let Some((_, range)) = &mut open {
                    let start = range.as_ref().map_or(span.start + body, |range| range.start);
                    *range = Some(start..span.end + body);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                blocks.extend(open.take().and_then(|(format, range)| Some((format, range?))));
            }
            _ => {}
        }
    }
    blocks
}

/// The position of a quotation mark that no other closes; the rows after it are part of its cell.
pub fn unclosed_quote(text: &str) -> Option<usize> {
    let marks: Vec<usize> = memchr::memchr_iter(b'"', text.as_bytes()).collect();
    if marks.len().is_multiple_of(2) {
        return None;
    }
    // The first line with an odd number of marks is the most likely place.
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.matches('"').count() % 2 == 1 {
            return Some(start + line.find('"').unwrap_or_default());
        }
        start += line.len();
    }
    None
}

/// The rows of a CSV text as a list of tables with the keys of its first row. Empty cells count as absent.
pub fn csv(text: &str, delimiter: u8) -> Node {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let (mut headers, mut rows): (Vec<TableKey>, Vec<Node>) = (Vec::new(), Vec::new());
    let (mut cells, mut field): (Vec<Node>, Vec<u8>) = (Vec::new(), Vec::new());
    let mut output = vec![0; 4096];
    let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut position = start;
    loop {
        let (result, read, written) = reader.read_field(&text.as_bytes()[position..], &mut output);
        position += read;
        field.extend_from_slice(&output[..written]);
        let ends_record = match result {
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => continue,
            ReadFieldResult::Field { record_end } => record_end,
            ReadFieldResult::End => break,
        };
        let value = String::from_utf8_lossy(&field).trim().to_owned();
        cells.push(text_node(&value, cell_span(text, start, position)));
        field.clear();
        start = position;
        if !ends_record {
            continue;
        }
        let cells = std::mem::take(&mut cells);
        if headers.is_empty() {
            let key = |node: Node| TableKey { name: plain(&node.value), span: node.span };
            headers = cells.into_iter().map(key).collect();
            continue;
        }
        let span = cells.first().map_or(0, |cell| cell.span.start)..position;
        let entries = headers.iter().cloned().zip(cells).collect();
        rows.push(Node { value: Value::Table(entries), span });
    }
    Node { value: Value::List(rows), span: 0..text.len() }
}

/// The range of a cell without line ends, the delimiter after it and spaces around it.
fn cell_span(text: &str, start: usize, end: usize) -> Range<usize> {
    let cell = &text[start..end];
    let from = start + cell.len() - cell.trim_start().len();
    let cell = cell.trim().trim_end_matches([',', ';', '\t']).trim_end();
    from..(from + cell.len()).min(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(node: &Node) -> String {
        match &node.value {
            Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
            Value::Table(entries) => {
                let entry = |(key, node): &(TableKey, Node)| format!("{}={}", key.name, shown(node));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(" "))
            }
            Value::Text(text) => text.clone(),
            other => other.kind().to_owned(),
        }
    }

    #[test]
    fn a_markdown_table_is_a_list_of_sections() {
        let text = "# T\n\nNo table.\n\n## Glue\n\n| Name | **Who** |\n|---|---|\n| A \\| B | [@x](u), [@y](v) |\n| C | |\n";
        let tree = markdown_tables(text, Some("@name"));
        assert_eq!(
            shown(&tree),
            "[{@name=Glue rows=[{Name=A | B Who=[[@x](u) [@y](v)] @name=Glue} {Name=C Who=nothing @name=Glue}] \
             Name=[A | B C] Who=[[[@x](u) [@y](v)] nothing]}]"
        );
        assert_eq!(shown(&markdown_tables("text", None)), "[]");
    }

    #[test]
    fn csv_has_a_table_for_each_row() {
        let text = "\u{feff}Project,Name\nA,\"Ann, \"\"B\"\"\"\n,Bob\r\n";
        let tree = csv(text, b',');
        assert_eq!(shown(&tree), "[{Project=A Name=Ann, \"B\"} {Project=nothing Name=Bob}]");
        let Value::List(rows) = &tree.value else { panic!() };
        let Value::Table(cells) = &rows[1].value else { panic!() };
        assert_eq!(&text[cells[1].1.span.clone()], "Bob");
    }

    #[test]
    fn data_is_in_front_matter_or_fenced_blocks() {
        let blocks = |text: &'static str| -> Vec<&str> {
            data_blocks(text).into_iter().map(|(_, range)| &text[range]).collect()
        };
        let fenced = "```yaml\nb: 1\nc: 2\n```\n\n```sh\nx\n```\n~~~toml title\nd = 1\n~~~\n";
        assert_eq!(blocks(fenced), ["b: 1\nc: 2\n", "d = 1\n"]);
        assert_eq!(blocks("---\na: 1\n---\n```yaml\nb: 1\n```\n"), ["a: 1\n"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[a\"|,;\r\n#\\- é`]{0,40}") {
            for node in [csv(&text, b','), markdown_tables(&text, Some("@name"))] {
                prop_assert!(matches!(node.value, Value::List(_)));
            }
            for (_, range) in data_blocks(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
