//! The search index of the preview, built on request in a thread of its own.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::Database;
use crate::pages;
use crate::search::{self, IndexFiles};
use crate::source::Site;

/// The index, if built.
#[derive(Clone, Default)]
pub(super) struct LiveIndex(Arc<Mutex<IndexState>>);

#[derive(Default)]
struct IndexState {
    /// The latest index, by path within the site.
    files: Option<BTreeMap<String, Arc<[u8]>>>,
    /// True if the site has changed since that index was started.
    is_stale: bool,
    /// True while an index is being built.
    is_building: bool,
}

/// Result of looking up a file.
pub(super) enum LookupResult {
    /// The content of the file.
    Bytes(Arc<[u8]>),
    /// The first index is being built.
    Pending,
    /// The index does not contain the file.
    Missing,
}

impl LiveIndex {
    /// Marks the index as stale.
    pub(super) fn changed(&self) {
        self.state().is_stale = true;
    }

    /// A file of the index, by its path within the site. Clients request the entry script first; that request starts
    /// rebuilding a stale index, and the previous one is served meanwhile.
    pub(super) fn file(&self, path: &str, db: &Database) -> LookupResult {
        let begins = path.strip_prefix(search::FOLDER) == Some("/pagefind-entry.json");
        let mut state = self.state();
        if begins && !state.is_building && (state.is_stale || state.files.is_none()) {
            state.is_building = true;
            state.is_stale = false;
            let (index, db) = (self.clone(), db.clone());
            std::thread::spawn(move || index.build(db));
        }
        match &state.files {
            Some(files) => {
                files.get(path).map_or(LookupResult::Missing, |bytes| LookupResult::Bytes(bytes.clone()))
            }
            None => LookupResult::Pending,
        }
    }

    fn build(&self, db: Database) {
        // A change cancels queries and unwinds the thread.
        let files = catch_unwind(AssertUnwindSafe(|| build(db))).ok();
        let mut state = self.state();
        state.is_building = false;
        match files {
            Some(files) => {
                state.files = Some(files.into_iter().map(|(path, bytes)| (path, bytes.into())).collect());
            }
            None => state.is_stale = true,
        }
    }

    fn state(&self) -> MutexGuard<'_, IndexState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn build(db: Database) -> IndexFiles {
    let language = Site::get(&db).config(&db).language.clone();
    let entries = pages::search_entries(&db);
    drop(db);
    search::index(entries, &language)
}
