//! Time by stage, over several cold runs in one process: `cargo bench -- [SITE] [NAME=PATH]`.
//!
//! Without arguments it builds this project's own handbook. It shows medians; it asserts nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use rolebook::engine::{Engine, Overrides};

const RUNS: usize = 9;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let site = arguments.iter().find(|argument| !argument.contains('='));
    let site = site.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let sources = arguments.iter().filter_map(|argument| argument.split_once('='));
    let sources = sources.map(|(name, path)| (name.to_owned(), PathBuf::from(path))).collect();
    let overrides = Overrides { sources, ..Overrides::default() };
    let mut stages: Vec<&'static str> = Vec::new();
    let mut times: BTreeMap<&'static str, Vec<Duration>> = BTreeMap::new();
    for _ in 0..RUNS {
        let out = tempfile::tempdir().expect("a temporary folder");
        let mut engine = Engine::load(&site, &overrides).expect("a site that loads");
        engine.diagnostics();
        let result = engine.write(&out.path().join("public")).expect("a folder that can be written");
        assert!(result.is_ok(), "pages that render");
        for (stage, time) in &engine.times {
            if !stages.contains(stage) {
                stages.push(stage);
            }
            times.entry(stage).or_default().push(*time);
        }
    }
    let mut total = Duration::ZERO;
    for stage in stages {
        let mut runs = times.remove(stage).unwrap_or_default();
        runs.sort();
        let median = runs[runs.len() / 2];
        total += median;
        println!("{stage:>16} {:>8.1} ms", median.as_secs_f64() * 1e3);
    }
    println!("{:>16} {:>8.1} ms", "sum", total.as_secs_f64() * 1e3);
}
