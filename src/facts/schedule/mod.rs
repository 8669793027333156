//! What the words of a meeting's day, time, zone and frequency mean. Nothing is invented: what the
//! text leaves open is said to be open.

mod recurrence;

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::Meeting;

pub use recurrence::{Recurrence, Rule, recurrence};

/// The zones come with the program, so that no machine's own list can change the output.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "Monday"),
    (Weekday::Tuesday, "Tuesday"),
    (Weekday::Wednesday, "Wednesday"),
    (Weekday::Thursday, "Thursday"),
    (Weekday::Friday, "Friday"),
    (Weekday::Saturday, "Saturday"),
    (Weekday::Sunday, "Sunday"),
];

/// Names people give zones: lower-case name, zone, and the name of what readers know it as.
const NAMED_ZONES: [(&str, &str, &str); 14] = [
    ("pt", "America/Los_Angeles", "pacific"),
    ("pacific time", "America/Los_Angeles", "pacific"),
    ("mt", "America/Denver", "mountain"),
    ("mountain time", "America/Denver", "mountain"),
    ("ct", "America/Chicago", "central"),
    ("central time", "America/Chicago", "central"),
    ("et", "America/New_York", "eastern"),
    ("eastern time", "America/New_York", "eastern"),
    ("cet", "Europe/Brussels", "central-european"),
    ("central european time", "Europe/Brussels", "central-european"),
    ("poland", "Europe/Warsaw", "polish"),
    ("utc", "UTC", "utc"),
    ("gmt", "UTC", "utc"),
    ("z", "UTC", "utc"),
];

/// The weekday that a text names, if it names just one: `Tuesday`, `Thursdays (starting …)`.
pub fn weekday(text: &str) -> Option<Weekday> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect();
    let named = |name: &str| {
        let name = name.to_lowercase();
        words.iter().any(|word| word.strip_suffix('s') == Some(name.as_str()) || *word == name)
    };
    let mut found = WEEKDAYS.into_iter().filter(|(_, name)| named(name));
    let (weekday, _) = found.next()?;
    found.next().is_none().then_some(weekday)
}

/// The English name of a weekday.
pub fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(known, _)| *known == weekday).map_or("", |(_, name)| name)
}

/// A time of day: `9:00`, `09:00`, `2PM`, `2:30 PM`.
pub fn time(text: &str) -> Option<Time> {
    let text = text.trim().to_lowercase().replace(' ', "");
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (text.as_str(), None),
    };
    let (hour, minute) = match digits.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute.parse().ok()?),
        Some(_) => return None,
        // A bare number is a time only with its half of the day.
        None => (digits, half.map(|_| 0)?),
    };
    let hour: i8 = hour.parse().ok()?;
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

/// The IANA name of a zone: `PT (Pacific Time)`, `Europe/Berlin`. None where a name means several
/// (`IST` is said in India, Ireland and Israel).
pub fn zone(text: &str) -> Option<String> {
    if let Some((_, zone, _)) = named_zone(text) {
        return Some((*zone).to_owned());
    }
    // Of the database's own names only those with a place mean one zone.
    let zone = ZONES.get(text.trim()).ok()?;
    zone.iana_name().filter(|name| name.contains('/')).map(str::to_owned)
}

/// A zone by its IANA name.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// The first of January and of July 2025, in UTC.
const JANUARY: Timestamp = Timestamp::constant(1_735_689_600, 0);
const JULY: Timestamp = Timestamp::constant(1_751_328_000, 0);

/// How far a zone is from UTC by standard time, which the output can rest on whatever the day: the smaller of
/// its distances in January and in July of a fixed year.
pub fn standard_offset(zone: &TimeZone) -> Offset {
    zone.to_offset(JANUARY).min(zone.to_offset(JULY))
}

