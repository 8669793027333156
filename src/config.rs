//! `site.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::diagnostic::{self, Diagnostic, FileName, Location, nearest};
use crate::facts::Kinds;
use crate::formats::{self, FormatRef, Trust};
use crate::parse::{self, Node, Value, toml_error};
use crate::site_path::{SitePath, fold};
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Title of the site.
    pub title: String,
    /// One sentence about the site.
    pub description: Option<String>,
    /// Where the site will live: `https://example.org/handbook/`. Ends in `/`.
    pub base_url: Option<String>,
    /// Name of the theme.
    #[serde(default = "default_theme")]
    pub theme: String,
    /// Language of the content (BCP 47).
    #[serde(default = "default_language")]
    pub language: String,
    /// The kinds of group.
    #[serde(skip)]
    pub kinds: Kinds,
    /// Where an issue is opened: `https://github.com/org/repository/issues/new`.
    pub new_issue: Option<String>,
    /// Whether pages say when they were changed and by whom, as the git histories of their sources have it.
    #[serde(default = "default_history")]
    pub history: bool,
    /// What readers can search.
    #[serde(default)]
    pub search: Search,
    /// Whether there is a page that shows every component of the theme.
    #[serde(default)]
    pub components: bool,
    /// How addresses outside the site are checked.
    #[serde(default)]
    pub external: External,
    /// Where the site is published.
    #[serde(default)]
    pub publish: Publish,
    /// Findings that the owners of the site accept.
    #[serde(default)]
    pub accept: Vec<Accept>,
    /// Where content comes from.
    #[serde(default, rename = "source")]
    pub sources: Vec<SourceConfig>,
}

/// `[search]`: what readers can search.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// Code of the finding.
    pub code: String,
    /// Path of the file that the finding is about, from the folder of the site or of its source. `*` stands for
    /// anything but `/`, `**` for anything.
    pub path: String,
    /// Name of the source that holds the file; any when absent.
    pub source: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Where `site.toml` says so.
    #[serde(skip)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Name for `--source` and for diagnostics.
    pub name: Option<String>,
    /// What kind of files it holds.
    #[serde(default = "handbook", deserialize_with = "format")]
    pub format: FormatRef,
    /// Whose text it holds.
    #[serde(skip)]
    pub trust: Trust,
    /// Its folder, relative to the site.
    pub path: String,
    /// Whether its folder may be absent.
    #[serde(default)]
    pub optional: bool,
    /// First part of the address of its documents; none for the handbook's own.
    pub mount: Option<String>,
    /// Address under which its files are found on the web. Ends in `/`.
    pub web: Option<String>,
    /// Address under which its files are edited on the web. Ends in `/`; of a repository on GitHub it follows
    /// from `web`.
    pub edit: Option<String>,
    /// Other addresses that mean its files.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Address that the name of a chat channel is appended to.
    pub slack: Option<String>,
    /// Address that the name of a GitHub team is appended to.
    pub teams: Option<String>,
    /// The document that charters of groups are written from: what they left of it says nothing of a group.
    pub charter_template: Option<String>,
    /// What to make of references that lead nowhere.
    pub broken_links: Option<BrokenLinks>,
    /// Files to leave out, in the syntax of `.gitignore`.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Documents that hold obligations, in the syntax of `.gitignore`.
    #[serde(default)]
    pub normative: Vec<String>,
}

fn handbook() -> FormatRef {
    formats::FORMATS[0]
}

fn format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FormatRef, D::Error> {
    let name = String::deserialize(deserializer)?;
    formats::format(&name).ok_or_else(|| D::Error::unknown_variant(&name, &formats::NAMES))
}

