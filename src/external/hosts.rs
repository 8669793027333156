//! When each host may be asked next, and which hosts are not asked any more. Redirects lead from host to host, and each
//! question counts, so all who ask take their turns here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::time::Instant;

/// The longest a host may ask to be left alone.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// The longest that all waits for one host may take together.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(300);
/// How many questions in a row a host may leave without an answer.
const SILENCES: u32 = 4;

/// Why a host is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// It asked for more patience than there is.
    Patience,
    /// It gave no answer again and again; the last reason.
    Silent(String),
}

/// The hosts of a run.
pub(super) struct Hosts {
    pause: Duration,
    states: Mutex<HashMap<String, State>>,
}

#[derive(Default)]
struct State {
    /// The next turn.
    next: Option<Instant>,
    /// The end of the time for which it wants to be left alone.
    until: Option<Instant>,
    waited: Duration,
    silences: u32,
    reason: String,
}

impl Hosts {
    /// No host was asked yet; `rate` is the most questions to one in a second.
    pub(super) fn new(rate: u32) -> Self {
        Self { pause: Duration::from_secs_f64(1.0 / f64::from(rate.max(1))), states: Mutex::default() }
    }

    /// The next turn at a host, which is now taken.
    ///
    /// # Errors
    /// When the host is not to be asked any more.
    pub(super) fn take(&self, url: &Url, now: Instant) -> Result<Instant, Closed> {
        let mut states = self.states();
        let state = states.entry(key(url)).or_default();
        if state.silences >= SILENCES {
            return Err(Closed::Silent(state.reason.clone()));
        }
        let wait = state.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        if wait > PATIENCE || state.waited + wait > PATIENCE_IN_ALL {
            return Err(Closed::Patience);
        }
        state.waited += wait;
        let turn = state.next.map_or(now, |next| now.max(next)).max(now + wait);
        state.next = Some(turn + self.pause);
        Ok(turn)
    }

    /// A host wants to be left alone for a while.
    pub(super) fn leave_alone(&self, url: &Url, now: Instant, time: Duration) {
        // A longer time makes no difference, and could not be added.
        let until = now + time.min(PATIENCE * 60 * 24);
        let mut states = self.states();
        let state = states.entry(key(url)).or_default();
        state.until = Some(state.until.map_or(until, |before| before.max(until)));
    }

    /// A host answered.
    pub(super) fn answered(&self, url: &Url) {
        self.states().entry(key(url)).or_default().silences = 0;
    }

    /// A host gave no answer.
    pub(super) fn silent(&self, url: &Url, reason: &str) {
        let mut states = self.states();
        let state = states.entry(key(url)).or_default();
        state.silences += 1;
        state.reason = reason.to_owned();
    }

    fn states(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The host and its port, unless that is the one of its scheme: https and http are one host.
pub(super) fn key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn each_host_has_its_turns() {
        let hosts = Hosts::new(4);
        let (now, step) = (Instant::now(), Duration::from_millis(250));
        let take = |text: &str, now| hosts.take(&url(text), now).unwrap();
        assert_eq!(take("https://a.org/x", now), now);
        assert_eq!(take("http://a.org/y?z", now), now + step, "whatever is asked for");
        assert_eq!(take("https://b.org/", now), now, "another host waits for nobody");
        assert_eq!(take("https://a.org/x", now + step), now + step * 2);
        assert_eq!(take("https://a.org/x", now + step * 9), now + step * 9, "waiting earns nothing");
    }

    #[test]
    fn a_host_that_asks_for_patience_is_left_alone() {
        let hosts = Hosts::new(1000);
        let (now, a) = (Instant::now(), url("https://a.org/"));
        hosts.leave_alone(&a, now, Duration::from_secs(30));
        hosts.leave_alone(&a, now, Duration::from_secs(5));
        assert!(hosts.take(&url("http://a.org/x"), now).unwrap() >= now + Duration::from_secs(30));
        assert_eq!(hosts.take(&url("https://b.org/"), now), Ok(now));
        hosts.leave_alone(&a, now, Duration::MAX);
        assert_eq!(hosts.take(&a, now), Err(Closed::Patience));
        // Many short waits come to an end, too.
        let b = url("https://b.org/");
        let asked = (0..100).take_while(|_| {
            hosts.leave_alone(&b, now, Duration::from_secs(50));
            hosts.take(&b, now).is_ok()
        });
        assert_eq!(asked.count(), 6);
    }

    #[test]
    fn a_silent_host_is_given_up() {
        let hosts = Hosts::new(1000);
        let (now, a) = (Instant::now(), url("https://a.org/"));
        let silent = |times| (0..times).for_each(|_| hosts.silent(&a, "refused"));
        silent(SILENCES - 1);
        hosts.answered(&a);
        silent(SILENCES - 1);
        assert!(hosts.take(&a, now).is_ok());
        silent(1);
        assert_eq!(hosts.take(&a, now), Err(Closed::Silent("refused".into())));
        assert!(hosts.take(&url("https://a.org:8443/"), now).is_ok(), "another server");
    }
}
