//! External addresses, requested from the test's own server.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::TestSite;

/// A server whose answers depend on the path.
#[derive(Clone, Default)]
pub(crate) struct Host {
    port: u16,
    /// `METHOD /path`, in the order of arrival.
    asked: Arc<Mutex<Vec<String>>>,
    at_once: Arc<AtomicUsize>,
    most_at_once: Arc<AtomicUsize>,
}

impl Host {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let server = host.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                thread::spawn(move || server.serve(&stream));
            }
        });
        host
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn serve(&self, mut stream: &TcpStream) {
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let Some(first) = lines.next() else { return };
        let mut words = first.split(' ');
        let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
        let headers: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        assert!(headers.iter().any(|line| line.contains("rolebook/")));
        let header = |name: &str| {
            let value = headers.iter().find_map(|line| line.split_once(": ").filter(|(key, _)| *key == name));
            value.map_or(String::new(), |(_, value)| value.to_owned())
        };
        let now = 1 + self.at_once.fetch_add(1, Ordering::SeqCst);
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let before = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(format!("{method} {path}"));
            asked.iter().filter(|request| request.ends_with(&format!(" {path}"))).count()
        };
        thread::sleep(Duration::from_millis(20));
        let redirect = |status: &str, to: &str| format!("{status}\r\nLocation: {to}");
        let answer = match path.as_str() {
            "/missing" => "404 Not Found".into(),
            "/forbidden" => "403 Forbidden".into(),
            "/teapot" => "418 I'm a teapot".into(),
            "/flaky" if before <= 2 => "503 Service Unavailable".into(),
            "/busy" if before <= 2 => "429 Too Many Requests\r\nRetry-After: 0".into(),
            "/down" => "500 Internal Server Error".into(),
            "/never" => "503 Service Unavailable\r\nRetry-After: 86400".into(),
            "/cookie" if header("cookie") == "a=1" => "200 OK".into(),
            "/cookie" => redirect("302 Found", "/cookie\r\nSet-Cookie: a=1"),
            "/no-cookie" if header("cookie").is_empty() => "200 OK".into(),
            "/no-cookie" => "400 Bad Request".into(),
            "/utf-8" => redirect("301 Moved Permanently", "/caf\u{e9}"),
            "/caf%C3%A9" => "200 OK".into(),
            "/html" if !header("accept").contains("text/html") => "404 Not Found".into(),
            "/other-head" if method == "HEAD" => redirect("302 Found", "/missing"),
            "/moved-head" if method == "HEAD" => redirect("301 Moved Permanently", "/fine"),
            "/broken-head" if method == "HEAD" => "500 Internal Server Error".into(),
            "/mail" => redirect("302 Found", "mailto:a@example.org"),
            "/fragment" => redirect("301 Moved Permanently", "/fine#there"),
            "/metadata" => redirect("302 Found", "http://169.254.169.254/latest"),
            "/language" if header("accept-language") != "en" => "404 Not Found".into(),
            "/token" if header("authorization") != "Bearer s3cret" => "401 Unauthorized".into(),
            "/date" if before == 1 => {
                let now: jiff::Timestamp = "2999-01-01T00:00:00Z".parse().unwrap();
                let date = |at: jiff::Timestamp| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
                // The server's clock is far ahead.
                let until = date(now + jiff::SignedDuration::from_secs(1));
                format!("429 Too Many Requests\r\nRetry-After: {until}\r\nDate: {}", date(now))
            }
            "/far" => "429 Too Many Requests\r\nRetry-After: Tue, 31 Dec 2999 23:59:59 GMT".into(),
            "/no-head" if method == "HEAD" => "405 Method Not Allowed".into(),
            "/slow" => {
                thread::sleep(Duration::from_secs(20));
                "200 OK".into()
            }
            "/circle" => redirect("302 Found", "/round"),
            "/round" => redirect("302 Found", "/circle"),
            "/nowhere" => "302 Found".into(),
            "/for-now" => redirect("302 Found", "/fine"),
            "/for-good" => redirect("301 Moved Permanently", "/step"),
            "/step" => redirect("308 Permanent Redirect", "/fine"),
            path if path.starts_with("/deep") => redirect("302 Found", &format!("{path}x")),
            _ => "200 OK".into(),
        };
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        let _ = write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    fn asked_for(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| asked.ends_with(&format!(" {path}"))).count()
    }
}

/// A site that links to the addresses, one per line from line 3 on. Its timeout is long because tests may run on a busy
/// machine; tests without responses override it.
fn site(addresses: &[String], settings: &str) -> TestSite {
    let links: String = addresses.iter().map(|address| format!("- [x]({address})\n")).collect();
    let site = TestSite::small(&[]);
    let timeout = if settings.contains("timeout") { "" } else { "timeout = 60\n" };
    let config = format!(
        "title = \"T\"\n[external]\nrate = 1000\n{timeout}{settings}\n[[source]]\npath = \"content\"\n"
    );
    site.file("site.toml", config).file("content/guides/links.md", format!("# Links\n\n{links}"));
    site
}

