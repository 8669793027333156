//! `sigs.yaml` of kubernetes/community, and the same file in communities laid out like it, under this or another name.
//!
//! Fields change over the years, so unknown or missing fields are warnings and the rest is still read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::handbook::{contact, people, person, schedule, subprojects};
use super::{DataFile, Format, Trust};
use crate::diagnostic::{Diagnostic, FileName, Severity, code};
use crate::facts::{Channel, Contact, Group, Kind, Lead, Meeting, Records, Vocabulary};
use crate::parse::{self, At, Fields, Reader, SeenIds};
use crate::site_path::check_id;

/// The top-level lists and the kind of group in each.
const LISTS: [(&str, &str); 4] =
    [("sigs", "sig"), ("workinggroups", "wg"), ("usergroups", "ug"), ("committees", "committee")];

/// The lists of leaders and their role keys in the handbook's data.
const LEADERS: [(&str, &str); 2] = [("chairs", "chair"), ("tech_leads", "technical-lead")];

/// The lists of leaders of a group without `leadership`, as in kubernetes/community until 2018.
const OLD_LEADERS: [(&str, &str); 3] =
    [("chairs", "chair"), ("tech_leads", "technical-lead"), ("leads", "lead")];

/// The names that communities give the file with all groups.
const GROUPS: &[&str] = &["sigs.yaml", "wgs.yaml", "tags.yaml"];

/// See the module documentation.
pub(super) struct KubernetesCommunity;

impl Format for KubernetesCommunity {
    fn name(&self) -> &'static str {
        "kubernetes-community"
    }

    fn trust(&self) -> Trust {
        Trust::Mounted
    }

    fn holds(&self, path: &str) -> Option<&'static str> {
        GROUPS.contains(&path).then_some("groups")
    }

    fn describes_many(&self, path: &str) -> bool {
        GROUPS.contains(&path)
    }

    fn group_files(&self) -> &'static [&'static str] {
        GROUPS
    }

    fn read(&self, file: &DataFile) -> Records {
        let (groups, diagnostics) = groups(file.name, file.text, file.vocabulary);
        Records { groups: groups.into_iter().map(Arc::new).collect(), diagnostics, ..Records::default() }
    }
}

/// Reads the file with all groups.
pub(super) fn groups(file: &FileName, text: &str, vocabulary: &Vocabulary) -> (Vec<Group>, Vec<Diagnostic>) {
    let kinds = &vocabulary.kinds;
    let (node, faults) = parse::lenient_yaml(file, text);
    let mut reader = Reader::lenient(file, text);
    // An error in other people's data skips only the record that contains it.
    let faults = faults.into_iter().map(|fault| Diagnostic { severity: Severity::Warning, ..fault });
    reader.diagnostics.extend(faults);
    let mut groups = Vec::new();
    if let Some(mut fields) = reader.fields("the file", &node) {
        let mut seen = SeenIds::new();
        let lists = LISTS.map(|(list, kind)| (fields.tables(&mut reader, list), kinds.get(kind)));
        // The list of a kind of the site's own has the name of the kind.
        let own_kind = |list: &str| kinds.get(list.strip_suffix('s')?);
        let own_lists = fields.other_tables(&mut reader, |list| own_kind(list).is_some());
        let own_lists = own_lists.into_iter().map(|(list, tables)| (tables, own_kind(list)));
        for (tables, kind) in lists.into_iter().chain(own_lists) {
            let Some(kind) = kind else { continue };
            for mut fields in tables {
                let group = group(&mut reader, &mut fields, kind, vocabulary);
                fields.finish(&mut reader);
                if let Some(group) = group.filter(|group| reader.unique(&mut seen, &group.id, "group")) {
                    groups.push(group);
                }
            }
        }
        // The representative on the governing board, who belongs to no group.
        fields.node("gb_rep");
        fields.finish(&mut reader);
    }
    (groups, reader.diagnostics)
}

