//! Generates docs/theme-reference.md from the files of the default theme.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use toml_edit::{DocumentMut, Item, Key, Table, TableLike, Value};

use crate::support::{files, project};

const HEAD: &str = "# Theme reference

The templates, blocks, components and strings of the default theme. This page is written by a test
(`ROLEBOOK_BLESS=1 cargo test --test suite theme_reference`); [Writing a theme](themes.md) explains how to use them.
`rolebook theme show FILE` prints a file of the default theme, such as `templates/group.html`.
";

/// The templates by name, without folders in front.
fn templates() -> BTreeMap<String, String> {
    let files = files(&project().join("themes/default/templates"));
    files.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

/// The texts between a mark and an end.
fn between<'a>(text: &'a str, mark: &str, end: &str) -> Vec<&'a str> {
    text.split(mark).skip(1).filter_map(|rest| Some(rest.split_once(end)?.0)).collect()
}

/// A list of names as code, or a dash.
fn list(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| code(name.as_ref())).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

/// A text as code in a cell of a table.
fn code(text: &str) -> String {
    let ticks = if text.contains('`') { "``" } else { "`" };
    let text = text.replace('|', "\\|").replace('\n', " ");
    format!("{ticks}{text}{ticks}")
}

/// The blocks that a template opens, in its order.
fn blocks(template: &str) -> Vec<&str> {
    let tags = between(template, "{%", "%}").into_iter().map(|tag| tag.trim_matches('-').trim());
    tags.filter_map(|tag| tag.strip_prefix("block ")).map(str::trim).collect()
}

/// The objects of templates, from the documentation of view models.
fn objects() -> BTreeMap<String, String> {
    let docs = fs::read_to_string(project().join("docs/view-models.md")).unwrap();
    let parts = docs.split("\n### `").skip(1);
    let pair = |part: &str| {
        let (object, rest) = part.split_once('`')?;
        let template = rest.split_once("In `templates/")?.1.split_once('`')?.0;
        Some((template.to_owned(), object.to_owned()))
    };
    parts.filter_map(pair).collect()
}

fn write_templates(text: &mut String) {
    text.push_str(
        "\n## Templates\n\nThe template of each kind of page, the [object](view-models.md) that it receives besides \
         `site`, `page` and `t`, and\nthe blocks that it fills or adds. [Blocks](themes.md#blocks) describes those of \
         `base.html`, which all others extend\nexcept `redirect.html`.\n\n| template | object | blocks |\n|---|---|---|\n",
    );
    let objects = objects();
    for (name, template) in templates().iter().filter(|(name, _)| !name.contains('/')) {
        let object = objects
            .get(name)
            .map_or("–".to_owned(), |object| format!("[`{object}`](view-models.md#{object})"));
        writeln!(text, "| `{name}` | {object} | {} |", list(blocks(template))).unwrap();
    }
}

fn write_components(text: &mut String) {
    text.push_str(
        "\n## Components\n\nThe components of `templates/partials/components.html`, with their parameters and the\n\
         templates that use them. `@t` passes the strings on.\n\n| component | parameters | used in |\n|---|---|---|\n",
    );
    let templates = templates();
    for head in between(&templates["partials/components.html"], "{% component ", "%}") {
        let (name, parameters) = head.split_once('(').unwrap();
        let parameters = parameters.rsplit_once(')').unwrap().0;
        let parameters = parameters.split(',').map(str::trim).filter(|parameter| !parameter.is_empty());
        // `components.html` shows every component.
        let users = templates.iter().filter(|(user, _)| user.as_str() != "components.html");
        let calls = ["{{ <", "{{- <"].map(|start| format!("{start}{name} "));
        let users = users.filter(|(_, template)| calls.iter().any(|call| template.contains(call)));
        let users = users.map(|(user, _)| user);
        writeln!(text, "| `{name}` | {} | {} |", list(parameters), list(users)).unwrap();
    }
}

/// The comment before a key.
fn comment(key: &Key, table: Option<&Table>) -> String {
    let decor = table.map_or(key.leaf_decor(), Table::decor);
    let prefix = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
    let lines = prefix.lines().filter_map(|line| line.trim().strip_prefix('#'));
    lines.map(str::trim).collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "&lt;")
}

/// Writes the strings below a path, as rows of a table.
fn write_strings(text: &mut String, table: &dyn TableLike, path: &str) {
    let is_text = |item: &Item| item.as_str().is_some();
    for (name, item) in table.iter() {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let note = comment(table.key(name).unwrap(), item.as_table());
        if let Some(string) = item.as_str() {
            writeln!(text, "| `{path}` | {} | {note} |", code(string)).unwrap();
        } else if let Some(table) = item.as_table_like() {
            if table.get("other").is_some_and(is_text) {
                let forms =
                    table.iter().map(|(form, item)| format!("{form}: {}", code(item.as_str().unwrap())));
                writeln!(text, "| `{path}` | {} | {note} |", forms.collect::<Vec<_>>().join("<br>")).unwrap();
            } else {
                write_strings(text, table, &path);
            }
        } else {
            panic!("{path} is neither text nor a table");
        }
    }
}

fn write_all_strings(text: &mut String) {
    text.push_str(
        "\n## Strings\n\nThe strings of `strings/en.toml`, by path: templates access `page.next` as `t.page.next`, and the\nscript \
         `lead.js` accesses `scripts.lead.start` as `strings.start`. The notes are comments of the file.\n",
    );
    let english = fs::read_to_string(project().join("themes/default/strings/en.toml")).unwrap();
    let english: DocumentMut = english.parse().unwrap();
    let root = english.as_table();
    // Strings outside of tables precede all tables.
    let head = |text: &mut String| text.push_str("\n| string | English | note |\n|---|---|---|\n");
    let mut single = Table::new();
    for (key, item) in root.iter().filter(|(_, item)| item.as_str().is_some()) {
        single.insert(key, Item::Value(Value::from(item.as_str().unwrap())));
    }
    if !single.is_empty() {
        head(text);
        write_strings(text, &single, "");
    }
    for (name, item) in root.iter() {
        let Some(table) = item.as_table() else { continue };
        let note = comment(root.key(name).unwrap(), Some(table));
        write!(text, "\n### `{name}`\n").unwrap();
        if !note.is_empty() {
            write!(text, "\n{note}\n").unwrap();
        }
        head(text);
        write_strings(text, table, name);
    }
}

#[test]
fn the_theme_reference_matches_the_theme() {
    let mut generated = HEAD.to_owned();
    write_templates(&mut generated);
    write_components(&mut generated);
    write_all_strings(&mut generated);
    let path = project().join("docs/theme-reference.md");
    if std::env::var_os("ROLEBOOK_BLESS").is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let existing = fs::read_to_string(path).unwrap_or_default();
    assert!(
        generated == existing,
        "docs/theme-reference.md does not match the theme; bless it, and review the changes"
    );
    for part in [
        "| `group.html` | [`group`](view-models.md#group) | ",
        "| `person` | `person` | ",
        "| `page.next` | `Next` |",
    ] {
        assert!(generated.contains(part), "{part}");
    }
}
