//! Interprets the text of a meeting's day, time, zone and frequency. Anything ambiguous stays open; nothing is
//! guessed.

mod recurrence;

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use crate::parse::At;

pub use recurrence::{Recurrence, Rule};

/// The bundled database, so that the output does not depend on the zones of the machine.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The weekdays with their English names, and common short names in lower case.
const WEEKDAYS: [(Weekday, &str, &[&str]); 7] = [
    (Weekday::Monday, "Monday", &["mon"]),
    (Weekday::Tuesday, "Tuesday", &["tue", "tues"]),
    (Weekday::Wednesday, "Wednesday", &["wed"]),
    (Weekday::Thursday, "Thursday", &["thu", "thur", "thurs"]),
    (Weekday::Friday, "Friday", &["fri"]),
    (Weekday::Saturday, "Saturday", &["sat"]),
    (Weekday::Sunday, "Sunday", &["sun"]),
];

/// True if a word in lower case is a name of a weekday: `tuesdays`, `tue`.
fn is_name(word: &str, (_, name, short_names): &(Weekday, &str, &[&str])) -> bool {
    let name = name.to_lowercase();
    word == name || word.strip_suffix('s') == Some(&name) || short_names.contains(&word)
}

/// Common names of zones: the name in lower case, the IANA name, and the id under which readers see it.
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

/// The weekday in a text, if there is exactly one: `Tuesday`, `Thursdays (starting …)`.
fn weekday(text: &str) -> Option<Weekday> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect();
    let mut matches = WEEKDAYS.iter().filter(|weekday| words.iter().any(|word| is_name(word, weekday)));
    let (weekday, ..) = matches.next()?;
    matches.next().is_none().then_some(*weekday)
}

/// The English name of a weekday.
pub fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(candidate, ..)| *candidate == weekday).map_or("", |(_, name, _)| name)
}

/// Parses a time of day, or the start of a range: `9:00`, `09:00`, `2PM`, `2:30 PM`, `7:00PM-8:00PM`.
fn time(text: &str) -> Option<Time> {
    let text = text.trim().to_lowercase().replace(' ', "");
    let Some((start, end)) = text.split_once(['-', '–']) else { return single_time(&text) };
    // The start of `7:00-8:00pm` may be in the morning or in the evening.
    let has_half = |text: &str| text.ends_with("am") || text.ends_with("pm");
    single_time(end)?;
    if has_half(start) == has_half(end) { single_time(start) } else { None }
}

fn single_time(text: &str) -> Option<Time> {
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (text, None),
    };
    let (hour, minute) = match digits.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute.parse().ok()?),
        Some(_) => return None,
        // A bare number is a time only with `am` or `pm`.
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

/// The IANA name of a zone: `PT (Pacific Time)`, `Europe/Berlin`. `None` for ambiguous names such as `IST`, which is
/// used in India, Ireland and Israel.
fn zone(text: &str) -> Option<String> {
    if let Some((_, zone, _)) = named_zone(text) {
        return Some((*zone).to_owned());
    }
    if let Some(zone) = fixed_offset(text) {
        return Some(zone);
    }
    // In the database, only names with a slash are unambiguous.
    let zone = ZONES.get(text.trim()).ok()?;
    zone.iana_name().filter(|name| name.contains('/')).map(str::to_owned)
}

/// The IANA name of a zone given as whole hours from UTC: `Etc/GMT-8` for `UTC+8`. IANA's signs are inverted.
fn fixed_offset(text: &str) -> Option<String> {
    let text = text.trim().to_uppercase();
    let offset = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT"))?.trim();
    let (sign, hours) = match offset.split_at_checked(1)? {
        ("+", hours) => ('-', hours),
        ("-", hours) => ('+', hours),
        _ => return None,
    };
    let hours = hours
        .strip_suffix(":00")
        .unwrap_or(hours)
        .parse::<u8>()
        .ok()
        .filter(|hours| (1..=14).contains(hours))?;
    let name = format!("Etc/GMT{sign}{hours}");
    ZONES.get(&name).is_ok().then_some(name)
}

/// Returns a zone by its IANA name.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// The first of January and of July 2025, in UTC.
const JANUARY: Timestamp = Timestamp::constant(1_735_689_600, 0);
const JULY: Timestamp = Timestamp::constant(1_751_328_000, 0);

/// The offset of a zone from UTC in standard time, so that the output does not depend on the date: the smaller of its
/// offsets in January and July of a fixed year.
pub fn standard_offset(zone: &TimeZone) -> Offset {
    zone.to_offset(JANUARY).min(zone.to_offset(JULY))
}

fn named_zone(text: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let lower = text.trim().to_lowercase();
    let parts = [lower.as_str()].into_iter().chain(lower.split(['(', ')'])).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    // `EST (Eastern Time)`: the longer name states the intended zone.
    NAMED_ZONES.iter().filter(|(name, ..)| parts.contains(name)).max_by_key(|(name, ..)| name.len())
}

/// The text of a meeting's schedule, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleText {
    /// The day: `Tuesday`, `third Wednesday`.
    pub day: Option<At<String>>,
    /// The time of day: `9:00`, `2PM`.
    pub time: Option<At<String>>,
    /// The zone: `PT (Pacific Time)`, `Europe/Berlin`.
    pub tz: Option<At<String>>,
    /// The frequency: `biweekly`.
    pub frequency: Option<At<String>>,
}

