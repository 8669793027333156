//! The `rolebook` program.

use std::process::ExitCode;

/// Pages are built of many small strings on many threads; the system's allocator is slower at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    rolebook::commands::run()
}
