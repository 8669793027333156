//! Addresses outside the site: whether they lead anywhere. The only part of the program that asks the network.
//!
//! Hosts are asked at once, the addresses of one host one after another and no faster than the settings
//! allow: a handbook may hold a thousand links to one host, and its readers want to be served, too.

mod ask;
mod cache;
mod hosts;
mod private;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use globset::{Glob, GlobSet, GlobSetBuilder};
use reqwest::Url;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::config::{BrokenLinks, External};
use crate::diagnostic::{Diagnostic, Location, Severity, code};
use crate::link::{self, Target};
use crate::source::{Db, File, Site};

use ask::Asker;
pub use cache::Cache;

/// What became of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It leads somewhere.
    Fine,
    /// It leads somewhere else, for good.
    Moved(String),
    /// It leads nowhere, and why.
    Failed(String),
    /// It was not asked for.
    Unchecked(Unchecked),
}

/// Why an address is not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unchecked {
    /// It belongs to a private network, or leads into one.
    Private,
    /// Its host wants to be left alone for longer than a check may take.
    Patience,
}

/// An address to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The address, without its fragment.
    pub address: String,
    /// Whether the site's own files name it: then its host may be a private one.
    pub is_trusted: bool,
}

/// What the environment says.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Values of the variables that the settings name.
    pub variables: BTreeMap<String, String>,
    /// Whether a proxy stands between, which looks up names.
    pub is_proxied: bool,
}

/// A place at which an address is written.
pub struct Place {
    file: File,
    location: Location,
    /// The fragment that is written there, with its `#`.
    fragment: String,
}

/// The places at which each address is written.
pub type Places = BTreeMap<String, Vec<Place>>;

/// The questions about addresses. One is trusted when a file of the site's own names it.
pub fn questions(db: &dyn Db, places: &Places) -> Vec<Question> {
    let is_own = |place: &Place| place.file.config(db).mount.is_none();
    let question = |(address, places): (&String, &Vec<Place>)| Question {
        address: address.clone(),
        is_trusted: places.iter().any(is_own),
    };
    places.iter().map(question).collect()
}

/// Every address outside the site, without its fragment, with the places that name it. Sources whose broken
/// references are ignored are left out.
pub fn addresses(db: &dyn Db) -> Places {
    let mut found = Places::new();
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    for file in files.filter(|file| file.config(db).broken_links() != BrokenLinks::Ignore) {
        for (written, span) in link::placed(db, file) {
            add(db, &mut found, file, &written.destination, span);
        }
    }
    found
}

fn add(db: &dyn Db, found: &mut Places, file: File, destination: &str, span: std::ops::Range<usize>) {
    let Target::External(address) = link::target(db, file, destination) else { return };
    let end = address.find('#').unwrap_or(address.len());
    let (address, fragment) = address.split_at(end);
    let address = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
    if crate::url::is_web(&address) {
        let location = file.location(db, span);
        let place = Place { file, location, fragment: fragment.to_owned() };
        found.entry(address).or_default().push(place);
    }
}

/// What is wrong, at each place.
pub fn diagnostics(db: &dyn Db, places: &Places, outcomes: &BTreeMap<String, Outcome>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (address, outcome) in outcomes {
        for Place { file, location: place, fragment } in places.get(address).into_iter().flatten() {
            let severity = match file.config(db).broken_links() {
                BrokenLinks::Error => Severity::Error,
                BrokenLinks::Warn | BrokenLinks::Ignore => Severity::Warning,
            };
            found.extend(match outcome {
                Outcome::Fine => None,
                Outcome::Moved(to) => {
                    let message = format!("`{address}` has moved permanently");
                    // Browsers keep the fragment unless the new address has one.
                    let fragment = if to.contains('#') { "" } else { fragment };
                    Some(Diagnostic::new(code::LINK_MOVED, message, place.clone()).help(format!("write `{to}{fragment}`")))
                }
                Outcome::Failed(why) => {
                    let message = format!("`{address}` is unreachable: {why}");
                    let help = "correct the link, or add it to `exclude` under `[external]` in site.toml";
                    Some(Diagnostic::of(severity, code::LINK_UNREACHABLE, message, place.clone()).help(help))
                }
                Outcome::Unchecked(why) => {
                    let (reason, help) = match why {
                        Unchecked::Private => (
                            "it points to a private network",
                            "allow its host with `allow_private` under `[external]` in site.toml, or add it to `exclude`",
                        ),
                        Unchecked::Patience => ("its host asks clients to wait", "check it again later"),
                    };
                    let message = format!("`{address}` was not checked: {reason}");
                    Some(Diagnostic::new(code::LINK_NOT_CHECKED, message, place.clone()).help(help))
                }
            });
        }
    }
    found
}

/// Asks for each address. `progress` hears how many are done.
///
/// # Errors
/// When no client can be made: without certificates, for one.
pub fn check(
    questions: impl Iterator<Item = Question>,
    settings: &External,
    environment: &Environment,
    progress: impl Fn(usize) + Send + Sync + 'static,
) -> Result<BTreeMap<String, Outcome>, String> {
    // Another part of the process may have chosen a provider before; then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let excluded = patterns(&settings.exclude)?;
    let mut by_host: BTreeMap<String, Vec<Question>> = BTreeMap::new();
    for question in questions.filter(|question| !excluded.is_match(&question.address)) {
        let host = Url::parse(&question.address).map(|url| hosts::key(&url)).unwrap_or_default();
        by_host.entry(host).or_default().push(question);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let (progress, done) = (Arc::new(progress), Arc::new(AtomicUsize::new(0)));
    let (asker, places) =
        (Arc::new(Asker::new(settings, environment)?), Arc::new(Semaphore::new(settings.hosts.max(1))));
    Ok(runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for questions in by_host.into_values() {
            let (asker, done, progress, places) =
                (asker.clone(), done.clone(), progress.clone(), places.clone());
            tasks.spawn(async move {
                // The semaphore is never closed.
                let _place = places.acquire_owned().await;
                let mut outcomes = Vec::new();
                for question in questions {
                    let outcome = asker.ask(&question).await;
                    outcomes.push((question.address, outcome));
                    progress(1 + done.fetch_add(1, Ordering::Relaxed));
                }
                outcomes
            });
        }
        tasks.join_all().await.into_iter().flatten().collect()
    }))
}

/// Patterns of addresses; `*` stands for anything.
///
/// # Errors
/// The first pattern that is none.
pub fn patterns(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}
