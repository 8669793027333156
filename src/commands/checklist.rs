//! `rolebook checklist`

use std::sync::Arc;

use super::cli::{ChecklistArgs, ChecklistFormat};
use super::report::{Extent, Reporter};
use super::{CONTENT_ERRORS, SUCCESS, USAGE_ERROR, emit, load, note_base_url, terminal, usage};
use crate::check;
use crate::diagnostic::{Diagnostic, Severity, code, counted, nearest};
use crate::engine::Engine;
use crate::facts::{Account, AccountKind, Person, Vocabulary};
use crate::model::{self, ChecklistEntry, Group, GroupNames, Handbook, Role};
use crate::pages::export;
use crate::render;
use crate::source::File;
use crate::strings::strings;

/// Maximum length of a handle that is not in the data.
const LONGEST_HANDLE: usize = 39;

/// Prints one checklist, filled in for a role in a group or for a group.
pub(super) fn run(args: &ChecklistArgs) -> u8 {
    let reporter = Reporter::for_people(Extent::Brief);
    let engine = match load(&args.site, args.base_url.clone(), &reporter) {
        Ok(engine) => engine,
        Err(code) => return code,
    };
    let handbook = model::handbook(&engine.db);
    let asked = match resolve(handbook, model::vocabulary(&engine.db), args) {
        Ok(asked) => asked,
        Err(message) => {
            // Files that cannot be read may be the cause.
            reporter.report(&read_faults(&engine));
            return usage(message);
        }
    };
    let wrong = data_errors(&engine, &asked);
    if !wrong.is_empty() {
        reporter.report(&wrong);
        say!("cannot compose the checklist `{}`", asked.entry.checklist.id.value);
        return CONTENT_ERRORS;
    }
    let role = asked.role.as_deref();
    let list = export::checklist(&engine.db, &asked.entry, Some(&asked.group), role);
    let account = asked.account.as_ref();
    let strings = strings(&engine.db);
    let text = match args.format {
        ChecklistFormat::Markdown => {
            terminal::lines(&render::checklist_markdown(strings, &list, account)).into_owned()
        }
        ChecklistFormat::Json => terminal::json(&render::checklist_json(&list, account)).into_owned(),
        ChecklistFormat::GithubIssue => {
            let issues = render::checklist_issues(strings, &list, account, render::ISSUE_BODY_LIMIT);
            if issues.len() > 1 {
                let (limit, parts) = (render::ISSUE_BODY_LIMIT, counted(issues.len(), "part"));
                status!(
                    "note: GitHub limits an issue to {limit} characters; the checklist is split into {parts}, one issue each"
                );
            }
            terminal::lines(&in_parts(&issues)).into_owned()
        }
    };
    note_base_url(list.lacks_base_url);
    if emit(&text) { SUCCESS } else { USAGE_ERROR }
}

/// Several issues, separated by lines that begin with `<!-- part`.
fn in_parts(issues: &[String]) -> String {
    let [one] = issues else {
        let total = issues.len();
        let part =
            |(index, issue): (usize, &String)| format!("<!-- part {} of {total} -->\n{issue}", index + 1);
        return issues.iter().enumerate().map(part).collect::<Vec<_>>().join("\n");
    };
    one.clone()
}

/// The resolved arguments.
struct ResolvedArgs {
    entry: Arc<ChecklistEntry>,
    group: Arc<Group>,
    role: Option<Arc<Role>>,
    account: Option<Account>,
}

