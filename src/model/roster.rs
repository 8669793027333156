//! Lists of people that are kept outside the records of groups, compared with the facts.
//!
//! [`rosters`] are the lists themselves. A mapping says which people should be in them
//! ([`Expectation`]); the comparison of a group depends on the facts of that group and its lists alone.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use indexmap::IndexMap;

use super::book::data_files;
use super::entry::{LIAISON, SUBPROJECT_LEAD};
use super::file::records;
use super::query::{Key, group, group_ids, group_label};
use crate::facts::{Expectation, Person, Retired};
use crate::site_path::fold;
use crate::source::{Db, File, Site, SourceId};

/// Maximum number of members in all lists of a source that come from other lists. Lists that name each other could
/// otherwise turn a small file into a large model.
const MAX_EXPANDED: usize = 200_000;

/// A list of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterList {
    /// The file that contains it.
    pub file: File,
    /// The source of that file.
    pub source: SourceId,
    /// The position among the lists of the file, see [`records`].
    pub index: usize,
    /// The position of its entry among those of the mapping.
    pub entry: usize,
    /// The name, unique in most sources.
    pub name: String,
    /// A phrase that says what the list is for.
    pub title: Option<String>,
    /// The people, each once: those that the list names, and those of the lists that it names.
    pub members: Vec<Member>,
    /// The names of the lists that it names, directly or through others.
    pub includes: BTreeSet<String>,
}

/// A member of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// The id of the person; a former account counts as the person.
    pub id: String,
    /// The handle as it is written in the list.
    pub handle: String,
    /// The position in the record of the list: of the person, or of the list that contains the person.
    pub index: usize,
    /// The list that contains the person, if this list names that one.
    pub via: Option<String>,
}

/// The lists of one file, without members of other lists.
#[salsa::tracked]
fn lists_of_file(db: &dyn Db, file: File) -> Vec<Arc<RosterList>> {
    let lists = records(db, file).rosters.iter().enumerate().map(|(index, roster)| {
        let members = roster.members.iter().enumerate().map(|(index, member)| Member {
            id: member.id.clone(),
            handle: member.handle.value.clone(),
            index,
            via: None,
        });
        Arc::new(RosterList {
            file,
            source: file.source(db),
            index,
            entry: roster.entry,
            name: roster.name.value.clone(),
            title: roster.title.clone(),
            members: members.collect(),
            includes: BTreeSet::new(),
        })
    });
    lists.collect()
}

/// The files that contain lists, in the order of `site.toml` and by path.
#[salsa::tracked]
pub fn roster_files(db: &dyn Db) -> Vec<File> {
    let site = Site::get(db);
    let mut files = Vec::new();
    for (tree, source) in site.trees(db).iter().zip(&site.config(db).sources) {
        let Some(mapped) = source.format.mapped() else { continue };
        let entries = mapped.mapping.rosters();
        if entries.is_empty() {
            continue;
        }
        let has_lists = |path: &str| entries.iter().any(|entry| entry.selection().is_in(path));
        files.extend(tree.files.iter().filter(|(path, _)| has_lists(path)).map(|(_, file)| *file));
    }
    files
}

/// The present ids of people, by former ids, from directories of people.
#[salsa::tracked]
fn present_ids(db: &dyn Db) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for file in data_files(db) {
        for (former, present) in former_ids(db, file) {
            ids.entry(former.clone()).or_insert_with(|| present.clone());
        }
    }
    ids
}

/// The present id of a person.
pub fn present_id<'a>(db: &'a dyn Db, id: &'a str) -> Cow<'a, str> {
    present_ids(db).get(id).map_or(Cow::Borrowed(id), |present| Cow::Borrowed(present))
}

/// The former ids of the people in a file with their present ones.
#[salsa::tracked]
fn former_ids(db: &dyn Db, file: File) -> Vec<(String, String)> {
    let profiles = records(db, file).people.iter();
    let ids = profiles.flat_map(|profile| {
        let present = &profile.person.id.value;
        profile.aliases.iter().map(|alias| (Person::id_of(alias), present.clone()))
    });
    ids.filter(|(former, present)| former != present).collect()
}

