//! When each file of a source was last changed and by whom, as the git history has it.
//!
//! One walk of the history for each source, in a thread of its own while files are read and parsed; it is
//! waited for when the first page asks. Without git, or outside a repository, nothing is known. Only names
//! of people are kept, never their addresses.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Db, File, Site, SourceId};

/// The last change of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When the last commit was made that changed it.
    pub time: Timestamp,
    /// Who wrote that commit.
    pub authors: Vec<String>,
    /// Who wrote the file, those with the most commits first; empty where a shallow clone does not tell all.
    pub contributors: Vec<String>,
}

impl Change {
    /// The day of that commit, in UTC.
    pub fn date(&self) -> Date {
        TimeZone::UTC.to_datetime(self.time).date()
    }
}

/// What the history of a source says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// By path within the source.
    pub files: HashMap<String, Change>,
    /// Its last commit.
    pub latest: Option<Timestamp>,
    /// Earlier commits are not at hand.
    pub shallow: bool,
}

/// The history of a source, being read.
pub struct Walk(LazyLock<History, Box<dyn FnOnce() -> History + Send>>);

impl Walk {
    /// Begins to read the history of the files below a folder.
    pub fn start(root: PathBuf) -> Self {
        let thread = std::thread::spawn(move || read(&root).unwrap_or_default());
        Self(LazyLock::new(Box::new(move || thread.join().unwrap_or_default())))
    }

    /// A source whose history nobody asks for.
    pub fn none() -> Self {
        Self(LazyLock::new(Box::new(History::default)))
    }

    /// What was found; waits for the end of the walk.
    pub fn history(&self) -> &History {
        &self.0
    }
}

/// The last change of a file, where its history tells.
#[salsa::tracked]
pub fn last_changed(db: &dyn Db, file: File) -> Option<Change> {
    let history = Site::get(db).histories(db)[file.source(db).0].history();
    history.files.get(&*file.path(db)).cloned()
}

/// The last commit of a source, where its history tells.
pub fn last_commit(db: &dyn Db, source: SourceId) -> Option<Timestamp> {
    Site::get(db).histories(db)[source.0].history().latest
}

/// What is being gathered of a file.
#[derive(Default)]
struct Tally {
    latest: i64,
    /// The commits that changed it, as indices of [`Counting::commits`].
    commits: Vec<usize>,
    /// Some of its commits are out of reach.
    incomplete: bool,
}

impl Tally {
    fn add(&mut self, mut other: Self) {
        self.latest = self.latest.max(other.latest);
        self.commits.append(&mut other.commits);
        self.incomplete |= other.incomplete;
    }
}

/// A commit of the log.
struct Commit {
    time: i64,
    /// Its authors, as indices of [`Counting::names`].
    people: Vec<usize>,
    /// Where a shallow clone ends: it seems to add every file there was.
    boundary: bool,
}

#[derive(Default)]
struct Counting {
    /// People as the log names them: names of authors, and `Name <address>` of further authors, which
    /// becomes a name before the walk ends.
    names: indexmap::IndexSet<String>,
    commits: Vec<Commit>,
    /// When the last of those within reach was that changed a file.
    latest: Option<i64>,
    /// By path of today.
    files: HashMap<String, Tally>,
    /// By path, of files that were there before another was added at the same path.
    former: HashMap<String, Tally>,
    /// The path of today of what earlier commits call by another one.
    renamed: HashMap<String, String>,
    /// Paths at which a file has been added since.
    added: BTreeSet<String>,
}

impl Counting {
    /// The last commit that was read changed a file. Commits come with the latest first, and none before those
    /// that follow it.
    fn changed(&mut self, status: u8, path: String, old: Option<String>) {
        let Some(commit) = self.commits.last() else { return };
        if !commit.boundary {
            self.latest = self.latest.max(Some(commit.time));
        }
        if status == b'D' {
            return;
        }
        let tally = match commit.boundary {
            true => Tally { incomplete: true, ..Tally::default() },
            false => Tally { latest: commit.time, commits: vec![self.commits.len() - 1], incomplete: false },
        };
        let today = match self.renamed.get(&path) {
            Some(today) => today.clone(),
            None if self.added.contains(&path) => return self.former.entry(path).or_default().add(tally),
            None => path.clone(),
        };
        let of_file = self.files.entry(today.clone()).or_default();
        of_file.add(tally);
        if status == b'A' {
            self.added.insert(path);
        } else if let Some(old) = old {
            // Earlier commits mean this file by its former path. So did those of a branch that was merged later.
            let met = if self.added.contains(&old) { &mut self.former } else { &mut self.files };
            if let Some(met) = met.remove(&old) {
                self.files.entry(today.clone()).or_default().add(met);
            }
            self.renamed.remove(&path);
            self.renamed.insert(old, today);
        }
    }

