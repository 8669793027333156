//! GitHub issue forms of the checklists: `.github/ISSUE_TEMPLATE/*.yml` of a community's repository.
//!
//! What GitHub asks of a form: <https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema>,
//! and, of labels, ids and options, its page on common validation errors. Of lengths it says less than it
//! enforces: a form whose description is too long is left out of the list of forms without a word.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::checklist::{ISSUE_BODY, part_title, quoted};
use crate::facts::AccountKind;
use crate::model::{self, ChecklistEntry, Key, Role};
use crate::pages::export::{self, Checklist, Item};
use crate::parse::spaced;
use crate::source::Db;
use crate::strings::{Strings, strings};

/// The first line of every form: a file without it was written by somebody else.
pub const MARK: &str = "# Written by `rolebook issue-forms`, which replaces this file when it runs again.";

/// Most characters of a form's description.
const DESCRIPTION: usize = 200;
/// Room, in the body of the issue, for the answers and their headings.
const ANSWERS: usize = 1_000;
/// Most characters of an issue's title.
const TITLE: usize = 256;
/// Names of files in the folder that are no forms: the settings of the page on which a form is chosen.
const SETTINGS: &str = "config";
/// What GitHub offers in every dropdown that need not be answered, so that no option may be called so.
const RESERVED: &str = "none";

/// A form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueForm {
    /// `chair.yml`
    pub name: String,
    /// Its text.
    pub text: String,
    /// Pages of the handbook are referred to, and nobody knows where they will live.
    pub lacks_base_url: bool,
}

/// The forms of all checklists that are for a role or for a group; a list that makes too long an issue has several.
pub fn issue_forms(db: &dyn Db, labels: &[String]) -> Vec<IssueForm> {
    issue_forms_within(db, labels, ISSUE_BODY)
}

/// The same, with another limit to the length of an issue.
pub fn issue_forms_within(db: &dyn Db, labels: &[String], limit: usize) -> Vec<IssueForm> {
    let handbook = model::handbook(db);
    let strings = strings(db);
    let mut forms = Vec::new();
    let (mut ids, mut names) = (HashSet::from([SETTINGS.to_owned()]), HashSet::new());
    for entry in handbook.checklists.values() {
        let role = entry.checklist.role.as_ref().and_then(|role| handbook.roles.get(&role.value));
        let groups = groups(db, entry, role.map(|role| &**role));
        if groups.is_empty() {
            continue;
        }
        let list = export::checklist(db, entry, None, role.map(|role| &**role));
        let parts = parts(strings, &list, limit.saturating_sub(ANSWERS));
        let total = parts.len();
        for (index, sections) in parts.iter().enumerate() {
            let (id, name) = match total {
                1 => (list.id.clone(), list.title.clone()),
                _ => {
                    (format!("{}-{}", list.id, index + 1), part_title(strings, &list.title, index + 1, total))
                }
            };
            // Systems differ in whether case tells files apart.
            let id = distinct(id, |id, number| format!("{id}-{number}"), |id| ids.insert(id.to_lowercase()));
            let name = distinct(name, numbered, |name| names.insert(parameterized(name)));
            forms.push(IssueForm {
                name: format!("{id}.yml"),
                text: form(strings, &name, &about(db, entry, &list), labels, &groups, sections),
                lacks_base_url: list.lacks_base_url,
            });
        }
    }
    forms
}

/// The names of the groups that a checklist is for.
fn groups(db: &dyn Db, entry: &ChecklistEntry, role: Option<&Role>) -> Vec<String> {
    let handbook = model::handbook(db);
    let is_for = |group: &model::Group| match role {
        Some(role) => handbook.roles_in(group).iter().any(|known| known.id == role.id),
        None => {
            let lists = model::group_checklists(db, Key::new(db, group.id().to_owned()));
            lists.contains(&entry.checklist.id.value)
        }
    };
    let groups: Vec<_> = handbook.groups.values().filter(|group| is_for(group)).collect();
    let alike = |name: &str| groups.iter().filter(|group| parameterized(&group.full_name()) == name).count();
    let mut used = HashSet::from([RESERVED.to_owned()]);
    let option = |group: &&std::sync::Arc<model::Group>| {
        let name = spaced(&group.full_name());
        let key = parameterized(&name);
        // The id tells groups of one name apart.
        let is_clear = alike(&key) == 1 && key != RESERVED && !name.is_empty();
        let name = if is_clear { name } else { format!("{name} ({})", group.id()) };
        distinct(name, numbered, |name| used.insert(parameterized(name)))
    };
    groups.iter().map(option).collect()
}

