//! `rolebook check` with rules of governance: selection, baseline, annotations and code scanning.

use std::fs;

use serde_json::Value;

use crate::support::TestSite;

const RULES: &str = r#"
[[rules]]
id = "two-leads"
title = "At least two leads"
clause = "/rules.md#chair.must-keep-notes"
each = "group"
require = "size(group.leads) >= 2"
message = "{group.name} has {count} of two leads"
fix = "Nominate a lead."
except = { sig-new = "It was founded a month ago." }

[[rules]]
id = "charter"
title = "A charter"
clause = "/rules.md#chair"
each = "group"
require = "group.charter.startsWith('https:')"
message = "{group.name} has no charter on the web"
severity = "error"
"#;

const SITE: &str = "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\n\
                    path = \"up\"\nmount = \"up\"\nweb = \"https://example.org/blob/main/\"\nnormative = [\"rules.md\"]\n";

fn group(name: &str, more: &str) -> String {
    format!("kind = \"sig\"\nname = \"{name}\"\n{more}\n")
}

/// A site with four groups, rules, and a warning and an error in other areas.
fn site() -> TestSite {
    let site = TestSite::new(&[
        ("site.toml", SITE),
        ("content/index.md", "# T\n\nHello [there](missing.md).\n"),
        ("content/stray.toml", ""),
        ("content/rules/leads.toml", RULES),
        ("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n\nA chair.\n"),
        ("up/rules.md", "# Rules\n\n## Chair\n\nA chair *MUST* keep notes.\n"),
    ]);
    let leads =
        "[[leads]]\nrole = \"chair\"\ngithub = \"ann\"\n[[leads]]\nrole = \"chair\"\ngithub = \"bob\"";
    site.file(
        "content/groups/sig-full.toml",
        group("Full", &format!("charter = \"https://example.org/\"\n{leads}")),
    );
    site.file("content/groups/sig-empty.toml", group("Empty", ""));
    site.file("content/groups/sig-new.toml", group("New", "charter = \"http://example.org/\""));
    site.file("content/groups/sig-old.toml", group("Old", ""));
    site
}

/// The codes, places and acceptance of diagnostics in JSON.
fn lines(stdout: &str) -> Vec<(String, String, bool)> {
    let line = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| value[key].as_str().unwrap_or("-").to_owned();
        (text("code"), text("path"), value["accepted"].is_string())
    };
    stdout.lines().map(line).collect()
}

