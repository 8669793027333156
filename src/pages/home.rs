//! The home page and the 404 page.

use serde::Serialize;

use super::body;
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::{SearchEntry, summary};
use super::view::{GroupRef, Link, PersonRef, RoleRef};
use super::{PageView, coverage, sections};
use crate::facts::{self, Situation};
use crate::model::{self, Filled, FolderKey, Key, Navigation, Route};
use crate::source::{Db, File, Site, SourceId};
use crate::url::Href;

/// `home`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Home {
    /// The text of the home page's document.
    pub intro_html: String,
    /// The lead pages and the groups, for the chooser.
    pub choices: Vec<Choice>,
    /// The purposes of readers, as far as the site has pages for them.
    pub tasks: Vec<Task>,
    /// Groups by kind.
    pub kinds: Vec<Kind>,
}

/// A page that the chooser offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Choice {
    /// `Guild of Painters – Master`
    pub label: String,
    pub url: Href,
    /// Further words by which readers find it.
    pub words: String,
}

/// A thing that a reader wants to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Task {
    /// `nominated`, `lead`, `ask`, `meetings`, `vacancies` or `leaving`; the name of its strings and its icon.
    pub id: &'static str,
    pub description: String,
    pub url: Href,
}

/// The groups of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "HomeKind"))]
pub(super) struct Kind {
    /// Id of the kind.
    pub id: String,
    /// `Special interest groups`
    pub label: String,
    pub groups: Vec<HomeGroup>,
}

/// A group with its leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct HomeGroup {
    pub group: GroupRef,
    /// Name without the kind: `Scheduling`.
    pub short_name: String,
    /// Its leads, each once.
    pub leads: Vec<PersonRef>,
    /// Number of leads beyond the fourth.
    pub more: usize,
    /// Its vacant roles.
    pub vacant: Vec<RoleRef>,
}

/// `not_found`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct NotFound {
    /// The home page and the main lists.
    pub links: Vec<Link>,
}

impl FixedPage for Home {
    const NAME: &'static str = "home";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::HOME;

    fn exists(_: &dyn Db) -> bool {
        true
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        None
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let db = scope.db;
        let config = Site::get(db).config(db);
        let text = section_text(db, "");
        let rendered = text.map(|file| body::document(scope, file));
        let mut page = PageView::new(scope, &config.title).description(config.description.clone());
        if let Some(title) = rendered.as_ref().and_then(|rendered| rendered.title.clone()) {
            page.title_html = title;
            page.title_id = rendered.as_ref().and_then(|rendered| rendered.title_id.clone());
        }
        // The listed content changes independently of the text.
        page = PageView { changed: None, ..page.made_of(scope, text.as_slice()) };
        let kinds = model::kinds(scope.db).iter().map(|kind| Kind {
            id: kind.id.clone(),
            label: scope.kind_plural(kind),
            groups: groups_of(scope, kind).map(|group| home_group(scope, &group)).collect(),
        });
        let home = Home {
            intro_html: rendered.map_or(String::new(), |rendered| rendered.body),
            choices: choices(scope),
            tasks: tasks(scope),
            kinds: kinds.filter(|kind| !kind.groups.is_empty()).collect(),
        };
        (page, home)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        let config = Site::get(db).config(db);
        let text = config.description.as_deref().unwrap_or_default();
        vec![SearchEntry { sections: summary(db, text), ..SearchEntry::new("page", &config.title) }]
    }
}

/// The number of leads whose initials the home page shows for a group.
const INITIALS: usize = 4;

fn home_group(scope: &Scope, group: &model::Group) -> HomeGroup {
    let standing = model::standing(scope.db, Key::new(scope.db, group.id().to_owned()));
    let mut leads: Vec<PersonRef> = Vec::new();
    for person in standing.seats.iter().flat_map(|(seat, _)| &seat.holders) {
        if leads.iter().all(|lead| lead.id != *person.id) {
            leads.push(scope.person(person));
        }
    }
    let vacant = standing.seats.iter().filter(|(_, filled)| *filled == Filled::Vacant);
    HomeGroup {
        group: scope.group_ref(group),
        short_name: group.facts.name.clone(),
        more: leads.len().saturating_sub(INITIALS),
        leads,
        vacant: vacant.map(|(seat, _)| scope.role_ref(&seat.role)).collect(),
    }
}

