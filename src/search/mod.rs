//! The search index of the entries from [`crate::pages::search_entries`].
//!
//! The files are those that Pagefind would write, and its client queries them in the browser. Pagefind itself reads each
//! entry from an HTML page, on one thread, which takes several times as long.

mod client;
mod encoding;
mod page;
mod postings;
mod spelling;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::pages::SearchEntry;
use encoding::{Cbor, ContentNames, compress};
use page::{Page, PageText};
use postings::{Chunk, Postings};
use words::Language;

/// The folder of the index within the site. Pagefind's client derives the site's address from this name.
pub use crate::model::SEARCH_FOLDER as FOLDER;

/// Files by path within the site, sorted.
pub type IndexFiles = Vec<(String, Vec<u8>)>;

/// Number of pages per file of fragments, at most. Smaller files take longer to write and publish, larger ones to load.
const FRAGMENTS: usize = 12;

/// Builds the index of some entries, and includes the client. The output is deterministic.
pub fn index(entries: Vec<(String, SearchEntry)>, language: &str) -> IndexFiles {
    let tag = language.to_lowercase();
    let words = spelling::words(&entries);
    let mut index = Index::new(entries, &tag);
    let name = index.add_meta();
    index.files.par_iter_mut().for_each(|(_, bytes)| *bytes = compress(bytes));
    let Index { mut files, pages, .. } = index;
    files.push(("words.json".to_owned(), words));
    files.extend(client::files(&tag, &name, pages.len()));
    for (path, _) in &mut files {
        path.insert_str(0, &format!("{FOLDER}/"));
    }
    files.sort();
    files
}

/// The files of an index, not yet compressed.
struct Index {
    files: IndexFiles,
    /// Prefix of all names: the language.
    prefix: String,
    pages: Vec<PageMeta>,
    /// Each file of words: the first word, the last word, its name.
    chunks: Vec<[String; 3]>,
    /// File by name of the filter.
    filters: BTreeMap<&'static str, String>,
    fields: Vec<&'static str>,
}

/// A page as the client knows it before it loads its fragment.
struct PageMeta {
    id: String,
    words: usize,
    /// The file of its fragment.
    file: String,
}

impl Index {
    fn new(entries: Vec<(String, SearchEntry)>, tag: &str) -> Self {
        let language = Language::new(tag);
        let mut pages: Vec<Page> =
            entries.into_par_iter().map(|(url, entry)| Page::new(&url, &entry, &language)).collect();
        // Pagefind leaves out pages without text, too.
        pages.retain(|page| page.words > 0);
        let fields: BTreeSet<&str> = pages.iter().flat_map(|page| page.meta.keys().copied()).collect();
        let mut index = Self {
            files: Vec::new(),
            prefix: format!("{tag}_"),
            pages: Vec::new(),
            chunks: Vec::new(),
            filters: BTreeMap::new(),
            fields: fields.into_iter().collect(),
        };
        index.add_words(&mut pages, &language);
        index.add_filters(&pages);
        index.add_fragments(&pages);
        index
    }

    fn add_words(&mut self, pages: &mut [Page], language: &Language) {
        let mut postings = Postings::new(language);
        for (number, page) in (0..).zip(pages) {
            postings.add(number, page, &self.fields);
            // Nothing else reads the text, which takes more memory than the index.
            page.text = PageText::default();
        }
        let mut names = ContentNames::default();
        for Chunk { from, to, bytes } in postings.chunks() {
            let name = names.name(&self.prefix, &bytes);
            self.files.push((format!("index/{name}.pf_index"), bytes));
            self.chunks.push([from, to, name]);
        }
    }

    fn add_filters(&mut self, pages: &[Page]) {
        let mut filters: BTreeMap<&'static str, BTreeMap<&str, Vec<i64>>> = BTreeMap::new();
        for (number, page) in (0..).zip(pages) {
            for (filter, values) in &page.filters {
                for value in values {
                    filters.entry(filter).or_default().entry(value).or_default().push(number);
                }
            }
        }
        let mut names = ContentNames::default();
        for (filter, values) in filters {
            let mut cbor = Cbor::default();
            cbor.array(2).text(filter).array(values.len());
            for (value, pages) in values {
                cbor.array(2).text(value).numbers(&pages);
            }
            let bytes = cbor.into_bytes();
            let name = names.name(&self.prefix, &bytes);
            self.files.push((format!("filter/{name}.pf_filter"), bytes));
            self.filters.insert(filter, name);
        }
    }

    fn add_fragments(&mut self, pages: &[Page]) {
        let mut names = ContentNames::default();
        let pages: Vec<(String, &Page)> =
            (0..pages.len()).map(|number| number.to_string()).zip(pages).collect();
        for group in pages.chunks(even(pages.len(), FRAGMENTS)) {
            let fragments = group.iter().map(|(id, page)| format!("\"{id}\":{}", page.fragment));
            let bytes = format!("{{{}}}", fragments.collect::<Vec<_>>().join(",")).into_bytes();
            let name = names.name(&format!("{}group_", self.prefix), &bytes);
            self.files.push((format!("fragment/{name}.pf_fragment"), bytes));
            self.pages.extend(group.iter().map(|(id, page)| PageMeta {
                id: id.clone(),
                words: page.words,
                file: name.clone(),
            }));
        }
    }

    /// Adds the list of all other files, and returns its name.
    fn add_meta(&mut self) -> String {
        let mut cbor = Cbor::default();
        cbor.array(6).text(client::VERSION).array(self.pages.len());
        for page in &self.pages {
            cbor.array(3).text(&page.id).number(page.words as i64).text(&page.file);
        }
        cbor.array(self.chunks.len());
        for [from, to, name] in &self.chunks {
            cbor.array(3).text(from).text(to).text(name);
        }
        cbor.array(self.filters.len());
        for (filter, name) in &self.filters {
            cbor.array(2).text(filter).text(name);
        }
        // No sort orders.
        cbor.array(0).array(self.fields.len());
        for field in &self.fields {
            cbor.text(field);
        }
        let bytes = cbor.into_bytes();
        let name = ContentNames::default().name(&self.prefix, &bytes);
        self.files.push((format!("pagefind.{name}.pf_meta"), bytes));
        name
    }
}

/// The size of parts of about equal size, of at most `limit` items each.
fn even(items: usize, limit: usize) -> usize {
    items.div_ceil(items.div_ceil(limit).max(1)).max(1)
}
