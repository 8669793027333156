//! Types shared by view models; docs/themes.md describes them for theme authors.

use serde::Serialize;

use crate::facts;
use crate::url::Href;

/// A link with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Link {
    pub label: String,
    /// Relative to the page.
    pub url: Href,
    /// True if it leads out of the site.
    pub external: bool,
}

/// A label, with a link if it has an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LinkOrText {
    pub label: String,
    /// Relative to the page.
    pub url: Option<Href>,
    /// True if it leads out of the site.
    pub external: bool,
}

impl From<Link> for LinkOrText {
    fn from(link: Link) -> Self {
        Self { label: link.label, url: Some(link.url), external: link.external }
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PersonRef {
    pub name: String,
    /// The first letters of the first and the last word of the name.
    pub initials: String,
    /// The first account; for people without accounts, the name in the address of their page.
    pub handle: String,
    /// Address of their page.
    pub url: Href,
    pub company: Option<String>,
    /// The term in the role in which the person is shown: `since 2025-03-01`.
    pub term: Option<String>,
    /// Id in the address of their page.
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
    /// Name with the kind: `Guild of Painters`.
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
    /// The short title if there is one, else the title: `TL`.
    pub short: String,
    /// Address of its page.
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
    /// True if the group may leave it vacant.
    pub optional: bool,
    /// True if the data records holders of the role.
    pub recorded: bool,
    /// The number of holders that the role should have, if it has fewer.
    pub wanted: Option<u32>,
}

/// A group's lead page for a role given by context.
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
    /// Schedule in words: `Tuesdays, 09:00 Pacific Time, every two weeks`.
    pub when: Option<String>,
    /// Note on what the data leaves undetermined.
    pub note: Option<String>,
    /// Address to join.
    pub join: Option<Href>,
    /// Address of agenda and notes.
    pub notes: Option<Href>,
    /// Address of recordings.
    pub recordings: Option<Href>,
    /// Address of the calendar invitation.
    pub calendar: Option<Href>,
    /// Rule for computing dates, or the dates, if the schedule determines them.
    pub recurrence: Option<Recurrence>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
}

/// Recurrence rule or dates of a meeting, for the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recurrence {
    /// 1, Monday, to 7; null with `dates`.
    pub weekday: Option<i8>,
    /// `09:00`
    pub time: String,
    /// The time at which the meeting ends, such as `10:00`, if the data gives its length.
    pub end: Option<String>,
    /// The length in minutes.
    pub length: Option<u16>,
    /// `America/Los_Angeles`
    pub zone: String,
    /// `Pacific Time`
    pub zone_label: String,
    /// Every n weeks.
    pub every: Option<u8>,
    /// The n-th weekday of a month; −1 is the last.
    pub nth: Option<i8>,
    /// Number of days from the n-th weekday to the meeting: 1 for the Wednesday after the fourth Tuesday, whose `nth`
    /// is 4 and whose `weekday` is 3.
    pub days_after: u8,
    /// A date on which it took place, such as `2025-02-11`.
    pub start: Option<String>,
    /// True if the data does not determine which of the weeks.
    pub phase_unknown: bool,
    /// The dates of a meeting without a rule, such as `2026-03-14`.
    pub dates: Vec<String>,
}

/// The meetings of a group as a calendar file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Calendar {
    /// The file with the meetings whose dates are certain.
    pub url: Option<Href>,
    /// The file with the meetings whose weeks are unknown.
    pub unconfirmed: Option<Href>,
    /// Address for subscribing in a calendar app, with the scheme `webcal`; null without a base URL.
    pub subscribe: Option<Href>,
    /// The calendar page with this group selected.
    pub week: Href,
    /// Titles of meetings that are left out because their dates are unclear.
    pub missing: Vec<String>,
}

/// Contact information of a group.
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
    pub link: LinkOrText,
    /// True if it is for leads only.
    pub private: bool,
    /// True for a page that is read: nobody can be asked there.
    pub page: bool,
}

/// A team with permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Team {
    pub name: String,
    /// Address of its page.
    pub url: Option<Href>,
    pub description_html: Option<String>,
}

/// A level of a skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Level {
    /// 0 if no level is required.
    pub level: u8,
    /// `Practicing`
    pub name: String,
    /// Highest level: 4.
    pub max: u8,
    /// True if the group requires another level than the role.
    pub raised: bool,
}

/// A skill and the required level.
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

/// A group that requires another level of a skill than the role.
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

/// Access that a role has in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Access {
    /// Its anchor is `access.` followed by this id.
    pub id: String,
    /// The id under which readers tick it off.
    pub item: String,
    pub name: String,
    /// Permissions granted.
    pub gives_html: String,
    /// Place where it is configured.
    pub place_html: String,
    /// Address to edit or request it.
    pub edit: Option<Href>,
    /// Person or role that approves it.
    pub approver_html: String,
    /// Criterion for completion.
    pub done_html: Option<String>,
    /// Related clauses.
    pub refs: Vec<Link>,
    /// The role whose permissions include it.
    pub through: Option<RoleRef>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
}

/// An email template filled in for a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Letter {
    pub id: String,
    pub title: String,
    /// Recipients.
    pub to: String,
    /// Recipients of a copy.
    pub cc: Option<String>,
    /// Text with placeholders: `<span class="rb-blank" data-blank="nominee">[the nominee]</span>`.
    pub subject_html: String,
    /// Like `subject_html`; line breaks are significant.
    pub text_html: String,
    pub blanks: Vec<Blank>,
}

/// Names of the fields of a form for a new issue that is not on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IssueFields {
    /// The field for the title.
    pub title: &'static str,
    /// The field for the text.
    pub body: &'static str,
}

/// A placeholder that the sender of a letter fills in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Blank {
    /// Value of `data-blank`.
    pub id: String,
    pub label: String,
    /// Example value.
    pub example: String,
}
