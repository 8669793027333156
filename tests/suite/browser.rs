//! Headless Chromium, driven over its DevTools protocol. All tests share one process, each with a context and storage
//! of its own.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::harness::{Need, is_declared, memory};
use crate::support::until;

/// The shared process.
struct Process {
    child: Child,
    /// Address of its DevTools endpoint.
    address: String,
    _profile: tempfile::TempDir,
}

static PROCESS: Mutex<Option<Process>> = Mutex::new(None);

/// The installed browser, if any.
pub(crate) fn program() -> Option<&'static str> {
    static PROGRAM: LazyLock<Option<String>> = LazyLock::new(|| {
        // The browser without a user interface needs half of the processor time.
        let names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"];
        let runs = |name: &&&str| {
            Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
        };
        let named = std::env::var("ROLEBOOK_BROWSER").ok();
        named.or_else(|| names.iter().find(runs).map(ToString::to_string))
    });
    PROGRAM.as_deref()
}

/// Ends the browser if a test has started it.
pub(crate) fn end() {
    if let Some(mut process) = PROCESS.lock().unwrap().take() {
        let _ = process.child.kill();
        let _ = process.child.wait();
    }
}

impl Process {
    fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new(program().expect("a browser is installed"))
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"])
            .args(["--window-size=1280,800", "--no-first-run"])
            // Its other folder for shared memory may be on a disk.
            .args(memory().is_none().then_some("--disable-dev-shm-usage"))
            // Keeps background tabs as active as the one in front.
            .args(["--disable-background-timer-throttling", "--disable-renderer-backgrounding"])
            .arg("--disable-backgrounding-occluded-windows")
            // Disables features that only matter to users.
            .args(["--disable-extensions", "--disable-component-update", "--disable-background-networking"])
            .args(["--disable-sync", "--disable-features=PreloadTopChromeWebUI,Translate,MediaRouter,SpareRendererForSitePerProcess"])
            // Disables smooth scrolling, so that tests need not wait.
            .arg("--force-prefers-reduced-motion")
            // Mounted documents contain pictures of other hosts, which must not be requested.
            .arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split_once("listening on ")?.1.to_owned())).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, _profile: profile }
    }
}

/// A context of the running browser, and a connection to it.
pub(crate) struct Browser {
    socket: WebSocket<TcpStream>,
    context: Value,
    count: u64,
}

/// A tab, by its session.
pub(crate) struct Tab(String);

impl Browser {
    /// Opens a context, starting the browser if necessary.
    #[track_caller]
    pub(crate) fn start() -> Self {
        is_declared(Need::Browser);
        let address = PROCESS.lock().unwrap().get_or_insert_with(Process::start).address.clone();
        let host = address.strip_prefix("ws://").unwrap().split('/').next().unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(240))).unwrap();
        let socket = tungstenite::client(address.as_str(), stream).unwrap().0;
        let mut browser = Self { socket, context: Value::Null, count: 0 };
        let context = browser.call(None, "Target.createBrowserContext", &json!({"disposeOnDetach": true}));
        browser.context = context["browserContextId"].clone();
        browser
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

    /// Calls a protocol method of a tab or the browser.
    pub(crate) fn call(&mut self, tab: Option<&Tab>, method: &str, parameters: &Value) -> Value {
        let answer = self.ask(tab, method, parameters);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Opens a tab and waits for the page.
    pub(crate) fn open(&mut self, url: &str) -> Tab {
        let wanted = json!({"url": url, "browserContextId": self.context});
        let target = self.call(None, "Target.createTarget", &wanted);
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = self.call(None, "Target.attachToTarget", &attach);
        let tab = Tab(session["sessionId"].as_str().unwrap().to_owned());
        self.call(Some(&tab), "Emulation.setFocusEmulationEnabled", &json!({"enabled": true}));
        // A new tab reports a complete blank page before it starts loading.
        let begun = format!("({} || location.href !== 'about:blank')", url == "about:blank");
        self.wait(&tab, &format!("{begun} && document.readyState === 'complete'"));
        tab
    }

    /// Closes a tab.
    pub(crate) fn close(&mut self, tab: Tab) {
        self.call(Some(&tab), "Page.close", &json!({}));
    }

    /// Sets the size of a tab's screen, in CSS pixels, and waits until scripts know it.
    pub(crate) fn resize(&mut self, tab: &Tab, width: u32, height: u32) {
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call(Some(tab), "Emulation.setDeviceMetricsOverride", &screen);
        // Changes of media queries are reported before the frame is drawn.
        self.run(tab, "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    }

    /// Loads another page in a tab and waits for it.
    pub(crate) fn go(&mut self, tab: &Tab, url: &str) {
        self.call(Some(tab), "Page.navigate", &json!({"url": url}));
        self.wait(tab, &format!("document.readyState === 'complete' && location.href === {}", json!(url)));
    }

    /// Opens a page with a given time zone and a fixed clock.
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

    /// The value of an expression in a tab; null while the page is being replaced.
    pub(crate) fn run(&mut self, tab: &Tab, expression: &str) -> Value {
        let parameters = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        self.ask(Some(tab), "Runtime.evaluate", &parameters)["result"]["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait(&mut self, tab: &Tab, expression: &str) {
        let result = until(|| (self.run(tab, expression) == true).then_some(()));
        if result.is_none() {
            let page = self.run(tab, "document.documentElement.outerHTML");
            panic!("never `{expression}`:\n{}", page.as_str().unwrap_or_default());
        }
    }
}
