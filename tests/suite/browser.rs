//! A real browser: headless Chromium over its DevTools protocol. Where none is installed the tests say that
//! they were skipped; `ROLEBOOK_REQUIRE_BROWSER` makes that a failure.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::support::until;

/// A running browser.
pub(crate) struct Browser {
    process: Child,
    socket: WebSocket<TcpStream>,
    count: u64,
    _profile: tempfile::TempDir,
}

/// A tab, by its session.
pub(crate) struct Tab(String);

impl Browser {
    /// Starts the browser that is installed, if one is.
    pub(crate) fn start() -> Option<Self> {
        let known = ["chromium", "chromium-browser", "google-chrome", "chrome"];
        let named = std::env::var("ROLEBOOK_BROWSER").ok();
        let program = named.or_else(|| {
            let runs = |name: &&&str| {
                Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
            };
            known.iter().find(runs).map(ToString::to_string)
        });
        let Some(program) = program else {
            assert!(std::env::var_os("ROLEBOOK_REQUIRE_BROWSER").is_none(), "a browser is required");
            eprintln!("skipped: no browser is installed");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let mut process = Command::new(program)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"])
            .args(["--window-size=1280,800", "--no-first-run", "--disable-dev-shm-usage"])
            // A test does not wait for scrolling to look smooth.
            .arg("--force-prefers-reduced-motion")
            // Pages of other people show pictures of other hosts: nobody outside is asked for anything.
            .arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split_once("listening on ")?.1.to_owned())).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        let host = address.strip_prefix("ws://").unwrap().split('/').next().unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(240))).unwrap();
        let socket = tungstenite::client(address.as_str(), stream).unwrap().0;
        Some(Self { process, socket, count: 0, _profile: profile })
    }

    /// Sends a command and waits for its answer.
    fn ask(&mut self, tab: Option<&Tab>, method: &str, parameters: &Value) -> Value {
        self.count += 1;
        let mut call = json!({"id": self.count, "method": method, "params": parameters});
        if let Some(tab) = tab {
            call["sessionId"] = json!(tab.0);
        }
        self.socket.send(Message::text(call.to_string())).unwrap();
        loop {
            let text = match self.socket.read() {
                Ok(Message::Text(text)) => text,
                Ok(_) => continue,
                Err(tungstenite::Error::Io(error)) if error.kind() == std::io::ErrorKind::Interrupted => {
                    continue;
                }
                Err(error) => panic!("{method}: {error}"),
            };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == self.count {
                return answer;
            }
        }
    }

    /// Calls a method of the protocol, of a tab or of the browser.
    pub(crate) fn call(&mut self, tab: Option<&Tab>, method: &str, parameters: &Value) -> Value {
        let answer = self.ask(tab, method, parameters);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Opens a tab and waits for its page.
    pub(crate) fn open(&mut self, url: &str) -> Tab {
        let target = self.call(None, "Target.createTarget", &json!({"url": url}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = self.call(None, "Target.attachToTarget", &attach);
        let tab = Tab(session["sessionId"].as_str().unwrap().to_owned());
        // A new tab is complete, and blank, before it begins to load anything.
        let begun = format!("({} || location.href !== 'about:blank')", url == "about:blank");
        self.wait(&tab, &format!("{begun} && document.readyState === 'complete'"));
        tab
    }

    /// Closes a tab.
    pub(crate) fn close(&mut self, tab: Tab) {
        self.call(Some(&tab), "Page.close", &json!({}));
    }

    /// Loads another page in a tab and waits for it.
    pub(crate) fn go(&mut self, tab: &Tab, url: &str) {
        self.call(Some(tab), "Page.navigate", &json!({"url": url}));
        self.wait(tab, &format!("document.readyState === 'complete' && location.href === {}", json!(url)));
    }

    /// Opens a page for a reader in a zone, at an instant that stays.
    pub(crate) fn open_at(&mut self, url: &str, zone: &str, now: &str) -> Tab {
        let tab = self.open("about:blank");
        let clock = format!(
            "{{ const now = Date.parse('{now}'); const Real = Date; Date = class extends Real {{ \
             constructor(...given) {{ super(...(given.length ? given : [now])); }} \
             static now() {{ return now; }} }}; }}"
        );
        self.call(Some(&tab), "Page.enable", &json!({}));
        self.call(Some(&tab), "Page.addScriptToEvaluateOnNewDocument", &json!({"source": clock}));
        self.call(Some(&tab), "Emulation.setTimezoneOverride", &json!({"timezoneId": zone}));
        self.call(Some(&tab), "Page.navigate", &json!({"url": url}));
        self.wait(&tab, "location.href !== 'about:blank' && document.readyState === 'complete'");
        tab
    }

    /// Opens a page of the preview.
    pub(crate) fn open_preview(&mut self, url: &str) -> Tab {
        let tab = self.open(url);
        self.wait(&tab, "!!document.querySelector('rolebook-preview')");
        tab
    }

    /// What an expression gives in a tab; nothing while the page is being replaced.
    pub(crate) fn run(&mut self, tab: &Tab, expression: &str) -> Value {
        let parameters = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        self.ask(Some(tab), "Runtime.evaluate", &parameters)["result"]["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait(&mut self, tab: &Tab, expression: &str) {
        let found = until(|| (self.run(tab, expression) == true).then_some(()));
        if found.is_none() {
            let page = self.run(tab, "document.documentElement.outerHTML");
            panic!("never `{expression}`:\n{}", page.as_str().unwrap_or_default());
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
