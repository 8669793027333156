//! Navigation between pages: the entries of a site, reading orders, related pages, contacts, comparison of groups, recent
//! changes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use rolebook::engine::Contents;
use serde_json::{Value, json};

use crate::browser::{Browser, Tab};
use crate::history::{commit, day, git};
use crate::host::Host;
use crate::html::broken_links;
use crate::support::{TestSite, built, files, project};

const CHAIR: &str = r#"+++
order = 1
applies_to = ["sig"]
ask_about = "How we [meet](/guides/meeting.md)."
governed_by = ["/governance/rules.md#chairs", "/governance/rules.md", "https://example.org/law"]
skills = { listening = 2 }
+++
# Chair

A chair keeps [time](../guides/time.md), reads [all guides](../guides/index.md), and works with the [clerk](clerk.md).

Again: [rules](../governance/rules.md), [time](../guides/time.md).
"#;
const CLERK: &str = r#"+++
order = 2
applies_to = ["sig"]
governed_by = ["/governance/rules.md#clerks"]
reading = ["/guides/meeting.md", "/governance/rules.md"]
skills = { listening = 1 }
+++
# Clerk

A clerk keeps [time](../guides/time.md).
"#;

fn group(name: &str, more: &str) -> String {
    format!("kind = \"sig\"\nname = \"{name}\"\n{more}")
}

fn lead(role: &str, handle: &str) -> String {
    format!("[[leads]]\nrole = \"{role}\"\ngithub = \"{handle}\"\nname = \"Ms {handle}\"\n")
}

fn site() -> TestSite {
    let north = group(
        "North",
        &format!(
            "ask_about = \"Access to *keys*.\"\n{}{}[[meetings]]\ntitle = \"Weekly\"\nday = \"Tuesday\"\ntime = \"9:00\"\ntz = \"UTC\"\nfrequency = \"biweekly\"\n\
             [[meetings]]\ntitle = \"Now and then\"\n[contact]\nslack = \"north\"\nmailing_list = \"https://lists.example/north\"\n\
             [[subprojects]]\nname = \"Ice\"\n[[subprojects]]\nname = \"Snow\"\n\
             [roles.chair]\nskills = {{ listening = 3 }}\n[[roles.chair.checklist]]\nid = \"own\"\nphase = \"day-1\"\ntext = \"Melt the *ice*.\"\n",
            lead("chair", "ann"),
            lead("clerk", "bob")
        ),
    );
    let south = group("South", &format!("{}{}", lead("chair", "cy"), lead("chair", "dee")));
    let wg = "kind = \"wg\"\nname = \"Poles\"\nstakeholders = [\"sig-north\", \"South\"]\n";
    let levels: String = (1..=3)
        .map(|level| {
            format!("[[skills.levels]]\nlevel = {level}\nname = \"L{level}\"\ndescription = \"d\"\n")
        })
        .collect();
    let skills = format!(
        "name = \"Talk\"\n[[skills]]\nid = \"listening\"\nname = \"Listening\"\ndescription = \"d\"\nrefs = [\"/governance/rules.md#chairs\"]\n{levels}"
    );
    let checklist = "title = \"First week\"\nrole = \"chair\"\n[[items]]\nid = \"read\"\nphase = \"day-1\"\ntext = \"Read.\"\nrefs = [\"/governance/rules.md#chairs\"]\n";
    TestSite::small(&[
        ("content/governance/rules.md", "# Rules\n\n## Chairs\n\nA.\n\n## Clerks\n\nB.\n"),
        ("content/guides/index.md", "# Guides\n"),
        ("content/guides/meeting.md", "# Meeting\n\nAs the [rules](../governance/rules.md#chairs) say.\n"),
        ("content/guides/time.md", "# Time\n\nNo reference.\n"),
        ("content/roles/chair.md", CHAIR),
        ("content/roles/clerk.md", CLERK),
        ("content/groups/sig-north.toml", &north),
        ("content/groups/sig-south.toml", &south),
        ("content/groups/wg-poles.toml", wg),
        ("content/skills/talk.toml", &skills),
        ("content/checklists/chair.toml", checklist),
    ])
}

