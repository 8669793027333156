//! Schedules of meetings as text in the language of the site.

use jiff::civil::Weekday;

use crate::facts::{self, Clock, Day, Days, Frequency, Open, RecurrenceRule, Schedule, Zone};
use crate::model::capitalised;
use crate::strings::Strings;

/// Day, time and frequency: `Tuesdays, 09:00 Pacific Time, every two weeks`.
pub fn when(strings: &Strings, schedule: &Schedule) -> Option<String> {
    when_within(strings, schedule).map(|when| capitalised(&when))
}

/// Like [`when`], but not capitalised.
pub fn when_within(strings: &Strings, schedule: &Schedule) -> Option<String> {
    let (day, frequency) = match translatable(strings, schedule) {
        Some(days) => (Some(day_of(strings, days)), frequency_of(strings, days)),
        None => (day(strings, schedule), frequency(strings, schedule)),
    };
    let dates: Vec<String> = schedule.dates.iter().map(|date| strings.date(*date)).collect();
    let dates = (!dates.is_empty()).then(|| dates.join(&strings.get("meeting.joint")));
    let time = schedule.clock().map(|time| match schedule.end() {
        Some(end) => format!("{time}–{end}"),
        None => time,
    });
    let time = time.map(|time| match &schedule.display_zone {
        Some(zone) => strings.fill("meeting.time", &[("time", &time), ("zone", &self::zone(strings, zone))]),
        None => time,
    });
    joined(strings, [day, dates, time, frequency])
}

/// The parts of [`when`] other than weekday and time; all of them if the meeting is not on the day that they name.
pub fn rhythm(strings: &Strings, schedule: &Schedule) -> Option<String> {
    if schedule.time.is_some_and(Clock::is_next_day) {
        return when(strings, schedule);
    }
    if let Some(days) = translatable(strings, schedule) {
        let day =
            matches!(days.rule, RecurrenceRule::Month { .. }).then(|| capitalised(&day_of(strings, days)));
        return joined(strings, [day, frequency_of(strings, days)]);
    }
    let day = schedule.day.as_ref().and_then(|day| match day {
        Day::AsWritten(text) if schedule.is_one_of_several => Some(capitalised(text)),
        _ => None,
    });
    joined(strings, [day, frequency(strings, schedule)])
}

/// The days of a schedule, if they are written in the language of the site: not in English, which keeps the wording of
/// the data, and not if the data says more than the rule.
fn translatable<'s>(strings: &Strings, schedule: &'s Schedule) -> Option<&'s Days> {
    schedule.days.as_ref().filter(|days| strings.is_translated() && !days.has_remarks)
}

/// `Tuesdays`, `third Wednesday`, `Wednesday after the fourth Tuesday`.
fn day_of(strings: &Strings, days: &Days) -> String {
    let name = |weekday: Weekday| facts::weekday_name(weekday).to_lowercase();
    let RecurrenceRule::Month { nth, days_after } = days.rule else {
        return strings.get(&format!("meeting.days.{}", name(days.weekday)));
    };
    let place = usize::try_from(nth - 1).ok().and_then(|index| NTH.get(index)).unwrap_or(&LAST);
    let label = |weekday| strings.get(&format!("weekdays.{}", name(weekday)));
    let counted = label(days.weekday.wrapping_sub(days_after));
    match days_after {
        0 => strings.fill(&format!("meeting.nth.{place}"), &[("weekday", &counted)]),
        _ => {
            let values = [("day", &*label(days.weekday)), ("weekday", &*counted)];
            strings.fill(&format!("meeting.after.{place}"), &values)
        }
    }
}

/// Names of the weekdays of a month in strings.
const NTH: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
const LAST: &str = "last";

/// The frequency of some days.
fn frequency_of(strings: &Strings, days: &Days) -> Option<String> {
    let frequency = match days.rule {
        RecurrenceRule::Weeks(1) => strings.get("meeting.weekly"),
        RecurrenceRule::Weeks(2) => strings.get("meeting.biweekly"),
        RecurrenceRule::Weeks(weeks) => strings.fill("meeting.every_weeks", &[("n", &weeks.to_string())]),
        RecurrenceRule::Month { .. } => strings.get("meeting.monthly"),
    };
    let start = days.start.map(|date| strings.fill("meeting.start", &[("date", &strings.date(date))]));
    joined(strings, [Some(frequency), start])
}

/// Explains what the data leaves undetermined.
pub fn open(strings: &Strings, schedule: &Schedule) -> Option<String> {
    let notes = schedule.open.iter().map(|open| match open {
        Open::Zone(written) => strings.fill("meeting.open_zone", &[("zone", written)]),
        Open::Week => strings.get("meeting.open_week"),
        Open::Weeks => strings.get("meeting.open_weeks"),
    });
    let notes: Vec<String> = notes.collect();
    (!notes.is_empty()).then(|| notes.join(" "))
}

fn day(strings: &Strings, schedule: &Schedule) -> Option<String> {
    Some(match schedule.day.as_ref()? {
        Day::Each(weekday) => strings.get(&format!("meeting.days.{}", weekday.to_lowercase())),
        Day::AsWritten(text) => text.clone(),
    })
}

/// Name of a time zone for readers.
pub fn zone(strings: &Strings, zone: &Zone) -> String {
    match zone {
        Zone::Named(name) => strings.get(&format!("meeting.zones.{name}")),
        Zone::AsWritten(text) => text.clone(),
    }
}

