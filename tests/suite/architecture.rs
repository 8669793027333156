//! Layers: each module imports only modules that come before it in `lib.rs`, and libraries are used only in their
//! modules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::LazyLock;

use regex::Regex;

use crate::support::project;

fn sources() -> Vec<(String, String)> {
    let root = project().join("src");
    let entries = walkdir::WalkDir::new(&root).into_iter().map(Result::unwrap);
    entries
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| {
            let path = entry.path().strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// The top-level module of a file: `model` for `src/model/file.rs`.
fn module(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap()
}

#[test]
fn imports_go_only_downward() {
    let lib = fs::read_to_string(project().join("src/lib.rs")).unwrap();
    let order: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(order.len() > 10, "{order:?}");
    let layer = |module: &str| order.iter().position(|other| *other == module);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(own) = layer(module(&path)) else { continue };
        for names in paths(&text) {
            if let ["crate", name, ..] = names[..]
                && layer(name).is_some_and(|imported| imported > own)
            {
                wrong.push(format!("{path} imports {name}"));
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}

/// The code of a file without comments and unit tests.
fn code(text: &str) -> String {
    let lines = without_unit_tests(text).lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A file up to its unit tests. `mod tests;` may stand above the code.
fn without_unit_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

/// The paths of a text that start with `crate`, `super` or `self`, in imports and elsewhere. `super::{a, b::{C, D}}`
/// is three paths.
fn paths(code: &str) -> Vec<Vec<&str>> {
    static TOKEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\w+|::|\S").unwrap());
    let tokens: Vec<&str> = TOKEN.find_iter(code).map(|token| token.as_str()).collect();
    let mut paths = Vec::new();
    for at in 0..tokens.len() {
        if let ["crate" | "super" | "self", "::", ..] = tokens[at..]
            && (at == 0 || tokens[at - 1] != "::")
        {
            add_paths(&tokens[at..], Vec::new(), &mut paths);
        }
    }
    paths
}

/// Adds the paths at the start of the tokens, all of which begin with `path`. Returns the tokens after them.
fn add_paths<'a, 't>(
    mut tokens: &'t [&'a str],
    mut path: Vec<&'a str>,
    paths: &mut Vec<Vec<&'a str>>,
) -> &'t [&'a str] {
    let is_name = |token: &str| token.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    while let [name, "::", after @ ..] = tokens
        && is_name(name)
    {
        path.push(name);
        tokens = after;
    }
    if let ["{", after @ ..] = tokens {
        tokens = after;
        while !matches!(tokens, [] | ["}", ..]) {
            tokens = add_paths(tokens, path.clone(), paths);
            // Skips `as name`.
            let end = tokens.iter().position(|token| [",", "}"].contains(token)).unwrap_or(tokens.len());
            tokens = &tokens[end..];
            tokens = tokens.strip_prefix(&[","]).unwrap_or(tokens);
        }
    } else {
        path.extend(tokens.first().filter(|token| is_name(token)));
        paths.push(path);
    }
    tokens.get(1..).unwrap_or_default()
}

/// The modules that a module imports, as pairs of neighbours in the folder that both are in: `model/load/people` that
/// imports `model/entry` makes `model/load` depend on `model/entry`. Imports of a module that the other one is in are
/// left out: items of a folder's `mod.rs` are available to all files of the folder.
fn imports(module: &str, text: &str, is_module: impl Fn(&str) -> bool) -> BTreeSet<(String, String)> {
    let own: Vec<&str> = module.split('/').collect();
    let code = code(text);
    let imported = paths(&code).into_iter().filter_map(|path| {
        let mut names = own.clone();
        for name in path {
            match name {
                "crate" => names.clear(),
                "super" => drop(names.pop()),
                "self" => {}
                // The rest of the path is items, not modules.
                name if !is_module(&[&names[..], &[name]].concat().join("/")) => break,
                name => names.push(name),
            }
        }
        let common = own.iter().zip(&names).take_while(|(own, name)| own == name).count();
        Some((own.get(..=common)?.join("/"), names.get(..=common)?.join("/")))
    });
    imported.collect()
}

#[test]
fn imports_are_found_in_each_spelling() {
    let modules =
        ["model", "model/book", "model/entry", "model/load", "model/load/people", "model/route", "url"];
    for (module, text, expected) in [
        ("model/book", "use super::entry::Entry;", "book>entry"),
        (
            "model/book",
            "use super::{entry, load::C, route::{D, E as F},};",
            "book>entry book>load book>route",
        ),
        ("model/book", "pub(super) use super::{\n    self, Book,\n    route::{self, *},\n};", "book>route"),
        ("model/book", "use crate::model::{self, entry::Entry as Other, Item};", "book>entry"),
        ("model/book", "use crate::{model::{entry, route}, say};", "book>entry book>route"),
        ("model/book", "fn f() { super::load::people::<T>(&super :: route::X) }", "book>load book>route"),
        ("model/book", "use super::super::model::entry;", "book>entry"),
        ("model/book", "use self::super::entry;", "book>entry"),
        ("model/book", "use crate::url::{Href, forge};", "model>url"),
        // Parents, and names that are no modules.
        (
            "model/book",
            "use super::{Entry, *}; use crate::model::Item; fn g() { Self::entry(self.entry) }",
            "",
        ),
        ("model/load/people", "use super::super::{entry, Item}; use super::Load;", "load>entry"),
        ("model", "use self::entry::Entry; pub use book::Book; use crate::model::route;", ""),
        ("model", "use crate::url; use super::url::Href;", "model>url"),
        // Comments and unit tests.
        (
            "model/book",
            "// use super::entry;\n#[cfg(test)]\nmod tests {\n    use super::super::entry;\n}",
            "",
        ),
        ("model/book", "#[cfg(test)]\nmod tests;\n\nuse super::entry;", "book>entry"),
    ] {
        let last = |name: &str| name.rsplit('/').next().unwrap().to_owned();
        let pairs = imports(module, text, |name| modules.contains(&name));
        let pairs: Vec<String> =
            pairs.iter().map(|(from, to)| format!("{}>{}", last(from), last(to))).collect();
        assert_eq!(pairs.join(" "), expected, "{text}");
    }
}

/// Files and folders do not import their neighbours in cycles.
#[test]
fn files_have_no_import_cycles() {
    // `src/model/book.rs` is `model/book`, and `src/model/mod.rs` is `model`.
    let files: BTreeMap<String, String> = sources()
        .into_iter()
        .filter(|(path, _)| !path.ends_with("/tests.rs"))
        .map(|(path, text)| (path.trim_end_matches(".rs").trim_end_matches("/mod").to_owned(), text))
        .collect();
    let mut graph: BTreeMap<&str, BTreeSet<String>> =
        files.keys().map(|file| (&**file, BTreeSet::new())).collect();
    for (file, text) in &files {
        for (from, to) in imports(file, text, |name| files.contains_key(name)) {
            graph.get_mut(&*from).unwrap().insert(to);
        }
    }
    assert!(graph.values().map(BTreeSet::len).sum::<usize>() > 500, "too few imports");
    assert_eq!(on_cycles(&graph), BTreeSet::new());
}

/// The files on an import cycle, and those that import them.
fn on_cycles<'a>(graph: &'a BTreeMap<&'a str, BTreeSet<String>>) -> BTreeSet<&'a str> {
    // Repeatedly removes files without remaining imports.
    let mut left: BTreeSet<&str> = graph.keys().copied().collect();
    while let Some(free) =
        left.iter().copied().find(|file| graph[file].iter().all(|of| !left.contains(of.as_str())))
    {
        left.remove(free);
    }
    left
}

/// Outside `pages` and `render`, a name means one type. View models and shapes of JSON may have the name of what they
/// show.
#[test]
fn every_type_name_has_one_meaning() {
    // An indented `type` is an associated type.
    static TYPE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?m)^(?: *(?:pub\S* )?(?:struct|enum|trait|union)|(?:pub\S* )?type) (\w+)").unwrap()
    });
    // The model's groups and people are those of the facts, with what the other files add.
    let excepted = ["Group", "Person"];
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in sources() {
        if path.ends_with("/tests.rs") || ["pages", "render"].contains(&module(&path)) {
            continue;
        }
        for definition in TYPE.captures_iter(&code(&text)) {
            places.entry(definition[1].to_owned()).or_default().push(path.clone());
        }
    }
    assert!(places.len() > 400, "{}", places.len());
    places.retain(|_, places| places.len() > 1);
    for name in excepted {
        assert!(places.remove(name).is_some(), "{name} is defined once");
    }
    assert_eq!(places, BTreeMap::new());
}

