//! The progress of a run, for display.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A stage of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Its name for people, such as `Rendering pages`.
    pub name: &'static str,
    /// The number of its items; 0 if unknown.
    pub total: usize,
}

/// The stage that a run has reached, and the number of its finished items. Clones share them.
#[derive(Clone, Default)]
pub struct Progress(Arc<ProgressState>);

#[derive(Default)]
struct ProgressState {
    stage: Mutex<Stage>,
    done: AtomicUsize,
    on_stage: Option<fn(Stage)>,
}

impl Progress {
    /// Calls `on_stage` when a stage starts.
    pub fn observed(on_stage: fn(Stage)) -> Self {
        Self(Arc::new(ProgressState { on_stage: Some(on_stage), ..ProgressState::default() }))
    }

    /// Starts a stage.
    pub fn start(&self, name: &'static str, total: usize) {
        let stage = Stage { name, total };
        *self.0.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
        self.0.done.store(0, Ordering::Relaxed);
        if let Some(on_stage) = self.0.on_stage {
            on_stage(stage);
        }
    }

    /// Counts one finished item.
    pub fn advance(&self) {
        self.0.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Sets the number of finished items.
    pub fn set(&self, done: usize) {
        self.0.done.store(done, Ordering::Relaxed);
    }

    /// The current stage and the number of its finished items.
    pub fn current(&self) -> (Stage, usize) {
        let stage = *self.0.stage.lock().unwrap_or_else(PoisonError::into_inner);
        (stage, self.0.done.load(Ordering::Relaxed))
    }
}
