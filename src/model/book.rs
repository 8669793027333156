//! The handbook as a whole: the records of all files together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::entry::{ChecklistEntry, Group, LIAISON, Person, Role, SUBPROJECT_LEAD, Seat, SkillEntry};
use super::file::{is_role, outline, records, role_matter, title, title_from_name, vocabulary};
use super::merge;
use crate::facts::{
    Access, AccountKind, Lead, NamedRole, Person as Named, RoleMatter, SkillArea, Term, Vocabulary,
};
use crate::site_path::check_id;
use crate::source::{Db, File, Site, SourceId};

/// All records by id. Only queries that list things read the whole handbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handbook {
    /// The groups, ordered by kind, then by name.
    pub groups: IndexMap<String, Arc<Group>>,
    /// The roles, ordered by `order`, then by title.
    pub roles: IndexMap<String, Arc<Role>>,
    /// The areas of skills, ordered by `order`, then by name.
    pub areas: Vec<(File, Arc<SkillArea>)>,
    /// The skills, ordered by area.
    pub skills: IndexMap<String, Arc<SkillEntry>>,
    /// The checklists, ordered by `order`, then by title.
    pub checklists: IndexMap<String, Arc<ChecklistEntry>>,
    /// The people, ordered by id.
    pub people: BTreeMap<String, Arc<Person>>,
    /// Holders of roles in the community as a whole, with their files.
    pub community_seats: Vec<(File, Lead)>,
    /// The terms, ordered alphabetically.
    pub terms: Vec<Arc<(File, Term)>>,
    /// The access of roles, in the order of their files.
    pub access: Vec<Arc<(File, Access)>>,
    /// The role keys for which any group of a source names holders, by source.
    pub recorded_keys: BTreeMap<SourceId, BTreeSet<String>>,
}

impl Handbook {
    /// The roles that lead a group or could, in the order of roles. Of roles with a common `held_as` key, the one with
    /// the closest fit is returned.
    pub fn roles_in(&self, group: &Group) -> Vec<&Arc<Role>> {
        let mut roles = self.all_roles_in(group);
        roles.retain(|role| !role.matter.is_member);
        roles
    }

    /// The roles of a group, those of members included.
    pub fn all_roles_in(&self, group: &Group) -> Vec<&Arc<Role>> {
        let fits: Vec<_> = self.roles.values().map(|role| (role.fit(group), role)).collect();
        fits.iter()
            .filter(|(fit, role)| {
                *fit > 0
                    && !self.is_of_other_source(group, role)
                    && !fits.iter().any(|(other_fit, other)| {
                        other_fit > fit && other.held_as().iter().any(|key| role.held_as().contains(key))
                    })
            })
            .map(|(_, role)| *role)
            .collect()
    }

