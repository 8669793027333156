//! Languages of the interface: every file of strings is complete, and everything that a reader sees comes from strings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use icu_plurals::{PluralCategory, PluralRuleType, PluralRules, PluralRulesOptions};
use rolebook::facts::ChannelKind;
use rolebook::parse::{Piece, pieces};
use rolebook::strings::{StringPart, parts};
use toml::{Table, Value};

use crate::accessibility::{longest_of_each_kind, violations};
use crate::browser::Browser;
use crate::host::Host;
use crate::support::{TestSite, files, is_slow, kind, project};

/// The strings of the default theme, by language.
fn languages() -> BTreeMap<String, Table> {
    let folder = project().join("themes/default/strings");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let language = |path: &std::path::Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    files.map(|path| (language(&path), fs::read_to_string(&path).unwrap().parse().unwrap())).collect()
}

/// The English strings, with the names of channels, which are not strings in English. Those of chats are proper names.
fn english() -> Table {
    let mut english = languages().remove("en").unwrap();
    let label = |kind: &std::sync::Arc<ChannelKind>| (kind.id.clone(), Value::String(kind.label.clone()));
    english.insert(
        "channels".into(),
        Value::Table(ChannelKind::built_in().iter().filter(|kind| !kind.chat).map(label).collect()),
    );
    english
}

/// A string: a text, or its plural forms by category.
#[derive(Debug)]
enum Entry {
    Text(String),
    Forms(BTreeMap<String, String>),
}

impl Entry {
    fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Forms(forms) => forms.values().map(String::as_str).collect(),
        }
    }
}

/// The strings of a table by path.
fn entries(table: &Table) -> BTreeMap<String, Entry> {
    fn add(entries: &mut BTreeMap<String, Entry>, path: &str, table: &Table) {
        for (key, value) in table {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match value {
                Value::String(text) => drop(entries.insert(path, Entry::Text(text.clone()))),
                Value::Table(forms) if forms.contains_key("other") && forms.values().all(Value::is_str) => {
                    let forms =
                        forms.iter().map(|(form, text)| (form.clone(), text.as_str().unwrap().to_owned()));
                    entries.insert(path, Entry::Forms(forms.collect()));
                }
                Value::Table(table) => add(entries, &path, table),
                value => panic!("{path} is neither a text nor a table: {value}"),
            }
        }
    }
    let mut entries_by_path = BTreeMap::new();
    add(&mut entries_by_path, "", table);
    entries_by_path
}

fn placeholders(text: &str) -> BTreeSet<String> {
    let names = parts(text).filter_map(|part| match part {
        StringPart::Placeholder(name) => Some(name.to_owned()),
        StringPart::Text(_) => None,
    });
    names.collect()
}

/// The plural categories of a language. Those of a single whole number, such as the Arabic dual, may write it as a word.
fn categories(language: &str) -> BTreeMap<&'static str, bool> {
    let locale: icu_locale_core::Locale = language.parse().unwrap();
    let options = PluralRulesOptions::default().with_type(PluralRuleType::Cardinal);
    let rules = PluralRules::try_new((&locale).into(), options).unwrap();
    let name = |category: PluralCategory| match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    };
    let count = |category| (0..1000_usize).filter(|number| rules.category_for(*number) == category).count();
    rules.categories().map(|category| (name(category), count(category) == 1)).collect()
}

