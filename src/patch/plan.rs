//! The changes that bring the lists of each source in step with the facts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::edit::{Edit, Editor, apply};
use super::{Obstacle, diff};
use crate::diagnostic::code;
use crate::facts::{Person, Records, Roster, RosterMember};
use crate::formats::{DataFile, RosterMapping};
use crate::model::{self, ExpectationId, RosterComparison, RosterHolder, RosterStatus};
use crate::source::{Content, Db, File, Site, SourceId};

/// The changes of the lists of one source.
#[derive(Clone, Debug)]
pub struct SourcePatch {
    /// The source.
    pub source: SourceId,
    /// A unified diff from the root of the source; empty if nothing can be changed.
    pub diff: String,
    /// The lists, in the order of their files.
    pub lists: Vec<Planned>,
}

/// The changes of one list.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The file; `None` if it is not clear which one should contain a new list.
    pub file: Option<File>,
    /// The list.
    pub target: ChangedList,
    /// The comparisons that demand the changes.
    pub comparisons: Vec<Arc<RosterComparison>>,
    /// The holders to add, each once.
    pub added: Vec<RosterHolder>,
    /// The ids of the people to remove.
    pub removed: BTreeSet<String>,
    /// The reasons why the patch lacks changes of the list.
    pub obstacles: Vec<Obstacle>,
    /// True if the patch changes the list.
    pub is_patched: bool,
}

/// A list that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedList {
    /// A list of the file, by its position.
    List(usize),
    /// A list of a group that does not exist, by its position. It is removed.
    Retired(usize),
    /// A list that the file lacks.
    New(ExpectationId),
}

/// The changes of all sources whose lists differ from the facts.
pub fn patches(db: &dyn Db) -> Vec<SourcePatch> {
    let mut by_source: BTreeMap<SourceId, Vec<Planned>> = BTreeMap::new();
    let mut positions: HashMap<(File, usize), (SourceId, usize)> = HashMap::new();
    for comparison in model::roster_findings(db).iter().filter(|comparison| !comparison.is_same()) {
        let source = comparison.expectation.source;
        let planned = by_source.entry(source).or_default();
        let target = match &comparison.list {
            Some(list) if comparison.status == RosterStatus::Retired => ChangedList::Retired(list.index),
            Some(list) => ChangedList::List(list.index),
            None => ChangedList::New(comparison.expectation),
        };
        let file = match &comparison.list {
            Some(list) => Some(list.file),
            None => new_file(db, comparison.expectation),
        };
        let position = comparison.list.as_ref().map(|list| (list.file, list.index));
        let index = match position.and_then(|position| positions.get(&position)) {
            Some((_, index)) => *index,
            None => {
                positions.extend(position.map(|position| (position, (source, planned.len()))));
                planned.push(Planned {
                    file,
                    target,
                    comparisons: Vec::new(),
                    added: Vec::new(),
                    removed: BTreeSet::new(),
                    obstacles: Vec::new(),
                    is_patched: false,
                });
                planned.len() - 1
            }
        };
        planned[index].comparisons.push(comparison.clone());
    }
    let patch = |(source, mut lists): (SourceId, Vec<Planned>)| {
        lists.iter_mut().for_each(Planned::resolve);
        let position = |planned: &Planned| match planned.target {
            ChangedList::List(index) | ChangedList::Retired(index) => index,
            ChangedList::New(_) => usize::MAX,
        };
        let path = |planned: &Planned| planned.file.map(|file| file.path(db));
        lists.sort_by_key(|planned| (path(planned), position(planned)));
        let mut diff = String::new();
        for lists in lists.chunk_by_mut(|a, b| a.file == b.file) {
            match lists.first().and_then(|planned| planned.file) {
                Some(file) => diff.push_str(&patched(db, file, lists)),
                None => lists.iter_mut().for_each(|planned| planned.obstacles.push(Obstacle::NoFile)),
            }
        }
        SourcePatch { source, diff, lists }
    };
    by_source.into_iter().map(patch).collect()
}

/// The file for a new list: the only one that has lists of the entry, or else the only one that could.
fn new_file(db: &dyn Db, id: ExpectationId) -> Option<File> {
    let files = model::files_of(db, id);
    let has_lists =
        |file: &&File| model::records(db, **file).rosters.iter().any(|list| list.entry == id.entry);
    let with_lists: Vec<&File> = files.iter().filter(has_lists).collect();
    match (with_lists.as_slice(), files.as_slice()) {
        ([file], _) => Some(**file),
        ([], [file]) => Some(*file),
        _ => None,
    }
}

