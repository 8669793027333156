//! The list of groups, and the page of each.

use serde::Serialize;

use super::cited::Place;
use super::home::groups_of;
use super::scope::Scope;
use super::view::{Calendar, Contacts, GroupRef, Link, Meeting, PersonRef, RoleRef, Seat};
use super::{Body, MEETINGS_SCRIPTS, PageView, Siblings};
use crate::facts;
use crate::model::{self, Filled, FolderKey, Route};
use crate::source::Db;
use crate::url::Href;

/// `groups`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Groups {
    pub kinds: Vec<Kind>,
    /// The comparison of groups.
    pub compare: Href,
    /// None where no group works for others.
    pub map: Option<super::map::MapView>,
}

/// The groups of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ListedKind"))]
pub struct Kind {
    /// Id of the kind.
    pub id: String,
    /// `Special interest groups`
    pub label: String,
    pub groups: Vec<ListedGroup>,
}

/// A group in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListedGroup {
    pub group: GroupRef,
    /// Without its kind: `Scheduling`.
    pub short_name: String,
    pub mission_html: String,
    pub seats: Vec<Seat>,
    /// Where people of the group talk.
    pub chat: Option<Link>,
}

/// `group`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Group {
    pub group: GroupRef,
    /// `Special interest group`
    pub kind_label: String,
    /// Of its issues: `scheduling`.
    pub label: Option<String>,
    pub mission_html: String,
    pub charter: Option<Link>,
    /// The group's own page in a mounted source.
    pub home: Option<Link>,
    /// Its roles.
    pub seats: Vec<Seat>,
    /// What is vacant, who stands alone, who holds several roles.
    pub standing: Standing,
    /// Its link to the steering committee.
    pub liaison: Option<PersonRef>,
    /// Former leads.
    pub emeritus: Vec<PersonRef>,
    /// Whom to ask about what.
    pub ask: Ask,
    /// The comparison with other groups.
    pub compare: Href,
    /// Groups that it works for.
    pub stakeholders: Vec<GroupRef>,
    /// Groups that name it as a stakeholder.
    pub serves: Vec<GroupRef>,
    pub meetings: Vec<Meeting>,
    pub calendar: Option<Calendar>,
    pub contacts: Contacts,
    pub subprojects: Vec<Subproject>,
    /// What is made out for the group.
    pub procedures: Vec<Link>,
    /// Pages that refer to it.
    pub cited: Vec<Place>,
    /// How many references stand in no place of these.
    pub cited_more: usize,
    /// The file that the facts come from.
    pub facts_source: Option<Link>,
}

/// How the lead roles are filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Standing {
    /// Roles that nobody holds.
    pub vacant: Vec<RoleRef>,
    /// Roles that one person holds alone.
    pub alone: Vec<RoleRef>,
    /// The group has one lead in all.
    pub one_lead: bool,
    /// People who hold several of its roles.
    pub in_several: Vec<Several>,
}

/// A person who holds several lead roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Several {
    pub person: PersonRef,
    pub roles: Vec<RoleRef>,
}

/// Whom to ask about what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ask {
    /// What anybody in any group may ask this one about.
    pub about_html: Option<String>,
    /// Roles that somebody holds.
    pub roles: Vec<AskedRole>,
    /// Other groups that anybody may ask.
    pub groups: Vec<AskedGroup>,
    /// Where everybody may ask.
    pub channels: Vec<Link>,
}

/// Those who hold a role, and what to ask them about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AskedRole {
    pub about_html: String,
    pub seat: Seat,
}

/// Another group, and what to ask it about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AskedGroup {
    pub about_html: String,
    pub group: GroupRef,
}

/// A subproject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Subproject {
    /// Of its heading.
    pub id: String,
    pub name: String,
    pub description_html: String,
    pub leads: Vec<PersonRef>,
    /// Its owners files.
    pub owners: Vec<Link>,
    pub meetings: Vec<Meeting>,
    pub contacts: Contacts,
}