/// The schedule of a meeting: the interpreted day, time, zone and frequency, and the rule that they form together.
/// Text without a clear meaning is shown as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The text.
    pub text: ScheduleText,
    /// The day or days.
    pub day: Option<Day>,
    /// The weekday that `day` names, if it names just one.
    pub weekday: Option<Weekday>,
    /// The time of day.
    pub time: Option<Time>,
    /// The IANA name of the zone.
    pub zone: Option<String>,
    /// The frequency.
    pub frequency: Option<Frequency>,
    /// True if the day is one of several of its name in a month: `third Wednesday`.
    pub is_one_of_several: bool,
    /// Ambiguities in the data.
    pub open: Vec<Open>,
    /// The rule, if the text forms one.
    pub recurrence: Option<Recurrence>,
}

impl Schedule {
    pub fn of_text(text: At<String>) -> Self {
        Self::read(ScheduleText { frequency: Some(text), ..ScheduleText::default() })
    }

    /// Interprets the text of a schedule.
    pub fn read(text: ScheduleText) -> Self {
        let value = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
        let (day, time_text, tz) = (value(&text.day), value(&text.time), value(&text.tz));
        let is_one_of_several = day.as_ref().is_some_and(|day| day.trim().contains(' '));
        let (time, zone) = (time_text.as_deref().and_then(time), tz.as_deref().and_then(zone));
        let days = recurrence::days(&text);
        let mut open = Vec::new();
        open.extend(tz.filter(|_| zone.is_none() && time_text.is_some()).map(Open::Zone));
        let frequency = text.frequency.as_ref().map(|text| frequency(text));
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
        Self { text, day, weekday, time, zone, frequency, is_one_of_several, open, recurrence }
    }

    /// The time of day as `09:00`, or as it is written.
    pub fn clock(&self) -> Option<String> {
        let clock = self.time.map(|time| time.strftime("%H:%M").to_string());
        clock.or_else(|| Some(self.text.time.as_ref()?.value.clone()))
    }

    /// The IANA name of the zone, or the zone as it is written.
    pub fn zone_name(&self) -> Option<&str> {
        self.zone.as_deref().or_else(|| self.text.tz.as_ref().map(|tz| tz.as_str()))
    }

    /// The zone to show next to the time; `None` without a time.
    pub fn display_zone(&self) -> Option<Zone> {
        self.text.tz.as_ref().filter(|_| self.text.time.is_some()).map(|tz| displayed_zone(tz))
    }

    /// True if the data states a day, a time or a frequency.
    pub fn is_set(&self) -> bool {
        let ScheduleText { day, time, frequency, .. } = &self.text;
        day.is_some() || time.is_some() || frequency.is_some()
    }
}

/// See [`Schedule::day`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// A weekday by its English name.
    Each(&'static str),
    /// Any other text.
    AsWritten(String),
}

impl Day {
    fn read(text: String) -> Self {
        let word = text.trim().to_lowercase();
        let plain = WEEKDAYS.iter().find(|weekday| is_name(&word, weekday));
        plain.map_or(Self::AsWritten(text), |(_, name, _)| Self::Each(name))
    }
}

/// A zone as shown to readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// A common name: `pacific`.
    Named(&'static str),
    /// The zone as it is written.
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
    /// Any other text.
    AsWritten(String),
}

/// See [`Schedule::open`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// The zone, as it is written, is ambiguous.
    Zone(String),
    /// The week of the month or quarter is not stated.
    Week,
    /// For a meeting every few weeks, the starting week is not stated.
    Weeks,
}

/// The name to show for a zone.
fn displayed_zone(text: &str) -> Zone {
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

/// Replaces Markdown links with their text.
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
            ("7:00PM-8:00PM", Some("19:00")),
            ("14:00 – 15:00", Some("14:00")),
            ("7:00-8:00PM", None),
            ("7:00-later", None),
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
        assert_eq!(weekday("Thu"), Some(Weekday::Thursday));
        assert_eq!(weekday("every Tues."), Some(Weekday::Tuesday));
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
            ("UTC+8", Some("Etc/GMT-8")),
            ("GMT -03:00", Some("Etc/GMT+3")),
            ("UTC+25", None),
            ("UTC+5:30", None),
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
    fn clear_text_is_interpreted_and_other_text_is_kept() {
        let at = |text: &str| (!text.is_empty()).then(|| At { value: text.to_owned(), span: 0..0 });
        let read = |day, time, tz, frequency| {
            Schedule::read(ScheduleText {
                day: at(day),
                time: at(time),
                tz: at(tz),
                frequency: at(frequency),
            })
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
        assert_eq!(plain.display_zone(), Some(Zone::Named("pacific")));
        assert_eq!(plain.frequency, Some(Frequency::Biweekly));
        assert!(!plain.is_one_of_several);
        assert_eq!(plain.open, [Open::Weeks]);
        assert_eq!(plain.recurrence.as_ref().unwrap().rule, Rule::Weeks(2));

        let other = read("third Wednesday", "soon", "IST", "bi-weekly ([dates](#x))");
        assert_eq!(other.day, Some(Day::AsWritten("third Wednesday".into())));
        assert_eq!((other.clock().as_deref(), other.zone_name()), (Some("soon"), Some("IST")));
        assert_eq!(other.display_zone(), Some(Zone::AsWritten("IST".into())));
        assert_eq!(other.frequency, Some(Frequency::AsWritten("bi-weekly (dates)".into())));
        assert!(other.is_one_of_several);
        assert_eq!(other.open, [Open::Zone("IST".into())]);
        assert_eq!(other.recurrence, None);

        assert_eq!(read("Friday", "", "", "monthly").open, [Open::Week]);
        assert_eq!(read("last Friday", "", "", "monthly").open, []);
        let without_time = read("", "", "IST", "");
        assert_eq!((without_time.display_zone(), without_time.open), (None, Vec::new()));
    }
}
