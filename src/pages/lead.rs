//! The lead page: one role in one group.

use serde::Serialize;

use super::group::subproject_ids;
use super::obligations::Duty;
use super::scope::Scope;
use super::view::{Contacts, Fact, GroupRef, Link, Meeting, PersonRef, Phase, RoleRef, Seat, SkillGroup};
use super::{Body, PageView};
use crate::model::{self, Key, Route};

/// `lead`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Lead {
    pub group: GroupRef,
    pub role: RoleRef,
    pub summary_html: String,
    pub facts: Vec<Fact>,
    pub holders: Vec<PersonRef>,
    pub optional: bool,
    pub recorded: bool,
    pub others: Vec<Seat>,
    pub liaison: Option<PersonRef>,
    pub note_html: Option<String>,
    pub charter: Option<Link>,
    pub governed_by: Vec<Link>,
    pub duties: Vec<Duty>,
    pub meetings: Vec<Meeting>,
    pub contacts: Contacts,
    pub checklist: Option<Checklist>,
    pub skills: Vec<SkillGroup>,
    pub subprojects: Vec<Subproject>,
}

/// The role's checklist, made out for the group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Checklist {
    pub link: Link,
    pub total: usize,
    pub phases: Vec<Phase>,
}

/// A subproject that the role answers for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Subproject {
    pub name: String,
    pub url: String,
    pub leads: Vec<PersonRef>,
}

pub fn lead(scope: &Scope, group: &str, role: &str) -> Option<(PageView, Body)> {
    let group = scope.group(group)?;
    let seats = model::seats(scope.db, Key::new(scope.db, group.id().to_owned()));
    let seat = seats.iter().find(|seat| seat.role.id == role)?;
    let shown = scope.seat(&group, seat);
    let role = &seat.role;
    let entry = model::checklist_of_role(scope.db, Key::new(scope.db, role.id.clone()));
    let checklist = entry.map(|entry| {
        let items = model::composed(scope.db, &entry, Some(&group));
        Checklist {
            link: scope
                .link(entry.checklist.title.clone(), &Route::Checklist(entry.checklist.id.value.clone())),
            total: items.len(),
            phases: scope.phases(&items, Some(&group), Some(role)),
        }
    });
    let group_url = Route::Group(group.id().to_owned()).url(scope.db);
    let subprojects =
        group.facts.subprojects.iter().zip(subproject_ids(&group.facts)).map(|(subproject, id)| Subproject {
            name: subproject.name.value.clone(),
            url: format!("{}#{}", scope.to(&group_url), crate::link::url::encode_fragment(&id)),
            leads: subproject.leads.iter().map(|person| scope.person(person)).collect(),
        });
    let overlay = group.overlays.get(&role.id);
    let body = Lead {
        group: scope.group_ref(&group),
        role: shown.role,
        summary_html: super::role::summary(scope, role),
        facts: scope.facts(role),
        holders: shown.holders,
        optional: shown.optional,
        recorded: shown.recorded,
        others: seats
            .iter()
            .filter(|other| other.role.id != role.id && !other.holders.is_empty())
            .filter(|other| !other.role.held_as().contains(&model::LIAISON))
            .map(|other| scope.seat(&group, other))
            .collect(),
        liaison: group.facts.contact.liaison.as_ref().map(|liaison| scope.person(liaison)),
        note_html: overlay
            .and_then(|overlay| overlay.note.as_ref())
            .map(|note| scope.markdown(group.overlay_file, note, false)),
        charter: scope.charter(&group),
        governed_by: scope.references(role.file, &role.matter.governed_by),
        duties: super::obligations::duties(scope, &role.id, &[]),
        meetings: scope.meetings(&group.facts.meetings),
        contacts: scope.contacts(group.file, &group.facts.contact),
        checklist,
        skills: scope.skills(role, Some(&group)),
        subprojects: subprojects.collect(),
    };
    let page = PageView::new(scope, "lead", &format!("{} · {}", group.full_name(), role.title))
        .breadcrumbs(vec![
            scope.home(),
            scope.link("Groups", &Route::Groups),
            scope.link(group.full_name(), &Route::Group(group.id().to_owned())),
        ])
        .toc(&[
            ("Different here", "rb-different", body.note_html.is_some()),
            ("People", "rb-people", true),
            ("Meetings", "rb-meetings", !body.meetings.is_empty()),
            ("Contact", "rb-contact", body.contacts != Contacts::default()),
            ("Checklist", "rb-checklist", body.checklist.is_some()),
            ("Obligations", "rb-obligations", !body.duties.is_empty()),
            ("Skills", "rb-skills", !body.skills.is_empty()),
            ("Subprojects", "rb-subprojects", !body.subprojects.is_empty()),
            ("Governed by", "rb-governed-by", !body.governed_by.is_empty()),
        ]);
    let items = seats.iter().map(|seat| {
        let route = Route::Lead { group: group.id().to_owned(), role: seat.role.id.clone() };
        (seat.role.title.clone(), route.url(scope.db), false)
    });
    let page = page.section(scope, &group.full_name(), &group_url, items.collect());
    Some((page, Body::Lead(Box::new(body))))
}
