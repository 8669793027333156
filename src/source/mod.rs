//! Bytes in: which files there are, and what is in them.
//!
//! The inputs of the engine live here. [`scan`] reads a folder once; everything after this module
//! works on [`File`]s and never touches the file system.

mod copying;
mod history;
mod ignored;
pub mod open;
mod scan;
mod theme;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use salsa::Durability;

use crate::config::{Config, SourceConfig};
use crate::diagnostic::{Diagnostic, FileName, LineIndex, Location};

pub use copying::{Copying, copying, is_picture};
pub use history::{Change, History, Walk, last_changed, last_commit};
pub use ignored::is_ignored;
pub use scan::{LARGEST, Link, MOST_FOLDERS, Scan, not_utf8, scan, scan_at, slashed};
pub use theme::{DEFAULT_TEMPLATES, Theme, ThemeAssets, ThemeFiles, theme};

/// What every query may ask for: the inputs below.
#[salsa::db]
pub trait Db: salsa::Database {}

/// Index of a source in `site.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub usize);

/// A file of a source.
#[salsa::input(debug)]
#[derive(PartialOrd, Ord)]
pub struct File {
    /// The source it belongs to.
    #[returns(copy)]
    pub source: SourceId,
    /// Path relative to the source's root, with `/`.
    #[returns(clone)]
    pub path: Arc<str>,
    /// False when its content is a [`Content::Fault`]. Kept apart from the content, so that an edit of a
    /// text leaves everything that only depends on which files there are.
    #[returns(copy)]
    pub readable: bool,
    /// What is in it.
    pub content: Content,
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A document or data file.
    Text(Arc<str>),
    /// A file whose content no page is made of; it can be referred to.
    Other,
    /// A text that is not all UTF-8, with the rest of it; of other people's files.
    Repaired(Arc<str>, Fault),
    /// A document or data file that could not be read.
    Fault(Fault),
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Invalid UTF-8, at a byte offset of the file; the line it is on, and the column in bytes.
    NotUtf8 {
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
    },
    /// Larger than [`scan::LARGEST`]; size in bytes.
    TooLarge(u64),
    /// More than [`scan::MOST_FOLDERS`] folders deep.
    TooDeep,
    /// A symbolic link that leads out of its source.
    Outside,
    /// A symbolic link to what is no part of its source: version control, what `exclude` leaves out, another source.
    Hidden,
    /// A name that is not UTF-8.
    Name,
    /// A symbolic link that leads nowhere.
    Dangling,
    /// A folder that cannot be listed, in the system's words.
    Folder(String),
    /// A file that is no regular one, or that cannot be opened; in the system's words.
    Unreadable(String),
}

/// The site: what all files hang on.
#[salsa::input(singleton)]
pub struct Site {
    /// `site.toml`.
    pub config: Arc<Config>,
    /// The files of each source, in the order of `site.toml`.
    pub trees: Vec<Arc<Tree>>,
    /// Templates.
    pub theme: Arc<Theme>,
    /// Files of the theme that pages use as they are.
    pub assets: Arc<ThemeAssets>,
    /// The text of `governance.lock`, where there is one; why it cannot be read.
    pub lock: Result<Option<Arc<str>>, Diagnostic>,
    /// When the site is said to be made, where somebody says: output never asks the clock.
    #[returns(copy)]
    pub stamp: Option<jiff::Timestamp>,
    /// The history of each source, in the order of `site.toml`.
    pub histories: Vec<Arc<Walk>>,
}

/// The files of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// Whether its folder exists.
    pub present: bool,
    /// By path.
    pub files: BTreeMap<Arc<str>, File>,
    /// Symbolic links by path, with the path that each stands for; see [`Tree::real`].
    pub links: BTreeMap<Arc<str>, Arc<str>>,
}

/// How many further paths through links are known of a file, for those who cite it.
const MOST_PATHS: usize = 100;

/// How many links a path may lead through.
const MOST_LINKS: usize = 40;

