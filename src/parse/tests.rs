//! Cases from CommonMark, GFM and GitHub's behaviour.

use proptest::prelude::*;

use super::*;

fn ids(text: &str) -> Vec<String> {
    parse(text).headings.into_iter().map(|heading| heading.id).collect()
}

fn links(text: &str) -> Vec<(LinkKind, String, String)> {
    let parsed = parse(text).links.into_iter();
    parsed.map(|link| (link.kind, link.destination.to_string(), text[link.span].to_owned())).collect()
}

#[test]
fn heading_ids_are_githubs() {
    for (heading, id) in [
        ("Tech Lead", "tech-lead"),
        ("What's *new*, doc?", "whats-new-doc"),
        ("`kubectl` & friends", "kubectl--friends"),
        ("A - B", "a---b"),
        ("snake_case 1.2.3", "snake_case-123"),
        ("Élan Ωmega 漢字", "élan-ωmega-漢字"),
        ("हिन्दी", "हिन्दी"),
        ("[Link](https://x.org) text", "link-text"),
        ("Tag <b>bold</b>", "tag-bold"),
        ("![alt](p.png) After", "-after"),
        ("Before <a name=\"x\"></a>", "before-"),
        ("![alt](p.png)", ""),
        ("", ""),
        ("Rocket 🚀 go", "rocket--go"),
        ("(Parens) / slash", "parens--slash"),
        ("Trailing:", "trailing"),
    ] {
        assert_eq!(ids(&format!("# {heading}\n")), [id], "{heading}");
    }
}

#[test]
fn duplicate_ids_are_numbered() {
    assert_eq!(ids("# A\n# A\n# A 1\n# A\n"), ["a", "a-1", "a-1-1", "a-2"]);
}

#[test]
fn headings_of_every_kind() {
    let text =
        "Title\n=====\n\n## Two ##\n\n> ### In a quote\n\n- #### In a list\n\n```\n# no heading\n```\n";
    let levels: Vec<_> = parse(text).headings.iter().map(|h| (h.level, h.text.clone())).collect();
    let expected = [(1, "Title"), (2, "Two"), (3, "In a quote"), (4, "In a list")];
    assert_eq!(levels, expected.map(|(level, text)| (level, text.to_owned())));
    assert_eq!(parse(text).title.as_deref(), Some("Title"));
}

#[test]
fn links_of_every_kind_with_their_spans() {
    use LinkKind::*;
    let text = "[a](one.md) [b][r] [r] <https://auto.org> https://bare.org/x_y. ![p](p.png) ![q][r] \
                <a href=\"h.md\">h</a> <img src='i.png'>\n\n[r]: two.md \"T\"\n";
    let expected = [
        (Inline, "one.md", "[a](one.md)"),
        (Reference, "two.md", "[b][r]"),
        (Reference, "two.md", "[r]"),
        (Autolink, "https://auto.org", "<https://auto.org>"),
        (Bare, "https://bare.org/x_y", "https://bare.org/x_y"),
        (Image, "p.png", "![p](p.png)"),
        (ImageReference, "two.md", "![q][r]"),
        (HtmlHref, "h.md", "h.md"),
        (HtmlSrc, "i.png", "i.png"),
    ];
    assert_eq!(links(text), expected.map(|(kind, to, span)| (kind, to.to_owned(), span.to_owned())));
    let definition = parse(text).links[1].definition.clone().unwrap();
    assert_eq!(&text[definition], "two.md");
}

#[test]
fn escaped_bars_of_cells_are_not_part_of_addresses() {
    let text = "| [a](b\\|c) | <img src=\"d\\|e\"> |\n|---|---|\n| https://x.org/\\|f | `g\\|h` |\n";
    let destinations: Vec<String> = links(text).into_iter().map(|(_, destination, _)| destination).collect();
    assert_eq!(destinations, ["b|c", "d|e", "https://x.org/|f"]);
    assert_eq!(links(text)[1].2, "d\\|e");
    assert_eq!(links("<img src=\"d\\|e\">\n")[0].1, "d\\|e");
}

