//! The whole handbook on one page: the main part of each page, fitted together.

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

/// The chapters of the whole.
///
/// # Errors
/// What a template says that fails.
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
        let label = strings(db).get(&format!("sections.{id}.label"));
        chapters.push(PrintChapter { id: format!("rb-{id}"), label, pages: printed });
    }
    Ok(Print { chapters })
}

/// The addresses of the pages that are printed.
#[salsa::tracked]
pub fn printed(db: &dyn Db) -> BTreeSet<String> {
    pages::printed(db).into_iter().flat_map(|(_, routes)| routes).map(|route| route.url(db)).collect()
}

/// The main part of a page, fitted into the whole.
#[salsa::tracked]
fn part<'db>(db: &'db dyn Db, key: RouteKey<'db>) -> Option<Result<Arc<str>, Diagnostic>> {
    let html = rendered(db, key).as_ref()?.as_ref().map_err(Clone::clone);
    Some(html.map(|html| fitted(main(html), &key.route(db).url(db), printed(db)).into()))
}

/// What stands in the main element; all of it where there is none.
fn main(html: &str) -> &str {
    let Some((_, rest)) = html.split_once("<main") else { return html };
    let inner = rest.split_once('>').map_or(rest, |(_, inner)| inner);
    inner.rsplit_once("</main>").map_or(inner, |(inner, _)| inner)
}

/// Whether an element has no place on paper: what leads through the site, what no script is run for, and what a template
/// says is for screens alone.
fn stays_behind(html: &str, name: &str, attributes: &[Attribute]) -> bool {
    let is_for_screens = |known: &Attribute| {
        known.name == "class" && html[known.value.clone()].split(' ').any(|class| class == "rb-screen")
    };
    matches!(name, "nav" | "script") || attributes.iter().any(is_for_screens)
}

/// Headings one level lower, ids that are unique in the whole, links to what is printed with it, folds open.
fn fitted(html: &str, page: &str, printed: &BTreeSet<String>) -> String {
    let id = pages::print_anchor(page);
    let mut fitted = String::with_capacity(html.len() + html.len() / 8);
    // The element that is left out, and how many of its name are open in it.
    let mut left_out: Option<(String, usize)> = None;
    for piece in pieces(html) {
        if let Piece::Tag { name, end, attributes, .. } = &piece {
            match &mut left_out {
                Some((known, open)) if known == name => {
                    *open = if *end { *open - 1 } else { *open + 1 };
                    left_out = left_out.filter(|(_, open)| *open > 0);
                    continue;
                }
                None if !end && stays_behind(html, name, attributes) => left_out = Some((name.clone(), 1)),
                _ => {}
            }
        }
        if left_out.is_some() {
            continue;
        }
        let (span, name, end, attributes) = match piece {
            Piece::Text(span) | Piece::Comment(span) => {
                fitted.push_str(&html[span]);
                continue;
            }
            Piece::Tag { span, name, end, attributes } => (span, name, end, attributes),
        };
        let heading = matches!(name.as_str(), "h1" | "h2" | "h3" | "h4" | "h5");
        let lower = |name: &str| name[1..].parse::<u8>().map_or(6, |level| level + 1);
        if heading && end {
            fitted.push_str(&format!("</h{}>", lower(&name)));
            continue;
        }
        let mut done = span.start;
        if heading {
            fitted.push_str(&format!("<h{}", lower(&name)));
            done += "<h1".len();
        }
        for attribute in &attributes {
            // Of many sections of one name none is a landmark.
            if name == "section" && attribute.name.starts_with("aria-label") {
                fitted.push_str(html[done..attribute.span.start].trim_end());
                done = attribute.span.end;
                continue;
            }
            let value = attribute.text(html).into_owned();
            let value = match attribute.name.as_str() {
                "id" => format!("{id}.{value}"),
                "for" | "headers" | "aria-labelledby" | "aria-describedby" | "aria-controls" => {
                    let ids: Vec<String> = value.split(' ').map(|part| format!("{id}.{part}")).collect();
                    ids.join(" ")
                }
                "role" if value == "region" => "group".to_owned(),
                "href" | "src" => address(&value, page, &id, printed),
                _ => continue,
            };
            fitted.push_str(&html[done..attribute.value.start]);
            fitted.push_str(&escape(&value));
            done = attribute.value.end;
        }
        fitted.push_str(&html[done..span.end]);
        if name == "details"
            && !end
            && fitted.ends_with('>')
            && attributes.iter().all(|known| known.name != "open")
        {
            fitted.pop();
            fitted.push_str(" open>");
        }
    }
    fitted
}

/// Where a link of a page leads from the whole.
fn address(written: &str, page: &str, id: &str, printed: &BTreeSet<String>) -> String {
    if url::scheme(written).is_some() || written.starts_with("//") {
        return written.to_owned();
    }
    let (path, fragment) = match written.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (written, None),
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
    fn a_page_is_fitted_into_the_whole() {
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
            assert_eq!(fitted(html, "/roles/chair/", &printed), expected, "{html}");
        }
    }

    #[test]
    fn the_main_part_is_taken() {
        assert_eq!(main("<body><main id=\"m\" class=\"x\"><p>a</p></main></body>"), "<p>a</p>");
        assert_eq!(main("<p>a</p>"), "<p>a</p>");
    }
}
