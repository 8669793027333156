//! The skill matrix, and the page of each skill.

use serde::Serialize;

use super::kind::{FixedPage, ViewModel};
use super::related::{Related, related};
use super::role_facts::MAX_LEVEL;
use super::scope::Scope;
use super::search_entry::{OWN, SearchEntry, SearchSection, plain, summary};
use super::view::{GroupRef, Level, Link, Overlay, RoleRef};
use super::{PageView, Siblings};
use crate::facts;
use crate::model::{self, Key, Navigation, Route, SkillEntry};
use crate::source::Db;
use crate::url::Href;

/// `skills`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Skills {
    /// The columns.
    pub roles: Vec<RoleRef>,
    pub areas: Vec<Area>,
    /// The legend.
    pub levels: Vec<Level>,
    /// Groups that require other levels than their roles.
    pub groups: GroupMatrix,
}

/// Required levels by group and role, where the group requires another level than the role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct GroupMatrix {
    /// The columns: skills for which any group requires another level.
    pub skills: Vec<Link>,
    pub rows: Vec<GroupMatrixRow>,
}

/// A role in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct GroupMatrixRow {
    pub group: GroupRef,
    pub role: RoleRef,
    /// The lead page.
    pub url: Href,
    /// One per column; null if the group requires the same level as the role.
    pub levels: Vec<Option<Level>>,
}

/// An area of skills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Area {
    /// Id of its heading.
    pub id: String,
    pub name: String,
    pub description_html: String,
    pub skills: Vec<MatrixRow>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
}

/// A skill with the level that each role requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct MatrixRow {
    pub name: String,
    pub url: Href,
    /// One for each column.
    pub levels: Vec<Level>,
}

/// `skill`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Skill {
    pub name: String,
    pub area: Link,
    pub description_html: String,
    /// Documents about it.
    pub refs: Vec<Link>,
    pub levels: Vec<DescribedLevel>,
    /// Groups that require another level than the role.
    pub overlays: Vec<Overlay>,
    pub related: Vec<Related>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
}

/// A level with its description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct DescribedLevel {
    /// 1 to 4.
    pub level: u8,
    pub name: String,
    pub description_html: String,
    /// Guidance for reaching it.
    pub grow_html: Option<String>,
    /// Roles that require this level.
    pub roles: Vec<RoleRef>,
}

impl FixedPage for Skills {
    const NAME: &'static str = "skills";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::SKILLS;

    fn exists(db: &dyn Db) -> bool {
        !model::handbook(db).areas.is_empty()
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Main(5))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let role = |id: &String| model::role(scope.db, Key::new(scope.db, id.clone())).as_ref();
        let skill = |id: &String| model::skill(scope.db, Key::new(scope.db, id.clone())).as_ref();
        let skills: Vec<_> = model::skill_ids(scope.db).iter().filter_map(skill).collect();
        // Roles that require no skills would be empty columns.
        let roles: Vec<_> = model::role_ids(scope.db)
            .iter()
            .filter_map(role)
            .filter(|role| !role.matter.skills.is_empty())
            .collect();
        let areas = model::areas(scope.db).iter().map(|(file, area)| Area {
            id: area.id.value.clone(),
            name: area.name.clone(),
            extra: area.extra.clone(),
            description_html: area
                .description
                .as_ref()
                .map_or(String::new(), |text| scope.markdown(*file, text, false)),
            skills: skills
                .iter()
                .filter(|entry| entry.area == area.id.value)
                .map(|entry| MatrixRow {
                    name: entry.skill.name.clone(),
                    url: scope.to(&Route::Skill(entry.skill.id.value.clone()).url(scope.db)),
                    levels: roles
                        .iter()
                        .map(|role| {
                            role.matter.skills.get(&entry.skill.id.value).map_or(0, |level| level.value)
                        })
                        .map(|level| scope.level(entry, level, false))
                        .collect(),
                })
                .collect(),
        });
        let areas: Vec<Area> = areas.filter(|area| !area.skills.is_empty()).collect();
        let levels = skills.first().map_or_else(Vec::new, |entry| {
            entry.skill.levels.iter().map(|level| scope.level(entry, level.level.value, false)).collect()
        });
        let groups = group_matrix(scope);
        let of_areas = areas.iter().map(|area| (area.name.clone(), area.id.as_str()));
        let page = PageView::new(scope, &scope.string("sections.skills.label"))
            .breadcrumbs(vec![scope.home()])
            .headings(of_areas)
            .sections([("groups", scope.string("skills.groups"), !groups.rows.is_empty())])
            .reading(scope);
        let body =
            Skills { roles: roles.iter().map(|role| scope.role_ref(role)).collect(), areas, levels, groups };
        (page, body)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}

fn group_matrix(scope: &Scope) -> GroupMatrix {
    let overlays = overlays(scope, None);
    let asked = |skill: &Link| overlays.iter().any(|overlay| overlay.skill == *skill);
    let skills = model::skill_ids(scope.db).iter().filter_map(|id| {
        let entry = model::skill(scope.db, Key::new(scope.db, id.clone())).as_ref()?;
        Some(scope.link(entry.skill.name.clone(), &Route::Skill(id.clone())))
    });
    let skills: Vec<Link> = skills.filter(asked).collect();
    let mut rows: Vec<GroupMatrixRow> = Vec::new();
    for overlay in &overlays {
        if rows.last().is_none_or(|row| row.url != overlay.url) {
            rows.push(GroupMatrixRow {
                group: overlay.group.clone(),
                role: overlay.role.clone(),
                url: overlay.url.clone(),
                levels: vec![None; skills.len()],
            });
        }
        let column = skills.iter().position(|skill| *skill == overlay.skill);
        if let (Some(row), Some(column)) = (rows.last_mut(), column) {
            row.levels[column] = Some(overlay.level.clone());
        }
    }
    GroupMatrix { skills, rows }
}

