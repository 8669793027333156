//! The file watcher, which reports changed paths to the queue.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{ErrorKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use super::queue::Queue;
use crate::engine::real;
use crate::source;

/// Polling interval for file systems without change notifications.
const POLL: Duration = Duration::from_millis(500);

/// The delay after which a path that was found by polling is checked again: the watcher compares times of modification
/// in whole seconds, and so misses a second change in the same second.
const SAME_SECOND: Duration = Duration::from_millis(1500);

/// Watches folders, which may not exist yet.
pub(super) struct Watch {
    watcher: Box<dyn Watcher + Send>,
    queue: Arc<Queue>,
    folders: Vec<WatchedFolder>,
    polls: bool,
}

struct WatchedFolder {
    path: PathBuf,
    mode: RecursiveMode,
    /// The watched folder, which may have been replaced by another of the same name.
    watched: Option<(PathBuf, Identity)>,
}

impl Watch {
    /// Creates a watcher that uses system notifications, or polls.
    ///
    /// # Errors
    /// The error of the watcher.
    pub(super) fn new(queue: Arc<Queue>, polls: bool) -> notify::Result<Self> {
        // The targets of links are watched at their own paths if they are part of a source. Links that are followed
        // would hide the events of these paths, and lead out of the source.
        let config = notify::Config::default().with_follow_symlinks(false);
        if polls {
            let config = config.with_poll_interval(POLL);
            let watcher = Box::new(PollWatcher::new(handler(queue.clone(), true), config)?);
            return Ok(Self { watcher, queue, folders: Vec::new(), polls });
        }
        match RecommendedWatcher::new(handler(queue.clone(), false), config) {
            Ok(watcher) => Ok(Self { watcher: Box::new(watcher), queue, folders: Vec::new(), polls }),
            // The system allows no further watcher, so a replacement would fail as well.
            Err(_) => {
                queue.watch_full();
                Self::new(queue, true)
            }
        }
    }

    /// True if it polls.
    pub(super) fn polls(&self) -> bool {
        self.polls
    }

    /// Watches exactly these folders: recursively, or only their own files.
    pub(super) fn set_folders(&mut self, folders: impl IntoIterator<Item = (PathBuf, bool)>) {
        for folder in self.folders.drain(..) {
            if let Some((path, _)) = folder.watched {
                // The folder may be gone, and its watch with it.
                let _ = self.watcher.unwatch(&path);
            }
        }
        let mode = |below| if below { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        self.folders = folders
            .into_iter()
            .map(|(path, below)| WatchedFolder { path, mode: mode(below), watched: None })
            .collect();
        self.rewatch();
    }

    /// Drops watches of these paths, because the watch of a removed folder is invalid.
    pub(super) fn drop_watches(&mut self, paths: &BTreeMap<PathBuf, bool>) {
        for folder in &mut self.folders {
            if let Some((path, _)) = folder.watched.take_if(|(path, _)| paths.contains_key(path)) {
                let _ = self.watcher.unwatch(&path);
            }
        }
    }

    /// Watches folders that appeared or were replaced; true if there are any.
    pub(super) fn rewatch(&mut self) -> bool {
        let mut changed = false;
        for folder in &mut self.folders {
            let now = identity(&folder.path).map(|identity| (real(&folder.path), identity));
            if now == folder.watched {
                continue;
            }
            changed = true;
            if let Some((path, _)) = folder.watched.take() {
                let _ = self.watcher.unwatch(&path);
            }
            let Some((path, identity)) = now else { continue };
            match self.watcher.watch(&path, folder.mode) {
                Ok(()) => folder.watched = Some((path, identity)),
                Err(error) if is_full(&error) => {
                    self.queue.watch_full();
                    break;
                }
                // The folder is gone again or not readable yet; retried at the next check.
                Err(_) => {}
            }
        }
        changed
    }
}

/// `polls` tells that the events come from polling.
fn handler(queue: Arc<Queue>, polls: bool) -> impl notify::EventHandler {
    move |event: notify::Result<notify::Event>| match event {
        Ok(event) if event.need_rescan() => queue.changed([], true),
        Ok(event) => match event.kind {
            EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write) => {}
            _ => {
                let paths: Vec<PathBuf> = event.paths.into_iter().filter(|path| !is_ignored(path)).collect();
                if !paths.is_empty() {
                    if polls {
                        paths.iter().for_each(|path| queue.recheck(path.clone(), SAME_SECOND));
                    }
                    queue.changed(paths, false);
                }
            }
        },
        Err(error) if is_full(&error) => queue.watch_full(),
        // An error means that events were lost, for unknown paths.
        Err(_) => queue.changed([], true),
    }
}

/// True for paths that no page depends on: version control, and temporary files of editors.
fn is_ignored(path: &Path) -> bool {
    let is_leftover = path.file_name().is_some_and(|name| source::is_ignored(&name.to_string_lossy()));
    is_leftover || path.components().any(|part| part.as_os_str() == ".git")
}

/// True if the system's limit of watches is reached.
fn is_full(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        // On Linux, ENOSPC is the limit of watches, and EMFILE that of inotify instances (inotify_add_watch(2),
        // inotify_init(2)).
        ErrorKind::Io(error) => matches!(error.raw_os_error(), Some(28 | 24)),
        _ => false,
    }
}

/// Distinguishes folders of the same name: inode number, which may be reused, and creation time.
type Identity = (u64, Option<SystemTime>);

fn identity(path: &Path) -> Option<Identity> {
    let metadata = path.metadata().ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let number = 0;
    Some((number, metadata.created().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watch_limit_is_recognised() {
        let system = |number| notify::Error::io(std::io::Error::from_raw_os_error(number));
        assert!(is_full(&notify::Error::new(ErrorKind::MaxFilesWatch)));
        assert!(is_full(&system(28)));
        assert!(!is_full(&system(2)));
        assert!(!is_full(&notify::Error::path_not_found()));
    }
}
