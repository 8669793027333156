//! The register of obligations, with the roles they bind and the items that cover them.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Location;
use crate::facts::{ChecklistItem, PHASES, Template};
use crate::link::{self, Target};
use crate::model::{self, ChecklistEntry, Key};
use crate::parse::At;
use crate::parse::Level;
use crate::source::{Db, File};

/// An obligation with the roles that it binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// The path of its document, or of the document that this one digests, with the anchor of the obligation:
    /// `governance/rules.md#chair.must-ensure-meetings-recorded-made`. The mount is prepended if an earlier source
    /// contains a file with the same path.
    pub id: String,
    /// The level.
    pub level: Level,
    /// The statement in plain text.
    pub text: String,
    /// The text that introduces the list that contains it.
    pub context: Option<String>,
    /// The document.
    pub file: File,
    /// The anchor in the document.
    pub anchor: String,
    /// Index of the heading of its clause.
    pub heading: Option<usize>,
    /// The text of that heading.
    pub clause: Option<String>,
    /// Ids of the roles it binds.
    pub roles: Vec<String>,
}

/// All obligations by document, in the order of each document.
#[salsa::tracked]
pub fn register(db: &dyn Db) -> Vec<Arc<Obligation>> {
    model::normative_documents(db).iter().flat_map(|file| of_document(db, *file)).cloned().collect()
}

#[salsa::tracked]
fn of_document(db: &dyn Db, file: File) -> Vec<Arc<Obligation>> {
    let outline = model::outline(db, file);
    let governed = governed(db).get(&file);
    let above = above(&outline.headings);
    let path = model::upstream(db, file).clone().unwrap_or_else(|| link::path_from_root(db, file));
    let obligation = |stated: &model::StatedObligation| {
        // The nearest enclosing clause that governs a role determines the roles.
        let around = std::iter::successors(stated.heading, |index| above[*index])
            .map(|index| outline.headings[index].id.as_str());
        let roles = governed
            .and_then(|governed| around.chain(std::iter::once("")).find_map(|clause| governed.get(clause)));
        Arc::new(Obligation {
            id: format!("{path}#{}", stated.anchor),
            level: stated.level,
            text: stated.text.clone(),
            context: stated.context.clone(),
            file,
            anchor: stated.anchor.clone(),
            heading: stated.heading,
            clause: stated.heading.map(|index| outline.headings[index].name().to_owned()),
            roles: roles.cloned().unwrap_or_default(),
        })
    };
    model::stated_obligations(db, file).iter().map(obligation).collect()
}

/// For each heading, the index of its parent heading.
fn above(headings: &[model::OutlineHeading]) -> Vec<Option<usize>> {
    // The open headings, outermost first.
    let mut open: Vec<usize> = Vec::new();
    let above = headings.iter().enumerate().map(|(index, heading)| {
        while open.last().is_some_and(|last| headings[*last].level >= heading.level) {
            open.pop();
        }
        let above = open.last().copied();
        open.push(index);
        above
    });
    above.collect()
}

/// The roles that each clause of each document governs, by anchor; `""` stands for the whole document.
#[salsa::tracked]
fn governed(db: &dyn Db) -> BTreeMap<File, BTreeMap<String, Vec<String>>> {
    let mut governed: BTreeMap<File, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for id in model::role_ids(db) {
        let Some(role) = model::role(db, Key::new(db, id.clone())) else { continue };
        for clause in &role.matter.governed_by {
            if let Target::Page(page) = link::target(db, role.file, clause)
                && let Some(file) = page.file
            {
                let anchor = page.anchor.clone().unwrap_or_default();
                let roles = governed.entry(file).or_default().entry(anchor).or_default();
                if !roles.contains(id) {
                    roles.push(id.clone());
                }
            }
        }
    }
    governed
}

/// The obligation to which a reference leads.
pub fn named<'db>(db: &'db dyn Db, from: File, reference: &str) -> Option<&'db Arc<Obligation>> {
    let Target::Page(page) = link::target(db, from, reference) else { return None };
    let (file, anchor) = (page.file?, page.anchor.as_ref()?);
    by_anchor(db, file).get(anchor)
}

/// The obligations of a document by anchor.
#[salsa::tracked]
fn by_anchor(db: &dyn Db, file: File) -> HashMap<String, Arc<Obligation>> {
    let obligations = of_document(db, file).iter().rev();
    obligations.map(|obligation| (obligation.anchor.clone(), obligation.clone())).collect()
}

/// An item that covers an obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covering {
    /// The checklist that contains it.
    pub list: Arc<ChecklistEntry>,
    /// The id of the item.
    pub item: String,
    /// The title of the item.
    pub title: Option<Template>,
    /// The Markdown of the item.
    pub text: String,
    /// Ids of groups or kinds, if the item is limited to them.
    pub for_groups: Vec<At<String>>,
}

/// An obligation of a role and the items that cover it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The obligation.
    pub obligation: Arc<Obligation>,
    /// The items of the role's checklist that cover it, by phase. If there are none, those of procedures about the
    /// role.
    pub items: Vec<Covering>,
    /// The reason why no item needs to cover it.
    pub waived: Option<String>,
}

impl Duty {
    /// True if the obligation is binding, is not waived, and no item of the role's own checklist covers it.
    pub fn is_uncovered(&self) -> bool {
        let is_own = |item: &Covering| !item.list.checklist.for_group;
        self.obligation.level.is_binding() && !self.items.iter().any(is_own) && self.waived.is_none()
    }
}

