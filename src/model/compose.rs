//! Composes one checklist from several: its own items, those of the included lists, and those that a group adds.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::entry::{ChecklistEntry, Group, Role};
use super::query::{Key, access_of, checklist, group_label, seats};
use crate::facts::{Access, ChecklistItem, Each, Meeting, Subproject, Team, Way};
use crate::parse::At;
use crate::source::{Db, File};

/// An item of a composed checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComposedItem<'a> {
    /// The id in the composed list: the item's id, followed by that of its subject if it has one.
    pub id: String,
    /// The item.
    pub item: &'a ChecklistItem,
    /// The meeting, team, subproject or access that the item is about; see [`Each`].
    pub subject: Option<ItemSubject<'a>>,
    /// The file that contains the item.
    pub file: File,
    /// The included list that contains the item; `None` for items of the composed list itself.
    pub from: Option<&'a Arc<ChecklistEntry>>,
}

/// A thing of a group for which a checklist item is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemSubject<'a> {
    /// A regular meeting of the group.
    Meeting(&'a Meeting),
    /// A team that has permissions.
    Team(&'a Team),
    /// A subproject.
    Subproject(&'a Subproject),
    /// All access that the role gets in one way, with the files that describe it.
    Access(Way, Vec<Arc<(File, Access)>>),
}

impl<'a> ItemSubject<'a> {
    /// All subjects of a kind in a group, in the order of the data.
    fn all(db: &dyn Db, each: Each, group: &'a Group, role: Option<&Role>) -> Vec<Self> {
        let facts = &group.facts;
        match each {
            Each::Meeting => facts.meetings.iter().map(Self::Meeting).collect(),
            Each::Team => facts.contact.teams.iter().map(Self::Team).collect(),
            Each::Subproject => facts.subprojects.iter().map(Self::Subproject).collect(),
            Each::Access => {
                let seats = seats(db, Key::new(db, group.id().to_owned())).iter().map(|seat| &*seat.role);
                let roles: Vec<&Role> = role.map_or_else(|| seats.collect(), |role| vec![role]);
                let access = access_of(db, &roles, Some(group));
                let granted_by = |way| access.iter().filter(|access| access.1.by == way).cloned().collect();
                let ways = Way::ALL.map(|way| (way, granted_by(way))).into_iter();
                ways.filter(|(_, access): &(Way, Vec<_>)| !access.is_empty())
                    .map(|(way, access)| Self::Access(way, access))
                    .collect()
            }
        }
    }

    /// The part of an item's id that stands for the subject.
    fn id(&self) -> String {
        match self {
            Self::Meeting(meeting) => super::slug(&meeting.title),
            Self::Team(team) => super::slug(&team.name),
            Self::Subproject(subproject) => super::slug(&subproject.name),
            Self::Access(way, _) => way.id().to_owned(),
        }
    }
}

/// The items of a checklist by phase. Within a phase, included lists come first, in the given order. With a group,
/// items for other groups are left out, and items with `each` are repeated for each subject. Without a group, items
/// for groups that do not have the list's role are left out. A list that includes itself is read once.
pub fn composed<'a>(
    db: &'a dyn Db,
    entry: &'a Arc<ChecklistEntry>,
    group: Option<&'a Group>,
    role: Option<&Role>,
) -> Vec<ComposedItem<'a>> {
    let mut items = Vec::new();
    collect(db, entry, None, &mut Vec::new(), &mut items);
    if let Some(group) = group {
        let overlay = entry.checklist.role.as_ref().and_then(|role| group.overlays.get(&role.value));
        let added = overlay.iter().flat_map(|overlay| &overlay.checklist);
        items.extend(added.map(|item| ComposedItem::new(item, group.overlay_file, None)));
        items.retain(|composed| {
            group.facts.is_among(&composed.item.for_groups)
                && composed.item.needs.iter().all(|need| group.has(need))
        });
        items = items.into_iter().flat_map(|item| expanded(db, item, group, role)).collect();
    } else if let Some(id) = &entry.checklist.role
        && let Some(role) = super::query::role(db, Key::new(db, id.value.clone()))
    {
        items.retain(|composed| may_overlap(db, &composed.item.for_groups, &role.matter.applies_to));
    }
    items.sort_by_key(|composed| composed.item.phase);
    items
}

/// A checklist and all lists that it includes, each once.
pub fn included(db: &dyn Db, entry: &Arc<ChecklistEntry>) -> Vec<Arc<ChecklistEntry>> {
    let mut lists = vec![entry.clone()];
    let mut at = 0;
    while let Some(list) = lists.get(at).cloned() {
        for id in &list.checklist.include {
            if let Some(included) = checklist(db, Key::new(db, id.value.clone()))
                && !lists.contains(included)
            {
                lists.push(included.clone());
            }
        }
        at += 1;
    }
    lists
}

fn collect<'a>(
    db: &'a dyn Db,
    entry: &'a Arc<ChecklistEntry>,
    from: Option<&'a Arc<ChecklistEntry>>,
    seen: &mut Vec<&'a str>,
    items: &mut Vec<ComposedItem<'a>>,
) {
    let id = entry.checklist.id.value.as_str();
    if seen.contains(&id) {
        return;
    }
    seen.push(id);
    for included in &entry.checklist.include {
        if let Some(included) = checklist(db, Key::new(db, included.value.clone())) {
            collect(db, included, Some(included), seen, items);
        }
    }
    let own = entry.checklist.items.iter();
    items.extend(own.map(|item| ComposedItem::new(item, entry.file, from)));
}

impl<'a> ComposedItem<'a> {
    fn new(item: &'a ChecklistItem, file: File, from: Option<&'a Arc<ChecklistEntry>>) -> Self {
        Self { id: item.id.value.clone(), item, subject: None, file, from }
    }
}

/// Repeats an item with `each` for each of its subjects; returns any other item unchanged.
fn expanded<'a>(
    db: &dyn Db,
    composed: ComposedItem<'a>,
    group: &'a Group,
    role: Option<&Role>,
) -> Vec<ComposedItem<'a>> {
    let Some(each) = composed.item.each else { return vec![composed] };
    let mut used = BTreeMap::<String, usize>::new();
    let items = ItemSubject::all(db, each, group, role).into_iter().map(|subject| {
        let id = format!("{}.{}", composed.id, subject.id());
        let count = used.entry(id.clone()).and_modify(|count| *count += 1).or_insert(1);
        let mut items = composed.clone();
        items.id = if *count == 1 { id } else { format!("{id}-{count}") };
        items.subject = Some(subject);
        items
    });
    items.collect()
}

/// True if some group may match both lists of kinds or group ids. An empty list matches all groups.
fn may_overlap(db: &dyn Db, some: &[At<String>], others: &[At<String>]) -> bool {
    let kind_of =
        |name: &String| group_label(db, Key::new(db, name.clone())).as_ref().map(|of| of.kind.id.as_str());
    let matches = |a: &String, b: &String| a == b || kind_of(a) == Some(b) || kind_of(b) == Some(a);
    some.is_empty() || others.is_empty() || some.iter().any(|a| others.iter().any(|b| matches(a, b)))
}
