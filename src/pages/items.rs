//! Checklist items and access, filled in for a group.

use std::sync::Arc;

use serde::Serialize;

use super::placeholder::Values;
use super::scope::Scope;
use super::view::{Access, Link};
use crate::facts::{self, Cadence, PHASES, Template, Way};
use crate::html;
use crate::model::{self, ComposedItem, Group, Key, Role, Route};
use crate::parse;
use crate::rules::{self, Verdict};
use crate::source::File;
use crate::url::Href;

/// An item of a checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Item {
    /// Its anchor is `item.` followed by this id.
    pub id: String,
    /// The action in a few words.
    pub title: String,
    /// The text; empty if it says no more than the title.
    pub text_html: String,
    /// Criterion for completion.
    pub done_html: Option<String>,
    /// Documents and clauses that it is based on.
    pub refs: Vec<Link>,
    /// The checklist it is included from.
    pub from: Option<Link>,
    /// The access that it is about.
    pub access: Vec<Access>,
    /// The finding of its rule in the group of the page; null if the rule is neither met nor unmet.
    pub evidence: Option<Evidence>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
}

/// The finding of the rule of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Evidence {
    /// `met` or `unmet`.
    pub verdict: &'static str,
    /// `Done: At least two chairs`, or `Not yet: Drying has one chair`.
    pub label: String,
    /// The finding on the page of the group.
    pub url: Href,
}

/// The finding of the rule of an item in a group: about the group or, if it is about people, about all holders of the role.
pub(super) fn evidence(
    scope: &Scope,
    composed: &ComposedItem,
    group: Option<&Group>,
    role: Option<&Role>,
) -> Option<Evidence> {
    let (rule, group) = (composed.item.evidence.as_ref()?, group?);
    let entry = rules::rule(scope.db, rule)?;
    let seats = model::seats(scope.db, Key::new(scope.db, group.id().to_owned())).iter();
    let seats = seats.filter(|seat| role.is_none_or(|role| role.id == seat.role.id));
    let holders = seats.flat_map(|seat| &seat.holders).map(|holder| holder.id.value.clone());
    let finding = rules::worst_in(scope.db, rule, group.id(), holders)?;
    let label = match finding.verdict {
        Verdict::Met => scope.fill("parts.evidence_done", &[("rule", &entry.rule.title)]),
        Verdict::Unmet => {
            let message = finding.message.as_deref().unwrap_or(&entry.rule.title);
            scope.fill("parts.evidence_open", &[("message", message)])
        }
        Verdict::Unknown | Verdict::Excepted => return None,
    };
    let page = scope.to(&Route::Group(group.id().to_owned()).url(scope.db));
    Some(Evidence {
        verdict: finding.verdict.id(),
        label,
        url: page.fragment(&super::findings::anchor(rule)),
    })
}

/// The items of a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Phase {
    /// `day-1`
    pub id: &'static str,
    /// `Day 1`
    pub label: String,
    pub items: Vec<Item>,
}

/// The texts of an item, in any output format.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Texts<T> {
    /// The action in a few words, as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub text: T,
    /// Criterion for completion.
    pub done: Option<T>,
}

impl<T> Texts<T> {
    /// Texts on lines of their own in Markdown, each with the path of the string that introduces it.
    pub fn labeled(&self) -> impl Iterator<Item = (&'static str, &T)> {
        let texts = [("export.done_when", &self.done)];
        texts.into_iter().filter_map(|(label, text)| Some((label, text.as_ref()?)))
    }
}

/// A checklist item with the values of its placeholders.
pub(super) struct FilledItem<'a> {
    composed: &'a ComposedItem<'a>,
    pub values: Values<'a>,
}

/// Access that the holders of roles have, in a group if one is given.
pub(super) fn access(scope: &Scope, roles: &[&Role], group: Option<&Group>) -> Vec<Access> {
    let role = Some(roles).filter(|roles| roles.len() == 1).map(|roles| roles[0]);
    let fill = Values::new(scope, group, role);
    let entries = model::access_of(scope.db, roles, group);
    entries.iter().map(|entry| access_entry(scope, entry, fill, ACCESS)).collect()
}

