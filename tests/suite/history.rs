//! Dates and authors of changes, with real git repositories.

use std::path::Path;
use std::process::Command;

use rolebook::engine::{Database, Engine, Overrides};
use rolebook::source::{HistoryWalk, LastChange, Repository, last_changed};

use crate::support::{TestSite, files};

/// Author, time in seconds since 1970, and message of a commit.
pub(crate) type Commit<'a> = (&'a str, i64, &'a str);

/// Seconds since 1970 at the start of a day, counted from 2026-01-01.
pub(crate) fn day(days: i64) -> i64 {
    1_767_225_600 + days * 86_400
}

/// Runs git in a folder without the machine's configuration.
#[track_caller]
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    git_at(folder, arguments, ("Nobody", day(0), ""));
}

#[track_caller]
fn git_at(folder: &Path, arguments: &[&str], (name, time, _): Commit) {
    let address = format!("{}@secret.example", name.split(' ').next().unwrap().to_lowercase());
    let time = format!("{time} +0200");
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .envs([("GIT_AUTHOR_NAME", name), ("GIT_COMMITTER_NAME", "The Merger")])
        .envs([("GIT_AUTHOR_EMAIL", address.as_str()), ("GIT_COMMITTER_EMAIL", "merger@secret.example")])
        .envs([("GIT_AUTHOR_DATE", time.as_str()), ("GIT_COMMITTER_DATE", time.as_str())])
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[track_caller]
pub(crate) fn commit(site: &TestSite, commit: Commit) {
    git(site.path(), &["add", "--all"]);
    git_at(site.path(), &["commit", "--quiet", "--message", commit.2], commit);
}

/// Date and authors of the last change of a file.
fn last_change(folder: &Path, path: &str) -> Option<(String, Vec<String>)> {
    let walk = HistoryWalk::start(Repository::of(folder));
    let change: Option<&LastChange> = walk.history().files.get(path);
    change.map(|change| (change.date().to_string(), change.contributors.clone()))
}

#[track_caller]
fn assert_last_change(folder: &Path, path: &str, date: &str, names: &[&str]) {
    let names = names.iter().map(ToString::to_string).collect();
    assert_eq!(last_change(folder, path), Some((date.to_owned(), names)), "{path}");
}

const LONG: &str = "# A\n\nFirst.\n\nSecond.\n\nThird.\n\nFourth.\n\nFifth.\n";

#[test]
fn files_have_a_last_change_and_authors() {
    let site = TestSite::new(&[("content/a.md", LONG), ("content/b.md", "# B\n"), ("other.txt", "x")]);
    git(site.path(), &["init", "--quiet"]);
    commit(&site, ("Zoé Ångström", day(1), "one"));
    site.file("content/a.md", LONG.replace("First", "1st"));
    // In the committer's time zone it is already the next day.
    commit(&site, ("Ann Bell", day(3) - 1, "two"));
    site.file("content/a.md", LONG.replace("First", "Erst"));
    commit(&site, ("Ann Bell", day(4), "three"));
    site.file("other.txt", "y");
    commit(&site, ("Otto", day(9), "outside the source"));
    let content = site.path().join("content");
    assert_last_change(&content, "a.md", "2026-01-05", &["Ann Bell", "Zoé Ångström"]);
    assert_last_change(&content, "b.md", "2026-01-02", &["Zoé Ångström"]);
    assert_last_change(site.path(), "content/b.md", "2026-01-02", &["Zoé Ångström"]);
    git_at(site.path(), &["commit", "--quiet", "--allow-empty", "--message", "x"], ("Otto", day(10), ""));
    let whole = HistoryWalk::start(Repository::of(site.path()));
    assert_eq!(whole.history().latest.unwrap().as_second(), day(9), "an empty commit changes nothing");
    let walk = HistoryWalk::start(Repository::of(&content));
    assert_eq!(
        walk.history().latest.unwrap().as_second(),
        day(4),
        "the last change in the source, not in the repository"
    );
    assert!(!walk.history().shallow);
}

#[test]
fn a_renamed_file_keeps_its_history() {
    let site = TestSite::new(&[("content/a.md", LONG), ("content/z.md", "# Z\n")]);
    git(site.path(), &["init", "--quiet"]);
    commit(&site, ("Ann", day(1), "one"));
    git(site.path(), &["switch", "--quiet", "--create", "side"]);
    site.file("content/a.md", LONG.replace("Fifth", "5th"));
    commit(&site, ("Sid", day(5), "on a branch, by its former path"));
    git(site.path(), &["switch", "--quiet", "main"]);
    git(site.path(), &["mv", "content/a.md", "content/b.md"]);
    site.file("content/b.md", LONG.replace("First", "1st"));
    commit(&site, ("Bob", day(2), "rename and edit"));
    git(site.path(), &["mv", "content/b.md", "content/é \"q\" c.md"]);
    commit(&site, ("Cy", day(3), "rename again"));
    let merge = ["merge", "--quiet", "--no-ff", "--message", "merge", "side"];
    git_at(site.path(), &merge, ("The Merger", day(6), ""));
    site.file("content/a.md", "# Another\n");
    commit(&site, ("Dee", day(7), "a new file with the first name"));
    let content = site.path().join("content");
    assert_last_change(&content, "a.md", "2026-01-08", &["Dee"]);
    assert_last_change(&content, "é \"q\" c.md", "2026-01-06", &["Ann", "Bob", "Cy", "Sid"]);
    assert_last_change(&content, "z.md", "2026-01-02", &["Ann"]);
}

#[test]
fn names_follow_the_mailmap_and_contain_no_addresses() {
    let site = TestSite::new(&[("content/a.md", "# A\n")]);
    git(site.path(), &["init", "--quiet"]);
    site.file(".mailmap", "Ann Bell <ann@secret.example>\n");
    commit(&site, ("ann", day(1), "x\n\nCo-authored-by: Bob <bob@secret.example>"));
    site.file("content/a.md", "# B\n");
    commit(
        &site,
        (
            "Bob",
            day(2),
            "x\n\nCo-Authored-By: annie <ann@secret.example>\nCo-authored-by: Bob <b@secret.example>",
        ),
    );
    site.file("content/a.md", "# C\n");
    commit(&site, ("carl@secret.example", day(3), "x\n\nCo-authored-by: nobody"));
    assert_last_change(&site.path().join("content"), "a.md", "2026-01-04", &["Ann Bell", "Bob", "nobody"]);
}

#[test]
fn a_shallow_clone_has_no_uncertain_dates() {
    let site = TestSite::small(&[("content/guides/a.md", LONG), ("content/guides/b.md", "# B\n\nOld.\n")]);
    git(site.path(), &["init", "--quiet"]);
    commit(&site, ("Ann", day(1), "one"));
    site.file("content/guides/b.md", "# B\n\nNew.\n").file("content/guides/c.md", "# C\n");
    commit(&site, ("Bob", day(2), "two"));
    let clone = |depth: &str| {
        let clone = TestSite::new(&[]);
        let from = format!("file://{}", site.path().display());
        git(clone.path(), &["clone", "--quiet", "--depth", depth, &from, "."]);
        clone
    };
    let one = clone("1");
    let run = one.run(&["build"]).fine();
    assert!(run.stderr.contains("source/shallow-history"), "{}", run.stderr);
    for (path, bytes) in files(&one.path().join("public")) {
        let page = String::from_utf8_lossy(&bytes);
        assert!(!path.ends_with(".html") || !page.contains("Last changed"), "{path}");
    }
    let walk = HistoryWalk::start(Repository::of(&one.path().join("content")));
    assert_eq!(walk.history().latest, None);
    // A truncated history has dates, but not all authors.
    site.file("content/guides/b.md", "# B\n\nNewest.\n").file("content/guides/d.md", "# D\n");
    commit(&site, ("Cy", day(3), "three"));
    let content = clone("2").path().join("content");
    assert_eq!(last_change(&content, "guides/a.md"), None, "the clone was removed with its folder");
    let two = clone("2");
    let content = two.path().join("content");
    assert_eq!(last_change(&content, "guides/a.md"), None);
    assert_last_change(&content, "guides/b.md", "2026-01-04", &[]);
    assert_last_change(&content, "guides/d.md", "2026-01-04", &["Cy"]);
}

#[test]
fn without_a_repository_there_are_no_dates() {
    let site = TestSite::small(&[("content/guides/a.md", "# A\n")]);
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("history"), "{}", run.stderr);
    assert!(!site.page("guides/a/index.html").contains("Last changed"));
    git(site.path(), &["init", "--quiet"]);
    site.run(&["build", "--strict"]).fine();
    assert!(!site.page("guides/a/index.html").contains("Last changed"), "a repository without a commit");
}

