//! How the lead roles of all groups are filled: what is vacant, who stands alone, who holds several.

use serde::Serialize;

use super::scope::Scope;
use super::view::{GroupRef, PersonRef, RoleRef};
use super::{Body, PageView};
use crate::community::GroupKind;
use crate::model::{self, Filled, Route};

/// `coverage`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub struct Coverage {
    pub kinds: Vec<Kind>,
    /// Roles that nobody holds.
    pub vacant: Vec<Gap>,
    /// Groups that one person leads alone.
    pub one_lead: Vec<GroupRef>,
    /// People who hold several roles of a group.
    pub in_several: Vec<Several>,
}

/// The groups of a kind, a row each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "CoverageKind"))]
#[allow(missing_docs)]
pub struct Kind {
    /// `sig`, `wg`, `committee` or `ug`.
    pub id: &'static str,
    /// `Special interest groups`
    pub label: &'static str,
    /// The columns: roles that any of the groups has.
    pub roles: Vec<RoleRef>,
    pub rows: Vec<Row>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub struct Row {
    pub group: GroupRef,
    /// One for each column; none where the group has no such role.
    pub cells: Vec<Option<Cell>>,
}

/// A role in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub struct Cell {
    /// The lead page.
    pub url: String,
    /// `vacant`, `open`, `alone` or `shared`.
    pub filled: &'static str,
    pub holders: Vec<PersonRef>,
}

/// A role that nobody holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub struct Gap {
    pub group: GroupRef,
    pub role: RoleRef,
    /// The lead page.
    pub url: String,
}

/// A person who holds several lead roles of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "SeveralIn"))]
#[allow(missing_docs)]
pub struct Several {
    pub group: GroupRef,
    pub person: PersonRef,
    pub roles: Vec<RoleRef>,
}

pub fn coverage(scope: &Scope) -> (PageView, Body) {
    let handbook = model::handbook(scope.db);
    let mut body =
        Coverage { kinds: Vec::new(), vacant: Vec::new(), one_lead: Vec::new(), in_several: Vec::new() };
    for kind in GroupKind::ALL {
        let groups = handbook.groups.values().filter(|group| group.facts.kind == kind);
        let standings: Vec<_> = groups.map(|group| (group, handbook.standing(group))).collect();
        if standings.is_empty() {
            continue;
        }
        let seats = || standings.iter().flat_map(|(_, standing)| &standing.seats);
        let has = |role: &&std::sync::Arc<model::Role>| seats().any(|(seat, _)| seat.role.id == role.id);
        let roles: Vec<_> = handbook.roles.values().filter(has).collect();
        let mut rows = Vec::new();
        for (group, standing) in &standings {
            let group_ref = scope.group_ref(group);
            let cell = |role: &std::sync::Arc<model::Role>| {
                let (seat, filled) = standing.seats.iter().find(|(seat, _)| seat.role.id == role.id)?;
                let seat = scope.seat(group, seat);
                Some(Cell { url: seat.url, filled: filled.id(), holders: seat.holders })
            };
            rows.push(Row { group: group_ref.clone(), cells: roles.iter().map(|role| cell(role)).collect() });
            let vacant = standing.seats.iter().filter(|(_, filled)| *filled == Filled::Vacant);
            body.vacant.extend(vacant.map(|(seat, _)| {
                let seat = scope.seat(group, seat);
                Gap { group: group_ref.clone(), role: seat.role, url: seat.url }
            }));
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
            id: kind.id(),
            label: kind.plural(),
            roles: roles.iter().map(|role| scope.role_ref(role)).collect(),
            rows,
        });
    }
    let mut headings: Vec<_> = body.kinds.iter().map(|kind| (kind.label, kind.id, true)).collect();
    headings.extend([
        ("Vacant", "rb-vacant", !body.vacant.is_empty()),
        ("One lead alone", "rb-alone", !body.one_lead.is_empty()),
        ("Several roles in one group", "rb-several", !body.in_several.is_empty()),
    ]);
    let page = PageView::new(scope, "coverage", "Coverage")
        .breadcrumbs(vec![scope.home(), scope.link("Groups", &Route::Groups)])
        .toc(&headings);
    (page, Body::Coverage(body))
}
