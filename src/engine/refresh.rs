//! Applies changes on disk to the database.
//!
//! If new data does not parse, a template does not compile or `site.toml` is invalid, the previous content stays and
//! its diagnostics are kept. The preview then shows the last good page, as a build of the same state would leave the
//! last good site.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use salsa::{Durability, Setter};

use super::{Engine, LoadError, config};
use crate::check;
use crate::config::FILE;
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::render;
use crate::source::{self, Content, File, Site, SourceId, Tree};
use crate::trace::LOCK;

/// The changes to apply.
#[derive(Clone, Debug, Default)]
pub struct Refresh {
    /// Absolute paths of changed files and folders. The flag is true for a second look, which accepts empty files.
    pub paths: BTreeMap<PathBuf, bool>,
    /// True if anything may have changed.
    pub all: bool,
}

impl Refresh {
    /// Refreshes everything.
    pub fn all() -> Self {
        Self { all: true, ..Self::default() }
    }
}

/// The result of a refresh.
#[derive(Clone, Debug, Default)]
pub struct Refreshed {
    /// New or changed files of sources, in order.
    pub files: BTreeSet<File>,
    /// True if anything else changed: new or removed files, files that can or cannot be read any more, the theme, the
    /// configuration.
    pub more: bool,
    /// True if the site was reloaded; folders of sources may differ.
    pub reloaded: bool,
    /// Paths to refresh again shortly: files that may be half-written, folders that were just created.
    pub again: Vec<PathBuf>,
}

impl Refreshed {
    /// True if no query result can have changed.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && !self.more
    }
}

impl Engine {
    /// Applies changes on disk to the database. Documents stay settled, except those that are new and, after a change
    /// of the configuration, all.
    pub fn refresh(&mut self, refresh: &Refresh) -> Refreshed {
        let mut result = Refreshed::default();
        let root = real(&self.root);
        let theme = root.join("themes").join(&Site::get(&self.db).config(&self.db).theme);
        let theme_folders = [real(&theme), theme];
        // A symbolic link changes with its target.
        let has_changed = |file: &str| {
            let path = root.join(file);
            refresh.all || refresh.paths.contains_key(&path) || refresh.paths.contains_key(&real(&path))
        };
        if has_changed(FILE) {
            self.refresh_config(&mut result);
            if result.reloaded {
                return result;
            }
        }
        if has_changed(LOCK) {
            let lock = super::lock(&self.root);
            let disk_path = self.root.join(LOCK);
            result.more |= self.rejected.remove(&disk_path).is_some();
            let before = Site::get(&self.db).lock(&self.db);
            if let (Ok(_), Err(fault)) = (before, &lock) {
                self.rejected.insert(disk_path, vec![fault.clone()]);
                result.more = true;
            } else if *before != lock {
                let _ = Site::get(&self.db).set_lock(&mut self.db).with_durability(Durability::HIGH).to(lock);
                result.more = true;
            }
        }
        let brand = &Site::get(&self.db).config(&self.db).brand;
        let of_brand: Vec<PathBuf> = brand.files().map(|file| file.path.below(&root)).collect();
        let is_of_theme = |path: &Path| {
            theme_folders.iter().any(|theme| path.starts_with(theme))
                || of_brand.iter().any(|file| file.starts_with(path))
        };
        let of_theme = || refresh.paths.iter().filter(|(path, _)| is_of_theme(path));
        // Most programs truncate a file before writing it.
        let emptied = |path: &Path| path.metadata().is_ok_and(|file| file.is_file() && file.len() == 0);
        result.again.extend(
            of_theme().filter(|(path, second)| !**second && emptied(path)).map(|(path, _)| path.clone()),
        );
        if refresh.all || (result.again.is_empty() && of_theme().next().is_some()) {
            self.refresh_theme(&mut result);
        }
        for index in 0..self.source_roots.len() {
            let source_root = real(&self.source_roots[index]);
            let mut paths: BTreeMap<String, bool> = BTreeMap::new();
            if refresh.all || refresh.paths.contains_key(&source_root) {
                paths.insert(String::new(), false);
            } else {
                let links = &self.links[index];
                for (path, second) in &refresh.paths {
                    let Ok(relative) = path.strip_prefix(&source_root) else { continue };
                    let relative = source::slashed(relative);
                    // Events below a link concern its target.
                    let through = links.iter().find(|link| is_at_or_under(&relative, &link.path));
                    paths.insert(through.map_or(relative, |link| link.path.to_string()), *second);
                    let leading = links.iter().filter(|link| {
                        link.disk_path.as_ref().is_some_and(|to| path.starts_with(to) || to.starts_with(path))
                    });
                    paths.extend(leading.map(|link| (link.path.to_string(), *second)));
                }
            }
            if !paths.is_empty() {
                self.refresh_source(SourceId(index), &source_root, &paths, &mut result);
            }
        }
        result
    }

