//! The last change of each file in a source and its authors, from git.
//!
//! The [`Repository`] of a source is found while its files are read. One walk over its history runs in a thread while
//! they are parsed; the first query of the history waits for it. Without git or a repository there is no history. Only
//! names of people are kept, never their email addresses.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::git::{git, with_input};
use super::{Db, File, Site, SourceId};
use crate::email::has_email;

/// The last change of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// The time of the last commit that changed it.
    pub time: Timestamp,
    /// The authors of that commit.
    pub authors: Vec<String>,
    /// The authors of the file, most commits first; empty if a shallow clone hides some commits.
    pub contributors: Vec<String>,
}

impl LastChange {
    /// The day of the commit, in UTC.
    pub fn date(&self) -> Date {
        TimeZone::UTC.to_datetime(self.time).date()
    }
}

/// The history of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Changes by path within the source.
    pub files: HashMap<String, LastChange>,
    /// The time of the last commit.
    pub latest: Option<Timestamp>,
    /// True if the clone is shallow.
    pub shallow: bool,
    /// True if there is a repository, but its log could not be read. The next attempt may succeed.
    pub failed: bool,
}

/// The repository of a source, and everything that the history depends on besides its commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// The folder of the source.
    folder: PathBuf,
    /// The current commit.
    head: String,
    /// The path of the source within the repository; empty for the whole repository.
    below: String,
    /// True if the clone is shallow.
    shallow: bool,
    /// The commits at the boundary of a shallow clone, one per line.
    boundary: String,
    /// True for a partial clone, which lacks the content of some commits.
    partial: bool,
    /// The answers of git, and the files that it reads.
    state: Vec<Vec<u8>>,
}

/// The settings of git that the history may depend on.
const SETTINGS: &str = r"^(core|diff|extensions|i18n|log)\.|^remote\..*\.promisor$";

impl Repository {
    /// Finds the repository of a folder; `None` without git or a repository with commits.
    pub fn of(folder: &Path) -> Option<Self> {
        let answer = git(folder)
            .args(["rev-parse", "--is-shallow-repository", "--path-format=absolute"])
            .args(["--git-path", "shallow", "--git-path", "info/grafts", "--show-prefix"])
            .args(["HEAD", "--glob=refs/replace/*"])
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let mut lines = text.lines();
        let (shallow, boundary, grafts) = (lines.next()? == "true", lines.next()?, lines.next()?);
        let (below, head) = (lines.next()?.to_owned(), lines.next()?.to_owned());
        let settings = git(folder).args(["config", "--null", "--get-regexp", SETTINGS]).output().ok()?.stdout;
        let root = below.matches('/').fold(folder.to_owned(), |root, _| root.join(".."));
        let read = |place: &Path| super::open::bytes(place).unwrap_or_default();
        let boundary = if shallow { super::open::text(boundary.as_ref()).ok()? } else { String::new() };
        let (grafts, names) = (read(grafts.as_ref()), read(&root.join(".mailmap")));
        let partial = settings.split(|byte| *byte == 0).any(is_partial);
        Some(Self {
            folder: folder.to_owned(),
            head,
            below,
            shallow,
            boundary: boundary.clone(),
            partial,
            state: vec![answer.stdout, settings, boundary.into_bytes(), grafts, names],
        })
    }

    /// Everything that the history depends on besides its commits.
    pub fn state(&self) -> &[Vec<u8>] {
        &self.state
    }
}

/// True for a setting, with its value in the next line, that partial clones have.
fn is_partial(setting: &[u8]) -> bool {
    let key = setting.split(|byte| *byte == b'\n').next().unwrap_or_default();
    key == b"extensions.partialclone" || (key.starts_with(b"remote.") && key.ends_with(b".promisor"))
}

/// A history that is being read in a thread.
pub struct HistoryWalk(LazyLock<History, Box<dyn FnOnce() -> History + Send>>);

impl HistoryWalk {
    /// Starts reading the history of a source. It has no changes without a repository.
    pub fn start(repository: Option<Repository>) -> Self {
        let Some(repository) = repository else { return Self(LazyLock::new(Box::new(History::default))) };
        let failed = || History { failed: true, ..History::default() };
        let thread = std::thread::spawn(move || read(&repository));
        Self(LazyLock::new(Box::new(move || thread.join().ok().flatten().unwrap_or_else(failed))))
    }

    /// Returns the history, after waiting for the end of the walk.
    pub fn history(&self) -> &History {
        &self.0
    }
}

