//! Parts that benchmarks share: measuring processes, and copying folders.
#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

/// Resources used by one run of a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of processor time, of the program and of the system for it.
    pub(crate) processor: f64,
    /// Largest resident memory in bytes.
    pub(crate) memory: f64,
    /// True if it ended by itself with success.
    pub(crate) succeeded: bool,
    /// False if a signal ended it.
    pub(crate) exited: bool,
}

/// Runs a program without its output.
pub(crate) fn measured(command: &mut Command) -> Usage {
    let started = Instant::now();
    let mut child =
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a program that starts");
    let used = child.wait4().expect("a process that ends");
    Usage {
        wall: started.elapsed().as_secs_f64(),
        processor: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
        memory: used.rusage.maxrss as f64,
        succeeded: used.status.success(),
        exited: used.status.code().is_some(),
    }
}

/// The middle value.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Makes a site of sources with the same documents, without search. Returns the sources for the command line.
pub(crate) fn site_of_copies(site: &Path, documents: &Path, copies: usize) -> Vec<String> {
    let mut config = String::from("title = \"Copies\"\n[search]\nenabled = false\n");
    for copy in 0..copies {
        let _ = write!(
            config,
            "[[source]]\nname = \"c{copy}\"\nformat = \"markdown\"\npath = \"c{copy}\"\nmount = \"c{copy}\"\n\
             broken_links = \"warn\"\n"
        );
    }
    std::fs::create_dir_all(site).expect("a folder");
    std::fs::write(site.join("site.toml"), config).expect("a site");
    (0..copies).map(|copy| format!("c{copy}={}", documents.display())).collect()
}

/// Copies the regular files of a folder.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().filter_map(Result::ok) {
        let place = to.join(entry.path().strip_prefix(from).expect("below it"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(place).expect("a folder");
        } else if entry.file_type().is_file() {
            std::fs::copy(entry.path(), place).expect("a file");
        }
    }
}
