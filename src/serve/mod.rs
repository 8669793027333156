//! The preview: a server on the same engine as a build, and a file watcher.
//!
//! The engine runs on a thread of its own ([`preview`]). Changes, requests and tabs reach it through one queue
//! ([`queue`]). The watcher ([`watch`]) and the server ([`http`]) only add to the queue, so neither slow clients nor
//! bursts of events block each other. Reports are printed in a thread of their own, as a terminal may be slow.

mod answer;
mod http;
mod live;
mod preview;
mod queue;
mod renderers;
mod search;
mod watch;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::engine::Engine;
use crate::source::Site;
use answer::Answer;
use http::ServerState;
use live::Tabs;
use preview::Preview;
use queue::Queue;
use watch::Watch;

/// Path of the client script below the base path. It cannot collide with a page, because documents of sources have
/// other extensions.
const CLIENT: &str = "/.rolebook/client.js";
/// Path of the WebSocket that keeps tabs up to date.
const LIVE: &str = "/.rolebook/live";
/// Number of ports tried after the requested one.
const PORTS: u16 = 100;

/// Options of the preview.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name or address to listen on.
    pub host: String,
    /// Port to listen on; the next free one if it is taken. 0 selects any free port.
    pub port: u16,
    /// Additional accepted host names.
    pub allow_hosts: Vec<String>,
    /// Moves browsers to the page that is being edited.
    pub navigate: bool,
    /// Polls files, for file systems without change notifications.
    pub poll: bool,
}

/// Events reported to the user.
pub enum ServerEvent {
    /// Files have changed.
    Changed {
        /// File names as in diagnostics; empty for removed files and changes of the theme or `site.toml`.
        files: Vec<String>,
        /// Time from the first change until tabs were updated.
        took: Duration,
    },
    /// Everything has been checked and rendered since the last change; all diagnostics.
    Checked(Arc<Vec<Diagnostic>>),
    /// The system's limit of watches is reached; files are polled instead.
    Polling,
    /// Watching has failed, with the reason.
    Blind(String),
    /// The program panicked; the message is already on the terminal.
    Failed,
}

/// Reason why a preview cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The host name does not resolve.
    #[error("cannot resolve the host `{0}`")]
    Host(String),
    /// No port is free or permitted.
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// A system error.
    #[error("cannot start: {0}")]
    Start(#[from] std::io::Error),
    /// An error of the watcher.
    #[error("cannot watch files: {0}")]
    Watch(#[from] notify::Error),
}

/// A preview that is bound to a port but does not answer requests yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    options: Options,
}

impl Server {
    /// Binds a port.
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

    /// The port, which differs from the requested one if that is in use.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Address of the site for a browser.
    pub fn url(&self, engine: &Engine) -> String {
        let host = match self.address.ip() {
            IpAddr::V6(address) if !address.is_unspecified() => format!("[{address}]"),
            address if address.is_unspecified() => "127.0.0.1".to_owned(),
            address => address.to_string(),
        };
        let base = Site::get(&engine.db).config(&engine.db).base_path();
        format!("http://{host}:{}{base}", self.address.port())
    }

    /// True if it accepts connections only from this machine.
    pub fn is_local(&self) -> bool {
        self.address.ip().is_loopback()
    }

    /// Serves until the user ends it.
    ///
    /// # Errors
    /// [`ServeError::Start`] and [`ServeError::Watch`].
    pub fn run(
        self,
        engine: Engine,
        mut report: impl FnMut(ServerEvent) + Send + 'static,
    ) -> Result<(), ServeError> {
        let queue = Arc::new(Queue::default());
        let tabs = Arc::new(Tabs::default());
        let watch = Watch::new(queue.clone(), self.options.poll)?;
        let mut names = self.options.allow_hosts;
        names.push(self.options.host);
        let shared =
            Arc::new(ServerState { queue: queue.clone(), tabs: tabs.clone(), address: self.address, names });
        self.listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let navigate = self.options.navigate;
        let (running, ended) = tokio::sync::oneshot::channel::<()>();
        let (events, occurred) = std::sync::mpsc::channel();
        {
            let queue = queue.clone();
            let preview = move || Preview::new(engine, queue, tabs, watch, navigate, events).run();
            std::thread::Builder::new().name("preview".into()).spawn(preview)?;
        }
        // A terminal may be slow, and a page must not wait for it.
        std::thread::Builder::new().name("reports".into()).spawn(move || {
            // Dropped when the preview has ended for any reason and everything has been reported.
            let _running = running;
            for event in occurred {
                if catch_unwind(AssertUnwindSafe(|| report(event))).is_err() {
                    report(ServerEvent::Failed);
                }
            }
        })?;
        let listener = self.listener;
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::select! {
                () = http::serve(listener, shared) => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            queue.stop();
            // A second interrupt ends the process at once, even if the preview is busy.
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

/// Hash for comparing contents within a run.
fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// Version of an answer; differs if the content differs.
fn version(answer: &Answer) -> String {
    match answer {
        Answer::Page { status, html, base } => {
            let mut hasher = DefaultHasher::new();
            (status, &**html, &**base).hash(&mut hasher);
            format!("{:x}", hasher.finish())
        }
        Answer::Bytes { bytes, .. } => format!("{:x}", hash(bytes)),
        Answer::Redirect(to) => to.clone(),
        Answer::Asset(_) | Answer::Pending => String::new(),
    }
}
