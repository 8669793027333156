//! Sanitizes raw HTML in other people's documents.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

use crate::parse::bounded;
use crate::url::{Href, SCHEMES};

/// All classes that the writer emits; the sanitizer keeps them.
pub const DOCUMENT_CLASSES: &[&str] = &[
    "rb-anchor",
    "rb-table",
    "rb-left",
    "rb-center",
    "rb-right",
    "rb-code",
    "rb-diagram",
    "rb-math",
    "rb-math-display",
    "rb-alert",
    "rb-alert-note",
    "rb-alert-tip",
    "rb-alert-important",
    "rb-alert-warning",
    "rb-alert-caution",
    "rb-alert-title",
    "rb-tasks",
    "rb-external",
    "rb-pinned",
    "rb-clause",
    "rb-broken",
    "rb-role",
    "rb-term",
    "rb-cites",
    "rb-key",
    "rb-key-must",
    "rb-key-must-not",
    "rb-key-should",
    "rb-key-should-not",
    "rb-key-may",
    "rb-footnote-ref",
    "rb-footnotes",
    "hl-comment",
    "hl-escape",
    "hl-number",
    "hl-constant",
    "hl-string",
    "hl-inserted",
    "hl-deleted",
    "hl-heading",
    "hl-function",
    "hl-tag",
    "hl-attribute",
    "hl-type",
    "hl-keyword",
    "hl-operator",
    "hl-variable",
    "hl-punctuation",
];

/// Allowed elements: those of GitHub's sanitizer and a few similar ones.
const ALLOWED_ELEMENTS: [&str; 75] = [
    "a",
    "abbr",
    "acronym",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hgroup",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Tags rendered as text (GFM 6.11), as they would change how browsers read everything after them.
const RENDERED_AS_TEXT: [&str; 9] =
    ["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// The treatment of a raw tag in other people's documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    /// The tag is kept, with its safe attributes.
    Kept,
    /// The tag is dropped and its content is kept.
    Dropped,
    /// The tag is escaped and rendered as text.
    RenderedAsText,
}

/// The treatment of a tag, by its name in lower case.
pub(super) fn treatment(name: &str) -> Treatment {
    if RENDERED_AS_TEXT.contains(&name) {
        Treatment::RenderedAsText
    // Browsers read `image` as `img`.
    } else if ALLOWED_ELEMENTS.contains(&name) || name == "image" {
        Treatment::Kept
    } else {
        Treatment::Dropped
    }
}

/// Escapes each `<` in raw text between tags: an unclosed tag would swallow what follows.
pub(super) fn escape_stray(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'<', text.as_bytes()).is_some() {
        text.replace('<', "&lt;").into()
    } else {
        text.into()
    }
}

/// Elements that are not allowed in a heading: they would end it or break the page.
const BLOCKS: [&str; 38] = [
    "blockquote",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hgroup",
    "hr",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "rp",
    "rt",
    "rtc",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(builder);

static TITLE_SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = builder();
    builder.rm_tags(BLOCKS);
    builder
});

fn builder() -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .tags(ALLOWED_ELEMENTS.into())
        .add_generic_attributes(["id"])
        .add_tag_attributes("a", ["name", "aria-label"])
        .add_tag_attributes("input", ["type", "checked", "disabled", "aria-label"])
        .add_tag_attributes("img", ["loading", "longdesc"])
        .add_tag_attributes("source", ["srcset", "media"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("pre", ["data-lang"])
        .add_tag_attributes("section", ["aria-label"])
        // Checkboxes of tasks, always disabled.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .link_rel(None)
        .url_schemes(SCHEMES.into())
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // Ids with this prefix belong to the theme.
            (_, "id" | "name") if value.starts_with("rb-") => None,
            // ammonia checks only the addresses of links and pictures.
            (_, "cite" | "longdesc") if Href::new(value).is_none() => None,
            (_, "srcset") if !value.split([' ', ',']).all(|part| Href::new(part).is_some()) => None,
            _ => Some(value.into()),
        });
    for tag in [
        "a", "div", "p", "pre", "span", "td", "th", "sup", "section", "ul", "li", "table", "img", "h1", "h2",
        "h3", "h4", "h5", "h6",
    ] {
        let classes: HashSet<&str> = DOCUMENT_CLASSES.iter().copied().collect();
        builder.add_allowed_classes(tag, classes);
    }
    builder
}

/// Sanitizes HTML whose tags were treated, see [`treatment`]: keeps what GitHub would show, and removes comments,
/// scripts, styles, event handlers and unsafe addresses.
pub(super) fn sanitize(html: &str) -> String {
    SANITIZER.clean(&bounded(html)).to_string()
}

/// Like [`sanitize`], for the content of a heading.
pub(super) fn sanitize_title(html: &str) -> String {
    TITLE_SANITIZER.clean(&bounded(html)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_elements_keep_their_content() {
        for tag in ALLOWED_ELEMENTS
            .iter()
            .filter(|tag| !["br", "col", "hr", "img", "input", "source", "wbr"].contains(tag))
        {
            let table = ["caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"].contains(tag);
            let html = format!("<{tag}>text</{tag}> after");
            let html = if table { format!("<table>{html}</table>") } else { html };
            let clean = sanitize(&html);
            assert!(clean.contains("text") && clean.contains("after"), "{tag}: {clean}");
        }
    }

    #[test]
    fn stray_brackets_are_text() {
        for (html, expected) in [
            ("a < b", "a &lt; b"),
            ("a <", "a &lt;"),
            ("<b a", "&lt;b a"),
            ("<SCRIPT a=\"", "&lt;SCRIPT a=\""),
            ("</style\n", "&lt;/style\n"),
            ("<title/", "&lt;title/"),
            ("<titles a", "&lt;titles a"),
        ] {
            assert_eq!(escape_stray(html), expected);
        }
    }
}
