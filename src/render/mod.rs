//! View models to bytes: HTML through templates, and data for other programs.

mod api;
mod calendar;
mod checklist;
mod feed;
mod issue_form;
mod matrices;
mod obligations;
mod references;
mod theme;

pub use checklist::{ISSUE_BODY, checklist_issues, checklist_json, checklist_markdown};
pub use issue_form::{IssueForm, MARK, issue_forms, issue_forms_within};
pub use theme::{Templates, templates};

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::Route;
use crate::pages;
use crate::source::Db;

/// The HTML of a page; `None` when there is no such page.
///
/// Not a query: a build renders each page once and keeps nothing of it. [`rendered`] is the same, kept.
///
/// # Errors
/// What the template says, with its name and line.
pub fn html(db: &dyn Db, route: &Route) -> Option<Result<String, Diagnostic>> {
    let page = pages::page(db, route)?;
    // Templates that cannot be compiled are reported once, not by every page.
    let templates = templates(db).as_ref().ok()?;
    Some(templates.render(db, &page))
}

/// A file for other programs.
struct DataFile {
    /// Its address within the site.
    url: &'static str,
    /// What is in it.
    text: fn(&dyn Db) -> String,
}

/// The files for other programs that every site has.
const DATA_FILES: [DataFile; 10] = [
    DataFile { url: "/api/compare.json", text: api::compare_json },
    DataFile { url: "/api/handbook.json", text: api::handbook_json },
    DataFile { url: "/api/obligations.json", text: obligations::obligations_json },
    DataFile { url: "/api/references.json", text: references::references_json },
    DataFile { url: "/api/seats.csv", text: matrices::seats_csv },
    DataFile { url: "/api/seats.json", text: matrices::seats_json },
    DataFile { url: "/api/skills-by-group.csv", text: matrices::skills_by_group_csv },
    DataFile { url: "/api/skills-by-group.json", text: matrices::skills_by_group_json },
    DataFile { url: "/api/skills.csv", text: matrices::skills_csv },
    DataFile { url: "/api/skills.json", text: matrices::skills_json },
];

/// Addresses of the files for other programs, calendars and the feed among them.
pub fn data_files(db: &dyn Db) -> Vec<String> {
    let feed = pages::has_feed(db).then(|| pages::FEED.to_owned());
    DATA_FILES.iter().map(|file| file.url.to_owned()).chain(calendar::urls(db)).chain(feed).collect()
}

/// What is in a file for other programs; `None` where there is none at the address.
pub fn data_file(db: &dyn Db, url: &str) -> Option<String> {
    match DATA_FILES.iter().find(|file| file.url == url) {
        Some(file) => Some((file.text)(db)),
        None if url == pages::FEED => feed::feed(db),
        None => calendar::text_at(db, url),
    }
}

/// A route, as a question.
#[salsa::interned]
pub struct RouteKey<'db> {
    /// The route.
    pub route: Route,
}

/// [`html`], kept until something it shows changes.
#[salsa::tracked]
pub fn rendered<'db>(db: &'db dyn Db, key: RouteKey<'db>) -> Option<Result<Arc<str>, Diagnostic>> {
    Some(html(db, key.route(db))?.map(Arc::from))
}
