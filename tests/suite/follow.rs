//! Follows references in a browser. `tests/independent/references.py` reads from the documents where each must lead,
//! independently of rolebook. `ROLEBOOK_SEED` repeats a run, `ROLEBOOK_SLOW=1` follows two hundred references, and
//! `ROLEBOOK_REFERENCES` sets the number.

use std::collections::{BTreeMap, HashMap};

use fastrand::Rng;
use serde::Deserialize;
use serde_json::Value;

use crate::browser::{Browser, Tab};
use crate::community::{handbook, independent_reading};
use crate::harness::note;
use crate::host::Host;
use crate::support::{count, is_slow, seed, until};

/// Enough references for every style.
const REFERENCES: usize = 30;
const SLOW_REFERENCES: usize = 200;

/// The path of the site on its host.
const BASE: &str = "/handbook/";

/// Styles that every sample contains.
const STYLES: &[&str] = &[
    // Syntax,
    "inline",
    "reference",
    "autolink",
    "bare",
    "HTML",
    "picture, inline",
    "picture, reference",
    "picture, HTML",
    "percent-encoded",
    // position,
    "in a heading",
    "in a list",
    "in a quotation",
    "in a table",
    // address,
    "relative",
    "root-absolute",
    "this page",
    "git.k8s.io/community/",
    "github.com/kubernetes/community/blob/main/",
    "github.com/kubernetes/community/blob/master/",
    "github.com/kubernetes/community/tree/main/",
    "github.com/kubernetes/community/tree/master/",
    "pinned",
    "repository root",
    "elsewhere",
    "other scheme",
    // and target.
    "document",
    "heading",
    "repeated heading",
    "named place",
    "place in another case",
    "folder with README",
    "folder without README",
    "folder of files",
    "file",
    "line of a file",
    "picture",
    "missing document",
    "missing place",
    "path in another case",
    "malformed",
];

/// A document as read independently.
#[derive(Deserialize)]
struct Document {
    path: String,
    page: String,
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Link {
    line: usize,
    tag: String,
    written: String,
    text: String,
    styles: Vec<String>,
    /// `None` for a reference that cannot be followed.
    expected: Option<Expected>,
}

/// The expected result of following a reference.
#[derive(Deserialize)]
#[serde(untagged)]
enum Expected {
    /// A page of the site, and an anchor on it with the heading of its section.
    Page { page: String, title: String, place: Option<String>, section: Option<String> },
    /// A picture. An empty file cannot be rendered.
    Picture { picture: String, empty: bool },
    /// An address outside the site, as it is on the page.
    Address { address: String },
}

/// A reference with its index among identical ones in its document.
struct Reference<'a> {
    document: &'a Document,
    link: &'a Link,
    index: usize,
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn references(documents: &[Document]) -> Vec<Reference<'_>> {
    let mut references = Vec::new();
    for document in documents {
        let mut seen: HashMap<_, usize> = HashMap::new();
        for link in &document.links {
            let count = seen.entry((&link.tag, collapsed(&link.text))).or_default();
            references.push(Reference { document, link, index: *count });
            *count += usize::from(link.expected.is_some());
        }
    }
    references
}

/// Draws a random sample. Each draw takes the least drawn style, so that rare styles are included.
fn draw<'a>(references: Vec<Reference<'a>>, number: usize, random: &mut Rng) -> Vec<Reference<'a>> {
    let mut left: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, reference) in references.iter().enumerate() {
        for style in &reference.link.styles {
            left.entry(style).or_default().push(index);
        }
    }
    left.values_mut().for_each(|indices| random.shuffle(indices));
    let mut drawn: BTreeMap<usize, Reference> = BTreeMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut references: Vec<_> = references.into_iter().map(Some).collect();
    while drawn.len() < number {
        let least = left.iter().filter(|(_, indices)| !indices.is_empty()).map(|(style, _)| *style);
        let Some(style) = least.min_by_key(|style| counts.get(style).copied().unwrap_or(0)) else { break };
        let Some(index) = left.get_mut(style).and_then(Vec::pop) else { break };
        let Some(reference) = references[index].take() else { continue };
        for style in &reference.link.styles {
            *counts.entry(style).or_default() += 1;
        }
        drawn.insert(index, reference);
    }
    drawn.into_values().collect()
}

