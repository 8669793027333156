//! GitHub issue forms of checklists: `.github/ISSUE_TEMPLATE/*.yml` in a community's repository.
//!
//! GitHub's schema: <https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema>,
//! The rules for labels, ids and options are on GitHub's page about common validation errors. Some limits are not
//! documented: a form whose description is too long is left out of the list of forms without an error.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::checklist::{ISSUE_BODY_LIMIT, part_title, quoted};
use crate::facts::AccountKind;
use crate::model::{self, ChecklistEntry, Key, Role};
use crate::pages::export::{self, Checklist, Item};
use crate::pages::placeholder::escape;
use crate::parse::spaced;
use crate::source::Db;
use crate::strings::{Strings, strings};

/// First line of every form. Files without it are not replaced unless `--force` is given.
pub const ISSUE_FORM_HEADER: &str =
    "# Written by `rolebook issue-forms`, which replaces this file when it runs again.";

/// Maximum length of a form's description, in characters.
const DESCRIPTION_LIMIT: usize = 200;
/// Characters of the issue's body reserved for the answers and their headings.
const ANSWERS_LENGTH: usize = 1_000;
/// Maximum length of an issue's title, in characters.
const TITLE_LIMIT: usize = 256;
/// Stem of a file in the folder that is not a form: it configures the page on which a form is chosen.
const CONFIG_STEM: &str = "config";
/// Option that GitHub adds to optional dropdowns, which no other option may equal.
const RESERVED_OPTION: &str = "none";

/// An issue form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueForm {
    /// File name: `chair.yml`.
    pub name: String,
    /// Content of the file.
    pub text: String,
    /// True if addresses of pages were left out because the site has no base URL.
    pub lacks_base_url: bool,
}

/// Renders the forms of all checklists that at least one group uses. A checklist that exceeds the length of an issue is
/// split into several forms.
pub fn issue_forms(db: &dyn Db, labels: &[String]) -> Vec<IssueForm> {
    issue_forms_with_limit(db, labels, ISSUE_BODY_LIMIT)
}

/// Renders the forms like [`issue_forms`], with another maximum length of an issue's body, in characters.
pub fn issue_forms_with_limit(db: &dyn Db, labels: &[String], limit: usize) -> Vec<IssueForm> {
    let handbook = model::handbook(db);
    let strings = strings(db);
    let handle = handle_label(strings, handbook.usual_account(model::vocabulary(db)));
    let mut forms = Vec::new();
    let (mut ids, mut names) = (HashSet::from([CONFIG_STEM.to_owned()]), HashSet::new());
    for entry in handbook.checklists.values() {
        let role = entry.checklist.role.as_ref().and_then(|role| handbook.roles.get(&role.value));
        let groups = groups(db, entry, role.map(|role| &**role));
        if groups.is_empty() {
            continue;
        }
        let list = export::checklist(db, entry, None, role.map(|role| &**role));
        let parts = parts(strings, &handle, &list, limit.saturating_sub(ANSWERS_LENGTH));
        let total = parts.len();
        for (index, sections) in parts.iter().enumerate() {
            let (id, name) = match total {
                1 => (list.id.clone(), list.title.clone()),
                _ => {
                    (format!("{}-{}", list.id, index + 1), part_title(strings, &list.title, index + 1, total))
                }
            };
            // Some file systems ignore case.
            let id = distinct(id, |id, number| format!("{id}-{number}"), |id| ids.insert(id.to_lowercase()));
            let name = distinct(name, numbered, |name| names.insert(comparison_key(name)));
            forms.push(IssueForm {
                name: format!("{id}.yml"),
                text: form(
                    strings,
                    &handle,
                    &name,
                    &description(db, entry, &list),
                    labels,
                    &groups,
                    sections,
                ),
                lacks_base_url: list.lacks_base_url,
            });
        }
    }
    forms
}

