//! Times of meetings: on the page, computed in the browser, and in calendars.

use std::process::Command;

use serde_json::{Value, json};

use crate::browser::{Browser, Tab};
use crate::community;
use crate::host::Host;
use crate::preview::Preview;
use crate::support::{TestSite, project, snapshot};

/// Title, day, time, zone and frequency.
const MEETINGS: [[&str; 5]; 9] = [
    ["weekly", "Tuesday", "9:00", "PT (Pacific Time)", "weekly"],
    ["counted", "Tuesday", "09:00", "Europe/Berlin", "biweekly starting Tuesday Feb 11, 2025"],
    ["open", "Tuesday", "9:00", "PT (Pacific Time)", "biweekly"],
    ["third", "third Wednesday", "8:00", "PT (Pacific Time)", "monthly"],
    ["last", "Wednesday", "14:00", "ET (Eastern Time)", "monthly - last Wednesday every month"],
    ["twice", "Sunday", "1:30", "America/Los_Angeles", "weekly"],
    ["never", "Sunday", "2:30", "America/Los_Angeles", "weekly"],
    ["nie", "Sunday", "2:30", "Europe/Berlin", "weekly"],
    ["vague", "Thursday", "14:00", "IST", "weekly"],
];

fn site(language: &str) -> TestSite {
    let meetings: String = MEETINGS
        .iter()
        .map(|[title, day, time, tz, frequency]| {
            format!("[[meetings]]\ntitle = \"{title}\"\nday = \"{day}\"\ntime = \"{time}\"\ntz = \"{tz}\"\nfrequency = \"{frequency}\"\n")
        })
        .collect();
    let group = format!("kind = \"sig\"\nname = \"Example\"\n{meetings}");
    let config = format!("title = \"Small\"\nlanguage = \"{language}\"\n\n[[source]]\npath = \"content\"\n");
    TestSite::small(&[("site.toml", &config), ("content/groups/sig-example.toml", &group)])
}

/// The rows under a meeting: day, time in its zone, the reader's time if it differs, and the instant.
fn rows(browser: &mut Browser, tab: &Tab, title: &str) -> Value {
    browser.run(
        tab,
        &format!(
            "(() => {{ const item = [...document.querySelectorAll('.rb-meetings > li')] \
             .find((item) => item.querySelector('.rb-meeting-title').textContent === '{title}'); \
             return [...item.querySelectorAll('tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent) \
             .concat(row.querySelector('time').dateTime).join(' | ')); }})()"
        ),
    )
}

/// Checks the rows of meetings by title, for a reader in a zone at a time.
fn assert_rows(browser: &mut Browser, url: &str, reader: &str, now: &str, expected: &[(&str, Vec<&str>)]) {
    let tab = browser.open_at(url, reader, now);
    for (title, expected) in expected {
        assert_eq!(rows(browser, &tab, title), json!(expected), "{title} at {now} in {reader}");
    }
}

