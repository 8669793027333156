//! Reading in a browser: previews of clauses, roles and terms, the register, narrow screens.

use serde_json::{Value, json};

use crate::browser::{Browser, Tab};
use crate::preview::Preview;
use crate::support::TestSite;

/// A role that refers to a clause, another role, a term and one of its own sections.
fn site() -> TestSite {
    TestSite::new(&[
        (
            "site.toml",
            "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\n\
             mount = \"up\"\nnormative = [\"*.md\"]\n",
        ),
        ("content/index.md", "# T\n\nHello.\n"),
        ("content/glossary.toml", "[[terms]]\nterm = \"Quorum\"\ndefinition = \"As many as it takes.\"\n"),
        (
            "content/roles/chair.md",
            "+++\nsummary = \"Somebody in front.\"\ngoverned_by = [\"/rules.md#chair\"]\n+++\n# Chair\n\n\
             Keeps [the notes](/rules.md#chair), knows the quorum, thanks [the treasurer](treasurer.md) \
             and [goes](#leaving) one day.\n\n## Leaving\n\nWaves to everybody.\n",
        ),
        (
            "content/roles/treasurer.md",
            "+++\nsummary = \"Somebody with a purse.\"\ngoverned_by = [\"/rules.md#treasurer\"]\n+++\n# Treasurer\n\nCounts.\n",
        ),
        (
            "up/rules.md",
            "# Rules\n\n## Chair\n\n- *MUST* keep the notes\n- *MAY* sing\n\n## Treasurer\n\n- *MUST* count the money of everybody\n",
        ),
    ])
}

struct Reader {
    browser: Browser,
    preview: Preview,
}

impl Reader {
    fn start(site: &TestSite) -> Self {
        Self { browser: Browser::start(), preview: Preview::start(site, &[]) }
    }

    fn open(&mut self, path: &str) -> Tab {
        let url = format!("http://{}{}{path}", self.preview.host(), self.preview.base);
        let tab = self.browser.open_preview(&url);
        self.browser.call(Some(&tab), "Page.bringToFront", &json!({}));
        tab
    }

