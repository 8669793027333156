//! The search index of the entries from [`crate::pages::search_entries`].

mod index;

pub use index::{FOLDER, Files, index};
