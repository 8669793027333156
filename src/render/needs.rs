//! `/api/needs.json`: obligations, checklist items and rules in the format of sphinx-needs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{self, Key, Route};
use crate::parse::At;
use crate::rules::{self, Tally, Verdict};
use crate::source::{Db, File, Site};
use crate::trace;
use crate::url;

/// The name of the only version in the file.
const VERSION: &str = "current";
/// The status of an obligation that no data can decide.
const UNDECIDED: &str = "undecided";

#[derive(Serialize)]
struct Needs<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<&'a str>,
    current_version: &'static str,
    project: &'a str,
    versions: BTreeMap<&'static str, Version<'a>>,
}

#[derive(Serialize)]
struct Version<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<&'a str>,
    creator: Creator,
    filters: BTreeMap<&'static str, ()>,
    needs: BTreeMap<String, Need>,
    needs_amount: usize,
}

#[derive(Serialize)]
struct Creator {
    program: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Need {
    id: String,
    r#type: &'static str,
    title: String,
    /// For obligations and rules, the worst verdict.
    status: Option<&'static str>,
    /// The level and the roles of an obligation, the list of an item, the kind of subject of a rule.
    tags: Vec<String>,
    /// Ids of obligations.
    links: Vec<String>,
    content: String,
}

/// Renders `needs.json`; `None` if nothing would be in it.
pub(super) fn needs_json(db: &dyn Db) -> Option<String> {
    let config = Site::get(db).config(db);
    let base = config.base_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let address = |page: &str, anchor: &str| format!("{base}{page}#{}", url::encode_fragment(anchor));
    let mut ids = Ids::default();
    let mut needs = Vec::new();
    for obligation in trace::register(db) {
        let id = ids.insert("REQ", &obligation.id);
        needs.push(Need {
            id,
            r#type: "req",
            title: obligation.text.clone(),
            status: status(db, &obligation.id),
            tags: std::iter::once(obligation.level.id().to_owned()).chain(obligation.roles.clone()).collect(),
            links: Vec::new(),
            content: address(&model::document_url(db, obligation.file), &obligation.anchor),
        });
    }
    for id in model::checklist_ids(db) {
        let Some(entry) = model::checklist(db, Key::new(db, id.clone())) else { continue };
        for item in &entry.checklist.items {
            let title = item.title.as_ref().map(|title| title.source().value.clone());
            needs.push(Need {
                id: ids.insert("ITEM", &format!("{id} {}", item.id.value)),
                r#type: "item",
                title: title.unwrap_or_else(|| model::title_from_name(&item.id.value)),
                status: None,
                tags: vec![id.clone()],
                links: ids.of_obligations(db, entry.file, &item.covers),
                content: item.text.source().value.clone(),
            });
        }
    }
    for entry in rules::rules(db) {
        let rule = &entry.rule;
        let tally = rules::tally(db, Key::new(db, rule.id.value.clone()));
        needs.push(Need {
            id: ids.insert("RULE", &rule.id.value),
            r#type: "rule",
            title: rule.title.clone(),
            status: worst(tally),
            tags: rule.roles.iter().map(|role| role.value.clone()).collect(),
            links: ids.of_obligations(db, entry.file, &rule.clauses),
            content: address(&Route::CONFORMANCE.url(db), &rule.id.value),
        });
    }
    if needs.is_empty() {
        return None;
    }
    let created = rules::today(db).map(|date| date.to_string());
    let version = Version {
        created: created.as_deref(),
        creator: Creator { program: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        filters: BTreeMap::new(),
        needs_amount: needs.len(),
        needs: needs.into_iter().map(|need| (need.id.clone(), need)).collect(),
    };
    let needs = Needs {
        created: created.as_deref(),
        current_version: VERSION,
        project: &config.title,
        versions: BTreeMap::from([(VERSION, version)]),
    };
    // Serializing strings, numbers and lists of them cannot fail.
    Some(serde_json::to_string_pretty(&needs).unwrap_or_default() + "\n")
}

/// The worst verdict of the rules that check an obligation.
fn status(db: &dyn Db, obligation: &str) -> Option<&'static str> {
    let key = || Key::new(db, obligation.to_owned());
    worst(&rules::sum(db, rules::proving(db, key())))
        .or_else(|| rules::undecided_reason(db, key()).as_ref().map(|_| UNDECIDED))
}

fn worst(tally: &Tally) -> Option<&'static str> {
    Verdict::ALL.into_iter().find(|verdict| tally.of(*verdict) > 0).map(Verdict::id)
}

/// The ids of needs: upper-case letters, digits and `_`, at least five of them.
#[derive(Default)]
struct Ids {
    taken: BTreeSet<String>,
    /// By the ids of obligations.
    obligations: BTreeMap<String, String>,
}

impl Ids {
    /// The id of a need; a number tells apart those that differ in other characters only.
    fn insert(&mut self, prefix: &str, name: &str) -> String {
        let plain = |char: char| if char.is_ascii_alphanumeric() { char.to_ascii_uppercase() } else { '_' };
        let stem = format!("{prefix}_{}", name.chars().map(plain).collect::<String>());
        let mut id = stem.clone();
        let mut number = 1;
        while !self.taken.insert(id.clone()) {
            number += 1;
            id = format!("{stem}_{number}");
        }
        self.obligations.insert(name.to_owned(), id.clone());
        id
    }

    fn of_obligations(&self, db: &dyn Db, from: File, references: &[At<String>]) -> Vec<String> {
        let named = references.iter().filter_map(|reference| trace::named(db, from, reference));
        named.filter_map(|obligation| self.obligations.get(&obligation.id).cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_needs_are_plain_and_distinct() {
        let mut ids = Ids::default();
        assert_eq!(ids.insert("REQ", "rules/a.md#chair.must-do"), "REQ_RULES_A_MD_CHAIR_MUST_DO");
        assert_eq!(ids.insert("REQ", "rules/a.md#chair-must-do"), "REQ_RULES_A_MD_CHAIR_MUST_DO_2");
        assert_eq!(ids.insert("RULE", "é"), "RULE__");
    }
}
