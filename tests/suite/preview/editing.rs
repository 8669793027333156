//! All kinds of changes during a preview, and the responses after them.

use std::fs;
use std::time::{Duration, Instant, UNIX_EPOCH};

use rolebook::engine::{Engine, Overrides, Refresh};
use serde_json::Value;
use tungstenite::client::IntoClientRequest;

use super::{Preview, until};
use crate::harness::ignore;
use crate::support::{TestSite, files};

fn site() -> TestSite {
    TestSite::small(&[
        ("content/guides/a.md", "# A\n\nFirst. ![picture](p.png)\n"),
        ("content/guides/b.md", "# B\n\nSee [A](a.md).\n"),
        ("content/guides/p.png", "0123456789"),
        ("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n\nA chair.\n"),
        ("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"Xylophones\"\n"),
    ])
}

/// A tab that receives the state of its page.
struct Tab(tungstenite::WebSocket<std::net::TcpStream>);

impl Tab {
    fn open(preview: &Preview, page: &str) -> Self {
        let address =
            format!("ws://{}{}.rolebook/live?page={}{page}", preview.host(), preview.base, preview.base);
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("Origin", format!("http://{}", preview.host()).parse().unwrap());
        Self(tungstenite::client(request, preview.connect()).unwrap().0)
    }

    /// Waits for a state that satisfies a condition.
    #[track_caller]
    fn hear(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let tungstenite::Message::Text(text) = self.0.read().expect("a message of the preview") {
                let news = serde_json::from_str(&text).unwrap();
                if fits(&news) {
                    return news;
                }
            }
        }
    }
}

#[test]
fn every_kind_of_change_is_shown() {
    let site = site();
    let preview = Preview::start(&site, &[]);
    preview.wait_for("guides/a/", "First.");
    // Saved in place, twice in a row, and by replacing the file.
    site.file("content/guides/a.md", "# A\n\nSecond.\n").file("content/guides/a.md", "# A\n\nThird.\n");
    preview.wait_for("guides/a/", "Third.");
    site.file("content/guides/.a.md.tmp", "# A\n\nFourth.\n");
    let place = |path: &str| site.path().join("content/guides").join(path);
    fs::rename(place(".a.md.tmp"), place("a.md")).unwrap();
    preview.wait_for("guides/a/", "Fourth.");
    // New, renamed and removed files and folders.
    site.file("content/guides/deep/er/c.md", "# C\n\nDeep.\n");
    preview.wait_for("guides/deep/er/c/", "Deep.");
    fs::rename(place("deep"), place("moved")).unwrap();
    preview.wait_for("guides/moved/er/c/", "Deep.");
    preview.wait_for_status("guides/deep/er/c/", 404);
    site.file("content/guides/moved/er/d.md", "# D\n\nIn a folder that moved.\n");
    preview.wait_for("guides/moved/er/d/", "In a folder that moved.");
    fs::remove_dir_all(place("moved")).unwrap();
    preview.wait_for_status("guides/moved/er/c/", 404);
    fs::remove_file(place("b.md")).unwrap();
    preview.wait_for_status("guides/b/", 404);
    // Data, overriding templates, style sheets, and site.toml.
    site.file("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"Yodelling\"\n");
    preview.wait_for("groups/sig-x/", "Yodelling");
    preview.wait_for("api/handbook.json", "Yodelling");
    site.file(
        "themes/default/templates/document.html",
        "{% extends \"base.html\" %}{% block main %}Shadowed.{% endblock %}",
    );
    preview.wait_for("guides/a/", "Shadowed.");
    site.file(
        "themes/default/templates/document.html",
        "{% extends \"base.html\" %}{% block main %}Shadowed again.{% endblock %}",
    );
    preview.wait_for("guides/a/", "Shadowed again.");
    fs::remove_file(site.path().join("themes/default/templates/document.html")).unwrap();
    preview.wait_for("guides/a/", "Fourth.");
    site.file("themes/default/assets/rolebook.css", "body { color: teal }");
    preview.wait_for("assets/rolebook.css", "teal");
    site.file("site.toml", "title = \"Renamed\"\n\n[[source]]\npath = \"content\"\n");
    preview.wait_for("guides/a/", "Renamed");
    site.file("more/e.md", "# E\n\nFrom another source.\n");
    site.file(
        "site.toml",
        "title = \"Two\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"more\"\nformat = \"markdown\"\npath = \"more\"\nmount = \"more\"\n",
    );
    preview.wait_for("more/e/", "From another source.");
    site.file("more/e.md", "# E\n\nWatched as well.\n");
    preview.wait_for("more/e/", "Watched as well.");
    assert!(!site.path().join("public").exists());
}

