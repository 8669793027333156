//! Accessibility of every kind of page for users of keyboards, screen readers, large text and small screens: the parts
//! of WCAG 2.2 AA that can be checked automatically.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

use rolebook::engine::Contents;

use serde_json::{Value, json};

use crate::browser::{Browser, Tab};
use crate::harness::{Need, is_declared};
use crate::host::Host;
use crate::languages;
use crate::support::{TestSite, built, handbook_site, is_slow, kind, project};

/// The source of axe-core, if installed by npm.
pub(crate) fn axe() -> Option<String> {
    let root = Command::new("npm").args(["root", "--global"]).output();
    let root = root.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    std::fs::read_to_string(format!("{}/axe-core/axe.min.js", root.trim())).ok()
}

/// A site on a host, with the address of the longest page of each kind.
struct Kinds {
    host: Host,
    pages: BTreeMap<String, String>,
}

static KINDS: LazyLock<Kinds> = LazyLock::new(Kinds::new);

impl Kinds {
    fn new() -> Self {
        let site = if is_slow() { handbook_with_lists() } else { without_pictures_of_others() };
        // The components page is checked as well.
        let toml = std::fs::read_to_string(site.path().join("site.toml")).unwrap();
        site.file("site.toml", format!("components = true\n{toml}"));
        let files: &'static Contents = Box::leak(Box::new(built(site.path())));
        Self { pages: longest_of_each_kind(files), host: Host::of(files, "/handbook/") }
    }

    fn go(&self, browser: &mut Browser, tab: &Tab, kind: &str) {
        browser.go(tab, &format!("{}{}", self.host.site(), self.pages[kind]));
    }
}

/// A small site with every kind of page. Pictures of other hosts violate the policy, and it has one.
fn without_pictures_of_others() -> TestSite {
    let site = languages::site("en");
    let list = "content/checklists/technical-lead.toml";
    let text = std::fs::read_to_string(site.path().join(list)).unwrap();
    assert!(text.contains("![chart]"));
    site.file(list, text.replace("![chart](/pictures/chart.png)", ""));
    site
}

/// The handbook with a source of lists of people.
fn handbook_with_lists() -> TestSite {
    let site = handbook_site();
    let toml = std::fs::read_to_string(project().join("site.toml")).unwrap();
    let toml = toml.replace("path = \"../org\"", "path = \"org\"");
    site.file("site.toml", format!("base_url = \"https://x.example/handbook/\"\n{toml}"));
    let aliases = "aliases:\n  sig-docs-leads:\n  - octocat\n  wg-past-leads:\n  - octocat\n";
    site.file("org/OWNERS_ALIASES", aliases);
    site
}

/// The addresses of the longest pages, by kind.
pub(crate) fn longest_of_each_kind(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let mut longest: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (path, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        let Some(kind) = kind(&text) else { continue };
        let url = path.strip_suffix("index.html").unwrap_or(path).to_owned();
        let entry = longest.entry(kind.to_owned()).or_default();
        if bytes.len() > entry.0 {
            *entry = (bytes.len(), url);
        }
    }
    longest.into_iter().map(|(kind, (_, url))| (kind, url)).collect()
}

fn scheme(browser: &mut Browser, tab: &Tab, scheme: &str) {
    let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    browser.call(Some(tab), "Emulation.setEmulatedMedia", &features);
}

/// The kinds are those of the templates.
#[test]
fn every_kind_of_page_is_checked() {
    let kinds: BTreeSet<String> = KINDS.pages.keys().cloned().collect();
    let templates = std::fs::read_dir(project().join("themes/default/templates")).unwrap();
    let missing: Vec<String> = templates
        .filter_map(|entry| {
            entry.unwrap().file_name().into_string().unwrap().strip_suffix(".html").map(str::to_owned)
        })
        // `base` is extended by other templates, and `redirect` leaves its page.
        .filter(|kind| !["base", "redirect"].contains(&kind.as_str()) && !kinds.contains(kind))
        .collect();
    assert_eq!(missing, [] as [&str; 0]);
}

