//! Reads the handbook's files.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::keys::{
    MAX_LEVEL, access, access_file, blank, channel, charter, checklist, community, contact, duty, glossary,
    group, item, lead, letter, meeting, number, overlay, page, person, profile, role, skill, skill_area,
    skill_level, subproject, team, term, waiver,
};
use crate::diagnostic::{Diagnostic, FileName, code, nearest};
use crate::email::has_email;
use crate::facts::{
    self, Access, Blank, Cadence, Channel, ChannelKind, CharterHolder, CharterStatement, Checklist,
    ChecklistItem, Contact, Each, Extra, Frequency, Group, Kind, Kinds, Lead, Letter, Meeting, NamedSeat,
    Need, PHASES, PageMatter, Person, Phase, Profile, RoleMatter, RoleOverlay, Schedule, ScheduleText,
    Situation, Skill, SkillArea, SkillLevel, StatedDuty, Subproject, Team, Template, Term, Vocabulary,
    Waiver, Way,
};
use crate::formats::extra::published;
use crate::formats::person::{PersonTexts, without_addresses};
use crate::parse::shape::Record;
use crate::parse::{self, At, Fields, FrontMatter, FrontMatterFormat, Node, Reader, SeenIds, Value};
use crate::site_path::{SitePath, check_id};

/// The record, unless it is unusable, and the diagnostics of the file.
pub(super) type Read<T> = (Option<T>, Vec<Diagnostic>);

/// Reads a TOML file with one record.
pub(super) fn read<T>(
    file: &FileName,
    text: &str,
    declared: &'static Record,
    record: impl FnOnce(&mut Reader, &mut Fields) -> Option<T>,
) -> Read<T> {
    let node = match parse::toml(file, text, 0..text.len()) {
        Ok(node) => node,
        Err(error) => return (None, vec![error]),
    };
    let mut reader = Reader::strict(file, text);
    let record = reader.fields("the file", &node, declared).and_then(|mut fields| {
        let record = record(&mut reader, &mut fields);
        fields.finish(&mut reader);
        record
    });
    (record, reader.diagnostics)
}

/// Reads `groups/<stem>.toml`.
pub(crate) fn group(file: &FileName, stem: &str, text: &str, vocabulary: &Vocabulary) -> Read<Group> {
    read(file, text, &group::RECORD, |reader, fields| {
        let id = id(reader, fields, group::ID, stem);
        let kind = fields
            .required(reader, group::KIND)
            .and_then(|kind| group_kind(reader, &vocabulary.kinds, &kind));
        let name = fields.required(reader, group::NAME);
        let mut group = Group {
            id,
            kind: kind.clone().unwrap_or_default(),
            name: name.as_ref().map_or(String::new(), |name| name.value.clone()),
            label: fields.text(reader, group::LABEL).map(At::into_value),
            mission: fields.text(reader, group::MISSION),
            ask_about: fields.text(reader, group::ASK_ABOUT),
            charter: fields.text(reader, group::CHARTER),
            stakeholders: fields.texts(reader, group::STAKEHOLDERS),
            parent: fields.text(reader, group::PARENT),
            aliases: fields.texts(reader, group::ALIASES),
            leads: Vec::new(),
            vacant: Vec::new(),
            emeritus: people(reader, fields, group::EMERITUS, vocabulary),
            meetings: meetings(reader, fields, group::MEETINGS, vocabulary),
            contact: Contact::default(),
            subprojects: Vec::new(),
            overlays: BTreeMap::new(),
            extra: extra(reader, fields, group::EXTRA),
        };
        group.leads = leads(reader, fields, group::LEADS, vocabulary);
        group.contact = contact(reader, fields, group::CONTACT, vocabulary).unwrap_or_default();
        group.subprojects = subprojects(reader, fields, vocabulary);
        for (role, node) in fields.entries(reader, group::ROLES) {
            if let Some(mut fields) = reader.fields(&role.value, node, &overlay::RECORD) {
                let overlay = overlay(reader, &mut fields, role.clone(), vocabulary);
                fields.finish(reader);
                group.overlays.insert(role.value, overlay);
            }
        }
        (kind.is_some() && name.is_some()).then_some(group)
    })
}

/// Reads `[extra]`: data for templates and the API, without email addresses.
fn extra(reader: &mut Reader, fields: &mut Fields, key: &'static str) -> Extra {
    let Some(node) = fields.node(key) else { return Extra::new() };
    match published(node, reader.text()) {
        serde_json::Value::Object(extra) => extra,
        _ => {
            reader.wrong_type(key, node, "a table");
            Extra::new()
        }
    }
}

fn overlay(
    reader: &mut Reader,
    fields: &mut Fields,
    role: At<String>,
    vocabulary: &Vocabulary,
) -> RoleOverlay {
    let mut seen = SeenIds::new();
    RoleOverlay {
        role,
        note: fields.text(reader, overlay::NOTE),
        skills: levels(reader, fields, overlay::SKILLS),
        checklist: items(reader, fields, overlay::CHECKLIST, &mut seen, vocabulary),
        charter: charter_statement(reader, fields),
    }
}

