//! The inverted index: the words of all pages, each with the places where it occurs.

use std::collections::HashMap;
use std::rc::Rc;

use rayon::prelude::*;

use super::encoding::Cbor;
use super::page::{Page, Token};
use super::words::{Language, Match, Word};

/// An occurrence of a word. The order is that of the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Posting {
    page: u32,
    part: PagePart,
    /// Number of the token.
    position: u32,
}

/// The part of a page that contains a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PagePart {
    /// The text, with the weight of the word.
    Text(u8),
    /// A field, by its number.
    Field(u8),
}

/// The words of all pages.
pub(super) struct Postings<'a> {
    language: &'a Language,
    /// The places of each word, by its id.
    places: Vec<Vec<Posting>>,
    ids: HashMap<Word, usize>,
    /// The words of each token so far, and whether they are parts of it.
    tokens: HashMap<String, Rc<[(usize, bool)]>>,
}

/// Number of places per file of words, at least.
const CHUNK: usize = 20_000;

/// A file of words.
pub(super) struct Chunk {
    /// The first and the last word, cut where they differ from those of the neighboring files.
    pub from: String,
    pub to: String,
    pub bytes: Vec<u8>,
}

impl<'a> Postings<'a> {
    pub(super) fn new(language: &'a Language) -> Self {
        Self { language, places: Vec::new(), ids: HashMap::new(), tokens: HashMap::new() }
    }

    /// Adds a page. `fields` are the names of all fields, sorted.
    pub(super) fn add(&mut self, number: u32, page: &Page, fields: &[&str]) {
        let mut previous: Option<&Token> = None;
        for (position, token) in (0..).zip(&page.text.tokens) {
            let before = previous.filter(|_| token.is_joined).map(|previous| page.text.of(previous));
            self.add_token(number, position, page.text.of(token), token.weight, before);
            previous = Some(token);
        }
        for (field, text) in &page.meta {
            let field = fields.iter().position(|name| name == field).unwrap_or_default();
            let part = PagePart::Field(u8::try_from(field).unwrap_or_default());
            for (position, token) in (0..).zip(text.split_whitespace()) {
                for &(word, _) in &*self.words_of(token) {
                    self.places[word].push(Posting { page: number, part, position });
                }
            }
        }
    }

    /// Adds a token. `before` is the token before it, if no space separates them.
    fn add_token(&mut self, page: u32, position: u32, token: &str, weight: u8, before: Option<&str>) {
        let words = self.words_of(token);
        let pair = before.and_then(|before| self.language.pair_across(before, token));
        let pair = pair.map(|word| self.id(word)).filter(|pair| words.iter().all(|(word, _)| word != pair));
        // The parts of a compound share its weight.
        let parts = words.iter().filter(|(_, is_part)| *is_part).count() + usize::from(pair.is_some());
        let shared = u8::try_from(parts).unwrap_or(u8::MAX).max(1);
        let of_part = (weight / shared).max(1);
        for &(word, is_part) in &*words {
            let part = PagePart::Text(if is_part { of_part } else { weight });
            self.places[word].push(Posting { page, part, position });
        }
        // A pair is found where it begins.
        if let (Some(pair), Some(position)) = (pair, position.checked_sub(1)) {
            let is_new = |place: &Posting| (place.page, place.position) != (page, position);
            if self.places[pair].last().is_none_or(is_new) {
                self.places[pair].push(Posting { page, part: PagePart::Text(of_part), position });
            }
        }
    }

    fn words_of(&mut self, token: &str) -> Rc<[(usize, bool)]> {
        if let Some(words) = self.tokens.get(token) {
            return words.clone();
        }
        let matches = self.language.matches(token).into_iter();
        let words: Rc<[_]> = matches.map(|Match { word, is_part }| (self.id(word), is_part)).collect();
        self.tokens.insert(token.to_owned(), words.clone());
        words
    }

    fn id(&mut self, word: Word) -> usize {
        *self.ids.entry(word).or_insert_with(|| {
            self.places.push(Vec::new());
            self.places.len() - 1
        })
    }

