//! The handbook: roles, groups, people, skills, checklists and terms, by id.
//!
//! Records say what one file says; the model is what all files say together. Queries of pages ask
//! narrow questions ([`group`], [`role`], [`person`], …), so that a change reaches only the pages that
//! show it. Places in files never make two answers differ; rules that need places read the
//! [`records`] themselves.

mod address;
mod book;
mod calendar;
mod compose;
mod file;
mod leadership;
mod load;
mod merge;
mod normative;
pub mod placeholder;

pub use address::*;
pub use book::*;
pub use calendar::*;
pub use compose::{ComposedItem, Subject, composed, included, is_for};
pub use file::*;
pub use leadership::{Filled, Standing};
pub use load::*;
pub use merge::find as find_group;
pub use normative::*;
