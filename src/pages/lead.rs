//! The lead page: one role in one group.

use indexmap::IndexMap;
use serde::Serialize;

use super::findings::{self, Check};
use super::items::{self, AccessGroup, NextStep, Phase, Recurring};
use super::kind::ViewModel;
use super::obligations::{Duty, StatedDuty};
use super::scope::Scope;
use super::search_entry::{SUMMARY, SearchEntry, SearchSection, named};
use super::subproject::subproject_ids;
use super::view::{
    self, Calendar, Contacts, Fact, GroupRef, IssueFields, Link, Meeting, PersonRef, RoleRef, Seat,
};
use super::{MEETINGS_SCRIPTS, PageView};
use crate::facts::{self, CharterHolder, Situation};
use crate::link::{self, Target};
use crate::model::{self, ComposedItem, Group, Key, Role, Route};
use crate::parse::Level;
use crate::rules::{self, Verdict};
use crate::source::Db;
use crate::strings::strings;
use crate::trace;
use crate::url::Href;

/// `lead`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Lead {
    pub group: GroupRef,
    pub role: RoleRef,
    pub summary_html: String,
    /// About the role.
    pub facts: Vec<Fact>,
    /// The person or body that appoints the holders.
    pub appointed_by_html: Option<String>,
    /// Holders of the role in the group.
    pub holders: Vec<PersonRef>,
    /// True if the role is optional in the group.
    pub optional: bool,
    /// True if no document describes the role.
    pub implied: bool,
    /// True if the data records holders of the role.
    pub recorded: bool,
    /// The contact for questions about the role while it is vacant.
    pub ask_html: Option<String>,
    /// The groups that this group works for.
    pub stakeholders: Vec<GroupRef>,
    /// The other roles in the group that have a holder.
    pub others: Vec<Seat>,
    /// The group's liaison on the steering committee.
    pub liaison: Option<PersonRef>,
    /// Former leads to ask.
    pub emeritus: Vec<PersonRef>,
    /// Differences in this group, from the handbook.
    pub note_html: Option<String>,
    pub charter: Option<Link>,
    /// The charter's rule about who holds the role.
    pub charter_says: Option<CharterSays>,
    /// Sections of the charter that are specific to the role.
    pub differences: Vec<Difference>,
    /// Clauses of governance.
    pub governed_by: Vec<Link>,
    /// Obligations of the role.
    pub duties: Vec<Duty>,
    /// The obligations by level: MUST first.
    pub levels: Vec<DutyLevel>,
    /// Duties that governance states without an upper-case key word.
    pub stated_duties: Vec<StatedDuty>,
    /// Rules that the group or the holders do not meet, and that the holders can see to.
    pub to_fix: Vec<Check>,
    /// True if no clause that binds the role is known, although governance binds other roles.
    pub unbound: bool,
    pub meetings: Vec<Meeting>,
    /// Meetings of the subprojects.
    pub subproject_meetings: Vec<SubprojectMeetings>,
    pub calendar: Option<Calendar>,
    pub contacts: Contacts,
    /// Public channels.
    pub channels: Vec<view::Channel>,
    /// Number of access entries.
    pub access_total: usize,
    /// Access that its holders have.
    pub access: Vec<AccessGroup>,
    /// Filled in for the group.
    pub checklist: Option<Checklist>,
    /// Required skills, the highest levels first, and how to reach each level.
    pub skills: Vec<Skill>,
    pub subprojects: Vec<Subproject>,
    /// Procedures filled in for the group.
    pub procedures: Vec<Link>,
    /// The procedure for somebody who does not hold the role yet.
    pub nominated: Option<Link>,
    /// The procedure for a holder who leaves.
    pub leaving: Option<Link>,
    /// Documents that the role and its checklist refer to.
    pub reading: Vec<Reading>,
}

/// The obligations of a level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct DutyLevel {
    /// `MUST NOT`
    pub label: &'static str,
    pub duties: Vec<Duty>,
}

