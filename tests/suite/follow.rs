//! References followed in a browser. Where each has to lead is what `tests/independent/references.py` reads
//! in the documents; what the program says of them is not asked. `ROLEBOOK_SEED` repeats a run, `ROLEBOOK_SLOW=1` follows
//! two hundred references, and `ROLEBOOK_REFERENCES` sets how many.

use std::collections::{BTreeMap, HashMap};
use std::process::Stdio;

use fastrand::Rng;
use serde::Deserialize;
use serde_json::Value;

use crate::browser::{Browser, Tab};
use crate::community::{handbook, independent_reader};
use crate::harness::note;
use crate::host::Host;
use crate::support::{count, is_slow, seed, snapshot, until};

/// Enough for each of the styles.
const REFERENCES: usize = 60;
const SLOW_REFERENCES: usize = 200;

/// Where the site is on its host.
const BASE: &str = "/handbook/";

/// Styles that every draw holds.
const STYLES: &[&str] = &[
    // How a reference is written,
    "inline",
    "reference",
    "autolink",
    "bare",
    "HTML",
    "picture, inline",
    "picture, reference",
    "picture, HTML",
    "percent-encoded",
    // where,
    "in a heading",
    "in a list",
    "in a quotation",
    "in a table",
    // by which address,
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
    // and to what.
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

/// A document as the independent reader sees it.
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
    /// Without it there is nothing that could be followed.
    expected: Option<Expected>,
}

/// What is found by whoever follows a reference.
#[derive(Deserialize)]
#[serde(untagged)]
enum Expected {
    /// A page of the site, and a place in it by the heading that it is under.
    Page { page: String, title: String, place: Option<String>, section: Option<String> },
    /// A picture; that of an empty file cannot be seen.
    Picture { picture: String, empty: bool },
    /// An address outside the site, as the page has to write it.
    Address { address: String },
}

/// A reference, and which it is among those of its page that look the same.
struct Reference<'a> {
    document: &'a Document,
    link: &'a Link,
    index: usize,
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn references(documents: &[Document]) -> Vec<Reference<'_>> {
    let mut references = Vec::new();
    for document in documents {
        let mut seen: HashMap<_, usize> = HashMap::new();
        for link in &document.links {
            let known = seen.entry((&link.tag, words(&link.text))).or_default();
            references.push(Reference { document, link, index: *known });
            *known += usize::from(link.expected.is_some());
        }
    }
    references
}

/// Draws at random, each time one in the style that was drawn least, so that rare styles are among them.
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

/// The links and pictures that the document wrote itself, in order.
const OWN: &str = "[...document.querySelectorAll('h1 a[href], h1 img, .rb-prose a[href], .rb-prose img')]\
    .filter(element => !element.matches('.rb-anchor, .rb-cites, .rb-term, .rb-key'))";

/// Where the browser is: the page, its title, the place in it and the heading that this is under.
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

/// Whether the reader sees the place that was asked for.
const IN_VIEW: &str = "(() => {
    const place = document.querySelector(':target').getBoundingClientRect();
    return place.bottom >= 0 && place.top < innerHeight;
})()";

/// A reader with a browser.
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

    /// Opens the page of a reference, follows it, and says what is wrong.
    fn follow(&mut self, reference: &Reference) -> Result<(), String> {
        let Reference { document, link, index } = reference;
        let page = format!("{}community/{}", self.site, rolebook::url::encode_path(&document.page));
        if self.run("location.href") != page {
            self.browser.go(&self.tab, &page);
        }
        let own = self
            .run(&format!("{OWN}.map(element => [element.localName, element.alt ?? element.textContent])"));
        let alike = own.as_array().unwrap().iter().enumerate().filter(|(_, known)| {
            known[0] == *link.tag && words(known[1].as_str().unwrap()) == words(&link.text)
        });
        let mut alike = alike.map(|(at, _)| at).skip(*index);
        let Some(expected) = &link.expected else {
            let others = document.links.iter().filter(|other| {
                other.expected.is_some() && (&other.tag, words(&other.text)) == (&link.tag, words(&link.text))
            });
            let others = others.count() - index;
            let linked = alike.count();
            return equal("links with this text that lead somewhere", &linked, &others);
        };
        let element = format!("{OWN}[{}]", alike.next().ok_or("not on the page")?);
        match (expected, link.tag.as_str()) {
            (Expected::Address { address }, tag) => {
                let name = if tag == "img" { "src" } else { "href" };
                let written = self.run(&format!("{element}.getAttribute('{name}')"));
                equal("address", &written.as_str(), &Some(address.as_str()))
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
                let text = |name: &str| here[name].as_str().map(words);
                equal("path", &text("path"), &Some(format!("{BASE}community/{page}")))?;
                equal("title", &text("title"), &Some(words(title)))?;
                let hash = text("hash").unwrap_or_default().to_lowercase();
                equal("place", &hash.as_str(), &place.as_deref().unwrap_or_default())?;
                equal("section", &text("section"), &section.as_deref().map(words))?;
                if place.is_some() { self.until(IN_VIEW) } else { Ok(()) }
            }
        }
    }

    fn click(&mut self, element: &str) -> Result<(), String> {
        let address = self.run(&format!("{element}.href"));
        if !address.as_str().is_some_and(|address| address.starts_with(&self.site)) {
            return Err(format!("leads out of the site, to {address}"));
        }
        // A page that was there before has a mark, unless only the place in it changes.
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

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?} instead of {expected:?}")) }
}

#[test(needs(Browser, Snapshot, Python("markdown_it")))]
fn references_lead_to_what_an_independent_reader_expects() {
    let data = snapshot();
    let mut browser = Browser::start();
    let seed = seed(20_261_128);
    let count = count("ROLEBOOK_REFERENCES", if is_slow() { SLOW_REFERENCES } else { REFERENCES });
    let output = independent_reader("list", &data.join("community"), Stdio::null());
    let documents: Vec<Document> = serde_json::from_slice(&output.stdout).unwrap();
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
