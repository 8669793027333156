//! Splits a schedule in one text into the fields of a schedule.

use super::zone::zone;
use super::{Clock, ScheduleText, Vocabulary, weekday};
use crate::parse::At;

/// The most words of a zone's name before a parenthesis.
const ZONE_WORDS: usize = 4;

impl ScheduleText {
    /// Finds the day, time, zone and frequency in one text: `Thursdays 9am PT (biweekly)`. `None` unless the text
    /// contains exactly one time, or range of times, and a zone or an abbreviation follows it.
    pub fn split(text: &At<String>, vocabulary: &Vocabulary) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut times = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let time = time(&words[at..]);
            at += time.as_ref().map_or(1, |(_, count)| *count);
            times.extend(time.map(|(time, count)| (time, at - count, at)));
        }
        let [(time, start, end)] = times.as_slice() else { return None };
        let (tz, zone_words) = zone_name(&words[*end..], vocabulary)?;
        let before = trimmed(&words[..*start]);
        let after = trimmed(&words[end + zone_words..]);
        // The weekday may be on either side of the time.
        let is_after = weekday(&before).is_none() && weekday(&after).is_some();
        let (day, frequency) = if is_after { (after, before) } else { (before, after) };
        let field = |value: String| (!value.is_empty()).then(|| At { value, span: text.span.clone() });
        Some(Self { day: field(day), time: field(time.clone()), tz: field(tz), frequency: field(frequency) })
    }
}

/// The time or range of times at the start of some words, and its number of words.
fn time(words: &[&str]) -> Option<(String, usize)> {
    words.first().filter(|word| bare(word).starts_with(|c: char| c.is_ascii_digit()))?;
    let word = |at: usize| words.get(at).map_or(String::new(), |word| bare(word).to_lowercase());
    let single = |at: usize| 1 + usize::from(matches!(word(at + 1).as_str(), "am" | "pm"));
    let first = single(0);
    let is_range = matches!(word(first).as_str(), "-" | "–");
    let range = is_range.then(|| first + 1 + single(first + 1)).filter(|count| *count <= words.len());
    [range, Some(first)].into_iter().flatten().find_map(|count| {
        let parts: Vec<&str> = words[..count].iter().map(|word| bare(word)).collect();
        let text = parts.join(" ");
        Clock::read(&text).map(|_| (text, count))
    })
}

/// The name of a zone at the start of some words, and its number of words.
fn zone_name(words: &[&str], vocabulary: &Vocabulary) -> Option<(String, usize)> {
    let zone = |name: &str| zone(name, &vocabulary.zones);
    let mut names: Vec<&str> = Vec::new();
    for word in words.iter().take(ZONE_WORDS).take_while(|word| !word.starts_with('(')) {
        names.push(bare(word));
        // Punctuation ends a name.
        if bare(word) != *word {
            break;
        }
    }
    let known_words = (1..=names.len()).rev().find(|count| zone(&names[..*count].join(" ")).is_some());
    let count = known_words.or_else(|| names.first().is_some_and(|name| is_abbreviation(name)).then_some(1));
    let name = names[..count.unwrap_or(0)].join(" ");
    let count = count.unwrap_or(0);
    // `EST (Eastern Time)`, or only `(Eastern Time)`.
    let in_parentheses = parentheses(&words[count..]);
    let explained = in_parentheses.and_then(|(text, words)| Some((zone(&text)?, text, words)));
    match explained {
        Some((_, text, words)) if name.is_empty() => Some((text, words)),
        // Two zones.
        Some((explained, ..)) if known_words.is_some() && zone(&name) != Some(explained.clone()) => None,
        Some((_, text, words)) => Some((format!("{name} ({text})"), count + words)),
        None => (!name.is_empty()).then_some((name, count)),
    }
}

/// True for the usual form of an abbreviation: `EST`. It ends in the T of “time”.
fn is_abbreviation(word: &str) -> bool {
    (2..=5).contains(&word.len()) && word.ends_with('T') && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The text of parentheses around the first words, and their number.
fn parentheses(words: &[&str]) -> Option<(String, usize)> {
    words.first().filter(|word| word.starts_with('('))?;
    let count = words.iter().position(|word| bare(word) != *word && word.contains(')'))? + 1;
    let inner: Vec<&str> = words[..count].iter().map(|word| bare(word)).collect();
    Some((inner.join(" "), count))
}

/// A word without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_start_matches('(').trim_end_matches([',', ';', '.', ')'])
}

