//! Accepted findings: shown, not counted, and reported when they no longer occur.

use serde_json::Value;

use crate::support::{Run, TestSite, project};

/// A site with one warning in line 1 of `content/stray.toml`, and `accept` appended to `site.toml`.
fn site(accept: &str) -> TestSite {
    let site = TestSite::small(&[("content/stray.toml", "")]);
    site.file("site.toml", format!("title = \"T\"\n[[source]]\npath = \"content\"\n{accept}"));
    site
}

fn accept(code: &str, path: &str) -> String {
    format!("[[accept]]\ncode = \"{code}\"\npath = \"{path}\"\nreason = \"It is a note.\"\n")
}

fn lines(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn an_accepted_warning_does_not_count() {
    for path in ["content/stray.toml", "content/*.toml", "**/stray.*"] {
        let site = site(&accept("data/unknown-file", path));
        let run = site.run(&["check", "--strict"]).fine();
        assert!(run.stderr.contains("0 warnings, 1 accepted"), "{}", run.stderr);
        assert!(run.stderr.contains("accepted: ") && run.stderr.contains("It is a note."), "{}", run.stderr);
        assert!(run.stderr.contains("--> content/stray.toml"), "{}", run.stderr);
        let run = site.run(&["build", "--strict"]).fine();
        assert!(
            run.stderr.contains("0 warnings, 1 accepted") && !run.stderr.contains("a note"),
            "{}",
            run.stderr
        );
    }
    for path in ["content/other.toml", "*.toml", "stray.toml"] {
        let run = site(&accept("data/unknown-file", path)).run(&["check", "--strict"]);
        assert_eq!(run.code, 1, "{path}");
        assert!(
            run.stderr.contains("2 warnings"),
            "the finding, and the unmatched acceptance: {}",
            run.stderr
        );
    }
}

#[test]
fn every_format_marks_accepted_findings() {
    let site = site(&accept("data/unknown-file", "content/stray.toml"));
    let run = site.run(&["check", "--message-format", "json"]).fine();
    let findings = lines(&run);
    assert_eq!(findings.len(), 1);
    assert_eq!(
        (&findings[0]["severity"], &findings[0]["accepted"]),
        (&"warning".into(), &"It is a note.".into())
    );
    let run = site.run(&["check", "--message-format", "github"]).fine();
    assert!(run.stdout.starts_with("::notice file=content/stray.toml,"), "{}", run.stdout);
    assert!(run.stdout.contains("%0Aaccepted: It is a note."), "{}", run.stdout);
    let run = site.run(&["check", "--message-format", "sarif"]).fine();
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let suppression = &log["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!(
        (&suppression["kind"], &suppression["justification"]),
        (&"external".into(), &"It is a note.".into())
    );
}

#[test]
fn unmatched_acceptances_are_reported() {
    let both = accept("data/unknown-file", "content/stray.toml") + &accept("link/empty", "content/index.md");
    let site = site(&both);
    let run = site.run(&["check", "--message-format", "json"]).fine();
    let findings = lines(&run);
    let place = |finding: &Value| (finding["code"].clone(), finding["path"].clone(), finding["line"].clone());
    assert_eq!(findings.len(), 2);
    assert_eq!(place(&findings[1]), ("data/unmatched-acceptance".into(), "site.toml".into(), 10.into()));
    assert_eq!(site.run(&["check", "--strict"]).code, 1);
    // External addresses were not requested, so an acceptance may still apply.
    for code in ["link/unreachable", "link/moved", "link/not-checked"] {
        site.file(
            "site.toml",
            format!("title = \"T\"\n[[source]]\npath = \"content\"\n{}", accept(code, "**")),
        );
        let run = site.run(&["check", "--message-format", "json"]).fine();
        assert!(!run.stdout.contains("unmatched"), "{}", run.stdout);
        let run = site.run(&["check", "--external", "--message-format", "json"]).fine();
        assert!(run.stdout.contains("unmatched"), "{}", run.stdout);
    }
}

#[test]
fn acceptances_may_need_an_absent_source() {
    let source = "[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\noptional = true\nbroken_links = \"warn\"\n";
    let of_source = accept("link/missing-document", "a.md") + "source = \"up\"\n";
    for (entry, waits) in [
        (of_source, true),
        (accept("data/unknown-zone", "a.md"), true),
        (accept("link/missing-anchor", "content/index.md"), true),
        (accept("data/unknown-file", "content/index.md"), false),
    ] {
        let site = site(&format!("{source}{entry}"));
        let run = site.run(&["check", "--message-format", "json"]).fine();
        assert_eq!(!run.stdout.contains("data/unmatched-acceptance"), waits, "{entry} {}", run.stdout);
        site.file("up/a.md", "# A\n");
        let run = site.run(&["check", "--message-format", "json"]).fine();
        assert!(run.stdout.contains("data/unmatched-acceptance"), "{entry} {}", run.stdout);
    }
}

#[test]
fn errors_that_prevent_a_build_cannot_be_accepted() {
    let site = site(&accept("template/syntax", "**"));
    site.file("themes/default/templates/home.html", "{% if %}\n");
    assert_eq!(site.run(&["build"]).code, 1);
}

/// The handbook's own findings are accepted, with and without its sources.
#[test]
fn the_handbook_has_no_unaccepted_warnings() {
    let site = project().to_str().unwrap();
    let arguments = ["check", "--strict", "--message-format", "json", "--site", site];
    let run = TestSite::small(&[]).run(&arguments).fine();
    let accepted = lines(&run).into_iter().filter(|finding| finding["severity"] == "warning");
    let accepted = accepted.inspect(|finding| assert!(finding["accepted"].is_string(), "{finding}"));
    let (unmet, others): (Vec<_>, Vec<_>) =
        accepted.partition(|finding| finding["code"] == "conformance/unmet");
    assert_eq!(others.len(), 4);
    assert!(unmet.len() > 20, "the baseline: {}", unmet.len());
}
