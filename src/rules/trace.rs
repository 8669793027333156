//! Findings by group, role and obligation. Each query returns what one page shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::findings::{RuleEntry, all_findings, of_group, of_person, rule, rules, undecided};
use super::verdict::{Finding, Verdict};
use crate::diagnostic::FileName;
use crate::facts::SubjectKind;
use crate::model::{self, Key};
use crate::parse::At;
use crate::source::{Db, File, Site};
use crate::trace;

/// The number of subjects by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Subjects that meet the rule.
    pub met: usize,
    /// Subjects that do not.
    pub unmet: usize,
    /// Subjects of which the facts say too little.
    pub unknown: usize,
    /// Subjects with an exception.
    pub excepted: usize,
}

impl Tally {
    /// Counts a verdict.
    pub fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Met => &mut self.met,
            Verdict::Unmet => &mut self.unmet,
            Verdict::Unknown => &mut self.unknown,
            Verdict::Excepted => &mut self.excepted,
        } += 1;
    }

    /// The number of all subjects.
    pub fn total(&self) -> usize {
        self.met + self.unmet + self.unknown + self.excepted
    }

    /// The number of subjects with a verdict.
    pub fn of(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Met => self.met,
            Verdict::Unmet => self.unmet,
            Verdict::Unknown => self.unknown,
            Verdict::Excepted => self.excepted,
        }
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |sum, next| Self {
            met: sum.met + next.met,
            unmet: sum.unmet + next.unmet,
            unknown: sum.unknown + next.unknown,
            excepted: sum.excepted + next.excepted,
        })
    }
}

/// A finding with the place of the fact that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The finding.
    pub finding: Finding,
    /// The file and the line, from 1; `None` if the rule is met.
    pub place: Option<(File, u32)>,
}

impl Placed {
    fn of(db: &dyn Db, finding: &Finding) -> Self {
        let location = if finding.verdict == Verdict::Met { None } else { finding.location(db) };
        let place = location.and_then(|location| Some((file_named(db, &location.file)?, location.line)));
        Self { finding: finding.clone(), place }
    }
}

/// The file with a name.
fn file_named(db: &dyn Db, name: &FileName) -> Option<File> {
    let site = Site::get(db);
    site.config(db).sources.iter().zip(site.trees(db)).find_map(|(source, tree)| match &name.source {
        Some(of) => (source.name.as_deref() == Some(of)).then(|| tree.file(&name.path))?,
        None if source.name.is_some() => None,
        None => tree.file(name.path.strip_prefix(&*source.path)?.strip_prefix('/')?),
    })
}

/// The findings about a group, about what belongs to it and about the people who hold a role in it, by group id.
/// In the order of the rules.
#[salsa::tracked]
pub fn in_group(db: &dyn Db, group: Key<'_>) -> Vec<Placed> {
    let about_people = people_in(db, group).iter().flat_map(|(id, held)| {
        let findings = of_person(db, Key::new(db, id.clone())).iter();
        findings.filter(move |finding| is_of_group(db, finding, id, held))
    });
    in_order(db, of_group(db, group).iter().chain(about_people).map(|finding| Placed::of(db, finding)))
}

/// True if a finding about a person belongs to a group in which they hold these roles: if they hold a role that the
/// rule names, only to the groups in which they do.
fn is_of_group(db: &dyn Db, finding: &Finding, person: &str, held: &BTreeSet<String>) -> bool {
    let Some(entry) = rule(db, &finding.rule) else { return false };
    let is_named =
        |held: &BTreeSet<String>| entry.rule.roles.iter().any(|role| held.contains(role.value.as_str()));
    if entry.rule.roles.is_empty() || is_named(held) {
        return true;
    }
    let Some(person) = model::person(db, Key::new(db, person.to_owned())) else { return true };
    let mut groups = person.leads.iter().chain(&person.subprojects).map(|(group, _)| group);
    !groups.any(|group| {
        let people = people_in(db, Key::new(db, group.clone()));
        people.get(&person.id).is_some_and(is_named)
    })
}

/// The findings about a person that they do not meet, by person id.
#[salsa::tracked]
pub fn unmet_by_person(db: &dyn Db, person: Key<'_>) -> Vec<Placed> {
    let unmet = of_person(db, person).iter().filter(|finding| finding.verdict == Verdict::Unmet);
    unmet.map(|finding| Placed::of(db, finding)).collect()
}

/// The findings about all subjects that do not simply meet their rule, in the order of the rules.
#[salsa::tracked]
pub fn open_findings(db: &dyn Db) -> Vec<Placed> {
    let open = all_findings(db).iter().filter(|finding| finding.verdict != Verdict::Met);
    open.map(|finding| Placed::of(db, finding)).collect()
}

fn in_order(db: &dyn Db, findings: impl Iterator<Item = Placed>) -> Vec<Placed> {
    let mut findings: Vec<Placed> = findings.collect();
    let position = |id: &str| rules(db).iter().position(|entry| entry.rule.id.value == id);
    findings.sort_by_cached_key(|placed| (position(&placed.finding.rule), placed.finding.verdict));
    findings
}

/// The people who hold a role in a group or lead one of its subprojects, with the ids of their roles. Empty if no rule
/// is about people.
#[salsa::tracked]
fn people_in(db: &dyn Db, group: Key<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut people: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if !rules(db).iter().any(|entry| entry.rule.each == SubjectKind::Person) {
        return people;
    }
    for seat in model::seats(db, group).iter().chain(model::member_seats(db, group)) {
        for holder in &seat.holders {
            people.entry(holder.id.value.clone()).or_default().insert(seat.role.id.clone());
        }
    }
    for lead in subproject_leads(db, group) {
        people.entry(lead).or_default();
    }
    people
}

