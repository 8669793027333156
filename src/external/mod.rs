//! Addresses outside the site: whether they lead anywhere. The only part of the program that asks the network.
//!
//! Hosts are asked at once, the addresses of one host one after another and no faster than the settings
//! allow: a handbook may hold a thousand links to one host, and its readers want to be served, too.

mod cache;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use globset::{Glob, GlobSet, GlobSetBuilder};
use reqwest::header::{LOCATION, RETRY_AFTER};
use reqwest::{Client, Method, StatusCode, Url};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::config::{BrokenLinks, External};
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::link::{self, Target};
use crate::source::{Db, File, Site};

pub use cache::Cache;

/// How often an address may lead on to another.
const REDIRECTS: usize = 10;
/// The wait before the first repetition; it doubles with each.
const BACK_OFF: Duration = Duration::from_millis(500);
/// The longest a host may ask to be left alone before it counts as unreachable.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It leads somewhere.
    Fine,
    /// It leads somewhere else, for good.
    Moved(String),
    /// It leads nowhere, and why.
    Failed(String),
}

/// The places at which an address is written.
pub type Places = BTreeMap<String, Vec<(File, Location)>>;

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
    let address = address.split('#').next().unwrap_or_default();
    let address = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
    if crate::url::is_web(&address) {
        let place = Location::of(&file.name(db), file.text(db), span);
        found.entry(address).or_default().push((file, place));
    }
}

