//! Lists of people compared with the facts.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use indexmap::IndexMap;
use serde::Serialize;

use super::PageView;
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::view::{GroupRef, LinkOrText};
use crate::model::{
    self, FactSpans, Key, Member, Navigation, RosterComparison, RosterHolder, RosterList, RosterStatus, Route,
};
use crate::source::{Db, File};
use crate::strings::strings;
use crate::url::{self, Href};

/// `rosters`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Rosters {
    /// Number of lists that are compared with the data.
    pub compared: usize,
    /// Number of these lists that differ from the data.
    pub differing: usize,
    /// Number of lists that groups should have and do not.
    pub missing: usize,
    /// Number of lists that are compared with nothing.
    pub others: usize,
    pub groups: Vec<GroupLists>,
    /// Differences of lists that are compared with several groups.
    pub shared: Vec<ListDifferences>,
    /// Lists of groups that do not exist.
    pub retired: Vec<ListRef>,
}

/// The lists of a group: a table of people and lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct GroupLists {
    pub group: GroupRef,
    /// True if a list differs from the data.
    pub differs: bool,
    /// The columns. A missing list has no place.
    pub lists: Vec<ListRef>,
    pub rows: Vec<ListedPerson>,
    /// Number of people without a row.
    pub more: usize,
    /// The lists that differ.
    pub differences: Vec<ListDifferences>,
}

/// A person in the table of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "PersonInLists"))]
pub(super) struct ListedPerson {
    pub handle: String,
    /// The page of the person.
    pub url: Option<Href>,
    /// The titles of their roles in the group.
    pub roles: Vec<String>,
    /// One per list: `listed`, `missing`, `extra` or `former`; null if the person is rightly not in the list.
    pub cells: Vec<Option<&'static str>>,
}

/// A list with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ListRef {
    pub name: String,
    pub title: Option<String>,
    /// The title of the source.
    pub source: String,
    /// The file, with the line on pages that show lines.
    pub place: Option<LinkOrText>,
}

/// The differences between a list and the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ListDifferences {
    pub list: ListRef,
    /// True if the group does not have the list.
    pub is_absent: bool,
    pub differences: Vec<Difference>,
    /// Number of differences that are not listed.
    pub more: usize,
}

/// A person who is missing in a list or does not belong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "RosterDifference"))]
pub(super) struct Difference {
    /// `missing`, `extra` or `former`.
    pub kind: &'static str,
    /// The handle, with the page of the person.
    pub person: LinkOrText,
    /// The roles of a missing person: `Chair of the Guild of Painters`.
    pub roles: Vec<String>,
    /// The line of the list that names the person.
    pub entry: Option<LinkOrText>,
    /// The line of the data.
    pub fact: Option<LinkOrText>,
}

/// Maximum number of people in the table of a group, and of differences of a list.
const MAX_ROWS: usize = 100;

impl FixedPage for Rosters {
    const NAME: &'static str = "rosters";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::Fixed("/rosters/");

    fn exists(db: &dyn Db) -> bool {
        !model::rosters(db).is_empty()
    }