    /// The kind of account that most people are known by; without people, the first kind.
    pub fn usual_account<'a>(&self, vocabulary: &'a Vocabulary) -> &'a Arc<AccountKind> {
        let number = |kind: &AccountKind| {
            let first = self.people.values().filter_map(|person| person.accounts.first());
            first.filter(|account| account.kind.id == kind.id).count()
        };
        // Of kinds with the same number, `max_by_key` returns the last.
        let kinds = vocabulary.accounts.iter().rev();
        kinds.max_by_key(|kind| number(kind)).expect("every community has the built-in kinds")
    }

    /// The role that the data calls `key` in a group.
    pub fn role_of(&self, group: &Group, key: &str) -> Option<&Arc<Role>> {
        self.all_roles_in(group).into_iter().find(|role| role.held_as().contains(&key))
    }

    /// The checklists that a group has as a whole, independent of any role.
    pub fn checklists_in<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Arc<ChecklistEntry>> {
        self.checklists.values().filter(|entry| {
            let list = &entry.checklist;
            list.for_group && group.facts.is_among(&list.for_groups)
        })
    }

    /// The seats of a group, see [`Seat`].
    pub fn seats(&self, group: &Group) -> Vec<Seat> {
        self.roles_in(group).into_iter().map(|role| self.seat(group, role)).collect()
    }

    /// The seats of members of a group, who do not lead it.
    pub fn member_seats(&self, group: &Group) -> Vec<Seat> {
        let roles = self.all_roles_in(group).into_iter().filter(|role| role.matter.is_member);
        roles.map(|role| self.seat(group, role)).filter(|seat| !seat.holders.is_empty()).collect()
    }

    fn seat(&self, group: &Group, role: &Arc<Role>) -> Seat {
        let keys = role.held_as();
        let facts = &group.facts;
        let mut holders: Vec<Named> = facts
            .leads
            .iter()
            .filter(|lead| keys.contains(&lead.role.value.as_str()))
            .map(|lead| lead.person.clone())
            .collect();
        if keys.contains(&SUBPROJECT_LEAD) {
            holders.extend(facts.subprojects.iter().flat_map(|subproject| subproject.leads.iter().cloned()));
        }
        if keys.contains(&LIAISON) {
            holders.extend(facts.contact.liaison.clone());
        }
        let mut seen = BTreeSet::new();
        holders.retain(|person| seen.insert(person.id.value.clone()));
        let recorded = !holders.is_empty() || keys.iter().any(|key| self.is_recorded(group, key));
        let is_optional = role.matter.optional && !group.marks_as_vacant(role);
        Seat { role: role.clone(), holders, recorded, is_optional }
    }

    /// True if a group names its leads, but neither it nor another group of its source names holders of a role, although
    /// another source does: the role is not one of this community.
    fn is_of_other_source(&self, group: &Group, role: &Role) -> bool {
        let held_as = role.held_as();
        let names_holders = |keys: &BTreeSet<String>| held_as.iter().any(|key| keys.contains(*key));
        !group.facts.leads.is_empty()
            && !self.recorded_keys.get(&group.source).is_some_and(names_holders)
            && self.recorded_keys.values().any(names_holders)
    }

    /// True if any group of the source that describes a group names holders for `key`. Otherwise the source may know
    /// no such role, so that nothing is vacant.
    fn is_recorded(&self, group: &Group, key: &str) -> bool {
        let in_source = self.recorded_keys.get(&group.source);
        in_source.is_some_and(|keys| keys.contains(key)) || key == SUBPROJECT_LEAD || key == LIAISON
    }

    /// True if a role occurs only in the records of people whom lists of members contain: `roles` of a member.
    fn is_of_members(&self, id: &str, named_roles: &IndexMap<String, NamedRole>) -> bool {
        let leads = self.groups.values().flat_map(|group| &group.facts.leads);
        let mut holders = leads.filter(|lead| lead.role.value == id).peekable();
        let is_member = |role: &String| named_roles.get(role).is_some_and(|named| !named.leads);
        holders.peek().is_some() && holders.all(|lead| lead.beside.as_ref().is_some_and(is_member))
    }

    /// Adds roles for seats that group data names under a key that no role of their group has, so that every holder is
    /// shown. A key that cannot be part of an address is left out; `check` reports it.
    fn add_implied_roles(&mut self, named_roles: &IndexMap<String, NamedRole>) {
        let mut implied: IndexMap<String, Arc<Role>> = IndexMap::new();
        let in_groups = self.groups.values().flat_map(|group| {
            group
                .role_keys
                .iter()
                .filter(|key| self.role_of(group, key).is_none())
                .map(|key| (key, group.file))
        });
        let in_community = self.community_seats.iter().map(|(file, lead)| (&lead.role.value, *file));
        for (id, file) in in_groups.chain(in_community) {
            let is_taken = self.roles.contains_key(id) || implied.contains_key(id);
            if is_taken || check_id(id).is_err() {
                continue;
            }
            let named = named_roles.get(id);
            let title = named.map_or_else(|| title_of_key(id), |named| named.title.clone());
            let matter = RoleMatter {
                optional: true,
                is_member: named.map_or_else(|| self.is_of_members(id, named_roles), |named| !named.leads),
                min: named.and_then(|named| named.min),
                recommended: named.and_then(|named| named.recommended),
                ..RoleMatter::default()
            };
            let role = Role {
                id: id.clone(),
                file,
                is_implied: true,
                short: named.and_then(|named| named.short.clone()).unwrap_or_else(|| title.clone()),
                title,
                order: None,
                matter,
            };
            implied.insert(id.clone(), Arc::new(role));
        }
        // In the order of site.toml, then by id.
        let position = |id: &str| named_roles.get_index_of(id).unwrap_or(usize::MAX);
        implied.sort_by(|a, _, b, _| (position(a), a).cmp(&(position(b), b)));
        self.roles.extend(implied);
    }
}

