//! What all files together say of one thing: a group, a role, a person, a checklist.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts::{
    self, Account, Checklist, Need, Person as Named, Placeholder, RoleMatter, RoleOverlay, Skill,
};
use crate::source::File;

/// Markdown with the file that its references start from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// Where it was written.
    pub file: File,
    /// The Markdown.
    pub text: String,
}

/// A group: the facts of one file, with what the handbook adds to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Facts. Where a checkout and the handbook both describe the group, the checkout's.
    pub facts: Arc<facts::Group>,
    /// The file of the facts.
    pub file: File,
    /// What the group is for: the handbook's words where it has any.
    pub mission: Option<Text>,
    /// What anybody in any group may ask this one about.
    pub ask_about: Option<Text>,
    /// Ids of the groups it works for, those that exist.
    pub stakeholders: Vec<String>,
    /// What it adds to roles, by role id.
    pub overlays: BTreeMap<String, RoleOverlay>,
    /// The file of the overlays; the handbook's.
    pub overlay_file: File,
}

impl Group {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.facts.id
    }

    /// Whether the group has a fact.
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
            // Reported by a rule; it keeps nothing from being shown.
            Need::Unknown(_) => true,
        }
    }

    /// `Guild of Painters`, `Steering Committee`: the name with its kind.
    pub fn full_name(&self) -> String {
        self.facts.kind.with_name(&self.facts.name)
    }
}

/// A role, from its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Role id.
    pub id: String,
    /// Its document.
    pub file: File,
    /// Title of the document.
    pub title: String,
    /// Short name; the title where the document gives none.
    pub short: String,
    /// Position among the roles.
    pub order: Option<i64>,
    /// The rest of its front matter.
    pub matter: RoleMatter,
}

impl Role {
    /// How group data names the holders.
    pub fn held_as(&self) -> Vec<&str> {
        match self.matter.held_as.as_slice() {
            [] => vec![&self.id],
            keys => keys.iter().map(|key| key.value.as_str()).collect(),
        }
    }

    /// How closely the role is meant for a group: 2 by the group's id, 1 by its kind, 0 not at all.
    pub(super) fn fit(&self, group: &facts::Group) -> u8 {
        let named = |name: &str| self.matter.applies_to.iter().any(|at| at.value == name);
        if named(&group.id) { 2 } else { u8::from(named(&group.kind.id)) }
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
    /// The file it is in.
    pub file: File,
}

/// A checklist with its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistEntry {
    /// The checklist.
    pub checklist: Arc<Checklist>,
    /// The file it is in.
    pub file: File,
}

/// A person, as all data together name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Part of addresses.
    pub id: String,
    /// Accounts as they were first seen; none for a person who is known by name only.
    pub accounts: Vec<Account>,
    /// Full name; that of an account where no file has one.
    pub name: String,
    /// Employers as written, in the order seen.
    pub companies: Vec<String>,
    /// Group id and how the data names the role.
    pub leads: Vec<(String, String)>,
    /// Group id and subproject name.
    pub subprojects: Vec<(String, String)>,
    /// Ids of the groups they are liaison of.
    pub liaison_for: Vec<String>,
    /// Ids of the groups they once led.
    pub emeritus: Vec<String>,
}

impl Person {
    /// The name of the first account, else the id.
    pub fn handle(&self) -> &str {
        facts::handle(&self.accounts, &self.id)
    }
}

/// A role in a group and who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The role.
    pub role: Arc<Role>,
    /// Those who hold it, in the data's order.
    pub holders: Vec<Named>,
    /// Whether the data says who holds it: not so for roles that are kept elsewhere.
    pub recorded: bool,
}

/// How data names the leads of subprojects, and the liaison of a group.
pub const SUBPROJECT_LEAD: &str = "subproject-lead";
/// See [`SUBPROJECT_LEAD`].
pub const LIAISON: &str = "liaison";
