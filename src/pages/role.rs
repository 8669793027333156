//! The list of roles, and the page of each.

use indexmap::IndexMap;
use serde::Serialize;

use super::cited::{Cited, cited};
use super::findings::{self, RuleCount};
use super::kind::{FixedPage, ViewModel};
use super::lead::{DutyLevel, levels};
use super::obligations::{Duty, StatedDuty};
use super::related::{Related, related};
use super::scope::Scope;
use super::search_entry::{self, OWN, SearchEntry, summary};
use super::view::{Access, Fact, GroupSeat, Link, PersonRef, RoleRef, SkillGroup};
use super::{PageView, Siblings};
use super::{body, items};
use crate::html;
use crate::model::{self, Key, Navigation, Route};
use crate::rules;
use crate::source::Db;
use crate::strings::strings;
use crate::trace;

/// `roles`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Roles {
    /// The text of the list's index document.
    pub intro_html: String,
    pub categories: Vec<Category>,
}

/// Roles of one category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Category {
    pub name: String,
    pub roles: Vec<ListedRole>,
}

/// A role in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ListedRole {
    pub role: RoleRef,
    pub summary_html: String,
    /// True if groups may leave it vacant.
    pub optional: bool,
    /// Number of groups that have the role.
    pub held_in: usize,
}

/// `role`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Role {
    pub role: RoleRef,
    pub summary_html: String,
    pub facts: Vec<Fact>,
    /// Clauses of governance.
    pub governed_by: Vec<Link>,
    /// The document; its headings begin at `<h2>`.
    pub body_html: String,
    pub skills: Vec<SkillGroup>,
    /// The groups that have the role.
    pub seats: Vec<GroupSeat>,
    /// True if holders do not lead their group.
    pub is_member: bool,
    /// Its holders in the community as a whole.
    pub holders: Vec<PersonRef>,
    /// Its checklist.
    pub checklist: Option<Link>,
    /// Its obligations.
    pub duties: Vec<Duty>,
    /// The obligations by level.
    pub levels: Vec<DutyLevel>,
    /// Duties that governance states without an upper-case key word.
    pub stated_duties: Vec<StatedDuty>,
    /// The rules whose findings its holders can see to.
    pub rules: Vec<RuleCount>,
    /// Access that its holders have.
    pub access: Vec<Access>,
    /// The last review of the clauses that govern it.
    pub reviewed: Option<Review>,
    /// The reading order of a new holder, starting with this page.
    pub reading: Vec<super::reading::ReadingPage>,
    pub related: Vec<Related>,
    /// Citations of it.
    pub cited: Vec<Cited>,
    /// The original that its document is a digest of.
    pub upstream: Option<Link>,
}

/// The last review of the clauses that govern a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Review {
    /// The earliest review date among them, such as `2026-11-24`.
    pub date: String,
    /// True if one of them has changed since.
    pub drifted: bool,
}

impl FixedPage for Roles {
    const NAME: &'static str = "roles";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::ROLES;

    fn exists(db: &dyn Db) -> bool {
        // The introduction has a page even if there are no roles.
        !model::handbook(db).roles.is_empty() || super::home::section_text(db, "roles").is_some()
    }

    fn navigation(db: &dyn Db) -> Option<Navigation> {
        (!model::handbook(db).roles.is_empty()).then_some(Navigation::Main(1))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let intro = super::home::section_text(scope.db, "roles");
        let page = PageView::new(scope, &scope.string("sections.roles.label"))
            .breadcrumbs(vec![scope.home()])
            .made_of(scope, intro.as_slice());
        // The list changes independently of its introduction.
        let page = PageView { changed: None, ..page };
        let categories = categories(scope.db).into_iter().map(|(name, roles)| Category {
            name,
            roles: roles
                .into_iter()
                .map(|role| ListedRole {
                    role: scope.role_ref(&role),
                    summary_html: scope.role_summary(&role),
                    optional: role.matter.optional,
                    held_in: model::held_in(scope.db, Key::new(scope.db, role.id.clone())),
                })
                .collect(),
        });
        let roles = Roles {
            intro_html: intro.map_or(String::new(), |file| body::document(scope, file).body),
            categories: categories.collect(),
        };
        (page, roles)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}

impl ViewModel for Role {
    const NAME: &'static str = "role";
    const HAS_PICTURE: bool = true;

    fn routes(db: &dyn Db) -> Vec<Route> {
        model::handbook(db).roles.keys().cloned().map(Route::Role).collect()
    }

