//! Finds terms of the glossary in running text.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use std::ops::Range;

/// A term of the glossary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinedTerm {
    /// The anchor in the glossary.
    pub id: String,
    /// The definition in plain text.
    pub meaning: String,
    /// The term and its aliases.
    pub names: Vec<String>,
}

/// Searches text for terms.
#[derive(Clone, Debug)]
pub struct Terms {
    terms: Vec<DefinedTerm>,
    /// By pattern of the automaton.
    patterns: Vec<Pattern>,
    automaton: Option<AhoCorasick>,
}

/// A name of a term.
#[derive(Clone, Debug)]
struct Pattern {
    /// The index of the term.
    term: usize,
    name: String,
    /// True if a word of the name has a capital after its first letter, so that the case must match.
    has_capitals: bool,
}

impl PartialEq for Terms {
    fn eq(&self, other: &Self) -> bool {
        self.terms == other.terms
    }
}

impl Terms {
    /// Builds the search automaton.
    pub fn new(terms: Vec<DefinedTerm>) -> Self {
        let names = terms.iter().enumerate();
        let has_capitals = |word: &str| word.chars().skip(1).any(char::is_uppercase);
        let patterns: Vec<Pattern> = names
            .flat_map(|(term, DefinedTerm { names, .. })| names.iter().map(move |name| (term, name.trim())))
            .filter(|(_, name)| !name.is_empty())
            .map(|(term, name)| Pattern {
                term,
                name: name.to_owned(),
                has_capitals: name.split(' ').any(has_capitals),
            })
            .collect();
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            // A DFA: a glossary is small and every text of the site is searched.
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.iter().map(|pattern| &pattern.name))
            // Building fails only for glossaries of many million characters; then no term is linked.
            .ok()
            .filter(|_| !patterns.is_empty());
        Self { terms, patterns, automaton }
    }

    /// Returns a term by its index in the list passed to [`Terms::new`].
    pub fn term(&self, index: usize) -> &DefinedTerm {
        &self.terms[index]
    }

    /// Returns the terms in a text, in order: whole words, singular or with an `s`. Names with capitals within a word
    /// (`TOC`) must match in case.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Range<usize>, usize)> + 'a {
        let matches = self.automaton.iter().flat_map(move |automaton| automaton.find_iter(text));
        matches.filter_map(move |matched| {
            let pattern = &self.patterns[matched.pattern().as_usize()];
            let end = match text[matched.end()..].strip_prefix('s') {
                Some(rest) if !rest.starts_with(joins) => matched.end() + 1,
                _ => matched.end(),
            };
            let is_whole = !text[..matched.start()].ends_with(joins) && !text[end..].starts_with(joins);
            let is_exact = !pattern.has_capitals || text[matched.range()] == *pattern.name;
            (is_whole && is_exact).then_some((matched.start()..end, pattern.term))
        })
    }
}

fn joins(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '@' | '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_terms(text: &str) -> Vec<(&str, String)> {
        let term = |id: &str, names: &[&str]| DefinedTerm {
            id: id.into(),
            meaning: String::new(),
            names: names.iter().map(|name| (*name).into()).collect(),
        };
        let terms = Terms::new(vec![
            term("pta", &["PTA", "parent teacher group"]),
            term("lead", &["Lead"]),
            term("subproject-lead", &["Subproject Lead"]),
        ]);
        let found_terms: Vec<_> =
            terms.find(text).map(|(at, term)| (at, terms.term(term).id.clone())).collect();
        found_terms.into_iter().map(|(at, id)| (&text[at], id)).collect()
    }

    #[test]
    fn whole_words_match_and_the_longest_wins() {
        assert_eq!(
            found_terms("A subproject lead leads; misleading, lead-time and Leads."),
            [
                ("subproject lead", "subproject-lead".to_owned()),
                ("leads", "lead".to_owned()),
                ("Leads", "lead".to_owned())
            ]
        );
    }

    #[test]
    fn capitals_within_a_word_must_match() {
        assert_eq!(found_terms("pta PTAs PTA-x captain"), [("PTAs", "pta".to_owned())]);
        assert_eq!(found_terms("Parent Teacher Groups"), [("Parent Teacher Groups", "pta".to_owned())]);
    }
}
