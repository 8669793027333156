//! Resolves destinations of every kind in a site with similarly named sources. The target of each reference exists
//! and belongs to the expected source.
//!
//! The input is text in three parts, separated by empty lines: paths of files with their source
//! (`community:docs/x.md`), which are added, or removed if they exist; destinations; and the text of the new
//! documents.
#![no_main]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use rolebook::check::{file_diagnostics, site_diagnostics};
use rolebook::config::{Config, SourceConfig};
use rolebook::engine::Database;
use rolebook::link::{Fallback, PageTarget, Target, cited_by, references, target};
use rolebook::model::{self, FolderKey, Route};
use rolebook::source::{Content, File, Site, SourceId, Theme, ThemeAssets, Tree};
use url::Url;

/// Maximum number of files and destinations taken from an input.
const MOST: usize = 8;

/// Sources whose names, mounts and addresses are prefixes of one another's. One is absent, one has no address, and
/// one is a second handbook.
const CONFIG: &str = r#"
title = "Fuzz"
base_url = "https://handbook.example/deep/"

[[source]]
path = "content"

[[source]]
name = "community"
format = "kubernetes-community"
path = "community"
mount = "community"
web = "https://github.com/org/community/blob/main/"
aliases = ["https://git.example/community/", "https://github.com/org/community/tree/main/"]
broken_links = "warn"
normative = ["governance/*.md"]

[[source]]
name = "tools"
format = "markdown"
path = "tools"
mount = "community-tools"
web = "https://github.com/org/community-tools/blob/main/"
aliases = ["https://git.example/community-tools/"]

[[source]]
name = "part"
format = "markdown"
path = "part"
mount = "part/of/it"
web = "https://github.com/org/part/blob/main/"
aliases = ["https://git.example/community/part/", "https://git.example/"]

[[source]]
name = "absent"
format = "markdown"
path = "absent"
optional = true
mount = "absent"
web = "https://github.com/org/absent/blob/main/"
aliases = ["https://git.example/absent/"]

[[source]]
name = "local"
format = "markdown"
path = "local"
mount = "local"
aliases = ["https://git.example/local/"]

[[source]]
name = "second"
format = "handbook"
path = "second"
mount = "second"
"#;

const DOCUMENT: &str =
    "# A title\n\n## Tech Lead\n\n## Tech Lead\n\n<a name=\"Old\"></a>\n\n## Größe & Maß\n\nIt MUST be.\n";

const FILES: [(&str, &str, &str); 19] = [
    ("content", "index.md", "# Home\n"),
    ("content", "roles/chair.md", "+++\ntitle = \"Chair\"\napplies_to = [\"sig\"]\n+++\n## Duties\n"),
    ("content", "guides/first.md", DOCUMENT),
    ("content", "governance/rules.md", "+++\nupstream = \"governance/rules.md\"\n+++\n# Digest\n"),
    ("content", "governance/far.md", "+++\nupstream = \"docs/far.md\"\n+++\n# Digest of what is absent\n"),
    ("content", "groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\n"),
    ("content", "p.png", ""),
    ("community", "README.md", DOCUMENT),
    ("community", "governance/rules.md", DOCUMENT),
    ("community", "docs/with space.md", DOCUMENT),
    ("community", "docs/100%.md", "# Moved\n\nThis has moved to [there](../README.md).\n"),
    ("community", "docs/deep/er/a.b.md", DOCUMENT),
    ("community", "data.yaml", ""),
    ("community", "p.png", ""),
    ("tools", "docs/größe.md", DOCUMENT),
    ("tools", "tool.md", DOCUMENT),
    ("part", "docs/index.md", DOCUMENT),
    ("local", "docs/rules.md", DOCUMENT),
    ("local", "notes.txt", ""),
];

/// Documents that contain the destinations.
const FROM: [(&str, &str); 4] = [
    ("content", "guides/from.md"),
    ("community", "docs/from.md"),
    ("local", "from.md"),
    ("second", "guides/from.md"),
];

static SITE: LazyLock<Arc<Config>> = LazyLock::new(|| Arc::new(Config::parse(CONFIG).expect("a site")));

fuzz_target!(|bytes: &[u8]| {
    let input = String::from_utf8_lossy(bytes);
    let mut parts = input.splitn(3, "\n\n");
    let mut part = || parts.next().unwrap_or_default();
    let (paths, destinations, text) = (part(), part(), part());
    let destinations: Vec<&str> = destinations.lines().take(MOST).collect();

    let db = database(paths, &destinations, text);
    let sources = Site::get(&db).trees(&db);
    let files: Vec<File> = sources.iter().flat_map(|tree| tree.files.values().copied()).collect();
    for from in &files {
        if from.path(&db).ends_with("from.md") || from.path(&db).ends_with(".toml") {
            for destination in &destinations {
                leads_where_it_should(&db, *from, destination);
            }
        }
        for (index, reference) in references(&db, *from).iter().enumerate() {
            let target = leads_where_it_should(&db, *from, &reference.destination);
            assert_listed_at_target(&db, *from, index, target);
        }
        file_diagnostics(&db, *from);
    }
    site_diagnostics(&db);
});

