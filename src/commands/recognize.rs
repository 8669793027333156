//! Recognizes the data of a community's checkout for `rolebook init --from`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::terminal::one_line;
use crate::config::{Config, SourceConfig};
use crate::diagnostic::{FileName, counted};
use crate::engine::{Engine, Overrides};
use crate::facts::{ACCOUNT_NAME, Vocabulary};
use crate::formats::{self, Candidate, DataFile, Format, Mapping, PRESETS, Preset, Proposal};
use crate::model;
use crate::parse;
use crate::source::{self, Content, Scan, git_output, is_markdown};

/// The preset for lists of reviewers, which says least about a community.
const ALIASES: &str = "owners-aliases";
/// Words in the names of documents that state what is binding.
const BINDING: [&str; 4] = ["governance", "charter", "constitution", "bylaws"];
/// The number of documents of one name from which on a pattern stands for all of them.
const MANY: usize = 3;
/// The number of files that the report names.
const NAMED: usize = 8;

/// The data of a checkout.
pub(super) struct Recognized {
    checkout: PathBuf,
    name: String,
    /// The address of the files on the web.
    web: Option<String>,
    preset: Option<&'static str>,
    proposal: Proposal,
    normative: Vec<String>,
    /// Data files that nothing reads.
    unread: Vec<String>,
}

/// Looks at the files of a checkout.
pub(super) fn recognize(checkout: &Path) -> std::io::Result<Recognized> {
    let checkout = checkout.canonicalize()?;
    if !checkout.is_dir() {
        return Err(std::io::Error::from(std::io::ErrorKind::NotADirectory));
    }
    fs::read_dir(&checkout)?;
    let scan = source::scan(&checkout, &SourceConfig::new("", Format::mapped_by(formats::all_data())), &[]);
    let texts: Vec<(&str, &str)> =
        scan.files.iter().filter_map(|(path, content)| Some((&**path, text(content)?))).collect();
    let (lists, presets): (Vec<&Preset>, Vec<&Preset>) =
        PRESETS.iter().partition(|preset| preset.name == ALIASES);
    let mut preset = best_preset(&presets, &texts);
    let vocabulary = preset.map_or_else(|| formats::default_vocabulary().clone(), words);
    let mapping = preset.map(|preset| preset.mapping(&vocabulary)).unwrap_or_default();
    let rest = texts.iter().filter(|(path, _)| !mapping.holds(path));
    let (data, other): (Vec<_>, Vec<_>) = rest.partition(|(path, _)| formats::may_hold_data(path));
    let candidates: Vec<Candidate> = data.iter().map(|(path, text)| Candidate { path, text }).collect();
    let web = web(&checkout);
    let (account, definition) = kind_of_account(web.as_deref(), &vocabulary);
    let mut proposal = formats::infer(&candidates, &vocabulary, &account);
    if proposal.entries.iter().any(|entry| entry.text.contains(&account)) {
        proposal.words.push_str(&definition);
    }
    let proposal = valid(proposal, preset);
    let patterns: Vec<String> = proposal.entries.iter().map(|entry| entry.files.clone()).collect();
    let proposed = formats::patterns(&patterns);
    if preset.is_none() && proposal.entries.is_empty() {
        preset = best_preset(&lists, &texts);
    }
    let unread = data.iter().chain(&other).map(|(path, _)| *path);
    let final_mapping = preset.map(|preset| preset.mapping(&words(preset))).unwrap_or_default();
    let is_other = |path: &&str| {
        let is_read = is_markdown(path) || final_mapping.holds(path) || proposed.is_match(path);
        !is_read && !formats::configures_programs(path)
    };
    let unread = unread.filter(is_other);
    Ok(Recognized {
        name: checkout
            .file_name()
            .map_or_else(|| "community".into(), |name| parse::slug(&name.to_string_lossy())),
        preset: preset.map(|preset| preset.name),
        normative: normative(&scan),
        unread: unread.map(str::to_owned).collect(),
        proposal,
        web,
        checkout,
    })
}

/// The proposal without entries that `site.toml` would refuse because of unusual names in the data.
fn valid(mut proposal: Proposal, preset: Option<&Preset>) -> Proposal {
    let is_valid = |words: &str, entry: &str| {
        let format = preset.map_or(String::new(), |preset| format!("format = \"{}\"\n", preset.name));
        let source = format!("[[source]]\nname = \"x\"\npath = \"x\"\n{format}\n{entry}");
        Config::parse(&format!("title = \"x\"\n{words}{source}")).is_ok()
    };
    if !is_valid(&proposal.words, "") {
        proposal.words.clear();
    }
    let words = proposal.words.clone();
    proposal.entries.retain(|entry| is_valid(&words, &entry.text));
    proposal
}

