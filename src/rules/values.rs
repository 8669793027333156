//! Facts as values of expressions, with the fields that `schema` declares.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::expression::{Datum, MapBuilder, Shared, from_object, list, map};
use crate::facts::{self, Channel, Frequency, Lead, Meeting, RecurrenceRule, Subproject, TableRecord};
use crate::formats::Trust;
use crate::model::{self, Group, Handbook, Key, Role, Seat};
use crate::source::{Db, File, Site, SourceId, last_changed, last_commit};
use crate::url::file_address;

/// Weeks between two monthly meetings, on average.
const MONTH: f64 = 365.25 / 12.0 / 7.0;
/// Weeks between two quarterly meetings, on average.
const QUARTER: f64 = 3.0 * MONTH;

/// `group`
pub(super) fn group(db: &dyn Db, group: &Group, roles: &[Arc<Role>]) -> Shared {
    let facts = &group.facts;
    Shared::from(
        MapBuilder::default()
            .with("id", group.id())
            .with("kind", facts.kind.id.as_str())
            .with("name", facts.name.as_str())
            .with("full_name", group.full_name())
            .maybe("label", facts.label.as_deref())
            .maybe("mission", facts.mission.as_ref().map(|mission| mission.value.as_str()))
            .maybe("charter", facts.charter.as_ref().map(|charter| charter.value.as_str()))
            .with("stakeholders", texts(&group.stakeholders))
            .maybe("parent", group.parent.as_deref())
            .with("leads", leads(group, roles))
            .with("emeritus", list(facts.emeritus.iter().map(named)))
            .with("meetings", list(facts.meetings.iter().map(|of| meeting(of, None))))
            .with("subprojects", list(facts.subprojects.iter().map(subproject)))
            .with("channels", channels(&facts.contact.channels))
            .with(
                "teams",
                list(facts.contact.teams.iter().map(|team| {
                    let fields = MapBuilder::default().with("name", team.name.as_str());
                    fields.maybe("description", team.description.as_deref()).build()
                })),
            )
            .maybe("liaison", facts.contact.liaison.as_ref().map(named))
            .with("extra", extra(db, group))
            .with("source", source_name(db, group.source))
            .with("path", &*group.file.path(db))
            .build(),
    )
}

/// The further data of a group, of its facts and of the handbook's own file.
fn extra(db: &dyn Db, group: &Group) -> Datum {
    let mut all = facts::Extra::new();
    if group.overlay_file != group.file {
        let own = model::records(db, group.overlay_file).groups.iter().find(|own| own.id == group.facts.id);
        all.extend(own.into_iter().flat_map(|own| own.extra.clone()));
    }
    all.extend(group.facts.extra.clone());
    from_object(&all)
}

/// A group in `groups`.
fn summary(handbook: &Handbook, group: &Group) -> Datum {
    let roles: Vec<_> = handbook.all_roles_in(group).into_iter().cloned().collect();
    MapBuilder::default()
        .with("id", group.id())
        .with("kind", group.facts.kind.id.as_str())
        .with("name", group.facts.name.as_str())
        .with("full_name", group.full_name())
        .with("leads", leads(group, &roles))
        .build()
}

fn leads(group: &Group, roles: &[Arc<Role>]) -> Datum {
    let lead = |lead: &Lead| {
        let key = lead.role.value.as_str();
        let role = roles.iter().find(|role| role.held_as().contains(&key));
        let title = role.map_or(key, |role| role.title.as_str());
        person(&lead.person).with("role", key).with("role_title", title).build()
    };
    list(group.facts.leads.iter().map(lead))
}

fn person(person: &facts::Person) -> MapBuilder {
    MapBuilder::default()
        .with("id", person.id.value.as_str())
        .with("handle", person.handle())
        .with("name", person.name.as_str())
        .maybe("company", person.company.as_deref())
        .maybe("since", person.since.as_deref())
        .maybe("until", person.until.as_deref())
}

fn named(of: &facts::Person) -> Datum {
    person(of).build()
}

