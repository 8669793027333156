//! The calendar page: meetings of all groups by weekday, their calendar files, and the load of the week.

use serde::Serialize;

use super::home::groups_of;
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::view::{Calendar as CalendarView, GroupRef, Meeting};
use super::{OCCURRENCES_SCRIPT, PageView, schedule};
use crate::facts::{self, Occurrences, Recurrence};
use crate::model::{self, GeneratedFile, Load, Navigation, Route};
use crate::source::Db;
use crate::strings::strings;
use crate::svg::{HeatCell, HeatMap, HeatRow, heat_map};
use crate::url::Href;

/// `calendar`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "CalendarPage"))]
pub(super) struct Calendar {
    /// Number of meetings with a known recurrence rule.
    pub total: usize,
    /// The calendar of all groups; null if it would be empty.
    pub all: Option<CalendarView>,
    /// Groups that meet, by kind.
    pub kinds: Vec<Kind>,
    /// Seven days, from Monday, with the meetings that have a rule.
    pub days: Vec<Day>,
    /// Meetings on single dates.
    pub dates: Vec<Entry>,
    /// Meetings whose schedule does not determine dates.
    pub as_written: Vec<Entry>,
    pub load: Option<LoadView>,
    /// True if the length of any meeting is known.
    pub has_lengths: bool,
}

/// The groups of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "CalendarKind"))]
pub(super) struct Kind {
    pub id: String,
    pub label: String,
    pub groups: Vec<MeetingGroup>,
}

/// A group that meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct MeetingGroup {
    pub group: GroupRef,
    pub short_name: String,
    /// Its calendar; null if it would be empty.
    pub calendar: Option<CalendarView>,
}

/// The meetings of a weekday, each in its own time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Day {
    pub id: String,
    pub label: String,
    pub meetings: Vec<Entry>,
}

/// A meeting of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "CalendarEntry"))]
pub(super) struct Entry {
    /// Anchor of the entry; null if there are no exact dates.
    pub id: Option<String>,
    pub group: GroupRef,
    pub meeting: Meeting,
    /// Frequency in words.
    pub rhythm: Option<String>,
    /// Names of the subprojects that list it.
    pub subprojects: Vec<String>,
}

/// Meetings per week, by hour in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LoadView {
    pub svg: String,
    /// Hours in which a meeting begins on some day.
    pub hours: Vec<LoadHour>,
    /// Total of each weekday.
    pub totals: Vec<String>,
}

/// Load of one hour on each day of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LoadHour {
    /// `17:00`
    pub hour: String,
    /// From Monday; an empty string for no meetings.
    pub days: Vec<String>,
}

impl FixedPage for Calendar {
    const NAME: &'static str = "calendar";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::CALENDAR;

    fn exists(db: &dyn Db) -> bool {
        model::handbook(db).groups.values().any(|group| model::has_meetings(&group.facts))
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Main(4))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let mut days: Vec<Day> = (1..=7).map(|number| day(scope, number)).collect();
        let (mut kinds, mut as_written, mut rules) = (Vec::new(), Vec::new(), Vec::new());
        let (mut dates, mut has_lengths) = (Vec::new(), false);
        for kind in model::kinds(scope.db).iter() {
            let groups: Vec<_> =
                groups_of(scope, kind).filter(|group| model::has_meetings(&group.facts)).collect();
            let mut meets = Vec::new();
            for group in &groups {
                let group_ref = scope.group_ref(group);
                let calendar = model::calendar(&group.facts);
                let entry = |meeting, id: Option<String>, subprojects: &[&str]| Entry {
                    id,
                    group: group_ref.clone(),
                    meeting: scope.meeting(meeting),
                    rhythm: schedule::rhythm(strings(scope.db), &meeting.schedule),
                    subprojects: subprojects.iter().map(|name| (*name).to_owned()).collect(),
                };
                as_written.extend(calendar.without_rule.iter().map(|meeting| entry(meeting, None, &[])));
                for event in calendar.entries {
                    let id = format!("meeting.{}.{}", group.id(), event.id);
                    let entry = entry(event.meeting, Some(id), &event.subprojects);
                    has_lengths |= event.meeting.schedule.length.is_some();
                    match event.occurrences {
                        Occurrences::Rule(rule) => {
                            days[rule.weekday.to_monday_zero_offset() as usize].meetings.push(entry);
                            rules.push(rule.clone());
                        }
                        Occurrences::Times { .. } => dates.push(entry),
                    }
                }
                meets.push(MeetingGroup {
                    group: group_ref,
                    short_name: group.facts.name.clone(),
                    calendar: scope.calendar(group),
                });
            }
            kinds.push(Kind { id: kind.id.clone(), label: scope.kind_plural(kind), groups: meets });
        }
        kinds.retain(|kind| !kind.groups.is_empty());
        for day in &mut days {
            day.meetings.sort_by_cached_key(|entry| {
                entry.meeting.recurrence.as_ref().map(|rule| (rule.time.clone(), rule.zone_label.clone()))
            });
        }
        let any = !rules.is_empty() || !dates.is_empty();
        let load = (!rules.is_empty()).then(|| load(scope, &rules, &days));
        let files = model::calendars(scope.db);
        let file = |is_unconfirmed| {
            let of_all = GeneratedFile::Calendar { group: None, is_unconfirmed };
            of_all.url(scope.db).filter(|_| files.contains(&of_all))
        };
        let url = file(false);
        let all = any.then(|| CalendarView {
            url: url.as_ref().map(|url| scope.to(url)),
            unconfirmed: file(true).map(|url| scope.to(&url)),
            subscribe: url.as_ref().and_then(|url| scope.subscription(url)),
            week: Href::element("rb-week"),
            missing: Vec::new(),
        });
        let page = PageView::new(scope, &scope.string("sections.calendar.label"))
            .description(Some(scope.string("calendar.description")))
            .breadcrumbs(vec![scope.home()])
            .scripts(&[OCCURRENCES_SCRIPT], any);
        let body = Calendar { total: rules.len(), all, kinds, days, dates, as_written, load, has_lengths };
        (page, body)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}