/// All lists of people, in the order of their sources, files and records. The members of a list that another one names
/// are members of both.
#[salsa::tracked]
pub fn rosters(db: &dyn Db) -> Vec<Arc<RosterList>> {
    let lists: Vec<&Arc<RosterList>> =
        roster_files(db).iter().flat_map(|file| lists_of_file(db, *file)).collect();
    let present = present_ids(db);
    let mut by_name: HashMap<(SourceId, String), Vec<usize>> = HashMap::new();
    for (index, list) in lists.iter().enumerate() {
        by_name.entry((list.source, list.name.to_lowercase())).or_default().push(index);
    }
    let mut allowance: HashMap<SourceId, usize> = HashMap::new();
    let expansion = Expansion { lists: &lists, by_name: &by_name, present };
    let expanded = |(index, list): (usize, &&Arc<RosterList>)| {
        let allowance = allowance.entry(list.source).or_insert(MAX_EXPANDED);
        expansion.expand(index, list, allowance)
    };
    lists.iter().enumerate().map(expanded).collect()
}

/// The members of lists with those of the lists that they name.
struct Expansion<'a> {
    lists: &'a [&'a Arc<RosterList>],
    by_name: &'a HashMap<(SourceId, String), Vec<usize>>,
    present: &'a BTreeMap<String, String>,
}

impl Expansion<'_> {
    fn expand(&self, own: usize, list: &Arc<RosterList>, allowance: &mut usize) -> Arc<RosterList> {
        let is_plain = |member: &Member| {
            !self.present.contains_key(&member.id) && self.named(list, own, &member.handle).is_empty()
        };
        let mut ids = HashSet::new();
        if list.members.iter().all(|member| is_plain(member) && ids.insert(&member.id)) {
            return list.clone();
        }
        let mut members = Vec::new();
        let mut includes = BTreeSet::new();
        let mut ids = HashSet::new();
        let mut entered = HashSet::from([own]);
        for member in &list.members {
            // Members of this list and of those that it names, each with the list that names it.
            let mut open: Vec<(&Member, Option<&String>)> = vec![(member, None)];
            while let Some((inner, via)) = open.pop() {
                let lists = self.named(list, own, &inner.handle);
                if lists.is_empty() {
                    self.add(inner, via, member.index, &mut ids, &mut members);
                    continue;
                }
                includes.insert(inner.handle.to_lowercase());
                for index in lists.iter().rev().filter(|index| entered.insert(**index)) {
                    let included = &self.lists[*index].members;
                    let number = included.len().min(*allowance);
                    *allowance -= number;
                    open.extend(included[..number].iter().rev().map(|member| (member, Some(&inner.handle))));
                }
            }
        }
        Arc::new(RosterList { members, includes, ..(**list).clone() })
    }

    /// The lists with a name in the source of a list. No list names itself: the owners of a folder may have the name of
    /// another list that they name.
    fn named(&self, list: &RosterList, own: usize, name: &str) -> &[usize] {
        let named = self.by_name.get(&(list.source, name.to_lowercase())).map_or(&[][..], Vec::as_slice);
        if named == [own] { &[] } else { named }
    }

    fn add(
        &self,
        member: &Member,
        via: Option<&String>,
        index: usize,
        ids: &mut HashSet<String>,
        members: &mut Vec<Member>,
    ) {
        let id = self.present.get(&member.id).unwrap_or(&member.id);
        if ids.insert(id.clone()) {
            let handle = member.handle.clone();
            members.push(Member { id: id.clone(), handle, index, via: via.cloned() });
        }
    }
}

/// The place of an [`Expectation`] in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpectationId {
    /// The source.
    pub source: SourceId,
    /// The position of the entry among those of the mapping.
    pub entry: usize,
    /// The position in the entry.
    pub index: usize,
}