#[test(needs(Browser))]
fn the_next_times_are_right_across_clock_changes() {
    let mut browser = Browser::start();
    let site = site("en");
    site.run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/");
    let url = host.site() + "groups/sig-example/";
    for (now, reader, expected) in [
        // Hours before clocks go back in Europe, on 25 October; in America on 1 November.
        (
            "2026-10-24T22:00:00Z",
            "Europe/Berlin",
            vec![
                (
                    "weekly",
                    vec![
                        "Tue, Oct 27 | 09:00 | 17:00 | 2026-10-27T16:00Z",
                        "Tue, Nov 3 | 09:00 | 18:00 | 2026-11-03T17:00Z",
                        "Tue, Nov 10 | 09:00 | 18:00 | 2026-11-10T17:00Z",
                    ],
                ),
                (
                    "counted",
                    vec![
                        "Tue, Nov 3 | 09:00 | 2026-11-03T08:00Z",
                        "Tue, Nov 17 | 09:00 | 2026-11-17T08:00Z",
                        "Tue, Dec 1 | 09:00 | 2026-12-01T08:00Z",
                    ],
                ),
                (
                    "open",
                    vec![
                        "Tue, Oct 27 | 09:00 | 17:00 | 2026-10-27T16:00Z",
                        "or Tue, Nov 3 | 09:00 | 18:00 | 2026-11-03T17:00Z",
                    ],
                ),
                (
                    "third",
                    vec![
                        "Wed, Nov 18 | 08:00 | 17:00 | 2026-11-18T16:00Z",
                        "Wed, Dec 16 | 08:00 | 17:00 | 2026-12-16T16:00Z",
                        "Wed, Jan 20, 2027 | 08:00 | 17:00 | 2027-01-20T16:00Z",
                    ],
                ),
                (
                    "last",
                    vec![
                        "Wed, Oct 28 | 14:00 | 19:00 | 2026-10-28T18:00Z",
                        "Wed, Nov 25 | 14:00 | 20:00 | 2026-11-25T19:00Z",
                        "Wed, Dec 30 | 14:00 | 20:00 | 2026-12-30T19:00Z",
                    ],
                ),
                ("vague", vec![]),
            ],
        ),
        // A second after that change; for the reader it is already the next day.
        (
            "2026-10-25T01:00:01Z",
            "Pacific/Auckland",
            vec![
                (
                    "weekly",
                    vec![
                        "Tue, Oct 27 | 09:00 | Wed, Oct 28, 05:00 | 2026-10-27T16:00Z",
                        "Tue, Nov 3 | 09:00 | Wed, Nov 4, 06:00 | 2026-11-03T17:00Z",
                        "Tue, Nov 10 | 09:00 | Wed, Nov 11, 06:00 | 2026-11-10T17:00Z",
                    ],
                ),
                (
                    "nie",
                    vec![
                        "Sun, Nov 1 | 02:30 | 14:30 | 2026-11-01T01:30Z",
                        "Sun, Nov 8 | 02:30 | 14:30 | 2026-11-08T01:30Z",
                        "Sun, Nov 15 | 02:30 | 14:30 | 2026-11-15T01:30Z",
                    ],
                ),
            ],
        ),
        // Before an hour that occurs twice: the first occurrence counts.
        (
            "2026-11-01T08:00:00Z",
            "Asia/Kolkata",
            vec![(
                "twice",
                vec![
                    "Sun, Nov 1 | 01:30 | 14:00 | 2026-11-01T08:30Z",
                    "Sun, Nov 8 | 01:30 | 15:00 | 2026-11-08T09:30Z",
                    "Sun, Nov 15 | 01:30 | 15:00 | 2026-11-15T09:30Z",
                ],
            )],
        ),
        // Between the two.
        (
            "2026-11-01T09:00:00Z",
            "America/New_York",
            vec![
                (
                    "twice",
                    vec![
                        "Sun, Nov 8 | 01:30 | 04:30 | 2026-11-08T09:30Z",
                        "Sun, Nov 15 | 01:30 | 04:30 | 2026-11-15T09:30Z",
                        "Sun, Nov 22 | 01:30 | 04:30 | 2026-11-22T09:30Z",
                    ],
                ),
                (
                    "open",
                    vec![
                        "Tue, Nov 3 | 09:00 | 12:00 | 2026-11-03T17:00Z",
                        "or Tue, Nov 10 | 09:00 | 12:00 | 2026-11-10T17:00Z",
                    ],
                ),
            ],
        ),
        // Before an hour that is skipped: the meeting counts as before the change and is shown an hour later.
        (
            "2027-03-14T09:59:59Z",
            "Europe/Berlin",
            vec![
                (
                    "never",
                    vec![
                        "Sun, Mar 14 | 03:30 | 11:30 | 2027-03-14T10:30Z",
                        "Sun, Mar 21 | 02:30 | 10:30 | 2027-03-21T09:30Z",
                        "Sun, Mar 28 | 02:30 | 11:30 | 2027-03-28T09:30Z",
                    ],
                ),
                (
                    "weekly",
                    vec![
                        "Tue, Mar 16 | 09:00 | 17:00 | 2027-03-16T16:00Z",
                        "Tue, Mar 23 | 09:00 | 17:00 | 2027-03-23T16:00Z",
                        "Tue, Mar 30 | 09:00 | 18:00 | 2027-03-30T16:00Z",
                    ],
                ),
            ],
        ),
        // Around the change in Europe.
        (
            "2027-03-28T00:59:59Z",
            "Asia/Kolkata",
            vec![(
                "nie",
                vec![
                    "Sun, Mar 28 | 03:30 | 07:00 | 2027-03-28T01:30Z",
                    "Sun, Apr 4 | 02:30 | 06:00 | 2027-04-04T00:30Z",
                    "Sun, Apr 11 | 02:30 | 06:00 | 2027-04-11T00:30Z",
                ],
            )],
        ),
        // A meeting that starts now is the next one.
        (
            "2027-03-30T16:00:00Z",
            "America/New_York",
            vec![(
                "weekly",
                vec![
                    "Tue, Mar 30 | 09:00 | 12:00 | 2027-03-30T16:00Z",
                    "Tue, Apr 6 | 09:00 | 12:00 | 2027-04-06T16:00Z",
                    "Tue, Apr 13 | 09:00 | 12:00 | 2027-04-13T16:00Z",
                ],
            )],
        ),
    ] {
        assert_rows(&mut browser, &url, reader, now, &expected);
    }
}

