//! View models, one file per kind of page. Templates receive all the data they need and query nothing.

mod api;
mod body;
mod calendar;
mod changes;
mod checklist;
mod cited;
mod compare;
mod components;
mod conformance;
mod contacts;
mod coverage;
mod document;
mod document_text;
pub mod export;
mod findings;
mod glossary;
mod group;
mod home;
pub mod impact;
mod items;
mod kind;
mod lead;
mod map;
mod meetings;
mod multiple_roles;
mod obligations;
mod people;
pub mod placeholder;
mod print;
mod prose;
mod reading;
mod references;
mod related;
mod role;
mod role_facts;
mod rosters;
pub mod schedule;
mod scope;
mod search;
mod search_entry;
mod sharing;
mod site;
mod skill;
mod subproject;
#[cfg(test)]
mod tests;
pub mod view;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::Serialize;

use crate::facts;
use crate::model::{self, Route};
use crate::source::{Db, File, LastChange, Site, last_changed};
use crate::strings::strings;
use crate::url::Href;
use kind::Kind;
use scope::{Base, Scope};
use view::Link;

pub use crate::link::copied as assets;
pub use body::too_large;
pub use changes::{CHANGES, FEED, Recent, has_feed, recent};
pub use cited::title;
pub use compare::compared;
pub use components::COMPONENTS;
pub use home::NOT_FOUND;
pub use kind::{TemplateValue, object};
pub use print::{
    PRINT, Print, PrintChapter, PrintedPage, anchor as print_anchor, printed, title as print_title,
};
pub use search_entry::{Origin, SearchEntry, SearchSection};
pub use site::{Place, SiteView, place, site};
pub use subproject::subproject_ids;

/// The scripts that compute and show the next occurrences of meetings.
const MEETINGS_SCRIPTS: [&str; 2] = [OCCURRENCES_SCRIPT, "meetings.js"];

/// The script that computes occurrences of meetings.
const OCCURRENCES_SCRIPT: &str = "occurrences.js";

/// A page with everything that its template needs.
pub struct Page<V> {
    /// About the page.
    pub page: PageView,
    /// The content specific to the kind of page.
    pub body: V,
}

/// About the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PageView {
    /// Name of the template.
    pub kind: &'static str,
    /// Plain text.
    pub title: String,
    /// The heading as HTML with inline markup.
    pub title_html: String,
    /// Id of the heading.
    pub title_id: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// Relative address of the site's root, such as `../../`; prefix for `assets/…`.
    pub root: Href,
    /// Absolute address; null if the site has no base URL.
    pub address: Option<String>,
    /// Absolute address of the preview picture for links on other sites: 1200 × 630 pixels, except for that of the site.
    pub picture: Option<String>,
    /// Description in the vocabulary of schema.org, as JSON-LD.
    pub schema: Option<String>,
    /// From the home page to the parent; the page itself is left out.
    pub breadcrumbs: Vec<Link>,
    /// Headings of the sections that are not empty, by name. The id of `governed_by` is `rb-governed-by`.
    pub sections: BTreeMap<&'static str, String>,
    /// Headings of levels 2 and 3, including those in `sections`.
    pub toc: Vec<TocItem>,
    /// The list of neighbouring pages.
    pub section: Option<Section>,
    /// Links to the files it is made of; empty for pages that list everything.
    pub view_source: Vec<Link>,
    /// Links for editing those files.
    pub edit: Vec<Link>,
    pub changed: Option<Changed>,
    /// The previous page in `section`.
    pub prev: Option<Link>,
    /// The next page in `section`.
    pub next: Option<Link>,
    /// Positions in the reading orders of roles.
    pub reading: Vec<reading::ReadingStep>,
    /// File names of additional scripts among the theme's assets.
    pub scripts: Vec<&'static str>,
    /// `[extra]` in the front matter of its document.
    pub extra: facts::Extra,
}

/// The last change of a page's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Changed {
    /// `2026-08-21`, in UTC.
    pub date: String,
    /// Names of at most three authors, those with the most commits first.
    pub contributors: Vec<String>,
    /// Number of further authors.
    pub more: usize,
}

/// Maximum number of contributors named on a page.
pub const SHOWN_CONTRIBUTORS: usize = 3;

/// A heading in the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TocItem {
    pub label: String,
    /// `#id`
    pub url: Href,
    /// 2 or 3.
    pub level: u8,
}

/// Neighbouring pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Section {
    pub title: String,
    /// The page that lists them.
    pub url: Href,
    /// All pages, or those around the current page if there are many.
    pub items: Vec<SectionItem>,
    /// Number of pages before these.
    pub before: usize,
    /// Number of pages after these.
    pub after: usize,
}

