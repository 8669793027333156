//! `rolebook publish`

use std::io::Write;

use super::cli::{MessageArgs, MessageFormat, PublishArgs};
use super::progress::ProgressDisplay;
use super::report::{Extent, Reporter};
use super::terminal::one_line;
use super::{CONTENT_ERRORS, SUCCESS, USAGE_ERROR, overrides, report_load_error, usage};
use crate::config::{Config, FILE};
use crate::diagnostic::{Diagnostic, Severity, counted};
use crate::engine::{self, Contents, Engine};
use crate::publish::{self, FileChange, PublishError, Push, PushResult, RemoteBranch, SiteRepository};

/// Builds the site and pushes it.
pub(super) fn run(args: &PublishArgs) -> u8 {
    publish(args).err().unwrap_or(SUCCESS)
}

fn publish(args: &PublishArgs) -> Result<(), u8> {
    let reporter = Reporter::new(
        &MessageArgs { message_format: MessageFormat::Human, strict: args.strict },
        Extent::Brief,
    );
    let (root, mut overrides) = overrides(&args.site, args.base_url.clone(), &reporter)?;
    let config = engine::config(&root, &overrides).map_err(|error| report_load_error(error, &reporter))?;
    let named = args.cname.as_ref().or(config.publish.cname.as_ref());
    let cname = named.map(|host| host.to_lowercase()).filter(|host| !host.is_empty());
    let cname = cname.as_deref();

    // All checks that do not need the build come first.
    let repository = SiteRepository::around(&root).map_err(failed)?;
    let dirty = repository.is_dirty(args.allow_dirty).map_err(failed)?;
    let remote = args.remote.as_ref().unwrap_or(&config.publish.remote);
    let branch = args.branch.as_ref().unwrap_or(&config.publish.branch);
    let replace = args.replace_branch.as_deref();
    let target = repository.target(remote, branch, replace).map_err(failed)?;
    overrides.base_url = base_url(&config, cname, &target).map_err(failed)?;
    let tip = repository.tip(&target).map_err(failed)?;
    if let Some(tip) = tip.as_ref().filter(|_| named.is_none()) {
        repository.keeps_domain(tip).map_err(failed)?;
    }

    // Not shown while git contacts the remote, as it may ask for a password.
    let display = ProgressDisplay::start();
    let progress = display.progress();
    overrides.progress = progress.clone();
    let mut engine = Engine::load(&root, &overrides).map_err(|error| report_load_error(error, &reporter))?;
    let (pages, mut contents) = build(&mut engine, &reporter, args.dry_run)?;
    let ignored = repository.ignored(engine.own_files()).map_err(failed)?;
    if !ignored.is_empty() && !args.allow_dirty {
        return Err(failed(PublishError::Ignored(ignored)));
    }
    let dirty = dirty || !ignored.is_empty();
    // The process ends soon, and the operating system frees the memory faster.
    std::mem::forget(engine);
    publish::add_settings(&mut contents, cname);
    progress.start("Comparing files", 0);
    let files = repository.blobs(&contents).map_err(failed)?;
    let published =
        tip.as_ref().map(|tip| repository.files(tip, args.dry_run)).transpose().map_err(failed)?;
    let published = published.unwrap_or_default();
    let changes = publish::changes(&published, &files);
    let count =
        |is_counted: fn(&FileChange) -> bool| changes.values().filter(|change| is_counted(change)).count();
    let summary = format!(
        "{}, {}: {} added, {} changed, {} removed",
        counted(pages, "page"),
        counted(files.len(), "file"),
        count(|change| matches!(change, FileChange::Added(_))),
        count(|change| matches!(change, FileChange::Changed(..))),
        count(|change| matches!(change, FileChange::Removed(_))),
    );
    let published_to = format!("{} of {}", target.branch, target.remote());
    if args.dry_run {
        drop(display);
        let mut out = std::io::stdout().lock();
        // A closed pipe is not a failure.
        let _ =
            changes.iter().try_for_each(|(path, change)| writeln!(out, "{}", one_line(&line(path, *change))));
        status!("{published_to} is unchanged (--dry-run). {summary}");
        return Ok(());
    }
    let scratch =
        tempfile::tempdir().map_err(|error| usage(format!("cannot create a temporary folder: {error}")))?;
    progress.start("Storing files in git", 0);
    repository.store(&contents, &files, &published, scratch.path()).map_err(failed)?;
    let tree = repository.tree(&files, scratch.path()).map_err(failed)?;
    // All files are in git, so an interrupted push leaves no temporary files.
    drop(scratch);
    drop(display);
    let push = Push { message: message(args, &repository, dirty), orphan: args.orphan, force: args.force };
    detail!("pushing to {published_to}");
    match repository.push(&target, &tree, tip, &push).map_err(failed)? {
        PushResult::Unchanged => status!("{published_to} already has this site; nothing to publish"),
        PushResult::Commit(commit, others) => {
            if others > 0 {
                status!("note: others pushed in the meantime; the site is published on top of their commits");
            }
            status!("{published_to} is at {}. {summary}", commit.get(..10).unwrap_or(&commit));
        }
    }
    Ok(())
}

