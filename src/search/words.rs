//! The words of a text, normalized and stemmed as Pagefind's client does it with the words of a query.

use std::collections::BTreeSet;

use convert_case::{Case, Casing};
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use pagefind_stem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// A word of the index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Word {
    /// Lowercase, without diacritics, stemmed.
    pub stem: String,
    /// The word with its diacritics, if it has any.
    pub accented: Option<String>,
}

/// A word that a token is found under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub word: Word,
    /// True for a part of the token.
    pub is_part: bool,
}

/// Connectors that are parts of words (Unicode category Pc).
pub(super) const CONNECTORS: [char; 10] = ['_', '‿', '⁀', '⁔', '︳', '︴', '﹍', '﹎', '﹏', '＿'];

/// Length of the longest suffix of a dotted name that is indexed, in characters.
const LONGEST_TAIL: usize = 64;
/// Length of the longest suffix of a word in katakana that is indexed, in characters.
const LONGEST_KATAKANA: usize = 16;

/// The rules of a language.
pub(super) struct Language {
    stemmer: Option<Stemmer>,
    /// Splits text into words, for languages without spaces between them.
    segmenter: Option<WordSegmenterBorrowed<'static>>,
}

impl Language {
    pub(super) fn new(tag: &str) -> Self {
        let language = tag.split('-').next().unwrap_or(tag);
        let has_spaces = !matches!(language, "zh" | "ja" | "th");
        let segmenter = || WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
        Self { stemmer: algorithm(language).map(Stemmer::create), segmenter: (!has_spaces).then(segmenter) }
    }

    /// Splits text without white space into words; `None` if the language separates them by spaces.
    pub(super) fn segments<'a>(&self, run: &'a str) -> Option<Vec<&'a str>> {
        let segmenter = self.segmenter?;
        // The segmenter can break between a letter and a mark that belongs to it.
        let clusters: BTreeSet<usize> =
            run.grapheme_indices(true).map(|(start, _)| start).chain([run.len()]).collect();
        let ends = segmenter.segment_str(run).skip(1).filter(|end| clusters.contains(end));
        Some(ends.scan(0, |start, end| Some(&run[std::mem::replace(start, end)..end])).collect())
    }

    /// The words that a token is found under: itself, its parts, and emoji in it.
    pub(super) fn matches(&self, token: &str) -> Vec<Match> {
        let whole = normalized(token);
        let mut matches = Vec::new();
        if !whole.is_empty() {
            matches.push(Match { word: self.word(&whole), is_part: false });
        }
        let part = |text: &str| Match { word: self.word(text), is_part: true };
        for suffix in katakana_suffixes(token) {
            add_new(&mut matches, part(suffix));
        }
        if is_compound(token) {
            let parts = parts(token);
            if !whole.is_empty() && (parts.contains(' ') || !whole.starts_with(&parts)) {
                matches.extend(parts.split(' ').filter(|part| part.len() > 1).map(part));
            }
            matches.extend(emoji(token));
            for tail in dotted_tails(token) {
                add_new(&mut matches, part(&tail));
            }
        }
        if self.segmenter.is_some() {
            for pair in pairs(token) {
                add_new(&mut matches, part(&pair));
            }
        }
        matches
    }

    /// The word that spans the end of a token and the start of the next, in text without spaces.
    pub(super) fn pair_across(&self, previous: &str, token: &str) -> Option<Word> {
        let last = previous.graphemes(true).next_back().filter(|cluster| is_unspaced(cluster))?;
        let first = token.graphemes(true).next().filter(|cluster| is_unspaced(cluster))?;
        Some(self.word(&format!("{last}{first}")))
    }

    /// The word for a lowercase text.
    fn word(&self, text: &str) -> Word {
        let plain = without_diacritics(text);
        let base = plain.as_deref().unwrap_or(text);
        let stem = match &self.stemmer {
            Some(stemmer) => stemmer.stem(base).into_owned(),
            None => base.to_owned(),
        };
        Word { stem, accented: plain.is_some().then(|| text.to_owned()) }
    }
}

/// Adds a match unless there is one for its stem.
fn add_new(matches: &mut Vec<Match>, new: Match) {
    if matches.iter().all(|old| old.word.stem != new.word.stem) {
        matches.push(new);
    }
}

/// The letters, digits and connectors of a token in lowercase.
fn normalized(token: &str) -> String {
    let is_kept = |c: &char| c.is_alphanumeric() || CONNECTORS.contains(c);
    token.chars().filter(is_kept).flat_map(char::to_lowercase).collect()
}

