//! Placeholders that stand for nothing.

use crate::community::ChecklistItem;
use crate::diagnostic::{Diagnostic, Location, nearest};
use crate::model;
use crate::model::placeholder;
use crate::source::{Db, File};

/// Finds `data/unknown-placeholder`.
pub fn run(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    if file.is_document(db) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for text in model::records(db, file).items().flat_map(ChecklistItem::texts) {
        for (_, name) in placeholder::find(&text.value)
            .filter(|(_, name)| !placeholder::names().any(|known| known == *name))
        {
            let written = format!("{{{name}}}");
            let source = &file.text(db)[text.span.clone()];
            let start = text.span.start + source.find(&written).unwrap_or(0);
            let location = Location::of(&file.name(db), file.text(db), start..start + written.len());
            let message = format!("there is no placeholder `{written}`");
            let diagnostic = Diagnostic::error("data/unknown-placeholder", message, location);
            let help =
                nearest(name, placeholder::names()).map(|known| format!("did you mean `{{{known}}}`?"));
            found.push(diagnostic.maybe_help(help));
        }
    }
    found
}
