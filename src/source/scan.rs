//! Walks a folder and reads what is to be read.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{Content, Fault, is_read};
use crate::config::{Format, SourceConfig, gitignore};

/// Largest document or data file that is read, in bytes.
pub const LARGEST: u64 = 16 << 20;

/// The files of a folder.
#[derive(Debug, Default)]
pub struct Scan {
    /// Whether the folder exists.
    pub present: bool,
    /// Paths relative to the folder, with what is in them.
    pub files: Vec<(Arc<str>, Content)>,
    /// Symbolic links, and where on disk they lead.
    pub links: Vec<(Arc<str>, PathBuf)>,
}

/// Reads a source's folder. What cannot be read is part of the result, as [`Content::Fault`].
pub fn scan(root: &Path, config: &SourceConfig) -> Scan {
    if !root.is_dir() {
        return Scan::default();
    }
    let mut scan = scan_at(root, config, "");
    scan.files.sort_by(|a, b| a.0.cmp(&b.0));
    scan
}

/// Reads what is at a path of a source now, and below it: one file, a folder, or nothing.
pub fn scan_at(root: &Path, config: &SourceConfig, at: &str) -> Scan {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let start = asset_path(&root, at);
    let exclude = gitignore(&root, &config.exclude);
    let is_excluded = |path: &Path, is_folder| {
        path.file_name().is_some_and(|name| name == ".git") || exclude.matched(path, is_folder).is_ignore()
    };
    // What a walk from the root would not have entered.
    let above = start.ancestors().skip(1).take_while(|folder| *folder != root);
    if !at.is_empty() && above.clone().any(|folder| is_excluded(folder, true) || folder.is_symlink()) {
        return Scan::default();
    }
    let entries: Vec<walkdir::DirEntry> = WalkDir::new(&start)
        .follow_root_links(false)
        .into_iter()
        .filter_entry(|entry| entry.path() == root || !is_excluded(entry.path(), entry.file_type().is_dir()))
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir())
        .collect();
    let read_entry = |entry: &walkdir::DirEntry| {
        let Ok(relative) = entry.path().strip_prefix(&root) else { return Vec::new() };
        let path = slashed(relative);
        if entry.path_is_symlink() {
            return linked(entry.path(), &path, &root, config);
        }
        let content = read(entry.path(), &path, config);
        vec![(path.into(), content)]
    };
    // One file is the usual case of an edit, and quicker without other threads.
    let files = match entries.as_slice() {
        [one] => read_entry(one),
        _ => entries.par_iter().flat_map_iter(read_entry).collect(),
    };
    let links = entries.iter().filter(|entry| entry.path_is_symlink()).filter_map(|entry| {
        let path = slashed(entry.path().strip_prefix(&root).ok()?);
        Some((path.into(), entry.path().canonicalize().ok()?))
    });
    Scan { present: root.is_dir(), files, links: links.collect() }
}

/// What is in one file; `path` is relative to the source's root.
pub fn read(file: &Path, path: &str, config: &SourceConfig) -> Content {
    if !is_read(path, config) {
        return Content::Other;
    }
    match bytes(file) {
        Ok(bytes) if bytes.len() as u64 > LARGEST => {
            let size = file.metadata().map_or(bytes.len() as u64, |metadata| metadata.len());
            Content::Fault(Fault::TooLarge(size))
        }
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Content::Text(text.into()),
            Err(error) => {
                let fault = not_utf8(&error);
                match config.format {
                    Format::Handbook => Content::Fault(fault),
                    Format::KubernetesCommunity | Format::Markdown => {
                        Content::Repaired(String::from_utf8_lossy(error.as_bytes()).into(), fault)
                    }
                }
            }
        },
        Err(error) => Content::Fault(Fault::Unreadable(error.to_string())),
    }
}

/// The place of the first byte that is not UTF-8.
fn not_utf8(error: &std::string::FromUtf8Error) -> Fault {
    let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let line_start = memchr::memrchr(b'\n', valid).map_or(0, |i| i + 1);
    Fault::NotUtf8 {
        line: 1 + memchr::memchr_iter(b'\n', valid).count() as u32,
        column: 1 + String::from_utf8_lossy(&valid[line_start..]).chars().count() as u32,
    }
}

/// The place of a file on disk, for copying.
pub fn asset_path(root: &Path, path: &str) -> PathBuf {
    path.split('/').fold(root.to_path_buf(), |folder, part| folder.join(part))
}

/// At most one byte more than [`LARGEST`], however large the file says it is.
fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(file)?;
    let said = file.metadata().map_or(0, |metadata| metadata.len()).min(LARGEST);
    // Room for all of it, and for seeing that there is no more: without it, the system is asked ten times a file.
    let mut bytes = Vec::with_capacity(said as usize + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A symbolic link stands for the file or the folder it leads to, while that is inside the source.
/// Links below a linked folder are not followed, so that a circle of links ends.
fn linked(link: &Path, path: &str, root: &Path, config: &SourceConfig) -> Vec<(Arc<str>, Content)> {
    let Ok(target) = link.canonicalize() else {
        return vec![(
            path.into(),
            Content::Fault(Fault::Unreadable("the symbolic link leads nowhere".into())),
        )];
    };
    if !target.starts_with(root) {
        return vec![(path.into(), Content::Fault(Fault::Outside))];
    }
    if target.is_file() {
        return vec![(path.into(), read(&target, path, config))];
    }
    if root.starts_with(&target) || link.starts_with(&target) {
        return Vec::new();
    }
    WalkDir::new(&target)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let below = entry.path().strip_prefix(&target).ok()?;
            let path = format!("{path}/{}", slashed(below));
            let content = read(entry.path(), &path, config);
            Some((path.into(), content))
        })
        .collect()
}

/// A relative path with `/`. A name that is not Unicode keeps what can be shown of it.
pub fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