    fn refresh_source(
        &mut self,
        source: SourceId,
        root: &Path,
        paths: &BTreeMap<String, bool>,
        result: &mut Refreshed,
    ) {
        let config = Site::get(&self.db).config(&self.db).clone();
        let mut tree: Arc<Tree> = Site::get(&self.db).trees(&self.db)[source.0].clone();
        let mut tree_changed = false;
        // If files were added or removed, links may have other targets.
        let mut paths: VecDeque<(String, bool)> = paths.clone().into_iter().collect();
        let mut links_remain = true;
        while let Some((at, second)) = paths.pop_front() {
            let (at, second) = (at.as_str(), &second);
            let scan = source::scan_at(root, &config.sources[source.0], &self.source_roots, at);
            let disk_path = source::open::join(root, at);
            if !second && !at.is_empty() && disk_path.is_dir() {
                result.again.push(disk_path);
            }
            let links = &mut self.links[source.0];
            links.retain(|link| !is_at_or_under(&link.path, at));
            links.extend(scan.links);
            let link_targets = super::link_targets(links);
            if tree.links != link_targets {
                Arc::make_mut(&mut tree).links = link_targets;
                tree_changed = true;
            }
            let scanned: BTreeSet<&Arc<str>> = scan.files.iter().map(|(path, _)| path).collect();
            let below = tree.under(at).map(|(path, _)| path.clone());
            let previous: Vec<Arc<str>> = below.chain(tree.file(at).map(|_| at.into())).collect();
            for gone in previous.iter().filter(|path| !scanned.contains(path)) {
                Arc::make_mut(&mut tree).files.remove(gone);
                self.rejected.remove(&source::open::join(root, gone));
                self.forget_asset(tree.file(gone));
                tree_changed = true;
            }
            for (path, content) in scan.files {
                let disk_path = source::open::join(root, &path);
                match tree.file(&path) {
                    Some(file) => {
                        let emptied =
                            content == Content::Text(Arc::default()) && !file.text(&self.db).is_empty();
                        if emptied && !second {
                            result.again.push(disk_path);
                        } else {
                            // Only the name of a picture is kept, so any event counts as a change.
                            let touched = content == Content::Other && *path == *at;
                            self.forget_asset(
                                Some(file).filter(|_| touched || *file.content(&self.db) != content),
                            );
                            let was_readable = file.readable(&self.db);
                            if self.replace(file, &disk_path, content) || touched {
                                result.files.insert(file);
                            }
                            result.more |= file.readable(&self.db) != was_readable;
                        }
                    }
                    None => {
                        let file = self.appear(source, &path, content);
                        Arc::make_mut(&mut tree).files.insert(path, file);
                        result.files.insert(file);
                        tree_changed = true;
                    }
                }
            }
            if paths.is_empty() && tree_changed && std::mem::take(&mut links_remain) {
                paths.extend(self.links[source.0].iter().map(|link| (link.path.to_string(), true)));
            }
        }
        if tree.present != root.is_dir() {
            let tree = Arc::make_mut(&mut tree);
            tree.present = !tree.present;
            tree_changed = true;
        }
        if tree_changed {
            let site = Site::get(&self.db);
            let mut trees = site.trees(&self.db).clone();
            trees[source.0] = tree;
            site.set_trees(&mut self.db).with_durability(Durability::MEDIUM).to(trees);
            result.more = true;
        }
    }

    /// Discards the cached diagnostic of a copied file.
    fn forget_asset(&mut self, file: Option<File>) {
        let cache = self.checked_assets.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.and_then(|file| cache.remove(&file));
    }

