//! What the words of a meeting's day, time, zone and frequency mean. Nothing is invented: what the
//! text leaves open is said to be open.

mod recurrence;

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use crate::parse::At;

pub use recurrence::{Recurrence, Rule};

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
fn weekday(text: &str) -> Option<Weekday> {
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
fn time(text: &str) -> Option<Time> {
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
fn zone(text: &str) -> Option<String> {
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

/// When a meeting takes place, as its data says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Day: `Tuesday`, `third Wednesday`.
    pub day: Option<At<String>>,
    /// Time of day: `9:00`, `2PM`.
    pub time: Option<At<String>>,
    /// Zone: `PT (Pacific Time)`, `Europe/Berlin`.
    pub tz: Option<At<String>>,
    /// Frequency: `biweekly`.
    pub frequency: Option<At<String>>,
}

/// When a meeting takes place: what the words of its day, time, zone and frequency mean, one by one, and the rule that
/// they give together. What has no plain meaning is shown as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The words.
    pub written: Written,
    /// On which days.
    pub day: Option<Day>,
    /// The weekday that `day` names, if it names just one.
    pub weekday: Option<Weekday>,
    /// The time of day.
    pub time: Option<Time>,
    /// IANA name of the zone.
    pub zone: Option<String>,
    /// How often.
    pub frequency: Option<Frequency>,
    /// The day is one of several of its name: `third Wednesday`.
    pub is_one_of_several: bool,
    /// What the data leaves open.
    pub open: Vec<Open>,
    /// The rule, where all of the words give one.
    pub recurrence: Option<Recurrence>,
}

impl Schedule {
    /// Reads the words.
    pub fn read(written: Written) -> Self {
        let text = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
        let (day, time_text, tz) = (text(&written.day), text(&written.time), text(&written.tz));
        let is_one_of_several = day.as_ref().is_some_and(|day| day.trim().contains(' '));
        let (time, zone) = (time_text.as_deref().and_then(time), tz.as_deref().and_then(zone));
        let days = recurrence::days(&written);
        let mut open = Vec::new();
        open.extend(tz.filter(|_| zone.is_none() && time_text.is_some()).map(Open::Zone));
        let frequency = written.frequency.as_ref().map(|text| frequency(text));
        if frequency.is_some() {
            if matches!(frequency, Some(Frequency::Monthly | Frequency::Quarterly)) && !is_one_of_several {
                open.push(Open::Week);
            }
            if days.is_some_and(|(_, rule, start)| recurrence::phase_unknown(rule, start)) {
                open.push(Open::Weeks);
            }
        }
        let recurrence = days
            .zip(time)
            .zip(zone.clone())
            .map(|(((weekday, rule, start), time), zone)| Recurrence { weekday, time, zone, rule, start });
        let weekday = day.as_deref().and_then(weekday);
        let day = day.map(Day::read);
        Self { written, day, weekday, time, zone, frequency, is_one_of_several, open, recurrence }
    }

    /// The time of day: `09:00`, or as it is written.
    pub fn clock(&self) -> Option<String> {
        let clock = self.time.map(|time| time.strftime("%H:%M").to_string());
        clock.or_else(|| Some(self.written.time.as_ref()?.value.clone()))
    }

    /// The zone by its IANA name, or as it is written.
    pub fn zone_name(&self) -> Option<&str> {
        self.zone.as_deref().or_else(|| self.written.tz.as_ref().map(|tz| tz.as_str()))
    }

    /// How readers know the zone of the time; without a time no zone is said.
    pub fn known_zone(&self) -> Option<Zone> {
        self.written.tz.as_ref().filter(|_| self.written.time.is_some()).map(|tz| zone_known_as(tz))
    }

    /// Whether the data says anything of when the meeting takes place, but for the zone.
    pub fn is_set(&self) -> bool {
        let Written { day, time, frequency, .. } = &self.written;
        day.is_some() || time.is_some() || frequency.is_some()
    }
}

/// See [`Schedule::day`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// A weekday, by its English name.
    Each(&'static str),
    /// Something else.
    AsWritten(String),
}

impl Day {
    fn read(text: String) -> Self {
        let plain = WEEKDAYS.iter().find(|(_, name)| text.trim_end_matches('s').eq_ignore_ascii_case(name));
        plain.map_or(Self::AsWritten(text), |(_, name)| Self::Each(name))
    }
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

fn frequency(text: &str) -> Frequency {
    match text.to_lowercase().as_str() {
        "weekly" => Frequency::Weekly,
        "biweekly" | "bi-weekly" => Frequency::Biweekly,
        "monthly" => Frequency::Monthly,
        "quarterly" => Frequency::Quarterly,
        _ => Frequency::AsWritten(without_links(text)),
    }
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
            Schedule::read(Written { day: at(day), time: at(time), tz: at(tz), frequency: at(frequency) })
        };
        let plain = read("Tuesdays", "9:00", "PT (Pacific Time)", "Bi-weekly");
        assert_eq!(
            (plain.day.as_ref(), plain.weekday),
            (Some(&Day::Each("Tuesday")), Some(Weekday::Tuesday))
        );
        assert_eq!(
            (plain.clock().as_deref(), plain.zone_name()),
            (Some("09:00"), Some("America/Los_Angeles"))
        );
        assert_eq!(plain.known_zone(), Some(Zone::Named("pacific")));
        assert_eq!(plain.frequency, Some(Frequency::Biweekly));
        assert!(!plain.is_one_of_several);
        assert_eq!(plain.open, [Open::Weeks]);
        assert_eq!(plain.recurrence.as_ref().unwrap().rule, Rule::Weeks(2));

        let other = read("third Wednesday", "soon", "IST", "bi-weekly ([dates](#x))");
        assert_eq!(other.day, Some(Day::AsWritten("third Wednesday".into())));
        assert_eq!((other.clock().as_deref(), other.zone_name()), (Some("soon"), Some("IST")));
        assert_eq!(other.known_zone(), Some(Zone::AsWritten("IST".into())));
        assert_eq!(other.frequency, Some(Frequency::AsWritten("bi-weekly (dates)".into())));
        assert!(other.is_one_of_several);
        assert_eq!(other.open, [Open::Zone("IST".into())]);
        assert_eq!(other.recurrence, None);

        assert_eq!(read("Friday", "", "", "monthly").open, [Open::Week]);
        assert_eq!(read("last Friday", "", "", "monthly").open, []);
        let without_time = read("", "", "IST", "");
        assert_eq!((without_time.known_zone(), without_time.open), (None, Vec::new()));
    }
}