#[test(needs(Browser))]
fn unknown_parts_are_stated_and_the_layout_does_not_shift() {
    let mut browser = Browser::start();
    let site = site("de");
    site.run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/");
    let url = host.site() + "groups/sig-example/";
    let tab = browser.open_at(&url, "Europe/Berlin", "2026-10-24T22:00:00Z");
    let text = browser.run(&tab, "document.querySelectorAll('.rb-next')[2].textContent");
    let text = text.as_str().unwrap();
    assert!(text.contains("die genaue Woche ist nicht veröffentlicht") && text.contains("27. Okt"), "{text}");
    // Without a rule, the browser adds nothing; with one, it adds the text.
    let page = site.page("groups/sig-example/index.html");
    assert!(page.contains("Donnerstags, 14:00 Uhr IST, wöchentlich"), "{page}");
    assert_eq!(page.matches("class=\"rb-next\"").count(), 8);
    let moved = "Math.abs((() => { const place = document.querySelector('.rb-next'); const full = place.offsetHeight; \
         place.replaceChildren(); return full - place.offsetHeight; })())";
    let moved = browser.run(&tab, moved);
    assert!(moved.as_f64().unwrap() <= 4.0, "{moved} pixels");
    // The computation itself, as no page shows it: only some months have a fifth Thursday.
    let nth = "[[2026, 9, 5, 4], [2026, 10, 5, 4], [2027, 1, -1, 7], [2028, 1, 4, 2]].map((one) => rolebookMeetings.nthOf(...one)) \
         .map((day) => day && new Date(day * 86400000).toISOString().slice(0, 10))";
    assert_eq!(browser.run(&tab, nth), json!(["2026-10-29", null, "2027-02-28", "2028-02-22"]));
    let home = browser.open(&url.replace("groups/sig-example/", ""));
    assert_eq!(browser.run(&home, "typeof window.rolebookMeetings"), "undefined");
}

#[test(needs(Browser))]
fn the_preview_shows_a_changed_meeting_and_the_calendar_of_a_build() {
    let mut browser = Browser::start();
    let site = site("en");
    let preview = Preview::start(&site, &[]);
    let url = format!("http://{}/groups/sig-example/", preview.host());
    let tab = browser.open_preview(&url);
    browser.run(&tab, "window.kept = 'same page'");
    let path = "content/groups/sig-example.toml";
    let text = std::fs::read_to_string(site.path().join(path)).unwrap();
    site.file(path, text.replacen("9:00", "10:15", 1));
    browser.wait(&tab, "document.querySelector('.rb-next tbody').textContent.includes('10:15')");
    assert_eq!(browser.run(&tab, "window.kept"), "same page");
    let reply = preview.wait_for("calendar/sig-example.ics", "20250107T101500");
    assert_eq!(reply.header("content-type"), Some("text/calendar; charset=utf-8"));
    site.run(&["build"]).fine();
    assert_eq!(reply.body(), site.page("calendar/sig-example.ics"));
    assert_eq!(preview.get("calendar/sig-other.ics").status, 404);
}

