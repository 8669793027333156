//! Requests one address and follows redirects as a browser would.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use globset::{Glob, GlobMatcher, GlobSet};
use jiff::Timestamp;
use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{
    ACCEPT, COOKIE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE,
};
use reqwest::{Client, Method, Response, StatusCode, Url};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::hosts::{GivenUp, Hosts};
use super::private::{CheckedResolver, is_public};
use super::{CheckRequest, Environment, Outcome, Unchecked, patterns};
use crate::config::{AllowPrivate, External, HeaderText};

/// Maximum number of redirects, as in browsers.
const REDIRECTS: usize = 20;
/// Delay before the first retry; doubles with each further one.
const BACK_OFF: Duration = Duration::from_millis(500);
/// Maximum number of requests for one address that may fail without a response.
const SILENCES: u32 = 3;
/// `Accept` header of a browser. Some hosts answer 404 to requests that do not name HTML.
const ACCEPT_HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Sends requests.
pub(super) struct Checker {
    settings: External,
    hosts: Hosts,
    /// Client for addresses that may be private.
    open: Client,
    /// Client for all others, which connects only to addresses checked before.
    guarded: Client,
    checked: Arc<CheckedResolver>,
    may_be_private: GlobSet,
    headers: Vec<HostHeader>,
}

/// A header for certain hosts.
struct HostHeader {
    hosts: GlobMatcher,
    name: HeaderName,
    value: HeaderValue,
    is_secret: bool,
}

/// Result of one attempt.
enum Attempt {
    Outcome(Outcome),
    /// The host is rate-limiting; with the status.
    Busy(String),
    /// May succeed later; with the reason.
    Later(String),
    /// No response; with the reason.
    Silent(String),
}

impl Checker {
    /// Creates clients with the settings.
    ///
    /// # Errors
    /// If a client cannot be created, for example without certificates.
    pub(super) fn new(settings: &External, environment: &Environment) -> Result<Self, String> {
        let client = || {
            Client::builder()
                .user_agent(concat!("rolebook/", env!("CARGO_PKG_VERSION"), " (link check)"))
                .timeout(Duration::from_secs(settings.timeout))
                .redirect(reqwest::redirect::Policy::none())
        };
        let checked = Arc::new(CheckedResolver::new(environment.is_proxied));
        let may_be_private = match &settings.allow_private {
            AllowPrivate::All(true) => patterns(&["*".to_owned()])?,
            AllowPrivate::All(false) => patterns(&[])?,
            AllowPrivate::Hosts(hosts) => patterns(hosts)?,
        };
        Ok(Self {
            hosts: Hosts::new(settings.rate),
            open: client().build().map_err(|error| error.to_string())?,
            guarded: client().dns_resolver(checked.clone()).build().map_err(|error| error.to_string())?,
            checked,
            may_be_private,
            headers: headers(settings, &environment.variables)?,
            settings: settings.clone(),
        })
    }

    /// The outcome for an address, after retries if they may help.
    pub(super) async fn check(&self, request: &CheckRequest) -> Outcome {
        let (mut wait, mut silences, mut repeated, mut busy) = (BACK_OFF, 0, 0, None);
        loop {
            let is_last = repeated >= self.settings.retries;
            match (self.attempt(request, &mut silences).await, busy.take()) {
                // The address was requested before, so the host's status is the better reason.
                (Attempt::Outcome(Outcome::Unchecked(Unchecked::Patience)), Some(why)) => {
                    return Outcome::Failed(why);
                }
                (Attempt::Outcome(outcome), _) => return outcome,
                (Attempt::Busy(why) | Attempt::Later(why) | Attempt::Silent(why), _) if is_last => {
                    return Outcome::Failed(why);
                }
                (Attempt::Silent(why), _) if silences >= SILENCES => return Outcome::Failed(why),
                // `hosts` delays the next request as long as the host wants.
                (Attempt::Busy(why), _) => busy = Some(why),
                (Attempt::Later(_) | Attempt::Silent(_), _) => sleep(wait).await,
            }
            repeated += 1;
            wait = wait.saturating_mul(2);
        }
    }

    /// Tries `HEAD` first. Many hosts answer it incorrectly, so anything but success is confirmed with `GET`.
    async fn attempt(&self, request: &CheckRequest, silences: &mut u32) -> Attempt {
        if *silences == 0 {
            match self.follow(Method::HEAD, request, silences).await {
                Attempt::Outcome(Outcome::Moved(_) | Outcome::Failed(_))
                | Attempt::Later(_)
                | Attempt::Silent(_) => {}
                answer => return answer,
            }
        }
        self.follow(Method::GET, request, silences).await
    }

