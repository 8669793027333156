//! Serialises builds into one folder: a file in the output folder, locked by the operating system until the process
//! ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use super::{LOCK, OutputError, PathState, create, path_state};
use crate::cache::FileState;

/// Exclusive right to write to a folder, until dropped.
pub(super) struct FolderLock {
    root: PathBuf,
    /// Locked while open.
    file: File,
}

/// Maximum number of milliseconds to wait for the clock of the file system.
const PATIENCE: u32 = 20;

impl FolderLock {
    /// Waits until no other build writes to the folder, which is created if it does not exist.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub(super) fn take(root: &Path, on_wait: impl FnOnce()) -> Result<Self, OutputError> {
        let path = root.join(LOCK);
        let fault = |source| OutputError::Io { path: path.clone(), source };
        let mut on_wait = Some(on_wait);
        loop {
            create(root)?;
            if matches!(path_state(&path).map_err(fault)?, PathState::Folder | PathState::Other) {
                return Err(OutputError::ForeignFile(path));
            }
            let file = match OpenOptions::new().write(true).create(true).truncate(false).open(&path) {
                // The previous holder of the lock may have removed the folder.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                opened => opened.map_err(fault)?,
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    if let Some(tell) = on_wait.take() {
                        tell();
                    }
                    file.lock().map_err(fault)?;
                }
                // Some network file systems have no locks.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(fault(error)),
            }
            // While waiting, the file may have been removed and created again.
            let Ok(locked) = file.try_clone().and_then(same_file::Handle::from_file) else { continue };
            if same_file::Handle::from_path(&path).is_ok_and(|current| current == locked) {
                return Ok(Self { root: root.to_owned(), file });
            }
        }
    }

    /// The time by the clock of the file system, which is that of a change to the locked file.
    pub(super) fn time(&self) -> Option<i64> {
        (&self.file).write_all(b"\n").ok()?;
        FileState::of(&self.file.metadata().ok()?).map(|state| state.modified)
    }

    /// Waits until the clock of the file system shows a later time than that of any change so far. `None` if it is too
    /// coarse.
    pub(super) fn later_time(&self) -> Option<i64> {
        let now = self.time()?;
        (0..PATIENCE).find_map(|_| {
            let later = self.time().filter(|time| *time > now);
            if later.is_none() {
                sleep(Duration::from_millis(1));
            }
            later
        })
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Removed while still locked, so that waiting builds notice it.
        let _ = fs::remove_file(self.root.join(LOCK));
        // Removes the folder if it was created for a site that was never written. Fails if it contains files.
        let _ = fs::remove_dir(&self.root);
    }
}
