//! Presets: mappings that come with the program, for repositories of known shapes.

use std::fmt;

use super::keys::PRESET;
use super::{Mapping, vocabulary};
use crate::diagnostic::FileName;
use crate::facts::Vocabulary;
use crate::parse::{self, Fields, Reader};

/// A mapping that comes with the program, with its kinds of group and other words.
pub struct Preset {
    /// The name in `site.toml`.
    pub name: &'static str,
    /// The text of its file, with the same tables as `site.toml`.
    pub text: &'static str,
}

/// Declares the presets with a file in `presets/`.
macro_rules! presets {
    ($($name:literal),* $(,)?) => {
        /// All presets. Sites without a preset have the vocabulary of the first.
        pub static PRESETS: &[Preset] = &[$(Preset {
            name: $name,
            text: include_str!(concat!("presets/", $name, ".toml")),
        }),*];
    };
}

presets! {
    "kubernetes-community",
    "kubernetes-org",
    "kubernetes-enhancements",
    "rust-team",
    "openstack-governance",
    "peribolos",
    "owners-aliases",
    "maintainers-csv",
}

impl Preset {
    /// Adds its words to a vocabulary.
    pub fn vocabulary(&self, base: &Vocabulary) -> Vocabulary {
        self.read(|reader, fields| vocabulary(reader, fields, base))
    }

    /// Its mapping.
    pub fn mapping(&self, words: &Vocabulary) -> Mapping {
        self.read(|reader, fields| Mapping::declared(reader, fields, words))
    }

    fn read<T>(&self, read: impl FnOnce(&mut Reader, &mut Fields) -> T) -> T {
        let name = FileName::site(self.name);
        let node =
            parse::toml(&name, self.text, 0..self.text.len()).expect("a preset of the program is TOML");
        let mut reader = Reader::strict(&name, self.text);
        let mut fields =
            reader.fields(self.name, &node, &PRESET).expect("a preset of the program is a table");
        let value = read(&mut reader, &mut fields);
        debug_assert!(reader.diagnostics.is_empty(), "{:?}", reader.diagnostics);
        value
    }
}

impl fmt::Debug for Preset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}
