//! The writer: a document or a fragment of Markdown as HTML.

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
use crate::parse::{Document, Events, Heading, HeadingTag, Obligation, Reading};

/// A whole document. The H1 that opens it is taken out of the body.
pub fn document(
    text: &str,
    document: &Document,
    policy: HtmlPolicy,
    context: &dyn Context,
    additions: Additions<'_>,
) -> Rendered {
    let reading = document.events.over(&text[document.body..]);
    let mut writer = Writer::new(reading, &document.headings, policy, context);
    writer.takes_title = document.title.is_some();
    writer.additions = additions;
    if additions.obligations {
        writer.obligations = &document.obligations;
    }
    writer.taken = Some(taken_ids(document, additions.obligations));
    writer.run();
    let mut body = writer.finish();
    let mut title = writer.title.take();
    if policy == HtmlPolicy::Sanitized && document.raw_html {
        body = sanitize_stretches(body, std::mem::take(&mut writer.stretches));
        title = title.map(|title| sanitize_title(&title));
    }
    let (first, rest) = document.headings.split_at(usize::from(document.title.is_some()));
    let named = |heading: &&Heading| !heading.id.is_empty();
    Rendered {
        title,
        title_id: first.iter().find(named).map(|heading| heading.id.clone()),
        body,
        toc: rest
            .iter()
            .filter(named)
            .map(|heading| TocEntry {
                level: heading.level,
                text: heading.text.clone(),
                id: heading.id.clone(),
            })
            .collect(),
    }
}

/// The ids that a page gives to headings and obligations; a document with neither raw ids nor obligations needs none.
fn taken_ids(document: &Document, obligations: bool) -> HashSet<String> {
    if document.anchors.is_empty() {
        return HashSet::new();
    }
    let headings = document.headings.iter().map(|heading| &heading.id);
    let obligations = document.obligations.iter().filter(|found| obligations && !found.is_anchor);
    headings.chain(obligations.map(|found| &found.id)).cloned().collect()
}

/// A body in which all raw HTML is reduced to what GitHub would show.
fn sanitize_stretches(body: String, stretches: Stretches) -> String {
    let Some(found) = stretches.found() else { return sanitize(&body) };
    let mut clean = String::with_capacity(body.len());
    let mut done = 0;
    for stretch in found {
        clean.push_str(&body[done..stretch.start]);
        clean.push_str(&sanitize(&body[stretch.clone()]));
        done = stretch.end;
    }
    clean.push_str(&body[done..]);
    clean
}

/// A piece of Markdown from a data file. `inline` leaves out the paragraph around a single one.
pub fn fragment(text: &str, inline: bool, policy: HtmlPolicy, context: &dyn Context) -> String {
    if is_plain(text) {
        return if inline { text.to_owned() } else { format!("<p>{text}</p>") };
    }
    written(text, inline, policy, context)
}

/// Whether a text is a line in which nothing can be Markdown, and nothing has to be escaped: many fields of data are.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || b" ,.;'()/?-".contains(&b))
        && !text.contains("www.")
}

