//! Matrices for other programs: `/api/skills*`, `/api/seats*` and `/api/trace.csv`.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;

use crate::facts::Person;
use crate::model::{self, Group, Handbook, Key, Role};
use crate::rules::{self, RuleEntry};
use crate::source::Db;
use crate::trace::{self, Covered};

#[derive(Serialize)]
struct Skills<'a> {
    areas: Vec<Area<'a>>,
    roles: Vec<RoleLevels<'a>>,
}

#[derive(Serialize)]
struct Area<'a> {
    id: &'a str,
    name: &'a str,
    skills: Vec<Skill<'a>>,
}

#[derive(Serialize)]
struct Skill<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct RoleLevels<'a> {
    id: &'a str,
    title: &'a str,
    /// Required levels by skill.
    levels: IndexMap<&'a str, u8>,
}

/// Roles that require skills; others would be empty columns.
fn roles_with_skills(handbook: &Handbook) -> impl Iterator<Item = &Role> {
    handbook.roles.values().map(|role| &**role).filter(|role| !role.matter.skills.is_empty())
}

/// Renders `skills.json`.
pub(super) fn skills_json(db: &dyn Db) -> String {
    let handbook = model::handbook(db);
    let areas = handbook.areas.iter().map(|(_, area)| Area {
        id: &area.id.value,
        name: &area.name,
        skills: handbook
            .skills
            .values()
            .filter(|entry| entry.area == area.id.value)
            .map(|entry| Skill { id: &entry.skill.id.value, name: &entry.skill.name })
            .collect(),
    });
    let roles = roles_with_skills(handbook).map(|role| RoleLevels {
        id: &role.id,
        title: &role.title,
        levels: handbook
            .skills
            .keys()
            .filter_map(|id| Some((id.as_str(), role.matter.skills.get(id)?.value)))
            .collect(),
    });
    json(&Skills { areas: areas.collect(), roles: roles.collect() })
}

/// Renders `skills.csv`: a row per skill, a column per role.
pub(super) fn skills_csv(db: &dyn Db) -> String {
    let handbook = model::handbook(db);
    let columns = ["area", "skill", "name"].map(str::to_owned).into_iter();
    let header = columns.chain(roles_with_skills(handbook).map(|role| role.id.clone())).collect();
    let rows = handbook.skills.iter().map(|(id, entry)| {
        let own = [entry.area.clone(), id.clone(), entry.skill.name.clone()].into_iter();
        own.chain(
            roles_with_skills(handbook)
                .map(|role| level(role, id).map_or(String::new(), |level| level.to_string())),
        )
        .collect()
    });
    csv(header, rows)
}

fn level(role: &Role, skill: &str) -> Option<u8> {
    role.matter.skills.get(skill).map(|level| level.value)
}

/// A group that requires another level than the role.
#[derive(Serialize)]
struct Overlay<'a> {
    group: &'a str,
    role: &'a str,
    skill: &'a str,
    /// The level that the role requires.
    base: Option<u8>,
    level: u8,
}

fn overlays<'a>(handbook: &'a Handbook) -> impl Iterator<Item = Overlay<'a>> {
    handbook.groups.values().flat_map(move |group| {
        handbook.roles_in(group).into_iter().flat_map(move |role| {
            handbook.skills.keys().filter_map(move |skill| {
                let level = group.overlays.get(&role.id)?.skills.get(skill)?.value;
                let base = self::level(role, skill);
                let overlay = Overlay { group: group.id(), role: &role.id, skill, base, level };
                (base != Some(level)).then_some(overlay)
            })
        })
    })
}

/// Renders `skills-by-group.json`.
pub(super) fn skills_by_group_json(db: &dyn Db) -> String {
    json(&overlays(model::handbook(db)).collect::<Vec<_>>())
}

/// Renders `skills-by-group.csv`.
pub(super) fn skills_by_group_csv(db: &dyn Db) -> String {
    let header = ["group", "role", "skill", "base", "level"].map(str::to_owned).into();
    let rows = overlays(model::handbook(db)).map(|overlay| {
        let base = overlay.base.map_or(String::new(), |base| base.to_string());
        vec![
            overlay.group.to_owned(),
            overlay.role.to_owned(),
            overlay.skill.to_owned(),
            base,
            overlay.level.to_string(),
        ]
    });
    csv(header, rows)
}

#[derive(Serialize)]
struct GroupSeats {
    group: String,
    name: String,
    /// Number of people who hold its roles.
    people: usize,
    roles: Vec<Seat>,
    holding_several: Vec<Several>,
}

#[derive(Serialize)]
struct Seat {
    role: String,
    holders: Vec<String>,
    /// True if the data records holders of the role.
    recorded: bool,
    vacant: bool,
    optional: bool,
    /// True if it has exactly one holder.
    alone: bool,
    /// Holders by subproject, for the role of those who lead subprojects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subprojects: Vec<LedSubproject>,
}

/// The leads of a subproject.
#[derive(Serialize)]
struct LedSubproject {
    name: String,
    holders: Vec<String>,
}

/// A person who holds several roles in one group.
#[derive(Serialize)]
struct Several {
    handle: String,
    roles: Vec<String>,
}

