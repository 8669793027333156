//! Lead pages, checklists and procedures in a real browser.

use std::process::Command;
use std::sync::LazyLock;

use rolebook::engine::{Contents, Overrides};
use serde_json::{Value, json};

use crate::browser::{Browser, Tab};
use crate::host::Host;
use crate::support::{TestSite, built_with, project};

const BASE: &str = "/deep/handbook/";

const CHECKLIST: &str = r#"title = "New chair"
role = "chair"
[[items]]
id = "read"
phase = "before"
text = "Read the [charter]({group.charter}) and *the rules*_2 in `a_b`."
done = "You know [them](/rules.md#chair)."
refs = ["/rules.md#chair"]
[[items]]
id = "brush"
phase = "day-1"
text = "Take a brush."
[[items]]
id = "bucket"
phase = "day-1"
text = "Take a bucket."
[[items]]
id = "wall"
title = "Find a wall"
phase = "week-1"
text = "Any wall of {group.name} will do."
[[items]]
id = "coat"
phase = "month-1"
text = "Paint the first coat."
[[items]]
id = "dry"
phase = "ongoing"
every = "week"
text = "Watch it dry."
"#;

const CHANGE: &str = r#"title = "Change of chairs"
for_group = true
for_groups = ["sig"]
[[items]]
id = "announce"
phase = "before"
text = "Send the announcement."
[[letters]]
id = "announcement"
title = "Announcement"
to = "paint@painters.example"
cc = "all@painters.example"
subject = "{blank.nominee} for {group.name}"
text = """
Hello,

{blank.nominee} & nobody else; object by {blank.deadline}.
"""
[[letters.blanks]]
id = "nominee"
label = "Who is proposed"
example = "name and handle"
[[letters.blanks]]
id = "deadline"
label = "Deadline"
example = "a day"
[[letters]]
id = "thanks"
title = "Thanks"
to = "paint@painters.example"
subject = "Thanks"
text = "Welcome, {blank.nominee}!"
[[letters.blanks]]
id = "nominee"
label = "Who is proposed"
example = "name and handle"
"#;

/// Helpers for tests, and a fixed clock.
const HELP: &str = r#"
const Clock = Date;
Date = class extends Clock {
  constructor(...parts) { parts.length ? super(...parts) : super("2026-03-01T12:00:00Z"); }
  static now() { return new Clock("2026-03-01T12:00:00Z").getTime(); }
};
window.find = (label, root = document) =>
  [...root.querySelectorAll("button, a")].find((element) => element.textContent === label && !element.closest("[hidden]:not([hidden=until-found])"));
// Opens the folded parts around an element, as find-in-page does.
window.unfold = (element) => {
  for (let part = element; part; part = part.parentElement) {
    if (part.hidden === "until-found") part.dispatchEvent(new Event("beforematch"));
  }
  return element;
};
window.press = (label, root) => unfold(find(label, root)).click();
window.item = (id) => document.querySelector(`[data-item="${id}"]`);
window.tick = (id) => item(id).querySelector("input").click();
window.put = (element, value) => {
  element.value = value;
  ["input", "change"].forEach((kind) => element.dispatchEvent(new Event(kind, { bubbles: true })));
};
window.note = (id, text) => {
  press("Add note", item(id));
  put(item(id).querySelector("textarea"), text);
  press("Close note", item(id));
};
window.give = (root, text, name = "file.json") => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const input = root.querySelector("input[type=file]");
  input.files = files.files;
  input.dispatchEvent(new Event("change"));
};
window.made = [];
const url = URL.createObjectURL;
URL.createObjectURL = (blob) => { made.push(blob); return url.call(URL, blob); };
window.exported = async (root) => {
  const before = made.length;
  press("Export", root);
  while (made.length === before) await new Promise((done) => setTimeout(done, 5));
  return made.at(-1).text();
};
window.opened = [];
window.open = (address) => opened.push(address);
window.list = () => document.querySelector(".rb-checklist");
window.skills = () => document.querySelector(".rb-assessment");
window.total = () => document.querySelector(".rb-share b, .rb-progress").textContent;
window.steps = () => [...document.querySelectorAll(".rb-next-steps li b")].map((step) => step.textContent);
window.standing = () => [...document.querySelectorAll("[data-skill]")].map((row) =>
  [row.dataset.name, row.querySelector(".rb-chosen select").ariaLabel.match(/\((.*)\)/)[1], row.querySelector(".rb-dumbbell").dataset.own ?? "-"].join(": "));
window.states = () => [...document.querySelectorAll(".rb-state")].map((state) => [...state.querySelectorAll("span, b")].map((part) => part.textContent).join(" | "));
window.says = (root) => root.querySelector(".rb-says").textContent;
window.kept = () => JSON.parse(localStorage.getItem("rolebook:/deep/handbook/:checklist:sig-paint:chair"));
"#;

const DATED: &str = "!!document.querySelector('.rb-due')";

/// The sample site.
fn painters() -> TestSite {
    let site = TestSite::copy(&project().join("tests/sites/miniature"));
    let config = std::fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("new_issue = \"https://issues.example/new?labels=lead\"\n{config}"));
    site.file("content/checklists/chair.toml", CHECKLIST).file("content/checklists/change.toml", CHANGE);
    let mut skills = String::from("name = \"Craft\"\n");
    for (id, name) in [("mixing", "Mixing"), ("drying", "Drying"), ("stirring", "Stirring")] {
        skills += &format!("[[skills]]\nid = \"{id}\"\nname = \"{name}\"\ndescription = \"{name} it.\"\n");
        for (level, level_name) in [(1, "Learning"), (2, "Practising"), (3, "Leading")] {
            skills += &format!(
                "[[skills.levels]]\nlevel = {level}\nname = \"{level_name}\"\ndescription = \"Sees {level}.\"\ngrow = \"{name} **beyond** {level}.\"\n"
            );
        }
    }
    site.file("content/skills/craft.toml", skills);
    let role = std::fs::read_to_string(site.path().join("content/roles/chair.md")).unwrap();
    let role = role.replace("{ mixing = 2 }", "{ mixing = 2, drying = 3, stirring = 1 }");
    site.file("content/roles/chair.md", role);
    site
}

/// Builds a site in its folder, for tests that change it.
fn build(site: &TestSite) {
    site.run(&["build", "--base-url", &format!("https://example.org{BASE}")]).fine();
}

/// The files of the sample site, built once for all tests.
static PAINTERS: LazyLock<Contents> = LazyLock::new(|| {
    let base_url = Some(format!("https://example.org{BASE}"));
    built_with(painters().path(), &Overrides { base_url, ..Overrides::default() })
});

struct Reader {
    address: String,
    browser: Browser,
    tab: Tab,
}

impl Reader {
    /// Opens a browser on the sample site.
    fn start() -> Self {
        Self::at(Host::of(&PAINTERS, BASE).site())
    }

    /// Opens a browser on the site at an address.
    fn at(address: String) -> Self {
        let mut browser = Browser::start();
        let tab = browser.open("about:blank");
        browser.call(Some(&tab), "Page.enable", &json!({}));
        browser.call(Some(&tab), "Page.addScriptToEvaluateOnNewDocument", &json!({"source": HELP}));
        Self { address, browser, tab }
    }