/// Reads `charter = { held_by = "chair", clause = "/paint/charter.md#…" }`. Without `held_by`, nobody holds the role.
fn charter_statement(reader: &mut Reader, fields: &mut Fields) -> Option<CharterStatement> {
    let mut fields = fields.table(reader, overlay::CHARTER)?;
    let holder = fields.text(reader, charter::HELD_BY).map_or(CharterHolder::Nobody, CharterHolder::Role);
    let clause = fields.required(reader, charter::CLAUSE);
    fields.finish(reader);
    Some(CharterStatement { holder, clause: clause? })
}

/// Reads a table of contacts.
fn contact(
    reader: &mut Reader,
    fields: &mut Fields,
    key: &'static str,
    vocabulary: &Vocabulary,
) -> Option<Contact> {
    let mut fields = fields.table(reader, key)?;
    let mut contact = Contact::default();
    for kind in &vocabulary.channels {
        contact.channels.extend(channel(reader, &mut fields, kind));
    }
    if let Some(mut fields) = fields.table(reader, contact::LIAISON) {
        contact.liaison = person(reader, &mut fields, vocabulary);
        fields.finish(reader);
    }
    for mut fields in fields.tables(reader, contact::TEAMS) {
        let name = fields.required(reader, team::NAME);
        let description = fields.text(reader, team::DESCRIPTION).map(At::into_value);
        contact.teams.extend(name.map(|name| Team { name: name.value, description }));
        fields.finish(reader);
    }
    fields.finish(reader);
    Some(contact)
}

/// Reads a channel: a name, an address, or a table of both.
fn channel<'n>(reader: &mut Reader, fields: &mut Fields<'n>, kind: &'n Arc<ChannelKind>) -> Option<Channel> {
    if let Some(Node { value: Value::Table(_), .. }) = fields.node(&kind.key) {
        let mut fields = fields.table(reader, &kind.key)?;
        let name = fields.text(reader, channel::NAME).map(At::into_value);
        let url = fields.web_address(reader, channel::URL);
        fields.finish(reader);
        let label = name.clone().filter(|_| url.is_some());
        return Some(Channel { label, ..Channel::new(kind, &url.or(name)?) });
    }
    let value = if kind.mail && kind.url.is_none() {
        fields.list_address(reader, &kind.key)?
    } else {
        fields.text(reader, &kind.key)?.value
    };
    Some(Channel::new(kind, &value))
}

