//! Every style of reference between documents, and its target.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{TestSite, seed};

const COMMIT: &str = "24e7d8f0123456789abcdef0123456789abcdef0";

/// A mounted source that the handbook cites, with references in every style.
fn site(cited: &str) -> TestSite {
    let site = TestSite::small(&[
        (
            "site.toml",
            "title = \"References\"\nbase_url = \"https://example.org/deep/er/\"\n[[source]]\npath = \"content\"\n\
             [[source]]\nname = \"community\"\nformat = \"markdown\"\npath = \"community\"\nmount = \"community\"\n\
             web = \"https://github.com/org/community/blob/main/\"\nbroken_links = \"warn\"\n\
             aliases = [\"https://git.example.org/community/\", \"https://github.com/org/community/tree/main/\", \"https://short.example.org/c/\"]\n\
             [[source]]\nname = \"other\"\nformat = \"markdown\"\npath = \"other\"\nweb = \"https://short.example.org/\"\n",
        ),
        ("other/README.md", "# Other\n"),
        ("other/c.md", "# C\n"),
        ("community/README.md", "# Root\n"),
        ("community/docs/README.md", "# Docs\n"),
        (
            "community/docs/rules.md",
            "# Rules\n\n## Tech Lead\n\n## Tech Lead\n\n<a name=\"Old\"></a>\n\n## Größe & Maß\n",
        ),
        ("community/docs/with space.md", "# Space\n"),
        ("community/empty/pages/a.md", "# A\n"),
        ("community/data.yaml", "a: 1\n"),
        ("community/p.png", "png"),
    ]);
    site.file("community/docs/cites.md", format!("# Cites\n\n{cited}\n"));
    site
}

fn references(cited: &str) -> Vec<Value> {
    let site = site(cited);
    site.run(&["build"]).fine();
    let all: Vec<Value> = serde_json::from_str(&site.page("api/references.json")).unwrap();
    all.into_iter().filter(|reference| reference["from"]["path"] == "docs/cites.md").collect()
}

/// The target of a destination: the address of the page with its anchor, or the status with address or reason.
fn outcome(destination: &str) -> String {
    let references = references(&format!("[x](<{destination}>)"));
    assert_eq!(references.len(), 1, "{destination}: {references:#?}");
    if !destination.contains('@') {
        assert_eq!(references[0]["raw"], destination);
    }
    match references[0]["status"].as_str().unwrap() {
        "resolved" => references[0]["to"]["url"].as_str().unwrap().to_owned(),
        "broken" => references[0]["reason"].as_str().unwrap().to_owned(),
        other => other.to_owned(),
    }
}

#[test]
fn every_style_leads_to_the_same_target() {
    let pinned = format!("https://github.com/org/community/blob/{COMMIT}/docs/rules.md#tech-lead-1");
    for destination in [
        "rules.md#tech-lead-1",
        "./rules.md#tech-lead-1",
        "../docs/rules.md#tech-lead-1",
        "/docs/rules.md#tech-lead-1",
        "/docs/./../docs//rules.md#tech-lead-1",
        "rules%2emd#tech%2Dlead-1",
        "rules.md#TECH-LEAD-1",
        "rules.md?plain=1#tech-lead-1",
        "rules.md#user-content-tech-lead-1",
        "https://git.example.org/community/docs/rules.md#tech-lead-1",
        "http://git.example.org/community/docs/rules.md#tech-lead-1",
        "https://github.com/org/community/blob/main/docs/rules.md#tech-lead-1",
        "https://github.com/org/community/tree/main/docs/rules.md#tech-lead-1",
        "https://Git.Example.ORG/community/docs/rules.md#tech-lead-1",
        "HTTPS://GitHub.com/Org/Community/blob/main/docs/rules.md#tech-lead-1",
        "https://www.github.com/org/community/blob/main/docs/rules.md#tech-lead-1",
        "rules.md#tech-lead-1:~:text=Tech%20Lead",
        &pinned,
    ] {
        assert_eq!(outcome(destination), "/community/docs/rules/#tech-lead-1", "{destination}");
    }
}

