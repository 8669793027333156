//! Recurrence rules of meetings. A meeting has a rule only if the text of its data states one.
//!
//! `day` and `frequency` are read together. Words that do not concern time are remarks and are skipped (`biweekly,
//! you must be signed in to join`). An unknown word that may concern time makes the rule unreliable, and the meeting
//! is shown as it is written.

use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};

use super::{Clock, ScheduleText, weekday};

/// A rule for the days and the time of a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// The day of the week.
    pub weekday: Weekday,
    /// The time of day in the zone.
    pub time: Time,
    /// The IANA name of the zone.
    pub zone: String,
    /// The rule for the days.
    pub rule: RecurrenceRule,
    /// The first occurrence, if the data states it.
    pub start: Option<Date>,
}

/// The days on which a meeting takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecurrenceRule {
    /// Every n-th week, counted from the start.
    Weeks(u8),
    /// The n-th weekday of a month, or a day after it.
    Month {
        /// The number of the weekday in the month; −1 is the last.
        nth: i8,
        /// The days from that weekday to the meeting: 1 for the Wednesday after the fourth Tuesday.
        days_after: u8,
    },
}

impl Recurrence {
    /// True if the meeting takes place every few weeks and the data does not state in which.
    pub fn phase_unknown(&self) -> bool {
        phase_unknown(self.rule, self.start)
    }

    /// True if a date fits the rule. The start does not count.
    pub fn fits(&self, date: Date) -> bool {
        fits(self.rule, self.weekday, date)
    }
}

fn phase_unknown(rule: RecurrenceRule, start: Option<Date>) -> bool {
    matches!(rule, RecurrenceRule::Weeks(2..)) && start.is_none()
}

fn fits(rule: RecurrenceRule, weekday: Weekday, date: Date) -> bool {
    date.weekday() == weekday
        && match rule {
            RecurrenceRule::Weeks(_) => true,
            RecurrenceRule::Month { nth, days_after } => {
                let counted = date.saturating_sub(i64::from(days_after).days());
                counted.nth_weekday_of_month(nth, counted.weekday()).is_ok_and(|day| day == counted)
            }
        }
}

/// The days of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The day of the week.
    pub weekday: Weekday,
    /// The rule for the days.
    pub rule: RecurrenceRule,
    /// The first day, if the data states it.
    pub start: Option<Date>,
    /// True if the text contains more than the rule, such as a remark.
    pub has_remarks: bool,
}

impl Days {
    /// A weekday in every week.
    pub(super) fn every_week(weekday: Weekday) -> Self {
        Self { weekday, rule: RecurrenceRule::Weeks(1), start: None, has_remarks: false }
    }

    /// See [`Recurrence::phase_unknown`].
    pub(super) fn phase_unknown(&self) -> bool {
        phase_unknown(self.rule, self.start)
    }

    /// The rule for meetings at a time on these days. A meeting at 24:00 takes place on the next day.
    pub(super) fn at(self, clock: Clock, zone: String) -> Option<Recurrence> {
        let Self { mut weekday, mut rule, mut start, .. } = self;
        if clock.is_next_day() {
            weekday = weekday.next();
            start = start.map(Date::tomorrow).transpose().ok()?;
            if let RecurrenceRule::Month { days_after, .. } = &mut rule {
                *days_after += 1;
            }
        }
        // No calendar can express a day after the fifth weekday, which may be in the next month.
        let is_expressible = !matches!(rule, RecurrenceRule::Month { nth: 5, days_after: 1.. });
        is_expressible.then(|| Recurrence { weekday, time: clock.time(), zone, rule, start })
    }
}

/// Reads the days of a meeting. `None` if the text does not state a rule.
pub(super) fn days(schedule_text: &ScheduleText) -> Option<Days> {
    let mut statements = Statements::default();
    for text in [&schedule_text.day, &schedule_text.frequency].into_iter().flatten() {
        statements.read(&words(text))?;
    }
    let Statements { weekday, weeks, monthly, nth, after, start, alternating, has_remarks } = statements;
    let weekday = weekday?;
    let rule = match (weeks, monthly, nth, after) {
        // Meetings that alternate weekly do not take place every week.
        (Some(1), ..) if alternating => return None,
        (Some(weeks), false, None, None) => RecurrenceRule::Weeks(weeks),
        (None, true, Some(nth), None) => RecurrenceRule::Month { nth, days_after: 0 },
        (None, true, None, Some((nth, counted))) if counted != weekday => {
            RecurrenceRule::Month { nth, days_after: weekday.since(counted).unsigned_abs() }
        }
        _ => return None,
    };
    let days = Days { weekday, rule, start, has_remarks: has_remarks || alternating };
    start.is_none_or(|start| fits(rule, weekday, start)).then_some(days)
}