    fn shows(_: &dyn Db, route: &Route) -> bool {
        matches!(route, Route::Role(_))
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        let Route::Role(id) = route else { return None };
        role(scope, id)
    }

    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry> {
        let Route::Role(id) = route else { return Vec::new() };
        let handbook = model::handbook(db);
        let Some(role) = handbook.roles.get(id) else { return Vec::new() };
        let mut sections = summary(db, role.matter.summary.as_ref().map_or("", |text| text.as_str()));
        if !role.is_implied {
            sections.extend(search_entry::of_document(db, role.file, 0, OWN));
        }
        let mut names = vec![role.id.clone(), strings(db).get("search.texts.role_terms")];
        names.extend((role.short != role.title).then(|| role.short.clone()));
        // Other names of a role come from the glossary.
        let term = handbook.terms.iter().find(|term| term.1.term.eq_ignore_ascii_case(&role.title));
        names.extend(term.into_iter().flat_map(|term| term.1.aliases.iter().cloned()));
        vec![SearchEntry { names, sections, ..SearchEntry::new("role", &role.title) }]
    }
}

fn role(scope: &Scope, id: &str) -> Option<(PageView, Role)> {
    let role = model::role(scope.db, Key::new(scope.db, id.to_owned())).clone()?;
    // The file of an implied role is that of the data.
    let document = (!role.is_implied).then_some(role.file);
    let rendered = match document {
        Some(file) => body::document(scope, file),
        None => implied(scope),
    };
    let description = document.and_then(|file| model::description(scope.db, file).clone());
    let mut page = PageView::new(scope, &role.title).description(description);
    if let Some(title) = rendered.title {
        page.title_html = title;
    }
    page.title_id = rendered.title_id;
    page.extra = role.matter.page.extra.clone();
    page = page.made_of(scope, &[role.file]);
    let seats: Vec<GroupSeat> = groups_with(scope, id).collect();
    let holders = model::community_holders(scope.db, Key::new(scope.db, id.to_owned()));
    let holders: Vec<PersonRef> = holders.iter().map(|person| scope.person(person)).collect();
    let skills = scope.skills(&role, None);
    let duties = super::obligations::duties(scope, id, None, &seats);
    let stated_duties = super::obligations::stated_duties(scope, &role, None);
    let rules = rules::of_role(scope.db, Key::new(scope.db, id.to_owned()));
    let rules: Vec<_> = rules.iter().map(|entry| findings::rule_count(scope, entry)).collect();
    let access = items::access(scope, &[&role], None);
    let reading = super::reading::list(scope, id);
    page.toc = body::toc(&rendered.toc);
    let page = page.sections([
        ("groups", scope.string("role.groups"), !seats.is_empty()),
        ("holders", scope.string("role.holders"), !holders.is_empty()),
        ("skills", scope.string("parts.skills"), !skills.is_empty()),
        ("obligations", scope.string("parts.obligations"), !(duties.is_empty() && stated_duties.is_empty())),
        ("access", scope.string("parts.access"), !access.is_empty()),
        ("rules", scope.string("checks.rules"), !rules.is_empty()),
        ("reading_order", scope.string("role.reading"), !reading.is_empty()),
    ]);
    let roles = scope.string("sections.roles.label");
    let page = page
        .breadcrumbs(vec![scope.home(), scope.link(roles.clone(), &Route::ROLES)])
        .section(scope, &roles, "/roles/", siblings(scope.db))
        .reading(scope);
    let body = Role {
        role: scope.role_ref(&role),
        summary_html: scope.role_summary(&role),
        facts: scope.facts(&role, true),
        governed_by: scope.references(role.file, &role.matter.governed_by),
        body_html: rendered.body,
        skills,
        seats,
        is_member: role.matter.is_member,
        holders,
        levels: levels(&duties),
        duties,
        stated_duties,
        rules,
        access,
        reviewed: trace::reviewed(scope.db, &role).map(|(date, drifted)| Review { date, drifted }),
        reading,
        related: document
            .map_or_else(Default::default, |file| related(scope, file, Route::Role(id.to_owned()))),
        cited: document.map_or_else(Default::default, |file| cited(scope, file)),
        checklist: model::checklist_of_role(scope.db, Key::new(scope.db, id.to_owned())).map(|entry| {
            scope.link(entry.checklist.title.clone(), &Route::Checklist(entry.checklist.id.value.clone()))
        }),
        upstream: document.and_then(|file| super::document::upstream(scope, file)),
    };
    Some((page, body))
}

/// The text of a role that no document describes.
fn implied(scope: &Scope) -> html::Rendered {
    let text = html::escape(&scope.string("role.implied"));
    html::Rendered { body: format!("<p class=\"rb-note\">{text}</p>\n"), ..html::Rendered::default() }
}

/// The groups that have a role, with its holders.
pub(super) fn groups_with<'a>(scope: &'a Scope, role: &'a str) -> impl Iterator<Item = GroupSeat> + 'a {
    model::group_ids(scope.db).iter().filter_map(move |id| {
        let leads = model::seats(scope.db, Key::new(scope.db, id.clone())).iter();
        let members = model::member_seats(scope.db, Key::new(scope.db, id.clone()));
        let seat = scope.seat(id, leads.chain(members).find(|seat| seat.role.id == role)?);
        Some(GroupSeat { group: scope.named_group(id)?, url: seat.url, holders: seat.holders })
    })
}

/// Roles by category, both in the order of the roles.
fn categories(db: &dyn Db) -> IndexMap<String, Vec<std::sync::Arc<model::Role>>> {
    let mut categories: IndexMap<String, Vec<_>> = IndexMap::new();
    for id in model::role_ids(db) {
        if let Some(role) = model::role(db, Key::new(db, id.clone())) {
            let category =
                role.matter.category.clone().unwrap_or_else(|| strings(db).get("roles.uncategorized"));
            categories.entry(category).or_default().push(role.clone());
        }
    }
    categories
}

/// All roles, listed beside each role page.
#[salsa::tracked]
fn siblings(db: &dyn Db) -> Siblings {
    let roles = categories(db).into_values().flatten();
    roles.map(|role| (role.title.clone(), Route::Role(role.id.clone()).url(db))).collect()
}
