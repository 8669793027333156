//! What each page shows: a view model per page kind, one file each. Templates receive everything and
//! look nothing up.

mod api;
mod body;
mod calendar;
mod changes;
mod checklist;
mod cited;
mod compare;
mod components;
mod coverage;
mod document;
mod glossary;
mod group;
mod home;
mod items;
mod lead;
mod map;
mod obligations;
pub mod outside;
mod people;
pub mod placeholder;
mod print;
mod reading;
mod references;
mod related;
mod role;
pub mod schedule;
mod scope;
mod search;
mod several;
mod sharing;
mod skill;
#[cfg(test)]
mod tests;
pub mod view;

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;

use crate::model::{self, Handbook, Route};
use crate::source::{Change, Db, File, Site, last_changed};
use crate::url::Href;
use crate::words::words;
use scope::Scope;
use view::Link;

pub use crate::link::copied as assets;
pub use body::too_large;
pub use changes::{FEED, Recent, has_feed, recent};
pub use cited::title;
pub use compare::compared;
pub use group::subproject_ids;
pub use print::{Print, PrintChapter, PrintedPage, anchor as print_anchor, printed, title as print_title};
pub use sharing::pictures;

/// The scripts that work out the next times of meetings, and show them.
const MEETINGS_SCRIPTS: [&str; 2] = [OCCURRENCES_SCRIPT, "meetings.js"];

/// The script that works out when meetings take place.
const OCCURRENCES_SCRIPT: &str = "occurrences.js";

/// A page, ready for its template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What every template gets.
    pub site: SiteView,
    /// About the page.
    pub page: PageView,
    /// What this kind of page shows.
    pub body: Body,
}

/// About the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SiteView {
    pub title: String,
    /// BCP 47.
    pub language: String,
    /// One sentence, without a full stop.
    pub description: Option<String>,
    /// `rolebook 0.1.0`
    pub generator: &'static str,
    /// The parts of the handbook.
    pub nav: Vec<NavItem>,
    /// Pages about the handbook itself.
    pub links: Vec<Link>,
    /// Where the feed of changes is.
    pub feed: Option<Href>,
    /// The address of the search, where the site has one.
    pub search: Option<Href>,
}

/// An entry of the main navigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NavItem {
    pub label: String,
    pub url: Href,
    /// The page belongs to it.
    pub current: bool,
}

/// About the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PageView {
    /// Name of the template.
    pub kind: &'static str,
    /// Plain text.
    pub title: String,
    /// The heading, with inline markup.
    pub title_html: String,
    /// Id of the heading.
    pub title_id: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// From the page to the site's root: `../../`; it stands before `assets/…`.
    pub root: Href,
    /// On the web, where the site has an address.
    pub address: Option<String>,
    /// What the page is to be shown with elsewhere, on the web: a picture of 1200 × 630 pixels.
    pub picture: Option<String>,
    /// What it is about, in the terms of schema.org: JSON-LD.
    pub schema: Option<String>,
    /// From the home page on; the page itself is left out.
    pub breadcrumbs: Vec<Link>,
    /// Headings of the second and third level.
    pub toc: Vec<TocItem>,
    /// The neighbours of the page.
    pub section: Option<Section>,
    /// The files it is made of, on the web; none of lists of everything.
    pub view_source: Vec<Link>,
    /// Where those files are edited.
    pub edit: Vec<Link>,
    pub changed: Option<Changed>,
    /// The page before it, among its neighbours.
    pub prev: Option<Link>,
    /// The page after it, among its neighbours.
    pub next: Option<Link>,
    /// Its places in the reading orders of roles.
    pub reading: Vec<reading::ReadingStep>,
    /// Names of further scripts among the theme's assets.
    pub scripts: Vec<&'static str>,
}

/// The last change of a page's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Changed {
    /// `2026-08-21`, in UTC.
    pub date: String,
    /// Names of those who wrote them, at most three; those with the most commits first.
    pub contributors: Vec<String>,
    /// Number of the others.
    pub more: usize,
}

/// How many contributors a page names.
pub const SHOWN_CONTRIBUTORS: usize = 3;

/// A heading of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TocItem {
    pub label: String,
    /// `#id`
    pub url: Href,
    /// 2 or 3.
    pub level: u8,
}

/// The neighbours of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Section {
    pub title: String,
    /// Its first page.
    pub url: Href,
    /// All of them, or of many those around the page.
    pub items: Vec<SectionItem>,
    /// How many stand before these.
    pub before: usize,
    /// How many stand after these.
    pub after: usize,
}

