//! Merges the records of several files about the same group or person.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::entry::{Group, Person, Text};
use super::file::records;
use crate::facts::{self, Account, Lead, NamedSeat, Profile};
use crate::parse::At;
use crate::site_path::fold;
use crate::source::{Db, File};

/// The entries of directories of people, by their ids and former ids.
pub(super) type Directory = BTreeMap<String, Arc<(File, Profile)>>;

/// Reads the directories of people. The first entry of a person counts.
pub(super) fn directory(db: &dyn Db, files: &[File]) -> Directory {
    let mut directory = Directory::new();
    for &file in files {
        for profile in &records(db, file).people {
            let entry = Arc::new((file, profile.clone()));
            for alias in &profile.aliases {
                directory.entry(facts::Person::id_of(alias)).or_insert_with(|| entry.clone());
            }
            directory.entry(profile.person.id.value.clone()).or_insert(entry);
        }
    }
    directory
}

/// All groups. The facts of a checkout take precedence over the handbook's; the handbook supplies the mission and the
/// overlays. Several records of one source about a group complete each other.
pub(super) fn groups(db: &dyn Db, files: &[File], directory: &Directory) -> IndexMap<String, Arc<Group>> {
    let mut groups: IndexMap<String, Group> = IndexMap::new();
    for &file in files {
        let own = file.is_own(db);
        for facts in &records(db, file).groups {
            let new = group(db, file, facts.clone());
            // Ids that differ only in case are the same group: their pages would have the same address on some file
            // systems.
            match groups.get_mut(&*fold(&facts.id.value)) {
                None => {
                    groups.insert(fold(&facts.id.value).into_owned(), new);
                }
                Some(existing) if own == existing.file.is_own(db) => {
                    // A check reports a second file of the handbook; the first one counts.
                    if !own {
                        // The record that says more counts.
                        let mut other = new;
                        if other.facts.number_of_facts() > existing.facts.number_of_facts() {
                            std::mem::swap(existing, &mut other);
                        }
                        existing.completed_by.append(&mut other.completed_by);
                        existing.add_file(other.file);
                        complete(Arc::make_mut(&mut existing.facts), &other.facts);
                    }
                }
                Some(existing) if own => {
                    existing.mission = new.mission.or(existing.mission.take());
                    existing.ask_about = new.ask_about.or(existing.ask_about.take());
                    existing.overlays = new.overlays;
                    existing.overlay_file = file;
                }
                Some(existing) => {
                    existing.mission = existing.mission.take().or(new.mission);
                    existing.facts = new.facts;
                    existing.file = file;
                    existing.completed_by = new.completed_by;
                    existing.source = new.source;
                }
            }
        }
    }
    let full_names = full_names(&groups);
    let mut names = GroupNames::default();
    let mut seats = BTreeMap::new();
    groups.values().for_each(|group| names.add(&group.facts));
    for &file in files {
        for seat in &records(db, file).seats {
            add_seat(db, &mut groups, &mut names, &mut seats, file, seat);
        }
    }
    for group in groups.values_mut() {
        let facts = &group.facts;
        group.stakeholders = facts.stakeholders.iter().filter_map(|name| names.find(name)).collect();
        let parent = facts.parent.as_ref().and_then(|name| names.find(name));
        group.parent = parent.filter(|parent| *parent != facts.id.value);
        join(group, directory, &full_names);
        group.role_keys = group.facts.role_keys().cloned().collect();
    }
    groups.sort_by(|_, a, _, b| {
        let key = |group: &Group| (group.facts.kind.order, group.facts.name.to_lowercase());
        (key(a), a.id()).cmp(&(key(b), b.id()))
    });
    groups.into_values().map(|group| (group.id().to_owned(), Arc::new(group))).collect()
}

