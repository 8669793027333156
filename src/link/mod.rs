//! Where references lead: every destination written in a file, resolved to a page, a file or an address.
//!
//! Asks the model; never reads files. One question is asked per file, for all that it refers to, and its answer names
//! no offsets, so that an edit elsewhere leaves it equal.

mod citations;
mod fields;
mod nearest;

pub use citations::{
    Citation, Written, citations, cited_by, destinations, place_of, placed, reference, shown, written,
};
pub use fields::{Field, FieldKind, fields};
pub use nearest::clause_elsewhere;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::config::Config;
use crate::diagnostic::Names;
use crate::model::{self, FolderKey, asset_url, document_url, folder_url, index_document, outline};
use crate::parse;
use crate::source::{
    self, Content, Copying, Db, Fault, File, Site, SourceId, is_markdown, without_extension,
};
use crate::url::{self, Href};

/// A destination as written, as a question.
#[salsa::interned]
struct Destination<'db> {
    text: String,
}

/// Where a reference leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page of the site.
    Page(PageTarget),
    /// A file that is copied to the site.
    Asset {
        /// The file.
        file: File,
        /// Its address within the site.
        url: String,
        /// Query and fragment as written, each with its mark: `#page=3`.
        suffix: String,
    },
    /// A file or folder of a source that is no page here, at its address on the web.
    SourceFile {
        /// Its source.
        source: SourceId,
        /// Path within its source.
        path: String,
        /// Address on the web.
        url: String,
        /// Fragment as written.
        anchor: Option<String>,
    },
    /// An address outside the sources.
    External(Href),
    /// Nothing.
    Broken(Broken),
}

/// A page and a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTarget {
    /// Its address within the site.
    pub url: String,
    /// The document, where the page is one.
    pub file: Option<File>,
    /// The source it is in.
    pub source: SourceId,
    /// Path of the document within its source, or of the folder.
    pub path: String,
    /// Id of the place, as the page has it.
    pub anchor: Option<String>,
    /// What the heading at the anchor says, without which the reference is to the whole page.
    pub heading: Option<String>,
    /// Title of the page.
    pub title: String,
    /// The anchor is written in another case than the page's id.
    pub case_differs: bool,
    /// The commit, where the reference is to the document as it was then.
    pub pinned: Option<String>,
    /// The former address of the page that was written in place of the document.
    pub moved_from: Option<String>,
    /// Address on the web of the document that this one digests, where the reference is to that document and
    /// its source is not here.
    pub original: Option<String>,
}

/// Why a reference leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// `link/missing-document`, `link/missing-anchor`, …
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where the reference leads all the same: the page without the anchor, the address on the web.
    pub fallback: Option<String>,
}

/// Where a destination leads that is written in `from`, with entities and escapes resolved.
pub fn target<'db>(db: &'db dyn Db, from: File, destination: &str) -> &'db Target {
    match targets(db, from).get(destination) {
        Some(target) => target,
        None => further(db, from, Destination::new(db, destination)),
    }
}

/// Where everything leads that a file refers to, by destination. There are tens of thousands of references: a
/// question for each would cost more than the answers.
#[salsa::tracked]
fn targets(db: &dyn Db, from: File) -> BTreeMap<String, Target> {
    let mut targets = BTreeMap::new();
    for destination in destinations(db, from) {
        if !targets.contains_key(destination) {
            targets.insert(destination.clone(), resolve(db, from, destination));
        }
    }
    targets
}

/// Where a destination leads that is written in a text of a file, and is no reference of it by itself.
#[salsa::tracked]
fn further<'db>(db: &'db dyn Db, from: File, destination: Destination<'db>) -> Target {
    resolve(db, from, destination.text(db))
}

fn resolve(db: &dyn Db, from: File, destination: &str) -> Target {
    let written = destination.trim();
    let mut target = place(db, from, written);
    let address = match &mut target {
        Target::Asset { suffix, .. } => suffix,
        Target::SourceFile { url, .. } | Target::Page(PageTarget { original: Some(url), .. }) => url,
        _ => return target,
    };
    let suffix = written.find(['?', '#']).map_or("", |at| &written[at..]);
    address.push_str(&url::encode_suffix(suffix));
    target
}

