//! One build at a time: a file in the output folder, locked by the system for as long as the process lives.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::{LOCK, OutputError, Place, at, create};

/// The right to write to a folder, until it is dropped.
pub(super) struct Lock {
    root: PathBuf,
    /// Locked while it is open.
    _file: File,
}

impl Lock {
    /// Waits until nobody else writes to a folder, which is made where there is none.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub(super) fn take(root: &Path, on_wait: impl FnOnce()) -> Result<Self, OutputError> {
        let place = root.join(LOCK);
        let fault = |source| OutputError::Io { path: place.clone(), source };
        let mut on_wait = Some(on_wait);
        loop {
            create(root)?;
            if matches!(at(&place).map_err(fault)?, Place::Folder | Place::Other) {
                return Err(OutputError::ForeignFile(place));
            }
            let file = match OpenOptions::new().write(true).create(true).truncate(false).open(&place) {
                // Whoever had the lock has just removed the folder, too.
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
                // Some file systems of networks have no locks.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(fault(error)),
            }
            // The file that was waited for may have been removed, and another one made.
            let Ok(locked) = file.try_clone().and_then(same_file::Handle::from_file) else { continue };
            if same_file::Handle::from_path(&place).is_ok_and(|there| there == locked) {
                return Ok(Self { root: root.to_owned(), _file: file });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still locked: whoever waits for it sees that it is gone.
        let _ = fs::remove_file(self.root.join(LOCK));
        // A folder that was made for a site that never came goes again; one with files in it stays.
        let _ = fs::remove_dir(&self.root);
    }
}