/// A weekday without meetings; `number` counts from 1, Monday.
fn day(scope: &Scope, number: i8) -> Day {
    let name = jiff::civil::Weekday::from_monday_one_offset(number).map_or("", facts::weekday_name);
    let name = name.to_lowercase();
    Day { label: scope.string(&format!("weekdays.{name}")), id: format!("rb-{name}"), meetings: Vec::new() }
}

fn load(scope: &Scope, rules: &[Recurrence], days: &[Day]) -> LoadView {
    let load = Load::of(rules);
    let totals: Vec<f64> = load.hours.iter().map(|hours| hours.iter().sum()).collect();
    let most = load.most();
    let fullest = load.hours.iter().zip(days).find_map(|(hours, day)| {
        let hour = hours.iter().position(|value| *value >= most)?;
        Some((day.label.as_str(), format!("{hour:02}:00")))
    });
    let (day, hour) = fullest.unwrap_or_default();
    let row = |(hours, day): (&[f64; 24], &Day)| HeatRow {
        label: day.label.clone(),
        name: scope.fill(
            "calendar.load_day",
            &[("day", &day.label), ("a_week", &a_week(scope, hours.iter().sum()))],
        ),
        url: (!day.meetings.is_empty()).then(|| Href::element(&day.id)),
        cells: hours
            .iter()
            .enumerate()
            .map(|(hour, value)| {
                (*value > 0.0).then(|| HeatCell {
                    text: scope.number(*value),
                    title: scope.fill(
                        "calendar.load_hour",
                        &[
                            ("day", &day.label),
                            ("hour", &format!("{hour:02}:00")),
                            ("a_week", &a_week(scope, *value)),
                        ],
                    ),
                    // Level 4 is the maximum; each level is a quarter of it.
                    level: (4.0 * value / most).ceil() as u8,
                })
            })
            .collect(),
    };
    let svg = heat_map(&HeatMap {
        title: scope.string("calendar.load_title"),
        description: scope.fill(
            "calendar.load_fullest",
            &[
                ("a_week", &a_week(scope, totals.iter().sum())),
                ("day", day),
                ("hour", &hour),
                ("most", &scope.number(most)),
            ],
        ),
        columns: (0..24).map(|hour| format!("{hour:02}")).collect(),
        rows: load.hours.iter().zip(days).map(row).collect(),
    });
    let hours = (0..24).filter(|hour| load.hours.iter().any(|day| day[*hour] > 0.0)).map(|hour| {
        let of_day = |day: &[f64; 24]| if day[hour] > 0.0 { scope.number(day[hour]) } else { String::new() };
        LoadHour { hour: format!("{hour:02}:00"), days: load.hours.iter().map(of_day).collect() }
    });
    LoadView {
        svg,
        hours: hours.collect(),
        totals: totals.into_iter().map(|total| scope.number(total)).collect(),
    }
}

/// `2.5 meetings a week`
fn a_week(scope: &Scope, value: f64) -> String {
    scope.fill("calendar.a_week", &[("n", &figure(value))])
}

impl Scope<'_> {
    /// A number with at most two digits of a fraction, as the language writes it.
    fn number(&self, value: f64) -> String {
        strings(self.db).numerals().write(&figure(value)).into_owned()
    }
}

/// `2`, `1.5`, `0.25`, `0.33`.
fn figure(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn fractions_have_two_digits_at_most() {
        for (value, text) in
            [(0.0, "0"), (2.0, "2"), (10.0, "10"), (1.5, "1.5"), (0.25, "0.25"), (1.0 / 3.0, "0.33")]
        {
            assert_eq!(figure(value), text);
        }
    }
}
