//! Answers of the engine to requests.

use std::sync::Arc;

use crate::engine::Asset;

/// The content at an address.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// A page.
    Page {
        /// HTTP status.
        status: u16,
        /// HTML; identical to that of a build if the status is 200.
        html: Arc<str>,
        /// Base path of the site.
        base: Arc<str>,
    },
    /// A generated file that is not a page, a file of the search index, or a file of the theme.
    Bytes {
        /// The content.
        bytes: Arc<[u8]>,
        /// File name, which determines the content type.
        name: String,
    },
    /// A file of a source.
    Asset(Asset),
    /// A redirect to the same address with a final slash, or to the site's base path.
    Redirect(String),
    /// The content is still being generated.
    Pending,
}
