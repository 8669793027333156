//! The writer: renders a document or a fragment of Markdown as HTML.

mod block;
mod code;
mod footnote;
mod heading;
mod link;
mod raw;
mod text;

use std::collections::HashSet;

use self::footnote::Footnotes;
use super::sanitize::{sanitize, sanitize_title};
use super::stretches::Stretches;
use super::{Additions, Context, HtmlPolicy, Label, Rendered, TocEntry, escape};
use crate::parse::{Document, Events, Heading, HeadingTag, NormativeStatement, Reading};

/// Renders a document. The H1 that opens it becomes the title instead of part of the body.
pub fn document(
    text: &str,
    document: &Document,
    policy: HtmlPolicy,
    context: &dyn Context,
    additions: Additions<'_>,
) -> Rendered {
    let reading = document.events.over(&text[document.body..]);
    let mut writer = HtmlWriter::new(reading, &document.headings, policy, context);
    writer.takes_title = document.title.is_some();
    writer.additions = additions;
    if additions.obligations {
        writer.obligations = &document.obligations;
    }
    writer.used_ids = Some(ids_of_page(document, additions.obligations));
    writer.run();
    let mut body = writer.finish();
    let mut title = writer.title.take();
    if policy == HtmlPolicy::Sanitized && document.raw_html {
        body = sanitize_stretches(body, std::mem::take(&mut writer.stretches));
        title = title.map(|title| sanitize_title(&title));
    }
    let (first, rest) = document.headings.split_at(usize::from(document.title.is_some()));
    let has_id = |heading: &&Heading| !heading.id.is_empty();
    Rendered {
        title,
        title_id: first.iter().find(has_id).map(|heading| heading.id.clone()),
        body,
        toc: rest
            .iter()
            .filter(has_id)
            .map(|heading| TocEntry {
                level: heading.level,
                text: heading.text.clone(),
                id: heading.id.clone(),
            })
            .collect(),
    }
}

/// The ids of the page's headings and obligations. They are needed only if the document has raw anchors.
fn ids_of_page(document: &Document, obligations: bool) -> HashSet<String> {
    if document.anchors.is_empty() {
        return HashSet::new();
    }
    let headings = document.headings.iter().map(|heading| &heading.id);
    let obligations = document.obligations.iter().filter(|obligation| obligations && !obligation.is_anchor);
    headings.chain(obligations.map(|obligation| &obligation.id)).cloned().collect()
}

/// Sanitizes the parts of a body that contain raw HTML.
fn sanitize_stretches(body: String, stretches: Stretches) -> String {
    let Some(ranges) = stretches.ranges() else { return sanitize(&body) };
    let mut clean = String::with_capacity(body.len());
    let mut done = 0;
    for stretch in ranges {
        clean.push_str(&body[done..stretch.start]);
        clean.push_str(&sanitize(&body[stretch.clone()]));
        done = stretch.end;
    }
    clean.push_str(&body[done..]);
    clean
}

/// Renders Markdown of a data file. `inline` omits the `<p>` around a single paragraph.
pub fn fragment(text: &str, inline: bool, policy: HtmlPolicy, context: &dyn Context) -> String {
    if is_plain(text) {
        return if inline { text.to_owned() } else { format!("<p>{text}</p>") };
    }
    render_fragment(text, inline, policy, context)
}

/// True if a text is one line without Markdown and without characters to escape, as many fields of data are.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || b" ,.;'()/?-".contains(&b))
        && !text.contains("www.")
}

fn render_fragment(text: &str, inline: bool, policy: HtmlPolicy, context: &dyn Context) -> String {
    let events = Events::of(text);
    let mut writer = HtmlWriter::new(events.over(text), &[], policy, context);
    writer.run();
    let mut html = writer.finish();
    if policy == HtmlPolicy::Sanitized && writer.raw_html {
        html = sanitize(&html);
    }
    let html = html.trim_end();
    match html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")) {
        Some(inner) if inline && !inner.contains("<p>") => inner.to_owned(),
        _ => html.to_owned(),
    }
}

struct HtmlWriter<'a> {
    reading: Reading<'a>,
    /// The document's headings. A fragment has none, so its headings have no ids.
    headings: &'a [Heading],
    policy: HtmlPolicy,
    context: &'a dyn Context,
    /// Ids in use on the page. An id in raw HTML is written only if it is not in use, as a link leads to the first
    /// element with an id only. `None` for a fragment: a page contains many fragments, and nothing refers to anchors
    /// in them.
    used_ids: Option<HashSet<String>>,
    html: String,
    /// True if the first heading is removed from the body as the title.
    takes_title: bool,
    title: Option<String>,
    /// The HTML before the title, while the title is written.
    before_title: Option<String>,
    /// Index of the open heading.
    open_heading: Option<u32>,
    /// Set if the next raw tag starts or ends a heading.
    heading_tag: Option<HeadingTag>,
    raw_html: bool,
    stretches: Stretches,
    additions: Additions<'a>,
    /// The remaining obligations.
    obligations: &'a [NormativeStatement],
    /// Indices of the terms that are already linked.
    linked_terms: HashSet<usize>,
    in_heading: bool,
    /// Number of open raw elements in which no link may start.
    raw_depth: usize,
    /// For each open emphasis or link, whether it is strong; the innermost is last.
    strong: Vec<bool>,
    /// Open links, the innermost last; false for links without an address.
    open_links: Vec<bool>,
    /// True if the innermost link is an autolink in angle brackets.
    in_autolink: bool,
    /// Language and text of the open code block.
    code: Option<(&'a str, &'a str)>,
    in_head: bool,
    footnotes: Footnotes,
    /// The HTML before each open footnote, and the footnote's label if it is used.
    before_footnote: Vec<(String, Option<String>)>,
}

