//! `rolebook issue-forms`

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::cli::{IssueFormsArgs, MessageArgs, MessageFormat};
use super::report::{Reporter, counted};
use super::{CONTENT_ERRORS, SUCCESS, load, note_base_url, usage};
use crate::render::{self, IssueForm};
use crate::source;

/// Folder of issue forms on GitHub.
const FOLDER: &str = ".github/ISSUE_TEMPLATE";

/// Writes a form for each checklist of a role and each procedure of a group.
pub(super) fn run(args: &IssueFormsArgs) -> u8 {
    let reporter = Reporter::new(&MessageArgs { message_format: MessageFormat::Human, strict: false }, true);
    let mut engine = match load(&args.site, args.base_url.clone(), &reporter) {
        Ok(engine) => engine,
        Err(code) => return code,
    };
    let diagnostics = engine.diagnostics();
    if reporter.fails(&diagnostics) {
        reporter.report(&diagnostics);
        say!("nothing was written: {}", reporter.tally(&diagnostics));
        return CONTENT_ERRORS;
    }
    let forms = render::issue_forms(&engine.db, &args.labels);
    let folder = args.dir.join(FOLDER);
    // Files of others are detected before anything is written.
    if let Some(foreign) = forms.iter().find(|form| !args.force && is_foreign(&folder.join(&form.name))) {
        let target = folder.join(&foreign.name);
        return usage(format!(
            "{} was not written by rolebook\nhelp: rename it, or give --force to replace it",
            target.display()
        ));
    }
    let mut written = 0;
    for form in &forms {
        match write(&folder, form) {
            Ok(changed) => written += usize::from(changed),
            Err(error) => return usage(format!("{}: {error}", folder.join(&form.name).display())),
        }
    }
    note_base_url(forms.iter().any(|form| form.lacks_base_url));
    say!(
        "{}: {} ({written} written, {} unchanged)",
        folder.display(),
        counted(forms.len(), "form"),
        forms.len() - written
    );
    SUCCESS
}

/// True for an existing file that rolebook did not write, or cannot read.
fn is_foreign(target: &Path) -> bool {
    match source::open::text(target) {
        Ok(text) => text.lines().next() != Some(render::MARK),
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

/// Writes one form atomically, unless its content is unchanged.
fn write(folder: &Path, form: &IssueForm) -> std::io::Result<bool> {
    let target = folder.join(&form.name);
    if source::open::text(&target).is_ok_and(|text| text == form.text) {
        return Ok(false);
    }
    fs::create_dir_all(folder)?;
    // Not a temporary file, because those have restrictive permissions.
    let staged = folder.join(format!(".{}.new", form.name));
    fs::write(&staged, &form.text)?;
    fs::rename(&staged, &target)?;
    Ok(true)
}
