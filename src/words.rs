//! The theme's own words, in the language of the site.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::diagnostic::{Diagnostic, FileName, Location, nearest};
use crate::parse::toml_error;
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
}

impl Words {
    /// The word of a path such as `page.next`; the path itself where there is none, which a test rules out.
    pub fn get(&self, path: &str) -> String {
        let mut keys = path.split('.');
        let first = keys.next().and_then(|key| self.table.get(key));
        let word = keys.fold(first, |value, key| value?.get(key));
        word.and_then(Value::as_str).unwrap_or(path).to_owned()
    }

    /// The words of a script of the theme, as JSON; `None` where it has none.
    pub fn of_script(&self, name: &str) -> Option<String> {
        let words = self.table.get("scripts")?.get(name.strip_suffix(".js")?)?;
        serde_json::to_string(words).ok()
    }
}

/// The words of the theme: of the site's language, then of the language without its region, then English,
/// word by word; and in each the site's own file before the default theme's.
#[salsa::tracked]
pub fn words(db: &dyn Db) -> Words {
    let site = Site::get(db);
    let theme = site.theme(db);
    let mut words = Words::default();
    let mut tables = BTreeMap::new();
    for ((language, own), text) in &theme.strings {
        let file = file_name(theme, language, *own);
        match toml::from_str::<Table>(text) {
            Ok(table) => {
                tables.insert((language.as_str(), *own), table);
            }
            Err(error) => words.problems.push(toml_error(&file, text, &error)),
        }
    }
    let original = tables.get(&(ORIGINAL, false)).cloned().unwrap_or_default();
    let mut known = original.clone();
    if let Some(own) = tables.get(&(ORIGINAL, true)) {
        // The site's own templates may have words of their own: they are declared in English.
        lay(&mut known, own);
    }
    for ((language, own), table) in &tables {
        let against = if *language == ORIGINAL { &original } else { &known };
        let text = &theme.strings[&((*language).to_owned(), *own)];
        let file = file_name(theme, language, *own);
        compare(table, against, *language == ORIGINAL, &mut |message, key, help| {
            let span = text.find(key).map_or(0..0, |start| start..start + key.len());
            let problem =
                Diagnostic::warning("theme/unknown-string", message, Location::of(&file, text, span));
            words.problems.push(problem.maybe_help(help));
        });
    }
    words.table = original;
    for language in chain(&site.config(db).language) {
        for own in [false, true] {
            if let Some(table) = tables.get(&(language, own)) {
                lay(&mut words.table, table);
            }
        }
    }
    words
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
            _ => {
                under.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Says which words of a table are not among the known ones, or of another shape; `more` may be declared.
fn compare(table: &Table, known: &Table, more: bool, say: &mut dyn FnMut(String, &str, Option<String>)) {
    for (key, value) in table {
        match (known.get(key), value) {
            // Languages differ in how many forms a word has.
            (None, Value::String(_)) if known.contains_key("other") && FORMS.contains(&key.as_str()) => {}
            (Some(Value::Table(known)), Value::Table(table)) => compare(table, known, more, say),
            (Some(Value::Table(_)), _) => say(format!("`{key}` is a table of words, not a word"), key, None),
            (None, Value::Table(_) | Value::String(_)) if more => {}
            (Some(_), Value::String(_)) => {}
            (None, _) => {
                let near = nearest(key, known.keys().map(String::as_str));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                say(format!("the theme has no word `{key}`"), key, help);
            }
            (Some(_), _) => say(format!("`{key}` is to be a text"), key, None),
        }
    }
}

fn file_name(theme: &Theme, language: &str, own: bool) -> FileName {
    let path = format!("strings/{language}.toml");
    match own {
        true => FileName::site(&format!("{}/{path}", theme.folder)),
        false => FileName { source: Some("default theme".into()), path: path.into() },
    }
}
