//! When a meeting takes place, in the language of the site.

use crate::facts::{Day, Frequency, Open, Schedule, Zone};
use crate::model::capitalised;
use crate::words::Words;

/// `Tuesdays, 09:00 Pacific Time, every two weeks`
pub fn when(words: &Words, schedule: &Schedule) -> Option<String> {
    when_within(words, schedule).map(|when| capitalised(&when))
}

/// [`when`], for the middle of a sentence.
pub fn when_within(words: &Words, schedule: &Schedule) -> Option<String> {
    let day = schedule.day.as_ref().map(|day| match day {
        Day::Each(weekday) => words.get(&format!("meeting.days.{}", weekday.to_lowercase())),
        Day::AsWritten(text) => text.clone(),
    });
    let time = schedule.time.as_ref().map(|time| match &schedule.zone {
        Some(zone) => words.fill("meeting.time", &[("time", time), ("zone", &self::zone(words, zone))]),
        None => time.clone(),
    });
    joined(words, [day, time, frequency(words, schedule)])
}

/// How often a meeting takes place, and on which of its weekdays: what [`when`] says without the weekday and the time.
pub fn rhythm(words: &Words, schedule: &Schedule) -> Option<String> {
    let day = schedule.day.as_ref().and_then(|day| match day {
        Day::AsWritten(text) if schedule.is_one_of_several => Some(capitalised(text)),
        _ => None,
    });
    joined(words, [day, frequency(words, schedule)])
}

/// What the data leaves open.
pub fn open(words: &Words, schedule: &Schedule) -> Option<String> {
    let said = schedule.open.iter().map(|open| match open {
        Open::Zone(written) => words.fill("meeting.open_zone", &[("zone", written)]),
        Open::Week => words.get("meeting.open_week"),
        Open::Weeks => words.get("meeting.open_weeks"),
    });
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// How readers know a zone.
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
    use crate::facts::{self, Meeting};
    use crate::parse::At;

    fn english() -> Words {
        let mut words = Words::default();
        words.table = include_str!("../../themes/default/strings/en.toml").parse().unwrap();
        words
    }

    fn schedule(day: Day, time: &str, zone: Zone, frequency: Frequency) -> Schedule {
        let is_one_of_several = matches!(day, Day::AsWritten(_));
        Schedule {
            day: Some(day),
            time: Some(time.to_owned()),
            zone: Some(zone),
            frequency: Some(frequency),
            is_one_of_several,
            open: Vec::new(),
        }
    }

    #[test]
    fn meetings_in_words() {
        let words = english();
        let tuesdays = Day::Each("Tuesday");
        let weeks = schedule(tuesdays, "09:00", Zone::Named("pacific"), Frequency::Biweekly);
        assert_eq!(when(&words, &weeks).unwrap(), "Tuesdays, 09:00 Pacific Time, every two weeks");
        assert_eq!(rhythm(&words, &weeks).unwrap(), "every two weeks");
        assert_eq!(open(&words, &weeks), None);
        let third = Day::AsWritten("third Wednesday".into());
        let month = schedule(third, "14:00", Zone::AsWritten("Europe/Berlin".into()), Frequency::Monthly);
        assert_eq!(when(&words, &month).unwrap(), "Third Wednesday, 14:00 Europe/Berlin, every month");
        assert_eq!(when_within(&words, &month).unwrap(), "third Wednesday, 14:00 Europe/Berlin, every month");
        assert_eq!(rhythm(&words, &month).unwrap(), "Third Wednesday, every month");
        let frequency = Some(Frequency::AsWritten("bi-weekly (dates)".into()));
        let written = Schedule { frequency, time: Some("soon".into()), ..Schedule::default() };
        assert_eq!(when(&words, &written).unwrap(), "Soon, bi-weekly (dates)");
        assert_eq!(when(&words, &Schedule::default()), None);
        let unsure = Schedule { open: vec![Open::Zone("IST".into()), Open::Weeks], ..Schedule::default() };
        assert_eq!(
            open(&words, &unsure).unwrap(),
            "The zone “IST” can mean several. The data does not say which weeks."
        );
    }

    #[test]
    fn every_day_and_zone_has_its_word() {
        let words = english();
        for day in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
            let shown = Schedule { day: Some(Day::Each(day)), ..Schedule::default() };
            assert_eq!(when(&words, &shown).unwrap(), format!("{day}s"));
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
            let at = |text: &str| Some(At { value: text.to_owned(), span: 0..0 });
            let meeting = Meeting { time: at("09:00"), tz: at(written), ..Meeting::default() };
            assert_eq!(zone(&words, &facts::schedule(&meeting).zone.unwrap()), shown);
        }
    }
}
