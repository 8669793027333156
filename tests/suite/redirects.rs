//! Former addresses of pages.

use serde_json::json;

use crate::browser::Browser;
use crate::host::Host;
use crate::html::broken_links;
use crate::support::{TestSite, files};

fn site() -> TestSite {
    TestSite::small(&[
        (
            "site.toml",
            "title = \"Small\"\nbase_url = \"https://x.example/deep/\"\n[[source]]\npath = \"content\"\n",
        ),
        (
            "content/guides/new.md",
            "+++\naliases = [\"/old/a page/\", \"/guides/older\", \"/flat.html\", \"/x/index.html\"]\n+++\n\
             # New & \"odd\"\n\n## Part\n\nText.\n",
        ),
        ("content/guides/b.md", "# B\n\n[New](older.md#part) and [again](/old/a%20page/).\n"),
        ("content/roles/chair.md", "+++\naliases = [\"/roles/head/\"]\n+++\n# Chair\n\nA chair.\n"),
        ("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\n"),
    ])
}

#[test]
fn former_addresses_lead_to_the_page() {
    let site = site();
    let run = site.run(&["build", "--strict"]).fine();
    for (path, to) in [
        ("old/a page/index.html", "../../guides/new/"),
        ("guides/older/index.html", "../new/"),
        ("flat.html", "guides/new/"),
        ("x/index.html", "../guides/new/"),
        ("roles/head/index.html", "../chair/"),
    ] {
        let page = site.page(path);
        for part in [
            format!("<meta http-equiv=\"refresh\" content=\"0; url={to}\">"),
            format!("<a href=\"{to}\">"),
            format!("assets/redirect.js\" data-to=\"{to}\"></script>"),
            "<meta name=\"robots\" content=\"noindex\">".into(),
        ] {
            assert!(page.contains(&part), "{path} lacks {part}: {page}");
        }
    }
    let page = site.page("flat.html");
    assert!(page.contains("<link rel=\"canonical\" href=\"https://x.example/deep/guides/new/\">"), "{page}");
    assert!(page.contains(">New &amp; &quot;odd&quot;</a>"), "{page}");
    let manifest = std::fs::read_to_string(site.path().join("public/.rolebook")).unwrap();
    assert!(manifest.contains("roles/head/index.html"), "{manifest}");
    // References to a former address lead to the page, with a diagnostic.
    let b = site.page("guides/b/index.html");
    assert!(b.contains("href=\"../new/#part\"") && b.contains("href=\"../new/\""), "{b}");
    assert!(run.stderr.matches("[link/moved]").count() == 2, "{}", run.stderr);
    assert!(run.stderr.contains("write `/guides/new.md#part`"), "{}", run.stderr);
    assert_eq!(
        broken_links(&files(&site.path().join("public")), |page| page != "404.html"),
        [] as [String; 0]
    );
    // A removed alias is gone.
    site.file("content/roles/chair.md", "# Chair\n");
    site.run(&["build"]).fine();
    assert!(!site.path().join("public/roles/head").exists());
}

#[test]
fn invalid_aliases_are_reported() {
    let check = |alias: &str| {
        let site = TestSite::small(&[
            ("content/a.md", &format!("+++\naliases = [\"{alias}\"]\n+++\n# A\n\n![x](dot.png)\n")),
            ("content/dot.png", ""),
            ("content/b/C.md", "# C\n"),
            ("content/d.md", "+++\naliases = [\"/taken/\"]\n+++\n# D\n"),
        ]);
        let run = site.run(&["check", "--message-format", "json"]);
        let findings: Vec<serde_json::Value> =
            run.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let error = findings.iter().find(|finding| finding["severity"] == "error");
        assert_eq!(run.code, i32::from(error.is_some()), "{alias}: {}{}", run.stdout, run.stderr);
        error.map(|error| {
            (
                error["code"].as_str().unwrap().to_owned(),
                format!("{}:{}", error["path"].as_str().unwrap(), error["line"]),
            )
        })
    };
    assert_eq!(check("/fine/"), None);
    assert_eq!(check("/é fine.old/x"), None);
    for alias in [
        "old/",
        "https://x.example/old/",
        "/",
        "/../old/",
        "/a/./b/",
        "//x.example/",
        "/a//b/",
        "/a?b/",
        "/a#b",
        "/a%20b/",
        "/.git/",
        "/assets/x/",
        "/api/handbook.json",
        "/a.html/b/",
        "/a\\\\b/",
    ] {
        let (code, place) = check(alias).unwrap_or_else(|| panic!("{alias} is fine"));
        assert_eq!(code, "data/invalid-value", "{alias}");
        assert_eq!(place, "content/a.md:2", "{alias}");
    }
    for alias in [
        "/b/c/",
        "/b/C/",
        "/taken/",
        "/TAKEN",
        "/a/",
        "/404.html",
        "/index.html",
        "/dot.png/",
        "/dot.png/x/",
        "/references/",
    ] {
        let (code, place) = check(alias).unwrap_or_else(|| panic!("{alias} is fine"));
        assert_eq!(code, "pages/duplicate-url", "{alias}");
        let second = if alias.starts_with("/t") || alias.starts_with("/T") {
            "content/d.md:2"
        } else {
            "content/a.md:2"
        };
        assert_eq!(place, second, "{alias}");
    }
}

#[test(needs(Browser))]
fn the_browser_keeps_query_and_fragment() {
    let site = site();
    site.run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/deep/");
    let mut browser = Browser::start();
    let tab = browser.open("about:blank");
    for (from, to) in [
        ("guides/older/?q=1#part", "guides/new/?q=1#part"),
        ("old/a%20page/", "guides/new/"),
        ("flat.html#part", "guides/new/#part"),
    ] {
        let (from, to) = (format!("{}{from}", host.site()), format!("{}{to}", host.site()));
        browser.call(Some(&tab), "Page.navigate", &json!({"url": from}));
        let there = format!("location.href === {} && document.readyState === 'complete'", json!(to));
        browser.wait(&tab, &there);
        // The target page does not redirect any further.
        assert_eq!(
            browser.run(&tab, "new Promise(done => setTimeout(() => done(location.href), 300))"),
            json!(to)
        );
    }
    // Without JavaScript the page's meta refresh leads there.
    browser.call(Some(&tab), "Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    browser.call(Some(&tab), "Page.navigate", &json!({"url": format!("{}flat.html", host.site())}));
    browser.wait(&tab, &format!("location.href === {}", json!(format!("{}guides/new/", host.site()))));
    assert_eq!(*host.missed.lock().unwrap(), [] as [String; 0]);
}
