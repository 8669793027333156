//! Output for people on a terminal: global options, the order and number of diagnostics, `explain`, `doctor`, and the
//! first commands on a new site.

use std::fs;
use std::process::Command;

use crate::support::{Run, TestSite};

/// A site with an error, and in a mounted source a number of warnings and one info.
fn with_findings(warnings: usize) -> TestSite {
    let site = TestSite::small(&[(
        "site.toml",
        "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\n",
    )]);
    site.file("content/a.md", "# A\n\nSee [b](b.md).\n");
    let links: String = (0..warnings).map(|number| format!("[x](gone-{number}.md)\n\n")).collect();
    site.file("up/z.md", format!("# Z\n\n{links}\n[unused]: a.md\n"));
    site
}

/// The codes of diagnostics in the order of the output.
fn codes(stderr: &str) -> Vec<&str> {
    let titles = stderr.lines().filter(|line| {
        ["error: ", "warning: ", "info: ", "accepted: "].iter().any(|level| line.starts_with(level))
    });
    titles.filter_map(|line| line.rsplit_once('[')?.1.strip_suffix(']')).collect()
}

#[test]
fn errors_come_last() {
    let site = with_findings(2);
    let run = site.run(&["check"]);
    assert_eq!(run.code, 1);
    let expected =
        ["link/unused-definition", "link/missing-document", "link/missing-document", "link/missing-document"];
    assert_eq!(codes(&run.stderr), expected, "{}", run.stderr);
    let (_, end) = run.stderr.rsplit_once("error: ").unwrap();
    assert!(end.contains("content/a.md:3:5"), "{end}");
    assert!(
        end.ends_with(
            "\nfor more information, run `rolebook explain link/missing-document`\n1 error, 2 warnings\n"
        ),
        "{end}"
    );
    // Programs receive them by location.
    let json = site.run(&["check", "--message-format", "json"]).stdout;
    let severities: Vec<_> = json.lines().map(|line| line.split("\"severity\":\"").nth(1).unwrap()).collect();
    assert!(severities[0].starts_with("error") && severities[3].starts_with("info"), "{json}");
}

#[test]
fn many_diagnostics_of_a_code_are_summarized() {
    let site = with_findings(30);
    let run = site.run(&["check"]);
    assert_eq!(codes(&run.stderr).len(), 1 + 5 + 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("… and 25 more of link/missing-document; --all shows them\n"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("    30  warning   link/missing-document\n"), "{}", run.stderr);
    assert!(run.stderr.ends_with("1 error, 30 warnings\n"), "{}", run.stderr);
    let all = site.run(&["check", "--all"]);
    assert_eq!(codes(&all.stderr).len(), 32, "{}", all.stderr);
    assert_eq!(site.run(&["check", "--message-format", "json"]).stdout.lines().count(), 32);
    // A build shows at most twenty of infos and warnings.
    fs::remove_file(site.path().join("content/a.md")).unwrap();
    let build = site.run(&["build"]).fine();
    assert_eq!(codes(&build.stderr), ["link/missing-document"; 20], "{}", build.stderr);
    assert!(build.stderr.contains("… and 11 more; `rolebook check` shows more\n"), "{}", build.stderr);
}

#[test]
fn quiet_shows_errors_and_results_only() {
    let site = with_findings(2);
    let check = site.run(&["check", "--quiet"]);
    assert_eq!((check.code, codes(&check.stderr)), (1, vec!["link/missing-document"]), "{}", check.stderr);
    let strict = site.run(&["-q", "check", "--strict"]);
    assert_eq!(codes(&strict.stderr).len(), 3, "{}", strict.stderr);
    fs::remove_file(site.path().join("content/a.md")).unwrap();
    for command in [&["build", "-q"][..], &["build", "-q"], &["check", "-q"], &["new", "page", "x", "-q"]] {
        let run = site.run(command).fine();
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "{command:?}");
    }
    assert!(site.path().join("public/index.html").exists());
    assert!(!site.run(&["-q", "explain", "link"]).fine().stdout.is_empty());
    assert_eq!(site.run(&["build", "-q", "-v"]).code, 2);
}

