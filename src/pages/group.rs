//! The list of groups, and the page of each.

use serde::Serialize;
use serde_json::json;

use super::cited::Place;
use super::findings::{self, Check, Counts};
use super::home::groups_of;
use super::kind::{FixedPage, ViewModel};
use super::scope::Scope;
use super::search_entry::{OWN, SearchEntry, SearchSection, clean, named, plain, summary};
use super::sharing;
use super::subproject::subproject_ids;
use super::view::{
    Calendar, Channel, Contacts, GroupRef, Link, LinkOrText, Meeting, PersonRef, RoleRef, Seat,
};
use super::{MEETINGS_SCRIPTS, PageView, Siblings};
use crate::facts;
use crate::model::{self, Filled, FolderKey, Navigation, Route};
use crate::rules;
use crate::source::{Db, Site, folder_of};
use crate::strings::strings;
use crate::url::{Forge, ForgeAddress, Href, View};

/// `groups`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Groups {
    pub kinds: Vec<Kind>,
    /// The comparison page.
    pub compare: Href,
    /// Null if no group works for another.
    pub map: Option<super::map::MapView>,
    /// Groups with their parts, from the top down.
    pub tree: Vec<TreeEntry>,
}

/// The number of levels of a tree that pages tell apart.
const MOST_LEVELS: usize = 4;

/// A group in the tree of groups and their parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct TreeEntry {
    pub group: GroupRef,
    /// Number of groups above it, at most [`MOST_LEVELS`].
    pub depth: usize,
}

/// The groups of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ListedKind"))]
pub(super) struct Kind {
    /// Id of the kind.
    pub id: String,
    /// `Special interest groups`
    pub label: String,
    pub groups: Vec<ListedGroup>,
}

/// A group in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ListedGroup {
    pub group: GroupRef,
    /// Name without the kind: `Scheduling`.
    pub short_name: String,
    pub mission_html: String,
    pub seats: Vec<Seat>,
    /// The group's chat channel.
    pub chat: Option<LinkOrText>,
}

/// `group`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Group {
    pub group: GroupRef,
    /// `Special interest group`
    pub kind_label: String,
    /// Label of its issues: `scheduling`.
    pub label: Option<String>,
    pub mission_html: String,
    pub charter: Option<Link>,
    /// The group's own page in a mounted source.
    pub home: Option<Link>,
    /// Its roles.
    pub seats: Vec<Seat>,
    /// People who do not lead the group, by role.
    pub members: Vec<Seat>,
    /// The group that it is part of.
    pub parent: Option<GroupRef>,
    /// The groups that are part of it.
    pub parts: Vec<GroupRef>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
    /// Vacancies, single holders, and people who hold several roles.
    pub standing: Standing,
    /// Its liaison on the steering committee, unless the handbook has that role.
    pub liaison: Option<PersonRef>,
    /// Former leads.
    pub emeritus: Vec<PersonRef>,
    /// Contacts by topic.
    pub ask: Ask,
    /// The comparison page with this group selected.
    pub compare: Href,
    /// Groups that it works for.
    pub stakeholders: Vec<GroupRef>,
    /// Groups that list it as a stakeholder.
    pub serves: Vec<GroupRef>,
    pub meetings: Vec<Meeting>,
    pub calendar: Option<Calendar>,
    pub contacts: Contacts,
    pub subprojects: Vec<Subproject>,
    /// Procedures filled in for the group.
    pub procedures: Vec<Link>,
    /// The findings of rules about it and about the people who hold a role in it.
    pub checks: Vec<Check>,
    /// Numbers of rules by their worst verdict.
    pub check_counts: Counts,
    /// Lists of people that differ from the data.
    pub lists: Vec<super::rosters::ListDifferences>,
    /// The page about lists of people with this group; null if no list differs.
    pub all_lists: Option<Href>,
    /// Sections that refer to it.
    pub cited: Vec<Place>,
    /// Number of references in sections that are not listed.
    pub cited_more: usize,
    /// The files that the facts come from.
    pub facts_sources: Vec<Link>,
}

