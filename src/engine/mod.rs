//! The database that all queries live in, and the steps of a run over it: load, check, render, write.
//! [`refresh`](Engine::refresh) brings later changes of files into it.

mod asset;
mod refresh;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use salsa::{Durability, Setter, Storage};

use crate::check;
use crate::config::{Config, FILE};
use crate::diagnostic::{Diagnostic, FileName, Location, code};
use crate::model::{self, PageKinds, Route};
use crate::output::{Output, OutputError, Written};
use crate::pages;
use crate::render;
use crate::search;
use crate::site_path::SitePath;
use crate::source::{self, Content, Db, File, Link, Scan, Site, SourceId, Tree, Walk};
use crate::strings::strings;
use crate::trace::LOCK;

pub use asset::{Asset, Opened};
pub use refresh::{Refresh, Refreshed, real};

/// The stage in which the search index is made, beside that of the pages.
pub const SEARCH: &str = "search";

/// Tells a test which queries were run.
type Log = Arc<Mutex<Vec<String>>>;

/// A built site: its files by path.
pub type Contents = BTreeMap<String, Vec<u8>>;

/// The database. It knows the kinds of page from the beginning.
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
    /// A database that writes the name of each query it runs into a log.
    pub fn logged(log: Log) -> Self {
        let storage = Storage::new(Some(Box::new(move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind
                && let Ok(mut log) = log.lock()
            {
                log.push(format!("{database_key:?}"));
            }
        })));
        Self::of(storage)
    }

    fn of(storage: Storage<Self>) -> Self {
        let db = Self { storage };
        let _ = PageKinds::builder(pages::kinds()).durability(Durability::HIGH).new(&db);
        db
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::of(Storage::default())
    }
}

/// How a run is to differ from what `site.toml` says.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Paths of named sources, relative to the working directory.
    pub sources: BTreeMap<String, PathBuf>,
    /// Another address.
    pub base_url: Option<String>,
    /// When the site is said to be made; where nobody says, the histories of its sources do.
    pub stamp: Option<jiff::Timestamp>,
}

/// A loaded site.
pub struct Engine {
    /// The database; its inputs are the site's files.
    pub db: Database,
    /// The folder with `site.toml`.
    pub root: PathBuf,
    /// Where each source is on disk.
    pub source_roots: Vec<PathBuf>,
    /// Time by stage.
    pub times: Vec<(&'static str, Duration)>,
    overrides: Overrides,
    /// What is wrong with the theme's files.
    theme_problems: Vec<Diagnostic>,
    /// Symbolic links of each source.
    links: Vec<Vec<Link>>,
    /// What is wrong with files that are copied, by file, as far as it is known; see [`asset`].
    asset_faults: Mutex<HashMap<File, Option<Diagnostic>>>,
    /// Every file there ever was: one that comes back, as on a change of branches, is the same file again.
    known: HashMap<(SourceId, Arc<str>), File>,
    /// What is wrong with files that still stand as they were before; see [`Engine::refresh`].
    held: BTreeMap<PathBuf, Vec<Diagnostic>>,
}

/// Why a site cannot be loaded at all.
#[derive(Debug)]
pub enum LoadError {
    /// `site.toml` cannot be read or says something wrong.
    Config(Box<Diagnostic>),
    /// `--source` names a source that `site.toml` does not have.
    UnknownSource(String),
}

impl Engine {
    /// Reads `site.toml`, the theme and the files of all sources.
    ///
    /// # Errors
    /// See [`LoadError`]; whatever else is wrong is among the diagnostics.
    pub fn load(root: &Path, overrides: &Overrides) -> Result<Self, LoadError> {
        Self::load_into(Database::default(), root, overrides)
    }

