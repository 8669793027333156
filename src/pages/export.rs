//! Checklists for export to other programs: Markdown with absolute addresses.

use std::cell::Cell;
use std::sync::Arc;

use serde::Serialize;

use super::items::{self, FilledItem};
use super::placeholder::{Values, escape};
use super::prose::TextKey;
use super::scope::{Base, Scope};
use super::view::{Blank, Link};
use crate::facts::{self, Cadence, Extra, PHASES, Template};
use crate::link;
use crate::model::{self, ChecklistEntry, ComposedItem, Group, Key, Role, Route, Text};
use crate::parse::At;
use crate::parse::{LinkKind, rewrite_links};
use crate::rules::Verdict;
use crate::source::{Db, File, Site};
use crate::trace;
use crate::url::Href;

pub use super::items::Texts;

/// A checklist composed for a role in a group, for a whole group, or in general.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// The id of the list.
    pub id: String,
    /// The group and the role, or the title of the list: `Guild of Painters · Chair`; without a group, the title alone.
    pub title: String,
    /// The id of the role.
    pub role: Option<String>,
    /// The id of the group.
    pub group: Option<String>,
    /// The group's label on GitHub: `guild/paint`.
    pub label: Option<String>,
    /// Phases that have items, in order.
    pub phases: Vec<Phase>,
    /// Letters to send.
    pub letters: Vec<Letter>,
    /// True if addresses of pages were left out because the site has no base URL.
    pub lacks_base_url: bool,
}

/// The items of a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// `day-1`
    pub id: &'static str,
    /// `Day 1`, in the language of the site.
    pub title: String,
    /// Items in the order of the page.
    pub items: Vec<Item>,
}

/// An item of a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The same id as on the page.
    pub id: String,
    /// Texts in Markdown.
    pub texts: Texts<String>,
    /// Documents and clauses that it is based on.
    pub refs: Vec<Reference>,
    /// Ids of the obligations that it covers.
    pub covers: Vec<String>,
    /// The id of the list that it is included from.
    pub from: Option<String>,
    /// Names of the groups and kinds of group that it is for; all groups if empty.
    pub only_for: Vec<String>,
    /// The interval at which it recurs: `quarter`.
    pub every: Option<&'static str>,
    /// The access that it is about.
    pub access: Vec<Access>,
    /// The finding of its rule in the group; `None` if the rule is neither met nor unmet.
    pub evidence: Option<Evidence>,
    /// Further data of the community's own.
    pub extra: Extra,
}

/// The finding of the rule of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The id of the rule.
    pub rule: String,
    /// `met` or `unmet`.
    pub verdict: &'static str,
    /// Plain text: `Done: At least two chairs`.
    pub label: String,
    /// The address of the finding; `None` for pages of a site without a base URL.
    pub url: Option<String>,
}

impl Evidence {
    /// True if the rule is met.
    pub fn is_met(&self) -> bool {
        self.verdict == Verdict::Met.id()
    }
}

/// Something that the role gets access to. Texts are in Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Access {
    /// The id under which readers tick it off.
    pub id: String,
    /// Plain text, or a link if it has an address.
    pub name: String,
    /// The file or form that grants it.
    pub place: String,
    /// The person or body that approves it.
    pub approver: String,
    /// Criterion for completion.
    pub done: Option<String>,
}

/// A reference to a document or clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Plain text: `Rules § Chair`.
    pub label: String,
    /// Its address; `None` for pages of a site without a base URL.
    pub url: Option<String>,
}

/// A letter to send. Each blank is filled with its example in brackets.
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

/// Composes a checklist for a role, a group or both, or in general.
pub fn checklist(
    db: &dyn Db,
    entry: &Arc<ChecklistEntry>,
    group: Option<&Group>,
    role: Option<&Role>,
) -> Checklist {
    compose(&Writer::new(db), entry, group, role)
}

fn compose(
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
    let title = role.map_or(&list.title, |role| &role.title);
    Checklist {
        id: list.id.value.clone(),
        title: group.map_or_else(|| list.title.clone(), |group| format!("{} · {title}", group.full_name())),
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

/// Composes the checklist that a page shows; `None` for pages without one. If the site has no base URL, addresses of
/// its pages start with `/`.
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
            let is_of_group = model::group_checklists(db, Key::new(db, id.clone())).contains(checklist);
            (list(checklist).filter(|_| is_of_group)?, Some(group(id)?), None)
        }
        Route::Checklist(id) => {
            let entry = list(id)?;
            let role = entry.checklist.role.as_ref().and_then(|id| role(&id.value));
            (entry, None, role)
        }
        _ => return None,
    };
    Some(compose(&Writer::of_pages(db), &entry, group.as_deref(), role.as_deref()))
}

/// A text without placeholders in the checklist of a page, see [`checklist_of_page`].
#[salsa::tracked]
fn general_text<'db>(db: &'db dyn Db, key: TextKey<'db>) -> String {
    Writer::of_pages(db).markdown(key.text(db), &|_| None)
}

/// The description of a checklist in Markdown, with absolute addresses.
pub fn description(db: &dyn Db, entry: &ChecklistEntry) -> Option<String> {
    let text = entry.checklist.description.as_ref()?;
    Some(Writer::new(db).markdown(&Text { file: entry.file, text: text.value.clone() }, &|_| None))
}

