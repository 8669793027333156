//! Fields of data files and front matter that contain references, each with the page that shows it.

use std::ops::Range;

use crate::facts::ChecklistItem;
use crate::model::{self, Route};
use crate::parse::At;
use crate::parse::{Link, parse};
use crate::source::{Db, File};
use crate::strings::{Strings, strings};

/// The kind of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A reference.
    Reference,
    /// A reference to an obligation, which a separate rule checks.
    Obligation,
    /// Markdown that may contain placeholders.
    Markdown,
}

/// A field that contains references.
#[derive(Clone, Debug)]
pub struct ReferenceField<'a> {
    /// Its value.
    pub at: &'a At<String>,
    /// The kind of the value.
    pub kind: FieldKind,
    /// The page that shows it.
    pub route: Route,
    /// Anchor on the page; `None` for the page itself.
    pub anchor: Option<String>,
    /// Title of the section of the page that shows the field.
    pub section: Option<String>,
    /// Markdown text of the checklist item that contains the reference, if there is one.
    pub item_text: Option<&'a At<String>>,
}

impl<'a> ReferenceField<'a> {
    fn new(kind: FieldKind, route: &Route, at: &'a At<String>) -> Self {
        Self { at, kind, route: route.clone(), anchor: None, section: None, item_text: None }
    }

    fn reference(route: &Route, at: &'a At<String>) -> Self {
        Self::new(FieldKind::Reference, route, at)
    }

    fn markdown(route: &Route, at: &'a At<String>) -> Self {
        Self::new(FieldKind::Markdown, route, at)
    }

    fn section(self, section: &str) -> Self {
        Self { section: Some(section.to_owned()), ..self }
    }

    fn anchor(self, anchor: impl Into<String>) -> Self {
        Self { anchor: Some(anchor.into()), ..self }
    }

    /// Returns the links of a Markdown field, each with the span of its destination in the file. Links with a
    /// placeholder in their destination are left out, because they have another target in each group.
    pub fn links(&self, file: &str) -> Vec<(Link, Range<usize>)> {
        if self.kind != FieldKind::Markdown || !may_have_links(self.at) {
            return Vec::new();
        }
        let source_text = &file[self.at.span.clone()];
        // `None` if the source text contains escapes. Destinations are then searched in order, from `searched_to`.
        let value_start = source_text.find(&self.at.value);
        let mut searched_to = 0;
        let links = parse(self.at).links.into_iter().filter(|link| !link.destination.contains('{'));
        let with_spans = links.map(|link| {
            let (start, end) = match value_start {
                Some(offset) => (offset + link.span.start, offset + link.span.end),
                None => (searched_to, source_text.len()),
            };
            let slice = &source_text[start..end];
            // The text of the link comes first and may equal the destination.
            let destination_start = if value_start.is_some() {
                slice.rfind(&*link.destination)
            } else {
                slice.find(&*link.destination)
            };
            let span = match destination_start {
                Some(at) => start + at..start + at + link.destination.len(),
                None => start..end,
            };
            if destination_start.is_some() {
                searched_to = span.end;
            }
            let base = self.at.span.start;
            (link, base + span.start..base + span.end)
        });
        with_spans.collect()
    }
}

/// True if a Markdown text may contain a link. Saves parsing most fields, which have no links.
fn may_have_links(text: &str) -> bool {
    text.contains(['[', '<', '@']) || text.contains("://") || text.contains("www.")
}

