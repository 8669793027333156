//! Where references lead, all of them: what is cited most, what is broken, and who cites whom.

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
use crate::link::{self, Meant, Reason, Target};
use crate::model::{self, Key, Navigation, Route};
use crate::source::{Db, File, Site};
use crate::svg::{self, Graph, Node};
use crate::url;

/// How many clauses are listed.
const MOST_CITED: usize = 40;

/// `references`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct References {
    /// How many references there are.
    pub total: usize,
    /// To pages and files of the site's sources.
    pub resolved: usize,
    /// To other sites.
    pub external: usize,
    /// To nothing.
    pub broken_total: usize,
    pub most_cited: Vec<CitedClause>,
    /// A picture of who cites whom; empty where there is nothing to draw.
    pub graph_svg: String,
    /// The same as words: each role and document with what it cites.
    pub graph: Vec<Cites>,
    /// By document.
    pub broken: Vec<BrokenIn>,
}

/// A clause that is cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct CitedClause {
    pub link: Link,
    pub times: usize,
    /// How many documents and data files cite it.
    pub files: usize,
}

/// What a node of the graph cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Cites {
    pub link: Link,
    pub cites: Vec<Link>,
}

/// The broken references of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct BrokenIn {
    /// Of the document.
    pub page: Link,
    /// Name of the source.
    pub source: String,
    /// In the source.
    pub path: String,
    pub references: Vec<Broken>,
}

/// A broken reference. Lines are what `check` tells: here they would make every edit above one an edit of
/// this page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Broken {
    /// As it is written.
    pub destination: String,
    /// The heading above it.
    pub section: Option<String>,
    /// Of the diagnostic: `link/missing-document`.
    pub code: &'static str,
    pub message: String,
    /// What may be meant.
    pub help: Option<String>,
}

/// A page, with the clause of it.
type Clause = (File, String);

impl FixedPage for References {
    const NAME: &'static str = "references";
    const HAS_PICTURE: bool = true;
    const ROUTE: Route = Route::Fixed("/references/");

