//! Every fault has a diagnostic at the right location, and the last good output is kept.

use std::fs;

use crate::support::{TestSite, files};

/// Builds a valid site, applies the changes, and builds again. The output must be unchanged. Returns the JSON
/// diagnostics of the second build and its exit code.
fn breaks(changes: &[(&str, &[u8])]) -> (Vec<serde_json::Value>, i32) {
    let site = TestSite::small(&[]);
    site.run(&["build"]).fine();
    let before = files(&site.path().join("public"));
    for (path, bytes) in changes {
        site.file(path, bytes);
    }
    let run = site.run(&["build", "--message-format", "json"]);
    if run.code != 0 {
        assert_eq!(files(&site.path().join("public")), before, "a failed build keeps the previous output");
    }
    (run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), run.code)
}

const ROLE: &str = "+++\napplies_to = [\"sig\"]\n+++\n# Lead\n";
const SKILLS: &str = "name = \"A\"\n[[skills]]\nid = \"a\"\nname = \"A\"\ndescription = \"A.\"\n";
const GROUP: &str = "kind = \"sig\"\nname = \"X\"\n";

/// Code, changed files, severity, path, line, column.
type Case<'a> = (&'a str, &'a [(&'a str, &'a [u8])], &'a str, &'a str, u64, u64);

