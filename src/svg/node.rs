//! Nodes of pictures.

use super::element::Element;
use crate::url::Href;

/// A node of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureNode {
    /// Its label.
    pub label: String,
    /// Link target.
    pub url: Href,
}

impl PictureNode {
    /// The label, truncated to `longest` characters.
    pub(super) fn cut(&self, longest: usize) -> String {
        match self.label.char_indices().nth(longest) {
            Some((end, _)) => format!("{}…", self.label[..end].trim_end()),
            None => self.label.clone(),
        }
    }

    /// The whole label as a tooltip, if the label is truncated.
    pub(super) fn title(&self, longest: usize) -> Option<Element> {
        (self.cut(longest) != self.label).then(|| Element::new("title").text(&self.label))
    }
}
