//! The list of people, and the page of each.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::findings::{self, Check};
use super::kind::{FixedPage, ViewModel};
use super::scope::Scope;
use super::search_entry::{SUMMARY, SearchEntry, SearchSection, clean};
use super::sharing;
use super::view::{GroupRef, Link, LinkOrText, Meeting, PersonRef, RoleRef};
use super::{MEETINGS_SCRIPTS, PageView, impact};
use crate::facts::{self, Account};
use crate::model::{self, Key, Navigation, Person as ModelPerson, Route};
use crate::rules;
use crate::source::Db;
use crate::strings::strings;
use crate::url::Href;

/// `people`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct People {
    /// Number of people who hold a role.
    pub total: usize,
    /// Number of people who held a role in the past but hold none now.
    pub former: usize,
    /// Null if nobody holds several lead roles.
    pub several: Option<super::multiple_roles::MultipleRoles>,
    pub letters: Vec<Letter>,
}

/// People whose names begin with the same letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "PeopleLetter"))]
pub(super) struct Letter {
    pub letter: String,
    /// Id of its heading.
    pub id: String,
    pub people: Vec<ListedPerson>,
}

/// A person and their roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ListedPerson {
    pub person: PersonRef,
    /// The person's account, if any.
    pub account: Option<String>,
    /// Links to the pages of their roles.
    pub roles: Vec<Link>,
}

/// `person`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Person {
    pub person: PersonRef,
    /// Accounts; `url` is null if the kind of account has no profile pages.
    pub accounts: Vec<LinkOrText>,
    /// In the order of the data.
    pub companies: Vec<String>,
    pub seats: Vec<HeldSeat>,
    /// Meetings of the groups that they lead.
    pub meetings: Vec<GroupMeeting>,
    /// Groups whose liaison to the steering committee they are.
    pub liaison_for: Vec<GroupRef>,
    pub subprojects: Vec<LedSubproject>,
    /// Groups that they led in the past.
    pub emeritus: Vec<FormerSeat>,
    /// Roles that they hold in the community as a whole.
    pub community_roles: Vec<RoleRef>,
    /// Rules that they do not meet.
    pub checks: Vec<Check>,
    /// Changes if they leave; null if they hold no role.
    pub impact: Option<Leaving>,
    /// Lists of people that name them.
    pub lists: Vec<super::rosters::ListRef>,
    pub pronouns: Option<String>,
    /// The place of residence.
    pub place: Option<String>,
    pub picture_html: Option<String>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
}

/// The changes if a person leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Leaving {
    pub seats: Vec<LeftSeat>,
    /// Lists of the holders of these roles, and lists with nobody else.
    pub lists: Vec<LeftList>,
    /// Rules that would not be met, with the message.
    pub unmet: Vec<LeftRule>,
    /// Roles whose obligations nobody else has.
    pub obligations: Vec<LeftDuties>,
    /// Checklists for leaving.
    pub procedures: Vec<Link>,
}

/// A role or subproject that a person would leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LeftSeat {
    pub name: String,
    /// Number of the other holders.
    pub others: usize,
    /// Number of holders that the role should have; null if the others are enough.
    pub wanted: Option<u32>,
}

/// A list in which a person would have to be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LeftList {
    pub name: String,
    /// The file with the line.
    pub place: LinkOrText,
    /// True if it names nobody else.
    pub only: bool,
}

/// A rule that would not be met without a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LeftRule {
    pub rule: Link,
    pub message: Option<String>,
}

/// The obligations of a role that nobody else holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LeftDuties {
    pub name: String,
    pub number: usize,
}

/// A meeting of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct GroupMeeting {
    pub group: GroupRef,
    pub meeting: Meeting,
}

/// A group that a person led in the past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct FormerSeat {
    pub group: GroupRef,
    /// The term, if the data has one.
    pub term: Option<String>,
}

/// A role that a person holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct HeldSeat {
    pub group: GroupRef,
    pub role: RoleRef,
    /// The lead page; for members, the page of the group.
    pub url: Href,
    /// The term, if the data has one.
    pub term: Option<String>,
    /// The other holders of the role in the group.
    pub co_leads: Vec<PersonRef>,
}

/// A subproject that a person leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LedSubproject {
    pub group: GroupRef,
    pub name: String,
    pub url: Href,
}

impl FixedPage for People {
    const NAME: &'static str = "people";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::Fixed("/people/");

