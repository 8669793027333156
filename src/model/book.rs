//! What all files say together, and the narrow questions that pages ask of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::entry::{ChecklistEntry, Group, LIAISON, Person, Role, SUBPROJECT_LEAD, Seat, SkillEntry, Text};
use super::file::{is_role, outline, records, role_matter, title};
use super::merge;
use crate::facts::{Access, Kind, Person as Named, RoleOverlay, SkillArea, Term};
use crate::source::{Db, File, Site};

/// Everything the data says, by id. Only queries that list things read it whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handbook {
    /// By kind, then by name.
    pub groups: IndexMap<String, Arc<Group>>,
    /// By their order, then by title.
    pub roles: IndexMap<String, Arc<Role>>,
    /// By their order, then by name.
    pub areas: Vec<(File, Arc<SkillArea>)>,
    /// In the order of their areas.
    pub skills: IndexMap<String, Arc<SkillEntry>>,
    /// By their order, then by title.
    pub checklists: IndexMap<String, Arc<ChecklistEntry>>,
    /// By id.
    pub people: BTreeMap<String, Arc<Person>>,
    /// By term.
    pub terms: Vec<Arc<(File, Term)>>,
    /// In the order of their files.
    pub access: Vec<Arc<(File, Access)>>,
    /// What groups call the roles that any of them says who holds.
    pub recorded: BTreeSet<String>,
}

impl Handbook {
    /// The roles that a group has or could have, in the order of roles. Of roles with the same holders,
    /// the one that is meant for the group most closely stands.
    pub fn roles_in(&self, group: &Group) -> Vec<&Arc<Role>> {
        let fits: Vec<_> = self.roles.values().map(|role| (role.fit(&group.facts), role)).collect();
        fits.iter()
            .filter(|(fit, role)| {
                *fit > 0
                    && !fits.iter().any(|(other_fit, other)| {
                        other_fit > fit && other.held_as().iter().any(|key| role.held_as().contains(key))
                    })
            })
            .map(|(_, role)| *role)
            .collect()
    }

    /// The role that stands for what the data calls `key` in a group.
    pub fn role_of(&self, group: &Group, key: &str) -> Option<&Arc<Role>> {
        self.roles_in(group).into_iter().find(|role| role.held_as().contains(&key))
    }

    /// The checklists that are made out for a group as a whole: those with an item for it.
    pub fn checklists_in<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Arc<ChecklistEntry>> {
        self.checklists.values().filter(|entry| {
            let list = &entry.checklist;
            list.for_group && group.facts.is_among(&list.for_groups)
        })
    }

    /// See [`Seat`].
    pub fn seats(&self, group: &Group) -> Vec<Seat> {
        let seat = |role: &Arc<Role>| {
            let keys = role.held_as();
            let facts = &group.facts;
            let mut holders: Vec<Named> = facts
                .leads
                .iter()
                .filter(|lead| keys.contains(&lead.role.value.as_str()))
                .map(|lead| lead.person.clone())
                .collect();
            if keys.contains(&SUBPROJECT_LEAD) {
                holders
                    .extend(facts.subprojects.iter().flat_map(|subproject| subproject.leads.iter().cloned()));
            }
            if keys.contains(&LIAISON) {
                holders.extend(facts.contact.liaison.clone());
            }
            let mut seen = std::collections::BTreeSet::new();
            holders.retain(|person| seen.insert(person.id.value.clone()));
            let recorded = !holders.is_empty() || keys.iter().any(|key| self.is_recorded(key));
            Seat { role: role.clone(), holders, recorded }
        };
        self.roles_in(group).into_iter().map(seat).collect()
    }

    /// Whether any group says who holds what it calls `key`.
    fn is_recorded(&self, key: &str) -> bool {
        self.recorded.contains(key) || key == SUBPROJECT_LEAD || key == LIAISON
    }
}

/// An id, as a question.
#[salsa::interned]
pub struct Key<'db> {
    /// The id.
    pub id: String,
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
        roles.push(Arc::new(Role { id: role_id(db, file), file, title, short, order, matter }));
    }
    roles.sort_by(|a, b| {
        (a.order.unwrap_or(i64::MAX), &a.title).cmp(&(b.order.unwrap_or(i64::MAX), &b.title))
    });
    for role in roles {
        handbook.roles.entry(role.id.clone()).or_insert(role);
    }
    handbook.areas.sort_by(|(_, a), (_, b)| (a.order, &a.name).cmp(&(b.order, &b.name)));
    let position = |area: &str| {
        handbook.areas.iter().position(|(_, known)| known.id.value == area).unwrap_or(usize::MAX)
    };
    let mut skills = std::mem::take(&mut handbook.skills);
    skills.sort_by(|_, a, _, b| position(&a.area).cmp(&position(&b.area)));
    handbook.skills = skills;
    handbook.checklists.sort_by(|_, a, _, b| {
        (a.checklist.order, &a.checklist.title).cmp(&(b.checklist.order, &b.checklist.title))
    });
    handbook.terms.sort_by_key(|term| (term.1.term.to_lowercase(), term.1.term.value.clone()));
    handbook.groups = merge::groups(db, data_files(db));
    handbook.people = merge::people(handbook.groups.values());
    let leads = handbook.groups.values().flat_map(|group| &group.facts.leads);
    handbook.recorded = leads.map(|lead| lead.role.value.clone()).collect();
    handbook
}

