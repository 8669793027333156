//! Tells the queue where on disk something happens.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{ErrorKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use super::queue::Queue;
use crate::engine::real;
use crate::source;

/// How often files are looked at where the system does not tell of changes.
const POLL: Duration = Duration::from_millis(500);

/// Watches folders, which need not exist yet.
pub(super) struct Watch {
    watcher: Box<dyn Watcher + Send>,
    queue: Arc<Queue>,
    places: Vec<Place>,
    polls: bool,
}

struct Place {
    path: PathBuf,
    mode: RecursiveMode,
    /// The folder that is being watched; it may be replaced by another of the same name.
    watched: Option<(PathBuf, Identity)>,
}

impl Watch {
    /// Watches with the system's help, or by looking again and again.
    ///
    /// # Errors
    /// The system's own words.
    pub(super) fn new(queue: Arc<Queue>, polls: bool) -> notify::Result<Self> {
        let handler = handler(queue.clone());
        if polls {
            let config = notify::Config::default().with_poll_interval(POLL);
            let watcher = Box::new(PollWatcher::new(handler, config)?);
            return Ok(Self { watcher, queue, places: Vec::new(), polls });
        }
        match RecommendedWatcher::new(handler, notify::Config::default()) {
            Ok(watcher) => Ok(Self { watcher: Box::new(watcher), queue, places: Vec::new(), polls }),
            // As many watchers as the system allows: the table of one more would be full, too.
            Err(_) => {
                queue.watch_full();
                Self::new(queue, true)
            }
        }
    }

    /// Whether it looks again and again.
    pub(super) fn polls(&self) -> bool {
        self.polls
    }

    /// Watches these folders and no others: with what is below them, or for their own files alone.
    pub(super) fn set_places(&mut self, places: impl IntoIterator<Item = (PathBuf, bool)>) {
        for place in self.places.drain(..) {
            if let Some((path, _)) = place.watched {
                // It may be gone, and its watch with it.
                let _ = self.watcher.unwatch(&path);
            }
        }
        let mode = |below| if below { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        self.places = places
            .into_iter()
            .map(|(path, below)| Place { path, mode: mode(below), watched: None })
            .collect();
        self.look_after();
    }

    /// Something happened to these places themselves: a watch of one that was removed is none.
    pub(super) fn distrust(&mut self, paths: &BTreeMap<PathBuf, bool>) {
        for place in &mut self.places {
            if let Some((path, _)) = place.watched.take_if(|(path, _)| paths.contains_key(path)) {
                let _ = self.watcher.unwatch(&path);
            }
        }
    }

    /// Watches folders that appeared or were replaced; says whether there are any.
    pub(super) fn look_after(&mut self) -> bool {
        let mut changed = false;
        for place in &mut self.places {
            let now = identity(&place.path).map(|identity| (real(&place.path), identity));
            if now == place.watched {
                continue;
            }
            changed = true;
            if let Some((path, _)) = place.watched.take() {
                let _ = self.watcher.unwatch(&path);
            }
            let Some((path, identity)) = now else { continue };
            match self.watcher.watch(&path, place.mode) {
                Ok(()) => place.watched = Some((path, identity)),
                Err(error) if is_full(&error) => {
                    self.queue.watch_full();
                    break;
                }
                // Gone again, or not readable yet: the next look tells.
                Err(_) => {}
            }
        }
        changed
    }
}

fn handler(queue: Arc<Queue>) -> impl notify::EventHandler {
    move |event: notify::Result<notify::Event>| match event {
        Ok(event) if event.need_rescan() => queue.changed([], true),
        Ok(event) => match event.kind {
            EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write) => {}
            _ => {
                let paths: Vec<PathBuf> = event.paths.into_iter().filter(|path| !is_ignored(path)).collect();
                if !paths.is_empty() {
                    queue.changed(paths, false);
                }
            }
        },
        Err(error) if is_full(&error) => queue.watch_full(),
        // Something was missed: where, is not known.
        Err(_) => queue.changed([], true),
    }
}

/// Whether no page can depend on a path: version control, and what editors leave beside the files they save.
fn is_ignored(path: &Path) -> bool {
    let is_leftover = path.file_name().is_some_and(|name| source::is_ignored(&name.to_string_lossy()));
    is_leftover || path.components().any(|part| part.as_os_str() == ".git")
}

/// Whether the system's table of watches is full.
fn is_full(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        // ENOSPC is how Linux says so, EMFILE that of its instances (inotify_add_watch(2), inotify_init(2)).
        ErrorKind::Io(error) => matches!(error.raw_os_error(), Some(28 | 24)),
        _ => false,
    }
}

/// Tells a folder from another that takes its name: its number, which may be given again, and its birth.
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
    fn a_full_table_is_told_from_other_faults() {
        let system = |number| notify::Error::io(std::io::Error::from_raw_os_error(number));
        assert!(is_full(&notify::Error::new(ErrorKind::MaxFilesWatch)));
        assert!(is_full(&system(28)));
        assert!(!is_full(&system(2)));
        assert!(!is_full(&notify::Error::path_not_found()));
    }
}
