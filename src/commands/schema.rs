//! `rolebook schema`

use std::fs;

use super::cli::SchemaArgs;
use super::{SUCCESS, emit_status, is_foreign, replace, site_config, usage};
use crate::schema;

/// Writes the JSON Schemas of all files that people write.
pub(super) fn run(args: &SchemaArgs) -> u8 {
    let dir = args.dir.display();
    let config = match args.site.as_deref().map(|site| site_config(Some(site))).transpose() {
        Ok(config) => config.map(|(_, config)| config),
        Err(code) => return code,
    };
    let files = schema::files(config.as_ref().map(|config| &config.vocabulary));
    // Checked before any schema is written.
    let mut paths = files.iter().map(|(name, _)| args.dir.join(name));
    let foreign = paths.find(|file| is_foreign(file, schema::is_own));
    if let Some(foreign) = foreign {
        return usage(format!(
            "{} already exists and was not written by rolebook\nhelp: rename it, or choose another folder",
            foreign.display()
        ));
    }
    let result = fs::create_dir_all(&args.dir)
        .and_then(|()| files.iter().try_for_each(|(name, text)| replace(&args.dir.join(name), text)));
    match result {
        Ok(()) => {
            emit_status(&format!("Wrote {} schemas to {dir}.\n", files.len()));
            SUCCESS
        }
        Err(error) => usage(format!("{dir}: {error}")),
    }
}
