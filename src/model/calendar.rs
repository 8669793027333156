//! The calendar of a group: its meetings and those of its subprojects.

use super::generated::GeneratedFile;
use crate::facts::{self, Meeting, Occurrences};
use crate::parse::Slugs;
use crate::source::Db;

/// The meetings of a group.
#[derive(Default)]
pub struct Calendar<'a> {
    /// Meetings with a rule or dates.
    pub entries: Vec<CalendarEntry<'a>>,
    /// Meetings whose data gives neither a rule nor dates.
    pub without_rule: Vec<&'a Meeting>,
}

/// A meeting of a group.
pub struct CalendarEntry<'a> {
    /// The slug of its title, numbered if several meetings of the group share it. Meetings without a rule count, too,
    /// so that ids stay the same when one gets a rule.
    pub id: String,
    /// The meeting.
    pub meeting: &'a Meeting,
    /// The rule or dates.
    pub occurrences: Occurrences<'a>,
    /// The subprojects that list the meeting.
    pub subprojects: Vec<&'a str>,
}

impl Calendar<'_> {
    /// True if there are meetings that are certain, or whose weeks are unknown.
    pub fn has(&self, is_unconfirmed: bool) -> bool {
        self.entries.iter().any(|entry| entry.is_unconfirmed() == is_unconfirmed)
    }
}

impl CalendarEntry<'_> {
    /// True if the data does not say in which weeks the meeting takes place.
    pub fn is_unconfirmed(&self) -> bool {
        matches!(&self.occurrences, Occurrences::Rule(rule) if rule.phase_unknown())
    }
}

/// True if the data lists any meeting of a group or its subprojects.
pub fn has_meetings(group: &facts::Group) -> bool {
    !group.meetings.is_empty() || group.subprojects.iter().any(|subproject| !subproject.meetings.is_empty())
}

/// The meetings of a group, in the order of the file. A meeting that several subprojects list is one meeting.
pub fn calendar(group: &facts::Group) -> Calendar<'_> {
    let own = group.meetings.iter().map(|meeting| (meeting, None));
    let of_subprojects = group.subprojects.iter().flat_map(|subproject| {
        subproject.meetings.iter().map(|meeting| (meeting, Some(subproject.name.as_str())))
    });
    let (mut calendar, mut slugs) = (Calendar::default(), Slugs::default());
    for (meeting, subproject) in own.chain(of_subprojects) {
        if let Some(entry) = calendar.entries.iter_mut().find(|entry| entry.meeting == meeting) {
            entry.subprojects.extend(subproject);
        } else if !calendar.without_rule.contains(&meeting) {
            let id = slugs.next(&meeting.title);
            match meeting.schedule.occurrences() {
                Some(occurrences) => calendar.entries.push(CalendarEntry {
                    id,
                    meeting,
                    occurrences,
                    subprojects: subproject.into_iter().collect(),
                }),
                None => calendar.without_rule.push(meeting),
            }
        }
    }
    calendar
}

/// The calendars as files. A group with meetings whose dates are all uncertain keeps its address, for readers who have
/// subscribed to it.
#[salsa::tracked]
pub fn calendars(db: &dyn Db) -> Vec<GeneratedFile> {
    let (mut certain, mut unconfirmed) = (Vec::new(), Vec::new());
    let file = |group, is_unconfirmed| {
        Some(GeneratedFile::Calendar { group, is_unconfirmed }).filter(|file| file.url(db).is_some())
    };
    for group in super::handbook(db).groups.values() {
        let calendar = calendar(&group.facts);
        if !calendar.entries.is_empty() {
            certain.extend(file(Some(group.id().to_owned()), false));
        }
        if calendar.has(true) {
            unconfirmed.extend(file(Some(group.id().to_owned()), true));
        }
    }
    for (files, is_unconfirmed) in [(&mut certain, false), (&mut unconfirmed, true)] {
        if !files.is_empty() {
            files.extend(file(None, is_unconfirmed));
        }
    }
    certain.append(&mut unconfirmed);
    certain
}
