//! `rolebook rosters`

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::cli::{RostersArgs, RostersFormat};
use super::report::{Extent, Reporter};
use super::{CONTENT_ERRORS, SUCCESS, USAGE_ERROR, emit, load, replace, terminal, usage};
use crate::diagnostic::{Location, counted};
use crate::model::{self, FactSpans, RosterComparison, RosterStatus};
use crate::patch::{self, SourcePatch};
use crate::render;
use crate::source::{self, Db, File, Site};
use crate::strings::strings;

/// The first line of a patch, by which rolebook recognizes the files that it wrote. git skips it.
const PATCH_HEADER: &str = "Written by rolebook rosters";

/// Compares the lists of people with the facts; returns the exit code.
pub(super) fn run(args: &RostersArgs) -> u8 {
    let reporter = Reporter::for_people(Extent::Brief);
    let engine = match load(&args.site, None, &reporter) {
        Ok(engine) => engine,
        Err(code) => return code,
    };
    let db = &engine.db;
    // A patch removes the lists of groups that are not in the data.
    let removes_lists = model::roster_findings(db).iter().any(|found| found.status == RosterStatus::Retired);
    let unread_data = engine.unread_data(args.patch.is_some() && removes_lists);
    reporter.report(&unread_data);
    let text = match args.format {
        RostersFormat::Json => {
            terminal::json(&render::rosters_json(db).unwrap_or_else(|| "[]\n".to_owned())).into_owned()
        }
        RostersFormat::Human => {
            terminal::lines(&Report { db, spans: model::fact_spans(db) }.text()).into_owned()
        }
    };
    if !emit(&text) {
        return USAGE_ERROR;
    }
    match &args.patch {
        _ if !unread_data.is_empty() => {
            let consequence = if args.patch.is_some() { "; no patch was written" } else { "" };
            say!("the comparison is incomplete, because data could not be read{consequence}");
            CONTENT_ERRORS
        }
        Some(folder) => write(db, folder),
        None => SUCCESS,
    }
}

/// Writes the patches of all sources.
fn write(db: &dyn Db, folder: &Path) -> u8 {
    let patches = patch::patches(db);
    let mut is_complete = true;
    let mut names = BTreeSet::new();
    for (index, source) in Site::get(db).config(db).sources.iter().enumerate() {
        let patch = patches.iter().find(|patch| patch.source.0 == index);
        if patch.is_none() && source.format.mapped().is_none_or(|mapped| mapped.mapping.rosters().is_empty())
        {
            continue;
        }
        let name = file_name(&source.title(), &mut names);
        let diff = patch.filter(|patch| !patch.diff.is_empty());
        let diff = diff.map(|patch| format!("{PATCH_HEADER}\n{}", patch.diff));
        let body = patch.map(|patch| render::roster_body(db, patch));
        let files = [
            (format!("{name}.patch"), diff, PATCH_HEADER),
            (format!("{name}.md"), body, render::ROSTER_BODY_HEADER),
        ];
        for (file, text, header) in files {
            if let Err(fault) = update(&folder.join(file), text.as_deref(), header) {
                return usage(fault);
            }
        }
        if let Some(patch) = patch {
            is_complete &= report(db, patch, folder, &name);
        }
    }
    if patches.is_empty() {
        status!("no differences, so nothing was written");
    }
    if is_complete { SUCCESS } else { CONTENT_ERRORS }
}

/// Reports what a patch contains. Returns false if it lacks changes.
fn report(db: &dyn Db, patch: &SourcePatch, folder: &Path, name: &str) -> bool {
    let patched = patch.lists.iter().filter(|planned| planned.is_patched).count();
    let open: Vec<_> =
        patch.lists.iter().filter(|planned| !planned.is_patched || !planned.obstacles.is_empty()).collect();
    if !patch.diff.is_empty() {
        let place = folder.join(format!("{name}.patch"));
        status!("{}: {}", place.display(), counted(patched, "list"));
    }
    for planned in &open {
        let reasons: Vec<String> =
            planned.obstacles.iter().map(|of| render::reason(strings(db), of)).collect();
        let path = planned.file.map_or_else(|| name.to_owned(), |file| file.path(db).to_string());
        status!("not in the patch: {path}: `{}`: {}", planned.name(), reasons.join("; "));
    }
    open.is_empty()
}

