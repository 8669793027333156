//! Links and pictures.

use std::fmt::Write as _;

use super::Writer;
use crate::html::{escape, escape_to};
use crate::parse::{LinkKind, LinkTag};

impl Writer<'_> {
    /// Starts a Markdown link.
    pub(super) fn start_markdown_link(&mut self, link: LinkTag) {
        self.in_autolink = link.kind == LinkKind::Autolink;
        self.start_link(self.reading.text(link.destination), link.kind, self.reading.text(link.title));
    }

    /// Starts a link of any kind.
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

    pub(super) fn picture(&mut self, picture: LinkTag) {
        let target = self.context.target(self.reading.text(picture.destination), picture.kind);
        let description = self.reading.text(picture.description);
        let Some(address) = target.href else {
            return escape_to(&mut self.html, description);
        };
        let (address, description) = (escape(&address), escape(description));
        let _ = write!(self.html, "<img src=\"{address}\" alt=\"{description}\" loading=\"lazy\"");
        let title = self.reading.text(picture.title);
        if !title.is_empty() {
            let _ = write!(self.html, " title=\"{}\"", escape(title));
        }
        self.html.push('>');
    }
}
