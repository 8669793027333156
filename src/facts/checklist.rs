//! Checklists, letters, and the access that roles get.

use super::Extra;
use super::placeholder::{Need, Placeholder};
use super::template::{Segment, Template};
use crate::parse::At;

/// A checklist file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// The id; the file stem by default.
    pub id: At<String>,
    /// The title.
    pub title: String,
    /// Markdown.
    pub description: Option<At<String>>,
    /// The role that the list is for; shared lists have none.
    pub role: Option<At<String>>,
    /// The position among the checklists.
    pub order: i64,
    /// Other checklists whose items are included.
    pub include: Vec<At<String>>,
    /// Items in the order of the file.
    pub items: Vec<ChecklistItem>,
    /// Obligations that no item needs to cover.
    pub waivers: Vec<Waiver>,
    /// True if the list is for a whole group, independent of any role: `/groups/<group>/<checklist>/`.
    pub for_group: bool,
    /// Kinds or ids of the groups that it is for; all if empty.
    pub for_groups: Vec<At<String>>,
    /// The roles that it is about; all roles of the group if empty.
    pub about: Vec<At<String>>,
    /// The situation of a lead in which pages offer it.
    pub situation: Option<Situation>,
    /// Letters to send, filled in for the group.
    pub letters: Vec<Letter>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}

impl Checklist {
    /// True if the checklist is about a role.
    pub fn is_about(&self, role: &str) -> bool {
        self.about.is_empty() || self.about.iter().any(|id| id.value == role)
    }
}

/// A situation of a lead that has a procedure of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Situation {
    /// Somebody was nominated, but does not hold the role yet.
    Nominated,
    /// A holder leaves the role.
    Leaving,
}

impl Situation {
    /// All situations.
    pub const ALL: [Self; 2] = [Self::Nominated, Self::Leaving];

    /// The id in data files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Nominated => "nominated",
            Self::Leaving => "leaving",
        }
    }
}

/// A letter to send, with blanks to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The id: kebab-case, unique in its list.
    pub id: At<String>,
    /// The title: `Announcement of a nomination`.
    pub title: String,
    /// Recipients, with placeholders.
    pub to: Template,
    /// Recipients of a copy, with placeholders.
    pub cc: Option<Template>,
    /// The subject, with placeholders and blanks.
    pub subject: Template,
    /// Plain text with placeholders and blanks.
    pub text: Template,
    /// The fields that the sender fills in, written `{blank.<id>}` in the subject and the text.
    pub blanks: Vec<Blank>,
}

impl Letter {
    /// The texts with placeholders.
    pub fn texts(&self) -> impl Iterator<Item = &Template> {
        [&self.to, &self.subject, &self.text].into_iter().chain(&self.cc)
    }

    /// The blank that a segment refers to.
    pub fn blank(&self, segment: &Segment) -> Option<&Blank> {
        let Placeholder::Blank(id) = segment.placeholder()? else { return None };
        self.blanks.iter().find(|blank| blank.id.value == *id)
    }
}

/// A field that the sender of a letter fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blank {
    /// The id: kebab-case, unique in its letter.
    pub id: At<String>,
    /// The label of the field.
    pub label: String,
    /// The text shown until the field is filled in.
    pub example: String,
}

/// Something that holders of a role get access to: an entry in a file, a mailing list, a team, a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The id: kebab-case, unique.
    pub id: At<String>,
    /// The name: `Entry in the list of leads`.
    pub name: Template,
    /// The purpose; Markdown with placeholders.
    pub gives: Template,
    /// The file or form that grants it; Markdown with placeholders.
    pub place: Template,
    /// The address for editing or requesting it, with placeholders.
    pub edit: Option<Template>,
    /// The way in which it is granted.
    pub by: Way,
    /// The person or body that approves it; Markdown with placeholders.
    pub approver: Template,
    /// The way to verify that it was granted; Markdown with placeholders.
    pub done: Option<Template>,
    /// Roles that get it; roles with the same permissions get it, too.
    pub roles: Vec<At<String>>,
    /// Kinds or ids of the groups that it is limited to; all if empty.
    pub for_groups: Vec<At<String>>,
    /// Facts that a group must have for it to apply.
    pub needs: Vec<At<Need>>,
    /// References to governance.
    pub refs: Vec<At<String>>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}