    fn exists(db: &dyn Db) -> bool {
        !model::handbook(db).people.is_empty()
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Main(3))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let mut letters: BTreeMap<(bool, String), Vec<ListedPerson>> = BTreeMap::new();
        let handbook = model::handbook(scope.db);
        for person in handbook.people.values() {
            let first =
                person.name.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
            let is_letter = first.chars().all(char::is_alphabetic);
            let letter = if is_letter { plain_letter(&first) } else { "#".to_owned() };
            let listed = ListedPerson {
                person: scope.known_person(person),
                account: person.accounts.first().map(Account::title),
                roles: roles(scope, person),
            };
            letters.entry((!is_letter, letter)).or_default().push(listed);
        }
        let letters: Vec<Letter> = letters
            .into_iter()
            .map(|((_, letter), mut people)| {
                people.sort_by_key(|listed| {
                    (listed.person.name.to_lowercase(), listed.person.handle.to_lowercase())
                });
                let id = if letter == "#" {
                    "rb-other".to_owned()
                } else {
                    format!("rb-{}", letter.to_lowercase())
                };
                Letter { letter, id, people }
            })
            .collect();
        let former = handbook.people.values().filter(|person| !holds_a_role(person)).count();
        let page =
            PageView::new(scope, &scope.string("sections.people.label")).breadcrumbs(vec![scope.home()]);
        (
            page,
            People {
                total: handbook.people.len() - former,
                former,
                several: super::multiple_roles::multiple_roles(scope),
                letters,
            },
        )
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}

impl ViewModel for Person {
    const NAME: &'static str = "person";
    const HAS_PICTURE: bool = true;

    fn routes(db: &dyn Db) -> Vec<Route> {
        model::handbook(db).people.keys().cloned().map(Route::Person).collect()
    }

    fn shows(_: &dyn Db, route: &Route) -> bool {
        matches!(route, Route::Person(_))
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        let Route::Person(id) = route else { return None };
        person(scope, id)
    }

    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry> {
        let Route::Person(id) = route else { return Vec::new() };
        let (handbook, strings) = (model::handbook(db), strings(db));
        let Some(person) = handbook.people.get(id) else { return Vec::new() };
        let group = |id: &String| handbook.groups.get(id);
        let lead_roles = person.leads.iter().filter_map(|(id, key)| {
            let group = group(id)?;
            let role = handbook.role_of(group, key)?;
            let values = [("role", &*role.title), ("group", &group.full_name()), ("name", &group.facts.name)];
            Some(strings.fill("search.texts.person_role", &values))
        });
        let liaison = person.liaison_for.iter().filter_map(group);
        let liaison = liaison
            .map(|group| strings.fill("search.texts.person_liaison", &[("group", &group.full_name())]));
        let led = person.subprojects.iter().map(|(id, name)| {
            strings.fill("search.texts.person_subproject", &[("subproject", name), ("group", id)])
        });
        let emeritus = person.emeritus.iter().filter_map(group);
        let emeritus = emeritus
            .map(|group| strings.fill("search.texts.person_emeritus", &[("group", &group.full_name())]));
        let text = lead_roles.chain(liaison).chain(led).chain(emeritus).collect::<Vec<_>>().join(" ");
        let ids = person.leads.iter().map(|(id, _)| id).chain(person.subprojects.iter().map(|(id, _)| id));
        let ids = ids.chain(&person.liaison_for).chain(&person.emeritus);
        let mut groups: Vec<String> = ids.filter_map(group).map(|group| group.full_name()).collect();
        groups.sort();
        groups.dedup();
        vec![SearchEntry {
            groups,
            names: person.accounts.iter().map(|account| account.name.clone()).collect(),
            sections: vec![SearchSection::text(clean(&text), SUMMARY)],
            ..SearchEntry::new("person", &person.name)
        }]
    }
}

