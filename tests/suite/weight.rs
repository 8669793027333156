//! The cost of a page: the style sheets and scripts that it loads immediately, and layout shifts while it loads.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use rolebook::engine::Contents;

use crate::browser::{Browser, Tab};
use crate::host::Host;
use crate::support::{handbook, kind};

/// Maximum size in bytes of the compressed style sheets and scripts that a page loads immediately.
const MOST: usize = 20_000;
/// The same for pages that people work from: [`TOOLS`].
const MOST_OF_TOOLS: usize = 29_000;
/// Kinds of page with ticks, filters, folded parts and dates.
const TOOLS: [&str; 6] = ["calendar", "checklist", "conformance", "group", "group-checklist", "lead"];

/// The values of an attribute, in tags that begin with `tag` and contain `with`.
fn values<'a>(page: &'a str, tag: &str, with: &str, attribute: &str) -> Vec<&'a str> {
    let tags = page.split(tag).skip(1).map(|rest| rest.split_once('>').unwrap().0);
    let value = |tag: &'a str| Some(tag.split_once(&format!(" {attribute}=\""))?.1.split_once('"')?.0);
    tags.filter(|tag| tag.contains(with)).filter_map(value).collect()
}

/// The file for an address in a file of the site.
fn resolved(from: &str, address: &str) -> String {
    assert!(!address.contains("//"), "{from} names another host: {address}");
    let mut path: Vec<&str> = from.split('/').collect();
    path.pop();
    if address.starts_with('/') {
        path.clear();
    }
    for part in address.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            path.pop().unwrap_or_else(|| panic!("{from} leads out of the site: {address}"));
        } else {
            path.push(part);
        }
    }
    path.join("/")
}

/// Adds a script or style sheet with its static imports.
fn add(files: &Contents, from: &str, address: &str, paths: &mut BTreeSet<String>) {
    let path = resolved(from, address);
    let bytes = files.get(&path).unwrap_or_else(|| panic!("{from} names {path}, which does not exist"));
    let text = String::from_utf8_lossy(bytes).into_owned();
    if !paths.insert(path.clone()) {
        return;
    }
    assert!(!text.contains("@import") && !text.contains("url("), "{path} loads what is not counted");
    for import in text.split(" from \"").skip(1).chain(text.split("\nimport \"").skip(1)) {
        add(files, &path, import.split_once('"').unwrap().0, paths);
    }
    for import in text.split("import(\"").skip(1) {
        let wanted_later = resolved(&path, import.split_once('"').unwrap().0);
        assert!(files.contains_key(&wanted_later), "{path} imports {wanted_later}, which does not exist");
    }
}

fn loaded(files: &Contents, path: &str) -> BTreeSet<String> {
    let page = String::from_utf8_lossy(&files[path]).into_owned();
    let mut paths = BTreeSet::new();
    let named = [
        values(&page, "<link", "rel=\"stylesheet\"", "href"),
        values(&page, "<link", "rel=\"modulepreload\"", "href"),
        values(&page, "<script", "", "src"),
    ];
    named.concat().iter().for_each(|address| add(files, path, address, &mut paths));
    paths
}

fn sent(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

#[test]
fn pages_are_light() {
    let files = handbook();
    let sizes: BTreeMap<&str, usize> =
        files.iter().filter(|(path, _)| path.starts_with("assets/")).map(|(p, b)| (&**p, sent(b))).collect();
    for script in sizes.keys().filter(|path| path.ends_with(".js")) {
        add(files, "index.html", script, &mut BTreeSet::new());
    }
    // The heaviest page of each kind.
    let mut kinds = BTreeMap::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = String::from_utf8_lossy(bytes);
        let kind = kind(&page).unwrap_or("redirect");
        let parts = loaded(files, path);
        let weight: usize = parts.iter().map(|part| sizes[&**part]).sum();
        let heaviest = kinds.entry(kind.to_owned()).or_insert((0, path, BTreeSet::new()));
        if weight > heaviest.0 {
            *heaviest = (weight, path, parts);
        }
    }
    for (kind, (weight, path, parts)) in &kinds {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| format!("{} {}", part.trim_start_matches("assets/"), sizes[&**part]))
            .collect();
        println!("{weight:>6}  {kind:<16} {path}: {}", parts.join(", "));
    }
    assert!(kinds.len() > 20, "{:?}", kinds.keys());
    assert!(kinds["lead"].2.contains("assets/parts.js"), "imports of modules are counted");
    for (kind, (weight, path, parts)) in kinds {
        assert!(kind == "redirect" || parts.contains("assets/rolebook.js"), "{path}");
        let most = if TOOLS.contains(&&*kind) { MOST_OF_TOOLS } else { MOST };
        assert!(weight <= most, "{kind}: {path} loads {weight} bytes");
    }
}

