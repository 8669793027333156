//! The subjects of rules.

use crate::diagnostic::Location;
use crate::facts;
use crate::model::{self, Key};
use crate::source::{Db, File};

/// The subject of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A group by id.
    Group(String),
    /// A role in a group, by their ids.
    Seat {
        /// The group.
        group: String,
        /// The role.
        role: String,
    },
    /// A meeting.
    Meeting {
        /// The group.
        group: String,
        /// The name of the subproject that meets; `None` for the group itself.
        subproject: Option<String>,
        /// The position among the meetings of the group or subproject.
        index: usize,
        /// The title.
        title: String,
    },
    /// A subproject by its name.
    Subproject {
        /// The group.
        group: String,
        /// The name.
        name: String,
    },
    /// A person by id.
    Person(String),
    /// A list of people.
    Roster {
        /// The name of its source.
        source: String,
        /// The name.
        name: String,
        /// The path of its file.
        path: String,
        /// Its file.
        file: File,
        /// The position among the lists of the file.
        index: usize,
    },
    /// A record of a table.
    Record {
        /// The file.
        file: File,
        /// The position among the records of the file.
        index: usize,
        /// The path of the file; for several records in a file, with the position.
        label: String,
    },
}

impl Subject {
    /// The id in data for other programs, unique for a kind of subject.
    pub fn id(&self) -> String {
        match self {
            Self::Group(id) | Self::Person(id) => id.clone(),
            Self::Seat { group, role } => format!("{group}/{role}"),
            Self::Meeting { group, subproject, index, title } => match subproject {
                Some(subproject) => format!("{group}/{subproject}/{title}#{}", index + 1),
                None => format!("{group}/{title}#{}", index + 1),
            },
            Self::Subproject { group, name } => format!("{group}/{name}"),
            Self::Roster { source, name, path, .. } => format!("{source}/{path}#{name}"),
            Self::Record { label, .. } => label.clone(),
        }
    }

    /// The group to which it belongs.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::Group(group)
            | Self::Seat { group, .. }
            | Self::Meeting { group, .. }
            | Self::Subproject { group, .. } => Some(group),
            Self::Person(_) | Self::Roster { .. } | Self::Record { .. } => None,
        }
    }

    /// The names under which a rule can except it: its id, the id of its group, the name of a list.
    pub fn names(&self) -> Vec<String> {
        let mut names = vec![self.id()];
        names.extend(self.group().map(str::to_owned));
        if let Self::Roster { name, .. } = self {
            names.push(name.clone());
        }
        names
    }

    /// The place of the fact in its data file.
    pub fn location(&self, db: &dyn Db) -> Option<Location> {
        match self {
            Self::Person(id) => person(db, id),
            Self::Roster { file, index, .. } => {
                let roster = model::records(db, *file).rosters.get(*index)?;
                Some(file.location(db, roster.name.span.clone()))
            }
            Self::Record { file, index, .. } => {
                let record = model::records(db, *file).tables.get(*index);
                Some(file.location(db, record.map_or(0..0, |record| record.place.span.clone())))
            }
            _ => self.in_group(db),
        }
    }

    /// Reads the records themselves: only they have current spans.
    fn in_group(&self, db: &dyn Db) -> Option<Location> {
        let id = self.group()?;
        let group = model::group(db, Key::new(db, id.to_owned())).as_ref()?;
        let file = group.file;
        let facts = model::records(db, file).groups.iter().find(|facts| facts.id.value == id);
        let facts: &facts::Group = facts.unwrap_or(&group.facts);
        let subproject =
            |name: &str| facts.subprojects.iter().find(|subproject| subproject.name.value == name);
        let span = match self {
            Self::Meeting { subproject: Some(name), index, .. } => subproject(name)
                .and_then(|subproject| subproject.meetings.get(*index))
                .map(|of| &of.title.span),
            Self::Meeting { subproject: None, index, .. } => {
                facts.meetings.get(*index).map(|meeting| &meeting.title.span)
            }
            Self::Subproject { name, .. } => subproject(name).map(|subproject| &subproject.name.span),
            Self::Seat { role, .. } => {
                let role = model::role(db, Key::new(db, role.clone())).as_ref()?;
                let keys = role.held_as();
                let first = facts.leads.iter().find(|lead| keys.contains(&lead.role.value.as_str()));
                first.map(|lead| &lead.person.id.span)
            }
            _ => None,
        };
        Some(file.location(db, span.unwrap_or(&facts.id.span).clone()))
    }
}

/// The first place that names a person.
fn person(db: &dyn Db, id: &str) -> Option<Location> {
    let person = model::person(db, Key::new(db, id.to_owned())).as_ref()?;
    let groups = person.leads.iter().chain(&person.subprojects).map(|(group, _)| group);
    let groups = groups.chain(&person.liaison_for).chain(&person.emeritus);
    let mut places = groups.filter_map(|group| {
        let group = model::group(db, Key::new(db, group.clone())).as_ref()?;
        let facts = model::records(db, group.file).groups.iter().find(|facts| facts.id == group.facts.id)?;
        let named = facts.people().find(|named| named.id.value == id)?;
        Some(group.file.location(db, named.id.span.clone()))
    });
    places.next()
}