fn person(scope: &Scope, id: &str) -> Option<(PageView, Person)> {
    let person = model::person(scope.db, Key::new(scope.db, id.to_owned())).clone()?;
    let seats = person.leads.iter().filter_map(|(group, key)| {
        let leads = model::seats(scope.db, Key::new(scope.db, group.clone())).iter();
        let members = model::member_seats(scope.db, Key::new(scope.db, group.clone()));
        let seat = leads.chain(members).find(|seat| seat.role.held_as().contains(&key.as_str()))?;
        let holder = seat.holders.iter().find(|holder| holder.id.value == person.id)?;
        Some(HeldSeat {
            group: scope.named_group(group)?,
            role: scope.role_ref(&seat.role),
            url: scope.to(&scope.seat_route(group, &seat.role).url(scope.db)),
            term: scope.term(holder.since.as_deref(), holder.until.as_deref()),
            co_leads: seat
                .holders
                .iter()
                .filter(|other| other.id.value != person.id && !seat.role.matter.is_member)
                .map(|other| scope.person(other))
                .collect(),
        })
    });
    let seats: Vec<HeldSeat> = seats.collect();
    let mut groups: Vec<&GroupRef> = seats.iter().map(|seat| &seat.group).collect();
    groups.dedup();
    let meetings = groups.into_iter().flat_map(|group| {
        let meetings = scope.group(&group.id).map_or_else(Vec::new, |of| scope.meetings(&of.facts.meetings));
        meetings.into_iter().map(|meeting| GroupMeeting { group: group.clone(), meeting })
    });
    let profile = person.profile.as_ref().map(|entry| &entry.1);
    let body = Person {
        person: scope.known_person(&person),
        accounts: person.accounts.iter().map(account).collect(),
        companies: person.companies.clone(),
        meetings: meetings.collect(),
        seats,
        liaison_for: scope.groups(&person.liaison_for),
        subprojects: led(scope, &person),
        emeritus: person.emeritus.iter().filter_map(|id| former_seat(scope, id, &person.id)).collect(),
        community_roles: scope.roles(model::community_roles(scope.db, Key::new(scope.db, id.to_owned()))),
        checks: findings::checks(
            scope,
            rules::unmet_by_person(scope.db, Key::new(scope.db, id.to_owned())),
            None,
        ),
        impact: leaving(scope, id),
        lists: super::rosters::of_person(scope, &person.id),
        pronouns: profile.and_then(|profile| profile.pronouns.clone()),
        place: profile.and_then(|profile| profile.place.clone()),
        picture_html: picture(scope, &person),
        extra: profile.map(|profile| profile.extra.clone()).unwrap_or_default(),
    };
    let page = PageView::new(scope, &person.name)
        .breadcrumbs(vec![scope.home(), scope.link(scope.string("sections.people.label"), &People::ROUTE)]);
    let has_rules = body.meetings.iter().any(|of| of.meeting.recurrence.is_some());
    let page = page.scripts(&MEETINGS_SCRIPTS, has_rules);
    let page = PageView { schema: Some(schema(scope, &body)), ..page };
    Some((page, body))
}

/// The changes if a person leaves who holds a role.
fn leaving(scope: &Scope, id: &str) -> Option<Leaving> {
    let impact = impact::impact(scope.db, id)?;
    let in_group = |title: &str, group: &impact::GroupName| {
        scope.fill("people.role_in", &[("role", title), ("group", &group.name)])
    };
    let seats = impact.seats.iter().map(|seat| LeftSeat {
        name: in_group(&seat.title, &seat.group),
        others: seat.others,
        wanted: seat.wanted,
    });
    let subprojects = impact.subprojects.iter().map(|of| LeftSeat {
        name: scope.fill("people.subproject_of", &[("subproject", &of.name), ("group", &of.group.name)]),
        others: of.others,
        wanted: None,
    });
    let seats: Vec<LeftSeat> = seats.chain(subprojects).collect();
    let lists = impact.lists.iter().filter(|list| list.of_role || list.only);
    let unmet = impact.unmet.iter().filter_map(|of| {
        let rule = findings::link(scope, rules::rule(scope.db, &of.rule)?);
        Some(LeftRule { rule, message: of.message.clone() })
    });
    let obligations = impact.obligations.iter();
    let procedures = impact.procedures.iter().map(|(entry, group)| {
        let checklist = entry.checklist.id.value.clone();
        let route = Route::GroupChecklist { group: group.id().to_owned(), checklist };
        let values = [("checklist", &*entry.checklist.title), ("group", &*group.full_name())];
        scope.link(scope.fill("impact.procedure", &values), &route)
    });
    let leaving = Leaving {
        lists: lists.filter_map(|list| left_list(scope, list)).collect(),
        unmet: unmet.collect(),
        obligations: obligations
            .map(|of| LeftDuties { name: in_group(&of.title, &of.group), number: of.ids.len() })
            .collect(),
        procedures: procedures.collect(),
        seats,
    };
    (!leaving.seats.is_empty()).then_some(leaving)
}

fn left_list(scope: &Scope, list: &impact::List) -> Option<LeftList> {
    let place = findings::place(scope, list.file, list.line?);
    Some(LeftList { name: list.name.clone(), place, only: list.only })
}

fn former_seat(scope: &Scope, group: &str, person: &str) -> Option<FormerSeat> {
    let former = model::former_leads(scope.db, Key::new(scope.db, group.to_owned()));
    let former = former.iter().find(|former| former.id.value == person)?;
    Some(FormerSeat { group: scope.named_group(group)?, term: scope.person(former).term })
}