fn subproject_leads(db: &dyn Db, group: Key<'_>) -> Vec<String> {
    let facts = model::group(db, group).as_ref().map(|group| &group.facts);
    let subprojects = facts.into_iter().flat_map(|facts| &facts.subprojects);
    subprojects.flat_map(|subproject| &subproject.leads).map(|person| person.id.value.clone()).collect()
}

/// The worst verdict of each rule in a group, by rule id.
#[salsa::tracked]
pub fn verdicts_in(db: &dyn Db, group: Key<'_>) -> BTreeMap<String, Verdict> {
    let mut verdicts = BTreeMap::new();
    for placed in in_group(db, group) {
        let Finding { rule, verdict, .. } = &placed.finding;
        let worst = verdicts.entry(rule.clone()).or_insert(*verdict);
        *worst = (*verdict).min(*worst);
    }
    verdicts
}

/// The subjects of each rule by verdict, and the groups, each by its worst verdict.
#[salsa::tracked]
fn tallies(db: &dyn Db) -> BTreeMap<String, (Tally, Tally)> {
    let mut tallies: BTreeMap<String, (Tally, Tally)> = BTreeMap::new();
    for finding in all_findings(db) {
        tallies.entry(finding.rule.clone()).or_default().0.add(finding.verdict);
    }
    for id in model::group_ids(db) {
        for (rule, verdict) in verdicts_in(db, Key::new(db, id.clone())) {
            tallies.entry(rule.clone()).or_default().1.add(*verdict);
        }
    }
    tallies
}

/// The subjects of a rule by verdict.
#[salsa::tracked]
pub fn tally(db: &dyn Db, rule: Key<'_>) -> Tally {
    tallies(db).get(rule.id(db)).map(|(subjects, _)| *subjects).unwrap_or_default()
}

/// The subjects of several rules by verdict.
pub fn sum(db: &dyn Db, rules: &[Arc<RuleEntry>]) -> Tally {
    rules.iter().map(|entry| *tally(db, Key::new(db, entry.rule.id.value.clone()))).sum()
}

/// The groups of a rule, each by its worst verdict.
#[salsa::tracked]
pub fn tally_of_groups(db: &dyn Db, rule: Key<'_>) -> Tally {
    tallies(db).get(rule.id(db)).map(|(_, groups)| *groups).unwrap_or_default()
}

/// The ids of the rules that prove each obligation.
#[salsa::tracked]
fn proofs(db: &dyn Db) -> BTreeMap<String, Vec<String>> {
    let mut proofs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in rules(db) {
        for obligation in entry.rule.clauses.iter().filter_map(|clause| trace::named(db, entry.file, clause))
        {
            let rules = proofs.entry(obligation.id.clone()).or_default();
            if !rules.contains(&entry.rule.id.value) {
                rules.push(entry.rule.id.value.clone());
            }
        }
    }
    proofs
}

/// The rules that prove an obligation, by its id: those with a clause that names it.
#[salsa::tracked]
pub fn proving(db: &dyn Db, obligation: Key<'_>) -> Vec<Arc<RuleEntry>> {
    let ids = proofs(db).get(obligation.id(db)).into_iter().flatten();
    ids.filter_map(|id| rule(db, id)).cloned().collect()
}

/// The reasons why no data can decide obligations, by their ids.
#[salsa::tracked]
fn undecided_obligations(db: &dyn Db) -> BTreeMap<String, String> {
    let mut reasons = BTreeMap::new();
    for (file, entry) in undecided(db) {
        for obligation in entry.clauses.iter().filter_map(|clause| trace::named(db, *file, clause)) {
            reasons.entry(obligation.id.clone()).or_insert_with(|| entry.reason.clone());
        }
    }
    reasons
}

/// The reason why no data can decide an obligation, by its id.
#[salsa::tracked]
pub fn undecided_reason(db: &dyn Db, obligation: Key<'_>) -> Option<String> {
    undecided_obligations(db).get(obligation.id(db)).cloned()
}

/// The rules whose findings the holders of a role can see to.
#[salsa::tracked]
pub fn of_role(db: &dyn Db, role: Key<'_>) -> Vec<Arc<RuleEntry>> {
    let names = |entry: &&Arc<RuleEntry>| entry.rule.roles.iter().any(|named| named.value == *role.id(db));
    rules(db).iter().filter(names).cloned().collect()
}

/// The clause of a rule that states a duty without an upper-case key word.
pub fn stated_clause<'e>(db: &dyn Db, entry: &'e RuleEntry) -> Option<&'e At<String>> {
    let is_stated = |clause: &&At<String>| trace::named(db, entry.file, clause).is_none();
    entry.rule.clauses.iter().find(is_stated).filter(|_| entry.rule.is_duty)
}

/// The rules that state duties of a role, each with the clause.
pub fn duties_of_role(db: &dyn Db, role: &str) -> Vec<(Arc<RuleEntry>, At<String>)> {
    let rules = of_role(db, Key::new(db, role.to_owned())).iter();
    rules.filter_map(|entry| Some((entry.clone(), stated_clause(db, entry)?.clone()))).collect()
}

/// The worst finding of a rule about a group, or for a rule about people, about the given ones.
pub fn worst_in<'db>(
    db: &'db dyn Db,
    rule: &str,
    group: &str,
    people: impl Iterator<Item = String>,
) -> Option<&'db Finding> {
    let about_people = people.flat_map(|id| of_person(db, Key::new(db, id)));
    let about_group = of_group(db, Key::new(db, group.to_owned()));
    let findings = about_group.iter().chain(about_people).filter(|finding| finding.rule == rule);
    findings.min_by_key(|finding| finding.verdict)
}