#[test]
fn other_targets() {
    for (destination, expected) in [
        ("rules.md", "/community/docs/rules/"),
        ("rules.md#Old", "/community/docs/rules/#Old"),
        ("rules.md#größe--maß", "/community/docs/rules/#gr%C3%B6%C3%9Fe--ma%C3%9F"),
        ("rules.md#gr%C3%B6%C3%9Fe--ma%C3%9F", "/community/docs/rules/#gr%C3%B6%C3%9Fe--ma%C3%9F"),
        ("rules.md#L12", "/community/docs/rules/"),
        ("rules.md#L12-L20", "/community/docs/rules/"),
        ("rules.md#L3C2-L4C5", "/community/docs/rules/"),
        ("rules.md#:~:text=Tech%20Lead", "/community/docs/rules/"),
        (".#readme", "/community/docs/"),
        ("https://github.com/org/community#readme", "/community/"),
        ("https://github.com/org/community/tree/main/docs#readme", "/community/docs/"),
        ("https://WWW.github.com/ORG/community", "/community/"),
        ("with%20space.md", "/community/docs/with space/"),
        ("with space.md", "/community/docs/with space/"),
        (".", "/community/docs/"),
        ("..", "/community/"),
        ("/", "/community/"),
        ("/docs", "/community/docs/"),
        ("../empty/", "/community/empty/"),
        ("https://github.com/org/community", "/community/"),
        ("https://github.com/org/community/", "/community/"),
        ("https://git.example.org/community", "/community/"),
        ("https://short.example.org/c/docs/", "/community/docs/"),
        ("https://short.example.org/c", "/community/"),
        ("https://short.example.org/c.md", "/other/c/"),
        ("https://short.example.org", "/other/"),
        ("https://github.com/org/community/tree/main/docs", "/community/docs/"),
        ("../data.yaml", "https://github.com/org/community/blob/main/data.yaml"),
        ("../data.yaml#L2", "https://github.com/org/community/blob/main/data.yaml#L2"),
        ("../p.png", "/community/p.png"),
        ("#cites", "/community/docs/cites/#cites"),
        // Not part of the source.
        ("https://github.com/org/community-tools/blob/main/docs/rules.md", "external"),
        ("https://github.com/org/community/issues/7", "external"),
        ("https://github.com/org/community/blob/release-1.2/docs/rules.md", "external"),
        ("https://git.example.org/community-site/docs/rules.md", "external"),
        ("https://git.example.org/Community/docs/rules.md", "external"),
        ("https://github.com/org/community/blob/Main/docs/rules.md", "external"),
        ("https://www.git.example.org/community/docs/rules.md", "external"),
        ("https://github.com/organisation/community", "external"),
        ("ftp://git.example.org/community/docs/rules.md", "external"),
        ("//example.org/x", "external"),
        ("mailto:a@example.org", "external"),
        ("../../other-repository/x.md", "external"),
        // Broken.
        ("gone.md", "link/missing-document"),
        ("/gone/", "link/missing-document"),
        ("https://git.example.org/community/gone.md", "link/missing-document"),
        ("rules.md#gone", "link/missing-anchor"),
        ("rules.md#L3C-L4", "link/missing-anchor"),
        ("rules.md#readme", "link/missing-anchor"),
        ("../empty/#readme", "link/missing-anchor"),
        ("../empty/#gone", "link/missing-anchor"),
        ("%2fdocs/rules.md", "link/missing-document"),
        ("#gone", "link/missing-anchor"),
        ("Rules.md", "link/case-mismatch"),
        ("/Docs", "link/case-mismatch"),
        ("../DOCS/", "link/case-mismatch"),
        ("((#cites))", "link/malformed"),
        ("someone@example.org", "link/malformed"),
    ] {
        assert_eq!(outcome(destination), expected, "{destination}");
    }
}