/// The last change of a file, if its history is available.
#[salsa::tracked]
pub fn last_changed(db: &dyn Db, file: File) -> Option<LastChange> {
    let history = Site::get(db).histories(db)[file.source(db).0].history();
    history.files.get(&*file.path(db)).cloned()
}

/// The last commit of a source, if its history is available.
pub fn last_commit(db: &dyn Db, source: SourceId) -> Option<Timestamp> {
    Site::get(db).histories(db)[source.0].history().latest
}

/// The changes of a file collected so far.
#[derive(Default)]
struct ChangeTally {
    latest: i64,
    /// The commits that changed it, as indices into [`Counting::commits`].
    commits: Vec<usize>,
    /// True if some of its commits are missing.
    incomplete: bool,
}

impl ChangeTally {
    fn add(&mut self, mut other: Self) {
        self.latest = self.latest.max(other.latest);
        self.commits.append(&mut other.commits);
        self.incomplete |= other.incomplete;
    }
}

/// A commit of the log.
struct Commit {
    time: i64,
    /// Its authors, as indices into [`Counting::names`].
    people: Vec<usize>,
    /// True for a commit at the boundary of a shallow clone, which seems to add all files.
    boundary: bool,
}

#[derive(Default)]
struct Counting {
    /// People as they are in the log: names of authors, and `Name <address>` of co-authors, which is reduced to a
    /// name before the walk ends.
    names: indexmap::IndexSet<String>,
    commits: Vec<Commit>,
    /// The time of the last commit that changed a file.
    latest: Option<i64>,
    /// Changes by current path.
    files: HashMap<String, ChangeTally>,
    /// Changes by path, for files that existed before another file was added at the same path.
    former: HashMap<String, ChangeTally>,
    /// Current paths by the paths used in earlier commits.
    renamed: HashMap<String, String>,
    /// Paths at which a later commit added a file.
    added: BTreeSet<String>,
}

impl Counting {
    /// Counts a change of the current commit. Commits are read from the last to the first, children before their
    /// parents.
    fn changed(&mut self, status: u8, path: String, old: Option<String>) {
        let Some(commit) = self.commits.last() else { return };
        if !commit.boundary {
            self.latest = self.latest.max(Some(commit.time));
        }
        if status == b'D' {
            return;
        }
        let tally = match commit.boundary {
            true => ChangeTally { incomplete: true, ..ChangeTally::default() },
            false => {
                ChangeTally { latest: commit.time, commits: vec![self.commits.len() - 1], incomplete: false }
            }
        };
        let current = match self.renamed.get(&path) {
            Some(current) => current.clone(),
            None if self.added.contains(&path) => return self.former.entry(path).or_default().add(tally),
            None => path.clone(),
        };
        let of_file = self.files.entry(current.clone()).or_default();
        of_file.add(tally);
        if status == b'A' {
            self.added.insert(path);
        } else if let Some(old) = old {
            // Earlier commits use the former path of this file, as do those of a branch merged later.
            let earlier = if self.added.contains(&old) { &mut self.former } else { &mut self.files };
            if let Some(earlier) = earlier.remove(&old) {
                self.files.entry(current.clone()).or_default().add(earlier);
            }
            self.renamed.remove(&path);
            self.renamed.insert(old, current);
        }
    }

    /// Builds the history. `people` contains the names for the indices.
    fn finish(mut self, people: &[Option<String>], shallow: bool) -> History {
        // These were not renamed: they are the same file, which did not exist for a while.
        for (path, tally) in std::mem::take(&mut self.former) {
            self.files.entry(path).or_default().add(tally);
        }
        let names = |commit: &Commit| commit.people.iter().filter_map(|id| people[*id].as_deref()).collect();
        let names: Vec<BTreeSet<&str>> = self.commits.iter().map(names).collect();
        let change = |tally: &ChangeTally| {
            let latest = Timestamp::from_second(tally.latest).ok().filter(|_| !tally.commits.is_empty())?;
            let mut commits = BTreeMap::<&str, usize>::new();
            for commit in tally.commits.iter().filter(|_| !tally.incomplete) {
                names[*commit].iter().for_each(|name| *commits.entry(name).or_default() += 1);
            }
            let mut commits: Vec<_> = commits.into_iter().collect();
            // The sort is stable, so equal counts stay in the order of names.
            commits.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let contributors = commits.into_iter().map(|(name, _)| name.to_owned()).collect();
            // Of several commits in one second, the log lists the last one first.
            let last = tally.commits.iter().filter(|id| self.commits[**id].time == tally.latest).min()?;
            let authors = self.commits[*last].people.iter().filter_map(|id| people[*id].clone()).collect();
            Some(LastChange { time: latest, authors, contributors })
        };
        let files = self.files.iter();
        History {
            files: files.filter_map(|(path, tally)| Some((path.clone(), change(tally)?))).collect(),
            latest: self.latest.and_then(|latest| Timestamp::from_second(latest).ok()),
            shallow,
            failed: false,
        }
    }
}

