//! Meetings as iCalendar (RFC 5545): `/calendar/<group>.ics` and `/calendar/all.ics`, and below
//! `/calendar/unconfirmed/` those whose weeks are unknown.
//!
//! An event has a duration if the data gives one (3.6.1 allows events without). A meeting whose weeks are unknown
//! becomes a tentative weekly event with a note, in a calendar of its own: `/calendar/unconfirmed/<group>.ics`. A
//! meeting on single dates becomes an event for each date, as some calendar programs ignore lists of dates.

mod lines;
mod zone;

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

use crate::facts::{self, Occurrences, Recurrence, RecurrenceRule};
use crate::model::{self, CalendarEntry, Group};
use crate::pages::schedule;
use crate::source::{Db, Site, last_commit};
use crate::strings::strings;
use crate::url::Href;
use lines::Lines;

/// Events of unknown start begin on the first matching day of this year.
const FIRST_YEAR: i16 = 2025;

/// Renders the calendar of a group, or of all groups; `None` if it would have no events.
pub(super) fn text(db: &dyn Db, group: Option<&str>, is_unconfirmed: bool) -> Option<String> {
    let groups = &model::handbook(db).groups;
    let (title, groups): (_, Vec<&Group>) = match group {
        Some(id) => {
            let group = groups.get(id)?;
            (group.full_name(), vec![group])
        }
        None => (Site::get(db).config(db).title.clone(), groups.values().map(|group| &**group).collect()),
    };
    let title = match is_unconfirmed {
        true => strings(db).fill("calendar_file.unconfirmed", &[("title", &title)]),
        false => title,
    };
    let mut events = Lines::default();
    // Time zones, with the first day on which an event uses them.
    let mut zones = BTreeMap::<&str, Date>::new();
    let mut other_zones = zones.clone();
    for group in groups {
        for entry in model::calendar(&group.facts).entries {
            let (zone, starts, rule) = match &entry.occurrences {
                Occurrences::Rule(rule) => {
                    (rule.zone.as_str(), Vec::from_iter(first_time(rule)), Some(*rule))
                }
                Occurrences::Times { zone, times } => (*zone, times.clone(), None),
            };
            let is_here = entry.is_unconfirmed() == is_unconfirmed;
            for start in starts {
                if is_here {
                    event(db, &mut events, group, &entry, &Start { time: start, zone, rule });
                }
                let zones = if is_here { &mut zones } else { &mut other_zones };
                let first = zones.entry(zone).or_insert(start.date());
                *first = start.date().min(*first);
            }
        }
    }
    // A calendar has at least one component (RFC 5545, 3.6); without events, those are time zones.
    let zones = if zones.is_empty() { other_zones } else { zones };
    let any = !zones.is_empty();
    let mut lines = Lines::default();
    lines.line("BEGIN", "VCALENDAR");
    lines.line("VERSION", "2.0");
    lines.text("PRODID", concat!("-//rolebook//rolebook ", env!("CARGO_PKG_VERSION"), "//EN"));
    lines.line("CALSCALE", "GREGORIAN");
    lines.text("NAME", &title);
    lines.text("X-WR-CALNAME", &title);
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

/// The start of an event, and its rule if it is repeated.
struct Start<'a> {
    time: DateTime,
    zone: &'a str,
    rule: Option<&'a Recurrence>,
}

fn event(db: &dyn Db, lines: &mut Lines, group: &Group, entry: &CalendarEntry, start: &Start) {
    let site = Site::get(db);
    let meeting = entry.meeting;
    lines.line("BEGIN", "VEVENT");
    let site_id = model::slug(&site.config(db).title);
    let date = if start.rule.is_none() { format!(".{}", start.time.date()) } else { String::new() };
    lines.text("UID", &format!("{}.{}{date}@{site_id}", group.id(), entry.id));
    let stamp = site.stamp(db).or_else(|| last_commit(db, group.file.source(db))).unwrap_or_default();
    lines.line("DTSTAMP", &stamp.strftime("%Y%m%dT%H%M%SZ").to_string());
    times(lines, "DTSTART", start.zone, &[start.time]);
    if let Some(length) = meeting.schedule.length {
        lines.line("DURATION", &format!("PT{length}M"));
    }
    if let Some(recurrence) = start.rule {
        lines.line("RRULE", &rule(recurrence));
        let irregular = irregular(recurrence, start.time);
        if !irregular.is_empty() {
            times(lines, "RDATE", start.zone, &irregular);
        }
    }
    let strings = strings(db);
    let mut summary = format!("{}: {}", group.full_name(), meeting.title.value);
    let mut description = Vec::new();
    description.extend(schedule::when(strings, &meeting.schedule));
    let perhaps = start.rule.filter(|recurrence| recurrence.phase_unknown());
    if let Some(RecurrenceRule::Weeks(weeks)) = perhaps.map(|recurrence| recurrence.rule) {
        let weeks = weeks.to_string();
        summary = strings.fill("calendar_file.perhaps", &[("summary", &summary), ("n", &weeks)]);
        description.push(strings.fill("calendar_file.perhaps_note", &[("n", &weeks)]));
    } else {
        description.extend(schedule::open(strings, &meeting.schedule));
    }
    if !entry.subprojects.is_empty() {
        let (count, names) = (entry.subprojects.len().to_string(), strings.list(&entry.subprojects));
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
    if perhaps.is_some() {
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
            days.find(|day| recurrence.fits(*day) && !is_irregular(recurrence, *day))?
        }
    };
    Some(day.to_datetime(recurrence.time))
}