#[test]
fn undefined_unused_and_shadowed_labels() {
    let text = "[used], [TEXT][Used  Too], ![p][pic], [lost][nowhere], [gone][], [ ] [note] `[code][code]`\n\n\
        [used]: a.md\n[used too]:\n  b.md\n[pic]: p.png\n[idle]: c.md\n[USED]: d.md\n\n\
        - item\n\n  [used too]: e.md\n\n```\n[used]: code.md\n```\n\ntext\n[used]: text.md\n\n[^1]: note\n";
    let document = parse(text);
    let labels = |labels: &[LinkLabel]| -> Vec<(String, String)> {
        labels.iter().map(|label| (label.text.clone(), text[label.span.clone()].to_owned())).collect()
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(labels(&document.undefined), [pair("nowhere", "[lost][nowhere]"), pair("gone", "[gone]")]);
    assert_eq!(labels(&document.unused), [pair("idle", "c.md")]);
    assert_eq!(labels(&document.shadowed), [pair("USED", "[USED]"), pair("used too", "[used too]")]);
}

#[test]
fn brackets_that_do_not_make_a_link() {
    let text = "[a](( https://x.org )), [b]((#c) and [d](( e.md\n\n\\[f](( g )) `[h](( i ))` [j]((k))\n";
    let document = parse(text);
    let actual: Vec<_> =
        document.malformed_links.iter().map(|link| (link.text.as_str(), &text[link.span.clone()])).collect();
    let expected = [("https://x.org", "[a](( https://x.org ))"), ("#c", "[b]((#c)"), ("e.md", "[d](( e.md")];
    assert_eq!(actual, expected, "what is escaped or code was not meant, and the last one is a link");
}

#[test]
fn destinations_with_spaces_do_not_make_a_link() {
    let text = "[a](https://x.org/a b) ![**b**](my p.png), [c](/a (b) c#d)\n[d](https://x.org/<no value>#e)\n[`e`](../a b) [f](#a b)\n";
    let document = parse(text);
    let actual: Vec<_> =
        document.malformed_links.iter().map(|link| (link.text.as_str(), &text[link.span.clone()])).collect();
    let expected = [
        ("https://x.org/a b", "[a](https://x.org/a b)"),
        ("my p.png", "[**b**](my p.png)"),
        ("/a (b) c#d", "[c](/a (b) c#d)"),
        ("https://x.org/<no value>#e", "[d](https://x.org/<no value>#e)"),
        ("../a b", "[`e`](../a b)"),
        ("#a b", "[f](#a b)"),
    ];
    assert_eq!(actual, expected);
    for text in [
        "[a](see below), [b](/ or #) and [c](e.g. this one)",
        "[a](<b c>) [d](/e \"f g\") [h]( /i ) [j](/k 'l m')",
        "\\[a](/b c) [a\\](/b c) `[a](/b c)`\n\n    [a](/b c)",
        "[a](/b\nc d)",
        "x](/b c)\n\n[y",
    ] {
        assert_eq!(parse(text).malformed_links, [], "{text}");
    }
}

#[test]
fn no_links_in_code() {
    assert!(links("`[a](b)` `https://x.org`\n\n    <a href=\"x\">\n\n```\nhttps://y.org\n```\n").is_empty());
}

#[test]
fn bare_addresses_end_as_in_gfm() {
    for (text, address) in [
        ("www.commonmark.org/help.", "http://www.commonmark.org/help"),
        ("(see https://x.org/a_(b))", "https://x.org/a_(b)"),
        ("[form: https://x.org/a]", "https://x.org/a"),
        ("[form][https://x.org/a#b])", "https://x.org/a#b"),
        ("https://x.org/a[0]", "https://x.org/a[0]"),
        ("www.google.com/search?q=commonmark&hl;", "http://www.google.com/search?q=commonmark"),
        ("https://x.org/a<b", "https://x.org/a"),
        ("**https://x.org**", "https://x.org"),
        ("mail a.b+c@x.org.", "mailto:a.b+c@x.org"),
        ("mailto:a.b-c_d@a.b.", "mailto:a.b-c_d@a.b"),
        ("(mailto:foo@bar.baz/x)", "mailto:foo@bar.baz"),
        ("xmpp:foo@bar.baz.", "xmpp:foo@bar.baz"),
        ("xmpp:foo@bar.baz/txt@bin.com", "xmpp:foo@bar.baz/txt@bin.com"),
        ("xmpp:foo@bar.baz/txt/bin", "xmpp:foo@bar.baz/txt"),
        ("*mailto:foo@bar.baz*", "mailto:foo@bar.baz"),
        ("MAILTO:foo@bar.baz", "mailto:foo@bar.baz"),
    ] {
        let actual = links(text);
        assert_eq!(actual.len(), 1, "{text}: {actual:?}");
        assert_eq!(actual[0].1, address, "{text}");
    }
    for text in ["mailto:foo@bar.baz-", "mailto:foo@bar.baz_", "xmpp:foo", "mailto:@x.org"] {
        assert!(links(text).is_empty(), "{text}");
    }
    for text in ["xhttps://x.org", "https://", "awww.x.org", "https://a_b.c_d", "a@b", "@x.org"] {
        assert!(links(text).is_empty(), "{text}");
    }
}

#[test]
fn spans_account_for_entities() {
    let text = "&amp; https://a.org https://a.org";
    let starts: Vec<_> = parse(text).links.into_iter().map(|link| link.span.start).collect();
    assert_eq!(starts, [6, 20]);
    let text = "漢漢漢漢漢 https&#58;//a.org";
    assert_eq!(&text[parse(text).links[0].span.clone()], "https&#58;//a.org");
    let text = "漢 &#77;UST go, and MUST \\* stay\n";
    let texts: Vec<_> =
        parse(text).obligations.into_iter().map(|obligation| text[obligation.span].to_owned()).collect();
    assert_eq!(texts, ["&#77;UST", "MUST"]);
}

#[test]
fn front_matter_of_both_kinds() {
    let text = "+++\ntitle = \"T\"\n+++\n# H\n";
    let document = parse(text);
    let block = document.front_matter.unwrap();
    assert_eq!((block.format, &text[block.span]), (FrontMatterFormat::Toml, "title = \"T\"\n"));
    assert_eq!(&text[document.body..], "# H\n");
    let yaml = "\u{feff}---\r\ntitle: T\r\n---\r\ntext";
    assert_eq!(parse(yaml).front_matter.unwrap().format, FrontMatterFormat::Yaml);
    for text in ["---\nprose: no\n", "---\n\nJust prose, not data\n\n---\n", "text\n---\na: b\n---\n"] {
        let front_matter = parse(text).front_matter;
        assert!(front_matter.is_none(), "{text:?}");
    }
}

#[test]
fn anchors_and_raw_html() {
    let document = parse("<a name=\"Old\"></a>\n\n<div id=new>\n\nx <!-- c -->\n");
    let anchors: Vec<_> = document.anchors.iter().map(|anchor| anchor.id.as_str()).collect();
    assert_eq!(anchors, ["Old", "new"]);
    assert!(document.raw_html);
    assert!(!parse("only <!-- a comment -->\n\n<!-- block -->\n").raw_html);
    assert!(!parse("`<b>`").raw_html);
}

#[test]
fn the_lead_is_the_first_prose() {
    let text = "# T\n\n[![badge](b.svg)](x)\n\n> quote\n\n- list\n\nThe *first* [prose](x) here.\n\nMore.\n";
    assert_eq!(parse(text).lead.as_deref(), Some("The first prose here."));
    let long = format!("{} end", "word ".repeat(100));
    let lead = parse(&long).lead.unwrap();
    assert!(lead.ends_with("word…") && lead.chars().count() <= 300, "{lead}");
}

proptest! {
    #[test]
    fn any_text_parses_and_spans_are_within_it(text in "(?s).{0,200}|([\\[\\]()<>#*_`|\\n -]|https://|<a href=|\\+\\+\\+\n|---\n|x|é){0,60}") {
        let document = parse(&text);
        let spans = document.links.iter().map(|link| link.span.clone())
            .chain(document.links.iter().filter_map(|link| link.definition.clone()))
            .chain(document.headings.iter().map(|heading| heading.span.clone()))
            .chain(document.anchors.iter().map(|anchor| anchor.span.clone()));
        for span in spans {
            prop_assert!(text.get(span.clone()).is_some(), "{span:?}");
        }
        // Headings of nothing but punctuation have no id.
        let ids = document.headings.iter().map(|heading| &heading.id);
        let mut ids: Vec<_> = ids.filter(|id| !id.is_empty()).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
    }
}

/// Ids and texts of a document's obligations.
fn obligations(text: &str) -> Vec<(String, String)> {
    parse(text).obligations.into_iter().map(|obligation| (obligation.id, obligation.text)).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn key_words_of_rfc_2119_make_obligations() {
    let text = "# D\n\n## Chair\n\n- *MUST* keep the notes.\n- **SHOULD NOT** vote alone\n- MAY leave\n\n\
                They *MUST* *NOT* share reports.\n";
    let expected = [
        ("chair.must-keep-notes", "MUST keep the notes"),
        ("chair.should-not-vote-alone", "SHOULD NOT vote alone"),
        ("chair.may-leave", "MAY leave"),
        ("chair.must-not-share-reports", "They MUST NOT share reports"),
    ];
    assert_eq!(obligations(text), pairs(&expected));
}

#[test]
fn a_compound_bullet_holds_each_of_its_obligations() {
    let text = "## Chair\n\n- *MUST* write the [annual report] for the group, but *SHOULD* get help from\n  others. \
                *MAY* delegate\n- Leads *MUST* review and *MAY* merge; they *SHOULD* test\n\n[annual report]: /a.md\n";
    let expected = [
        ("chair.must-write-annual-report-group", "MUST write the annual report for the group"),
        ("chair.should-get-help-others", "SHOULD get help from others"),
        ("chair.may-delegate", "MAY delegate"),
        ("chair.must-review", "Leads MUST review"),
        ("chair.may-merge", "Leads MAY merge"),
        ("chair.should-test", "they SHOULD test"),
    ];
    assert_eq!(obligations(text), pairs(&expected));
}

#[test]
fn separators_of_list_items_are_not_part_of_them() {
    let text = "## Chair\n\n- *MUST* sing;\n- *MUST* dance,\n- *MUST* rest.\n";
    let expected = [
        ("chair.must-sing", "MUST sing"),
        ("chair.must-dance", "MUST dance"),
        ("chair.must-rest", "MUST rest"),
    ];
    assert_eq!(obligations(text), pairs(&expected));
}

#[test]
fn mentions_of_key_words_are_not_obligations() {
    for text in [
        "The key words \"MUST\", \"SHOULD NOT\", “MAY”, „MUST“, ‚MUST‘, «MUST», »MUST« and ‹MUST› are those of RFC 2119.",
        "It must be so, and you may go. Must it? May 2026.",
        "`MUST` is code.\n\n```\nYou MUST\n```\n",
        "# What you MUST do\n",
        "![You MUST look](a.png)",
        "<!-- you MUST not see this -->\n\n<https://example.org/MUST/x>",
        "a MUST-have, and MUSTARD",
        "~~Chairs MUST bring cake.~~",
        "| Duty | MUST | MAY |\n|---|---|---|\n| Minutes | yes | no |\n",
        "| Level |\n|---|\n| MUST |\n",
    ] {
        assert_eq!(obligations(text), [], "{text}");
    }
}

#[test]
fn a_list_completes_the_obligation_that_introduces_it() {
    let text = "## Chairs\n\nChairs MUST publish:\n\n- minutes,\n- a report:\n  1. in spring\n  2. in fall;\n- and they MAY sing.\n\n\
                1. SHOULD NOT\n   1. vote twice\n   2. vote by proxy.\n\nMUST go home\n- now\n";
    let expected = [
        ("chairs.must-publish", "Chairs MUST publish: minutes; a report: in spring; in fall"),
        ("chairs.may-sing", "and they MAY sing"),
        ("chairs.should-not", "SHOULD NOT vote twice; vote by proxy"),
        ("chairs.must-go-home", "MUST go home"),
    ];
    assert_eq!(obligations(text), pairs(&expected));
    let long = format!("MUST:\n{}", "- one of many items\n".repeat(200));
    let text = &obligations(&long)[0].1;
    assert!(text.ends_with("many items…") || text.ends_with("many…") || text.ends_with("of…"), "{text}");
    assert!(text.chars().count() < 450, "{text}");
}

#[test]
fn a_key_word_in_a_cell_of_its_own_binds_its_row() {
    let text = "## D\n\n| Duty | Level | When |\n|---|---|---|\n| Publish minutes | **MUST** | weekly |\n| | SHOULD NOT | vote |\n\
                | Chairs MUST answer | | daily |\n";
    let expected = [
        ("d.must-publish-minutes-weekly", "Publish minutes – MUST – weekly"),
        ("d.should-not-vote", "SHOULD NOT – vote"),
        ("d.must-answer", "Chairs MUST answer"),
    ];
    assert_eq!(obligations(text), pairs(&expected));
}

#[test]
fn abbreviations_and_commas_do_not_end_statements() {
    let text = "## D\n\nIt MUST NOT be edited; cf. sec. 4.2. Chairs MUST, within 30 days, e.g. May 1, ask Dr. No. They MAY end.\n";
    let expected = [
        ("d.must-not-edited-cf-sec-4", "It MUST NOT be edited; cf. sec. 4.2"),
        ("d.must-within-30-days-e", "Chairs MUST, within 30 days, e.g. May 1, ask Dr. No"),
        ("d.may-end", "They MAY end"),
    ];
    assert_eq!(obligations(text), pairs(&expected));
}

#[test]
fn edits_elsewhere_keep_the_id_of_an_obligation() {
    let before = "## A\n\n- MUST go home\n\n## B\n\n- MUST go home\n- MUST go home\n";
    let after = "Intro: you MAY read.\n\n## A\n\nNew.\n\n- **MUST** go home early\n\n## B\n\n* MUST go home\n* MUST go home\n";
    let ids = |text| obligations(text).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(ids(before), ["a.must-go-home", "b.must-go-home", "b.must-go-home-2"]);
    let numbered = "## A\n\nMUST go home. MUST go home. MUST go home 2.\n";
    assert_eq!(ids(numbered), ["a.must-go-home", "a.must-go-home-2", "a.must-go-home-2-2"]);
    assert_eq!(ids(after), [".may-read", "a.must-go-home-early", "b.must-go-home", "b.must-go-home-2"]);
}

#[test]
fn an_anchor_before_the_key_word_sets_the_id() {
    let text = "## Chair\n\n- <a id=\"chair.must-keep-notes\"></a>They *MUST* write things down, but\n  \
                <a id=\"chair.may-ask\"></a>*MAY* ask.\n- <a id=\"other\"></a>MUST pay\n";
    let ids: Vec<String> = obligations(text).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["chair.must-keep-notes", "chair.may-ask", "chair.must-pay"]);
}

#[test]
fn the_context_is_the_introduction_of_the_list() {
    let text = "## R\n\nA.  Other roles...\n- MUST be listed\n\nWhen a group is silent:\n\n- after a month it SHOULD close\n\n\
                Something else.\n\n- MUST end\n";
    let contexts: Vec<_> = parse(text).obligations.into_iter().map(|obligation| obligation.context).collect();
    assert_eq!(
        contexts,
        [Some("Other roles...".to_owned()), Some("When a group is silent:".to_owned()), None]
    );
    let placed = &parse(text).obligations[1];
    assert_eq!(&text[placed.span.clone()], "SHOULD");
}

#[test]
fn documents_that_redirect_readers() {
    for (text, to) in [
        ("This file has moved to https://example.org/x.md.\n", Some("https://example.org/x.md")),
        ("# Old\n\nContent [was moved to the guide](../guide.md).\n", Some("../guide.md")),
        ("See [the list](list.md).\n\nThe rest has been moved: [there](there.md)\n", Some("there.md")),
        ("Moved [here](x.md).\n", Some("x.md")),
        ("The list was relocated to [x](x.md)\n", Some("x.md")),
        ("This now lives at <https://x.org>.\n", Some("https://x.org")),
        ("It is now at [x](x.md).\n", Some("x.md")),
        ("<meta http-equiv=\"Refresh\" content=\"0; URL='x.md'\">\n", Some("x.md")),
        ("---\ntitle: Old\nredirect_to: \"x.md\"\n---\n", Some("x.md")),
        ("We meet now at 9:00, see [the calendar](c.md).\n", None),
        ("<meta charset=\"utf-8\">\n", None),
        ("Nothing has moved.\n", None),
        (
            "We moved to [Berlin](https://berlin.example), and this is a long story of how that came about, of boxes and \
          of trains, of keys that were lost and of friends who helped, and of much that has not moved to any place yet.\n",
            None,
        ),
    ] {
        assert_eq!(parse(text).moved_to.as_deref(), to, "{text}");
    }
}
