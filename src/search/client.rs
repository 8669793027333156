//! Pagefind's client: the scripts and the WebAssembly that query the index in the browser. They are in the folder
//! `client`, as the crate `pagefind` writes them, so that the program need not compile that crate.

use include_dir::{Dir, include_dir};
use serde_json::json;

use super::IndexFiles;
use super::words::CONNECTORS;

/// The version of the format.
pub(super) const VERSION: &str = "1.6.0";

/// The scripts, and the WebAssembly by language: they differ in the rules for stems.
static CLIENT: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/search/client");

/// The file that the client reads first.
pub(super) const ENTRY: &str = "pagefind-entry.json";

/// The client for one language, in lowercase, and the file that it reads first: the name of the index of all other
/// files, and the number of pages.
pub(super) fn files(language: &str, hash: &str, pages: usize) -> IndexFiles {
    let base = language.split('-').next().unwrap_or(language);
    let stemming = CLIENT.get_file(format!("wasm/{base}.pagefind"));
    let name = if stemming.is_some() { language } else { UNKNOWN };
    let wasm = stemming.or_else(|| CLIENT.get_file(format!("wasm/{UNKNOWN}.pagefind")));
    let scripts = ["pagefind.js", "pagefind-worker.js"].map(|name| (name.to_owned(), CLIENT.get_file(name)));
    let files = scripts.into_iter().chain([(format!("wasm.{name}.pagefind"), wasm)]);
    let mut files: IndexFiles =
        files.filter_map(|(name, file)| Some((name, file?.contents().to_vec()))).collect();
    let entry = json!({
        "version": VERSION,
        "languages": { language: { "hash": hash, "wasm": stemming.map(|_| language), "page_count": pages } },
        "include_characters": CONNECTORS,
    });
    files.push((ENTRY.to_owned(), entry.to_string().into_bytes()));
    files
}

/// Pagefind's name of a language without rules for stems.
const UNKNOWN: &str = "unknown";
