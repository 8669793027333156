//! Formats: read facts from files.
//!
//! The handbook's own files are read by `handbook`. All other files are read as a mapping describes them: that of
//! `site.toml`, or that of a preset. A new preset is a file in `presets/` and a line in [`PRESETS`].

mod contact_kinds;
mod extra;
mod handbook;
mod infer;
mod keys;
mod mapping;
mod person;
mod preset;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::sync::{Arc, LazyLock};

use crate::diagnostic::{FileName, Location, Severity};
use crate::facts::{Records, Vocabulary};
use crate::parse::{At, Fields, Reader};

pub use handbook::{
    BASELINE_HEADER, baseline_file, group_file, lenient_page_matter, page_matter, role_matter,
};
pub(crate) use handbook::{FILES, FRONT_MATTER};
pub use infer::{Candidate, MappingEntry, Proposal, configures_programs, infer, may_hold_data};
pub(crate) use keys::{PRESET, VOCABULARY};
pub(crate) use mapping::MAPPING;
pub use mapping::{Mapping, RosterMapping, Selection};
pub use preset::{PRESETS, Preset};
pub use vocabulary::vocabulary;

/// The way to read the files of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The handbook's own files.
    #[default]
    Handbook,
    /// Files as a mapping describes them.
    Mapped(Arc<Mapped>),
}

/// A mapping with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The name of the preset, if there is one.
    pub preset: Option<&'static str>,
    /// The place in `site.toml` that names the preset, or else that of the source.
    pub location: Location,
    /// The mapping: the source's own entries, then those of the preset.
    pub mapping: Mapping,
}

/// The name of the format of the handbook's own files.
const HANDBOOK: &str = "handbook";
/// The name of the format of a source that contains only documents.
const MARKDOWN: &str = "markdown";

impl Format {
    /// Reads `format` and the mapping of a `[[source]]`.
    pub fn read(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Option<Self> {
        let start = fields.span.start..fields.span.start;
        let name = fields.text(reader, "format");
        let own = Mapping::declared(reader, fields, vocabulary);
        let preset = match name.as_ref().map(|name| name.value.as_str()) {
            None if own == Mapping::default() => return Some(Self::Handbook),
            Some(HANDBOOK) => {
                if let (Some(_), Some(name)) = (own.selections().next(), &name) {
                    let help = format!(
                        "remove `format = \"{HANDBOOK}\"`, or move the mapping to a source of its own"
                    );
                    let message = format!("a source with the format `{}` cannot have a mapping", name.value);
                    reader.invalid(name, message, Some(&help));
                }
                return Some(Self::Handbook);
            }
            None | Some(MARKDOWN) => None,
            Some(other) => match PRESETS.iter().find(|preset| preset.name == other) {
                Some(preset) => Some(preset),
                None => {
                    name.iter().for_each(|name| reader.unknown_value(name, "format", &NAMES));
                    return None;
                }
            },
        };
        let location = reader.location(&name.map_or(start, |name| name.span));
        let mapping = match preset {
            Some(preset) => own.extended(&preset.mapping(vocabulary)),
            None => own,
        };
        let preset = preset.map(|preset| preset.name);
        Some(Self::Mapped(Arc::new(Mapped { preset, location, mapping })))
    }

    /// The format of files that a mapping describes.
    pub fn mapped_by(mapping: Mapping) -> Self {
        let location = Location::line(&FileName::site("site.toml"), 1, 1);
        Self::Mapped(Arc::new(Mapped { preset: None, location, mapping }))
    }

    /// The trust in its sources.
    pub fn trust(&self) -> Trust {
        match self {
            Self::Handbook => Trust::Own,
            Self::Mapped(_) => Trust::Mounted,
        }
    }

    /// The mapping, unless the files are the handbook's own.
    pub fn mapped(&self) -> Option<&Mapped> {
        match self {
            Self::Handbook => None,
            Self::Mapped(mapped) => Some(mapped),
        }
    }

    /// The kind of data in a file, by its path relative to the source; `None` if it is not a data file.
    pub fn holds(&self, path: &str) -> Option<&'static str> {
        match self {
            Self::Handbook => handbook::holds(path),
            Self::Mapped(mapped) => mapped.mapping.holds(path).then_some("records"),
        }
    }

    /// True if the data file at a path describes many groups.
    pub fn describes_many(&self, path: &str) -> bool {
        self.mapped().is_some_and(|mapped| mapped.mapping.describes_many(path))
    }

    /// Reads a data file.
    pub fn records(&self, file: &DataFile) -> Records {
        match self {
            Self::Handbook => handbook::records(file),
            Self::Mapped(mapped) => mapped.mapping.read(file),
        }
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

    /// The name of the folder of the file; empty at the root.
    pub fn folder(&self) -> &str {
        self.path.rsplit('/').nth(1).unwrap_or_default()
    }
}

/// The names of all formats.
pub static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    [HANDBOOK, MARKDOWN].into_iter().chain(PRESETS.iter().map(|preset| preset.name)).collect()
});

/// The vocabulary that `site.toml` adds to: that of the presets it names, or else that of the first preset.
pub fn base_vocabulary(formats: &[At<String>]) -> Vocabulary {
    let mut named =
        PRESETS.iter().filter(|preset| formats.iter().any(|name| name.value == preset.name)).peekable();
    if named.peek().is_none() {
        return default_vocabulary().clone();
    }
    named.fold(Vocabulary::default(), |vocabulary, preset| preset.vocabulary(&vocabulary))
}

/// The vocabulary of a site that does not configure its own.
pub fn default_vocabulary() -> &'static Vocabulary {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| PRESETS[0].vocabulary(&Vocabulary::default()));
    &VOCABULARY
}

/// A mapping of all files that may hold data, for looking at a checkout.
pub fn all_data() -> Mapping {
    const TEXT: &str =
        "[[tables]]\nname = \"data\"\nfiles = [\"**/*.{yaml,yml,toml,json,csv}\", \"**/OWNERS_ALIASES\"]\n";
    Preset { name: "all data", text: TEXT }.mapping(default_vocabulary())
}

/// A matcher of patterns as in `files` of a mapping; those that are wrong match nothing.
pub fn patterns(patterns: &[String]) -> globset::GlobSet {
    mapping::glob_set(patterns).unwrap_or_default()
}

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