/// The statements read so far. A repeated statement must agree with the first.
#[derive(Default)]
struct Statements {
    weekday: Option<Weekday>,
    weeks: Option<u8>,
    monthly: bool,
    nth: Option<i8>,
    /// The weekday after which the meeting takes place, with its number in the month.
    after: Option<(i8, Weekday)>,
    start: Option<Date>,
    alternating: bool,
    has_remarks: bool,
}

/// Words that connect the statements of a rule.
const CONNECTIVES: &[&str] = &["a", "at", "in", "on", "the"];

/// Words that may limit or change a rule, in addition to months, ordinals and numbers.
const TIME_WORDS: &[&str] = &[
    "about",
    "adhoc",
    "am",
    "and",
    "annual",
    "annually",
    "approximately",
    "before",
    "between",
    "biannual",
    "bimonthly",
    "break",
    "but",
    "canceled",
    "cancelled",
    "cancels",
    "daily",
    "date",
    "day",
    "days",
    "demand",
    "dst",
    "during",
    "end",
    "ending",
    "ends",
    "even",
    "evening",
    "except",
    "excluding",
    "flexible",
    "hiatus",
    "hoc",
    "holiday",
    "holidays",
    "if",
    "irregular",
    "irregularly",
    "month",
    "months",
    "morning",
    "mostly",
    "needed",
    "never",
    "no",
    "noon",
    "not",
    "occasionally",
    "odd",
    "once",
    "only",
    "or",
    "other",
    "otherwise",
    "paused",
    "per",
    "pm",
    "quarter",
    "quarterly",
    "request",
    "roughly",
    "season",
    "semimonthly",
    "skip",
    "skipped",
    "skipping",
    "skips",
    "sometimes",
    "summer",
    "suspended",
    "tba",
    "tbd",
    "then",
    "till",
    "twice",
    "unless",
    "until",
    "usually",
    "varies",
    "vary",
    "week",
    "weeks",
    "when",
    "winter",
    "year",
    "yearly",
];

impl Statements {
    /// Reads a text. `None` if it contradicts the rest or contains an unknown word that may concern time.
    fn read(&mut self, words: &[String]) -> Option<()> {
        let mut rest: &[String] = words;
        while let [word, after @ ..] = rest {
            let next = |at: usize| after.get(at).map_or("", String::as_str);
            let mut word_count = 0;
            match word.as_str() {
                "weekly" => self.every(1)?,
                "biweekly" | "fortnightly" => self.every(2)?,
                "monthly" => self.monthly = true,
                "alternating" | "alternates" | "interleaved" => self.alternating = true,
                "starting" | "starts" | "start" | "beginning" | "since" | "from" => {
                    word_count = self.starts(None, after)?;
                }
                "of" => {
                    word_count = usize::from(matches!(next(0), "the" | "each" | "every"));
                    if next(word_count) == "month" {
                        self.monthly = true;
                        word_count += 1;
                    } else {
                        word_count = 0;
                    }
                }
                "every" | "each" => word_count = self.every_what(next(0), next(1))?,
                "after" => {
                    word_count = usize::from(next(0) == "the");
                    let counted = (ordinal(next(word_count))?, weekday(next(word_count + 1))?);
                    agree(&mut self.after, counted)?;
                    word_count += 2;
                }
                year if is_year(year) && matches!(next(0), "start" | "starting") => {
                    word_count = 1 + self.starts(Some(year), &after[1..])?;
                }
                word => match (weekday(word), ordinal(word)) {
                    (Some(day), _) => agree(&mut self.weekday, day)?,
                    (_, Some(nth)) => {
                        agree(&mut self.nth, nth)?;
                        agree(&mut self.weekday, weekday(next(0))?)?;
                        word_count = 1;
                    }
                    _ => {
                        let concerns_time = TIME_WORDS.contains(&word) || month(word).is_some();
                        if concerns_time || word.contains(|c: char| c.is_numeric()) {
                            return None;
                        }
                        self.has_remarks |= !CONNECTIVES.contains(&word);
                    }
                },
            }
            rest = &after[word_count..];
        }
        Some(())
    }

