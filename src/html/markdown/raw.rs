//! Raw HTML: resolves addresses, keeps ids unique, omits comments, and treats its headings like Markdown headings.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use super::HtmlWriter;
use crate::html::sanitize::{Treatment, escape_stray, treatment};
use crate::html::stretches::Stretches;
use crate::html::{HtmlPolicy, escape};
use crate::parse::{Attribute, HeadingTag, LinkKind, Piece, page_id, pieces};

impl HtmlWriter<'_> {
    /// Writes raw HTML with its addresses resolved and without comments.
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
                        Treatment::RenderedAsText => self.html.push_str(&html[span].replace('<', "&lt;")),
                    }
                }
            }
        }
    }

    fn kept_tag(
        &mut self,
        html: &str,
        name: &str,
        end: bool,
        span: Range<usize>,
        attributes: &[Attribute<'_>],
    ) {
        self.raw_html = true;
        match self.heading_tag.take() {
            Some(HeadingTag::Begins(index)) => {
                self.end_raw_heading();
                return self.start_raw_heading(index.get(), html, name, span, attributes);
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
        // An `<a>` without a destination is only an anchor: `<a id="x">`.
        let is_anchor = name == "a" && !end && attributes.iter().all(|attribute| attribute.name != "href");
        if holds_no_link && end {
            self.raw_depth = self.raw_depth.saturating_sub(1);
        } else if holds_no_link && !is_anchor {
            self.raw_depth += 1;
        }
        self.raw_tag(html, name, span, attributes);
    }

    /// Starts a heading in raw HTML. If the tag has an id, it becomes an anchor next to the heading's GitHub id.
    fn start_raw_heading(
        &mut self,
        index: u32,
        html: &str,
        name: &str,
        span: Range<usize>,
        attributes: &[Attribute<'_>],
    ) {
        self.open_heading = Some(index);
        self.in_heading = true;
        let (own, others): (Vec<_>, Vec<_>) =
            attributes.iter().cloned().partition(|attribute| attribute.name == "id");
        if self.is_title(Some(index)) {
            self.before_title = Some(std::mem::take(&mut self.html));
            return self.own_anchor(html, &own);
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
        self.own_anchor(html, &own);
    }

    /// Writes an anchor for the id of a raw heading's tag.
    fn own_anchor(&mut self, html: &str, own: &[Attribute<'_>]) {
        let id = own.first().and_then(|attribute| self.free_id(&attribute.text(html)));
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            let _ = write!(self.html, "<a id=\"{}\"></a>", escape(&id));
        }
    }

    /// Ends the open raw heading. Returns true if it was the title.
    pub(super) fn end_raw_heading(&mut self) -> bool {
        self.in_heading = false;
        self.open_heading = None;
        let Some(before) = self.before_title.take() else { return false };
        let title = std::mem::replace(&mut self.html, before);
        self.title = Some(title.trim().to_owned());
        self.stretches.resume(self.html.len());
        true
    }

    /// Writes a tag with its attributes.
    fn raw_tag(&mut self, html: &str, name: &str, span: Range<usize>, attributes: &[Attribute<'_>]) {
        let mut done = span.start;
        for attribute in attributes {
            self.html.push_str(&html[done..attribute.span.start]);
            self.raw_attribute(html, name, attribute);
            done = attribute.span.end;
        }
        self.html.push_str(&html[done..span.end]);
    }

    /// Writes an attribute of a raw tag: addresses are resolved, `align` becomes a class, and an id that is already
    /// in use is omitted.
    fn raw_attribute(&mut self, html: &str, element: &str, attribute: &Attribute<'_>) {
        let text = attribute.text(html);
        let name = &*attribute.name;
        let is_sanitized = self.policy == HtmlPolicy::Sanitized;
        let (name, value) = match name {
            "align" if is_sanitized && !text.is_empty() => ("class", alignment(&text).to_owned()),
            "id" => match self.free_id(&text) {
                Some(id) => (name, id),
                None => return,
            },
            "name" if element == "a" => (name, page_id(&text).into_owned()),
            _ if attribute.holds_address(element) => {
                let mut address = |text: &str, kind: LinkKind| Some(self.raw_address(text, kind));
                let value = attribute.with_addresses(element, html, &mut address);
                (name, value.unwrap_or_default())
            }
            _ => return self.html.push_str(&html[attribute.span.clone()]),
        };
        if name == attribute.name && value == text {
            self.html.push_str(&html[attribute.span.clone()]);
        } else {
            let _ = write!(self.html, "{name}=\"{}\"", escape(&value));
        }
    }

    /// The id on the page for an id in raw HTML, or `None` if it is already in use.
    fn free_id(&mut self, id: &str) -> Option<String> {
        let id = page_id(id).into_owned();
        self.used_ids.as_mut()?.insert(id.clone()).then_some(id)
    }

    fn raw_address(&self, destination: &str, kind: LinkKind) -> String {
        match self.context.target(destination, kind).href {
            Some(href) => href.to_string(),
            _ if self.policy == HtmlPolicy::AsWritten => destination.to_owned(),
            _ => "#".to_owned(),
        }
    }

    /// Records raw HTML, except in the title, which is sanitized separately.
    fn in_stretch(&mut self, record: impl FnOnce(&mut Stretches)) {
        if !self.before_footnote.is_empty() {
            self.stretches.moved();
        } else if self.before_title.is_none() {
            record(&mut self.stretches);
        }
    }
}

/// True if an `<input>` is a checkbox. All others are dropped.
fn is_checkbox(html: &str, attributes: &[Attribute<'_>]) -> bool {
    let kind = attributes.iter().find(|attribute| attribute.name == "type");
    kind.is_some_and(|kind| kind.text(html).eq_ignore_ascii_case("checkbox"))
}

/// The class for the value of an `align` attribute.
fn alignment(value: &str) -> &'static str {
    match value.to_ascii_lowercase().as_str() {
        "center" | "middle" => "rb-center",
        "right" => "rb-right",
        _ => "rb-left",
    }
}
