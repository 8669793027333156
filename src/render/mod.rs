//! View models to bytes: HTML through templates, and data for other programs.

mod api;
mod calendar;
mod checklist;
mod discovery;
mod feed;
mod fill;
mod issue_form;
mod matrices;
mod obligations;
mod picture;
mod print;
mod references;
mod steps;
mod theme;

pub use checklist::{ISSUE_BODY, checklist_issues, checklist_json, checklist_markdown};
pub use issue_form::{IssueForm, MARK, issue_forms, issue_forms_within};
pub use steps::{Interrupted, interruptible};
pub use theme::{Templates, templates};

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::{self, Route};
use crate::pages::{self, TemplateValue};
use crate::source::{Db, Site, ThemeAssets};
use crate::strings::strings;

/// The HTML of a page; `None` when there is no such page.
///
/// Not a query: a build renders each page once and keeps nothing of it, but for those that are in the whole, too.
/// [`rendered`] is the same, kept.
///
/// # Errors
/// What the template says, with its name and line.
pub fn html<'db>(db: &'db dyn Db, route: &Route) -> Option<Result<Cow<'db, str>, Diagnostic>> {
    if print::printed(db).contains(&route.url(db)) {
        let kept = rendered(db, RouteKey::new(db, route.clone())).as_ref()?.as_ref();
        return Some(kept.map(|html| Cow::Borrowed(&**html)).map_err(Clone::clone));
    }
    Some(made(db, route)?.map(Cow::Owned))
}

/// A page, made anew.
fn made(db: &dyn Db, route: &Route) -> Option<Result<String, Diagnostic>> {
    let mut page = pages::page(db, route)?;
    if *route == pages::PRINT {
        match print::print(db) {
            Ok(whole) => page.body = TemplateValue::new(&whole),
            Err(fault) => return Some(Err(fault)),
        }
    }
    // Templates that cannot be compiled are reported once, not by every page.
    let templates = templates(db).as_ref().ok()?;
    Some(templates.render(db, &route.url(db), page))
}

/// A file for other programs.
struct DataFile {
    /// Its address within the site.
    url: &'static str,
    /// What is in it; none in a site that has no such file.
    text: fn(&dyn Db) -> Option<String>,
}

/// The files for other programs: data, and what leads through the site; at [`model::DATA_FILES`].
const DATA_FILES: [DataFile; 14] = [
    DataFile { url: "/api/compare.json", text: |db| Some(api::compare_json(db)) },
    DataFile { url: "/api/handbook.json", text: |db| Some(api::handbook_json(db)) },
    DataFile { url: "/api/obligations.json", text: |db| Some(obligations::obligations_json(db)) },
    DataFile { url: "/api/references.json", text: |db| Some(references::references_json(db)) },
    DataFile { url: "/api/seats.csv", text: |db| Some(matrices::seats_csv(db)) },
    DataFile { url: "/api/seats.json", text: |db| Some(matrices::seats_json(db)) },
    DataFile { url: "/api/skills-by-group.csv", text: |db| Some(matrices::skills_by_group_csv(db)) },
    DataFile { url: "/api/skills-by-group.json", text: |db| Some(matrices::skills_by_group_json(db)) },
    DataFile { url: "/api/skills.csv", text: |db| Some(matrices::skills_csv(db)) },
    DataFile { url: "/api/skills.json", text: |db| Some(matrices::skills_json(db)) },
    DataFile { url: pages::FEED, text: feed::feed },
    DataFile { url: "/llms.txt", text: |db| Some(discovery::llms(db)) },
    DataFile { url: "/robots.txt", text: discovery::robots },
    DataFile { url: "/sitemap.xml", text: discovery::sitemap },
];

/// Addresses of the files for other programs, checklists, calendars and pictures among them.
pub fn data_files(db: &dyn Db) -> Vec<String> {
    let named = DATA_FILES.iter().map(|file| file.url.to_owned());
    let pictures = pages::pictures(db).into_iter().map(|(url, _)| url);
    named.chain(model::checklist_data_urls(db)).chain(model::calendar_urls(db)).chain(pictures).collect()
}

/// What is in a file for other programs; `None` where there is none at the address.
pub fn data_file(db: &dyn Db, url: &str) -> Option<Vec<u8>> {
    if let Some(file) = DATA_FILES.iter().find(|file| file.url == url) {
        return (file.text)(db).map(String::into_bytes);
    }
    if let Some(route) = model::checklist_route_at(url) {
        let list = pages::export::checklist_of_page(db, &route)?;
        return Some(checklist::checklist_data(&list).into_bytes());
    }
    if let Some((_, label)) = pages::pictures(db).into_iter().find(|(known, _)| known == url) {
        return Some(picture::picture(&label, &Site::get(db).config(db).title));
    }
    calendar::text_at(db, url).map(String::into_bytes)
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
    Some(made(db, key.route(db))?.map(Arc::from))
}

/// The theme's files as pages use them: the strings of a script are written before it.
#[salsa::tracked]
pub fn assets(db: &dyn Db) -> ThemeAssets {
    let strings = strings(db);
    let assets = Site::get(db).assets(db).iter();
    let with_strings = |(name, bytes): (&String, &Arc<[u8]>)| match strings.of_script(name) {
        Some(strings) => {
            let strings = format!("const strings = {strings};\n");
            (name.clone(), [strings.as_bytes(), bytes].concat().into())
        }
        None => (name.clone(), bytes.clone()),
    };
    assets.map(with_strings).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_data_files_are_known_to_the_model() {
        assert_eq!(DATA_FILES.map(|file| file.url), model::DATA_FILES);
    }
}
