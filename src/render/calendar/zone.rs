//! `VTIMEZONE` components, from the program's own time zone database.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{Offset, TimeZone, TimeZoneTransition};

use super::lines::Lines;
use super::{YEARS, day_code, local};

/// Number of final years in which a rule must hold. Weekdays and leap years repeat after 28 years.
const CYCLE: usize = 28;

/// A kind of clock change that may happen repeatedly.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    from: Offset,
    to: Offset,
    name: String,
    is_daylight: bool,
}

/// A yearly rule: day and time.
#[derive(Clone, Copy)]
struct Yearly {
    month: i8,
    /// Occurrence of the weekday in the month; −1 is the last.
    nth: i8,
    weekday: Weekday,
    time: Time,
}

/// Writes a time zone from a date on.
pub(super) fn write(lines: &mut Lines, name: &str, zone: &TimeZone, first: Date) {
    lines.line("BEGIN", "VTIMEZONE");
    lines.line("TZID", name);
    let last_year = first.year() + YEARS;
    for (change, onsets) in changes(zone, first, last_year) {
        let rule = yearly(&onsets, last_year);
        let (listed, regular) = onsets.split_at(rule.map_or(onsets.len(), |(_, since)| since));
        if let [first, others @ ..] = listed {
            let others: Vec<String> = others.iter().map(|onset| local(*onset)).collect();
            observance(lines, &change, *first, "RDATE", &others.join(","));
        }
        if let (Some((rule, _)), [first, ..]) = (rule, regular) {
            let day = day_code(rule.nth, rule.weekday);
            observance(
                lines,
                &change,
                *first,
                "RRULE",
                &format!("FREQ=YEARLY;BYMONTH={};BYDAY={day}", rule.month),
            );
        }
    }
    lines.line("END", "VTIMEZONE");
}

fn observance(lines: &mut Lines, change: &Change, first: DateTime, property: &str, again: &str) {
    let kind = if change.is_daylight { "DAYLIGHT" } else { "STANDARD" };
    lines.line("BEGIN", kind);
    lines.line("DTSTART", &local(first));
    if !again.is_empty() {
        lines.line(property, again);
    }
    lines.line("TZOFFSETFROM", &offset(change.from));
    lines.line("TZOFFSETTO", &offset(change.to));
    lines.text("TZNAME", &change.name);
    lines.line("END", kind);
}

/// The onsets of each change in local time before the change, from the change in force on `first` to the end of
/// `last_year`.
fn changes(zone: &TimeZone, first: Date, last_year: i16) -> BTreeMap<Change, Vec<DateTime>> {
    let mut changes = BTreeMap::<Change, Vec<DateTime>>::new();
    let mut add = |transition: TimeZoneTransition<'_>| {
        let from = zone.to_offset(transition.timestamp() - 1.second());
        let change = Change {
            from,
            to: transition.offset(),
            name: transition.abbreviation().to_owned(),
            is_daylight: transition.dst().is_dst(),
        };
        let onset = from.to_datetime(transition.timestamp());
        let counts = onset.year() <= last_year;
        if counts {
            changes.entry(change).or_default().push(onset);
        }
        counts
    };
    // One day earlier, to cover any offset from UTC.
    let start = first.to_datetime(Time::midnight()) - 1.day();
    let Ok(start) = Offset::UTC.to_timestamp(start) else { return changes };
    let in_force = zone.preceding(start + 1.second()).next().map(&mut add);
    for transition in zone.following(start) {
        if !add(transition) {
            break;
        }
    }
    if in_force.is_none() {
        let info = zone.to_offset_info(start);
        let (from, name) = (info.offset(), info.abbreviation().to_owned());
        let change = Change { from, to: from, name, is_daylight: info.dst().is_dst() };
        changes.entry(change).or_default().insert(0, jiff::civil::datetime(1970, 1, 1, 0, 0, 0, 0));
    }
    changes
}

