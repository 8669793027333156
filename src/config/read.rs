//! Reads `site.toml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::keys::{BROKEN_LINKS, FAIL_ON, SITE, VARIABLE};
use super::{
    Accept, AllowPrivate, BrokenLinks, Config, DEFAULT_THEME, External, FILE, HeaderText, PathPatterns,
    Publish, Rules, Search, SourceConfig, base_url, brand, is_branch_name, is_domain, navigation,
    path_pattern, web_address, with_slash,
};
use crate::diagnostic::{CODES, Diagnostic, FileName, code};
use crate::facts::{ChannelKind, Vocabulary};
use crate::formats::{self, Format};
use crate::parse::{self, At, Fields, Node, Reader, SeenIds, Value};
use crate::site_path::SitePath;
use crate::url;

/// The folder of the source of a site that names none.
const DEFAULT_SOURCE: &str = "content";

impl Config {
    /// Reads `site.toml`.
    ///
    /// # Errors
    /// The first fault in the file, with its location.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let file = FileName::site(FILE);
        let tree = parse::toml(&file, text, 0..text.len())?;
        let mut reader = Reader::strict(&file, text);
        let config = reader.fields(FILE, &tree, &SITE).map(|mut fields| {
            let config = site(&mut reader, &mut fields);
            fields.finish(&mut reader);
            config
        });
        // A missing key is reported last, as it may be a misspelt one.
        let position = |fault: &Diagnostic| {
            (fault.code == code::DATA_MISSING_FIELD, fault.location.as_ref().map(|at| (at.line, at.column)))
        };
        match (config, reader.diagnostics.into_iter().min_by_key(position)) {
            (Some(config), None) => Ok(config),
            (_, Some(fault)) => Err(fault),
            (None, None) => unreachable!("a file of TOML is a table"),
        }
    }
}

fn site(reader: &mut Reader, fields: &mut Fields) -> Config {
    let title = fields.required(reader, "title").map(At::into_value).unwrap_or_default();
    let description = fields.text(reader, "description").map(At::into_value);
    let base_url = fields.filled(reader, "base_url").and_then(|text| {
        let address = base_url(&text);
        if address.is_none() {
            let message = format!("invalid base URL `{}`", text.value);
            let help = "write the full address, such as https://example.org/handbook/";
            reader.invalid(&text, message, Some(help));
        }
        address
    });
    let theme = fields.filled(reader, "theme");
    if let Some(theme) = theme.as_ref().filter(|theme| theme.contains(['/', '\\']) || theme.starts_with('.'))
    {
        reader.invalid(
            theme,
            format!("invalid theme name `{}`: it must be the name of a folder in themes/", theme.value),
            None,
        );
    }
    let language = fields.text(reader, "language").map(At::into_value);
    let brand = fields.table(reader, "brand").map(|fields| brand::brand(reader, fields));
    let navigation = fields.tables(reader, "navigation");
    let navigation = navigation::entries(reader, navigation);
    let new_issue = web(reader, fields, "new_issue");
    let history = fields.boolean(reader, "history");
    let source_formats = source_formats(reader, fields);
    let mut vocabulary = formats::vocabulary(reader, fields, &formats::base_vocabulary(&source_formats));
    let search = fields.table(reader, "search").map(|fields| search(reader, fields));
    let components = fields.boolean(reader, "components");
    let external = fields.table(reader, "external").map(|fields| external(reader, fields));
    let publish = fields.table(reader, "publish").map(|fields| publish(reader, fields));
    let rules = fields.table(reader, "rules").map(|fields| rules(reader, fields));
    let accept = fields.tables(reader, "accept");
    let sources = sources(reader, fields, &vocabulary);
    if sources.iter().any(|source| source.format.mapped().is_some_and(|mapped| mapped.mapping.has_groups())) {
        vocabulary.kinds = vocabulary.kinds.with_unnamed();
    }
    let names: Vec<&str> = sources.iter().filter_map(|source| source.name.as_deref()).collect();
    let accept = accept.into_iter().filter_map(|fields| self::accept(reader, fields, &names)).collect();
    Config {
        title,
        description,
        base_url,
        theme: theme.map(At::into_value).unwrap_or_else(|| DEFAULT_THEME.into()),
        language: language.unwrap_or_else(|| "en".into()),
        brand: brand.unwrap_or_default(),
        navigation,
        vocabulary,
        new_issue,
        history: history.unwrap_or(true),
        search: search.unwrap_or_default(),
        components: components.unwrap_or(false),
        external: external.unwrap_or_default(),
        publish: publish.unwrap_or_default(),
        rules: rules.unwrap_or_default(),
        accept,
        sources,
    }
}

