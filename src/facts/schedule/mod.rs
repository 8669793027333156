//! Interprets the text of a meeting's day, time, zone and frequency. Anything ambiguous stays open; nothing is
//! guessed.

mod clock;
mod recurrence;
mod split;
mod zone;

use jiff::civil::{Date, DateTime, Weekday};

use super::vocabulary::Vocabulary;
use crate::parse::At;

pub use clock::Clock;
pub use recurrence::{Days, Recurrence, RecurrenceRule};
pub use zone::{iana_zone, standard_offset, time_zone, zone_names};

/// The weekdays with their English names, and common short names in lower case.
const WEEKDAYS: [(Weekday, &str, &[&str]); 7] = [
    (Weekday::Monday, "Monday", &["mon"]),
    (Weekday::Tuesday, "Tuesday", &["tue", "tues"]),
    (Weekday::Wednesday, "Wednesday", &["wed"]),
    (Weekday::Thursday, "Thursday", &["thu", "thur", "thurs"]),
    (Weekday::Friday, "Friday", &["fri"]),
    (Weekday::Saturday, "Saturday", &["sat"]),
    (Weekday::Sunday, "Sunday", &["sun"]),
];

/// True if a word in lower case is a name of a weekday: `tuesdays`, `tue`.
fn is_name(word: &str, (_, name, short_names): &(Weekday, &str, &[&str])) -> bool {
    let name = name.to_lowercase();
    word == name || word.strip_suffix('s') == Some(&name) || short_names.contains(&word)
}

/// The weekday in a text, if there is exactly one: `Tuesday`, `Thursdays (starting …)`.
fn weekday(text: &str) -> Option<Weekday> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect();
    let mut matches = WEEKDAYS.iter().filter(|weekday| words.iter().any(|word| is_name(word, weekday)));
    let (weekday, ..) = matches.next()?;
    matches.next().is_none().then_some(*weekday)
}

/// The English names of the weekdays.
pub fn weekday_names() -> [&'static str; 7] {
    WEEKDAYS.map(|(_, name, _)| name)
}

/// The English name of a weekday.
pub fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(candidate, ..)| *candidate == weekday).map_or("", |(_, name, _)| name)
}

/// Parses a date in the form `2026-03-14`.
pub fn date(text: &str) -> Option<Date> {
    let is_form = text.len() == 10 && [4, 7].iter().all(|index| text.as_bytes()[*index] == b'-');
    text.parse().ok().filter(|_| is_form)
}

/// The text of a meeting's schedule, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleText {
    /// The day: `Tuesday`, `third Wednesday`.
    pub day: Option<At<String>>,
    /// The time of day: `9:00`, `2PM`.
    pub time: Option<At<String>>,
    /// The zone: `PT (Pacific Time)`, `Europe/Berlin`.
    pub tz: Option<At<String>>,
    /// The frequency: `biweekly`.
    pub frequency: Option<At<String>>,
}

/// The schedule of a meeting: the interpreted day, time, zone and frequency, and the rule that they form together.
/// Text without a clear meaning is shown as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The text.
    pub text: ScheduleText,
    /// The day or days.
    pub day: Option<Day>,
    /// The days that `day` and `frequency` state together, if they form a rule.
    pub days: Option<Days>,
    /// The weekday that `day` names, if it names just one.
    pub weekday: Option<Weekday>,
    /// The time of day.
    pub time: Option<Clock>,
    /// The length in minutes.
    pub length: Option<u16>,
    /// The IANA name of the zone.
    pub zone: Option<String>,
    /// The zone to show next to the time; `None` without a time.
    pub display_zone: Option<Zone>,
    /// The frequency.
    pub frequency: Option<Frequency>,
    /// True if the day is one of several of its name in a month: `third Wednesday`.
    pub is_one_of_several: bool,
    /// Ambiguities in the data.
    pub open: Vec<Open>,
    /// The rule, if the text forms one.
    pub recurrence: Option<Recurrence>,
    /// The dates of a meeting that takes place on these dates only, in order.
    pub dates: Vec<Date>,
}

