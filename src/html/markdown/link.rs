//! Links and pictures.

use super::HtmlWriter;
use crate::html::{escape_attribute_to, escape_to};
use crate::parse::{LinkKind, LinkTag};

impl HtmlWriter<'_> {
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
        self.html.push_str("<a");
        self.attribute("href", &href);
        if let Some(class) = target.class {
            self.attribute("class", class);
        }
        let title = if title.is_empty() { target.title.as_deref().unwrap_or_default() } else { title };
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.html.push('>');
    }

    /// Writes an attribute of the open tag.
    fn attribute(&mut self, name: &str, value: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        escape_attribute_to(&mut self.html, value);
        self.html.push('"');
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
        self.html.push_str("<img");
        self.attribute("src", &address);
        self.attribute("alt", description);
        self.attribute("loading", "lazy");
        let title = self.reading.text(picture.title);
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.html.push('>');
    }
}
