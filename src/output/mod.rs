//! Writes the site in four steps: stage, compare, swap, prune.
//!
//! Only one build at a time writes to a folder. New and changed files are staged in a folder next to the output. When
//! all are complete and none conflicts with other files, each is moved into place atomically. Replaced files are kept
//! until the last move, and moved back after a fault. A manifest lists the files that rolebook wrote; no other file is
//! ever replaced or removed, and symbolic links below the folder are not followed.

mod lock;
mod manifest;
mod snapshot;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, IntoInnerError};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use walkdir::WalkDir;

use crate::diagnostic::{Code, code};
use crate::site_path::{SitePath, Taken};
use lock::FolderLock;
pub use manifest::{Manifest, Refused};
pub use snapshot::Snapshot;

/// The manifest: the files that rolebook wrote, one path per line, sorted.
pub const MANIFEST: &str = ".rolebook";

/// Folder of staged files.
const STAGE: &str = ".rolebook-stage";

/// File that is locked during a build.
const LOCK: &str = ".rolebook-lock";

/// Folder in the staging folder for replaced and removed files, until all files are in place.
const REPLACED: &str = ".rolebook-replaced";

/// Writes the content of a file to a writer.
pub type Pieces<'a> = &'a dyn Fn(&mut dyn io::Write) -> io::Result<()>;

/// Size of the pieces in which large files are written and read, in bytes.
const PIECE: usize = 64 << 10;

/// Reason why a site cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder contains files but no manifest.
    #[error("{} contains files that rolebook did not write", .0.display())]
    Foreign(PathBuf),
    /// The folder is one that the site is built from: later builds would read what earlier ones wrote.
    #[error("{} is in the handbook's own files or its themes", .0.display())]
    Input(PathBuf),
    /// A file, folder or link not written by rolebook is in the way of a file of the site.
    #[error("{} already exists and was not written by rolebook", .0.display())]
    ForeignFile(PathBuf),
    /// Two files of the site exclude each other.
    #[error("two files of the site cannot both be written: {0} and {1}")]
    Clash(SitePath, SitePath),
    /// A system error. The previous site is unchanged.
    #[error("cannot build the site: {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The error.
        source: io::Error,
    },
    /// A system error. Some files are new, and the replaced ones could not be restored.
    #[error("cannot build the site: {}: {source}; only part of the site was replaced", path.display())]
    Partly {
        /// The file or folder.
        path: PathBuf,
        /// The first error.
        source: io::Error,
    },
}

impl OutputError {
    /// The diagnostic code.
    pub fn code(&self) -> Code {
        match self {
            Self::Foreign(_) | Self::Input(_) => code::OUTPUT_FOREIGN_FOLDER,
            Self::ForeignFile(_) => code::OUTPUT_FOREIGN_FILE,
            Self::Clash(..) | Self::Io { .. } | Self::Partly { .. } => code::OUTPUT_WRITE,
        }
    }

    /// Advice on how to fix it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Foreign(_) => "choose another folder with `--out`, or empty this one",
            Self::Input(_) => "choose another folder with `--out`, such as `public`",
            Self::ForeignFile(_) => "move or remove it, or rename the page",
            Self::Clash(..) => "rename the source file of one of them",
            Self::Io { .. } => {
                "check the free space and the permissions there; the previous site is unchanged"
            }
            Self::Partly { .. } => "check the free space and the permissions there, and build again",
        }
    }
}

/// Statistics of a finished build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteStats {
    /// Number of new or changed files.
    pub written: usize,
    /// Number of unchanged files.
    pub unchanged: usize,
    /// Number of removed files.
    pub removed: usize,
    /// Invalid lines of the previous manifest. Files of these names were not touched.
    pub refused: Vec<Refused>,
    /// The files of the site; `None` if another program may have changed some during the build.
    pub snapshot: Option<Snapshot>,
}

/// True if two files have the same content.
fn have_equal_content(one: &Path, other: &Path) -> io::Result<bool> {
    let open = |path| File::open(path).map(|file| BufReader::with_capacity(PIECE, file));
    let (mut one, mut other) = (open(one)?, open(other)?);
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if left[..length] != right[..length] || left.is_empty() != right.is_empty() {
            return Ok(false);
        }
        if length == 0 {
            return Ok(true);
        }
        one.consume(length);
        other.consume(length);
    }
}

