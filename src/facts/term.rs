//! Terms of a glossary.

use super::Extra;
use crate::parse::At;

/// A term of the glossary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The term as it is shown.
    pub term: At<String>,
    /// Markdown.
    pub definition: At<String>,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// A reference to the definition's source.
    pub source: Option<At<String>>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}
