//! Comparison of groups: a table of key figures, and data for comparing two groups in the browser.

use serde::Serialize;

use super::coverage::{Gap, gaps};
use super::items::FilledItem;
use super::kind::FixedPage;
use super::placeholder::Values;
use super::scope::{Base, Scope};
use super::search_entry::SearchEntry;
use super::view::{GroupRef, Level, Link, LinkOrText, PersonRef};
use super::{PageView, lead, schedule};
use crate::facts::{self, Occurrences};
use crate::model::{self, Group, Key, Navigation, Role, Route};
use crate::source::Db;
use crate::strings::strings;
use crate::url::Href;

/// `compare`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Compare {
    /// Roles without a holder, in sentences.
    pub gaps: Vec<Gap>,
    pub kinds: Vec<Kind>,
    /// True if any group has a vacant role.
    pub has_vacant: bool,
    /// True if any group works for another.
    pub has_working_groups: bool,
    /// Address of the data that the script compares.
    pub data: Href,
}

/// The groups of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ComparedKind"))]
pub(super) struct Kind {
    pub id: String,
    pub label: String,
    pub rows: Vec<Row>,
}

/// The key figures of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ComparedRow"))]
pub(super) struct Row {
    pub group: GroupRef,
    pub figures: Figures,
}

/// Key figures of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Figures {
    /// Number of people who hold a lead role.
    pub leads: usize,
    /// Number of mandatory lead roles without a holder.
    pub vacant: usize,
    pub subprojects: usize,
    /// Meetings per week including those of subprojects, such as `1.5`; a monthly meeting counts as 0.25.
    pub meetings_per_week: String,
    /// Number of meetings of unknown frequency.
    pub without_rule: usize,
    /// Number of groups that work for it.
    pub working_groups: usize,
}

/// `/api/compare.json`. Addresses within the site start at its root.
#[derive(Serialize)]
pub struct Compared {
    /// In the order of the handbook.
    groups: Vec<ComparedGroup>,
}

#[derive(Serialize)]
struct ComparedGroup {
    id: String,
    name: String,
    url: Href,
    figures: Figures,
    roles: Vec<ComparedRole>,
    liaison: Option<PersonRef>,
    meetings: Vec<ComparedMeeting>,
    subprojects: Vec<Link>,
    /// Groups that work for it.
    working_groups: Vec<Link>,
    /// Groups that it works for.
    stakeholders: Vec<Link>,
    contacts: Vec<Link>,
    charter: Option<Link>,
}

/// A lead role in the group.
#[derive(Serialize)]
struct ComparedRole {
    id: String,
    title: String,
    url: Href,
    /// `vacant`, `open`, `alone` or `shared`.
    filled: &'static str,
    holders: Vec<PersonRef>,
    /// Sections of the charter that are specific to the role.
    deviations: Vec<Link>,
    /// Checklist items that only this group has.
    items: Vec<Link>,
    skills: Vec<ComparedSkill>,
}

#[derive(Serialize)]
struct ComparedSkill {
    id: String,
    name: String,
    url: Href,
    level: Level,
}

#[derive(Serialize)]
struct ComparedMeeting {
    title: String,
    when: Option<String>,
}

impl FixedPage for Compare {
    const NAME: &'static str = "compare";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::COMPARE;

    fn exists(db: &dyn Db) -> bool {
        !model::handbook(db).groups.is_empty()
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        None
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let kinds = model::kinds(scope.db).iter().map(|kind| Kind {
            id: kind.id.clone(),
            label: scope.kind_plural(kind),
            rows: super::home::groups_of(scope, kind)
                .map(|group| Row { group: scope.group_ref(&group), figures: figures(scope.db, &group) })
                .collect(),
        });
        let kinds: Vec<Kind> = kinds.filter(|kind| !kind.rows.is_empty()).collect();
        let any = |figure: fn(&Figures) -> usize| {
            kinds.iter().flat_map(|kind| &kind.rows).any(|row| figure(&row.figures) > 0)
        };
        let page = PageView::new(scope, &scope.string("compare.title")).breadcrumbs(vec![
            scope.home(),
            scope.link(scope.string("sections.groups.label"), &Route::GROUPS),
        ]);
        let body = Compare {
            gaps: gaps(scope),
            has_vacant: any(|figures| figures.vacant),
            has_working_groups: any(|figures| figures.working_groups),
            kinds,
            data: scope.to("/api/compare.json"),
        };
        (page, body)
    }

    fn search_entries(_: &dyn Db) -> Vec<SearchEntry> {
        Vec::new()
    }
}

