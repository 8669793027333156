//! Renders view models: HTML through templates, and data for other programs.

mod api;
mod brand;
mod calendar;
mod checklist;
mod conformance;
mod discovery;
mod feed;
mod fill;
mod impact;
mod issue_form;
mod matrices;
mod needs;
mod obligations;
mod picture;
mod print;
mod references;
mod rosters;
mod steps;
mod theme;

pub use checklist::{ISSUE_BODY_LIMIT, checklist_issues, checklist_json, checklist_markdown};
pub use impact::{impact_issue, impact_json, impact_markdown};
pub use issue_form::{ISSUE_FORM_HEADER, IssueForm, issue_forms, issue_forms_with_limit};
pub use rosters::{ROSTER_BODY_HEADER, reason, role_titles, roster_body, rosters_json};
pub use steps::{Interrupted, interruptible};
pub use theme::{Templates, templates};

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use crate::config::{BRAND_STYLE, ColorName, Scheme};
use crate::diagnostic::Diagnostic;
use crate::model::{GeneratedFile, Route};
use crate::pages::{self, TemplateValue};
use crate::source::{Db, Site, ThemeAssets};
use crate::strings::strings;

/// Renders a page; `None` if it does not exist.
///
/// Not a query: a build renders each page once and keeps only those included in the print page. [`rendered`] is the
/// memoized form.
///
/// # Errors
/// A template error, with the template's name and line.
pub fn html<'db>(db: &'db dyn Db, route: &Route) -> Option<Result<Cow<'db, str>, Diagnostic>> {
    if print::printed(db).contains(&route.url(db)) {
        let kept = rendered(db, RouteKey::new(db, route.clone())).as_ref()?.as_ref();
        return Some(kept.map(|html| Cow::Borrowed(&**html)).map_err(Clone::clone));
    }
    Some(render_page(db, route)?.map(Cow::Owned))
}

/// Renders a page without memoization.
fn render_page(db: &dyn Db, route: &Route) -> Option<Result<String, Diagnostic>> {
    let mut page = pages::page(db, route)?;
    if *route == pages::PRINT {
        match print::print(db) {
            Ok(whole) => page.body = TemplateValue::new(&whole),
            Err(fault) => return Some(Err(fault)),
        }
    }
    // A template that does not compile is reported once, not for every page.
    let templates = templates(db).as_ref().ok()?;
    Some(templates.render(db, route, page))
}

/// A file with a fixed address.
struct Named {
    /// Address within the site.
    url: &'static str,
    /// Renders the file; `None` if the site does not have it.
    file: fn(&dyn Db) -> Option<Generated>,
}

/// The content of a generated file.
pub enum Generated<'db> {
    /// All of it.
    Bytes(Vec<u8>),
    /// Writes it.
    Pieces(WritePieces<'db>),
}

/// See [`Generated::Pieces`]. For files that grow with the documents.
pub type WritePieces<'db> = Box<dyn Fn(&mut dyn Write) -> io::Result<()> + 'db>;

impl From<String> for Generated<'_> {
    fn from(text: String) -> Self {
        Self::Bytes(text.into_bytes())
    }
}

impl Generated<'_> {
    /// Its whole content.
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Pieces(write) => {
                let mut bytes = Vec::new();
                // Writing to memory cannot fail.
                let _ = write(&mut bytes);
                bytes
            }
        }
    }
}

/// Files for other programs and for crawlers.
const NAMED: [Named; 19] = [
    Named { url: "/api/compare.json", file: |db| Some(api::compare_json(db).into()) },
    Named { url: "/api/handbook.json", file: |db| Some(api::handbook_json(db).into()) },
    Named { url: "/api/obligations.json", file: |db| Some(obligations::obligations_json(db).into()) },
    Named { url: "/api/conformance.json", file: |db| conformance::conformance_json(db).map(Into::into) },
    Named { url: "/api/needs.json", file: |db| needs::needs_json(db).map(Into::into) },
    Named { url: "/api/records.json", file: |db| api::records_json(db).map(Into::into) },
    Named { url: "/api/references.json", file: |db| Some(references::references_json(db)) },
    Named { url: "/api/rosters.json", file: |db| rosters::rosters_json(db).map(Into::into) },
    Named { url: "/api/seats.csv", file: |db| Some(matrices::seats_csv(db).into()) },
    Named { url: "/api/seats.json", file: |db| Some(matrices::seats_json(db).into()) },
    Named { url: "/api/skills-by-group.csv", file: |db| Some(matrices::skills_by_group_csv(db).into()) },
    Named { url: "/api/skills-by-group.json", file: |db| Some(matrices::skills_by_group_json(db).into()) },
    Named { url: "/api/skills.csv", file: |db| Some(matrices::skills_csv(db).into()) },
    Named { url: "/api/skills.json", file: |db| Some(matrices::skills_json(db).into()) },
    Named { url: "/api/trace.csv", file: |db| matrices::trace_csv(db).map(Into::into) },
    Named { url: pages::FEED, file: |db| feed::feed(db).map(Into::into) },
    Named { url: "/llms.txt", file: |db| Some(discovery::llms(db).into()) },
    Named { url: "/robots.txt", file: |db| discovery::robots(db).map(Into::into) },
    Named { url: "/sitemap.xml", file: |db| discovery::sitemap(db).map(Into::into) },
];

/// The addresses of files with a fixed address, as the model needs them; see [`NamedFiles`](crate::model::NamedFiles).
pub fn named_files() -> Vec<&'static str> {
    NAMED.iter().map(|file| file.url).collect()
}

/// Renders a generated file that is not a page; `None` if it does not exist.
pub fn generated_file<'db>(db: &'db dyn Db, file: &GeneratedFile) -> Option<Generated<'db>> {
    Some(match file {
        GeneratedFile::Named(url) => (NAMED.iter().find(|named| named.url == *url)?.file)(db)?,
        GeneratedFile::Calendar { group, is_unconfirmed } => {
            calendar::text(db, group.as_deref(), *is_unconfirmed)?.into()
        }
        GeneratedFile::Checklist(route) => {
            checklist::checklist_json_line(&pages::export::checklist_of_page(db, route)?).into()
        }
        GeneratedFile::Picture(kind) => {
            let (config, strings) = (Site::get(db).config(db), strings(db));
            let accent = config.brand.colors.is_set(ColorName::Accent);
            let accent = accent.then(|| config.brand.colors.get(ColorName::Accent, Scheme::Dark).parts());
            let label = strings.get(&format!("kinds.{kind}"));
            Generated::Bytes(picture::picture(&label, &config.title, accent, strings.is_rtl()))
        }
    })
}

/// Interned route.
#[salsa::interned]
pub struct RouteKey<'db> {
    /// The route.
    pub route: Route,
}

/// Memoized form of [`html`].
#[salsa::tracked]
pub fn rendered<'db>(db: &'db dyn Db, key: RouteKey<'db>) -> Option<Result<Arc<str>, Diagnostic>> {
    Some(render_page(db, key.route(db))?.map(Arc::from))
}

/// The theme's files as served: each script starts with the strings that it uses, if any, and the style sheet of the
/// site is one of them.
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
    let style = brand::style_sheet(&Site::get(db).config(db).brand);
    let style = style.map(|text| (BRAND_STYLE.to_owned(), text.into_bytes().into()));
    assets.map(with_strings).chain(style).collect()
}
