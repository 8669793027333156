//! JSON Schemas of the files that people write: they accept what rolebook reads, and reject what it reports.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use rolebook::config::Config;
use rolebook::diagnostic::FileName;
use rolebook::facts::Vocabulary;
use rolebook::formats::{self, DataFile, Format};
use rolebook::parse;
use rolebook::schema;
use serde_json::json;
use toml::Value;

use crate::support::{TestSite, files, is_slow, project};

/// A TOML file, or the front matter of a document.
#[derive(Clone, Debug)]
struct Input {
    /// The name of its schema.
    schema: &'static str,
    /// The path for messages.
    path: String,
    text: String,
}

/// The files and the front matter of a site.
fn inputs(site: &Path) -> Vec<Input> {
    let mut inputs = Vec::new();
    for entry in walkdir::WalkDir::new(site).sort_by_file_name().into_iter().map(Result::unwrap) {
        let path = entry.path().strip_prefix(site).unwrap().to_string_lossy().replace('\\', "/");
        let text = || fs::read_to_string(entry.path()).unwrap();
        let content = path.strip_prefix("content/");
        let input = |schema, text| Input { schema, path: entry.path().display().to_string(), text };
        if path == "site.toml" {
            inputs.push(input("site", text()));
        } else if let Some(schema) = content.and_then(|path| Format::Handbook.holds(path)) {
            inputs.push(input(schema, text()));
        } else if let Some(path) = content.filter(|path| path.ends_with(".md")) {
            let text = text();
            let matter = text.strip_prefix("+++\n").and_then(|text| text.split_once("\n+++\n"));
            let schema = if path.starts_with("roles/") { "role" } else { "page" };
            inputs.extend(matter.map(|(matter, _)| input(schema, matter.to_owned())));
        }
    }
    inputs
}

/// The headings of docs/content.md with examples of data files, and their schemas.
const SECTIONS: [(&str, &str); 8] = [
    ("## Groups", "group"),
    ("## Skills", "skills"),
    ("## Checklists", "checklist"),
    ("## Access", "access"),
    ("## Rules", "rules"),
    ("## People", "person"),
    ("## Roles of the community as a whole", "community"),
    ("## Glossary", "glossary"),
];

/// The examples of the documentation that rolebook accepts on their own.
fn examples() -> Vec<Input> {
    let mut inputs = Vec::new();
    for page in ["site.md", "your-community.md", "content.md"] {
        let text = fs::read_to_string(project().join("docs").join(page)).unwrap();
        let mut heading = "";
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("## ") {
                heading = line;
            } else if line == "```toml" {
                let mut text: String =
                    lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
                let section =
                    SECTIONS.iter().find(|(section, _)| page == "content.md" && *section == heading);
                let schema = match section {
                    Some((_, schema)) => schema,
                    None if page == "content.md" => continue,
                    None => "site",
                };
                if schema == "site" && !text.starts_with("title =") {
                    text.insert_str(0, "title = \"Handbook\"\n");
                }
                inputs.push(Input { schema, path: format!("{page}, {heading}"), text });
            }
        }
    }
    inputs.retain(|input| reported(input, formats::default_vocabulary()).is_empty());
    assert!(inputs.len() > 40, "{}", inputs.len());
    inputs
}

