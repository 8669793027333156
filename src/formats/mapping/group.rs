//! Groups, with their people, meetings and channels.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::field::{FieldMapping, Place};
use super::names::{SHOWN, role_key};
use super::path::{PathTarget, Touched};
use super::person::Appointee;
use super::read::FileReader;
use super::tree::is_filled;
use super::unread::ReadExtent;
use super::values::{is_nobody, link};
use super::{GroupMapping, KindOf, MeetingMapping};
use crate::diagnostic::code;
use crate::email::has_email;
use crate::facts::{
    Channel, Contact, Group, Kind, Lead, Meeting, Open, Schedule, ScheduleText, Subproject, Team,
};
use crate::formats::handbook::{checked_schedule, unknown_zone};
use crate::parse::{self, At, Value, slug};
use crate::site_path::check_id;
use crate::url::{is_mail, is_web};

impl FileReader<'_> {
    pub(super) fn group(
        &mut self,
        entry: &GroupMapping,
        record: PathTarget,
        kind_id: Option<&str>,
        parent: Option<&At<String>>,
    ) {
        if !matches!(record.node.value, Value::Table(_) | Value::List(_)) {
            if is_filled(record.node) {
                self.reader.wrong_type("a group", record.node, "a table");
            }
            return;
        }
        let name = self.plain(record, &entry.name);
        let kind = self.kind(&entry.kind, record, kind_id);
        let Some(id) = self.id(entry, record, name.as_ref(), &kind) else { return };
        let mut group = Group {
            name: name.map_or_else(|| id.value.clone(), |name| name.value),
            label: self.plain(record, &entry.label).map(|label| label_name(&label.value, &kind)),
            mission: self.text(record, &entry.mission),
            ask_about: None,
            charter: self.text(record, &entry.charter),
            stakeholders: self.names(record, &entry.stakeholders),
            parent: parent
                .cloned()
                .or_else(|| self.plain(record, &entry.parent).filter(|text| !is_nobody(text))),
            aliases: self.texts(record, &entry.aliases),
            leads: Vec::new(),
            vacant: Vec::new(),
            emeritus: Vec::new(),
            meetings: entry
                .meetings
                .as_ref()
                .map(|meetings| self.meetings(meetings, record))
                .unwrap_or_default(),
            contact: Contact::default(),
            subprojects: Vec::new(),
            overlays: BTreeMap::new(),
            extra: self.extra(&entry.extra, record),
            kind,
            id,
        };
        let former = self.people(record, &entry.emeritus, &entry.person);
        group.emeritus = former.into_iter().map(|(person, ..)| person).collect();
        (group.leads, group.vacant) = self.leads(entry, record);
        group.contact = self.contact(entry, record);
        group.subprojects = self.subprojects(entry, record);
        let id = group.id.clone();
        if self.reader.unique(&mut self.ids, &group.id, "group") {
            self.records.groups.push(Arc::new(group));
        }
        if let Some(nested) = &entry.nested {
            for target in self.select(nested, record) {
                self.nested(entry, target, kind_id, &id);
            }
        }
    }

    /// Reads the groups below a group: the items of a list, or the values of a table.
    pub(super) fn nested(
        &mut self,
        entry: &GroupMapping,
        target: PathTarget,
        kind: Option<&str>,
        parent: &At<String>,
    ) {
        match &target.node.value {
            Value::List(items) => {
                for node in items {
                    self.part(entry, PathTarget { node, key: None }, kind, parent);
                }
            }
            Value::Table(entries) => {
                for (key, node) in entries {
                    self.read.note(Touched { key, is_last: true, is_data: true }, ReadExtent::Value);
                    self.part(entry, PathTarget { node, key: Some(key) }, kind, parent);
                }
            }
            _ => {}
        }
    }

    /// Reads a group below another one, unless the condition of the entry leaves it out.
    pub(super) fn part(
        &mut self,
        entry: &GroupMapping,
        record: PathTarget,
        kind: Option<&str>,
        parent: &At<String>,
    ) {
        if self.keeps(&entry.from, record) {
            self.group(entry, record, kind, Some(parent));
        }
    }

    pub(super) fn kind(&mut self, kind: &KindOf, record: PathTarget, of_each: Option<&str>) -> Arc<Kind> {
        let kinds = &self.file.vocabulary.kinds;
        let unnamed = || kinds.unnamed();
        let fixed = match kind {
            KindOf::Fixed(id) => Some(id.as_str()),
            _ => None,
        };
        if let Some(id) = of_each.or(fixed) {
            return kinds.get(id).cloned().unwrap_or_else(unnamed);
        }
        let KindOf::Field(field) = kind else { return unnamed() };
        let Some(id) = self.text(record, field) else { return unnamed() };
        kinds.get(&id.value).cloned().unwrap_or_else(|| {
            self.reader.unknown_value(&id, "kind of group", &kinds.ids());
            unnamed()
        })
    }

    /// The id of a group: that of the record, or one made from its kind and name.
    pub(super) fn id(
        &mut self,
        entry: &GroupMapping,
        record: PathTarget,
        name: Option<&At<String>>,
        kind: &Kind,
    ) -> Option<At<String>> {
        if let Some(id) = self.plain(record, &entry.id) {
            let is_key =
                entry.id.0.contains(&Place::Key) && record.key.is_some_and(|key| key.name.trim() == id.value);
            let value = if is_key { slug(&id.value) } else { id.value.trim_matches('/').to_owned() };
            let id = At { value, span: id.span };
            return self.group_id(id);
        }
        let Some(name) = name else {
            self.missing(record, "the group has neither an id nor a name");
            return None;
        };
        self.group_id(At {
            value: format!("{}-{}", kind.id, slug(name.value.trim())),
            span: name.span.clone(),
        })
    }

    /// Checks an id, which becomes part of addresses. Any other text is replaced by its slug.
    pub(super) fn group_id(&mut self, id: At<String>) -> Option<At<String>> {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_id = |id: &str| check_id(id).is_ok() && id.chars().all(is_plain) && !id.starts_with('.');
        if is_id(&id.value) {
            return Some(id);
        }
        let value = Group::id_of(&id.value);
        let fits = is_id(&value);
        // A name is expected to have other characters; an id with them is a mistake.
        let is_name = id.value.contains(' ') && !id.value.contains('/');
        if !fits || !is_name {
            let message = format!("invalid group id `{}`", parse::shortened(&id.value, SHOWN));
            let help = match fits {
                true => format!("use letters, digits and hyphens; the page has the address of `{value}`"),
                false => "use letters, digits and hyphens; the id becomes part of addresses".to_owned(),
            };
            self.reader.report(code::DATA_INVALID_VALUE, &id.span, message, Some(help));
        }
        fits.then_some(At { value, span: id.span })
    }

    /// The holders of roles, and the roles that the record marks as vacant.
    fn leads(&mut self, entry: &GroupMapping, record: PathTarget) -> (Vec<Lead>, Vec<String>) {
        let (mut leads, mut vacant) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        // The keys that `*` does not stand for: those that other roles read.
        let mut taken = HashSet::new();
        for path in entry.emeritus.paths() {
            path.select(record, &mut |touched| {
                taken.insert(touched.key.span.start);
            });
        }
        for role in &entry.roles {
            for path in role.people.paths() {
                let targets = self.select(path, record).into_iter();
                let is_taken =
                    |target: &PathTarget| target.key.is_some_and(|key| taken.contains(&key.span.start));
                let targets: Vec<PathTarget> =
                    targets.filter(|target| role.from_key.is_none() || !is_taken(target)).collect();
                path.select(record, &mut |touched| {
                    taken.insert(touched.key.span.start);
                });
                for target in targets {
                    let role_key = match (&role.from_key, target.key) {
                        (None, _) => role.role.clone(),
                        (Some(_), None) => continue,
                        (Some(_), Some(key)) if has_email(&key.name) => continue,
                        (Some((start, end)), Some(key)) => role_key(start, &key.name, end),
                    };
                    for appointee in self.holders_at(target, &entry.person) {
                        let Appointee::Person(person, further) = appointee else {
                            vacant.push(role_key.clone());
                            continue;
                        };
                        let span = target.node.span.clone();
                        let own = (At { value: role_key.clone(), span }, None);
                        let roles = further.into_iter().map(|role| (role, Some(role_key.clone())));
                        for (role, beside) in std::iter::once(own).chain(roles) {
                            if seen.insert((role.value.clone(), person.id.value.clone())) {
                                leads.push(Lead { role, beside, person: person.clone() });
                            }
                        }
                    }
                }
            }
        }
        (leads, vacant)
    }

    pub(super) fn meetings(&mut self, mapping: &MeetingMapping, record: PathTarget) -> Vec<Meeting> {
        let mut meetings = Vec::new();
        for target in self.select(&mapping.each, record) {
            let start = target.node.span.start..target.node.span.start;
            let title = self.plain(target, &mapping.title);
            // A group has a name even if it has no meeting.
            let is_titled = title.is_some() && !mapping.each.is_whole();
            let schedule = match self.text(target, &mapping.schedule) {
                Some(text) => self.schedule(&text),
                None => {
                    let text = ScheduleText {
                        day: self.text(target, &mapping.day),
                        time: self.text(target, &mapping.time),
                        tz: self.text(target, &mapping.tz),
                        frequency: self.text(target, &mapping.frequency),
                    };
                    checked_schedule(&mut self.reader, text, self.file.vocabulary)
                }
            };
            let meeting = Meeting {
                title: title.unwrap_or_else(|| At { value: "Meeting".into(), span: start }),
                schedule,
                join: self.address(target, &mapping.join, "join"),
                notes: self.address(target, &mapping.notes, "notes"),
                recordings: self.address(target, &mapping.recordings, "recordings"),
                calendar: self.address(target, &mapping.calendar, "calendar"),
                extra: self.extra(&mapping.extra, target),
            };
            let links = [&meeting.join, &meeting.notes, &meeting.recordings, &meeting.calendar];
            if is_titled || meeting.schedule.is_set() || links.iter().any(|link| link.is_some()) {
                meetings.push(meeting);
            }
        }
        meetings
    }

    /// The value of a channel, and its name if the value is an address: a text, a link in Markdown, or a table with
    /// `name` and `url`.
    pub(super) fn channel(
        &mut self,
        record: PathTarget,
        field: &FieldMapping,
    ) -> Option<(At<String>, Option<String>)> {
        if let Some(table) =
            self.first(record, field).filter(|target| matches!(target.node.value, Value::Table(_)))
        {
            let name = self.text(table, &FieldMapping::of(&["name"]));
            let label = name.as_ref().map(|name| name.value.clone());
            return match self.text(table, &FieldMapping::of(&["url"])) {
                Some(url) => Some((url, label)),
                None => Some((name?, None)),
            };
        }
        let text = self.text(record, field)?;
        let link = link(&text.value).map(|(label, address)| (address.to_owned(), label.to_owned()));
        match link {
            Some((value, label)) => Some((At { value, span: text.span }, Some(label))),
            None => Some((text, None)),
        }
    }

    /// Interprets a schedule in one text. Reports unknown zones in it.
    pub(super) fn schedule(&mut self, text: &At<String>) -> Schedule {
        let schedule = Schedule::of_text(text, self.file.vocabulary);
        for open in &schedule.open {
            if let Open::Zone(zone) = open {
                unknown_zone(&mut self.reader, &At { value: zone.clone(), span: text.span.clone() });
            }
        }
        schedule
    }

    pub(super) fn contact(&mut self, entry: &GroupMapping, record: PathTarget) -> Contact {
        let mut contact = Contact::default();
        for (kind, field) in &entry.contact.channels {
            let Some((text, label)) = self.channel(record, field) else { continue };
            let channel = Channel::new(kind, &text.value);
            let is_unlinked = kind.mail && kind.url.is_none();
            if is_unlinked && !is_web(&channel.value) && !is_mail(&channel.value) {
                let message = format!(
                    "`{}` is neither a web address nor an email address; it will not be linked",
                    kind.key
                );
                let help = "write an address such as https://example.org/list or list@example.org";
                self.reader.warn(code::DATA_INVALID_VALUE, &text.span, message, Some(help.into()));
            }
            contact.channels.push(Channel { label, ..channel });
        }
        contact.liaison =
            self.people(record, &entry.liaison, &entry.person).into_iter().next().map(|(person, ..)| person);
        if let Some(teams) = &entry.teams {
            for team in self.select(&teams.each, record) {
                let name = self.required(team, &teams.name, "name");
                let description = self.text(team, &teams.description).map(At::into_value);
                contact.teams.extend(name.map(|name| Team { name: name.value, description }));
            }
        }
        contact
    }

    pub(super) fn subprojects(&mut self, entry: &GroupMapping, record: PathTarget) -> Vec<Subproject> {
        let Some(mapping) = &entry.subprojects else { return Vec::new() };
        let mut subprojects = Vec::new();
        for target in self.select(&mapping.each, record) {
            let name = self.required(target, &mapping.name, "name");
            let contact = self.contact(entry, target);
            let owners = self.texts(target, &mapping.owners);
            owners.iter().for_each(|owners| self.reader.expect_web("owners", owners));
            let leads = self.people(target, &mapping.leads, &entry.person);
            let meetings = entry.meetings.as_ref().map(|meetings| self.meetings(meetings, target));
            let description = self.text(target, &mapping.description).map(At::into_value);
            let extra = self.extra(&mapping.extra, target);
            subprojects.extend(name.map(|name| Subproject {
                name,
                description,
                contact: Some(contact).filter(|contact| *contact != Contact::default()),
                owners: owners.into_iter().map(At::into_value).collect(),
                leads: leads.into_iter().map(|(person, ..)| person).collect(),
                meetings: meetings.unwrap_or_default(),
                extra,
            }));
        }
        subprojects
    }
}

/// The name of a label without the kind of group: `paint` for `guild/paint`.
pub(super) fn label_name(label: &str, kind: &Kind) -> String {
    let name = label.strip_prefix(&kind.id).and_then(|rest| rest.strip_prefix('/'));
    name.unwrap_or(label).to_owned()
}
