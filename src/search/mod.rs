//! Search: the index in which readers' browsers look for what [`crate::pages::search_entries`] says there is to find.

mod index;

pub use index::{FOLDER, Files, index};