/// The rule in the group's charter about who holds the role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct CharterSays {
    /// The clause with the rule.
    pub clause: Link,
    /// The role whose holders also hold this one; null if the charter says that nobody holds it.
    pub held_by: Option<Seat>,
    /// Holders in the data that contradict the charter.
    pub contradicting: Vec<PersonRef>,
}

/// A section of the charter that is specific to the role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Difference {
    /// The section.
    pub link: Link,
    pub body_html: String,
}

/// The role's checklist, filled in for the group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "LeadChecklist"))]
pub(super) struct Checklist {
    pub link: Link,
    /// Number of items in the phases.
    pub total: usize,
    /// The items to finish, without access.
    pub phases: Vec<Phase>,
    /// The first items to do as a holder, at most three.
    pub first: Vec<NextStep>,
    /// The items of the phase `ongoing`.
    pub recurring: Vec<Recurring>,
    /// Address for opening an issue with the checklist.
    pub new_issue: Option<Href>,
    /// Null on GitHub.
    pub issue_fields: Option<IssueFields>,
    /// The checklist as JSON, with texts in Markdown.
    pub data: Option<Href>,
}

/// The meetings of a subproject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct SubprojectMeetings {
    pub subproject: Link,
    pub meetings: Vec<Meeting>,
}

/// A subproject of the group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "LeadSubproject"))]
pub(super) struct Subproject {
    pub name: String,
    pub url: Href,
    pub leads: Vec<PersonRef>,
}

/// A skill, its required level, and the steps to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "LeadSkill"))]
pub(super) struct Skill {
    pub id: String,
    pub name: String,
    pub url: Href,
    pub level: view::Level,
    /// Description of the required level.
    pub expected_html: String,
    /// Names of all levels, ascending.
    pub levels: Vec<view::Level>,
    /// Steps from each level below the required one.
    pub steps: Vec<Step>,
}

/// Guidance for reaching the next level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Step {
    /// The level that the step starts from.
    pub from: u8,
    pub html: String,
}

/// A document to read, with its most relevant clauses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Reading {
    pub document: Link,
    pub clauses: Vec<Link>,
}

impl ViewModel for Lead {
    const NAME: &'static str = "lead";
    const HAS_PICTURE: bool = true;

    fn routes(_: &dyn Db) -> Vec<Route> {
        // `Group::routes` lists these pages.
        Vec::new()
    }

    fn shows(_: &dyn Db, route: &Route) -> bool {
        matches!(route, Route::Lead { .. })
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        let Route::Lead { group, role } = route else { return None };
        lead(scope, group, role)
    }

    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry> {
        let Route::Lead { group, role } = route else { return Vec::new() };
        let Some(group) = model::handbook(db).groups.get(group) else { return Vec::new() };
        let seats = model::seats(db, Key::new(db, group.id().to_owned()));
        let Some(seat) = seats.iter().find(|seat| seat.role.id == *role) else { return Vec::new() };
        let full_name = group.full_name();
        let holders: Vec<String> = seat.holders.iter().map(named).collect();
        let strings = strings(db);
        let name = if seat.role.held_as().contains(&model::LIAISON) {
            group.facts.name.clone()
        } else {
            strings.fill("search.texts.lead_of", &[("group", &group.facts.name)])
        };
        let names = [name, group.id().to_owned()];
        let people = match holders.as_slice() {
            [] => String::new(),
            holders => {
                let values =
                    [("role", &*seat.role.title), ("group", &full_name), ("people", &strings.list(holders))];
                strings.fill("search.texts.holders", &values)
            }
        };
        vec![SearchEntry {
            groups: vec![full_name.clone()],
            names: names.into_iter().chain([seat.role.short.clone()]).collect(),
            sections: vec![SearchSection::text(people, SUMMARY)],
            ..SearchEntry::new("lead", &format!("{full_name} · {}", seat.role.title))
        }]
    }
}

/// The largest number of next steps on a lead page.
const FIRST: usize = 3;

fn is_leaving(phase: &Phase) -> bool {
    phase.id == facts::Phase::Leaving.id()
}

