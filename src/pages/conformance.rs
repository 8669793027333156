//! Conformance: the verdicts of rules about groups and all other subjects.

use std::collections::BTreeMap;

use serde::Serialize;

use super::PageView;
use super::findings::{self, Check, Counts};
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::{OWN, SearchEntry, SearchSection};
use super::view::{GroupRef, Link, LinkOrText, RoleRef};
use crate::facts::SubjectKind;
use crate::model::{self, Key, Navigation, Route};
use crate::rules::{self, Placed, RuleEntry, Verdict};
use crate::source::Db;
use crate::url::Href;

/// `conformance`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Conformance {
    /// Number of groups that a rule is about.
    pub total_groups: usize,
    /// Numbers of pairs of a group and a rule, each by its worst verdict.
    pub groups: Counts,
    /// Numbers of all subjects.
    pub subjects: Counts,
    /// The groups of each kind.
    pub kinds: Vec<Kind>,
    pub rules: Vec<Rule>,
    /// Clauses that no data can decide.
    pub undecided: Vec<UndecidedClauses>,
}

/// The groups of a kind, one row each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ConformanceKind"))]
pub(super) struct Kind {
    /// Id of the kind.
    pub id: String,
    /// `Special interest groups`
    pub label: String,
    /// The columns: rules about at least one of the groups.
    pub rules: Vec<Column>,
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Column {
    /// Id of the rule.
    pub id: String,
    /// The position of the rule among all rules, from 1.
    pub number: usize,
    pub title: String,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ConformanceRow"))]
pub(super) struct Row {
    pub group: GroupRef,
    /// One per column; null if the rule is not about the group.
    pub cells: Vec<Option<Cell>>,
}

/// A rule in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ConformanceCell"))]
pub(super) struct Cell {
    /// The worst of `unmet`, `unknown`, `excepted` and `met`, in this order, over all subjects in the group.
    pub verdict: &'static str,
    /// The finding on the page of the group.
    pub url: Href,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Rule {
    /// Its anchor.
    pub id: String,
    /// The position among all rules, from 1.
    pub number: usize,
    pub title: String,
    /// `group`, `seat`, `meeting`, `subproject`, `person`, `roster` or `record`.
    pub each: &'static str,
    /// The clauses that demand it.
    pub clauses: Vec<Link>,
    /// The roles whose holders can see to it.
    pub roles: Vec<RoleRef>,
    /// The condition that a subject fits, in the Common Expression Language.
    pub condition: Option<String>,
    /// The condition that a subject must meet, in the Common Expression Language.
    pub requirement: String,
    /// The way to meet it, in one sentence.
    pub fix_html: Option<String>,
    /// The line of the rule in its file.
    pub place: LinkOrText,
    /// Numbers of subjects.
    pub subjects: Counts,
    /// Subjects that are not simply met, by verdict.
    pub checks: Vec<Check>,
}

/// Clauses that no data can decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct UndecidedClauses {
    pub clauses: Vec<Link>,
    pub reason: String,
}

impl FixedPage for Conformance {
    const NAME: &'static str = "conformance";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::CONFORMANCE;

    fn exists(db: &dyn Db) -> bool {
        !rules::rules(db).is_empty()
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Footer(5))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let db = scope.db;
        let kinds = kinds(scope);
        let rows = || kinds.iter().flat_map(|kind| &kind.rows);
        let entries = rules::rules(db);
        let groups: rules::Tally = entries.iter().map(|of| *rules::tally_of_groups(db, key(db, of))).sum();
        let body = Conformance {
            total_groups: rows().count(),
            groups: groups.into(),
            subjects: rules::sum(db, entries).into(),
            rules: self::rules(scope),
            undecided: undecided(scope),
            kinds,
        };
        let headings = body.kinds.iter().map(|kind| (kind.label.clone(), format!("rb-kind-{}", kind.id)));
        let headings: Vec<_> = headings.collect();
        let page = PageView::new(scope, &scope.string("sections.conformance.label"))
            .description(Some(scope.string("conformance.description")))
            .breadcrumbs(vec![scope.home()])
            .headings(headings.iter().map(|(label, id)| (label.clone(), &**id)))
            .sections([
                ("rules", scope.string("conformance.rules"), true),
                ("undecided", scope.string("conformance.undecided"), !body.undecided.is_empty()),
            ]);
        (page, body)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        let mut entries = SearchEntry::of_list(db, &Self::ROUTE);
        for entry in &mut entries {
            entry.sections.extend(rules::rules(db).iter().map(|of| SearchSection {
                heading: Some((of.rule.id.value.clone(), of.rule.title.clone())),
                text: of.rule.fix.clone().unwrap_or_default(),
                weight: OWN,
            }));
        }
        entries
    }
}

fn key<'db>(db: &'db dyn Db, entry: &RuleEntry) -> Key<'db> {
    Key::new(db, entry.rule.id.value.clone())
}