pub(super) fn groups(scope: &Scope) -> (PageView, Body) {
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
    let mut headings = vec![(scope.word("groups.map"), "rb-map", map.is_some())];
    headings.extend(kinds.iter().map(|kind| (kind.label.clone(), &*kind.id, true)));
    let page = PageView::new(scope, "groups", &scope.word("sections.groups.label"))
        .breadcrumbs(vec![scope.home()])
        .toc(headings);
    let compare = scope.to(&Route::Compare.url(scope.db));
    (page, Body::Groups(Groups { kinds, compare, map }))
}

pub(super) fn group(scope: &Scope, id: &str) -> Option<(PageView, Body)> {
    let group = scope.group(id)?;
    let facts = &group.facts;
    let (cited, cited_more) = super::cited::of_group(scope, &group);
    let contacts = scope.contacts(group.file, &facts.contact);
    let body = Group {
        group: scope.group_ref(&group),
        kind_label: scope.word(&format!("group_kinds.{}.label", facts.kind.id)),
        label: facts.label.clone(),
        mission_html: mission(scope, &group),
        charter: scope.charter(&group),
        home: home(scope, &group),
        seats: scope.seats(&group),
        standing: standing(scope, id),
        liaison: facts.contact.liaison.as_ref().map(|liaison| scope.person(liaison)),
        emeritus: facts.emeritus.iter().map(|person| scope.person(person)).collect(),
        ask: ask(scope, &group, &contacts),
        compare: scope.to(&Route::Compare.url(scope.db)).query("a", id),
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
        cited,
        cited_more,
        facts_source: scope.view_source(group.file),
    };
    let mut files = vec![group.overlay_file, group.file];
    files.dedup();
    let page = PageView::new(scope, "group", &group.full_name())
        .made_of(scope, &files)
        .breadcrumbs(vec![scope.home(), scope.link(scope.word("sections.groups.label"), &Route::Groups)])
        .toc([
            (scope.word("parts.ask"), "rb-ask", body.ask != Ask::default()),
            (scope.word("parts.leads"), "rb-leads", !body.seats.is_empty()),
            (
                scope.word("parts.meetings"),
                "rb-meetings",
                !body.meetings.is_empty() || body.calendar.is_some(),
            ),
            (scope.word("parts.contact"), "rb-contact", body.contacts != Contacts::default()),
            (scope.word("parts.subprojects"), "rb-subprojects", !body.subprojects.is_empty()),
            (scope.word("parts.procedures"), "rb-procedures", !body.procedures.is_empty()),
            (scope.word("parts.emeritus"), "rb-emeritus", !body.emeritus.is_empty()),
            (scope.word("parts.cited_by"), "rb-cited", !body.cited.is_empty()),
        ]);
    let page = with_neighbours(page, scope, &facts.kind).scripts(&MEETINGS_SCRIPTS, scope.has_rules(&group));
    Some((page, Body::Group(body)))
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
        channels: contacts
            .channels
            .iter()
            .filter(|channel| !channel.private)
            .map(|channel| channel.link.clone())
            .collect(),
    }
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

/// A kind of group, as a question.
#[salsa::interned]
struct KindKey<'db> {
    id: String,
}

/// The groups of a kind, beside the page of each.
#[salsa::tracked]
fn siblings<'db>(db: &'db dyn Db, kind: KindKey<'db>) -> Siblings {
    let ids = model::group_ids(db).iter();
    let labels = ids.filter_map(|id| model::group_label(db, model::Key::new(db, id.clone())).as_ref());
    labels
        .filter(|label| label.kind.id == *kind.id(db))
        .map(|label| (label.name.clone(), Route::Group(label.id.clone()).url(db)))
        .collect()
}

/// The groups of the same kind, beside the page.
fn with_neighbours(page: PageView, scope: &Scope, kind: &facts::Kind) -> PageView {
    let siblings = siblings(scope.db, KindKey::new(scope.db, kind.id.clone()));
    page.section(scope, &scope.kind_plural(kind), "/groups/", siblings)
}

/// What the group is for.
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
    let shown = group.facts.subprojects.iter().zip(ids).map(|(subproject, id)| Subproject {
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
    });
    shown.collect()
}

