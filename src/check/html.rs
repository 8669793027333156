//! Raw HTML that exceeds the limits.

use crate::diagnostic::{Diagnostic, code};
use crate::model;
use crate::parse::Bound;
use crate::source::{Db, File};

/// Finds `html/too-complex`, at most once per document.
pub(super) fn run(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    // Raw HTML of the handbook's own documents is not limited.
    if !file.is_document(db) || file.is_own(db) {
        return Vec::new();
    }
    let Some((bound, span)) = &model::document(db, file).beyond else { return Vec::new() };
    let most = bound.most();
    let (message, help) = match bound {
        Bound::Deep => (
            format!(
                "raw HTML is nested more than {most} elements deep; this tag and others like it are dropped"
            ),
            "add the end tags that are missing, or remove elements around this one",
        ),
        Bound::Formatting => (
            format!("more than {most} formatting elements are open; this tag and others like it are dropped"),
            "add the end tags that are missing, such as `</font>` and `</b>`",
        ),
        Bound::Attributes => (
            format!("a tag has more than {most} attributes; those from this one on are dropped"),
            "remove the attributes that are not needed",
        ),
        Bound::Misplaced => (
            format!(
                "more than {most} elements stand between the cells of tables; those from this one on are dropped"
            ),
            "put what a table shows into `<td>` or `<th>`",
        ),
    };
    let location = file.location(db, span.clone());
    vec![Diagnostic::new(code::HTML_TOO_COMPLEX, message, location).help(help)]
}
