//! The configuration, `site.toml`.

mod brand;
mod color;
mod keys;
mod navigation;
mod patterns;
mod read;

use std::collections::BTreeMap;

pub(crate) use self::keys::SITE;
use crate::diagnostic::{Code, FileName, Location};
use crate::facts::Vocabulary;
use crate::formats::{Format, Trust};
use crate::url::is_web;

pub use brand::{
    Brand, BrandFile, ColorName, Colors, FileFormat, Fonts, LEAST_CONTRAST, LowContrast, Scheme,
};
pub use color::Color;
pub use navigation::{NavigationEntry, NavigationTarget};
pub use patterns::PathPatterns;

/// Normalizes the address of a site as browsers write it: percent-encoded, with an ASCII host and a trailing `/`.
/// `None` for anything that cannot be the address of a site.
pub fn base_url(text: &str) -> Option<String> {
    let mut address = web_address(text)?;
    if address.contains(['?', '#']) {
        return None;
    }
    with_slash(&mut address);
    Some(address)
}

/// Normalizes a web address as browsers write it. Addresses with credentials are rejected, as they are published.
fn web_address(text: &str) -> Option<String> {
    let address = ::url::Url::parse(text.trim()).ok().filter(|address| is_web(address.as_str()))?;
    (address.username().is_empty() && address.password().is_none()).then(|| address.into())
}

fn with_slash(address: &mut String) {
    if !address.ends_with('/') {
        address.push('/');
    }
}

/// True if this can be the domain of a site: `handbook.example.org`.
pub fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| {
        let plain = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    host.contains('.') && host.len() <= 253 && host.split('.').all(is_label)
}

/// True if git and GitHub accept this as a branch name. GitHub rejects names that begin with `refs/` or look like a
/// commit id; `@` and a leading `-` have a special meaning to git commands.
pub fn is_branch_name(name: &str) -> bool {
    let is_commit_id = matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let reference = format!("refs/heads/{name}");
    gix_validate::reference::branch_name(reference.as_str().into()).is_ok()
        && !name.starts_with(['-', '/'])
        && !name.starts_with("refs/")
        && !["@", "HEAD", "refs"].contains(&name)
        && !is_commit_id
}

/// The name of the configuration file.
pub const FILE: &str = "site.toml";

/// The name of the style sheet that is made from [`Brand`], among the assets of the theme.
pub const BRAND_STYLE: &str = "brand.css";

/// The name of the theme in the program.
pub const DEFAULT_THEME: &str = "default";

/// The contents of `site.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The title of the site.
    pub title: String,
    /// A one-sentence description of the site.
    pub description: Option<String>,
    /// The address of the site: `https://example.org/handbook/`. Ends in `/`.
    pub base_url: Option<String>,
    /// The name of the theme.
    pub theme: String,
    /// The language of the content (BCP 47).
    pub language: String,
    /// Logo, icons, colors, fonts and links of the site.
    pub brand: Brand,
    /// The entries of the main navigation; empty for the sections in their usual order.
    pub navigation: Vec<NavigationEntry>,
    /// The words of the community.
    pub vocabulary: Vocabulary,
    /// The address for opening an issue: `https://github.com/org/repository/issues/new`.
    pub new_issue: Option<String>,
    /// True to show on pages when and by whom they were changed, according to the git history of their source.
    pub history: bool,
    /// The settings of the search.
    pub search: Search,
    /// True to add a page that shows every component of the theme.
    pub components: bool,
    /// The settings for checking addresses outside the site.
    pub external: External,
    /// The settings for publishing.
    pub publish: Publish,
    /// The settings for rules.
    pub rules: Rules,
    /// Diagnostics accepted by the owners of the site.
    pub accept: Vec<Accept>,
    /// The sources of content.
    pub sources: Vec<SourceConfig>,
}

/// `[rules]`: the settings for rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The findings that are errors.
    pub fail_on: FailOn,
}

/// The findings of rules that are errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Those of rules with the severity `error`.
    #[default]
    Severity,
    /// All subjects that do not meet a rule.
    Unmet,
}

/// `[search]`: the settings of the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// True if the site has a search.
    pub enabled: bool,
    /// Number of words of text, and of headings, of a mounted document to index; 0 for all. The handbook's own
    /// documents and normative documents are always indexed in full.
    pub words: usize,
}

