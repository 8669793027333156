//! People who hold several lead roles, in one group or in different groups, as a picture and as a table.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde::Serialize;

use super::scope::Scope;
use super::view::{GroupRef, PersonRef, RoleRef};
use crate::model::{self, Person, Role, Route};
use crate::strings::{Strings, strings};
use crate::svg::{self, DotMatrix, Mark, PictureNode};
use crate::url::Href;

/// People who hold several lead roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "MultipleRoles"))]
pub(super) struct MultipleRoles {
    pub svg: String,
    pub legend: Vec<Letter>,
    /// Those with the most roles first.
    pub people: Vec<Holder>,
}

/// A letter in the legend of the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "LegendLetter"))]
pub(super) struct Letter {
    pub letter: char,
    /// Index of its style, from 0.
    pub look: usize,
    pub role: RoleRef,
}

/// A person with several roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Holder {
    pub person: PersonRef,
    pub seats: Vec<Held>,
}

/// A role held in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Held {
    pub group: GroupRef,
    pub role: RoleRef,
    pub url: Href,
}

/// People who hold more than one lead role; `None` if there are none.
pub(super) fn multiple_roles(scope: &Scope) -> Option<MultipleRoles> {
    let handbook = model::handbook(scope.db);
    let mut people: Vec<Holder> = handbook.people.values().map(|person| holder(scope, person)).collect();
    people.retain(|holder| holder.seats.len() > 1);
    if people.is_empty() {
        return None;
    }
    people.sort_by_cached_key(|holder| {
        let groups: BTreeSet<&str> = holder.seats.iter().map(|seat| seat.group.id.as_str()).collect();
        let most = (holder.seats.len(), groups.len());
        (std::cmp::Reverse(most), holder.person.name.to_lowercase(), holder.person.handle.to_lowercase())
    });
    let seats = || people.iter().flat_map(|holder| &holder.seats);
    let held_ids: BTreeSet<&str> = seats().map(|seat| seat.role.id.as_str()).collect();
    let legend = letters(scope, handbook.roles.values().map(AsRef::as_ref), &held_ids);
    let group_ids: BTreeSet<&str> = seats().map(|seat| seat.group.id.as_str()).collect();
    let columns: IndexMap<&str, PictureNode> = handbook
        .groups
        .values()
        .filter(|group| group_ids.contains(group.id()))
        .map(|group| {
            let group_ref = scope.group_ref(group);
            (group.id(), PictureNode { label: group_ref.name, url: group_ref.url })
        })
        .collect();
    let mut marks = Vec::new();
    for (row, holder) in people.iter().enumerate() {
        let mut by_column: BTreeMap<usize, Vec<&Held>> = BTreeMap::new();
        for seat in &holder.seats {
            let column = columns.get_index_of(seat.group.id.as_str());
            by_column.entry(column.unwrap_or_default()).or_default().push(seat);
        }
        marks.extend(
            by_column
                .iter()
                .filter_map(|(column, seats)| mark(strings(scope.db), &legend, row, *column, seats)),
        );
    }
    let rows = people
        .iter()
        .map(|holder| PictureNode { label: holder.person.name.clone(), url: holder.person.url.clone() });
    let drawn = DotMatrix { rows: rows.collect(), columns: columns.into_values().collect(), marks };
    Some(MultipleRoles { svg: svg::dot_matrix(&drawn, "rb-several"), legend, people })
}

/// A person with each of their lead roles once, in the order of groups.
fn holder(scope: &Scope, person: &Person) -> Holder {
    let mut seen = BTreeSet::new();
    let seats = person.leads.iter().filter_map(|(group, key)| {
        let group = scope.group(group)?;
        let role = model::handbook(scope.db).role_of(&group, key).filter(|role| !role.matter.is_member)?;
        let route = Route::Lead { group: group.id().to_owned(), role: role.id.clone() };
        let url = scope.to(&route.url(scope.db));
        seen.insert(url.clone()).then(|| Held {
            group: scope.group_ref(&group),
            role: scope.role_ref(role),
            url,
        })
    });
    let seats = seats.collect();
    Holder { person: scope.known_person(person), seats }
}

/// Assigns a letter to each role: an unused initial of a word of its title, or else any unused letter of the title.
fn letters<'a>(
    scope: &Scope,
    roles: impl Iterator<Item = &'a Role>,
    held_ids: &BTreeSet<&str>,
) -> Vec<Letter> {
    let mut legend: Vec<Letter> = Vec::new();
    for role in roles.filter(|role| held_ids.contains(role.id.as_str())) {
        let taken = |letter: &char| legend.iter().any(|entry| entry.letter == *letter);
        let initials = role.title.split_whitespace().filter_map(|word| word.chars().next());
        let all = initials.chain(role.title.chars()).chain('0'..='9');
        let letter = all
            .filter(|letter| letter.is_alphanumeric())
            .filter_map(|letter| letter.to_uppercase().next())
            .find(|letter| !taken(letter));
        let look = legend.len() % svg::LOOKS;
        legend.push(Letter { letter: letter.unwrap_or('?'), look, role: scope.role_ref(role) });
    }
    legend
}

/// The mark for the roles that a person holds in a group.
fn mark(strings: &Strings, legend: &[Letter], row: usize, column: usize, seats: &[&Held]) -> Option<Mark> {
    let first = seats.first()?;
    let of = |seat: &&Held| legend.iter().find(|letter| letter.role.id == seat.role.id);
    let titles: Vec<&str> = seats.iter().map(|seat| seat.role.title.as_str()).collect();
    Some(Mark {
        row,
        column,
        letters: seats.iter().filter_map(of).map(|letter| letter.letter).collect(),
        look: if seats.len() == 1 { of(first).map(|letter| letter.look) } else { None },
        url: if seats.len() == 1 { first.url.clone() } else { first.group.url.clone() },
        title: format!("{} · {}", first.group.name, strings.list(&titles)),
    })
}
