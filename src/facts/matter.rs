//! Front matter of documents.

use std::collections::BTreeMap;

use crate::parse::At;

/// Front matter of an ordinary document in `content/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageMatter {
    /// Overrides the first H1.
    pub title: Option<String>,
    /// One sentence for lists and search engines.
    pub description: Option<String>,
    /// Position within its folder.
    pub order: Option<i64>,
    /// Path, in a mounted source, of the document this one digests.
    pub upstream: Option<At<String>>,
    /// Whether the document holds obligations.
    pub normative: Option<bool>,
    /// Former addresses of its page within the site, as files or folders: `/old/`, `/old.html`.
    pub aliases: Vec<At<String>>,
}

/// Front matter of a role document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleMatter {
    /// Everything an ordinary document may say.
    pub page: PageMatter,
    /// Role id; the file stem unless given.
    pub id: Option<At<String>>,
    /// Short name for tables.
    pub short: Option<String>,
    /// The role in one or two sentences.
    pub summary: Option<At<String>>,
    /// Heading under which roles are listed together.
    pub category: Option<String>,
    /// Whether a group may do without it.
    pub optional: bool,
    /// Group kinds or group ids in which the role is held.
    pub applies_to: Vec<At<String>>,
    /// How group data names the holders, where that differs from the id.
    pub held_as: Vec<At<String>>,
    /// Fewest holders that governance allows.
    pub min: Option<u32>,
    /// Number of holders that governance recommends.
    pub recommended: Option<u32>,
    /// Role whose permissions this one shares.
    pub permissions_like: Option<At<String>>,
    /// Who appoints, as a phrase.
    pub appointed_by: Option<At<String>>,
    /// Whom to ask, as a sentence.
    pub ask: Option<At<String>>,
    /// What to ask its holders about, as a phrase.
    pub ask_about: Option<At<String>>,
    /// The clauses that make the role.
    pub governed_by: Vec<At<String>>,
    /// What a new holder reads, in order; else it is worked out.
    pub reading: Vec<At<String>>,
    /// Skill id → expected level.
    pub skills: BTreeMap<String, At<u8>>,
    /// Beginnings of the headings in charters under which a group says what is different in this role.
    pub charter_sections: Vec<At<String>>,
}
