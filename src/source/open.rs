//! Opens files without waiting for one that is no file, and without following links that nobody looked at.
//!
//! A name on disk may stand for something else from one moment to the next. So nothing is decided by looking at a
//! name and opening it afterwards: a file is opened first, and what was opened is looked at.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// A regular file that the user named, by whatever links lead to it.
///
/// # Errors
/// The system's own, and [`ErrorKind::InvalidInput`] for folders, named pipes, sockets and devices.
pub fn open(place: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        // A named pipe opened for reading would wait for a writer.
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits() as i32);
    }
    match options.open(place) {
        Ok(file) => regular(file),
        Err(error) => Err(not_regular(place.metadata()).unwrap_or(error)),
    }
}

/// The bytes of a regular file that the user named.
///
/// # Errors
/// See [`open`].
pub fn bytes(place: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(place)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a regular file that the user named.
///
/// # Errors
/// See [`open`]; [`ErrorKind::InvalidData`] where it is not UTF-8.
pub fn text(place: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(place)?.read_to_string(&mut text)?;
    Ok(text)
}

/// The regular file at a path below a folder. No symbolic link below the folder is followed: the path has to be the
/// file's own, as the scan found it.
///
/// # Errors
/// The system's own, and [`ErrorKind::InvalidInput`] for what is no regular file or is reached through a link.
pub fn open_below(root: &Path, path: &str) -> io::Result<File> {
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a path below the folder"));
    }
    match unfollowed(root, path) {
        Ok(file) => regular(file),
        Err(error) => Err(not_regular(place(root, path).symlink_metadata()).unwrap_or(error)),
    }
}

/// The place on disk of a path below a folder.
pub fn place(root: &Path, path: &str) -> PathBuf {
    path.split('/').fold(root.to_path_buf(), |folder, part| folder.join(part))
}

#[cfg(unix)]
fn unfollowed(root: &Path, path: &str) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open, openat};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let folder = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECTORY;
    let mut parent = open(root, folder, Mode::empty())?;
    // One question instead of one for each folder, where the system has it and lets programs ask it.
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{ResolveFlags, openat2};
        use rustix::io::Errno;
        let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::BENEATH;
        match openat2(&parent, path, flags, Mode::empty(), resolve) {
            Err(Errno::NOSYS | Errno::PERM | Errno::INVAL) => {}
            opened => return Ok(File::from(opened?)),
        }
    }
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let flags = if parts.peek().is_some() { folder | OFlags::NOFOLLOW } else { flags };
        parent = openat(&parent, part, flags, Mode::empty())?;
    }
    Ok(File::from(parent))
}

/// Where a file cannot be opened relative to a folder, its path is looked at again once it is open.
#[cfg(not(unix))]
fn unfollowed(root: &Path, path: &str) -> io::Result<File> {
    let expected = place(&root.canonicalize()?, path);
    let file = File::open(&expected)?;
    if expected.canonicalize()? != expected {
        return Err(io::Error::new(ErrorKind::InvalidInput, LINK));
    }
    Ok(file)
}

fn regular(file: File) -> io::Result<File> {
    match not_regular(file.metadata()) {
        Some(error) => Err(error),
        None => Ok(file),
    }
}

const LINK: &str = "it is a symbolic link";

/// Says of something that is there and no regular file what it is instead.
fn not_regular(metadata: io::Result<std::fs::Metadata>) -> Option<io::Error> {
    let kind = kind(metadata.ok()?.file_type())?;
    Some(io::Error::new(ErrorKind::InvalidInput, kind))
}

/// What something is that is no regular file.
pub fn kind(kind: std::fs::FileType) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("it is a named pipe");
        }
        if kind.is_socket() {
            return Some("it is a socket");
        }
        if kind.is_block_device() || kind.is_char_device() {
            return Some("it is a device");
        }
    }
    if kind.is_dir() {
        Some("it is a folder")
    } else if kind.is_symlink() {
        Some(LINK)
    } else {
        None
    }
}

/// Whether this process may read a file below a folder. The system may still refuse when it is opened.
pub fn may_read(place: &Path) -> bool {
    #[cfg(unix)]
    return rustix::fs::access(place, rustix::fs::Access::READ_OK).is_ok();
    #[cfg(not(unix))]
    return place.metadata().is_ok();
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn content(root: &Path, path: &str) -> Result<String, String> {
        let mut text = String::new();
        let mut file = open_below(root, path).map_err(|error| error.to_string())?;
        file.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }

    #[test]
    fn only_regular_files_at_their_own_path_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::write(root.join("a/b/x"), "x").unwrap();
        symlink("b", root.join("a/link")).unwrap();
        symlink("b/x", root.join("a/y")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        let pipe = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, root.join("pipe"), pipe, 0o644.into(), 0).unwrap();
        assert_eq!(content(root, "a/b/x").unwrap(), "x");
        assert_eq!(content(root, "a/y").unwrap_err(), "it is a symbolic link");
        assert!(content(root, "a/link/x").is_err(), "no folder is reached through a link");
        assert_eq!(content(root, "socket").unwrap_err(), "it is a socket");
        assert_eq!(content(root, "pipe").unwrap_err(), "it is a named pipe");
        assert_eq!(content(root, "a").unwrap_err(), "it is a folder");
        for path in ["", "/", "a//b/x", "../x", "a/../a/b/x", "./a/b/x", "/etc/passwd"] {
            assert!(content(root, path).is_err(), "{path}");
        }
        assert!(open(&root.join("a/y")).is_ok(), "a file that the user names may be a link");
        for name in ["socket", "pipe", "a", "nowhere"] {
            assert!(open(&root.join(name)).is_err(), "{name}");
        }
    }
}
