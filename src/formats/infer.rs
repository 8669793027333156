//! Infers a mapping from the data files of a checkout: finds records that name people, and what their fields are.
//!
//! The result is a proposal in TOML that people read and correct. What is not clear is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use indexmap::IndexMap;

use super::mapping::{USUAL_COMPANIES, USUAL_HANDLES, USUAL_NAMES, role_key, singular, trees};
use crate::diagnostic::FileName;
use crate::facts::Vocabulary;
use crate::parse::{Node, TableKey, Value, slug};

/// A data file of a checkout.
pub struct Candidate<'a> {
    /// The path relative to the checkout.
    pub path: &'a str,
    /// The content.
    pub text: &'a str,
}

/// A proposed mapping.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// The tables `[kinds]` and `[roles]`.
    pub words: String,
    /// The entries of the source.
    pub entries: Vec<MappingEntry>,
}

/// An entry of a proposed mapping.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MappingEntry {
    /// The pattern of its files.
    pub files: String,
    /// The entry as TOML.
    pub text: String,
    /// Fields that it does not map.
    pub left_out: Vec<String>,
}

/// Extensions of data files.
const EXTENSIONS: [&str; 5] = ["yaml", "yml", "toml", "json", "csv"];
/// Names of files that configure programs.
const TOOLS: [&str; 14] = [
    "package.json",
    "package-lock.json",
    "mkdocs.yml",
    "mkdocs.yaml",
    "netlify.toml",
    "Cargo.toml",
    "Cargo.lock",
    "pyproject.toml",
    "tsconfig.json",
    "renovate.json",
    "_config.yml",
    "book.toml",
    "biome.json",
    "config.toml",
];
/// Folders of packages and of the output of programs.
const PACKAGES: [&str; 5] = ["node_modules", "vendor", "public", "dist", "target"];
/// Words in the names of fields that list people.
const PEOPLE: [&str; 32] = [
    "chair",
    "lead",
    "member",
    "maintainer",
    "owner",
    "approver",
    "reviewer",
    "mentor",
    "liaison",
    "sponsor",
    "people",
    "person",
    "admin",
    "steward",
    "coordinator",
    "representative",
    "emeritus",
    "alumni",
    "committer",
    "ptl",
    "manager",
    "contributor",
    "organizer",
    "facilitator",
    "secretary",
    "ambassador",
    "triager",
    "president",
    "council",
    "delegate",
    "advisor",
    "contact",
];
/// Words in the names of fields that list former holders.
const FORMER: [&str; 4] = ["emeritus", "alumni", "former", "retired"];
/// Words in the paths of files about what no longer is, or never was.
const PAST: [&str; 10] = [
    "archive",
    "archived",
    "completed",
    "retired",
    "inactive",
    "legacy",
    "template",
    "example",
    "test",
    "schema",
];
/// Words in the names of roles whose holders do not lead.
const MEMBERS: [&str; 6] = ["member", "contributor", "reviewer", "mentor", "triager", "ambassador"];
/// Fields with an account, and its kind; without a kind, that of the place where the data is kept.
const ACCOUNTS: [(&str, &str); 12] = [
    ("github", "github"),
    ("username", ""),
    ("handle", ""),
    ("login", ""),
    ("github_handle", "github"),
    ("github_id", "github"),
    ("githubHandle", "github"),
    ("github_username", "github"),
    ("gitlab", "gitlab"),
    ("irc", "irc"),
    ("matrix", "matrix"),
    ("launchpad", "launchpad"),
];
const NAMES: [&str; 6] = ["name", "full_name", "fullname", "display_name", "displayName", "title"];
const COMPANIES: [&str; 5] = ["company", "affiliation", "organization", "employer", "org"];
const MISSIONS: [&str; 6] = ["mission_statement", "mission", "description", "scope", "purpose", "summary"];
const PARENTS: [&str; 4] = ["parent", "subteam-of", "parent_group", "part_of"];
/// The least number of files of one shape in a folder that are read as records.
const FEWEST_FILES: usize = 3;