/// The faults of a language's strings.
fn faults(language: &str, table: &Table) -> Vec<String> {
    let (expected, actual) = (entries(&english()), entries(table));
    let mut faults: Vec<String> = expected
        .keys()
        .filter(|path| !actual.contains_key(*path))
        .map(|path| format!("{path} is missing"))
        .collect();
    let categories = categories(language);
    for (path, entry) in &actual {
        let Some(english) = expected.get(path) else {
            faults.push(format!("{path} is not a string of the theme"));
            continue;
        };
        if entry.texts().iter().any(|text| text.trim().is_empty() && *text != " ") {
            faults.push(format!("{path} is empty"));
        }
        let wanted: BTreeSet<String> = english.texts().into_iter().flat_map(placeholders).collect();
        match entry {
            Entry::Text(text) => {
                if matches!(english, Entry::Forms(_)) {
                    faults.push(format!("{path} has no plural forms"));
                }
                if placeholders(text) != wanted {
                    faults.push(format!("{path} has other placeholders than in English"));
                }
            }
            Entry::Forms(forms) => {
                let are_allowed = matches!(english, Entry::Forms(_)) || wanted.contains("n");
                if !are_allowed || !forms.keys().map(String::as_str).eq(sorted(&categories)) {
                    faults.push(format!("{path} has the forms {:?}", forms.keys()));
                }
                for (form, text) in forms {
                    let mut actual = placeholders(text);
                    if categories.get(form.as_str()) == Some(&true) {
                        actual.extend(wanted.get("n").cloned());
                    }
                    if actual != wanted {
                        faults.push(format!("{path}.{form} has other placeholders than in English"));
                    }
                }
            }
        }
    }
    let is_rtl =
        |c: &char| matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}');
    let letters =
        || actual.values().flat_map(Entry::texts).flat_map(str::chars).filter(|c| c.is_alphabetic());
    let is_rtl = letters().filter(is_rtl).count() * 2 > letters().count();
    if table["direction"].as_str() != Some(if is_rtl { "rtl" } else { "ltr" }) {
        faults.push("direction is not that of the letters".to_owned());
    }
    faults
}

fn sorted<'c>(categories: &'c BTreeMap<&'static str, bool>) -> impl Iterator<Item = &'c str> {
    categories.keys().copied()
}

#[test]
fn every_language_is_complete() {
    let languages = languages();
    assert!(
        ["ar", "de", "en"].iter().all(|language| languages.contains_key(*language)),
        "{:?}",
        languages.keys()
    );
    let mut incomplete = Vec::new();
    for (language, table) in languages.iter().filter(|(language, _)| *language != "en") {
        incomplete.extend(faults(language, table).into_iter().map(|fault| format!("{language}: {fault}")));
    }
    assert!(incomplete.is_empty(), "{}", incomplete.join("\n"));
}

/// The faults that the test above reports.
#[test]
fn incomplete_strings_are_found() {
    let german = || languages().remove("de").unwrap();
    assert_eq!(faults("de", &german()), [] as [String; 0]);
    let fault = |change: fn(&mut Table)| {
        let mut table = german();
        change(&mut table);
        faults("de", &table)
    };
    assert_eq!(
        fault(|table| drop(table["page"].as_table_mut().unwrap().remove("next"))),
        ["page.next is missing"]
    );
    for (key, value, expected) in [
        ("next", "\"\"", "page.next is empty"),
        ("nxet", "\"Weiter\"", "page.nxet is not a string of the theme"),
        ("edit_file", "\"Bearbeiten\"", "page.edit_file has other placeholders than in English"),
        ("section_after", "\"{n} weitere\"", "page.section_after has no plural forms"),
        ("section_after", "{ other = \"{n} weitere\" }", "page.section_after has the forms [\"other\"]"),
        (
            "reading_of",
            "{ one = \"Teil einer\", other = \"Teil von\" }",
            "page.reading_of.other has other placeholders than in English",
        ),
    ] {
        let mut table = german();
        let value: Table = format!("{key} = {value}").parse().unwrap();
        table["page"].as_table_mut().unwrap().extend(value);
        assert_eq!(faults("de", &table), [expected]);
    }
    assert_eq!(
        fault(|table| drop(table.insert("direction".into(), "rtl".into()))),
        ["direction is not that of the letters"]
    );
}

/// The marks around every string of the invented language.
const MARKS: [char; 2] = ['⟦', '⟧'];

/// Strings that are signs, and the direction.
const SIGNS: [&str; 5] = ["direction", "page.thousands", "page.decimal", "page.comma", "meeting.joint"];

