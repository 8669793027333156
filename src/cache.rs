//! Results of earlier runs, in a folder of the site. It is safe to delete.
//!
//! A result has a name and a key: a hash of everything that it depends on. Each name has one file, which the next
//! result of that name replaces. Anything unexpected, such as a damaged file, a link in its place or a full disk, means
//! that there is no result; it is never an error.

use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::source::open::open_below;

/// The folder, next to `site.toml`.
pub const FOLDER: &str = ".rolebook";

/// The start of each file. The number changes with the format.
const MAGIC: [u8; 16] = *b"rolebook cache 1";

/// Length of a hash in bytes.
const HASH: usize = 32;

/// Maximum size of a file in bytes.
const LARGEST: u64 = 64 << 20;

/// Keeps git from listing the files of the folder, whatever the repository's own `.gitignore` contains.
const IGNORE: (&str, &str) = (".gitignore", "*\n");

/// A hash of everything that a result depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheKey([u8; HASH]);

/// Hashes the parts of a [`CacheKey`].
#[derive(Clone, Debug, Default)]
pub struct KeyHasher(Sha256);

impl KeyHasher {
    /// Adds a part. Its length is hashed too, so different lists of parts have different keys.
    pub fn add(&mut self, part: impl AsRef<[u8]>) {
        let part = part.as_ref();
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    /// The key of all parts.
    pub fn key(self) -> CacheKey {
        CacheKey(self.0.finalize().into())
    }
}

/// The state of a file as the file system reports it. A change of the content changes it, except in the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    size: u64,
    /// The time of the last change of the content, in nanoseconds since 1970.
    pub modified: i64,
    /// The time of the last change of the content, the name or the permissions. Unlike `modified`, programs cannot set
    /// it.
    pub changed: i64,
    inode: u64,
}

impl FileState {
    /// The state of a regular file; `None` for anything else.
    pub fn at(place: &Path) -> Option<Self> {
        Self::of(&place.symlink_metadata().ok()?)
    }

    /// The state of a regular file with this metadata.
    #[cfg(unix)]
    pub fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds = |seconds: i64, rest: i64| {
            seconds.checked_mul(1_000_000_000).and_then(|time| time.checked_add(rest))
        };
        metadata.is_file().then_some(())?;
        Some(Self {
            size: metadata.len(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec())?,
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec())?,
            inode: metadata.ino(),
        })
    }

    /// The state of a regular file with this metadata. Systems other than Unix have no time of the last change of the
    /// name.
    #[cfg(not(unix))]
    pub fn of(metadata: &Metadata) -> Option<Self> {
        let modified = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        let modified = i64::try_from(modified.as_nanos()).ok()?;
        metadata.is_file().then_some(Self { size: metadata.len(), modified, changed: modified, inode: 0 })
    }
}

/// The cached results of a site.
#[derive(Clone, Debug)]
pub struct Cache {
    site: PathBuf,
}

impl Cache {
    /// The cache of the site in a folder.
    pub fn of(site: &Path) -> Self {
        Self { site: site.to_owned() }
    }

    /// The result with this name, if it has the key.
    pub fn get(&self, name: &'static str, key: &CacheKey) -> Option<Vec<u8>> {
        let mut file = open_below(&self.site, &format!("{FOLDER}/{name}")).ok()?;
        let (mut magic, mut of, mut checksum) = ([0; MAGIC.len()], [0; HASH], [0; HASH]);
        for part in [&mut magic[..], &mut of, &mut checksum] {
            file.read_exact(part).ok()?;
        }
        if magic != MAGIC || of != key.0 {
            return None;
        }
        let size = file.metadata().ok()?.len();
        if size > LARGEST {
            return None;
        }
        let mut result = Vec::with_capacity(size as usize);
        file.take(LARGEST).read_to_end(&mut result).ok()?;
        (checksum == hash(&result)).then_some(result)
    }

    /// The text of a file of its own format; `None` if there is none.
    pub fn text(&self, name: &str) -> Option<String> {
        let mut text = String::new();
        let file = open_below(&self.site, &format!("{FOLDER}/{name}")).ok()?;
        file.take(LARGEST).read_to_string(&mut text).ok()?;
        Some(text)
    }

    /// Stores the text of a file of its own format.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn put_text(&self, name: &str, text: &str) -> io::Result<()> {
        self.write(name, &[text.as_bytes()])
    }

    /// Stores a result, unless it is too large or the folder cannot be written.
    pub fn put(&self, name: &'static str, key: &CacheKey, result: &[u8]) {
        if ((MAGIC.len() + 2 * HASH + result.len()) as u64) <= LARGEST {
            // Without a cache, the next run only takes longer.
            let _ = self.write(name, &[&MAGIC, &key.0, &hash(result), result]);
        }
    }

    fn write(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        let folder = self.site.join(FOLDER);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            created => created?,
        }
        // Nothing is written to the target of a link.
        if !folder.symlink_metadata()?.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        let (ignore, pattern) = IGNORE;
        match new_file(&folder.join(ignore)).and_then(|mut file| file.write_all(pattern.as_bytes())) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        // If two processes use the staged file at a time, the checksum does not match.
        let staged = folder.join(format!("{name}.new"));
        let _ = fs::remove_file(&staged);
        let mut file = new_file(&staged)?;
        let result = parts.iter().try_for_each(|part| file.write_all(part));
        let moved = result.and_then(|()| fs::rename(&staged, folder.join(name)));
        moved.inspect_err(|_| {
            let _ = fs::remove_file(&staged);
        })
    }
}