impl ExpectationId {
    /// The expectation.
    pub fn get(self, db: &dyn Db) -> Option<&Expectation> {
        let source = Site::get(db).config(db).sources.get(self.source.0)?;
        source.format.mapped()?.mapping.rosters().get(self.entry)?.expect.get(self.index)
    }
}

/// All expectations of the sources that are present.
fn expectations(db: &dyn Db) -> Vec<(ExpectationId, &Expectation)> {
    let site = Site::get(db);
    let mut all = Vec::new();
    for (source, (config, tree)) in site.config(db).sources.iter().zip(site.trees(db)).enumerate() {
        let Some(mapped) = config.format.mapped().filter(|_| tree.present) else { continue };
        for (entry, mapping) in mapped.mapping.rosters().iter().enumerate() {
            for (index, expect) in mapping.expect.iter().enumerate() {
                all.push((ExpectationId { source: SourceId(source), entry, index }, expect));
            }
        }
    }
    all
}

/// A holder of roles of a group who should be in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterHolder {
    /// The id of the group.
    pub group: String,
    /// The keys of the roles.
    pub roles: Vec<String>,
    /// The id of the person.
    pub id: String,
    /// The handle.
    pub handle: String,
    /// The full name, or the handle.
    pub name: String,
    /// True if the person has an account.
    pub has_account: bool,
}

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterStatus {
    /// The list and the facts agree.
    Same,
    /// They differ.
    Differs,
    /// The list is that of a group that does not exist.
    Retired,
    /// The group has no such list.
    Absent,
}

impl RosterStatus {
    /// The id in data for other programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::Retired => "retired",
            Self::Absent => "missing",
        }
    }
}

/// A list, or the lack of one, compared with the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterComparison {
    /// The expectation.
    pub expectation: ExpectationId,
    /// The name of the list.
    pub name: String,
    /// The list; `None` if the group has none.
    pub list: Option<Arc<RosterList>>,
    /// The id of the group; `None` if the list is that of several groups or of none.
    pub group: Option<String>,
    /// The holders who are in the list.
    pub agreed: Vec<RosterHolder>,
    /// The holders who are not in the list.
    pub missing: Vec<RosterHolder>,
    /// The members who hold none of the roles, if nobody else may be in the list.
    pub extra: Vec<Member>,
    /// Those of them who are former leads.
    pub former: Vec<Member>,
    /// The result.
    pub status: RosterStatus,
}

/// The people of a group who could be in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct GroupPeople {
    /// The holders, by role key in the order of the data.
    holders: Vec<(String, RosterHolder)>,
    /// The ids of former leads.
    former: BTreeSet<String>,
}

/// See [`GroupPeople`].
#[salsa::tracked]
fn group_people(db: &dyn Db, key: Key<'_>) -> GroupPeople {
    let Some(group) = group(db, key) else { return GroupPeople::default() };
    let facts = &group.facts;
    let holder = |role: &str, person: &Person| {
        let holder = RosterHolder {
            group: group.id().to_owned(),
            roles: vec![role.to_owned()],
            id: person.id.value.clone(),
            handle: person.handle().to_owned(),
            name: person.name.clone(),
            has_account: !person.accounts.is_empty(),
        };
        (role.to_owned(), holder)
    };
    let leads = facts.leads.iter().map(|lead| holder(&lead.role.value, &lead.person));
    let subprojects = facts.subprojects.iter().flat_map(|subproject| &subproject.leads);
    let subprojects = subprojects.map(|person| holder(SUBPROJECT_LEAD, person));
    let liaison = facts.contact.liaison.iter().map(|person| holder(LIAISON, person));
    GroupPeople {
        holders: leads.chain(subprojects).chain(liaison).collect(),
        former: facts.emeritus.iter().map(|person| person.id.value.clone()).collect(),
    }
}

