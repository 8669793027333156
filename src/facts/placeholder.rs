//! Placeholders: values that differ from group to group in texts written once for all.

use std::fmt;
use std::sync::Arc;

use super::{ChannelKind, Each, Vocabulary};

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
    /// The group's channel of this kind.
    Channel(Arc<ChannelKind>),
    RoleTitle,
    MeetingTitle,
    MeetingSchedule,
    MeetingNotes,
    TeamName,
    SubprojectName,
    AccessName,
    AccessBy,
    /// A field of a letter that the sender fills in, by its id.
    Blank(String),
    /// An unknown name.
    Unknown(String),
}

use Placeholder::{
    AccessBy, AccessName, Blank, Channel, GroupCharter, GroupId, GroupLabel, GroupLabelCommand, GroupLeads,
    GroupLiaison, GroupListAddress, GroupName, GroupStakeholders, GroupUrl, MeetingNotes, MeetingSchedule,
    MeetingTitle, RoleTitle, SubprojectName, TeamName, Unknown,
};

/// Placeholders that every community has, with their names.
static FIXED: [(Placeholder, &str); 18] = [
    (GroupName, "group.name"),
    (GroupLabel, "group.label"),
    (GroupLabelCommand, "group.label_command"),
    (GroupId, "group.id"),
    (GroupCharter, "group.charter"),
    (GroupLiaison, "group.liaison"),
    (GroupUrl, "group.url"),
    (GroupListAddress, "group.list_address"),
    (GroupLeads, "group.leads"),
    (GroupStakeholders, "group.stakeholders"),
    (RoleTitle, "role.title"),
    (MeetingTitle, "meeting.title"),
    (MeetingSchedule, "meeting.when"),
    (MeetingNotes, "meeting.notes"),
    (TeamName, "team.name"),
    (SubprojectName, "subproject.name"),
    (AccessName, "access.name"),
    (AccessBy, "access.by"),
];

const GROUP: &str = "group";
const ROLE: &str = "role";
const BLANK: &str = "blank";

impl Placeholder {
    /// Reads the text between braces. A placeholder consists of lower-case words with a dot between them; ids of
    /// blanks may contain digits and dots. Any other text is not a placeholder.
    pub fn read(name: &str, vocabulary: &Vocabulary) -> Option<Self> {
        let (of, field) = name.split_once('.')?;
        let is_word = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
        let is_id = |byte: u8| is_word(byte) || byte.is_ascii_digit() || byte == b'.';
        if of.is_empty() || field.is_empty() || !of.bytes().all(is_word) {
            return None;
        }
        if of == BLANK {
            return field.bytes().all(is_id).then(|| Blank(field.to_owned()));
        }
        let fixed = FIXED
            .iter()
            .find(|(_, fixed_name)| *fixed_name == name)
            .map(|(placeholder, _)| placeholder.clone());
        let channel = || {
            let kind = vocabulary.channels.iter().find(|kind| of == GROUP && kind.key == field);
            kind.cloned().map(Channel)
        };
        let unknown = || field.bytes().all(is_word).then(|| Unknown(name.to_owned()));
        fixed.or_else(channel).or_else(unknown)
    }

    /// All placeholders except blanks.
    pub fn all(vocabulary: &Vocabulary) -> impl Iterator<Item = Self> {
        let fixed = FIXED.iter().map(|(placeholder, _)| placeholder.clone());
        fixed.chain(vocabulary.channels.iter().cloned().map(Channel))
    }

    /// True if it stands for a fact: not for a field that the sender fills in, and not for an unknown name.
    pub fn is_fact(&self) -> bool {
        !matches!(self, Blank(_) | Unknown(_))
    }

    /// True if it has a value in an item repeated for `each`.
    pub fn fits(&self, each: Option<Each>) -> bool {
        let name = self.to_string();
        let of = name.split('.').next().unwrap_or_default();
        self.is_fact() && (matches!(of, GROUP | ROLE) || each.is_some_and(|each| each.id() == of))
    }
}

/// Writes the name without braces.
impl fmt::Display for Placeholder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Channel(kind) => write!(formatter, "{GROUP}.{}", kind.key),
            Blank(id) => write!(formatter, "{BLANK}.{id}"),
            Unknown(name) => formatter.write_str(name),
            fixed => {
                let name = FIXED.iter().find(|(placeholder, _)| placeholder == fixed).map(|(_, name)| *name);
                formatter.write_str(name.unwrap_or_default())
            }
        }
    }
}

/// A fact that a group must have for an item to apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// The fact behind a placeholder.
    Fact(Placeholder),
    Teams,
    Subprojects,
    Meetings,
    /// An unknown name.
    Unknown(String),
}

const LISTS: [(Need, &str); 3] = [
    (Need::Teams, "group.teams"),
    (Need::Subprojects, "group.subprojects"),
    (Need::Meetings, "group.meetings"),
];

impl Need {
    /// Reads the name of a fact.
    pub fn read(name: &str, vocabulary: &Vocabulary) -> Self {
        let need = Self::all(vocabulary).find(|need| need.to_string() == name);
        need.unwrap_or_else(|| Self::Unknown(name.to_owned()))
    }

    /// All facts that an item may require.
    pub fn all(vocabulary: &Vocabulary) -> impl Iterator<Item = Self> {
        let facts =
            Placeholder::all(vocabulary).filter(|placeholder| placeholder.to_string().starts_with("group."));
        facts.map(Self::Fact).chain(LISTS.map(|(list, _)| list))
    }
}

/// Writes the name as in data files.
impl fmt::Display for Need {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(placeholder) => placeholder.fmt(formatter),
            Self::Unknown(name) => formatter.write_str(name),
            list => {
                let name = LISTS.into_iter().find(|(need, _)| need == list).map(|(_, name)| name);
                formatter.write_str(name.unwrap_or_default())
            }
        }
    }
}
