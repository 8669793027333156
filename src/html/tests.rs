//! What readers see of Markdown, by the GFM specification and GitHub's pages.

use proptest::prelude::*;

use super::*;
use crate::parse::parse;

/// Links lead where they say, `none:` nowhere; labels are in English.
struct Same;

impl Context for Same {
    fn target(&self, destination: &str, kind: LinkKind) -> LinkTarget {
        let external = destination.starts_with("https:") && kind != LinkKind::Image;
        LinkTarget {
            href: (!destination.starts_with("none:")).then(|| destination.to_owned()),
            class: external.then_some("rb-external"),
            title: None,
        }
    }

    fn label(&self, label: Label) -> String {
        match label {
            Label::Section => "Link to this section",
            Label::Statement => "Link to this statement",
            Label::Done => "Done",
            Label::Open => "Open",
            Label::Footnotes => "Footnotes",
            Label::Back => "Back to the text",
            Label::Note => "Note",
            Label::Tip => "Tip",
            Label::Important => "Important",
            Label::Warning => "Warning",
            Label::Caution => "Caution",
        }
        .into()
    }
}

fn html(text: &str) -> String {
    document(text, &parse(text), HtmlPolicy::AsWritten, &Same, Additions::default()).body
}

fn clean(text: &str) -> String {
    document(text, &parse(text), HtmlPolicy::Sanitized, &Same, Additions::default()).body
}

#[test]
fn the_first_h1_is_the_title() {
    let text = "# A *title*\n\nText\n\n## Two\n";
    let rendered = document(text, &parse(text), HtmlPolicy::AsWritten, &Same, Additions::default());
    assert_eq!(rendered.title.as_deref(), Some("A <em>title</em>"));
    assert_eq!(rendered.title_id.as_deref(), Some("a-title"));
    assert_eq!(
        rendered.body,
        "<p>Text</p>\n<h2 id=\"two\">Two <a class=\"rb-anchor\" href=\"#two\" aria-label=\"Link to this section\">#</a></h2>\n"
    );
    assert_eq!(rendered.toc, [TocEntry { level: 2, text: "Two".into(), id: "two".into() }]);
}

#[test]
fn tables_wrap_and_align_by_class() {
    assert_eq!(
        html("| a | b |\n|:-:|--:|\n| 1 | 2 |\n"),
        "<div class=\"rb-table\"><table>\n<thead>\n<tr><th class=\"rb-center\">a</th><th class=\"rb-right\">b</th></tr>\n\
         </thead>\n<tbody>\n<tr><td class=\"rb-center\">1</td><td class=\"rb-right\">2</td></tr>\n</tbody>\n</table></div>\n"
    );
}

#[test]
fn task_lists_tight_and_loose() {
    assert_eq!(
        html("- [x] done\n- [ ] open\n"),
        "<ul class=\"rb-tasks\">\n<li><input type=\"checkbox\" disabled checked aria-label=\"Done\"> done</li>\n\
         <li><input type=\"checkbox\" disabled aria-label=\"Open\"> open</li>\n</ul>\n"
    );
    assert!(html("- [ ] a\n\n- [x] b\n").starts_with("<ul class=\"rb-tasks\">\n<li><p><input"));
    assert_eq!(html("- a\n\n  b\n"), "<ul>\n<li><p>a</p>\n<p>b</p>\n</li>\n</ul>\n");
    assert_eq!(html("- a\n  - b\n"), "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n");
}

#[test]
fn alerts_footnotes_strikethrough() {
    assert_eq!(
        html("> [!WARNING]\n> Mind.\n"),
        "<div class=\"rb-alert rb-alert-warning\"><p class=\"rb-alert-title\">Warning</p>\n<p>Mind.</p>\n</div>\n"
    );
    assert_eq!(html("~~no~~"), "<p><del>no</del></p>\n");
    let notes = html("b[^2] a[^1] b[^2]\n\n[^1]: one\n[^2]: two\n");
    assert!(notes.contains("<a href=\"#fn.1\" id=\"fnref.1\">1</a>"));
    assert!(notes.contains("id=\"fnref.1-2\""));
    let heading = html("# T\n\n## Fn 1\n\na[^1]\n\n[^1]: one\n");
    assert_eq!(heading.matches("id=\"fn-1\"").count(), 1, "{heading}");
    let text = "[^1]: # In a note\n[^2]: ## Unused\n\n# T\n\n## S\n\na[^1]\n";
    let rendered = document(text, &parse(text), HtmlPolicy::AsWritten, &Same, Additions::default());
    assert_eq!(
        (rendered.title_id.as_deref(), rendered.toc.len()),
        (Some("t"), 1),
        "no section begins in a note"
    );
    assert!(rendered.body.contains("<h1>In a note</h1>"), "{}", rendered.body);
    let two = notes.find("<li id=\"fn.1\"><p>two").expect("the first used is the first listed");
    assert!(two < notes.find("<li id=\"fn.2\"><p>one").unwrap());
}

