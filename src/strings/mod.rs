//! Strings of the theme, in the language of the site.

mod compare;
mod uses;

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fixed_decimal::Decimal;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralOperands, PluralRuleType, PluralRules, PluralRulesOptions};
use jiff::civil::Date;
use toml::{Table, Value};

use crate::config;
use crate::diagnostic::{Diagnostic, FileName, Location, code};
use crate::facts::{ChannelKind, Kind, Kinds, Placeholder, Vocabulary, with_phrases};
use crate::parse::{self, Node};
use crate::source::{Db, Site, Theme};
use compare::compare;
use uses::Uses;

/// The language of the default theme, and the fallback for strings that another language lacks.
const FALLBACK: &str = "en";

/// Plural forms that a string can have (CLDR plural categories).
const PLURAL_FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The strings of a theme.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strings {
    /// All strings; templates read them as `t`.
    pub table: Table,
    /// Diagnostics about files that cannot be parsed, unknown strings, and a language without strings.
    pub problems: Vec<Diagnostic>,
    /// The language of the site.
    language: String,
    /// True if a language other than English has strings.
    is_translated: bool,
}

impl Strings {
    /// Returns the string at a path such as `page.next`, or the path itself if there is no such string. A test checks
    /// that all paths in the program exist.
    pub fn get(&self, path: &str) -> String {
        self.value_at(path).and_then(Value::as_str).unwrap_or(path).to_owned()
    }

    /// The label of a section in navigation.
    pub fn section_label(&self, id: &str) -> String {
        self.get(&format!("sections.{id}.label"))
    }

    /// Returns the string at a path as plain text, with its placeholders filled in. The value of `n` selects the plural
    /// form and is written as in [`Numerals::write`].
    pub fn fill(&self, path: &str, values: &[(&str, &str)]) -> String {
        let value = |name: &str| values.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let string = match self.value_at(path) {
            Some(Value::Table(forms)) => {
                let number = value("n").and_then(|n| n.parse::<Decimal>().ok());
                let form = Plurals::of(&self.language).form(number.map(|number| (&number).into()));
                forms.get(form).or_else(|| forms.get(Plurals::OTHER))
            }
            string => string,
        };
        let parts = parts(string.and_then(Value::as_str).unwrap_or(path));
        let filled = parts.map(|part| match part {
            StringPart::Text(text) => Cow::Borrowed(text),
            StringPart::Placeholder("n") => self.numerals().write(value("n").unwrap_or_default()),
            StringPart::Placeholder(name) => Cow::Borrowed(value(name).unwrap_or_default()),
        });
        filled.collect()
    }

    /// The signs in numbers.
    pub fn numerals(&self) -> Numerals {
        Numerals { thousands: self.get("page.thousands"), decimal: self.get("page.decimal") }
    }

    /// A date as the language writes it.
    pub fn date(&self, date: Date) -> String {
        let (year, month, day) = (date.year(), format!("{:02}", date.month()), format!("{:02}", date.day()));
        self.fill("page.date", &[("year", &format!("{year:04}")), ("month", &month), ("day", &day)])
    }

    /// Joins the entries of a list, without a word before the last one: `A, B, C`.
    pub fn list(&self, entries: &[impl Borrow<str>]) -> String {
        entries.join(&*self.get("page.comma"))
    }

    /// True if the language is written from right to left.
    pub fn is_rtl(&self) -> bool {
        self.get("direction") == "rtl"
    }

    /// True if texts that rolebook understands, such as schedules, are written in the language of the site. In English,
    /// they keep the wording of the data.
    pub fn is_translated(&self) -> bool {
        self.is_translated
    }

    /// The phrase for a placeholder in a text for all groups, or if the group lacks the fact. `None` if the placeholder
    /// does not stand for a fact.
    pub fn absent(&self, placeholder: &Placeholder) -> Option<String> {
        placeholder.is_fact().then(|| match placeholder {
            // Items without access have no way to get it.
            Placeholder::AccessBy => String::new(),
            Placeholder::Channel(kind) => self.absent_channel(kind),
            fact => self.get(&format!("absent.{fact}")),
        })
    }

    fn absent_channel(&self, kind: &ChannelKind) -> String {
        if let Some(own) = &kind.absent {
            return own.clone();
        }
        match self.value_at(&format!("absent.channels.{}", kind.id)).and_then(Value::as_str) {
            Some(phrase) => phrase.to_owned(),
            None => {
                let path = if kind.chat { "absent.chat" } else { "absent.channel" };
                self.fill(path, &[("label", &self.get(&format!("channels.{}", kind.id)))])
            }
        }
    }

