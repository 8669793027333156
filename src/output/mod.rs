//! The only writer: stage, compare, swap, prune.
//!
//! One build at a time writes to a folder. New and changed files are first written to a folder beside their place;
//! when all of them are there and nothing is in their way, each is moved into place in one step, and what they
//! replace is kept until the last is moved: a fault puts it back. What rolebook wrote is listed in a manifest;
//! nothing that is not listed is ever replaced or removed, and no symbolic link below the folder is followed.

mod lock;
mod manifest;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use walkdir::WalkDir;

use crate::diagnostic::{Code, code};
use crate::site_path::{SitePath, Taken};
use lock::Lock;
pub use manifest::{Manifest, Refused};

/// Lists what rolebook wrote, one path a line, sorted.
pub const MANIFEST: &str = ".rolebook";

/// Where files wait until all are there.
const STAGE: &str = ".rolebook-stage";

/// Held by the build that writes.
const LOCK: &str = ".rolebook-lock";

/// The folder, in that of the stage, for what is replaced or removed until everything is in place.
const REPLACED: &str = ".rolebook-replaced";

/// Why a site cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder holds files and no manifest.
    #[error("{} contains files that rolebook did not write", .0.display())]
    Foreign(PathBuf),
    /// A file, folder or link of somebody else's stands where a file of the site belongs.
    #[error("{} was not written by rolebook, but the site has a file there", .0.display())]
    ForeignFile(PathBuf),
    /// Two files of the site cannot both be written.
    #[error("two files of the site cannot both be written: {0} and {1}")]
    Clash(SitePath, SitePath),
    /// The system's own words. The site is as it was before.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The fault.
        source: io::Error,
    },
    /// The system's own words. Some files are new, and what they replaced could not be put back.
    #[error("{}: {source}; only part of the site was replaced", path.display())]
    Partly {
        /// The file or folder.
        path: PathBuf,
        /// The first fault.
        source: io::Error,
    },
}

impl OutputError {
    /// Its code among diagnostics.
    pub fn code(&self) -> Code {
        match self {
            Self::Foreign(_) => code::OUTPUT_FOREIGN_FOLDER,
            Self::ForeignFile(_) => code::OUTPUT_FOREIGN_FILE,
            Self::Clash(..) | Self::Io { .. } | Self::Partly { .. } => code::OUTPUT_WRITE,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Foreign(_) => "choose another folder with `--out`, or empty this one",
            Self::ForeignFile(_) => "move or remove it, or rename the page",
            Self::Clash(..) => "rename the source file of one of them",
            Self::Io { .. } => {
                "check the free space and the permissions there; the previous site is unchanged"
            }
            Self::Partly { .. } => "check the free space and the permissions there, and build again",
        }
    }
}

/// What became of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or changed.
    pub written: usize,
    /// Files that were the same already.
    pub unchanged: usize,
    /// Files that are no longer part of the site.
    pub removed: usize,
    /// Lines of the former manifest that name no path within the site. What they name was left alone.
    pub refused: Vec<Refused>,
}

/// What stands at a path of the output folder.
enum Place {
    /// Nothing.
    Free,
    /// A folder.
    Folder,
    /// A file; its size.
    File(u64),
    /// A symbolic link, for one.
    Other,
}

/// A site that is being written.
pub struct Output {
    root: PathBuf,
    stage: PathBuf,
    /// What an earlier run wrote.
    known: BTreeSet<SitePath>,
    refused: Vec<Refused>,
    /// Whether the folder was empty: nothing has to be looked for in it.
    empty: bool,
    taken: Mutex<Taken<SitePath>>,
    files: Mutex<BTreeSet<SitePath>>,
    staged: Mutex<Vec<SitePath>>,
    /// Whether a folder is there, by path, for those that were looked at.
    folders: Mutex<HashMap<String, bool>>,
    unchanged: AtomicUsize,
    /// Given back last.
    _lock: Lock,
}

impl Output {
    /// Opens a folder for writing; it need not exist. Waits while another build writes to it, and tells so before.
    ///
    /// # Errors
    /// When the folder is not rolebook's, or cannot be written to.
    pub fn open(root: &Path, on_wait: impl FnOnce()) -> Result<Self, OutputError> {
        // Nothing is made in a folder of somebody else's, a lock included.
        read(root)?;
        let lock = Lock::take(root, on_wait)?;
        let before = read(root)?;
        let stage = root.join(STAGE);
        let fault = |source| OutputError::Io { path: stage.clone(), source };
        match at(&stage).map_err(fault)? {
            Place::Free => {}
            Place::Folder => fs::remove_dir_all(&stage).map_err(fault)?,
            Place::File(_) | Place::Other => fs::remove_file(&stage).map_err(fault)?,
        }
        create(&stage)?;
        let empty = before.is_none();
        let Manifest { paths: known, refused } = before.unwrap_or_default();
        Ok(Self {
            root: root.to_owned(),
            stage,
            known,
            refused,
            empty,
            taken: Mutex::default(),
            files: Mutex::default(),
            staged: Mutex::default(),
            folders: Mutex::default(),
            unchanged: AtomicUsize::new(0),
            _lock: lock,
        })
    }

