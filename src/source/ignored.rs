//! Names that are never part of a source or theme: those of version control, and files that editors and systems leave
//! behind. Checks, builds and the preview share this list.

use std::path::Path;
use std::sync::LazyLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Names of files that programs leave behind. Case does not matter, as some file systems ignore it.
const LEFTOVERS: &[&str] = &[
    // Emacs: locks (dangling symbolic links) and auto-saved buffers.
    ".#*",
    "#*#",
    // Backups of Emacs, Vim, Kate and others; Word's locks.
    "*~",
    "~$*",
    // Vim: swap files, and the file for testing write permission.
    ".*.sw[a-px]",
    ".sw[a-px]",
    "4913",
    // Kate, JetBrains, GNOME, LibreOffice, Chromium's editors.
    "*.kate-swp",
    "*___jb_tmp___",
    "*___jb_old___",
    ".goutputstream-*",
    ".~lock.*#",
    "*.crswap",
    // macOS: metadata on foreign file systems, folder views and icons, indexes, placeholders of remote files.
    "._*",
    ".DS_Store",
    ".AppleDouble",
    ".LSOverride",
    ".Spotlight-V100",
    ".TemporaryItems",
    ".Trashes",
    ".fseventsd",
    "__MACOSX",
    "Icon\r",
    ".localized",
    ".*.icloud",
    // Windows.
    "Thumbs.db",
    "Thumbs.db:encryptable",
    "ehthumbs.db",
    "desktop.ini",
    "$RECYCLE.BIN",
    // Linux: folder views, trash, files removed while open.
    ".directory",
    ".Trash-*",
    ".nfs[0-9a-f]*",
    ".fuse_hidden*",
    // Syncthing, Dropbox, Synology.
    ".syncthing.*",
    "~syncthing~*",
    ".stfolder",
    ".stversions",
    "@eaDir",
    "#recycle",
    ".dropbox.cache",
];

/// Folders and files of version control, which must never be published: histories, and credentials that continuous
/// integration stores next to them.
const VERSION_CONTROL: &[&str] =
    &[".git", ".hg", ".svn", ".bzr", ".jj", ".sl", ".pijul", ".fslckout", "_fslckout", "_fossil_", "_darcs"];

static LEFTOVER: LazyLock<GlobSet> = LazyLock::new(|| {
    let globs = LEFTOVERS.iter().map(|name| GlobBuilder::new(name).case_insensitive(true).build());
    let mut set = GlobSetBuilder::new();
    for glob in globs.filter_map(Result::ok) {
        set.add(glob);
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
});

/// True if files and folders with this name are never read.
pub fn is_ignored(name: &str) -> bool {
    is_version_control(name) || LEFTOVER.is_match(name)
}

/// True if some file system treats the name as one of version control. Git rejects the same spellings of its own
/// folder (`verify_path`): APFS and HFS+ ignore case and some characters; NTFS ignores trailing dots and spaces and
/// anything after a colon, and has short names.
fn is_version_control(name: &str) -> bool {
    // In lower case, these may be ordinary names.
    if matches!(name, "CVS" | "RCS" | "SCCS") {
        return true;
    }
    if !matches!(name.as_bytes().first(), Some(b'.' | b'_' | b'g' | b'G' | 0x80..)) {
        return false;
    }
    let visible: String = name.chars().filter(|c| !is_transparent(*c)).collect();
    let visible = visible.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']).to_lowercase();
    let is_number = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
    let is_short = visible.strip_prefix("git~").is_some_and(is_number);
    is_short || VERSION_CONTROL.contains(&visible.as_str())
}

/// Characters that HFS+ ignores when comparing names (Git's `is_hfs_dotgit`).
fn is_transparent(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

/// True if a folder contains the data of a git repository, whatever its name: `git init --separate-git-dir` and bare
/// repositories.
pub(super) fn is_repository(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_control_is_ignored_in_every_spelling() {
        for name in [
            ".git",
            ".GIT",
            ".Git",
            ".git.",
            ".git ",
            ".git . .",
            ".g\u{200c}it",
            "\u{feff}.git",
            ".git::$INDEX_ALLOCATION",
            "GIT~1",
            "git~23",
            ".hg",
            ".svn",
            "_darcs",
            "CVS",
            ".jj",
        ] {
            assert!(is_ignored(name), "{name:?}");
        }
        for name in [
            ".github",
            ".gitignore",
            ".gitattributes",
            "git",
            "git~",
            "a.git.md",
            ".gitlab-ci.yml",
            "cvs.md",
            "cvs",
        ] {
            assert!(!is_version_control(name), "{name:?}");
        }
    }

    #[test]
    fn leftovers_of_programs_are_ignored() {
        for name in [
            ".#a.md",
            "#a.md#",
            "a.md~",
            ".a.md.swp",
            ".a.md.swo",
            ".a.md.swx",
            "4913",
            "._a.md",
            "._x.toml",
            ".DS_Store",
            "Thumbs.db",
            "THUMBS.DB",
            ".~lock.x.odt#",
            ".a.md.kate-swp",
            "a.md___jb_tmp___",
            "a.md___jb_old___",
            "~$a.docx",
            ".goutputstream-AB12CD",
            ".nfs000000000001",
            "desktop.ini",
            "Icon\r",
            ".directory",
            ".a.md.icloud",
            ".stversions",
            "@eaDir",
        ] {
            assert!(is_ignored(name), "{name}");
        }
        for name in [
            "a.md",
            "a#b.md",
            "#a.md",
            "4913.md",
            ".hidden.md",
            "_index.md",
            "a.swp.md",
            "~a.md",
            "C#.md",
            "thumbs.md",
            "Icon",
            "Icons.md",
            "directory",
            "recycle",
        ] {
            assert!(!is_ignored(name), "{name}");
        }
    }
}
