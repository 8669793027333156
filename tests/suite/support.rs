//! Small sites in temporary folders, and runs of the program on them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use rolebook::engine::{Contents, Engine, Overrides};

use crate::harness::{Need, is_declared, note};

/// Maximum wait for an event; only ends a test that hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The repository's folder.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a site, built in memory.
pub(crate) fn built(site: &Path) -> Contents {
    built_with(site, &Overrides::default())
}

/// The files of a site with settings overridden.
pub(crate) fn built_with(site: &Path, overrides: &Overrides) -> Contents {
    let mut engine = Engine::load(site, overrides).unwrap();
    engine.diagnostics();
    engine.contents().unwrap().unwrap().1
}

/// The files of the project's own handbook without other sources, built once for all tests.
pub(crate) fn handbook() -> &'static Contents {
    static HANDBOOK: LazyLock<Contents> = LazyLock::new(|| built(handbook_site().path()));
    &HANDBOOK
}

/// A copy of the site of the project's own handbook.
pub(crate) fn handbook_site() -> TestSite {
    let site = TestSite::new(&[]);
    copy(&project().join("content"), &site.path().join("content"));
    fs::copy(project().join("site.toml"), site.path().join("site.toml")).unwrap();
    site
}

/// The kind of a page, from its body element.
pub(crate) fn kind(page: &str) -> Option<&str> {
    page.split_once("<body class=\"rb-kind-")?.1.split(['"', ' ']).next()
}

/// True if an environment variable is set and not empty or `0`.
pub(crate) fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

/// The number in an environment variable; noted so that a failed run can be repeated.
fn number(name: &str, default: u64) -> u64 {
    let number = match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|_| panic!("{name} must be a number: {value}")),
        Err(_) => default,
    };
    note(format!("{name}={number}"));
    number
}

/// The number of repetitions of a random test.
pub(crate) fn count(name: &str, default: usize) -> usize {
    usize::try_from(number(name, default as u64)).unwrap()
}

/// The seed of a random test. Some tests do not work with every seed.
pub(crate) fn seed(default: u64) -> u64 {
    number("ROLEBOOK_SEED", default)
}

/// True for slow runs.
pub(crate) fn is_slow() -> bool {
    is_set("ROLEBOOK_SLOW")
}

/// The folder with the snapshot of the real repositories, if available.
pub(crate) fn snapshot_folder() -> Option<PathBuf> {
    let place = match std::env::var_os("ROLEBOOK_TEST_DATA") {
        Some(place) => PathBuf::from(place),
        None => project().join("../shared/data"),
    };
    place.join("community/sigs.yaml").is_file().then(|| place.canonicalize().unwrap())
}

/// The snapshot of the real repositories.
#[track_caller]
pub(crate) fn snapshot() -> PathBuf {
    is_declared(Need::Snapshot);
    snapshot_folder().expect("the snapshot is available")
}

/// A site in a temporary folder.
pub(crate) struct TestSite {
    folder: tempfile::TempDir,
}

impl TestSite {
    /// Creates a site with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            site.file(path, text);
        }
        site
    }

    /// Creates a minimal site with these files.
    pub(crate) fn small(files: &[(&str, &str)]) -> Self {
        let site = Self::new(&[
            ("site.toml", "title = \"Small\"\n\n[[source]]\npath = \"content\"\n"),
            ("content/index.md", "# Small\n\nHello.\n"),
        ]);
        for (path, text) in files {
            site.file(path, text);
        }
        site
    }

    /// Creates the site that `rolebook init --from` writes for a checkout.
    pub(crate) fn of_checkout(checkout: &Path) -> Self {
        let site = Self::new(&[]);
        site.run(&["init", ".", "--from", checkout.to_str().unwrap()]).fine();
        site
    }

    /// Copies a folder.
    pub(crate) fn copy(from: &Path) -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        copy(from, site.path());
        site
    }

    /// Writes a file.
    pub(crate) fn file(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let place = self.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
        self
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_rolebook"))
            .args(arguments)
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .env_remove("SOURCE_DATE_EPOCH")
            .output()
            .unwrap();
        Run::new(output)
    }

    /// The text of a page.
    pub(crate) fn page(&self, path: &str) -> String {
        fs::read_to_string(self.path().join("public").join(path))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

/// Result of a run.
pub(crate) struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Converts the output of a process.
    pub(crate) fn new(output: Output) -> Self {
        Self {
            code: output.status.code().expect("not ended by a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts success.
    #[track_caller]
    pub(crate) fn fine(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }
}

/// Every file below a folder, with its content.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// Polls until there is an answer or [`PATIENCE`] is over.
pub(crate) fn until<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    None
}