/// Strings of an invented language: those of English in marks.
fn invented() -> String {
    fn add(text: &mut String, path: &str, table: &Table) {
        for (key, value) in table {
            let path = if path.is_empty() { format!("\"{key}\"") } else { format!("{path}.\"{key}\"") };
            match value {
                Value::Table(table) => add(text, &path, table),
                value => {
                    let string = value.as_str().unwrap();
                    let marked = match SIGNS.contains(&&*path.replace('"', "")) {
                        true => string.to_owned(),
                        false => format!("{}{string}{}", MARKS[0], MARKS[1]),
                    };
                    writeln!(text, "{path} = {}", Value::String(marked)).unwrap();
                }
            }
        }
    }
    let mut text = String::new();
    add(&mut text, "", &english());
    text
}

const RULES: &str = r#"
[[rules]]
id = "technical-leads"
title = "Zwei technische Köpfe"
clause = "/governance/rules.md"
roles = ["chair"]
each = "group"
require = "size(group.leads) >= 3"
message = "{group.full_name} hat {count}"
fix = "Wählt."

[[undecided]]
clause = "/governance/rules.md#chair.must-have-meetings-recorded"
reason = "Niemand weiß es."
"#;

const GLOSSARY: &str = "[[terms]]\nterm = \"Zirkel\"\ndefinition = \"Ein Kreis.\"\naliases = [\"Kreis\"]\n";

const LISTS: &str = "\n[[source]]\nname = \"org\"\npath = \"org\"\n[[source.rosters]]\nfiles = \"ALIASES\"\n\
    each = \"aliases{}\"\nname = \"@key\"\nmembers = \".\"\n\
    expect = { roster = \"{group.id}-leads\", roles = [\"chair\"], exact = true, required = true }\n";

/// A site in a language with every kind of page.
pub(crate) fn site(language: &str) -> TestSite {
    let site = TestSite::copy(&project().join("tests/sites/leads"));
    let text = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("language = \"{language}\"\n{text}{LISTS}"));
    site.file("content/rules/heads.toml", RULES);
    site.file("content/glossary.toml", GLOSSARY);
    site.file("org/ALIASES", "aliases:\n  sig-paint-leads: [zoe]\n  other-leads: [bob]\n");
    site
}

/// The pages of every kind by address: all pages of a small site.
fn pages(site: &TestSite) -> BTreeMap<String, Vec<u8>> {
    let files = files(&site.path().join("public"));
    files.into_iter().filter(|(path, _)| path.ends_with(".html")).collect()
}

/// Finds texts that come neither from strings nor from the content and data of a site.
struct Leaks {
    /// The words of the site's sources in lower case.
    words: BTreeSet<String>,
}

impl Leaks {
    fn new(site: &TestSite) -> Self {
        let preset = project().join("src/formats/presets/kubernetes-community.toml");
        let mut content = format!("rolebook {}", fs::read_to_string(preset).unwrap());
        for (path, bytes) in files(site.path()) {
            if !path.starts_with("public/") && !path.starts_with("themes/") {
                content.extend([&path, " ", &String::from_utf8_lossy(&bytes).replace("\\n", " "), " "]);
            }
        }
        Self { words: words(&content).map(str::to_lowercase).collect() }
    }

    /// A word outside marks that no source contains. `depth` is the number of open marks, and is updated.
    fn of(&self, text: &str, depth: &mut usize) -> Option<String> {
        let mut outside = String::new();
        for c in text.chars() {
            match c {
                _ if c == MARKS[0] => *depth += 1,
                _ if c == MARKS[1] => *depth = depth.saturating_sub(1),
                c if *depth == 0 => outside.push(c),
                _ => {}
            }
            if MARKS.contains(&c) {
                outside.push(' ');
            }
        }
        // Two capitals are initials of a person.
        let is_initials = |word: &str| word.chars().count() == 2 && word.chars().all(char::is_uppercase);
        let word = words(&outside).find(|word| {
            !is_initials(word) && word.chars().count() > 1 && !self.words.contains(&word.to_lowercase())
        });
        word.map(|word| format!("“{word}” in “{}”", text.trim()))
    }