/// The title of a role that only data mentions: `Gc liaison` becomes `GC liaison`, as short words without a vowel are
/// abbreviations.
fn title_of_key(key: &str) -> String {
    let is_abbreviation = |word: &str| word.len() <= 3 && !word.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    let words = title_from_name(key);
    let words = words.split(' ').map(|word| match is_abbreviation(&word.to_lowercase()) {
        true => word.to_uppercase(),
        false => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// See [`Handbook`].
#[salsa::tracked]
pub fn handbook(db: &dyn Db) -> Handbook {
    let mut roles = Vec::new();
    let mut handbook = Handbook::default();
    for file in data_files(db) {
        let records = records(db, file);
        if let Some(area) = &records.area {
            handbook.areas.push((file, area.clone()));
            for skill in &area.skills {
                let entry = SkillEntry {
                    skill: skill.clone(),
                    area: area.id.value.clone(),
                    area_name: area.name.clone(),
                    file,
                };
                handbook.skills.entry(skill.id.value.clone()).or_insert_with(|| Arc::new(entry));
            }
        }
        if let Some(checklist) = &records.checklist {
            let entry = Arc::new(ChecklistEntry { checklist: checklist.clone(), file });
            handbook.checklists.entry(checklist.id.value.clone()).or_insert(entry);
        }
        handbook.terms.extend(records.terms.iter().map(|term| Arc::new((file, term.clone()))));
        handbook.access.extend(records.access.iter().map(|access| Arc::new((file, access.clone()))));
    }
    for file in role_files(db) {
        let matter = role_matter(db, file).0.clone();
        let title = title(db, file).clone();
        let short = matter.short.clone().unwrap_or_else(|| title.clone());
        let order = outline(db, file).order;
        roles.push(Arc::new(Role {
            id: role_id(db, file),
            file,
            is_implied: false,
            title,
            short,
            order,
            matter,
        }));
    }
    roles.sort_by(|a, b| {
        (a.order.unwrap_or(i64::MAX), &a.title).cmp(&(b.order.unwrap_or(i64::MAX), &b.title))
    });
    for role in roles {
        handbook.roles.entry(role.id.clone()).or_insert(role);
    }
    handbook.areas.sort_by(|(_, a), (_, b)| (a.order, &a.name).cmp(&(b.order, &b.name)));
    let position = |area: &str| {
        handbook.areas.iter().position(|(_, entry)| entry.id.value == area).unwrap_or(usize::MAX)
    };
    let mut skills = std::mem::take(&mut handbook.skills);
    skills.sort_by(|_, a, _, b| position(&a.area).cmp(&position(&b.area)));
    handbook.skills = skills;
    handbook.checklists.sort_by(|_, a, _, b| {
        (a.checklist.order, &a.checklist.title).cmp(&(b.checklist.order, &b.checklist.title))
    });
    handbook.terms.sort_by_key(|term| (term.1.term.to_lowercase(), term.1.term.value.clone()));
    let files: Vec<File> = data_files(db).collect();
    let people = merge::directory(db, &files);
    handbook.groups = merge::groups(db, &files, &people);
    handbook.community_seats = merge::community_seats(db, &files, &people);
    handbook.people = merge::people(handbook.groups.values(), &handbook.community_seats, &people);
    for group in handbook.groups.values() {
        let keys = handbook.recorded_keys.entry(group.source).or_default();
        keys.extend(group.role_keys.iter().cloned());
    }
    handbook.add_implied_roles(&vocabulary(db).roles);
    handbook
}

/// The id of a role: from front matter, or else the file stem.
pub fn role_id(db: &dyn Db, file: File) -> String {
    role_matter(db, file).0.id.as_ref().map_or_else(|| file.stem(db), |id| id.value.clone())
}

/// The data files of all sources, in the order of `site.toml` and by path.
pub fn data_files(db: &dyn Db) -> impl Iterator<Item = File> {
    data_file_list(db).iter().copied()
}

/// See [`data_files`]. Every file is compared with every pattern of the formats.
#[salsa::tracked]
fn data_file_list(db: &dyn Db) -> Vec<File> {
    let site = Site::get(db);
    let config = site.config(db);
    let files = site.trees(db).iter().zip(&config.sources).flat_map(|(tree, source)| {
        tree.files.iter().filter(|(path, _)| source.format.holds(path).is_some()).map(|(_, file)| *file)
    });
    files.collect()
}

/// The role documents of all handbook sources.
pub fn role_files(db: &dyn Db) -> impl Iterator<Item = File> {
    let site = Site::get(db);
    let config = site.config(db);
    site.trees(db)
        .iter()
        .zip(&config.sources)
        .filter(|(_, source)| source.trust.is_own())
        .flat_map(|(tree, _)| tree.under("roles").map(|(_, file)| file))
        .filter(move |file| is_role(db, *file))
}
