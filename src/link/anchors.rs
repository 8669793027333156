//! Anchors of documents.

use std::collections::HashMap;

use crate::diagnostic::NameIndex;
use crate::model::outline;
use crate::parse;
use crate::source::{Db, File};

/// Removes the prefix that GitHub adds to ids of user content.
pub(super) fn without_prefix(id: &str) -> &str {
    id.strip_prefix(parse::PREFIX).unwrap_or(id)
}

/// The anchors of a document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Anchors {
    /// By id without prefix: the first such id, and the index of the heading that has it. The title has no index.
    ids: HashMap<String, (String, Option<usize>)>,
    /// By id without prefix in lower case: the first such id without prefix.
    lower: HashMap<String, String>,
}

impl Anchors {
    /// The id that an anchor refers to, with its heading. Falls back to a comparison without case.
    pub(super) fn find(&self, anchor: &str) -> Option<(&str, Option<usize>)> {
        let other_case = || self.ids.get(self.lower.get(&anchor.to_lowercase())?);
        let (id, heading) = self.ids.get(anchor).or_else(other_case)?;
        Some((id, *heading))
    }
}

/// Collects the anchors of a document; see [`Anchors`].
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

/// The same anchors, for suggestions.
#[salsa::tracked]
pub(super) fn names_of_anchors(db: &dyn Db, file: File) -> NameIndex {
    outline(db, file).ids().collect()
}

/// True if an anchor refers to the whole page: `top` (HTML, 7.4.6.3), or GitHub's line numbers of a document's source:
/// `L10`, `L10-L20` and `L10C5-L20C8`.
pub(super) fn is_whole_page(anchor: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_line = |part: &str| {
        let Some(part) = part.strip_prefix('L') else { return false };
        part.split_once('C').map_or(is_number(part), |(line, column)| is_number(line) && is_number(column))
    };
    anchor.eq_ignore_ascii_case("top") || anchor.split('-').all(is_line)
}