/// The site with files added and removed.
fn database(paths: &str, destinations: &[&str], text: &str) -> Database {
    let db = Database::default();
    let cites: String =
        destinations.iter().map(|destination| format!("[x](<{}>)\n\n", escaped(destination))).collect();
    let mut trees = vec![BTreeMap::<Arc<str>, Content>::new(); SITE.sources.len()];
    for (source, path, text) in FILES {
        add(&mut trees, source_named(source), path, text);
    }
    for (source, path) in FROM {
        add(&mut trees, source_named(source), path, &cites);
    }
    for line in paths.lines().take(MOST) {
        let (source, path) = line.split_once(':').unwrap_or(("content", line));
        // In the form that a scan returns.
        let path: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
        let path = path.join("/");
        let source = source_named(source);
        if !path.is_empty() && !path.contains('\0') && trees[source].remove(path.as_str()).is_none() {
            add(&mut trees, source, &path, text);
        }
    }
    let trees = trees.into_iter().enumerate().map(|(index, files)| {
        let files = files
            .into_iter()
            .map(|(path, content)| (path.clone(), File::create(&db, SourceId(index), path, content)));
        Arc::new(Tree {
            present: index != source_named("absent"),
            files: files.collect(),
            links: Default::default(),
        })
    });
    let trees = trees.collect();
    let _ = Site::new(
        &db,
        SITE.clone(),
        trees,
        Arc::new(Theme::default()),
        Arc::new(ThemeAssets::new()),
        Ok(None),
        None,
        Vec::new(),
    );
    db
}

fn source_named(name: &str) -> usize {
    SITE.sources.iter().position(|source| source.name.as_deref() == Some(name)).unwrap_or(0)
}

fn add(trees: &mut [BTreeMap<Arc<str>, Content>], source: usize, path: &str, text: &str) {
    let config = &SITE.sources[source];
    let read = path.ends_with(".md") || config.format.holds(path).is_some();
    let content = if read { Content::Text(text.to_owned().into()) } else { Content::Other };
    if is_free(&trees[source], path) {
        trees[source].insert(path.into(), content);
    }
}

/// True if a file can exist at a path: no other file is a folder of the path, or within it.
fn is_free(files: &BTreeMap<Arc<str>, Content>, path: &str) -> bool {
    let is_within =
        |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    files.keys().all(|other| !is_within(path, other) && !is_within(other, path))
}

/// Escapes a destination for Markdown's angle brackets.
fn escaped(destination: &str) -> String {
    destination.chars().fold(String::new(), |mut text, char| {
        if matches!(char, '<' | '>' | '\\' | '&') {
            text.push('\\');
        }
        text.push(char);
        text
    })
}

fn leads_where_it_should<'db>(db: &'db Database, from: File, destination: &str) -> &'db Target {
    let target = target(db, from, destination);
    let description = || format!("{destination:?} in {} leads to {target:?}", from.path(db));
    match target {
        Target::Page(page) => {
            is_a_page(db, page, &description());
            if let Some((_, anchor)) = destination.trim().split_once('#').filter(|_| page.anchor.is_none()) {
                let anchor = rolebook::url::decode(anchor);
                let whole = anchor.trim_start_matches("user-content-");
                let whole = whole.is_empty() || whole.starts_with('L') || whole.eq_ignore_ascii_case("top");
                assert!(whole || is_list(&page.url(db)), "the place is lost: {}", description());
            }
        }
        Target::Asset(asset) => {
            assert!(
                asset.file.readable(db) && model::asset_at(db, &asset.url).is_some(),
                "{}",
                description()
            );
        }
        Target::SourceFile(file) => {
            assert_eq!(rolebook::url::join("", &file.path), (file.path.clone(), 0), "{}", description());
            is_within(&SITE.sources[file.source.0], &file.url, &description());
        }
        Target::External(address) => {
            let scheme = rolebook::url::scheme(address);
            assert!(scheme.is_some() || address.starts_with("//"), "{}", description());
        }
        Target::Broken(broken) => match &broken.fallback {
            Some(Fallback::Page(url)) => {
                assert!(routes_at(db, url).next().is_some(), "{}", description());
            }
            Some(Fallback::Web(address)) => {
                let web =
                    |source: &&SourceConfig| source.web.as_ref().is_some_and(|web| address.starts_with(web));
                let source = SITE.sources.iter().find(web).unwrap_or_else(|| panic!("{}", description()));
                is_within(source, address, &description());
            }
            None => {}
        },
    }
    let source = match target {
        Target::Page(page) => Some(page.source),
        Target::SourceFile(file) => Some(file.source),
        Target::Asset(asset) => Some(asset.file.source(db)),
        _ => None,
    };
    if let Some(source) = source.filter(|_| rolebook::url::scheme(destination.trim()).is_some()) {
        // A handbook has no address. A reference by address leads to the handbook's digest of an absent document.
        let is_handbook = SITE.sources[source.0].trust.is_own();
        let source = if is_handbook { source_named("absent") } else { source.0 };
        means(&SITE.sources[source], destination.trim(), &description());
    }
    target
}

