//! One binary for everything that is tested from outside: sites go in, output and diagnostics come out.

mod architecture;
mod bad_input;
mod browser;
mod community;
mod external;
mod html;
mod incremental;
mod lead;
mod miniature;
mod preview;
mod reader;
mod references;
mod support;
mod trace;
