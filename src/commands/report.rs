//! Formats diagnostics for people and for programs.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;
use serde_json::json;

use super::cli::{MessageArgs, MessageFormat};
use super::emit;
use super::progress::without_bar;
use super::settings::{Verbosity, has_colored_stderr, verbosity};
use super::terminal::{json, lines, one_line};
use crate::config::FILE;
use crate::diagnostic::{Code, Diagnostic, FileName, Location, Severity, counted};
use crate::url;

/// Maximum number of warnings and infos that a build shows before it refers to `check`.
const SHOWN: usize = 20;

/// The number of diagnostics with one code from which on only the first ones are shown.
const MANY: usize = 20;

/// The number of diagnostics that are shown of a code with many.
const FIRST: usize = 5;

/// The number of diagnostics from which on they are counted by code.
const COUNTED: usize = 10;

/// Maximum number of related locations shown with a diagnostic; formats for programs contain all.
const PLACES: usize = 3;

/// Which diagnostics people see in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// A limited number of warnings and infos.
    Brief,
    /// The first ones of each code, and the number of the rest.
    Grouped,
    /// All.
    Full,
}

/// Reports diagnostics.
pub(super) struct Reporter {
    format: MessageFormat,
    strict: bool,
    extent: Extent,
    /// True if `explain` has been mentioned.
    explained: Cell<bool>,
    /// True if a report could not be written.
    lost: Cell<bool>,
    /// The folders of the site and its sources that are in the repository.
    folders: RefCell<Folders>,
}

/// The paths of folders in the repository that GitHub shows with annotations and results of code scanning, by the name
/// of the source, without one for the site itself. Each ends in `/`, or is empty for the root.
#[derive(Default)]
struct Folders(BTreeMap<Option<String>, String>);

impl Folders {
    /// The path of a file in the repository; `None` if it is elsewhere.
    fn path(&self, file: &FileName) -> Option<String> {
        let folder = self.0.get(&file.source.as_deref().map(str::to_owned));
        // Without a repository, paths are relative to the site.
        let folder =
            folder.map(String::as_str).or((file.source.is_none() && self.0.is_empty()).then_some(""));
        folder.map(|folder| format!("{folder}{}", file.path))
    }
}

impl Reporter {
    /// Creates a reporter with the requested format.
    pub(super) fn new(args: &MessageArgs, extent: Extent) -> Self {
        Self {
            format: args.message_format,
            strict: args.strict,
            extent,
            explained: Cell::new(false),
            lost: Cell::new(false),
            folders: RefCell::default(),
        }
    }

    /// Creates a reporter for commands without options for the format.
    pub(super) fn for_people(extent: Extent) -> Self {
        Self::new(&MessageArgs::default(), extent)
    }

