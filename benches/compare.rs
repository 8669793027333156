//! rolebook next to other programs and to itself: `cargo bench --bench compare -- [SITE] NAME=PATH [KIND…]`.
//!
//! SITE is the folder of the handbook (this project's by default), NAME=PATH its largest mounted source. Each row of
//! the table runs two programs by turns into a new folder, and shows medians and their ratio. Peers that are not
//! installed are left out. A KIND selects rows by a part of their name. `hundred`, which takes minutes, runs only if
//! named. It asserts nothing.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Usage, copy_folder, measured, median, site_of_copies};
use walkdir::WalkDir;

/// Runs of each program of a row.
const RUNS: usize = 9;
/// A row that runs only if it is named.
const LONG: &str = "hundred";

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let source = arguments.iter().find_map(|argument| argument.split_once('='));
    let site = arguments.iter().find(|argument| Path::new(argument).join("site.toml").is_file());
    let wanted: Vec<&String> =
        arguments.iter().filter(|argument| !argument.contains('=') && Some(*argument) != site).collect();
    let Some((name, documents)) = source else {
        eprintln!("name a mounted source with its folder: NAME=PATH");
        return;
    };
    let site = site.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let documents = fs::canonicalize(documents).expect("the folder of the source");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bench = Bench { folder: folder.path().to_owned(), documents };

    let mounted = format!("{name}={}", bench.documents.display());
    let with_search = bench.handbook(&site, true);
    let without = bench.handbook(&site, false);
    let handbook = |site: &Path, options: &[&str]| {
        let mut command = bench.build(site, &[&mounted]);
        command.args(options);
        command
    };

    println!("{}", bench.versions());
    println!("| row | | wall | processor | memory |\n|---|---|--:|--:|--:|");
    let is_wanted = |row: &str| match wanted.as_slice() {
        [] => row != LONG,
        wanted => wanted.iter().any(|wanted| row.contains(wanted.as_str())),
    };
    let one = bench.copies(1);
    // The handbook with the documents, and the documents alone: the pages that the other programs make.
    let builds: [(&str, &dyn Fn() -> Command); 2] =
        [("handbook", &|| handbook(&without, &[])), ("documents", &|| bench.build_copies(&one))];
    if is_wanted("hugo")
        && let Some(hugo) = bench.hugo()
    {
        for (label, build) in builds {
            bench.row("hugo", (label, build), ("Hugo", &|| hugo.command()));
        }
    }
    if is_wanted("floor") {
        let floor = bench.floor();
        let command = || {
            let mut command = Command::new(&floor);
            command.arg(&bench.documents).arg(bench.output());
            command
        };
        for (label, build) in builds {
            bench.row("floor", (label, build), ("floor", &command));
        }
    }
    if is_wanted("search") {
        let (on, off) = (|| handbook(&with_search, &[]), || handbook(&without, &[]));
        bench.row("search", ("with search", &on), ("without", &off));
    }
    if is_wanted("again") {
        bench.again(&|| handbook(&without, &[]));
    }
    for (row, copies) in [("ten", 10), (LONG, 100)].into_iter().filter(|(row, _)| is_wanted(row)) {
        let many = bench.copies(copies);
        let label = format!("{copies} copies");
        bench.row(row, (&label, &|| bench.build_copies(&many)), ("1 copy", &|| bench.build_copies(&one)));
    }
}

/// A program under a label.
type Program<'a> = (&'a str, &'a dyn Fn() -> Command);

/// A site of several copies of the documents, without search.
struct Copies {
    site: PathBuf,
    /// For the command line.
    sources: Vec<String>,
}

struct Bench {
    /// Folder for sites and output.
    folder: PathBuf,
    /// The mounted documents.
    documents: PathBuf,
}

impl Bench {
    fn output(&self) -> PathBuf {
        self.folder.join("output")
    }

