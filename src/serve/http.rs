//! The HTTP server: access control and responses.

use std::io::SeekFrom;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use headers::{ContentRange, ETag, HeaderMapExt, IfNoneMatch, IfRange, Range};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::net::TcpListener;
use tokio_util::io::ReaderStream;
use tower_http::set_header::SetResponseHeaderLayer;

use super::answer::Answer;
use super::live::Tabs;
use super::queue::Queue;
use super::{CLIENT, LIVE, version};
use crate::engine::{Asset, Opened};

/// Time within which a client must send its request headers.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// Interval of pings to open tabs.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// Chunk size for reading files, in bytes.
const PIECE: usize = 64 << 10;
/// Maximum size of request headers in bytes.
const LARGEST_HEAD: usize = 32 << 10;

/// The client script that keeps a tab up to date.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let style = serde_json::Value::from(include_str!("client/overlay.css")).to_string();
    include_str!("client/client.js").replacen("(STYLE)", &format!("({style})"), 1)
});

/// State shared by all requests.
pub(super) struct ServerState {
    /// The queue to the engine.
    pub queue: Arc<Queue>,
    /// The open tabs.
    pub tabs: Arc<Tabs>,
    /// The address the server listens on.
    pub address: SocketAddr,
    /// Host names it accepts, other than IP addresses.
    pub names: Vec<String>,
}

/// Serves connections until the process ends.
pub(super) async fn serve(listener: TcpListener, shared: Arc<ServerState>) {
    let set = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let router = Router::new()
        .fallback(answer)
        .layer(middleware::from_fn_with_state(shared.clone(), guard))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::CACHE_CONTROL, "no-cache"))
        .layer(set(header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .with_state(shared);
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN).max_buf_size(LARGEST_HEAD);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // For example too many open files; some will be closed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
        tokio::spawn(async move {
            // Errors of a connection concern only its client.
            let _ = connection.await;
        });
    }
}

/// Rejects requests by a host name that is not the server's own, against DNS rebinding by pages of other sites.
async fn guard(State(shared): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return (StatusCode::BAD_REQUEST, "expected exactly one Host header\n").into_response();
    };
    let of_target = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let is_accepted = |host: &[u8]| std::str::from_utf8(host).is_ok_and(|host| shared.is_own(host));
    if !is_accepted(host.as_bytes()) || of_target.is_some_and(|host| !is_accepted(host)) {
        return (StatusCode::FORBIDDEN, "unknown host; add it with `--allow-host NAME`\n").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    next.run(request).await
}

impl ServerState {
    /// True if a host is this server. Other sites control where their names resolve, but not IP addresses.
    fn is_own(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = authority.host();
        // Only a port may follow the name: no user before it, nothing else after a `]`.
        let is_port = |rest: &str| {
            rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
        };
        if !host.strip_prefix(name).is_some_and(is_port) {
            return false;
        }
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) => {
                let own = self.address.ip();
                address == own || address.is_loopback() || own.is_unspecified()
            }
            Err(_) => {
                name.eq_ignore_ascii_case("localhost")
                    || self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
            }
        }
    }
}

