//! The home page and the 404 page.

use serde::Serialize;

use super::body;
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::{SearchEntry, summary};
use super::view::{GroupRef, Link, RoleRef, Seat};
use super::{PageView, sections};
use crate::facts;
use crate::model::{self, FolderKey, Key, Navigation, Route};
use crate::source::{Db, File, Site, SourceId, Tree, is_markdown};
use crate::url::Href;

/// `home`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Home {
    /// The text of the home page's document.
    pub intro_html: String,
    /// Groups by kind, with their leading roles.
    pub kinds: Vec<Kind>,
    /// True if any group has lead pages.
    pub has_lead_pages: bool,
    pub roles: Vec<HomeRole>,
    /// The other sections of the site.
    pub sections: Vec<HomeSection>,
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

/// A group with its roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct HomeGroup {
    pub group: GroupRef,
    /// Name without the kind: `Scheduling`.
    pub short_name: String,
    /// Its leading roles.
    pub seats: Vec<Seat>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct HomeRole {
    pub role: RoleRef,
    pub summary_html: String,
    /// Category of the role; may be empty.
    pub category: String,
}

/// Another section of the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct HomeSection {
    pub label: String,
    pub url: Href,
    pub description: String,
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
            groups: groups_of(scope, kind)
                .map(|group| HomeGroup {
                    group: scope.group_ref(&group),
                    short_name: group.facts.name.clone(),
                    seats: leading(scope, &group),
                })
                .collect(),
        });
        let roles =
            model::role_ids(db).iter().filter_map(|id| model::role(db, Key::new(db, id.clone())).as_ref());
        let mounted = Site::get(db).trees(db).iter().zip(&config.sources).enumerate();
        let mounted = mounted
            .filter(|(_, (tree, source))| has_documents(tree) && source.mount.is_some())
            .map(|(index, (_, source))| HomeSection {
                label: scope.fill("home.documents_of", &[("source", &source.title())]),
                url: scope.to(&model::root_url(db, SourceId(index))),
                description: scope.string("home.documents_note"),
            });
        let kinds: Vec<Kind> = kinds.filter(|kind| !kind.groups.is_empty()).collect();
        let mut groups = kinds.iter().flat_map(|kind| &kind.groups);
        let home = Home {
            has_lead_pages: groups.any(|group| !group.seats.is_empty()),
            intro_html: rendered.map_or(String::new(), |rendered| rendered.body),
            kinds,
            roles: roles
                .map(|role| HomeRole {
                    role: scope.role_ref(role),
                    summary_html: scope.role_summary(role),
                    category: role.matter.category.clone().unwrap_or_default(),
                })
                .collect(),
            sections: sections(db)
                .iter()
                .map(|section| HomeSection {
                    label: section.label.clone(),
                    url: scope.to(&section.url),
                    description: section.description(db),
                })
                .chain(mounted)
                .collect(),
        };
        (page, home)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        let config = Site::get(db).config(db);
        let text = config.description.as_deref().unwrap_or_default();
        vec![SearchEntry { sections: summary(db, text), ..SearchEntry::new("page", &config.title) }]
    }
}

/// True if a source has documents, which its folder pages list.
fn has_documents(tree: &Tree) -> bool {
    tree.files.keys().any(|path| is_markdown(path))
}

/// The leading roles of a group: those in the first category that the group has.
fn leading(scope: &Scope, group: &model::Group) -> Vec<Seat> {
    let seats = model::seats(scope.db, Key::new(scope.db, group.id().to_owned()));
    let category = seats.first().and_then(|seat| seat.role.matter.category.as_ref());
    let first = seats.iter().filter(|seat| seat.role.matter.category.as_ref() == category);
    first.map(|seat| scope.seat(group.id(), seat)).collect()
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