    /// The files of the index.
    pub(super) fn chunks(mut self) -> Vec<Chunk> {
        let mut words: Vec<(Word, Vec<Posting>)> =
            self.ids.into_iter().map(|(word, id)| (word, std::mem::take(&mut self.places[id]))).collect();
        words.par_sort_unstable();
        // The forms of a word with and without diacritics.
        let words: Vec<&mut [(Word, Vec<Posting>)]> =
            words.chunk_by_mut(|one, other| one.0.stem == other.0.stem).collect();
        let encoded: Vec<Encoded> = words.into_par_iter().map(Encoded::new).collect();
        let mut chunks = Vec::new();
        let mut rest = &encoded[..];
        while !rest.is_empty() {
            let mut size = 0;
            let end = rest.iter().position(|word| {
                size += word.size;
                size >= CHUNK
            });
            let (chunk, others) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            chunks.push(Chunk::new(chunk));
            rest = others;
        }
        for at in 1..chunks.len() {
            let (left, right) = chunks.split_at_mut(at);
            separate(&mut left[at - 1], &mut right[0]);
        }
        chunks
    }
}

/// Cuts the words between two neighboring files after the first character that differs.
fn separate(left: &mut Chunk, right: &mut Chunk) {
    let common = left.to.chars().zip(right.from.chars()).take_while(|(one, other)| one == other).count();
    let cut = |word: &str| word.chars().take(common + 1).collect::<String>();
    let to = cut(&left.to);
    right.from = cut(&right.from);
    if to >= left.from {
        left.to = to;
    }
}

/// A word as it is written to a file.
struct Encoded {
    stem: String,
    bytes: Vec<u8>,
    /// Number of places and of pages.
    size: usize,
}

impl Encoded {
    /// Encodes the forms of a word, sorted.
    fn new(forms: &mut [(Word, Vec<Posting>)]) -> Self {
        let stem = forms[0].0.stem.clone();
        let mut cbor = Cbor::default();
        cbor.array(3).text(&stem);
        let (plain, accented) = match forms {
            [(Word { accented: None, .. }, places), others @ ..] => (&mut places[..], others),
            others => (&mut [][..], others),
        };
        let mut size = pages(&mut cbor, plain);
        cbor.array(accented.len());
        for (word, places) in accented {
            cbor.array(2).text(word.accented.as_deref().unwrap_or_default());
            size += pages(&mut cbor, places) + 1;
        }
        Self { stem, bytes: cbor.into_bytes(), size }
    }
}

/// Encodes places by page. Returns the number of places and pages.
fn pages(cbor: &mut Cbor, places: &mut [Posting]) -> usize {
    places.sort_unstable();
    let pages = || places.chunk_by(|one, other| one.page == other.page);
    cbor.array(pages().count());
    let mut size = 0;
    let mut last = 0;
    for page in pages() {
        let number = page[0].page;
        let fields = page.partition_point(|place| matches!(place.part, PagePart::Text(_)));
        let (text, fields) =
            (positions(&page[..fields], Some(COMMON_WEIGHT)), positions(&page[fields..], None));
        size += text.len() + fields.len() + 1;
        cbor.array(3).number((number - last).into()).numbers(&text).numbers(&fields);
        last = number;
    }
    size
}

/// The weight that the client starts with.
const COMMON_WEIGHT: PagePart = PagePart::Text(25);

/// The positions of places, each relative to the last one. A negative number begins another weight or field.
fn positions(places: &[Posting], mut part: Option<PagePart>) -> Vec<i64> {
    let mut positions = Vec::with_capacity(places.len() + 1);
    let mut last = 0;
    for place in places {
        if part != Some(place.part) {
            let (PagePart::Text(value) | PagePart::Field(value)) = place.part;
            positions.push(-i64::from(value) - 1);
            part = Some(place.part);
            last = 0;
        }
        positions.push((place.position - last).into());
        last = place.position;
    }
    positions
}

impl Chunk {
    fn new(words: &[Encoded]) -> Self {
        let mut cbor = Cbor::default();
        cbor.array(1).array(words.len());
        for word in words {
            cbor.raw(&word.bytes);
        }
        let stem = |word: Option<&Encoded>| word.map(|word| word.stem.clone()).unwrap_or_default();
        Self { from: stem(words.first()), to: stem(words.last()), bytes: cbor.into_bytes() }
    }
}
