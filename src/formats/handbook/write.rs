//! Writes a group's file for `content/groups/` out of facts from elsewhere.

use std::fmt::Write as _;

use toml_edit::DocumentMut;

use crate::diagnostic::{Diagnostic, FileName};
use crate::facts::{Contact, Group, Meeting, Person};
use crate::parse;

/// The fields that are facts; everything else in a file is its writer's and stays.
const FACTS: [&str; 11] = [
    "id",
    "kind",
    "name",
    "label",
    "charter",
    "stakeholders",
    "leads",
    "emeritus",
    "meetings",
    "contact",
    "subprojects",
];

const HEADER: &str = "# Facts, written by `rolebook import`, which replaces them when it runs again.\n\
                      # What you add stays: `mission`, `ask_about`, and what the group adds to a role in `[roles.…]`.\n";

/// The text of a group's file: the facts anew, with what `existing` holds besides. Only facts are taken:
/// no description, and nobody's e-mail address.
///
/// # Errors
/// `data/syntax` when the existing file cannot be read; it is then better left alone.
pub fn group_file(group: &Group, file: &FileName, existing: Option<&str>) -> Result<String, Diagnostic> {
    let mut own = DocumentMut::new();
    let mut header = HEADER.to_owned();
    if let Some(existing) = existing {
        parse::toml(file, existing, 0..existing.len())?;
        own = existing.parse().unwrap_or_default();
        let comments = existing.split_inclusive('\n').take_while(|line| line.starts_with('#'));
        let kept: String = comments.collect();
        if !kept.is_empty() {
            header = kept;
        }
        FACTS.iter().for_each(|fact| {
            own.remove(fact);
        });
    }
    let mut tables = own.clone();
    let is_table = |item: &toml_edit::Item| item.is_table() || item.is_array_of_tables();
    own.as_table_mut().retain(|_, item| !is_table(item));
    tables.as_table_mut().retain(|_, item| is_table(item));
    own.set_trailing("");
    let parts =
        [header.trim_end().to_owned(), fields(group), own.to_string(), facts(group), tables.to_string()];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    // The fields stand in one block; tables each after a blank line.
    let head = parts.iter().position(|part| part.starts_with('[')).unwrap_or(parts.len());
    let mut text = parts[..head].join("\n");
    for part in &parts[head..] {
        text.push_str("\n\n");
        text.push_str(part);
    }
    text.push('\n');
    Ok(text)
}

/// The fields at the top.
fn fields(group: &Group) -> String {
    let mut text = String::new();
    field(&mut text, "id", Some(&group.id));
    field(&mut text, "kind", Some(&group.kind.id));
    field(&mut text, "name", Some(&group.name));
    field(&mut text, "label", group.label.as_deref());
    field(&mut text, "charter", group.charter.as_ref().map(|charter| charter.value.as_str()));
    if !group.stakeholders.is_empty() {
        let names: Vec<String> = group.stakeholders.iter().map(|name| quoted(name)).collect();
        let _ = writeln!(text, "stakeholders = [{}]", names.join(", "));
    }
    text
}

/// The tables of facts.
fn facts(group: &Group) -> String {
    let mut text = String::new();
    for lead in &group.leads {
        text.push_str("\n[[leads]]\n");
        field(&mut text, "role", Some(&lead.role));
        person(&mut text, &lead.person);
    }
    for former in &group.emeritus {
        text.push_str("\n[[emeritus]]\n");
        person(&mut text, former);
    }
    for meeting in &group.meetings {
        text.push_str("\n[[meetings]]\n");
        meeting_fields(&mut text, meeting);
    }
    if group.contact != Contact::default() {
        contact(&mut text, "contact", &group.contact);
    }
    for subproject in &group.subprojects {
        text.push_str("\n[[subprojects]]\n");
        field(&mut text, "name", Some(&subproject.name));
        if !subproject.owners.is_empty() {
            text.push_str("owners = [\n");
            for owner in &subproject.owners {
                let _ = writeln!(text, "  {},", quoted(owner));
            }
            text.push_str("]\n");
        }
        if !subproject.leads.is_empty() {
            text.push_str("leads = [\n");
            for lead in &subproject.leads {
                let _ = writeln!(text, "  {},", inline_person(lead));
            }
            text.push_str("]\n");
        }
        if let Some(own) = &subproject.contact {
            contact(&mut text, "subprojects.contact", own);
        }
        for meeting in &subproject.meetings {
            text.push_str("\n[[subprojects.meetings]]\n");
            meeting_fields(&mut text, meeting);
        }
    }
    text
}

fn person(text: &mut String, person: &Person) {
    for account in &person.accounts {
        field(text, &account.kind.id, Some(&account.name));
    }
    field(text, "name", Some(&person.name));
    field(text, "company", person.company.as_deref());
}

fn inline_person(person: &Person) -> String {
    let mut fields: Vec<String> = person
        .accounts
        .iter()
        .map(|account| format!("{} = {}", account.kind.id, quoted(&account.name)))
        .collect();
    fields.push(format!("name = {}", quoted(&person.name)));
    fields.extend(person.company.as_ref().map(|company| format!("company = {}", quoted(company))));
    format!("{{ {} }}", fields.join(", "))
}

fn meeting_fields(text: &mut String, meeting: &Meeting) {
    field(text, "title", Some(&meeting.title));
    let written = &meeting.schedule.written;
    field(text, "day", written.day.as_ref().map(|day| day.as_str()));
    field(text, "time", meeting.schedule.clock().as_deref());
    field(text, "tz", meeting.schedule.zone_name());
    field(text, "frequency", written.frequency.as_ref().map(|frequency| frequency.as_str()));
    field(text, "join", meeting.join.as_deref());
    field(text, "notes", meeting.notes.as_deref());
    field(text, "recordings", meeting.recordings.as_deref());
    field(text, "calendar", meeting.calendar.as_deref());
}

fn contact(text: &mut String, table: &str, contact: &Contact) {
    let _ = writeln!(text, "\n[{table}]");
    for channel in &contact.channels {
        field(text, &channel.kind.key, Some(&channel.value));
    }
    if let Some(liaison) = &contact.liaison {
        let _ = writeln!(text, "liaison = {}", inline_person(liaison));
    }
    for team in &contact.teams {
        let _ = writeln!(text, "\n[[{table}.teams]]");
        field(text, "name", Some(&team.name));
    }
}

fn field(text: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = writeln!(text, "{name} = {}", quoted(value));
    }
}

fn quoted(value: &str) -> String {
    toml_edit::Value::from(value).to_string()
}
