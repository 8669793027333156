//! Sources cannot publish more than their authors meant, run code in readers' browsers, or stop the build of
//! everything else.

use std::fs;

use crate::support::{Run, TestSite, files};

/// The handbook, and a source `m` of other people in `up/`.
fn mounted(settings: &str, files: &[(&str, &[u8])]) -> TestSite {
    let site = TestSite::small(&[]);
    site.file(
        "site.toml",
        format!(
            "title = \"T\"\nsearch.enabled = false\n[[source]]\npath = \"content\"\n[[source]]\nname = \"m\"\nformat = \"markdown\"\n\
             path = \"up\"\nmount = \"up\"\n{settings}"
        ),
    );
    fs::create_dir_all(site.path().join("up")).unwrap();
    for (path, bytes) in files {
        site.file(path, bytes);
    }
    site
}

/// Diagnostics in short form: severity, code, path, line and column.
fn findings(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let short = lines.map(|finding| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!(
            "{} {} {}:{}:{}",
            text("severity"),
            text("code"),
            text("path"),
            finding["line"],
            finding["column"]
        )
    });
    short.collect()
}

/// Asserts that `check` and `build` report the same findings, and returns them.
#[track_caller]
fn check_and_build(site: &TestSite) -> (Vec<String>, i32) {
    let check = site.run(&["check", "--message-format", "json"]);
    let build = site.run(&["build", "--message-format", "json"]);
    assert_eq!(findings(&check), findings(&build), "check and build report the same findings");
    assert_eq!(check.code, build.code, "{}", build.stderr);
    (findings(&build), build.code)
}

#[cfg(unix)]
fn link(site: &TestSite, target: &str, path: &str) {
    std::os::unix::fs::symlink(target, site.path().join(path)).unwrap();
}

#[cfg(unix)]
fn pipe(site: &TestSite, path: &str) {
    let status = std::process::Command::new("mkfifo").arg(site.path().join(path)).status().unwrap();
    assert!(status.success());
}

fn holds(site: &TestSite, secret: &str) -> Vec<String> {
    let published = files(&site.path().join("public")).into_iter();
    let matching = published.filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(secret));
    matching.map(|(path, _)| path).collect()
}

/// The pages of a mounted source.
fn pages(site: &TestSite) -> Vec<String> {
    let published = files(&site.path().join("public")).into_keys();
    published.filter(|path| path.starts_with("up/") && path.ends_with(".html")).collect()
}

