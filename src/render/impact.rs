//! The changes if a person leaves, as Markdown, as a GitHub issue and as JSON.

use super::checklist::{checklist_markdown, quoted};
use crate::facts::Account;
use crate::pages::export;
use crate::pages::impact::{Impact, List};
use crate::pages::placeholder::escape;
use crate::source::Db;
use crate::strings::{Strings, strings};

/// Renders an impact as Markdown: the places to change as tasks, then the checklist for leaving of each group.
pub fn impact_markdown(db: &dyn Db, impact: &Impact, account: Option<&Account>) -> String {
    let strings = strings(db);
    let title = title(strings, impact);
    let lists = impact.procedures.iter().map(|(entry, group)| {
        let list = export::checklist(db, entry, Some(group), None);
        format!("\n{}", checklist_markdown(strings, &list, account))
    });
    format!("# {}\n\n{}{}", escape(&title), body(strings, impact), lists.collect::<String>())
}

/// Renders an impact as the text of a GitHub issue, with front matter as in issue templates.
pub fn impact_issue(db: &dyn Db, impact: &Impact) -> String {
    let strings = strings(db);
    let title = quoted(&title(strings, impact));
    format!("---\ntitle: {title}\nlabels: []\nassignees: []\n---\n\n{}", body(strings, impact))
}

/// Renders an impact as JSON.
pub fn impact_json(impact: &Impact) -> String {
    serde_json::to_string_pretty(impact).unwrap_or_default() + "\n"
}

fn title(strings: &Strings, impact: &Impact) -> String {
    strings.fill("impact.title", &[("name", &impact.person.name)])
}

fn body(strings: &Strings, impact: &Impact) -> String {
    let task = |text: String| format!("- [ ] {text}\n");
    let seats = impact.seats.iter().map(|seat| {
        let values = [("role", &*escape(&seat.title)), ("group", &*escape(&seat.group.name))];
        task(format!(
            "{}: {}",
            strings.fill("people.role_in", &values),
            left(strings, seat.others, seat.wanted)
        ))
    });
    let subprojects = impact.subprojects.iter().map(|of| {
        let values = [("subproject", &*escape(&of.name)), ("group", &*escape(&of.group.name))];
        let name = strings.fill("people.subproject_of", &values);
        task(format!("{name}: {}", left(strings, of.others, None)))
    });
    let liaison = impact
        .liaison_for
        .iter()
        .map(|group| task(strings.fill("people.liaison_of", &[("group", &*escape(&group.name))])));
    let lists = |of_role: bool| {
        let lists = impact.lists.iter().filter(move |list| list.of_role == of_role);
        lists.map(|list| task(self::list(strings, list))).collect::<String>()
    };
    let unmet = impact.unmet.iter().map(|of| {
        let message = of.message.as_ref().unwrap_or(&of.title);
        format!("- {} (`{}`)\n", escape(message), of.rule)
    });
    let obligations = impact.obligations.iter().map(|of| {
        let number = of.ids.len().to_string();
        let values = [("role", &*escape(&of.title)), ("group", &*escape(&of.group.name)), ("n", &number)];
        let ids = of.ids.iter().map(|id| format!("  - `{id}`\n"));
        task(strings.fill("impact.uncovered", &values)) + &ids.collect::<String>()
    });
    let sections = [
        ("impact.seats", seats.chain(subprojects).chain(liaison).collect::<String>()),
        ("impact.lists", lists(true)),
        ("impact.other_lists", lists(false)),
        ("impact.unmet", unmet.collect()),
        ("impact.obligations", obligations.collect()),
    ];
    let present = sections.into_iter().filter(|(_, text)| !text.is_empty());
    let text = present.map(|(heading, text)| format!("## {}\n\n{text}\n", strings.get(heading)));
    let text: String = text.collect();
    if text.is_empty() { strings.get("impact.none") + "\n" } else { text }
}

/// `1 other holder; 2 are wanted`
fn left(strings: &Strings, others: usize, wanted: Option<u32>) -> String {
    let others = others.to_string();
    let others = strings.fill("impact.others", &[("n", &others)]);
    match wanted {
        Some(wanted) => strings.fill("impact.wanted", &[("others", &others), ("n", &wanted.to_string())]),
        None => others,
    }
}

fn list(strings: &Strings, list: &List) -> String {
    let line = list.line.map_or_else(String::new, |line| format!(":{line}"));
    let place = format!("`{}:{}{line}`", list.source, list.path);
    let values = [("list", &*escape(&list.name)), ("place", &place)];
    strings.fill(if list.only { "impact.only_in_list" } else { "impact.in_list" }, &values)
}
