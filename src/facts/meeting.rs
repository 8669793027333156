//! Regular meetings.

use crate::parse::At;

/// A regular meeting, as the data describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// `Regular SIG Meeting`.
    pub title: At<String>,
    /// Day as written: `Tuesday`, `third Wednesday`.
    pub day: Option<At<String>>,
    /// Time as written: `9:00`, `2PM`.
    pub time: Option<At<String>>,
    /// Zone as written: `PT (Pacific Time)`, `Europe/Berlin`.
    pub tz: Option<At<String>>,
    /// Frequency as written: `biweekly`.
    pub frequency: Option<At<String>>,
    /// Where to join.
    pub join: Option<String>,
    /// Agenda and notes.
    pub notes: Option<String>,
    /// Recordings.
    pub recordings: Option<String>,
    /// Calendar entry.
    pub calendar: Option<String>,
}
