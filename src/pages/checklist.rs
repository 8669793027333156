//! The list of checklists, and the page of each.

use serde::Serialize;

use super::items::{self, Phase};
use super::kind::{FixedPage, ViewModel};
use super::placeholder::Values;
use super::related::{Related, related};
use super::scope::Scope;
use super::search_entry::{OWN, SearchEntry, SearchSection, plain, summary};
use super::view::{Access, Blank, GroupRef, GroupSeat, IssueFields, Letter, Link, RoleRef, Seat};
use super::{PageView, Siblings};
use crate::facts::{self, Segment};
use crate::html;
use crate::model::{self, ChecklistEntry, Key, Navigation, Route};
use crate::source::Db;
use crate::strings::strings;
use crate::url::Href;

/// `checklists`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Checklists {
    pub lists: Vec<ListedChecklist>,
}

/// A checklist in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ListedChecklist {
    pub title: String,
    pub url: Href,
    pub description_html: String,
    /// The role it is for.
    pub role: Option<RoleRef>,
    /// Number of items.
    pub total: usize,
}

/// `checklist`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Checklist {
    pub id: String,
    pub description_html: String,
    /// The role it is for.
    pub role: Option<RoleRef>,
    /// Number of items.
    pub total: usize,
    pub phases: Vec<Phase>,
    /// Checklists whose items it includes.
    pub includes: Vec<Link>,
    /// Lead pages that show it, filled in for a group.
    pub seats: Vec<GroupSeat>,
    /// The checklist as JSON, with texts in Markdown.
    pub data: Option<Href>,
    pub related: Vec<Related>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
}

/// `group_checklist`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct GroupChecklist {
    pub group: GroupRef,
    pub id: String,
    /// The general checklist, not filled in for a group.
    pub link: Link,
    pub description_html: String,
    /// Number of items.
    pub total: usize,
    pub phases: Vec<Phase>,
    /// Email templates.
    pub letters: Vec<Letter>,
    /// Access that the leads of the group have, which a change of leads must update.
    pub access: Vec<Access>,
    /// The group's roles.
    pub seats: Vec<Seat>,
    /// Address for opening an issue with the checklist.
    pub new_issue: Option<Href>,
    /// Null on GitHub.
    pub issue_fields: Option<IssueFields>,
    /// The checklist as JSON, with texts in Markdown.
    pub data: Option<Href>,
}

impl FixedPage for Checklists {
    const NAME: &'static str = "checklists";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::Fixed("/checklists/");

    fn exists(db: &dyn Db) -> bool {
        !model::handbook(db).checklists.is_empty()
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Footer(1))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let entry = |id: &String| model::checklist(scope.db, Key::new(scope.db, id.clone())).as_ref();
        let lists = model::checklist_ids(scope.db).iter().filter_map(entry).map(|entry| ListedChecklist {
            title: entry.checklist.title.clone(),
            url: scope.to(&route(entry).url(scope.db)),
            description_html: description(scope, entry),
            role: role(scope, entry).map(|role| scope.role_ref(&role)),
            total: model::composed(scope.db, entry, None, None).len(),
        });
        let page =
            PageView::new(scope, &scope.string("sections.checklists.label")).breadcrumbs(vec![scope.home()]);
        (page, Checklists { lists: lists.collect() })
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}

/// All checklists, listed beside each checklist page.
#[salsa::tracked]
fn siblings(db: &dyn Db) -> Siblings {
    let page = |id: &String| {
        let entry = model::checklist(db, Key::new(db, id.clone())).as_ref()?;
        Some((entry.checklist.title.clone(), route(entry).url(db)))
    };
    model::checklist_ids(db).iter().filter_map(page).collect()
}

impl ViewModel for Checklist {
    const NAME: &'static str = "checklist";
    const HAS_PICTURE: bool = true;

    fn routes(db: &dyn Db) -> Vec<Route> {
        model::handbook(db).checklists.keys().cloned().map(Route::Checklist).collect()
    }

    fn shows(_: &dyn Db, route: &Route) -> bool {
        matches!(route, Route::Checklist(_))
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        let Route::Checklist(id) = route else { return None };
        checklist(scope, id)
    }

    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry> {
        let Route::Checklist(id) = route else { return Vec::new() };
        let Some(entry) = model::handbook(db).checklists.get(id) else { return Vec::new() };
        let list = &entry.checklist;
        let mut sections = summary(db, list.description.as_ref().map_or("", |text| text.as_str()));
        let items = list.items.iter().map(|item| plain(db, item.text.source())).collect::<Vec<_>>().join(" ");
        sections.push(SearchSection::text(items, OWN));
        // Readers add the word to the title: "chair onboarding checklist".
        let names = vec![strings(db).get("kinds.checklist")];
        vec![SearchEntry { sections, names, ..SearchEntry::new("checklist", &list.title) }]
    }
}

fn checklist(scope: &Scope, id: &str) -> Option<(PageView, Checklist)> {
    let entry = model::checklist(scope.db, Key::new(scope.db, id.to_owned())).clone()?;
    let role = role(scope, &entry);
    let items = model::composed(scope.db, &entry, None, None);
    let phases = items::phases(scope, &items, None, role.as_deref());
    let headings: Vec<_> = phases.iter().map(|phase| (phase.label.clone(), phase.id)).collect();
    let lists = scope.string("sections.checklists.label");
    let page = PageView::new(scope, &entry.checklist.title)
        .breadcrumbs(vec![scope.home(), scope.link(lists.clone(), &Checklists::ROUTE)])
        .headings(headings)
        .section(scope, &lists, "/checklists/", siblings(scope.db));
    let page = page.made_of(scope, &[entry.file]).reading(scope);
    let body = Checklist {
        id: id.to_owned(),
        description_html: description(scope, &entry),
        role: role.as_ref().map(|role| scope.role_ref(role)),
        total: items.len(),
        phases,
        includes: entry
            .checklist
            .include
            .iter()
            .filter_map(|id| model::checklist(scope.db, Key::new(scope.db, id.value.clone())).as_ref())
            .map(|included| scope.link(included.checklist.title.clone(), &route(included)))
            .collect(),
        seats: role.map_or_else(Vec::new, |role| super::role::groups_with(scope, &role.id).collect()),
        data: scope.checklist_data(Route::Checklist(id.to_owned())),
        related: related(scope, entry.file, Route::Checklist(id.to_owned())),
        extra: entry.checklist.extra.clone(),
    };
    Some((page, body))
}

