//! Rate limits by host. Redirects lead from host to host and each request counts, so all requests are scheduled here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::time::Instant;

/// Longest delay that a host may ask for.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Longest total delay of one host.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(300);
/// Number of consecutive requests without a response after which a host is given up.
const SILENCES: u32 = 4;

/// Reason why a host is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GivenUp {
    /// It asked for too long a delay.
    Patience,
    /// It did not respond repeatedly; with the last reason.
    Silent(String),
}

/// State of the hosts in one run.
pub(super) struct Hosts {
    pause: Duration,
    states: Mutex<HashMap<String, HostState>>,
}

#[derive(Default)]
struct HostState {
    /// Earliest time of the next request.
    next: Option<Instant>,
    /// End of the delay that the host asked for.
    until: Option<Instant>,
    waited: Duration,
    silences: u32,
    reason: String,
}

impl Hosts {
    /// Creates the state; `rate` is the maximum number of requests per second and host.
    pub(super) fn new(rate: u32) -> Self {
        Self { pause: Duration::from_secs_f64(1.0 / f64::from(rate.max(1))), states: Mutex::default() }
    }

    /// Reserves the next request to a host, and returns its time.
    ///
    /// # Errors
    /// If the host is given up.
    pub(super) fn take(&self, url: &Url, now: Instant) -> Result<Instant, GivenUp> {
        let mut states = self.states();
        let state = states.entry(key(url)).or_default();
        if state.silences >= SILENCES {
            return Err(GivenUp::Silent(state.reason.clone()));
        }
        let wait = state.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        if wait > PATIENCE || state.waited + wait > PATIENCE_IN_ALL {
            return Err(GivenUp::Patience);
        }
        state.waited += wait;
        let turn = state.next.map_or(now, |next| now.max(next)).max(now + wait);
        state.next = Some(turn + self.pause);
        Ok(turn)
    }

    /// Delays requests to a host.
    pub(super) fn delay(&self, url: &Url, now: Instant, time: Duration) {
        // Longer delays have the same effect, and could overflow.
        let until = now + time.min(PATIENCE * 60 * 24);
        let mut states = self.states();
        let state = states.entry(key(url)).or_default();
        state.until = Some(state.until.map_or(until, |before| before.max(until)));
    }

    /// Records a response of a host.
    pub(super) fn record_response(&self, url: &Url) {
        self.states().entry(key(url)).or_default().silences = 0;
    }

    /// Records a missing response.
    pub(super) fn record_silence(&self, url: &Url, reason: &str) {
        let mut states = self.states();
        let state = states.entry(key(url)).or_default();
        state.silences += 1;
        state.reason = reason.to_owned();
    }

    fn states(&self) -> MutexGuard<'_, HashMap<String, HostState>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Host and port. The default ports of HTTP and HTTPS are omitted, so both schemes share a limit.
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
    fn requests_to_each_host_are_spaced() {
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
    fn requested_delays_are_respected() {
        let hosts = Hosts::new(1000);
        let (now, a) = (Instant::now(), url("https://a.org/"));
        hosts.delay(&a, now, Duration::from_secs(30));
        hosts.delay(&a, now, Duration::from_secs(5));
        assert!(hosts.take(&url("http://a.org/x"), now).unwrap() >= now + Duration::from_secs(30));
        assert_eq!(hosts.take(&url("https://b.org/"), now), Ok(now));
        hosts.delay(&a, now, Duration::MAX);
        assert_eq!(hosts.take(&a, now), Err(GivenUp::Patience));
        // Many short delays also add up to the limit.
        let b = url("https://b.org/");
        let asked = (0..100).take_while(|_| {
            hosts.delay(&b, now, Duration::from_secs(50));
            hosts.take(&b, now).is_ok()
        });
        assert_eq!(asked.count(), 6);
    }

    #[test]
    fn hosts_without_responses_are_given_up() {
        let hosts = Hosts::new(1000);
        let (now, a) = (Instant::now(), url("https://a.org/"));
        let silent = |times| (0..times).for_each(|_| hosts.record_silence(&a, "refused"));
        silent(SILENCES - 1);
        hosts.record_response(&a);
        silent(SILENCES - 1);
        assert!(hosts.take(&a, now).is_ok());
        silent(1);
        assert_eq!(hosts.take(&a, now), Err(GivenUp::Silent("refused".into())));
        assert!(hosts.take(&url("https://a.org:8443/"), now).is_ok(), "another server");
    }
}
