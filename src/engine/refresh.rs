//! What happened on disk, brought into the database.
//!
//! A file that cannot be read as what it is (data that does not parse, a template that does not compile,
//! a faulty `site.toml`) stands as it last was while its diagnostics tell what is wrong: so the last good
//! page stays, and a build of the same state would have left the last good site.

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

/// What to look at again.
#[derive(Clone, Debug, Default)]
pub struct Refresh {
    /// Absolute paths of files and folders where something happened; whether it is the second look at
    /// them, which believes what it sees.
    pub paths: BTreeMap<PathBuf, bool>,
    /// Everything: nobody knows what happened.
    pub all: bool,
}

impl Refresh {
    /// A look at everything.
    pub fn all() -> Self {
        Self { all: true, ..Self::default() }
    }
}

/// What a refresh found.
#[derive(Clone, Debug, Default)]
pub struct Refreshed {
    /// Files of sources that are new or changed, in order.
    pub files: BTreeSet<File>,
    /// Whether anything else changed: files gone, the theme, the configuration.
    pub more: bool,
    /// The places of sources may be others than before.
    pub reloaded: bool,
    /// Paths to look at again in a moment: files that may be half written, folders that just appeared.
    pub again: Vec<PathBuf>,
}

impl Refreshed {
    /// Whether any answer may differ from before.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && !self.more
    }
}

impl Engine {
    /// Looks again at places on disk and brings what changed into the database.
    pub fn refresh(&mut self, refresh: &Refresh) -> Refreshed {
        let mut found = Refreshed::default();
        let root = real(&self.root);
        let theme = root.join("themes").join(&Site::get(&self.db).config(&self.db).theme);
        if refresh.all || refresh.paths.contains_key(&root.join(FILE)) {
            self.refresh_config(&mut found);
            if found.reloaded {
                return found;
            }
        }
        if refresh.all || refresh.paths.contains_key(&root.join(LOCK)) {
            let lock = super::lock(&self.root);
            let place = self.root.join(LOCK);
            found.more |= self.held.remove(&place).is_some();
            let before = Site::get(&self.db).lock(&self.db);
            if let (Ok(_), Err(fault)) = (before, &lock) {
                self.held.insert(place, vec![fault.clone()]);
                found.more = true;
            } else if *before != lock {
                let _ = Site::get(&self.db).set_lock(&mut self.db).with_durability(Durability::HIGH).to(lock);
                found.more = true;
            }
        }
        let of_theme = || refresh.paths.iter().filter(|(path, _)| path.starts_with(&theme));
        // Most programs empty a file before they write it.
        let emptied = |path: &Path| path.metadata().is_ok_and(|file| file.is_file() && file.len() == 0);
        found.again.extend(
            of_theme().filter(|(path, second)| !**second && emptied(path)).map(|(path, _)| path.clone()),
        );
        if refresh.all || (found.again.is_empty() && of_theme().next().is_some()) {
            self.refresh_theme(&mut found);
        }
        for index in 0..self.source_roots.len() {
            let source_root = real(&self.source_roots[index]);
            let mut places: BTreeMap<String, bool> = BTreeMap::new();
            if refresh.all || refresh.paths.contains_key(&source_root) {
                places.insert(String::new(), false);
            } else {
                let links = &self.links[index];
                for (path, second) in &refresh.paths {
                    let Ok(relative) = path.strip_prefix(&source_root) else { continue };
                    let relative = source::slashed(relative);
                    // Below a link there is nothing but what the link leads to.
                    let through = links.iter().find(|link| is_at_or_under(&relative, &link.path));
                    places.insert(through.map_or(relative, |link| link.path.to_string()), *second);
                    let leading = links.iter().filter(|link| {
                        link.place.as_ref().is_some_and(|to| path.starts_with(to) || to.starts_with(path))
                    });
                    places.extend(leading.map(|link| (link.path.to_string(), *second)));
                }
            }
            if !places.is_empty() {
                self.refresh_source(SourceId(index), &source_root, &places, &mut found);
            }
        }
        found
    }