/// Dynamic imports of scripts count as imports.
#[test]
fn scripts_have_no_import_cycles() {
    let folder = project().join("themes/default/assets");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let scripts: BTreeMap<String, String> = names
        .filter(|name| name.ends_with(".js"))
        .map(|name| (name.clone(), fs::read_to_string(folder.join(name)).unwrap()))
        .collect();
    // `from "./parts.js"`, `import("./kept.js")`, `import(new URL("search.js", …))`.
    let imports = |file: &str| -> BTreeSet<String> {
        let quoted = scripts[file].split('"').map(|text| text.trim_start_matches("./"));
        quoted.filter(|name| scripts.contains_key(*name)).map(str::to_owned).collect()
    };
    let graph: BTreeMap<&str, BTreeSet<String>> =
        scripts.keys().map(|file| (&**file, imports(file))).collect();
    assert!(graph.values().map(BTreeSet::len).sum::<usize>() > 20, "too few imports: {graph:?}");
    assert_eq!(on_cycles(&graph), BTreeSet::new());
}

#[test]
fn libraries_are_used_only_in_their_modules() {
    for (library, modules) in [
        ("pulldown_cmark::", vec!["parse"]),
        ("tera::", vec!["render"]),
        ("csv::", vec!["render"]),
        ("syntect", vec!["html"]),
        ("ammonia", vec!["html"]),
        ("svg_hush", vec!["svg"]),
        ("axum", vec!["serve"]),
        ("hyper", vec!["serve"]),
        ("tokio", vec!["serve", "external"]),
        ("pagefind::", vec![]),
        ("reqwest", vec!["external"]),
        ("std::process", vec!["commands", "source", "publish", "main"]),
        ("notify::", vec!["serve"]),
        ("std::fs", vec!["source", "cache", "output", "commands", "engine", "publish"]),
        ("std::env", vec!["commands"]),
        // The creation time distinguishes replaced folders; no output depends on it.
        ("SystemTime", vec!["serve"]),
    ] {
        // Unit tests may read and write files.
        for (path, text) in sources().into_iter().filter(|(path, _)| !path.ends_with("/tests.rs")) {
            assert!(!text.contains(library) || modules.contains(&module(&path)), "{path} uses {library}");
        }
    }
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let mut codes = std::collections::BTreeSet::new();
    let areas = [
        "source/",
        "data/",
        "link/",
        "pages/",
        "template/",
        "theme/",
        "output/",
        "trace/",
        "governance/",
        "roster/",
        "html/",
        "conformance/",
    ];
    for (_, text) in sources() {
        for quoted in text.split('"') {
            let is_code = areas.iter().any(|area| {
                quoted.strip_prefix(area).is_some_and(|name| {
                    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '8')
                })
            });
            if is_code {
                codes.insert(quoted.to_owned());
            }
        }
    }
    let folder = project().join("docs/diagnostics");
    let pages: std::collections::BTreeSet<String> = walkdir::WalkDir::new(&folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file() && entry.file_name() != "README.md")
        .map(|entry| {
            let path = entry.path().strip_prefix(&folder).unwrap().with_extension("");
            path.to_string_lossy().replace('\\', "/")
        })
        .collect();
    assert_eq!(codes, pages);
}