/// The prefix of ids under which readers tick off access that no item is about.
const ACCESS: &str = "access";

/// An access entry. `item` is the id of the checklist item that is about it.
fn access_entry(scope: &Scope, entry: &(File, facts::Access), fill: Values, item: &str) -> Access {
    let (file, access) = entry;
    let text = |text: &Template| fill.html(*file, text);
    let role = fill.role();
    let like = role.and_then(|role| role.matter.permissions_like.as_ref());
    let like = like.and_then(|like| model::role(scope.db, Key::new(scope.db, like.value.clone())).as_ref());
    let own = role.is_none_or(|role| access.roles.iter().any(|named| named.value == role.id));
    Access {
        id: access.id.value.clone(),
        item: format!("{item}.{}", access.id.value),
        name: fill.plain(&access.name),
        gives_html: text(&access.gives),
        place_html: text(&access.place),
        edit: access_address(access, fill),
        approver_html: text(&access.approver),
        done_html: access.done.as_ref().map(text),
        refs: scope.references(*file, &access.refs),
        through: like.filter(|_| !own).map(|like| scope.role_ref(like)),
        extra: access.extra.clone(),
    }
}

/// The address for editing or requesting access. Without a group, an address with a placeholder is incomplete.
pub(super) fn access_address(access: &facts::Access, fill: Values) -> Option<Href> {
    let edit = access.edit.as_ref();
    let edit = edit.filter(|edit| fill.has_group() || !edit.has_placeholders());
    edit.and_then(|edit| Href::web(&fill.plain(edit)))
}

/// Access that is granted in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct AccessGroup {
    /// `change` or `request`
    pub id: &'static str,
    /// `By pull request`
    pub label: String,
    /// The item that is about it.
    pub item: Option<Item>,
    pub entries: Vec<Access>,
}

/// The access that a role has in a group, by the way in which it is granted. `items` are those of the role's checklist.
pub(super) fn access_groups(
    scope: &Scope,
    role: &Role,
    group: &Group,
    items: &[ComposedItem],
) -> Vec<AccessGroup> {
    let fill = Values::new(scope, Some(group), Some(role));
    let entries = model::access_of(scope.db, &[role], Some(group));
    let groups = Way::ALL.map(|way| {
        let about = |composed: &&ComposedItem| {
            matches!(&composed.subject, Some(model::ItemSubject::Access(of, _)) if *of == way)
        };
        let item = items.iter().find(about).map(|composed| item(scope, composed, fill));
        let entries = match &item {
            Some(item) => item.access.clone(),
            None => {
                let granted = entries.iter().filter(|entry| entry.1.by == way);
                granted.map(|entry| access_entry(scope, entry, fill, ACCESS)).collect()
            }
        };
        let label = scope.string(&format!("access_groups.{}", way.id()));
        AccessGroup { id: way.id(), label, item, entries }
    });
    groups.into_iter().filter(|group| !group.entries.is_empty()).collect()
}

/// Checklist items by phase, filled in for a group if one is given.
pub(super) fn phases(
    scope: &Scope,
    items: &[ComposedItem],
    group: Option<&Group>,
    role: Option<&Role>,
) -> Vec<Phase> {
    let values = Values::new(scope, group, role);
    let of_phase = |phase: &facts::Phase| {
        let items = items.iter().filter(|composed| composed.item.phase == *phase);
        items.map(|composed| item(scope, composed, values)).collect()
    };
    let phases = PHASES.iter().map(|phase| Phase {
        id: phase.id(),
        label: scope.string(&format!("phases.{}", phase.id())),
        items: of_phase(phase),
    });
    phases.filter(|phase| !phase.items.is_empty()).collect()
}

/// Items that recur at the same interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Recurring {
    /// `meeting`, `week`, `month`, `quarter`, `release`, `year`, or `needed` for items without an interval.
    pub id: &'static str,
    /// `Every meeting`
    pub label: String,
    pub items: Vec<Item>,
}