/// Code, severity, path, line and column for every kind of fault.
#[test]
fn every_fault_has_its_code_and_location() {
    let unicode = b"# A\n\nb\xff\n";
    let item =
        |text: &str| format!("title = \"T\"\n[[items]]\nid = \"a\"\nphase = \"day-1\"\ntext = \"{text}\"\n");
    let placeholder = item("Ask {group.nmae}.");
    let each = item("x\"\neach = \"team\"\ncovers = [\"/a.md#b\"]\ndone = \"y");
    let access = "[[access]]\nid = \"a\"\nname = \"{group.nmae}\"\ngives = \"x\"\nplace = \"x\"\napprover = \"x\"\n\
                  roles = [\"nosuch\"]\n";
    let large = format!("```\n{}\n```\n", "&".repeat(11 << 20));
    let deep = format!("content/{}a.md", "d/".repeat(101));
    let needs = item("x\"\nneeds = [\"group.moeny\"]\ndone = \"y");
    let elsewhere = item("Attend {meeting.title}.");
    let access_role = access.replace("{group.nmae}", "X");
    let letter = item("x")
        + "[[letters]]\nid = \"a\"\ntitle = \"A\"\nsubject = \"{blank.nmae}\"\nto = \"x\"\ntext = \"x\"\n";
    let cases: &[Case] = &[
        (
            "data/syntax",
            &[("content/groups/x.toml", b"kind = \"sig\"\nname = \n")],
            "error",
            "content/groups/x.toml",
            2,
            8,
        ),
        ("data/syntax", &[("content/a.md", b"+++\ntitle = \n+++\n")], "error", "content/a.md", 2, 9),
        ("data/syntax", &[("content/a.md", b"---\ntitle: [\n---\n")], "error", "content/a.md", 2, 8),
        ("data/syntax", &[("content/a.md", b"+++\ntitle = \"A\"\n# A\n")], "error", "content/a.md", 1, 1),
        (
            "data/invalid-value",
            &[("content/groups/SIG A#1.toml", GROUP.as_bytes())],
            "error",
            "content/groups/SIG A#1.toml",
            1,
            1,
        ),
        (
            "data/missing-field",
            &[(
                "content/checklists/x.toml",
                b"title = \"X\"\n[[waivers]]\nobligation = \"/a.md#b\"\nreason = \"\"\n",
            )],
            "error",
            "content/checklists/x.toml",
            4,
            10,
        ),
        ("source/not-utf8", &[("site.toml", b"title = \"T\"\n# \xff\n")], "error", "site.toml", 2, 3),
        (
            "data/duplicate-id",
            &[(
                "site.toml",
                b"title = \"up\"\n[[source]]\nname = \"a\"\nformat = \"markdown\"\npath = \"up\"\nmount = \"up\"\n\
                  [[source]]\nname = \"b\"\nformat = \"markdown\"\npath = \"b\"\nmount = \"up\"\n",
            )],
            "error",
            "site.toml",
            11,
            9,
        ),
        (
            "data/wrong-type",
            &[("content/groups/x.toml", b"kind = \"sig\"\nname = 3\n")],
            "error",
            "content/groups/x.toml",
            2,
            8,
        ),
        (
            "data/unknown-field",
            &[("content/groups/x.toml", b"kind = \"sig\"\nname = \"X\"\nlabl = \"x\"\n")],
            "error",
            "content/groups/x.toml",
            3,
            1,
        ),
        (
            "data/missing-field",
            &[("content/groups/x.toml", b"kind = \"sig\"\n")],
            "error",
            "content/groups/x.toml",
            1,
            1,
        ),
        (
            "data/invalid-value",
            &[("content/groups/x.toml", b"kind = \"sgi\"\nname = \"X\"\n")],
            "error",
            "content/groups/x.toml",
            1,
            8,
        ),
        (
            "data/duplicate-id",
            &[
                ("content/groups/x.toml", b"id = \"y\"\nkind = \"sig\"\nname = \"X\"\n"),
                ("content/groups/y.toml", GROUP.as_bytes()),
            ],
            "error",
            "content/groups/y.toml",
            1,
            1,
        ),
        (
            "data/unknown-role",
            &[
                ("content/roles/lead.md", ROLE.as_bytes()),
                ("content/groups/x.toml", b"kind = \"sig\"\nname = \"X\"\n[roles.laed]\n"),
            ],
            "error",
            "content/groups/x.toml",
            3,
            8,
        ),
        (
            "data/unknown-group",
            &[
                ("content/roles/lead.md", b"+++\napplies_to = [\"sgi\"]\n+++\n# Lead\n"),
                ("content/groups/x.toml", GROUP.as_bytes()),
            ],
            "error",
            "content/roles/lead.md",
            2,
            15,
        ),
        (
            "data/unknown-skill",
            &[("content/roles/lead.md", b"+++\nskills = { nosuch = 2 }\n+++\n# Lead\n")],
            "error",
            "content/roles/lead.md",
            2,
            12,
        ),
        (
            "data/unknown-checklist",
            &[("content/checklists/x.toml", b"title = \"T\"\ninclude = [\"nosuch\"]\n")],
            "error",
            "content/checklists/x.toml",
            2,
            12,
        ),
        (
            "data/include-cycle",
            &[("content/checklists/x.toml", b"title = \"T\"\ninclude = [\"x\"]\n")],
            "error",
            "content/checklists/x.toml",
            2,
            12,
        ),
        (
            "data/role-without-skills",
            &[("content/roles/lead.md", ROLE.as_bytes()), ("content/skills/a.toml", SKILLS.as_bytes())],
            "error",
            "content/roles/lead.md",
            1,
            1,
        ),
        (
            "data/invalid-value",
            &[("content/checklists/x.toml", each.as_bytes())],
            "error",
            "content/checklists/x.toml",
            7,
            11,
        ),
        (
            "data/unknown-placeholder",
            &[("content/checklists/x.toml", needs.as_bytes())],
            "error",
            "content/checklists/x.toml",
            6,
            11,
        ),
        (
            "data/unknown-placeholder",
            &[("content/checklists/x.toml", elsewhere.as_bytes())],
            "error",
            "content/checklists/x.toml",
            5,
            16,
        ),
        (
            "data/unknown-placeholder",
            &[("content/access.toml", access.as_bytes())],
            "error",
            "content/access.toml",
            3,
            9,
        ),
        (
            "data/unknown-role",
            &[("content/access.toml", access_role.as_bytes())],
            "error",
            "content/access.toml",
            7,
            10,
        ),
        (
            "data/unknown-placeholder",
            &[("content/checklists/x.toml", letter.as_bytes())],
            "error",
            "content/checklists/x.toml",
            9,
            12,
        ),
        (
            "data/unknown-placeholder",
            &[("content/checklists/x.toml", placeholder.as_bytes())],
            "error",
            "content/checklists/x.toml",
            5,
            13,
        ),
        (
            "data/unknown-zone",
            &[(
                "content/groups/x.toml",
                b"kind = \"sig\"\nname = \"X\"\n[[meetings]]\ntitle = \"M\"\ntz = \"IST\"\n",
            )],
            "warning",
            "content/groups/x.toml",
            5,
            6,
        ),
        (
            "data/unreadable-day",
            &[(
                "content/groups/x.toml",
                b"kind = \"sig\"\nname = \"X\"\n[[meetings]]\ntitle = \"M\"\nday = \"Mittwoch\"\n",
            )],
            "warning",
            "content/groups/x.toml",
            5,
            7,
        ),
        (
            "data/unreadable-time",
            &[(
                "content/groups/x.toml",
                b"kind = \"sig\"\nname = \"X\"\n[[meetings]]\ntitle = \"M\"\ntime = \"noon\"\n",
            )],
            "warning",
            "content/groups/x.toml",
            5,
            8,
        ),
        ("data/unknown-file", &[("content/stray.toml", b"a = 1\n")], "warning", "content/stray.toml", 1, 1),
        (
            "link/missing-document",
            &[("content/a.md", b"# A\n\nSee [b](b.md).\n")],
            "error",
            "content/a.md",
            3,
            5,
        ),
        (
            "link/missing-anchor",
            &[("content/a.md", b"# A\n\n[b](#nowhere)\n")],
            "error",
            "content/a.md",
            3,
            1,
        ),
        ("link/case-mismatch", &[("content/a.md", b"# A\n\n[b](INDEX.md)\n")], "error", "content/a.md", 3, 1),
        ("link/empty", &[("content/a.md", b"# A\n\n[b]()\n")], "error", "content/a.md", 3, 1),
        ("link/undefined-label", &[("content/a.md", b"# A\n\nSee [b][c].\n")], "error", "content/a.md", 3, 5),
        ("link/unused-definition", &[("content/a.md", b"# A\n\n[b]: a.md\n")], "info", "content/a.md", 3, 6),
        (
            "link/shadowed-definition",
            &[("content/a.md", b"# A\n\n[b]\n\n[b]: a.md\n[B]: index.md\n")],
            "error",
            "content/a.md",
            6,
            1,
        ),
        (
            "link/malformed",
            &[("content/a.md", b"# A\n\n[b](someone@example.org)\n")],
            "error",
            "content/a.md",
            3,
            1,
        ),
        (
            "link/scheme",
            &[("content/a.md", b"# A\n\nSee [b](JavaScript:alert(1))\n")],
            "error",
            "content/a.md",
            3,
            5,
        ),
        ("source/not-utf8", &[("content/a.md", unicode)], "error", "content/a.md", 3, 2),
        (
            "pages/duplicate-url",
            &[("content/a.md", b"# A\n"), ("content/a/index.md", b"# A\n")],
            "error",
            "content/a.md",
            1,
            1,
        ),
        ("pages/invalid-address", &[("content/a/..md", b"# A\n")], "warning", "content/a/..md", 1, 1),
        (
            "link/left-out",
            &[("content/a.md", b"# A\n\n[b](b/index.html/b.md)\n"), ("content/b/index.html/b.md", b"# B\n")],
            "error",
            "content/a.md",
            3,
            1,
        ),
        (
            "link/not-copied",
            &[
                (
                    "site.toml",
                    b"title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\n\
                      path = \"up\"\n",
                ),
                ("up/a.md", b"# A\n\nThe [b](b.html).\n"),
                ("up/b.html", b"<form>"),
            ],
            "warning",
            "a.md",
            3,
            5,
        ),
        (
            "pages/too-large",
            &[("content/a.md", large.as_bytes())],
            "error",
            "content/a.md",
            1,
            1,
        ),
        ("source/too-deep", &[(&deep, b"# A\n")], "error", &deep, 1, 1),
        (
            "template/syntax",
            &[("themes/default/templates/home.html", b"a\n{% if %}\n")],
            "error",
            "themes/default/templates/home.html",
            2,
            7,
        ),
        (
            "template/render",
            &[("themes/default/templates/home.html", b"a\n{{ nosuch.field }}\n")],
            "error",
            "themes/default/templates/home.html",
            2,
            4,
        ),
    ];
    for (code, changes, severity, path, line, column) in cases {
        let (diagnostics, exit) = breaks(changes);
        let diagnostic = diagnostics.iter().find(|diagnostic| diagnostic["code"] == *code);
        let diagnostic = diagnostic.unwrap_or_else(|| panic!("{code} is not among {diagnostics:?}"));
        assert_eq!(diagnostic["severity"], *severity, "{code}");
        assert_eq!(diagnostic["path"], *path, "{code}");
        assert_eq!(
            (diagnostic["line"].as_u64(), diagnostic["column"].as_u64()),
            (Some(*line), Some(*column)),
            "{diagnostic}"
        );
        assert_eq!(exit, i32::from(*severity == "error"), "{code}");
    }
}

