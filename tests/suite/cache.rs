//! A build that repeats the last one from the cache is the same as one without a cache. `ROLEBOOK_SEED` repeats a run,
//! and `ROLEBOOK_ROUNDS` sets the number of random changes.

use std::fs;
use std::path::Path;
use std::process::Command;

use fastrand::Rng;
use sha2::{Digest, Sha256};

use crate::harness::{Need, note};
use crate::history;
use crate::support::{Run, TestSite, count, files, seed};

const ROUNDS: usize = 16;

/// The file of the cached build.
const ENTRY: &str = ".rolebook/build";

/// Length of what precedes the content in a file of the cache, and of the checksum at its end.
const HEADER: (usize, usize) = (80, 32);

const CONFIG: &str = "title = \"T\"\n\n[search]\nenabled = false\n\n[[source]]\npath = \"content\"\n\n\
    [[source]]\nname = \"others\"\nformat = \"markdown\"\npath = \"others\"\nmount = \"others\"\nbroken_links = \"warn\"\n";

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"9\" height=\"9\"/></svg>";

fn site() -> TestSite {
    TestSite::new(&[
        ("site.toml", CONFIG),
        ("content/index.md", "# Home\n\n![A picture](a.png) [text](notes.txt)\n"),
        ("content/guides/a.md", "# A\n\n[B](b.md)\n"),
        ("content/guides/b.md", "# B\n\nText.\n"),
        ("content/a.png", "a picture"),
        ("content/notes.txt", "Notes.\n"),
        ("content/groups/sig-paint.toml", "name = \"Paint\"\nkind = \"sig\"\n"),
        (
            "others/README.md",
            "# Others\n\n![A drawing](drawing.svg) [x](https://a:secret@example.org/) [y](missing.md)\n\n[z](gone.md)\n",
        ),
        ("others/drawing.svg", SVG),
    ])
}

/// A finished build.
#[derive(Debug, PartialEq)]
struct Build {
    code: i32,
    /// The output, without the name of the folder, the numbers of written files and the duration.
    lines: Vec<String>,
    /// True if the last build was repeated.
    is_repeated: bool,
}

fn run(program: &Path, site: &Path, options: &[&str], epoch: u64) -> Build {
    let mut command = Command::new(program);
    command.args(["build", "--profile"]).args(options).current_dir(site).env("NO_COLOR", "1");
    let run = Run::new(command.env("SOURCE_DATE_EPOCH", epoch.to_string()).output().unwrap());
    let mut lines: Vec<String> =
        run.stderr.lines().filter(|line| !line.ends_with(" ms")).map(str::to_owned).collect();
    let cached = lines.iter().position(|line| line.starts_with("           cache "));
    let is_repeated =
        cached.is_some_and(|at| lines.remove(at).ends_with("nothing has changed since the last build"));
    if let Some(line) = lines.last_mut().filter(|_| run.code == 0) {
        let (pages, rest) = line.split_once(": ").unwrap().1.split_once(" (").unwrap();
        let (files, rest) = rest.split_once("), ").unwrap();
        assert!(!is_repeated || files.starts_with("0 files written, "), "{files}");
        *line = format!("{pages} {}", rest.rsplit_once(", ").unwrap().0);
    }
    lines.extend(run.stdout.lines().map(str::to_owned));
    Build { code: run.code, lines, is_repeated }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_rolebook"))
}

/// Builds the site, compares it with a build into a new folder without the cache, and returns whether the last build
/// was repeated.
#[track_caller]
fn builds_the_same(site: &TestSite, epoch: u64) -> bool {
    let cached = run(program(), site.path(), &[], epoch);
    let out = tempfile::tempdir().unwrap();
    let fresh = run(program(), site.path(), &["--no-cache", "--out", out.path().to_str().unwrap()], epoch);
    assert!(!fresh.is_repeated);
    assert_eq!((cached.code, &cached.lines), (fresh.code, &fresh.lines));
    if cached.code == 0 {
        assert!(files(&site.path().join("public")) == files(out.path()), "the same files");
    }
    cached.is_repeated
}