/// The items of the phase `ongoing` by interval, filled in for a group.
pub(super) fn recurring(scope: &Scope, items: &[ComposedItem], group: &Group, role: &Role) -> Vec<Recurring> {
    let values = Values::new(scope, Some(group), Some(role));
    let cadences = Cadence::ALL.map(Some).into_iter().chain([None]);
    let groups = cadences.map(|cadence| {
        let recurs = |composed: &&ComposedItem| {
            composed.item.phase == facts::Phase::Ongoing && composed.item.every == cadence
        };
        let id = cadence.map_or("needed", Cadence::id);
        Recurring {
            id,
            label: scope.string(&format!("every.{id}")),
            items: items.iter().filter(recurs).map(|composed| item(scope, composed, values)).collect(),
        }
    });
    groups.filter(|group| !group.items.is_empty()).collect()
}

/// An item to do next, as plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct NextStep {
    pub id: String,
    pub title: String,
    /// Criterion for completion.
    pub done: Option<String>,
}

/// Items as plain text, filled in for a group.
pub(super) fn next_steps<'a>(
    scope: &Scope,
    items: impl Iterator<Item = &'a ComposedItem<'a>>,
    group: &'a Group,
    role: &'a Role,
) -> Vec<NextStep> {
    let values = Values::new(scope, Some(group), Some(role));
    let step = |composed: &'a ComposedItem| {
        let filled = FilledItem::new(composed, values);
        let done = composed.item.done.as_ref();
        let done = done.and_then(|done| parse::parse(&filled.values.markdown(done)).lead);
        NextStep { id: composed.id.clone(), title: filled.title(), done }
    };
    items.map(step).collect()
}

fn item<'a>(scope: &Scope, composed: &'a ComposedItem, common: Values<'a>) -> Item {
    let filled = FilledItem::new(composed, common);
    let title = filled.title();
    let texts = filled.texts(|text| filled.values.html(composed.file, text));
    let access = match &composed.subject {
        Some(model::ItemSubject::Access(_, access)) => {
            let entry = |entry: &Arc<(File, facts::Access)>| {
                access_entry(scope, entry, common, &composed.item.id.value)
            };
            access.iter().map(entry).collect()
        }
        _ => Vec::new(),
    };
    let says_more = texts.text != html::escape(&title);
    Item {
        id: composed.id.clone(),
        title,
        text_html: if says_more { texts.text } else { String::new() },
        done_html: texts.done,
        refs: scope.references(composed.file, &composed.item.refs),
        from: composed.from.map(|from| {
            scope.link(from.checklist.title.clone(), &Route::Checklist(from.checklist.id.value.clone()))
        }),
        access,
        evidence: evidence(scope, composed, common.group(), common.role()),
        extra: composed.item.extra.clone(),
    }
}

/// The longest title that is taken from a text, in characters.
const LONGEST_TITLE: usize = 90;

impl<'a> FilledItem<'a> {
    /// Adds the values of the item's subject to those of the list.
    pub(super) fn new(composed: &'a ComposedItem, common: Values<'a>) -> Self {
        Self { composed, values: common.with(composed.subject.as_ref()) }
    }

    /// Its texts in a format.
    pub(super) fn texts<T>(&self, mut form: impl FnMut(&Template) -> T) -> Texts<T> {
        let item = self.composed.item;
        Texts { title: self.own_title(), text: form(&item.text), done: item.done.as_ref().map(form) }
    }

    /// The title, or else the first sentence of the text, shortened if it is long.
    pub(super) fn title(&self) -> String {
        self.own_title().unwrap_or_else(|| {
            let text = self.values.markdown(&self.composed.item.text);
            let text = parse::parse(&text).lead.unwrap_or_default();
            let sentence = text.split_once(". ").map_or(&*text, |(sentence, _)| sentence);
            let sentence = sentence.strip_suffix('.').unwrap_or(sentence);
            if sentence.chars().count() <= LONGEST_TITLE {
                return sentence.to_owned();
            }
            let cut: String = sentence.chars().take(LONGEST_TITLE).collect();
            format!("{}…", cut.rsplit_once(' ').map_or(&*cut, |(words, _)| words))
        })
    }

    fn own_title(&self) -> Option<String> {
        self.composed.item.title.as_ref().map(|title| self.values.plain(title))
    }
}
