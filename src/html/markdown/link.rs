//! Links and pictures.

use std::fmt::Write as _;

use super::Writer;
use crate::html::{LinkTarget, escape, escape_to};
use crate::parse::LinkKind;

/// A picture that is open.
pub(super) struct Picture {
    pub(super) depth: usize,
    pub(super) target: LinkTarget,
    pub(super) title: String,
    pub(super) description: String,
}

impl Writer<'_> {
    pub(super) fn start_link(&mut self, destination: &str, kind: LinkKind, title: &str) {
        let target = self.context.target(destination, kind);
        let href = target.href;
        self.open_links.push(href.is_some());
        let Some(href) = href else { return };
        let _ = write!(self.html, "<a href=\"{}\"", escape(&href));
        if let Some(class) = target.class {
            let _ = write!(self.html, " class=\"{class}\"");
        }
        let title = if title.is_empty() { target.title.unwrap_or_default() } else { title.to_owned() };
        if !title.is_empty() {
            let _ = write!(self.html, " title=\"{}\"", escape(&title));
        }
        self.html.push('>');
    }

    pub(super) fn end_link(&mut self) {
        if self.open_links.pop() == Some(true) {
            self.html.push_str("</a>");
        }
    }

    pub(super) fn end_picture(&mut self) {
        let Some(picture) = self.picture.take() else { return };
        let Some(address) = picture.target.href else {
            return escape_to(&mut self.html, &picture.description);
        };
        let _ = write!(
            self.html,
            "<img src=\"{}\" alt=\"{}\" loading=\"lazy\"",
            escape(&address),
            escape(&picture.description)
        );
        if !picture.title.is_empty() {
            let _ = write!(self.html, " title=\"{}\"", escape(&picture.title));
        }
        self.html.push('>');
    }
}