/// The place that a destination names. Addresses of files are without query and fragment, which [`resolve`] adds.
fn place(db: &dyn Db, from: File, written: &str) -> Target {
    if written.is_empty() {
        return broken("link/empty", "the link has no destination", None, None);
    }
    if written.starts_with('(') || written.starts_with('[') {
        // `[text](address)` in the place of an address, else brackets too many.
        let inner = written.split_once("](").map_or(written, |(_, address)| address);
        let help = Some(format!("write `{}`", inner.trim_matches(['(', ')', '[', ']'])));
        return broken("link/malformed", format!("`{written}` is no destination"), help, None);
    }
    let (path, fragment) = parts(written);
    if path.is_empty() {
        if !from.is_document(db) {
            let message = format!("`{written}` names a place in a document, and this is data");
            return broken(
                "link/malformed",
                message,
                Some("write the document's path before it".into()),
                None,
            );
        }
        return in_document(db, from, fragment);
    }
    let config = Site::get(db).config(db);
    if url::scheme(written).is_some() {
        // Browsers resolve `.` and `..` of an address, too (URL, 4.5).
        let within = |path: &str| Some(url::join("", &clean(path))).filter(|(_, above)| *above == 0);
        if let Some((source, path)) = source_of_address(config, path) {
            return match within(path) {
                Some((path, _)) => in_source(db, source, &path, fragment),
                None => external(written),
            };
        }
        return match of_repository(config, path) {
            Some(InRepository::Root(source)) => in_source(db, source, "", fragment),
            Some(InRepository::Pinned { source, commit, path }) => {
                match within(path).map(|(path, _)| in_source(db, source, &path, fragment)) {
                    Some(Target::Page(page)) => {
                        Target::Page(PageTarget { pinned: Some(commit.to_owned()), ..page })
                    }
                    // What is gone since, or no page, is still there as it was then.
                    _ => external(written),
                }
            }
            None => external(written),
        };
    }
    if path.starts_with("//") {
        return external(written);
    }
    if path.contains('@') && !path.contains('/') && !is_markdown(path) {
        let help = Some(format!("write `mailto:{path}`"));
        return broken("link/malformed", format!("`{path}` is an address without `mailto:`"), help, None);
    }
    if let Some(address) = address_above_root(config, from.source(db), &from.folder(db), written) {
        return place(db, from, &address);
    }
    let absolute = path.strip_prefix('/');
    let (joined, above) = match absolute {
        Some(path) => url::join("", &clean(path)),
        None => url::join(&from.folder(db), &clean(path)),
    };
    if above > 0 {
        return broken(
            "link/missing-document",
            format!("`{path}` leads out of the source"),
            Some("write a path within it, or an address".into()),
            None,
        );
    }
    match absolute {
        Some(_) => from_root(db, from, &joined, fragment),
        None => in_source(db, from.source(db), &joined, fragment),
    }
}

/// An address outside the sources, as written.
fn external(written: &str) -> Target {
    if let Some(href) = Href::new(written) {
        return Target::External(href);
    }
    let scheme = url::scheme(written).unwrap_or_default();
    let help = match scheme.as_str() {
        "data" => "save the data as a file beside the document, and refer to the file".to_owned(),
        _ => format!("use one of {}, or write the address as text", url::SCHEMES.join(", ")),
    };
    broken("link/scheme", format!("links and pictures must not use the scheme `{scheme}`"), Some(help), None)
}

/// A destination's path and its anchor. A text fragment (`#id:~:text=…`) is what browsers look for on the page, and
/// no part of the anchor (URL Fragment Text Directives, 3.3).
fn parts(destination: &str) -> (&str, Option<&str>) {
    let Some((path, fragment)) = destination.split_once('#') else { return (destination, None) };
    let anchor = fragment.split_once(":~:").map_or(fragment, |(anchor, _)| anchor);
    (path, Some(anchor).filter(|anchor| !anchor.is_empty()))
}

/// Drops a query (`?raw=true`) and percent-decodes.
fn clean(path: &str) -> String {
    url::decode(path.split('?').next().unwrap_or(path))
}