/// Proposes a mapping for the files that hold groups or people.
/// `account` is the kind of accounts of which the data does not say what they are: that of the place where it is kept.
pub fn infer(files: &[Candidate], vocabulary: &Vocabulary, account: &str) -> Proposal {
    let parsed: Vec<(&str, Node)> = files.iter().filter_map(parsed).collect();
    let mut proposal = Inference {
        vocabulary,
        account,
        kinds: IndexMap::new(),
        roles: BTreeSet::new(),
        entries: Vec::new(),
    };
    let mut folders: IndexMap<&str, Vec<(&str, &Node)>> = IndexMap::new();
    for (path, tree) in &parsed {
        // `members.yaml` is a list of people, not a group.
        if !has_word(stem(path), &PEOPLE) {
            folders
                .entry(path.rsplit_once('/').map_or("", |(folder, _)| folder))
                .or_default()
                .push((path, tree));
        }
    }
    let mut of_folders = BTreeSet::new();
    for (folder, files) in &folders {
        let records: Vec<&Node> = files.iter().map(|(_, tree)| *tree).collect();
        let with_people =
            records.iter().filter(|record| !people_fields(&fields(&[**record])).is_empty()).count();
        let extensions: BTreeSet<&str> = files.iter().filter_map(|(path, _)| extension(path)).collect();
        if files.len() >= FEWEST_FILES
            && with_people * 2 > files.len()
            && extensions.len() == 1
            && !folder.is_empty()
        {
            let extension = extensions.first().copied().unwrap_or_default();
            let pattern = format!("{}/*.{extension}", globset::escape(folder));
            let name = folder.rsplit('/').next().unwrap_or(folder);
            proposal.group(&pattern, None, name, &records, "@stem");
            of_folders.insert(*folder);
        }
    }
    for (path, tree) in &parsed {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !of_folders.contains(folder) && !is_document(path) {
            proposal.file(path, tree);
        }
    }
    proposal.finish()
}

/// True if a file may hold data of a community, for documents in their front matter.
pub fn may_hold_data(path: &str) -> bool {
    let is_past = has_word(path.rsplit_once('.').map_or(path, |(path, _)| path), &PAST);
    let is_data =
        || extension(path).is_some_and(|extension| EXTENSIONS.contains(&&*extension.to_lowercase()));
    !is_past && !configures_programs(path) && (is_document(path) || is_data())
}

/// True for files of programs: those with well-known names, and those in hidden folders and in folders of packages.
pub fn configures_programs(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_package = |part: &str| part.starts_with('.') || PACKAGES.contains(&part);
    TOOLS.contains(&name) || path.split('/').any(is_package)
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

fn extension(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.rsplit_once('.').map(|(_, extension)| extension)
}

/// True for a document, whose front matter may be a record.
fn is_document(path: &str) -> bool {
    extension(path).is_some_and(|extension| extension.eq_ignore_ascii_case("md"))
}

fn parsed<'a>(file: &Candidate<'a>) -> Option<(&'a str, Node)> {
    let has_front_matter = || ["---", "+++"].iter().any(|fence| file.text.starts_with(fence));
    if is_document(file.path) && !has_front_matter() {
        return None;
    }
    let (trees, faults) = trees(&FileName::site(file.path), file.path, file.text, None);
    let tree = trees.into_iter().next()?;
    faults.is_empty().then_some((file.path, tree))
}

/// A field of records, with its values.
type FieldValues<'n> = IndexMap<&'n str, Vec<&'n Node>>;

/// The fields of records whose names are paths.
fn fields<'n>(records: &[&'n Node]) -> FieldValues<'n> {
    let mut fields = FieldValues::new();
    for record in records {
        if let Value::Table(entries) = &record.value {
            for (key, node) in
                entries.iter().filter(|(key, node)| is_path(&key.name) && node.value != Value::Null)
            {
                fields.entry(&key.name).or_default().push(node);
            }
        }
    }
    fields
}

/// The content of a field with people.
enum People {
    /// A person, or a list of people.
    List,
    /// Lists of people by role: a table, or a list of tables with one key each.
    ByRole,
}

fn people_fields<'n>(fields: &FieldValues<'n>) -> Vec<(&'n str, People)> {
    let people = fields.iter().filter_map(|(name, values)| {
        let items: Vec<&Node> = values.iter().flat_map(|node| items(node)).collect();
        let names_people = has_word(name, &PEOPLE) || *name == "leadership";
        if items.is_empty() || !names_people && !items.iter().all(|item| has_account(item)) {
            return None;
        }
        if items.iter().all(|item| is_person(item)) {
            return Some((*name, People::List));
        }
        let by_role = items.iter().all(|item| match &item.value {
            Value::Table(entries) => entries.iter().all(|(key, node)| {
                let people = self::items(node);
                has_word(&key.name, &PEOPLE) && people.iter().all(|person| is_person(person))
            }),
            _ => false,
        });
        by_role.then_some((*name, People::ByRole))
    });
    people.collect()
}

