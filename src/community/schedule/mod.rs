//! What the words of a meeting's day, time, zone and frequency mean. Nothing is invented: what the
//! text leaves open is said to be open.

mod recurrence;

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::reader::Reader;
use super::records::Meeting;

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

/// Names people give zones: lower-case name, zone, and how readers know it.
const NAMED_ZONES: [(&str, &str, &str); 14] = [
    ("pt", "America/Los_Angeles", "Pacific Time"),
    ("pacific time", "America/Los_Angeles", "Pacific Time"),
    ("mt", "America/Denver", "Mountain Time"),
    ("mountain time", "America/Denver", "Mountain Time"),
    ("ct", "America/Chicago", "Central Time"),
    ("central time", "America/Chicago", "Central Time"),
    ("et", "America/New_York", "Eastern Time"),
    ("eastern time", "America/New_York", "Eastern Time"),
    ("cet", "Europe/Brussels", "Central European Time"),
    ("central european time", "Europe/Brussels", "Central European Time"),
    ("poland", "Europe/Warsaw", "Polish time"),
    ("utc", "UTC", "UTC"),
    ("gmt", "UTC", "UTC"),
    ("z", "UTC", "UTC"),
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

/// How readers know a zone.
pub fn zone_label(text: &str) -> String {
    match named_zone(text) {
        Some((.., label)) => (*label).to_owned(),
        None => text.replace('_', " "),
    }
}

/// A meeting's schedule in words, and what the data leaves open.
pub fn describe(meeting: &Meeting) -> (Option<String>, Option<String>) {
    let (when, open) = described(meeting);
    (when.map(|when| capitalised(&when)), open)
}

/// What [`describe`] says of the schedule, for the middle of a sentence.
pub fn describe_within(meeting: &Meeting) -> Option<String> {
    described(meeting).0
}

fn described(meeting: &Meeting) -> (Option<String>, Option<String>) {
    let mut parts: Vec<String> = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    if let Some(day) = &meeting.day {
        let plain =
            WEEKDAYS.iter().find(|(_, name)| day.value.trim_end_matches('s').eq_ignore_ascii_case(name));
        parts.push(plain.map_or_else(|| day.value.clone(), |(_, name)| format!("{name}s")));
    }
    if let Some(at) = &meeting.time {
        let mut text = time(at).map_or_else(|| at.value.clone(), |time| time.strftime("%H:%M").to_string());
        if let Some(tz) = &meeting.tz {
            text = format!("{text} {}", zone_label(tz));
            if zone(tz).is_none() {
                notes.push(format!("The zone “{}” can mean several.", tz.value));
            }
        }
        parts.push(text);
    }
    if let Some(frequency) = &meeting.frequency {
        let plain = plain_frequency(frequency);
        if plain.is_some_and(|(word, _)| matches!(word, "monthly" | "quarterly")) && weekday_is_plain(meeting)
        {
            notes.push("The data does not say which week.".into());
        }
        parts.push(plain.map_or_else(|| without_links(frequency), |(_, words)| words.to_owned()));
        if recurrence::days(meeting).is_some_and(|(_, rule, start)| recurrence::phase_unknown(rule, start)) {
            notes.push("The data does not say which weeks.".into());
        }
    }
    let when = (!parts.is_empty()).then(|| parts.join(", "));
    (when, (!notes.is_empty()).then(|| notes.join(" ")))
}

/// How often a meeting takes place, in words, and on which of its weekdays: what [`describe`] says without
/// the weekday and the time.
pub fn rhythm(meeting: &Meeting) -> Option<String> {
    let day = meeting.day.as_ref().filter(|_| !weekday_is_plain(meeting)).map(|day| capitalised(day));
    let frequency = meeting.frequency.as_ref().map(|frequency| {
        plain_frequency(frequency).map_or_else(|| without_links(frequency), |(_, words)| words.to_owned())
    });
    let parts: Vec<String> = day.into_iter().chain(frequency).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A frequency of one word, and what it means.
fn plain_frequency(text: &str) -> Option<(&'static str, &'static str)> {
    let lower = text.to_lowercase().replace("bi-weekly", "biweekly");
    let words = [
        ("biweekly", "every two weeks"),
        ("weekly", "every week"),
        ("monthly", "every month"),
        ("quarterly", "every quarter"),
    ];
    words.into_iter().find(|(word, _)| lower == *word)
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

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// Reports a time that cannot be read and a zone that is not known. Both are shown as they are written.
pub(super) fn check(reader: &mut Reader, meeting: &Meeting) {
    if let Some(at) = meeting.time.as_ref().filter(|at| time(at).is_none()) {
        let help = "write hours and minutes, such as `09:00`; until then it is shown as it is".to_owned();
        reader.warn(
            "data/unreadable-time",
            &at.span,
            format!("`{}` is no time of day", at.value),
            Some(help),
        );
    }
    if let Some(tz) = meeting.tz.as_ref().filter(|tz| zone(tz).is_none()) {
        let help = "write an IANA name, such as `Europe/Berlin`; until then it is shown as it is".to_owned();
        reader.warn(
            "data/unknown-zone",
            &tz.span,
            format!("`{}` names no single zone", tz.value),
            Some(help),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::records::At;
    use super::*;

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
    fn descriptions_say_what_is_open() {
        let at = |text: &str| (!text.is_empty()).then(|| At { value: text.to_owned(), span: 0..0 });
        let meeting = |day, time, tz, frequency| Meeting {
            title: At::default(),
            day: at(day),
            time: at(time),
            tz: at(tz),
            frequency: at(frequency),
            join: None,
            notes: None,
            recordings: None,
            calendar: None,
        };
        let says = |meeting| describe(&meeting);
        for (day, frequency, expected) in [
            ("Tuesday", "bi-weekly", Some("every two weeks")),
            ("third Wednesday", "monthly", Some("Third Wednesday, every month")),
            ("Friday", "weekly ([dates](#x))", Some("weekly (dates)")),
            ("Friday", "", None),
        ] {
            assert_eq!(rhythm(&meeting(day, "9:00", "UTC", frequency)).as_deref(), expected);
        }
        assert_eq!(
            says(meeting("Tuesday", "9:00", "PT (Pacific Time)", "bi-weekly")),
            (
                Some("Tuesdays, 09:00 Pacific Time, every two weeks".into()),
                Some("The data does not say which weeks.".into())
            )
        );
        assert_eq!(
            says(meeting("third Wednesday", "2PM", "Europe/Berlin", "monthly")),
            (Some("Third Wednesday, 14:00 Europe/Berlin, every month".into()), None)
        );
        assert_eq!(
            describe_within(&meeting("third Wednesday", "2PM", "Europe/Berlin", "monthly")).as_deref(),
            Some("third Wednesday, 14:00 Europe/Berlin, every month")
        );
        assert_eq!(
            says(meeting("Friday", "soon", "IST", "bi-weekly ([dates](#x))")),
            (
                Some("Fridays, soon IST, bi-weekly (dates)".into()),
                Some("The zone “IST” can mean several. The data does not say which weeks.".into())
            )
        );
        assert_eq!(says(meeting("", "", "", "")), (None, None));
    }
}
