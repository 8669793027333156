//! The declarative mapping: reads facts from files of any shape, as `[[source.groups]]` and the like in `site.toml` or
//! in a preset describe them. See docs/your-community.md.

mod declare;
mod field;
mod filter;
mod group;
mod keys;
mod names;
mod path;
mod person;
mod read;
mod roster;
mod tree;
mod unread;
mod values;

use std::sync::Arc;

use globset::GlobSet;

pub(super) use self::declare::glob_set;
use self::field::{FieldMapping, Place};
use self::filter::Filter;
pub(crate) use self::keys::MAPPING;
pub(super) use self::names::{USUAL_COMPANIES, USUAL_HANDLES, USUAL_NAMES, role_key, singular};
use self::path::Path;
pub(super) use self::tree::trees;
use super::DataFile;
use crate::diagnostic::Location;
use crate::facts::{AccountKind, ChannelKind, Expectation, Records, Vocabulary};
use crate::parse::{Fields, Reader};

/// The places of the facts of a source, see the module documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    groups: Vec<GroupMapping>,
    seats: Vec<SeatMapping>,
    people: Vec<PeopleMapping>,
    rosters: Vec<RosterMapping>,
    tables: Vec<TableMapping>,
}

impl Mapping {
    /// Reads the mapping of a source.
    pub(super) fn declared(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Self {
        declare::mapping(reader, fields, vocabulary)
    }

    /// Adds the entries of a preset after its own.
    pub(super) fn extended(mut self, preset: &Self) -> Self {
        self.groups.extend(preset.groups.iter().cloned());
        self.seats.extend(preset.seats.iter().cloned());
        self.people.extend(preset.people.iter().cloned());
        self.rosters.extend(preset.rosters.iter().cloned());
        self.tables.extend(preset.tables.iter().cloned());
        self
    }

    /// True if it can find groups.
    pub fn has_groups(&self) -> bool {
        !self.groups.is_empty() || !self.seats.is_empty()
    }

    /// The places of all records, in the order of [`Records::found`].
    pub fn selections(&self) -> impl Iterator<Item = &Selection> {
        let groups = self.groups.iter().map(|entry| &entry.from);
        let seats = self.seats.iter().map(|entry| &entry.from);
        let people = self.people.iter().map(|entry| &entry.from);
        let rosters = self.rosters.iter().map(|entry| &entry.from);
        let tables = self.tables.iter().map(|entry| &entry.from);
        groups.chain(seats).chain(people).chain(rosters).chain(tables)
    }

    /// The entries of lists of people.
    pub fn rosters(&self) -> &[RosterMapping] {
        &self.rosters
    }

    /// True if it reads groups, or people who name their groups.
    pub fn names_groups(&self) -> bool {
        !self.groups.is_empty() || !self.seats.is_empty()
    }

    /// True if a file has records.
    pub fn holds(&self, path: &str) -> bool {
        self.selections().any(|from| from.files.set.is_match(path))
    }

    /// True if a file has the records of many groups.
    pub fn describes_many(&self, path: &str) -> bool {
        let groups = self.groups.iter().map(|entry| &entry.from);
        let mut from = groups.chain(self.seats.iter().map(|entry| &entry.from));
        from.any(|from| {
            from.files.set.is_match(path)
                && (from.table.is_some() || from.each.iter().any(|each| each.path.is_many()))
        })
    }

    /// Reads a file.
    pub fn read(&self, file: &DataFile) -> Records {
        read::records(self, file)
    }
}

/// The places of the records of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    files: GlobList,
    /// The paths to the records; the whole file if there are none.
    each: Vec<RecordPath>,
    /// For tables in Markdown: the key of the heading above a table.
    table: Option<String>,
    /// True if the records of tables in Markdown are rows, not sections.
    is_of_rows: bool,
    filter: Option<Filter>,
    /// Fields of seats that repeat the value of the record above where they are empty.
    fill: Vec<String>,
    /// Fields that are deliberately not read, from a record or from the top of the file.
    ignore: Vec<Path>,
    location: Location,
}

impl Selection {
    /// The place of the entry in `site.toml` or in a preset.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// True if a condition limits its records.
    pub fn has_condition(&self) -> bool {
        self.filter.is_some()
    }

    /// The patterns of its files.
    pub fn patterns(&self) -> &[String] {
        &self.files.patterns
    }

    /// True if a file may have records.
    pub fn is_in(&self, path: &str) -> bool {
        self.files.set.is_match(path)
    }
}

/// Patterns of files.
#[derive(Clone, Debug)]
struct GlobList {
    patterns: Vec<String>,
    set: GlobSet,
}

