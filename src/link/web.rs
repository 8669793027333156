//! Web addresses that refer to files of a source's repository.

use std::borrow::Cow;

use crate::config::Config;
use crate::source::{Db, Site, SourceId};
use crate::url::{self, Forge, ForgeAddress, without_web_scheme};

/// The web addresses of the sources that have documents.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bases {
    /// Addresses of files and folders.
    files: Vec<Base>,
    /// Addresses of repositories.
    repositories: Vec<(Base, Forge)>,
}

/// The start of the addresses in a source.
#[derive(Debug, PartialEq, Eq)]
struct Base {
    source: SourceId,
    address: String,
}

/// See [`Bases`].
#[salsa::tracked]
pub(super) fn bases(db: &dyn Db) -> Bases {
    let sources = Site::get(db).config(db).sources.iter().enumerate();
    let sources = sources.filter(|(_, source)| source.has_documents);
    let mut bases = Bases { files: Vec::new(), repositories: Vec::new() };
    for (index, source) in sources {
        let base = |address: &str| Base { source: SourceId(index), address: address.to_owned() };
        bases.files.extend(source.web.iter().chain(&source.aliases).map(|address| base(address)));
        let read = source.web.as_deref().and_then(ForgeAddress::read);
        let read = read.filter(|read| read.forge() != Forge::Other);
        bases.repositories.extend(read.map(|read| (base(&read.repository), read.forge())));
    }
    bases
}

/// An address in the repository of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InRepository<'a> {
    /// A path on the source's branch.
    Branch(SourceId, &'a str),
    /// The repository itself.
    Root(SourceId),
    /// A path at a commit.
    Pinned { source: SourceId, commit: &'a str, path: &'a str },
}

impl<'a> InRepository<'a> {
    /// The source, and the path within it.
    pub(super) fn path(self) -> (SourceId, &'a str) {
        match self {
            Self::Root(source) => (source, ""),
            Self::Branch(source, path) | Self::Pinned { source, path, .. } => (source, path),
        }
    }
}

impl Bases {
    /// Classifies a web address: a path on the branch of a source, the front page of its repository, or a path at a
    /// commit. The longest matching base address wins. `None` for issues, other branches and other sites.
    pub(super) fn find<'a>(&self, address: &'a str) -> Option<InRepository<'a>> {
        let bare = bare(address);
        let on_branch =
            self.files.iter().filter_map(|base| Some((base, below(address, bare, &base.address)?)));
        if let Some((base, path)) = on_branch.max_by_key(|(base, _)| base.address.len()) {
            return Some(InRepository::Branch(base.source, path));
        }
        self.repositories.iter().find_map(|(Base { source, address: repository }, forge)| {
            let (source, rest) = (*source, below(address, bare, repository)?);
            if rest.is_empty() {
                return Some(InRepository::Root(source));
            }
            let (commit, path) = forge.pinned(rest)?;
            Some(InRepository::Pinned { source, commit, path })
        })
    }
}

/// The part of an address below a base address. `bare` is the result of [`bare`] for the address. The base's final
/// slash is optional. The case of hosts is ignored (RFC 3986, 3.2.2), as is that of owners and repositories on GitHub.
fn below<'a>(address: &'a str, bare: Option<&'a str>, base: &str) -> Option<&'a str> {
    // Fast path: most addresses differ, regardless of case.
    if let Some(given) = bare
        && let Some(base) = base.strip_prefix("https://").filter(|base| without_www(base) == *base)
    {
        let base = base.trim_end_matches('/').as_bytes();
        let start = given.as_bytes().get(..base.len());
        if !start.is_some_and(|start| start.eq_ignore_ascii_case(base)) {
            return None;
        }
    }
    let Some(base) = self::bare(base) else { return address.strip_prefix(base) };
    let address = bare?;
    let (host, base) = base.split_at(caseless(base));
    let rest = strip_ignoring_case(address, host)?;
    rest.strip_prefix(base).or_else(|| (rest == base.trim_end_matches('/')).then_some(""))
}

/// An address without its scheme and without `www.` on GitHub.
fn bare(address: &str) -> Option<&str> {
    Some(without_www(without_web_scheme(address)?))
}

/// End of the case-insensitive part of an address without scheme: the host, and on GitHub also owner and repository.
fn caseless(address: &str) -> usize {
    let slashes = if is_github(address) { 2 } else { 0 };
    memchr::memchr_iter(b'/', address.as_bytes()).nth(slashes).unwrap_or(address.len())
}

fn is_github(address: &str) -> bool {
    strip_ignoring_case(address, "github.com/").is_some()
}

/// GitHub also serves `www.github.com`.
fn without_www(address: &str) -> &str {
    strip_ignoring_case(address, "www.").filter(|rest| is_github(rest)).unwrap_or(address)
}

fn strip_ignoring_case<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (prefix, rest) = text.split_at_checked(start.len())?;
    prefix.eq_ignore_ascii_case(start).then_some(rest)
}

/// The address of a path above the root of its source, as a browser resolves it on the web: `../../issues` in a README
/// is the list of issues. `None` for any other path.
pub(super) fn address_above_root(
    config: &Config,
    source: SourceId,
    folder: &str,
    destination: &str,
) -> Option<String> {
    let (path, suffix) = destination.split_at(destination.find(['?', '#']).unwrap_or(destination.len()));
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

/// The address of the picture file, for the address of a forge's page about a picture. Forges rewrite pictures in
/// documents in the same way.
pub fn picture_address(address: &str) -> Cow<'_, str> {
    match ForgeAddress::read(address) {
        Some(read) if read.forge() != Forge::Other => url::raw_address(address),
        _ => address.into(),
    }
}