#[test]
fn calendars_contain_meetings_with_a_rule() {
    let site = site("en");
    site.run(&["build"]).fine();
    let read = |path: &str| site.page(path).replace("\r\n ", "");
    let text = read("calendar/sig-example.ics");
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.iter().filter(|line| **line == "BEGIN:VEVENT").count(), 7);
    for line in [
        "UID:sig-example.weekly@small",
        "DTSTAMP:19700101T000000Z",
        "DTSTART;TZID=America/Los_Angeles:20250107T090000",
        "DTSTART;TZID=Europe/Berlin:20250211T090000",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        "RRULE:FREQ=MONTHLY;BYDAY=3WE",
        "RRULE:FREQ=MONTHLY;BYDAY=-1WE",
    ] {
        assert!(lines.contains(&line), "{line}\n{text}");
    }
    for absent in ["DTEND", "DURATION", "vague", "open", "TENTATIVE"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    assert_eq!(text, read("calendar/all.ics").replace("NAME:Small", "NAME:SIG Example"));
    // Meetings whose weeks are unknown are in files of their own.
    let open = read("calendar/unconfirmed/sig-example.ics");
    let lines: Vec<&str> = open.split_terminator("\r\n").collect();
    assert_eq!(lines.iter().filter(|line| **line == "BEGIN:VEVENT").count(), 1);
    for line in [
        "X-WR-CALNAME:SIG Example: unconfirmed dates",
        "UID:sig-example.open@small",
        "SUMMARY:SIG Example: open (every 2 weeks\\, exact week not published)",
        "STATUS:TENTATIVE",
    ] {
        assert!(lines.contains(&line), "{line}\n{open}");
    }
    let all = read("calendar/unconfirmed/all.ics");
    assert_eq!(open, all.replace("NAME:Small", "NAME:SIG Example"));
    let page = site.page("groups/sig-example/index.html");
    assert!(
        page.contains("href=\"../../calendar/sig-example.ics\"")
            && page.contains("href=\"../../calendar/unconfirmed/sig-example.ics\"")
            && page.contains("dates are unclear: vague."),
        "{page}"
    );
}

#[test]
fn the_build_time_is_an_input_and_never_the_clock() {
    let site = site("en");
    let build = |epoch: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolebook"));
        command.arg("build").current_dir(site.path()).env("SOURCE_DATE_EPOCH", epoch).output().unwrap()
    };
    assert!(build("1767225600").status.success());
    let calendar = site.page("calendar/all.ics");
    assert!(calendar.contains("DTSTAMP:20260101T000000Z") && !calendar.contains("DTSTAMP:1970"));
    let refused = build("yesterday");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("invalid SOURCE_DATE_EPOCH `yesterday`"));
}

#[test]
fn meetings_with_the_same_title_have_distinct_ids() {
    let meeting = |table: &str, day: &str| {
        format!(
            "[[{table}]]\ntitle = \"Sync\"\nday = \"{day}\"\ntime = \"9:00\"\ntz = \"UTC\"\nfrequency = \"weekly\"\n"
        )
    };
    let group = format!(
        "kind = \"sig\"\nname = \"Example\"\n{}[[subprojects]]\nname = \"tool\"\n{}{}[[subprojects]]\nname = \"kit\"\n{}",
        meeting("meetings", "Monday"),
        meeting("subprojects.meetings", "Tuesday"),
        meeting("subprojects.meetings", "someday"),
        meeting("subprojects.meetings", "Tuesday"),
    );
    let site = TestSite::small(&[("content/groups/sig-x.toml", &group), ("content/groups/all.toml", &group)]);
    site.run(&["build"]).fine();
    let text = site.page("calendar/sig-x.ics").replace("\r\n ", "");
    let uids: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("UID:")).collect();
    assert_eq!(
        uids,
        ["sig-x.sync@small", "sig-x.sync-1@small"],
        "a meeting shared by two subprojects is one event"
    );
    assert!(
        text.contains("\\nSubprojects: tool\\, kit\r\n") && text.contains("DTSTART:20250106T090000Z"),
        "{text}"
    );
    // A group may have the same name as the calendar of all groups.
    let all = site.page("calendar/all.ics");
    assert!(all.contains("UID:sig-x.sync@small") && all.contains("UID:all.sync@small"));
    assert!(!site.page("groups/all/index.html").contains("Add to calendar"));
}