/// State of a path in the output folder.
enum PathState {
    /// Nothing exists at the path.
    Free,
    /// A folder.
    Folder,
    /// A file, with its size.
    File(u64),
    /// Anything else, such as a symbolic link.
    Other,
}

/// A site that is being written.
pub struct Output {
    root: PathBuf,
    stage: PathBuf,
    /// Files written by an earlier build.
    previous: BTreeSet<SitePath>,
    refused: Vec<Refused>,
    /// True if the folder was empty, so existing files need not be checked.
    is_empty: bool,
    taken: Mutex<Taken<SitePath>>,
    files: Mutex<BTreeSet<SitePath>>,
    staged: Mutex<Vec<SitePath>>,
    /// The folders created below the folder of staged files.
    staged_folders: Mutex<HashSet<String>>,
    /// Existence of the folders checked so far, by path.
    folders: Mutex<HashMap<String, bool>>,
    unchanged: AtomicUsize,
    /// The time of the file system before any file was compared.
    opened: Option<i64>,
    /// Released last.
    lock: FolderLock,
}

impl Output {
    /// Opens a folder for writing; creates it if it does not exist. If another build writes to it, calls `on_wait` and
    /// waits.
    ///
    /// # Errors
    /// If the folder was not written by rolebook, or is not writable.
    pub fn open(root: &Path, on_wait: impl FnOnce()) -> Result<Self, OutputError> {
        // Nothing is created in a folder that does not belong to rolebook, not even a lock.
        read(root)?;
        let lock = FolderLock::take(root, on_wait)?;
        let before = read(root)?;
        let stage = root.join(STAGE);
        let fault = |source| OutputError::Io { path: stage.clone(), source };
        match path_state(&stage).map_err(fault)? {
            PathState::Free => {}
            PathState::Folder => fs::remove_dir_all(&stage).map_err(fault)?,
            PathState::File(_) | PathState::Other => fs::remove_file(&stage).map_err(fault)?,
        }
        create(&stage)?;
        let is_empty = before.is_none();
        let Manifest { paths: previous, refused } = before.unwrap_or_default();
        Ok(Self {
            root: root.to_owned(),
            stage,
            previous,
            refused,
            is_empty,
            taken: Mutex::default(),
            files: Mutex::default(),
            staged: Mutex::default(),
            staged_folders: Mutex::default(),
            folders: Mutex::default(),
            unchanged: AtomicUsize::new(0),
            opened: lock.time(),
            lock,
        })
    }

    /// True if the folder contains the site as a build left it.
    pub fn contains(&self, site: &Snapshot) -> bool {
        let is_there = |path| self.has_folder(path).unwrap_or(false) && site.has(path, &self.root);
        self.refused.is_empty() && self.previous.len() == site.len() && self.previous.iter().all(is_there)
    }