/// Findings by the path of the address: `code severity reason or help`.
fn check(site: &TestSite, addresses: &[String], more: &[&str]) -> BTreeMap<String, String> {
    let arguments = [&["check", "--external", "--message-format", "json"], more].concat();
    let run = site.run(&arguments);
    let findings = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let findings: BTreeMap<String, String> = findings
        .filter(|finding| matches!(finding["code"].as_str(), Some("link/unreachable" | "link/moved")))
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            let line = finding["line"].as_u64().unwrap() as usize;
            let address = &addresses[line - 3];
            assert!(text("message").contains(address.split('#').next().unwrap()), "{finding}");
            let path = address.rsplit_once('/').map_or("", |(_, path)| path).to_owned();
            let detail = if text("code") == "link/moved" { text("help") } else { text("message") };
            let detail = detail.rsplit_once(": ").map_or(detail.clone(), |(_, why)| why.to_owned());
            (path, format!("{} {} {detail}", text("code"), text("severity")))
        })
        .collect();
    assert_eq!(
        run.code,
        i32::from(findings.values().any(|finding| finding.contains(" error "))),
        "{}",
        run.stderr
    );
    findings
}

#[test]
fn every_kind_of_response_is_handled() {
    let host = Host::start();
    let refused = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/refused", listener.local_addr().unwrap())
    };
    let paths = [
        "/fine",
        "/fine#part",
        "/missing",
        "/forbidden",
        "/teapot",
        "/flaky",
        "/busy",
        "/down",
        "/no-head",
        "/circle",
        "/nowhere",
        "/for-now",
        "/for-good",
        "/deep",
        "/left-out",
    ];
    let mut addresses: Vec<String> = paths.iter().map(|path| host.address(path)).collect();
    addresses.push(refused);
    let site = site(&addresses, "accept = [403]\nexclude = [\"*/left-*\"]\nretries = 2");
    let findings = check(&site, &addresses, &[]);
    let error = |why: &str| format!("link/unreachable error {why}");
    let mut expected: BTreeMap<&str, String> = [
        ("missing", "404 Not Found"),
        ("teapot", "418 I'm a teapot"),
        ("down", "500 Internal Server Error"),
        ("circle", "it redirects in a loop"),
        ("nowhere", "302 Found, without a new address"),
        ("deep", "it redirects more than 20 times"),
    ]
    .map(|(path, why)| (path, error(why)))
    .into();
    expected.insert("for-good", format!("link/moved info write `{}`", host.address("/fine")));
    let refused = &findings["refused"];
    assert!(
        refused.starts_with("link/unreachable error ") && refused.to_lowercase().contains("refused"),
        "{refused}"
    );
    let others: BTreeMap<&str, String> = findings
        .iter()
        .filter(|(path, _)| *path != "refused")
        .map(|(path, finding)| (path.as_str(), finding.clone()))
        .collect();
    assert_eq!(others, expected);
    assert_eq!(host.asked_for("/left-out"), 0, "excluded addresses are not requested");
    assert_eq!(host.asked_for("/down"), 6, "three attempts, each with HEAD and GET");
    assert_eq!(host.most_at_once.load(Ordering::SeqCst), 1, "one request at a time per host");
}

#[test]
fn the_timeout_is_configurable() {
    let host = Host::start();
    let addresses = [host.address("/slow")];
    let findings = check(&site(&addresses, "timeout = 1\nretries = 0"), &addresses, &[]);
    assert_eq!(findings["slow"], "link/unreachable error no response within 1 s");
}

#[test]
fn redirects_are_followed_as_browsers_do() {
    let host = Host::start();
    let paths = [
        "/cookie",
        "/no-cookie",
        "/utf-8#part",
        "/html",
        "/other-head",
        "/moved-head",
        "/broken-head",
        "/mail",
        "/fragment#here",
        "/for-good#section",
        "/for-now#section",
    ];
    let addresses: Vec<String> = paths.iter().map(|path| host.address(path)).collect();
    let findings = check(&site(&addresses, ""), &addresses, &[]);
    let moved = |to: &str| format!("link/moved info write `{}`", host.address(to));
    let expected = [
        ("utf-8#part", moved("/caf%C3%A9#part")),
        ("mail", "link/unreachable error it redirects to an address with the scheme `mailto`".into()),
        ("fragment#here", moved("/fine#there")),
        ("for-good#section", moved("/fine#section")),
    ];
    assert_eq!(findings, expected.map(|(path, finding)| (path.to_owned(), finding)).into());
}