impl ViewModel for GroupChecklist {
    const NAME: &'static str = "group-checklist";
    const HAS_PICTURE: bool = true;

    fn routes(_: &dyn Db) -> Vec<Route> {
        // `Group::routes` lists these pages.
        Vec::new()
    }

    fn shows(_: &dyn Db, route: &Route) -> bool {
        matches!(route, Route::GroupChecklist { .. })
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        let Route::GroupChecklist { group, checklist } = route else { return None };
        group_checklist(scope, group, checklist)
    }

    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry> {
        let Route::GroupChecklist { group, checklist } = route else { return Vec::new() };
        let handbook = model::handbook(db);
        let subject = handbook.groups.get(group).zip(handbook.checklists.get(checklist));
        let entry = subject.map(|(group, list)| {
            let full_name = group.full_name();
            let title = format!("{} · {full_name}", list.checklist.title);
            SearchEntry { groups: vec![full_name], ..SearchEntry::new("checklist", &title) }
        });
        entry.into_iter().collect()
    }
}

fn group_checklist(scope: &Scope, group: &str, id: &str) -> Option<(PageView, GroupChecklist)> {
    let group = scope.group(group)?;
    let entry = model::checklist(scope.db, Key::new(scope.db, id.to_owned())).clone()?;
    let items = model::composed(scope.db, &entry, Some(&group), None);
    let phases = items::phases(scope, &items, Some(&group), None);
    let letters = letters(scope, &entry, &group);
    let seats = model::seats(scope.db, Key::new(scope.db, group.id().to_owned()));
    let seats: Vec<_> = seats.iter().filter(|seat| entry.checklist.is_about(&seat.role.id)).collect();
    let roles: Vec<_> = seats.iter().map(|seat| &*seat.role).collect();
    let access = items::access(scope, &roles, Some(&group));
    let name = group.full_name();
    let page = PageView::new(scope, &format!("{name} · {}", entry.checklist.title))
        .breadcrumbs(vec![
            scope.home(),
            scope.link(scope.string("sections.groups.label"), &Route::GROUPS),
            scope.link(name.clone(), &Route::Group(group.id().to_owned())),
        ])
        .sections([
            ("checklist", scope.string("parts.checklist"), true),
            ("letters", scope.string("group_checklist.letters"), !letters.is_empty()),
            ("access", scope.string("group_checklist.access"), !access.is_empty()),
        ])
        .phases(&phases);
    let body = GroupChecklist {
        group: scope.group_ref(&group),
        id: id.to_owned(),
        link: scope.link(entry.checklist.title.clone(), &route(&entry)),
        description_html: description(scope, &entry),
        total: items.len(),
        phases,
        letters,
        access,
        seats: seats.iter().map(|seat| scope.seat(group.id(), seat)).collect(),
        new_issue: scope.new_issue(),
        issue_fields: scope.issue_fields(),
        data: scope
            .checklist_data(Route::GroupChecklist { group: group.id().to_owned(), checklist: id.to_owned() }),
    };
    Some((page, body))
}

/// The email templates of a checklist, filled in for a group.
fn letters(scope: &Scope, entry: &ChecklistEntry, group: &model::Group) -> Vec<Letter> {
    let fill = Values::new(scope, Some(group), None);
    let letter = |letter: &facts::Letter| Letter {
        id: letter.id.value.clone(),
        title: letter.title.clone(),
        to: fill.plain(&letter.to),
        cc: letter.cc.as_ref().map(|cc| fill.plain(cc)),
        subject_html: letter_html(letter, &letter.subject, fill),
        text_html: letter_html(letter, &letter.text, fill),
        blanks: letter
            .blanks
            .iter()
            .map(|placeholder| Blank {
                id: placeholder.id.value.clone(),
                label: placeholder.label.clone(),
                example: placeholder.example.clone(),
            })
            .collect(),
    };
    entry.checklist.letters.iter().map(letter).collect()
}

/// The HTML of a text of a letter, with its placeholders marked up.
fn letter_html(letter: &facts::Letter, text: &facts::Template, values: Values) -> String {
    let segment = |segment: &Segment| match letter.blank(segment) {
        Some(placeholder) => {
            let (id, example) = (&placeholder.id.value, html::escape(&placeholder.example));
            format!(r#"<span class="rb-blank" data-blank="{id}">[{example}]</span>"#)
        }
        None => html::escape(&values.plain_segment(segment)),
    };
    text.segments().iter().map(segment).collect()
}

fn route(entry: &ChecklistEntry) -> Route {
    Route::Checklist(entry.checklist.id.value.clone())
}

fn role(scope: &Scope, entry: &ChecklistEntry) -> Option<std::sync::Arc<model::Role>> {
    let id = entry.checklist.role.as_ref()?;
    model::role(scope.db, Key::new(scope.db, id.value.clone())).clone()
}

fn description(scope: &Scope, entry: &ChecklistEntry) -> String {
    let text = entry.checklist.description.as_ref();
    text.map_or(String::new(), |text| scope.markdown(entry.file, text, false))
}
