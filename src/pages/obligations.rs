//! The register of obligations, and the coverage of a role's obligations.

use serde::Serialize;

use super::PageView;
use super::kind::FixedPage;
use super::placeholder::Values;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::view::{GroupSeat, Link, RoleRef};
use crate::facts::{self, Template};
use crate::model::{self, Group, Key, Navigation, Role, Route};
use crate::parse::At;
use crate::parse::Level;
use crate::source::Db;
use crate::trace::{self, Covering, Obligation};
use crate::url::Href;

/// `obligations`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Obligations {
    /// Number of obligations.
    pub total: usize,
    /// Counts by level, in the order of levels.
    pub levels: Vec<Tally>,
    /// Roles that have obligations.
    pub roles: Vec<RoleRef>,
    pub documents: Vec<Document>,
}

/// Number of obligations of a level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Tally {
    /// `MUST NOT`
    pub level: &'static str,
    /// `must-not`
    pub id: &'static str,
    pub total: usize,
    /// Number of obligations that are covered by an item or waived.
    pub covered: usize,
}

/// The obligations of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ObligingDocument"))]
pub(super) struct Document {
    pub link: Link,
    pub clauses: Vec<Clause>,
}

/// The obligations of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Clause {
    /// The clause, or the document if the statement is under no heading.
    pub link: Link,
    pub obligations: Vec<RegisterEntry>,
}

/// An obligation in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct RegisterEntry {
    pub statement: Statement,
    /// Roles that it binds.
    pub roles: Vec<RoleRef>,
    /// Checklist items that cover it.
    pub items: Vec<Link>,
    /// Reason why no item has to cover it.
    pub waived: Option<String>,
}

/// The statement of an obligation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Statement {
    /// Its anchor, such as `chair.must-keep-notes`.
    pub id: String,
    /// `MUST NOT`
    pub level: &'static str,
    /// `must-not`
    pub level_id: &'static str,
    pub text: String,
    /// Introduction of the list that contains it.
    pub context: Option<String>,
    /// Address of the statement in its document.
    pub url: Href,
    /// `Rules § Chair`
    pub clause: String,
}

/// An obligation of a role and its coverage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Duty {
    pub statement: Statement,
    /// True if it also binds other roles.
    pub shared: bool,
    /// Checklist items that cover it.
    pub items: Vec<DutyItem>,
    /// Reason why no item has to cover it.
    pub waived: Option<String>,
    /// True if it is mandatory and neither covered nor waived.
    pub uncovered: bool,
}

/// A duty of a role that governance states without an upper-case key word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct StatedDuty {
    pub text_html: String,
    /// The clause that states it.
    pub clause: Link,
}

/// An item that covers an obligation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct DutyItem {
    pub id: String,
    /// Link to the item on the checklist page, or on a lead page within that page.
    pub link: Link,
    /// Links to the item on the pages of the groups that have it.
    pub groups: Vec<Link>,
}

impl FixedPage for Obligations {
    const NAME: &'static str = "obligations";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::Fixed("/obligations/");

