//! The salsa database and the steps of a run: load, check, render, write. [`refresh`](Engine::refresh) applies later
//! changes of files.

mod asset;
mod finished;
mod inputs;
mod progress;
mod refresh;
mod settle;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use salsa::{Durability, Setter, Storage};

use crate::check;
use crate::config::{Config, FILE, SourceConfig};
use crate::diagnostic::{Diagnostic, FileName, Location, code};
use crate::model::{self, GeneratedFile, NamedFiles, PageKinds, Route, Settled};
use crate::output::{Output, OutputError, Pieces, WriteStats};
use crate::pages;
use crate::render::{self, Generated};
use crate::search;
use crate::site_path::SitePath;
use crate::source::{self, Content, Db, File, HistoryWalk, Site, SourceId, SymbolicLink, Tree};
use crate::strings::strings;
use crate::trace::LOCK;

use asset::CheckedAssets;
pub use asset::{Asset, Opened};
pub use finished::Finished;
pub use inputs::{FileCounts, Inputs};
pub use progress::{Progress, Stage};
pub use refresh::{Refresh, Refreshed, real};

/// The stage that builds the search index, in parallel with the pages.
pub const SEARCH: &str = "search";

/// Records the names of the queries that are executed, for tests.
type Log = Arc<Mutex<Vec<String>>>;

/// The files of a built site by path.
pub type Contents = BTreeMap<String, Vec<u8>>;

/// The salsa database. It is created with the kinds of page.
#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: Storage<Self>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {}

impl Database {
    /// Creates a database that logs the name of each executed query, and of each whose result was found to be valid
    /// after a change, as `valid NAME`.
    pub fn logged(log: Log) -> Self {
        let storage = Storage::new(Some(Box::new(move |event: salsa::Event| {
            let line = match event.kind {
                salsa::EventKind::WillExecute { database_key } => format!("{database_key:?}"),
                salsa::EventKind::DidValidateMemoizedValue { database_key } => {
                    format!("valid {database_key:?}")
                }
                _ => return,
            };
            if let Ok(mut log) = log.lock() {
                log.push(line);
            }
        })));
        Self::of(storage)
    }

    fn of(storage: Storage<Self>) -> Self {
        let db = Self { storage };
        let _ = PageKinds::builder(pages::kinds()).durability(Durability::HIGH).new(&db);
        let _ = NamedFiles::builder(render::named_files()).durability(Durability::HIGH).new(&db);
        let _ = Settled::builder(false, HashMap::new()).durability(Durability::HIGH).new(&db);
        db
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::of(Storage::default())
    }
}

/// Settings of a run that override `site.toml`.
#[derive(Clone, Default)]
pub struct Overrides {
    /// Paths of named sources, relative to the working directory.
    pub sources: BTreeMap<String, PathBuf>,
    /// The address of the site.
    pub base_url: Option<String>,
    /// The build time; taken from the git history of the sources by default.
    pub stamp: Option<jiff::Timestamp>,
    /// Receives the progress of the run.
    pub progress: Progress,
}

/// A loaded site.
pub struct Engine {
    /// The database; its inputs are the files of the site.
    pub db: Database,
    /// The folder with `site.toml`.
    pub root: PathBuf,
    /// The folder of each source on disk.
    pub source_roots: Vec<PathBuf>,
    /// Duration of each stage.
    pub times: Vec<(&'static str, Duration)>,
    overrides: Overrides,
    /// Diagnostics of the theme's files.
    theme_problems: Vec<Diagnostic>,
    /// Symbolic links of each source.
    links: Vec<Vec<SymbolicLink>>,
    /// See [`asset`].
    checked_assets: CheckedAssets,
    /// The files that were copied by [`Engine::write`].
    copied: Vec<asset::Copied>,
    /// All files created so far. A file that reappears, as when switching branches, keeps its id.
    created_files: HashMap<(SourceId, Arc<str>), File>,
    /// Diagnostics of rejected changes, whose files keep their previous content; see [`Engine::refresh`].
    rejected: BTreeMap<PathBuf, Vec<Diagnostic>>,
}

/// The reason why a site cannot be loaded.
#[derive(Debug)]
pub enum LoadError {
    /// `site.toml` cannot be read or is invalid.
    Config(Box<Diagnostic>),
    /// `--source` names a source that is not in `site.toml`.
    UnknownSource(String),
}

impl Engine {
    /// Loads `site.toml`, the theme and the files of all sources.
    ///
    /// # Errors
    /// See [`LoadError`]. Any other problem becomes a diagnostic.
    pub fn load(root: &Path, overrides: &Overrides) -> Result<Self, LoadError> {
        Self::load_into(Database::default(), root, overrides)
    }

