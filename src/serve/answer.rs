//! What the engine answers to a request.

use std::sync::Arc;

use crate::engine::Asset;

/// What an address has.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// A page.
    Page {
        /// HTTP status.
        status: u16,
        /// Exactly what a build would write, where the status is 200.
        html: Arc<str>,
        /// Path under which the site is served.
        base: Arc<str>,
    },
    /// Data for other programs, or a file of the theme.
    Bytes {
        /// What is in it.
        bytes: Arc<[u8]>,
        /// Its name, which tells its type.
        name: String,
    },
    /// A file of a source.
    Asset(Asset),
    /// The same with a slash, or the site's own path.
    Redirect(String),
    /// It is being made.
    Later,
}