impl Access {
    /// The texts with placeholders.
    pub fn texts(&self) -> impl Iterator<Item = &Template> {
        [&self.name, &self.gives, &self.place, &self.approver].into_iter().chain(&self.edit).chain(&self.done)
    }
}

/// A way in which access is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// A change of a file, which somebody reviews.
    Change,
    /// A request to a person or a tool: an account, an invitation, a key.
    Request,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 2] = [Self::Change, Self::Request];

    /// The id in data files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Request => "request",
        }
    }
}

/// The kinds of subject for which an item can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Each {
    /// Regular meetings of the group itself.
    Meeting,
    /// Teams with permissions.
    Team,
    /// Subprojects.
    Subproject,
    /// The access that the role gets: one item for all that is granted in one way.
    Access,
}

impl Each {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Meeting, Self::Team, Self::Subproject, Self::Access];

    /// The id in data files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Team => "team",
            Self::Subproject => "subproject",
            Self::Access => "access",
        }
    }
}

/// An obligation that no item needs to cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// A reference to the obligation.
    pub obligation: At<String>,
    /// The reason.
    pub reason: String,
}

/// The time at which an item is due, counted from taking up the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    Before,
    Day1,
    Week1,
    Month1,
    Quarter1,
    Ongoing,
    Leaving,
}

impl Phase {
    /// The id in data files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Day1 => "day-1",
            Self::Week1 => "week-1",
            Self::Month1 => "month-1",
            Self::Quarter1 => "quarter-1",
            Self::Ongoing => "ongoing",
            Self::Leaving => "leaving",
        }
    }
}

/// All phases, in order.
pub const PHASES: [Phase; 7] = [
    Phase::Before,
    Phase::Day1,
    Phase::Week1,
    Phase::Month1,
    Phase::Quarter1,
    Phase::Ongoing,
    Phase::Leaving,
];

/// The interval at which an item of the phase `ongoing` recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cadence {
    Meeting,
    Week,
    Month,
    Quarter,
    Release,
    Year,
}

impl Cadence {
    /// All intervals, in ascending order.
    pub const ALL: [Self; 6] =
        [Self::Meeting, Self::Week, Self::Month, Self::Quarter, Self::Release, Self::Year];

    /// The id in data files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Release => "release",
            Self::Year => "year",
        }
    }
}

/// An action to tick off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    /// The id: kebab-case, stable across rewordings.
    pub id: At<String>,
    /// The action in a few words, imperative; plain text with `{placeholders}`.
    pub title: Option<Template>,
    /// The phase in which it is due.
    pub phase: Phase,
    /// The interval at which it recurs; only in the phase `ongoing`.
    pub every: Option<Cadence>,
    /// Markdown with `{placeholders}`.
    pub text: Template,
    /// The way to verify that it is done; Markdown with `{placeholders}`.
    pub done: Option<Template>,
    /// Ids of the obligations that it covers.
    pub covers: Vec<At<String>>,
    /// References to governance.
    pub refs: Vec<At<String>>,
    /// Kinds or ids of the groups that it is limited to; all if empty.
    pub for_groups: Vec<At<String>>,
    /// Facts that a group must have for it to apply.
    pub needs: Vec<At<Need>>,
    /// The kind of subject for which the item is repeated.
    pub each: Option<Each>,
    /// The id of the rule that proves that it is done.
    pub evidence: Option<At<String>>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}

impl ChecklistItem {
    /// The texts with placeholders.
    pub fn texts(&self) -> impl Iterator<Item = &Template> {
        std::iter::once(&self.text).chain(&self.title).chain(&self.done)
    }
}
