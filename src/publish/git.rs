//! Runs the user's own `git`, with their credentials, signing configuration and hooks.

use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::diagnostic::without_credentials;
use crate::source::REPOSITORY_VARIABLES;

/// Reason why a git command failed.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program was not found.
    #[error("`git` is not installed or not on the path")]
    Missing,
    /// It cannot be run.
    #[error("cannot run `git`: {0}")]
    Start(std::io::Error),
    /// It exited with an error.
    #[error("`git {command}` failed{}", indented(.stderr))]
    Failed {
        /// The subcommand. Arguments are left out, as they may contain an address with a password.
        command: String,
        /// Standard error without credentials.
        stderr: String,
    },
}

/// Formats output of git for error messages.
fn indented(stderr: &str) -> String {
    stderr.lines().map(str::trim_end).filter(|line| !line.is_empty()).fold(String::new(), |text, line| {
        let start = if text.is_empty() { ":" } else { "" };
        format!("{text}{start}\n  {line}")
    })
}

/// Runs git in a folder.
pub(super) struct Git {
    folder: PathBuf,
}

impl Git {
    /// Runs git in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Returns the output of a command without the final line break.
    ///
    /// # Errors
    /// If git is missing or exits with an error.
    pub(super) fn output(&self, arguments: &[&str]) -> Result<String, GitError> {
        let output = self.output_with_input(arguments, &[], b"")?;
        Ok(String::from_utf8_lossy(&output).trim_end_matches(['\n', '\r']).to_owned())
    }

    /// True if a command succeeds.
    ///
    /// # Errors
    /// If git cannot be run.
    pub(super) fn succeeds(&self, arguments: &[&str]) -> Result<bool, GitError> {
        Ok(self.run(arguments, &[], b"")?.status.success())
    }

    /// True if a command finds something, false if it exits with status 1.
    ///
    /// # Errors
    /// If git is missing or exits with another status.
    pub(super) fn finds(&self, arguments: &[&str]) -> Result<bool, GitError> {
        let output = self.run(arguments, &[], b"")?;
        match output.status.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(failure(arguments, &output)),
        }
    }

    /// Returns what a command finds in its input; empty if it exits with status 1.
    ///
    /// # Errors
    /// See [`finds`](Self::finds).
    pub(super) fn matches(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
        let output = self.run(arguments, &[], input)?;
        match output.status.code() {
            Some(0 | 1) => Ok(output.stdout),
            _ => Err(failure(arguments, &output)),
        }
    }

    /// Returns the output of a command with environment variables and standard input.
    ///
    /// # Errors
    /// If git is missing or exits with an error.
    pub(super) fn output_with_input(
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
        REPOSITORY_VARIABLES.iter().for_each(|name| {
            command.env_remove(name);
        });
        let piped = command.envs(variables.iter().copied()).stdin(Stdio::piped());
        let started = piped.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| match error.kind() {
            ErrorKind::NotFound => GitError::Missing,
            _ => GitError::Start(error),
        })?;
        let stdin = child.stdin.take();
        // Written concurrently, because git answers before it has read everything and the pipe's buffer is small.
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // If git stops reading early, its exit status tells why.
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
