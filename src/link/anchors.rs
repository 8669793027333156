//! The places in a document that references may name.

use std::collections::HashMap;

use crate::diagnostic::Names;
use crate::model::outline;
use crate::parse;
use crate::source::{Db, File};

/// An id without the prefix that GitHub gives those of documents.
pub(super) fn without_prefix(id: &str) -> &str {
    id.strip_prefix(parse::PREFIX).unwrap_or(id)
}

/// The ids that references may name in a document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Anchors {
    /// By the id without its prefix, the first such id, with the index of the heading below the title that has it.
    ids: HashMap<String, (String, Option<usize>)>,
    /// The first id without its prefix that is so in lower case.
    lower: HashMap<String, String>,
}

impl Anchors {
    /// The id that a reference names, if need be in another case, with its heading.
    pub(super) fn find(&self, wanted: &str) -> Option<(&str, Option<usize>)> {
        let other_case = || self.ids.get(self.lower.get(&wanted.to_lowercase())?);
        let (id, heading) = self.ids.get(wanted).or_else(other_case)?;
        Some((id, *heading))
    }
}

/// See [`Anchors`].
#[salsa::tracked]
pub(super) fn anchors(db: &dyn Db, file: File) -> Anchors {
    let outline = outline(db, file);
    let mut anchors = Anchors::default();
    for id in outline.ids() {
        let short = without_prefix(id);
        anchors.ids.entry(short.to_owned()).or_insert_with(|| (id.to_owned(), None));
        anchors.lower.entry(short.to_lowercase()).or_insert_with(|| short.to_owned());
    }
    let headings = outline.headings.iter().enumerate().rev().filter(|(_, heading)| heading.level > 1);
    for (index, heading) in headings {
        if let Some((id, of)) = anchors.ids.get_mut(without_prefix(&heading.id))
            && *id == heading.id
        {
            *of = Some(index);
        }
    }
    anchors
}

/// The same ids, for references that name none of them.
#[salsa::tracked]
pub(super) fn names_of_anchors(db: &dyn Db, file: File) -> Names {
    outline(db, file).ids().collect()
}

/// Whether an anchor means the page and no place on it: `top` (HTML, 7.4.6.3), and GitHub's line numbers of
/// a document's source, `L10`, `L10-L20` and `L10C5-L20C8`.
pub(super) fn is_whole_page(anchor: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_line = |part: &str| {
        let Some(part) = part.strip_prefix('L') else { return false };
        part.split_once('C').map_or(is_number(part), |(line, column)| is_number(line) && is_number(column))
    };
    anchor.eq_ignore_ascii_case("top") || anchor.split('-').all(is_line)
}