/// What is wrong, at each place.
pub fn diagnostics(db: &dyn Db, places: &Places, outcomes: &BTreeMap<String, Outcome>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (address, outcome) in outcomes {
        for (file, place) in places.get(address).into_iter().flatten() {
            let severity = match file.config(db).broken_links() {
                BrokenLinks::Error => Severity::Error,
                BrokenLinks::Warn | BrokenLinks::Ignore => Severity::Warning,
            };
            found.extend(match outcome {
                Outcome::Fine => None,
                Outcome::Moved(to) => {
                    let message = format!("`{address}` has moved");
                    Some(Diagnostic::info("link/moved", message, place.clone()).help(format!("write `{to}`")))
                }
                Outcome::Failed(why) => {
                    let message = format!("`{address}` leads nowhere: {why}");
                    let help = "mend it, or name it under `exclude` of `[external]` in site.toml";
                    Some(Diagnostic::new(severity, "link/unreachable", message, place.clone()).help(help))
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
    addresses: impl Iterator<Item = String>,
    settings: &External,
    progress: impl Fn(usize) + Send + Sync + 'static,
) -> Result<BTreeMap<String, Outcome>, String> {
    // Another part of the process may have chosen a provider before; then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .user_agent(concat!("rolebook/", env!("CARGO_PKG_VERSION"), " (link check)"))
        .timeout(Duration::from_secs(settings.timeout))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| error.to_string())?;
    let excluded = patterns(&settings.exclude)?;
    let mut hosts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for address in addresses.filter(|address| !excluded.is_match(address)) {
        let host =
            Url::parse(&address).ok().and_then(|url| Some(format!("{}:{:?}", url.host_str()?, url.port())));
        hosts.entry(host.unwrap_or_default()).or_default().push(address);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let (settings, done) = (Arc::new(settings.clone()), Arc::new(AtomicUsize::new(0)));
    let (progress, places) = (Arc::new(progress), Arc::new(Semaphore::new(settings.hosts.max(1))));
    let turns = Arc::new(Turns::new(settings.rate));
    Ok(runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for addresses in hosts.into_values() {
            let asker = Asker { client: client.clone(), settings: settings.clone(), turns: turns.clone() };
            let (done, progress, places) = (done.clone(), progress.clone(), places.clone());
            tasks.spawn(async move {
                // The semaphore is never closed.
                let _place = places.acquire_owned().await;
                let mut outcomes = Vec::new();
                for address in addresses {
                    let outcome = asker.ask(&address).await;
                    outcomes.push((address, outcome));
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

/// When each host may be asked next. Redirects lead from host to host, and each question counts, so all who ask
/// take their turns here.
struct Turns {
    pause: Duration,
    next: Mutex<HashMap<String, Instant>>,
}

impl Turns {
    fn new(rate: u32) -> Self {
        Self { pause: Duration::from_secs_f64(1.0 / f64::from(rate.max(1))), next: Mutex::default() }
    }

    /// The next turn at a host, which is now taken.
    fn take(&self, url: &Url, now: Instant) -> Instant {
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.get(&host).map_or(now, |next| now.max(*next));
        next.insert(host, turn + self.pause);
        turn
    }
}

/// Asks the addresses of one host.
struct Asker {
    client: Client,
    settings: Arc<External>,
    turns: Arc<Turns>,
}

/// What an answer means for the next step.
enum Answer {
    Outcome(Outcome),
    /// It may be better later; after what time, where the host says so.
    Later(String, Option<Duration>),
}

impl Asker {
    async fn ask(&self, address: &str) -> Outcome {
        let mut wait = BACK_OFF;
        let mut repeated = 0;
        loop {
            match self.follow(address).await {
                Answer::Outcome(outcome) => return outcome,
                Answer::Later(why, _) if repeated == self.settings.retries => return Outcome::Failed(why),
                Answer::Later(why, Some(asked)) if asked > PATIENCE => return Outcome::Failed(why),
                Answer::Later(_, asked) => sleep(asked.unwrap_or(wait)).await,
            }
            repeated += 1;
            wait *= 2;
        }
    }

    /// Follows an address to its end. Many hosts answer `HEAD` wrongly: what seems broken is asked for whole.
    async fn follow(&self, address: &str) -> Answer {
        let Ok(mut url) = Url::parse(address) else {
            return Answer::Outcome(Outcome::Failed("it is no address".into()));
        };
        let mut seen = vec![url.clone()];
        let mut for_good = true;
        loop {
            let answer = match self.request(Method::HEAD, &url).await {
                Ok(answer) if is_answer(answer.status()) => Ok(answer),
                _ => self.request(Method::GET, &url).await,
            };
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) if error.is_timeout() => {
                    return Answer::Later(format!("no answer within {} s", self.settings.timeout), None);
                }
                Err(error) => return Answer::Later(reason(&error), None),
            };
            let status = answer.status();
            if self.settings.accept.contains(&status.as_u16()) || status.is_success() {
                let moved = seen.len() > 1 && for_good;
                return Answer::Outcome(if moved { Outcome::Moved(url.to_string()) } else { Outcome::Fine });
            }
            if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
                for_good &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
                let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
                let Some(to) = to.and_then(|to| url.join(to).ok()) else {
                    return Answer::Outcome(Outcome::Failed(format!(
                        "{status}, and it does not say where to"
                    )));
                };
                if seen.contains(&to) {
                    return Answer::Outcome(Outcome::Failed("it redirects in a circle".into()));
                }
                if seen.len() > REDIRECTS {
                    return Answer::Outcome(Outcome::Failed(format!(
                        "it redirects more than {REDIRECTS} times"
                    )));
                }
                seen.push(to.clone());
                url = to;
                continue;
            }
            let later = status.is_server_error()
                || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
            if later {
                let asked =
                    answer.headers().get(RETRY_AFTER).and_then(|asked| asked.to_str().ok()?.parse().ok());
                return Answer::Later(status.to_string(), asked.map(Duration::from_secs));
            }
            return Answer::Outcome(Outcome::Failed(status.to_string()));
        }
    }

    async fn request(&self, method: Method, url: &Url) -> Result<reqwest::Response, reqwest::Error> {
        sleep_until(self.turns.take(url, Instant::now())).await;
        self.client.request(method, url.clone()).send().await
    }
}

/// Whether an answer to `HEAD` can be believed.
fn is_answer(status: StatusCode) -> bool {
    status.is_success() || status.is_redirection()
}

/// The innermost cause: “connection refused” rather than “error sending request”.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_its_turns() {
        let turns = Turns::new(4);
        let (now, step) = (Instant::now(), Duration::from_millis(250));
        let url = |text: &str| Url::parse(text).unwrap();
        assert_eq!(turns.take(&url("https://a.org/x"), now), now);
        assert_eq!(turns.take(&url("http://a.org/y?z"), now), now + step, "whatever is asked for");
        assert_eq!(turns.take(&url("https://b.org/"), now), now, "another host waits for nobody");
        assert_eq!(turns.take(&url("https://a.org/x"), now + step), now + step * 2);
        assert_eq!(
            turns.take(&url("https://a.org/x"), now + step * 9),
            now + step * 9,
            "waiting earns nothing"
        );
    }
}
