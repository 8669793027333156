//! `rolebook init`

use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::cli::InitArgs;
use super::{SUCCESS, USAGE_ERROR, emit, new, usage};

static STARTER: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/commands/starter");

/// Writes a small starter site.
pub(super) fn run(args: &InitArgs) -> u8 {
    let dir = &args.dir;
    let empty = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return usage(format!("{}: {error}", dir.display())),
    };
    if !empty {
        return usage(format!("{} is not empty; choose a new folder", dir.display()));
    }
    // Checked first, because the folder may be in a repository with a workflow.
    if args.github
        && let Err(message) = fs::create_dir_all(dir)
            .map_err(|error| format!("{}: {error}", dir.display()))
            .and_then(|()| new::write_workflow(dir))
    {
        return usage(message);
    }
    if let Err(error) = write(&STARTER, dir) {
        say!("error: {}: {error}", dir.display());
        return USAGE_ERROR;
    }
    emit(&format!(
        "Created a site in {}. Next:\n\n  cd {}\n  rolebook build\n",
        dir.display(),
        dir.display()
    ));
    SUCCESS
}

fn write(from: &Dir, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for file in from.files() {
        let target = to.join(file.path());
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(target, file.contents())?;
    }
    from.dirs().try_for_each(|folder| write(folder, to))
}
