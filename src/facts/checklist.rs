//! Checklists, the letters that they ask for, and what roles get access to.

use super::placeholder::{Need, Placeholder};
use super::template::{Segment, Template};
use crate::parse::At;

/// A checklist file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// File stem unless given.
    pub id: At<String>,
    /// Title shown.
    pub title: String,
    /// Markdown.
    pub description: Option<At<String>>,
    /// The role it is for; shared lists have none.
    pub role: Option<At<String>>,
    /// Position among the checklists.
    pub order: i64,
    /// Other checklists whose items come in as well.
    pub include: Vec<At<String>>,
    /// In the file's order.
    pub items: Vec<ChecklistItem>,
    /// Obligations that no item needs to cover.
    pub waivers: Vec<Waiver>,
    /// Whether the list is made out for a whole group, apart from any role: `/groups/<group>/<checklist>/`.
    pub for_group: bool,
    /// Kinds or ids of the groups that it is made out for; all when empty.
    pub for_groups: Vec<At<String>>,
    /// The roles that it is about; all of the group when empty.
    pub about: Vec<At<String>>,
    /// Texts to send, made out for the group.
    pub letters: Vec<Letter>,
}

impl Checklist {
    /// Whether a procedure is about a role.
    pub fn is_about(&self, role: &str) -> bool {
        self.about.is_empty() || self.about.iter().any(|known| known.value == role)
    }
}

/// A text to send, with blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Kebab-case, unique in its list.
    pub id: At<String>,
    /// What it is: `Announcement of a nomination`.
    pub title: String,
    /// Addresses, with placeholders.
    pub to: Template,
    /// Addresses of those who get a copy, with placeholders.
    pub cc: Option<Template>,
    /// Subject, with placeholders and blanks.
    pub subject: Template,
    /// Plain text with placeholders and blanks.
    pub text: Template,
    /// What the sender fills in, written `{blank.<id>}` in the subject and the text.
    pub blanks: Vec<Blank>,
}

impl Letter {
    /// Its texts with placeholders.
    pub fn texts(&self) -> impl Iterator<Item = &Template> {
        [&self.to, &self.subject, &self.text].into_iter().chain(&self.cc)
    }

    /// The blank that a part of a text stands for.
    pub fn blank(&self, segment: &Segment) -> Option<&Blank> {
        let Placeholder::Blank(id) = segment.placeholder()? else { return None };
        self.blanks.iter().find(|blank| blank.id.value == *id)
    }
}

/// What the sender of a letter fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blank {
    /// Kebab-case, unique in its letter.
    pub id: At<String>,
    /// Shown beside the field.
    pub label: String,
    /// Stands in the letter until it is filled in.
    pub example: String,
}

/// Something that holders of a role get access to: an entry in a file, a list, a team, a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Kebab-case, unique.
    pub id: At<String>,
    /// `Entry in the list of leads`
    pub name: Template,
    /// What it is good for; Markdown with placeholders.
    pub gives: Template,
    /// The file or form behind it, in words; Markdown with placeholders.
    pub place: Template,
    /// Where to edit it or ask for it: an address, with placeholders.
    pub edit: Option<Template>,
    /// When it is due; as the item that is made of it where there is none.
    pub phase: Option<Phase>,
    /// Who approves; Markdown with placeholders.
    pub approver: Template,
    /// How one sees that it is there; Markdown with placeholders.
    pub done: Option<Template>,
    /// Roles that get it; those with the same permissions get it, too.
    pub roles: Vec<At<String>>,
    /// Kinds or ids of the groups it is limited to; all when empty.
    pub for_groups: Vec<At<String>>,
    /// Facts that the group must have.
    pub needs: Vec<At<Need>>,
    /// References to governance.
    pub refs: Vec<At<String>>,
}

impl Access {
    /// Its texts with placeholders.
    pub fn texts(&self) -> impl Iterator<Item = &Template> {
        [&self.name, &self.gives, &self.place, &self.approver].into_iter().chain(&self.edit).chain(&self.done)
    }
}

/// The things of a group that an item can be made of, one item each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Each {
    /// Regular meetings of the group itself.
    Meeting,
    /// Teams that have permissions.
    Team,
    /// Subprojects.
    Subproject,
    /// What the role gets access to.
    Access,
}

impl Each {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Meeting, Self::Team, Self::Subproject, Self::Access];

    /// As data files write it.
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
    /// Why.
    pub reason: String,
}

/// When an item is due, from taking up the role on.
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
    /// As data files write it.
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

/// One action that can be ticked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    /// Kebab-case, stable across rewordings.
    pub id: At<String>,
    /// When it is due.
    pub phase: Phase,
    /// Markdown with `{placeholders}`.
    pub text: Template,
    /// How one sees that it is done; Markdown with `{placeholders}`.
    pub done: Option<Template>,
    /// Ids of the obligations it covers.
    pub covers: Vec<At<String>>,
    /// References to governance.
    pub refs: Vec<At<String>>,
    /// Kinds or ids of the groups it is limited to; all when empty.
    pub for_groups: Vec<At<String>>,
    /// Facts that the group must have.
    pub needs: Vec<At<Need>>,
    /// What of the group one item each is made of.
    pub each: Option<Each>,
}

impl ChecklistItem {
    /// Its Markdown.
    pub fn texts(&self) -> impl Iterator<Item = &Template> {
        std::iter::once(&self.text).chain(&self.done)
    }
}
