//! The only writer: stage, compare, swap, prune.
//!
//! New and changed files are first written to a folder beside their place; when all of them are there,
//! each is moved into place in one step. A disk that fills up, or a page that cannot be rendered, leaves
//! the previous site as it was. What rolebook wrote is listed in a manifest; nothing that is not listed
//! is ever replaced or removed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Lists what rolebook wrote, one path a line, sorted.
pub const MANIFEST: &str = ".rolebook";

/// Where files wait until all are there.
const STAGE: &str = ".rolebook-stage";

/// Why a site cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder holds files and no manifest.
    #[error("{} holds files that rolebook did not write", .0.display())]
    Foreign(PathBuf),
    /// A file of somebody else's stands where a page belongs.
    #[error("{} is not rolebook's, and a page belongs there", .0.display())]
    ForeignFile(PathBuf),
    /// The system's own words.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The fault.
        source: io::Error,
    },
}

impl OutputError {
    /// Its code among diagnostics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Foreign(_) => "output/foreign-folder",
            Self::ForeignFile(_) => "output/foreign-file",
            Self::Io { .. } => "output/write",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Foreign(_) => "name another folder with `--out`, or empty this one",
            Self::ForeignFile(_) => "move it away, or rename the page",
            Self::Io { .. } => "check the space and the rights there; the previous site is as it was",
        }
    }
}

/// What became of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or changed.
    pub written: usize,
    /// Files that were the same already.
    pub unchanged: usize,
    /// Files that are no longer part of the site.
    pub removed: usize,
}

/// A site that is being written.
pub struct Output {
    root: PathBuf,
    stage: PathBuf,
    /// What an earlier run wrote.
    known: BTreeSet<String>,
    /// Whether the folder was empty: nothing has to be looked for in it.
    empty: bool,
    files: Mutex<BTreeSet<String>>,
    staged: Mutex<Vec<String>>,
    unchanged: AtomicUsize,
}

impl Output {
    /// Opens a folder for writing; it need not exist.
    ///
    /// # Errors
    /// When the folder is not rolebook's, or cannot be written to.
    pub fn open(root: &Path) -> Result<Self, OutputError> {
        let manifest = root.join(MANIFEST);
        let mut empty = false;
        let known = match fs::read_to_string(&manifest) {
            Ok(text) => text.lines().map(str::to_owned).collect(),
            Err(_) if is_empty(root) => {
                empty = true;
                BTreeSet::new()
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(OutputError::Foreign(root.to_owned()));
            }
            Err(source) => return Err(OutputError::Io { path: manifest, source }),
        };
        let stage = root.join(STAGE);
        if stage.exists() {
            fs::remove_dir_all(&stage).map_err(|source| OutputError::Io { path: stage.clone(), source })?;
        }
        create(&stage)?;
        Ok(Self {
            root: root.to_owned(),
            stage,
            known,
            empty,
            files: Mutex::default(),
            staged: Mutex::default(),
            unchanged: AtomicUsize::new(0),
        })
    }

    /// Stages a file, unless it is there already with the same content. May be called from many threads.
    ///
    /// # Errors
    /// When it cannot be staged, or its place is taken by a file that is not rolebook's.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let place = self.root.join(path);
        // A folder there is emptied of what is ours before anything is moved.
        let there = if self.empty { None } else { fs::metadata(&place).ok() };
        let file = there.filter(fs::Metadata::is_file);
        if file.is_some() && !self.known.contains(path) {
            return Err(OutputError::ForeignFile(place));
        }
        lock(&self.files).insert(path.to_owned());
        let same_size = file.is_some_and(|file| file.len() == bytes.len() as u64);
        if same_size && fs::read(&place).is_ok_and(|known| known == bytes) {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let staged = self.stage.join(path);
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
        lock(&self.staged).push(path.to_owned());
        Ok(())
    }