/// The items of a list; any other value is its only item.
fn items(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::List(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        _ => vec![node],
    }
}

fn is_person(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => is_handle(text),
        Value::Table(entries) => {
            let has = |names: &[&str]| entries.iter().any(|(key, _)| names.contains(&key.name.as_str()));
            has_account(node) || has(&["name"]) && has(&["email", "company", "affiliation"])
        }
        _ => false,
    }
}

/// True for a table with an account.
fn has_account(node: &Node) -> bool {
    let Value::Table(entries) = &node.value else { return false };
    entries.iter().any(|(key, _)| ACCOUNTS.iter().any(|(name, _)| *name == key.name))
}

fn is_handle(text: &str) -> bool {
    let name = text.strip_prefix('@').unwrap_or(text);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty()
        && name.len() <= 39
        && name.chars().all(fits)
        && name.chars().any(|c| c.is_ascii_alphabetic())
}

/// True if the name of a field contains one of some words: `tech_leads` contains `lead`.
fn has_word(name: &str, words: &[&str]) -> bool {
    let name = role_key("", name, "");
    name.split(['-', '/', '.']).any(|part| words.contains(&part) || words.contains(&singular(part).as_str()))
}

/// The state of an inference.
struct Inference<'v> {
    vocabulary: &'v Vocabulary,
    /// The kind of accounts of which the data does not say what they are.
    account: &'v str,
    /// Labels of kinds that have to be defined, by id.
    kinds: IndexMap<String, String>,
    /// Roles whose holders do not lead.
    roles: BTreeSet<String>,
    /// Patterns of files, with their entries and the fields that they leave out.
    entries: Vec<MappingEntry>,
}