/// The site's address, and notes about it.
fn base_url(
    config: &Config,
    cname: Option<&str>,
    target: &RemoteBranch,
) -> Result<Option<String>, PublishError> {
    let given = config.base_url.as_deref();
    let derived = publish::base_url(given, cname, target.github.as_ref())?;
    match (given, &derived) {
        (Some(_), Some(_)) => {}
        (None, Some(derived)) => status!("note: {FILE} has no base_url; the site will be at {derived}"),
        (Some(given), None) => {
            status!("note: {} is not on GitHub, so the address {given} is not checked", target.remote());
        }
        (None, None) => status!(
            "note: the site has no address, so it has no absolute links; set `base_url` in {FILE}, or \
             pass --base-url"
        ),
    }
    Ok(given.map(str::to_owned).or(derived))
}

/// Builds the site unless it has errors, or under `--strict` warnings. Returns the number of pages, and all files.
fn build(engine: &mut Engine, reporter: &Reporter, dry_run: bool) -> Result<(usize, Contents), u8> {
    let diagnostics = engine.diagnostics();
    let diagnostics = engine.accept(diagnostics, false);
    if reporter.fails(&diagnostics) {
        return Err(not_published(reporter, diagnostics, dry_run));
    }
    let built = match engine.contents() {
        Ok(Ok(built)) => built,
        Ok(Err(failed)) => return Err(not_published(reporter, failed, dry_run)),
        Err(error) => return Err(usage(error.to_string())),
    };
    if diagnostics.iter().any(|diagnostic| diagnostic.is_warning() || diagnostic.accepted.is_some()) {
        status!("note: the site has {}; `rolebook check` shows them", reporter.tally(&diagnostics));
    }
    Ok(built)
}

fn not_published(reporter: &Reporter, mut diagnostics: Vec<Diagnostic>, dry_run: bool) -> u8 {
    diagnostics.retain(|diagnostic| diagnostic.severity != Severity::Info);
    reporter.report(&diagnostics);
    let is_broken = diagnostics.iter().any(Diagnostic::is_error);
    let way_out = if is_broken { "" } else { "; fix or accept them, or leave out --strict" };
    let outcome = if dry_run { "the site cannot be published" } else { "nothing was published" };
    say!("{outcome}: {}{way_out}", reporter.tally(&diagnostics));
    CONTENT_ERRORS
}

/// The commit message, which names the source commit.
fn message(args: &PublishArgs, repository: &SiteRepository, dirty: bool) -> String {
    let first = args.message.clone().unwrap_or_else(|| format!("Publish {}", repository.short));
    let changed = if dirty { " with uncommitted changes" } else { "" };
    format!("{}\n\nSource: {}{changed}\n", first.trim_end(), repository.head)
}

/// The line for one file in a dry run.
fn line(path: &str, change: FileChange) -> String {
    match change {
        FileChange::Added(size) => format!("added    {path} ({})", in_bytes(size)),
        FileChange::Changed(before, after) => {
            format!("changed  {path} ({} → {})", in_bytes(before), in_bytes(after))
        }
        FileChange::Removed(size) => format!("removed  {path} ({})", in_bytes(size)),
    }
}

fn in_bytes(size: u64) -> String {
    match size {
        0..1000 => format!("{size} B"),
        1000..1_000_000 => format!("{:.1} kB", size as f64 / 1e3),
        _ => format!("{:.1} MB", size as f64 / 1e6),
    }
}

/// Reports why nothing is published.
fn failed(error: PublishError) -> u8 {
    say!("error: {error}");
    if let Some(help) = error.help() {
        say!("help: {help}");
    }
    USAGE_ERROR
}
