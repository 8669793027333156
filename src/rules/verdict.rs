//! The verdict of a rule about one subject.

use std::sync::Arc;

use jiff::civil::Date;

use super::document::{document, file};
use super::subject::Subject;
use crate::diagnostic::Location;
use crate::expression::{Expression, Failure, Lookup, Value, Values, display};
use crate::facts::{GovernanceRule, MessagePart};
use crate::source::Db;

/// The result of a rule for a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The subject does not meet the rule.
    Unmet,
    /// The facts do not say.
    Unknown,
    /// The subject does not meet the rule or the facts do not say, and the rule has an exception for it.
    Excepted,
    /// The subject meets the rule.
    Met,
}

impl Verdict {
    /// All verdicts, those that need attention first.
    pub const ALL: [Self; 4] = [Self::Unmet, Self::Unknown, Self::Excepted, Self::Met];

    /// The id in data for other programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Unmet => "unmet",
            Self::Unknown => "unknown",
            Self::Excepted => "excepted",
            Self::Met => "met",
        }
    }
}

/// The verdict of a rule about a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule.
    pub rule: String,
    /// The subject.
    pub subject: Subject,
    /// The verdict.
    pub verdict: Verdict,
    /// The message of the rule; `None` if the rule is met or its message has no value.
    pub message: Option<String>,
    /// For an exception, its reason.
    pub reason: Option<VerdictReason>,
    /// The document that decided, if it was just one: the name of its source and its path.
    pub document: Option<(String, String)>,
}

impl Finding {
    /// The place of the fact that decided: a document, or the record of the subject.
    pub fn location(&self, db: &dyn Db) -> Option<Location> {
        let document = self.document.as_ref().and_then(|(source, path)| file(db, source, path));
        document.map(|file| file.location(db, 0..0)).or_else(|| self.subject.location(db))
    }
}

/// The reason for a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerdictReason {
    /// The reason of an exception.
    Stated(String),
    /// The rule does not apply before this day.
    Until(Date),
    /// The fact that is absent.
    Absent(String),
    /// The operation that does not fit the facts, in the words of the library.
    Invalid(String),
}

/// Evaluates a rule; `None` if the subject does not fit it.
pub(super) fn finding(
    db: &dyn Db,
    rule: &GovernanceRule,
    subject: &Subject,
    today: Option<Date>,
    set: impl Fn(&mut Values),
) -> Option<Finding> {
    let lookup = Arc::new(Lookup::default());
    let mut values = Values::new(&lookup);
    set(&mut values);
    let evaluate = |expression: &Expression| with_documents(db, &lookup, || expression.evaluate(&values));
    if let Some(condition) = &rule.condition {
        match evaluate(condition) {
            Ok(Value::Bool(true)) => {}
            Ok(_) => return None,
            Err(failure) => return Some(unknown(rule, subject, failure)),
        }
    }
    lookup.take_read();
    let required = evaluate(&rule.requirement);
    let mut read = lookup.take_read().into_iter().filter(|(source, path)| file(db, source, path).is_some());
    let document = read.next().filter(|_| read.next().is_none());
    let is_met = match required {
        Ok(Value::Bool(is_met)) => is_met,
        Ok(_) => {
            let failure = Failure::Invalid("the requirement is neither true nor false".to_owned());
            return Some(unknown(rule, subject, failure));
        }
        Err(failure) => return Some(excepted(rule, unknown(rule, subject, failure), today)),
    };
    if is_met {
        let verdict = Verdict::Met;
        let (rule, subject) = (rule.id.value.clone(), subject.clone());
        return Some(Finding { rule, subject, verdict, message: None, reason: None, document });
    }
    let parts = rule.message.parts.iter().map(|part| match part {
        MessagePart::Text(text) => Some(text.clone()),
        MessagePart::Count => {
            with_documents(db, &lookup, || rule.requirement.left_side(&values)).map(|value| display(&value))
        }
        MessagePart::Value(expression) => evaluate(expression).ok().map(|value| display(&value)),
    });
    let finding = Finding {
        rule: rule.id.value.clone(),
        subject: subject.clone(),
        verdict: Verdict::Unmet,
        message: parts.collect::<Option<Vec<_>>>().map(|parts| parts.concat()),
        reason: None,
        document,
    };
    Some(excepted(rule, finding, today))
}

/// The number of times that an expression may ask for documents that depend on each other.
const MOST_ROUNDS: usize = 8;

/// Evaluates until every document that is asked for is known.
fn with_documents<T>(db: &dyn Db, lookup: &Lookup, evaluate: impl Fn() -> T) -> T {
    for _ in 0..MOST_ROUNDS {
        let value = evaluate();
        let asked = lookup.take_asked();
        if asked.is_empty() {
            return value;
        }
        for (source, path) in asked {
            let answer = document(db, &source, &path);
            lookup.answer((source, path), answer);
        }
    }
    evaluate()
}

fn unknown(rule: &GovernanceRule, subject: &Subject, failure: Failure) -> Finding {
    Finding {
        rule: rule.id.value.clone(),
        subject: subject.clone(),
        verdict: Verdict::Unknown,
        message: None,
        reason: Some(match failure {
            Failure::Absent(name) => VerdictReason::Absent(name),
            Failure::Invalid(message) => VerdictReason::Invalid(message),
        }),
        document: None,
    }
}

/// Applies the exceptions of a rule.
fn excepted(rule: &GovernanceRule, finding: Finding, today: Option<Date>) -> Finding {
    let ids = finding.subject.names();
    let stated = rule.exceptions.iter().find(|(subject, _)| ids.contains(&subject.value));
    let is_early = |until: &Date| today.is_none_or(|today| today < *until);
    let reason = match (stated, rule.until.filter(is_early)) {
        (Some((_, reason)), _) => VerdictReason::Stated(reason.clone()),
        (None, Some(until)) if finding.verdict == Verdict::Unmet => VerdictReason::Until(until),
        _ => return finding,
    };
    Finding { verdict: Verdict::Excepted, reason: Some(reason), ..finding }
}
