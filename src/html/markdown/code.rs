//! Code blocks.

use std::fmt::Write as _;

use super::HtmlWriter;
use crate::html::highlight::highlight;
use crate::html::{escape, escape_to};

impl HtmlWriter<'_> {
    pub(super) fn end_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        // Languages that GitHub renders as a picture or a formula.
        let kind = match language {
            "mermaid" | "geojson" | "topojson" | "stl" => " rb-diagram",
            "math" => " rb-math rb-math-display",
            _ => "",
        };
        if language.is_empty() {
            self.html.push_str("<pre class=\"rb-code\"><code>");
        } else {
            let language = escape(language);
            let _ = write!(self.html, "<pre class=\"rb-code{kind}\" data-lang=\"{language}\"><code>");
        }
        match highlight(code, language) {
            Some(highlighted) => self.html.push_str(&highlighted),
            None => escape_to(&mut self.html, code),
        }
        self.html.push_str("</code></pre>\n");
    }
}
