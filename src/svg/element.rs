//! SVG elements with escaped content.

use std::fmt::Display;

use crate::html::escape;
use crate::url::Href;

/// An SVG element. Attributes must be added before children.
pub(super) struct Element {
    name: &'static str,
    attributes: String,
    content: String,
}

impl Element {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: String::new(), content: String::new() }
    }

    /// The root element of a picture. Its role is `group` and not `img`, because the content of images, including
    /// links, is hidden from screen readers.
    pub(super) fn picture(class: &str, width: usize, height: usize) -> Self {
        Self::new("svg")
            .with("class", class)
            .with("viewBox", format_args!("0 0 {width} {height}"))
            .with("width", width)
            .with("height", height)
            .with("role", "group")
    }

    /// Creates an element with a class.
    pub(super) fn of(name: &'static str, class: &str) -> Self {
        Self::new(name).with("class", class)
    }

    pub(super) fn link(url: &Href) -> Self {
        Self::new("a").with("href", url)
    }

    pub(super) fn rect(x: usize, y: usize, width: usize, height: usize) -> Self {
        Self::new("rect").size(x, y, width, height)
    }

    /// Text at a point, which is its `start`, `middle` or `end`.
    pub(super) fn label(x: usize, y: usize, anchor: &str, text: &str) -> Self {
        Self::new("text").at(x, y).with("text-anchor", anchor).text(text)
    }

    pub(super) fn with(mut self, name: &str, value: impl Display) -> Self {
        let value = value.to_string();
        self.attributes.push_str(&format!(" {name}=\"{}\"", escape(&value)));
        self
    }

    pub(super) fn at(self, x: usize, y: usize) -> Self {
        self.with("x", x).with("y", y)
    }

    /// Sets the top left corner and the size.
    pub(super) fn size(self, x: usize, y: usize, width: usize, height: usize) -> Self {
        self.at(x, y).with("width", width).with("height", height)
    }

    /// Sets the centre and the radius of a circle.
    pub(super) fn around(self, x: usize, y: usize, radius: usize) -> Self {
        self.with("cx", x).with("cy", y).with("r", radius)
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        self.content.push_str(&escape(text));
        self
    }

    /// Sets the tooltip.
    pub(super) fn title(self, title: &str) -> Self {
        self.child(Self::new("title").text(title))
    }

    pub(super) fn child(mut self, child: Self) -> Self {
        self.push(&child);
        self
    }

    pub(super) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().for_each(|child| self.push(&child));
        self
    }

    /// Adds children, each on its own line.
    pub(super) fn lines(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        for child in children {
            self = self.child(child).line_break();
        }
        self
    }

    pub(super) fn line_break(mut self) -> Self {
        self.content.push('\n');
        self
    }

    fn push(&mut self, child: &Self) {
        self.content.push_str(&child.to_string());
    }
}

impl std::fmt::Display for Element {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { name, attributes, content } = self;
        match *name {
            "circle" | "path" | "rect" => write!(to, "<{name}{attributes}/>"),
            _ => write!(to, "<{name}{attributes}>{content}</{name}>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_are_escaped_and_shapes_have_no_content() {
        let link = Element::new("a").with("href", "x/?a&\"b").title("<i>").child(Element::rect(1, 2, 3, 4));
        assert_eq!(
            Element::new("g").lines([link]).to_string(),
            "<g><a href=\"x/?a&amp;&quot;b\"><title>&lt;i&gt;</title>\
             <rect x=\"1\" y=\"2\" width=\"3\" height=\"4\"/></a>\n</g>"
        );
    }
}
