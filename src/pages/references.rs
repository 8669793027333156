//! The page about references: the most cited clauses, the broken references, and the graph of citations.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde::Serialize;

use super::PageView;
use super::cited::{clause, title};
use super::kind::FixedPage;
use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::view::Link;
use crate::check;
use crate::link::{self, BrokenReason, Suggestion, Target};
use crate::model::{self, Key, Navigation, Route};
use crate::source::{Db, File, Site};
use crate::strings::strings;
use crate::svg::{self, Graph, PictureNode};
use crate::url;

/// Maximum number of clauses listed.
const MOST_CITED_LIMIT: usize = 40;

/// `references`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct References {
    /// Number of references.
    pub total: usize,
    /// Number of references to pages and files of the site's sources.
    pub resolved: usize,
    /// Number of references to addresses outside the sources.
    pub external: usize,
    /// Number of broken references.
    pub broken_total: usize,
    pub most_cited: Vec<CitedClause>,
    /// Graph of roles, governing documents and citations, as SVG; empty if there are no documents.
    pub graph_svg: String,
    /// The graph as text: each role and document with the documents that it cites.
    pub graph: Vec<CitingNode>,
    /// Broken references by file.
    pub broken: Vec<BrokenReferences>,
}

/// A clause that is cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct CitedClause {
    pub link: Link,
    /// Number of references to it.
    pub times: usize,
    /// Number of documents and data files that cite it.
    pub files: usize,
}

/// A role or document of the graph, with the documents that it cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct CitingNode {
    pub link: Link,
    pub cites: Vec<Link>,
}

/// The broken references of a document or data file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct BrokenReferences {
    /// The page that shows the first of them.
    pub page: Link,
    /// Title of the source.
    pub source: String,
    /// Path of the file in the source.
    pub path: String,
    pub references: Vec<BrokenReference>,
}

/// A broken reference. It has no line number, because every edit above the reference would then change this page;
/// `rolebook check` reports the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct BrokenReference {
    /// Destination in the source text, without the local part of an email address.
    pub destination: String,
    /// Title of the section that contains it.
    pub section: Option<String>,
    /// Code of the diagnostic: `link/missing-document`.
    pub code: &'static str,
    /// Reason why it is broken.
    pub message: String,
    /// Suggested correction.
    pub help: Option<String>,
}

/// A document, and the heading id of one of its clauses.
type Clause = (File, String);

impl FixedPage for References {
    const NAME: &'static str = "references";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::Fixed("/references/");

    fn exists(_: &dyn Db) -> bool {
        true
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Footer(6))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let db = scope.db;
        let (mut resolved, mut external, mut broken_total) = (0, 0, 0);
        let mut cited: IndexMap<Clause, (usize, BTreeSet<File>)> = IndexMap::new();
        let mut broken = Vec::new();
        for file in Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied()) {
            let mut faults = Vec::new();
            let destinations = link::destinations(db, file).iter().enumerate();
            for ((index, destination), target) in destinations.zip(link::targets(db, file)) {
                match target {
                    Target::Page(page) => {
                        resolved += 1;
                        if let Some(target) = page.file.filter(|target| *target != file)
                            && let Some(clause) = clause(db, target, page.anchor.as_deref())
                            && let heading = &model::outline(db, target).headings[clause]
                            && heading.level > 1
                        {
                            let (times, files) = cited.entry((target, heading.id.clone())).or_default();
                            *times += 1;
                            files.insert(file);
                        }
                    }
                    Target::Asset(_) | Target::SourceFile(_) => resolved += 1,
                    Target::External(_) => external += 1,
                    Target::Broken(fault) => {
                        broken_total += 1;
                        faults.push((index, &**destination, &**fault));
                    }
                }
            }
            broken.extend(broken_references(scope, file, faults));
        }
        let graph = graph(scope);
        let body = References {
            total: resolved + external + broken_total,
            resolved,
            external,
            broken_total,
            most_cited: most_cited(scope, cited),
            graph_svg: if graph.documents.is_empty() {
                String::new()
            } else {
                svg::graph(&graph, &scope.string("references.graph_title"))
            },
            graph: citing_nodes(&graph),
            broken,
        };
        let page = PageView::new(scope, &scope.string("sections.references.label"))
            .description(Some(scope.string("references.description")))
            .breadcrumbs(vec![scope.home()])
            .sections([
                ("most_cited", scope.string("references.most_cited"), !body.most_cited.is_empty()),
                ("graph", scope.string("references.graph"), !body.graph_svg.is_empty()),
                ("broken", scope.string("references.broken"), true),
            ]);
        (page, body)
    }

    fn search_entries(db: &dyn Db) -> Vec<SearchEntry> {
        SearchEntry::of_list(db, &Self::ROUTE)
    }
}

