//! Web addresses that refer to files of a source's repository.

use std::borrow::Cow;

use crate::config::Config;
use crate::source::SourceId;
use crate::url::{self, Forge, ForgeAddress, without_web_scheme};

/// The source and path that a web address refers to; the longest matching base address wins.
pub(super) fn source_of_address<'a>(config: &Config, address: &'a str) -> Option<(SourceId, &'a str)> {
    let sources = config.sources.iter().enumerate().filter(|(_, source)| source.has_documents);
    let addresses = sources.flat_map(|(index, source)| {
        source.web.iter().chain(&source.aliases).map(move |base| (base.as_str(), SourceId(index)))
    });
    let bare = bare(address);
    addresses
        .filter_map(|(base, source)| {
            let rest = below(address, bare, base)?;
            Some((base.len(), source, rest))
        })
        .max_by_key(|(length, ..)| *length)
        .map(|(_, source, path)| (source, path))
}

/// An address in a source's repository that is not on the source's branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InRepository<'a> {
    /// The repository itself.
    Root(SourceId),
    /// A path at a commit.
    Pinned { source: SourceId, commit: &'a str, path: &'a str },
}

impl<'a> InRepository<'a> {
    /// The path within the source.
    pub(super) fn path(self) -> &'a str {
        match self {
            Self::Root(_) => "",
            Self::Pinned { path, .. } => path,
        }
    }
}

/// Classifies an address in the repository of a source: the repository's front page, or a path at a commit.
/// `None` for issues, other branches and the like.
pub(super) fn of_repository<'a>(config: &Config, address: &'a str) -> Option<InRepository<'a>> {
    let bare = bare(address);
    let mut sources = config.sources.iter().enumerate().filter(|(_, source)| source.has_documents);
    sources.find_map(|(index, source)| {
        let read = ForgeAddress::read(source.web.as_ref()?).filter(|read| read.forge() != Forge::Other)?;
        let rest = below(address, bare, &read.repository)?;
        if rest.is_empty() {
            return Some(InRepository::Root(SourceId(index)));
        }
        let (commit, path) = read.forge().pinned(rest)?;
        Some(InRepository::Pinned { source: SourceId(index), commit, path })
    })
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