/// `/path` in a document: from the root of its own source; in the handbook, of whichever source has it.
fn from_root(db: &dyn Db, from: File, path: &str, fragment: Option<&str>) -> Target {
    let own = from.source(db);
    let site = Site::get(db);
    let has = |source: SourceId| {
        let tree = &site.trees(db)[source.0];
        let first = path.split('/').next().unwrap_or_default();
        tree.has(path) || (source == own && tree.has(first))
    };
    if !from.is_own(db) || has(own) {
        return in_source(db, own, path, fragment);
    }
    let others = || (0..site.trees(db).len()).map(SourceId).filter(|source| *source != own);
    if let Some(source) = others().find(|source| has(*source)) {
        return in_source(db, source, path, fragment);
    }
    // Where several sources have a file of that path, the mount tells them apart.
    let mounted = others().find_map(|source| Some((source, below_mount(db, source, path)?)));
    if let Some((source, path)) = mounted {
        return in_source(db, source, path, fragment);
    }
    if let Some(moved) = moved(db, own, path, fragment) {
        return moved;
    }
    // Where no source at hand has it, the most likely home is a source that is absent, then the first.
    let absent = |source: &SourceId| !site.trees(db)[source.0].present;
    match others().find(absent).or_else(|| others().next()) {
        Some(source) => in_source(db, source, path, fragment),
        None => in_source(db, own, path, fragment),
    }
}

/// What of a path stands below the mount of a source that is there and has it.
fn below_mount<'a>(db: &dyn Db, source: SourceId, path: &'a str) -> Option<&'a str> {
    let site = Site::get(db);
    let mount = site.config(db).sources[source.0].mount.as_ref()?;
    let rest = path.strip_prefix(mount.as_str())?;
    let path = rest.strip_prefix('/').or(rest.is_empty().then_some(rest))?;
    let tree = &site.trees(db)[source.0];
    (tree.present && tree.has(path)).then_some(path)
}

/// How the handbook writes the path of a document: from the root of its source, or of the site where a source
/// before it has a file of that path.
pub fn path_from_root(db: &dyn Db, file: File) -> String {
    let path = file.path(db).to_string();
    let own = file.source(db);
    let site = Site::get(db);
    let is_taken = site.trees(db)[..own.0].iter().any(|tree| tree.file(&path).is_some());
    match site.config(db).sources[own.0].mount.as_ref().filter(|_| is_taken) {
        Some(mount) => format!("{mount}/{path}"),
        None => path,
    }
}

/// A path within a source.
fn in_source(db: &dyn Db, source: SourceId, path: &str, fragment: Option<&str>) -> Target {
    let site = Site::get(db);
    let tree = &site.trees(db)[source.0];
    let config = &site.config(db).sources[source.0];
    let path = path.trim_end_matches('/');
    if !tree.present {
        return absent(db, source, path, fragment);
    }
    let path = &*tree.real(path);
    if let Some(file) = tree.file(path) {
        if file.is_document(db) {
            return match model::has_page(db, file) {
                true => in_document(db, file, fragment),
                false => without_page(db, source, path),
            };
        }
        return beside_pages(db, file, fragment);
    }
    if let Some(index) = linked_index(db, source, path) {
        return in_document(db, index, fragment);
    }
    if path.is_empty() || tree.is_folder(path) {
        let index = index_document(db, FolderKey::new(db, source, path.to_owned()));
        if let Some(index) = index.filter(|index| model::has_page(db, *index)) {
            return match in_document(db, index, fragment) {
                // GitHub's name of what it shows of a folder.
                Target::Broken(_) if fragment.is_some_and(|name| name.eq_ignore_ascii_case("readme")) => {
                    in_document(db, index, None)
                }
                target => target,
            };
        }
        // A folder of data has its page only where there is data (`/people/`), other folders where there are
        // documents.
        let url = folder_url(db, source, path);
        // A document may have the address that the folder's page would have: it is another thing.
        let page = model::route_at(db, &url).filter(|route| !matches!(route, model::Route::Document(_)));
        if let Some(route) = page {
            let lists = matches!(route, model::Route::Folder(..));
            if let Some(anchor) = fragment.map(url::decode).filter(|anchor| lists && !is_whole_page(anchor)) {
                let message = format!("`{path}` is a folder, and has no heading or anchor `{anchor}`");
                return broken("link/missing-anchor", message, None, Some(url));
            }
            let title = model::words(path.rsplit('/').next().unwrap_or(path));
            return Target::Page(PageTarget {
                url,
                file: None,
                source,
                path: path.to_owned(),
                pinned: None,
                moved_from: None,
                original: None,
                anchor: None,
                heading: None,
                title: if path.is_empty() { config.title() } else { title },
                case_differs: false,
            });
        }
        return source_file(db, source, path, fragment, "tree");
    }
    moved(db, source, path, fragment).unwrap_or_else(|| missing(db, source, path))
}

