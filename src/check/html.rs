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
    let Some((bound, span)) = &model::document(db, file).exceeded_bound else { return Vec::new() };
    let most = bound.most();
    let (message, help) = match bound {
        Bound::Deep => (
            format!(
                "raw HTML is nested more than {most} elements deep; this tag and others like it are dropped"
            ),
            "add the missing end tags, or remove some of the enclosing elements",
        ),
        Bound::Formatting => (
            format!("more than {most} formatting elements are open; this tag and others like it are dropped"),
            "add the missing end tags, such as `</font>` and `</b>`",
        ),
        Bound::Attributes => (
            format!("a tag has more than {most} attributes; this one and the rest are dropped"),
            "remove the attributes that are not needed",
        ),
        Bound::Misplaced => (
            format!("more than {most} elements are between table cells; this one and the rest are dropped"),
            "put the contents of the table into `<td>` or `<th>` elements",
        ),
    };
    let location = file.location(db, span.clone());
    vec![Diagnostic::new(code::HTML_TOO_COMPLEX, message, location).help(help)]
}
