//! Lists of people that are kept outside the records of groups, and other records.

use std::ops::Range;

use super::Extra;
use crate::parse::At;

/// A list of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// The position of its entry in the mapping, among those of rosters.
    pub entry: usize,
    /// The name.
    pub name: At<String>,
    /// A phrase that says what the list is for.
    pub title: Option<String>,
    /// The people and lists that it names, in the order of the file.
    pub members: Vec<RosterMember>,
    /// The values with the members, in the order of the paths of the mapping.
    pub places: Vec<At<RosterPlace>>,
}

/// A member of a list: a person, or another list whose members are members of this one, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterMember {
    /// The handle of the person or the name of the list as it is written, without `@` at its start.
    pub handle: At<String>,
    /// The id that the person has if it is not a list.
    pub id: String,
}

/// A value with members of a list: a list of the file, or a single member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterPlace {
    /// The position of its path in `members` of the mapping.
    pub path: usize,
    /// The key of the value. Spans do not take part in equality.
    pub key: Option<At<()>>,
}

impl RosterPlace {
    /// The span of the key.
    pub fn key_span(&self) -> Option<&Range<usize>> {
        self.key.as_ref().map(|key| &key.span)
    }
}

/// A statement of a mapping about the people who should be in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The name of the list, with [`GROUP_ID`] for the id of a group.
    pub roster: String,
    /// The role keys of the people; all lead roles if there are none.
    pub roles: Vec<String>,
    /// The ids of kinds whose groups count; all kinds if there are none.
    pub kinds: Vec<String>,
    /// The ids of the groups that count; all groups if there are none.
    pub groups: Vec<String>,
    /// True if nobody else may be in the list.
    pub exact: bool,
    /// True if each group must have its list.
    pub required: bool,
    /// The lists that should not exist without their group.
    pub retired: Retired,
    /// A reference to the clause that demands it.
    pub clause: Option<At<String>>,
}

/// The lists that should not exist without their group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Retired {
    /// None.
    #[default]
    Never,
    /// All that have a name such as those of groups.
    Any,
    /// Those whose names fit a pattern with `*` and `?`.
    Named(Vec<String>),
}

/// The placeholder for the id of a group in [`Expectation::roster`].
pub const GROUP_ID: &str = "{group.id}";

impl Expectation {
    /// The texts before and after the id of the group, unless the name is the same for all groups.
    pub fn around_id(&self) -> Option<(&str, &str)> {
        self.roster.split_once(GROUP_ID)
    }

    /// The name of the list of a group.
    pub fn name_for(&self, group: &str) -> String {
        self.roster.replace(GROUP_ID, group)
    }
}

/// A record for rules and exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRecord {
    /// The name of its table.
    pub table: String,
    /// The data. Email addresses are left out.
    pub data: Extra,
    /// Its place in the file.
    pub place: At<()>,
}
