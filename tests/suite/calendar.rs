//! The calendar page: its lists, the week computed in the browser, and the load of the week.

use std::process::Command;
use std::sync::LazyLock;

use rolebook::engine::Contents;
use serde_json::{Value, json};

use crate::browser::{Browser, Tab};
use crate::community;
use crate::host::Host;
use crate::preview::Preview;
use crate::support::{TestSite, built, is_slow, project};

fn meeting(table: &str, title: &str, day: &str, time: &str, tz: &str, frequency: &str) -> String {
    format!(
        "[[{table}]]\ntitle = \"{title}\"\nday = \"{day}\"\ntime = \"{time}\"\ntz = \"{tz}\"\nfrequency = \"{frequency}\"\n"
    )
}

fn site() -> TestSite {
    let alpha = [
        "kind = \"sig\"\nname = \"Alpha\"\n".to_owned(),
        meeting("meetings", "Weekly", "Tuesday", "9:00", "PT (Pacific Time)", "weekly"),
        "join = \"https://meet.example/weekly\"\n".to_owned(),
        meeting("meetings", "Open", "Tuesday", "9:30", "PT (Pacific Time)", "biweekly"),
        meeting("meetings", "Vague", "Thursday", "14:00", "IST", "weekly"),
        "[[subprojects]]\nname = \"tool\"\n".to_owned(),
        meeting("subprojects.meetings", "Late", "Sunday", "22:00", "America/Los_Angeles", "weekly"),
    ];
    let beta = [
        "kind = \"wg\"\nname = \"Beta\"\n".to_owned(),
        meeting("meetings", "Evening", "Tuesday", "18:00", "Europe/Berlin", "weekly"),
        meeting("meetings", "Third", "third Wednesday", "8:00", "PT (Pacific Time)", "monthly"),
        meeting(
            "meetings",
            "Counted",
            "Tuesday",
            "9:00",
            "Europe/Berlin",
            "biweekly starting Tuesday Feb 11, 2025",
        ),
    ];
    TestSite::small(&[
        ("content/groups/sig-alpha.toml", &alpha.concat()),
        ("content/groups/wg-beta.toml", &beta.concat()),
        ("content/groups/ug-quiet.toml", "kind = \"ug\"\nname = \"Quiet\"\n"),
    ])
}

/// Shortly before the change to standard time in Europe on Sunday, 25 October; America follows on 1 November.
const NOW: &str = "2026-10-24T22:00:00Z";

/// The files of the site, built once for all tests.
static BUILT: LazyLock<Contents> = LazyLock::new(|| built(site().path()));

struct Reader {
    browser: Browser,
    host: Host,
}

impl Reader {
    fn start() -> Self {
        Self { browser: Browser::start(), host: Host::of(&BUILT, "/") }
    }

    fn open(&mut self, query: &str, zone: &str) -> Tab {
        let tab = self.browser.open_at(&format!("{}calendar/{query}", self.host.site()), zone, NOW);
        self.browser.call(Some(&tab), "Page.bringToFront", &json!({}));
        tab
    }

    fn run(&mut self, tab: &Tab, expression: &str) -> Value {
        self.browser.run(tab, expression)
    }

    /// The content of the grid by day: day, hour of the row, and meeting. In a cell, certain meetings come first.
    fn grid(&mut self, tab: &Tab) -> Vec<String> {
        let meetings = self.run(
            tab,
            "(() => { const table = document.querySelector('.rb-week-grid'); if (!table) return []; \
             const heads = [...table.tHead.rows[0].cells]; \
             return heads.flatMap((head, column) => [...table.tBodies[0].rows].flatMap((row) => \
             [...row.cells[column].querySelectorAll('li')].map((item) => \
             `${head.textContent} | ${row.cells[0].textContent} | ${item.textContent} | ${item.querySelector('time').dateTime}`))); })()",
        );
        serde_json::from_value(meetings).unwrap()
    }

    fn address(&mut self, tab: &Tab) -> String {
        self.run(tab, "location.search").as_str().unwrap().to_owned()
    }

    fn choose(&mut self, tab: &Tab, name: &str, value: &str) {
        let choice = format!(
            "(() => {{ const select = document.querySelector('.rb-week-filter').elements['{name}']; select.value = '{value}'; \
             select.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
        );
        self.run(tab, &choice);
    }

    fn go(&mut self, tab: &Tab, where_to: &str) {
        self.run(tab, &format!("document.querySelector('[data-go={where_to}]').click()"));
    }

