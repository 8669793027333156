//! The preview over real sockets, as used by browsers and hostile clients.

pub(crate) mod browser;
mod editing;
mod random;
mod safety;
mod slow;
mod sources;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::support::{PATIENCE, TestSite, until};

/// A running `rolebook serve`.
pub(crate) struct Preview {
    process: Child,
    pub port: u16,
    pub base: String,
    log: Arc<Mutex<String>>,
}

impl Preview {
    /// Serves a site on a free port.
    pub(crate) fn start(site: &TestSite, arguments: &[&str]) -> Self {
        Self::start_in(site.path(), arguments)
    }

    pub(crate) fn start_in(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolebook"));
        command.arg("serve").args(["--port", "0"]).args(arguments).current_dir(folder);
        Self::run(command)
    }

    pub(crate) fn run(mut command: Command) -> Self {
        command.env("NO_COLOR", "1").env_remove("SOURCE_DATE_EPOCH");
        let mut process = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = BufReader::new(process.stderr.take().unwrap());
        let buffer = log.clone();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                buffer.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        let mut preview = Self { process, port: 0, base: String::new(), log };
        let line = preview.wait_for_log("serving at http://");
        let address = line.split("http://").nth(1).unwrap().split_whitespace().next().unwrap();
        let (host, path) = address.split_once('/').unwrap();
        preview.port = host.rsplit(':').next().unwrap().parse().unwrap();
        preview.base = format!("/{path}");
        preview
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits for a line in the terminal that contains a text, and returns it.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, text: &str) -> String {
        let line = until(|| self.log().lines().find(|line| line.contains(text)).map(str::to_owned));
        line.unwrap_or_else(|| panic!("no `{text}` in the terminal:\n{}", self.log()))
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// Requests a path below the site's base path.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask(&format!("{}{path}", self.base), "")
    }

    /// Requests a path exactly as given, with additional headers.
    pub(crate) fn ask(&self, path: &str, headers: &str) -> Reply {
        self.raw(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n",
            self.host()
        ))
    }

    /// Sends bytes and reads until the server closes the connection.
    pub(crate) fn raw(&self, request: &str) -> Reply {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Reply::new(&bytes)
    }

    /// Waits until the page at a path contains a text.
    #[track_caller]
    pub(crate) fn wait_for(&self, path: &str, text: &str) -> Reply {
        let reply = until(|| Some(self.get(path)).filter(|reply| reply.body().contains(text)));
        reply.unwrap_or_else(|| {
            panic!("{path} never contained `{text}`:\n{}\n{}", self.get(path).body(), self.log())
        })
    }

    /// Waits for a status.
    #[track_caller]
    pub(crate) fn wait_for_status(&self, path: &str, status: u16) {
        let result = until(|| (self.get(path).status == status).then_some(()));
        assert!(result.is_some(), "{path} never had {status} but {}\n{}", self.get(path).status, self.log());
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends the signal of Ctrl-C.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        let status = Command::new("kill").args(["-INT", &self.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the process to end by itself.
    #[track_caller]
    pub(crate) fn wait_for_end(&mut self) {
        let ended = until(|| self.process.try_wait().unwrap());
        assert!(ended.is_some(), "the process is still running:\n{}", self.log());
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    head: String,
    pub bytes: Vec<u8>,
}

impl Reply {
    fn new(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head, bytes: bytes[end..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn body(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The page without the client script, as a build would write it.
    pub(crate) fn page(&self) -> String {
        let body = self.body();
        let start =
            body.find("<script src=\"").filter(|start| body[*start..].contains("data-version")).unwrap();
        let end = start + body[start..].find("</script>").unwrap() + "</script>".len();
        assert!(body[start..end].contains("/.rolebook/client.js"), "{}", &body[start..end]);
        format!("{}{}", &body[..start], &body[end..])
    }
}
