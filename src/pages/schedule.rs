//! Schedules of meetings as text in the language of the site.

use crate::facts::{Day, Frequency, Open, Schedule, Zone};
use crate::model::capitalised;
use crate::strings::Strings;

/// Day, time and frequency: `Tuesdays, 09:00 Pacific Time, every two weeks`.
pub fn when(strings: &Strings, schedule: &Schedule) -> Option<String> {
    when_within(strings, schedule).map(|when| capitalised(&when))
}

/// Like [`when`], but not capitalised.
pub fn when_within(strings: &Strings, schedule: &Schedule) -> Option<String> {
    let day = schedule.day.as_ref().map(|day| match day {
        Day::Each(weekday) => strings.get(&format!("meeting.days.{}", weekday.to_lowercase())),
        Day::AsWritten(text) => text.clone(),
    });
    let time = schedule.clock().map(|time| match &schedule.display_zone {
        Some(zone) => strings.fill("meeting.time", &[("time", &time), ("zone", &self::zone(strings, zone))]),
        None => time,
    });
    joined(strings, [day, time, frequency(strings, schedule)])
}

/// The parts of [`when`] other than weekday and time.
pub fn rhythm(strings: &Strings, schedule: &Schedule) -> Option<String> {
    let day = schedule.day.as_ref().and_then(|day| match day {
        Day::AsWritten(text) if schedule.is_one_of_several => Some(capitalised(text)),
        _ => None,
    });
    joined(strings, [day, frequency(strings, schedule)])
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
