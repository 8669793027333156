//! The output folder: nothing outside it is written, files of others are kept, and a site is never half written.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use rolebook::output::MANIFEST;

use crate::harness::ignore;
use crate::support::{Run, TestSite, files};

/// A site with a mounted source of Markdown beside its own documents.
fn mounted(documents: &[(&str, &str)]) -> TestSite {
    let site = TestSite::small(&[("m/README.md", "# Mounted\n")]);
    let config = "title = \"Small\"\n\n[[source]]\npath = \"content\"\n\n[[source]]\nname = \"m\"\npath = \"m\"\n\
                  format = \"markdown\"\nbroken_links = \"warn\"\n";
    site.file("site.toml", config);
    for (path, text) in documents {
        site.file(path, text);
    }
    site
}

/// The diagnostics of `check` with code, severity and location.
fn findings(site: &TestSite) -> Vec<(String, String, String)> {
    let run = site.run(&["check", "--message-format", "json"]);
    let findings = run.stdout.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    findings
        .map(|finding| (text(&finding["code"]), text(&finding["severity"]), text(&finding["path"])))
        .collect()
}

fn assert_finding(site: &TestSite, code: &str, severity: &str, path: &str) {
    let findings = findings(site);
    assert!(
        findings.contains(&(code.into(), severity.into(), path.into())),
        "{code} at {path}: {findings:?}"
    );
}

fn title(page: &str) -> &str {
    page.split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"))
        .map_or("", |(title, _)| title)
}

/// The destination of the link with a given text.
fn link<'a>(page: &'a str, text: &str) -> &'a str {
    let end = page.find(&format!("\">{text}</a>")).unwrap_or_else(|| panic!("no link {text}"));
    &page[page[..end].rfind("href=\"").unwrap() + 6..end]
}

#[test]
fn names_with_dots_cannot_leave_the_site() {
    for own in [true, false] {
        let folder = if own { "content" } else { "m" };
        let site = mounted(&[("index.html", "precious"), ("content/a.md", "# A\n"), ("m/b.md", "# B\n")]);
        for name in ["...md", "..md", ".md", "x/...md", "x/....md", "x/. .md"] {
            site.file(&format!("{folder}/{name}"), format!("# Named `{name}`\n"));
        }
        site.run(&["build"]).fine();
        assert_eq!(fs::read_to_string(site.path().join("index.html")).unwrap(), "precious");
        assert_eq!(title(&site.page("index.html")), "Small");
        assert!(title(&site.page("m/index.html")).starts_with("Mounted"));
        let root = if own { "" } else { "m/" };
        for name in ["...md", "..md", ".md", "x/...md", "x/....md", "x/. .md"] {
            let page = site.page(&format!("{root}{name}/index.html"));
            assert!(title(&page).contains(&format!("Named {name}", name = name)), "{}", title(&page));
            let severity = if own { "warning" } else { "info" };
            let path = if own { format!("content/{name}") } else { name.to_owned() };
            assert_finding(&site, "pages/invalid-address", severity, &path);
        }
        let listed = fs::read_to_string(site.path().join("public").join(MANIFEST)).unwrap();
        assert_eq!(listed.lines().count(), files(&site.path().join("public")).len() - 1);
    }
}

/// A checklist with an invalid name would have a page in each group; its fault is reported once.
#[test]
fn invalid_names_are_reported_once() {
    let checklist =
        "title = \"L\"\nfor_group = true\n[[items]]\nid = \"a\"\nphase = \"week-1\"\ntext = \"t\"\n";
    let site = TestSite::small(&[("content/checklists/...toml", checklist)]);
    for number in 0..4 {
        let group = format!("kind = \"sig\"\nname = \"{number}\"\n");
        site.file(&format!("content/groups/sig-{number}.toml"), group);
    }
    let expected = [("pages/invalid-address", "warning"), ("data/invalid-value", "error")];
    let path = "content/checklists/...toml";
    assert_eq!(findings(&site), expected.map(|(code, severity)| (code.into(), severity.into(), path.into())));
}