    /// Loads a site into a database.
    ///
    /// # Errors
    /// See [`Engine::load`].
    pub fn load_into(db: Database, root: &Path, overrides: &Overrides) -> Result<Self, LoadError> {
        Ok(Self::with(db, Inputs::read(root, overrides)?))
    }

    /// Creates the database of a site that has been read.
    pub fn of(inputs: Inputs) -> Self {
        Self::with(Database::default(), inputs)
    }

    fn with(db: Database, inputs: Inputs) -> Self {
        let started = Instant::now();
        // The histories are read in threads from here on.
        let histories =
            inputs.repositories.into_iter().map(|found| Arc::new(HistoryWalk::start(found))).collect();
        let mut engine = Self {
            db,
            root: inputs.root,
            source_roots: inputs.source_roots,
            times: vec![("read", inputs.time)],
            overrides: inputs.overrides,
            theme_problems: inputs.theme.problems,
            links: Vec::new(),
            checked_assets: CheckedAssets::default(),
            copied: Vec::new(),
            created_files: HashMap::new(),
            rejected: BTreeMap::new(),
        };
        let mut trees = Vec::new();
        for (index, scan) in inputs.scans.into_iter().enumerate() {
            let files = scan.files.into_iter().map(|(path, content)| {
                let file = File::create(&engine.db, SourceId(index), path.clone(), content);
                engine.created_files.insert((SourceId(index), path.clone()), file);
                (path, file)
            });
            let (files, links) = (files.collect(), link_targets(&scan.links));
            trees.push(Arc::new(Tree { present: scan.present, files, links }));
            engine.links.push(scan.links);
        }
        let (theme, assets) = (Arc::new(inputs.theme.theme), Arc::new(inputs.theme.assets));
        let (config, stamp) = (Arc::new(inputs.config), engine.overrides.stamp);
        let _ = Site::builder(config, trees, theme, assets, inputs.lock, stamp, histories)
            .durability(Durability::HIGH)
            .trees_durability(Durability::MEDIUM)
            .new(&engine.db);
        engine.time("create", started);
        engine
    }

    /// The progress of the current run.
    pub fn progress(&self) -> &Progress {
        &self.overrides.progress
    }

    /// Returns the files of all sources.
    pub fn files(&self) -> Vec<File> {
        let trees = Site::get(&self.db).trees(&self.db);
        trees.iter().flat_map(|tree| tree.files.values().copied()).collect()
    }

    /// The places of the handbook's own files, without symbolic links above their sources.
    pub fn own_files(&self) -> impl Iterator<Item = PathBuf> {
        let roots: Vec<PathBuf> = self.source_roots.iter().map(|root| real(root)).collect();
        let own = self.files().into_iter().filter(|file| file.is_own(&self.db));
        own.map(move |file| roots[file.source(&self.db).0].join(&*file.path(&self.db)))
    }

    /// Sets the content of a file.
    pub fn set_content(&mut self, file: File, content: Content) {
        // Set only if it differs, as many queries depend on it.
        if file.readable(&self.db) != content.is_readable() {
            let durability = Durability::MEDIUM;
            file.set_readable(&mut self.db).with_durability(durability).to(content.is_readable());
        }
        file.set_content(&mut self.db).to(content);
        self.settle_again(file);
    }

