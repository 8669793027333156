//! Reading.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::schedule;
use crate::diagnostic::{Diagnostic, FileName};
use crate::facts::{
    Access, Account, AccountKind, Blank, Channel, ChannelKind, CharterSays, Checklist, ChecklistItem,
    Contact, Each, Group, Held, Kind, Kinds, Lead, Letter, Meeting, Need, PHASES, PageMatter, Person, Phase,
    RoleMatter, RoleOverlay, Skill, SkillArea, SkillLevel, Subproject, Team, Template, Term, Waiver,
};
use crate::parse::{self, At, Fields, FrontMatter, FrontMatterFormat, Node, Reader, Seen, Value};
use crate::site_path::{SitePath, check_id};

/// Highest level of a skill.
const MAX_LEVEL: i64 = 4;

/// A record, or what kept it from being one, and everything wrong in the file.
type Read<T> = (Option<T>, Vec<Diagnostic>);

/// Reads a TOML file with one record.
fn read<T>(
    file: &FileName,
    text: &str,
    record: impl FnOnce(&mut Reader, &mut Fields) -> Option<T>,
) -> Read<T> {
    let node = match parse::toml(file, text, 0..text.len()) {
        Ok(node) => node,
        Err(error) => return (None, vec![error]),
    };
    let mut reader = Reader::strict(file, text);
    let record = reader.fields("the file", &node).and_then(|mut fields| {
        let record = record(&mut reader, &mut fields);
        fields.finish(&mut reader);
        record
    });
    (record, reader.diagnostics)
}

/// Reads `groups/<stem>.toml`.
pub(crate) fn group(file: &FileName, stem: &str, text: &str, kinds: &Kinds) -> Read<Group> {
    read(file, text, |reader, fields| {
        let id = id(reader, fields, stem);
        let kind = fields.required(reader, "kind").and_then(|kind| group_kind(reader, kinds, &kind));
        let name = fields.required(reader, "name");
        let mut group = Group {
            id,
            kind: kind.clone().unwrap_or_default(),
            name: name.as_ref().map_or(String::new(), |name| name.value.clone()),
            label: fields.text(reader, "label").map(At::into_value),
            mission: fields.text(reader, "mission"),
            ask_about: fields.text(reader, "ask_about"),
            charter: fields.text(reader, "charter"),
            stakeholders: fields.texts(reader, "stakeholders"),
            leads: Vec::new(),
            emeritus: people(reader, fields, "emeritus"),
            meetings: meetings(reader, fields),
            contact: Contact::default(),
            subprojects: Vec::new(),
            overlays: BTreeMap::new(),
        };
        for mut fields in fields.tables(reader, "leads") {
            let role = fields.required(reader, "role");
            if let (Some(role), Some(person)) = (role, person(reader, &mut fields)) {
                group.leads.push(Lead { role, person });
            }
            fields.finish(reader);
        }
        group.contact = contact(reader, fields).unwrap_or_default();
        group.subprojects = subprojects(reader, fields, meetings);
        for (role, node) in fields.entries(reader, "roles") {
            if let Some(mut fields) = reader.fields(&role.value, node) {
                let overlay = overlay(reader, &mut fields, role.clone());
                fields.finish(reader);
                group.overlays.insert(role.value, overlay);
            }
        }
        (kind.is_some() && name.is_some()).then_some(group)
    })
}

fn overlay(reader: &mut Reader, fields: &mut Fields, role: At<String>) -> RoleOverlay {
    let mut seen = Seen::new();
    RoleOverlay {
        role,
        note: fields.text(reader, "note"),
        skills: levels(reader, fields),
        checklist: items(reader, fields, "checklist", &mut seen),
        charter: charter_says(reader, fields),
    }
}

/// `charter = { held_by = "chair", clause = "/paint/charter.md#…" }`; without `held_by`, nobody holds it.
fn charter_says(reader: &mut Reader, fields: &mut Fields) -> Option<CharterSays> {
    let mut fields = fields.table(reader, "charter")?;
    let held = fields.text(reader, "held_by").map_or(Held::ByNobody, Held::By);
    let clause = fields.required(reader, "clause");
    fields.finish(reader);
    Some(CharterSays { held, clause: clause? })
}

