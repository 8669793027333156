//! Narrow queries of the handbook: a change reaches only the pages whose answers it changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::book::handbook;
use super::entry::{ChecklistEntry, Group, Person, Role, Seat, SkillEntry, Text};
use crate::facts::{self, Access, Kind, RoleOverlay, SkillArea, Term};
use crate::source::{Db, File};

/// The interned key of a record.
#[salsa::interned]
pub struct Key<'db> {
    /// The id.
    pub id: String,
}

/// A group by id.
#[salsa::tracked]
pub fn group(db: &dyn Db, key: Key<'_>) -> Option<Arc<Group>> {
    handbook(db).groups.get(key.id(db)).cloned()
}

/// Ids of the groups that other groups may ask, in order, with the topics.
#[salsa::tracked]
pub fn asked_by_all(db: &dyn Db) -> Vec<(String, Text)> {
    let groups = handbook(db).groups.values();
    groups.filter_map(|group| Some((group.id().to_owned(), group.ask_about.clone()?))).collect()
}

/// The names of a group. Other facts of the group may change without affecting pages that query this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupLabel {
    /// The group's id.
    pub id: String,
    /// The kind of group.
    pub kind: Arc<Kind>,
    /// The name without the kind.
    pub name: String,
    /// The name with the kind: `Guild of Painters`.
    pub full_name: String,
}

/// See [`GroupLabel`].
#[salsa::tracked]
pub fn group_label(db: &dyn Db, key: Key<'_>) -> Option<GroupLabel> {
    let group = group(db, key).as_ref()?;
    Some(GroupLabel {
        id: group.id().to_owned(),
        kind: group.facts.kind.clone(),
        name: group.facts.name.clone(),
        full_name: group.full_name(),
    })
}

/// The name of a group with its kind; the id of a group that does not exist.
pub fn full_name(db: &dyn Db, id: &str) -> String {
    let label = group_label(db, Key::new(db, id.to_owned())).as_ref();
    label.map_or_else(|| id.to_owned(), |label| label.full_name.clone())
}

/// The number of groups that have a role or could have it.
#[salsa::tracked(returns(copy))]
pub fn held_in(db: &dyn Db, role: Key<'_>) -> usize {
    let handbook = handbook(db);
    let has =
        |group: &&Arc<Group>| handbook.all_roles_in(group).iter().any(|in_group| &in_group.id == role.id(db));
    handbook.groups.values().filter(has).count()
}

/// A role by id.
#[salsa::tracked]
pub fn role(db: &dyn Db, key: Key<'_>) -> Option<Arc<Role>> {
    handbook(db).roles.get(key.id(db)).cloned()
}

/// A person by id.
#[salsa::tracked]
pub fn person(db: &dyn Db, key: Key<'_>) -> Option<Arc<Person>> {
    handbook(db).people.get(key.id(db)).cloned()
}

/// A skill by id.
#[salsa::tracked]
pub fn skill(db: &dyn Db, key: Key<'_>) -> Option<Arc<SkillEntry>> {
    handbook(db).skills.get(key.id(db)).cloned()
}

/// A checklist by id.
#[salsa::tracked]
pub fn checklist(db: &dyn Db, key: Key<'_>) -> Option<Arc<ChecklistEntry>> {
    handbook(db).checklists.get(key.id(db)).cloned()
}

/// The seats of a group, by group id.
#[salsa::tracked]
pub fn seats(db: &dyn Db, key: Key<'_>) -> Vec<Seat> {
    let handbook = handbook(db);
    handbook.groups.get(key.id(db)).map_or_else(Vec::new, |group| handbook.seats(group))
}

/// The seats of members of a group, who do not lead it, by group id.
#[salsa::tracked]
pub fn member_seats(db: &dyn Db, key: Key<'_>) -> Vec<Seat> {
    let handbook = handbook(db);
    handbook.groups.get(key.id(db)).map_or_else(Vec::new, |group| handbook.member_seats(group))
}

/// Ids of the groups that are part of a group.
#[salsa::tracked]
pub fn parts_of(db: &dyn Db, key: Key<'_>) -> Vec<String> {
    by_parent(db).get(key.id(db)).cloned().unwrap_or_default()
}

/// Ids of the groups that are part of another, by the id of the other.
#[salsa::tracked]
fn by_parent(db: &dyn Db) -> BTreeMap<String, Vec<String>> {
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for group in handbook(db).groups.values() {
        if let Some(parent) = &group.parent {
            parts.entry(parent.clone()).or_default().push(group.id().to_owned());
        }
    }
    parts
}

/// The holders of a role in the community as a whole, by role id.
#[salsa::tracked]
pub fn community_holders(db: &dyn Db, role: Key<'_>) -> Vec<facts::Person> {
    let handbook = handbook(db);
    let Some(role) = handbook.roles.get(role.id(db)) else { return Vec::new() };
    let keys = role.held_as();
    let seats = handbook.community_seats.iter().filter(|(_, lead)| keys.contains(&lead.role.value.as_str()));
    seats.map(|(_, lead)| lead.person.clone()).collect()
}

/// The former leads of a group, by group id.
#[salsa::tracked]
pub fn former_leads(db: &dyn Db, key: Key<'_>) -> Vec<facts::Person> {
    group(db, key).as_ref().map_or_else(Vec::new, |group| group.facts.emeritus.clone())
}

