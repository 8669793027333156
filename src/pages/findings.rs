//! Findings of rules, as pages show them.

use serde::Serialize;

use super::scope::Scope;
use super::view::{Link, LinkOrText};
use crate::model::{self, Key, Route};
use crate::parse::At;
use crate::rules::{self, Placed, RuleEntry, Subject, Tally, Verdict, VerdictReason};
use crate::source::File;
use crate::strings::strings;
use crate::trace;
use crate::url::Href;

/// A rule and its subjects with the same verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Check {
    /// The anchor; null if an earlier check on the page is about the same rule.
    pub id: Option<String>,
    /// `met`, `unmet`, `unknown` or `excepted`.
    pub verdict: &'static str,
    /// The title of the rule, and its entry on the page of all rules.
    pub rule: Link,
    /// The clauses that demand it.
    pub clauses: Vec<Link>,
    /// The way to meet it, in one sentence.
    pub fix_html: Option<String>,
    /// Number of subjects.
    pub total: usize,
    /// The findings about the subjects; empty if the rule is met.
    pub findings: Vec<Finding>,
}

/// A finding, or several with the same reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Finding {
    /// The message of the rule; null if the facts do not give its values.
    pub message: Option<String>,
    pub subjects: Vec<LinkOrText>,
    /// The ids of their groups.
    pub groups: Vec<String>,
    /// The reason for the verdict, in a sentence.
    pub reason: Option<String>,
    /// True if the handbook lists it in a baseline.
    pub known: bool,
    /// The file and line of the fact: `groups.yaml:12`.
    pub place: Option<LinkOrText>,
}

/// Numbers of subjects by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Counts {
    pub total: usize,
    pub met: usize,
    pub unmet: usize,
    pub unknown: usize,
    pub excepted: usize,
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        let Tally { met, unmet, unknown, excepted } = tally;
        Self { total: tally.total(), met, unmet, unknown, excepted }
    }
}

/// A rule in a sentence, with the number of groups or other subjects that meet it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct RuleCount {
    /// The title, and its entry on the page of all rules.
    pub rule: Link,
    /// True if groups are counted, each by its worst verdict.
    pub by_group: bool,
    pub counts: Counts,
}

/// The rule with its counts.
pub(super) fn rule_count(scope: &Scope, entry: &RuleEntry) -> RuleCount {
    let key = || Key::new(scope.db, entry.rule.id.value.clone());
    let groups = rules::tally_of_groups(scope.db, key());
    let by_group = groups.total() > 0;
    let counts = if by_group { *groups } else { *rules::tally(scope.db, key()) };
    RuleCount { rule: link(scope, entry), by_group, counts: counts.into() }
}

/// The id of a finding about a rule on the page of a group.
pub(super) fn anchor(rule: &str) -> String {
    format!("rule.{rule}")
}

/// Link to a rule on the page of all rules.
pub(super) fn link(scope: &Scope, entry: &RuleEntry) -> Link {
    let page = if scope.url() == Some(&*Route::CONFORMANCE.url(scope.db)) {
        Href::default()
    } else {
        scope.to(&Route::CONFORMANCE.url(scope.db))
    };
    Link { label: entry.rule.title.clone(), url: page.fragment(&entry.rule.id.value), external: false }
}

/// The checks of a page by verdict, those that need attention first. `findings` are in the order of the rules; `here` is
/// the group that the page is about.
pub(super) fn checks(scope: &Scope, findings: &[Placed], here: Option<&str>) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    let mut anchored: Vec<&str> = Vec::new();
    for verdict in Verdict::ALL {
        let of_verdict: Vec<&Placed> =
            findings.iter().filter(|placed| placed.finding.verdict == verdict).collect();
        for of_rule in of_verdict.chunk_by(|a, b| a.finding.rule == b.finding.rule) {
            let Some(first) = of_rule.first() else { continue };
            let rule = first.finding.rule.as_str();
            let Some(entry) = rules::rule(scope.db, rule) else { continue };
            let is_first = !anchored.contains(&rule);
            anchored.push(rule);
            let id = is_first.then(|| anchor(rule));
            checks.push(Check { id, ..check(scope, entry, verdict, of_rule, here) });
        }
    }
    checks
}

/// The subjects of a rule with one verdict.
pub(super) fn check(
    scope: &Scope,
    entry: &RuleEntry,
    verdict: Verdict,
    findings: &[&Placed],
    here: Option<&str>,
) -> Check {
    Check {
        id: None,
        verdict: verdict.id(),
        rule: link(scope, entry),
        clauses: clauses(scope, entry.file, &entry.rule.clauses),
        fix_html: fix(scope, entry).filter(|_| verdict != Verdict::Met),
        total: findings.len(),
        findings: if verdict == Verdict::Met { Vec::new() } else { merged(scope, findings, here) },
    }
}

/// The way to meet a rule.
pub(super) fn fix(scope: &Scope, entry: &RuleEntry) -> Option<String> {
    entry.rule.fix.as_ref().map(|fix| scope.markdown(entry.file, fix, true))
}