    fn press(&mut self, tab: &Tab, key: &str, code: u32, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let parameters = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": if kind == "keyDown" { text } else { "" }});
            self.browser.call(Some(tab), "Input.dispatchKeyEvent", &parameters);
        }
    }
}

#[test(needs(Browser))]
fn weeks_are_correct_across_clock_changes() {
    let mut reader = Reader::start();
    for (zone, week, expected) in [
        (
            "Europe/Berlin",
            "2026-10-19",
            vec![
                "Mon 19 | 07:00 | 07:00 SIG Alpha Late | 2026-10-19T05:00Z",
                "Tue 20 | 09:00 | 09:00 WG Beta Counted | 2026-10-20T07:00Z",
                "Tue 20 | 18:00 | 18:00 SIG Alpha Weekly Join | 2026-10-20T16:00Z",
                "Tue 20 | 18:00 | 18:00 WG Beta Evening | 2026-10-20T16:00Z",
                "Tue 20 | 18:00 | 18:30 SIG Alpha Open unconfirmed | 2026-10-20T16:30Z",
                "Wed 21 | 17:00 | 17:00 WG Beta Third | 2026-10-21T15:00Z",
            ],
        ),
        // Europe has changed to standard time, America has not.
        (
            "Europe/Berlin",
            "2026-10-26",
            vec![
                "Mon 26 | 06:00 | 06:00 SIG Alpha Late | 2026-10-26T05:00Z",
                "Tue 27 | 17:00 | 17:00 SIG Alpha Weekly Join | 2026-10-27T16:00Z",
                "Tue 27 | 17:00 | 17:30 SIG Alpha Open unconfirmed | 2026-10-27T16:30Z",
                "Tue 27 | 18:00 | 18:00 WG Beta Evening | 2026-10-27T17:00Z",
            ],
        ),
        (
            "Europe/Berlin",
            "2026-11-02",
            vec![
                "Mon 2 | 07:00 | 07:00 SIG Alpha Late | 2026-11-02T06:00Z",
                "Tue 3 | 09:00 | 09:00 WG Beta Counted | 2026-11-03T08:00Z",
                "Tue 3 | 18:00 | 18:00 SIG Alpha Weekly Join | 2026-11-03T17:00Z",
                "Tue 3 | 18:00 | 18:00 WG Beta Evening | 2026-11-03T17:00Z",
                "Tue 3 | 18:00 | 18:30 SIG Alpha Open unconfirmed | 2026-11-03T17:30Z",
            ],
        ),
        (
            "Asia/Kolkata",
            "2026-10-26",
            vec![
                "Mon 26 | 10:00 | 10:30 SIG Alpha Late | 2026-10-26T05:00Z",
                "Tue 27 | 21:00 | 21:30 SIG Alpha Weekly Join | 2026-10-27T16:00Z",
                "Tue 27 | 22:00 | 22:30 WG Beta Evening | 2026-10-27T17:00Z",
                "Tue 27 | 22:00 | 22:00 SIG Alpha Open unconfirmed | 2026-10-27T16:30Z",
            ],
        ),
        (
            "Asia/Kolkata",
            "2026-11-02",
            vec![
                "Mon 2 | 11:00 | 11:30 SIG Alpha Late | 2026-11-02T06:00Z",
                "Tue 3 | 13:00 | 13:30 WG Beta Counted | 2026-11-03T08:00Z",
                "Tue 3 | 22:00 | 22:30 SIG Alpha Weekly Join | 2026-11-03T17:00Z",
                "Tue 3 | 22:00 | 22:30 WG Beta Evening | 2026-11-03T17:00Z",
                "Tue 3 | 23:00 | 23:00 SIG Alpha Open unconfirmed | 2026-11-03T17:30Z",
            ],
        ),
        // Summer time begins on 14 March in America and on 28 March in Europe; 9 March is 108 weeks after the start of
        // the biweekly meeting.
        (
            "Europe/Berlin",
            "2027-03-08",
            vec![
                "Mon 8 | 07:00 | 07:00 SIG Alpha Late | 2027-03-08T06:00Z",
                "Tue 9 | 09:00 | 09:00 WG Beta Counted | 2027-03-09T08:00Z",
                "Tue 9 | 18:00 | 18:00 SIG Alpha Weekly Join | 2027-03-09T17:00Z",
                "Tue 9 | 18:00 | 18:00 WG Beta Evening | 2027-03-09T17:00Z",
                "Tue 9 | 18:00 | 18:30 SIG Alpha Open unconfirmed | 2027-03-09T17:30Z",
            ],
        ),
        (
            "Europe/Berlin",
            "2027-03-15",
            vec![
                "Mon 15 | 06:00 | 06:00 SIG Alpha Late | 2027-03-15T05:00Z",
                "Tue 16 | 17:00 | 17:00 SIG Alpha Weekly Join | 2027-03-16T16:00Z",
                "Tue 16 | 17:00 | 17:30 SIG Alpha Open unconfirmed | 2027-03-16T16:30Z",
                "Tue 16 | 18:00 | 18:00 WG Beta Evening | 2027-03-16T17:00Z",
                "Wed 17 | 16:00 | 16:00 WG Beta Third | 2027-03-17T15:00Z",
            ],
        ),
        (
            "Asia/Kolkata",
            "2027-03-15",
            vec![
                "Mon 15 | 10:00 | 10:30 SIG Alpha Late | 2027-03-15T05:00Z",
                "Tue 16 | 21:00 | 21:30 SIG Alpha Weekly Join | 2027-03-16T16:00Z",
                "Tue 16 | 22:00 | 22:30 WG Beta Evening | 2027-03-16T17:00Z",
                "Tue 16 | 22:00 | 22:00 SIG Alpha Open unconfirmed | 2027-03-16T16:30Z",
                "Wed 17 | 20:00 | 20:30 WG Beta Third | 2027-03-17T15:00Z",
            ],
        ),
        // A meeting on Sunday evening may fall into the next week of the reader.
        (
            "America/Los_Angeles",
            "2026-10-19",
            vec![
                "Tue 20 | 00:00 | 00:00 WG Beta Counted | 2026-10-20T07:00Z",
                "Tue 20 | 09:00 | 09:00 SIG Alpha Weekly Join | 2026-10-20T16:00Z",
                "Tue 20 | 09:00 | 09:00 WG Beta Evening | 2026-10-20T16:00Z",
                "Tue 20 | 09:00 | 09:30 SIG Alpha Open unconfirmed | 2026-10-20T16:30Z",
                "Wed 21 | 08:00 | 08:00 WG Beta Third | 2026-10-21T15:00Z",
                "Sun 25 | 22:00 | 22:00 SIG Alpha Late | 2026-10-26T05:00Z",
            ],
        ),
    ] {
        let tab = reader.open(&format!("?week={week}"), zone);
        assert_eq!(reader.grid(&tab), expected, "{week} in {zone}");
        // The same for a reader in another zone who selects that zone.
        let tab = reader.open(&format!("?zone={zone}&week={week}"), "Pacific/Auckland");
        assert_eq!(reader.grid(&tab), expected, "{week} in {zone}, from elsewhere");
    }
}

