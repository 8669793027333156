//! The facts of a community: groups and their kinds, people, meetings, roles, skills, checklists and terms,
//! independent of any file format. `formats` reads them from files.
//!
//! Facts hold the values of one file; references are not resolved here. A value that is used to look up another
//! record, or that a check may report, is an [`At`](crate::parse::At), which keeps its span.

mod account;
mod channel;
mod checklist;
mod group;
mod kind;
mod matter;
mod meeting;
mod person;
mod placeholder;
mod records;
mod roster;
mod rule;
mod schedule;
mod skill;
mod template;
mod term;
mod vocabulary;

pub use account::{Account, AccountKind, NAME as ACCOUNT_NAME};
pub use channel::{Channel, ChannelKind, VALUE as CHANNEL_VALUE};
pub use checklist::{
    Access, Blank, Cadence, Checklist, ChecklistItem, Each, Letter, PHASES, Phase, Situation, Waiver, Way,
};
pub use group::{
    CharterHolder, CharterStatement, Contact, Group, Lead, NamedSeat, RoleOverlay, Subproject, Team,
};
pub use kind::{Kind, Kinds, MapColumn, NAME as KIND_NAME};
pub use matter::{PageMatter, RoleMatter, StatedDuty};
pub use meeting::Meeting;
pub use person::{Person, Profile, handle};
pub use placeholder::{Need, Placeholder};
pub use records::Records;
pub use roster::{Expectation, GROUP_ID, Retired, Roster, RosterMember, RosterPlace, TableRecord};
pub use rule::{Baseline, GovernanceRule, Message, MessagePart, SubjectKind, Undecided};
pub use schedule::{
    Clock, Day, Days, Frequency, Occurrences, Open, Recurrence, RecurrenceRule, Schedule, ScheduleText, Zone,
    date, iana_zone, standard_offset, time_zone, weekday_name, weekday_names, zone_names,
};
pub use skill::{Skill, SkillArea, SkillLevel};
pub use template::{Segment, Template, with_phrases};
pub use term::Term;
pub use vocabulary::{NamedRole, Vocabulary};

/// Data without a meaning of its own to the program.
pub type Extra = serde_json::Map<String, serde_json::Value>;
