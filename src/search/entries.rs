//! What there is to find: an entry for each page, clause and term.

use crate::facts::{self, Person, in_general};
use crate::model::{self, Group, Handbook, Key, Role, Route};
use crate::pages;
use crate::parse;
use crate::source::{Db, File, Site};

/// Something to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its address within the site, percent-encoded, without the first `/`.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// `lead`, `role`, `group`, `person`, `checklist`, `skill`, `guide`, `clause`, `term`, `document` or `page`.
    pub kind: &'static str,
    /// Full names of the groups it is about.
    pub groups: Vec<String>,
    /// What else readers call it.
    pub names: Vec<String>,
    /// Title of the page it is a part of.
    pub within: Option<String>,
    /// What it says.
    pub sections: Vec<Section>,
}

/// A part of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Its id in the page and its heading, where it can be led to.
    pub heading: Option<(String, String)>,
    /// Plain text.
    pub text: String,
    /// How much a word of it counts.
    pub weight: f32,
}

impl Eq for Section {}

/// Text that sums up a page.
const SUMMARY: f32 = 3.0;
/// Running text of the handbook.
const OWN: f32 = 1.0;
/// Running text of mounted documents: there is ten times as much of it.
const MOUNTED: f32 = 0.4;
/// Words of questions that a role's page answers, whether or not it uses them.
const ASKED_OF_ROLES: &str = "role become responsibilities duties";
/// Longest word that is found; what is longer is an address or a digest.
const LONGEST_WORD: usize = 48;

/// Everything there is to find, in the order of pages.
pub fn entries(db: &dyn Db) -> Vec<Entry> {
    let finder = Finder { db, handbook: model::handbook(db) };
    model::written_routes(db).flat_map(|(url, route)| finder.entries(url, route)).collect()
}

struct Finder<'a> {
    db: &'a dyn Db,
    handbook: &'a Handbook,
}

