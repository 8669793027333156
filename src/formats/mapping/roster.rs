//! Lists of people.

use super::path::{Path, PathTarget, Touched};
use super::person::bare;
use super::read::FileReader;
use super::unread::ReadExtent;
use super::values::{is_nobody, texts_of};
use super::{PersonMapping, RosterMapping};
use crate::diagnostic::code;
use crate::email::has_email;
use crate::facts::{Person, Roster, RosterMember, RosterPlace};
use crate::parse::{At, TableKey, Value, shortened};

/// Maximum characters of the name or handle of a member.
const MAX_NAME: usize = 200;

impl FileReader<'_> {
    /// Reads a list, and the lists below it.
    pub(super) fn roster(&mut self, index: usize, entry: &RosterMapping, record: PathTarget) {
        let name = self.plain(record, &entry.name);
        let title = self.plain(record, &entry.title).map(|title| shortened(&title.value, MAX_NAME));
        let mut roster =
            Roster { entry: index, name: At::default(), title, members: Vec::new(), places: Vec::new() };
        let usual = PersonMapping::usual(self.file.vocabulary);
        for (path_index, path) in entry.members.paths().enumerate() {
            for (target, key) in self.lists(path, record) {
                let place = RosterPlace {
                    path: path_index,
                    key: key.map(|key| At { value: (), span: key.span.clone() }),
                };
                roster.places.push(At { value: place, span: target.node.span.clone() });
                let items = match &target.node.value {
                    Value::List(items) => items.as_slice(),
                    _ => std::slice::from_ref(target.node),
                };
                for node in items {
                    self.members(PathTarget { node, key: target.key }, &usual, &mut roster.members);
                }
            }
        }
        if let Some(name) = name {
            let value = shortened(&name.value, MAX_NAME);
            roster.name = At { value, span: name.span };
            self.records.rosters.push(roster);
        }
        if let Some(nested) = &entry.nested {
            for target in self.select(nested, record) {
                match &target.node.value {
                    Value::List(items) => {
                        for node in items {
                            self.nested_roster(index, entry, PathTarget { node, key: None });
                        }
                    }
                    Value::Table(entries) => {
                        for (key, node) in entries {
                            self.read.note(Touched { key, is_last: true, is_data: true }, ReadExtent::Value);
                            self.nested_roster(index, entry, PathTarget { node, key: Some(key) });
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn nested_roster(&mut self, index: usize, entry: &RosterMapping, record: PathTarget) {
        if self.keeps(&entry.from, record) {
            self.roster(index, entry, record);
        }
    }

    /// The lists at a path, or values that count as lists of one, with their keys.
    fn lists<'n>(
        &mut self,
        path: &Path,
        record: PathTarget<'n>,
    ) -> Vec<(PathTarget<'n>, Option<&'n TableKey>)> {
        self.select(path, record);
        let path = path.to_lists();
        let mut keys: Vec<&TableKey> = Vec::new();
        let targets = path.select(record, &mut |touched| {
            if touched.is_last {
                keys.push(touched.key);
            }
        });
        keys.sort_by_key(|key| key.span.start);
        // The value of a key follows it, unless it is an alias of YAML.
        let key_of = |target: &PathTarget<'n>| {
            let before = keys.partition_point(|key| key.span.end <= target.node.span.start);
            let key = before.checked_sub(1).map(|index| keys[index]);
            key.or(if path.is_whole() { record.key } else { None })
        };
        targets.into_iter().map(|target| (target, key_of(&target))).collect()
    }

    /// Reads the person or the list that a value names.
    fn members(&mut self, target: PathTarget, usual: &PersonMapping, members: &mut Vec<RosterMember>) {
        if let Value::Table(_) | Value::List(_) = target.node.value {
            let people = self.people_at(target, usual);
            members.extend(people.into_iter().map(|(person, ..)| RosterMember {
                handle: At { value: person.handle().to_owned(), span: person.id.span.clone() },
                id: person.id.value,
            }));
            return;
        }
        for text in texts_of(target.node) {
            let name = bare(&text.value);
            if is_nobody(name) {
                continue;
            }
            let name = match self.file.vocabulary.accounts.first() {
                Some(kind) => kind.name_in(name),
                None => name.to_owned(),
            };
            if has_email(&name) {
                let message = "invalid member: an email address".to_owned();
                self.reader.report(code::DATA_INVALID_VALUE, &text.span, message, None);
                continue;
            }
            let value: String = shortened(&name, MAX_NAME).chars().filter(|c| !c.is_control()).collect();
            if !value.is_empty() {
                let id = Person::id_of(&value);
                members.push(RosterMember { handle: At { value, span: text.span }, id });
            }
        }
    }
}
