//! Reads and writes the handbook's own TOML files, see docs/content.md.

mod keys;
pub(super) mod read;
mod write;

use std::sync::Arc;

use super::{DataFile, Format, Trust};
use crate::facts::Records;

pub(super) use read::{contact, people, person, schedule, subprojects};
pub use read::{lenient_page_matter, page_matter, role_matter};
pub use write::group_file;

/// See the module documentation.
pub(super) struct Handbook;

/// The fields of a person besides accounts.
pub(super) const PERSON_KEYS: [&str; 4] =
    [keys::person::EMAIL, keys::person::NAME, keys::person::COMPANY, keys::lead::ROLE];

const GROUP: &str = "group";
const SKILLS: &str = "skills";
const CHECKLIST: &str = "checklist";
const GLOSSARY: &str = "glossary";
const ACCESS: &str = "access";

impl Format for Handbook {
    fn name(&self) -> &'static str {
        "handbook"
    }

    fn trust(&self) -> Trust {
        Trust::Own
    }

    fn holds(&self, path: &str) -> Option<&'static str> {
        match path.strip_suffix(".toml")?.split_once('/') {
            None if path == "glossary.toml" => Some(GLOSSARY),
            None if path == "access.toml" => Some(ACCESS),
            Some((_, name)) if name.contains('/') => None,
            Some(("groups", _)) => Some(GROUP),
            Some(("skills", _)) => Some(SKILLS),
            Some(("checklists", _)) => Some(CHECKLIST),
            _ => None,
        }
    }

    fn read(&self, file: &DataFile) -> Records {
        let (name, stem, text) = (file.name, file.stem(), file.text);
        let mut records = Records::default();
        records.diagnostics = match self.holds(file.path) {
            Some(GROUP) => {
                let (group, diagnostics) = read::group(name, stem, text, file.vocabulary);
                records.groups.extend(group.map(Arc::new));
                diagnostics
            }
            Some(SKILLS) => {
                let (area, diagnostics) = read::skill_area(name, stem, text);
                records.area = area.map(Arc::new);
                diagnostics
            }
            Some(CHECKLIST) => {
                let (checklist, diagnostics) = read::checklist(name, stem, text, file.vocabulary);
                records.checklist = checklist.map(Arc::new);
                diagnostics
            }
            Some(GLOSSARY) => {
                let (terms, diagnostics) = read::glossary(name, text);
                records.terms = terms;
                diagnostics
            }
            Some(ACCESS) => {
                let (access, diagnostics) = read::access(name, text, file.vocabulary);
                records.access = access;
                diagnostics
            }
            _ => Vec::new(),
        };
        records
    }
}
