//! Terms of a glossary.

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
    /// Reference to where the term is defined.
    pub source: Option<At<String>>,
}
