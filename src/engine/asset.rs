//! Files of sources that are copied to the site. Both builds and the preview open them here.

use std::borrow::Cow;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};

use super::Engine;
use crate::cache::{Key, Parts};
use crate::diagnostic::{Diagnostic, Location, Severity, code};
use crate::model;
use crate::pages;
use crate::source::{self, Copying, Db, File, LARGEST};
use crate::svg;

/// A file of a source that is part of the site.
#[derive(Clone, Debug)]
pub struct Asset {
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

    /// Reads the whole asset, and records the file that was read.
    pub(super) fn read(&self) -> (Copied, io::Result<Vec<u8>>) {
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
    content: Key,
}

impl Copied {
    /// True if reading it again gives the same content.
    pub(super) fn is_same(&self, roots: &[PathBuf]) -> bool {
        roots
            .get(self.source)
            .is_some_and(|root| content(&read(root, &self.path, self.sanitized)) == self.content)
    }
}

fn content(read: &io::Result<Vec<u8>>) -> Key {
    let mut parts = Parts::default();
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
        let mut cache = self.asset_faults.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |file: &File| cache.entry(*file).or_insert_with(|| self.asset_fault(*file)).clone();
        pages::assets(&self.db).iter().filter_map(find).collect()
    }

    fn asset_fault(&self, file: File) -> Option<Diagnostic> {
        let asset = self.asset(file)?;
        let error = asset.open().err()?;
        let severity = if asset.is_of_others { Severity::Warning } else { Severity::Error };
        let at = Location::line(&file.name(&self.db), 1, 1);
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
        Some(Diagnostic::of(severity, code::SOURCE_UNREADABLE, message, at).help(help))
    }
}