/// The references of a guide in a fresh build with more files.
fn broken_beside(files: &[(&str, &str)], destinations: &[&str]) -> Vec<String> {
    let site = TestSite::small(files);
    let cites: Vec<String> = destinations.iter().map(|destination| format!("[x]({destination})")).collect();
    site.file("content/guides/cites.md", format!("# C\n\n{}\n", cites.join(" ")));
    let run = site.run(&["check", "--message-format", "json"]);
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| line["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_folder_of_data_is_a_page_if_it_contains_data() {
    let role = ("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n");
    let group = ("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\n");
    let note = ("content/groups/note.md", "# Note\n");
    assert_eq!(broken_beside(&[role, group], &["/groups/", "../roles"]), [] as [&str; 0]);
    assert_eq!(broken_beside(&[role, note], &["/groups/", "../roles"]), ["link/missing-document"]);
    let introduction = ("content/roles/README.md", "# Roles to come\n");
    assert_eq!(broken_beside(&[introduction], &["/roles/", "../roles/README.md"]), [] as [&str; 0]);
    let site = TestSite::small(&[introduction]);
    site.run(&["build"]).fine();
    assert!(site.page("roles/index.html").contains("Roles"));
}

#[test]
fn raw_html_of_every_element_resolves() {
    let html = "# V\n\n<video src=\"v.mp4\" poster=\"p.png\"></video>\n\n<picture><source srcset=\"p.png, gone.png 2x\">\
                <img src=\"p.png\" alt=\"\"></picture>\n\n<map><area href=\"../index.md\" alt=\"\"></map>\n";
    let site = TestSite::small(&[
        ("content/guides/v.mp4", "film"),
        ("content/guides/p.png", "png"),
        ("content/guides/v.md", html),
    ]);
    let run = site.run(&["check", "--message-format", "json"]);
    let diagnostics: Vec<Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    assert_eq!(
        (&diagnostics[0]["code"], &diagnostics[0]["column"]),
        (&json!("link/missing-document"), &json!(33))
    );
    site.file("content/guides/gone.png", "png");
    site.run(&["build"]).fine();
    let page = site.page("guides/v/index.html");
    for html in [
        "<video src=\"../v.mp4\" poster=\"../p.png\">",
        "<source srcset=\"../p.png, ../gone.png 2x\">",
        "<area href=\"../../\" alt=\"\">",
    ] {
        assert!(page.contains(html), "{html}: {page}");
    }
    assert_eq!(site.page("guides/v.mp4"), "film");
}

#[test]
fn a_space_in_a_destination_is_reported() {
    assert_eq!(
        broken_beside(&[], &["my notes.md", "https://example.org/a b", "see there"]),
        ["link/malformed"; 2]
    );
}

#[test]
fn pinned_references_are_marked() {
    let page = format!("https://github.com/org/community/blob/{COMMIT}/docs/rules.md");
    let folder = format!("https://github.com/org/community/tree/{}/docs", &COMMIT[..7]);
    let gone = format!("https://github.com/org/community/blob/{COMMIT}/docs/gone.md");
    let cited = format!("[a]({page}) [b]({folder}) [c]({gone})");
    let references = references(&cited);
    let seen: Vec<_> =
        references.iter().map(|reference| (&reference["status"], &reference["pinned"])).collect();
    let expected = [
        (&json!("resolved"), &json!(COMMIT)),
        (&json!("resolved"), &json!(&COMMIT[..7])),
        (&json!("external"), &Value::Null),
    ];
    assert_eq!(seen, expected, "a pinned reference may lead to a document that was removed later");
    let site = site(&cited);
    site.run(&["build"]).fine();
    let html = site.page("community/docs/cites/index.html");
    assert!(
        html.contains(
            "<a href=\"../rules/\" class=\"rb-pinned\" title=\"Refers to this document at commit 24e7d8f\">"
        ),
        "{html}"
    );
    assert!(html.contains(&format!("<a href=\"{gone}\" class=\"rb-external\">")), "{html}");
}

/// Titles of the pages that a page lists as citing it.
fn cited_by(page: &str) -> BTreeSet<&str> {
    let lists =
        page.split("<ul class=\"rb-cited-places\">").skip(1).filter_map(|rest| rest.split("</ul>").next());
    let links = lists.flat_map(|list| list.split("<li><a href=\"").skip(1));
    links.filter_map(|link| link.split_once('>')?.1.split('<').next()).collect()
}

#[test]
fn sources_with_the_same_paths_have_citations_of_their_own() {
    let site = TestSite::small(&[(
        "site.toml",
        "title = \"Same paths\"\n[[source]]\npath = \"content\"\n\
         [[source]]\nname = \"one\"\nformat = \"markdown\"\npath = \"one\"\nmount = \"one\"\n\
         web = \"https://github.com/org/one/blob/main/\"\n\
         [[source]]\nname = \"two\"\nformat = \"markdown\"\npath = \"two\"\nmount = \"two\"\n\
         web = \"https://github.com/org/two/blob/main/\"\n",
    )]);
    let files = [
        ("one/docs/rules.md", "# Rules of one\n"),
        ("two/docs/rules.md", "# Rules of two\n"),
        ("one/only.md", "# Only in one\n"),
        ("one/docs/beside.md", "# Beside in one\n\n[a](rules.md)\n"),
        ("two/docs/beside.md", "# Beside in two\n\n[a](rules.md)\n"),
        ("one/root.md", "# From the root of one\n\n[a](/docs/rules.md)\n"),
        ("two/root.md", "# From the root of two\n\n[a](/docs/rules.md)\n"),
        ("one/web.md", "# Web in one\n\n[a](https://github.com/org/two/blob/main/docs/rules.md)\n"),
        (
            "two/web.md",
            "# Web in two\n\n[a](https://github.com/org/one/blob/main/docs/rules.md) [b](web.md)\n",
        ),
        ("two/above.md", "# Above two\n\n[a](../../../one/blob/main/only.md)\n"),
        ("content/governance/first.md", "# First\n\n[a](/docs/rules.md) [b](/only.md)\n"),
        (
            "content/governance/mounted.md",
            "# Mounted\n\n[a](/two/docs/rules.md) [b](../governance/first.md)\n",
        ),
    ];
    for (path, text) in files {
        site.file(path, text);
    }
    site.run(&["build"]).fine();
    let references: Vec<Value> = serde_json::from_str(&site.page("api/references.json")).unwrap();
    let title_of = |source: &str, path: &str| {
        let folder = if source == "one" || source == "two" { source } else { "content" };
        let (_, text) = files.iter().find(|(file, _)| *file == format!("{folder}/{path}"))?;
        Some(&text[2..text.find('\n')?])
    };
    let mut resolved = 0;
    for (path, text) in files {
        let title = &text[2..text.find('\n').unwrap()];
        let url = path.strip_suffix(".md").unwrap().trim_start_matches("content/");
        let from = |reference: &Value| {
            let from = &reference["from"];
            title_of(from["source"].as_str().unwrap_or_default(), from["path"].as_str().unwrap())
        };
        let is_to = |reference: &&Value| reference["to"]["url"] == format!("/{url}/");
        let expected: BTreeSet<&str> =
            references.iter().filter(is_to).filter_map(from).filter(|from| *from != title).collect();
        let page = site.page(&format!("{url}/index.html"));
        assert_eq!(cited_by(&page), expected, "{path}");
        resolved += expected.len();
    }
    assert_eq!(resolved, 11, "{references:#?}");
}

#[test]
fn addresses_of_people_are_not_listed() {
    let references =
        references("[a](mailto:ann@example.org?cc=bob@example.org) <cy@example.org> [d](dee@example.org)");
    let raw: Vec<_> = references.iter().map(|reference| reference["raw"].as_str().unwrap()).collect();
    assert!(
        raw.iter().all(|raw| !raw.contains("ann@") && !raw.contains("cy@") && !raw.contains("dee@")),
        "{raw:?}"
    );
    assert_eq!(raw[2], "…@example.org");
    assert!(!raw[0].contains("bob"), "{}", raw[0]);
}

#[test]
fn references_json_lists_location_and_syntax() {
    let cited = "ö [a](rules.md) and [b][label], ![c](../p.png)\n\n| t |\n|---|\n| [d](gone.md) |\n\n- <a href=\"rules.md\">e</a> \
        <https://example.org> https://git.example.org/community/docs/ [label]\n\n`[f](rules.md)`\n\n[label]: /docs/rules.md#tech-lead\n";
    let references = references(cited);
    let short: Vec<Value> = references
        .iter()
        .map(|reference| {
            let from = &reference["from"];
            json!([
                from["line"],
                from["column"],
                reference["definition_line"],
                reference["raw"],
                reference["status"],
                reference["to"]["path"]
            ])
        })
        .collect();
    let expected = [
        json!([3, 3, null, "rules.md", "resolved", "docs/rules.md"]),
        json!([3, 21, 13, "/docs/rules.md#tech-lead", "resolved", "docs/rules.md"]),
        json!([3, 33, null, "../p.png", "resolved", "p.png"]),
        json!([7, 3, null, "gone.md", "broken", null]),
        json!([9, 12, null, "rules.md", "resolved", "docs/rules.md"]),
        json!([9, 28, null, "https://example.org", "external", null]),
        json!([9, 50, null, "https://git.example.org/community/docs/", "resolved", "docs/README.md"]),
        json!([9, 90, 13, "/docs/rules.md#tech-lead", "resolved", "docs/rules.md"]),
    ];
    assert_eq!(short, expected);
    assert_eq!(references[0]["from"]["url"], "/community/docs/cites/");
    assert_eq!(
        references[1]["to"],
        json!({"source": "community", "path": "docs/rules.md", "anchor": "tech-lead", "url": "/community/docs/rules/#tech-lead"})
    );
    assert_eq!(references[3]["reason"], "link/missing-document");
}

/// Paths with unusual features: spaces, non-Latin letters, dots, names that are prefixes of others.
const PATHS: [&str; 9] = [
    "docs/rules.md",
    "docs/rules-old.md",
    "docs/with space.md",
    "docs/größe.md",
    "docs-old/rules.md",
    "docs/deep/er/a.b.md",
    "docs/deep/100%.md",
    "日本/語.md",
    "top.md",
];

/// Spells a path in one of its equivalent ways.
fn spelled(path: &str, choices: &[u8]) -> String {
    let mut choices = choices.iter().copied().cycle();
    let mut choose = |of: u8| choices.next().unwrap_or(0) % of;
    let mut path_as_written = String::new();
    for (index, part) in path.split('/').enumerate() {
        if index > 0 {
            path_as_written.push_str(["/", "//", "/./", "/gone/../"][usize::from(choose(4))]);
        }
        for character in part.chars() {
            let must = matches!(character, '%' | ' ');
            if must || (part != ".." && choose(5) == 0) {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    path_as_written.push_str(&format!("%{byte:02x}"));
                }
            } else {
                path_as_written.push(character);
            }
        }
    }
    path_as_written
}

