//! The number of regular meetings that begin in each hour of a usual week.

use crate::facts::{self, Recurrence, RecurrenceRule};

const MINUTES_OF_A_DAY: i32 = 24 * 60;

/// Meetings per week by weekday, from Monday, and hour, both in UTC.
///
/// A meeting every n weeks counts as 1/n, a monthly one as 1/4. With daylight saving time, a meeting's hour in UTC
/// changes over the year; standard time is used, so that the figures depend on the data alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// Indexed by weekday, then by hour.
    pub hours: [[f64; 24]; 7],
}

impl Load {
    /// Computes the load of meetings.
    pub fn of<'a>(meetings: impl IntoIterator<Item = &'a Recurrence>) -> Self {
        let mut load = Self::default();
        for meeting in meetings {
            let Some(zone) = facts::time_zone(&meeting.zone) else { continue };
            let local = i32::from(meeting.weekday.to_monday_zero_offset()) * MINUTES_OF_A_DAY
                + i32::from(meeting.time.hour()) * 60
                + i32::from(meeting.time.minute());
            let offset = facts::standard_offset(&zone).seconds().div_euclid(60);
            let minutes = (local - offset).rem_euclid(7 * MINUTES_OF_A_DAY);
            let (day, minutes) = (minutes / MINUTES_OF_A_DAY, minutes % MINUTES_OF_A_DAY);
            load.hours[day as usize][(minutes / 60) as usize] += per_week(meeting.rule);
        }
        load
    }

    /// The load of the busiest hour.
    pub fn most(&self) -> f64 {
        self.hours.iter().flatten().copied().fold(0.0, f64::max)
    }
}

/// Occurrences per week; a monthly meeting counts as 1/4.
pub fn per_week(rule: RecurrenceRule) -> f64 {
    match rule {
        RecurrenceRule::Weeks(weeks) => 1.0 / f64::from(weeks.max(1)),
        RecurrenceRule::Month { .. } => 0.25,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, time};

    use super::*;

    fn meeting(weekday: Weekday, hour: i8, minute: i8, zone: &str, rule: RecurrenceRule) -> Recurrence {
        Recurrence { weekday, time: time(hour, minute, 0, 0), zone: zone.to_owned(), rule, start: None }
    }

    #[test]
    fn meetings_count_per_week_in_their_hour_of_utc() {
        let load = Load::of(&[
            // At 17:00 UTC by standard time.
            meeting(Weekday::Tuesday, 9, 0, "America/Los_Angeles", RecurrenceRule::Weeks(1)),
            meeting(Weekday::Tuesday, 18, 30, "Europe/Berlin", RecurrenceRule::Weeks(2)),
            meeting(Weekday::Tuesday, 17, 59, "UTC", RecurrenceRule::Month { nth: -1, days_after: 0 }),
            // The next day in UTC, the previous day, and across the end of the week in both directions.
            meeting(Weekday::Wednesday, 16, 0, "America/Los_Angeles", RecurrenceRule::Weeks(4)),
            meeting(Weekday::Friday, 5, 0, "Asia/Kolkata", RecurrenceRule::Weeks(1)),
            meeting(Weekday::Sunday, 23, 0, "America/New_York", RecurrenceRule::Weeks(1)),
            meeting(Weekday::Monday, 0, 30, "Asia/Tokyo", RecurrenceRule::Month { nth: 1, days_after: 2 }),
            // An unknown time zone, so it is not counted.
            meeting(Weekday::Monday, 0, 30, "Nowhere/Land", RecurrenceRule::Weeks(1)),
        ]);
        let mut busy_hours = Vec::new();
        for (day, hours) in load.hours.iter().enumerate() {
            busy_hours.extend(
                hours
                    .iter()
                    .enumerate()
                    .filter(|(_, value)| **value > 0.0)
                    .map(|(hour, value)| (day, hour, *value)),
            );
        }
        assert_eq!(
            busy_hours,
            [(0, 4, 1.0), (1, 17, 1.75), (3, 0, 0.25), (3, 23, 1.0), (6, 15, 0.25)],
            "weekday, hour, meetings a week"
        );
        assert_eq!(load.most(), 1.75);
        assert_eq!(Load::of(&[]).most(), 0.0);
    }
}
