//! `rolebook check --rule`

use std::collections::{BTreeMap, BTreeSet};

use super::finish;
use crate::check::of_rules;
use crate::commands::report::Reporter;
use crate::commands::usage;
use crate::diagnostic::{Severity, suggestion};
use crate::engine::{Engine, in_order};
use crate::model;
use crate::rules::{self, Finding, Verdict, VerdictReason};

/// Maximum number of subjects listed with one reason.
const LISTED: usize = 10;

/// Reports only the diagnostics of rules with these ids, and the number of subjects by verdict.
pub(super) fn check(engine: &mut Engine, ids: &[String], reporter: &Reporter) -> u8 {
    let all_ids: Vec<&str> =
        rules::rules(&engine.db).iter().map(|entry| entry.rule.id.value.as_str()).collect();
    if let Some(unknown) = ids.iter().find(|id| !all_ids.contains(&id.as_str())) {
        report_unread(engine, reporter);
        let help = suggestion(unknown, all_ids).unwrap_or_else(|| "the site has no rules".to_owned());
        return usage(format!("unknown rule `{unknown}`; {help}"));
    }
    let mut diagnostics = of_rules(&engine.db, ids);
    // The other diagnostics of the site show which acceptances are unused, so those are not reported here.
    diagnostics = engine.accept(diagnostics, false);
    diagnostics.retain(|diagnostic| diagnostic.code != crate::diagnostic::code::DATA_UNMATCHED_ACCEPTANCE);
    let unread_data = engine.unread_data(false);
    let is_incomplete = !unread_data.is_empty();
    diagnostics.extend(unread_data);
    let diagnostics = in_order(diagnostics);
    reporter.report(&diagnostics);
    for id in ids.iter().collect::<BTreeSet<_>>() {
        summarize(engine, id);
    }
    finish(reporter, &diagnostics, is_incomplete)
}

/// Reports the errors of files with rules: a rule may be unknown because its file has one.
fn report_unread(engine: &Engine, reporter: &Reporter) {
    let db = &engine.db;
    let files = model::data_files(db).filter(|file| file.folder(db) == "rules" && file.is_own(db));
    let faults = files.flat_map(|file| crate::check::faults(db, file));
    let errors: Vec<_> = faults.filter(|fault| fault.severity == Severity::Error).collect();
    reporter.report(&in_order(errors));
}

/// Prints the number of subjects by verdict, and the subjects whose verdict is unknown or excepted with the reason.
fn summarize(engine: &Engine, id: &str) {
    let findings: Vec<&Finding> =
        rules::all_findings(&engine.db).iter().filter(|finding| finding.rule == id).collect();
    let count = |verdict: Verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let counts = [Verdict::Met, Verdict::Unmet, Verdict::Unknown, Verdict::Excepted];
    let counts = counts.map(|verdict| format!("{} {}", count(verdict), verdict.id()));
    say!("{id}: {}", counts.join(", "));
    let mut by_reason: BTreeMap<(Verdict, String), Vec<String>> = BTreeMap::new();
    for finding in findings {
        if let Some(reason) = &finding.reason {
            by_reason.entry((finding.verdict, text(reason))).or_default().push(finding.subject.id());
        }
    }
    for ((verdict, reason), subjects) in by_reason {
        let more = match subjects.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let listed: Vec<&str> = subjects.iter().take(LISTED).map(String::as_str).collect();
        say!("  {} ({reason}): {}{more}", verdict.id(), listed.join(", "));
    }
}

fn text(reason: &VerdictReason) -> String {
    match reason {
        VerdictReason::Stated(reason) => reason.clone(),
        VerdictReason::Until(date) => format!("until {date}"),
        VerdictReason::Absent(name) => format!("`{name}` is absent"),
        VerdictReason::Invalid(message) => message.clone(),
    }
}
