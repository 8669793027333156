//! The register of obligations, and the coverage of a role's obligations.

use std::sync::Arc;

use serde::Serialize;

use super::PageView;
use super::findings::{self, RuleCount};
use super::kind::FixedPage;
use super::placeholder::Values;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::view::{GroupSeat, Link, LinkOrText, RoleRef};
use crate::facts::{self, Template};
use crate::html;
use crate::link::{self, Target};
use crate::model::{self, Group, Key, Navigation, Role, Route};
use crate::parse::At;
use crate::parse::Level;
use crate::rules::{self, RuleEntry};
use crate::source::{Db, File};
use crate::trace::{self, Covering, CoveringItem, Obligation};
use crate::url::Href;

/// `obligations`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Obligations {
    /// Number of obligations.
    pub total: usize,
    /// Number of duties stated without an upper-case key word.
    pub stated: usize,
    /// True if the handbook has rules, so that obligations can be checked.
    pub checked: bool,
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
    /// Number of obligations that a rule checks.
    pub checked: usize,
}

/// The obligations of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ObligingDocument"))]
pub(super) struct Document {
    /// Without an address for statements in documents that are not on the site.
    pub link: LinkOrText,
    pub clauses: Vec<Clause>,
    #[serde(skip)]
    file: Option<File>,
}

/// The obligations of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Clause {
    /// The clause, or the document if the statement is under no heading.
    pub link: Link,
    pub obligations: Vec<RegisterEntry>,
    /// Duties of the clause that are stated without an upper-case key word, from rules.
    pub stated: Vec<RegisteredDuty>,
    /// Index of its heading in the document.
    #[serde(skip)]
    heading: Option<usize>,
}

impl Clause {
    fn new(link: Link, heading: Option<usize>) -> Self {
        Self { link, obligations: Vec::new(), stated: Vec::new(), heading }
    }
}

/// A duty in the register that is stated without an upper-case key word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct RegisteredDuty {
    /// The duty in a few words.
    pub text: String,
    /// Roles that it binds.
    pub roles: Vec<RoleRef>,
    /// The rule that states and checks it.
    pub rule: RuleCount,
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
    /// Rules that check it.
    pub rules: Vec<RuleCount>,
    /// Reason why no data can decide whether it is met.
    pub undecided: Option<String>,
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
    /// Rules that check it.
    pub rules: Vec<RuleCount>,
    /// Reason why no data can decide whether it is met.
    pub undecided: Option<String>,
    /// The verdict in the group of the page; null if no rule is about it or the page is not about a group.
    pub here: Option<Here>,
}

/// The verdict about an obligation in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Here {
    /// The worst of `unmet`, `unknown`, `excepted` and `met`, in this order.
    pub verdict: &'static str,
    /// The finding on the page of the group.
    pub url: Href,
}