#[test]
fn changes_of_the_brand_are_shown() {
    let logo =
        |color: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><path fill=\"{color}\"/></svg>");
    let site = site();
    let config = |lines: &str| format!("title = \"T\"\n[[source]]\npath = \"content\"\n{lines}");
    site.file("site.toml", config("[brand]\nlogo = \"brand/images/logo.svg\"\n"));
    site.file("brand/images/logo.svg", logo("teal"));
    let preview = Preview::start(&site, &[]);
    preview.wait_for("guides/a/", "assets/brand/logo.svg");
    preview.wait_for("assets/brand/logo.svg", "teal");
    site.file("brand/images/logo.svg", logo("plum"));
    preview.wait_for("assets/brand/logo.svg", "plum");
    // A file that cannot be used is reported, and the last good one is shown.
    site.file("brand/images/logo.svg", "plain text");
    preview.wait_for_log("is not a file in the format SVG");
    preview.wait_for("assets/brand/logo.svg", "plum");
    site.file("brand/images/logo.svg", logo("navy"));
    preview.wait_for("assets/brand/logo.svg", "navy");
    let colors = "[brand]\nradius = 2\n[brand.colors]\naccent = \"#7a1f5c\"\n";
    site.file(
        "site.toml",
        config(&format!("{colors}[[navigation]]\npage = \"guides/a.md\"\nlabel = \"First\"\n")),
    );
    preview.wait_for("guides/a/", ">First<");
    preview.wait_for("assets/brand.css", "#7a1f5c");
}

#[test]
fn changes_during_startup_are_not_missed() {
    let site = site();
    for round in 0..10 {
        let preview = Preview::start(&site, &[]);
        site.file("content/guides/a.md", format!("# A\n\nSaved at once, {round}.\n"));
        preview.wait_for("guides/a/", &format!("Saved at once, {round}."));
    }
}

#[test]
fn changed_pictures_are_updated() {
    let site = site();
    let preview = Preview::start(&site, &[]);
    assert_eq!(preview.get("guides/p.png").body(), "0123456789");
    let mut tab = Tab::open(&preview, "guides/a/");
    tab.hear(|_| true);
    // Reading the file was not a change: the first change is that of another file.
    site.file("content/guides/b.md", "# B\n");
    let first = preview.wait_for_log(" changed (");
    assert!(first.contains("guides/b.md") && !first.contains("p.png"), "{first}");
    site.file("content/guides/p.png", "other");
    tab.hear(|news| news["assets"]["/guides/p.png"] == "1" || news["assets"]["/guides/p.png"] == "2");
    preview.wait_for("guides/p.png", "other");
}

/// An emptied file may be half written, so it is read a second time before it is shown.
#[test]
fn an_emptied_file_is_not_shown_at_once() {
    let site = site();
    let root = site.path().canonicalize().unwrap();
    let place = root.join("content/guides/a.md");
    let mut engine = Engine::load(&root, &Overrides::default()).unwrap();
    site.file("content/guides/a.md", "");
    let look = |again| Refresh { paths: [(place.clone(), again)].into(), all: false };
    let first = engine.refresh(&look(false));
    assert!(first.is_empty());
    assert_eq!(first.again, std::slice::from_ref(&place));
    let second = engine.refresh(&look(true));
    assert!(!second.is_empty() && second.again.is_empty());
}

#[test]
fn a_half_written_file_is_shown_once_complete() {
    let site = site();
    let preview = Preview::start(&site, &[]);
    preview.wait_for("guides/a/", "First.");
    for round in 0..20 {
        let file = fs::File::create(site.path().join("content/guides/a.md")).unwrap();
        preview.get("guides/a/");
        drop(file);
        site.file("content/guides/a.md", format!("# A\n\nRound {round}.\n"));
        preview.wait_for("guides/a/", &format!("Round {round}."));
    }
    // A file that stays empty is shown.
    site.file("content/guides/a.md", "");
    let emptied = until(|| (!preview.get("guides/a/").body().contains("Round")).then_some(()));
    assert!(emptied.is_some());
}

