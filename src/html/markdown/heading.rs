//! Headings of Markdown, with their ids and links. The one that becomes the title is taken out of the body.

use std::fmt::Write as _;

use super::Writer;
use crate::html::{Label, escape};
use crate::parse::Heading;

impl<'a> Writer<'a> {
    /// The heading that is being written, where it can be linked to: one without words has no id.
    pub(super) fn named_heading(&self) -> Option<&'a Heading> {
        self.headings.get(self.next_heading).filter(|heading| !heading.id.is_empty())
    }

    pub(super) fn start_heading(&mut self, level: u8) {
        self.in_heading = true;
        if self.takes_title && self.next_heading == 0 && self.before_footnote.is_empty() {
            self.before_title = Some(std::mem::take(&mut self.html));
            return;
        }
        match self.named_heading().filter(|_| self.before_footnote.is_empty()) {
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
        if !self.before_footnote.is_empty() {
            let _ = writeln!(self.html, "</h{level}>");
            return;
        }
        let heading = self.named_heading();
        self.next_heading += 1;
        if let Some(before) = self.before_title.take() {
            self.title = Some(std::mem::replace(&mut self.html, before));
            return;
        }
        self.heading_links(heading);
        let _ = writeln!(self.html, "</h{level}>");
    }

    /// The links at the end of a heading: to itself, and to where it is cited.
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