#[test]
fn a_heading_that_says_nothing_is_no_place() {
    let text = "# T\n\n## ![i](p.png)\n\n##\n\n## A\n";
    let rendered = document(text, &parse(text), HtmlPolicy::AsWritten, &Same, Additions::default());
    assert!(
        rendered
            .body
            .contains("<h2><img src=\"p.png\" alt=\"i\" loading=\"lazy\"></h2>\n<h2></h2>\n<h2 id=\"a\">"),
        "{}",
        rendered.body
    );
    assert_eq!(rendered.toc.len(), 1);
}

#[test]
fn links_and_pictures() {
    assert_eq!(html("[a](b.md \"T\")"), "<p><a href=\"b.md\" title=\"T\">a</a></p>\n");
    assert_eq!(html("[a](none:)"), "<p>a</p>\n");
    assert_eq!(
        html("see https://x.org."),
        "<p>see <a href=\"https://x.org\" class=\"rb-external\">https://x.org</a>.</p>\n"
    );
    assert_eq!(html("![a *b*](p.png)"), "<p><img src=\"p.png\" alt=\"a b\" loading=\"lazy\"></p>\n");
}

#[test]
fn code_is_highlighted_by_class() {
    let code = html("```go\nfunc main() { return \"x\" } // c\n```\n");
    assert!(
        code.starts_with("<pre class=\"rb-code\" data-lang=\"go\"><code><span class=\"hl-keyword\">func"),
        "{code}"
    );
    assert!(code.contains("<span class=\"hl-comment\">// c"), "{code}");
    for language in [
        "yaml",
        "sh",
        "json",
        "markdown",
        "diff",
        "toml",
        "rust",
        "python",
        "js",
        "ts",
        "dockerfile",
        "proto",
        "html",
        "makefile",
    ] {
        assert!(highlight("a: b # c\n", language).is_some(), "{language}");
    }
    assert_eq!(
        html("```nonesuch\n<a>\n```\n"),
        "<pre class=\"rb-code\" data-lang=\"nonesuch\"><code>&lt;a&gt;\n</code></pre>\n"
    );
    assert!(highlight(&"x".repeat(3_000), "rust").is_none(), "too long a line");
}

#[test]
fn raw_html_by_policy() {
    let text = "<details open><summary>S</summary>\n\nText <!-- c --> <kbd>K</kbd> <font onclick=\"x()\">F</font>\n\n</details>\n";
    assert!(html(text).contains("onclick") && !html(text).contains("<!--"));
    let cleaned = clean(text);
    assert!(cleaned.contains("<details open=\"\"><summary>S</summary>"), "{cleaned}");
    assert!(cleaned.contains("<kbd>K</kbd>") && !cleaned.contains("onclick"), "{cleaned}");
    assert_eq!(clean("<p align=\"center\">x</p>\n").trim(), "<p class=\"rb-center\">x</p>");
    assert_eq!(clean("<a name=\"Old\"></a>x").trim(), "<p><a name=\"Old\"></a>x</p>");
    assert!(!clean("<b id=\"rb-nav\">x</b>").contains("rb-nav"));
    assert_eq!(html("<img src=\"p.png\" alt=x>").trim(), "<img src=\"p.png\" alt=x>");
}