impl Finder<'_> {
    fn entries(&self, url: &str, route: &Route) -> Vec<Entry> {
        let entry = match route {
            Route::Home => self.home(),
            Route::Role(id) => self.handbook.roles.get(id).map(|role| self.role(role)),
            Route::Group(id) => self.handbook.groups.get(id).map(|group| self.group(group)),
            Route::Lead { group, role } => self.lead(group, role),
            Route::GroupChecklist { group, checklist } => self.group_checklist(group, checklist),
            Route::Person(id) => self.handbook.people.get(id).map(|person| self.person(person)),
            Route::Skill(id) => self.handbook.skills.get(id).map(|skill| skill_entry(skill)),
            Route::Checklist(id) => self.handbook.checklists.get(id).map(|list| checklist_entry(list)),
            Route::Glossary => return self.terms(url),
            Route::Document(file) => return self.document(url, *file),
            Route::Roles
            | Route::Groups
            | Route::Api
            | Route::Calendar
            | Route::Changes
            | Route::Coverage
            | Route::People
            | Route::Skills
            | Route::Checklists
            | Route::Obligations
            | Route::References => self.list(url),
            // What is on them is found where it is from.
            Route::Compare
            | Route::Components
            | Route::Folder(..)
            | Route::Print
            | Route::Redirect { .. }
            | Route::Search
            | Route::NotFound => None,
        };
        entry.map(|entry| Entry { url: address(url), ..entry }).into_iter().collect()
    }

    fn home(&self) -> Option<Entry> {
        let config = Site::get(self.db).config(self.db);
        let text = config.description.as_deref().unwrap_or_default();
        Some(Entry { sections: summary(text), ..Entry::new("page", &config.title) })
    }

    fn list(&self, url: &str) -> Option<Entry> {
        let section = pages::sections(self.db).iter().find(|section| section.url == url)?;
        let (label, about) = (section.label.clone(), section.description(self.db));
        Some(Entry { sections: summary(&about), ..Entry::new("page", &label) })
    }

    fn role(&self, role: &Role) -> Entry {
        let mut sections = summary(role.matter.summary.as_ref().map_or("", |text| text.as_str()));
        sections.extend(self.sections(role.file, 0, OWN));
        Entry { names: role_names(self.handbook, role), sections, ..Entry::new("role", &role.title) }
    }

    fn group(&self, group: &Group) -> Entry {
        let facts = &group.facts;
        let mission = group.mission.as_ref().map(|mission| mission.text.as_str()).unwrap_or_default();
        let mut sections = summary(mission);
        let seats = self.handbook.seats(group).into_iter();
        let leads = seats.filter(|seat| !seat.holders.is_empty()).map(|seat| {
            let holders: Vec<String> = seat.holders.iter().map(named).collect();
            format!("{}: {}.", seat.role.title, holders.join(", "))
        });
        sections.push(Section::text(leads.collect::<Vec<_>>().join(" "), OWN));
        let contact = &facts.contact;
        let chats = || contact.channels.iter().filter(|channel| channel.kind.chat);
        let channels = chats().filter_map(|channel| Some((channel.kind.label.as_str(), channel.title()?)));
        let channels = channels.map(|(kind, title)| format!("{kind} channel {title}."));
        let teams = contact.teams.iter().map(|team| format!("{}.", team.name));
        let meetings = facts.meetings.iter().map(|meeting| format!("{}.", meeting.title.value));
        sections
            .push(Section::text(channels.chain(meetings).chain(teams).collect::<Vec<_>>().join(" "), OWN));
        for (subproject, id) in facts.subprojects.iter().zip(pages::subproject_ids(facts)) {
            let leads = subproject.leads.iter().map(named).collect::<Vec<_>>().join(", ");
            let text = format!("{} {leads}", plain(subproject.description.as_deref().unwrap_or_default()));
            let heading = Some((id, subproject.name.value.clone()));
            sections.push(Section { heading, text: clean(&text), weight: OWN });
        }
        let full_name = group.full_name();
        let names = [group.id().to_owned(), facts.kind.label.clone()];
        let names =
            names.into_iter().chain(facts.label.clone()).chain(chats().map(|channel| channel.value.clone()));
        Entry {
            groups: vec![full_name.clone()],
            names: names.collect(),
            sections,
            ..Entry::new("group", &full_name)
        }
    }

    fn lead(&self, group: &str, role: &str) -> Option<Entry> {
        let group = self.handbook.groups.get(group)?;
        let seats = model::seats(self.db, Key::new(self.db, group.id().to_owned()));
        let seat = seats.iter().find(|seat| seat.role.id == role)?;
        let full_name = group.full_name();
        let holders: Vec<String> = seat.holders.iter().map(named).collect();
        let leads = if seat.role.held_as().contains(&model::LIAISON) { "" } else { "lead" };
        let names = [format!("{} {leads}", group.facts.name), group.id().to_owned()];
        let people = match holders.as_slice() {
            [] => String::new(),
            holders => format!("{} of {full_name}: {}.", seat.role.title, holders.join(", ")),
        };
        Some(Entry {
            groups: vec![full_name.clone()],
            names: names.into_iter().chain([seat.role.short.clone()]).collect(),
            sections: vec![Section::text(people, SUMMARY)],
            ..Entry::new("lead", &format!("{full_name} · {}", seat.role.title))
        })
    }

    fn group_checklist(&self, group: &str, checklist: &str) -> Option<Entry> {
        let group = self.handbook.groups.get(group)?;
        let title = &self.handbook.checklists.get(checklist)?.checklist.title;
        let full_name = group.full_name();
        Some(Entry {
            groups: vec![full_name.clone()],
            ..Entry::new("checklist", &format!("{title} · {full_name}"))
        })
    }

    fn person(&self, person: &model::Person) -> Entry {
        let group = |id: &String| self.handbook.groups.get(id);
        let held = person.leads.iter().filter_map(|(id, key)| {
            let group = group(id)?;
            let role = self.handbook.role_of(group, key)?;
            Some(format!("{} of {}: {} lead.", role.title, group.full_name(), group.facts.name))
        });
        let liaison = person.liaison_for.iter().filter_map(group);
        let liaison = liaison.map(|group| format!("Liaison of {}.", group.full_name()));
        let led = person.subprojects.iter().map(|(id, name)| format!("Leads {name} ({id})."));
        let emeritus = person.emeritus.iter().filter_map(group);
        let emeritus = emeritus.map(|group| format!("{} emeritus.", group.full_name()));
        let text = held.chain(liaison).chain(led).chain(emeritus).collect::<Vec<_>>().join(" ");
        let ids = person.leads.iter().map(|(id, _)| id).chain(person.subprojects.iter().map(|(id, _)| id));
        let ids = ids.chain(&person.liaison_for).chain(&person.emeritus);
        let mut groups: Vec<String> = ids.filter_map(group).map(|group| group.full_name()).collect();
        groups.sort();
        groups.dedup();
        Entry {
            groups,
            names: person.accounts.iter().map(|account| account.name.clone()).collect(),
            sections: vec![Section::text(clean(&text), SUMMARY)],
            ..Entry::new("person", &person.name)
        }
    }

    fn terms(&self, url: &str) -> Vec<Entry> {
        let ids = model::term_ids(self.db);
        let term = |entry: &std::sync::Arc<(File, facts::Term)>| {
            let (file, term) = &**entry;
            let id = &ids[&(*file, term.term.value.clone())];
            Entry {
                url: format!("{}#{}", address(url), fragment(id)),
                names: term.aliases.clone(),
                sections: summary(&term.definition),
                ..Entry::new("term", &term.term)
            }
        };
        self.handbook.terms.iter().map(term).collect()
    }

    /// A document; each clause of one that governs is an entry of its own.
    fn document(&self, url: &str, file: File) -> Vec<Entry> {
        let (db, config) = (self.db, file.config(self.db));
        let path = file.path(db);
        let own = config.trust.is_own();
        let governs = model::is_normative(db, file) || own && path.starts_with("governance/");
        let whole = own || governs;
        let limit = if whole { 0 } else { Site::get(db).config(db).search.words };
        let weight = if whole { OWN } else { MOUNTED };
        let mut sections = self.sections(file, limit, weight);
        let title = model::title(db, file);
        let group = path.split_once('/').and_then(|(folder, _)| self.handbook.groups.get(folder));
        let groups: Vec<String> = group.map(|group| group.full_name()).into_iter().collect();
        let mut clauses = Vec::new();
        if governs {
            let first = sections.iter().position(|section| section.heading.is_some());
            for section in sections.split_off(first.unwrap_or(sections.len())) {
                let Some((id, heading)) = section.heading else { continue };
                clauses.push(Entry {
                    url: format!("{}#{}", address(url), fragment(&id)),
                    groups: groups.clone(),
                    within: Some(title.clone()),
                    sections: vec![Section { heading: None, ..section }],
                    ..Entry::new("clause", &heading)
                });
            }
        }
        let kind = if own && path.starts_with("guides/") { "guide" } else { "document" };
        let entry = Entry { url: address(url), groups, sections, ..Entry::new(kind, title) };
        std::iter::once(entry).chain(clauses).collect()
    }

    /// The sections of a document: so many words of its texts and as many of its headings, all where the limit is 0.
    fn sections(&self, file: File, limit: usize, weight: f32) -> Vec<Section> {
        let text = file.text(self.db);
        // A word is seldom longer than a dozen bytes, with what surrounds it.
        let mut end = if limit == 0 { text.len() } else { text.len().min(limit * 16) };
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let limit = if limit == 0 { usize::MAX } else { limit };
        let (mut of_texts, mut of_headings) = (First(limit), First(limit));
        let mut texts = parse::clauses(&text[..end]).into_iter().map(|text| of_texts.take(&text));
        let first = Section::text(texts.next().unwrap_or_default(), weight);
        let has_title = model::outline(self.db, file).has_title_heading;
        let headings = model::document(self.db, file).headings.iter().enumerate().map(|(index, heading)| {
            let text = texts.next().unwrap_or_default();
            // The title is that of the entry.
            let is_title = index == 0 && has_title;
            let title = if is_title { String::new() } else { of_headings.take(&heading.text) };
            let heading = (!title.is_empty()).then(|| (heading.id.clone(), title));
            Section { heading, text, weight }
        });
        std::iter::once(first)
            .chain(headings)
            .filter(|section| section.heading.is_some() || !section.text.is_empty())
            .collect()
    }
}

