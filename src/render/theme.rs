//! Tera: templates of the theme, and what is wrong with them.

use tera::{Context, ErrorKind, Tera};

use crate::diagnostic::{Diagnostic, FileName, Location};
use crate::pages::{Body, Page};
use crate::source::{Db, Site, Theme};

/// The compiled templates of the theme.
pub struct Templates {
    tera: Tera,
}

impl Templates {
    /// Renders a page.
    ///
    /// # Errors
    /// `template/render`, with the template and the line.
    pub fn render(&self, db: &dyn Db, page: &Page) -> Result<String, Diagnostic> {
        let mut context = Context::new();
        context.insert("site", &page.site);
        context.insert("page", &page.page);
        context.insert(object(&page.body), &page.body);
        let name = format!("{}.html", page.page.kind);
        self.tera
            .render(&name, &context)
            .map_err(|error| diagnostic("template/render", &error, Site::get(db).theme(db)))
    }
}

/// The name under which a template gets what its kind of page shows.
fn object(body: &Body) -> &'static str {
    match body {
        Body::Home(_) => "home",
        Body::NotFound(_) => "not_found",
        Body::Roles(_) => "roles",
        Body::Role(_) => "role",
        Body::Groups(_) => "groups",
        Body::Group(_) => "group",
        Body::Lead(_) => "lead",
        Body::People(_) => "people",
        Body::Person(_) => "person",
        Body::Skills(_) => "skills",
        Body::Skill(_) => "skill",
        Body::Checklists(_) => "checklists",
        Body::Checklist(_) => "checklist",
        Body::Glossary(_) => "glossary",
        Body::Document(_) => "document",
        Body::Folder(_) => "folder",
    }
}

/// The theme's templates, or what keeps them from being compiled.
#[salsa::tracked(no_eq)]
pub fn templates(db: &dyn Db) -> Result<Templates, Diagnostic> {
    let theme = Site::get(db).theme(db);
    let mut tera = Tera::default();
    let templates = theme.templates.iter().map(|(name, (text, _))| (name.as_str(), &**text));
    tera.add_raw_templates(templates).map_err(|error| diagnostic("template/syntax", &error, theme))?;
    Ok(Templates { tera })
}

/// Tera's error at its place. A template of the binary has no file in the site; it is named all the same.
fn diagnostic(code: &'static str, error: &tera::Error, theme: &Theme) -> Diagnostic {
    let file = |name: &str| match theme.templates.get(name) {
        Some((_, true)) => FileName::site(&format!("{}/templates/{name}", theme.folder)),
        _ => FileName { source: Some("default theme".into()), path: format!("templates/{name}").into() },
    };
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let name = report.filename();
            let text = theme.templates.get(name).map_or("", |(text, _)| text);
            let location = Location::of(&file(name), text, report.span().range.clone());
            Diagnostic::error(code, report.message(), location)
        }
        kind => {
            let message = error.to_string();
            let message = message.lines().next().unwrap_or_default().to_owned();
            let name = match kind {
                ErrorKind::MissingParent { current, .. } => Some(current),
                ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => Some(tpl),
                _ => theme.templates.keys().find(|name| message.contains(name.as_str())),
            };
            Diagnostic::error(code, message, name.map(|name| Location::line(&file(name), 1, 1)))
        }
    }
}