/// `seat`
pub(super) fn seat(seat: &Seat) -> Shared {
    let matter = &seat.role.matter;
    Shared::from(
        MapBuilder::default()
            .with("role", seat.role.id.as_str())
            .with("title", seat.role.title.as_str())
            .with("optional", matter.optional)
            .maybe("min", matter.min.map(i64::from))
            .maybe("recommended", matter.recommended.map(i64::from))
            .with("holders", list(seat.holders.iter().map(named)))
            .build(),
    )
}

/// `meeting`
pub(super) fn meeting(meeting: &Meeting, subproject: Option<&str>) -> Datum {
    let schedule = &meeting.schedule;
    let text = |of: &Option<crate::parse::At<String>>| of.as_ref().map(|at| at.value.clone());
    MapBuilder::default()
        .with("title", meeting.title.value.as_str())
        .maybe("day", text(&schedule.text.day))
        .maybe("time", text(&schedule.text.time))
        .maybe("tz", text(&schedule.text.tz))
        .maybe("frequency", text(&schedule.text.frequency))
        .maybe("weeks", weeks(schedule))
        .maybe("length", schedule.length.map(i64::from))
        .maybe("join", meeting.join.as_deref())
        .maybe("notes", meeting.notes.as_deref())
        .maybe("recordings", meeting.recordings.as_deref())
        .maybe("calendar", meeting.calendar.as_deref())
        .maybe("subproject", subproject)
        .with("extra", from_object(&meeting.extra))
        .build()
}

/// The weeks between two meetings, if the schedule says.
fn weeks(schedule: &facts::Schedule) -> Option<f64> {
    match schedule.recurrence.as_ref().map(|recurrence| recurrence.rule) {
        Some(RecurrenceRule::Weeks(weeks)) => Some(f64::from(weeks)),
        Some(RecurrenceRule::Month { .. }) => Some(MONTH),
        None => match schedule.frequency.as_ref()? {
            Frequency::Weekly => Some(1.0),
            Frequency::Biweekly => Some(2.0),
            Frequency::Monthly => Some(MONTH),
            Frequency::Quarterly => Some(QUARTER),
            Frequency::AsWritten(_) => None,
        },
    }
}

/// `subproject`
pub(super) fn subproject(subproject: &Subproject) -> Datum {
    let name = subproject.name.value.as_str();
    let contact = subproject.contact.as_ref();
    MapBuilder::default()
        .with("name", name)
        .maybe("description", subproject.description.as_deref())
        .with("owners", texts(&subproject.owners))
        .with("leads", list(subproject.leads.iter().map(named)))
        .with("meetings", list(subproject.meetings.iter().map(|of| meeting(of, Some(name)))))
        .with("channels", channels(contact.map_or(&[], |contact| &contact.channels)))
        .with("extra", from_object(&subproject.extra))
        .build()
}

fn channels(channels: &[Channel]) -> Datum {
    list(channels.iter().map(|channel| {
        MapBuilder::default()
            .with("kind", channel.kind.id.as_str())
            .with("value", channel.value.as_str())
            .maybe("label", channel.label.as_deref())
            .build()
    }))
}

/// `person`
pub(super) fn person_of(db: &dyn Db, person: &model::Person) -> Datum {
    let role = |(group, key): &(String, String)| {
        let kind = kind_of(db, Key::new(db, group.clone())).as_deref();
        let fields = MapBuilder::default().with("group", group.as_str()).with("role", key.as_str());
        fields.maybe("kind", kind).build()
    };
    let subproject = |(group, name): &(String, String)| {
        MapBuilder::default().with("group", group.as_str()).with("name", name.as_str()).build()
    };
    MapBuilder::default()
        .with("id", person.id.as_str())
        .with("handle", person.handle())
        .with("name", person.name.as_str())
        .maybe("company", person.companies.first().map(String::as_str))
        .with("roles", list(person.leads.iter().map(role)))
        .with("subprojects", list(person.subprojects.iter().map(subproject)))
        .with("emeritus", texts(&person.emeritus))
        .with("liaison_for", texts(&person.liaison_for))
        .with("community_roles", texts(&person.community_roles))
        .build()
}