    fn exists(db: &dyn Db) -> bool {
        !model::normative_documents(db).is_empty()
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Footer(4))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let db = scope.db;
        let covered = trace::covered(db);
        let register = trace::register(db);
        let mut documents: Vec<Document> = Vec::new();
        let (mut file, mut part) = (None, None);
        for obligation in register {
            if file != Some(obligation.file) {
                (file, part) = (Some(obligation.file), None);
                let link =
                    scope.link(model::title(db, obligation.file).clone(), &Route::Document(obligation.file));
                documents.push(Document { link, clauses: Vec::new() });
            }
            let Some(document) = documents.last_mut() else { continue };
            let of = (obligation.heading, obligation.anchor.split_once('.').map(|(begin, _)| begin));
            if part != Some(of) {
                part = Some(of);
                let link = clause(scope, obligation).unwrap_or_else(|| document.link.clone());
                if document.clauses.last().is_none_or(|last| last.link != link) {
                    document.clauses.push(Clause { link, obligations: Vec::new() });
                }
            }
            let coverage = covered.get(&obligation.id);
            let registered = RegisterEntry {
                statement: statement(scope, obligation),
                roles: roles(scope, &obligation.roles),
                items: coverage.map_or_else(Vec::new, |coverage| items(scope, &coverage.items)),
                waived: coverage.and_then(|coverage| coverage.waived.clone()),
            };
            if let Some(clause) = document.clauses.last_mut() {
                clause.obligations.push(registered);
            }
        }
        let tally = |level: Level| {
            let of_level = register.iter().filter(|obligation| obligation.level == level);
            Tally {
                level: level.word(),
                id: level.id(),
                total: of_level.clone().count(),
                covered: of_level.filter(|obligation| covered.contains_key(&obligation.id)).count(),
            }
        };
        let bound = |id: &&String| register.iter().any(|obligation| obligation.roles.contains(id));
        let bound: Vec<String> = model::role_ids(db).iter().filter(bound).cloned().collect();
        let body = Obligations {
            total: register.len(),
            levels: Level::ALL.into_iter().map(tally).filter(|tally| tally.total > 0).collect(),
            roles: roles(scope, &bound),
            documents,
        };
        let page = PageView::new(scope, &scope.string("sections.obligations.label"))
            .description(Some(scope.string("obligations.description")))
            .breadcrumbs(vec![scope.home()]);
        (page, body)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}

/// Obligations of a role and their coverage: on the lead page of `group`, or else in all groups of `seats`.
pub(super) fn duties(scope: &Scope, role: &str, group: Option<&Group>, seats: &[GroupSeat]) -> Vec<Duty> {
    let duties = trace::duties(scope.db, Key::new(scope.db, role.to_owned())).iter();
    duties
        .map(|duty| Duty {
            statement: statement(scope, &duty.obligation),
            shared: duty.obligation.roles.len() > 1,
            items: match group {
                Some(group) => {
                    duty.items.iter().filter_map(|covering| item_here(scope, covering, group)).collect()
                }
                None => duty.items.iter().map(|covering| item_of_role(scope, covering, seats)).collect(),
            },
            waived: duty.waived.clone(),
            uncovered: duty.is_uncovered(),
        })
        .collect()
}

/// The duties of a role that governance states without an upper-case key word.
pub(super) fn stated_duties(scope: &Scope, role: &Role) -> Vec<StatedDuty> {
    let duty = |duty: &facts::StatedDuty| {
        let clause = scope.reference(role.file, &duty.clause)?;
        Some(StatedDuty { text_html: scope.markdown(role.file, &duty.text, true), clause })
    };
    role.matter.duties.iter().filter_map(duty).collect()
}

/// Links an item on the lead page or the procedure of a group; `None` if the item is for other groups.
fn item_here(scope: &Scope, covering: &Covering, group: &Group) -> Option<DutyItem> {
    let list = &covering.list.checklist;
    let is_here = [&covering.for_groups, &list.for_groups].iter().all(|of| group.facts.is_among(of));
    let page = procedure(covering, group.id()).map(|page| scope.to(&page.url(scope.db))).unwrap_or_default();
    is_here.then(|| duty_item(scope, covering, &page, Some(group), Vec::new()))
}

/// Links an item on the page of its checklist and on the pages of all groups that have it.
fn item_of_role(scope: &Scope, covering: &Covering, seats: &[GroupSeat]) -> DutyItem {
    let list = &covering.list.checklist;
    let is_for = |seat: &&GroupSeat| {
        let named = |name: &At<String>| name.value == seat.group.id || name.value == seat.group.kind;
        [&covering.for_groups, &list.for_groups].iter().all(|of| of.is_empty() || of.iter().any(named))
    };
    let anchor = item_anchor(&covering.item);
    let link = |seat: &GroupSeat| {
        let page = procedure(covering, &seat.group.id);
        let page = page.map_or_else(|| seat.url.clone(), |page| scope.to(&page.url(scope.db)));
        Link { label: seat.group.name.clone(), url: page.fragment(&anchor), external: false }
    };
    let page = scope.to(&Route::Checklist(list.id.value.clone()).url(scope.db));
    duty_item(scope, covering, &page, None, seats.iter().filter(is_for).map(link).collect())
}