/// A neighbouring page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SectionItem {
    pub label: String,
    pub url: Href,
    /// True for the current page.
    pub current: bool,
    /// True if it is a folder.
    pub folder: bool,
}

/// Maximum number of neighbours that are all listed. Listing every page of a folder on each of its pages would make the
/// output quadratic in the size of the folder.
const MOST_SIBLINGS: usize = 100;
/// Number of neighbours listed on each side of a page if there are more than [`MOST_SIBLINGS`].
const SIBLINGS_AROUND: usize = 20;

/// The range of neighbours listed on the page at index `here`.
fn around(here: usize, total: usize) -> Range<usize> {
    if total <= MOST_SIBLINGS {
        return 0..total;
    }
    let start = here.saturating_sub(SIBLINGS_AROUND).min(total - (2 * SIBLINGS_AROUND + 1));
    start..start + 2 * SIBLINGS_AROUND + 1
}

/// Related pages, in listing order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Siblings {
    items: Vec<Sibling>,
    /// Indexes by address.
    positions: HashMap<String, usize>,
}

/// One page of [`Siblings`].
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sibling {
    label: String,
    /// Address within the site.
    url: String,
    /// Its document, if any.
    file: Option<File>,
    /// True if it is a folder.
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
    /// Creates siblings from pairs of label and address.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(items: I) -> Self {
        let items = items.into_iter();
        items.map(|(label, url)| Sibling { label, url, file: None, folder: false }).collect()
    }
}

/// The kinds of page, in the order in which their pages are written. `Print` takes longest, so it comes early.
fn registry<V: TemplateValue>() -> Vec<Kind<V>> {
    vec![
        Kind::of::<home::Home>(),
        Kind::of::<home::NotFound>(),
        Kind::of::<print::Print>(),
        Kind::of::<role::Roles>(),
        Kind::of::<role::Role>(),
        Kind::of::<group::Groups>(),
        Kind::of::<compare::Compare>(),
        Kind::of::<coverage::Coverage>(),
        Kind::of::<rosters::Rosters>(),
        Kind::of::<calendar::Calendar>(),
        Kind::of::<group::Group>(),
        Kind::of::<lead::Lead>(),
        Kind::of::<checklist::GroupChecklist>(),
        Kind::of::<people::People>(),
        Kind::of::<people::Person>(),
        Kind::of::<skill::Skills>(),
        Kind::of::<skill::Skill>(),
        Kind::of::<checklist::Checklists>(),
        Kind::of::<checklist::Checklist>(),
        Kind::of::<glossary::Glossary>(),
        Kind::of::<obligations::Obligations>(),
        Kind::of::<conformance::Conformance>(),
        Kind::of::<references::References>(),
        Kind::of::<changes::Changes>(),
        Kind::of::<api::Api>(),
        Kind::of::<search::Search>(),
        Kind::of::<components::Components>(),
        Kind::of::<document::Document>(),
        Kind::of::<document::Folder>(),
        Kind::of::<document::Redirect>(),
    ]
}

/// The kinds of page as the model needs them; see [`model::PageKinds`].
pub fn kinds() -> Vec<model::PageKind> {
    registry::<()>().iter().map(|kind| kind.page).collect()
}

/// The view model of a page; `None` if its subject does not exist.
pub fn page<V: TemplateValue>(db: &dyn Db, route: &Route) -> Option<Page<V>> {
    let url = route.url(db);
    let base = if *route == NOT_FOUND { Base::AnyPage } else { Base::Page(&url) };
    let scope = Scope { db, base };
    let (page, body) = registry().iter().find_map(|kind| (kind.view)(&scope, route))?;
    Some(Page { page, body })
}

/// All search entries with the addresses of their pages, in page order.
pub fn search_entries(db: &dyn Db) -> Vec<(String, SearchEntry)> {
    let kinds = registry::<()>();
    let of_page = |(url, route): &(String, Route)| {
        let mut entries = kinds.iter().map(|kind| (kind.search_entries)(db, route));
        let entries = entries.find(|entries| !entries.is_empty()).unwrap_or_default();
        entries.into_iter().map(|entry| (url.clone(), entry.without_emails())).collect::<Vec<_>>()
    };
    model::written_routes(db).flat_map(of_page).collect()
}

/// A section of the site. Its strings in the theme are `sections.<id>.label` and `.description`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteSection {
    /// `roles`
    pub id: &'static str,
    /// Its address within the site.
    pub url: String,
    /// True if it is in the main navigation by default, false if in the footer.
    pub is_main: bool,
    /// Its label from the theme.
    pub label: String,
}