#[test]
#[cfg(unix)]
fn links_publish_nothing_outside_the_source() {
    const SECRET: &str = "TOKEN-c2VjcmV0";
    let secret = format!("# {SECRET}\n");
    let site = mounted(
        "broken_links = \"warn\"\nexclude = [\"archive/**\", \"drafts\", \"*.private.md\"]\n",
        &[
            (
                "up/README.md",
                b"# M\n\n[a](to-git/config) ![b](to-git/HEAD.png) [c](to-archive/x.md) [d](x.md)\n",
            ),
            ("up/.git/config", secret.as_bytes()),
            ("up/.git/HEAD.png", secret.as_bytes()),
            ("up/.git/modules/sub/config.md", secret.as_bytes()),
            ("up/sub/.git", secret.as_bytes()),
            ("up/.GIT/x.md", secret.as_bytes()),
            ("up/.hg/hgrc.md", secret.as_bytes()),
            ("up/.svn/x.md", secret.as_bytes()),
            ("up/bare/HEAD", b"ref: refs/heads/main\n"),
            ("up/bare/config.md", secret.as_bytes()),
            ("up/bare/objects/x.md", secret.as_bytes()),
            ("up/bare/refs/x.md", secret.as_bytes()),
            ("up/archive/x.md", secret.as_bytes()),
            ("up/archive/deep/x.md", secret.as_bytes()),
            ("up/drafts/x.md", secret.as_bytes()),
            ("up/x.private.md", secret.as_bytes()),
            ("up/nested/other/x.md", secret.as_bytes()),
            ("secret.md", secret.as_bytes()),
        ],
    );
    let toml = fs::read_to_string(site.path().join("site.toml")).unwrap();
    // A nested source does not belong to the source around it.
    let other =
        "[[source]]\nname = \"o\"\nformat = \"markdown\"\npath = \"up/nested/other\"\nexclude = [\"*\"]\n";
    site.file("site.toml", toml.replace("exclude = [", "exclude = [\"nested\", ") + other);
    let links = [
        (".git", "to-git"),
        (".git/config", "config.md"),
        ("./sub/../.git/config", "dots.md"),
        ("to-git/config", "through.md"),
        ("config.md", "chain.md"),
        (".git/modules/sub/config.md", "module.md"),
        ("sub/.git", "gitfile.md"),
        (".GIT/x.md", "case.md"),
        (".hg/hgrc.md", "hg.md"),
        (".svn", "svn"),
        ("bare", "to-bare"),
        ("bare/config.md", "bare.md"),
        ("archive", "to-archive"),
        ("archive/x.md", "archived.md"),
        ("archive/deep", "deep"),
        ("drafts/x.md", "draft.md"),
        ("x.private.md", "x.md"),
        ("nested/other/x.md", "other.md"),
        ("../secret.md", "outside.md"),
        ("..", "above"),
    ];
    for (target, path) in links {
        link(&site, target, &format!("up/{path}"));
    }
    let (findings, code) = check_and_build(&site);
    assert_eq!(code, 0, "{findings:#?}");
    assert_eq!(holds(&site, SECRET), [] as [String; 0]);
    for path in [
        "config.md",
        "chain.md",
        "through.md",
        "outside.md",
        "other.md",
        "x.md",
        "to-git",
        "above",
        "to-bare",
    ] {
        let expected = format!("warning source/outside {path}:1:1");
        assert!(findings.contains(&expected), "{expected}: {findings:#?}");
    }
}

#[test]
#[cfg(unix)]
fn a_linked_folder_is_read_once() {
    let site = mounted("", &[("up/README.md", b"# M\n")]);
    for number in 0..10 {
        site.file(&format!("up/d/f{number}.md"), "# F\n");
        link(&site, "d", &format!("up/l{number}"));
        link(&site, ".", &format!("up/d/circle{number}"));
        link(&site, "f0.md", &format!("up/d/x{number}.md"));
    }
    let (findings, code) = check_and_build(&site);
    assert_eq!((findings, code), (vec![], 0));
    // The ten documents, the README and the folder's list.
    assert_eq!(pages(&site).len(), 12, "{:?}", pages(&site));
}

#[test]
#[cfg(unix)]
fn references_through_links_lead_to_the_page_of_the_target() {
    let text = "# M\n\n[a](link/a.md#b) [b](alias.md) [c](chain/a.md) [d](docs/) [e](link/within/e.md) [f](/link/a.md)\n\
        ![g](link/g.png)\n";
    let site = mounted(
        "",
        &[
            ("up/README.md", text.as_bytes()),
            ("up/real/a.md", b"# A\n\n## B\n\n[up](../README.md)\n"),
            ("up/real/g.png", b"png"),
            ("up/e/e.md", b"# E\n"),
            ("up/docs/other.md", b"# Other\n"),
            ("up/about.md", b"# About\n"),
        ],
    );
    link(&site, "real", "up/link");
    link(&site, "link", "up/chain");
    link(&site, "real/a.md", "up/alias.md");
    link(&site, "../e", "up/real/within");
    link(&site, "../about.md", "up/docs/README.md");
    let (findings, code) = check_and_build(&site);
    assert_eq!((findings, code), (vec![], 0));
    let page = site.page("up/index.html");
    for href in ["real/a/#b\"", "real/a/\"", "about/\"", "e/e/\"", "src=\"real/g.png\""] {
        assert!(page.contains(href), "{href}: {page}");
    }
    assert!(!page.contains("href=\"link/") && !page.contains("href=\"chain/"), "{page}");
    let expected = ["about", "docs", "docs/other", "e", "e/e", "real", "real/a"];
    let mut expected: Vec<String> = expected.map(|path| format!("up/{path}/index.html")).to_vec();
    expected.push("up/index.html".into());
    let mut pages_of_source = pages(&site);
    expected.sort();
    pages_of_source.sort();
    assert_eq!(pages_of_source, expected, "each target has one page");
    let cited = site.page("up/real/a/index.html");
    assert!(cited.contains("cited"), "references through symbolic links are citations, too: {cited}");
}