/// Links to obligations and clauses, both labelled like `Rules § Chair`.
pub(super) fn clauses(scope: &Scope, from: File, clauses: &[At<String>]) -> Vec<Link> {
    let clause = |clause: &At<String>| match trace::named(scope.db, from, clause) {
        Some(obligation) => {
            let label = scope.clause_of(obligation);
            Some(Link { label, ..scope.reference(from, clause)? })
        }
        None => scope.reference(from, clause),
    };
    clauses.iter().filter_map(clause).collect()
}

/// Findings, with those that have no message and the same reason in one.
fn merged(scope: &Scope, findings: &[&Placed], here: Option<&str>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for placed in findings {
        let finding = &placed.finding;
        let reason = finding.reason.as_ref().map(|reason| self::reason(scope, reason));
        let subject = subject(scope, &finding.subject, here);
        let groups = groups_of(scope, &finding.subject);
        let same = merged.iter_mut().find(|other| {
            finding.message.is_none() && other.message.is_none() && reason.is_some() && other.reason == reason
        });
        if let Some(same) = same {
            same.subjects.extend(subject);
            same.groups.extend(groups);
            same.place = None;
            continue;
        }
        merged.push(Finding {
            message: finding.message.clone(),
            subjects: subject.into_iter().collect(),
            groups,
            reason,
            known: rules::is_in_baseline(scope.db, finding),
            place: placed.place.map(|(file, line)| place(scope, file, line)),
        });
    }
    merged
}

/// A line of a file, with its address on the web if its source has one.
pub(super) fn place(scope: &Scope, file: File, line: u32) -> LinkOrText {
    let label = format!("{}:{line}", file.path(scope.db));
    let url = scope.view_source(file).map(|link| link.url.suffix(&format!("#L{line}")));
    LinkOrText { label, url, external: true }
}

/// The reason for a verdict in a sentence.
pub(super) fn reason(scope: &Scope, reason: &VerdictReason) -> String {
    match reason {
        VerdictReason::Stated(reason) => reason.clone(),
        VerdictReason::Until(date) => scope.fill("checks.until", &[("date", &strings(scope.db).date(*date))]),
        VerdictReason::Absent(name) => scope.fill("checks.absent", &[("name", name)]),
        VerdictReason::Invalid(message) => scope.fill("checks.failed", &[("message", message)]),
    }
}

/// The ids of the groups that a subject belongs to; of a person, those in which they hold a role.
fn groups_of(scope: &Scope, subject: &Subject) -> Vec<String> {
    let Subject::Person(id) = subject else {
        return subject.group().map(str::to_owned).into_iter().collect();
    };
    let person = model::person(scope.db, Key::new(scope.db, id.clone())).as_ref();
    let roles = person.into_iter().flat_map(|person| person.leads.iter().chain(&person.subprojects));
    let mut groups: Vec<String> = roles.map(|(group, _)| group.clone()).collect();
    groups.sort();
    groups.dedup();
    groups
}

/// The name of a subject, and its page or the page of its group; `None` for the group that the page is about.
fn subject(scope: &Scope, subject: &Subject, here: Option<&str>) -> Option<LinkOrText> {
    if matches!(subject, Subject::Group(id) if here == Some(id)) {
        return None;
    }
    let page = |id: &str| scope.to(&Route::Group(id.to_owned()).url(scope.db));
    let name = |id: &str| scope.named_group(id).map_or_else(|| id.to_owned(), |group| group.name);
    let of_group = |label: &str, group: &str, url: Href| {
        let label = match here {
            Some(here) if here == group => label.to_owned(),
            _ => scope.fill("checks.of_group", &[("subject", label), ("group", &name(group))]),
        };
        LinkOrText { label, url: Some(url), external: false }
    };
    Some(match subject {
        Subject::Group(id) => LinkOrText { label: name(id), url: Some(page(id)), external: false },
        Subject::Seat { group, role } => {
            let described = model::role(scope.db, Key::new(scope.db, role.clone())).as_ref();
            let route = described.map(|role| scope.seat_route(group, role));
            let url = route.map_or_else(|| page(group), |route| scope.to(&route.url(scope.db)));
            of_group(described.map_or(role.as_str(), |role| &role.title), group, url)
        }
        Subject::Meeting { group, title, subproject, .. } => {
            let label = match subproject {
                Some(subproject) => format!("{title} ({subproject})"),
                None => title.clone(),
            };
            of_group(&label, group, page(group).fragment("rb-meetings"))
        }
        Subject::Subproject { group, name } => {
            let id = scope.group(group).and_then(|of| {
                let subproject = of.facts.subprojects.iter().find(|of| of.name.value == *name)?;
                super::subproject::subproject_id(scope.db, &of, subproject)
            });
            let url = page(group);
            of_group(
                name,
                group,
                match id {
                    Some(id) => url.fragment(id),
                    None => url,
                },
            )
        }
        Subject::Person(id) => {
            let person = model::person(scope.db, Key::new(scope.db, id.clone())).as_ref();
            let label = person.map_or_else(|| id.clone(), |person| person.name.clone());
            scope.link(label, &Route::Person(id.clone())).into()
        }
        Subject::Roster { source, name, file, .. } => {
            let url = scope.view_source(*file).map(|link| link.url);
            LinkOrText { label: format!("{name} ({source})"), url, external: true }
        }
        Subject::Record { file, label, .. } => {
            let url = scope.view_source(*file).map(|link| link.url);
            LinkOrText { label: label.clone(), url, external: true }
        }
    })
}