#[test]
fn a_branch_switch_is_one_change() {
    let site = site();
    for index in 0..400 {
        site.file(&format!("content/guides/many/n{index}.md"), format!("# N{index}\n\nBefore.\n"));
    }
    let preview = Preview::start(&site, &[]);
    preview.wait_for("guides/many/n399/", "Before.");
    for index in 0..400 {
        site.file(&format!("content/guides/many/n{index}.md"), format!("# N{index}\n\nAfter.\n"));
    }
    preview.wait_for("guides/many/n399/", "After.");
    preview.wait_for("guides/many/n0/", "After.");
    let rounds: Vec<_> =
        preview.log().lines().filter(|line| line.contains(" changed (")).map(str::to_owned).collect();
    let large = rounds.iter().filter(|line| line.contains("other files")).count();
    assert!(
        (1..=3).contains(&large) && rounds.len() <= 12,
        "the first change immediately, then the others together: {rounds:#?}"
    );
}

#[test]
fn thousands_of_events_are_handled() {
    let site = site();
    let mut preview = Preview::start(&site, &[]);
    for index in 0..3000 {
        let place = site.path().join(format!("content/guides/t{}.md", index % 7));
        fs::write(&place, format!("# T\n\n{index}\n")).unwrap();
        if index % 5 == 0 {
            fs::remove_file(&place).unwrap();
        }
    }
    site.file("content/guides/t1.md", "# T\n\nThe last.\n");
    preview.wait_for("guides/t1/", "The last.");
    assert!(preview.is_running());
}

#[test]
fn a_source_may_disappear_and_return() {
    let site = site();
    let preview = Preview::start(&site, &[]);
    preview.wait_for("guides/a/", "First.");
    fs::rename(site.path().join("content"), site.path().join("elsewhere")).unwrap();
    preview.wait_for_status("guides/a/", 404);
    preview.wait_for_log("source/missing");
    fs::rename(site.path().join("elsewhere"), site.path().join("content")).unwrap();
    preview.wait_for("guides/a/", "First.");
    site.file("content/guides/a.md", "# A\n\nStill watched.\n");
    preview.wait_for("guides/a/", "Still watched.");
    fs::remove_dir_all(site.path().join("content")).unwrap();
    preview.wait_for_status("guides/a/", 404);
    site.file("content/guides/a.md", "# A\n\nAnother folder.\n");
    preview.wait_for("guides/a/", "Another folder.");
}

#[test]
fn the_last_good_page_stays_during_errors() {
    let site = site();
    let preview = Preview::start(&site, &[]);
    preview.wait_for("groups/sig-x/", "Xylophones");
    let mut tab = Tab::open(&preview, "groups/sig-x/");
    let good = tab.hear(|news| news["errors"].as_array().unwrap().is_empty());

    site.file("content/groups/sig-x.toml", "kind = \"sig\"\nname = <b>\n");
    let news = tab.hear(|news| !news["errors"].as_array().unwrap().is_empty());
    let error = &news["errors"][0];
    assert_eq!(error["code"], "data/syntax");
    assert_eq!(error["place"], "content/groups/sig-x.toml:2:8");
    assert_eq!(error["line"][0], "name = ");
    assert_eq!(news["version"], good["version"]);
    assert!(preview.get("groups/sig-x/").body().contains("Xylophones"));
    assert!(preview.get("groups/").body().contains("Xylophones"), "lists keep it as well");
    preview.wait_for_log("data/syntax");
    preview.wait_for_log("content/groups/sig-x.toml:2:8");
    site.file("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"Zithers\"\n");
    tab.hear(|news| news["errors"].as_array().unwrap().is_empty() && news["version"] != good["version"]);
    preview.wait_for("groups/sig-x/", "Zithers");
    preview.wait_for_log("1 fixed");

    // Replaced atomically, because a slow machine may see an empty template in between.
    site.file("draft.html", "{% if %}");
    fs::create_dir_all(site.path().join("themes/default/templates")).unwrap();
    let template = site.path().join("themes/default/templates/group.html");
    fs::rename(site.path().join("draft.html"), &template).unwrap();
    tab.hear(|news| news["errors"][0]["code"] == "template/syntax");
    assert!(preview.get("groups/sig-x/").body().contains("Zithers"));
    site.file("draft.html", "{{ nothing.there }}");
    fs::rename(site.path().join("draft.html"), &template).unwrap();
    tab.hear(|news| news["errors"][0]["code"] == "template/render");
    assert!(preview.get("groups/sig-x/").body().contains("Zithers"));
    fs::remove_file(site.path().join("themes/default/templates/group.html")).unwrap();
    tab.hear(|news| news["errors"].as_array().unwrap().is_empty());

    let configuration = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", "title = \n");
    tab.hear(|news| !news["errors"].as_array().unwrap().is_empty());
    assert!(preview.get("groups/sig-x/").body().contains("Zithers"));
    site.file("site.toml", configuration);
    tab.hear(|news| news["errors"].as_array().unwrap().is_empty());

    // A broken reference does not break the page, but is reported.
    site.file("content/guides/b.md", "# B\n\nSee [A](aa.md).\n");
    tab.hear(|news| news["errors"][0]["code"] == "link/missing-document");
    preview.wait_for("guides/b/", "<p>See A.</p>");
}

