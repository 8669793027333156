//! Walks a folder and reads its files.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::git::ignored_by_git;
use super::ignored::{is_ignored, is_repository};
use super::open::{join, kind, may_read, open_below};
use super::{Content, Copying, FileFault, copying, folder_of, is_markdown, is_picture, is_read};
use crate::config::SourceConfig;
use crate::formats::Trust;

/// Maximum size of a document or data file in bytes.
pub const LARGEST: u64 = 16 << 20;

/// Maximum folder depth of a document or data file. Each folder has a page whose links climb out of all its parent
/// folders.
pub const MOST_FOLDERS: usize = 100;

/// The files of a folder.
#[derive(Debug, Default)]
pub struct Scan {
    /// True if the folder exists.
    pub present: bool,
    /// Paths relative to the folder, with their content.
    pub files: Vec<(Arc<str>, Content)>,
    /// Symbolic links.
    pub links: Vec<SymbolicLink>,
}

/// A symbolic link of a source.
#[derive(Clone, Debug)]
pub struct SymbolicLink {
    /// The path of the link.
    pub path: Arc<str>,
    /// The path of its target on disk, if it exists.
    pub disk_path: Option<PathBuf>,
    /// The path of the target within the source, if it is part of the source. The target is read at its own path
    /// only, and references through the link lead there.
    pub target: Option<Arc<str>>,
}

/// Reads the folder of a source. Files that cannot be read are part of the result, as [`Content::Fault`]. `others`
/// are the folders of all sources.
pub fn scan(root: &Path, config: &SourceConfig, others: &[PathBuf]) -> Scan {
    if !root.is_dir() {
        return Scan::default();
    }
    let mut scan = scan_at(root, config, others, "");
    scan.files.sort_by(|a, b| a.0.cmp(&b.0));
    scan
}

/// Reads a file or folder at a path of a source; the result is empty if there is none.
pub fn scan_at(root: &Path, config: &SourceConfig, others: &[PathBuf], at: &str) -> Scan {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let start = if at.is_empty() { root.clone() } else { join(&root, at) };
    let others = others.iter().filter_map(|other| other.canonicalize().ok());
    let others = others.filter(|other| *other != root && other.starts_with(&root)).collect();
    let walker = Walker { config, others, root: &root };
    // A walk from the root would not have entered these folders.
    let mut above = start.ancestors().skip(1).take_while(|folder| *folder != root);
    if !at.is_empty() && above.any(|folder| walker.is_left_out(folder, true) || folder.is_symlink()) {
        return Scan::default();
    }
    let (mut entries, mut files) = (Vec::new(), Vec::new());
    let walk = WalkDir::new(&start).follow_root_links(false).into_iter();
    for entry in walk.filter_entry(|entry| !walker.is_filtered(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => entries.push(entry),
            Err(error) => files.extend(walker.unreadable(&error)),
        }
    }
    // One file is the most common case of an edit, and faster without threads.
    let read: Vec<ScannedEntry> = match entries.as_slice() {
        [one] => vec![walker.read(one)],
        _ => entries.par_iter().map(|entry| walker.read(entry)).collect(),
    };
    let mut links = Vec::new();
    for entry in read {
        files.extend(entry.files);
        links.extend(entry.link);
    }
    walker.reject_private(&mut files);
    Scan { present: root.is_dir(), files, links }
}

/// The result of reading one directory entry.
#[derive(Default)]
struct ScannedEntry {
    files: Vec<(Arc<str>, Content)>,
    link: Option<SymbolicLink>,
}

struct Walker<'a> {
    /// The canonical path of the source's folder.
    root: &'a Path,
    config: &'a SourceConfig,
    /// Folders of other sources within this one.
    others: Vec<PathBuf>,
}

