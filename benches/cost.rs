//! Cost of documents that grow in one respect: `cargo bench --bench cost -- [KIND…]`.
//!
//! Each kind is built at scales 1, 2 and 4 as a source of its own. The table has the processor time and the memory of
//! the whole process, and the growth of both from scale to scale: what grows with the input at most doubles, and a
//! process has a fixed cost besides. It asserts nothing.

mod common;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use common::{Usage, measured};

const SCALES: [usize; 3] = [1, 2, 4];

/// A name, and the files at a scale, by path.
type Kind = (&'static str, fn(usize) -> Vec<(String, String)>);

const KINDS: &[Kind] = &[
    ("empty", |_| one(String::new())),
    // Raw HTML.
    ("raw-html-open-tags", |k| one(format!("<div\n{}\n", "<a ".repeat(10_000 * k)))),
    ("raw-html-open-quotes", |k| one(format!("<div>{}\n", "<a b=\"".repeat(10_000 * k)))),
    ("raw-html-open-names", |k| one(format!("<div>{}\n", "<a".repeat(20_000 * k)))),
    ("raw-html-formatting", |k| {
        let fonts = listed(1_000 * k, "", |i| format!("<font color=x{i}>"));
        one(format!("{fonts}\n\n{}\n", "<p>x".repeat(1_000 * k)))
    }),
    ("raw-html-nested", |k| {
        vec![
            ("a.md".into(), format!("{}\n", "<div>".repeat(20_000 * k))),
            ("b.md".into(), format!("{}\n", "<ul><li>".repeat(10_000 * k))),
        ]
    }),
    ("raw-html-attributes", |k| one(format!("<img {}>\n", listed(40_000 * k, " ", |i| format!("a{i}=b"))))),
    ("raw-html-end-tags", |k| {
        one(format!("<div>{}{}\n", "<i>".repeat(10_000 * k), "</b>".repeat(10_000 * k)))
    }),
    ("raw-html-misnested", |k| one(format!("<div>{}\n", "<b><p>x</b>".repeat(10_000 * k)))),
    ("raw-html-in-tables", |k| one(format!("<table>{}\n", "x<br>".repeat(20_000 * k)))),
    ("raw-html-comments", |k| one(format!("<div>{}\n", "<!-- ".repeat(20_000 * k)))),
    // Headings, links and labels.
    ("headings-and-broken-anchors", |k| {
        one(listed(1_500 * k, "", |i| format!("# heading {i}\n\n[x](#headinq-{i})\n\n")))
    }),
    ("headings-and-anchors", |k| {
        one(listed(5_000 * k, "", |i| format!("## heading {i}\n\n[x](#heading-{i})\n\n")))
    }),
    ("headings-of-one-name", |k| one("# a\n\n".repeat(20_000 * k))),
    ("one-long-heading", |k| {
        one(format!("# {}\n\n[x](#{})\n", "y".repeat(20_000 * k), "y".repeat(20_000 * k - 1)))
    }),
    ("links-to-one-page", |k| {
        vec![("a.md".into(), "[x](b.md)\n\n".repeat(50_000 * k)), ("b.md".into(), "# b\n".into())]
    }),
    ("links-to-long-title", |k| {
        let title = format!("# {}\n\n## a\n", "!".repeat(1_000 * k));
        vec![("a.md".into(), "[x](b.md#a) ".repeat(1_000 * k)), ("b.md".into(), title)]
    }),
    ("links-to-no-page", |k| {
        let mut files: Vec<_> =
            (0..500 * k).map(|i| (format!("page-number-{i}.md"), "# a\n".into())).collect();
        files.push(("a.md".into(), listed(2_000 * k, "\n\n", |i| format!("[x](page-nunber-{i}.md)"))));
        files
    }),
    ("one-line-of-addresses", |k| one(listed(40_000 * k, " ", |i| format!("http://a{i}.example/")) + "\n")),
    ("one-line-of-hosts", |k| one("_www.".repeat(20_000 * k) + "_\n")),
    ("one-line-of-hosts-in-letters", |k| one("www.a".repeat(20_000 * k) + "\n")),
    ("one-line-of-ampersands", |k| one(format!("http://a.example/{}\n", "&".repeat(40_000 * k)))),
    ("one-line-of-bars", |k| one(format!("a\n{}\n-\t|-\n", "|".repeat(40_000 * k)))),
    ("delimiter-rows", |k| one(format!("a\n{}", "b|c\n-\t|-|-\n".repeat(10_000 * k)))),
    ("escapes-between-dollars", |k| one(format!("$a$ {}\n", "\\~$".repeat(20_000 * k)))),
    ("undefined-labels", |k| one(listed(20_000 * k, " ", |i| format!("[a{i}][b{i}]")) + "\n")),
    ("definitions", |k| one(listed(10_000 * k, "", |i| format!("[a{i}]\n\n[a{i}]: b\n[a{i}]: c\n\n")))),
    ("footnotes", |k| one(listed(5_000 * k, "", |i| format!("a[^{i}] b[^1]\n\n[^{i}]: c\n\n")))),
    ("mistaken-links", |k| {
        vec![
            ("a.md".into(), "](".repeat(10_000 * k) + "\n"),
            ("b.md".into(), "](./a b) ".repeat(10_000 * k) + "\n"),
        ]
    }),
    // Blocks and spans within each other.
    ("quotes-in-quotes", |k| one("> ".repeat(20_000 * k) + "a\n")),
    ("lists-in-lists", |k| one("- ".repeat(20_000 * k) + "a\n")),
    ("emphasis", |k| one("*a **a ".repeat(10_000 * k) + "\n")),
    ("emphasis-in-emphasis", |k| one(format!("{}a{}\n", "*".repeat(20_000 * k), "*".repeat(20_000 * k)))),
    ("brackets", |k| one(format!("{}a{}\n", "[".repeat(20_000 * k), "]".repeat(20_000 * k)))),
    ("pictures-in-links", |k| one("[![a](".repeat(10_000 * k) + "\n")),
    ("ticks", |k| one(listed(600 * k, "", |i| format!("a{}", "`".repeat(i))) + "\n")),
    ("wide-table", |k| {
        let row = |cell: &str| format!("|{}\n", cell.repeat(1_000 * k));
        one(format!("{}{}{}", row("a|"), row("-|"), "|a|\n".repeat(1_000 * k)))
    }),
    // Code.
    ("code-yaml", |k| one(format!("```yaml\n{}\n```\n", "[{\"a: ".repeat(20_000 * k)))),
    ("code-yaml-flow", |k| one(format!("```yaml\n[{}\n```\n", "a: ".repeat(20_000 * k)))),
    ("code-shell", |k| one(format!("```sh\n{}\n```\n", "${".repeat(40_000 * k)))),
    ("code-json", |k| one(format!("```json\n{}\n```\n", format!("{}\n", "[ ".repeat(900)).repeat(8 * k)))),
    // Obligations.
    ("obligations-long-subject", |k| {
        one(format!("{}MUST a. {}\n", "x ".repeat(30_000 * k), "It MUST b. ".repeat(3_000 * k)))
    }),
    ("obligations-long-heading", |k| {
        one(format!("# {}\n\n{}", "y".repeat(30_000 * k), "- x MUST y\n".repeat(3_000 * k)))
    }),
    ("obligations-long-introduction", |k| {
        one(format!("{}:\n\n{}", "x ".repeat(15_000 * k), "- They MUST y\n".repeat(3_000 * k)))
    }),
    // Front matter.
    ("front-matter-keys", |k| {
        one(format!("+++\n{}+++\n", listed(10_000 * k, "", |i| format!("a{i} = 1\n"))))
    }),
    ("front-matter-yaml", |k| one(format!("---\na: {}\n---\n", "[".repeat(20_000 * k)))),
    ("front-matter-dots", |k| one(format!("+++\na{} = 1\n+++\n", ".a".repeat(10_000 * k)))),
    // Folders.
    ("one-folder", |k| {
        (0..1_000 * k).map(|i| (format!("p{i}.md"), format!("# Page {i}\n\nText.\n"))).collect()
    }),
    ("deep-folders", |k| vec![(format!("{}p.md", "d/".repeat(100 * k)), "# Deep\n".into())]),
];

fn one(text: String) -> Vec<(String, String)> {
    vec![("a.md".into(), text)]
}

fn listed(count: usize, between: &str, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(between)
}

fn main() {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_wanted =
        |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str()));
    println!("| kind | input | time | growth | memory | growth |\n|---|--:|--:|--:|--:|--:|");
    for (name, files) in KINDS.iter().filter(|(name, _)| is_wanted(name)) {
        let (runs, inputs): (Vec<Usage>, Vec<f64>) = SCALES.iter().map(|scale| built(&files(*scale))).unzip();
        let growth = |of: fn(&Usage) -> f64| {
            runs.windows(2)
                .map(|pair| format!("× {:.2}", of(&pair[1]) / of(&pair[0])))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let list = |of: &dyn Fn(&Usage) -> String| runs.iter().map(of).collect::<Vec<_>>().join(", ");
        let mut row = format!("| {name} | {:.0} kB ", inputs[0] / 1e3);
        let _ = write!(
            row,
            "| {} s | {} ",
            list(&|run| format!("{:.2}", run.processor)),
            growth(|run| run.processor)
        );
        let _ = write!(
            row,
            "| {} MB | {} |",
            list(&|run| format!("{:.0}", run.memory / 1e6)),
            growth(|run| run.memory)
        );
        println!("{row}{}", if runs.iter().all(|run| run.exited) { "" } else { " ended by a signal" });
    }
}

/// Resources used by a build of the files, and their size in bytes.
fn built(files: &[(String, String)]) -> (Usage, f64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let site = "title = \"T\"\n[[source]]\npath = \"m\"\nformat = \"markdown\"\nmount = \"m\"\nbroken_links = \"warn\"\n";
    std::fs::write(folder.path().join("site.toml"), site).expect("a file that can be written");
    for (path, text) in files {
        let path = folder.path().join("m").join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder that can be made");
        std::fs::write(path, text).expect("a file that can be written");
    }
    let usage =
        measured(Command::new(env!("CARGO_BIN_EXE_rolebook")).arg("build").current_dir(folder.path()));
    (usage, files.iter().map(|(_, text)| text.len() as f64).sum())
}
