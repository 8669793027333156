//! Documents are read as GitHub's own Markdown library reads them: the words of their pages, and what these stand in.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::documents::Generator;
use crate::support::{TestSite, built, is_slow, project, snapshot};

/// Documents of the real tree that differ, each for a reason of its own.
const DIFFERENT: [&str; 7] = [
    // A bug of cmark-gfm: `**~~x ~~**` stays as written.
    "communication/meeting-notes-archive/201902-201911_Community_Meeting_Notes.md",
    // For cmark-gfm a definition may stand behind the box of a task, and vanishes there. Here it is shown.
    "contributors/chairs-and-techleads/leadership-changes.md",
    // cmark-gfm follows an older CommonMark, in which raw HTML ends the paragraph of a list item.
    "contributors/devel/sig-testing/monitoring.md",
    "sig-architecture/naming/recommendations/000-template.md",
    // GitHub makes no link of an address behind an open square bracket. Readers are better off with one.
    "sig-architecture/naming/recommendations/001-master-control-plane.md",
    "sig-autoscaling/annual-report-2025.md",
    "sig-contributor-experience/meeting-notes-archive/2020-meeting-notes.md",
];

/// Generated documents that are read otherwise, all of them beyond those of a short run.
const GENERATED: [&str; 6] = [
    // Of strong text within strong text, the two parsers pair other marks.
    "14/d1479.md",
    "45/d4565.md",
    // The same with a mark of emphasis in what might be an address.
    "10/d1095.md",
    // A break of lines behind a row is one here alone.
    "19/d1926.md",
    // Parentheses of a link that go on after an empty line end its paragraph elsewhere.
    "25/d2576.md",
    // An address before a period in a cell is a link here alone.
    "3/d350.md",
];

/// A site with a mounted folder of documents, built, and its pages compared: `words` or `all`. Gives how many documents
/// there are, and those that differ.
fn compared(aspect: &str, documents: &Path) -> (usize, Vec<Value>) {
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
    let script = project().join("tests/independent/pages.py");
    let output = Command::new("python3")
        .args([script.as_path(), Path::new(aspect), documents, &site.path().join("public/docs")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let differences = found["differences"].as_array().unwrap().clone();
    (usize::try_from(found["documents"].as_u64().unwrap()).unwrap(), differences)
}

#[test(needs(Snapshot, Python("cmarkgfm, selectolax")))]
fn the_real_tree_is_read_as_cmark_gfm_reads_it() {
    let data = snapshot();
    let (documents, differences) = compared("all", &data.join("community"));
    assert!(documents > 900, "{documents}");
    let unexpected: Vec<_> = differences
        .iter()
        .filter(|difference| !DIFFERENT.contains(&difference["path"].as_str().unwrap()))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

#[test(needs(Python("cmarkgfm, selectolax")))]
fn generated_documents_are_read_as_cmark_gfm_reads_them() {
    agrees("all", false);
}

/// What elements there are where tags of raw HTML do not fit together is up to the two parsers of HTML.
#[test(needs(Python("cmarkgfm, selectolax")))]
fn the_words_of_generated_documents_with_raw_html_are_those_of_cmark_gfm() {
    agrees("words", true);
}

/// Holds documents that are made at random, with tags of raw HTML or without, to what cmark-gfm makes of them.
fn agrees(aspect: &str, has_tags: bool) {
    let count = if is_slow() { 5_000 } else { 300 };
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..count {
        let text = Generator::new(seed, has_tags).document();
        let place = folder.path().join(format!("{}", seed / 100));
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("p.png"), "").unwrap();
        std::fs::write(place.join(format!("d{seed}.md")), text).unwrap();
    }
    let (documents, differences) = compared(aspect, folder.path());
    assert_eq!(documents as u64, count);
    let unexpected: Vec<_> = differences
        .iter()
        .filter(|difference| !GENERATED.contains(&difference["path"].as_str().unwrap()))
        .collect();
    let first = unexpected.first().map(|difference| {
        let path = folder.path().join(difference["path"].as_str().unwrap());
        format!("{difference:#}\n{}", std::fs::read_to_string(path).unwrap())
    });
    let paths: Vec<_> = unexpected.iter().map(|difference| &difference["path"]).collect();
    assert!(first.is_none(), "{paths:?} differ; the first:\n{}", first.unwrap_or_default());
}