/// The holders of roles in a group, each once with all of them.
fn holders(people: &GroupPeople, roles: &[String]) -> Vec<RosterHolder> {
    let counts = |role: &str| match roles {
        [] => role != SUBPROJECT_LEAD && role != LIAISON,
        roles => roles.iter().any(|other| other == role),
    };
    let mut holders: Vec<RosterHolder> = Vec::new();
    let mut positions: HashMap<&str, usize> = HashMap::new();
    for (role, holder) in people.holders.iter().filter(|(role, _)| counts(role)) {
        match positions.get(holder.id.as_str()) {
            Some(position) if holders[*position].roles.contains(role) => {}
            Some(position) => holders[*position].roles.push(role.clone()),
            None => {
                positions.insert(&holder.id, holders.len());
                holders.push(holder.clone());
            }
        }
    }
    holders
}

/// An expectation with the list that it is about; `None` for a group without its list.
type Assigned = (ExpectationId, Option<Arc<RosterList>>);

/// The lists of each group, and those of none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Assignment {
    /// By group id.
    by_group: BTreeMap<String, Vec<Assigned>>,
    /// The lists that are compared with several groups, with the ids of these.
    shared: Vec<(ExpectationId, Arc<RosterList>, Vec<String>)>,
    /// The lists of groups that do not exist.
    retired: Vec<(ExpectationId, Arc<RosterList>)>,
}

/// See [`Assignment`]. Depends on the lists and on the ids and kinds of groups.
#[salsa::tracked]
fn assignment(db: &dyn Db) -> Assignment {
    let mut assignment = Assignment::default();
    let expectations = expectations(db);
    if expectations.is_empty() {
        return assignment;
    }
    let ids = group_ids(db);
    let kind_of =
        |id: &String| group_label(db, Key::new(db, id.clone())).as_ref().map(|label| label.kind.id.clone());
    let kinds: Vec<Option<String>> = ids.iter().map(kind_of).collect();
    let names = known_ids(db);
    let mut by_entry: HashMap<(SourceId, usize), Vec<&Arc<RosterList>>> = HashMap::new();
    for list in rosters(db) {
        by_entry.entry((list.source, list.entry)).or_default().push(list);
    }
    for (id, expect) in expectations {
        let lists = by_entry.get(&(id.source, id.entry)).map_or(&[][..], Vec::as_slice);
        let counts = |(group, kind): &(&String, &Option<String>)| {
            let is_of_kind =
                expect.kinds.is_empty() || kind.as_ref().is_some_and(|kind| expect.kinds.contains(kind));
            let is_named =
                expect.groups.is_empty() || expect.groups.iter().any(|other| fold(other) == fold(group));
            is_of_kind && is_named
        };
        let groups: Vec<&String> = ids.iter().zip(&kinds).filter(counts).map(|(id, _)| id).collect();
        let mut with_list: HashSet<&str> = HashSet::new();
        match expect.around_id() {
            Some((before, after)) => {
                let folded: HashMap<String, &String> =
                    groups.iter().map(|id| (fold(id).into_owned(), *id)).collect();
                let retired = Patterns::of(&expect.retired);
                for list in lists {
                    let Some(part) = between(&list.name, before, after) else { continue };
                    let present = names.get(&part).unwrap_or(&part);
                    if let Some(group) = folded.get(present) {
                        with_list.insert(group);
                        let lists = assignment.by_group.entry((*group).clone()).or_default();
                        lists.push((id, Some((*list).clone())));
                    } else if !names.contains_key(&part)
                        && retired.fits(&list.name.to_lowercase())
                        && !is_of_existing(&part, names)
                    {
                        assignment.retired.push((id, (*list).clone()));
                    }
                }
            }
            None => {
                let named = lists.iter().filter(|list| fold(&list.name) == fold(&expect.roster));
                for list in named {
                    with_list.extend(groups.iter().map(|id| id.as_str()));
                    match groups.as_slice() {
                        [group] => {
                            let lists = assignment.by_group.entry((*group).clone()).or_default();
                            lists.push((id, Some((*list).clone())));
                        }
                        _ => {
                            let groups = groups.iter().map(|id| (*id).clone()).collect();
                            assignment.shared.push((id, (*list).clone(), groups));
                        }
                    }
                }
            }
        }
        // A community without any such list keeps none.
        let is_kept = expect.around_id().is_none_or(|(before, after)| {
            lists.iter().any(|list| between(&list.name, before, after).is_some())
        });
        if expect.required && is_kept && !files_of(db, id).is_empty() {
            for group in groups.iter().filter(|group| !with_list.contains(group.as_str())) {
                assignment.by_group.entry((*group).clone()).or_default().push((id, None));
            }
        }
    }
    assignment
}