fn lead(scope: &Scope, group: &str, role: &str) -> Option<(PageView, Lead)> {
    let group = scope.group(group)?;
    let seats = model::seats(scope.db, Key::new(scope.db, group.id().to_owned()));
    let seat = seats.iter().find(|seat| seat.role.id == role)?;
    let seat_view = scope.seat(group.id(), seat);
    let role = &seat.role;
    let entry = model::checklist_of_role(scope.db, Key::new(scope.db, role.id.clone()));
    let items = entry
        .as_ref()
        .map(|entry| model::composed(scope.db, entry, Some(&group), Some(role)))
        .unwrap_or_default();
    // Access has a list of its own, and recurring items are never finished.
    let is_step = |item: &&ComposedItem| {
        !matches!(item.subject, Some(model::ItemSubject::Access(..)))
            && item.item.phase != facts::Phase::Ongoing
    };
    let steps: Vec<_> = items.iter().filter(is_step).cloned().collect();
    let checklist = entry.as_ref().map(|entry| {
        let phases = items::phases(scope, &steps, Some(&group), Some(role));
        let outside = [facts::Phase::Before, facts::Phase::Leaving];
        let of_a_holder = steps.iter().filter(|composed| !outside.contains(&composed.item.phase));
        Checklist {
            link: scope
                .link(entry.checklist.title.clone(), &Route::Checklist(entry.checklist.id.value.clone())),
            total: phases.iter().filter(|phase| !is_leaving(phase)).map(|phase| phase.items.len()).sum(),
            first: items::next_steps(scope, of_a_holder.take(FIRST), &group, role),
            recurring: items::recurring(scope, &items, &group, role),
            phases,
            new_issue: scope.new_issue(),
            issue_fields: scope.issue_fields(),
            data: scope.checklist_data(Route::Lead { group: group.id().to_owned(), role: role.id.clone() }),
        }
    });
    let group_url = Route::Group(group.id().to_owned()).url(scope.db);
    let subproject_link = |name: &str, id: &str| Link {
        label: name.to_owned(),
        url: scope.to(&group_url).fragment(id),
        external: false,
    };
    let ids = subproject_ids(&group.facts);
    let subprojects = || group.facts.subprojects.iter().zip(&ids);
    let overlay = group.overlays.get(&role.id);
    let ask = role.matter.ask.as_ref().filter(|_| seat_view.holders.is_empty());
    let duties = super::obligations::duties(scope, &role.id, Some(&group), &[]);
    let stated_duties = super::obligations::stated_duties(scope, role, Some(&group));
    let contacts = scope.contacts(group.file, &group.facts.contact);
    let access = items::access_groups(scope, role, &group, &items);
    let body = Lead {
        group: scope.group_ref(&group),
        role: seat_view.role,
        summary_html: scope.role_summary(role),
        // If the role is vacant, the page names the contact beside the vacancy, so the facts leave it out.
        facts: scope.facts(role, ask.is_none() || !seat_view.recorded),
        appointed_by_html: role.matter.appointed_by.as_ref().map(|by| scope.markdown(role.file, by, true)),
        optional: seat_view.optional,
        implied: role.is_implied,
        recorded: seat_view.recorded,
        ask_html: ask.map(|ask| scope.markdown(role.file, ask, true)),
        stakeholders: scope.groups(&group.stakeholders),
        others: seats
            .iter()
            .filter(|other| other.role.id != role.id && !other.holders.is_empty())
            .filter(|other| !other.role.held_as().contains(&model::LIAISON))
            .map(|other| scope.seat(group.id(), other))
            .collect(),
        holders: seat_view.holders,
        liaison: group.facts.contact.liaison.as_ref().map(|liaison| scope.person(liaison)),
        emeritus: group.facts.emeritus.iter().map(|person| scope.person(person)).collect(),
        note_html: overlay
            .and_then(|overlay| overlay.note.as_ref())
            .map(|note| scope.markdown(group.overlay_file, note, false)),
        charter: scope.charter(&group),
        charter_says: charter_says(scope, &group, role, seats),
        differences: differences(scope, &group, role),
        governed_by: scope.references(role.file, &role.matter.governed_by),
        unbound: duties.is_empty() && stated_duties.is_empty() && !trace::register(scope.db).is_empty(),
        stated_duties,
        to_fix: to_fix(scope, &group, seat),
        levels: levels(&duties),
        duties,
        meetings: scope.meetings(&group.facts.meetings),
        subproject_meetings: subprojects()
            .filter(|(subproject, _)| !subproject.meetings.is_empty())
            .map(|(subproject, id)| SubprojectMeetings {
                subproject: subproject_link(&subproject.name, id),
                meetings: scope.meetings(&subproject.meetings),
            })
            .collect(),
        calendar: scope.calendar(&group),
        channels: super::group::public_channels(&contacts).cloned().collect(),
        contacts,
        access_total: access.iter().map(|way| way.entries.len()).sum(),
        access,
        reading: reading(scope, role, &items),
        checklist,
        skills: skills(scope, role, &group),
        subprojects: subprojects()
            .map(|(subproject, id)| Subproject {
                name: subproject.name.value.clone(),
                url: subproject_link(&subproject.name, id).url,
                leads: subproject.leads.iter().map(|person| scope.person(person)).collect(),
            })
            .collect(),
        procedures: scope.procedures(&group),
        nominated: scope.procedure(&group, role, Situation::Nominated),
        leaving: scope.procedure(&group, role, Situation::Leaving),
    };
    let page = PageView::new(scope, &format!("{} · {}", group.full_name(), role.title))
        .breadcrumbs(vec![
            scope.home(),
            scope.link(scope.string("sections.groups.label"), &Route::GROUPS),
            scope.link(group.full_name(), &Route::Group(group.id().to_owned())),
        ])
        .sections(sections(scope, &body))
        .scripts(&MEETINGS_SCRIPTS, scope.has_rules(&group));
    Some((page, body))
}