/// The use of data and roles depends on their paths; a handbook may link to them from there.
#[test]
#[cfg(unix)]
fn linked_data_of_a_handbook_is_read_at_the_link() {
    let site = TestSite::small(&[
        ("content/kept/groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\n"),
        ("content/kept/lead.md", "# Lead\n"),
    ]);
    fs::create_dir(site.path().join("content/roles")).unwrap();
    link(&site, "kept/groups", "content/groups");
    link(&site, "../kept/lead.md", "content/roles/lead.md");
    site.run(&["build"]).fine();
    assert!(site.page("groups/sig-x/index.html").contains("X"));
    assert!(site.page("roles/lead/index.html").contains("Lead"));
}

#[test]
fn active_content_of_other_people_is_not_copied() {
    let attack = b"<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>";
    let active = [
        "html", "htm", "xhtml", "xht", "svgz", "xml", "xsl", "js", "mjs", "css", "mht", "swf", "wasm", "HTML",
    ];
    let passive = ["png", "txt", "pdf", "zip", "mp4", "csv"];
    let names = active.iter().chain(&passive);
    let text: String =
        names.map(|extension| format!("[x](d/x.{extension}) ![x](d/x.{extension})\n")).collect();
    let files: Vec<(String, &[u8])> = active
        .iter()
        .chain(&passive)
        .map(|extension| (format!("up/d/x.{extension}"), attack.as_slice()))
        .chain([("up/OWNERS".into(), attack.as_slice()), ("up/README.md".into(), text.as_bytes())])
        .collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
    let site = mounted("", &files);
    let (findings, code) = check_and_build(&site);
    assert_eq!(code, 0, "{findings:#?}");
    assert_eq!(findings.len(), 2 * active.len(), "{findings:#?}");
    assert!(
        findings.iter().all(|finding| finding.starts_with("warning link/not-copied README.md:")),
        "{findings:#?}"
    );
    let copied: Vec<String> = crate::support::files(&site.path().join("public/up/d")).into_keys().collect();
    assert_eq!(copied, ["x.csv", "x.mp4", "x.pdf", "x.png", "x.txt", "x.zip"]);
    let page = site.page("up/index.html");
    assert!(
        !page.contains("d/x.html") && !page.contains("d/x.js"),
        "no links to files that are not copied: {page}"
    );

    let web = mounted("web = \"https://example.org/m/\"\n", &files);
    let (findings, code) = check_and_build(&web);
    assert_eq!((findings, code), (vec![], 0));
    assert!(web.page("up/index.html").contains("href=\"https://example.org/m/d/x.html\""));
    let copied: Vec<String> = crate::support::files(&web.path().join("public/up/d")).into_keys().collect();
    assert_eq!(copied, ["x.png"]);
}

const EVIL: &str = "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \
    \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n\
    <?xml-stylesheet type=\"text/xsl\" href=\"evil.xsl\"?>\n\
    <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" onload=\"evil()\">\
    <script>evil()</script><script xlink:href=\"evil.js\"/>\
    <a xlink:href=\"javascript:evil()\" href=\"JaVa&#10;Script:evil()\"><circle r=\"5\" onclick=\"evil()\"/></a>\
    <animate attributeName=\"href\" to=\"javascript:evil()\"/><set attributeName=\"onclick\" to=\"evil()\"/>\
    <foreignObject><iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"javascript:evil()\"/></foreignObject>\
    <use href=\"https://evil.example/x.svg#a\"/><image href=\"https://evil.example/x.png\"/>\
    <image href=\"data:image/svg+xml,evil\"/><style>@import url(https://evil.example); rect { fill: red }</style>\
    <h:script xmlns:h=\"http://www.w3.org/1999/xhtml\">evil()</h:script>\
    <rect width=\"7\" style=\"background: url(https://evil.example/)\"/><text>Shown</text></svg>";