/// The text between two others, in lower case; case does not count.
fn between(name: &str, before: &str, after: &str) -> Option<String> {
    let name = fold(name);
    let part = name.strip_prefix(&*fold(before))?.strip_suffix(&*fold(after))?;
    (!part.is_empty()).then(|| part.to_owned())
}

/// True for a text that begins with the id of a group and a hyphen: `tailors-junior`, if there are `tailors`.
fn is_of_existing(part: &str, names: &BTreeMap<String, String>) -> bool {
    part.match_indices('-').any(|(end, _)| names.contains_key(&part[..end]))
}

/// The present ids of groups by their ids and former ids, all in lower case.
#[salsa::tracked]
fn known_ids(db: &dyn Db) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let ids = group_ids(db);
    for id in ids {
        names.insert(fold(id).into_owned(), fold(id).into_owned());
    }
    for id in ids {
        for alias in former_group_ids(db, Key::new(db, id.clone())) {
            names.entry(fold(alias).into_owned()).or_insert_with(|| fold(id).into_owned());
        }
    }
    names
}

#[salsa::tracked]
fn former_group_ids(db: &dyn Db, key: Key<'_>) -> Vec<String> {
    let aliases = group(db, key).as_ref().map(|group| &group.facts.aliases);
    aliases.into_iter().flatten().map(|alias| alias.value.clone()).collect()
}

/// The patterns of [`Retired`].
enum Patterns {
    All,
    Some(Vec<GlobMatcher>),
}

impl Patterns {
    fn of(retired: &Retired) -> Self {
        match retired {
            Retired::Never => Self::Some(Vec::new()),
            Retired::Any => Self::All,
            Retired::Named(patterns) => {
                let matcher =
                    |pattern: &String| Some(GlobBuilder::new(pattern).build().ok()?.compile_matcher());
                Self::Some(patterns.iter().filter_map(matcher).collect())
            }
        }
    }

    fn fits(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(patterns) => patterns.iter().any(|pattern| pattern.is_match(name)),
        }
    }
}

/// The lists of a group with their expectations; see [`Assignment`].
#[salsa::tracked]
fn lists_of_group(db: &dyn Db, key: Key<'_>) -> Vec<Assigned> {
    assignment(db).by_group.get(key.id(db)).cloned().unwrap_or_default()
}

/// The comparisons of the lists of a group, by group id. Lists that are compared with several groups are in
/// [`roster_findings`] alone.
#[salsa::tracked]
pub fn rosters_of(db: &dyn Db, key: Key<'_>) -> Vec<Arc<RosterComparison>> {
    let lists = lists_of_group(db, key);
    if lists.is_empty() {
        return Vec::new();
    }
    let people = group_people(db, key);
    let mut comparisons = Vec::new();
    for (id, list) in lists {
        let Some(expect) = id.get(db) else { continue };
        let holders = holders(people, &expect.roles);
        let Some(list) = list else {
            // Without a holder, there is nobody for a list.
            if !holders.is_empty() {
                comparisons.push(RosterComparison {
                    expectation: *id,
                    name: expect.name_for(key.id(db)),
                    list: None,
                    group: Some(key.id(db).clone()),
                    agreed: Vec::new(),
                    missing: holders,
                    extra: Vec::new(),
                    former: Vec::new(),
                    status: RosterStatus::Absent,
                });
            }
            continue;
        };
        let former = |id: &str| people.former.contains(id);
        let group = Some(key.id(db).clone());
        comparisons.push(compared(*id, expect, list, group, holders, former));
    }
    without_repetitions(&mut comparisons);
    comparisons.into_iter().map(Arc::new).collect()
}

