//! The engine's thread: applies changes, answers requests, updates tabs, and checks and renders the rest in idle time.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::live::{PageState, Tabs};
use super::queue::{QUIET, Queue, Request, Task};
use super::renderers::{RenderOutcome, Renderers};
use super::search::{LiveIndex, LookupResult};
use super::watch::Watch;
use super::{ServerEvent, version};
use crate::config::FILE;
use crate::diagnostic::Diagnostic;
use crate::engine::{Engine, Refresh, file_diagnostics, real};
use crate::model::{self, Route};
use crate::pages;
use crate::render;
use crate::search;
use crate::source::{self, File, Site};
use crate::trace::LOCK;
use crate::url;

/// Maximum duration of idle work before the queue is checked again.
const TURN: Duration = Duration::from_millis(1);
/// Time after a change that belongs to the requests for what it changed: checking the site takes all processors.
const REACTION: Duration = Duration::from_millis(20);
/// Time that this thread waits for a requested page before it turns to other tasks. Most pages take less than a
/// millisecond.
const PATIENCE: Duration = Duration::from_millis(20);

/// Number of files up to which documents are settled before the first answer. Reading more documents first would keep
/// its reader waiting longer than the answers after later edits gain. Settling in idle time delays requests that arrive
/// meanwhile.
const SETTLED_FIRST: usize = 3_000;

/// State of the preview.
pub(super) struct Preview {
    engine: Engine,
    queue: Arc<Queue>,
    tabs: Arc<Tabs>,
    watch: Watch,
    navigate: bool,
    events: Sender<ServerEvent>,
    /// The last successfully rendered page at each address, and the number of changes before it.
    last_good: HashMap<String, (Arc<str>, u64)>,
    /// Number of changes.
    changes: u64,
    /// Diagnostics by file, and those without a file.
    by_file: BTreeMap<File, Vec<Diagnostic>>,
    by_site: Vec<Diagnostic>,
    /// Pages that cannot be rendered, with the error.
    failed: BTreeMap<String, Diagnostic>,
    problems: Arc<Vec<Diagnostic>>,
    /// Number of changes of each asset, by address.
    asset_changes: BTreeMap<String, u64>,
    /// Number of guided changes, and the address of the page to show.
    guide: Option<(u64, String)>,
    /// True until the first refresh after watching began, since files may have changed between reading and watching.
    read_before_watched: bool,
    rest: Rest,
    search: LiveIndex,
    renderers: Renderers,
    /// Requests for pages that are still being rendered.
    waiting: Vec<Request>,
}

/// Remaining work since the last change.
struct Rest {
    /// The time of the change.
    since: Instant,
    /// The changed files whose pages are rendered first, as they will be requested next.
    shown: VecDeque<File>,
    /// The changed files to check.
    changed: VecDeque<File>,
    /// All files, once the changed ones have been checked.
    files: Option<VecDeque<File>>,
    site: bool,
    pages: Option<VecDeque<Route>>,
    is_finished: bool,
}

impl Rest {
    fn after(changed: &BTreeSet<File>) -> Self {
        let changed: VecDeque<File> = changed.iter().copied().collect();
        Self {
            since: Instant::now(),
            shown: changed.clone(),
            changed,
            files: None,
            site: true,
            pages: None,
            is_finished: false,
        }
    }

    /// The time at which the next part of the work may begin: at once for pages that will be requested next.
    fn begins(&self) -> Instant {
        if self.shown.is_empty() { self.since + REACTION } else { self.since }
    }
}

impl Preview {
    /// Creates a preview of a loaded site that reports `events`.
    pub(super) fn new(
        engine: Engine,
        queue: Arc<Queue>,
        tabs: Arc<Tabs>,
        watch: Watch,
        navigate: bool,
        events: Sender<ServerEvent>,
    ) -> Self {
        let mut preview = Self {
            engine,
            tabs,
            watch,
            navigate,
            events,
            last_good: HashMap::new(),
            changes: 0,
            by_file: BTreeMap::new(),
            by_site: Vec::new(),
            failed: BTreeMap::new(),
            problems: Arc::default(),
            asset_changes: BTreeMap::new(),
            guide: None,
            read_before_watched: false,
            rest: Rest::after(&BTreeSet::new()),
            search: LiveIndex::default(),
            renderers: Renderers::new(queue.clone()),
            waiting: Vec::new(),
            queue,
        };
        preview.watch_folders();
        preview
    }