/// How many words are still taken.
struct First(usize);

impl First {
    fn take(&mut self, text: &str) -> String {
        let words: Vec<&str> = words(text).take(self.0).collect();
        self.0 -= words.len();
        words.join(" ")
    }
}

impl Entry {
    fn new(kind: &'static str, title: &str) -> Self {
        Self {
            url: String::new(),
            title: title.to_owned(),
            kind,
            groups: Vec::new(),
            names: Vec::new(),
            within: None,
            sections: Vec::new(),
        }
    }
}

impl Section {
    fn text(text: String, weight: f32) -> Self {
        Self { heading: None, text, weight }
    }
}

fn skill_entry(entry: &model::SkillEntry) -> Entry {
    let mut sections = summary(&entry.skill.description);
    for level in &entry.skill.levels {
        let grow = level.grow.as_ref().map(|grow| grow.value.as_str()).unwrap_or_default();
        sections.push(Section::text(plain(&format!("{}\n\n{grow}", level.description.value)), OWN));
    }
    Entry { names: vec![entry.area_name.clone()], sections, ..Entry::new("skill", &entry.skill.name) }
}

fn checklist_entry(entry: &model::ChecklistEntry) -> Entry {
    let list = &entry.checklist;
    let mut sections = summary(list.description.as_ref().map_or("", |text| text.as_str()));
    let items = list.items.iter().map(|item| plain(item.text.written())).collect::<Vec<_>>().join(" ");
    sections.push(Section::text(items, OWN));
    Entry { sections, ..Entry::new("checklist", &list.title) }
}