fn compared(
    expectation: ExpectationId,
    expect: &Expectation,
    list: &Arc<RosterList>,
    group: Option<String>,
    holders: Vec<RosterHolder>,
    is_former: impl Fn(&str) -> bool,
) -> RosterComparison {
    let members: HashSet<&str> = list.members.iter().map(|member| member.id.as_str()).collect();
    let wanted: HashSet<String> = holders.iter().map(|holder| holder.id.clone()).collect();
    let (agreed, missing) = holders.into_iter().partition(|holder| members.contains(holder.id.as_str()));
    let others = list.members.iter().filter(|member| expect.exact && !wanted.contains(&member.id));
    let (former, extra) = others.cloned().partition(|member| is_former(&member.id));
    let mut comparison = RosterComparison {
        expectation,
        name: list.name.clone(),
        list: Some(list.clone()),
        group,
        agreed,
        missing,
        extra,
        former,
        status: RosterStatus::Same,
    };
    comparison.status = comparison.stated();
    comparison
}

impl RosterComparison {
    /// The result for a list of a group that exists.
    fn stated(&self) -> RosterStatus {
        let is_same = self.missing.is_empty() && self.extra.is_empty() && self.former.is_empty();
        if is_same { RosterStatus::Same } else { RosterStatus::Differs }
    }

    /// The title of the source of the list, or of the one that lacks it.
    pub fn source_title(&self, db: &dyn Db) -> String {
        Site::get(db).config(db).sources[self.expectation.source.0].title()
    }

    /// The missing holders by person: one who holds roles in several groups is missing once.
    pub fn missing_people(&self) -> IndexMap<&str, Vec<&RosterHolder>> {
        let mut people: IndexMap<&str, Vec<&RosterHolder>> = IndexMap::new();
        self.missing.iter().for_each(|holder| people.entry(&holder.id).or_default().push(holder));
        people
    }

    /// True if the list and the facts agree.
    pub fn is_same(&self) -> bool {
        self.status == RosterStatus::Same
    }
}

/// Leaves out what the comparison of a list says that another list of the group names: whoever is missing there is
/// added there.
fn without_repetitions(comparisons: &mut [RosterComparison]) {
    let includes = |comparison: &RosterComparison| {
        comparison.list.as_ref().is_some_and(|list| !list.includes.is_empty())
    };
    if !comparisons.iter().any(includes) {
        return;
    }
    // The people whom the comparison of each list names.
    let mut differing: HashMap<(SourceId, String), (HashSet<String>, HashSet<String>)> = HashMap::new();
    for comparison in comparisons.iter() {
        let Some(list) = &comparison.list else { continue };
        let (missing, others) = differing.entry((list.source, list.name.to_lowercase())).or_default();
        missing.extend(comparison.missing.iter().map(|holder| holder.id.clone()));
        let extra = comparison.extra.iter().chain(&comparison.former);
        others.extend(extra.map(|member| member.id.clone()));
    }
    for comparison in comparisons.iter_mut().filter(|comparison| includes(comparison)) {
        let Some(list) = comparison.list.clone() else { continue };
        let inner = |name: &String| differing.get(&(list.source, name.clone()));
        let inner: Vec<_> = list.includes.iter().filter_map(inner).collect();
        comparison.missing.retain(|holder| !inner.iter().any(|(missing, _)| missing.contains(&holder.id)));
        let is_new = |member: &Member| {
            member.via.is_none() || !inner.iter().any(|(_, others)| others.contains(&member.id))
        };
        comparison.extra.retain(is_new);
        comparison.former.retain(is_new);
        comparison.status = comparison.stated();
    }
}

