//! Coverage of lead roles in all groups: vacancies, single holders, and people who hold several roles.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde::Serialize;

use super::PageView;
use super::kind::FixedPage;
use super::scope::{Base, Scope};
use super::search_entry::{SUMMARY, SearchEntry, SearchSection};
use super::view::{GroupRef, Link, PersonRef, RoleRef};
use crate::model::{self, Filled, Key, Navigation, Route};
use crate::source::Db;
use crate::strings::strings;
use crate::url::Href;

/// `coverage`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Coverage {
    /// Roles without a holder, in sentences.
    pub gaps: Vec<Gap>,
    /// The ways in which roles are filled: those of `shared`, `alone`, `vacant` and `open` that occur, in this order.
    pub ways: Vec<&'static str>,
    pub roles: Vec<Filling>,
    pub kinds: Vec<Kind>,
    /// Groups with a single lead.
    pub one_lead: Vec<GroupRef>,
    /// People who hold several roles in one group.
    pub in_several: Vec<Several>,
}

/// The groups in which a role is vacant, or that nobody leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Gap {
    /// `4 groups have no Technical Lead`
    pub sentence: String,
    /// Their lead pages.
    pub groups: Vec<Link>,
}

/// Number of groups by how a role is filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Filling {
    pub role: RoleRef,
    pub total: usize,
    /// In the order of the ways.
    pub parts: Vec<Part>,
}

/// Groups in which a role is filled in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Part {
    pub filled: &'static str,
    pub count: usize,
    /// Offset in the bar in percent, with two decimals.
    pub start: String,
    pub width: String,
    /// Their lead pages.
    pub groups: Vec<Link>,
}

/// The groups of a kind, one row each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "CoverageKind"))]
pub(super) struct Kind {
    /// Id of the kind.
    pub id: String,
    /// `Special interest groups`
    pub label: String,
    /// The columns: roles that at least one of the groups has.
    pub roles: Vec<RoleRef>,
    pub rows: Vec<Row>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Row {
    pub group: GroupRef,
    /// One per column; null if the group does not have the role.
    pub cells: Vec<Option<Cell>>,
}

/// A role in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Cell {
    /// The lead page.
    pub url: Href,
    /// `vacant`, `open`, `alone` or `shared`.
    pub filled: &'static str,
    pub holders: Vec<PersonRef>,
    /// The number of holders that the role should have, if it has fewer.
    pub wanted: Option<u32>,
}

/// A person who holds several lead roles in one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "SeveralIn"))]
pub(super) struct Several {
    pub group: GroupRef,
    pub person: PersonRef,
    pub roles: Vec<RoleRef>,
}

impl FixedPage for Coverage {
    const NAME: &'static str = "coverage";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::Fixed("/coverage/");

    fn exists(db: &dyn Db) -> bool {
        !model::handbook(db).groups.is_empty()
    }

    fn navigation(db: &dyn Db) -> Option<Navigation> {
        (!model::handbook(db).roles.is_empty()).then_some(Navigation::Footer(3))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let handbook = model::handbook(scope.db);
        let mut body = Coverage {
            gaps: gaps(scope),
            ways: Vec::new(),
            roles: Vec::new(),
            kinds: Vec::new(),
            one_lead: Vec::new(),
            in_several: Vec::new(),
        };
        for kind in model::kinds(scope.db).iter() {
            let groups = handbook.groups.values().filter(|group| group.facts.kind == *kind);
            let standings: Vec<_> = groups.map(|group| (group, handbook.standing(group))).collect();
            if standings.is_empty() {
                continue;
            }
            let seats = || standings.iter().flat_map(|(_, standing)| &standing.seats);
            let has = |role: &&std::sync::Arc<model::Role>| seats().any(|(seat, _)| seat.role.id == role.id);
            let roles: Vec<_> = handbook.roles.values().filter(has).collect();
            if roles.is_empty() {
                continue;
            }
            let mut rows = Vec::new();
            for (group, standing) in &standings {
                let group_ref = scope.group_ref(group);
                let cell = |role: &std::sync::Arc<model::Role>| {
                    let (seat, filled) = standing.seats.iter().find(|(seat, _)| seat.role.id == role.id)?;
                    let seat = scope.seat(group.id(), seat);
                    Some(Cell {
                        url: seat.url,
                        filled: filled.id(),
                        holders: seat.holders,
                        wanted: seat.wanted,
                    })
                };
                rows.push(Row {
                    group: group_ref.clone(),
                    cells: roles.iter().map(|role| cell(role)).collect(),
                });
                if standing.one_lead {
                    body.one_lead.push(group_ref.clone());
                }
                body.in_several.extend(standing.in_several.iter().map(|(person, roles)| Several {
                    group: group_ref.clone(),
                    person: scope.person(person),
                    roles: scope.roles(roles),
                }));
            }
            body.kinds.push(Kind {
                id: kind.id.clone(),
                label: scope.kind_plural(kind),
                roles: roles.iter().map(|role| scope.role_ref(role)).collect(),
                rows,
            });
        }
        let ways = ways(&body.kinds);
        body.roles = fillings(&body.kinds, &ways);
        body.ways = ways.iter().map(|way| way.id()).collect();
        let page = PageView::new(scope, &scope.string("sections.coverage.label"))
            .breadcrumbs(vec![
                scope.home(),
                scope.link(scope.string("sections.groups.label"), &Route::GROUPS),
            ])
            .sections([("by_role", scope.string("coverage.by_role"), !body.roles.is_empty())])
            .headings(body.kinds.iter().map(|kind| (kind.label.clone(), &*kind.id)))
            .sections([
                ("alone", scope.string("coverage.one_lead"), !body.one_lead.is_empty()),
                ("several", scope.string("coverage.in_several"), !body.in_several.is_empty()),
            ]);
        (page, body)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        let url = Self::ROUTE.url(db);
        let gaps = gaps(&Scope { db, base: Base::Page(&url) }).into_iter();
        let gaps = gaps.map(|gap| SearchSection::text(format!("{}.", gap.sentence), SUMMARY));
        let names = vec![strings(db).get("home.tasks.vacancies.title")];
        let mut entries = SearchEntry::of_list(db, &Self::ROUTE);
        for entry in &mut entries {
            entry.sections.extend(gaps.clone());
            entry.names.clone_from(&names);
        }
        entries
    }
}

