//! Rules of the handbook that groups do not meet, and faults in the rules themselves.

use std::collections::BTreeMap;

use crate::config::FailOn;
use crate::diagnostic::{Diagnostic, Severity, code, counted, suggestion};
use crate::expression::{Type, check};
use crate::facts::{GovernanceRule, SubjectKind};
use crate::link::{self, Target};
use crate::model::{self, Key};
use crate::parse::At;
use crate::rules::{self, BaselineState, Finding, RuleEntry, Verdict, VerdictReason};
use crate::source::{Db, File, Site};
use crate::trace;

/// Finds `conformance/expression`, and unknown roles and tables, in the rules of a file.
pub(super) fn expressions(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    if file.is_document(db) {
        return Vec::new();
    }
    model::records(db, file).rules.iter().flat_map(|rule| of_rule(db, file, rule)).collect()
}

fn of_rule(db: &dyn Db, file: File, rule: &GovernanceRule) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let columns = match &rule.each {
        SubjectKind::Record(table) => rules::columns(db, table),
        _ => Default::default(),
    };
    let is_unknown_table = columns.is_empty() && matches!(rule.each, SubjectKind::Record(_));
    let variables = rules::variables(&rule.each, &columns);
    // Without records of the table, its fields are unknown.
    for expression in rule.expressions().filter(|_| !is_unknown_table) {
        let is_condition = rule.condition.as_ref() == Some(expression) || &rule.requirement == expression;
        let text = At { value: expression.text().to_owned(), span: expression.span.clone() };
        let place = |range| file.location(db, text.part(file.text(db), range));
        match check(expression, &variables) {
            Ok(Type::Bool | Type::Any) => {}
            Ok(_) if !is_condition => {}
            Ok(other) => {
                let message = format!("expected true or false, found {}", other.name());
                let location = place(0..text.value.len());
                diagnostics.push(
                    Diagnostic::new(code::CONFORMANCE_EXPRESSION, message, location)
                        .help("compare it with a value, such as `>= 2`"),
                );
            }
            Err(faults) => diagnostics.extend(faults.into_iter().map(|fault| {
                let location = place(fault.range);
                Diagnostic::new(code::CONFORMANCE_EXPRESSION, fault.message, location).maybe_help(fault.help)
            })),
        }
    }
    for role in &rule.roles {
        if model::role(db, Key::new(db, role.value.clone())).is_none() {
            let ids = model::role_ids(db);
            let help = suggestion(&role.value, ids.iter().map(String::as_str));
            let message = format!("unknown role `{}`", role.value);
            let location = file.location(db, role.span.clone());
            diagnostics.push(Diagnostic::new(code::DATA_UNKNOWN_ROLE, message, location).maybe_help(help));
        }
    }
    diagnostics
}

/// Finds `conformance/unmet`, `conformance/no-subject`, `conformance/failed` and `conformance/unused-baseline`.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let mut diagnostics = of_findings(db, |_| true);
    diagnostics.extend(unused_baseline(db, |_| true));
    diagnostics
}

/// The diagnostics of some rules: their findings and the faults in the rules themselves.
pub fn of_rules(db: &dyn Db, ids: &[String]) -> Vec<Diagnostic> {
    let is_wanted = |id: &str| ids.iter().any(|wanted| wanted == id);
    let entries = rules::rules(db).iter().filter(|entry| is_wanted(&entry.rule.id.value));
    let mut diagnostics: Vec<_> = entries.flat_map(|entry| of_rule(db, entry.file, &entry.rule)).collect();
    diagnostics.extend(of_findings(db, is_wanted));
    diagnostics.extend(unused_baseline(db, is_wanted));
    diagnostics
}

