//! The global options, which hold for the whole process.

use std::sync::OnceLock;

use anstream::{AutoStream, ColorChoice};

use super::cli::{ColorWhen, GlobalArgs};

/// The amount of output on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verbosity {
    /// Only errors.
    Quiet,
    /// Errors, warnings and a summary.
    Normal,
    /// Also what is read and done.
    Verbose,
}

static VERBOSITY: OnceLock<Verbosity> = OnceLock::new();

/// Sets the options. Called once, before anything is written.
pub(super) fn set(args: &GlobalArgs) {
    let verbosity = match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let _ = VERBOSITY.set(verbosity);
    let choice = match args.color {
        ColorWhen::Auto => ColorChoice::Auto,
        ColorWhen::Always => ColorChoice::Always,
        ColorWhen::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// The amount of output that the user asked for.
pub(super) fn verbosity() -> Verbosity {
    VERBOSITY.get().copied().unwrap_or(Verbosity::Normal)
}

/// True if text on standard output is coloured: by `--color`, `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, `TERM` and
/// whether it is a terminal.
pub(super) fn has_colored_stdout() -> bool {
    AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

/// True if text on standard error is coloured; see [`has_colored_stdout`].
pub(super) fn has_colored_stderr() -> bool {
    AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}
