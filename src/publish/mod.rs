//! Publishes a built site as a commit on a branch of a remote, with the user's own git.
//!
//! Blobs, trees and the commit are created in the repository's object store through an index in a temporary folder, and
//! pushed by id. The user's working tree, index and branches are not touched, and nothing needs to be cleaned up. The
//! remote's branch is updated atomically.

mod address;
mod git;
pub mod guard;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sha1::{Digest as _, Sha1};
use sha2::{Digest as _, Sha256};

use crate::config::FILE;
use crate::diagnostic::without_credentials;
use crate::engine::Contents;

pub use address::GitHub;
use git::Git;
pub use git::GitError;
use guard::{Branch, Refusal, Tip};

/// Disables Jekyll on GitHub Pages.
const NO_JEKYLL: &str = ".nojekyll";
/// Sets the site's own domain on GitHub Pages.
const CNAME: &str = "CNAME";
/// A data file of every site.
const DATA: &str = "api/handbook.json";
/// Maximum number of attempts while others push.
const MAX_TRIES: usize = 5;
/// Maximum number of uncommitted files named in a message.
const NAMED: usize = 5;

/// Reason why a site was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// git is missing or failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The site is not in a git repository.
    #[error("{} is not in a git repository{details}", folder.display())]
    NoRepository {
        /// The site's folder.
        folder: PathBuf,
        /// Further output of git.
        details: String,
    },
    /// The repository has no commit that the published commit could name.
    #[error("the repository has no commits yet")]
    NoCommit,
    /// The site has uncommitted changes.
    #[error("there are uncommitted changes:{}", listed(.0))]
    Dirty(Vec<String>),
    /// Files of the site are not committed, because git ignores them.
    #[error("git ignores files that are part of the site:{}", listed(.0))]
    Ignored(Vec<String>),
    /// The remote does not exist.
    #[error("the repository has no remote named `{wanted}`")]
    NoRemote {
        /// The requested remote.
        wanted: String,
        /// The existing remotes.
        existing: Vec<String>,
    },
    /// A site may not be pushed to the branch.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The configured address differs from that of the published site.
    #[error("base_url is {given}, but {reason} {derived}")]
    Address {
        /// The configured address.
        given: String,
        /// The address where it will be published.
        derived: String,
        /// Explanation of that address.
        reason: String,
        /// True if it follows from `cname`.
        by_cname: bool,
    },
    /// The published site has a domain that this one lacks.
    #[error(
        "the published site has the domain {0}, which is not configured here: publishing would remove it"
    )]
    Domain(String),
    /// A file cannot be passed to git.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error.
        source: std::io::Error,
    },
    /// Others kept pushing at the same time.
    #[error("the branch changed {MAX_TRIES} times during the push")]
    Busy,
}

impl PublishError {
    /// Advice on how to fix it, if any.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Git(GitError::Missing) => {
                "install git; rolebook publishes with your git and your credentials".into()
            }
            Self::NoRepository { .. } => "run `git init`, and commit the files of the site".into(),
            Self::NoCommit => {
                "commit the files of the site first; a published site names the commit it was built from"
                    .into()
            }
            Self::Dirty(_) => "commit them, add them to .gitignore, or pass --allow-dirty".into(),
            Self::Ignored(_) => {
                "commit them with `git add --force`, leave them out with `exclude` in site.toml, or pass --allow-dirty".into()
            }
            Self::NoRemote { existing, wanted } if existing.is_empty() => {
                format!("run `git remote add {wanted} https://github.com/OWNER/REPOSITORY.git`")
            }
            Self::NoRemote { existing, .. } => {
                format!("choose one of {} with --remote", existing.join(", "))
            }
            Self::Refused(refusal) => refusal.help(),
            Self::Address { derived, by_cname: true, .. } => {
                format!("set `base_url = \"{derived}\"`, remove it, or correct `cname`")
            }
            Self::Address { derived, given, .. } => {
                let own_domain = if address::path(given) == "/" {
                    let host = address::host(given);
                    format!("; if {host} is a domain of this site, set `cname = \"{host}\"` under [publish]")
                } else {
                    String::new()
                };
                format!("set `base_url = \"{derived}\"`, or remove it{own_domain}")
            }
            Self::Domain(host) => format!(
                "set `cname = \"{host}\"` under [publish] in site.toml, or pass `--cname \"\"` to remove the domain"
            ),
            _ => return None,
        })
    }
}