impl Schedule {
    /// Interprets the text of a schedule.
    pub fn read(text: ScheduleText, vocabulary: &Vocabulary) -> Self {
        let value = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
        let (day, time_text, tz) = (value(&text.day), value(&text.time), value(&text.tz));
        let is_one_of_several = day.as_ref().is_some_and(|day| day.trim().contains(' '));
        let (time, length) = time_text.as_deref().and_then(Clock::read).unzip();
        let zone = tz.as_deref().and_then(|tz| zone::zone(tz, &vocabulary.zones));
        let tz = tz.filter(|_| time_text.is_some());
        let display_zone = tz.as_deref().map(|tz| zone::displayed_zone(tz, &vocabulary.zones));
        let days = recurrence::days(&text);
        let mut open = Vec::new();
        open.extend(tz.filter(|_| zone.is_none()).map(Open::Zone));
        let frequency = text.frequency.as_ref().map(|text| frequency(text));
        if matches!(frequency, Some(Frequency::Monthly | Frequency::Quarterly)) && !is_one_of_several {
            open.push(Open::Week);
        }
        if days.is_some_and(|days| days.phase_unknown()) {
            open.push(Open::Weeks);
        }
        let recurrence = days.zip(time).zip(zone.clone());
        let recurrence = recurrence.and_then(|((days, time), zone)| days.at(time, zone));
        let weekday = day.as_deref().and_then(weekday);
        let day = day.map(Day::read);
        let (length, dates) = (length.flatten(), Vec::new());
        Self {
            text,
            day,
            days,
            weekday,
            time,
            length,
            zone,
            display_zone,
            frequency,
            is_one_of_several,
            open,
            recurrence,
            dates,
        }
    }

    /// Interprets a schedule in one text, such as `Every other Tuesday at 08:00 PT`. Unless all of it is clear, the
    /// schedule is the text as it is written.
    pub fn of_text(text: &At<String>, vocabulary: &Vocabulary) -> Self {
        let fields = ScheduleText::split(text, vocabulary).map(|fields| Self::read(fields, vocabulary));
        match fields {
            Some(schedule) if schedule.recurrence.is_some() => schedule,
            Some(schedule) if schedule.is_plain() => schedule.weekly(),
            fields => {
                let words: Vec<&str> = text.split_whitespace().collect();
                let day = Some(At { value: words.join(" "), span: text.span.clone() });
                let whole = Self::read(ScheduleText { day, ..ScheduleText::default() }, vocabulary);
                Self { open: fields.map_or_else(Vec::new, |fields| fields.open), ..whole }
            }
        }
    }

    /// True if the schedule is just a weekday with a time and a zone.
    fn is_plain(&self) -> bool {
        let is_weekday = matches!(self.day, Some(Day::Each(_))) && self.frequency.is_none();
        is_weekday && self.time.is_some() && self.zone.is_some()
    }

    /// The schedule of a meeting in every week. A text that names nothing but a weekday, a time and a zone means this;
    /// of single fields, the frequency may just be missing.
    fn weekly(self) -> Self {
        let fields = self.weekday.zip(self.time).zip(self.zone.clone());
        let recurrence =
            fields.and_then(|((weekday, time), zone)| recurrence::Days::every_week(weekday).at(time, zone));
        Self { recurrence, ..self }
    }

    /// Limits the meeting to some dates.
    #[must_use]
    pub fn on(mut self, mut dates: Vec<Date>) -> Self {
        dates.sort_unstable();
        dates.dedup();
        self.recurrence = None;
        self.open.retain(|open| matches!(open, Open::Zone(_)));
        Self { dates, ..self }
    }

    /// The time of day as `09:00`, or as it is written.
    pub fn clock(&self) -> Option<String> {
        let clock = self.time.map(|time| time.to_string());
        clock.or_else(|| Some(self.text.time.as_ref()?.value.clone()))
    }

    /// The time at which the meeting ends, if its length is known.
    pub fn end(&self) -> Option<Clock> {
        Some(self.time?.after(self.length?))
    }

    /// The IANA name of the zone, or the zone as it is written.
    pub fn zone_name(&self) -> Option<&str> {
        self.zone.as_deref().or_else(|| self.text.tz.as_ref().map(|tz| tz.as_str()))
    }

    /// When the meeting takes place, if the data determines it.
    pub fn occurrences(&self) -> Option<Occurrences<'_>> {
        if self.dates.is_empty() {
            return self.recurrence.as_ref().map(Occurrences::Rule);
        }
        let (time, zone) = (self.time?, self.zone.as_deref()?);
        let times = self.dates.iter().filter_map(|date| time.on(*date)).collect();
        Some(Occurrences::Times { zone, times })
    }

    /// True if the data states a day, a date, a time or a frequency.
    pub fn is_set(&self) -> bool {
        let ScheduleText { day, time, frequency, .. } = &self.text;
        day.is_some() || time.is_some() || frequency.is_some() || !self.dates.is_empty()
    }
}