    /// Fills in the placeholders of a text for no particular group.
    pub fn in_general(&self, text: &str, vocabulary: &Vocabulary) -> String {
        with_phrases(text, vocabulary, |placeholder| self.absent(placeholder))
    }

    fn value_at(&self, path: &str) -> Option<&Value> {
        let mut keys = path.split('.');
        let first = keys.next().and_then(|key| self.table.get(key));
        keys.fold(first, |value, key| value?.get(key))
    }

    /// Returns the strings of a theme script as JSON; `None` if it has none. `name` is the file name of the script.
    pub fn of_script(&self, name: &str) -> Option<String> {
        let strings = self.table.get("scripts")?.get(name.strip_suffix(".js")?)?;
        serde_json::to_string(strings).ok()
    }
}

/// The signs in the numbers of a language.
pub struct Numerals {
    thousands: String,
    decimal: String,
}

impl Numerals {
    /// Writes a number in decimal notation with the signs of the language: `1,234.5`. Other text stays.
    pub fn write<'n>(&self, number: &'n str) -> Cow<'n, str> {
        let (sign, digits) = number.split_at(usize::from(number.starts_with('-')));
        let (whole, fraction) =
            digits.split_once('.').map_or((digits, None), |(whole, of)| (whole, Some(of)));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_plain = whole.len() < 4 && fraction.is_none();
        if is_plain || !is_number(whole) || !fraction.is_none_or(is_number) {
            return Cow::Borrowed(number);
        }
        let mut text = sign.to_owned();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push_str(&self.thousands);
            }
            text.push(digit);
        }
        if let Some(fraction) = fraction {
            text.push_str(&self.decimal);
            text.push_str(fraction);
        }
        Cow::Owned(text)
    }
}

/// A part of a string.
pub enum StringPart<'a> {
    /// Literal text.
    Text(&'a str),
    /// The name of a `{placeholder}`.
    Placeholder(&'a str),
}

/// Splits a string into literal text and placeholders, in order.
pub fn parts(string: &str) -> impl Iterator<Item = StringPart<'_>> {
    let mut rest = Some(string);
    let mut placeholder = None;
    std::iter::from_fn(move || {
        if let Some(name) = placeholder.take() {
            return Some(StringPart::Placeholder(name));
        }
        let text = rest?;
        let next = text.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)));
        let Some((before, (name, after))) = next else {
            rest = None;
            return Some(StringPart::Text(text));
        };
        (placeholder, rest) = (Some(name), Some(after));
        Some(StringPart::Text(before))
    })
}

/// Returns the names of the placeholders in a string.
fn placeholders(string: &str) -> impl Iterator<Item = &str> {
    parts(string).filter_map(|part| match part {
        StringPart::Text(_) => None,
        StringPart::Placeholder(name) => Some(name),
    })
}

/// The plural rules of a language (CLDR cardinal plurals).
pub struct Plurals(Option<PluralRules>);

impl Plurals {
    /// The plural form that every language has.
    pub const OTHER: &str = "other";

    /// Loads the rules of a language. If `language` is not a valid language tag, the rules of English apply.
    pub fn of(language: &str) -> Self {
        let locale: Locale = language.parse().unwrap_or(icu_locale_core::locale!("en"));
        let options = PluralRulesOptions::default().with_type(PluralRuleType::Cardinal);
        Self(PluralRules::try_new((&locale).into(), options).ok())
    }

    /// Returns the plural category of a number; [`OTHER`](Self::OTHER) without a number.
    pub fn form(&self, number: Option<PluralOperands>) -> &'static str {
        let rules = self.0.as_ref().zip(number);
        match rules.map_or(PluralCategory::Other, |(rules, number)| rules.category_for(number)) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => Self::OTHER,
        }
    }
}

