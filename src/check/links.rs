//! References that lead nowhere.

use super::broken::{code, help, message};
use crate::config::BrokenLinks;
use crate::diagnostic::{Diagnostic, Location, Severity, code};
use crate::link::{self, FieldKind, PageTarget, Target};
use crate::model;
use crate::parse::{self, Label};
use crate::source::{Db, File};

/// Finds `link/*` in documents and in the references of data files.
pub(super) fn run(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    let severity = match file.config(db).broken_links() {
        BrokenLinks::Error => Severity::Error,
        BrokenLinks::Warn => Severity::Warning,
        BrokenLinks::Ignore => return Vec::new(),
    };
    let mut found = Vec::new();
    if file.is_document(db) {
        for written in &model::document(db, file).links {
            // The definition of a label is to be corrected, and not the text that uses it.
            let span = written.definition.as_ref().unwrap_or(&written.span);
            found.extend(broken(db, file, &written.destination, span.clone(), severity));
        }
        found.extend(labels(db, file, severity));
    }
    for field in link::fields(db, file) {
        match field.kind {
            FieldKind::Reference => {
                found.extend(broken(db, file, &field.at.value, field.at.span.clone(), severity));
            }
            FieldKind::Markdown => {
                let links = field.links(file.text(db)).into_iter();
                let links =
                    links.filter_map(|(link, span)| broken(db, file, &link.destination, span, severity));
                found.extend(links);
            }
            FieldKind::Obligation => {}
        }
    }
    if file.is_document(db) {
        return found;
    }
    for group in &model::records(db, file).groups {
        // A fact, in whoever's file it stands: a build does not fail for it.
        let severity = severity.max(Severity::Warning);
        if let (Some(at), Some(destination)) = (&group.charter, group.charter_destination()) {
            found.extend(broken(db, file, &destination, at.span.clone(), severity));
        }
    }
    found
}

/// Labels of reference-style links that do not do what they were written for, and what was meant for a link.
fn labels(db: &dyn Db, file: File, severity: Severity) -> Vec<Diagnostic> {
    let document = model::document(db, file);
    let found = |severity, code, label: &Label, message: String, help: &str| {
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
        found(severity, code::LINK_UNDEFINED_LABEL, label, message, &help)
    });
    let unused = document.unused.iter().map(|label| {
        let message = format!("unused label `{}`", label.text);
        found(
            Severity::Info,
            code::LINK_UNUSED_DEFINITION,
            label,
            message,
            "remove the definition, or use the label in a link",
        )
    });
    let shadowed = document.shadowed.iter().map(|label| {
        let message = format!("duplicate label `{}`; only its first definition is used", label.text);
        found(
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
        found(severity, code::LINK_MALFORMED, label, message, &help)
    });
    undefined.chain(unused).chain(shadowed).chain(malformed).collect()
}

/// The clause that a broken reference names, where one other document has it. Rules look for it, because
/// the answer depends on the headings of all documents, and where a reference leads does not.
fn clause_elsewhere(db: &dyn Db, file: File, destination: &str) -> Option<String> {
    let (_, anchor) = destination.split_once('#')?;
    let found = link::clause_elsewhere(db, anchor).filter(|found| *found != file)?;
    Some(format!("did you mean `/{}#{anchor}`?", found.path(db)))
}

/// A page that says of itself that it went elsewhere.
fn redirect(db: &dyn Db, file: File, page: &PageTarget, at: Location) -> Option<Diagnostic> {
    let moved = page.file?;
    let written = model::outline(db, moved).moved_to.as_ref()?;
    // Named from the root: what the page says is seen from its own folder.
    let to = match link::target(db, moved, written) {
        Target::Page(to) if to.source == page.source => {
            let anchor = to.anchor.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
            format!("/{}{anchor}", to.path)
        }
        _ => written.clone(),
    };
    let severity = match file.config(db).broken_links() {
        BrokenLinks::Error => Severity::Warning,
        BrokenLinks::Warn | BrokenLinks::Ignore => Severity::Info,
    };
    let message = format!("`{}` only says that its content has moved", page.path);
    Some(
        Diagnostic::of(severity, code::LINK_REDIRECT_PAGE, message, at)
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
            // Nobody who writes the document can change what the site makes of other people's files.
            let is_of_others = broken.reason.is_of_file() && !file.is_own(db);
            let severity = if is_of_others { severity.max(Severity::Warning) } else { severity };
            let message = message(db, &broken.reason, destination);
            let elsewhere = || clause_elsewhere(db, file, destination);
            let help = help(&broken.reason, destination).or_else(elsewhere);
            Some(Diagnostic::of(severity, code(&broken.reason), message, at()).maybe_help(help))
        }
        Target::Page(page) if page.case_differs => {
            let anchor = page.anchor.as_deref().unwrap_or_default();
            let message = format!("the anchor `{anchor}` is written in a different case here");
            Some(
                Diagnostic::of(Severity::Info, code::LINK_CASE_MISMATCH, message, at())
                    .help(format!("write `#{anchor}`")),
            )
        }
        Target::Page(PageTarget { moved_from: Some(from), path, anchor, .. }) => {
            let anchor = anchor.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
            let message = format!("the page has moved; `{from}` is its former address");
            Some(Diagnostic::new(code::LINK_MOVED, message, at()).help(format!("write `/{path}{anchor}`")))
        }
        Target::Page(page) if page.file != Some(file) => redirect(db, file, page, at()),
        _ => None,
    }
}
