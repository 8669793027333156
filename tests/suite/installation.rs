//! Completion scripts, manual pages, and the oldest version of Rust.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Run, TestSite, files, project};

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

#[test]
fn every_shell_has_a_completion_script() {
    let site = TestSite::new(&[]);
    for shell in SHELLS {
        let script = site.run(&["completions", shell]).fine().stdout;
        for word in ["publish", "message-format", "issue-forms"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
        site.file(shell, &script);
    }
    let unknown = site.run(&["completions", "tcsh"]);
    assert_eq!(unknown.code, 2);
    assert!(SHELLS.iter().all(|shell| unknown.stderr.contains(shell)), "{}", unknown.stderr);
}

#[test(needs(Program("bash")))]
fn bash_completes_subcommands_and_values() {
    let site = TestSite::new(&[]);
    site.file("script", site.run(&["completions", "bash"]).fine().stdout);
    let complete = |words: &str| {
        let last = words.split(' ').count() - 1;
        let typed = format!(
            "source ./script; COMP_WORDS=({words} ''); COMP_CWORD={}; _rolebook rolebook '' '{}'; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            last + 1,
            words.split(' ').next_back().unwrap_or_default(),
        );
        let output = Command::new("bash").current_dir(site.path()).args(["--norc", "-c", &typed]).output();
        Run::new(output.unwrap()).fine().stdout.lines().map(str::to_owned).collect::<BTreeSet<String>>()
    };
    assert!(complete("rolebook").contains("build"));
    assert!(complete("rolebook new").contains("role"));
    assert!(complete("rolebook check --message-format").contains("sarif"));
    assert!(complete("rolebook theme show").contains("templates/group.html"));
}

/// The names of a command and its subcommands, as its help lists them.
fn commands(site: &TestSite, typed: &[&str], found: &mut BTreeSet<String>) {
    found.insert(format!("rolebook{}", typed.iter().map(|word| format!("-{word}")).collect::<String>()));
    let help = site.run(&[typed, &["--help"]].concat()).fine().stdout;
    let Some((_, listed)) = help.split_once("\nCommands:\n") else { return };
    let listed = listed.lines().take_while(|line| !line.is_empty());
    // Continued descriptions are indented further.
    let names = listed.filter_map(|line| line.strip_prefix("  ").filter(|name| !name.starts_with(' ')));
    for name in names.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help") {
        commands(site, &[typed, &[name]].concat(), found);
    }
}

/// The manual pages, in the folder `man1` of a site.
fn with_pages() -> TestSite {
    let site = TestSite::new(&[]);
    site.run(&["man", "man1"]).fine();
    site
}

#[test]
fn every_command_has_a_manual_page() {
    let site = with_pages();
    let mut all = BTreeSet::new();
    commands(&site, &[], &mut all);
    assert!(all.len() > 15 && all.contains("rolebook-new-role"), "{all:?}");
    let pages = files(&site.path().join("man1"));
    let names: BTreeSet<String> = pages.keys().map(|name| name.trim_end_matches(".1").to_owned()).collect();
    assert_eq!(names, all);
    let page = String::from_utf8_lossy(&pages["rolebook-new-role.1"]);
    assert!(page.contains("rolebook new role") && page.contains("Examples:"), "{page}");
    let again = with_pages();
    assert_eq!(files(&again.path().join("man1")), pages, "no page contains the date");
}

#[test(needs(Program("mandoc")))]
fn manual_pages_are_valid() {
    let site = with_pages();
    let mandoc = |options: &[&str], page: &Path| {
        Run::new(Command::new("mandoc").args(options).arg(page).output().unwrap())
    };
    for entry in fs::read_dir(site.path().join("man1")).unwrap() {
        let page = entry.unwrap().path();
        let shown = mandoc(&["-Tutf8"], &page).fine().stdout;
        assert!(
            shown.contains("SYNOPSIS") || shown.contains("S\u{8}SY\u{8}YN"),
            "{}: {shown}",
            page.display()
        );
        // Warnings are about superfluous line breaks.
        assert_eq!(mandoc(&["-Tlint", "-Werror"], &page).stdout, "");
    }
}

/// Clippy reports newer parts of the standard library (`incompatible_msrv`), and CI compiles with the declared version.
#[test]
fn the_declared_version_of_rust_is_enough_for_all_dependencies() {
    let of = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(project()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let rustc = of("rustc", &["-vV"]);
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let arguments = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&of(env!("CARGO"), &arguments)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let version = |package: &Value| {
        let parts = package["rust_version"].as_str().unwrap_or("0").split('.');
        parts.map(|part| part.parse().unwrap()).chain([0, 0]).take(3).collect::<Vec<u32>>()
    };
    let own = version(packages.iter().find(|package| package["name"] == "rolebook").unwrap());
    let newer: Vec<_> = packages.iter().filter(|package| version(package) > own).map(|p| &p["id"]).collect();
    assert_eq!(newer, [] as [&Value; 0], "dependencies need a newer Rust than {own:?}");
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    assert!(readme.contains(&format!("[Rust](https://rustup.rs) {}.{} or later", own[0], own[1])));
}
