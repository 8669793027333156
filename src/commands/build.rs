//! `rolebook build`

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::cli::BuildArgs;
use super::progress::ProgressDisplay;
use super::report::{Extent, Reporter};
use super::{CONTENT_ERRORS, NOTHING_CHANGED, SUCCESS, USAGE_ERROR, key, read_with};
use crate::cache::{Cache, CacheKey};
use crate::diagnostic::{Diagnostic, FileName, Location, code, counted};
use crate::engine::{Engine, Finished, Inputs, SEARCH};
use crate::output::{MANIFEST, Refused, WriteStats};

/// Builds the site, unless the last build had the same input and its output is unchanged.
pub(super) fn run(args: &BuildArgs) -> u8 {
    let started = Instant::now();
    let reporter = Reporter::new(&args.messages, Extent::Brief);
    let display = ProgressDisplay::start();
    let inputs = match read_with(&args.site, args.base_url.clone(), &reporter, display.progress()) {
        Ok(inputs) => inputs,
        Err(code) => return code,
    };
    let out = args.out.clone().unwrap_or_else(|| inputs.root.join("public"));
    let mut build = Build { args, reporter, out, started, display };
    let cache = Cache::of(&inputs.root);
    let key = if args.no_cache { None } else { key(&inputs) };
    let last = key.and_then(|key| Finished::find(&cache, &key));
    if let Some(code) = last.and_then(|last| build.repeated(&last, &inputs)) {
        return code;
    }
    let mut engine = Engine::of(inputs);
    let code = build.run(&mut engine, key.map(|key| (cache, key)));
    // The process ends soon, and the operating system frees the memory faster.
    std::mem::forget(engine);
    code
}

/// A build that is being run.
struct Build<'a> {
    args: &'a BuildArgs,
    reporter: Reporter,
    /// The folder that is written to.
    out: PathBuf,
    started: Instant,
    display: ProgressDisplay,
}

impl Build<'_> {
    /// Reports the result of the last build again; `None` if its input or its output has changed.
    fn repeated(&mut self, last: &Finished, inputs: &Inputs) -> Option<u8> {
        let compared = Instant::now();
        if self.reporter.fails(&last.diagnostics) {
            return last.has_same_copies(inputs).then(|| self.nothing_written(&last.diagnostics));
        }
        let stats = last.unchanged(&self.out, || self.waits()).filter(|_| last.has_same_copies(inputs))?;
        self.display.end();
        detail!("{NOTHING_CHANGED}");
        self.reporter.report(&last.diagnostics);
        let read = ("read", compared - self.started);
        self.profile(&[read, ("compare", compared.elapsed())], NOTHING_CHANGED);
        self.summarize(last.pages, &stats, &last.diagnostics);
        Some(SUCCESS)
    }

    /// Builds the site, and stores the result in the cache.
    fn run(&mut self, engine: &mut Engine, cache: Option<(Cache, CacheKey)>) -> u8 {
        let diagnostics = engine.diagnostics();
        let mut diagnostics = engine.accept(diagnostics, false);
        if self.reporter.fails(&diagnostics) {
            return self.nothing_written(&diagnostics);
        }
        let (pages, stats) = match engine.write_when_free(&self.out, || self.waits()) {
            Ok(Ok(stats)) => stats,
            Ok(Err(failed)) => {
                diagnostics.extend(failed);
                return self.nothing_written(&diagnostics);
            }
            Err(error) => {
                let diagnostic = Diagnostic::new(error.code(), error.to_string(), None);
                self.reporter.report(&[diagnostic.help(error.help())]);
                return USAGE_ERROR;
            }
        };
        if let Some((cache, key)) = cache
            && let Some(finished) = engine.finished(&diagnostics, pages, &stats)
        {
            finished.store(&cache, &key);
        }
        self.display.end();
        let refused = stats.refused.iter().take(SHOWN);
        diagnostics.extend(refused.map(|refused| manifest_diagnostic(&self.out, refused)));
        self.reporter.report(&diagnostics);
        self.profile(&engine.times, "built");
        if let Some((_, time)) = engine.times.iter().find(|(stage, _)| *stage == SEARCH) {
            status!("search index: {:.2} s, in parallel with the pages", time.as_secs_f64());
        }
        self.summarize(pages, &stats, &diagnostics);
        SUCCESS
    }

    fn waits(&self) {
        status!("waiting for another build that writes to {}", display_path(&self.out));
    }

    /// Shows the time of each stage, and what was done, if the user asked for it.
    fn profile(&self, times: &[(&str, Duration)], done: &str) {
        if !self.args.profile {
            return;
        }
        for (stage, time) in times {
            say!("{stage:>16} {:>8.1} ms", time.as_secs_f64() * 1e3);
        }
        say!("{:>16} {done}", "cache");
    }

    fn summarize(&self, pages: usize, stats: &WriteStats, diagnostics: &[Diagnostic]) {
        let removed = if stats.removed > 0 { format!(", {} removed", stats.removed) } else { String::new() };
        status!(
            "{}: {} ({} written, {} unchanged{removed}), {}, {:.2} s",
            display_path(&self.out),
            counted(pages, "page"),
            counted(stats.written, "file"),
            stats.unchanged,
            self.reporter.tally(diagnostics),
            self.started.elapsed().as_secs_f64()
        );
    }

    fn nothing_written(&mut self, diagnostics: &[Diagnostic]) -> u8 {
        self.display.end();
        self.reporter.report(diagnostics);
        say!("nothing was written: {}", self.reporter.tally(diagnostics));
        CONTENT_ERRORS
    }
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

/// A path relative to the working directory, if below it.
fn display_path(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let near = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    near.unwrap_or(path).display().to_string()
}