    /// The texts and attributes of a page that a reader sees.
    fn of_page(&self, html: &str) -> Vec<String> {
        let (mut hidden, mut depth) = (None, 0);
        let mut strange = Vec::new();
        for piece in pieces(html) {
            match piece {
                Piece::Text(span) if hidden.is_none() => {
                    strange.extend(self.of(&htmlize::unescape(&html[span]), &mut depth));
                }
                Piece::Tag { name, end, attributes, .. } => {
                    if ["script", "style", "code", "pre", "kbd"].contains(&&*name) {
                        match (&hidden, end) {
                            (None, false) => hidden = Some(name),
                            (Some(open), true) if *open == name => hidden = None,
                            _ => {}
                        }
                        continue;
                    }
                    if !INLINE.contains(&&*name) {
                        depth = 0;
                    }
                    for attribute in attributes {
                        if SHOWN.contains(&&*attribute.name) {
                            strange.extend(self.of(&htmlize::unescape(&html[attribute.value]), &mut 0));
                        }
                    }
                }
                _ => {}
            }
        }
        strange
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// Elements within a sentence.
const INLINE: [&str; 12] = ["a", "b", "br", "em", "i", "li", "q", "span", "strong", "sup", "time", "ul"];

/// Attributes that readers see or hear.
const SHOWN: [&str; 6] = ["alt", "aria-label", "data-label", "label", "placeholder", "title"];

fn invented_site() -> TestSite {
    let site = site("eo");
    site.file("themes/default/strings/eo.toml", invented());
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("[theme/"), "{}", run.stderr);
    site
}

#[test]
fn every_text_of_a_page_comes_from_strings_or_content() {
    let site = invented_site();
    let (leaks, pages) = (Leaks::new(&site), pages(&site));
    let kinds: BTreeSet<String> = pages
        .values()
        .filter_map(|bytes| Some(kind(std::str::from_utf8(bytes).unwrap())?.to_owned()))
        .collect();
    let templates = files(&project().join("themes/default/templates"));
    let missing: Vec<_> = templates
        .keys()
        .filter_map(|name| name.strip_suffix(".html"))
        // `components` is for authors of themes, and `base` is extended by others.
        .filter(|name| !["base", "components", "partials/components", "redirect"].contains(name))
        .filter(|name| !kinds.contains(*name))
        .collect();
    assert_eq!(missing, [] as [&str; 0], "kinds of page that are not checked");
    let mut strange = BTreeSet::new();
    for (path, bytes) in &pages {
        let page = std::str::from_utf8(bytes).unwrap();
        strange.extend(leaks.of_page(page).into_iter().map(|leak| format!("{path}: {leak}")));
    }
    assert!(strange.is_empty(), "{}", strange.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The values of a YAML file that readers see.
fn values(yaml: &str) -> String {
    let shown = ["name", "description", "label", "placeholder", "- label", "- \""];
    let lines = yaml.lines().filter(|line| shown.iter().any(|key| line.trim_start().starts_with(key)));
    lines.map(|line| line.split_once(": ").map_or(line, |(_, value)| value)).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_text_of_an_export_comes_from_strings_or_content() {
    let site = invented_site();
    let leaks = Leaks::new(&site);
    let run = |arguments: &[&str]| site.run(arguments).fine().stdout;
    site.run(&["issue-forms", "repo"]).fine();
    let forms = files(&site.path().join("repo/.github/ISSUE_TEMPLATE"));
    let forms = forms.values().map(|form| values(std::str::from_utf8(form).unwrap())).collect::<String>();
    let calendar = site.page("calendar/all.ics").replace("\r\n ", "").replace("\\n", " ");
    let calendar = calendar.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        ["SUMMARY", "DESCRIPTION", "NAME"].contains(&name).then_some(value)
    });
    let addresses = regex::Regex::new(r"\]\([^)]*\)|https?:\S+|`[^`]*`|<!--.*-->").unwrap();
    site.run(&["rosters", "--patch", "patches"]);
    let patch = fs::read_to_string(site.path().join("patches/org.md")).unwrap();
    let exports = [
        ("pull request", patch),
        ("llms.txt", site.page("llms.txt")),
        ("checklist", run(&["checklist", "technical-lead", "sig-paint", "--new", "--for", "ann"])),
        ("letters", run(&["checklist", "change", "sig-paint", "--new", "--for", "ann"])),
        ("impact", run(&["impact", "ann", "--format", "markdown"])),
        ("forms", forms),
        ("calendar", calendar.collect::<Vec<_>>().join("\n")),
    ];
    let mut strange = Vec::new();
    for (name, text) in exports {
        assert!(text.contains(MARKS[0]), "{name} has no strings: {text}");
        for line in addresses.replace_all(&text, " ").lines() {
            strange.extend(leaks.of(line, &mut 0).map(|leak| format!("{name}: {leak}")));
        }
    }
    assert!(strange.is_empty(), "{}", strange.join("\n"));
}

/// The texts and attributes that a browser shows, except times and options of time zones, which come from the browser.
const SHOWN_BY_BROWSER: &str = "(() => {
  const others = 'script, code, pre, kbd, time, option, .rb-week-name, .rb-week-grid thead, .rb-week-agenda h3, .rb-next';
  for (const part of document.querySelectorAll(others)) part.remove();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const blocks = 'p, h1, h2, h3, h4, th, td, dt, dd, summary, button, label, caption, legend, li, div';
  const byBlock = new Map();
  while (texts.nextNode()) {
    const block = texts.currentNode.parentElement.closest(blocks);
    byBlock.set(block, `${byBlock.get(block) ?? ''} ${texts.currentNode.data}`);
  }
  const shown = [...byBlock.values()];
  for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
    for (const part of document.querySelectorAll(`[${name}]`)) shown.push(part.getAttribute(name));
  }
  return shown;
})()";

