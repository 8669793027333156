//! The commands, one file each. They use the terminal and the file system, and determine exit codes.

/// Writes an error, or a message that was asked for, to standard error; see [`terminal::say`].
macro_rules! say {
    ($($said:tt)*) => {
        $crate::commands::terminal::say(format_args!($($said)*))
    };
}

/// Writes a note, warning or summary to standard error, except with `--quiet`.
macro_rules! status {
    ($($said:tt)*) => {
        if $crate::commands::settings::verbosity() != $crate::commands::settings::Verbosity::Quiet {
            say!($($said)*);
        }
    };
}

/// Writes what is read or done to standard error, with `--verbose`.
macro_rules! detail {
    ($($said:tt)*) => {
        if $crate::commands::settings::verbosity() == $crate::commands::settings::Verbosity::Verbose {
            say!($($said)*);
        }
    };
}

mod build;
mod check;
mod checklist;
mod cli;
mod completions;
mod doctor;
mod explain;
mod impact;
mod import;
mod init;
mod issue_forms;
mod markdown;
mod new;
mod progress;
mod publish;
mod recognize;
mod report;
mod review;
mod rosters;
mod schema;
mod serve;
mod settings;
mod terminal;
mod theme;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;

use crate::cache::{CacheKey, FileState};
use crate::config::{Config, FILE};
use crate::diagnostic::counted;
use crate::engine::{self, Engine, Inputs, LoadError, Overrides, Progress};
use crate::source::{self, Site};
use cli::{Cli, Command, SiteArgs};
use report::{Extent, Reporter};
use settings::Verbosity;

/// Exit code for success.
const SUCCESS: u8 = 0;
/// Exit code for errors in the content, or warnings under `--strict`.
const CONTENT_ERRORS: u8 = 1;
/// Exit code for wrong usage or environment.
const USAGE_ERROR: u8 = 2;

/// The message of commands that find the last build up to date.
const NOTHING_CHANGED: &str = "nothing has changed since the last build";

/// Writes output to standard output, and returns true unless that failed. A closed pipe is not a failure. Text from
/// sources has been escaped by [`terminal`] before.
fn emit(text: &str) -> bool {
    let write = || {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    };
    match progress::without_bar(write) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            say!("error: standard output: {error}");
            false
        }
        _ => true,
    }
}

/// Writes what was done to standard output, except with `--quiet`.
fn emit_status(text: &str) {
    if settings::verbosity() != Verbosity::Quiet {
        emit(text);
    }
}

/// Environment variable with the time of a build.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    settings::set(&cli.global);
    let code = match cli.command {
        Command::Build(args) => build::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Review(args) => review::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Publish(args) => publish::run(&args),
        Command::Checklist(args) => checklist::run(&args),
        Command::Impact(args) => impact::run(&args),
        Command::IssueForms(args) => issue_forms::run(&args),
        Command::Rosters(args) => rosters::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Init(args) => init::run(&args),
        Command::New(args) => new::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Theme(args) => theme::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => completions::man(&args),
    };
    ExitCode::from(code)
}

/// Loads the site given by the arguments, or reports why it cannot be loaded.
fn load(args: &SiteArgs, base_url: Option<String>, reporter: &Reporter) -> Result<Engine, u8> {
    load_with(args, base_url, reporter, &Progress::default())
}

/// Loads a site like [`load`], and reports the progress of the run.
fn load_with(
    args: &SiteArgs,
    base_url: Option<String>,
    reporter: &Reporter,
    progress: &Progress,
) -> Result<Engine, u8> {
    read_with(args, base_url, reporter, progress).map(Engine::of)
}

/// Reads the site given by the arguments, or reports why it cannot be read.
fn read_with(
    args: &SiteArgs,
    base_url: Option<String>,
    reporter: &Reporter,
    progress: &Progress,
) -> Result<Inputs, u8> {
    let (root, mut overrides) = overrides(args, base_url, reporter)?;
    overrides.progress = progress.clone();
    let inputs = Inputs::read(&root, &overrides).map_err(|error| report_load_error(error, reporter))?;
    let sources = inputs.config.sources.iter().zip(&inputs.source_roots);
    let named = sources.filter_map(|(source, folder)| Some((source.name.as_deref()?, folder.as_path())));
    reporter.set_folders(&root, named);
    list_sources(&inputs);
    Ok(inputs)
}

/// The key of a site for this program, to find results in its cache.
fn key(inputs: &Inputs) -> Option<CacheKey> {
    program().map(|program| inputs.key(&program))
}

/// Identifies the program and its version, even if another build of the same version replaces it. `None` if its file
/// was replaced since it was started.
fn program() -> Option<String> {
    let place = std::env::current_exe().and_then(|place| place.canonicalize()).ok()?;
    Some(format!("{} {place:?} {:?}", env!("CARGO_PKG_VERSION"), FileState::at(&place)?))
}