fn rules(reader: &mut Reader, mut fields: Fields) -> Rules {
    let fail_on = fields.filled(reader, "fail_on");
    let fail_on = fail_on.and_then(|given| reader.choice(&given, "value of `fail_on`", FAIL_ON));
    fields.finish(reader);
    Rules { fail_on: fail_on.unwrap_or_default() }
}

fn search(reader: &mut Reader, mut fields: Fields) -> Search {
    let defaults = Search::default();
    let search = Search {
        enabled: fields.boolean(reader, "enabled").unwrap_or(defaults.enabled),
        words: fields.number(reader, "words").unwrap_or(defaults.words),
    };
    fields.finish(reader);
    search
}

fn publish(reader: &mut Reader, mut fields: Fields) -> Publish {
    let defaults = Publish::default();
    let remote = fields.filled(reader, "remote").map(At::into_value).unwrap_or(defaults.remote);
    let branch = fields.filled(reader, "branch");
    if let Some(branch) = branch.as_ref().filter(|branch| !is_branch_name(branch)) {
        let message = format!("invalid branch name `{}`", branch.value);
        reader.invalid(branch, message, Some("write only the name, such as gh-pages"));
    }
    let cname = fields.filled(reader, "cname");
    if let Some(cname) = cname.as_ref().filter(|cname| !is_domain(cname)) {
        let message = format!("invalid domain `{}`", cname.value);
        reader.invalid(cname, message, Some("write only the domain, such as handbook.example.org"));
    }
    fields.finish(reader);
    Publish {
        remote,
        branch: branch.map(At::into_value).unwrap_or(defaults.branch),
        cname: cname.map(At::into_value),
    }
}

fn external(reader: &mut Reader, mut fields: Fields) -> External {
    let defaults = External::default();
    let accept = fields.list(reader, "accept").iter().filter_map(|node| status(reader, node)).collect();
    let exclude = fields.texts(reader, "exclude");
    check_globs(reader, "exclude", &exclude);
    let external = External {
        accept,
        exclude: values(exclude),
        timeout: fields.number(reader, "timeout").unwrap_or(defaults.timeout),
        retries: fields.number(reader, "retries").unwrap_or(defaults.retries),
        hosts: fields.number(reader, "hosts").unwrap_or(defaults.hosts),
        rate: fields.number(reader, "rate").unwrap_or(defaults.rate),
        // A negative maximum age disables the cache.
        max_age: fields.number(reader, "max_age").unwrap_or(defaults.max_age),
        headers: headers(reader, &mut fields),
        allow_private: allow_private(reader, &mut fields),
    };
    fields.finish(reader);
    external
}

fn status(reader: &mut Reader, node: &Node) -> Option<u16> {
    let Value::Integer(status) = node.value else {
        reader.wrong_type("accept", node, "numbers");
        return None;
    };
    let valid = u16::try_from(status).ok().filter(|status| (100..=599).contains(status));
    if valid.is_none() {
        reader.report(code::DATA_INVALID_VALUE, &node.span, format!("invalid HTTP status `{status}`"), None);
    }
    valid
}

fn allow_private(reader: &mut Reader, fields: &mut Fields) -> AllowPrivate {
    const KEY: &str = "allow_private";
    if let Some(Node { value: Value::Boolean(all), .. }) = fields.node(KEY) {
        return AllowPrivate::All(*all);
    }
    let hosts = fields.texts(reader, KEY);
    check_globs(reader, KEY, &hosts);
    if hosts.is_empty() { AllowPrivate::All(false) } else { AllowPrivate::Hosts(values(hosts)) }
}

fn headers(reader: &mut Reader, fields: &mut Fields) -> BTreeMap<String, BTreeMap<String, HeaderText>> {
    let mut headers = BTreeMap::new();
    for (hosts, node) in fields.entries(reader, "headers") {
        check_globs(reader, "headers", std::slice::from_ref(&hosts));
        let Value::Table(entries) = &node.value else {
            reader.wrong_type(&hosts, node, "a table of headers");
            continue;
        };
        let named = entries.iter().filter_map(|(key, node)| {
            // The span is that of the value, so that a diagnostic marks the whole entry.
            let name = At { value: key.name.clone(), span: node.span.clone() };
            Some((key.name.clone(), header(reader, &name, node)?))
        });
        let named = named.collect();
        headers.insert(hosts.value, named);
    }
    headers
}