    /// All diagnostics, sorted by location.
    pub fn diagnostics(&mut self) -> Vec<Diagnostic> {
        let files = self.files();
        let started = Instant::now();
        let progress = self.progress().clone();
        progress.start("Parsing files", files.len());
        each(self.db.clone(), &files, |db, file| {
            model::outline(db, *file);
            progress.advance();
        });
        let started = self.time("parse", started);
        progress.start("Building the model", 0);
        model::handbook(&self.db);
        let started = self.time("model", started);
        progress.start("Checking files", files.len());
        let check = |db: &Database, file: &File| {
            let diagnostics = file_diagnostics(db, *file);
            progress.advance();
            diagnostics
        };
        let (of_files, of_site) = (self.db.clone(), self.db.clone());
        // The checks of the whole site take long, so they run in parallel with those of single files.
        let (diagnostics, ()) = rayon::join(
            || each(of_files, &files, check),
            move || {
                check::site_diagnostics(&of_site);
            },
        );
        let mut diagnostics: Vec<Diagnostic> = diagnostics.into_iter().flatten().collect();
        diagnostics.extend(self.site_diagnostics());
        self.time("link and check", started);
        in_order(diagnostics)
    }

    /// Diagnostics that do not belong to a single file.
    pub fn site_diagnostics(&self) -> Vec<Diagnostic> {
        let mut diagnostics = check::site_diagnostics(&self.db).clone();
        diagnostics.extend(render::templates(&self.db).as_ref().err().cloned());
        diagnostics.extend(strings(&self.db).problems.iter().cloned());
        diagnostics.extend(self.theme_problems.iter().cloned());
        diagnostics.extend(self.absent_sources().map(|(_, diagnostic)| diagnostic));
        let site = Site::get(&self.db);
        let histories = site.config(&self.db).sources.iter().zip(site.histories(&self.db));
        let shallow = histories.filter(|(_, walk)| walk.history().shallow);
        diagnostics.extend(shallow.map(|(source, _)| self::shallow(source)));
        diagnostics.extend(self.asset_faults());
        diagnostics.extend(self.rejected().cloned());
        diagnostics
    }

    /// The sources that are not there, each with its diagnostic: an error unless the source is optional.
    fn absent_sources(&self) -> impl Iterator<Item = (&SourceConfig, Diagnostic)> {
        let site = Site::get(&self.db);
        let sources = site.config(&self.db).sources.iter().zip(site.trees(&self.db)).zip(&self.source_roots);
        let absent = sources.filter(|((_, tree), _)| !tree.present);
        absent.map(|((source, _), folder)| (source, self::absent(source, folder, &self.overrides)))
    }

    /// The faults by which data is missing from the model. What follows from the absence of a group or person may be
    /// wrong then, so commands that draw such conclusions report them. Optional sources count only if `with_optional`
    /// is true and they name groups.
    pub fn unread_data(&self, with_optional: bool) -> Vec<Diagnostic> {
        let names_groups = |source: &SourceConfig| {
            source.format.mapped().is_some_and(|mapped| mapped.mapping.names_groups())
        };
        let absent = self
            .absent_sources()
            .filter(|(source, diagnostic)| diagnostic.is_error() || with_optional && names_groups(source));
        let mut faults = check::unread_data(&self.db);
        faults.extend(absent.map(|(_, diagnostic)| diagnostic));
        in_order(faults)
    }

    /// Marks diagnostics that `site.toml` accepts, and reports acceptances whose diagnostic no longer occurs.
    pub fn accept(&self, found: Vec<Diagnostic>, is_external_checked: bool) -> Vec<Diagnostic> {
        in_order(check::accept(&self.db, found, is_external_checked))
    }

    /// Diagnostics of rejected changes, see [`Engine::refresh`].
    pub fn rejected(&self) -> impl Iterator<Item = &Diagnostic> {
        self.rejected.values().flatten()
    }

    /// Writes the site. If pages fail to render, returns their diagnostics and leaves the output unchanged.
    ///
    /// # Errors
    /// Fails if the folder does not belong to rolebook or cannot be written.
    pub fn write(&mut self, out: &Path) -> Result<Result<(usize, WriteStats), Vec<Diagnostic>>, OutputError> {
        self.write_when_free(out, || {})
    }

    /// Like [`Engine::write`], and calls `on_wait` if another build is writing to the folder.
    ///
    /// # Errors
    /// See [`Engine::write`].
    pub fn write_when_free(
        &mut self,
        out: &Path,
        on_wait: impl FnOnce(),
    ) -> Result<Result<(usize, WriteStats), Vec<Diagnostic>>, OutputError> {
        let started = Instant::now();
        if self.is_input(out) {
            return Err(OutputError::Input(out.to_owned()));
        }
        let output = Output::open(out, on_wait)?;
        let finished = match self.each_file(&output)? {
            Ok(finished) => finished,
            Err(failed) => return Ok(Err(failed)),
        };
        self.copied = finished.copied;
        let started = self.time("render", started);
        self.progress().start("Writing files", 0);
        self.times.extend(finished.search.map(|time| (SEARCH, time)));
        let stats = output.finish()?;
        self.time("write", started);
        Ok(Ok((finished.pages, stats)))
    }