/// State of the lead roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Standing {
    /// Roles without a holder.
    pub vacant: Vec<RoleRef>,
    /// Roles with a single holder.
    pub alone: Vec<RoleRef>,
    /// True if the group has exactly one lead.
    pub one_lead: bool,
    /// People who hold several of its roles.
    pub in_several: Vec<Several>,
}

/// A person who holds several lead roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Several {
    pub person: PersonRef,
    pub roles: Vec<RoleRef>,
}

/// Contacts by topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Ask {
    /// Topics on which anyone may ask this group.
    pub about_html: Option<String>,
    /// Roles that have a holder.
    pub roles: Vec<AskedRole>,
    /// Other groups that anyone may ask.
    pub groups: Vec<AskedGroup>,
    /// Public channels.
    pub channels: Vec<LinkOrText>,
    /// Contacts for a pull request that nobody reviews; null if the data names nothing for it.
    pub pull_requests: Option<PullRequests>,
}

/// Contacts for a pull request that nobody reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct PullRequests {
    /// Teams that review.
    pub teams: Vec<LinkOrText>,
    /// Titles of meetings for triage.
    pub meetings: Vec<String>,
}

/// The holders of a role, and the topics to ask them about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct AskedRole {
    pub about_html: String,
    pub seat: Seat,
}

/// Another group, and the topics to ask it about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct AskedGroup {
    pub about_html: String,
    pub group: GroupRef,
}

/// A subproject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Subproject {
    /// Id of its heading.
    pub id: String,
    pub name: String,
    pub description_html: String,
    pub leads: Vec<PersonRef>,
    /// Its owners files.
    pub owners: Vec<Link>,
    pub meetings: Vec<Meeting>,
    pub contacts: Contacts,
    /// Further data of the community's own.
    pub extra: facts::Extra,
}

impl FixedPage for Groups {
    const NAME: &'static str = "groups";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::GROUPS;

    fn exists(db: &dyn Db) -> bool {
        !model::handbook(db).groups.is_empty()
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Main(2))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let kinds = model::kinds(scope.db).iter().map(|kind| Kind {
            id: kind.id.clone(),
            label: scope.kind_plural(kind),
            groups: groups_of(scope, kind)
                .map(|group| ListedGroup {
                    group: scope.group_ref(&group),
                    short_name: group.facts.name.clone(),
                    mission_html: mission(scope, &group),
                    seats: scope.seats(&group),
                    chat: scope.chat(&group),
                })
                .collect(),
        });
        let kinds: Vec<Kind> = kinds.filter(|kind| !kind.groups.is_empty()).collect();
        let map = super::map::map(scope);
        let tree = tree(scope);
        let page = PageView::new(scope, &scope.string("sections.groups.label"))
            .breadcrumbs(vec![scope.home()])
            .sections([
                ("map", scope.string("groups.map"), map.is_some()),
                ("tree", scope.string("groups.tree"), !tree.is_empty()),
            ])
            .headings(kinds.iter().map(|kind| (kind.label.clone(), &*kind.id)));
        let compare = scope.to(&Route::COMPARE.url(scope.db));
        (page, Groups { kinds, compare, map, tree })
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}

/// The groups that have parts, each followed by its parts. Groups that are part of each other in a circle are left out.
fn tree(scope: &Scope) -> Vec<TreeEntry> {
    let parts = |id: &String| model::parts_of(scope.db, model::Key::new(scope.db, id.clone()));
    let is_top =
        |id: &&String| scope.group(id).is_some_and(|group| group.parent.is_none() && !parts(id).is_empty());
    let tops: Vec<&String> = model::group_ids(scope.db).iter().filter(is_top).collect();
    let mut open: Vec<(&String, usize)> = tops.into_iter().rev().map(|id| (id, 0)).collect();
    let mut tree = Vec::new();
    while let Some((id, depth)) = open.pop() {
        tree.extend(scope.named_group(id).map(|group| TreeEntry { group, depth: depth.min(MOST_LEVELS) }));
        open.extend(parts(id).iter().rev().map(|part| (part, depth + 1)));
    }
    tree
}

impl ViewModel for Group {
    const NAME: &'static str = "group";
    const HAS_PICTURE: bool = true;