impl Default for Search {
    fn default() -> Self {
        Self { enabled: true, words: 100 }
    }
}

/// `[external]`: the settings for checking addresses outside the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// HTTP statuses that count as success in addition to 2xx.
    pub accept: Vec<u16>,
    /// Patterns of addresses to skip; `*` matches anything.
    pub exclude: Vec<String>,
    /// Seconds to wait for a response.
    pub timeout: u64,
    /// Number of retries after a temporary failure.
    pub retries: u32,
    /// Number of hosts to query in parallel.
    pub hosts: usize,
    /// Maximum requests per second to one host, including redirects and retries.
    pub rate: u32,
    /// Hours for which a cached result is valid.
    pub max_age: i64,
    /// Additional headers, by host pattern and name.
    pub headers: BTreeMap<String, BTreeMap<String, HeaderText>>,
    /// Hosts in a private network that may be queried for links of mounted documents.
    pub allow_private: AllowPrivate,
}

/// The value of an HTTP header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderText {
    /// The value itself.
    Text(String),
    /// The environment variable that contains the value.
    Variable {
        /// The name of the variable.
        env: String,
    },
}

/// Hosts that may belong to a private network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowPrivate {
    /// All hosts or none.
    All(bool),
    /// Hosts that match a pattern.
    Hosts(Vec<String>),
}

impl Default for External {
    fn default() -> Self {
        Self {
            accept: Vec::new(),
            exclude: Vec::new(),
            timeout: 20,
            retries: 2,
            hosts: 16,
            rate: 5,
            max_age: 7 * 24,
            headers: BTreeMap::new(),
            allow_private: AllowPrivate::All(false),
        }
    }
}

/// `[publish]`: the settings for publishing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// The name or address of the remote to push to.
    pub remote: String,
    /// The branch for the published site and nothing else.
    pub branch: String,
    /// The custom domain of the site, if it has one.
    pub cname: Option<String>,
}

impl Default for Publish {
    fn default() -> Self {
        Self { remote: "origin".into(), branch: "gh-pages".into(), cname: None }
    }
}

/// `[[accept]]`: a diagnostic accepted by the owners of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accept {
    /// The code of the diagnostic.
    pub code: Code,
    /// The path of the file with the diagnostic, relative to the folder of the site or source. `*` matches anything
    /// except `/`, `**` anything.
    pub path: String,
    /// The name of the source that contains the file; any source if absent.
    pub source: Option<String>,
    /// The reason for accepting it.
    pub reason: String,
    /// The location of the entry in `site.toml`.
    pub location: Option<Location>,
}

impl Accept {
    /// True if it accepts diagnostics in a file.
    pub fn matches(&self, file: &FileName) -> bool {
        let is_source = self.source.is_none() || self.source.as_deref() == file.source.as_deref();
        is_source
            && (*self.path == *file.path
                || path_pattern(&self.path).is_ok_and(|path| path.is_match(&*file.path)))
    }
}

fn path_pattern(pattern: &str) -> Result<globset::GlobMatcher, globset::Error> {
    Ok(globset::GlobBuilder::new(pattern).literal_separator(true).build()?.compile_matcher())
}

/// A `[[source]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceConfig {
    /// The name for `--source` and diagnostics.
    pub name: Option<String>,
    /// The format of its files.
    pub format: Format,
    /// The trust in its files.
    pub trust: Trust,
    /// The folder, relative to the site.
    pub path: String,
    /// True if the folder may be absent.
    pub optional: bool,
    /// The first part of the addresses of its documents; `None` for the handbook's own.
    pub mount: Option<String>,
    /// The address of its files on the web. Ends in `/`.
    pub web: Option<String>,
    /// The address for editing its files on the web. Ends in `/`; derived from `web` for repositories on known forges.
    pub edit: Option<String>,
    /// Other addresses that refer to its files, including those that `web` implies.
    pub aliases: Vec<String>,
    /// Addresses to which names of channels are appended, by kind of channel.
    pub channels: BTreeMap<String, String>,
    /// The address to which names of teams are appended.
    pub teams: Option<String>,
    /// The template for charters of groups. Sections of a charter that still equal the template say nothing about the
    /// group.
    pub charter_template: Option<String>,
    /// The treatment of references that do not resolve.
    pub broken_links: Option<BrokenLinks>,
    /// Files to ignore.
    pub exclude: PathPatterns,
    /// False if `exclude` matches all documents. References to such a source lead out of the site.
    pub has_documents: bool,
    /// Documents with obligations.
    pub normative: PathPatterns,
}

