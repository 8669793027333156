//! The states of the files of a site after a build, by which a later build sees that none has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cache::FileState;
use crate::site_path::SitePath;

/// The files of a site as a build left them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot(BTreeMap<String, FileState>);

impl Snapshot {
    /// The files of a site at the end of a build. `opened` and `complete` are times of the file system: before any file
    /// was compared, and after all were staged.
    ///
    /// `None` if another program may have changed a file since this build compared or staged it.
    pub(super) fn of(
        root: &Path,
        files: &BTreeSet<SitePath>,
        staged: &[SitePath],
        (opened, complete): (i64, i64),
    ) -> Option<Self> {
        let state = |path: &SitePath| {
            let state = FileState::at(&path.below(root))?;
            // Staged files were moved, which is a change, but not of the content.
            let is_own = match staged.binary_search(path) {
                Ok(_) => state.modified < complete,
                Err(_) => state.modified < opened && state.changed < opened,
            };
            is_own.then(|| (path.as_str().to_owned(), state))
        };
        files.iter().map(state).collect::<Option<_>>().map(Self)
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are no files.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True if a file of the site still has its state.
    pub(super) fn has(&self, path: &SitePath, root: &Path) -> bool {
        self.0.get(path.as_str()).is_some_and(|state| FileState::at(&path.below(root)) == Some(*state))
    }
}
