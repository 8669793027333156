//! Unknown placeholders.

use crate::diagnostic::{Diagnostic, code, nearest};
use crate::facts::{Blank, Each, Need, Placeholder, Records, Template};
use crate::model;
use crate::parse::At;
use crate::source::{Db, File};

/// Finds `data/unknown-placeholder`.
pub(super) fn run(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    if file.is_document(db) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut report = |span: &std::ops::Range<usize>, name: &str, written: &str, known: Vec<String>| {
        let source = &file.text(db)[span.clone()];
        let start = span.start + source.find(written).unwrap_or(0);
        let location = file.location(db, start..start + written.len());
        let message = format!("there is no placeholder `{written}` here");
        let help = nearest(name, known.iter().map(String::as_str));
        let help = help.map(|known| format!("did you mean `{known}`?"));
        found.push(Diagnostic::new(code::DATA_UNKNOWN_PLACEHOLDER, message, location).maybe_help(help));
    };
    let records = model::records(db, file);
    for (text, each, blanks) in texts(records) {
        let is_known = |placeholder: &Placeholder| match placeholder {
            Placeholder::Blank(id) => blanks.iter().any(|blank| blank.id.value == *id),
            placeholder => placeholder.fits(each),
        };
        for placeholder in text.placeholders().filter(|placeholder| !is_known(placeholder)) {
            let fitting = Placeholder::all().filter(|known| known.fits(each));
            let blanks = blanks.iter().map(|blank| Placeholder::Blank(blank.id.value.clone()));
            let known = fitting.chain(blanks).map(|known| known.to_string()).collect();
            let name = placeholder.to_string();
            report(&text.written().span, &name, &format!("{{{name}}}"), known);
        }
    }
    for need in needs(records) {
        if let Need::Unknown(name) = &need.value {
            report(&need.span, name, name, Need::all().map(|known| known.to_string()).collect());
        }
    }
    found
}

const NO_BLANKS: &[Blank] = &[];

/// Texts with placeholders, each with the kind of record that its item repeats for and the placeholders that its letter
/// defines.
fn texts(records: &Records) -> impl Iterator<Item = (&Template, Option<Each>, &[Blank])> {
    let items = records.items().flat_map(|item| item.texts().map(|text| (text, item.each, NO_BLANKS)));
    let access = records.access.iter().flat_map(|access| access.texts().map(|text| (text, None, NO_BLANKS)));
    let letters = records.checklist.iter().flat_map(|checklist| &checklist.letters);
    let letters = letters.flat_map(|letter| letter.texts().map(|text| (text, None, &letter.blanks[..])));
    items.chain(access).chain(letters)
}

fn needs(records: &Records) -> impl Iterator<Item = &At<Need>> {
    let items = records.items().flat_map(|item| &item.needs);
    items.chain(records.access.iter().flat_map(|access| &access.needs))
}
