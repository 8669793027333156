//! The theme: the default one from the binary, shadowed file by file by the site's folder.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use walkdir::WalkDir;

use super::ignored::is_ignored;
use super::open::open_below;
use super::slashed;
use crate::diagnostic::{Diagnostic, FileName, Location, code};

static DEFAULT: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// What the names of the default theme's templates begin with. A name without it means the site's own template
/// where there is one, else the default one.
pub const DEFAULT_TEMPLATES: &str = "default/";

/// Files written to `/assets/`, by path relative to the theme's `assets/`.
pub type ThemeAssets = BTreeMap<String, Arc<[u8]>>;

/// The templates of a theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Tera templates by name: the path relative to `templates/`, for those of the default theme after
    /// [`DEFAULT_TEMPLATES`]. And whether the file is the site's own.
    pub templates: BTreeMap<String, (Arc<str>, bool)>,
    /// Strings by language (`strings/<language>.toml`) and whether the file is the site's own: it is laid over
    /// the default theme's, word by word.
    pub strings: BTreeMap<(String, bool), Arc<str>>,
    /// Folder of the site's own files, relative to the site, as diagnostics name it.
    pub folder: String,
}

impl Theme {
    /// How diagnostics name a file of the theme: the site's own, or one of the binary, which is nowhere in the site.
    pub fn file(&self, path: &str, own: bool) -> FileName {
        match own {
            true => FileName::site(&format!("{}/{path}", self.folder)),
            false => FileName { source: Some("default theme".into()), path: path.into() },
        }
    }
}

/// A theme as it was read.
#[derive(Debug, Default)]
pub struct ThemeFiles {
    /// Its templates.
    pub theme: Theme,
    /// Its other files.
    pub assets: ThemeAssets,
    /// A theme that exists neither in the site nor in the binary (`theme/unknown`), and templates that
    /// cannot be read (`source/unreadable`, `source/not-utf8`).
    pub problems: Vec<Diagnostic>,
}

/// Reads the theme `name` of the site in `site`.
pub fn theme(site: &Path, name: &str) -> ThemeFiles {
    let folder = format!("themes/{name}");
    let root = site.join("themes").join(name);
    let mut files = ThemeFiles::default();
    files.theme.folder.clone_from(&folder);
    files.add_embedded(&DEFAULT);
    if !root.is_dir() && name != "default" {
        files.problems.push(
            Diagnostic::new(code::THEME_UNKNOWN, format!("there is no theme `{name}`"), None)
                .help(format!("create the folder {folder}, or set `theme = \"default\"` in site.toml")),
        );
    }
    let part_of_theme =
        |entry: &walkdir::DirEntry| entry.depth() == 0 || !is_ignored(&entry.file_name().to_string_lossy());
    let entries = WalkDir::new(&root).sort_by_file_name().into_iter().filter_entry(part_of_theme);
    for entry in entries.filter_map(Result::ok) {
        let Ok(relative) = entry.path().strip_prefix(&root) else { continue };
        let path = slashed(relative);
        if entry.file_type().is_dir() || path.is_empty() {
            continue;
        }
        let bytes = open_below(&root, &path).and_then(|mut file| {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map(|_| bytes)
        });
        let (code, message) = match bytes {
            Ok(bytes) if files.add(&path, &bytes, true) => continue,
            Ok(_) => (code::SOURCE_NOT_UTF8, "the file is not valid UTF-8".to_owned()),
            Err(error) => (code::SOURCE_UNREADABLE, format!("cannot read the file: {error}")),
        };
        let location = Location::line(&FileName::site(&format!("{folder}/{path}")), 1, 1);
        files.problems.push(Diagnostic::new(code, message, location));
    }
    files
}

impl ThemeFiles {
    /// False when a text is not UTF-8.
    fn add(&mut self, path: &str, bytes: &[u8], own: bool) -> bool {
        if let Some(name) = path.strip_prefix("templates/") {
            let Ok(text) = std::str::from_utf8(bytes) else { return false };
            let name = if own { name.to_owned() } else { format!("{DEFAULT_TEMPLATES}{name}") };
            self.theme.templates.insert(name, (text.into(), own));
        } else if let Some(language) =
            path.strip_prefix("strings/").and_then(|path| path.strip_suffix(".toml"))
        {
            let Ok(text) = std::str::from_utf8(bytes) else { return false };
            self.theme.strings.insert((language.to_owned(), own), text.into());
        } else if let Some(name) = path.strip_prefix("assets/") {
            self.assets.insert(name.to_owned(), bytes.into());
        }
        true
    }

    fn add_embedded(&mut self, folder: &Dir) {
        for file in folder.files() {
            self.add(&file.path().to_string_lossy(), file.contents(), false);
        }
        for folder in folder.dirs() {
            self.add_embedded(folder);
        }
    }
}
