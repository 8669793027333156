//! The verdicts of all rules about all subjects.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::subject::Subject;
use super::verdict::{Finding, finding};
use super::{roster, values};
use crate::expression::Shared;
use crate::facts::{GovernanceRule, SubjectKind, Subproject, Undecided};
use crate::model::{self, Group, Key, Seat};
use crate::source::{Db, File};

/// A rule with its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleEntry {
    /// The file that contains it.
    pub file: File,
    /// The rule.
    pub rule: GovernanceRule,
}

/// All rules, in the order of their files.
#[salsa::tracked]
pub fn rules(db: &dyn Db) -> Vec<Arc<RuleEntry>> {
    let mut seen = BTreeSet::new();
    let mut rules = Vec::new();
    for file in model::data_files(db) {
        for rule in &model::records(db, file).rules {
            if seen.insert(rule.id.value.clone()) {
                rules.push(Arc::new(RuleEntry { file, rule: rule.clone() }));
            }
        }
    }
    rules
}

/// The rule with an id.
pub fn rule<'db>(db: &'db dyn Db, id: &str) -> Option<&'db Arc<RuleEntry>> {
    rules(db).iter().find(|entry| entry.rule.id.value == id)
}

/// The clauses that no data can decide, with the files that say so.
#[salsa::tracked]
pub fn undecided(db: &dyn Db) -> Vec<(File, Undecided)> {
    let of_file = |file: File| model::records(db, file).undecided.iter().map(move |of| (file, of.clone()));
    model::data_files(db).flat_map(of_file).collect()
}

/// The rules about kinds of subjects.
fn rules_about(
    db: &dyn Db,
    is_wanted: impl Fn(&SubjectKind) -> bool,
) -> impl Iterator<Item = &GovernanceRule> {
    rules(db).iter().map(|entry| &entry.rule).filter(move |rule| is_wanted(&rule.each))
}

/// The variables of a rule that are about the whole community.
fn shared(db: &dyn Db, rule: &GovernanceRule) -> Vec<(&'static str, Shared)> {
    let mut variables = Vec::new();
    let mut set = |name: &'static str, value: &dyn Fn() -> Option<Shared>| {
        variables.extend(rule.uses(name).then(value).flatten().map(|value| (name, value)));
    };
    set("groups", &|| Some(values::groups(db).clone()));
    set("people", &|| Some(values::people(db).clone()));
    set("rosters", &|| Some(roster::rosters(db).clone()));
    set("tables", &|| Some(values::tables(db).clone()));
    set("claims", &|| Some(values::claims(db).clone()));
    set("today", &|| values::today(db).map(|today| today.to_string().into()));
    variables
}

/// The findings about a group and what belongs to it, by group id.
#[salsa::tracked]
pub fn of_group(db: &dyn Db, key: Key<'_>) -> Vec<Finding> {
    let Some(group) = model::group(db, key) else { return Vec::new() };
    let seats: Vec<Seat> =
        model::seats(db, key).iter().chain(model::member_seats(db, key)).cloned().collect();
    about_group(db, group, &seats, |_| true, |_, _| true)
}

/// The findings about a group as it is given, with its seats: those of the rules that are wanted, about the subjects
/// for which they are wanted.
pub(super) fn about_group(
    db: &dyn Db,
    group: &Group,
    seats: &[Seat],
    is_wanted: impl Fn(&GovernanceRule) -> bool,
    is_wanted_for: impl Fn(&GovernanceRule, &Subject) -> bool,
) -> Vec<Finding> {
    let mut rules = rules_about(db, SubjectKind::is_of_group).filter(|rule| is_wanted(rule)).peekable();
    if rules.peek().is_none() {
        return Vec::new();
    }
    let id = group.id().to_owned();
    let roles: Vec<_> = seats.iter().map(|seat| seat.role.clone()).collect();
    let group_value = values::group(db, group, &roles);
    let today = values::today(db);
    // Values take longer to make than most rules to evaluate.
    let seats = LazyCell::new(|| seat_subjects(group, seats));
    let meetings = LazyCell::new(|| meeting_subjects(group));
    let subprojects = LazyCell::new(|| subproject_subjects(group));
    let mut findings = Vec::new();
    for rule in rules {
        let shared = LazyCell::new(|| shared(db, rule));
        let mut judge = |subject: &Subject, name: &'static str, value: &Shared| {
            if !is_wanted_for(rule, subject) {
                return;
            }
            findings.extend(finding(db, rule, subject, today, |values| {
                values.extend(shared.iter().cloned());
                values.set("group", group_value.clone());
                values.set(name, value.clone());
            }));
        };
        let (name, subjects) = match rule.each {
            SubjectKind::Group => {
                judge(&Subject::Group(id.clone()), "group", &group_value);
                continue;
            }
            SubjectKind::Seat => ("seat", &*seats),
            SubjectKind::Meeting => ("meeting", &*meetings),
            SubjectKind::Subproject => ("subproject", &*subprojects),
            SubjectKind::Person | SubjectKind::Roster | SubjectKind::Record(_) => continue,
        };
        subjects.iter().for_each(|(subject, value)| judge(subject, name, value));
    }
    findings
}

/// Subjects with their values.
type SubjectValues = Vec<(Subject, Shared)>;

/// The recorded seats of a group.
fn seat_subjects(group: &Group, seats: &[Seat]) -> SubjectValues {
    let seat = |seat: &Seat| {
        let subject = Subject::Seat { group: group.id().to_owned(), role: seat.role.id.clone() };
        (subject, values::seat(seat))
    };
    seats.iter().filter(|seat| seat.recorded).map(seat).collect()
}

