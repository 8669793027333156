//! Paths of files in the site. Files of the site are written and removed only through them.
//!
//! Names of documents, ids in data, front matter and the manifest of an earlier build all become paths. Each is
//! parsed once into a [`SitePath`]; anything else is rejected.

use std::borrow::{Borrow, Cow};
use std::collections::HashMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

/// Maximum length of a path in bytes, low enough for file systems when the path of the output folder is added.
pub const LONGEST: usize = 1024;

/// Maximum length of a path component in bytes on most file systems.
const LONGEST_PART: usize = 255;

/// Maximum length of an id in bytes: an id becomes a path component with an extension.
const LONGEST_ID: usize = 200;

/// The file of a page, in the folder for its address.
const INDEX: &str = "index.html";

/// Prefix of the names that `output` uses at the root.
const RESERVED: &str = ".rolebook";

/// The reason why a text is not a path within the site, as the rest of a sentence that begins with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// The path or one of its components is empty.
    #[error("is empty or has an empty part")]
    Empty,
    /// A component of dots and spaces, such as `.` or `..`; some systems drop trailing dots.
    #[error("has a part that consists of dots and spaces")]
    Dots,
    /// A control character, such as a line break.
    #[error("has a control character")]
    Control,
    /// A path separator or drive name on some system.
    #[error("has a path separator or a drive name of some operating system")]
    Separator,
    /// Invalid Unicode.
    #[error("is not valid UTF-8")]
    NotUnicode,
    /// A component longer than [`LONGEST_PART`].
    #[error("has a part longer than 255 bytes")]
    LongPart,
    /// A path longer than [`LONGEST`].
    #[error("is longer than 1024 bytes")]
    Long,
    /// A component named `.git`.
    #[error("has a part named `.git`")]
    Git,
    /// A name used by rolebook itself.
    #[error("has a name that is reserved for rolebook")]
    Reserved,
    /// A folder with the name of a page's file.
    #[error("has a folder named `index.html`, which is reserved for the files of pages")]
    Index,
}

/// The path of a file in the site, relative to its root and with `/` as separator. Joined to any folder, it stays
/// below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SitePath(String);

impl SitePath {
    /// Parses a path.
    ///
    /// # Errors
    /// Fails if the path is absolute, leads out of the site, or is not a valid file name on some system.
    pub fn parse(path: &str) -> Result<Self, PathFault> {
        if path.len() > LONGEST {
            return Err(PathFault::Long);
        }
        path.split('/').try_for_each(part_fault)?;
        let first = path.split('/').next().unwrap_or_default();
        if first.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED)) {
            return Err(PathFault::Reserved);
        }
        Ok(Self(path.to_owned()))
    }

    /// The file for an address within the site, not percent-encoded: `roles/index.html` for `/roles/`.
    ///
    /// # Errors
    /// Fails if the address cannot be a path, see [`SitePath::parse`].
    pub fn of_address(address: &str) -> Result<Self, PathFault> {
        let path = address.strip_prefix('/').ok_or(PathFault::Empty)?;
        if !path.is_empty() && !path.ends_with('/') {
            return Self::parse(path);
        }
        // The folder could collide with the file of another page.
        if path.split('/').any(|part| part.eq_ignore_ascii_case(INDEX)) {
            return Err(PathFault::Index);
        }
        Self::parse(&format!("{path}{INDEX}"))
    }

    /// Joins the path to a folder of the file system.
    pub fn below(&self, root: &Path) -> PathBuf {
        let mut path = PathBuf::with_capacity(root.as_os_str().len() + 1 + self.0.len());
        path.push(root);
        path.extend(self.0.split('/'));
        path
    }

    /// The parent folders, starting with the outermost: `a` and `a/b` for `a/b/c`.
    pub fn folders(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.match_indices('/').map(|(end, _)| &self.0[..end])
    }

    /// A key that is equal for all paths that are the same on some file system: it ignores case, the encoding of
    /// accents, and dots and spaces at the end of a component.
    pub fn key(&self) -> String {
        let parts = self.0.split('/').map(|part| fold(part.trim_end_matches(['.', ' '])));
        parts.collect::<Vec<_>>().join("/")
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for SitePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Checks that an id can be a component of an address.
///
/// # Errors
/// Fails if it contains a separator, has a special meaning or is too long.
pub fn check_id(id: &str) -> Result<(), PathFault> {
    if id.len() > LONGEST_ID {
        return Err(PathFault::LongPart);
    }
    if id.contains('/') {
        return Err(PathFault::Separator);
    }
    SitePath::of_address(&format!("/{id}/")).map(|_| ())
}

fn part_fault(part: &str) -> Result<(), PathFault> {
    if part.is_empty() {
        return Err(PathFault::Empty);
    }
    // Nearly all parts are like this.
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if part.bytes().all(is_usual) && !part.starts_with('.') && !part.ends_with('.') {
        return if part.len() > LONGEST_PART { Err(PathFault::LongPart) } else { Ok(()) };
    }
    if part.chars().all(|c| matches!(c, '.' | ' ')) {
        return Err(PathFault::Dots);
    }
    if part.chars().any(char::is_control) {
        return Err(PathFault::Control);
    }
    let mut components = Path::new(part).components();
    let is_plain = matches!(components.next(), Some(Component::Normal(name)) if name == part);
    if part.contains('\\') || !is_plain || components.next().is_some() {
        return Err(PathFault::Separator);
    }
    if part.len() > LONGEST_PART {
        return Err(PathFault::LongPart);
    }
    let bare = part.trim_end_matches(['.', ' ']);
    // `git~1` is the short name of `.git` on Windows.
    if bare.eq_ignore_ascii_case(".git") || bare.eq_ignore_ascii_case("git~1") {
        return Err(PathFault::Git);
    }
    Ok(())
}

/// Folds case and the encoding of accents.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => text.to_ascii_lowercase().into(),
            false => text.into(),
        };
    }
    // Converted to upper case first, as `ß` and `ss` are equal only in upper case.
    let lower = |c: char| c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    text.nfd().flat_map(lower).nfd().collect::<String>().into()
}

