//! `rolebook theme`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::cli::{ThemeAction, ThemeArgs};
use super::terminal::one_line;
use super::{SUCCESS, USAGE_ERROR, emit, emit_status, new, site_config, usage};
use crate::diagnostic::nearest;
use crate::source::{ThemeFile, default_theme, own_theme_paths};

/// Lists, prints or copies files of the theme.
pub(super) fn run(args: &ThemeArgs) -> u8 {
    let site = args.site.as_deref();
    let result = match &args.action {
        ThemeAction::List => SiteTheme::of(site).map(|theme| emit(&list(&theme))),
        ThemeAction::Show { file } => show(file).map(emit).map_err(usage),
        ThemeAction::Eject { file } => {
            SiteTheme::of(site).and_then(|theme| eject(&theme, file).map_err(usage)).map(|path| {
                emit_status(&format!("Created {}.\n", path.display()));
                true
            })
        }
    };
    match result {
        Ok(true) => SUCCESS,
        Ok(false) => USAGE_ERROR,
        Err(code) => code,
    }
}

/// The theme of a site.
struct SiteTheme {
    /// The folder with `site.toml`.
    root: PathBuf,
    /// The name in `site.toml`.
    name: String,
}

impl SiteTheme {
    fn of(site: Option<&Path>) -> Result<Self, u8> {
        site_config(site).map(|(root, config)| Self { root, name: config.theme })
    }

    /// The folder of the site's own files.
    fn folder(&self) -> PathBuf {
        self.root.join("themes").join(&self.name)
    }
}

/// A line for each file of the default theme and of the site, with its state.
fn list(theme: &SiteTheme) -> String {
    let default = default_theme();
    let own: BTreeSet<String> = own_theme_paths(&theme.root, &theme.name).collect();
    let paths: BTreeSet<&str> = default.keys().copied().chain(own.iter().map(String::as_str)).collect();
    let state = |path: &str| match (default.contains_key(path), own.contains(path), ThemeFile::of(path)) {
        (true, false, _) => "default",
        // Strings replace those of the default file one by one.
        (true, true, Some(ThemeFile::Strings(_))) => "merged",
        (true, true, _) => "replaced",
        (false, _, Some(_)) => "added",
        (false, _, None) => "unused",
    };
    paths.into_iter().map(|path| format!("{:<8}  {}\n", state(path), one_line(path))).collect()
}

/// The text of a file of the default theme.
fn show(name: &str) -> Result<&'static str, String> {
    let (path, bytes) = default_file(name)?;
    std::str::from_utf8(bytes)
        .map_err(|_| format!("{path} is not text\nhelp: copy it with `rolebook theme eject {path}`"))
}

/// Copies a file of the default theme to the theme of the site.
fn eject(theme: &SiteTheme, name: &str) -> Result<PathBuf, String> {
    let (path, bytes) = default_file(name)?;
    let mut target = theme.folder();
    for part in path.split('/') {
        target.push(part);
        if target.is_symlink() {
            return Err(format!(
                "{} is a symbolic link, which rolebook does not follow in a theme",
                target.display()
            ));
        }
    }
    new::write(&target, bytes)
}

/// Finds a file of the default theme by its path. The folder of the default theme may precede the path.
fn default_file(name: &str) -> Result<(&'static str, &'static [u8]), String> {
    let files = default_theme();
    let path = name.trim_start_matches("./").trim_start_matches("themes/default/");
    match files.get_key_value(path) {
        Some((path, bytes)) => Ok((path, bytes)),
        None => {
            let name = one_line(name);
            Err(format!("the default theme has no file `{name}`\nhelp: {}", help(path, &files)))
        }
    }
}

/// Advice for an unknown path: files of that name in any folder, or else the most similar path.
fn help(path: &str, files: &BTreeMap<&str, &[u8]>) -> String {
    let paths = || files.keys().copied();
    let ends_so = |other: &&str| other.strip_suffix(path).is_some_and(|folder| folder.ends_with('/'));
    let named: Vec<String> = paths().filter(ends_so).map(|path| format!("`{path}`")).collect();
    match nearest(path, paths()) {
        _ if !named.is_empty() => format!("did you mean {}?", named.join(" or ")),
        Some(near) => format!("did you mean `{near}`?"),
        None => "`rolebook theme list` lists its files".to_owned(),
    }
}