/// The first error of each file by its schema, or `None`.
fn errors(words: Option<&Vocabulary>, inputs: &[Input]) -> Vec<Option<String>> {
    let schemas: serde_json::Map<String, serde_json::Value> = schema::files(words)
        .into_iter()
        .map(|(name, text)| (name.trim_end_matches(".schema.json").to_owned(), text.into()))
        .collect();
    let files: Vec<_> = inputs.iter().map(|input| json!([input.schema, input.text])).collect();
    let mut python = Command::new("python3")
        .arg(project().join("tests/independent/schemas.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let given = json!({"schemas": schemas, "files": files}).to_string();
    python.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A site with the files that `init` and `new` write.
fn started() -> TestSite {
    let site = TestSite::new(&[]);
    site.run(&["init", "."]).fine();
    for (kind, name) in
        [("group", "team-paint"), ("checklist", "chair"), ("rule", "two-leads"), ("role", "chair")]
    {
        site.run(&["new", kind, name]).fine();
    }
    site
}

#[test]
fn the_command_writes_the_published_schemas() {
    let site = TestSite::new(&[]);
    let run = site.run(&["schema", "new/schemas"]).fine();
    assert_eq!(run.stdout, "Wrote 12 schemas to new/schemas.\n");
    assert_eq!(files(&site.path().join("new/schemas")), files(&project().join("docs/schemas")));
}

#[test(needs(Python("jsonschema")))]
fn schemas_of_a_site_know_its_words() {
    let words = "title = \"T\"\n[kinds.guild]\nlabel = \"Guild\"\nplural = \"Guilds\"\n\
                 [channels.helpdesk]\nlabel = \"Help desk\"\nkey = \"help\"\n[accounts.forum]\nlabel = \"Forum\"\n";
    let words = Config::parse(words).unwrap().vocabulary;
    let group = |text: &str| Input { schema: "group", path: String::new(), text: text.to_owned() };
    let inputs = [
        group(
            "kind = \"guild\"\nname = \"Oil\"\ncontact = { help = \"oil\" }\nemeritus = [{ forum = \"ann\" }]",
        ),
        group("kind = \"gild\"\nname = \"Oil\""),
        group("kind = \"guild\"\nname = \"Oil\"\ncontact = { helpp = \"oil\" }"),
        group("kind = \"guild\"\nname = \"Oil\"\nemeritus = [{ form = \"ann\" }]"),
    ];
    let accepted =
        |words| errors(words, &inputs).into_iter().map(|error| error.is_none()).collect::<Vec<_>>();
    assert_eq!(accepted(Some(&words)), [true, false, false, false]);
    assert_eq!(accepted(None), [true; 4], "the published schemas are for all communities");
    let site = TestSite::small(&[]);
    site.run(&["schema", "schemas", "--site", "."]).fine();
    let run = site.run(&["schema", "schemas", "--site", "content"]);
    assert_eq!((run.code, run.stderr.as_str()), (2, "error: no site.toml in content\n"));
}

#[test(needs(Program("taplo")))]
fn taplo_checks_the_files_of_a_new_site() {
    let site = started();
    site.run(&["schema", "schemas"]).fine();
    let lint = |schema: &str, path: &Path| {
        let schema = url::Url::from_file_path(site.path().join("schemas").join(schema)).unwrap();
        let output = Command::new("taplo")
            .args(["lint", "--colors", "never", "--schema", schema.as_str()])
            .arg(path)
            .current_dir(site.path())
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let mut count = 0;
    for path in files(site.path()).keys().filter(|path| path.ends_with(".toml")) {
        let place = site.path().join(path);
        let text = fs::read_to_string(&place).unwrap();
        let address = text.lines().next().and_then(|line| line.strip_prefix("#:schema ")).unwrap();
        let (folder, schema) = address.rsplit_once('/').unwrap();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(folder, format!("https://github.com/rolebook/rolebook/raw/v{version}/docs/schemas"));
        let (is_fine, message) = lint(schema, &place);
        assert!(is_fine, "{path}: {message}");
        let misspelt = text.replacen("title = ", "titel = ", 1).replacen("name = ", "nmae = ", 1);
        assert_ne!(text, misspelt, "{path}");
        fs::write(&place, misspelt).unwrap();
        let (is_fine, message) = lint(schema, &place);
        assert!(!is_fine && message.contains("Additional properties are not allowed"), "{path}: {message}");
        count += 1;
    }
    assert_eq!(count, 8);
}

/// The configuration of Taplo, the comment and the command in docs/editors.md.
#[test(needs(Program("taplo"), Program("bash")))]
fn taplo_works_as_documented() {
    let docs = fs::read_to_string(project().join("docs/editors.md")).unwrap();
    let after = |start: &str| docs.split_once(start).unwrap().1;
    let site = started();
    site.run(&["schema", "schemas"]).fine();
    let run = |command: &str| {
        let output = Command::new("bash").args(["-c", command]).current_dir(site.path()).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };

    let command = after("$ sed").split('\n').next().unwrap();
    let (is_fine, message) = run(&format!("sed{command}"));
    assert!(is_fine, "{message}");
    let role = site.path().join("content/roles/chair.md");
    let text = fs::read_to_string(&role).unwrap();
    fs::write(&role, text.replacen("summary = ", "sumary = ", 1)).unwrap();
    let (is_fine, message) = run(&format!("sed{command}"));
    assert!(!is_fine && message.contains("'sumary' was unexpected"), "{message}");

    let config = after("```toml\n[[rule]]\n").split("```").next().unwrap();
    site.file(".taplo.toml", format!("[[rule]]\n{config}"));
    let comment = after("such as `#:schema ").split('`').next().unwrap();
    for first in [String::new(), format!("#:schema {comment}\n")] {
        for (key, is_known) in [("name", true), ("nmae", false)] {
            site.file("content/groups/team-example.toml", format!("{first}kind = \"team\"\n{key} = \"X\"\n"));
            let (is_fine, message) = run("taplo lint content/groups/team-example.toml");
            assert_eq!(is_fine, is_known, "{first}{key}: {message}");
        }
    }
}

#[test(needs(Python("jsonschema")))]
fn files_of_the_project_are_valid() {
    let starter = started();
    let sites = ["tests/sites/miniature", "tests/sites/leads", "", "docs", "src/commands/starter"];
    let sites = sites.map(|site| inputs(&project().join(site)));
    let mut inputs: Vec<Input> =
        sites.into_iter().flatten().chain(inputs(starter.path())).chain(examples()).collect();
    for preset in formats::PRESETS {
        inputs.push(Input { schema: "preset", path: preset.name.to_owned(), text: preset.text.to_owned() });
    }
    let used: BTreeSet<&str> = inputs.iter().map(|input| input.schema).collect();
    let names = schema::files(None).into_iter().map(|(name, _)| name.replace(".schema.json", ""));
    assert_eq!(used.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), names.collect());
    let faults: Vec<String> = errors(None, &inputs)
        .into_iter()
        .zip(&inputs)
        .filter_map(|(error, input)| Some(format!("{}: {}", input.path, error?)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A step from a value to another one within it.
#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Item(usize),
}

/// The paths to all values of a file, one for each field.
fn paths(value: &Value, here: &mut Vec<Step>, all: &mut Vec<Vec<Step>>) {
    if !here.is_empty() {
        all.push(here.clone());
    }
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                here.push(Step::Key(key.clone()));
                paths(value, here, all);
                here.pop();
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                here.push(Step::Item(index));
                paths(value, here, all);
                here.pop();
            }
        }
        _ => {}
    }
}

/// A change of a value.
#[derive(Clone, Debug)]
enum Change {
    Rename,
    Remove,
    Replace(Value),
}

/// A value with a change at a path; `None` if it does not apply there.
fn changed(value: &Value, path: &[Step], change: &Change) -> Option<Value> {
    let mut value = value.clone();
    let (last, parents) = path.split_last()?;
    let mut parent = &mut value;
    for step in parents {
        parent = match step {
            Step::Key(key) => parent.get_mut(key)?,
            Step::Item(index) => parent.get_mut(index)?,
        };
    }
    match (parent, last) {
        (Value::Table(table), Step::Key(key)) => match change {
            Change::Rename => {
                let value = table.remove(key)?;
                table.insert(format!("{key}x"), value);
            }
            Change::Remove => {
                table.remove(key)?;
            }
            Change::Replace(value) => {
                table.insert(key.clone(), value.clone());
            }
        },
        (Value::Array(items), Step::Item(index)) => match change {
            Change::Replace(value) => items[*index] = value.clone(),
            _ => return None,
        },
        _ => return None,
    }
    Some(value)
}

/// The codes of the diagnostics for a file.
fn reported(input: &Input, words: &Vocabulary) -> Vec<&'static str> {
    let diagnostics = match input.schema {
        "site" => Config::parse(&input.text).err().into_iter().collect(),
        "role" | "page" => {
            let text = format!("+++\n{}\n+++\n", input.text);
            let block = parse::parse(&text).front_matter.unwrap();
            let name = FileName::site("content/example.md");
            match input.schema {
                "role" => formats::role_matter(&name, &text, &block).1,
                _ => formats::page_matter(&name, &text, &block).1,
            }
        }
        schema => {
            let folder = match schema {
                "group" | "checklist" => &format!("{schema}s/example.toml"),
                "skills" | "rules" => &format!("{schema}/example.toml"),
                "person" => "people/example.toml",
                file => &format!("{file}.toml"),
            };
            let name = FileName::site(folder);
            let file = DataFile { name: &name, path: folder, text: &input.text, vocabulary: words };
            Format::Handbook.records(&file).diagnostics
        }
    };
    diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect()
}

/// Every field of every kind of file is renamed, removed and given other values. The schema rejects the file
/// if the reader reports an unknown, missing or mistyped field, and only then.
#[test(needs(Python("jsonschema")))]
fn schemas_and_readers_agree() {
    const EMPTY: &str = "Replace(String(\"\"))";
    const DATA: [&str; 3] = ["data/unknown-field", "data/missing-field", "data/wrong-type"];
    let config = fs::read_to_string(project().join("tests/sites/miniature/site.toml")).unwrap();
    let words = Config::parse(&config).unwrap().vocabulary;
    let mut originals = inputs(&project().join("tests/sites/miniature"));
    originals.extend(examples());
    originals.retain(|input| input.schema == "site" || reported(input, &words).is_empty());
    let mut changes = vec![Change::Rename, Change::Remove];
    let values =
        ["7", "true", "\"text\"", "[]", "{}", "[7]", "[{ name = 7 }]", "{ name = 7 }", "1.5", "\"\""];
    changes.extend(values.map(|value| {
        let table: toml::Table = toml::from_str(&format!("value = {value}")).unwrap();
        Change::Replace(table["value"].clone())
    }));
    let mut seen = BTreeSet::new();
    let (mut inputs, mut codes) = (Vec::new(), Vec::new());
    for original in &originals {
        let tree = Value::Table(toml::from_str(&original.text).unwrap());
        let mut all = Vec::new();
        paths(&tree, &mut Vec::new(), &mut all);
        for path in all {
            let name = |step: &Step| match step {
                Step::Key(key) => format!(".{key}"),
                Step::Item(_) => "[]".to_owned(),
            };
            let field: String = path.iter().map(name).collect();
            if !seen.insert((original.schema, field.clone())) {
                continue;
            }
            // Renamed, removed, and with one of the values; each value is tried on some field.
            let value = &changes[2 + seen.len() % values.len()];
            let of_field =
                if is_slow() { changes.iter().collect() } else { vec![&changes[0], &changes[1], value] };
            for change in of_field {
                let Some(value) = changed(&tree, &path, change) else { continue };
                let text = toml::to_string(&value).unwrap();
                let path = format!("{} {field} {change:?}", original.path);
                let input = Input { schema: original.schema, path, text };
                codes.push(reported(&input, &words));
                inputs.push(input);
            }
        }
    }
    assert!(inputs.len() > if is_slow() { 3000 } else { 800 }, "{}", inputs.len());
    let mut faults = Vec::new();
    // Sites have words of their own, which their schema cannot know.
    let errors = errors(Some(&words), &inputs);
    for ((input, codes), error) in inputs.iter().zip(&codes).zip(errors) {
        let is_reported = codes.iter().any(|code| DATA.contains(code));
        // The schema may also reject values that are invalid for another reason, and empty texts, which count as absent.
        let is_fine = match error {
            None => !is_reported,
            Some(_) => !codes.is_empty() || input.path.ends_with(EMPTY),
        };
        if !is_fine {
            faults.push(format!("{}: reader {codes:?}, schema {error:?}", input.path));
        }
    }
    assert!(faults.is_empty(), "{}\n{} of {}", faults.join("\n"), faults.len(), inputs.len());
}