    /// Reads the words after `every`. Returns how many words were used.
    fn every_what(&mut self, first: &str, second: &str) -> Option<usize> {
        match (first, second) {
            ("week", _) => self.every(1).map(|()| 1),
            ("month", _) => {
                self.monthly = true;
                Some(1)
            }
            ("other", "week") => self.every(2).map(|()| 2),
            ("other", day) => weekday(day).and(self.every(2)).map(|()| 1),
            (number, "weeks") => self.every(cardinal(number)?).map(|()| 2),
            (nth, "week") => {
                let nth = ordinal(nth).filter(|nth| *nth > 1)?;
                self.every(nth.unsigned_abs()).map(|()| 2)
            }
            // `every third Wednesday` may mean every month or every three weeks, unless `of the month` follows.
            (nth, day) if ordinal(nth).is_some() => weekday(day).map(|_| 0),
            (day, _) => weekday(day).and(self.every(1)).map(|()| 0),
        }
    }

    fn every(&mut self, weeks: u8) -> Option<()> {
        (1..=52).contains(&weeks).then_some(())?;
        agree(&mut self.weeks, weeks)
    }

    /// Reads a date such as `date: Jan. 11th` or `Tuesday Feb 11, 2025`. Returns how many words were used.
    fn starts(&mut self, year: Option<&str>, words: &[String]) -> Option<usize> {
        let mut at = words.iter().take_while(|word| matches!(word.as_str(), "date" | "on" | "the")).count();
        if let Some(day) = words.get(at).and_then(|word| weekday(word)) {
            agree(&mut self.weekday, day)?;
            at += 1;
        }
        let word = |index: usize| words.get(at + index).map(String::as_str);
        let (year, month, day, used) = match year {
            Some(year) => (year, month(word(0)?)?, word(1)?, 2),
            None if is_year(word(0)?) => (word(0)?, word(1)?.parse().ok()?, word(2)?, 3),
            None => match month(word(0)?) {
                Some(month) => (word(2)?, month, word(1)?, 3),
                None => (word(2)?, month(word(1)?)?, word(0)?, 3),
            },
        };
        let day = ["st", "nd", "rd", "th"].iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day);
        is_year(year).then_some(())?;
        let start = Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()?;
        agree(&mut self.start, start)?;
        Some(at + used)
    }
}

/// Sets a value, or checks that it agrees with the value already set.
fn agree<T: PartialEq>(current: &mut Option<T>, value: T) -> Option<()> {
    match current {
        Some(current) => (*current == value).then_some(()),
        None => {
            *current = Some(value);
            Some(())
        }
    }
}

/// The words of a text in lower case, without destinations of links.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let text = crate::parse::without_links(text).to_lowercase();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        match words.last_mut() {
            // `bi-weekly` and `bi weekly` count as one word.
            Some(last) if last == "bi" && word == "weekly" => last.push_str(word),
            _ => words.push(word.to_owned()),
        }
    }
    words
}

fn ordinal(word: &str) -> Option<i8> {
    let ordinals =
        [("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th")];
    match ordinals.iter().position(|(name, number)| [name, number].contains(&&word)) {
        Some(index) => Some(index as i8 + 1),
        None => (word == "last").then_some(-1),
    }
}

fn cardinal(word: &str) -> Option<u8> {
    let cardinals = ["two", "three", "four", "five", "six", "seven", "eight"];
    match cardinals.iter().position(|name| *name == word) {
        Some(index) => Some(index as u8 + 2),
        None => word.parse().ok(),
    }
}