/// All skills, listed beside each skill page.
#[salsa::tracked]
fn siblings(db: &dyn Db) -> Siblings {
    let page = |id: &String| {
        let entry = model::skill(db, Key::new(db, id.clone())).as_ref()?;
        Some((entry.skill.name.clone(), Route::Skill(id.clone()).url(db)))
    };
    model::skill_ids(db).iter().filter_map(page).collect()
}

impl ViewModel for Skill {
    const NAME: &'static str = "skill";
    const HAS_PICTURE: bool = true;

    fn routes(db: &dyn Db) -> Vec<Route> {
        let handbook = model::handbook(db);
        let skills = handbook.skills.keys().filter(|_| !handbook.areas.is_empty());
        skills.cloned().map(Route::Skill).collect()
    }

    fn shows(_: &dyn Db, route: &Route) -> bool {
        matches!(route, Route::Skill(_))
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        let Route::Skill(id) = route else { return None };
        skill(scope, id)
    }

    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry> {
        let Route::Skill(id) = route else { return Vec::new() };
        let Some(entry) = model::handbook(db).skills.get(id) else { return Vec::new() };
        let mut sections = summary(db, &entry.skill.description);
        for level in &entry.skill.levels {
            let grow = level.grow.as_ref().map(|grow| grow.value.as_str()).unwrap_or_default();
            sections
                .push(SearchSection::text(plain(db, &format!("{}\n\n{grow}", level.description.value)), OWN));
        }
        vec![SearchEntry {
            names: vec![entry.area_name.clone()],
            sections,
            ..SearchEntry::new("skill", &entry.skill.name)
        }]
    }
}

fn skill(scope: &Scope, id: &str) -> Option<(PageView, Skill)> {
    let entry = model::skill(scope.db, Key::new(scope.db, id.to_owned())).clone()?;
    let roles: Vec<_> = model::role_ids(scope.db)
        .iter()
        .filter_map(|role| model::role(scope.db, Key::new(scope.db, role.clone())).as_ref())
        .collect();
    let area_url = scope.to(&Route::SKILLS.url(scope.db)).fragment(&entry.area);
    let levels = entry.skill.levels.iter().map(|level| DescribedLevel {
        level: level.level.value,
        name: level.name.clone(),
        description_html: scope.markdown(entry.file, &level.description, true),
        grow_html: level.grow.as_ref().map(|grow| scope.markdown(entry.file, grow, true)),
        roles: roles
            .iter()
            .filter(|role| role.matter.skills.get(id).is_some_and(|asked| asked.value == level.level.value))
            .map(|role| scope.role_ref(role))
            .collect(),
    });
    let body = Skill {
        name: entry.skill.name.clone(),
        area: Link { label: entry.area_name.clone(), url: area_url.clone(), external: false },
        description_html: scope.markdown(entry.file, &entry.skill.description, false),
        refs: scope.references(entry.file, &entry.skill.refs),
        levels: levels.collect(),
        overlays: overlays(scope, Some(id)),
        related: related(scope, entry.file, Route::Skill(id.to_owned())),
        extra: entry.skill.extra.clone(),
    };
    let skills = scope.string("sections.skills.label");
    let page = PageView::new(scope, &entry.skill.name)
        .breadcrumbs(vec![
            scope.home(),
            scope.link(skills.clone(), &Route::SKILLS),
            Link { label: entry.area_name.clone(), url: area_url, external: false },
        ])
        .section(scope, &skills, "/skills/", siblings(scope.db));
    let page = page.made_of(scope, &[entry.file]);
    Some((page, body))
}

/// Groups that require another level than the role, for one skill or all skills.
fn overlays(scope: &Scope, skill: Option<&str>) -> Vec<Overlay> {
    let mut overlays = Vec::new();
    for group in model::group_ids(scope.db) {
        let levels = model::own_levels(scope.db, Key::new(scope.db, group.clone()));
        let Some(named) = scope.named_group(group).filter(|_| !levels.is_empty()) else { continue };
        for seat in model::seats(scope.db, Key::new(scope.db, group.clone())) {
            let asked = levels.get(&seat.role.id).into_iter().flatten();
            for (id, level) in asked.filter(|(id, _)| skill.is_none_or(|skill| skill == *id)) {
                let entry: Option<&std::sync::Arc<SkillEntry>> =
                    model::skill(scope.db, Key::new(scope.db, id.clone())).as_ref();
                let Some(entry) = entry else { continue };
                let seat_view = scope.seat(group, seat);
                overlays.push(Overlay {
                    group: named.clone(),
                    role: seat_view.role,
                    url: seat_view.url,
                    skill: scope.link(entry.skill.name.clone(), &Route::Skill(id.clone())),
                    level: scope.level(entry, (*level).min(MAX_LEVEL), true),
                });
            }
        }
    }
    overlays
}
