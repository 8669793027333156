//! The theme: the default theme from the binary, overridden file by file by the site's folder.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use walkdir::WalkDir;

use super::ignored::is_ignored;
use super::open::open_below;
use super::slashed;
use crate::config::{Brand, BrandFile, DEFAULT_THEME};
use crate::diagnostic::{Diagnostic, FileName, Location, code};

static DEFAULT: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// Prefix of the names of the default theme's templates. A name without it refers to the site's own template if there
/// is one, or else to the default template.
pub const DEFAULT_TEMPLATES: &str = "default/";

/// Files written to `/assets/`, by path relative to the theme's `assets/`.
pub type ThemeAssets = BTreeMap<String, Arc<[u8]>>;

/// A file of a theme, by its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThemeFile<'a> {
    /// A template, by name.
    Template(&'a str),
    /// Strings, by language.
    Strings(&'a str),
    /// A file that is written to `/assets/`, by name.
    Asset(&'a str),
}

impl<'a> ThemeFile<'a> {
    /// The use of the file at a path within a theme; `None` for files that rolebook does not read.
    pub fn of(path: &'a str) -> Option<Self> {
        let strings = || path.strip_prefix("strings/")?.strip_suffix(".toml").map(Self::Strings);
        let template = path.strip_prefix("templates/").map(Self::Template);
        template.or_else(strings).or_else(|| path.strip_prefix("assets/").map(Self::Asset))
    }
}

/// The templates of a theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Tera templates by name: the path relative to `templates/`, prefixed with [`DEFAULT_TEMPLATES`] for the default
    /// theme. The flag is true for the site's own files.
    pub templates: BTreeMap<String, (Arc<str>, bool)>,
    /// Strings by language (`strings/<language>.toml`) and whether the file is the site's own. The site's own strings
    /// override those of the default theme one by one.
    pub strings: BTreeMap<(String, bool), Arc<str>>,
    /// The folder of the site's own files, relative to the site.
    pub folder: String,
}

impl Theme {
    /// The name of a theme file for diagnostics: in the site's folder, or in the default theme.
    pub fn file(&self, path: &str, own: bool) -> FileName {
        match own {
            true => FileName::site(&format!("{}/{path}", self.folder)),
            false => FileName { source: Some("default theme".into()), path: path.into() },
        }
    }
}

/// The files of a theme.
#[derive(Debug, Default)]
pub struct ThemeFiles {
    /// Templates and strings.
    pub theme: Theme,
    /// Asset files.
    pub assets: ThemeAssets,
    /// Diagnostics: a theme that exists neither in the site nor in the binary (`theme/unknown`), templates that cannot be
    /// read (`source/unreadable`, `source/not-utf8`), and files of `[brand]` that cannot be used.
    pub problems: Vec<Diagnostic>,
}

/// Reads the theme `name` of the site in `site`, and the files that become assets of the theme.
pub fn theme(site: &Path, name: &str, brand: &Brand) -> ThemeFiles {
    let folder = format!("themes/{name}");
    let root = site.join("themes").join(name);
    let mut files = ThemeFiles::default();
    files.theme.folder.clone_from(&folder);
    for (path, bytes) in default_theme() {
        files.add(path, bytes, false);
    }
    if !root.is_dir() && name != DEFAULT_THEME {
        files.problems.push(
            Diagnostic::new(code::THEME_UNKNOWN, format!("unknown theme `{name}`"), None)
                .help(format!("create the folder {folder}, or set `theme = \"default\"` in site.toml")),
        );
    }
    for path in paths_below(root.clone()) {
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
    for file in brand.files() {
        match brand_file(site, file) {
            Ok(bytes) => drop(files.assets.insert(file.asset.clone(), bytes.into())),
            Err(problem) => files.problems.push(problem),
        }
    }
    files
}

/// Reads a file of `[brand]`.
fn brand_file(site: &Path, file: &BrandFile) -> Result<Vec<u8>, Diagnostic> {
    let path = file.path.as_str();
    let mut bytes = Vec::new();
    let read =
        open_below(site, path).and_then(|opened| opened.take(file.largest + 1).read_to_end(&mut bytes));
    let (code, message) = match read {
        Err(error) => (code::SOURCE_UNREADABLE, format!("cannot read `{path}`: {error}")),
        Ok(_) if bytes.len() as u64 > file.largest => {
            let largest = file.largest >> 10;
            (code::DATA_INVALID_VALUE, format!("`{path}` is larger than {largest} kB"))
        }
        Ok(_) if !file.format.is_format_of(&bytes) => {
            (code::DATA_INVALID_VALUE, format!("`{path}` is not a file in the format {}", file.format.name()))
        }
        Ok(_) => return Ok(bytes),
    };
    Err(Diagnostic::new(code, message, file.location.clone()))
}

/// The paths of a site's own files of the theme `name`, in order.
pub fn own_theme_paths(site: &Path, name: &str) -> impl Iterator<Item = String> {
    paths_below(site.join("themes").join(name))
}

fn paths_below(root: PathBuf) -> impl Iterator<Item = String> {
    let part_of_theme =
        |entry: &walkdir::DirEntry| entry.depth() == 0 || !is_ignored(&entry.file_name().to_string_lossy());
    let entries = WalkDir::new(&root).sort_by_file_name().into_iter().filter_entry(part_of_theme);
    let files =
        entries.filter_map(Result::ok).filter(|entry| entry.depth() > 0 && !entry.file_type().is_dir());
    files.filter_map(move |entry| entry.path().strip_prefix(&root).ok().map(slashed))
}

/// The files of the default theme, by path.
pub fn default_theme() -> BTreeMap<&'static str, &'static [u8]> {
    let mut files = BTreeMap::new();
    add_embedded(&DEFAULT, &mut files);
    files
}

fn add_embedded(folder: &Dir<'static>, files: &mut BTreeMap<&'static str, &'static [u8]>) {
    files.extend(folder.files().filter_map(|file| Some((file.path().to_str()?, file.contents()))));
    folder.dirs().for_each(|folder| add_embedded(folder, files));
}

impl ThemeFiles {
    /// Adds a file. Returns false if a text is not UTF-8.
    fn add(&mut self, path: &str, bytes: &[u8], own: bool) -> bool {
        match ThemeFile::of(path) {
            Some(ThemeFile::Template(name)) => {
                let Ok(text) = std::str::from_utf8(bytes) else { return false };
                let name = if own { name.to_owned() } else { format!("{DEFAULT_TEMPLATES}{name}") };
                self.theme.templates.insert(name, (text.into(), own));
            }
            Some(ThemeFile::Strings(language)) => {
                let Ok(text) = std::str::from_utf8(bytes) else { return false };
                self.theme.strings.insert((language.to_owned(), own), text.into());
            }
            Some(ThemeFile::Asset(name)) => {
                self.assets.insert(name.to_owned(), bytes.into());
            }
            None => {}
        }
        true
    }
}