    /// Sets the folders of the site and its named sources. GitHub and code scanning need paths from the root of the
    /// repository.
    pub(super) fn set_folders<'a>(
        &self,
        site: &Path,
        sources: impl IntoIterator<Item = (&'a str, &'a Path)>,
    ) {
        let (site_repository, site_folder) = super::repository(site);
        // A workflow may check out the handbook below the repository that it runs for.
        let workspace =
            std::env::var_os("GITHUB_WORKSPACE").and_then(|path| Path::new(&path).canonicalize().ok());
        let is_outer = |path: &PathBuf| path.join(".git").exists() && site_repository.starts_with(path);
        let root = workspace.filter(is_outer).unwrap_or_else(|| site_repository.clone());
        let sources = sources.into_iter().filter(|(_, folder)| folder.is_dir());
        let sources = sources.map(|(name, folder)| (Some(name.to_owned()), super::repository(folder)));
        let all = sources.chain([(None, (site_repository, site_folder))]);
        let in_root = all
            .filter(|(_, (repository, _))| *repository == root)
            .map(|(name, (_, folder))| (name, if folder.is_empty() { folder } else { format!("{folder}/") }));
        *self.folders.borrow_mut() = Folders(in_root.collect());
    }

    /// True if the diagnostics prevent the site from being written, or could not be reported.
    pub(super) fn fails(&self, diagnostics: &[Diagnostic]) -> bool {
        self.lost.get() || diagnostics.iter().any(|diagnostic| self.counts_as_error(diagnostic))
    }

    fn counts_as_error(&self, diagnostic: &Diagnostic) -> bool {
        diagnostic.is_error() || (self.strict && diagnostic.is_warning())
    }

    /// `2 errors, 1 warning, 3 accepted`
    pub(super) fn tally(&self, diagnostics: &[Diagnostic]) -> String {
        let count = |is_counted: fn(&&Diagnostic) -> bool| diagnostics.iter().filter(is_counted).count();
        let warnings = counted(count(|diagnostic| diagnostic.is_warning()), "warning");
        let tally = match count(|diagnostic| diagnostic.is_error()) {
            0 => warnings,
            errors => format!("{}, {warnings}", counted(errors, "error")),
        };
        match count(|diagnostic| diagnostic.accepted.is_some()) {
            0 => tally,
            accepted => format!("{tally}, {accepted} accepted"),
        }
    }

    /// Writes diagnostics: in the format for people to standard error, in others to standard output.
    pub(super) fn report(&self, diagnostics: &[Diagnostic]) {
        let folders = &*self.folders.borrow();
        let diagnostics: Vec<_> = diagnostics.iter().cloned().map(Diagnostic::without_credentials).collect();
        let diagnostics = diagnostics.as_slice();
        match self.format {
            MessageFormat::Human => without_bar(|| self.human(diagnostics)),
            MessageFormat::Json => {
                self.print(diagnostics.iter().map(|diagnostic| json(&json_line(diagnostic)).into_owned()))
            }
            MessageFormat::Github => {
                self.print(diagnostics.iter().map(|diagnostic| github(diagnostic, folders)));
            }
            MessageFormat::Sarif => self.print([json(&sarif(diagnostics, folders)).into_owned()]),
        }
    }

    fn print(&self, lines: impl IntoIterator<Item = String>) {
        let text: String = lines.into_iter().flat_map(|line| [line, "\n".to_owned()]).collect();
        if !emit(&text) {
            self.lost.set(true);
        }
    }

    /// Writes diagnostics for people: errors last, where a terminal shows them.
    fn human(&self, diagnostics: &[Diagnostic]) {
        let renderer = if has_colored_stderr() { Renderer::styled() } else { Renderer::plain() };
        let is_quiet = verbosity() == Verbosity::Quiet;
        let is_shown = |diagnostic: &&Diagnostic| {
            if is_quiet {
                self.counts_as_error(diagnostic)
            } else {
                self.extent != Extent::Brief || diagnostic.accepted.is_none()
            }
        };
        let mut shown: Vec<&Diagnostic> = diagnostics.iter().filter(is_shown).collect();
        shown.sort_by_key(|diagnostic| rank(diagnostic));
        let hidden = if self.extent == Extent::Brief { leave_out(&mut shown) } else { 0 };
        let mut stderr = std::io::stderr().lock();
        for of_severity in shown.chunk_by(|one, other| rank(one) == rank(other)) {
            let rest = self.first_of_each_code(of_severity, |diagnostic| {
                let _ = writeln!(stderr, "{}\n", human(diagnostic, &renderer));
            });
            let option = if self.extent == Extent::Brief { "`rolebook check --all`" } else { "--all" };
            for (code, more) in rest {
                let _ = writeln!(stderr, "… and {more} more of {code}; {option} shows them\n");
            }
        }
        if hidden > 0 {
            let _ = writeln!(stderr, "… and {hidden} more; `rolebook check` shows more\n");
        }
        if is_quiet {
            return;
        }
        if self.extent != Extent::Brief && shown.len() > COUNTED {
            let _ = writeln!(stderr, "{}", by_code(&shown));
        }
        if let Some(last) = shown.last().filter(|last| last.accepted.is_none())
            && !self.explained.replace(true)
        {
            let _ = writeln!(stderr, "for more information, run `rolebook explain {}`", last.code);
        }
    }

    /// Passes diagnostics to `show`, but only the first ones of a code with many. Returns the number of the others.
    fn first_of_each_code<'a>(
        &self,
        diagnostics: &[&'a Diagnostic],
        mut show: impl FnMut(&'a Diagnostic),
    ) -> BTreeMap<Code, usize> {
        let totals = count_codes(diagnostics);
        let (mut seen, mut rest) = (BTreeMap::<Code, usize>::new(), BTreeMap::new());
        for diagnostic in diagnostics {
            let seen = seen.entry(diagnostic.code).or_default();
            *seen += 1;
            if self.extent != Extent::Full && totals[&diagnostic.code] > MANY && *seen > FIRST {
                *rest.entry(diagnostic.code).or_default() += 1;
            } else {
                show(diagnostic);
            }
        }
        rest
    }
}