impl Tree {
    /// The path at which something is read that a path names, perhaps through symbolic links.
    pub fn real<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let mut real = Cow::Borrowed(path);
        for _ in 0..MOST_LINKS {
            if self.links.is_empty() || self.files.contains_key(&*real) {
                break;
            }
            let ends = real.match_indices('/').map(|(end, _)| end).chain([real.len()]);
            let link = ends.rev().find_map(|end| Some((end, self.links.get(&real[..end])?)));
            let Some((end, target)) = link else { break };
            let through = format!("{target}{}", &real[end..]);
            real = Cow::Owned(through.trim_start_matches('/').to_owned());
        }
        real
    }

    /// Whether a path is the root, a file, or a folder that holds files.
    pub fn has(&self, path: &str) -> bool {
        let real = self.real(path);
        real.is_empty() || self.file(&real).is_some() || self.is_folder(&real)
    }

    /// Other paths for a path, through symbolic links.
    pub fn paths_through_links(&self, path: &str) -> Vec<String> {
        let mut paths = vec![path.to_owned()];
        let mut next = 0;
        while next < paths.len() && paths.len() < MOST_PATHS {
            for (link, target) in &self.links {
                let rest =
                    if target.is_empty() { Some(&*paths[next]) } else { paths[next].strip_prefix(&**target) };
                let Some(rest) =
                    rest.filter(|rest| target.is_empty() || rest.is_empty() || rest.starts_with('/'))
                else {
                    continue;
                };
                let slash = if rest.is_empty() || rest.starts_with('/') { "" } else { "/" };
                let through = format!("{link}{slash}{rest}");
                // A circle of links makes ever longer paths.
                if !paths.contains(&through) && paths.len() < MOST_PATHS {
                    paths.push(through);
                }
            }
            next += 1;
        }
        paths.remove(0);
        paths
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<File> {
        self.files.get(path).copied()
    }

    /// The files under a folder (`""` is the root), at any depth.
    pub fn under<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a Arc<str>, File)> + 'a {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.files
            .range::<str, _>((std::ops::Bound::Included(prefix.as_str()), std::ops::Bound::Unbounded))
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, file)| (path, *file))
    }

    /// Whether a path is a folder that holds files.
    pub fn is_folder(&self, path: &str) -> bool {
        self.under(path).next().is_some()
    }
}

impl File {
    /// A file with what is in it. Texts change all the time, which files there are seldom, and where a
    /// file stands never: queries that depend on the latter alone are not even looked at after an edit.
    pub fn create(db: &dyn Db, source: SourceId, path: Arc<str>, content: Content) -> Self {
        Self::builder(source, path, content.is_readable(), content)
            .durability(Durability::HIGH)
            .readable_durability(Durability::MEDIUM)
            .content_durability(Durability::LOW)
            .new(db)
    }

    /// The configuration of the file's source.
    pub fn config(self, db: &dyn Db) -> &SourceConfig {
        &Site::get(db).config(db).sources[self.source(db).0]
    }

    /// Whether it is the handbook's own; see [`Trust`](crate::config::Trust).
    pub fn is_own(self, db: &dyn Db) -> bool {
        self.config(db).trust.is_own()
    }

    /// The files of the file's source.
    pub fn tree(self, db: &dyn Db) -> &Tree {
        &Site::get(db).trees(db)[self.source(db).0]
    }

    /// The text; empty for files that have none.
    pub fn text(self, db: &dyn Db) -> &str {
        match self.content(db) {
            Content::Text(text) | Content::Repaired(text, _) => text,
            Content::Other | Content::Fault(_) => "",
        }
    }

    /// How diagnostics name it: files of sources without a name go by their path from the site folder.
    pub fn name(self, db: &dyn Db) -> FileName {
        let path = self.path(db);
        match self.config(db) {
            SourceConfig { name: Some(name), .. } => FileName { source: Some(name.as_str().into()), path },
            SourceConfig { path: folder, .. } => FileName::site(&format!("{folder}/{path}")),
        }
    }

    /// The place of a byte range of its text.
    pub fn location(self, db: &dyn Db, span: Range<usize>) -> Location {
        lines(db, self).location(&self.name(db), self.text(db), span)
    }

    /// File name without folder and extension.
    pub fn stem(self, db: &dyn Db) -> String {
        let path = self.path(db);
        let name = path.rsplit('/').next().unwrap_or(&path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
    }

    /// The folder it is in; `""` at the root.
    pub fn folder(self, db: &dyn Db) -> String {
        folder_of(&self.path(db)).to_owned()
    }

    /// Whether its text is read, and pages made of it.
    pub fn is_read(self, db: &dyn Db) -> bool {
        is_read(&self.path(db), self.config(db))
    }

    /// Whether it is a Markdown document that could be read.
    pub fn is_document(self, db: &dyn Db) -> bool {
        is_markdown(&self.path(db)) && self.readable(db)
    }
}

impl Content {
    /// Whether it is anything but a fault.
    pub fn is_readable(&self) -> bool {
        !matches!(self, Self::Fault(_))
    }
}

/// The lines of a file, for those that have many places.
#[salsa::tracked]
fn lines(db: &dyn Db, file: File) -> LineIndex {
    LineIndex::new(file.text(db))
}

/// The folder that a path is in; `""` at the root.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Extensions that GitHub takes for Markdown, in any case.
const MARKDOWN: [&str; 7] = ["md", "markdown", "mdown", "mdwn", "mkd", "mkdn", "mkdown"];

/// Whether a path names a Markdown document.
pub fn is_markdown(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| MARKDOWN.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

/// The path of a Markdown document without its extension; any other as it is.
pub fn without_extension(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, _)) if is_markdown(path) => stem,
        _ => path,
    }
}

/// Whether a path names a file whose text is read: documents everywhere, data where the format has it.
fn is_read(path: &str, config: &SourceConfig) -> bool {
    is_markdown(path) || config.format.holds(path).is_some()
}