/// Some words without the words and the punctuation that connect them to others.
fn trimmed(words: &[&str]) -> String {
    let is_one_of = |word: &&str, connectors: &[&str]| connectors.contains(&word.to_lowercase().as_str());
    let mut words = words;
    while let [first, rest @ ..] = words
        && is_one_of(first, &["on", "-", "–", ",", ")"])
    {
        words = rest;
    }
    while let [rest @ .., last] = words
        && is_one_of(last, &["at", "@", "-", "–", ",", "("])
    {
        words = rest;
    }
    let text = words.join(" ");
    let text = text.trim_matches([',', ';', ':', '.']);
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    inner.filter(|inner| !inner.contains(['(', ')'])).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, time};
    use proptest::prelude::*;

    use super::super::{Day, Frequency, Open, RecurrenceRule, Schedule, Zone};
    use super::*;

    const WEEKLY: RecurrenceRule = RecurrenceRule::Weeks(1);
    const BIWEEKLY: RecurrenceRule = RecurrenceRule::Weeks(2);
    const PACIFIC: &str = "America/Los_Angeles";

    fn of_text(text: &str) -> Schedule {
        let zones = [("cst".to_owned(), "Asia/Shanghai".to_owned())].into();
        let vocabulary = Vocabulary { zones, ..Vocabulary::default() };
        Schedule::of_text(&At { value: text.to_owned(), span: 3..9 }, &vocabulary)
    }

    /// Weekday, rule, time of day and zone.
    fn rule(text: &str) -> Option<(Weekday, RecurrenceRule, String, String)> {
        let recurrence = of_text(text).recurrence?;
        let time = recurrence.time.strftime("%H:%M").to_string();
        Some((recurrence.weekday, recurrence.rule, time, recurrence.zone))
    }

    /// All schedules of a real community that state a rule.
    #[test]
    fn schedules_of_a_real_community_with_a_rule() {
        use Weekday::*;
        for (text, weekday, every, time, zone) in [
            ("Every other Tuesday at 07:30 PT", Tuesday, BIWEEKLY, "07:30", PACIFIC),
            ("Every Tuesday at 07:00 PT", Tuesday, WEEKLY, "07:00", PACIFIC),
            ("Every other Thursday at 07:30 PT", Thursday, BIWEEKLY, "07:30", PACIFIC),
            ("Every Monday at 09:30 PT", Monday, WEEKLY, "09:30", PACIFIC),
            ("Every other Tuesday at 09:00 PT", Tuesday, BIWEEKLY, "09:00", PACIFIC),
            ("Every other Friday at 08:00 PT", Friday, BIWEEKLY, "08:00", PACIFIC),
            ("Every other Thursday at 8:00 PT", Thursday, BIWEEKLY, "08:00", PACIFIC),
            ("Every other Thursday at 08:00 PT", Thursday, BIWEEKLY, "08:00", PACIFIC),
            ("Every other Thursday at 09:00 PT", Thursday, BIWEEKLY, "09:00", PACIFIC),
            ("Every other Tuesday at 09:30 PT", Tuesday, BIWEEKLY, "09:30", PACIFIC),
            ("Every Thursday at 08:00 UTC", Thursday, WEEKLY, "08:00", "UTC"),
            ("Every other Monday at 09:00 PT", Monday, BIWEEKLY, "09:00", PACIFIC),
            ("Every other Monday at 10:00 PT", Monday, BIWEEKLY, "10:00", PACIFIC),
        ] {
            assert_eq!(rule(text), Some((weekday, every, time.into(), zone.into())), "{text}");
        }
    }

    /// All schedules of a real community that state a weekday, a time and a zone, and nothing else: every week.
    #[test]
    fn schedules_of_a_real_community_without_a_frequency() {
        for (text, weekday, clock) in [
            ("Tuesday at 08:00 PT", "Tuesday", "08:00"),
            ("Thursday at 08:00 PT", "Thursday", "08:00"),
            ("Tuesday at 10:00 PT", "Tuesday", "10:00"),
            ("Monday at 08:00 PT", "Monday", "08:00"),
            ("Thursday at 07:30 PT", "Thursday", "07:30"),
            ("Wednesday at 10:00 PT", "Wednesday", "10:00"),
            ("Thursday at 8:30 PT", "Thursday", "08:30"),
            ("Wednesday at 09:00 PT", "Wednesday", "09:00"),
            ("Tuesday at 11:00 PT", "Tuesday", "11:00"),
            ("Thursday at 09:00 PT", "Thursday", "09:00"),
            ("Monday at 09:00 PT", "Monday", "09:00"),
            ("Monday at 07:00 PT", "Monday", "07:00"),
            ("Wednesday at 08:00 PT", "Wednesday", "08:00"),
            ("Wednesday at 07:00 PT", "Wednesday", "07:00"),
        ] {
            let schedule = of_text(text);
            assert_eq!(schedule.day, Some(Day::Each(weekday)), "{text}");
            assert_eq!(schedule.clock().as_deref(), Some(clock), "{text}");
            assert_eq!(schedule.zone.as_deref(), Some(PACIFIC), "{text}");
            let rule = schedule.recurrence.as_ref().map(|recurrence| (recurrence.rule, recurrence.weekday));
            assert_eq!(rule, Some((WEEKLY, schedule.weekday.unwrap())), "{text}");
        }
    }

    /// All other schedules of a real community: several times, unknown zones, and days that may mean several things.
    #[test]
    fn schedules_of_a_real_community_that_stay_as_written() {
        let zone = |name: &str| vec![Open::Zone(name.to_owned())];
        for (text, open) in [
            (
                "General GenAI topics: every Tuesday 9:00 PT, every other Tuesday 9:00 UTC+8; agent-related topics: \
                 every Monday 9:00 PT",
                vec![],
            ),
            ("Alternating between Thursday at 08:00 PT and Thursday at 05:30 UTC", vec![]),
            ("Alternating between Tuesday at 16:00 PT and Thursday at 8:00 PT", vec![]),
            (
                "Alternating between Tuesday at 17:00 PT, Wednesday at 09:00 PT, and Wednesday at 05:00 PT",
                vec![],
            ),
            ("Alternating between Monday at 13:00 PT and Wednesday at 09:00 PT", vec![]),
            ("Thursday alternating between 09:00 PT and 10:00 PT", vec![]),
            ("Thursday at 09:00 PT, and every other Thursday at 09:00 UTC+8", vec![]),
            ("Wednesday at 08:00 EST", zone("EST")),
            ("Alternating between Tuesday at 09:00 AM PT and Wednesday at 8:00 AM PT", vec![]),
            ("Meets during OpenTelemetry Operator and OpenTelemetry Collector", vec![]),
            (
                "Alternating between Monday at 09:00 PT (Blueprints) and Thursday at 10:00 PT (General)",
                vec![],
            ),
            ("Wednesday 11:00 PT and 17:00 UTC+8", vec![]),
            // Of the month, or every three weeks?
            ("Every third Wednesday at 01:00pm JST", zone("JST")),
            ("Monthly on a different day, at a different time (see Zulip channel)", vec![]),
            // Of the month, or every two weeks?
            ("Every second Friday at 8:30am UTC-3", vec![]),
        ] {
            let schedule = of_text(text);
            assert_eq!(schedule.day, Some(Day::AsWritten(text.to_owned())));
            assert_eq!((schedule.time, schedule.zone, schedule.frequency), (None, None, None), "{text}");
            assert_eq!((schedule.recurrence, schedule.open), (None, open), "{text}");
        }
    }

    #[test]
    fn equivalent_texts() {
        use Weekday::*;
        let monthly = |nth| RecurrenceRule::Month { nth, days_after: 0 };
        for (text, weekday, every, time, zone) in [
            ("Tuesday at 08:00 PT, every other week", Tuesday, BIWEEKLY, "08:00", PACIFIC),
            ("Thursdays 9am PT (biweekly)", Thursday, BIWEEKLY, "09:00", PACIFIC),
            ("Thursdays 9 AM PT (Pacific Time), biweekly", Thursday, BIWEEKLY, "09:00", PACIFIC),
            ("First Monday of the month at 10:00 UTC", Monday, monthly(1), "10:00", "UTC"),
            ("08:00 Central European Time every Friday.", Friday, WEEKLY, "08:00", "Europe/Brussels"),
            ("Weekly at 08:00 EST (Eastern Time) on Tuesdays", Tuesday, WEEKLY, "08:00", "America/New_York"),
            ("every week on\n  Wednesday @ 16:00 (UTC+5:30)", Wednesday, WEEKLY, "16:00", "Asia/Kolkata"),
            ("Every Tuesday 7:00 PM - 8:00 PM Europe/Madrid", Tuesday, WEEKLY, "19:00", "Europe/Madrid"),
            ("Every Tuesday (09:00 CST)", Tuesday, WEEKLY, "09:00", "Asia/Shanghai"),
            ("Every Sunday at 24:00 UTC", Monday, WEEKLY, "00:00", "UTC"),
            (
                "Wednesday after the fourth Tuesday of the month, 10:00 PT",
                Wednesday,
                RecurrenceRule::Month { nth: 4, days_after: 1 },
                "10:00",
                PACIFIC,
            ),
            (
                "Biweekly on Tuesdays at 9:00 ET, starting Feb 11, 2025",
                Tuesday,
                BIWEEKLY,
                "09:00",
                "America/New_York",
            ),
        ] {
            assert_eq!(rule(text), Some((weekday, every, time.into(), zone.into())), "{text}");
        }
    }

    #[test]
    fn ambiguous_texts_stay_as_written() {
        for text in [
            "every week on Wednesday alternating between 09:00 PT and 16:00 PT",
            "Every Tuesday at 08:00 PT, then 16:00 PT alternating",
            "Every Tuesday at 08:00 PT (Eastern Time)",
            "Every Tuesday at 08:00 PT / 11:00 ET",
            "Every Tuesday at 08:00",
            "Every Tuesday at noon PT",
            "Every Tuesday, 7-8:00PM PT",
            "Every Tuesday, 7:00-8:00PM PT",
            "Every Tuesday, 9:00-10:00 AM PT",
            "Every Tuesday at 25:00 PT",
            "Every Tuesday at 08:00 PT, except in December",
            "Every Tuesday at 08:00 PT, 30 minutes",
            "Every Tuesday and Thursday at 08:00 PT",
            "Tuesday at 08:00 PT, as needed",
            "Tuesday at 08:00 PT (Blueprints)",
            "Tuesday at 08:00 PT, monthly",
            "Tuesday",
            "at 08:00 PT",
            "08:00",
        ] {
            let schedule = of_text(text);
            assert_eq!(schedule.recurrence, None, "{text}");
            let text_of_day = schedule.text.day.as_ref().map(|day| day.as_str());
            assert_eq!((text_of_day, schedule.time, schedule.zone), (Some(text), None, None));
        }
        assert_eq!(of_text("Tuesday at 08:00 PT, monthly").open, [Open::Week]);
    }

    #[test]
    fn fields_keep_the_wording() {
        let schedule = of_text("Every other Tuesday at 7PM-8PM PT (bring a pen)");
        assert_eq!(schedule.day, Some(Day::AsWritten("Every other Tuesday".into())));
        assert_eq!(schedule.frequency, Some(Frequency::AsWritten("bring a pen".into())));
        assert_eq!((schedule.length, schedule.display_zone), (Some(60), Some(Zone::Named("pacific"))));
        assert_eq!(schedule.open, [Open::Weeks]);
        assert_eq!(schedule.recurrence.unwrap().time, time(19, 0, 0, 0));
        assert_eq!(schedule.text.day.unwrap().span, 3..9);
    }

    proptest! {
        #[test]
        fn any_text_is_read(
            text in "(every|other|Tuesday|at|on|first|month|of the|[0-9]{1,2}:[0-9]{2}|[ap]m|-|–|PT|EST|UTC\\+[0-9]|\\(|\\)|,|;|é|ſ| ){0,12}",
        ) {
            let schedule = of_text(&text);
            if schedule.recurrence.is_none() && schedule.time.is_none() {
                let text_of_day = schedule.text.day.map_or(String::new(), |day| day.value);
                prop_assert_eq!(text_of_day, text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
    }
}
