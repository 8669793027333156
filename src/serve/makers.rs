//! Threads that make pages beside the engine's: a page that takes long holds up nobody else.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::queue::Queue;
use crate::diagnostic::Diagnostic;
use crate::engine::Database;
use crate::model::Route;
use crate::render::{self, Interrupted, RouteKey};

/// How long the engine's thread waits for a page before it turns to others. Most pages take less than a millisecond.
const PATIENCE: Duration = Duration::from_millis(20);
/// Most pages that are being made at a time, beyond the one that the engine's thread waits for.
const MOST: usize = 4;

/// How the making of a page ended.
pub(super) enum Outcome {
    /// With the page, or with what is wrong with it; `None` where there is no such page.
    Made(Option<Result<Arc<str>, Diagnostic>>),
    /// A change came in between.
    Interrupted,
    /// With a fault of the program.
    Failed,
}

type Job = Box<dyn FnOnce() + Send>;

/// See the module.
pub(super) struct Makers {
    queue: Arc<Queue>,
    /// A thread that waits for work.
    ready: Option<Sender<Job>>,
    /// The pages that are not waited for, by address.
    late: BTreeMap<String, Receiver<Outcome>>,
    /// Ends what is being made.
    stop: Arc<AtomicBool>,
}

impl Makers {
    /// Tells the queue when a page is made that was not waited for.
    pub(super) fn new(queue: Arc<Queue>) -> Self {
        Self { queue, ready: None, late: BTreeMap::new(), stop: Arc::default() }
    }

    /// Makes a page. `None` where that takes longer, or would have to wait for others that do: then the queue tells when
    /// to ask again.
    pub(super) fn make(&mut self, db: &Database, url: &str, route: &Route) -> Option<Outcome> {
        if self.late.contains_key(url) || self.late.len() >= MOST {
            return None;
        }
        let (sender, made) = channel();
        let is_late = Arc::new(AtomicBool::new(false));
        let job = {
            let (db, route, queue) = (db.clone(), route.clone(), self.queue.clone());
            let (is_late, stop) = (is_late.clone(), self.stop.clone());
            move || {
                let _ = sender.send(outcome(db, route, stop));
                if is_late.load(Ordering::SeqCst) {
                    queue.page_made();
                }
            }
        };
        self.run(Box::new(job));
        if let Ok(outcome) = made.recv_timeout(PATIENCE) {
            return Some(outcome);
        }
        // Whoever comes second sees that the other was there: the page, or that it is late.
        is_late.store(true, Ordering::SeqCst);
        if let Ok(outcome) = made.try_recv() {
            return Some(outcome);
        }
        self.ready = None;
        self.late.insert(url.to_owned(), made);
        None
    }

    /// Whether any page is still being made.
    pub(super) fn are_busy(&self) -> bool {
        !self.late.is_empty()
    }

    /// The pages that were made meanwhile, by address.
    pub(super) fn made(&mut self) -> Vec<(String, Outcome)> {
        let done = self.late.iter().filter_map(|(url, made)| Some((url.clone(), made.try_recv().ok()?)));
        let done: Vec<(String, Outcome)> = done.collect();
        for (url, _) in &done {
            self.late.remove(url);
        }
        done
    }

    /// Ends what is being made: a change waits until nobody asks the database.
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
        // The thread was just started, and takes what it is sent.
        let _ = sender.send(job);
        self.ready = Some(sender);
    }
}

/// Makes a page, and gives the database back before anybody hears of it.
fn outcome(db: Database, route: Route, stop: Arc<AtomicBool>) -> Outcome {
    let make = || render::rendered(&db, RouteKey::new(&db, route)).clone();
    let made = catch_unwind(AssertUnwindSafe(|| render::interruptible(stop, make)));
    match made {
        Ok(made) => Outcome::Made(made),
        Err(fault) if fault.is::<salsa::Cancelled>() || fault.is::<Interrupted>() => Outcome::Interrupted,
        Err(_) => Outcome::Failed,
    }
}