#[test]
fn verbose_names_sources_and_stages() {
    let site = with_findings(0);
    fs::remove_file(site.path().join("content/a.md")).unwrap();
    let build = site.run(&["build", "--verbose", "-o", "out"]).fine();
    for line in
        ["source `content`: ", "source `up`: ", ": 1 file, 1 document, 0 only copied", "Rendering pages ("]
    {
        assert!(build.stderr.contains(line), "{line}: {}", build.stderr);
    }
    assert!(
        build.stderr.lines().last().unwrap().starts_with("out: "),
        "the summary comes last: {}",
        build.stderr
    );
    let again = site.run(&["build", "--verbose", "-o", "out"]).fine().stderr;
    assert!(again.contains("source `up`: ") && !again.contains("Rendering pages"), "{again}");
    assert!(again.contains("nothing has changed since the last build\n"), "{again}");
}

/// Runs the program with other variables than [`TestSite::run`].
fn with_variables(site: &TestSite, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolebook"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(name);
    }
    let output = command.args(arguments).current_dir(site.path()).envs(variables.iter().copied()).output();
    Run::new(output.unwrap())
}

#[test]
fn color_follows_the_option_and_the_environment() {
    let site = with_findings(0);
    let is_colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        with_variables(&site, arguments, variables).stderr.contains("\x1b[")
    };
    assert!(!is_colored(&["check"], &[]), "a pipe is no terminal");
    assert!(is_colored(&["check", "--color", "always"], &[]));
    assert!(is_colored(&["check", "--color", "always"], &[("NO_COLOR", "1")]), "the option is stronger");
    assert!(is_colored(&["check"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_colored(&["check"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!is_colored(&["check", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    let explained = with_variables(&site, &["--color=always", "explain", "link/empty"], &[]).stdout;
    assert!(explained.starts_with("\x1b[1mlink/empty\x1b[0m\n"), "{explained}");
}

#[test]
fn no_progress_is_written_to_a_pipe() {
    let site = with_findings(0);
    for arguments in [&["check"][..], &["review"], &["check", "--external"]] {
        let run = with_variables(&site, arguments, &[("TERM", "xterm-256color")]);
        assert!(!run.stderr.contains(['\r', '\x1b']), "{}", run.stderr);
    }
}

#[test]
fn short_options_stand_for_long_ones() {
    let site = TestSite::new(&[]);
    site.run(&["init", "start"]).fine();
    site.run(&["build", "-s", "start", "-o", "out", "-u", "https://example.org/book/"]).fine();
    let index = fs::read_to_string(site.path().join("out/index.html")).unwrap();
    assert!(index.contains("https://example.org/book/"), "{index}");
    site.run(&["check", "-s", "start", "-u", "https://example.org/book/"]).fine();
    let wrong = site.run(&["check", "-s", "start", "-S", "nosuch=."]);
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
}

#[test]
fn explain_prints_the_page_of_a_code() {
    let site = TestSite::new(&[]);
    let page = site.run(&["explain", "link/missing-anchor"]).fine().stdout;
    assert!(page.starts_with("link/missing-anchor\n\nSeverity: as set by `broken_links`.\n"), "{page}");
    assert!(page.contains("    error: `guides/start.md` has no heading or anchor"), "{page}");
    assert!(page.lines().all(|line| line.chars().count() <= 80 || line.starts_with(['h', ' '])), "{page}");
    assert!(page.ends_with("/docs/diagnostics/link/missing-anchor.md\n"), "{page}");
    assert_eq!(site.run(&["explain", "[link/missing-anchor]"]).fine().stdout, page);
    assert_eq!(site.run(&["explain", "missing-anchor"]).fine().stdout, page);
    let area = site.run(&["explain", "link"]).fine().stdout;
    assert!(area.contains("link/empty\n    A link has no destination\n"), "{area}");
    assert!(!area.contains("data/"), "{area}");
    let wrong = site.run(&["explain", "link/mising-anchor"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `link/missing-anchor`?"), "{}", wrong.stderr);
}

fn git(site: &TestSite, arguments: &[&str]) {
    let person =
        ["-c", "user.name=Zelda", "-c", "user.email=zelda@example.org", "-c", "commit.gpgSign=false"];
    let output = Command::new("git").current_dir(site.path()).args(person).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn doctor_says_what_a_site_lacks() {
    let site = TestSite::new(&[]);
    site.run(&["init", "."]).fine();
    let bare = site.run(&["doctor"]).fine().stdout;
    for line in ["ok      content: 0 warnings", "note    repository: ", "note    address: no `base_url`"] {
        assert!(bare.contains(line), "{line}: {bare}");
    }
    git(&site, &["init", "--quiet", "--initial-branch", "main"]);
    git(&site, &["add", "."]);
    git(&site, &["commit", "--quiet", "--message", "Start"]);
    git(&site, &["remote", "add", "origin", "https://zelda:secret@example.org/zelda/book.git"]);
    site.run(&["new", "workflow"]).fine();
    let toml = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("base_url = \"https://zelda.example.org/\"\n{toml}"));
    site.file("themes/default/templates/home.html", "{% extends \"default/home.html\" %}\n");
    let run = site.run(&["doctor"]).fine().stdout;
    for line in [
        "ok      source `content`: ",
        "ok      remote: `origin`",
        "ok      workflow: uses rolebook ",
        "ok      address: `base_url` is set",
        "ok      output: public/ can be written",
        "note    theme: 1 template of the default theme replaced: home.html",
        "ok      language: en",
    ] {
        assert!(run.contains(line), "{line}: {run}");
    }
    let path = site.path().display().to_string();
    for private in ["zelda", "secret", "example.org", path.as_str()] {
        assert!(!run.contains(private), "{private}: {run}");
    }
    assert!(!site.path().join("public").exists(), "nothing is written");
}

#[test]
fn doctor_fails_only_if_a_site_cannot_be_built() {
    let site = TestSite::new(&[]);
    let none = site.run(&["doctor"]);
    assert_eq!(none.code, 1, "{}", none.stdout);
    assert!(none.stdout.contains("problem site: no site.toml"), "{}", none.stdout);
    let site = with_findings(0);
    site.file("public/mine.txt", "mine");
    fs::remove_dir_all(site.path().join("up")).unwrap();
    let run = site.run(&["doctor"]);
    assert_eq!(run.code, 1);
    for line in ["problem content: ", "problem source `up`: not found at up", "problem output: "] {
        assert!(run.stdout.contains(line), "{line}: {}", run.stdout);
    }
    site.file("site.toml", "title = 3\n");
    let invalid = site.run(&["doctor"]);
    assert_eq!(invalid.code, 1);
    assert!(invalid.stdout.contains("problem site: site.toml cannot be read"), "{}", invalid.stdout);
}

#[test]
fn init_keeps_the_files_of_a_new_repository() {
    let site = TestSite::new(&[]);
    git(&site, &["init", "--quiet"]);
    site.file(".gitignore", "target\n/public/")
        .file("README.md", "# Mine\n")
        .file(".github/FUNDING.yml", "x: y\n");
    let run = site.run(&["init", "."]).fine();
    assert!(run.stdout.ends_with("\nNext:\n\n  rolebook serve --open\n"), "{}", run.stdout);
    let read = |path: &str| fs::read_to_string(site.path().join(path)).unwrap();
    assert_eq!(read(".gitignore"), "target\n/public/\n# Files that rolebook writes.\n/.rolebook/\n");
    assert_eq!(read("README.md"), "# Mine\n");
    site.run(&["build", "--strict"]).fine();
    let again = site.run(&["init", "."]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("contains content"), "{}", again.stderr);
}

#[test]
fn the_starter_cites_its_governance() {
    let site = TestSite::new(&[]);
    let run = site.run(&["init", "start"]).fine();
    assert!(run.stdout.ends_with("\n  cd start\n  rolebook serve --open\n"), "{}", run.stdout);
    let build = site.run(&["build", "--strict", "-s", "start", "-o", "public"]).fine();
    assert!(build.stderr.contains("0 warnings"), "{}", build.stderr);
    let obligations: serde_json::Value = serde_json::from_str(&site.page("api/obligations.json")).unwrap();
    for obligation in obligations.as_array().unwrap() {
        assert_eq!(obligation["role"], "lead", "{obligation}");
        let is_covered = !obligation["covered_by"].as_array().unwrap().is_empty();
        assert!(is_covered || obligation["level"] == "SHOULD", "{obligation}");
    }
    assert_eq!(obligations.as_array().unwrap().len(), 4);
    let conformance: serde_json::Value = serde_json::from_str(&site.page("api/conformance.json")).unwrap();
    assert!(conformance.to_string().contains("\"verdict\":\"met\""), "{conformance}");
    assert!(site.page("roles/lead/index.html").contains("href=\"../../governance/teams/#leads\""));
}

#[test]
fn a_title_is_enough_for_a_site() {
    let site = TestSite::new(&[("site.toml", "title = \"T\"\n"), ("content/index.md", "# T\n\nHello.\n")]);
    site.run(&["build", "--strict"]).fine();
    assert!(site.page("index.html").contains("Hello."));
    site.run(&["new", "page", "guides/x"]).fine();
    assert!(site.path().join("content/guides/x.md").exists());
}

#[test]
fn names_of_new_files_may_have_their_extension() {
    let site = TestSite::small(&[]);
    let toml = "[kinds.guild]\nlabel = \"Guild\"\nplural = \"Guilds\"\n";
    site.file("site.toml", format!("title = \"T\"\n{toml}"));
    for (kind, name, path) in [
        ("page", "guides/x.md", "guides/x.md"),
        ("role", "warden.md", "roles/warden.md"),
        ("checklist", "warden.toml", "checklists/warden.toml"),
        ("group", "guild-ink.toml", "groups/guild-ink.toml"),
    ] {
        site.run(&["new", kind, name]).fine();
        assert!(site.path().join("content").join(path).exists(), "{path}");
    }
    let run = site.run(&["new", "page", "guides/x"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
}

#[test]
fn new_files_fit_the_groups_of_the_site() {
    let site = TestSite::small(&[]);
    let toml = "[kinds.guild]\nlabel = \"Guild\"\nplural = \"Guilds\"\n[kinds.board]\nlabel = \"Board\"\nplural = \"Boards\"\n";
    site.file("site.toml", format!("title = \"T\"\n{toml}"));
    site.file(
        "content/groups/guild-ink.toml",
        "kind = \"guild\"\nname = \"Ink\"\n[[leads]]\nrole = \"warden\"\ngithub = \"ann\"\n\
         [[meetings]]\ntitle = \"Weekly\"\nday = \"Monday\"\ntime = \"10:00\"\ntz = \"Asia/Tokyo\"\nfrequency = \"weekly\"\n",
    );
    site.run(&["new", "role", "warden"]).fine();
    let read = |path: &str| fs::read_to_string(site.path().join("content").join(path)).unwrap();
    assert!(read("roles/warden.md").contains("applies_to = [\"guild\"]\n"), "{}", read("roles/warden.md"));
    site.run(&["new", "group", "guild-wax"]).fine();
    let group = read("groups/guild-wax.toml");
    assert!(group.contains("# role = \"warden\" ") && group.contains("# tz = \"Asia/Tokyo\""), "{group}");
    site.run(&["check", "--strict"]).fine();
}

#[test]
fn review_accepts_every_name_of_a_clause() {
    let toml = "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\n\
                web = \"https://example.org/blob/main/\"\nnormative = [\"gov/*.md\"]\n";
    for name in [
        "up:gov/rules.md#chair",
        "rules.md#chair",
        "/gov/rules.md#chair",
        "/gov/rules.md#chair.must-keep-notes",
        "https://example.org/blob/main/gov/rules.md#chair",
        "gov/rules.md",
    ] {
        let site = TestSite::small(&[("site.toml", toml)]);
        site.file("up/gov/rules.md", "# Rules\n\n## Chair\n\n- *MUST* keep notes\n\n## Other\n\nText.\n");
        site.file(
            "content/roles/chair.md",
            "+++\ngoverned_by = [\"/gov/rules.md#chair\"]\n+++\n# Chair\n\nA chair.\n",
        );
        let printed = site.run(&["review"]).fine().stdout;
        assert!(printed.contains("up:gov/rules.md#chair"), "{printed}");
        let run = site.run(&["review", name]).fine();
        assert!(run.stderr.contains("1 clause accepted"), "{name}: {}", run.stderr);
        let unknown = site.run(&["review", "/gov/rules.md#chair.must-keep-notes-2", "/gov/rules.md#other"]);
        assert_eq!(unknown.code, 2, "{}", unknown.stderr);
    }
}
