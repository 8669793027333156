//! The `rolebook` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolebook::commands::run()
}