impl Inference<'_> {
    /// Looks for records in a file: at its top, or below one of its keys.
    fn file(&mut self, path: &str, tree: &Node) {
        let name = stem(path);
        let path = &globset::escape(path);
        self.collection(path, "", name, tree);
        if let Value::Table(entries) = &tree.value {
            for (key, node) in entries {
                self.collection(path, &key.name, &key.name, node);
            }
        }
    }

    /// Adds an entry for the files of a pattern.
    fn add(&mut self, files: &str, table: &str, entry: &str, left_out: Vec<String>) {
        let text = format!("[[source.{table}]]\nfiles = {}\n{entry}", quoted(files));
        self.entries.push(MappingEntry { files: files.to_owned(), text, left_out });
    }

    /// Looks at the items of a list or the values of a table as records.
    fn collection(&mut self, path: &str, at: &str, name: &str, node: &Node) {
        match &node.value {
            Value::List(items) if items.len() > 1 => {
                let records: Vec<&Node> = items.iter().collect();
                self.group(path, Some(&format!("{at}[]")), name, &records, "");
            }
            Value::Table(entries) if entries.len() > 1 => {
                let records: Vec<&Node> = entries.iter().map(|(_, node)| node).collect();
                let each = format!("{at}{{}}");
                let are_handles = |node: &&Node| matches!(&node.value, Value::List(items) if !items.is_empty() && items.iter().all(is_person));
                let is_dotted = at.contains(['.', '[', ']', '{', '}']);
                if is_dotted {
                    return;
                }
                if records.iter().all(are_handles) {
                    self.lists(path, &each, name);
                } else if records.iter().all(|node| matches!(node.value, Value::Table(_))) {
                    if has_word(name, &["people", "person"]) && self.directory(path, &each, entries) {
                        return;
                    }
                    self.group(path, Some(&each), name, &records, "@key");
                }
            }
            _ => {}
        }
    }

    /// Adds lists of people by the name of their group.
    fn lists(&mut self, path: &str, each: &str, name: &str) {
        let kind = self.kind(name);
        self.roles.insert("member".into());
        let mut entry = String::new();
        line(&mut entry, "each", &quoted(each));
        line(&mut entry, "kind", &quoted(&kind));
        line(&mut entry, "id", &quoted("@key"));
        line(&mut entry, "name", &quoted("@key"));
        line(&mut entry, "roles", "{ member = \"[]\" }");
        self.add(path, "groups", &entry, Vec::new());
    }

    /// Adds a directory of people by their handles, if the records are one. Returns true if they are.
    fn directory(&mut self, path: &str, each: &str, entries: &[(TableKey, Node)]) -> bool {
        let records: Vec<&Node> = entries.iter().map(|(_, node)| node).collect();
        let fields = fields(&records);
        let name = NAMES.iter().find(|name| fields.contains_key(**name));
        let (Some(name), true) = (name, entries.iter().all(|(key, _)| is_handle(&key.name))) else {
            return false;
        };
        let mut entry = String::new();
        line(&mut entry, "each", &quoted(each));
        line(&mut entry, self.account, &quoted("@key"));
        line(&mut entry, "name", &quoted(name));
        let company = COMPANIES.iter().find(|company| fields.contains_key(**company));
        company.into_iter().for_each(|company| line(&mut entry, "company", &quoted(company)));
        let read = [Some(name), company];
        let unread = fields.keys().filter(|key| !read.contains(&Some(key)));
        let left_out = ignore(&mut entry, unread.copied());
        self.add(path, "people", &entry, left_out);
        true
    }

    /// Adds records of groups, if they name people. `place` is the place of an id that is not a field.
    fn group(&mut self, pattern: &str, each: Option<&str>, name: &str, records: &[&Node], place: &str) {
        let fields = fields(records);
        let people = people_fields(&fields);
        let holders: usize = people.iter().map(|(field, _)| fields[field].len()).sum();
        // Records of one kind have fields in common.
        let are_alike = fields.values().any(|values| values.len() > 1 && values.len() * 2 >= records.len());
        if people.is_empty() || !are_alike || holders * 3 < records.len() {
            return;
        }
        let mut read: BTreeSet<&str> = people.iter().map(|(field, _)| *field).collect();
        let mut find = |names: &[&'static str]| {
            let plain = |node: &&Node| matches!(node.value, Value::Text(_) | Value::Integer(_));
            let field =
                names.iter().find(|name| fields.get(**name).is_some_and(|values| values.iter().all(plain)));
            read.extend(field.copied());
            field.copied()
        };
        let id = find(&["id", "slug", "dir", "key"]);
        let title = find(&["name", "title", "label"]);
        if id.is_none() && title.is_none() && place.is_empty() {
            return;
        }
        let mission = find(&MISSIONS);
        let parent = find(&PARENTS);
        let kind_field = find(&["kind", "type"]).filter(|field| self.are_kinds(&fields[field]));
        let mut entry = String::new();
        if let Some(each) = each {
            line(&mut entry, "each", &quoted(each));
        }
        let kind = match kind_field {
            Some(field) => format!("[{}]", quoted(field)),
            None => quoted(&self.kind(name)),
        };
        line(&mut entry, "kind", &kind);
        let id = id.or(title).unwrap_or(place);
        line(&mut entry, "id", &quoted(if place.is_empty() { id } else { place }));
        line(&mut entry, "name", &quoted(title.unwrap_or(place)));
        mission.into_iter().for_each(|mission| line(&mut entry, "mission", &quoted(mission)));
        parent.into_iter().for_each(|parent| line(&mut entry, "parent", &quoted(parent)));
        self.people(&mut entry, &fields, &people);
        read.extend(meetings(&mut entry, &fields));
        read.extend(self.contact(&mut entry, &fields));
        let left_out = ignore(&mut entry, fields.keys().copied().filter(|key| !read.contains(key)));
        self.add(pattern, "groups", &entry, left_out);
    }

    /// Adds the fields with people: roles, former holders, and where the data of a person is.
    fn people(&mut self, entry: &mut String, fields: &FieldValues, people: &[(&str, People)]) {
        let (mut roles, mut former, mut items_of) = (Vec::new(), Vec::new(), Vec::new());
        for (field, shape) in people {
            let values: Vec<&Node> = fields[field].iter().flat_map(|node| items(node)).collect();
            match shape {
                People::List if has_word(field, &FORMER) => former.push(format!("{field}[]")),
                People::List => {
                    let role = role_key("", field, "");
                    self.member(&role);
                    let place = quoted(&format!("{field}[]"));
                    match roles.iter_mut().find(|(other, _): &&mut (String, Vec<String>)| *other == role) {
                        Some((_, places)) => places.push(place),
                        None => roles.push((role, vec![place])),
                    }
                    items_of.extend(values);
                }
                People::ByRole => {
                    roles.push(("*".to_owned(), vec![quoted(&format!("{field}{{}}"))]));
                    for node in values {
                        let Value::Table(entries) = &node.value else { continue };
                        for (key, node) in entries {
                            self.member(&role_key("", &key.name, ""));
                            items_of.extend(items(node));
                        }
                    }
                }
            }
        }
        let roles: Vec<String> = roles
            .iter()
            .map(|(role, places)| match places.as_slice() {
                [place] => format!("{} = {place}", key(role)),
                places => format!("{} = [{}]", key(role), places.join(", ")),
            })
            .collect();
        line(entry, "roles", &format!("{{ {} }}", roles.join(", ")));
        if !former.is_empty() {
            let former: Vec<&str> = former.iter().map(String::as_str).collect();
            line(entry, "emeritus", &one_or_list(&former));
        }
        let of_people = self::fields(&items_of);
        let has_text = items_of.iter().any(|node| matches!(node.value, Value::Text(_)));
        let mut handles: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (field, kind) in ACCOUNTS.iter().filter(|(field, _)| of_people.contains_key(field)) {
            let kind = if kind.is_empty() { self.account } else { kind };
            handles.entry(kind).or_default().push(field);
        }
        if has_text {
            handles.entry(self.account).or_default().push(".");
        }
        let name = NAMES.iter().find(|name| of_people.contains_key(**name));
        let company = COMPANIES.iter().find(|company| of_people.contains_key(**company));
        // An entry without `person` reads the usual fields.
        let first = self.vocabulary.accounts.first().map(|kind| kind.id.as_str());
        let mut fields_of_handles =
            handles.iter().flat_map(|(kind, fields)| fields.iter().map(move |field| (*kind, field)));
        if fields_of_handles.all(|(kind, field)| Some(kind) == first && USUAL_HANDLES.contains(field))
            && name.is_none_or(|name| USUAL_NAMES.contains(name))
            && company.is_none_or(|company| USUAL_COMPANIES.contains(company))
        {
            return;
        }
        let mut person: Vec<String> =
            handles.iter().map(|(kind, fields)| format!("{kind} = {}", one_or_list(fields))).collect();
        person.extend(name.map(|name| format!("name = {}", quoted(name))));
        person.extend(company.map(|company| format!("company = {}", quoted(company))));
        line(entry, "person", &format!("{{ {} }}", person.join(", ")));
    }

    /// Adds the channels that fields of the record hold, directly or one table deeper. Returns the fields.
    fn contact<'n>(&self, entry: &mut String, fields: &FieldValues<'n>) -> Vec<&'n str> {
        let (mut channels, mut read) = (IndexMap::new(), Vec::new());
        let kind_of = |name: &str| {
            let name = name.to_lowercase().replace('_', "-");
            let named = |kind: &&std::sync::Arc<crate::facts::ChannelKind>| {
                name == kind.id
                    || name == format!("{}-channel", kind.id)
                    || name == format!("{}-stream", kind.id)
            };
            self.vocabulary.channels.iter().find(named).map(|kind| kind.id.clone())
        };
        let is_text = |node: &Node| matches!(node.value, Value::Text(_));
        let path_of = |path: String, values: &[&Node]| {
            if values.iter().any(|node| is_text(node)) {
                return Some(path);
            }
            let inner = self::fields(values);
            let name =
                ["name", "channel", "url", "link"].into_iter().find(|name| inner.contains_key(name))?;
            Some(format!("{path}.{name}"))
        };
        for (name, values) in fields {
            if let Some(kind) = kind_of(name) {
                channels.entry(kind).or_insert_with(|| path_of((*name).to_owned(), values));
                read.push(*name);
                continue;
            }
            let tables: Vec<&Node> = values.iter().flat_map(|node| items(node)).collect();
            for (inner, values) in self::fields(&tables) {
                if let Some(kind) = kind_of(inner) {
                    channels.entry(kind).or_insert_with(|| path_of(format!("{name}.{inner}"), &values));
                    read.push(*name);
                }
            }
        }
        let channels: Vec<String> = channels
            .into_iter()
            .filter_map(|(kind, path)| Some(format!("{kind} = {}", quoted(&path?))))
            .collect();
        if !channels.is_empty() {
            line(entry, "contact", &format!("{{ {} }}", channels.join(", ")));
        }
        read
    }

    /// Notes the role of holders who do not lead.
    fn member(&mut self, role: &str) {
        if has_word(role, &MEMBERS) {
            self.roles.insert(role.to_owned());
        }
    }

    /// The kind of groups with a name in the plural, which is defined if it is unknown.
    fn kind(&mut self, name: &str) -> String {
        let id = singular(&slug(name));
        let id = if id.is_empty() { "group".to_owned() } else { id };
        self.define_kind(&id);
        id
    }

    fn define_kind(&mut self, id: &str) {
        if self.vocabulary.kinds.get(id).is_none() {
            let words = id.replace(['-', '_'], " ");
            self.kinds.entry(id.to_owned()).or_insert(words);
        }
    }

    /// True if the values of a field are few different words, which are then kinds.
    fn are_kinds(&mut self, values: &[&Node]) -> bool {
        let words: Option<BTreeSet<&str>> = values
            .iter()
            .map(|node| match &node.value {
                Value::Text(text) if *text == slug(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let Some(words) = words.filter(|words| words.len() <= 6) else { return false };
        words.iter().for_each(|word| self.define_kind(word));
        true
    }

    fn finish(self) -> Proposal {
        let mut words = String::new();
        for (id, label) in &self.kinds {
            let label = capital(label);
            let _ = writeln!(
                words,
                "[kinds.{}]\nlabel = {}\nplural = {}\n",
                key(id),
                quoted(&label),
                quoted(&plural(&label))
            );
        }
        for role in &self.roles {
            // Short words are mostly abbreviations.
            let word = |word: &str| if word.len() < 3 { word.to_uppercase() } else { word.to_owned() };
            let title = capital(&role.split('-').map(word).collect::<Vec<_>>().join(" "));
            let _ = writeln!(words, "[roles.{}]\ntitle = {}\nleads = false\n", key(role), quoted(&title));
        }
        Proposal { words, entries: self.entries }
    }
}

/// Adds the meetings of a group: records with a schedule in one text, or with a day and a time. Returns the fields.
fn meetings<'n>(entry: &mut String, fields: &FieldValues<'n>) -> Vec<&'n str> {
    let is_schedule = |node: &Node| match &node.value {
        Value::Table(entries) => {
            let has = |name: &str| entries.iter().any(|(key, _)| key.name == name);
            has("schedule") || has("day") && has("time")
        }
        _ => false,
    };
    for (name, values) in fields {
        let tables: Vec<&Node> = values.iter().flat_map(|node| items(node)).collect();
        let mut meeting =
            tables.iter().any(|node| is_schedule(node)).then(|| (format!("{name}[]"), tables.clone()));
        for (inner, values) in self::fields(&tables) {
            let values: Vec<&Node> = values.iter().flat_map(|node| items(node)).collect();
            if meeting.is_none() && values.iter().any(|node| is_schedule(node)) {
                meeting = Some((format!("{name}.{inner}"), values));
            }
        }
        let Some((path, records)) = meeting else { continue };
        let inner = self::fields(&records);
        let mut parts = vec![format!("each = {}", quoted(&path))];
        let title = ["title", "name", "description"].into_iter().find(|name| inner.contains_key(name));
        parts.extend(title.map(|title| format!("title = {}", quoted(title))));
        parts.extend(inner.contains_key("schedule").then(|| "schedule = \"schedule\"".to_owned()));
        line(entry, "meetings", &format!("{{ {} }}", parts.join(", ")));
        return vec![name];
    }
    Vec::new()
}

