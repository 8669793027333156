//! The cached result of a build, by which the next build with the same input sees that nothing has changed.

use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::asset::Copied;
use super::{Engine, Inputs};
use crate::cache::{Cache, CacheKey};
use crate::diagnostic::Diagnostic;
use crate::output::{Output, Snapshot, WriteStats};
use crate::source::Site;

/// The name in the cache.
const NAME: &str = "build";

/// A finished build. It contains nothing that is written to a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// The diagnostics, without credentials.
    pub diagnostics: Vec<Diagnostic>,
    /// The number of pages.
    pub pages: usize,
    /// The files of sources that were copied; the key does not depend on their contents.
    copied: Vec<Copied>,
    /// The files of the site.
    site: Snapshot,
}

impl Finished {
    /// The last build, if it had the same input except for files that were copied.
    pub fn find(cache: &Cache, key: &CacheKey) -> Option<Self> {
        let finished: Self = serde_json::from_slice(&cache.get(NAME, key)?).ok()?;
        finished.diagnostics.iter().all(Diagnostic::is_valid).then_some(finished)
    }

    /// True if the files that were copied are the same now.
    pub fn has_same_copies(&self, inputs: &Inputs) -> bool {
        self.copied.par_iter().all(|copied| copied.is_same(&inputs.source_roots))
    }

    /// Stores it as the last build.
    pub fn store(&self, cache: &Cache, key: &CacheKey) {
        if let Ok(result) = serde_json::to_vec(self) {
            cache.put(NAME, key, &result);
        }
    }

    /// The statistics of a build that changes nothing, if a folder contains the site as this build left it.
    pub fn unchanged(&self, out: &Path, on_wait: impl FnOnce()) -> Option<WriteStats> {
        // Most folders without a site are recognized before anything is created in them.
        let output = out.is_dir().then(|| Output::open(out, on_wait).ok()).flatten()?;
        let unchanged = self.site.len();
        output.contains(&self.site).then(|| WriteStats { unchanged, ..WriteStats::default() })
    }
}

impl Engine {
    /// The result of [`Engine::write`] for the cache; `None` if the next build may have another result.
    pub fn finished(&self, diagnostics: &[Diagnostic], pages: usize, stats: &WriteStats) -> Option<Finished> {
        let histories = Site::get(&self.db).histories(&self.db);
        if histories.iter().any(|walk| walk.history().failed) {
            return None;
        }
        Some(Finished {
            diagnostics: diagnostics.iter().cloned().map(Diagnostic::without_credentials).collect(),
            pages,
            copied: self.copied.clone(),
            site: stats.snapshot.clone()?,
        })
    }
}