/// A group whose meetings are stated in the words of other communities.
fn other_words() -> TestSite {
    let group = "kind = \"sig\"\nname = \"Example\"\n\
        [[meetings]]\ntitle = \"after\"\nday = \"Wednesday\"\ntime = \"05:30\"\ntz = \"UTC\"\n\
        frequency = \"monthly - Wednesday, after the fourth Tuesday, every month\"\n\
        [[meetings]]\ntitle = \"midnight\"\nday = \"last Friday\"\ntime = \"24:00\"\ntz = \"EST\"\n\
        frequency = \"monthly\"\nlength = 45\n\
        [[meetings]]\ntitle = \"range\"\nday = \"Thu\"\ntime = \"11:30PM-12:30AM\"\ntz = \"Europe/Madrid\"\nfrequency = \"weekly\"\n\
        [[meetings]]\ntitle = \"dates\"\ndates = [2026-03-14, 2026-10-25]\ntime = \"09:00\"\ntz = \"UTC+5:30\"\n\
        [[meetings]]\ntitle = \"past\"\ndates = [\"2020-01-01\"]\ntime = \"24:00\"\ntz = \"UTC\"\n";
    let config =
        "title = \"Small\"\n\n[zones]\nEST = \"America/New_York\"\n\n[[source]]\npath = \"content\"\n";
    TestSite::small(&[("site.toml", config), ("content/groups/sig-example.toml", group)])
}

#[test]
fn lengths_dates_and_days_after_others_are_in_pages_and_calendars() {
    let site = other_words();
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("warning:"), "{}", run.stderr);
    let page = site.page("groups/sig-example/index.html");
    for part in [
        "<p class=\"rb-meeting-when\">Last Friday, 24:00–00:45 EST, every month</p>",
        "<p class=\"rb-meeting-when\">Thursdays, 23:30–00:30 Europe/Madrid, every week</p>",
        "<p class=\"rb-meeting-when\">2026-03-14, 2026-10-25, 09:00 UTC+5:30</p>",
        "data-weekday=\"3\" data-time=\"05:30\" data-zone=\"UTC\" data-zone-label=\"UTC\" data-nth=\"4\" data-after=\"1\">",
        "data-weekday=\"6\" data-time=\"00:00\" data-zone=\"America/New_York\" data-zone-label=\"EST\" data-nth=\"-1\" data-after=\"1\" data-length=\"45\">",
        "class=\"rb-recurs\" data-time=\"00:00\" data-zone=\"UTC\" data-zone-label=\"UTC\" data-dates=\"2020-01-02\">",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let text = site.page("calendar/sig-example.ics").replace("\r\n ", "");
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    for line in [
        "RRULE:FREQ=MONTHLY;BYDAY=WE;BYMONTHDAY=23,24,25,26,27,28,29",
        "RDATE:20340301T053000Z,20450301T053000Z,20510301T053000Z,20620301T053000Z",
        "DTSTART;TZID=America/New_York:20250201T000000",
        "RRULE:FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=-6,-5,-4,-3,-2,-1,1",
        "DURATION:PT45M",
        "DURATION:PT60M",
        "UID:sig-example.dates.2026-03-14@small",
        "UID:sig-example.dates.2026-10-25@small",
        "DTSTART;TZID=Asia/Kolkata:20261025T090000",
        "DTSTART:20200102T000000Z",
    ] {
        assert!(lines.contains(&line), "{line}\n{text}");
    }
    assert_eq!(lines.iter().filter(|line| line.starts_with("DURATION")).count(), 2);
    let page = site.page("calendar/index.html");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not in {page}"));
    let order = [
        "3 regular meetings of groups",
        "<h3 id=\"rb-thursday\">",
        "<b>23:30–00:30</b> <span>Europe/Madrid</span>",
        "<h3 id=\"rb-saturday\">",
        "<b>00:00–00:45</b> <span>EST</span>",
        "Last Friday, 24:00–00:45 EST, every month",
        "<h2 id=\"rb-dates\">Meetings on single dates</h2>",
        "data-dates=\"2026-03-14 2026-10-25\"",
        "2026-03-14, 2026-10-25, 09:00 UTC+5:30",
    ]
    .map(at);
    assert!(order.is_sorted(), "{order:?}");
    assert!(!page.contains("The length of meetings is not published"), "{page}");
    let meetings: Value = serde_json::from_str(&site.page("api/handbook.json")).unwrap();
    let meetings = &meetings["groups"][0]["meetings"];
    assert_eq!((&meetings[1]["time"], &meetings[1]["length"]), (&json!("24:00"), &json!(45)));
    assert_eq!(meetings[3]["dates"], json!(["2026-03-14", "2026-10-25"]));
    assert_eq!((meetings[0].get("length"), meetings[0].get("dates")), (None, None));
}