    /// Loads a site into a database.
    ///
    /// # Errors
    /// See [`Engine::load`].
    pub fn load_into(db: Database, root: &Path, overrides: &Overrides) -> Result<Self, LoadError> {
        let started = Instant::now();
        let config = config(root, overrides)?;
        let theme = source::theme(root, &config.theme);
        let mut engine = Self {
            db,
            root: root.to_owned(),
            source_roots: Vec::new(),
            times: Vec::new(),
            overrides: overrides.clone(),
            theme_problems: theme.problems,
            links: Vec::new(),
            asset_faults: Mutex::default(),
            known: HashMap::new(),
            held: BTreeMap::new(),
        };
        let mut trees = Vec::new();
        let places = config.sources.iter().map(|source| {
            let named = source.name.as_ref().and_then(|name| overrides.sources.get(name));
            named.cloned().unwrap_or_else(|| root.join(&source.path))
        });
        let places: Vec<PathBuf> = places.collect();
        let histories = places.iter().map(|place| {
            let known = config.history && place.is_dir();
            Arc::new(if known { Walk::start(place.clone()) } else { Walk::none() })
        });
        let histories = histories.collect();
        let scans: Vec<Scan> = places
            .par_iter()
            .zip(config.sources.par_iter())
            .map(|(place, source)| source::scan(place, source, &places))
            .collect();
        for (index, (place, scan)) in places.into_iter().zip(scans).enumerate() {
            let files = scan.files.into_iter().map(|(path, content)| {
                let file = File::create(&engine.db, SourceId(index), path.clone(), content);
                engine.known.insert((SourceId(index), path.clone()), file);
                (path, file)
            });
            let (files, links) = (files.collect(), stand_ins(&scan.links));
            trees.push(Arc::new(Tree { present: scan.present, files, links }));
            engine.links.push(scan.links);
            engine.source_roots.push(place);
        }
        let (theme, assets) = (Arc::new(theme.theme), Arc::new(theme.assets));
        let _ = Site::builder(Arc::new(config), trees, theme, assets, lock(root), overrides.stamp, histories)
            .durability(Durability::HIGH)
            .trees_durability(Durability::MEDIUM)
            .new(&engine.db);
        engine.time("read", started);
        Ok(engine)
    }

    /// The files of all sources.
    pub fn files(&self) -> Vec<File> {
        let trees = Site::get(&self.db).trees(&self.db);
        trees.iter().flat_map(|tree| tree.files.values().copied()).collect()
    }

    /// Replaces the content of a file, as if it had been saved.
    pub fn set_content(&mut self, file: File, content: Content) {
        // Set only when it differs: it says which files there are, and much depends on that.
        if file.readable(&self.db) != content.is_readable() {
            let durability = Durability::MEDIUM;
            file.set_readable(&mut self.db).with_durability(durability).to(content.is_readable());
        }
        file.set_content(&mut self.db).to(content);
    }

    /// Everything that is wrong, sorted by place.
    pub fn diagnostics(&mut self) -> Vec<Diagnostic> {
        let files = self.files();
        let started = Instant::now();
        each(self.db.clone(), &files, |db, file| {
            model::outline(db, *file);
        });
        let started = self.time("parse", started);
        model::handbook(&self.db);
        let started = self.time("model", started);
        let check = |db: &Database, file: &File| file_diagnostics(db, *file);
        let (of_files, of_site) = (self.db.clone(), self.db.clone());
        // The rules over the whole site are one long question: asked beside those over files, not after them.
        let (found, ()) = rayon::join(
            || each(of_files, &files, check),
            move || {
                check::site_diagnostics(&of_site);
            },
        );
        let mut found: Vec<Diagnostic> = found.into_iter().flatten().collect();
        found.extend(self.site_diagnostics());
        self.time("link and check", started);
        in_order(found)
    }