#[test(needs(Browser))]
fn week_and_filters_are_part_of_the_address() {
    let mut reader = Reader::start();
    let tab = reader.open("", "Europe/Berlin");
    let shown = "[document.querySelector('.rb-week-name').textContent, document.querySelector('.rb-week-status').textContent, \
         document.querySelector('thead [aria-current]')?.textContent ?? null]";
    // Midnight has passed in Berlin: it is Sunday there.
    assert_eq!(
        reader.run(&tab, shown),
        json!(["October 19 – 25, 2026", "6 meetings in the selected week, 1 of them unconfirmed.", "Sun 25"])
    );
    reader.go(&tab, "next");
    assert_eq!(reader.address(&tab), "?week=2026-10-26");
    assert_eq!(
        reader.run(&tab, shown),
        json!([
            "October 26 – November 1, 2026",
            "4 meetings in the selected week, 1 of them unconfirmed.",
            null
        ])
    );
    reader.go(&tab, "next");
    reader.go(&tab, "previous");
    reader.go(&tab, "previous");
    assert_eq!(reader.address(&tab), "", "the address omits the current week");
    reader.go(&tab, "previous");
    assert_eq!(reader.address(&tab), "?week=2026-10-12");
    reader.run(&tab, "history.back()");
    reader.browser.wait(&tab, "location.search === '' && !!document.querySelector('thead [aria-current]')");
    reader.choose(&tab, "group", "sig-alpha");
    reader.choose(&tab, "zone", "America/Los_Angeles");
    assert_eq!(reader.address(&tab), "?group=sig-alpha&zone=America/Los_Angeles");
    assert_eq!(
        reader.grid(&tab),
        [
            "Tue 20 | 09:00 | 09:00 SIG Alpha Weekly Join | 2026-10-20T16:00Z",
            "Tue 20 | 09:00 | 09:30 SIG Alpha Open unconfirmed | 2026-10-20T16:30Z",
            "Sun 25 | 22:00 | 22:00 SIG Alpha Late | 2026-10-26T05:00Z",
        ]
    );
    // In Los Angeles it is still Saturday.
    assert_eq!(reader.run(&tab, "document.querySelector('thead [aria-current]').textContent"), "Sat 24");
    let visible = "[...document.querySelectorAll('.rb-cal-list > li')].filter((item) => item.checkVisibility()) \
         .map((item) => item.querySelector('.rb-meeting-title').textContent)";
    assert_eq!(reader.run(&tab, visible), json!(["Vague", "Weekly", "Open", "Late"]));
    // Selecting a kind clears a group of another kind, and vice versa.
    reader.choose(&tab, "kind", "wg");
    assert_eq!(reader.address(&tab), "?kind=wg&zone=America/Los_Angeles");
    assert_eq!(reader.run(&tab, visible), json!(["Counted", "Evening", "Third"]));
    assert_eq!(reader.run(&tab, "document.getElementById('rb-as-written').checkVisibility()"), false);
    reader.choose(&tab, "group", "sig-alpha");
    assert_eq!(reader.address(&tab), "?group=sig-alpha&zone=America/Los_Angeles");
    reader.choose(&tab, "zone", "Europe/Berlin");
    assert_eq!(reader.address(&tab), "?group=sig-alpha", "the address omits the reader's own zone");
    // Dates that nobody has confirmed can be hidden, also by address.
    let hide = "(() => { const box = document.querySelector('[name=unconfirmed]'); box.click(); return box.checked; })()";
    assert_eq!(reader.run(&tab, hide), false);
    assert_eq!(reader.address(&tab), "?group=sig-alpha&unconfirmed=hide");
    let certain = [
        "Mon 19 | 07:00 | 07:00 SIG Alpha Late | 2026-10-19T05:00Z",
        "Tue 20 | 18:00 | 18:00 SIG Alpha Weekly Join | 2026-10-20T16:00Z",
    ];
    assert_eq!(reader.grid(&tab), certain);
    let tab = reader.open("?group=sig-alpha&unconfirmed=hide", "Europe/Berlin");
    assert_eq!(reader.grid(&tab), certain);
    assert_eq!(reader.run(&tab, hide), true);
    assert_eq!((reader.address(&tab), reader.grid(&tab).len()), ("?group=sig-alpha".to_owned(), 3));
    // Shared addresses show the same week, on the Monday of the given date; invalid values are ignored.
    let tab = reader.open("?kind=wg&week=2026-10-30&zone=UTC", "Asia/Tokyo");
    assert_eq!(reader.grid(&tab), ["Tue 27 | 17:00 | 17:00 WG Beta Evening | 2026-10-27T17:00Z"]);
    assert_eq!(
        reader.run(&tab, "document.querySelector('.rb-week-status').textContent"),
        "1 meeting in the selected week."
    );
    let zones = "[...document.querySelector('[name=zone]').options].map((option) => option.text)";
    assert_eq!(
        reader.run(&tab, zones),
        json!(["Asia/Tokyo (your zone)", "UTC", "America/Los Angeles", "Europe/Berlin",])
    );
    for nonsense in
        ["?group=sig-none&kind=x&week=2026-13-40&zone=Nowhere/Land", "?week=0001-01-01", "?week=soon"]
    {
        let tab = reader.open(nonsense, "Europe/Berlin");
        assert_eq!(reader.grid(&tab).len(), 6, "{nonsense}");
    }
    let tab = reader.open("?group=ug-quiet", "Europe/Berlin");
    assert_eq!(
        reader.grid(&tab).len(),
        6,
        "groups without meetings are not options, so the value is ignored"
    );
    let tab = reader.open("?group=wg-beta&week=2026-10-28&kind=sig", "Europe/Berlin");
    assert_eq!(
        reader.run(&tab, "document.querySelector('.rb-week-status').textContent"),
        "No meetings in the selected week."
    );
}

