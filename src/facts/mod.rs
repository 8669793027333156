//! What a community is: groups and their kinds, people, meetings, roles, skills, checklists and terms. Free of any
//! file format; `formats` reads facts out of files.
//!
//! Facts say what a file says; nothing is resolved here. A value that another record is looked up by, or that a rule
//! may complain about, is an [`At`](crate::parse::At), which keeps its place in the file.

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
mod schedule;
mod skill;
mod template;
mod term;

pub use account::{Account, AccountKind};
pub use channel::{Channel, ChannelKind};
pub use checklist::{Access, Blank, Checklist, ChecklistItem, Each, Letter, PHASES, Phase, Waiver};
pub use group::{CharterSays, Contact, Group, Held, Lead, RoleOverlay, Subproject, Team};
pub use kind::{Kind, Kinds, MapColumn};
pub use matter::{PageMatter, RoleMatter};
pub use meeting::Meeting;
pub use person::{Person, handle};
pub use placeholder::{Need, Placeholder};
pub use records::Records;
pub use schedule::{
    Day, Frequency, Open, Recurrence, Rule, Schedule, Written, Zone, standard_offset, time_zone, weekday_name,
};
pub use skill::{Skill, SkillArea, SkillLevel};
pub use template::{Segment, Template, in_general, leading_placeholder};
pub use term::Term;
