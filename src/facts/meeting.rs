//! Regular meetings.

use super::schedule::Schedule;
use crate::parse::At;

/// A regular meeting, as the data describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// `Regular meeting`.
    pub title: At<String>,
    /// When it takes place.
    pub schedule: Schedule,
    /// Where to join.
    pub join: Option<String>,
    /// Agenda and notes.
    pub notes: Option<String>,
    /// Recordings.
    pub recordings: Option<String>,
    /// Calendar entry.
    pub calendar: Option<String>,
}
