//! Checklists as Markdown, as GitHub issues, and as JSON.

use serde::Serialize;

use crate::facts::Account;
use crate::facts::Extra;
use crate::pages::export::{self, Checklist, Evidence, Item, Letter, Reference, Texts};
use crate::pages::placeholder::escape;
use crate::strings::Strings;

/// The kind of account to which GitHub can assign an issue.
const ISSUES: &str = "github";
/// Maximum length of an issue's body on GitHub, in characters.
pub const ISSUE_BODY_LIMIT: usize = 65_536;

/// Renders a checklist as Markdown. `account` is that of the person that it is for.
pub fn checklist_markdown(strings: &Strings, list: &Checklist, account: Option<&Account>) -> String {
    let bodies = bodies(strings, list, account, usize::MAX);
    format!("# {}\n\n{}", escape(&list.title), bodies.concat())
}

/// Renders a checklist as the text of a GitHub issue, with front matter as in issue templates. A checklist whose body
/// exceeds `limit` characters is split into several issues.
pub fn checklist_issues(
    strings: &Strings,
    list: &Checklist,
    account: Option<&Account>,
    limit: usize,
) -> Vec<String> {
    let bodies = bodies(strings, list, account, limit);
    let total = bodies.len();
    let assignee = account.filter(|account| account.kind.id == ISSUES).map(|account| &*account.name);
    let issue = |(index, body): (usize, &String)| {
        let mut title = title(list, account);
        if total > 1 {
            title = part_title(strings, &title, index + 1, total);
        }
        format!(
            "---\ntitle: {}\nlabels: [{}]\nassignees: [{}]\n---\n\n{body}",
            quoted(&title),
            list.label.as_deref().map_or(String::new(), quoted),
            assignee.map_or(String::new(), quoted),
        )
    };
    bodies.iter().enumerate().map(issue).collect()
}

/// Quotes a string for JSON and YAML.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn title(list: &Checklist, account: Option<&Account>) -> String {
    account.map_or_else(|| list.title.clone(), |account| format!("{} · {}", list.title, account.title()))
}

/// The title of one of several issues or forms.
pub(super) fn part_title(strings: &Strings, title: &str, part: usize, total: usize) -> String {
    let (part, total) = (part.to_string(), total.to_string());
    strings.fill("export.part", &[("title", title), ("part", &part), ("total", &total)])
}

/// A heading and the items or letters below it. An entry is never split.
struct Section {
    heading: String,
    entries: Vec<String>,
}

/// Renders a checklist without its title, split into bodies of at most `limit` characters. An entry that is longer gets
/// a body of its own.
fn bodies(strings: &Strings, list: &Checklist, account: Option<&Account>, limit: usize) -> Vec<String> {
    let opening = account.map_or_else(String::new, |account| {
        format!("{}\n\n", strings.fill("export.for", &[("handle", &account.title())]))
    });
    let phases = list.phases.iter().map(|phase| Section {
        heading: phase.title.clone(),
        entries: phase.items.iter().map(|item| self::item(strings, item)).collect(),
    });
    let letters = Section {
        heading: strings.get("group_checklist.letters"),
        entries: list.letters.iter().map(|letter| self::letter(strings, letter)).collect(),
    };
    let mut bodies = Vec::new();
    let mut body = opening.clone();
    let mut length = opening.chars().count();
    let mut is_empty = true;
    for section in phases.chain([letters]) {
        let heading = format!("## {}\n\n", section.heading);
        let mut prefix = heading.clone();
        for (index, entry) in section.entries.iter().enumerate() {
            // An empty line separates sections.
            if index == 0 && !is_empty {
                prefix.insert(0, '\n');
            }
            let added = prefix.chars().count() + entry.chars().count();
            if !is_empty && length + added > limit {
                bodies.push(std::mem::replace(&mut body, opening.clone()));
                prefix = match index {
                    0 => heading.clone(),
                    _ => {
                        let heading = strings.fill("export.continued", &[("heading", &section.heading)]);
                        format!("## {heading}\n\n")
                    }
                };
                length = opening.chars().count();
            }
            body.push_str(&prefix);
            body.push_str(entry);
            length += prefix.chars().count() + entry.chars().count();
            prefix.clear();
            is_empty = false;
        }
    }
    bodies.push(body);
    bodies.into_iter().map(|body| body.trim_end().to_owned() + "\n").collect()
}

