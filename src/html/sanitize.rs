//! What is left of raw HTML in other people's documents.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

use super::markdown::DOCUMENT_CLASSES;

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(["input", "section", "picture", "source", "tfoot", "font", "big"])
        .rm_tags(["article", "aside", "nav", "header", "footer", "map", "area"])
        .add_generic_attributes(["id"])
        .add_tag_attributes("a", ["name", "aria-label"])
        .add_tag_attributes("input", ["type", "checked", "disabled", "aria-label"])
        .add_tag_attributes("img", ["loading"])
        .add_tag_attributes("source", ["srcset", "media"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("pre", ["data-lang"])
        .add_tag_attributes("section", ["aria-label"])
        .link_rel(None)
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // Ids that begin so are the theme's.
            (_, "id" | "name") if value.starts_with("rb-") => None,
            ("input", "type") if value != "checkbox" => None,
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
});

/// Keeps what GitHub would show. Comments, scripts, styles, handlers and unsafe addresses go.
pub fn sanitize(html: &str) -> String {
    SANITIZER.clean(html).to_string()
}
