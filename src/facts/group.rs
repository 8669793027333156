//! Groups: who, when and where, and what a group adds to the roles held in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::channel::{Channel, ChannelKind};
use super::checklist::ChecklistItem;
use super::kind::Kind;
use super::meeting::Meeting;
use super::person::Person;
use crate::parse::At;

/// A group: facts (who, when, where) plus what it adds to the roles held in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `paint`; the file stem, or the directory of the group in a checkout.
    pub id: At<String>,
    /// Which kind of group it is.
    pub kind: Arc<Kind>,
    /// `Scheduling`; without the kind.
    pub name: String,
    /// GitHub label without prefix.
    pub label: Option<String>,
    /// What the group is for; Markdown.
    pub mission: Option<At<String>>,
    /// What anybody in any group may ask this one about, as a phrase. Only handbook data has it.
    pub ask_about: Option<At<String>>,
    /// File name beside the group's README, a path in the source, or a URL.
    pub charter: Option<At<String>>,
    /// Names or ids of the groups that a working group works for, as written.
    pub stakeholders: Vec<At<String>>,
    /// Current holders of roles, in the file's order.
    pub leads: Vec<Lead>,
    /// Former leads.
    pub emeritus: Vec<Person>,
    /// Meetings of the group itself, in the file's order.
    pub meetings: Vec<Meeting>,
    /// Where to reach the group.
    pub contact: Contact,
    /// Subprojects, in the file's order.
    pub subprojects: Vec<Subproject>,
    /// What this group adds to a role, by role id. Only handbook data has these.
    pub overlays: BTreeMap<String, RoleOverlay>,
}

impl Group {
    /// Whether it is one of those that are named by kind or id; none means all.
    pub fn is_among(&self, names: &[At<String>]) -> bool {
        names.is_empty() || names.iter().any(|name| name.value == self.id.value || name.value == self.kind.id)
    }

    /// Where its charter is, as a destination from its file.
    pub fn charter_destination(&self) -> Option<String> {
        let written = self.charter.as_ref()?;
        let is_path = written.contains('/');
        Some(if is_path { written.value.clone() } else { format!("/{}/{}", self.id.value, written.value) })
    }
}

/// A person holding a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// How the data names the role: `chair`, `secretary`.
    pub role: At<String>,
    /// Who holds it.
    pub person: Person,
}

/// Where to reach a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Channels, in the order of their kinds.
    pub channels: Vec<Channel>,
    /// Teams that have permissions.
    pub teams: Vec<Team>,
    /// Who is assigned to the group by those who oversee it.
    pub liaison: Option<Person>,
}

impl Contact {
    /// The channel whose kind has a property.
    pub fn channel(&self, has: impl Fn(&ChannelKind) -> bool) -> Option<&Channel> {
        self.channels.iter().find(|channel| has(&channel.kind))
    }

    /// The mailing list that everybody may write to.
    pub fn public_list(&self) -> Option<&Channel> {
        self.channel(|kind| kind.mail && !kind.private)
    }
}

/// A team that has permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Name without organisation.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
}

/// A subproject of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subproject {
    /// Name as written.
    pub name: At<String>,
    /// What it is; Markdown.
    pub description: Option<String>,
    /// Own contact, where it differs from the group's.
    pub contact: Option<Contact>,
    /// URLs of owners files.
    pub owners: Vec<String>,
    /// Its leads.
    pub leads: Vec<Person>,
    /// Its meetings.
    pub meetings: Vec<Meeting>,
}

/// What a group adds to a role: `[roles.<role>]` of a group file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleOverlay {
    /// The role's id, as written.
    pub role: At<String>,
    /// What is different here; Markdown.
    pub note: Option<At<String>>,
    /// Skill id → expected level where the group asks for another than the role.
    pub skills: BTreeMap<String, At<u8>>,
    /// Further checklist items.
    pub checklist: Vec<ChecklistItem>,
    /// What the group's charter says of who holds the role here.
    pub charter: Option<CharterSays>,
}

/// What a charter says of who holds a role, as the handbook's writers read it. Sentences are not guessed at:
/// the clause is named, so that a change of it is noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharterSays {
    /// What it says.
    pub held: Held,
    /// The clause that says so.
    pub clause: At<String>,
}

/// Who holds a role in a group, by the group's charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nobody: the group does without the role.
    ByNobody,
    /// Whoever holds the role of this id.
    By(At<String>),
}