/// The picture of a person, from the directory of people.
fn picture(scope: &Scope, person: &ModelPerson) -> Option<String> {
    let (file, profile) = &**person.profile.as_ref()?;
    let picture = profile.picture.as_ref()?;
    let is_plain = |text: &str| !text.contains(['(', ')', '<', '>', '\n', '\\']);
    is_plain(&picture.value).then(|| scope.markdown(*file, &format!("![](<{}>)", picture.value), true))
}

fn account(account: &Account) -> LinkOrText {
    LinkOrText { label: account.title(), url: account.profile(), external: true }
}

fn holds_a_role(person: &ModelPerson) -> bool {
    !person.leads.is_empty()
        || !person.community_roles.is_empty()
        || !person.liaison_for.is_empty()
        || !person.subprojects.is_empty()
}

fn led(scope: &Scope, person: &ModelPerson) -> Vec<LedSubproject> {
    let led = person.subprojects.iter().filter_map(|(group, name)| {
        let group = scope.group(group)?;
        // Two subprojects of the same name may have different leads.
        let is_led = |subproject: &&crate::facts::Subproject| {
            let leads = || subproject.leads.iter().any(|lead| lead.id.value == person.id);
            subproject.name.value == *name && leads()
        };
        let subproject = group.facts.subprojects.iter().find(is_led)?;
        let id = super::subproject::subproject_id(scope.db, &group, subproject)?;
        let group_ref = scope.group_ref(&group);
        let url = group_ref.url.clone().fragment(id);
        Some(LedSubproject { group: group_ref, name: name.clone(), url })
    });
    led.collect()
}

/// A person's roles, as links to their pages.
fn roles(scope: &Scope, person: &ModelPerson) -> Vec<Link> {
    let lead_roles = person.leads.iter().filter_map(|(group, key)| {
        let group = scope.group(group)?;
        let role = model::handbook(scope.db).role_of(&group, key)?;
        let route = scope.seat_route(group.id(), role);
        let values = [("group", &*group.full_name()), ("role", &role.title)];
        Some(scope.link(scope.fill("people.role_in", &values), &route))
    });
    let liaison = person.liaison_for.iter().filter_map(|group| {
        let group = scope.group(group)?;
        let label = scope.fill("people.liaison_of", &[("group", &group.full_name())]);
        Some(scope.link(label, &Route::Group(group.id().to_owned())))
    });
    let led = led(scope, person).into_iter().map(|subproject| Link {
        label: scope.fill(
            "people.subproject_of",
            &[("subproject", &subproject.name), ("group", &subproject.group.name)],
        ),
        url: subproject.url,
        external: false,
    });
    let former = person.emeritus.iter().filter_map(|group| {
        let group = scope.group(group)?;
        let label = scope.fill("people.emeritus_of", &[("group", &group.full_name())]);
        Some(scope.link(label, &Route::Group(group.id().to_owned())))
    });
    lead_roles.chain(liaison).chain(led).chain(former).collect()
}

/// Removes diacritics from Latin letters, because readers look for `Á` under `A`.
fn plain_letter(letter: &str) -> String {
    let plain = match letter {
        "Á" | "À" | "Â" | "Ä" | "Å" | "Ã" | "Ā" | "Ą" => "A",
        "Ć" | "Č" | "Ç" => "C",
        "Ď" | "Đ" => "D",
        "É" | "È" | "Ê" | "Ë" | "Ě" | "Ę" => "E",
        "Í" | "Ì" | "Î" | "Ï" | "İ" => "I",
        "Ł" => "L",
        "Ń" | "Ñ" | "Ň" => "N",
        "Ó" | "Ò" | "Ô" | "Ö" | "Õ" | "Ø" => "O",
        "Ř" => "R",
        "Ś" | "Š" | "Ş" => "S",
        "Ť" => "T",
        "Ú" | "Ù" | "Û" | "Ü" | "Ů" => "U",
        "Ý" => "Y",
        "Ź" | "Ž" | "Ż" => "Z",
        other => other,
    };
    plain.to_owned()
}

/// JSON-LD of a person.
fn schema(scope: &Scope, person: &Person) -> String {
    let organisations = person.seats.iter().map(|seat| {
        let group = json!({
            "@type": "Organization",
            "name": seat.group.name,
            "url": sharing::address(scope.db, &Route::Group(seat.group.id.clone())),
        });
        sharing::role_object(&seat.role.title, "memberOf", group)
    });
    let mut about = sharing::person_object(scope, &person.person);
    about["memberOf"] = organisations.collect();
    sharing::json_ld(about)
}