impl<'a> HtmlWriter<'a> {
    fn new(
        reading: Reading<'a>,
        headings: &'a [Heading],
        policy: HtmlPolicy,
        context: &'a dyn Context,
    ) -> Self {
        Self {
            reading,
            headings,
            policy,
            context,
            used_ids: None,
            html: String::new(),
            takes_title: false,
            title: None,
            before_title: None,
            open_heading: None,
            heading_tag: None,
            raw_html: false,
            stretches: Stretches::default(),
            additions: Additions::default(),
            obligations: &[],
            linked_terms: HashSet::new(),
            in_heading: false,
            raw_depth: 0,
            strong: Vec::new(),
            open_links: Vec::new(),
            in_autolink: false,
            code: None,
            in_head: false,
            footnotes: Footnotes::default(),
            before_footnote: Vec::new(),
        }
    }

    /// Returns an escaped label.
    fn label(&self, label: Label) -> String {
        escape(&self.context.label(label))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::html::LinkTarget;
    use crate::parse::LinkKind;

    struct Same;

    impl Context for Same {
        fn target(&self, destination: &str, _: LinkKind) -> LinkTarget {
            LinkTarget { href: crate::url::Href::new(destination), ..LinkTarget::default() }
        }

        fn label(&self, _: Label) -> String {
            "x".into()
        }
    }

    /// Renders a body without sanitizing it, and finds the ranges to sanitize.
    fn body(text: &str) -> (String, Stretches) {
        let parsed = crate::parse::parse(text);
        let reading = parsed.events.over(&text[parsed.body..]);
        let mut writer = HtmlWriter::new(reading, &parsed.headings, HtmlPolicy::Sanitized, &Same);
        writer.run();
        (writer.finish(), writer.stretches)
    }

    #[test]
    fn only_blocks_with_raw_html_are_sanitized() {
        // The sanitizer writes a non-breaking space as an entity, the writer as a character.
        let (whole, stretches) = body("a & \u{a0}b\n\nx <kbd onclick=\"y\">z</kbd> \u{a0}q\n\n- \u{a0}c\n");
        assert_eq!(
            whole,
            "<p>a &amp; \u{a0}b</p>\n<p>x <kbd onclick=\"y\">z</kbd> \u{a0}q</p>\n<ul>\n<li>\u{a0}c</li>\n</ul>\n"
        );
        let clean = sanitize_stretches(whole, stretches);
        assert_eq!(
            clean,
            "<p>a &amp; \u{a0}b</p>\n<p>x <kbd>z</kbd> &nbsp;q</p>\n<ul>\n<li>\u{a0}c</li>\n</ul>\n"
        );
        // A range spans from the block that opens an element to the one that closes it.
        let (whole, stretches) = body("<details onclick=\"x\">\n\na\u{a0}a\n\n</details>\n\nb\u{a0}b\n");
        let clean = sanitize_stretches(whole, stretches);
        assert_eq!(clean, "<details>\n<p>a&nbsp;a</p>\n</details>\n<p>b\u{a0}b</p>\n");
    }

    proptest! {
        /// Text that counts as plain is rendered like any other.
        #[test]
        fn plain_text_is_rendered_unchanged(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "a", "B", "1", " ", ".", ". ", ",", ";", "'", "(", ")", "/", "?", "-", "- ", "--", "é", "\u{a0}", "…", "www", ".", "x.y",
            ]), 0..12), inline in proptest::bool::ANY) {
            let text = parts.concat();
            if is_plain(&text) {
                let policy = HtmlPolicy::Sanitized;
                prop_assert_eq!(fragment(&text, inline, policy, &Same), render_fragment(&text, inline, policy, &Same));
            }
        }

        /// Sanitizing normalizes HTML, so sanitizing the ranges and the whole must give equal results.
        #[test]
        fn sanitizing_ranges_equals_sanitizing_the_whole(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "a", " ", "\n", "\n\n", "- ", "> ", "# ", "*", "**", "`", "[", "](x)", "![", "[^1]", "[^1]: ", "| ", "|-|\n", "```\n",
                "<name>", "<li>", "<ul>", "</ul>", "<tr>", "</td>", "</p>", "<p>", "<b>", "</b>", "<div>", "</div>", "<details>", "</details>", "<p align=center>", "</p>", "<a name=x>", "</a>",
                "<br>", "<!-- c -->", "<script>", "</script>", "<table>", "<td>", "</table>", "<i onclick=y>", "</i>", "<",
            ]), 0..30)) {
            let (whole, stretches) = body(&parts.concat());
            // If the ranges cannot be determined, the whole is sanitized.
            if stretches.clone().ranges().is_some() {
                let clean = sanitize_stretches(whole.clone(), stretches);
                prop_assert_eq!(sanitize(&clean), sanitize(&whole), "{}\n{}", parts.concat(), whole);
            }
        }
    }
}
