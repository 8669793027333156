//! What a picture links to.

use super::element::Element;
use crate::url::Href;

/// A node of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub url: Href,
}

impl Node {
    /// The label, no longer than there is room for.
    pub(super) fn cut(&self, longest: usize) -> String {
        match self.label.char_indices().nth(longest) {
            Some((end, _)) => format!("{}…", self.label[..end].trim_end()),
            None => self.label.clone(),
        }
    }

    /// The whole label as a title, where it is cut.
    pub(super) fn title(&self, longest: usize) -> Option<Element> {
        (self.cut(longest) != self.label).then(|| Element::new("title").text(&self.label))
    }
}
