//! The handbook: roles, groups, people, skills, checklists and terms, by id.
//!
//! Records contain the facts of one file; the model merges those of all files. Pages use narrow queries ([`group`],
//! [`role`], [`person`], …), so that a change reaches only the pages that show it. Spans do not take part in
//! equality; checks that need spans read the [`records`] themselves.

mod address;
mod book;
mod calendar;
mod compose;
mod digest;
mod entry;
mod file;
mod generated;
mod leadership;
mod load;
mod merge;
mod normative;
mod query;
mod roster;
mod route;
mod section;
mod settled;

pub use address::{
    FolderKey, Holder, Origin, Pages, Relocation, RelocationReason, Relocations, SEARCH_FOLDER, aliases,
    asset_at, asset_url, document_url, folder_url, folders, generated_at, generated_files, has_page,
    index_document, index_names, is_index_name, is_section_text, mounted_with_documents, moved_from, origins,
    page_of, redirects, relocations, root_url, route_at, shown_on, slug, written_routes,
};
pub use book::{Handbook, data_files, handbook, role_files, role_id};
pub use calendar::{Calendar, CalendarEntry, calendar, calendars, has_meetings};
pub use compose::{ComposedItem, ItemSubject, composed, included};
pub use digest::{digests, original, upstream};
pub use entry::{ChecklistEntry, Group, LIAISON, Person, Role, SUBPROJECT_LEAD, Seat, SkillEntry, Text};
pub use file::{
    Outline, OutlineHeading, capitalised, describes_many, description, document, is_role, kinds, matter,
    outline, read_matter, read_outline, records, role_matter, role_matter_of, title, title_from_name,
    vocabulary,
};
pub use generated::{GeneratedFile, NamedFiles};
pub use leadership::{Filled, Standing, standing};
pub use load::{Load, per_week};
pub use merge::GroupNames;
pub use normative::{StatedObligation, is_normative, normative_documents, stated_obligations};
pub use query::{
    GroupLabel, Key, access_of, areas, asked_by_all, checklist, checklist_ids, checklist_of_role,
    community_holders, community_roles, former_leads, full_name, group, group_checklists, group_ids,
    group_label, held_in, member_seats, own_levels, parts_of, person, role, role_ids, seats, serves, skill,
    skill_ids, term_ids, terms,
};
pub use roster::{
    ExpectationId, FactSpans, Member, RosterComparison, RosterHolder, RosterLabel, RosterList, RosterStatus,
    comparisons_by_list, fact_spans, files_of, lists_naming, member_span, present_id, roster_files,
    roster_findings, roster_span, rosters, rosters_of,
};
pub use route::{Destination, Navigation, PageKind, PageKinds, Route};
pub use section::{Section, section_names, sections};
pub use settled::{Settled, SettledDocument, follow_settling, settled};
