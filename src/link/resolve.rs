//! Resolves a destination: a path, a web address of a file in a source, or an anchor.

use super::anchors::{anchors, is_whole_page, names_of_anchors, without_prefix};
use super::nearest;
use super::reason::BrokenReason;
use super::target::{AssetTarget, Broken, Fallback, PageTarget, SourceFileTarget, Target};
use super::web::{InRepository, address_above_root, bases};
use crate::model::{self, FolderKey, asset_url, folder_url, index_document, outline};
use crate::source::{
    self, Content, Copying, Db, File, FileFault, Site, SourceId, is_markdown, without_extension,
};
use crate::url::{self, Href, View};

pub(super) fn resolve(db: &dyn Db, from: File, destination: &str) -> Target {
    let destination = destination.trim();
    let mut target = locate(db, from, destination);
    let address = match &mut target {
        Target::Asset(asset) => Some(&mut asset.suffix),
        Target::SourceFile(file) => Some(&mut file.url),
        Target::Page(page) => page.original.as_mut(),
        Target::External(_) | Target::Broken(_) => None,
    };
    if let (Some(address), Some(at)) = (address, destination.find(['?', '#'])) {
        address.push_str(&url::encode_suffix(&destination[at..]));
    }
    target
}

/// Resolves a destination. Addresses of files lack the query and fragment, which [`resolve`] adds.
fn locate(db: &dyn Db, from: File, destination: &str) -> Target {
    if destination.is_empty() {
        return broken(BrokenReason::Empty, None);
    }
    if destination.starts_with('(') || destination.starts_with('[') {
        return broken(BrokenReason::Brackets, None);
    }
    let (path, fragment) = parts(destination);
    if path.is_empty() {
        if !from.is_document(db) {
            return broken(BrokenReason::AnchorInData, None);
        }
        return in_document(db, from, fragment);
    }
    let config = Site::get(db).config(db);
    if url::scheme(destination).is_some() {
        // Browsers also resolve `.` and `..` in addresses (URL, 4.5).
        let within = |path: &str| Some(url::join("", &clean(path))).filter(|(_, above)| *above == 0);
        return match bases(db).find(path) {
            Some(InRepository::Branch(source, path)) => match within(path) {
                Some((path, _)) => in_source(db, source, &path, fragment),
                None => external(destination),
            },
            Some(InRepository::Root(source)) => in_source(db, source, "", fragment),
            Some(InRepository::Pinned { source, commit, path }) => {
                match within(path).map(|(path, _)| in_source(db, source, &path, fragment)) {
                    Some(Target::Page(mut page)) => {
                        page.pinned = Some(commit.to_owned());
                        Target::Page(page)
                    }
                    // Files without a page, or removed since, still exist at the commit.
                    _ => external(destination),
                }
            }
            None => external(destination),
        };
    }
    if path.starts_with("//") {
        return external(destination);
    }
    if path.contains('@') && !path.contains('/') && !is_markdown(path) {
        return broken(BrokenReason::Mail(path.to_owned()), None);
    }
    if let Some(address) = address_above_root(config, from.source(db), &from.folder(db), destination) {
        return locate(db, from, &address);
    }
    let absolute = path.strip_prefix('/');
    let (joined, above) = match absolute {
        Some(path) => url::join("", &clean(path)),
        None => url::join(&from.folder(db), &clean(path)),
    };
    if above > 0 {
        return broken(BrokenReason::OutsideSource(path.to_owned()), None);
    }
    match absolute {
        Some(_) => from_root(db, from, &joined, fragment),
        None => in_source(db, from.source(db), &joined, fragment),
    }
}

/// An address outside the sources, unchanged.
fn external(destination: &str) -> Target {
    let scheme = || url::scheme(destination).unwrap_or_default();
    Href::new(destination).map_or_else(|| broken(BrokenReason::Scheme(scheme()), None), Target::External)
}

/// Splits a destination into path and anchor. A text fragment (`#id:~:text=…`) is an instruction to the browser and not
/// part of the anchor (URL Fragment Text Directives, 3.3).
pub(super) fn parts(destination: &str) -> (&str, Option<&str>) {
    let Some((path, fragment)) = destination.split_once('#') else { return (destination, None) };
    let anchor = fragment.split_once(":~:").map_or(fragment, |(anchor, _)| anchor);
    (path, Some(anchor).filter(|anchor| !anchor.is_empty()))
}

/// Removes a query (`?raw=true`) and percent-decodes.
pub(super) fn clean(path: &str) -> String {
    url::decode(path.split('?').next().unwrap_or(path))
}