/// The table `contact`.
pub(in crate::formats) fn contact(reader: &mut Reader, fields: &mut Fields) -> Option<Contact> {
    let mut fields = fields.table(reader, "contact")?;
    let mut contact = Contact::default();
    for kind in ChannelKind::all() {
        let value = if kind.mail {
            fields.list_address(reader, &kind.key)
        } else {
            fields.text(reader, &kind.key).map(At::into_value)
        };
        contact.channels.extend(value.map(|value| Channel { kind: kind.clone(), value }));
    }
    if let Some(mut fields) = fields.table(reader, "liaison") {
        contact.liaison = person(reader, &mut fields);
        fields.finish(reader);
    }
    for mut fields in fields.tables(reader, "teams") {
        let name = fields.required(reader, "name");
        let description = fields.text(reader, "description").map(At::into_value);
        contact.teams.extend(name.map(|name| Team { name: name.value, description }));
        fields.finish(reader);
    }
    fields.finish(reader);
    Some(contact)
}

/// The list `subprojects`; `meetings` reads the meetings of each, whose fields have other names in other files.
pub(in crate::formats) fn subprojects(
    reader: &mut Reader,
    fields: &mut Fields,
    meetings: impl Fn(&mut Reader, &mut Fields) -> Vec<Meeting>,
) -> Vec<Subproject> {
    let mut subprojects = Vec::new();
    for mut fields in fields.tables(reader, "subprojects") {
        let name = fields.required(reader, "name");
        let description = fields.text(reader, "description").map(At::into_value);
        let contact = contact(reader, &mut fields);
        let owners = fields.web_addresses(reader, "owners");
        let leads = people(reader, &mut fields, "leads");
        let meetings = meetings(reader, &mut fields);
        subprojects.extend(name.map(|name| Subproject {
            name,
            description,
            contact,
            owners,
            leads,
            meetings,
        }));
        fields.finish(reader);
    }
    subprojects
}

/// A list of people.
pub(in crate::formats) fn people(
    reader: &mut Reader,
    fields: &mut Fields,
    name: &'static str,
) -> Vec<Person> {
    let mut people = Vec::new();
    for mut fields in fields.tables(reader, name) {
        people.extend(person(reader, &mut fields));
        fields.finish(reader);
    }
    people
}

/// The fields of a person: accounts, or a name; an e-mail address is known, and dropped.
pub(in crate::formats) fn person(reader: &mut Reader, fields: &mut Fields) -> Option<Person> {
    fields.node("email");
    let given: Vec<_> =
        AccountKind::all().iter().filter_map(|kind| Some((kind, fields.filled(reader, &kind.id)?))).collect();
    if given.is_empty() {
        fields.required(reader, "name");
    }
    let name = without_addresses(reader, fields, "name");
    let company = without_addresses(reader, fields, "company").map(At::into_value);
    let identifying = given.first().map(|(_, name)| name).or(name.as_ref())?;
    let id = At { value: Person::id_of(identifying), span: identifying.span.clone() };
    let is_id = check_id(&id.value).is_ok();
    if given.is_empty() && !is_id {
        let message = format!("`{}` cannot become part of an address", identifying.value);
        reader.report("data/invalid-value", &id.span, message, None);
        return None;
    }
    let mut accounts = Vec::new();
    for (index, (kind, name)) in given.iter().enumerate() {
        if !kind.fits(name) || index == 0 && !is_id {
            let message = format!("`{}` is no {} handle", name.value, kind.label);
            reader.report("data/invalid-value", &name.span, message, None);
            return None;
        }
        accounts.push(Account { kind: (*kind).clone(), name: name.value.clone() });
    }
    let name = name.as_ref().unwrap_or(identifying).value.clone();
    Some(Person { id, accounts, name, company })
}

/// A text about a person without e-mail addresses, which are nobody's to publish, wherever they stand.
fn without_addresses(reader: &mut Reader, fields: &mut Fields, name: &'static str) -> Option<At<String>> {
    let text = fields.text(reader, name)?;
    let is_address = |word: &&str| {
        word.split_once('@').is_some_and(|(before, after)| {
            before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)
        })
    };
    if !text.value.split_whitespace().any(|word| is_address(&word)) {
        return Some(text);
    }
    let message = format!("`{name}` holds an e-mail address, which is left out");
    reader.warn(
        "data/invalid-value",
        &text.span,
        message,
        Some("write it into `email`, which is never shown".into()),
    );
    let kept: Vec<&str> = text.value.split_whitespace().filter(|word| !is_address(word)).collect();
    (!kept.is_empty()).then(|| At { value: kept.join(" "), span: text.span })
}

