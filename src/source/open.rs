//! Opens regular files without blocking on special files and without following unchecked links.
//!
//! The file behind a name may change at any time. Therefore nothing is decided by inspecting a name before opening
//! it: a file is opened first, and the open file is inspected.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Opens a regular file named by the user, following links.
///
/// # Errors
/// I/O errors, and [`ErrorKind::InvalidInput`] for folders, named pipes, sockets and devices.
pub fn open(place: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        // Opening a named pipe for reading would block until there is a writer.
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits() as i32);
    }
    match options.open(place) {
        Ok(file) => regular(file),
        Err(error) => Err(not_regular(place.metadata()).unwrap_or(error)),
    }
}

/// Reads a regular file named by the user.
///
/// # Errors
/// See [`open()`].
pub fn bytes(place: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(place)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a regular file named by the user as text.
///
/// # Errors
/// See [`open()`]; [`ErrorKind::InvalidData`] if it is not UTF-8.
pub fn text(place: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(place)?.read_to_string(&mut text)?;
    Ok(text)
}

/// Opens a regular file below a folder without following symbolic links below that folder: the path must be the
/// file's own, as found by the scan.
///
/// # Errors
/// I/O errors, and [`ErrorKind::InvalidInput`] for anything that is not a regular file or is reached through a link.
pub fn open_below(root: &Path, path: &str) -> io::Result<File> {
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a path below the folder"));
    }
    match unfollowed(root, path) {
        Ok(file) => regular(file),
        Err(error) => Err(not_regular(join(root, path).symlink_metadata()).unwrap_or(error)),
    }
}

/// Joins a path to a folder of the file system.
pub fn join(root: &Path, path: &str) -> PathBuf {
    path.split('/').fold(root.to_path_buf(), |folder, part| folder.join(part))
}

#[cfg(unix)]
fn unfollowed(root: &Path, path: &str) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open, openat};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let folder = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECTORY;
    let mut parent = open(root, folder, Mode::empty())?;
    // One system call instead of one per folder, if the system supports and permits it.
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

/// Opens a file on systems that cannot open it relative to a folder. Its path is checked again once it is open.
#[cfg(not(unix))]
fn unfollowed(root: &Path, path: &str) -> io::Result<File> {
    let expected = join(&root.canonicalize()?, path);
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

/// Describes the type of an existing path that is not a regular file.
fn not_regular(metadata: io::Result<std::fs::Metadata>) -> Option<io::Error> {
    let kind = kind(metadata.ok()?.file_type())?;
    Some(io::Error::new(ErrorKind::InvalidInput, kind))
}

/// Describes a file type, unless it is a regular file.
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

/// True if this process may read a file. Opening it may still fail.
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
    fn only_regular_files_are_opened_and_without_links() {
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