/// Position among the diagnostics for people: accepted ones, infos, warnings, errors.
fn rank(diagnostic: &Diagnostic) -> (bool, Reverse<Severity>) {
    match diagnostic.accepted {
        Some(_) => (false, Reverse(Severity::Info)),
        None => (true, Reverse(diagnostic.severity)),
    }
}

/// Removes infos, then warnings, until a build shows no more than it should. Returns the number of removed ones.
fn leave_out(shown: &mut Vec<&Diagnostic>) -> usize {
    let errors = shown.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let hidden = (shown.len() - errors).saturating_sub(SHOWN);
    // Of those with the same severity, the first ones stay.
    let mut left: BTreeMap<_, usize> = BTreeMap::new();
    shown.iter().for_each(|diagnostic| *left.entry(rank(diagnostic)).or_default() += 1);
    let mut excess = hidden;
    for count in left.values_mut() {
        let removed = excess.min(*count);
        (*count, excess) = (*count - removed, excess - removed);
    }
    shown.retain(|diagnostic| {
        let left = left.get_mut(&rank(diagnostic)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    });
    hidden
}

fn count_codes(diagnostics: &[&Diagnostic]) -> BTreeMap<Code, usize> {
    let mut counts = BTreeMap::new();
    diagnostics.iter().for_each(|diagnostic| *counts.entry(diagnostic.code).or_default() += 1);
    counts
}

/// A line for each severity and code, with the number of diagnostics.
fn by_code(diagnostics: &[&Diagnostic]) -> String {
    let mut lines = String::new();
    for of_severity in diagnostics.chunk_by(|one, other| rank(one) == rank(other)) {
        let name = if of_severity[0].accepted.is_some() { "accepted" } else { severity(of_severity[0]) };
        let mut counts: Vec<_> = count_codes(of_severity).into_iter().collect();
        counts.sort_by_key(|(_, count)| *count);
        lines.extend(counts.iter().map(|(code, count)| format!("{count:>6}  {name:<8}  {code}\n")));
    }
    lines
}

fn human(diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    if let Some(reason) = &diagnostic.accepted {
        return accepted(diagnostic, reason, renderer);
    }
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let message = format!("{} [{}]", one_line(&diagnostic.message), diagnostic.code);
    let mut group = level.primary_title(&message).elements([] as [annotate_snippets::Element; 0]);
    let primary = diagnostic.location.iter().map(|location| (location, None, AnnotationKind::Primary));
    let (related_locations, more) = related_locations(diagnostic);
    let related =
        related_locations.iter().map(|(at, label)| (at, Some(label.as_str()), AnnotationKind::Context));
    for (location, label, kind) in primary.chain(related) {
        let path = one_line(&shown_path(location)).into_owned();
        match &location.text {
            Some(text) => {
                let (start, end) = (location.marked.0 as usize, location.marked.1 as usize);
                let [before, marked, after] =
                    [&text[..start], &text[start..end.max(start)], &text[end.max(start)..]].map(one_line);
                let mut annotation = kind.span(before.len()..before.len() + marked.len());
                if let Some(label) = label {
                    annotation = annotation.label(one_line(label).into_owned());
                }
                // The space allows a marker at the end of the line.
                let line = format!("{before}{marked}{after} ");
                let snippet = Snippet::source(line).line_start(location.line as usize).annotation(annotation);
                // If the displayed line is shortened, columns refer to the whole line in the file.
                let is_cut = text[..start].chars().count() + 1 != location.column as usize;
                if is_cut {
                    group = group.element(origin(path, location)).element(snippet);
                } else {
                    group = group.element(snippet.path(path));
                }
            }
            None => {
                group = group.element(origin(path, location));
            }
        }
    }
    if let Some(more) = &more {
        group = group.element(Level::NOTE.message(more));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(one_line(help)));
    }
    let text = renderer.render(&[group]);
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn origin<'a>(path: String, location: &Location) -> annotate_snippets::Origin<'a> {
    annotate_snippets::Origin::path(path).line(location.line as usize).char_column(location.column as usize)
}

/// An accepted diagnostic in brief: its location and the reason, without the source line.
fn accepted(diagnostic: &Diagnostic, reason: &str, renderer: &Renderer) -> String {
    let message = format!("{} [{}]", one_line(&diagnostic.message), diagnostic.code);
    let level = Level::NOTE.with_name("accepted");
    let mut group = level.primary_title(&message).elements([] as [annotate_snippets::Element; 0]);
    if let Some(location) = &diagnostic.location {
        group = group.element(origin(one_line(&shown_path(location)).into_owned(), location));
    }
    let text = renderer.render(&[group.element(Level::NOTE.with_name("reason").message(one_line(reason)))]);
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn shown_path(location: &Location) -> String {
    match &location.file.source {
        Some(source) => format!("{source}:{}", location.file.path),
        None => location.file.path.to_string(),
    }
}

/// The related locations to show, and the number of the rest.
fn related_locations(diagnostic: &Diagnostic) -> (&[(Location, String)], Option<String>) {
    let shown = &diagnostic.related[..diagnostic.related.len().min(PLACES)];
    let more = diagnostic.related.len() - shown.len();
    (shown, (more > 0).then(|| format!("and in {}", counted(more, "more place"))))
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// A diagnostic as a line of JSON.
#[derive(Serialize)]
struct JsonLine<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    /// Name of the source that contains the path; `None` for the site's own files.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    /// Related locations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<JsonPlace<'a>>,
    /// Reason why it is accepted, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<&'a str>,
}

/// A related location.
#[derive(Serialize)]
struct JsonPlace<'a> {
    message: &'a str,
    path: &'a str,
    line: u32,
    column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

fn json_line(diagnostic: &Diagnostic) -> String {
    let location = diagnostic.location.as_ref();
    let line = JsonLine {
        code: diagnostic.code.name(),
        severity: severity(diagnostic),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        path: location.map(|location| &*location.file.path),
        line: location.map(|location| location.line),
        column: location.map(|location| location.column),
        source: location.and_then(|location| location.file.source.as_deref()),
        related: diagnostic.related.iter().map(json_place).collect(),
        accepted: diagnostic.accepted.as_deref(),
    };
    // Serialising strings and numbers cannot fail.
    serde_json::to_string(&line).unwrap_or_default()
}

fn json_place((location, message): &(Location, String)) -> JsonPlace<'_> {
    JsonPlace {
        message,
        path: &location.file.path,
        line: location.line,
        column: location.column,
        source: location.file.source.as_deref(),
    }
}

/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
fn github(diagnostic: &Diagnostic, folders: &Folders) -> String {
    let command = match diagnostic.severity {
        _ if diagnostic.accepted.is_some() => "notice",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let data = |text: &str| lines(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(&one_line(text)).replace(':', "%3A").replace(',', "%2C");
    // The location of a file that is not in the checked repository becomes part of the text.
    let (location, elsewhere) = match &diagnostic.location {
        Some(location) => match folders.path(&location.file) {
            Some(path) => {
                let place = format!("line={},col={}", location.line, location.column);
                (format!("file={},{place},", property(&path)), String::new())
            }
            None => (String::new(), format!("{location}: ")),
        },
        None => Default::default(),
    };
    let (related_locations, more) = related_locations(diagnostic);
    let line = |text: &str| one_line(text).into_owned();
    let related =
        related_locations.iter().map(|(at, label)| format!("\n{}", line(&format!("{label}: {at}"))));
    let related: String = related.chain(more.map(|more| format!("\n{more}"))).collect();
    let help = match (&diagnostic.accepted, &diagnostic.help) {
        (Some(reason), _) => format!("\naccepted: {}", line(reason)),
        (None, Some(help)) => format!("\nhelp: {}", line(help)),
        (None, None) => String::new(),
    };
    format!(
        "::{command} {location}title={}::{}",
        property(diagnostic.code.name()),
        data(&format!("{}{related}{help}", line(&format!("{elsewhere}{}", diagnostic.message))))
    )
}

/// The base of paths of the site in SARIF, if it is not in the repository.
const SITE_BASE: &str = "SITE";

fn sarif_location(location: &Location, folders: &Folders) -> serde_json::Value {
    let path = &location.file.path;
    let file = match (folders.path(&location.file), &location.file.source) {
        (Some(path), _) => json!({"uri": url::encode_path(&path)}),
        (None, Some(source)) => json!({"uri": url::encode_path(path), "uriBaseId": &**source}),
        (None, None) => json!({"uri": url::encode_path(path), "uriBaseId": SITE_BASE}),
    };
    let region = json!({"startLine": location.line, "startColumn": location.column});
    json!({"artifactLocation": file, "region": region})
}

/// The level of a severity in SARIF.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A code with the address of its documentation.
fn sarif_rule(code: Code) -> serde_json::Value {
    json!({
        "id": code.name(),
        "helpUri": code.address(),
        "defaultConfiguration": {"level": level(code.severity())},
    })
}

/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>
fn sarif(diagnostics: &[Diagnostic], folders: &Folders) -> String {
    let results: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            let location = match &diagnostic.location {
                Some(location) => sarif_location(location, folders),
                // Code scanning rejects results without a location.
                None => {
                    let uri = folders.path(&FileName::site(FILE)).unwrap_or_else(|| FILE.to_owned());
                    let uri = url::encode_path(&uri);
                    json!({"artifactLocation": {"uri": uri}, "region": {"startLine": 1}})
                }
            };
            let help = diagnostic.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
            let mut result = json!({
                "ruleId": diagnostic.code.name(),
                "level": level(diagnostic.severity),
                "message": {"text": format!("{}{help}", diagnostic.message)},
                "locations": [{"physicalLocation": location}],
            });
            let related: Vec<_> = diagnostic
                .related
                .iter()
                .map(|(at, label)| json!({"physicalLocation": sarif_location(at, folders), "message": {"text": label}}))
                .collect();
            if !related.is_empty() {
                result["relatedLocations"] = related.into();
            }
            if let Some(reason) = &diagnostic.accepted {
                let suppression = json!({"kind": "external", "status": "accepted", "justification": &**reason});
                result["suppressions"] = json!([suppression]);
            }
            result
        })
        .collect();
    let mut rules: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    rules.sort_unstable();
    rules.dedup();
    let rules: Vec<_> = rules.into_iter().map(sarif_rule).collect();
    // Paths of files elsewhere are relative to the folder of their source.
    let places = diagnostics
        .iter()
        .flat_map(|diagnostic| diagnostic.location.iter().chain(diagnostic.related.iter().map(|(at, _)| at)));
    let elsewhere = places.filter(|at| folders.path(&at.file).is_none());
    let bases: serde_json::Map<String, serde_json::Value> = elsewhere
        .map(|at| match at.file.source.as_deref() {
            Some(name) => (name.to_owned(), format!("the folder of the source `{name}`")),
            None => (SITE_BASE.to_owned(), "the folder of the site".to_owned()),
        })
        .map(|(name, text)| (name, json!({"description": {"text": text}})))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "rolebook", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": bases,
            "results": results,
        }],
    });
    log.to_string()
}
