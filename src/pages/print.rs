//! The whole handbook on one page, for printing and offline reading.

use serde::Serialize;

use super::PageView;
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use crate::model::{self, Key, Navigation, Route};
use crate::source::Db;
use crate::strings::strings;

/// `print`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Print {
    pub chapters: Vec<PrintChapter>,
}

/// A part of the handbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PrintChapter {
    pub id: String,
    pub label: String,
    pub pages: Vec<PrintedPage>,
}

/// A page within the print page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PrintedPage {
    /// Its anchor. Anchors within it have this and a dot as a prefix.
    pub id: String,
    pub title: String,
    /// The page's HTML with headings one level lower. Links to other printed pages stay on this page.
    pub html: String,
}

/// Route of the print page.
pub const PRINT: Route = Route::Fixed("/print/");

impl FixedPage for Print {
    const NAME: &'static str = "print";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = PRINT;

    fn exists(_: &dyn Db) -> bool {
        true
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Footer(8))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let strings = strings(scope.db);
        let page = PageView::new(scope, &strings.get("sections.print.label"))
            .description(Some(strings.get("sections.print.description")))
            .breadcrumbs(vec![scope.home()]);
        // `render::print` fills in the chapters from the rendered pages.
        (page, Print::default())
    }

    fn search_entries(_: &dyn Db) -> Vec<SearchEntry> {
        Vec::new()
    }
}

/// The printed pages by chapter. Documents of other sources and pages of individual people are left out.
pub fn printed(db: &dyn Db) -> Vec<(&'static str, Vec<Route>)> {
    let chapters =
        ["roles", "groups", "skills", "checklists", "governance", "guides", "documents", "glossary"];
    let mut printed: Vec<(&'static str, Vec<Route>)> = chapters.map(|chapter| (chapter, Vec::new())).into();
    for (url, route) in model::written_routes(db) {
        let chapter = match route {
            Route::Role(_) => "roles",
            Route::Group(_) => "groups",
            &Route::SKILLS | Route::Skill(_) => "skills",
            Route::Checklist(_) => "checklists",
            Route::Document(file) if !file.is_own(db) => continue,
            Route::Document(_) if url.starts_with("/governance/") => "governance",
            Route::Document(_) if url.starts_with("/guides/") => "guides",
            Route::Document(_) => "documents",
            &Route::GLOSSARY => "glossary",
            _ => continue,
        };
        if let Some((_, routes)) = printed.iter_mut().find(|(name, _)| *name == chapter) {
            routes.push(route.clone());
        }
    }
    printed.retain(|(_, routes)| !routes.is_empty());
    printed
}

/// Title of a page in the table of contents of the print page.
pub fn title(db: &dyn Db, route: &Route) -> String {
    let own = match route {
        Route::Checklist(id) => {
            model::checklist(db, Key::new(db, id.clone())).as_ref().map(|entry| entry.checklist.title.clone())
        }
        Route::Skill(id) => {
            model::skill(db, Key::new(db, id.clone())).as_ref().map(|entry| entry.skill.name.clone())
        }
        _ => None,
    };
    own.unwrap_or_else(|| super::title(db, route))
}

/// Anchor of a page within the print page.
pub fn anchor(url: &str) -> String {
    url.trim_matches('/').replace('/', ".")
}