/// A duty of a role that governance states without an upper-case key word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct StatedDuty {
    pub text_html: String,
    /// The clause that states it.
    pub clause: Link,
    /// The rule that checks it.
    pub rule: Option<RuleCount>,
    /// The verdict in the group of the page.
    pub here: Option<Here>,
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
        // References cannot be resolved here, because the addresses of pages depend on this.
        !model::normative_documents(db).is_empty() || rules::rules(db).iter().any(|entry| entry.rule.is_duty)
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
                let link = page(scope, obligation.file).into();
                documents.push(Document { link, clauses: Vec::new(), file });
            }
            let Some(document) = documents.last_mut() else { continue };
            if part != Some(obligation.heading) {
                part = Some(obligation.heading);
                let link = clause(scope, obligation).unwrap_or_else(|| page(scope, obligation.file));
                if document.clauses.last().is_none_or(|last| last.link != link) {
                    document.clauses.push(Clause::new(link, obligation.heading));
                }
            }
            let coverage = covered.get(&obligation.id);
            let registered = RegisterEntry {
                statement: statement(scope, obligation),
                roles: roles(scope, &obligation.roles),
                items: coverage.map_or_else(Vec::new, |coverage| items(scope, &coverage.items)),
                waived: coverage.and_then(|coverage| coverage.waived.clone()),
                rules: proofs(scope, obligation),
                undecided: undecided(scope, obligation),
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
                covered: of_level.clone().filter(|obligation| covered.contains_key(&obligation.id)).count(),
                checked: of_level.filter(|obligation| !proofs_of(db, obligation).is_empty()).count(),
            }
        };
        let duties = duties_of_rules(db);
        let is_bound =
            |id: &str| duties.iter().any(|(entry, _)| entry.rule.roles.iter().any(|role| role.value == id));
        let bound =
            |id: &&String| is_bound(id) || register.iter().any(|obligation| obligation.roles.contains(id));
        let bound: Vec<String> = model::role_ids(db).iter().filter(bound).cloned().collect();
        let body = Obligations {
            total: register.len(),
            stated: duties.len(),
            checked: !rules::rules(db).is_empty(),
            levels: Level::ALL.into_iter().map(tally).filter(|tally| tally.total > 0).collect(),
            roles: roles(scope, &bound),
            documents: with_stated_duties(scope, documents, &duties),
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

/// The rules that state duties without an upper-case key word, each with the clause.
fn duties_of_rules(db: &dyn Db) -> Vec<(&Arc<RuleEntry>, &At<String>)> {
    rules::rules(db).iter().filter_map(|entry| Some((entry, rules::stated_clause(db, entry)?))).collect()
}

/// Link to the page of a document.
fn page(scope: &Scope, file: File) -> Link {
    scope.link(model::title(scope.db, file).clone(), &Route::Document(file))
}

/// Adds the duties that rules state to the register, below their clauses.
fn with_stated_duties(
    scope: &Scope,
    mut documents: Vec<Document>,
    duties: &[(&Arc<RuleEntry>, &At<String>)],
) -> Vec<Document> {
    for (entry, clause) in duties {
        let Some(link) = scope.reference(entry.file, clause) else { continue };
        let ids: Vec<String> = entry.rule.roles.iter().map(|role| role.value.clone()).collect();
        let duty = RegisteredDuty {
            text: entry.rule.title.clone(),
            roles: scope.roles(&ids),
            rule: findings::rule_count(scope, entry),
        };
        let page = match link::target(scope.db, entry.file, clause) {
            Target::Page(page) => page.file.map(|file| (file, page)),
            _ => None,
        };
        let (file, heading, link) = match page {
            Some((file, page)) => {
                let headings = &model::outline(scope.db, file).headings;
                let position = headings.iter().position(|of| Some(&of.id) == page.anchor.as_ref());
                let label = page.heading.clone().unwrap_or_else(|| link.label.clone());
                (Some(file), position, Link { label, ..link })
            }
            None => (None, None, link),
        };
        let listed = documents.iter().position(|document| document.file == file);
        let position = listed.unwrap_or_else(|| {
            let document = match file {
                Some(file) => self::page(scope, file).into(),
                None => {
                    let label = scope.string("obligations.elsewhere");
                    LinkOrText { label, url: None, external: false }
                }
            };
            documents.push(Document { link: document, clauses: Vec::new(), file });
            documents.len() - 1
        });
        let clauses = &mut documents[position].clauses;
        let same = |of: &&mut Clause| match heading {
            Some(_) => of.heading == heading,
            None => of.link == link,
        };
        if let Some(clause) = clauses.iter_mut().find(same) {
            clause.stated.push(duty);
            continue;
        }
        let next = heading.and_then(|_| clauses.iter().position(|of| of.heading > heading));
        let mut clause = Clause::new(link, heading);
        clause.stated.push(duty);
        clauses.insert(next.unwrap_or(clauses.len()), clause);
    }
    documents
}

/// The rules that check an obligation.
fn proofs_of<'db>(db: &'db dyn Db, obligation: &Obligation) -> &'db [Arc<RuleEntry>] {
    rules::proving(db, Key::new(db, obligation.id.clone()))
}