/// Addresses of the source: the parts that always match, and the rest.
const ADDRESSES: [(&str, &str); 5] = [
    ("https://github.com/org/community", "/blob/main/"),
    ("https://www.github.com/org/community", "/tree/main/"),
    ("http://git.example.org", "/community/"),
    // Another source's address is a prefix of this one.
    ("https://short.example.org", "/c/"),
    ("http://short.example.org", "/c/"),
];

/// Puts some letters of a text in upper case.
fn recased(text: &str, choices: &[u8]) -> String {
    let mut choices = choices.iter().cycle();
    let mut recase = |letter: char| {
        if choices.next().is_some_and(|choice| choice % 2 == 1) {
            letter.to_ascii_uppercase()
        } else {
            letter
        }
    };
    text.chars().map(&mut recase).collect()
}

fn engine() -> (TestSite, rolebook::engine::Engine) {
    let site = site("");
    for path in PATHS {
        site.file(&format!("community/{path}"), "# Title\n\n## A heading\n");
    }
    let engine =
        rolebook::engine::Engine::load(site.path(), &rolebook::engine::Overrides::default()).unwrap();
    (site, engine)
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 2000, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(seed(20_261_128)), ..Default::default() })]

    #[test]
    fn all_spellings_of_a_path_are_equivalent(
        from in 0..PATHS.len(),
        to in 0..PATHS.len(),
        style in 0..2 + ADDRESSES.len(),
        choices in proptest::collection::vec(0..=255_u8, 1..40),
        anchor in proptest::option::of(proptest::prelude::Just("#a-heading")),
    ) {
        thread_local! {
            static ENGINE: (TestSite, rolebook::engine::Engine) = engine();
        }
        ENGINE.with(|(_, engine)| {
            let db = &engine.db;
            let tree = &rolebook::source::Site::get(db).trees(db)[1];
            let up = "../".repeat(PATHS[from].matches('/').count());
            let prefix = match style {
                0 => up,
                1 => "/".to_owned(),
                _ => format!("{}{}", recased(ADDRESSES[style - 2].0, &choices), ADDRESSES[style - 2].1),
            };
            let slash = ["", "", "/", "//"][usize::from(choices[0]) % 4];
            let destination = format!("{prefix}{}{slash}{}", spelled(PATHS[to], &choices), anchor.unwrap_or_default());
            let target = rolebook::link::target(db, tree.file(PATHS[from]).unwrap(), &destination);
            let rolebook::link::Target::Page(page) = target else { panic!("{destination}: {target:?}") };
            assert_eq!((page.path.as_str(), page.anchor.as_deref()), (PATHS[to], anchor.map(|a| &a[1..])), "{destination}");
        });
    }

    #[test]
    fn any_destination_is_resolved(destination in ".{0,60}|[a-z./#%?@:()\\[\\]-]{0,30}") {
        thread_local! {
            static ENGINE: (TestSite, rolebook::engine::Engine) = engine();
        }
        ENGINE.with(|(_, engine)| {
            let db = &engine.db;
            let file = rolebook::source::Site::get(db).trees(db)[1].file("docs/rules.md").unwrap();
            // Any destination resolves to an existing target, leads out of the site, or is broken.
            if let rolebook::link::Target::Page(page) = rolebook::link::target(db, file, &destination) {
                let tree = &rolebook::source::Site::get(db).trees(db)[1];
                assert!(tree.file(&page.path).is_some() || tree.is_folder(&page.path), "{destination}: {page:?}");
            }
        });
    }

    #[test]
    fn ids_of_headings_are_unique(headings in proptest::collection::vec("[aA -]{0,4}(-1|-2)?|.{0,12}", 0..30)) {
        let mut slugs = rolebook::parse::Slugs::default();
        let mut seen = std::collections::HashSet::new();
        for heading in &headings {
            let id = slugs.next(heading);
            assert!(!id.contains(char::is_whitespace) && !id.contains(|c: char| c.is_ascii_uppercase()), "{heading:?}: {id:?}");
            assert!(seen.insert(id.clone()), "{id:?} twice among {headings:?}");
        }
    }
}

