//! Threads that render pages and check the whole site, so that neither blocks the engine's thread.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::queue::Queue;
use crate::check;
use crate::diagnostic::Diagnostic;
use crate::engine::Database;
use crate::model::Route;
use crate::render::{self, Interrupted, RouteKey};

/// Maximum number of pages rendered at a time, in addition to the one the engine's thread waits for.
const MAX_LATE: usize = 4;

/// The name of the checks of the whole site among the late pages. No page has it as its address.
const CHECKS: &str = "";

/// Outcome of rendering a page or checking the site.
pub(super) enum RenderOutcome {
    /// The page or its error; `None` if the page does not exist.
    Rendered(Option<Result<Arc<str>, Diagnostic>>),
    /// The site has been checked; asking for its diagnostics takes no time now.
    Checked,
    /// Cancelled by a change.
    Interrupted,
    /// The program panicked.
    Failed,
}

type Job = Box<dyn FnOnce() + Send>;

/// Renders pages in threads.
pub(super) struct Renderers {
    queue: Arc<Queue>,
    /// Channel to an idle thread.
    ready: Option<Sender<Job>>,
    /// Pages still being rendered after the wait, by address, each with the channel to its thread.
    late: BTreeMap<String, (Receiver<RenderOutcome>, Option<Sender<Job>>)>,
    /// Cancels the threads.
    stop: Arc<AtomicBool>,
}

impl Renderers {
    /// Creates renderers that notify the queue of pages finished after the wait.
    pub(super) fn new(queue: Arc<Queue>) -> Self {
        Self { queue, ready: None, late: BTreeMap::new(), stop: Arc::default() }
    }

    /// Renders a page. `None` if it takes longer than `patience` or too many others do; the queue gets a task when it
    /// is worth trying again.
    pub(super) fn make(
        &mut self,
        db: &Database,
        url: &str,
        route: &Route,
        patience: Duration,
    ) -> Option<RenderOutcome> {
        let route = route.clone();
        self.start(db, url, patience, |db| {
            RenderOutcome::Rendered(render::rendered(db, RouteKey::new(db, route)).clone())
        })
    }

    /// Checks the whole site; like [`Renderers::make`].
    pub(super) fn check(&mut self, db: &Database, patience: Duration) -> Option<RenderOutcome> {
        self.start(db, CHECKS, patience, |db| {
            check::site_diagnostics(db);
            RenderOutcome::Checked
        })
    }

    fn start(
        &mut self,
        db: &Database,
        url: &str,
        patience: Duration,
        work: impl FnOnce(&Database) -> RenderOutcome + Send + 'static,
    ) -> Option<RenderOutcome> {
        if self.late.contains_key(url) || self.late.len() >= MAX_LATE {
            return None;
        }
        let (sender, receiver) = channel();
        let is_late = Arc::new(AtomicBool::new(false));
        let job = {
            let (db, queue) = (db.clone(), self.queue.clone());
            let (is_late, stop) = (is_late.clone(), self.stop.clone());
            move || {
                let _ = sender.send(outcome(db, stop, work));
                if is_late.load(Ordering::SeqCst) {
                    queue.page_rendered();
                }
            }
        };
        self.run(Box::new(job));
        if let Ok(outcome) = receiver.recv_timeout(patience) {
            return Some(outcome);
        }
        // The thread sends the page before it reads `is_late`. Either the page is received below, or the thread notifies
        // the queue.
        is_late.store(true, Ordering::SeqCst);
        if let Ok(outcome) = receiver.try_recv() {
            return Some(outcome);
        }
        self.late.insert(url.to_owned(), (receiver, self.ready.take()));
        None
    }

    /// True if any page is still being rendered.
    pub(super) fn are_busy(&self) -> bool {
        !self.late.is_empty()
    }

    /// Takes the pages finished since the last call, by address.
    pub(super) fn take_finished(&mut self) -> Vec<(String, RenderOutcome)> {
        let done = self
            .late
            .iter()
            .filter_map(|(url, (receiver, _))| Some((url.clone(), receiver.try_recv().ok()?)));
        let done: Vec<(String, RenderOutcome)> = done.collect();
        for (url, _) in &done {
            if let Some((_, thread)) = self.late.remove(url) {
                self.ready = self.ready.take().or(thread);
            }
        }
        done
    }

    /// Forgets the pages still being rendered, because they are outdated. Their threads notify the queue nevertheless.
    pub(super) fn forget_late(&mut self) {
        self.late.clear();
    }

    /// Cancels rendering, because a change needs exclusive access to the database.
    pub(super) fn interrupt(&mut self) {
        std::mem::take(&mut self.stop).store(true, Ordering::SeqCst);
    }

    fn run(&mut self, job: Job) {
        let job = match &self.ready {
            Some(ready) => match ready.send(job) {
                Ok(()) => return,
                Err(returned) => returned.0,
            },
            None => job,
        };
        let (sender, jobs) = channel::<Job>();
        std::thread::spawn(move || jobs.into_iter().for_each(|job| job()));
        // The thread is receiving, as it has just been started.
        let _ = sender.send(job);
        self.ready = Some(sender);
    }
}

/// Does work, and releases the database before the result is sent.
fn outcome(
    db: Database,
    stop: Arc<AtomicBool>,
    work: impl FnOnce(&Database) -> RenderOutcome,
) -> RenderOutcome {
    let done = catch_unwind(AssertUnwindSafe(|| render::interruptible(stop, || work(&db))));
    match done {
        Ok(outcome) => outcome,
        Err(fault) if fault.is::<salsa::Cancelled>() || fault.is::<Interrupted>() => {
            RenderOutcome::Interrupted
        }
        Err(_) => RenderOutcome::Failed,
    }
}
