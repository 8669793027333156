//! The user's own `git`, run as a process: with their credentials, their signing and their hooks.

use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::diagnostic::without_credentials;

/// Set by git for its hooks and aliases: they would lead away from the repository that the site lies in.
const FOREIGN: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git.
    #[error("`git` is not installed or not on the path")]
    Missing,
    /// It cannot be run.
    #[error("cannot run `git`: {0}")]
    Start(std::io::Error),
    /// It ended with an error.
    #[error("`git {command}` failed{}", said(.stderr))]
    Failed {
        /// The subcommand; its arguments may hold an address with a password.
        command: String,
        /// The text that it wrote to standard error, without credentials.
        stderr: String,
    },
}

/// The words of git, set off from ours.
fn said(stderr: &str) -> String {
    stderr.lines().map(str::trim_end).filter(|line| !line.is_empty()).fold(String::new(), |said, line| {
        let start = if said.is_empty() { ":" } else { "" };
        format!("{said}{start}\n  {line}")
    })
}

/// git in a folder of a repository.
pub(super) struct Git {
    folder: PathBuf,
}

impl Git {
    /// git in a folder.
    pub(super) fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// What git says to this, without the line end.
    ///
    /// # Errors
    /// When git is missing, or does not succeed.
    pub(super) fn ask(&self, arguments: &[&str]) -> Result<String, GitError> {
        let output = self.feed(arguments, &[], b"")?;
        Ok(String::from_utf8_lossy(&output).trim_end_matches(['\n', '\r']).to_owned())
    }

    /// Whether git succeeds.
    ///
    /// # Errors
    /// When it cannot be run at all.
    pub(super) fn agrees(&self, arguments: &[&str]) -> Result<bool, GitError> {
        Ok(self.run(arguments, &[], b"")?.status.success())
    }

    /// Whether git finds something; it says that it does not by the status 1.
    ///
    /// # Errors
    /// When git is missing, or fails in another way.
    pub(super) fn finds(&self, arguments: &[&str]) -> Result<bool, GitError> {
        let output = self.run(arguments, &[], b"")?;
        match output.status.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(failure(arguments, &output)),
        }
    }

    /// What git says to this, with variables of the environment and something to read.
    ///
    /// # Errors
    /// When git is missing, or does not succeed.
    pub(super) fn feed(
        &self,
        arguments: &[&str],
        variables: &[(&str, &OsStr)],
        input: &[u8],
    ) -> Result<Vec<u8>, GitError> {
        let output = self.run(arguments, variables, input)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(failure(arguments, &output))
    }

    fn run(
        &self,
        arguments: &[&str],
        variables: &[(&str, &OsStr)],
        input: &[u8],
    ) -> Result<Output, GitError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).args(arguments);
        FOREIGN.iter().for_each(|name| {
            command.env_remove(name);
        });
        let piped = command.envs(variables.iter().copied()).stdin(Stdio::piped());
        let started = piped.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| match error.kind() {
            ErrorKind::NotFound => GitError::Missing,
            _ => GitError::Start(error),
        })?;
        let stdin = child.stdin.take();
        // Written beside reading: git answers before it has read everything, and a pipe holds little.
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // A git that stops reading says why when it ends.
                let _ = stdin.map(|mut stdin| stdin.write_all(input));
            });
            child.wait_with_output().map_err(GitError::Start)
        })
    }
}

fn failure(arguments: &[&str], output: &Output) -> GitError {
    let command = arguments.iter().find(|argument| !argument.starts_with('-') && !argument.contains('='));
    GitError::Failed {
        command: command.copied().unwrap_or_default().to_owned(),
        stderr: without_credentials(&String::from_utf8_lossy(&output.stderr)).into_owned(),
    }
}