    fn routes(db: &dyn Db) -> Vec<Route> {
        let handbook = model::handbook(db);
        let mut routes = Vec::new();
        for (id, group) in &handbook.groups {
            routes.push(Route::Group(id.clone()));
            let roles = handbook.roles_in(group).into_iter();
            routes.extend(roles.map(|role| Route::Lead { group: id.clone(), role: role.id.clone() }));
            let lists = handbook.checklists_in(group).map(|entry| entry.checklist.id.value.clone());
            routes.extend(lists.map(|checklist| Route::GroupChecklist { group: id.clone(), checklist }));
        }
        routes
    }

    fn shows(_: &dyn Db, route: &Route) -> bool {
        matches!(route, Route::Group(_))
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        let Route::Group(id) = route else { return None };
        group(scope, id)
    }

    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry> {
        let Route::Group(id) = route else { return Vec::new() };
        let handbook = model::handbook(db);
        let Some(group) = handbook.groups.get(id) else { return Vec::new() };
        let facts = &group.facts;
        let mission = group.mission.as_ref().map(|mission| mission.text.as_str()).unwrap_or_default();
        let mut sections = summary(db, mission);
        let seats = handbook.seats(group).into_iter().chain(handbook.member_seats(group));
        let leads = seats.filter(|seat| !seat.holders.is_empty()).map(|seat| {
            let holders: Vec<String> = seat.holders.iter().map(named).collect();
            format!("{}: {}.", seat.role.title, strings(db).list(&holders))
        });
        sections.push(SearchSection::text(leads.collect::<Vec<_>>().join(" "), OWN));
        let contact = &facts.contact;
        let chats = || contact.channels.iter().filter(|channel| channel.kind.chat);
        let channels = chats().filter_map(|channel| Some((&channel.kind.id, channel.title()?)));
        let channels = channels.map(|(kind, title)| {
            let kind = strings(db).get(&format!("channels.{kind}"));
            strings(db).fill("search.texts.channel", &[("kind", &kind), ("name", &title)])
        });
        let teams = contact.teams.iter().map(|team| format!("{}.", team.name));
        let meetings = facts.meetings.iter().map(|meeting| format!("{}.", meeting.title.value));
        let reviews = contact.teams.iter().filter(|team| team.name.to_lowercase().contains(REVIEW));
        let reviews: Vec<&str> = reviews.map(|team| team.name.as_str()).collect();
        if !reviews.is_empty() {
            let text = format!("{}: {}.", strings(db).get("group.stuck"), strings(db).list(&reviews));
            sections.push(SearchSection::text(text, OWN));
        }
        sections.push(SearchSection::text(
            channels.chain(meetings).chain(teams).collect::<Vec<_>>().join(" "),
            OWN,
        ));
        for (subproject, id) in facts.subprojects.iter().zip(subproject_ids(facts)) {
            let leads = strings(db).list(&subproject.leads.iter().map(named).collect::<Vec<_>>());
            let text =
                format!("{} {leads}", plain(db, subproject.description.as_deref().unwrap_or_default()));
            let heading = Some((id, subproject.name.value.clone()));
            sections.push(SearchSection { heading, text: clean(&text), weight: OWN });
        }
        let full_name = group.full_name();
        let names = [group.id().to_owned(), facts.kind.label.clone()];
        let names =
            names.into_iter().chain(facts.label.clone()).chain(chats().map(|channel| channel.value.clone()));
        vec![SearchEntry {
            groups: vec![full_name.clone()],
            names: names.collect(),
            sections,
            ..SearchEntry::new("group", &full_name)
        }]
    }
}

