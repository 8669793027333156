//! `rolebook doctor`: what this machine and site lack. The report is made to be pasted into an issue, so it contains no
//! user names, no absolute paths and no addresses of remotes.

use std::fs;
use std::path::Path;

use super::cli::DoctorArgs;
use super::progress::ProgressDisplay;
use super::report::{Extent, Reporter};
use super::settings::has_colored_stdout;
use super::terminal::{one_line, styled};
use super::{CONTENT_ERRORS, SUCCESS, emit, load_with, repository, site_root};
use crate::config::{Config, FILE};
use crate::diagnostic::{Code, Diagnostic, code, counted};
use crate::engine::Engine;
use crate::output::MANIFEST;
use crate::source::{self, Site, Tree, git_output};
use crate::trace::{self, Change, LOCK};

/// Maximum number of names in a line.
const NAMED: usize = 5;

/// Weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Fine,
    /// Something works less well than it could.
    Note,
    /// The site cannot be built.
    Problem,
}

/// The result of one check.
struct HealthCheck {
    level: Health,
    subject: String,
    text: String,
    /// Advice for the user.
    help: Option<String>,
}

fn fine(subject: impl Into<String>, text: impl Into<String>) -> HealthCheck {
    HealthCheck { level: Health::Fine, subject: subject.into(), text: text.into(), help: None }
}

fn note(subject: impl Into<String>, text: impl Into<String>, help: impl Into<String>) -> HealthCheck {
    HealthCheck { level: Health::Note, help: Some(help.into()), ..fine(subject, text) }
}

fn problem(subject: impl Into<String>, text: impl Into<String>, help: impl Into<String>) -> HealthCheck {
    HealthCheck { level: Health::Problem, ..note(subject, text, help) }
}

/// Prints a line for each check.
pub(super) fn run(args: &DoctorArgs) -> u8 {
    let (version, os, machine) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    emit(&format!("rolebook {version} on {os} ({machine})\n"));
    let mut findings = vec![git_version()];
    match site_root(args.site.site.as_deref()) {
        Ok(root) => findings.extend(of_site(args, &root)),
        Err(_) => findings.push(problem(
            "site",
            format!("no {FILE} here or in a folder above"),
            "create a site with `rolebook init DIR`, or pass `--site DIR`",
        )),
    }
    let colored = has_colored_stdout();
    emit(&findings.iter().map(|finding| lines(finding, colored)).collect::<String>());
    let problems = findings.iter().filter(|finding| finding.level == Health::Problem).count();
    if problems > 0 { CONTENT_ERRORS } else { SUCCESS }
}

fn lines(finding: &HealthCheck, colored: bool) -> String {
    let (name, color) = match finding.level {
        Health::Fine => ("ok", "32"),
        Health::Note => ("note", "33"),
        Health::Problem => ("problem", "31"),
    };
    let mark = styled(&format!("{name:<8}"), color, colored);
    let text = format!("{}: {}", finding.subject, finding.text);
    let help = finding.help.iter().map(|help| format!("{:8}→ {}\n", "", one_line(help)));
    format!("{mark}{}\n{}", one_line(&text), help.collect::<String>())
}

fn git_version() -> HealthCheck {
    match git_output(Path::new("."), &["--version"]) {
        Some(version) => fine("git", version.trim().trim_start_matches("git version ").to_owned()),
        None => note(
            "git",
            "not found",
            "install git: dates of pages, `rolebook publish` and earlier texts of clauses come from it",
        ),
    }
}

fn of_site(args: &DoctorArgs, root: &Path) -> Vec<HealthCheck> {
    let reporter = Reporter::for_people(Extent::Brief);
    let display = ProgressDisplay::start();
    let Ok(mut engine) = load_with(&args.site, None, &reporter, display.progress()) else {
        return vec![problem("site", format!("{FILE} cannot be read"), "correct the error above")];
    };
    let diagnostics = engine.diagnostics();
    let diagnostics = engine.accept(diagnostics, false);
    drop(display);
    let config = Site::get(&engine.db).config(&engine.db);
    let mut findings = vec![content(&diagnostics)];
    findings.extend(sources(&engine, &diagnostics));
    findings.push(language(config, &diagnostics));
    findings.extend(theme(&engine));
    findings.push(lock(&engine));
    findings.push(base_address(config));
    findings.push(output(&root.join("public")));
    findings.extend(published(config, root));
    findings
}

