//! Describes meetings and calendars of groups for templates.

use super::schedule;
use super::scope::Scope;
use super::view::{Calendar, Meeting, Recurrence};
use crate::facts::{self, Occurrences, Schedule};
use crate::model::{self, GeneratedFile, Group, Route};
use crate::source::Site;
use crate::strings::strings;
use crate::url::Href;

impl Scope<'_> {
    /// Meetings of a group or subproject.
    pub fn meetings(&self, meetings: &[facts::Meeting]) -> Vec<Meeting> {
        meetings.iter().map(|meeting| self.meeting(meeting)).collect()
    }

    /// A meeting.
    pub fn meeting(&self, meeting: &facts::Meeting) -> Meeting {
        let (schedule, strings) = (&meeting.schedule, strings(self.db));
        Meeting {
            title: meeting.title.value.clone(),
            when: schedule::when(strings, schedule),
            note: schedule::open(strings, schedule),
            join: meeting.join.as_deref().and_then(Href::web),
            notes: meeting.notes.as_deref().and_then(Href::web),
            recordings: meeting.recordings.as_deref().and_then(Href::web),
            calendar: meeting.calendar.as_deref().and_then(Href::web),
            extra: meeting.extra.clone(),
            recurrence: self.recurrence(schedule),
        }
    }

    /// The recurrence rule or the dates of a meeting, if its schedule determines them.
    fn recurrence(&self, schedule: &Schedule) -> Option<Recurrence> {
        let occurrences = schedule.occurrences()?;
        let zone_label = schedule.display_zone.as_ref();
        let general = Recurrence {
            weekday: None,
            time: schedule.time?.time().strftime("%H:%M").to_string(),
            end: schedule.end().map(|end| end.to_string()),
            length: schedule.length,
            zone: schedule.zone.clone()?,
            zone_label: zone_label.map_or_else(String::new, |zone| schedule::zone(strings(self.db), zone)),
            every: None,
            nth: None,
            days_after: 0,
            start: None,
            phase_unknown: false,
            dates: Vec::new(),
        };
        let recurrence = match occurrences {
            Occurrences::Times { times, .. } => {
                return Some(Recurrence {
                    dates: times.iter().map(|time| time.date().to_string()).collect(),
                    ..general
                });
            }
            Occurrences::Rule(recurrence) => recurrence,
        };
        let (every, nth, days_after) = match recurrence.rule {
            facts::RecurrenceRule::Weeks(weeks) => (Some(weeks), None, 0),
            facts::RecurrenceRule::Month { nth, days_after } => (None, Some(nth), days_after),
        };
        Some(Recurrence {
            weekday: Some(recurrence.weekday.to_monday_one_offset()),
            every,
            nth,
            days_after,
            start: recurrence.start.map(|start| start.to_string()),
            phase_unknown: recurrence.phase_unknown(),
            ..general
        })
    }

    /// True if any meeting of the group has a recurrence rule or dates.
    pub fn has_rules(&self, group: &Group) -> bool {
        !model::calendar(&group.facts).entries.is_empty()
    }

    /// The calendar of a group; `None` if it would be empty.
    pub fn calendar(&self, group: &Group) -> Option<Calendar> {
        let calendar = model::calendar(&group.facts);
        let file = |is_unconfirmed| {
            let file = GeneratedFile::Calendar { group: Some(group.id().to_owned()), is_unconfirmed };
            file.url(self.db).filter(|_| calendar.has(is_unconfirmed))
        };
        let (url, unconfirmed) = (file(false), file(true));
        url.as_ref().or(unconfirmed.as_ref())?;
        let missing = calendar.without_rule.iter().map(|meeting| meeting.title.value.clone());
        Some(Calendar {
            subscribe: url.as_ref().and_then(|url| self.subscription(url)),
            url: url.map(|url| self.to(&url)),
            unconfirmed: unconfirmed.map(|url| self.to(&url)),
            week: self.to(&Route::CALENDAR.url(self.db)).query("group", group.id()),
            missing: missing.collect(),
        })
    }

    /// The address for subscribing to a calendar file in an app.
    pub fn subscription(&self, url: &str) -> Option<Href> {
        let base = Site::get(self.db).config(self.db).base_url.as_deref()?;
        let (_, place) = base.split_once("://")?;
        Href::new(&format!("webcal://{}{url}", place.trim_end_matches('/')))
    }
}
