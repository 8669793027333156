//! What the engine's thread is asked to do, the most urgent first: changes of files, requests, tabs that
//! wait for news, and whatever there is to do when nobody waits.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::answer::Answer;
use crate::engine::Refresh;

/// From this many paths on, in one go or shortly one after the other, changes are taken for the work of a
/// program, such as a change of branches, and gathered until it is done.
const MANY: usize = 10;
/// How long nothing has to happen for such work to be done, and how long it is waited for at most.
const QUIET: Duration = Duration::from_millis(30);
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the folders of sources are looked after, which may vanish and come back.
const TICK: Duration = Duration::from_millis(500);

/// Something to do.
pub(super) enum Task {
    /// Files changed.
    Changes(Refresh),
    /// A page is asked for.
    Request(Request),
    /// A page is made that took long.
    Made,
    /// Tabs wait for news.
    Tabs,
    /// The watcher gave up: the system's limit is reached.
    WatchFull,
    /// Look after the folders of sources.
    Tick,
    /// Nobody waits.
    Idle,
    /// The end.
    Stop,
}

/// A question of the server.
pub(super) struct Request {
    /// Path of the address, percent-decoded.
    pub path: String,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Answer>,
}

/// See [`Task`].
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

struct Waiting {
    changes: Refresh,
    /// When the first and the last of the changes arrived.
    first: Instant,
    last: Instant,
    /// When changes were last handed out, and how many paths since things were quiet.
    handed_out: (Instant, usize),
    /// Paths to look at a second time, and when.
    later: BTreeMap<PathBuf, Instant>,
    requests: VecDeque<Request>,
    made: bool,
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
            made: false,
            tabs: false,
            watch_full: false,
            ticked: now,
            stop: false,
        };
        Self { waiting: Mutex::new(waiting), wake: Condvar::new() }
    }
}

impl Queue {
    /// Something happened at these places; all places where it is not known which.
    pub(super) fn changed(&self, paths: impl IntoIterator<Item = PathBuf>, all: bool) {
        let mut waiting = self.lock();
        waiting.add(paths.into_iter().map(|path| (path, false)), all);
        drop(waiting);
        self.wake.notify_one();
    }

    /// Looks at a place again in a moment.
    pub(super) fn look_again(&self, path: PathBuf) {
        self.lock().later.insert(path, Instant::now() + QUIET);
    }

    /// Asks for a page.
    pub(super) fn ask(&self, path: String) -> oneshot::Receiver<Answer> {
        let (reply, answer) = oneshot::channel();
        self.lock().requests.push_back(Request { path, reply });
        self.wake.notify_one();
        answer
    }

    /// A page is made that took long.
    pub(super) fn page_made(&self) {
        self.lock().made = true;
        self.wake.notify_one();
    }

    /// A tab waits for news.
    pub(super) fn tab_waits(&self) {
        self.lock().tabs = true;
        self.wake.notify_one();
    }

    /// The watcher gave up.
    pub(super) fn watch_full(&self) {
        self.lock().watch_full = true;
        self.wake.notify_one();
    }

    /// Ends the engine's thread.
    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.wake.notify_one();
    }

    /// The next thing to do; waits for one unless there is something to do when nobody waits.
    pub(super) fn next(&self, has_idle_work: bool) -> Task {
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
            if std::mem::take(&mut waiting.made) {
                return Task::Made;
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
            // While a change gathers, whatever would be worked out is out of date in a moment.
            if has_idle_work && ready.is_none() {
                return Task::Idle;
            }
            let next = waiting.later.values().copied().chain(ready).chain([waiting.ticked + TICK]).min();
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

    /// Whether what waits came right after what was handed out last.
    fn is_in_burst(&self) -> bool {
        self.first < self.handed_out.0 + QUIET
    }

    /// When the changes are to be handed out: a single save at once, the work of a program when it is done.
    fn ready_at(&self) -> Option<Instant> {
        if self.is_empty() {
            return None;
        }
        let before = if self.is_in_burst() { self.handed_out.1 } else { 0 };
        if before + self.changes.paths.len() < MANY {
            return Some(self.first);
        }
        Some((self.last + QUIET).min(self.first + PATIENCE))
    }
}
