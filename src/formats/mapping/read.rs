//! Reads the records of a file by a mapping.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::field::{Field, Place};
use super::path::{Path, Target, Touched};
use super::tree::{self, trees};
use super::unread::{Extent, ReadFields, Unread};
use super::{Each, GroupMapping, KindOf, Mapping, MeetingMapping, PersonMapping, SeatMapping, Selection};
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::facts::{
    Channel, Contact, Extra, Group, Kind, Lead, Meeting, NamedSeat, Open, Person, Profile, Records, Roster,
    Schedule, ScheduleText, Subproject, TableRecord, Team,
};
use crate::formats::DataFile;
use crate::formats::extra::published;
use crate::formats::handbook::{checked_schedule, unknown_zone};
use crate::formats::person::{PersonTexts, is_address, person, without_addresses};
use crate::parse::{self, At, Node, Reader, SeenIds, Value, slug, without_links};
use crate::site_path::check_id;
use crate::url::{is_mail, is_web};

/// Words that stand for nobody where a person is named, and for nothing where a group is.
const NOBODY: [&str; 6] = ["tbd", "tba", "none", "n/a", "-", "vacant"];

/// Maximum characters of a value in a diagnostic.
const SHOWN: usize = 80;

/// Reads all records of a file.
pub(super) fn records(mapping: &Mapping, file: &DataFile) -> Records {
    let parsed = parsed(mapping, file);
    let mut reader = FileReader {
        reader: Reader::lenient(file.name, file.text),
        file,
        read: ReadFields::default(),
        groups: HashSet::new(),
        ids: SeenIds::new(),
        records: Records::default(),
    };
    for (_, faults) in parsed.values() {
        // An error in other people's data skips only the record that contains it.
        let faults = faults.iter().map(|fault| Diagnostic { severity: Severity::Warning, ..fault.clone() });
        reader.reader.diagnostics.extend(faults);
    }
    let trees = |from: &Selection| parsed.get(&from.table).map_or(&[][..], |(trees, _)| trees);
    for entry in &mapping.groups {
        let read = |reader: &mut FileReader, record: Target<'_>, kind: Option<&str>| {
            if reader.groups.insert((record.node.span.start, record.node.span.end)) {
                reader.group(entry, record, kind, None);
            }
        };
        reader.each(&entry.from, trees(&entry.from), read);
    }
    for entry in &mapping.seats {
        let mut above = BTreeMap::new();
        reader.each(&entry.from, trees(&entry.from), |reader, record, _| {
            reader.seat(entry, record, &mut above)
        });
    }
    for entry in &mapping.people {
        reader.each(&entry.from, trees(&entry.from), |reader, record, _| {
            let profile = reader.profile(&entry.person, &entry.extra, record);
            reader.records.people.extend(profile);
        });
    }
    for entry in &mapping.rosters {
        let usual = PersonMapping::usual(file.vocabulary);
        reader.each(&entry.from, trees(&entry.from), |reader, record, _| {
            let name = reader.text(record, &entry.name);
            let members = reader.people(record, &entry.members, &usual);
            let members = members.into_iter().map(|(person, ..)| person).collect();
            reader.records.rosters.extend(name.map(|name| Roster { name, members }));
        });
    }
    for entry in &mapping.tables {
        reader.each(&entry.from, trees(&entry.from), |reader, record, _| {
            if let serde_json::Value::Object(data) = published(record.node, reader.file.text) {
                reader.records.tables.push(TableRecord { table: entry.name.clone(), data });
            }
            reader.all_is_read(record.node);
        });
    }
    if reader.records.found.iter().any(|target| *target > 0) {
        for (trees, _) in parsed.values() {
            reader.report_unread(trees);
        }
    }
    reader.records.diagnostics = reader.reader.diagnostics;
    reader.records
}

/// The trees of a file and their syntax errors, by the key of headings of tables.
type Parsed = BTreeMap<Option<String>, (Vec<Node>, Vec<Diagnostic>)>;

fn parsed(mapping: &Mapping, file: &DataFile) -> Parsed {
    let mut parsed = Parsed::new();
    for from in mapping.selections().filter(|from| from.is_in(file.path)) {
        let heading = from.table.as_deref();
        parsed.entry(from.table.clone()).or_insert_with(|| trees(file.name, file.path, file.text, heading));
    }
    parsed
}

