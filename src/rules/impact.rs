//! Impact: the seats, lists, rules and obligations that change if a person leaves.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::findings::{about_group, of_group};
use super::subject::Subject;
use super::verdict::{Finding, Verdict};
use crate::facts::GovernanceRule;
use crate::model::{self, Group, Key, RosterList, Seat};
use crate::source::{Db, File};
use crate::trace;

/// See the module documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// The seats that the person holds.
    pub seats: Vec<SeatLeft>,
    /// The subprojects that the person leads.
    pub subprojects: Vec<SubprojectLeft>,
    /// Ids of the groups of which the person is liaison.
    pub liaison_for: Vec<String>,
    /// The lists that name the person.
    pub rosters: Vec<RosterLeft>,
    /// The findings about the groups of the person that turn unmet.
    pub unmet: Vec<Finding>,
    /// Ids of binding obligations that no holder of a role has any more, by group and role.
    pub obligations: BTreeMap<(String, String), Vec<String>>,
}

/// A seat that a person holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatLeft {
    /// The id of the group.
    pub group: String,
    /// The id of the role.
    pub role: String,
    /// The number of the other holders.
    pub others: usize,
    /// The number of holders that the role should have, if that is more than the others.
    pub wanted: Option<u32>,
}

/// A subproject that a person leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubprojectLeft {
    /// The id of the group.
    pub group: String,
    /// The name.
    pub name: String,
    /// The number of the other leads.
    pub others: usize,
}

/// A list that names a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterLeft {
    /// The list.
    pub list: Arc<RosterList>,
    /// The position of the person among its members.
    pub member: usize,
    /// True if the list is one of the holders of a role, and the person is one of them.
    pub is_of_role: bool,
    /// True if the list names nobody else.
    pub is_only: bool,
}

/// See [`Impact`]. By the id of the person.
#[salsa::tracked]
pub fn impact_of(db: &dyn Db, key: Key<'_>) -> Option<Impact> {
    let person = model::person(db, key).as_ref()?;
    let id = &person.id;
    let groups = person.leads.iter().chain(&person.subprojects).map(|(group, _)| group);
    let groups: BTreeSet<&String> = groups.chain(&person.liaison_for).collect();
    let mut impact = Impact { liaison_for: person.liaison_for.clone(), ..Impact::default() };
    for group_id in groups {
        let key = Key::new(db, group_id.clone());
        let Some(group) = model::group(db, key) else { continue };
        let seats = model::seats(db, key).iter().chain(model::member_seats(db, key));
        let left: Vec<Seat> = seats.map(|seat| without(seat, id)).collect();
        let pairs = model::seats(db, key).iter().chain(model::member_seats(db, key)).zip(&left);
        let changed = pairs.filter(|(seat, left)| seat.holders.len() > left.holders.len());
        let changed: Vec<&Seat> = changed.map(|(_, left)| left).collect();
        impact.seats.extend(changed.iter().map(|seat| SeatLeft {
            group: group_id.clone(),
            role: seat.role.id.clone(),
            others: seat.holders.len(),
            wanted: seat.role.wanted().filter(|wanted| seat.holders.len() < *wanted as usize),
        }));
        for seat in changed.iter().filter(|seat| seat.holders.is_empty() && !seat.role.matter.is_member) {
            let duties = trace::duties(db, Key::new(db, seat.role.id.clone())).iter();
            let binding = duties.filter(|duty| duty.obligation.level.is_binding());
            let ids: Vec<String> = binding.map(|duty| duty.obligation.id.clone()).collect();
            if !ids.is_empty() {
                impact.obligations.insert((group_id.clone(), seat.role.id.clone()), ids);
            }
        }
        let subprojects = group.facts.subprojects.iter();
        let led = subprojects.filter(|subproject| subproject.leads.iter().any(|lead| &lead.id.value == id));
        impact.subprojects.extend(led.map(|subproject| SubprojectLeft {
            group: group_id.clone(),
            name: subproject.name.value.clone(),
            others: subproject.leads.iter().filter(|lead| &lead.id.value != id).count(),
        }));
        let unmet: HashSet<(&str, &Subject)> = of_group(db, key)
            .iter()
            .filter(|finding| finding.verdict == Verdict::Unmet)
            .map(|finding| (finding.rule.as_str(), &finding.subject))
            .collect();
        let differs = |subject: &Subject| match subject {
            Subject::Seat { role, .. } => changed.iter().any(|seat| seat.role.id == *role),
            Subject::Subproject { group, name } => {
                impact.subprojects.iter().any(|of| of.group == *group && of.name == *name)
            }
            Subject::Meeting { .. } => false,
            _ => true,
        };
        let may_turn = |rule: &GovernanceRule, subject: &Subject| {
            (rule.uses("group") || differs(subject)) && !unmet.contains(&(rule.id.value.as_str(), subject))
        };
        let left_group = group_without(group, id);
        let after = about_group(db, &left_group, &left, GovernanceRule::reads_people, may_turn);
        impact.unmet.extend(after.into_iter().filter(|finding| finding.verdict == Verdict::Unmet));
    }
    impact.rosters = rosters_with(db).get(id).cloned().unwrap_or_default();
    Some(impact)
}

fn without(seat: &Seat, person: &str) -> Seat {
    let holders = seat.holders.iter().filter(|holder| holder.id.value != person).cloned();
    Seat { holders: holders.collect(), ..seat.clone() }
}

/// A group as if a person had no role in it.
fn group_without(group: &Group, person: &str) -> Group {
    let mut facts = (*group.facts).clone();
    facts.leads.retain(|lead| lead.person.id.value != person);
    for subproject in &mut facts.subprojects {
        subproject.leads.retain(|lead| lead.id.value != person);
    }
    facts.contact.liaison = facts.contact.liaison.filter(|liaison| liaison.id.value != person);
    Group { facts: Arc::new(facts), ..group.clone() }
}

/// The lists that name each person directly, by the id of the person.
#[salsa::tracked]
fn rosters_with(db: &dyn Db) -> BTreeMap<String, Vec<RosterLeft>> {
    let mut all: BTreeMap<String, Vec<RosterLeft>> = BTreeMap::new();
    let comparisons = model::roster_findings(db).iter();
    let agreed: HashSet<(File, usize, &str)> = comparisons
        .filter_map(|comparison| Some((comparison, comparison.list.as_ref()?)))
        .flat_map(|(comparison, list)| {
            comparison.agreed.iter().map(|holder| (list.file, list.index, holder.id.as_str()))
        })
        .collect();
    for list in model::rosters(db) {
        for (member, of) in list.members.iter().enumerate().filter(|(_, member)| member.via.is_none()) {
            let left = RosterLeft {
                list: list.clone(),
                member,
                is_of_role: agreed.contains(&(list.file, list.index, of.id.as_str())),
                is_only: list.members.len() == 1,
            };
            all.entry(of.id.clone()).or_default().push(left);
        }
    }
    all
}

impl RosterLeft {
    /// The place of the person in the list.
    pub fn location(&self, db: &dyn Db) -> Option<crate::diagnostic::Location> {
        let member = self.list.members.get(self.member)?;
        Some(self.list.file.location(db, model::member_span(db, &self.list, member)))
    }
}