    /// True if a folder is within the themes or a folder of the handbook's own files. Those may be the folder of the
    /// site itself, which also contains the output.
    fn is_input(&self, folder: &Path) -> bool {
        let (site, folder) = (real(&self.root), real(folder));
        let sources = Site::get(&self.db).config(&self.db).sources.iter().zip(&self.source_roots);
        let own = sources.filter(|(source, _)| source.trust.is_own()).map(|(_, root)| real(root));
        let inputs = own.filter(|root| !site.starts_with(root)).chain([real(&self.root.join("themes"))]);
        inputs.into_iter().any(|input| folder.starts_with(input))
    }

    /// The files that [`Engine::write`] would write, by path, and the number of pages.
    ///
    /// # Errors
    /// Fails if a picture cannot be read.
    pub fn contents(&self) -> Result<Result<(usize, Contents), Vec<Diagnostic>>, OutputError> {
        let contents = Mutex::new(Contents::new());
        let finished = match self.each_file(&contents)? {
            Ok(finished) => finished,
            Err(failed) => return Ok(Err(failed)),
        };
        Ok(Ok((finished.pages, contents.into_inner().unwrap_or_else(PoisonError::into_inner))))
    }

    /// Passes every file to `sink`, from several threads.
    fn each_file(&self, sink: &impl Sink) -> Result<Result<Written, Vec<Diagnostic>>, OutputError> {
        let (routes, progress) = (self.routes(), self.progress().clone());
        progress.start("Rendering pages", routes.len());
        let write_page = |db: &Database, (url, route): &(String, Route)| {
            let result = match render::html(db, route) {
                Some(Ok(html)) => write_at(url, html.as_bytes(), sink).map(|()| None),
                Some(Err(diagnostic)) => Ok(Some(diagnostic)),
                None => Ok(None),
            };
            progress.advance();
            result
        };
        let has_search = Site::get(&self.db).config(&self.db).search.enabled;
        let (pages_db, search_db, db) = (self.db.clone(), self.db.clone(), self.db.clone());
        let (roots, checked) = (&self.source_roots, &self.checked_assets);
        let ((others, results), search) = rayon::join(
            || {
                let joined = rayon::join(
                    move || each_generated(&db, sink).and_then(|()| each_asset(&db, roots, checked, sink)),
                    || each(pages_db, &routes, write_page),
                );
                if has_search {
                    progress.start("Building the search index", 0);
                }
                joined
            },
            move || each_search_file(&search_db, sink),
        );
        let (copied, search) = (others?, search?);
        let mut failed = Vec::new();
        for result in results {
            failed.extend(result?);
        }
        let pages = routes.len();
        Ok(if failed.is_empty() { Ok(Written { pages, search, copied }) } else { Err(in_order(failed)) })
    }

    /// Diagnostics from rendering all pages, without writing them.
    pub fn render_faults(&self) -> Vec<Diagnostic> {
        let (routes, progress) = (self.routes(), self.progress().clone());
        progress.start("Rendering pages", routes.len());
        let render = |db: &Database, (_, route): &(String, Route)| {
            let fault = render::html(db, route).and_then(Result::err);
            progress.advance();
            fault
        };
        in_order(each(self.db.clone(), &routes, render).into_iter().flatten().collect())
    }

    /// All pages that are written, with their addresses.
    pub fn routes(&self) -> Vec<(String, Route)> {
        model::written_routes(&self.db).cloned().collect()
    }