/// With `--verbose`: where the site, its theme and its sources are, and how many files each has.
fn list_sources(inputs: &Inputs) {
    if settings::verbosity() != Verbosity::Verbose {
        return;
    }
    say!("site: {}", inputs.root.join(FILE).display());
    say!("theme: {}, {}", inputs.config.theme, counted(inputs.own_theme_files(), "own file"));
    let sources = inputs.config.sources.iter().zip(&inputs.source_roots).zip(inputs.file_counts());
    for ((source, folder), counts) in sources {
        let files = counts.map_or("absent".to_owned(), |counts| {
            let (all, documents) = (counted(counts.all, "file"), counted(counts.documents, "document"));
            format!("{all}, {documents}, {} only copied", counts.unread)
        });
        say!("source `{}`: {}: {files}", source.title(), folder.display());
    }
}

/// The site's folder, and the settings that the arguments override.
fn overrides(
    args: &SiteArgs,
    base_url: Option<String>,
    reporter: &Reporter,
) -> Result<(PathBuf, Overrides), u8> {
    let root = site_root(args.site.as_deref()).map_err(usage)?;
    reporter.set_folders(&root, []);
    let stamp = stamp().map_err(usage)?;
    Ok((
        root,
        Overrides { sources: args.source.iter().cloned().collect(), base_url, stamp, ..Overrides::default() },
    ))
}

/// Reports why a site cannot be loaded.
fn report_load_error(error: LoadError, reporter: &Reporter) -> u8 {
    match error {
        LoadError::Config(diagnostic) => {
            reporter.report(&[*diagnostic]);
            CONTENT_ERRORS
        }
        LoadError::UnknownSource(name) => usage(format!("{FILE} has no source named `{name}`")),
    }
}

/// The folder and the configuration of a site, for commands that read no content.
///
/// # Errors
/// The exit code, after reporting the fault.
fn site_config(site: Option<&Path>) -> Result<(PathBuf, Config), u8> {
    let root = site_root(site).map_err(usage)?;
    let reporter = Reporter::for_people(Extent::Brief);
    reporter.set_folders(&root, []);
    match engine::config(&root, &Overrides::default()) {
        Ok(config) => Ok((root, config)),
        Err(error) => Err(report_load_error(error, &reporter)),
    }
}

/// Timestamp of dated files, from `SOURCE_DATE_EPOCH` of the reproducible builds project.
fn stamp() -> Result<Option<Timestamp>, String> {
    let Some(seconds) = std::env::var_os(EPOCH) else { return Ok(None) };
    let seconds = seconds.to_string_lossy();
    let stamp = seconds.trim().parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    stamp
        .map(Some)
        .ok_or_else(|| format!("invalid {EPOCH} `{seconds}`: expected the number of seconds since 1970"))
}

/// The index of the handbook's own source.
fn own_source(engine: &Engine) -> Option<usize> {
    let sources = &Site::get(&engine.db).config(&engine.db).sources;
    sources.iter().position(|source| source.trust.is_own() && source.mount.is_none())
}

/// The folder of the nearest `site.toml`, from the working directory upwards.
fn site_root(given: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(site) = given {
        let named = site.join(FILE).is_file();
        return named.then(|| site.to_owned()).ok_or_else(|| format!("no {FILE} in {}", site.display()));
    }
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    let folder = here.ancestors().find(|folder| folder.join(FILE).is_file());
    folder.map(Path::to_owned).ok_or_else(|| {
        format!("no {FILE} in this folder or any parent; create a site with `rolebook init DIR`, or pass `--site DIR`")
    })
}

/// The repository that contains a site, and the path of the site in it: empty, or `docs/handbook`. Without a
/// repository, the site's folder is used.
fn repository(site: &Path) -> (PathBuf, String) {
    let site = site.canonicalize().unwrap_or_else(|_| site.to_owned());
    let root = site.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&site);
    let below = site.strip_prefix(root).unwrap_or(Path::new(""));
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    (root.to_owned(), parts.join("/"))
}

/// True if a file exists that rolebook did not write, which `is_own` tells by its text, or that cannot be read.
fn is_foreign(target: &Path, is_own: impl Fn(&str) -> bool) -> bool {
    match source::open::text(target) {
        Ok(text) => !is_own(&text),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

/// Replaces a file of the user atomically. A symbolic link is replaced, not followed.
fn replace(target: &Path, text: &str) -> std::io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut staged = tempfile::Builder::new();
    // Temporary files have restrictive permissions; the result must be an ordinary file.
    #[cfg(unix)]
    staged.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let staged = staged.tempfile_in(folder)?;
    std::fs::write(staged.path(), text)?;
    staged.persist(target).map_err(|error| error.error)?;
    Ok(())
}

/// Notes that links to pages of the handbook are left out without a base URL.
fn note_base_url(lacks_base_url: bool) {
    if lacks_base_url {
        status!(
            "note: links to pages of the handbook are left out, since it has no address; set `base_url` in {FILE} \
             or pass --base-url"
        );
    }
}

/// Reports a problem of usage or environment.
fn usage(message: String) -> u8 {
    say!("error: {message}");
    USAGE_ERROR
}