/// Opens what is folded, ticks all items, and moves the focus to the parts that load scripts then.
const USE_LEAD_PAGE: &str = "{
  const each = (parts, use) => document.querySelectorAll(parts).forEach(use);
  each('.rb-fold-button[aria-expanded=\"false\"]', (button) => button.click());
  each('.rb-item > input', (box) => box.click());
  each('.rb-tools button, .rb-assessment', (part) => part.dispatchEvent(new Event('focusin', { bubbles: true })));
  true;
}";

/// Scripts add texts from strings, too.
#[test(needs(Browser))]
fn every_text_of_a_script_comes_from_strings_or_content() {
    // The counts that scripts write when they are done.
    const FILTERED: &str = "document.querySelector('.rb-register-filter output').textContent !== ''";
    const SEARCHED: &str = "/result|match/.test(document.querySelector('.rb-search-status').textContent)";
    let site = invented_site();
    let leaks = Leaks::new(&site);
    let host = Host::start(site.path().join("public"), "/handbook/");
    let mut browser = Browser::start();
    let tab = browser.open("about:blank");
    let mut strange = BTreeSet::new();
    // Each page with what becomes true there, one after the other, until its scripts are done.
    let pages: [(&str, &[&str]); 10] = [
        ("", &["!document.querySelector('.rb-filter').hidden"]),
        (
            "groups/sig-paint/",
            &[
                "!!document.querySelector('.rb-next tbody')",
                "!!document.querySelector('.rb-more .rb-fold-button')",
            ],
        ),
        (
            "groups/sig-paint/technical-lead/",
            &[
                "!!document.querySelector('.rb-checklist.rb-tracked')",
                USE_LEAD_PAGE,
                "!!document.querySelector('.rb-assessment .rb-tools')",
            ],
        ),
        ("groups/compare/?a=sig-paint&b=sig-canvas", &["!!document.querySelector('.rb-comparison table')"]),
        ("calendar/", &["!document.querySelector('.rb-week').hidden"]),
        ("conformance/", &[FILTERED]),
        ("obligations/", &[FILTERED]),
        ("rosters/", &[FILTERED]),
        ("search/?q=brush", &[SEARCHED]),
        ("search/?q=xyzzy", &[SEARCHED]),
    ];
    for (path, conditions) in pages {
        browser.go(&tab, &format!("{}{path}", host.site()));
        for condition in conditions {
            browser.wait(&tab, condition);
        }
        let texts = browser.run(&tab, SHOWN_BY_BROWSER);
        for text in texts.as_array().unwrap() {
            strange.extend(leaks.of(text.as_str().unwrap(), &mut 0).map(|leak| format!("{path}: {leak}")));
        }
    }
    assert!(strange.is_empty(), "{}", strange.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Every kind of page in German, which has long words, and in Arabic, which runs from right to left.
#[test(needs(Axe, Browser))]
fn pages_in_other_languages_are_accessible_and_fit() {
    let mut browser = Browser::start();
    let tab = browser.open("about:blank");
    let mut faults = Vec::new();
    for (language, direction) in [("de", "ltr"), ("ar", "rtl")] {
        let site = site(language);
        site.run(&["build"]).fine();
        let host = Host::start(site.path().join("public"), "/handbook/");
        let mut kinds = longest_of_each_kind(&pages(&site));
        kinds.remove("redirect");
        for (kind, url) in kinds {
            browser.resize(&tab, 1280, 800);
            browser.go(&tab, &format!("{}{url}", host.site()));
            let set = browser
                .run(&tab, "`${document.documentElement.lang} ${getComputedStyle(document.body).direction}`");
            assert_eq!(set, format!("{language} {direction}"), "{kind}");
            // What axe finds depends on the direction more than on the language.
            if direction == "rtl" || is_slow() {
                let violations = violations(&mut browser, &tab, None);
                faults.extend(violations.iter().take(4).map(|fault| format!("{language} {kind}: {fault}")));
            }
            browser.resize(&tab, 360, 800);
            let width = browser.run(&tab, "document.documentElement.scrollWidth").as_u64().unwrap();
            if width > 360 {
                let widest = "[...document.querySelectorAll('main *')].filter((part) => { const { left, right } = \
                              part.getBoundingClientRect(); return right > 361 || left < -1; }).slice(0, 3)\
                              .map((part) => part.outerHTML.slice(0, 120)).join(' … ')";
                faults.push(format!("{language} {kind}: {width} px: {}", browser.run(&tab, widest)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Numbers and dates of scripts are written like those of the page: with European digits, and the signs of the language.
#[test(needs(Browser))]
fn scripts_write_numbers_and_dates_of_the_language() {
    let mut browser = Browser::start();
    for (language, number, date) in [
        ("en", "1,234.5", "January 2, 2026"),
        ("de", "1.234,5", "2. Januar 2026"),
        ("ar", "1,234.5", "2 يناير 2026"),
    ] {
        let site = site(language);
        site.run(&["build"]).fine();
        let host = Host::start(site.path().join("public"), "/handbook/");
        let tab = browser.open(&host.site());
        let texts = browser.run(
            &tab,
            "import(new URL('assets/parts.js', location)).then(({ fill, language }) => [fill('{n}', { n: 1234.5 }), \
             new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, 0, 2))])",
        );
        assert_eq!(texts, serde_json::json!([number, date]), "{language}");
        browser.close(tab);
    }
}

/// Search finds words with letters beyond ASCII, and ignores the words of the language that say little.
#[test(needs(Browser))]
fn search_works_in_other_languages() {
    let mut browser = Browser::start();
    for (language, title, text, queries) in [
        (
            "de",
            "Über Öfen",
            "Die Wärme der Öfen prüft ein Bäcker.",
            ["Wärme", "öfen", "für Bäcker", "BÄCKER"].as_slice(),
        ),
        ("ar", "قواعد الطلاء", "يجب على كل رسام تنظيف الفرشاة بعد العمل.", &["الطلاء", "الفرشاة", "في الطلاء"]),
    ] {
        let site = site(language);
        site.file("content/guides/sample.md", format!("# {title}\n\n{text}\n"));
        site.run(&["build"]).fine();
        let host = Host::start(site.path().join("public"), "/handbook/");
        let tab = browser.open("about:blank");
        for query in queries {
            browser.go(&tab, &format!("{}search/?q={}", host.site(), rolebook::url::encode_fragment(query)));
            browser.wait(&tab, "!!document.querySelector('.rb-search-title')");
            let first = browser.run(&tab, "document.querySelector('.rb-search-title')?.href ?? ''");
            assert!(first.as_str().unwrap().ends_with("guides/sample/"), "{query}: {first}");
        }
        browser.close(tab);
    }
}

/// Schedules that rolebook understands are written in the language of the site, others as in the data.
#[test]
fn schedules_are_written_in_the_language_of_the_site() {
    // Day, frequency, and both in German and in English.
    let meetings = [
        (
            "third Wednesday",
            "monthly",
            "Dritter Mittwoch, TIME, monatlich",
            "Third Wednesday, TIME, every month",
        ),
        (
            "Tuesday",
            "biweekly starting Tuesday Feb 11, 2025",
            "Dienstags, TIME, alle zwei Wochen, ab 11.02.2025",
            "Tuesdays, TIME, biweekly starting Tuesday Feb 11, 2025",
        ),
        (
            "Wednesday",
            "every four weeks",
            "Mittwochs, TIME, alle 4 Wochen",
            "Wednesdays, TIME, every four weeks",
        ),
        (
            "",
            "Wednesday after the fourth Tuesday of every month",
            "Mittwoch nach dem vierten Dienstag, TIME, monatlich",
            "TIME, Wednesday after the fourth Tuesday of every month",
        ),
        (
            "Friday",
            "weekly, in the park",
            "Freitags, TIME, weekly, in the park",
            "Fridays, TIME, weekly, in the park",
        ),
        ("Friday", "on demand", "Freitags, TIME, on demand", "Fridays, TIME, on demand"),
    ];
    let mut group = "kind = \"sig\"\nname = \"Farbe\"\n".to_owned();
    for (day, frequency, ..) in meetings {
        writeln!(group, "[[meetings]]\ntitle = \"{frequency}\"\ntime = \"9:00\"\ntz = \"PT\"").unwrap();
        writeln!(group, "frequency = \"{frequency}\"").unwrap();
        if !day.is_empty() {
            writeln!(group, "day = \"{day}\"").unwrap();
        }
    }
    for (language, time) in [("de", "09:00 Uhr US-Pazifikzeit"), ("en", "09:00 Pacific Time")] {
        let config =
            format!("title = \"Small\"\nlanguage = \"{language}\"\n[[source]]\npath = \"content\"\n");
        let site = TestSite::small(&[("site.toml", &config), ("content/groups/farbe.toml", &group)]);
        site.run(&["build"]).fine();
        let page = site.page("groups/farbe/index.html");
        for (.., german, english) in meetings {
            let expected = if language == "de" { german } else { english }.replace("TIME", time);
            assert!(page.contains(&format!(">{expected}</p>")), "{expected} is not in {page}");
        }
    }
}

/// The community's own names of channels are not translated; the built-in ones are.
#[test]
fn names_of_channels_are_translated_unless_they_are_the_communitys() {
    let config = "title = \"Small\"\nlanguage = \"de\"\n[channels.forum]\nlabel = \"Talk\"\n[channels.desk]\nlabel = \"Desk\"\n\
                  absent = \"our desk\"\n[channels.news]\nlabel = \"News\"\n[[source]]\npath = \"content\"\n";
    let group = "kind = \"sig\"\nname = \"Farbe\"\n[contact]\nforum = \"https://a.example/f\"\nmailing_list = \"a@a.example\"\n";
    let item = "title = \"All\"\n[[items]]\nid = \"a\"\nphase = \"day-1\"\ntext = \"{group.mailing_list}; {group.desk}; {group.news}.\"\n";
    let site = TestSite::small(&[
        ("site.toml", config),
        ("content/groups/farbe.toml", group),
        ("content/checklists/all.toml", item),
    ]);
    site.run(&["build"]).fine();
    let page = site.page("groups/farbe/index.html");
    assert!(page.contains("<dt>Talk</dt>") && page.contains("<dt>Mailingliste</dt>"), "{page}");
    let list = site.page("checklists/all/index.html");
    assert!(list.contains("Mailingliste Ihrer Gruppe; our desk; News Ihrer Gruppe."), "{list}");
}
