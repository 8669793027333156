//! `rolebook impact`

use super::cli::{ImpactArgs, ImpactFormat};
use super::report::{Extent, Reporter};
use super::{CONTENT_ERRORS, SUCCESS, USAGE_ERROR, checklist, emit, load, terminal, usage};
use crate::diagnostic::counted;
use crate::model;
use crate::pages::impact::{self, Impact};
use crate::render;

/// Prints what changes if a person leaves.
pub(super) fn run(args: &ImpactArgs) -> u8 {
    let reporter = Reporter::for_people(Extent::Brief);
    let engine = match load(&args.site, args.base_url.clone(), &reporter) {
        Ok(engine) => engine,
        Err(code) => return code,
    };
    let db = &engine.db;
    let unread_data = engine.unread_data(false);
    reporter.report(&unread_data);
    let handbook = model::handbook(db);
    let person = checklist::person(handbook, model::vocabulary(db), &args.handle);
    let Some(impact) = person.and_then(|person| impact::impact(db, &person.id)) else {
        let near = checklist::similar_handle(handbook, &args.handle);
        let help = near.map_or(String::new(), |near| format!("\nhelp: {near}"));
        return usage(format!("unknown handle `{}`{help}", args.handle));
    };
    let account = person.and_then(|person| person.accounts.first());
    let text = match args.format {
        ImpactFormat::Human => terminal::lines(&human(&impact)).into_owned(),
        ImpactFormat::Markdown => {
            terminal::lines(&render::impact_markdown(db, &impact, account)).into_owned()
        }
        ImpactFormat::GithubIssue => terminal::lines(&render::impact_issue(db, &impact)).into_owned(),
        ImpactFormat::Json => terminal::json(&render::impact_json(&impact)).into_owned(),
    };
    if !emit(&text) {
        return USAGE_ERROR;
    }
    if !unread_data.is_empty() {
        say!("the list is incomplete, because data could not be read");
        return CONTENT_ERRORS;
    }
    SUCCESS
}

/// The impact as lines for a terminal.
fn human(impact: &Impact) -> String {
    let mut lines = vec![format!("{} ({})", impact.person.name, impact.person.handle)];
    let mut section = |heading: &str, entries: Vec<String>| {
        if !entries.is_empty() {
            lines.push(String::new());
            lines.push(heading.to_owned());
            lines.extend(entries.into_iter().map(|entry| format!("  {entry}")));
        }
    };
    let others = |others: usize| match others {
        0 => "nobody else".to_owned(),
        others => counted(others, "other"),
    };
    let seats = impact.seats.iter().map(|seat| {
        let wanted = seat.wanted.map_or_else(String::new, |wanted| format!(", {wanted} wanted"));
        format!("{} · {}: {}{wanted}", seat.group.name, seat.title, others(seat.others))
    });
    let subprojects = impact.subprojects.iter();
    let subprojects =
        subprojects.map(|of| format!("{} · subproject {}: {}", of.group.name, of.name, others(of.others)));
    let liaison = impact.liaison_for.iter().map(|group| format!("{} · liaison", group.name));
    section("Who else holds the role", seats.chain(subprojects).chain(liaison).collect());
    let lists = |of_role: bool| {
        let lists = impact.lists.iter().filter(|list| list.of_role == of_role);
        let lists = lists.map(|list| {
            let line = list.line.map_or_else(String::new, |line| format!(":{line}"));
            let only = if list.only { " (nobody else)" } else { "" };
            format!("{}:{}{line} `{}`{only}", list.source, list.path, list.name)
        });
        lists.collect()
    };
    section("Lists of these roles", lists(true));
    section("Other lists with this person", lists(false));
    let unmet =
        impact.unmet.iter().map(|of| format!("{}: {}", of.rule, of.message.as_ref().unwrap_or(&of.title)));
    section("Rules that would not be met", unmet.collect());
    let obligations = impact
        .obligations
        .iter()
        .map(|of| format!("{} · {}: {}", of.group.name, of.title, counted(of.ids.len(), "obligation")));
    section("Obligations that nobody else has", obligations.collect());
    let procedures = impact.procedures.iter().map(|(entry, group)| {
        let id = &entry.checklist.id.value;
        format!("rolebook checklist {id} {} --for {}", group.id(), impact.person.handle)
    });
    section("Checklists", procedures.collect());
    lines.join("\n") + "\n"
}
