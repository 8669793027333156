//! Rendered Markdown, according to the GFM specification and GitHub's pages.

use proptest::prelude::*;

use super::*;
use crate::parse::parse;

/// Keeps destinations; `none:` has no address. Labels are in English.
struct Same;

impl Context for Same {
    fn target(&self, destination: &str, kind: LinkKind) -> LinkTarget {
        let external = destination.starts_with("https:") && kind != LinkKind::Image;
        LinkTarget { href: Href::new(destination), class: external.then_some("rb-external"), title: None }
    }

    fn label(&self, label: Label) -> String {
        match label {
            Label::Section => "Link to this section",
            Label::Statement => "Link to this obligation",
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

/// Renders a document of other people's.
fn rendered(text: &str) -> Rendered {
    document(text, &parse(text), HtmlPolicy::Sanitized, &Same, Additions::default())
}

#[test]
fn only_an_h1_that_opens_the_document_is_its_title() {
    for text in [
        "# T\n\nx\n",
        "<!-- c -->\n\n![logo](l.png)\n\n# T\n",
        "[d]: x\n\nT\n===\n",
        "<a name=\"top\"></a>\n# T",
    ] {
        assert_eq!(rendered(text).title.as_deref(), Some("T"), "{text}");
    }
    for text in [
        "Words.\n\n# T\n",
        "## S\n\n# T\n",
        "`code`\n\n# T\n",
        "    code\n\n# T\n",
        "> # T\n",
        "- # T\n",
        "<p>Words</p>\n\n# T\n",
        "| a |\n|---|\n\n# T\n",
        "## ![picture](p.png)\n\n# T\n",
    ] {
        let rendered = rendered(text);
        assert_eq!((rendered.title, rendered.title_id), (None, None), "{text}");
        assert!(rendered.body.contains("<h1 id=\"t\">T <a class=\"rb-anchor\" href=\"#t\""), "{text}");
        assert_eq!(
            rendered.toc.last().map(|entry| (entry.level, entry.id.as_str())),
            Some((1, "t")),
            "{text}"
        );
    }
    let late = rendered("## Introduction\n\nIntro text.\n\n# Design\n\nThis text belongs to Design.\n");
    let at = |text: &str| late.body.find(text).unwrap_or_else(|| panic!("no {text} in {}", late.body));
    assert!(at("Intro text") < at("<h1 id=\"design\">") && at("<h1 id=\"design\">") < at("belongs"));
}

#[test]
fn headings_in_raw_html_are_headings() {
    let link =
        |id: &str| format!("<a class=\"rb-anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a>");
    for (text, title, title_id) in [
        ("<h1 align=\"center\">Governance</h1>\n", "Governance", "governance"),
        ("<div>\n<h1>\nSeveral\n<b>lines</b>\n</h1>\n</div>\n", "Several\n<b>lines</b>", "severallines"),
        (
            "<h1>\n\n**Mark**down &amp; more\n\n</h1>\n\ntext\n",
            "<strong>Mark</strong>down &amp; more",
            "markdown--more",
        ),
        ("<h1>A <h2>B</h2></h1>\n\n# T\n", "", ""),
    ] {
        let rendered = rendered(text);
        assert_eq!(rendered.title.as_deref().unwrap_or_default(), title, "{text}");
        assert_eq!(rendered.title_id.as_deref().unwrap_or_default(), title_id, "{text}");
    }
    for (text, heading) in [
        ("<h2>Members</h2>", format!("<h2 id=\"members\">Members {}</h2>", link("members"))),
        ("<h3>A\nB</h3>", format!("<h3 id=\"ab\">A\nB {}</h3>", link("ab"))),
        (
            "<h2 align=center>C&amp;&#x44;</h2>",
            format!("<h2 id=\"cd\" class=\"rb-center\">C&amp;D {}</h2>", link("cd")),
        ),
        ("<h2 id=\"own\">E</h2>", format!("<h2 id=\"e\"><a id=\"own\"></a>E {}</h2>", link("e"))),
        ("<h2 id=\"f\">F</h2>", format!("<h2 id=\"f\">F {}</h2>", link("f"))),
        ("> <h2>Quoted</h2>", format!("<h2 id=\"quoted\">Quoted {}</h2>", link("quoted"))),
        ("> <h2>Two\n> lines</h2>", format!("<h2 id=\"twolines\">Two\nlines {}</h2>", link("twolines"))),
        (
            "<h2>\n\n*G* [h](x)\n\n</h2>",
            format!("<p><em>G</em> <a href=\"x\">h</a></p>\n {}</h2>", link("g-h")),
        ),
        (
            "<h2>rb-main</h2>",
            format!("<h2 id=\"user-content-rb-main\">rb-main {}</h2>", link("user-content-rb-main")),
        ),
    ] {
        let body = clean(text);
        assert!(body.contains(&heading), "{text}\n{body}\n{heading}");
        let parsed = parse(text);
        assert_eq!(parsed.headings.len(), 1, "{text}");
        assert!(text[parsed.headings[0].span.clone()].starts_with("<h"), "{text}");
        assert!(text[parsed.headings[0].span.clone()].ends_with(">"), "{text}");
    }
    // An unclosed heading ends with its block, or before the next heading.
    let open = rendered("text <h2>A\n\n<h3>B\n\n## C\n\ntext\n");
    let entries: Vec<_> = open.toc.iter().map(|entry| (entry.level, entry.text.as_str())).collect();
    assert_eq!(entries, [(2, "A"), (3, "B"), (2, "C")]);
    // Duplicates are numbered in either syntax.
    let twice = rendered("# T\n\n## Members\n\n<h2>Members</h2>\n");
    assert_eq!(twice.toc.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["members", "members-1"]);
}

#[test]
fn unknown_tags_are_dropped_and_their_text_stays() {
    for name in [
        "list",
        "none",
        "path",
        "text",
        "domain",
        "int",
        "annotation-xml",
        "desc",
        "image",
        "select",
        "noscript",
        "template",
        "svg",
        "math",
        "mi",
        "foreignObject",
        "your",
        "object",
        "form",
        "button",
        "frameset",
        "body",
        "head",
        "video",
        "marquee",
        "x-y",
        "circle",
    ] {
        for text in [
            format!("before <{name} concerns> **between** after\n\nnext\n"),
            format!("before <{name}>**between**</{name}> after\n\nnext\n"),
            format!("<{name}>\n\nbefore **between**\n\n</{name}>\n\nafter next\n"),
            format!("<div><{name} x=\"y\">before <b>between</b> after</div>\n\nnext\n"),
            format!("- before\n- <{name}> between\n- after\n\nnext\n"),
        ] {
            let body = clean(&text);
            for word in ["before", "between", "after", "next"] {
                assert!(body.contains(word), "{text} gave {body}");
            }
            assert!(
                !body.to_lowercase().contains(&format!("<{}", name.to_lowercase())),
                "{text} gave {body}"
            );
        }
    }
    // These tags are rendered as text (GFM 6.11).
    for name in ["title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "script", "plaintext"]
    {
        let body = clean(&format!("before <{name} x> *between* </{name}> after\n\nnext\n"));
        let shown = format!("<p>before &lt;{name} x> <em>between</em> &lt;/{name}> after</p>\n<p>next</p>\n");
        assert_eq!(body, shown);
    }
    // Dropping a tag must not create another one.
    assert_eq!(clean("x <<b1>script>alert(1)</script>\n").matches("<script").count(), 0);
    assert_eq!(clean("<div>\na <<x>b> c\n</div>\n").trim(), "<div>\na &lt;b&gt; c\n</div>");
}

#[test]
fn footnotes_are_numbered_and_linked() {
    let notes = clean("One[^a], two[^Why], three[^b].\n\n[^a]: A\n[^why]: Because\n[^b]: B\n");
    for (number, text) in [(1, "A"), (2, "Because"), (3, "B")] {
        assert!(
            notes.contains(&format!("<a href=\"#fn.{number}\" id=\"fnref.{number}\">{number}</a>")),
            "{notes}"
        );
        assert!(
            notes.contains(&format!("<li id=\"fn.{number}\"><p>{text} <a href=\"#fnref.{number}\"")),
            "{notes}"
        );
    }
    for text in [
        // Several uses, also in different case.
        "a[^fn.2] b[^FN.2] c[^fn.2]\n\n[^Fn.2]: N\n",
        // A second definition of a label is ignored, with the references in it.
        "a[^x]\n\n[^x]: N\n\n[^X]: M[^y]\n\n[^y]: Y\n",
        // References in an unused footnote do not count.
        "a[^x]\n\n[^u]: U[^y]\n\n[^x]: N\n\n[^y]: Y\n",
        // Footnotes that refer to each other, also in circles.
        "a[^x]\n\n[^x]: N[^y]\n\n[^y]: Y[^x] [^Y]\n",
        "[^x]: N[^y]\n\n[^y]: Y\n\na[^x] b[^y]\n",
        // References in a title, a list and a table.
        "# T[^x]\n\n- a[^y]\n\n| [^z] |\n|---|\n\n[^x]: X\n[^y]: Y\n[^z]: Z\n",
        // An id written in the text is a different one.
        "a[^x] <a id=\"fn.1\"></a><b id=fnref.1>b</b>\n\n[^x]: N\n",
        "a[^ß] b[^ẞ] c[^SS]\n\n[^ẞ]: N\n",
    ] {
        let rendered = rendered(text);
        let html = rendered.title.unwrap_or_default() + &rendered.body;
        let mut ids = Vec::new();
        let mut hrefs = Vec::new();
        for piece in crate::parse::pieces(&html) {
            let crate::parse::Piece::Tag { attributes, .. } = piece else { continue };
            for attribute in attributes {
                let value = html[attribute.value].to_owned();
                match &*attribute.name {
                    "id" => ids.push(value),
                    "href" => hrefs.extend(value.strip_prefix('#').map(str::to_owned)),
                    _ => {}
                }
            }
        }
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{text}\n{html}");
        assert!(hrefs.iter().all(|href| ids.contains(href)), "{text}\n{html}");
        assert!(html.contains("<li id=\"fn.1\">"), "{text}\n{html}");
        // Lists count like text.
        let listed = html.matches("<li id=\"fn.").count();
        assert!(html.contains(&format!("<li id=\"fn.{listed}\">")), "{text}\n{html}");
        assert!(!html.contains("U<"), "{text}\n{html}");
    }
}

#[test]
fn addresses_in_raw_html_match_browsers() {
    let addresses = |text: &str| -> Vec<String> {
        parse(text).links.into_iter().map(|link| link.destination.to_string()).collect()
    };
    for (text, expected) in [
        ("<a href=\"a&amp;b\">x</a>", vec!["a&b"]),
        ("<a href=&#x41;.md>x</a>", vec!["A.md"]),
        ("<a href='a&ampb&lt;?c&copy=1&period;md'>x</a>", vec!["a&ampb<?c&copy=1.md"]),
        ("<a href=\" a\n.md \">x</a>", vec!["a.md"]),
        (
            "<img srcset='a.png&#32;1x&comma; b.png 2x' src=c.png longdesc=d.md>",
            vec!["a.png", "b.png", "c.png", "d.md"],
        ),
        (
            "<blockquote cite=a.md>x</blockquote>\n\n<q cite=b.md>x</q> <del cite=c.md>y</del> <cite cite=no>z</cite>",
            vec!["a.md", "b.md", "c.md"],
        ),
        ("<object data=a.pdf></object><b data=no></b>", vec!["a.pdf"]),
        ("<form action=a><button formaction=b>x</button></form>", vec!["a", "b"]),
        ("<a ping='a b' href=c>x</a>", vec!["a", "b", "c"]),
        ("<svg><use xlink:href=a.svg></svg>", vec!["a.svg"]),
        ("<table background=a.png><td background=b.png></table>", vec!["a.png", "b.png"]),
    ] {
        assert_eq!(addresses(text), expected, "{text}");
    }
    // Decoded characters stay within their attribute.
    assert_eq!(
        clean("<a href=a&#32;onclick&equals;x&quot;>y</a>").trim(),
        "<p><a href=\"a onclick=x&quot;\">y</a></p>"
    );
    assert_eq!(clean("<q cite=java&#115;cript:x>y</q>").trim(), "<p><q cite=\"#\">y</q></p>");
    assert_eq!(
        html("<a id=&#x72;b-nav name='b&amp;c'></a>").trim(),
        "<p><a id=\"user-content-rb-nav\" name='b&amp;c'></a></p>"
    );
    let anchors: Vec<_> =
        parse("<a id=&#x72;b-nav name='b&amp;c'></a>").anchors.into_iter().map(|anchor| anchor.id).collect();
    assert_eq!(anchors, ["user-content-rb-nav", "b&c"]);
}

#[test]
fn documents_cannot_use_ids_of_the_theme() {
    let text = "# T\n\n## rb-main\n\n## Cited by\n\n<a name=\"rb-nav\"></a><b id=\"cited-by.t\">x</b>\n";
    let rendered = rendered(text);
    let ids: Vec<_> = rendered.toc.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["user-content-rb-main", "user-content-cited-by"]);
    for id in ["rb-main", "cited-by", "rb-nav", "cited-by.t"] {
        assert!(rendered.body.contains(&format!("=\"user-content-{id}\"")), "{id}: {}", rendered.body);
        assert!(!rendered.body.contains(&format!("=\"{id}\"")), "{id}: {}", rendered.body);
    }
}

/// All ids in an HTML text, in order.
fn ids(html: &str) -> Vec<String> {
    let pieces = crate::parse::pieces(html);
    let attributes = pieces.flat_map(|piece| match piece {
        crate::parse::Piece::Tag { attributes, .. } => attributes,
        _ => Vec::new(),
    });
    attributes
        .filter(|attribute| attribute.name == "id")
        .map(|attribute| html[attribute.value].to_owned())
        .collect()
}

#[test]
fn ids_are_unique_on_a_page() {
    for (text, expected) in [
        // Headings keep their ids, even after an equal raw id.
        ("<a id=\"members\"></a>\n\n## Members\n", vec!["members"]),
        ("## Members\n\n<div id=members>x</div>\n", vec!["members"]),
        ("<h2 id=\"b\">A</h2>\n\n<h2>B</h2>\n", vec!["a", "b"]),
        ("## A <a id=\"a\"></a><a id=\"a-\"></a>\n", vec!["a-", "a"]),
        // Of equal raw ids, only the first is written.
        ("<b id=x>1</b> <i id=\"x\">2</i> <u id=&#x78;>3</u>\n\n> <b id='x'>4</b>\n", vec!["x"]),
        ("<h2 id=own>A</h2>\n\n<h2 id=own>B</h2>\n", vec!["a", "own", "b"]),
        ("x[^1]\n\n[^1]: <b id=y>n</b> <b id=y>m</b>\n", vec!["fnref.1", "fn.1", "y"]),
    ] {
        assert_eq!(ids(&clean(text)), expected, "{text}");
        assert_eq!(ids(&html(text)), expected, "{text}");
    }
    let obliged = annotated("## A\n\nThey MUST go.\n\n<b id=\"a.must-go\">x</b>\n");
    assert_eq!(ids(&obliged), ["a", "a.must-go"]);
    assert!(obliged.contains("<b>x</b>"), "{obliged}");
    let title = rendered("<h1 id=\"top\">T</h1>\n\n<b id=\"top\">x</b>\n");
    assert_eq!(title.title.as_deref(), Some("<a id=\"top\"></a>T"));
    assert_eq!((title.title_id.as_deref(), ids(&title.body)), (Some("t"), Vec::new()));
}

/// A page contains many fields of data, possibly several times.
#[test]
fn fields_of_data_have_no_ids() {
    let field = "x[^1] y[^1] <b id=z>z</b>\n\n## H\n\n<h2 id=h>H</h2>\n\n[^1]: note\n";
    for policy in [HtmlPolicy::AsWritten, HtmlPolicy::Sanitized] {
        let html = fragment(field, false, policy, &Same);
        assert_eq!(ids(&html), [] as [&str; 0], "{html}");
        assert!(!html.contains("href") && html.contains("<sup class=\"rb-footnote-ref\">1</sup>"), "{html}");
        assert!(html.contains("<li><p>note</p>"), "{html}");
    }
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
fn a_heading_without_text_has_no_id() {
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
    assert_eq!(clean("<b id=\"rb-nav\">x</b>").trim(), "<p><b id=\"user-content-rb-nav\">x</b></p>");
    assert_eq!(html("<img src=\"p.png\" alt=x>").trim(), "<img src=\"p.png\" alt=x>");
}

#[test]
fn the_only_input_is_a_disabled_checkbox() {
    for field in
        ["<input>", "<input type=image src=x>", "<input type=\"password\">", "<input type=text value=x>"]
    {
        assert_eq!(clean(&format!("a {field} b")), "<p>a  b</p>\n", "{field}");
    }
    assert!(clean("<input type=checkbox name=x> b").contains("<input type=\"checkbox\" disabled=\"\"> b"));
}

/// Addresses are recognized before emphasis (GFM 6.9), tabs count as spaces in a delimiter row (GFM 4.10), and emoji
/// and formulas are rendered as on GitHub.
#[test]
fn addresses_tables_and_formulas_match_github() {
    for (text, expected) in [
        ("https://x.org/__init__.py", "href=\"https://x.org/__init__.py\""),
        ("see https://x.org/_a_/*b*/~~c~~/d there", "href=\"https://x.org/_a_/*b*/~~c~~/d\""),
        ("*https://x.org/a*", "<em><a href=\"https://x.org/a\""),
        ("(https://x.org/a_(b)_c).", "href=\"https://x.org/a_(b)_c\""),
        ("| a | b |\n|---\t|:---:\t|\n| c | d |", "<th class=\"rb-center\">b</th>"),
        ("| a | b |\n|---|:---:\u{c}|\n| c | d |", "<th class=\"rb-center\">b</th>"),
        ("a | b\n\t--- |\u{b}:---:\n", "<p>a | b"),
        ("a | b\n--- |\u{b}:---: \u{c}\nc", "<th class=\"rb-center\">b</th>"),
        ("> a | b\n> ---\t|\t:---:\n", "<th class=\"rb-center\">b</th>"),
        ("- a | b\n  -|\t:-:\n", "<th class=\"rb-center\">b</th>"),
        ("a \\| b\n|-|\n", "<th>a | b</th>"),
        ("text\n| a \\\\| b |\n|-|\n", "<th>a | b</th>"),
        ("text\n| a \\\\| b |\n|-|-|\n", "<p>text\n| a \\| b |\n|-|-|</p>"),
        ("a | b\n|-\t|\t-\n---\nc", "</table></div>\n<hr>\n<p>c</p>"),
        ("text\na | b\n-|-\n===\n", "<td>===</td>"),
        ("| a |\n|---|\n| `x\\|y` |", "<td><code>x|y</code></td>"),
        ("| a |\n|---|\n| `` a\\|`b `` |", "<td><code>a|`b</code></td>"),
        ("| a |\n|---|\n| `a\\\\|b` |", "<td><code>a\\|b</code></td>"),
        ("| a\\|b |\n|---|\n| **c\\|d** |", "<th>a|b</th>"),
        ("| a |\n|---|\n| **c\\|d** \\| |", "<td><strong>c|d</strong> |</td>"),
        ("| a |\n|---|\n| [c\\|d](e\\|f \"g\\|h\") |", "<a href=\"e|f\" title=\"g|h\">c|d</a>"),
        ("| a |\n|---|\n| <a href=\"e\\|f\">c\\|d</a> |", "<a href=\"e|f\">c|d</a>"),
        ("| a |\n|---|\n| https://x.org/a\\|b |", "href=\"https://x.org/a|b\""),
        ("<b title=\"a\\|b\">c</b> | d", "<b title=\"a\\|b\">c</b> | d"),
        ("text\n| a | b |\n|---|---|\n| c | d |", "<td>d</td>"),
        ("a\n    b\\|c\n   :-\nd", "<td class=\"rb-left\">d</td>"),
        ("- a\n\n- b | c\n  \t--\t|--\n", "<th>c</th>"),
        ("a | b\n- | -", "<p>a | b</p>\n<ul>"),
        ("`x`www.x.org", "</code>www.x.org</p>"),
        ("http\\://x.org", "<p>http://x.org</p>"),
        ("https://x.org/?a&amp;b=_c_.", "href=\"https://x.org/?a&amp;amp;b=_c\""),
        ("<https://x.org/?a&amp;b>", "href=\"https://x.org/?a&amp;b\""),
        ("**a **b** c**", "<p><strong>a b c</strong></p>"),
        ("at $5  \nor a\\~$ b", "at $5<br>\nor a~$ b"),
        ("$x_1 * y_2 * z_3$", "<span class=\"rb-math\">$x_1 * y_2 * z_3$</span>"),
        ("from $5 to $6 a *day*", "from $5 to $6 a <em>day</em>"),
        ("```math\nx^2\n```", "rb-math-display"),
        ("```mermaid\ngraph TD\n```", "rb-diagram"),
        (":warning: take `:tada:`", "<code>:tada:</code>"),
        ("at 10:30:00 or a:b:c", "at 10:30:00 or a:b:c"),
    ] {
        let html = clean(text);
        assert!(html.contains(expected), "{text} gave {html}");
    }
    assert!(!clean(":warning: care").contains(":warning:"));
    assert!(
        clean("| a | b |\n|---|\n| c | d |").contains("<p>"),
        "a header and a delimiter row of other lengths"
    );
}

#[test]
fn scripts_of_other_people_are_removed() {
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
        // Tags to a browser, but text to Markdown.
        "[^1]\n\n[^1]: <tr><q cite=\"javascript:\na\">x</q>",
        "[^1]\n\n[^1]: <tr><picture><source srcset=\"a.png 1x,javascript:x\na\">",
        "[^1]\n\n[^1]: <tr><img longdesc=' data:text/html,x\na'>",
        "<input type=\"password\">",
    ] {
        let html = clean(text).to_lowercase();
        // Harmless in text, but not in a tag.
        for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest)) {
            assert!(!tag.contains("javascript:") && !tag.contains("data:"), "{text} gave {html}");
        }
        for bad in ["<script", "onerror", "<svg", "<iframe", "<style", "style=", "password", "alert(1)</"] {
            assert!(!html.contains(bad), "{text} gave {html}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_rendered_and_safe(text in "([\\[\\]()<>#*_`|\\n -]|https://x|<a href=|<img src=|<div |>|onclick=|javascript:|\\[\\^1\\]|x|é|- \\[ \\] |> \\[!NOTE\\]\n|\"){0,50}") {
        let html = clean(&text);
        // Allowed in text, but not in a tag.
        let tags: Vec<_> = crate::parse::pieces(&html).filter_map(|piece| match piece {
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

/// Renders a document with all additions.
fn annotated(text: &str) -> String {
    let term = |id: &str, names: &[&str]| DefinedTerm {
        id: id.into(),
        meaning: format!("What {id} is"),
        names: names.iter().map(|name| (*name).into()).collect(),
    };
    let terms = Terms::new(vec![term("lead", &["Lead"]), term("pta", &["PTA"])]);
    let citations = BTreeMap::from([("chair".to_owned(), "cited 3×".to_owned())]);
    let additions =
        Additions { obligations: true, terms: Some((&terms, "../glossary/")), citations: Some(&citations) };
    document(text, &parse(text), HtmlPolicy::Sanitized, &Same, additions).body
}

#[test]
fn key_words_have_anchors() {
    let html = annotated("# T\n\n## Chair\n\nThey *MUST* keep [notes that SHOULD be read](x) and MAY pay.\n");
    let key = |level: &str, id: &str, word: &str| {
        format!(
            "<a class=\"rb-key rb-key-{level}\" id=\"{id}\" href=\"#{id}\" title=\"Link to this obligation\">{word}</a>"
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
fn a_key_word_includes_the_not_after_it() {
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
fn a_heading_without_text_has_no_link_to_itself() {
    let html = html("# T\n\n##\n\ntext\n\n## B\n");
    assert_eq!(html.matches("rb-anchor").count(), 1, "{html}");
}

#[test]
fn an_anchor_of_the_author_is_not_repeated() {
    let html = annotated("## Chair\n\n<a id=\"chair.must-x\"></a>MUST go\n");
    assert_eq!(html.matches("id=\"chair.must-x\"").count(), 1, "{html}");
    assert!(html.contains("href=\"#chair.must-x\""), "{html}");
}

#[test]
fn terms_are_linked_once_and_never_in_headings_links_or_code() {
    let text = "# A Lead\n\n## The Lead\n\n[A lead](x), `lead`, <a href=\"y\">lead</a>, <kbd>lead</kbd>\n\n    lead\n\nhttps://example.org/lead\n\n\
                Leads of a PTA, and another lead.\n";
    let html = annotated(text);
    assert_eq!(html.matches("rb-term").count(), 2, "{html}");
    assert!(
        html.contains("<p><a class=\"rb-term\" href=\"../glossary/#lead\" title=\"What lead is\">Leads</a> of a <a class=\"rb-term\""),
        "{html}"
    );
}

proptest! {
    /// Parser and writer process the text independently; both must count the same headings.
    #[test]
    fn every_heading_has_its_id(parts in proptest::collection::vec(
        proptest::sample::select(vec![
            "a", "b", " ", "\n", "\n\n", "- ", "> ", "# ", "## ", "*", "`", "[^1]", "[^1]: ", "| ", "|-|\n", "![", "](x)", "===\n",
            "<h1>", "</h1>", "<h2 id=own.id>", "</h2>", "<h3\n", ">", "<div>", "</div>", "<p>", "<!--", "-->", "<b>", "    ", "```\n", "- [ ] ",
        ]), 0..40)) {
        let text = parts.concat();
        let parsed = parse(&text);
        prop_assert_eq!(parsed.headings.len() + 1, crate::parse::clauses(&text).len(), "{}", text);
        let rendered = document(&text, &parsed, HtmlPolicy::AsWritten, &Same, Additions::default());
        let ids = parsed.headings.iter().map(|heading| heading.id.as_str()).filter(|id| !id.is_empty());
        let mut rendered_ids: Vec<String> = rendered.title_id.into_iter().collect();
        for piece in crate::parse::pieces(&rendered.body) {
            let crate::parse::Piece::Tag { name, attributes, .. } = piece else { continue };
            let is_heading = name.len() == 2 && name.starts_with('h');
            let own = attributes.iter().filter(|attribute| attribute.name == "id" && is_heading);
            rendered_ids.extend(own.map(|attribute| rendered.body[attribute.value.clone()].to_owned()));
        }
        // A tag keeps its own id if it has no text, or is in a footnote or another heading.
        rendered_ids.retain(|id| id != "own.id");
        prop_assert_eq!(ids.collect::<Vec<_>>(), rendered_ids, "{}\n{}", text, rendered.body);
    }

    /// Parser and writer process the text independently; both must find the same obligations.
    #[test]
    fn every_obligation_has_an_anchor(parts in proptest::collection::vec(
        proptest::sample::select(vec![
            "MUST", "SHOULD", "MAY", " NOT ", "MUSTARD", " ", "\n", "\n\n", "- ", "## ", "*", "**", "`", "[", "](x)", "\"", "!",
            "https://example.org/MAY?a=MUST ", "<h2>", "</h2>", "<h1>\n\n", "<a id=\"q.must\">", "</a>", "\\", "&amp;", "word ", "| ", "|-|\n", "> ", "~~",
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