/// The help for a broken destination, on a tree in which many documents have moved.
fn help(destination: &str) -> Option<String> {
    let site = TestSite::small(&[
        ("content/archive/wg-old/README.md", "# Old\n"),
        ("content/archive/wg-old/charter.md", "# Charter of old\n"),
        ("content/sig-new/charter.md", "# Charter\n\n## Rare clause of ours\n"),
        ("content/guides/enhancement-review.md", "# E\n"),
        ("content/guides/x.md", "# X\n"),
        ("content/moved.md", "# Moved\n\nThis page has moved to [the guide](guides/x.md).\n"),
    ]);
    site.file("content/guides/cites.md", format!("# C\n\n[x](<{destination}>)\n"));
    let run = site.run(&["check", "--message-format", "json"]);
    let line = run.stdout.lines().next()?;
    serde_json::from_str::<Value>(line).unwrap()["help"].as_str().map(str::to_owned)
}

#[test]
fn the_nearest_right_target_is_named() {
    for (destination, expected) in [
        ("/wg-old/README.md", "did you mean `/archive/wg-old`?"),
        ("/wg-old", "did you mean `/archive/wg-old`?"),
        ("/wg-old/charter.md", "did you mean `/archive/wg-old/charter.md`?"),
        ("/wg-old/roadmap.md", "the folder exists at `/archive/wg-old`, but without this file"),
        ("../x.md", "did you mean `/guides/x.md`?"),
        ("/guides/x", "did you mean `/guides/x.md`?"),
        ("enhancement-revew.md", "did you mean `/guides/enhancement-review.md`?"),
        ("/sig-new/enhancement_review.md", "did you mean `/guides/enhancement-review.md`?"),
        ("github.com/org/repo", "did you mean `https://github.com/org/repo`?"),
        ("x.md#rare-clause-of-ours", "did you mean `/sig-new/charter.md#rare-clause-of-ours`?"),
        ("../sig-new/charter.md#rare-clause-of-our", "did you mean `#rare-clause-of-ours`?"),
        ("../moved.md", "link to `/guides/x.md` instead"),
    ] {
        assert_eq!(help(destination).as_deref(), Some(expected), "{destination}");
    }
    for nothing in
        ["/nowhere/at-all.md", "x.md", "/sig-new/charter.md#rare-clause-of-ours", "https://example.org/x.md"]
    {
        assert_eq!(help(nothing), None, "{nothing}");
    }
}