/// A neighbour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SectionItem {
    pub label: String,
    pub url: Href,
    /// It is the page itself.
    pub current: bool,
    /// It holds more pages.
    pub folder: bool,
}

/// Most neighbours that are all listed beside each of them: a list that grows with the folder on each of its pages
/// makes a site that grows with its square.
const MOST_SIBLINGS: usize = 100;
/// How many neighbours on each side of a page are listed where there are more.
const SIBLINGS_AROUND: usize = 20;

/// The neighbours listed beside the page at a position.
fn around(here: usize, total: usize) -> Range<usize> {
    if total <= MOST_SIBLINGS {
        return 0..total;
    }
    let start = here.saturating_sub(SIBLINGS_AROUND).min(total - (2 * SIBLINGS_AROUND + 1));
    start..start + 2 * SIBLINGS_AROUND + 1
}

/// Pages that belong together, in the order in which they are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Siblings {
    items: Vec<Sibling>,
    /// Positions by address.
    positions: HashMap<String, usize>,
}

/// One of several pages that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sibling {
    label: String,
    /// Within the site.
    url: String,
    /// Its document, where it is one.
    file: Option<File>,
    /// It holds more pages.
    folder: bool,
}

impl Siblings {
    fn position(&self, url: &str) -> Option<usize> {
        self.positions.get(url).copied()
    }
}

impl FromIterator<Sibling> for Siblings {
    fn from_iter<I: IntoIterator<Item = Sibling>>(items: I) -> Self {
        let items: Vec<Sibling> = items.into_iter().collect();
        let positions = items.iter().enumerate().map(|(index, item)| (item.url.clone(), index)).collect();
        Self { items, positions }
    }
}

impl FromIterator<(String, String)> for Siblings {
    /// Pages by label and address.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(items: I) -> Self {
        let items = items.into_iter();
        items.map(|(label, url)| Sibling { label, url, file: None, folder: false }).collect()
    }
}

/// What a kind of page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Body {
    Home(home::Home),
    NotFound(home::NotFound),
    Roles(role::Roles),
    Role(role::Role),
    Groups(group::Groups),
    Group(group::Group),
    Lead(Box<lead::Lead>),
    Compare(compare::Compare),
    Calendar(Box<calendar::Calendar>),
    Coverage(coverage::Coverage),
    People(people::People),
    Person(people::Person),
    Skills(skill::Skills),
    Skill(skill::Skill),
    Checklists(checklist::Checklists),
    Checklist(checklist::Checklist),
    GroupChecklist(Box<checklist::GroupChecklist>),
    Glossary(glossary::Glossary),
    Obligations(obligations::Obligations),
    References(Box<references::References>),
    Changes(changes::Changes),
    Search(search::Search),
    Document(document::Document),
    Folder(document::Folder),
    Redirect(document::Redirect),
    Api(api::Api),
    Print(print::Print),
    Components(Box<components::Components>),
}

/// The view model of a page; `None` when its subject does not exist.
pub fn page(db: &dyn Db, route: &Route) -> Option<Page> {
    let url = route.url(db);
    let scope = Scope { db, url: &url };
    let (page, body) = match route {
        Route::Home => home::home(&scope),
        Route::NotFound => home::not_found(&scope),
        Route::Roles => role::roles(&scope),
        Route::Role(id) => role::role(&scope, id)?,
        Route::Groups => group::groups(&scope),
        Route::Group(id) => group::group(&scope, id)?,
        Route::Lead { group, role } => lead::lead(&scope, group, role)?,
        Route::Compare => compare::compare(&scope),
        Route::Calendar => calendar::calendar(&scope),
        Route::Coverage => coverage::coverage(&scope),
        Route::People => people::people(&scope),
        Route::Person(id) => people::person(&scope, id)?,
        Route::Skills => skill::skills(&scope),
        Route::Skill(id) => skill::skill(&scope, id)?,
        Route::Checklists => checklist::checklists(&scope),
        Route::Checklist(id) => checklist::checklist(&scope, id)?,
        Route::GroupChecklist { group, checklist } => checklist::group_checklist(&scope, group, checklist)?,
        Route::Glossary => glossary::glossary(&scope),
        Route::Obligations => obligations::obligations(&scope),
        Route::References => references::references(&scope),
        Route::Api => api::api(&scope),
        Route::Print => print::print(&scope),
        Route::Changes => changes::changes(&scope),
        Route::Search => search::search(&scope),
        Route::Components => components::components(&scope),
        Route::Document(file) => document::document(&scope, *file),
        Route::Redirect { file, .. } => document::redirect(&scope, *file),
        Route::Folder(source, folder) => document::folder(&scope, *source, folder),
    };
    let page = PageView {
        address: sharing::address(db, route),
        picture: sharing::picture(db, page.kind),
        schema: sharing::schema(&scope, &body),
        ..page
    };
    Some(Page { site: site(&scope, route), page, body })
}