/// One sentence or a few about a list.
fn about(db: &dyn Db, entry: &ChecklistEntry, list: &Checklist) -> String {
    let text = export::description(db, entry).unwrap_or_else(|| list.title.clone());
    let plain = crate::parse::parse(&text).lead.unwrap_or(text);
    if plain.chars().count() <= DESCRIPTION {
        return plain;
    }
    let cut: String = plain.chars().take(DESCRIPTION - 1).collect();
    // At the end of a sentence, else of a word.
    match (cut.rfind(". "), cut.rfind(' ')) {
        (Some(end), _) => cut[..=end].to_owned(),
        (None, Some(end)) => format!("{}…", &cut[..end]),
        (None, None) => cut + "…",
    }
}

/// Label of the field for whom the checklist is.
fn handle_label(strings: &Strings) -> String {
    strings.fill("issue_form.handle", &[("kind", &AccountKind::usual().label)])
}

/// Checkboxes under a label.
struct Section {
    id: &'static str,
    label: String,
    options: Vec<String>,
}

/// The sections of a list, in as many forms as are needed for none to make too long an issue.
fn parts(strings: &Strings, list: &Checklist, limit: usize) -> Vec<Vec<Section>> {
    let mut parts: Vec<Vec<Section>> = vec![Vec::new()];
    let mut used =
        HashSet::from([strings.get("parts.group"), handle_label(strings)].map(|label| parameterized(&label)));
    used.extend(list.phases.iter().map(|phase| parameterized(&phase.title)));
    let mut length = 0;
    for phase in &list.phases {
        let heading = phase.title.chars().count() + "### \n\n\n".len();
        for item in &phase.items {
            let option =
                distinct(option(strings, item), numbered, |option| used.insert(parameterized(option)));
            let added = option.chars().count() + "- [ ] \n".len();
            if length > 0 && length + heading + added > limit {
                parts.push(Vec::new());
                length = 0;
            }
            let Some(part) = parts.last_mut() else { continue };
            length += added;
            match part.last_mut().filter(|section| section.id == phase.id) {
                Some(section) => section.options.push(option),
                None => {
                    part.push(Section { id: phase.id, label: phase.title.clone(), options: vec![option] });
                    length += heading;
                }
            }
        }
    }
    parts
}

/// The text of an item on one line, with whom it is for.
fn option(strings: &Strings, item: &Item) -> String {
    let text = spaced(&item.texts.text);
    match item.only_for.as_slice() {
        [] => text,
        groups => strings.fill("issue_form.only_for", &[("text", &text), ("groups", &groups.join(", "))]),
    }
}

/// A text with a number where `insert` has it already. GitHub takes texts for the same whose letters and digits are.
fn distinct(
    text: String,
    numbered: impl Fn(&str, usize) -> String,
    mut insert: impl FnMut(&str) -> bool,
) -> String {
    if insert(&text) {
        return text;
    }
    (2..).map(|number| numbered(&text, number)).find(|text| insert(text)).unwrap_or(text)
}

fn numbered(text: &str, number: usize) -> String {
    format!("{text} ({number})")
}

/// What GitHub makes of a label when it compares it with others.
fn parameterized(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// The beginning of an issue's title, with room for what is written behind it.
fn title(name: &str) -> String {
    let most = TITLE / 2;
    if name.chars().count() <= most {
        format!("{name}: ")
    } else {
        format!("{}…: ", name.chars().take(most).collect::<String>())
    }
}

fn form(
    strings: &Strings,
    name: &str,
    about: &str,
    labels: &[String],
    groups: &[String],
    sections: &[Section],
) -> String {
    let mut yaml = format!(
        "{MARK}\nname: {}\ndescription: {}\ntitle: {}\n",
        quoted(name),
        quoted(about),
        quoted(&title(name))
    );
    if !labels.is_empty() {
        let labels: Vec<_> = labels.iter().map(|label| quoted(label)).collect();
        let _ = writeln!(yaml, "labels: [{}]", labels.join(", "));
    }
    let _ = write!(
        yaml,
        "body:\n  - type: dropdown\n    id: group\n    attributes:\n      label: {}\n      options:\n",
        quoted(&strings.get("parts.group"))
    );
    for group in groups {
        let _ = writeln!(yaml, "        - {}", quoted(group));
    }
    yaml.push_str("    validations:\n      required: true\n");
    let _ = write!(
        yaml,
        "  - type: input\n    id: handle\n    attributes:\n      label: {}\n      \
         description: {}\n      placeholder: {}\n    validations:\n      required: true\n",
        quoted(&handle_label(strings)),
        quoted(&strings.get("issue_form.handle_note")),
        quoted(&strings.get("issue_form.handle_example"))
    );
    for section in sections {
        let _ = write!(
            yaml,
            "  - type: checkboxes\n    id: {}\n    attributes:\n      label: {}\n      options:\n",
            quoted(section.id),
            quoted(&section.label)
        );
        for option in &section.options {
            let _ = writeln!(yaml, "        - label: {}", quoted(option));
        }
    }
    yaml
}