fn content(diagnostics: &[Diagnostic]) -> HealthCheck {
    let count = |is_counted: fn(&&Diagnostic) -> bool| diagnostics.iter().filter(is_counted).count();
    let errors = count(|diagnostic| diagnostic.is_error());
    let warnings = counted(count(|diagnostic| diagnostic.is_warning()), "warning");
    match errors {
        0 => fine("content", warnings),
        _ => {
            let text = format!("{}, {warnings}", counted(errors, "error"));
            problem("content", text, "`rolebook check` shows them")
        }
    }
}

/// A finding for each source, and one more for a shallow clone.
fn sources(engine: &Engine, diagnostics: &[Diagnostic]) -> Vec<HealthCheck> {
    let db = &engine.db;
    let site = Site::get(db);
    let sources = site.config(db).sources.iter().zip(site.trees(db)).zip(site.histories(db));
    let mut findings = Vec::new();
    for ((config, tree), history) in sources {
        let subject = format!("source `{}`", config.title());
        let path = if Path::new(&config.path).is_absolute() { "an absolute path" } else { &config.path };
        let is_here = |diagnostic: &&Diagnostic| {
            let source = diagnostic.location.as_ref().and_then(|location| location.file.source.as_deref());
            source == config.name.as_deref()
        };
        let count =
            |code: Code| diagnostics.iter().filter(is_here).filter(|other| other.code == code).count();
        findings.push(if !tree.present {
            let help = format!("check it out there, or pass `--source {}=PATH`", config.title());
            let report = if config.optional { note } else { problem };
            report(subject.clone(), format!("not found at {path}"), help)
        } else if tree.files.is_empty() {
            note(subject.clone(), "no files", "correct `path` and `exclude` in site.toml")
        } else {
            match (count(code::SOURCE_NO_RECORDS), count(code::DATA_UNREAD)) {
                (0, 0) => fine(subject.clone(), files(engine, tree)),
                (0, unread) => note(
                    subject.clone(),
                    format!("{}, {} that nothing reads", files(engine, tree), counted(unread, "field")),
                    "`rolebook check --only data` shows them",
                ),
                (records, _) => note(
                    subject.clone(),
                    format!("{}, {} without records", files(engine, tree), counted(records, "mapping")),
                    "`rolebook check --only source` shows them",
                ),
            }
        });
        if history.history().shallow {
            let help = "run `git fetch --unshallow` there (`fetch-depth: 0` for actions/checkout), or set `history = false`";
            findings.push(note(subject, "a shallow clone, so pages lack dates and authors", help));
        }
    }
    findings
}

/// The number of files that are read.
fn files(engine: &Engine, tree: &Tree) -> String {
    let read = tree.files.values().filter(|file| file.is_read(&engine.db)).count();
    counted(read, "file")
}

fn language(config: &Config, diagnostics: &[Diagnostic]) -> HealthCheck {
    let missing = diagnostics.iter().find(|diagnostic| diagnostic.code == code::THEME_NO_STRINGS);
    match missing {
        Some(diagnostic) => {
            note("language", diagnostic.message.clone(), diagnostic.help.clone().unwrap_or_default())
        }
        None => fine("language", config.language.clone()),
    }
}

/// The files of the theme that the site replaces.
fn theme(engine: &Engine) -> Option<HealthCheck> {
    let theme = Site::get(&engine.db).theme(&engine.db);
    let own: Vec<&str> =
        theme.templates.iter().filter(|(_, (_, is_own))| *is_own).map(|(name, _)| name.as_str()).collect();
    let replaced: Vec<&str> = own
        .into_iter()
        .filter(|name| theme.templates.contains_key(&format!("{}{name}", source::DEFAULT_TEMPLATES)))
        .collect();
    (!replaced.is_empty()).then(|| {
        let text = format!(
            "{} of the default theme replaced: {}",
            counted(replaced.len(), "template"),
            listed(&replaced)
        );
        note("theme", text, "compare them with the default theme after an update of rolebook")
    })
}

/// The first names, and the number of the others.
fn listed(names: &[&str]) -> String {
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", "))
}

fn lock(engine: &Engine) -> HealthCheck {
    let db = &engine.db;
    if let Err(fault) = trace::reviewed_lock(db) {
        return problem(
            LOCK,
            fault.message.clone(),
            "restore it, or write it again with `rolebook review --all`",
        );
    }
    let drifts = trace::drifts(db);
    let new = drifts.iter().filter(|drift| matches!(drift.change, Change::New | Change::Added(_))).count();
    let changed = drifts.len() - new;
    let review = "`rolebook review` shows them and accepts them";
    match (trace::cited_clauses(db).len(), changed, new) {
        (0, 0, _) => fine(LOCK, "not needed; no clause of another document is cited"),
        (cited, 0, 0) => fine(LOCK, format!("{} reviewed", counted(cited, "clause"))),
        (_, 0, new) => note(LOCK, format!("{} not reviewed yet", counted(new, "clause")), review),
        (_, changed, 0) => note(LOCK, format!("{} changed", counted(changed, "clause")), review),
        (_, changed, new) => {
            note(LOCK, format!("{} changed, {new} not reviewed yet", counted(changed, "clause")), review)
        }
    }
}

