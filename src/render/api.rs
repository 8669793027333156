//! `/api/handbook.json`: the model, for other programs.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::facts;
use crate::model::{self, Route};
use crate::pages;
use crate::source::{Db, File, Site};

#[derive(Serialize)]
struct Handbook<'a> {
    generator: Generator,
    site: SiteInfo<'a>,
    groups: Vec<Group<'a>>,
    people: Vec<Person<'a>>,
    roles: Vec<Role<'a>>,
    documents: Vec<Document<'a>>,
}

#[derive(Serialize)]
struct Generator {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct SiteInfo<'a> {
    title: &'a str,
    base_url: Option<&'a str>,
}

#[derive(Serialize)]
struct Group<'a> {
    id: &'a str,
    kind: &'a str,
    name: &'a str,
    label: Option<&'a str>,
    url: String,
    stakeholders: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    leads: Vec<Lead<'a>>,
    emeritus: Vec<Named<'a>>,
    liaison: Option<&'a str>,
    meetings: Vec<Meeting<'a>>,
    subprojects: Vec<Subproject<'a>>,
    contacts: Vec<Contact<'a>>,
    #[serde(skip_serializing_if = "facts::Extra::is_empty")]
    extra: &'a facts::Extra,
}

#[derive(Serialize)]
struct Contact<'a> {
    kind: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Lead<'a> {
    role: &'a str,
    handle: &'a str,
    name: &'a str,
    company: Option<&'a str>,
    #[serde(flatten)]
    term: Term<'a>,
}

/// The term of a holder, as the data writes it.
#[derive(Serialize)]
struct Term<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'a str>,
}

impl<'a> Term<'a> {
    fn of(person: &'a facts::Person) -> Self {
        Self { since: person.since.as_deref(), until: person.until.as_deref() }
    }
}

#[derive(Serialize)]
struct Named<'a> {
    handle: &'a str,
    name: &'a str,
    #[serde(flatten)]
    term: Term<'a>,
}

#[derive(Serialize)]
struct Meeting<'a> {
    title: &'a str,
    day: Option<&'static str>,
    time: Option<String>,
    tz: Option<&'a str>,
    frequency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dates: Vec<String>,
    raw: Raw<'a>,
    #[serde(skip_serializing_if = "facts::Extra::is_empty")]
    extra: &'a facts::Extra,
}

/// The schedule as written in the data.
#[derive(Serialize)]
struct Raw<'a> {
    day: Option<&'a str>,
    time: Option<&'a str>,
    tz: Option<&'a str>,
    frequency: Option<&'a str>,
}

#[derive(Serialize)]
struct Subproject<'a> {
    name: &'a str,
    leads: Vec<&'a str>,
    owners: &'a [String],
    #[serde(skip_serializing_if = "facts::Extra::is_empty")]
    extra: &'a facts::Extra,
}

#[derive(Serialize)]
struct Person<'a> {
    handle: &'a str,
    name: &'a str,
    url: String,
    roles: Vec<Held<'a>>,
    /// Groups whose liaison the person is.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    liaison_for: &'a [String],
    /// Subprojects that the person leads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subprojects: Vec<Led<'a>>,
    /// Roles in the community as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    community_roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra: Option<&'a facts::Extra>,
}

#[derive(Serialize)]
struct Held<'a> {
    group: &'a str,
    role: &'a str,
}

#[derive(Serialize)]
struct Led<'a> {
    group: &'a str,
    subproject: &'a str,
}

#[derive(Serialize)]
struct Role<'a> {
    id: &'a str,
    title: &'a str,
    url: String,
    #[serde(skip_serializing_if = "facts::Extra::is_empty")]
    extra: &'a facts::Extra,
}

#[derive(Serialize)]
struct Document<'a> {
    source: String,
    path: String,
    url: String,
    title: String,
    anchors: Vec<String>,
    #[serde(skip_serializing_if = "facts::Extra::is_empty")]
    extra: &'a facts::Extra,
}

/// Renders `handbook.json`. Addresses within the site start at its root.
pub(super) fn handbook_json(db: &dyn Db) -> String {
    let site = Site::get(db);
    let config = site.config(db);
    let handbook = model::handbook(db);
    let files = site.trees(db).iter().flat_map(|tree| tree.files.values().copied());
    let value = Handbook {
        generator: Generator { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        site: SiteInfo { title: &config.title, base_url: config.base_url.as_deref() },
        groups: handbook.groups.values().map(|group| self::group(db, group)).collect(),
        people: handbook
            .people
            .values()
            .map(|person| Person {
                handle: person.handle(),
                name: &person.name,
                url: Route::Person(person.id.clone()).url(db),
                roles: person
                    .leads
                    .iter()
                    .map(|(group, key)| {
                        let role = handbook.groups.get(group).map_or(key.as_str(), |of| role_id(db, of, key));
                        Held { group, role }
                    })
                    .collect(),
                liaison_for: &person.liaison_for,
                subprojects: person
                    .subprojects
                    .iter()
                    .map(|(group, subproject)| Led { group, subproject })
                    .collect(),
                community_roles: model::community_roles(db, model::Key::new(db, person.id.clone())).clone(),
                extra: person
                    .profile
                    .as_ref()
                    .map(|profile| &profile.1.extra)
                    .filter(|extra| !extra.is_empty()),
            })
            .collect(),
        roles: handbook
            .roles
            .values()
            .map(|role| Role {
                id: &role.id,
                title: &role.title,
                url: Route::Role(role.id.clone()).url(db),
                extra: &role.matter.page.extra,
            })
            .collect(),
        documents: files.filter(|file| file.is_document(db)).map(|file| document(db, file)).collect(),
    };
    // Serialising strings, numbers and lists of them cannot fail.
    serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
}

#[derive(Serialize)]
struct OtherRecords<'a> {
    rosters: Vec<Roster<'a>>,
    tables: BTreeMap<&'a str, Vec<&'a facts::Extra>>,
}

