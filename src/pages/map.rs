//! The map of the community: which groups work for which, as a picture and as tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::scope::Scope;
use super::view::GroupRef;
use crate::facts::MapColumn;
use crate::model::{self, Group, Handbook, Key};
use crate::svg::{self, Column, Map, PictureNode};

/// The map on the page of all groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct MapView {
    pub svg: String,
    /// The committee whose members are liaisons of most groups; drawn at the top.
    pub top: Option<GroupRef>,
    /// Groups that work for others, with those others.
    pub work_for: Vec<TiedGroup>,
    /// Groups that others work for, with those others.
    pub served_by: Vec<TiedGroup>,
}

/// A group and its related groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct TiedGroup {
    pub group: GroupRef,
    pub others: Vec<GroupRef>,
}

/// The map of all groups; `None` if no group works for another, because a map without edges would only be a list.
pub(super) fn map(scope: &Scope) -> Option<MapView> {
    let handbook = model::handbook(scope.db);
    let groups: Vec<&Arc<Group>> = handbook.groups.values().collect();
    let named: BTreeSet<&String> = groups.iter().flat_map(|group| &group.stakeholders).collect();
    if named.is_empty() {
        return None;
    }
    let works = |group: &Group| {
        let column = group.facts.kind.map;
        column == MapColumn::Right
            || !(group.stakeholders.is_empty() || named.contains(&group.facts.id.value))
    };
    let (right, rest): (Vec<_>, Vec<_>) = groups.iter().copied().partition(|group| works(group));
    let (left, rest): (Vec<_>, Vec<_>) = rest
        .into_iter()
        .partition(|group| group.facts.kind.map == MapColumn::Left || named.contains(&group.facts.id.value));
    let (mut above, below): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|group| group.facts.kind.map == MapColumn::Top);
    let top = top(handbook, &above).map(|index| above.remove(index));
    let right = by_middle(right, &left);
    let node = |group: &Arc<Group>| {
        let group_ref = scope.group_ref(group);
        PictureNode { label: group_ref.name, url: group_ref.url }
    };
    let nodes = |groups: &[&Arc<Group>]| groups.iter().map(|group| node(group)).collect();
    let column = |groups: &[&Arc<Group>]| Column {
        heading: groups.first().map_or(String::new(), |group| scope.kind_plural(&group.facts.kind)),
        nodes: nodes(groups),
    };
    let ties = right.iter().enumerate().flat_map(|(to, group)| {
        let left = &left;
        left_rows(group, left).map(move |from| (from, to))
    });
    let drawn = Map {
        top: top.map(node),
        above: nodes(&above),
        left: column(&left),
        right: column(&right),
        ties: ties.collect(),
        below: nodes(&below),
    };
    let tied = |group: &Group, others: Vec<GroupRef>| {
        (!others.is_empty()).then(|| TiedGroup { group: scope.group_ref(group), others })
    };
    Some(MapView {
        svg: svg::map(&drawn, "rb-map"),
        top: top.map(|group| scope.group_ref(group)),
        work_for: groups.iter().filter_map(|group| tied(group, scope.groups(&group.stakeholders))).collect(),
        served_by: groups
            .iter()
            .filter_map(|group| {
                let serving = model::serves(scope.db, Key::new(scope.db, group.id().to_owned()));
                tied(group, scope.groups(serving))
            })
            .collect(),
    })
}

/// Index of the committee whose members are liaisons of the most groups.
fn top(handbook: &Handbook, committees: &[&Arc<Group>]) -> Option<usize> {
    let liaisons = |group: &Group| {
        let leads = group.facts.leads.iter().map(|lead| lead.person.id.value.clone());
        let leads: BTreeSet<String> = leads.collect();
        leads
            .iter()
            .filter_map(|id| handbook.people.get(id))
            .map(|person| person.liaison_for.len())
            .sum::<usize>()
    };
    let counts: Vec<usize> = committees.iter().map(|group| liaisons(group)).collect();
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    counts.iter().position(|count| *count == most)
}

/// Rows in the left column of the groups that a group works for.
fn left_rows<'a>(group: &'a Group, left: &'a [&Arc<Group>]) -> impl Iterator<Item = usize> + 'a {
    let row = |id: &String| left.iter().position(|other| other.id() == id);
    group.stakeholders.iter().filter_map(row).collect::<BTreeSet<usize>>().into_iter()
}

/// Sorts groups by the mean row of the groups they work for, so that fewer lines cross.
fn by_middle<'a>(mut groups: Vec<&'a Arc<Group>>, left: &[&Arc<Group>]) -> Vec<&'a Arc<Group>> {
    groups.sort_by_key(|group| {
        let (sum, count) = left_rows(group, left).fold((0, 0), |(sum, count), row| (sum + row, count + 1));
        // Thousandths of a row, so that integer division rarely causes ties.
        (sum * 1000).checked_div(count).unwrap_or(usize::MAX)
    });
    groups
}
