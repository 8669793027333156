//! Items of checklists and what roles get access to, made out for a group.

use serde::Serialize;

use super::placeholder::Values;
use super::scope::Scope;
use super::view::{Access, Link};
use crate::facts::{PHASES, Template};
use crate::model::{self, ComposedItem, Group, Key, Role, Route, Text};
use crate::source::File;
use crate::url::Href;

/// An item of a checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Item {
    /// Its anchor is `item.` and this.
    pub id: String,
    pub text_html: String,
    /// When it is done.
    pub done_html: Option<String>,
    /// What it rests on.
    pub refs: Vec<Link>,
    /// The list it is included from.
    pub from: Option<Link>,
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

/// The texts of an item, in whatever form they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Texts<T> {
    pub text: T,
    /// How one sees that it is done.
    pub done: Option<T>,
}

impl<T> Texts<T> {
    /// The same texts in another form.
    pub(super) fn map<U>(&self, mut form: impl FnMut(&T) -> U) -> Texts<U> {
        Texts { text: form(&self.text), done: self.done.as_ref().map(form) }
    }
}

/// An item of a checklist, made out: placeholders filled, references resolved.
pub(super) struct MadeOut<'a> {
    pub texts: Texts<Text>,
    pub refs: Vec<Link>,
    /// What destinations in its texts stand for.
    pub values: Values<'a>,
}

/// What the holders of roles get access to, in a group where there is one.
pub(super) fn access(scope: &Scope, roles: &[&Role], group: Option<&Group>) -> Vec<Access> {
    let role = Some(roles).filter(|roles| roles.len() == 1).map(|roles| roles[0]);
    let fill = Values::new(scope, group, role);
    let text = |file: File, text: &Template| {
        scope.markdown_with(file, &fill.markdown(text), true, &|destination| fill.address(destination))
    };
    let like = role.and_then(|role| role.matter.permissions_like.as_ref());
    let like = like.and_then(|like| model::role(scope.db, Key::new(scope.db, like.value.clone())).as_ref());
    let known = model::access_of(scope.db, roles, group);
    let access = known.iter().map(|entry| {
        let (file, access) = (entry.0, &entry.1);
        let own = role.is_none_or(|role| access.roles.iter().any(|named| named.value == role.id));
        Access {
            id: access.id.value.clone(),
            name: fill.plain(&access.name),
            gives_html: text(file, &access.gives),
            place_html: text(file, &access.place),
            // Without a group, an address with a blank in it leads nowhere.
            edit: access
                .edit
                .as_ref()
                .filter(|edit| group.is_some() || edit.placeholders().next().is_none())
                .and_then(|edit| Href::web(&fill.plain(edit))),
            approver_html: text(file, &access.approver),
            refs: scope.references(file, &access.refs),
            through: like.filter(|_| !own).map(|like| scope.role_ref(like)),
        }
    });
    access.collect()
}

/// Items of a checklist by phase, made out for a group where there is one.
pub(super) fn phases(
    scope: &Scope,
    items: &[ComposedItem],
    group: Option<&Group>,
    role: Option<&Role>,
) -> Vec<Phase> {
    let common = Values::new(scope, group, role);
    let item = |composed: &ComposedItem| {
        let made_out = made_out(scope, composed, common);
        let html = |text: &Text| {
            let address = |destination: &str| made_out.values.address(destination);
            scope.markdown_with(text.file, &text.text, true, &address)
        };
        let texts = made_out.texts.map(html);
        Item {
            id: composed.id.clone(),
            text_html: texts.text,
            done_html: texts.done,
            refs: made_out.refs,
            from: composed.from.as_ref().map(|from| {
                scope.link(from.checklist.title.clone(), &Route::Checklist(from.checklist.id.value.clone()))
            }),
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

/// An item with its placeholders filled; of something that a role gets access to, with what is known of it.
pub(super) fn made_out<'a>(scope: &Scope, composed: &'a ComposedItem, common: Values<'a>) -> MadeOut<'a> {
    let values = common.with(composed.subject.as_ref());
    let text = |file: File, text: &Template| Text { file, text: values.markdown(text) };
    let mut done = composed.item.done.as_ref().map(|done| text(composed.file, done));
    let mut refs = scope.references(composed.file, &composed.item.refs);
    if let Some(model::Subject::Access(access)) = &composed.subject {
        done = access.1.done.as_ref().map(|done| text(access.0, done)).or(done);
        refs.extend(scope.references(access.0, &access.1.refs));
    }
    MadeOut { texts: Texts { text: text(composed.file, &composed.item.text), done }, refs, values }
}
