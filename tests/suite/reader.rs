//! Pages as readers meet them, in a real browser, from a plain server and under a strict policy.

use serde_json::{Value, json};

use crate::browser::{Browser, Tab, serve};
use crate::support::{TestSite, project, snapshot};

const BASE: &str = "/deep/handbook/";

/// The miniature community, built and served below a path.
fn miniature() -> (TestSite, String) {
    let site = TestSite::copy(&project().join("tests/sites/miniature"));
    site.file(
        "content/guides/linked.md",
        "# Linked\n\nFirst [about chairs](/rules.md#chair) and [the role](../roles/chair.md), then \
         [the whole](/rules.md).\n\nLazy consensus is meant here, and lazy consensus again.\n",
    );
    site.file(
        "content/glossary.toml",
        "[[terms]]\nterm = \"Lazy consensus\"\ndefinition = \"Silence is *consent*.\"\n",
    );
    site.run(&["build", "--base-url", &format!("https://example.org{BASE}")]).fine();
    let address = serve(site.path().join("public"), BASE);
    (site, address)
}

fn point(browser: &mut Browser, tab: &Tab, selector: &str, kind: &str) {
    let place = browser.run(
        tab,
        &format!("(() => {{ const box = document.querySelector('{selector}').getBoundingClientRect(); return [box.x + 5, box.y + 5]; }})()"),
    );
    let (x, y) = (place[0].clone(), place[1].clone());
    browser.call(
        Some(tab),
        "Input.dispatchMouseEvent",
        &json!({"type": kind, "x": x, "y": y, "button": "none"}),
    );
}

const CARD: &str = "document.querySelector('.rb-card')";

#[test]
fn a_clause_is_shown_beside_the_link_to_it() {
    let Some(mut browser) = Browser::start() else { return };
    let (_site, address) = miniature();
    let tab = browser.open(&format!("{address}guides/linked/"));
    point(&mut browser, &tab, "a.rb-clause", "mouseMoved");
    browser.wait(&tab, &format!("{CARD}?.textContent.includes('Chair')"));
    let described =
        browser.run(&tab, "document.querySelector('a.rb-clause').getAttribute('aria-describedby')");
    assert_eq!(described, "rb-card");
    let inside = browser.run(
        &tab,
        &format!("(() => {{ const box = {CARD}.getBoundingClientRect(); return box.left >= 0 && box.right <= innerWidth && box.top >= 0; }})()"),
    );
    assert_eq!(inside, true);
    assert_eq!(
        browser.run(&tab, &format!("{CARD}.querySelectorAll('[id], a').length")),
        0,
        "a copy for reading"
    );
    // Escape puts it away; so does moving on.
    browser.call(
        Some(&tab),
        "Input.dispatchKeyEvent",
        &json!({"type": "keyDown", "key": "Escape", "code": "Escape"}),
    );
    browser.wait(&tab, &format!("{CARD} === null"));
    point(&mut browser, &tab, "h1", "mouseMoved");
    point(&mut browser, &tab, "a.rb-role", "mouseMoved");
    browser.wait(&tab, &format!("{CARD} !== null"));
    point(&mut browser, &tab, "h1", "mouseMoved");
    browser.wait(&tab, &format!("{CARD} === null"));
}