#[cfg(unix)]
#[test]
fn names_with_line_breaks_are_left_out() {
    let site = mounted(&[("victim.png", "precious"), ("m/a\n../x.md", "# X\n"), ("m/a\nb.md", "# B\n")]);
    let deep = format!("m/c\n{}", site.path().display());
    site.file(&format!("{deep}/victim.png"), "x").file("m/b\n../victim.png", "x");
    site.file(
        "m/README.md",
        format!(
            "# M\n\n![x](c%0A{}/victim.png) ![y](b%0A../victim.png) [z](a%0Ab.md)\n",
            site.path().display().to_string().replace('/', "%2F")
        ),
    );
    let run = site.run(&["build"]).fine();
    assert!(run.stderr.contains("[link/left-out]"), "{}", run.stderr);
    assert_finding(&site, "pages/invalid-address", "warning", "a\nb.md");
    fs::remove_dir_all(site.path().join("m")).unwrap();
    site.file("m/README.md", "# M\n");
    site.run(&["build"]).fine();
    assert_eq!(fs::read_to_string(site.path().join("victim.png")).unwrap(), "precious");
}

#[test]
fn a_foreign_manifest_removes_nothing_outside() {
    let site = TestSite::small(&[
        ("content/a.md", "# A\n"),
        ("victim.txt", "precious"),
        ("dir/victim.txt", "precious"),
    ]);
    site.run(&["build"]).fine();
    let listed = fs::read_to_string(site.path().join("public").join(MANIFEST)).unwrap();
    let absolute = site.path().join("victim.txt");
    let tampered = format!(
        "{listed}../victim.txt\n{}\n\n.\na/../../victim.txt\n..\\victim.txt\n./index.html\n.git/config\n../dir\n",
        absolute.display()
    );
    let mut bytes = tampered.into_bytes();
    bytes.extend(b"\xff\xfe\n");
    fs::write(site.path().join("public").join(MANIFEST), bytes).unwrap();
    site.file("public/.git/config", "precious");
    let run = site.run(&["build"]).fine();
    assert_eq!(run.stderr.matches("[output/manifest]").count(), 10, "{}", run.stderr);
    for victim in ["victim.txt", "dir/victim.txt", "public/.git/config"] {
        assert_eq!(fs::read_to_string(site.path().join(victim)).unwrap(), "precious");
    }
    assert_eq!(fs::read_to_string(site.path().join("public").join(MANIFEST)).unwrap(), listed);
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("output/manifest"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn links_in_the_output_are_not_followed() {
    use std::os::unix::fs::symlink;
    let site = TestSite::small(&[
        ("content/x/a.md", "# A\n"),
        ("content/b.md", "# B\n"),
        ("elsewhere/a/index.html", "precious"),
    ]);
    site.run(&["build"]).fine();
    let before = files(&site.path().join("public"));
    let elsewhere = || fs::read_to_string(site.path().join("elsewhere/a/index.html")).unwrap();
    // A folder replaced by a symbolic link: nothing is written or removed through it.
    fs::remove_dir_all(site.path().join("public/x")).unwrap();
    symlink(site.path().join("elsewhere"), site.path().join("public/x")).unwrap();
    site.file("content/b.md", "# Changed\n");
    let run = site.run(&["build"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("[output/foreign-file]"), "{}", run.stderr);
    assert_eq!(
        files(&site.path().join("public"))["b/index.html"],
        before["b/index.html"],
        "the previous site is kept"
    );
    fs::remove_file(site.path().join("content/x/a.md")).unwrap();
    fs::remove_dir(site.path().join("content/x")).unwrap();
    site.run(&["build"]).fine();
    assert_eq!(elsewhere(), "precious");
    assert!(site.path().join("public/x").is_symlink(), "foreign links are kept");
    // A file replaced by a symbolic link.
    fs::remove_file(site.path().join("public/b/index.html")).unwrap();
    symlink(site.path().join("elsewhere/a/index.html"), site.path().join("public/b/index.html")).unwrap();
    assert_eq!(site.run(&["build"]).code, 2);
    fs::remove_file(site.path().join("content/b.md")).unwrap();
    site.run(&["build"]).fine();
    assert_eq!(elsewhere(), "precious");
    // Remains of an interrupted build replaced by a symbolic link.
    symlink(site.path().join("elsewhere"), site.path().join("public/.rolebook-stage")).unwrap();
    site.run(&["build"]).fine();
    assert_eq!(elsewhere(), "precious");
    // The output folder itself may be a symbolic link.
    fs::rename(site.path().join("public"), site.path().join("really")).unwrap();
    symlink("really", site.path().join("public")).unwrap();
    site.file("content/c.md", "# C\n");
    site.run(&["build"]).fine();
    assert!(site.path().join("really/c/index.html").is_file());
}

#[test]
fn conflicts_are_detected_before_any_move() {
    for (foreign, document) in [
        // A foreign file in the place of a folder, late in the order of files.
        ("zz", "content/zz/a.md"),
        ("zz/a/index.html", "content/zz/a.md"),
        // A folder with foreign files in the place of a page.
        ("zz/index.html/mine", "content/zz.md"),
    ] {
        let site = TestSite::small(&[("content/a.md", "# A\n"), ("content/gone.md", "# Gone\n")]);
        site.run(&["build"]).fine();
        site.file(&format!("public/{foreign}"), "mine")
            .file(document, "# ZZ\n")
            .file("content/a.md", "# New\n");
        fs::remove_file(site.path().join("content/gone.md")).unwrap();
        let before = files(&site.path().join("public"));
        let run = site.run(&["build"]);
        assert_eq!(run.code, 2, "{foreign}");
        assert!(run.stderr.contains("[output/foreign-file]"), "{}", run.stderr);
        assert!(files(&site.path().join("public")) == before, "{foreign}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_failed_build_is_undone() {
    let site = TestSite::small(&[
        ("content/a.md", "# A\n"),
        ("content/gone.md", "# Gone\n"),
        ("content/x/y.md", "# Y\n"),
    ]);
    site.run(&["build"]).fine();
    let public = site.path().join("public");
    let before = files(&public);
    site.file("content/a.md", "# New\n").file("content/b.md", "# B\n").file("content/x/y.md", "# New\n");
    fs::remove_file(site.path().join("content/gone.md")).unwrap();
    // Not even root can move a file into an immutable folder.
    let change =
        |flag: &str| Command::new("chattr").arg(flag).arg(public.join("x/y")).stderr(Stdio::null()).status();
    if !change("+i").is_ok_and(|status| status.success()) {
        ignore("this file system has no files that cannot be changed");
    }
    let run = site.run(&["build"]);
    assert!(change("-i").unwrap().success());
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("the previous site is unchanged"), "{}", run.stderr);
    assert!(files(&public) == before);
    site.run(&["build"]).fine();
    assert!(site.page("a/index.html").contains("New") && site.page("x/y/index.html").contains("New"));
    assert!(!public.join("gone").exists());
}

#[test]
fn concurrent_builds_leave_the_site_of_one() {
    let site = TestSite::small(&[]);
    for number in 0..40 {
        site.file(&format!("content/{number}/a.md"), format!("# A {number}\n"));
    }
    site.run(&["build", "--out", "expected"]).fine();
    let expected = files(&site.path().join("expected"));
    for _ in 0..2 {
        let start = || {
            Command::new(env!("CARGO_BIN_EXE_rolebook"))
                .args(["build", "--out", "o"])
                .current_dir(site.path())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let running = [start(), start(), start()];
        for child in running {
            Run::new(child.wait_with_output().unwrap()).fine();
        }
        assert!(files(&site.path().join("o")) == expected);
    }
}

#[test]
fn a_stale_lock_file_is_harmless() {
    let site =
        TestSite::small(&[("public/.rolebook-lock", ""), ("public/.rolebook-stage/index.html", "half")]);
    site.run(&["build"]).fine();
    assert!(!site.path().join("public/.rolebook-lock").exists());
    assert!(!site.path().join("public/.rolebook-stage").exists());
}

/// A waiting build ends at the first Ctrl-C, without having written anything.
#[test]
#[cfg(unix)]
fn a_waiting_build_can_be_interrupted() {
    use std::io::{BufRead, BufReader};
    use std::os::unix::process::ExitStatusExt;
    let site = TestSite::small(&[("content/a.md", "# A\n")]);
    site.run(&["build"]).fine();
    let before = files(&site.path().join("public"));
    let place = site.path().join("public/.rolebook-lock");
    let lock = fs::File::create(&place).unwrap();
    lock.lock().unwrap();
    site.file("content/a.md", "# Changed\n");
    let mut build = Command::new(env!("CARGO_BIN_EXE_rolebook"))
        .arg("build")
        .current_dir(site.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(build.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("waiting for another build")));
    assert!(Command::new("kill").args(["-INT", &build.id().to_string()]).status().unwrap().success());
    assert_eq!(build.wait().unwrap().signal(), Some(2));
    drop(lock);
    fs::remove_file(place).unwrap();
    assert!(files(&site.path().join("public")) == before);
    site.run(&["build"]).fine();
    assert!(site.page("a/index.html").contains("Changed"));
}

#[test]
fn conflicting_names_do_not_fail_a_build() {
    let long = "n".repeat(300);
    let group = |dir: &str| {
        format!(
            "sigs:\n- dir: {dir}\n  name: X\n  leadership:\n    chairs:\n    - github: {long}\n      name: N\n- dir: sig-y\n  name: Y\n"
        )
    };
    for (path, text) in [
        ("m/index.html.md", "# I\n".to_owned()),
        ("m/p/index.html.md", "# I\n".to_owned()),
        ("m/p/index.html/x/a.md", "# I\n".to_owned()),
        ("m/sigs.yaml", group(&long)),
        ("m/sigs.yaml", group("index.html")),
        ("m/sigs.yaml", group("compare")),
        ("m/sigs.yaml", group("SIG-Y")),
        ("m/sigs.yaml", group("..")),
        ("m/api/handbook.json.md", "# H\n".to_owned()),
        ("content/api/handbook.json.md", "# H\n".to_owned()),
        ("content/sitemap.xml.md", "# H\n".to_owned()),
        ("content/assets/rolebook.css.md", "# H\n".to_owned()),
        ("content/pagefind/pagefind.js.md", "# H\n".to_owned()),
        ("content/.rolebook-stage.md", "# H\n".to_owned()),
        ("content/.git.md", "# H\n".to_owned()),
    ] {
        let site = mounted(&[
            ("m/p.md", "# P\n\n![x](p/index.html/pic.png)\n"),
            ("m/p/index.html/pic.png", "png"),
            ("m/DIR/a.md", "# A\n"),
            ("m/dir/a.md", "# A\n"),
            (path, &text),
        ]);
        let config = fs::read_to_string(site.path().join("site.toml")).unwrap();
        site.file("site.toml", config.replace("\"markdown\"", "\"kubernetes-community\""));
        let reports = ["check", "build", "build"].map(|command| {
            let run = site.run(&[command, "--message-format", "json"]);
            // Two pages with the same address are an error if the author can rename the file.
            let is_error = run.stdout.contains("\"severity\":\"error\"");
            assert_eq!(run.code, i32::from(is_error), "{path}: {}{}", run.stdout, run.stderr);
            assert!(!is_error || path.starts_with("content/"), "{path}: {}", run.stdout);
            let lines = run.stdout.lines().filter(|line| line.starts_with('{'));
            lines.map(str::to_owned).collect::<Vec<_>>()
        });
        assert!(reports[0] == reports[1] && reports[0] == reports[2], "{path}: {reports:#?}");
        assert!(reports[0].iter().any(|line| line.contains("pages/") || line.contains("data/")), "{path}");
    }
}

#[test]
fn a_copied_file_does_not_take_the_address_of_a_page() {
    let mut before = None;
    for _ in 0..4 {
        let site = mounted(&[
            ("m/p.md", "# P\n"),
            ("m/q.md", "# Q\n\n[a](p/index.html) [l](list.txt)\n"),
            ("m/p/index.html", "<b>raw</b>"),
            ("m/list.txt", "text"),
            ("m/list.txt.md", "# List\n"),
        ]);
        site.run(&["build"]).fine();
        assert!(title(&site.page("m/p/index.html")).starts_with('P'));
        assert!(title(&site.page("m/list.txt/index.html")).starts_with("List"));
        let page = site.page("m/q/index.html");
        assert_eq!(link(&page, "l"), "../list-2.txt");
        assert_finding(&site, "pages/duplicate-url", "info", "list.txt");
        // HTML files of other sources are not copied.
        assert!(page.contains("a ") && !page.contains("p/index"), "{page}");
        let built = files(&site.path().join("public"));
        assert!(!built.contains_key("m/p/index-2.html"));
        assert!(before.replace(built.clone()).is_none_or(|before| before == built));
    }
    // A file of the site with the name of one of rolebook's own.
    let site =
        TestSite::small(&[("content/a.md", "# A\n\n[f](feed.xml) [s](api/handbook.json) [r](Robots.txt)\n")]);
    site.file("content/feed.xml", "f").file("content/api/handbook.json", "h").file("content/Robots.txt", "r");
    site.run(&["build"]).fine();
    let page = site.page("a/index.html");
    assert_eq!(
        ["f", "s", "r"].map(|text| link(&page, text)),
        ["../feed-2.xml", "../api/handbook-2.json", "../Robots-2.txt"]
    );
    assert_eq!(site.page("api/handbook-2.json"), "h");
    assert!(site.page("api/handbook.json").starts_with('{'));
    assert_finding(&site, "pages/duplicate-url", "warning", "content/feed.xml");
}

#[test]
fn a_document_beside_a_folder_of_its_name_has_a_page() {
    let site = mounted(&[
        ("m/README.md", "# Root\n\n[file](x.md) [folder](x/README.md) [x](x) [y](y.md) [listing](y)\n"),
        ("m/x.md", "# File\n\n[back](x/README.md)\n"),
        ("m/x/README.md", "# Folder\n\n[back](../x.md)\n"),
        ("m/x/z.md", "# Z\n"),
        ("m/y.md", "# Y\n"),
        ("m/y/z.md", "# YZ\n"),
    ]);
    site.run(&["build", "--strict"]).fine();
    let root = site.page("m/index.html");
    assert_eq!(link(&root, "file"), "x.md/");
    assert_eq!(["folder", "x"].map(|text| link(&root, text)), ["x/"; 2]);
    assert_eq!(["y", "listing"].map(|text| link(&root, text)), ["y/", "y-2/"]);
    for (path, name) in [("x/", "Folder"), ("x.md/", "File"), ("x/z/", "Z"), ("y/", "Y"), ("y/z/", "YZ")] {
        let page = site.page(&format!("m/{path}index.html"));
        assert!(title(&page).starts_with(name), "{path}: {}", title(&page));
    }
    assert_eq!(link(&site.page("m/x.md/index.html"), "back"), "../x/");
    assert_eq!(link(&site.page("m/x/index.html"), "back"), "../x.md/");
    assert!(site.page("m/y-2/index.html").contains("YZ"));
    assert_finding(&site, "pages/duplicate-url", "info", "x.md");
}

/// Names that differ only in case are distinct on GitHub, but not on every file system.
#[cfg(target_os = "linux")]
#[test]
fn names_that_differ_only_in_case_have_two_addresses() {
    let site = mounted(&[
        ("m/README.md", "# M\n\n[A](DIR/a.md) [a](dir/a.md) [X](X.md) [x](x.md) ![P](P.png) ![p](p.png)\n"),
        ("m/DIR/a.md", "# Upper\n"),
        ("m/dir/a.md", "# Lower\n"),
        ("m/X.md", "# Big\n"),
        ("m/x.md", "# Little\n"),
        ("m/x.MD", "# Third\n"),
        ("m/é.md", "# One code point\n"),
        ("m/e\u{301}.md", "# Two code points\n"),
        ("m/P.png", "P"),
        ("m/p.png", "p"),
    ]);
    site.run(&["build", "--strict"]).fine();
    let built = files(&site.path().join("public"));
    let folded: std::collections::BTreeSet<String> = built.keys().map(|path| path.to_lowercase()).collect();
    assert_eq!(folded.len(), built.len(), "paths that differ only in case");
    for text in ["Upper", "Lower", "Big", "Little", "Third", "One code point", "Two code points"] {
        let pages = built.iter().filter(|(_, page)| title(&String::from_utf8_lossy(page)).starts_with(text));
        assert_eq!(pages.count(), 1, "{text}");
    }
    let root = site.page("m/index.html");
    for (text, name) in [("A", "Upper"), ("a", "Lower"), ("X", "Big"), ("x", "Little")] {
        let page = site.page(&format!("m/{}index.html", link(&root, text)));
        assert!(title(&page).starts_with(name), "{text}");
    }
    let pictures: Vec<&str> =
        root.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let pictures: Vec<String> = pictures
        .into_iter()
        .filter(|path| path.ends_with(".png"))
        .map(|path| site.page(&format!("m/{path}")))
        .collect();
    assert_eq!(pictures, ["P", "p"]);
}

#[test]
fn markdown_extensions_are_those_of_github() {
    let names = [
        "a.MD",
        "b.markdown",
        "c.mdown",
        "d.mdwn",
        "e.mkd",
        "f.mkdn",
        "g.mkdown",
        "h.Markdown",
        "dir/ReadMe.MD",
    ];
    let links: String = names.iter().map(|name| format!("[{name}]({name})\n")).collect();
    let site = mounted(&[("m/README.md", &format!("# R\n\n{links}\n[no](i.mdx)\n")), ("m/i.mdx", "# No\n")]);
    for name in names {
        site.file(&format!("m/{name}"), format!("# Page {name}\n"));
    }
    site.run(&["build"]).fine();
    let root = site.page("m/index.html");
    for name in names {
        let stem = name.rsplit_once('.').unwrap().0;
        let stem = stem.strip_suffix("ReadMe").map_or(format!("{stem}/"), str::to_owned);
        assert_eq!(link(&root, name), stem);
        assert!(title(&site.page(&format!("m/{stem}index.html"))).starts_with(&format!("Page {name}")));
    }
    assert!(!Path::new(&site.path().join("public/m/i")).exists());
}
