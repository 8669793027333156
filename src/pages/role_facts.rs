//! Describes a role: its summary, its facts at a glance, and the levels of skills that it requires.

use super::scope::Scope;
use super::view::{Fact, Level, Link, SkillGroup, SkillRow};
use crate::html;
use crate::model::{self, Group, Key, Role, Route};
use crate::parse::At;

/// Highest level of a skill.
pub(super) const MAX_LEVEL: u8 = 4;

impl Scope<'_> {
    /// Summary of the role as HTML.
    pub fn role_summary(&self, role: &Role) -> String {
        match &role.matter.summary {
            Some(summary) => self.markdown(role.file, summary, true),
            // The file of an implied role is that of the data.
            None if role.is_implied => String::new(),
            None => model::description(self.db, role.file).as_deref().map_or(String::new(), html::escape),
        }
    }

    /// Facts about a role at a glance. `ask` includes the contact for questions.
    pub fn facts(&self, role: &Role, ask: bool) -> Vec<Fact> {
        let matter = &role.matter;
        let mut facts = Vec::new();
        let mut add = |label, html: Option<String>| {
            facts.extend(html.map(|html| Fact { label: self.string(label), html }));
        };
        let inline = |text: &At<String>| self.markdown(role.file, text, true);
        add(
            "facts.needed",
            (matter.optional && !role.is_implied).then(|| html::escape(&self.string("facts.optional"))),
        );
        add(
            "facts.how_many",
            match (matter.min, matter.recommended) {
                (Some(min), Some(recommended)) if min != recommended => {
                    let values = [("min", &*min.to_string()), ("max", &*recommended.to_string())];
                    Some(html::escape(&self.fill("facts.range", &values)))
                }
                (Some(number), _) | (None, Some(number)) => Some(number.to_string()),
                (None, None) => None,
            },
        );
        add("facts.appointed_by", matter.appointed_by.as_ref().map(inline));
        add("facts.term", matter.term.as_ref().map(inline));
        add("facts.election", matter.election.as_ref().map(inline));
        add("facts.time", matter.time.as_ref().map(inline));
        add(
            "facts.permissions",
            matter.permissions_like.as_ref().map(|like| {
                match model::role(self.db, Key::new(self.db, like.value.clone())) {
                    Some(like) => {
                        let link = self.role_ref(like);
                        let link = format!(
                            "<a href=\"{}\">{}</a>",
                            html::escape(&link.url),
                            html::escape(&link.title)
                        );
                        html::escape(&self.string("facts.same_as")).replace("{role}", &link)
                    }
                    None => html::escape(&like.value),
                }
            }),
        );
        add("facts.ask", matter.ask.as_ref().filter(|_| ask).map(inline));
        facts
    }

    /// The levels required by a role, by area; `group` may require other levels.
    pub fn skills(&self, role: &Role, group: Option<&Group>) -> Vec<SkillGroup> {
        let overlay = group.and_then(|group| group.overlays.get(&role.id));
        let mut areas: Vec<SkillGroup> = Vec::new();
        for id in model::skill_ids(self.db) {
            let asked = role.matter.skills.get(id).map(|level| level.value);
            let here = overlay.and_then(|overlay| overlay.skills.get(id)).map(|level| level.value);
            let Some(level) = here.or(asked) else { continue };
            let Some(entry) = model::skill(self.db, Key::new(self.db, id.clone())) else { continue };
            let row = SkillRow {
                id: id.clone(),
                name: entry.skill.name.clone(),
                url: self.to(&Route::Skill(id.clone()).url(self.db)),
                level: self.level(entry, level, here.is_some() && here != asked),
            };
            let area = Link {
                label: entry.area_name.clone(),
                url: self.to(&Route::SKILLS.url(self.db)).fragment(&entry.area),
                external: false,
            };
            match areas.last_mut().filter(|last| last.area == area) {
                Some(last) => last.skills.push(row),
                None => areas.push(SkillGroup { area, skills: vec![row] }),
            }
        }
        areas
    }

    /// A level of a skill, with its name from the skill's file.
    pub fn level(&self, entry: &model::SkillEntry, level: u8, raised: bool) -> Level {
        let name = entry.skill.levels.iter().find(|described| described.level.value == level);
        Level {
            level,
            name: name.map_or(String::new(), |described| described.name.clone()),
            max: MAX_LEVEL,
            raised,
        }
    }
}