/// A handbook in a repository, with every kind of page that shows dates.
fn handbook() -> TestSite {
    let site = TestSite::new(&[
        (
            "site.toml",
            "title = \"T\"\n[[source]]\npath = \"content\"\nweb = \"https://github.com/o/r/blob/main/content\"\n\
             [[source]]\nname = \"up\"\nformat = \"kubernetes-community\"\npath = \"up\"\nmount = \"up\"\n\
             web = \"https://git.example/up/\"\nedit = \"https://git.example/edit/up/\"\nbroken_links = \"warn\"\n",
        ),
        ("content/index.md", "# T\n\nHello.\n"),
        ("content/guides/a b.md", "# A\n\nText.\n"),
        (
            "content/roles/chair.md",
            "+++\napplies_to = [\"sig\"]\nskills = { mix = 1 }\n+++\n# Chair\n\nA chair.\n",
        ),
        ("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\n[roles.chair]\nnote = \"Yes.\"\n"),
        (
            "content/checklists/all.toml",
            "title = \"All\"\n[[items]]\nid = \"x\"\nphase = \"day-1\"\ntext = \"Do it.\"\n",
        ),
        (
            "content/skills/craft.toml",
            "name = \"Craft\"\n[[skills]]\nid = \"mix\"\nname = \"Mix\"\ndescription = \"Mixes.\"\n\
             [[skills.levels]]\nlevel = 1\nname = \"Some\"\ndescription = \"Sees.\"\n",
        ),
        ("up/guide.md", "# Guide\n\nText.\n"),
        (
            "up/sigs.yaml",
            "sigs:\n  - dir: sig-x\n    name: X\n    meetings:\n    - description: Regular\n      day: Tuesday\n\
             \x20     time: \"09:00\"\n      tz: UTC\n      frequency: weekly\n",
        ),
    ]);
    git(site.path(), &["init", "--quiet"]);
    git(site.path(), &["add", "content", "site.toml"]);
    git_at(site.path(), &["commit", "--quiet", "--message", "handbook"], ("Ann", day(1), ""));
    git(site.path(), &["add", "up"]);
    git_at(site.path(), &["commit", "--quiet", "--message", "up"], ("Uwe", day(2), ""));
    site
}

