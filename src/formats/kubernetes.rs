//! `sigs.yaml` of kubernetes/community, and files of the same name in communities laid out like it.
//!
//! Fields come and go over the years: what is unknown or missing is a warning, never a loss of the rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::handbook::{contact, people, person, schedule, subprojects};
use super::{DataFile, Format, Trust};
use crate::diagnostic::{Diagnostic, FileName, Severity, code};
use crate::facts::{Contact, Group, Kind, Kinds, Lead, Meeting, Records};
use crate::parse::{self, At, Fields, Reader, Seen};
use crate::site_path::check_id;

/// The top-level lists and the kinds they hold.
const LISTS: [(&str, &str); 4] =
    [("sigs", "sig"), ("workinggroups", "wg"), ("usergroups", "ug"), ("committees", "committee")];

/// The lists of leaders, and how the handbook's data names their roles.
const LEADERS: [(&str, &str); 2] = [("chairs", "chair"), ("tech_leads", "technical-lead")];

/// The file with all groups.
const GROUPS: &str = "sigs.yaml";

/// See the module.
pub(super) struct KubernetesCommunity;

impl Format for KubernetesCommunity {
    fn name(&self) -> &'static str {
        "kubernetes-community"
    }

    fn trust(&self) -> Trust {
        Trust::Mounted
    }

    fn holds(&self, path: &str) -> Option<&'static str> {
        (path == GROUPS).then_some("groups")
    }

    fn describes_many(&self, path: &str) -> bool {
        path == GROUPS
    }

    fn group_files(&self) -> &'static [&'static str] {
        &[GROUPS]
    }

    fn read(&self, file: &DataFile) -> Records {
        let (groups, diagnostics) = groups(file.name, file.text, file.kinds);
        Records { groups: groups.into_iter().map(Arc::new).collect(), diagnostics, ..Records::default() }
    }
}

/// Reads `sigs.yaml`.
pub(super) fn groups(file: &FileName, text: &str, kinds: &Kinds) -> (Vec<Group>, Vec<Diagnostic>) {
    let (node, faults) = parse::lenient_yaml(file, text);
    let mut reader = Reader::lenient(file, text);
    // Other people's slip leaves out what it is in, and stops nothing else.
    let faults = faults.into_iter().map(|fault| Diagnostic { severity: Severity::Warning, ..fault });
    reader.diagnostics.extend(faults);
    let mut groups = Vec::new();
    if let Some(mut fields) = reader.fields("sigs.yaml", &node) {
        let mut seen = Seen::new();
        for (list, kind) in LISTS {
            let tables = fields.tables(&mut reader, list);
            let Some(kind) = kinds.get(kind) else { continue };
            for mut fields in tables {
                let group = group(&mut reader, &mut fields, kind);
                fields.finish(&mut reader);
                if let Some(group) = group.filter(|group| reader.unique(&mut seen, &group.id, "group")) {
                    groups.push(group);
                }
            }
        }
        // A person who represents the whole community; no group's fact.
        fields.node("gb_rep");
        fields.finish(&mut reader);
    }
    (groups, reader.diagnostics)
}

fn group(reader: &mut Reader, fields: &mut Fields, kind: &Arc<Kind>) -> Option<Group> {
    fields.node("prefix");
    let name = fields.required(reader, "name");
    let id = match fields.text(reader, "dir") {
        Some(dir) => Some(At { value: dir.value.trim_matches('/').to_owned(), span: dir.span }),
        None => {
            let start = fields.span.start..fields.span.start;
            reader.report(code::DATA_MISSING_FIELD, &start, "missing field `dir`".into(), None);
            // The folder that the community's own tools would give it.
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
        label: fields.text(reader, "label").map(|label| label.value),
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
    if let Some(mut leadership) = fields.table(reader, "leadership") {
        for (list, role) in LEADERS {
            for mut fields in leadership.tables(reader, list) {
                let role = At { value: role.to_owned(), span: fields.span.clone() };
                group.leads.extend(person(reader, &mut fields).map(|person| Lead { role, person }));
                fields.finish(reader);
            }
        }
        group.emeritus = people(reader, &mut leadership, "emeritus_leads");
        leadership.finish(reader);
    }
    group.contact = contact(reader, fields, "contact").unwrap_or_default();
    group.subprojects = subprojects(reader, fields, meetings);
    Some(group)
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