impl Walker<'_> {
    fn is_filtered(&self, entry: &DirEntry) -> bool {
        entry.path() != self.root && self.is_left_out(entry.path(), entry.file_type().is_dir())
    }

    /// True if a file or folder is excluded from the source, without considering its parent folders.
    fn is_left_out(&self, path: &Path, is_folder: bool) -> bool {
        path.file_name().is_some_and(|name| is_ignored(&name.to_string_lossy()))
            || path.strip_prefix(self.root).is_ok_and(|path| self.config.exclude.matches(path, is_folder))
            || (is_folder && is_repository(path))
    }

    /// True if the target of a link is not part of the source: any rule for its own path excludes it, or it is in
    /// another source.
    fn is_hidden(&self, target: &Path, is_folder: bool) -> bool {
        let below = |path: &&Path| *path != self.root;
        self.is_left_out(target, is_folder)
            || target.ancestors().skip(1).take_while(below).any(|folder| self.is_left_out(folder, true))
            || self.others.iter().any(|other| target.starts_with(other))
    }

    fn read(&self, entry: &DirEntry) -> ScannedEntry {
        let Ok(relative) = entry.path().strip_prefix(self.root) else { return ScannedEntry::default() };
        let path = slashed(relative);
        if relative.to_str().is_none() {
            return ScannedEntry { files: vec![(path.into(), Content::Fault(FileFault::Name))], link: None };
        }
        if entry.path_is_symlink() {
            return self.read_link(entry.path(), path);
        }
        let content = match kind(entry.file_type()) {
            Some(kind) => Content::Fault(FileFault::Unreadable(kind.into())),
            None => self.content(&path, &path),
        };
        ScannedEntry { files: vec![(path.into(), content)], link: None }
    }

    /// Reads the regular file `file` as the content for `path`.
    fn content(&self, file: &str, path: &str) -> Content {
        if is_read(path, self.config) {
            if path.matches('/').count() > MOST_FOLDERS {
                return Content::Fault(FileFault::TooDeep);
            }
            return read(self.root, file, self.config);
        }
        // Files that pages may link to are not opened until a page does.
        if copying(path, self.config) != Copying::Never && !may_read(&join(self.root, file)) {
            return Content::Fault(FileFault::Unreadable("permission denied".into()));
        }
        Content::Other
    }

    /// Rejects the files of a mounted source that would be copied, although they are hidden or git ignores them: they are
    /// those of this checkout, not of the repository, or for programs, and may contain secrets. Images are copied.
    fn reject_private(&self, files: &mut [(Arc<str>, Content)]) {
        if self.config.trust.is_own() || self.config.web.is_some() {
            return;
        }
        let may_be_copied = |path: &str, content: &Content| {
            matches!(content, Content::Other)
                && copying(path, self.config) != Copying::Never
                && !is_picture(path)
        };
        let is_hidden = |path: &str| path.split('/').any(|part| part.starts_with('.') && part != ".github");
        let copied = files.iter().filter(|(path, content)| may_be_copied(path, content) && !is_hidden(path));
        let ignored = ignored_by_git(self.root, copied.map(|(path, _)| &**path));
        for (path, content) in files.iter_mut().filter(|(path, content)| may_be_copied(path, content)) {
            if is_hidden(path) {
                *content = Content::Fault(FileFault::Unreadable("it is hidden".into()));
            } else if ignored.contains(&**path) {
                *content = Content::Fault(FileFault::Unreadable("git ignores it".into()));
            }
        }
    }

    /// Reads a symbolic link. Its target is read at its own path and has one page. Files whose meaning depends on
    /// their path, such as the data of a group, are read at the path of the link as well.
    fn read_link(&self, link: &Path, path: String) -> ScannedEntry {
        let disk_path = link.canonicalize().ok();
        let fault = |fault| {
            let link =
                SymbolicLink { path: path.as_str().into(), disk_path: disk_path.clone(), target: None };
            ScannedEntry { files: vec![(path.as_str().into(), Content::Fault(fault))], link: Some(link) }
        };
        let Some(target) = &disk_path else {
            return fault(FileFault::Dangling);
        };
        let Ok(relative) = target.strip_prefix(self.root) else { return fault(FileFault::OutsideSource) };
        if relative.to_str().is_none() {
            return fault(FileFault::Name);
        }
        let relative = slashed(relative);
        let Ok(metadata) = target.symlink_metadata() else {
            return fault(FileFault::Dangling);
        };
        let is_folder = metadata.is_dir();
        if self.is_hidden(target, is_folder) {
            return fault(FileFault::Hidden);
        }
        if let Some(kind) = kind(metadata.file_type()).filter(|_| !is_folder) {
            return fault(FileFault::Unreadable(kind.into()));
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
        let link =
            SymbolicLink { path: path.into(), disk_path: disk_path.clone(), target: Some(relative.into()) };
        ScannedEntry { files, link: Some(link) }
    }

    /// The files of a linked folder that are read at the path of the link: those of a folder that contains only data.
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

    /// Reports a folder that could not be entered.
    fn unreadable(&self, error: &walkdir::Error) -> Option<(Arc<str>, Content)> {
        let relative = error.path()?.strip_prefix(self.root).ok()?;
        let system = error.io_error()?;
        // Removed since its parent folder was listed.
        if system.kind() == std::io::ErrorKind::NotFound {
            return None;
        }
        Some((slashed(relative).into(), Content::Fault(FileFault::Folder(system.to_string()))))
    }
}

/// The folder of roles in a handbook.
const ROLES: &str = "roles";

/// The use of a file as determined by its path.
#[derive(PartialEq, Eq)]
enum Use {
    /// Data of this kind.
    Data(&'static str),
    /// A document of the handbook that is part of the home page or of the pages of roles.
    Document { home: bool, role: bool },
    /// Any file whose use does not depend on its path.
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

/// Reads one file; `path` is relative to the source's root.
pub(super) fn read(root: &Path, path: &str, config: &SourceConfig) -> Content {
    match bytes(root, path) {
        Ok((_, size)) if size > LARGEST => Content::Fault(FileFault::TooLarge(size)),
        Ok((bytes, _)) => match String::from_utf8(bytes) {
            Ok(text) => Content::Text(text.into()),
            Err(error) => {
                let (line, column) = not_utf8(&error);
                let fault = FileFault::NotUtf8 { line, column };
                match config.trust {
                    Trust::Own => Content::Fault(fault),
                    Trust::Mounted => {
                        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                        Content::Repaired(text.into(), fault)
                    }
                }
            }
        },
        Err(error) => Content::Fault(FileFault::Unreadable(error.to_string())),
    }
}

/// Line and column, from 1, of the first invalid byte.
pub fn not_utf8(error: &std::string::FromUtf8Error) -> (u32, u32) {
    let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let line_start = memchr::memrchr(b'\n', valid).map_or(0, |i| i + 1);
    let line = 1 + memchr::memchr_iter(b'\n', valid).count() as u32;
    (line, 1 + String::from_utf8_lossy(&valid[line_start..]).chars().count() as u32)
}

/// Reads at most one byte more than [`LARGEST`], whatever size the file reports; also returns its size.
fn bytes(root: &Path, path: &str) -> std::io::Result<(Vec<u8>, u64)> {
    let file = open_below(root, path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    // The capacity includes one more byte for detecting the end of the file; otherwise reading takes ten system calls
    // per file.
    let mut bytes = Vec::with_capacity(size.min(LARGEST) as usize + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    let size = size.max(bytes.len() as u64);
    Ok((bytes, size))
}

/// A relative path separated by `/`. Invalid Unicode in names is replaced.
pub fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