async fn answer(State(shared): State<Arc<ServerState>>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let path = parts.uri.path();
    if path.ends_with(CLIENT) {
        let bytes = Bytes::from_static(SCRIPT.as_bytes());
        return send(&parts.headers, &format!("{:x}", super::hash(&bytes)), "text/javascript", bytes);
    }
    if path.ends_with(LIVE) {
        let page = parts.uri.query().and_then(|query| query.strip_prefix("page=")).and_then(decoded);
        let Some(page) = page.filter(|_| is_same_origin(&parts.headers)) else {
            return (StatusCode::FORBIDDEN, "only pages of this preview can connect\n").into_response();
        };
        return match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
            Ok(upgrade) => {
                upgrade.max_message_size(1 << 10).on_upgrade(move |socket| live(socket, shared, page))
            }
            Err(rejection) => rejection.into_response(),
        };
    }
    let Some(path) = decoded(path) else { return StatusCode::NOT_FOUND.into_response() };
    let Ok(answer) = shared.queue.ask(path).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let version = version(&answer);
    match answer {
        Answer::Page { status, html, base } => {
            let html = with_client(&html, &base, &version);
            let mut response = send(&parts.headers, &version, "text/html", html.into());
            if status != 200 {
                *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
            }
            response
        }
        Answer::Bytes { bytes, name } => {
            let mime = mime_guess::from_path(&name).first_or_octet_stream();
            send(&parts.headers, &version, mime.as_ref(), Bytes::from_owner(bytes))
        }
        Answer::Asset(asset) => match self::asset(&parts, asset).await {
            Ok(response) => response,
            Err(_) => StatusCode::NOT_FOUND.into_response(),
        },
        Answer::Pending => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")]).into_response(),
        Answer::Redirect(to) => {
            let query = parts.uri.query().map_or(String::new(), |query| format!("?{query}"));
            match HeaderValue::try_from(format!("{to}{query}")) {
                // Temporary, because the next preview at this port may be of another site.
                Ok(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
                Err(_) => StatusCode::NOT_FOUND.into_response(),
            }
        }
    }
}

/// Percent-decodes once; `None` if the result is not UTF-8.
fn decoded(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

/// True if the request comes from a page of this server (RFC 6455, 10.2). Browsers always send the origin of a
/// WebSocket request.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin == format!("http://{host}"),
        _ => false,
    }
}

/// Inserts the client script before all other scripts, so that it sees the page as it was sent.
fn with_client(html: &str, base: &str, version: &str) -> String {
    let script = format!("<script src=\"{base}{}\" data-version=\"{version}\" defer></script>", &CLIENT[1..]);
    let head = memchr::memchr_iter(b'<', html.as_bytes()).find_map(|at| {
        let tag = &html.as_bytes()[at..];
        let is_head = tag.len() > 5
            && tag[..5].eq_ignore_ascii_case(b"<head")
            && (tag[5] == b'>' || tag[5].is_ascii_whitespace());
        is_head.then(|| memchr::memchr(b'>', tag).map(|end| at + end + 1))?
    });
    let at = head.unwrap_or(html.len());
    [&html[..at], &script, &html[at..]].concat()
}

/// Responds with bytes in memory; handles conditional and range requests (RFC 9110, 13 and 14).
fn send(headers: &HeaderMap, version: &str, mime: &str, bytes: Bytes) -> Response {
    let length = bytes.len() as u64;
    let part = match plan(headers, version, mime, length) {
        Ok(part) => part,
        Err(response) => return *response,
    };
    let body = bytes.slice(part.start as usize..part.end as usize);
    part.response(version, mime, length, Body::from(body))
}

/// Responds with a file of a source, streamed as it is read.
async fn asset(parts: &Parts, asset: Asset) -> std::io::Result<Response> {
    let mime = mime_guess::from_path(&asset.url).first_or_octet_stream();
    let opened = tokio::task::spawn_blocking(move || asset.open()).await.map_err(std::io::Error::other)??;
    let file = match opened {
        Opened::Bytes(bytes) => {
            let bytes = Bytes::from(bytes);
            return Ok(send(&parts.headers, &format!("{:x}", super::hash(&bytes)), mime.as_ref(), bytes));
        }
        Opened::File(file) => file,
    };
    let metadata = file.metadata()?;
    let length = metadata.len();
    let modified = metadata.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let version = format!("{length:x}-{:x}", modified.as_nanos());
    let part = match plan(&parts.headers, &version, mime.as_ref(), length) {
        Ok(part) => part,
        Err(response) => return Ok(*response),
    };
    let part_length = part.end - part.start;
    let body = if parts.method == Method::HEAD {
        Body::empty()
    } else {
        let mut file = tokio::fs::File::from_std(file);
        file.seek(SeekFrom::Start(part.start)).await?;
        Body::from_stream(ReaderStream::with_capacity(file.take(part_length), PIECE))
    };
    let mut response = part.response(&version, mime.as_ref(), length, body);
    // Streams have no known length.
    response.headers_mut().insert(header::CONTENT_LENGTH, part_length.into());
    Ok(response)
}