/// The kind of a group. Narrower than its label, which has its name as well.
#[salsa::tracked]
fn kind_of(db: &dyn Db, key: Key<'_>) -> Option<String> {
    model::group_label(db, key).as_ref().map(|label| label.kind.id.clone())
}

/// `groups`
#[salsa::tracked]
pub(super) fn groups(db: &dyn Db) -> Shared {
    let handbook = model::handbook(db);
    Shared::from(map(handbook.groups.values().map(|group| (group.id().to_owned(), summary(handbook, group)))))
}

/// `people`
#[salsa::tracked]
pub(super) fn people(db: &dyn Db) -> Shared {
    let people = model::handbook(db).people.values();
    Shared::from(map(people.map(|person| (person.id.clone(), person_of(db, person)))))
}

/// `claims`: the subprojects that name each address of owners.
#[salsa::tracked]
pub(super) fn claims(db: &dyn Db) -> Shared {
    let handbook = model::handbook(db);
    let mut claims: BTreeMap<String, Vec<Datum>> = BTreeMap::new();
    for group in handbook.groups.values() {
        for subproject in &group.facts.subprojects {
            let claim = MapBuilder::default()
                .with("group", group.id())
                .with("subproject", subproject.name.value.as_str())
                .build();
            for owners in &subproject.owners {
                claims.entry(file_address(owners)).or_default().push(claim.clone());
            }
        }
    }
    Shared::from(map(claims.into_iter().map(|(address, claims)| (address, list(claims)))))
}

/// `tables`
#[salsa::tracked]
pub(super) fn tables(db: &dyn Db) -> Shared {
    let mut tables: BTreeMap<String, Vec<Datum>> = BTreeMap::new();
    for file in model::data_files(db) {
        for record in &model::records(db, file).tables {
            tables.entry(record.table.clone()).or_default().push(self::record(record));
        }
    }
    Shared::from(map(tables.into_iter().map(|(name, records)| (name, list(records)))))
}

/// `record`
pub(super) fn record(record: &TableRecord) -> Datum {
    from_object(&record.data)
}

/// `today`: the day of `SOURCE_DATE_EPOCH`, or else of the last commit of the mounted sources, which is how old their
/// facts are. Only if none is present, that of the handbook's own.
pub fn today(db: &dyn Db) -> Option<Date> {
    let site = Site::get(db);
    let sources = site.config(db).sources.iter().zip(site.trees(db)).enumerate();
    let present = sources.filter(|(_, (_, tree))| tree.present);
    let present = present.map(|(index, (source, _))| (SourceId(index), source.format.trust()));
    let present: Vec<(SourceId, Trust)> = present.collect();
    let has_mounted = present.iter().any(|(_, trust)| *trust == Trust::Mounted);
    let dated = present.into_iter().filter(|(_, trust)| !has_mounted || *trust == Trust::Mounted);
    let time = site.stamp(db).or_else(|| dated.filter_map(|(source, _)| last_commit(db, source)).max())?;
    Some(TimeZone::UTC.to_datetime(time).date())
}

/// `file`
pub(super) fn file(db: &dyn Db, file: File) -> Shared {
    let path = file.path(db);
    let folder = file.folder(db);
    Shared::from(
        MapBuilder::default()
            .with("path", &*path)
            .with("folder", folder.as_str())
            .with("stem", file.stem(db))
            .maybe("changed", last_changed(db, file).as_ref().map(|change| change.date().to_string()))
            .build(),
    )
}

/// The name of a source, or else its path.
pub(super) fn source_name(db: &dyn Db, source: SourceId) -> String {
    let config = &Site::get(db).config(db).sources[source.0];
    config.name.clone().unwrap_or_else(|| config.path.clone())
}

fn texts(texts: &[String]) -> Datum {
    list(texts.iter().map(|text| text.as_str().into()))
}
