//! The typed records that data files are read into: facts about groups and people, skills,
//! checklists, terms and the front matter of role documents.
//!
//! Records say what a file says; nothing is resolved here. A value that another record is looked up
//! by, or that a rule may complain about, is an [`At`], which keeps its place in the file.

use std::collections::BTreeMap;
use std::ops::{Deref, Range};

/// A value and the byte range it was read from. The place never makes two values differ: what a page
/// shows does not change when a line is added above.
#[derive(Clone, Debug, Default)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Byte range in its file.
    pub span: Range<usize>,
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for At<T> {}

impl<T> Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// The kinds of group that governance knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKind {
    /// Special interest group: permanent, owns code.
    Sig,
    /// Working group: temporary, owns no code.
    Wg,
    /// Committee: named sets of people chartered for sensitive work.
    Committee,
    /// User group.
    Ug,
}

impl GroupKind {
    /// In the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Sig, Self::Wg, Self::Committee, Self::Ug];

    /// As data files write it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sig => "sig",
            Self::Wg => "wg",
            Self::Committee => "committee",
            Self::Ug => "ug",
        }
    }

    /// `Special interest group`
    pub fn label(self) -> &'static str {
        match self {
            Self::Sig => "Special interest group",
            Self::Wg => "Working group",
            Self::Committee => "Committee",
            Self::Ug => "User group",
        }
    }

    /// `Special interest groups`
    pub fn plural(self) -> &'static str {
        match self {
            Self::Sig => "Special interest groups",
            Self::Wg => "Working groups",
            Self::Committee => "Committees",
            Self::Ug => "User groups",
        }
    }

    /// A group's name with its kind: `SIG Scheduling`, `Steering Committee`. A name that says the kind
    /// itself stays as it is.
    pub fn with_name(self, name: &str) -> String {
        let says = |word: &str| name.split_whitespace().any(|part| part.eq_ignore_ascii_case(word));
        match self {
            Self::Sig if !says("SIG") => format!("SIG {name}"),
            Self::Wg if !says("WG") => format!("WG {name}"),
            Self::Ug if !says("UG") => format!("UG {name}"),
            Self::Committee if !says("Committee") => format!("{name} Committee"),
            _ => name.to_owned(),
        }
    }
}

/// A group: facts (who, when, where) plus what it adds to the roles held in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `sig-scheduling`; the file stem, or the directory of the group in a checkout.
    pub id: At<String>,
    /// Which kind of group it is.
    pub kind: GroupKind,
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
    /// How the data names the role: `chair`, `technical-lead`.
    pub role: At<String>,
    /// Who holds it.
    pub person: Person,
}

/// A person as a data file names them. An e-mail address in the file is not kept anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// GitHub handle, in the case of the file.
    pub handle: At<String>,
    /// Full name; the handle where the file has none.
    pub name: String,
    /// Employer, as written.
    pub company: Option<String>,
}

/// A regular meeting, as the data describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// `Regular SIG Meeting`.
    pub title: At<String>,
    /// Day as written: `Tuesday`, `third Wednesday`.
    pub day: Option<At<String>>,
    /// Time as written: `9:00`, `2PM`.
    pub time: Option<At<String>>,
    /// Zone as written: `PT (Pacific Time)`, `Europe/Berlin`.
    pub tz: Option<At<String>>,
    /// Frequency as written: `biweekly`.
    pub frequency: Option<At<String>>,
    /// Where to join.
    pub join: Option<String>,
    /// Agenda and notes.
    pub notes: Option<String>,
    /// Recordings.
    pub recordings: Option<String>,
    /// Calendar entry.
    pub calendar: Option<String>,
}

/// Where to reach a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Slack channel without `#`.
    pub slack: Option<String>,
    /// Mailing list: a URL or an address.
    pub mailing_list: Option<String>,
    /// Private list: a URL or an address.
    pub private_mailing_list: Option<String>,
    /// GitHub teams.
    pub teams: Vec<Team>,
    /// The steering member assigned to the group.
    pub liaison: Option<Person>,
}

/// A GitHub team.
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

/// An area of skills: `content/skills/<area>.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillArea {
    /// File stem unless given.
    pub id: At<String>,
    /// `Leadership`.
    pub name: String,
    /// Position among the areas.
    pub order: i64,
    /// Markdown.
    pub description: Option<At<String>>,
    /// In the file's order.
    pub skills: Vec<Skill>,
}

/// A skill with its described levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skill {
    /// Kebab-case, unique over all areas.
    pub id: At<String>,
    /// `Delegation`.
    pub name: String,
    /// Markdown.
    pub description: At<String>,
    /// References to governance.
    pub refs: Vec<At<String>>,
    /// Levels 1 to 4, ascending.
    pub levels: Vec<SkillLevel>,
}