/// The text between two strings of a page, without tags.
#[track_caller]
fn between(page: &str, from: &str, to: &str) -> String {
    let begun = page.split_once(from).unwrap_or_else(|| panic!("no {from} in {page}")).1;
    let part = begun.split_once(to).unwrap_or_else(|| panic!("no {to}")).0;
    let texts = part.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text).trim());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ")
}

#[test]
fn a_role_has_its_reading_order() {
    let site = site();
    site.run(&["build"]).fine();
    let list = |role: &str| {
        between(&site.page(&format!("roles/{role}/index.html")), "<ol class=\"rb-reading-order\">", "</ol>")
    };
    assert_eq!(list("chair"), "Chair | this page | Rules | Time | Checklist: First week | Skills");
    assert_eq!(list("clerk"), "Clerk | this page | Meeting | Rules | Skills");

    // A page in a single order has the neighbours of that order instead of its section.
    let time = site.page("guides/time/index.html");
    let steps = between(&time, "aria-label=\"Reading order\">", "</nav>");
    assert_eq!(steps, "Reading order: Chair | 3 of 5 | Previous | Rules | Next | Checklist: First week");
    assert!(!time.contains("rb-pager-section"));
    // A page in several orders keeps the neighbours of its section.
    let rules = site.page("governance/rules/index.html");
    let steps = between(&rules, "aria-label=\"Reading order\">", "</nav>");
    assert!(steps.starts_with("Part of 2 reading orders | Reading order: Chair | 2 of 5 | "), "{steps}");
    assert!(steps.contains("Reading order: Clerk | 3 of 4 | Previous | Meeting | Next | Skills"), "{steps}");
    // A page in no order has no steps.
    assert!(!site.page("guides/index.html").contains("rb-reading-step"));
}

