//! Checklist items and access, filled in for a group.

use serde::Serialize;

use super::placeholder::Values;
use super::scope::Scope;
use super::view::{Access, Link};
use crate::facts::{self, PHASES, Template};
use crate::model::{self, ComposedItem, Group, Key, Role, Route, Text};
use crate::source::File;
use crate::url::Href;

/// An item of a checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Item {
    /// Its anchor is `item.` followed by this id.
    pub id: String,
    pub text_html: String,
    /// Criterion for completion.
    pub done_html: Option<String>,
    /// Documents and clauses that it is based on.
    pub refs: Vec<Link>,
    /// The checklist it is included from.
    pub from: Option<Link>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
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
    pub text: T,
    /// Criterion for completion.
    pub done: Option<T>,
}

impl<T> Texts<T> {
    /// Converts the texts to another format.
    pub(super) fn map<U>(&self, mut form: impl FnMut(&T) -> U) -> Texts<U> {
        Texts { text: form(&self.text), done: self.done.as_ref().map(form) }
    }
}

/// A checklist item with placeholders filled in and references resolved.
pub(super) struct FilledItem<'a> {
    pub texts: Texts<Text>,
    pub refs: Vec<Link>,
    /// Values of the placeholders used as destinations in its texts.
    pub values: Values<'a>,
}

/// Access that the holders of roles have, in a group if one is given.
pub(super) fn access(scope: &Scope, roles: &[&Role], group: Option<&Group>) -> Vec<Access> {
    let role = Some(roles).filter(|roles| roles.len() == 1).map(|roles| roles[0]);
    let fill = Values::new(scope, group, role);
    let text = |file: File, text: &Template| {
        scope.markdown_with(file, &fill.markdown(text), true, &|destination| fill.address(destination))
    };
    let like = role.and_then(|role| role.matter.permissions_like.as_ref());
    let like = like.and_then(|like| model::role(scope.db, Key::new(scope.db, like.value.clone())).as_ref());
    let entries = model::access_of(scope.db, roles, group);
    let access = entries.iter().map(|entry| {
        let (file, access) = (entry.0, &entry.1);
        let own = role.is_none_or(|role| access.roles.iter().any(|named| named.value == role.id));
        Access {
            id: access.id.value.clone(),
            name: fill.plain(&access.name),
            gives_html: text(file, &access.gives),
            place_html: text(file, &access.place),
            // Without a group, an address with a placeholder is incomplete.
            edit: access
                .edit
                .as_ref()
                .filter(|edit| group.is_some() || edit.placeholders().next().is_none())
                .and_then(|edit| Href::web(&fill.plain(edit))),
            approver_html: text(file, &access.approver),
            refs: scope.references(file, &access.refs),
            through: like.filter(|_| !own).map(|like| scope.role_ref(like)),
            extra: access.extra.clone(),
        }
    });
    access.collect()
}

/// Checklist items by phase, filled in for a group if one is given.
pub(super) fn phases(
    scope: &Scope,
    items: &[ComposedItem],
    group: Option<&Group>,
    role: Option<&Role>,
) -> Vec<Phase> {
    let common = Values::new(scope, group, role);
    let item = |composed: &ComposedItem| {
        let filled = fill_item(scope, composed, common);
        let html = |text: &Text| {
            let address = |destination: &str| filled.values.address(destination);
            scope.markdown_with(text.file, &text.text, true, &address)
        };
        let texts = filled.texts.map(html);
        Item {
            id: composed.id.clone(),
            text_html: texts.text,
            done_html: texts.done,
            refs: filled.refs,
            from: composed.from.as_ref().map(|from| {
                scope.link(from.checklist.title.clone(), &Route::Checklist(from.checklist.id.value.clone()))
            }),
            extra: composed.item.extra.clone(),
        }
    };
    PHASES
        .iter()
        .map(|phase| Phase {
            id: phase.id(),
            label: scope.string(&format!("phases.{}", phase.id())),
            items: items.iter().filter(|composed| composed.item.phase == *phase).map(item).collect(),
        })
        .filter(|phase| !phase.items.is_empty())
        .collect()
}

/// Fills in the placeholders of an item. An item about access also gets the access entry's references and completion
/// criterion.
pub(super) fn fill_item<'a>(scope: &Scope, composed: &'a ComposedItem, common: Values<'a>) -> FilledItem<'a> {
    let values = common.with(composed.subject.as_ref());
    let text = |file: File, text: &Template| Text { file, text: values.markdown(text) };
    let mut done = composed.item.done.as_ref().map(|done| text(composed.file, done));
    let mut refs = scope.references(composed.file, &composed.item.refs);
    if let Some(model::Subject::Access(access)) = &composed.subject {
        done = access.1.done.as_ref().map(|done| text(access.0, done)).or(done);
        refs.extend(scope.references(access.0, &access.1.refs));
    }
    FilledItem { texts: Texts { text: text(composed.file, &composed.item.text), done }, refs, values }
}
