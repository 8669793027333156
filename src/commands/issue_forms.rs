//! `rolebook issue-forms`

use std::fs;
use std::path::Path;

use super::cli::IssueFormsArgs;
use super::report::{Extent, Reporter};
use super::{CONTENT_ERRORS, SUCCESS, is_foreign, load, note_base_url, replace, usage};
use crate::diagnostic::counted;
use crate::render::{self, IssueForm};
use crate::source;

/// Folder from which GitHub reads issue forms, relative to the root of a repository.
const FORMS_FOLDER: &str = ".github/ISSUE_TEMPLATE";

/// Writes the issue forms of all checklists of roles and groups; returns the exit code.
pub(super) fn run(args: &IssueFormsArgs) -> u8 {
    let reporter = Reporter::for_people(Extent::Brief);
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
    let folder = args.dir.join(FORMS_FOLDER);
    // Checked before any form is written.
    if let Err(error) = create_folder(&args.dir, &folder) {
        return usage(format!("{}: {error}", folder.display()));
    }
    let is_own = |text: &str| text.lines().next() == Some(render::ISSUE_FORM_HEADER);
    if let Some(foreign) =
        forms.iter().find(|form| !args.force && is_foreign(&folder.join(&form.name), is_own))
    {
        let target = folder.join(&foreign.name);
        return usage(format!(
            "{} already exists and was not written by rolebook\nhelp: rename it, or pass --force to replace it",
            target.display()
        ));
    }
    let mut written_count = 0;
    for form in &forms {
        match write(&folder, form) {
            Ok(is_written) => written_count += usize::from(is_written),
            Err(error) => return usage(format!("{}: {error}", folder.join(&form.name).display())),
        }
    }
    note_base_url(forms.iter().any(|form| form.lacks_base_url));
    status!(
        "{}: {} ({written_count} written, {} unchanged)",
        folder.display(),
        counted(forms.len(), "form"),
        forms.len() - written_count
    );
    SUCCESS
}

/// Creates the folder of the forms.
///
/// # Errors
/// If that fails, or a symbolic link leads out of the repository.
fn create_folder(repository: &Path, folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    match folder.canonicalize()?.starts_with(repository.canonicalize()?) {
        true => Ok(()),
        false => Err(std::io::Error::other("a symbolic link leads out of the repository")),
    }
}

/// Writes a form atomically, unless the file already has the same text. Returns true if it was written.
fn write(folder: &Path, form: &IssueForm) -> std::io::Result<bool> {
    let target = folder.join(&form.name);
    if source::open::text(&target).is_ok_and(|text| text == form.text) {
        return Ok(false);
    }
    replace(&target, &form.text)?;
    Ok(true)
}