#[test]
fn svg_of_other_people_is_sanitized() {
    let files: [(&str, &[u8]); 3] = [
        ("up/README.md", b"# M\n\n![a](a.svg) ![b](b.svg)\n"),
        ("up/a.svg", EVIL.as_bytes()),
        ("up/b.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>"),
    ];
    for settings in ["", "web = \"https://github.com/a/b/blob/main/\"\n"] {
        let site = mounted(settings, &files);
        let (findings, code) = check_and_build(&site);
        assert_eq!((findings, code), (vec!["warning source/unreadable b.svg:1:1".to_owned()], 0));
        let picture = site.page("up/a.svg");
        let active = [
            "<script",
            ":script",
            "onload",
            "onclick=",
            "foreignObject",
            "iframe",
            "DOCTYPE",
            "xml-stylesheet",
            "@import",
            "attributeName",
            "href=\"http",
            "href=\"javascript",
            "url(http",
            "data:image/svg",
        ];
        for part in active {
            assert!(!picture.contains(part), "{part}: {picture}");
        }
        for part in ["<rect", "<circle", "Shown"] {
            assert!(picture.contains(part), "{part}: {picture}");
        }
        assert!(!site.path().join("public/up/b.svg").exists());
    }
    let own = TestSite::small(&[("content/a.svg", EVIL), ("content/index.md", "# S\n\n![a](a.svg)\n")]);
    own.run(&["build"]).fine();
    assert_eq!(own.page("a.svg"), EVIL, "the handbook's own files are not sanitized");
}

/// A picture with `<!ENTITY>` declarations that expand to gigabytes.
#[test]
fn a_picture_with_expanding_entities_is_not_copied() {
    let mut bomb = "<!DOCTYPE svg [<!ENTITY e0 \"aaaaaaaaaa\">".to_owned();
    for level in 1..12 {
        let before = format!("&e{};", level - 1).repeat(10);
        bomb += &format!("<!ENTITY e{level} \"{before}\">");
    }
    bomb += "]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&e11;</text></svg>";
    let site = mounted("", &[("up/README.md", b"# M\n\n![a](a.svg)\n"), ("up/a.svg", bomb.as_bytes())]);
    let (findings, code) = check_and_build(&site);
    assert_eq!((findings, code), (vec!["warning source/unreadable a.svg:1:1".to_owned()], 0));
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_in_a_mounted_source_stops_the_build() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::PermissionsExt;
    let text = "# M\n\n![a](socket.png) ![b](pipe.png) ![c](folder.png) ![d](%EF%BF%BD.png) ![e](shut.png)\n";
    let site =
        mounted("", &[("up/README.md", text.as_bytes()), ("up/folder.png/x", b""), ("up/shut.png", b"x")]);
    let _socket = std::os::unix::net::UnixListener::bind(site.path().join("up/socket.png")).unwrap();
    for path in ["up/pipe.png", "up/pipe.md", "up/unseen"] {
        pipe(&site, path);
    }
    for name in [b"\xff.png".as_slice(), b"\xff.md"] {
        fs::write(site.path().join("up").join(std::ffi::OsStr::from_bytes(name)), "# X\n").unwrap();
    }
    fs::set_permissions(site.path().join("up/shut.png"), fs::Permissions::from_mode(0o000)).unwrap();
    let is_shut = fs::read(site.path().join("up/shut.png")).is_err();
    if !is_shut {
        eprintln!("skipped in part: this user may read every file");
    }
    let (findings, code) = check_and_build(&site);
    assert_eq!(code, 0, "{findings:#?}");
    let expected = [
        ("warning link/not-copied README.md:3:1", true),
        ("warning link/not-copied README.md:3:18", true),
        ("warning link/missing-document README.md:3:33", true),
        ("warning link/not-copied README.md:3:50", true),
        ("warning link/not-copied README.md:3:70", is_shut),
        ("warning source/unreadable pipe.md:1:1", true),
        ("warning source/not-utf8 \u{fffd}.md:1:1", true),
        ("warning source/not-utf8 \u{fffd}.png:1:1", true),
    ];
    let expected: Vec<&str> = expected.iter().filter(|(_, there)| *there).map(|(line, _)| *line).collect();
    assert_eq!(findings, expected);
    assert!(site.page("up/index.html").contains("<h1"));
}