    /// Opens a browser on a site built in its folder.
    fn beside(site: &TestSite) -> Self {
        Self::at(Host::start(site.path().join("public"), BASE).site())
    }

    fn go(&mut self, path: &str) {
        let url = format!("{}{path}", self.address);
        self.browser.run(&self.tab, "window.left = true");
        self.browser.call(Some(&self.tab), "Page.navigate", &json!({"url": url}));
        self.browser.wait(&self.tab, "!window.left && document.readyState === 'complete'");
        // Stored progress appears with the list.
        self.browser.wait(&self.tab, "!list() || list().classList.contains('rb-tracked')");
    }

    fn screen(&mut self, width: u32, height: u32) {
        self.browser.resize(&self.tab, width, height);
    }

    fn chair(&mut self) {
        self.go("groups/sig-paint/chair/");
    }

    /// Scrolls to the self-assessment.
    fn skills(&mut self) {
        self.run("skills().scrollIntoView()");
        self.wait("!!skills().querySelector('.rb-chosen')");
    }

    fn run(&mut self, expression: &str) -> Value {
        self.browser.run(&self.tab, expression)
    }

    #[track_caller]
    fn wait(&mut self, expression: &str) {
        self.browser.wait(&self.tab, expression);
    }

    fn text(&mut self, expression: &str) -> String {
        let value = self.run(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression}: {value}")).to_owned()
    }

    /// Selects a file for import, and returns the page's message.
    fn import(&mut self, root: &str, text: &str) -> String {
        self.run(&format!(
            "{root}.querySelector('.rb-says').textContent = ''; give({root}, {})",
            json!(text)
        ));
        self.wait(&format!("says({root}) !== '' || !!document.querySelector('dialog')"));
        self.text(&format!("says({root})"))
    }

    fn answer(&mut self, label: &str) {
        self.wait("document.querySelector('dialog')?.open === true");
        self.run(&format!("press('{label}', document.querySelector('dialog'))"));
        self.wait("document.querySelector('dialog') === null");
    }

    fn key(&mut self, key: &str, code: u32, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({"type": kind, "key": key, "windowsVirtualKeyCode": code});
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = json!(text);
            }
            self.browser.call(Some(&self.tab), "Input.dispatchKeyEvent", &event);
        }
    }
}

/// Stored progress is loaded after the browser has scrolled to the fragment, and adds a button to each item.
#[test(needs(Browser))]
fn fragments_work_with_stored_progress() {
    let mut reader = Reader::start();
    reader.screen(360, 300);
    reader.chair();
    let last = reader.text("[...document.querySelectorAll('[data-item]')].at(-1).id");
    reader.run("tick('brush')");
    for place in [last.as_str(), "rb-skills"] {
        reader.go("");
        reader.go(&format!("groups/sig-paint/chair/#{place}"));
        let top = format!("document.getElementById('{place}').getBoundingClientRect().top");
        reader.wait(&format!("{top} >= 0 && {top} < 200"));
    }
}

#[test(needs(Browser))]
fn progress_is_stored() {
    let mut reader = Reader::start();
    reader.chair();
    assert_eq!(reader.text("total()"), "0 of 6 done");
    reader.run("tick('brush'); tick('stir'); note('wall', 'Behind the *shed*.\\nAsk Ann.')");
    for _ in 0..2 {
        assert_eq!(reader.text("total()"), "2 of 6 done");
        let states = json!(["0 of 1 done", "2 of 3 done", "0 of 1 done", "0 of 1 done"]);
        assert_eq!(reader.run("states()"), states);
        assert_eq!(reader.run("item('brush').querySelector('input').checked"), true);
        assert_eq!(
            reader.text("item('wall').querySelector('.rb-own-note').textContent"),
            "Behind the *shed*.\nAsk Ann."
        );
        assert_eq!(
            reader.run("[...document.querySelectorAll('.rb-state > progress')].map((bar) => `${bar.value}/${bar.max} ${bar.ariaLabel}`)"),
            json!(["0/1 0 of 1 done", "2/3 2 of 3 done", "0/1 0 of 1 done", "0/1 0 of 1 done"])
        );
        reader.chair();
    }
    assert_eq!(
        reader.text("document.querySelector('.rb-share [role=status]').textContent"),
        "2 of 6 done",
        "announced"
    );
    // The general checklist has progress of its own.
    reader.go("checklists/chair/");
    assert_eq!(reader.text("total()"), "0 of 6 done");
    reader.chair();
    reader.run("tick('brush'); tick('stir'); press('Edit note', item('wall')); put(item('wall').querySelector('textarea'), '')");
    assert_eq!(reader.run("localStorage.length"), 0, "an empty checklist is not stored");
}

#[test(needs(Browser))]
fn old_progress_is_migrated_once() {
    let mut reader = Reader::start();
    reader.chair();
    reader.run(
        "const old = 'rolebook:checklist:sig-paint:chair:'; localStorage.setItem(old + 'brush', '1'); \
         localStorage.setItem(old + 'varnish', '1'); localStorage.setItem('rolebook:role', 'Chair')",
    );
    reader.chair();
    assert_eq!(reader.text("total()"), "1 of 6 done");
    assert_eq!(
        reader.run("Object.keys(localStorage).sort()"),
        json!([
            "rolebook:/deep/handbook/:checklist:sig-paint:chair",
            "rolebook:/deep/handbook/:last",
            "rolebook:/deep/handbook/:taken:checklist:sig-paint:chair",
            "rolebook:checklist:sig-paint:chair:brush",
            "rolebook:checklist:sig-paint:chair:varnish",
            "rolebook:role"
        ]),
        "entries without a base path may belong to another handbook"
    );
    assert!(reader.text("document.querySelector('.rb-gone').textContent").contains("varnish"));
    reader.run("tick('brush')");
    reader.chair();
    assert_eq!(reader.text("total()"), "0 of 6 done");
    // Cleared progress does not come back.
    reader.run("press('Reset')");
    reader.answer("Reset");
    reader.chair();
    assert_eq!(reader.run("document.querySelector('.rb-gone:not([hidden])') === null"), true);
}

#[test(needs(Browser))]
fn handbooks_on_one_origin_have_separate_progress() {
    let (folder, page) = (TestSite::new(&[]), "groups/sig-paint/chair/");
    let places = ["", "one/", "two/deep/"];
    for place in places {
        PAINTERS.iter().for_each(|(path, bytes)| {
            folder.file(&format!("{place}{path}"), bytes);
        });
    }
    let mut reader = Reader::at(Host::start(folder.path().to_owned(), "/").site());
    reader.go(page);
    reader.run(
        "localStorage.setItem('rolebook:checklist:sig-paint:chair', JSON.stringify({ format: 'rolebook-checklist', \
         version: 1, key: 'sig-paint:chair', start: null, items: { wall: { done: true } }, own: [] }))",
    );
    for place in places {
        reader.go(&format!("{place}{page}"));
        assert_eq!(reader.text("total()"), "1 of 6 done", "progress under the former key, at /{place}");
    }
    reader.go(&format!("one/{page}"));
    reader.run("tick('brush')");
    reader.go(page);
    reader.run("tick('wall')");
    for (place, total) in places.into_iter().zip(["0 of 6 done", "2 of 6 done", "1 of 6 done"]) {
        reader.go(&format!("{place}{page}"));
        assert_eq!(reader.text("total()"), total, "at /{place}");
    }
}

