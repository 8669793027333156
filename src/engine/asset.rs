//! Files of sources that are copied to the site. Both builds and the preview open them here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::Engine;
use crate::cache::{CacheKey, KeyHasher};
use crate::diagnostic::{Diagnostic, Location, Severity, code};
use crate::model;
use crate::pages;
use crate::source::{self, Copying, Db, File, LARGEST};
use crate::svg;

/// A file of a source that is part of the site.
#[derive(Clone, Debug)]
pub struct Asset {
    file: File,
    /// The address within the site.
    pub url: String,
    /// The index of its source.
    source: usize,
    /// The folder of its source.
    root: PathBuf,
    /// The path within the source, without links.
    path: Arc<str>,
    sanitized: bool,
    /// True if its source belongs to other people.
    pub(super) is_of_others: bool,
}

/// The result of opening a file that is copied.
pub(super) struct Checked {
    fault: Option<Diagnostic>,
    /// A picture as it was read and sanitized, until a build writes it: sanitizing takes longer than everything else.
    picture: Option<(Copied, Vec<u8>)>,
}

/// The results for the files opened so far.
pub(super) type CheckedAssets = Mutex<HashMap<File, Checked>>;

/// An opened asset.
pub enum Opened {
    /// The unchanged file.
    File(fs::File),
    /// The sanitized content.
    Bytes(Vec<u8>),
}

impl Asset {
    /// Opens the file that the scan found at the path, or a file that replaced it since, but never the target of a
    /// link.
    ///
    /// # Errors
    /// I/O errors; [`ErrorKind::InvalidInput`] for anything that is not a regular file, [`ErrorKind::InvalidData`]
    /// for pictures that cannot be sanitized.
    pub fn open(&self) -> io::Result<Opened> {
        let file = source::open::open_below(&self.root, &self.path)?;
        if !self.sanitized {
            return Ok(Opened::File(file));
        }
        sanitized(&bytes(file, true)?).map(Opened::Bytes)
    }

    /// Reads the whole asset, unless a check has, and records the file that was read.
    pub(super) fn content(&self, checked: &CheckedAssets) -> (Copied, io::Result<Vec<u8>>) {
        let mut checked = checked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((copied, bytes)) = checked.get_mut(&self.file).and_then(|of| of.picture.take()) {
            return (copied, Ok(bytes));
        }
        drop(checked);
        self.read()
    }

    fn read(&self) -> (Copied, io::Result<Vec<u8>>) {
        let read = read(&self.root, &self.path, self.sanitized);
        let copied = Copied {
            source: self.source,
            path: self.path.clone(),
            sanitized: self.sanitized,
            content: content(&read),
        };
        (copied, if self.sanitized { read.and_then(|bytes| sanitized(&bytes)) } else { read })
    }

    /// The path on disk.
    pub(super) fn disk_path(&self) -> PathBuf {
        source::open::join(&self.root, &self.path)
    }
}

/// A file that was copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Copied {
    source: usize,
    path: Arc<str>,
    sanitized: bool,
    /// A hash of its content, or of the reason why it could not be read.
    content: CacheKey,
}

impl Copied {
    /// True if reading it again gives the same content.
    pub(super) fn is_same(&self, roots: &[PathBuf]) -> bool {
        roots
            .get(self.source)
            .is_some_and(|root| content(&read(root, &self.path, self.sanitized)) == self.content)
    }
}

fn content(read: &io::Result<Vec<u8>>) -> CacheKey {
    let mut parts = KeyHasher::default();
    match read {
        Ok(bytes) => parts.add(bytes),
        Err(error) => {
            parts.add("error");
            parts.add(error.to_string());
        }
    }
    parts.key()
}

fn read(root: &Path, path: &str, sanitized: bool) -> io::Result<Vec<u8>> {
    bytes(source::open::open_below(root, path)?, sanitized)
}

/// Reads an open file. A picture to be sanitized may be too large for that, and is not read to its end.
fn bytes(mut file: fs::File, sanitized: bool) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match sanitized {
        true => file.take(LARGEST + 1).read_to_end(&mut bytes)?,
        false => file.read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

fn sanitized(bytes: &[u8]) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 > LARGEST {
        let message = format!("it is larger than {} MB", LARGEST >> 20);
        return Err(io::Error::new(ErrorKind::InvalidData, message));
    }
    svg::sanitized(bytes).map_err(|why| io::Error::new(ErrorKind::InvalidData, why))
}

/// All files that are copied.
pub(super) fn assets(db: &dyn Db, roots: &[PathBuf]) -> Vec<Asset> {
    pages::assets(db).iter().filter_map(|file| asset(db, roots, *file)).collect()
}

fn asset(db: &dyn Db, roots: &[PathBuf], file: File) -> Option<Asset> {
    let path = file.path(db);
    Some(Asset {
        file,
        url: model::asset_url(db, file)?,
        source: file.source(db).0,
        root: roots[file.source(db).0].clone(),
        sanitized: source::copying(&path, file.config(db)) == Copying::Sanitized,
        is_of_others: !file.is_own(db),
        path,
    })
}

impl Engine {
    /// Returns a file as an asset; `None` if it has no address.
    pub fn asset(&self, file: File) -> Option<Asset> {
        asset(&self.db, &self.source_roots, file)
    }

    /// Diagnostics of files that are copied. Each file is opened once, and again after a change.
    pub(super) fn asset_faults(&self) -> Vec<Diagnostic> {
        let mut checked = self.checked_assets.lock().unwrap_or_else(PoisonError::into_inner);
        let find =
            |file: &File| checked.entry(*file).or_insert_with(|| self.checked_asset(*file)).fault.clone();
        pages::assets(&self.db).iter().filter_map(find).collect()
    }

    fn checked_asset(&self, file: File) -> Checked {
        let Some(asset) = self.asset(file) else { return Checked { fault: None, picture: None } };
        let picture = if asset.sanitized {
            let (copied, bytes) = asset.read();
            bytes.map(|bytes| Some((copied, bytes)))
        } else {
            asset.open().map(|_| None)
        };
        match picture {
            Ok(picture) => Checked { fault: None, picture },
            Err(error) => Checked { fault: Some(self.asset_fault(&asset, &error)), picture: None },
        }
    }

    fn asset_fault(&self, asset: &Asset, error: &io::Error) -> Diagnostic {
        let severity = if asset.is_of_others { Severity::Warning } else { Severity::Error };
        let at = Location::line(&asset.file.name(&self.db), 1, 1);
        let (message, help): (_, Cow<str>) = match error.kind() {
            ErrorKind::InvalidData => (
                format!("cannot copy the picture: {error}"),
                "save it as well-formed SVG, or leave it out with `exclude` in site.toml".into(),
            ),
            _ => (
                format!("cannot read the file: {error}"),
                "check that the file exists and is readable".into(),
            ),
        };
        Diagnostic::of(severity, code::SOURCE_UNREADABLE, message, at).help(help)
    }
}