#[test]
fn the_keyboard_shows_clauses_and_terms() {
    let Some(mut browser) = Browser::start() else { return };
    let (_site, address) = miniature();
    let tab = browser.open(&format!("{address}guides/linked/"));
    let tab_key = json!({"type": "keyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
    let mut shown = Vec::new();
    for _ in 0..60 {
        browser.call(Some(&tab), "Input.dispatchKeyEvent", &tab_key);
        let class = browser.run(&tab, "document.activeElement.className");
        if matches!(class.as_str(), Some("rb-clause" | "rb-role" | "rb-term")) {
            browser.wait(
                &tab,
                &format!(
                    "{CARD} !== null && document.activeElement.getAttribute('aria-describedby') === 'rb-card'"
                ),
            );
            shown.push((
                class.as_str().unwrap().to_owned(),
                browser.run(&tab, &format!("{CARD}.textContent")),
            ));
        } else if !shown.is_empty() {
            browser.wait(&tab, &format!("{CARD} === null"));
        }
    }
    let classes: Vec<&str> = shown.iter().map(|(class, _)| class.as_str()).collect();
    assert_eq!(classes, ["rb-clause", "rb-role", "rb-term"], "{shown:#?}");
    assert!(shown[2].1.as_str().unwrap().contains("Silence is consent."), "{shown:#?}");
}

#[test]
fn the_first_tap_shows_and_the_second_follows() {
    let Some(mut browser) = Browser::start() else { return };
    let (_site, address) = miniature();
    let tab = browser.open(&format!("{address}guides/linked/"));
    browser.call(
        Some(&tab),
        "Emulation.setTouchEmulationEnabled",
        &json!({"enabled": true, "maxTouchPoints": 1}),
    );
    let tap = |browser: &mut Browser, selector: &str| {
        let place = browser.run(
            &tab,
            &format!("(() => {{ const box = document.querySelector('{selector}').getBoundingClientRect(); return [box.x + 5, box.y + 5]; }})()"),
        );
        let touch = json!({"type": "touchStart", "touchPoints": [{"x": place[0], "y": place[1]}]});
        browser.call(Some(&tab), "Input.dispatchTouchEvent", &touch);
        browser.call(Some(&tab), "Input.dispatchTouchEvent", &json!({"type": "touchEnd", "touchPoints": []}));
    };
    tap(&mut browser, "a.rb-clause");
    browser.wait(&tab, &format!("{CARD}?.querySelector('a')?.textContent === 'Open'"));
    assert!(browser.run(&tab, "location.pathname").as_str().unwrap().ends_with("/guides/linked/"));
    tap(&mut browser, "a.rb-clause");
    browser.wait(&tab, "location.pathname.endsWith('/upstream/rules/') && location.hash === '#chair'");
}

#[test]
fn without_scripts_links_and_titles_remain() {
    let (site, _) = miniature();
    let page = site.page("guides/linked/index.html");
    let clause = page.split("<a ").find(|link| link.contains("class=\"rb-clause\"")).unwrap();
    assert!(
        clause.starts_with("href=\"../../upstream/rules/#chair\"") && clause.contains("§ Chair\""),
        "{clause}"
    );
    let role = page.split("<a ").find(|link| link.contains("class=\"rb-role\"")).unwrap();
    assert!(role.starts_with("href=\"../../roles/chair/\"") && role.contains(" title=\""), "{role}");
    assert_eq!(page.matches("class=\"rb-term\"").count(), 1, "the first use only");
    assert!(page.contains("href=\"../../glossary/#lazy-consensus\" title=\"Silence is consent.\""), "{page}");
}

#[test]
fn the_register_is_filtered_and_keeps_the_filter_in_its_address() {
    let Some(mut browser) = Browser::start() else { return };
    let out = tempfile::tempdir().unwrap();
    let project = project().to_str().unwrap();
    TestSite::new(&[]).run(&["build", "--site", project, "--out", out.path().to_str().unwrap()]).fine();
    let address = serve(out.path().to_owned(), BASE);
    let tab = browser.open(&format!("{address}obligations/"));
    let shown = "[...document.querySelectorAll('.rb-obligations > li:not([hidden])')]";
    let all = browser.run(&tab, &format!("{shown}.length")).as_u64().unwrap();
    assert!(all > 60, "{all}");
    browser.run(
        &tab,
        "(() => { const form = document.querySelector('.rb-register-filter'); form.elements.role.value = 'chair'; \
         form.elements.level.value = 'must'; form.dispatchEvent(new Event('input')); })()",
    );
    let fits = format!(
        "{shown}.every((entry) => entry.dataset.level === 'must' && entry.dataset.roles.split(' ').includes('chair'))"
    );
    assert_eq!(browser.run(&tab, &fits), true);
    // Nine of its own, the membership, and the course.
    assert_eq!(browser.run(&tab, &format!("{shown}.length")), 10);
    assert_eq!(browser.run(&tab, "location.search"), "?role=chair&level=must");
    let again = browser.open(&format!("{address}obligations/?role=chair&level=must"));
    assert_eq!(browser.run(&again, &format!("{shown}.length")), 10);
}

/// How a reference is written.
fn style(reference: &Value) -> String {
    let raw = reference["raw"].as_str().unwrap();
    let place = if raw.contains("git.k8s.io") {
        "alias"
    } else if raw.contains("://") {
        "address"
    } else if raw.starts_with('#') {
        "here"
    } else if raw.starts_with('/') {
        "root"
    } else {
        "relative"
    };
    let label = if reference["definition_line"].is_null() { "inline" } else { "label" };
    let pinned = if reference["pinned"].is_null() { "" } else { " pinned" };
    let anchor = if reference["to"]["anchor"].is_null() { "" } else { " anchor" };
    let encoded = if raw.contains('%') { " encoded" } else { "" };
    format!("{place} {label}{anchor}{pinned}{encoded}")
}

/// References of the real tree, drawn at random over all styles, each clicked in the page that holds it.
#[test]
fn references_of_the_real_tree_are_followed() {
    let Some(data) = snapshot() else { return };
    let Some(mut browser) = Browser::start() else { return };
    let out = tempfile::tempdir().unwrap();
    let source = format!("community={}", data.join("community").display());
    let site = project().to_str().unwrap();
    let base_url = format!("https://example.org{BASE}");
    let arguments = [
        "build",
        "--site",
        site,
        "--out",
        out.path().to_str().unwrap(),
        "--source",
        &source,
        "--base-url",
        &base_url,
    ];
    TestSite::new(&[]).run(&arguments).fine();
    let address = serve(out.path().to_owned(), BASE);
    let references = std::fs::read_to_string(out.path().join("api/references.json")).unwrap();
    let references: Vec<Value> = serde_json::from_str(&references).unwrap();
    let mut styles: std::collections::BTreeMap<String, Vec<&Value>> = std::collections::BTreeMap::new();
    for reference in references.iter().filter(|reference| reference["status"] == "resolved") {
        if reference["to"]["url"].as_str().unwrap().starts_with('/') {
            styles.entry(style(reference)).or_default().push(reference);
        }
    }
    let seed = std::env::var("ROLEBOOK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut random = fastrand::Rng::with_seed(seed);
    let mut drawn: Vec<&Value> = Vec::new();
    styles.values_mut().for_each(|references| random.shuffle(references));
    // One of each style in turn, until there are enough.
    for round in 0.. {
        drawn.extend(styles.values().filter_map(|references| references.get(round)));
        if drawn.len() >= 200 {
            drawn.truncate(200);
            break;
        }
    }
    assert!(styles.len() >= 12, "{:?}", styles.keys());
    let tab = browser.open(&address);
    let mut wrong = Vec::new();
    for reference in drawn {
        let at = |url: &Value| {
            format!(
                "{}{}",
                address.trim_end_matches('/'),
                rolebook::link::url::encode_path(url.as_str().unwrap())
            )
        };
        let (from, to) = (at(&reference["from"]["url"]), reference["to"]["url"].as_str().unwrap());
        let (page, anchor) = to.split_once('#').unwrap_or((to, ""));
        let picture = !page.ends_with('/');
        browser.call(Some(&tab), "Page.navigate", &json!({"url": from}));
        browser
            .wait(&tab, &format!("document.readyState === 'complete' && location.href === {}", json!(from)));
        // The link is known by where it leads, decoded: the page may write it in any way that works.
        let wanted = format!(
            "{}{}{}",
            address.trim_end_matches('/'),
            page,
            if anchor.is_empty() { String::new() } else { format!("#{anchor}") }
        );
        let find = format!(
            "(() => {{ const plain = (url) => {{ try {{ return decodeURIComponent(url); }} catch {{ return url; }} }}; \
             const wanted = plain({}); \
             const found = [...document.querySelectorAll('main a[href], main img[src]')].find((link) => plain(link.href || link.src) === wanted); \
             if (!found) return 'no link to ' + wanted; \
             if (found.tagName === 'IMG') {{ found.loading = 'eager'; return found.decode().then(() => 'picture', () => 'broken picture'); }} \
             found.removeAttribute('target'); found.click(); return 'clicked'; }})()",
            json!(wanted)
        );
        let clicked = browser.run(&tab, &find);
        match clicked.as_str() {
            Some("picture") => continue,
            Some("clicked") if picture => {
                let fetched =
                    browser.run(&tab, &format!("fetch({}).then((answer) => answer.status)", json!(wanted)));
                if fetched != 200 {
                    wrong.push(format!("{reference}: {fetched}"));
                }
                continue;
            }
            Some("clicked") => {}
            other => {
                wrong.push(format!("{reference}: {other:?}"));
                continue;
            }
        }
        let there = format!(
            "(() => {{ if (document.readyState !== 'complete') return false; const page = decodeURIComponent(location.pathname); \
             return page === {} && !!document.querySelector('main h1'); }})()",
            json!(format!("{}{}", BASE.trim_end_matches('/'), page))
        );
        browser.wait(&tab, &there);
        if !anchor.is_empty() {
            let target = "(() => { const id = decodeURIComponent(location.hash.slice(1)); const place = document.getElementById(id); \
                          return !!place && (place.matches(':target') || place.tagName === 'H1'); })()";
            if browser.run(&tab, target) != true {
                wrong.push(format!("{reference}: no place #{anchor}"));
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}
