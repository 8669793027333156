//! `/calendar/<group>.ics` and `/calendar/all.ics`: meetings as iCalendar (RFC 5545).
//!
//! The data has no durations, so events have none (allowed by 3.6.1). A meeting whose weeks are unknown becomes a
//! tentative weekly event with a note.

mod lines;
mod zone;

use std::collections::BTreeMap;

use jiff::ToSpan;
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

/// Number of years that calendars cover where they list dates, from the first event on.
const YEARS: i16 = 40;

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
    times(lines, "DTSTART", &recurrence.zone, &[start]);
    lines.line("RRULE", &rule(recurrence));
    let irregular = irregular(recurrence, start);
    if !irregular.is_empty() {
        times(lines, "RDATE", &recurrence.zone, &irregular);
    }
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

/// Writes times in a zone.
fn times(lines: &mut Lines, name: &str, zone: &str, times: &[DateTime]) {
    let is_utc = zone == UTC;
    let values: Vec<String> =
        times.iter().map(|time| format!("{}{}", local(*time), if is_utc { "Z" } else { "" })).collect();
    let name = if is_utc { name.to_owned() } else { format!("{name};TZID={zone}") };
    lines.line(&name, &values.join(","));
}

/// Start of an event: from the data, or else the first matching day of [`FIRST_YEAR`].
fn first_time(recurrence: &Recurrence) -> Option<DateTime> {
    let day = match recurrence.start {
        Some(start) => start,
        None => {
            let mut days = Date::new(FIRST_YEAR, 1, 1).ok()?.series(1.day());
            days.find(|day| recurrence.fits(*day))?
        }
    };
    Some(day.to_datetime(recurrence.time))
}

fn rule(recurrence: &Recurrence) -> String {
    let weekday = recurrence.weekday;
    match recurrence.rule {
        Rule::Month { nth, days_after: 0 } => format!("FREQ=MONTHLY;BYDAY={}", day_code(nth, weekday)),
        Rule::Month { nth, days_after } => {
            let days: Vec<String> = days_of_month(nth, days_after).iter().map(i8::to_string).collect();
            format!("FREQ=MONTHLY;BYDAY={};BYMONTHDAY={}", day_code(0, weekday), days.join(","))
        }
        Rule::Weeks(weeks) if weeks > 1 && !recurrence.phase_unknown() => {
            format!("FREQ=WEEKLY;INTERVAL={weeks};BYDAY={}", day_code(0, weekday))
        }
        Rule::Weeks(_) => format!("FREQ=WEEKLY;BYDAY={}", day_code(0, weekday)),
    }
}

/// The days of a month that may be a number of days after its n-th weekday. After the last weekday, they include days
/// of the next month, which are always right.
fn days_of_month(nth: i8, days_after: u8) -> Vec<i8> {
    let after = days_after.cast_signed();
    if nth > 0 {
        let first = 7 * (nth - 1) + 1 + after;
        return (first..first + 7).filter(|day| *day <= 31).collect();
    }
    (after - 7..after).map(|day| if day < 0 { day } else { day + 1 }).collect()
}

/// The occurrences that [`rule`] cannot express, as a number of days after the n-th weekday may be in the next month:
/// the day after the fourth Tuesday, 28 February 2034.
fn irregular(recurrence: &Recurrence, start: DateTime) -> Vec<DateTime> {
    let Rule::Month { nth: 1.., days_after: days_after @ 1.. } = recurrence.rule else { return Vec::new() };
    let Ok(last) = Date::new(start.year() + YEARS, 12, 31) else { return Vec::new() };
    let is_irregular = |date: &Date| {
        let counted = date.saturating_sub(i64::from(days_after).days());
        counted.month() != date.month() && recurrence.fits(*date)
    };
    let dates = start.date().series(1.day()).skip(1).take_while(|date| *date <= last);
    dates.filter(is_irregular).map(|date| date.to_datetime(recurrence.time)).collect()
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