    fn navigation(db: &dyn Db) -> Option<Navigation> {
        Self::exists(db).then_some(Navigation::Footer(9))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let db = scope.db;
        let spans = model::fact_spans(db);
        let comparisons = model::roster_findings(db);
        let writer = Writer { scope, spans: Some(spans) };
        let is_shared = |comparison: &&RosterComparison| {
            comparison.group.is_none() && comparison.status != RosterStatus::Retired
        };
        let all = || comparisons.iter().map(|comparison| &**comparison);
        let mut by_group: IndexMap<&str, Vec<&RosterComparison>> = IndexMap::new();
        for comparison in all() {
            if let Some(group) = &comparison.group {
                by_group.entry(group).or_default().push(comparison);
            }
        }
        // The members of lists for several groups, by group.
        let mut shared: HashMap<&str, Vec<(&RosterComparison, Vec<&RosterHolder>)>> = HashMap::new();
        for comparison in all().filter(is_shared) {
            let mut holders: IndexMap<&str, Vec<&RosterHolder>> = IndexMap::new();
            for holder in comparison.agreed.iter().chain(&comparison.missing) {
                holders.entry(&holder.group).or_default().push(holder);
            }
            for (group, holders) in holders {
                shared.entry(group).or_default().push((comparison, holders));
            }
        }
        let ids = model::group_ids(db).iter().map(String::as_str);
        let ids = ids.filter(|id| by_group.contains_key(id) || shared.contains_key(id));
        let groups = ids.filter_map(|id| {
            let own = by_group.get(id).map_or(&[][..], Vec::as_slice);
            let shared = shared.get(id).map_or(&[][..], Vec::as_slice);
            writer.group(id, own, shared)
        });
        let groups: Vec<GroupLists> = groups.collect();
        let compared: HashSet<(File, usize)> = all()
            .filter_map(|comparison| comparison.list.as_ref())
            .map(|list| (list.file, list.index))
            .collect();
        let retired = all().filter(|comparison| comparison.status == RosterStatus::Retired);
        let body = Self {
            compared: compared.len(),
            differing: all().filter(|comparison| !comparison.is_same() && comparison.list.is_some()).count(),
            missing: all().filter(|comparison| comparison.list.is_none()).count(),
            others: model::rosters(db).len() - compared.len(),
            shared: all().filter(is_shared).filter_map(|comparison| writer.differences(comparison)).collect(),
            retired: retired
                .filter_map(|comparison| Some(writer.list_ref(comparison.list.as_ref()?)))
                .collect(),
            groups,
        };
        let page = PageView::new(scope, &scope.string("sections.rosters.label"))
            .breadcrumbs(vec![
                scope.home(),
                scope.link(scope.string("sections.groups.label"), &Route::GROUPS),
            ])
            .sections([
                ("by_group", scope.string("rosters.by_group"), !body.groups.is_empty()),
                ("shared", scope.string("rosters.shared"), !body.shared.is_empty()),
                ("retired", scope.string("rosters.retired"), !body.retired.is_empty()),
            ]);
        (page, body)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}

/// The differences of the lists of a group, without lines: they would make the page of the group depend on the whole
/// data.
pub(super) fn of_group(scope: &Scope, group: &str) -> Vec<ListDifferences> {
    let writer = Writer { scope, spans: None };
    let comparisons = model::rosters_of(scope.db, Key::new(scope.db, group.to_owned())).iter();
    comparisons.filter_map(|comparison| writer.differences(comparison)).collect()
}

/// The lists that name a person.
pub(super) fn of_person(scope: &Scope, person: &str) -> Vec<ListRef> {
    let writer = Writer { scope, spans: None };
    let lists = model::lists_naming(scope.db, Key::new(scope.db, person.to_owned())).iter();
    lists.map(|list| writer.named(list.file, &list.name, list.title.as_ref(), None)).collect()
}

/// The page about lists with the section of a group; `None` without lists.
pub(super) fn link_to_group(scope: &Scope, group: &str) -> Option<Href> {
    Rosters::exists(scope.db).then(|| scope.to(&Rosters::ROUTE.url(scope.db)).fragment(&section_id(group)))
}

/// The id of the section of a group.
fn section_id(group: &str) -> String {
    format!("rb-group-{group}")
}

/// A sample for the page with all components.
pub(super) fn samples() -> GroupLists {
    let page = || Some(Href::element("rb-main"));
    let link = |label: &str| LinkOrText { label: label.into(), url: page(), external: false };
    let list = |name: &str, place: Option<LinkOrText>| ListRef {
        name: name.into(),
        title: None,
        source: "guild".into(),
        place,
    };
    let lists = vec![list("paint-leads", Some(link("OWNERS_ALIASES, line 2"))), list("paint-chat", None)];
    let difference = |kind, handle: &str| Difference {
        kind,
        person: link(handle),
        roles: vec!["Chair".into()],
        entry: Some(link("OWNERS_ALIASES, line 4")),
        fact: Some(link("groups.yaml, line 7")),
    };
    let row = |handle: &str, cells| ListedPerson {
        handle: handle.into(),
        url: page(),
        roles: vec!["Chair".into()],
        cells,
    };
    GroupLists {
        group: GroupRef {
            id: "paint".into(),
            name: "Paint".into(),
            url: Href::element("rb-main"),
            kind: "guild".into(),
        },
        differs: true,
        differences: vec![ListDifferences {
            list: lists[0].clone(),
            is_absent: false,
            differences: vec![
                difference("missing", "ben"),
                difference("former", "cem"),
                difference("extra", "dua"),
            ],
            more: 2,
        }],
        lists,
        rows: vec![
            row("ann", vec![Some("listed"), None]),
            row("ben", vec![Some("missing"), Some("listed")]),
            row("cem", vec![Some("former"), Some("extra")]),
        ],
        more: 2,
    }
}

/// The handle of a person, their role keys in a group, and a cell for each list.
type Row<'a> = (&'a str, Vec<&'a String>, Vec<Option<&'static str>>);

