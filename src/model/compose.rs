//! One checklist out of several: its own items, those of the lists it includes, and what a group adds.

use std::sync::Arc;

use super::book::{ChecklistEntry, Group, Key, checklist};
use crate::community::{self, ChecklistItem};
use crate::source::{Db, File};

/// An item of a composed checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComposedItem {
    /// The item.
    pub item: ChecklistItem,
    /// The file it is written in.
    pub file: File,
    /// The list it came from, unless that is the composed list itself.
    pub from: Option<Arc<ChecklistEntry>>,
}

/// The items of a checklist by phase; within a phase, included lists come first, in the order named.
/// For a group, without the items meant for other groups; a list that includes itself is read once.
pub fn composed(db: &dyn Db, entry: &Arc<ChecklistEntry>, group: Option<&Group>) -> Vec<ComposedItem> {
    let mut items = Vec::new();
    collect(db, entry, None, &mut Vec::new(), &mut items);
    if let Some(group) = group {
        let role = entry.checklist.role.as_ref().and_then(|role| group.overlays.get(&role.value));
        items.extend(role.iter().flat_map(|overlay| &overlay.checklist).map(|item| ComposedItem {
            item: item.clone(),
            file: group.overlay_file,
            from: None,
        }));
        items.retain(|composed| is_for(&composed.item, &group.facts));
    }
    items.sort_by_key(|composed| composed.item.phase);
    items
}

/// A checklist with all that it includes, each once.
pub fn included(db: &dyn Db, entry: &Arc<ChecklistEntry>) -> Vec<Arc<ChecklistEntry>> {
    let mut lists = vec![entry.clone()];
    let mut at = 0;
    while let Some(list) = lists.get(at).cloned() {
        for id in &list.checklist.include {
            if let Some(found) = checklist(db, Key::new(db, id.value.clone()))
                && !lists.contains(found)
            {
                lists.push(found.clone());
            }
        }
        at += 1;
    }
    lists
}

fn collect(
    db: &dyn Db,
    entry: &Arc<ChecklistEntry>,
    from: Option<&Arc<ChecklistEntry>>,
    seen: &mut Vec<String>,
    items: &mut Vec<ComposedItem>,
) {
    if seen.contains(&entry.checklist.id.value) {
        return;
    }
    seen.push(entry.checklist.id.value.clone());
    for included in &entry.checklist.include {
        if let Some(included) = checklist(db, Key::new(db, included.value.clone())) {
            collect(db, included, Some(included), seen, items);
        }
    }
    let own = entry.checklist.items.iter();
    items.extend(own.map(|item| ComposedItem { item: item.clone(), file: entry.file, from: from.cloned() }));
}

fn is_for(item: &ChecklistItem, group: &community::Group) -> bool {
    item.for_groups.is_empty()
        || item.for_groups.iter().any(|name| name.value == group.id.value || name.value == group.kind.id())
}
