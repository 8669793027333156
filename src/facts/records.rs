//! Everything that one data file says.

use std::sync::Arc;

use super::{Access, Checklist, ChecklistItem, Group, SkillArea, Term};
use crate::diagnostic::Diagnostic;

/// The records of a data file, with what is wrong in it.
///
/// Places in records never make them unequal, so a query of records is always taken as new: rules see the
/// places of today, and what pages ask for is compared further on.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// Groups, of one handbook file or of a whole checkout.
    pub groups: Vec<Arc<Group>>,
    /// An area of skills.
    pub area: Option<Arc<SkillArea>>,
    /// A checklist.
    pub checklist: Option<Arc<Checklist>>,
    /// Terms of a glossary.
    pub terms: Vec<Term>,
    /// What roles get access to.
    pub access: Vec<Access>,
    /// What is wrong in the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Records {
    /// Checklist items: those of the checklist, and those that groups add.
    pub fn items(&self) -> impl Iterator<Item = &ChecklistItem> {
        let overlays = self.groups.iter().flat_map(|group| group.overlays.values());
        let own = self.checklist.iter().flat_map(|checklist| &checklist.items);
        own.chain(overlays.flat_map(|overlay| &overlay.checklist))
    }
}