/// Asserts that the page and the anchor exist.
fn is_a_page(db: &Database, page: &PageTarget, description: &str) {
    let shows = |route: &Route| match page.file {
        Some(file) => match route {
            Route::Document(of) => *of == file,
            Route::Role(id) => model::is_role(db, file) && model::role_id(db, file) == *id,
            &Route::HOME | &Route::ROLES => model::is_section_text(db, file),
            _ => false,
        },
        None => !matches!(route, Route::Document(_)),
    };
    assert!(routes_at(db, &page.url(db)).any(shows), "no such page: {description}");
    let tree = &Site::get(db).trees(db)[page.source.0];
    assert!(tree.present, "{description}");
    match page.file {
        Some(file) => assert_eq!(tree.file(&page.path), Some(file), "{description}"),
        None => assert!(page.path.is_empty() || tree.is_folder(&page.path), "{description}"),
    }
    if let Some(anchor) = &page.anchor {
        let outline = model::outline(db, page.file.expect("a document has the place"));
        assert!(outline.ids().any(|id| id == anchor), "no such place: {description}");
    }
}

/// True for pages of data, whose anchors are not targets of references.
fn is_list(url: &str) -> bool {
    matches!(url, "/" | "/roles/" | "/groups/" | "/people/" | "/skills/" | "/checklists/")
}

fn routes_at<'db>(db: &'db Database, url: &str) -> impl Iterator<Item = &'db Route> {
    model::written_routes(db).filter(move |(other, _)| other == url).map(|(_, route)| route)
}

/// Asserts that an address is within those of a source's files, as a browser reads it.
fn is_within(source: &SourceConfig, address: &str, description: &str) {
    let web = source.web.as_deref().expect("only a source with an address is led to");
    let (address, web) = (Url::parse(address).expect(description), Url::parse(web).expect(description));
    assert_eq!(address.host(), web.host(), "{description}");
    let within = |web: &str| address.path().starts_with(web);
    assert!(within(web.path()) || within(&web.path().replacen("/blob/", "/tree/", 1)), "{description}");
}

/// Asserts that an address refers to a source's files and that no other source matches it more closely:
/// `…/community-tools` is not in `…/community`.
fn means(source: &SourceConfig, address: &str, description: &str) {
    let (scheme, rest) = address.split_once("://").expect(description);
    assert!(scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"), "{description}");
    let parts = parts(rest.split(['?', '#']).next().unwrap_or_default());
    let in_common = |base: &str| {
        let (_, base) = base.split_once("://").expect(description);
        let base = self::parts(base.trim_end_matches('/'));
        parts.starts_with(&base).then_some(base.len())
    };
    let closest = |source: &SourceConfig| {
        source.aliases.iter().chain(&source.web).filter_map(|base| in_common(base)).max()
    };
    let of_any = SITE.sources.iter().filter_map(closest).max();
    assert_eq!(closest(source), of_any, "{description}");
    if of_any.is_none() {
        // The repository itself, or the repository at a commit.
        let web = source.web.as_deref().expect(description);
        let repository: Vec<&str> = web.split('/').take(5).collect();
        assert!(in_common(&repository.join("/")).is_some(), "{description}");
    }
}

/// The parts of an address without its scheme. Parts that ignore case are in lower case: the host, and owner and
/// repository on GitHub.
fn parts(address: &str) -> Vec<String> {
    let mut parts: Vec<String> = address.split('/').map(str::to_owned).collect();
    parts[0].make_ascii_lowercase();
    if parts[0] == "www.github.com" {
        parts[0] = "github.com".to_owned();
    }
    let caseless = if parts[0] == "github.com" { 3 } else { 1 };
    parts.iter_mut().take(caseless).for_each(|part| part.make_ascii_lowercase());
    parts
}

/// Asserts that the target lists the citation.
fn assert_listed_at_target(db: &Database, from: File, index: usize, target: &Target) {
    let (source, path) = match target {
        Target::Page(page) if page.file != Some(from) => (page.source, page.path.as_str()),
        Target::SourceFile(file) => (file.source, file.path.as_str()),
        _ => return,
    };
    let citations = cited_by(db, FolderKey::new(db, source, path.to_owned()));
    let is_listed = citations.iter().any(|citation| citation.from == from && citation.index == index);
    assert!(is_listed, "{:?} in {} is not among {citations:?}", references(db, from)[index], from.path(db));
}
