//! The inputs of the engine: discovers and reads files.
//!
//! [`scan()`] reads a folder once. Later modules work on [`File`]s and do not access the file system.

mod copying;
mod git;
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
pub use git::{REPOSITORY_VARIABLES, git_output};
pub use history::{History, HistoryWalk, LastChange, Repository, last_changed, last_commit};
pub use ignored::is_ignored;
pub use scan::{LARGEST, MOST_FOLDERS, Scan, SymbolicLink, not_utf8, scan, scan_at, slashed};
pub use theme::{
    DEFAULT_TEMPLATES, Theme, ThemeAssets, ThemeFile, ThemeFiles, default_theme, own_theme_paths, theme,
};

/// The database trait of all queries.
#[salsa::db]
pub trait Db: salsa::Database {}

/// The index of a source in `site.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub usize);

/// A file of a source.
#[salsa::input(debug)]
#[derive(PartialOrd, Ord)]
pub struct File {
    /// The source that contains the file.
    #[returns(copy)]
    pub source: SourceId,
    /// The path relative to the source's root, separated by `/`.
    #[returns(clone)]
    pub path: Arc<str>,
    /// False if the content is a [`Content::Fault`]. Separate from the content, so that editing a text does not
    /// affect queries that depend only on which files exist.
    #[returns(copy)]
    pub readable: bool,
    /// The content.
    pub content: Content,
}

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The text of a document or data file, in the memory that it was read into.
    Text(Arc<String>),
    /// Any other file. Its content is not read, but it can be linked.
    Other,
    /// The text of another person's file that is not entirely UTF-8, with invalid bytes replaced.
    Repaired(Arc<String>, FileFault),
    /// The reason why a document or data file could not be read.
    Fault(FileFault),
}

/// The reason why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// Invalid UTF-8 at this position.
    NotUtf8 {
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
    },
    /// Larger than [`scan::LARGEST`]. The size in bytes.
    TooLarge(u64),
    /// Nested deeper than [`scan::MOST_FOLDERS`] folders.
    TooDeep,
    /// A symbolic link that leads out of its source.
    OutsideSource,
    /// A symbolic link to something that is not part of its source: version control, excluded files, another source.
    Hidden,
    /// A name that is not UTF-8.
    Name,
    /// A dangling symbolic link.
    Dangling,
    /// A folder that cannot be listed, with the system's message.
    Folder(String),
    /// A file that is not regular or cannot be opened, with the system's message.
    Unreadable(String),
}

/// The root input: the site.
#[salsa::input(singleton)]
pub struct Site {
    /// The configuration from `site.toml`.
    pub config: Arc<Config>,
    /// The files of each source, in the order of `site.toml`.
    pub trees: Vec<Arc<Tree>>,
    /// The templates and strings.
    pub theme: Arc<Theme>,
    /// The theme's asset files.
    pub assets: Arc<ThemeAssets>,
    /// The text of `governance.lock`, `None` without one, or the diagnostic if it cannot be read.
    pub lock: Result<Option<Arc<str>>, Diagnostic>,
    /// The build time, if one is set; the output never uses the clock.
    #[returns(copy)]
    pub stamp: Option<jiff::Timestamp>,
    /// The history of each source, in the order of `site.toml`.
    pub histories: Vec<Arc<HistoryWalk>>,
}

/// The files of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// True if its folder exists.
    pub present: bool,
    /// Files by path.
    pub files: BTreeMap<Arc<str>, File>,
    /// Symbolic links by path, with the path of their target; see [`Tree::real`].
    pub links: BTreeMap<Arc<str>, Arc<str>>,
}

/// Maximum number of alternative paths of a file through links.
const MAX_PATHS: usize = 100;

/// Maximum number of links that a path may lead through.
const MAX_LINKS: usize = 40;

impl Tree {
    /// Resolves the symbolic links in a path.
    pub fn real<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let mut real = Cow::Borrowed(path);
        for _ in 0..MAX_LINKS {
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

    /// True if a path is the root, a file, or a folder that contains files.
    pub fn has(&self, path: &str) -> bool {
        let real = self.real(path);
        real.is_empty() || self.file(&real).is_some() || self.is_folder(&real)
    }

    /// Alternative paths to the same file or folder through symbolic links.
    pub fn paths_through_links(&self, path: &str) -> Vec<String> {
        let mut paths = vec![path.to_owned()];
        let mut next = 0;
        while next < paths.len() && paths.len() < MAX_PATHS {
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
                // Circular links produce ever longer paths.
                if !paths.contains(&through) && paths.len() < MAX_PATHS {
                    paths.push(through);
                }
            }
            next += 1;
        }
        paths.remove(0);
        paths
    }

