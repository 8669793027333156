//! Files of sources that are copied to the site. Both builds and the preview open them here.

use std::borrow::Cow;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use super::Engine;
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
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST {
            let message = format!("it is larger than {} MB", LARGEST >> 20);
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        svg::sanitized(&bytes).map(Opened::Bytes).map_err(|why| io::Error::new(ErrorKind::InvalidData, why))
    }

    /// Reads the whole asset.
    pub(super) fn bytes(&self) -> io::Result<Vec<u8>> {
        match self.open()? {
            Opened::Bytes(bytes) => Ok(bytes),
            Opened::File(mut file) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes)?;
                Ok(bytes)
            }
        }
    }

    /// The path on disk.
    pub(super) fn disk_path(&self) -> PathBuf {
        source::open::join(&self.root, &self.path)
    }
}

/// All files that are copied.
pub(super) fn assets(db: &dyn Db, roots: &[PathBuf]) -> Vec<Asset> {
    pages::assets(db).iter().filter_map(|file| asset(db, roots, *file)).collect()
}

fn asset(db: &dyn Db, roots: &[PathBuf], file: File) -> Option<Asset> {
    let path = file.path(db);
    Some(Asset {
        url: model::asset_url(db, file)?,
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
