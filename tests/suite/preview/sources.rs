//! Files of sources in the preview: the same as a build would write.

use std::io::{Read, Write};

use super::Preview;
use crate::support::TestSite;
#[cfg(target_os = "linux")]
use crate::support::until;

const SITE: &str = "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"m\"\nformat = \"markdown\"\n\
    path = \"m\"\nbroken_links = \"warn\"\nexclude = [\"archive\"]\n";

fn site(files: &[(&str, &str)]) -> TestSite {
    let site = TestSite::small(files);
    site.file("site.toml", SITE);
    site
}

#[cfg(unix)]
fn link(site: &TestSite, target: &str, path: &str) {
    std::os::unix::fs::symlink(target, site.path().join(path)).unwrap();
}

#[test]
fn files_that_may_run_scripts_are_not_sent() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"evil()\"><script>evil()</script><text>x</text></svg>";
    let site = site(&[
        ("m/a.md", "# A\n\n[a](a.html) ![b](b.svg) [c](c.js) ![d](d.png)\n"),
        ("m/a.html", "<script>evil()</script>"),
        ("m/b.svg", svg),
        ("m/c.js", "evil()"),
        ("m/d.png", "png"),
    ]);
    let preview = Preview::start(&site, &[]);
    for path in ["m/a.html", "m/c.js"] {
        assert_eq!(preview.get(path).status, 404, "{path}");
    }
    let picture = preview.get("m/b.svg");
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/svg+xml")));
    assert!(!picture.body().contains("evil") && picture.body().contains("<text>x"), "{}", picture.body());
    assert_eq!(preview.get("m/d.png").body(), "png");
    let page = preview.get("m/a/").page();
    site.run(&["build"]).fine();
    assert_eq!(site.page("m/b.svg"), picture.body());
    assert_eq!(site.page("m/a/index.html"), page);
    // A changed picture is sent in its current state.
    site.file("m/b.svg", svg.replace(">x<", ">y<"));
    preview.wait_for("m/b.svg", "<text>y");
}

#[test]
#[cfg(unix)]
fn symbolic_links_lead_where_they_lead_in_a_build() {
    const SECRET: &str = "keep-this";
    let site = site(&[
        ("m/a.md", "# A\n\n[x](x.md) [y](folder/f.md) ![z](z.png) ![w](to-git/w.png)\n"),
        ("m/b.md", "# B\n"),
        ("m/real/f.md", "# F\n"),
        ("m/.git/w.png", SECRET),
        ("m/.git/config.md", SECRET),
        ("m/archive/old.md", SECRET),
        ("secret.png", SECRET),
    ]);
    link(&site, "b.md", "m/x.md");
    link(&site, "real", "m/folder");
    link(&site, "../secret.png", "m/z.png");
    link(&site, ".git", "m/to-git");
    let preview = Preview::start(&site, &[]);
    let as_built = |site: &TestSite| {
        site.run(&["build"]).fine();
        site.page("m/a/index.html")
    };
    assert_eq!(preview.get("m/a/").page(), as_built(&site));
    for path in ["m/x/", "m/folder/f/", "m/z.png", "m/to-git/w.png", "m/to-git/config/"] {
        assert_eq!(preview.get(path).status, 404, "{path}");
    }
    // Links that change while they are served: to excluded files, to version control, and to a missing target.
    for target in ["archive/old.md", ".git/config.md", "later.md"] {
        std::fs::remove_file(site.path().join("m/x.md")).unwrap();
        link(&site, target, "m/x.md");
        preview.wait_for("m/a/", "<p>x <a");
        assert!(!preview.get("m/a/").body().contains(SECRET));
        assert_eq!(preview.get("m/a/").page(), as_built(&site), "{target}");
    }
    site.file("m/later.md", "# Later\n");
    preview.wait_for("m/a/", "href=\"../later/\"");
    assert_eq!(preview.get("m/a/").page(), as_built(&site));
    // A folder is replaced by a link to an excluded one.
    std::fs::remove_dir_all(site.path().join("m/real")).unwrap();
    link(&site, "archive", "m/real");
    preview.wait_for_status("m/real/f/", 404);
    assert_eq!(preview.get("m/real/old/").status, 404);
    // A document is replaced atomically by a link, as an editor might.
    link(&site, "../secret.png", "m/swap");
    std::fs::rename(site.path().join("m/swap"), site.path().join("m/b.md")).unwrap();
    preview.wait_for_status("m/b/", 404);
}

/// A watch that follows links would report the events of a folder under the path of a link to it.
#[test]
#[cfg(unix)]
fn links_hide_no_change_of_their_targets() {
    let site = site(&[("m/real/f.md", "# F\n"), ("content/guides/g.md", "# G\n")]);
    link(&site, "real", "m/linked");
    // This link is rejected, because it leads into another source.
    link(&site, "../content/guides", "m/across");
    let preview = Preview::start(&site, &[]);
    for (path, page) in [("m/real/f.md", "m/real/f/"), ("content/guides/g.md", "guides/g/")] {
        assert_eq!(preview.get(page).status, 200);
        for text in ["One", "Two"] {
            site.file(path, format!("# F\n\n{text}.\n"));
            preview.wait_for(page, text);
        }
    }
    std::fs::remove_file(site.path().join("m/linked")).unwrap();
    site.file("m/real/f.md", "# F\n\nThree.\n");
    preview.wait_for("m/real/f/", "Three");
    site.file("content/guides/new.md", "# New\n");
    preview.wait_for("guides/new/", "New");
}