fn header(reader: &mut Reader, name: &At<String>, node: &Node) -> Option<HeaderText> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let is_kept = ["host", "content-length", "transfer-encoding"].contains(&name.to_lowercase().as_str());
    if is_kept || name.is_empty() || !name.chars().all(is_token) {
        reader.invalid(name, format!("the header `{}` cannot be set", name.value), None);
        return None;
    }
    match &node.value {
        Value::Text(text) => {
            if !text.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
                let message = format!("invalid value for the header `{}`", name.value);
                reader.invalid(name, message, None);
            }
            Some(HeaderText::Text(text.clone()))
        }
        _ => {
            let mut fields = reader.fields(&name.value, node, &VARIABLE)?;
            let env = fields.required(reader, "env");
            fields.finish(reader);
            if let Some(env) = env.as_ref().filter(|env| env.contains(['=', '\0'])) {
                reader.invalid(name, format!("invalid environment variable name `{}`", env.value), None);
            }
            Some(HeaderText::Variable { env: env?.value })
        }
    }
}

fn accept(reader: &mut Reader, mut fields: Fields, sources: &[&str]) -> Option<Accept> {
    let code = fields.required(reader, "code");
    let known_code =
        code.as_ref().and_then(|code| CODES.iter().find(|known_code| **known_code == code.as_str()).copied());
    if let Some(code) = code.as_ref().filter(|_| known_code.is_none()) {
        reader.unknown_value(code, "code", &CODES.iter().map(|code| code.name()).collect::<Vec<_>>());
    }
    let path = fields.required(reader, "path");
    if let Some((path, error)) = path.as_ref().and_then(|path| Some((path, path_pattern(path).err()?))) {
        reader.invalid(path, format!("invalid pattern for `path`: {error}"), None);
    }
    let source = fields.text(reader, "source");
    if let Some(source) = source.as_ref().filter(|source| !sources.contains(&source.as_str())) {
        reader.unknown_value(source, "source", sources);
    }
    let reason = fields.required(reader, "reason");
    fields.finish(reader);
    let path = path?;
    let location = Some(reader.location(&path.span));
    Some(Accept {
        code: known_code?,
        path: path.value,
        source: source.map(At::into_value),
        reason: reason?.value,
        location,
    })
}

/// The formats that sources name, before the sources are read: their presets define words that mappings use.
fn source_formats(reader: &mut Reader, fields: &mut Fields) -> Vec<At<String>> {
    let tables = fields.tables(reader, "source");
    let named = tables.into_iter().filter_map(|mut fields| match fields.node("format") {
        Some(Node { value: Value::Text(name), span }) => Some(At { value: name.clone(), span: span.clone() }),
        _ => None,
    });
    named.collect()
}

fn sources(reader: &mut Reader, fields: &mut Fields, vocabulary: &Vocabulary) -> Vec<SourceConfig> {
    let (mut names, mut mounts) = (SeenIds::new(), SeenIds::new());
    // A site without sources is in its folder `content`.
    if fields.node("source").is_none() {
        return vec![SourceConfig::new(DEFAULT_SOURCE, Format::Handbook)];
    }
    let tables = fields.tables(reader, "source");
    tables
        .into_iter()
        .filter_map(|fields| source(reader, fields, vocabulary, &mut names, &mut mounts))
        .collect()
}

