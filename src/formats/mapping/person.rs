//! People in records: holders of roles, and directories.

use std::sync::Arc;

use super::field::{FieldMapping, Place};
use super::names::{SHOWN, kebab};
use super::path::{Path, PathTarget};
use super::read::FileReader;
use super::tree::is_filled;
use super::values::{is_nobody, link, word};
use super::{PersonMapping, SeatMapping};
use crate::diagnostic::code;
use crate::email::has_email;
use crate::facts::{AccountKind, Group, Lead, NamedSeat, Person, Profile};
use crate::formats::person::{PersonTexts, person, without_addresses};
use crate::parse::{At, Value, shortened};
use crate::site_path::check_id;

/// The entry in a place where data names people.
pub(super) enum Appointee {
    /// A person, with the further roles that the record gives them.
    Person(Person, Vec<At<String>>),
    /// A text that stands for nobody: `TBD`.
    Nobody,
}

impl Appointee {
    fn person(self) -> Option<(Person, Vec<At<String>>)> {
        match self {
            Self::Person(person, further) => Some((person, further)),
            Self::Nobody => None,
        }
    }
}

impl FileReader<'_> {
    /// The people in a field, each with the further roles that the record gives them.
    pub(super) fn people(
        &mut self,
        record: PathTarget,
        field: &FieldMapping,
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
        target: PathTarget,
        mapping: &PersonMapping,
    ) -> Vec<(Person, Vec<At<String>>)> {
        self.holders_at(target, mapping).into_iter().filter_map(Appointee::person).collect()
    }

    /// Like [`people_at`](Self::people_at), with vacant seats.
    pub(super) fn holders_at(&mut self, target: PathTarget, mapping: &PersonMapping) -> Vec<Appointee> {
        match &target.node.value {
            Value::List(items) => {
                let items = items.iter().map(|node| PathTarget { node, key: target.key });
                items.flat_map(|target| self.holders_at(target, mapping)).collect()
            }
            Value::Null => Vec::new(),
            _ => self.holder(target, mapping).into_iter().collect(),
        }
    }

    fn person(&mut self, record: PathTarget, mapping: &PersonMapping) -> Option<(Person, Vec<At<String>>)> {
        self.holder(record, mapping).and_then(Appointee::person)
    }

    fn holder(&mut self, record: PathTarget, mapping: &PersonMapping) -> Option<Appointee> {
        // An email address is never kept.
        for field in ["email", "mail"] {
            let path = Path::read(field).ok()?;
            self.select(&path, record);
        }
        let mut accounts = Vec::new();
        let mut is_nobody_named = false;
        let is_nobody = |text: &At<String>| {
            is_nobody(&text.value) || mapping.nobody.contains(&word(&text.value).to_lowercase())
        };
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
            let in_brackets = || {
                handle_in_brackets(&text.value)
                    .map(|(_, handle)| handle.to_owned())
                    .filter(|name| kind.fits(name))
            };
            let value = name.or_else(in_brackets).unwrap_or_else(|| kind.name_in(&text.value));
            accounts.push((kind.clone(), At { value, span: text.span }));
        }
        let name = self.plain(record, &mapping.name);
        let named = name.is_some();
        let name = name.filter(|name| !is_nobody(name)).map(|name| without_account(name, &accounts));
        // A text that was read as an account is not read as a name again.
        let name = name.filter(|name| {
            accounts.iter().all(|(_, account)| account.value != name.value.trim_start_matches('@'))
        });
        let texts = PersonTexts {
            company: self.plain(record, &mapping.company).filter(|company| !is_nobody(company)),
            since: self.text(record, &mapping.since),
            until: self.text(record, &mapping.until),
            accounts,
            name,
        };
        let mut more_roles = self.texts(record, &mapping.role);
        more_roles.retain(|role| !has_email(&role.value));
        more_roles.iter_mut().for_each(|role| role.value = kebab(&role.value));
        if texts.accounts.is_empty() && texts.name.is_none() {
            match &record.node.value {
                _ if named || is_nobody_named => return Some(Appointee::Nobody),
                Value::Table(_) => {
                    self.missing(record, "the person has neither an account nor a name");
                }
                _ if is_filled(record.node) => self.reader.wrong_type("a person", record.node, "a table"),
                _ => {}
            }
            return None;
        }
        Some(Appointee::Person(person(&mut self.reader, texts)?, more_roles))
    }

    /// A text about a person, without email addresses.
    pub(super) fn about(&mut self, record: PathTarget, field: &FieldMapping, name: &str) -> Option<String> {
        let text = self.plain(record, field)?;
        without_addresses(&mut self.reader, name, text).map(At::into_value)
    }

    pub(super) fn profile(
        &mut self,
        mapping: &PersonMapping,
        extra: &[(String, FieldMapping)],
        record: PathTarget,
    ) -> Option<Profile> {
        let (person, _) = self.person(record, mapping)?;
        Some(Profile {
            person,
            pronouns: self.about(record, &mapping.pronouns, "pronouns"),
            place: self.about(record, &mapping.place, "place"),
            picture: self.text(record, &mapping.picture).filter(|at| !has_email(at)),
            aliases: self.texts(record, &mapping.aliases).into_iter().filter(|at| !has_email(at)).collect(),
            extra: self.extra(extra, record),
        })
    }

    /// The key of a role that the data names.
    pub(super) fn role(&mut self, role: &At<String>) -> Option<String> {
        let key = kebab(&role.value);
        let is_valid = check_id(&key).is_ok();
        if !is_valid {
            let message = format!("invalid role `{}`", shortened(&role.value, SHOWN));
            self.reader.report(code::DATA_INVALID_VALUE, &role.span, message, None);
        }
        is_valid.then_some(key)
    }

    pub(super) fn seat(&mut self, entry: &SeatMapping, record: PathTarget) {
        let groups = self.names(record, &entry.group);
        let mut roles = self.texts(record, &entry.role);
        if let (true, Some(text)) = (roles.is_empty(), &entry.role_text) {
            roles = self.file_part(record, text);
        }
        roles.retain(|role| !has_email(&role.value));
        let kind = self.kind(&entry.kind, record, None);
        let Some((person, further)) = self.person(record, &entry.person) else { return };
        roles.extend(further);
        if roles.is_empty() {
            self.missing(record, "the record does not name a role");
        }
        for role in roles {
            let Some(value) = self.role(&role) else { continue };
            let role = At { value, span: role.span.clone() };
            let lead = Lead { role, beside: None, person: person.clone() };
            if groups.is_empty() {
                self.records.seats.push(NamedSeat { group: None, kind: kind.clone(), lead });
                continue;
            }
            for group in &groups {
                if check_id(&Group::id_of(&group.value)).is_err() {
                    let message = format!("invalid name of a group `{}`", shortened(&group.value, SHOWN));
                    self.reader.report(code::DATA_INVALID_VALUE, &group.span, message, None);
                    continue;
                }
                let group = Some(group.clone());
                self.records.seats.push(NamedSeat { group, kind: kind.clone(), lead: lead.clone() });
            }
        }
    }
}

