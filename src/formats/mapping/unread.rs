//! The fields of a file that a mapping reads, and those that nothing reads.

use std::collections::{HashMap, HashSet};

use super::path::Touched;
use crate::parse::{Node, TableKey, Value};

/// The part of a value that was read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ReadExtent {
    /// Paths lead through it.
    Through,
    /// The value itself.
    Value,
    /// The value with everything in it.
    All,
}

/// The fields that were read.
#[derive(Default)]
pub(super) struct ReadFields {
    /// By the position of their keys.
    extents: HashMap<usize, ReadExtent>,
    /// The positions of keys that are data.
    data_keys: HashSet<usize>,
}

impl ReadFields {
    /// Notes a key on the way to values, and the extent of what is read of them.
    pub(super) fn note(&mut self, touched: Touched, extent: ReadExtent) {
        let at = touched.key.span.start;
        let extent = if touched.is_last { extent } else { ReadExtent::Through };
        let noted = self.extents.entry(at).or_insert(extent);
        *noted = extent.max(*noted);
        if touched.is_data {
            self.data_keys.insert(at);
        }
    }

    /// Notes that everything in a value is read.
    pub(super) fn note_all(&mut self, node: &Node) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.note_all(item)),
            Value::Table(entries) => {
                self.extents.extend(entries.iter().map(|(key, _)| (key.span.start, ReadExtent::All)));
            }
            _ => {}
        }
    }

    /// The fields that were not read, each name once.
    pub(super) fn unread<'n>(&self, trees: &'n [Node]) -> Vec<Unread<'n>> {
        let mut unread = Vec::new();
        trees.iter().for_each(|tree| self.collect(tree, "", &mut unread));
        let mut names = HashSet::new();
        unread.retain(|field| names.insert(field.name.clone()));
        unread
    }

    fn collect<'n>(&self, node: &'n Node, above: &str, unread: &mut Vec<Unread<'n>>) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.collect(item, above, unread)),
            Value::Table(entries) => {
                // A column without a header has no name.
                for (key, node) in entries.iter().filter(|(key, _)| !key.name.is_empty()) {
                    let name = match self.data_keys.contains(&key.span.start) {
                        true => format!("{above}{{}}"),
                        false if above.is_empty() => key.name.clone(),
                        false => format!("{above}.{}", key.name),
                    };
                    let extent = self.extents.get(&key.span.start).copied();
                    let has_fields = matches!(node.value, Value::List(_) | Value::Table(_));
                    match extent {
                        Some(ReadExtent::All) => {}
                        Some(ReadExtent::Value) if !has_fields => {}
                        Some(_) if has_fields => self.collect(node, &name, unread),
                        Some(_) if node.value == Value::Null => {}
                        _ => unread.push(Unread { name, key, node, is_passed: extent.is_some() }),
                    }
                }
            }
            _ => {}
        }
    }
}

/// A field that was not read.
pub(super) struct Unread<'n> {
    /// The keys from the top of the file, as a path.
    pub(super) name: String,
    pub(super) key: &'n TableKey,
    pub(super) node: &'n Node,
    /// True if a path leads through it, which its value does not allow.
    pub(super) is_passed: bool,
}
