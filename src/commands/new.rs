//! `rolebook new`

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cli::{NewArgs, NewFile, SiteArgs};
use super::report::{Extent, Reporter};
use super::{SUCCESS, emit_status, load, own_source, repository, site_root, usage};
use crate::engine::Engine;
use crate::facts::Kinds;
use crate::link::path_from_root;
use crate::model::{self, Role, handbook};
use crate::source::Site;
use crate::{rules, schema};

const ROLE: &str = include_str!("templates/role.md");
const GROUP: &str = include_str!("templates/group.toml");
const CHECKLIST: &str = include_str!("templates/checklist.toml");
const RULE: &str = include_str!("templates/rule.toml");
const PAGE: &str = include_str!("templates/page.md");
const WORKFLOW: &str = include_str!("templates/pages.yml");

/// Path of the workflow in a repository.
const WORKFLOW_PATH: &str = ".github/workflows/pages.yml";

/// The commit of a release; `None` in other builds.
const COMMIT: Option<&str> = option_env!("ROLEBOOK_COMMIT");

/// Creates a new file from a template. Existing files are not overwritten.
pub(super) fn run(args: &NewArgs) -> u8 {
    let result = match &args.file {
        NewFile::Workflow => site_root(args.site.as_deref()).and_then(|root| write_workflow(&root)),
        NewFile::Role { name } => new_file(args, "role", name),
        NewFile::Group { name } => new_file(args, "group", name),
        NewFile::Checklist { name } => new_file(args, "checklist", name),
        NewFile::Page { name } => new_file(args, "page", name),
        NewFile::Rule { name } => new_file(args, "rule", name),
    };
    match result {
        Ok(path) => {
            emit_status(&format!("Created {}.\n", path.display()));
            SUCCESS
        }
        Err(message) => usage(message),
    }
}

/// Writes the workflow that publishes a site into its repository, and returns the path.
pub(super) fn write_workflow(site: &Path) -> Result<PathBuf, String> {
    let (root, folder) = repository(site);
    if !folder.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | ' ')) {
        return Err(format!(
            "invalid folder name `{folder}` for a workflow; use letters, digits and hyphens"
        ));
    }
    let action = env!("CARGO_PKG_REPOSITORY").trim_start_matches("https://github.com/");
    let version = env!("CARGO_PKG_VERSION");
    // A tag can be moved, but the commit of a release cannot.
    let action = match COMMIT {
        Some(commit) => format!("{action}@{commit} # v{version}"),
        None => format!("{action}@v{version}"),
    };
    let folder = if folder.is_empty() { "." } else { &folder };
    let text = WORKFLOW
        .replace("ROLEBOOK_ACTION", &action)
        .replace("ROLEBOOK_VERSION", version)
        .replace("SITE_FOLDER/", if folder == "." { "" } else { "SITE_FOLDER/" })
        .replace("SITE_FOLDER", folder);
    write(&root.join(WORKFLOW_PATH), text)
}