fn site(scope: &Scope, route: &Route) -> SiteView {
    let config = Site::get(scope.db).config(scope.db);
    let nav = sections(scope.db).iter().filter(|section| section.main).map(|section| NavItem {
        label: section.label.clone(),
        url: scope.to(&section.url),
        current: scope.url.starts_with(&section.url) && *route != Route::Home,
    });
    SiteView {
        title: config.title.clone(),
        language: config.language.clone(),
        description: config.description.clone(),
        generator: concat!("rolebook ", env!("CARGO_PKG_VERSION")),
        nav: nav.collect(),
        links: sections(scope.db)
            .iter()
            .filter(|section| !section.main)
            .map(|section| Link {
                label: section.label.clone(),
                url: scope.to(&section.url),
                external: false,
            })
            .collect(),
        feed: changes::has_feed(scope.db).then(|| scope.to(FEED)),
        search: config.search.enabled.then(|| scope.to(&Route::Search.url(scope.db))),
    }
}

/// A part of the handbook. The theme has words for it: `sections.<id>.label` and `.description`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteSection {
    /// `roles`
    pub id: &'static str,
    /// Its address within the site.
    pub url: String,
    /// Whether it stands in the main navigation; else in the footer.
    pub main: bool,
    /// What the theme calls it.
    pub label: String,
}

impl SiteSection {
    /// What is in it.
    pub fn description(&self, db: &dyn Db) -> String {
        words(db).get(&format!("sections.{}.description", self.id))
    }
}

/// The parts of the handbook that have something in them, in the order of the main navigation.
#[salsa::tracked]
pub fn sections(db: &dyn Db) -> Vec<SiteSection> {
    let handbook: &Handbook = model::handbook(db);
    let folder = |name: &str| {
        Site::get(db).trees(db).iter().zip(&Site::get(db).config(db).sources).any(|(tree, source)| {
            source.mount.is_none() && tree.under(name).any(|(path, _)| crate::source::is_markdown(path))
        })
    };
    let led = !handbook.groups.is_empty() && !handbook.roles.is_empty();
    let main = [
        ("roles", Route::Roles.url(db), !handbook.roles.is_empty()),
        ("groups", Route::Groups.url(db), !handbook.groups.is_empty()),
        ("people", Route::People.url(db), !handbook.people.is_empty()),
        ("skills", Route::Skills.url(db), !handbook.areas.is_empty()),
        ("checklists", Route::Checklists.url(db), !handbook.checklists.is_empty()),
        ("governance", "/governance/".into(), folder("governance")),
        ("guides", "/guides/".into(), folder("guides")),
        ("glossary", Route::Glossary.url(db), !handbook.terms.is_empty()),
    ];
    let about = [
        ("calendar", Route::Calendar.url(db), model::route_at(db, "/calendar/").is_some()),
        ("coverage", Route::Coverage.url(db), led),
        ("obligations", Route::Obligations.url(db), model::route_at(db, "/obligations/").is_some()),
        ("references", Route::References.url(db), true),
        ("changes", Route::Changes.url(db), true),
        ("print", Route::Print.url(db), true),
        ("api", Route::Api.url(db), true),
    ];
    let section = |main: bool| {
        move |(id, url, there): (&'static str, String, bool)| {
            let label = || words(db).get(&format!("sections.{id}.label"));
            there.then(|| SiteSection { id, url, main, label: label() })
        }
    };
    main.into_iter().filter_map(section(true)).chain(about.into_iter().filter_map(section(false))).collect()
}

/// The day of the last change of any of the files, in UTC; one that describes many groups is left out.
pub fn last_change(db: &dyn Db, files: impl Iterator<Item = File>) -> Option<jiff::civil::Date> {
    files
        .filter(|file| !model::describes_many(db, *file))
        .filter_map(|file| Some(last_changed(db, file).as_ref()?.date()))
        .max()
}

impl PageView {
    /// A page made of data: its title is plain text.
    fn new(scope: &Scope, kind: &'static str, title: &str) -> Self {
        Self {
            kind,
            title: title.to_owned(),
            // No line begins with the dot between two names.
            title_html: crate::html::escape(&title.replace(" · ", "\u{a0}· ")),
            root: match scope.url {
                "/404.html" => scope.to("/"),
                url => Href::relative(url, "/"),
            },
            ..Self::default()
        }
    }

