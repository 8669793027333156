//! The records of one data file.

use std::sync::Arc;

use super::{
    Access, Baseline, Checklist, ChecklistItem, GovernanceRule, Group, NamedSeat, Profile, Roster, SkillArea,
    TableRecord, Term, Undecided,
};
use crate::diagnostic::Diagnostic;

/// The records of a data file and its diagnostics.
///
/// Spans do not take part in equality, so queries that return records are `no_eq`: checks see current spans, and
/// narrower queries compare what pages use.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// Groups of one handbook file or of a whole checkout.
    pub groups: Vec<Arc<Group>>,
    /// Holders of roles in records of people who name their groups.
    pub seats: Vec<NamedSeat>,
    /// A directory of people.
    pub people: Vec<Profile>,
    /// Lists of people that are kept elsewhere.
    pub rosters: Vec<Roster>,
    /// Other records.
    pub tables: Vec<TableRecord>,
    /// The number of records that each entry of a mapping finds, in the order of its entries.
    pub found: Vec<usize>,
    /// An area of skills.
    pub area: Option<Arc<SkillArea>>,
    /// A checklist.
    pub checklist: Option<Arc<Checklist>>,
    /// Terms of a glossary.
    pub terms: Vec<Term>,
    /// Rules.
    pub rules: Vec<GovernanceRule>,
    /// Subjects that are known not to meet a rule.
    pub baseline: Vec<Baseline>,
    /// Clauses that no data can decide.
    pub undecided: Vec<Undecided>,
    /// The access that roles get.
    pub access: Vec<Access>,
    /// Diagnostics of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Records {
    /// All checklist items: those of the checklist and those that groups add.
    pub fn items(&self) -> impl Iterator<Item = &ChecklistItem> {
        let overlays = self.groups.iter().flat_map(|group| group.overlays.values());
        let own = self.checklist.iter().flat_map(|checklist| &checklist.items);
        own.chain(overlays.flat_map(|overlay| &overlay.checklist))
    }
}
