//! Front matter of documents.

use std::collections::BTreeMap;

use super::Extra;
use crate::parse::At;

/// Front matter of an ordinary document in `content/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageMatter {
    /// The title, used instead of the first H1.
    pub title: Option<String>,
    /// One sentence for lists and search engines.
    pub description: Option<String>,
    /// The position in its folder.
    pub order: Option<i64>,
    /// The path, in a mounted source, of the document that this one summarizes.
    pub upstream: Option<At<String>>,
    /// True if the document contains obligations.
    pub normative: Option<bool>,
    /// Former addresses of its page, as files or folders: `/old/`, `/old.html`.
    pub aliases: Vec<At<String>>,
    /// Further data, for templates.
    pub extra: Extra,
}

/// Front matter of a role document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleMatter {
    /// The fields of an ordinary document.
    pub page: PageMatter,
    /// The role's id; the file stem by default.
    pub id: Option<At<String>>,
    /// A short name for tables.
    pub short: Option<String>,
    /// A summary of the role in one or two sentences.
    pub summary: Option<At<String>>,
    /// The heading under which the role is listed.
    pub category: Option<String>,
    /// True if a group does not need the role.
    pub optional: bool,
    /// True if holders do not lead their group, as members of a team.
    pub is_member: bool,
    /// Kinds or ids of the groups that have the role.
    pub applies_to: Vec<At<String>>,
    /// The keys under which group data lists the holders, if they differ from the id.
    pub held_as: Vec<At<String>>,
    /// Minimum number of holders that governance allows.
    pub min: Option<u32>,
    /// Number of holders that governance recommends.
    pub recommended: Option<u32>,
    /// The role that has the same permissions.
    pub permissions_like: Option<At<String>>,
    /// The person or body that appoints the holders, as a phrase.
    pub appointed_by: Option<At<String>>,
    /// The length of a term, as a phrase.
    pub term: Option<At<String>>,
    /// The election of holders, as a phrase.
    pub election: Option<At<String>>,
    /// The time that the role takes, as a phrase.
    pub time: Option<At<String>>,
    /// The person or group to ask about the role, as a sentence.
    pub ask: Option<At<String>>,
    /// Topics about which to ask its holders, as a phrase.
    pub ask_about: Option<At<String>>,
    /// The clauses that establish the role.
    pub governed_by: Vec<At<String>>,
    /// Duties that governance states without an upper-case key word.
    pub duties: Vec<StatedDuty>,
    /// Reading list for new holders, in order; computed by default.
    pub reading: Vec<At<String>>,
    /// Expected levels by skill id.
    pub skills: BTreeMap<String, At<u8>>,
    /// Prefixes of the headings in charters under which a group describes its differences in this role.
    pub charter_sections: Vec<At<String>>,
}

/// A duty of a role that governance states without an upper-case key word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedDuty {
    /// The duty; one paragraph of Markdown.
    pub text: At<String>,
    /// A reference to the clause that states it.
    pub clause: At<String>,
}
