//! Reads and writes the handbook's own TOML files, see docs/content.md.

mod keys;
pub(super) mod read;
mod rule;
mod write;

use std::sync::Arc;

use super::DataFile;
use crate::facts::Records;
use crate::parse::shape::FileKind;

pub(super) use read::{checked_schedule, unknown_zone};
pub use read::{lenient_page_matter, page_matter, role_matter};
pub use write::{BASELINE_HEADER, baseline_file, group_file};

/// The fields of a person besides accounts.
pub(super) const PERSON_KEYS: [&str; 6] = [
    keys::person::EMAIL,
    keys::person::NAME,
    keys::person::COMPANY,
    keys::person::SINCE,
    keys::person::UNTIL,
    keys::lead::ROLE,
];

const GROUP: &str = "group";
const SKILLS: &str = "skills";
const CHECKLIST: &str = "checklist";
const GLOSSARY: &str = "glossary";
const ACCESS: &str = "access";
const PERSON: &str = "person";
const COMMUNITY: &str = "community";
const RULES: &str = "rules";

/// The kinds of data file, by their paths below `content/`.
pub(crate) static FILES: [FileKind; 8] = [
    FileKind { name: GROUP, files: "groups/*.toml", record: &keys::group::RECORD },
    FileKind { name: CHECKLIST, files: "checklists/*.toml", record: &keys::checklist::RECORD },
    FileKind { name: SKILLS, files: "skills/*.toml", record: &keys::skill_area::RECORD },
    FileKind { name: RULES, files: "rules/*.toml", record: &keys::rules::RECORD },
    FileKind { name: PERSON, files: "people/*.toml", record: &keys::profile::RECORD },
    FileKind { name: COMMUNITY, files: "community.toml", record: &keys::community::RECORD },
    FileKind { name: ACCESS, files: "access.toml", record: &keys::access_file::RECORD },
    FileKind { name: GLOSSARY, files: "glossary.toml", record: &keys::glossary::RECORD },
];

/// The kinds of front matter, by the paths of the documents below `content/`.
pub(crate) static FRONT_MATTER: [FileKind; 2] = [
    FileKind { name: "role", files: "roles/*.md", record: &keys::role::RECORD },
    FileKind { name: "page", files: "*.md", record: &keys::page::RECORD },
];

/// The kind of data in a file, by its path; `None` if it is not a data file.
pub(super) fn holds(path: &str) -> Option<&'static str> {
    FILES.iter().find(|kind| kind.is_at(path)).map(|kind| kind.name)
}

/// Reads a data file.
pub(super) fn records(file: &DataFile) -> Records {
    let (name, stem, text) = (file.name, file.stem(), file.text);
    let mut records = Records::default();
    records.diagnostics = match holds(file.path) {
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
        Some(PERSON) => {
            let (profile, diagnostics) = read::profile(name, text, file.vocabulary);
            records.people.extend(profile);
            diagnostics
        }
        Some(COMMUNITY) => {
            let (seats, diagnostics) = read::community(name, text, file.vocabulary);
            records.seats = seats;
            diagnostics
        }
        Some(RULES) => {
            let (read, diagnostics) = rule::read(name, text);
            records.rules = read.rules;
            records.undecided = read.undecided;
            records.baseline = read.baseline;
            diagnostics
        }
        _ => Vec::new(),
    };
    records
}