    /// Follows redirects with one method.
    async fn follow(&self, method: Method, request: &CheckRequest, silences: &mut u32) -> Attempt {
        let failed = |why: String| Attempt::Outcome(Outcome::Failed(why));
        let Ok(mut url) = Url::parse(&request.address) else {
            return failed("it is not a valid address".into());
        };
        let first = url.clone();
        let jar = Jar::default();
        let mut visited = Vec::new();
        let mut is_permanent = true;
        loop {
            let may_be_private = request.is_trusted && url.host() == first.host();
            let client = match self.client(&url, may_be_private).await {
                Ok(client) => client,
                Err(unchecked) => return Attempt::Outcome(Outcome::Unchecked(unchecked)),
            };
            let turn = match self.hosts.take(&url, Instant::now()) {
                Ok(turn) => turn,
                Err(GivenUp::Patience) => return Attempt::Outcome(Outcome::Unchecked(Unchecked::Patience)),
                Err(GivenUp::Silent(why)) => {
                    return failed(format!("{why}; no more requests are sent to this host"));
                }
            };
            sleep_until(turn).await;
            let cookies = jar.cookies(&url);
            visited.push((without_fragment(&url), cookies.clone()));
            let request = client.request(method.clone(), url.clone()).headers(self.headers(&url, cookies));
            let answer = match request.send().await {
                Ok(answer) => answer,
                Err(error) => {
                    let why = self.reason(&error);
                    self.hosts.record_silence(&url, &why);
                    *silences += 1;
                    return Attempt::Silent(why);
                }
            };
            self.hosts.record_response(&url);
            jar.set_cookies(&mut answer.headers().get_all(SET_COOKIE).iter(), &url);
            let status = answer.status();
            if self.settings.accept.contains(&status.as_u16()) || status.is_success() {
                let has_moved = visited.len() > 1 && is_permanent;
                return Attempt::Outcome(if has_moved {
                    Outcome::Moved(url.to_string())
                } else {
                    Outcome::Fine
                });
            }
            if let Some(time) = patience(&answer) {
                self.hosts.delay(&url, Instant::now(), time);
                return Attempt::Busy(status.to_string());
            }
            if status == StatusCode::TOO_MANY_REQUESTS && method == Method::HEAD {
                // Retries wait even if the host does not say how long.
                self.hosts.delay(&url, Instant::now(), BACK_OFF);
                return Attempt::Busy(status.to_string());
            }
            if status.is_server_error()
                || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
            {
                return Attempt::Later(status.to_string());
            }
            if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
                return failed(status.to_string());
            }
            is_permanent &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
            let Some(to) = location(&answer, &url) else {
                return failed(format!("{status}, without a new address"));
            };
            if !matches!(to.scheme(), "http" | "https") {
                return failed(format!("it redirects to an address with the scheme `{}`", to.scheme()));
            }
            if visited.contains(&(without_fragment(&to), jar.cookies(&to))) {
                return failed("it redirects in a loop".into());
            }
            if visited.len() > REDIRECTS {
                return failed(format!("it redirects more than {REDIRECTS} times"));
            }
            url = to;
        }
    }

    /// The client for an address. Names that resolve only to private addresses are refused.
    async fn client(&self, url: &Url, may_be_private: bool) -> Result<&Client, Unchecked> {
        let name = url.host_str().unwrap_or_default().trim_end_matches('.');
        if may_be_private || self.may_be_private.is_match(name) {
            return Ok(&self.open);
        }
        if let Some(address) = literal(url) {
            return if is_public(address) { Ok(&self.guarded) } else { Err(Unchecked::Private) };
        }
        if is_local(name) {
            return Err(Unchecked::Private);
        }
        // A proxy resolves names itself.
        if !self.checked.is_proxied {
            let port = url.port_or_known_default().unwrap_or_default();
            let looked_up = tokio::net::lookup_host((name, port));
            let response = timeout(Duration::from_secs(self.settings.timeout), looked_up).await;
            // After a failure the guarded client does not know the name, and its request fails.
            if let Ok(Ok(response)) = response {
                let addresses: Vec<_> = response.collect();
                let public: Vec<_> =
                    addresses.iter().copied().filter(|address| is_public(address.ip())).collect();
                if public.is_empty() && !addresses.is_empty() {
                    return Err(Unchecked::Private);
                }
                self.checked.keep(url.host_str().unwrap_or_default(), public);
            }
        }
        Ok(&self.guarded)
    }

    fn headers(&self, url: &Url, cookies: Option<HeaderValue>) -> HeaderMap {
        let host = url.host_str().unwrap_or_default();
        let is_loopback = literal(url).is_some_and(|address| address.is_loopback()) || is_local(host);
        let is_safe = url.scheme() == "https" || is_loopback;
        let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(ACCEPT_HTML))]);
        headers.extend(cookies.map(|cookies| (COOKIE, cookies)));
        for header in self.headers.iter().filter(|header| is_safe || !header.is_secret) {
            if header.hosts.is_match(host) {
                headers.insert(header.name.clone(), header.value.clone());
            }
        }
        headers
    }

    /// The innermost cause, such as “connection refused” instead of “error sending request”.
    fn reason(&self, error: &reqwest::Error) -> String {
        if error.is_timeout() {
            return format!("no response within {} s", self.settings.timeout);
        }
        let mut cause: &dyn std::error::Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        cause.to_string()
    }
}