#[test]
fn references_in_reading_orders_are_resolved() {
    let site = site();
    site.file("content/roles/clerk.md", CLERK.replace("/guides/meeting.md", "/guides/meting.md"));
    let run = site.run(&["check"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("link/missing-document"), "{}", run.stderr);
    assert!(run.stderr.contains("content/roles/clerk.md:5:12"), "{}", run.stderr);
    assert!(run.stderr.contains("did you mean `/guides/meeting.md`?"), "{}", run.stderr);
    let site = self::site();
    site.file("content/roles/chair.md", CHAIR.replace("(/guides/meeting.md)", "(/guides/none.md)"));
    let run = site.run(&["check"]);
    assert!(run.stderr.contains("content/roles/chair.md:4:"), "{}", run.stderr);
}

#[test]
fn pages_that_cite_the_same_clauses_are_related() {
    let site = site();
    site.run(&["build"]).fine();
    let related = |page: &str| {
        let page = site.page(page);
        page.contains("id=\"rb-related\"").then(|| between(&page, "<h2 id=\"rb-related\">", "</section>"))
    };
    // The chair's page is not related to its checklist's page, which links to it.
    assert_eq!(related("checklists/chair/index.html").unwrap(), "Related pages | Meeting | Skill: Listening",);
    assert_eq!(
        related("skills/listening/index.html").unwrap(),
        "Related pages | Checklist: First week | Meeting | Chair | role",
    );
    // The clerk's page and the chair's contact cite the meeting page, so both are listed there as citations. A shared
    // document without a shared clause is not enough.
    assert_eq!(
        related("guides/meeting/index.html").unwrap(),
        "Related pages | Checklist: First week | Skill: Listening"
    );
    assert_eq!(related("guides/time/index.html"), None, "no citations, so no related pages");
}

#[test]
fn groups_list_contacts_by_topic() {
    let site = site();
    site.run(&["build"]).fine();
    let ask = |group: &str| {
        let page = site.page(&format!("groups/{group}/index.html"));
        let end = if page.contains("rb-next-meeting") { "<section class=\"rb-card" } else { "\n</div>\n" };
        between(&page, "<h2 id=\"rb-ask\">", end)
    };
    assert_eq!(
        ask("sig-north"),
        "Whom to ask | SIG North | Access to | keys | . | In public | #north | , | north \
         | Anything that can be discussed in public | Chair | Ms ann | How we | meet | . | Clerk | Ms bob \
         | Held by only one person: Chair, Clerk."
    );
    // Every leading role is listed, with its topics if it has any, and so are the groups that anyone may ask.
    assert_eq!(
        ask("sig-south"),
        "Whom to ask | Chair | Ms cy | Ms dee | How we | meet | . | Clerk | Vacant | Other groups | 1 \
         | SIG North | Access to | keys | . | Vacant: Clerk."
    );
    assert_eq!(ask("wg-poles"), "Whom to ask | Other groups | 1 | SIG North | Access to | keys | .");
}

#[test]
fn groups_are_compared_by_figures() {
    let site = site();
    site.run(&["build"]).fine();
    let page = site.page("groups/compare/index.html");
    let rows = between(&page, "<tbody>", "</table>");
    assert_eq!(
        rows,
        "Special interest groups | SIG North | 2 | 2 | 0.5 | + 1 | 1 \
         | SIG South | 2 | 1 | 0.0 | 1 | Working groups | WG Poles | 0 | 0.0",
        "a zero is an empty cell, except for leads and meetings"
    );
    // Each vacant role is a sentence, with the lead pages.
    let gaps = between(&page, "<ul class=\"rb-gaps\">", "</ul>");
    assert_eq!(gaps, "1 group has no Clerk: | SIG South | .");
    assert!(page.contains("<a href=\"../sig-south/clerk/\">SIG South</a>"), "{page}");
    assert!(site.page("groups/sig-north/index.html").contains("href=\"../compare/?a=sig-north\""));
    assert!(site.page("groups/index.html").contains("href=\"compare/\""));
    let data: Value = serde_json::from_str(&site.page("api/compare.json")).unwrap();
    let north = &data["groups"][0];
    assert_eq!(north["url"], "/groups/sig-north/");
    assert_eq!(
        north["subprojects"][1],
        json!({"label": "Snow", "url": "/groups/sig-north/#snow", "external": false})
    );
    assert_eq!(north["working_groups"][0]["url"], "/groups/wg-poles/");
    assert_eq!(north["roles"][0]["holders"][0]["url"], "/people/ann/");
    assert_eq!(north["roles"][0]["items"][0]["label"], "Melt the ice");
    assert_eq!(north["roles"][0]["items"][0]["url"], "/groups/sig-north/chair/#item.own");
    assert_eq!(north["roles"][0]["skills"][0]["level"]["level"], 3);
    assert_eq!(data["groups"][1]["roles"][1]["filled"], "vacant");
}

/// The files of the site, built once for all tests.
static BUILT: LazyLock<Contents> = LazyLock::new(|| built(site().path()));

/// A browser on the built site below a path.
struct Reader {
    browser: Browser,
    tab: Tab,
    address: String,
    host: Host,
}

impl Reader {
    fn start() -> Self {
        let mut browser = Browser::start();
        let host = Host::of(&BUILT, "/book/");
        let (address, tab) = (host.site(), browser.open("about:blank"));
        Self { browser, tab, address, host }
    }

    fn go(&mut self, path: &str) {
        self.browser.go(&self.tab, &format!("{}{path}", self.address));
    }

    fn run(&mut self, expression: &str) -> Value {
        self.browser.run(&self.tab, expression)
    }

    #[track_caller]
    fn wait(&mut self, expression: &str) {
        self.browser.wait(&self.tab, expression);
    }
}

/// The cells of a row of the comparison.
fn row(topic: &str) -> String {
    format!(
        "[...document.querySelectorAll('.rb-comparison tbody tr')].find((row) => row.cells[0].textContent === '{topic}')\
         ?.innerText.split('\\n').map((text) => text.trim()).filter(Boolean).join(' | ')"
    )
}

#[test(needs(Browser))]
fn two_groups_are_selected_by_address_or_form() {
    let mut reader = Reader::start();
    reader.go("groups/compare/?a=sig-north&b=sig-south");
    reader.wait("!!document.querySelector('.rb-comparison table')");
    assert_eq!(
        reader.run("document.querySelector('.rb-comparison caption').textContent"),
        "SIG North and SIG South"
    );
    let cells =
        |reader: &mut Reader, topic: &str| reader.run(&row(topic)).as_str().unwrap_or_default().to_owned();
    assert_eq!(
        cells(&mut reader, "Lead roles"),
        "Lead roles | Chair: Ms ann | Clerk: Ms bob | Chair: Ms cy, Ms dee | Clerk: vacant"
    );
    assert_eq!(cells(&mut reader, "Subprojects"), "Subprojects | Ice | Snow | –");
    assert_eq!(
        cells(&mut reader, "Working groups with this stakeholder"),
        "Working groups with this stakeholder | WG Poles | WG Poles"
    );
    assert_eq!(
        cells(&mut reader, "Group-specific checklist items"),
        "Group-specific checklist items | Chair: Melt the ice | –"
    );
    assert_eq!(
        reader.run("[...document.querySelectorAll('.rb-differs')].map((row) => row.textContent)"),
        json!(["Listening 3 · L3", "Listening 2 · L2"]),
        "levels that differ are marked"
    );
    let links = reader.run("[...document.querySelectorAll('.rb-comparison a')].map((link) => link.href)");
    let address = reader.address.clone();
    let own = |link: &&Value| !link.as_str().unwrap().contains("lists.example");
    assert!(
        links.as_array().unwrap().iter().filter(own).all(|link| link.as_str().unwrap().starts_with(&address))
    );

    let choose = "(() => { const select = document.querySelector('select[name=b]'); select.value = 'wg-poles'; \
                  select.dispatchEvent(new Event('change', { bubbles: true })); })()";
    reader.run(choose);
    reader.wait("document.querySelector('.rb-comparison caption').textContent === 'SIG North and WG Poles'");
    assert_eq!(reader.run("location.search"), "?a=sig-north&b=wg-poles");
    reader.run("history.back()");
    reader.wait("document.querySelector('.rb-comparison caption').textContent === 'SIG North and SIG South'");
    assert_eq!(reader.run("document.querySelector('select[name=b]').value"), "sig-south");

    // One group, or a group that does not exist, gives no comparison.
    reader.go("groups/compare/?a=sig-north&b=sig-gone");
    reader.wait("document.querySelector('select[name=a]').value === 'sig-north'");
    assert_eq!(reader.run("document.querySelector('.rb-comparison').childElementCount"), 0);
    assert_eq!(reader.run("document.querySelector('select[name=b]').value"), "");
    assert_eq!(*reader.host.missed.lock().unwrap(), [] as [String; 0]);
}

#[test(needs(Browser))]
fn without_scripts_the_comparison_is_a_table() {
    let mut reader = Reader::start();
    reader.browser.call(Some(&reader.tab), "Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    reader.go("groups/compare/?a=sig-north");
    let seen = |selector: &str| format!("document.querySelector('{selector}').checkVisibility()");
    assert_eq!(reader.run(&seen(".rb-key-figures table")), true);
    assert_eq!(reader.run(&seen(".rb-compare-choice")), false);
    // All orders can be expanded, and the section's neighbours are listed.
    reader.go("governance/rules/");
    assert_eq!(reader.run(&seen(".rb-reading-steps summary")), true);
    assert_eq!(reader.run("document.querySelectorAll('.rb-reading-step').length"), 2);
}

#[test(needs(Browser))]
fn the_last_opened_role_determines_the_reading_order() {
    let mut reader = Reader::start();
    let shown = "[...document.querySelectorAll('.rb-reading-step')].filter((step) => step.checkVisibility()).map((step) => step.dataset.role)";
    reader.go("governance/rules/");
    assert_eq!(reader.run(shown), json!([]), "steps of several orders are collapsed");
    reader.go("roles/clerk/");
    for next in ["guides/meeting/", "governance/rules/", "skills/"] {
        reader.run("[...document.querySelectorAll('.rb-reading-step a[rel=next]')].find((link) => link.checkVisibility()).click()");
        let address = format!("{}{next}", reader.address);
        reader.wait(&format!("document.readyState === 'complete' && location.href === '{address}'"));
        assert_eq!(reader.run(shown), json!(["clerk"]), "{next}");
        assert_eq!(reader.run("!!document.querySelector('.rb-pager-section')?.checkVisibility()"), false);
    }
    reader.go("roles/chair/");
    reader.go("governance/rules/");
    assert_eq!(reader.run(shown), json!(["chair"]));
}

/// A site with a history of two pages; the second changed later and by two people.
fn with_history(config: &str) -> TestSite {
    let site = site();
    site.file(
        "site.toml",
        format!("title = \"Bits & <pieces>\"\n{config}\n[[source]]\npath = \"content\"\n"),
    );
    git(site.path(), &["init", "--quiet"]);
    commit(&site, ("Ann", day(1), "all"));
    site.file("content/guides/time.md", "# Time & \u{b}tide\n\nNo reference.\n");
    commit(&site, ("Zoé", day(40), "x\n\nCo-authored-by: Bob <bob@secret.example>"));
    site.file("content/groups/sig-south.toml", group("South", &lead("chair", "cy")));
    commit(&site, ("Dee", day(41), "x"));
    site
}

#[test]
fn recent_changes_are_listed() {
    let site = with_history("");
    site.run(&["build"]).fine();
    let page = site.page("changes/index.html");
    let list = between(&page, "<h1>", "</main>");
    assert!(
        list.contains("February 2026 | 2026-02-11 | SIG South | Dee · content | 2026-02-10 | "),
        "{list}"
    );
    assert!(list.contains("tide | Zoé, Bob · content | January 2026 | 2026-01-02 | "), "{list}");
    // Each file has its page. Two files of one page would be one entry.
    for page in ["Checklist: First week", "Home", "Skills", "Chair", "Rules", "WG Poles"] {
        assert!(list.contains(&format!("2026-01-02 | {page} | Ann · content")), "{page}: {list}");
    }
    assert!(!page.contains("secret.example"));
    // Without a base URL there is no feed.
    assert!(!site.path().join("public/feed.xml").exists());
    assert!(!page.contains("application/atom+xml"));

    let plain = self::site();
    plain.run(&["build"]).fine();
    assert!(plain.page("changes/index.html").contains("No changes are listed"));
    plain.file(
        "site.toml",
        "title = \"X\"\nbase_url = \"https://x.example/\"\n[[source]]\npath = \"content\"\n",
    );
    plain.run(&["build"]).fine();
    assert!(!plain.path().join("public/feed.xml").exists());
}

#[test(needs(Python("feedparser")))]
fn recent_changes_have_a_feed() {
    let site = with_history("base_url = \"https://example.org/book/\"\n");
    site.run(&["build"]).fine();
    let feed = site.page("feed.xml");
    assert!(site.page("guides/time/index.html").contains(
        "<link rel=\"alternate\" href=\"../../feed.xml\" type=\"application/atom+xml\" title=\"Bits &amp; &lt;pieces&gt;\">"
    ));
    assert!(!feed.contains("secret.example"));
    site.run(&["build", "--out", "again"]).fine();
    assert_eq!(std::fs::read_to_string(site.path().join("again/feed.xml")).unwrap(), feed);
    let read = read_feed(&site.path().join("public/feed.xml"));
    assert_eq!(read["version"], "atom10");
    assert_eq!(read["problem"], Value::Null);
    assert_eq!(read["title"], "Bits & <pieces>");
    assert_eq!(read["id"], "https://example.org/book/changes/");
    assert_eq!(read["self"], "https://example.org/book/feed.xml");
    assert_eq!(read["updated"], "2026-02-11T00:00:00Z");
    let entries = read["entries"].as_array().unwrap();
    assert_eq!(
        entries[0],
        json!({
            "id": "https://example.org/book/groups/sig-south/#changed-1770768000", "title": "SIG South",
            "link": "https://example.org/book/groups/sig-south/", "updated": "2026-02-11T00:00:00Z",
            "authors": ["Dee"], "category": "content", "summary": null,
        })
    );
    assert_eq!(entries[1]["title"], "Time & tide");
    assert_eq!(entries[1]["authors"], json!(["Zoé", "Bob"]));
    assert_eq!(entries[1]["summary"], "No reference.");
    let ids: std::collections::BTreeSet<_> =
        entries.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), entries.len());
}