/// A site that was built, and whose build would be repeated.
fn built() -> TestSite {
    let site = site();
    assert!(!builds_the_same(&site, 1));
    assert!(builds_the_same(&site, 1));
    site
}

#[test]
fn an_unchanged_site_is_not_built_again() {
    let site = built();
    // New times of inputs change nothing.
    for path in ["site.toml", "content/index.md", "content/a.png"] {
        let text = fs::read(site.path().join(path)).unwrap();
        site.file(path, text);
    }
    assert!(builds_the_same(&site, 1));
    fs::remove_dir_all(site.path().join(".rolebook")).unwrap();
    assert!(!builds_the_same(&site, 1), "without the folder, it is built");
    assert!(builds_the_same(&site, 1));
    assert!(!builds_the_same(&site, 2), "at another time, it is built");
    let names = fs::read_dir(site.path().join(".rolebook")).unwrap();
    assert_eq!(names.count(), 2, "nothing accumulates");
}

#[test]
fn random_changes_are_built() {
    let seed = seed(20_261_129);
    let mut random = Rng::with_seed(seed);
    let site = built();
    let mut epoch = 1;
    for round in 0..count("ROLEBOOK_ROUNDS", ROUNDS) {
        for _ in 0..random.usize(0..3) {
            let changed = change(&site, &mut random, &mut epoch);
            note(format!("round {round}: {changed}"));
        }
        builds_the_same(&site, epoch);
        // Nothing or something trivial happens in between.
        if random.bool() {
            builds_the_same(&site, epoch);
        }
    }
}

/// Makes a random change, and describes it.
fn change(site: &TestSite, random: &mut Rng, epoch: &mut u64) -> String {
    let number = random.u32(0..4);
    let page = ["content/guides/a.md", "content/guides/b.md", "content/guides/c.md", "others/gone.md"];
    let page = page[random.usize(0..page.len())];
    let place = site.path().join(page);
    match random.u32(0..12) {
        0 | 1 => {
            site.file(page, format!("# P\n\nText {number}. [B](b.md)\n"));
            format!("{page} is written")
        }
        2 => {
            let _ = fs::remove_file(place);
            format!("{page} is removed")
        }
        3 => {
            let _ = fs::rename(place, site.path().join("content/guides/moved.md"));
            format!("{page} is moved")
        }
        4 => {
            site.file("site.toml", CONFIG.replacen("\"T\"", &format!("\"T{number}\""), 1));
            "site.toml is written".to_owned()
        }
        5 => {
            site.file("themes/default/assets/own.css", format!("/* {number} */"));
            "an asset of the theme is written".to_owned()
        }
        6 => {
            site.file("themes/default/strings/en.toml", format!("[page]\nskip = \"Skip {number}\"\n"));
            "the strings of the theme are written".to_owned()
        }
        7 => {
            site.file("governance.lock", format!("# {number}\n"));
            "the lock is written".to_owned()
        }
        8 => {
            let path = ["content/a.png", "content/notes.txt", "others/drawing.svg"][random.usize(0..3)];
            let text = if path.ends_with("svg") {
                SVG.replace('9', &number.to_string())
            } else {
                number.to_string()
            };
            site.file(path, text);
            format!("{path} is written")
        }
        9 => {
            *epoch = u64::from(number) * 86_400;
            format!("the time is {epoch}")
        }
        _ => change_of_output(site, random),
    }
}

