//! Terms of a glossary, found in running text.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use std::ops::Range;

/// A term as text may have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its anchor in the glossary.
    pub id: String,
    /// What it means, in plain text.
    pub meaning: String,
    /// The term and its other names.
    pub names: Vec<String>,
}

/// Finds terms in text.
#[derive(Clone, Debug)]
pub struct Terms {
    terms: Vec<Term>,
    /// For each pattern of the automaton, the term and the name.
    patterns: Vec<(usize, String)>,
    automaton: Option<AhoCorasick>,
}

impl PartialEq for Terms {
    fn eq(&self, other: &Self) -> bool {
        self.terms == other.terms
    }
}

impl Terms {
    /// Prepares the search for terms.
    pub fn new(terms: Vec<Term>) -> Self {
        let names = terms.iter().enumerate();
        let patterns: Vec<(usize, String)> = names
            .flat_map(|(index, term)| term.names.iter().map(move |name| (index, name.trim().to_owned())))
            .filter(|(_, name)| !name.is_empty())
            .collect();
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            // A glossary is small, and every text of the site is searched.
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.iter().map(|(_, name)| name))
            // Only a glossary of many million characters has no automaton; then nothing is linked.
            .ok()
            .filter(|_| !patterns.is_empty());
        Self { terms, patterns, automaton }
    }

    /// A term by its place in the list that this was made of.
    pub fn term(&self, index: usize) -> &Term {
        &self.terms[index]
    }

    /// The terms in a text, in order: whole words, in the singular or with an `s`. Names with
    /// capitals within a word (`TOC`) are found only as they are written.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Range<usize>, usize)> + 'a {
        let found = self.automaton.iter().flat_map(move |automaton| automaton.find_iter(text));
        found.filter_map(move |found| {
            let (term, name) = &self.patterns[found.pattern().as_usize()];
            let end = match text[found.end()..].strip_prefix('s') {
                Some(rest) if !rest.starts_with(joins) => found.end() + 1,
                _ => found.end(),
            };
            let is_whole = !text[..found.start()].ends_with(joins) && !text[end..].starts_with(joins);
            let has_capitals = name.split(' ').any(|word| word.chars().skip(1).any(char::is_uppercase));
            let is_exact = !has_capitals || text[found.range()] == **name;
            (is_whole && is_exact).then_some((found.start()..end, *term))
        })
    }
}

fn joins(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '@' | '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, String)> {
        let term = |id: &str, names: &[&str]| Term {
            id: id.into(),
            meaning: String::new(),
            names: names.iter().map(|name| (*name).into()).collect(),
        };
        let terms = Terms::new(vec![
            term("sig", &["SIG", "special interest group"]),
            term("lead", &["Lead"]),
            term("subproject-lead", &["Subproject Lead"]),
        ]);
        let found: Vec<_> = terms.find(text).map(|(at, term)| (at, terms.term(term).id.clone())).collect();
        found.into_iter().map(|(at, id)| (&text[at], id)).collect()
    }

    #[test]
    fn whole_words_the_longest_first() {
        assert_eq!(
            found("A subproject lead leads; misleading, lead-time and Leads."),
            [
                ("subproject lead", "subproject-lead".to_owned()),
                ("leads", "lead".to_owned()),
                ("Leads", "lead".to_owned())
            ]
        );
    }

    #[test]
    fn capitals_are_meant() {
        assert_eq!(found("sig SIGs SIG-x design"), [("SIGs", "sig".to_owned())]);
        assert_eq!(found("Special Interest Groups"), [("Special Interest Groups", "sig".to_owned())]);
    }
}