/// Writes a file, or removes it if there is nothing to write. Files that rolebook did not write are kept.
fn update(target: &Path, text: Option<&str>, header: &str) -> Result<(), String> {
    let fault = |error: std::io::Error| format!("{}: {error}", target.display());
    match source::open::text(target) {
        Ok(old) if old.lines().next() != Some(header) => {
            return match text {
                None => Ok(()),
                Some(_) => Err(format!(
                    "{} already exists and was not written by rolebook\nhelp: rename it, or choose another folder",
                    target.display()
                )),
            };
        }
        Ok(old) if Some(&*old) == text => return Ok(()),
        Ok(_) if text.is_none() => return fs::remove_file(target).map_err(fault),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(fault(error)),
    }
    let Some(text) = text else { return Ok(()) };
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    replace(target, text).map_err(fault)
}

/// The name of the files of a source, which is added to those of other sources. Names that differ only in case are the
/// same on some file systems.
fn file_name(source: &str, others: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let name: String = source.chars().map(plain).collect();
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|name| others.insert(name.to_lowercase())).unwrap_or(name)
}

/// The comparison as text.
struct Report<'a> {
    db: &'a dyn Db,
    spans: &'a FactSpans,
}

impl Report<'_> {
    fn text(&self) -> String {
        let comparisons = model::roster_findings(self.db);
        let mut text = String::new();
        for comparison in comparisons.iter().filter(|comparison| !comparison.is_same()) {
            self.comparison(comparison, &mut text);
        }
        let missing = comparisons.iter().filter(|comparison| comparison.list.is_none()).count();
        let differing = comparisons.iter().filter(|comparison| !comparison.is_same()).count() - missing;
        let missing_note = if missing > 0 { format!(", {missing} missing") } else { String::new() };
        let _ = writeln!(
            text,
            "{}: {} compared, {differing} different{missing_note}",
            counted(model::rosters(self.db).len(), "roster"),
            comparisons.len() - missing
        );
        text
    }

    fn comparison(&self, comparison: &RosterComparison, text: &mut String) {
        let group = comparison.group.as_deref();
        let of_group =
            group.map_or_else(String::new, |group| format!(" of {}", model::full_name(self.db, group)));
        let Some(list) = &comparison.list else {
            let fact = group.and_then(|group| self.spans.group(group).cloned());
            let _ = writeln!(
                text,
                "{}: no list `{}`{of_group}{}",
                comparison.source_title(self.db),
                comparison.name,
                self.fact(fact)
            );
            self.holders(comparison, text);
            text.push('\n');
            return;
        };
        let place = place(&list.file.location(self.db, model::roster_span(self.db, list)));
        if comparison.status == RosterStatus::Retired {
            let _ = writeln!(text, "{place}: `{}` belongs to a group that is not in the data\n", list.name);
            return;
        }
        let _ = writeln!(text, "{place}: `{}`{of_group}", list.name);
        self.holders(comparison, text);
        let removed = [(&comparison.former, "former lead"), (&comparison.extra, "holds none of the roles")];
        for (members, why) in removed {
            for member in members {
                let at = list.file.location(self.db, model::member_span(self.db, list, member));
                let fact = group.and_then(|group| self.spans.former(group, &member.id));
                let _ =
                    writeln!(text, "  - {}: {why}, {}{}", member.handle, self::place(&at), self.fact(fact));
            }
        }
        text.push('\n');
    }

    fn holders(&self, comparison: &RosterComparison, text: &mut String) {
        for holder in &comparison.missing {
            let titles = render::role_titles(self.db, &holder.group, &holder.roles).join(" and ");
            let of_group = match comparison.group {
                Some(_) => String::new(),
                None => format!(" of {}", model::full_name(self.db, &holder.group)),
            };
            let fact = self.fact(self.spans.holder(holder));
            let _ = writeln!(text, "  + {}: {titles}{of_group}{fact}", holder.handle);
        }
    }

    fn fact(&self, fact: Option<(File, std::ops::Range<usize>)>) -> String {
        fact.map_or_else(String::new, |(file, span)| format!(", {}", place(&file.location(self.db, span))))
    }
}

/// `org:OWNERS_ALIASES:12`
fn place(location: &Location) -> String {
    let source = location.file.source.as_ref().map_or_else(String::new, |source| format!("{source}:"));
    format!("{source}{}:{}", location.file.path, location.line)
}
