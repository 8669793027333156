//! The search index of the preview: made beside it when it is asked for, never on its thread.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::Database;
use crate::pages;
use crate::search::{self, Files};
use crate::source::Site;

/// The index, as far as there is one.
#[derive(Clone, Default)]
pub(super) struct Index(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The last index, by path within the site.
    files: Option<BTreeMap<String, Arc<[u8]>>>,
    /// Whether the site was changed since that was begun.
    stale: bool,
    /// Whether one is being made.
    building: bool,
}

/// What there is of a file.
pub(super) enum Found {
    /// It is there.
    Bytes(Arc<[u8]>),
    /// The index is being made.
    Later,
    /// The index has no such file.
    Nothing,
}

impl Index {
    /// The site was changed.
    pub(super) fn changed(&self) {
        self.state().stale = true;
    }

    /// A file of the index, by its path within the site. Whoever begins to search asks for the entry first:
    /// then an index that is not of today is made anew, and the last one serves meanwhile.
    pub(super) fn file(&self, path: &str, db: &Database) -> Found {
        let begins = path.strip_prefix(search::FOLDER) == Some("/pagefind-entry.json");
        let mut state = self.state();
        if begins && !state.building && (state.stale || state.files.is_none()) {
            state.building = true;
            state.stale = false;
            let (index, db) = (self.clone(), db.clone());
            std::thread::spawn(move || index.build(db));
        }
        match &state.files {
            Some(files) => files.get(path).map_or(Found::Nothing, |bytes| Found::Bytes(bytes.clone())),
            None => Found::Later,
        }
    }

    fn build(&self, db: Database) {
        // A change that comes in between waits until nobody asks the database, and ends what is asked.
        let files = catch_unwind(AssertUnwindSafe(|| made(db))).ok().flatten();
        let mut state = self.state();
        state.building = false;
        match files {
            Some(files) => {
                state.files = Some(files.into_iter().map(|(path, bytes)| (path, bytes.into())).collect());
            }
            None => state.stale = true,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn made(db: Database) -> Option<Files> {
    let language = Site::get(&db).config(&db).language.clone();
    let entries = pages::search_entries(&db);
    drop(db);
    search::index(&entries, &language).ok()
}
