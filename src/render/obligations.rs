//! `/api/obligations.json`: obligations, the roles they bind, and the items that cover them.

use std::collections::HashMap;

use serde::Serialize;

use crate::diagnostic::LineIndex;
use crate::model::{self, Key};
use crate::rules;
use crate::source::Db;
use crate::trace::{self, Covered};
use crate::url;

#[derive(Serialize)]
struct Obligation<'a> {
    id: &'a str,
    level: &'static str,
    /// The role, if it binds exactly one.
    role: Option<&'a str>,
    text: &'a str,
    source: String,
    path: &'a str,
    line: usize,
    url: String,
    covered_by: Vec<&'a str>,
    waived: Option<&'a str>,
    roles: &'a [String],
    context: Option<&'a str>,
    clause: Option<&'a str>,
    /// Ids of the rules that check it.
    rules: Vec<&'a str>,
    /// The reason why no data can decide it.
    undecided: Option<&'a str>,
    /// Numbers of the subjects of the rules.
    met: usize,
    unmet: usize,
    unknown: usize,
    excepted: usize,
}

/// Renders `obligations.json`.
pub(super) fn obligations_json(db: &dyn Db) -> String {
    let covered = trace::covered(db);
    let mut lines = HashMap::new();
    let mut line = |obligation: &trace::Obligation| {
        let text = obligation.file.text(db);
        let lines = lines.entry(obligation.file).or_insert_with(|| LineIndex::new(text));
        let spans = trace::spans(db, obligation.file);
        lines.position(text, spans.get(&obligation.anchor).map_or(0, |span| span.start)).0
    };
    let lines: Vec<usize> = trace::register(db).iter().map(|obligation| line(obligation)).collect();
    let paths: Vec<_> = trace::register(db).iter().map(|obligation| obligation.file.path(db)).collect();
    let list: Vec<Obligation> = trace::register(db)
        .iter()
        .zip(paths.iter().zip(lines))
        .map(|(obligation, (path, line))| {
            let covered = covered.get(&obligation.id);
            let anchor = url::encode_fragment(&obligation.anchor);
            let key = || Key::new(db, obligation.id.clone());
            let proofs = rules::proving(db, key());
            let tally = rules::sum(db, proofs);
            Obligation {
                id: &obligation.id,
                level: obligation.level.word(),
                role: match obligation.roles.as_slice() {
                    [one] => Some(one),
                    _ => None,
                },
                text: &obligation.text,
                source: obligation.file.config(db).title(),
                path,
                line,
                url: format!("{}#{anchor}", model::document_url(db, obligation.file)),
                covered_by: covered.map_or_else(Vec::new, Covered::item_ids),
                waived: covered.and_then(|covered| covered.waived.as_deref()),
                roles: &obligation.roles,
                context: obligation.context.as_deref(),
                clause: obligation.clause.as_deref(),
                rules: proofs.iter().map(|entry| entry.rule.id.value.as_str()).collect(),
                undecided: rules::undecided_reason(db, key()).as_deref(),
                met: tally.met,
                unmet: tally.unmet,
                unknown: tally.unknown,
                excepted: tally.excepted,
            }
        })
        .collect();
    // Serialising strings, numbers and lists of them cannot fail.
    serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"
}
