//! The handbook: roles, groups, people, skills, checklists and terms, by id.
//!
//! Records say what one file says; the model is what all files say together. Queries of pages ask
//! narrow questions ([`group`], [`role`], [`person`], …), so that a change reaches only the pages that
//! show it. Places in files never make two answers differ; rules that need places read the
//! [`records`] themselves.

mod address;
mod document;
mod handbook;
mod merge;

pub use address::{Route, document_url, index_document, index_names, is_page, slug};
pub use document::{Heading, Outline, document, matter, outline, records, role_matter, title};
pub use handbook::{
    ChecklistEntry, Group, Handbook, Key, Person, Role, Seat, SkillEntry, Text, area_ids, checklist, digests,
    group, group_ids, handbook, people_ids, person, role, role_ids, seats, skill, terms,
};
pub use merge::{CheckedItem, composed};
