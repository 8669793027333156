//! Search. In a browser, with the real documents: questions and the page expected first.

use std::io::Read;
use std::sync::LazyLock;

use rolebook::engine::Contents;
use serde_json::{Value, json};

use crate::browser::{Browser, Tab};
use crate::community;
use crate::host::Host;
use crate::preview::Preview;
use crate::support::{TestSite, built, files, until};

const GROUP: &str = r#"kind = "sig"
name = "Baking"
mission = "Bread for all"

[[leads]]
role = "chair"
github = "ada"
name = "Ada Lovelace"
email = "ada@private.example"

[contact]
slack = "sig-baking"
"#;

fn bakery() -> TestSite {
    TestSite::small(&[
        ("content/groups/sig-baking.toml", GROUP),
        (
            "content/roles/chair.md",
            "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n\nLeads.\n\n## Calls\n\nChairs host calls.\n",
        ),
        (
            "content/guides/ovens.md",
            "# Ovens\n\n## Heat\n\nWrite to somebody@private.example about sourdough.\n",
        ),
        (
            "content/glossary.toml",
            "[[terms]]\nterm = \"Proofing\"\ndefinition = \"Waiting for the dough.\"\n",
        ),
    ])
}

/// The text of the whole index, decompressed.
fn index(site: &TestSite) -> String {
    let index_files = files(&site.path().join("public/pagefind"));
    assert!(index_files.contains_key("pagefind.js") && index_files.contains_key("pagefind-entry.json"));
    let packed = index_files.iter().filter(|(name, _)| name.contains(".pf_"));
    let mut text = String::new();
    for (_, bytes) in packed {
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
        text.push_str(&String::from_utf8_lossy(&unpacked));
    }
    text
}

#[test]
fn the_index_contains_sections_and_no_email_addresses() {
    let site = bakery();
    site.run(&["build"]).fine();
    let index = index(&site);
    for text in [
        "groups/sig-baking/chair/",
        "Ada Lovelace",
        "sourdough",
        "\"heat\"",
        "SIG Baking",
        "Chairs host calls",
    ] {
        assert!(index.contains(text), "{text}");
    }
    assert!(!index.contains("private"), "the index contains an email address");
}

#[test]
fn the_index_is_deterministic() {
    let (one, other) = (bakery(), bakery());
    one.run(&["build"]).fine();
    other.run(&["build"]).fine();
    let index = |site: &TestSite| files(&site.path().join("public/pagefind"));
    assert!(index(&one) == index(&other));
}

#[test]
fn search_can_be_disabled() {
    let site = bakery();
    site.file("site.toml", "title = \"Small\"\n[search]\nenabled = false\n[[source]]\npath = \"content\"\n");
    site.run(&["build"]).fine();
    assert!(!site.path().join("public/pagefind").exists());
    assert!(!site.path().join("public/search").exists());
    assert!(!site.page("index.html").contains("rb-search"));
}

#[test]
fn mounted_documents_are_indexed_by_their_first_words() {
    let site = bakery();
    let text = "# Minutes\n\nflour butter sugar\n\n## June\n\nraisins\n";
    site.file("minutes/a.md", text).file("minutes/rules/b.md", text.replace("raisins", "almonds"));
    let config = "title = \"Small\"\n[search]\nwords = 2\n[[source]]\npath = \"content\"\n\
                  [[source]]\nname = \"m\"\npath = \"minutes\"\nformat = \"markdown\"\nnormative = [\"rules/*.md\"]\n";
    site.file("site.toml", config);
    site.run(&["build"]).fine();
    let index = index(&site);
    assert!(index.contains("flour butter") && index.contains("June") && index.contains("almonds"));
    assert!(!index.contains("raisins"));
}

/// The addresses of the first results within the site.
fn results(browser: &mut Browser, tab: &Tab) -> Vec<String> {
    browser.wait(tab, "/result|match/.test(document.querySelector('.rb-search-status').textContent)");
    let links = "[...document.querySelectorAll('.rb-search-title')].map((link) => link.href)";
    let urls = browser.run(tab, links);
    let urls = urls.as_array().unwrap().iter().map(|link| link.as_str().unwrap().to_owned());
    urls.map(|link| link.split_once("/a/handbook/").unwrap().1.to_owned()).collect()
}

