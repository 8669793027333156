//! Names of people.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, code};
use crate::facts::Person;
use crate::model::{data_files, records};
use crate::source::{Db, File};

/// Finds `data/name-differs`, the first two spellings of the name of a person, and `data/duplicate-id`.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let mut first: BTreeMap<&str, (File, &Person)> = BTreeMap::new();
    let mut differing: BTreeMap<&str, (File, &Person)> = BTreeMap::new();
    for file in data_files(db) {
        let records = records(db, file);
        let of_groups = records.groups.iter().flat_map(|group| group.people());
        let of_seats = records.seats.iter().map(|seat| &seat.lead.person);
        let of_directory = records.people.iter().map(|profile| &profile.person);
        let people = of_groups.chain(of_seats).chain(of_directory);
        for person in people.filter(|person| person.has_name()) {
            let id = person.id.value.as_str();
            let (_, known) = first.entry(id).or_insert((file, person));
            if known.name != person.name {
                differing.entry(id).or_insert((file, person));
            }
        }
    }
    let diagnostic = |(id, (file, person)): (&str, (File, &Person))| {
        let (known_file, known) = first[id];
        let message =
            format!("the name of `{id}` is written in two ways: `{}` and `{}`", known.name, person.name);
        Diagnostic::new(code::DATA_NAME_DIFFERS, message, file.location(db, person.id.span.clone()))
            .help("write the name in one way, or set it in a file of content/people/")
            .related(known_file.location(db, known.id.span.clone()), "written differently here")
    };
    differing.into_iter().map(diagnostic).chain(colliding(db)).collect()
}

/// Finds `data/duplicate-id`: accounts of one kind whose pages have the same address, so that they count as one person.
fn colliding(db: &dyn Db) -> Vec<Diagnostic> {
    let mut first: BTreeMap<&str, (File, &Person)> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    let mut reported = BTreeSet::new();
    for file in data_files(db) {
        for person in records(db, file).groups.iter().flat_map(|group| group.people()) {
            let id = person.id.value.as_str();
            let (known_file, known) = *first.entry(id).or_insert((file, person));
            let (Some(one), Some(other)) = (known.accounts.first(), person.accounts.first()) else {
                continue;
            };
            let differs = one.kind.id == other.kind.id && !one.name.eq_ignore_ascii_case(&other.name);
            if differs && reported.insert(id) {
                let message =
                    format!("the accounts `{}` and `{}` have the same address", one.name, other.name);
                let location = file.location(db, person.id.span.clone());
                let severity = file.config(db).trust.severity();
                let diagnostic = Diagnostic::of(severity, code::DATA_DUPLICATE_ID, message, location)
                    .help("they count as one person; identify one of them by an account of another kind")
                    .related(known_file.location(db, known.id.span.clone()), "first used here");
                diagnostics.push(diagnostic);
            }
        }
    }
    diagnostics
}
