//! Renders the print page from the main parts of other pages.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::{RouteKey, rendered};
use crate::diagnostic::Diagnostic;
use crate::html::escape;
use crate::pages::{self, Print, PrintChapter, PrintedPage};
use crate::parse::{Attribute, Piece, pieces};
use crate::source::Db;
use crate::strings::strings;
use crate::url;

/// Renders the chapters of the print page.
///
/// # Errors
/// The error of a template that fails.
pub(super) fn print(db: &dyn Db) -> Result<Print, Diagnostic> {
    let mut chapters = Vec::new();
    for (id, routes) in pages::printed(db) {
        let mut printed = Vec::new();
        for route in routes {
            let url = route.url(db);
            let title = pages::print_title(db, &route);
            if let Some(part) = part(db, RouteKey::new(db, route)) {
                let html = part.clone()?.to_string();
                printed.push(PrintedPage { id: pages::print_anchor(&url), title, html });
            }
        }
        let label = strings(db).section_label(id);
        chapters.push(PrintChapter { id: format!("rb-{id}"), label, pages: printed });
    }
    Ok(Print { chapters })
}

/// The addresses of the printed pages.
#[salsa::tracked]
pub fn printed(db: &dyn Db) -> BTreeSet<String> {
    pages::printed(db).into_iter().flat_map(|(_, routes)| routes).map(|route| route.url(db)).collect()
}

/// The main part of a page, adapted to the print page.
#[salsa::tracked]
fn part<'db>(db: &'db dyn Db, key: RouteKey<'db>) -> Option<Result<Arc<str>, Diagnostic>> {
    let html = rendered(db, key).as_ref()?.as_ref().map_err(Clone::clone);
    Some(html.map(|html| adapted(main(html), &key.route(db).url(db), printed(db)).into()))
}

/// The content of the main element, or all of the HTML if there is none.
fn main(html: &str) -> &str {
    let Some((_, rest)) = html.split_once("<main") else { return html };
    let inner = rest.split_once('>').map_or(rest, |(_, inner)| inner);
    inner.rsplit_once("</main>").map_or(inner, |(inner, _)| inner)
}

/// True if an element is left out: navigation, scripts, and elements that a template marks as for screens only.
fn is_omitted(html: &str, name: &str, attributes: &[Attribute<'_>]) -> bool {
    let is_for_screens = |attribute: &Attribute<'_>| {
        attribute.name == "class"
            && html[attribute.value.clone()].split(' ').any(|class| class == "rb-screen")
    };
    matches!(name, "nav" | "script") || attributes.iter().any(is_for_screens)
}