/// Resolves `/path`. It starts at the root of the document's own source; in the handbook, at the root of the source
/// that has the file.
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
    // If several sources have the path, the mount distinguishes them.
    let mounted = others().find_map(|source| Some((source, below_mount(db, source, path)?)));
    if let Some((source, path)) = mounted {
        return in_source(db, source, path, fragment);
    }
    if let Some(moved) = moved(db, own, path, fragment) {
        return moved;
    }
    // If no source has it, an absent source is most likely, and otherwise the first.
    let config = site.config(db);
    let may_have = |source: &SourceId| config.sources[source.0].has_documents;
    let absent = |source: &SourceId| !site.trees(db)[source.0].present && may_have(source);
    match others().find(absent).or_else(|| others().find(may_have)) {
        Some(source) => in_source(db, source, path, fragment),
        None => in_source(db, own, path, fragment),
    }
}

/// The rest of a path below the mount of a present source that has the file.
fn below_mount<'a>(db: &dyn Db, source: SourceId, path: &'a str) -> Option<&'a str> {
    let site = Site::get(db);
    let mount = site.config(db).sources[source.0].mount.as_ref()?;
    let rest = path.strip_prefix(mount.as_str())?;
    let path = rest.strip_prefix('/').or(rest.is_empty().then_some(rest))?;
    let tree = &site.trees(db)[source.0];
    (tree.present && tree.has(path)).then_some(path)
}

/// The path of a document as written in the handbook: from the root of its source, or from the root of the site if an
/// earlier source has the same path.
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

/// Resolves a path within a source.
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
                // GitHub shows a folder's README under this anchor.
                Target::Broken(_) if fragment.is_some_and(|name| name.eq_ignore_ascii_case("readme")) => {
                    in_document(db, index, None)
                }
                target => target,
            };
        }
        // Some folders contain data only. Their pages (`/people/`) exist if there is data; pages of other folders exist
        // if they contain documents.
        let url = folder_url(db, source, path);
        // A document may have taken the address of the folder's page.
        let page = model::route_at(db, &url).filter(|route| !matches!(route, model::Route::Document(_)));
        if let Some(route) = page {
            let lists = matches!(route, model::Route::Folder(..));
            if let Some(anchor) = fragment.map(url::decode).filter(|anchor| lists && !is_whole_page(anchor)) {
                let reason = BrokenReason::AnchorInFolder { path: path.to_owned(), anchor };
                return broken(reason, Some(Fallback::Page(url)));
            }
            let title = model::title_from_name(path.rsplit('/').next().unwrap_or(path));
            return Target::Page(Box::new(PageTarget {
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
            }));
        }
        return source_file(db, source, path, fragment, View::Folder);
    }
    moved(db, source, path, fragment).unwrap_or_else(|| missing(db, source, path))
}

/// Resolves a file that is not a document: copied to the site, or else on the web.
fn beside_pages(db: &dyn Db, file: File, fragment: Option<&str>) -> Target {
    let (config, path) = (file.config(db), file.path(db));
    let fallback = || match source_file(db, file.source(db), &path, fragment, View::File) {
        Target::SourceFile(file) => Href::web(&file.url).map(Fallback::Web),
        _ => None,
    };
    if !config.trust.is_own() && config.web.is_some() && !source::is_picture(&path) {
        return source_file(db, file.source(db), &path, fragment, View::File);
    }
    if let Content::Fault(fault) = file.content(db) {
        // For example a symbolic link out of the source, whose target must not be published.
        let fault = match fault {
            FileFault::Unreadable(fault) => Some(fault.to_string()),
            _ => None,
        };
        return broken(BrokenReason::Unreadable { path: path.to_string(), fault }, fallback());
    }
    if source::copying(&path, config) == Copying::Never {
        return broken(BrokenReason::MayRunScripts(path.to_string()), fallback());
    }
    match asset_url(db, file) {
        Some(url) => Target::Asset(Box::new(AssetTarget { file, url, suffix: String::new() })),
        None => without_page(db, file.source(db), &path),
    }
}

/// The index document of a folder if it is a symbolic link.
fn linked_index(db: &dyn Db, source: SourceId, folder: &str) -> Option<File> {
    let tree = &Site::get(db).trees(db)[source.0];
    if tree.links.is_empty() || index_document(db, FolderKey::new(db, source, folder.to_owned())).is_some() {
        return None;
    }
    let paths = model::index_names().map(|name| format!("{folder}/{name}"));
    let indexes = paths.iter().filter_map(|path| tree.file(&tree.real(path.trim_start_matches('/'))));
    indexes.into_iter().find(|file| file.is_document(db))
}

