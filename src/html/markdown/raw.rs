//! Raw HTML: addresses resolved, ids made free, comments left out; its headings counted as Markdown's are.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use super::Writer;
use crate::html::sanitize::{Treatment, escape_stray, treatment};
use crate::html::stretches::Stretches;
use crate::html::{HtmlPolicy, escape};
use crate::parse::{Attribute, HeadingTag, LinkKind, Piece, page_id, pieces};

impl Writer<'_> {
    /// Raw HTML with its addresses resolved and without comments.
    pub(super) fn raw(&mut self, html: &str) {
        for piece in pieces(html) {
            match piece {
                Piece::Comment(_) => {}
                Piece::Text(span) => {
                    let text = match self.policy {
                        HtmlPolicy::AsWritten => Cow::Borrowed(&html[span]),
                        HtmlPolicy::Sanitized => escape_stray(&html[span]),
                    };
                    if !text.trim().is_empty() {
                        self.raw_html = true;
                        self.in_stretch(|stretches| stretches.text(&text));
                    }
                    self.html.push_str(&text);
                }
                Piece::Tag { span, name, end, attributes } => {
                    let treatment = match self.policy {
                        HtmlPolicy::AsWritten => Treatment::Kept,
                        HtmlPolicy::Sanitized if name == "input" && !is_checkbox(html, &attributes) => {
                            Treatment::Dropped
                        }
                        HtmlPolicy::Sanitized => treatment(&name),
                    };
                    match treatment {
                        Treatment::Kept => self.kept_tag(html, &name, end, span, &attributes),
                        Treatment::Dropped => {}
                        Treatment::Shown => self.html.push_str(&html[span].replace('<', "&lt;")),
                    }
                }
            }
        }
    }

    fn kept_tag(&mut self, html: &str, name: &str, end: bool, span: Range<usize>, attributes: &[Attribute]) {
        self.raw_html = true;
        match self.heading_tag.take() {
            Some(HeadingTag::Begins(index)) => {
                self.end_raw_heading();
                return self.start_raw_heading(index, html, name, span, attributes);
            }
            Some(HeadingTag::Ends) => {
                let index = self.open_heading;
                if self.end_raw_heading() {
                    return;
                }
                self.heading_links(self.named_heading(index));
            }
            None => {}
        }
        self.in_stretch(|stretches| stretches.tag(name, end));
        let holds_no_link = matches!(name, "a" | "code" | "pre" | "kbd" | "button" | "summary");
        // An anchor without a destination is a place: `<a id="x">`.
        let is_place = name == "a" && !end && attributes.iter().all(|known| known.name != "href");
        if holds_no_link && end {
            self.raw_depth = self.raw_depth.saturating_sub(1);
        } else if holds_no_link && !is_place {
            self.raw_depth += 1;
        }
        self.raw_tag(html, name, span, attributes);
    }

    /// A heading in raw HTML begins. Its own id, if it has one, stands beside the one that GitHub gives it.
    fn start_raw_heading(
        &mut self,
        index: u32,
        html: &str,
        name: &str,
        span: Range<usize>,
        attributes: &[Attribute],
    ) {
        self.open_heading = Some(index);
        self.in_heading = true;
        let (own, others): (Vec<_>, Vec<_>) =
            attributes.iter().cloned().partition(|attribute| attribute.name == "id");
        if self.is_title(Some(index)) {
            self.before_title = Some(std::mem::take(&mut self.html));
            return self.own_place(html, &own);
        }
        self.in_stretch(|stretches| stretches.tag(name, false));
        let Some(heading) = self.named_heading(Some(index)) else {
            return self.raw_tag(html, name, span, attributes);
        };
        let _ = write!(self.html, "<{name} id=\"{}\"", escape(&heading.id));
        for attribute in others {
            self.html.push(' ');
            self.raw_attribute(html, name, &attribute);
        }
        self.html.push('>');
        self.own_place(html, &own);
    }

    /// The place of a raw heading's own id.
    fn own_place(&mut self, html: &str, own: &[Attribute]) {
        let id = own.first().and_then(|attribute| self.free_id(&attribute.text(html)));
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            let _ = write!(self.html, "<a id=\"{}\"></a>", escape(&id));
        }
    }

    /// The raw heading that is open ends; whether it was the title.
    pub(super) fn end_raw_heading(&mut self) -> bool {
        self.in_heading = false;
        self.open_heading = None;
        let Some(before) = self.before_title.take() else { return false };
        let title = std::mem::replace(&mut self.html, before);
        self.title = Some(title.trim().to_owned());
        self.stretches.resume(self.html.len());
        true
    }

    /// A tag with its attributes.
    fn raw_tag(&mut self, html: &str, name: &str, span: Range<usize>, attributes: &[Attribute]) {
        let mut done = span.start;
        for attribute in attributes {
            self.html.push_str(&html[done..attribute.span.start]);
            self.raw_attribute(html, name, attribute);
            done = attribute.span.end;
        }
        self.html.push_str(&html[done..span.end]);
    }

    /// An attribute of a raw tag, with its addresses resolved, as a class where it is one of presentation, and with an
    /// id that is the document's own.
    fn raw_attribute(&mut self, html: &str, element: &str, attribute: &Attribute) {
        let written = attribute.text(html);
        let name = attribute.name.as_str();
        let is_sanitized = self.policy == HtmlPolicy::Sanitized;
        let (name, value) = match name {
            "align" if is_sanitized && !written.is_empty() => ("class", alignment(&written).to_owned()),
            "id" => match self.free_id(&written) {
                Some(id) => (name, id),
                None => return,
            },
            "name" if element == "a" => (name, page_id(&written).into_owned()),
            _ if attribute.holds_address(element) => {
                let mut address = |written: &str, kind: LinkKind| Some(self.raw_address(written, kind));
                let value = attribute.with_addresses(element, html, &mut address);
                (name, value.unwrap_or_default())
            }
            _ => return self.html.push_str(&html[attribute.span.clone()]),
        };
        if name == attribute.name && value == written {
            self.html.push_str(&html[attribute.span.clone()]);
        } else {
            let _ = write!(self.html, "{name}=\"{}\"", escape(&value));
        }
    }

    /// The id that a place in raw HTML has on the page, unless another place has it.
    fn free_id(&mut self, written: &str) -> Option<String> {
        let id = page_id(written).into_owned();
        self.taken.as_mut()?.insert(id.clone()).then_some(id)
    }

    fn raw_address(&self, written: &str, kind: LinkKind) -> String {
        match self.context.target(written, kind).href {
            Some(href) => href.to_string(),
            _ if self.policy == HtmlPolicy::AsWritten => written.to_owned(),
            _ => "#".to_owned(),
        }
    }

    /// Notes raw HTML, unless it stands in the title, which is sanitised apart from the body.
    fn in_stretch(&mut self, note: impl FnOnce(&mut Stretches)) {
        if !self.before_footnote.is_empty() {
            self.stretches.moved();
        } else if self.before_title.is_none() {
            note(&mut self.stretches);
        }
    }
}

/// Whether an `<input>` is a box to check: all others go.
fn is_checkbox(html: &str, attributes: &[Attribute]) -> bool {
    let kind = attributes.iter().find(|attribute| attribute.name == "type");
    kind.is_some_and(|kind| kind.text(html).eq_ignore_ascii_case("checkbox"))
}

/// The class of an `align` attribute.
fn alignment(value: &str) -> &'static str {
    match value.to_ascii_lowercase().as_str() {
        "center" | "middle" => "rb-center",
        "right" => "rb-right",
        _ => "rb-left",
    }
}
