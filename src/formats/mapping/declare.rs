//! Reads a mapping from `site.toml` or from a preset.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::field::{FieldMapping, Place, path};
use super::filter::Filter;
use super::keys::PERSON;
use super::names::{USUAL_COMPANIES, USUAL_HANDLES, USUAL_NAMES};
use super::path::Path;
use super::{
    ContactMapping, GlobList, GroupMapping, KindOf, Mapping, MeetingMapping, PeopleMapping, PersonMapping,
    RecordPath, RoleMapping, RosterMapping, SeatMapping, Selection, SubprojectMapping, TableMapping,
    TeamMapping,
};
use crate::diagnostic::{code, suggestion};
use crate::facts::{Expectation, GROUP_ID, Retired, Vocabulary};
use crate::parse::{At, Fields, Node, Reader, Value};

/// Reads `groups`, `seats`, `people`, `rosters` and `tables` of a source, and adds what a preset maps.
pub(super) fn mapping(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Mapping {
    Mapping {
        groups: read(reader, fields, "groups", |reader, fields| group(reader, fields, vocabulary)),
        seats: read(reader, fields, "seats", |reader, fields| seat(reader, fields, vocabulary)),
        people: read(reader, fields, "people", |reader, fields| people(reader, fields, vocabulary)),
        rosters: read(reader, fields, "rosters", |reader, fields| roster(reader, fields, vocabulary)),
        tables: read(reader, fields, "tables", table),
    }
}

fn read<T>(
    reader: &mut Reader,
    fields: &mut Fields,
    name: &'static str,
    read: impl Fn(&mut Reader, &mut Fields) -> Option<T>,
) -> Vec<T> {
    let mut entries = Vec::new();
    for mut fields in fields.tables(reader, name) {
        let entry = read(reader, &mut fields);
        fields.finish(reader);
        entries.extend(entry);
    }
    entries
}

fn group(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Option<GroupMapping> {
    let from = selection(reader, fields, Some(vocabulary));
    let person = fields.node("person").map(|node| person(reader, "person", node, vocabulary));
    let meetings = fields.table(reader, "meetings").map(|fields| meetings(reader, fields));
    let contact = fields.node("contact").map(|node| contact(reader, node, vocabulary)).unwrap_or_default();
    Some(GroupMapping {
        kind: kind(reader, fields, vocabulary),
        id: field_or(reader, fields, "id", &["id"]),
        name: field_or(reader, fields, "name", &["name", "title"]),
        label: field(reader, fields, "label"),
        mission: field(reader, fields, "mission"),
        charter: field(reader, fields, "charter"),
        parent: field(reader, fields, "parent"),
        stakeholders: field(reader, fields, "stakeholders"),
        aliases: field(reader, fields, "aliases"),
        roles: roles(reader, fields),
        emeritus: field(reader, fields, "emeritus"),
        person: person.unwrap_or_else(|| PersonMapping::usual(vocabulary)),
        meetings,
        contact,
        liaison: field(reader, fields, "liaison"),
        teams: fields.table(reader, "teams").and_then(|fields| teams(reader, fields)),
        subprojects: fields.table(reader, "subprojects").and_then(|fields| subprojects(reader, fields)),
        nested: fields.text(reader, "nested").and_then(|text| nested(reader, &text)),
        extra: extra(reader, fields),
        from: from?,
    })
}

/// Reads the path to a list or table of groups. Its items are meant, with `[]` or `{}` at its end or without.
fn nested(reader: &mut Reader, text: &At<String>) -> Option<Path> {
    let value =
        text.value.strip_suffix("[]").or_else(|| text.value.strip_suffix("{}")).unwrap_or(&text.value);
    path(reader, &At { value: value.to_owned(), span: text.span.clone() })
}

fn seat(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Option<SeatMapping> {
    let from = selection(reader, fields, None);
    let person = fields.node("person").map(|node| person(reader, "person", node, vocabulary));
    let role = field(reader, fields, "role");
    if role.is_empty() {
        fields.required(reader, "role");
    }
    let fill = fields.texts(reader, "fill").into_iter().map(At::into_value).collect();
    let role_text = match fields.node("role") {
        Some(Node { value: Value::Text(text), .. }) => Some(text.clone()),
        _ => None,
    };
    Some(SeatMapping {
        group: field(reader, fields, "group"),
        kind: kind(reader, fields, vocabulary),
        role,
        role_text,
        person: person.unwrap_or_else(|| PersonMapping::usual(vocabulary)),
        from: Selection { fill, ..from? },
    })
}

fn people(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Option<PeopleMapping> {
    let from = selection(reader, fields, None);
    let person = person_fields(reader, fields, vocabulary);
    let extra = extra(reader, fields);
    Some(PeopleMapping { person, extra, from: from? })
}

fn roster(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Option<RosterMapping> {
    let from = selection(reader, fields, None);
    let expect = match fields.node("expect") {
        Some(Node { value: Value::List(_), .. }) => fields.tables(reader, "expect"),
        Some(_) => fields.table(reader, "expect").into_iter().collect(),
        None => Vec::new(),
    };
    let expect = expect.into_iter().filter_map(|fields| expectation(reader, fields, vocabulary)).collect();
    Some(RosterMapping {
        name: field_or(reader, fields, "name", &["name"]),
        title: field(reader, fields, "title"),
        members: field_or(reader, fields, "members", &["members"]),
        nested: fields.text(reader, "nested").and_then(|text| nested(reader, &text)),
        expect,
        from: from?,
    })
}

fn expectation(reader: &mut Reader, mut fields: Fields, vocabulary: &Vocabulary) -> Option<Expectation> {
    let roster = fields.required(reader, "roster");
    let kinds = one_or_many(reader, &mut fields, "kinds");
    let kinds = kinds.iter().filter_map(|kind| known_kind(reader, kind, vocabulary)).collect();
    let retired = match fields.node("retired") {
        None | Some(Node { value: Value::Boolean(false), .. }) => Retired::Never,
        Some(Node { value: Value::Boolean(true), .. }) => Retired::Any,
        Some(_) => {
            let patterns = one_or_many(reader, &mut fields, "retired").into_iter();
            Retired::Named(patterns.map(|pattern| pattern.value.to_lowercase()).collect())
        }
    };
    let values = |texts: Vec<At<String>>| texts.into_iter().map(At::into_value).collect();
    let expectation = Expectation {
        roles: values(one_or_many(reader, &mut fields, "roles")),
        groups: values(one_or_many(reader, &mut fields, "groups")),
        kinds,
        exact: fields.boolean(reader, "exact").unwrap_or(false),
        required: fields.boolean(reader, "required").unwrap_or(false),
        retired,
        clause: fields.text(reader, "clause"),
        roster: roster.as_ref()?.value.clone(),
    };
    fields.finish(reader);
    let roster = roster?;
    if expectation.around_id().is_some_and(|(_, after)| after.contains('{'))
        || expectation.around_id().is_none() && roster.contains('{')
    {
        let help = format!("`{GROUP_ID}` is the only placeholder, and may be used once");
        reader.invalid(&roster, format!("invalid name of a list `{}`", roster.value), Some(&help));
        return None;
    }
    Some(expectation)
}

fn table(reader: &mut Reader, fields: &mut Fields) -> Option<TableMapping> {
    let from = selection(reader, fields, None);
    let name = fields.required(reader, "name").map(At::into_value);
    Some(TableMapping { name: name?, from: from? })
}

/// Reads where the records of a mapping are. With a vocabulary, `each` may be a table of paths by kind of group.
fn selection(reader: &mut Reader, fields: &mut Fields, kinds: Option<&Vocabulary>) -> Option<Selection> {
    let location = reader.location(&(fields.span.start..fields.span.start));
    let files = one_or_many(reader, fields, "files");
    if files.is_empty() {
        fields.required(reader, "files");
    }
    let each = match fields.node("each") {
        Some(Node { value: Value::Table(_), .. }) if kinds.is_some() => {
            let entries = fields.entries(reader, "each");
            let each = entries.into_iter().filter_map(|(kind, node)| {
                let text = text(reader, "each", node)?;
                let kind = known_kind(reader, &kind, kinds?)?;
                Some(RecordPath { kind: Some(kind), path: path(reader, &text)? })
            });
            each.collect()
        }
        Some(_) => {
            let paths = one_or_many(reader, fields, "each");
            let each =
                paths.iter().filter_map(|text| Some(RecordPath { kind: None, path: path(reader, text)? }));
            each.collect()
        }
        None => Vec::new(),
    };
    let table = fields.table(reader, "table").map(|mut fields| {
        let heading = fields.text(reader, "heading").map(At::into_value);
        fields.finish(reader);
        heading.unwrap_or_else(|| super::path::HEADING.to_owned())
    });
    let filter = fields.text(reader, "where").and_then(|text| match Filter::compile(&text.value) {
        Ok(filter) => Some(filter),
        Err(fault) => {
            let help = "write a condition such as `status == 'active'`, in the Common Expression Language";
            reader.invalid(&text, format!("invalid condition: {fault}"), Some(help));
            None
        }
    });
    let ignore = one_or_many(reader, fields, "ignore");
    let ignore = ignore.iter().filter_map(|text| path(reader, text)).collect();
    let files = globs(reader, &files)?;
    let is_of_rows = kinds.is_none() && table.is_some();
    Some(Selection { files, each, table, is_of_rows, filter, fill: Vec::new(), ignore, location })
}

fn globs(reader: &mut Reader, patterns: &[At<String>]) -> Option<GlobList> {
    for pattern in patterns {
        if let Err(error) = glob_set(std::slice::from_ref(&pattern.value)) {
            reader.invalid(pattern, format!("invalid pattern for `files`: {error}"), None);
            return None;
        }
    }
    let patterns: Vec<String> = patterns.iter().map(|pattern| pattern.value.clone()).collect();
    let set = glob_set(&patterns).ok()?;
    (!patterns.is_empty()).then_some(GlobList { patterns, set })
}

/// A matcher of patterns of files.
pub(in crate::formats) fn glob_set(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(GlobBuilder::new(pattern.trim_start_matches("./")).literal_separator(true).build()?);
    }
    builder.build()
}

/// Reads the kind of the groups: a kind, or a list of places of its id.
fn kind(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> KindOf {
    match fields.node("kind") {
        None => KindOf::Unnamed,
        Some(Node { value: Value::Text(text), span }) => {
            let id = At { value: text.clone(), span: span.clone() };
            known_kind(reader, &id, vocabulary).map_or(KindOf::Unnamed, KindOf::Fixed)
        }
        Some(node) => KindOf::Field(FieldMapping::read(reader, "kind", node)),
    }
}

fn known_kind(reader: &mut Reader, id: &At<String>, vocabulary: &Vocabulary) -> Option<String> {
    let is_known = vocabulary.kinds.get(&id.value).is_some();
    if !is_known {
        let kinds = suggestion(&id.value, vocabulary.kinds.ids()).unwrap_or_default();
        let help = format!("{kinds}; a field of the records is a list, such as `[\"{}\"]`", id.value);
        let message = format!("unknown kind of group `{}`", id.value);
        reader.report(code::DATA_INVALID_VALUE, &id.span, message, Some(help));
    }
    is_known.then(|| id.value.clone())
}

fn roles(reader: &mut Reader, fields: &mut Fields) -> Vec<RoleMapping> {
    let mut roles = Vec::new();
    for (role, node) in fields.entries(reader, "roles") {
        let people = FieldMapping::read(reader, &role.value, node);
        if people.0.iter().any(|place| !matches!(place, Place::Path(_))) {
            reader.report(
                code::DATA_INVALID_VALUE,
                &node.span,
                format!("the holders of `{}` are not at a path", role.value),
                Some("write the path to the people, such as `leads[]`".to_owned()),
            );
        }
        let from_key = role.value.split_once('*');
        if from_key.is_some() && !people.paths().any(Path::takes_keys) {
            let help = "write `{}` where the key is the role, such as `leadership{}`";
            reader.invalid(&role, format!("`{}` has no key to stand for", role.value), Some(help));
        }
        let id = from_key
            .map_or(role.value.as_str(), |(before, after)| if before.is_empty() { after } else { before });
        if from_key.is_none() && crate::site_path::check_id(id).is_err() {
            reader.invalid(&role, format!("invalid role `{}`", role.value), None);
            continue;
        }
        let from_key = from_key.map(|(before, after)| (before.to_owned(), after.to_owned()));
        roles.push(RoleMapping { role: role.value, from_key, people });
    }
    // What `*` stands for is whatever no other role reads.
    roles.sort_by_key(|role| role.from_key.is_some());
    roles
}

fn person(reader: &mut Reader, name: &str, node: &Node, vocabulary: &Vocabulary) -> PersonMapping {
    let Some(mut fields) = reader.fields(name, node, &PERSON) else { return PersonMapping::default() };
    let mut person = person_fields(reader, &mut fields, vocabulary);
    person.since = field(reader, &mut fields, "since");
    person.until = field(reader, &mut fields, "until");
    person.role = field(reader, &mut fields, "role");
    fields.finish(reader);
    person
}

/// Reads the fields that the persons of all mappings have.
fn person_fields(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> PersonMapping {
    // A handle without a kind is of the usual one.
    let handle = fields.node("handle").and_then(|node| Some((vocabulary.accounts.first()?, "handle", node)));
    let named = vocabulary.accounts.iter();
    let named = named.filter_map(|kind| Some((kind, kind.id.as_str(), fields.named_node(&kind.id)?)));
    let mut accounts: Vec<_> = handle.into_iter().chain(named).collect();
    // The first kind of account identifies a person, in all records alike.
    let position = |id: &str| vocabulary.accounts.iter().position(|kind| kind.id == id);
    accounts.sort_by_key(|(kind, _, node)| (position(&kind.id), node.span.start));
    let accounts = accounts.into_iter();
    PersonMapping {
        accounts: accounts
            .map(|(kind, key, node)| (kind.clone(), FieldMapping::read(reader, key, node)))
            .collect(),
        nobody: fields.texts(reader, "nobody").into_iter().map(|text| text.to_lowercase()).collect(),
        name: field(reader, fields, "name"),
        company: field(reader, fields, "company"),
        pronouns: field(reader, fields, "pronouns"),
        place: field(reader, fields, "place"),
        picture: field(reader, fields, "picture"),
        aliases: field(reader, fields, "aliases"),
        ..PersonMapping::default()
    }
}

fn meetings(reader: &mut Reader, mut fields: Fields) -> MeetingMapping {
    let each = fields.text(reader, "each").and_then(|text| path(reader, &text));
    let meetings = MeetingMapping {
        each: each.unwrap_or_default(),
        title: field_or(reader, &mut fields, "title", &["title", "name"]),
        schedule: field(reader, &mut fields, "schedule"),
        day: field_or(reader, &mut fields, "day", &["day"]),
        time: field_or(reader, &mut fields, "time", &["time"]),
        tz: field_or(reader, &mut fields, "tz", &["tz"]),
        frequency: field_or(reader, &mut fields, "frequency", &["frequency"]),
        join: field(reader, &mut fields, "join"),
        notes: field(reader, &mut fields, "notes"),
        recordings: field(reader, &mut fields, "recordings"),
        calendar: field(reader, &mut fields, "calendar"),
        extra: extra(reader, &mut fields),
    };
    fields.finish(reader);
    meetings
}

fn contact(reader: &mut Reader, node: &Node, vocabulary: &Vocabulary) -> ContactMapping {
    let mut channels = Vec::new();
    let Value::Table(entries) = &node.value else {
        reader.wrong_type("contact", node, "a table");
        return ContactMapping::default();
    };
    for (key, node) in entries {
        let kind = vocabulary.channels.iter().find(|kind| kind.id == key.name || kind.key == key.name);
        match kind {
            Some(kind) => channels.push((kind.clone(), FieldMapping::read(reader, &key.name, node))),
            None => {
                let name = At { value: key.name.clone(), span: key.span.clone() };
                let ids: Vec<&str> = vocabulary.channels.iter().map(|kind| kind.id.as_str()).collect();
                reader.unknown_value(&name, "kind of channel", &ids);
            }
        }
    }
    let position = |id: &str| vocabulary.channels.iter().position(|kind| kind.id == id);
    channels.sort_by_key(|(kind, _)| position(&kind.id));
    ContactMapping { channels }
}

fn teams(reader: &mut Reader, mut fields: Fields) -> Option<TeamMapping> {
    let each = fields.required(reader, "each").and_then(|text| path(reader, &text));
    let teams = TeamMapping {
        name: field_or(reader, &mut fields, "name", &["name", "."]),
        description: field(reader, &mut fields, "description"),
        each: each?,
    };
    fields.finish(reader);
    Some(teams)
}

fn subprojects(reader: &mut Reader, mut fields: Fields) -> Option<SubprojectMapping> {
    let each = fields.required(reader, "each").and_then(|text| path(reader, &text));
    let subprojects = SubprojectMapping {
        name: field_or(reader, &mut fields, "name", &["name", "."]),
        description: field(reader, &mut fields, "description"),
        owners: field(reader, &mut fields, "owners"),
        leads: field(reader, &mut fields, "leads"),
        extra: extra(reader, &mut fields),
        each: each?,
    };
    fields.finish(reader);
    Some(subprojects)
}

fn extra(reader: &mut Reader, fields: &mut Fields) -> Vec<(String, FieldMapping)> {
    let entries = fields.entries(reader, "extra");
    entries
        .into_iter()
        .map(|(key, node)| (key.value.clone(), FieldMapping::read(reader, &key.value, node)))
        .collect()
}

fn field(reader: &mut Reader, fields: &mut Fields, name: &'static str) -> FieldMapping {
    fields.node(name).map(|node| FieldMapping::read(reader, name, node)).unwrap_or_default()
}

/// Reads a field with usual places.
fn field_or(reader: &mut Reader, fields: &mut Fields, name: &'static str, usual: &[&str]) -> FieldMapping {
    match fields.node(name) {
        Some(node) => FieldMapping::read(reader, name, node),
        None => FieldMapping::of(usual),
    }
}

/// Reads a text or a list of texts.
fn one_or_many(reader: &mut Reader, fields: &mut Fields, name: &'static str) -> Vec<At<String>> {
    match fields.node(name) {
        Some(Node { value: Value::List(_), .. }) => fields.texts(reader, name),
        Some(_) => fields.text(reader, name).into_iter().collect(),
        None => Vec::new(),
    }
}

fn text(reader: &mut Reader, name: &str, node: &Node) -> Option<At<String>> {
    match &node.value {
        Value::Text(text) => Some(At { value: text.clone(), span: node.span.clone() }),
        _ => {
            reader.wrong_type(name, node, "text");
            None
        }
    }
}

impl PersonMapping {
    /// The usual places of a person's data.
    pub(super) fn usual(vocabulary: &Vocabulary) -> Self {
        let handle = FieldMapping::of(&USUAL_HANDLES);
        Self {
            accounts: vocabulary.accounts.first().map(|kind| (kind.clone(), handle)).into_iter().collect(),
            name: FieldMapping::of(&USUAL_NAMES),
            company: FieldMapping::of(&USUAL_COMPANIES),
            ..Self::default()
        }
    }
}

impl RecordPath {
    /// The rows of all sections of a Markdown file.
    pub(super) fn rows() -> Self {
        Self { kind: None, path: Path::read("[].rows[]").unwrap_or_default() }
    }

    /// The whole file.
    pub(super) fn whole() -> Self {
        Self { kind: None, path: Path::default() }
    }
}