#[test]
fn other_peoples_scripts_go() {
    for text in [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "<a href=\"java\nscript:alert(1)\">x</a>",
        "![x](data:text/html;base64,AAAA)",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe src=\"https://x.org\"></iframe>",
        "<style>*{display:none}</style>",
        "<div style=\"position:fixed\">x</div>",
        "<input type=\"password\">",
    ] {
        let html = clean(text).to_lowercase();
        for bad in [
            "<script",
            "javascript:",
            "data:",
            "onerror",
            "<svg",
            "<iframe",
            "<style",
            "style=",
            "password",
            "alert(1)</",
        ] {
            assert!(!html.contains(bad), "{text} gave {html}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_rendered_and_safe(text in "([\\[\\]()<>#*_`|\\n -]|https://x|<a href=|<img src=|<div |>|onclick=|javascript:|\\[\\^1\\]|x|é|- \\[ \\] |> \\[!NOTE\\]\n|\"){0,50}") {
        let html = clean(&text);
        // In text they may stand; in a tag they must not.
        let tags: Vec<_> = crate::parse::pieces(&html).into_iter().filter_map(|piece| match piece {
            crate::parse::Piece::Tag { attributes, name, .. } => Some((name, attributes)),
            _ => None,
        }).collect();
        for (name, attributes) in tags {
            prop_assert!(name != "script");
            for attribute in attributes {
                prop_assert!(!attribute.name.starts_with("on"), "{}", html);
                prop_assert!(!html[attribute.value].to_lowercase().starts_with("javascript:"), "{}", html);
            }
        }
    }
}

/// A document with everything that is added to it.
fn annotated(text: &str) -> String {
    let term = |id: &str, names: &[&str]| Term {
        id: id.into(),
        meaning: format!("What {id} is"),
        names: names.iter().map(|name| (*name).into()).collect(),
    };
    let terms = Terms::new(vec![term("lead", &["Lead"]), term("sig", &["SIG"])]);
    let citations = BTreeMap::from([("chair".to_owned(), "cited 3×".to_owned())]);
    let additions =
        Additions { obligations: true, terms: Some((&terms, "../glossary/")), citations: Some(&citations) };
    document(text, &parse(text), HtmlPolicy::Sanitized, &Same, additions).body
}

#[test]
fn key_words_are_places_that_can_be_linked_to() {
    let html = annotated("# T\n\n## Chair\n\nThey *MUST* keep [notes that SHOULD be read](x) and MAY pay.\n");
    let key = |level: &str, id: &str, word: &str| {
        format!(
            "<a class=\"rb-key rb-key-{level}\" id=\"{id}\" href=\"#{id}\" title=\"Link to this statement\">{word}</a>"
        )
    };
    assert!(html.contains(&format!("<em>{}</em>", key("must", "chair.must-keep-notes", "MUST"))), "{html}");
    assert!(html.contains(&key("may", "chair.may-pay", "MAY")), "{html}");
    assert!(
        html.contains("<span class=\"rb-key rb-key-should\" id=\"chair.should-read\">SHOULD</span>"),
        "{html}"
    );
    assert!(html.contains("<a class=\"rb-cites\" href=\"#cited-by.chair\">cited 3×</a></h2>"), "{html}");
}

#[test]
fn a_key_word_takes_the_not_beside_it() {
    let html = annotated("## Chair\n\nThey **MUST NOT** sleep, SHOULD NOTE it, and SHOULD NOT eat.\n");
    for (word, level) in [("MUST NOT", "must-not"), ("SHOULD", "should"), ("SHOULD NOT", "should-not")] {
        let key = format!("<a class=\"rb-key rb-key-{level}\"");
        let (_, rest) = html.split_once(&key).unwrap_or_else(|| panic!("{key} in {html}"));
        assert!(
            rest.split_once('>').is_some_and(|(_, rest)| rest.starts_with(&format!("{word}</a>"))),
            "{html}"
        );
    }
}

#[test]
fn a_heading_without_words_has_no_link_to_itself() {
    let html = html("# T\n\n##\n\ntext\n\n## B\n");
    assert_eq!(html.matches("rb-anchor").count(), 1, "{html}");
}

#[test]
fn an_anchor_of_the_writers_is_not_given_twice() {
    let html = annotated("## Chair\n\n<a id=\"chair.must-x\"></a>MUST go\n");
    assert_eq!(html.matches("id=\"chair.must-x\"").count(), 1, "{html}");
    assert!(html.contains("href=\"#chair.must-x\""), "{html}");
}

#[test]
fn terms_are_linked_once_and_never_in_headings_links_or_code() {
    let text = "# A Lead\n\n## The Lead\n\n[A lead](x), `lead`, <a href=\"y\">lead</a>, <kbd>lead</kbd>\n\n    lead\n\nhttps://example.org/lead\n\n\
                Leads of a SIG, and another lead.\n";
    let html = annotated(text);
    assert_eq!(html.matches("rb-term").count(), 2, "{html}");
    assert!(
        html.contains("<p><a class=\"rb-term\" href=\"../glossary/#lead\" title=\"What lead is\">Leads</a> of a <a class=\"rb-term\""),
        "{html}"
    );
}

proptest! {
    /// The reader finds obligations and the writer marks them: both go through the text on their own.
    #[test]
    fn every_obligation_has_its_place(parts in proptest::collection::vec(
        proptest::sample::select(vec![
            "MUST", "SHOULD", "MAY", " NOT ", "MUSTARD", " ", "\n", "\n\n", "- ", "## ", "*", "**", "`", "[", "](x)", "\"", "!",
            "https://example.org/MAY?a=MUST ", "<a id=\"q.must\">", "</a>", "\\", "&amp;", "word ", "| ", "|-|\n", "> ", "~~",
        ]), 0..40)) {
        let text = parts.concat();
        let obligations = parse(&text).obligations;
        let html = document(&text, &parse(&text), HtmlPolicy::AsWritten, &Same,
            Additions { obligations: true, ..Additions::default() });
        let html = html.title.unwrap_or_default() + &html.body;
        let marked = html.matches("class=\"rb-key ").count();
        prop_assert_eq!(marked, obligations.len(), "{}\n{}", text, html);
        for obligation in obligations.iter().filter(|obligation| !obligation.is_anchor) {
            prop_assert!(html.contains(&format!("id=\"{}\"", escape(&obligation.id))), "{}\n{}", obligation.id, html);
        }
    }
}