fn written(text: &str, inline: bool, policy: HtmlPolicy, context: &dyn Context) -> String {
    let events = Events::of(text);
    let mut writer = Writer::new(events.over(text), &[], policy, context);
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

struct Writer<'a> {
    reading: Reading<'a>,
    /// The document's headings; a fragment has none, and its headings have no ids.
    headings: &'a [Heading],
    policy: HtmlPolicy,
    context: &'a dyn Context,
    /// Ids of the page, to which each one in raw HTML is added: of two places with one id, the first would be the only
    /// one that a link leads to. A fragment has none, as its page is made of many and nothing refers to their places.
    taken: Option<HashSet<String>>,
    html: String,
    /// The first heading is taken out of the body.
    takes_title: bool,
    title: Option<String>,
    /// What was written before the title that is being taken out.
    before_title: Option<String>,
    /// Index of the heading that is open.
    open_heading: Option<u32>,
    /// The raw tag that follows begins or ends a heading.
    heading_tag: Option<HeadingTag>,
    raw_html: bool,
    stretches: Stretches,
    additions: Additions<'a>,
    /// The obligations that are still to come.
    obligations: &'a [Obligation],
    /// The terms that were met, by their place among the terms.
    met: HashSet<usize>,
    in_heading: bool,
    /// How many raw elements are open within which no link may begin.
    raw_depth: usize,
    /// Whether each span of emphasis or link that is open is strong, the innermost last.
    strong: Vec<bool>,
    /// Open links, the innermost last; `false` for those without an address.
    open_links: Vec<bool>,
    /// The innermost link is an address in angle brackets.
    in_autolink: bool,
    /// Language and text of the block of code that is open.
    code: Option<(&'a str, &'a str)>,
    in_head: bool,
    footnotes: Footnotes,
    /// What was written before the footnote that is open, and its label, where it is shown.
    before_footnote: Vec<(String, Option<String>)>,
}

impl<'a> Writer<'a> {
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
            taken: None,
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
            met: HashSet::new(),
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

    /// What is said beside the text's own words, as HTML.
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

    /// The body before it is sanitised, and where it has to be.
    fn body(text: &str) -> (String, Stretches) {
        let parsed = crate::parse::parse(text);
        let reading = parsed.events.over(&text[parsed.body..]);
        let mut writer = Writer::new(reading, &parsed.headings, HtmlPolicy::Sanitized, &Same);
        writer.run();
        (writer.finish(), writer.stretches)
    }

    #[test]
    fn only_blocks_with_raw_html_are_sanitised() {
        // The sanitiser writes a fixed space as an entity, the writer as it is.
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
        // What is opened in one block and closed in another belongs together.
        let (whole, stretches) = body("<details onclick=\"x\">\n\na\u{a0}a\n\n</details>\n\nb\u{a0}b\n");
        let clean = sanitize_stretches(whole, stretches);
        assert_eq!(clean, "<details>\n<p>a&nbsp;a</p>\n</details>\n<p>b\u{a0}b</p>\n");
    }

    proptest! {
        /// What is taken for plain text is written as any other.
        #[test]
        fn plain_texts_are_written_as_they_are(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "a", "B", "1", " ", ".", ". ", ",", ";", "'", "(", ")", "/", "?", "-", "- ", "--", "é", "\u{a0}", "…", "www", ".", "x.y",
            ]), 0..12), inline in proptest::bool::ANY) {
            let text = parts.concat();
            if is_plain(&text) {
                let policy = HtmlPolicy::Sanitized;
                prop_assert_eq!(fragment(&text, inline, policy, &Same), written(&text, inline, policy, &Same));
            }
        }

        /// Sanitising evens out how things are written; after it, stretches and the whole are the same.
        #[test]
        fn stretches_come_out_as_the_whole_would(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "a", " ", "\n", "\n\n", "- ", "> ", "# ", "*", "**", "`", "[", "](x)", "![", "[^1]", "[^1]: ", "| ", "|-|\n", "```\n",
                "<name>", "<li>", "<ul>", "</ul>", "<tr>", "</td>", "</p>", "<p>", "<b>", "</b>", "<div>", "</div>", "<details>", "</details>", "<p align=center>", "</p>", "<a name=x>", "</a>",
                "<br>", "<!-- c -->", "<script>", "</script>", "<table>", "<td>", "</table>", "<i onclick=y>", "</i>", "<",
            ]), 0..30)) {
            let (whole, stretches) = body(&parts.concat());
            // Where they cannot be told, the whole is what is sanitised.
            if stretches.clone().found().is_some() {
                let clean = sanitize_stretches(whole.clone(), stretches);
                prop_assert_eq!(sanitize(&clean), sanitize(&whole), "{}\n{}", parts.concat(), whole);
            }
        }
    }
}