/// Ids of the roles that a person holds in the community as a whole, by the id of the person.
#[salsa::tracked]
pub fn community_roles(db: &dyn Db, person: Key<'_>) -> Vec<String> {
    let handbook = handbook(db);
    let Some(person) = handbook.people.get(person.id(db)) else { return Vec::new() };
    let holds = |role: &&Arc<Role>| {
        role.held_as().iter().any(|key| person.community_roles.iter().any(|held| held == key))
    };
    handbook.roles.values().filter(holds).map(|role| role.id.clone()).collect()
}

/// Ids of the groups that name this one as a stakeholder.
#[salsa::tracked]
pub fn serves(db: &dyn Db, key: Key<'_>) -> Vec<String> {
    by_stakeholder(db).get(key.id(db)).cloned().unwrap_or_default()
}

/// Ids of the groups that name a stakeholder, by its id.
#[salsa::tracked]
fn by_stakeholder(db: &dyn Db) -> BTreeMap<String, Vec<String>> {
    let mut naming: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for group in handbook(db).groups.values() {
        for stakeholder in group.stakeholders.iter().collect::<BTreeSet<_>>() {
            naming.entry(stakeholder.clone()).or_default().push(group.id().to_owned());
        }
    }
    naming
}

/// Ids of all groups, in order.
#[salsa::tracked]
pub fn group_ids(db: &dyn Db) -> Vec<String> {
    handbook(db).groups.keys().cloned().collect()
}

/// Ids of all roles, in order.
#[salsa::tracked]
pub fn role_ids(db: &dyn Db) -> Vec<String> {
    handbook(db).roles.keys().cloned().collect()
}

/// Ids of all skills, in order.
#[salsa::tracked]
pub fn skill_ids(db: &dyn Db) -> Vec<String> {
    handbook(db).skills.keys().cloned().collect()
}

/// All checklists, in order.
#[salsa::tracked]
pub fn checklist_ids(db: &dyn Db) -> Vec<String> {
    handbook(db).checklists.keys().cloned().collect()
}

/// Ids of the checklists that a group has as a whole, by group id.
#[salsa::tracked]
pub fn group_checklists(db: &dyn Db, key: Key<'_>) -> Vec<String> {
    let handbook = handbook(db);
    let Some(group) = handbook.groups.get(key.id(db)) else { return Vec::new() };
    handbook.checklists_in(group).map(|entry| entry.checklist.id.value.clone()).collect()
}

/// The areas of skills, in order.
#[salsa::tracked]
pub fn areas(db: &dyn Db) -> Vec<(File, Arc<SkillArea>)> {
    handbook(db).areas.clone()
}

/// The skill levels that a group sets differently from the role, by role id and skill id.
#[salsa::tracked]
pub fn own_levels(db: &dyn Db, key: Key<'_>) -> BTreeMap<String, BTreeMap<String, u8>> {
    let Some(group) = group(db, key) else { return BTreeMap::new() };
    let levels = |overlay: &RoleOverlay| {
        overlay.skills.iter().map(|(skill, level)| (skill.clone(), level.value)).collect()
    };
    group.overlays.iter().map(|(role, overlay)| (role.clone(), levels(overlay))).collect()
}

/// The terms of the glossary, in order.
#[salsa::tracked]
pub fn terms(db: &dyn Db) -> Vec<Arc<(File, Term)>> {
    handbook(db).terms.clone()
}

/// The access of all roles.
#[salsa::tracked]
fn all_access(db: &dyn Db) -> Vec<Arc<(File, Access)>> {
    handbook(db).access.clone()
}

/// The access that holders of roles get, including that of roles with the same permissions (`permissions_like`). With
/// a group, limited to what applies in that group.
pub fn access_of(db: &dyn Db, roles: &[&Role], group: Option<&Group>) -> Vec<Arc<(File, Access)>> {
    let has_access = |access: &Access, role: &Role| {
        let named = |id: &str| access.roles.iter().any(|role| role.value == id);
        named(&role.id) || role.matter.permissions_like.as_ref().is_some_and(|like| named(like))
    };
    let applies = |access: &Access| {
        group.is_none_or(|group| {
            group.facts.is_among(&access.for_groups) && access.needs.iter().all(|need| group.has(need))
        })
    };
    let all = all_access(db).iter();
    all.filter(|entry| applies(&entry.1) && roles.iter().any(|role| has_access(&entry.1, role)))
        .cloned()
        .collect()
}

/// The checklist for a role.
#[salsa::tracked(returns(clone))]
pub fn checklist_of_role(db: &dyn Db, role: Key<'_>) -> Option<Arc<ChecklistEntry>> {
    let handbook = handbook(db);
    let of_role = |entry: &&Arc<ChecklistEntry>| {
        entry.checklist.role.as_ref().is_some_and(|id| &id.value == role.id(db))
    };
    handbook.checklists.values().find(of_role).cloned()
}

/// Anchors of the terms on the glossary page, by file and term: the slug of each term, numbered if several terms
/// share it (`C`, `C++`).
#[salsa::tracked]
pub fn term_ids(db: &dyn Db) -> BTreeMap<(File, String), String> {
    let mut slugs = crate::parse::Slugs::default();
    let id = |entry: &Arc<(File, Term)>| {
        let (file, term) = &**entry;
        let id = slugs.next(if super::slug(&term.term).is_empty() { "term" } else { term.term.trim() });
        ((*file, term.term.value.clone()), id)
    };
    handbook(db).terms.iter().map(id).collect()
}
