//! Writes a group file for `content/groups/` from facts of another source.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use toml_edit::DocumentMut;

use super::keys::{baseline, channel, contact, group, lead, meeting, person, rules, subproject, team};
use crate::diagnostic::{Diagnostic, FileName};
use crate::facts::{Contact, Group, Meeting, Person, RecurrenceRule};
use crate::parse::{self, At};

/// The fields that are facts. All other content of a file belongs to its author and is kept.
const FACTS: [&str; 13] = [
    group::ID,
    group::KIND,
    group::NAME,
    group::LABEL,
    group::CHARTER,
    group::STAKEHOLDERS,
    group::PARENT,
    group::ALIASES,
    group::LEADS,
    group::EMERITUS,
    group::MEETINGS,
    group::CONTACT,
    group::SUBPROJECTS,
];

const HEADER: &str = "# Facts, written by `rolebook import`, which replaces them when it runs again.\n\
                      # What you add stays: `mission`, `ask_about`, and what the group adds to a role in `[roles.…]`.\n";

/// The first line of a file that [`baseline_file`] writes.
pub const BASELINE_HEADER: &str = "# Written by `rolebook check --write-baseline`, which replaces this file.";

/// The text of a file with a baseline: the ids of subjects by the id of the rule that they do not meet.
pub fn baseline_file(subjects: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut text = format!(
        "{BASELINE_HEADER}\n# Subjects that do not meet a rule yet; `rolebook check` shows them as accepted.\n"
    );
    let quoted = |text: &str| toml_edit::Value::from(text).to_string();
    for (of, subjects) in subjects {
        let (table, rule, list) = (rules::BASELINE, baseline::RULE, baseline::SUBJECTS);
        let _ = write!(text, "\n[[{table}]]\n{rule} = {}\n{list} = [\n", quoted(of));
        for subject in subjects {
            let _ = writeln!(text, "  {},", quoted(subject));
        }
        text.push_str("]\n");
    }
    text
}

