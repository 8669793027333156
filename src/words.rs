//! The theme's own words, in the language of the site.

use std::collections::BTreeMap;

use fixed_decimal::Decimal;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralOperands, PluralRuleType, PluralRules, PluralRulesOptions};
use toml::{Table, Value};

use crate::config;
use crate::diagnostic::{Diagnostic, FileName, Location, code, nearest};
use crate::facts::{ChannelKind, Kind, Kinds};
use crate::parse::{self, Key, Node};
use crate::source::{Db, Site, Theme};

/// The language that the default theme is written in, and that stands in for what another lacks.
const ORIGINAL: &str = "en";

/// Forms of a word that depend on a number (CLDR plural categories).
const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The words of a theme.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// What templates get as `t`.
    pub table: Table,
    /// Files that cannot be used, and words that nothing asks for.
    pub problems: Vec<Diagnostic>,
    /// The language of the site.
    language: String,
}

impl Words {
    /// The word of a path such as `page.next`; the path itself where there is none, which a test rules out.
    pub fn get(&self, path: &str) -> String {
        self.at(path).and_then(Value::as_str).unwrap_or(path).to_owned()
    }

    /// The word of a path with its `{blanks}` filled, as plain text. Of one with forms, the number `n` chooses.
    pub fn fill(&self, path: &str, blanks: &[(&str, &str)]) -> String {
        let of = |blank: &str| blanks.iter().find(|(name, _)| *name == blank).map(|(_, value)| *value);
        let word = match self.at(path) {
            Some(Value::Table(forms)) => {
                let number = of("n").and_then(|n| n.parse::<Decimal>().ok());
                let form = Plurals::of(&self.language).form(number.map(|number| (&number).into()));
                forms.get(form).or_else(|| forms.get(Plurals::OTHER))
            }
            word => word,
        };
        let parts = parts(word.and_then(Value::as_str).unwrap_or(path));
        let filled = parts.map(|part| match part {
            Part::Text(text) => text,
            Part::Blank(name) => of(name).unwrap_or_default(),
        });
        filled.collect()
    }

    fn at(&self, path: &str) -> Option<&Value> {
        let mut keys = path.split('.');
        let first = keys.next().and_then(|key| self.table.get(key));
        keys.fold(first, |value, key| value?.get(key))
    }

    /// The words of a script of the theme, as JSON; `None` where it has none.
    pub fn of_script(&self, name: &str) -> Option<String> {
        let words = self.table.get("scripts")?.get(name.strip_suffix(".js")?)?;
        serde_json::to_string(words).ok()
    }
}

/// A part of a word.
pub enum Part<'a> {
    /// What stands there.
    Text(&'a str),
    /// The name of a `{blank}`.
    Blank(&'a str),
}

/// The parts of a word, in order.
pub fn parts(word: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = Some(word);
    let mut blank = None;
    std::iter::from_fn(move || {
        if let Some(name) = blank.take() {
            return Some(Part::Blank(name));
        }
        let text = rest?;
        let found = text.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)));
        let Some((before, (name, after))) = found else {
            rest = None;
            return Some(Part::Text(text));
        };
        (blank, rest) = (Some(name), Some(after));
        Some(Part::Text(before))
    })
}

/// The names of the blanks of a word.
fn blanks(word: &str) -> impl Iterator<Item = &str> {
    parts(word).filter_map(|part| match part {
        Part::Text(_) => None,
        Part::Blank(name) => Some(name),
    })
}

/// Which form of a word a number takes in a language.
pub struct Plurals(Option<PluralRules>);

impl Plurals {
    /// The form for all numbers.
    pub const OTHER: &str = "other";

    /// Of a language; of one that is unknown, as in English.
    pub fn of(language: &str) -> Self {
        let locale: Locale = language.parse().unwrap_or(icu_locale_core::locale!("en"));
        let options = PluralRulesOptions::default().with_type(PluralRuleType::Cardinal);
        Self(PluralRules::try_new((&locale).into(), options).ok())
    }