/// What to make of references that lead nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
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
    /// Reads `site.toml`.
    ///
    /// # Errors
    /// The first fault in the file, with its place.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let file = FileName::site(FILE);
        let mut config: Self = toml::from_str(text).map_err(|error| toml_error(&file, text, &error))?;
        config.kinds = formats::default_kinds().clone();
        let invalid = |value: &str, message: String| {
            let span = text.find(value).map_or(0..0, |start| start..start + value.len());
            Diagnostic::error("data/invalid-value", message, Location::of(&file, text, span))
        };
        let tree = parse::toml(&file, text, 0..text.len()).ok();
        let place = |path: &[&str]| {
            let span = tree.as_ref().and_then(|tree| span(tree, path));
            Location::of(&file, text, span.unwrap_or_default())
        };
        let not_web = |key: &str, value: &str| {
            invalid(value, format!("`{key}` is not an address of the web"))
                .help("write the whole address, such as https://example.org/")
        };
        if let Some(written) = &config.base_url {
            let Some(base_url) = base_url(written) else {
                return Err(invalid(written, format!("`{written}` is no address a site can live at"))
                    .help("write the whole address, such as https://example.org/handbook/"));
            };
            config.base_url = Some(base_url);
        }
        if let Some(written) = &config.new_issue {
            config.new_issue = Some(web_address(written).ok_or_else(|| not_web("new_issue", written))?);
        }
        if config.theme.is_empty() || config.theme.contains(['/', '\\']) || config.theme.starts_with('.') {
            return Err(invalid(
                &config.theme,
                format!("`{}` is no name of a folder in themes/", config.theme),
            ));
        }
        check_external(&config.external, place)?;
        if let Some(cname) = config.publish.cname.as_ref().filter(|cname| !is_domain(cname)) {
            return Err(invalid(cname, format!("`{cname}` is no domain"))
                .help("write the name alone, such as handbook.example.org"));
        }
        if !is_branch_name(&config.publish.branch) {
            let branch = &config.publish.branch;
            return Err(invalid(branch, format!("invalid branch name `{branch}`"))
                .help("write the name alone, such as gh-pages"));
        }
        let codes = diagnostic::codes();
        let sources: Vec<&str> = config.sources.iter().filter_map(|source| source.name.as_deref()).collect();
        for (index, accept) in config.accept.iter_mut().enumerate() {
            let index = index.to_string();
            let at = |key: &str| place(&["accept", &index, key]);
            let fault =
                |key: &str, message: String| Diagnostic::error("data/invalid-value", message, at(key));
            let did_you_mean = |name: Option<&str>| name.map(|name| format!("did you mean `{name}`?"));
            if !codes.contains(&accept.code) {
                let known = nearest(&accept.code, codes.iter().map(String::as_str));
                return Err(
                    fault("code", format!("unknown code `{}`", accept.code)).maybe_help(did_you_mean(known))
                );
            }
            if let Err(error) = path_pattern(&accept.path) {
                return Err(fault("path", format!("`path`: {error}")));
            }
            if let Some(name) = accept.source.as_deref().filter(|name| !sources.contains(name)) {
                let known = nearest(name, sources.iter().copied());
                return Err(
                    fault("source", format!("unknown source `{name}`")).maybe_help(did_you_mean(known))
                );
            }
            if accept.reason.trim().is_empty() {
                return Err(Diagnostic::error("data/missing-field", "`reason` is empty", at("reason"))
                    .help("say why the finding is accepted"));
            }
            accept.location = Some(at("path"));
        }
        // The second place where a key has a value.
        let second = |key: &str, value: &str| {
            let is_value = |at: &usize| {
                let line = text[..*at].rsplit('\n').next().unwrap_or_default();
                line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
            };
            let at = text.match_indices(value).map(|(at, _)| at).filter(is_value).nth(1)?;
            Some(Location::of(&file, text, at..at + value.len()))
        };
        let mut names = std::collections::BTreeSet::new();
        let mut mounts = std::collections::BTreeSet::new();
        for source in &mut config.sources {
            if let Some(name) = source.name.as_ref().filter(|name| !names.insert((*name).clone())) {
                return Err(Diagnostic::error(
                    "data/duplicate-id",
                    format!("two sources are named `{name}`"),
                    second("name", name),
                ));
            }
            source.trust = source.format.trust();
            if !source.trust.is_own() && source.mount.is_none() {
                source.mount = Some(source.title());
            }
            if let Some(mount) = &mut source.mount {
                *mount = mount.trim_matches('/').to_owned();
                if let Err(fault) = SitePath::of_address(&format!("/{mount}/")) {
                    return Err(invalid(mount, format!("`mount` {fault}; write a path such as `community`")));
                }
                if !mounts.insert(fold(mount).into_owned()) {
                    let message = format!("two sources are mounted at `{mount}`");
                    let error = Diagnostic::error("data/duplicate-id", message, second("mount", mount));
                    return Err(error.help("give each a `mount` of its own"));
                }
            }
            for (key, address) in [
                ("web", &mut source.web),
                ("edit", &mut source.edit),
                ("slack", &mut source.slack),
                ("teams", &mut source.teams),
            ] {
                if let Some(written) = address {
                    let mut read = web_address(written).ok_or_else(|| not_web(key, written))?;
                    with_slash(&mut read);
                    *address = Some(read);
                }
            }
            if source.edit.is_none() {
                source.edit = source.web.as_deref().and_then(github_edit);
            }
            source.aliases.iter_mut().for_each(with_slash);
            source.path = source.path.trim_end_matches('/').to_owned();
            let exclude = source.exclude.iter().map(|pattern| ("exclude", pattern));
            for (key, pattern) in exclude.chain(source.normative.iter().map(|pattern| ("normative", pattern)))
            {
                let mut builder = GitignoreBuilder::new("");
                if let Err(error) = builder.add_line(None, pattern) {
                    return Err(invalid(pattern, format!("`{key}`: {error}")));
                }
            }
        }
        Ok(config)
    }

    /// The path part of `base_url`; `/` where there is none.
    pub fn base_path(&self) -> &str {
        let address = self.base_url.as_deref().unwrap_or("/");
        let after_scheme = address.find("://").map_or(0, |i| i + 3);
        address[after_scheme..].find('/').map_or("/", |i| &address[after_scheme + i..])
    }
}