    fn breadcrumbs(mut self, breadcrumbs: Vec<Link>) -> Self {
        self.breadcrumbs = breadcrumbs;
        self
    }

    fn description(mut self, description: Option<String>) -> Self {
        self.description = description;
        self
    }

    /// Scripts that the page has a use for, in the order they are run in.
    fn scripts(mut self, names: &[&'static str], needed: bool) -> Self {
        self.scripts.extend(names.iter().filter(|_| needed));
        self
    }

    /// Says which files it is made of, the most telling first: where they are, and when they were changed.
    fn made_of(mut self, scope: &Scope, files: &[File]) -> Self {
        self.view_source = files.iter().filter_map(|file| scope.view_source(*file)).collect();
        self.edit = files.iter().filter_map(|file| scope.edit(*file)).collect();
        self.changed = scope.changed(files);
        self
    }

    /// Lists the neighbours beside the page, with the ones before and after it that are no folders.
    fn section(mut self, scope: &Scope, title: &str, url: &str, siblings: &Siblings) -> Self {
        let items = &siblings.items;
        let here = siblings.position(scope.url);
        let link =
            |item: &Sibling| Link { label: item.label.clone(), url: scope.to(&item.url), external: false };
        if let Some(here) = here {
            self.prev = items[..here].iter().rev().find(|item| !item.folder).map(link);
            self.next = items[here + 1..].iter().find(|item| !item.folder).map(link);
        }
        let shown = around(here.unwrap_or_default(), items.len());
        self.section = Some(Section {
            title: title.to_owned(),
            url: scope.to(url),
            before: shown.start,
            after: items.len() - shown.end,
            items: items[shown]
                .iter()
                .map(|item| SectionItem {
                    label: item.label.clone(),
                    url: scope.to(&item.url),
                    current: item.url == scope.url,
                    folder: item.folder,
                })
                .collect(),
        });
        self
    }

    /// Headings that the template shows, by label and id.
    fn toc<'h>(mut self, headings: impl IntoIterator<Item = (String, &'h str, bool)>) -> Self {
        let shown = headings.into_iter().filter(|(.., shown)| *shown);
        self.toc = shown.map(|(label, id, _)| TocItem { label, url: Href::element(id), level: 2 }).collect();
        self
    }

    /// Lists the phases of a checklist below its heading.
    fn phases(mut self, phases: &[view::Phase]) -> Self {
        if let Some(at) = self.toc.iter().position(|item| item.url.as_str() == "#rb-checklist") {
            let items = phases.iter().map(|phase| TocItem {
                label: phase.label.clone(),
                url: Href::element(&format!("rb-{}", phase.id)),
                level: 3,
            });
            self.toc.splice(at + 1..at + 1, items.collect::<Vec<_>>());
        }
        self
    }
}

impl Scope<'_> {
    fn home(&self) -> Link {
        self.link(self.word("sections.home.label"), &Route::Home)
    }

    /// The file on the web.
    fn view_source(&self, file: File) -> Option<Link> {
        self.at(file, file.config(self.db).web.as_ref()?)
    }

    /// Where the file is edited on the web.
    fn edit(&self, file: File) -> Option<Link> {
        self.at(file, file.config(self.db).edit.as_ref()?)
    }

    fn at(&self, file: File, address: &str) -> Option<Link> {
        let url = Href::web(&format!("{address}{}", crate::url::encode_path(&file.path(self.db))))?;
        Some(Link { label: file.path(self.db).to_string(), url, external: true })
    }

    /// The last change of any of the files.
    fn changed(&self, files: &[File]) -> Option<Changed> {
        let of_one = files.iter().filter(|file| !model::describes_many(self.db, **file));
        let changes = of_one.filter_map(|file| last_changed(self.db, *file).as_ref());
        let changes: Vec<&Change> = changes.collect();
        let latest = changes.iter().map(|change| change.date()).max()?;
        let mut contributors: Vec<&String> = Vec::new();
        for name in changes.iter().flat_map(|change| &change.contributors) {
            if !contributors.contains(&name) {
                contributors.push(name);
            }
        }
        Some(Changed {
            date: latest.to_string(),
            more: contributors.len().saturating_sub(SHOWN_CONTRIBUTORS),
            contributors: contributors.into_iter().take(SHOWN_CONTRIBUTORS).cloned().collect(),
        })
    }
}