fn listed(changes: &[String]) -> String {
    let mut text: String = changes.iter().take(NAMED).flat_map(|change| ["\n  ", change]).collect();
    if changes.len() > NAMED {
        text.push_str(&format!("\n  … and {} more", changes.len() - NAMED));
    }
    text
}

/// The address of the published site, if it can be derived: its own domain, or the address on GitHub Pages.
///
/// # Errors
/// If the site is configured with another address.
pub fn base_url(
    given: Option<&str>,
    cname: Option<&str>,
    repository: Option<&GitHub>,
) -> Result<Option<String>, PublishError> {
    let (derived, reason) = match (cname, repository) {
        (Some(host), _) => (format!("https://{host}/"), "the site's domain is".to_owned()),
        (None, Some(repository)) => {
            let GitHub { owner, name } = repository;
            (repository.pages(), format!("GitHub Pages serves {owner}/{name} at"))
        }
        (None, None) => return Ok(None),
    };
    match given {
        Some(given) if !address::same(given, &derived) => {
            Err(PublishError::Address { given: given.to_owned(), derived, reason, by_cname: cname.is_some() })
        }
        _ => Ok(Some(derived)),
    }
}

/// The repository that contains a site.
pub struct SiteRepository {
    git: Git,
    /// Path of the site's folder in the repository, ending in `/`; empty for the root.
    folder: String,
    /// Id of the checked-out commit.
    pub head: String,
    /// Abbreviated id.
    pub short: String,
}

/// A branch of a remote.
pub struct RemoteBranch {
    remote: String,
    /// The branch.
    pub branch: String,
    /// True if the working tree of the sources has a branch of this name checked out.
    is_checked_out: bool,
    /// The branch that the user allows to be replaced.
    replace: Option<String>,
    /// The GitHub repository of the remote, if any.
    pub github: Option<GitHub>,
    /// Address for fetching, which may differ from that for pushing.
    from: String,
}

impl RemoteBranch {
    /// The remote as requested, without credentials.
    pub fn remote(&self) -> Cow<'_, str> {
        masked(&self.remote)
    }

    fn reference(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }
}

/// A file in git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Object type and file mode.
    mode: String,
    id: String,
    /// Size in bytes.
    pub size: u64,
}

/// Files by path.
pub type Files = BTreeMap<String, Blob>;

/// Effect of publishing on one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// Added; with its size.
    Added(u64),
    /// Changed; with its sizes before and after.
    Changed(u64, u64),
    /// Removed; with its former size.
    Removed(u64),
}

/// The differences between two sites, by path.
pub fn changes(before: &Files, after: &Files) -> BTreeMap<String, FileChange> {
    let removed = before.iter().filter(|(path, _)| !after.contains_key(*path));
    let mut changes: BTreeMap<_, _> =
        removed.map(|(path, blob)| (path.clone(), FileChange::Removed(blob.size))).collect();
    for (path, blob) in after {
        let change = match before.get(path) {
            None => FileChange::Added(blob.size),
            Some(old) if (&old.mode, &old.id) != (&blob.mode, &blob.id) => {
                FileChange::Changed(old.size, blob.size)
            }
            Some(_) => continue,
        };
        changes.insert(path.clone(), change);
    }
    changes
}

/// Options of a push.
#[derive(Clone, Debug, Default)]
pub struct Push {
    /// Commit message.
    pub message: String,
    /// Creates a commit without history.
    pub orphan: bool,
    /// Overwrites what others have pushed.
    pub force: bool,
}

