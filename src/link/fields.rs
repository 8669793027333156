//! The fields of data files and of front matter that refer to something, each with the page that shows it.

use std::ops::Range;

use crate::facts::ChecklistItem;
use crate::model::{self, Route};
use crate::parse::At;
use crate::parse::{Link, parse};
use crate::source::{Db, File};
use crate::strings::{Strings, strings};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A reference.
    Reference,
    /// A reference to an obligation, which a rule of its own looks at.
    Obligation,
    /// Markdown, with placeholders here and there.
    Markdown,
}

/// A field that refers to something.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// What it says.
    pub at: &'a At<String>,
    /// What that is.
    pub kind: FieldKind,
    /// The page that shows it.
    pub route: Route,
    /// Where on the page.
    pub anchor: Option<String>,
    /// What the place is called.
    pub section: Option<String>,
    /// The Markdown that it belongs to, where it is none itself.
    pub within: Option<&'a At<String>>,
}

impl<'a> Field<'a> {
    fn new(kind: FieldKind, route: &Route, at: &'a At<String>) -> Self {
        Self { at, kind, route: route.clone(), anchor: None, section: None, within: None }
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

    /// The links of a Markdown field, each with the place of its destination in the text of the file. What holds a
    /// placeholder leads somewhere else in each group.
    pub fn links(&self, file: &str) -> Vec<(Link, Range<usize>)> {
        if self.kind != FieldKind::Markdown || !may_refer(self.at) {
            return Vec::new();
        }
        let written = &file[self.at.span.clone()];
        // Text with escapes is not written as it reads: there, destinations are looked for one after another.
        let verbatim = written.find(&self.at.value);
        let mut done = 0;
        let links = parse(self.at).links.into_iter().filter(|link| !link.destination.contains('{'));
        let placed = links.map(|link| {
            let (start, end) = match verbatim {
                Some(offset) => (offset + link.span.start, offset + link.span.end),
                None => (done, written.len()),
            };
            let slice = &written[start..end];
            // Behind its own text, which may say the same.
            let found = if verbatim.is_some() {
                slice.rfind(&link.destination)
            } else {
                slice.find(&link.destination)
            };
            let place = match found {
                Some(at) => start + at..start + at + link.destination.len(),
                None => start..end,
            };
            if found.is_some() {
                done = place.end;
            }
            let base = self.at.span.start;
            (link, base + place.start..base + place.end)
        });
        placed.collect()
    }
}

/// Whether there may be any link in a piece of Markdown: most fields have none.
fn may_refer(text: &str) -> bool {
    text.contains(['[', '<', '@']) || text.contains("://") || text.contains("www.")
}

/// See [`Field`]. Ordinary documents have none.
pub fn fields(db: &dyn Db, file: File) -> Vec<Field<'_>> {
    if file.is_document(db) {
        return if model::is_role(db, file) { of_role(db, file) } else { Vec::new() };
    }
    let records = model::records(db, file);
    let strings = strings(db);
    let mut fields = Vec::new();
    if let Some(area) = &records.area {
        let described = area.description.iter();
        fields.extend(
            described.map(|at| {
                Field::markdown(&Route::SKILLS, at).anchor(area.id.value.clone()).section(&area.name)
            }),
        );
        for skill in &area.skills {
            let route = Route::Skill(skill.id.value.clone());
            let section = strings.get("parts.references");
            fields.extend(skill.refs.iter().map(|at| Field::reference(&route, at).section(&section)));
            fields.push(Field::markdown(&route, &skill.description));
            for level in &skill.levels {
                let texts = std::iter::once(&level.description).chain(&level.grow);
                fields.extend(texts.map(|at| Field::markdown(&route, at).section(&level.name)));
            }
        }
    }
    if let Some(checklist) = &records.checklist {
        let route = Route::Checklist(checklist.id.value.clone());
        fields.extend(checklist.description.iter().map(|at| Field::markdown(&route, at)));
        of_items(strings, &route, &checklist.items, &mut fields);
    }
    for group in &records.groups {
        let route = Route::Group(group.id.value.clone());
        let texts = group.mission.iter().chain(&group.ask_about);
        fields.extend(texts.map(|at| Field::markdown(&route, at)));
        for (role, overlay) in &group.overlays {
            let route = Route::Lead { group: group.id.value.clone(), role: role.clone() };
            let charter = overlay.charter.iter().map(|charter| Field::reference(&route, &charter.clause));
            let note = overlay.note.iter().map(|at| Field::markdown(&route, at));
            let section = strings.get("lead.different");
            fields.extend(charter.chain(note).map(|field| field.section(&section)));
            of_items(strings, &route, &overlay.checklist, &mut fields);
        }
    }
    for term in &records.terms {
        let source = term.source.iter().map(|at| Field::reference(&Route::GLOSSARY, at));
        let definition = Field::markdown(&Route::GLOSSARY, &term.definition);
        let of_term = source.chain([definition]);
        let id = &model::term_ids(db)[&(file, term.term.value.clone())];
        fields.extend(of_term.map(|field| field.anchor(id.clone()).section(&term.term)));
    }
    for access in &records.access {
        // Each role that gets it says so on its page; the first one stands for them.
        let role = access.roles.first();
        let route = role.map_or(Route::ROLES, |role| Route::Role(role.value.clone()));
        let refs = access.refs.iter().map(|at| Field::reference(&route, at));
        let texts = access.texts().map(|text| Field::markdown(&route, text.source()));
        let section = strings.get("parts.access");
        fields.extend(refs.chain(texts).map(|field| field.anchor("rb-access").section(&section)));
    }
    fields
}

fn of_role(db: &dyn Db, file: File) -> Vec<Field<'_>> {
    let matter = &model::role_matter(db, file).0;
    let route = Route::Role(model::role_id(db, file));
    let strings = strings(db);
    let labels = ["parts.governed_by", "role.reading", "facts.appointed_by", "facts.ask"]
        .map(|path| strings.get(path));
    let [governed_by, reading_order, appointed_by, ask] = &labels;
    let governing = matter.governed_by.iter().map(|at| Field::reference(&route, at).section(governed_by));
    let reading = matter.reading.iter().map(|at| Field::reference(&route, at).section(reading_order));
    let summary = matter.summary.iter().map(|at| Field::markdown(&route, at));
    let appointed = matter.appointed_by.iter();
    let appointed = appointed.map(|at| Field::markdown(&route, at).section(appointed_by));
    let asked = matter.ask.iter().chain(&matter.ask_about);
    let asked = asked.map(|at| Field::markdown(&route, at).section(ask));
    governing.chain(reading).chain(summary).chain(appointed).chain(asked).collect()
}

/// Fields of checklist items. Each reference of an item comes with the text of the item.
fn of_items<'a>(strings: &Strings, route: &Route, items: &'a [ChecklistItem], fields: &mut Vec<Field<'a>>) {
    for item in items {
        let section = strings.get(&format!("phases.{}", item.phase.id()));
        let covers = item.covers.iter().map(|at| Field::new(FieldKind::Obligation, route, at));
        let refs = item.refs.iter().map(|at| Field::reference(route, at));
        let references = covers.chain(refs).map(|field| Field { within: Some(item.text.source()), ..field });
        let texts = item.texts().map(|text| Field::markdown(route, text.source()));
        fields.extend(references.chain(texts).map(|field| field.section(&section)));
    }
}