#[test(needs(Browser))]
fn a_start_date_gives_phases_their_dates() {
    let mut reader = Reader::start();
    reader.chair();
    reader.run("tick('read'); put(document.querySelector('input[type=date]'), '2026-01-31')");
    reader.wait(DATED);
    for _ in 0..2 {
        assert_eq!(
            reader.run("states()"),
            json!([
                "1 of 1 done | by January 31, 2026",
                "0 of 3 done | on January 31, 2026 | Overdue",
                "0 of 1 done | by February 7, 2026 | Overdue",
                "0 of 1 done | by February 28, 2026 | Overdue",
            ])
        );
        assert_eq!(reader.text("total()"), "1 of 6 done, 3 phases overdue");
        reader.chair();
    }
    // Days are those of the reader's zone: it is noon of 1 March in London.
    for (zone, late) in [("Pacific/Kiritimati", true), ("America/Los_Angeles", false)] {
        reader.browser.call(Some(&reader.tab), "Emulation.setTimezoneOverride", &json!({"timezoneId": zone}));
        reader.chair();
        reader.run("put(document.querySelector('input[type=date]'), '2026-03-01')");
        reader.wait("states()[1].includes('March 1')");
        let states = reader.run("states()");
        assert_eq!(states[1].as_str().unwrap().contains("Overdue"), late, "{zone}: {states}");
    }
    reader.run("put(document.querySelector('input[type=date]'), '')");
    reader.wait("states()[1] === '0 of 3 done'");
}

#[test(needs(Browser))]
fn progress_can_be_exported_and_imported() {
    let mut reader = Reader::start();
    reader.chair();
    reader.run(
        "tick('brush'); note('wall', 'Behind the shed.'); \
         put(document.querySelector('input[type=date]'), '2026-05-04')",
    );
    let text = reader.text("exported(list())");
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        file,
        json!({
            "format": "rolebook-checklist", "version": 1, "key": "sig-paint:chair", "title": "SIG Paint · Chair",
            "start": "2026-05-04",
            "items": {
                "brush": {"done": true, "note": "", "text": "Take a brush"},
                "wall": {"done": false, "note": "Behind the shed.", "text": "Find a wall"},
            },
            "own": [],
        })
    );
    // Cancelling keeps everything; the dialog says what would be lost.
    reader.run("press('Reset')");
    reader.wait("document.querySelector('dialog')?.open === true");
    let question = reader.text("document.querySelector('dialog').textContent");
    assert!(question.contains("1 completed item, 1 note, and the start date May 4, 2026"), "{question}");
    assert_eq!(reader.text("document.activeElement.textContent"), "Cancel");
    reader.answer("Cancel");
    assert_eq!(reader.text("total()"), "1 of 6 done");
    reader.run("press('Reset')");
    reader.answer("Reset");
    assert_eq!(reader.text("total()"), "0 of 6 done");
    assert_eq!(reader.run("localStorage.length"), 0);
    assert_eq!(reader.run("find('Reset').disabled"), true);
    // An import into an empty list needs no confirmation.
    assert_eq!(reader.import("list()", &text), "Imported “file.json”.");
    assert_eq!(reader.run("kept()"), file);
    assert_eq!(reader.text("total()"), "1 of 6 done");
    assert_eq!(reader.text("document.querySelector('input[type=date]').value"), "2026-05-04");
    // An import into another list asks first.
    let mut other = file.clone();
    other["items"] = json!({"bucket": {"done": true}, "wall": {"done": false, "note": "Or the barn."}});
    other["start"] = json!("2027-01-01");
    reader.import("list()", &other.to_string());
    reader.answer("Cancel");
    assert_eq!(reader.run("kept()"), file);
    assert_eq!(reader.run("!!find('Reset') && !find('Reset').disabled"), true);
    reader.import("list()", &other.to_string());
    reader.answer("Merge");
    reader.wait("says(list()) === 'Merged “file.json”.'");
    assert_eq!(reader.text("total()"), "2 of 6 done");
    let kept = reader.run("kept()");
    assert_eq!(kept["start"], "2026-05-04");
    assert_eq!(kept["items"]["wall"]["note"], "Behind the shed.\nOr the barn.");
    reader.import("list()", &other.to_string());
    reader.answer("Replace");
    reader.wait("says(list()) === 'Imported “file.json”.'");
    assert_eq!(reader.text("total()"), "1 of 6 done");
    let kept = reader.run("kept()");
    assert_eq!(kept["start"], "2027-01-01");
    assert_eq!(kept["items"]["wall"]["note"], "Or the barn.");
}

#[test(needs(Browser))]
fn an_invalid_import_changes_nothing() {
    let mut reader = Reader::start();
    reader.chair();
    reader.run("tick('brush')");
    let good = reader.run("kept()");
    let with = |field: &str, value: Value| {
        let mut file = good.clone();
        file[field] = value;
        file.to_string()
    };
    let cases = [
        ("<html>".to_owned(), "not a JSON file"),
        ("[]".to_owned(), "not a checklist export"),
        (with("format", json!("rolebook-skills")), "not a checklist export"),
        (with("version", json!(2)), "has version 2, but this page reads version 1"),
        (with("key", json!("sig-ink:chair")), "belongs to another checklist: SIG Paint · Chair"),
        (with("start", json!("2026-02-30")), "damaged: the start date"),
        (with("items", json!({"brush": {"done": "yes"}})), "damaged: the item “brush”"),
        (with("items", json!([])), "damaged: the list of items"),
        (with("own", json!([{"id": "brush", "text": "x"}])), "damaged: a custom item"),
        (" ".repeat(1_000_001), "too large"),
    ];
    for (text, expected) in cases {
        let message = reader.import("list()", &text);
        assert!(
            message.contains(expected) && message.ends_with("No changes were made."),
            "{expected}: {message}"
        );
        assert_eq!(reader.run("kept()"), good);
        assert_eq!(reader.text("total()"), "1 of 6 done");
    }
    // Imported text never becomes markup.
    let odd =
        with("items", json!({"__proto__": {"done": true, "note": "<img src=x>", "text": "<b>bold</b>"}}));
    reader.import("list()", &odd);
    reader.answer("Replace");
    reader.wait("document.querySelector('.rb-gone').textContent.includes('<b>bold</b>')");
    assert_eq!(reader.run("document.querySelectorAll('.rb-gone b, .rb-gone img').length"), 0);
}