#[test]
fn findings_belong_to_their_page() {
    let site = site();
    site.file("content/guides/p.toml", "x = 1\n");
    site.file("other/a.md", "# A\n\nFine.\n").file("other/b.md", "# B\n\n\n[no](no.md)\n");
    site.file(
        "site.toml",
        "title = \"S\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"o\"\nformat = \"markdown\"\npath = \"other\"\nmount = \"o\"\nbroken_links = \"warn\"\n",
    );
    let preview = Preview::start(&site, &[]);
    let mut tab = Tab::open(&preview, "o/b/");
    let news = tab.hear(|news| !news["findings"].as_array().unwrap().is_empty());
    assert_eq!(news["findings"].as_array().unwrap().len(), 1);
    assert_eq!(news["findings"][0]["place"], "o:b.md:4:1");
    site.file("other/b.md", "# B\n\n[a](a.md)\n");
    tab.hear(|news| news["findings"].as_array().unwrap().is_empty());
    let mut other = Tab::open(&preview, "o/a/");
    assert!(other.hear(|_| true)["findings"].as_array().unwrap().is_empty());
}

#[test]
fn browsers_can_follow_edits() {
    let site = site();
    let preview = Preview::start(&site, &["--navigate"]);
    let mut tab = Tab::open(&preview, "");
    assert_eq!(tab.hear(|_| true)["guide"], Value::Null);
    site.file("content/guides/b.md", "# B\n\nEdited.\n");
    assert_eq!(tab.hear(|news| !news["guide"].is_null())["guide"]["url"], "/guides/b/");
    site.file("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"W\"\n");
    tab.hear(|news| news["guide"]["url"] == "/groups/sig-x/");
}

#[test]
fn the_preview_sends_what_a_build_writes() {
    let site = site();
    site.file(
        "site.toml",
        "title = \"Based\"\nbase_url = \"https://example.org/hand/book/\"\n[[source]]\npath = \"content\"\n",
    );
    site.file("content/guides/moved.md", "+++\naliases = [\"/guides/older/\"]\n+++\n# Moved\n");
    let preview = Preview::start(&site, &[]);
    assert_eq!(preview.base, "/hand/book/");
    assert!(preview.get("guides/older/").page().contains("url=../moved/"));
    preview.wait_for_status("pagefind/pagefind-entry.json", 200);
    site.run(&["build"]).fine();
    let built = files(&site.path().join("public"));
    assert!(built.len() > 10);
    for (path, bytes) in built.iter().filter(|(path, _)| *path != ".rolebook") {
        let url = path.strip_suffix("index.html").unwrap_or(path);
        let reply = preview.get(url);
        if path.ends_with(".html") {
            assert_eq!(reply.page(), String::from_utf8_lossy(bytes), "{path}");
            assert!(!String::from_utf8_lossy(bytes).contains(".rolebook"), "{path}");
            assert_eq!(reply.status, if path == "404.html" { 404 } else { 200 });
            assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
        } else {
            assert_eq!(&reply.bytes, bytes, "{path}");
        }
    }
    assert_eq!(preview.get("guides/a/index.html").status, 200);
    assert_eq!(preview.get("guides/a").header("location"), Some("/hand/book/guides/a/"));
    assert_eq!(preview.ask("/", "").header("location"), Some("/hand/book/"));
    assert_eq!(preview.ask("/hand/book", "").header("location"), Some("/hand/book/"));
    let missing = preview.get("no/such/page/");
    assert_eq!(missing.status, 404);
    assert_eq!(missing.page().as_bytes(), built["404.html"]);
    assert_eq!(preview.ask("/guides/a/", "").status, 404, "outside the base path");
    for (path, mime) in [
        ("assets/rolebook.css", "text/css; charset=utf-8"),
        ("assets/rolebook.js", "text/javascript; charset=utf-8"),
        ("assets/favicon.svg", "image/svg+xml"),
        ("guides/p.png", "image/png"),
        ("api/handbook.json", "application/json"),
    ] {
        assert_eq!(preview.get(path).header("content-type"), Some(mime), "{path}");
    }
}