#[test]
fn every_dependency_is_listed() {
    let manifest: toml::Table = fs::read_to_string(project().join("Cargo.toml")).unwrap().parse().unwrap();
    let text = fs::read_to_string(project().join("ARCHITECTURE.md")).unwrap();
    for table in ["dependencies", "dev-dependencies"] {
        for name in manifest[table].as_table().unwrap().keys() {
            assert!(text.contains(&format!("`{name}`")), "ARCHITECTURE.md does not describe {name}");
        }
    }
}

/// Data files of the program, and the files that its commands write. Presets describe communities.
fn data_and_templates() -> Vec<(String, String)> {
    let root = project().join("src");
    let entries = walkdir::WalkDir::new(&root).into_iter().map(Result::unwrap);
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            (path, entry.into_path())
        })
        .filter(|(path, _)| !path.ends_with(".rs") && !path.starts_with("formats/presets/"))
        .filter(|(path, _)| path.ends_with(".toml") || path.starts_with("commands/"))
        .map(|(path, place)| (path, fs::read_to_string(place).unwrap()))
        .collect()
}

/// Names of a community occur only in data: formats, presets and `content/`.
#[test]
fn the_program_names_no_community() {
    let excepted = [
        "formats/preset.rs",
        // These tests are about the first preset, whose kinds of group a site without a preset has.
        "formats/tests.rs",
        // Slack is one of the well-known kinds of channel that the file lists.
        "facts/channels.toml",
    ];
    let mut texts: Vec<(String, String)> = sources();
    texts.extend(data_and_templates());
    for path in excepted {
        let count = texts.len();
        texts.retain(|(other, _)| other != path);
        assert_eq!(texts.len(), count - 1, "{path} is missing");
    }
    let theme = project().join("themes/default");
    for entry in walkdir::WalkDir::new(&theme).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&theme).unwrap().to_string_lossy().replace('\\', "/");
            // Pictures have no words.
            texts.extend(fs::read_to_string(entry.path()).ok().map(|text| (path, text)));
        }
    }
    assert!(texts.len() > 400, "{}", texts.len());
    let mut mentions = Vec::new();
    for (path, text) in &texts {
        for (number, line) in text.lines().enumerate() {
            let words = line.split(|c: char| !c.is_ascii_alphanumeric());
            let is_named = words
                .map(str::to_lowercase)
                .any(|word| ["kubernetes", "k8s", "sig", "sigs", "wg", "slack"].contains(&word.as_str()));
            if is_named {
                mentions.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(mentions.is_empty(), "{}", mentions.join("\n"));
}
