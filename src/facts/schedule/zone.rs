//! Interprets the names of time zones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::Zone;

/// The bundled database, so that the output does not depend on the zones of the machine.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

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

/// Offsets that are not whole hours, with a zone that has had this offset all year for decades.
const FRACTIONAL_OFFSETS: [(&str, &str); 6] = [
    ("-9:30", "Pacific/Marquesas"),
    ("+4:30", "Asia/Kabul"),
    ("+5:30", "Asia/Kolkata"),
    ("+5:45", "Asia/Kathmandu"),
    ("+6:30", "Asia/Yangon"),
    ("+9:30", "Australia/Darwin"),
];

/// The names of zones that a community uses, in lower case, with their IANA names.
pub(super) type Words = BTreeMap<String, String>;

/// The IANA name of a zone: `PT (Pacific Time)`, `Europe/Berlin`. `None` for ambiguous names such as `IST`, which is
/// used in India, Ireland and Israel, unless the community's words define them.
pub(super) fn zone(text: &str, words: &Words) -> Option<String> {
    if let Some(zone) = defined_zone(text, words) {
        return Some(zone.to_owned());
    }
    if let Some((_, zone, _)) = named_zone(text) {
        return Some((*zone).to_owned());
    }
    fixed_offset(text).or_else(|| iana_zone(text))
}

/// The name to show for a zone.
pub(super) fn displayed_zone(text: &str, words: &Words) -> Zone {
    match named_zone(text).filter(|_| defined_zone(text, words).is_none()) {
        Some((.., name)) => Zone::Named(name),
        None => Zone::AsWritten(text.replace('_', " ")),
    }
}

/// The IANA name of a zone in its usual spelling. In the database, only `UTC` and names with a slash are unambiguous.
pub fn iana_zone(name: &str) -> Option<String> {
    let zone = ZONES.get(name.trim()).ok()?;
    zone.iana_name().filter(|name| name.contains('/') || *name == "UTC").map(str::to_owned)
}

/// All names that [`iana_zone`] accepts.
pub fn zone_names() -> Vec<String> {
    ZONES.available().filter_map(|name| iana_zone(name.as_str())).collect()
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

/// The zone that the community's words define.
fn defined_zone<'w>(text: &str, words: &'w Words) -> Option<&'w str> {
    let lower = text.to_lowercase();
    let parts = parts(&lower);
    let defined = words.iter().filter(|(word, _)| parts.contains(&word.as_str()));
    defined.max_by_key(|(word, _)| word.len()).map(|(_, zone)| zone.as_str())
}

fn named_zone(text: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let lower = text.to_lowercase();
    let parts = parts(&lower);
    // `EST (Eastern Time)`: the longer name states the intended zone.
    NAMED_ZONES.iter().filter(|(name, ..)| parts.contains(name)).max_by_key(|(name, ..)| name.len())
}

/// The whole text, and its parts before and in parentheses.
fn parts(text: &str) -> Vec<&str> {
    let parts = [text].into_iter().chain(text.split(['(', ')'])).map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

/// The IANA name of a zone given as an offset: `Etc/GMT-8` for `UTC+8`, as IANA's signs are inverted.
fn fixed_offset(text: &str) -> Option<String> {
    let text = text.trim().to_uppercase().replace('−', "-");
    let offset = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT"))?.trim();
    let digits = offset.strip_prefix(['+', '-'])?.trim();
    let sign = &offset[..1];
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
        return None;
    }
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at(2),
        None => (digits, "00"),
    };
    let hours = hours.parse::<u8>().ok().filter(|hours| *hours <= 14)?;
    if minutes != "00" {
        let offset = format!("{sign}{hours}:{minutes}");
        let zone = FRACTIONAL_OFFSETS.iter().find(|(candidate, _)| *candidate == offset);
        return zone.map(|(_, zone)| (*zone).to_owned());
    }
    let name = match (hours, sign) {
        (0, _) => "UTC".to_owned(),
        (_, "+") => format!("Etc/GMT-{hours}"),
        _ => format!("Etc/GMT+{hours}"),
    };
    ZONES.get(&name).is_ok().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[(&str, &str)]) -> Words {
        words.iter().map(|(word, zone)| ((*word).to_owned(), (*zone).to_owned())).collect()
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
            ("europe/berlin", Some("Europe/Berlin")),
            ("UTC+8", Some("Etc/GMT-8")),
            ("UTC-3", Some("Etc/GMT+3")),
            ("UTC−3", Some("Etc/GMT+3")),
            ("GMT -03:00", Some("Etc/GMT+3")),
            ("utc +0800", Some("Etc/GMT-8")),
            ("UTC+0", Some("UTC")),
            ("UTC-00:00", Some("UTC")),
            ("UTC+14", Some("Etc/GMT-14")),
            ("UTC-14", None),
            ("UTC+25", None),
            ("UTC+5:30", Some("Asia/Kolkata")),
            ("UTC+05:30", Some("Asia/Kolkata")),
            ("GMT+0545", Some("Asia/Kathmandu")),
            ("UTC-5:30", None),
            // Newfoundland has daylight saving time.
            ("UTC-3:30", None),
            ("UTC+5:3", None),
            ("UTC+", None),
            ("UTC+é", None),
            ("EST", None),
            ("IST", None),
            ("Nowhere/Land", None),
            ("", None),
        ] {
            assert_eq!(zone(text, &Words::new()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn words_of_a_community_come_first() {
        let words = words(&[
            ("est", "America/New_York"),
            ("pt", "Europe/Lisbon"),
            ("lisbon time", "Europe/Lisbon"),
            ("ist", "Asia/Kolkata"),
        ]);
        let as_written = |text: &str| Zone::AsWritten(text.to_owned());
        for (text, expected, displayed) in [
            ("EST", Some("America/New_York"), as_written("EST")),
            (" est ", Some("America/New_York"), as_written(" est ")),
            ("PT", Some("Europe/Lisbon"), as_written("PT")),
            ("PT (Pacific Time)", Some("Europe/Lisbon"), as_written("PT (Pacific Time)")),
            ("IST (India)", Some("Asia/Kolkata"), as_written("IST (India)")),
            ("Pacific Time", Some("America/Los_Angeles"), Zone::Named("pacific")),
            ("JST", None, as_written("JST")),
        ] {
            assert_eq!(zone(text, &words).as_deref(), expected, "{text}");
            assert_eq!(displayed_zone(text, &words), displayed, "{text}");
        }
    }

    #[test]
    fn fractional_offsets_are_exact() {
        for (offset, name) in FRACTIONAL_OFFSETS {
            let zone = time_zone(name).unwrap();
            let (hours, minutes) = offset[1..].split_once(':').unwrap();
            let seconds = hours.parse::<i32>().unwrap() * 3600 + minutes.parse::<i32>().unwrap() * 60;
            let seconds = if offset.starts_with('-') { -seconds } else { seconds };
            let since = Timestamp::constant(631_152_000, 0); // 1990
            assert_eq!(zone.to_offset(since).seconds(), seconds, "{name}");
            assert_eq!(zone.following(since).count(), 0, "{name}");
        }
    }

    #[test]
    fn only_unambiguous_names_of_the_database_are_accepted() {
        let names = zone_names();
        assert!(names.len() > 400 && names.contains(&"UTC".to_owned()));
        assert!(!names.iter().any(|name| ["EST", "GMT", "Cuba"].contains(&name.as_str())), "{names:?}");
        assert_eq!(iana_zone("america/new_york").as_deref(), Some("America/New_York"));
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
}
