//! The `rolebook` program.

use std::process::ExitCode;

/// Pages are built of many small strings on many threads; the system's allocator is slower at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc 2: how many milliseconds freed memory is kept before the system gets it back;
/// -1 keeps it.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

fn main() -> ExitCode {
    // Memory given back is asked for again a moment later, and made empty first: a tenth of a build.
    // SAFETY: the option is one that this version of the allocator has, and may be set at any time.
    #[allow(unsafe_code)]
    unsafe {
        libmimalloc_sys::mi_option_set_default(PURGE_DELAY, -1)
    };
    rolebook::commands::run()
}