/// In the handbook's own files this is an error, as its authors can fix it.
#[test]
#[cfg(unix)]
fn only_regular_files_are_read() {
    for path in
        ["content/a.md", "content/glossary.toml", "governance.lock", "themes/default/templates/page.html"]
    {
        let site = TestSite::small(&[]);
        site.run(&["build"]).fine();
        let before = files(&site.path().join("public"));
        fs::create_dir_all(site.path().join(path).parent().unwrap()).unwrap();
        pipe(&site, path);
        let (findings, code) = check_and_build(&site);
        assert_eq!((findings, code), (vec![format!("error source/unreadable {path}:1:1")], 1), "{path}");
        assert_eq!(files(&site.path().join("public")), before);
    }
    let site = TestSite::small(&[("content/a.md", "# A\n\n![a](a.png)\n")]);
    pipe(&site, "content/a.png");
    let (findings, code) = check_and_build(&site);
    assert_eq!((findings, code), (vec!["error link/not-copied content/a.md:3:1".to_owned()], 1));
    // Input of another command, and the configuration itself.
    pipe(&site, "sigs.yaml");
    let import = site.run(&["import", "kubernetes-community", "."]);
    assert_eq!(import.code, 2);
    assert!(import.stderr.contains("named pipe"), "{}", import.stderr);
    fs::remove_file(site.path().join("site.toml")).unwrap();
    pipe(&site, "site.toml");
    assert_eq!(site.run(&["check"]).code, 2);
}

#[test]
fn a_lock_that_cannot_be_read_is_an_error() {
    let site = TestSite::small(&[("governance.lock", "")]);
    site.file("governance.lock", b"# ok\n\"a\" = \xff\n");
    let (findings, code) = check_and_build(&site);
    assert_eq!((findings, code), (vec!["error source/not-utf8 governance.lock:2:7".to_owned()], 1));
    fs::remove_file(site.path().join("governance.lock")).unwrap();
    site.file("governance.lock/x", "");
    let (findings, code) = check_and_build(&site);
    assert_eq!((findings, code), (vec!["error source/unreadable governance.lock:1:1".to_owned()], 1));
    assert_ne!(site.run(&["review", "--all"]).code, 0, "an unreadable lock is not overwritten");
    #[cfg(unix)]
    for target in ["nowhere", "governance.lock", "/dev/zero"] {
        fs::remove_dir_all(site.path().join("governance.lock"))
            .or_else(|_| fs::remove_file(site.path().join("governance.lock")))
            .unwrap();
        link(&site, target, "governance.lock");
        let (findings, code) = check_and_build(&site);
        let expected = vec!["error source/unreadable governance.lock:1:1".to_owned()];
        assert_eq!((findings, code), (expected, 1), "{target}");
    }
}

#[test]
#[cfg(unix)]
fn leftovers_of_editors_and_systems_are_ignored() {
    let site = TestSite::small(&[("content/guides/a.md", "# A\n")]);
    let names = [
        "#a.md#",
        "a.md~",
        ".a.md.swp",
        "4913",
        "._a.md",
        ".DS_Store",
        "Thumbs.db",
        ".~lock.a.md#",
        ".a.md.kate-swp",
        "a.md___jb_tmp___",
        "a.md___jb_old___",
        "~$a.md",
        ".a.md.un~",
        ".a.md.swo",
        ".goutputstream-AB12CD",
        ".fuse_hidden000012",
        ".nfs000000012",
        "desktop.ini",
        ".directory",
        "Icon\r",
    ];
    for folder in [
        "content/guides",
        "content/groups",
        "content/checklists",
        "themes/default/templates",
        "themes/default/strings",
    ] {
        for name in names {
            site.file(&format!("{folder}/{name}"), b"\x00\x05\x16\x07\xff");
        }
        site.file(&format!("{folder}/._x.toml"), b"\x00\x05\x16\x07\xff");
        link(&site, "ann@host.example.1234:1700000000", &format!("{folder}/.#a.md"));
        link(&site, "ann@host.example.1234:1700000000", &format!("{folder}/.#x.toml"));
    }
    let (findings, code) = check_and_build(&site);
    assert_eq!((findings, code), (vec![], 0));
    assert_eq!(
        files(&site.path().join("public")).keys().filter(|path| path.starts_with("guides/")).count(),
        2
    );
}

