//! Roles whose holders in the data contradict the group's charter.

use crate::diagnostic::{Diagnostic, Location, code};
use crate::facts::CharterHolder;
use crate::link::{self, Target};
use crate::model::{Group, handbook};
use crate::source::{Db, File};
use crate::trace;

/// Finds `governance/contradiction`.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let handbook = handbook(db);
    let mut diagnostics = Vec::new();
    for group in handbook.groups.values() {
        for (role, overlay) in &group.overlays {
            let Some(charter) = &overlay.charter else { continue };
            let people = trace::contradicting(db, group, role);
            let Some(first) = people.first() else { continue };
            let handles: Vec<&str> = people.iter().map(|person| person.handle()).collect();
            let title = |id: &str| handbook.roles.get(id).map_or(id.to_owned(), |role| role.title.clone());
            let says = match &charter.holder {
                CharterHolder::Nobody => "says that nobody holds this role".to_owned(),
                CharterHolder::Role(other) => {
                    format!("gives this role to the holder of the {} role", title(other))
                }
            };
            let message = format!(
                "the data lists {} as {} of {}, but the charter {says}",
                handles.join(", "),
                title(role),
                group.full_name()
            );
            let location = |file: File, span| file.location(db, span);
            let lead = group.facts.leads.iter().find(|lead| lead.person.id == first.id);
            let lead = lead.map_or(group.facts.id.span.clone(), |lead| lead.person.id.span.clone());
            let diagnostic =
                Diagnostic::new(code::GOVERNANCE_CONTRADICTION, message, location(group.file, lead))
                    .help("correct the data or the charter; until then, the lead page shows both")
                    .related(
                        location(group.overlay_file, charter.clause.span.clone()),
                        "the charter as recorded here",
                    );
            diagnostics.push(match clause(db, group, &charter.clause) {
                Some(clause) => diagnostic.related(clause, "the clause of the charter"),
                None => diagnostic,
            });
        }
    }
    diagnostics
}

/// Location of the clause, if a source contains the charter.
fn clause(db: &dyn Db, group: &Group, reference: &str) -> Option<Location> {
    let Target::Page(page) = link::target(db, group.overlay_file, reference) else { return None };
    let file = page.file?;
    let headings = &crate::model::document(db, file).headings;
    let heading = headings.iter().find(|heading| Some(&heading.id) == page.anchor.as_ref())?;
    Some(file.location(db, heading.span.clone()))
}