    /// The name of the form, one of the plural categories of CLDR.
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

/// The words of the theme: of the site's language, then of the language without its region, then English,
/// word by word; and in each the site's own file before the default theme's.
#[salsa::tracked]
pub fn words(db: &dyn Db) -> Words {
    let site = Site::get(db);
    let theme = site.theme(db);
    let mut words = Words { language: site.config(db).language.clone(), ..Words::default() };
    let mut tables: BTreeMap<(&str, bool), Table> = BTreeMap::new();
    let mut own_files: Vec<(&str, Node)> = Vec::new();
    for ((language, own), text) in &theme.strings {
        match parse::toml(&theme.file(&strings(language), *own), text, 0..text.len()) {
            Ok(node) => {
                tables.insert((language, *own), table(&node));
                own_files.extend(own.then_some((language.as_str(), node)));
            }
            Err(problem) => words.problems.push(problem),
        }
    }
    let mut original = tables.get(&(ORIGINAL, false)).cloned().unwrap_or_default();
    original.insert("group_kinds".into(), Value::Table(kinds(&site.config(db).kinds)));
    original.insert("channels".into(), Value::Table(channels()));
    let mut known = original.clone();
    if let Some(own) = tables.get(&(ORIGINAL, true)) {
        // The site's own templates may have words of their own: they are declared in English.
        lay(&mut known, own);
    }
    for (language, node) in &own_files {
        let declares = *language == ORIGINAL;
        let file = theme.file(&strings(language), true);
        let text = &theme.strings[&((*language).to_owned(), true)];
        compare(node, if declares { &original } else { &known }, declares, &mut |message, key, help| {
            let location = Location::of(&file, text, key.span.clone());
            words
                .problems
                .push(Diagnostic::new(code::THEME_UNKNOWN_STRING, message, location).maybe_help(help));
        });
    }
    let language = &site.config(db).language;
    let chain = chain(language);
    words.problems.extend(missing(theme, language, &chain));
    words.table = original;
    for language in chain {
        for own in [false, true] {
            if let Some(table) = tables.get(&(language, own)) {
                lay(&mut words.table, table);
            }
        }
    }
    words
}

/// What kinds of group are called, as the community's data says; a theme may have words of its own for them.
fn kinds(kinds: &Kinds) -> Table {
    let word = |text: &str| Value::String(text.to_owned());
    let of = |kind: &Kind| {
        Table::from_iter([("label".into(), word(&kind.label)), ("plural".into(), word(&kind.plural))])
    };
    kinds.iter().map(|kind| (kind.id.clone(), Value::Table(of(kind)))).collect()
}

/// What kinds of channel are called; see [`kinds`].
fn channels() -> Table {
    let label = |kind: &std::sync::Arc<ChannelKind>| (kind.id.clone(), Value::String(kind.label.clone()));
    ChannelKind::all().iter().map(label).collect()
}

/// The file of a language within a theme.
fn strings(language: &str) -> String {
    format!("strings/{language}.toml")
}

/// Says that the theme has no words in the language of the site.
fn missing(theme: &Theme, language: &str, chain: &[&str]) -> Option<Diagnostic> {
    let has = |language: &&str| theme.strings.keys().any(|(known, _)| known == language);
    let primary = language.split('-').next().unwrap_or_default();
    if primary == ORIGINAL || chain[1..].iter().any(has) {
        return None;
    }
    let file = FileName::site(config::FILE);
    let message = format!("the theme has no strings for the language `{language}`; English is used instead");
    let help = format!("translate the strings in {}/strings/{primary}.toml", theme.folder);
    Some(Diagnostic::new(code::THEME_NO_STRINGS, message, Location::line(&file, 1, 1)).help(help))
}

/// The words of a file without their places.
fn table(node: &Node) -> Table {
    let parse::Value::Table(entries) = &node.value else { return Table::new() };
    let value = |node: &Node| match &node.value {
        parse::Value::Text(text) => Some(Value::String(text.clone())),
        parse::Value::Table(_) => Some(Value::Table(table(node))),
        _ => None,
    };
    entries.iter().filter_map(|(key, node)| Some((key.name.clone(), value(node)?))).collect()
}

/// `de-AT` is English, then German, then Austrian.
fn chain(language: &str) -> Vec<&str> {
    let mut chain = vec![ORIGINAL];
    let ends = language.match_indices('-').map(|(at, _)| at).chain([language.len()]);
    chain.extend(ends.map(|end| &language[..end]).filter(|part| *part != ORIGINAL));
    chain
}

/// Puts the words of one table over those of another.
fn lay(under: &mut Table, over: &Table) {
    for (key, value) in over {
        match (under.get_mut(key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => lay(under, over),
            (Some(Value::Table(_)), _) => {}
            // A word that tells a number may have forms; any other is a text.
            (Some(Value::String(word)), Value::Table(_)) if !word.contains("{n}") => {}
            _ => {
                under.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Says which words of a table are not among the known ones, or of another shape; `more` may be declared.
fn compare(table: &Node, known: &Table, more: bool, say: &mut dyn FnMut(String, &Key, Option<String>)) {
    use parse::Value::{Table, Text};
    let Table(entries) = &table.value else { return };
    for (key, node) in entries {
        let name = &key.name;
        match (known.get(name), &node.value) {
            (Some(Value::Table(known)), Table(_)) => compare(node, known, more, say),
            (Some(Value::Table(_)), _) => say(format!("expected a table of strings for `{name}`"), key, None),
            (Some(word), Text(text)) => {
                let known: Vec<&str> = word.as_str().into_iter().flat_map(blanks).collect();
                for blank in blanks(text).filter(|blank| !known.contains(blank)) {
                    let near = nearest(blank, known.iter().copied());
                    let help = near.map(|near| format!("did you mean `{{{near}}}`?"));
                    say(format!("unknown placeholder `{{{blank}}}` in `{name}`"), key, help);
                }
            }
            // Languages differ in how many forms a word has …
            (None, Text(_)) if known.contains_key("other") && FORMS.contains(&name.as_str()) => {}
            // … and in which words have any: those that tell a number.
            (Some(Value::String(word)), Table(forms)) if word.contains("{n}") && are_forms(forms) => {}
            (Some(_), _) => say(format!("expected text for `{name}`"), key, None),
            (None, Table(_) | Text(_)) if more => {}
            (None, _) => {
                let near = nearest(name, known.keys().map(String::as_str));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                say(format!("unknown string `{name}`"), key, help);
            }
        }
    }
}

/// Whether a table holds texts for numbers, and nothing else.
fn are_forms(entries: &[(Key, Node)]) -> bool {
    let is_form = |(key, node): &(Key, Node)| {
        FORMS.contains(&key.name.as_str()) && matches!(node.value, parse::Value::Text(_))
    };
    entries.iter().all(is_form) && entries.iter().any(|(key, _)| key.name == "other")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(language: &str) -> Words {
        let table = r#"
            plain = "{what} of {more}"
            brace = "a { b"
            [load]
            one = "{n} thing"
            few = "{n} few"
            other = "{n} others"
        "#;
        Words { table: table.parse().unwrap(), problems: Vec::new(), language: language.into() }
    }

    #[test]
    fn blanks_are_filled_as_plain_text() {
        let words = words("en");
        assert_eq!(words.fill("plain", &[("more", "{what}"), ("what", "<i>")]), "<i> of {what}");
        assert_eq!(words.fill("brace", &[]), "a { b");
        assert_eq!(words.fill("load.none", &[]), "load.none");
    }

    #[test]
    fn numbers_with_and_without_a_fraction_choose_the_form() {
        let forms = |language: &str, numbers: &[&str]| -> Vec<String> {
            let words = words(language);
            numbers.iter().map(|n| words.fill("load", &[("n", n)])).collect()
        };
        assert_eq!(forms("en", &["0.5", "1", "1.5"]), ["0.5 others", "1 thing", "1.5 others"]);
        assert_eq!(forms("pl", &["1", "2", "2.5", "5"]), ["1 thing", "2 few", "2.5 others", "5 others"]);
        // French counts 1.5 with 1.
        assert_eq!(forms("fr", &["1.5", "2"]), ["1.5 thing", "2 others"]);
        assert_eq!(forms("en", &["many"]), ["many others"]);
    }
}