impl SiteSection {
    /// Its description from the theme.
    pub fn description(&self, db: &dyn Db) -> String {
        strings(db).get(&format!("sections.{}.description", self.id))
    }
}

/// The sections that are not empty, in their usual order.
#[salsa::tracked]
pub fn sections(db: &dyn Db) -> Vec<SiteSection> {
    let section = |section: &model::Section| SiteSection {
        id: section.id,
        url: section.url.clone(),
        is_main: section.is_main,
        label: strings(db).section_label(section.id),
    };
    model::sections(db).iter().map(section).collect()
}

/// Links to the documents of each mounted source.
fn mounted_documents(scope: &Scope) -> Vec<Link> {
    let sources = &Site::get(scope.db).config(scope.db).sources;
    let link = model::mounted_with_documents(scope.db).iter().map(|id| Link {
        label: scope.fill("home.documents_of", &[("source", &sources[id.0].title())]),
        url: scope.to(&model::root_url(scope.db, *id)),
        external: false,
    });
    link.collect()
}

/// The date of the latest change to any of the files, in UTC. Files that describe many groups are ignored.
pub fn last_change(db: &dyn Db, files: impl Iterator<Item = File>) -> Option<jiff::civil::Date> {
    files
        .filter(|file| !model::describes_many(db, *file))
        .filter_map(|file| Some(last_changed(db, file).as_ref()?.date()))
        .max()
}

impl PageView {
    /// Creates a page with a plain-text title.
    fn new(scope: &Scope, title: &str) -> Self {
        Self {
            title: title.to_owned(),
            // The no-break space prevents a line break before the dot.
            title_html: crate::html::escape(&title.replace(" · ", "\u{a0}· ")),
            root: scope.to("/"),
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

    /// Adds scripts if `needed`, in execution order.
    fn scripts(mut self, names: &[&'static str], needed: bool) -> Self {
        self.scripts.extend(names.iter().filter(|_| needed));
        self
    }

    /// Sets the source files of the page, most relevant first: their links and the date of their last change.
    fn made_of(mut self, scope: &Scope, files: &[File]) -> Self {
        self.view_source = files.iter().filter_map(|file| scope.view_source(*file)).collect();
        self.edit = files.iter().filter_map(|file| scope.edit(*file)).collect();
        self.changed = scope.changed(files);
        self
    }

    /// Sets the neighbours of the page; `prev` and `next` skip folders.
    fn section(mut self, scope: &Scope, title: &str, url: &str, siblings: &Siblings) -> Self {
        let items = &siblings.items;
        let here = scope.url().and_then(|url| siblings.position(url));
        let link =
            |item: &Sibling| Link { label: item.label.clone(), url: scope.to(&item.url), external: false };
        if let Some(here) = here {
            self.prev = items[..here].iter().rev().find(|item| !item.folder).map(link);
            self.next = items[here + 1..].iter().find(|item| !item.folder).map(link);
        }
        let range = around(here.unwrap_or_default(), items.len());
        self.section = Some(Section {
            title: title.to_owned(),
            url: scope.to(url),
            before: range.start,
            after: items.len() - range.end,
            items: items[range]
                .iter()
                .map(|item| SectionItem {
                    label: item.label.clone(),
                    url: scope.to(&item.url),
                    current: scope.url() == Some(&*item.url),
                    folder: item.folder,
                })
                .collect(),
        });
        self
    }

    /// Adds sections of the template as `(name, heading, is_shown)`. Empty sections appear neither on the page nor in
    /// its table of contents.
    fn sections(mut self, sections: impl IntoIterator<Item = (&'static str, String, bool)>) -> Self {
        for (name, heading, _) in sections.into_iter().filter(|(.., is_filled)| *is_filled) {
            let url = Href::element(&format!("rb-{}", name.replace('_', "-")));
            self.toc.push(TocItem { label: heading.clone(), url, level: 2 });
            self.sections.insert(name, heading);
        }
        self
    }

    /// Adds headings to the table of contents, by label and id.
    fn headings<'h>(mut self, headings: impl IntoIterator<Item = (String, &'h str)>) -> Self {
        let items = headings.into_iter();
        self.toc.extend(items.map(|(label, id)| TocItem { label, url: Href::element(id), level: 2 }));
        self
    }

    /// Adds the phases of a checklist below its heading in the table of contents.
    fn phases(mut self, phases: &[items::Phase]) -> Self {
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
        self.link(self.string("sections.home.label"), &Route::HOME)
    }

    /// Link to the file in its repository on the web.
    fn view_source(&self, file: File) -> Option<Link> {
        self.at(file, file.config(self.db).web.as_ref()?)
    }

    /// Link for editing the file on the web.
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
        let changes: Vec<&LastChange> = changes.collect();
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