/// The page of a group's procedure that contains the item, unless that is the lead page.
fn procedure(covering: &Covering, group: &str) -> Option<Route> {
    let list = &covering.list.checklist;
    let page = || Route::GroupChecklist { group: group.to_owned(), checklist: list.id.value.clone() };
    list.for_group.then(page)
}

fn duty_item(
    scope: &Scope,
    covering: &Covering,
    page: &Href,
    group: Option<&Group>,
    groups: Vec<Link>,
) -> DutyItem {
    let url = page.clone().fragment(&item_anchor(&covering.item));
    let label = item_title(scope, covering.title.as_ref(), &covering.item, group);
    let link = Link { label, url, external: false };
    DutyItem { id: covering.item.clone(), link, groups }
}

/// The title of an item, or else its id in words.
fn item_title(scope: &Scope, title: Option<&Template>, id: &str, group: Option<&Group>) -> String {
    let fill = Values::new(scope, group, None);
    title.map_or_else(|| model::title_from_name(id), |title| fill.plain(title))
}

/// Anchor of an item on pages that list it.
pub(super) fn item_anchor(item: &str) -> String {
    format!("item.{item}")
}

fn statement(scope: &Scope, obligation: &Obligation) -> Statement {
    let document = model::title(scope.db, obligation.file);
    Statement {
        id: obligation.id.clone(),
        level: obligation.level.word(),
        level_id: obligation.level.id(),
        // The level is shown separately, so a leading level is removed from the text.
        text: match obligation.text.strip_prefix(obligation.level.word()) {
            Some(rest) => rest.trim_start().to_owned(),
            None => obligation.text.clone(),
        },
        context: obligation.context.clone(),
        url: statement_url(scope, obligation, &obligation.anchor),
        clause: match &obligation.clause {
            Some(clause) => format!("{document} § {clause}"),
            None => document.clone(),
        },
    }
}

fn clause(scope: &Scope, obligation: &Obligation) -> Option<Link> {
    // A statement's anchor begins with the anchor of its clause, which may be truncated.
    let (begin, _) = obligation.anchor.split_once('.')?;
    let label = obligation.clause.clone()?;
    let heading = &model::outline(scope.db, obligation.file).headings[obligation.heading?].id;
    let anchor = if heading.starts_with(begin) { heading } else { begin };
    Some(Link { label, url: statement_url(scope, obligation, anchor), external: false })
}

fn statement_url(scope: &Scope, obligation: &Obligation, anchor: &str) -> Href {
    scope.to(&model::document_url(scope.db, obligation.file)).fragment(anchor)
}

fn roles(scope: &Scope, ids: &[String]) -> Vec<RoleRef> {
    let roles = ids.iter().filter_map(|id| model::role(scope.db, Key::new(scope.db, id.clone())).as_ref());
    roles.map(|role| scope.role_ref(role)).collect()
}

/// Links to items by id, each in the first checklist that contains it.
fn items(scope: &Scope, ids: &[String]) -> Vec<Link> {
    let lists = || {
        let lists = model::checklist_ids(scope.db).iter();
        lists.filter_map(|id| model::checklist(scope.db, Key::new(scope.db, id.clone())).as_ref())
    };
    let item = |id: &String| {
        let (list, item) = lists().find_map(|list| {
            let item = list.checklist.items.iter().find(|item| item.id.value == *id)?;
            Some((&list.checklist.id.value, item))
        })?;
        let page = scope.to(&Route::Checklist(list.clone()).url(scope.db));
        Some(Link {
            label: item_title(scope, item.title.as_ref(), id, None),
            url: page.fragment(&item_anchor(id)),
            external: false,
        })
    };
    ids.iter().filter_map(item).collect()
}