/// Resolves the former address of a page: `old/path/`, or `old/path.md` for a document that has moved.
fn moved(db: &dyn Db, source: SourceId, path: &str, fragment: Option<&str>) -> Option<Target> {
    let path = path.trim_end_matches('/');
    let slash = if path.ends_with(".html") { "" } else { "/" };
    let url = format!("{}{}{slash}", model::root_url(db, source), without_extension(path));
    let file = model::moved_from(db, &url)?;
    Some(match in_document(db, file, fragment) {
        Target::Page(mut page) => {
            page.moved_from = Some(url);
            Target::Page(page)
        }
        target => target,
    })
}

/// Resolves a path in an absent source: the handbook's digest, or the address on the web.
fn absent(db: &dyn Db, source: SourceId, path: &str, fragment: Option<&str>) -> Target {
    let digests = model::digests(db);
    let digest = digests.get(path).or_else(|| {
        model::index_names()
            .iter()
            .find_map(|name| digests.get(format!("{path}/{name}").trim_start_matches('/')))
    });
    let original = source_file(db, source, path, fragment, View::File);
    let Some(digest) = digest else { return original };
    match (in_document(db, *digest, fragment), original) {
        (Target::Page(mut page), Target::SourceFile(file)) => {
            page.original = Some(file.url);
            Target::Page(page)
        }
        (target, _) => target,
    }
}

fn source_file(db: &dyn Db, source: SourceId, path: &str, fragment: Option<&str>, view: View) -> Target {
    let config = &Site::get(db).config(db).sources[source.0];
    let Some(web) = &config.web else {
        return broken(BrokenReason::NotOnTheWeb { path: path.to_owned(), source }, None);
    };
    let web = if view == View::Folder { url::folder_address(web) } else { web.into() };
    Target::SourceFile(Box::new(SourceFileTarget {
        source,
        path: path.to_owned(),
        url: format!("{web}{}", url::encode_path(path)),
        anchor: fragment.map(str::to_owned),
    }))
}

/// Resolves an anchor in a document. GitHub ignores the case of anchors.
fn in_document(db: &dyn Db, file: File, fragment: Option<&str>) -> Target {
    let outline = outline(db, file);
    let mut page = Box::new(PageTarget {
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
    });
    let Some(fragment) = fragment else { return Target::Page(page) };
    let anchor = url::decode(fragment);
    let anchor = without_prefix(&anchor);
    match anchors(db, file).find(anchor) {
        Some((id, heading)) => {
            page.case_differs = without_prefix(id) != anchor;
            page.heading = heading.map(|index| outline.headings[index].name().to_owned());
            page.anchor = Some(id.to_owned());
            Target::Page(page)
        }
        None if is_whole_page(anchor) => Target::Page(page),
        None => {
            let nearest = names_of_anchors(db, file).nearest(anchor).map(str::to_owned);
            let fallback = Fallback::Page(page.url(db));
            broken(
                BrokenReason::NoAnchor { path: page.path, anchor: anchor.to_owned(), nearest },
                Some(fallback),
            )
        }
    }
}

/// Resolves a file left out of the site because its name cannot be part of an address.
fn without_page(db: &dyn Db, source: SourceId, path: &str) -> Target {
    let fallback = on_the_web(db, source, path);
    broken(BrokenReason::LeftOut(path.to_owned()), fallback)
}

fn missing(db: &dyn Db, source: SourceId, path: &str) -> Target {
    let fallback = on_the_web(db, source, path);
    if let Some(actual) = nearest::in_other_case(db, source, path) {
        return broken(
            BrokenReason::OtherCase { path: path.to_owned(), actual: actual.to_string() },
            fallback,
        );
    }
    let suggestion = nearest::suggestion(db, source, path);
    broken(BrokenReason::Missing { path: path.to_owned(), suggestion }, fallback)
}

/// The web address of a path in a source, whether or not the file exists.
fn on_the_web(db: &dyn Db, source: SourceId, path: &str) -> Option<Fallback> {
    let web = Site::get(db).config(db).sources[source.0].web.as_ref()?;
    Href::web(&format!("{web}{}", url::encode_path(path))).map(Fallback::Web)
}

fn broken(reason: BrokenReason, fallback: Option<Fallback>) -> Target {
    Target::Broken(Box::new(Broken { reason, fallback }))
}
