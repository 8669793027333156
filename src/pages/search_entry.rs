//! Search entries of pages.
//!
//! Entries come from the model, not from rendered HTML. Otherwise navigation and shared text would match on every page.

use std::borrow::Cow;

use super::document_text::texts;
use super::sections;
use crate::email::{has_email, without_emails};
use crate::facts::Person;
use crate::model::{self, Route};
use crate::parse;
use crate::source::{Db, File};
use crate::strings::strings;
use crate::url;

/// A search result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchEntry {
    /// Its fragment on the page; `None` for the page itself.
    pub fragment: Option<String>,
    /// Title of the result.
    pub title: String,
    /// `lead`, `role`, `group`, `person`, `checklist`, `skill`, `guide`, `clause`, `term`, `document` or `page`.
    pub kind: &'static str,
    /// Full names of related groups.
    pub groups: Vec<String>,
    /// Alternative names.
    pub names: Vec<String>,
    /// Title of the page that contains it.
    pub within: Option<String>,
    /// The place that it comes from.
    pub origin: Origin,
    /// Searchable text.
    pub sections: Vec<SearchSection>,
}

/// The place that an entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The handbook.
    Handbook,
    /// A document of a mounted source.
    Source,
    /// An archived document of a mounted source. It comes last in results.
    Archive,
}

impl Origin {
    /// The id in the index.
    pub fn id(self) -> &'static str {
        match self {
            Self::Handbook => "handbook",
            Self::Source => "source",
            Self::Archive => "archive",
        }
    }

    /// The origin of a document in a mounted source, by its path.
    pub(super) fn of_mounted(path: &str) -> Self {
        let is_archive = |folder: &str| {
            let folder = folder.to_lowercase();
            ["archive", "archives", "archived"].contains(&folder.as_str())
        };
        if path.split('/').any(is_archive) { Self::Archive } else { Self::Source }
    }
}

/// A part of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchSection {
    /// Id and text of the heading, if results can link to it.
    pub heading: Option<(String, String)>,
    /// Plain text.
    pub text: String,
    /// Relevance of each word.
    pub weight: f32,
}

impl Eq for SearchSection {}

/// Weight of page summaries.
pub(super) const SUMMARY: f32 = 3.0;
/// Weight of the handbook's running text.
pub(super) const OWN: f32 = 1.0;
/// Weight of running text in mounted documents, of which there is about ten times as much.
pub(super) const MOUNTED: f32 = 0.4;
/// Longest indexed word in bytes; longer ones are addresses or digests.
const LONGEST_WORD: usize = 48;

impl SearchEntry {
    pub(super) fn new(kind: &'static str, title: &str) -> Self {
        Self {
            fragment: None,
            title: title.to_owned(),
            kind,
            groups: Vec::new(),
            names: Vec::new(),
            within: None,
            origin: Origin::Handbook,
            sections: Vec::new(),
        }
    }

    /// Entry of a page that lists others; empty if the navigation does not list the page.
    pub(super) fn of_list(db: &dyn Db, route: &Route) -> Vec<Self> {
        let url = route.url(db);
        let section = sections(db).iter().filter(|section| section.url == url);
        let entry = section.map(|section| Self {
            sections: summary(db, &section.description(db)),
            ..Self::new("page", &section.label)
        });
        entry.collect()
    }

    /// The entry without email addresses in its titles and texts.
    pub(super) fn without_emails(mut self) -> Self {
        let clean = |text: &mut String| {
            if let Cow::Owned(cleaned) = without_emails(text) {
                *text = cleaned;
            }
        };
        clean(&mut self.title);
        self.names.iter_mut().for_each(clean);
        for section in &mut self.sections {
            clean(&mut section.text);
            section.heading.iter_mut().for_each(|(_, title)| clean(title));
        }
        self
    }

    /// Links the entry to an element of its page.
    pub(super) fn at(self, id: &str) -> Self {
        Self { fragment: Some(url::encode_fragment(id)), ..self }
    }
}

impl SearchSection {
    pub(super) fn text(text: String, weight: f32) -> Self {
        Self { heading: None, text, weight }
    }
}

/// Length of a word on average, with its separator, in bytes: a generous estimate.
const WORD: usize = 16;

/// The sections of a document: at most `limit` words of text and as many of headings; everything if `limit` is 0.
pub(super) fn of_document(db: &dyn Db, file: File, limit: usize, weight: f32) -> Vec<SearchSection> {
    let document = model::document(db, file);
    let limit = if limit == 0 { usize::MAX } else { limit };
    let reading = document.events.over(&file.text(db)[document.body..]);
    let (mut of_texts, mut of_headings) = (First(limit), First(limit));
    let texts = texts(reading, limit.saturating_mul(WORD));
    let mut texts = texts.into_iter().map(|text| of_texts.take(&text));
    let first = SearchSection::text(texts.next().unwrap_or_default(), weight);
    let has_title = model::outline(db, file).has_title_heading;
    let headings = document.headings.iter().enumerate().map(|(index, heading)| {
        let text = texts.next().unwrap_or_default();
        // The first heading is the title of the entry.
        let is_title = index == 0 && has_title;
        let title = if is_title { String::new() } else { of_headings.take(&heading.text) };
        let heading = (!title.is_empty()).then(|| (heading.id.clone(), title));
        SearchSection { heading, text, weight }
    });
    std::iter::once(first)
        .chain(headings)
        .filter(|section| section.heading.is_some() || !section.text.is_empty())
        .collect()
}

/// Number of words left to take.
struct First(usize);

impl First {
    fn take(&mut self, text: &str) -> String {
        let words: Vec<&str> = searched_words(text).take(self.0).collect();
        self.0 -= words.len();
        words.join(" ")
    }
}

pub(super) fn named(person: &Person) -> String {
    clean(&person.name)
}

pub(super) fn summary(db: &dyn Db, markdown: &str) -> Vec<SearchSection> {
    let text = plain(db, markdown);
    if text.is_empty() { Vec::new() } else { vec![SearchSection::text(text, SUMMARY)] }
}

/// Plain text of Markdown, with placeholders filled in for no particular group.
pub(super) fn plain(db: &dyn Db, markdown: &str) -> String {
    clean(&strings(db).in_general(&parse::clauses(markdown).join(" "), model::vocabulary(db)))
}

pub(super) fn clean(text: &str) -> String {
    searched_words(text).collect::<Vec<_>>().join(" ")
}

/// The indexed words of a text. Addresses, email addresses and placeholders are left out.
fn searched_words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(move |word| {
        let is_long = word.len() > LONGEST_WORD && word.is_ascii();
        !is_long && !word.contains("://") && !word.contains('{') && !has_email(word)
    })
}
