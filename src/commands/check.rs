//! `rolebook check`

use super::cli::CheckArgs;
use super::report::Reporter;
use super::{CONTENT, FINE, load};

/// Finds everything a build would find. Pages are rendered, to no file: templates have faults, too.
pub fn run(args: &CheckArgs) -> u8 {
    let reporter = Reporter::new(&args.messages, false);
    let mut engine = match load(&args.site, None, &reporter) {
        Ok(engine) => engine,
        Err(code) => return code,
    };
    let mut diagnostics = engine.diagnostics();
    diagnostics.extend(engine.render_faults());
    reporter.report(&diagnostics);
    eprintln!("{}", reporter.tally(&diagnostics));
    if reporter.fails(&diagnostics) { CONTENT } else { FINE }
}