    fn time(&mut self, stage: &'static str, started: Instant) -> Instant {
        let now = Instant::now();
        self.times.push((stage, now - started));
        now
    }
}

/// Statistics of the files that were passed on.
struct Written {
    /// Number of pages.
    pages: usize,
    /// The time it took to build the search index, in parallel with the pages; `None` without search.
    search: Option<Duration>,
    /// The files that were copied.
    copied: Vec<asset::Copied>,
}

/// All diagnostics of one file.
pub fn file_diagnostics(db: &Database, file: File) -> Vec<Diagnostic> {
    let diagnostics = check::file_diagnostics(db, file).iter().cloned();
    diagnostics.chain(pages::too_large(db, file)).collect()
}

/// Number of items that a thread takes at a time, small enough to keep all threads busy until the end.
const CHUNK: usize = 16;

/// Maps items in parallel, on clones of the database.
fn each<T: Sync, R: Send>(db: Database, items: &[T], ask: impl Fn(&Database, &T) -> R + Sync) -> Vec<R> {
    items.par_iter().with_max_len(CHUNK).map_with(db, |db, item| ask(db, item)).collect()
}

/// Receives the files of a site.
trait Sink: Sync {
    fn write(&self, path: &SitePath, bytes: &[u8]) -> Result<(), OutputError>;

    fn write_pieces(&self, path: &SitePath, pieces: Pieces) -> Result<(), OutputError>;
}

impl Sink for Output {
    fn write(&self, path: &SitePath, bytes: &[u8]) -> Result<(), OutputError> {
        self.write(path, bytes)
    }

    fn write_pieces(&self, path: &SitePath, pieces: Pieces) -> Result<(), OutputError> {
        self.write_pieces(path, pieces)
    }
}

impl Sink for Mutex<Contents> {
    fn write(&self, path: &SitePath, bytes: &[u8]) -> Result<(), OutputError> {
        let mut contents = self.lock().unwrap_or_else(PoisonError::into_inner);
        contents.insert(path.as_str().to_owned(), bytes.to_owned());
        Ok(())
    }

    fn write_pieces(&self, path: &SitePath, pieces: Pieces) -> Result<(), OutputError> {
        let mut bytes = Vec::new();
        let fault = |source| OutputError::Io { path: path.as_str().into(), source };
        pieces(&mut bytes).map_err(fault)?;
        self.write(path, &bytes)
    }
}

/// Passes the generated files that are not pages to `sink`.
fn each_generated(db: &Database, sink: &impl Sink) -> Result<(), OutputError> {
    let write_file = |db: &Database, (url, file): &(String, GeneratedFile)| {
        let Ok(path) = SitePath::of_address(url) else { return Ok(()) };
        match render::generated_file(db, file) {
            Some(Generated::Bytes(bytes)) => sink.write(&path, &bytes),
            Some(Generated::Pieces(pieces)) => sink.write_pieces(&path, &*pieces),
            None => Ok(()),
        }
    };
    each(db.clone(), model::generated_files(db), write_file).into_iter().collect()
}

/// Passes the theme's files and the copied files of sources to `sink`. Returns the copied files.
fn each_asset(
    db: &Database,
    roots: &[PathBuf],
    checked: &CheckedAssets,
    sink: &impl Sink,
) -> Result<Vec<asset::Copied>, OutputError> {
    for (name, bytes) in render::assets(db) {
        write_at(&format!("/assets/{name}"), bytes, sink)?;
    }
    let copy = |asset: asset::Asset| {
        let (copied, bytes) = asset.content(checked);
        match bytes {
            Ok(bytes) => write_at(&asset.url, &bytes, sink)?,
            // Faults in other people's files do not fail the build; they were reported.
            Err(_) if asset.is_of_others => {}
            Err(source) => return Err(OutputError::Io { path: asset.disk_path(), source }),
        }
        Ok(copied)
    };
    asset::assets(db, roots).into_par_iter().map(copy).collect()
}

/// The targets of the links of a source, by path.
fn link_targets(links: &[SymbolicLink]) -> BTreeMap<Arc<str>, Arc<str>> {
    links.iter().filter_map(|link| Some((link.path.clone(), link.target.clone()?))).collect()
}

/// Passes the search index to `sink`. Returns the time it took; `None` if the site has no search.
fn each_search_file(db: &Database, sink: &impl Sink) -> Result<Option<Duration>, OutputError> {
    let started = Instant::now();
    let config = Site::get(db).config(db);
    if !config.search.enabled {
        return Ok(None);
    }
    let index = search::index(pages::search_entries(db), &config.language);
    let write_file = |(path, bytes): &(String, Vec<u8>)| write_at(&format!("/{path}"), bytes, sink);
    index.par_iter().try_for_each(write_file)?;
    Ok(Some(started.elapsed()))
}

/// Sorts diagnostics by location and removes duplicates.
pub fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort();
    diagnostics.dedup();
    diagnostics
}

