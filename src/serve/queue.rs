//! Tasks for the engine's thread, by priority: changes of files, requests, updates of tabs, idle work.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::answer::Answer;
use crate::engine::Refresh;

/// Number of paths from which a burst of changes is attributed to a program, such as a switch of branches. Such changes
/// are collected until the burst ends.
const BURST_SIZE: usize = 10;
/// Quiet time that ends such a burst, and its maximum duration.
pub(super) const QUIET: Duration = Duration::from_millis(30);
const PATIENCE: Duration = Duration::from_secs(1);
/// Interval of checks for source folders that vanish and come back.
const TICK: Duration = Duration::from_millis(500);

/// A task.
pub(super) enum Task {
    /// Files changed.
    Changes(Refresh),
    /// A page is requested.
    Request(Request),
    /// A slow page has been rendered.
    Rendered,
    /// Tabs wait for an update.
    Tabs,
    /// The watcher reached the system's limit.
    WatchFull,
    /// Check the source folders.
    Tick,
    /// Nothing else to do.
    Idle,
    /// End the thread.
    Stop,
}

/// A request from the server.
pub(super) struct Request {
    /// Percent-decoded path.
    pub path: String,
    /// Channel for the answer.
    pub reply: oneshot::Sender<Answer>,
}

/// Queue of tasks; see [`Task`].
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

struct Waiting {
    changes: Refresh,
    /// Times of the first and the last collected change.
    first: Instant,
    last: Instant,
    /// Time of the last change task, and number of paths in the current burst.
    handed_out: (Instant, usize),
    /// Paths to check again, with the time.
    later: BTreeMap<PathBuf, Instant>,
    requests: VecDeque<Request>,
    has_finished_page: bool,
    tabs: bool,
    watch_full: bool,
    ticked: Instant,
    stop: bool,
}

impl Default for Queue {
    fn default() -> Self {
        let now = Instant::now();
        let waiting = Waiting {
            changes: Refresh::default(),
            first: now,
            last: now,
            handed_out: (now, 0),
            later: BTreeMap::new(),
            requests: VecDeque::new(),
            has_finished_page: false,
            tabs: false,
            watch_full: false,
            ticked: now,
            stop: false,
        };
        Self { waiting: Mutex::new(waiting), wake: Condvar::new() }
    }
}

impl Queue {
    /// Adds changes of paths, or of everything if the paths are unknown.
    pub(super) fn changed(&self, paths: impl IntoIterator<Item = PathBuf>, all: bool) {
        let mut waiting = self.lock();
        waiting.add(paths.into_iter().map(|path| (path, false)), all);
        drop(waiting);
        self.wake.notify_one();
    }

    /// Checks a path again after a delay.
    pub(super) fn recheck(&self, path: PathBuf, delay: Duration) {
        self.lock().later.insert(path, Instant::now() + delay);
    }

    /// Requests a page.
    pub(super) fn ask(&self, path: String) -> oneshot::Receiver<Answer> {
        let (reply, answer) = oneshot::channel();
        self.lock().requests.push_back(Request { path, reply });
        self.wake.notify_one();
        answer
    }

    /// Reports that a slow page has been rendered.
    pub(super) fn page_rendered(&self) {
        self.lock().has_finished_page = true;
        self.wake.notify_one();
    }

    /// Requests an update of tabs.
    pub(super) fn tab_waits(&self) {
        self.lock().tabs = true;
        self.wake.notify_one();
    }

    /// Reports that the watcher reached the system's limit.
    pub(super) fn watch_full(&self) {
        self.lock().watch_full = true;
        self.wake.notify_one();
    }

    /// Ends the engine's thread.
    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.wake.notify_one();
    }

    /// Waits for the next task. Idle work is due at `idle_work`; without a time, there is none to do.
    pub(super) fn next(&self, idle_work: Option<Instant>) -> Task {
        let mut waiting = self.lock();
        loop {
            if waiting.stop {
                return Task::Stop;
            }
            let now = Instant::now();
            let due: Vec<PathBuf> =
                waiting.later.iter().filter(|(_, at)| **at <= now).map(|(path, _)| path.clone()).collect();
            for path in &due {
                waiting.later.remove(path);
            }
            waiting.add(due.into_iter().map(|path| (path, true)), false);
            let ready = waiting.ready_at();
            if ready.is_some_and(|at| at <= now) {
                let before = if waiting.is_in_burst() { waiting.handed_out.1 } else { 0 };
                waiting.handed_out = (now, before + waiting.changes.paths.len());
                return Task::Changes(std::mem::take(&mut waiting.changes));
            }
            if std::mem::take(&mut waiting.has_finished_page) {
                return Task::Rendered;
            }
            if let Some(request) = waiting.requests.pop_front() {
                return Task::Request(request);
            }
            if std::mem::take(&mut waiting.watch_full) {
                return Task::WatchFull;
            }
            if std::mem::take(&mut waiting.tabs) {
                return Task::Tabs;
            }
            if waiting.ticked + TICK <= now {
                waiting.ticked = now;
                return Task::Tick;
            }
            // While changes are collected, idle work would soon be outdated.
            let idle_work = idle_work.filter(|_| ready.is_none());
            if idle_work.is_some_and(|at| at <= now) {
                return Task::Idle;
            }
            let times = waiting.later.values().copied().chain(ready).chain(idle_work);
            let next = times.chain([waiting.ticked + TICK]).min();
            let pause = next.map_or(TICK, |at| at.saturating_duration_since(now));
            waiting = self.wake.wait_timeout(waiting, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn add(&mut self, paths: impl Iterator<Item = (PathBuf, bool)>, all: bool) {
        let now = Instant::now();
        let was_empty = self.is_empty();
        let mut added = all;
        for (path, second) in paths {
            *self.changes.paths.entry(path).or_default() |= second;
            added = true;
        }
        self.changes.all |= all;
        if added {
            self.last = now;
            if was_empty {
                self.first = now;
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.changes.paths.is_empty() && !self.changes.all
    }

    /// True if the waiting changes follow closely on the last change task.
    fn is_in_burst(&self) -> bool {
        self.first < self.handed_out.0 + QUIET
    }

    /// Time at which the changes are due: at once for a single save, after the end of a burst otherwise.
    fn ready_at(&self) -> Option<Instant> {
        if self.is_empty() {
            return None;
        }
        let before = if self.is_in_burst() { self.handed_out.1 } else { 0 };
        if before + self.changes.paths.len() < BURST_SIZE {
            return Some(self.first);
        }
        Some((self.last + QUIET).min(self.first + PATIENCE))
    }
}
