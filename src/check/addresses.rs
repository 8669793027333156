//! Two pages at one address.

use std::collections::HashMap;

use crate::config::Format;
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::model::{Route, origins, routes};
use crate::source::{Db, File};

/// Finds `pages/duplicate-url`. Addresses that differ only in case are one: so they are on file systems
/// that do not tell case apart.
pub fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let mut taken: HashMap<String, &Route> = HashMap::new();
    let mut found = Vec::new();
    for (url, route) in routes(db) {
        let Some(first) = taken.get(&url.to_lowercase()) else {
            taken.insert(url.to_lowercase(), route);
            continue;
        };
        let file = file(db, route).or_else(|| self::file(db, first));
        let own = file.is_none_or(|file| file.config(db).format == Format::Handbook);
        let severity = if own { Severity::Error } else { Severity::Warning };
        let at = |file: File| Location::line(&file.name(db), 1, 1);
        let message = format!("two pages have the address {url}");
        let mut diagnostic = Diagnostic::new(severity, "pages/duplicate-url", message, file.map(at))
            .help("rename one of the files, or give it another id");
        if let Some(other) = self::file(db, first).filter(|other| Some(*other) != file) {
            diagnostic = diagnostic.related(at(other), "the other page");
        }
        found.push(diagnostic);
    }
    found
}

/// The file a page is made of.
fn file(db: &dyn Db, route: &Route) -> Option<File> {
    origins(db, route).first().map(|origin| origin.file)
}
