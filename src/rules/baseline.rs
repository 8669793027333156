//! The baseline: findings that the handbook knows and does not count.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::{all_findings, rules};
use super::verdict::{Finding, Verdict};
use crate::facts::{GovernanceRule, SubjectKind};
use crate::model;
use crate::source::{Db, File, Site};

/// Ids of subjects by the id of a rule.
type SubjectIds = BTreeMap<String, BTreeSet<String>>;

/// The present state of an entry of the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaselineState {
    /// The subject does not meet the rule, or that is unknown.
    Used,
    /// The subject meets the rule.
    Met,
    /// The rule has an exception for the subject.
    Excepted,
    /// The rule has no such subject.
    NoSubject,
}

/// The subjects that are known not to meet a rule.
#[salsa::tracked]
fn baseline(db: &dyn Db) -> SubjectIds {
    listed(db, |_| true)
}

/// The entries of files.
fn listed(db: &dyn Db, is_wanted: impl Fn(File) -> bool) -> SubjectIds {
    let mut subjects = SubjectIds::new();
    for file in model::data_files(db).filter(|file| is_wanted(*file)) {
        for entry in &model::records(db, file).baseline {
            let ids = entry.subjects.iter().map(|subject| subject.value.clone());
            subjects.entry(entry.rule.value.clone()).or_default().extend(ids);
        }
    }
    subjects
}

/// True if the handbook knows that a subject does not meet a rule.
pub fn is_in_baseline(db: &dyn Db, finding: &Finding) -> bool {
    baseline(db).get(&finding.rule).is_some_and(|subjects| subjects.contains(&finding.subject.id()))
}

/// The verdicts by the ids of rule and subject; of several subjects with one id, the one that needs most attention.
#[salsa::tracked]
fn verdicts(db: &dyn Db) -> BTreeMap<(String, String), Verdict> {
    let mut verdicts = BTreeMap::new();
    for finding in all_findings(db) {
        let verdict = verdicts.entry((finding.rule.clone(), finding.subject.id())).or_insert(finding.verdict);
        *verdict = finding.verdict.min(*verdict);
    }
    verdicts
}

/// The present state of an entry of the baseline.
pub fn state_in_baseline(db: &dyn Db, rule_id: &str, subject: &str) -> BaselineState {
    match verdicts(db).get(&(rule_id.to_owned(), subject.to_owned())) {
        Some(Verdict::Unmet | Verdict::Unknown) => BaselineState::Used,
        Some(Verdict::Met) => BaselineState::Met,
        Some(Verdict::Excepted) => BaselineState::Excepted,
        // A subject in an absent source has no verdict.
        None if !is_complete(db) => BaselineState::Used,
        None => BaselineState::NoSubject,
    }
}

/// True if no source is absent.
fn is_complete(db: &dyn Db) -> bool {
    Site::get(db).trees(db).iter().all(|tree| tree.present)
}

/// True if subjects of a rule may be in a source that is absent.
pub fn may_lack_subjects(db: &dyn Db, rule: &GovernanceRule) -> bool {
    !is_complete(db) && matches!(rule.each, SubjectKind::Record(_) | SubjectKind::Roster)
}

/// The baseline for the present findings, without those in other files than `written`: all subjects that do not meet a
/// rule, and previous entries whose verdict is unknown.
pub fn new_baseline(db: &dyn Db, written: Option<File>) -> SubjectIds {
    let elsewhere = listed(db, |file| Some(file) != written);
    let mut new = SubjectIds::new();
    let mut add = |rule: &str, subject: String| {
        if !elsewhere.get(rule).is_some_and(|subjects| subjects.contains(&subject)) {
            new.entry(rule.to_owned()).or_default().insert(subject);
        }
    };
    for finding in all_findings(db).iter().filter(|finding| finding.verdict == Verdict::Unmet) {
        add(&finding.rule, finding.subject.id());
    }
    for (rule, subjects) in listed(db, |file| Some(file) == written) {
        let is_known = rules(db).iter().any(|entry| entry.rule.id.value == rule);
        for subject in subjects {
            if is_known && state_in_baseline(db, &rule, &subject) == BaselineState::Used {
                add(&rule, subject);
            }
        }
    }
    new
}
