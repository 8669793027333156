//! The lead roles of a group and their holders.

use super::book::{Handbook, handbook};
use super::entry::{Group, LIAISON, SUBPROJECT_LEAD, Seat};
use super::query::Key;
use crate::facts::Person;
use crate::source::Db;

/// The number of holders of a role in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filled {
    /// No holders, although the group needs the role.
    Vacant,
    /// No holders, but the role is optional.
    Open,
    /// One holder.
    Alone,
    /// Several holders, or as many as the role should have.
    Shared,
}

impl Filled {
    /// The id in data for other programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Vacant => "vacant",
            Self::Open => "open",
            Self::Alone => "alone",
            Self::Shared => "shared",
        }
    }
}

/// The lead roles of a group: those whose holders data files list as leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The seats, each with its staffing.
    pub seats: Vec<(Seat, Filled)>,
    /// People who hold several lead roles, with the ids of the roles.
    pub in_several: Vec<(Person, Vec<String>)>,
    /// True if the group has exactly one lead.
    pub one_lead: bool,
}

impl Handbook {
    /// The lead roles of a group.
    pub fn standing(&self, group: &Group) -> Standing {
        let is_lead = |seat: &Seat| {
            let keys = seat.role.held_as();
            seat.recorded && !keys.contains(&SUBPROJECT_LEAD) && !keys.contains(&LIAISON)
        };
        let seats = self.seats(group).into_iter().filter(is_lead);
        let seats: Vec<(Seat, Filled)> = seats
            .map(|seat| {
                let filled = match seat.holders.len() {
                    0 if seat.is_optional => Filled::Open,
                    0 => Filled::Vacant,
                    1 if seat.role.wanted() != Some(1) => Filled::Alone,
                    _ => Filled::Shared,
                };
                (seat, filled)
            })
            .collect();
        let mut leads: Vec<(Person, Vec<String>)> = Vec::new();
        for (seat, _) in &seats {
            for person in &seat.holders {
                let entry = leads.iter_mut().find(|(entry, _)| entry.id == person.id);
                match entry {
                    Some((_, roles)) => roles.push(seat.role.id.clone()),
                    None => leads.push((person.clone(), vec![seat.role.id.clone()])),
                }
            }
        }
        let is_enough = |(seat, _): &(Seat, Filled)| seat.holders.is_empty() || seat.role.wanted() == Some(1);
        let one_lead = leads.len() == 1 && !seats.iter().all(is_enough);
        Standing {
            seats,
            in_several: leads.into_iter().filter(|(_, roles)| roles.len() > 1).collect(),
            one_lead,
        }
    }
}

/// The lead roles of a group, by group id.
#[salsa::tracked]
pub fn standing(db: &dyn Db, key: Key<'_>) -> Standing {
    let handbook = handbook(db);
    handbook.groups.get(key.id(db)).map_or_else(Standing::default, |group| handbook.standing(group))
}
