//! `rolebook review`

use std::io::Write;

use similar::{ChangeTag, TextDiff};

use super::cli::ReviewArgs;
use super::progress::ProgressDisplay;
use super::report::{Extent, Reporter};
use super::settings::has_colored_stdout;
use super::terminal::{one_line, styled};
use super::{CONTENT_ERRORS, SUCCESS, USAGE_ERROR, emit, load_with, replace, usage};
use crate::diagnostic::counted;
use crate::engine::Engine;
use crate::link::{self, Target};
use crate::parse::shortened;
use crate::source::{Db, Site, git_output};
use crate::trace::{self, Accepted, Change, ClauseId, DocumentId, Drift, Fingerprint, LOCK};

/// Maximum number of characters shown of a new clause.
const CLAUSE: usize = 300;

/// Maximum number of versions of a document that are searched for the accepted text.
const VERSIONS: usize = 300;

/// Shows the drift of cited clauses, and writes accepted ones into `governance.lock`.
pub(super) fn run(args: &ReviewArgs) -> u8 {
    let reporter = Reporter::for_people(Extent::Brief);
    let display = ProgressDisplay::start();
    let engine = match load_with(&args.site, None, &reporter, display.progress()) {
        Ok(engine) => engine,
        Err(code) => return code,
    };
    engine.progress().start("Comparing cited clauses", 0);
    let db: &dyn Db = &engine.db;
    let lock = match trace::reviewed_lock(db) {
        Ok(lock) => lock.clone(),
        // With `--all` an unreadable lock is replaced; otherwise it stays as it is.
        Err(_) if args.all => trace::Lock::default(),
        Err(fault) => {
            reporter.report(std::slice::from_ref(fault));
            return CONTENT_ERRORS;
        }
    };
    let drifts = trace::drifts(db);
    drop(display);
    for name in &args.clauses {
        if !drifts.iter().any(|drift| is_named(db, drift, name)) {
            let is_reviewed = is_in_lock(db, &lock, name);
            let why = if is_reviewed {
                "has not changed since it was reviewed"
            } else {
                "is not a clause that the handbook cites"
            };
            return usage(format!("`{name}` {why}"));
        }
    }
    let chosen = |drift: &Drift| args.all || args.clauses.iter().any(|name| is_named(db, drift, name));
    let nothing_named = args.clauses.is_empty();
    let first = *Site::get(db).lock(db) == Ok(None);
    let listed = drifts.iter().filter(|drift| nothing_named || chosen(drift));
    // The first review has nothing to compare with, so it only lists names.
    if first && nothing_named {
        let names: String =
            listed.map(|drift| format!("{} (not reviewed yet)\n", one_line(&drift.id.to_string()))).collect();
        emit(&names);
    } else {
        let mut out = std::io::stdout().lock();
        for drift in listed {
            // A closed pipe is not a failure.
            if show(&engine, drift, &mut out).is_err() {
                return SUCCESS;
            }
        }
    }
    let new = drifts.iter().filter(|drift| drift.change == Change::New).count();
    if nothing_named && !args.all {
        let changed = drifts.len() - new;
        status!("{} changed, {new} not reviewed yet", counted(changed, "clause"));
        if !drifts.is_empty() {
            status!("accept clauses by name, or all of them with --all");
        }
        return SUCCESS;
    }
    let date = match today() {
        Ok(date) => date,
        Err(message) => return usage(message),
    };
    let accepted = trace::accept(db, &lock, chosen, &date);
    let text = accepted.text();
    if Site::get(db).lock(db).as_ref().is_ok_and(|current| current.as_deref() == Some(text.as_str())) {
        status!("{LOCK}: nothing to accept");
        return SUCCESS;
    }
    if let Err(error) = replace(&engine.root.join(LOCK), &text) {
        say!("error: {LOCK}: {error}");
        return USAGE_ERROR;
    }
    let count = drifts.iter().filter(|drift| chosen(drift)).count();
    status!("{LOCK}: {} accepted", counted(count, "clause"));
    SUCCESS
}

/// True if a name refers to a clause or its new name.
fn is_named(db: &dyn Db, drift: &Drift, name: &str) -> bool {
    let renamed = match &drift.change {
        Change::Renamed(to) => Some(to),
        _ => None,
    };
    let ids = std::iter::once(&drift.id).chain(renamed);
    ids.into_iter().any(|id| names(db, name, &id.document, |anchor| is_within(anchor, &id.anchor)))
}

fn is_in_lock(db: &dyn Db, lock: &trace::Lock, name: &str) -> bool {
    lock.documents.iter().any(|(document, clauses)| {
        names(db, name, document, |anchor| clauses.keys().any(|clause| is_within(anchor, clause)))
    })
}

/// True if a name refers to a document and, if it has an anchor, to one that fits. A name is an id, the end of a path,
/// or a reference as the handbook would write it.
fn names(db: &dyn Db, name: &str, document: &DocumentId, fits: impl Fn(&str) -> bool) -> bool {
    let (path, anchor) = name.split_once('#').map_or((name, None), |(path, anchor)| (path, Some(anchor)));
    let is_document = document.is_named(path)
        || match link::from_handbook(db, path) {
            Some(Target::Page(page)) => {
                page.file.is_some_and(|file| trace::document_id(db, file) == *document)
            }
            _ => false,
        };
    is_document && anchor.is_none_or(fits)
}

