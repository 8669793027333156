//! Uncovered obligations, and references to obligations that do not exist.

use crate::config::{FILE, PathPatterns};
use crate::diagnostic::{Diagnostic, FileName, Location, Severity, code, nearest};
use crate::link::{self, Target};
use crate::model::{self, Key};
use crate::parse::At;
use crate::source::{Db, File, Site};
use crate::trace::{self, Obligation};

/// Finds `trace/unknown-obligation` in the obligations that items cover and waivers name.
pub(super) fn unknown_obligations(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    if file.is_document(db) {
        return Vec::new();
    }
    let records = model::records(db, file);
    let waivers = records.checklist.iter().flat_map(|checklist| &checklist.waivers);
    let covers = records.items().flat_map(|item| &item.covers);
    covers.chain(waivers.map(|waiver| &waiver.obligation)).filter_map(|at| unknown(db, file, at)).collect()
}

fn unknown(db: &dyn Db, file: File, at: &At<String>) -> Option<Diagnostic> {
    if trace::named(db, file, at).is_some() {
        return None;
    }
    let help = match link::target(db, file, at) {
        // The document is in an absent source and has no digest, so the obligation cannot be checked.
        Target::SourceFile(_) => return None,
        Target::Page(page) if page.anchor.is_some() => {
            Some("this is a clause; name an obligation in it".to_owned())
        }
        Target::Page(_) => Some("add the anchor of the obligation after the document".to_owned()),
        // `obligations.json` omits the leading slash.
        _ if trace::named(db, file, &format!("/{}", at.value)).is_some() => {
            Some(format!("write `/{}`", at.value))
        }
        Target::Broken(broken) => super::broken::help(&broken.reason, at),
        Target::Asset(_) | Target::External(_) => None,
    };
    let location = file.location(db, at.span.clone());
    let message = format!("unknown obligation `{}`", at.value);
    Some(Diagnostic::new(code::TRACE_UNKNOWN_OBLIGATION, message, location).maybe_help(help))
}

/// Finds `trace/unmatched-pattern`: `normative` patterns that match no document of a present source.
pub(super) fn unmatched_patterns(db: &dyn Db) -> Vec<Diagnostic> {
    let site = Site::get(db);
    let sources = site.config(db).sources.iter().zip(site.trees(db)).filter(|(_, tree)| tree.present);
    let unmatched = sources.flat_map(|(source, tree)| {
        let documents = tree.files.iter().filter(|(_, file)| file.is_document(db)).map(|(path, _)| &**path);
        let documents: Vec<&str> = documents.collect();
        // A negated pattern (`!x`) may match nothing.
        let patterns = source.normative.lines().iter().filter(|pattern| !pattern.starts_with(['!', '#']));
        let unmatched = patterns.filter(move |pattern| {
            let pattern = PathPatterns::new(vec![(*pattern).clone()]);
            !documents.iter().any(|path| pattern.matches(path, false))
        });
        unmatched.map(move |pattern| (source.title(), pattern))
    });
    unmatched
        .map(|(source, pattern)| {
            let message =
                format!("the `normative` pattern `{pattern}` matches no document of the source `{source}`");
            Diagnostic::new(
                code::TRACE_UNMATCHED_PATTERN,
                message,
                Location::line(&FileName::site(FILE), 1, 1),
            )
            .help("correct the pattern; paths are relative to the source, in the syntax of .gitignore")
        })
        .collect()
}

/// Finds `trace/uncovered-obligation`: binding obligations missing from the checklist of a role that they bind.
/// Obligations that bind no role of the handbook are reported for information.
pub(super) fn uncovered_obligations(db: &dyn Db) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for obligation in trace::register(db).iter().filter(|obligation| obligation.level.is_binding()) {
        let roles = obligation.roles.iter().filter_map(|id| {
            let key = Key::new(db, id.clone());
            let is_met = |duty: &trace::Duty| duty.obligation.id == obligation.id && !duty.is_uncovered();
            let title = &model::role(db, key).as_ref()?.title;
            (!trace::duties(db, key).iter().any(is_met)).then_some(title)
        });
        let roles: Vec<&String> = roles.collect();
        if obligation.roles.is_empty() {
            if !trace::covered(db).contains_key(&obligation.id) {
                let message = format!("no checklist covers “{}”", obligation.text);
                diagnostics.push(uncovered_in(db, obligation, Severity::Info, message));
            }
        } else if !roles.is_empty() {
            let lists = roles.iter().map(|title| title.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!("no item in the checklist of {lists} covers “{}”", obligation.text);
            diagnostics.push(uncovered_in(db, obligation, Severity::Warning, message));
        }
    }
    diagnostics
}

fn uncovered_in(db: &dyn Db, obligation: &Obligation, severity: Severity, message: String) -> Diagnostic {
    let help = format!(
        "add `covers = [\"/{0}\"]` to an item, or add a waiver: `[[waivers]]` with `obligation = \"/{0}\"` and a `reason`",
        obligation.id
    );
    Diagnostic::of(severity, code::TRACE_UNCOVERED_OBLIGATION, message, trace::location(db, obligation))
        .help(help)
}

/// Finds `trace/digest-differs`: digests whose obligations differ from those of the original.
pub(super) fn differing_digests(db: &dyn Db) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for digest in model::digests(db).values().copied() {
        let Some(original) = model::original(db, digest) else { continue };
        let (own, theirs) = (model::stated_obligations(db, digest), model::stated_obligations(db, original));
        if own.is_empty() {
            continue;
        }
        let document = model::document(db, digest);
        for stated in own.iter().filter(|own| !theirs.iter().any(|their| their.anchor == own.anchor)) {
            let span = document.obligations.iter().find(|obligation| obligation.id == stated.anchor);
            let at = digest.location(db, span.map_or(0..0, |obligation| obligation.span.clone()));
            let message = format!("the original has no obligation `{}`", stated.anchor);
            let help = nearest(&stated.anchor, theirs.iter().map(|their| their.anchor.as_str()));
            let help = help.map(|name| format!("did you mean `{name}`?"));
            diagnostics.push(Diagnostic::new(code::TRACE_DIGEST_DIFFERS, message, at).maybe_help(help));
        }
        for stated in theirs.iter().filter(|their| !own.iter().any(|own| own.anchor == their.anchor)) {
            let message = format!("the digest omits the obligation `{}`: “{}”", stated.anchor, stated.text);
            let help = format!(
                "state it in your own words, with `<a id=\"{}\"></a>` before the key word",
                stated.anchor
            );
            let at = Location::line(&digest.name(db), 1, 1);
            diagnostics.push(Diagnostic::new(code::TRACE_DIGEST_DIFFERS, message, at).help(help));
        }
    }
    diagnostics
}