    /// Makes the sum; `people` are the names, one for one.
    fn finish(mut self, people: &[Option<String>], shallow: bool) -> History {
        // No rename led away from them: they are the same file, which was gone for a while.
        for (path, tally) in std::mem::take(&mut self.former) {
            self.files.entry(path).or_default().add(tally);
        }
        let names = |commit: &Commit| commit.people.iter().filter_map(|id| people[*id].as_deref()).collect();
        let names: Vec<BTreeSet<&str>> = self.commits.iter().map(names).collect();
        let change = |tally: &Tally| {
            let latest = Timestamp::from_second(tally.latest).ok().filter(|_| !tally.commits.is_empty())?;
            let mut commits = BTreeMap::<&str, usize>::new();
            for commit in tally.commits.iter().filter(|_| !tally.incomplete) {
                names[*commit].iter().for_each(|name| *commits.entry(name).or_default() += 1);
            }
            let mut commits: Vec<_> = commits.into_iter().collect();
            // Stable: those with as many are in the order of their names.
            commits.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let contributors = commits.into_iter().map(|(name, _)| name.to_owned()).collect();
            // Of several commits in one second the log has the last first.
            let last = tally.commits.iter().filter(|id| self.commits[**id].time == tally.latest).min()?;
            let authors = self.commits[*last].people.iter().filter_map(|id| people[*id].clone()).collect();
            Some(Change { time: latest, authors, contributors })
        };
        let files = self.files.iter();
        History {
            files: files.filter_map(|(path, tally)| Some((path.clone(), change(tally)?))).collect(),
            latest: self.latest.and_then(|latest| Timestamp::from_second(latest).ok()),
            shallow,
        }
    }
}

/// `git` in a folder, apart from whatever repository the program may have been started from, and with
/// nothing of the user's settings that would change what it says.
fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder);
    for setting in ["log.showSignature=false", "mailmap.file=", "mailmap.blob="] {
        git.args(["-c", setting]);
    }
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"] {
        git.env_remove(variable);
    }
    // A build asks nobody for what a partial clone lacks.
    git.env("GIT_NO_LAZY_FETCH", "1").stdin(Stdio::null()).stderr(Stdio::null());
    git
}

/// Reads the history of the files below a folder; none where it is in no repository.
fn read(root: &Path) -> Option<History> {
    let asked = git(root)
        .args(["rev-parse", "--is-shallow-repository", "--path-format=absolute", "--git-path", "shallow"])
        .arg("--show-prefix")
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let asked = String::from_utf8_lossy(&asked.stdout).into_owned();
    let mut asked = asked.lines();
    let (shallow, boundary, below) = (asked.next()?, asked.next()?, asked.next().unwrap_or_default());
    let boundary = match shallow {
        "true" => super::open::text(boundary.as_ref()).ok()?,
        _ => String::new(),
    };
    let boundary: BTreeSet<&str> = boundary.lines().collect();
    let partial = git(root)
        .args(["config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$"])
        .output()
        .is_ok_and(|output| output.status.success());
    // What a file was made of is compared only where all files of old are at hand.
    let renames = if partial { "-M100%" } else { "-M50%" };
    let mut log = git(root)
        // Merges change nothing that the commits they merge did not.
        .args(["log", "--no-merges", "--topo-order", "--relative", renames, "-l1000", "--name-status", "-z"])
        .args(["--encoding=UTF-8", "--no-color", "--no-ext-diff"])
        .arg(
            "--format=%x01%H%x02%ct%x02%aN%x02%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x03)",
        )
        // Of a whole repository all commits concern the source; not to look which do is a third faster.
        .args(if below.is_empty() { &[][..] } else { &["--full-history", "--", "."] })
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let counting = count(BufReader::with_capacity(1 << 16, log.stdout.take()?), &boundary);
    if !log.wait().ok()?.success() {
        return None;
    }
    let counting = counting?;
    let people = people(root, &counting.names);
    Some(counting.finish(&people, shallow == "true"))
}

/// Reads the log: for each commit a line of its own, then status and path of each file, two paths where it
/// was renamed; everything ends with a NUL.
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

/// What people are called: further authors by the repository's list of names, too, as authors already are.
/// Who gives an address for a name has none.
fn people(root: &Path, names: &indexmap::IndexSet<String>) -> Vec<Option<String>> {
    let others: Vec<&String> = names.iter().filter(|name| name.ends_with('>')).collect();
    let mapped = mapped(root, &others);
    let mapped = others.into_iter().zip(mapped).collect::<HashMap<_, _>>();
    let bare = |name: &str| name.split('<').next().unwrap_or_default().trim().to_owned();
    let name = |name: &String| bare(mapped.get(name).unwrap_or(name));
    names
        .iter()
        .map(name)
        .map(|name| Some(name).filter(|name| !name.is_empty() && !name.contains('@')))
        .collect()
}

/// `Name <address>` of people as the repository's `.mailmap` has them, one for one; nothing where it fails.
fn mapped(root: &Path, people: &[&String]) -> Vec<String> {
    if people.is_empty() {
        return Vec::new();
    }
    let ask = || {
        let mut git = git(root);
        let mut asked = git
            .args(["check-mailmap", "--stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut input = asked.stdin.take()?;
        let lines: String = people.iter().map(|person| format!("{person}\n")).collect();
        // Written beside reading: neither side waits for the other for ever.
        let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()));
        let output = asked.wait_with_output().ok().filter(|output| output.status.success())?;
        writing.join().ok()?.ok()?;
        Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>())
    };
    ask().filter(|found| found.len() == people.len()).unwrap_or_default()
}