    /// What is wrong apart from single files.
    pub fn site_diagnostics(&self) -> Vec<Diagnostic> {
        let mut found = check::site_diagnostics(&self.db).clone();
        found.extend(render::templates(&self.db).as_ref().err().cloned());
        found.extend(strings(&self.db).problems.iter().cloned());
        found.extend(self.theme_problems.iter().cloned());
        let site = Site::get(&self.db);
        let sources = site.config(&self.db).sources.iter().zip(site.trees(&self.db)).zip(&self.source_roots);
        let absent = sources.filter(|((_, tree), _)| !tree.present);
        found.extend(absent.map(|((source, _), place)| self::absent(source, place, &self.overrides)));
        let histories = site.config(&self.db).sources.iter().zip(site.histories(&self.db));
        let shallow = histories.filter(|(_, walk)| walk.history().shallow);
        found.extend(shallow.map(|(source, _)| self::shallow(source)));
        found.extend(self.asset_faults());
        found.extend(self.held().cloned());
        found
    }

    /// Marks the findings that `site.toml` accepts, and reports acceptances of findings that no longer occur.
    pub fn accept(&self, found: Vec<Diagnostic>, is_external_checked: bool) -> Vec<Diagnostic> {
        in_order(check::accept(&self.db, found, is_external_checked))
    }

    /// What keeps changes from being taken in; see [`Engine::refresh`].
    pub fn held(&self) -> impl Iterator<Item = &Diagnostic> {
        self.held.values().flatten()
    }

    /// Writes the site. Pages that fail are diagnostics; then nothing is changed on disk.
    ///
    /// # Errors
    /// When the folder is not rolebook's or cannot be written.
    pub fn write(&mut self, out: &Path) -> Result<Result<(usize, Written), Vec<Diagnostic>>, OutputError> {
        self.write_when_free(out, || {})
    }

    /// Writes the site as [`Engine::write`] does, and tells when it has to wait for another build into the folder.
    ///
    /// # Errors
    /// See [`Engine::write`].
    pub fn write_when_free(
        &mut self,
        out: &Path,
        on_wait: impl FnOnce(),
    ) -> Result<Result<(usize, Written), Vec<Diagnostic>>, OutputError> {
        let started = Instant::now();
        let output = Output::open(out, on_wait)?;
        let write = |path: &SitePath, bytes: &[u8]| output.write(path, bytes);
        // Beside the pages: it asks the same questions, and waits for none of them.
        let (pages, search) = std::thread::scope(|threads| {
            let db = self.db.clone();
            let searching = threads.spawn(move || {
                let started = Instant::now();
                Ok::<_, OutputError>(each_search_file(&db, write)?.then(|| started.elapsed()))
            });
            (self.each_file(write), joined(searching))
        });
        let pages = match pages? {
            Ok(pages) => pages,
            Err(failed) => return Ok(Err(failed)),
        };
        let search = search?;
        let started = self.time("render", started);
        self.times.extend(search.map(|time| (SEARCH, time)));
        let written = output.finish()?;
        self.time("write", started);
        Ok(Ok((pages, written)))
    }

    /// The files that [`Engine::write`] would write, by path, and the number of pages.
    ///
    /// # Errors
    /// When a picture cannot be read.
    pub fn contents(&self) -> Result<Result<(usize, Contents), Vec<Diagnostic>>, OutputError> {
        let contents = Mutex::new(Contents::new());
        let keep = |path: &SitePath, bytes: &[u8]| {
            let mut contents = contents.lock().unwrap_or_else(PoisonError::into_inner);
            contents.insert(path.as_str().to_owned(), bytes.to_owned());
            Ok(())
        };
        let pages = match self.each_file(keep)? {
            Ok(pages) => pages,
            Err(failed) => return Ok(Err(failed)),
        };
        each_search_file(&self.db, keep)?;
        Ok(Ok((pages, contents.into_inner().unwrap_or_else(PoisonError::into_inner))))
    }