#[test(needs(Browser))]
fn progress_of_removed_items_is_kept() {
    let site = painters();
    build(&site);
    let mut reader = Reader::beside(&site);
    reader.chair();
    reader.run("tick('wall'); note('wall', 'Behind the shed.'); tick('coat'); tick('bucket'); note('dry', 'Slowly.')");
    let gone = CHECKLIST.replace("\"wall\"", "\"fence\"").replace("Find a wall", "Find a fence");
    site.file("content/checklists/chair.toml", gone.replace("Paint the first coat", "Paint it"));
    build(&site);
    reader.chair();
    assert_eq!(reader.text("total()"), "2 of 6 done", "items with changed texts stay ticked");
    let part = reader.text("document.querySelector('.rb-gone').textContent");
    for expected in ["Removed items", "Find a wall", "Done", "Behind the shed."] {
        assert!(part.contains(expected), "{expected}: {part}");
    }
    assert_eq!(
        reader.run("JSON.parse(localStorage.getItem('rolebook:/deep/handbook/:checklist:sig-paint:chair')).items.wall.text"),
        "Find a wall"
    );
    assert_eq!(
        reader.text("item('dry').querySelector('.rb-own-note').textContent"),
        "Slowly.",
        "items that recur take notes"
    );
    reader.run("press('Remove', document.querySelector('.rb-gone'))");
    assert_eq!(reader.text("document.activeElement.textContent"), "Start date, copy and print");
    assert_eq!(reader.run("document.querySelector('.rb-gone').hidden"), true);
    reader.chair();
    assert_eq!(reader.run("document.querySelector('.rb-gone').hidden"), true);
    assert_eq!(reader.text("total()"), "2 of 6 done");
}

#[test(needs(Browser))]
fn storage_may_be_blocked_or_corrupt() {
    let mut reader = Reader::start();
    reader.chair();
    reader.run("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; tick('brush')");
    assert!(reader.text("says(list())").contains("cannot save your entries"));
    reader.run("tick('bucket')");
    assert_eq!(reader.text("total()"), "2 of 6 done", "progress is kept until the page is closed");
    let exported: Value = serde_json::from_str(&reader.text("exported(list())")).unwrap();
    assert_eq!(exported["items"].as_object().unwrap().len(), 2);
    reader.chair();
    assert_eq!(reader.text("total()"), "0 of 6 done");
    reader.run(
        "localStorage.setItem('rolebook:/deep/handbook/:checklist:sig-paint:chair', '{\"version\": 9}')",
    );
    reader.chair();
    assert!(reader.text("says(list())").contains("cannot read your saved progress"));
    assert_eq!(
        reader.text("localStorage.getItem('rolebook:/deep/handbook/:unreadable:sig-paint:chair')"),
        "{\"version\": 9}"
    );
    reader.run("tick('brush')");
    reader.chair();
    assert_eq!(reader.text("total()"), "1 of 6 done");
}

#[test(needs(Browser))]
fn tabs_stay_in_sync() {
    let mut reader = Reader::start();
    reader.chair();
    let url = format!("{}groups/sig-paint/chair/", reader.address);
    let other = reader.browser.open(&url);
    reader.run("tick('brush')");
    reader.browser.wait(&other, "document.querySelector('.rb-share b').textContent === '1 of 6 done'");
    reader.browser.run(&other, "document.querySelector('[data-item=bucket] input').click()");
    reader.wait("total() === '2 of 6 done'");
}

const MARKDOWN: &str = "\
# SIG Paint · Chair

## Before you start

Due by March 10, 2026.

