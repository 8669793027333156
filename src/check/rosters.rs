//! Lists of people that differ from the facts.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Location, Severity, code};
use crate::facts::Expectation;
use crate::link::{self, Target};
use crate::model::{self, FactSpans, RosterComparison, RosterHolder, RosterList, RosterStatus};
use crate::source::{Db, File};

/// Finds `roster/missing-person`, `roster/extra-person`, `roster/former-lead`, `roster/retired-group` and
/// `roster/missing-list`.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let comparisons = model::roster_findings(db);
    if comparisons.iter().all(|comparison| comparison.is_same()) {
        return Vec::new();
    }
    let rule = RosterRule { db, spans: model::fact_spans(db) };
    comparisons.iter().flat_map(|comparison| rule.findings(comparison)).collect()
}

struct RosterRule<'a> {
    db: &'a dyn Db,
    spans: &'a FactSpans,
}

impl RosterRule<'_> {
    fn findings(&self, comparison: &RosterComparison) -> Vec<Diagnostic> {
        let Some(expect) = comparison.expectation.get(self.db) else { return Vec::new() };
        let Some(list) = &comparison.list else {
            return self.missing_list(comparison, expect).into_iter().collect();
        };
        if comparison.status == RosterStatus::Retired {
            return vec![self.retired(list, expect)];
        }
        // A person who holds roles in several groups is missing once.
        let holders = comparison.missing_people();
        let missing = holders.values().map(|holders| self.missing(list, holders, expect));
        let former = comparison.former.iter().map(|member| {
            let group = comparison.group.as_deref();
            let message = format!(
                "`{}` is in the list `{}`, but is a former lead{}",
                member.handle,
                list.name,
                group.map_or_else(String::new, |group| format!(" of {}", model::full_name(self.db, group)))
            );
            let location = list.file.location(self.db, model::member_span(self.db, list, member));
            let fact = group.and_then(|group| self.spans.former(group, &member.id));
            self.finding(list, code::ROSTER_FORMER_LEAD, message, location, expect)
                .maybe_related(self.fact(fact), "former lead in the data")
        });
        let extra = comparison.extra.iter().map(|member| {
            let roles = self.roles(comparison, expect);
            let message = format!("`{}` is in the list `{}`, but is not {roles}", member.handle, list.name);
            let location = list.file.location(self.db, model::member_span(self.db, list, member));
            let group = comparison.group.as_ref().and_then(|group| self.spans.group(group).cloned());
            self.finding(list, code::ROSTER_EXTRA_PERSON, message, location, expect)
                .maybe_related(self.fact(group), "the group in the data")
        });
        missing.chain(former).chain(extra).collect()
    }

    fn missing(&self, list: &RosterList, holders: &[&RosterHolder], expect: &Expectation) -> Diagnostic {
        let roles = holders.iter().map(|holder| {
            let titles = self.titles(&holder.group, &holder.roles, " and ");
            format!("{titles} of {}", model::full_name(self.db, &holder.group))
        });
        let message = format!(
            "`{}` is not in the list `{}`, but is {}",
            holders.first().map_or("", |holder| holder.handle.as_str()),
            list.name,
            roles.collect::<Vec<_>>().join(", ")
        );
        let location = list.file.location(self.db, model::roster_span(self.db, list));
        let finding = self.finding(list, code::ROSTER_MISSING_PERSON, message, location, expect);
        holders.iter().fold(finding, |finding, holder| {
            finding.maybe_related(self.fact(self.spans.holder(holder)), "holder in the data")
        })
    }

    fn retired(&self, list: &RosterList, expect: &Expectation) -> Diagnostic {
        let (before, after) = expect.around_id().unwrap_or_default();
        let end = list.name.len().saturating_sub(after.len());
        let group = list.name.get(before.len()..end).unwrap_or(&list.name);
        let message =
            format!("the list `{}` belongs to the group `{group}`, which is not in the data", list.name);
        let location = list.file.location(self.db, model::roster_span(self.db, list));
        Diagnostic::of(severity(self.db, list.file), code::ROSTER_RETIRED_GROUP, message, location)
            .help("remove the list, or add the group to the data")
    }

    fn missing_list(&self, comparison: &RosterComparison, expect: &Expectation) -> Option<Diagnostic> {
        let db = self.db;
        let group = comparison.group.as_deref()?;
        let message = format!(
            "{} has no list `{}` in `{}`",
            model::full_name(self.db, group),
            comparison.name,
            comparison.source_title(db)
        );
        let fact = self.fact(self.spans.group(group).cloned());
        let files = model::files_of(db, comparison.expectation);
        let location = match files.as_slice() {
            [file] => Some(file.location(db, 0..0)),
            _ => None,
        };
        let holders: Vec<String> =
            comparison.missing.iter().map(|holder| format!("`{}`", holder.handle)).collect();
        let file = files.first().copied();
        let severity = file.map_or(code::ROSTER_MISSING_LIST.severity(), |file| severity(db, file));
        let help = format!("add it with {}{}", holders.join(", "), demanded_by(self.db, expect));
        let diagnostic = Diagnostic::of(
            severity,
            code::ROSTER_MISSING_LIST,
            message,
            location.clone().or_else(|| fact.clone()),
        );
        let related = fact.filter(|_| location.is_some());
        Some(diagnostic.help(help).maybe_related(related, "the group in the data"))
    }

    fn finding(
        &self,
        list: &RosterList,
        code: Code,
        message: String,
        location: Location,
        expect: &Expectation,
    ) -> Diagnostic {
        let help = format!(
            "correct the list or the data{}; `rolebook rosters --patch DIR` writes a patch",
            demanded_by(self.db, expect)
        );
        Diagnostic::of(severity(self.db, list.file), code, message, location).help(help)
    }

    fn fact(&self, fact: Option<(File, Range<usize>)>) -> Option<Location> {
        fact.map(|(file, span)| file.location(self.db, span))
    }

    /// The roles that a list expects: `Steward or Cook of Murals`.
    fn roles(&self, comparison: &RosterComparison, expect: &Expectation) -> String {
        let Some(group) = &comparison.group else {
            return "a holder of the roles of the list in any group".to_owned();
        };
        let titles = match expect.roles.as_slice() {
            [] => "a lead".to_owned(),
            roles => self.titles(group, roles, " or "),
        };
        format!("{titles} of {}", model::full_name(self.db, group))
    }

    /// The titles of the roles that a group has.
    fn titles(&self, group: &str, keys: &[String], between: &str) -> String {
        let handbook = model::handbook(self.db);
        let Some(group) = handbook.groups.get(group) else { return keys.join(between) };
        let title = |key: &String| handbook.role_of(group, key).map(|role| role.title.clone());
        let titles: Vec<String> = keys.iter().filter_map(title).collect();
        if titles.is_empty() { keys.join(between) } else { titles.join(between) }
    }
}

/// The clause of an expectation, as part of a sentence; empty if the site does not have it.
fn demanded_by(db: &dyn Db, expect: &Expectation) -> String {
    let Some(clause) = &expect.clause else { return String::new() };
    match link::from_handbook(db, clause) {
        None | Some(Target::Broken(_)) => String::new(),
        Some(_) => format!(", as `{}` demands", clause.value),
    }
}

fn severity(db: &dyn Db, file: File) -> Severity {
    file.config(db).trust.severity()
}