    /// Stages a file unless it exists with the same content. May be called concurrently.
    ///
    /// # Errors
    /// If it cannot be staged, or a file not written by rolebook is in its place.
    pub fn write(&self, path: &SitePath, bytes: &[u8]) -> Result<(), OutputError> {
        let (target, previous) = self.take(path)?;
        if previous == Some(bytes.len() as u64) && fs::read(&target).is_ok_and(|previous| previous == bytes) {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        self.create_staged_folder(path)?;
        let result = fs::write(path.below(&self.stage), bytes);
        result.map_err(|source| OutputError::Io { path: target, source })?;
        lock(&self.staged).push(path.clone());
        Ok(())
    }

    /// Like [`Output::write`], for a file that is written in pieces because it may be large.
    ///
    /// # Errors
    /// See [`Output::write`].
    pub fn write_pieces(&self, path: &SitePath, pieces: Pieces) -> Result<(), OutputError> {
        let (target, previous) = self.take(path)?;
        self.create_staged_folder(path)?;
        let staged = path.below(&self.stage);
        let write = || {
            let mut file = BufWriter::with_capacity(PIECE, File::create(&staged)?);
            pieces(&mut file)?;
            file.into_inner().map_err(IntoInnerError::into_error)?.metadata().map(|metadata| metadata.len())
        };
        let length = write().map_err(|source| OutputError::Io { path: target.clone(), source })?;
        if previous == Some(length) && have_equal_content(&target, &staged).unwrap_or(false) {
            fs::remove_file(&staged).map_err(|source| OutputError::Io { path: staged, source })?;
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        lock(&self.staged).push(path.clone());
        Ok(())
    }

    /// Lists a file of the site. Returns its place, and the size of the file that an earlier build wrote there.
    fn take(&self, path: &SitePath) -> Result<(PathBuf, Option<u64>), OutputError> {
        if let Err(other) = lock(&self.taken).take(path, path.clone()) {
            return Err(OutputError::Clash(other, path.clone()));
        }
        let target = path.below(&self.root);
        let state =
            if self.is_empty || !self.has_folder(path)? { PathState::Free } else { self.state(&target)? };
        let mut previous = None;
        match state {
            PathState::Free => {}
            PathState::Folder => self.check_removable(&target)?,
            PathState::File(size) if self.previous.contains(path) => previous = Some(size),
            // On a case-insensitive file system, it may be a file of the manifest under its former name.
            PathState::File(_) if self.is_previous_in_other_case(path) => {}
            PathState::File(_) | PathState::Other => return Err(OutputError::ForeignFile(target)),
        }
        // Files that do not belong to rolebook are never listed.
        lock(&self.files).insert(path.clone());
        Ok((target, previous))
    }

    /// Moves all staged files into place, and removes files of an earlier build that are no longer part of the site.
    ///
    /// # Errors
    /// If a file cannot be moved; files moved before are moved back.
    pub fn finish(self) -> Result<WriteStats, OutputError> {
        let files = std::mem::take(&mut *lock(&self.files));
        let mut staged = std::mem::take(&mut *lock(&self.staged));
        staged.sort();
        create(&self.stage.join(REPLACED))?;
        // The first manifest lists the files of both builds, so that they are recognised after an interruption.
        let all: BTreeSet<_> = self.previous.union(&files).cloned().collect();
        if all != self.previous || !self.refused.is_empty() {
            self.write_manifest(&all)?;
        }
        let times = self.opened.zip(self.lock.later_time());
        let mut moves = Moves { output: &self, done: Vec::new(), kept: 0 };
        match moves.run(&staged, &files) {
            Ok(removed) => {
                let unchanged = self.unchanged.load(Ordering::Relaxed);
                let snapshot = times.and_then(|times| Snapshot::of(&self.root, &files, &staged, times));
                Ok(WriteStats {
                    written: staged.len(),
                    unchanged,
                    removed,
                    refused: self.refused.clone(),
                    snapshot,
                })
            }
            Err((path, source)) => match moves.undo().and_then(|()| self.write_manifest(&self.previous)) {
                Ok(()) => Err(OutputError::Io { path, source }),
                Err(_) => Err(OutputError::Partly { path, source }),
            },
        }
    }

    fn write_manifest(&self, files: &BTreeSet<SitePath>) -> Result<(), OutputError> {
        let target = self.root.join(MANIFEST);
        let staged = self.stage.join(MANIFEST);
        let result = fs::write(&staged, manifest::text(files)).and_then(|()| fs::rename(&staged, &target));
        result.map_err(|source| OutputError::Io { path: target, source })
    }

    /// Creates the folder for a staged file. Most files are in a folder of their own, so nothing is tried before.
    fn create_staged_folder(&self, path: &SitePath) -> Result<(), OutputError> {
        let mut folders = lock(&self.staged_folders);
        for folder in path.folders() {
            if folders.contains(folder) {
                continue;
            }
            let staged = self.stage.join(folder);
            match fs::create_dir(&staged) {
                // Some file systems ignore case.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => created.map_err(|source| OutputError::Io { path: staged, source })?,
            }
            folders.insert(folder.to_owned());
        }
        Ok(())
    }

    /// True if the folder of a path exists. Files of the manifest may be in its place.
    fn has_folder(&self, path: &SitePath) -> Result<bool, OutputError> {
        let mut folders = lock(&self.folders);
        if let Some(exists) = path.folders().next_back().and_then(|folder| folders.get(folder)) {
            return Ok(*exists);
        }
        let mut target = self.root.clone();
        for folder in path.folders() {
            target.push(folder.rsplit('/').next().unwrap_or(folder));
            let exists = match folders.get(folder) {
                Some(exists) => *exists,
                None => match self.state(&target)? {
                    PathState::Folder => true,
                    PathState::Free => false,
                    PathState::File(_) if self.previous.contains(folder) => false,
                    PathState::File(_) | PathState::Other => return Err(OutputError::ForeignFile(target)),
                },
            };
            folders.insert(folder.to_owned(), exists);
            if !exists {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn state(&self, target: &Path) -> Result<PathState, OutputError> {
        path_state(target).map_err(|source| OutputError::Io { path: target.to_owned(), source })
    }

    /// Checks that a folder in the place of a file contains only files that will be removed.
    fn check_removable(&self, folder: &Path) -> Result<(), OutputError> {
        let mut any = false;
        for entry in WalkDir::new(folder) {
            let entry =
                entry.map_err(|error| OutputError::Io { path: folder.to_owned(), source: error.into() })?;
            if entry.file_type().is_dir() {
                continue;
            }
            any = true;
            let path = entry.path().strip_prefix(&self.root).ok().and_then(Path::to_str);
            let path = path.map(|path| path.replace(std::path::MAIN_SEPARATOR, "/"));
            if !entry.file_type().is_file() || !path.is_some_and(|path| self.previous.contains(path.as_str()))
            {
                return Err(OutputError::ForeignFile(entry.into_path()));
            }
        }
        if any { Ok(()) } else { Err(OutputError::ForeignFile(folder.to_owned())) }
    }

    fn is_previous_in_other_case(&self, path: &SitePath) -> bool {
        let (target, key) = (path.below(&self.root), path.key());
        self.previous.iter().any(|previous| {
            previous.key() == key
                && same_file::is_same_file(previous.below(&self.root), &target).unwrap_or(false)
        })
    }

    /// True if a file of an earlier build exists and is not reached through a symbolic link.
    fn still_exists(&self, path: &SitePath) -> bool {
        let is_folder = |folder: &str| matches!(path_state(&self.root.join(folder)), Ok(PathState::Folder));
        path.folders().all(is_folder) && matches!(path_state(&path.below(&self.root)), Ok(PathState::File(_)))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Staged files that were never moved are not part of the site.
        let _ = fs::remove_dir_all(&self.stage);
    }
}

/// The first system error, with its path.
type SystemError = (PathBuf, io::Error);

/// Reversible steps from the previous site to the new one.
struct Moves<'a> {
    output: &'a Output,
    done: Vec<Move>,
    /// Number of files kept for undoing.
    kept: usize,
}

struct Move {
    from: PathBuf,
    to: PathBuf,
    /// Path of the kept file that was at `to`.
    replaced: Option<PathBuf>,
}

impl Moves<'_> {
    /// Runs all steps, and returns the number of removed files.
    fn run(&mut self, staged: &[SitePath], files: &BTreeSet<SitePath>) -> Result<usize, SystemError> {
        let Output { root, stage, previous, .. } = self.output;
        // The final manifest is written before the first move, so that a full disk is detected in time.
        let last = stage.join(REPLACED).join(MANIFEST);
        let is_new = files != previous || !self.output.refused.is_empty();
        if is_new {
            fs::write(&last, manifest::text(files)).map_err(|source| (last.clone(), source))?;
        }
        // A page may replace a folder, and vice versa.
        let mut removed = 0;
        for path in previous.difference(files).filter(|path| self.output.still_exists(path)) {
            let target = path.below(root);
            let kept = self.keep();
            self.rename(&target, &kept)?;
            remove_empty_folders(&target, root);
            removed += 1;
        }
        let whole = self.move_new_folders()?;
        for path in staged.iter().filter(|path| !whole.contains(path.folders().next().unwrap_or_default())) {
            self.replace(&path.below(stage), &path.below(root))?;
        }
        if is_new {
            self.replace(&last, &root.join(MANIFEST))?;
        }
        Ok(removed)
    }

    /// Moves each top-level folder that is entirely new in one step, and returns their names.
    fn move_new_folders(&mut self) -> Result<BTreeSet<String>, SystemError> {
        let Output { root, stage, .. } = self.output;
        let fault = |source| (stage.clone(), source);
        let mut moved = BTreeSet::new();
        for entry in fs::read_dir(stage).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let target = root.join(&name);
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir()) && name != REPLACED;
            if is_folder && matches!(path_state(&target), Ok(PathState::Free)) {
                self.rename(&entry.path(), &target)?;
                moved.insert(name);
            }
        }
        Ok(moved)
    }

    /// A new name for a kept file.
    fn keep(&mut self) -> PathBuf {
        self.kept += 1;
        self.output.stage.join(REPLACED).join(self.kept.to_string())
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), SystemError> {
        fs::rename(from, to).map_err(|source| (to.to_owned(), source))?;
        self.done.push(Move { from: from.to_owned(), to: to.to_owned(), replaced: None });
        Ok(())
    }

    /// Replaces a file atomically; `to` exists at all times.
    fn replace(&mut self, from: &Path, to: &Path) -> Result<(), SystemError> {
        let kept = self.keep();
        let replaced = match fs::hard_link(to, &kept) {
            Ok(()) => Some(kept),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                None
            }
            // Some file systems do not support hard links.
            Err(_) => {
                fs::copy(to, &kept).map_err(|source| (to.to_owned(), source))?;
                Some(kept)
            }
        };
        let moved = match fs::rename(from, to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::rename(from, to))
            }
            result => result,
        };
        moved.map_err(|source| (to.to_owned(), source))?;
        self.done.push(Move { from: from.to_owned(), to: to.to_owned(), replaced });
        Ok(())
    }

    /// Undoes all steps in reverse order.
    fn undo(self) -> Result<(), OutputError> {
        for Move { from, to, replaced } in self.done.into_iter().rev() {
            let fault = |source| OutputError::Io { path: to.clone(), source };
            match replaced {
                Some(replaced) => fs::rename(replaced, &to).map_err(fault)?,
                None => {
                    from.parent().map_or(Ok(()), fs::create_dir_all).map_err(fault)?;
                    fs::rename(&to, from).map_err(fault)?;
                    remove_empty_folders(&to, &self.output.root);
                }
            }
        }
        Ok(())
    }
}

