//! Pages and files that cannot have the address derived from their name.

use crate::diagnostic::{Diagnostic, Location, Severity, code};
use crate::link;
use crate::model::{
    self, Destination, Holder, Relocation, RelocationReason, Route, origins, read_matter, redirects,
    relocations,
};
use crate::source::{Db, File, Site, SourceId};

/// Finds `pages/duplicate-url` and `pages/invalid-address`. Addresses that differ only in case are duplicates, because
/// some file systems ignore case.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let relocations = relocations(db);
    let theme_files = relocations.made.iter().map(|(url, reason)| match reason {
        RelocationReason::Invalid(fault) => {
            let message = format!("invalid file address `{url}`: it {fault}");
            Diagnostic::new(code::PAGES_INVALID_ADDRESS, message, None)
                .help("rename the theme file; until then, it is left out")
        }
        RelocationReason::Taken(_) => Diagnostic::new(
            code::PAGES_DUPLICATE_URL,
            format!("two theme files have the address {url}"),
            None,
        )
        .help("rename one of the files"),
    });
    let is_invalid = |route: Route| {
        relocations.pages.get(&route).is_some_and(|page| matches!(page.reason, RelocationReason::Invalid(_)))
    };
    // The address of a lead page contains those of the group and the role; faults of these are reported once.
    let is_reported = |route: &Route| match route {
        Route::Lead { group, role } => {
            is_invalid(Route::Group(group.clone())) || is_invalid(Route::Role(role.clone()))
        }
        Route::GroupChecklist { group, checklist } => {
            is_invalid(Route::Group(group.clone())) || is_invalid(Route::Checklist(checklist.clone()))
        }
        _ => false,
    };
    let pages = relocations.pages.iter();
    let pages = pages
        .filter(|(route, page)| !(matches!(page.reason, RelocationReason::Invalid(_)) && is_reported(route)));
    let pages = pages.map(|(route, page)| self::page(db, route, page));
    let copied = link::copied(db);
    let files = relocations.files.iter().filter(|(file, _)| copied.contains(file));
    let files = files.map(|(file, relocation)| self::file(db, *file, relocation));
    let redirects = redirects(db).1.iter().map(|(route, reason)| redirect(db, route, reason));
    theme_files.chain(pages).chain(files).chain(redirects).collect()
}

fn page(db: &dyn Db, route: &Route, page: &Relocation) -> Diagnostic {
    let Relocation { own, address, reason } = page;
    let at = origin(db, &Holder::Page(route.clone()));
    let is_own = is_own(db, route);
    let until_then = match address {
        Some(address) => format!("until then, this page is at {address}"),
        None => "until then, this page is left out".to_owned(),
    };
    let severity = match (reason, address) {
        // A folder's list may share the name of a document.
        (RelocationReason::Taken(_), Some(_)) if matches!(route, Route::Folder(..)) => Severity::Info,
        (RelocationReason::Taken(_), _) if is_own == Some(true) => Severity::Error,
        // In a mounted source both documents are legitimate, and both have a page.
        (_, Some(_)) if is_own == Some(false) => Severity::Info,
        _ => Severity::Warning,
    };
    match reason {
        RelocationReason::Invalid(fault) => {
            let message = format!("invalid page address `{own}`: it {fault}");
            let help = format!("rename the file; {until_then}");
            Diagnostic::of(severity, code::PAGES_INVALID_ADDRESS, message, at).help(help)
        }
        RelocationReason::Taken(holder) => {
            let help = format!("rename one of the files, or give it a different id; {until_then}");
            let message = match holder {
                Holder::Page(_) => format!("two pages have the address {own}"),
                Holder::File(_) | Holder::Made => format!("a page and a file have the address {own}"),
            };
            let diagnostic =
                Diagnostic::of(severity, code::PAGES_DUPLICATE_URL, message, at.clone()).help(help);
            match origin(db, holder).filter(|other| Some(other) != at.as_ref()) {
                Some(other) => diagnostic.related(other, "this has the same address"),
                None => diagnostic,
            }
        }
    }
}

