//! The calendar of a group: its meetings and those of its subprojects.

use crate::facts::{self, Meeting, Occurrences};
use crate::parse::Slugs;
use crate::source::Db;

/// The address of the calendar of all groups.
pub const ALL_CALENDAR: &str = "/calendar/all.ics";

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

/// Addresses of the calendars that have events.
#[salsa::tracked(returns(clone))]
pub fn calendar_urls(db: &dyn Db) -> Vec<String> {
    let groups = super::handbook(db).groups.values();
    let with_events = groups.filter(|group| !calendar(&group.facts).entries.is_empty());
    let mut urls: Vec<String> = with_events.filter_map(|group| calendar_url(group.id())).collect();
    if !urls.is_empty() {
        urls.push(ALL_CALENDAR.to_owned());
    }
    urls
}

/// The address of a group's calendar. A group named `all` has none.
pub fn calendar_url(group: &str) -> Option<String> {
    let url = format!("/calendar/{group}.ics");
    (!url.eq_ignore_ascii_case(ALL_CALENDAR)).then_some(url)
}