impl Planned {
    /// Joins what the comparisons demand.
    fn resolve(&mut self) {
        let mut ids = HashSet::new();
        for comparison in &self.comparisons {
            for holder in &comparison.missing {
                if !holder.has_account {
                    self.obstacles.push(Obstacle::NoAccount(holder.name.clone()));
                } else if ids.insert(holder.id.clone()) {
                    self.added.push(holder.clone());
                }
            }
        }
        let members = self.comparisons.iter().flat_map(|other| other.extra.iter().chain(&other.former));
        for member in members {
            match &member.via {
                Some(list) => {
                    self.obstacles.push(Obstacle::Via { handle: member.handle.clone(), list: list.clone() });
                }
                None => {
                    self.removed.insert(member.id.clone());
                }
            }
        }
        // A person whom another comparison expects in the list stays.
        let holders = self.comparisons.iter().flat_map(|other| other.agreed.iter().chain(&other.missing));
        for holder in holders {
            if self.removed.remove(&holder.id) {
                self.added.retain(|added| added.id != holder.id);
                self.obstacles.push(Obstacle::Conflict(holder.handle.clone()));
            }
        }
        self.obstacles.dedup();
    }
}

/// The diff of a file. Marks the lists that it changes.
fn patched(db: &dyn Db, file: File, lists: &mut [Planned]) -> String {
    let text = file.text(db);
    let records = model::records(db, file);
    let is_faulty = records.diagnostics.iter().any(|diagnostic| diagnostic.code == code::DATA_SYNTAX);
    let path = file.path(db);
    if is_faulty || !matches!(file.content(db), Content::Text(_)) {
        lists.iter_mut().for_each(|planned| planned.obstacles.push(Obstacle::Unreadable));
        return String::new();
    }
    let extension =
        path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end.to_lowercase());
    if extension.is_some_and(|end| ["toml", "json", "csv", "tsv", "md", "markdown"].contains(&&*end)) {
        lists.iter_mut().for_each(|planned| planned.obstacles.push(Obstacle::NoBlockList));
        return String::new();
    }
    let plan = FilePlan { db, file, records, editor: Editor { text, lists: &records.rosters } };
    let mut edits: Vec<Option<Vec<Edit>>> = Vec::new();
    for planned in lists.iter_mut() {
        edits.push(match plan.edits(planned) {
            Ok(list) => Some(list),
            Err(obstacle) => {
                planned.obstacles.push(obstacle);
                None
            }
        });
    }
    let all = |edits: &[Option<Vec<Edit>>]| edits.iter().flatten().flatten().cloned().collect::<Vec<_>>();
    let new = match plan.verified(all(&edits), lists, &edits) {
        Some(new) => new,
        // One list may be written in an unusual way: each is tried on its own.
        None if lists.len() <= MOST_TRIED => {
            for index in 0..edits.len() {
                let Some(own) = edits[index].take() else { continue };
                let mut kept = all(&edits[..index]);
                kept.extend(own.clone());
                let mut tried: Vec<Option<Vec<Edit>>> = edits[..index].to_vec();
                tried.push(Some(own));
                match plan.verified(kept, &lists[..=index], &tried) {
                    Some(_) => edits[index] = tried.pop().flatten(),
                    None => lists[index].obstacles.push(Obstacle::NoBlockList),
                }
            }
            plan.verified(all(&edits), lists, &edits).unwrap_or_else(|| text.to_owned())
        }
        None => {
            lists.iter_mut().for_each(|planned| planned.obstacles.push(Obstacle::NoBlockList));
            return String::new();
        }
    };
    if new == text {
        return String::new();
    }
    for (planned, edits) in lists.iter_mut().zip(&edits) {
        planned.is_patched = edits.as_ref().is_some_and(|edits| !edits.is_empty());
    }
    diff::unified(&path, text, &new)
}

/// Maximum number of lists of a file that are tried one by one.
const MOST_TRIED: usize = 100;

/// A file whose lists change.
struct FilePlan<'a> {
    db: &'a dyn Db,
    file: File,
    records: &'a Records,
    editor: Editor<'a>,
}