fn meetings(reader: &mut Reader, fields: &mut Fields) -> Vec<Meeting> {
    let mut meetings = Vec::new();
    for mut fields in fields.tables(reader, "meetings") {
        let title = fields.required(reader, "title");
        let meeting = title.map(|title| Meeting {
            title,
            schedule: schedule(reader, &mut fields),
            join: fields.web_address(reader, "join"),
            notes: fields.web_address(reader, "notes"),
            recordings: fields.web_address(reader, "recordings"),
            calendar: fields.web_address(reader, "calendar"),
        });
        if let Some(meeting) = meeting {
            meetings.push(meeting);
        }
        fields.finish(reader);
    }
    meetings
}

fn group_kind(reader: &mut Reader, kinds: &Kinds, kind: &At<String>) -> Option<Arc<Kind>> {
    let found = kinds.get(&kind.value).cloned();
    if found.is_none() {
        reader.unknown_value(kind, "kind of group", &kinds.ids());
    }
    found
}

/// Reads `skills/<stem>.toml`.
pub(crate) fn skill_area(file: &FileName, stem: &str, text: &str) -> Read<SkillArea> {
    read(file, text, |reader, fields| {
        let id = id(reader, fields, stem);
        let name = fields.required(reader, "name");
        let order = fields.integer(reader, "order").map_or(i64::MAX, |order| order.value);
        let description = fields.text(reader, "description");
        let (mut skills, mut seen) = (Vec::new(), Seen::new());
        for mut fields in fields.tables(reader, "skills") {
            let id = required_id(reader, &mut fields);
            let name = fields.required(reader, "name").map(At::into_value);
            let description = fields.required(reader, "description");
            let refs = fields.texts(reader, "refs");
            let levels = skill_levels(reader, &mut fields);
            if let (Some(id), Some(name), Some(description)) = (id, name, description)
                && reader.unique(&mut seen, &id, "skills")
            {
                skills.push(Skill { id, name, description, refs, levels });
            }
            fields.finish(reader);
        }
        Some(SkillArea { id, name: name?.value, order, description, skills })
    })
}

