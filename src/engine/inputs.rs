//! The inputs of a site, read from disk before there is a database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::{LoadError, Overrides};
use crate::cache::{CacheKey, KeyHasher};
use crate::config::{Config, FILE};
use crate::diagnostic::Diagnostic;
use crate::source::{self, Content, Repository, Scan, ThemeFiles};

/// Everything that the site and its diagnostics depend on, except the contents of copied files: which files are copied
/// is known only at the end of a build.
pub struct Inputs {
    /// The folder with `site.toml`.
    pub root: PathBuf,
    /// `site.toml` with the overrides applied.
    pub config: Config,
    /// The folder of each source on disk.
    pub source_roots: Vec<PathBuf>,
    /// The text of `site.toml`.
    text: String,
    pub(super) overrides: Overrides,
    pub(super) theme: ThemeFiles,
    pub(super) lock: Result<Option<Arc<str>>, Diagnostic>,
    pub(super) scans: Vec<Scan>,
    pub(super) repositories: Vec<Option<Repository>>,
    /// The time that reading took.
    pub(super) time: Duration,
}

impl Inputs {
    /// Reads `site.toml`, the theme and the files of all sources.
    ///
    /// # Errors
    /// See [`LoadError`]. Any other problem becomes a diagnostic.
    pub fn read(root: &Path, overrides: &Overrides) -> Result<Self, LoadError> {
        let started = Instant::now();
        let text = super::site_file(root, FILE).map_err(|(_, fault)| LoadError::Config(Box::new(fault)))?;
        let config = super::parsed(&text, overrides)?;
        overrides.progress.start("Reading sources", 0);
        let folders = config.sources.iter().map(|source| {
            let named = source.name.as_ref().and_then(|name| overrides.sources.get(name));
            named.cloned().unwrap_or_else(|| root.join(&source.path))
        });
        let folders: Vec<PathBuf> = folders.collect();
        let searches: Vec<_> = folders
            .iter()
            .map(|folder| {
                let (reads_history, folder) = (config.history && folder.is_dir(), folder.clone());
                reads_history.then(|| thread::spawn(move || Repository::of(&folder)))
            })
            .collect();
        let theme = source::theme(root, &config.theme, &config.brand);
        let scans = folders
            .par_iter()
            .zip(config.sources.par_iter())
            .map(|(folder, source)| source::scan(folder, source, &folders))
            .collect();
        let repositories = searches.into_iter().map(|search| search?.join().ok().flatten()).collect();
        Ok(Self {
            root: root.to_owned(),
            config,
            source_roots: folders,
            text,
            overrides: overrides.clone(),
            theme,
            lock: super::lock(root),
            scans,
            repositories,
            time: started.elapsed(),
        })
    }

    /// The numbers of files of each source; `None` if its folder does not exist.
    pub fn file_counts(&self) -> impl Iterator<Item = Option<FileCounts>> {
        self.scans.iter().map(|scan| scan.present.then(|| FileCounts::of(scan)))
    }

    /// The number of the site's own templates and files of strings.
    pub fn own_theme_files(&self) -> usize {
        let theme = &self.theme.theme;
        theme.templates.values().filter(|(_, is_own)| *is_own).count()
            + theme.strings.keys().filter(|(_, is_own)| *is_own).count()
    }

    /// The key of all inputs for a program.
    pub fn key(&self, program: &str) -> CacheKey {
        let mut parts = KeyHasher::default();
        parts.add(program);
        parts.add(&self.text);
        let Overrides { sources, base_url, stamp, progress: _ } = &self.overrides;
        // Debug formats quote texts, so different values have different formats.
        parts.add(format!("{sources:?} {base_url:?} {stamp:?} {:?}", self.lock));
        self.add_theme(&mut parts);
        for (scan, repository) in self.scans.iter().zip(&self.repositories) {
            add_scan(&mut parts, scan);
            let state = repository.as_ref().map_or(&[][..], Repository::state);
            add_count(&mut parts, state);
            state.iter().for_each(|part| parts.add(part));
        }
        parts.key()
    }

    fn add_theme(&self, parts: &mut KeyHasher) {
        let ThemeFiles { theme, assets, problems } = &self.theme;
        parts.add(format!("{:?} {problems:?}", theme.folder));
        // The files of the default theme are part of the program.
        for (name, (text, _)) in theme.templates.iter().filter(|(_, (_, is_own))| *is_own) {
            parts.add(name);
            parts.add(text.as_bytes());
        }
        parts.add("strings");
        for ((language, _), text) in theme.strings.iter().filter(|((_, is_own), _)| *is_own) {
            parts.add(language);
            parts.add(text.as_bytes());
        }
        parts.add("assets");
        for (name, bytes) in assets {
            parts.add(name);
            parts.add(bytes);
        }
        parts.add("sources");
    }
}

/// Numbers of files of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileCounts {
    /// All files.
    pub all: usize,
    /// Markdown documents that could be read.
    pub documents: usize,
    /// Files whose content is not read.
    pub unread: usize,
}

impl FileCounts {
    fn of(scan: &Scan) -> Self {
        let documents =
            scan.files.iter().filter(|(path, content)| source::is_markdown(path) && content.is_readable());
        let unread = scan.files.iter().filter(|(_, content)| *content == Content::Other);
        Self { all: scan.files.len(), documents: documents.count(), unread: unread.count() }
    }
}

/// Adds the number of items of a list, so that they are not confused with later parts.
fn add_count<T>(parts: &mut KeyHasher, items: &[T]) {
    parts.add(items.len().to_le_bytes());
}

fn add_scan(parts: &mut KeyHasher, scan: &Scan) {
    parts.add([u8::from(scan.present)]);
    add_count(parts, &scan.files);
    for (path, content) in &scan.files {
        parts.add(path.as_bytes());
        match content {
            Content::Text(text) => {
                parts.add("text");
                parts.add(text.as_bytes());
            }
            Content::Repaired(text, fault) => {
                parts.add(format!("repaired {fault:?}"));
                parts.add(text.as_bytes());
            }
            Content::Other => parts.add("other"),
            Content::Fault(fault) => parts.add(format!("fault {fault:?}")),
        }
    }
    let mut links: Vec<_> = scan.links.iter().map(|link| (&link.path, &link.target)).collect();
    links.sort();
    parts.add(format!("{links:?}"));
}