- [x] Read the [charter](https://example.org/blob/main/sig-paint/charter.md) and *the rules*_2 in `a_b`.
  Done when: You know [them](https://example.org/blob/main/rules.md#chair).
  References: [Rules § Chair](https://example.org/blob/main/rules.md#chair)

## Day 1

Due on March 10, 2026.

- [ ] Take a brush.
  Note: Ask Ann.
  Or not.
- [ ] Take a bucket.
- [ ] Stir in #sig-paint.

## Week 1

Due by March 17, 2026.

- [ ] **Find a wall.** Any wall of SIG Paint will do.

## First month

Due by April 10, 2026.

- [ ] Paint the first coat.

## Ongoing

- [ ] Watch it dry.
";

#[test(needs(Browser))]
fn the_list_is_copied_as_markdown() {
    let mut reader = Reader::start();
    reader.chair();
    reader.run(
        "tick('read'); note('brush', 'Ask Ann.\\nOr not.'); \
         put(document.querySelector('input[type=date]'), '2026-03-10')",
    );
    let refuse = "Object.defineProperty(navigator, 'clipboard', { value: { writeText: (text) => (window.clip = text, WHAT) } })";
    reader.run(&refuse.replace("WHAT", "Promise.reject(new DOMException('no', 'NotAllowedError'))"));
    reader.run("press('Copy as Markdown')");
    reader.wait("says(list()).includes('blocked copying')");
    assert_eq!(reader.text("document.querySelector('.rb-copy').value"), MARKDOWN);
    assert_eq!(reader.text("getSelection().toString()").trim_end(), MARKDOWN.trim_end(), "selected");
    reader.chair();
    reader.run(&refuse.replace("WHAT", "Promise.resolve()"));
    reader.run("press('Copy as Markdown')");
    reader.wait("says(list()) === 'Copied as Markdown.'");
    assert_eq!(reader.text("window.clip"), MARKDOWN);
}

#[test(needs(Browser))]
fn issues_have_the_fields_of_their_forge() {
    let site = painters();
    let config = std::fs::read_to_string(site.path().join("site.toml")).unwrap();
    let gitlab =
        config.replace("https://issues.example/new?labels=lead", "https://gitlab.com/g/p/-/issues/new");
    site.file("site.toml", gitlab);
    build(&site);
    let mut reader = Reader::beside(&site);
    reader.chair();
    reader.run("tick('read'); press('Open as issue')");
    reader.wait("opened.length === 1");
    let form = reader.run("[...new URL(opened[0]).searchParams]");
    assert_eq!(form[0], json!(["issue[title]", "SIG Paint · Chair"]));
    assert_eq!(form[1][0], "issue[description]");
}

#[test(needs(Browser))]
fn long_checklists_become_several_issues() {
    let site = painters();
    build(&site);
    let mut reader = Reader::beside(&site);
    reader.chair();
    reader.run("tick('read'); press('Open as issue')");
    reader.wait("opened.length === 1");
    let parameters = "[...new URL(ADDRESS).searchParams]";
    let form = reader.run(&parameters.replace("ADDRESS", "opened[0]"));
    assert_eq!(form[0], json!(["labels", "lead"]));
    assert_eq!(form[1], json!(["title", "SIG Paint · Chair"]));
    let body = form[2][1].as_str().unwrap();
    assert!(
        body.starts_with("## Before you start\n\n- [x] Read the [charter](https://example.org/"),
        "{body}"
    );
    assert!(body.ends_with("## Ongoing\n\n- [ ] Watch it dry.\n"), "{body}");
    // A long list with a note longer than any address can be.
    let mut long = CHECKLIST.to_owned();
    for number in 0..200 {
        long += &format!(
            "[[items]]\nid = \"spot-{number}\"\nphase = \"quarter-1\"\ntext = \"Paint spot number {number} & look at it for long.\"\n"
        );
    }
    site.file("content/checklists/chair.toml", long);
    build(&site);
    reader.chair();
    reader.run("note('spot-7', 'long '.repeat(3000)); press('Open as issue')");
    reader.wait("!!document.querySelector('.rb-parts')");
    assert_eq!(reader.run("opened.length"), 0);
    let links = reader
        .run("[...document.querySelectorAll('.rb-parts a')].map((link) => [link.textContent, link.href])");
    let links = links.as_array().unwrap();
    assert!(links.len() > 1, "{links:?}");
    let mut tasks = 0;
    for (index, link) in links.iter().enumerate() {
        assert_eq!(link[0], format!("SIG Paint · Chair (part {} of {})", index + 1, links.len()));
        assert!(link[1].as_str().unwrap().len() <= 8000, "{}", link[1]);
        let form = reader.run(&parameters.replace("ADDRESS", &link[1].to_string()));
        assert_eq!(form[1][1], link[0]);
        let body = form[2][1].as_str().unwrap();
        assert!(body.starts_with("## "), "{body}");
        tasks += body.matches("- [").count();
    }
    assert_eq!(tasks, 207, "the parts contain each item once");
    assert!(reader.text("document.activeElement.textContent").ends_with("(part 1 of 3)"));
}

#[test(needs(Browser))]
fn letters_are_filled_in_and_copied() {
    let mut reader = Reader::start();
    reader.go("groups/sig-paint/change/");
    reader.run(
        "window.letter = (id) => document.querySelector(`[data-letter=${id}]`); \
         window.blank = (name) => letter('announcement').querySelector(`[name=${name}]`); \
         Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.clip = text; } } }); \
         put(blank('nominee'), 'Bo & Co <@bo>')",
    );
    assert_eq!(
        reader.text("letter('announcement').querySelector('.rb-letter-subject').textContent"),
        "Bo & Co <@bo> for SIG Paint"
    );
    assert_eq!(
        reader.text("letter('thanks').querySelector('.rb-letter-text').textContent"),
        "Welcome, Bo & Co <@bo>!",
        "values apply to all texts"
    );
    let open =
        "[...letter('announcement').querySelectorAll('.rb-blank:not(.rb-filled)')].map((b) => b.textContent)";
    assert_eq!(reader.run(open), json!(["[a day]"]));
    reader.run("press('Copy text', letter('announcement'))");
    reader.wait("says(letter('announcement')).includes('Text copied.')");
    assert_eq!(reader.text("says(letter('announcement'))"), "Text copied. Still to fill in: Deadline.");
    assert_eq!(reader.text("window.clip"), "Hello,\n\nBo & Co <@bo> & nobody else; object by [a day].");
    reader.run("put(blank('deadline'), 'Friday'); press('Copy subject', letter('announcement'))");
    reader.wait("says(letter('announcement')) === 'Subject copied.'");
    assert_eq!(reader.text("window.clip"), "Bo & Co <@bo> for SIG Paint");
    let mail = reader.text("find('Open in email app', letter('announcement')).href");
    assert_eq!(mail.split_once("?").unwrap().0, "mailto:paint@painters.example",);
    let fields = reader.run(&format!("[...new URLSearchParams({}.split('?')[1])]", json!(mail)));
    assert_eq!(
        fields,
        json!([
            ["cc", "all@painters.example"],
            ["subject", "Bo & Co <@bo> for SIG Paint"],
            ["body", "Hello,\r\n\r\nBo & Co <@bo> & nobody else; object by Friday."],
        ])
    );
    // Enter submits nothing; the text survives a reload in the same session.
    reader.run("blank('deadline').focus()");
    reader.key("Enter", 13, "\r");
    reader.go("groups/sig-paint/change/");
    assert_eq!(reader.text("document.querySelector('[name=deadline]').value"), "Friday");
    assert_eq!(reader.run("Object.keys(localStorage)"), json!([]));
}

#[test(needs(Browser))]
fn the_assessment_shows_gaps_and_steps() {
    let mut reader = Reader::start();
    reader.chair();
    reader.skills();
    reader.run(
        "window.choose = (id, level) => put(document.querySelector(`[data-skill=${id}] select`), level); \
         choose('mixing', '1'); choose('drying', '0')",
    );
    let standing = "standing()";
    let expected =
        json!(["Mixing: 2 levels to go: 1", "Drying: 3 levels to go: 0", "Stirring: not assessed: -"]);
    assert_eq!(reader.run(standing), expected);
    assert_eq!(
        reader.text("document.querySelector('.rb-result b').textContent"),
        "2 of 3 skills assessed, 2 below the required level."
    );
    let steps = "[...document.querySelectorAll('.rb-growth li')].map((line) => [...line.querySelectorAll('p')].map((p) => p.textContent.trim()).join(' / '))";
    assert_eq!(
        reader.run(steps),
        json!(["Drying 0 → 3 / Drying beyond 1.", "Mixing 1 → 3 / Mixing beyond 1."]),
        "sorted by gap, descending"
    );
    assert_eq!(
        reader.run("document.querySelectorAll('.rb-dumbbell[aria-hidden=true][data-expected] > b').length"),
        2,
        "a dot for each level"
    );
    assert_eq!(
        reader.run(
            "[...document.querySelectorAll('[data-skill] .rb-level-name')].map((name) => name.textContent)"
        ),
        json!(["3 · Leading (this group)", "3 · Leading", "1 · Learning"]),
        "required, in words"
    );
    reader.run("choose('stirring', '2')");
    assert_eq!(reader.run("standing()[2]"), "Stirring: 1 above: 2");
    // A step becomes an item of the checklist, in a phase that was empty.
    reader.run("press('Add to my checklist', document.querySelectorAll('.rb-growth li')[1])");
    for _ in 0..2 {
        reader.wait("total() === '0 of 7 done'");
        let own = reader.text("item('+mixing.1').textContent");
        assert!(
            own.starts_with(
                "Mixing: Mixing beyond 1.Done when: you assess yourself at level 2 · Practising."
            ),
            "{own}"
        );
        assert_eq!(
            reader
                .run("[...document.querySelectorAll('.rb-phase > h3')].map((h) => h.querySelector('.rb-fold-button[aria-expanded]').firstChild.data.trim())"),
            json!(["Before you start", "Day 1", "Week 1", "First month", "First quarter"])
        );
        reader.chair();
    }
    reader.run("tick('+mixing.1')");
    assert_eq!(reader.text("total()"), "1 of 7 done");
    reader.run("press('Remove', item('+mixing.1'))");
    assert_eq!(reader.text("total()"), "0 of 6 done");
    assert_eq!(reader.run("document.querySelector('.rb-gone').hidden"), true);
    // Export and import.
    reader.wait("!!document.querySelector('.rb-result')");
    let text = reader.text("exported(skills())");
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        file,
        json!({"format": "rolebook-skills", "version": 1, "levels": {"mixing": 1, "drying": 0, "stirring": 2}})
    );
    for (text, expected) in [
        ("{}".to_owned(), "not a self-assessment export"),
        (text.replace(": 0", ": 5"), "the level of “drying” is invalid"),
        (text.replace("\"version\": 1", "\"version\": 3"), "has version 3"),
    ] {
        let message = reader.import("skills()", &text);
        assert!(
            message.contains(expected) && message.ends_with("No changes were made."),
            "{expected}: {message}"
        );
    }
    reader.run("press('Clear', skills())");
    reader.answer("Clear");
    assert_eq!(reader.run("document.querySelector('.rb-result').hidden"), true);
    assert_eq!(reader.import("skills()", &text), "Imported “file.json”.");
    assert_eq!(reader.run("standing().includes('Mixing: 2 levels to go: 1')"), true);
    reader.import("skills()", &text.replace(": 0", ": 3"));
    reader.answer("Merge");
    reader.wait("says(skills()) === 'Merged “file.json”.'");
    assert_eq!(reader.run("standing().includes('Drying: reached: 3')"), true);
}

/// Parts loaded on demand appear for fragments, keyboard use and other tabs.
#[test(needs(Browser))]
fn the_self_assessment_is_loaded_on_demand() {
    let mut reader = Reader::start();
    let loaded =
        "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/assessment.js'))";
    reader.screen(360, 200);
    reader.chair();
    assert_eq!(reader.run(loaded), false, "not loaded: the section is far below the viewport");
    reader.run("skills().querySelector('a').focus({ preventScroll: true })");
    reader.wait("!!skills().querySelector('.rb-chosen')");
    reader.go("groups/sig-paint/chair/?again#rb-skills");
    reader.wait("!!skills().querySelector('.rb-chosen')");
    reader.go("groups/sig-paint/chair/?once-more");
    assert_eq!(reader.run(loaded), false);
    let other = reader.browser.open(&format!("{}groups/sig-paint/chair/#rb-skills", reader.address));
    reader.browser.wait(&other, "!!document.querySelector('[data-skill=mixing] select')");
    reader.browser.run(
        &other,
        "const select = document.querySelector('[data-skill=mixing] select'); select.value = '1'; \
         select.dispatchEvent(new Event('change'))",
    );
    reader.wait("skills().querySelector('[data-skill=mixing] select')?.value === '1'");
}

/// If a part cannot be loaded, a message says so, and stored progress is not overwritten.
#[test(needs(Browser))]
fn load_failures_are_shown() {
    let mut reader = Reader::start();
    reader.chair();
    reader.run("tick('brush')");
    let kept = reader.run("kept()");
    reader.browser.call(Some(&reader.tab), "Network.enable", &json!({}));
    let without = json!({"urls": ["*/kept.js", "*/transfer.js"]});
    reader.browser.call(Some(&reader.tab), "Network.setBlockedURLs", &without);
    reader.run("press('Copy as Markdown')");
    reader.wait("says(list()).includes('could not be loaded')");
    let url = format!("{}groups/sig-paint/chair/?again", reader.address);
    reader.browser.go(&reader.tab, &url);
    assert_eq!(
        reader.run("document.querySelectorAll('[data-item] > input').length"),
        0,
        "without its script, the checklist has no checkboxes"
    );
    assert_eq!(reader.run("kept()"), kept);
    reader.browser.call(Some(&reader.tab), "Network.setBlockedURLs", &json!({"urls": []}));
    reader.chair();
    assert_eq!(reader.text("total()"), "1 of 6 done");
    let without = json!({"urls": ["*/api/leads/*"]});
    reader.browser.call(Some(&reader.tab), "Network.setBlockedURLs", &without);
    reader.run("press('Copy as Markdown')");
    reader.wait("says(list()).includes('could not be loaded')");
}

#[test(needs(Browser))]
fn the_keyboard_is_enough() {
    let mut reader = Reader::start();
    reader.chair();
    // "Continue" leads to the first open item, and opens it.
    reader.run("document.querySelector('.rb-next-steps .rb-solid').focus()");
    reader.key("Enter", 13, "\r");
    reader.wait("location.hash === '#item.brush'");
    let name =
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()";
    let mut seen = Vec::new();
    let mut tab = |reader: &mut Reader| {
        reader.key("Tab", 9, "");
        seen.push(reader.text(name));
        let size = reader
            .run("(({ width, height }) => [width, height])(document.activeElement.getBoundingClientRect())");
        let control = reader.run("document.activeElement.matches('button, input')");
        let (width, height) = (size[0].as_f64().unwrap(), size[1].as_f64().unwrap());
        assert!(control == false || (width >= 24.0 && height >= 24.0), "{seen:?}: {size}");
        seen.last().unwrap().clone()
    };
    assert_eq!(tab(&mut reader), "Take a brush");
    assert_eq!(reader.text("document.activeElement.type"), "checkbox");
    reader.key(" ", 32, " ");
    assert_eq!(reader.text("total()"), "1 of 6 done");
    assert_eq!(tab(&mut reader), "Take a brush");
    for expanded in ["false", "true"] {
        reader.key("Enter", 13, "\r");
        assert_eq!(reader.text("document.activeElement.getAttribute('aria-expanded')"), expanded);
    }
    assert_eq!(tab(&mut reader), "Add note: Take a brush");
    reader.key("Enter", 13, "\r");
    assert_eq!(reader.text("document.activeElement.tagName"), "TEXTAREA");
    reader.browser.call(Some(&reader.tab), "Input.insertText", &json!({"text": "Soft."}));
    reader.key("Escape", 27, "");
    assert_eq!(reader.text("document.activeElement.textContent"), "Edit note");
    // The tools are the last part of the list.
    while tab(&mut reader) != "Start date, copy and print" {}
    reader.key("Enter", 13, "\r");
    for _ in 0..12 {
        tab(&mut reader);
    }
    for label in ["Week 1 1", "Copy as Markdown", "Open as issue", "Print", "Export", "Import"] {
        assert!(seen.iter().any(|name| name == label), "{label}: {seen:?}");
    }
    assert_eq!(
        reader.run("kept().items.brush"),
        json!({"done": true, "note": "Soft.", "text": "Take a brush"})
    );
}

#[test(needs(Browser))]
fn nothing_overflows_small_screens() {
    let mut reader = Reader::start();
    reader.screen(360, 740);
    reader.chair();
    reader.skills();
    reader.run(
        "document.querySelectorAll('[data-skill] select').forEach((select) => put(select, '1')); \
         put(document.querySelector('input[type=date]'), '2026-01-31'); press('Add note', item('brush'))",
    );
    reader.wait(DATED);
    let sticks_out = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
    assert_eq!(reader.run(sticks_out), false);
    assert_eq!(reader.run("document.querySelectorAll('main [style]').length"), 0);
    reader.go("groups/sig-paint/change/");
    assert_eq!(reader.run(sticks_out), false);
}

#[test(needs(Program("pdftotext"), Browser))]
fn the_page_prints() {
    let mut reader = Reader::start();
    reader.chair();
    reader.skills();
    reader.run(
        "tick('brush'); note('wall', 'Behind the shed.'); \
         put(document.querySelector('input[type=date]'), '2026-05-04'); \
         document.querySelectorAll('[data-skill] select').forEach((select) => put(select, '1'))",
    );
    // Stored progress is printed even if the reader has not scrolled to it.
    reader.chair();
    reader.wait("!!document.querySelector('.rb-result')");
    let printed = reader.browser.call(Some(&reader.tab), "Page.printToPDF", &json!({}));
    reader.run(&format!("window.pdf = atob({})", json!(printed["data"].as_str().expect("PDF data"))));
    assert_eq!(reader.run("pdf.startsWith('%PDF-')"), true);
    assert!(reader.run("(pdf.match(/\\/Type \\/Page\\b/g) || []).length").as_u64().unwrap() > 0);
    let bytes: Vec<u8> = reader
        .run("[...pdf].map((sign) => sign.charCodeAt(0))")
        .as_array()
        .unwrap()
        .iter()
        .map(|byte| u8::try_from(byte.as_u64().unwrap()).unwrap())
        .collect();
    let folder = TestSite::new(&[]);
    folder.file("page.pdf", bytes);
    let output = Command::new("pdftotext")
        .args(["-layout", "page.pdf", "-"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "Take a brush",
        "Watch it dry",
        "Any wall of SIG Paint will do.",
        "Behind the shed.",
        "1 of 6 done",
        "by May 11, 2026",
        "Mixing beyond 1.",
        "✓",
    ] {
        assert!(text.contains(expected), "{expected}:\n{text}");
    }
    for absent in [
        "Copy as Markdown",
        "Add note",
        "Edit note",
        "On this page",
        "Add to my checklist",
        "Start date",
        "Continue",
    ] {
        assert!(!text.contains(absent), "{absent}:\n{text}");
    }
}

#[test(needs(Browser))]
fn without_scripts_the_page_is_a_plain_list() {
    let mut reader = Reader::start();
    reader.browser.call(Some(&reader.tab), "Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    for (path, items, texts) in [
        ("groups/sig-paint/chair/", 7, ["Take a brush", "Any wall of SIG Paint will do.", "Sees 3."]),
        (
            "groups/sig-paint/change/",
            1,
            ["Send the announcement", "[name and handle]", "paint@painters.example"],
        ),
        ("checklists/chair/", 6, ["Take a brush", "Watch it dry", "Find a wall"]),
    ] {
        let url = format!("{}{path}", reader.address);
        reader.browser.call(Some(&reader.tab), "Page.navigate", &json!({"url": url}));
        reader.wait(&format!("location.href === {} && document.readyState === 'complete'", json!(url)));
        assert_eq!(reader.run("document.querySelectorAll('[data-item]').length"), items, "{path}");
        let page = reader.text("document.querySelector('main').innerText");
        for text in texts {
            assert!(page.contains(text), "{path}: {text}");
        }
        // Controls that need scripts are missing or hidden.
        let controls = "[...document.querySelectorAll('button, input, select, textarea')].filter((control) => control.getClientRects().length).map((control) => control.outerHTML)";
        assert_eq!(reader.run(controls), json!([]), "{path}");
    }
}

const ACCESS: &str = r#"[[access]]
id = "list"
name = "Entry for {group.name}"
gives = "Your name in public."
place = "the [list](/sigs.yaml)"
edit = "https://example.org/edit"
by = "change"
approver = "a painter"
roles = ["chair"]
[[access]]
id = "room"
name = "Key to the room"
gives = "Colours."
place = "the door"
by = "request"
approver = "the porter"
roles = ["chair"]
[[access]]
id = "shed"
name = "Key to the shed"
gives = "Brushes."
place = "the door"
by = "request"
approver = "the porter"
roles = ["chair"]
"#;

/// Access has a box for each entry, and counts on its own.
#[test(needs(Browser))]
fn access_is_ticked_on_its_own() {
    let site = painters();
    site.file("content/access.toml", ACCESS);
    let get = "[[items]]\nid = \"get\"\ntitle = \"Get access {access.by}\"\nphase = \"week-1\"\neach = \"access\"\n\
               text = \"Get {access.name}.\"\n";
    site.file("content/checklists/chair.toml", format!("{CHECKLIST}{get}"));
    build(&site);
    let mut reader = Reader::beside(&site);
    reader.chair();
    let count = "document.querySelector('#rb-access .rb-count').textContent";
    assert_eq!(reader.text("total()"), "0 of 6 done", "access does not count as progress");
    assert_eq!(reader.text(count), "0 of 3 done");
    reader.run("tick('get.room')");
    for _ in 0..2 {
        assert_eq!(
            (reader.text("total()"), reader.text(count)),
            ("0 of 6 done".to_owned(), "1 of 3 done".to_owned())
        );
        assert_eq!(
            reader.run("[...document.querySelectorAll('.rb-access-list [data-item]')].map((entry) => [entry.dataset.item, entry.querySelector('input').checked])"),
            json!([["get.list", false], ["get.room", true], ["get.shed", false]])
        );
        reader.chair();
    }
    // Copies have one task for each way, and a task in it for each entry. It is done when they are.
    reader.run(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.clip = text; } } }); \
         tick('get.list'); press('Copy as Markdown')",
    );
    reader.wait("!!window.clip");
    let text = reader.text("window.clip");
    let (_, week) = text.split_once("## Week 1\n\n").unwrap();
    let (week, _) = week.split_once("\n\n## First month").unwrap();
    let tasks: Vec<_> = week.lines().filter(|line| line.contains("- [")).collect();
    assert_eq!(tasks.len(), 6, "{week}");
    for (task, start) in tasks.iter().zip([
        "- [ ] **Find a wall.**",
        "- [x] **Get access ",
        "  - [x] [Entry for SIG Paint](<https://example.org/edit>): the [list](https://example.org/blob/main/sigs.yaml) Approved",
        "- [ ] **Get access ",
        "  - [x] Key to the room: the door Approved by: the porter",
        "  - [ ] Key to the shed: the door Approved by: the porter",
    ]) {
        assert!(task.starts_with(start), "{start}:\n{week}");
    }
}