/// The text of `governance.lock`; `None` if there is no such file.
///
/// # Errors
/// `source/not-utf8` and `source/unreadable`. Treating the lock as absent would hide all drift.
fn lock(root: &Path) -> Result<Option<Arc<str>>, Diagnostic> {
    match site_file(root, LOCK) {
        Ok(text) => Ok(Some(text.into())),
        Err((io::ErrorKind::NotFound, _)) if root.join(LOCK).symlink_metadata().is_err() => Ok(None),
        Err((_, fault)) => Err(fault),
    }
}

/// Reads a file next to `site.toml`. On failure, returns the error kind and a diagnostic.
fn site_file(root: &Path, name: &str) -> Result<String, (io::ErrorKind, Diagnostic)> {
    let file = FileName::site(name);
    let bytes = source::open::bytes(&root.join(name)).map_err(|error| {
        let message = format!("cannot read {name}: {error}");
        let fault = Diagnostic::new(code::SOURCE_UNREADABLE, message, Location::line(&file, 1, 1));
        (error.kind(), fault.help("check that it is a readable regular file"))
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let (line, column) = source::not_utf8(&error);
        let at = Location::line(&file, line, column);
        let fault = Diagnostic::new(code::SOURCE_NOT_UTF8, "the file is not valid UTF-8", at);
        (io::ErrorKind::InvalidData, fault.help("save the file as UTF-8"))
    })
}

/// Reads `site.toml` and applies the overrides.
///
/// # Errors
/// See [`LoadError`].
pub fn config(root: &Path, overrides: &Overrides) -> Result<Config, LoadError> {
    let text = site_file(root, FILE).map_err(|(_, fault)| LoadError::Config(Box::new(fault)))?;
    parsed(&text, overrides)
}

/// Parses `site.toml` and applies the overrides.
fn parsed(text: &str, overrides: &Overrides) -> Result<Config, LoadError> {
    let mut config = Config::parse(text).map_err(|error| LoadError::Config(Box::new(error)))?;
    if let Some(base_url) = &overrides.base_url {
        config.base_url = crate::config::base_url(base_url);
    }
    for name in overrides.sources.keys() {
        if !config.sources.iter().any(|source| source.name.as_ref() == Some(name)) {
            return Err(LoadError::UnknownSource(name.clone()));
        }
    }
    Ok(config)
}

fn absent(source: &SourceConfig, place: &Path, overrides: &Overrides) -> Diagnostic {
    let asked_for = source.name.as_ref().is_some_and(|name| overrides.sources.contains_key(name));
    // The path as the user wrote it, so that diagnostics do not differ between machines.
    let shown = if asked_for { place.display().to_string() } else { source.path.clone() };
    let name = source.title();
    if source.optional && !asked_for {
        return Diagnostic::new(
            code::SOURCE_ABSENT,
            format!("optional source `{name}` not found at `{shown}`; references to it lead to digests or to the web"),
            None,
        )
        .help(format!("check it out there, or give its location with `--source {name}=PATH`"));
    }
    Diagnostic::new(
        code::SOURCE_MISSING,
        format!("the folder `{shown}` of the source `{name}` does not exist"),
        None,
    )
    .help("correct `path` in site.toml or the path given with `--source`")
}

fn shallow(source: &SourceConfig) -> Diagnostic {
    let message = format!(
        "the source `{}` is a shallow clone; pages do not show changes before its first commit",
        source.title()
    );
    Diagnostic::new(code::SOURCE_SHALLOW_HISTORY, message, Location::line(&FileName::site(FILE), 1, 1))
        .help("fetch the full history with `git fetch --unshallow` (`fetch-depth: 0` for actions/checkout), or set `history = false` in site.toml")
}

/// Passes the file for an address to `sink`. An address that is not a valid path is skipped; a check reports it.
fn write_at(url: &str, bytes: &[u8], sink: &impl Sink) -> Result<(), OutputError> {
    SitePath::of_address(url).map_or(Ok(()), |path| sink.write(&path, bytes))
}