#[test]
fn range_and_conditional_requests() {
    let site = site();
    let preview = Preview::start(&site, &[]);
    for path in ["/guides/p.png", "/assets/rolebook.css", "/guides/a/"] {
        let whole = preview.ask(path, "");
        let tag = whole.header("etag").unwrap().to_owned();
        assert_eq!(whole.header("accept-ranges"), Some("bytes"));
        let unchanged = preview.ask(path, &format!("If-None-Match: {tag}\r\n"));
        assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0), "{path}");
        assert_eq!(preview.ask(path, "If-None-Match: \"other\"\r\n").status, 200);
        let part = preview.ask(path, "Range: bytes=2-4\r\n");
        assert_eq!((part.status, part.bytes.as_slice()), (206, &whole.bytes[2..5]), "{path}");
        let length = whole.bytes.len();
        assert_eq!(part.header("content-range"), Some(format!("bytes 2-4/{length}").as_str()));
        assert_eq!(preview.ask(path, "Range: bytes=-3\r\n").bytes, whole.bytes[length - 3..]);
        assert_eq!(preview.ask(path, "Range: bytes=4-\r\n").bytes, whole.bytes[4..]);
        assert_eq!(preview.ask(path, &format!("Range: bytes={}-\r\n", length + 5)).status, 416);
        assert_eq!(preview.ask(path, &format!("Range: bytes=0-1\r\nIf-Range: {tag}\r\n")).status, 206);
        assert_eq!(preview.ask(path, "Range: bytes=0-1\r\nIf-Range: \"old\"\r\n").bytes, whole.bytes);
        let head =
            preview.raw(&format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        assert_eq!((head.status, head.bytes.len()), (200, 0));
        assert_eq!(head.header("content-length"), Some(length.to_string().as_str()));
    }
    let before = preview.ask("/guides/p.png", "").header("etag").unwrap().to_owned();
    site.file("content/guides/p.png", "9876543210");
    assert_eq!(preview.ask("/guides/p.png", &format!("If-None-Match: {before}\r\n")).body(), "9876543210");
}

#[test]
fn a_port_in_use_is_skipped() {
    let site = site();
    let first = Preview::start(&site, &[]);
    let port = first.port.to_string();
    // A later option overrides the one given by `start`.
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rolebook"));
    command.args(["serve", "--port", &port]).current_dir(site.path());
    let second = Preview::run(command);
    assert!(second.port > first.port);
    assert_eq!(second.get("").status, 200);
}

/// A fake browser records the addresses it is given; it has the name that the system uses.
#[test]
#[cfg(target_os = "linux")]
fn a_browser_is_opened() {
    use std::os::unix::fs::PermissionsExt;
    let site = site();
    let program = site.path().join("bin/xdg-open");
    site.file("bin/xdg-open", "#!/bin/sh\necho \"$1\" > \"$(dirname \"$0\")/opened\"\n");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rolebook"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    command.args(["serve", "--port", "0", "--open"]).current_dir(site.path()).env("PATH", path);
    let preview = Preview::run(command);
    let opened =
        until(|| fs::read_to_string(site.path().join("bin/opened")).ok().filter(|url| url.ends_with('\n')));
    assert_eq!(opened.unwrap(), format!("http://{}/\n", preview.host()));
}