/// The reported codes by line.
fn codes(run: &crate::support::Run) -> Vec<(u64, String)> {
    let findings = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of =
        |finding: Value| (finding["line"].as_u64().unwrap(), finding["code"].as_str().unwrap().to_owned());
    findings.map(of).filter(|(_, code)| code.starts_with("link/")).collect()
}

#[test]
fn delays_that_hosts_ask_for_are_respected() {
    let host = Host::start();
    // Requested one after the other, in this order.
    let addresses = [host.address("/date"), host.address("/fine")];
    assert_eq!(check(&site(&addresses, ""), &addresses, &[]).len(), 0);
    assert_eq!(*host.asked.lock().unwrap(), ["HEAD /date", "HEAD /date", "HEAD /fine"]);
    for path in ["/far", "/never"] {
        let host = Host::start();
        let addresses =
            [host.address("/fine"), host.address(path), host.address("/other"), host.address("/third")];
        let mut order = addresses.clone();
        order.sort();
        let run = site(&order, "").run(&["check", "--external", "--message-format", "json"]);
        let asked = order.iter().position(|address| address.ends_with(path)).unwrap();
        assert_eq!(host.asked.lock().unwrap().len(), asked + 1, "no requests after {path}");
        let code = |index: usize| match index {
            _ if index == asked => "link/unreachable",
            _ => "link/not-checked",
        };
        let expected: Vec<(u64, String)> =
            (asked..order.len()).map(|index| (index as u64 + 3, code(index).to_owned())).collect();
        assert_eq!(codes(&run), expected, "{}", run.stdout);
    }
}

#[test]
fn a_silent_host_is_given_up() {
    // Accepts every connection and never responds.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            kept.push(stream);
        }
    });
    let addresses: Vec<String> = (0..12).map(|number| format!("http://127.0.0.1:{port}/{number}")).collect();
    let findings = check(&site(&addresses, "timeout = 1"), &addresses, &[]);
    assert_eq!(findings.len(), 12);
    assert_eq!(count.load(Ordering::SeqCst), 4);
}

#[test]
fn private_addresses_in_mounted_documents_are_not_requested() {
    let host = Host::start();
    let fine = host.address("/fine");
    let port = fine.split(':').nth(2).unwrap().split('/').next().unwrap();
    let spellings = [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "0",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.0.1",
        "172.16.0.1",
        "[fe80::1]",
        "[fd00::1]",
        "printer.local",
    ];
    let mounted: String =
        spellings.iter().map(|name| format!("- <http://{name}:{port}/private>\n")).collect();
    let site = TestSite::small(&[]);
    let config = |settings: &str| {
        format!(
            "title = \"T\"\n[external]\nrate = 1000\ntimeout = 60\nretries = 0\n{settings}\n[[source]]\npath = \"content\"\n\
             [[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\nbroken_links = \"warn\"\n"
        )
    };
    site.file("site.toml", config("")).file("up/a.md", format!("# A\n\n{mounted}"));
    let run = site.run(&["check", "--external", "--message-format", "json"]).fine();
    assert_eq!(host.asked.lock().unwrap().len(), 0, "no requests");
    let expected: Vec<(u64, String)> =
        (0..spellings.len()).map(|index| (index as u64 + 3, "link/not-checked".to_owned())).collect();
    assert_eq!(codes(&run), expected, "{}", run.stdout);
    // Addresses in the site's own files, and their redirects.
    site.file("content/own.md", format!("# Own\n\n<{fine}>\n\n<{}>\n", host.address("/metadata")));
    site.file("up/a.md", format!("# A\n\n<{}>\n", host.address("/private")));
    let run = site.run(&["check", "--external", "--message-format", "json"]).fine();
    assert_eq!(
        codes(&run),
        [(5, "link/not-checked".into()), (3, "link/not-checked".into())],
        "{}",
        run.stdout
    );
    assert_eq!((host.asked_for("/fine"), host.asked_for("/private")), (1, 0));
    for allowed in ["allow_private = true", "allow_private = [\"127.*\"]"] {
        site.file("site.toml", config(allowed));
        site.file("content/own.md", "# Own\n");
        site.run(&["check", "--external", "--fresh", "--strict"]).fine();
    }
    assert_eq!(host.asked_for("/private"), 2);
    site.file("site.toml", config("allow_private = [\"*.example.org\"]"));
    site.run(&["check", "--external", "--fresh"]).fine();
    assert_eq!(host.asked_for("/private"), 2);
}