/// The text before an account in brackets at the end of a text, and the account: `Ann Example (@ann)`,
/// `Ann (GitHub: @ann)`.
fn handle_in_brackets(text: &str) -> Option<(&str, &str)> {
    let (before, inside) = text.strip_suffix(')')?.rsplit_once('(')?;
    let (label, handle) = inside.rsplit_once('@')?;
    let is_handle = (label.is_empty() || label.ends_with(' ')) && !handle.contains(char::is_whitespace);
    is_handle.then_some((before.trim_end(), handle))
}

/// A name without the account in brackets that was read as such.
fn without_account(name: At<String>, accounts: &[(Arc<AccountKind>, At<String>)]) -> At<String> {
    let shorter = handle_in_brackets(&name.value)
        .filter(|(before, handle)| {
            !before.is_empty() && accounts.iter().any(|(_, account)| account.value == *handle)
        })
        .map(|(before, _)| before.to_owned());
    At { value: shorter.unwrap_or(name.value), span: name.span }
}

/// A cell of a table in Markdown without emphasis, code marks and remarks: `@ann` of `**@ann** (away)`.
pub(super) fn bare(text: &str) -> &str {
    let text = text.trim_matches(['*', '`', ' ']);
    let end = text.find([' ', '*', '`']).filter(|end| text.starts_with('@') && !text[*end..].contains('@'));
    end.map_or(text, |end| &text[..end])
}
