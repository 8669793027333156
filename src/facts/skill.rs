//! Skills and their levels.

use crate::parse::At;

/// An area of skills: `content/skills/<area>.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillArea {
    /// File stem unless given.
    pub id: At<String>,
    /// `Leadership`.
    pub name: String,
    /// Position among the areas.
    pub order: i64,
    /// Markdown.
    pub description: Option<At<String>>,
    /// In the file's order.
    pub skills: Vec<Skill>,
}

/// A skill with its described levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skill {
    /// Kebab-case, unique over all areas.
    pub id: At<String>,
    /// `Delegation`.
    pub name: String,
    /// Markdown.
    pub description: At<String>,
    /// References to governance.
    pub refs: Vec<At<String>>,
    /// Levels 1 to 4, ascending.
    pub levels: Vec<SkillLevel>,
}

/// One level of a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillLevel {
    /// 1 to 4.
    pub level: At<u8>,
    /// `Practising`.
    pub name: String,
    /// Observable behaviour; Markdown.
    pub description: At<String>,
    /// How to grow further; Markdown.
    pub grow: Option<At<String>>,
}