    /// Returns the file at a path.
    pub fn file(&self, path: &str) -> Option<File> {
        self.files.get(path).copied()
    }

    /// The files under a folder at any depth; `""` is the root.
    pub fn under<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a Arc<str>, File)> + 'a {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.files
            .range::<str, _>((std::ops::Bound::Included(prefix.as_str()), std::ops::Bound::Unbounded))
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, file)| (path, *file))
    }

    /// True if a path is a folder that contains files.
    pub fn is_folder(&self, path: &str) -> bool {
        self.under(path).next().is_some()
    }
}

impl File {
    /// Creates a file. Texts change often, data and the set of files rarely, and the path of a file never. The
    /// durabilities reflect this, so that an edit of a text does not revalidate queries that depend only on the others.
    pub fn create(db: &dyn Db, source: SourceId, path: Arc<str>, content: Content) -> Self {
        // A role is a document with data.
        let is_text = is_markdown(&path) && !path.starts_with("roles/");
        Self::builder(source, path, content.is_readable(), content)
            .durability(Durability::HIGH)
            .readable_durability(Durability::MEDIUM)
            .content_durability(if is_text { Durability::LOW } else { Durability::MEDIUM })
            .new(db)
    }

    /// The configuration of its source.
    pub fn config(self, db: &dyn Db) -> &SourceConfig {
        &Site::get(db).config(db).sources[self.source(db).0]
    }

    /// True for the handbook's own files, see [`Trust`](crate::formats::Trust).
    pub fn is_own(self, db: &dyn Db) -> bool {
        self.config(db).trust.is_own()
    }

    /// The files of its source.
    pub fn tree(self, db: &dyn Db) -> &Tree {
        &Site::get(db).trees(db)[self.source(db).0]
    }

    /// The text; empty if it has none.
    pub fn text(self, db: &dyn Db) -> &str {
        match self.content(db) {
            Content::Text(text) | Content::Repaired(text, _) => text,
            Content::Other | Content::Fault(_) => "",
        }
    }

    /// The name for diagnostics. Files of sources without a name have a path relative to the site folder.
    pub fn name(self, db: &dyn Db) -> FileName {
        let path = self.path(db);
        match self.config(db) {
            SourceConfig { name: Some(name), .. } => FileName { source: Some(name.as_str().into()), path },
            SourceConfig { path: folder, .. } => FileName::site(&format!("{folder}/{path}")),
        }
    }

    /// The location of a byte range of its text.
    pub fn location(self, db: &dyn Db, span: Range<usize>) -> Location {
        lines(db, self).location(&self.name(db), self.text(db), span)
    }

    /// The file name without folder and extension.
    pub fn stem(self, db: &dyn Db) -> String {
        let path = self.path(db);
        let name = path.rsplit('/').next().unwrap_or(&path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
    }

    /// The folder that contains it; `""` at the root.
    pub fn folder(self, db: &dyn Db) -> String {
        folder_of(&self.path(db)).to_owned()
    }

    /// True if its text is read to make pages.
    pub fn is_read(self, db: &dyn Db) -> bool {
        is_read(&self.path(db), self.config(db))
    }

    /// True for a Markdown document that could be read.
    pub fn is_document(self, db: &dyn Db) -> bool {
        is_markdown(&self.path(db)) && self.readable(db)
    }
}

impl Content {
    /// True unless it is a fault.
    pub fn is_readable(&self) -> bool {
        !matches!(self, Self::Fault(_))
    }
}

/// The lines of a file, cached for files with many locations.
#[salsa::tracked]
fn lines(db: &dyn Db, file: File) -> LineIndex {
    LineIndex::new(file.text(db))
}

/// The parent folder of a path; `""` at the root.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Extensions that GitHub treats as Markdown, in any case.
const MARKDOWN: [&str; 7] = ["md", "markdown", "mdown", "mdwn", "mkd", "mkdn", "mkdown"];

/// True if a path is a Markdown document.
pub fn is_markdown(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    extension
        .is_some_and(|extension| MARKDOWN.iter().any(|markdown| extension.eq_ignore_ascii_case(markdown)))
}

/// The path of a Markdown document without its extension; any other path unchanged.
pub fn without_extension(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, _)) if is_markdown(path) => stem,
        _ => path,
    }
}

/// True if the text of a file is read: documents, and the data files of the format.
fn is_read(path: &str, config: &SourceConfig) -> bool {
    is_markdown(path) || config.format.holds(path).is_some()
}
