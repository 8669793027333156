//! The glossary.

use std::sync::Arc;

use serde::Serialize;

use super::PageView;
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::{SearchEntry, summary};
use super::view::Link;
use crate::facts;
use crate::html;
use crate::model;
use crate::model::{Navigation, Route};
use crate::parse;
use crate::source::{Db, File};

/// `glossary`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Glossary {
    pub terms: Vec<Term>,
}

/// A term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Term {
    /// Its anchor.
    pub id: String,
    pub term: String,
    pub definition_html: String,
    /// Alternative terms.
    pub aliases: Vec<String>,
    /// The source of the definition.
    pub source: Option<Link>,
    /// Further data of the community's own.
    pub extra: facts::Extra,
}

/// The terms to mark in running text, with their definitions as plain text.
#[salsa::tracked]
pub fn terms(db: &dyn Db) -> html::Terms {
    let ids = model::term_ids(db);
    let term = |entry: &Arc<(File, facts::Term)>| {
        let (file, term) = &**entry;
        html::DefinedTerm {
            id: ids[&(*file, term.term.value.clone())].clone(),
            meaning: parse::parse(&term.definition).lead.unwrap_or_default(),
            names: std::iter::once(&term.term.value).chain(&term.aliases).cloned().collect(),
        }
    };
    html::Terms::new(model::terms(db).iter().map(term).collect())
}

impl FixedPage for Glossary {
    const NAME: &'static str = "glossary";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::GLOSSARY;

    fn exists(db: &dyn Db) -> bool {
        !model::handbook(db).terms.is_empty()
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Footer(2))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let ids = model::term_ids(scope.db);
        let terms = model::terms(scope.db).iter().map(|entry| {
            let (file, term) = &**entry;
            Term {
                id: ids[&(*file, term.term.value.clone())].clone(),
                term: term.term.value.clone(),
                definition_html: scope.markdown(*file, &term.definition, true),
                aliases: term.aliases.clone(),
                source: term.source.as_ref().and_then(|source| scope.reference(*file, source)),
                extra: term.extra.clone(),
            }
        });
        let mut files: Vec<_> = model::terms(scope.db).iter().map(|entry| entry.0).collect();
        files.dedup();
        let page = PageView::new(scope, &scope.string("sections.glossary.label"))
            .breadcrumbs(vec![scope.home()])
            .made_of(scope, &files);
        (page, Glossary { terms: terms.collect() })
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        let ids = model::term_ids(db);
        let term = |entry: &Arc<(File, facts::Term)>| {
            let (file, term) = &**entry;
            let id = &ids[&(*file, term.term.value.clone())];
            SearchEntry {
                names: term.aliases.clone(),
                sections: summary(db, &term.definition),
                ..SearchEntry::new("term", &term.term)
            }
            .at(id)
        };
        model::handbook(db).terms.iter().map(term).collect()
    }
}
