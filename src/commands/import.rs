//! `rolebook import`

use std::fs;
use std::path::Path;

use super::cli::ImportArgs;
use super::report::{Extent, Reporter};
use super::{CONTENT_ERRORS, SUCCESS, USAGE_ERROR, site_root, usage};
use crate::config::SourceConfig;
use crate::diagnostic::{Diagnostic, FileName, Severity, code, counted};
use crate::facts::{Group, Vocabulary};
use crate::formats::{self, DataFile, Format};
use crate::source::{self, Content, FileFault};

/// Writes a data file for each group of a checkout into `content/groups/` of the site.
pub(super) fn run(args: &ImportArgs) -> u8 {
    let root = match site_root(args.site.as_deref()) {
        Ok(root) => root,
        Err(message) => return usage(message),
    };
    let Some(preset) = formats::PRESETS.iter().find(|preset| preset.name == args.format) else {
        return usage(format!("unknown format `{}`", args.format));
    };
    let vocabulary = preset.vocabulary(&Vocabulary::default());
    let mapping = preset.mapping(&vocabulary);
    if !mapping.names_groups() {
        return usage(format!(
            "the preset `{}` reads rosters and no groups\nhelp: name it as the `format` of a source in site.toml",
            args.format
        ));
    }
    if !args.dir.is_dir() {
        return usage(format!("{} is not a folder", args.dir.display()));
    }
    let (mut groups, mut diagnostics) = (Vec::new(), Vec::new());
    let config = SourceConfig::new("", Format::mapped_by(mapping.clone()));
    let scan = source::scan(&args.dir, &config, &[]);
    let mut is_found = false;
    for (path, content) in scan.files.iter().filter(|(path, _)| mapping.holds(path)) {
        is_found = true;
        let text = match content {
            Content::Text(text) | Content::Repaired(text, _) => text,
            Content::Fault(FileFault::Unreadable(why)) => {
                return usage(format!("{}: {why}", args.dir.join(&**path).display()));
            }
            _ => return usage(format!("{}: cannot read the file", args.dir.join(&**path).display())),
        };
        let name = FileName::site(path);
        let records = mapping.read(&DataFile { name: &name, path, text, vocabulary: &vocabulary });
        groups.extend(records.groups);
        diagnostics.extend(records.diagnostics);
    }
    if !is_found {
        let patterns: Vec<&str> =
            mapping.selections().flat_map(|from| from.patterns()).map(String::as_str).collect();
        return usage(format!("no `{}` in {}", patterns.join("` or `"), args.dir.display()));
    }
    let folder = root.join("content/groups");
    let (mut changed, mut unchanged) = (0, 0);
    for group in &groups {
        let name = format!("{}.toml", group.id.value);
        match write(&folder, &name, group) {
            Ok(true) => changed += 1,
            Ok(false) => unchanged += 1,
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    let reporter = Reporter::for_people(Extent::Full);
    reporter.report(&diagnostics);
    status!(
        "content/groups: {} ({changed} written, {unchanged} unchanged), {}",
        counted(groups.len(), "group"),
        reporter.tally(&diagnostics)
    );
    match diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error) {
        Some(diagnostic) if diagnostic.code == code::OUTPUT_WRITE => USAGE_ERROR,
        Some(_) => CONTENT_ERRORS,
        None => SUCCESS,
    }
}

/// Writes one file atomically, unless its content is unchanged.
fn write(folder: &Path, name: &str, group: &Group) -> Result<bool, Box<Diagnostic>> {
    let target = folder.join(name);
    let file = FileName::site(&format!("content/groups/{name}"));
    let fault = |error: std::io::Error| {
        let location = crate::diagnostic::Location::line(&file, 1, 1);
        Box::new(Diagnostic::new(code::OUTPUT_WRITE, error.to_string(), location))
    };
    let existing = match source::open::text(&target) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(fault(error)),
    };
    let text = formats::group_file(group, &file, existing.as_deref()).map_err(Box::new)?;
    if existing.as_deref() == Some(text.as_str()) {
        return Ok(false);
    }
    fs::create_dir_all(folder).map_err(fault)?;
    super::replace(&target, &text).map_err(fault)?;
    Ok(true)
}