/// The requested part of a response body.
struct ByteRange {
    start: u64,
    end: u64,
    is_whole: bool,
}

/// Determines the part to send, or a response without a body.
fn plan(headers: &HeaderMap, version: &str, mime: &str, length: u64) -> Result<ByteRange, Box<Response>> {
    let whole = ByteRange { start: 0, end: length, is_whole: true };
    let Ok(tag) = format!("\"{version}\"").parse::<ETag>() else { return Ok(whole) };
    if headers.typed_get::<IfNoneMatch>().is_some_and(|condition| !condition.precondition_passes(&tag)) {
        let mut response = whole.response(version, mime, length, Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Err(Box::new(response));
    }
    let Some(range) = headers.typed_get::<Range>() else { return Ok(whole) };
    if headers.typed_get::<IfRange>().is_some_and(|condition| condition.is_modified(Some(&tag), None)) {
        return Ok(whole);
    }
    let mut ranges = range.satisfiable_ranges(length);
    let (first, more) = (ranges.next(), ranges.next());
    match (first.map(|bounds| resolved(bounds, length)), more) {
        (Some(Some((start, end))), None) => Ok(ByteRange { start, end, is_whole: false }),
        // A request for several ranges may be answered in full (RFC 9110, 14.2).
        (Some(_), Some(_)) => Ok(whole),
        _ => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            response.headers_mut().typed_insert(ContentRange::unsatisfied_bytes(length));
            Err(Box::new(response))
        }
    }
}

/// Start and end of a range; `None` if it lies outside the content.
fn resolved(bounds: (std::ops::Bound<u64>, std::ops::Bound<u64>), length: u64) -> Option<(u64, u64)> {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    let start = match bounds.0 {
        Included(start) => start,
        Excluded(before) => before + 1,
        Unbounded => 0,
    };
    let end = match bounds.1 {
        Included(last) => last.saturating_add(1),
        Excluded(end) => end,
        Unbounded => length,
    };
    (start < end.min(length)).then_some((start, end.min(length)))
}

impl ByteRange {
    fn response(&self, version: &str, mime: &str, length: u64, body: Body) -> Response {
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        let mime = match mime {
            text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
            other => other.to_owned(),
        };
        if let Ok(mime) = HeaderValue::try_from(mime) {
            headers.insert(header::CONTENT_TYPE, mime);
        }
        if let Ok(tag) = HeaderValue::try_from(format!("\"{version}\"")) {
            headers.insert(header::ETAG, tag);
        }
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if !self.is_whole
            && let Ok(range) = ContentRange::bytes(self.start..self.end, length)
        {
            headers.typed_insert(range);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        response
    }
}

/// Sends the state of a page to a tab until the connection closes.
async fn live(mut socket: WebSocket, shared: Arc<ServerState>, page: String) {
    let (number, mut news) = shared.tabs.open(page);
    shared.queue.tab_waits();
    loop {
        let result = tokio::select! {
            changed = news.changed() => {
                if changed.is_err() {
                    break;
                }
                let message = news.borrow_and_update().to_string();
                socket.send(Message::text(message)).await
            }
            () = tokio::time::sleep(HEARTBEAT) => socket.send(Message::Ping(Bytes::new())).await,
            // Messages from tabs are ignored; an error ends the connection.
            received = socket.recv() => match received {
                Some(Ok(_)) => Ok(()),
                _ => break,
            },
        };
        if result.is_err() {
            break;
        }
    }
    shared.tabs.close(number);
}