    /// Moves everything staged into place and removes what an earlier run wrote and this one did not.
    ///
    /// # Errors
    /// When a file cannot be moved; files already moved stay.
    pub fn finish(self) -> Result<Written, OutputError> {
        let files = lock(&self.files).clone();
        let mut staged = std::mem::take(&mut *lock(&self.staged));
        staged.sort();
        // The manifest first names all files of both runs: whatever happens, they are known as ours.
        let all: BTreeSet<_> = self.known.union(&files).cloned().collect();
        if all != self.known {
            self.write_manifest(&all)?;
        }
        // A page may stand where a folder stood, and the other way round.
        let gone: Vec<&String> = self.known.difference(&files).collect();
        for path in &gone {
            self.remove(path)?;
        }
        let whole = self.move_new_folders()?;
        for path in staged.iter().filter(|path| !whole.contains(path.split('/').next().unwrap_or(path))) {
            let place = self.root.join(path);
            let from = self.stage.join(path);
            let moved = match fs::rename(&from, &place) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    if let Some(folder) = place.parent() {
                        create(folder)?;
                    }
                    fs::rename(&from, &place)
                }
                result => result,
            };
            moved.map_err(|source| OutputError::Io { path: place, source })?;
        }
        if all != files {
            self.write_manifest(&files)?;
        }
        Ok(Written {
            written: staged.len(),
            unchanged: self.unchanged.load(Ordering::Relaxed),
            removed: gone.len(),
        })
    }

    /// Moves folders of the top level that are all new in one step each, and names them.
    fn move_new_folders(&self) -> Result<BTreeSet<String>, OutputError> {
        let fault = |source| OutputError::Io { path: self.stage.clone(), source };
        let mut moved = BTreeSet::new();
        for entry in fs::read_dir(&self.stage).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let place = self.root.join(entry.file_name());
            if entry.path().is_dir() && !place.exists() {
                fs::rename(entry.path(), &place).map_err(|source| OutputError::Io { path: place, source })?;
                moved.insert(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(moved)
    }

    fn write_manifest(&self, files: &BTreeSet<String>) -> Result<(), OutputError> {
        let text: String = files.iter().flat_map(|path| [path.as_str(), "\n"]).collect();
        let place = self.root.join(MANIFEST);
        let staged = self.stage.join(MANIFEST);
        let written = fs::write(&staged, text).and_then(|()| fs::rename(&staged, &place));
        written.map_err(|source| OutputError::Io { path: place, source })
    }

    /// Removes a file and the folders that it leaves empty.
    fn remove(&self, path: &str) -> Result<(), OutputError> {
        let place = self.root.join(path);
        match fs::remove_file(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(OutputError::Io { path: place, source }),
            Ok(()) => {}
        }
        let mut folder = place.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.root && fs::remove_dir(folder).is_ok())
        {
            folder = empty.parent();
        }
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // What was staged and never moved is no part of the site.
        let _ = fs::remove_dir_all(&self.stage);
        // A folder that was made for a site that never came goes again; one with files in it stays.
        let _ = fs::remove_dir(&self.root);
    }
}

fn is_empty(folder: &Path) -> bool {
    match fs::read_dir(folder) {
        // What an interrupted run staged is ours.
        Ok(entries) => entries.filter_map(Result::ok).all(|entry| entry.file_name() == STAGE),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

fn create(folder: &Path) -> Result<(), OutputError> {
    fs::create_dir_all(folder).map_err(|source| OutputError::Io { path: folder.to_owned(), source })
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(root: &Path, files: &[(&str, &str)]) -> Result<Written, OutputError> {
        let output = Output::open(root)?;
        for (path, text) in files {
            output.write(path, text.as_bytes())?;
        }
        output.finish()
    }

    fn listed(root: &Path) -> Vec<String> {
        let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
        let files = entries.filter(|entry| entry.file_type().is_file());
        files.map(|entry| entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn writes_what_changed_and_removes_what_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("public");
        let first = run(&root, &[("a/index.html", "a"), ("b/c/index.html", "b")]).unwrap();
        assert_eq!(first, Written { written: 2, unchanged: 0, removed: 0 });
        fs::write(root.join("CNAME"), "mine").unwrap();
        let second = run(&root, &[("a/index.html", "a"), ("d.html", "d")]).unwrap();
        assert_eq!(second, Written { written: 1, unchanged: 1, removed: 1 });
        assert_eq!(listed(&root), [".rolebook", "CNAME", "a/index.html", "d.html"]);
        assert!(!root.join("b").exists());
    }

    #[test]
    fn a_folder_that_is_not_ours_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
        let error = run(folder.path(), &[("index.html", "x")]).unwrap_err();
        assert_eq!(error.code(), "output/foreign-folder");
        assert_eq!(listed(folder.path()), ["thesis.txt"]);
    }

    #[test]
    fn a_file_that_is_not_ours_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("public");
        run(&root, &[("index.html", "x")]).unwrap();
        fs::write(root.join("notes.html"), "mine").unwrap();
        let error = run(&root, &[("index.html", "y"), ("notes.html", "page")]).unwrap_err();
        assert_eq!(error.code(), "output/foreign-file");
        assert_eq!(fs::read_to_string(root.join("notes.html")).unwrap(), "mine");
        assert_eq!(fs::read_to_string(root.join("index.html")).unwrap(), "x", "the previous site stays");
    }

    #[test]
    fn a_site_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("public");
        let output = Output::open(&root).unwrap();
        output.write("index.html", b"x").unwrap();
        drop(output);
        assert!(!root.exists());
    }

    #[test]
    fn a_page_may_take_the_place_of_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &[("a/b.html", "x")]).unwrap();
        run(folder.path(), &[("a", "x")]).unwrap();
        run(folder.path(), &[("a/b.html", "x")]).unwrap();
        assert_eq!(listed(folder.path()), [".rolebook", "a/b.html"]);
    }
}
