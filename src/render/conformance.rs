//! `/api/conformance.json`: the verdicts of rules.

use std::collections::HashMap;

use serde::Serialize;

use crate::link::{self, Target};
use crate::rules::{self, RuleEntry, VerdictReason};
use crate::source::{Db, File};
use crate::trace;

#[derive(Serialize)]
struct Finding {
    rule: String,
    subject: String,
    verdict: &'static str,
    /// The obligation or the clause that demands it, as in `obligations.json` where it is there.
    clause: Option<String>,
    path: Option<String>,
    line: Option<u32>,
    message: Option<String>,
    /// The name of the source of the path.
    source: Option<String>,
    group: Option<String>,
    reason: Option<String>,
}

/// Renders `conformance.json`; `None` without rules.
pub(super) fn conformance_json(db: &dyn Db) -> Option<String> {
    if rules::rules(db).is_empty() {
        return None;
    }
    let clause = |entry: &RuleEntry| Some(clause_id(db, entry.file, entry.rule.clauses.first()?));
    let clauses: HashMap<&str, Option<String>> =
        rules::rules(db).iter().map(|entry| (entry.rule.id.value.as_str(), clause(entry))).collect();
    let findings = rules::all_findings(db).iter().map(|finding| {
        let location = finding.location(db);
        let clause = clauses.get(finding.rule.as_str()).cloned().flatten();
        Finding {
            rule: finding.rule.clone(),
            subject: finding.subject.id(),
            verdict: finding.verdict.id(),
            clause,
            path: location.as_ref().map(|at| at.file.path.to_string()),
            line: location.as_ref().map(|at| at.line),
            message: finding.message.clone(),
            source: location.as_ref().and_then(|at| Some(at.file.source.as_ref()?.to_string())),
            group: finding.subject.group().map(str::to_owned),
            reason: finding.reason.as_ref().map(reason),
        }
    });
    let findings: Vec<Finding> = findings.collect();
    Some(serde_json::to_string_pretty(&findings).unwrap_or_default() + "\n")
}

/// The id of an obligation, or else the path of a clause from the root with its anchor, or else the reference itself.
pub(super) fn clause_id(db: &dyn Db, from: File, clause: &str) -> String {
    if let Some(obligation) = trace::named(db, from, clause) {
        return obligation.id.clone();
    }
    let Target::Page(page) = link::target(db, from, clause) else { return clause.to_owned() };
    let Some(file) = page.file else { return clause.to_owned() };
    let path = link::path_from_root(db, file);
    page.anchor.as_ref().map_or(path.clone(), |anchor| format!("{path}#{anchor}"))
}

fn reason(reason: &VerdictReason) -> String {
    match reason {
        VerdictReason::Stated(reason) => reason.clone(),
        VerdictReason::Until(date) => format!("until {date}"),
        VerdictReason::Absent(name) => format!("absent: {name}"),
        VerdictReason::Invalid(message) => message.clone(),
    }
}