/// Changes a file in the output folder.
fn change_of_output(site: &TestSite, random: &mut Rng) -> String {
    let out = site.path().join("public");
    let paths: Vec<String> = files(&out).into_keys().filter(|path| path.contains('/')).collect();
    let path = &paths[random.usize(0..paths.len())];
    let place = out.join(path);
    let mut bytes = fs::read(&place).unwrap();
    match random.u32(0..3) {
        0 => fs::remove_file(&place).unwrap(),
        1 => fs::write(&place, [&bytes[..], b"x"].concat()).unwrap(),
        // The same size.
        _ => {
            if let Some(byte) = bytes.first_mut() {
                *byte ^= 1;
            }
            fs::write(&place, bytes).unwrap();
        }
    }
    format!("public/{path} is changed")
}

#[test]
fn a_damaged_cache_changes_nothing() {
    let site = built();
    let place = site.path().join(ENTRY);
    let mut random = Rng::with_seed(seed(1));
    for round in 0..12 {
        let mut bytes = fs::read(&place).unwrap();
        match round % 4 {
            0 => bytes.truncate(random.usize(0..bytes.len())),
            1 => {
                let at = random.usize(0..bytes.len());
                bytes[at] ^= 1 << random.u32(0..8);
            }
            2 => bytes.extend_from_slice(b"more"),
            _ => bytes.iter_mut().skip(round).for_each(|byte| *byte = random.u8(..)),
        }
        fs::write(&place, bytes).unwrap();
        assert!(!builds_the_same(&site, 1), "round {round}");
    }
    fs::File::options().write(true).open(&place).unwrap().set_len(1 << 32).unwrap();
    assert!(!builds_the_same(&site, 1));
    // The cache of another site.
    let other = built();
    other.file("content/guides/a.md", "# Other\n");
    assert!(!builds_the_same(&other, 1));
    fs::copy(other.path().join(ENTRY), &place).unwrap();
    assert!(!builds_the_same(&site, 1));
    assert!(builds_the_same(&site, 1));
}

#[test]
fn a_cache_that_cannot_be_written_changes_nothing() {
    let site = site();
    site.file(".rolebook", "a file");
    assert!(!builds_the_same(&site, 1));
    assert!(!builds_the_same(&site, 1));
    fs::remove_file(site.path().join(".rolebook")).unwrap();
    site.file(".rolebook/build/x", "a folder");
    assert!(!builds_the_same(&site, 1));
    assert!(!builds_the_same(&site, 1));
}

