//! Unknown placeholders.

use crate::diagnostic::{Diagnostic, code, suggestion};
use crate::facts::{Blank, Each, Need, Placeholder, Records, Template};
use crate::model;
use crate::parse::At;
use crate::source::{Db, File};

/// Finds `data/unknown-placeholder`.
pub(super) fn run(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    if file.is_document(db) {
        return Vec::new();
    }
    let mut diagnostics = Vec::new();
    let mut report =
        |span: &std::ops::Range<usize>, name: &str, name_in_text: &str, candidates: Vec<String>| {
            let source = &file.text(db)[span.clone()];
            let start = span.start + source.find(name_in_text).unwrap_or(0);
            let location = file.location(db, start..start + name_in_text.len());
            let message = format!("unknown placeholder `{name_in_text}`");
            let help = suggestion(name, candidates.iter().map(String::as_str));
            diagnostics
                .push(Diagnostic::new(code::DATA_UNKNOWN_PLACEHOLDER, message, location).maybe_help(help));
        };
    let (records, vocabulary) = (model::records(db, file), model::vocabulary(db));
    for (text, each, defined) in texts(records) {
        let is_known = |placeholder: &Placeholder| match placeholder {
            Placeholder::Blank(id) => defined.iter().any(|blank| blank.id.value == *id),
            placeholder => placeholder.fits(each),
        };
        for placeholder in text.placeholders().filter(|placeholder| !is_known(placeholder)) {
            let matching = Placeholder::all(vocabulary).filter(|candidate| candidate.fits(each));
            let defined = defined.iter().map(|blank| Placeholder::Blank(blank.id.value.clone()));
            let candidates = matching.chain(defined).map(|candidate| candidate.to_string()).collect();
            let name = placeholder.to_string();
            report(&text.source().span, &name, &format!("{{{name}}}"), candidates);
        }
    }
    for need in needs(records) {
        if let Need::Unknown(name) = &need.value {
            report(&need.span, name, name, Need::all(vocabulary).map(|need| need.to_string()).collect());
        }
    }
    diagnostics
}

const NO_PLACEHOLDERS: &[Blank] = &[];

/// Texts with placeholders, each with the kind of record that its item repeats for and the placeholders that its letter
/// defines.
fn texts(records: &Records) -> impl Iterator<Item = (&Template, Option<Each>, &[Blank])> {
    let items = records.items().flat_map(|item| item.texts().map(|text| (text, item.each, NO_PLACEHOLDERS)));
    let access =
        records.access.iter().flat_map(|access| access.texts().map(|text| (text, None, NO_PLACEHOLDERS)));
    let letters = records.checklist.iter().flat_map(|checklist| &checklist.letters);
    let letters = letters.flat_map(|letter| letter.texts().map(|text| (text, None, &letter.blanks[..])));
    items.chain(access).chain(letters)
}

fn needs(records: &Records) -> impl Iterator<Item = &At<Need>> {
    let items = records.items().flat_map(|item| &item.needs);
    items.chain(records.access.iter().flat_map(|access| &access.needs))
}