/// The findings that the holders of a seat can see to: those of rules for the role, about the group or about them.
fn to_fix(scope: &Scope, group: &Group, seat: &model::Seat) -> Vec<Check> {
    let rules = rules::of_role(scope.db, Key::new(scope.db, seat.role.id.clone()));
    if rules.is_empty() {
        return Vec::new();
    }
    let is_here = |placed: &&rules::Placed| {
        let finding = &placed.finding;
        finding.verdict == Verdict::Unmet
            && rules.iter().any(|entry| entry.rule.id.value == finding.rule)
            && match &finding.subject {
                rules::Subject::Person(id) => seat.holders.iter().any(|holder| holder.id.value == *id),
                _ => true,
            }
    };
    let findings = rules::in_group(scope.db, Key::new(scope.db, group.id().to_owned()));
    let findings: Vec<rules::Placed> = findings.iter().filter(is_here).cloned().collect();
    findings::checks(scope, &findings, Some(group.id()))
}

/// Duties by level, the most binding first; levels without duties are left out.
pub(super) fn levels(duties: &[Duty]) -> Vec<DutyLevel> {
    let of = |level: Level| {
        let duties: Vec<_> =
            duties.iter().filter(|duty| duty.statement.level == level.word()).cloned().collect();
        (!duties.is_empty()).then(|| DutyLevel { label: level.word(), duties })
    };
    Level::ALL.into_iter().filter_map(of).collect()
}

