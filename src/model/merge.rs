//! Merges the records of several files about the same group or person.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::entry::{Group, Person, Text};
use super::file::records;
use crate::facts::{self, Account};
use crate::site_path::fold;
use crate::source::{Db, File};

/// All groups. The facts of a checkout take precedence over the handbook's; the handbook supplies the mission and the
/// overlays.
pub(super) fn groups(db: &dyn Db, files: impl Iterator<Item = File>) -> IndexMap<String, Arc<Group>> {
    let mut groups: IndexMap<String, Group> = IndexMap::new();
    for file in files {
        let own = file.is_own(db);
        for facts in &records(db, file).groups {
            let text = |at: &crate::parse::At<String>| Text { file, text: at.value.clone() };
            let mission = facts.mission.as_ref().map(text);
            let ask_about = facts.ask_about.as_ref().map(text);
            // Ids that differ only in case are the same group: their pages would have the same address on some file
            // systems.
            let id = fold(&facts.id.value).into_owned();
            match groups.get_mut(&id) {
                None => {
                    let group = Group {
                        facts: facts.clone(),
                        file,
                        source: file.source(db),
                        mission,
                        ask_about,
                        stakeholders: Vec::new(),
                        overlays: facts.overlays.clone(),
                        overlay_file: file,
                    };
                    groups.insert(id, group);
                }
                // A check reports a second file of the same trust; the first one counts.
                Some(existing) if own == existing.file.is_own(db) => {}
                Some(existing) if own => {
                    existing.mission = mission.or(existing.mission.take());
                    existing.ask_about = ask_about.or(existing.ask_about.take());
                    existing.overlays = facts.overlays.clone();
                    existing.overlay_file = file;
                }
                Some(existing) => {
                    existing.mission = existing.mission.take().or(mission);
                    existing.facts = facts.clone();
                    existing.file = file;
                    existing.source = file.source(db);
                }
            }
        }
    }
    let all_groups: Vec<Arc<facts::Group>> = groups.values().map(|group| group.facts.clone()).collect();
    for group in groups.values_mut() {
        let named = group.facts.stakeholders.iter();
        group.stakeholders =
            named.filter_map(|name| find(&all_groups, name)).map(|group| group.id.value.clone()).collect();
    }
    groups.sort_by(|_, a, _, b| {
        let key = |group: &Group| (group.facts.kind.order, group.facts.name.to_lowercase());
        (key(a), a.id()).cmp(&(key(b), b.id()))
    });
    groups.into_values().map(|group| (group.id().to_owned(), Arc::new(group))).collect()
}

/// Finds a group by its id, its name, or its name with the kind.
pub fn find<'a>(groups: &'a [Arc<facts::Group>], name: &str) -> Option<&'a Arc<facts::Group>> {
    let same = |a: &str| a.eq_ignore_ascii_case(name.trim());
    groups
        .iter()
        .find(|group| same(&group.id))
        // If several groups have the name, the first kind wins.
        .or_else(|| groups.iter().filter(|group| same(&group.name)).min_by_key(|group| group.kind.order))
        .or_else(|| groups.iter().find(|group| same(&group.kind.with_name(&group.name))))
}

/// All people whom groups name, by id.
pub(super) fn people<'a>(groups: impl Iterator<Item = &'a Arc<Group>>) -> BTreeMap<String, Arc<Person>> {
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    let mut update_person = |named: &facts::Person, update: &mut dyn FnMut(&mut Person)| {
        let id = &named.id.value;
        let person =
            people.entry(id.clone()).or_insert_with(|| Person { id: id.clone(), ..Person::default() });
        for account in &named.accounts {
            let is_same = |other: &Account| {
                other.kind == account.kind && other.name.eq_ignore_ascii_case(&account.name)
            };
            if !person.accounts.iter().any(is_same) {
                person.accounts.push(account.clone());
            }
        }
        if person.name.is_empty() || person.name == person.handle() {
            person.name = named.name.clone();
        }
        if let Some(company) = named.company.as_ref().filter(|company| !person.companies.contains(company)) {
            person.companies.push(company.clone());
        }
        update(person);
    };
    for group in groups {
        let (id, facts) = (group.id().to_owned(), &group.facts);
        for lead in &facts.leads {
            update_person(&lead.person, &mut |person| {
                person.leads.push((id.clone(), lead.role.value.clone()))
            });
        }
        for subproject in &facts.subprojects {
            for lead in &subproject.leads {
                let name = subproject.name.value.clone();
                update_person(lead, &mut |person| person.subprojects.push((id.clone(), name.clone())));
            }
        }
        if let Some(liaison) = &facts.contact.liaison {
            update_person(liaison, &mut |person| person.liaison_for.push(id.clone()));
        }
        for former in &facts.emeritus {
            update_person(former, &mut |person| person.emeritus.push(id.clone()));
        }
    }
    people.into_iter().map(|(id, person)| (id, Arc::new(person))).collect()
}
