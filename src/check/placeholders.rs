//! Placeholders that stand for nothing.

use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::{Each, Letter, Records};
use crate::model::{self, placeholder};
use crate::parse::At;
use crate::source::{Db, File};

/// Finds `data/unknown-placeholder`.
pub(super) fn run(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    if file.is_document(db) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut report = |text: &At<String>, name: &str, written: &str, known: &[&str]| {
        let source = &file.text(db)[text.span.clone()];
        let start = text.span.start + source.find(written).unwrap_or(0);
        let location = file.location(db, start..start + written.len());
        let message = format!("there is no placeholder `{written}` here");
        let help = nearest(name, known.iter().copied()).map(|known| format!("did you mean `{known}`?"));
        found.push(Diagnostic::error("data/unknown-placeholder", message, location).maybe_help(help));
    };
    let records = model::records(db, file);
    for (text, each) in texts(records) {
        let known: Vec<&str> = placeholder::names().filter(|name| placeholder::fits(name, each)).collect();
        for (_, name) in placeholder::find(text).filter(|(_, name)| !known.contains(name)) {
            report(text, name, &format!("{{{name}}}"), &known);
        }
    }
    for letter in records.checklist.iter().flat_map(|checklist| &checklist.letters) {
        let blanks: Vec<String> = letter.blanks.iter().map(|blank| format!("blank.{}", *blank.id)).collect();
        let mut known: Vec<&str> =
            placeholder::names().filter(|name| placeholder::fits(name, None)).collect();
        known.extend(blanks.iter().map(String::as_str));
        for text in letter_texts(letter) {
            for (_, name) in placeholder::find(text).filter(|(_, name)| !known.contains(name)) {
                report(text, name, &format!("{{{name}}}"), &known);
            }
        }
    }
    let facts: Vec<&str> = placeholder::facts().collect();
    for need in needs(records).filter(|need| !facts.contains(&need.as_str())) {
        report(need, need, need, &facts);
    }
    found
}

/// Texts with placeholders, each with what its item is made of.
fn texts(records: &Records) -> impl Iterator<Item = (&At<String>, Option<Each>)> {
    let items = records.items().flat_map(|item| item.texts().map(|text| (text, item.each)));
    let access = records.access.iter().flat_map(|access| access.texts().map(|text| (text, None)));
    items.chain(access)
}

fn letter_texts(letter: &Letter) -> impl Iterator<Item = &At<String>> {
    [&letter.to, &letter.subject, &letter.text].into_iter().chain(&letter.cc)
}

fn needs(records: &Records) -> impl Iterator<Item = &At<String>> {
    let items = records.items().flat_map(|item| &item.needs);
    items.chain(records.access.iter().flat_map(|access| &access.needs))
}
