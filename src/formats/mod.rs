//! Files to facts. A format is a file of this folder and a line of [`FORMATS`].

mod handbook;
mod kubernetes;
mod markdown;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::diagnostic::{FileName, Severity};
use crate::facts::{Kind, Kinds, Records};

pub use handbook::{group_file, lenient_page_matter, page_matter, role_matter};

/// How the files of a source are read.
pub trait Format: Sync {
    /// Its name in `site.toml`.
    fn name(&self) -> &'static str;

    /// Whose text its sources hold.
    fn trust(&self) -> Trust;

    /// What the file at a path holds, if it is a data file; the path is relative to the source.
    fn holds(&self, path: &str) -> Option<&'static str>;

    /// Whether the data file at a path is one for many groups.
    fn describes_many(&self, _path: &str) -> bool {
        false
    }

    /// The files that `rolebook import` takes groups from, relative to a checkout.
    fn group_files(&self) -> &'static [&'static str] {
        &[]
    }

    /// Reads a data file.
    fn read(&self, file: &DataFile) -> Records;
}

/// A format, as [`FORMATS`] has it.
pub type FormatRef = &'static dyn Format;

impl PartialEq for dyn Format {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for dyn Format {}

impl fmt::Debug for dyn Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A data file that is to be read.
pub struct DataFile<'a> {
    /// As diagnostics name it.
    pub name: &'a FileName,
    /// Path relative to its source.
    pub path: &'a str,
    /// What is in it.
    pub text: &'a str,
    /// The kinds of group that there are.
    pub kinds: &'a Kinds,
}

impl DataFile<'_> {
    /// The name of the file without its extension.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

/// Every format; the first is that of a source that names none.
pub static FORMATS: &[FormatRef] =
    &[&handbook::Handbook, &kubernetes::KubernetesCommunity, &markdown::Markdown];

/// The names of all formats.
pub static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| FORMATS.iter().map(|format| format.name()).collect());

/// The names of the formats that `rolebook import` reads.
pub fn importable() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().filter(|format| !format.group_files().is_empty()).map(|format| format.name())
}

/// The format of a name.
pub fn format(name: &str) -> Option<FormatRef> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The kinds of group that a site without kinds of its own has.
pub fn default_kinds() -> &'static Kinds {
    static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
        let preset = toml::from_str(include_str!("presets/kubernetes-community.toml"));
        let Preset { kinds } = preset.expect("a preset of the program is right");
        Kinds::new(kinds)
    });
    &KINDS
}

/// What is particular to communities of one layout.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Preset {
    kinds: IndexMap<String, Kind>,
}

/// Whose text a source holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The handbook's own: its HTML stays as written, and what is wrong in it is an error.
    #[default]
    Own,
    /// Other people's: its HTML is sanitized, and what is wrong in it is a warning.
    Mounted,
}

impl Trust {
    /// Whether it is the handbook's own.
    pub fn is_own(self) -> bool {
        self == Self::Own
    }

    /// Of what is wrong in it.
    pub fn severity(self) -> Severity {
        match self {
            Self::Own => Severity::Error,
            Self::Mounted => Severity::Warning,
        }
    }
}