fn new_file(args: &NewArgs, what: &str, name: &str) -> Result<PathBuf, String> {
    // The name of the file is as good as the id.
    let extension = if matches!(what, "role" | "page") { ".md" } else { ".toml" };
    let name = name.strip_suffix(extension).unwrap_or(name);
    check_name(what, name)?;
    let site = SiteArgs { site: args.site.clone(), source: Vec::new() };
    let reporter = Reporter::for_people(Extent::Brief);
    // The error has been reported.
    let engine = load(&site, None, &reporter).map_err(|_| "the site cannot be read".to_owned())?;
    if is_taken(&engine, what, name) {
        return Err(format!("the {what} `{name}` already exists"));
    }
    let own = own_source(&engine).ok_or("the site has no source of its own")?;
    let content = engine.root.join(&Site::get(&engine.db).config(&engine.db).sources[own].path);
    let (path, text) = match what {
        "role" => {
            let mut text =
                ROLE.replace("TITLE", &model::title_from_name(name)).replace("KINDS", &kinds(&engine));
            // A role must require a skill if the handbook has skills.
            if let Some(skill) = handbook(&engine.db).skills.keys().next() {
                let more = format!(
                    "\n\n[skills]            # ids of skills, with the required level\n{skill} = 1\n+++\n#"
                );
                text = text.replacen("\n+++\n#", &more, 1);
            }
            (format!("roles/{name}.md"), text)
        }
        "group" => {
            let (kind, short) = kind_of(model::kinds(&engine.db), name)?;
            let text = GROUP.replace("KIND", kind).replace("TITLE", &model::title_from_name(short));
            (format!("groups/{name}.toml"), with_examples(&engine, kind, &text))
        }
        "checklist" => {
            let mut text = CHECKLIST.replace("TITLE", &model::title_from_name(name));
            // A checklist with the id of a role is for that role.
            if is_taken(&engine, "role", name) {
                text = text.replacen("\n", &format!("\nrole = \"{name}\"\n"), 1);
            }
            (format!("checklists/{name}.toml"), text)
        }
        "rule" => (format!("rules/{name}.toml"), rule(&engine, name)),
        _ => {
            let last = name.rsplit('/').next().unwrap_or(name);
            (format!("{name}.md"), PAGE.replace("TITLE", &model::title_from_name(last)))
        }
    };
    let text = schema::named(&format!("content/{path}"), &text);
    write(&content.join(path), text)
}

/// The kinds of the site's groups as a list in TOML; without groups, the first kind that the site has.
fn kinds(engine: &Engine) -> String {
    let used: BTreeSet<&str> =
        handbook(&engine.db).groups.values().map(|group| group.facts.kind.id.as_str()).collect();
    let ids = model::kinds(&engine.db).ids();
    let mut listed: Vec<_> = ids.iter().filter(|id| used.contains(*id)).collect();
    if listed.is_empty() {
        listed.extend(ids.first());
    }
    listed.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ")
}

/// Fills in the examples of a group from a group of the same kind, or else from any group of the site.
fn with_examples(engine: &Engine, kind: &str, text: &str) -> String {
    let book = handbook(&engine.db);
    let groups = || {
        let is_same = |group: &&Arc<model::Group>| group.facts.kind.id == kind;
        let same = book.groups.values().filter(is_same);
        same.chain(book.groups.values().filter(move |group| !is_same(group)))
    };
    let is_plain =
        |text: &str| !text.is_empty() && !text.contains(['"', '\\']) && !text.chars().any(char::is_control);
    let of_role = book
        .roles
        .values()
        .find(|role| !role.is_implied && role.matter.applies_to.iter().any(|id| id.value == kind));
    let role = groups()
        .flat_map(|group| &group.facts.leads)
        .map(|lead| lead.role.value.as_str())
        .find(|role| is_plain(role));
    let role = of_role.map(|role| role.id.as_str()).or(role).unwrap_or("lead");
    let zone = groups()
        .flat_map(|group| &group.facts.meetings)
        .filter_map(|meeting| meeting.schedule.zone_name())
        .find(|zone| is_plain(zone));
    text.replace("ROLE", role).replace("ZONE", zone.unwrap_or("Europe/Berlin"))
}

