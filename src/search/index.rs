//! Builds a Pagefind index from search entries.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;

use crate::html::escape;
use crate::pages::SearchEntry;
use crate::url;

/// The folder of the index within the site. Pagefind's client derives the site's address from this name.
pub use crate::model::SEARCH_FOLDER as FOLDER;

/// Files by path within the site, sorted.
pub type Files = Vec<(String, Vec<u8>)>;

/// Number of entries per fragment file. Smaller files take longer to write and publish, larger ones to load.
const FRAGMENT_ENTRIES: usize = 12;

/// Weight of section headings relative to running text.
const HEADING_WEIGHT: f32 = 3.0;

/// Builds the index of some entries, and includes the client. The output is deterministic.
///
/// # Errors
/// If no thread can be started, or Pagefind's error.
pub fn index(entries: &[(String, SearchEntry)], language: &str) -> io::Result<Files> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    // A separate pool, because the build's threads render pages and would not pick up other work meanwhile.
    let threads = rayon::ThreadPoolBuilder::new().build().map_err(io::Error::other)?;
    threads.install(|| runtime.block_on(files(entries, language))).map_err(io::Error::other)
}

async fn files(
    entries: &[(String, SearchEntry)],
    language: &str,
) -> Result<Files, Box<dyn std::error::Error + Send + Sync>> {
    let options = PagefindServiceConfig::builder()
        .force_language(language.to_lowercase())
        .max_fragments(u32::try_from(entries.len().div_ceil(FRAGMENT_ENTRIES)).unwrap_or(u32::MAX))
        .build();
    let mut index = PagefindIndex::new(Some(options))?;
    for (url, entry) in entries {
        let fragment = entry.fragment.iter().map(|fragment| format!("#{fragment}"));
        let url = url::below("", url) + &fragment.collect::<String>();
        index.add_html_file(None, Some(url), page(entry)).await?;
    }
    let files = index.get_files().await?.into_iter().filter_map(|file| {
        let name = file.filename.to_string_lossy().replace('\\', "/");
        is_needed(&name).then(|| (format!("{FOLDER}/{name}"), file.contents))
    });
    let mut files: Files = files.collect();
    files.push((format!("{FOLDER}/words.json"), words(entries)));
    // Pagefind adds its WebAssembly file for unknown languages beside that of the site's language.
    if files.iter().filter(|(path, _)| path.contains("/wasm.")).count() > 1 {
        files.retain(|(path, _)| !path.ends_with("/wasm.unknown.pagefind"));
    }
    files.sort();
    Ok(files)
}

/// The kinds of entry whose names readers may misspell.
const NAMED: [&str; 6] = ["group", "person", "role", "skill", "term", "guide"];
/// The shortest word that is corrected, in characters.
const SHORTEST: usize = 4;

/// The words of names, with which the client corrects misspelled words of a query: a JSON list in alphabetical order.
fn words(entries: &[(String, SearchEntry)]) -> Vec<u8> {
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

/// True for the index and the client without its user interfaces.
fn is_needed(name: &str) -> bool {
    match name.rsplit_once('.') {
        Some((name, "js")) => matches!(name, "pagefind" | "pagefind-worker"),
        Some((_, "css")) => false,
        _ => true,
    }
}

/// Writes an entry as an HTML page for Pagefind.
fn page(entry: &SearchEntry) -> String {
    let mut page = String::from("<html><body><div data-pagefind-ignore>");
    let mut fact = |attribute: &str, name: &str, value: &str| {
        let _ = write!(page, "<b data-pagefind-{attribute}=\"{name}\">{}</b>", escape(value));
    };
    fact("meta", "title", &entry.title);
    fact("filter", "kind", entry.kind);
    fact("filter", "origin", entry.origin.id());
    for group in &entry.groups {
        fact("filter", "group", group);
    }
    if !entry.names.is_empty() {
        fact("meta", "names", &entry.names.join(" "));
    }
    if let Some(within) = &entry.within {
        fact("meta", "within", within);
    }
    page.push_str("</div>");
    for section in &entry.sections {
        if let Some((id, title)) = &section.heading {
            let weight = section.weight * HEADING_WEIGHT;
            let (id, title) = (escape(id), escape(title));
            let _ = write!(page, "<h2 id=\"{id}\" data-pagefind-weight=\"{weight}\">{title}</h2>");
        }
        if !section.text.is_empty() {
            let weight = section.weight;
            let _ = write!(page, "<p data-pagefind-weight=\"{weight}\">{}</p>", escape(&section.text));
        }
    }
    page.push_str("</body></html>");
    page
}
