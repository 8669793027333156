//! The manifest: the list of files that rolebook wrote, one path per line. Paths contain no line breaks.

use std::collections::BTreeSet;

use crate::site_path::{PathFault, SitePath};

/// The files written by an earlier build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Their paths.
    pub paths: BTreeSet<SitePath>,
    /// Lines that are not valid paths.
    pub refused: Vec<Refused>,
}

/// An invalid line of a manifest, by another program or an older version of rolebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Line, from 1.
    pub line: u32,
    /// The line, shortened for display.
    pub text: String,
    /// Reason why it is not a path.
    pub fault: PathFault,
}

impl Manifest {
    /// Parses a manifest. Any input is accepted.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut manifest = Self::default();
        let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n');
        // An empty manifest has no lines.
        for (index, line) in lines.enumerate().filter(|_| !bytes.is_empty()) {
            // Git may check it out with CR LF on Windows.
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

/// Writes a manifest.
pub(super) fn text(paths: &BTreeSet<SitePath>) -> String {
    paths.iter().flat_map(|path| [path.as_str(), "\n"]).collect()
}