    /// Runs until the queue ends.
    pub(super) fn run(mut self) {
        self.guarded(Self::settle_first);
        loop {
            let has_idle_work = !self.rest.is_finished && !self.renderers.are_busy();
            let task = self.queue.next(has_idle_work.then(|| self.rest.begins()));
            if matches!(task, Task::Stop) {
                return;
            }
            self.guarded(|preview| preview.turn(task));
        }
    }

    /// Works so that a panic costs one answer, not the whole preview.
    fn guarded(&mut self, work: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            self.rest.is_finished = true;
            self.report(ServerEvent::Failed);
        }
    }

    fn report(&self, event: ServerEvent) {
        // Its receiver lives longer than this thread.
        let _ = self.events.send(event);
    }

    fn turn(&mut self, task: Task) {
        match task {
            Task::Changes(refresh) => self.refresh(&refresh),
            Task::Request(request) => self.serve(request),
            Task::Rendered => self.take_finished_pages(),
            Task::Tabs => self.update_tabs(),
            Task::WatchFull => self.poll(),
            Task::Tick => {
                if self.watch.rewatch() {
                    self.refresh(&Refresh::all());
                }
            }
            Task::Idle => self.idle(),
            Task::Stop => {}
        }
    }

    fn serve(&mut self, request: Request) {
        match self.answer(&request.path) {
            Some(answer) => {
                // The client may have disconnected.
                let _ = request.reply.send(answer);
            }
            None => self.waiting.push(request),
        }
    }

    /// Takes pages that finished late, and retries the waiting requests.
    fn take_finished_pages(&mut self) {
        for (url, outcome) in self.renderers.take_finished() {
            match outcome {
                RenderOutcome::Rendered(rendered) => self.store(&url, rendered),
                RenderOutcome::Checked => self.take_site_diagnostics(),
                RenderOutcome::Interrupted => {}
                // The idle work would only meet the panic again.
                RenderOutcome::Failed => {
                    self.rest.is_finished = true;
                    self.report(ServerEvent::Failed);
                }
            }
        }
        for request in std::mem::take(&mut self.waiting) {
            if !request.reply.is_closed() {
                self.serve(request);
            }
        }
        self.update_tabs();
    }

    /// Watches the places that pages may depend on.
    fn watch_folders(&mut self) {
        let root = &self.engine.root;
        let config = Site::get(&self.engine.db).config(&self.engine.db);
        let theme = (root.join("themes").join(&config.theme), true);
        let sources = self.engine.source_roots.iter().map(|root| (root.clone(), true));
        let mut folders: Vec<(PathBuf, bool)> =
            [(root.clone(), false), theme].into_iter().chain(sources).collect();
        let of_brand = config.brand.files().map(|file| file.path.below(root));
        // A symbolic link changes with its target, which may be elsewhere.
        let targets = [FILE, LOCK].map(|file| real(&root.join(file)));
        for path in of_brand.chain(targets) {
            let folder = path.parent().unwrap_or(root);
            let is_watched = |(watched, below): &(PathBuf, bool)| {
                if *below { folder.starts_with(watched) } else { folder == watched }
            };
            if !folders.iter().any(is_watched) {
                folders.push((folder.to_owned(), false));
            }
        }
        self.watch.set_folders(folders);
        self.read_before_watched = true;
    }

    fn poll(&mut self) {
        if self.watch.polls() {
            return;
        }
        match Watch::new(self.queue.clone(), true) {
            Ok(watch) => {
                self.watch = watch;
                self.watch_folders();
                self.report(ServerEvent::Polling);
            }
            Err(error) => self.report(ServerEvent::Blind(error.to_string())),
        }
        // Covers changes made before watching began.
        self.refresh(&Refresh::all());
    }

    fn refresh(&mut self, refresh: &Refresh) {
        let started = Instant::now();
        self.watch.drop_watches(&refresh.paths);
        // Saving a file neither adds nor removes a folder.
        let only_files = !refresh.all && refresh.paths.keys().all(|path| path.is_file());
        let lost = !only_files && self.watch.rewatch();
        let had_rejected = self.engine.rejected().next().is_some();
        self.renderers.interrupt();
        let changes = if lost { self.engine.refresh(&Refresh::all()) } else { self.engine.refresh(refresh) };
        for path in &changes.again {
            self.queue.recheck(path.clone(), QUIET);
        }
        if changes.is_empty() {
            return;
        }
        self.search.changed();
        self.changes += 1;
        self.renderers.forget_late();
        if changes.reloaded {
            // `File` values change, even for unchanged names.
            self.by_file.clear();
            self.failed.clear();
            self.watch_folders();
        }
        for file in &changes.files {
            if *file.content(&self.engine.db) == source::Content::Other {
                if let Some(url) = model::asset_url(&self.engine.db, *file) {
                    *self.asset_changes.entry(url).or_default() += 1;
                }
            } else if self.navigate
                && let Some(route) = model::page_of(&self.engine.db, *file)
            {
                let count = self.guide.as_ref().map_or(0, |(count, _)| *count);
                self.guide = Some((count + 1, self.address(&route.url(&self.engine.db))));
            }
        }
        if changes.more {
            // Files may have been removed.
            let current: BTreeSet<File> = self.engine.files().into_iter().collect();
            self.by_file.retain(|file, _| current.contains(file));
            self.settle_first();
        }
        // Open pages come first, then diagnostics of the changed files.
        self.rest = Rest::after(&changes.files);
        if had_rejected || self.engine.rejected().next().is_some() {
            self.by_site = self.engine.site_diagnostics();
        }
        self.update_tabs();
        let db = &self.engine.db;
        let files = changes.files.iter().map(|file| {
            let name = file.name(db);
            name.source.map_or(name.path.to_string(), |source| format!("{source}:{}", name.path))
        });
        let event = ServerEvent::Changed { files: files.collect(), took: started.elapsed() };
        self.report(event);
    }

    /// Settles the documents of sites that are small enough; those of others are settled in idle time.
    fn settle_first(&mut self) {
        if self.engine.files().len() <= SETTLED_FIRST {
            self.engine.settle();
        }
    }

    fn check_file(&mut self, file: File) {
        let diagnostics = file_diagnostics(&self.engine.db, file);
        if diagnostics.is_empty() {
            self.by_file.remove(&file);
        } else {
            self.by_file.insert(file, diagnostics);
        }
    }

    /// Does a slice of the remaining work.
    fn idle(&mut self) {
        if std::mem::take(&mut self.read_before_watched) {
            return self.refresh(&Refresh::all());
        }
        let started = Instant::now();
        while started.elapsed() < TURN && self.rest.begins() <= Instant::now() {
            if let Some(file) = self.rest.shown.pop_front() {
                let db = &self.engine.db;
                if let Some(route) = model::shown_on(db, file)
                    && self.page(&route.url(db), &route, TURN).is_none()
                {
                    return;
                }
            } else if let Some(file) = self.rest.changed.pop_front() {
                self.check_file(file);
                if self.rest.changed.is_empty() {
                    self.update_tabs();
                }
            } else if self.rest.files.is_none() {
                self.rest.files = Some(self.engine.files().into());
            } else if let Some(file) = self.rest.files.as_mut().and_then(VecDeque::pop_front) {
                self.check_file(file);
            } else if self.rest.site {
                self.engine.settle();
                if self.renderers.check(&self.engine.db, TURN).is_none() {
                    // Continues once the site is checked.
                    return;
                }
                self.take_site_diagnostics();
                self.update_tabs();
            } else if let Some(pages) = &mut self.rest.pages {
                let Some(route) = pages.pop_front() else {
                    // Lists of the whole site are released here, as a change has no time for it.
                    (self.rest.files, self.rest.pages) = (None, None);
                    self.rest.is_finished = true;
                    self.collect_problems();
                    self.update_tabs();
                    self.report(ServerEvent::Checked(self.problems.clone()));
                    return;
                };
                let url = route.url(&self.engine.db);
                if self.page(&url, &route, TURN).is_none() {
                    // Continues once that page is finished.
                    self.rest.pages.get_or_insert_default().push_front(route);
                    return;
                }
            } else {
                let pages: VecDeque<Route> =
                    self.engine.routes().into_iter().map(|(_, route)| route).collect();
                self.rest.pages = Some(pages);
            }
        }
    }

    /// Takes the diagnostics of the whole site, which has been checked.
    fn take_site_diagnostics(&mut self) {
        self.rest.site = false;
        self.by_site = self.engine.site_diagnostics();
    }

    fn collect_problems(&mut self) {
        let exists = |url: &&String| model::route_at(&self.engine.db, url).is_some();
        let gone: Vec<String> = self.failed.keys().filter(|url| !exists(url)).cloned().collect();
        for url in gone {
            self.failed.remove(&url);
        }
        let diagnostics = self.by_file.values().flatten().chain(&self.by_site).chain(self.failed.values());
        self.problems = Arc::new(self.engine.accept(diagnostics.cloned().collect(), false));
    }

    /// Sends every tab the state of its page.
    fn update_tabs(&mut self) {
        let pages = self.tabs.pages();
        if pages.is_empty() {
            return;
        }
        self.collect_problems();
        let assets = self.assets();
        for page in pages {
            // Late pages are sent once they are finished.
            let Some(answer) = self.answer(&page) else { continue };
            let findings = self.findings(&page);
            let news = PageState {
                version: version(&answer),
                assets: assets.clone(),
                guide: self.guide.clone(),
                problems: self.problems.clone(),
                findings,
            };
            self.tabs.tell(&page, &news);
        }
    }

    /// Versions of the assets used by pages, by address.
    fn assets(&self) -> BTreeMap<String, String> {
        let theme = render::assets(&self.engine.db).iter();
        let theme = theme.map(|(name, bytes)| {
            (self.address(&format!("/assets/{name}")), format!("{:x}", super::hash(bytes)))
        });
        let asset_changes =
            self.asset_changes.iter().map(|(url, count)| (self.address(url), count.to_string()));
        theme.chain(asset_changes).collect()
    }

    /// Diagnostics of the files that a page is made from.
    fn findings(&self, path: &str) -> Vec<Diagnostic> {
        let db = &self.engine.db;
        let Some(route) = self.site_url(path).and_then(|url| model::route_at(db, &url)) else {
            return Vec::new();
        };
        let origins = model::origins(db, route);
        let names: Vec<_> = origins.iter().map(|origin| (origin.file.name(db), &origin.lines)).collect();
        let concerns = |diagnostic: &&Diagnostic| {
            let related = diagnostic.related.iter().map(|(location, _)| location);
            diagnostic.location.iter().chain(related).any(|location| {
                names.iter().any(|(name, lines)| {
                    *name == location.file
                        && lines.as_ref().is_none_or(|lines| lines.contains(&location.line))
                })
            })
        };
        let open = self.problems.iter().filter(|problem| problem.accepted.is_none());
        open.filter(concerns).cloned().collect()
    }

    fn base(&self) -> &str {
        Site::get(&self.engine.db).config(&self.engine.db).base_path()
    }

    /// Address in the preview of an address within the site.
    fn address(&self, url: &str) -> String {
        url::below(self.base(), url)
    }

    /// Address within the site of a path in the preview.
    fn site_url(&self, path: &str) -> Option<String> {
        let base = url::decode(self.base());
        let url = path.strip_prefix(base.trim_end_matches('/'))?;
        if !url.starts_with('/') {
            return None;
        }
        // `index.html` is the file name of a folder's page.
        let folder = url.strip_suffix("index.html").filter(|folder| folder.ends_with('/'));
        Some(folder.unwrap_or(url).to_owned())
    }

    /// The answer for a percent-decoded path of the preview. Paths are looked up among the engine's addresses and never
    /// on disk. `None` while a slow page is being rendered.
    pub(super) fn answer(&mut self, path: &str) -> Option<Answer> {
        let Some(url) = self.site_url(path) else {
            return match path {
                "/" => Some(Answer::Redirect(self.base().to_owned())),
                path if format!("{path}/") == url::decode(self.base()) => {
                    Some(Answer::Redirect(self.base().to_owned()))
                }
                _ => self.not_found(),
            };
        };
        if let Some(route) = model::route_at(&self.engine.db, &url).cloned() {
            if route == pages::NOT_FOUND {
                return self.not_found();
            }
            return self.page(&url, &route, PATIENCE);
        }
        if model::route_at(&self.engine.db, &format!("{url}/")).is_some() {
            return Some(Answer::Redirect(self.address(&format!("{url}/"))));
        }
        let db = &self.engine.db;
        let in_index = url
            .strip_prefix('/')
            .filter(|path| path.strip_prefix(search::FOLDER).is_some_and(|rest| rest.starts_with('/')));
        if let Some(path) = in_index.filter(|_| Site::get(db).config(db).search.enabled) {
            return match self.search.file(path, db) {
                LookupResult::Bytes(bytes) => Some(Answer::Bytes { bytes, name: url }),
                LookupResult::Pending => Some(Answer::Pending),
                LookupResult::Missing => self.not_found(),
            };
        }
        if let Some(file) = model::generated_at(db, &url)
            && let Some(content) = render::generated_file(db, file)
        {
            return Some(Answer::Bytes { bytes: content.into_bytes().into(), name: url });
        }
        if let Some(bytes) = url.strip_prefix("/assets/").and_then(|name| render::assets(db).get(name)) {
            return Some(Answer::Bytes { bytes: bytes.clone(), name: url });
        }
        let asset = model::asset_at(db, &url).filter(|file| pages::assets(db).contains(file));
        match asset.and_then(|file| self.engine.asset(file)) {
            Some(asset) => Some(Answer::Asset(asset)),
            None => self.not_found(),
        }
    }

    /// Answers with a page; `None` if rendering it takes longer than `patience`.
    fn page(&mut self, url: &str, route: &Route, patience: Duration) -> Option<Answer> {
        if self.last_good.get(url).is_none_or(|(_, changes)| *changes != self.changes) {
            match self.renderers.make(&self.engine.db, url, route, patience)? {
                RenderOutcome::Rendered(rendered) => self.store(url, rendered),
                // Only changes cancel rendering, and none are applied while this thread waits.
                RenderOutcome::Checked | RenderOutcome::Interrupted => {}
                RenderOutcome::Failed => self.report(ServerEvent::Failed),
            }
        }
        let base: Arc<str> = self.base().into();
        Some(match self.last_good.get(url) {
            Some((html, _)) => Answer::Page { status: 200, html: html.clone(), base },
            None => Answer::Page { status: 500, html: NOT_MADE.into(), base },
        })
    }

    /// Stores a rendered page or its error.
    fn store(&mut self, url: &str, rendered: Option<Result<Arc<str>, Diagnostic>>) {
        match rendered {
            Some(Ok(html)) => {
                self.failed.remove(url);
                self.last_good.insert(url.to_owned(), (html, self.changes));
            }
            Some(Err(fault)) => {
                self.failed.insert(url.to_owned(), fault);
            }
            None => {}
        }
    }

    fn not_found(&mut self) -> Option<Answer> {
        Some(match self.page("/404.html", &pages::NOT_FOUND, PATIENCE)? {
            Answer::Page { status: 200, html, base } => Answer::Page { status: 404, html, base },
            other => other,
        })
    }
}

/// Shown for a page that has never been rendered successfully.
const NOT_MADE: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<meta name=\"color-scheme\" content=\"light dark\"><title>Cannot render this page</title></head>\n\
<body><h1>Cannot render this page</h1>\n<p>The terminal shows the error. The page appears here once it is fixed.</p>\
</body>\n</html>\n";
