//! Files of sources that stand on the site beside its pages: a build copies them, the preview sends them, and both
//! open them here.

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
    /// Its address within the site.
    pub url: String,
    /// The folder of its source.
    root: PathBuf,
    /// Its path there, which leads through no link.
    path: Arc<str>,
    sanitized: bool,
    /// Whether its source is written by others.
    pub(super) is_of_others: bool,
}

/// What is sent of an asset.
pub enum Opened {
    /// The file as it is.
    File(fs::File),
    /// What was made of it.
    Bytes(Vec<u8>),
}

impl Asset {
    /// Opens it. What is opened is the file that was found at its path, or one that took its place there: never one
    /// that a link leads to.
    ///
    /// # Errors
    /// The system's own; [`ErrorKind::InvalidInput`] for what is no regular file, [`ErrorKind::InvalidData`] for
    /// pictures that cannot be sanitised.
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

    /// All of it.
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

    /// Where it is on disk.
    pub(super) fn place(&self) -> PathBuf {
        source::open::place(&self.root, &self.path)
    }
}

/// Every file that is copied.
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
    /// A file that is part of the site; nothing where it has no address there.
    pub fn asset(&self, file: File) -> Option<Asset> {
        asset(&self.db, &self.source_roots, file)
    }

    /// What is wrong with files that are to be copied. Each is opened once, and again when it changed.
    pub(super) fn asset_faults(&self) -> Vec<Diagnostic> {
        let mut known = self.asset_faults.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |file: &File| known.entry(*file).or_insert_with(|| self.asset_fault(*file)).clone();
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