    /// The centre of the element that a selector matches.
    fn place(&mut self, tab: &Tab, selector: &str) -> (Value, Value) {
        let middle = format!(
            "(() => {{ const box = document.querySelector('{selector}').getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        );
        let point = self.browser.run(tab, &middle);
        (point[0].clone(), point[1].clone())
    }

    fn point_at(&mut self, tab: &Tab, selector: &str) {
        let (x, y) = self.place(tab, selector);
        let moved = json!({"type": "mouseMoved", "x": x, "y": y});
        self.browser.call(Some(tab), "Input.dispatchMouseEvent", &moved);
    }

    fn tap(&mut self, tab: &Tab, selector: &str) {
        let (x, y) = self.place(tab, selector);
        let start = json!({"type": "touchStart", "touchPoints": [{"x": x, "y": y}]});
        self.browser.call(Some(tab), "Input.dispatchTouchEvent", &start);
        let end = json!({"type": "touchEnd", "touchPoints": []});
        self.browser.call(Some(tab), "Input.dispatchTouchEvent", &end);
    }

    fn press(&mut self, tab: &Tab, key: &str, code: u32) {
        for kind in ["keyDown", "keyUp"] {
            let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
            self.browser.call(Some(tab), "Input.dispatchKeyEvent", &event);
        }
    }

    #[track_caller]
    fn wait_for_card(&mut self, tab: &Tab, text: &str) {
        let holds = format!("document.querySelector('.rb-preview')?.textContent.includes('{text}') ?? false");
        self.browser.wait(tab, &holds);
    }

    #[track_caller]
    fn wait_for_no_card(&mut self, tab: &Tab) {
        self.browser.wait(tab, "!document.querySelector('.rb-preview')");
    }
}

const CLAUSE: &str = "main a.rb-clause";

#[test(needs(Browser))]
fn previews_open_by_pointer() {
    let site = site();
    let mut reader = Reader::start(&site);
    let tab = reader.open("roles/chair/");
    reader.point_at(&tab, CLAUSE);
    reader.wait_for_card(&tab, "Rules › Chair");
    reader.wait_for_card(&tab, "keep the notes");
    let described =
        reader.browser.run(&tab, "document.querySelector('[aria-describedby=rb-preview]').textContent");
    assert_eq!(described, "the notes");
    let links =
        reader.browser.run(&tab, "document.querySelectorAll('.rb-preview a, .rb-preview [id]').length");
    assert_eq!(links, 0, "previews have no links and no ids");
    reader.press(&tab, "Escape", 27);
    reader.wait_for_no_card(&tab);
    for (selector, text) in [
        ("main a.rb-term", "Glossary › Quorum"),
        ("main a.rb-term", "As many as it takes."),
        ("main .rb-prose a.rb-role", "Somebody with a purse."),
        ("main .rb-prose a[href=\"#leaving\"]", "Waves to everybody."),
    ] {
        reader.point_at(&tab, selector);
        reader.wait_for_card(&tab, text);
    }
    reader.point_at(&tab, "h1");
    reader.wait_for_no_card(&tab);
}

/// Neither before previews are loaded nor afterwards does a link below a resting pointer open one.
#[test(needs(Browser))]
fn scrolling_opens_no_preview() {
    let site = site();
    let links = "[the notes](/rules.md#chair) [the notes](/rules.md#chair)  \n".repeat(100);
    site.file("content/guides/long.md", format!("# Long\n\nText.\n\n{links}"));
    let mut reader = Reader::start(&site);
    let tab = reader.open("guides/long/");
    let paragraph = "document.querySelector('main p + p')";
    // The links leave no gap for the pointer.
    let fill = format!(
        "for (const part of {paragraph}.querySelectorAll('a, br')) \
         part.style.cssText = part.localName === 'a' ? 'display: block; height: 60px' : 'display: none'"
    );
    reader.browser.run(&tab, &fill);
    reader.point_at(&tab, "h1");
    let (x, y) = reader.place(&tab, "h1");
    let wheel = |reader: &mut Reader, by: i32| {
        let turned = json!({"type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": by});
        let before = reader.browser.run(&tab, "scrollY");
        reader.browser.call(Some(&tab), "Input.dispatchMouseEvent", &turned);
        reader.browser.wait(&tab, &format!("scrollY !== {before}"));
        // Browsers on a screen report the link that is below the pointer now; headless ones do not.
        let over = format!(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {{ \
             const part = document.elementFromPoint({x}, {y}); \
             part.dispatchEvent(new PointerEvent('pointerover', {{ bubbles: true, pointerType: 'mouse' }})); \
             done(part.localName); }})))"
        );
        assert_eq!(reader.browser.run(&tab, &over), "a");
        // Longer than the delay of a preview.
        let opened =
            "new Promise((done) => setTimeout(() => done(!!document.querySelector('.rb-preview')), 600))";
        assert_eq!(reader.browser.run(&tab, opened), false);
    };
    wheel(&mut reader, 700);
    // A moving pointer opens it, and the wheel then scrolls the page.
    let nudge = |reader: &mut Reader, to: f64| {
        let moved = json!({"type": "mouseMoved", "x": x.as_f64().unwrap() + to, "y": y});
        reader.browser.call(Some(&tab), "Input.dispatchMouseEvent", &moved);
    };
    nudge(&mut reader, 1.0);
    reader.wait_for_card(&tab, "keep the notes");
    wheel(&mut reader, 400);
    nudge(&mut reader, 2.0);
    reader.wait_for_card(&tab, "keep the notes");
    let (x, y) = reader.place(&tab, ".rb-preview");
    let before = reader.browser.run(&tab, "scrollY");
    for event in [
        json!({"type": "mouseMoved", "x": x, "y": y}),
        json!({"type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": 300}),
    ] {
        reader.browser.call(Some(&tab), "Input.dispatchMouseEvent", &event);
    }
    reader.browser.wait(&tab, &format!("scrollY > {before}"));
    reader.wait_for_no_card(&tab);
}

