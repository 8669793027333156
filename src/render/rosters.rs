//! Lists of people compared with the facts: `/api/rosters.json`, and the text of a pull request that corrects them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexSet;
use serde::Serialize;

use crate::link;
use crate::model::{self, FactSpans, Member, RosterComparison, RosterHolder, RosterStatus, Route};
use crate::pages::export;
use crate::patch::{ChangedList, Obstacle, Planned, SourcePatch};
use crate::source::{Db, File};
use crate::strings::{Strings, strings};
use crate::url;

#[derive(Serialize)]
struct Roster<'a> {
    source: String,
    /// The file; null for a missing list if several files could contain it.
    path: Option<String>,
    /// The line; null for a missing list.
    line: Option<u32>,
    name: &'a str,
    title: Option<&'a str>,
    group: Option<&'a str>,
    members: Vec<ListMember<'a>>,
    /// Handles.
    missing: Vec<&'a str>,
    extra: Vec<&'a str>,
    former: Vec<&'a str>,
    status: &'static str,
}

#[derive(Serialize)]
struct ListMember<'a> {
    handle: &'a str,
    id: &'a str,
    /// The address of the person's page.
    url: Option<String>,
}

/// Renders `rosters.json`, with a line for each list; `None` if no mapping reads lists.
pub fn rosters_json(db: &dyn Db) -> Option<String> {
    let lists = model::rosters(db);
    let comparisons = model::roster_findings(db);
    if lists.is_empty() && comparisons.is_empty() {
        return None;
    }
    let by_list = model::comparisons_by_list(db);
    let people = &model::handbook(db).people;
    let mut rosters = Vec::new();
    for list in lists {
        let of_list = by_list.get(&(list.file, list.index)).map_or(&[][..], Vec::as_slice);
        let members = list.members.iter().map(|member| ListMember {
            handle: &member.handle,
            id: &member.id,
            url: people.contains_key(&member.id).then(|| Route::Person(member.id.clone()).url(db)),
        });
        let group = of_list.iter().find_map(|comparison| comparison.group.as_deref());
        rosters.push(Roster {
            path: Some(list.file.path(db).to_string()),
            line: Some(list.file.location(db, model::roster_span(db, list)).line),
            name: &list.name,
            title: list.title.as_deref(),
            members: members.collect(),
            ..Roster::of(list.file.config(db).title(), group, of_list)
        });
    }
    for comparison in comparisons.iter().filter(|comparison| comparison.list.is_none()) {
        let files = model::files_of(db, comparison.expectation);
        let path = match files.as_slice() {
            [file] => Some(file.path(db).to_string()),
            _ => None,
        };
        rosters.push(Roster {
            path,
            name: &comparison.name,
            ..Roster::of(comparison.source_title(db), comparison.group.as_deref(), &[comparison])
        });
    }
    // Serialising strings, numbers and lists of them cannot fail.
    let lines = rosters.iter().map(|roster| serde_json::to_string(roster).unwrap_or_default());
    Some(format!("[\n{}\n]\n", lines.collect::<Vec<_>>().join(",\n")))
}

impl<'a> Roster<'a> {
    /// The result of the comparisons of a list.
    fn of(source: String, group: Option<&'a str>, comparisons: &[&'a Arc<RosterComparison>]) -> Self {
        let missing = comparisons.iter().flat_map(|comparison| &comparison.missing);
        let missing: IndexSet<&str> = missing.map(|holder| holder.handle.as_str()).collect();
        let handles = |members: fn(&RosterComparison) -> &Vec<Member>| {
            let members = comparisons.iter().flat_map(|comparison| members(comparison));
            let handles: IndexSet<&str> = members.map(|member| member.handle.as_str()).collect();
            handles.into_iter().collect()
        };
        let is = |status| comparisons.iter().any(|comparison| comparison.status == status);
        let status = match comparisons {
            [] => "unmatched",
            _ if is(RosterStatus::Retired) => RosterStatus::Retired.id(),
            _ if is(RosterStatus::Differs) || is(RosterStatus::Absent) => RosterStatus::Differs.id(),
            _ => RosterStatus::Same.id(),
        };
        Self {
            source,
            path: None,
            line: None,
            name: "",
            title: None,
            group,
            members: Vec::new(),
            missing: missing.into_iter().collect(),
            extra: handles(|comparison| &comparison.extra),
            former: handles(|comparison| &comparison.former),
            status,
        }
    }
}

