//! Two pages at one address.

use std::collections::HashMap;

use crate::config::Format;
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::model::{Route, asset_at, matter, origins, routes};
use crate::source::{Db, File};

/// Finds `pages/duplicate-url`. Addresses that differ only in case are one: so they are on file systems
/// that do not tell case apart.
pub fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let mut taken: HashMap<String, &Route> = HashMap::new();
    let mut found = Vec::new();
    for (url, route) in routes(db) {
        if let Route::Redirect { from, file } = route
            && file_at_or_above(db, from)
        {
            let message = format!("{url} is, or leads through, the address of a file");
            let at = place(db, *file, route);
            let help = "remove the alias, or write another address";
            found.push(Diagnostic::error("pages/duplicate-url", message, at).help(help));
            continue;
        }
        let Some(first) = taken.get(&url.to_lowercase()) else {
            taken.insert(url.to_lowercase(), route);
            continue;
        };
        let file = file_of(db, route).or_else(|| file_of(db, first));
        let own = file.is_none_or(|file| file.config(db).format == Format::Handbook);
        let severity = if own { Severity::Error } else { Severity::Warning };
        let origin = |route: &Route| file_of(db, route).map(|file| place(db, file, route));
        let message = format!("two pages have the address {url}");
        let help = match route {
            Route::Redirect { .. } => "remove the alias, or write another address",
            _ => "rename one of the files, or give it another id",
        };
        let at = origin(route).or_else(|| origin(first));
        let mut diagnostic = Diagnostic::new(severity, "pages/duplicate-url", message, at.clone()).help(help);
        if let Some(other) = origin(first).filter(|other| Some(other) != at.as_ref()) {
            diagnostic = diagnostic.related(other, "the other page");
        }
        found.push(diagnostic);
    }
    found
}

/// Whether a file of a source may be copied to an address, or to a part of its path.
fn file_at_or_above(db: &dyn Db, url: &str) -> bool {
    let ends = url.match_indices('/').map(|(end, _)| &url[..end]).chain([url]);
    ends.filter_map(|path| asset_at(db, path)).any(|file| !file.is_document(db))
}

/// Where a page gets its address.
fn place(db: &dyn Db, file: File, route: &Route) -> Location {
    let written = match route {
        Route::Redirect { from, .. } => matter(db, file).0.aliases.iter().find(|at| at.value == *from),
        _ => None,
    };
    match written {
        Some(at) => Location::of(&file.name(db), file.text(db), at.span.clone()),
        None => Location::line(&file.name(db), 1, 1),
    }
}

/// The file a page is made of.
fn file_of(db: &dyn Db, route: &Route) -> Option<File> {
    origins(db, route).first().map(|origin| origin.file)
}