#[test(needs(Browser))]
fn the_browser_knows_lengths_dates_and_days_after_others() {
    let mut browser = Browser::start();
    let site = other_words();
    site.run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/");
    let url = host.site() + "groups/sig-example/";
    for (now, reader, expected) in [
        (
            "2026-10-24T22:00:00Z",
            "Europe/Berlin",
            vec![
                (
                    "after",
                    vec![
                        "Wed, Oct 28 | 05:30 | 06:30 | 2026-10-28T05:30Z",
                        "Wed, Nov 25 | 05:30 | 06:30 | 2026-11-25T05:30Z",
                        "Wed, Dec 23 | 05:30 | 06:30 | 2026-12-23T05:30Z",
                    ],
                ),
                // The last Friday of October is the 30th.
                (
                    "midnight",
                    vec![
                        "Sat, Oct 31 | 00:00–00:45 | 05:00–05:45 | 2026-10-31T04:00Z",
                        "Sat, Nov 28 | 00:00–00:45 | 06:00–06:45 | 2026-11-28T05:00Z",
                        "Sat, Dec 26 | 00:00–00:45 | 06:00–06:45 | 2026-12-26T05:00Z",
                    ],
                ),
                (
                    "range",
                    vec![
                        "Thu, Oct 29 | 23:30–00:30 | 2026-10-29T22:30Z",
                        "Thu, Nov 5 | 23:30–00:30 | 2026-11-05T22:30Z",
                        "Thu, Nov 12 | 23:30–00:30 | 2026-11-12T22:30Z",
                    ],
                ),
                ("dates", vec!["Sun, Oct 25 | 09:00 | 04:30 | 2026-10-25T03:30Z"]),
                ("past", vec![]),
            ],
        ),
        // The fourth Tuesday of February is its last day; so is the last Friday of July.
        (
            "2034-02-22T06:00:00Z",
            "UTC",
            vec![(
                "after",
                vec![
                    "Wed, Mar 1 | 05:30 | 2034-03-01T05:30Z",
                    "Wed, Mar 29 | 05:30 | 2034-03-29T05:30Z",
                    "Wed, Apr 26 | 05:30 | 2034-04-26T05:30Z",
                ],
            )],
        ),
        (
            "2026-07-31T12:00:00Z",
            "America/New_York",
            vec![(
                "midnight",
                vec![
                    "Sat, Aug 1 | 00:00–00:45 | 2026-08-01T04:00Z",
                    "Sat, Aug 29 | 00:00–00:45 | 2026-08-29T04:00Z",
                    "Sat, Sep 26 | 00:00–00:45 | 2026-09-26T04:00Z",
                ],
            )],
        ),
    ] {
        assert_rows(&mut browser, &url, reader, now, &expected);
    }
}

/// The same dates as above, from the calendar file.
#[test(needs(Python("icalendar, recurring_ical_events")))]
fn another_program_reads_lengths_dates_and_days_after_others() {
    let site = other_words();
    site.run(&["build"]).fine();
    for (from, to, expected) in [
        (
            "2026-10-25",
            "2026-10-31",
            json!([
                ["SIG Example: dates", "2026-10-25T03:30Z", "2026-10-25T03:30Z"],
                ["SIG Example: after", "2026-10-28T05:30Z", "2026-10-28T05:30Z"],
                ["SIG Example: range", "2026-10-29T22:30Z", "2026-10-29T23:30Z"],
            ]),
        ),
        (
            "2026-07-31",
            "2026-08-03",
            json!([["SIG Example: midnight", "2026-08-01T04:00Z", "2026-08-01T04:45Z"]]),
        ),
        (
            "2034-02-24",
            "2034-03-02",
            json!([
                ["SIG Example: midnight", "2034-02-25T05:00Z", "2034-02-25T05:45Z"],
                ["SIG Example: after", "2034-03-01T05:30Z", "2034-03-01T05:30Z"],
            ]),
        ),
    ] {
        let output = Command::new("python3")
            .arg(project().join("tests/independent/occurrences.py"))
            .arg(site.path().join("public/calendar/sig-example.ics"))
            .args([from, to])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let occurrences: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(occurrences, expected, "{from}");
    }
}