#[test]
fn headers_are_sent_only_to_their_hosts() {
    let host = Host::start();
    let addresses = [host.address("/language"), host.address("/token")];
    let headers = |hosts: &str| {
        format!(
            "[external.headers.\"{hosts}\"]\nAccept-Language = \"en\"\nAuthorization = {{ env = \"ROLEBOOK_TEST_HEADER\" }}\n"
        )
    };
    let site = site(&addresses, &headers("127.0.0.*"));
    let run = |value: Option<&str>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rolebook"));
        command
            .args(["check", "--external", "--fresh"])
            .current_dir(site.path())
            .env_remove("ROLEBOOK_TEST_HEADER");
        command.envs(value.map(|value| ("ROLEBOOK_TEST_HEADER", value)));
        crate::support::Run::new(command.output().unwrap())
    };
    let with = run(Some("Bearer s3cret")).fine();
    assert!(!with.stderr.contains("s3cret"));
    let without = run(None);
    assert!(
        without.code == 1 && without.stderr.contains("`ROLEBOOK_TEST_HEADER` is not set"),
        "{}",
        without.stderr
    );
    assert!(without.stderr.contains("401 U") && !without.stderr.contains("404 N"), "{}", without.stderr);
    let wrong = run(Some("s3cret\n"));
    assert!(wrong.code == 2 && !wrong.stderr.contains("s3cret"), "{}", wrong.stderr);
    // Hosts that do not match the pattern get neither.
    let text = std::fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", text.replace("127.0.0.*", "*.example.org"));
    let other = run(Some("Bearer s3cret"));
    assert!(other.stderr.contains("401 U") && other.stderr.contains("404 N"), "{}", other.stderr);
}

#[test]
fn results_are_cached() {
    let host = Host::start();
    let addresses = [host.address("/fine"), host.address("/missing")];
    let site = site(&addresses, "");
    for _ in 0..2 {
        assert_eq!(check(&site, &addresses, &[]).len(), 1);
    }
    assert_eq!(host.asked_for("/fine"), 1, "successful results are cached");
    assert_eq!(host.asked_for("/missing"), 4, "failures are not cached: two runs, each with HEAD and GET");
    check(&site, &addresses, &["--fresh"]);
    assert_eq!(host.asked_for("/fine"), 2);
    let config = "title = \"T\"\n[external]\nmax_age = -1\n[[source]]\npath = \"content\"\n";
    site.file("site.toml", config);
    check(&site, &addresses, &[]);
    assert_eq!(host.asked_for("/fine"), 3);
}

/// Addresses in texts of data files are requested as well, whatever the case of their scheme, and reported at their
/// location.
#[test]
fn addresses_in_data_are_requested() {
    let host = Host::start();
    let (missing, upper) = (host.address("/missing"), host.address("/upper").replace("http:", "HTTP:"));
    let item = format!(
        "title = \"X\"\n[[items]]\nid = \"x\"\nphase = \"day-1\"\ntext = \"\"\"\nSee [a](/index.md) and\n[b]({missing}), [c]({upper})\"\"\"\n"
    );
    let site = TestSite::small(&[("content/checklists/x.toml", &item)]);
    let run = site.run(&["check", "--external", "--message-format", "json"]);
    let findings: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((host.asked_for("/missing") > 0, host.asked_for("/upper")), (true, 1));
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let place = (&findings[0]["path"], &findings[0]["line"], &findings[0]["column"]);
    assert_eq!(place, (&"content/checklists/x.toml".into(), &7.into(), &5.into()));
}

#[test]
fn external_addresses_are_requested_only_with_the_option() {
    let host = Host::start();
    let addresses = [host.address("/missing")];
    let site = site(&addresses, "");
    site.run(&["check"]).fine();
    site.run(&["build"]).fine();
    assert_eq!(host.asked.lock().unwrap().len(), 0);
    assert!(!site.path().join(".rolebook/external.json").exists());
    assert_eq!(site.run(&["check", "--fresh"]).code, 2, "--fresh requires --external");
}

#[test]
fn severity_follows_the_source() {
    let host = Host::start();
    let addresses = [host.address("/missing")];
    let site = TestSite::small(&[]);
    let config = |links: &str| {
        format!(
            "title = \"T\"\nexternal.allow_private = true\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\nbroken_links = \"{links}\"\n"
        )
    };
    site.file("up/a.md", format!("# A\n\n[x]({})\n", addresses[0]));
    site.file("site.toml", config("warn"));
    assert_eq!(check(&site, &addresses, &[])["missing"], "link/unreachable warning 404 Not Found");
    site.file("site.toml", config("ignore"));
    assert_eq!(check(&site, &addresses, &[]).len(), 0);
    site.file("site.toml", "title = \"T\"\n[external]\nexclude = [\"a[\"]\n");
    let wrong = site.run(&["check"]);
    assert!(wrong.code == 1 && wrong.stderr.contains("site.toml:3:"), "{}", wrong.stderr);
}
