//! Walks a folder and reads what is to be read.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::ignored::{is_ignored, is_repository};
use super::open::{kind, may_read, open_below, place};
use super::{Content, Copying, Fault, copying, folder_of, is_markdown, is_read};
use crate::config::{SourceConfig, gitignore};
use crate::formats::Trust;

/// Largest document or data file that is read, in bytes.
pub const LARGEST: u64 = 16 << 20;

/// How many folders deep a document or data file that is read may be. Each folder has a page, whose links to the rest of
/// the site climb out of all folders above it.
pub const MOST_FOLDERS: usize = 100;

/// The files of a folder.
#[derive(Debug, Default)]
pub struct Scan {
    /// Whether the folder exists.
    pub present: bool,
    /// Paths relative to the folder, with what is in them.
    pub files: Vec<(Arc<str>, Content)>,
    /// Symbolic links.
    pub links: Vec<Link>,
}

/// A symbolic link of a source.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its path.
    pub path: Arc<str>,
    /// Where on disk it leads, if anywhere.
    pub place: Option<PathBuf>,
    /// The path within the source that it stands for, where that is part of the source: references through the link
    /// lead there, and it is read there alone.
    pub target: Option<Arc<str>>,
}

/// Reads a source's folder. What cannot be read is part of the result, as [`Content::Fault`]. `others` are the folders
/// of all sources.
pub fn scan(root: &Path, config: &SourceConfig, others: &[PathBuf]) -> Scan {
    if !root.is_dir() {
        return Scan::default();
    }
    let mut scan = scan_at(root, config, others, "");
    scan.files.sort_by(|a, b| a.0.cmp(&b.0));
    scan
}

/// Reads what is at a path of a source now, and below it: one file, a folder, or nothing.
pub fn scan_at(root: &Path, config: &SourceConfig, others: &[PathBuf], at: &str) -> Scan {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let start = if at.is_empty() { root.clone() } else { place(&root, at) };
    let others = others.iter().filter_map(|other| other.canonicalize().ok());
    let others = others.filter(|other| *other != root && other.starts_with(&root)).collect();
    let walker = Walker { exclude: gitignore(&root, &config.exclude), config, others, root: &root };
    // What a walk from the root would not have entered.
    let mut above = start.ancestors().skip(1).take_while(|folder| *folder != root);
    if !at.is_empty() && above.any(|folder| walker.is_left_out(folder, true) || folder.is_symlink()) {
        return Scan::default();
    }
    let (mut entries, mut files) = (Vec::new(), Vec::new());
    let walk = WalkDir::new(&start).follow_root_links(false).into_iter();
    for entry in walk.filter_entry(|entry| !walker.leaves_out(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => entries.push(entry),
            Err(error) => files.extend(walker.unreadable(&error)),
        }
    }
    // One file is the usual case of an edit, and quicker without other threads.
    let read: Vec<Entry> = match entries.as_slice() {
        [one] => vec![walker.read(one)],
        _ => entries.par_iter().map(|entry| walker.read(entry)).collect(),
    };
    let mut links = Vec::new();
    for entry in read {
        files.extend(entry.files);
        links.extend(entry.link);
    }
    Scan { present: root.is_dir(), files, links }
}

/// What a name in a folder turned out to be.
#[derive(Default)]
struct Entry {
    files: Vec<(Arc<str>, Content)>,
    link: Option<Link>,
}

struct Walker<'a> {
    /// The source's folder, as the system names it.
    root: &'a Path,
    config: &'a SourceConfig,
    exclude: Gitignore,
    /// Folders of other sources below this one's.
    others: Vec<PathBuf>,
}