/// Creates a file, unless there is anything at its path.
fn new_file(place: &Path) -> io::Result<fs::File> {
    OpenOptions::new().write(true).create_new(true).open(place)
}

fn hash(bytes: &[u8]) -> [u8; HASH] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "test";

    fn key(text: &str) -> CacheKey {
        let mut parts = KeyHasher::default();
        parts.add(text);
        parts.key()
    }

    fn stored() -> (tempfile::TempDir, Cache, PathBuf) {
        let site = tempfile::tempdir().unwrap();
        let cache = Cache::of(site.path());
        cache.put(NAME, &key("a"), b"result");
        let place = site.path().join(FOLDER).join(NAME);
        (site, cache, place)
    }

    #[test]
    fn a_result_is_found_by_its_key_until_it_is_replaced() {
        let (site, cache, _) = stored();
        assert_eq!(cache.get(NAME, &key("a")).as_deref(), Some(&b"result"[..]));
        assert_eq!(cache.get(NAME, &key("b")), None);
        assert_eq!(cache.get("other", &key("a")), None);
        cache.put(NAME, &key("b"), b"");
        assert_eq!(cache.get(NAME, &key("a")), None);
        assert_eq!(cache.get(NAME, &key("b")).as_deref(), Some(&b""[..]));
        let names = fs::read_dir(site.path().join(FOLDER)).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".gitignore", NAME], "nothing accumulates");
    }

    #[test]
    fn different_parts_have_different_keys() {
        let key = |texts: &[&str]| {
            let mut parts = KeyHasher::default();
            texts.iter().for_each(|text| parts.add(text));
            parts.key()
        };
        let all = [key(&[]), key(&[""]), key(&["", ""]), key(&["ab"]), key(&["a", "b"]), key(&["b", "a"])];
        for (index, one) in all.iter().enumerate() {
            assert!(!all[index + 1..].contains(one), "{index}");
        }
    }

    #[test]
    fn a_damaged_file_has_no_result() {
        let (_site, cache, place) = stored();
        let good = fs::read(&place).unwrap();
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            fs::write(&place, bad).unwrap();
            assert_eq!(cache.get(NAME, &key("a")), None, "{bit}");
        }
        for length in 0..good.len() {
            fs::write(&place, &good[..length]).unwrap();
            assert_eq!(cache.get(NAME, &key("a")), None, "{length}");
        }
        fs::write(&place, [&good[..], b"x"].concat()).unwrap();
        assert_eq!(cache.get(NAME, &key("a")), None);
        cache.put(NAME, &key("a"), b"result");
        assert!(cache.get(NAME, &key("a")).is_some(), "the next result replaces it");
    }

    #[test]
    fn a_huge_file_is_not_read() {
        let (_site, cache, place) = stored();
        fs::File::options().write(true).open(&place).unwrap().set_len(1 << 32).unwrap();
        assert_eq!(cache.get(NAME, &key("a")), None);
    }

    #[test]
    fn a_large_result_is_not_stored() {
        let (_site, cache, _) = stored();
        cache.put(NAME, &key("b"), &vec![0; LARGEST as usize + 1]);
        assert!(cache.get(NAME, &key("a")).is_some());
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_ignored() {
        for name in [NAME, "test.new", ""] {
            let (site, cache, _) = stored();
            let place = site.path().join(FOLDER).join(name);
            let _ = fs::remove_file(&place);
            fs::create_dir_all(place.join("x")).unwrap();
            cache.put(NAME, &key("b"), b"new");
            cache.get(NAME, &key("b"));
            assert!(place.join("x").is_dir());
        }
        let site = tempfile::tempdir().unwrap();
        let cache = Cache::of(site.path());
        fs::write(site.path().join(FOLDER), "mine").unwrap();
        cache.put(NAME, &key("a"), b"result");
        assert_eq!(cache.get(NAME, &key("a")), None);
        assert_eq!(fs::read(site.path().join(FOLDER)).unwrap(), b"mine");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (site, cache, place) = stored();
        let elsewhere = tempfile::tempdir().unwrap();
        let link = |from: &Path, to: &Path| {
            let _ = fs::remove_file(to);
            std::os::unix::fs::symlink(from, to).unwrap();
        };
        let target = elsewhere.path().join("entry");
        fs::rename(&place, &target).unwrap();
        let before = fs::read(&target).unwrap();
        link(&target, &place);
        link(&target, &place.with_extension("new"));
        assert_eq!(cache.get(NAME, &key("a")), None);
        cache.put(NAME, &key("b"), b"new");
        assert_eq!(fs::read(&target).unwrap(), before);
        assert_eq!(cache.get(NAME, &key("b")).as_deref(), Some(&b"new"[..]));
        let folder = site.path().join(FOLDER);
        fs::remove_dir_all(&folder).unwrap();
        link(elsewhere.path(), &folder);
        cache.put(NAME, &key("c"), b"new");
        assert_eq!(cache.get(NAME, &key("c")), None);
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1, "nothing is written there");
    }

    #[test]
    fn a_folder_that_is_gone_is_no_error() {
        let (site, cache, _) = stored();
        drop(site);
        assert_eq!(cache.get(NAME, &key("a")), None);
        cache.put(NAME, &key("a"), b"result");
    }
}