#[test]
#[cfg(unix)]
fn a_site_that_cannot_be_written_is_built() {
    use std::os::unix::fs::PermissionsExt;
    let (site, out) = (site(), tempfile::tempdir().unwrap());
    let set = |mode| fs::set_permissions(site.path(), fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    let runs = [1, 2].map(|_| run(program(), site.path(), &["--out", out.path().to_str().unwrap()], 1));
    set(0o755);
    assert_eq!(runs[0].code, 0, "{:?}", runs[0].lines);
    assert_eq!(runs[0].lines, runs[1].lines);
}

/// Somebody else's file with the right header can only have other diagnostics. It is not written anywhere.
#[test]
fn a_forged_cache_writes_nothing() {
    let site = built();
    let place = site.path().join(ENTRY);
    let (good, before) = (fs::read(&place).unwrap(), files(&site.path().join("public")));
    let text = String::from_utf8(good[HEADER.0..].to_vec()).unwrap();
    let out_of_line = text.replacen("\"marked\":[", "\"marked\":[9", 1);
    let elsewhere = text.replacen("\"index.html\"", "\"../victim.txt\"", 1);
    let copied = text.replacen("\"a.png\"", "\"../../victim.txt\"", 1);
    for forged in [out_of_line, elsewhere, copied] {
        assert_ne!(forged, text);
        site.file("victim.txt", "mine");
        let checksum = Sha256::digest(&forged);
        fs::write(&place, [&good[..HEADER.0 - HEADER.1], &checksum, forged.as_bytes()].concat()).unwrap();
        assert!(!builds_the_same(&site, 1));
        assert_eq!(fs::read(site.path().join("victim.txt")).unwrap(), b"mine");
        assert!(files(&site.path().join("public")) == before);
    }
}

#[test]
fn another_program_builds_again() {
    let site = built();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join(program().file_name().unwrap());
    fs::copy(program(), &other).unwrap();
    assert!(!run(&other, site.path(), &[], 1).is_repeated);
    assert!(run(&other, site.path(), &[], 1).is_repeated);
    assert!(!run(program(), site.path(), &[], 1).is_repeated);
}

#[test]
fn options_have_the_same_effect_as_in_a_full_build() {
    let site = built();
    for options in [&["--strict"][..], &["--message-format", "json"], &["--message-format", "sarif"]] {
        let repeated = run(program(), site.path(), options, 1);
        let full = run(program(), site.path(), &[options, &["--no-cache"]].concat(), 1);
        assert_eq!((repeated.code, repeated.lines), (full.code, full.lines));
    }
    assert!(!run(program(), site.path(), &["--base-url", "https://example.org/"], 1).is_repeated);
}

/// `check` after a build reports what it reports without one.
#[test]
fn a_check_repeats_the_diagnostics_of_a_build() {
    let (built, other) = (built(), site());
    let check = |site: &TestSite, options: &[&str]| {
        let mut command = Command::new(program());
        command.arg("check").args(options).current_dir(site.path()).env("SOURCE_DATE_EPOCH", "1");
        let run = Run::new(command.output().unwrap());
        (run.code, run.stdout, run.stderr)
    };
    for options in [&[][..], &["--strict"], &["--only", "link"], &["--message-format", "json"]] {
        assert_eq!(check(&built, options), check(&other, options));
    }
    built.file("others/missing.md", "# Here\n");
    assert!(!check(&built, &[]).2.contains("missing.md"));
}

#[test]
fn no_credentials_are_stored() {
    let site = built();
    let entry = fs::read(site.path().join(ENTRY)).unwrap();
    let entry = String::from_utf8_lossy(&entry);
    assert!(entry.contains("missing.md") && !entry.contains("secret"), "{entry}");
}

/// A page in the place of a link must not be written through it, even if all files there are the same.
#[test]
#[cfg(unix)]
fn a_link_in_the_output_is_reported() {
    let site = built();
    let (folder, moved) = (site.path().join("public/guides"), site.path().join("moved"));
    fs::rename(&folder, &moved).unwrap();
    std::os::unix::fs::symlink(&moved, &folder).unwrap();
    let build = run(program(), site.path(), &[], 1);
    assert_eq!(build.code, 2, "{:?}", build.lines);
    assert!(build.lines.iter().any(|line| line.contains("output/foreign-file")), "{:?}", build.lines);
}

#[test]
fn git_ignores_the_folder() {
    let site = built();
    assert_eq!(fs::read_to_string(site.path().join(".rolebook/.gitignore")).unwrap(), "*\n");
}

#[test(needs(Need::Program("git")))]
fn commits_are_built() {
    let site = site();
    history::git(site.path(), &["init", "--quiet"]);
    site.file(".gitignore", "/public/\n");
    history::commit(&site, ("Ann Bell", 1_767_225_600, "first"));
    assert!(!builds_the_same(&site, 1));
    assert!(builds_the_same(&site, 1));
    assert!(site.page("guides/a/index.html").contains("2026-01-01"));
    site.file("elsewhere.txt", "x");
    history::commit(&site, ("Ann Bell", 1_767_312_000, "second"));
    assert!(!builds_the_same(&site, 1), "another commit");
    assert!(builds_the_same(&site, 1));
    site.file(".mailmap", "Ann Example <ann@secret.example>\n");
    assert!(!builds_the_same(&site, 1), "other names");
    history::git(site.path(), &["reset", "--quiet", "--hard", "HEAD~1"]);
    assert!(!builds_the_same(&site, 1), "an earlier commit");
    fs::rename(site.path().join(".git"), site.path().join("gone")).unwrap();
    assert!(!builds_the_same(&site, 1), "no history");
}
