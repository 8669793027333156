//! Instructions that builds execute, counted by Valgrind: `cargo bench --bench instructions`.
//!
//! Counts do not depend on the load of the machine, so CI compares them with `benches/instructions.toml` and fails if
//! one grew by more than [`TOLERANCE`]. `ROLEBOOK_BLESS=1` records the present counts. The counts are those of one
//! thread, on copies without git history.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use common::{copy_folder, site_of_copies};

/// Accepted growth. Two runs differ by less than 0.0001, and processors with other vector instructions by more.
const TOLERANCE: f64 = 0.08;
/// A checkout that is mounted if it is there.
const COMMUNITY: &str = "../shared/data/community";

/// The number of sources with the same documents, and of the documents.
const COPIES: usize = 30;
const DOCUMENTS: usize = 30;

/// Instructions by the name of the site.
type Counts = BTreeMap<String, u64>;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let recorded = root.join("benches/instructions.toml");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let miniature = folder.path().join("miniature");
    copy_folder(&root.join("tests/sites/miniature"), &miniature);
    let handbook = folder.path().join("handbook");
    copy_folder(&root.join("content"), &handbook.join("content"));
    for file in ["site.toml", "governance.lock"] {
        fs::copy(root.join(file), handbook.join(file)).expect("a copy");
    }
    let mut counts = Counts::new();
    let (copies, sources) = copies(folder.path());
    counts.insert("miniature".into(), instructions(&miniature, &[]));
    counts.insert("handbook".into(), instructions(&handbook, &[]));
    counts.insert("copies".into(), instructions(&copies, &sources));
    if root.join(COMMUNITY).is_dir() {
        let source = format!("community={}", root.join(COMMUNITY).display());
        counts.insert("community".into(), instructions(&handbook, &[source]));
    }
    if std::env::var_os("ROLEBOOK_BLESS").is_some() {
        fs::write(&recorded, toml::to_string(&counts).expect("TOML")).expect("a file");
        return ExitCode::SUCCESS;
    }
    let text = fs::read_to_string(&recorded).expect("recorded counts");
    let expected: Counts = toml::from_str(&text).expect("counts by site");
    let mut exit = ExitCode::SUCCESS;
    for (site, count) in counts {
        let Some(expected) = expected.get(&site) else {
            println!("{site}: {count} instructions, none recorded");
            exit = ExitCode::FAILURE;
            continue;
        };
        let growth = count as f64 / *expected as f64 - 1.0;
        println!("{site}: {count} instructions, {:+.1} %", growth * 100.0);
        if growth > TOLERANCE {
            println!("{site} takes longer than recorded: find out why, or record it with ROLEBOOK_BLESS=1");
            exit = ExitCode::FAILURE;
        }
    }
    exit
}

/// A site of sources that contain the same documents, each of which cites all others: what grows with the square of the
/// sources shows here. With it, the sources for the command line.
fn copies(folder: &Path) -> (PathBuf, Vec<String>) {
    let (site, documents) = (folder.join("copies"), folder.join("documents"));
    let names: Vec<String> = (0..DOCUMENTS).map(|number| format!("document-{number}.md")).collect();
    let links: String = names.iter().map(|name| format!("- [{name}]({name})\n")).collect();
    fs::create_dir(&documents).expect("a folder");
    for name in &names {
        fs::write(documents.join(name), format!("# {name}\n\n{links}")).expect("a document");
    }
    let sources = site_of_copies(&site, &documents, COPIES);
    (site, sources)
}

/// Instructions of a build of a site with these sources.
fn instructions(site: &Path, sources: &[String]) -> u64 {
    let output = tempfile::tempdir().expect("a temporary folder");
    let log = output.path().join("valgrind.log");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(format!("--log-file={}", log.display()));
    command.arg(env!("CARGO_BIN_EXE_rolebook")).arg("build").arg("--out").arg(output.path().join("public"));
    command.args(sources.iter().flat_map(|source| ["--source", source]));
    command.current_dir(site).stdout(Stdio::null()).stderr(Stdio::null());
    command.env("RAYON_NUM_THREADS", "1").env("SOURCE_DATE_EPOCH", "1767225600");
    let status = command.status().expect("valgrind, which counts instructions");
    assert!(status.success(), "the build succeeds");
    let log = fs::read_to_string(log).expect("the log of valgrind");
    let line = log.lines().find_map(|line| line.split_once("Collected :")).expect("a count in the log");
    line.1.trim().parse().expect("a number")
}