/// Addresses in a feed are encoded, even if the base URL is not.
#[test]
fn addresses_of_a_feed_are_encoded() {
    let site = with_history("base_url = \"https://example.org/my book/ü\"\n");
    site.run(&["build"]).fine();
    let feed = site.page("feed.xml");
    for path in ["feed.xml", "changes/", "guides/time/"] {
        assert!(feed.contains(&format!("\"https://example.org/my%20book/%C3%BC/{path}")), "{path}: {feed}");
    }
    assert!(!feed.contains("my book") && !feed.contains("ü/"), "{feed}");
}

/// A feed as parsed by an independent reader.
fn read_feed(feed: &Path) -> Value {
    let reader = project().join("tests/independent/feed.py");
    let output = Command::new("python3").arg(reader).arg(feed).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A minimal site with lines at the end of site.toml.
pub(crate) fn small(lines: &str) -> TestSite {
    let site = TestSite::small(&[]);
    let text = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("{text}{lines}"));
    site
}

/// The labels of the main navigation of a page, with `*` for the current entry.
fn main_navigation(site: &TestSite, page: &str) -> Vec<(String, String)> {
    let page = site.page(page);
    let list = page.split_once("<ul class=\"rb-nav-wide\">").unwrap().1.split_once("</ul>").unwrap().0;
    let entry = |entry: &str| {
        let (tag, rest) = entry.split_once('>').unwrap();
        let address = tag.split_once("href=\"").unwrap().1.split_once('"').unwrap().0;
        let mark = if tag.contains("aria-current=\"true\"") { "*" } else { "" };
        (format!("{mark}{}", rest.split_once('<').unwrap().0), address.to_owned())
    };
    list.split("<a ").skip(1).map(entry).collect()
}