/// A community's data and a document.
fn community(data: &str) -> TestSite {
    let site = mounted("", &[("up/doc.md", b"# Doc\n"), ("up/sigs.yaml", data.as_bytes())]);
    let toml = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", toml.replace("\"markdown\"", "\"kubernetes-community\""));
    site
}

/// Groups by id with the handles of their leads.
fn groups(site: &TestSite) -> Vec<String> {
    let api: serde_json::Value = serde_json::from_str(&site.page("api/handbook.json")).unwrap();
    let groups = api["groups"].as_array().unwrap().iter().map(|group| {
        let leads = group["leads"].as_array().unwrap().iter();
        let leads: Vec<&str> = leads.map(|lead| lead["handle"].as_str().unwrap()).collect();
        format!("{}: {}", group["id"].as_str().unwrap(), leads.join(" "))
    });
    groups.collect()
}

#[test]
fn an_error_in_mounted_data_keeps_the_rest() {
    let person = |handle: &str| format!("    - github: {handle}\n      name: N\n");
    let group =
        |id: &str, leads: &str| format!("- dir: {id}\n  name: N\n  leadership:\n    chairs:\n{leads}");
    let good = |id: &str| group(id, &person(&format!("{id}-chair")));
    let cases = [
        // The second group has invalid indentation.
        (
            format!("sigs:\n{}- dir: b\n    name: B\n{}", good("a"), good("c")),
            "9:9",
            vec!["a: a-chair", "c: c-chair"],
        ),
        // An unclosed quote extends to the end of the file.
        (
            format!("sigs:\n{}- dir: \"b\n  name: B\n{}", good("a"), good("c")),
            "8:8",
            vec!["a: a-chair", "c: c-chair"],
        ),
        // Within a record: an incomplete record is not shown.
        (
            format!(
                "sigs:\n{}{}workinggroups:\n{}",
                good("a"),
                group("b", "    - github: x\n      name: [\n      y: z\n"),
                good("c")
            ),
            "",
            vec!["a: a-chair", "c: c-chair"],
        ),
        // At the end, after all groups.
        (format!("sigs:\n{}]\n", good("a")), "", vec!["a: a-chair"]),
        ("sigs:\n  - dir: a\n      name: A\n".to_owned(), "3:11", vec![]),
        ("{".to_owned(), "", vec![]),
    ];
    for (data, position, expected) in cases {
        let site = community(&data);
        let (findings, code) = check_and_build(&site);
        assert_eq!(code, 0, "{data}\n{findings:#?}");
        let slip = findings.iter().find(|finding| finding.starts_with("warning data/syntax sigs.yaml:"));
        assert!(slip.is_some_and(|slip| slip.contains(position)), "{data}\n{findings:#?}");
        assert!(site.page("up/doc/index.html").contains("Doc"), "documents are built");
        assert_eq!(groups(&site), expected, "{data}");
    }
    // A syntax error in a mounted document's front matter drops only the front matter.
    let site = mounted("", &[("up/a.md", b"---\ntitle: [\n---\n# A\n")]);
    assert_eq!(check_and_build(&site).1, 0);
    // Errors in the handbook's own data are for its authors to fix.
    let own = TestSite::small(&[("content/groups/sig-x.toml", "kind = \"sig\"\nname = \n")]);
    assert_eq!(check_and_build(&own).1, 1);
}