impl Walker<'_> {
    fn leaves_out(&self, entry: &DirEntry) -> bool {
        entry.path() != self.root && self.is_left_out(entry.path(), entry.file_type().is_dir())
    }

    /// Whether a file or folder is no part of the source, apart from the folders that it is in.
    fn is_left_out(&self, path: &Path, is_folder: bool) -> bool {
        path.file_name().is_some_and(|name| is_ignored(&name.to_string_lossy()))
            || self.exclude.matched(path, is_folder).is_ignore()
            || (is_folder && is_repository(path))
    }

    /// Whether what a link leads to is no part of the source: every rule for its own path holds, and a link is no way
    /// into another source.
    fn is_hidden(&self, target: &Path, is_folder: bool) -> bool {
        let below = |path: &&Path| *path != self.root;
        self.is_left_out(target, is_folder)
            || target.ancestors().skip(1).take_while(below).any(|folder| self.is_left_out(folder, true))
            || self.others.iter().any(|other| target.starts_with(other))
    }

    fn read(&self, entry: &DirEntry) -> Entry {
        let Ok(relative) = entry.path().strip_prefix(self.root) else { return Entry::default() };
        let path = slashed(relative);
        if relative.to_str().is_none() {
            return Entry { files: vec![(path.into(), Content::Fault(Fault::Name))], link: None };
        }
        if entry.path_is_symlink() {
            return self.read_link(entry.path(), path);
        }
        let content = match kind(entry.file_type()) {
            Some(kind) => Content::Fault(Fault::Unreadable(kind.into())),
            None => self.content(&path, &path),
        };
        Entry { files: vec![(path.into(), content)], link: None }
    }

    /// What is in the regular file at a path, read for what stands at another.
    fn content(&self, file: &str, path: &str) -> Content {
        if is_read(path, self.config) {
            if path.matches('/').count() > MOST_FOLDERS {
                return Content::Fault(Fault::TooDeep);
            }
            return read(self.root, file, self.config);
        }
        // A file that pages may show is not opened before it is known that one does.
        if copying(path, self.config) != Copying::Never && !may_read(&place(self.root, file)) {
            return Content::Fault(Fault::Unreadable("permission denied".into()));
        }
        Content::Other
    }

    /// A link stands for what it leads to, which is read at its own path and has one page. Only what a file is for
    /// because of its path, such as the data of a group, is read where the link is.
    fn read_link(&self, link: &Path, path: String) -> Entry {
        let place = link.canonicalize().ok();
        let fault = |fault| {
            let link = Link { path: path.as_str().into(), place: place.clone(), target: None };
            Entry { files: vec![(path.as_str().into(), Content::Fault(fault))], link: Some(link) }
        };
        let Some(target) = &place else {
            return fault(Fault::Dangling);
        };
        let Ok(relative) = target.strip_prefix(self.root) else { return fault(Fault::Outside) };
        if relative.to_str().is_none() {
            return fault(Fault::Name);
        }
        let relative = slashed(relative);
        let Ok(metadata) = target.symlink_metadata() else {
            return fault(Fault::Dangling);
        };
        let is_folder = metadata.is_dir();
        if self.is_hidden(target, is_folder) {
            return fault(Fault::Hidden);
        }
        if let Some(kind) = kind(metadata.file_type()).filter(|_| !is_folder) {
            return fault(Fault::Unreadable(kind.into()));
        }
        let own = |file: String, path: String| {
            let use_here = use_of(&path, self.config);
            let is_own = use_here != Use::Other && use_here != use_of(&file, self.config);
            is_own.then(|| (path.as_str().into(), self.content(&file, &path)))
        };
        let files = if is_folder {
            self.data_of(target, &relative, &path, own)
        } else {
            own(relative.clone(), path.clone()).into_iter().collect()
        };
        let link = Link { path: path.into(), place: place.clone(), target: Some(relative.into()) };
        Entry { files, link: Some(link) }
    }

    /// The files of a linked folder that are read where the link is: those of a folder that only holds data.
    fn data_of(
        &self,
        folder: &Path,
        target: &str,
        path: &str,
        own: impl Fn(String, String) -> Option<(Arc<str>, Content)>,
    ) -> Vec<(Arc<str>, Content)> {
        if use_of(&format!("{path}/x.toml"), self.config) == Use::Other && path != ROLES {
            return Vec::new();
        }
        let entries =
            WalkDir::new(folder).max_depth(1).sort_by_file_name().into_iter().filter_map(Result::ok);
        let files =
            entries.filter(|entry| entry.file_type().is_file() && !self.is_left_out(entry.path(), false));
        let names = files.filter_map(|entry| entry.file_name().to_str().map(str::to_owned));
        names.filter_map(|name| own(format!("{target}/{name}"), format!("{path}/{name}"))).collect()
    }

    /// What the walk says of a folder that it could not enter.
    fn unreadable(&self, error: &walkdir::Error) -> Option<(Arc<str>, Content)> {
        let relative = error.path()?.strip_prefix(self.root).ok()?;
        let system = error.io_error()?;
        // Gone since its folder was listed.
        if system.kind() == std::io::ErrorKind::NotFound {
            return None;
        }
        Some((slashed(relative).into(), Content::Fault(Fault::Folder(system.to_string()))))
    }
}

/// The folder of roles in a handbook.
const ROLES: &str = "roles";

/// What a file is for, as its path says.
#[derive(PartialEq, Eq)]
enum Use {
    /// Data of a kind.
    Data(&'static str),
    /// A document of a handbook; whether it is part of the home page, or of the pages of roles.
    Document { home: bool, role: bool },
    /// Anything that is the same wherever it is.
    Other,
}

fn use_of(path: &str, config: &SourceConfig) -> Use {
    if let Some(data) = config.format.holds(path) {
        return Use::Data(data);
    }
    if !config.trust.is_own() || !is_markdown(path) {
        return Use::Other;
    }
    let folder = folder_of(path);
    Use::Document { home: folder.is_empty(), role: folder == ROLES }
}

/// What is in one file; `path` is relative to the source's root.
pub(super) fn read(root: &Path, path: &str, config: &SourceConfig) -> Content {
    match bytes(root, path) {
        Ok((_, size)) if size > LARGEST => Content::Fault(Fault::TooLarge(size)),
        Ok((bytes, _)) => match String::from_utf8(bytes) {
            Ok(text) => Content::Text(text.into()),
            Err(error) => {
                let (line, column) = not_utf8(&error);
                let fault = Fault::NotUtf8 { line, column };
                match config.trust {
                    Trust::Own => Content::Fault(fault),
                    Trust::Mounted => {
                        Content::Repaired(String::from_utf8_lossy(error.as_bytes()).into(), fault)
                    }
                }
            }
        },
        Err(error) => Content::Fault(Fault::Unreadable(error.to_string())),
    }
}

/// Line and column, from 1, of the first byte that is not UTF-8.
pub fn not_utf8(error: &std::string::FromUtf8Error) -> (u32, u32) {
    let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let line_start = memchr::memrchr(b'\n', valid).map_or(0, |i| i + 1);
    let line = 1 + memchr::memchr_iter(b'\n', valid).count() as u32;
    (line, 1 + String::from_utf8_lossy(&valid[line_start..]).chars().count() as u32)
}

/// At most one byte more than [`LARGEST`], however large the file says it is, and its size.
fn bytes(root: &Path, path: &str) -> std::io::Result<(Vec<u8>, u64)> {
    let file = open_below(root, path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    // Room for all of it, and for seeing that there is no more: without it, the system is asked ten times a file.
    let mut bytes = Vec::with_capacity(size.min(LARGEST) as usize + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    let size = size.max(bytes.len() as u64);
    Ok((bytes, size))
}

/// A relative path with `/`. A name that is not Unicode keeps what can be shown of it.
pub fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
