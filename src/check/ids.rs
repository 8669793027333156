//! Ids that several files define.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Location, code};
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
            std::collections::hash_map::Entry::Occupied(first) => {
                let message = format!("duplicate {what} id `{id}`");
                let help = "give one of them a different id";
                let diagnostic = Diagnostic::new(code::DATA_DUPLICATE_ID, message, at).help(help);
                diagnostics.push(diagnostic.related(first.get().clone(), "first defined here"));
            }
            std::collections::hash_map::Entry::Vacant(free) => {
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
    diagnostics
}