#[test]
fn pages_show_their_last_change_and_edit_links() {
    let site = handbook();
    site.run(&["build"]).fine();
    for (page, file, date) in [
        ("guides/a b", "guides/a%20b.md", "2026-01-02"),
        ("roles/chair", "roles/chair.md", "2026-01-02"),
        ("groups/sig-x", "groups/sig-x.toml", "2026-01-02"),
        ("checklists/all", "checklists/all.toml", "2026-01-02"),
        ("skills/mix", "skills/craft.toml", "2026-01-02"),
    ] {
        let html = site.page(&format!("{page}/index.html"));
        let changed =
            format!("Last changed <time datetime=\"{date}\">{date}</time>. Contributors: Ann</span>");
        assert!(html.contains(&changed), "{page}: {html}");
        for view in ["edit", "blob"] {
            assert!(
                html.contains(&format!("\"https://github.com/o/r/{view}/main/content/{file}\"")),
                "{html}"
            );
        }
    }
    let guide = site.page("up/guide/index.html");
    assert!(guide.contains("Contributors: Uwe"), "{guide}");
    assert!(guide.contains("href=\"https://git.example/edit/up/guide.md\">Edit this page"), "{guide}");
    assert!(guide.contains("href=\"https://git.example/up/guide.md\">View source"), "{guide}");
    // A group's page names both files: the overlay and the facts.
    let group = site.page("groups/sig-x/index.html");
    for link in [
        "https://github.com/o/r/edit/main/content/groups/sig-x.toml\">Edit groups/sig-x.toml",
        "https://git.example/edit/up/sigs.yaml\">Edit sigs.yaml",
        "https://git.example/up/sigs.yaml\">View source of sigs.yaml",
    ] {
        assert!(group.contains(link), "{group}");
    }
    for list in ["groups", "people", "coverage", "checklists", "references", "groups/sig-x/chair"] {
        let Ok(html) = std::fs::read_to_string(site.path().join("public").join(list).join("index.html"))
        else {
            continue;
        };
        assert!(!html.contains("Last changed") && !html.contains(">Edit "), "{list}");
    }
    // The calendar is stamped with the last commit of the source of the facts.
    assert!(site.page("calendar/sig-x.ics").contains("DTSTAMP:20260103T000000Z"));
    for (path, bytes) in files(&site.path().join("public")) {
        assert!(
            !String::from_utf8_lossy(&bytes).contains("secret.example"),
            "{path} contains an email address"
        );
    }
}

#[test]
fn long_lists_of_contributors_are_shortened() {
    let site = TestSite::small(&[]);
    git(site.path(), &["init", "--quiet"]);
    for (index, name) in ["Ann", "Bob", "Cy", "Dee", "Eve"].into_iter().enumerate() {
        site.file("content/guides/a.md", format!("# A\n\n{name}.\n"));
        commit(&site, (name, day(index as i64), "x"));
    }
    site.run(&["build"]).fine();
    let page = site.page("guides/a/index.html");
    assert!(page.contains("2026-01-05</time>. Contributors: Ann, Bob, Cy and 2 more</span>"), "{page}");
    site.file("site.toml", "title = \"Small\"\nhistory = false\n[[source]]\npath = \"content\"\n");
    site.run(&["build"]).fine();
    assert!(!site.page("guides/a/index.html").contains("Last changed"));
}