/// The groups that nobody leads, and the vacant roles with the groups that lack them.
pub(super) fn gaps(scope: &Scope) -> Vec<Gap> {
    let db = scope.db;
    let mut gaps: IndexMap<String, (String, Vec<Link>)> = IndexMap::new();
    for id in model::group_ids(db) {
        let standing = model::standing(db, Key::new(db, id.clone()));
        let vacant = standing.seats.iter().filter(|(_, filled)| *filled == Filled::Vacant);
        for (seat, _) in vacant {
            let Some(group) = scope.named_group(id) else { continue };
            let route = Route::Lead { group: id.clone(), role: seat.role.id.clone() };
            let gap = gaps.entry(seat.role.id.clone());
            let (_, groups) = gap.or_insert_with(|| (seat.role.title.clone(), Vec::new()));
            groups.push(scope.link(group.name, &route));
        }
    }
    let without_lead = without_lead(scope);
    let no_lead = (!without_lead.is_empty()).then(|| Gap {
        sentence: scope.fill("coverage.no_lead", &[("n", &without_lead.len().to_string())]),
        groups: without_lead,
    });
    let gap = |(role, groups): (String, Vec<Link>)| {
        let values = [("n", &*groups.len().to_string()), ("role", &*role)];
        let sentence = scope.fill("coverage.gap", &values);
        Gap { sentence, groups }
    };
    no_lead.into_iter().chain(gaps.into_values().map(gap)).collect()
}

/// The groups for which the data names neither a lead nor a vacant role, although it names leads of other groups of
/// their kind.
fn without_lead(scope: &Scope) -> Vec<Link> {
    let db = scope.db;
    let handbook = model::handbook(db);
    let key = |group: &model::Group| (group.source, group.facts.kind.id.clone());
    let (mut led, mut unled) = (HashSet::new(), Vec::new());
    for group in handbook.groups.values() {
        let standing = model::standing(db, Key::new(db, group.id().to_owned()));
        if standing.seats.iter().any(|(seat, _)| !seat.holders.is_empty()) {
            led.insert(key(group));
        } else if standing.seats.iter().all(|(_, filled)| *filled != Filled::Vacant) {
            unled.push(group);
        }
    }
    unled.retain(|group| led.contains(&key(group)));
    let link = |group: &model::Group| scope.link(group.full_name(), &Route::Group(group.id().to_owned()));
    unled.into_iter().map(|group| link(group)).collect()
}

/// The ways in which roles of the groups are filled.
fn ways(kinds: &[Kind]) -> Vec<Filled> {
    let occurs = |way: &Filled| {
        let mut cells = kinds.iter().flat_map(|kind| &kind.rows).flat_map(|row| row.cells.iter().flatten());
        cells.any(|cell| cell.filled == way.id())
    };
    [Filled::Shared, Filled::Alone, Filled::Vacant, Filled::Open].into_iter().filter(occurs).collect()
}

/// Totals for each role over all groups, in the order of the columns.
fn fillings(kinds: &[Kind], ways: &[Filled]) -> Vec<Filling> {
    type Held<'a> = (&'a RoleRef, Vec<(&'a GroupRef, &'a Cell)>);
    let mut cells: IndexMap<&str, Held> = IndexMap::new();
    for kind in kinds {
        for row in &kind.rows {
            for (role, cell) in kind.roles.iter().zip(&row.cells) {
                if let Some(cell) = cell {
                    cells.entry(&role.id).or_insert_with(|| (role, Vec::new())).1.push((&row.group, cell));
                }
            }
        }
    }
    let filling = |(role, cells): Held| {
        let total = cells.len();
        let mut before = 0;
        let parts = ways.iter().map(|way| {
            let here = cells.iter().filter(|(_, cell)| cell.filled == way.id());
            let groups: Vec<Link> = here
                .map(|(group, cell)| Link {
                    label: group.name.clone(),
                    url: cell.url.clone(),
                    external: false,
                })
                .collect();
            let count = groups.len();
            let part = Part {
                filled: way.id(),
                count,
                start: percent(before, total),
                width: percent(count, total),
                groups,
            };
            before += count;
            part
        });
        Filling { role: role.clone(), total, parts: parts.collect() }
    };
    cells.into_values().map(filling).collect()
}

/// `33.33`
fn percent(part: usize, of: usize) -> String {
    let hundredths = part * 10_000 / of;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
