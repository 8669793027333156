//! Regular meetings.

use super::Extra;
use super::schedule::Schedule;
use crate::parse::At;

/// A regular meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// The title: `Regular meeting`.
    pub title: At<String>,
    /// The schedule.
    pub schedule: Schedule,
    /// The address for joining.
    pub join: Option<String>,
    /// The address of agenda and notes.
    pub notes: Option<String>,
    /// The address of recordings.
    pub recordings: Option<String>,
    /// The address of the calendar entry.
    pub calendar: Option<String>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}