/// The obligations of a role with the items that cover them, by level; those of this role alone come before those
/// shared with other roles.
#[salsa::tracked]
pub fn duties(db: &dyn Db, role: Key<'_>) -> Vec<Duty> {
    let coverage = coverage_of(db, role);
    let of_role = register(db).iter().filter(|obligation| obligation.roles.contains(role.id(db)));
    let mut duties: Vec<Duty> = of_role
        .map(|obligation| Duty {
            obligation: obligation.clone(),
            items: coverage.items.get(&obligation.id).cloned().unwrap_or_default(),
            waived: coverage.waived.get(&obligation.id).cloned(),
        })
        .collect();
    duties.sort_by_key(|duty| (duty.obligation.level, duty.obligation.roles.len() > 1));
    duties
}

/// The obligations that a role's checklist covers, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Coverage {
    items: BTreeMap<String, Vec<Covering>>,
    waived: BTreeMap<String, String>,
}

#[salsa::tracked]
fn coverage_of(db: &dyn Db, role: Key<'_>) -> Coverage {
    let mut coverage = Coverage::default();
    let own = model::checklist_of_role(db, role);
    coverage.items = own.as_ref().map_or_else(BTreeMap::new, |entry| covering(db, entry));
    let mut of_procedures: BTreeMap<String, Vec<Covering>> = BTreeMap::new();
    for id in model::checklist_ids(db) {
        let Some(entry) = model::checklist(db, Key::new(db, id.clone())) else { continue };
        if entry.checklist.for_group && entry.checklist.is_about(role.id(db)) {
            for (obligation, items) in covering(db, entry) {
                of_procedures.entry(obligation).or_default().extend(items);
            }
        }
    }
    for (obligation, items) in of_procedures {
        coverage.items.entry(obligation).or_insert(items);
    }
    let Some(entry) = own else { return coverage };
    for list in model::included(db, &entry) {
        for waiver in &list.checklist.waivers {
            if let Some(obligation) = named(db, list.file, &waiver.obligation) {
                coverage.waived.entry(obligation.id.clone()).or_insert_with(|| waiver.reason.clone());
            }
        }
    }
    coverage
}

/// The items of a checklist that cover obligations, by obligation id.
fn covering(db: &dyn Db, entry: &Arc<ChecklistEntry>) -> BTreeMap<String, Vec<Covering>> {
    let mut items: BTreeMap<String, Vec<Covering>> = BTreeMap::new();
    for composed in model::composed(db, entry, None, None) {
        let item = composed.item;
        for obligation in item.covers.iter().filter_map(|covered| named(db, composed.file, covered)) {
            let covering = Covering {
                list: composed.from.unwrap_or(entry).clone(),
                item: item.id.value.clone(),
                title: item.title.clone(),
                text: item.text.source().value.clone(),
                for_groups: item.for_groups.clone(),
            };
            items.entry(obligation.id.clone()).or_default().push(covering);
        }
    }
    items
}

/// See [`Covered::items`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoveringItem {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<Template>,
    /// Id of its checklist; `None` if a group adds it to a checklist.
    pub list: Option<String>,
}

impl Covered {
    /// Ids of the items.
    pub fn item_ids(&self) -> Vec<&str> {
        self.items.iter().map(|item| item.id.as_str()).collect()
    }
}

/// The items that cover an obligation, and the reason if it is waived, across all checklists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// The items, in the order of checklists, then of phases. Of several with one id, the first.
    pub items: Vec<CoveringItem>,
    /// The first reason.
    pub waived: Option<String>,
}

/// The covered obligations by id, see [`Covered`].
#[salsa::tracked]
pub fn covered(db: &dyn Db) -> BTreeMap<String, Covered> {
    let mut covered: BTreeMap<String, Covered> = BTreeMap::new();
    for id in model::checklist_ids(db) {
        let Some(entry) = model::checklist(db, Key::new(db, id.clone())) else { continue };
        let named = |reference: &At<String>| self::named(db, entry.file, reference);
        for phase in PHASES {
            let items = entry.checklist.items.iter().filter(|item| item.phase == phase);
            items.for_each(|item| cover(&mut covered, db, (entry.file, Some(id)), item));
        }
        for waiver in &entry.checklist.waivers {
            if let Some(obligation) = named(&waiver.obligation) {
                let waived = &mut covered.entry(obligation.id.clone()).or_default().waived;
                waived.get_or_insert_with(|| waiver.reason.clone());
            }
        }
    }
    for group in
        model::group_ids(db).iter().filter_map(|id| model::group(db, Key::new(db, id.clone())).as_ref())
    {
        let items = group.overlays.values().flat_map(|overlay| &overlay.checklist);
        items.for_each(|item| cover(&mut covered, db, (group.overlay_file, None), item));
    }
    covered
}

/// Adds an item to the obligations that it covers. It is in a file, and in the checklist with this id, if any.
fn cover(
    covered: &mut BTreeMap<String, Covered>,
    db: &dyn Db,
    (file, list): (File, Option<&String>),
    item: &ChecklistItem,
) {
    for obligation in item.covers.iter().filter_map(|reference| named(db, file, reference)) {
        let items = &mut covered.entry(obligation.id.clone()).or_default().items;
        if items.iter().all(|earlier| earlier.id != item.id.value) {
            items.push(CoveringItem {
                id: item.id.value.clone(),
                title: item.title.clone(),
                list: list.cloned(),
            });
        }
    }
}

/// The location of the key word of an obligation.
pub fn location(db: &dyn Db, obligation: &Obligation) -> Location {
    let file = obligation.file;
    let span = spans(db, file).get(&obligation.anchor).cloned();
    file.location(db, span.unwrap_or_default())
}

/// The spans of the key words of a document's obligations, by anchor.
#[salsa::tracked]
pub fn spans(db: &dyn Db, file: File) -> HashMap<String, Range<usize>> {
    let obligations = model::document(db, file).obligations.iter().rev();
    obligations.map(|obligation| (obligation.id.clone(), obligation.span.clone())).collect()
}