#[test]
#[cfg(unix)]
fn a_theme_and_a_configuration_behind_links_are_watched() {
    let template = |text: &str| {
        format!(
            "{{% extends \"default/document.html\" %}}{{% block after %}}<p>{text}</p>{{% endblock after %}}"
        )
    };
    let site =
        site(&[("content/guides/g.md", "# G\n"), ("shared/ours/templates/document.html", &template("One"))]);
    std::fs::create_dir_all(site.path().join("themes")).unwrap();
    link(&site, "../shared/ours", "themes/ours");
    std::fs::remove_file(site.path().join("site.toml")).unwrap();
    let config = |title: &str| SITE.replacen("\"T\"", &format!("\"{title}\"\ntheme = \"ours\""), 1);
    site.file("shared/site.toml", config("Before"));
    link(&site, "shared/site.toml", "site.toml");
    let preview = Preview::start(&site, &[]);
    preview.wait_for("guides/g/", "<p>One</p>");
    site.file("shared/ours/templates/document.html", template("Two"));
    preview.wait_for("guides/g/", "<p>Two</p>");
    site.file("shared/site.toml", config("After"));
    preview.wait_for("", "After");
}

/// A file replaced by a link, or in a folder replaced by one, is not followed even if it was a file when checked.
#[test]
#[cfg(unix)]
fn files_are_opened_before_they_are_checked() {
    let site =
        site(&[("m/a.md", "# A\n\n![p](d/p.png)\n"), ("m/d/p.png", "fine"), ("m/.git/p.png", "secret")]);
    let preview = Preview::start(&site, &[]);
    assert_eq!(preview.get("m/d/p.png").body(), "fine");
    let place = |path: &str| site.path().join(path);
    for _ in 0..20 {
        std::fs::rename(place("m/d"), place("m/e")).unwrap();
        link(&site, ".git", "m/d");
        assert!(!preview.get("m/d/p.png").body().contains("secret"));
        std::fs::remove_file(place("m/d")).unwrap();
        std::fs::rename(place("m/e"), place("m/d")).unwrap();
    }
}

#[test]
#[cfg(unix)]
fn a_named_pipe_blocks_nothing_and_ctrl_c_works() {
    let site = site(&[("m/a.md", "# A\n\n![p](p.png)\n"), ("m/p.png", "png")]);
    let mut preview = Preview::start(&site, &[]);
    assert_eq!(preview.get("m/p.png").body(), "png");
    for path in ["content/b.md", "m/b.md", "m/p.png", "governance.lock"] {
        let place = site.path().join(path);
        let _ = std::fs::remove_file(&place);
        assert!(std::process::Command::new("mkfifo").arg(&place).status().unwrap().success());
    }
    preview.wait_for_log("named pipe");
    preview.wait_for_status("m/p.png", 404);
    assert_eq!(preview.get("m/a/").status, 200);
    preview.interrupt();
    preview.wait_for_end();
}

/// Emacs creates and removes such a link with each change; a build in between reports nothing.
#[test]
#[cfg(unix)]
fn temporary_files_of_editors_are_ignored() {
    let site = site(&[("content/guides/a.md", "# A\n"), ("m/a.md", "# A\n")]);
    let preview = Preview::start(&site, &[]);
    preview.wait_for("guides/a/", "A</h1>");
    link(&site, "ann@host.1234:1700000000", "content/guides/.#a.md");
    for name in ["4913", ".a.md.swp", "a.md~", "a.md___jb_tmp___", "._a.md"] {
        site.file(&format!("content/guides/{name}"), "x");
    }
    site.file("content/guides/a.md", "# Changed\n");
    preview.wait_for("guides/a/", "Changed</h1>");
    let log = preview.log();
    assert!(!log.contains("[source/") && !log.contains("4913") && !log.contains(".swp"), "{log}");
}

/// Peak memory of the process in KiB.
#[cfg(target_os = "linux")]
fn peak(preview: &Preview) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", preview.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn large_files_are_streamed() {
    const SIZE: u64 = 1 << 30;
    let site = site(&[("m/a.md", "# A\n\n[film](film.mp4)\n"), ("m/film.mp4", "")]);
    std::fs::File::create(site.path().join("m/film.mp4")).unwrap().set_len(SIZE).unwrap();
    let preview = Preview::start(&site, &[]);
    until(|| (preview.get("m/a/").status == 200).then_some(())).unwrap();
    let before = peak(&preview);
    let ask = |method: &str, headers: &str| {
        let mut stream = preview.connect();
        let host = preview.host();
        write!(stream, "{method} /m/film.mp4 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n")
            .unwrap();
        stream
    };
    let mut readers = Vec::new();
    for headers in ["", "Range: bytes=0-\r\n", "Range: bytes=1000-\r\n", "Range: bytes=-500000000\r\n"] {
        for _ in 0..3 {
            let mut stream = ask("GET", headers);
            let mut start = [0; 4096];
            stream.read_exact(&mut start).unwrap();
            let head = String::from_utf8_lossy(&start).into_owned();
            let status = if headers.is_empty() { "200" } else { "206" };
            assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
            let length = match headers {
                "" | "Range: bytes=0-\r\n" => SIZE,
                "Range: bytes=1000-\r\n" => SIZE - 1000,
                _ => 500_000_000,
            };
            assert!(head.contains(&format!("content-length: {length}\r\n")), "{head}");
            // They stay connected without reading further.
            readers.push(stream);
        }
        let mut head = String::new();
        ask("HEAD", headers).read_to_string(&mut head).unwrap();
        assert!(head.contains("content-length: ") && head.ends_with("\r\n\r\n"), "{head}");
    }
    let mut part = Vec::new();
    ask("GET", "Range: bytes=1073741820-\r\n").read_to_end(&mut part).unwrap();
    assert!(part.ends_with(b"\r\n\r\n\0\0\0\0"));
    let grown = peak(&preview).saturating_sub(before);
    assert!(grown < 100 << 10, "{grown} KiB for {} readers of 1 GiB", readers.len());
}