/// The names of the groups that use a checklist, as distinct dropdown options.
fn groups(db: &dyn Db, entry: &ChecklistEntry, role: Option<&Role>) -> Vec<String> {
    let handbook = model::handbook(db);
    let is_for = |group: &model::Group| match role {
        Some(role) => handbook.roles_in(group).iter().any(|other| other.id == role.id),
        None => {
            let lists = model::group_checklists(db, Key::new(db, group.id().to_owned()));
            lists.contains(&entry.checklist.id.value)
        }
    };
    let groups: Vec<_> = handbook.groups.values().filter(|group| is_for(group)).collect();
    let count_with_key =
        |key: &str| groups.iter().filter(|group| comparison_key(&group.full_name()) == key).count();
    let mut used_keys = HashSet::from([RESERVED_OPTION.to_owned()]);
    let option = |group: &&std::sync::Arc<model::Group>| {
        let name = spaced(&group.full_name());
        let key = comparison_key(&name);
        // Ids distinguish groups of the same name.
        let is_unique = count_with_key(&key) == 1 && key != RESERVED_OPTION && !name.is_empty();
        let name = if is_unique { name } else { format!("{name} ({})", group.id()) };
        distinct(name, numbered, |name| used_keys.insert(comparison_key(name)))
    };
    groups.iter().map(option).collect()
}

/// The description of a checklist as plain text of at most [`DESCRIPTION_LIMIT`] characters.
fn description(db: &dyn Db, entry: &ChecklistEntry, list: &Checklist) -> String {
    let text = export::description(db, entry).unwrap_or_else(|| list.title.clone());
    let plain = crate::parse::parse(&text).lead.unwrap_or(text);
    if plain.chars().count() <= DESCRIPTION_LIMIT {
        return plain;
    }
    let cut: String = plain.chars().take(DESCRIPTION_LIMIT - 1).collect();
    // Cut after a sentence, or else after a word.
    match (cut.rfind(". "), cut.rfind(' ')) {
        (Some(end), _) => cut[..=end].to_owned(),
        (None, Some(end)) => format!("{}…", &cut[..end]),
        (None, None) => cut + "…",
    }
}

/// Label of the field for the handle of the person that the checklist is for.
fn handle_label(strings: &Strings, kind: &AccountKind) -> String {
    strings.fill("issue_form.handle", &[("kind", &kind.label)])
}

/// A label and the checkboxes below it.
struct Section {
    id: &'static str,
    label: String,
    options: Vec<String>,
}

/// Splits a checklist into the sections of one or more forms. Each form makes an issue of at most `limit` characters,
/// unless a single item is longer.
fn parts(strings: &Strings, handle: &str, list: &Checklist, limit: usize) -> Vec<Vec<Section>> {
    let mut parts: Vec<Vec<Section>> = vec![Vec::new()];
    let mut used_keys = HashSet::from([&*strings.get("parts.group"), handle].map(comparison_key));
    used_keys.extend(list.phases.iter().map(|phase| comparison_key(&phase.title)));
    let mut length = 0;
    for phase in &list.phases {
        let heading = phase.title.chars().count() + "### \n\n\n".len();
        for item in &phase.items {
            let option =
                distinct(option(strings, item), numbered, |option| used_keys.insert(comparison_key(option)));
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

/// The text of an item on one line, followed by the groups that it is for.
fn option(strings: &Strings, item: &Item) -> String {
    let text = spaced(&item.texts.text);
    let text =
        item.texts.title.as_ref().map_or(text.clone(), |title| format!("**{}.** {text}", escape(title)));
    match item.only_for.as_slice() {
        [] => text,
        groups => strings.fill("issue_form.only_for", &[("text", &text), ("groups", &strings.list(groups))]),
    }
}

/// Returns the text, with a number if `insert` rejects it as a duplicate.
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

/// The form of a label or option that GitHub compares: lower case, with `-` between runs of letters, digits and `_`.
/// Labels of the same form are duplicates.
fn comparison_key(text: &str) -> String {
    let runs = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|run| !run.is_empty());
    runs.collect::<Vec<_>>().join("-").to_lowercase()
}

/// The default title of an issue. It uses at most about half of [`TITLE_LIMIT`]; the author completes it.
fn title(name: &str) -> String {
    let limit = TITLE_LIMIT / 2;
    if name.chars().count() <= limit {
        format!("{name}: ")
    } else {
        format!("{}…: ", name.chars().take(limit).collect::<String>())
    }
}

/// The YAML text of a form.
fn form(
    strings: &Strings,
    handle: &str,
    name: &str,
    description: &str,
    labels: &[String],
    groups: &[String],
    sections: &[Section],
) -> String {
    let mut yaml = format!(
        "{ISSUE_FORM_HEADER}\nname: {}\ndescription: {}\ntitle: {}\n",
        quoted(name),
        quoted(description),
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
        quoted(handle),
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
