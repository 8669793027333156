//! Rules over files, model and links, one file each. Rules use no pages or templates and return diagnostics.

mod accepted;
mod addresses;
mod broken;
mod charters;
mod colors;
mod conformance;
mod coverage;
mod facts;
mod faults;
mod governance;
mod html;
mod ids;
mod links;
mod names;
mod navigation;
mod people;
mod placeholders;
mod records;
mod repeated;
mod rosters;

use crate::diagnostic::{self, Diagnostic};
use crate::model;
use crate::source::{Db, File};

pub use accepted::accept;
pub use broken::{code, help, message};
pub use conformance::of_rules;

/// A rule that runs on each file.
pub struct FileRule {
    /// Name of the rule.
    pub name: &'static str,
    /// Returns the rule's diagnostics for a file.
    pub run: fn(&dyn Db, File) -> Vec<Diagnostic>,
}

/// A rule that runs once for the whole site.
pub struct SiteRule {
    /// Name of the rule.
    pub name: &'static str,
    /// Returns the rule's diagnostics.
    pub run: fn(&dyn Db) -> Vec<Diagnostic>,
}

/// Rules that run on each file.
pub const FILE_RULES: &[FileRule] = &[
    FileRule { name: "faults", run: faults::run },
    FileRule { name: "html", run: html::run },
    FileRule { name: "links", run: links::run },
    FileRule { name: "placeholders", run: placeholders::run },
    FileRule { name: "expressions", run: conformance::expressions },
    FileRule { name: "named obligations", run: coverage::unknown_obligations },
];

/// Rules that run on the whole site.
pub const SITE_RULES: &[SiteRule] = &[
    SiteRule { name: "records", run: records::run },
    SiteRule { name: "ids", run: ids::run },
    SiteRule { name: "names", run: names::run },
    SiteRule { name: "facts", run: facts::run },
    SiteRule { name: "people", run: people::run },
    SiteRule { name: "addresses", run: addresses::run },
    SiteRule { name: "uncovered obligations", run: coverage::uncovered_obligations },
    SiteRule { name: "unmatched patterns", run: coverage::unmatched_patterns },
    SiteRule { name: "digests", run: coverage::differing_digests },
    SiteRule { name: "governance", run: governance::run },
    SiteRule { name: "charters", run: charters::run },
    SiteRule { name: "conformance", run: conformance::run },
    SiteRule { name: "rosters", run: rosters::run },
    SiteRule { name: "navigation", run: navigation::run },
    SiteRule { name: "colors", run: colors::run },
];

/// Returns the faults that prevent a file from being read as its type.
pub fn faults(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    faults::run(db, file)
}

/// Returns the faults by which data files and roles are missing from the model, in whole or in part. What follows from
/// the absence of a group or person may be wrong then.
pub fn unread_data(db: &dyn Db) -> Vec<Diagnostic> {
    let loses_data = |fault: &Diagnostic| {
        fault.is_error()
            || fault.code == diagnostic::code::DATA_SYNTAX
            || fault.code.area() == diagnostic::code::SOURCE_UNREADABLE.area()
    };
    let files = model::data_files(db).chain(model::role_files(db));
    files.flat_map(|file| faults(db, file)).filter(loses_data).collect()
}

/// Returns the diagnostics of all file rules for one file.
#[salsa::tracked]
pub fn file_diagnostics(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    repeated::merge(FILE_RULES.iter().flat_map(|rule| (rule.run)(db, file)).collect())
}

/// Returns the diagnostics of all site rules.
#[salsa::tracked]
pub fn site_diagnostics(db: &dyn Db) -> Vec<Diagnostic> {
    repeated::merge(SITE_RULES.iter().flat_map(|rule| (rule.run)(db)).collect())
}
