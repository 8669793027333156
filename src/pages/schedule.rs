//! When a meeting takes place, in the language of the site.

use crate::facts::{Day, Frequency, Open, Schedule, Zone};
use crate::model::capitalised;
use crate::strings::Strings;

/// `Tuesdays, 09:00 Pacific Time, every two weeks`
pub fn when(strings: &Strings, schedule: &Schedule) -> Option<String> {
    when_within(strings, schedule).map(|when| capitalised(&when))
}

/// [`when`], for the middle of a sentence.
pub fn when_within(strings: &Strings, schedule: &Schedule) -> Option<String> {
    let day = schedule.day.as_ref().map(|day| match day {
        Day::Each(weekday) => strings.get(&format!("meeting.days.{}", weekday.to_lowercase())),
        Day::AsWritten(text) => text.clone(),
    });
    let time = schedule.clock().map(|time| match schedule.known_zone() {
        Some(zone) => strings.fill("meeting.time", &[("time", &time), ("zone", &self::zone(strings, &zone))]),
        None => time,
    });
    joined(strings, [day, time, frequency(strings, schedule)])
}

/// How often a meeting takes place, and on which of its weekdays: what [`when`] says without the weekday and the time.
pub fn rhythm(strings: &Strings, schedule: &Schedule) -> Option<String> {
    let day = schedule.day.as_ref().and_then(|day| match day {
        Day::AsWritten(text) if schedule.is_one_of_several => Some(capitalised(text)),
        _ => None,
    });
    joined(strings, [day, frequency(strings, schedule)])
}

/// What the data leaves open.
pub fn open(strings: &Strings, schedule: &Schedule) -> Option<String> {
    let said = schedule.open.iter().map(|open| match open {
        Open::Zone(written) => strings.fill("meeting.open_zone", &[("zone", written)]),
        Open::Week => strings.get("meeting.open_week"),
        Open::Weeks => strings.get("meeting.open_weeks"),
    });
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// How readers know a zone.
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
    use crate::facts::Written;
    use crate::parse::At;

    fn english() -> Strings {
        let mut strings = Strings::default();
        strings.table = include_str!("../../themes/default/strings/en.toml").parse().unwrap();
        strings
    }

    fn schedule(day: &str, time: &str, tz: &str, frequency: &str) -> Schedule {
        let at = |text: &str| (!text.is_empty()).then(|| At { value: text.to_owned(), span: 0..0 });
        Schedule::read(Written { day: at(day), time: at(time), tz: at(tz), frequency: at(frequency) })
    }

    #[test]
    fn meetings_in_words() {
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
        let written = schedule("", "soon", "", "bi-weekly (dates)");
        assert_eq!(when(&strings, &written).unwrap(), "Soon, bi-weekly (dates)");
        assert_eq!(when(&strings, &Schedule::default()), None);
        let unsure = schedule("Monday", "10:00", "IST", "biweekly");
        assert_eq!(
            open(&strings, &unsure).unwrap(),
            "The time zone “IST” is ambiguous. The exact weeks are not published."
        );
    }

    #[test]
    fn every_day_and_zone_has_its_string() {
        let strings = english();
        for day in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
            assert_eq!(when(&strings, &schedule(day, "", "", "")).unwrap(), format!("{day}s"));
        }
        for (written, shown) in [
            ("PT", "Pacific Time"),
            ("Mountain Time", "Mountain Time"),
            ("CT", "Central Time"),
            ("EST (Eastern Time)", "Eastern Time"),
            ("CET", "Central European Time"),
            ("Poland", "Polish time"),
            ("GMT", "UTC"),
            ("America/New_York", "America/New York"),
        ] {
            assert_eq!(zone(&strings, &schedule("", "09:00", written, "").known_zone().unwrap()), shown);
        }
    }
}