fn proofs(scope: &Scope, obligation: &Obligation) -> Vec<RuleCount> {
    proofs_of(scope.db, obligation).iter().map(|entry| findings::rule_count(scope, entry)).collect()
}

fn undecided(scope: &Scope, obligation: &Obligation) -> Option<String> {
    rules::undecided_reason(scope.db, Key::new(scope.db, obligation.id.clone())).clone()
}

/// The verdict about rules in a group.
fn here<'e>(scope: &Scope, rules: impl Iterator<Item = &'e Arc<RuleEntry>>, group: &Group) -> Option<Here> {
    let verdicts = rules::verdicts_in(scope.db, Key::new(scope.db, group.id().to_owned()));
    let of_rules = rules.filter_map(|entry| Some((verdicts.get(&entry.rule.id.value)?, entry)));
    let (verdict, entry) = of_rules.min_by_key(|(verdict, _)| **verdict)?;
    let page = scope.to(&Route::Group(group.id().to_owned()).url(scope.db));
    Some(Here { verdict: verdict.id(), url: page.fragment(&findings::anchor(&entry.rule.id.value)) })
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
            rules: proofs(scope, &duty.obligation),
            undecided: undecided(scope, &duty.obligation),
            here: group.and_then(|group| here(scope, proofs_of(scope.db, &duty.obligation).iter(), group)),
        })
        .collect()
}

/// The duties of a role that governance states without an upper-case key word, from its document and from rules.
pub(super) fn stated_duties(scope: &Scope, role: &Role, group: Option<&Group>) -> Vec<StatedDuty> {
    let duty = |duty: &facts::StatedDuty| {
        let clause = scope.reference(role.file, &duty.clause)?;
        let text_html = scope.markdown(role.file, &duty.text, true);
        Some(StatedDuty { text_html, clause, rule: None, here: None })
    };
    let of_rule = |(entry, clause): (Arc<RuleEntry>, At<String>)| {
        Some(StatedDuty {
            text_html: html::escape(&entry.rule.title),
            clause: scope.reference(entry.file, &clause)?,
            rule: Some(findings::rule_count(scope, &entry)),
            here: group.and_then(|group| here(scope, std::iter::once(&entry), group)),
        })
    };
    let of_rules = rules::duties_of_role(scope.db, &role.id).into_iter().filter_map(of_rule);
    role.matter.duties.iter().filter_map(duty).chain(of_rules).collect()
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
        clause: scope.clause_of(obligation),
    }
}

fn clause(scope: &Scope, obligation: &Obligation) -> Option<Link> {
    let label = obligation.clause.clone()?;
    let heading = model::outline(scope.db, obligation.file).headings.get(obligation.heading?)?;
    Some(Link { label, url: statement_url(scope, obligation, &heading.id), external: false })
}

fn statement_url(scope: &Scope, obligation: &Obligation, anchor: &str) -> Href {
    scope.to(&model::document_url(scope.db, obligation.file)).fragment(anchor)
}

fn roles(scope: &Scope, ids: &[String]) -> Vec<RoleRef> {
    let roles = ids.iter().filter_map(|id| model::role(scope.db, Key::new(scope.db, id.clone())).as_ref());
    roles.map(|role| scope.role_ref(role)).collect()
}

/// Links to the items that cover an obligation.
fn items(scope: &Scope, items: &[CoveringItem]) -> Vec<Link> {
    let link = |item: &CoveringItem| {
        let page = scope.to(&Route::Checklist(item.list.clone()?).url(scope.db));
        Some(Link {
            label: item_title(scope, item.title.as_ref(), &item.id, None),
            url: page.fragment(&item_anchor(&item.id)),
            external: false,
        })
    };
    items.iter().filter_map(link).collect()
}