/// Loads the strings of the theme. Each comes from the first language that has it: the language of the site, the
/// language without its region, then English. In each language, the site's own file takes precedence over the default
/// theme.
#[salsa::tracked]
pub fn strings(db: &dyn Db) -> Strings {
    let site = Site::get(db);
    let theme = site.theme(db);
    let mut strings = Strings { language: site.config(db).language.clone(), ..Strings::default() };
    let mut tables: BTreeMap<(&str, bool), Table> = BTreeMap::new();
    let mut own_files: Vec<(&str, Node)> = Vec::new();
    // Only files of the default theme that a string may come from are parsed: each build would pay for all languages.
    let own_languages = theme.strings.keys().filter(|(_, is_own)| *is_own).map(|(language, _)| language);
    let used: BTreeSet<&str> = own_languages
        .chain([&site.config(db).language])
        .flat_map(|language| fallback_chain(language))
        .collect();
    for ((language, is_own), text) in &theme.strings {
        if !used.contains(language.as_str()) {
            continue;
        }
        match parse::toml(&theme.file(&path(language), *is_own), text, 0..text.len()) {
            Ok(node) => {
                tables.insert((language, *is_own), table(&node));
                own_files.extend(is_own.then_some((language.as_str(), node)));
            }
            Err(problem) => strings.problems.push(problem),
        }
    }
    let mut fallback = tables.get(&(FALLBACK, false)).cloned().unwrap_or_default();
    let vocabulary = &site.config(db).vocabulary;
    fallback.insert("group_kinds".into(), Value::Table(kind_labels(&vocabulary.kinds)));
    fallback.insert("channels".into(), Value::Table(channel_labels(&vocabulary.channels)));
    for ((_, is_own), table) in &mut tables {
        if !is_own && let Some(Value::Table(labels)) = table.get_mut("channels") {
            // The community's own names of channels are not translated.
            labels.retain(|id, _| has_built_in_label(vocabulary, id));
        }
    }
    let mut declared = fallback.clone();
    if let Some(own) = tables.get(&(FALLBACK, true)) {
        // English strings of the site declare the strings of its own templates.
        merge(&mut declared, own);
    }
    for (language, node) in &own_files {
        let file = theme.file(&path(language), true);
        let text = &theme.strings[&((*language).to_owned(), true)];
        let faults = if *language == FALLBACK {
            compare(node, &fallback, &fallback, Some(&Uses::of(theme, site.assets(db))))
        } else {
            let others = fallback_chain(language).into_iter().filter(|other| *other != FALLBACK);
            compare(node, &declared, &merged(&tables, others), None)
        };
        strings.problems.extend(faults.into_iter().map(|fault| {
            let location = Location::of(&file, text, fault.span);
            Diagnostic::new(code::THEME_UNKNOWN_STRING, fault.message, location).maybe_help(fault.help)
        }));
    }
    let language = &site.config(db).language;
    let chain = fallback_chain(language);
    strings.problems.extend(missing_language(theme, language, &chain));
    strings.is_translated =
        theme.strings.keys().any(|(of, _)| chain[1..].contains(&of.as_str()) && !is_english(of));
    strings.table = fallback;
    merge(&mut strings.table, &merged(&tables, chain));
    strings
}

/// The strings of several languages, later ones first. In each language, those of the site come first.
fn merged<'a>(tables: &BTreeMap<(&str, bool), Table>, languages: impl IntoIterator<Item = &'a str>) -> Table {
    let mut strings = Table::new();
    for language in languages {
        for table in [false, true].into_iter().filter_map(|is_own| tables.get(&(language, is_own))) {
            merge(&mut strings, table);
        }
    }
    strings
}

/// Names of the kinds of group from the community's data. A theme can replace them.
fn kind_labels(kinds: &Kinds) -> Table {
    let string = |text: &str| Value::String(text.to_owned());
    let labels = |kind: &Kind| {
        Table::from_iter([("label".into(), string(&kind.label)), ("plural".into(), string(&kind.plural))])
    };
    kinds.iter().map(|kind| (kind.id.clone(), Value::Table(labels(kind)))).collect()
}

/// Names of the kinds of channel. A theme can replace them.
fn channel_labels(channels: &[Arc<ChannelKind>]) -> Table {
    channels.iter().map(|kind| (kind.id.clone(), Value::String(kind.label.clone()))).collect()
}

/// True if the community calls a kind of channel by its built-in name.
fn has_built_in_label(vocabulary: &Vocabulary, id: &str) -> bool {
    let label =
        |kinds: &[Arc<ChannelKind>]| kinds.iter().find(|kind| kind.id == id).map(|kind| kind.label.clone());
    label(&vocabulary.channels) == label(ChannelKind::built_in())
}

/// Returns the path of a language's strings within a theme.
fn path(language: &str) -> String {
    format!("strings/{language}.toml")
}