#[derive(Serialize)]
struct Roster<'a> {
    name: &'a str,
    source: String,
    path: String,
    /// Handles.
    members: Vec<&'a str>,
}

/// Renders `records.json`: the rosters and tables that mappings read; `None` if they read none.
pub(super) fn records_json(db: &dyn Db) -> Option<String> {
    let mut all = OtherRecords { rosters: Vec::new(), tables: BTreeMap::new() };
    for file in model::data_files(db) {
        let records = model::records(db, file);
        all.rosters.extend(records.rosters.iter().map(|roster| Roster {
            name: &roster.name,
            source: file.config(db).title(),
            path: file.path(db).to_string(),
            members: roster.members.iter().map(|member| member.handle.as_str()).collect(),
        }));
        for record in &records.tables {
            all.tables.entry(&record.table).or_default().push(&record.data);
        }
    }
    let is_empty = all.rosters.is_empty() && all.tables.is_empty();
    (!is_empty).then(|| serde_json::to_string_pretty(&all).unwrap_or_default() + "\n")
}

/// Renders `compare.json`, the data of the comparison page.
pub(super) fn compare_json(db: &dyn Db) -> String {
    serde_json::to_string(&pages::compared(db)).unwrap_or_default() + "\n"
}

/// The id of the role that the data of a group names by a key; the key if there is no such role.
fn role_id<'a>(db: &'a dyn Db, group: &model::Group, key: &'a str) -> &'a str {
    model::handbook(db).role_of(group, key).map_or(key, |role| &role.id)
}

fn group<'a>(db: &'a dyn Db, group: &'a model::Group) -> Group<'a> {
    let facts = &group.facts;
    Group {
        id: &facts.id,
        kind: &facts.kind.id,
        name: &facts.name,
        label: facts.label.as_deref(),
        url: Route::Group(facts.id.value.clone()).url(db),
        stakeholders: &group.stakeholders,
        parent: group.parent.as_deref(),
        leads: facts
            .leads
            .iter()
            .map(|lead| Lead {
                role: role_id(db, group, &lead.role),
                handle: lead.person.handle(),
                name: &lead.person.name,
                company: lead.person.company.as_deref(),
                term: Term::of(&lead.person),
            })
            .collect(),
        emeritus: facts
            .emeritus
            .iter()
            .map(|person| Named { handle: person.handle(), name: &person.name, term: Term::of(person) })
            .collect(),
        liaison: facts.contact.liaison.as_ref().map(facts::Person::handle),
        meetings: facts.meetings.iter().map(meeting).collect(),
        subprojects: facts
            .subprojects
            .iter()
            .map(|subproject| Subproject {
                name: &subproject.name,
                leads: subproject.leads.iter().map(facts::Person::handle).collect(),
                owners: &subproject.owners,
                extra: &subproject.extra,
            })
            .collect(),
        contacts: facts
            .contact
            .channels
            .iter()
            .map(|channel| Contact { kind: &channel.kind.id, value: &channel.value })
            .collect(),
        extra: &facts.extra,
    }
}

fn meeting(meeting: &facts::Meeting) -> Meeting<'_> {
    let schedule = &meeting.schedule;
    let facts::ScheduleText { day, time, tz, frequency } = &schedule.text;
    let raw = Raw {
        day: day.as_deref().map(String::as_str),
        time: time.as_deref().map(String::as_str),
        tz: tz.as_deref().map(String::as_str),
        frequency: frequency.as_deref().map(String::as_str),
    };
    Meeting {
        title: &meeting.title,
        day: schedule.weekday.map(facts::weekday_name),
        time: schedule.time.map(|time| time.to_string()),
        tz: schedule.zone.as_deref(),
        frequency: raw.frequency,
        length: schedule.length,
        dates: schedule.dates.iter().map(ToString::to_string).collect(),
        raw,
        extra: &meeting.extra,
    }
}

fn document(db: &dyn Db, file: File) -> Document<'_> {
    let outline = model::outline(db, file);
    Document {
        source: file.config(db).title(),
        path: file.path(db).to_string(),
        url: model::document_url(db, file),
        title: outline.title.clone(),
        anchors: outline.ids().map(str::to_owned).collect(),
        extra: &model::matter(db, file).0.extra,
    }
}