/// The diagnostics of one document, as `code line message`.
fn findings(text: &str) -> Vec<String> {
    let site = TestSite::small(&[("content/guides/p.md", text)]);
    let run = site.run(&["check", "--message-format", "json"]);
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_page = lines.filter(|line| line["path"] == "content/guides/p.md" || line["path"] == "guides/p.md");
    of_page
        .map(|line| {
            format!(
                "{} {} {}",
                line["code"].as_str().unwrap(),
                line["line"],
                line["message"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn comments_of_authors_are_not_definitions() {
    for text in [
        "# P\n\n[//]: # (first note to editors)\n\ntext\n\n[//]: # (second note to editors)\n",
        "# P\n\n[comment]: <> (one)\n[comment]: <> (two)\n\n[#]: # (three)\n[#]: text\n",
        "# RFC\n\n[meta]: #\n- Name: x\n\n[meta]: #\n- Start: y\n",
        "# P\n\n> [//]: # \"quoted\"\n\n- item\n\n  [//]: # 'once more'\n",
    ] {
        assert_eq!(findings(text), [] as [&str; 0], "{text}");
    }
    let text = "# P\n\n[a]\n\n[a]: ../index.md\n[A]: p.md\n[note]: # (x)\n[note]: p.md\n";
    assert_eq!(
        findings(text),
        [
            "link/shadowed-definition 6 duplicate label `A`; only its first definition is used",
            "link/shadowed-definition 8 duplicate label `note`; only its first definition is used",
        ]
    );
}

#[test]
fn tags_are_not_references() {
    assert_eq!(
        findings(
            "# T\n\n- Ann Example (term: 2 years) [GB-appointed][alternate]\n- [sig-storage][Slow] should work\n\
             - [WIP][docs] rework [kind/bug][sig/x]\n- [a-z][0-9]+ and `[x][y]` and a[i][j]\n"
        ),
        [] as [&str; 0]
    );
    assert_eq!(
        findings("# T\n\nSee the [guide][contrib], the [notes][contrib] and [release notes][1].\n"),
        [
            "link/undefined-label 3 undefined label `contrib` (2 times in this file)",
            "link/undefined-label 3 undefined label `1`",
        ]
    );
}

#[test]
fn one_cause_is_one_finding() {
    let uses = "Some [words][x] here.\n\n".repeat(50);
    let missing = "`guides/gone.md` does not exist";
    assert_eq!(
        findings(&format!("# P\n\n{uses}[x]: gone.md\n")),
        [format!("link/missing-document 103 {missing} (50 times in this file)")]
    );
    assert_eq!(
        findings("# P\n\n[a](gone.md)\n\n[b](gone.md#x)\n\n![](other.png) <a href=\"gone.md\">c</a>\n"),
        [
            format!("link/missing-document 3 {missing} (3 times in this file; again on lines 5, 7)"),
            "link/missing-document 7 `guides/other.png` does not exist".to_owned(),
        ]
    );
}

#[test]
fn addresses_of_files_keep_query_and_fragment() {
    let text = "# P\n\n[page 3](doc.pdf#page=3) [b](doc.pdf?v=2#page=3) ![icon](s.svg#icon) [d](doc.pdf#nameddest=a%20b)\n\n\
                <video src=\"v.mp4#t=10\"></video> <img srcset=\"s.svg#a 1x, s.svg?x=1 2x\" alt=\"\"> [self](p.md?plain=1#p)\n";
    let site = TestSite::small(&[
        ("content/guides/p.md", text),
        ("content/guides/doc.pdf", "%PDF"),
        ("content/guides/s.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("content/guides/v.mp4", "x"),
    ]);
    site.run(&["build"]).fine();
    let page = site.page("guides/p/index.html");
    for html in [
        "href=\"../doc.pdf#page=3\"",
        "href=\"../doc.pdf?v=2#page=3\"",
        "src=\"../s.svg#icon\"",
        "href=\"../doc.pdf#nameddest=a%20b\"",
        "<video src=\"../v.mp4#t=10\">",
        "srcset=\"../s.svg#a 1x, ../s.svg?x=1 2x\"",
    ] {
        assert!(page.contains(html), "{html}: {page}");
    }
    for (destination, expected) in [
        ("../data.yaml#L250", "https://github.com/org/community/blob/main/data.yaml#L250"),
        ("../data.yaml?plain=1#L2-L4", "https://github.com/org/community/blob/main/data.yaml?plain=1#L2-L4"),
        ("../data.yaml#a%20b", "https://github.com/org/community/blob/main/data.yaml#a%20b"),
        ("../p.png#xywh=1,2,3,4", "/community/p.png#xywh=1,2,3,4"),
        ("../p.png?raw=true", "/community/p.png?raw=true"),
    ] {
        assert_eq!(outcome(destination), expected, "{destination}");
    }
}

#[test]
fn paths_that_leave_a_repository_lead_where_github_has_them() {
    // A browser resolves `..` against the address of the document on the web.
    let href = |destination: &str| {
        let site = site(&format!("[x](<{destination}>)"));
        site.run(&["build"]).fine();
        let page = site.page("community/docs/cites/index.html");
        let start = page.find(">x</a>").map(|end| page[..end].rfind("<a href=\"").unwrap() + 9).unwrap();
        page[start..].split('"').next().unwrap().to_owned()
    };
    for (destination, expected) in [
        ("../../../issues", "https://github.com/org/community/issues"),
        ("../../../../other/blob/main/a b.md?plain=1#c", {
            "https://github.com/org/other/blob/main/a%20b.md?plain=1#c"
        }),
        ("../../../../../../../../x", "https://github.com/x"),
        // A path below the address of a source is its page.
        ("../../../blob/main/docs/rules.md#tech-lead", "../rules/#tech-lead"),
        ("../../main/docs/rules.md", "../rules/"),
        // A path from the root may climb, too.
        ("/../../wiki", "https://github.com/org/community/wiki"),
        ("/../docs/rules.md", "https://github.com/org/community/blob/docs/rules.md"),
    ] {
        assert_eq!(href(destination), expected, "{destination}");
    }
    for destination in ["../../x.md", "/../x.md", "/../index.md", "/a/../../index.md"] {
        let findings = findings(&format!("# P\n\n[x]({destination})\n"));
        assert_eq!(findings.len(), 1, "{destination}");
        let message = format!("link/missing-document 3 `{destination}` is outside the source");
        assert_eq!(findings[0], message, "{destination}");
    }
}

#[test]
fn pictures_on_pages_of_github_are_shown() {
    let blob = "https://github.com/o/r/blob/main";
    let site = site(&format!(
        "![a]({blob}/x.png?raw=true) ![b][x] <img src=\"{blob}/z.png\" alt=\"\"> [c]({blob}/x.png) \
         ![d](https://github.com/o/r/raw/main/x.png) ![e](https://example.org/o/r/blob/main/x.png) \
         ![f](HTTPS://www.GitHub.com/o/blob/blob/v1/a/blob/x.png)\n\n[x]: {blob}/y.png\n"
    ));
    site.run(&["build"]).fine();
    let page = site.page("community/docs/cites/index.html");
    for html in [
        "src=\"https://github.com/o/r/raw/main/x.png?raw=true\"",
        "src=\"https://github.com/o/r/raw/main/y.png\"",
        "src=\"https://github.com/o/r/raw/main/z.png\"",
        "href=\"https://github.com/o/r/blob/main/x.png\"",
        "src=\"https://github.com/o/r/raw/main/x.png\"",
        "src=\"https://example.org/o/r/blob/main/x.png\"",
        "src=\"HTTPS://www.GitHub.com/o/blob/raw/v1/a/blob/x.png\"",
    ] {
        assert!(page.contains(html), "{html}: {page}");
    }
}

#[test]
fn heading_ids_match_github() {
    let text = "# P\n\n[a](#step--gather) [b](#ⓑ-backup) [c](#step-②-gather) [d](#x-1) [e](#x-1-1) [f](#x-2)\n\n\
                ## Step ② gather\n\n## Ⓑ backup\n\n## x\n\n## X!\n\n## x-1\n\n## `x`\n";
    assert_eq!(
        findings(text),
        ["link/missing-anchor 3 `guides/p.md` has no heading or anchor `step-②-gather`"]
    );
}