#[test]
fn the_configuration_is_checked() {
    for (text, code) in [
        ("title = \"T\"\ntehme = \"x\"\n", "data/unknown-field"),
        ("title = \"T\"\ntheme = \"nosuch\"\n", "theme/unknown"),
        ("title = \"T\"\n[[source]]\npath = \"nosuch\"\n", "source/missing"),
        ("title = \n", "data/syntax"),
    ] {
        let (diagnostics, exit) = breaks(&[("site.toml", text.as_bytes())]);
        assert!(diagnostics.iter().any(|diagnostic| diagnostic["code"] == code), "{code}: {diagnostics:?}");
        assert_eq!(exit, 1);
    }
    let optional = "title = \"T\"\n[[source]]\nname = \"x\"\nformat = \"markdown\"\npath = \"nosuch\"\noptional = true\n";
    let (diagnostics, exit) = breaks(&[("site.toml", optional.as_bytes())]);
    assert_eq!(
        (diagnostics[0]["code"].as_str(), diagnostics[0]["severity"].as_str(), exit),
        (Some("source/absent"), Some("info"), 0)
    );
}

#[test]
fn facts_that_differ_are_reported_on_both_sides() {
    let site = TestSite::new(&[
        (
            "site.toml",
            "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"c\"\nformat = \"kubernetes-community\"\npath = \"c\"\n",
        ),
        ("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n"),
        (
            "content/groups/sig-x.toml",
            "kind = \"sig\"\nname = \"X\"\n[[leads]]\nrole = \"chair\"\ngithub = \"old\"\n",
        ),
        (
            "c/sigs.yaml",
            "sigs:\n- dir: sig-x\n  name: X\n  leadership:\n    chairs:\n    - github: new\n      name: New\n",
        ),
    ]);
    let run = site.run(&["build"]).fine();
    assert!(
        run.stderr.contains("[data/differs]") && run.stderr.contains("sig-x.toml:5:10"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("c:sigs.yaml:6:15"), "{}", run.stderr);
    assert!(site.page("groups/sig-x/index.html").contains(">New<"), "the checkout takes precedence");
}

#[test]
fn the_caret_marks_the_fault() {
    let site = TestSite::small(&[("content/a.md", "# A\n\nSee [b](b.md).\n")]);
    let run = site.run(&["check"]);
    assert_eq!(run.code, 1);
    let lines: Vec<&str> = run.stderr.lines().collect();
    let source = lines.iter().position(|line| line.contains("See [b](b.md).")).unwrap();
    assert_eq!(lines[source].find("[b]"), lines[source + 1].find('^'));
    assert!(lines[0].starts_with("error: `b.md` does not exist [link/missing-document]"), "{}", lines[0]);
}

#[test]
fn warnings_fail_when_strict() {
    let site = TestSite::small(&[("content/stray.toml", "")]);
    site.run(&["check"]).fine();
    assert_eq!(site.run(&["check", "--strict"]).code, 1);
    assert_eq!(site.run(&["build", "--strict"]).code, 1);
    assert!(!site.path().join("public").exists());
}

#[test]
fn a_huge_file_is_not_read() {
    let site = TestSite::small(&[]);
    let file = fs::File::create(site.path().join("content/huge.md")).unwrap();
    file.set_len(100 << 20).unwrap();
    let run = site.run(&["build"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("100 MB") && run.stderr.contains("[source/too-large]"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn symbolic_links_out_of_a_source_are_rejected() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "# Secret\n").unwrap();
    let site = TestSite::small(&[("content/real.md", "# Real\n")]);
    std::os::unix::fs::symlink(secret.path(), site.path().join("content/out.md")).unwrap();
    std::os::unix::fs::symlink("real.md", site.path().join("content/in.md")).unwrap();
    std::os::unix::fs::symlink("nowhere.md", site.path().join("content/dangling.md")).unwrap();
    std::os::unix::fs::symlink(".", site.path().join("content/circle")).unwrap();
    let run = site.run(&["build"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("content/out.md:1:1") && run.stderr.contains("[source/outside]"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("[source/unreadable]"), "{}", run.stderr);
    fs::remove_file(site.path().join("content/out.md")).unwrap();
    fs::remove_file(site.path().join("content/dangling.md")).unwrap();
    site.run(&["build"]).fine();
    assert!(!site.path().join("public/in").exists(), "the target of a symbolic link has a single page");
}

#[test]
fn a_foreign_output_folder_is_rejected() {
    let site = TestSite::small(&[("public/thesis.txt", "mine")]);
    let run = site.run(&["build"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("[output/foreign-folder]"), "{}", run.stderr);
    assert_eq!(files(&site.path().join("public")).len(), 1);
}

#[test]
fn a_foreign_file_in_the_output_is_rejected() {
    let site = TestSite::small(&[]);
    site.run(&["build"]).fine();
    site.file("public/a/index.html", "mine").file("content/a.md", "# A\n");
    let run = site.run(&["build"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("[output/foreign-file]"), "{}", run.stderr);
    assert_eq!(site.page("a/index.html"), "mine");
}

#[cfg(target_os = "linux")]
#[test]
fn an_unwritable_folder_keeps_the_site() {
    let site = TestSite::small(&[]);
    // A path below /dev/full cannot be created, not even by root.
    let run = site.run(&["build", "--out", "/dev/full/public"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("[output/write]"), "{}", run.stderr);
}

#[test]
fn usage_errors_exit_with_two() {
    let site = TestSite::small(&[]);
    for arguments in [
        vec!["build", "--source", "nosuch=x"],
        vec!["build", "--source", "x"],
        vec!["build", "--base-url", "x"],
        vec!["nosuch"],
        vec!["build", "--site", "nosuch"],
        vec!["import", "kubernetes-community", "nosuch"],
        vec!["init", "."],
    ] {
        assert_eq!(site.run(&arguments).code, 2, "{arguments:?}");
    }
}

/// A site with one fault in its own files and one in a mounted source.
fn faulty_in_two_sources() -> TestSite {
    let site =
        TestSite::small(&[("content/my page.md", "# A\n\nö [b](b.md)\n"), ("up/a.md", "# A\n\n[c](#c%)\n")]);
    site.file(
        "site.toml",
        "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\n\
         mount = \"up\"\nbroken_links = \"warn\"\n",
    );
    site
}

#[test]
fn diagnostics_have_formats_for_programs() {
    let site = faulty_in_two_sources();
    let github = site.run(&["check", "--message-format", "github"]).stdout;
    let expected = [
        "::error file=content/my page.md,line=3,col=3,title=link/missing-document::`b.md` does not exist",
        "::warning title=link/missing-anchor::up:a.md:3:1: `a.md` has no heading or anchor `c%25`",
    ];
    assert_eq!(github.lines().count(), 2, "{github}");
    for (line, expected) in github.lines().zip(expected) {
        assert!(line.starts_with(expected), "{github}");
    }
    let json = site.run(&["check", "--message-format", "json"]).stdout;
    let findings: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let source = |finding: &serde_json::Value| (finding["path"].clone(), finding.get("source").cloned());
    assert_eq!(source(&findings[0]), ("content/my page.md".into(), None));
    assert_eq!(source(&findings[1]), ("a.md".into(), Some("up".into())));
    let first = "{\"code\":\"link/missing-document\",\"severity\":\"error\",\"message\":\"`b.md` does not exist\",\"help\":null,\
                 \"path\":\"content/my page.md\",\"line\":3,\"column\":3}";
    assert_eq!(json.lines().next(), Some(first));
}

/// Requirements of SARIF 2.1.0 for logs (sections 3.13 to 3.28), and of GitHub.
#[test]
fn sarif_satisfies_the_standard() {
    let site = faulty_in_two_sources();
    let log: serde_json::Value =
        serde_json::from_str(&site.run(&["check", "--message-format", "sarif"]).stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert!(driver["name"] == "rolebook" && driver["version"].is_string(), "{driver}");
    assert_eq!(run["columnKind"], "unicodeCodePoints", "columns count characters");
    let rules: Vec<&str> =
        driver["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(rules, ["link/missing-anchor", "link/missing-document"]);
    let results: Vec<_> = run["results"].as_array().unwrap().iter().collect();
    let shown: Vec<_> = results
        .iter()
        .map(|result| {
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            let place = &result["locations"][0]["physicalLocation"];
            (&result["ruleId"], &result["level"], &place["artifactLocation"], &place["region"])
        })
        .map(|(rule, level, file, region)| serde_json::json!([rule, level, file, region]))
        .collect();
    let expected = [
        serde_json::json!(["link/missing-document", "error", {"uri": "content/my%20page.md"}, {"startLine": 3, "startColumn": 3}]),
        serde_json::json!(["link/missing-anchor", "warning", {"uri": "a.md", "uriBaseId": "up"}, {"startLine": 3, "startColumn": 1}]),
    ];
    assert_eq!(shown, expected);
    let bases = run["originalUriBaseIds"].as_object().unwrap();
    assert_eq!(bases.keys().collect::<Vec<_>>(), ["up"], "a base for each source with findings");
}

/// A report that cannot be written is an error; a closed pipe is not.
#[cfg(target_os = "linux")]
#[test]
fn unwritable_output_is_an_error() {
    use std::process::{Command, Stdio};
    let site = TestSite::small(&[("content/a.md", "# A\n\n[b](b.md)\n")]);
    let run = |arguments: &[&str], out: Stdio, err: Stdio| {
        let program = env!("CARGO_BIN_EXE_rolebook");
        Command::new(program)
            .args(arguments)
            .current_dir(site.path())
            .stdout(out)
            .stderr(err)
            .output()
            .unwrap()
    };
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    site.file("content/a.md", "# A\n");
    let lost = run(&["check", "--message-format", "sarif"], full(), Stdio::piped());
    assert_eq!(lost.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&lost.stderr).contains("error: standard output: "), "{lost:?}");
    let silent = run(&["check"], Stdio::piped(), full());
    assert_eq!(silent.status.code(), Some(0), "a summary that cannot be written is not an error");
    // A pipe whose reader has closed it.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let unread = run(&["new", "role", "x"], Stdio::from(writer), Stdio::piped());
    assert_eq!((unread.status.code(), unread.stderr.as_slice()), (Some(0), &[][..]));
}

#[test]
fn severity_of_broken_links_follows_their_source() {
    let text = "# A\n\n[a](gone.md) [b](#gone) [c](A.md) [d](#a) [e](me@example.org) [f][g] [i](old.md)\n\n[h]: a.md\n";
    let site = TestSite::small(&[("up/a.md", text), ("up/old.md", "# O\n\nHas moved to [a](a.md).\n")]);
    let mut findings = Vec::new();
    for severity in ["error", "warn", "ignore"] {
        let source = format!(
            "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\n\
             broken_links = \"{severity}\"\n"
        );
        site.file("site.toml", source);
        let run = site.run(&["check", "--message-format", "json"]);
        assert_eq!(run.code, i32::from(severity == "error"), "{}", run.stdout);
        let lines = run.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let short = lines
            .map(|line| format!("{} {}", line["severity"].as_str().unwrap(), line["code"].as_str().unwrap()));
        findings.push(short.collect::<Vec<_>>());
    }
    let expected = |severity: &str, redirect: &str| {
        [
            format!("{severity} link/missing-document"),
            format!("{severity} link/missing-anchor"),
            format!("{severity} link/case-mismatch"),
            format!("{severity} link/malformed"),
            format!("{severity} link/undefined-label"),
            format!("{redirect} link/redirect-page"),
            "info link/unused-definition".to_owned(),
        ]
    };
    assert_eq!(findings[0], expected("error", "warning"));
    assert_eq!(findings[1], expected("warning", "info"));
    assert_eq!(findings[2], [] as [String; 0]);
}

#[test]
fn links_in_all_texts_are_checked() {
    let site = TestSite::small(&[
        (
            "content/roles/chair.md",
            "+++\napplies_to = [\"sig\"]\nsummary = \"A [s](s.md).\"\nappointed_by = \"the [b](b.md)\"\n\
             ask = \"an [a](a.md)\"\n+++\n# Chair\n",
        ),
        (
            "content/groups/sig-x.toml",
            "kind = \"sig\"\nname = \"X\"\n[roles.chair]\nnote = \"See [n](n.md).\"\n\
             [[roles.chair.checklist]]\nid = \"i\"\nphase = \"day-1\"\ntext = \"Do [t](t.md).\"\n",
        ),
    ]);
    let run = site.run(&["check", "--message-format", "json"]);
    let places: Vec<String> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|finding| finding["code"] == "link/missing-document")
        .map(|finding| format!("{}:{}", finding["path"].as_str().unwrap(), finding["line"]))
        .collect();
    let expected = [
        "content/groups/sig-x.toml:4",
        "content/groups/sig-x.toml:8",
        "content/roles/chair.md:3",
        "content/roles/chair.md:4",
        "content/roles/chair.md:5",
    ];
    assert_eq!(places, expected, "{}", run.stdout);
}

#[test]
fn html_beyond_the_limits_is_reported_at_its_start() {
    let source = "\n[[source]]\npath = \"m\"\nformat = \"markdown\"\nmount = \"m\"\n";
    let fonts: String = (0..17).map(|number| format!("<font size={}>", number % 10)).collect();
    let attributes: String = (0..129).map(|number| format!(" b{}", number % 10)).collect();
    for (html, column) in [
        ("<div>".repeat(129), 128 * 5 + 1),
        (fonts, 16 * "<font size=0>".len() + 1),
        (format!("<img{attributes}>"), "<img ".len() + 128 * 3 + 1),
    ] {
        let site = TestSite::small(&[("m/a.md", &format!("# A\n\n{html}\n"))]);
        let text = fs::read_to_string(site.path().join("site.toml")).unwrap();
        site.file("site.toml", text + source);
        let run = site.run(&["check"]).fine();
        assert!(
            run.stderr.contains("warning: ") && run.stderr.contains("[html/too-complex]"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains(&format!("m/a.md:3:{column}\n")), "{column}: {}", run.stderr);
        // The handbook's own HTML is not limited.
        site.file("content/a.md", format!("# A\n\n{html}\n")).file("m/a.md", "# A\n");
        let run = site.run(&["check"]).fine();
        assert!(!run.stderr.contains("html/too-complex"), "{}", run.stderr);
    }
}

#[test]
fn front_matter_in_toml_needs_its_own_lines() {
    let matter = "applies_to = [\"sig\"]\n";
    for (text, message) in [
        (format!("---\n{matter}---\n# Lead\n"), "2:1 front matter in TOML between `---`"),
        (format!("+++\n{matter}# Lead\n"), "1:1 unclosed front matter"),
        ("---\nSome prose.\n---\n".to_owned(), ""),
        ("---\n\n# Lead\n\na = b\n---\n".to_owned(), ""),
    ] {
        let site = TestSite::small(&[("content/roles/lead.md", &text)]);
        let all = site.run(&["check"]).stderr;
        let (place, what) = message.split_once(' ').unwrap_or_default();
        assert!(all.contains(what) && all.contains(place), "{text}: {all}");
        assert_eq!(all.contains("front matter"), !message.is_empty(), "{text}: {all}");
    }
}
