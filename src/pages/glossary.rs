//! The glossary.

use std::sync::Arc;

use serde::Serialize;

use super::scope::Scope;
use super::view::Link;
use super::{Body, PageView};
use crate::facts;
use crate::html;
use crate::model;
use crate::parse;
use crate::source::{Db, File};

/// `glossary`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Glossary {
    pub terms: Vec<Term>,
}

/// A term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Term {
    /// Its anchor.
    pub id: String,
    pub term: String,
    pub definition_html: String,
    /// Other words for it.
    pub aliases: Vec<String>,
    /// Where it is defined.
    pub source: Option<Link>,
}

/// The terms as running text has them; what they mean comes along as plain text.
#[salsa::tracked]
pub fn terms(db: &dyn Db) -> html::Terms {
    let ids = model::term_ids(db);
    let term = |entry: &Arc<(File, facts::Term)>| {
        let (file, term) = &**entry;
        html::Term {
            id: ids[&(*file, term.term.value.clone())].clone(),
            meaning: parse::parse(&term.definition).lead.unwrap_or_default(),
            names: std::iter::once(&term.term.value).chain(&term.aliases).cloned().collect(),
        }
    };
    html::Terms::new(model::terms(db).iter().map(term).collect())
}

pub(super) fn glossary(scope: &Scope) -> (PageView, Body) {
    let ids = model::term_ids(scope.db);
    let terms = model::terms(scope.db).iter().map(|entry| {
        let (file, term) = &**entry;
        Term {
            id: ids[&(*file, term.term.value.clone())].clone(),
            term: term.term.value.clone(),
            definition_html: scope.markdown(*file, &term.definition, true),
            aliases: term.aliases.clone(),
            source: term.source.as_ref().and_then(|source| scope.reference(*file, source)),
        }
    });
    let mut files: Vec<_> = model::terms(scope.db).iter().map(|entry| entry.0).collect();
    files.dedup();
    let page = PageView::new(scope, "glossary", &scope.word("sections.glossary.label"))
        .breadcrumbs(vec![scope.home()])
        .made_of(scope, &files);
    (page, Body::Glossary(Glossary { terms: terms.collect() }))
}
