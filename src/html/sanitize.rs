//! What is left of raw HTML in other people's documents.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

use crate::parse::bounded;
use crate::url::{Href, SCHEMES};

/// Every class that the writer gives: the sanitiser lets them through.
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

/// Elements that stay: those of GitHub's sanitiser, and a few of the same kind.
const ALLOWED: [&str; 75] = [
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

/// Tags that are shown as text (GFM 6.11), as they would change how browsers read all that follows.
const SHOWN: [&str; 9] =
    ["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// The treatment of a tag in other people's documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    /// It stays, with the attributes that are safe.
    Kept,
    /// It goes, and its content stays.
    Dropped,
    /// It is no tag, but text.
    Shown,
}

/// The treatment of a tag by its name in lower case.
pub(super) fn treatment(name: &str) -> Treatment {
    if SHOWN.contains(&name) {
        Treatment::Shown
    // Browsers read `image` as `img`.
    } else if ALLOWED.contains(&name) || name == "image" {
        Treatment::Kept
    } else {
        Treatment::Dropped
    }
}

/// Raw text between tags, with each `<` escaped: a tag that does not end would take in what follows.
pub(super) fn escape_stray(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'<', text.as_bytes()).is_some() {
        text.replace('<', "&lt;").into()
    } else {
        text.into()
    }
}

/// Elements that no heading holds: they would end it, or it would break the page.
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
        .tags(ALLOWED.into())
        .add_generic_attributes(["id"])
        .add_tag_attributes("a", ["name", "aria-label"])
        .add_tag_attributes("input", ["type", "checked", "disabled", "aria-label"])
        .add_tag_attributes("img", ["loading", "longdesc"])
        .add_tag_attributes("source", ["srcset", "media"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("pre", ["data-lang"])
        .add_tag_attributes("section", ["aria-label"])
        // The boxes of tasks, which nobody can check.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .link_rel(None)
        .url_schemes(SCHEMES.into())
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // Ids that begin so are the theme's.
            (_, "id" | "name") if value.starts_with("rb-") => None,
            // The library knows the addresses of links and pictures alone.
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

/// Keeps what GitHub would show, of HTML whose tags were treated. Comments, scripts, styles, handlers and unsafe addresses go.
pub(super) fn sanitize(html: &str) -> String {
    SANITIZER.clean(&bounded(html)).to_string()
}

/// As [`sanitize`], of the content of a heading.
pub(super) fn sanitize_title(html: &str) -> String {
    TITLE_SANITIZER.clean(&bounded(html)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_keeps_its_content() {
        for tag in
            ALLOWED.iter().filter(|tag| !["br", "col", "hr", "img", "input", "source", "wbr"].contains(tag))
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
        for (written, expected) in [
            ("a < b", "a &lt; b"),
            ("a <", "a &lt;"),
            ("<b a", "&lt;b a"),
            ("<SCRIPT a=\"", "&lt;SCRIPT a=\""),
            ("</style\n", "&lt;/style\n"),
            ("<title/", "&lt;title/"),
            ("<titles a", "&lt;titles a"),
        ] {
            assert_eq!(escape_stray(written), expected);
        }
    }
}
