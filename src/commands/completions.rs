//! `rolebook completions` and `rolebook man`: scripts and pages made from the definitions of the arguments.

use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::cli::{Cli, CompletionsArgs, ManArgs};
use super::{SUCCESS, USAGE_ERROR, emit, usage};

/// Prints the completion script of a shell.
pub(super) fn run(args: &CompletionsArgs) -> u8 {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    if emit(&String::from_utf8_lossy(&script)) { SUCCESS } else { USAGE_ERROR }
}

/// Writes a manual page for each command.
pub(super) fn man(args: &ManArgs) -> u8 {
    let mut command = Cli::command().disable_help_subcommand(true);
    // Gives each subcommand its full name, such as `rolebook-new-role`.
    command.build();
    match fs::create_dir_all(&args.dir).and_then(|()| write_pages(&command, &args.dir)) {
        Ok(()) => SUCCESS,
        Err(error) => usage(format!("{}: {error}", args.dir.display())),
    }
}

/// Writes the pages of a command and its subcommands.
fn write_pages(command: &Command, folder: &Path) -> std::io::Result<()> {
    // A blank date keeps the source in its place; a real one would differ between builds.
    let page = Man::new(command.clone()).date(" ").source(concat!("rolebook ", env!("CARGO_PKG_VERSION")));
    page.generate_to(folder)?;
    let mut listed = command.get_subcommands().filter(|command| !command.is_hide_set());
    listed.try_for_each(|command| write_pages(command, folder))
}
