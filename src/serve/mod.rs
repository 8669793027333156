//! The preview: a server on the same engine as a build, and a watcher that brings it every change.
//!
//! The engine lives on one thread of its own ([`preview`]); changes, requests and open tabs reach it
//! through one queue ([`queue`]). The watcher ([`watch`]) and the server ([`http`]) only put things there,
//! so neither a slow client nor a storm of events holds up the other.

mod answer;
mod http;
mod live;
mod makers;
mod preview;
mod queue;
mod search;
mod watch;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::engine::Engine;
use crate::source::Site;
use answer::Answer;
use http::Shared;
use live::Tabs;
use preview::Preview;
use queue::Queue;
use watch::Watch;

/// Where the client's script is, below the site's path. No page can have this address: the names of
/// sources' documents end differently.
const CLIENT: &str = "/.rolebook/client.js";
/// Where tabs are kept up to date.
const LIVE: &str = "/.rolebook/live";
/// How many ports are tried after the one that was asked for.
const PORTS: u16 = 100;

/// How to serve.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name or address to listen at.
    pub host: String,
    /// Port to listen at; the next free one if it is taken. 0 takes any.
    pub port: u16,
    /// Further names by which it may be reached.
    pub allow_hosts: Vec<String>,
    /// Browsers follow the page that is being edited.
    pub navigate: bool,
    /// Files are looked at again and again: for file systems that do not tell of changes.
    pub poll: bool,
}

/// What the user is told while it runs.
pub enum Event {
    /// Files were changed, and took so long to take in.
    Changed {
        /// As diagnostics name them; empty where files went, or the theme or `site.toml` changed.
        files: Vec<String>,
        /// Until tabs were told.
        took: Duration,
    },
    /// Everything was checked and rendered once since the last change; everything that is wrong.
    Checked(Arc<Vec<Diagnostic>>),
    /// The system's table of watches is full: files are looked at again and again instead.
    Polling,
    /// Nothing is watched any more, and why.
    Blind(String),
    /// A fault of the program; the terminal has it already.
    Failed,
}

/// Why a preview cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The host has no address.
    #[error("cannot resolve the host `{0}`")]
    Host(String),
    /// No port is free, or none may be used.
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The system's own words.
    #[error("cannot start: {0}")]
    Start(#[from] std::io::Error),
    /// The watcher's own words.
    #[error("cannot watch files: {0}")]
    Watch(#[from] notify::Error),
}

/// A preview that listens and does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    options: Options,
}

impl Server {
    /// Takes a port.
    ///
    /// # Errors
    /// [`ServeError::Host`] and [`ServeError::Listen`].
    pub fn bind(options: Options) -> Result<Self, ServeError> {
        let host = options.host.trim_start_matches('[').trim_end_matches(']');
        let mut addresses = (host, options.port).to_socket_addrs().into_iter().flatten();
        let first = addresses.next().ok_or_else(|| ServeError::Host(options.host.clone()))?;
        let ports = first.port()..=first.port().saturating_add(if first.port() == 0 { 0 } else { PORTS });
        let mut fault = None;
        for port in ports {
            match TcpListener::bind(SocketAddr::new(first.ip(), port)) {
                Ok(listener) => {
                    let address = listener.local_addr()?;
                    return Ok(Self { listener, address, options });
                }
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => fault = Some(error),
                Err(error) => return Err(ServeError::Listen(first, error)),
            }
        }
        let fault = fault.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into());
        Err(ServeError::Listen(first, fault))
    }

    /// Where a browser finds the site.
    pub fn url(&self, engine: &Engine) -> String {
        let host = match self.address.ip() {
            IpAddr::V6(address) if !address.is_unspecified() => format!("[{address}]"),
            address if address.is_unspecified() => "127.0.0.1".to_owned(),
            address => address.to_string(),
        };
        let base = Site::get(&engine.db).config(&engine.db).base_path();
        format!("http://{host}:{}{base}", self.address.port())
    }

    /// Whether only programs of this machine reach it.
    pub fn is_local(&self) -> bool {
        self.address.ip().is_loopback()
    }

    /// Serves until the user ends it.
    ///
    /// # Errors
    /// [`ServeError::Start`] and [`ServeError::Watch`].
    pub fn run(self, engine: Engine, report: impl FnMut(Event) + Send + 'static) -> Result<(), ServeError> {
        let queue = Arc::new(Queue::default());
        let tabs = Arc::new(Tabs::default());
        let watch = Watch::new(queue.clone(), self.options.poll)?;
        let mut names = self.options.allow_hosts;
        names.push(self.options.host);
        let shared =
            Arc::new(Shared { queue: queue.clone(), tabs: tabs.clone(), address: self.address, names });
        self.listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let navigate = self.options.navigate;
        let (running, ended) = tokio::sync::oneshot::channel::<()>();
        {
            let queue = queue.clone();
            std::thread::Builder::new().name("preview".into()).spawn(move || {
                // Dropped when the thread ends, however it does; a preview that failed has said so.
                let _running = running;
                Preview::new(engine, queue, tabs, watch, navigate, Box::new(report)).run();
            })?;
        }
        let listener = self.listener;
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::select! {
                () = http::serve(listener, shared) => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            queue.stop();
            // Whatever the preview is at, it does not keep the user waiting who asks twice.
            tokio::select! {
                _ = ended => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            Ok::<(), std::io::Error>(())
        })?;
        runtime.shutdown_background();
        Ok(())
    }
}

/// Tells one content from another within a run.
fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// Tells what an address has from what it had before.
fn version(answer: &Answer) -> String {
    match answer {
        Answer::Page { status, html, base } => {
            let mut hasher = DefaultHasher::new();
            (status, &**html, &**base).hash(&mut hasher);
            format!("{:x}", hasher.finish())
        }
        Answer::Bytes { bytes, .. } => format!("{:x}", hash(bytes)),
        Answer::Redirect(to) => to.clone(),
        Answer::Asset(_) | Answer::Later => String::new(),
    }
}
