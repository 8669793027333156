//! The changes if a person leaves, with names, for export and for the page of the person.

use std::sync::Arc;

use serde::Serialize;

use crate::facts::Situation;
use crate::model::{self, ChecklistEntry, Group, Key};
use crate::rules::{self, RosterLeft, SeatLeft};
use crate::source::{Db, File};

/// The changes if a person leaves. Empty lists are kept, so that programs can rely on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// The person.
    pub person: PersonName,
    /// The seats that they hold.
    pub seats: Vec<Seat>,
    /// The subprojects that they lead.
    pub subprojects: Vec<Subproject>,
    /// The groups of which they are liaison.
    pub liaison_for: Vec<GroupName>,
    /// The lists that name them.
    pub lists: Vec<List>,
    /// The rules that turn unmet.
    pub unmet: Vec<Unmet>,
    /// The obligations of roles that nobody else holds.
    pub obligations: Vec<Uncovered>,
    /// The checklists for leaving.
    #[serde(skip)]
    pub procedures: Vec<(Arc<ChecklistEntry>, Arc<Group>)>,
}

/// The names of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonName {
    pub id: String,
    pub handle: String,
    pub name: String,
}

/// The names of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupName {
    pub id: String,
    pub name: String,
}

/// A seat that a person holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seat {
    pub group: GroupName,
    pub role: String,
    pub title: String,
    /// The number of the other holders.
    pub others: usize,
    /// The number of holders that the role should have, if that is more than the others.
    pub wanted: Option<u32>,
}

/// A subproject that a person leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subproject {
    pub group: GroupName,
    pub name: String,
    /// The number of the other leads.
    pub others: usize,
}

/// A list that names a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct List {
    pub name: String,
    pub title: Option<String>,
    #[serde(skip)]
    pub file: File,
    pub source: String,
    pub path: String,
    pub line: Option<u32>,
    /// True if it is a list of the holders of a role of theirs.
    pub of_role: bool,
    /// True if it names nobody else.
    pub only: bool,
}

/// A rule that turns unmet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unmet {
    pub rule: String,
    pub title: String,
    pub subject: String,
    pub message: Option<String>,
}

/// The binding obligations of a role that nobody else holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uncovered {
    pub group: GroupName,
    pub title: String,
    /// The ids of the obligations.
    pub ids: Vec<String>,
}

/// See [`Impact`]. `None` for a person who is not in the data.
pub fn impact(db: &dyn Db, id: &str) -> Option<Impact> {
    let key = Key::new(db, id.to_owned());
    let person = model::person(db, key).as_ref()?;
    let impact = rules::impact_of(db, key).as_ref()?;
    let title = |role: &str| {
        let role = model::role(db, Key::new(db, role.to_owned())).as_ref();
        role.map_or_else(String::new, |role| role.title.clone())
    };
    let seat = |seat: &SeatLeft| Seat {
        group: group_name(db, &seat.group),
        role: seat.role.clone(),
        title: title(&seat.role),
        others: seat.others,
        wanted: seat.wanted,
    };
    let subprojects = impact.subprojects.iter().map(|of| Subproject {
        group: group_name(db, &of.group),
        name: of.name.clone(),
        others: of.others,
    });
    let unmet = impact.unmet.iter().map(|finding| Unmet {
        rule: finding.rule.clone(),
        title: rules::rule(db, &finding.rule).map_or_else(String::new, |entry| entry.rule.title.clone()),
        subject: finding.subject.id(),
        message: finding.message.clone(),
    });
    let obligations = impact.obligations.iter().map(|((group, role), ids)| Uncovered {
        group: group_name(db, group),
        title: title(role),
        ids: ids.clone(),
    });
    Some(Impact {
        person: PersonName {
            id: person.id.clone(),
            handle: person.handle().to_owned(),
            name: person.name.clone(),
        },
        seats: impact.seats.iter().map(seat).collect(),
        subprojects: subprojects.collect(),
        liaison_for: impact.liaison_for.iter().map(|id| group_name(db, id)).collect(),
        lists: impact.rosters.iter().map(|left| list(db, left)).collect(),
        unmet: unmet.collect(),
        obligations: obligations.collect(),
        procedures: procedures(db, &impact.seats),
    })
}

fn group_name(db: &dyn Db, id: &str) -> GroupName {
    GroupName { id: id.to_owned(), name: model::full_name(db, id) }
}

fn list(db: &dyn Db, left: &RosterLeft) -> List {
    let file = left.list.file;
    List {
        name: left.list.name.clone(),
        title: left.list.title.clone(),
        file,
        source: file.config(db).title(),
        path: file.path(db).to_string(),
        line: left.location(db).map(|location| location.line),
        of_role: left.is_of_role,
        only: left.is_only,
    }
}

/// The checklists for leaving that the groups of a person have, each group once.
fn procedures(db: &dyn Db, seats: &[SeatLeft]) -> Vec<(Arc<ChecklistEntry>, Arc<Group>)> {
    let mut procedures: Vec<(Arc<ChecklistEntry>, Arc<Group>)> = Vec::new();
    for seat in seats {
        let key = Key::new(db, seat.group.clone());
        let Some(group) = model::group(db, key) else { continue };
        for id in model::group_checklists(db, key) {
            let Some(entry) = model::checklist(db, Key::new(db, id.clone())) else { continue };
            let list = &entry.checklist;
            let is_new = !procedures.iter().any(|(of, other)| of == entry && other.id() == group.id());
            if list.situation == Some(Situation::Leaving) && list.is_about(&seat.role) && is_new {
                procedures.push((entry.clone(), group.clone()));
            }
        }
    }
    procedures
}
