//! Patches that bring lists of people in step with the facts.
//!
//! `plan` decides what changes, `edit` changes the text of a file by spans, `diff` compares the texts. Nothing is
//! written here. Each changed text is read again: only a text with exactly the intended lists becomes part of a patch.

mod diff;
mod edit;
mod plan;

pub use plan::{ChangedList, Planned, SourcePatch, patches};

/// A reason why a list cannot be patched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Its value is not a block list of YAML with one member on each line.
    NoBlockList,
    /// The file is not UTF-8 or has syntax errors.
    Unreadable,
    /// A holder has no account.
    NoAccount(String),
    /// A person is a member through another list.
    Via {
        /// The handle.
        handle: String,
        /// The other list.
        list: String,
    },
    /// A person should be in the list for one group, but not for another.
    Conflict(String),
    /// No file or several files could contain the list.
    NoFile,
    /// More than the list would have to be removed.
    Unsafe,
}