/// The links and pictures of the document's text, in order.
const OWN: &str = "[...document.querySelectorAll('h1 a[href], h1 img, .rb-prose a[href], .rb-prose img')]\
    .filter(element => !element.matches('.rb-anchor, .rb-cites, .rb-term, .rb-key'))";

/// The current page: its path and title, the anchor, and the heading of the anchor's section.
const HERE: &str = "(() => {
    const text = heading => {
        const copy = heading.cloneNode(true);
        copy.querySelectorAll('.rb-anchor, .rb-cites').forEach(addition => addition.remove());
        return copy.textContent;
    };
    const place = document.querySelector(':target');
    const headings = place ? [...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')] : [];
    const before = headings.filter(heading =>
        heading === place || heading.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING);
    return {
        path: decodeURIComponent(location.pathname),
        title: text(document.querySelector('main h1')),
        hash: decodeURIComponent(location.hash.slice(1)),
        section: place && text(before.pop()),
    };
})()";

/// True if the target anchor is in view.
const IN_VIEW: &str = "(() => {
    const place = document.querySelector(':target').getBoundingClientRect();
    return place.bottom >= 0 && place.top < innerHeight;
})()";

/// A browser that follows references.
struct Reader {
    browser: Browser,
    tab: Tab,
    site: String,
}

impl Reader {
    fn run(&mut self, expression: &str) -> Value {
        self.browser.run(&self.tab, expression)
    }

    fn until(&mut self, expression: &str) -> Result<(), String> {
        until(|| (self.run(expression) == true).then_some(()))
            .ok_or_else(|| format!("never `{expression}` at {}", self.run("location.href")))
    }

    /// Opens the page of a reference and follows it. Returns an error if the result is not as expected.
    fn follow(&mut self, reference: &Reference) -> Result<(), String> {
        let Reference { document, link, index } = reference;
        let page = format!("{}community/{}", self.site, rolebook::url::encode_path(&document.page));
        if self.run("location.href") != page {
            self.browser.go(&self.tab, &page);
        }
        let own = self
            .run(&format!("{OWN}.map(element => [element.localName, element.alt ?? element.textContent])"));
        let alike = own.as_array().unwrap().iter().enumerate().filter(|(_, element_text)| {
            element_text[0] == *link.tag
                && collapsed(element_text[1].as_str().unwrap()) == collapsed(&link.text)
        });
        let mut alike = alike.map(|(at, _)| at).skip(*index);
        let Some(expected) = &link.expected else {
            let others = document.links.iter().filter(|other| {
                other.expected.is_some()
                    && (&other.tag, collapsed(&other.text)) == (&link.tag, collapsed(&link.text))
            });
            let others = others.count() - index;
            let linked = alike.count();
            return equal("links with this text that lead somewhere", &linked, &others);
        };
        let element = format!("{OWN}[{}]", alike.next().ok_or("not on the page")?);
        match (expected, link.tag.as_str()) {
            (Expected::Address { address }, tag) => {
                let name = if tag == "img" { "src" } else { "href" };
                let address_on_page = self.run(&format!("{element}.getAttribute('{name}')"));
                equal("address", &address_on_page.as_str(), &Some(address.as_str()))
            }
            (Expected::Picture { picture, empty }, "img") => self.look_at(&element, picture, *empty),
            (Expected::Picture { picture, empty }, _) => {
                self.click(&element)?;
                let path = self.run("decodeURIComponent(location.pathname)");
                equal("path", &path.as_str(), &Some(&format!("{BASE}community/{picture}")))?;
                self.look_at("Object.assign(new Image(), { src: location.href })", picture, *empty)
            }
            (Expected::Page { .. }, "img") => Err("a page is no picture".to_owned()),
            (Expected::Page { page, title, place, section }, _) => {
                self.click(&element)?;
                let here = self.run(HERE);
                let text = |name: &str| here[name].as_str().map(collapsed);
                equal("path", &text("path"), &Some(format!("{BASE}community/{page}")))?;
                equal("title", &text("title"), &Some(collapsed(title)))?;
                let hash = text("hash").unwrap_or_default().to_lowercase();
                equal("place", &hash.as_str(), &place.as_deref().unwrap_or_default())?;
                equal("section", &text("section"), &section.as_deref().map(collapsed))?;
                if place.is_some() { self.until(IN_VIEW) } else { Ok(()) }
            }
        }
    }

