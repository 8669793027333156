//! What a page shows of a document: all of it, or that it is too large.

use super::TocItem;
use super::scope::{Place, Scope};
use crate::diagnostic::{Diagnostic, Location, code};
use crate::html::{self, escape};
use crate::model::{self, Route};
use crate::source::{Db, File};
use crate::url::Href;

/// Smallest document, in bytes, that is looked at: the HTML of a smaller one is far below the limit.
const SUSPECT: usize = 256 << 10;
/// Most HTML of a document, its contents included, in bytes. A page has 64 MB, and shows more than its document.
const LARGEST: usize = 48 << 20;
/// How much HTML a line of the contents takes beside its label and its address, in bytes; it is on the page twice.
const CONTENTS_LINE: usize = 50;

/// Whether a document makes too large a page.
#[salsa::tracked(returns(copy))]
pub fn is_too_large(db: &dyn Db, file: File) -> bool {
    if !file.is_document(db) || file.text(db).len() < SUSPECT {
        return false;
    }
    let rendered = suspect(db, file);
    let lines = toc(&rendered.toc).into_iter();
    let contents: usize = lines.map(|item| 2 * (item.label.len() + item.url.len() + CONTENTS_LINE)).sum();
    rendered.body.len() + contents > LARGEST
}

/// A whole document that may be too large for a page: kept, as its page shows what the check looks at.
#[salsa::tracked(returns(ref))]
fn suspect(db: &dyn Db, file: File) -> html::Rendered {
    let url = model::document_url(db, file);
    rendered(&Scope { db, place: Place::Page(&url) }, file)
}

/// Says that a document makes too large a page. The site is whole without other people's documents, not without its own.
pub fn too_large(db: &dyn Db, file: File) -> Option<Diagnostic> {
    let severity = file.config(db).trust.severity();
    is_too_large(db, file).then(|| {
        let message = format!("the page of this document would be larger than {} MB", LARGEST >> 20);
        let location = Location::line(&file.name(db), 1, 1);
        Diagnostic::of(severity, code::PAGES_TOO_LARGE, message, location)
            .help("split the document, or leave it out with `exclude` in site.toml")
    })
}

/// A whole document; of one that is too large for a page, a note that says so.
pub(super) fn document(scope: &Scope, file: File) -> html::Rendered {
    let is_own_page = || scope.url() == Some(&*model::document_url(scope.db, file));
    if is_too_large(scope.db, file) {
        note(scope, file)
    } else if file.text(scope.db).len() >= SUSPECT && is_own_page() {
        suspect(scope.db, file).clone()
    } else {
        rendered(scope, file)
    }
}

/// A whole document, however large.
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

/// The note that stands in place of such a document.
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

/// The headings of a document that its contents list: two levels, from the first that it has below its title.
/// What has several H1 is divided by them.
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
    fn contents_list_two_levels_from_the_highest_below_the_title() {
        let sections = [(2, "A"), (3, "B"), (4, "C"), (2, " ")];
        assert_eq!(levels(&sections), [(2, "A".into()), (3, "B".into())]);
        let parts = [(1, "A"), (2, "B"), (3, "C"), (1, ""), (1, "D")];
        assert_eq!(levels(&parts), [(2, "A".into()), (3, "B".into()), (2, "D".into())]);
    }
}