    fn exists(_: &dyn Db) -> bool {
        true
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        Some(Navigation::Footer(4))
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let db = scope.db;
        let (mut resolved, mut external, mut broken_total) = (0, 0, 0);
        let mut cited: IndexMap<Clause, (usize, BTreeSet<File>)> = IndexMap::new();
        let mut broken = Vec::new();
        for file in Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied()) {
            let mut here = Vec::new();
            for (index, destination) in link::destinations(db, file).iter().enumerate() {
                match link::target(db, file, destination) {
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
                    Target::Asset { .. } | Target::SourceFile { .. } => resolved += 1,
                    Target::External(_) => external += 1,
                    Target::Broken(fault) => {
                        broken_total += 1;
                        here.push((index, destination, fault));
                    }
                }
            }
            broken.extend(broken_in(scope, file, here));
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
            graph: in_words(&graph),
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
    cited.truncate(MOST_CITED);
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

/// The broken references of a file: the place of each, its destination, and what is wrong with it.
fn broken_in(scope: &Scope, file: File, faults: Vec<(usize, &String, &link::Broken)>) -> Option<BrokenIn> {
    let (first, ..) = faults.first()?;
    let (route, _) = link::containing_section(scope.db, file, *first).as_ref()?;
    let broken = |(index, written, fault): &(usize, &String, &link::Broken)| {
        let destination = url::without_name(written);
        let told = |text: &String| text.replace(written.as_str(), &destination);
        Broken {
            section: link::containing_section(scope.db, file, *index)
                .as_ref()
                .and_then(|(_, section)| section.clone()),
            code: check::code(&fault.reason).name(),
            message: told(&message(scope, &fault.reason)),
            help: help(scope, &fault.reason).as_ref().map(told),
            destination: destination.into_owned(),
        }
    };
    Some(BrokenIn {
        page: scope.link(title(scope.db, route), route),
        source: file.config(scope.db).title(),
        path: file.path(scope.db).to_string(),
        references: faults.iter().map(broken).collect(),
    })
}

/// The reason why a reference is broken, in the language of the site.
fn message(scope: &Scope, reason: &Reason) -> String {
    let of = |name: &str, values: &[(&str, &str)]| scope.fill(&format!("references.reasons.{name}"), values);
    match reason {
        Reason::Empty => of("empty", &[]),
        Reason::Brackets => of("brackets", &[]),
        Reason::PlaceInData => of("no_document", &[]),
        Reason::Mail(_) => of("no_mailto", &[]),
        Reason::Scheme(scheme) => of("scheme", &[("scheme", scheme)]),
        Reason::OutsideSource(_) => of("outside_source", &[]),
        Reason::NotOnTheWeb { source, .. } => {
            let source = Site::get(scope.db).config(scope.db).sources[source.0].title();
            of("not_on_the_web", &[("source", &source)])
        }
        Reason::OtherCase { known, .. } => of("other_case", &[("path", known)]),
        Reason::Missing { path, .. } => of("missing", &[("path", path)]),
        Reason::NoAnchor { path, anchor, .. } => of("no_anchor", &[("path", path), ("anchor", anchor)]),
        Reason::AnchorInFolder { path, anchor } => {
            of("anchor_in_folder", &[("path", path), ("anchor", anchor)])
        }
        Reason::LeftOut(path) => of("left_out", &[("path", path)]),
        Reason::Unreadable { path, fault: None } => of("unreadable", &[("path", path)]),
        Reason::Unreadable { path, fault: Some(fault) } => {
            of("unreadable_because", &[("path", path), ("fault", fault)])
        }
        Reason::MayRunScripts(path) => of("may_run_scripts", &[("path", path)]),
    }
}

/// How to correct a broken reference, in the language of the site.
fn help(scope: &Scope, reason: &Reason) -> Option<String> {
    let of = |name: &str, values: &[(&str, &str)]| scope.fill(&format!("references.help.{name}"), values);
    Some(match reason {
        Reason::PlaceInData => of("no_document", &[]),
        Reason::Mail(_) => of("no_mailto", &[]),
        Reason::Scheme(scheme) if scheme == "data" => of("data", &[]),
        Reason::Scheme(_) => of("scheme", &[("schemes", &url::SCHEMES.join(", "))]),
        Reason::OutsideSource(_) => of("outside_source", &[]),
        Reason::NotOnTheWeb { .. } => of("not_on_the_web", &[]),
        Reason::OtherCase { .. } => of("other_case", &[]),
        Reason::Missing { meant, .. } => match meant.as_ref()? {
            Meant::Alike(path) => of("did_you_mean", &[("name", path)]),
            Meant::Elsewhere(path) => of("did_you_mean", &[("name", &format!("/{path}"))]),
            Meant::FolderElsewhere(path) => of("folder_elsewhere", &[("path", &format!("/{path}"))]),
        },
        Reason::NoAnchor { nearest, .. } => {
            of("did_you_mean", &[("name", &format!("#{}", nearest.as_ref()?))])
        }
        Reason::LeftOut(_) => of("left_out", &[]),
        Reason::MayRunScripts(_) => of("may_run_scripts", &[]),
        Reason::Empty | Reason::Brackets | Reason::AnchorInFolder { .. } | Reason::Unreadable { .. } => {
            return None;
        }
    })
}

/// Roles, the documents that govern them, and the other normative documents.
fn graph(scope: &Scope) -> Graph {
    let db = scope.db;
    let mut graph = Graph::default();
    let mut documents: IndexMap<File, usize> = IndexMap::new();
    let mut governed: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let roles =
        model::role_ids(db).iter().filter_map(|id| model::role(db, Key::new(db, id.clone())).as_ref());
    for (index, role) in roles.enumerate() {
        graph
            .roles
            .push(Node { label: role.title.clone(), url: scope.to(&Route::Role(role.id.clone()).url(db)) });
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
        graph.documents.push(Node {
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

fn in_words(graph: &Graph) -> Vec<Cites> {
    let link = |node: &Node| Link { label: node.label.clone(), url: node.url.clone(), external: false };
    let cited = |edges: &[(usize, usize, usize)], from: usize| {
        let edges = edges.iter().filter(move |(known, ..)| *known == from);
        edges.map(|(_, to, _)| link(&graph.documents[*to])).collect::<Vec<_>>()
    };
    let roles = graph.roles.iter().enumerate();
    let roles = roles.map(|(index, node)| Cites { link: link(node), cites: cited(&graph.governed, index) });
    let documents = graph.documents.iter().enumerate();
    let documents =
        documents.map(|(index, node)| Cites { link: link(node), cites: cited(&graph.cites, index) });
    roles.chain(documents).filter(|node| !node.cites.is_empty()).collect()
}