/// Adds the fields that are not mapped. Returns them.
fn ignore<'n>(entry: &mut String, unread: impl Iterator<Item = &'n str>) -> Vec<String> {
    let unread: Vec<&str> = unread.filter(|key| is_path(key)).collect();
    if !unread.is_empty() {
        let quoted: Vec<String> = unread.iter().map(|key| self::quoted(key)).collect();
        line(entry, "ignore", &format!("[{}]", quoted.join(", ")));
    }
    unread.into_iter().map(str::to_owned).collect()
}

/// True if the name of a field is a path as it is.
fn is_path(key: &str) -> bool {
    !key.is_empty() && !key.contains(['.', '[', ']', '{', '}']) && !key.starts_with('@')
}

fn line(entry: &mut String, key: &str, value: &str) {
    let _ = writeln!(entry, "{key} = {value}");
}

fn one_or_list(paths: &[&str]) -> String {
    match paths {
        [one] => quoted(one),
        many => format!("[{}]", many.iter().map(|path| quoted(path)).collect::<Vec<_>>().join(", ")),
    }
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A key as TOML.
fn key(text: &str) -> String {
    let is_bare =
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_bare { text.to_owned() } else { quoted(text) }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn plural(label: &str) -> String {
    match label.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if label.ends_with('s') => label.to_owned(),
        _ => format!("{label}s"),
    }
}