/// Result of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushResult {
    /// The remote has the same content already.
    Unchanged,
    /// Id of the commit, and number of attempts lost to other pushes.
    Commit(String, usize),
}

impl SiteRepository {
    /// Opens the repository that contains a folder.
    ///
    /// # Errors
    /// If there is none, or it has no commits.
    pub fn around(folder: &Path) -> Result<Self, PublishError> {
        let git = Git::new(folder);
        match git.output(&["rev-parse", "--is-inside-work-tree"]) {
            Ok(_) => {}
            // Other output matters too: for example, the folder may belong to another user.
            Err(GitError::Failed { stderr, .. }) => {
                let details = stderr.lines().map(|line| format!("\n  {line}")).collect();
                return Err(PublishError::NoRepository { folder: folder.to_owned(), details });
            }
            Err(error) => return Err(error.into()),
        }
        if !git.succeeds(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])? {
            return Err(PublishError::NoCommit);
        }
        let head = git.output(&["rev-parse", "HEAD"])?;
        let short = git.output(&["rev-parse", "--short", "HEAD"])?;
        let folder = git.output(&["rev-parse", "--show-prefix"])?;
        Ok(Self { git, folder, head, short })
    }

    /// True if there are changes that are not committed, including untracked files that are not ignored.
    ///
    /// # Errors
    /// [`PublishError::Dirty`] if there are any and `allowed` is false.
    pub fn is_dirty(&self, allowed: bool) -> Result<bool, PublishError> {
        // Without optional locks, git does not update the user's index.
        let status = ["--no-optional-locks", "status", "--porcelain", "--untracked-files=normal"];
        let changes: Vec<String> =
            self.git.output(&status)?.lines().map(|line| line.trim().to_owned()).collect();
        if !allowed && !changes.is_empty() {
            return Err(PublishError::Dirty(changes));
        }
        Ok(!changes.is_empty())
    }

    /// The files among `files` that are not committed, because git ignores them. Files outside the working tree are
    /// skipped.
    ///
    /// # Errors
    /// If git fails.
    pub fn ignored(&self, files: impl Iterator<Item = PathBuf>) -> Result<Vec<String>, PublishError> {
        let top = PathBuf::from(self.git.output(&["rev-parse", "--show-toplevel"])?);
        let top = top.canonicalize().unwrap_or(top);
        let within = files.filter_map(|file| Some(file.strip_prefix(&top).ok()?.to_str()?.to_owned()));
        let input: String = within.map(|file| format!("{file}\0")).collect();
        let arguments = ["-C", &top.to_string_lossy(), "check-ignore", "-z", "--stdin"];
        let ignored = self.git.matches(&arguments, input.as_bytes())?;
        let names = ignored.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
    }

    /// The branch of a remote to publish to. `remote` is a name or an address. `replace` is the branch that may be
    /// replaced regardless of its content.
    ///
    /// # Errors
    /// If the remote does not exist, or the branch name is invalid.
    pub fn target(
        &self,
        remote: &str,
        branch: &str,
        replace: Option<&str>,
    ) -> Result<RemoteBranch, PublishError> {
        guard::check_names(branch, replace)?;
        let remotes = self.git.output(&["remote"])?;
        let named = remotes.lines().any(|name| name == remote);
        // Rejects anything that git would parse as an option.
        if !named && (remote.starts_with('-') || !remote.contains(['/', ':'])) {
            let existing = remotes.lines().map(str::to_owned).collect();
            return Err(PublishError::NoRemote { wanted: masked(remote).into_owned(), existing });
        }
        let current = self.git.output(&["rev-parse", "--symbolic-full-name", "HEAD"])?;
        let is_checked_out = current.strip_prefix("refs/heads/") == Some(branch);
        let (from, address) = if named {
            let fetched = self.git.output(&["remote", "get-url", remote])?;
            let pushed = self.git.output(&["remote", "get-url", "--push", remote])?;
            (if fetched == pushed { remote.to_owned() } else { pushed.clone() }, pushed)
        } else {
            (remote.to_owned(), self.git.output(&["ls-remote", "--get-url", remote])?)
        };
        let github = GitHub::of(&address);
        Ok(RemoteBranch {
            remote: remote.to_owned(),
            branch: branch.to_owned(),
            is_checked_out,
            replace: replace.map(str::to_owned),
            github,
            from,
        })
    }

    /// Fetches the branch and returns its commit; `None` if it does not exist.
    ///
    /// # Errors
    /// If the remote cannot be reached, or a site may not replace the branch.
    pub fn tip(&self, target: &RemoteBranch) -> Result<Option<String>, PublishError> {
        let reference = target.reference();
        for _ in 0..MAX_TRIES {
            let listed = self.git.output(&["ls-remote", "--symref", &target.from, "HEAD", &reference])?;
            let entries: Vec<(&str, &str)> =
                listed.lines().filter_map(|line| line.split_once('\t')).collect();
            let is_default =
                entries.iter().any(|(to, name)| *name == "HEAD" && *to == format!("ref: {reference}"));
            // The pattern also matches longer names with this ending.
            let tip = entries.iter().find(|(_, name)| *name == reference).map(|(tip, _)| *tip);
            if let Some(tip) = tip {
                let existence_check = ["cat-file", "-e", &format!("{tip}^{{tree}}")];
                if !self.git.succeeds(&existence_check)? {
                    // The fetch creates no reference: neither FETCH_HEAD nor a branch.
                    let plain = [
                        "fetch",
                        "--no-tags",
                        "--no-write-fetch-head",
                        "--refmap=",
                        "--no-recurse-submodules",
                    ];
                    let what = ["--no-auto-gc", "--quiet", &target.from, &reference];
                    self.git.output(&[&plain[..], &what[..]].concat())?;
                    // The branch may have moved in the meantime.
                    if !self.git.succeeds(&existence_check)? {
                        continue;
                    }
                }
            }
            let is_checked_out = target.is_checked_out;
            let facts = tip.map(|tip| self.facts(tip)).transpose()?;
            let branch = Branch { is_checked_out, is_default, tip: facts };
            guard::check(&target.branch, target.replace.as_deref(), &branch)?;
            return Ok(tip.map(str::to_owned));
        }
        Err(PublishError::Busy)
    }

    /// Content of a commit, and its relation to the checked-out commit.
    fn facts(&self, tip: &str) -> Result<Tip, PublishError> {
        let (files, ours) = (self.files(tip, false)?, self.files("HEAD", false)?);
        let is_document =
            |path: &str| path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("md"));
        let config = format!("{}{FILE}", self.folder);
        let document =
            || files.iter().find(|(path, blob)| is_document(path) && ours.get(*path) == Some(*blob));
        let source =
            if files.contains_key(&config) { Some(config) } else { document().map(|(path, _)| path.clone()) };
        // Local replacement objects are ignored.
        let shares_history = self.git.finds(&["--no-replace-objects", "merge-base", tip, "HEAD"])?;
        let file = files.keys().next().cloned();
        Ok(Tip { is_site: self.is_site(tip, &files)?, source, file, shares_history })
    }

    /// True if the files of a commit are a site published by any version of rolebook: they include `.nojekyll`, and a
    /// data file that names rolebook as the generator.
    fn is_site(&self, tip: &str, files: &Files) -> Result<bool, PublishError> {
        #[derive(serde::Deserialize)]
        struct Data {
            generator: Generator,
        }
        #[derive(serde::Deserialize)]
        struct Generator {
            name: String,
        }
        if !files.contains_key(NO_JEKYLL) || !files.contains_key(DATA) {
            return Ok(false);
        }
        let text = self.git.output_with_input(&["cat-file", "blob", &format!("{tip}:{DATA}")], &[], b"")?;
        let data: Option<Data> = serde_json::from_slice(&text).ok();
        Ok(data.is_some_and(|data| data.generator.name == env!("CARGO_PKG_NAME")))
    }

    /// Protects the domain of the published site, which may have been set in the settings of the repository.
    ///
    /// # Errors
    /// If the published site has one.
    pub fn keeps_domain(&self, tip: &str) -> Result<(), PublishError> {
        match self.git.output(&["cat-file", "blob", &format!("{tip}:{CNAME}")]) {
            Ok(host) => Err(PublishError::Domain(host.trim().to_owned())),
            Err(GitError::Failed { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The files of a commit, with sizes if requested.
    ///
    /// # Errors
    /// If git fails.
    pub fn files(&self, commit: &str, sizes: bool) -> Result<Files, PublishError> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree"];
        if sizes {
            arguments.push("--long");
        }
        arguments.push(commit);
        let listed = self.git.output_with_input(&arguments, &[], b"")?;
        let listed = String::from_utf8_lossy(&listed);
        let entries = listed.split('\0').filter_map(|entry| entry.split_once('\t'));
        Ok(entries
            .map(|(entry, path)| {
                let mut parts = entry.split_whitespace();
                let mode = parts.next().unwrap_or_default().to_owned();
                let id = parts.nth(1).unwrap_or_default().to_owned();
                let size = parts.next().and_then(|size| size.parse().ok()).unwrap_or_default();
                (path.to_owned(), Blob { mode, id, size })
            })
            .collect())
    }

    /// The files of a site with their git object ids.
    ///
    /// # Errors
    /// If git fails.
    pub fn blobs(&self, contents: &Contents) -> Result<Files, PublishError> {
        let format = self.git.output(&["rev-parse", "--show-object-format"])?;
        let digest = |bytes: &[u8]| match format.as_str() {
            "sha256" => hexadecimal(&Sha256::digest(object_data(bytes))),
            _ => hexadecimal(&Sha1::digest(object_data(bytes))),
        };
        let blob = |(path, bytes): (&String, &Vec<u8>)| {
            let blob = Blob { mode: "100644".into(), id: digest(bytes), size: bytes.len() as u64 };
            (path.clone(), blob)
        };
        Ok(contents.par_iter().map(blob).collect())
    }

    /// Stores the files that the published site lacks, unchanged: without filters or conversion of line endings.
    ///
    /// # Errors
    /// If a file cannot be passed to git, or git fails.
    pub fn store(
        &self,
        contents: &Contents,
        files: &Files,
        published: &Files,
        scratch: &Path,
    ) -> Result<(), PublishError> {
        let mut stored: BTreeSet<&str> = published.values().map(|blob| blob.id.as_str()).collect();
        let mut paths = String::new();
        for (number, (path, bytes)) in contents.iter().enumerate() {
            if files.get(path).is_some_and(|blob| stored.insert(&blob.id)) {
                let file = scratch.join(number.to_string());
                fs::write(&file, bytes).map_err(|source| PublishError::Io { path: file.clone(), source })?;
                paths.push_str(&format!("{}\n", file.display()));
            }
        }
        // One process for all files.
        self.git.output_with_input(
            &["hash-object", "-w", "--no-filters", "--stdin-paths"],
            &[],
            paths.as_bytes(),
        )?;
        Ok(())
    }

    /// Creates the tree of the files. `scratch` is a folder for a temporary index.
    ///
    /// # Errors
    /// If git fails.
    pub fn tree(&self, files: &Files, scratch: &Path) -> Result<String, PublishError> {
        let index = scratch.join("index");
        let variables = [("GIT_INDEX_FILE", index.as_os_str())];
        let entries: String =
            files.iter().map(|(path, blob)| format!("{} {}\t{path}\0", blob.mode, blob.id)).collect();
        // Part of a split index would be written to the repository.
        let settings = ["-c", "core.splitIndex=false", "-c", "core.fsmonitor=false"];
        let add = [&settings[..], &["update-index", "-z", "--index-info"]].concat();
        self.git.output_with_input(&add, &variables, entries.as_bytes())?;
        let write = [&settings[..], &["write-tree"]].concat();
        let tree = self.git.output_with_input(&write, &variables, b"")?;
        Ok(String::from_utf8_lossy(&tree).trim().to_owned())
    }

    /// Pushes a tree as a commit on top of `tip`; tries again if others have pushed.
    ///
    /// # Errors
    /// If git fails for another reason, or after the last attempt.
    pub fn push(
        &self,
        target: &RemoteBranch,
        tree: &str,
        mut tip: Option<String>,
        push: &Push,
    ) -> Result<PushResult, PublishError> {
        for tried in 0..MAX_TRIES {
            if let Some(tip) = &tip
                && self.git.output(&["rev-parse", &format!("{tip}^{{tree}}")])? == tree
                && !(push.orphan && self.has_history(tip)?)
            {
                return Ok(PushResult::Unchanged);
            }
            let parent = tip.as_deref().filter(|_| !push.orphan);
            let commit = self.commit(tree, parent, &push.message)?;
            let (reference, seen) = (target.reference(), tip.as_deref().unwrap_or_default());
            let what = format!("{commit}:{reference}");
            // A commit without history may replace only the tip that was checked.
            let lease = format!("--force-with-lease={reference}:{seen}");
            let mut arguments = vec!["push", "--quiet", "--no-follow-tags", "--recurse-submodules=no"];
            match (push.force, push.orphan) {
                (true, _) => arguments.push("--force"),
                (false, true) => arguments.push(&lease),
                (false, false) => {}
            }
            arguments.extend([target.remote.as_str(), &what]);
            let Err(error) = self.git.output(&arguments) else {
                return Ok(PushResult::Commit(commit, tried));
            };
            let now = self.tip(target)?;
            if now.as_deref() == Some(&commit) {
                // The push succeeded although its response was lost.
                return Ok(PushResult::Commit(commit, tried));
            }
            if now == tip {
                return Err(error.into());
            }
            tip = now;
        }
        Err(PublishError::Busy)
    }

    fn has_history(&self, commit: &str) -> Result<bool, PublishError> {
        let text = self.git.output(&["cat-file", "commit", commit])?;
        Ok(text.lines().take_while(|line| !line.is_empty()).any(|line| line.starts_with("parent ")))
    }

    fn commit(&self, tree: &str, parent: Option<&str>, message: &str) -> Result<String, PublishError> {
        let mut arguments = vec!["-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree];
        if let Some(parent) = parent {
            arguments.extend(["-p", parent]);
        }
        // `git commit-tree` ignores this setting of `git commit`.
        if self.git.output(&["config", "--type=bool", "--default=false", "--get", "commit.gpgSign"])?
            == "true"
        {
            arguments.push("-S");
        }
        let commit = self.git.output_with_input(&arguments, &[], message.as_bytes())?;
        Ok(String::from_utf8_lossy(&commit).trim().to_owned())
    }
}

/// Masks the credentials in a remote's address, even without a scheme: `user:token@host/path`.
fn masked(remote: &str) -> Cow<'_, str> {
    match (remote.contains("://"), remote.find(':'), remote.rfind('@')) {
        (false, Some(colon), Some(at)) if colon < at => format!("***{}", &remote[at..]).into(),
        _ => without_credentials(remote),
    }
}

/// Adds the settings files for GitHub Pages.
pub fn add_settings(contents: &mut Contents, cname: Option<&str>) {
    contents.insert(NO_JEKYLL.into(), Vec::new());
    if let Some(host) = cname {
        contents.insert(CNAME.into(), format!("{host}\n").into_bytes());
    }
}

/// The data that git hashes for an object id.
fn object_data(bytes: &[u8]) -> Vec<u8> {
    [format!("blob {}\0", bytes.len()).as_bytes(), bytes].concat()
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
