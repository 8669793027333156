//! Kills builds at random points, two at a time. Afterwards the site is that of one build or is repaired by the next,
//! and no other files are touched. `ROLEBOOK_SEED` repeats a run, `ROLEBOOK_SLOW=1` kills two hundred builds, and
//! `ROLEBOOK_KILLS` sets their number.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fastrand::Rng;
use rolebook::output::MANIFEST;

use crate::harness::note;
use crate::support::{TestSite, count, files, is_slow, seed};

const KILLS: usize = 8;
const SLOW_KILLS: usize = 200;

/// Files not written by rolebook, beside the site and in it.
const FOREIGN: [&str; 4] = ["victim.txt", "o/CNAME", "o/own/notes.txt", "o/3/own.txt"];

/// Writes one of two states of a site, which differ in pages, text, and in whether paths are files or folders.
fn state(site: &TestSite, name: &str, first: bool) {
    let config = format!("title = \"{name}\"\n\n[[source]]\npath = \"content\"\n");
    site.file(&format!("{name}/site.toml"), config).file(&format!("{name}/content/index.md"), "# Home\n");
    for number in 0..60 {
        let text = format!("# Page {number}\n\n{}\n", if number % 3 == 0 { "The same." } else { name });
        let path = match number % 5 {
            0 => format!("{number}/{name}.md"),
            1 if first => format!("{number}.md"),
            1 => format!("{number}/index.html-not/x.md"),
            _ => format!("{number}/x/y.md"),
        };
        site.file(&format!("{name}/content/{path}"), text);
    }
    // A file in one state, a folder in the other.
    let copied = if first { "mixed" } else { "mixed/inner" };
    site.file(&format!("{name}/content/{copied}"), "copied");
    site.file(&format!("{name}/content/links.md"), format!("# Links\n\n[copied]({copied})\n"));
}

fn start(site: &TestSite, name: &str, out: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolebook"));
    let command = command.args(["build", "--site", name, "--out", out]).current_dir(site.path());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The files of a site that rolebook wrote.
fn own(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = files(folder);
    files.retain(|path, _| !FOREIGN.contains(&format!("o/{path}").as_str()));
    files
}

#[test]
fn the_next_build_repairs_a_killed_one() {
    let seed = seed(20_261_128);
    let kills = count("ROLEBOOK_KILLS", if is_slow() { SLOW_KILLS } else { KILLS });
    let mut random = Rng::with_seed(seed);
    let site = TestSite::new(&[]);
    state(&site, "one", true);
    state(&site, "two", false);
    let names = ["one", "two"];
    let expected = names.map(|name| {
        assert!(start(&site, name, &format!("expected-{name}")).wait().unwrap().success());
        files(&site.path().join(format!("expected-{name}")))
    });
    assert!(expected[0].len() > 100 && expected[0] != expected[1]);
    // Measures the duration of a build, to spread kills over it.
    let started = std::time::Instant::now();
    assert!(start(&site, "one", "o").wait().unwrap().success());
    let whole = u64::try_from(started.elapsed().as_micros()).unwrap();
    for path in FOREIGN {
        site.file(path, path);
    }
    let out = site.path().join("o");
    let (mut killed, mut mixed) = (0, 0);
    while killed < kills {
        let mut running =
            [start(&site, names[random.usize(..2)], "o"), start(&site, names[random.usize(..2)], "o")];
        for child in &mut running {
            std::thread::sleep(Duration::from_micros(random.u64(..=whole)));
            // Builds that have already ended do not count.
            killed += usize::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        for path in FOREIGN {
            assert_eq!(
                fs::read_to_string(site.path().join(path)).unwrap(),
                path,
                "seed {seed}, after {killed} kills"
            );
        }
        let after = own(&out);
        mixed += usize::from(!expected.contains(&after));
        // Only sometimes, so that a build also has to handle the remains of several.
        if random.bool() {
            let next = random.usize(..2);
            let done = start(&site, names[next], "o").wait().unwrap();
            assert!(done.success(), "seed {seed}, after {killed} kills");
            let whole = own(&out);
            let differs = |(path, bytes): &(&String, &Vec<u8>)| expected[next].get(*path) != Some(bytes);
            let wrong: Vec<&String> = whole.iter().filter(differs).map(|(path, _)| path).collect();
            assert_eq!(wrong, [] as [&String; 0], "seed {seed}, after {killed} kills");
            assert_eq!(whole.len(), expected[next].len(), "seed {seed}, after {killed} kills");
        }
        // Every file is either listed or foreign.
        let listed = fs::read_to_string(out.join(MANIFEST)).unwrap();
        let unlisted = own(&out).into_keys().find(|path| {
            path != MANIFEST && !path.starts_with(".rolebook-") && !listed.lines().any(|line| line == path)
        });
        assert_eq!(unlisted, None, "seed {seed}, after {killed} kills");
    }
    note(format!("{killed} builds were killed; {mixed} times, files were left to the next build"));
    let beside: Vec<_> = fs::read_dir(site.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside.len(), 6, "{beside:?}");
}
