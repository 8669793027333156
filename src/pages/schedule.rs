//! Schedules of meetings as text in the language of the site.

use crate::facts::{Day, Frequency, Open, Schedule, Zone};
use crate::model::capitalised;
use crate::words::Words;

/// Day, time and frequency: `Tuesdays, 09:00 Pacific Time, every two weeks`.
pub fn when(words: &Words, schedule: &Schedule) -> Option<String> {
    when_within(words, schedule).map(|when| capitalised(&when))
}

/// Like [`when`], but not capitalised.
pub fn when_within(words: &Words, schedule: &Schedule) -> Option<String> {
    let day = schedule.day.as_ref().map(|day| match day {
        Day::Each(weekday) => words.get(&format!("meeting.days.{}", weekday.to_lowercase())),
        Day::AsWritten(text) => text.clone(),
    });
    let time = schedule.clock().map(|time| match schedule.display_zone() {
        Some(zone) => words.fill("meeting.time", &[("time", &time), ("zone", &self::zone(words, &zone))]),
        None => time,
    });
    joined(words, [day, time, frequency(words, schedule)])
}

/// The parts of [`when`] other than weekday and time.
pub fn rhythm(words: &Words, schedule: &Schedule) -> Option<String> {
    let day = schedule.day.as_ref().and_then(|day| match day {
        Day::AsWritten(text) if schedule.is_one_of_several => Some(capitalised(text)),
        _ => None,
    });
    joined(words, [day, frequency(words, schedule)])
}

/// Explains what the data leaves undetermined.
pub fn open(words: &Words, schedule: &Schedule) -> Option<String> {
    let notes = schedule.open.iter().map(|open| match open {
        Open::Zone(written) => words.fill("meeting.open_zone", &[("zone", written)]),
        Open::Week => words.get("meeting.open_week"),
        Open::Weeks => words.get("meeting.open_weeks"),
    });
    let notes: Vec<String> = notes.collect();
    (!notes.is_empty()).then(|| notes.join(" "))
}

/// Name of a time zone for readers.
pub fn zone(words: &Words, zone: &Zone) -> String {
    match zone {
        Zone::Named(name) => words.get(&format!("meeting.zones.{name}")),
        Zone::AsWritten(text) => text.clone(),
    }
}

fn frequency(words: &Words, schedule: &Schedule) -> Option<String> {
    Some(match schedule.frequency.as_ref()? {
        Frequency::Weekly => words.get("meeting.weekly"),
        Frequency::Biweekly => words.get("meeting.biweekly"),
        Frequency::Monthly => words.get("meeting.monthly"),
        Frequency::Quarterly => words.get("meeting.quarterly"),
        Frequency::AsWritten(text) => text.clone(),
    })
}

fn joined<const N: usize>(words: &Words, parts: [Option<String>; N]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(&words.get("meeting.joint")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::ScheduleText;
    use crate::parse::At;

    fn english() -> Words {
        let mut words = Words::default();
        words.table = include_str!("../../themes/default/strings/en.toml").parse().unwrap();
        words
    }

    fn schedule(day: &str, time: &str, tz: &str, frequency: &str) -> Schedule {
        let at = |text: &str| (!text.is_empty()).then(|| At { value: text.to_owned(), span: 0..0 });
        Schedule::read(ScheduleText { day: at(day), time: at(time), tz: at(tz), frequency: at(frequency) })
    }

    #[test]
    fn schedules_are_written_in_words() {
        let words = english();
        let weeks = schedule("Tuesday", "9:00", "PT", "biweekly starting January 7th, 2025");
        assert_eq!(
            when(&words, &weeks).unwrap(),
            "Tuesdays, 09:00 Pacific Time, biweekly starting January 7th, 2025"
        );
        let weeks = schedule("Tuesdays", "9AM", "PT (Pacific Time)", "biweekly");
        assert_eq!(when(&words, &weeks).unwrap(), "Tuesdays, 09:00 Pacific Time, every two weeks");
        assert_eq!(rhythm(&words, &weeks).unwrap(), "every two weeks");
        assert_eq!(open(&words, &schedule("Tuesday", "9:00", "PT", "weekly")), None);
        let month = schedule("third Wednesday", "14:00", "Europe/Berlin", "monthly");
        assert_eq!(when(&words, &month).unwrap(), "Third Wednesday, 14:00 Europe/Berlin, every month");
        assert_eq!(when_within(&words, &month).unwrap(), "third Wednesday, 14:00 Europe/Berlin, every month");
        assert_eq!(rhythm(&words, &month).unwrap(), "Third Wednesday, every month");
        let soon = schedule("", "soon", "", "bi-weekly (dates)");
        assert_eq!(when(&words, &soon).unwrap(), "Soon, bi-weekly (dates)");
        assert_eq!(when(&words, &Schedule::default()), None);
        let unsure = schedule("Monday", "10:00", "IST", "biweekly");
        assert_eq!(
            open(&words, &unsure).unwrap(),
            "The zone “IST” can mean several. The data does not say which weeks."
        );
    }

    #[test]
    fn every_day_and_zone_has_a_string() {
        let words = english();
        for day in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
            assert_eq!(when(&words, &schedule(day, "", "", "")).unwrap(), format!("{day}s"));
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
            assert_eq!(zone(&words, &schedule("", "09:00", name, "").display_zone().unwrap()), expected);
        }
    }
}