/// The faults that axe-core finds on a page, folded content included, except for minor ones; with a rule, those of that
/// rule.
pub(crate) fn violations(browser: &mut Browser, tab: &Tab, rule: Option<&str>) -> Vec<String> {
    static AXE: LazyLock<String> = LazyLock::new(|| axe().expect("axe-core is installed"));
    is_declared(Need::Axe);
    browser.run(tab, "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");
    if browser.run(tab, "typeof axe") != "object" {
        browser.run(tab, &AXE);
    }
    let mut options = json!({ "resultTypes": ["violations"], "preload": false });
    if let Some(rule) = rule {
        options["runOnly"] = json!([rule]);
    }
    let run = format!(
        "axe.run(document, {options}).then(({{ violations }}) => violations\
         .filter((rule) => rule.impact !== 'minor').flatMap((rule) => \
         rule.nodes.map((node) => `${{rule.impact}} ${{rule.id}}: ${{node.target}} ${{node.failureSummary}}`)))"
    );
    serde_json::from_value(browser.run(tab, &run)).expect("axe ran")
}

#[test(needs(Axe, Browser))]
fn axe_finds_nothing_in_either_scheme() {
    let mut browser = Browser::start();
    let kinds = &*KINDS;
    let mut faults = Vec::new();
    let tab = browser.open("about:blank");
    for kind in kinds.pages.keys() {
        kinds.go(&mut browser, &tab, kind);
        // Only colors differ between the schemes.
        for (shown, rule) in [("light", None), ("dark", Some("color-contrast"))] {
            scheme(&mut browser, &tab, shown);
            let violations = violations(&mut browser, &tab, rule);
            faults.extend(violations.iter().take(4).map(|fault| format!("{kind}, {shown}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Every size of text on a page outside code, in CSS pixels, with an example.
const SIZES: &str = "(() => {
  const sizes = {};
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const part = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || part.closest('code, pre, kbd, samp, script, .rb-hidden')) continue;
    if (!part.checkVisibility({ visibilityProperty: true })) continue;
    sizes[parseFloat(getComputedStyle(part).fontSize)] ??= part.outerHTML.slice(0, 100);
  }
  return sizes;
})()";

/// All text is legible, and a page uses few sizes.
#[test(needs(Browser))]
fn text_has_one_of_five_sizes() {
    let mut browser = Browser::start();
    let kinds = &*KINDS;
    let mut faults = Vec::new();
    let tab = browser.open("about:blank");
    for kind in kinds.pages.keys() {
        kinds.go(&mut browser, &tab, kind);
        browser.run(&tab, "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");
        let sizes = browser.run(&tab, SIZES);
        let sizes = sizes.as_object().unwrap_or_else(|| panic!("{kind}"));
        assert!(sizes.contains_key("16"), "{kind}: {sizes:?}");
        let others =
            sizes.iter().filter(|(size, _)| !["14", "16", "18", "24", "36"].contains(&size.as_str()));
        faults.extend(others.map(|(size, example)| format!("{kind}: {size}px: {example}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// 320 px is 1280 px at 400 % zoom, and the width left in a small window at 200 % (WCAG 2.2, 1.4.4 and 1.4.10).
#[test(needs(Browser))]
fn pages_fit_320_pixels() {
    let mut browser = Browser::start();
    let kinds = &*KINDS;
    let mut wide = Vec::new();
    let tab = browser.open("about:blank");
    for kind in kinds.pages.keys() {
        kinds.go(&mut browser, &tab, kind);
        browser.resize(&tab, 320, 800);
        browser.run(&tab, "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");
        let width = browser.run(&tab, "document.documentElement.scrollWidth").as_u64().unwrap();
        let widest = browser.run(
            &tab,
            "[...document.querySelectorAll('main *')].filter((part) => part.getBoundingClientRect().right > 321).slice(0, 3)\
             .map((part) => part.outerHTML.slice(0, 120)).join(' … ')",
        );
        if width > 320 {
            wide.push(format!("{kind}: {width} px: {widest}"));
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

/// The Tab key reaches everything that a pointer can, in page order, with a visible focus.
#[test(needs(Browser))]
fn the_keyboard_reaches_everything() {
    let mut browser = Browser::start();
    let kinds = &*KINDS;
    let tab = browser.open("about:blank");
    for kind in kinds.pages.keys() {
        kinds.go(&mut browser, &tab, kind);
        browser.resize(&tab, 1280, 800);
        browser.call(Some(&tab), "Page.bringToFront", &json!({}));
        // A clipped text opens when the focus reaches it, and its button goes.
        browser.run(
            &tab,
            "document.querySelectorAll('.rb-clipped + button').forEach((button) => button.click())",
        );
        let expected = browser.run(
            &tab,
            "{ const seen = [...document.querySelectorAll('a[href]:not([tabindex=\"-1\"]), button, input, select, textarea, summary, [tabindex=\"0\"]')]\
               .filter((part) => part.checkVisibility({ visibilityProperty: true }) && !part.disabled);\
               seen.forEach((part, index) => { part.dataset.place = index; });\
               document.body.tabIndex = -1; document.body.focus(); seen.length }",
        );
        let expected = expected.as_u64().unwrap_or_else(|| panic!("{kind}")) as usize;
        // Items of long lists are alike, so the first ones suffice.
        let steps = expected.min(if is_slow() { 60 } else { 30 });
        let mut reached = Vec::new();
        for _ in 0..steps {
            for event in ["keyDown", "keyUp"] {
                let key = json!({"type": event, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
                browser.call(Some(&tab), "Input.dispatchKeyEvent", &key);
            }
            let place = browser.run(
                &tab,
                "{ const part = document.activeElement; const style = getComputedStyle(part);\
                   ({ place: part.dataset.place, what: part.outerHTML.slice(0, 100),\
                      shown: style.outlineStyle !== 'none' || style.boxShadow !== 'none',\
                      box: part.getBoundingClientRect().toJSON() }) }",
            );
            reached.push(place);
        }
        let places: Vec<i64> = reached
            .iter()
            .map(|place| place["place"].as_str().and_then(|place| place.parse().ok()).unwrap_or(-1))
            .collect();
        // A date input has several tab stops. Everything else has one, in page order.
        assert!(places.windows(2).all(|pair| pair[0] <= pair[1] || pair[1] == -1), "{kind}: {places:?}");
        let mut once = places.clone();
        once.retain(|place| *place >= 0);
        once.dedup();
        let between = once.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        assert!(between && once.first() == Some(&0), "{kind}: {places:?}");
        for place in &reached {
            let off =
                place["box"]["bottom"].as_f64() < Some(0.0) || place["box"]["width"].as_f64() == Some(0.0);
            assert!(place["shown"] == true && !off, "{kind}: the focus cannot be seen: {place}");
        }
    }
}

#[test(needs(Browser))]
fn pages_request_no_other_host_and_satisfy_the_policy() {
    let mut browser = Browser::start();
    let kinds = &*KINDS;
    let tab = browser.open("about:blank");
    browser.call(Some(&tab), "Page.enable", &json!({}));
    let listen = "window.broken = []; document.addEventListener('securitypolicyviolation', (event) => {\
                  broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`); });\
                  addEventListener('error', (event) => { broken.push(`${event.message} ${event.filename}`); });";
    browser.call(Some(&tab), "Page.addScriptToEvaluateOnNewDocument", &json!({"source": listen}));
    for kind in kinds.pages.keys() {
        kinds.go(&mut browser, &tab, kind);
        browser.run(&tab, "scrollTo(0, document.body.scrollHeight)");
        let broken = browser.run(&tab, "new Promise((done) => setTimeout(() => done(window.broken), 100))");
        assert_eq!(broken, json!([]), "{kind}");
        let asked = browser.run(&tab, "performance.getEntriesByType('resource').map((entry) => entry.name)");
        let others: Vec<&Value> = asked
            .as_array()
            .unwrap()
            .iter()
            .filter(|name| !name.as_str().unwrap().starts_with(&kinds.host.site()))
            .collect();
        assert!(others.is_empty(), "{kind}: {others:?}");
    }
    assert_eq!(*kinds.host.missed.lock().unwrap(), [] as [&str; 0]);
}
