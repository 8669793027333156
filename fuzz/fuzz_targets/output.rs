//! Reads any bytes as the manifest of an earlier build and as addresses of the next. Accepted paths stay in the
//! output folder, a written manifest reads back the same, and no other file is touched.
//!
//! The input is the manifest, an empty line, then addresses, one per line.
#![no_main]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rolebook::output::{MANIFEST, Manifest, Output};
use rolebook::site_path::{SitePath, check_id};

/// Maximum number of addresses taken from an input.
const MOST: usize = 8;

/// Files that do not belong to rolebook, next to the output and in it.
const FOREIGN: [&str; 5] =
    ["victim.txt", "elsewhere/victim.txt", "public/CNAME", "public/own/index.html", "public/.git/config"];

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for path in FOREIGN {
        let path_of_file = folder.path().join(path);
        fs::create_dir_all(path_of_file.parent().expect("a folder")).expect("a folder that can be made");
        fs::write(path_of_file, path).expect("a file that can be written");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("../elsewhere", folder.path().join("public/link")).expect("a link");
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let (list, addresses) = match bytes.windows(2).position(|pair| pair == b"\n\n") {
        Some(at) => (&bytes[..=at], &bytes[at + 2..]),
        None => (bytes, &bytes[..0]),
    };
    let manifest = Manifest::parse(list);
    manifest.paths.iter().for_each(stays_below);
    let addresses = String::from_utf8_lossy(addresses);
    let paths: Vec<SitePath> = addresses
        .lines()
        .take(MOST)
        .flat_map(|line| [SitePath::of_address(line), SitePath::parse(line)])
        .flatten()
        .inspect(stays_below)
        .collect();
    for line in addresses.lines().filter(|line| check_id(line).is_ok()) {
        stays_below(&SitePath::of_address(&format!("/groups/{line}/chair/")).expect("an address of an id"));
        stays_below(&SitePath::of_address(&format!("/calendar/{line}.ics")).expect("an address of an id"));
    }

    let public = FOLDER.path().join("public");
    // Listed files belong to rolebook, so a manifest that lists existing files is valid.
    let named = |foreign: &str| {
        let path = foreign.strip_prefix("public/").and_then(|path| SitePath::parse(path).ok());
        path.is_some_and(|path| manifest.paths.contains(&path))
    };
    fs::write(public.join(MANIFEST), list).expect("a list that can be written");
    let output = Output::open(&public, || ()).expect("a folder of rolebook's");
    let accepted: BTreeSet<&SitePath> =
        paths.iter().filter(|path| output.write(path, b"page").is_ok()).collect();
    let finished = output.finish().expect("no foreign files block the staged ones");
    assert_eq!(finished.refused, manifest.refused);
    for path in &accepted {
        assert_eq!(fs::read(path.below(&public)).expect("a file that was written"), b"page");
    }
    let listed = fs::read(public.join(MANIFEST)).expect("the list");
    assert!(Manifest::parse(&listed).paths.iter().eq(accepted), "the manifest lists the written files");
    // The next input must find the folder in the same state.
    let nothing = Output::open(&public, || ())
        .expect("a folder of rolebook's")
        .finish()
        .expect("no foreign files block the output");
    assert_eq!(nothing.removed, finished.written + finished.unchanged);
    for foreign in FOREIGN {
        let path_of_file = FOLDER.path().join(foreign);
        match fs::read(&path_of_file) {
            Ok(text) if text == foreign.as_bytes() => {}
            _ if named(foreign) => {
                fs::create_dir_all(path_of_file.parent().expect("a folder"))
                    .expect("a folder that can be made");
                fs::write(path_of_file, foreign).expect("a file that can be written");
            }
            other => panic!("{foreign} is {other:?}"),
        }
    }
    #[cfg(unix)]
    assert!(public.join("link").is_symlink());
    assert_eq!(fs::read_dir(FOLDER.path().join("elsewhere")).expect("a folder").count(), 1);
    assert_eq!(fs::read_dir(FOLDER.path()).expect("a folder").count(), 3);
});

fn stays_below(path: &SitePath) {
    let below = path.below(Path::new("/site/public"));
    let rest = below.strip_prefix("/site/public").expect("a path below the root");
    assert!(
        rest.components().count() > 0 && rest.components().all(|part| matches!(part, Component::Normal(_)))
    );
    assert_eq!(rest.to_str(), Some(path.as_str()));
    assert_eq!(SitePath::parse(path.as_str()).as_ref(), Ok(path));
}