fn base_address(config: &Config) -> HealthCheck {
    match config.base_url {
        Some(_) => fine("address", "`base_url` is set"),
        None => note(
            "address",
            "no `base_url`, so feeds, previews of links and issues have no links to the site",
            format!("set it in {FILE}, or pass --base-url; `publish` and the workflow derive it"),
        ),
    }
}

/// The state of the output folder.
fn output(folder: &Path) -> HealthCheck {
    const NAME: &str = "output";
    let is_foreign = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
        && !folder.join(MANIFEST).exists();
    if is_foreign {
        return problem(
            NAME,
            "public/ contains files that rolebook did not write",
            "move them, or build with `--out DIR`",
        );
    }
    let existing = if folder.is_dir() { Some(folder) } else { folder.parent() };
    match existing.map(tempfile::tempfile_in) {
        Some(Ok(_)) => fine(NAME, "public/ can be written"),
        Some(Err(error)) => problem(
            NAME,
            format!("public/ cannot be written: {}", error.kind()),
            "check the permissions and the free space, or build with `--out DIR`",
        ),
        None => problem(NAME, "public/ has no folder", "build with `--out DIR`"),
    }
}

/// The remote that is published to, and the workflow.
fn published(config: &Config, root: &Path) -> Vec<HealthCheck> {
    let (top, _) = repository(root);
    if !top.join(".git").exists() {
        let help =
            "run `git init` and commit the files: `rolebook publish` and dates of pages need a repository";
        return vec![note("repository", "the site is not in a git repository", help)];
    }
    vec![remote(config, root), workflow(&top)]
}

fn remote(config: &Config, root: &Path) -> HealthCheck {
    let wanted = &config.publish.remote;
    if wanted.contains(['/', ':']) {
        return fine("remote", "set by its address");
    }
    let remotes = git_output(root, &["remote"]).unwrap_or_default();
    if remotes.lines().any(|name| name == wanted) {
        return fine("remote", format!("`{wanted}`"));
    }
    let help = format!(
        "`rolebook publish` needs it: `git remote add {wanted} ADDRESS`, or set `remote` under [publish]"
    );
    note("remote", format!("no remote `{wanted}`"), help)
}

/// The workflow that publishes the site, and the version of rolebook that it uses.
fn workflow(repository: &Path) -> HealthCheck {
    const NAME: &str = "workflow";
    let entries =
        fs::read_dir(repository.join(".github/workflows")).into_iter().flatten().filter_map(Result::ok);
    let texts = entries.filter_map(|entry| source::open::text(&entry.path()).ok());
    let action = env!("CARGO_PKG_REPOSITORY").trim_start_matches("https://github.com/");
    let mut used: Vec<String> = texts.flat_map(|text| versions(&text, action)).collect();
    used.sort_unstable();
    used.dedup();
    let own = env!("CARGO_PKG_VERSION");
    match used.as_slice() {
        [] => note(NAME, "no workflow uses rolebook", "`rolebook new workflow` adds one for GitHub Pages"),
        [version] if version == own || version == "latest" => fine(NAME, format!("uses rolebook {version}")),
        versions => note(
            NAME,
            format!("uses rolebook {}, and this is {own}", versions.join(" and ")),
            "use one version in both places: the workflow names it after `@` and in `version`",
        ),
    }
}

/// The versions of an action in the text of a workflow: the tag, or the comment after a commit.
fn versions(text: &str, action: &str) -> Vec<String> {
    let uses = text.lines().filter_map(|line| line.split_once(&format!("{action}@")));
    uses.map(|(_, reference)| {
        let (reference, comment) = reference.split_once('#').unwrap_or((reference, ""));
        let version = if comment.trim().is_empty() { reference } else { comment };
        version.trim().trim_matches(['"', '\'']).trim_start_matches('v').to_owned()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_an_action_are_found() {
        let text = "      - uses: example/tool@v1.2.0\n      - uses: example/tool@0a1b # v1.3.0\n      - uses: other/tool@v2\n";
        assert_eq!(versions(text, "example/tool"), ["1.2.0", "1.3.0"]);
    }
}