fn text(content: &Content) -> Option<&str> {
    match content {
        Content::Text(text) | Content::Repaired(text, _) => Some(text),
        _ => None,
    }
}

fn words(preset: &Preset) -> Vocabulary {
    preset.vocabulary(&Vocabulary::default())
}

/// The preset that finds most people in the files; of several, the first.
fn best_preset(presets: &[&'static Preset], texts: &[(&str, &str)]) -> Option<&'static Preset> {
    let mut best = None;
    for &preset in presets {
        let vocabulary = words(preset);
        let mapping = preset.mapping(&vocabulary);
        let people = people(texts, &mapping, &vocabulary);
        if people > best.map_or(0, |(people, _)| people) {
            best = Some((people, preset));
        }
    }
    best.map(|(_, preset)| preset)
}

/// The number of times that a mapping finds a person in files.
fn people(texts: &[(&str, &str)], mapping: &Mapping, vocabulary: &Vocabulary) -> usize {
    let read = |(path, text): &(&str, &str)| {
        let records = mapping.read(&DataFile { name: &FileName::site(path), path, text, vocabulary });
        let leads: usize = records.groups.iter().map(|group| group.leads.len()).sum();
        leads + records.seats.len()
    };
    texts.iter().filter(|(path, _)| mapping.holds(path)).map(read).sum()
}

/// The documents with obligations, by their names and their text. Of many with one name, a pattern.
fn normative(scan: &Scan) -> Vec<String> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, content) in scan.files.iter().filter(|(path, _)| is_markdown(path)) {
        let lower = path.to_lowercase();
        let names_binding = BINDING.iter().any(|word| lower.contains(word)) && !lower.contains("template");
        let states_obligations =
            || text(content).is_some_and(|text| !parse::parse(text).obligations.is_empty());
        if names_binding && states_obligations() {
            by_name.entry(path.rsplit('/').next().unwrap_or(path)).or_default().push(path);
        }
    }
    let mut patterns = BTreeSet::new();
    for (name, paths) in by_name {
        match paths.len() {
            count if count >= MANY => {
                patterns.insert(format!("**/{name}"));
            }
            _ => patterns.extend(paths.into_iter().map(|path| format!("/{path}"))),
        }
    }
    patterns.into_iter().collect()
}

impl Recognized {
    /// True if groups or people were found.
    pub(super) fn has_data(&self) -> bool {
        self.preset.is_some() || !self.proposal.entries.is_empty()
    }

    /// The text of `site.toml` for a site in a folder.
    pub(super) fn site_toml(&self, site: &Path) -> String {
        let mut text = format!(
            "title = {}\ndescription = \"Who does what in our community\"\nlanguage = \"en\"\n\n[[source]]\npath = \"content\"\n\n",
            quoted(&format!("{} handbook", model::title_from_name(&self.name)))
        );
        text.push_str(&self.proposal.words);
        let _ = writeln!(text, "[[source]]\nname = {}", quoted(&self.name));
        let _ = writeln!(text, "path = {}", quoted(&path_from(site, &self.checkout)));
        if let Some(preset) = self.preset {
            let _ = writeln!(text, "format = {}", quoted(preset));
        } else if self.proposal.entries.is_empty() {
            text.push_str("format = \"markdown\"\n");
        }
        if let Some(web) = &self.web {
            let _ = writeln!(text, "web = {}", quoted(web));
        }
        if let Some(inside) = self.site_inside(site) {
            let _ = writeln!(text, "exclude = [{}]", quoted(&format!("/{inside}/")));
        }
        if !self.normative.is_empty() {
            let patterns: Vec<String> = self.normative.iter().map(|pattern| quoted(pattern)).collect();
            let _ = writeln!(text, "normative = [{}]", patterns.join(", "));
        }
        for entry in &self.proposal.entries {
            let _ = write!(text, "\n{}", entry.text);
        }
        text.trim_end().to_owned() + "\n"
    }

    /// The path of the site in the checkout, if it is there.
    fn site_inside(&self, site: &Path) -> Option<String> {
        let site = site.canonicalize().ok()?;
        let inside = site.strip_prefix(&self.checkout).ok()?;
        Some(source::slashed(inside)).filter(|inside| !inside.is_empty())
    }

