//! Lists of people as subjects and values of rules.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::subject::Subject;
use super::values::source_name;
use crate::expression::{Datum, MapBuilder, Shared, list, map};
use crate::model::{self, Member, RosterComparison, RosterList};
use crate::source::Db;

/// `rosters`: the lists by source and name. Of several lists with one name in a source, the first.
#[salsa::tracked]
pub(super) fn rosters(db: &dyn Db) -> Shared {
    let mut by_source: BTreeMap<String, BTreeMap<String, Datum>> = BTreeMap::new();
    for (roster, value) in all(db) {
        let Subject::Roster { source, name, .. } = roster else { continue };
        by_source.entry(source.clone()).or_default().entry(name.clone()).or_insert_with(|| value.to_part());
    }
    Shared::from(map(by_source.into_iter().map(|(source, lists)| (source, map(lists)))))
}

/// All lists with their values.
#[salsa::tracked]
pub(super) fn all(db: &dyn Db) -> Vec<(Subject, Shared)> {
    let compared = model::comparisons_by_list(db);
    let lists = model::rosters(db).iter().map(|of| {
        let compared = compared.get(&(of.file, of.index)).map_or(&[][..], Vec::as_slice);
        let source = source_name(db, of.source);
        let subject = Subject::Roster {
            source: source.clone(),
            name: of.name.clone(),
            path: of.file.path(db).to_string(),
            file: of.file,
            index: of.index,
        };
        (subject, value(db, of, &source, compared).into())
    });
    lists.collect()
}

fn value(db: &dyn Db, of: &RosterList, source: &str, compared: &[&Arc<RosterComparison>]) -> Datum {
    let members = of.members.iter().map(|member| (member.id.clone(), member.handle.as_str().into()));
    // A person with roles in several groups counts once.
    let ids = |ids: Vec<&String>| {
        let mut seen = HashSet::new();
        list(ids.into_iter().filter(|id| seen.insert(*id)).map(|id| id.as_str().into()))
    };
    let of_members = |pick: fn(&RosterComparison) -> &Vec<Member>| {
        ids(compared.iter().flat_map(|comparison| pick(comparison)).map(|member| &member.id).collect())
    };
    let missing = compared.iter().flat_map(|comparison| &comparison.missing).map(|holder| &holder.id);
    MapBuilder::default()
        .with("name", of.name.as_str())
        .maybe("title", of.title.as_deref())
        .with("source", source)
        .with("path", &*of.file.path(db))
        .with("members", map(members))
        .maybe("group", compared.iter().find_map(|comparison| comparison.group.as_deref()))
        .with("missing", ids(missing.collect()))
        .with("extra", of_members(|comparison| &comparison.extra))
        .with("former", of_members(|comparison| &comparison.former))
        .build()
}