/// The headings of the page, in the order of the template.
fn sections(scope: &Scope, lead: &Lead) -> [(&'static str, String, bool); 7] {
    let recurs = lead.checklist.as_ref().is_some_and(|checklist| !checklist.recurring.is_empty());
    let has_duties = !lead.duties.is_empty() || !lead.stated_duties.is_empty() || lead.unbound;
    [
        ("checklist", scope.string("parts.checklist"), lead.checklist.is_some()),
        ("recurring", scope.string("lead.recurring"), recurs),
        ("access", scope.string("parts.access"), !lead.access.is_empty()),
        ("to_fix", scope.string("lead.to_fix"), !lead.to_fix.is_empty()),
        ("obligations", scope.string("parts.obligations"), has_duties),
        ("skills", scope.string("parts.skills"), !lead.skills.is_empty()),
        ("about", scope.string("lead.about"), true),
    ]
}

pub(super) fn charter_says(
    scope: &Scope,
    group: &Group,
    role: &Role,
    seats: &[model::Seat],
) -> Option<CharterSays> {
    let charter = group.overlays.get(&role.id)?.charter.as_ref()?;
    let contradicting = trace::contradicting(scope.db, group, &role.id);
    Some(CharterSays {
        clause: scope.reference(group.overlay_file, &charter.clause)?,
        held_by: match &charter.holder {
            CharterHolder::Nobody => None,
            CharterHolder::Role(other) => {
                seats.iter().find(|seat| seat.role.id == other.value).map(|seat| scope.seat(group.id(), seat))
            }
        },
        contradicting: contradicting.into_iter().map(|person| scope.person(person)).collect(),
    })
}

pub(super) fn differences(scope: &Scope, group: &Group, role: &Role) -> Vec<Difference> {
    let sections = trace::charter_sections(scope.db, group, role).into_iter();
    let difference = sections.map(|section| {
        let page = model::document_url(scope.db, section.file);
        let url = scope.to(&page).fragment(&section.anchor);
        Difference {
            link: Link { label: section.title, url, external: false },
            body_html: scope.markdown(section.file, &section.markdown, false),
        }
    });
    difference.collect()
}

/// The skills of a role, with the steps to the level required in the group; the highest levels first.
fn skills(scope: &Scope, role: &Role, group: &Group) -> Vec<Skill> {
    let skill = |row: super::view::SkillRow| {
        let entry = model::skill(scope.db, Key::new(scope.db, row.id.clone())).as_ref()?;
        let levels = &entry.skill.levels;
        let expected = levels.iter().find(|level| level.level.value == row.level.level);
        let below = levels.iter().filter(|level| level.level.value < row.level.level);
        Some(Skill {
            expected_html: expected
                .map_or(String::new(), |level| scope.shared_markdown(entry.file, &level.description)),
            levels: levels.iter().map(|level| scope.level(entry, level.level.value, false)).collect(),
            steps: below
                .filter_map(|level| {
                    let html = scope.shared_markdown(entry.file, level.grow.as_ref()?);
                    Some(Step { from: level.level.value, html })
                })
                .collect(),
            id: row.id,
            name: row.name,
            url: row.url,
            level: row.level,
        })
    };
    let areas = scope.skills(role, Some(group)).into_iter();
    let mut skills: Vec<Skill> = areas.flat_map(|area| area.skills).filter_map(skill).collect();
    skills.sort_by_key(|skill| std::cmp::Reverse(skill.level.level));
    skills
}

/// The documents that the role and its checklist refer to: those that govern the role first, then by number of
/// references.
fn reading(scope: &Scope, role: &Role, items: &[ComposedItem]) -> Vec<Reading> {
    let governing = role.matter.governed_by.iter().map(|at| (role.file, at));
    let of_items = items.iter().flat_map(|item| item.item.refs.iter().map(|at| (item.file, at)));
    let mut documents: IndexMap<String, (Reading, usize)> = IndexMap::new();
    for (file, reference) in governing.chain(of_items) {
        let Target::Page(page) = link::target(scope.db, file, reference) else { continue };
        let entry = documents.entry(page.url(scope.db)).or_insert_with_key(|url| {
            let document = Link { label: page.title.clone(), url: scope.to(url), external: false };
            (Reading { document, clauses: Vec::new() }, 0)
        });
        entry.1 += 1;
        if let (Some(heading), Some(anchor)) = (&page.heading, &page.anchor) {
            let url = entry.0.document.url.clone().fragment(anchor);
            let clause = Link { label: heading.clone(), url, external: false };
            if !entry.0.clauses.contains(&clause) {
                entry.0.clauses.push(clause);
            }
        }
    }
    let mut documents: Vec<_> = documents.into_values().collect();
    documents.sort_by_key(|(_, uses)| std::cmp::Reverse(*uses));
    documents.into_iter().map(|(reading, _)| reading).collect()
}
