//! `rolebook init`

use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::cli::InitArgs;
use super::recognize::{Recognized, recognize};
use super::terminal::lines;
use super::terminal::one_line;
use super::{SUCCESS, USAGE_ERROR, emit_status, new, usage};
use crate::config::FILE;
use crate::schema;

static STARTER: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/commands/starter");

/// A file that a new repository may have already.
const IGNORE: &str = ".gitignore";

/// The home page of a site for a checkout.
const HOME: &str = "# Role handbook\n\nWho leads which group of our community, and how to reach them.\n";

/// Writes a small starter site, or one for the checkout of a community.
pub(super) fn run(args: &InitArgs) -> u8 {
    let dir = &args.dir;
    match obstacle(dir) {
        Ok(None) => {}
        Ok(Some(name)) => {
            return usage(format!("{} contains {}; choose a new folder", dir.display(), one_line(&name)));
        }
        Err(error) => return usage(format!("{}: {error}", dir.display())),
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
    let change = match dir.canonicalize().ok() == std::env::current_dir().ok() {
        true => String::new(),
        false => format!("  cd {}\n", quoted(&dir.display().to_string())),
    };
    text += &format!("\nNext:\n\n{change}  rolebook serve --open\n");
    // It names files of the checkout.
    emit_status(&lines(&text));
    SUCCESS
}

/// The first entry of a folder that a site may clash with. A new repository has files of its own: hidden ones, a README
/// and a license.
fn obstacle(dir: &Path) -> std::io::Result<Option<String>> {
    let mut names = match fs::read_dir(dir) {
        Ok(entries) => entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<std::io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    names.sort_unstable();
    let is_harmless = |name: &String| {
        [".", "README", "LICENSE", "LICENCE", "COPYING"].iter().any(|start| name.starts_with(start))
    };
    Ok(names.into_iter().find(|name| !is_harmless(name)))
}

/// Writes `.gitignore`, or adds the missing lines to an existing one.
fn write_ignore(target: &Path, text: &str) -> std::io::Result<()> {
    let existing = match fs::read_to_string(target) {
        Ok(existing) => existing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return fs::write(target, text),
        Err(error) => return Err(error),
    };
    let is_new = |line: &&str| !existing.lines().any(|other| other.trim() == *line);
    let missing: String = text.lines().filter(is_new).flat_map(|line| [line, "\n"]).collect();
    let gap = if existing.is_empty() || existing.ends_with('\n') { "" } else { "\n" };
    fs::write(target, format!("{existing}{gap}{missing}"))
}

/// Writes a site that shows the data of a checkout.
fn write_for(recognized: &Recognized, dir: &Path) -> std::io::Result<()> {
    fs::create_dir_all(dir.join("content"))?;
    fs::write(dir.join(FILE), schema::named(FILE, &recognized.site_toml(dir)))?;
    fs::write(dir.join("content/index.md"), HOME)?;
    let ignore = STARTER.get_file(IGNORE).and_then(|file| file.contents_utf8());
    ignore.map_or(Ok(()), |text| write_ignore(&dir.join(IGNORE), text))
}

fn write(from: &Dir, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for file in from.files() {
        let target = to.join(file.path());
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        let path = file.path().to_string_lossy().replace('\\', "/");
        match file.contents_utf8() {
            Some(text) if path == IGNORE => write_ignore(&target, text)?,
            Some(text) => fs::write(target, schema::named(&path, text))?,
            None => fs::write(target, file.contents())?,
        }
    }
    from.dirs().try_for_each(|folder| write(folder, to))
}

/// A path as a shell reads it.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@:".contains(c);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