/// A rule that the groups of the site meet, if there is a kind whose groups all have a holder of the same role.
fn rule(engine: &Engine, name: &str) -> String {
    let book = handbook(&engine.db);
    let are_held = |kind: &str, key: &str| {
        let groups = book.groups.values().filter(|group| group.facts.kind.id == kind);
        groups.map(|group| group.facts.leads.iter().any(|lead| lead.role.value == key)).collect::<Vec<bool>>()
    };
    // Any document, for a site whose roles have none.
    let own = own_source(engine).and_then(|own| Site::get(&engine.db).trees(&engine.db).get(own));
    let mut documents = own.into_iter().flat_map(|tree| tree.files.values().copied());
    let document = documents.find(|file| file.is_document(&engine.db));
    let is_plain =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' '));
    // The candidates: a kind, a role that the groups of the kind can have, and the key of the role in the data.
    let candidates: Vec<(&str, &Arc<Role>, &str)> = book
        .groups
        .values()
        .flat_map(|group| {
            let kind = group.facts.kind.id.as_str();
            book.all_roles_in(group)
                .into_iter()
                .flat_map(move |role| role.held_as().into_iter().map(move |key| (kind, role, key)))
        })
        .filter(|(kind, role, key)| [*kind, role.id.as_str(), *key].into_iter().all(is_plain))
        .collect();
    let chosen = candidates
        .iter()
        .find(|(kind, _, key)| are_held(kind, key).into_iter().all(|is_held| is_held))
        .or_else(|| candidates.iter().find(|(kind, _, key)| are_held(kind, key).contains(&true)));
    let text = RULE.replace("NAME", name).replace("TITLE", &model::title_from_name(name));
    match chosen {
        Some((kind, role, key)) => {
            let governed_by = role.matter.governed_by.iter().map(|clause| clause.value.clone());
            let mut clauses = governed_by.filter(|clause| clause.starts_with('/') && !clause.contains('"'));
            let file = if role.is_implied { document } else { Some(role.file) };
            let path = || file.map_or_else(String::new, |file| path_from_root(&engine.db, file));
            text.replace("CLAUSE", &clauses.next().unwrap_or_else(|| format!("/{}", path())))
                .replace("ROLE", &role.id)
                .replace("KIND", kind)
                .replace("KEY", key)
        }
        None => {
            let kinds = model::kinds(&engine.db).ids();
            let is_of_role = |line: &&str| line.starts_with("roles =") || line.contains("of the roles");
            let without_roles = text.lines().filter(|line| !is_of_role(line)).map(|line| {
                if line.starts_with("require") { "require = \"size(group.leads) >= 1\"" } else { line }
            });
            let text: String = without_roles.flat_map(|line| [line, "\n"]).collect();
            let path = document.map_or_else(String::new, |file| path_from_root(&engine.db, file));
            text.replace("CLAUSE", &format!("/{path}"))
                .replace("holders of the KEY role", "leads")
                .replace("for the role", "to lead the group")
                .replace("KIND", kinds.first().copied().unwrap_or_default())
        }
    }
}

/// Checks a name, which becomes part of an address; names of pages may contain folders.
fn check_name(what: &str, name: &str) -> Result<(), String> {
    let fits = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
    };
    let fine = if what == "page" { name.split('/').all(fits) } else { fits(name) };
    fine.then_some(()).ok_or_else(|| {
        let folders = if what == "page" { ", and `/` between folders" } else { "" };
        format!("invalid {what} name `{name}`; use lowercase letters, digits and hyphens{folders}")
    })
}

/// True if the id is in use in any file. For pages, only the file itself is checked.
fn is_taken(engine: &Engine, what: &str, id: &str) -> bool {
    let book = handbook(&engine.db);
    match what {
        // What only mounted data mentions can be described by a file of the handbook.
        "role" => book.roles.get(id).is_some_and(|role| !role.is_implied),
        "group" => book.groups.get(id).is_some_and(|group| group.overlay_file.is_own(&engine.db)),
        "checklist" => book.checklists.contains_key(id),
        "rule" => rules::rule(&engine.db, id).is_some(),
        _ => false,
    }
}

/// Splits a name into the kind of a group and the rest: `guild-docs` is the group `docs` of the kind `guild`.
fn kind_of<'a>(kinds: &'a Kinds, name: &'a str) -> Result<(&'a str, &'a str), String> {
    let ids = kinds.ids();
    ids.iter()
        .find_map(|kind| Some((*kind, name.strip_prefix(kind)?.strip_prefix('-')?)))
        .filter(|(_, short)| !short.is_empty())
        .ok_or_else(|| {
            let prefixes: Vec<String> = ids.iter().map(|id| format!("{id}-")).collect();
            format!("missing kind of group in `{name}`; start the name with one of {}", prefixes.join(", "))
        })
}

/// Creates a file; fails if it exists.
pub(super) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} already exists", path.display()),
        _ => format!("{}: {error}", path.display()),
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(content.as_ref()).map_err(failed)?;
    Ok(path.to_owned())
}