/// Reads the list `subprojects`.
fn subprojects(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Vec<Subproject> {
    let mut subprojects = Vec::new();
    for mut fields in fields.tables(reader, group::SUBPROJECTS) {
        let name = fields.required(reader, subproject::NAME);
        let description = fields.text(reader, subproject::DESCRIPTION).map(At::into_value);
        let contact = contact(reader, &mut fields, subproject::CONTACT, vocabulary);
        let owners = fields.web_addresses(reader, subproject::OWNERS);
        let leads = people(reader, &mut fields, subproject::LEADS, vocabulary);
        let meetings = meetings(reader, &mut fields, subproject::MEETINGS, vocabulary);
        let extra = extra(reader, &mut fields, subproject::EXTRA);
        subprojects.extend(name.map(|name| Subproject {
            name,
            description,
            contact,
            owners,
            leads,
            meetings,
            extra,
        }));
        fields.finish(reader);
    }
    subprojects
}

/// Reads a list of people.
fn people(
    reader: &mut Reader,
    fields: &mut Fields,
    name: &'static str,
    vocabulary: &Vocabulary,
) -> Vec<Person> {
    let mut people = Vec::new();
    for mut fields in fields.tables(reader, name) {
        people.extend(person(reader, &mut fields, vocabulary));
        fields.finish(reader);
    }
    people
}

/// Reads a person: accounts, or a name. An email address is accepted and dropped.
fn person(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Option<Person> {
    fields.node(person::EMAIL);
    let mut accounts = Vec::new();
    for kind in &vocabulary.accounts {
        let name = fields.named_node(&kind.id).and_then(|node| reader.filled(&kind.id, node));
        accounts.extend(name.map(|at| (kind.clone(), At { value: kind.name_in(&at), span: at.span })));
    }
    if accounts.is_empty() {
        fields.required(reader, person::NAME);
    }
    let texts = PersonTexts {
        accounts,
        name: fields.text(reader, person::NAME),
        company: fields.text(reader, person::COMPANY),
        since: fields.text(reader, person::SINCE),
        until: fields.text(reader, person::UNTIL),
    };
    crate::formats::person::person(reader, texts)
}

fn meetings(
    reader: &mut Reader,
    fields: &mut Fields,
    key: &'static str,
    vocabulary: &Vocabulary,
) -> Vec<Meeting> {
    let mut meetings = Vec::new();
    for mut fields in fields.tables(reader, key) {
        let title = fields.required(reader, meeting::TITLE);
        let schedule = own_schedule(reader, &mut fields, vocabulary);
        let join = fields.web_address(reader, meeting::JOIN);
        let notes = fields.web_address(reader, meeting::NOTES);
        let recordings = fields.web_address(reader, meeting::RECORDINGS);
        let calendar = fields.web_address(reader, meeting::CALENDAR);
        let extra = extra(reader, &mut fields, meeting::EXTRA);
        meetings.extend(title.map(|title| Meeting {
            title,
            schedule,
            join,
            notes,
            recordings,
            calendar,
            extra,
        }));
        fields.finish(reader);
    }
    meetings
}

/// Reads the schedule of a meeting with the fields that only the handbook's own data has.
fn own_schedule(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Schedule {
    let mut schedule = schedule(reader, fields, vocabulary);
    if let Some(length) = fields.number(reader, meeting::LENGTH) {
        let given = schedule.length.replace(length).filter(|given| *given != length);
        if let (Some(given), Some(node)) = (given, fields.node(meeting::LENGTH)) {
            let message = format!("`{}` is {length} minutes, but `time` takes {given}", meeting::LENGTH);
            let help = format!("remove `{}`, or write only the start in `time`", meeting::LENGTH);
            reader.report(code::DATA_INVALID_VALUE, &node.span, message, Some(help));
        }
    }
    let dates = dates(reader, fields);
    if dates.is_empty() {
        return schedule;
    }
    for (key, text) in [(meeting::DAY, &schedule.text.day), (meeting::FREQUENCY, &schedule.text.frequency)] {
        if let Some(text) = text {
            let message = format!("a meeting with `{}` cannot have `{key}`", meeting::DATES);
            let help = format!("remove `{key}`, or describe the regular meeting in an entry of its own");
            reader.report(code::DATA_INVALID_VALUE, &text.span, message, Some(help));
        }
    }
    schedule.on(dates)
}

/// Reads the dates of a meeting: dates of TOML, or texts.
fn dates(reader: &mut Reader, fields: &mut Fields) -> Vec<Date> {
    let mut dates = Vec::new();
    for node in fields.list(reader, meeting::DATES) {
        let (Value::Text(text) | Value::Other(text)) = &node.value else {
            reader.wrong_type(meeting::DATES, node, "a date");
            continue;
        };
        let date = facts::date(text);
        if date.is_none() {
            let help = "write year, month and day, such as `2026-03-14`".to_owned();
            let message = format!("invalid date `{text}`");
            reader.report(code::DATA_INVALID_VALUE, &node.span, message, Some(help));
        }
        dates.extend(date);
    }
    dates
}

/// Reads the schedule of a meeting.
fn schedule(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Schedule {
    let text = ScheduleText {
        day: fields.text(reader, meeting::DAY),
        time: fields.text(reader, meeting::TIME),
        tz: fields.text(reader, meeting::TZ),
        frequency: fields.text(reader, meeting::FREQUENCY),
    };
    checked_schedule(reader, text, vocabulary)
}

/// Interprets the texts of a schedule. Reports unknown words for a day and a frequency, an unreadable time and an unknown
/// zone, which are then shown as they are written.
pub(in crate::formats) fn checked_schedule(
    reader: &mut Reader,
    text: ScheduleText,
    vocabulary: &Vocabulary,
) -> Schedule {
    let schedule = Schedule::read(text, vocabulary);
    // Only a single word is certain to be a mistake: several may state days that only people understand.
    let is_word = |at: &&At<String>| schedule.days.is_none() && at.chars().all(char::is_alphabetic);
    let day = schedule.text.day.as_ref().filter(|_| schedule.weekday.is_none());
    if let Some(at) = day.filter(is_word) {
        unknown_word(reader, at, "weekday", &facts::weekday_names());
    }
    let frequency = schedule.text.frequency.as_ref();
    let frequency = frequency.filter(|_| matches!(schedule.frequency, Some(Frequency::AsWritten(_))));
    if let Some(at) = frequency.filter(is_word) {
        if at.to_lowercase().starts_with("bimonth") {
            let help =
                "write `every two months`, `biweekly`, or the weeks of the month: `first and third Monday`";
            let message = format!("ambiguous frequency `{}`: twice a month, or every two months", at.value);
            reader.warn(code::DATA_UNREADABLE_DAY, &at.span, message, Some(help.to_owned()));
        } else {
            unknown_word(reader, at, "frequency", &Frequency::WORDS);
        }
    }
    if let Some(at) = schedule.text.time.as_ref().filter(|_| schedule.time.is_none()) {
        let help = "write hours and minutes, such as `09:00`; until then, it is shown as written".to_owned();
        let message = format!("invalid time of day `{}`", at.value);
        reader.warn(code::DATA_UNREADABLE_TIME, &at.span, message, Some(help));
    }
    if let Some(tz) = schedule.text.tz.as_ref().filter(|_| schedule.zone.is_none()) {
        unknown_zone(reader, tz);
    }
    schedule
}

/// Reports a word that schedules do not have.
fn unknown_word(reader: &mut Reader, at: &At<String>, what: &str, words: &[&str]) {
    let help = match nearest(&at.value, words.iter().copied()) {
        Some(word) => format!("did you mean `{word}`? Until then, it is shown as written"),
        None => format!("write an English word, such as `{}`; until then, it is shown as written", words[1]),
    };
    reader.warn(code::DATA_UNREADABLE_DAY, &at.span, format!("unknown {what} `{}`", at.value), Some(help));
}

/// Reports a zone that is unknown or ambiguous.
pub(in crate::formats) fn unknown_zone(reader: &mut Reader, tz: &At<String>) {
    let help = "use an IANA name, such as `Europe/Berlin`, or define the name in `[zones]` of site.toml; until then, \
                it is shown as written";
    let message = format!("unknown or ambiguous time zone `{}`", tz.value);
    reader.warn(code::DATA_UNKNOWN_ZONE, &tz.span, message, Some(help.to_owned()));
}

fn group_kind(reader: &mut Reader, kinds: &Kinds, kind: &At<String>) -> Option<Arc<Kind>> {
    let group_kind = kinds.get(&kind.value).cloned();
    if group_kind.is_none() {
        reader.unknown_value(kind, "kind of group", &kinds.ids());
    }
    group_kind
}

/// Reads `people/<stem>.toml`.
pub(crate) fn profile(file: &FileName, text: &str, vocabulary: &Vocabulary) -> Read<Profile> {
    read(file, text, &profile::RECORD, |reader, fields| {
        let person = person(reader, fields, vocabulary);
        let profile = Profile {
            pronouns: about(reader, fields, profile::PRONOUNS),
            place: about(reader, fields, profile::PLACE),
            picture: fields.text(reader, profile::PICTURE).filter(|at| !has_email(at)),
            aliases: fields.texts(reader, profile::ALIASES).into_iter().filter(|at| !has_email(at)).collect(),
            extra: extra(reader, fields, profile::EXTRA),
            person: person?,
        };
        Some(profile)
    })
}

/// Reads a text about a person, without email addresses.
fn about(reader: &mut Reader, fields: &mut Fields, key: &'static str) -> Option<String> {
    let text = fields.text(reader, key)?;
    without_addresses(reader, key, text).map(At::into_value)
}

/// Reads `community.toml`.
pub(crate) fn community(
    file: &FileName,
    text: &str,
    vocabulary: &Vocabulary,
) -> (Vec<NamedSeat>, Vec<Diagnostic>) {
    let (seats, diagnostics) = read(file, text, &community::RECORD, |reader, fields| {
        let leads = leads(reader, fields, community::LEADS, vocabulary).into_iter();
        let seat = |lead| NamedSeat { group: None, kind: vocabulary.kinds.unnamed(), lead };
        Some(leads.map(seat).collect())
    });
    (seats.unwrap_or_default(), diagnostics)
}

/// Reads the holders of roles.
fn leads(reader: &mut Reader, fields: &mut Fields, key: &'static str, vocabulary: &Vocabulary) -> Vec<Lead> {
    let mut leads = Vec::new();
    for mut fields in fields.tables(reader, key) {
        let role = fields.required(reader, lead::ROLE);
        if let (Some(role), Some(person)) = (role, person(reader, &mut fields, vocabulary)) {
            leads.push(Lead { role, beside: None, person });
        }
        fields.finish(reader);
    }
    leads
}

/// Reads `skills/<stem>.toml`.
pub(crate) fn skill_area(file: &FileName, stem: &str, text: &str) -> Read<SkillArea> {
    read(file, text, &skill_area::RECORD, |reader, fields| {
        let id = id(reader, fields, skill_area::ID, stem);
        let name = fields.required(reader, skill_area::NAME);
        let order = fields.integer(reader, skill_area::ORDER).map_or(i64::MAX, |order| order.value);
        let description = fields.text(reader, skill_area::DESCRIPTION);
        let (mut skills, mut seen) = (Vec::new(), SeenIds::new());
        for mut fields in fields.tables(reader, skill_area::SKILLS) {
            let id = required_id(reader, &mut fields, skill::ID);
            let name = fields.required(reader, skill::NAME).map(At::into_value);
            let description = fields.required(reader, skill::DESCRIPTION);
            let refs = fields.texts(reader, skill::REFS);
            let levels = skill_levels(reader, &mut fields);
            let extra = extra(reader, &mut fields, skill::EXTRA);
            if let (Some(id), Some(name), Some(description)) = (id, name, description)
                && reader.unique(&mut seen, &id, "skill")
            {
                skills.push(Skill { id, name, description, refs, levels, extra });
            }
            fields.finish(reader);
        }
        let extra = extra(reader, fields, skill_area::EXTRA);
        Some(SkillArea { id, name: name?.value, order, description, skills, extra })
    })
}

fn skill_levels(reader: &mut Reader, fields: &mut Fields) -> Vec<SkillLevel> {
    let (mut levels, mut seen) = (Vec::<SkillLevel>::new(), SeenIds::new());
    for mut fields in fields.tables(reader, skill::LEVELS) {
        let missing = fields.node(skill_level::LEVEL).is_none();
        if missing {
            reader.report(
                code::DATA_MISSING_FIELD,
                &(fields.span.start..fields.span.start),
                format!("missing field `{}`", skill_level::LEVEL),
                None,
            );
        }
        let level = fields.integer(reader, skill_level::LEVEL).and_then(|level| in_range(reader, level));
        let name = fields.required(reader, skill_level::NAME).map(At::into_value);
        let description = fields.required(reader, skill_level::DESCRIPTION);
        let grow = fields.text(reader, skill_level::GROW);
        if let (Some(level), Some(name), Some(description)) = (level, name, description) {
            let id = At { value: level.value.to_string(), span: level.span.clone() };
            if reader.unique(&mut seen, &id, "level") {
                levels.push(SkillLevel { level, name, description, grow });
            }
        }
        fields.finish(reader);
    }
    levels.sort_by_key(|level| level.level.value);
    levels
}

fn in_range(reader: &mut Reader, level: At<i64>) -> Option<At<u8>> {
    if (1..=MAX_LEVEL).contains(&level.value) {
        return Some(At { value: level.value as u8, span: level.span });
    }
    let message = format!("invalid level `{}`: levels range from 1 to {MAX_LEVEL}", level.value);
    reader.report(code::DATA_INVALID_VALUE, &level.span, message, None);
    None
}

/// Reads expected levels: `skills = { delegation = 3 }`.
fn levels(reader: &mut Reader, fields: &mut Fields, key: &'static str) -> BTreeMap<String, At<u8>> {
    let mut levels = BTreeMap::new();
    for (skill, node) in fields.entries(reader, key) {
        let Value::Integer(level) = node.value else {
            let message =
                format!("expected a number for the level of `{}`, found {}", skill.value, node.value.kind());
            reader.report(code::DATA_WRONG_TYPE, &node.span, message, None);
            continue;
        };
        // The span is that of the skill, as a check may report an unknown skill.
        if in_range(reader, At { value: level, span: node.span.clone() }).is_some() {
            levels.insert(skill.value, At { value: level as u8, span: skill.span });
        }
    }
    levels
}

/// Reads `checklists/<stem>.toml`.
pub(crate) fn checklist(file: &FileName, stem: &str, text: &str, vocabulary: &Vocabulary) -> Read<Checklist> {
    read(file, text, &checklist::RECORD, |reader, fields| {
        let id = id(reader, fields, checklist::ID, stem);
        let title = fields.required(reader, checklist::TITLE).map(At::into_value);
        let mut seen = SeenIds::new();
        let checklist = Checklist {
            id,
            title: title.clone().unwrap_or_default(),
            description: fields.text(reader, checklist::DESCRIPTION),
            role: fields.text(reader, checklist::ROLE),
            order: fields.integer(reader, checklist::ORDER).map_or(i64::MAX, |order| order.value),
            include: fields.texts(reader, checklist::INCLUDE),
            items: items(reader, fields, checklist::ITEMS, &mut seen, vocabulary),
            waivers: waivers(reader, fields),
            for_group: fields.boolean(reader, checklist::FOR_GROUP).unwrap_or(false),
            for_groups: fields.texts(reader, checklist::FOR_GROUPS),
            about: fields.texts(reader, checklist::ABOUT),
            situation: fields.text(reader, checklist::SITUATION).and_then(|given| {
                reader.choice(
                    &given,
                    "situation",
                    Situation::ALL.map(|situation| (situation.id(), situation)),
                )
            }),
            letters: letters(reader, fields, vocabulary),
            extra: extra(reader, fields, checklist::EXTRA),
        };
        title.map(|_| checklist)
    })
}

fn letters(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Vec<Letter> {
    let template = |text| Template::new(text, vocabulary);
    let (mut letters, mut seen) = (Vec::new(), SeenIds::new());
    for mut fields in fields.tables(reader, checklist::LETTERS) {
        let id = required_id(reader, &mut fields, letter::ID);
        let title = fields.required(reader, letter::TITLE).map(At::into_value);
        let to = fields.required(reader, letter::TO).map(template);
        let cc = fields.text(reader, letter::CC).map(template);
        let subject = fields.required(reader, letter::SUBJECT).map(template);
        let text = fields.required(reader, letter::TEXT).map(template);
        let blanks = blanks(reader, &mut fields);
        if let (Some(id), Some(title), Some(to), Some(subject), Some(text)) = (id, title, to, subject, text)
            && reader.unique(&mut seen, &id, "letter")
        {
            letters.push(Letter { id, title, to, cc, subject, text, blanks });
        }
        fields.finish(reader);
    }
    letters
}

fn blanks(reader: &mut Reader, fields: &mut Fields) -> Vec<Blank> {
    let (mut blanks, mut seen) = (Vec::new(), SeenIds::new());
    for mut fields in fields.tables(reader, letter::BLANKS) {
        let id = required_id(reader, &mut fields, blank::ID);
        let label = fields.required(reader, blank::LABEL).map(At::into_value);
        let example = fields.required(reader, blank::EXAMPLE).map(At::into_value);
        if let (Some(id), Some(label), Some(example)) = (id, label, example)
            && reader.unique(&mut seen, &id, "blank")
        {
            blanks.push(Blank { id, label, example });
        }
        fields.finish(reader);
    }
    blanks
}

/// Reads `access.toml`.
pub(crate) fn access(file: &FileName, text: &str, vocabulary: &Vocabulary) -> (Vec<Access>, Vec<Diagnostic>) {
    let template = |text| Template::new(text, vocabulary);
    let (access, diagnostics) = read(file, text, &access_file::RECORD, |reader, fields| {
        let (mut all, mut seen) = (Vec::new(), SeenIds::new());
        for mut fields in fields.tables(reader, access_file::ACCESS) {
            let id = required_id(reader, &mut fields, access::ID);
            let name = fields.required(reader, access::NAME).map(template);
            let gives = fields.required(reader, access::GIVES).map(template);
            let place = fields.required(reader, access::PLACE).map(template);
            let edit = fields.text(reader, access::EDIT).map(template);
            // If it starts with a placeholder, only each group's value is an address.
            if let Some(edit) = edit.as_ref().filter(|edit| !edit.starts_with_placeholder()) {
                reader.expect_web(access::EDIT, edit.source());
            }
            let by = fields
                .text(reader, access::BY)
                .and_then(|given| reader.choice(&given, "`by` value", Way::ALL.map(|way| (way.id(), way))));
            let approver = fields.required(reader, access::APPROVER).map(template);
            let done = fields.text(reader, access::DONE).map(template);
            let roles = fields.texts(reader, access::ROLES);
            let for_groups = fields.texts(reader, access::FOR_GROUPS);
            let needs = needs(reader, &mut fields, access::NEEDS, vocabulary);
            let refs = fields.texts(reader, access::REFS);
            let extra = extra(reader, &mut fields, access::EXTRA);
            if let (Some(id), Some(name), Some(gives), Some(place), Some(approver)) =
                (id, name, gives, place, approver)
                && reader.unique(&mut seen, &id, "access")
            {
                all.push(Access {
                    id,
                    name,
                    gives,
                    place,
                    edit,
                    by: by.unwrap_or(Way::Request),
                    approver,
                    done,
                    roles,
                    for_groups,
                    needs,
                    refs,
                    extra,
                });
            }
            fields.finish(reader);
        }
        Some(all)
    });
    (access.unwrap_or_default(), diagnostics)
}

fn waivers(reader: &mut Reader, fields: &mut Fields) -> Vec<Waiver> {
    let mut waivers = Vec::new();
    for mut fields in fields.tables(reader, checklist::WAIVERS) {
        let obligation = fields.required(reader, waiver::OBLIGATION);
        let reason = fields.required(reader, waiver::REASON);
        if let (Some(obligation), Some(reason)) = (obligation, reason) {
            waivers.push(Waiver { obligation, reason: reason.value });
        }
        fields.finish(reader);
    }
    waivers
}

fn needs(
    reader: &mut Reader,
    fields: &mut Fields,
    key: &'static str,
    vocabulary: &Vocabulary,
) -> Vec<At<Need>> {
    let names = fields.texts(reader, key).into_iter();
    names.map(|name| At { value: Need::read(&name, vocabulary), span: name.span }).collect()
}

fn phase(reader: &mut Reader, given: Option<At<String>>) -> Option<Phase> {
    let given = given?;
    let phase = PHASES.into_iter().find(|phase| phase.id() == given.value);
    if phase.is_none() {
        reader.unknown_value(&given, "phase", PHASES.map(Phase::id).as_slice());
    }
    phase
}

fn items(
    reader: &mut Reader,
    fields: &mut Fields,
    name: &'static str,
    seen: &mut SeenIds,
    vocabulary: &Vocabulary,
) -> Vec<ChecklistItem> {
    let template = |text| Template::new(text, vocabulary);
    let mut items = Vec::new();
    for mut fields in fields.tables(reader, name) {
        let id = required_id(reader, &mut fields, item::ID);
        let title = fields.text(reader, item::TITLE).map(template);
        let given = fields.required(reader, item::PHASE);
        let phase = phase(reader, given);
        let every = fields.text(reader, item::EVERY).and_then(|given| {
            if phase.is_some_and(|phase| phase != Phase::Ongoing) {
                let message = format!("an item with `every` needs the phase `{}`", Phase::Ongoing.id());
                reader.invalid(&given, message, Some("remove `every`, or change the phase"));
            }
            reader.choice(&given, "`every` value", Cadence::ALL.map(|cadence| (cadence.id(), cadence)))
        });
        let text = fields.required(reader, item::TEXT).map(template);
        let done = fields.text(reader, item::DONE).map(template);
        let covers = fields.texts(reader, item::COVERS);
        let refs = fields.texts(reader, item::REFS);
        let for_groups = fields.texts(reader, item::FOR_GROUPS);
        let needs = needs(reader, &mut fields, item::NEEDS, vocabulary);
        let evidence = fields.text(reader, item::EVIDENCE);
        let extra = extra(reader, &mut fields, item::EXTRA);
        let each = fields
            .text(reader, item::EACH)
            .and_then(|given| reader.choice(&given, "`each` value", Each::ALL.map(|each| (each.id(), each))));
        if let Some(covered) = covers.first().filter(|_| each.is_some() || !needs.is_empty()) {
            let message = "an item with `each` or `needs` cannot cover an obligation".to_owned();
            let help = "cover it in an item that has neither `each` nor `needs`".to_owned();
            reader.report(code::DATA_INVALID_VALUE, &covered.span, message, Some(help));
        }
        if let (Some(id), Some(phase), Some(text)) = (id, phase, text)
            && reader.unique(seen, &id, "item")
        {
            items.push(ChecklistItem {
                id,
                title,
                phase,
                every,
                text,
                done,
                covers,
                refs,
                for_groups,
                needs,
                each,
                evidence,
                extra,
            });
        }
        fields.finish(reader);
    }
    items
}

/// Reads `glossary.toml`.
pub(crate) fn glossary(file: &FileName, text: &str) -> (Vec<Term>, Vec<Diagnostic>) {
    let (terms, diagnostics) = read(file, text, &glossary::RECORD, |reader, fields| {
        let (mut terms, mut seen) = (Vec::new(), SeenIds::new());
        for mut fields in fields.tables(reader, glossary::TERMS) {
            let term = fields.required(reader, term::TERM);
            let definition = fields.required(reader, term::DEFINITION);
            let aliases = fields.texts(reader, term::ALIASES);
            let source = fields.text(reader, term::SOURCE);
            let extra = extra(reader, &mut fields, term::EXTRA);
            if let (Some(term), Some(definition)) = (term, definition) {
                let lower = At { value: term.value.to_lowercase(), span: term.span.clone() };
                if reader.unique(&mut seen, &lower, "term") {
                    let aliases = aliases.into_iter().map(|alias| alias.value).collect();
                    terms.push(Term { term, definition, aliases, source, extra });
                }
            }
            fields.finish(reader);
        }
        Some(terms)
    });
    (terms.unwrap_or_default(), diagnostics)
}

/// Reads the front matter of an ordinary document of the handbook.
pub fn page_matter(file: &FileName, text: &str, block: &FrontMatter) -> (PageMatter, Vec<Diagnostic>) {
    matter(file, text, block, &page::RECORD, page_fields)
}

/// Reads the front matter of a role document.
pub fn role_matter(file: &FileName, text: &str, block: &FrontMatter) -> (RoleMatter, Vec<Diagnostic>) {
    matter(file, text, block, &role::RECORD, |reader, fields| {
        let page = page_fields(reader, fields);
        let mut matter = RoleMatter {
            page,
            id: fields.node(role::ID).is_some().then(|| required_id(reader, fields, role::ID)).flatten(),
            short: fields.text(reader, role::SHORT).map(At::into_value),
            summary: fields.text(reader, role::SUMMARY),
            category: fields.text(reader, role::CATEGORY).map(At::into_value),
            optional: fields.boolean(reader, role::OPTIONAL).unwrap_or(false),
            is_member: !fields.boolean(reader, role::LEADS).unwrap_or(true),
            applies_to: fields.texts(reader, role::APPLIES_TO),
            held_as: fields.texts(reader, role::HELD_AS),
            min: None,
            recommended: None,
            permissions_like: fields.text(reader, role::PERMISSIONS_LIKE),
            appointed_by: fields.text(reader, role::APPOINTED_BY),
            term: fields.text(reader, role::TERM),
            election: fields.text(reader, role::ELECTION),
            time: fields.text(reader, role::TIME),
            ask: fields.text(reader, role::ASK),
            ask_about: fields.text(reader, role::ASK_ABOUT),
            governed_by: fields.texts(reader, role::GOVERNED_BY),
            duties: duties(reader, fields),
            reading: fields.texts(reader, role::READING),
            skills: levels(reader, fields, role::SKILLS),
            charter_sections: fields.texts(reader, role::CHARTER_SECTIONS),
        };
        if let Some(mut number) = fields.table(reader, role::NUMBER) {
            let count = |number: Option<At<i64>>| number.and_then(|number| u32::try_from(number.value).ok());
            matter.min = count(number.integer(reader, number::MIN));
            matter.recommended = count(number.integer(reader, number::RECOMMENDED));
            number.finish(reader);
        }
        matter
    })
}

fn duties(reader: &mut Reader, fields: &mut Fields) -> Vec<StatedDuty> {
    let mut duties = Vec::new();
    for mut fields in fields.tables(reader, role::DUTIES) {
        let text = fields.required(reader, duty::TEXT);
        let clause = fields.required(reader, duty::CLAUSE);
        if let (Some(text), Some(clause)) = (text, clause) {
            duties.push(StatedDuty { text, clause });
        }
        fields.finish(reader);
    }
    duties
}

fn page_fields(reader: &mut Reader, fields: &mut Fields) -> PageMatter {
    PageMatter {
        title: fields.text(reader, page::TITLE).map(At::into_value),
        description: fields.text(reader, page::DESCRIPTION).map(At::into_value),
        order: fields.integer(reader, page::ORDER).map(|order| order.value),
        upstream: fields.text(reader, page::UPSTREAM),
        normative: fields.boolean(reader, page::NORMATIVE),
        aliases: aliases(reader, fields),
        extra: extra(reader, fields, page::EXTRA),
    }
}

/// Reads former addresses of a page, in the form in which they are served: a folder ends in `/`.
fn aliases(reader: &mut Reader, fields: &mut Fields) -> Vec<At<String>> {
    let paths = fields.texts(reader, page::ALIASES);
    let address = |at: At<String>| {
        let fault = match at.value.strip_prefix('/').map(|path| path.strip_suffix('/').unwrap_or(path)) {
            None => Some("does not start with `/`"),
            Some("") => Some("is the address of the home page"),
            Some(path) => alias_fault(path),
        };
        if let Some(fault) = fault {
            let help = "write the former address as `/old/path/`, without the path of `base_url`";
            reader.report(
                code::DATA_INVALID_VALUE,
                &at.span,
                format!("invalid alias `{}`: it {fault}", at.value),
                Some(help.into()),
            );
            return None;
        }
        let path = at.value.strip_suffix("index.html").filter(|folder| folder.ends_with('/'));
        let path = path.unwrap_or(&at.value);
        let slash = if path.ends_with('/') || path.ends_with(".html") { "" } else { "/" };
        Some(At { value: format!("{path}{slash}"), span: at.span })
    };
    paths.into_iter().filter_map(address).collect()
}

/// The reason why a path cannot be a former address.
fn alias_fault(path: &str) -> Option<&'static str> {
    let mut parts = path.split('/').peekable();
    if matches!(parts.peek(), Some(&("assets" | "api" | "calendar"))) {
        return Some("starts with a folder that is reserved for generated files");
    }
    // `index.html` is the page of its folder.
    let folder = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let address = folder.map_or_else(|| format!("/{path}/"), |folder| format!("/{folder}"));
    if SitePath::of_address(&address).is_err() {
        return Some("is not a valid page address");
    }
    while let Some(part) = parts.next() {
        if part.starts_with('.') {
            return Some("has a part that starts with a dot");
        }
        if part.contains(|c: char| "?#%:*\"<>|".contains(c)) {
            return Some("has a character that is not allowed in a path, or a percent-encoded one");
        }
        if part.ends_with(".html") && parts.peek().is_some() {
            return Some("has a folder that ends in `.html`");
        }
    }
    None
}

fn matter<T: Default>(
    file: &FileName,
    text: &str,
    block: &FrontMatter,
    declared: &'static Record,
    record: impl FnOnce(&mut Reader, &mut Fields) -> T,
) -> (T, Vec<Diagnostic>) {
    match tree(file, text, block) {
        Err(error) => (T::default(), vec![error]),
        Ok(node) => {
            // YAML scalars have no types here: the tree contains numbers as text.
            let mut reader = match block.format {
                FrontMatterFormat::Toml => Reader::strict(file, text),
                FrontMatterFormat::Yaml => Reader::lenient(file, text),
            };
            let record = reader.fields("front matter", &node, declared).map(|mut fields| {
                let record = record(&mut reader, &mut fields);
                fields.finish(&mut reader);
                record
            });
            (record.unwrap_or_default(), reader.diagnostics)
        }
    }
}

fn tree(file: &FileName, text: &str, block: &FrontMatter) -> Result<Node, Diagnostic> {
    match block.format {
        FrontMatterFormat::Toml => parse::toml(file, text, block.span.clone()),
        FrontMatterFormat::Yaml => parse::yaml(file, text, block.span.clone()),
    }
}

/// Reads the usable fields of other people's front matter. It has its own rules, so only a syntax error is reported.
pub fn lenient_page_matter(
    file: &FileName,
    text: &str,
    block: &FrontMatter,
) -> (PageMatter, Vec<Diagnostic>) {
    let node = match tree(file, text, block) {
        Ok(node) => node,
        Err(error) => {
            let info = Diagnostic { severity: crate::diagnostic::Severity::Info, ..error };
            return (PageMatter::default(), vec![info]);
        }
    };
    let mut matter = PageMatter::default();
    if let Value::Table(entries) = node.value {
        for (key, node) in entries {
            match (key.name.as_str(), node.value) {
                (page::TITLE, Value::Text(title)) if !title.trim().is_empty() => matter.title = Some(title),
                (page::DESCRIPTION, Value::Text(text)) if !text.trim().is_empty() => {
                    matter.description = Some(text)
                }
                ("weight", Value::Text(weight)) => matter.order = weight.parse().ok(),
                ("weight", Value::Integer(weight)) => matter.order = Some(weight),
                _ => {}
            }
        }
    }
    (matter, Vec::new())
}

/// Reads the id of a file's record; the file stem by default.
fn id(reader: &mut Reader, fields: &mut Fields, key: &'static str, stem: &str) -> At<String> {
    if fields.node(key).is_some() {
        if let Some(id) = required_id(reader, fields, key) {
            return id;
        }
    } else if !is_id(stem) {
        let help = "rename the file, using lowercase letters, digits and hyphens, or set `id`".to_owned();
        reader.report(
            code::DATA_INVALID_VALUE,
            &(0..0),
            format!("the file name `{stem}` is not a valid id"),
            Some(help),
        );
    }
    At { value: stem.to_owned(), span: 0..0 }
}

/// True if a text may be used in addresses and file names.
fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    text.chars().all(fits) && !text.starts_with('.') && check_id(text).is_ok()
}

/// Reads a required id, which becomes part of addresses.
fn required_id(reader: &mut Reader, fields: &mut Fields, key: &'static str) -> Option<At<String>> {
    let id = fields.required(reader, key)?;
    let fits = is_id(&id.value);
    if !fits {
        let help = "use lowercase letters, digits and hyphens".to_owned();
        reader.report(code::DATA_INVALID_VALUE, &id.span, format!("invalid id `{}`", id.value), Some(help));
    }
    fits.then_some(id)
}