/// The first line of each body, by which rolebook recognizes the files that it wrote.
pub const ROSTER_BODY_HEADER: &str = "<!-- Written by rolebook rosters -->";

/// Renders the text of a pull request with the patch of a source.
pub fn roster_body(db: &dyn Db, patch: &SourcePatch) -> String {
    let strings = strings(db);
    let body = Body { db, strings, spans: model::fact_spans(db) };
    let mut text = format!("{ROSTER_BODY_HEADER}\n");
    let patched = patch.lists.iter().filter(|planned| planned.is_patched).count();
    text += &match patched {
        0 => strings.get("roster_patch.none"),
        _ => strings.fill("roster_patch.changed", &[("n", &patched.to_string())]),
    };
    text.push('\n');
    for planned in patch.lists.iter().filter(|planned| planned.is_patched) {
        text.push_str(&body.list(planned));
    }
    let open: Vec<&Planned> =
        patch.lists.iter().filter(|planned| !planned.is_patched || !planned.obstacles.is_empty()).collect();
    if !open.is_empty() {
        let (title, note) = (strings.get("roster_patch.open"), strings.get("roster_patch.open_note"));
        let _ = write!(text, "\n## {title}\n\n{note}\n\n");
        for planned in open {
            let reasons: Vec<String> = planned.obstacles.iter().map(|of| reason(strings, of)).collect();
            let reasons =
                if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
            let _ = writeln!(text, "- {}{reasons}", body.name(planned));
            if !planned.is_patched {
                for line in body.changes(planned) {
                    let _ = writeln!(text, "  {line}");
                }
            }
        }
    }
    text
}

struct Body<'a> {
    db: &'a dyn Db,
    strings: &'a Strings,
    spans: &'a FactSpans,
}