/// Items that recur are never finished.
#[test(needs(Browser))]
fn recurring_items_have_no_box() {
    let mut reader = Reader::start();
    reader.chair();
    assert_eq!(
        reader.run("[...document.querySelectorAll('.rb-recurring > li')].map((every) => [every.dataset.every, ...[...every.querySelectorAll('[data-item]')].map((item) => item.dataset.item)])"),
        json!([["week", "dry"]])
    );
    assert_eq!(reader.run("document.querySelectorAll('.rb-recurring input').length"), 0);
    assert_eq!(reader.run("document.querySelector('.rb-next-steps progress').max"), 6);
    assert_eq!(reader.run("document.querySelector('.rb-checklist [data-item=dry]')"), Value::Null);
}

#[test(needs(Browser))]
fn next_steps_follow_the_ticks() {
    let mut reader = Reader::start();
    reader.chair();
    let expected = [
        ("brush", json!(["Take a bucket", "Stir in #sig-paint", "Find a wall"])),
        ("stir", json!(["Take a bucket", "Find a wall", "Paint the first coat"])),
        ("bucket", json!(["Find a wall", "Paint the first coat"])),
        ("wall", json!(["Paint the first coat"])),
        // The items before the start come up when nothing else is left.
        ("coat", json!(["Read the charter and the rules_2 in a_b"])),
        ("read", json!([])),
    ];
    assert_eq!(reader.run("steps()"), json!(["Take a brush", "Take a bucket", "Stir in #sig-paint"]));
    for (done, (id, steps)) in expected.iter().enumerate() {
        reader.run(&format!("tick('{id}')"));
        assert_eq!(reader.run("steps()"), *steps, "{id}");
        assert_eq!(reader.text("total()"), format!("{} of 6 done", done + 1));
        assert_eq!(reader.run("document.querySelector('.rb-next-steps progress').value"), done + 1);
    }
    assert_eq!(reader.run("document.querySelector('.rb-next-steps .rb-solid').hidden"), true);
    assert!(
        reader
            .text("document.querySelector('.rb-next-steps li').textContent")
            .starts_with("Everything is done.")
    );
    reader.chair();
    assert_eq!(reader.run("steps()"), json!([]), "after a reload, too");
    reader.run("tick('coat')");
    assert_eq!(reader.run("steps()"), json!(["Paint the first coat"]));
    assert_eq!(
        reader.run("JSON.parse(localStorage.getItem('rolebook:/deep/handbook/:last'))"),
        json!({"pathname": "/deep/handbook/groups/sig-paint/chair/", "title": "SIG Paint · Chair", "done": 5, "total": 6, "next": "Paint the first coat"}),
        "for the home page"
    );
    assert!(reader.text("document.querySelector('.rb-next-steps .rb-solid').href").ends_with("#item.coat"));
    assert_eq!(
        reader.run("[...document.querySelectorAll('.rb-phase')].filter((phase) => phase.querySelector('h3 [aria-expanded=true]')).map((phase) => phase.dataset.phase)"),
        json!([]),
        "no phase opens or closes while the reader ticks"
    );
}