/// Anchors of the terms on the glossary's page, by file and term: the slug of each, numbered where several have it (`C`,
/// `C++`).
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

/// Role id: front matter, else the file's name.
pub fn role_id(db: &dyn Db, file: File) -> String {
    role_matter(db, file).0.id.as_ref().map_or_else(|| file.stem(db), |id| id.value.clone())
}

/// The data files of all sources, in the order of `site.toml` and by path.
pub fn data_files(db: &dyn Db) -> impl Iterator<Item = File> {
    let site = Site::get(db);
    let config = site.config(db);
    site.trees(db).iter().zip(&config.sources).flat_map(|(tree, source)| {
        tree.files.iter().filter(|(path, _)| source.format.holds(path).is_some()).map(|(_, file)| *file)
    })
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

/// A group by id.
#[salsa::tracked]
pub fn group(db: &dyn Db, key: Key<'_>) -> Option<Arc<Group>> {
    handbook(db).groups.get(key.id(db)).cloned()
}

/// The groups that anybody may ask about something, in order, each with what it is.
#[salsa::tracked]
pub fn asked_by_all(db: &dyn Db) -> Vec<(String, Text)> {
    let groups = handbook(db).groups.values();
    groups.filter_map(|group| Some((group.id().to_owned(), group.ask_about.clone()?))).collect()
}

/// What other pages call a group. Its facts may change without any of them being asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupLabel {
    /// Group id.
    pub id: String,
    /// Which kind it is.
    pub kind: Arc<Kind>,
    /// Name without the kind.
    pub name: String,
    /// With its kind: `Guild of Painters`.
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

/// The number of groups that have a role or could have it.
#[salsa::tracked(returns(copy))]
pub fn held_in(db: &dyn Db, role: Key<'_>) -> usize {
    let handbook = handbook(db);
    let has = |group: &&Arc<Group>| handbook.roles_in(group).iter().any(|known| &known.id == role.id(db));
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

/// The roles of a group, by group id.
#[salsa::tracked]
pub fn seats(db: &dyn Db, key: Key<'_>) -> Vec<Seat> {
    let handbook = handbook(db);
    handbook.groups.get(key.id(db)).map_or_else(Vec::new, |group| handbook.seats(group))
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

/// The ids of the checklists that are made out for a group as a whole, by group id.
#[salsa::tracked]
pub fn group_checklists(db: &dyn Db, key: Key<'_>) -> Vec<String> {
    let handbook = handbook(db);
    let Some(group) = handbook.groups.get(key.id(db)) else { return Vec::new() };
    handbook.checklists_in(group).map(|entry| entry.checklist.id.value.clone()).collect()
}

/// Areas of skills, in order.
#[salsa::tracked]
pub fn areas(db: &dyn Db) -> Vec<(File, Arc<SkillArea>)> {
    handbook(db).areas.clone()
}

/// The levels that a group asks for where a role asks for others, by role id and skill id.
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

/// Everything that any role gets access to.
#[salsa::tracked]
fn all_access(db: &dyn Db) -> Vec<Arc<(File, Access)>> {
    handbook(db).access.clone()
}

/// What the holders of roles get access to: what is theirs, and what comes with the permissions of another role
/// that theirs are like. With a group, what there is of it in that group.
pub fn access_of(db: &dyn Db, roles: &[&Role], group: Option<&Group>) -> Vec<Arc<(File, Access)>> {
    let gets = |access: &Access, role: &Role| {
        let named = |id: &str| access.roles.iter().any(|role| role.value == id);
        named(&role.id) || role.matter.permissions_like.as_ref().is_some_and(|like| named(like))
    };
    let here = |access: &Access| {
        group.is_none_or(|group| {
            group.facts.is_among(&access.for_groups) && access.needs.iter().all(|need| group.has(need))
        })
    };
    let all = all_access(db).iter();
    all.filter(|entry| here(&entry.1) && roles.iter().any(|role| gets(&entry.1, role))).cloned().collect()
}

/// The checklist that is made for a role.
#[salsa::tracked(returns(clone))]
pub fn checklist_of_role(db: &dyn Db, role: Key<'_>) -> Option<Arc<ChecklistEntry>> {
    let handbook = handbook(db);
    let of_role = |entry: &&Arc<ChecklistEntry>| {
        entry.checklist.role.as_ref().is_some_and(|id| &id.value == role.id(db))
    };
    handbook.checklists.values().find(of_role).cloned()
}

/// Documents that digest another source's document, by the path of that document.
#[salsa::tracked]
pub fn digests(db: &dyn Db) -> BTreeMap<String, File> {
    let site = Site::get(db);
    let config = site.config(db);
    let own = site.trees(db).iter().zip(&config.sources).filter(|(_, source)| source.trust.is_own());
    own.flat_map(|(tree, _)| tree.files.values().copied())
        .filter(|file| file.is_document(db))
        .filter_map(|file| Some((upstream(db, file).clone()?, file)))
        .collect()
}

/// The path, in another source, of the document that this one digests.
#[salsa::tracked]
pub fn upstream(db: &dyn Db, file: File) -> Option<String> {
    super::matter(db, file).0.upstream.as_ref().map(|path| path.value.trim_start_matches('/').to_owned())
}