/// The meetings of a group and of its subprojects.
fn meeting_subjects(group: &Group) -> SubjectValues {
    let facts = &group.facts;
    let of_subprojects =
        facts.subprojects.iter().map(|of| (Some(of.name.value.as_str()), of.meetings.as_slice()));
    let all = std::iter::once((None, facts.meetings.as_slice())).chain(of_subprojects);
    let meetings = all.flat_map(|(subproject, meetings)| {
        meetings.iter().enumerate().map(move |(index, meeting)| {
            let subject = Subject::Meeting {
                group: group.id().to_owned(),
                subproject: subproject.map(str::to_owned),
                index,
                title: meeting.title.value.clone(),
            };
            (subject, values::meeting(meeting, subproject).into())
        })
    });
    meetings.collect()
}

/// The subprojects of a group.
fn subproject_subjects(group: &Group) -> SubjectValues {
    let subproject = |of: &Subproject| {
        let subject = Subject::Subproject { group: group.id().to_owned(), name: of.name.value.clone() };
        (subject, values::subproject(of).into())
    };
    group.facts.subprojects.iter().map(subproject).collect()
}

/// The findings about a person, by their id.
#[salsa::tracked]
pub fn of_person(db: &dyn Db, key: Key<'_>) -> Vec<Finding> {
    let mut rules = rules_about(db, |kind| *kind == SubjectKind::Person).peekable();
    let Some(person) = model::person(db, key).as_ref().filter(|_| rules.peek().is_some()) else {
        return Vec::new();
    };
    let value = Shared::from(values::person_of(db, person));
    let today = values::today(db);
    let subject = Subject::Person(person.id.clone());
    let finding = |rule: &GovernanceRule| {
        finding(db, rule, &subject, today, |values| {
            values.extend(shared(db, rule));
            values.set("person", value.clone());
        })
    };
    rules.filter_map(finding).collect()
}

/// The findings about lists of people.
#[salsa::tracked]
fn of_rosters(db: &dyn Db) -> Vec<Finding> {
    let mut rules = rules_about(db, |kind| *kind == SubjectKind::Roster).peekable();
    if rules.peek().is_none() {
        return Vec::new();
    }
    let today = values::today(db);
    let rosters = roster::all(db);
    let of_rule = |rule: &GovernanceRule| {
        let shared = LazyCell::new(|| shared(db, rule));
        let finding = |(subject, value): &(Subject, Shared)| {
            finding(db, rule, subject, today, |values| {
                values.extend(shared.iter().cloned());
                values.set("roster", value.clone());
            })
        };
        rosters.iter().filter_map(finding).collect::<Vec<_>>()
    };
    rules.flat_map(of_rule).collect()
}

/// The findings about the records of a data file.
#[salsa::tracked]
fn of_records(db: &dyn Db, file: File) -> Vec<Finding> {
    let records = table_records(db, file);
    if records.is_empty() {
        return Vec::new();
    }
    let today = values::today(db);
    let of_file = values::file(db, file);
    let path = file.path(db);
    let mut findings = Vec::new();
    for rule in rules(db).iter().map(|entry| &entry.rule) {
        let SubjectKind::Record(table) = &rule.each else { continue };
        let of_table = records.iter().enumerate().filter(|(_, record)| &record.table == table);
        let is_single = of_table.clone().count() == 1;
        for (number, (index, record)) in of_table.enumerate() {
            let label = if is_single { path.to_string() } else { format!("{path}#{}", number + 1) };
            let subject = Subject::Record { file, index, label };
            let value = Shared::from(values::record(record));
            findings.extend(finding(db, rule, &subject, today, |values| {
                values.extend(shared(db, rule));
                values.set("record", value.clone());
                values.set("file", of_file.clone());
            }));
        }
    }
    findings
}

/// The records of tables in a file.
#[salsa::tracked]
fn table_records(db: &dyn Db, file: File) -> Vec<crate::facts::TableRecord> {
    model::records(db, file).tables.clone()
}

/// The names of the fields of a table's records; empty if there is no such table.
pub fn columns(db: &dyn Db, table: &str) -> BTreeSet<String> {
    let files = model::data_files(db);
    let records = files.flat_map(|file| table_records(db, file)).filter(|record| record.table == table);
    records.flat_map(|record| record.data.keys().cloned()).collect()
}

/// All findings, by rule, then by subject.
#[salsa::tracked]
pub fn all_findings(db: &dyn Db) -> Vec<Finding> {
    if rules(db).is_empty() {
        return Vec::new();
    }
    let groups = model::group_ids(db).iter().flat_map(|id| of_group(db, Key::new(db, id.clone())));
    let people = person_ids(db).iter().flat_map(|id| of_person(db, Key::new(db, id.clone())));
    let records = model::data_files(db).flat_map(|file| of_records(db, file));
    let mut findings: Vec<Finding> =
        groups.chain(people).chain(of_rosters(db)).chain(records).cloned().collect();
    let ids = rules(db).iter().map(|entry| entry.rule.id.value.as_str());
    let positions: HashMap<&str, usize> = ids.enumerate().map(|(at, id)| (id, at)).collect();
    findings.sort_by_key(|finding| positions.get(finding.rule.as_str()));
    findings
}

/// The ids of all people.
#[salsa::tracked]
fn person_ids(db: &dyn Db) -> Vec<String> {
    model::handbook(db).people.keys().cloned().collect()
}