/// A file that is read.
struct FileReader<'a> {
    reader: Reader<'a>,
    file: &'a DataFile<'a>,
    /// The fields that were read.
    read: ReadFields,
    /// The spans of the records that were read as groups.
    groups: HashSet<(usize, usize)>,
    ids: SeenIds,
    records: Records,
}

impl FileReader<'_> {
    /// Reads each record of an entry, and counts them.
    fn each<'n>(
        &mut self,
        from: &Selection,
        trees: &'n [Node],
        mut read: impl FnMut(&mut Self, Target<'n>, Option<&str>),
    ) {
        let mut count = 0;
        if from.is_in(self.file.path) {
            let whole = [if from.is_of_rows { Each::rows() } else { Each::whole() }];
            // Without a path, the records of a table are its rows or sections.
            let is_rows = from.each.is_empty() && (from.table.is_some() || tree::is_csv(self.file.path));
            let each = if from.each.is_empty() { &whole[..] } else { &from.each };
            for tree in trees {
                let root = Target::root(tree);
                self.ignore(&from.ignore, root);
                for Each { kind, path } in each {
                    for target in self.select(path, root) {
                        let records = match &target.node.value {
                            Value::List(items) if is_rows || from.each.is_empty() && are_tables(items) => {
                                items.as_slice()
                            }
                            _ => std::slice::from_ref(target.node),
                        };
                        for node in records {
                            self.ignore(&from.ignore, Target { node, key: target.key });
                            if from.filter.as_ref().is_some_and(|filter| !filter.keeps(node, self.file.text))
                            {
                                self.all_is_read(node);
                            } else {
                                count += 1;
                                read(self, Target { node, key: target.key }, kind.as_deref());
                            }
                        }
                    }
                }
            }
        }
        self.records.found.push(count);
    }

    fn ignore(&mut self, paths: &[Path], from: Target) {
        for path in paths {
            path.select(from, &mut |touched| self.read.note(touched, Extent::All));
        }
    }

    fn select<'n>(&mut self, path: &Path, from: Target<'n>) -> Vec<Target<'n>> {
        path.select(from, &mut |touched| self.read.note(touched, Extent::Value))
    }

    /// Notes that everything in a value is read.
    fn all_is_read(&mut self, node: &Node) {
        self.read.note_all(node);
    }

    /// Reports each field that nothing reads, once for the file.
    fn report_unread(&mut self, trees: &[Node]) {
        let unread = self.read.unread(trees);
        for Unread { name, key, node, is_passed } in unread {
            if is_passed {
                self.reader.wrong_type(&name, node, "a table");
                continue;
            }
            let message = format!("the field `{name}` is not read");
            let help = "map it in site.toml, or list it in `ignore`".to_owned();
            let location = self.reader.location(&key.span);
            self.reader.diagnostics.push(Diagnostic::new(code::DATA_UNREAD, message, location).help(help));
        }
    }

    /// The first value of a field.
    fn first<'n>(&mut self, record: Target<'n>, field: &Field) -> Option<Target<'n>> {
        let mut first = None;
        for place in &field.0 {
            if let Place::Path(path) = place {
                // All places are read, so that none is reported as unread.
                let target = self.select(path, record).into_iter().find(|target| is_filled(target.node));
                first = first.or(target);
            }
        }
        first
    }

    /// The first text of a field.
    fn text(&mut self, record: Target, field: &Field) -> Option<At<String>> {
        self.texts(record, field).into_iter().next()
    }

    /// The texts of the first place of a field that has any.
    fn texts(&mut self, record: Target, field: &Field) -> Vec<At<String>> {
        let mut first = Vec::new();
        for place in &field.0 {
            let texts: Vec<At<String>> = match place {
                Place::Path(path) => {
                    let targets = self.select(path, record);
                    targets.iter().flat_map(|target| texts_of(target.node)).collect()
                }
                Place::Key => {
                    let key = record.key.iter();
                    key.map(|key| At { value: key.name.trim().to_owned(), span: key.span.clone() }).collect()
                }
                Place::Stem => self.file_part(record, self.file.stem()),
                Place::Folder => self.file_part(record, self.file.folder()),
                Place::Fixed(text) => self.file_part(record, text),
            };
            if first.is_empty() {
                first = texts;
            }
        }
        first
    }

    fn file_part(&self, record: Target, text: &str) -> Vec<At<String>> {
        let start = record.node.span.start;
        if text.is_empty() { Vec::new() } else { vec![At { value: text.to_owned(), span: start..start }] }
    }

    /// A text without the destinations of links in Markdown.
    fn plain(&mut self, record: Target, field: &Field) -> Option<At<String>> {
        let text = self.text(record, field)?;
        Some(At { value: without_links(&text.value), span: text.span })
    }

    /// The names of groups: texts without the destinations of links, and without words for nothing.
    fn names(&mut self, record: Target, field: &Field) -> Vec<At<String>> {
        let texts = self.texts(record, field).into_iter().filter(|text| !is_nobody(text));
        texts.map(|text| At { value: without_links(&text.value), span: text.span }).collect()
    }

    /// A web address, or the destination of a link in Markdown.
    fn address(&mut self, record: Target, field: &Field, name: &str) -> Option<String> {
        let text = self.text(record, field)?;
        let text = match link(&text.value) {
            Some((_, address)) => At { value: address.to_owned(), span: text.span },
            None => text,
        };
        self.reader.expect_web(name, &text);
        Some(text.value)
    }

    fn group(
        &mut self,
        entry: &GroupMapping,
        record: Target,
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
        group.leads = self.leads(entry, record);
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
    fn nested(&mut self, entry: &GroupMapping, target: Target, kind: Option<&str>, parent: &At<String>) {
        match &target.node.value {
            Value::List(items) => {
                for node in items {
                    self.part(entry, Target { node, key: None }, kind, parent);
                }
            }
            Value::Table(entries) => {
                for (key, node) in entries {
                    self.read.note(Touched { key, is_last: true, is_data: true }, Extent::Value);
                    self.part(entry, Target { node, key: Some(key) }, kind, parent);
                }
            }
            _ => {}
        }
    }

    /// Reads a group below another one, unless the condition of the entry leaves it out.
    fn part(&mut self, entry: &GroupMapping, record: Target, kind: Option<&str>, parent: &At<String>) {
        self.ignore(&entry.from.ignore, record);
        if entry.from.filter.as_ref().is_some_and(|filter| !filter.keeps(record.node, self.file.text)) {
            self.all_is_read(record.node);
        } else {
            self.group(entry, record, kind, Some(parent));
        }
    }

    fn kind(&mut self, kind: &KindOf, record: Target, of_each: Option<&str>) -> Arc<Kind> {
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
    fn id(
        &mut self,
        entry: &GroupMapping,
        record: Target,
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
            let start = record.node.span.start..record.node.span.start;
            self.reader.report(
                code::DATA_MISSING_FIELD,
                &start,
                "the group has neither an id nor a name".into(),
                None,
            );
            return None;
        };
        self.group_id(At {
            value: format!("{}-{}", kind.id, slug(name.value.trim())),
            span: name.span.clone(),
        })
    }

    /// Checks an id, which becomes part of addresses. Any other text is replaced by its slug.
    fn group_id(&mut self, id: At<String>) -> Option<At<String>> {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_id = |id: &str| check_id(id).is_ok() && id.chars().all(is_plain) && !id.starts_with('.');
        if is_id(&id.value) {
            return Some(id);
        }
        let words = id.value.replace('+', "plus").replace('#', "sharp").replace(['/', '&', '.'], " ");
        let value =
            slug(words.trim()).split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
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

    fn leads(&mut self, entry: &GroupMapping, record: Target) -> Vec<Lead> {
        let mut leads = Vec::new();
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
                    |target: &Target| target.key.is_some_and(|key| taken.contains(&key.span.start));
                let targets: Vec<Target> =
                    targets.filter(|target| role.from_key.is_none() || !is_taken(target)).collect();
                path.select(record, &mut |touched| {
                    taken.insert(touched.key.span.start);
                });
                for target in targets {
                    let role_key = match (&role.from_key, target.key) {
                        (None, _) => role.role.clone(),
                        (Some(_), None) => continue,
                        (Some(_), Some(key)) if is_address(&key.name) => continue,
                        (Some((start, end)), Some(key)) => role_key(start, &key.name, end),
                    };
                    for (person, further) in self.people_at(target, &entry.person) {
                        let span = target.node.span.clone();
                        let roles = std::iter::once(At { value: role_key.clone(), span }).chain(further);
                        for role in roles {
                            if seen.insert((role.value.clone(), person.id.value.clone())) {
                                leads.push(Lead { role, person: person.clone() });
                            }
                        }
                    }
                }
            }
        }
        leads
    }

    /// The people in a field, each with the further roles that the record gives them.
    fn people(
        &mut self,
        record: Target,
        field: &Field,
        mapping: &PersonMapping,
    ) -> Vec<(Person, Vec<At<String>>)> {
        let mut people = Vec::new();
        for place in &field.0 {
            let Place::Path(path) = place else { continue };
            let targets = self.select(path, record);
            let here: Vec<_> =
                targets.into_iter().flat_map(|target| self.people_at(target, mapping)).collect();
            if people.is_empty() {
                people = here;
            }
        }
        people
    }

    /// The person that a value names, or the people if it is a list.
    fn people_at(&mut self, target: Target, mapping: &PersonMapping) -> Vec<(Person, Vec<At<String>>)> {
        match &target.node.value {
            Value::List(items) => {
                let items = items.iter().map(|node| Target { node, key: target.key });
                items.flat_map(|target| self.people_at(target, mapping)).collect()
            }
            Value::Null => Vec::new(),
            _ => self.person(target, mapping).into_iter().collect(),
        }
    }

    fn person(&mut self, record: Target, mapping: &PersonMapping) -> Option<(Person, Vec<At<String>>)> {
        // An email address is never kept.
        for field in ["email", "mail"] {
            let path = Path::read(field).ok()?;
            self.select(&path, record);
        }
        let mut accounts = Vec::new();
        let mut is_nobody_named = false;
        let is_nobody =
            |text: &At<String>| is_nobody(text) || mapping.nobody.contains(&text.value.to_lowercase());
        for (kind, field) in &mapping.accounts {
            let Some(text) = self.text(record, field) else { continue };
            if is_nobody(&text) {
                is_nobody_named = true;
                continue;
            }
            let text = At { value: bare(&text.value).to_owned(), span: text.span };
            // A link to a profile names the account twice: in its destination, and mostly in its label.
            let names =
                link(&text.value).map(|(label, address)| [kind.name_in(address), kind.name_in(label)]);
            let name = names.and_then(|names| names.into_iter().find(|name| kind.fits(name)));
            let value = name.unwrap_or_else(|| kind.name_in(&text.value));
            accounts.push((kind.clone(), At { value, span: text.span }));
        }
        let name = self.plain(record, &mapping.name);
        let named = name.is_some();
        let name = name.filter(|name| !is_nobody(name));
        let texts = PersonTexts {
            company: self.plain(record, &mapping.company),
            since: self.text(record, &mapping.since),
            until: self.text(record, &mapping.until),
            accounts,
            name,
        };
        let mut more_roles = self.texts(record, &mapping.role);
        more_roles.retain(|role| !is_address(&role.value));
        more_roles.iter_mut().for_each(|role| role.value = kebab(&role.value));
        if texts.accounts.is_empty() && texts.name.is_none() {
            match &record.node.value {
                _ if named || is_nobody_named => {}
                Value::Table(_) => {
                    let start = record.node.span.start..record.node.span.start;
                    let message = "the person has neither an account nor a name".to_owned();
                    self.reader.report(code::DATA_MISSING_FIELD, &start, message, None);
                }
                _ if is_filled(record.node) => self.reader.wrong_type("a person", record.node, "a table"),
                _ => {}
            }
            return None;
        }
        Some((person(&mut self.reader, texts)?, more_roles))
    }

    /// A text about a person, without email addresses.
    fn about(&mut self, record: Target, field: &Field, name: &str) -> Option<String> {
        let text = self.plain(record, field)?;
        without_addresses(&mut self.reader, name, text).map(At::into_value)
    }

    fn profile(
        &mut self,
        mapping: &PersonMapping,
        extra: &[(String, Field)],
        record: Target,
    ) -> Option<Profile> {
        let (person, _) = self.person(record, mapping)?;
        Some(Profile {
            person,
            pronouns: self.about(record, &mapping.pronouns, "pronouns"),
            place: self.about(record, &mapping.place, "place"),
            picture: self.text(record, &mapping.picture).filter(|at| !is_address(at)),
            aliases: self.texts(record, &mapping.aliases).into_iter().filter(|at| !is_address(at)).collect(),
            extra: self.extra(extra, record),
        })
    }

    fn seat(&mut self, entry: &SeatMapping, record: Target, above: &mut BTreeMap<String, Node>) {
        let filled = filled(record.node, &entry.fill, above);
        let record = Target { node: filled.as_ref().unwrap_or(record.node), ..record };
        let groups = self.names(record, &entry.group);
        let mut roles = self.texts(record, &entry.role);
        if let (true, Some(text)) = (roles.is_empty(), &entry.role_text) {
            roles = self.file_part(record, text);
        }
        roles.retain(|role| !is_address(&role.value));
        let kind = self.kind(&entry.kind, record, None);
        let Some((person, further)) = self.person(record, &entry.person) else { return };
        roles.extend(further);
        for role in roles {
            let lead =
                |value: String| Lead { role: At { value, span: role.span.clone() }, person: person.clone() };
            let lead = lead(kebab(&role.value));
            if entry.group.is_empty() {
                self.records.seats.push(NamedSeat { group: None, kind: kind.clone(), lead });
                continue;
            }
            for group in &groups {
                let group = Some(group.clone());
                self.records.seats.push(NamedSeat { group, kind: kind.clone(), lead: lead.clone() });
            }
        }
    }

    fn meetings(&mut self, mapping: &MeetingMapping, record: Target) -> Vec<Meeting> {
        let mut meetings = Vec::new();
        for target in self.select(&mapping.each, record) {
            let start = target.node.span.start..target.node.span.start;
            let title = self.plain(target, &mapping.title);
            let is_titled = title.is_some();
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
    fn channel(&mut self, record: Target, field: &Field) -> Option<(At<String>, Option<String>)> {
        if let Some(table) =
            self.first(record, field).filter(|target| matches!(target.node.value, Value::Table(_)))
        {
            let name = self.text(table, &Field::of(&["name"]));
            let label = name.as_ref().map(|name| name.value.clone());
            return match self.text(table, &Field::of(&["url"])) {
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
    fn schedule(&mut self, text: &At<String>) -> Schedule {
        let schedule = Schedule::of_text(text, self.file.vocabulary);
        for open in &schedule.open {
            if let Open::Zone(zone) = open {
                unknown_zone(&mut self.reader, &At { value: zone.clone(), span: text.span.clone() });
            }
        }
        schedule
    }

    fn contact(&mut self, entry: &GroupMapping, record: Target) -> Contact {
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

    fn subprojects(&mut self, entry: &GroupMapping, record: Target) -> Vec<Subproject> {
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
            subprojects.extend(name.map(|name| Subproject {
                name,
                description,
                contact: Some(contact).filter(|contact| *contact != Contact::default()),
                owners: owners.into_iter().map(At::into_value).collect(),
                leads: leads.into_iter().map(|(person, ..)| person).collect(),
                meetings: meetings.unwrap_or_default(),
            }));
        }
        subprojects
    }

    fn required(&mut self, record: Target, field: &Field, name: &str) -> Option<At<String>> {
        let text = self.plain(record, field);
        if text.is_none() {
            let start = record.node.span.start..record.node.span.start;
            self.reader.report(code::DATA_MISSING_FIELD, &start, format!("missing field `{name}`"), None);
        }
        text
    }

    fn extra(&mut self, fields: &[(String, Field)], record: Target) -> Extra {
        let mut extra = Extra::new();
        for (name, field) in fields {
            let value = match self.first(record, field) {
                Some(target) => {
                    self.all_is_read(target.node);
                    published(target.node, self.file.text)
                }
                None => self.text(record, field).map_or(serde_json::Value::Null, |text| text.value.into()),
            };
            if !value.is_null() {
                extra.insert(name.clone(), value);
            }
        }
        extra
    }
}

/// A row with the empty fields that repeat the row above.
fn filled(record: &Node, fields: &[String], above: &mut BTreeMap<String, Node>) -> Option<Node> {
    let Value::Table(entries) = &record.value else { return None };
    if fields.is_empty() {
        return None;
    }
    let mut entries = entries.clone();
    for (key, node) in entries.iter_mut().filter(|(key, _)| fields.contains(&key.name)) {
        if is_filled(node) {
            above.insert(key.name.clone(), node.clone());
        } else if let Some(node_above) = above.get(&key.name) {
            *node = node_above.clone();
        }
    }
    Some(Node { value: Value::Table(entries), span: record.span.clone() })
}

/// The role key for the holders at a key of the data, between two texts: `co_leads` holds people with the role
/// `co-lead`, and `tcSponsor` one `tc-sponsor`. A text that the key already has is not added again.
pub(in crate::formats) fn role_key(before: &str, key: &str, after: &str) -> String {
    let words = kebab(key);
    if before.is_empty() && after.is_empty() {
        return singular(&words);
    }
    let before = if words.starts_with(before) { "" } else { before };
    let after = if words.ends_with(after) { "" } else { after };
    format!("{before}{words}{after}")
}

/// The words of a text in lower case with hyphens between them: `tech-lead` of `techLead` and `Tech Lead`.
fn kebab(text: &str) -> String {
    let mut words = String::new();
    let mut last_is_lower = false;
    for char in text.trim().chars() {
        if char.is_uppercase() && last_is_lower {
            words.push('-');
        }
        last_is_lower = char.is_lowercase() || char.is_ascii_digit();
        if char.is_alphanumeric() || matches!(char, '-' | '.') {
            words.extend(char.to_lowercase());
        } else if !words.ends_with('-') {
            words.push('-');
        }
    }
    words.trim_matches('-').to_owned()
}

/// True for the records of a file that is a list of them.
fn are_tables(items: &[Node]) -> bool {
    items.len() > 1 && items.iter().all(|item| matches!(item.value, Value::Table(_)))
}

/// A cell of a table in Markdown without emphasis, code marks and remarks: `@ann` of `**@ann** (away)`.
fn bare(text: &str) -> &str {
    let text = text.trim_matches(['*', '`', ' ']);
    let end = if text.starts_with('@') { text.find([' ', '*', '`']) } else { None };
    end.map_or(text, |end| &text[..end])
}

/// The singular of an English word: `chair` of `chairs`.
pub(in crate::formats) fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) => word.to_owned(),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

/// The name of a label without the kind of group: `paint` for `guild/paint`.
fn label_name(label: &str, kind: &Kind) -> String {
    let name = label.strip_prefix(&kind.id).and_then(|rest| rest.strip_prefix('/'));
    name.unwrap_or(label).to_owned()
}

/// The label and the destination of a text that is a link in Markdown.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let address = rest.strip_suffix(')')?;
    (!label.contains(['[', ']']) && !address.contains([' ', '('])).then_some((label, address))
}

fn is_nobody(text: &At<String>) -> bool {
    NOBODY.iter().any(|word| text.value.eq_ignore_ascii_case(word))
}

/// True if a value is neither null nor blank.
fn is_filled(node: &Node) -> bool {
    match &node.value {
        Value::Null => false,
        Value::Text(text) => !text.trim().is_empty(),
        _ => true,
    }
}

/// The text of a scalar, or the texts of a list. Surrounding white space and zero-width spaces are trimmed.
fn texts_of(node: &Node) -> Vec<At<String>> {
    let text = match &node.value {
        Value::Text(text) | Value::Other(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::List(items) => return items.iter().flat_map(texts_of).collect(),
        Value::Null | Value::Boolean(_) | Value::Table(_) => return Vec::new(),
    };
    let invisible = |c: char| {
        c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
    };
    let is_shown = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let value: String = text.trim_matches(invisible).chars().filter(is_shown).collect();
    if value.is_empty() { Vec::new() } else { vec![At { value, span: node.span.clone() }] }
}
