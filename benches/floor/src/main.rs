//! Reads, converts and writes all Markdown files of a folder with nothing else: `floor SOURCE OUTPUT`.
//!
//! The least that a site generator with this parser has to do for these documents.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;
use walkdir::WalkDir;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(source), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: floor SOURCE OUTPUT".into());
    };
    let entries = WalkDir::new(&source).into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path());
    let documents: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    documents.par_iter().try_for_each(|path| convert(path, &source, &output))
}

fn convert(path: &Path, source: &Path, output: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let bytes = fs::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut page = String::with_capacity(text.len() * 2);
    html::push_html(&mut page, Parser::new_ext(&text, options));
    let target = output.join(path.strip_prefix(source)?).with_extension("html");
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(target, page)?)
}