/// A file that is no document: copied to the site, else on the web.
fn beside_pages(db: &dyn Db, file: File, fragment: Option<&str>) -> Target {
    let (config, path) = (file.config(db), file.path(db));
    let fallback = || match source_file(db, file.source(db), &path, fragment, "blob") {
        Target::SourceFile { url, .. } => Some(url),
        _ => None,
    };
    if !config.trust.is_own() && config.web.is_some() && !source::is_picture(&path) {
        return source_file(db, file.source(db), &path, fragment, "blob");
    }
    if let Content::Fault(fault) = file.content(db) {
        // A link out of the source, for one: what it leads to is nobody's to publish.
        let reason = match fault {
            Fault::Unreadable(reason) => format!(": {reason}"),
            _ => String::new(),
        };
        let message = format!("`{path}` cannot be copied to the site{reason}");
        return broken(NOT_COPIED, message, None, fallback());
    }
    if source::copying(&path, config) == Copying::Never {
        let message = format!("`{path}` is not copied to the site: files of its type may run scripts there");
        let help = "set `web` of the source in site.toml, so that the link leads to the file there";
        return broken(NOT_COPIED, message, Some(help.into()), fallback());
    }
    match asset_url(db, file) {
        Some(url) => Target::Asset { file, url, suffix: String::new() },
        None => without_page(db, file.source(db), &path),
    }
}

/// The document that stands for a folder, where a symbolic link in the folder leads to it.
fn linked_index(db: &dyn Db, source: SourceId, folder: &str) -> Option<File> {
    let tree = &Site::get(db).trees(db)[source.0];
    if tree.links.is_empty() || index_document(db, FolderKey::new(db, source, folder.to_owned())).is_some() {
        return None;
    }
    let paths = model::index_names().map(|name| format!("{folder}/{name}"));
    let indexes = paths.iter().filter_map(|path| tree.file(&tree.real(path.trim_start_matches('/'))));
    indexes.into_iter().find(|file| file.is_document(db))
}

/// The code of references to files that a source has and the site does not.
pub const NOT_COPIED: &str = "link/not-copied";

/// A path that is no file any more, but a former address of a page: `old/path/`, or `old/path.md` that was
/// there.
fn moved(db: &dyn Db, source: SourceId, path: &str, fragment: Option<&str>) -> Option<Target> {
    let path = path.trim_end_matches('/');
    let slash = if path.ends_with(".html") { "" } else { "/" };
    let url = format!("{}{}{slash}", model::root_url(db, source), without_extension(path));
    let file = model::moved_from(db, &url)?;
    Some(match in_document(db, file, fragment) {
        Target::Page(page) => Target::Page(PageTarget { moved_from: Some(url), ..page }),
        target => target,
    })
}

/// A path in a source that is not here: the handbook's digest of it, or its address on the web.
fn absent(db: &dyn Db, source: SourceId, path: &str, fragment: Option<&str>) -> Target {
    let digests = model::digests(db);
    let digest = digests.get(path).or_else(|| {
        model::index_names()
            .iter()
            .find_map(|name| digests.get(format!("{path}/{name}").trim_start_matches('/')))
    });
    let original = source_file(db, source, path, fragment, "blob");
    let Some(digest) = digest else { return original };
    match (in_document(db, *digest, fragment), original) {
        (Target::Page(page), Target::SourceFile { url, .. }) => {
            Target::Page(PageTarget { original: Some(url), ..page })
        }
        (target, _) => target,
    }
}