/// The configured headers, without those from unset variables.
fn headers(settings: &External, variables: &BTreeMap<String, String>) -> Result<Vec<HostHeader>, String> {
    let mut headers = Vec::new();
    for (hosts, fields) in &settings.headers {
        let hosts = Glob::new(hosts).map_err(|error| error.to_string())?.compile_matcher();
        for (name, value) in fields {
            let (text, is_secret) = match value {
                HeaderText::Text(text) => (Some(text), false),
                HeaderText::Variable { env } => (variables.get(env), true),
            };
            let Some(text) = text else { continue };
            // The value may be a secret, so it is not part of the message.
            let mut value =
                HeaderValue::from_str(text).map_err(|_| format!("invalid value for the header `{name}`"))?;
            value.set_sensitive(is_secret);
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
            headers.push(HostHeader { hosts: hosts.clone(), name, value, is_secret });
        }
    }
    Ok(headers)
}

/// The value of `Retry-After`: a number of seconds, or a date by the host's own clock.
fn patience(answer: &Response) -> Option<Duration> {
    let text = |name| answer.headers().get(name)?.to_str().ok().map(str::trim);
    let is_later = matches!(answer.status(), StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let asked = text(RETRY_AFTER).filter(|_| is_later)?;
    if asked.bytes().all(|byte| byte.is_ascii_digit()) && !asked.is_empty() {
        return Some(asked.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = |text| Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok();
    let now = text(DATE).and_then(date).unwrap_or_else(Timestamp::now);
    // A date in the past means no delay.
    Some(date(asked)?.duration_since(now).try_into().unwrap_or_default())
}

/// The target of a redirect, which inherits the fragment if it has none of its own.
fn location(answer: &Response, url: &Url) -> Option<Url> {
    let bytes = answer.headers().get(LOCATION)?.as_bytes();
    // Falls back to Latin-1 if it is not UTF-8.
    let text = std::str::from_utf8(bytes).map(str::to_owned);
    let text = text.unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect());
    let mut to = url.join(&text).ok()?;
    if to.fragment().is_none() {
        to.set_fragment(url.fragment());
    }
    Some(to)
}

fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// The IP address of a URL in any notation, as the URL parser has normalised it.
fn literal(url: &Url) -> Option<std::net::IpAddr> {
    let host = url.host_str()?;
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// True if a name belongs to this machine or the local network by convention.
fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    ["localhost", "local", "internal", "home.arpa"]
        .iter()
        .any(|local| name.strip_suffix(local).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_hosts_in_every_notation() {
        for address in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://0/",
            "http://0.0.0.0/",
            "http://169.254.169.254/latest",
            "http://192.168.1.1:8080/",
            "http://１２７.0.0.1/",
        ] {
            let url = Url::parse(address).unwrap();
            assert!(literal(&url).is_some_and(|address| !is_public(address)), "{address}");
        }
        for name in
            ["localhost", "LOCALHOST.", "a.localhost", "printer.local", "x.internal", "router.home.arpa"]
        {
            assert!(is_local(name), "{name}");
        }
        for name in ["localhost.org", "mylocalhost", "example.org", "international"] {
            assert!(!is_local(name), "{name}");
        }
    }
}