#[test(needs(Browser))]
fn the_week_contains_single_dates() {
    let mut browser = Browser::start();
    let text = "kind = \"sig\"\nname = \"X\"\n[[meetings]]\ntitle = \"Election\"\ndates = [2026-10-20, 2026-11-03]\n\
                time = \"18:00-19:00\"\ntz = \"America/Los_Angeles\"\n";
    let site = TestSite::small(&[("content/groups/sig-x.toml", text)]);
    site.run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/");
    let names = "[...document.querySelectorAll('.rb-week-grid .rb-event a')].map((link) => link.textContent)";
    for (week, expected) in [
        ("2026-10-19", json!(["03:00 SIG X Election"])),
        ("2026-10-26", json!([])),
        ("2026-11-02", json!(["03:00 SIG X Election"])),
    ] {
        let tab = browser.open_at(&format!("{}calendar/?week={week}", host.site()), "Europe/Berlin", NOW);
        assert_eq!(browser.run(&tab, names), expected, "{week}");
    }
    let page = site.page("calendar/index.html");
    assert!(page.contains("Meetings on single dates") && !page.contains("rb-load"), "{page}");
}

#[test(needs(Browser))]
fn narrow_screens_stack_the_days() {
    let mut reader = Reader::start();
    let tab = reader.open("", "Europe/Berlin");
    let narrow = json!({"width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": true});
    reader.browser.call(Some(&tab), "Emulation.setDeviceMetricsOverride", &narrow);
    reader.browser.wait(&tab, "!!document.querySelector('.rb-week-agenda')");
    assert_eq!(reader.grid(&tab), [] as [&str; 0]);
    assert_eq!(reader.run(&tab, "document.documentElement.scrollWidth"), 320);
    let days = "[...document.querySelectorAll('.rb-week-agenda section')].map((day) => \
         [day.querySelector('h3').textContent, ...[...day.querySelectorAll('li')].map((item) => item.textContent)])";
    assert_eq!(
        reader.run(&tab, days),
        json!([
            ["Monday, October 19", "07:00 SIG Alpha Late"],
            [
                "Tuesday, October 20",
                "09:00 WG Beta Counted",
                "18:00 SIG Alpha Weekly Join",
                "18:00 WG Beta Evening",
                "18:30 SIG Alpha Open unconfirmed",
            ],
            ["Wednesday, October 21", "17:00 WG Beta Third"],
        ])
    );
    assert_eq!(
        reader.run(&tab, "document.querySelector('.rb-week-agenda [href^=https]').href"),
        "https://meet.example/weekly"
    );
    // The picture has the colours of the scheme, and scrolls in its own box.
    let mut seen = Vec::new();
    for scheme in ["light", "dark"] {
        let wanted = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        reader.browser.call(Some(&tab), "Emulation.setEmulatedMedia", &wanted);
        let colours = "['.rb-heat-4 rect', '.rb-heat-4 text', '.rb-heat-0 rect'].map((part) => getComputedStyle(document.querySelector(part)).fill)";
        let fills = reader.run(&tab, colours);
        assert!(fills[0] != fills[1] && fills[0] != fills[2], "{scheme}: {fills}");
        seen.push(fills);
    }
    assert_ne!(seen[0], seen[1]);
    reader.browser.call(Some(&tab), "Emulation.clearDeviceMetricsOverride", &json!({}));
    reader.browser.wait(&tab, "!!document.querySelector('.rb-week-grid')");
}