#[test]
fn one_rule_is_checked() {
    let site = site();
    let run = site.run(&["check", "--rule", "two-leads", "--message-format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let unmet = |path: &str| ("conformance/unmet".to_owned(), path.to_owned(), false);
    let both = [unmet("content/groups/sig-empty.toml"), unmet("content/groups/sig-old.toml")];
    assert_eq!(lines(&run.stdout), both);
    assert!(run.stderr.contains("two-leads: 1 met, 2 unmet, 0 unknown, 1 excepted\n"), "{}", run.stderr);
    assert!(run.stderr.contains("excepted (It was founded a month ago.): sig-new\n"), "{}", run.stderr);
    assert!(run.stderr.ends_with("2 warnings\n"), "{}", run.stderr);
    assert_eq!(site.run(&["check", "--rule", "two-leads", "--strict"]).code, 1);

    let run = site.run(&["check", "--rule", "charter"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("charter: 1 met, 1 unmet, 2 unknown, 0 excepted\n"), "{}", run.stderr);
    assert!(run.stderr.contains("unknown (`charter` is absent): sig-empty, sig-old\n"), "{}", run.stderr);

    let run = site.run(&["check", "--rule", "two-leads", "--rule", "charter", "--rule", "charter"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stderr.matches("two-leads: 1 met").count(), 1);
    assert_eq!(run.stderr.matches("charter: 1 met").count(), 1);
    assert!(run.stderr.contains("1 error, 2 warnings"), "{}", run.stderr);
}

#[test]
fn an_unknown_rule_is_a_usage_error() {
    let site = site();
    let run = site.run(&["check", "--rule", "two-lead"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, "error: unknown rule `two-lead`; did you mean `two-leads`?\n");
    // The rule may be in a file that has an error.
    site.file("content/rules/broken.toml", "[[rules]]\nid = \"broken\"\n");
    let run = site.run(&["check", "--rule", "broken"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("content/rules/broken.toml:1:1"), "{}", run.stderr);
    assert!(run.stderr.contains("error: unknown rule `broken`; expected one of"), "{}", run.stderr);
    let run = TestSite::small(&[]).run(&["check", "--rule", "x"]);
    assert_eq!((run.code, run.stderr.as_str()), (2, "error: unknown rule `x`; the site has no rules\n"));
    assert_eq!(site.run(&["check", "--rule", "charter", "--only", "data"]).code, 2);
}

#[test]
fn faults_of_the_rule_itself_are_reported_with_it() {
    let site = site();
    let text = RULES.replace("size(group.leads)", "size(group.lead)").replace("sig-new =", "sig-nw =");
    site.file("content/rules/leads.toml", text);
    let run = site.run(&["check", "--rule", "two-leads", "--message-format", "json"]);
    assert_eq!(run.code, 1);
    let codes: Vec<String> = lines(&run.stdout).into_iter().map(|(code, ..)| code).collect();
    assert_eq!(codes, ["conformance/expression", "conformance/no-subject"]);
}

#[test]
fn areas_are_selected() {
    let site = site();
    let codes = |arguments: &[&str]| {
        let run = site.run(&[&["check", "--message-format", "json"], arguments].concat());
        let mut codes: Vec<String> = lines(&run.stdout).into_iter().map(|(code, ..)| code).collect();
        codes.dedup();
        (run.code, codes)
    };
    let unmet = "conformance/unmet".to_owned();
    assert_eq!(codes(&["--only", "conformance"]), (1, vec![unmet.clone()]));
    assert_eq!(codes(&["--only", "data"]), (0, vec!["data/unknown-file".to_owned()]));
    let (code, both) = codes(&["--only", "data,link"]);
    assert_eq!((code, both.len()), (1, 2), "{both:?}");
    assert_eq!(codes(&["--only", "theme"]), (0, vec![]));
    assert_eq!(codes(&["--only", "theme", "--only", "conformance"]), (1, vec![unmet]));
    let run = site.run(&["check", "--only", "conformence"]);
    assert_eq!(run.code, 2);
    for area in ["conformance", "data", "governance", "link", "source", "trace"] {
        assert!(run.stderr.contains(area), "{}", run.stderr);
    }
}

#[test]
fn selections_keep_acceptances_apart() {
    let accept = |code: &str, path: &str| {
        format!("[[accept]]\ncode = \"{code}\"\npath = \"{path}\"\nreason = \"R.\"\n")
    };
    let site = site();
    let used = accept("conformance/unmet", "content/groups/sig-old.toml")
        + &accept("data/unknown-file", "**/stray.toml");
    site.file("site.toml", format!("{SITE}{used}"));
    let run = site.run(&["check", "--only", "conformance", "--message-format", "json"]);
    let accepted: Vec<_> = lines(&run.stdout).into_iter().filter(|(.., accepted)| *accepted).collect();
    assert_eq!(accepted.len(), 1, "{}", run.stdout);
    assert!(!run.stdout.contains("unmatched"), "{}", run.stdout);
    let run = site.run(&["check", "--rule", "two-leads"]);
    assert!(run.stderr.ends_with("1 warning, 1 accepted\n"), "{}", run.stderr);

    // An acceptance that is not used is reported with its area only.
    let unused = accept("conformance/unmet", "content/groups/sig-full.toml")
        + &accept("link/empty", "content/index.md");
    site.file("site.toml", format!("{SITE}{unused}"));
    let unmatched = |arguments: &[&str]| {
        let run = site.run(&[&["check", "--message-format", "json"], arguments].concat());
        run.stdout.matches("data/unmatched-acceptance").count()
    };
    assert_eq!(unmatched(&[]), 2);
    assert_eq!(unmatched(&["--only", "conformance"]), 1);
    assert_eq!(unmatched(&["--only", "link"]), 1);
    assert_eq!(unmatched(&["--only", "data"]), 2);
    assert_eq!(unmatched(&["--only", "trace"]), 0);
    assert_eq!(unmatched(&["--rule", "two-leads"]), 0);
}

/// Without the data of a source, a check finds nothing, which must not look like success.
#[test]
fn errors_of_sources_are_always_reported() {
    let site = site();
    fs::remove_dir_all(site.path().join("up")).unwrap();
    for arguments in [["--only", "conformance"], ["--rule", "two-leads"]] {
        let run = site.run(&[&["check"], &arguments[..]].concat());
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains("[source/missing]"), "{}", run.stderr);
    }
}

/// A group in a file with a syntax error is not checked, which must not look like success either.
#[test]
fn checks_of_incomplete_data_fail() {
    let site = site();
    let run = site.run(&["check", "--only", "conformance"]);
    assert!(!run.stderr.contains("incomplete"), "{}", run.stderr);
    site.file("content/groups/sig-old.toml", group("Old", "mission = \"unclosed"));
    for arguments in [["--only", "conformance"], ["--rule", "two-leads"]] {
        let run = site.run(&[&["check"], &arguments[..]].concat());
        assert_eq!(run.code, 1);
        for part in ["sig-old.toml:3:20", "[data/syntax]", "the check is incomplete"] {
            assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
        }
    }
}

#[test]
fn every_unmet_rule_can_fail() {
    let site = site();
    assert!(site.run(&["check", "--rule", "two-leads"]).code == 0);
    site.file("site.toml", SITE.replacen("\n", "\n[rules]\nfail_on = \"unmet\"\n", 1));
    let run = site.run(&["check", "--rule", "two-leads"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.ends_with("2 errors, 0 warnings\n"), "{}", run.stderr);
    // The baseline still counts.
    site.file(
        "content/rules/known.toml",
        "[[baseline]]\nrule = \"two-leads\"\nsubjects = [\"sig-old\", \"sig-empty\"]\n",
    );
    assert_eq!(site.run(&["check", "--rule", "two-leads"]).code, 0);
    site.file("site.toml", SITE.replacen("\n", "\n[rules]\nfail_on = \"severity\"\n", 1));
    assert_eq!(site.run(&["check", "--rule", "two-leads"]).code, 0);
    site.file("site.toml", SITE.replacen("\n", "\n[rules]\nfail_on = \"unknown\"\n", 1));
    let run = site.run(&["check", "--rule", "two-leads"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("unknown value of `fail_on` `unknown`"), "{}", run.stderr);
}

const BASELINE: &str = "content/rules/baseline.toml";

/// A site whose only faults are findings of rules.
fn sound_site() -> TestSite {
    let site = site();
    fs::remove_file(site.path().join("content/stray.toml")).unwrap();
    site.file("content/index.md", "# T\n\nHello.\n");
    site
}

#[test]
fn a_baseline_is_written_and_shrinks() {
    let site = sound_site();
    let text = || fs::read_to_string(site.path().join(BASELINE)).unwrap();
    let run = site.run(&["check", "--write-baseline"]).fine();
    assert!(run.stdout.starts_with("Wrote 3 unmet findings of 2 rules to "), "{}", run.stdout);
    let header = "# Written by `rolebook check --write-baseline`, which replaces this file.\n\
                  # Subjects that do not meet a rule yet; `rolebook check` shows them as accepted.\n\n";
    let charter = "[[baseline]]\nrule = \"charter\"\nsubjects = [\n  \"sig-new\",\n]\n\n";
    let leads = "[[baseline]]\nrule = \"two-leads\"\nsubjects = [\n  \"sig-empty\",\n  \"sig-old\",\n]\n";
    assert_eq!(text(), format!("{header}{charter}{leads}"));

    let run = site.run(&["check"]).fine();
    assert!(run.stderr.contains("0 warnings, 3 accepted"), "{}", run.stderr);
    assert!(run.stderr.contains("reason: it is in the baseline"), "{}", run.stderr);
    site.run(&["check", "--write-baseline"]).fine();
    assert_eq!(text(), format!("{header}{charter}{leads}"));

    // A further finding counts.
    site.file("content/groups/sig-next.toml", group("Next", ""));
    let run = site.run(&["check", "--strict"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("1 warning, 3 accepted"), "{}", run.stderr);
    fs::remove_file(site.path().join("content/groups/sig-next.toml")).unwrap();

    // Findings that no longer occur are reported, and dropped.
    site.file("content/groups/sig-new.toml", group("New", "charter = \"https://example.org/\""));
    fs::remove_file(site.path().join("content/groups/sig-old.toml")).unwrap();
    let run = site.run(&["check", "--message-format", "json"]).fine();
    assert_eq!(run.stdout.matches("conformance/unused-baseline").count(), 2, "{}", run.stdout);
    assert!(run.stdout.contains("`sig-new` meets the rule `charter`"), "{}", run.stdout);
    assert!(run.stdout.contains("`sig-old` is not a subject of the rule `two-leads`"), "{}", run.stdout);
    site.run(&["check", "--write-baseline"]).fine();
    assert_eq!(text(), format!("{header}{}", leads.replace("  \"sig-old\",\n", "")));

    // An entry whose verdict is unknown stays.
    let without_charter = group("New", "");
    site.file(BASELINE, format!("{header}{charter}{leads}"));
    site.file("content/groups/sig-new.toml", without_charter);
    assert!(!site.run(&["check"]).stderr.contains("`charter`"), "the entry is not reported as unused");
    site.run(&["check", "--write-baseline"]).fine();
    assert!(text().contains("rule = \"charter\""), "{}", text());

    // Without findings the file is removed.
    site.file("content/rules/leads.toml", RULES.replace(">= 2", ">= 0"));
    site.file("content/groups/sig-new.toml", group("New", "charter = \"https://example.org/\""));
    let run = site.run(&["check", "--write-baseline"]).fine();
    assert!(run.stdout.starts_with("Every subject meets the rules"), "{}", run.stdout);
    assert!(!site.path().join(BASELINE).exists());
    site.run(&["check", "--write-baseline"]).fine();
}

#[test]
fn a_baseline_leaves_other_files_alone() {
    let site = sound_site();
    let own = "# My own list\n[[baseline]]\nrule = \"two-leads\"\nsubjects = [\"sig-old\"]\n";
    site.file(BASELINE, own);
    let run = site.run(&["check", "--write-baseline"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("was not written by `rolebook check --write-baseline`"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(site.path().join(BASELINE)).unwrap(), own);
    // Entries in other files are not repeated.
    fs::rename(site.path().join(BASELINE), site.path().join("content/rules/own.toml")).unwrap();
    site.run(&["check", "--write-baseline"]).fine();
    let text = fs::read_to_string(site.path().join(BASELINE)).unwrap();
    assert!(text.contains("sig-empty") && !text.contains("sig-old"), "{text}");
    assert!(site.run(&["check"]).fine().stderr.contains("3 accepted"));
    // A file with an error is left out, so the baseline would lose the entries about its data.
    site.file("content/groups/sig-empty.toml", "kind = ");
    let run = site.run(&["check", "--write-baseline"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("nothing was written: 1 error"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(site.path().join(BASELINE)).unwrap(), text);
}

/// The source of the handbook may be in any folder.
#[test]
fn a_baseline_is_in_the_handbooks_own_source() {
    let site = sound_site();
    fs::rename(site.path().join("content"), site.path().join("book")).unwrap();
    site.file("site.toml", SITE.replace("\"content\"", "\"book\""));
    site.run(&["check", "--write-baseline"]).fine();
    assert!(site.path().join("book/rules/baseline.toml").is_file());
}

#[test]
fn annotations_are_on_the_line_of_the_fact() {
    let site = site();
    let run = site.run(&["check", "--only", "conformance", "--message-format", "github"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines[0].starts_with("::warning file=content/groups/sig-empty.toml,line=1,"), "{lines:#?}");
    assert!(lines[1].starts_with("::error file=content/groups/sig-new.toml,line=1,"), "{lines:#?}");
    for part in [
        "conformance/unmet::Empty has 0 of two leads",
        "%0Ademanded here (two-leads): up:rules.md:5:",
        "%0Ahelp: Nominate a lead.",
    ] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
    site.run(&["check", "--write-baseline"]);
    site.file("content/rules/known.toml", "[[baseline]]\nrule = \"two-leads\"\nsubjects = [\"sig-empty\"]\n");
    let run = site.run(&["check", "--rule", "two-leads", "--message-format", "github"]);
    let accepted = run.stdout.lines().find(|line| line.contains("sig-empty")).unwrap();
    assert!(
        accepted.starts_with("::notice ") && accepted.contains("%0Aaccepted: it is in the baseline"),
        "{accepted}"
    );
}

/// A source may be in the repository of the site, or the site may be a second checkout in the repository of a source.
#[test]
fn annotations_are_on_files_of_the_repository() {
    let site = site();
    let check = |root: &str, workspace: Option<&str>, format: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rolebook"));
        command.args(["check", "--rule", "documents", "--message-format", format]);
        command.current_dir(site.path().join(root)).env_remove("GITHUB_WORKSPACE");
        command.envs(workspace.map(|folder| ("GITHUB_WORKSPACE", site.path().join(folder))));
        crate::support::Run::new(command.output().unwrap())
    };
    let rule = RULES.replace("two-leads", "documents").replacen(
        "size(group.leads) >= 2",
        "!document('up', 'rules.md').exists",
        1,
    );
    site.file("content/rules/leads.toml", rule.replace("{count} of two leads", "no document"));
    let first = |run: &crate::support::Run| run.stdout.lines().next().unwrap_or_default().to_owned();
    // No repository: only files of the site have a place.
    let line = first(&check(".", None, "github"));
    assert!(line.starts_with("::warning title=") && line.contains("up:rules.md:1:1: "), "{line}");
    // The source is in the same repository, in another folder than the site.
    fs::create_dir(site.path().join(".git")).unwrap();
    let line = first(&check(".", None, "github"));
    assert!(line.starts_with("::warning file=up/rules.md,line=1,col=1,title="), "{line}");
    let log: Value = serde_json::from_str(&check(".", None, "sarif").stdout).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place, &serde_json::json!({"uri": "up/rules.md"}));
    // The site has a repository below the one of the workflow.
    fs::create_dir(site.path().join("book")).unwrap();
    for name in ["content", "site.toml"] {
        fs::rename(site.path().join(name), site.path().join("book").join(name)).unwrap();
    }
    site.file("book/site.toml", SITE.replace("path = \"up\"", "path = \"../up\""));
    fs::create_dir(site.path().join("book/.git")).unwrap();
    let line = first(&check("book", Some("."), "github"));
    assert!(line.starts_with("::warning file=up/rules.md,line=1,col=1,title="), "{line}");
    let line = first(&check("book", None, "github"));
    assert!(line.starts_with("::warning title=") && line.contains("up:rules.md:1:1: "), "{line}");
}

#[test]
fn code_scanning_gets_the_clause_and_the_page_of_the_code() {
    let site = site();
    site.file("content/rules/known.toml", "[[baseline]]\nrule = \"two-leads\"\nsubjects = [\"sig-empty\"]\n");
    let run = site.run(&["check", "--only", "conformance", "--message-format", "sarif"]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let log = &log["runs"][0];
    let results = log["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let of = |path: &str| {
        let uri = |result: &&Value| {
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                .as_str()
                .unwrap()
                .ends_with(path)
        };
        results.iter().find(uri).unwrap()
    };
    let old = of("sig-old.toml");
    assert_eq!((&old["ruleId"], &old["level"]), (&"conformance/unmet".into(), &"warning".into()));
    assert_eq!(old["message"]["text"], "Old has 0 of two leads (Nominate a lead.)");
    assert_eq!(old["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
    let clause = &old["relatedLocations"][0];
    assert_eq!(clause["physicalLocation"]["artifactLocation"]["uri"], "rules.md");
    assert_eq!(clause["physicalLocation"]["region"]["startLine"], 5);
    assert_eq!(clause["message"]["text"], "demanded here (two-leads)");
    assert_eq!(of("sig-new.toml")["level"], "error");
    assert_eq!(of("sig-empty.toml")["suppressions"][0]["justification"], "it is in the baseline");
    let rules = log["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 1);
    let help = rules[0]["helpUri"].as_str().unwrap();
    assert!(
        help.starts_with("https://") && help.ends_with("docs/diagnostics/conformance/unmet.md"),
        "{help}"
    );
    assert_eq!(rules[0]["defaultConfiguration"]["level"], "warning");
}

#[test]
fn new_rules_fit_the_site() {
    // A site with data of others: kinds and keys of its own.
    let site = TestSite::new(&[
        (
            "site.toml",
            "title = \"T\"\n[[source]]\npath = \"book\"\n[kinds.guild]\nlabel = \"Guild\"\nplural = \"Guilds\"\n",
        ),
        ("book/roles/warden.md", "+++\napplies_to = [\"guild\"]\n+++\n# Warden\n\nGuards.\n"),
        ("book/index.md", "# T\n\nHello.\n"),
        (
            "book/groups/guild-a.toml",
            "kind = \"guild\"\nname = \"A\"\n[[leads]]\nrole = \"warden\"\ngithub = \"ann\"\n",
        ),
        (
            "book/groups/guild-b.toml",
            "kind = \"guild\"\nname = \"B\"\n[[leads]]\nrole = \"warden\"\ngithub = \"bob\"\n",
        ),
    ]);
    site.run(&["new", "rule", "one-warden"]).fine();
    let text = fs::read_to_string(site.path().join("book/rules/one-warden.toml")).unwrap();
    assert!(text.contains("group.kind == 'guild'") && text.contains("l.role == 'warden'"), "{text}");
    let run = site.run(&["check", "--strict", "--rule", "one-warden"]).fine();
    assert!(run.stderr.contains("one-warden: 2 met, 0 unmet, 0 unknown, 0 excepted"), "{}", run.stderr);
    site.run(&["check", "--strict"]).fine();
    let run = site.run(&["new", "rule", "one-warden"]);
    assert!(run.code == 2 && run.stderr.contains("the rule `one-warden` already exists"), "{}", run.stderr);
    // An id in a file of another name.
    site.file("book/rules/one-warden.toml", text.replace("one-warden", "wardens"));
    assert!(site.run(&["new", "rule", "wardens"]).stderr.contains("the rule `wardens` already exists"));
    // Without groups there is no subject yet, but the file is valid.
    let site = TestSite::small(&[]);
    site.run(&["new", "rule", "x"]).fine();
    assert!(site.run(&["check"]).fine().stderr.contains("[conformance/no-subject]"));
}