/// Reads the manifest of a folder; `None` if the folder is empty.
fn read(root: &Path) -> Result<Option<Manifest>, OutputError> {
    let target = root.join(MANIFEST);
    let fault = |source| OutputError::Io { path: target.clone(), source };
    match path_state(&target).map_err(fault)? {
        PathState::File(_) => Ok(Some(Manifest::parse(&fs::read(&target).map_err(fault)?))),
        PathState::Free if is_empty(root).map_err(fault)? => Ok(None),
        PathState::Free | PathState::Folder | PathState::Other => Err(OutputError::Foreign(root.to_owned())),
    }
}

/// True if a folder contains nothing except leftovers of an interrupted build.
fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries
            .all(|entry| entry.is_ok_and(|entry| [STAGE, LOCK].iter().any(|own| entry.file_name() == *own)))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// The state of a path, without following a symbolic link.
fn path_state(target: &Path) -> io::Result<PathState> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_dir() => Ok(PathState::Folder),
        Ok(metadata) if metadata.is_file() => Ok(PathState::File(metadata.len())),
        Ok(_) => Ok(PathState::Other),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(PathState::Free)
        }
        Err(error) => Err(error),
    }
}

/// Removes the folders that became empty with a file.
fn remove_empty_folders(file: &Path, root: &Path) {
    let above = file.ancestors().skip(1).take_while(|folder| *folder != root);
    for folder in above {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

fn create(folder: &Path) -> Result<(), OutputError> {
    fs::create_dir_all(folder).map_err(|source| OutputError::Io { path: folder.to_owned(), source })
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
