//! Runs the suite like cargo's own harness. In addition, tests declare what they need, and are ignored with the reason
//! if the machine lacks it. `ROLEBOOK_REQUIRE_…` makes them fail instead.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, panic_any};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::support::is_set;
use crate::{accessibility, browser, support};

/// A test registered by `#[test]`.
pub(crate) struct Test {
    pub path: &'static str,
    pub run: fn(),
    pub needs: &'static [Need],
}

inventory::collect!(Test);

/// A requirement of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Need {
    /// Chromium or Chrome.
    Browser,
    /// The source of axe-core, as installed by npm.
    Axe,
    /// The snapshot of the real repositories.
    Snapshot,
    /// Python with these modules, for independent readers.
    Python(&'static str),
    /// A program on the path.
    Program(&'static str),
}

impl Need {
    fn is_there(self) -> bool {
        static KNOWN: LazyLock<Mutex<HashMap<Need, bool>>> = LazyLock::new(Mutex::default);
        let ask = || match self {
            Self::Browser => browser::program().is_some(),
            Self::Axe => accessibility::axe().is_some(),
            Self::Snapshot => support::snapshot_folder().is_some(),
            Self::Python(modules) => {
                let output = Command::new("python3").args(["-c", &format!("import {modules}")]).output();
                output.is_ok_and(|output| output.status.success())
            }
            Self::Program(name) => Command::new(name).arg("--version").output().is_ok(),
        };
        *KNOWN.lock().unwrap().entry(self).or_insert_with(ask)
    }

    fn name(self) -> String {
        match self {
            Self::Browser => "browser".to_owned(),
            Self::Axe => "axe-core".to_owned(),
            Self::Snapshot => "snapshot of the community repository".to_owned(),
            Self::Python(modules) => format!("python3 with {modules}"),
            Self::Program(name) => name.to_owned(),
        }
    }

    fn is_required(self) -> bool {
        is_set(match self {
            Self::Browser => "ROLEBOOK_REQUIRE_BROWSER",
            Self::Axe => "ROLEBOOK_REQUIRE_AXE",
            Self::Snapshot => "ROLEBOOK_REQUIRE_SNAPSHOT",
            Self::Python(_) => "ROLEBOOK_REQUIRE_PYTHON",
            Self::Program(_) => "ROLEBOOK_REQUIRE_PROGRAMS",
        })
    }
}

/// The test that runs on a thread.
struct Running {
    needs: &'static [Need],
    /// Lines shown if it fails.
    notes: Vec<String>,
}

thread_local! {
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// The reason why a test cannot continue.
struct Reason(&'static str);

/// Ends the running test as ignored, for requirements that only show at run time.
pub(crate) fn ignore(reason: &'static str) -> ! {
    panic_any(Reason(reason))
}

/// Stores a line, such as a seed, that is shown if the running test fails.
pub(crate) fn note(line: String) {
    RUNNING.with_borrow_mut(|running| match running {
        Some(running) => running.notes.push(line),
        None => eprintln!("{line}"),
    });
}

/// Fails a test that uses something that it does not declare.
#[track_caller]
pub(crate) fn is_declared(need: Need) {
    RUNNING.with_borrow(|running| {
        let is_declared = running.as_ref().is_none_or(|running| running.needs.contains(&need));
        assert!(is_declared, "the test uses what it does not declare: #[test(needs({need:?}))]");
    });
}

pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::from_args();
    let is_verbose = arguments.nocapture;
    let default_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload().is::<Reason>() {
            return;
        }
        // Panics on other threads of a test are printed at once; the test fails by itself.
        if is_verbose || RUNNING.with_borrow(Option::is_none) {
            default_hook(panic);
        }
        if RUNNING.with_borrow(Option::is_some) {
            note(message(panic));
        }
    }));
    if let Some(folder) = memory().filter(|_| std::env::var_os("TMPDIR").is_none()) {
        // Fails only if the folder was set before.
        let _ = tempfile::env::override_temp_dir(folder);
    }
    let mut trials: Vec<Trial> = inventory::iter::<Test>
        .into_iter()
        .map(|test| {
            let path = test.path.split_once("::").unwrap().1;
            Trial::ignorable_test(path, || timed(test))
        })
        .collect();
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    let conclusion = libtest_mimic::run(&arguments, trials);
    browser::end();
    if is_set("ROLEBOOK_TIMES") {
        let mut times = std::mem::take(&mut *TIMES.lock().unwrap());
        times.sort_by(|a, b| b.cmp(a));
        times.iter().for_each(|(time, path)| println!("{:7.1} s {path}", time.as_secs_f64()));
    }
    conclusion.exit_code()
}

/// The folder for files in memory, if it has room for the sites of tests and may contain programs: on a disk, creating
/// and removing their files can take a quarter of the time.
#[cfg(target_os = "linux")]
pub(crate) fn memory() -> Option<&'static Path> {
    const ROOM: u64 = 4 << 30;
    let folder = Path::new("/dev/shm");
    let system = rustix::fs::statvfs(folder).ok()?;
    let has_room = system.f_bavail.saturating_mul(system.f_frsize) >= ROOM;
    let runs_programs = !system.f_flag.contains(rustix::fs::StatVfsMountFlags::NOEXEC);
    (has_room && runs_programs && tempfile::tempdir_in(folder).is_ok()).then_some(folder)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn memory() -> Option<&'static Path> {
    None
}

/// The time that each test took, printed if `ROLEBOOK_TIMES` is set.
static TIMES: Mutex<Vec<(Duration, &str)>> = Mutex::new(Vec::new());

fn timed(test: &Test) -> Result<Completion, Failed> {
    let started = Instant::now();
    let completion = completion(test);
    TIMES.lock().unwrap().push((started.elapsed(), test.path));
    completion
}

fn completion(test: &Test) -> Result<Completion, Failed> {
    if let Some(need) = test.needs.iter().find(|need| !need.is_there()) {
        return if need.is_required() {
            Err(format!("required but not available: {}", need.name()).into())
        } else {
            Ok(Completion::ignored_with(format!("no {}", need.name())))
        };
    }
    RUNNING.set(Some(Running { needs: test.needs, notes: Vec::new() }));
    let result = catch_unwind(AssertUnwindSafe(test.run));
    let notes = RUNNING.take().unwrap().notes;
    match result {
        Ok(()) => Ok(Completion::Completed),
        Err(payload) => match payload.downcast::<Reason>() {
            Ok(reason) => Ok(Completion::ignored_with(reason.0)),
            Err(_) => Err(notes.join("\n").into()),
        },
    }
}

/// Location and message of a panic.
fn message(panic: &PanicHookInfo) -> String {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        format!("panicked at {place}:\n{text}\n{trace}")
    } else {
        format!("panicked at {place}:\n{text}")
    }
}