#[test(needs(Browser))]
fn the_week_is_operable_by_keyboard() {
    let mut reader = Reader::start();
    let tab = reader.open("", "Europe/Berlin");
    reader.run(&tab, "document.querySelector('[name=kind]').focus()");
    let focus = "(() => { const { activeElement: at } = document; return at.name || at.dataset.go || at.getAttribute('href'); })()";
    let mut reached = Vec::new();
    for _ in 0..10 {
        reached.push(reader.run(&tab, focus));
        reader.press(&tab, "Tab", 9, "");
    }
    assert_eq!(
        json!(reached),
        json!([
            "kind",
            "group",
            "zone",
            "unconfirmed",
            "previous",
            "this",
            "next",
            "#meeting.sig-alpha.late",
            "#meeting.wg-beta.counted",
            "#meeting.wg-beta.third",
        ]),
        "in reading order: by hour"
    );
    reader.run(&tab, "document.querySelector('[data-go=next]').focus()");
    reader.press(&tab, "Enter", 13, "\r");
    reader.browser.wait(&tab, "location.search === '?week=2026-10-26'");
    assert_eq!(reader.run(&tab, focus), "next", "the focus does not move");
    // Each meeting links to its details.
    reader.run(&tab, "document.querySelector('.rb-event a').focus()");
    reader.press(&tab, "Enter", 13, "\r");
    reader.browser.wait(&tab, "document.querySelector(':target')?.id === 'meeting.sig-alpha.late'");
    assert_eq!(reader.address(&tab), "?week=2026-10-26");
}