/// Another program reads the calendars of the real tree and compares them with its own reading of `sigs.yaml`.
#[test(needs(Snapshot, Python("icalendar, recurring_ical_events, yaml")))]
fn calendars_agree_with_an_independent_reading() {
    let folder = TestSite::new(&[]);
    for (path, bytes) in community::handbook().iter().filter(|(path, _)| path.starts_with("calendar/")) {
        folder.file(path, bytes);
    }
    let output = Command::new("python3")
        .arg(project().join("tests/independent/calendars.py"))
        .args([snapshot().join("community/sigs.yaml"), folder.path().join("calendar")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["different"], json!([]));
    assert_eq!(
        (&result["events"], &result["unconfirmed"], &result["compared"]),
        (&json!(43), &json!(51), &json!(1201)),
        "numbers for the snapshot"
    );
    assert_eq!(
        result["without"],
        json!([
            ["sig-cloud-provider", "Regular Alibaba Cloud Subproject Meeting"],
            ["sig-cluster-lifecycle", "Cluster API Provider IBM Cloud office hours"],
            ["sig-network", "SIG Network Ingress NGINX Meeting"],
        ])
    );
}

#[test(needs(Browser))]
fn the_next_meeting_stands_first_and_keeps_the_focus() {
    let meeting = |title: &str, day: &str, frequency: &str| {
        format!(
            "[[meetings]]\ntitle = \"{title}\"\nday = \"{day}\"\ntime = \"09:00\"\ntz = \"UTC\"\n\
             frequency = \"{frequency}\"\njoin = \"https://meet.example/{title}\"\n"
        )
    };
    let meetings = [
        meeting("Late", "Friday", "weekly"),
        meeting("Open", "Wednesday", "biweekly"),
        meeting("Early", "Tuesday", "weekly"),
    ];
    let group = format!("kind = \"sig\"\nname = \"Paint\"\n{}", meetings.concat());
    let site = TestSite::small(&[("content/groups/sig-paint.toml", &group)]);
    site.run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/");
    let mut browser = Browser::start();
    // A Monday.
    let url = format!("{}groups/sig-paint/", host.site());
    let tab = browser.open_at(&url, "Europe/Berlin", "2026-03-02T12:00:00Z");
    let seen = "[...document.querySelectorAll('.rb-soonest > li')].map((item) => \
                [item.querySelector('.rb-meeting-title').textContent, item.querySelector('.rb-headline').innerText])";
    let expected = json!([
        ["Early", "Tue, Mar 3, 10:00 Your time"],
        ["Open", "Wed, Mar 4, 10:00 or Wed, Mar 11, 10:00 Your time, unconfirmed"],
        ["Late", "Fri, Mar 6, 10:00"],
    ]);
    assert_eq!(browser.run(&tab, seen), expected);
    browser.run(&tab, "document.querySelector('.rb-soonest a').focus()");
    browser.run(&tab, "document.dispatchEvent(new Event('rolebook:exchange'))");
    assert_eq!(browser.run(&tab, "document.activeElement.href"), "https://meet.example/Early");
}

#[test]
fn the_address_of_a_calendar_stays_when_its_dates_are_uncertain() {
    let group = "kind = \"sig\"\nname = \"Paint\"\n[[meetings]]\ntitle = \"Open\"\nday = \"Wednesday\"\n\
                 time = \"09:00\"\ntz = \"Europe/Berlin\"\nfrequency = \"biweekly\"\n";
    let site = TestSite::small(&[("content/groups/sig-paint.toml", group)]);
    site.run(&["build"]).fine();
    let calendar = site.page("calendar/sig-paint.ics");
    assert!(calendar.contains("BEGIN:VTIMEZONE") && !calendar.contains("BEGIN:VEVENT"), "{calendar}");
    assert!(site.page("calendar/unconfirmed/sig-paint.ics").contains("STATUS:TENTATIVE"));
    let page = site.page("groups/sig-paint/index.html");
    assert!(!page.contains("calendar/sig-paint.ics") && page.contains("calendar/unconfirmed/sig-paint.ics"));
}
