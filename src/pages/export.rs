//! Checklists for other programs and for readers outside the site: Markdown in which every address is absolute.

use std::cell::Cell;
use std::sync::Arc;

use super::items;
use super::placeholder::Values;
use super::scope::{Base, Scope};
use super::view::{Blank, Link};
use crate::facts::{self, PHASES, Template};
use crate::link;
use crate::model::{self, ChecklistEntry, ComposedItem, Group, Key, Role, Route, Text};
use crate::parse::At;
use crate::parse::{LinkKind, rewrite_links};
use crate::source::{Db, File, Site};
use crate::trace;
use crate::url::Href;

pub use super::items::Texts;

/// A checklist, made out for a role in a group, for a whole group, or for nobody in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// Id of the list.
    pub id: String,
    /// `Guild of Painters · Chair`; without a group the title of the list.
    pub title: String,
    /// Role id.
    pub role: Option<String>,
    /// Group id.
    pub group: Option<String>,
    /// The group's label on GitHub: `guild/paint`.
    pub label: Option<String>,
    /// Those with items in them, in order.
    pub phases: Vec<Phase>,
    /// Texts to send.
    pub letters: Vec<Letter>,
    /// Pages of the handbook are referred to, and nobody knows where they will live.
    pub lacks_base_url: bool,
}

/// The items of a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// `day-1`
    pub id: &'static str,
    /// `Day 1`, in the language of the site.
    pub title: String,
    /// As the page has them.
    pub items: Vec<Item>,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// As on the page.
    pub id: String,
    /// Markdown.
    pub texts: Texts<String>,
    /// What it rests on.
    pub refs: Vec<Reference>,
    /// Ids of the obligations that it covers.
    pub covers: Vec<String>,
    /// Id of the list it is included from.
    pub from: Option<String>,
    /// Names of the kinds of group and of the groups that it is for; all where there are none.
    pub only_for: Vec<String>,
}

/// A reference to governance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// `Rules § Chair`; plain text.
    pub label: String,
    /// Absolute; none where the site has no address.
    pub url: Option<String>,
}

/// A text to send. Its blanks hold their examples, in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub id: String,
    pub title: String,
    pub to: String,
    pub cc: Option<String>,
    pub subject: String,
    pub text: String,
    pub blanks: Vec<Blank>,
}

/// A checklist as its page shows it; see [`Checklist`].
pub fn checklist(
    db: &dyn Db,
    entry: &Arc<ChecklistEntry>,
    group: Option<&Group>,
    role: Option<&Role>,
) -> Checklist {
    made_out(&Writer::new(db), entry, group, role)
}

fn made_out(
    writer: &Writer,
    entry: &Arc<ChecklistEntry>,
    group: Option<&Group>,
    role: Option<&Role>,
) -> Checklist {
    let db = writer.scope.db;
    let list = &entry.checklist;
    let items = model::composed(db, entry, group, role);
    let values = Values::new(&writer.scope, group, role);
    let phases = PHASES.iter().map(|phase| Phase {
        id: phase.id(),
        title: writer.scope.string(&format!("phases.{}", phase.id())),
        items: items
            .iter()
            .filter(|composed| composed.item.phase == *phase)
            .map(|composed| writer.item(composed, values))
            .collect(),
    });
    let phases = phases.filter(|phase| !phase.items.is_empty()).collect();
    let what = role.map_or(&list.title, |role| &role.title);
    Checklist {
        id: list.id.value.clone(),
        title: group.map_or_else(|| list.title.clone(), |group| format!("{} · {what}", group.full_name())),
        role: role.map(|role| role.id.clone()),
        group: group.map(|group| group.id().to_owned()),
        label: group.and_then(|group| {
            group.facts.label.as_ref().map(|label| format!("{}/{label}", group.facts.kind.id))
        }),
        letters: list.letters.iter().map(|letter| self::letter(letter, values)).collect(),
        phases,
        lacks_base_url: writer.lacks_base_url.get(),
    }
}

