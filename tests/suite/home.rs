//! The home page and the header of every page, in a browser.

use serde_json::{Value, json};

use crate::browser::{Browser, Tab};
use crate::host::Host;
use crate::support::TestSite;

const CHECKLIST: &str = r#"title = "New lead"
role = "technical-lead"
[[items]]
id = "read"
phase = "before"
title = "Read the charter"
text = "Read all of it."
[[items]]
id = "greet"
phase = "day-1"
title = "Greet everybody"
text = "Say hello."
"#;

fn site() -> TestSite {
    let group = |name: &str| {
        format!(
            "kind = \"sig\"\nname = \"{name}\"\n[[leads]]\nrole = \"technical-lead\"\ngithub = \"ada\"\nname = \"Ada Lovelace\"\n\
             [[leads]]\nrole = \"boss\"\ngithub = \"bob\"\nname = \"Bob\"\n"
        )
    };
    let role = |title: &str, key: &str| {
        format!("+++\napplies_to = [\"sig\"]\nheld_as = [\"{key}\"]\n+++\n# {title}\n\nLeads.\n")
    };
    TestSite::small(&[
        ("content/roles/chair.md", &role("Chair", "boss")),
        ("content/roles/technical-lead.md", &role("Technical Lead", "technical-lead")),
        ("content/groups/sig-scheduling.toml", &group("Scheduling")),
        ("content/groups/sig-storage.toml", &group("Storage")),
        ("content/checklists/new-lead.toml", CHECKLIST),
    ])
}

/// Two handbooks on one host, at `/a/` and `/b/`, and a tab.
struct Reader {
    browser: Browser,
    tab: Tab,
    host: Host,
    _site: TestSite,
}

impl Reader {
    fn start() -> Self {
        let site = site();
        for out in ["public/a", "public/b"] {
            site.run(&["build", "--out", out]).fine();
        }
        let host = Host::start(site.path().join("public"), "/");
        let mut browser = Browser::start();
        let tab = browser.open(&format!("{}a/", host.site()));
        browser.resize(&tab, 1280, 800);
        browser.call(Some(&tab), "Page.bringToFront", &json!({}));
        Self { browser, tab, host, _site: site }
    }

    fn go(&mut self, path: &str) {
        self.browser.go(&self.tab, &format!("{}{path}", self.host.site()));
    }

    fn run(&mut self, expression: &str) -> Value {
        self.browser.run(&self.tab, expression)
    }

    #[track_caller]
    fn wait(&mut self, expression: &str) {
        self.browser.wait(&self.tab, expression);
    }

    fn press(&mut self, key: &str, code: u32, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let event =
                json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
            self.browser.call(Some(&self.tab), "Input.dispatchKeyEvent", &event);
        }
    }

    fn type_in(&mut self, selector: &str, text: &str) {
        self.run(&format!("document.querySelector('{selector}').focus()"));
        self.run(&format!("document.querySelector('{selector}').select()"));
        self.browser.call(Some(&self.tab), "Input.insertText", &json!({"text": text}));
    }
}

#[test(needs(Browser))]
fn a_few_letters_lead_to_a_group_and_role() {
    let mut reader = Reader::start();
    for (text, page) in [
        ("sched tech", "groups/sig-scheduling/technical-lead/"),
        ("chair storage", "groups/sig-storage/chair/"),
        ("SIG Storage", "groups/sig-storage/"),
        ("sig storage", "groups/sig-storage/"),
        // The name that the group data uses for the role.
        ("boss storage", "groups/sig-storage/chair/"),
    ] {
        reader.go("a/");
        reader.type_in(".rb-chooser input", text);
        reader.press("Enter", 13, "\r");
        reader.wait(&format!("location.pathname === '/a/{page}' && document.readyState === 'complete'"));
    }
    // The page remembers the choice, and says so if nothing matches.
    reader.go("a/");
    assert_eq!(reader.run("document.querySelector('.rb-chooser input').value"), "SIG Storage – Chair");
    reader.type_in(".rb-chooser input", "bakery");
    reader.press("Enter", 13, "\r");
    reader.wait("document.querySelector('.rb-chooser .rb-says').textContent === 'No group or role matches.'");
    assert_eq!(reader.run("location.pathname"), "/a/");
    // Several choices: the reader has to say which. Typing removes the message.
    reader.type_in(".rb-chooser input", "storage");
    assert_eq!(reader.run("document.querySelector('.rb-chooser .rb-says').textContent"), "");
    reader.press("Enter", 13, "\r");
    reader.wait("document.querySelector('.rb-chooser .rb-says').textContent.startsWith('3 choices match')");
    assert_eq!(reader.run("location.pathname"), "/a/");
}

