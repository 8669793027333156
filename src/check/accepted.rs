//! Diagnostics that `site.toml` accepts.

use crate::config::{Accept, FILE};
use crate::diagnostic::{Code, Diagnostic, FileName, Severity, code};
use crate::source::{Db, Site};

/// Codes of diagnostics that need network access.
const EXTERNAL: [Code; 3] = [code::LINK_MOVED, code::LINK_NOT_CHECKED, code::LINK_UNREACHABLE];
/// Areas of diagnostics about content. Their errors do not prevent a build if accepted.
const CONTENT: [&str; 6] = ["conformance", "data", "governance", "link", "roster", "trace"];

/// Marks accepted diagnostics, and reports acceptances whose diagnostic no longer occurs. `is_external_checked` is true if
/// external addresses were requested.
pub fn accept(db: &dyn Db, mut diagnostics: Vec<Diagnostic>, is_external_checked: bool) -> Vec<Diagnostic> {
    let config = Site::get(db).config(db);
    let mut unmatched: Vec<&Accept> = config.accept.iter().collect();
    for diagnostic in &mut diagnostics {
        let accept = config.accept.iter().find(|accept| applies_to(accept, diagnostic));
        let Some(accept) = accept else { continue };
        unmatched.retain(|other| !applies_to(other, diagnostic));
        if diagnostic.severity != Severity::Error || CONTENT.contains(&diagnostic.code.area()) {
            diagnostic.accepted = Some(accept.reason.as_str().into());
        }
    }
    unmatched
        .retain(|accept| (is_external_checked || !EXTERNAL.contains(&accept.code)) && can_occur(db, accept));
    diagnostics.extend(unmatched.into_iter().map(|accept| {
        let Accept { code, path, location, .. } = accept;
        let message = format!("unused `[[accept]]`: `{code}` does not occur in `{path}`");
        Diagnostic::new(code::DATA_UNMATCHED_ACCEPTANCE, message, location.clone())
            .help("remove this `[[accept]]`, or correct its `code` or `path`")
    }));
    diagnostics
}

/// True if an acceptance applies to a diagnostic, by its own file or a related one.
fn applies_to(accept: &Accept, diagnostic: &Diagnostic) -> bool {
    let site = FileName::site(FILE);
    let file = diagnostic.location.as_ref().map_or(&site, |location| &location.file);
    let mut files = diagnostic.related.iter().map(|(location, _)| &location.file).chain([file]);
    accept.code == diagnostic.code && files.any(|file| accept.matches(file))
}

/// True if the rule behind a code could run completely. Faults of a data file depend on that file alone; most other
/// rules also need sources that may be absent.
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
