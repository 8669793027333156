//! Black-box tests in one binary: sites go in, output and diagnostics come out.

// `#[test]` registers a function, so an unused function is a forgotten test.
#![deny(dead_code)]

#[macro_use]
extern crate test_attribute;

mod accepted;
mod accessibility;
mod architecture;
mod attacks;
mod bad_input;
mod brand;
mod browser;
mod cache;
mod calendar;
mod checklist;
mod community;
mod conformance;
mod cost;
mod diagnostics;
mod discovery;
mod docs;
mod documents;
mod external;
mod follow;
mod forges;
mod growth;
mod harness;
mod history;
mod home;
mod host;
mod hostile;
mod html;
mod impact;
mod incremental;
mod installation;
mod killed;
mod languages;
mod lead;
mod mappings;
mod meetings;
mod miniature;
mod navigation;
mod onboarding;
mod other_communities;
mod output;
mod people;
mod pictures;
mod preview;
mod print;
// Shell scripts replace git and its hooks.
#[cfg(unix)]
mod publish;
mod reading;
mod real_rules;
mod redirects;
mod references;
mod rosters;
mod rule_checks;
mod rules;
mod schemas;
mod search;
mod sources;
mod strings;
mod support;
mod terminal;
mod text;
mod theme;
mod theme_reference;
mod trace;
mod weight;
mod wording;
mod workflow;

/// The allocator of the program: tests build hundreds of sites, and the allocator of the system is slower at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    harness::run()
}