/// A group as a file describes it.
fn group(db: &dyn Db, file: File, facts: Arc<facts::Group>) -> Group {
    let text = |at: &At<String>| Text { file, text: at.value.clone() };
    Group {
        file,
        completed_by: Vec::new(),
        source: file.source(db),
        mission: facts.mission.as_ref().map(text),
        ask_about: facts.ask_about.as_ref().map(text),
        stakeholders: Vec::new(),
        parent: None,
        role_keys: BTreeSet::new(),
        overlays: facts.overlays.clone(),
        overlay_file: file,
        facts,
    }
}

/// Adds what another record of the same source says about a group.
fn complete(facts: &mut facts::Group, other: &facts::Group) {
    let keys: BTreeSet<(String, String)> = facts.leads.iter().map(Lead::key).collect();
    facts.leads.extend(other.leads.iter().filter(|lead| !keys.contains(&lead.key())).cloned());
    facts.vacant.extend(other.vacant.iter().cloned());
    let former: BTreeSet<String> = facts.emeritus.iter().map(|person| person.id.value.clone()).collect();
    facts.emeritus.extend(other.emeritus.iter().filter(|person| !former.contains(&person.id.value)).cloned());
    facts.parent = facts.parent.take().or_else(|| other.parent.clone());
    facts.meetings.extend(other.meetings.iter().cloned());
    for (name, value) in &other.extra {
        facts.extra.entry(name.clone()).or_insert_with(|| value.clone());
    }
}

/// Adds a holder to the group that the record of a person names, or to a new group.
fn add_seat(
    db: &dyn Db,
    groups: &mut IndexMap<String, Group>,
    names: &mut GroupNames,
    seats: &mut BTreeMap<String, BTreeSet<(String, String)>>,
    file: File,
    seat: &NamedSeat,
) {
    let Some(name) = &seat.group else { return };
    let id = facts::Group::id_of(&name.value);
    let existing = names.find(name).or_else(|| names.find(&id));
    let key = match &existing {
        Some(id) => fold(id).into_owned(),
        None => {
            let id = At { value: id, span: name.span.clone() };
            let facts = facts::Group::named(id, name.value.clone(), seat.kind.clone());
            names.add(&facts);
            let key = fold(&facts.id.value).into_owned();
            groups.insert(key.clone(), group(db, file, Arc::new(facts)));
            key
        }
    };
    let Some(group) = groups.get_mut(&key) else { return };
    let keys = seats.entry(key).or_insert_with(|| group.facts.leads.iter().map(Lead::key).collect());
    if keys.insert(seat.lead.key()) {
        Arc::make_mut(&mut group.facts).leads.push(seat.lead.clone());
        group.add_file(file);
    }
}

/// The ids of groups by their ids, former ids, names, and names with the kind, in lower case.
#[derive(Default)]
pub struct GroupNames {
    ids: HashMap<String, String>,
    /// With the order of the kind.
    names: HashMap<String, (u32, String)>,
    full_names: HashMap<String, String>,
}

impl GroupNames {
    /// Adds the names of a group.
    pub fn add(&mut self, group: &facts::Group) {
        let (id, order) = (&group.id.value, group.kind.order);
        self.ids.insert(id.to_lowercase(), id.clone());
        for alias in &group.aliases {
            self.ids.entry(alias.to_lowercase()).or_insert_with(|| id.clone());
        }
        // If several groups have the name, the first kind wins.
        let by_name = self.names.entry(group.name.to_lowercase()).or_insert_with(|| (order, id.clone()));
        if order < by_name.0 {
            *by_name = (order, id.clone());
        }
        let full_name = group.kind.with_name(&group.name).to_lowercase();
        self.full_names.entry(full_name).or_insert_with(|| id.clone());
    }

    /// Finds the id of a group by any of its names.
    pub fn find(&self, name: &str) -> Option<String> {
        let name = name.trim().to_lowercase();
        let by_name = || self.names.get(&name).map(|(_, id)| id);
        self.ids.get(&name).or_else(by_name).or_else(|| self.full_names.get(&name)).cloned()
    }
}

