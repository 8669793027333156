//! `rolebook init`

use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::cli::InitArgs;
use super::recognize::{Recognized, recognize};
use super::{SUCCESS, USAGE_ERROR, emit_status, new, usage};
use crate::config::FILE;

static STARTER: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/commands/starter");

/// The home page of a site for a checkout.
const HOME: &str = "# Role handbook\n\nWho leads which group of our community, and how to reach them.\n";

/// Writes a small starter site, or one for the checkout of a community.
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
    let recognized = match args.from.as_deref().map(recognize) {
        Some(Err(error)) => {
            let from = args.from.as_deref().unwrap_or(dir);
            return usage(format!("{}: {error}", from.display()));
        }
        Some(Ok(recognized)) => Some(recognized),
        None => None,
    };
    // Checked first, because the folder may be in a repository with a workflow.
    if args.github
        && let Err(message) = fs::create_dir_all(dir)
            .map_err(|error| format!("{}: {error}", dir.display()))
            .and_then(|()| new::write_workflow(dir))
    {
        return usage(message);
    }
    let result = match &recognized {
        Some(recognized) => write_for(recognized, dir),
        None => write(&STARTER, dir),
    };
    if let Err(error) = result {
        say!("error: {}: {error}", dir.display());
        return USAGE_ERROR;
    }
    let mut text = format!("Created a site in {}.\n", dir.display());
    if let Some(recognized) = &recognized {
        text += &format!("\n{}", recognized.report(dir));
        if args.github {
            text += "\nThe workflow checks out this site alone: add a step that checks out the community's repository, \
                     see docs/github.md.\n";
        }
        if !recognized.has_data() {
            text +=
                "\nDescribe the data in site.toml with `[[source.groups]]`, see docs/your-community.md.\n";
        }
    }
    text += &format!("\nNext:\n\n  cd {}\n  rolebook build\n", dir.display());
    emit_status(&text);
    SUCCESS
}

/// Writes a site that shows the data of a checkout.
fn write_for(recognized: &Recognized, dir: &Path) -> std::io::Result<()> {
    fs::create_dir_all(dir.join("content"))?;
    fs::write(dir.join(FILE), recognized.site_toml(dir))?;
    fs::write(dir.join("content/index.md"), HOME)?;
    if let Some(ignore) = STARTER.get_file(".gitignore") {
        fs::write(dir.join(".gitignore"), ignore.contents())?;
    }
    Ok(())
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