/// Entries of the navigation of a site.
pub(crate) const NAVIGATION: &str = r#"
[[navigation]]
section = "people"

[[navigation]]
page = "guides/colours.md"
label = "Colors"

[[navigation]]
section = "guides"

[[navigation]]
page = "upstream/rules.md#chair"

[[navigation]]
address = "https://chat.example/"
label = "Chat"

[[navigation]]
section = "home"
label = "Start"
"#;

#[test]
fn a_site_has_a_navigation_of_its_own() {
    let site = TestSite::copy(&project().join("tests/sites/miniature"));
    let text = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("{text}{NAVIGATION}"));
    site.run(&["build"]).fine();
    let labels =
        |page: &str| main_navigation(&site, page).into_iter().map(|(label, _)| label).collect::<Vec<_>>();
    let group = main_navigation(&site, "groups/sig-paint/index.html");
    let title = group[3].0.clone();
    let expected = [
        ("People", "../../people/"),
        ("Colors", "../../guides/colours/"),
        ("Guides", "../../guides/"),
        (title.as_str(), "../../upstream/rules/#chair"),
        ("Chat", "https://chat.example/"),
        ("Start", "../../"),
    ];
    assert_eq!(group, expected.map(|(label, address)| (label.to_owned(), address.to_owned())));
    assert!(!title.is_empty() && !title.contains('/'), "{title}");
    // Of nested entries, the inner one is current.
    assert_eq!(labels("people/index.html")[..3], ["*People", "Colors", "Guides"]);
    assert_eq!(labels("guides/colours/index.html")[..3], ["People", "*Colors", "Guides"]);
    assert_eq!(labels("guides/index.html")[..3], ["People", "Colors", "*Guides"]);
    assert_eq!(labels("upstream/rules/index.html")[3], format!("*{title}"));
    assert_eq!(labels("index.html")[5], "*Start");
    assert!(!labels("404.html").iter().any(|label| label.starts_with('*')));
    assert_eq!(main_navigation(&site, "404.html")[0].1, "/people/");
    assert_eq!(broken_links(&files(&site.path().join("public")), |_| true), [] as [String; 0]);
}