/// Returns the fields of a file that contain references. Documents other than roles have none.
pub fn fields(db: &dyn Db, file: File) -> Vec<ReferenceField<'_>> {
    if file.is_document(db) {
        return if model::is_role(db, file) { role_fields(db, file) } else { Vec::new() };
    }
    let records = model::records(db, file);
    let strings = strings(db);
    let mut fields = Vec::new();
    if let Some(area) = &records.area {
        let descriptions = area.description.iter();
        fields.extend(descriptions.map(|at| {
            ReferenceField::markdown(&Route::SKILLS, at).anchor(area.id.value.clone()).section(&area.name)
        }));
        for skill in &area.skills {
            let route = Route::Skill(skill.id.value.clone());
            let section = strings.get("parts.references");
            fields
                .extend(skill.refs.iter().map(|at| ReferenceField::reference(&route, at).section(&section)));
            fields.push(ReferenceField::markdown(&route, &skill.description));
            for level in &skill.levels {
                let texts = std::iter::once(&level.description).chain(&level.grow);
                fields.extend(texts.map(|at| ReferenceField::markdown(&route, at).section(&level.name)));
            }
        }
    }
    if let Some(checklist) = &records.checklist {
        let route = Route::Checklist(checklist.id.value.clone());
        fields.extend(checklist.description.iter().map(|at| ReferenceField::markdown(&route, at)));
        add_item_fields(strings, &route, &checklist.items, &mut fields);
    }
    for group in &records.groups {
        let route = Route::Group(group.id.value.clone());
        let texts = group.mission.iter().chain(&group.ask_about);
        fields.extend(texts.map(|at| ReferenceField::markdown(&route, at)));
        for (role, overlay) in &group.overlays {
            let route = Route::Lead { group: group.id.value.clone(), role: role.clone() };
            let charter =
                overlay.charter.iter().map(|charter| ReferenceField::reference(&route, &charter.clause));
            let note = overlay.note.iter().map(|at| ReferenceField::markdown(&route, at));
            let section = strings.get("lead.different");
            fields.extend(charter.chain(note).map(|field| field.section(&section)));
            add_item_fields(strings, &route, &overlay.checklist, &mut fields);
        }
    }
    for profile in &records.people {
        let route = Route::Person(profile.person.id.value.clone());
        fields.extend(profile.picture.iter().map(|at| ReferenceField::reference(&route, at)));
    }
    for term in &records.terms {
        let source = term.source.iter().map(|at| ReferenceField::reference(&Route::GLOSSARY, at));
        let definition = ReferenceField::markdown(&Route::GLOSSARY, &term.definition);
        let term_fields = source.chain([definition]);
        let id = &model::term_ids(db)[&(file, term.term.value.clone())];
        fields.extend(term_fields.map(|field| field.anchor(id.clone()).section(&term.term)));
    }
    for rule in &records.rules {
        let clauses = rule.clauses.iter().map(|at| ReferenceField::reference(&Route::CONFORMANCE, at));
        fields.extend(clauses.map(|field| field.anchor(rule.id.value.clone()).section(&rule.title)));
    }
    for undecided in &records.undecided {
        fields.extend(undecided.clauses.iter().map(|at| ReferenceField::reference(&Route::CONFORMANCE, at)));
    }
    for access in &records.access {
        // The pages of all its roles show the access; the first one is used.
        let role = access.roles.first();
        let route = role.map_or(Route::ROLES, |role| Route::Role(role.value.clone()));
        let refs = access.refs.iter().map(|at| ReferenceField::reference(&route, at));
        let texts = access.texts().map(|text| ReferenceField::markdown(&route, text.source()));
        let section = strings.get("parts.access");
        fields.extend(refs.chain(texts).map(|field| field.anchor("rb-access").section(&section)));
    }
    fields
}

fn role_fields(db: &dyn Db, file: File) -> Vec<ReferenceField<'_>> {
    let matter = &model::role_matter(db, file).0;
    let route = Route::Role(model::role_id(db, file));
    let strings = strings(db);
    let labels =
        ["parts.governed_by", "parts.obligations", "role.reading", "facts.appointed_by", "facts.ask"]
            .map(|path| strings.get(path));
    let [governed_by, obligations, reading_order, appointed_by, ask] = &labels;
    let governing_fields =
        matter.governed_by.iter().map(|at| ReferenceField::reference(&route, at).section(governed_by));
    let duty_fields = matter.duties.iter().flat_map(|duty| {
        [ReferenceField::reference(&route, &duty.clause), ReferenceField::markdown(&route, &duty.text)]
            .map(|field| field.anchor("rb-obligations").section(obligations))
    });
    let reading_fields =
        matter.reading.iter().map(|at| ReferenceField::reference(&route, at).section(reading_order));
    let summary_fields = matter.summary.iter().map(|at| ReferenceField::markdown(&route, at));
    let appointment_fields =
        matter.appointed_by.iter().map(|at| ReferenceField::markdown(&route, at).section(appointed_by));
    let ask_texts = matter.ask.iter().chain(&matter.ask_about);
    let ask_fields = ask_texts.map(|at| ReferenceField::markdown(&route, at).section(ask));
    governing_fields
        .chain(duty_fields)
        .chain(reading_fields)
        .chain(summary_fields)
        .chain(appointment_fields)
        .chain(ask_fields)
        .collect()
}

/// Adds the fields of checklist items. Each reference gets the text of its item.
fn add_item_fields<'a>(
    strings: &Strings,
    route: &Route,
    items: &'a [ChecklistItem],
    fields: &mut Vec<ReferenceField<'a>>,
) {
    for item in items {
        let section = strings.get(&format!("phases.{}", item.phase.id()));
        let covers = item.covers.iter().map(|at| ReferenceField::new(FieldKind::Obligation, route, at));
        let refs = item.refs.iter().map(|at| ReferenceField::reference(route, at));
        let references =
            covers.chain(refs).map(|field| ReferenceField { item_text: Some(item.text.source()), ..field });
        let texts = item.texts().map(|text| ReferenceField::markdown(route, text.source()));
        fields.extend(references.chain(texts).map(|field| field.section(&section)));
    }
}
