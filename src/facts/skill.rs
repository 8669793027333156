//! Skills and their levels.

use super::Extra;
use crate::parse::At;

/// An area of skills: `content/skills/<area>.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillArea {
    /// The id; the file stem by default.
    pub id: At<String>,
    /// `Leadership`.
    pub name: String,
    /// The position among the areas.
    pub order: i64,
    /// Markdown.
    pub description: Option<At<String>>,
    /// Skills in the order of the file.
    pub skills: Vec<Skill>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}

/// A skill with its described levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skill {
    /// The id: kebab-case, unique across all areas.
    pub id: At<String>,
    /// `Delegation`.
    pub name: String,
    /// Markdown.
    pub description: At<String>,
    /// References to governance.
    pub refs: Vec<At<String>>,
    /// Levels 1 to 4, ascending.
    pub levels: Vec<SkillLevel>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}

/// One level of a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillLevel {
    /// The level, 1 to 4.
    pub level: At<u8>,
    /// `Practicing`.
    pub name: String,
    /// Observable behaviour; Markdown.
    pub description: At<String>,
    /// Advice on reaching the next level; Markdown.
    pub grow: Option<At<String>>,
}