#[test]
fn entries_that_lead_nowhere_are_reported() {
    for (entry, code, message, help, result) in [
        ("section = \"grups\"", "data/invalid-value", "unknown section `grups`", "did you mean `groups`?", 1),
        ("section = \"sections\"", "data/invalid-value", "unknown section `sections`", "", 1),
        (
            "section = \"skills\"",
            "pages/hidden-entry",
            "the section `skills` has no pages",
            "remove the entry",
            0,
        ),
        (
            "section = \"guides\"",
            "pages/hidden-entry",
            "the section `guides` has no pages",
            "remove the entry",
            0,
        ),
        (
            "page = \"indx.md\"",
            "link/missing-document",
            "`indx.md` does not exist",
            "did you mean `/index.md`?",
            1,
        ),
        ("page = \"index.md#x\"", "link/missing-anchor", "has no heading or anchor `x`", "", 1),
        ("page = \"../site.toml\"", "link/missing-document", "`/../site.toml` is outside the source", "", 1),
        ("page = \"p.png\"", "data/invalid-value", "`p.png` is not a page", "name a document", 1),
    ] {
        for list in ["navigation", "brand.footer"] {
            let site = small(&format!("\n[[{list}]]\n{entry}\n"));
            site.file("content/p.png", "");
            let run = site.run(&["check"]);
            assert_eq!(run.code, result, "{entry}: {}", run.stderr);
            for part in [&format!("[{code}]"), message, help, "site.toml:7:"] {
                assert!(run.stderr.contains(part), "{entry}: {part} is not in {}", run.stderr);
            }
        }
    }
    // A page of a source that is absent here is at its address on the web.
    let absent =
        "[[source]]\nname = \"up\"\npath = \"up\"\noptional = true\nweb = \"https://x.example/up/\"\n";
    let site = small(&format!(
        "\n[[source]]\npath = \"content\"\n{absent}\n[[navigation]]\npage = \"rules.md\"\nlabel = \"Rules\"\n"
    ));
    site.run(&["build"]).fine();
    assert!(
        site.page("index.html").contains("<a href=\"https://x.example/up/rules.md\""),
        "{}",
        site.page("index.html")
    );
    // The documentation lists all sections.
    let run = small("\n[[navigation]]\nsection = \"nothing-of-the-kind\"\n").run(&["check"]);
    let expected = run.stderr.split_once("expected one of ").unwrap().1.lines().next().unwrap();
    let docs = fs::read_to_string(project().join("docs/site.md")).unwrap();
    let listed = docs.split_once("The sections are ").unwrap().1.split_once(". Unknown").unwrap().0;
    let sorted = |list: &str| {
        let mut names: Vec<String> = list.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        names.sort();
        names
    };
    assert_eq!(sorted(expected), sorted(listed));
    // Pages show the other entries.
    let site = small("\n[[navigation]]\nsection = \"skills\"\n[[navigation]]\nsection = \"home\"\n");
    site.run(&["build"]).fine();
    assert_eq!(main_navigation(&site, "index.html"), [("*Home".to_owned(), "./".to_owned())]);
}