/// Reports that the theme has no strings in the language of the site.
fn missing_language(theme: &Theme, language: &str, chain: &[&str]) -> Option<Diagnostic> {
    let has_strings = |language: &&str| theme.strings.keys().any(|(other, _)| other == language);
    let primary = language.split('-').next().unwrap_or_default();
    if is_english(language) || chain[1..].iter().any(has_strings) {
        return None;
    }
    let file = FileName::site(config::FILE);
    let message = format!("the theme has no strings for the language `{language}`; English is used instead");
    let help = format!("translate the strings in {}/strings/{primary}.toml", theme.folder);
    Some(Diagnostic::new(code::THEME_NO_STRINGS, message, Location::line(&file, 1, 1)).help(help))
}

fn is_english(language: &str) -> bool {
    language.split('-').next() == Some(FALLBACK)
}

/// Converts the strings of a file to a table without spans.
fn table(node: &Node) -> Table {
    let parse::Value::Table(entries) = &node.value else { return Table::new() };
    let value = |node: &Node| match &node.value {
        parse::Value::Text(text) => Some(Value::String(text.clone())),
        parse::Value::Table(_) => Some(Value::Table(table(node))),
        _ => None,
    };
    entries.iter().filter_map(|(key, node)| Some((key.name.clone(), value(node)?))).collect()
}

/// Returns the languages to load, from the last fallback to the most specific: `en`, `de`, `de-AT`.
fn fallback_chain(language: &str) -> Vec<&str> {
    let mut chain = vec![FALLBACK];
    let ends = language.match_indices('-').map(|(at, _)| at).chain([language.len()]);
    chain.extend(ends.map(|end| &language[..end]).filter(|part| *part != FALLBACK));
    chain
}

/// Overrides strings in `base`. Ignores overrides of another shape, except complete plural forms of a string that
/// contains `{n}`.
fn merge(base: &mut Table, overrides: &Table) {
    for (key, value) in overrides {
        match (base.get_mut(key), value) {
            (Some(Value::Table(base)), Value::Table(overrides)) => merge(base, overrides),
            (Some(Value::Table(_)), _) => {}
            (Some(Value::String(string)), Value::Table(forms))
                if !string.contains("{n}") || !forms.contains_key(Plurals::OTHER) => {}
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(language: &str) -> Strings {
        let table = r#"
            page = { thousands = ".", decimal = ",", date = "{day}.{month}.{year}" }
            plain = "{what} of {more}"
            brace = "a { b"
            [load]
            one = "{n} thing"
            few = "{n} few"
            other = "{n} others"
        "#;
        Strings { table: table.parse().unwrap(), language: language.into(), ..Strings::default() }
    }

    #[test]
    fn placeholders_are_filled_as_plain_text() {
        let strings = strings("en");
        assert_eq!(strings.fill("plain", &[("more", "{what}"), ("what", "<i>")]), "<i> of {what}");
        assert_eq!(strings.fill("brace", &[]), "a { b");
        assert_eq!(strings.fill("load.none", &[]), "load.none");
    }

    #[test]
    fn numbers_with_and_without_a_fraction_choose_the_form() {
        let forms = |language: &str, numbers: &[&str]| -> Vec<String> {
            let strings = strings(language);
            numbers.iter().map(|n| strings.fill("load", &[("n", n)])).collect()
        };
        assert_eq!(forms("en", &["0.5", "1", "1.5"]), ["0,5 others", "1 thing", "1,5 others"]);
        assert_eq!(forms("pl", &["1", "2", "2.5", "5"]), ["1 thing", "2 few", "2,5 others", "5 others"]);
        // In French, 1.5 takes the singular.
        assert_eq!(forms("fr", &["1.5", "2"]), ["1,5 thing", "2 others"]);
        assert_eq!(forms("en", &["many"]), ["many others"]);
    }

    #[test]
    fn numbers_and_dates_are_written_as_in_the_language() {
        let strings = strings("de");
        for (number, expected) in [
            ("0", "0"),
            ("999", "999"),
            ("-999", "-999"),
            ("-9999", "-9.999"),
            ("10000", "10.000"),
            ("1234567", "1.234.567"),
            ("1234.25", "1.234,25"),
            ("0.33", "0,33"),
            ("1.", "1."),
            ("1.2.3", "1.2.3"),
            ("12345x", "12345x"),
            ("", ""),
        ] {
            assert_eq!(strings.numerals().write(number), expected);
        }
        assert_eq!(strings.date(jiff::civil::date(2026, 3, 4)), "04.03.2026");
    }
}
