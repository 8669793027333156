//! The register of obligations, and how a role meets its own.

use serde::Serialize;

use super::PageView;
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::view::{GroupSeat, Link, RoleRef};
use crate::model::{self, Group, Key, Navigation, Route};
use crate::parse::At;
use crate::parse::Level;
use crate::source::Db;
use crate::trace::{self, Covering, Obligation};
use crate::url::Href;

/// `obligations`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Obligations {
    /// How many there are.
    pub total: usize,
    /// By level, in the order of levels; those that are met by an item or waived come second.
    pub levels: Vec<Tally>,
    /// The roles that are bound by any.
    pub roles: Vec<RoleRef>,
    pub documents: Vec<Document>,
}

/// How many obligations of a level there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Tally {
    /// `MUST NOT`
    pub level: &'static str,
    /// `must-not`
    pub id: &'static str,
    pub total: usize,
    /// Those that an item meets, or that are waived.
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
    /// The clause; the document where it has no heading.
    pub link: Link,
    pub obligations: Vec<Registered>,
}

/// An obligation in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Registered {
    pub statement: Statement,
    /// Whom it binds.
    pub roles: Vec<RoleRef>,
    /// Items that meet it.
    pub items: Vec<Link>,
    /// Why nothing has to meet it.
    pub waived: Option<String>,
}

/// What an obligation says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Statement {
    /// Its anchor: `chair.must-keep-notes`.
    pub id: String,
    /// `MUST NOT`
    pub level: &'static str,
    /// `must-not`
    pub level_id: &'static str,
    pub text: String,
    /// What introduces the list that it stands in.
    pub context: Option<String>,
    /// The statement in its document.
    pub url: Href,
    /// `Rules § Chair`
    pub clause: String,
}

/// How a role meets an obligation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Duty {
    pub statement: Statement,
    /// It binds other roles as well.
    pub shared: bool,
    /// Items that meet it.
    pub items: Vec<DutyItem>,
    /// Why nothing has to meet it.
    pub waived: Option<String>,
    /// It leaves no choice, and nothing says how it is met.
    pub uncovered: bool,
}

/// An item that covers an obligation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct DutyItem {
    pub id: String,
    /// On the page of the checklist; on a lead page, where the group has it.
    pub link: Link,
    /// On the pages of the groups that it is for.
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
        Some(Navigation::Footer(3))
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
            let known = covered.get(&obligation.id);
            let registered = Registered {
                statement: statement(scope, obligation),
                roles: roles(scope, &obligation.roles),
                items: known.map_or_else(Vec::new, |known| items(scope, &known.items)),
                waived: known.and_then(|known| known.waived.clone()),
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

/// How a role meets its obligations: in a group, on its lead page, or in each of the groups that `seats` has.
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

/// An item on the lead page of a group, or on the page of its procedure; none where it is for other groups.
fn item_here(scope: &Scope, covering: &Covering, group: &Group) -> Option<DutyItem> {
    let list = &covering.list.checklist;
    let is_here = [&covering.for_groups, &list.for_groups].iter().all(|of| group.facts.is_among(of));
    let page = procedure(covering, group.id()).map(|page| scope.to(&page.url(scope.db))).unwrap_or_default();
    is_here.then(|| duty_item(covering, &page, Vec::new()))
}

/// An item on the page of its checklist, and wherever the groups have it.
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
    duty_item(covering, &page, seats.iter().filter(is_for).map(link).collect())
}

/// The page of a group that has the item, where that is not its lead page.
fn procedure(covering: &Covering, group: &str) -> Option<Route> {
    let list = &covering.list.checklist;
    let page = || Route::GroupChecklist { group: group.to_owned(), checklist: list.id.value.clone() };
    list.for_group.then(page)
}

fn duty_item(covering: &Covering, page: &Href, groups: Vec<Link>) -> DutyItem {
    let url = page.clone().fragment(&item_anchor(&covering.item));
    let link = Link { label: model::words(&covering.item), url, external: false };
    DutyItem { id: covering.item.clone(), link, groups }
}

/// The id of an item on pages that list it.
pub(super) fn item_anchor(item: &str) -> String {
    format!("item.{item}")
}

fn statement(scope: &Scope, obligation: &Obligation) -> Statement {
    let document = model::title(scope.db, obligation.file);
    Statement {
        id: obligation.id.clone(),
        level: obligation.level.word(),
        level_id: obligation.level.id(),
        // The level stands beside it; a statement without a subject begins with it, too.
        text: match obligation.text.strip_prefix(obligation.level.word()) {
            Some(said) => said.trim_start().to_owned(),
            None => obligation.text.clone(),
        },
        context: obligation.context.clone(),
        url: place(scope, obligation, &obligation.anchor),
        clause: match &obligation.clause {
            Some(clause) => format!("{document} § {clause}"),
            None => document.clone(),
        },
    }
}

fn clause(scope: &Scope, obligation: &Obligation) -> Option<Link> {
    // A statement's anchor begins with that of its clause, as far as it has room for it.
    let (begin, _) = obligation.anchor.split_once('.')?;
    let label = obligation.clause.clone()?;
    let heading = &model::outline(scope.db, obligation.file).headings[obligation.heading?].id;
    let anchor = if heading.starts_with(begin) { heading } else { begin };
    Some(Link { label, url: place(scope, obligation, anchor), external: false })
}

fn place(scope: &Scope, obligation: &Obligation, anchor: &str) -> Href {
    scope.to(&model::document_url(scope.db, obligation.file)).fragment(anchor)
}

fn roles(scope: &Scope, ids: &[String]) -> Vec<RoleRef> {
    let roles = ids.iter().filter_map(|id| model::role(scope.db, Key::new(scope.db, id.clone())).as_ref());
    roles.map(|role| scope.role_ref(role)).collect()
}

/// Items by id, in the first list that has them.
fn items(scope: &Scope, ids: &[String]) -> Vec<Link> {
    let lists = || {
        let lists = model::checklist_ids(scope.db).iter();
        lists.filter_map(|id| model::checklist(scope.db, Key::new(scope.db, id.clone())).as_ref())
    };
    let item = |id: &String| {
        let list = lists().find(|list| list.checklist.items.iter().any(|item| item.id.value == *id))?;
        let list = scope.to(&Route::Checklist(list.checklist.id.value.clone()).url(scope.db));
        Some(Link { label: model::words(id), url: list.fragment(&item_anchor(id)), external: false })
    };
    ids.iter().filter_map(item).collect()
}