fn named_zone(text: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let lower = text.trim().to_lowercase();
    let parts = [lower.as_str()].into_iter().chain(lower.split(['(', ')'])).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    // `EST (Eastern Time)` says EST and means the zone: the longer name is the deliberate one.
    NAMED_ZONES.iter().filter(|(name, ..)| parts.contains(name)).max_by_key(|(name, ..)| name.len())
}

/// What the words of a meeting's day, time, zone and frequency mean, one by one. What has no plain meaning stays as it
/// is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// On which days.
    pub day: Option<Day>,
    /// `09:00`, or as it is written.
    pub time: Option<String>,
    /// Where there is a time.
    pub zone: Option<Zone>,
    /// How often.
    pub frequency: Option<Frequency>,
    /// The day is one of several of its name: `third Wednesday`.
    pub is_one_of_several: bool,
    /// What the data leaves open.
    pub open: Vec<Open>,
}

/// See [`Schedule::day`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// A weekday, by its English name.
    Each(&'static str),
    /// Something else.
    AsWritten(String),
}

/// How readers know a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// By a name that people give it: `pacific`.
    Named(&'static str),
    /// As it is written.
    AsWritten(String),
}

/// See [`Schedule::frequency`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Every week.
    Weekly,
    /// Every two weeks.
    Biweekly,
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Something else.
    AsWritten(String),
}

/// See [`Schedule::open`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// The zone, as written, can mean several.
    Zone(String),
    /// In which week of its month or quarter it takes place.
    Week,
    /// In which of several weeks it takes place.
    Weeks,
}

/// How readers know a zone, as it is written.
fn zone_known_as(text: &str) -> Zone {
    match named_zone(text) {
        Some((.., name)) => Zone::Named(name),
        None => Zone::AsWritten(text.replace('_', " ")),
    }
}

/// What a meeting's schedule means, and what the data leaves open.
pub fn schedule(meeting: &Meeting) -> Schedule {
    let is_one_of_several = !weekday_is_plain(meeting);
    let mut open = Vec::new();
    let day = meeting.day.as_ref().map(|day| {
        let plain =
            WEEKDAYS.iter().find(|(_, name)| day.value.trim_end_matches('s').eq_ignore_ascii_case(name));
        plain.map_or_else(|| Day::AsWritten(day.value.clone()), |(_, name)| Day::Each(name))
    });
    let clock = |at: &str| time(at).map_or_else(|| at.to_owned(), |time| time.strftime("%H:%M").to_string());
    let time = meeting.time.as_ref().map(|at| clock(at));
    let tz = meeting.tz.as_ref().filter(|_| time.is_some());
    open.extend(tz.filter(|tz| zone(tz).is_none()).map(|tz| Open::Zone(tz.value.clone())));
    let frequency = meeting.frequency.as_ref().map(|text| {
        let frequency = frequency(text);
        if matches!(frequency, Frequency::Monthly | Frequency::Quarterly) && !is_one_of_several {
            open.push(Open::Week);
        }
        if recurrence::days(meeting).is_some_and(|(_, rule, start)| recurrence::phase_unknown(rule, start)) {
            open.push(Open::Weeks);
        }
        frequency
    });
    Schedule { day, time, zone: tz.map(|tz| zone_known_as(tz)), frequency, is_one_of_several, open }
}

fn frequency(text: &str) -> Frequency {
    match text.to_lowercase().as_str() {
        "weekly" => Frequency::Weekly,
        "biweekly" | "bi-weekly" => Frequency::Biweekly,
        "monthly" => Frequency::Monthly,
        "quarterly" => Frequency::Quarterly,
        _ => Frequency::AsWritten(without_links(text)),
    }
}

fn weekday_is_plain(meeting: &Meeting) -> bool {
    meeting.day.as_ref().is_none_or(|day| !day.value.trim().contains(' '))
}