impl FilePlan<'_> {
    fn mapping(&self, entry: usize) -> Option<&RosterMapping> {
        self.file.config(self.db).format.mapped()?.mapping.rosters().get(entry)
    }

    /// The edits of a list.
    fn edits(&self, planned: &Planned) -> Result<Vec<Edit>, Obstacle> {
        let lists = &self.records.rosters;
        match &planned.target {
            ChangedList::List(index) => {
                let list = lists.get(*index).ok_or(Obstacle::NoBlockList)?;
                let added: Vec<String> = planned.added.iter().map(|holder| holder.handle.clone()).collect();
                let key = self.mapping(list.entry).and_then(RosterMapping::member_key);
                self.editor.members(list, &|member| self.is_removed(planned, member), &added, key)
            }
            ChangedList::Retired(index) => {
                let list = lists.get(*index).ok_or(Obstacle::Unsafe)?;
                let mapping = self.mapping(list.entry).ok_or(Obstacle::Unsafe)?;
                match mapping.is_keyed() {
                    true => self.editor.removed_list(list, mapping.is_of_keys()),
                    false => Err(Obstacle::Unsafe),
                }
            }
            ChangedList::New(id) => {
                let mapping = self.mapping(id.entry).filter(|mapping| mapping.is_of_keys());
                mapping.ok_or(Obstacle::NoBlockList)?;
                let name = planned.name();
                let siblings = self.siblings(*id, name);
                let added: Vec<String> = planned.added.iter().map(|holder| holder.handle.clone()).collect();
                Ok(vec![self.editor.new_list(&siblings, name, &added)?])
            }
        }
    }

    /// The lists among which a new list has its place. If the lists of a file are not sorted as a whole, those of one
    /// kind may be.
    fn siblings(&self, id: ExpectationId, name: &str) -> Vec<&Roster> {
        let all: Vec<&Roster> = self.records.rosters.iter().filter(|list| list.entry == id.entry).collect();
        let lower = |list: &Roster| list.name.to_lowercase();
        if all.is_sorted_by(|a, b| lower(a) <= lower(b)) {
            return all;
        }
        let around = id.get(self.db).and_then(|expect| expect.around_id()).unwrap_or_default();
        let (before, after) = (around.0.to_lowercase(), around.1.to_lowercase());
        let kind = name.to_lowercase().split_inclusive('-').next().unwrap_or_default().to_owned();
        let is_like = |list: &&&Roster| lower(list).starts_with(&before) && lower(list).ends_with(&after);
        let like: Vec<&Roster> = all.iter().filter(is_like).copied().collect();
        let of_kind: Vec<&Roster> =
            like.iter().filter(|list| lower(list).starts_with(&kind)).copied().collect();
        [of_kind, like, all].into_iter().find(|lists| !lists.is_empty()).unwrap_or_default()
    }

    fn is_removed(&self, planned: &Planned, member: &RosterMember) -> bool {
        planned.removed.contains(&*model::present_id(self.db, &member.id))
    }

    /// The edited text, if it contains exactly the intended lists.
    fn verified(&self, edits: Vec<Edit>, lists: &[Planned], by_list: &[Option<Vec<Edit>>]) -> Option<String> {
        let new = apply(self.editor.text, edits)?;
        let mut expected: Lists = HashMap::new();
        let mut planned_at: HashMap<usize, &Planned> = HashMap::new();
        for (planned, edits) in lists.iter().zip(by_list) {
            match &planned.target {
                _ if edits.is_none() => {}
                ChangedList::List(index) | ChangedList::Retired(index) => {
                    planned_at.insert(*index, planned);
                }
                ChangedList::New(id) => {
                    let ids = planned.added.iter().map(|holder| Person::id_of(&holder.handle)).collect();
                    expected.entry((id.entry, planned.name().to_owned())).or_default().push(ids);
                }
            }
        }
        for (index, list) in self.records.rosters.iter().enumerate() {
            let planned = planned_at.get(&index);
            if planned.is_some_and(|planned| matches!(planned.target, ChangedList::Retired(_))) {
                continue;
            }
            let stays =
                |member: &&RosterMember| planned.is_none_or(|planned| !self.is_removed(planned, member));
            let mut ids: BTreeSet<String> =
                list.members.iter().filter(stays).map(|member| member.id.clone()).collect();
            let added = planned.iter().flat_map(|planned| &planned.added);
            ids.extend(added.map(|holder| Person::id_of(&holder.handle)));
            expected.entry((list.entry, list.name.value.clone())).or_default().push(ids);
        }
        let site = Site::get(self.db);
        let data = DataFile {
            name: &self.file.name(self.db),
            path: &self.file.path(self.db),
            text: &new,
            vocabulary: &site.config(self.db).vocabulary,
        };
        let records = self.file.config(self.db).format.records(&data);
        if records.diagnostics.iter().any(|diagnostic| diagnostic.code == code::DATA_SYNTAX) {
            return None;
        }
        let mut actual: Lists = HashMap::new();
        for list in &records.rosters {
            let ids = list.members.iter().map(|member| member.id.clone()).collect();
            actual.entry((list.entry, list.name.value.clone())).or_default().push(ids);
        }
        (expected == actual).then_some(new)
    }
}

/// The ids of the members of lists, by entry and name.
type Lists = HashMap<(usize, String), Vec<BTreeSet<String>>>;

impl Planned {
    /// The name of the list.
    pub fn name(&self) -> &str {
        self.comparisons.first().map_or("", |comparison| &comparison.name)
    }
}