/// The text of a group file: new facts, and all other content of `existing`. Descriptions and email addresses are not
/// written.
///
/// # Errors
/// `data/syntax` if the existing file does not parse; it should then not be overwritten.
pub fn group_file(group: &Group, file: &FileName, existing: Option<&str>) -> Result<String, Diagnostic> {
    let mut own = DocumentMut::new();
    let mut header = HEADER.to_owned();
    if let Some(existing) = existing {
        parse::toml(file, existing, 0..existing.len())?;
        own = existing.parse().unwrap_or_default();
        let comments = existing.split_inclusive('\n').take_while(|line| line.starts_with('#'));
        let header_lines: String = comments.collect();
        if !header_lines.is_empty() {
            header = header_lines;
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
    // The fields form one block; each table follows a blank line.
    let head = parts.iter().position(|part| part.starts_with('[')).unwrap_or(parts.len());
    let mut text = parts[..head].join("\n");
    for part in &parts[head..] {
        text.push_str("\n\n");
        text.push_str(part);
    }
    text.push('\n');
    Ok(text)
}

/// The fields at the top of the file.
fn fields(group: &Group) -> String {
    let mut text = String::new();
    field(&mut text, group::ID, Some(&group.id));
    field(&mut text, group::KIND, Some(&group.kind.id));
    field(&mut text, group::NAME, Some(&group.name));
    field(&mut text, group::LABEL, group.label.as_deref());
    field(&mut text, group::CHARTER, group.charter.as_ref().map(|charter| charter.value.as_str()));
    names(&mut text, group::STAKEHOLDERS, &group.stakeholders);
    field(&mut text, group::PARENT, group.parent.as_ref().map(|parent| parent.as_str()));
    names(&mut text, group::ALIASES, &group.aliases);
    text
}

fn names(text: &mut String, key: &str, names: &[At<String>]) {
    if !names.is_empty() {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let _ = writeln!(text, "{key} = [{}]", names.join(", "));
    }
}

/// The tables of facts.
fn facts(group: &Group) -> String {
    let mut text = String::new();
    for lead in &group.leads {
        entry(&mut text, &[group::LEADS]);
        field(&mut text, lead::ROLE, Some(&lead.role));
        person(&mut text, &lead.person);
    }
    for former in &group.emeritus {
        entry(&mut text, &[group::EMERITUS]);
        person(&mut text, former);
    }
    for meeting in &group.meetings {
        entry(&mut text, &[group::MEETINGS]);
        meeting_fields(&mut text, meeting);
    }
    if group.contact != Contact::default() {
        contact(&mut text, &[group::CONTACT], &group.contact);
    }
    for subproject in &group.subprojects {
        entry(&mut text, &[group::SUBPROJECTS]);
        field(&mut text, subproject::NAME, Some(&subproject.name));
        if !subproject.owners.is_empty() {
            let _ = writeln!(text, "{} = [", subproject::OWNERS);
            for owner in &subproject.owners {
                let _ = writeln!(text, "  {},", quoted(owner));
            }
            text.push_str("]\n");
        }
        if !subproject.leads.is_empty() {
            let _ = writeln!(text, "{} = [", subproject::LEADS);
            for lead in &subproject.leads {
                let _ = writeln!(text, "  {},", inline_person(lead));
            }
            text.push_str("]\n");
        }
        if let Some(own) = &subproject.contact {
            contact(&mut text, &[group::SUBPROJECTS, subproject::CONTACT], own);
        }
        for meeting in &subproject.meetings {
            entry(&mut text, &[group::SUBPROJECTS, subproject::MEETINGS]);
            meeting_fields(&mut text, meeting);
        }
    }
    text
}

fn person(text: &mut String, person: &Person) {
    for account in &person.accounts {
        field(text, &account.kind.id, Some(&account.name));
    }
    field(text, person::NAME, Some(&person.name));
    field(text, person::COMPANY, person.company.as_deref());
    field(text, person::SINCE, person.since.as_deref());
    field(text, person::UNTIL, person.until.as_deref());
}

fn inline_person(person: &Person) -> String {
    let mut fields: Vec<String> = person
        .accounts
        .iter()
        .map(|account| format!("{} = {}", account.kind.id, quoted(&account.name)))
        .collect();
    fields.push(format!("{} = {}", person::NAME, quoted(&person.name)));
    fields
        .extend(person.company.as_ref().map(|company| format!("{} = {}", person::COMPANY, quoted(company))));
    format!("{{ {} }}", fields.join(", "))
}

fn meeting_fields(text: &mut String, meeting: &Meeting) {
    field(text, meeting::TITLE, Some(&meeting.title));
    let text_of_schedule = &meeting.schedule.text;
    field(text, meeting::DAY, text_of_schedule.day.as_ref().map(|day| day.as_str()));
    field(text, meeting::TIME, meeting.schedule.clock().as_deref());
    field(text, meeting::TZ, meeting.schedule.zone_name());
    let frequency = text_of_schedule.frequency.as_ref().map(|frequency| frequency.as_str());
    // A schedule in one text may mean every week without a word for it.
    field(text, meeting::FREQUENCY, frequency.or(is_weekly(meeting).then_some("weekly")));
    if let Some(length) = meeting.schedule.length {
        let _ = writeln!(text, "{} = {length}", meeting::LENGTH);
    }
    if !meeting.schedule.dates.is_empty() {
        let dates: Vec<String> = meeting.schedule.dates.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "{} = [{}]", meeting::DATES, dates.join(", "));
    }
    field(text, meeting::JOIN, meeting.join.as_deref());
    field(text, meeting::NOTES, meeting.notes.as_deref());
    field(text, meeting::RECORDINGS, meeting.recordings.as_deref());
    field(text, meeting::CALENDAR, meeting.calendar.as_deref());
}

fn is_weekly(meeting: &Meeting) -> bool {
    meeting.schedule.recurrence.as_ref().is_some_and(|recurrence| recurrence.rule == RecurrenceRule::Weeks(1))
}

fn contact(text: &mut String, table: &[&str], contact: &Contact) {
    let _ = writeln!(text, "\n[{}]", table.join("."));
    for channel in &contact.channels {
        let key = &channel.kind.key;
        match &channel.label {
            Some(label) => {
                let (name, url) = (quoted(label), quoted(&channel.value));
                let _ = writeln!(text, "{key} = {{ {} = {name}, {} = {url} }}", channel::NAME, channel::URL);
            }
            None => field(text, key, Some(&channel.value)),
        }
    }
    if let Some(liaison) = &contact.liaison {
        let _ = writeln!(text, "{} = {}", contact::LIAISON, inline_person(liaison));
    }
    for team in &contact.teams {
        entry(text, &[table, &[contact::TEAMS]].concat());
        field(text, team::NAME, Some(&team.name));
    }
}

/// Starts an entry of a list of tables.
fn entry(text: &mut String, list: &[&str]) {
    let _ = writeln!(text, "\n[[{}]]", list.join("."));
}

fn field(text: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = writeln!(text, "{name} = {}", quoted(value));
    }
}

fn quoted(value: &str) -> String {
    toml_edit::Value::from(value).to_string()
}