fn rule(recurrence: &Recurrence) -> String {
    let weekday = recurrence.weekday;
    match recurrence.rule {
        RecurrenceRule::Month { nth, days_after: 0 } => {
            format!("FREQ=MONTHLY;BYDAY={}", day_code(nth, weekday))
        }
        RecurrenceRule::Month { nth, days_after } => {
            let days: Vec<String> = days_of_month(nth, days_after).iter().map(i8::to_string).collect();
            format!("FREQ=MONTHLY;BYDAY={};BYMONTHDAY={}", day_code(0, weekday), days.join(","))
        }
        RecurrenceRule::Weeks(weeks) if weeks > 1 && !recurrence.phase_unknown() => {
            format!("FREQ=WEEKLY;INTERVAL={weeks};BYDAY={}", day_code(0, weekday))
        }
        RecurrenceRule::Weeks(_) => format!("FREQ=WEEKLY;BYDAY={}", day_code(0, weekday)),
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

/// The occurrences after the start that [`rule`] cannot express.
fn irregular(recurrence: &Recurrence, start: DateTime) -> Vec<DateTime> {
    if !matches!(recurrence.rule, RecurrenceRule::Month { days_after: 1.., .. }) {
        return Vec::new();
    }
    let Ok(last) = Date::new(start.year() + YEARS, 12, 31) else { return Vec::new() };
    let dates = start.date().series(1.day()).skip(1).take_while(|date| *date <= last);
    let irregular = dates.filter(|date| recurrence.fits(*date) && is_irregular(recurrence, *date));
    irregular.map(|date| date.to_datetime(recurrence.time)).collect()
}

/// True if a date that fits is in the month after that of the weekday that the rule counts: 1 March 2034, the day after
/// the fourth Tuesday of February.
fn is_irregular(recurrence: &Recurrence, date: Date) -> bool {
    let RecurrenceRule::Month { nth: 1.., days_after } = recurrence.rule else { return false };
    date.saturating_sub(i64::from(days_after).days()).month() != date.month()
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

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn monthly(nth: i8, days_after: u8, weekday: Weekday) -> Recurrence {
        let rule = RecurrenceRule::Month { nth, days_after };
        Recurrence { weekday, time: time(9, 0, 0, 0), zone: UTC.into(), rule, start: None }
    }

    #[test]
    fn days_after_a_weekday_are_days_of_the_month() {
        for (recurrence, expected) in [
            (monthly(4, 0, Weekday::Wednesday), "FREQ=MONTHLY;BYDAY=4WE"),
            (monthly(4, 1, Weekday::Wednesday), "FREQ=MONTHLY;BYDAY=WE;BYMONTHDAY=23,24,25,26,27,28,29"),
            (monthly(1, 6, Weekday::Monday), "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=7,8,9,10,11,12,13"),
            (monthly(4, 6, Weekday::Monday), "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=28,29,30,31"),
            (monthly(-1, 1, Weekday::Saturday), "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=-6,-5,-4,-3,-2,-1,1"),
        ] {
            assert_eq!(rule(&recurrence), expected);
        }
    }

    #[test]
    fn dates_in_the_next_month_are_listed() {
        let days = |recurrence: &Recurrence| -> Vec<Date> {
            let start = first_time(recurrence).unwrap();
            irregular(recurrence, start).iter().map(|time| time.date()).collect()
        };
        // The years in which 28 February is a Tuesday and the last day of the month.
        let expected = [2034, 2045, 2051, 2062].map(|year| date(year, 3, 1));
        assert_eq!(days(&monthly(4, 1, Weekday::Wednesday)), expected);
        assert_eq!(days(&monthly(3, 6, Weekday::Monday)), []);
        assert_eq!(days(&monthly(-1, 1, Weekday::Saturday)), []);
    }

    /// The rule and the listed dates together are the dates that fit, in every month.
    #[test]
    fn rules_and_listed_dates_are_complete() {
        for (nth, days_after) in (1..=4).chain([-1]).flat_map(|nth| (1..=7).map(move |after| (nth, after))) {
            let recurrence = monthly(nth, days_after, Weekday::Thursday);
            let start = first_time(&recurrence).unwrap();
            let listed: Vec<Date> = irregular(&recurrence, start).iter().map(|time| time.date()).collect();
            let days = days_of_month(nth, days_after);
            for day in start.date().series(1.day()).take_while(|day| day.year() < 2060) {
                let from_end = day.day() - day.days_in_month() - 1;
                let in_rule = day.weekday() == Weekday::Thursday
                    && (days.contains(&day.day()) || days.contains(&from_end));
                let in_calendar = in_rule || listed.contains(&day);
                assert_eq!(in_calendar, recurrence.fits(day), "{day}: {days_after} days after {nth}");
            }
        }
    }
}