/// True if a token may consist of several words. Punctuation around a word makes no difference unless it has digits.
fn is_compound(token: &str) -> bool {
    let word = token.trim_matches(|c: char| c.is_ascii_punctuation() && c != '_');
    let is_whole = word.len() == token.len();
    let is_letter = |c: char| c.is_alphabetic() || is_whole && c.is_numeric();
    !word.chars().all(is_letter) || word.chars().skip(1).any(char::is_uppercase)
}

/// The words of a compound such as `max_age`, `kube-proxy` or `camelCase`, in lowercase, separated by spaces.
fn parts(token: &str) -> String {
    let spaced = token.replace(|c: char| c.is_ascii_punctuation(), " ").to_case(Case::Lower);
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The emoji of a token.
fn emoji(token: &str) -> impl Iterator<Item = Match> {
    let clusters = (!token.is_ascii()).then(|| token.graphemes(true)).into_iter().flatten();
    let emoji = clusters.filter(|cluster| emojis::get(cluster).is_some());
    emoji.map(|emoji| Match { word: Word { stem: emoji.to_owned(), accented: None }, is_part: false })
}

/// The pairs of neighboring characters of a token, in scripts without spaces.
fn pairs(token: &str) -> Vec<String> {
    let clusters: Vec<&str> = token.graphemes(true).collect();
    let is_pair = |pair: &&[&str]| pair.iter().all(|cluster| is_unspaced(cluster));
    clusters.windows(2).filter(is_pair).map(<[&str]>::concat).collect()
}

/// The rest after each dot of a name such as `config.max_age`, if it is a compound itself.
fn dotted_tails(token: &str) -> impl Iterator<Item = String> {
    let tails = token.match_indices('.').map(|(dot, _)| first_chars(&token[dot + 1..], LONGEST_TAIL));
    tails.filter(|tail| is_compound(tail)).map(normalized).filter(|tail| tail.chars().nth(1).is_some())
}

/// The suffixes of a word in katakana, which the segmenter does not split.
fn katakana_suffixes(token: &str) -> impl Iterator<Item = &str> {
    let is_word = token.chars().nth(2).is_some() && token.chars().all(is_katakana);
    let starts = token.char_indices().skip(1).filter(move |_| is_word);
    let suffixes = starts.map(|(start, _)| first_chars(&token[start..], LONGEST_KATAKANA));
    suffixes.filter(|suffix| suffix.chars().nth(1).is_some())
}

fn first_chars(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

fn is_katakana(c: char) -> bool {
    matches!(u32::from(c), 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F)
}

/// True for a character of a script that is written without spaces: Han, kana, Thai, Lao, Burmese and Khmer.
fn is_unspaced(cluster: &str) -> bool {
    matches!(
        cluster.chars().next().map(u32::from),
        Some(
            0x3400..=0x4DBF
            | 0x4E00..=0x9FFF
            | 0xF900..=0xFAFF
            | 0x20000..=0x2FA1F
            | 0x30000..=0x323AF
            | 0x3041..=0x30FF
            | 0x31F0..=0x31FF
            | 0xFF66..=0xFF9F
            | 0x0E00..=0x0EFF
            | 0x1000..=0x109F
            | 0x1780..=0x17FF,
        )
    )
}

/// A text without diacritics; `None` if it has none. Voicing marks of kana are kept, because they distinguish words.
fn without_diacritics(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let is_voicing = |c: char| matches!(c, '\u{3099}' | '\u{309A}');
    let plain: String = text.nfd().filter(|&c| !is_combining_mark(c) || is_voicing(c)).collect();
    let plain = if plain.contains(is_voicing) { plain.nfc().collect() } else { plain };
    (plain != text).then_some(plain)
}

/// The stemmer of a language.
fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "ar" => Algorithm::Arabic,
        "ca" => Algorithm::Catalan,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "eo" => Algorithm::Esperanto,
        "es" => Algorithm::Spanish,
        "et" => Algorithm::Estonian,
        "eu" => Algorithm::Basque,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "ga" => Algorithm::Irish,
        "hi" => Algorithm::Hindi,
        "hu" => Algorithm::Hungarian,
        "hy" => Algorithm::Armenian,
        "id" => Algorithm::Indonesian,
        "it" => Algorithm::Italian,
        "lt" => Algorithm::Lithuanian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "ne" => Algorithm::Nepali,
        "nl" => Algorithm::Dutch,
        "pl" => Algorithm::Polish,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sr" => Algorithm::Serbian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        "yi" => Algorithm::Yiddish,
        _ => return None,
    })
}
