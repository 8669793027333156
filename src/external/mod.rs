//! Checks addresses outside the site. The only module of the program that uses the network for requests of its own.
//!
//! Hosts are requested concurrently, and the addresses of one host sequentially at the configured rate, because a
//! handbook may have a thousand links to one host.

mod cache;
mod checker;
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

pub use cache::CheckedAddresses;
use checker::Checker;

/// Outcome of checking an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It works.
    Fine,
    /// It has moved permanently.
    Moved(String),
    /// It is broken, with the reason.
    Failed(String),
    /// It was not checked.
    Unchecked(Unchecked),
}

/// Reason why an address was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unchecked {
    /// It belongs to a private network or redirects into one.
    Private,
    /// Its host asked for a longer delay than a check allows.
    Patience,
}

/// An address to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRequest {
    /// The address without its fragment.
    pub address: String,
    /// True if the site's own files contain it. Its host may then be private.
    pub is_trusted: bool,
}

/// Input from the environment.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Values of the variables that the settings refer to.
    pub variables: BTreeMap<String, String>,
    /// True if requests use a proxy, which resolves names.
    pub is_proxied: bool,
}

/// An occurrence of an address.
pub struct Occurrence {
    file: File,
    location: Location,
    /// Its fragment with `#`, or an empty string.
    fragment: String,
}

/// Occurrences by address.
pub type OccurrencesByAddress = BTreeMap<String, Vec<Occurrence>>;

/// The addresses to check. One is trusted if a file of the site's own contains it.
pub fn requests(db: &dyn Db, occurrences: &OccurrencesByAddress) -> Vec<CheckRequest> {
    let is_own = |occurrence: &Occurrence| occurrence.file.config(db).mount.is_none();
    let request = |(address, occurrences): (&String, &Vec<Occurrence>)| CheckRequest {
        address: address.clone(),
        is_trusted: occurrences.iter().any(is_own),
    };
    occurrences.iter().map(request).collect()
}

/// All external addresses without fragments, with their occurrences. Sources that ignore broken references are left
/// out.
pub fn addresses(db: &dyn Db) -> OccurrencesByAddress {
    let mut occurrences = OccurrencesByAddress::new();
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    for file in files.filter(|file| file.config(db).broken_links() != BrokenLinks::Ignore) {
        for (reference, span) in link::references_with_spans(db, file) {
            add(db, &mut occurrences, file, &reference.destination, span);
        }
    }
    occurrences
}

fn add(
    db: &dyn Db,
    occurrences: &mut OccurrencesByAddress,
    file: File,
    destination: &str,
    span: std::ops::Range<usize>,
) {
    let Target::External(address) = link::target(db, file, destination) else { return };
    let end = address.find('#').unwrap_or(address.len());
    let (address, fragment) = address.split_at(end);
    let address = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
    if crate::url::is_web(&address) {
        let location = file.location(db, span);
        let occurrence = Occurrence { file, location, fragment: fragment.to_owned() };
        occurrences.entry(address).or_default().push(occurrence);
    }
}

/// Returns the diagnostics of all occurrences.
pub fn diagnostics(
    db: &dyn Db,
    occurrences: &OccurrencesByAddress,
    outcomes: &BTreeMap<String, Outcome>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (address, outcome) in outcomes {
        for Occurrence { file, location, fragment } in occurrences.get(address).into_iter().flatten() {
            let severity = match file.config(db).broken_links() {
                BrokenLinks::Error => Severity::Error,
                BrokenLinks::Warn | BrokenLinks::Ignore => Severity::Warning,
            };
            diagnostics.extend(match outcome {
                Outcome::Fine => None,
                Outcome::Moved(to) => {
                    let message = format!("`{address}` has moved permanently");
                    // Browsers keep the fragment unless the new address has one.
                    let fragment = if to.contains('#') { "" } else { fragment };
                    Some(Diagnostic::new(code::LINK_MOVED, message, location.clone()).help(format!("write `{to}{fragment}`")))
                }
                Outcome::Failed(why) => {
                    let message = format!("`{address}` is unreachable: {why}");
                    let help = "correct the link, or add it to `exclude` under `[external]` in site.toml";
                    Some(Diagnostic::of(severity, code::LINK_UNREACHABLE, message, location.clone()).help(help))
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
                    Some(Diagnostic::new(code::LINK_NOT_CHECKED, message, location.clone()).help(help))
                }
            });
        }
    }
    diagnostics
}

/// Checks all addresses. `progress` is called with the number of finished ones.
///
/// # Errors
/// If a client cannot be created, for example without certificates.
pub fn check(
    requests: impl Iterator<Item = CheckRequest>,
    settings: &External,
    environment: &Environment,
    progress: impl Fn(usize) + Send + Sync + 'static,
) -> Result<BTreeMap<String, Outcome>, String> {
    // Fails if another part of the process has installed a provider, which is then used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let excluded = patterns(&settings.exclude)?;
    let mut by_host: BTreeMap<String, Vec<CheckRequest>> = BTreeMap::new();
    for request in requests.filter(|request| !excluded.is_match(&request.address)) {
        let host = Url::parse(&request.address).map(|url| hosts::key(&url)).unwrap_or_default();
        by_host.entry(host).or_default().push(request);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let (progress, done) = (Arc::new(progress), Arc::new(AtomicUsize::new(0)));
    let (checker, permits) =
        (Arc::new(Checker::new(settings, environment)?), Arc::new(Semaphore::new(settings.hosts.max(1))));
    Ok(runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for requests in by_host.into_values() {
            let (checker, done, progress, permits) =
                (checker.clone(), done.clone(), progress.clone(), permits.clone());
            tasks.spawn(async move {
                // The semaphore is never closed.
                let _permit = permits.acquire_owned().await;
                let mut outcomes = Vec::new();
                for request in requests {
                    let outcome = checker.check(&request).await;
                    outcomes.push((request.address, outcome));
                    progress(1 + done.fetch_add(1, Ordering::Relaxed));
                }
                outcomes
            });
        }
        tasks.join_all().await.into_iter().flatten().collect()
    }))
}

/// Compiles patterns of addresses; `*` matches any text.
///
/// # Errors
/// The first invalid pattern.
pub fn patterns(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}