fn most_cited(scope: &Scope, cited: IndexMap<Clause, (usize, BTreeSet<File>)>) -> Vec<CitedClause> {
    let mut cited: Vec<_> = cited.into_iter().collect();
    let key = |(file, anchor): &Clause| (file.source(scope.db), file.path(scope.db), anchor.clone());
    cited.sort_by(|(a, (a_times, a_files)), (b, (b_times, b_files))| {
        (b_files.len(), b_times).cmp(&(a_files.len(), a_times)).then_with(|| key(a).cmp(&key(b)))
    });
    cited.truncate(MOST_CITED_LIMIT);
    let clause = |((file, anchor), (times, files)): (Clause, (usize, BTreeSet<File>))| {
        let outline = model::outline(scope.db, file);
        let heading = outline.headings.iter().find(|heading| heading.id == anchor);
        let page = scope.to(&model::document_url(scope.db, file));
        CitedClause {
            link: Link {
                label: format!("{} § {}", outline.title, heading.map_or("", |heading| heading.name())),
                url: page.fragment(&anchor),
                external: false,
            },
            times,
            files: files.len(),
        }
    };
    cited.into_iter().map(clause).collect()
}

/// The broken references of a file, if it has any. Each fault consists of the index of the reference, its destination,
/// and the result of resolving it.
fn broken_references(
    scope: &Scope,
    file: File,
    faults: Vec<(usize, &str, &link::Broken)>,
) -> Option<BrokenReferences> {
    let (first, ..) = faults.first()?;
    let route = link::citing_page(scope.db, file, *first)?;
    let reference = |(index, original, fault): &(usize, &str, &link::Broken)| {
        let destination = url::without_name(original);
        let without_name = |text: &String| match &destination {
            Cow::Borrowed(_) => text.clone(),
            Cow::Owned(destination) => text.replace(original, destination),
        };
        BrokenReference {
            section: link::containing_section(scope.db, file, *index)
                .as_ref()
                .and_then(|place| place.section.clone()),
            code: check::code(&fault.reason).name(),
            message: without_name(&message(scope, &fault.reason)),
            help: help(scope, &fault.reason).as_ref().map(without_name),
            destination: destination.into_owned(),
        }
    };
    Some(BrokenReferences {
        page: scope.link(title(scope.db, &route), &route),
        source: file.config(scope.db).title(),
        path: file.path(scope.db).to_string(),
        references: faults.iter().map(reference).collect(),
    })
}

/// The reason why a reference is broken, in the language of the site.
fn message(scope: &Scope, reason: &BrokenReason) -> String {
    let string =
        |name: &str, values: &[(&str, &str)]| scope.fill(&format!("references.reasons.{name}"), values);
    match reason {
        BrokenReason::Empty => string("empty", &[]),
        BrokenReason::Brackets => string("brackets", &[]),
        BrokenReason::AnchorInData => string("no_document", &[]),
        BrokenReason::Mail(_) => string("no_mailto", &[]),
        BrokenReason::Scheme(scheme) => string("scheme", &[("scheme", scheme)]),
        BrokenReason::OutsideSource(_) => string("outside_source", &[]),
        BrokenReason::NotOnTheWeb { source, .. } => {
            let source = Site::get(scope.db).config(scope.db).sources[source.0].title();
            string("not_on_the_web", &[("source", &source)])
        }
        BrokenReason::OtherCase { actual, .. } => string("other_case", &[("path", actual)]),
        BrokenReason::Missing { path, .. } => string("missing", &[("path", path)]),
        BrokenReason::NoAnchor { path, anchor, .. } => {
            string("no_anchor", &[("path", path), ("anchor", anchor)])
        }
        BrokenReason::AnchorInFolder { path, anchor } => {
            string("anchor_in_folder", &[("path", path), ("anchor", anchor)])
        }
        BrokenReason::LeftOut(path) => string("left_out", &[("path", path)]),
        BrokenReason::Unreadable { path, fault: None } => string("unreadable", &[("path", path)]),
        BrokenReason::Unreadable { path, fault: Some(fault) } => {
            string("unreadable_because", &[("path", path), ("fault", fault)])
        }
        BrokenReason::MayRunScripts(path) => string("may_run_scripts", &[("path", path)]),
    }
}