    /// Hands over every file but those of the search index as it is made, from many threads; the number of pages.
    fn each_file(
        &self,
        write: impl Fn(&SitePath, &[u8]) -> Result<(), OutputError> + Copy + Send + Sync,
    ) -> Result<Result<usize, Vec<Diagnostic>>, OutputError> {
        let routes = self.routes();
        let write_page = |db: &Database, (url, route): &(String, Route)| match render::html(db, route) {
            Some(Ok(html)) => write_at(url, html.as_bytes(), write).map(|()| None),
            Some(Err(diagnostic)) => Ok(Some(diagnostic)),
            None => Ok(None),
        };
        let (pages_db, db, roots) = (self.db.clone(), self.db.clone(), &self.source_roots);
        let (others, results) = rayon::join(
            move || each_data_file(&db, write).and_then(|()| each_asset(&db, roots, write)),
            || each(pages_db, &routes, write_page),
        );
        others?;
        let mut failed = Vec::new();
        for result in results {
            failed.extend(result?);
        }
        Ok(if failed.is_empty() { Ok(routes.len()) } else { Err(in_order(failed)) })
    }

    /// What is wrong with pages when they are rendered, without writing any.
    pub fn render_faults(&self) -> Vec<Diagnostic> {
        let routes = self.routes();
        let render = |db: &Database, (_, route): &(String, Route)| render::html(db, route)?.err();
        in_order(each(self.db.clone(), &routes, render).into_iter().flatten().collect())
    }

    /// Every page that is written, with its address.
    pub fn routes(&self) -> Vec<(String, Route)> {
        model::written_routes(&self.db).cloned().collect()
    }

    fn time(&mut self, stage: &'static str, started: Instant) -> Instant {
        let now = Instant::now();
        self.times.push((stage, now - started));
        now
    }
}

/// Everything that is wrong with one file.
pub fn file_diagnostics(db: &Database, file: File) -> Vec<Diagnostic> {
    let found = check::file_diagnostics(db, file).iter().cloned();
    found.chain(pages::too_large(db, file)).collect()
}

/// How many items a thread takes at a time: few enough that none is left with many while the others have nothing to do.
const PIECE: usize = 16;

/// Asks something of each item, in parallel, on clones of the database.
fn each<T: Sync, R: Send>(db: Database, items: &[T], ask: impl Fn(&Database, &T) -> R + Sync) -> Vec<R> {
    items.par_iter().with_max_len(PIECE).map_with(db, |db, item| ask(db, item)).collect()
}

/// Hands over the files for other programs.
fn each_data_file(
    db: &Database,
    write: impl Fn(&SitePath, &[u8]) -> Result<(), OutputError> + Sync,
) -> Result<(), OutputError> {
    let write_file = |db: &Database, url: &String| match render::data_file(db, url) {
        Some(bytes) => write_at(url, &bytes, &write),
        None => Ok(()),
    };
    each(db.clone(), &render::data_files(db), write_file).into_iter().collect()
}

/// Hands over the theme's files and the pictures of documents.
fn each_asset(
    db: &Database,
    roots: &[PathBuf],
    write: impl Fn(&SitePath, &[u8]) -> Result<(), OutputError> + Sync,
) -> Result<(), OutputError> {
    for (name, bytes) in render::assets(db) {
        write_at(&format!("/assets/{name}"), bytes, &write)?;
    }
    asset::assets(db, roots).into_par_iter().try_for_each(|asset| match asset.bytes() {
        Ok(bytes) => write_at(&asset.url, &bytes, &write),
        // What stands in other people's files does not keep the site from being built; it was reported.
        Err(_) if asset.is_of_others => Ok(()),
        Err(source) => Err(OutputError::Io { path: asset.place(), source }),
    })
}

/// What links of a source stand for, by their paths.
fn stand_ins(links: &[Link]) -> BTreeMap<Arc<str>, Arc<str>> {
    links.iter().filter_map(|link| Some((link.path.clone(), link.target.clone()?))).collect()
}

/// Hands over the search index, where the site has one; whether it has.
fn each_search_file(
    db: &Database,
    write: impl Fn(&SitePath, &[u8]) -> Result<(), OutputError>,
) -> Result<bool, OutputError> {
    let config = Site::get(db).config(db);
    if !config.search.enabled {
        return Ok(false);
    }
    let index = search::index(&pages::search_entries(db), &config.language);
    let fault = |source| OutputError::Io { path: search::FOLDER.into(), source };
    for (path, bytes) in index.map_err(fault)? {
        write_at(&format!("/{path}"), &bytes, &write)?;
    }
    Ok(true)
}

/// What a thread gives; a fault of the program in it is one here.
fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault))
}