/// All comparisons: those of groups in the order of these, those of lists for several groups, and lists of groups that
/// do not exist.
#[salsa::tracked]
pub fn roster_findings(db: &dyn Db) -> Vec<Arc<RosterComparison>> {
    let assignment = assignment(db);
    let groups = group_ids(db).iter().filter(|id| assignment.by_group.contains_key(*id));
    let mut all: Vec<Arc<RosterComparison>> =
        groups.flat_map(|id| rosters_of(db, Key::new(db, id.clone())).iter().cloned()).collect();
    all.extend(shared_rosters(db).iter().cloned());
    all.extend(assignment.retired.iter().map(|(id, list)| {
        Arc::new(RosterComparison {
            expectation: *id,
            name: list.name.clone(),
            list: Some(list.clone()),
            group: None,
            agreed: Vec::new(),
            missing: Vec::new(),
            extra: Vec::new(),
            former: Vec::new(),
            status: RosterStatus::Retired,
        })
    }));
    all
}

/// The comparisons of each list, by its file and position.
pub fn comparisons_by_list(db: &dyn Db) -> HashMap<(File, usize), Vec<&Arc<RosterComparison>>> {
    let mut by_list: HashMap<_, Vec<_>> = HashMap::new();
    for comparison in roster_findings(db) {
        if let Some(list) = &comparison.list {
            by_list.entry((list.file, list.index)).or_default().push(comparison);
        }
    }
    by_list
}

/// The comparisons of lists that are compared with several groups.
#[salsa::tracked]
fn shared_rosters(db: &dyn Db) -> Vec<Arc<RosterComparison>> {
    let shared = assignment(db).shared.iter().filter_map(|(id, list, groups)| {
        let expect = id.get(db)?;
        let people: Vec<&GroupPeople> =
            groups.iter().map(|group| group_people(db, Key::new(db, group.clone()))).collect();
        let holders = people.iter().flat_map(|people| holders(people, &expect.roles));
        let former: BTreeSet<&String> = people.iter().flat_map(|people| &people.former).collect();
        let mut comparison =
            compared(*id, expect, list, None, holders.collect(), |id| former.contains(&id.to_owned()));
        // A person with roles in several groups is named once for each.
        comparison.agreed.sort_by(|a, b| a.id.cmp(&b.id));
        Some(Arc::new(comparison))
    });
    shared.collect()
}

/// The place of a fact about a person: the role key, and the span in a file.
type FactSpan = (String, File, Range<usize>);

/// The places of facts about people in groups, for findings. Spans change with every edit, so only rules and pages
/// that show lines query this.
#[derive(Clone, Debug, Default)]
pub struct FactSpans {
    /// By group id in lower case: the id of the group.
    groups: HashMap<String, (File, Range<usize>)>,
    /// By group id in lower case and person id.
    people: HashMap<(String, String), Vec<FactSpan>>,
    /// By person id: holders in records that name their group.
    seats: HashMap<String, Vec<FactSpan>>,
}

/// The key of former leads in [`FactSpans`].
const FORMER: &str = "";

impl FactSpans {
    /// The place of a group.
    pub fn group(&self, id: &str) -> Option<&(File, Range<usize>)> {
        self.groups.get(&*fold(id))
    }

    /// The place that names a holder of one of these roles.
    pub fn holder(&self, holder: &RosterHolder) -> Option<(File, Range<usize>)> {
        self.person(&holder.group, &holder.id, &|role| holder.roles.iter().any(|other| other == role))
    }

    /// The place that names a former lead of a group.
    pub fn former(&self, group: &str, person: &str) -> Option<(File, Range<usize>)> {
        self.person(group, person, &|role| role == FORMER)
    }

    fn person(&self, group: &str, id: &str, fits: &dyn Fn(&str) -> bool) -> Option<(File, Range<usize>)> {
        let key = (fold(group).into_owned(), id.to_owned());
        let described_in = self.groups.get(&key.0).map(|(file, _)| *file);
        let all = || self.people.get(&key).into_iter().chain(self.seats.get(id)).flatten();
        // The file that describes the group counts; others may have older facts.
        let here = all().filter(|(_, file, _)| Some(*file) == described_in);
        let fact = here.chain(all()).find(|(role, ..)| fits(role));
        fact.map(|(_, file, span)| (*file, span.clone()))
    }
}