/// The treatment of references that do not resolve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenLinks {
    /// Reported as errors.
    Error,
    /// Reported as warnings.
    Warn,
    /// Not reported.
    Ignore,
}

impl SourceConfig {
    /// A source at a path with a format and nothing else.
    pub fn new(path: &str, format: Format) -> Self {
        Self {
            name: None,
            trust: format.trust(),
            format,
            path: path.to_owned(),
            optional: false,
            mount: None,
            web: None,
            edit: None,
            aliases: Vec::new(),
            channels: BTreeMap::new(),
            teams: None,
            charter_template: None,
            broken_links: None,
            exclude: PathPatterns::default(),
            has_documents: true,
            normative: PathPatterns::default(),
        }
    }

    /// Returns the name, or else that of the folder.
    pub fn title(&self) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None => self.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned(),
        }
    }

    /// The treatment of references that do not resolve. By default, they are errors in the handbook's own files and
    /// warnings in those of others.
    pub fn broken_links(&self) -> BrokenLinks {
        let default = if self.trust.is_own() { BrokenLinks::Error } else { BrokenLinks::Warn };
        self.broken_links.unwrap_or(default)
    }
}

impl Config {
    /// The path of `base_url`; `/` by default.
    pub fn base_path(&self) -> &str {
        let address = self.base_url.as_deref().unwrap_or("/");
        let after_scheme = address.find("://").map_or(0, |i| i + 3);
        address[after_scheme..].find('/').map_or("/", |i| &address[after_scheme + i..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimal_configuration() {
        let config = Config::parse("title = \"T\"\n[[source]]\npath = \"content/\"\n").unwrap();
        assert_eq!(
            (config.theme.as_str(), config.language.as_str(), config.base_path()),
            ("default", "en", "/")
        );
        assert_eq!(config.sources[0].path, "content");
        assert_eq!(config.sources[0].broken_links(), BrokenLinks::Error);
    }

    #[test]
    fn base_paths() {
        for (base_url, path) in
            [("https://a.example", "/"), ("https://a.example/x", "/x/"), ("http://a.example/x/y/", "/x/y/")]
        {
            let config = Config::parse(&format!("title = \"T\"\nbase_url = \"{base_url}\"")).unwrap();
            assert_eq!(config.base_path(), path);
        }
    }

    #[test]
    fn unknown_keys_are_errors_with_a_suggestion() {
        let error = Config::parse("title = \"T\"\n[[source]]\npath = \"c\"\nmonut = \"x\"\n").unwrap_err();
        assert_eq!(error.code, "data/unknown-field");
        assert!(error.help.unwrap().contains("`mount`"));
        let location = error.location.unwrap();
        assert_eq!((location.line, location.column), (4, 1));
    }

    #[test]
    fn numbers_out_of_range() {
        for line in [
            "hosts = 0",
            "hosts = 257",
            "hosts = 9223372036854775807",
            "hosts = -1",
            "rate = 0",
            "rate = 4294967295",
            "timeout = 0",
            "timeout = 9223372036854775807",
            "max_age = -2",
            "max_age = 9223372036854775807",
            "retries = 4294967295",
            "accept = [200, 99]",
            "accept = [70000]",
            "exclude = [\"a\", \"[\"]",
            "allow_private = [\"[\"]",
            "headers.\"[\" = {}",
            "headers.\"*\" = { \"a b\" = \"c\" }",
            "headers.\"*\" = { a = \"b\\nc\" }",
            "headers.\"*\" = { Host = \"c\" }",
        ] {
            let error = Config::parse(&format!("title = \"T\"\n[external]\n{line}\n")).unwrap_err();
            let location = error.location.unwrap();
            assert_eq!((error.code.name(), location.line), ("data/invalid-value", 3), "{line}");
            assert!(location.column > 1, "{line}");
        }
        let good = "title = \"T\"\n[external]\nhosts = 256\nrate = 1000\ntimeout = 600\nmax_age = -1\nallow_private = true\n\
                    [external.headers.\"*.example.org\"]\nAccept-Language = \"en\"\nAuthorization = { env = \"TOKEN\" }\n";
        Config::parse(good).unwrap();
    }

    #[test]
    fn accepted_findings() {
        let accept = |text: &str| Config::parse(&format!("title = \"T\"\n[[accept]]\n{text}"));
        let good = "code = \"data/unknown-zone\"\npath = \"content/groups/*.toml\"\nreason = \"R\"";
        let accepted = &accept(good).unwrap().accept[0];
        assert_eq!(accepted.location.as_ref().map(|at| (at.line, at.column)), Some((4, 8)));
        let in_community =
            FileName { source: Some("community".into()), path: "content/groups/x.toml".into() };
        assert!(
            accepted.matches(&FileName::site("content/groups/x.toml")) && accepted.matches(&in_community)
        );
        assert!(!accepted.matches(&FileName::site("content/groups/x/y.toml")));
        for (text, code, at, help) in [
            (
                "code = \"data/unknown-zon\"\npath = \"x\"\nreason = \"R\"",
                "data/invalid-value",
                (3, 8),
                "`data/unknown-zone`",
            ),
            ("code = \"data/unknown-zone\"\npath = \"x\"\nreason = \" \"", "data/missing-field", (5, 10), ""),
            ("code = \"data/unknown-zone\"\npath = \"a[\"\nreason = \"R\"", "data/invalid-value", (4, 8), ""),
            (
                "code = \"data/unknown-zone\"\npath = \"x\"\nsource = \"y\"\nreason = \"R\"",
                "data/invalid-value",
                (5, 10),
                "",
            ),
            ("code = \"data/unknown-zone\"\npath = \"x\"", "data/missing-field", (2, 1), ""),
            ("code = \"data/unknown-zone\"\nreason = \"R\"", "data/missing-field", (2, 1), ""),
            (
                "code = \"data/unknown-zone\"\npath = \"x\"\nreson = \"R\"",
                "data/unknown-field",
                (5, 1),
                "`reason`",
            ),
        ] {
            let error = accept(text).unwrap_err();
            let location = error.location.as_ref().map(|at| (at.line, at.column));
            assert_eq!((error.code.name(), location), (code, Some(at)), "{text}");
            assert!(error.help.unwrap_or_default().contains(help), "{text}");
        }
    }

    #[test]
    fn wrong_values() {
        for (text, code) in [
            ("title = 3", "data/wrong-type"),
            ("title = \"T\"\nbase_url = \"example.org\"", "data/invalid-value"),
            ("title = \"T\"\ntheme = \"../x\"", "data/invalid-value"),
            ("title = \"T\"\ntheme = \"\"", "data/missing-field"),
            ("title = \"T\"\nbase_url = \" \"", "data/missing-field"),
            ("title = \"T\"\n[publish]\nbranch = \"\"", "data/missing-field"),
            ("title = \"T\"\n[publish]\ncname = \"\"", "data/missing-field"),
            ("title = \"T\"\n[[source]]\npath = \"c\"\nweb = \"\"", "data/missing-field"),
            ("title = \"T\"\n[[source]]\npath = \"c\"\nmount = \"\"", "data/missing-field"),
            ("title = \"T\"\n[publish]\ncname = \"https://a.example\"", "data/invalid-value"),
            ("title = \"T\"\n[publish]\ncname = \"example\"", "data/invalid-value"),
            ("title = \"T\"\n[publish]\nbranch = \"refs/heads/x\"", "data/invalid-value"),
            ("titel = \"T\"", "data/unknown-field"),
            ("", "data/missing-field"),
            (
                "title = \"T\"\n[[source]]\nname=\"a\"\npath=\"a\"\n[[source]]\nname=\"a\"\npath=\"b\"",
                "data/duplicate-id",
            ),
            (
                "title = \"T\"\n[[source]]\nname=\"a\"\npath=\"a\"\nformat=\"markdown\"\nmount=\"x\"\n[[source]]\npath=\"b\"\nformat=\"markdown\"\nmount=\"x/\"",
                "data/duplicate-id",
            ),
            ("title = \"T", "data/syntax"),
        ] {
            assert_eq!(Config::parse(text).unwrap_err().code, code, "{text}");
        }
    }
}