#[test]
fn builds_are_reproducible_and_unrelated_commits_change_no_page() {
    use rolebook::render::{RouteKey, rendered};
    use rolebook::source::Site;
    use salsa::Setter;
    use std::sync::{Arc, Mutex};

    let site = handbook();
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut engine =
        Engine::load_into(Database::logged(log.clone()), site.path(), &Overrides::default()).unwrap();
    let render = |engine: &Engine| {
        log.lock().unwrap().clear();
        let mut rendered_again = Vec::new();
        let count = || log.lock().unwrap().iter().filter(|key: &&String| key.starts_with("rendered")).count();
        let mut routes = engine.routes();
        // The print page includes most others, so it comes last.
        routes.sort_by_key(|(_, route)| *route == rolebook::pages::PRINT);
        for (url, route) in routes {
            let before = count();
            assert!(matches!(rendered(&engine.db, RouteKey::new(&engine.db, route)), Some(Ok(_))), "{url}");
            rendered_again.extend((count() > before).then_some(url));
        }
        rendered_again
    };
    assert!(render(&engine).len() > 10);
    site.file("content/guides/a b.md", "# A\n\nText.\n\nMore.\n").file("elsewhere.txt", "x");
    commit(&site, ("Eve", day(5), "x"));
    // The history is read again and the text is not: only pages that show the date change.
    let walks =
        engine.source_roots.iter().map(|root| Arc::new(HistoryWalk::start(Repository::of(root)))).collect();
    Site::get(&engine.db).set_histories(&mut engine.db).to(walks);
    assert_eq!(render(&engine), ["/changes/", "/guides/a b/"]);
    let file = Site::get(&engine.db).trees(&engine.db)[0].file("guides/a b.md").unwrap();
    let change = last_changed(&engine.db, file).clone().unwrap();
    assert_eq!(
        (change.date().to_string().as_str(), change.contributors),
        ("2026-01-06", vec!["Ann".into(), "Eve".into()])
    );

    site.run(&["build", "--out", "one"]).fine();
    site.run(&["build", "--out", "two"]).fine();
    assert!(files(&site.path().join("one")) == files(&site.path().join("two")));
}

/// The settings of a repository may name a program that checks signatures; the repository is that of other people.
#[test]
#[cfg(unix)]
fn git_runs_no_program_of_a_source() {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    use std::process::{Command, Stdio};

    let config = "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\n\
        path = \"up\"\nmount = \"up\"\nnormative = [\"rules.md\"]\n";
    let site = TestSite::small(&[
        ("site.toml", config),
        ("content/index.md", "# T\n\n[rule](/up/rules.md#leads)\n"),
        ("up/rules.md", "# Rules\n\n## Leads\n\nA lead **MUST** answer.\n"),
    ]);
    site.run(&["review", "--all"]).fine();
    let up = site.path().join("up");
    let git = |arguments: &[&str], input: &str| {
        let mut git = Command::new("git");
        git.arg("-C").arg(&up).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
        let mut git = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        git.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = git.wait_with_output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet"], "");
    git(&["add", "rules.md"], "");
    let tree = git(&["write-tree"], "");
    let person = "A <a@example.org> 1700000000 +0000";
    let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----";
    let commit = format!("tree {tree}\nauthor {person}\ncommitter {person}\n{signature}\n\nm\n");
    let commit = git(&["hash-object", "-t", "commit", "-w", "--stdin"], &commit);
    git(&["update-ref", "HEAD", &commit], "");
    let mark = site.path().join("mark");
    let program = site.path().join("program");
    std::fs::write(&program, format!("#!/bin/sh\ntouch '{}'\nexit 1\n", mark.display())).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    git(&["config", "log.showSignature", "true"], "");
    git(&["config", "gpg.program", program.to_str().unwrap()], "");
    git(&["log", "-1"], "");
    assert!(mark.exists(), "plain git runs the program");
    std::fs::remove_file(&mark).unwrap();
    site.file("up/rules.md", "# Rules\n\n## Leads\n\nA lead **MUST** answer within a day.\n");
    let run = site.run(&["review"]);
    assert!(run.stdout.contains("[-") || run.stdout.contains("within a day"), "{}{}", run.stdout, run.stderr);
    site.run(&["build"]).fine();
    site.run(&["doctor"]);
    assert!(!mark.exists());
}