fn skill_levels(reader: &mut Reader, fields: &mut Fields) -> Vec<SkillLevel> {
    let (mut levels, mut seen) = (Vec::<SkillLevel>::new(), Seen::new());
    for mut fields in fields.tables(reader, "levels") {
        let missing = fields.node("level").is_none();
        if missing {
            reader.report(
                "data/missing-field",
                &(fields.span.start..fields.span.start),
                "`level` is missing".into(),
                None,
            );
        }
        let level = fields.integer(reader, "level").and_then(|level| in_range(reader, level));
        let name = fields.required(reader, "name").map(At::into_value);
        let description = fields.required(reader, "description");
        let grow = fields.text(reader, "grow");
        if let (Some(level), Some(name), Some(description)) = (level, name, description) {
            let id = At { value: level.value.to_string(), span: level.span.clone() };
            if reader.unique(&mut seen, &id, "levels") {
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
    let message = format!("`{}` is no level: levels go from 1 to {MAX_LEVEL}", level.value);
    reader.report("data/invalid-value", &level.span, message, None);
    None
}

/// `skills = { delegation = 3 }`
fn levels(reader: &mut Reader, fields: &mut Fields) -> BTreeMap<String, At<u8>> {
    let mut levels = BTreeMap::new();
    for (skill, node) in fields.entries(reader, "skills") {
        let Value::Integer(level) = node.value else {
            let message =
                format!("the level of `{}` is to be a number, not {}", skill.value, node.value.kind());
            reader.report("data/wrong-type", &node.span, message, None);
            continue;
        };
        // The place is the skill's: an unknown skill is what a rule may complain about.
        if in_range(reader, At { value: level, span: node.span.clone() }).is_some() {
            levels.insert(skill.value, At { value: level as u8, span: skill.span });
        }
    }
    levels
}

/// Reads `checklists/<stem>.toml`.
pub(crate) fn checklist(file: &FileName, stem: &str, text: &str) -> Read<Checklist> {
    read(file, text, |reader, fields| {
        let id = id(reader, fields, stem);
        let title = fields.required(reader, "title").map(At::into_value);
        let mut seen = Seen::new();
        let checklist = Checklist {
            id,
            title: title.clone().unwrap_or_default(),
            description: fields.text(reader, "description"),
            role: fields.text(reader, "role"),
            order: fields.integer(reader, "order").map_or(i64::MAX, |order| order.value),
            include: fields.texts(reader, "include"),
            items: items(reader, fields, "items", &mut seen),
            waivers: waivers(reader, fields),
            for_group: fields.boolean(reader, "for_group").unwrap_or(false),
            for_groups: fields.texts(reader, "for_groups"),
            about: fields.texts(reader, "about"),
            letters: letters(reader, fields),
        };
        title.map(|_| checklist)
    })
}

fn letters(reader: &mut Reader, fields: &mut Fields) -> Vec<Letter> {
    let (mut letters, mut seen) = (Vec::new(), Seen::new());
    for mut fields in fields.tables(reader, "letters") {
        let id = required_id(reader, &mut fields);
        let title = fields.required(reader, "title").map(At::into_value);
        let to = fields.required(reader, "to").map(Template::new);
        let cc = fields.text(reader, "cc").map(Template::new);
        let subject = fields.required(reader, "subject").map(Template::new);
        let text = fields.required(reader, "text").map(Template::new);
        let blanks = blanks(reader, &mut fields);
        if let (Some(id), Some(title), Some(to), Some(subject), Some(text)) = (id, title, to, subject, text)
            && reader.unique(&mut seen, &id, "letters")
        {
            letters.push(Letter { id, title, to, cc, subject, text, blanks });
        }
        fields.finish(reader);
    }
    letters
}

fn blanks(reader: &mut Reader, fields: &mut Fields) -> Vec<Blank> {
    let (mut blanks, mut seen) = (Vec::new(), Seen::new());
    for mut fields in fields.tables(reader, "blanks") {
        let id = required_id(reader, &mut fields);
        let label = fields.required(reader, "label").map(At::into_value);
        let example = fields.required(reader, "example").map(At::into_value);
        if let (Some(id), Some(label), Some(example)) = (id, label, example)
            && reader.unique(&mut seen, &id, "blanks")
        {
            blanks.push(Blank { id, label, example });
        }
        fields.finish(reader);
    }
    blanks
}

/// Reads `access.toml`.
pub(crate) fn access(file: &FileName, text: &str) -> (Vec<Access>, Vec<Diagnostic>) {
    let (access, diagnostics) = read(file, text, |reader, fields| {
        let (mut all, mut seen) = (Vec::new(), Seen::new());
        for mut fields in fields.tables(reader, "access") {
            let id = required_id(reader, &mut fields);
            let name = fields.required(reader, "name").map(Template::new);
            let gives = fields.required(reader, "gives").map(Template::new);
            let place = fields.required(reader, "place").map(Template::new);
            let edit = fields.text(reader, "edit").map(Template::new);
            // One that begins with a placeholder is an address in each group.
            if let Some(edit) = edit.as_ref().filter(|edit| !edit.starts_with_placeholder()) {
                reader.expect_web("edit", edit.written());
            }
            let given = fields.text(reader, "phase");
            let phase = phase(reader, given);
            let approver = fields.required(reader, "approver").map(Template::new);
            let done = fields.text(reader, "done").map(Template::new);
            let roles = fields.texts(reader, "roles");
            let for_groups = fields.texts(reader, "for_groups");
            let needs = needs(reader, &mut fields);
            let refs = fields.texts(reader, "refs");
            if let (Some(id), Some(name), Some(gives), Some(place), Some(approver)) =
                (id, name, gives, place, approver)
                && reader.unique(&mut seen, &id, "accesses")
            {
                all.push(Access {
                    id,
                    name,
                    gives,
                    place,
                    edit,
                    phase,
                    approver,
                    done,
                    roles,
                    for_groups,
                    needs,
                    refs,
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
    for mut fields in fields.tables(reader, "waivers") {
        let obligation = fields.required(reader, "obligation");
        let reason = fields.required(reader, "reason");
        if let (Some(obligation), Some(reason)) = (obligation, reason) {
            waivers.push(Waiver { obligation, reason: reason.value });
        }
        fields.finish(reader);
    }
    waivers
}

fn needs(reader: &mut Reader, fields: &mut Fields) -> Vec<At<Need>> {
    let names = fields.texts(reader, "needs").into_iter();
    names.map(|name| At { value: Need::read(&name), span: name.span }).collect()
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
    seen: &mut Seen,
) -> Vec<ChecklistItem> {
    let mut items = Vec::new();
    for mut fields in fields.tables(reader, name) {
        let id = required_id(reader, &mut fields);
        let given = fields.required(reader, "phase");
        let phase = phase(reader, given);
        let text = fields.required(reader, "text").map(Template::new);
        let done = fields.text(reader, "done").map(Template::new);
        let covers = fields.texts(reader, "covers");
        let refs = fields.texts(reader, "refs");
        let for_groups = fields.texts(reader, "for_groups");
        let needs = needs(reader, &mut fields);
        let each = fields.text(reader, "each").and_then(|given| {
            let each = Each::ALL.into_iter().find(|each| each.id() == given.value);
            if each.is_none() {
                reader.unknown_value(&given, "thing that items are made of", &Each::ALL.map(Each::id));
            }
            each
        });
        if let Some(covered) = covers.first().filter(|_| each.is_some() || !needs.is_empty()) {
            let message = "an item that some groups lack covers no obligation of all".to_owned();
            let help = "let an item without `each` and `needs` cover it".to_owned();
            reader.report("data/invalid-value", &covered.span, message, Some(help));
        }
        if let (Some(id), Some(phase), Some(text)) = (id, phase, text)
            && reader.unique(seen, &id, "items")
        {
            items.push(ChecklistItem { id, phase, text, done, covers, refs, for_groups, needs, each });
        }
        fields.finish(reader);
    }
    items
}

/// Reads `glossary.toml`.
pub(crate) fn glossary(file: &FileName, text: &str) -> (Vec<Term>, Vec<Diagnostic>) {
    let (terms, diagnostics) = read(file, text, |reader, fields| {
        let (mut terms, mut seen) = (Vec::new(), Seen::new());
        for mut fields in fields.tables(reader, "terms") {
            let term = fields.required(reader, "term");
            let definition = fields.required(reader, "definition");
            let aliases = fields.texts(reader, "aliases");
            let source = fields.text(reader, "source");
            if let (Some(term), Some(definition)) = (term, definition) {
                let lower = At { value: term.value.to_lowercase(), span: term.span.clone() };
                if reader.unique(&mut seen, &lower, "terms") {
                    let aliases = aliases.into_iter().map(|alias| alias.value).collect();
                    terms.push(Term { term, definition, aliases, source });
                }
            }
            fields.finish(reader);
        }
        Some(terms)
    });
    (terms.unwrap_or_default(), diagnostics)
}

/// Reads the front matter of an ordinary document in `content/`.
pub fn page_matter(file: &FileName, text: &str, block: &FrontMatter) -> (PageMatter, Vec<Diagnostic>) {
    matter(file, text, block, page_fields)
}

/// Reads the front matter of a role document.
pub fn role_matter(file: &FileName, text: &str, block: &FrontMatter) -> (RoleMatter, Vec<Diagnostic>) {
    matter(file, text, block, |reader, fields| {
        let page = page_fields(reader, fields);
        let mut matter = RoleMatter {
            page,
            id: fields.node("id").is_some().then(|| required_id(reader, fields)).flatten(),
            short: fields.text(reader, "short").map(At::into_value),
            summary: fields.text(reader, "summary"),
            category: fields.text(reader, "category").map(At::into_value),
            optional: fields.boolean(reader, "optional").unwrap_or(false),
            applies_to: fields.texts(reader, "applies_to"),
            held_as: fields.texts(reader, "held_as"),
            min: None,
            recommended: None,
            permissions_like: fields.text(reader, "permissions_like"),
            appointed_by: fields.text(reader, "appointed_by"),
            ask: fields.text(reader, "ask"),
            ask_about: fields.text(reader, "ask_about"),
            governed_by: fields.texts(reader, "governed_by"),
            reading: fields.texts(reader, "reading"),
            skills: levels(reader, fields),
            charter_sections: fields.texts(reader, "charter_sections"),
        };
        if let Some(mut number) = fields.table(reader, "number") {
            let count = |number: Option<At<i64>>| number.and_then(|number| u32::try_from(number.value).ok());
            matter.min = count(number.integer(reader, "min"));
            matter.recommended = count(number.integer(reader, "recommended"));
            number.finish(reader);
        }
        matter
    })
}

fn page_fields(reader: &mut Reader, fields: &mut Fields) -> PageMatter {
    PageMatter {
        title: fields.text(reader, "title").map(At::into_value),
        description: fields.text(reader, "description").map(At::into_value),
        order: fields.integer(reader, "order").map(|order| order.value),
        upstream: fields.text(reader, "upstream"),
        normative: fields.boolean(reader, "normative"),
        aliases: aliases(reader, fields),
    }
}

/// Former addresses of a page, as they are served: a folder ends in `/`.
fn aliases(reader: &mut Reader, fields: &mut Fields) -> Vec<At<String>> {
    let written = fields.texts(reader, "aliases");
    let address = |at: At<String>| {
        let fault = match at.value.strip_prefix('/').map(|path| path.strip_suffix('/').unwrap_or(path)) {
            None => Some("is no address within the site: it does not start with `/`"),
            Some("") => Some("is the address of the site itself"),
            Some(path) => alias_fault(path),
        };
        if let Some(fault) = fault {
            let help =
                "write the former address as `/old/path/`, without the path under which the site is served";
            reader.report(
                "data/invalid-value",
                &at.span,
                format!("`{}` {fault}", at.value),
                Some(help.into()),
            );
            return None;
        }
        let path = at.value.strip_suffix("index.html").filter(|folder| folder.ends_with('/'));
        let path = path.unwrap_or(&at.value);
        let slash = if path.ends_with('/') || path.ends_with(".html") { "" } else { "/" };
        Some(At { value: format!("{path}{slash}"), span: at.span })
    };
    written.into_iter().filter_map(address).collect()
}

/// What keeps a path from being a former address.
fn alias_fault(path: &str) -> Option<&'static str> {
    let mut parts = path.split('/').peekable();
    if matches!(parts.peek(), Some(&("assets" | "api" | "calendar"))) {
        return Some("is where files for pages and programs are");
    }
    // `index.html` is the file of the folder's own page.
    let folder = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let address = folder.map_or_else(|| format!("/{path}/"), |folder| format!("/{folder}"));
    if SitePath::of_address(&address).is_err() {
        return Some("is no path of a page");
    }
    while let Some(part) = parts.next() {
        if part.starts_with('.') {
            return Some("has a part that starts with a dot");
        }
        if part.contains(|c: char| "?#%:*\"<>|".contains(c)) {
            return Some("has a character that a path cannot have, or one that is encoded");
        }
        if part.ends_with(".html") && parts.peek().is_some() {
            return Some("leads through a file");
        }
    }
    None
}

fn matter<T: Default>(
    file: &FileName,
    text: &str,
    block: &FrontMatter,
    record: impl FnOnce(&mut Reader, &mut Fields) -> T,
) -> (T, Vec<Diagnostic>) {
    match tree(file, text, block) {
        Err(error) => (T::default(), vec![error]),
        Ok(node) => {
            // YAML has no types of its own here: what looks like a number is text to the tree.
            let mut reader = match block.format {
                FrontMatterFormat::Toml => Reader::strict(file, text),
                FrontMatterFormat::Yaml => Reader::lenient(file, text),
            };
            let record = reader.fields("the front matter", &node).map(|mut fields| {
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

/// Reads what can be used of the front matter of other people's documents. It follows rules of their
/// own, so only a block that cannot be read at all is worth a word.
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
                ("title", Value::Text(title)) if !title.trim().is_empty() => matter.title = Some(title),
                ("description", Value::Text(text)) if !text.trim().is_empty() => {
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

/// The id of a file's record: the file's name unless given.
fn id(reader: &mut Reader, fields: &mut Fields, stem: &str) -> At<String> {
    if fields.node("id").is_some() {
        if let Some(id) = required_id(reader, fields) {
            return id;
        }
    } else if !is_id(stem) {
        let help = "rename the file: lower-case letters, digits and hyphens; or give it an `id`".to_owned();
        reader.report("data/invalid-value", &(0..0), format!("the file name `{stem}` is no id"), Some(help));
    }
    At { value: stem.to_owned(), span: 0..0 }
}

/// Whether a text may be part of addresses and names of files.
fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    text.chars().all(fits) && !text.starts_with('.') && check_id(text).is_ok()
}

/// An id: it becomes part of addresses.
fn required_id(reader: &mut Reader, fields: &mut Fields) -> Option<At<String>> {
    let id = fields.required(reader, "id")?;
    let fits = is_id(&id.value);
    if !fits {
        let help = "use lower-case letters, digits and hyphens".to_owned();
        reader.report("data/invalid-value", &id.span, format!("`{}` is no id", id.value), Some(help));
    }
    fits.then_some(id)
}