/// The leading roles of each group, followed by the group: `Guild of Painters – Master`.
fn choices(scope: &Scope) -> Vec<Choice> {
    let mut choices = Vec::new();
    for group in model::group_ids(scope.db).iter().filter_map(|id| scope.group(id)) {
        let seats = model::seats(scope.db, Key::new(scope.db, group.id().to_owned()));
        choices.extend(seats.iter().map(|seat| {
            let route = Route::Lead { group: group.id().to_owned(), role: seat.role.id.clone() };
            let values = [("group", &*group.full_name()), ("role", &*seat.role.title)];
            Choice {
                label: scope.fill("home.choice", &values),
                url: scope.to(&route.url(scope.db)),
                words: words(&seat.role),
            }
        }));
        let route = Route::Group(group.id().to_owned());
        let url = scope.to(&route.url(scope.db));
        choices.push(Choice { label: group.full_name(), url, words: String::new() });
    }
    choices
}

/// The short name of a role, and the names that group data uses for it.
fn words(role: &model::Role) -> String {
    let names = std::iter::once(role.short.as_str()).chain(role.held_as());
    names.collect::<Vec<_>>().join(" ")
}

/// The purposes of readers that have a page.
fn tasks(scope: &Scope) -> Vec<Task> {
    let db = scope.db;
    let task = |id: &'static str, url: &str| Task {
        id,
        description: scope.string(&format!("home.tasks.{id}.description")),
        url: scope.to(url),
    };
    let fixed = |id: &'static str, name: &str| {
        let section = sections(db).iter().find(|section| section.id == name)?;
        Some(task(id, &section.url))
    };
    let procedure = |id: &'static str, situation: Situation| {
        let lists = model::checklist_ids(db).iter();
        let mut entries = lists.filter_map(|id| model::checklist(db, Key::new(db, id.clone())).as_ref());
        let list = &entries.find(|entry| entry.checklist.situation == Some(situation))?.checklist;
        Some(task(id, &Route::Checklist(list.id.value.clone()).url(db)))
    };
    let vacancies = fixed("vacancies", "coverage").map(|task| match coverage::gaps(scope).first() {
        Some(gap) => Task { description: gap.sentence.clone(), ..task },
        None => task,
    });
    let tasks = [
        procedure("nominated", Situation::Nominated),
        fixed("lead", "roles"),
        fixed("ask", "groups"),
        fixed("meetings", "calendar"),
        vacancies,
        procedure("leaving", Situation::Leaving),
    ];
    tasks.into_iter().flatten().collect()
}

/// Route of the page for addresses that do not exist.
pub const NOT_FOUND: Route = Route::Fixed("/404.html");

impl FixedPage for NotFound {
    const NAME: &'static str = "404";
    const HAS_PICTURE: bool = false;
    const ROUTE: Route = NOT_FOUND;

    fn exists(_: &dyn Db) -> bool {
        true
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        None
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let page = PageView::new(scope, &scope.string("not_found.title"));
        let sections = sections(scope.db).iter();
        let links = sections.map(|section| Link {
            label: section.label.clone(),
            url: scope.to(&section.url),
            external: false,
        });
        (page, NotFound { links: std::iter::once(scope.home()).chain(links).collect() })
    }

    fn search_entries(_: &dyn Db) -> Vec<SearchEntry> {
        Vec::new()
    }
}

/// The groups of a kind, in the order of the handbook.
pub(super) fn groups_of<'a>(
    scope: &'a Scope,
    kind: &'a facts::Kind,
) -> impl Iterator<Item = std::sync::Arc<model::Group>> + 'a {
    model::group_ids(scope.db)
        .iter()
        .filter_map(|id| scope.group(id))
        .filter(move |group| *group.facts.kind == *kind)
}

/// The index document of a folder, shown within a page made of data.
pub(super) fn section_text(db: &dyn Db, folder: &str) -> Option<File> {
    let config = Site::get(db).config(db);
    let own = config.sources.iter().enumerate().filter(|(_, source)| source.mount.is_none());
    own.filter_map(|(index, _)| {
        model::index_document(db, FolderKey::new(db, SourceId(index), folder.to_owned()))
    })
    .find(|file| model::is_section_text(db, *file))
}
