//! Placeholders: what differs from group to group in texts that are written once for all.

use std::fmt;
use std::sync::Arc;

use super::{ChannelKind, Each};

/// A placeholder, written `{group.name}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placeholder {
    GroupName,
    GroupLabel,
    GroupLabelCommand,
    GroupId,
    GroupCharter,
    GroupLiaison,
    GroupUrl,
    GroupListAddress,
    GroupLeads,
    GroupStakeholders,
    /// The group's channel of a kind.
    Channel(Arc<ChannelKind>),
    RoleTitle,
    MeetingTitle,
    MeetingSchedule,
    MeetingNotes,
    TeamName,
    SubprojectName,
    AccessName,
    AccessEdit,
    /// Text that the sender of a letter fills in, by its id.
    Blank(String),
    /// A name that stands for nothing.
    Unknown(String),
}

use Placeholder::{
    AccessEdit, AccessName, Blank, Channel, GroupCharter, GroupId, GroupLabel, GroupLabelCommand, GroupLeads,
    GroupLiaison, GroupListAddress, GroupName, GroupStakeholders, GroupUrl, MeetingNotes, MeetingSchedule,
    MeetingTitle, RoleTitle, SubprojectName, TeamName, Unknown,
};

/// Placeholders that every community has: name, and phrase where there is no group or the group lacks the fact.
static FIXED: [(Placeholder, &str, &str); 18] = [
    (GroupName, "group.name", "your group"),
    (GroupLabel, "group.label", "your group’s label"),
    (GroupLabelCommand, "group.label_command", "the command that sets your group’s label"),
    (GroupId, "group.id", "your-group"),
    (GroupCharter, "group.charter", "your group’s charter"),
    (GroupLiaison, "group.liaison", "your group’s liaison"),
    (GroupUrl, "group.url", "your group’s page"),
    (GroupListAddress, "group.list_address", "your group’s list"),
    (GroupLeads, "group.leads", "your group’s leads"),
    (GroupStakeholders, "group.stakeholders", "the groups that your group works for"),
    (RoleTitle, "role.title", "your role"),
    (MeetingTitle, "meeting.title", "each of your group’s meetings"),
    (MeetingSchedule, "meeting.when", "at its time"),
    (MeetingNotes, "meeting.notes", "its notes"),
    (TeamName, "team.name", "each of your group’s teams"),
    (SubprojectName, "subproject.name", "each of your group’s subprojects"),
    (AccessName, "access.name", "everything your role gets access to"),
    (AccessEdit, "access.edit", "the file or form behind it"),
];

const GROUP: &str = "group";
const ROLE: &str = "role";
const BLANK: &str = "blank";

impl Placeholder {
    /// Reads what stands between braces. Only what looks like a placeholder is one: lower-case words with a dot
    /// between. Ids of blanks may hold digits and dots.
    pub fn read(name: &str) -> Option<Self> {
        let (of, field) = name.split_once('.')?;
        let is_word = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
        let is_id = |byte: u8| is_word(byte) || byte.is_ascii_digit() || byte == b'.';
        if of.is_empty() || field.is_empty() || !of.bytes().all(is_word) {
            return None;
        }
        if of == BLANK {
            return field.bytes().all(is_id).then(|| Blank(field.to_owned()));
        }
        if !field.bytes().all(is_word) {
            return None;
        }
        let fixed =
            FIXED.iter().find(|(_, known, _)| *known == name).map(|(placeholder, ..)| placeholder.clone());
        let channel = || {
            let kind = ChannelKind::all().iter().find(|kind| of == GROUP && kind.key == field);
            kind.cloned().map(Channel)
        };
        Some(fixed.or_else(channel).unwrap_or_else(|| Unknown(name.to_owned())))
    }

    /// All placeholders but blanks.
    pub fn all() -> impl Iterator<Item = Self> {
        let fixed = FIXED.iter().map(|(placeholder, ..)| placeholder.clone());
        fixed.chain(ChannelKind::all().iter().cloned().map(Channel))
    }

    /// The phrase where there is no group, or where the group lacks the fact.
    pub fn absent(&self) -> Option<&str> {
        match self {
            Blank(_) | Unknown(_) => None,
            Channel(kind) => Some(&kind.absent),
            fixed => FIXED.iter().find(|(known, ..)| known == fixed).map(|(.., absent)| *absent),
        }
    }

    /// Whether it has a value in an item that is made of `each`.
    pub fn fits(&self, each: Option<Each>) -> bool {
        if self.absent().is_none() {
            return false;
        }
        let name = self.to_string();
        let of = name.split('.').next().unwrap_or_default();
        matches!(of, GROUP | ROLE) || each.is_some_and(|each| each.id() == of)
    }
}

/// The name, without braces.
impl fmt::Display for Placeholder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Channel(kind) => write!(formatter, "{GROUP}.{}", kind.key),
            Blank(id) => write!(formatter, "{BLANK}.{id}"),
            Unknown(name) => formatter.write_str(name),
            fixed => {
                let name = FIXED.iter().find(|(known, ..)| known == fixed).map(|(_, name, _)| *name);
                formatter.write_str(name.unwrap_or_default())
            }
        }
    }
}

/// A fact that a group must have for an item to concern it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// The fact that a placeholder stands for.
    Fact(Placeholder),
    Teams,
    Subprojects,
    Meetings,
    /// A name that stands for nothing.
    Unknown(String),
}

const LISTS: [(Need, &str); 3] = [
    (Need::Teams, "group.teams"),
    (Need::Subprojects, "group.subprojects"),
    (Need::Meetings, "group.meetings"),
];

impl Need {
    /// Reads the name of a fact.
    pub fn read(name: &str) -> Self {
        let known = Self::all().find(|known| known.to_string() == name);
        known.unwrap_or_else(|| Self::Unknown(name.to_owned()))
    }

    /// All facts that an item may need.
    pub fn all() -> impl Iterator<Item = Self> {
        let facts = Placeholder::all().filter(|placeholder| placeholder.to_string().starts_with("group."));
        facts.map(Self::Fact).chain(LISTS.map(|(list, _)| list))
    }
}

/// The name, as data files write it.
impl fmt::Display for Need {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(placeholder) => placeholder.fmt(formatter),
            Self::Unknown(name) => formatter.write_str(name),
            list => {
                let name = LISTS.into_iter().find(|(known, _)| known == list).map(|(_, name)| name);
                formatter.write_str(name.unwrap_or_default())
            }
        }
    }
}