    /// The data and the files that nothing reads, as text for the terminal.
    pub(super) fn report(&self, site: &Path) -> String {
        let Ok(engine) = Engine::load(site, &Overrides::default()) else { return String::new() };
        let db = &engine.db;
        let handbook = model::handbook(db);
        let mut text = String::new();
        let mut row = |label: &str, value: String| {
            let _ = writeln!(text, "  {label:<12}{}", one_line(&value));
        };
        let mut files: Vec<&str> = self.proposal.entries.iter().map(|entry| entry.files.as_str()).collect();
        files.dedup();
        let files = files.join(", ");
        let from = match (self.preset, files.is_empty()) {
            (Some(preset), true) => format!("preset `{preset}`"),
            (Some(preset), false) => format!("preset `{preset}`, and {files}"),
            (None, false) => files,
            (None, true) => "no data of groups or people recognized".to_owned(),
        };
        row("data", from);
        let mut kinds = Vec::new();
        for kind in model::kinds(db).iter() {
            let count = handbook.groups.values().filter(|group| group.facts.kind == *kind).count();
            if count > 0 {
                kinds.push(format!("{count} {}", if count == 1 { &kind.label } else { &kind.plural }));
            }
        }
        row("groups", format!("{}{}", handbook.groups.len(), in_brackets(&kinds)));
        row("people", handbook.people.len().to_string());
        let roles: Vec<String> = handbook.roles.values().map(|role| role.title.clone()).collect();
        row("roles", format!("{}{}", roles.len(), in_brackets(&roles)));
        let meetings = handbook.groups.values().flat_map(|group| &group.facts.meetings);
        let (all, clear) = meetings.fold((0, 0), |(all, clear), meeting| {
            (all + 1, clear + usize::from(meeting.schedule.recurrence.is_some()))
        });
        row("meetings", if all == 0 { "0".into() } else { format!("{all} ({clear} with a clear schedule)") });
        let documents =
            engine.files().into_iter().filter(|file| file.is_document(db) && !file.is_own(db)).count();
        row("documents", format!("{documents} ({} with obligations)", model::normative_documents(db).len()));
        let left_out = self.proposal.entries.iter().filter(|entry| !entry.left_out.is_empty());
        for entry in left_out {
            row("not mapped", format!("{} of {}", entry.left_out.join(", "), entry.files));
        }
        if !self.unread.is_empty() {
            let named = self.unread.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            let more = self.unread.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            row("not read", format!("{}: {named}{more}", counted(self.unread.len(), "data file")));
        }
        text
    }
}

fn in_brackets(parts: &[String]) -> String {
    match parts.len() {
        0 => String::new(),
        count if count > NAMED => format!(" ({}, …)", parts[..NAMED].join(", ")),
        _ => format!(" ({})", parts.join(", ")),
    }
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// The path that leads from a folder to another one; the absolute path if they have nothing in common.
fn path_from(folder: &Path, target: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let common = folder.components().zip(target.components()).take_while(|(a, b)| a == b).count();
    if !folder.components().take(common).any(|part| matches!(part, Component::Normal(_))) {
        return target.display().to_string();
    }
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(target.components().skip(common)).collect();
    if path.as_os_str().is_empty() { ".".to_owned() } else { source::slashed(&path) }
}

/// The kind of account that people have at the host of a repository, and its definition unless the vocabulary has it.
fn kind_of_account(web: Option<&str>, vocabulary: &Vocabulary) -> (String, String) {
    let host = web.and_then(|web| web.strip_prefix("https://")?.split('/').next());
    let host = host.unwrap_or("github.com");
    let url = format!("https://{host}/{ACCOUNT_NAME}");
    if let Some(kind) = vocabulary.accounts.iter().find(|kind| kind.url.as_ref() == Some(&url)) {
        return (kind.id.clone(), String::new());
    }
    let id = parse::slug(&host.replace(['.', ':'], "-"));
    let definition = format!("[accounts.{id}]\nlabel = {}\nurl = {}\n\n", quoted(host), quoted(&url));
    (id, definition)
}

/// The address of the files of a checkout on the web, from its remote and branch.
fn web(checkout: &Path) -> Option<String> {
    let git = |arguments: &[&str]| Some(git_output(checkout, arguments)?.trim().to_owned());
    // The checkout may be a folder of another repository.
    let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?).canonicalize().ok()?;
    if top != checkout {
        return None;
    }
    let remote = git(&["remote", "get-url", "origin"])?;
    let branch = git(&["rev-parse", "--abbrev-ref", "HEAD"]).filter(|branch| branch != "HEAD")?;
    let address = match remote.strip_prefix("https://") {
        Some(rest) => rest.rsplit_once('@').map_or(rest, |(_, rest)| rest).to_owned(),
        None => {
            match remote.strip_prefix("ssh://") {
                // The port is that of SSH.
                Some(rest) => {
                    let (host, path) =
                        rest.rsplit_once('@').map_or(rest, |(_, rest)| rest).split_once('/')?;
                    format!("{}/{path}", host.split(':').next()?)
                }
                None => remote.split_once('@')?.1.replacen(':', "/", 1),
            }
        }
    };
    let address = address.trim_end_matches('/').trim_end_matches(".git");
    let host = address.split('/').next()?;
    let view = match host {
        "github.com" => "blob",
        host if host.contains("gitlab") => "-/blob",
        _ => "src/branch",
    };
    Some(format!("https://{address}/{view}/{branch}/"))
}