/// See [`FactSpans`].
#[salsa::tracked(no_eq)]
pub fn fact_spans(db: &dyn Db) -> FactSpans {
    let mut spans = FactSpans::default();
    let present = present_ids(db);
    let id_of = |person: &Person| {
        let id = &person.id.value;
        present.get(id).unwrap_or(id).clone()
    };
    for file in data_files(db) {
        let records = records(db, file);
        for group in &records.groups {
            let id = fold(&group.id.value).into_owned();
            let is_described = self::group(db, Key::new(db, group.id.value.clone()))
                .as_ref()
                .is_none_or(|entry| entry.file == file);
            if is_described || !spans.groups.contains_key(&id) {
                spans.groups.insert(id.clone(), (file, group.id.span.clone()));
            }
            let mut add = |role: &str, person: &Person| {
                let key = (id.clone(), id_of(person));
                let span = (role.to_owned(), file, person.id.span.clone());
                spans.people.entry(key).or_default().push(span);
            };
            group.leads.iter().for_each(|lead| add(&lead.role.value, &lead.person));
            group.emeritus.iter().for_each(|person| add(FORMER, person));
            let of_subprojects = group.subprojects.iter().flat_map(|subproject| &subproject.leads);
            of_subprojects.for_each(|person| add(SUBPROJECT_LEAD, person));
            group.contact.liaison.iter().for_each(|person| add(LIAISON, person));
        }
        for seat in &records.seats {
            let person = &seat.lead.person;
            let span = (seat.lead.role.value.clone(), file, person.id.span.clone());
            spans.seats.entry(id_of(person)).or_default().push(span);
        }
    }
    spans
}

/// The place of a list: its name, or the start of its record.
pub fn roster_span(db: &dyn Db, list: &RosterList) -> Range<usize> {
    let roster = records(db, list.file).rosters.get(list.index);
    roster.map_or(0..0, |roster| roster.name.span.clone())
}

/// The place of a member in its list.
pub fn member_span(db: &dyn Db, list: &RosterList, member: &Member) -> Range<usize> {
    let roster = records(db, list.file).rosters.get(list.index);
    let member = roster.and_then(|roster| roster.members.get(member.index));
    member.map_or(0..0, |member| member.handle.span.clone())
}

/// The files that could contain a list of an expectation.
pub fn files_of(db: &dyn Db, id: ExpectationId) -> Vec<File> {
    let site = Site::get(db);
    let entry =
        site.config(db).sources.get(id.source.0).and_then(|source| {
            source.format.mapped().and_then(|mapped| mapped.mapping.rosters().get(id.entry))
        });
    let Some((entry, tree)) = entry.zip(site.trees(db).get(id.source.0)) else { return Vec::new() };
    let files = tree.files.iter().filter(|(path, _)| entry.selection().is_in(path));
    files.map(|(_, file)| *file).collect()
}

/// The name and place of a list, without its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterLabel {
    /// The file that contains it.
    pub file: File,
    /// The name.
    pub name: String,
    /// A phrase that says what the list is for.
    pub title: Option<String>,
}

/// The lists that name each person, by person id.
#[salsa::tracked]
fn by_member(db: &dyn Db) -> BTreeMap<String, Vec<Arc<RosterLabel>>> {
    let mut lists: BTreeMap<String, Vec<Arc<RosterLabel>>> = BTreeMap::new();
    for list in rosters(db) {
        let label = RosterLabel { file: list.file, name: list.name.clone(), title: list.title.clone() };
        let label = Arc::new(label);
        for member in &list.members {
            lists.entry(member.id.clone()).or_default().push(label.clone());
        }
    }
    lists
}

/// The lists that name a person, by person id.
#[salsa::tracked]
pub fn lists_naming(db: &dyn Db, person: Key<'_>) -> Vec<Arc<RosterLabel>> {
    by_member(db).get(person.id(db)).cloned().unwrap_or_default()
}