/// Checks the settings for addresses outside the site: numbers in their range, patterns and headers that are some.
fn check_external(external: &External, place: impl Fn(&[&str]) -> Location) -> Result<(), Diagnostic> {
    let fault = |path: &[&str], message: String| {
        let path: Vec<&str> = ["external"].iter().chain(path).copied().collect();
        Diagnostic::error("data/invalid-value", message, place(&path))
    };
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    for (key, value, range) in [
        ("hosts", number(external.hosts as u64), 1..=256),
        ("rate", external.rate.into(), 1..=1000),
        ("timeout", number(external.timeout), 1..=600),
        ("retries", external.retries.into(), 0..=10),
        // Below zero no answer is believed.
        ("max_age", external.max_age, -1..=87_600),
    ] {
        if !range.contains(&value) {
            return Err(fault(&[key], format!("`{key}` is out of range: {value}")).help(format!(
                "write a number from {} to {}",
                range.start(),
                range.end()
            )));
        }
    }
    for (index, status) in external.accept.iter().enumerate() {
        if !(100..=599).contains(status) {
            return Err(fault(&["accept", &index.to_string()], format!("no status of HTTP is {status}")));
        }
    }
    let check_patterns = |key: &str, patterns: &[String]| {
        patterns.iter().enumerate().try_for_each(|(index, pattern)| match globset::Glob::new(pattern) {
            Ok(_) => Ok(()),
            Err(error) => Err(fault(&[key, &index.to_string()], format!("`{key}`: {error}"))),
        })
    };
    check_patterns("exclude", &external.exclude)?;
    if let AllowPrivate::Hosts(hosts) = &external.allow_private {
        check_patterns("allow_private", hosts)?;
    }
    for (hosts, fields) in &external.headers {
        if let Err(error) = globset::Glob::new(hosts) {
            return Err(fault(&["headers", hosts], format!("`headers`: {error}")));
        }
        for (name, value) in fields {
            let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
            let is_name = !name.is_empty() && name.chars().all(is_token);
            let is_text = |text: &str| text.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
            // Where the value is, for a value in quotes is shown.
            let path = ["headers", hosts.as_str(), name.as_str()];
            if !is_name
                || ["host", "content-length", "transfer-encoding"].contains(&name.to_lowercase().as_str())
            {
                return Err(fault(&path, format!("`{name}` is no header that can be set")));
            }
            match value {
                HeaderText::Text(text) if !is_text(text) => {
                    return Err(fault(
                        &path,
                        format!("the header `{name}` has a value that no header can have"),
                    ));
                }
                HeaderText::Variable { env } if env.is_empty() || env.contains(['=', '\0']) => {
                    return Err(fault(&path, format!("`{env}` is no name of a variable")));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// The span of a value, by the keys and the numbers of items that lead to it.
fn span(tree: &Node, path: &[&str]) -> Option<std::ops::Range<usize>> {
    let node = path.iter().try_fold(tree, |node, step| match &node.value {
        Value::Table(entries) => entries.iter().find(|(key, _)| key.name == *step).map(|(_, node)| node),
        Value::List(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })?;
    Some(node.span.clone())
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

/// Where files are edited that GitHub shows under an address: `…/blob/main/` and `…/edit/main/`.
fn github_edit(web: &str) -> Option<String> {
    let mut parts = web.strip_prefix("https://github.com/")?.splitn(4, '/');
    let (owner, name, view, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    (view == "blob").then(|| format!("https://github.com/{owner}/{name}/edit/{rest}"))
}

fn with_slash(address: &mut String) {
    if !address.ends_with('/') {
        address.push('/');
    }
}

fn default_theme() -> String {
    "default".into()
}

fn default_history() -> bool {
    true
}

fn default_language() -> String {
    "en".into()
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
            assert_eq!((error.code, place.line), ("data/invalid-value", 3), "{line}");
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
            (
                "code = \"data/unknown-zone\"\npath = \"x\"\nreason = \" \"",
                "data/missing-field",
                (5, 10),
                "say why",
            ),
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
            assert_eq!((error.code, place), (code, Some(at)), "{text}");
            assert!(error.help.unwrap_or_default().contains(help), "{text}");
        }
    }

    #[test]
    fn wrong_values() {
        for (text, code) in [
            ("title = 3", "data/wrong-type"),
            ("title = \"T\"\nbase_url = \"example.org\"", "data/invalid-value"),
            ("title = \"T\"\ntheme = \"../x\"", "data/invalid-value"),
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