    fn refresh_source(
        &mut self,
        source: SourceId,
        root: &Path,
        places: &BTreeMap<String, bool>,
        found: &mut Refreshed,
    ) {
        let config = Site::get(&self.db).config(&self.db).clone();
        let mut tree: Arc<Tree> = Site::get(&self.db).trees(&self.db)[source.0].clone();
        let mut tree_changed = false;
        // Where files came or went, links may lead elsewhere than before.
        let mut places: VecDeque<(String, bool)> = places.clone().into_iter().collect();
        let mut links_remain = true;
        while let Some((at, second)) = places.pop_front() {
            let (at, second) = (at.as_str(), &second);
            let scan = source::scan_at(root, &config.sources[source.0], &self.source_roots, at);
            let place = source::open::place(root, at);
            if !second && !at.is_empty() && place.is_dir() {
                found.again.push(place);
            }
            let links = &mut self.links[source.0];
            links.retain(|link| !is_at_or_under(&link.path, at));
            links.extend(scan.links);
            let stand_ins = super::stand_ins(links);
            if tree.links != stand_ins {
                Arc::make_mut(&mut tree).links = stand_ins;
                tree_changed = true;
            }
            let there: BTreeSet<&Arc<str>> = scan.files.iter().map(|(path, _)| path).collect();
            let below = tree.under(at).map(|(path, _)| path.clone());
            let known: Vec<Arc<str>> = below.chain(tree.file(at).map(|_| at.into())).collect();
            for gone in known.iter().filter(|path| !there.contains(path)) {
                Arc::make_mut(&mut tree).files.remove(gone);
                self.held.remove(&source::open::place(root, gone));
                self.forget_asset(tree.file(gone));
                tree_changed = true;
            }
            for (path, content) in scan.files {
                let place = source::open::place(root, &path);
                match tree.file(&path) {
                    Some(file) => {
                        let emptied = content == Content::Text("".into()) && !file.text(&self.db).is_empty();
                        if emptied && !second {
                            found.again.push(place);
                        } else {
                            // Of a picture only the name is known: it changed if something happened to it.
                            let touched = content == Content::Other && *path == *at;
                            self.forget_asset(
                                Some(file).filter(|_| touched || *file.content(&self.db) != content),
                            );
                            if self.replace(file, &place, content) || touched {
                                found.files.insert(file);
                            }
                        }
                    }
                    None => {
                        let file = self.appear(source, &path, content);
                        Arc::make_mut(&mut tree).files.insert(path, file);
                        found.files.insert(file);
                        tree_changed = true;
                    }
                }
            }
            if places.is_empty() && tree_changed && std::mem::take(&mut links_remain) {
                places.extend(self.links[source.0].iter().map(|link| (link.path.to_string(), true)));
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
            found.more = true;
        }
    }

    /// Opens a file again that is copied, before its faults are told.
    fn forget_asset(&mut self, file: Option<File>) {
        let known = self.asset_faults.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.and_then(|file| known.remove(&file));
    }

    /// A file that was not there before, or not for a while.
    fn appear(&mut self, source: SourceId, path: &Arc<str>, content: Content) -> File {
        match self.known.get(&(source, path.clone())) {
            Some(file) => {
                let file = *file;
                self.set_content(file, content);
                file
            }
            None => {
                let file = File::create(&self.db, source, path.clone(), content);
                self.known.insert((source, path.clone()), file);
                file
            }
        }
    }

    /// Gives a file new content, unless it cannot be read as what it is. Says whether anything differs.
    fn replace(&mut self, file: File, place: &Path, content: Content) -> bool {
        let was_held = self.held.remove(place).is_some();
        let before = file.content(&self.db).clone();
        if before == content {
            return was_held;
        }
        let was_faulty = !errors(check::faults(&self.db, file)).is_empty();
        self.set_content(file, content);
        let errors = errors(check::faults(&self.db, file));
        if !errors.is_empty() && !was_faulty {
            self.set_content(file, before);
            self.held.insert(place.to_owned(), errors);
        }
        true
    }

    fn refresh_theme(&mut self, found: &mut Refreshed) {
        let site = Site::get(&self.db);
        let files = source::theme(&self.root, &site.config(&self.db).theme);
        let place = self.root.join("themes");
        found.more |= self.held.remove(&place).is_some();
        if files.assets != **site.assets(&self.db) {
            site.set_assets(&mut self.db).with_durability(Durability::HIGH).to(Arc::new(files.assets));
            found.more = true;
        }
        let errors = errors(files.problems);
        if !errors.is_empty() {
            self.held.insert(place, errors);
            found.more = true;
            return;
        }
        found.more |= !std::mem::take(&mut self.theme_problems).is_empty();
        if files.theme != **site.theme(&self.db) {
            let before = site.theme(&self.db).clone();
            let compiled = render::templates(&self.db).is_ok();
            site.set_theme(&mut self.db).with_durability(Durability::HIGH).to(Arc::new(files.theme));
            let fault = render::templates(&self.db).as_ref().err().cloned();
            if let (Some(fault), true) = (fault, compiled) {
                site.set_theme(&mut self.db).with_durability(Durability::HIGH).to(before);
                self.held.insert(place, vec![fault]);
            }
            found.more = true;
        }
    }

    fn refresh_config(&mut self, found: &mut Refreshed) {
        let place = self.root.join(FILE);
        found.more |= self.held.remove(&place).is_some();
        let site = Site::get(&self.db);
        let fault = match config(&self.root, &self.overrides) {
            Ok(config) if config == **site.config(&self.db) => return,
            Ok(config)
                if config.sources == site.config(&self.db).sources
                    && config.theme == site.config(&self.db).theme
                    && config.history == site.config(&self.db).history =>
            {
                site.set_config(&mut self.db).with_durability(Durability::HIGH).to(Arc::new(config));
                found.more = true;
                return;
            }
            // Other sources are another site: everything is read again.
            Ok(_) => match Self::load(&self.root, &self.overrides) {
                Ok(engine) => {
                    *self = engine;
                    (found.more, found.reloaded) = (true, true);
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
        self.held.insert(place, vec![diagnostic]);
        found.more = true;
    }
}

fn errors(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect()
}

/// The place as events name it. One that does not exist keeps its name.
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

fn is_at_or_under(path: &str, at: &str) -> bool {
    at.is_empty() || path.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
