//! Runs git on the checkout of a source, whose files and settings are those of other people.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Settings on the command line, which have precedence over those of a repository.
const SETTINGS: [&str; 6] = [
    // The files of a bare repository may be committed inside a checkout; git would take its settings.
    "safe.bareRepository=explicit",
    // These run a program that the repository names.
    "log.showSignature=false",
    "core.fsmonitor=false",
    "core.hooksPath=",
    // These change the names of authors.
    "mailmap.file=",
    "mailmap.blob=",
];

/// Variables that git sets for its hooks and aliases. They would select another repository than the one around a folder.
pub const REPOSITORY_VARIABLES: [&str; 5] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/// `git` in a folder, for reading: independent of the repository from which the program was started and of settings that
/// would change the output, run a program or fetch.
pub(super) fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder);
    for setting in SETTINGS {
        git.args(["-c", setting]);
    }
    for variable in REPOSITORY_VARIABLES {
        git.env_remove(variable);
    }
    // Objects that are missing in a partial clone are not fetched.
    git.env("GIT_NO_LAZY_FETCH", "1").stdin(Stdio::null()).stderr(Stdio::null());
    git
}

/// The paths below a folder, among `paths`, that git ignores and does not track. None without git or a repository.
pub(super) fn ignored_by_git<'a>(folder: &Path, paths: impl Iterator<Item = &'a str>) -> HashSet<String> {
    let input: String = paths.map(|path| format!("{path}\0")).collect();
    if input.is_empty() {
        return HashSet::new();
    }
    let Some(output) = with_input(git(folder).args(["check-ignore", "-z", "--stdin"]), &input) else {
        return HashSet::new();
    };
    let names = String::from_utf8_lossy(&output.stdout);
    names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The output of a command that reads `input`; `None` if it cannot be started.
pub(super) fn with_input(command: &mut Command, input: &str) -> Option<Output> {
    let mut asked = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut stdin = asked.stdin.take()?;
    // Written in a thread, so that neither side waits for the other forever.
    std::thread::scope(|scope| {
        // If the command stops reading early, its output is incomplete.
        scope.spawn(move || drop(stdin.write_all(input.as_bytes())));
        asked.wait_with_output().ok()
    })
}

/// The output of git in a folder; `None` without git or if it fails.
pub fn git_output(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = git(folder).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