#[test(needs(Browser))]
fn the_preview_keeps_the_selected_week() {
    let mut browser = Browser::start();
    let site = site();
    let preview = Preview::start(&site, &[]);
    let tab = browser
        .open_preview(&format!("http://{}/calendar/?group=wg-beta&zone=UTC&week=2026-10-19", preview.host()));
    let shows = |text: &str| {
        format!("document.querySelector('.rb-week-grid')?.textContent.includes('{text}') === true")
    };
    browser.wait(&tab, &shows("16:00 WG Beta Evening"));
    let place = "content/groups/wg-beta.toml";
    let text = std::fs::read_to_string(site.path().join(place)).unwrap();
    site.file(place, text.replacen("18:00", "19:15", 1));
    browser.wait(&tab, &shows("17:15 WG Beta Evening"));
    assert_eq!(
        browser.run(&tab, "document.querySelector('.rb-week-filter').elements.group.value"),
        "wg-beta"
    );
    assert_eq!(browser.run(&tab, &shows("SIG Alpha")), false);
}

/// Compares the weeks of real data with the calendar file as read by an independent parser.
#[test(needs(Browser, Snapshot, Python("icalendar, recurring_ical_events")))]
fn weeks_agree_with_an_independent_reader() {
    let mut browser = Browser::start();
    let host = Host::of(community::handbook(), "/");
    let folder = TestSite::new(&[]);
    for (name, path) in [("certain", "calendar/all.ics"), ("open", "calendar/unconfirmed/all.ics")] {
        folder.file(name, &community::handbook()[path]);
    }
    // Weeks around changes of the clock.
    let weeks = ["2026-10-26", "2027-03-08", "2026-12-28", "2027-03-22"];
    let weeks = if is_slow() { &weeks[..] } else { &weeks[..2] };
    let zones = ["Europe/Berlin", "Asia/Kolkata"];
    let read = |names: &str| -> Value {
        let output = Command::new("python3")
            .arg(project().join("tests/independent/weeks.py"))
            .args([names, &weeks.join(","), &zones.join(",")])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let mut compared = 0;
    for (query, expected) in [("", read("certain,open")), ("&unconfirmed=hide", read("certain"))] {
        for (zone, week) in zones.iter().flat_map(|zone| weeks.iter().map(move |week| (zone, *week))) {
            let tab = browser.open_at(&format!("{}calendar/?week={week}{query}", host.site()), zone, NOW);
            let meetings = browser.run(
                &tab,
                "[...document.querySelectorAll('.rb-week-grid .rb-event b')].map((name) => \
                 `${name.querySelector('time').dateTime} ${name.lastChild.textContent}`).sort()",
            );
            assert_eq!(meetings, expected[zone][week], "{week} in {zone}{query}");
            compared += meetings.as_array().unwrap().len();
            browser.close(tab);
        }
    }
    assert!(compared > 125 * weeks.len(), "{compared} meetings");
}

#[test]
fn without_scripts_every_meeting_is_listed() {
    let site = site();
    site.run(&["build"]).fine();
    let page = site.page("calendar/index.html");
    assert!(page.contains("<section class=\"rb-week\" aria-labelledby=\"rb-week\" hidden>"), "{page}");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not in {page}"));
    // Sorted by the day in the meeting's own zone, then by time.
    let order = [
        "Meetings without exact dates",
        "Thursdays, 14:00 IST, every week",
        "<h3 id=\"rb-tuesday\">",
        "id=\"meeting.wg-beta.counted\"",
        "id=\"meeting.sig-alpha.weekly\"",
        "id=\"meeting.sig-alpha.open\"",
        "id=\"meeting.wg-beta.evening\"",
        "<h3 id=\"rb-wednesday\">",
        "Third Wednesday, every month",
        "<h3 id=\"rb-sunday\">",
        "</a> · tool · every week",
        "id=\"rb-load\"",
        "href=\"sig-alpha.ics\"",
        "href=\"wg-beta.ics\"",
    ]
    .map(at);
    assert!(order.is_sorted(), "{order:?}");
    for part in [
        "<b>09:00</b> <span>Pacific Time</span>",
        "<b>18:00</b> <span>Europe/Berlin</span>",
        "<a href=\"../groups/sig-alpha/\">SIG Alpha</a> · every two weeks <span class=\"rb-tag\">unconfirmed</span>",
        "<a class=\"rb-join\" href=\"https://meet.example/weekly\">Join</a>",
        "<a href=\"all.ics\" download>Add to calendar</a>",
        "<a href=\"unconfirmed/all.ics\" download>Unconfirmed dates</a>",
        "<a href=\"unconfirmed/sig-alpha.ics\" download>Unconfirmed dates</a>",
    ] {
        at(part);
    }
    assert!(!page.contains("Quiet") && !page.contains("rb-monday"), "{page}");
    // Links to the calendar.
    let group = site.page("groups/sig-alpha/index.html");
    assert!(group.contains("href=\"../../calendar/?group=sig-alpha\""), "{group}");
    assert!(site.page("index.html").contains("<a href=\"calendar/\">Calendar</a>"));
}

#[test]
fn the_load_is_shown_as_picture_and_table() {
    let site = site();
    site.run(&["build"]).fine();
    let page = site.page("calendar/index.html");
    // In standard time: 09:00 and 09:30 on Tuesday in Los Angeles are 17:00 and 17:30 UTC, and so is 18:00 in Berlin: 1
    // + ½ + 1. 09:00 in Berlin is 08:00: ½. 08:00 on Wednesday in Los Angeles is 16:00: ¼. 22:00 on Sunday in Los
    // Angeles is 06:00 on Monday: 1.
    let rows: Vec<String> = page
        .split_once("class=\"rb-load\"")
        .unwrap()
        .1
        .split_once("<tbody>")
        .unwrap()
        .1
        .split("</tr>")
        .map_while(|row| Some(row.trim().strip_prefix("<tr><th scope=\"row\">")?.to_owned()))
        .map(|row| {
            row.replace("</th>", "")
                .replace("<td class=\"rb-right\">", " ")
                .replace("</td>", "")
                .replace("<b>", "")
                .replace("</b>", "")
        })
        .collect();
    assert_eq!(
        rows,
        [
            "06:00 1 – – – – – –",
            "08:00 – 0.5 – – – – –",
            "16:00 – – 0.25 – – – –",
            "17:00 – 2.5 – – – – –",
            "Total 1 3 0.25 0 0 0 0",
        ]
    );
    for part in [
        "<title id=\"rb-heat-title\">Meetings per week by weekday and hour, in UTC</title>",
        "4.25 meetings per week; the busiest hour is Tuesday at 17:00 with 2.5.</desc>",
        "<a href=\"#rb-tuesday\" aria-label=\"Tuesday: 3 meetings per week\">",
        "<g class=\"rb-heat-4\"><title>Tuesday, 17:00 UTC: 2.5 meetings per week</title>",
        "<g class=\"rb-heat-2\"><title>Monday, 06:00 UTC: 1 meeting per week</title>",
        "<g class=\"rb-heat-1\"><title>Wednesday, 16:00 UTC: 0.25 meetings per week</title>",
        // No meeting is on a Monday in its own zone: there is no list to lead to.
        "<g role=\"img\" aria-label=\"Monday: 1 meeting per week\">",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}

#[test]
fn without_meetings_there_is_no_calendar() {
    let site = TestSite::small(&[("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\n")]);
    site.run(&["build"]).fine();
    assert!(!site.path().join("public/calendar").exists());
    assert!(!site.page("index.html").contains("calendar/"));
    // Meetings without recurrence rules have a page, but no week and no file.
    let vague = meeting("meetings", "Vague", "Thursday", "14:00", "IST", "weekly");
    site.file("content/groups/sig-x.toml", format!("kind = \"sig\"\nname = \"X\"\n{vague}"));
    site.run(&["build"]).fine();
    let page = site.page("calendar/index.html");
    assert!(page.contains("Thursdays, 14:00 IST, every week") && !page.contains("calendar.js"), "{page}");
    for absent in ["rb-load", "rb-week-place", ".ics"] {
        assert!(!page.contains(absent), "{absent} is in {page}");
    }
}
