//! The shapes that view models are made of; docs/themes.md describes them to theme writers.

use serde::Serialize;

use crate::url::Href;

/// A link as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Link {
    pub label: String,
    /// Relative to the page.
    pub url: Href,
    /// Leads out of the site.
    pub external: bool,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PersonRef {
    pub name: String,
    /// The name of their first account; without one, their name as in the address of their page.
    pub handle: String,
    /// Their page.
    pub url: Href,
    pub company: Option<String>,
    /// Of their page.
    #[serde(skip)]
    pub id: String,
    /// Addresses of the profiles of their accounts.
    #[serde(skip)]
    pub profiles: Vec<Href>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GroupRef {
    /// `paint`
    pub id: String,
    /// With its kind: `Guild of Painters`.
    pub name: String,
    pub url: Href,
    /// Id of its kind.
    pub kind: String,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RoleRef {
    /// `chair`
    pub id: String,
    pub title: String,
    /// The title, or a shorter one: `TL`.
    pub short: String,
    /// Its document.
    pub url: Href,
}

/// A role in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Seat {
    pub role: RoleRef,
    /// The lead page.
    pub url: Href,
    pub holders: Vec<PersonRef>,
    /// The group may do without it.
    pub optional: bool,
    /// The data says who holds it.
    pub recorded: bool,
}

/// A lead page of a group, where the role is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GroupSeat {
    pub group: GroupRef,
    /// The lead page.
    pub url: Href,
    pub holders: Vec<PersonRef>,
}

/// A regular meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Meeting {
    pub title: String,
    /// In words: `Tuesdays, 09:00 Pacific Time, every two weeks`.
    pub when: Option<String>,
    /// What the data leaves open.
    pub note: Option<String>,
    /// Where to join.
    pub join: Option<Href>,
    /// Agenda and notes.
    pub notes: Option<Href>,
    /// Where they are.
    pub recordings: Option<Href>,
    /// Where its invitation is.
    pub calendar: Option<Href>,
    /// Where the words give a rule to compute with.
    pub recurrence: Option<Recurrence>,
}

/// The rule of a meeting, for the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recurrence {
    /// From 1, Monday.
    pub weekday: i8,
    /// `09:00`
    pub time: String,
    /// `America/Los_Angeles`
    pub zone: String,
    /// `Pacific Time`
    pub zone_label: String,
    /// In every n-th week.
    pub every: Option<u8>,
    /// On the n-th of a month; −1 is the last.
    pub nth: Option<i8>,
    /// `2025-02-11`
    pub start: Option<String>,
    /// The data does not say in which of the weeks.
    pub phase_unknown: bool,
}

/// The meetings of a group as a file for calendars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Calendar {
    pub url: Href,
    /// The calendar of all groups, with this group chosen.
    pub week: Href,
    /// Titles of the meetings that it lacks, for want of a rule.
    pub missing: Vec<String>,
}

/// Where to reach a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Contacts {
    /// In the order of their kinds.
    pub channels: Vec<Channel>,
    pub teams: Vec<Team>,
}

/// A channel of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Channel {
    /// Id of its kind: `mailing-list`.
    pub kind: String,
    /// `Mailing list`
    pub label: String,
    pub link: Link,
    /// Whether it is for the leads.
    pub private: bool,
}

/// A team that has permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Team {
    pub name: String,
    /// Its page.
    pub url: Option<Href>,
    pub description_html: Option<String>,
}

/// A level of a skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Level {
    /// 0 where none is asked for.
    pub level: u8,
    /// `Practising`
    pub name: String,
    /// The highest there is: 4.
    pub max: u8,
    /// The group asks for another level than the role.
    pub raised: bool,
}

/// A skill and the level asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SkillRow {
    pub id: String,
    pub name: String,
    pub url: Href,
    pub level: Level,
}

/// The skills of an area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SkillGroup {
    pub area: Link,
    pub skills: Vec<SkillRow>,
}

/// A group that asks for another level of a skill than the role does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Overlay {
    pub group: GroupRef,
    pub role: RoleRef,
    /// The lead page.
    pub url: Href,
    pub skill: Link,
    pub level: Level,
}

/// A fact about a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fact {
    pub label: String,
    pub html: String,
}

/// Something that a role gets access to in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Access {
    /// Its anchor is `access.` and this.
    pub id: String,
    pub name: String,
    /// What it allows.
    pub gives_html: String,
    /// Where it is written down.
    pub place_html: String,
    /// Where to edit it or to ask for it.
    pub edit: Option<Href>,
    /// Who approves it.
    pub approver_html: String,
    /// Clauses about it.
    pub refs: Vec<Link>,
    /// Comes with the permissions of another role.
    pub through: Option<RoleRef>,
}

/// A text to send, made out for a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Letter {
    pub id: String,
    pub title: String,
    /// Whom it is for.
    pub to: String,
    /// Who gets a copy.
    pub cc: Option<String>,
    /// Text with blanks: `<span class="rb-blank" data-blank="nominee">[the nominee]</span>`.
    pub subject_html: String,
    /// See `subject_html`; line breaks count.
    pub text_html: String,
    pub blanks: Vec<Blank>,
}

/// What the sender of a letter fills in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Blank {
    /// As `data-blank` has it.
    pub id: String,
    pub label: String,
    /// What may stand there.
    pub example: String,
}
