//! The words with which the client corrects misspelled words of a query.

use std::collections::BTreeSet;

use crate::pages::SearchEntry;

/// The kinds of entry whose names readers may misspell.
const NAMED: [&str; 6] = ["group", "person", "role", "skill", "term", "guide"];
/// The shortest word that is corrected, in characters.
const SHORTEST: usize = 4;

/// The words of names: a JSON list in alphabetical order.
pub(super) fn words(entries: &[(String, SearchEntry)]) -> Vec<u8> {
    let named = entries.iter().map(|(_, entry)| entry).filter(|entry| NAMED.contains(&entry.kind));
    let texts = named.flat_map(|entry| std::iter::once(&entry.title).chain(&entry.names));
    let words: BTreeSet<String> = texts
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() >= SHORTEST && word.chars().all(char::is_alphabetic))
        .map(str::to_lowercase)
        .collect();
    // Serializing strings cannot fail.
    serde_json::to_vec(&words).unwrap_or_default()
}