/// By place; what several pages found is said once.
pub fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort();
    found.dedup();
    found
}

/// The text of `governance.lock`; none where there is no such file.
///
/// # Errors
/// `source/not-utf8` and `source/unreadable`: as if nothing had been reviewed, no drift would be found.
fn lock(root: &Path) -> Result<Option<Arc<str>>, Diagnostic> {
    match site_file(root, LOCK) {
        Ok(text) => Ok(Some(text.into())),
        Err((io::ErrorKind::NotFound, _)) if root.join(LOCK).symlink_metadata().is_err() => Ok(None),
        Err((_, fault)) => Err(fault),
    }
}

/// The text of a file beside `site.toml`, or the kind of fault with its diagnostic.
fn site_file(root: &Path, name: &str) -> Result<String, (io::ErrorKind, Diagnostic)> {
    let file = FileName::site(name);
    let bytes = source::open::bytes(&root.join(name)).map_err(|error| {
        let message = format!("cannot read {name}: {error}");
        let fault = Diagnostic::new(code::SOURCE_UNREADABLE, message, Location::line(&file, 1, 1));
        (error.kind(), fault.help("check that it is a file and may be read"))
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let (line, column) = source::not_utf8(&error);
        let at = Location::line(&file, line, column);
        let fault = Diagnostic::new(code::SOURCE_NOT_UTF8, "the file is not valid UTF-8", at);
        (io::ErrorKind::InvalidData, fault.help("save it as UTF-8"))
    })
}

/// What `site.toml` says, as a run wants it.
///
/// # Errors
/// See [`LoadError`].
pub fn config(root: &Path, overrides: &Overrides) -> Result<Config, LoadError> {
    let text = site_file(root, FILE).map_err(|(_, fault)| LoadError::Config(Box::new(fault)))?;
    let mut config = Config::parse(&text).map_err(|error| LoadError::Config(Box::new(error)))?;
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

fn absent(source: &crate::config::SourceConfig, place: &Path, overrides: &Overrides) -> Diagnostic {
    let asked_for = source.name.as_ref().is_some_and(|name| overrides.sources.contains_key(name));
    // The path as the user wrote it: a diagnostic that names the machine's folders differs by machine.
    let shown = if asked_for { place.display().to_string() } else { source.path.clone() };
    let name = source.title();
    if source.optional && !asked_for {
        return Diagnostic::new(
            code::SOURCE_ABSENT,
            format!("the optional source `{name}` is not at {shown}; references to it lead to digests or to the web"),
            None,
        )
        .help(format!("check it out there, or name its place with `--source {name}=PATH`"));
    }
    Diagnostic::new(
        code::SOURCE_MISSING,
        format!("the folder {shown} of the source `{name}` does not exist"),
        None,
    )
    .help("correct `path` in site.toml")
}

fn shallow(source: &crate::config::SourceConfig) -> Diagnostic {
    let message = format!(
        "the source `{}` is a shallow clone: pages do not say when and by whom files were changed before it begins",
        source.title()
    );
    Diagnostic::new(code::SOURCE_SHALLOW_HISTORY, message, Location::line(&FileName::site(FILE), 1, 1))
        .help("fetch the rest with `git fetch --unshallow` (`fetch-depth: 0` of actions/checkout), or set `history = false`")
}

/// Hands over the file of an address. What has none is reported by a rule, and left out.
fn write_at(
    url: &str,
    bytes: &[u8],
    write: impl Fn(&SitePath, &[u8]) -> Result<(), OutputError>,
) -> Result<(), OutputError> {
    SitePath::of_address(url).map_or(Ok(()), |path| write(&path, bytes))
}