    /// Stages a file, unless it is there already with the same content. May be called from many threads.
    ///
    /// # Errors
    /// When it cannot be staged, or its place is taken by something that is not rolebook's.
    pub fn write(&self, path: &SitePath, bytes: &[u8]) -> Result<(), OutputError> {
        if let Err(other) = lock(&self.taken).take(path, path.clone()) {
            return Err(OutputError::Clash(other, path.clone()));
        }
        let place = path.below(&self.root);
        let there = if self.empty || !self.has_folder(path)? { Place::Free } else { self.look(&place)? };
        let is_known = self.known.contains(path);
        let list = || lock(&self.files).insert(path.clone());
        match there {
            Place::Free => {}
            Place::Folder => self.only_ours(&place)?,
            Place::File(size) if is_known => {
                if size == bytes.len() as u64 && fs::read(&place).is_ok_and(|known| known == bytes) {
                    list();
                    self.unchanged.fetch_add(1, Ordering::Relaxed);
                    return Ok(());
                }
            }
            // On a file system that does not tell case apart, it may be a known file under its former name.
            Place::File(_) if self.known_by_another_name(path) => {}
            Place::File(_) | Place::Other => return Err(OutputError::ForeignFile(place)),
        }
        // What is somebody else's is never listed as rolebook's.
        list();
        let staged = path.below(&self.stage);
        let written = match fs::write(&staged, bytes) {
            // Most folders are shared by files staged before.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(folder) = staged.parent() {
                    create(folder)?;
                }
                fs::write(&staged, bytes)
            }
            result => result,
        };
        written.map_err(|source| OutputError::Io { path: place, source })?;
        lock(&self.staged).push(path.clone());
        Ok(())
    }

    /// Moves everything staged into place and removes what an earlier run wrote and this one did not.
    ///
    /// # Errors
    /// When a file cannot be moved; then those already moved are put back.
    pub fn finish(self) -> Result<Written, OutputError> {
        let files = std::mem::take(&mut *lock(&self.files));
        let mut staged = std::mem::take(&mut *lock(&self.staged));
        staged.sort();
        create(&self.stage.join(REPLACED))?;
        // The manifest first names all files of both runs: whatever happens, they are known as ours.
        let all: BTreeSet<_> = self.known.union(&files).cloned().collect();
        if all != self.known || !self.refused.is_empty() {
            self.write_manifest(&all)?;
        }
        let mut moves = Moves { output: &self, done: Vec::new(), kept: 0 };
        match moves.run(&staged, &files) {
            Ok(removed) => {
                let unchanged = self.unchanged.load(Ordering::Relaxed);
                Ok(Written { written: staged.len(), unchanged, removed, refused: self.refused.clone() })
            }
            Err((path, source)) => match moves.undo().and_then(|()| self.write_manifest(&self.known)) {
                Ok(()) => Err(OutputError::Io { path, source }),
                Err(_) => Err(OutputError::Partly { path, source }),
            },
        }
    }

    fn write_manifest(&self, files: &BTreeSet<SitePath>) -> Result<(), OutputError> {
        let place = self.root.join(MANIFEST);
        let staged = self.stage.join(MANIFEST);
        let written = fs::write(&staged, manifest::text(files)).and_then(|()| fs::rename(&staged, &place));
        written.map_err(|source| OutputError::Io { path: place, source })
    }

    /// Whether the folder of a path is there. Files that are known may stand in its place.
    fn has_folder(&self, path: &SitePath) -> Result<bool, OutputError> {
        let mut folders = lock(&self.folders);
        if let Some(is_there) = path.folders().next_back().and_then(|folder| folders.get(folder)) {
            return Ok(*is_there);
        }
        let mut place = self.root.clone();
        for folder in path.folders() {
            place.push(folder.rsplit('/').next().unwrap_or(folder));
            let is_there = match folders.get(folder) {
                Some(is_there) => *is_there,
                None => match self.look(&place)? {
                    Place::Folder => true,
                    Place::Free => false,
                    Place::File(_) if self.known.contains(folder) => false,
                    Place::File(_) | Place::Other => return Err(OutputError::ForeignFile(place)),
                },
            };
            folders.insert(folder.to_owned(), is_there);
            if !is_there {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn look(&self, place: &Path) -> Result<Place, OutputError> {
        at(place).map_err(|source| OutputError::Io { path: place.to_owned(), source })
    }

    /// Checks that a folder, in whose place a file belongs, holds nothing but files that are going to be removed.
    fn only_ours(&self, folder: &Path) -> Result<(), OutputError> {
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
            if !entry.file_type().is_file() || !path.is_some_and(|path| self.known.contains(path.as_str())) {
                return Err(OutputError::ForeignFile(entry.into_path()));
            }
        }
        if any { Ok(()) } else { Err(OutputError::ForeignFile(folder.to_owned())) }
    }

    fn known_by_another_name(&self, path: &SitePath) -> bool {
        let (place, key) = (path.below(&self.root), path.key());
        self.known.iter().any(|known| {
            known.key() == key && same_file::is_same_file(known.below(&self.root), &place).unwrap_or(false)
        })
    }

    /// Whether a file that an earlier run wrote is there, and no link leads to it.
    fn is_there(&self, path: &SitePath) -> bool {
        let is_folder = |folder: &str| matches!(at(&self.root.join(folder)), Ok(Place::Folder));
        path.folders().all(is_folder) && matches!(at(&path.below(&self.root)), Ok(Place::File(_)))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // What was staged and never moved is no part of the site.
        let _ = fs::remove_dir_all(&self.stage);
    }
}

/// The first fault of the system, and where.
type Fault = (PathBuf, io::Error);

/// The steps from one site to the next, each of which can be taken back.
struct Moves<'a> {
    output: &'a Output,
    done: Vec<Move>,
    /// How many files are kept for taking steps back.
    kept: usize,
}