/// The diagnostic for a file copied to another address. Files that are not copied are reported at the link to them.
fn file(db: &dyn Db, file: File, relocation: &Relocation) -> Diagnostic {
    let Relocation { own, address, reason } = relocation;
    let (code, message) = match reason {
        RelocationReason::Invalid(fault) => {
            (code::PAGES_INVALID_ADDRESS, format!("invalid file address `{own}`: it {fault}"))
        }
        RelocationReason::Taken(Holder::Page(_)) => {
            (code::PAGES_DUPLICATE_URL, format!("a page and a file have the address {own}"))
        }
        RelocationReason::Taken(_) => {
            (code::PAGES_DUPLICATE_URL, format!("two files have the address {own}"))
        }
    };
    let severity = if file.is_own(db) { Severity::Warning } else { Severity::Info };
    let until_then =
        address.as_ref().map_or(String::new(), |address| format!("; until then, it is copied to {address}"));
    let diagnostic = Diagnostic::of(severity, code, message, Location::line(&file.name(db), 1, 1))
        .help(format!("rename the file{until_then}"));
    match reason {
        RelocationReason::Taken(holder) => match origin(db, holder) {
            Some(other) => diagnostic.related(other, "this has the same address"),
            None => diagnostic,
        },
        RelocationReason::Invalid(_) => diagnostic,
    }
}

fn redirect(db: &dyn Db, route: &Route, reason: &RelocationReason) -> Diagnostic {
    let url = route.url(db);
    let message = match reason {
        RelocationReason::Invalid(fault) => format!("invalid page address `{url}`: it {fault}"),
        RelocationReason::Taken(Holder::Page(_)) => format!("two pages have the address {url}"),
        RelocationReason::Taken(_) => format!("{url} conflicts with the address of a file"),
    };
    let severity = if is_own(db, route) == Some(true) { Severity::Error } else { Severity::Warning };
    let at = file_of(db, route).map(|file| address_location(db, file, route));
    let diagnostic = Diagnostic::of(severity, code::PAGES_DUPLICATE_URL, message, at.clone())
        .help("remove the alias, or write another address");
    let other = match reason {
        RelocationReason::Taken(holder) => origin(db, holder).filter(|other| Some(other) != at.as_ref()),
        RelocationReason::Invalid(_) => None,
    };
    match other {
        Some(other) => diagnostic.related(other, "this has the same address"),
        None => diagnostic,
    }
}

/// True if a page is made from a file of the site itself; `None` if it is not made from a single file.
fn is_own(db: &dyn Db, route: &Route) -> Option<bool> {
    let is_handbook = |source: SourceId| Site::get(db).config(db).sources[source.0].trust.is_own();
    match route {
        Route::Folder(source, _) => Some(is_handbook(*source)),
        _ => file_of(db, route).map(|file| is_handbook(file.source(db))),
    }
}

/// The location that determines an address.
fn origin(db: &dyn Db, holder: &Holder) -> Option<Location> {
    match holder {
        // A folder has no location, so its first document is used.
        Holder::Page(Route::Folder(source, folder)) => {
            let mut files = Site::get(db).trees(db)[source.0].under(folder);
            let (_, file) = files.find(|(_, file)| file.is_document(db))?;
            Some(Location::line(&file.name(db), 1, 1))
        }
        Holder::Page(route) => file_of(db, route).map(|file| address_location(db, file, route)),
        Holder::File(file) => Some(Location::line(&file.name(db), 1, 1)),
        Holder::Made => None,
    }
}

/// The location that determines the address of a page.
fn address_location(db: &dyn Db, file: File, route: &Route) -> Location {
    let alias = match route {
        Route::Redirect { from, to: Destination::Document(_) } => {
            // With current spans.
            read_matter(db, file).0.aliases.iter().find(|at| at.value == *from)
        }
        Route::Redirect { to: Destination::Group(id), .. } => {
            model::handbook(db).groups.get(id).and_then(|group| group.facts.aliases.first())
        }
        _ => None,
    };
    match alias {
        Some(at) => file.location(db, at.span.clone()),
        None => Location::line(&file.name(db), 1, 1),
    }
}

/// The file that a page is made from.
fn file_of(db: &dyn Db, route: &Route) -> Option<File> {
    origins(db, route).first().map(|origin| origin.file)
}