impl PartialEq for GlobList {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl Eq for GlobList {}

/// A path to records, for groups of one kind or of the kind that the entry states.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RecordPath {
    kind: Option<String>,
    path: Path,
}

/// The kind of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
enum KindOf {
    /// A kind by its id.
    Fixed(String),
    /// The id of the kind is in the record.
    Field(FieldMapping),
    /// The mapping does not say.
    Unnamed,
}

/// An entry of `groups`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct GroupMapping {
    from: Selection,
    kind: KindOf,
    id: FieldMapping,
    name: FieldMapping,
    label: FieldMapping,
    mission: FieldMapping,
    charter: FieldMapping,
    parent: FieldMapping,
    stakeholders: FieldMapping,
    aliases: FieldMapping,
    roles: Vec<RoleMapping>,
    emeritus: FieldMapping,
    person: PersonMapping,
    meetings: Option<MeetingMapping>,
    contact: ContactMapping,
    liaison: FieldMapping,
    teams: Option<TeamMapping>,
    subprojects: Option<SubprojectMapping>,
    nested: Option<Path>,
    extra: Vec<(String, FieldMapping)>,
}

/// The places of the holders of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RoleMapping {
    /// The role key; with `*` for the key of the holders.
    role: String,
    /// The texts before and after `*`.
    from_key: Option<(String, String)>,
    people: FieldMapping,
}

/// The places of the data of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct PersonMapping {
    accounts: Vec<(Arc<AccountKind>, FieldMapping)>,
    name: FieldMapping,
    company: FieldMapping,
    since: FieldMapping,
    until: FieldMapping,
    /// Further roles that a holder has.
    role: FieldMapping,
    pronouns: FieldMapping,
    place: FieldMapping,
    picture: FieldMapping,
    aliases: FieldMapping,
    /// Names, in lower case, that stand for nobody.
    nobody: Vec<String>,
}

/// The places of the meetings of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
struct MeetingMapping {
    each: Path,
    title: FieldMapping,
    /// A schedule in one text.
    schedule: FieldMapping,
    day: FieldMapping,
    time: FieldMapping,
    tz: FieldMapping,
    frequency: FieldMapping,
    join: FieldMapping,
    notes: FieldMapping,
    recordings: FieldMapping,
    calendar: FieldMapping,
    extra: Vec<(String, FieldMapping)>,
}

/// The places of the channels of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ContactMapping {
    channels: Vec<(Arc<ChannelKind>, FieldMapping)>,
}

/// The places of the teams of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TeamMapping {
    each: Path,
    name: FieldMapping,
    description: FieldMapping,
}

/// The places of the subprojects of a group. Their leads, meetings and channels are where those of the group.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SubprojectMapping {
    each: Path,
    name: FieldMapping,
    description: FieldMapping,
    owners: FieldMapping,
    leads: FieldMapping,
    extra: Vec<(String, FieldMapping)>,
}

/// An entry of `seats`: records of people who name their groups.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SeatMapping {
    from: Selection,
    group: FieldMapping,
    kind: KindOf,
    role: FieldMapping,
    /// The role itself, if there is no text at the path.
    role_text: Option<String>,
    person: PersonMapping,
}

/// An entry of `people`: a directory of people.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PeopleMapping {
    from: Selection,
    person: PersonMapping,
    extra: Vec<(String, FieldMapping)>,
}

/// An entry of `rosters`: lists of people that are kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterMapping {
    from: Selection,
    name: FieldMapping,
    title: FieldMapping,
    members: FieldMapping,
    nested: Option<Path>,
    /// The people who should be in the lists.
    pub expect: Vec<Expectation>,
}

impl RosterMapping {
    /// The places of its lists.
    pub fn selection(&self) -> &Selection {
        &self.from
    }

    /// True if a list is a value of a table, its name the key, and the value itself the list.
    pub fn is_of_keys(&self) -> bool {
        let is_value = |path: &Path| path.is_whole() || path.is_items();
        self.is_keyed() && self.members.paths().all(is_value)
    }

    /// True if a list is a value of a table, and its name the key.
    pub fn is_keyed(&self) -> bool {
        self.name.0.first() == Some(&Place::Key)
            && !self.from.each.is_empty()
            && self.from.each.iter().all(|each| each.path.takes_keys())
    }

    /// The key at which new members are added, if it is a field of the record.
    pub fn member_key(&self) -> Option<&str> {
        self.members.paths().next().and_then(Path::list_key)
    }
}

/// An entry of `tables`: other records, for rules and exports.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TableMapping {
    from: Selection,
    name: String,
}
