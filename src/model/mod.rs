//! The handbook: roles, groups, people, skills, checklists and terms, by id.
//!
//! Records say what one file says; the model is what all files say together. Queries of pages ask
//! narrow questions ([`group`], [`role`], [`person`], …), so that a change reaches only the pages that
//! show it. Places in files never make two answers differ; rules that need places read the
//! [`records`] themselves.

mod address;
mod compose;
mod document;
mod handbook;
mod merge;

pub use address::*;
pub use compose::{ComposedItem, composed};
pub use document::*;
pub use handbook::*;
pub use merge::find as find_group;