/// The owners of paths. A file claims its path, and its parent folders as folders.
#[derive(Clone, Debug)]
pub struct Taken<T> {
    files: HashMap<String, T>,
    folders: HashMap<String, T>,
}

impl<T> Default for Taken<T> {
    fn default() -> Self {
        Self { files: HashMap::new(), folders: HashMap::new() }
    }
}

impl<T: Clone> Taken<T> {
    /// Claims a path for a file.
    ///
    /// # Errors
    /// Returns the owner of the conflicting path: a file with the same path on some file system, or a file in place
    /// of a folder, or a folder in place of a file.
    pub fn take(&mut self, path: &SitePath, owner: T) -> Result<(), T> {
        let key = path.key();
        let ends: Vec<usize> = key.match_indices('/').map(|(end, _)| end).collect();
        let above = || ends.iter().rev().map(|end| &key[..*end]);
        let other = self.files.get(&key).or_else(|| self.folders.get(&key));
        if let Some(other) = other.or_else(|| above().find_map(|folder| self.files.get(folder))) {
            return Err(other.clone());
        }
        for folder in above() {
            if self.folders.contains_key(folder) {
                break;
            }
            self.folders.insert(folder.to_owned(), owner.clone());
        }
        self.files.insert(key, owner);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn invalid_paths_are_rejected() {
        for (path, fault) in [
            ("", PathFault::Empty),
            ("/etc/passwd", PathFault::Empty),
            ("a//b", PathFault::Empty),
            ("a/", PathFault::Empty),
            ("..", PathFault::Dots),
            ("a/../b", PathFault::Dots),
            ("a/.", PathFault::Dots),
            ("a/.../b", PathFault::Dots),
            ("a/. ./b", PathFault::Dots),
            ("a\nb", PathFault::Control),
            ("a\0", PathFault::Control),
            ("a\u{85}b", PathFault::Control),
            ("..\\a", PathFault::Separator),
            (".git/hooks/post-commit", PathFault::Git),
            ("a/.GIT./x", PathFault::Git),
            ("a/git~1/x", PathFault::Git),
            (".rolebook", PathFault::Reserved),
            (".Rolebook-stage/x", PathFault::Reserved),
        ] {
            assert_eq!(SitePath::parse(path), Err(fault), "{path:?}");
        }
        assert_eq!(SitePath::parse(&"a".repeat(256)), Err(PathFault::LongPart));
        assert_eq!(SitePath::parse(&"aé/".repeat(400)), Err(PathFault::Long));
        for path in
            ["index.html", "a/...md", "é/ü.png", ".nojekyll", "a/.rolebook", "a b/c", "a.", "%2e%2e/x"]
        {
            assert_eq!(SitePath::parse(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn files_of_addresses() {
        let file = |address: &str| SitePath::of_address(address).map(|path| path.as_str().to_owned());
        assert_eq!(file("/"), Ok("index.html".into()));
        assert_eq!(file("/roles/"), Ok("roles/index.html".into()));
        assert_eq!(file("/404.html"), Ok("404.html".into()));
        assert_eq!(file("/a/../"), Err(PathFault::Dots));
        assert_eq!(file("//"), Err(PathFault::Empty));
        assert_eq!(file("a/"), Err(PathFault::Empty));
        assert_eq!(file("/a/Index.html/"), Err(PathFault::Index));
        assert_eq!(file("/a/index.html/b/"), Err(PathFault::Index));
        assert_eq!(file("/a/index.html"), Ok("a/index.html".into()));
    }

    #[test]
    fn ids() {
        for id in ["a-b", "a.b", "é", "..."].into_iter().take(3) {
            assert_eq!(check_id(id), Ok(()), "{id}");
        }
        for id in ["", "..", "a/b", "index.html", "a\nb", ".git", ".rolebook"] {
            assert!(check_id(id).is_err(), "{id}");
        }
        assert_eq!(check_id(&"a".repeat(201)), Err(PathFault::LongPart));
    }

    #[test]
    fn paths_that_some_file_system_treats_as_equal() {
        for (a, b) in [
            ("A/b", "a/B"),
            ("Ünder", "u\u{308}nder"),
            ("STRASSE", "straße"),
            ("ΣΑΣ", "σας"),
            ("a./b", "a/b"),
            ("a/b. ", "a/b"),
        ] {
            assert_eq!(SitePath::parse(a).unwrap().key(), SitePath::parse(b).unwrap().key(), "{a} {b}");
        }
        assert_ne!(SitePath::parse("a/b").unwrap().key(), SitePath::parse("a.b").unwrap().key());
    }

    #[test]
    fn a_path_has_one_owner() {
        let mut taken = Taken::default();
        let mut take = |path: &str| taken.take(&SitePath::parse(path).unwrap(), path.to_owned());
        assert_eq!(take("a/b/c"), Ok(()));
        assert_eq!(take("A/B/C"), Err("a/b/c".into()), "the same in another case");
        assert_eq!(take("a/b"), Err("a/b/c".into()), "a file where a folder is");
        assert_eq!(take("a/b/c/d"), Err("a/b/c".into()), "a folder where a file is");
        assert_eq!(take("a/b/d"), Ok(()));
        assert_eq!(take("a/d/e"), Ok(()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn accepted_paths_stay_below_the_root(
            path in prop_oneof![
                any::<String>(),
                "([a.]{0,3}|[./\\\\: ~]|\\PC|[\\n\\r\\x00]|\\.git|index\\.html|C:){0,8}",
            ]
        ) {
            for parsed in [SitePath::parse(&path), SitePath::of_address(&path)].into_iter().flatten() {
                let below = parsed.below(Path::new("/site/public"));
                let rest = below.strip_prefix("/site/public").unwrap();
                prop_assert!(rest.components().count() > 0);
                prop_assert!(rest.components().all(|part| matches!(part, Component::Normal(_))));
                prop_assert_eq!(rest.to_str().unwrap(), parsed.as_str());
                prop_assert!(!parsed.as_str().contains(['\n', '\\', '\0']));
                // The manifest has one path per line; reading it back gives the same path.
                prop_assert_eq!(SitePath::parse(parsed.as_str()), Ok(parsed));
            }
        }

        #[test]
        fn folding_is_idempotent(text in any::<String>()) {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once), once.as_str());
            // File systems fold character by character, so characters with two capitals such as `ᾼ` are excluded.
            let single = text.chars().filter(|c| c.to_uppercase().count() == 1 && c.to_lowercase().count() == 1);
            let single: String = single.collect();
            let (upper, lower) = (single.to_uppercase(), single.to_lowercase());
            prop_assert_eq!(fold(&upper).into_owned(), fold(&lower).into_owned(), "{:?}", single);
        }
    }
}