fn group(scope: &Scope, id: &str) -> Option<(PageView, Group)> {
    let group = scope.group(id)?;
    let facts = &group.facts;
    let (cited, cited_more) = super::cited::of_group(scope, &group);
    let contacts = scope.contacts(group.file, &facts.contact);
    let key = || model::Key::new(scope.db, id.to_owned());
    let mut verdicts = rules::Tally::default();
    rules::verdicts_in(scope.db, key()).values().for_each(|verdict| verdicts.add(*verdict));
    let lists = super::rosters::of_group(scope, id);
    let all_lists = if lists.is_empty() { None } else { super::rosters::link_to_group(scope, id) };
    let body = Group {
        group: scope.group_ref(&group),
        kind_label: scope.string(&format!("group_kinds.{}.label", facts.kind.id)),
        label: facts.label.clone(),
        mission_html: mission(scope, &group),
        charter: scope.charter(&group),
        home: home(scope, &group),
        seats: scope.seats(&group),
        members: scope.member_seats(&group),
        parent: group.parent.as_ref().and_then(|id| scope.named_group(id)),
        parts: scope.groups(model::parts_of(scope.db, model::Key::new(scope.db, id.to_owned()))),
        extra: facts.extra.clone(),
        standing: standing(scope, id),
        liaison: liaison(scope, &group),
        emeritus: facts.emeritus.iter().map(|person| scope.person(person)).collect(),
        ask: ask(scope, &group, &contacts),
        compare: scope.to(&Route::COMPARE.url(scope.db)).query("a", id),
        stakeholders: scope.groups(&group.stakeholders),
        serves: model::serves(scope.db, model::Key::new(scope.db, id.to_owned()))
            .iter()
            .filter_map(|id| scope.group(id))
            .map(|group| scope.group_ref(&group))
            .collect(),
        meetings: scope.meetings(&facts.meetings),
        calendar: scope.calendar(&group),
        contacts,
        subprojects: subprojects(scope, &group),
        procedures: scope.procedures(&group),
        checks: findings::checks(scope, rules::in_group(scope.db, key()), Some(id)),
        check_counts: verdicts.into(),
        lists,
        all_lists,
        cited,
        cited_more,
        facts_sources: std::iter::once(&group.file)
            .chain(&group.completed_by)
            .filter_map(|file| scope.view_source(*file))
            .collect(),
    };
    let mut files = vec![group.overlay_file, group.file];
    files.dedup();
    let page = PageView::new(scope, &group.full_name())
        .made_of(scope, &files)
        .breadcrumbs(vec![scope.home(), scope.link(scope.string("sections.groups.label"), &Route::GROUPS)])
        .sections([
            ("ask", scope.string("parts.ask"), body.ask != Ask::default() || !body.seats.is_empty()),
            ("members", members_heading(scope, &body.members), !body.members.is_empty()),
            (
                "meetings",
                scope.string("parts.meetings"),
                !body.meetings.is_empty() || body.calendar.is_some(),
            ),
            ("contact", scope.string("parts.contact"), body.contacts != Contacts::default()),
            ("subprojects", scope.string("parts.subprojects"), !body.subprojects.is_empty()),
            ("parts", scope.string("parts.parts"), !body.parts.is_empty()),
            ("checks", scope.string("checks.title"), !body.checks.is_empty()),
            ("emeritus", scope.string("parts.emeritus"), !body.emeritus.is_empty()),
            ("lists", scope.string("group.lists"), !body.lists.is_empty()),
            ("cited", scope.string("parts.cited_by"), !body.cited.is_empty()),
        ]);
    let page = with_neighbours(page, scope, &facts.kind).scripts(&MEETINGS_SCRIPTS, scope.has_rules(&group));
    let page = PageView { schema: Some(schema(scope, &body)), ..page };
    Some((page, body))
}

/// `Members`, unless other roles are among those of people who do not lead the group.
fn members_heading(scope: &Scope, members: &[Seat]) -> String {
    let is_plain = matches!(members, [seat] if seat.role.id == "member");
    scope.string(if is_plain { "parts.members" } else { "parts.other_roles" })
}

fn liaison(scope: &Scope, group: &model::Group) -> Option<PersonRef> {
    let seats = model::seats(scope.db, model::Key::new(scope.db, group.id().to_owned())).iter();
    let is_shown = seats.into_iter().any(|seat| seat.role.held_as().contains(&model::LIAISON));
    group.facts.contact.liaison.as_ref().filter(|_| !is_shown).map(|liaison| scope.person(liaison))
}