/// The checklist that a page shows. In a site without an address of its own, addresses of its pages start with `/`.
pub fn checklist_of_page(db: &dyn Db, route: &Route) -> Option<Checklist> {
    let group = |id: &String| model::group(db, Key::new(db, id.clone())).clone();
    let list = |id: &String| model::checklist(db, Key::new(db, id.clone())).clone();
    let role = |id: &String| model::role(db, Key::new(db, id.clone())).clone();
    let (entry, group, role) = match route {
        Route::Lead { group: id, role: role_id } => {
            let seats = model::seats(db, Key::new(db, id.clone()));
            let seat = seats.iter().find(|seat| seat.role.id == *role_id)?;
            let entry = model::checklist_of_role(db, Key::new(db, role_id.clone()))?;
            (entry, Some(group(id)?), Some(seat.role.clone()))
        }
        Route::GroupChecklist { group: id, checklist } => {
            let is_here = model::group_checklists(db, Key::new(db, id.clone())).contains(checklist);
            (list(checklist).filter(|_| is_here)?, Some(group(id)?), None)
        }
        Route::Checklist(id) => {
            let entry = list(id)?;
            let role = entry.checklist.role.as_ref().and_then(|id| role(&id.value));
            (entry, None, role)
        }
        _ => return None,
    };
    let mut writer = Writer::new(db);
    writer.base_url = writer.base_url.or(Some(""));
    Some(made_out(&writer, &entry, group.as_deref(), role.as_deref()))
}

/// What a checklist is for; Markdown.
pub fn description(db: &dyn Db, entry: &ChecklistEntry) -> Option<String> {
    let text = entry.checklist.description.as_ref()?;
    Some(Writer::new(db).markdown(&Text { file: entry.file, text: text.value.clone() }, None))
}

/// Writes texts with absolute addresses.
struct Writer<'a> {
    scope: Scope<'a>,
    base_url: Option<&'a str>,
    lacks_base_url: Cell<bool>,
}

impl<'a> Writer<'a> {
    fn new(db: &'a dyn Db) -> Self {
        let base_url = Site::get(db).config(db).base_url.as_deref();
        Self { scope: Scope { db, base: Base::External }, base_url, lacks_base_url: Cell::new(false) }
    }

    fn item(&self, composed: &ComposedItem, values: Values) -> Item {
        let db = self.scope.db;
        let made_out = items::fill_item(&self.scope, composed, values);
        let reference = |link: Link| Reference { url: self.absolute(&link.url), label: link.label };
        let covered = |reference: &At<String>| Some(trace::named(db, composed.file, reference)?.id.clone());
        Item {
            id: composed.id.clone(),
            texts: made_out.texts.map(|text| self.markdown(text, Some(&made_out.values))),
            refs: made_out.refs.into_iter().map(reference).collect(),
            covers: composed.item.covers.iter().filter_map(covered).collect(),
            from: composed.from.as_ref().map(|from| from.checklist.id.value.clone()),
            only_for: composed.item.for_groups.iter().map(|name| self.group_name(name)).collect(),
        }
    }

    fn group_name(&self, name: &str) -> String {
        let kind = model::kinds(self.scope.db).get(name);
        let group = || self.scope.group(name).map(|group| group.full_name());
        kind.map(|kind| kind.plural.to_lowercase()).or_else(group).unwrap_or_else(|| name.to_owned())
    }

    /// A text with absolute addresses; `values` are what destinations stand for.
    fn markdown(&self, text: &Text, values: Option<&Values>) -> String {
        rewrite_links(text.text.trim(), &mut |destination, kind| match values
            .and_then(|values| values.address(destination))
        {
            None => self.address(text.file, destination, kind),
            Some(Some(href)) if href.is_absolute() => self.address(text.file, &href, kind),
            Some(address) => self.absolute(&address?),
        })
    }

    fn address(&self, from: File, destination: &str, kind: LinkKind) -> Option<String> {
        let picture = matches!(kind, LinkKind::Image | LinkKind::ImageReference | LinkKind::HtmlSrc);
        self.absolute(&self.scope.href(link::target(self.scope.db, from, destination), picture)?)
    }

    fn absolute(&self, address: &Href) -> Option<String> {
        if address.starts_with("//") {
            return Some(format!("https:{address}"));
        }
        let Some(path) = address.strip_prefix('/') else { return Some(address.to_string()) };
        if self.base_url.is_none() {
            self.lacks_base_url.set(true);
        }
        self.base_url.map(|base| format!("{}/{path}", base.trim_end_matches('/')))
    }
}

fn letter(letter: &facts::Letter, values: Values) -> Letter {
    let filled = |text: &Template| -> String {
        let segments = text.segments().iter();
        let filled = segments.map(|segment| match letter.blank(segment) {
            Some(blank) => format!("[{}]", blank.example),
            None => values.plain_segment(segment),
        });
        filled.collect()
    };
    let blank = |blank: &facts::Blank| Blank {
        id: blank.id.value.clone(),
        label: blank.label.clone(),
        example: blank.example.clone(),
    };
    Letter {
        id: letter.id.value.clone(),
        title: letter.title.clone(),
        to: values.plain(&letter.to),
        cc: letter.cc.as_ref().map(|cc| values.plain(cc)),
        subject: filled(&letter.subject),
        text: filled(&letter.text),
        blanks: letter.blanks.iter().map(blank).collect(),
    }
}