#[test(needs(Browser))]
fn previews_open_by_keyboard_and_touch() {
    let site = site();
    let mut reader = Reader::start(&site);
    let tab = reader.open("roles/chair/");
    let touch = json!({"enabled": true, "maxTouchPoints": 1});
    reader.browser.call(Some(&tab), "Emulation.setTouchEmulationEnabled", &touch);
    reader.tap(&tab, CLAUSE);
    reader.wait_for_card(&tab, "keep the notes");
    let here = reader.browser.run(&tab, "location.pathname.endsWith('/roles/chair/')");
    assert_eq!(here, true, "the first tap opens the preview, not the link");
    reader.tap(&tab, "h1");
    reader.wait_for_no_card(&tab);
    // Keyboard use after touch is supported.
    let focused = format!("document.activeElement === document.querySelector('{CLAUSE}')");
    for _ in 0..60 {
        if reader.browser.run(&tab, &focused) == true {
            break;
        }
        reader.press(&tab, "Tab", 9);
    }
    assert_eq!(reader.browser.run(&tab, &focused), true, "the Tab key reaches the link");
    reader.wait_for_card(&tab, "keep the notes");
    reader.press(&tab, "Tab", 9);
    reader.wait_for_card(&tab, "As many as it takes.");
    reader.press(&tab, "Escape", 27);
    reader.wait_for_no_card(&tab);
    reader.tap(&tab, CLAUSE);
    reader.wait_for_card(&tab, "keep the notes");
    reader.tap(&tab, CLAUSE);
    reader.browser.wait(&tab, "location.pathname.endsWith('/up/rules/') && location.hash === '#chair'");
}

#[test(needs(Browser))]
fn the_filter_of_the_register_is_part_of_the_address() {
    let site = site();
    let mut reader = Reader::start(&site);
    let tab = reader.open("obligations/");
    let shown =
        "[...document.querySelectorAll('.rb-obligations > li')].filter((entry) => entry.offsetParent).length";
    assert_eq!(reader.browser.run(&tab, shown), 3);
    let choose = |name: &str, value: &str| {
        format!(
            "(() => {{ const choice = document.querySelector('.rb-register-filter').elements.{name}; choice.value = '{value}'; \
             choice.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        )
    };
    reader.browser.run(&tab, &choose("role", "chair"));
    assert_eq!(reader.browser.run(&tab, shown), 2);
    reader.browser.run(&tab, &choose("level", "must"));
    assert_eq!(reader.browser.run(&tab, shown), 1);
    assert_eq!(reader.browser.run(&tab, "location.search"), "?role=chair&level=must");
    let again = reader.open("obligations/?role=treasurer");
    assert_eq!(reader.browser.run(&again, shown), 1);
}

#[test]
fn without_scripts_links_and_titles_remain() {
    let site = site();
    site.run(&["build"]).fine();
    let role = site.page("roles/chair/index.html");
    for link in [
        "<a href=\"../../up/rules/#chair\" class=\"rb-clause\" title=\"Rules § Chair\">the notes</a>",
        "<a class=\"rb-term\" href=\"../../glossary/#quorum\" title=\"As many as it takes.\">quorum</a>",
        "<a href=\"../treasurer/\" class=\"rb-role\" title=\"Somebody with a purse.\">the treasurer</a>",
    ] {
        assert!(role.contains(link), "{link} is not in {role}");
    }
    let register = site.page("obligations/index.html");
    assert!(
        register.contains("<form class=\"rb-register-filter rb-soon\" hidden>"),
        "the filter is hidden until its script has loaded"
    );
    assert_eq!(register.matches("<li data-level=").count(), 3);
}

#[test(needs(Browser))]
fn narrow_screens_and_both_schemes() {
    let site = site();
    let mut reader = Reader::start(&site);
    for page in ["roles/chair/", "up/rules/", "obligations/", "references/", "glossary/"] {
        let tab = reader.open(page);
        let narrow = json!({"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": true});
        reader.browser.call(Some(&tab), "Emulation.setDeviceMetricsOverride", &narrow);
        assert_eq!(reader.browser.run(&tab, "document.documentElement.scrollWidth"), 360, "{page}");
        if page != "references/" {
            continue;
        }
        let mut seen = Vec::new();
        for scheme in ["light", "dark"] {
            let wanted = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
            reader.browser.call(Some(&tab), "Emulation.setEmulatedMedia", &wanted);
            let colours = "[getComputedStyle(document.querySelector('.rb-graph text')).fill, getComputedStyle(document.body).backgroundColor]";
            let values = reader.browser.run(&tab, colours);
            assert_ne!(values[0], values[1], "{scheme}");
            seen.push(values[0].clone());
        }
        assert_ne!(seen[0], seen[1], "the picture follows the scheme");
    }
}