/// Changes a document until polling must have noticed. The first change may happen before watching begins. Polling
/// compares times in whole seconds, so each change gets a second of its own.
fn notices_without_events(preview: &Preview, site: &TestSite, document: &str) {
    for round in 1..4 {
        let (path, text) = (format!("content/{document}.md"), format!("Change {round} without an event."));
        site.file(&path, format!("# A\n\n{text}\n"));
        let file = fs::File::options().write(true).open(site.path().join(path)).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(4_000_000_000 + round)).unwrap();
        preview.wait_for(&format!("{document}/"), &text);
    }
}

#[test]
fn polling_notices_changes() {
    let site = site();
    let preview = Preview::start(&site, &["--poll"]);
    preview.wait_for("guides/a/", "First.");
    notices_without_events(&preview, &site, "guides/a");
}

/// The watcher compares whole seconds. Rounds in which the machine stalls between the two changes prove nothing.
#[test]
fn polling_notices_a_second_change_in_the_same_second() {
    let site = site();
    let preview = Preview::start(&site, &["--poll"]);
    preview.wait_for("guides/a/", "First.");
    let is_noticed = |round: u64| {
        let change = |text: &str| {
            site.file("content/guides/a.md", format!("# A\n\n{text}\n"));
            let file = fs::File::options().write(true).open(site.path().join("content/guides/a.md")).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_secs(4_000_000_000 + round)).unwrap();
        };
        change(&format!("One {round}."));
        preview.wait_for("guides/a/", &format!("One {round}."));
        change(&format!("Two {round}."));
        let end = Instant::now() + Duration::from_secs(4);
        while Instant::now() < end {
            if preview.get("guides/a/").body().contains(&format!("Two {round}.")) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    };
    assert!((1..=5).any(is_noticed));
}

/// Lowers the limit of watches for one process and its children.
#[test]
#[cfg(target_os = "linux")]
fn reaching_the_watch_limit_is_reported_and_handled() {
    let site = site();
    for index in 0..20 {
        site.file(&format!("content/guides/d{index}/a.md"), "# A\n");
    }
    let limited = "echo 8 > /proc/sys/user/max_inotify_watches && exec \"$0\" serve --port 0";
    let mut command = std::process::Command::new("unshare");
    command.args(["-r", "sh", "-c", limited, env!("CARGO_BIN_EXE_rolebook")]).current_dir(site.path());
    let trial = std::process::Command::new("unshare")
        .args(["-r", "sh", "-c", "echo 8 > /proc/sys/user/max_inotify_watches"])
        .output();
    if !trial.is_ok_and(|trial| trial.status.success()) {
        ignore("this system does not let the table be made small");
    }
    let preview = Preview::run(command);
    preview.wait_for_log("cannot watch that many folders");
    notices_without_events(&preview, &site, "guides/d19/a");
}

#[test]
fn endless_templates_are_stopped() {
    let site = site();
    let preview = Preview::start(&site, &[]);
    preview.wait_for("guides/a/", "First.");
    let mut tab = Tab::open(&preview, "guides/a/");
    let place = site.path().join("themes/default/templates/document.html");
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    for template in [
        "{% for a in range(end=1000000000000) %}x{% endfor %}",
        "{%- for a in range(end=100000) -%}{%- for b in range(end=100000) -%}{%- endfor -%}{%- endfor -%}",
        "{% set many = range(end=100000) %}{% for a in many %}{% for b in many %}xxxxxxxxxx{% endfor %}{% endfor %}",
    ] {
        // Replaced atomically, because a half-written file would be a template as well.
        site.file("draft.html", template);
        fs::rename(site.path().join("draft.html"), &place).unwrap();
        tab.hear(|news| news["errors"][0]["code"] == "template/render");
        assert!(preview.get("guides/a/").body().contains("First."));
        fs::remove_file(&place).unwrap();
        tab.hear(|news| news["errors"].as_array().unwrap().is_empty());
    }
}

#[test]
fn a_page_that_never_rendered_shows_an_error() {
    let site = site();
    site.file("themes/default/templates/document.html", "{{ nothing.there }}");
    let preview = Preview::start(&site, &[]);
    preview.wait_for_status("guides/a/", 500);
    assert!(preview.get("guides/a/").body().contains("/.rolebook/client.js"));
    preview.wait_for_log("template/render");
    fs::remove_file(site.path().join("themes/default/templates/document.html")).unwrap();
    preview.wait_for("guides/a/", "First.");
}
