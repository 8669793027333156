//! Clauses that have changed since the handbook was reviewed against them.

use crate::diagnostic::{Diagnostic, Severity, code, counted};
use crate::model;
use crate::source::{Db, Site};
use crate::trace::{self, Change, ClauseId, Drift};

/// Finds `governance/drift`, `governance/unreviewed` and `governance/unchecked`.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let lock = match trace::reviewed_lock(db) {
        Ok(lock) => lock,
        Err(fault) => return vec![fault.clone()],
    };
    let mut diagnostics = unchecked(db, lock);
    let drifts = trace::drifts(db);
    if *Site::get(db).lock(db) == Ok(None) {
        if !drifts.is_empty() {
            let message = format!("no review recorded for {}", counted(drifts.len(), "cited clause"));
            diagnostics.push(Diagnostic::new(code::GOVERNANCE_UNREVIEWED, message, None).help(
                "run `rolebook review --all` to accept them as they are; later changes are then reported",
            ));
        }
        return diagnostics;
    }
    diagnostics.extend(drifts.iter().map(|drift| diagnostic(db, lock, drift)));
    diagnostics
}

/// Reports clauses of absent sources, once per source.
fn unchecked(db: &dyn Db, lock: &trace::Lock) -> Vec<Diagnostic> {
    let site = Site::get(db);
    let absent = site.config(db).sources.iter().zip(site.trees(db)).filter(|(_, tree)| !tree.present);
    let diagnostics = absent.filter_map(|(source, _)| {
        let of_source = lock.documents.iter().filter(|(document, _)| document.source == source.title());
        let clauses: usize = of_source.map(|(_, clauses)| clauses.len()).sum();
        let message = format!(
            "the source `{}` is absent; cannot check whether {} changed since the last review",
            source.title(),
            counted(clauses, "cited clause")
        );
        (clauses > 0).then(|| Diagnostic::new(code::GOVERNANCE_UNCHECKED, message, None))
    });
    diagnostics.collect()
}

fn diagnostic(db: &dyn Db, lock: &trace::Lock, drift: &Drift) -> Diagnostic {
    let citers = trace::citers(db, drift);
    let location = drift.current.as_ref().map(|current| {
        let heading = &model::document(db, current.file).headings[current.heading];
        current.file.location(db, heading.span.clone())
    });
    let location = location.or_else(|| citers.first().cloned());
    // A removed clause that nothing cites was part of a cited document.
    let document = || {
        let file = trace::document_of(db, &drift.id)?;
        Some(file.location(db, 0..0))
    };
    let location = location.or_else(document);
    let name = command_name(drift);
    let reviewed = drift.accepted.as_ref().map_or("", |accepted| &accepted.reviewed);
    let title = match (&drift.current, &drift.accepted) {
        (Some(current), _) => &current.title,
        (None, Some(accepted)) => &accepted.title,
        (None, None) => &drift.id.anchor,
    };
    let (severity, code, message) = match &drift.change {
        Change::New => (
            Severity::Info,
            code::GOVERNANCE_UNREVIEWED,
            format!("the clause “{title}” is cited but was never reviewed"),
        ),
        Change::Added(within) => {
            let around = lock.clause(&within.document, &within.anchor);
            let around = around.map_or_else(String::new, |around| {
                format!(" in “{}”, which was reviewed on {}", around.title, around.reviewed)
            });
            (Severity::Warning, code::GOVERNANCE_DRIFT, format!("the clause “{title}” is new{around}"))
        }
        Change::Changed => {
            let words = drift.accepted.as_ref().zip(drift.current.as_ref());
            let words = words.map_or_else(String::new, |(accepted, current)| {
                format!(" ({} words then, {} now)", accepted.fingerprint.words, current.words)
            });
            let message =
                format!("the clause “{title}” has changed since it was reviewed on {reviewed}{words}");
            (Severity::Warning, code::GOVERNANCE_DRIFT, message)
        }
        Change::Removed => (
            Severity::Warning,
            code::GOVERNANCE_DRIFT,
            format!("the clause “{title}” (`{}`), reviewed on {reviewed}, no longer exists", drift.id),
        ),
        Change::Renamed(to) => (
            Severity::Warning,
            code::GOVERNANCE_DRIFT,
            format!("the clause “{title}” (`{}`), reviewed on {reviewed}, is now `{to}`", drift.id),
        ),
    };
    let help = match &drift.change {
        Change::Renamed(to) => {
            format!("cite `/{}`, then accept the change with `rolebook review {name}`", path_of(to))
        }
        Change::New | Change::Added(_) => format!("read it, then accept it with `rolebook review {name}`"),
        _ => {
            format!("run `rolebook review` to see the difference, then `rolebook review {name}` to accept it")
        }
    };
    let mut diagnostic = Diagnostic::of(severity, code, message, location.clone()).help(help);
    for citer in citers.into_iter().filter(|citer| Some(citer) != location.as_ref()) {
        diagnostic = diagnostic.related(citer, "cited here");
    }
    diagnostic
}

/// The argument of `rolebook review` for a clause.
fn command_name(drift: &Drift) -> String {
    path_of(&drift.id)
}

/// The path of a clause: `governance.md#roles`.
fn path_of(id: &ClauseId) -> String {
    format!("{}#{}", id.document.path, id.anchor)
}