/// Counts layout shifts and violations of the policy.
const WATCH: &str = "
window.moved = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => moved.push(
  `${entry.value}: ${entry.sources.map(({ node }) => (node?.outerHTML ?? node?.data)?.slice(0, 200))}`,
))).observe({ type: 'layout-shift', buffered: true });
window.refused = [];
addEventListener('securitypolicyviolation', (event) => refused.push(event.blockedURI));
";

/// Scrolls at the pace of a reader.
const SCROLL: &str = "(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const part = document.querySelector('.rb-assessment');
  const coming = () => part && part.getBoundingClientRect().top < 2 * innerHeight && !part.querySelector('.rb-chosen');
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo(0, y);
    do await frame(); while (coming());
  }
  return !part || !!part.querySelector('.rb-chosen');
})()";

/// Faults in the behaviour of a page while it is scrolled from start to end.
fn wrong(browser: &mut Browser, tab: &Tab, url: &str, width: u32) -> Vec<String> {
    browser.resize(tab, width, 800);
    browser.wait(tab, &format!("innerWidth === {width}"));
    browser.go(tab, url);
    assert_eq!(browser.run(tab, SCROLL), true, "{url} at {width}");
    let elsewhere = "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.startsWith(location.origin))";
    let faults = browser.run(tab, &format!("[...moved, ...refused, ...{elsewhere}]"));
    faults.as_array().unwrap().iter().map(|what| format!("{url} at {width}: {what}")).collect()
}

#[test(needs(Browser))]
fn pages_shift_nothing_and_request_no_other_host() {
    let mut browser = Browser::start();
    let host = Host::of(handbook(), "/");
    let tab = browser.open("about:blank");
    browser.call(Some(&tab), "Page.enable", &json!({}));
    browser.call(Some(&tab), "Page.addScriptToEvaluateOnNewDocument", &json!({"source": WATCH}));
    browser.call(Some(&tab), "Page.bringToFront", &json!({}));
    let mut faults = Vec::new();
    for width in [360, 1280] {
        for path in [
            "",
            "groups/sig-node/",
            "groups/sig-node/chair/",
            "checklists/chair/",
            "governance/sig-governance/",
        ] {
            assert!(handbook().contains_key(&format!("{path}index.html")), "{path}");
            faults.extend(wrong(&mut browser, &tab, &format!("{}{path}", host.site()), width));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(*host.missed.lock().unwrap(), Vec::<String>::new());
}

/// Position of the site's title in the header, with and without the rest of the header.
const TITLE: &str = "(() => {
  const title = document.querySelector('.rb-brand span');
  const place = () => { const { x, y, height } = title.getBoundingClientRect(); return [x, y, height]; };
  const whole = place();
  title.parentElement.parentElement.replaceChildren(title.parentElement);
  return [whole, place()];
})()";

#[test(needs(Browser))]
fn the_title_does_not_move_while_the_header_loads() {
    let mut browser = Browser::start();
    let host = Host::of(handbook(), "/");
    let tab = browser.open("about:blank");
    for width in [320, 360, 640, 768, 1280] {
        browser.resize(&tab, width, 800);
        browser.wait(&tab, &format!("innerWidth === {width}"));
        browser.go(&tab, &host.site());
        let places = browser.run(&tab, TITLE);
        for (whole, part) in places[0].as_array().unwrap().iter().zip(places[1].as_array().unwrap()) {
            // Browsers ignore shifts of less than three pixels.
            assert!((whole.as_f64().unwrap() - part.as_f64().unwrap()).abs() < 1.0, "{places} at {width}");
        }
    }
}