/// Questions of readers, each with the pages accepted as the first result.
const QUESTIONS: [(&str, &[&str]); 27] = [
    ("scheduling lead", &["groups/sig-scheduling/technical-lead/", "groups/sig-scheduling/chair/"]),
    ("sig docs chairs", &["groups/sig-docs/chair/"]),
    ("Kensei Nakada", &["people/sanposhiho/"]),
    ("tech lead responsibilities", &["roles/technical-lead/"]),
    ("chair responsibilities", &["roles/chair/"]),
    ("how do I become a reviewer", &["roles/reviewer/"]),
    ("who approves a new technical lead", &["roles/technical-lead/", "guides/proposing-a-lead/"]),
    ("subproject owner", &["roles/subproject-owner/"]),
    ("working group organizer", &["roles/working-group-organizer/"]),
    ("security contact", &["roles/security-contact/"]),
    ("steering liaison", &["roles/liaison/"]),
    ("sig network", &["groups/sig-network/"]),
    ("slack channel sig network", &["groups/sig-network/"]),
    ("lazy consensus", &["glossary/#lazy-consensus"]),
    ("delegation", &["skills/delegation/"]),
    ("leadership change", &["checklists/leadership-change/"]),
    ("step down emeritus", &["checklists/leaving/"]),
    ("chair onboarding checklist", &["checklists/chair/"]),
    ("zoom host", &["guides/running-meetings/", "community/communication/zoom-guidelines/"]),
    (
        "working group disband",
        &[
            "governance/wg-governance/#disbandment-process-description",
            "community/committee-steering/governance/wg-governance/#disbandment-process-description",
        ],
    ),
    ("annual report", &["glossary/#annual-report", "governance/annual-reports/"]),
    ("code of conduct incident", &["community/committee-code-of-conduct/incident-process/"]),
    ("youtube guidelines", &["community/communication/youtube/youtube-guidelines/"]),
    ("kep enhancement review", &["guides/enhancement-review/", "skills/enhancement-review/"]),
    // Misspelled.
    ("kensei nakda", &["people/sanposhiho/"]),
    ("sig shceduling", &["groups/sig-scheduling/"]),
    ("lazy consensas", &["glossary/#lazy-consensus"]),
];