/// Links open what they lead to, also a second time; find-in-page opens it, too.
#[test(needs(Browser))]
fn folded_parts_open_by_link_and_by_search() {
    let mut reader = Reader::start();
    let open = "(({ hidden }) => hidden || 'open')(item('wall').querySelector('.rb-item-body')) + ' in ' + \
                (item('wall').closest('[hidden]')?.hidden ?? 'open')";
    reader.chair();
    assert_eq!(reader.text(open), "until-found in until-found", "found by a search of the page");
    assert!(!reader.text("item('wall').closest('.rb-phase').innerText").contains("Any wall"));
    reader.run("location.hash = '#item.wall'");
    reader.wait(&format!("({open}) === 'open in open'"));
    reader.run("item('wall').querySelector('.rb-fold-button').click()");
    assert_eq!(reader.text(open), "until-found in open");
    reader.run("const link = document.createElement('a'); link.href = '#item.wall'; document.querySelector('main').append(link); link.click()");
    assert_eq!(reader.text(open), "open in open", "the fragment is the same");
    reader.go("");
    reader.go("groups/sig-paint/chair/#item.wall");
    reader.wait(&format!("({open}) === 'open in open'"));
    reader.go("");
    reader.chair();
    reader.run("window.failed = []; addEventListener('unhandledrejection', () => failed.push(1)); addEventListener('error', () => failed.push(1)); location.hash = '#100%'");
    reader.wait("location.hash === '#100%'");
    assert_eq!(
        reader.run("new Promise((done) => setTimeout(() => done(failed.length), 50))"),
        0,
        "a malformed fragment"
    );
    reader.run("unfold(item('wall').querySelector('.rb-item-body'))");
    assert_eq!(reader.text(open), "open in open");
    assert_eq!(
        reader.run("[...item('wall').closest('.rb-phase').querySelectorAll('.rb-fold-button')].slice(0, 2).map((button) => button.ariaExpanded)"),
        json!(["true", "true"])
    );
}

