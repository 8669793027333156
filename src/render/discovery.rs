//! Files for crawlers: `sitemap.xml`, `robots.txt`, `llms.txt`.

use std::fmt::Write;

use crate::html::escape;
use crate::model::{self, Route};
use crate::pages;
use crate::parse::spaced;
use crate::source::{Db, Site};
use crate::strings::strings;
use crate::url::below;

/// The addresses of all pages, for search engines (sitemaps.org 0.9); `None` if the site has no base URL.
pub(super) fn sitemap(db: &dyn Db) -> Option<String> {
    let base_url = Site::get(db).config(db).base_url.as_ref()?;
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (url, route) in model::written_routes(db) {
        // The print page repeats other pages; the components page is for theme authors.
        let is_left_out = [pages::NOT_FOUND, pages::PRINT, pages::COMPONENTS].contains(route);
        if is_left_out || matches!(route, Route::Redirect { .. }) {
            continue;
        }
        let _ = write!(xml, "<url><loc>{}</loc>", escape(&below(base_url, url)));
        let files = model::origins(db, route);
        if let Some(date) = pages::last_change(db, files.iter().map(|origin| origin.file)) {
            let _ = write!(xml, "<lastmod>{date}</lastmod>");
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    Some(xml)
}

/// Allows robots to read everything (RFC 9309). They request it only at the root of a host.
pub(super) fn robots(db: &dyn Db) -> Option<String> {
    let base_url = Site::get(db).config(db).base_url.as_ref()?;
    Some(format!("User-agent: *\nAllow: /\n\nSitemap: {base_url}sitemap.xml\n"))
}

/// The sections of the handbook for language models (llmstxt.org), as Markdown links.
pub(super) fn llms(db: &dyn Db) -> String {
    let config = Site::get(db).config(db);
    let base = config.base_url.as_deref().unwrap_or("/");
    let strings = strings(db);
    let mut text = format!("# {}\n", spaced(&config.title));
    if let Some(description) = &config.description {
        let _ = write!(text, "\n> {}\n", spaced(description));
    }
    let entry = |text: &mut String, title: &str, url: &str, about: Option<&str>| {
        let title = spaced(title).replace('[', "\\[").replace(']', "\\]");
        let _ = write!(text, "- [{title}]({})", below(base, url));
        if let Some(about) = about {
            let _ = write!(text, ": {}", spaced(about));
        }
        text.push('\n');
    };
    let heading = |text: &mut String, title: &str| {
        let _ = write!(text, "\n## {}\n\n", spaced(title));
    };
    let handbook = model::handbook(db);
    if !handbook.roles.is_empty() {
        heading(&mut text, &strings.get("sections.roles.label"));
        for role in handbook.roles.values() {
            let about = model::description(db, role.file);
            entry(&mut text, &role.title, &Route::Role(role.id.clone()).url(db), about.as_deref());
        }
    }
    if !handbook.groups.is_empty() {
        heading(&mut text, &strings.get("sections.groups.label"));
        for group in handbook.groups.values() {
            let about = group.facts.mission.as_ref().map(|mission| mission.value.as_str());
            entry(&mut text, &group.full_name(), &Route::Group(group.id().to_owned()).url(db), about);
        }
    }
    if !handbook.checklists.is_empty() {
        heading(&mut text, &strings.get("sections.checklists.label"));
        for list in handbook.checklists.values() {
            let url = Route::Checklist(list.checklist.id.value.clone()).url(db);
            entry(&mut text, &list.checklist.title, &url, None);
        }
    }
    heading(&mut text, &strings.get("llms.more"));
    for section in pages::sections(db) {
        entry(&mut text, &section.label, &section.url, Some(&section.description(db)));
    }
    text
}
