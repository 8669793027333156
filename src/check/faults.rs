//! Files that cannot be read or parsed.

use crate::diagnostic::{Diagnostic, Location, code};
use crate::model;
use crate::source::{Content, Db, File, FileFault};

/// Finds `source/*`, and the `data/*` diagnostics of single files.
pub(super) fn run(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    match file.content(db) {
        // A file that is not read matters only if a document refers to it.
        Content::Fault(FileFault::Unreadable(_)) if !file.is_read(db) => return Vec::new(),
        Content::Fault(fault) => return vec![diagnostic(db, file, fault)],
        Content::Repaired(_, fault) => diagnostics.push(diagnostic(db, file, fault)),
        Content::Text(_) | Content::Other => {}
    }
    if file.is_document(db) {
        diagnostics.extend(model::matter(db, file).1.iter().cloned());
        if model::is_role(db, file) {
            diagnostics.extend(model::role_matter(db, file).1.iter().cloned());
        }
    }
    if file.config(db).format.holds(&file.path(db)).is_some() {
        diagnostics.extend(model::records(db, file).diagnostics.iter().cloned());
    } else if file.is_own(db) && !file.is_document(db) && file.path(db).ends_with(".toml") {
        let help = "move it directly into groups/, skills/, checklists/, rules/ or people/, name it access.toml, glossary.toml or community.toml, or remove it";
        let location = Location::line(&file.name(db), 1, 1);
        diagnostics.push(
            Diagnostic::new(code::DATA_UNKNOWN_FILE, "unknown data file; it is not read", location)
                .help(help),
        );
    }
    diagnostics
}

/// The diagnostic for a fault. It is an error only in the handbook's own files; a site can do without unreadable files
/// of other sources.
fn diagnostic(db: &dyn Db, file: File, fault: &FileFault) -> Diagnostic {
    let severity = file.config(db).trust.severity();
    let name = file.name(db);
    let (code, message, help, location) = match fault {
        FileFault::NotUtf8 { line, column } => (
            code::SOURCE_NOT_UTF8,
            "the file is not valid UTF-8".to_owned(),
            "save the file as UTF-8",
            Location::line(&name, *line, *column),
        ),
        FileFault::TooLarge(size) => (
            code::SOURCE_TOO_LARGE,
            format!(
                "the file is too large: {} MB, the limit is {} MB",
                size >> 20,
                crate::source::LARGEST >> 20
            ),
            "split it, or leave it out with `exclude` in site.toml",
            Location::line(&name, 1, 1),
        ),
        FileFault::TooDeep => (
            code::SOURCE_TOO_DEEP,
            format!("the file is nested more than {} folders deep", crate::source::MOST_FOLDERS),
            "move it up, or leave it out with `exclude` in site.toml",
            Location::line(&name, 1, 1),
        ),
        FileFault::OutsideSource => (
            code::SOURCE_OUTSIDE,
            "the symbolic link points outside its source".to_owned(),
            "replace the link with a copy of the file, or add the other folder as a source",
            Location::line(&name, 1, 1),
        ),
        FileFault::Hidden => (
            code::SOURCE_OUTSIDE,
            "the symbolic link points to something that is not part of its source".to_owned(),
            "remove the link, or leave it out with `exclude` in site.toml",
            Location::line(&name, 1, 1),
        ),
        FileFault::Name => (
            code::SOURCE_NOT_UTF8,
            "the file name is not valid UTF-8".to_owned(),
            "rename it, or leave it out with `exclude` in site.toml",
            Location::line(&name, 1, 1),
        ),
        FileFault::Dangling => (
            code::SOURCE_UNREADABLE,
            "cannot read the file: the target of the symbolic link does not exist".to_owned(),
            "check that the file exists and is readable",
            Location::line(&name, 1, 1),
        ),
        FileFault::Folder(why) => (
            code::SOURCE_UNREADABLE,
            format!("cannot read the folder: {why}"),
            "check that the folder is readable",
            Location::line(&name, 1, 1),
        ),
        FileFault::Unreadable(why) => (
            code::SOURCE_UNREADABLE,
            format!("cannot read the file: {why}"),
            "check that the file exists and is readable",
            Location::line(&name, 1, 1),
        ),
    };
    Diagnostic::of(severity, code, message, location).help(help)
}