/// Reads the history of the files of a source; `None` if that fails.
fn read(repository: &Repository) -> Option<History> {
    let Repository { folder, head, below, shallow, boundary, partial, .. } = repository;
    let boundary: BTreeSet<&str> = boundary.lines().collect();
    // Similarity of content is compared only if the content of all commits is available.
    let renames = if *partial { "-M100%" } else { "-M50%" };
    let mut log = git(folder)
        // Merges contain no changes beyond those of the merged commits.
        .args(["log", "--no-merges", "--topo-order", "--relative", renames, "-l1000", "--name-status", "-z"])
        .args(["--encoding=UTF-8", "--no-color", "--no-ext-diff"])
        .arg(
            "--format=%x01%H%x02%ct%x02%aN%x02%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x03)",
        )
        .arg(head)
        // In a whole repository, all commits concern the source; without the filter, git takes a third less time.
        .args(if below.is_empty() { &["--"][..] } else { &["--full-history", "--", "."] })
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let counting = count(BufReader::with_capacity(1 << 16, log.stdout.take()?), &boundary);
    if !log.wait().ok()?.success() {
        return None;
    }
    let counting = counting?;
    let people = people(folder, &counting.names);
    Some(counting.finish(&people, *shallow))
}

/// Parses the log: for each commit a header, then status and path of each file, with two paths for a rename.
/// Everything is terminated by NUL.
fn count(log: impl BufRead, boundary: &BTreeSet<&str>) -> Option<Counting> {
    let mut counting = Counting::default();
    let mut tokens = log.split(0).map_while(Result::ok);
    while let Some(token) = tokens.next() {
        let token = token.strip_prefix(b"\n").unwrap_or(&token);
        if let Some(head) = token.strip_prefix(b"\x01") {
            let head = String::from_utf8_lossy(head);
            let mut parts = head.split('\x02');
            let (id, time, author) = (parts.next()?, parts.next()?, parts.next()?);
            let others = parts.next().unwrap_or_default().split('\x03');
            let people = std::iter::once(author).chain(others).map(str::trim);
            let people = people.filter(|name| !name.is_empty());
            let people = people.map(|name| counting.names.insert_full(name.to_owned()).0).collect();
            let (time, boundary) = (time.parse().ok()?, boundary.contains(id));
            counting.commits.push(Commit { time, people, boundary });
            continue;
        }
        let Some(status) = token.first() else { continue };
        let mut path = || Some(String::from_utf8_lossy(&tokens.next()?).into_owned());
        let old = if *status == b'R' { Some(path()?) } else { None };
        counting.changed(*status, path()?, old);
    }
    Some(counting)
}

/// The names of people. The `.mailmap` is applied to co-authors as git already does for authors. `None` if the name
/// is an email address.
fn people(root: &Path, names: &indexmap::IndexSet<String>) -> Vec<Option<String>> {
    let others: Vec<&String> = names.iter().filter(|name| name.ends_with('>')).collect();
    let mapped = mapped(root, &others);
    let mapped = others.into_iter().zip(mapped).collect::<HashMap<_, _>>();
    let bare = |name: &str| name.split('<').next().unwrap_or_default().trim().to_owned();
    let name = |name: &String| bare(mapped.get(name).unwrap_or(name));
    names
        .iter()
        .map(name)
        .map(|name| Some(name).filter(|name| !name.is_empty() && !has_email(name)))
        .collect()
}

/// Applies the repository's `.mailmap` to each `Name <address>`; empty if it fails.
fn mapped(root: &Path, people: &[&String]) -> Vec<String> {
    if people.is_empty() {
        return Vec::new();
    }
    let input: String = people.iter().map(|person| format!("{person}\n")).collect();
    let output = with_input(git(root).args(["check-mailmap", "--stdin"]), &input);
    let Some(output) = output.filter(|output| output.status.success()) else { return Vec::new() };
    let names: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    // Of incomplete output, nobody knows whose names it contains.
    if names.len() == people.len() { names } else { Vec::new() }
}
