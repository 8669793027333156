//! `rolebook schema`

use std::fs;

use super::cli::SchemaArgs;
use super::{SUCCESS, emit_status, site_root, usage};
use crate::config::{Config, FILE};
use crate::schema;

/// Writes the JSON Schemas of all files that people write.
pub(super) fn run(args: &SchemaArgs) -> u8 {
    let dir = args.dir.display();
    let words = match args.site.as_deref().map(|site| {
        let path = site_root(Some(site))?.join(FILE);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Config::parse(&text).map_err(|fault| format!("{}: {}", path.display(), fault.message))
    }) {
        Some(Err(message)) => return usage(message),
        Some(Ok(config)) => Some(config.vocabulary),
        None => None,
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
