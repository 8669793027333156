//! Markdown headings with their ids and links. The title is removed from the body.

use std::fmt::Write as _;

use super::HtmlWriter;
use crate::html::{Label, escape};
use crate::parse::Heading;

impl<'a> HtmlWriter<'a> {
    /// Returns a heading of the document if it has an id.
    pub(super) fn named_heading(&self, index: Option<u32>) -> Option<&'a Heading> {
        self.headings.get(index? as usize).filter(|heading| !heading.id.is_empty())
    }

    /// True if a heading is the title, which is removed from the body.
    pub(super) fn is_title(&self, index: Option<u32>) -> bool {
        self.takes_title && index == Some(0)
    }

    pub(super) fn start_heading(&mut self, level: u8, index: Option<u32>) {
        self.in_heading = true;
        self.open_heading = index;
        if self.is_title(index) {
            self.before_title = Some(std::mem::take(&mut self.html));
            return;
        }
        match self.named_heading(index) {
            Some(heading) => {
                let _ = write!(self.html, "<h{level} id=\"{}\">", escape(&heading.id));
            }
            None => {
                let _ = write!(self.html, "<h{level}>");
            }
        }
    }

    pub(super) fn end_heading(&mut self, level: u8) {
        self.in_heading = false;
        let index = self.open_heading.take();
        if let Some(before) = self.before_title.take() {
            self.title = Some(std::mem::replace(&mut self.html, before));
            return;
        }
        self.heading_links(self.named_heading(index));
        let _ = writeln!(self.html, "</h{level}>");
    }

    /// Writes the links at the end of a heading: to the heading, and to the list of its citations.
    pub(super) fn heading_links(&mut self, heading: Option<&Heading>) {
        let Some(heading) = heading else { return };
        let id = escape(&heading.id);
        let label = self.label(Label::Section);
        let _ = write!(self.html, " <a class=\"rb-anchor\" href=\"#{id}\" aria-label=\"{label}\">#</a>");
        let cited = self.additions.citations.and_then(|citations| citations.get(&heading.id));
        if let Some(times) = cited {
            let times = escape(times);
            let _ = write!(self.html, " <a class=\"rb-cites\" href=\"#cited-by.{id}\">{times}</a>");
        }
    }
}
