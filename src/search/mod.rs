//! Search: what readers find, and the index in which their browsers look for it.
//!
//! [`entries`] says what there is to find; [`index`] makes files of it, by way of Pagefind. Nothing here reads
//! a rendered page: navigation and what several pages share would be found on each of them.

mod entries;
mod index;

pub use entries::{Entry, Section, entries};
pub use index::{FOLDER, Files, index};
