//! `rolebook check --write-baseline`

use std::fs;
use std::io::ErrorKind;

use crate::commands::report::Reporter;
use crate::commands::{CONTENT_ERRORS, SUCCESS, emit, own_source, replace, usage};
use crate::diagnostic::{Diagnostic, counted};
use crate::engine::Engine;
use crate::formats::{BASELINE_HEADER, baseline_file};
use crate::rules::new_baseline;
use crate::source::{self, Site};

/// The file, below the folder of the handbook's own source.
const PATH: &str = "rules/baseline.toml";

/// Replaces the baseline by the subjects that do not meet a rule at present.
pub(super) fn write(engine: &mut Engine, reporter: &Reporter) -> u8 {
    let errors: Vec<Diagnostic> = {
        let diagnostics = engine.diagnostics();
        let is_finding =
            |diagnostic: &Diagnostic| diagnostic.code == crate::diagnostic::code::CONFORMANCE_UNMET;
        let diagnostics = engine.accept(diagnostics, false).into_iter();
        diagnostics.filter(|diagnostic| diagnostic.is_error() && !is_finding(diagnostic)).collect()
    };
    // A file with an error is left out, and with it the findings about its data.
    if !errors.is_empty() {
        reporter.report(&errors);
        say!("nothing was written: {}", reporter.tally(&errors));
        return CONTENT_ERRORS;
    }
    let Some(own) = own_source(engine) else { return usage("the site has no source of its own".to_owned()) };
    let path = engine.root.join(&Site::get(&engine.db).config(&engine.db).sources[own].path).join(PATH);
    match source::open::text(&path) {
        Ok(text) if text.lines().next() != Some(BASELINE_HEADER) => {
            return usage(format!(
                "{} was not written by `rolebook check --write-baseline`; rename it",
                path.display()
            ));
        }
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return usage(format!("{}: {error}", path.display()));
        }
        _ => {}
    }
    let file = Site::get(&engine.db).trees(&engine.db).get(own).and_then(|tree| tree.file(PATH));
    let baseline = new_baseline(&engine.db, file);
    let subjects: usize = baseline.values().map(|subjects| subjects.len()).sum();
    let result = if baseline.is_empty() {
        match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            result => result,
        }
    } else {
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        folder.and_then(|()| replace(&path, &baseline_file(&baseline)))
    };
    if let Err(error) = result {
        return usage(format!("{}: {error}", path.display()));
    }
    emit(&match subjects {
        0 => format!("Every subject meets the rules; {} is not needed.\n", path.display()),
        _ => format!(
            "Wrote {} of {} to {}.\n",
            counted(subjects, "unmet finding"),
            counted(baseline.len(), "rule"),
            path.display()
        ),
    });
    SUCCESS
}
