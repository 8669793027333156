//! `rolebook build`

use std::path::Path;
use std::time::Instant;

use super::cli::BuildArgs;
use super::report::Reporter;
use super::{CONTENT_ERRORS, SUCCESS, USAGE_ERROR, load};
use crate::diagnostic::{Diagnostic, FileName, Location, code, counted};
use crate::engine::SEARCH;
use crate::output::{MANIFEST, Refused};

/// Builds the site.
pub(super) fn run(args: &BuildArgs) -> u8 {
    let started = Instant::now();
    let reporter = Reporter::new(&args.messages, true);
    let mut engine = match load(&args.site, args.base_url.clone(), &reporter) {
        Ok(engine) => engine,
        Err(code) => return code,
    };
    let diagnostics = engine.diagnostics();
    let mut diagnostics = engine.accept(diagnostics, false);
    if reporter.fails(&diagnostics) {
        return nothing_written(&reporter, &diagnostics);
    }
    let out = args.out.clone().unwrap_or_else(|| engine.root.join("public"));
    let on_wait = || say!("waiting for another build that writes to {}", display_path(&out));
    let (pages, stats) = match engine.write_when_free(&out, on_wait) {
        Ok(Ok(stats)) => stats,
        Ok(Err(failed)) => {
            diagnostics.extend(failed);
            return nothing_written(&reporter, &diagnostics);
        }
        Err(error) => {
            let diagnostic = Diagnostic::new(error.code(), error.to_string(), None);
            reporter.report(&[diagnostic.help(error.help())]);
            return USAGE_ERROR;
        }
    };
    diagnostics.extend(stats.refused.iter().take(SHOWN).map(|refused| manifest_diagnostic(&out, refused)));
    reporter.report(&diagnostics);
    if args.profile {
        for (stage, time) in &engine.times {
            say!("{stage:>16} {:>8.1} ms", time.as_secs_f64() * 1e3);
        }
    }
    if let Some((_, time)) = engine.times.iter().find(|(stage, _)| *stage == SEARCH) {
        say!("search index: {:.2} s, in parallel with the pages", time.as_secs_f64());
    }
    let removed = if stats.removed > 0 { format!(", {} removed", stats.removed) } else { String::new() };
    say!(
        "{}: {} ({} written, {} unchanged{removed}), {}, {:.2} s",
        display_path(&out),
        counted(pages, "page"),
        counted(stats.written, "file"),
        stats.unchanged,
        reporter.tally(&diagnostics),
        started.elapsed().as_secs_f64()
    );
    // The process ends soon, and the operating system frees the memory faster.
    std::mem::forget(engine);
    SUCCESS
}

/// Maximum number of invalid manifest lines shown. A file that is not a manifest may have many.
const SHOWN: usize = 20;

/// The diagnostic for an invalid line of the previous manifest.
fn manifest_diagnostic(out: &Path, refused: &Refused) -> Diagnostic {
    let file = FileName::site(&display_path(&out.join(MANIFEST)));
    let message = format!("invalid path `{}` in the manifest: it {}", refused.text, refused.fault);
    Diagnostic::new(code::OUTPUT_MANIFEST, message, Location::line(&file, refused.line, 1))
        .help("check what changed the manifest; the line was dropped, and no file was removed for it")
}

fn nothing_written(reporter: &Reporter, diagnostics: &[Diagnostic]) -> u8 {
    reporter.report(diagnostics);
    say!("nothing was written: {}", reporter.tally(diagnostics));
    CONTENT_ERRORS
}

/// A path relative to the working directory, if below it.
fn display_path(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let near = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    near.unwrap_or(path).display().to_string()
}
