//! Findings that the owners of the site accept, as `site.toml` says.

use crate::config::{Accept, FILE};
use crate::diagnostic::{Code, Diagnostic, FileName, Severity, code};
use crate::source::{Db, Site};

/// Codes of findings that need the network.
const EXTERNAL: [Code; 3] = [code::LINK_MOVED, code::LINK_NOT_CHECKED, code::LINK_UNREACHABLE];
/// Areas of findings about content: a site can be built in spite of their errors.
const CONTENT: [&str; 4] = ["data", "governance", "link", "trace"];

/// Marks the findings that are accepted, and reports acceptances of findings that no longer occur.
/// `is_external_checked` says whether addresses outside the site were asked for.
pub fn accept(db: &dyn Db, mut found: Vec<Diagnostic>, is_external_checked: bool) -> Vec<Diagnostic> {
    let config = Site::get(db).config(db);
    let mut unmatched: Vec<&Accept> = config.accept.iter().collect();
    for diagnostic in &mut found {
        let accept = config.accept.iter().find(|accept| is_meant(accept, diagnostic));
        let Some(accept) = accept else { continue };
        unmatched.retain(|other| !is_meant(other, diagnostic));
        if diagnostic.severity != Severity::Error || CONTENT.contains(&diagnostic.code.area()) {
            diagnostic.accepted = Some(accept.reason.as_str().into());
        }
    }
    unmatched
        .retain(|accept| (is_external_checked || !EXTERNAL.contains(&accept.code)) && can_occur(db, accept));
    found.extend(unmatched.into_iter().map(|accept| {
        let Accept { code, path, location, .. } = accept;
        let message = format!("unused `[[accept]]`: `{code}` does not occur in `{path}`");
        Diagnostic::new(code::DATA_UNMATCHED_ACCEPTANCE, message, location.clone())
            .help("remove this `[[accept]]`, or correct its `code` or `path`")
    }));
    found
}

/// Whether a finding is about a file that is meant, or refers to it.
fn is_meant(accept: &Accept, diagnostic: &Diagnostic) -> bool {
    let site = FileName::site(FILE);
    let file = diagnostic.location.as_ref().map_or(&site, |location| &location.file);
    let mut files = diagnostic.related.iter().map(|(location, _)| &location.file).chain([file]);
    accept.code == diagnostic.code && files.any(|file| accept.matches(file))
}

/// Whether the rule behind a code had everything that it looks at. Faults of a data file show in the file alone; most
/// other findings compare it with something that an absent source may hold.
fn can_occur(db: &dyn Db, accept: &Accept) -> bool {
    let site = Site::get(db);
    let sources = site.config(db).sources.iter().zip(site.trees(db));
    let mut absent = sources.filter(|(_, tree)| !tree.present).map(|(source, _)| source).peekable();
    if absent.peek().is_none() {
        return true;
    }
    let is_absent = absent.any(|source| accept.source.is_some() && source.name == accept.source);
    let is_local = accept.code.area() == "data" && accept.code != code::DATA_DIFFERS;
    let files = site.trees(db).iter().flat_map(|tree| tree.files.values());
    let mut names = files.map(|file| file.name(db)).chain([FileName::site(FILE)]);
    !is_absent && is_local && names.any(|file| accept.matches(&file))
}
