//! `/api/obligations.json`: what governance obliges to, whom, and which items cover it.

use serde::Serialize;

use crate::model;
use crate::source::Db;
use crate::trace;
use crate::url;

#[derive(Serialize)]
struct Obligation<'a> {
    id: &'a str,
    level: &'static str,
    /// The role, where it binds one only.
    role: Option<&'a str>,
    text: &'a str,
    source: String,
    path: &'a str,
    line: u32,
    url: String,
    covered_by: &'a [String],
    waived: Option<&'a str>,
    roles: &'a [String],
    context: Option<&'a str>,
    clause: Option<&'a str>,
}

/// The text of `obligations.json`.
pub fn obligations_json(db: &dyn Db) -> String {
    let covered = trace::covered(db);
    let places: Vec<_> = trace::register(db)
        .iter()
        .map(|obligation| (obligation, obligation.file.path(db), trace::place(db, obligation).line))
        .collect();
    let list: Vec<Obligation> = places
        .iter()
        .map(|(obligation, path, line)| {
            let covered = covered.get(&obligation.id);
            let anchor = url::encode_fragment(&obligation.anchor);
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
                line: *line,
                url: format!("{}#{anchor}", model::document_url(db, obligation.file)),
                covered_by: covered.map_or(&[], |covered| &covered.items),
                waived: covered.and_then(|covered| covered.waived.as_deref()),
                roles: &obligation.roles,
                context: obligation.context.as_deref(),
                clause: obligation.clause.as_deref(),
            }
        })
        .collect();
    // Strings, numbers and lists of them can always be written.
    serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"
}