fn group(
    reader: &mut Reader,
    fields: &mut Fields,
    kind: &Arc<Kind>,
    vocabulary: &Vocabulary,
) -> Option<Group> {
    fields.node("prefix");
    let name = fields.required(reader, "name");
    let id = match fields.text(reader, "dir") {
        Some(dir) => Some(At { value: dir.value.trim_matches('/').to_owned(), span: dir.span }),
        None => {
            let start = fields.span.start..fields.span.start;
            reader.report(code::DATA_MISSING_FIELD, &start, "missing field `dir`".into(), None);
            // The folder name that the community's own tools would generate.
            name.as_ref().map(|name| At {
                value: format!("{}-{}", kind.id, parse::slug(name.value.trim())),
                span: name.span.clone(),
            })
        }
    };
    let id = id.filter(|id| {
        let fits = check_id(&id.value).is_ok()
            && id.value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
            && !id.value.starts_with('.');
        if !fits {
            reader.report(
                code::DATA_INVALID_VALUE,
                &id.span,
                format!("invalid group folder `{}`", id.value),
                None,
            );
        }
        fits
    })?;
    let mut group = Group {
        kind: kind.clone(),
        name: name.map_or_else(|| id.value.clone(), |name| name.value),
        label: fields.text(reader, "label").map(|label| label_name(&label.value, kind)),
        mission: fields.text(reader, "mission_statement"),
        ask_about: None,
        charter: fields.text(reader, "charter_link"),
        stakeholders: fields.texts(reader, "stakeholder_sigs"),
        leads: Vec::new(),
        emeritus: Vec::new(),
        meetings: meetings(reader, fields, "meetings"),
        contact: Contact::default(),
        subprojects: Vec::new(),
        overlays: BTreeMap::new(),
        id,
    };
    for (list, role) in OLD_LEADERS {
        let people = fields.tables(reader, list);
        group.leads.extend(leads(reader, role, people, vocabulary));
    }
    if let Some(mut leadership) = fields.table(reader, "leadership") {
        for (list, role) in LEADERS {
            let people = leadership.tables(reader, list);
            group.leads.extend(leads(reader, role, people, vocabulary));
        }
        group.emeritus = people(reader, &mut leadership, "emeritus_leads", vocabulary);
        for (list, people) in leadership.other_tables(reader, |_| true) {
            group.leads.extend(leads(reader, &role_key(list), people, vocabulary));
        }
        leadership.finish(reader);
    }
    group.contact = contact(reader, fields, "contact", vocabulary).unwrap_or_default();
    if let Some(link) = fields.text(reader, "chat_link")
        && let Some(kind) = vocabulary.channels.iter().find(|kind| kind.chat)
        && group.contact.channel(|kind| kind.chat).is_none()
    {
        group.contact.channels.push(Channel::new(kind, &link.value));
    }
    group.subprojects = subprojects(reader, fields, vocabulary, meetings);
    Some(group)
}

/// The name of a label without the kind of group: `storage` for `sig/storage`.
fn label_name(label: &str, kind: &Kind) -> String {
    let name = label.strip_prefix(&kind.id).and_then(|rest| rest.strip_prefix('/'));
    name.unwrap_or(label).to_owned()
}

fn leads(reader: &mut Reader, role: &str, people: Vec<Fields>, vocabulary: &Vocabulary) -> Vec<Lead> {
    let mut leads = Vec::new();
    for mut fields in people {
        let role = At { value: role.to_owned(), span: fields.span.clone() };
        leads.extend(person(reader, &mut fields, vocabulary).map(|person| Lead { role, person }));
        fields.finish(reader);
    }
    leads
}

/// The role key for a list of leaders: `co_leads` holds people with the role `co-lead`.
fn role_key(list: &str) -> String {
    let singular = match list.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => list.strip_suffix('s').unwrap_or(list).to_owned(),
    };
    singular.replace('_', "-")
}

fn meetings(reader: &mut Reader, fields: &mut Fields, key: &'static str) -> Vec<Meeting> {
    let mut meetings = Vec::new();
    for mut fields in fields.tables(reader, key) {
        let title = fields.text(reader, "description");
        let meeting = Meeting {
            title: title.unwrap_or_else(|| At { value: "Meeting".into(), span: fields.span.clone() }),
            schedule: schedule(reader, &mut fields),
            join: fields.web_address(reader, "url"),
            notes: fields.web_address(reader, "archive_url"),
            recordings: fields.web_address(reader, "recordings_url"),
            calendar: fields.web_address(reader, "calendar_url"),
        };
        fields.finish(reader);
        meetings.push(meeting);
    }
    meetings
}
