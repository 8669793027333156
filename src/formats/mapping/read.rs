//! Reads the records of a file by a mapping.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::path::{Path, PathTarget};
use super::tree::{self, filled, trees};
use super::unread::{ReadExtent, ReadFields, Unread};
use super::{Mapping, RecordPath, Selection};
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::facts::{Records, TableRecord};
use crate::formats::DataFile;
use crate::formats::extra::published;
use crate::parse::{At, Node, Reader, SeenIds, Value};

/// Reads all records of a file.
pub(super) fn records(mapping: &Mapping, file: &DataFile) -> Records {
    let parsed = parsed(mapping, file);
    let mut reader = FileReader {
        reader: Reader::lenient(file.name, file.text),
        file,
        read: ReadFields::default(),
        groups: HashSet::new(),
        ids: SeenIds::new(),
        records: Records::default(),
    };
    for (_, faults) in parsed.values() {
        // An error in other people's data skips only the record that contains it.
        let faults = faults.iter().map(|fault| Diagnostic { severity: Severity::Warning, ..fault.clone() });
        reader.reader.diagnostics.extend(faults);
    }
    let trees = |from: &Selection| parsed.get(&from.table).map_or(&[][..], |(trees, _)| trees);
    for entry in &mapping.groups {
        let read = |reader: &mut FileReader, record: PathTarget<'_>, kind: Option<&str>| {
            if reader.groups.insert((record.node.span.clone(), record.key.map(|key| key.span.start))) {
                reader.group(entry, record, kind, None);
            }
        };
        reader.each(&entry.from, trees(&entry.from), read);
    }
    for entry in &mapping.seats {
        reader.each(&entry.from, trees(&entry.from), |reader, record, _| reader.seat(entry, record));
    }
    for entry in &mapping.people {
        reader.each(&entry.from, trees(&entry.from), |reader, record, _| {
            let profile = reader.profile(&entry.person, &entry.extra, record);
            reader.records.people.extend(profile);
        });
    }
    for (index, entry) in mapping.rosters.iter().enumerate() {
        reader.each(&entry.from, trees(&entry.from), |reader, record, _| reader.roster(index, entry, record));
    }
    for entry in &mapping.tables {
        reader.each(&entry.from, trees(&entry.from), |reader, record, _| {
            if let serde_json::Value::Object(data) = published(record.node, reader.file.text) {
                let place = At { value: (), span: record.node.span.clone() };
                reader.records.tables.push(TableRecord { table: entry.name.clone(), data, place });
            }
            reader.all_is_read(record.node);
        });
    }
    if reader.records.found.iter().any(|target| *target > 0) {
        for (trees, _) in parsed.values() {
            reader.report_unread(trees);
        }
    }
    reader.records.diagnostics = reader.reader.diagnostics;
    reader.records
}

/// The trees of a file and their syntax errors, by the key of headings of tables.
type Parsed = BTreeMap<Option<String>, (Vec<Node>, Vec<Diagnostic>)>;

fn parsed(mapping: &Mapping, file: &DataFile) -> Parsed {
    let mut parsed = Parsed::new();
    for from in mapping.selections().filter(|from| from.is_in(file.path)) {
        let heading = from.table.as_deref();
        parsed.entry(from.table.clone()).or_insert_with(|| trees(file.name, file.path, file.text, heading));
    }
    parsed
}

/// A file that is read.
pub(super) struct FileReader<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) file: &'a DataFile<'a>,
    /// The fields that were read.
    pub(super) read: ReadFields,
    /// The spans of the records that were read as groups, and the keys before them: an alias has the span of its anchor.
    pub(super) groups: HashSet<(Range<usize>, Option<usize>)>,
    pub(super) ids: SeenIds,
    pub(super) records: Records,
}

impl FileReader<'_> {
    /// Reads each record of an entry, and counts them.
    fn each(
        &mut self,
        from: &Selection,
        trees: &[Node],
        mut read: impl FnMut(&mut Self, PathTarget<'_>, Option<&str>),
    ) {
        let mut count = 0;
        let mut above = BTreeMap::new();
        if from.is_in(self.file.path) {
            let whole = [if from.is_of_rows { RecordPath::rows() } else { RecordPath::whole() }];
            // Without a path, the records of a table are its rows or sections.
            let is_rows = from.each.is_empty() && (from.table.is_some() || tree::is_csv(self.file.path));
            let each = if from.each.is_empty() { &whole[..] } else { &from.each };
            for tree in trees {
                let root = PathTarget::root(tree);
                self.ignore(&from.ignore, root);
                for RecordPath { kind, path } in each {
                    for target in self.select(path, root) {
                        let records: Vec<&Node> = match &target.node.value {
                            Value::List(items) if is_rows || from.each.is_empty() && are_tables(items) => {
                                items.iter().filter(|item| item.value != Value::Null).collect()
                            }
                            _ => vec![target.node],
                        };
                        for node in records {
                            let filled = filled(node, &from.fill, &mut above);
                            let record =
                                PathTarget { node: filled.as_ref().unwrap_or(node), key: target.key };
                            if self.keeps(from, record) {
                                count += 1;
                                read(self, record, kind.as_deref());
                            }
                        }
                    }
                }
            }
        }
        self.records.found.push(count);
    }

    /// True if the condition of an entry keeps a record. Notes what the entry ignores: fields, or all of the record.
    pub(super) fn keeps(&mut self, from: &Selection, record: PathTarget) -> bool {
        self.ignore(&from.ignore, record);
        let keeps = from.filter.as_ref().is_none_or(|filter| filter.keeps(record.node, self.file.text));
        if !keeps {
            self.all_is_read(record.node);
        }
        keeps
    }

    /// Reports that a record lacks a field that it must have.
    pub(super) fn missing(&mut self, record: PathTarget, message: &str) {
        let start = record.node.span.start..record.node.span.start;
        self.reader.report(code::DATA_MISSING_FIELD, &start, message.to_owned(), None);
    }

    fn ignore(&mut self, paths: &[Path], from: PathTarget) {
        for path in paths {
            path.select(from, &mut |touched| self.read.note(touched, ReadExtent::All));
        }
    }

    pub(super) fn select<'n>(&mut self, path: &Path, from: PathTarget<'n>) -> Vec<PathTarget<'n>> {
        path.select(from, &mut |touched| self.read.note(touched, ReadExtent::Value))
    }

    /// Notes that everything in a value is read.
    pub(super) fn all_is_read(&mut self, node: &Node) {
        self.read.note_all(node);
    }

    /// Reports each field that nothing reads, once for the file.
    fn report_unread(&mut self, trees: &[Node]) {
        let unread = self.read.unread(trees);
        for Unread { name, key, node, is_passed } in unread {
            if is_passed {
                self.reader.wrong_type(&name, node, "a table");
                continue;
            }
            let message = format!("the field `{name}` is not read");
            let help = "map it in site.toml, or list it in `ignore`".to_owned();
            let location = self.reader.location(&key.span);
            self.reader.diagnostics.push(Diagnostic::new(code::DATA_UNREAD, message, location).help(help));
        }
    }
}

/// True for the records of a file that is a list of them. Empty items are left out.
fn are_tables(items: &[Node]) -> bool {
    let mut filled = items.iter().filter(|item| item.value != Value::Null).peekable();
    filled.peek().is_some() && filled.all(|item| matches!(item.value, Value::Table(_)))
}
