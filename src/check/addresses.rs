//! Pages and files whose addresses are others than their names give them.

use crate::diagnostic::{Diagnostic, Location, Severity, code};
use crate::link;
use crate::model::{Holder, Reason, Relocation, Route, matter, origins, redirects, relocations};
use crate::source::{Db, File, Site, SourceId};

/// Finds `pages/duplicate-url` and `pages/invalid-address`. Addresses that differ only in case are one: so they are on
/// file systems that do not tell case apart.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let relocations = relocations(db);
    let made = relocations.made.iter().map(|(url, reason)| match reason {
        Reason::Invalid(fault) => {
            let message = format!("invalid file address `{url}`: it {fault}");
            Diagnostic::new(code::PAGES_INVALID_ADDRESS, message, None)
                .help("rename the theme file; until then, it is left out")
        }
        Reason::Taken(_) => Diagnostic::new(
            code::PAGES_DUPLICATE_URL,
            format!("two theme files have the address {url}"),
            None,
        )
        .help("rename one of the files"),
    });
    let is_invalid = |route: Route| {
        relocations.pages.get(&route).is_some_and(|page| matches!(page.reason, Reason::Invalid(_)))
    };
    // A page of a group and a role is named after both: what is wrong with either is said once.
    let is_said = |route: &Route| match route {
        Route::Lead { group, role } => {
            is_invalid(Route::Group(group.clone())) || is_invalid(Route::Role(role.clone()))
        }
        Route::GroupChecklist { group, checklist } => {
            is_invalid(Route::Group(group.clone())) || is_invalid(Route::Checklist(checklist.clone()))
        }
        _ => false,
    };
    let pages = relocations.pages.iter();
    let pages = pages.filter(|(route, page)| !(matches!(page.reason, Reason::Invalid(_)) && is_said(route)));
    let pages = pages.map(|(route, page)| self::page(db, route, page));
    let copied = link::copied(db);
    let files = relocations.files.iter().filter(|(file, _)| copied.contains(file));
    let files = files.map(|(file, relocation)| self::file(db, *file, relocation));
    let redirects = redirects(db).1.iter().map(|(route, reason)| redirect(db, route, reason));
    made.chain(pages).chain(files).chain(redirects).collect()
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
        // A list that is made of a folder may well stand beside a document of its name.
        (Reason::Taken(_), Some(_)) if matches!(route, Route::Folder(..)) => Severity::Info,
        (Reason::Taken(_), _) if is_own == Some(true) => Severity::Error,
        // Whoever has the files of a mounted source sees both documents; here they are both to be found, too.
        (_, Some(_)) if is_own == Some(false) => Severity::Info,
        _ => Severity::Warning,
    };
    match reason {
        Reason::Invalid(fault) => {
            let message = format!("invalid page address `{own}`: it {fault}");
            let help = format!("rename the file; {until_then}");
            Diagnostic::of(severity, code::PAGES_INVALID_ADDRESS, message, at).help(help)
        }
        Reason::Taken(holder) => {
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

/// A file that is copied to another address; one that is not copied is reported where it is linked to.
fn file(db: &dyn Db, file: File, relocation: &Relocation) -> Diagnostic {
    let Relocation { own, address, reason } = relocation;
    let (code, message) = match reason {
        Reason::Invalid(fault) => {
            (code::PAGES_INVALID_ADDRESS, format!("invalid file address `{own}`: it {fault}"))
        }
        Reason::Taken(Holder::Page(_)) => {
            (code::PAGES_DUPLICATE_URL, format!("a page and a file have the address {own}"))
        }
        Reason::Taken(_) => (code::PAGES_DUPLICATE_URL, format!("two files have the address {own}")),
    };
    let severity = if file.is_own(db) { Severity::Warning } else { Severity::Info };
    let until_then =
        address.as_ref().map_or(String::new(), |address| format!("; until then, it is copied to {address}"));
    let diagnostic = Diagnostic::of(severity, code, message, Location::line(&file.name(db), 1, 1))
        .help(format!("rename the file{until_then}"));
    match reason {
        Reason::Taken(holder) => match origin(db, holder) {
            Some(other) => diagnostic.related(other, "this has the same address"),
            None => diagnostic,
        },
        Reason::Invalid(_) => diagnostic,
    }
}

fn redirect(db: &dyn Db, route: &Route, reason: &Reason) -> Diagnostic {
    let url = route.url(db);
    let message = match reason {
        Reason::Invalid(fault) => format!("invalid page address `{url}`: it {fault}"),
        Reason::Taken(Holder::Page(_)) => format!("two pages have the address {url}"),
        Reason::Taken(_) => format!("{url} conflicts with the address of a file"),
    };
    let severity = if is_own(db, route) == Some(true) { Severity::Error } else { Severity::Warning };
    let at = file_of(db, route).map(|file| place(db, file, route));
    let diagnostic = Diagnostic::of(severity, code::PAGES_DUPLICATE_URL, message, at.clone())
        .help("remove the alias, or write another address");
    let other = match reason {
        Reason::Taken(holder) => origin(db, holder).filter(|other| Some(other) != at.as_ref()),
        Reason::Invalid(_) => None,
    };
    match other {
        Some(other) => diagnostic.related(other, "this has the same address"),
        None => diagnostic,
    }
}

/// Whether a page is made of a file of the site's own; `None` where it is made of no one file.
fn is_own(db: &dyn Db, route: &Route) -> Option<bool> {
    let is_handbook = |source: SourceId| Site::get(db).config(db).sources[source.0].trust.is_own();
    match route {
        Route::Folder(source, _) => Some(is_handbook(*source)),
        _ => file_of(db, route).map(|file| is_handbook(file.source(db))),
    }
}

/// Where something gets its address.
fn origin(db: &dyn Db, holder: &Holder) -> Option<Location> {
    match holder {
        // A folder has no line of its own: the first document in it has.
        Holder::Page(Route::Folder(source, folder)) => {
            let mut files = Site::get(db).trees(db)[source.0].under(folder);
            let (_, file) = files.find(|(_, file)| file.is_document(db))?;
            Some(Location::line(&file.name(db), 1, 1))
        }
        Holder::Page(route) => file_of(db, route).map(|file| place(db, file, route)),
        Holder::File(file) => Some(Location::line(&file.name(db), 1, 1)),
        Holder::Made => None,
    }
}

/// Where a page gets its address.
fn place(db: &dyn Db, file: File, route: &Route) -> Location {
    let written = match route {
        Route::Redirect { from, .. } => matter(db, file).0.aliases.iter().find(|at| at.value == *from),
        _ => None,
    };
    match written {
        Some(at) => file.location(db, at.span.clone()),
        None => Location::line(&file.name(db), 1, 1),
    }
}

/// The file a page is made of.
fn file_of(db: &dyn Db, route: &Route) -> Option<File> {
    origins(db, route).first().map(|origin| origin.file)
}