impl Body<'_> {
    fn list(&self, planned: &Planned) -> String {
        let mut text = format!("\n## {}\n\n", self.name(planned));
        for line in self.changes(planned) {
            text.push_str(&line);
            text.push('\n');
        }
        let clauses: IndexSet<String> =
            planned.comparisons.iter().filter_map(|comparison| self.clause(comparison)).collect();
        for clause in clauses {
            let clause = self.strings.fill("roster_patch.clause", &[("clause", &clause)]);
            let _ = write!(text, "\n{clause}\n");
        }
        text
    }

    /// The name of a list with its file and group.
    fn name(&self, planned: &Planned) -> String {
        let mut name = code(planned.name());
        let groups: IndexSet<String> = planned
            .comparisons
            .iter()
            .filter_map(|comparison| Some(model::full_name(self.db, comparison.group.as_deref()?)))
            .collect();
        if !groups.is_empty() {
            let groups: Vec<String> = groups.into_iter().map(|name| plain(&name)).collect();
            let groups = self.strings.list(&groups);
            name = self.strings.fill("roster_patch.list_of", &[("list", &name), ("groups", &groups)]);
        }
        let list = planned.comparisons.iter().find_map(|comparison| comparison.list.as_ref());
        let place = match (list, planned.file) {
            (Some(list), _) => self.place(list.file, model::roster_span(self.db, list)),
            (None, Some(file)) => code(&file.path(self.db)),
            (None, None) => return name,
        };
        self.strings.fill("impact.in_list", &[("list", &name), ("place", &place)])
    }

    /// A line of Markdown for each change of a list.
    fn changes(&self, planned: &Planned) -> Vec<String> {
        let mut lines = Vec::new();
        match planned.target {
            ChangedList::Retired(_) => {
                lines.push(format!("- {}", self.strings.get("roster_patch.retired")));
                return lines;
            }
            ChangedList::New(_) => lines.push(format!("- {}", self.strings.get("roster_patch.new"))),
            ChangedList::List(_) => {}
        }
        let indent = if lines.is_empty() { "" } else { "  " };
        let mut holders: BTreeMap<&str, Vec<&RosterHolder>> = BTreeMap::new();
        for holder in planned.comparisons.iter().flat_map(|comparison| &comparison.missing) {
            holders.entry(&holder.id).or_default().push(holder);
        }
        for added in &planned.added {
            let roles = holders.get(added.id.as_str()).map_or(&[][..], Vec::as_slice);
            let roles: Vec<String> = roles.iter().map(|holder| self.role(holder)).collect();
            let values = [("person", &*code(&added.handle)), ("roles", &*self.strings.list(&roles))];
            lines.push(format!("{indent}- {}", self.strings.fill("roster_patch.add", &values)));
        }
        for comparison in &planned.comparisons {
            let group = comparison.group.as_deref();
            let name = group.map(|group| plain(&model::full_name(self.db, group)));
            let removed = |general: &str, of_group: &str, member: &Member| {
                let (path, group) = name.as_deref().map_or((general, ""), |name| (of_group, name));
                self.strings.fill(path, &[("person", &code(&member.handle)), ("group", group)])
            };
            for member in &comparison.former {
                let fact = group.and_then(|group| self.spans.former(group, &member.id));
                let text = removed("roster_patch.former", "roster_patch.former_of", member);
                lines.push(format!("- {text}{}", self.fact(fact)));
            }
            for member in &comparison.extra {
                let fact = group.and_then(|group| self.spans.group(group).cloned());
                let text = removed("roster_patch.extra", "roster_patch.extra_of", member);
                lines.push(format!("- {text}{}", self.fact(fact)));
            }
        }
        lines
    }

    /// The roles of a holder: `Steward of Murals (groups.yaml, line 12)`.
    fn role(&self, holder: &RosterHolder) -> String {
        let titles = role_titles(self.db, &holder.group, &holder.roles).join(&self.strings.get("page.and"));
        let group = plain(&model::full_name(self.db, &holder.group));
        let role = self.strings.fill("roster_patch.role", &[("role", &plain(&titles)), ("group", &group)]);
        format!("{role}{}", self.fact(self.spans.holder(holder)))
    }

    fn fact(&self, fact: Option<(File, Range<usize>)>) -> String {
        fact.map_or_else(String::new, |(file, span)| format!(" ({})", self.place(file, span)))
    }

    /// A file and line, as a link if the file is on the web.
    fn place(&self, file: File, span: Range<usize>) -> String {
        let line = file.location(self.db, span).line.to_string();
        let path = file.path(self.db);
        let label = self.strings.fill("rosters.place", &[("path", &code(&path)), ("line", &line)]);
        match &file.config(self.db).web {
            Some(web) => format!("[{label}]({web}{}#L{line})", url::encode_path(&path)),
            None => label,
        }
    }

    /// The clause that demands a list.
    fn clause(&self, comparison: &RosterComparison) -> Option<String> {
        let clause = comparison.expectation.get(self.db)?.clause.as_ref()?;
        let file = link::handbook_file(self.db)?;
        if matches!(link::target(self.db, file, clause), link::Target::Broken(_)) {
            return None;
        }
        let (label, address) = export::reference(self.db, file, clause)?;
        Some(match address.is_absolute() {
            true => format!("[{}]({})", plain(&label), &*address),
            false => code(clause),
        })
    }
}

/// The titles of the roles that a group calls by these keys.
pub fn role_titles(db: &dyn Db, group: &str, keys: &[String]) -> Vec<String> {
    let handbook = model::handbook(db);
    let title = |key: &String| {
        let role = handbook.groups.get(group).and_then(|group| handbook.role_of(group, key));
        role.map_or_else(|| key.clone(), |role| role.title.clone())
    };
    keys.iter().map(title).collect()
}

/// A reason why a patch lacks a change, as part of a sentence.
pub fn reason(strings: &Strings, obstacle: &Obstacle) -> String {
    let string =
        |name: &str, values: &[(&str, &str)]| strings.fill(&format!("roster_patch.obstacles.{name}"), values);
    match obstacle {
        Obstacle::NoBlockList => string("no_block_list", &[]),
        Obstacle::Unreadable => string("unreadable", &[]),
        Obstacle::NoAccount(name) => string("no_account", &[("person", &code(name))]),
        Obstacle::Via { handle, list } => string("via", &[("person", &code(handle)), ("list", &code(list))]),
        Obstacle::Conflict(handle) => string("conflict", &[("person", &code(handle))]),
        Obstacle::NoFile => string("no_file", &[]),
        Obstacle::Unsafe => string("unsafe", &[]),
    }
}

/// A text as code in Markdown.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    match text.starts_with('`') || text.ends_with('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// A text without marks of Markdown.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for char in text.chars() {
        if matches!(char, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '@' | '|') {
            plain.push('\\');
        }
        plain.push(if char.is_control() { ' ' } else { char });
    }
    plain
}