/// The suggested correction of a broken reference, in the language of the site.
fn help(scope: &Scope, reason: &BrokenReason) -> Option<String> {
    let string = |name: &str, values: &[(&str, &str)]| scope.fill(&format!("references.help.{name}"), values);
    Some(match reason {
        BrokenReason::AnchorInData => string("no_document", &[]),
        BrokenReason::Mail(_) => string("no_mailto", &[]),
        BrokenReason::Scheme(scheme) if scheme == "data" => string("data", &[]),
        BrokenReason::Scheme(_) => string("scheme", &[("schemes", &strings(scope.db).list(&url::SCHEMES))]),
        BrokenReason::OutsideSource(_) => string("outside_source", &[]),
        BrokenReason::NotOnTheWeb { .. } => string("not_on_the_web", &[]),
        BrokenReason::OtherCase { .. } => string("other_case", &[]),
        BrokenReason::Missing { suggestion, .. } => match suggestion.as_ref()? {
            Suggestion::Similar(path) => string("did_you_mean", &[("name", path)]),
            Suggestion::Elsewhere(path) => string("did_you_mean", &[("name", &format!("/{path}"))]),
            Suggestion::FolderElsewhere(path) => string("folder_elsewhere", &[("path", &format!("/{path}"))]),
        },
        BrokenReason::NoAnchor { nearest, .. } => {
            string("did_you_mean", &[("name", &format!("#{}", nearest.as_ref()?))])
        }
        BrokenReason::LeftOut(_) => string("left_out", &[]),
        BrokenReason::MayRunScripts(_) => string("may_run_scripts", &[]),
        BrokenReason::Empty
        | BrokenReason::Brackets
        | BrokenReason::AnchorInFolder { .. }
        | BrokenReason::Unreadable { .. } => {
            return None;
        }
    })
}

/// The graph of roles, the documents that govern them, and the other normative documents.
fn graph(scope: &Scope) -> Graph {
    let db = scope.db;
    let mut graph = Graph::default();
    let mut documents: IndexMap<File, usize> = IndexMap::new();
    let mut governed: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let roles =
        model::role_ids(db).iter().filter_map(|id| model::role(db, Key::new(db, id.clone())).as_ref());
    for (index, role) in roles.enumerate() {
        graph.roles.push(PictureNode {
            label: role.title.clone(),
            url: scope.to(&Route::Role(role.id.clone()).url(db)),
        });
        for clause in &role.matter.governed_by {
            if let Target::Page(page) = link::target(db, role.file, clause)
                && let Some(file) = page.file
            {
                let next = documents.len();
                let document = *documents.entry(file).or_insert(next);
                *governed.entry((index, document)).or_default() += 1;
            }
        }
    }
    for file in model::normative_documents(db) {
        let next = documents.len();
        documents.entry(*file).or_insert(next);
    }
    let mut cites: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (file, from) in &documents {
        graph.documents.push(PictureNode {
            label: model::title(db, *file).clone(),
            url: scope.to(&model::document_url(db, *file)),
        });
        for link in &model::document(db, *file).links {
            if let Target::Page(page) = link::target(db, *file, &link.destination)
                && let Some(to) = page.file.and_then(|target| documents.get(&target))
                && to != from
            {
                *cites.entry((*from, *to)).or_default() += 1;
            }
        }
    }
    graph.governed = governed.into_iter().map(|((role, document), times)| (role, document, times)).collect();
    graph.cites = cites.into_iter().map(|((from, to), times)| (from, to, times)).collect();
    graph
}

/// The nodes of the graph that cite a document.
fn citing_nodes(graph: &Graph) -> Vec<CitingNode> {
    let link =
        |node: &PictureNode| Link { label: node.label.clone(), url: node.url.clone(), external: false };
    let cited = |edges: &[(usize, usize, usize)], from: usize| {
        let edges = edges.iter().filter(move |(start, ..)| *start == from);
        edges.map(|(_, to, _)| link(&graph.documents[*to])).collect::<Vec<_>>()
    };
    let roles = graph.roles.iter().enumerate();
    let roles =
        roles.map(|(index, node)| CitingNode { link: link(node), cites: cited(&graph.governed, index) });
    let documents = graph.documents.iter().enumerate();
    let documents =
        documents.map(|(index, node)| CitingNode { link: link(node), cites: cited(&graph.cites, index) });
    roles.chain(documents).filter(|node| !node.cites.is_empty()).collect()
}
