//! Entries of mappings that find no records.

use crate::diagnostic::{Diagnostic, code};
use crate::model;
use crate::source::{Content, Db, Site};

/// The files and records of an entry.
#[derive(Clone, Copy, Default)]
struct Yield {
    files: usize,
    records: usize,
    /// True if a file cannot be read or has an error in its syntax: that is reported, and may be why there are no
    /// records.
    is_faulty: bool,
}

impl Yield {
    fn is_unexplained(self) -> bool {
        self.records == 0 && !self.is_faulty
    }
}

/// Finds `source/no-records`: entries in `site.toml`, and presets of which no entry finds anything.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let site = Site::get(db);
    let mut diagnostics = Vec::new();
    for (source, tree) in site.config(db).sources.iter().zip(site.trees(db)) {
        let Some(mapped) = source.format.mapped().filter(|_| tree.present) else { continue };
        let selections: Vec<_> = mapped.mapping.selections().collect();
        let mut yields = vec![Yield::default(); selections.len()];
        for (path, file) in tree.files.iter().filter(|(path, _)| mapped.mapping.holds(path)) {
            let records = model::records(db, *file);
            let is_faulty = matches!(file.content(db), Content::Fault(_))
                || records.diagnostics.iter().any(|diagnostic| diagnostic.code == code::DATA_SYNTAX);
            for (index, selection) in selections.iter().enumerate() {
                yields[index].records += records.found.get(index).copied().unwrap_or_default();
                if selection.is_in(path) {
                    yields[index].files += 1;
                    yields[index].is_faulty |= is_faulty;
                }
            }
        }
        let is_own = |index: &usize| selections[*index].location().file == mapped.location.file;
        let empty = (0..selections.len()).filter(|index| yields[*index].is_unexplained());
        for index in empty.filter(is_own) {
            let patterns = selections[index].patterns().join("`, `");
            let (message, help) = match yields[index].files {
                0 => (
                    format!("no file of the source matches `{patterns}`"),
                    "correct `files`: it is relative to the folder of the source".to_owned(),
                ),
                _ if selections[index].has_condition() => (
                    format!("no records in `{patterns}` meet the condition"),
                    "correct `where` or `each`; a field that a record lacks is null in `where`".to_owned(),
                ),
                _ => (
                    format!("no records in `{patterns}`"),
                    "correct `each`: it is the path from the top of a file to its records".to_owned(),
                ),
            };
            let location = selections[index].location().clone();
            diagnostics.push(Diagnostic::new(code::SOURCE_NO_RECORDS, message, location).help(help));
        }
        let mut of_preset = (0..selections.len()).filter(|index| !is_own(index)).peekable();
        if let Some(preset) = mapped.preset
            && of_preset.peek().is_some()
            && of_preset.all(|index| yields[index].records == 0)
            && !yields.iter().any(|entry| entry.is_faulty)
        {
            let message = format!("the preset `{preset}` finds no records in this source");
            let help = "correct `path` or `format`, or describe the data with `[[source.groups]]`".to_owned();
            let location = mapped.location.clone();
            diagnostics.push(Diagnostic::new(code::SOURCE_NO_RECORDS, message, location).help(help));
        }
    }
    diagnostics
}