/// Adapts a page to the print page: headings one level lower, ids made unique, links to printed pages made internal,
/// and details opened.
fn adapted(html: &str, page: &str, printed: &BTreeSet<String>) -> String {
    let id = pages::print_anchor(page);
    let unique = |own: &str| [id.as_str(), ".", own].concat();
    let mut adapted = String::with_capacity(html.len() + html.len() / 8);
    // The omitted element and the number of open elements of the same name.
    let mut omitted: Option<(Cow<'_, str>, usize)> = None;
    for piece in pieces(html) {
        if let Piece::Tag { name, end, attributes, .. } = &piece {
            match &mut omitted {
                Some((outer, open)) if outer == name => {
                    *open = if *end { *open - 1 } else { *open + 1 };
                    omitted = omitted.filter(|(_, open)| *open > 0);
                    continue;
                }
                None if !end && is_omitted(html, name, attributes) => omitted = Some((name.clone(), 1)),
                _ => {}
            }
        }
        if omitted.is_some() {
            continue;
        }
        let (span, name, end, attributes) = match piece {
            Piece::Text(span) | Piece::Comment(span) => {
                adapted.push_str(&html[span]);
                continue;
            }
            Piece::Tag { span, name, end, attributes } => (span, name, end, attributes),
        };
        let heading = matches!(&*name, "h1" | "h2" | "h3" | "h4" | "h5");
        let lower = |name: &str| name[1..].parse::<u8>().map_or(6, |level| level + 1);
        if heading && end {
            adapted.push_str(&format!("</h{}>", lower(&name)));
            continue;
        }
        let mut done = span.start;
        if heading {
            adapted.push_str(&format!("<h{}", lower(&name)));
            done += "<h1".len();
        }
        for attribute in &attributes {
            // With many sections of the same name, landmarks would be useless.
            if name == "section" && attribute.name.starts_with("aria-label") {
                adapted.push_str(html[done..attribute.span.start].trim_end());
                done = attribute.span.end;
                continue;
            }
            let value = attribute.text(html);
            let value = match &*attribute.name {
                "id" => unique(&value),
                "for" | "headers" | "aria-labelledby" | "aria-describedby" | "aria-controls" => {
                    value.split(' ').map(unique).collect::<Vec<_>>().join(" ")
                }
                "role" if value == "region" => "group".to_owned(),
                "href" | "src" => address(&value, page, &id, printed),
                _ => continue,
            };
            adapted.push_str(&html[done..attribute.value.start]);
            adapted.push_str(&escape(&value));
            done = attribute.value.end;
        }
        adapted.push_str(&html[done..span.end]);
        if name == "details"
            && !end
            && adapted.ends_with('>')
            && attributes.iter().all(|attribute| attribute.name != "open")
        {
            adapted.pop();
            adapted.push_str(" open>");
        }
    }
    adapted
}

/// The address of a page's link on the print page.
fn address(destination: &str, page: &str, id: &str, printed: &BTreeSet<String>) -> String {
    if url::scheme(destination).is_some() || destination.starts_with("//") {
        return destination.to_owned();
    }
    let (path, fragment) = match destination.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (destination, None),
    };
    let below = |id: &str| match fragment {
        Some(fragment) if !fragment.is_empty() => format!("#{}.{fragment}", url::encode_fragment(id)),
        _ => format!("#{}", url::encode_fragment(id)),
    };
    if path.is_empty() {
        return below(id);
    }
    let (path, query) = path.find('?').map_or((path, ""), |at| path.split_at(at));
    let (joined, _) = url::join(page.trim_matches('/'), &url::decode(path));
    let target = match (joined.is_empty(), path.ends_with('/') || path.ends_with("..") || path == ".") {
        (true, _) => "/".to_owned(),
        (_, true) => format!("/{}/", joined.trim_end_matches('/')),
        _ => format!("/{joined}"),
    };
    if printed.contains(&target) {
        return below(&pages::print_anchor(&target));
    }
    let fragment = fragment.map_or(String::new(), |fragment| format!("#{fragment}"));
    format!("{}{query}{fragment}", url::relative("/print/", &target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_adapted_to_the_print_page() {
        let printed = BTreeSet::from(["/roles/chair/".to_owned(), "/guides/a b/".to_owned()]);
        for (html, expected) in [
            ("<h1 id=\"x\">A</h1>", "<h2 id=\"roles.chair.x\">A</h2>"),
            ("<h5>a</h5><h6>b</h6>", "<h6>a</h6><h6>b</h6>"),
            ("<a href=\"#y\">", "<a href=\"#roles.chair.y\">"),
            ("<a href=\"../../guides/a%20b/#z\">", "<a href=\"#guides.a%20b.z\">"),
            ("<a href=\"../\">", "<a href=\"../roles/\">"),
            ("<a href=\"../../\">", "<a href=\"../\">"),
            ("<a href=\"../../api/x.json\">", "<a href=\"../api/x.json\">"),
            ("<a href=\"../../calendar/?group=x#y\">", "<a href=\"../calendar/?group=x#y\">"),
            ("<a href=\"https://x.example/#a\">", "<a href=\"https://x.example/#a\">"),
            ("<a href=\"mailto:a@x.example\">", "<a href=\"mailto:a@x.example\">"),
            ("<img src=\"../p.png\" alt=\"\">", "<img src=\"../roles/p.png\" alt=\"\">"),
            ("<details class=\"f\"><summary>", "<details class=\"f\" open><summary>"),
            ("<details open>", "<details open>"),
            (
                "<th id=\"b\" headers=\"b c\">",
                "<th id=\"roles.chair.b\" headers=\"roles.chair.b roles.chair.c\">",
            ),
            ("<section class=\"r\" aria-labelledby=\"x\">", "<section class=\"r\">"),
            ("<div tabindex=\"0\" role=\"region\">", "<div tabindex=\"0\" role=\"group\">"),
            ("a < b &amp; c", "a < b &amp; c"),
            (
                "a<nav aria-label=\"x\"><ol><li><nav>b</nav><h2>c</h2></nav>d<script src=\"x.js\"></script>e",
                "ade",
            ),
        ] {
            assert_eq!(adapted(html, "/roles/chair/", &printed), expected, "{html}");
        }
    }

    #[test]
    fn the_main_element_is_extracted() {
        assert_eq!(main("<body><main id=\"m\" class=\"x\"><p>a</p></main></body>"), "<p>a</p>");
        assert_eq!(main("<p>a</p>"), "<p>a</p>");
    }
}
