//! Reads any bytes as a document. Spans are within the text, and the page of an untrusted document contains no active
//! content.
#![no_main]

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rolebook::html::{
    Additions, Context, DefinedTerm, HtmlPolicy, Label, LinkTarget, Rendered, Terms, document, escape,
    fragment,
};
use rolebook::parse::{Document, LinkKind, clauses, parse};
use scraper::{ElementRef, Html, Node};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    // Files that are not entirely UTF-8 are read like this.
    let text = String::from_utf8_lossy(bytes);
    let read = parse(&text);
    assert_eq!(read, parse(&text), "reading twice");
    spans_are_in_the_text(&text, &read);
    ids_are_unique(&read);
    assert_eq!(clauses(&text).len(), read.headings.len() + 1, "clauses and headings");

    rendered(&text, &read, HtmlPolicy::AsWritten);
    let page = rendered(&text, &read, HtmlPolicy::Sanitized);
    assert_eq!(page, rendered(&text, &read, HtmlPolicy::Sanitized), "rendering twice");
    is_harmless(&format!("<h1>{}</h1>{}", page.title.as_deref().unwrap_or_default(), page.body));
    if !read.raw_html {
        for entry in &page.toc {
            let occurrences = page.body.matches(&format!(" id=\"{}\"", escape(&entry.id))).count();
            assert_eq!(occurrences, 1, "places with the id {}", entry.id);
        }
    }
    is_harmless(&fragment(&text, true, HtmlPolicy::Sanitized, &AsWritten));
});

/// Keeps destinations.
struct AsWritten;

impl Context for AsWritten {
    fn target(&self, destination: &str, _: LinkKind) -> LinkTarget {
        LinkTarget {
            href: rolebook::url::Href::new(destination),
            class: Some("rb-clause"),
            title: Some("\"T\"".into()),
        }
    }

    fn label(&self, _: Label) -> String {
        "<\"label\">".into()
    }
}

fn spans_are_in_the_text(text: &str, read: &Document) {
    let within = |what: &str, span: &Range<usize>| {
        assert!(text.get(span.clone()).is_some(), "the span {span:?} of {what} is outside of the text");
    };
    within("the body", &(read.body..text.len()));
    read.front_matter.iter().for_each(|block| within("the front matter", &block.span));
    read.headings.iter().for_each(|heading| within("a heading", &heading.span));
    read.anchors.iter().for_each(|anchor| within("an anchor", &anchor.span));
    for link in &read.links {
        within("a link", &link.span);
        link.definition.iter().for_each(|span| within("a definition", span));
        assert!(link.heading.is_none_or(|index| index < read.headings.len()));
    }
    let labels = read.undefined.iter().chain(&read.unused).chain(&read.shadowed);
    labels.for_each(|label| within("a label", &label.span));
    for obligation in &read.obligations {
        within("an obligation", &obligation.span);
        assert!(obligation.heading.is_none_or(|index| index < read.headings.len()));
    }
}

fn ids_are_unique(read: &Document) {
    // Headings without text have no id.
    let headings = read.headings.iter().map(|heading| &heading.id).filter(|id| !id.is_empty());
    // Anchors are the author's and may repeat.
    let obligations = read.obligations.iter().filter(|obligation| !obligation.is_anchor);
    let mut seen = HashSet::new();
    for id in headings.chain(obligations.map(|obligation| &obligation.id)) {
        assert!(seen.insert(id), "two places have the id {id:?}");
    }
}

/// Renders a document with all additions.
fn rendered(text: &str, read: &Document, policy: HtmlPolicy) -> Rendered {
    static TERMS: LazyLock<Terms> = LazyLock::new(|| {
        let term = |name: &str| DefinedTerm {
            id: name.to_lowercase(),
            meaning: "<what> it \"means\"".into(),
            names: vec![name.to_owned()],
        };
        Terms::new(vec![term("Lead"), term("SIG"), term("a")])
    });
    let citations: BTreeMap<String, String> =
        read.headings.iter().map(|heading| (heading.id.clone(), "cited <2>×".to_owned())).collect();
    let additions =
        Additions { obligations: true, terms: Some((&TERMS, "../glossary/")), citations: Some(&citations) };
    document(text, read, policy, &AsWritten, additions)
}

/// Asserts that sanitized HTML within a page is harmless to a browser: no scripts, styles, event handlers, forms or
/// frames, and nothing that captures the content after it.
fn is_harmless(html: &str) {
    let page = Html::parse_fragment(&format!("<main>{html}</main><footer></footer>"));
    let around: Vec<&str> =
        page.root_element().children().filter_map(ElementRef::wrap).map(|part| part.value().name()).collect();
    assert_eq!(around, ["main", "footer"], "{html}");
    for node in page.tree.nodes() {
        let element = match node.value() {
            Node::Comment(comment) => panic!("a comment {:?} in {html}", &**comment),
            Node::Element(element) => element,
            _ => continue,
        };
        let inert = !matches!(
            element.name(),
            "base"
                | "button"
                | "embed"
                | "form"
                | "frame"
                | "frameset"
                | "iframe"
                | "link"
                | "math"
                | "meta"
                | "noscript"
                | "object"
                | "script"
                | "select"
                | "style"
                | "svg"
                | "template"
                | "textarea"
        );
        assert!(inert, "<{}> in {html}", element.name());
        for (name, value) in element.attrs() {
            assert!(!name.starts_with("on") && name != "style", "{name} in {html}");
            if matches!(name, "href" | "src" | "cite" | "action") {
                let scheme = Url::parse(value).map(|address| address.scheme().to_owned()).unwrap_or_default();
                let acts = matches!(scheme.as_str(), "javascript" | "vbscript" | "data");
                assert!(!acts, "{name}={value:?} in {html}");
            }
        }
    }
}