    /// Adds a file that is new or existed earlier.
    fn appear(&mut self, source: SourceId, path: &Arc<str>, content: Content) -> File {
        match self.created_files.get(&(source, path.clone())) {
            Some(file) => {
                let file = *file;
                // What it says depends on its tree, which does not contain it yet.
                self.forget_settled(file);
                self.set_content(file, content);
                file
            }
            None => {
                let file = File::create(&self.db, source, path.clone(), content);
                self.created_files.insert((source, path.clone()), file);
                file
            }
        }
    }

    /// Sets the content of a file, or keeps the previous content if the new one has errors. Returns true if anything
    /// changed.
    fn replace(&mut self, file: File, disk_path: &Path, content: Content) -> bool {
        let was_rejected = self.rejected.remove(disk_path).is_some();
        let before = file.content(&self.db).clone();
        if before == content {
            return was_rejected;
        }
        let was_faulty = !errors(check::faults(&self.db, file)).is_empty();
        self.set_content(file, content);
        let errors = errors(check::faults(&self.db, file));
        if !errors.is_empty() && !was_faulty {
            self.set_content(file, before);
            self.rejected.insert(disk_path.to_owned(), errors);
        }
        true
    }

    fn refresh_theme(&mut self, result: &mut Refreshed) {
        let site = Site::get(&self.db);
        let config = site.config(&self.db);
        let mut files = source::theme(&self.root, &config.theme, &config.brand);
        // A file that cannot be used keeps its last good content.
        for file in config.brand.files() {
            if let Some(bytes) = site.assets(&self.db).get(&file.asset) {
                files.assets.entry(file.asset.clone()).or_insert_with(|| bytes.clone());
            }
        }
        let disk_path = self.root.join("themes");
        result.more |= self.rejected.remove(&disk_path).is_some();
        if files.assets != **site.assets(&self.db) {
            site.set_assets(&mut self.db).with_durability(Durability::HIGH).to(Arc::new(files.assets));
            result.more = true;
        }
        let errors = errors(files.problems);
        if !errors.is_empty() {
            self.rejected.insert(disk_path, errors);
            result.more = true;
            return;
        }
        result.more |= !std::mem::take(&mut self.theme_problems).is_empty();
        if files.theme != **site.theme(&self.db) {
            let before = site.theme(&self.db).clone();
            let compiled = render::templates(&self.db).is_ok();
            site.set_theme(&mut self.db).with_durability(Durability::HIGH).to(Arc::new(files.theme));
            let fault = render::templates(&self.db).as_ref().err().cloned();
            if let (Some(fault), true) = (fault, compiled) {
                site.set_theme(&mut self.db).with_durability(Durability::HIGH).to(before);
                self.rejected.insert(disk_path, vec![fault]);
            }
            result.more = true;
        }
    }

    fn refresh_config(&mut self, result: &mut Refreshed) {
        let disk_path = self.root.join(FILE);
        result.more |= self.rejected.remove(&disk_path).is_some();
        let site = Site::get(&self.db);
        let fault = match config(&self.root, &self.overrides) {
            Ok(config) if config == **site.config(&self.db) => return,
            Ok(config)
                if config.sources == site.config(&self.db).sources
                    && config.theme == site.config(&self.db).theme
                    && config.brand.has_same_files(&site.config(&self.db).brand)
                    && config.history == site.config(&self.db).history =>
            {
                site.set_config(&mut self.db).with_durability(Durability::HIGH).to(Arc::new(config));
                self.unsettle();
                result.more = true;
                return;
            }
            // With other sources or files of the theme, everything is reloaded.
            Ok(_) => match Self::load(&self.root, &self.overrides) {
                Ok(engine) => {
                    *self = engine;
                    (result.more, result.reloaded) = (true, true);
                    return;
                }
                Err(fault) => fault,
            },
            Err(fault) => fault,
        };
        let diagnostic = match fault {
            LoadError::Config(diagnostic) => *diagnostic,
            LoadError::UnknownSource(name) => {
                let message = format!("unknown source `{name}` in `--source`");
                Diagnostic::new(code::SOURCE_MISSING, message, None)
                    .help("add it to site.toml again, or restart without this `--source`")
            }
        };
        self.rejected.insert(disk_path, vec![diagnostic]);
        result.more = true;
    }
}

fn errors(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect()
}

/// The path as file system events report it. A path that does not exist is made absolute.
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

fn is_at_or_under(path: &str, at: &str) -> bool {
    at.is_empty() || path.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
