//! The merged records of one group, role, person or checklist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::facts::{
    self, Account, Checklist, Need, Person as Named, Placeholder, RoleMatter, RoleOverlay, Skill,
};
use crate::source::{File, SourceId};

/// Markdown with the file that its references are relative to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// The file that contains it.
    pub file: File,
    /// The Markdown.
    pub text: String,
}

/// A group: the facts from one file or several and the additions of the handbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The facts. If a checkout and the handbook both describe the group, those of the checkout.
    pub facts: Arc<facts::Group>,
    /// The file of the facts: of the record that says most.
    pub file: File,
    /// Other files whose records complete them.
    pub completed_by: Vec<File>,
    /// The source of that file.
    pub source: SourceId,
    /// The purpose of the group, from the handbook if it states one.
    pub mission: Option<Text>,
    /// Topics about which other groups may ask this one.
    pub ask_about: Option<Text>,
    /// Ids of the existing groups that it works for.
    pub stakeholders: Vec<String>,
    /// Id of the existing group that it is part of.
    pub parent: Option<String>,
    /// The role keys of its holders and of the seats that the data marks as vacant.
    pub role_keys: BTreeSet<String>,
    /// Additions to roles, by role id.
    pub overlays: BTreeMap<String, RoleOverlay>,
    /// The handbook file that contains the overlays.
    pub overlay_file: File,
}

impl Group {
    /// Returns the group's id.
    pub fn id(&self) -> &str {
        &self.facts.id
    }

    /// Records that a record of the file completes the facts.
    pub(super) fn add_file(&mut self, file: File) {
        if self.file != file && !self.completed_by.contains(&file) {
            self.completed_by.push(file);
        }
    }

    /// True if the data marks the seat of a role as vacant.
    pub(super) fn marks_as_vacant(&self, role: &Role) -> bool {
        role.held_as().iter().any(|key| self.facts.vacant.iter().any(|vacant| vacant == key))
    }

    /// True if the group has a fact.
    pub fn has(&self, need: &Need) -> bool {
        let facts = &self.facts;
        match need {
            Need::Teams => !facts.contact.teams.is_empty(),
            Need::Subprojects => !facts.subprojects.is_empty(),
            Need::Meetings => !facts.meetings.is_empty(),
            Need::Fact(placeholder) => match placeholder {
                Placeholder::GroupLabel | Placeholder::GroupLabelCommand => facts.label.is_some(),
                Placeholder::GroupListAddress => facts.contact.public_list().is_some(),
                Placeholder::GroupCharter => facts.charter.is_some(),
                Placeholder::GroupLiaison => facts.contact.liaison.is_some(),
                Placeholder::GroupLeads => !facts.leads.is_empty(),
                Placeholder::GroupStakeholders => !self.stakeholders.is_empty(),
                Placeholder::Channel(kind) => facts.contact.channel(|of| of.id == kind.id).is_some(),
                _ => true,
            },
            // Reported by a check; the item is shown anyway.
            Need::Unknown(_) => true,
        }
    }

    /// The name with its kind: `Guild of Painters`, `Steering Committee`.
    pub fn full_name(&self) -> String {
        self.facts.kind.with_name(&self.facts.name)
    }
}

/// A role, from its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The role's id.
    pub id: String,
    /// The role's document; of an implied role, the file of the first group that names a holder.
    pub file: File,
    /// True if no document describes the role, and only group data names holders.
    pub is_implied: bool,
    /// The title of the document.
    pub title: String,
    /// The short name; the title if the document sets none.
    pub short: String,
    /// Position among the roles.
    pub order: Option<i64>,
    /// The rest of its front matter.
    pub matter: RoleMatter,
}

/// The fit of a role that only the data of the group mentions, see [`Role::fit`].
const HELD: u8 = 1;

impl Role {
    /// The keys under which group data lists the holders.
    pub fn held_as(&self) -> Vec<&str> {
        match self.matter.held_as.as_slice() {
            [] => vec![&self.id],
            keys => keys.iter().map(|key| key.value.as_str()).collect(),
        }
    }

    /// The number of holders that a group should have.
    pub fn wanted(&self) -> Option<u32> {
        self.matter.recommended.or(self.matter.min)
    }

    /// True if the role document says that a group has the role.
    pub fn applies_to(&self, group: &facts::Group) -> bool {
        self.stated_fit(group) > HELD
    }

    /// The fit of a role to a group: 3 by the group's id, 2 by its kind, 1 if the group's data names a holder or a
    /// vacant seat, 0 if it does not apply. A holder in the data is always shown.
    pub(super) fn fit(&self, group: &Group) -> u8 {
        match self.stated_fit(&group.facts) {
            0 if self.held_as().iter().any(|key| group.role_keys.contains(*key)) => HELD,
            fit => fit,
        }
    }

    /// The fit of a role to a group according to the role document.
    fn stated_fit(&self, group: &facts::Group) -> u8 {
        let applies_to = |name: &str| self.matter.applies_to.iter().any(|at| at.value == name);
        if applies_to(&group.id) {
            3
        } else if applies_to(&group.kind.id) {
            2
        } else {
            0
        }
    }
}

/// A skill with its area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillEntry {
    /// The skill.
    pub skill: Skill,
    /// Area id.
    pub area: String,
    /// Area name.
    pub area_name: String,
    /// The file that contains it.
    pub file: File,
}

/// A checklist with its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistEntry {
    /// The checklist.
    pub checklist: Arc<Checklist>,
    /// The file that contains it.
    pub file: File,
}

/// A person, merged from all data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The id, used in addresses.
    pub id: String,
    /// Accounts, in the spelling first seen; empty for a person who is identified by name only.
    pub accounts: Vec<Account>,
    /// The full name, or the name of an account if no file has it.
    pub name: String,
    /// Employers as they are written, in the order first seen.
    pub companies: Vec<String>,
    /// Group ids with the role keys of the data.
    pub leads: Vec<(String, String)>,
    /// Group ids with subproject names.
    pub subprojects: Vec<(String, String)>,
    /// Ids of the groups of which they are liaison.
    pub liaison_for: Vec<String>,
    /// Ids of the groups that they led formerly.
    pub emeritus: Vec<String>,
    /// Keys of the roles that they hold in the community as a whole.
    pub community_roles: Vec<String>,
    /// The entry in the directory of people.
    pub profile: Option<Arc<(File, facts::Profile)>>,
}

impl Person {
    /// Returns the name of the first account, or else the id.
    pub fn handle(&self) -> &str {
        facts::handle(&self.accounts, &self.id)
    }
}

/// A role in a group and its holders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The role.
    pub role: Arc<Role>,
    /// The holders, in the order of the data.
    pub holders: Vec<Named>,
    /// True if the data lists holders of this role; false for roles whose holders are listed elsewhere.
    pub recorded: bool,
    /// True if the role is optional in the group. One that the data marks as vacant is not.
    pub is_optional: bool,
}

/// The role keys of leads of subprojects and of the liaison of a group.
pub const SUBPROJECT_LEAD: &str = "subproject-lead";
/// See [`SUBPROJECT_LEAD`].
pub const LIAISON: &str = "liaison";
