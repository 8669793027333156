//! The theme: the default one from the binary, shadowed file by file by the site's folder.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, FileName, Location};

static DEFAULT: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// Templates and assets by path within the theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Tera templates by name, relative to `templates/`; whether the file is the site's own.
    pub templates: BTreeMap<String, (Arc<str>, bool)>,
    /// Files written to `/assets/`, relative to `assets/`.
    pub assets: BTreeMap<String, Arc<[u8]>>,
    /// Folder of the site's own files, relative to the site, as diagnostics name it.
    pub folder: String,
}

/// Reads the theme `name` of the site in `site`.
///
/// # Errors
/// A theme that exists neither in the site nor in the binary (`theme/unknown`), and templates that
/// cannot be read (`source/unreadable`).
pub fn theme(site: &Path, name: &str) -> (Theme, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let folder = format!("themes/{name}");
    let root = site.join("themes").join(name);
    let mut theme = Theme { folder: folder.clone(), ..Theme::default() };
    add_embedded(&mut theme, &DEFAULT);
    if !root.is_dir() && name != "default" {
        diagnostics.push(
            Diagnostic::error("theme/unknown", format!("there is no theme `{name}`"), None)
                .help(format!("create the folder {folder}, or set `theme = \"default\"` in site.toml")),
        );
    }
    for entry in WalkDir::new(&root).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let Ok(relative) = entry.path().strip_prefix(&root) else { continue };
        let path = relative.to_string_lossy().replace('\\', "/");
        if !entry.file_type().is_file() {
            continue;
        }
        let mut fault = |code, message: String| {
            let location = Location::line(&FileName::site(&format!("{folder}/{path}")), 1, 1);
            diagnostics.push(Diagnostic::error(code, message, location));
        };
        match std::fs::read(entry.path()) {
            Ok(bytes) if theme.add(&path, &bytes, true) => {}
            Ok(_) => fault("source/not-utf8", "the template is not valid UTF-8".to_owned()),
            Err(error) => fault("source/unreadable", error.to_string()),
        }
    }
    (theme, diagnostics)
}

impl Theme {
    /// False when a template is not UTF-8.
    fn add(&mut self, path: &str, bytes: &[u8], own: bool) -> bool {
        if let Some(name) = path.strip_prefix("templates/") {
            let Ok(text) = std::str::from_utf8(bytes) else { return false };
            self.templates.insert(name.to_owned(), (text.into(), own));
        } else if let Some(name) = path.strip_prefix("assets/") {
            self.assets.insert(name.to_owned(), bytes.into());
        }
        true
    }
}

fn add_embedded(theme: &mut Theme, folder: &Dir) {
    for file in folder.files() {
        theme.add(&file.path().to_string_lossy(), file.contents(), false);
    }
    for folder in folder.dirs() {
        add_embedded(theme, folder);
    }
}
