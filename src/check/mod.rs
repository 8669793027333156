//! What is wrong: a table of rules over files, model and links, one file each. Rules never see pages
//! or templates, and report values.

mod accepted;
mod addresses;
mod broken;
mod charters;
mod coverage;
mod facts;
mod faults;
mod governance;
mod html;
mod ids;
mod links;
mod names;
mod placeholders;
mod repeated;

use crate::diagnostic::Diagnostic;
use crate::source::{Db, File};

pub use accepted::accept;
pub use broken::{code, help, message};

/// A rule over one file.
pub struct FileRule {
    /// Its name.
    pub name: &'static str,
    /// What it finds.
    pub run: fn(&dyn Db, File) -> Vec<Diagnostic>,
}

/// A rule over the whole site.
pub struct SiteRule {
    /// Its name.
    pub name: &'static str,
    /// What it finds.
    pub run: fn(&dyn Db) -> Vec<Diagnostic>,
}

/// The rules over each file.
pub const FILE_RULES: &[FileRule] = &[
    FileRule { name: "faults", run: faults::run },
    FileRule { name: "html", run: html::run },
    FileRule { name: "links", run: links::run },
    FileRule { name: "placeholders", run: placeholders::run },
    FileRule { name: "named obligations", run: coverage::named },
];

/// The rules over the site.
pub const SITE_RULES: &[SiteRule] = &[
    SiteRule { name: "ids", run: ids::run },
    SiteRule { name: "names", run: names::run },
    SiteRule { name: "facts", run: facts::run },
    SiteRule { name: "addresses", run: addresses::run },
    SiteRule { name: "uncovered obligations", run: coverage::uncovered },
    SiteRule { name: "unmatched patterns", run: coverage::unmatched },
    SiteRule { name: "digests", run: coverage::digests },
    SiteRule { name: "governance", run: governance::run },
    SiteRule { name: "charters", run: charters::run },
];

/// What keeps a file from being read as what it is.
pub fn faults(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    faults::run(db, file)
}

/// Everything the file rules find in one file.
#[salsa::tracked]
pub fn file_diagnostics(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    repeated::merge(FILE_RULES.iter().flat_map(|rule| (rule.run)(db, file)).collect())
}

/// Everything the site rules find.
#[salsa::tracked]
pub fn site_diagnostics(db: &dyn Db) -> Vec<Diagnostic> {
    repeated::merge(SITE_RULES.iter().flat_map(|rule| (rule.run)(db)).collect())
}
