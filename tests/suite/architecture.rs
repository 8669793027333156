//! Layers: each module imports only modules that come before it in `lib.rs`, and libraries are used only in their
//! modules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

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
        for (at, _) in text.match_indices("crate::") {
            let name: String =
                text[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if layer(&name).is_some_and(|imported| imported > own) {
                wrong.push(format!("{path} imports {name}"));
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}

/// Files of a folder do not import each other in cycles. Items of a folder's `mod.rs` are available to all of them.
#[test]
fn files_have_no_import_cycles() {
    // `src/model/book.rs` is `model/book`, and its `super::entry` is `model/entry`.
    let files: BTreeMap<String, String> = sources()
        .into_iter()
        .filter(|(path, _)| !path.ends_with("/tests.rs"))
        .map(|(path, text)| (path.trim_end_matches(".rs").trim_end_matches("/mod").to_owned(), text))
        .collect();
    let imports = |file: &str| -> BTreeSet<String> {
        let Some((folder, _)) = file.rsplit_once('/') else { return BTreeSet::new() };
        let text = files[file].split("#[cfg(test)]\nmod tests").next().unwrap();
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let named = code.split("super::").skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            format!("{folder}/{}", &rest[..end])
        });
        named.filter(|name| name != file && files.contains_key(name)).collect()
    };
    let graph: BTreeMap<&str, BTreeSet<String>> = files.keys().map(|file| (&**file, imports(file))).collect();
    assert!(graph.values().map(BTreeSet::len).sum::<usize>() > 100, "too few imports");
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

/// Names of a community occur only in data: formats, presets and `content/`.
#[test]
fn the_program_names_no_community() {
    let of_a_format = ["formats/preset.rs"];
    let mut texts: Vec<(String, String)> = sources();
    texts.retain(|(path, _)| !of_a_format.contains(&path.as_str()) && !path.ends_with("/tests.rs"));
    let theme = project().join("themes/default");
    for entry in walkdir::WalkDir::new(&theme).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&theme).unwrap().to_string_lossy().replace('\\', "/");
            // Pictures have no words.
            texts.extend(fs::read_to_string(entry.path()).ok().map(|text| (path, text)));
        }
    }
    assert!(texts.len() > 150, "{}", texts.len());
    let mut mentions = Vec::new();
    for (path, text) in &texts {
        // Unit tests may use names of communities.
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
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