/// The owners files of a subproject.
pub(super) fn owners_files(subproject: &facts::Subproject) -> Vec<Link> {
    subproject.owners.iter().filter_map(|owners| self::owners(&Href::web(owners)?)).collect()
}

/// Anchors of a group's subprojects on its page, by position.
pub fn subproject_ids(group: &facts::Group) -> Vec<String> {
    let mut slugs = crate::parse::Slugs::default();
    let id = |subproject: &facts::Subproject| {
        let name = subproject.name.trim();
        let slug = model::slug(name);
        // Ids that begin with `rb-` are the theme's.
        if slug.is_empty() || slug.starts_with("rb-") {
            slugs.next(&format!("subproject {name}"))
        } else {
            slugs.next(name)
        }
    };
    group.subprojects.iter().map(id).collect()
}

/// Anchors of a group's subprojects on its page, by position; kept, as each page that names one needs them.
#[salsa::tracked]
fn anchors_of_subprojects(db: &dyn Db, group: model::Key<'_>) -> Vec<String> {
    model::group(db, group).as_ref().map_or_else(Vec::new, |group| subproject_ids(&group.facts))
}

/// Anchor of one subproject of a group on its page.
pub(super) fn subproject_id<'db>(
    db: &'db dyn Db,
    group: &model::Group,
    subproject: &facts::Subproject,
) -> Option<&'db str> {
    let position = group.facts.subprojects.iter().position(|known| known == subproject)?;
    let anchors = anchors_of_subprojects(db, model::Key::new(db, group.id().to_owned()));
    anchors.get(position).map(String::as_str)
}

/// `https://raw.githubusercontent.com/org/tool/main/OWNERS` as `org/tool`; so is its page
/// `https://github.com/org/tool/blob/main/OWNERS`.
fn owners(address: &Href) -> Option<Link> {
    let raw = address.strip_prefix("https://raw.githubusercontent.com/").map(str::to_owned);
    let page = || {
        let page = address.strip_prefix("https://github.com/").filter(|page| page.contains("/blob/"))?;
        Some(page.replacen("/blob/", "/", 1))
    };
    let place = raw.or_else(page);
    let Some((organisation, repository, rest)) = place.as_deref().and_then(|place| {
        let mut parts = place.splitn(3, '/');
        Some((parts.next()?, parts.next()?, parts.next()?))
    }) else {
        let label = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
        return Some(Link { label: label.to_owned(), url: address.clone(), external: true });
    };
    let rest = rest.strip_prefix("refs/heads/").unwrap_or(rest);
    let (branch, path) = rest.split_once('/').unwrap_or((rest, ""));
    let folder = crate::source::folder_of(path);
    let label = if folder.is_empty() {
        format!("{organisation}/{repository}")
    } else {
        format!("{organisation}/{repository}: {folder}")
    };
    let url = Href::web(&format!("https://github.com/{organisation}/{repository}/blob/{branch}/{path}"))?;
    Some(Link { label, url, external: true })
}

#[cfg(test)]
mod tests {
    fn owners(address: &str) -> super::Link {
        super::owners(&address.into()).unwrap()
    }

    #[test]
    fn owners_files_are_named_by_their_folder() {
        let link = owners("https://raw.githubusercontent.com/org/tool/refs/heads/master/pkg/x/OWNERS");
        assert_eq!(link.label, "org/tool: pkg/x");
        assert_eq!(link.url.as_str(), "https://github.com/org/tool/blob/master/pkg/x/OWNERS");
        assert_eq!(owners("https://raw.githubusercontent.com/a/b/main/MAINTAINERS").label, "a/b");
        let page = "https://github.com/a/b/blob/main/x/OWNERS";
        assert_eq!((owners(page).label.as_str(), owners(page).url.as_str()), ("a/b: x", page));
        assert_eq!(owners("https://github.com/a/b").label, "github.com/a/b");
        assert_eq!(owners("https://example.org/x/OWNERS").label, "example.org/x/OWNERS");
    }
}
