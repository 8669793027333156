//! The body of a document page: the rendered document, or a note that it is too large.

use super::TocItem;
use super::scope::{Base, Scope};
use crate::diagnostic::{Diagnostic, Location, code};
use crate::html::{self, escape};
use crate::model::{self, Route};
use crate::source::{Db, File};
use crate::url::Href;

/// Size in bytes from which documents are checked; the HTML of smaller ones is far below the limit.
const CHECKED_SIZE: usize = 256 << 10;
/// Limit for the HTML of a document including its table of contents, in bytes. The limit of a page is 64 MB, and a page
/// shows more than its document.
const LARGEST: usize = 48 << 20;
/// Estimated HTML of an entry in the table of contents, without its label and address, in bytes. Each entry appears
/// twice on the page.
const CONTENTS_LINE: usize = 50;

/// True if the page of a document would be too large.
#[salsa::tracked(returns(copy))]
pub fn is_too_large(db: &dyn Db, file: File) -> bool {
    if !file.is_document(db) || file.text(db).len() < CHECKED_SIZE {
        return false;
    }
    let rendered = rendered_large(db, file);
    let lines = toc(&rendered.toc).into_iter();
    let contents: usize = lines.map(|item| 2 * (item.label.len() + item.url.len() + CONTENTS_LINE)).sum();
    rendered.body.len() + contents > LARGEST
}

/// Renders a whole document that may be too large for a page. Memoized, because both the check and the page need it.
#[salsa::tracked(returns(ref))]
fn rendered_large(db: &dyn Db, file: File) -> html::Rendered {
    let url = model::document_url(db, file);
    rendered(&Scope { db, base: Base::Page(&url) }, file)
}

/// The diagnostic for a document whose page would be too large. It is an error only for the site's own documents: a
/// site without a mounted document is still complete.
pub fn too_large(db: &dyn Db, file: File) -> Option<Diagnostic> {
    let severity = file.config(db).trust.severity();
    is_too_large(db, file).then(|| {
        let message = format!("the page of this document would be larger than {} MB", LARGEST >> 20);
        let location = Location::line(&file.name(db), 1, 1);
        Diagnostic::of(severity, code::PAGES_TOO_LARGE, message, location)
            .help("split the document, or leave it out with `exclude` in site.toml")
    })
}

/// Renders a whole document, or a note in its place if it is too large for a page.
pub(super) fn document(scope: &Scope, file: File) -> html::Rendered {
    let is_own_page = || scope.url() == Some(&*model::document_url(scope.db, file));
    if is_too_large(scope.db, file) {
        note(scope, file)
    } else if file.text(scope.db).len() >= CHECKED_SIZE && is_own_page() {
        rendered_large(scope.db, file).clone()
    } else {
        rendered(scope, file)
    }
}

/// Renders a whole document of any size.
fn rendered(scope: &Scope, file: File) -> html::Rendered {
    let glossary = scope.to(&Route::GLOSSARY.url(scope.db));
    let cited = super::cited::counts(scope.db, file).iter();
    let cited = cited.map(|(anchor, times)| (anchor.clone(), scope.cited_times(*times))).collect();
    let additions = html::Additions {
        obligations: model::is_normative(scope.db, file),
        terms: Some((super::glossary::terms(scope.db), &glossary)),
        citations: Some(&cited),
    };
    scope.with_additions(file, additions)
}

/// The note shown in place of a document that is too large.
fn note(scope: &Scope, file: File) -> html::Rendered {
    let link = scope.view_source(file).map(|link| {
        format!(" <a class=\"rb-external\" href=\"{}\">{}</a>", escape(&link.url), escape(&link.label))
    });
    let note = escape(&scope.string("page.too_large"));
    html::Rendered {
        body: format!("<p class=\"rb-note\">{note}{}</p>\n", link.unwrap_or_default()),
        ..html::Rendered::default()
    }
}

/// The headings listed in a document's table of contents: two levels, from the highest level below the title. A
/// document with several H1 headings is divided by those.
pub(super) fn toc(headings: &[html::TocEntry]) -> Vec<TocItem> {
    let named = || headings.iter().filter(|heading| !heading.text.trim().is_empty());
    let top = if named().any(|heading| heading.level == 1) { 1 } else { 2 };
    let listed = named().filter(|heading| (top..top + 2).contains(&heading.level));
    let item = |heading: &html::TocEntry| TocItem {
        label: heading.text.clone(),
        url: Href::element(&heading.id),
        level: heading.level + 2 - top,
    };
    listed.map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(headings: &[(u8, &str)]) -> Vec<(u8, String)> {
        let entry = |(level, text): &(u8, &str)| html::TocEntry {
            level: *level,
            text: (*text).into(),
            id: text.to_lowercase(),
        };
        let headings: Vec<_> = headings.iter().map(entry).collect();
        toc(&headings).into_iter().map(|item| (item.level, item.label)).collect()
    }

    #[test]
    fn tables_of_contents_have_two_levels_below_the_title() {
        let sections = [(2, "A"), (3, "B"), (4, "C"), (2, " ")];
        assert_eq!(levels(&sections), [(2, "A".into()), (3, "B".into())]);
        let parts = [(1, "A"), (2, "B"), (3, "C"), (1, ""), (1, "D")];
        assert_eq!(levels(&parts), [(2, "A".into()), (3, "B".into()), (2, "D".into())]);
    }
}