fn seats(handbook: &Handbook, group: &Group) -> GroupSeats {
    // The same spelling of a handle everywhere.
    let handle = |holder: &Person| {
        let person = handbook.people.get(&holder.id.value);
        person.map_or(holder.handle(), |person| person.handle()).to_owned()
    };
    let mut people: IndexMap<String, Several> = IndexMap::new();
    let roles = handbook.seats(group).into_iter().map(|seat| {
        let holders: Vec<String> = seat.holders.iter().map(handle).collect();
        for handle in &holders {
            let new = || Several { handle: handle.clone(), roles: Vec::new() };
            people.entry(handle.clone()).or_insert_with(new).roles.push(seat.role.id.clone());
        }
        Seat {
            role: seat.role.id.clone(),
            recorded: seat.recorded,
            vacant: seat.recorded && holders.is_empty(),
            optional: seat.is_optional,
            alone: holders.len() == 1,
            holders,
            subprojects: if seat.role.held_as().contains(&model::SUBPROJECT_LEAD) {
                let led = group.facts.subprojects.iter().filter(|subproject| !subproject.leads.is_empty());
                led.map(|subproject| LedSubproject {
                    name: subproject.name.value.clone(),
                    holders: subproject.leads.iter().map(handle).collect(),
                })
                .collect()
            } else {
                Vec::new()
            },
        }
    });
    let roles = roles.collect();
    GroupSeats {
        group: group.id().to_owned(),
        name: group.full_name(),
        people: people.len(),
        roles,
        holding_several: people.into_values().filter(|person| person.roles.len() > 1).collect(),
    }
}

/// Renders `seats.json`.
pub(super) fn seats_json(db: &dyn Db) -> String {
    let handbook = model::handbook(db);
    json(&handbook.groups.values().map(|group| seats(handbook, group)).collect::<Vec<_>>())
}

/// Renders `seats.csv`: a row per role of each group, with handles separated by spaces.
pub(super) fn seats_csv(db: &dyn Db) -> String {
    let handbook = model::handbook(db);
    let header = ["group", "role", "holders", "recorded", "vacant", "optional", "alone", "holding_several"];
    let rows = handbook.groups.values().flat_map(|group| {
        let of_group = seats(handbook, group);
        let several = of_group.holding_several;
        of_group.roles.into_iter().map(move |seat| {
            let here = several.iter().filter(|person| person.roles.contains(&seat.role));
            let here: Vec<_> = here.map(|person| person.handle.as_str()).collect();
            vec![
                group.id().to_owned(),
                seat.role.clone(),
                seat.holders.join(" "),
                seat.recorded.to_string(),
                seat.vacant.to_string(),
                seat.optional.to_string(),
                seat.alone.to_string(),
                here.join(" "),
            ]
        })
    });
    csv(header.map(str::to_owned).into(), rows)
}

/// Renders `trace.csv`: a row per obligation, and per duty that a rule states. Lists are separated by spaces. `None` if
/// there are none.
pub(super) fn trace_csv(db: &dyn Db) -> Option<String> {
    let header = [
        "clause",
        "level",
        "text",
        "roles",
        "items",
        "rules",
        "met",
        "unmet",
        "unknown",
        "excepted",
        "undecided",
    ];
    let ids = |rules: &[Arc<RuleEntry>]| {
        rules.iter().map(|entry| entry.rule.id.value.as_str()).collect::<Vec<_>>().join(" ")
    };
    let counts = |rules: &[Arc<RuleEntry>]| {
        let rules::Tally { met, unmet, unknown, excepted } = rules::sum(db, rules);
        [met, unmet, unknown, excepted].map(|count| count.to_string())
    };
    let covered = trace::covered(db);
    let obligations = trace::register(db).iter().map(|obligation| {
        let key = || Key::new(db, obligation.id.clone());
        let proofs = rules::proving(db, key());
        let items = covered.get(&obligation.id).map_or_else(Vec::new, Covered::item_ids);
        let row = [
            obligation.id.clone(),
            obligation.level.word().to_owned(),
            obligation.text.clone(),
            obligation.roles.join(" "),
            items.join(" "),
            ids(proofs),
        ];
        let undecided = rules::undecided_reason(db, key()).clone().unwrap_or_default();
        row.into_iter().chain(counts(proofs)).chain([undecided]).collect()
    });
    let duties = rules::rules(db).iter().filter_map(|entry| {
        let clause = rules::stated_clause(db, entry)?;
        let roles: Vec<&str> = entry.rule.roles.iter().map(|role| role.value.as_str()).collect();
        let row = [
            super::conformance::clause_id(db, entry.file, clause),
            String::new(),
            entry.rule.title.clone(),
            roles.join(" "),
            String::new(),
            entry.rule.id.value.clone(),
        ];
        Some(row.into_iter().chain(counts(std::slice::from_ref(entry))).chain([String::new()]).collect())
    });
    let rows: Vec<Vec<String>> = obligations.chain(duties).collect();
    (!rows.is_empty()).then(|| csv(header.map(str::to_owned).into(), rows.into_iter()))
}

fn json(value: &impl Serialize) -> String {
    // Serialising strings, numbers and lists of them cannot fail.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// CSV as specified in RFC 4180. Cells that spreadsheets would read as formulas, which may send data elsewhere, get an
/// apostrophe in front. The JSON files contain the same data unchanged.
fn csv(header: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in std::iter::once(header).chain(rows) {
        // All rows have the same length, and writing to memory cannot fail.
        let _ = writer.write_record(row.into_iter().map(without_formula));
    }
    // The output is UTF-8, because the input was.
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn without_formula(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}