    /// A copy of the handbook without its output.
    fn handbook(&self, site: &Path, search: bool) -> PathBuf {
        let copy = self.folder.join(if search { "with-search" } else { "without-search" });
        for name in ["content", "themes"] {
            copy_folder(&site.join(name), &copy.join(name));
        }
        // Absent in a handbook that reviews no clauses.
        let _ = fs::copy(site.join("governance.lock"), copy.join("governance.lock"));
        let text = fs::read_to_string(site.join("site.toml")).expect("site.toml");
        let mut config: toml::Table = text.parse().expect("TOML");
        let settings = config.entry("search").or_insert_with(|| toml::Table::new().into());
        settings.as_table_mut().expect("a table").insert("enabled".into(), search.into());
        fs::write(copy.join("site.toml"), config.to_string()).expect("a copy");
        copy
    }

    fn copies(&self, count: usize) -> Copies {
        let site = self.folder.join(format!("copies-{count}"));
        let sources = site_of_copies(&site, &self.documents, count);
        Copies { site, sources }
    }

    fn build_copies(&self, copies: &Copies) -> Command {
        self.build(&copies.site, &copies.sources.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn build(&self, site: &Path, sources: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolebook"));
        command.arg("build").current_dir(site).arg("--out").arg(self.output());
        command.args(sources.iter().flat_map(|source| ["--source", source]));
        command
    }

    /// Compiles the program that reads, converts and writes documents with nothing else.
    fn floor(&self) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = root.join("target/floor");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--release", "--manifest-path"])
            .arg(root.join("benches/floor/Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .status();
        assert!(status.is_ok_and(|status| status.success()), "the floor program compiles");
        target.join("release/floor")
    }

    /// The documents as a site of Hugo with one plain page a document, if Hugo is installed.
    fn hugo(&self) -> Option<Hugo> {
        version("hugo", "version")?;
        let site = self.folder.join("hugo");
        lay_out_for_hugo(&self.documents, &site);
        Some(Hugo { site, output: self.output() })
    }

    /// Runs two programs by turns and prints their medians and ratios.
    fn row(&self, name: &str, first: Program, second: Program) {
        let mut runs = [Vec::new(), Vec::new()];
        for _ in 0..if name == LONG { 1 } else { RUNS } {
            for (runs, (label, command)) in runs.iter_mut().zip([first, second]) {
                let mut command = command();
                self.forget(&command);
                let usage = measured(&mut command);
                assert!(usage.succeeded, "{label} succeeds");
                runs.push(usage);
            }
        }
        print_row(name, [first.0, second.0], &runs);
    }

    /// Removes the output and the cache of a program.
    fn forget(&self, program: &Command) {
        let _ = fs::remove_dir_all(self.output());
        if let Some(site) = program.get_current_dir() {
            let _ = fs::remove_dir_all(site.join(rolebook::cache::FOLDER));
        }
    }

    /// Builds into a new folder, and again into the same one.
    fn again(&self, build: &dyn Fn() -> Command) {
        let mut runs = [Vec::new(), Vec::new()];
        for _ in 0..RUNS {
            self.forget(&build());
            let cold = measured(&mut build());
            runs[0].push(measured(&mut build()));
            runs[1].push(cold);
        }
        print_row("again", ["again", "cold"], &runs);
    }

    fn versions(&self) -> String {
        let versions = [
            Some(format!("rolebook {}", env!("CARGO_PKG_VERSION"))),
            version("hugo", "version"),
            version("rustc", "--version"),
        ];
        let documents = WalkDir::new(&self.documents).into_iter().filter_map(Result::ok);
        let documents = documents.filter(|entry| is_document(entry.path())).count();
        format!("{documents} documents; {}\n", versions.into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}

fn print_row(name: &str, labels: [&str; 2], runs: &[Vec<Usage>; 2]) {
    let of = |runs: &[Usage], value: fn(&Usage) -> f64| median(runs.iter().map(value).collect());
    let row = |label: &str, cells: [String; 3]| {
        println!("| {name} | {label} | {} | {} | {} |", cells[0], cells[1], cells[2]);
    };
    let values: [fn(&Usage) -> f64; 3] = [|run| run.wall, |run| run.processor, |run| run.memory];
    for (label, runs) in labels.iter().zip(runs) {
        let [wall, processor, memory] = values.map(|value| of(runs, value));
        row(label, [format!("{wall:.3} s"), format!("{processor:.3} s"), format!("{:.0} MB", memory / 1e6)]);
    }
    row("**ratio**", values.map(|value| format!("**{:.2}**", of(&runs[0], value) / of(&runs[1], value))));
}

/// The first line that a program prints about its version; `None` if it is not installed.
fn version(program: &str, argument: &str) -> Option<String> {
    let output =
        Command::new(program).arg(argument).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned())
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md") && path.is_file()
}

struct Hugo {
    site: PathBuf,
    output: PathBuf,
}

impl Hugo {
    fn command(&self) -> Command {
        let mut command = Command::new("hugo");
        command.args(["--quiet", "--destination"]).arg(&self.output).current_dir(&self.site);
        command
    }
}

const HUGO_CONFIG: &str = "baseURL = \"https://example.org/\"\ntitle = \"h\"\n\
    disableKinds = [\"taxonomy\", \"term\", \"RSS\"]\nenableInlineShortcodes = false\n\
    [markup.goldmark.renderer]\nunsafe = true\n[markup.highlight]\nnoClasses = false\n";

/// Writes the documents as a Hugo site whose page has a title, a list of sections, a table of contents and the text.
fn lay_out_for_hugo(documents: &Path, site: &Path) {
    let write = |path: PathBuf, text: &str| {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    let mut sections = std::collections::BTreeSet::new();
    for entry in WalkDir::new(documents).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let path = entry.path().strip_prefix(documents).expect("below it");
        if !is_document(entry.path()) || path.components().any(|part| part.as_os_str() == ".git") {
            continue;
        }
        let bytes = fs::read(entry.path()).expect("a document");
        let text = String::from_utf8_lossy(&bytes);
        if let Some(folder) = path.iter().next().filter(|_| path.iter().count() > 1) {
            sections.insert(folder.to_string_lossy().into_owned());
        }
        write(site.join("content").join(path), &hugo_document(&text, path));
    }
    let sections: String =
        sections.iter().map(|section| format!("<li><a href=\"/{section}/\">{section}</a></li>")).collect();
    let layouts = site.join("layouts");
    let base = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{{{{ .Title }}}}</title>\
         <link rel=\"stylesheet\" href=\"/s.css\"></head><body><nav><ul>{sections}</ul></nav>\
         <main>{{{{ block \"main\" . }}}}{{{{ end }}}}</main></body></html>"
    );
    write(layouts.join("baseof.html"), &base);
    let single = "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .TableOfContents }}{{ .Content }}{{ end }}";
    write(layouts.join("single.html"), single);
    let list = "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ range .Pages }}\
                <a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}{{ end }}";
    write(layouts.join("list.html"), list);
    write(site.join("hugo.toml"), HUGO_CONFIG);
}

/// A document with a title in its front matter, and without what Hugo would take for a shortcode.
fn hugo_document(text: &str, path: &Path) -> String {
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---"));
    let body = body.map_or(text, |(_, body)| body.trim_start_matches('\n'));
    let heading = body.lines().find_map(|line| line.strip_prefix("# "));
    let title: String = match heading.map(str::trim).filter(|heading| !heading.is_empty()) {
        Some(heading) => heading.chars().filter(|char| !"[]`*\"\\".contains(*char)).take(90).collect(),
        None => path.display().to_string(),
    };
    let body = body.replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #");
    format!("---\ntitle: \"{title}\"\n---\n{body}")
}