fn ask(scope: &Scope, group: &model::Group, contacts: &Contacts) -> Ask {
    let seats = model::seats(scope.db, model::Key::new(scope.db, group.id().to_owned())).iter();
    let roles = seats.filter(|seat| !seat.holders.is_empty()).filter_map(|seat| {
        let about = seat.role.matter.ask_about.as_ref()?;
        let about_html = scope.markdown(seat.role.file, about, true);
        Some(AskedRole { about_html, seat: scope.seat(group.id(), seat) })
    });
    let others = model::asked_by_all(scope.db).iter().filter(|(id, _)| id != group.id());
    let groups = others.filter_map(|(id, about)| {
        let label = model::group_label(scope.db, model::Key::new(scope.db, id.clone())).as_ref()?;
        let group = GroupRef {
            id: id.clone(),
            name: label.full_name.clone(),
            url: scope.to(&Route::Group(id.clone()).url(scope.db)),
            kind: label.kind.id.clone(),
        };
        Some(AskedGroup { about_html: scope.text(about, true), group })
    });
    Ask {
        about_html: group.ask_about.as_ref().map(|about| scope.text(about, true)),
        roles: roles.collect(),
        groups: groups.collect(),
        channels: public_channels(contacts).map(|channel| channel.link.clone()).collect(),
        pull_requests: pull_requests(group, contacts),
    }
}

/// The word by which groups name their teams for reviews.
const REVIEW: &str = "review";
/// The word by which groups name their meetings for triage.
const TRIAGE: &str = "triage";

fn pull_requests(group: &model::Group, contacts: &Contacts) -> Option<PullRequests> {
    let has = |text: &str, word: &str| text.to_lowercase().contains(word);
    let teams = contacts.teams.iter().filter(|team| has(&team.name, REVIEW));
    let teams: Vec<_> = teams
        .map(|team| LinkOrText { label: team.name.clone(), url: team.url.clone(), external: true })
        .collect();
    let meetings = group.facts.meetings.iter().map(|meeting| meeting.title.value.clone());
    let meetings: Vec<_> = meetings.filter(|title| has(title, TRIAGE)).collect();
    (!teams.is_empty() || !meetings.is_empty()).then_some(PullRequests { teams, meetings })
}

/// The channels in which anybody may ask.
pub(super) fn public_channels(contacts: &Contacts) -> impl Iterator<Item = &Channel> {
    contacts.channels.iter().filter(|channel| !channel.private && !channel.page)
}

fn standing(scope: &Scope, id: &str) -> Standing {
    let standing = model::standing(scope.db, model::Key::new(scope.db, id.to_owned()));
    let filled = |how: Filled| {
        let seats = standing.seats.iter().filter(|(_, filled)| *filled == how);
        seats.map(|(seat, _)| scope.role_ref(&seat.role)).collect()
    };
    Standing {
        vacant: filled(Filled::Vacant),
        alone: filled(Filled::Alone),
        one_lead: standing.one_lead,
        in_several: standing
            .in_several
            .iter()
            .map(|(person, roles)| Several { person: scope.person(person), roles: scope.roles(roles) })
            .collect(),
    }
}

/// Interned id of a kind of group.
#[salsa::interned]
struct KindKey<'db> {
    id: String,
}

/// The groups of a kind, listed beside each group page.
#[salsa::tracked]
fn siblings<'db>(db: &'db dyn Db, kind: KindKey<'db>) -> Siblings {
    let ids = model::group_ids(db).iter();
    let labels = ids.filter_map(|id| model::group_label(db, model::Key::new(db, id.clone())).as_ref());
    labels
        .filter(|label| label.kind.id == *kind.id(db))
        .map(|label| (label.name.clone(), Route::Group(label.id.clone()).url(db)))
        .collect()
}

/// Adds the list of groups of the same kind beside the page.
fn with_neighbours(page: PageView, scope: &Scope, kind: &facts::Kind) -> PageView {
    let siblings = siblings(scope.db, KindKey::new(scope.db, kind.id.clone()));
    page.section(scope, &scope.kind_plural(kind), "/groups/", siblings)
}

/// The group's mission as HTML.
pub(super) fn mission(scope: &Scope, group: &model::Group) -> String {
    group.mission.as_ref().map_or(String::new(), |mission| scope.text(mission, true))
}

/// The group's own page, in the source its facts come from.
fn home(scope: &Scope, group: &model::Group) -> Option<Link> {
    let source = group.file.source(scope.db);
    group.file.config(scope.db).mount.as_ref()?;
    let index = model::index_document(scope.db, FolderKey::new(scope.db, source, group.id().to_owned()))?;
    Some(scope.link(model::title(scope.db, index).clone(), &Route::Document(index)))
}

