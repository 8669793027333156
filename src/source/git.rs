//! Runs git on the checkout of a source, whose files and settings are those of other people.

use std::path::Path;
use std::process::{Command, Stdio};

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

/// The output of git in a folder; `None` without git or if it fails.
pub fn git_output(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = git(folder).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