#[test]
fn aliases_and_merge_keys_are_expanded() {
    let site = community(
        "sigs:\n- dir: sig-a\n  name: A\n  leadership: &lead\n    chairs:\n    - &ann {github: ann, name: Ann}\n\
         - dir: sig-b\n  name: B\n  leadership:\n    chairs:\n    - *ann\n    - {<<: *ann, github: bob}\n\
         - dir: sig-c\n  name: C\n  leadership: *lead\n\
         - &d {dir: sig-d, name: D, <<: {leadership: {chairs: [{<<: [{github: cid}, *ann, {name: Other}]}]}}}\n\
         - {<<: *d, dir: sig-e}\n\
         - &key dir: sig-f\n  name: *key\n",
    );
    let (findings, code) = check_and_build(&site);
    assert_eq!((findings, code), (vec![], 0));
    let expected = ["sig-a: ann", "sig-b: ann bob", "sig-c: ann", "sig-d: cid", "sig-e: cid", "sig-f: "];
    assert_eq!(groups(&site), expected);
    let api = site.page("api/handbook.json");
    assert!(
        api.contains("\"name\":\"dir\"") || api.contains("\"name\": \"dir\""),
        "an anchor on a key: {api}"
    );
    // The first of several merged tables takes precedence.
    let person: serde_json::Value = serde_json::from_str(&api).unwrap();
    let cid = person["people"].as_array().unwrap().iter().find(|person| person["handle"] == "cid").unwrap();
    assert_eq!(cid["name"], "Ann");
}

#[test]
fn aliases_cannot_grow_without_bound() {
    let mut bomb =
        "sigs:\n- dir: sig-a\n  name: A\nx0: &x0 [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n".to_owned();
    for level in 1..12 {
        let before = vec![format!("*x{}", level - 1); 10].join(", ");
        bomb += &format!("x{level}: &x{level} [{before}]\n");
    }
    // A repeated long text, a recursive alias, and nesting that is not visible in the text.
    let long = format!(
        "sigs:\n- dir: sig-a\n  name: A\nx: &x {}\ny: [{}]\n",
        "a".repeat(1 << 20),
        vec!["*x"; 1000].join(", ")
    );
    let own = "sigs:\n- dir: sig-a\n  name: A\nx: &x [*x]\n".to_owned();
    let mut deep = "sigs:\n- dir: sig-a\n  name: A\nx0: &x0 []\n".to_owned();
    for level in 1..200 {
        deep += &format!("x{level}: &x{level} [*x{}]\n", level - 1);
    }
    for (data, line) in [(bomb, "9:"), (long, "5:"), (own, "4:8"), (deep, "")] {
        let site = community(&data);
        let (findings, code) = check_and_build(&site);
        let start = &data[..data.len().min(300)];
        assert_eq!(code, 0, "{start}\n{findings:#?}");
        let syntax = format!("warning data/syntax sigs.yaml:{line}");
        assert!(findings.iter().any(|finding| finding.starts_with(&syntax)), "{start}\n{findings:#?}");
        assert_eq!(groups(&site), ["sig-a: "], "the rest of the file is read");
    }
}

/// Files of the checkout that are not in the repository, or are for programs, may contain secrets.
#[test]
fn hidden_and_ignored_files_of_a_mounted_source_are_not_copied() {
    let config = "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"m\"\nformat = \"markdown\"\n\
        path = \"m\"\nmount = \"m\"\nbroken_links = \"warn\"\n";
    let kept = ["plain.yaml", ".github/list.csv", "kept/ignored.txt", ".assets/dot.png"];
    let left_out =
        [".env.json", ".vscode/settings.json", "a/.aws/creds.txt", "local.yaml", "secrets/token.txt"];
    let links: String = kept.iter().chain(&left_out).map(|path| format!("[x]({path})\n")).collect();
    let site = TestSite::small(&[("site.toml", config), ("m/a.md", &format!("# A\n\n{links}"))]);
    for path in kept.iter().chain(&left_out) {
        site.file(&format!("m/{path}"), "content");
    }
    site.file("m/.gitignore", "local.yaml\nsecrets/\nkept/\n");
    for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["add", "--force", "kept"]] {
        let git =
            std::process::Command::new("git").arg("-C").arg(site.path().join("m")).args(arguments).status();
        assert!(git.unwrap().success());
    }
    let run = site.run(&["build"]).fine();
    for path in kept {
        assert_eq!(site.page(&format!("m/{path}")), "content");
    }
    for path in left_out {
        assert!(!site.path().join("public/m").join(path).exists(), "{path}");
        assert!(run.stderr.contains(&format!("cannot copy `{path}` to the site")), "{path}: {}", run.stderr);
    }
}