fn subprojects(scope: &Scope, group: &model::Group) -> Vec<Subproject> {
    let ids = subproject_ids(&group.facts);
    let subprojects = group.facts.subprojects.iter().zip(ids).map(|(subproject, id)| Subproject {
        id,
        name: subproject.name.value.clone(),
        description_html: subproject
            .description
            .as_ref()
            .map_or(String::new(), |text| scope.markdown(group.file, text, true)),
        leads: subproject.leads.iter().map(|person| scope.person(person)).collect(),
        owners: owners_files(subproject),
        meetings: scope.meetings(&subproject.meetings),
        contacts: subproject
            .contact
            .as_ref()
            .map_or_else(Contacts::default, |contact| scope.contacts(group.file, contact)),
        extra: subproject.extra.clone(),
    });
    subprojects.collect()
}

/// Links to the OWNERS files of a subproject.
pub(super) fn owners_files(subproject: &facts::Subproject) -> Vec<Link> {
    subproject.owners.iter().filter_map(|owners| self::owners(&Href::web(owners)?)).collect()
}

/// Link to an OWNERS file. The label of `https://raw.githubusercontent.com/org/tool/main/OWNERS` and of
/// `https://github.com/org/tool/blob/main/OWNERS` is `org/tool`; other forges have the same labels.
fn owners(address: &Href) -> Option<Link> {
    let file = ForgeAddress::read(address).filter(|read| read.view != View::Folder);
    let Some(file) = file.filter(|file| file.forge() != Forge::Other) else {
        let label = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
        return Some(Link { label: label.to_owned(), url: address.clone(), external: true });
    };
    let (repository, folder) = (file.repository_path(), folder_of(file.revision_and_path().1));
    let label = if folder.is_empty() { repository.to_owned() } else { format!("{repository}: {folder}") };
    Some(Link { label, url: Href::web(&file.at(View::File)?)?, external: true })
}

/// JSON-LD of a group.
fn schema(scope: &Scope, group: &Group) -> String {
    let holders = group.seats.iter().flat_map(|seat| {
        seat.holders.iter().map(|person| {
            sharing::role_object(&seat.role.title, "member", sharing::person_object(scope, person))
        })
    });
    sharing::json_ld(json!({
        "@type": "Organization",
        "name": group.group.name,
        "description": model::group(scope.db, model::Key::new(scope.db, group.group.id.clone()))
            .as_ref()
            .and_then(|group| group.facts.mission.as_ref())
            .map(|mission| mission.value.clone()),
        "url": sharing::address(scope.db, &Route::Group(group.group.id.clone())),
        "parentOrganization": {
            "@type": "Organization",
            "name": Site::get(scope.db).config(scope.db).title,
            "url": sharing::address(scope.db, &Route::HOME),
        },
        "member": holders.collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    fn owners(address: &str) -> super::Link {
        super::owners(&address.into()).unwrap()
    }

    #[test]
    fn owners_files_are_labelled_by_folder() {
        let link = owners("https://raw.githubusercontent.com/org/tool/refs/heads/master/pkg/x/OWNERS");
        assert_eq!(link.label, "org/tool: pkg/x");
        assert_eq!(link.url.as_str(), "https://github.com/org/tool/blob/master/pkg/x/OWNERS");
        assert_eq!(owners("https://raw.githubusercontent.com/a/b/main/MAINTAINERS").label, "a/b");
        let page = "https://github.com/a/b/blob/main/x/OWNERS";
        assert_eq!((owners(page).label.as_str(), owners(page).url.as_str()), ("a/b: x", page));
        let raw = owners("https://gitlab.com/a/b/c/-/raw/main/x/OWNERS");
        assert_eq!(
            (raw.label.as_str(), raw.url.as_str()),
            ("a/b/c: x", "https://gitlab.com/a/b/c/-/blob/main/x/OWNERS")
        );
        assert_eq!(owners("https://codeberg.org/a/b/src/branch/main/OWNERS").label, "a/b");
        assert_eq!(owners("https://github.com/a/b").label, "github.com/a/b");
        assert_eq!(owners("https://example.org/x/OWNERS").label, "example.org/x/OWNERS");
    }
}
