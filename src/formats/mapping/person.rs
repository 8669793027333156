//! People in records: holders of roles, and directories.

use std::collections::BTreeMap;

use super::field::{Field, Place};
use super::names::kebab;
use super::path::{Path, Target};
use super::read::FileReader;
use super::values::{is_filled, is_nobody, link};
use super::{PersonMapping, SeatMapping};
use crate::diagnostic::code;
use crate::facts::{Lead, NamedSeat, Person, Profile};
use crate::formats::person::{PersonTexts, is_address, person, without_addresses};
use crate::parse::{At, Node, Value};

impl FileReader<'_> {
    /// The people in a field, each with the further roles that the record gives them.
    pub(super) fn people(
        &mut self,
        record: Target,
        field: &Field,
        mapping: &PersonMapping,
    ) -> Vec<(Person, Vec<At<String>>)> {
        let mut people = Vec::new();
        for place in &field.0 {
            let Place::Path(path) = place else { continue };
            let targets = self.select(path, record);
            let here: Vec<_> =
                targets.into_iter().flat_map(|target| self.people_at(target, mapping)).collect();
            if people.is_empty() {
                people = here;
            }
        }
        people
    }

    /// The person that a value names, or the people if it is a list.
    pub(super) fn people_at(
        &mut self,
        target: Target,
        mapping: &PersonMapping,
    ) -> Vec<(Person, Vec<At<String>>)> {
        match &target.node.value {
            Value::List(items) => {
                let items = items.iter().map(|node| Target { node, key: target.key });
                items.flat_map(|target| self.people_at(target, mapping)).collect()
            }
            Value::Null => Vec::new(),
            _ => self.person(target, mapping).into_iter().collect(),
        }
    }

    pub(super) fn person(
        &mut self,
        record: Target,
        mapping: &PersonMapping,
    ) -> Option<(Person, Vec<At<String>>)> {
        // An email address is never kept.
        for field in ["email", "mail"] {
            let path = Path::read(field).ok()?;
            self.select(&path, record);
        }
        let mut accounts = Vec::new();
        let mut is_nobody_named = false;
        let is_nobody =
            |text: &At<String>| is_nobody(text) || mapping.nobody.contains(&text.value.to_lowercase());
        for (kind, field) in &mapping.accounts {
            let Some(text) = self.text(record, field) else { continue };
            if is_nobody(&text) {
                is_nobody_named = true;
                continue;
            }
            let text = At { value: bare(&text.value).to_owned(), span: text.span };
            // A link to a profile names the account twice: in its destination, and mostly in its label.
            let names =
                link(&text.value).map(|(label, address)| [kind.name_in(address), kind.name_in(label)]);
            let name = names.and_then(|names| names.into_iter().find(|name| kind.fits(name)));
            let value = name.unwrap_or_else(|| kind.name_in(&text.value));
            accounts.push((kind.clone(), At { value, span: text.span }));
        }
        let name = self.plain(record, &mapping.name);
        let named = name.is_some();
        let name = name.filter(|name| !is_nobody(name));
        let texts = PersonTexts {
            company: self.plain(record, &mapping.company),
            since: self.text(record, &mapping.since),
            until: self.text(record, &mapping.until),
            accounts,
            name,
        };
        let mut more_roles = self.texts(record, &mapping.role);
        more_roles.retain(|role| !is_address(&role.value));
        more_roles.iter_mut().for_each(|role| role.value = kebab(&role.value));
        if texts.accounts.is_empty() && texts.name.is_none() {
            match &record.node.value {
                _ if named || is_nobody_named => {}
                Value::Table(_) => {
                    let start = record.node.span.start..record.node.span.start;
                    let message = "the person has neither an account nor a name".to_owned();
                    self.reader.report(code::DATA_MISSING_FIELD, &start, message, None);
                }
                _ if is_filled(record.node) => self.reader.wrong_type("a person", record.node, "a table"),
                _ => {}
            }
            return None;
        }
        Some((person(&mut self.reader, texts)?, more_roles))
    }

    /// A text about a person, without email addresses.
    pub(super) fn about(&mut self, record: Target, field: &Field, name: &str) -> Option<String> {
        let text = self.plain(record, field)?;
        without_addresses(&mut self.reader, name, text).map(At::into_value)
    }

    pub(super) fn profile(
        &mut self,
        mapping: &PersonMapping,
        extra: &[(String, Field)],
        record: Target,
    ) -> Option<Profile> {
        let (person, _) = self.person(record, mapping)?;
        Some(Profile {
            person,
            pronouns: self.about(record, &mapping.pronouns, "pronouns"),
            place: self.about(record, &mapping.place, "place"),
            picture: self.text(record, &mapping.picture).filter(|at| !is_address(at)),
            aliases: self.texts(record, &mapping.aliases).into_iter().filter(|at| !is_address(at)).collect(),
            extra: self.extra(extra, record),
        })
    }

    pub(super) fn seat(&mut self, entry: &SeatMapping, record: Target, above: &mut BTreeMap<String, Node>) {
        let filled = filled(record.node, &entry.fill, above);
        let record = Target { node: filled.as_ref().unwrap_or(record.node), ..record };
        let groups = self.names(record, &entry.group);
        let mut roles = self.texts(record, &entry.role);
        if let (true, Some(text)) = (roles.is_empty(), &entry.role_text) {
            roles = self.file_part(record, text);
        }
        roles.retain(|role| !is_address(&role.value));
        let kind = self.kind(&entry.kind, record, None);
        let Some((person, further)) = self.person(record, &entry.person) else { return };
        roles.extend(further);
        for role in roles {
            let lead =
                |value: String| Lead { role: At { value, span: role.span.clone() }, person: person.clone() };
            let lead = lead(kebab(&role.value));
            if entry.group.is_empty() {
                self.records.seats.push(NamedSeat { group: None, kind: kind.clone(), lead });
                continue;
            }
            for group in &groups {
                let group = Some(group.clone());
                self.records.seats.push(NamedSeat { group, kind: kind.clone(), lead: lead.clone() });
            }
        }
    }
}

/// A row with the empty fields that repeat the row above.
pub(super) fn filled(record: &Node, fields: &[String], above: &mut BTreeMap<String, Node>) -> Option<Node> {
    let Value::Table(entries) = &record.value else { return None };
    if fields.is_empty() {
        return None;
    }
    let mut entries = entries.clone();
    for (key, node) in entries.iter_mut().filter(|(key, _)| fields.contains(&key.name)) {
        if is_filled(node) {
            above.insert(key.name.clone(), node.clone());
        } else if let Some(node_above) = above.get(&key.name) {
            *node = node_above.clone();
        }
    }
    Some(Node { value: Value::Table(entries), span: record.span.clone() })
}

/// A cell of a table in Markdown without emphasis, code marks and remarks: `@ann` of `**@ann** (away)`.
pub(super) fn bare(text: &str) -> &str {
    let text = text.trim_matches(['*', '`', ' ']);
    let end = if text.starts_with('@') { text.find([' ', '*', '`']) } else { None };
    end.map_or(text, |end| &text[..end])
}