/// True for the anchor of a clause and those of its obligations, such as `chair.must-keep-notes`.
fn is_within(anchor: &str, clause: &str) -> bool {
    anchor.strip_prefix(clause).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Shows one clause and its changes.
fn show(engine: &Engine, drift: &Drift, out: &mut impl Write) -> std::io::Result<()> {
    let paint = Paint::for_terminal();
    let what = match &drift.change {
        Change::New => "not reviewed yet".to_owned(),
        Change::Added(within) => format!("new in {within}"),
        Change::Changed => "changed".to_owned(),
        Change::Removed => "removed".to_owned(),
        Change::Renamed(to) => format!("renamed to {to}"),
    };
    let since =
        drift.accepted.as_ref().map_or(String::new(), |accepted| format!(", reviewed {}", accepted.reviewed));
    let title = format!("{} ({what}{since})", drift.id);
    writeln!(out, "{}", paint.bold(&one_line(&title)))?;
    let citers = trace::citers(&engine.db, drift);
    let some: Vec<String> = citers.iter().take(3).map(ToString::to_string).collect();
    let more = if citers.len() > some.len() {
        format!(" and {} more", citers.len() - some.len())
    } else {
        String::new()
    };
    if !some.is_empty() {
        writeln!(out, "  cited by {}{more}", one_line(&some.join(", ")))?;
    }
    let now = drift
        .current
        .as_ref()
        .and_then(|current| trace::clause_text(current.file.text(&engine.db), &drift.id.anchor));
    let now = now.or_else(|| match &drift.change {
        Change::Renamed(to) => text_of(engine, to),
        _ => None,
    });
    let before = drift.accepted.as_ref().map(|accepted| (accepted, accepted_text(engine, drift, accepted)));
    let escaped = |text: String| one_line(&text).into_owned();
    match (before.map(|(accepted, text)| (accepted, text.map(escaped))), now.map(escaped)) {
        (Some((_, Some(before))), Some(now)) if before == now => writeln!(out, "  the text is the same")?,
        (Some((_, Some(before))), Some(now)) => write_diff(out, &paint, &before, &now)?,
        (Some((_, Some(before))), None) => writeln!(out, "  {}", paint.removed(&before))?,
        (Some((accepted, None)), now) => {
            writeln!(
                out,
                "  the accepted text ({} words) is not in the local history of its source",
                accepted.fingerprint.words
            )?;
            if let Some(now) = now {
                writeln!(out, "  now: {now}")?;
            }
        }
        (None, Some(now)) => writeln!(out, "  {}", shortened(&now, CLAUSE))?,
        (None, None) => {}
    }
    writeln!(out)
}

fn write_diff(out: &mut impl Write, paint: &Paint, before: &str, now: &str) -> std::io::Result<()> {
    let diff = TextDiff::from_words(before, now);
    let mut line = String::new();
    for group in diff.grouped_ops(12) {
        if !line.is_empty() {
            line.push_str(" … ");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            match change.tag() {
                ChangeTag::Equal => line.push_str(change.value()),
                ChangeTag::Delete => line.push_str(&paint.removed(change.value())),
                ChangeTag::Insert => line.push_str(&paint.added(change.value())),
            }
        }
    }
    // Adjacent changes of words are merged.
    let joined = [("-][-", ""), ("+}{+", ""), ("-] [-", " "), ("+} {+", " ")];
    let line = joined.iter().fold(line, |line, (seam, joined)| line.replace(seam, joined));
    writeln!(out, "  {}", line.trim())
}

fn text_of(engine: &Engine, id: &ClauseId) -> Option<String> {
    let document = trace::document_of(&engine.db, id)?;
    trace::clause_text(document.text(&engine.db), &id.anchor)
}

/// The accepted text from the history of the source: the latest version of the document in which the clause has the
/// digest in the lock.
fn accepted_text(engine: &Engine, drift: &Drift, accepted: &Accepted) -> Option<String> {
    let DocumentId { source, path } = &drift.id.document;
    let sources = &Site::get(&engine.db).config(&engine.db).sources;
    let index = sources.iter().position(|config| config.title() == *source)?;
    let root = &engine.source_roots[index];
    let limit = format!("--max-count={VERSIONS}");
    let versions = git_output(root, &["log", "--format=%H", &limit, "--", path])?;
    versions.lines().find_map(|version| {
        let text = git_output(root, &["cat-file", "blob", &format!("{version}:./{path}")])?;
        let clause = trace::clause_text(&text, &drift.id.anchor)?;
        (Fingerprint::of(&clause).digest == accepted.fingerprint.digest).then_some(clause)
    })
}

/// The date of the review: today, or that of `SOURCE_DATE_EPOCH`.
fn today() -> Result<String, String> {
    let now = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds
            .parse()
            .ok()
            .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
            .ok_or_else(|| {
                format!("invalid SOURCE_DATE_EPOCH `{seconds}`: expected the number of seconds since 1970")
            })?
            .to_zoned_datetime(jiff::tz::TimeZone::UTC),
        Err(_) => jiff::ZonedDateTime::now(),
    };
    Ok(now.date().to_string())
}

/// Marks changes with colours and strikethrough or underline on a terminal, and with brackets elsewhere.
struct Paint {
    colour: bool,
}

impl Paint {
    fn for_terminal() -> Self {
        Self { colour: has_colored_stdout() }
    }

    fn bold(&self, text: &str) -> String {
        styled(text, "1", self.colour)
    }

    fn removed(&self, text: &str) -> String {
        if self.colour { styled(text, "31;9", true) } else { bracketed(text, "[-", "-]") }
    }

    fn added(&self, text: &str) -> String {
        if self.colour { styled(text, "32;4", true) } else { bracketed(text, "{+", "+}") }
    }
}

/// A change of white space alone gets no brackets.
fn bracketed(text: &str, open: &str, close: &str) -> String {
    if text.trim().is_empty() { text.to_owned() } else { format!("{open}{text}{close}") }
}
