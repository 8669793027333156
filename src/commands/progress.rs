//! Shows the progress of long work: as a bar on a terminal, or with `--verbose` as a line for each stage.

use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::settings::{Verbosity, verbosity};
use crate::engine::{Progress, Stage};

/// Work that takes no longer shows no bar.
const DELAY: Duration = Duration::from_millis(200);
/// Time between updates of the bar.
const INTERVAL: Duration = Duration::from_millis(80);

/// The bar that is on the terminal. It is hidden while anything else is written.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Shows the progress of a run until it is dropped.
pub(super) struct ProgressDisplay {
    progress: Progress,
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

impl ProgressDisplay {
    /// Starts to show progress, if there is somebody to read it.
    pub(super) fn start() -> Self {
        if verbosity() == Verbosity::Verbose {
            return Self { progress: Progress::observed(name_stage), thread: None };
        }
        let progress = Progress::default();
        let thread = is_watched().then(|| {
            let (stop, stopped) = channel();
            let progress = progress.clone();
            (stop, std::thread::spawn(move || show(&progress, &stopped)))
        });
        Self { progress, thread }
    }

    /// The progress that is shown.
    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Removes the bar.
    pub(super) fn end(&mut self) {
        if let Some((stop, thread)) = self.thread.take() {
            drop(stop);
            // A failure to draw the bar is ignored.
            let _ = thread.join();
        }
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        self.end();
    }
}

/// Writes while the bar is hidden.
pub(super) fn without_bar<T>(write: impl FnOnce() -> T) -> T {
    let bar = BAR.lock().unwrap_or_else(PoisonError::into_inner);
    match &*bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// True if a person watches standard error.
fn is_watched() -> bool {
    let variable = |name: &str| std::env::var_os(name).unwrap_or_default();
    verbosity() != Verbosity::Quiet
        && std::io::stderr().is_terminal()
        && variable("TERM") != "dumb"
        && (variable("CI").is_empty() || variable("CI") == "false")
}

fn name_stage(stage: Stage) {
    match stage.total {
        0 => detail!("{}", stage.name),
        total => detail!("{} ({total})", stage.name),
    }
}

fn show(progress: &Progress, stopped: &Receiver<()>) {
    let is_over = |time| stopped.recv_timeout(time) != Err(RecvTimeoutError::Timeout);
    if is_over(DELAY) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    set_bar(Some(bar.clone()));
    loop {
        let (stage, done) = progress.current();
        bar.set_style(style(stage));
        bar.set_message(stage.name);
        bar.set_length(stage.total as u64);
        bar.set_position(done as u64);
        bar.tick();
        if is_over(INTERVAL) {
            break;
        }
    }
    set_bar(None);
    bar.finish_and_clear();
}

fn set_bar(bar: Option<ProgressBar>) {
    *BAR.lock().unwrap_or_else(PoisonError::into_inner) = bar;
}

fn style(stage: Stage) -> ProgressStyle {
    let template =
        if stage.total == 0 { "{spinner} {msg}" } else { "{spinner} {msg} [{bar:30}] {pos}/{len}" };
    ProgressStyle::with_template(template)
        .map_or_else(|_| ProgressStyle::default_bar(), |style| style.progress_chars("=> "))
}