#[test(needs(Browser))]
fn a_damaged_record_stops_nothing() {
    let mut reader = Reader::start();
    reader.run("localStorage.setItem('rolebook:/a/:last', '{bad')");
    reader.go("a/");
    reader.wait("document.querySelector('.rb-filter')?.checkVisibility() === true");
    assert_eq!(reader.run("document.querySelector('.rb-continue').checkVisibility()"), false);
}

#[test(needs(Browser))]
fn the_home_page_continues_a_checklist() {
    let mut reader = Reader::start();
    let shown = "document.querySelector('.rb-continue').checkVisibility()";
    assert_eq!(reader.run(shown), false);
    let page = "a/groups/sig-scheduling/technical-lead/";
    reader.go(page);
    reader.go("a/");
    assert_eq!(reader.run(shown), false, "there is no progress yet");
    reader.go(page);
    reader.wait("!!document.querySelector('[data-item=read] input')");
    reader.run("document.querySelector('[data-item=read] input').click()");
    reader.wait("Object.keys(localStorage).some((key) => key.endsWith(':last') && localStorage[key].includes('\"done\":1'))");
    reader.go("a/");
    reader.wait(shown);
    let text = reader.run("document.querySelector('.rb-continue').innerText");
    let text = text.as_str().unwrap();
    assert!(text.contains("SIG Scheduling") && text.contains("Greet everybody"), "{text}");
    reader.run("document.querySelector('.rb-continue a').click()");
    reader.wait(&format!("location.pathname === '/{page}'"));
    // Another handbook on the same host has no progress.
    reader.go("b/");
    assert_eq!(reader.run(shown), false);
}

#[test(needs(Browser))]
fn filters_without_matches_say_so() {
    let mut reader = Reader::start();
    for (page, items) in [("a/", ".rb-group-list > li"), ("a/people/", ".rb-people-list > li")] {
        reader.go(page);
        reader.wait("!!document.querySelector('.rb-filter')?.checkVisibility()");
        let state = format!(
            "[document.querySelector('.rb-no-match').textContent !== '', \
             [...document.querySelectorAll('{items}')].filter((item) => item.checkVisibility()).length]"
        );
        for (text, expected) in [("lovelace", true), ("nobody at all", false), ("ada", true)] {
            reader.type_in(".rb-filter input", text);
            let seen = reader.run(&state);
            assert_eq!((seen[0] == false, seen[1] != 0), (expected, expected), "{page}: {text}: {seen}");
        }
    }
}

#[test(needs(Browser))]
fn the_menu_closes_on_escape_and_outside() {
    let mut reader = Reader::start();
    reader.browser.resize(&reader.tab, 400, 800);
    let open = "document.querySelector('.rb-menu').open";
    reader.run("document.querySelector('.rb-menu summary').click()");
    assert_eq!(reader.run(open), true);
    reader.press("Escape", 27, "");
    assert_eq!(reader.run(open), false);
    assert_eq!(reader.run("document.activeElement.localName"), "summary", "the focus returns to the button");
    reader.run("document.querySelector('.rb-menu summary').click()");
    reader.run("document.querySelector('.rb-menu li').click()");
    assert_eq!(reader.run(open), true, "a click within the menu leaves it open");
    reader.run("document.querySelector('h1').click()");
    assert_eq!(reader.run(open), false);
}

#[test(needs(Browser))]
fn handbooks_on_one_host_have_separate_schemes() {
    let mut reader = Reader::start();
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": "light"}]});
    reader.browser.call(Some(&reader.tab), "Emulation.setEmulatedMedia", &media);
    let scheme = "document.documentElement.dataset.theme ?? null";
    reader.run("document.querySelector('.rb-theme').click()");
    for (page, expected) in [("a/people/", json!("dark")), ("b/", Value::Null), ("a/", json!("dark"))] {
        reader.go(page);
        assert_eq!(reader.run(scheme), expected, "{page}");
    }
    reader.go("b/");
    reader.run("document.querySelector('.rb-theme').click()");
    reader.run("document.querySelector('.rb-theme').click()");
    reader.go("a/");
    assert_eq!(reader.run(scheme), "dark", "the other handbook's choice does not count");
}
