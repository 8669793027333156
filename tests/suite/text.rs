//! The text of documents reaches their pages: words are compared with those of GitHub's own Markdown library.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use fastrand::Rng;
use serde_json::Value;

use crate::support::{TestSite, built, has_python, project, snapshot};

/// Documents of the real tree whose words differ, each for a reason of its own.
const DIFFERENT: [&str; 5] = [
    // A bug of cmark-gfm: `**~~x ~~**` stays as written.
    "communication/meeting-notes-archive/201902-201911_Community_Meeting_Notes.md",
    // For cmark-gfm a definition may stand behind the box of a task, and vanishes there. Here it is shown.
    "contributors/chairs-and-techleads/leadership-changes.md",
    // cmark-gfm follows an older CommonMark, in which `<img>` ends the paragraph of a list item.
    "contributors/devel/sig-testing/monitoring.md",
    // For cmark-gfm the backslash of an escape belongs to a bare address.
    "sig-node/archive/ci-subgroup-notes-2023.md",
    // The backslash of an escaped `~` in a shell prompt is shown.
    "sig-node/archive/ci-subgroup-notes-2022.md",
];

/// A site with a mounted folder of documents, built, and the words of its pages compared. Gives how many documents there
/// are, and those that differ.
fn compared(documents: &Path) -> (usize, Vec<Value>) {
    let site = TestSite::small(&[]);
    site.file(
        "site.toml",
        format!(
            "title = \"Small\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"docs\"\npath = '{}'\n\
             mount = \"docs\"\nformat = \"markdown\"\nbroken_links = \"ignore\"\n\
             web = \"https://example.org/docs/\"\n",
            documents.display()
        ),
    );
    for (path, bytes) in built(site.path()).iter().filter(|(path, _)| path.ends_with(".html")) {
        site.file(&format!("public/{path}"), bytes);
    }
    let script = project().join("tests/independent/words.py");
    let output = Command::new("python3")
        .arg(script)
        .args([documents, &site.path().join("public/docs")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let differences = found["differences"].as_array().unwrap().clone();
    (usize::try_from(found["documents"].as_u64().unwrap()).unwrap(), differences)
}

#[test]
fn the_words_of_the_real_tree_are_those_of_cmark_gfm() {
    let Some(data) = snapshot() else { return };
    if !has_python("cmarkgfm, selectolax") {
        return;
    }
    let (documents, differences) = compared(&data.join("community"));
    assert!(documents > 900, "{documents}");
    let unexpected: Vec<_> = differences
        .iter()
        .filter(|difference| !DIFFERENT.contains(&difference["path"].as_str().unwrap()))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

#[test]
fn the_words_of_generated_documents_are_those_of_cmark_gfm() {
    if !has_python("cmarkgfm, selectolax") {
        return;
    }
    let count = if std::env::var_os("ROLEBOOK_SLOW").is_some() { 5_000 } else { 300 };
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..count {
        let text = Generator::new(seed).document();
        let place = folder.path().join(format!("{}", seed / 100));
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("p.png"), "").unwrap();
        std::fs::write(place.join(format!("d{seed}.md")), text).unwrap();
    }
    let (documents, differences) = compared(folder.path());
    assert_eq!(documents as u64, count);
    let first = differences.first().map(|difference| {
        let path = folder.path().join(difference["path"].as_str().unwrap());
        format!("{difference:#}\n{}", std::fs::read_to_string(path).unwrap())
    });
    assert!(first.is_none(), "{} differ; the first:\n{}", differences.len(), first.unwrap_or_default());
}

/// Names of raw tags: of HTML that stays, of HTML that goes, of SVG and MathML, and of no language.
const TAGS: [&str; 64] = [
    "b",
    "i",
    "kbd",
    "sub",
    "sup",
    "span",
    "code",
    "details",
    "summary",
    "div",
    "p",
    "center",
    "font",
    "a",
    "h2",
    "h4",
    "ul",
    "li",
    "tr",
    "td",
    "dl",
    "dt",
    "dd",
    "q",
    "ins",
    "ruby",
    "rt",
    "section",
    "article",
    "nav",
    "form",
    "button",
    "select",
    "option",
    "label",
    "fieldset",
    "dialog",
    "video",
    "object",
    "noscript",
    "template",
    "svg",
    "math",
    "path",
    "text",
    "desc",
    "image",
    "none",
    "list",
    "domain",
    "int",
    "annotation-xml",
    "mi",
    "circle",
    "g",
    "foreignobject",
    "name",
    "your",
    "file.txt",
    "x-y",
    "marquee",
    "blink",
    "main",
    "address",
];

/// Tags that are shown as text.
const FILTERED: [&str; 9] =
    ["title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "script", "plaintext"];

/// Documents of Markdown and raw HTML, by a seed.
struct Generator {
    rng: Rng,
    text: String,
    words: usize,
    notes: usize,
}

impl Generator {
    fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), text: String::new(), words: 0, notes: 0 }
    }

    fn document(mut self) -> String {
        let first = self.word();
        self.text = format!("{}{first}\n\n", self.rng.choice(["", "# ", "## ", "<!-- c -->\n\n# "]).unwrap());
        for _ in 0..self.rng.usize(1..8) {
            let block = self.block(0);
            self.text.push_str(&block);
            self.text.push('\n');
        }
        for note in 1..=self.notes {
            let inline = self.inline(1);
            let _ = write!(self.text, "[^N{note}]: {inline}\n\n");
        }
        self.text
    }

    fn word(&mut self) -> String {
        self.words += 1;
        let special = ["", "", "", "", "", "&amp;", "&copy", "é", "&#x41;", "&lt;b&gt;", "."];
        format!("w{}{}", self.words, self.rng.choice(special).unwrap())
    }

    fn tag(&mut self) -> &'static str {
        let names: &[&str] = if self.rng.u8(0..8) == 0 { &FILTERED } else { &TAGS };
        self.rng.choice(names).unwrap()
    }

    fn attributes(&mut self) -> &'static str {
        let some = [
            "",
            "",
            "",
            " concerns",
            " class=x",
            " id=\"rb-x\"",
            " href='x.md'",
            " align=\"center\"",
            " a=\"b>c\"",
        ];
        self.rng.choice(some).unwrap()
    }

    fn inline(&mut self, depth: usize) -> String {
        let count = self.rng.usize(1..5);
        let parts: Vec<String> = (0..count).map(|_| self.part(depth)).collect();
        parts.join(" ")
    }

    fn part(&mut self, depth: usize) -> String {
        let kind = self.rng.u8(if depth > 3 { 0..5 } else { 0..18 });
        match kind {
            0..=3 => self.word(),
            4 => format!("`{} <list>`", self.word()),
            // What may begin and end emphasis is another question.
            5 => format!("*{} {} {}*", self.word(), self.inline(depth + 1), self.word()),
            6 => format!("**{} {} {}**", self.word(), self.inline(depth + 1), self.word()),
            7 => format!("[{}](#x)", self.word()),
            8 => format!("![{}](p.png)", self.word()),
            9 | 10 => {
                let (tag, attributes) = (self.tag(), self.attributes());
                format!("<{tag}{attributes}>{}</{tag}>", self.inline(depth + 1))
            }
            11 => format!("<{}{}> {}", self.tag(), self.attributes(), self.word()),
            12 => format!("</{}>", self.tag()),
            13 => format!("<!-- {} -->", self.word()),
            14 => "<br>".into(),
            15 if self.notes < 4 => {
                self.notes += 1;
                format!("{}[^n{}]", self.word(), self.notes)
            }
            16 => format!("a < {} & b", self.word()),
            _ => format!("~~{}~~", self.word()),
        }
    }

    fn block(&mut self, depth: usize) -> String {
        let kind = self.rng.u8(if depth > 2 { 0..4 } else { 0..17 });
        match kind {
            0..=2 => format!("{}\n", self.inline(0)),
            3 => format!("{} {}\n", "#".repeat(self.rng.usize(1..5)), self.inline(1)),
            4 => format!("{}\n===\n", self.word()),
            5 => {
                let items: Vec<_> = (0..self.rng.usize(1..4)).map(|_| self.block(depth + 1)).collect();
                items.iter().map(|item| format!("- {}", indented(item, "  "))).collect()
            }
            6 => {
                let block = self.block(depth + 1);
                format!("> {}", indented(&block, "> "))
            }
            7 => format!("> [!NOTE]\n> {}\n", self.word()),
            8 => format!("```html\n<list> {}\n```\n", self.word()),
            9 => format!(
                "| {} | {} |\n|---|---|\n| {} | {} |\n",
                self.word(),
                self.word(),
                self.word(),
                self.part(4)
            ),
            10 => "---\n".into(),
            11 => {
                let level = self.rng.u8(1..5);
                format!("<h{level} align=\"center\">{}</h{level}>\n", self.inline(2))
            }
            12 => {
                // A block of raw HTML, with its content as it is.
                let tag = self.tag();
                format!(
                    "<{tag}{}>\n{} & <b>{}</b>\n</{tag}>\n",
                    self.attributes(),
                    self.word(),
                    self.inline(2)
                )
            }
            13 => {
                // Raw tags around Markdown.
                let (tag, block) = (self.tag(), self.block(depth + 1));
                format!("<{tag}{}>\n\n{block}\n</{tag}>\n", self.attributes())
            }
            14 => format!(
                "<table>\n<tr><td>{} <list></td><th>{}</th></tr>\n</table>\n",
                self.word(),
                self.word()
            ),
            15 => format!("<!-- {}\n\n<list> {} -->\n", self.word(), self.word()),
            _ => format!("<div>\n<!-- {} -->\n<? {} ?>{}\n</div>\n", self.word(), self.word(), self.word()),
        }
    }
}

fn indented(block: &str, with: &str) -> String {
    let lines: Vec<_> = block.trim_end().split('\n').collect();
    lines.join(&format!("\n{with}")) + "\n"
}
