//! Brings together what several files say of the same group or person.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::entry::{Group, Person, Text};
use super::file::records;
use crate::facts::{self, Account};
use crate::site_path::fold;
use crate::source::{Db, File};

/// All groups. A checkout's facts win over the handbook's; the handbook supplies the mission in its own
/// words and the overlays.
pub(super) fn groups(db: &dyn Db, files: impl Iterator<Item = File>) -> IndexMap<String, Arc<Group>> {
    let mut groups: IndexMap<String, Group> = IndexMap::new();
    for file in files {
        let own = file.is_own(db);
        for facts in &records(db, file).groups {
            let text = |at: &crate::parse::At<String>| Text { file, text: at.value.clone() };
            let mission = facts.mission.as_ref().map(text);
            let ask_about = facts.ask_about.as_ref().map(text);
            // Ids that differ in case only are of one group: their pages would have one address on some file systems.
            let id = fold(&facts.id.value).into_owned();
            match groups.get_mut(&id) {
                None => {
                    let group = Group {
                        facts: facts.clone(),
                        file,
                        mission,
                        ask_about,
                        stakeholders: Vec::new(),
                        overlays: facts.overlays.clone(),
                        overlay_file: file,
                    };
                    groups.insert(id, group);
                }
                // A second file of the same kind is reported by a rule; the first stands.
                Some(known) if own == known.file.is_own(db) => {}
                Some(known) if own => {
                    known.mission = mission.or(known.mission.take());
                    known.ask_about = ask_about.or(known.ask_about.take());
                    known.overlays = facts.overlays.clone();
                    known.overlay_file = file;
                }
                Some(known) => {
                    known.mission = known.mission.take().or(mission);
                    known.facts = facts.clone();
                    known.file = file;
                }
            }
        }
    }
    let known: Vec<Arc<facts::Group>> = groups.values().map(|group| group.facts.clone()).collect();
    for group in groups.values_mut() {
        let named = group.facts.stakeholders.iter();
        group.stakeholders =
            named.filter_map(|name| find(&known, name)).map(|found| found.id.value.clone()).collect();
    }
    groups.sort_by(|_, a, _, b| {
        let key = |group: &Group| (group.facts.kind.order, group.facts.name.to_lowercase());
        (key(a), a.id()).cmp(&(key(b), b.id()))
    });
    groups.into_values().map(|group| (group.id().to_owned(), Arc::new(group))).collect()
}

/// The group that data names by id, by name, or by name with its kind.
pub fn find<'a>(groups: &'a [Arc<facts::Group>], name: &str) -> Option<&'a Arc<facts::Group>> {
    let same = |a: &str| a.eq_ignore_ascii_case(name.trim());
    groups
        .iter()
        .find(|group| same(&group.id))
        // Of groups of one name, that of the first kind.
        .or_else(|| groups.iter().filter(|group| same(&group.name)).min_by_key(|group| group.kind.order))
        .or_else(|| groups.iter().find(|group| same(&group.kind.with_name(&group.name))))
}

/// All people whom groups name, by id.
pub(super) fn people<'a>(groups: impl Iterator<Item = &'a Arc<Group>>) -> BTreeMap<String, Arc<Person>> {
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    let mut meet = |named: &facts::Person, note: &mut dyn FnMut(&mut Person)| {
        let id = &named.id.value;
        let person =
            people.entry(id.clone()).or_insert_with(|| Person { id: id.clone(), ..Person::default() });
        for account in &named.accounts {
            let is_known = |known: &Account| {
                known.kind == account.kind && known.name.eq_ignore_ascii_case(&account.name)
            };
            if !person.accounts.iter().any(is_known) {
                person.accounts.push(account.clone());
            }
        }
        if person.name.is_empty() || person.name == person.handle() {
            person.name = named.name.clone();
        }
        if let Some(company) = named.company.as_ref().filter(|company| !person.companies.contains(company)) {
            person.companies.push(company.clone());
        }
        note(person);
    };
    for group in groups {
        let (id, facts) = (group.id().to_owned(), &group.facts);
        for lead in &facts.leads {
            meet(&lead.person, &mut |person| person.leads.push((id.clone(), lead.role.value.clone())));
        }
        for subproject in &facts.subprojects {
            for lead in &subproject.leads {
                let name = subproject.name.value.clone();
                meet(lead, &mut |person| person.subprojects.push((id.clone(), name.clone())));
            }
        }
        if let Some(liaison) = &facts.contact.liaison {
            meet(liaison, &mut |person| person.liaison_for.push(id.clone()));
        }
        for former in &facts.emeritus {
            meet(former, &mut |person| person.emeritus.push(id.clone()));
        }
    }
    people.into_iter().map(|(id, person)| (id, Arc::new(person))).collect()
}