/// The matrix of groups and rules, by kind of group.
fn kinds(scope: &Scope) -> Vec<Kind> {
    let db = scope.db;
    let mut all = Vec::new();
    for kind in model::kinds(db).iter() {
        let groups = model::group_ids(db).iter().filter_map(|id| scope.named_group(id));
        let groups = groups.filter(|group| group.kind == kind.id);
        let rows: Vec<_> = groups
            .map(|group| {
                let verdicts = rules::verdicts_in(db, Key::new(db, group.id.clone()));
                (group, verdicts)
            })
            .filter(|(_, verdicts)| !verdicts.is_empty())
            .collect();
        let is_about = |id: &str| rows.iter().any(|(_, verdicts)| verdicts.contains_key(id));
        let columns = rules::rules(db).iter().enumerate().filter(|(_, entry)| is_about(&entry.rule.id.value));
        let columns: Vec<Column> = columns
            .map(|(index, entry)| Column {
                id: entry.rule.id.value.clone(),
                number: index + 1,
                title: entry.rule.title.clone(),
            })
            .collect();
        if columns.is_empty() {
            continue;
        }
        let row = |(group, verdicts): (GroupRef, &BTreeMap<String, Verdict>)| Row {
            cells: columns
                .iter()
                .map(|column| {
                    let verdict = verdicts.get(&column.id)?;
                    let url = group.url.clone().fragment(&findings::anchor(&column.id));
                    Some(Cell { verdict: verdict.id(), url })
                })
                .collect(),
            group,
        };
        all.push(Kind {
            id: kind.id.clone(),
            label: scope.kind_plural(kind),
            rows: rows.into_iter().map(row).collect(),
            rules: columns,
        });
    }
    all
}

fn rules(scope: &Scope) -> Vec<Rule> {
    let db = scope.db;
    let mut open: BTreeMap<&str, Vec<&Placed>> = BTreeMap::new();
    for placed in rules::open_findings(db) {
        open.entry(&placed.finding.rule).or_default().push(placed);
    }
    let rule = |(index, entry): (usize, &std::sync::Arc<RuleEntry>)| {
        let rule = &entry.rule;
        let findings = open.get(rule.id.value.as_str()).map_or(&[][..], Vec::as_slice);
        let line = entry.file.location(db, rule.id.span.clone()).line;
        let checks = Verdict::ALL.into_iter().filter_map(|verdict| {
            let of_verdict = findings.iter().filter(|placed| placed.finding.verdict == verdict);
            let of_verdict: Vec<&Placed> = of_verdict.copied().collect();
            (!of_verdict.is_empty()).then(|| findings::check(scope, entry, verdict, &of_verdict, None))
        });
        let ids: Vec<String> = rule.roles.iter().map(|role| role.value.clone()).collect();
        Rule {
            id: rule.id.value.clone(),
            number: index + 1,
            title: rule.title.clone(),
            each: each(&rule.each),
            clauses: findings::clauses(scope, entry.file, &rule.clauses),
            roles: scope.roles(&ids),
            condition: rule.condition.as_ref().map(|condition| condition.text().to_owned()),
            requirement: rule.requirement.text().to_owned(),
            fix_html: findings::fix(scope, entry),
            place: findings::place(scope, entry.file, line),
            subjects: (*rules::tally(db, key(db, entry))).into(),
            checks: checks.collect(),
        }
    };
    rules::rules(db).iter().enumerate().map(rule).collect()
}

fn each(kind: &SubjectKind) -> &'static str {
    let named = SubjectKind::NAMES.iter().find(|(_, known)| known == kind);
    named.map_or("record", |(name, _)| name)
}

fn undecided(scope: &Scope) -> Vec<UndecidedClauses> {
    let entries = rules::undecided(scope.db).iter();
    let entry = entries.map(|(file, entry)| UndecidedClauses {
        clauses: findings::clauses(scope, *file, &entry.clauses),
        reason: entry.reason.clone(),
    });
    entry.collect()
}
