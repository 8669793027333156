//! Pagefind's client: the scripts and the WebAssembly that query the index in the browser.

use std::io;

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;
use serde_json::{Value, json};

use super::Files;

/// The client for one language.
pub(super) struct Client {
    /// Its scripts and its WebAssembly, by name.
    pub files: Files,
    /// Its description of the index, to be completed by [`Client::entry`].
    entry: Value,
}

impl Client {
    /// # Errors
    /// If no thread can be started, or Pagefind's error.
    pub(super) fn new(language: &str) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let mut files = runtime.block_on(files(language)).map_err(io::Error::other)?;
        let entry = files.iter().position(|(name, _)| name == ENTRY).map(|at| files.swap_remove(at).1);
        let entry = serde_json::from_slice(&entry.unwrap_or_default())?;
        // Pagefind adds its WebAssembly file for unknown languages beside that of the site's language.
        if files.iter().filter(|(name, _)| name.starts_with("wasm.")).count() > 1 {
            files.retain(|(name, _)| name != "wasm.unknown.pagefind");
        }
        Ok(Self { files, entry })
    }

    /// The version of the format.
    pub(super) fn version(&self) -> &str {
        self.entry["version"].as_str().unwrap_or_default()
    }

    /// The file that the client reads first: the language of the index, its name and its number of pages.
    pub(super) fn entry(&self, language: &str, hash: &str, pages: usize) -> (String, Vec<u8>) {
        let mut entry = self.entry.clone();
        entry["languages"][language]["hash"] = json!(hash);
        entry["languages"][language]["page_count"] = json!(pages);
        (ENTRY.to_owned(), entry.to_string().into_bytes())
    }
}

const ENTRY: &str = "pagefind-entry.json";

/// The files that Pagefind writes beside an index, here one of a single word.
async fn files(language: &str) -> Result<Files, Box<dyn std::error::Error + Send + Sync>> {
    let options = PagefindServiceConfig::builder().force_language(language.to_owned()).build();
    let mut index = PagefindIndex::new(Some(options))?;
    index.add_custom_record("/".to_owned(), "word".to_owned(), language.to_owned(), None, None, None).await?;
    let files = index.get_files().await?.into_iter().filter_map(|file| {
        let name = file.filename.to_string_lossy().into_owned();
        is_needed(&name).then_some((name, file.contents))
    });
    Ok(files.collect())
}

/// True for the client without its user interfaces.
fn is_needed(name: &str) -> bool {
    matches!(name, "pagefind.js" | "pagefind-worker.js" | ENTRY) || name.starts_with("wasm.")
}
