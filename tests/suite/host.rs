//! A static file host for browser tests.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rolebook::engine::Contents;

/// Content security policy of pages. The search client is a WebAssembly program.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/// Serves static files below a path as simple hosts do: folders by their index page, no redirects, and a policy that
/// allows only the site's own files.
pub(crate) struct Host {
    port: u16,
    base: String,
    /// Paths that were requested but do not exist.
    pub missed: Arc<Mutex<Vec<String>>>,
}

impl Host {
    /// Serves a folder under a path that starts and ends with `/`.
    pub(crate) fn start(folder: PathBuf, base: &str) -> Self {
        Self::serve(base, move |place| std::fs::read(folder.join(place)).ok())
    }

    /// Serves files shared with other tests.
    pub(crate) fn of(files: &'static Contents, base: &str) -> Self {
        Self::serve(base, |place| files.get(place).cloned())
    }

    fn serve(base: &str, read: impl Fn(&str) -> Option<Vec<u8>> + Clone + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let missed = Arc::new(Mutex::new(Vec::new()));
        let (log, below) = (missed.clone(), base.to_owned());
        let app = axum::Router::new().fallback(async move |uri: Uri| {
            let answer = file(&read, &below, uri.path());
            // Browsers request an icon by themselves when they show a picture.
            if answer.is_none() && uri.path() != "/favicon.ico" {
                log.lock().unwrap().push(uri.path().to_owned());
            }
            answer.unwrap_or_else(|| {
                // Page for unknown paths, as on such hosts.
                let page = file(&read, &below, &format!("{below}404.html"));
                (StatusCode::NOT_FOUND, page.unwrap_or_default()).into_response()
            })
        });
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, app).await.unwrap();
            });
        });
        Self { port, base: base.to_owned(), missed }
    }

    /// Address of the folder; ends with `/`.
    pub(crate) fn site(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, self.base)
    }
}

fn file(read: impl Fn(&str) -> Option<Vec<u8>>, base: &str, path: &str) -> Option<Response> {
    let path = percent_encoding::percent_decode_str(path.strip_prefix(base)?).decode_utf8().ok()?;
    let place =
        if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.into() };
    let bytes = read(&place)?;
    let kind = mime_guess::from_path(&place).first_or_octet_stream();
    let headers = [(header::CONTENT_TYPE, kind.as_ref()), (header::CONTENT_SECURITY_POLICY, POLICY)];
    Some((headers, bytes).into_response())
}
