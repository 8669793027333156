//! Ids that several files define.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::diagnostic::{Diagnostic, Location, Severity, code};
use crate::facts::Kind;
use crate::model::{self, data_files, records, role_files, role_matter};
use crate::site_path::fold;
use crate::source::{Db, File};

/// Finds `data/duplicate-id` between files.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let mut claims: HashMap<(&str, String), Location> = HashMap::new();
    let mut diagnostics = Vec::new();
    let mut claim = |what: &'static str, id: &str, file: File, span: std::ops::Range<usize>| {
        let at = file.location(db, span);
        // A checkout and the handbook may describe the same group.
        let what_of =
            if what == "group" { format!("{what} {:?}", file.config(db).format) } else { what.to_owned() };
        match claims.entry((what, format!("{what_of} {}", fold(id)))) {
            Entry::Occupied(first) => {
                let message = format!("duplicate {what} id `{id}`");
                let help = "give one of them a different id";
                let diagnostic = Diagnostic::new(code::DATA_DUPLICATE_ID, message, at).help(help);
                diagnostics.push(diagnostic.related(first.get().clone(), "first defined here"));
            }
            Entry::Vacant(free) => {
                free.insert(at);
            }
        }
    };
    for file in data_files(db) {
        let records = records(db, file);
        if file.is_own(db) {
            for group in &records.groups {
                claim("group", &group.id, file, group.id.span.clone());
            }
        }
        if let Some(area) = &records.area {
            claim("skill area", &area.id, file, area.id.span.clone());
            for skill in &area.skills {
                claim("skill", &skill.id, file, skill.id.span.clone());
            }
        }
        if let Some(checklist) = &records.checklist {
            claim("checklist", &checklist.id, file, checklist.id.span.clone());
        }
        for rule in &records.rules {
            claim("rule", &rule.id, file, rule.id.span.clone());
        }
    }
    for file in role_files(db) {
        let span = role_matter(db, file).0.id.as_ref().map_or(0..0, |id| id.span.clone());
        claim("role", &model::role_id(db, file), file, span);
    }
    diagnostics.extend(groups_of_two_kinds(db));
    diagnostics
}

/// Finds `data/duplicate-id`: records of mounted files that count as one group, although their kinds differ.
fn groups_of_two_kinds(db: &dyn Db) -> Vec<Diagnostic> {
    let mut first: HashMap<String, (&Kind, File, Location)> = HashMap::new();
    let mut diagnostics = Vec::new();
    for file in data_files(db).filter(|file| !file.is_own(db)) {
        for group in &records(db, file).groups {
            let at = file.location(db, group.id.span.clone());
            match first.entry(fold(&group.id).into_owned()) {
                Entry::Vacant(free) => {
                    free.insert((&group.kind, file, at));
                }
                Entry::Occupied(known) => {
                    let (kind, known_file, known_at) = known.get();
                    if *known_file == file || kind.id == group.kind.id {
                        continue;
                    }
                    let message = format!(
                        "groups of the kinds `{}` and `{}` have the id `{}` and count as one",
                        kind.id, group.kind.id, *group.id
                    );
                    let diagnostic = Diagnostic::of(Severity::Info, code::DATA_DUPLICATE_ID, message, at)
                        .help("if they are two groups, use another field as the `id` of one kind, or leave its record out with `where`")
                        .related(known_at.clone(), "first record");
                    diagnostics.push(diagnostic);
                }
            }
        }
    }
    diagnostics
}