/// The full names of people, by id: the first in the data.
fn full_names(groups: &IndexMap<String, Group>) -> HashMap<String, String> {
    let mut names = HashMap::new();
    for person in groups.values().flat_map(|group| group.facts.people()).filter(|person| person.has_name()) {
        names.entry(person.id.value.clone()).or_insert_with(|| person.name.clone());
    }
    names
}

/// Completes the people of a group with what the directory and other groups say about them.
fn join(group: &mut Group, directory: &Directory, full_names: &HashMap<String, String>) {
    let is_complete = |person: &facts::Person| {
        !directory.contains_key(&person.id.value)
            && (person.has_name() || !full_names.contains_key(&person.id.value))
    };
    if group.facts.people().all(is_complete) {
        return;
    }
    let facts = Arc::make_mut(&mut group.facts);
    let leads = facts.leads.iter_mut().map(|lead| &mut lead.person);
    let of_subprojects = facts.subprojects.iter_mut().flat_map(|subproject| &mut subproject.leads);
    let people = leads.chain(&mut facts.emeritus).chain(of_subprojects).chain(&mut facts.contact.liaison);
    for person in people {
        if let Some(name) = full_names.get(&person.id.value).filter(|_| !person.has_name()) {
            person.name.clone_from(name);
        }
        complete_person(person, directory);
    }
    // Two accounts of one person become one holder.
    let mut holders: IndexMap<(String, String), Lead> = IndexMap::new();
    for lead in std::mem::take(&mut facts.leads) {
        match holders.entry(lead.key()) {
            Entry::Occupied(mut same) => add_accounts(&mut same.get_mut().person, &lead.person.accounts),
            Entry::Vacant(holder) => {
                holder.insert(lead);
            }
        }
    }
    facts.leads = holders.into_values().collect();
    let mut former = BTreeSet::new();
    facts.emeritus.retain(|person| former.insert(person.id.value.clone()));
}

fn complete_person(person: &mut facts::Person, directory: &Directory) {
    let Some(entry) = directory.get(&person.id.value) else { return };
    let present = &entry.1.person;
    // A former account leads to the present person.
    if present.id.value != person.id.value {
        person.id.value.clone_from(&present.id.value);
        person.accounts.clone_from(&present.accounts);
    }
    if present.has_name() {
        person.name.clone_from(&present.name);
    }
    person.company = person.company.take().or_else(|| present.company.clone());
    add_accounts(person, &present.accounts);
}

/// Adds accounts of the kinds of which the person has none.
fn add_accounts(person: &mut facts::Person, accounts: &[Account]) {
    for account in accounts {
        if !person.accounts.iter().any(|other| other.kind == account.kind) {
            person.accounts.push(account.clone());
        }
    }
}

/// The holders of roles in the community as a whole.
pub(super) fn community_seats(db: &dyn Db, files: &[File], directory: &Directory) -> Vec<(File, Lead)> {
    let (mut seats, mut keys) = (Vec::new(), BTreeSet::new());
    for &file in files {
        for seat in records(db, file).seats.iter().filter(|seat| seat.group.is_none()) {
            let mut lead = seat.lead.clone();
            complete_person(&mut lead.person, directory);
            if keys.insert(lead.key()) {
                seats.push((file, lead));
            }
        }
    }
    seats
}

/// All people whom groups or the community name, by id.
pub(super) fn people<'a>(
    groups: impl Iterator<Item = &'a Arc<Group>>,
    community_seats: &[(File, Lead)],
    directory: &Directory,
) -> BTreeMap<String, Arc<Person>> {
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
    for (_, lead) in community_seats {
        update_person(&lead.person, &mut |person| person.community_roles.push(lead.role.value.clone()));
    }
    for (id, person) in &mut people {
        person.profile = directory.get(id).cloned();
    }
    people.into_iter().map(|(id, person)| (id, Arc::new(person))).collect()
}
