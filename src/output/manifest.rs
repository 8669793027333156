//! The list of what rolebook wrote: a path a line. A path has no line break, so a line is a path.

use std::collections::BTreeSet;

use crate::site_path::{PathFault, SitePath};

/// What an earlier build wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Its files.
    pub paths: BTreeSet<SitePath>,
    /// Lines that name no file of a site.
    pub refused: Vec<Refused>,
}

/// A line of a manifest that somebody else wrote, or a version of rolebook that took any name for a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Line, from 1.
    pub line: u32,
    /// The line, as far as it can be shown.
    pub text: String,
    /// Why it is no path.
    pub fault: PathFault,
}

impl Manifest {
    /// Reads a manifest; there is nothing that is none.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut manifest = Self::default();
        let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n');
        // Of an empty manifest, the only line is no line.
        for (index, line) in lines.enumerate().filter(|_| !bytes.is_empty()) {
            // As git may hand it out on Windows.
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let path = std::str::from_utf8(line).map_err(|_| PathFault::NotUnicode).and_then(SitePath::parse);
            match path {
                Ok(path) => {
                    manifest.paths.insert(path);
                }
                Err(fault) => manifest.refused.push(Refused {
                    line: u32::try_from(index + 1).unwrap_or(u32::MAX),
                    text: String::from_utf8_lossy(line).into_owned(),
                    fault,
                }),
            }
        }
        manifest
    }
}

/// The text of a manifest.
pub(super) fn text(paths: &BTreeSet<SitePath>) -> String {
    paths.iter().flat_map(|path| [path.as_str(), "\n"]).collect()
}
