//! Reads `rules/<name>.toml`.

use jiff::civil::Date;

use super::keys::{SEVERITIES, baseline, rule, rules, undecided};
use crate::diagnostic::{Diagnostic, FileName, Severity, code};
use crate::expression::{Expression, Limits};
use crate::facts::{Baseline, GovernanceRule, Message, MessagePart, SubjectKind, Undecided};
use crate::parse::{At, Fields, Node, Reader, SeenIds, Value};
use crate::site_path::check_id;

/// Rules are few and are written by the authors of the handbook.
const LIMITS: Limits = Limits { bytes: 2000, levels: 12, operators: 200, loops: 3 };
/// The placeholder for the left side of the requirement.
const COUNT: &str = "count";

/// The rules of a file.
#[derive(Default)]
pub(super) struct RuleFile {
    pub rules: Vec<GovernanceRule>,
    pub undecided: Vec<Undecided>,
    pub baseline: Vec<Baseline>,
}

/// Reads a file with rules.
pub(super) fn read(file: &FileName, text: &str) -> (RuleFile, Vec<Diagnostic>) {
    let (read, diagnostics) = super::read::read(file, text, &rules::RECORD, |reader, fields| {
        let mut seen = SeenIds::new();
        let mut all = RuleFile::default();
        for mut fields in fields.tables(reader, rules::RULES) {
            all.rules.extend(one(reader, &mut fields, &mut seen));
            fields.finish(reader);
        }
        for mut fields in fields.tables(reader, rules::UNDECIDED) {
            let clauses = clauses(reader, &mut fields, undecided::CLAUSE);
            let reason = fields.required(reader, undecided::REASON).map(At::into_value);
            fields.finish(reader);
            all.undecided.extend(reason.map(|reason| Undecided { clauses, reason }));
        }
        for mut fields in fields.tables(reader, rules::BASELINE) {
            let rule = fields.required(reader, baseline::RULE);
            let subjects = fields.texts(reader, baseline::SUBJECTS);
            fields.finish(reader);
            all.baseline.extend(rule.map(|rule| Baseline { rule, subjects }));
        }
        Some(all)
    });
    (read.unwrap_or_default(), diagnostics)
}

fn one(reader: &mut Reader, fields: &mut Fields, seen: &mut SeenIds) -> Option<GovernanceRule> {
    let id = fields.required(reader, rule::ID);
    let title = fields.required(reader, rule::TITLE).map(At::into_value);
    let clauses = clauses(reader, fields, rule::CLAUSE);
    let roles = fields.texts(reader, rule::ROLES);
    let is_duty = fields.boolean(reader, rule::DUTY).unwrap_or(false);
    let each = fields.required(reader, rule::EACH).and_then(|name| {
        let kind = SubjectKind::named(&name.value);
        if kind.is_none() {
            let names = SubjectKind::NAMES.map(|(name, _)| name);
            let names: Vec<&str> = names.into_iter().chain(["table.<name>"]).collect();
            reader.unknown_value(&name, "kind of subject", &names);
        }
        kind
    });
    let condition = fields.filled(reader, rule::WHERE);
    let condition = condition.map(|text| expression(reader, &text));
    let requirement = fields.required(reader, rule::REQUIRE).and_then(|text| expression(reader, &text));
    let message = fields.required(reader, rule::MESSAGE).and_then(|text| message(reader, &text));
    let fix = fields.text(reader, rule::FIX).map(At::into_value);
    let severity = fields.text(reader, rule::SEVERITY);
    let severity = severity.and_then(|given| reader.choice(&given, "severity", SEVERITIES));
    let until = fields.node(rule::UNTIL).and_then(|node| date(reader, rule::UNTIL, node));
    let mut exceptions = Vec::new();
    for (subject, node) in fields.entries(reader, rule::EXCEPT) {
        if let Some(reason) = reader.filled(&subject.value, node) {
            exceptions.push((subject, reason.value));
        }
    }
    let id = id.filter(|id| match check_id(&id.value) {
        Ok(()) => reader.unique(seen, id, "rule"),
        Err(_) => {
            reader.invalid(id, format!("invalid id `{}`", id.value), Some("use letters, digits and hyphens"));
            false
        }
    });
    Some(GovernanceRule {
        id: id?,
        title: title?,
        clauses,
        roles,
        is_duty,
        each: each?,
        condition: match condition {
            Some(condition) => Some(condition?),
            None => None,
        },
        requirement: requirement?,
        message: message?,
        fix,
        severity: severity.unwrap_or(Severity::Warning),
        until,
        exceptions,
    })
}

/// Reads one reference or a list of them; at least one is required.
fn clauses(reader: &mut Reader, fields: &mut Fields, key: &'static str) -> Vec<At<String>> {
    match fields.node(key) {
        Some(Node { value: Value::List(items), .. }) if !items.is_empty() => {
            items.iter().filter_map(|item| reader.filled(key, item)).collect()
        }
        _ => fields.required(reader, key).into_iter().collect(),
    }
}

fn expression(reader: &mut Reader, text: &At<String>) -> Option<At<Expression>> {
    match Expression::compile(&text.value, LIMITS) {
        Ok(value) => Some(At { value, span: text.span.clone() }),
        Err(fault) => {
            let span = text.part(reader.text(), fault.range);
            let message = format!("invalid expression: {}", fault.message);
            let help =
                "write a condition in the Common Expression Language, such as `size(group.leads) >= 2`";
            reader.report(code::DATA_INVALID_VALUE, &span, message, Some(help.to_owned()));
            None
        }
    }
}

/// Splits a message at braces.
fn message(reader: &mut Reader, text: &At<String>) -> Option<Message> {
    let mut parts = Vec::new();
    let mut rest = text.value.as_str();
    let mut at = 0;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            parts.push(MessagePart::Text(rest[..open].to_owned()));
        }
        let Some(length) = closing(&rest[open..]) else {
            let span = text.part(reader.text(), at + open..at + open + 1);
            let help = "close it with `}`".to_owned();
            reader.report(
                code::DATA_INVALID_VALUE,
                &span,
                "unclosed `{` in a message".to_owned(),
                Some(help),
            );
            return None;
        };
        let inner = &rest[open + 1..open + length];
        let start = at + open + 1;
        parts.push(match inner.trim() {
            COUNT => MessagePart::Count,
            _ => {
                let span = text.part(reader.text(), start..start + inner.len());
                MessagePart::Value(expression(reader, &At { value: inner.to_owned(), span })?)
            }
        });
        at += open + length + 1;
        rest = &text.value[at..];
    }
    if !rest.is_empty() {
        parts.push(MessagePart::Text(rest.to_owned()));
    }
    Some(Message { parts })
}

/// The position of the brace that closes the one at the start. Braces in texts of the expression do not count.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, char)| {
        match (quote, char) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), char) if open == char => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None, '{') => depth += 1,
            (None, '}') => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

fn date(reader: &mut Reader, name: &str, node: &Node) -> Option<Date> {
    let date = match &node.value {
        Value::Other(text) | Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    if date.is_none() {
        reader.wrong_type(name, node, "a date such as 2026-01-31");
    }
    date
}