/// The rule that the final onsets follow, and the index of the first onset that follows it.
fn yearly(onsets: &[DateTime], last_year: i16) -> Option<(Yearly, usize)> {
    let last = onsets.last().filter(|last| last.year() == last_year)?;
    let nth = (last.day() - 1) / 7 + 1;
    let candidates = [nth, -1].into_iter().map(|nth| Yearly {
        month: last.month(),
        nth,
        weekday: last.weekday(),
        time: last.time(),
    });
    // A fifth weekday does not occur every year, so such a candidate fails.
    candidates.into_iter().find_map(|rule| {
        let follows = |(index, onset): &(usize, &DateTime)| {
            let year = last_year - (onsets.len() - 1 - index) as i16;
            rule.in_year(year).is_some_and(|expected| expected == **onset)
        };
        let count = onsets.iter().enumerate().rev().take_while(follows).count();
        (count >= CYCLE).then_some((rule, onsets.len() - count))
    })
}

impl Yearly {
    fn in_year(self, year: i16) -> Option<DateTime> {
        let month = Date::new(year, self.month, 1).ok()?;
        Some(month.nth_weekday_of_month(self.nth, self.weekday).ok()?.to_datetime(self.time))
    }
}

/// `+0530`, with seconds if the offset has them.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, seconds) = (seconds.abs() / 3600, seconds.abs() / 60 % 60, seconds.abs() % 60);
    let end = if seconds == 0 { String::new() } else { format!("{seconds:02}") };
    format!("{sign}{hours:02}{minutes:02}{end}")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::facts::time_zone;

    fn rendered(name: &str, first: Date) -> String {
        let mut lines = Lines::default();
        write(&mut lines, name, &time_zone(name).unwrap(), first);
        lines.finish().replace("\r\n", "\n")
    }

    #[test]
    fn yearly_changes_become_rules() {
        let text = rendered("America/Los_Angeles", date(2018, 6, 7));
        let expected = "BEGIN:VTIMEZONE\nTZID:America/Los_Angeles\n\
            BEGIN:DAYLIGHT\nDTSTART:20180311T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n\
            TZOFFSETFROM:-0800\nTZOFFSETTO:-0700\nTZNAME:PDT\nEND:DAYLIGHT\n\
            BEGIN:STANDARD\nDTSTART:20181104T020000\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\n\
            TZOFFSETFROM:-0700\nTZOFFSETTO:-0800\nTZNAME:PST\nEND:STANDARD\nEND:VTIMEZONE\n";
        assert_eq!(text, expected);
        let text = rendered("Europe/Brussels", date(2025, 1, 1));
        assert!(
            text.contains("DTSTART:20241027T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\n"),
            "{text}"
        );
        assert!(text.contains("DTSTART:20250330T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\n"), "{text}");
    }

    #[test]
    fn a_rule_starts_at_its_first_onset() {
        // The United States had different dates until 2006.
        let text = rendered("America/New_York", date(2005, 1, 1));
        assert!(text.contains("DTSTART:20050403T020000\nRDATE:20060402T020000\n"), "{text}");
        assert!(text.contains("DTSTART:20070311T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n"), "{text}");
    }

    #[test]
    fn irregular_changes_are_listed() {
        // Morocco's changes follow the lunar calendar.
        let text = rendered("Africa/Casablanca", date(2025, 1, 1));
        assert!(text.contains("RDATE:") && !text.contains("RRULE"), "{text}");
        // India has not changed its clock since 1945.
        let text = rendered("Asia/Kolkata", date(2025, 1, 1));
        assert!(text.contains("TZOFFSETTO:+0530\nTZNAME:IST\n") && !text.contains("RDATE"), "{text}");
        assert_eq!(text.matches("BEGIN:STANDARD").count(), 1);
        let text = rendered("Etc/UTC", date(2025, 1, 1));
        assert!(text.contains("DTSTART:19700101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0000\n"), "{text}");
    }

    #[test]
    fn every_zone_can_be_rendered() {
        for name in jiff::tz::TimeZoneDatabase::bundled().available() {
            let text = rendered(name.as_str(), date(2025, 1, 1));
            assert!(text.contains("TZOFFSETTO"), "{name}: {text}");
        }
    }
}