/// The occurrences of a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occurrences<'a> {
    /// Regular ones.
    Rule(&'a Recurrence),
    /// Single ones, in order.
    Times {
        /// The IANA name of the zone.
        zone: &'a str,
        /// The times in the zone.
        times: Vec<DateTime>,
    },
}

/// See [`Schedule::day`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// A weekday by its English name.
    Each(&'static str),
    /// Any other text.
    AsWritten(String),
}

impl Day {
    fn read(text: String) -> Self {
        let word = text.trim().to_lowercase();
        let plain = WEEKDAYS.iter().find(|weekday| is_name(&word, weekday));
        plain.map_or(Self::AsWritten(text), |(_, name, _)| Self::Each(name))
    }
}

/// A zone as shown to readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// A common name: `pacific`.
    Named(&'static str),
    /// The zone as it is written.
    AsWritten(String),
}

/// See [`Schedule::frequency`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Every week.
    Weekly,
    /// Every two weeks.
    Biweekly,
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Any other text.
    AsWritten(String),
}

/// See [`Schedule::open`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// The zone, as it is written, is ambiguous.
    Zone(String),
    /// The week of the month or quarter is not stated.
    Week,
    /// For a meeting every few weeks, the starting week is not stated.
    Weeks,
}

impl Frequency {
    /// The words for frequencies.
    pub const WORDS: [&str; 4] = ["weekly", "biweekly", "monthly", "quarterly"];
}

fn frequency(text: &str) -> Frequency {
    match text.to_lowercase().as_str() {
        "weekly" => Frequency::Weekly,
        "biweekly" | "bi-weekly" => Frequency::Biweekly,
        "monthly" => Frequency::Monthly,
        "quarterly" => Frequency::Quarterly,
        _ => Frequency::AsWritten(crate::parse::without_links(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::At;

    #[test]
    fn weekdays() {
        assert_eq!(weekday("Tuesday"), Some(Weekday::Tuesday));
        assert_eq!(weekday("Thu"), Some(Weekday::Thursday));
        assert_eq!(weekday("every Tues."), Some(Weekday::Tuesday));
        assert_eq!(weekday("third Wednesday"), Some(Weekday::Wednesday));
        assert_eq!(weekday("Thursdays (starting February 15th 2024)"), Some(Weekday::Thursday));
        assert_eq!(weekday("Monday and Thursday"), None);
        assert_eq!(weekday("any day"), None);
    }

    #[test]
    fn clear_text_is_interpreted_and_other_text_is_kept() {
        let at = |text: &str| (!text.is_empty()).then(|| At { value: text.to_owned(), span: 0..0 });
        let read = |day, time, tz, frequency| {
            let text = ScheduleText { day: at(day), time: at(time), tz: at(tz), frequency: at(frequency) };
            Schedule::read(text, &Vocabulary::default())
        };
        let plain = read("Tuesdays", "9:00", "PT (Pacific Time)", "Bi-weekly");
        assert_eq!(
            (plain.day.as_ref(), plain.weekday),
            (Some(&Day::Each("Tuesday")), Some(Weekday::Tuesday))
        );
        assert_eq!(
            (plain.clock().as_deref(), plain.zone_name()),
            (Some("09:00"), Some("America/Los_Angeles"))
        );
        assert_eq!(plain.display_zone, Some(Zone::Named("pacific")));
        assert_eq!(plain.frequency, Some(Frequency::Biweekly));
        assert!(!plain.is_one_of_several);
        assert_eq!(plain.open, [Open::Weeks]);
        assert_eq!(plain.recurrence.as_ref().unwrap().rule, RecurrenceRule::Weeks(2));

        let other = read("third Wednesday", "soon", "IST", "bi-weekly ([dates](#x))");
        assert_eq!(other.day, Some(Day::AsWritten("third Wednesday".into())));
        assert_eq!((other.clock().as_deref(), other.zone_name()), (Some("soon"), Some("IST")));
        assert_eq!(other.display_zone, Some(Zone::AsWritten("IST".into())));
        assert_eq!(other.frequency, Some(Frequency::AsWritten("bi-weekly (dates)".into())));
        assert!(other.is_one_of_several);
        assert_eq!(other.open, [Open::Zone("IST".into())]);
        assert_eq!(other.recurrence, None);

        assert_eq!(read("Friday", "", "", "monthly").open, [Open::Week]);
        assert_eq!(read("last Friday", "", "", "monthly").open, []);
        let without_time = read("", "", "IST", "");
        assert_eq!((without_time.display_zone, without_time.open), (None, Vec::new()));
    }
}
