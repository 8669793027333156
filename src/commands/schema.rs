//! `rolebook schema`

use std::fs;
use std::path::Path;

use super::cli::SchemaArgs;
use super::report::{Extent, Reporter};
use super::{SUCCESS, emit_status, report_load_error, site_root, usage};
use crate::engine::{self, Overrides};
use crate::facts::Vocabulary;
use crate::schema;

/// Writes the JSON Schemas of all files that people write.
pub(super) fn run(args: &SchemaArgs) -> u8 {
    let dir = args.dir.display();
    let words = match args.site.as_deref().map(words).transpose() {
        Ok(words) => words,
        Err(code) => return code,
    };
    let files = schema::files(words.as_ref());
    let result = fs::create_dir_all(&args.dir)
        .and_then(|()| files.iter().try_for_each(|(name, text)| fs::write(args.dir.join(name), text)));
    match result {
        Ok(()) => {
            emit_status(&format!("Wrote {} schemas to {dir}.\n", files.len()));
            SUCCESS
        }
        Err(error) => usage(format!("{dir}: {error}")),
    }
}

/// The words of the community of a site.
///
/// # Errors
/// The exit code, after reporting why `site.toml` cannot be read.
fn words(site: &Path) -> Result<Vocabulary, u8> {
    let root = site_root(Some(site)).map_err(usage)?;
    let reporter = Reporter::for_people(Extent::Brief);
    reporter.set_folders(&root, []);
    let config = engine::config(&root, &Overrides::default());
    config.map(|config| config.vocabulary).map_err(|error| report_load_error(error, &reporter))
}
