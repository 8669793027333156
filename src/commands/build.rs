//! `rolebook build`

use std::time::Instant;

use super::cli::BuildArgs;
use super::report::{Reporter, counted};
use super::{CONTENT, FINE, USAGE, load};
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::SEARCH;

/// Writes the site.
pub fn run(args: &BuildArgs) -> u8 {
    let started = Instant::now();
    let reporter = Reporter::new(&args.messages, true);
    let mut engine = match load(&args.site, args.base_url.clone(), &reporter) {
        Ok(engine) => engine,
        Err(code) => return code,
    };
    let mut diagnostics = engine.diagnostics();
    if reporter.fails(&diagnostics) {
        return nothing_written(&reporter, &diagnostics);
    }
    let out = args.out.clone().unwrap_or_else(|| engine.root.join("public"));
    let (pages, written) = match engine.write(&out) {
        Ok(Ok(written)) => written,
        Ok(Err(failed)) => {
            diagnostics.extend(failed);
            return nothing_written(&reporter, &diagnostics);
        }
        Err(error) => {
            let diagnostic = Diagnostic::new(Severity::Error, error.code(), error.to_string(), None);
            reporter.report(&[diagnostic.help(error.help())]);
            return USAGE;
        }
    };
    reporter.report(&diagnostics);
    if args.profile {
        for (stage, time) in &engine.times {
            say!("{stage:>16} {:>8.1} ms", time.as_secs_f64() * 1e3);
        }
    }
    if let Some((_, time)) = engine.times.iter().find(|(stage, _)| *stage == SEARCH) {
        say!("search index: {:.2} s, beside the pages", time.as_secs_f64());
    }
    let removed = if written.removed > 0 { format!(", {} removed", written.removed) } else { String::new() };
    say!(
        "{}: {} ({} written, {} unchanged{removed}), {}, {:.2} s",
        shown(&out),
        counted(pages, "page"),
        counted(written.written, "file"),
        written.unchanged,
        reporter.tally(&diagnostics),
        started.elapsed().as_secs_f64()
    );
    // The process is about to end: the system takes the memory back faster than we could.
    std::mem::forget(engine);
    FINE
}

fn nothing_written(reporter: &Reporter, diagnostics: &[Diagnostic]) -> u8 {
    reporter.report(diagnostics);
    say!("nothing was written: {}", reporter.tally(diagnostics));
    CONTENT
}

/// A path as it is best read from where the user is.
fn shown(path: &std::path::Path) -> String {
    let here = std::env::current_dir().ok();
    let near = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    near.unwrap_or(path).display().to_string()
}