fn role_names(handbook: &Handbook, role: &Role) -> Vec<String> {
    let mut names = vec![role.id.clone(), ASKED_OF_ROLES.to_owned()];
    names.extend((role.short != role.title).then(|| role.short.clone()));
    // Other names of it are the glossary's matter.
    let term = handbook.terms.iter().find(|term| term.1.term.eq_ignore_ascii_case(&role.title));
    names.extend(term.into_iter().flat_map(|term| term.1.aliases.iter().cloned()));
    names
}

fn named(person: &Person) -> String {
    clean(&person.name)
}

fn summary(markdown: &str) -> Vec<Section> {
    let text = plain(markdown);
    if text.is_empty() { Vec::new() } else { vec![Section::text(text, SUMMARY)] }
}

/// Markdown as it reads, for whatever group.
fn plain(markdown: &str) -> String {
    clean(&in_general(&parse::clauses(markdown).join(" ")))
}

fn clean(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

/// The words of a text that are found: no addresses, of people least of all, and no placeholders.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_mail = |word: &str| word.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    text.split_whitespace().filter(move |word| {
        let is_long = word.len() > LONGEST_WORD && word.is_ascii();
        !is_long && !word.contains("://") && !word.contains('{') && !is_mail(word)
    })
}

fn address(url: &str) -> String {
    crate::url::below("", url)
}

fn fragment(id: &str) -> String {
    crate::url::encode_fragment(id)
}
