//! Broken references.

use super::broken::{code, help, message};
use crate::config::BrokenLinks;
use crate::diagnostic::{Diagnostic, Location, Severity, code};
use crate::link::{self, FieldKind, PageTarget, Target};
use crate::model;
use crate::parse::{self, LinkLabel};
use crate::source::{Db, File};

/// Finds `link/*` in documents and in the references of data files.
pub(super) fn run(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    let severity = match file.config(db).broken_links() {
        BrokenLinks::Error => Severity::Error,
        BrokenLinks::Warn => Severity::Warning,
        BrokenLinks::Ignore => return Vec::new(),
    };
    let mut diagnostics = Vec::new();
    if file.is_document(db) {
        for link in &model::document(db, file).links {
            // The fault is in the definition of the label, not in the text that uses it.
            let span = link.definition.as_ref().unwrap_or(&link.span);
            diagnostics.extend(broken(db, file, &link.destination, span.clone(), severity));
        }
        diagnostics.extend(labels(db, file, severity));
    }
    for field in link::fields(db, file) {
        match field.kind {
            FieldKind::Reference => {
                diagnostics.extend(broken(db, file, &field.at.value, field.at.span.clone(), severity));
            }
            FieldKind::Markdown => {
                let links = field.links(file.text(db)).into_iter();
                let links =
                    links.filter_map(|(link, span)| broken(db, file, &link.destination, span, severity));
                diagnostics.extend(links);
            }
            FieldKind::Obligation => {}
        }
    }
    if file.is_document(db) {
        return diagnostics;
    }
    for group in &model::records(db, file).groups {
        // Broken addresses in facts do not fail a build, even in the handbook's own files.
        let severity = severity.max(Severity::Warning);
        if let (Some(at), Some(destination)) = (&group.charter, group.charter_destination()) {
            diagnostics.extend(broken(db, file, &destination, at.span.clone(), severity));
        }
    }
    diagnostics
}

/// Finds faulty labels of reference-style links, and text that looks like a link.
fn labels(db: &dyn Db, file: File, severity: Severity) -> Vec<Diagnostic> {
    let document = model::document(db, file);
    let report = |severity, code, label: &LinkLabel, message: String, help: &str| {
        let at = file.location(db, label.span.clone());
        Diagnostic::of(severity, code, message, at).help(help)
    };
    let undefined = document.undefined.iter().map(|label| {
        let message = format!("undefined label `{}`", label.text);
        let help = if parse::is_address(&label.text) {
            format!("write the address in parentheses: `[…]({})`", label.text)
        } else {
            format!("define the label on a line of its own: `[{}]: <address>`", label.text)
        };
        report(severity, code::LINK_UNDEFINED_LABEL, label, message, &help)
    });
    let unused = document.unused.iter().map(|label| {
        let message = format!("unused label `{}`", label.text);
        report(
            Severity::Info,
            code::LINK_UNUSED_DEFINITION,
            label,
            message,
            "remove the definition, or use the label in a link",
        )
    });
    let shadowed = document.shadowed.iter().map(|label| {
        let message = format!("duplicate label `{}`; only its first definition is used", label.text);
        report(
            severity,
            code::LINK_SHADOWED_DEFINITION,
            label,
            message,
            "remove one of the definitions, or rename its label",
        )
    });
    let malformed = document.malformed_links.iter().map(|label| {
        let message = format!("malformed link to `{}`; it is shown as text", label.text);
        let help = if label.text.contains(' ') {
            "write `%20` for each space, or enclose the destination in `<` and `>`".to_owned()
        } else {
            format!("write `[…]({})`, with one pair of parentheses", label.text)
        };
        report(severity, code::LINK_MALFORMED, label, message, &help)
    });
    undefined.chain(unused).chain(shadowed).chain(malformed).collect()
}

/// Suggests another document that has the clause of a broken reference. Not part of `link`, because it depends on the
/// headings of all documents.
fn clause_elsewhere(db: &dyn Db, file: File, destination: &str) -> Option<String> {
    let (_, anchor) = destination.split_once('#')?;
    let document = link::clause_elsewhere(db, anchor).filter(|document| *document != file)?;
    Some(format!("did you mean `/{}#{anchor}`?", document.path(db)))
}

/// Reports a reference to a page that only says that it has moved.
fn redirect(db: &dyn Db, file: File, page: &PageTarget, at: impl FnOnce() -> Location) -> Option<Diagnostic> {
    let moved = page.file?;
    let destination = model::outline(db, moved).moved_to.as_ref()?;
    // An address within the moved page's source is given from the source's root.
    let to = match link::target(db, moved, destination) {
        Target::Page(to) if to.source == page.source => {
            let anchor = to.anchor.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
            format!("/{}{anchor}", to.path)
        }
        _ => destination.clone(),
    };
    let severity = match file.config(db).broken_links() {
        BrokenLinks::Error => Severity::Warning,
        BrokenLinks::Warn | BrokenLinks::Ignore => Severity::Info,
    };
    let message = format!("`{}` only says that its content has moved", page.path);
    Some(
        Diagnostic::of(severity, code::LINK_REDIRECT_PAGE, message, at())
            .help(format!("link to `{to}` instead")),
    )
}

fn broken(
    db: &dyn Db,
    file: File,
    destination: &str,
    span: std::ops::Range<usize>,
    severity: Severity,
) -> Option<Diagnostic> {
    let at = || file.location(db, span);
    match link::target(db, file, destination) {
        Target::Broken(broken) => {
            // Writers cannot change files of other sources.
            let is_of_others = broken.reason.is_fault_of_target() && !file.is_own(db);
            let severity = if is_of_others { severity.max(Severity::Warning) } else { severity };
            let message = message(db, &broken.reason, destination);
            let elsewhere = || clause_elsewhere(db, file, destination);
            let help = help(&broken.reason, destination).or_else(elsewhere);
            Some(Diagnostic::of(severity, code(&broken.reason), message, at()).maybe_help(help))
        }
        Target::Page(page) if page.case_differs => {
            let anchor = page.anchor.as_deref().unwrap_or_default();
            let message = format!("the anchor differs from `#{anchor}` only in case");
            Some(
                Diagnostic::of(Severity::Info, code::LINK_CASE_MISMATCH, message, at())
                    .help(format!("write `#{anchor}`")),
            )
        }
        Target::Page(page) => match &page.moved_from {
            Some(from) => {
                let anchor = page.anchor.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
                let message = format!("the page has moved; `{from}` is its former address");
                let help = format!("write `/{}{anchor}`", page.path);
                Some(Diagnostic::new(code::LINK_MOVED, message, at()).help(help))
            }
            None if page.file != Some(file) => redirect(db, file, page, at),
            None => None,
        },
        _ => None,
    }
}