struct Move {
    from: PathBuf,
    to: PathBuf,
    /// Where the file is kept that stood at `to`.
    replaced: Option<PathBuf>,
}

impl Moves<'_> {
    /// Returns the number of removed files.
    fn run(&mut self, staged: &[SitePath], files: &BTreeSet<SitePath>) -> Result<usize, Fault> {
        let Output { root, stage, known, .. } = self.output;
        // The last manifest is written before the first move: a full disk is found in time.
        let last = stage.join(REPLACED).join(MANIFEST);
        let is_new = files != known || !self.output.refused.is_empty();
        if is_new {
            fs::write(&last, manifest::text(files)).map_err(|source| (last.clone(), source))?;
        }
        // A page may stand where a folder stood, and the other way round.
        let mut removed = 0;
        for path in known.difference(files).filter(|path| self.output.is_there(path)) {
            let place = path.below(root);
            let kept = self.keep();
            self.rename(&place, &kept)?;
            remove_empty_folders(&place, root);
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

    /// Moves folders of the top level that are all new in one step each, and names them.
    fn move_new_folders(&mut self) -> Result<BTreeSet<String>, Fault> {
        let Output { root, stage, .. } = self.output;
        let fault = |source| (stage.clone(), source);
        let mut moved = BTreeSet::new();
        for entry in fs::read_dir(stage).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let place = root.join(&name);
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir()) && name != REPLACED;
            if is_folder && matches!(at(&place), Ok(Place::Free)) {
                self.rename(&entry.path(), &place)?;
                moved.insert(name);
            }
        }
        Ok(moved)
    }

    /// A name for a file that is kept until everything is in place.
    fn keep(&mut self) -> PathBuf {
        self.kept += 1;
        self.output.stage.join(REPLACED).join(self.kept.to_string())
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), Fault> {
        fs::rename(from, to).map_err(|source| (to.to_owned(), source))?;
        self.done.push(Move { from: from.to_owned(), to: to.to_owned(), replaced: None });
        Ok(())
    }

    /// Moves a file to a place, where a file may be: at no time there is none.
    fn replace(&mut self, from: &Path, to: &Path) -> Result<(), Fault> {
        let kept = self.keep();
        let replaced = match fs::hard_link(to, &kept) {
            Ok(()) => Some(kept),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                None
            }
            // Not every file system has links.
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

    /// Takes all steps back, the last first.
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

/// The site that a folder holds: none in an empty one.
fn read(root: &Path) -> Result<Option<Manifest>, OutputError> {
    let place = root.join(MANIFEST);
    let fault = |source| OutputError::Io { path: place.clone(), source };
    match at(&place).map_err(fault)? {
        Place::File(_) => Ok(Some(Manifest::parse(&fs::read(&place).map_err(fault)?))),
        Place::Free if is_empty(root).map_err(fault)? => Ok(None),
        Place::Free | Place::Folder | Place::Other => Err(OutputError::Foreign(root.to_owned())),
    }
}

/// Whether there is nothing in a folder, but for what an interrupted run left.
fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries
            .all(|entry| entry.is_ok_and(|entry| [STAGE, LOCK].iter().any(|own| entry.file_name() == *own)))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// What stands at a place. A link is what it is, wherever it leads.
fn at(place: &Path) -> io::Result<Place> {
    match fs::symlink_metadata(place) {
        Ok(there) if there.is_dir() => Ok(Place::Folder),
        Ok(there) if there.is_file() => Ok(Place::File(there.len())),
        Ok(_) => Ok(Place::Other),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(Place::Free)
        }
        Err(error) => Err(error),
    }
}

/// Removes the folders that a file left empty.
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