    fn click(&mut self, element: &str) -> Result<(), String> {
        let address = self.run(&format!("{element}.href"));
        if !address.as_str().is_some_and(|address| address.starts_with(&self.site)) {
            return Err(format!("leads out of the site, to {address}"));
        }
        // A mark on the window shows whether a new page was loaded; a change of the fragment alone loads none.
        self.run(&format!(
            "(element => {{
                const within = element.hash && element.href.split('#')[0] === location.href.split('#')[0];
                window.before = !within;
                element.click();
            }})({element})"
        ));
        self.until(&format!(
            "!window.before && document.readyState === 'complete' && location.href === {address}"
        ))
    }

    fn look_at(&mut self, image: &str, path: &str, empty: bool) -> Result<(), String> {
        self.run(&format!("window.shown = {image}; shown.scrollIntoView({{ behavior: 'instant' }})"));
        self.until("shown.complete")?;
        let seen = self.run("[decodeURIComponent(new URL(shown.src).pathname), shown.naturalWidth]");
        equal("path", &seen[0].as_str(), &Some(&format!("{BASE}community/{path}")))?;
        equal("visible", &(seen[1].as_u64() > Some(0)), &!empty)
    }
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, actual: &T, expected: &T) -> Result<(), String> {
    if actual == expected { Ok(()) } else { Err(format!("{what}: {actual:?} instead of {expected:?}")) }
}

#[test(needs(Browser, Snapshot, Python("markdown_it")))]
fn references_lead_to_what_an_independent_reader_expects() {
    let mut browser = Browser::start();
    let seed = seed(20_261_128);
    let count = count("ROLEBOOK_REFERENCES", if is_slow() { SLOW_REFERENCES } else { REFERENCES });
    let documents = Vec::<Document>::deserialize(&independent_reading()["documents"]).unwrap();
    let drawn = draw(references(&documents), count, &mut Rng::with_seed(seed));
    let mut styles: BTreeMap<&str, usize> = BTreeMap::new();
    for style in drawn.iter().flat_map(|reference| &reference.link.styles) {
        *styles.entry(style).or_default() += 1;
    }
    let absent: Vec<_> = STYLES.iter().filter(|style| !styles.contains_key(**style)).collect();
    assert_eq!(absent, [] as [&&str; 0], "no references of these styles");

    let host = Host::of(handbook(), BASE);
    let tab = browser.open(&host.site());
    let mut reader = Reader { browser, tab, site: host.site() };
    let mut wrong = Vec::new();
    for reference in &drawn {
        if let Err(error) = reader.follow(reference) {
            let (document, link) = (reference.document, reference.link);
            wrong.push(format!(
                "{}:{}: {} {:?}: {error}",
                document.path, link.line, link.written, link.styles
            ));
        }
    }
    for (style, count) in &styles {
        note(format!("{count:5} {style}"));
    }
    note(format!("{} followed", drawn.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(*host.missed.lock().unwrap(), [] as [String; 0]);
}