fn item(strings: &Strings, item: &Item) -> String {
    let title =
        item.texts.title.as_ref().map_or_else(String::new, |title| format!("**{}.** ", escape(title)));
    let mark = if item.evidence.as_ref().is_some_and(Evidence::is_met) { "x" } else { " " };
    let mut lines = format!("- [{mark}] {title}{}\n", indented(&item.texts.text));
    for (label, text) in item.texts.labeled() {
        let text = strings.fill(label, &[("text", &indented(text))]);
        lines.push_str(&format!("  {text}\n"));
    }
    if let Some(evidence) = &item.evidence {
        lines.push_str(&format!("  {}\n", link(&evidence.label, evidence.url.as_deref())));
    }
    if !item.refs.is_empty() {
        let refs: Vec<String> = item.refs.iter().map(reference).collect();
        let refs = strings.fill("export.references", &[("refs", &strings.list(&refs))]);
        lines.push_str(&format!("  {refs}\n"));
    }
    for access in &item.access {
        let text = strings.fill(
            "export.access",
            &[("name", &access.name), ("place", &indented(&access.place)), ("approver", &access.approver)],
        );
        lines.push_str(&format!("  - [ ] {}\n", indented(&indented(&text))));
    }
    lines
}

/// Indents all lines but the first, as continuation lines of a list item.
fn indented(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| match line {
        "" => text + "\n",
        line => text + "\n  " + line,
    })
}

fn reference(reference: &Reference) -> String {
    link(&reference.label, reference.url.as_deref())
}

fn link(label: &str, url: Option<&str>) -> String {
    let label = escape(label);
    match url {
        Some(url) if url.contains(['(', ')']) => format!("[{label}](<{url}>)"),
        Some(url) => format!("[{label}]({url})"),
        None => label,
    }
}

fn letter(strings: &Strings, letter: &Letter) -> String {
    let line = |path: &str, text: &str| strings.fill(path, &[("text", text)]) + "\n";
    let cc = letter.cc.as_ref().map_or_else(String::new, |cc| line("export.cc", cc));
    let text = format!(
        "{}{cc}{}\n{}\n",
        line("export.to", letter.to.trim()),
        line("export.subject", letter.subject.trim()),
        letter.text.trim_end()
    );
    let fence = fence(&text);
    format!("### {}\n\n{fence}text\n{text}{fence}\n\n", escape(&letter.title))
}

/// A code fence longer than any run of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(3.max(longest + 1))
}

#[derive(Serialize)]
struct Json<'a> {
    checklist: &'a str,
    role: Option<&'a str>,
    group: Option<&'a str>,
    r#for: Option<&'a str>,
    title: String,
    phases: Vec<JsonPhase<'a>>,
    letters: Vec<JsonLetter<'a>>,
}

#[derive(Serialize)]
struct JsonPhase<'a> {
    id: &'static str,
    title: &'a str,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    #[serde(flatten)]
    texts: &'a Texts<String>,
    refs: Vec<JsonReference<'a>>,
    covers: &'a [String],
    from: Option<&'a str>,
    every: Option<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    access: &'a [export::Access],
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a Evidence>,
    #[serde(skip_serializing_if = "Extra::is_empty")]
    extra: &'a Extra,
}

#[derive(Serialize)]
struct JsonReference<'a> {
    label: &'a str,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonLetter<'a> {
    id: &'a str,
    title: &'a str,
    to: &'a str,
    cc: Option<&'a str>,
    subject: &'a str,
    text: &'a str,
    blanks: &'a [crate::pages::view::Blank],
}

/// Renders a checklist as JSON, with texts in Markdown.
pub fn checklist_json(list: &Checklist, account: Option<&Account>) -> String {
    // Serializing strings and lists of strings cannot fail.
    serde_json::to_string_pretty(&json(list, account)).unwrap_or_default() + "\n"
}

/// Renders a checklist as JSON on one line, for the scripts of its page.
pub(super) fn checklist_json_line(list: &Checklist) -> String {
    serde_json::to_string(&json(list, None)).unwrap_or_default() + "\n"
}

fn json<'a>(list: &'a Checklist, account: Option<&'a Account>) -> Json<'a> {
    Json {
        checklist: &list.id,
        role: list.role.as_deref(),
        group: list.group.as_deref(),
        r#for: account.map(|account| account.name.as_str()),
        title: title(list, account),
        phases: list
            .phases
            .iter()
            .map(|phase| JsonPhase {
                id: phase.id,
                title: &phase.title,
                items: phase.items.iter().map(json_item).collect(),
            })
            .collect(),
        letters: list.letters.iter().map(json_letter).collect(),
    }
}

fn json_item(item: &Item) -> JsonItem<'_> {
    JsonItem {
        id: &item.id,
        texts: &item.texts,
        refs: item
            .refs
            .iter()
            .map(|reference| JsonReference { label: &reference.label, url: reference.url.as_deref() })
            .collect(),
        covers: &item.covers,
        from: item.from.as_deref(),
        every: item.every,
        access: &item.access,
        evidence: item.evidence.as_ref(),
        extra: &item.extra,
    }
}

fn json_letter(letter: &Letter) -> JsonLetter<'_> {
    JsonLetter {
        id: &letter.id,
        title: &letter.title,
        to: &letter.to,
        cc: letter.cc.as_deref(),
        subject: &letter.subject,
        text: &letter.text,
        blanks: &letter.blanks,
    }
}