/// Markdown links in a schedule become their text.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((label, after)) = after.split_once("](") else { break };
        let Some((_, after)) = after.split_once(')') else { break };
        plain.push_str(before);
        plain.push_str(label);
        rest = after;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::At;

    fn hhmm(text: &str) -> Option<String> {
        time(text).map(|time| time.strftime("%H:%M").to_string())
    }

    #[test]
    fn times() {
        for (text, expected) in [
            ("9:00", Some("09:00")),
            ("09:00", Some("09:00")),
            ("2PM", Some("14:00")),
            ("2:30 PM", Some("14:30")),
            ("12am", Some("00:00")),
            ("12:15pm", Some("12:15")),
            ("25:00", None),
            ("13PM", None),
            ("9", None),
            ("noon", None),
            ("9:5", None),
        ] {
            assert_eq!(hhmm(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn weekdays() {
        assert_eq!(weekday("Tuesday"), Some(Weekday::Tuesday));
        assert_eq!(weekday("third Wednesday"), Some(Weekday::Wednesday));
        assert_eq!(weekday("Thursdays (starting February 15th 2024)"), Some(Weekday::Thursday));
        assert_eq!(weekday("Monday and Thursday"), None);
        assert_eq!(weekday("any day"), None);
    }

    #[test]
    fn zones() {
        for (text, expected) in [
            ("PT (Pacific Time)", Some("America/Los_Angeles")),
            ("Eastern Time (ET)", Some("America/New_York")),
            ("EST (Eastern Time)", Some("America/New_York")),
            ("CET (Central European Time)", Some("Europe/Brussels")),
            ("UTC", Some("UTC")),
            ("Poland", Some("Europe/Warsaw")),
            ("Europe/Berlin", Some("Europe/Berlin")),
            ("IST", None),
            ("Nowhere/Land", None),
            ("", None),
        ] {
            assert_eq!(zone(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn standard_time_is_that_of_winter() {
        for (zone, hours) in [
            ("UTC", 0.0),
            ("America/Los_Angeles", -8.0),
            ("Europe/Berlin", 1.0),
            ("Europe/Dublin", 0.0),
            ("Asia/Kolkata", 5.5),
            ("Australia/Sydney", 10.0),
        ] {
            let offset = standard_offset(&time_zone(zone).unwrap());
            assert_eq!(f64::from(offset.seconds()) / 3600.0, hours, "{zone}");
        }
    }

    #[test]
    fn what_has_a_plain_meaning_is_told_from_what_stays_as_it_is_written() {
        let at = |text: &str| (!text.is_empty()).then(|| At { value: text.to_owned(), span: 0..0 });
        let read = |day, time, tz, frequency| {
            let (day, time, tz, frequency) = (at(day), at(time), at(tz), at(frequency));
            schedule(&Meeting { day, time, tz, frequency, ..Meeting::default() })
        };
        assert_eq!(
            read("Tuesdays", "9:00", "PT (Pacific Time)", "Bi-weekly"),
            Schedule {
                day: Some(Day::Each("Tuesday")),
                time: Some("09:00".into()),
                zone: Some(Zone::Named("pacific")),
                frequency: Some(Frequency::Biweekly),
                is_one_of_several: false,
                open: vec![Open::Weeks],
            }
        );
        assert_eq!(
            read("third Wednesday", "soon", "IST", "bi-weekly ([dates](#x))"),
            Schedule {
                day: Some(Day::AsWritten("third Wednesday".into())),
                time: Some("soon".into()),
                zone: Some(Zone::AsWritten("IST".into())),
                frequency: Some(Frequency::AsWritten("bi-weekly (dates)".into())),
                is_one_of_several: true,
                open: vec![Open::Zone("IST".into())],
            }
        );
        assert_eq!(read("Friday", "", "", "monthly").open, [Open::Week]);
        assert_eq!(read("last Friday", "", "", "monthly").open, []);
        // Without a time no zone is said.
        assert_eq!(read("", "", "IST", ""), Schedule::default());
    }
}
