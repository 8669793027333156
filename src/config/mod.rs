//! `site.toml`.

mod read;

use std::collections::BTreeMap;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::diagnostic::{Code, FileName, Location};
use crate::facts::Kinds;
use crate::formats::{FormatRef, Trust};
use crate::url::is_web;

/// Address that a site can live at, as browsers and other programs write it: percent-encoded, its host in ASCII,
/// with a final `/`. `None` where the text is no such address.
pub fn base_url(text: &str) -> Option<String> {
    let mut address = web_address(text)?;
    if address.contains(['?', '#']) {
        return None;
    }
    with_slash(&mut address);
    Some(address)
}

/// Address of the web as browsers write it. Credentials are none of an address that is published.
fn web_address(text: &str) -> Option<String> {
    let address = ::url::Url::parse(text.trim()).ok().filter(|address| is_web(address.as_str()))?;
    (address.username().is_empty() && address.password().is_none()).then(|| address.into())
}

fn with_slash(address: &mut String) {
    if !address.ends_with('/') {
        address.push('/');
    }
}

/// Whether this can be the domain of a site: `handbook.example.org`.
pub fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| {
        let plain = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    host.contains('.') && host.len() <= 253 && host.split('.').all(is_label)
}

/// Whether git and GitHub accept this as the name of a branch. GitHub refuses names that begin with `refs/` and names
/// that look like the id of a commit; `@` and a leading `-` mean something else to git's commands.
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

/// What `site.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Title of the site.
    pub title: String,
    /// One sentence about the site.
    pub description: Option<String>,
    /// Where the site will live: `https://example.org/handbook/`. Ends in `/`.
    pub base_url: Option<String>,
    /// Name of the theme.
    pub theme: String,
    /// Language of the content (BCP 47).
    pub language: String,
    /// The kinds of group.
    pub kinds: Kinds,
    /// Where an issue is opened: `https://github.com/org/repository/issues/new`.
    pub new_issue: Option<String>,
    /// Whether pages say when they were changed and by whom, as the git histories of their sources have it.
    pub history: bool,
    /// What readers can search.
    pub search: Search,
    /// Whether there is a page that shows every component of the theme.
    pub components: bool,
    /// How addresses outside the site are checked.
    pub external: External,
    /// Where the site is published.
    pub publish: Publish,
    /// Findings that the owners of the site accept.
    pub accept: Vec<Accept>,
    /// Where content comes from.
    pub sources: Vec<SourceConfig>,
}

/// `[search]`: what readers can search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Whether the site has a search at all.
    pub enabled: bool,
    /// How many words of the texts of a mounted document are found, and how many of its headings; 0 for all. The
    /// handbook's own texts and normative documents are found whole.
    pub words: usize,
}

impl Default for Search {
    fn default() -> Self {
        Self { enabled: true, words: 100 }
    }
}

/// `[external]`: how addresses outside the site are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// Statuses, besides those of success, that count as an answer.
    pub accept: Vec<u16>,
    /// Addresses not to ask for; `*` stands for anything.
    pub exclude: Vec<String>,
    /// Seconds to wait for an answer.
    pub timeout: u64,
    /// How often to ask again what may be better later.
    pub retries: u32,
    /// How many hosts to ask at once.
    pub hosts: usize,
    /// Most questions to one host in a second, redirects and repetitions included.
    pub rate: u32,
    /// Hours for which an answer is believed.
    pub max_age: i64,
    /// Further headers, by pattern of hosts and by name.
    pub headers: BTreeMap<String, BTreeMap<String, HeaderText>>,
    /// Which hosts may belong to a private network though a mounted document names them.
    pub allow_private: AllowPrivate,
}

/// The value of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderText {
    /// The value itself.
    Text(String),
    /// The name of the variable of the environment that holds it.
    Variable {
        /// The name.
        env: String,
    },
}

/// Which hosts may belong to a private network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowPrivate {
    /// All or none.
    All(bool),
    /// Those that match a pattern.
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

/// `[publish]`: where the site is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Name or address of the remote that is pushed to.
    pub remote: String,
    /// The branch that holds the published site, and nothing else.
    pub branch: String,
    /// The domain of the site, where it has one of its own.
    pub cname: Option<String>,
}

impl Default for Publish {
    fn default() -> Self {
        Self { remote: "origin".into(), branch: "gh-pages".into(), cname: None }
    }
}

/// An `[[accept]]`: a finding that the owners of the site accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accept {
    /// Code of the finding.
    pub code: Code,
    /// Path of the file that the finding is about, from the folder of the site or of its source. `*` stands for
    /// anything but `/`, `**` for anything.
    pub path: String,
    /// Name of the source that holds the file; any when absent.
    pub source: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Where `site.toml` says so.
    pub location: Option<Location>,
}

impl Accept {
    /// Whether it accepts findings in a file.
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
    /// Name for `--source` and for diagnostics.
    pub name: Option<String>,
    /// What kind of files it holds.
    pub format: FormatRef,
    /// Whose text it holds.
    pub trust: Trust,
    /// Its folder, relative to the site.
    pub path: String,
    /// Whether its folder may be absent.
    pub optional: bool,
    /// First part of the address of its documents; none for the handbook's own.
    pub mount: Option<String>,
    /// Address under which its files are found on the web. Ends in `/`.
    pub web: Option<String>,
    /// Address under which its files are edited on the web. Ends in `/`; of a repository on GitHub it follows
    /// from `web`.
    pub edit: Option<String>,
    /// Other addresses that mean its files.
    pub aliases: Vec<String>,
    /// Addresses that the names of channels are appended to, by kind of channel.
    pub channels: BTreeMap<String, String>,
    /// Address that the name of a team is appended to.
    pub teams: Option<String>,
    /// The document that charters of groups are written from: what they left of it says nothing of a group.
    pub charter_template: Option<String>,
    /// What to make of references that lead nowhere.
    pub broken_links: Option<BrokenLinks>,
    /// Files to leave out, in the syntax of `.gitignore`.
    pub exclude: Vec<String>,
    /// Documents that hold obligations, in the syntax of `.gitignore`.
    pub normative: Vec<String>,
}

/// What to make of references that lead nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenLinks {
    /// The build fails.
    Error,
    /// They are reported.
    Warn,
    /// They are not reported.
    Ignore,
}

impl SourceConfig {
    /// Its name, else its folder's.
    pub fn title(&self) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None => self.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned(),
        }
    }

    /// What to make of references that lead nowhere: an error unless the source says otherwise.
    pub fn broken_links(&self) -> BrokenLinks {
        self.broken_links.unwrap_or(BrokenLinks::Error)
    }
}

impl Config {
    /// The path part of `base_url`; `/` where there is none.
    pub fn base_path(&self) -> &str {
        let address = self.base_url.as_deref().unwrap_or("/");
        let after_scheme = address.find("://").map_or(0, |i| i + 3);
        address[after_scheme..].find('/').map_or("/", |i| &address[after_scheme + i..])
    }
}

/// Tells the paths below a folder that patterns name, in the syntax of `.gitignore`.
pub fn gitignore(root: impl AsRef<Path>, patterns: &[String]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(root);
    for pattern in patterns {
        // Malformed patterns were reported when the configuration was read.
        let _ = builder.add_line(None, pattern);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_that_works() {
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
            let place = error.location.unwrap();
            assert_eq!((error.code.name(), place.line), ("data/invalid-value", 3), "{line}");
            assert!(place.column > 1, "{line}");
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
            let place = error.location.as_ref().map(|at| (at.line, at.column));
            assert_eq!((error.code.name(), place), (code, Some(at)), "{text}");
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