fn resolve(
    handbook: &Handbook,
    vocabulary: &Vocabulary,
    args: &ChecklistArgs,
) -> Result<ResolvedArgs, String> {
    let named = named(handbook, &args.role)?;
    let group = group(handbook, &args.group)?;
    let (entry, role) = match named {
        RoleCandidates::Procedure(entry) => {
            let here: Vec<_> = handbook.checklists_in(group).map(id_of).collect();
            if !here.contains(&id_of(entry)) {
                let message =
                    format!("the checklist `{}` does not apply to {}", id_of(entry), group.full_name());
                return Err(message + &help("checklists for this group", &here));
            }
            (entry.clone(), None)
        }
        RoleCandidates::Roles(roles) => {
            let here = handbook.roles_in(group);
            let Some(role) = roles.iter().find(|role| here.iter().any(|other| other.id == role.id)) else {
                let message = format!("the role `{}` does not exist in {}", roles[0].id, group.full_name());
                let ids: Vec<_> = here.iter().map(|role| role.id.as_str()).collect();
                return Err(message + &help("roles in this group", &ids));
            };
            let of_role = |entry: &&Arc<ChecklistEntry>| {
                entry.checklist.role.as_ref().is_some_and(|id| id.value == role.id)
            };
            let Some(entry) = handbook.checklists.values().find(of_role) else {
                let lists = handbook.checklists.values();
                let with: Vec<_> = lists
                    .filter_map(|entry| entry.checklist.role.as_ref().map(|id| id.value.as_str()))
                    .collect();
                let message = format!("no checklist for the role `{}`", role.id);
                return Err(message + &help("roles with a checklist", &with));
            };
            (entry.clone(), Some((*role).clone()))
        }
    };
    let account = args
        .handle
        .as_deref()
        .map(|handle| self::account(handbook, vocabulary, handle, args.new))
        .transpose()?;
    Ok(ResolvedArgs { entry, group: group.clone(), role, account })
}

/// Candidates for the argument ROLE. Several roles may have the same title, each for another kind of group.
enum RoleCandidates<'a> {
    Roles(Vec<&'a Arc<Role>>),
    Procedure(&'a Arc<ChecklistEntry>),
}

fn named<'a>(handbook: &'a Handbook, name: &str) -> Result<RoleCandidates<'a>, String> {
    let same = |title: &str| title.to_lowercase() == name.trim().to_lowercase();
    let by_id = handbook.roles.values().filter(|role| same(&role.id));
    let by_title = handbook.roles.values().filter(|role| same(&role.short) || same(&role.title));
    let roles: Vec<_> = by_id.chain(by_title).collect();
    if !roles.is_empty() {
        return Ok(RoleCandidates::Roles(roles));
    }
    let lists = || handbook.checklists.values();
    if let Some(entry) = lists().find(|entry| entry.checklist.for_group && same(id_of(entry))) {
        return Ok(RoleCandidates::Procedure(entry));
    }
    let procedures: Vec<_> = lists().filter(|entry| entry.checklist.for_group).map(id_of).collect();
    let ids: Vec<_> = handbook.roles.keys().map(String::as_str).chain(procedures.iter().copied()).collect();
    let titles = handbook.roles.values().flat_map(|role| [role.short.as_str(), role.title.as_str()]);
    let near = nearest(name, ids.iter().copied()).or_else(|| nearest(name, titles));
    Err(format!("unknown role `{name}`{}", suggestion(near, "roles and checklists", &ids)))
}

fn group<'a>(handbook: &'a Handbook, name: &str) -> Result<&'a Arc<Group>, String> {
    let mut names = GroupNames::default();
    handbook.groups.values().for_each(|group| names.add(&group.facts));
    if let Some(group) = names.find(name).and_then(|id| handbook.groups.get(&id)) {
        return Ok(group);
    }
    let full: Vec<String> = handbook.groups.values().map(|group| group.full_name()).collect();
    let names = handbook.groups.values().flat_map(|group| [group.id(), group.facts.name.as_str()]);
    let near = nearest(name, names.chain(full.iter().map(String::as_str)));
    let ids: Vec<_> = handbook.groups.keys().map(String::as_str).collect();
    Err(format!("unknown group `{name}`{}", suggestion(near, "groups", &ids)))
}

/// The person with a handle in the data.
pub(super) fn person<'a>(
    handbook: &'a Handbook,
    vocabulary: &Vocabulary,
    given: &str,
) -> Option<&'a Arc<model::Person>> {
    let usual = handbook.usual_account(vocabulary);
    let names = std::iter::once(usual).chain(&vocabulary.accounts).map(|kind| kind.name_in(given));
    names.into_iter().find_map(|name| handbook.people.get(&Person::id_of(&name)))
}