/// The diagnostics about the findings of rules with these ids.
fn of_findings(db: &dyn Db, is_wanted: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in rules::all_findings(db) {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let mut diagnostics = Vec::new();
    for entry in rules::rules(db).iter().filter(|entry| is_wanted(&entry.rule.id.value)) {
        let findings = by_rule.get(entry.rule.id.value.as_str()).map_or(&[][..], Vec::as_slice);
        diagnostics.extend(findings.iter().filter_map(|finding| unmet(db, entry, finding)));
        diagnostics.extend(no_subject(db, entry, findings));
        // A fault of the expression is the cause, and is reported.
        let is_faulty = || {
            of_rule(db, entry.file, &entry.rule)
                .iter()
                .any(|fault| fault.code == code::CONFORMANCE_EXPRESSION)
        };
        diagnostics.extend(failed(db, entry, findings).into_iter().filter(|_| !is_faulty()));
        diagnostics.extend(unused_exceptions(db, entry, findings));
    }
    diagnostics
}

fn unmet(db: &dyn Db, entry: &RuleEntry, finding: &Finding) -> Option<Diagnostic> {
    if finding.verdict != Verdict::Unmet {
        return None;
    }
    let rule = &entry.rule;
    let severity = match Site::get(db).config(db).rules.fail_on {
        FailOn::Unmet => Severity::Error,
        FailOn::Severity => rule.severity,
    };
    let message = finding
        .message
        .clone()
        .unwrap_or_else(|| format!("{} does not meet “{}”", finding.subject.id(), rule.title));
    let location = finding.location(db);
    let mut diagnostic = Diagnostic::of(severity, code::CONFORMANCE_UNMET, message, location);
    for clause in &rule.clauses {
        if let Some(location) = clause_location(db, entry.file, clause) {
            diagnostic = diagnostic.related(location, format!("demanded here ({})", rule.id.value));
        }
    }
    if diagnostic.related.is_empty() {
        let location = entry.file.location(db, rule.id.span.clone());
        diagnostic = diagnostic.related(location, "demanded by this rule");
    }
    diagnostic = diagnostic.maybe_help(rule.fix.clone());
    if rules::is_in_baseline(db, finding) {
        diagnostic.accepted = Some("it is in the baseline".into());
    }
    Some(diagnostic)
}

/// The place of a clause: of its key word, or of its heading.
fn clause_location(db: &dyn Db, file: File, clause: &str) -> Option<crate::diagnostic::Location> {
    if let Some(obligation) = trace::named(db, file, clause) {
        return Some(trace::location(db, obligation));
    }
    let Target::Page(page) = link::target(db, file, clause) else { return None };
    let (document, anchor) = (page.file?, page.anchor.as_deref().unwrap_or_default());
    let headings = &model::document(db, document).headings;
    let heading = headings.iter().find(|heading| heading.id == anchor);
    Some(document.location(db, heading.map_or(0..0, |heading| heading.span.clone())))
}

/// Reports a rule that no subject fits, unless its subjects may be in an absent source.
fn no_subject(db: &dyn Db, entry: &RuleEntry, findings: &[&Finding]) -> Option<Diagnostic> {
    if !findings.is_empty() || rules::may_lack_subjects(db, &entry.rule) {
        return None;
    }
    let location = entry.file.location(db, entry.rule.id.span.clone());
    let message = format!("no subject fits the rule `{}`", entry.rule.id.value);
    let help = "correct `each` or `where`";
    Some(Diagnostic::new(code::CONFORMANCE_NO_SUBJECT, message, location).help(help))
}

/// Reports a rule whose expressions do not fit the facts, once.
fn failed(db: &dyn Db, entry: &RuleEntry, findings: &[&Finding]) -> Option<Diagnostic> {
    let failures = findings.iter().filter_map(|finding| match &finding.reason {
        Some(VerdictReason::Invalid(message)) => Some((finding, message)),
        _ => None,
    });
    let failures: Vec<_> = failures.collect();
    let (finding, fault) = failures.first()?;
    let first = finding.subject.id();
    let subjects = match failures.len() {
        1 => format!("`{first}`"),
        number => format!("{}, such as `{first}`", counted(number, "subject")),
    };
    let message = format!("the rule `{}` cannot be evaluated for {subjects}: {fault}", entry.rule.id.value);
    let location = entry.file.location(db, entry.rule.requirement.span.clone());
    let help = "correct the data, or make the expression fit it";
    Some(Diagnostic::new(code::CONFORMANCE_FAILED, message, location).help(help))
}

/// Reports exceptions for subjects that the rule does not have.
fn unused_exceptions(db: &dyn Db, entry: &RuleEntry, findings: &[&Finding]) -> Vec<Diagnostic> {
    if findings.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = findings.iter().flat_map(|finding| finding.subject.names()).collect();
    let unknown = entry.rule.exceptions.iter().filter(|(subject, _)| !names.contains(&subject.value));
    unknown
        .map(|(subject, _)| {
            let message = format!("the rule `{}` has no subject `{}`", entry.rule.id.value, subject.value);
            let help = suggestion(&subject.value, names.iter().map(String::as_str));
            let location = entry.file.location(db, subject.span.clone());
            Diagnostic::new(code::CONFORMANCE_NO_SUBJECT, message, location).maybe_help(help)
        })
        .collect()
}

/// Reports entries of a baseline that do not occur, for rules with these ids.
fn unused_baseline(db: &dyn Db, is_wanted: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for file in model::data_files(db) {
        let entries = model::records(db, file).baseline.iter();
        for entry in entries.filter(|entry| is_wanted(&entry.rule.value)) {
            let rule = &entry.rule.value;
            if rules::rule(db, rule).is_none() {
                let ids: Vec<&str> =
                    rules::rules(db).iter().map(|entry| entry.rule.id.value.as_str()).collect();
                let message = format!("unused entry of the baseline: unknown rule `{rule}`");
                let location = file.location(db, entry.rule.span.clone());
                diagnostics.push(
                    Diagnostic::new(code::CONFORMANCE_UNUSED_BASELINE, message, location)
                        .maybe_help(suggestion(rule, ids)),
                );
                continue;
            }
            for subject in &entry.subjects {
                let reason = match rules::state_in_baseline(db, rule, subject) {
                    BaselineState::Used => continue,
                    BaselineState::Met => "meets",
                    BaselineState::Excepted => "is excepted from",
                    BaselineState::NoSubject => "is not a subject of",
                };
                let message =
                    format!("unused entry of the baseline: `{}` {reason} the rule `{rule}`", subject.value);
                let location = file.location(db, subject.span.clone());
                diagnostics.push(
                    Diagnostic::new(code::CONFORMANCE_UNUSED_BASELINE, message, location)
                        .help("remove it, or run `rolebook check --write-baseline`"),
                );
            }
        }
    }
    diagnostics
}