fn frequency(strings: &Strings, schedule: &Schedule) -> Option<String> {
    Some(match schedule.frequency.as_ref()? {
        Frequency::Weekly => strings.get("meeting.weekly"),
        Frequency::Biweekly => strings.get("meeting.biweekly"),
        Frequency::Monthly => strings.get("meeting.monthly"),
        Frequency::Quarterly => strings.get("meeting.quarterly"),
        Frequency::AsWritten(text) => text.clone(),
    })
}

fn joined<const N: usize>(strings: &Strings, parts: [Option<String>; N]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(&strings.get("meeting.joint")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ScheduleText, Vocabulary};
    use crate::parse::At;

    fn english() -> Strings {
        let mut strings = Strings::default();
        strings.table = include_str!("../../themes/default/strings/en.toml").parse().unwrap();
        strings
    }

    fn schedule(day: &str, time: &str, tz: &str, frequency: &str) -> Schedule {
        let at = |text: &str| (!text.is_empty()).then(|| At { value: text.to_owned(), span: 0..0 });
        let text = ScheduleText { day: at(day), time: at(time), tz: at(tz), frequency: at(frequency) };
        Schedule::read(text, &Vocabulary::default())
    }

    #[test]
    fn schedules_are_written_in_words() {
        let strings = english();
        let weeks = schedule("Tuesday", "9:00", "PT", "biweekly starting January 7th, 2025");
        assert_eq!(
            when(&strings, &weeks).unwrap(),
            "Tuesdays, 09:00 Pacific Time, biweekly starting January 7th, 2025"
        );
        let weeks = schedule("Tuesdays", "9AM", "PT (Pacific Time)", "biweekly");
        assert_eq!(when(&strings, &weeks).unwrap(), "Tuesdays, 09:00 Pacific Time, every two weeks");
        assert_eq!(rhythm(&strings, &weeks).unwrap(), "every two weeks");
        assert_eq!(open(&strings, &schedule("Tuesday", "9:00", "PT", "weekly")), None);
        let month = schedule("third Wednesday", "14:00", "Europe/Berlin", "monthly");
        assert_eq!(when(&strings, &month).unwrap(), "Third Wednesday, 14:00 Europe/Berlin, every month");
        assert_eq!(
            when_within(&strings, &month).unwrap(),
            "third Wednesday, 14:00 Europe/Berlin, every month"
        );
        assert_eq!(rhythm(&strings, &month).unwrap(), "Third Wednesday, every month");
        let soon = schedule("", "soon", "", "bi-weekly (dates)");
        assert_eq!(when(&strings, &soon).unwrap(), "Soon, bi-weekly (dates)");
        assert_eq!(when(&strings, &Schedule::default()), None);
        let unsure = schedule("Monday", "10:00", "IST", "biweekly");
        assert_eq!(
            open(&strings, &unsure).unwrap(),
            "The time zone “IST” is ambiguous. The exact weeks are not published."
        );
    }

    #[test]
    fn ends_and_dates_are_shown() {
        let strings = english();
        let shown = |schedule: &Schedule| when(&strings, schedule).unwrap();
        let range = schedule("Tuesday", "7PM-8PM", "PT", "weekly");
        assert_eq!(shown(&range), "Tuesdays, 19:00–20:00 Pacific Time, every week");
        assert_eq!(rhythm(&strings, &range).unwrap(), "every week");
        // The calendar lists it on Wednesday, at 00:00.
        let midnight = schedule("Tuesday", "24:00", "UTC", "weekly");
        assert_eq!(shown(&midnight), "Tuesdays, 24:00 UTC, every week");
        assert_eq!(rhythm(&strings, &midnight).unwrap(), "Tuesdays, 24:00 UTC, every week");
        let date = |text| crate::facts::date(text).unwrap();
        let dates = schedule("", "9:00", "UTC", "").on(vec![date("2026-09-12"), date("2026-03-14")]);
        assert_eq!(shown(&dates), "2026-03-14, 2026-09-12, 09:00 UTC");
        let of_text = |text: &str| {
            let text = At { value: text.to_owned(), span: 0..0 };
            Schedule::of_text(&text, &Vocabulary::default())
        };
        let every_other = of_text("Every other Tuesday at 7PM-8PM PT");
        assert_eq!(shown(&every_other), "Every other Tuesday, 19:00–20:00 Pacific Time");
        assert_eq!(open(&strings, &every_other).unwrap(), "The exact weeks are not published.");
        let ambiguous = of_text("Wednesday at 08:00 EST");
        assert_eq!(shown(&ambiguous), "Wednesday at 08:00 EST");
        assert_eq!(open(&strings, &ambiguous).unwrap(), "The time zone “EST” is ambiguous.");
    }

    #[test]
    fn every_day_and_zone_has_a_string() {
        let strings = english();
        for day in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
            assert_eq!(when(&strings, &schedule(day, "", "", "")).unwrap(), format!("{day}s"));
        }
        for (name, expected) in [
            ("PT", "Pacific Time"),
            ("Mountain Time", "Mountain Time"),
            ("CT", "Central Time"),
            ("EST (Eastern Time)", "Eastern Time"),
            ("CET", "Central European Time"),
            ("Poland", "Polish time"),
            ("GMT", "UTC"),
            ("America/New_York", "America/New York"),
        ] {
            assert_eq!(zone(&strings, &schedule("", "09:00", name, "").display_zone.unwrap()), expected);
        }
    }
}