/// The handle in the data that is most similar to one that is not there, as a question.
pub(super) fn similar_handle(handbook: &Handbook, given: &str) -> Option<String> {
    let handles = handbook.people.values().map(|person| person.handle());
    nearest(given, handles).map(|near| format!("did you mean `{near}`?"))
}

/// The account of the person whose handle is given: as spelled in the data, or as given if `new`.
fn account(handbook: &Handbook, vocabulary: &Vocabulary, given: &str, new: bool) -> Result<Account, String> {
    if let Some(person) = person(handbook, vocabulary, given) {
        return person
            .accounts
            .first()
            .cloned()
            .ok_or_else(|| format!("{} has no account\nhelp: leave out `--for`", person.name));
    }
    let usual = handbook.usual_account(vocabulary);
    let name = usual.name_in(given);
    if !is_handle(usual, &name) {
        return Err(format!(
            "invalid {} handle `{given}`\nhelp: use at most {LONGEST_HANDLE} letters, digits and symbols of `{}`; \
             hyphens stand alone and between other characters",
            usual.label, usual.symbols
        ));
    }
    if new {
        return Ok(Account { kind: usual.clone(), name });
    }
    let near = similar_handle(handbook, &name).map_or(String::new(), |near| near + " ");
    Err(format!(
        "unknown handle `{name}`\nhelp: {near}use --new for a person who is not in the data yet, such as a \
         nominee"
    ))
}

fn is_handle(kind: &AccountKind, name: &str) -> bool {
    name.len() <= LONGEST_HANDLE && kind.fits(name) && name.split('-').all(|part| !part.is_empty())
}

fn id_of(entry: &Arc<ChecklistEntry>) -> &str {
    &entry.checklist.id.value
}

fn suggestion(near: Option<&str>, what: &str, names: &[&str]) -> String {
    near.map_or_else(|| help(what, names), |near| format!("\nhelp: did you mean `{near}`?"))
}

fn help(what: &str, names: &[&str]) -> String {
    if names.is_empty() {
        format!("\nhelp: {what}: none")
    } else {
        format!("\nhelp: {what}: {}", terminal::one_line(&names.join(", ")))
    }
}

/// The diagnostics of files that cannot be read.
fn read_faults(engine: &Engine) -> Vec<Diagnostic> {
    let files = model::data_files(&engine.db).chain(model::role_files(&engine.db));
    errors(files.flat_map(|file| check::faults(&engine.db, file)))
}

/// The diagnostics of the data that the checklist is made from. Broken links do not prevent printing.
fn data_errors(engine: &Engine, asked: &ResolvedArgs) -> Vec<Diagnostic> {
    let db = &engine.db;
    let lists = model::included(db, &asked.entry);
    let mut files: Vec<File> = lists.iter().map(|list| list.file).collect();
    files.push(asked.group.overlay_file);
    files.extend(asked.role.iter().map(|role| role.file));
    files.extend(model::handbook(db).access.iter().map(|access| access.0));
    files.retain(|file| file.is_own(db));
    files.sort_unstable();
    files.dedup();
    let mut diagnostics: Vec<Diagnostic> =
        files.iter().flat_map(|file| check::file_diagnostics(db, *file).iter().cloned()).collect();
    let named = lists.iter().flat_map(|list| &list.checklist.include);
    if named.into_iter().any(|id| !model::handbook(db).checklists.contains_key(&id.value)) {
        // Site-wide rules report where the list is referenced, which may fail because its file cannot be read.
        diagnostics.extend(read_faults(engine));
        let site = check::site_diagnostics(db).iter();
        diagnostics
            .extend(site.filter(|diagnostic| diagnostic.code == code::DATA_UNKNOWN_CHECKLIST).cloned());
    }
    errors(diagnostics.into_iter().filter(|diagnostic| matches!(diagnostic.code.area(), "data" | "source")))
}

fn errors(diagnostics: impl Iterator<Item = Diagnostic>) -> Vec<Diagnostic> {
    crate::engine::in_order(diagnostics.filter(|diagnostic| diagnostic.severity == Severity::Error).collect())
}