/// Renders Markdown texts with absolute addresses.
struct Writer<'a> {
    scope: Scope<'a>,
    base_url: Option<&'a str>,
    /// Set if an address needs a base URL and there is none.
    lacks_base_url: Cell<bool>,
}

impl<'a> Writer<'a> {
    fn new(db: &'a dyn Db) -> Self {
        let base_url = Site::get(db).config(db).base_url.as_deref();
        Self { scope: Scope { db, base: Base::External }, base_url, lacks_base_url: Cell::new(false) }
    }

    /// Addresses of the site's pages start with `/` if the site has no base URL.
    fn of_pages(db: &'a dyn Db) -> Self {
        let writer = Self::new(db);
        Self { base_url: writer.base_url.or(Some("")), ..writer }
    }

    fn item(&self, composed: &ComposedItem, values: Values) -> Item {
        let db = self.scope.db;
        let filled = FilledItem::new(composed, values);
        let refs = self.scope.references(composed.file, &composed.item.refs);
        let reference = |link: Link| Reference { url: self.absolute(&link.url), label: link.label };
        let obligation_id =
            |reference: &At<String>| Some(trace::named(db, composed.file, reference)?.id.clone());
        Item {
            id: composed.id.clone(),
            texts: filled.texts(|text| self.filled(composed.file, text, &filled.values)),
            refs: refs.into_iter().map(reference).collect(),
            covers: composed.item.covers.iter().filter_map(obligation_id).collect(),
            from: composed.from.as_ref().map(|from| from.checklist.id.value.clone()),
            only_for: composed.item.for_groups.iter().map(|name| self.group_name(name)).collect(),
            every: composed.item.every.map(Cadence::id),
            access: match &composed.subject {
                Some(model::ItemSubject::Access(_, access)) => {
                    access.iter().map(|entry| self.access(entry, &composed.item.id.value, values)).collect()
                }
                _ => Vec::new(),
            },
            evidence: self.evidence(composed, values),
            extra: composed.item.extra.clone(),
        }
    }

    fn evidence(&self, composed: &ComposedItem, values: Values) -> Option<Evidence> {
        let rule = composed.item.evidence.as_ref()?.value.clone();
        let items::Evidence { verdict, label, url } =
            items::evidence(&self.scope, composed, values.group(), values.role())?;
        Some(Evidence { rule, verdict, label, url: self.absolute(&url) })
    }

    fn access(&self, entry: &(File, facts::Access), item: &str, values: Values) -> Access {
        let (file, access) = entry;
        let text = |text: &Template| self.filled(*file, text, &values);
        let name = escape(&values.plain(&access.name));
        Access {
            id: format!("{item}.{}", access.id.value),
            name: match items::access_address(access, values).and_then(|edit| self.absolute(&edit)) {
                Some(address) => format!("[{name}](<{address}>)"),
                None => name,
            },
            place: text(&access.place),
            approver: text(&access.approver),
            done: access.done.as_ref().map(text),
        }
    }

    /// The name of a group, or the plural of a kind of group in lower case.
    fn group_name(&self, name: &str) -> String {
        let kind = model::kinds(self.scope.db).get(name);
        let group = || self.scope.group(name).map(|group| group.full_name());
        kind.map(|kind| kind.plural.to_lowercase()).or_else(group).unwrap_or_else(|| name.to_owned())
    }

    /// Fills in the placeholders of a text and makes its destinations absolute.
    fn filled(&self, file: File, text: &Template, values: &Values) -> String {
        if text.has_placeholders() || self.base_url.is_none() {
            let address = |destination: &str| values.address(text, destination);
            return self.markdown(&Text { file, text: values.markdown(text) }, &address);
        }
        let text = Text { file, text: text.source().value.clone() };
        general_text(self.scope.db, TextKey::new(self.scope.db, text)).clone()
    }

    /// Replaces the destinations in a text by absolute addresses. `address` resolves destinations that begin
    /// with a placeholder.
    fn markdown(&self, text: &Text, address: &dyn Fn(&str) -> Option<Option<Href>>) -> String {
        rewrite_links(text.text.trim(), &mut |destination, kind| match address(destination) {
            None => self.address(text.file, destination, kind),
            Some(Some(href)) if href.is_absolute() => self.address(text.file, &href, kind),
            Some(address) => self.absolute(&address?),
        })
    }

    fn address(&self, from: File, destination: &str, kind: LinkKind) -> Option<String> {
        let is_picture = matches!(kind, LinkKind::Image | LinkKind::ImageReference | LinkKind::HtmlSrc);
        self.absolute(&self.scope.href(link::target(self.scope.db, from, destination), is_picture)?)
    }

    /// Makes an address absolute; `None` for addresses within a site that has no base URL.
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
    let fill = |text: &Template| -> String {
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
        subject: fill(&letter.subject),
        text: fill(&letter.text),
        blanks: letter.blanks.iter().map(blank).collect(),
    }
}

/// The label of a reference and its address outside the site. It starts with `/` if the site has no address on the web.
pub fn reference(db: &dyn Db, from: File, destination: &str) -> Option<(String, Href)> {
    let link = Scope { db, base: Base::External }.reference(from, destination)?;
    Some((link.label, link.url))
}