fn source_file(db: &dyn Db, source: SourceId, path: &str, fragment: Option<&str>, view: &str) -> Target {
    let config = &Site::get(db).config(db).sources[source.0];
    let Some(web) = &config.web else {
        let message =
            format!("`{path}` is in the source `{}`, which has no address on the web", config.title());
        let help = Some("set `web` of the source in site.toml".to_owned());
        return broken("link/missing-document", message, help, None);
    };
    // GitHub shows folders under `tree`, files under `blob`.
    let web = if view == "tree" { web.replacen("/blob/", "/tree/", 1) } else { web.clone() };
    let anchor = fragment.map(str::to_owned);
    Target::SourceFile {
        url: format!("{web}{}", url::encode_path(path)),
        source,
        path: path.to_owned(),
        anchor,
    }
}

/// A place in a document. GitHub compares anchors without regard to case.
fn in_document(db: &dyn Db, file: File, fragment: Option<&str>) -> Target {
    let outline = outline(db, file);
    let page_url = document_url(db, file);
    let mut page = PageTarget {
        url: page_url,
        file: Some(file),
        source: file.source(db),
        path: file.path(db).to_string(),
        pinned: None,
        moved_from: None,
        original: None,
        anchor: None,
        heading: None,
        title: outline.title.clone(),
        case_differs: false,
    };
    let Some(fragment) = fragment else { return Target::Page(page) };
    let wanted = url::decode(fragment);
    let wanted = without_prefix(&wanted);
    match anchors(db, file).find(wanted) {
        Some((id, heading)) => {
            page.case_differs = without_prefix(id) != wanted;
            page.heading = heading.map(|index| outline.headings[index].name().to_owned());
            page.anchor = Some(id.to_owned());
            Target::Page(page)
        }
        None if is_whole_page(wanted) => Target::Page(page),
        None => {
            let help = names_of_anchors(db, file).nearest(wanted);
            let help = help.map(|id| format!("did you mean `#{id}`?"));
            let message = format!("`{}` has no heading or anchor `{wanted}`", file.path(db));
            broken("link/missing-anchor", message, help, Some(page.url))
        }
    }
}

/// An id without the prefix that GitHub gives those of documents.
fn without_prefix(id: &str) -> &str {
    id.strip_prefix(parse::PREFIX).unwrap_or(id)
}

/// A file that is in its source and not in the site, as its name can be no address.
fn without_page(db: &dyn Db, source: SourceId, path: &str) -> Target {
    let web = Site::get(db).config(db).sources[source.0].web.as_ref();
    let fallback = web.map(|web| format!("{web}{}", url::encode_path(path)));
    let message = format!("`{path}` is left out of the site, as its name can be no address");
    broken("link/left-out", message, Some("rename the file".into()), fallback)
}

/// The files that documents show or offer, to be copied beside the pages.
#[salsa::tracked]
pub fn copied(db: &dyn Db) -> BTreeSet<File> {
    let trees = Site::get(db).trees(db).iter();
    let documents = trees.flat_map(|tree| tree.files.values()).filter(|file| file.is_document(db));
    documents.flat_map(|file| copied_for(db, *file)).copied().collect()
}

/// The files that one document shows or offers.
#[salsa::tracked]
fn copied_for(db: &dyn Db, file: File) -> BTreeSet<File> {
    let links = model::document(db, file).links.iter();
    links
        .filter_map(|written| match target(db, file, &written.destination) {
            Target::Asset { file, .. } => Some(*file),
            _ => None,
        })
        .collect()
}

/// The ids that references may name in a document.
#[derive(Debug, Default, PartialEq, Eq)]
struct Anchors {
    /// By the id without its prefix, the first such id, with the index of the heading below the title that has it.
    ids: HashMap<String, (String, Option<usize>)>,
    /// The first id without its prefix that is so in lower case.
    lower: HashMap<String, String>,
}

impl Anchors {
    /// The id that a reference names, if need be in another case, with its heading.
    fn find(&self, wanted: &str) -> Option<(&str, Option<usize>)> {
        let other_case = || self.ids.get(self.lower.get(&wanted.to_lowercase())?);
        let (id, heading) = self.ids.get(wanted).or_else(other_case)?;
        Some((id, *heading))
    }
}

