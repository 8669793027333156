//! `/calendar/<group>.ics` and `/calendar/all.ics`: meetings as iCalendar (RFC 5545).
//!
//! The data has no durations, so events have none (allowed by 3.6.1). A meeting whose weeks are unknown becomes a
//! tentative weekly event with a note.

mod lines;
mod zone;

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Weekday};

use crate::facts::{self, Recurrence, Rule};
use crate::model::{self, ALL_CALENDAR, CalendarEntry, Group};
use crate::pages::schedule;
use crate::source::{Db, Site, last_commit};
use crate::strings::strings;
use crate::url::Href;
use lines::Lines;

/// Events of unknown start begin on the first matching day of this year.
const FIRST_YEAR: i16 = 2025;

/// Renders the calendar at an address.
pub(super) fn text_at(db: &dyn Db, url: &str) -> Option<String> {
    let groups = &model::handbook(db).groups;
    if url == ALL_CALENDAR {
        let title = &Site::get(db).config(db).title;
        return text(db, title, groups.values().map(|group| &**group));
    }
    let group = groups.get(url.strip_prefix("/calendar/")?.strip_suffix(".ics")?)?;
    text(db, &group.full_name(), [&**group])
}

/// Renders a calendar; `None` if it would have no events.
fn text<'a>(db: &dyn Db, title: &str, groups: impl IntoIterator<Item = &'a Group>) -> Option<String> {
    let mut events = Lines::default();
    // Time zones, with the first day on which an event uses them.
    let mut zones = BTreeMap::<&str, Date>::new();
    let mut any = false;
    for group in groups {
        for entry in model::calendar(&group.facts).entries {
            let Some(start) = first_time(entry.recurrence) else { continue };
            any = true;
            event(db, &mut events, group, &entry, start);
            let first = zones.entry(&entry.recurrence.zone).or_insert(start.date());
            *first = start.date().min(*first);
        }
    }
    let mut lines = Lines::default();
    lines.line("BEGIN", "VCALENDAR");
    lines.line("VERSION", "2.0");
    lines.text("PRODID", concat!("-//rolebook//rolebook ", env!("CARGO_PKG_VERSION"), "//EN"));
    lines.line("CALSCALE", "GREGORIAN");
    lines.text("NAME", title);
    lines.text("X-WR-CALNAME", title);
    for (name, first) in zones.iter().filter(|(name, _)| **name != UTC) {
        zone::write(&mut lines, name, &facts::time_zone(name)?, *first);
    }
    lines.append(&events);
    lines.line("END", "VCALENDAR");
    any.then(|| lines.finish())
}

/// The zone that is written as a `Z` after the time.
const UTC: &str = "UTC";

fn event(db: &dyn Db, lines: &mut Lines, group: &Group, entry: &CalendarEntry, start: DateTime) {
    let site = Site::get(db);
    let (meeting, recurrence) = (entry.meeting, &entry.recurrence);
    lines.line("BEGIN", "VEVENT");
    let site_id = model::slug(&site.config(db).title);
    lines.text("UID", &format!("{}.{}@{site_id}", group.id(), entry.id));
    let stamp = site.stamp(db).or_else(|| last_commit(db, group.file.source(db))).unwrap_or_default();
    lines.line("DTSTAMP", &stamp.strftime("%Y%m%dT%H%M%SZ").to_string());
    if recurrence.zone == UTC {
        lines.line("DTSTART", &format!("{}Z", local(start)));
    } else {
        lines.line(&format!("DTSTART;TZID={}", recurrence.zone), &local(start));
    }
    lines.line("RRULE", &rule(recurrence));
    let strings = strings(db);
    let mut summary = format!("{}: {}", group.full_name(), meeting.title.value);
    let mut description = Vec::new();
    description.extend(schedule::when(strings, &meeting.schedule));
    if let Rule::Weeks(weeks) = recurrence.rule
        && recurrence.phase_unknown()
    {
        let weeks = weeks.to_string();
        summary = strings.fill("calendar_file.perhaps", &[("summary", &summary), ("n", &weeks)]);
        description.push(strings.fill("calendar_file.perhaps_note", &[("n", &weeks)]));
    } else {
        description.extend(schedule::open(strings, &meeting.schedule));
    }
    if !entry.subprojects.is_empty() {
        let (count, names) = (entry.subprojects.len().to_string(), entry.subprojects.join(", "));
        description.push(strings.fill("calendar_file.subprojects", &[("n", &count), ("names", &names)]));
    }
    let web = |address: &Option<String>| address.as_deref().and_then(Href::web);
    let join = web(&meeting.join);
    for (label, address) in [
        ("meeting.join", &join),
        ("meeting.notes", &web(&meeting.notes)),
        ("meeting.recordings", &web(&meeting.recordings)),
    ] {
        description.extend(address.as_ref().map(|address| format!("{}: {address}", strings.get(label))));
    }
    lines.text("SUMMARY", &summary);
    lines.text("DESCRIPTION", &description.join("\n"));
    if let Some(join) = &join {
        lines.text("LOCATION", join);
        lines.line("URL", join);
    }
    if recurrence.phase_unknown() {
        lines.line("STATUS", "TENTATIVE");
        lines.line("TRANSP", "TRANSPARENT");
    }
    lines.line("END", "VEVENT");
}

/// Start of an event: from the data, or else the first matching day of [`FIRST_YEAR`].
fn first_time(recurrence: &Recurrence) -> Option<DateTime> {
    let fits = |day: &Date| match recurrence.rule {
        Rule::Weeks(_) => day.weekday() == recurrence.weekday,
        Rule::Month(nth) => day.nth_weekday_of_month(nth, recurrence.weekday).is_ok_and(|date| date == *day),
    };
    let day = match recurrence.start {
        Some(start) => start,
        None => Date::new(FIRST_YEAR, 1, 1).ok()?.series(jiff::Span::new().days(1)).find(fits)?,
    };
    Some(day.to_datetime(recurrence.time))
}

fn rule(recurrence: &Recurrence) -> String {
    let weekday = recurrence.weekday;
    match recurrence.rule {
        Rule::Month(nth) => format!("FREQ=MONTHLY;BYDAY={}", day_code(nth, weekday)),
        Rule::Weeks(weeks) if weeks > 1 && !recurrence.phase_unknown() => {
            format!("FREQ=WEEKLY;INTERVAL={weeks};BYDAY={}", day_code(0, weekday))
        }
        Rule::Weeks(_) => format!("FREQ=WEEKLY;BYDAY={}", day_code(0, weekday)),
    }
}

/// `TU`, `2TU`, `-1TU`.
fn day_code(nth: i8, weekday: Weekday) -> String {
    let code = &facts::weekday_name(weekday)[..2].to_uppercase();
    if nth == 0 { code.clone() } else { format!("{nth}{code}") }
}

/// `20250211T090000`
fn local(time: DateTime) -> String {
    time.strftime("%Y%m%dT%H%M%S").to_string()
}