/// A step that a reader adds stands before the tools, which keep the focus when the last step goes.
#[test(needs(Browser))]
fn own_items_stand_before_the_tools() {
    let mut reader = Reader::start();
    reader.chair();
    reader.skills();
    reader
        .run("put(document.querySelector('[data-skill=mixing] select'), '1'); press('Add to my checklist')");
    reader.wait("!!item('+mixing.1')");
    assert_eq!(
        reader.run("[...list().children].map(({ className }) => className)"),
        json!([
            "rb-phase",
            "rb-phase",
            "rb-phase",
            "rb-phase",
            "rb-phase rb-phase-own",
            "rb-gone",
            "rb-tools"
        ])
    );
    reader.run("press('Remove', item('+mixing.1'))");
    assert_eq!(reader.text("document.activeElement.textContent"), "Start date, copy and print");
    // Levels that another tab sets are shown.
    let other = reader.browser.open(&format!("{}groups/sig-paint/chair/", reader.address));
    reader.browser.wait(&other, "!!document.querySelector('[data-skill=mixing] select')");
    reader.browser.run(
        &other,
        "const select = document.querySelector('[data-skill=mixing] select'); select.value = '3'; \
         select.dispatchEvent(new Event('change'))",
    );
    reader.wait("standing()[0] === 'Mixing: reached: 3'");
}

/// A procedure for leaving counts the items of the phase that pages of holders leave out.
#[test(needs(Browser))]
fn procedures_count_the_items_of_leaving() {
    let site = painters();
    site.file(
        "content/checklists/change.toml",
        CHANGE.replacen(
            "[[letters]]",
            "[[items]]\nid = \"go\"\nphase = \"leaving\"\ntext = \"Put the brush away.\"\n[[letters]]",
            1,
        ),
    );
    let leave = "[[items]]\nid = \"leave\"\nphase = \"leaving\"\ntext = \"Say goodbye.\"\n";
    site.file("content/checklists/chair.toml", format!("{CHECKLIST}{leave}"));
    build(&site);
    let mut reader = Reader::beside(&site);
    reader.go("groups/sig-paint/change/");
    assert_eq!(reader.text("total()"), "0 of 2 done");
    reader.run("tick('go')");
    assert_eq!(reader.text("total()"), "1 of 2 done");
    reader.chair();
    reader.run("tick('leave')");
    assert_eq!(reader.text("total()"), "0 of 6 done", "a holder does not leave");
    assert_eq!(reader.run("states().at(-1)"), "1 of 1 done");
}

/// The page of a SIG's chair before anything is opened, in screens.
#[test(needs(Browser))]
fn lead_pages_are_short() {
    let contents = crate::support::handbook();
    let mut reader = Reader::at(Host::of(contents, BASE).site());
    for (width, height, screens) in [(1440, 900, 4.0), (360, 800, 9.0)] {
        reader.screen(width, height);
        reader.go("groups/sig-scheduling/chair/");
        let tall = reader.run("document.documentElement.scrollHeight").as_f64().unwrap() / f64::from(height);
        assert!(tall <= screens, "{tall} screens at {width}×{height}");
    }
}