fn month(word: &str) -> Option<i8> {
    let months = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let is = |name: &&str| *name == word || name[..3] == *word || (word == "sept" && name[..4] == *word);
    months.iter().position(is).map(|index| index as i8 + 1)
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::super::{Schedule, Vocabulary};
    use super::RecurrenceRule::Weeks;
    use super::*;
    use crate::parse::At;

    fn nth(nth: i8) -> RecurrenceRule {
        RecurrenceRule::Month { nth, days_after: 0 }
    }

    fn schedule_text(day: &str, frequency: &str) -> ScheduleText {
        let at =
            |text: &str| Some(At { value: text.to_owned(), span: 0..0 }).filter(|at| !at.value.is_empty());
        ScheduleText { day: at(day), frequency: at(frequency), ..ScheduleText::default() }
    }

    fn rule(day: &str, frequency: &str) -> Option<(RecurrenceRule, Option<Date>)> {
        days(&schedule_text(day, frequency)).map(|days| (days.rule, days.start))
    }

    fn recurrence(day: &str, frequency: &str, time: &str, tz: &str) -> Option<Recurrence> {
        let at = |text: &str| (!text.is_empty()).then(|| At { value: text.to_owned(), span: 0..0 });
        let text = ScheduleText { time: at(time), tz: at(tz), ..schedule_text(day, frequency) };
        Schedule::read(text, &Vocabulary::default()).recurrence
    }

    /// All pairs of day and frequency in the data of a real community.
    #[test]
    fn schedules_of_a_real_community() {
        let from = |rule, year, month, day| Some((rule, Some(date(year, month, day))));
        let always = |rule| Some((rule, None));
        for (day, frequency, expected) in [
            ("Friday", "weekly", always(Weeks(1))),
            ("Monday", "weekly", always(Weeks(1))),
            ("Tuesday", "weekly", always(Weeks(1))),
            ("Wednesday", "weekly", always(Weeks(1))),
            ("Thursday", "weekly", always(Weeks(1))),
            ("Monday", "weekly, you must be signed into a free zoom account to join", always(Weeks(1))),
            ("Tuesday", "weekly starting Tuesday December 7th, 2021", from(Weeks(1), 2021, 12, 7)),
            ("Thursdays (starting February 15th 2024)", "weekly", from(Weeks(1), 2024, 2, 15)),
            ("Friday", "biweekly", always(Weeks(2))),
            ("Monday", "biweekly", always(Weeks(2))),
            ("Tuesday", "biweekly", always(Weeks(2))),
            ("Wednesday", "biweekly", always(Weeks(2))),
            ("Thursday", "biweekly", always(Weeks(2))),
            ("Wednesday", "Biweekly", always(Weeks(2))),
            ("Tuesday", "bi-weekly", always(Weeks(2))),
            ("Wednesday", "bi-weekly", always(Weeks(2))),
            ("Thursday", "bi-weekly", always(Weeks(2))),
            ("Wednesday", "biweekly, you must be signed into a free zoom account to join", always(Weeks(2))),
            ("Thursday", "biweekly, you must be signed into a free zoom account to join", always(Weeks(2))),
            ("Friday", "biweekly - alternating with regular meeting", always(Weeks(2))),
            ("Wednesday", "Biweekly, interleaved with the Regular Meeting", always(Weeks(2))),
            ("Thursday", "bi-weekly ([upcoming meeting dates](#upcoming-meeting-dates))", always(Weeks(2))),
            ("Friday", "biweekly 2019 start date: Jan. 11th", from(Weeks(2), 2019, 1, 11)),
            ("Thursday", "biweekly starting Thursday June 25th, 2020", from(Weeks(2), 2020, 6, 25)),
            ("Thursday", "biweekly starting Thursday June 7, 2018", from(Weeks(2), 2018, 6, 7)),
            ("Tuesday", "bi-weekly starting Tuesday April 16, 2024", from(Weeks(2), 2024, 4, 16)),
            ("Tuesday", "bi-weekly starting Tuesday August 13, 2019", from(Weeks(2), 2019, 8, 13)),
            ("Tuesday", "biweekly starting Tuesday Feb 11, 2025", from(Weeks(2), 2025, 2, 11)),
            ("Tuesday", "biweekly starting Tuesday Feb 27, 2024", from(Weeks(2), 2024, 2, 27)),
            ("Tuesday", "biweekly starting Tuesday March 12, 2024", from(Weeks(2), 2024, 3, 12)),
            ("Tuesday", "biweekly starting Tuesday Oct 28, 2025", from(Weeks(2), 2025, 10, 28)),
            ("Wednesday", "biweekly starting Wednesday March 20, 2019", from(Weeks(2), 2019, 3, 20)),
            ("Tuesday (starting September 10th 2024)", "bi-weekly", from(Weeks(2), 2024, 9, 10)),
            ("Wednesday", "every four weeks", always(Weeks(4))),
            ("Monday", "first Monday of the month", always(nth(1))),
            ("Tuesday", "first Tuesday of the month", always(nth(1))),
            ("Tuesday", "First Tuesday of each month", always(nth(1))),
            ("Wednesday", "First Wednesday of the month", always(nth(1))),
            ("Thursday", "every first Thursday of the month", always(nth(1))),
            ("Wednesday", "monthly - first Wednesday every month", always(nth(1))),
            ("first Wednesday", "monthly", always(nth(1))),
            ("Thursday", "monthly, second Thursday of the month", always(nth(2))),
            ("Tuesday", "monthly - third Tuesday", always(nth(3))),
            ("Wednesday", "every third Wednesday of the month", always(nth(3))),
            ("third Wednesday", "monthly", always(nth(3))),
            ("Thursday", "Monthly on 4th Thursday", always(nth(4))),
            ("Wednesday", "monthly - last Wednesday every month", always(nth(-1))),
            // The data does not state which Thursday of the month.
            ("Thursday", "monthly", None),
            // The first occurrence was both a first Tuesday and a seventh of the month.
            ("Tuesday", "monthly 2020 start date: Jan. 7th", None),
            (
                "Wednesday",
                "monthly - Wednesday, after the fourth Tuesday, every month",
                always(RecurrenceRule::Month { nth: 4, days_after: 1 }),
            ),
        ] {
            assert_eq!(rule(day, frequency), expected, "{day}: {frequency}");
        }
    }

    #[test]
    fn equivalent_texts() {
        let from = |rule, year, month, day| Some((rule, Some(date(year, month, day))));
        for (day, frequency, expected) in [
            ("  TUESDAY ", "\tWEEKLY\n", Some((Weeks(1), None))),
            ("tuesdays", "Bi-Weekly", Some((Weeks(2), None))),
            ("Tuesday", "bi weekly", Some((Weeks(2), None))),
            ("Tuesday", "every  other   week", Some((Weeks(2), None))),
            ("Tuesday", "every second week", Some((Weeks(2), None))),
            ("Tuesday", "every 3 weeks", Some((Weeks(3), None))),
            ("Tuesday", "every week", Some((Weeks(1), None))),
            ("", "every Tuesday", Some((Weeks(1), None))),
            ("", "every other Tuesday", Some((Weeks(2), None))),
            ("", "LAST TUESDAY OF EVERY MONTH", Some((nth(-1), None))),
            ("5th Tuesday of the month", "", Some((nth(5), None))),
            ("5th Tuesday", "every month", Some((nth(5), None))),
            ("Tuesday", "biweekly, starting 11 February 2025", from(Weeks(2), 2025, 2, 11)),
            ("Tuesday", "biweekly since 2025-02-11", from(Weeks(2), 2025, 2, 11)),
            ("second Tuesday", "monthly, starting Feb. 11th 2025", from(nth(2), 2025, 2, 11)),
            (
                "",
                "Thursday after the last Saturday of the month, starting 2025-04-03",
                from(RecurrenceRule::Month { nth: -1, days_after: 5 }, 2025, 4, 3),
            ),
            (
                "Wednesday after the 2nd Tuesday",
                "monthly",
                Some((RecurrenceRule::Month { nth: 2, days_after: 1 }, None)),
            ),
        ] {
            assert_eq!(rule(day, frequency), expected, "{day}: {frequency}");
        }
    }

    #[test]
    fn ambiguous_texts_have_no_rule() {
        for (day, frequency) in [
            ("Tuesday", ""),
            ("", "weekly"),
            ("any day", "weekly"),
            ("Monday and Thursday", "weekly"),
            ("Tuesday", "Wednesday, weekly"),
            ("third Tuesday", "biweekly"),
            ("third Tuesday", "first Tuesday of the month"),
            ("Tuesday", "third Tuesday"),
            // Every month, or every three weeks?
            ("Tuesday", "every third Tuesday"),
            ("Tuesday", "first and third Tuesday of the month"),
            ("Tuesday", "every second week of the month"),
            ("Tuesday", "every 0 weeks"),
            ("Tuesday", "every 300 weeks"),
            ("Tuesday", "quarterly"),
            ("Tuesday", "weekly, except in December"),
            ("Tuesday", "monthly, after the fourth Tuesday"),
            ("Wednesday", "after the fourth Tuesday"),
            ("Wednesday", "weekly, after the fourth Tuesday"),
            ("Wednesday", "monthly, after the release"),
            ("Wednesday", "monthly, after the fourth"),
            ("Wednesday", "first Wednesday of the month, after the fourth Tuesday"),
            ("Wednesday", "monthly, before the fourth Tuesday"),
            ("Tuesday", "weekly until 2024"),
            ("Tuesday", "weekly or biweekly"),
            ("Tuesday", "weekly, alternating with another meeting"),
            ("Tuesday", "weekly, as needed"),
            ("Tuesday", "twice monthly"),
            // The eleventh is not a Wednesday, and the thirtieth does not exist.
            ("Wednesday", "biweekly starting Feb 11, 2025"),
            ("Tuesday", "biweekly starting Wednesday Feb 11, 2025"),
            ("Tuesday", "biweekly starting Feb 30, 2025"),
            ("Tuesday", "biweekly starting Feb 11"),
            ("Tuesday", "biweekly starting 11/02/2025"),
            ("Tuesday (starting Feb 11, 2025)", "biweekly starting Feb 25, 2025"),
            ("first Tuesday", "monthly starting Feb 11, 2025"),
        ] {
            assert_eq!(rule(day, frequency), None, "{day}: {frequency}");
        }
    }

    #[test]
    fn a_rule_needs_time_and_zone() {
        let actual = recurrence("Tuesday", "biweekly", "2PM", "ET (Eastern Time)").unwrap();
        let expected = Recurrence {
            weekday: Weekday::Tuesday,
            time: Time::constant(14, 0, 0, 0),
            zone: "America/New_York".into(),
            rule: Weeks(2),
            start: None,
        };
        assert!(actual == expected && actual.phase_unknown());
        assert_eq!(recurrence("Thursday", "biweekly", "14:00", "IST"), None);
        assert_eq!(recurrence("Thursday", "biweekly", "noon", "UTC"), None);
        assert_eq!(recurrence("Thursday", "biweekly", "14:00", ""), None);
        assert_eq!(recurrence("Thursday", "biweekly", "", "UTC"), None);
    }

    /// Dates worked out with a printed calendar.
    #[test]
    fn days_after_a_weekday_may_be_in_the_next_month() {
        let after = |nth, days_after, weekday| Recurrence {
            weekday,
            time: Time::midnight(),
            zone: "UTC".into(),
            rule: RecurrenceRule::Month { nth, days_after },
            start: None,
        };
        let fourth = after(4, 1, Weekday::Wednesday);
        // In January 2025, the fourth Tuesday is before the fourth Wednesday; in January 2026, too; in April 2026, the
        // first is a Wednesday.
        for (day, expected) in [
            (date(2025, 1, 22), false),
            (date(2025, 1, 29), true),
            (date(2026, 4, 22), false),
            (date(2026, 4, 29), true),
            (date(2026, 4, 28), false),
            // The fourth Tuesday is 28 February 2034.
            (date(2034, 2, 22), false),
            (date(2034, 3, 1), true),
            (date(2034, 3, 29), true),
        ] {
            assert_eq!(fourth.fits(day), expected, "{day}");
        }
        let last = after(-1, 1, Weekday::Saturday);
        for (day, expected) in [
            (date(2026, 7, 31), false),
            (date(2026, 8, 1), true),
            (date(2026, 8, 29), true),
            (date(2026, 8, 22), false),
        ] {
            assert_eq!(last.fits(day), expected, "{day}");
        }
    }

    #[test]
    fn the_end_of_a_day_is_on_the_next() {
        for (day, frequency, weekday, rule, start) in [
            ("Tuesday", "weekly", Weekday::Wednesday, Weeks(1), None),
            ("Sunday", "weekly", Weekday::Monday, Weeks(1), None),
            (
                "Tuesday",
                "biweekly starting 2025-02-11",
                Weekday::Wednesday,
                Weeks(2),
                Some(date(2025, 2, 12)),
            ),
            (
                "last Friday",
                "monthly",
                Weekday::Saturday,
                RecurrenceRule::Month { nth: -1, days_after: 1 },
                None,
            ),
        ] {
            let recurrence = recurrence(day, frequency, "24:00", "UTC").unwrap();
            let expected = Recurrence { weekday, time: Time::midnight(), zone: "UTC".into(), rule, start };
            assert_eq!(recurrence, expected, "{day}: {frequency}");
        }
        assert_eq!(recurrence("fifth Friday", "monthly", "24:00", "UTC"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(
            day in "(first|last|5th|Tuesday|[A-Za-zé(]{0,9}| |starting|Feb|30th|2025){0,6}",
            frequency in "(every|each|other|weeks?|of|the|month|bi|weekly|starting|date|Jan|[0-9]{1,21}|-|ſ|İ|.| |third|Friday|\\[|\\]\\(|\\)){0,9}",
        ) {
            if let Some(recurrence) = recurrence(&day, &frequency, "9:00", "UTC") {
                prop_assert!(recurrence.start.is_none_or(|start| start.weekday() == recurrence.weekday));
            }
        }
    }
}