#[test(needs(Browser, Snapshot))]
fn questions_lead_to_the_page_that_answers_them() {
    let mut browser = Browser::start();
    let host = Host::of(community::handbook(), "/a/handbook/");
    let tab = browser.open(&format!("{}search/", host.site()));
    let mut wrong = Vec::new();
    for (question, pages) in QUESTIONS {
        browser.go(&tab, &format!("{}search/?q={}", host.site(), question.replace(' ', "+")));
        let urls = results(&mut browser, &tab);
        if !urls.first().is_some_and(|first| pages.contains(&first.as_str())) {
            wrong.push(format!("{question}: {:?}", &urls[..urls.len().min(5)]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(*host.missed.lock().unwrap(), [] as [String; 0]);
}

/// A browser on a site of a few pages below a path, built once for all tests.
fn small() -> (Host, Browser) {
    static BAKERY: LazyLock<Contents> = LazyLock::new(|| built(bakery().path()));
    (Host::of(&BAKERY, "/a/handbook/"), Browser::start())
}

#[test(needs(Browser))]
fn the_query_is_part_of_the_address() {
    let (host, mut browser) = small();
    let address = format!("{}search/?q=baking&kind=lead", host.site());
    let tab = browser.open(&address);
    assert_eq!(results(&mut browser, &tab), ["groups/sig-baking/chair/"]);
    // Selecting another kind adds a step to the browser's history.
    browser.run(
        &tab,
        "kind = document.querySelector('[name=kind]'); kind.value = 'group'; \
                       kind.dispatchEvent(new Event('change', { bubbles: true }))",
    );
    let first =
        |page: &str| format!("document.querySelector('.rb-search-title')?.pathname.endsWith('/{page}')");
    browser.wait(&tab, &first("groups/sig-baking/"));
    assert_eq!(browser.run(&tab, "location.search"), "?q=baking&kind=group");
    browser.run(&tab, "history.back()");
    browser.wait(&tab, &first("groups/sig-baking/chair/"));
    assert_eq!(browser.run(&tab, "kind.value"), "lead");
    // A group alone is a valid query.
    browser.go(&tab, &format!("{}search/?group=SIG+Baking&kind=person", host.site()));
    assert_eq!(results(&mut browser, &tab), ["people/ada/"]);
    // Results link to sections.
    browser.go(&tab, &format!("{}search/?q=sourdough", host.site()));
    assert_eq!(results(&mut browser, &tab), ["guides/ovens/"]);
    assert_eq!(
        browser.run(&tab, "document.querySelector('.rb-search-sections a').getAttribute('href')"),
        "/a/handbook/guides/ovens/#heat"
    );
    assert_eq!(*host.missed.lock().unwrap(), [] as [String; 0]);
}

#[test(needs(Browser))]
fn misspelled_names_are_found() {
    let (host, mut browser) = small();
    let tab = browser.open("about:blank");
    for (query, page, words) in [
        ("lovelase&kind=person", "people/ada/", "lovelace"),
        ("bakign&kind=group", "groups/sig-baking/", "baking"),
        ("profing", "glossary/#proofing", "proofing"),
    ] {
        browser.go(&tab, &format!("{}search/?q={query}", host.site()));
        assert_eq!(results(&mut browser, &tab).first().map(String::as_str), Some(page), "{query}");
        let status = browser.run(&tab, "document.querySelector('.rb-search-status').textContent");
        assert!(status.as_str().unwrap().ends_with(&format!("for “{words}”")), "{status}");
    }
    // Words of other kinds of page are not guessed, and suggestions stand in for results.
    let suggested = "document.querySelector('.rb-search-suggestions').checkVisibility()";
    for (query, expected) in [("?q=xyzzyx", true), ("", true), ("?q=baking", false)] {
        browser.go(&tab, &format!("{}search/{query}", host.site()));
        if !query.is_empty() {
            results(&mut browser, &tab);
        }
        assert_eq!(browser.run(&tab, suggested), expected, "{query}");
    }
}

#[test(needs(Browser))]
fn archives_come_last() {
    let site = bakery();
    let text = "# Rye\n\nRye, rye and rye.\n\n## Rye again\n\nRye.\n";
    site.file("docs/archive/rye.md", text).file("docs/notes.md", "# Notes\n\nWe talked about rye once.\n");
    site.file("content/guides/flour.md", "# Flour\n\nWheat, spelt, oats or rye, in this order of use.\n");
    let config = "title = \"Small\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"docs\"\npath = \"docs\"\n\
                  mount = \"docs\"\nformat = \"markdown\"\n";
    site.file("site.toml", config).run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/a/handbook/");
    let mut browser = Browser::start();
    let tab = browser.open(&format!("{}search/?q=rye", host.site()));
    let pages = results(&mut browser, &tab);
    assert_eq!((pages.len(), pages.last().map(String::as_str)), (3, Some("docs/archive/rye/")), "{pages:?}");
    // Badges state the origin of documents beyond the handbook.
    let badges = "[...document.querySelectorAll('.rb-search-results > li')].map((item) => \
                  item.querySelector('[class*=rb-origin-]')?.className.replace('rb-tag rb-origin-', '') ?? '').sort()";
    assert_eq!(browser.run(&tab, badges), json!(["", "archive", "source"]));
}

/// Chinese text has no spaces between words.
#[test(needs(Browser))]
fn a_word_within_a_chinese_sentence_is_found() {
    let site = TestSite::small(&[
        ("site.toml", "title = \"Small\"\nlanguage = \"zh\"\n[[source]]\npath = \"content\"\n"),
        ("content/guides/review.md", "# 会议\n\n我们每个星期二讨论代码审查的流程。\n"),
        ("content/guides/other.md", "# 面包\n\n他们在早上烤面包。\n"),
    ]);
    site.run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/a/handbook/");
    let mut browser = Browser::start();
    let tab = browser.open(&format!("{}search/?q=%E5%AE%A1%E6%9F%A5", host.site()));
    browser.wait(&tab, "!!document.querySelector('.rb-search-title')");
    assert_eq!(results(&mut browser, &tab), ["guides/review/"]);
}

#[test(needs(Browser))]
fn the_keyboard_is_enough() {
    let (host, mut browser) = small();
    let tab = browser.open(&format!("{}guides/ovens/", host.site()));
    let focused = "document.querySelector('dialog[open] input:focus') !== null";
    key(&mut browser, &tab, "/", 0);
    browser.wait(&tab, focused);
    // The suggestions of the search page lead to the same pages from here.
    let places = "[...document.querySelectorAll('dialog .rb-search-suggestions a')].map((link) => new URL(link.href).pathname)";
    let places = browser.run(&tab, places);
    assert!(places.as_array().unwrap().iter().any(|place| place == "/a/handbook/roles/"), "{places}");
    key(&mut browser, &tab, "Escape", 0);
    browser.wait(&tab, "!document.querySelector('dialog[open]')");
    key(&mut browser, &tab, "k", CONTROL);
    browser.wait(&tab, focused);
    for letter in "baking/".chars() {
        key(&mut browser, &tab, &letter.to_string(), 0);
    }
    browser.wait(&tab, "document.querySelectorAll('.rb-search-title').length > 1");
    assert_eq!(browser.run(&tab, "document.querySelector('dialog input').value"), "baking/");
    let here = "[...document.querySelectorAll('.rb-search-title')].indexOf(document.activeElement)";
    for (pressed, at) in
        [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1), ("ArrowDown", 0)]
    {
        key(&mut browser, &tab, pressed, 0);
        assert_eq!(browser.run(&tab, here), at, "{pressed}");
    }
    let led = browser.run(&tab, "document.activeElement.href");
    key(&mut browser, &tab, "Enter", 0);
    browser.wait(&tab, &format!("location.href === {led} && document.readyState === 'complete'"));
    key(&mut browser, &tab, "/", 0);
    browser.wait(&tab, focused);
    // One Escape closes the search, even with a query; it does not only clear the field.
    for letter in "baking".chars() {
        key(&mut browser, &tab, &letter.to_string(), 0);
    }
    browser.wait(&tab, "document.querySelectorAll('.rb-search-title').length > 1");
    key(&mut browser, &tab, "Escape", 0);
    assert_eq!(browser.run(&tab, "!document.querySelector('dialog[open]')"), true);
}

#[test(needs(Browser))]
fn without_scripts_the_search_page_lists_indexes() {
    let (host, mut browser) = small();
    let tab = browser.open("about:blank");
    browser.call(Some(&tab), "Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    browser.call(Some(&tab), "Page.navigate", &json!({"url": format!("{}search/", host.site())}));
    browser.wait(&tab, "location.href !== 'about:blank' && document.readyState === 'complete'");
    let seen = "[...document.querySelectorAll('main a')].filter((link) => link.checkVisibility()).map((link) => link.textContent).join()";
    let seen = browser.run(&tab, seen);
    assert!(seen.as_str().unwrap().contains("Roles,Groups,People"), "{seen}");
    assert_eq!(browser.run(&tab, "document.querySelector('main input').checkVisibility()"), false);
}

const CONTROL: u8 = 2;

fn key(browser: &mut Browser, tab: &Tab, key: &str, modifiers: u8) {
    let text = if key.chars().count() == 1 && modifiers == 0 { json!(key) } else { Value::Null };
    let code = match key {
        "Enter" => 13,
        "Escape" => 27,
        "ArrowUp" => 38,
        "ArrowDown" => 40,
        _ => 0,
    };
    for kind in ["keyDown", "keyUp"] {
        let mut event =
            json!({"type": kind, "key": key, "modifiers": modifiers, "windowsVirtualKeyCode": code});
        if kind == "keyDown" && !text.is_null() {
            event["text"] = text.clone();
        }
        if kind == "keyDown" && key == "Enter" {
            event["text"] = json!("\r");
        }
        browser.call(Some(tab), "Input.dispatchKeyEvent", &event);
    }
}

#[test]
fn the_preview_builds_the_index_on_demand() {
    let site = bakery();
    let preview = Preview::start(&site, &[]);
    let entry = "pagefind/pagefind-entry.json";
    assert_eq!(preview.get(entry).status, 503, "the index is built at the first request");
    preview.wait_for_status(entry, 200);
    assert_eq!(preview.get("pagefind/pagefind.js").status, 200);
    assert_eq!(preview.get("pagefind/none.js").status, 404);
    let first = preview.get(entry).body();
    site.file("content/guides/ovens.md", "# Ovens\n\nBrick by brick.\n");
    preview.wait_for("guides/ovens/", "Brick by brick");
    let last = until(|| Some(preview.get(entry)).filter(|reply| reply.body() != first));
    assert_eq!(last.unwrap().status, 200, "the previous index is served until the new one is ready");
}
