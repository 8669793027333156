//! The variables of rules with their types. `docs/rules.md` lists them; a test compares the two.

use std::collections::{BTreeMap, BTreeSet};

use crate::expression::{DOCUMENT_TYPE, RecordType, Type, Variables};
use crate::facts::SubjectKind;

/// Declares records with their fields.
macro_rules! records {
    ($($(#[$doc:meta])* $record:ident $name:literal { $($field:literal: $of:expr),* $(,)? })*) => {
        $(
            $(#[$doc])*
            pub(super) static $record: RecordType =
                RecordType { name: $name, fields: &[$(($field, || $of)),*] };
        )*

        /// All records.
        #[cfg(test)]
        pub(super) static RECORDS: &[&RecordType] = &[$(&$record),*];
    };
}

/// A list of records.
fn list(of: &'static RecordType) -> Type {
    Type::list(Type::Record(of))
}

/// A list of texts.
fn texts() -> Type {
    Type::list(Type::Text)
}

records! {
    /// A group.
    GROUP "group" {
        "id": Type::Text,
        "kind": Type::Text,
        "name": Type::Text,
        "full_name": Type::Text,
        "label": Type::Text,
        "mission": Type::Text,
        "charter": Type::Text,
        "stakeholders": texts(),
        "parent": Type::Text,
        "leads": list(&LEAD),
        "emeritus": list(&NAMED),
        "meetings": list(&MEETING),
        "subprojects": list(&SUBPROJECT),
        "channels": list(&CHANNEL),
        "teams": list(&TEAM),
        "liaison": Type::Record(&NAMED),
        "extra": Type::map(Type::Any),
        "source": Type::Text,
        "path": Type::Text,
    }
    /// A holder of a role.
    LEAD "lead" {
        "role": Type::Text,
        "role_title": Type::Text,
        "id": Type::Text,
        "handle": Type::Text,
        "name": Type::Text,
        "company": Type::Text,
        "since": Type::Text,
        "until": Type::Text,
    }
    /// A person as a group names them.
    NAMED "named person" {
        "id": Type::Text,
        "handle": Type::Text,
        "name": Type::Text,
        "company": Type::Text,
        "since": Type::Text,
        "until": Type::Text,
    }
    /// A role in a group.
    SEAT "seat" {
        "role": Type::Text,
        "title": Type::Text,
        "optional": Type::Bool,
        "min": Type::Int,
        "recommended": Type::Int,
        "holders": list(&NAMED),
    }
    /// A meeting.
    MEETING "meeting" {
        "title": Type::Text,
        "day": Type::Text,
        "time": Type::Text,
        "tz": Type::Text,
        "frequency": Type::Text,
        "weeks": Type::Double,
        "length": Type::Int,
        "join": Type::Text,
        "notes": Type::Text,
        "recordings": Type::Text,
        "calendar": Type::Text,
        "subproject": Type::Text,
        "extra": Type::map(Type::Any),
    }
    /// A subproject of a group.
    SUBPROJECT "subproject" {
        "name": Type::Text,
        "description": Type::Text,
        "owners": texts(),
        "leads": list(&NAMED),
        "meetings": list(&MEETING),
        "channels": list(&CHANNEL),
        "extra": Type::map(Type::Any),
    }
    /// A channel of a group.
    CHANNEL "channel" { "kind": Type::Text, "value": Type::Text, "label": Type::Text }
    /// A team of a group.
    TEAM "team" { "name": Type::Text, "description": Type::Text }
    /// A person with all their roles.
    PERSON "person" {
        "id": Type::Text,
        "handle": Type::Text,
        "name": Type::Text,
        "company": Type::Text,
        "roles": list(&HELD_ROLE),
        "subprojects": list(&HELD_SUBPROJECT),
        "emeritus": texts(),
        "liaison_for": texts(),
        "community_roles": texts(),
    }
    /// A role that a person holds.
    HELD_ROLE "held role" { "group": Type::Text, "kind": Type::Text, "role": Type::Text }
    /// A subproject that a person leads.
    HELD_SUBPROJECT "led subproject" { "group": Type::Text, "name": Type::Text }
    /// A list of people that is kept elsewhere.
    ROSTER "roster" {
        "name": Type::Text,
        "title": Type::Text,
        "source": Type::Text,
        "path": Type::Text,
        "members": Type::map(Type::Text),
        "group": Type::Text,
        "missing": texts(),
        "extra": texts(),
        "former": texts(),
    }
    /// A group among all.
    GROUP_SUMMARY "summary of a group" {
        "id": Type::Text,
        "kind": Type::Text,
        "name": Type::Text,
        "full_name": Type::Text,
        "leads": list(&LEAD),
    }
    /// A subproject that names an address.
    CLAIM "claim" { "group": Type::Text, "subproject": Type::Text }
    /// The file of a record.
    FILE "file" { "path": Type::Text, "folder": Type::Text, "stem": Type::Text, "changed": Type::Text }
    /// A document or another file.
    DOCUMENT "document" {
        "exists": Type::Bool,
        "path": Type::Text,
        "title": Type::Text,
        "words": Type::Int,
        "text": Type::Text,
        "headings": texts(),
        "sections": list(&SECTION),
        "prompts": list(&PROMPT),
        "tasks": Type::Record(&TASKS),
        "links": texts(),
        "changed": Type::Text,
    }
    /// A heading with the words up to the next.
    SECTION "section" { "heading": Type::Text, "level": Type::Int, "words": Type::Int }
    /// A numbered item with the words after it.
    PROMPT "prompt" { "text": Type::Text, "words": Type::Int }
    /// The numbers of tasks.
    TASKS "task count" { "done": Type::Int, "open": Type::Int }
}

/// The variables of rules about a kind of subject. `columns` are the fields of the records of a table, if it is one.
pub fn variables(kind: &SubjectKind, columns: &BTreeSet<String>) -> Variables {
    let mut variables: Variables = BTreeMap::from([
        ("groups", Type::map(Type::Record(&GROUP_SUMMARY))),
        ("people", Type::map(Type::Record(&PERSON))),
        ("rosters", Type::map(Type::map(Type::Record(&ROSTER)))),
        ("tables", Type::map(Type::list(Type::Any))),
        ("claims", Type::map(list(&CLAIM))),
        ("today", Type::Text),
        (DOCUMENT_TYPE, Type::Record(&DOCUMENT)),
    ]);
    if kind.is_of_group() {
        variables.insert("group", Type::Record(&GROUP));
    }
    match kind {
        SubjectKind::Group => {}
        SubjectKind::Seat => {
            variables.insert("seat", Type::Record(&SEAT));
        }
        SubjectKind::Meeting => {
            variables.insert("meeting", Type::Record(&MEETING));
        }
        SubjectKind::Subproject => {
            variables.insert("subproject", Type::Record(&SUBPROJECT));
        }
        SubjectKind::Person => {
            variables.insert("person", Type::Record(&PERSON));
        }
        SubjectKind::Roster => {
            variables.insert("roster", Type::Record(&ROSTER));
        }
        SubjectKind::Record(_) => {
            variables.insert("record", Type::Columns(columns.clone()));
            variables.insert("file", Type::Record(&FILE));
        }
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCS: &str = include_str!("../../docs/rules.md");

    /// The section of a kind of record lists its fields as inline code.
    #[test]
    fn every_field_is_documented() {
        for record in RECORDS {
            let heading = format!("\n### A {}\n", record.name);
            let start = DOCS.find(&heading).unwrap_or_else(|| panic!("no section for a {}", record.name));
            let section = &DOCS[start + heading.len()..];
            let section = section.find("\n### ").map_or(section, |end| &section[..end]);
            for (field, _) in record.fields {
                assert!(section.contains(&format!("`{field}`")), "`{field}` of a {}", record.name);
            }
        }
    }
}