/// See [`Anchors`].
#[salsa::tracked]
fn anchors(db: &dyn Db, file: File) -> Anchors {
    let outline = outline(db, file);
    let mut anchors = Anchors::default();
    for id in outline.ids() {
        let short = without_prefix(id);
        anchors.ids.entry(short.to_owned()).or_insert_with(|| (id.to_owned(), None));
        anchors.lower.entry(short.to_lowercase()).or_insert_with(|| short.to_owned());
    }
    let headings = outline.headings.iter().enumerate().rev().filter(|(_, heading)| heading.level > 1);
    for (index, heading) in headings {
        if let Some((id, of)) = anchors.ids.get_mut(without_prefix(&heading.id))
            && *id == heading.id
        {
            *of = Some(index);
        }
    }
    anchors
}

/// The same ids, for references that name none of them.
#[salsa::tracked]
fn names_of_anchors(db: &dyn Db, file: File) -> Names {
    outline(db, file).ids().collect()
}

/// Whether an anchor means the page and no place on it: `top` (HTML, 7.4.6.3), and GitHub's line numbers of
/// a document's source, `L10`, `L10-L20` and `L10C5-L20C8`.
fn is_whole_page(anchor: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_line = |part: &str| {
        let Some(part) = part.strip_prefix('L') else { return false };
        part.split_once('C').map_or(is_number(part), |(line, column)| is_number(line) && is_number(column))
    };
    anchor.eq_ignore_ascii_case("top") || anchor.split('-').all(is_line)
}

fn missing(db: &dyn Db, source: SourceId, path: &str) -> Target {
    let site = Site::get(db);
    let fallback =
        site.config(db).sources[source.0].web.as_ref().map(|web| format!("{web}{}", url::encode_path(path)));
    if let Some(known) = nearest::in_other_case(db, source, path) {
        return broken(
            "link/case-mismatch",
            format!("there is no `{path}`, but there is `{known}`"),
            Some(format!("write `/{known}`; GitHub distinguishes case in paths")),
            fallback,
        );
    }
    let help = nearest::meant(db, source, path);
    broken("link/missing-document", format!("there is no `{path}`"), help, fallback)
}

fn broken(
    code: &'static str,
    message: impl Into<String>,
    help: Option<String>,
    fallback: Option<String>,
) -> Target {
    Target::Broken(Broken { code, message: message.into(), help, fallback })
}

/// The source and path that a web address means; the longest matching address wins.
fn source_of_address<'a>(config: &Config, address: &'a str) -> Option<(SourceId, &'a str)> {
    let addresses = config.sources.iter().enumerate().flat_map(|(index, source)| {
        source.web.iter().chain(&source.aliases).map(move |known| (known.as_str(), SourceId(index)))
    });
    let bare = bare(address);
    addresses
        .filter_map(|(known, source)| {
            let rest = below(address, bare, known)?;
            Some((known.len(), source, rest))
        })
        .max_by_key(|(length, ..)| *length)
        .map(|(_, source, path)| (source, path))
}

/// A place in a source's repository that its branch does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InRepository<'a> {
    /// The repository itself.
    Root(SourceId),
    /// A path as it was at a commit.
    Pinned { source: SourceId, commit: &'a str, path: &'a str },
}

impl<'a> InRepository<'a> {
    /// The path within its source.
    fn path(self) -> &'a str {
        match self {
            Self::Root(_) => "",
            Self::Pinned { path, .. } => path,
        }
    }
}

/// What an address means that leads into the repository of a source on GitHub: its first page, or a path at
/// a commit. Issues, other branches and the like are places of their own.
fn of_repository<'a>(config: &Config, address: &'a str) -> Option<InRepository<'a>> {
    let bare = bare(address);
    config.sources.iter().enumerate().find_map(|(index, source)| {
        let repository = repository(source.web.as_ref()?)?;
        let rest = below(address, bare, repository)?;
        if rest.is_empty() {
            return Some(InRepository::Root(SourceId(index)));
        }
        let (view, rest) = rest.split_once('/')?;
        let (commit, path) = rest.split_once('/').unwrap_or((rest, ""));
        let is_commit = (7..=40).contains(&commit.len()) && commit.bytes().all(|b| b.is_ascii_hexdigit());
        let pinned = matches!(view, "blob" | "tree") && is_commit;
        pinned.then_some(InRepository::Pinned { source: SourceId(index), commit, path })
    })
}