fn source<'n>(
    reader: &mut Reader,
    mut fields: Fields<'n>,
    vocabulary: &'n Vocabulary,
    names: &mut SeenIds,
    mounts: &mut SeenIds,
) -> Option<SourceConfig> {
    let start = fields.span.start..fields.span.start;
    let name = fields.text(reader, "name");
    if let Some(name) = &name {
        reader.unique(names, name, "source name");
    }
    let format = Format::read(reader, &mut fields, vocabulary);
    let path = fields.required(reader, "path").map(|path| path.value.trim_end_matches('/').to_owned());
    let optional = fields.boolean(reader, "optional").unwrap_or(false);
    let mount = fields.filled(reader, "mount");
    let web = web_folder(reader, &mut fields, "web");
    let edit = web_folder(reader, &mut fields, "edit");
    let mut aliases = values(fields.texts(reader, "aliases"));
    aliases.iter_mut().for_each(with_slash);
    let teams = web_folder(reader, &mut fields, "teams");
    let charter_template = fields.text(reader, "charter_template").map(At::into_value);
    let broken_links = broken_links(reader, &mut fields);
    let exclude = patterns(reader, &mut fields, "exclude");
    let normative = patterns(reader, &mut fields, "normative");
    // Other fields of a source take precedence over kinds of channel.
    let kinds = vocabulary.channels.iter().filter(|kind| !fields.is_read(&kind.key));
    let kinds: Vec<_> = kinds.collect();
    let channel =
        |kind: &'n Arc<ChannelKind>| Some((kind.id.clone(), web_folder(reader, &mut fields, &kind.key)?));
    let channels = kinds.into_iter().filter_map(channel).collect();
    fields.finish(reader);
    aliases.extend(web.iter().flat_map(|web| url::equivalent_addresses(web)));
    let (format, path) = (format?, path?);
    let trust = format.trust();
    let edit = edit.or_else(|| web.as_deref().and_then(url::edit_address));
    let mut source = SourceConfig {
        name: name.map(At::into_value),
        format,
        trust,
        path,
        optional,
        mount: None,
        web,
        edit,
        aliases,
        channels,
        teams,
        charter_template,
        broken_links,
        has_documents: !exclude.matches(ANY_DOCUMENT, false),
        exclude,
        normative,
    };
    let mount_or_title =
        mount.or_else(|| (!trust.is_own()).then(|| At { value: source.title(), span: start }));
    source.mount = mount_or_title.and_then(|mount| self::mount(reader, &mount, mounts));
    Some(source)
}

/// A document that is excluded only if all are.
const ANY_DOCUMENT: &str = "\u{10ffff}/\u{10ffff}.md";

/// Reads the first part of the addresses of a source.
fn mount(reader: &mut Reader, text: &At<String>, mounts: &mut SeenIds) -> Option<String> {
    let mount = At { value: text.trim_matches('/').to_owned(), span: text.span.clone() };
    if let Err(fault) = SitePath::of_address(&format!("/{}/", mount.value)) {
        reader.invalid(
            &mount,
            format!("invalid `mount`: it {fault}; write a path such as `community`"),
            None,
        );
        return None;
    }
    reader.unique(mounts, &mount, "mount path").then_some(mount.value)
}

fn broken_links(reader: &mut Reader, fields: &mut Fields) -> Option<BrokenLinks> {
    let value = fields.text(reader, "broken_links")?;
    reader.choice(&value, "`broken_links` value", BROKEN_LINKS)
}

/// Reads patterns in `.gitignore` syntax.
fn patterns(reader: &mut Reader, fields: &mut Fields, key: &'static str) -> PathPatterns {
    let patterns = fields.texts(reader, key);
    for pattern in &patterns {
        if let Err(error) = PathPatterns::check(pattern) {
            reader.invalid(pattern, format!("invalid pattern for `{key}`: {error}"), None);
        }
    }
    PathPatterns::new(values(patterns))
}

fn check_globs(reader: &mut Reader, key: &str, patterns: &[At<String>]) {
    for pattern in patterns {
        if let Err(error) = globset::Glob::new(pattern) {
            reader.invalid(pattern, format!("invalid pattern for `{key}`: {error}"), None);
        }
    }
}

/// Reads a web address and normalizes it as browsers do.
fn web<'n>(reader: &mut Reader, fields: &mut Fields<'n>, key: &'n str) -> Option<String> {
    let text = fields.filled(reader, key)?;
    let address = web_address(&text);
    if address.is_none() {
        let help = "write the full address, such as https://example.org/";
        reader.invalid(&text, format!("invalid web address for `{key}`"), Some(help));
    }
    address
}

/// Reads a web address to which paths or names are appended.
fn web_folder<'n>(reader: &mut Reader, fields: &mut Fields<'n>, key: &'n str) -> Option<String> {
    let mut address = web(reader, fields, key)?;
    with_slash(&mut address);
    Some(address)
}

fn values(texts: Vec<At<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}