/// One level of a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillLevel {
    /// 1 to 4.
    pub level: At<u8>,
    /// `Practising`.
    pub name: String,
    /// Observable behaviour; Markdown.
    pub description: At<String>,
    /// How to grow further; Markdown.
    pub grow: Option<At<String>>,
}

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
    pub to: At<String>,
    /// Addresses of those who get a copy, with placeholders.
    pub cc: Option<At<String>>,
    /// Subject, with placeholders and blanks.
    pub subject: At<String>,
    /// Plain text with placeholders and blanks.
    pub text: At<String>,
    /// What the sender fills in, written `{blank.<id>}` in the subject and the text.
    pub blanks: Vec<Blank>,
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
    /// `Entry in sigs.yaml`
    pub name: At<String>,
    /// What it is good for; Markdown with placeholders.
    pub gives: At<String>,
    /// The file or form behind it, in words; Markdown with placeholders.
    pub place: At<String>,
    /// Where to edit it or ask for it: an address, with placeholders.
    pub edit: Option<At<String>>,
    /// When it is due; as the item that is made of it where there is none.
    pub phase: Option<Phase>,
    /// Who approves; Markdown with placeholders.
    pub approver: At<String>,
    /// How one sees that it is there; Markdown with placeholders.
    pub done: Option<At<String>>,
    /// Roles that get it; those with the same permissions get it, too.
    pub roles: Vec<At<String>>,
    /// Kinds or ids of the groups it is limited to; all when empty.
    pub for_groups: Vec<At<String>>,
    /// Facts that the group must have.
    pub needs: Vec<At<String>>,
    /// References to governance.
    pub refs: Vec<At<String>>,
}

impl Access {
    /// Its texts with placeholders.
    pub fn texts(&self) -> impl Iterator<Item = &At<String>> {
        [&self.name, &self.gives, &self.place, &self.approver].into_iter().chain(&self.edit).chain(&self.done)
    }
}

/// The things of a group that an item can be made of, one item each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Each {
    /// Regular meetings of the group itself.
    Meeting,
    /// GitHub teams.
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
#[allow(missing_docs)]
pub enum Phase {
    Before,
    Day1,
    Week1,
    Month1,
    Quarter1,
    Ongoing,
    Leaving,
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

    /// As readers see it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Before => "Before you start",
            Self::Day1 => "Day 1",
            Self::Week1 => "Week 1",
            Self::Month1 => "First month",
            Self::Quarter1 => "First quarter",
            Self::Ongoing => "Ongoing",
            Self::Leaving => "Leaving",
        }
    }
}

/// One action that can be ticked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    /// Kebab-case, stable across rewordings.
    pub id: At<String>,
    /// When it is due.
    pub phase: Phase,
    /// Markdown with `{placeholders}`.
    pub text: At<String>,
    /// How one sees that it is done; Markdown with `{placeholders}`.
    pub done: Option<At<String>>,
    /// Ids of the obligations it covers.
    pub covers: Vec<At<String>>,
    /// References to governance.
    pub refs: Vec<At<String>>,
    /// Kinds or ids of the groups it is limited to; all when empty.
    pub for_groups: Vec<At<String>>,
    /// Facts that the group must have: names of placeholders.
    pub needs: Vec<At<String>>,
    /// What of the group one item each is made of.
    pub each: Option<Each>,
}

impl ChecklistItem {
    /// Its Markdown.
    pub fn texts(&self) -> impl Iterator<Item = &At<String>> {
        std::iter::once(&self.text).chain(&self.done)
    }
}

/// A term of the glossary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The term as it is shown.
    pub term: At<String>,
    /// Markdown.
    pub definition: At<String>,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Reference to where the term is defined.
    pub source: Option<At<String>>,
}

/// Front matter of an ordinary document in `content/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageMatter {
    /// Overrides the first H1.
    pub title: Option<String>,
    /// One sentence for lists and search engines.
    pub description: Option<String>,
    /// Position within its folder.
    pub order: Option<i64>,
    /// Path, in a mounted source, of the document this one digests.
    pub upstream: Option<At<String>>,
    /// Whether the document holds obligations.
    pub normative: Option<bool>,
    /// Former addresses of its page within the site, as files or folders: `/old/`, `/old.html`.
    pub aliases: Vec<At<String>>,
}

/// Front matter of a role document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleMatter {
    /// Everything an ordinary document may say.
    pub page: PageMatter,
    /// Role id; the file stem unless given.
    pub id: Option<At<String>>,
    /// Short name for tables.
    pub short: Option<String>,
    /// The role in one or two sentences.
    pub summary: Option<At<String>>,
    /// Heading under which roles are listed together.
    pub category: Option<String>,
    /// Whether a group may do without it.
    pub optional: bool,
    /// Group kinds or group ids in which the role is held.
    pub applies_to: Vec<At<String>>,
    /// How group data names the holders, where that differs from the id.
    pub held_as: Vec<At<String>>,
    /// Fewest holders that governance allows.
    pub min: Option<u32>,
    /// Number of holders that governance recommends.
    pub recommended: Option<u32>,
    /// Role whose permissions this one shares.
    pub permissions_like: Option<At<String>>,
    /// Who appoints, as a phrase.
    pub appointed_by: Option<At<String>>,
    /// Whom to ask, as a sentence.
    pub ask: Option<At<String>>,
    /// What to ask its holders about, as a phrase.
    pub ask_about: Option<At<String>>,
    /// The clauses that make the role.
    pub governed_by: Vec<At<String>>,
    /// What a new holder reads, in order; else it is worked out.
    pub reading: Vec<At<String>>,
    /// Skill id → expected level.
    pub skills: BTreeMap<String, At<u8>>,
    /// Beginnings of the headings in charters under which a group says what is different in this role.
    pub charter_sections: Vec<At<String>>,
}