struct Writer<'a> {
    scope: &'a Scope<'a>,
    /// The places of facts, for pages that show lines.
    spans: Option<&'a FactSpans>,
}

impl Writer<'_> {
    /// The table of a group.
    fn group(
        &self,
        id: &str,
        own: &[&RosterComparison],
        shared: &[(&RosterComparison, Vec<&RosterHolder>)],
    ) -> Option<GroupLists> {
        let group = self.scope.named_group(id)?;
        let width = own.len() + shared.len();
        let mut rows: IndexMap<&str, Row> = IndexMap::new();
        let mut set = |id, handle, roles: &[_], column: usize, cell| {
            let (_, known, cells) = rows.entry(id).or_insert_with(|| (handle, Vec::new(), vec![None; width]));
            for role in roles {
                if !known.contains(role) {
                    known.push(*role);
                }
            }
            cells[column] = Some(cell);
        };
        for (column, comparison) in own.iter().enumerate() {
            for (holders, cell) in [(&comparison.agreed, "listed"), (&comparison.missing, "missing")] {
                for holder in holders {
                    let roles: Vec<&String> = holder.roles.iter().collect();
                    set(&*holder.id, &*holder.handle, &roles, column, cell);
                }
            }
            let Some(list) = &comparison.list else { continue };
            for (members, cell) in [(&comparison.former, "former"), (&comparison.extra, "extra")] {
                members.iter().for_each(|member| set(&*member.id, &*member.handle, &[], column, cell));
            }
            let wrong: HashSet<&str> =
                comparison.former.iter().chain(&comparison.extra).map(|member| &*member.id).collect();
            for member in list.members.iter().filter(|member| !wrong.contains(&*member.id)) {
                set(&*member.id, &*member.handle, &[], column, "listed");
            }
        }
        for (column, (comparison, holders)) in shared.iter().enumerate() {
            let missing: HashSet<&str> = comparison.missing.iter().map(|holder| &*holder.id).collect();
            for holder in holders {
                let cell = if missing.contains(&*holder.id) { "missing" } else { "listed" };
                let roles: Vec<&String> = holder.roles.iter().collect();
                set(&*holder.id, &*holder.handle, &roles, own.len() + column, cell);
            }
        }
        let mut rows: Vec<_> = rows.into_iter().collect();
        // If not all people have a row, those with differences do.
        let differs = |cells: &[Option<&str>]| cells.iter().flatten().any(|cell| *cell != "listed");
        if rows.len() > MAX_ROWS {
            rows.sort_by_key(|(_, (.., cells))| !differs(cells));
        }
        let more = rows.len().saturating_sub(MAX_ROWS);
        let rows = rows.into_iter().take(MAX_ROWS).map(|(person, (handle, roles, cells))| {
            let roles: Vec<String> = roles.into_iter().cloned().collect();
            ListedPerson {
                handle: handle.to_owned(),
                url: self.person(person, handle).url,
                roles: self.titles(id, &roles),
                cells,
            }
        });
        let lists = own.iter().copied().chain(shared.iter().map(|(comparison, _)| *comparison));
        let lists: Vec<ListRef> = lists.map(|comparison| self.column(comparison)).collect();
        let differences: Vec<ListDifferences> =
            own.iter().filter_map(|comparison| self.differences(comparison)).collect();
        let rows: Vec<ListedPerson> = rows.collect();
        let is_missing = |row: &ListedPerson| differs(&row.cells);
        Some(GroupLists {
            differs: !differences.is_empty() || rows.iter().any(is_missing),
            group,
            lists,
            rows,
            more,
            differences,
        })
    }

    /// The differences of a list; `None` if there are none.
    fn differences(&self, comparison: &RosterComparison) -> Option<ListDifferences> {
        if comparison.is_same() {
            return None;
        }
        let group = comparison.group.as_deref();
        let missing = comparison.missing_people();
        let total = missing.len() + comparison.former.len() + comparison.extra.len();
        let missing = missing.into_values().map(|holders| Difference {
            kind: "missing",
            person: self.person(&holders[0].id, &holders[0].handle),
            roles: holders.iter().map(|holder| self.role(holder)).collect(),
            entry: None,
            fact: self.spans.and_then(|spans| spans.holder(holders[0])).map(|fact| self.line(fact)),
        });
        let list = comparison.list.as_ref();
        let wrong = |kind, member: &Member| {
            let fact = self.spans.and_then(|spans| match kind {
                "former" => spans.former(group?, &member.id),
                _ => spans.group(group?).cloned(),
            });
            let span = |list: &RosterList| (list.file, model::member_span(self.scope.db, list, member));
            Difference {
                kind,
                person: self.person(&member.id, &member.handle),
                roles: Vec::new(),
                entry: list.filter(|_| self.spans.is_some()).map(|list| self.line(span(list))),
                fact: fact.map(|fact| self.line(fact)),
            }
        };
        let former = comparison.former.iter().map(|member| wrong("former", member));
        let extra = comparison.extra.iter().map(|member| wrong("extra", member));
        Some(ListDifferences {
            list: self.column(comparison),
            is_absent: list.is_none(),
            differences: missing.chain(former).chain(extra).take(MAX_ROWS).collect(),
            more: total.saturating_sub(MAX_ROWS),
        })
    }

    /// A list, or the missing list of a group.
    fn column(&self, comparison: &RosterComparison) -> ListRef {
        match &comparison.list {
            Some(list) => self.list_ref(list),
            None => {
                let source = comparison.source_title(self.scope.db);
                ListRef { name: comparison.name.clone(), title: None, source, place: None }
            }
        }
    }

    fn list_ref(&self, list: &RosterList) -> ListRef {
        let span = self.spans.map(|_| model::roster_span(self.scope.db, list));
        self.named(list.file, &list.name, list.title.as_ref(), span)
    }

    fn named(&self, file: File, name: &str, title: Option<&String>, span: Option<Range<usize>>) -> ListRef {
        let place = match span {
            Some(span) => self.line((file, span)),
            None => self.file(file, None),
        };
        ListRef {
            name: name.to_owned(),
            title: title.cloned(),
            source: file.config(self.scope.db).title(),
            place: Some(place),
        }
    }

    /// A link to a line of a file on the web.
    fn line(&self, (file, span): (File, Range<usize>)) -> LinkOrText {
        self.file(file, Some(file.location(self.scope.db, span).line))
    }

    fn file(&self, file: File, line: Option<u32>) -> LinkOrText {
        let path = file.path(self.scope.db);
        let web = file.config(self.scope.db).web.as_ref();
        let url = web.and_then(|web| Href::web(&format!("{web}{}", url::encode_path(&path))));
        let url = url.map(|url| match line {
            Some(line) => url.fragment(&format!("L{line}")),
            None => url,
        });
        let label = match line {
            Some(line) => self.scope.fill("rosters.place", &[("path", &path), ("line", &line.to_string())]),
            None => path.to_string(),
        };
        LinkOrText { label, url, external: true }
    }

    /// A person by handle, with a link to their page if they have one.
    fn person(&self, id: &str, handle: &str) -> LinkOrText {
        let exists = model::person(self.scope.db, Key::new(self.scope.db, id.to_owned())).is_some();
        let url = exists.then(|| self.scope.to(&Route::Person(id.to_owned()).url(self.scope.db)));
        LinkOrText { label: handle.to_owned(), url, external: false }
    }

    /// `Chair of the Guild of Painters`
    fn role(&self, holder: &RosterHolder) -> String {
        let roles = strings(self.scope.db).list(&self.titles(&holder.group, &holder.roles));
        let group = self.scope.named_group(&holder.group).map_or_else(String::new, |group| group.name);
        self.scope.fill("person.role_in", &[("role", &roles), ("group", &group)])
    }

    /// The titles of the roles that a group calls by these keys.
    fn titles(&self, group: &str, keys: &[String]) -> Vec<String> {
        let seats = model::seats(self.scope.db, Key::new(self.scope.db, group.to_owned()));
        let members = model::member_seats(self.scope.db, Key::new(self.scope.db, group.to_owned()));
        let title = |key: &String| {
            let seat = seats.iter().chain(members).find(|seat| seat.role.held_as().contains(&key.as_str()));
            seat.map_or_else(|| key.clone(), |seat| seat.role.title.clone())
        };
        keys.iter().map(title).collect()
    }
}
