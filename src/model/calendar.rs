//! What the calendar of a group holds: its meetings and those of its subprojects, where there is a rule.

use crate::facts::{self, Meeting, Recurrence};
use crate::parse::Slugs;
use crate::source::Db;

/// Where the calendar of all groups is.
pub const ALL_CALENDAR: &str = "/calendar/all.ics";

/// The meetings of a group.
#[derive(Default)]
pub struct Calendar<'a> {
    /// Those with a rule.
    pub entries: Vec<CalendarEntry<'a>>,
    /// Those whose words give none.
    pub without_rule: Vec<&'a Meeting>,
}

/// A meeting of a group.
pub struct CalendarEntry<'a> {
    /// The slug of its title, numbered where the group has several of it. Meetings without a rule are
    /// counted, too, so that one that gets a rule leaves the ids of the others.
    pub id: String,
    /// The meeting.
    pub meeting: &'a Meeting,
    /// When it takes place.
    pub recurrence: &'a Recurrence,
    /// The subprojects that list it.
    pub subprojects: Vec<&'a str>,
}

/// Whether the data knows of any meeting of a group or its subprojects.
pub fn meets(group: &facts::Group) -> bool {
    !group.meetings.is_empty() || group.subprojects.iter().any(|subproject| !subproject.meetings.is_empty())
}

/// The meetings of a group, in the file's order. One that several subprojects list is one meeting.
pub fn calendar(group: &facts::Group) -> Calendar<'_> {
    let own = group.meetings.iter().map(|meeting| (meeting, None));
    let of_subprojects = group.subprojects.iter().flat_map(|subproject| {
        subproject.meetings.iter().map(|meeting| (meeting, Some(subproject.name.as_str())))
    });
    let (mut calendar, mut slugs) = (Calendar::default(), Slugs::default());
    for (meeting, subproject) in own.chain(of_subprojects) {
        if let Some(known) = calendar.entries.iter_mut().find(|entry| entry.meeting == meeting) {
            known.subprojects.extend(subproject);
        } else if !calendar.without_rule.contains(&meeting) {
            let id = slugs.next(&meeting.title);
            match &meeting.schedule.recurrence {
                Some(recurrence) => calendar.entries.push(CalendarEntry {
                    id,
                    meeting,
                    recurrence,
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

/// Where the calendar of a group is. A group of the name `all` has none to itself.
pub fn calendar_url(group: &str) -> Option<String> {
    let url = format!("/calendar/{group}.ics");
    (!url.eq_ignore_ascii_case(ALL_CALENDAR)).then_some(url)
}