/// `https://github.com/owner/name/`, of an address below it.
fn repository(web: &str) -> Option<&str> {
    let path = bare(web)?;
    let end = caseless(path);
    let below = is_github(path) && path[end..].starts_with('/');
    below.then(|| &web[..web.len() - path.len() + end + 1])
}

/// What of an address stands below a known one; `bare` is the address as [`bare`] has it. An address may lack the final
/// slash of the known one. Hosts are compared without regard to case (RFC 3986, 3.2.2), and so are owners and
/// repositories on GitHub.
fn below<'a>(address: &'a str, bare: Option<&'a str>, known: &str) -> Option<&'a str> {
    // Most addresses are of other hosts, and most hosts begin with other letters.
    if let Some(given) = bare.and_then(|bare| bare.as_bytes().get(..4))
        && let Some(known) = known.strip_prefix("https://").and_then(|known| known.as_bytes().get(..4))
        && !given.eq_ignore_ascii_case(known)
        && !known.eq_ignore_ascii_case(b"www.")
    {
        return None;
    }
    let Some(known) = self::bare(known) else { return address.strip_prefix(known) };
    let address = bare?;
    let (place, known) = known.split_at(caseless(known));
    let rest = strip_ignoring_case(address, place)?;
    rest.strip_prefix(known).or_else(|| (rest == known.trim_end_matches('/')).then_some(""))
}

/// An address of the web without what makes no difference: `http` and `https` mean the same place.
fn bare(address: &str) -> Option<&str> {
    Some(without_www(without_web_scheme(address)?))
}

/// Where the part of an address without scheme ends whose case means nothing: the host, on GitHub with an owner and
/// a repository.
fn caseless(address: &str) -> usize {
    let slashes = if is_github(address) { 2 } else { 0 };
    memchr::memchr_iter(b'/', address.as_bytes()).nth(slashes).unwrap_or(address.len())
}

fn is_github(address: &str) -> bool {
    strip_ignoring_case(address, "github.com/").is_some()
}

/// GitHub answers under `www.github.com`, too.
fn without_www(address: &str) -> &str {
    strip_ignoring_case(address, "www.").filter(|rest| is_github(rest)).unwrap_or(address)
}

fn strip_ignoring_case<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (found, rest) = text.split_at_checked(start.len())?;
    found.eq_ignore_ascii_case(start).then_some(rest)
}

/// What follows `https://` or `http://`, whatever their case (RFC 3986, 3.1).
fn without_web_scheme(address: &str) -> Option<&str> {
    let (start, rest) = address.split_at_checked("http".len())?;
    let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest);
    rest.strip_prefix("://").filter(|_| start.eq_ignore_ascii_case("http"))
}

/// The address of a path that climbs above the root of its source, as a browser resolves it against the address of the
/// source on the web: `../../issues` in a README is the list of issues. `None` for all other paths.
fn address_above_root(config: &Config, source: SourceId, folder: &str, written: &str) -> Option<String> {
    let (path, suffix) = written.split_at(written.find(['?', '#']).unwrap_or(written.len()));
    let folder = if path.starts_with('/') { "" } else { folder };
    let (rest, above) = url::join(folder, &url::decode(path));
    let web = config.sources[source.0].web.as_ref().filter(|_| above > 0)?;
    let scheme_end = web.find("://").map_or(0, |i| i + 3);
    let (host, path) = web[scheme_end..].split_once('/').unwrap_or((&web[scheme_end..], ""));
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.truncate(parts.len().saturating_sub(above));
    let rest = url::encode_path(&rest);
    parts.extend(rest.split('/').filter(|part| !part.is_empty()));
    Some(format!("{}{host}/{}{suffix}", &web[..scheme_end], parts.join("/")))
}

/// The address from which a browser gets a picture, where the one given is of GitHub's page about it. GitHub
/// changes the addresses of pictures in documents in the same way.
pub fn picture_address(address: &str) -> Cow<'_, str> {
    let parts = || {
        let path = bare(address).filter(|path| is_github(path))?;
        let view = memchr::memchr_iter(b'/', path.as_bytes()).nth(2)?;
        let rest = path[view..].strip_prefix("/blob/")?;
        Some((&address[..address.len() - path.len() + view], rest))
    };
    match parts() {
        Some((repository, rest)) => format!("{repository}/raw/{rest}").into(),
        None => address.into(),
    }
}