fn figures(db: &dyn Db, group: &Group) -> Figures {
    let key = Key::new(db, group.id().to_owned());
    let standing = model::standing(db, key);
    let holders = standing.seats.iter().flat_map(|(seat, _)| &seat.holders);
    let holders: std::collections::BTreeSet<String> = holders.map(|person| person.id.value.clone()).collect();
    let calendar = model::calendar(&group.facts);
    let weekly = calendar.entries.iter().map(|entry| match entry.occurrences {
        Occurrences::Rule(recurrence) => model::per_week(recurrence.rule),
        Occurrences::Times { .. } => 0.0,
    });
    let weekly = weekly.fold(0.0, |sum, meetings| sum + meetings);
    Figures {
        leads: holders.len(),
        vacant: standing.seats.iter().filter(|(_, filled)| *filled == model::Filled::Vacant).count(),
        subprojects: group.facts.subprojects.len(),
        meetings_per_week: format!("{weekly:.1}"),
        without_rule: calendar.without_rule.len(),
        working_groups: model::serves(db, key).len(),
    }
}

/// The data for comparing any two groups.
pub fn compared(db: &dyn Db) -> Compared {
    let scope = Scope { db, base: Base::Data };
    let groups = model::group_ids(db).iter().filter_map(|id| scope.group(id));
    Compared { groups: groups.map(|group| compared_group(&scope, &group)).collect() }
}

fn compared_group(scope: &Scope, group: &Group) -> ComparedGroup {
    let db = scope.db;
    let facts = &group.facts;
    let key = Key::new(db, group.id().to_owned());
    let url = Href::rooted("/", &Route::Group(group.id().to_owned()).url(db));
    let anchors = super::subproject::subproject_ids(facts).into_iter();
    let subproject = |(subproject, anchor): (&facts::Subproject, String)| Link {
        label: subproject.name.value.clone(),
        url: url.clone().fragment(&anchor),
        external: false,
    };
    let others = |ids: &[String]| {
        let others = scope.groups(ids).into_iter();
        others.map(|other| Link { label: other.name, url: other.url, external: false }).collect()
    };
    let calendar = model::calendar(facts);
    let with_rule = calendar.entries.iter().map(|entry| entry.meeting);
    let meetings = with_rule.chain(calendar.without_rule.iter().copied());
    let contacts = scope.contacts(group.file, &facts.contact);
    let standing = model::standing(db, key);
    ComparedGroup {
        id: group.id().to_owned(),
        name: group.full_name(),
        figures: figures(db, group),
        roles: standing
            .seats
            .iter()
            .map(|(seat, filled)| compared_role(scope, group, seat, filled.id()))
            .collect(),
        liaison: facts.contact.liaison.as_ref().map(|liaison| scope.person(liaison)),
        meetings: meetings
            .map(|meeting| ComparedMeeting {
                title: meeting.title.value.clone(),
                when: schedule::when(strings(db), &meeting.schedule),
            })
            .collect(),
        subprojects: facts.subprojects.iter().zip(anchors).map(subproject).collect(),
        working_groups: others(model::serves(db, key)),
        stakeholders: others(&group.stakeholders),
        contacts: contacts
            .channels
            .into_iter()
            .filter(|channel| !channel.private)
            .map(|channel| contact(channel.link))
            .collect(),
        charter: scope.charter(group),
        url,
    }
}

/// A contact in the data, where `url` is empty instead of null without an address.
fn contact(link: LinkOrText) -> Link {
    Link { label: link.label, url: link.url.unwrap_or_default(), external: link.external }
}

fn compared_role(scope: &Scope, group: &Group, seat: &model::Seat, filled: &'static str) -> ComparedRole {
    let role = &seat.role;
    let url = scope.seat(group.id(), seat).url;
    let seats = model::seats(scope.db, Key::new(scope.db, group.id().to_owned()));
    let says = lead::charter_says(scope, group, role, seats).map(|says| says.clause);
    let sections = lead::differences(scope, group, role).into_iter().map(|difference| difference.link);
    let areas = scope.skills(role, Some(group)).into_iter();
    ComparedRole {
        id: role.id.clone(),
        title: role.title.clone(),
        filled,
        holders: seat.holders.iter().map(|person| scope.person(person)).collect(),
        deviations: says.into_iter().chain(sections).collect(),
        items: own_items(scope, group, role, &url),
        skills: areas
            .flat_map(|area| area.skills)
            .map(|skill| ComparedSkill { id: skill.id, name: skill.name, url: skill.url, level: skill.level })
            .collect(),
        url,
    }
}

/// Items of a role's checklist that only the group has, linked to the lead page.
fn own_items(scope: &Scope, group: &Group, role: &Role, lead: &Href) -> Vec<Link> {
    let Some(entry) = model::checklist_of_role(scope.db, Key::new(scope.db, role.id.clone())) else {
        return Vec::new();
    };
    let values = Values::new(scope, Some(group), Some(role));
    let items = model::composed(scope.db, &entry, Some(group), Some(role)).into_iter();
    let own = items.filter(|composed| {
        let for_groups = &composed.item.for_groups;
        composed.file == group.overlay_file || for_groups.iter().any(|named| named.value == group.id())
    });
    own.map(|composed| Link {
        label: FilledItem::new(&composed, values).title(),
        url: lead.clone().fragment(&format!("item.{}", composed.id)),
        external: false,
    })
    .collect()
}
