//! One binary for everything that is tested from outside: sites go in, output and diagnostics come out.

mod accepted;
mod accessibility;
mod architecture;
mod attacks;
mod bad_input;
mod browser;
mod calendar;
mod checklist;
mod community;
mod cost;
mod diagnostics;
mod discovery;
mod documents;
mod external;
mod follow;
mod growth;
mod history;
mod host;
mod hostile;
mod html;
mod incremental;
mod killed;
mod lead;
mod meetings;
mod miniature;
mod navigation;
mod onboarding;
mod output;
mod pictures;
mod preview;
// Shell scripts stand in for git's hooks, and for git.
#[cfg(unix)]
mod print;
mod publish;
mod reading;
mod redirects;
mod references;
mod search;
mod sources;
mod support;
mod text;
mod theme;
mod trace;
mod weight;
mod words;
mod workflow;
