//! Formats: read facts from files. A new format is a file in this folder and a line in [`FORMATS`].

mod contact_kinds;
mod handbook;
mod kubernetes;
mod markdown;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::fmt;
use std::sync::LazyLock;

use crate::diagnostic::{FileName, Severity};
use crate::facts::{Records, Vocabulary};
use crate::parse::{self, Reader};

pub use handbook::{group_file, lenient_page_matter, page_matter, role_matter};
pub use vocabulary::vocabulary;

/// Reads the files of a source.
pub trait Format: Sync {
    /// The name in `site.toml`.
    fn name(&self) -> &'static str;

    /// The trust in its sources.
    fn trust(&self) -> Trust;

    /// The kind of data in a file, by its path relative to the source; `None` if it is not a data file.
    fn holds(&self, path: &str) -> Option<&'static str>;

    /// True if the data file at a path describes many groups.
    fn describes_many(&self, _path: &str) -> bool {
        false
    }

    /// The files from which `rolebook import` reads groups, relative to a checkout.
    fn group_files(&self) -> &'static [&'static str] {
        &[]
    }

    /// Reads a data file.
    fn read(&self, file: &DataFile) -> Records;
}

/// A reference to a format in [`FORMATS`].
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

/// The input for reading a data file.
pub struct DataFile<'a> {
    /// The name for diagnostics.
    pub name: &'a FileName,
    /// The path relative to its source.
    pub path: &'a str,
    /// The content.
    pub text: &'a str,
    /// The words of the community.
    pub vocabulary: &'a Vocabulary,
}

impl DataFile<'_> {
    /// The file name without its extension.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

/// All formats. The first is the default for sources.
pub static FORMATS: &[FormatRef] =
    &[&handbook::Handbook, &kubernetes::KubernetesCommunity, &markdown::Markdown];

/// The names of all formats.
pub static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| FORMATS.iter().map(|format| format.name()).collect());

/// The names of the formats that `rolebook import` reads.
pub fn importable() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().filter(|format| !format.group_files().is_empty()).map(|format| format.name())
}

/// Returns a format by its name.
pub fn format(name: &str) -> Option<FormatRef> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The vocabulary of a site that does not configure its own.
pub fn default_vocabulary() -> &'static Vocabulary {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
        let (file, text) = (FileName::site(PRESET), include_str!("presets/kubernetes-community.toml"));
        let tree = parse::toml(&file, text, 0..text.len()).expect("a preset of the program is right");
        let mut reader = Reader::strict(&file, text);
        let mut fields = reader.fields(PRESET, &tree).expect("a preset is a table");
        let read = vocabulary(&mut reader, &mut fields, &Vocabulary::default());
        fields.finish(&mut reader);
        assert_eq!(reader.diagnostics, [], "a preset of the program is right");
        read
    });
    &VOCABULARY
}

/// The name of the preset in diagnostics.
const PRESET: &str = "presets/kubernetes-community.toml";

/// The trust in the files of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The handbook's own files: raw HTML is kept, and problems are errors.
    #[default]
    Own,
    /// Other people's files: raw HTML is sanitized, and problems are warnings.
    Mounted,
}

impl Trust {
    /// True for the handbook's own files.
    pub fn is_own(self) -> bool {
        self == Self::Own
    }

    /// The severity of problems in the files.
    pub fn severity(self) -> Severity {
        match self {
            Self::Own => Severity::Error,
            Self::Mounted => Severity::Warning,
        }
    }
}
