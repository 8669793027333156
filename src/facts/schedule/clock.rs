//! Interprets times of day.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// The longest meeting that a range may give: a longer one suggests that `am` or `pm` is missing.
const LONGEST_RANGE: u16 = 12 * 60;

/// A time of day: minutes after midnight. 24:00 is midnight at the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock(u16);

impl Clock {
    /// Parses a time of day, or a range, with its length in minutes: `9:00`, `2:30 PM`, `24:00`, `7:00PM-8:00PM`.
    pub(super) fn read(text: &str) -> Option<(Self, Option<u16>)> {
        let text = text.trim().to_lowercase().replace(' ', "");
        let Some((start, end)) = text.split_once(['-', '–']) else {
            return Some((Self(minutes(&text)?), None));
        };
        // The start of `7:00-8:00pm` may be in the morning or in the evening.
        let has_half = |text: &str| text.ends_with("am") || text.ends_with("pm");
        if has_half(start) != has_half(end) {
            return None;
        }
        let (start, end) = (minutes(start)?, minutes(end)?);
        let length = (end + DAY - start) % DAY;
        Some((Self(start), Some(length).filter(|length| (1..=LONGEST_RANGE).contains(length))))
    }

    /// The clock a number of minutes later.
    pub fn after(self, minutes: u16) -> Self {
        Self((self.0 + minutes) % DAY)
    }

    /// True for 24:00.
    pub fn is_next_day(self) -> bool {
        self.0 == DAY
    }

    /// The time; 00:00 for 24:00.
    pub fn time(self) -> Time {
        let minutes = self.0 % DAY;
        Time::midnight().wrapping_add(i64::from(minutes).minutes())
    }

    /// This time of a date.
    pub fn on(self, date: Date) -> Option<DateTime> {
        let date = if self.is_next_day() { date.tomorrow().ok()? } else { date };
        Some(date.to_datetime(self.time()))
    }
}

/// `09:00`
impl fmt::Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Parses a single time as minutes after midnight.
fn minutes(text: &str) -> Option<u16> {
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
    // The parser of numbers accepts signs.
    let hour: u16 = hour.parse().ok().filter(|_| !digits.contains('+'))?;
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    let is_time = hour < 24 && minute < 60 || (hour, minute) == (24, 0);
    is_time.then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn times() {
        for (text, expected) in [
            ("9:00", Some(("09:00", None))),
            ("09:00", Some(("09:00", None))),
            ("2PM", Some(("14:00", None))),
            ("2:30 PM", Some(("14:30", None))),
            ("12am", Some(("00:00", None))),
            ("12:15pm", Some(("12:15", None))),
            ("0:00", Some(("00:00", None))),
            ("24:00", Some(("24:00", None))),
            ("7:00PM-8:00PM", Some(("19:00", Some(60)))),
            ("14:00 – 15:30", Some(("14:00", Some(90)))),
            ("23:30-00:15", Some(("23:30", Some(45)))),
            ("22:00-24:00", Some(("22:00", Some(120)))),
            ("24:00-01:00", Some(("24:00", Some(60)))),
            // The end is before the start, probably because `pm` is missing.
            ("9:00-8:00", Some(("09:00", None))),
            ("9:00-9:00", Some(("09:00", None))),
            ("7:00-8:00PM", None),
            ("7:00-later", None),
            ("24:01", None),
            ("25:00", None),
            ("9:60", None),
            ("13PM", None),
            ("9", None),
            ("noon", None),
            ("9:5", None),
            ("+9:00", None),
            ("9:+5", None),
        ] {
            let actual = Clock::read(text).map(|(clock, length)| (clock.to_string(), length));
            assert_eq!(actual, expected.map(|(clock, length)| (clock.to_owned(), length)), "{text}");
        }
    }

    #[test]
    fn the_end_of_a_day_is_the_start_of_the_next() {
        let end = Clock::read("24:00").unwrap().0;
        assert_eq!(end.on(date(2026, 2, 28)), Some(date(2026, 3, 1).at(0, 0, 0, 0)));
        assert_eq!(end.after(45).to_string(), "00:45");
        let evening = Clock::read("23:30").unwrap().0;
        assert_eq!(evening.on(date(2026, 2, 28)), Some(date(2026, 2, 28).at(23, 30, 0, 0)));
        assert_eq!(
            (evening.after(30).to_string(), evening.after(60).to_string()),
            ("00:00".into(), "00:30".into())
        );
    }
}
