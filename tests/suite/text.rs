//! Compares the text and structure of pages with the output of GitHub's own Markdown library.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::documents::Generator;
use crate::support::{TestSite, built, is_slow, project, snapshot};

/// Documents of the real tree that are expected to differ, with the reason for each.
const DIFFERENT: [&str; 7] = [
    // A bug in cmark-gfm: `**~~x ~~**` stays unparsed.
    "communication/meeting-notes-archive/201902-201911_Community_Meeting_Notes.md",
    // In cmark-gfm, a definition after a task's checkbox is removed. Here it is shown.
    "contributors/chairs-and-techleads/leadership-changes.md",
    // cmark-gfm follows an older CommonMark, in which raw HTML ends the paragraph of a list item.
    "contributors/devel/sig-testing/monitoring.md",
    "sig-architecture/naming/recommendations/000-template.md",
    // GitHub does not link an address after an open square bracket; linking it helps readers.
    "sig-architecture/naming/recommendations/001-master-control-plane.md",
    "sig-autoscaling/annual-report-2025.md",
    "sig-contributor-experience/meeting-notes-archive/2020-meeting-notes.md",
];

/// Generated documents that are expected to differ, all with seeds beyond those of a short run.
const GENERATED: [&str; 6] = [
    // The parsers pair delimiters differently for strong text within strong text.
    "14/d1479.md",
    "45/d4565.md",
    // The same with a delimiter in what might be an address.
    "10/d1095.md",
    // Only here is a line break after a row a hard break.
    "19/d1926.md",
    // If the parentheses of a link continue after an empty line, the paragraph ends elsewhere.
    "25/d2576.md",
    // Only here is an address before a period in a cell a link.
    "3/d350.md",
];

/// Builds a site with a mounted folder of documents and compares an aspect of its pages, `words` or `all`. Returns
/// the number of documents, and those that differ.
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
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let differences = result["differences"].as_array().unwrap().clone();
    (usize::try_from(result["documents"].as_u64().unwrap()).unwrap(), differences)
}

#[test(needs(Snapshot, Python("cmarkgfm, selectolax")))]
fn the_real_tree_matches_cmark_gfm() {
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
fn generated_documents_match_cmark_gfm() {
    agrees("all", false);
}

/// For mismatched tags of raw HTML, the elements depend on the HTML parser.
#[test(needs(Python("cmarkgfm, selectolax")))]
fn text_of_generated_documents_with_raw_html_matches_cmark_gfm() {
    agrees("words", true);
}

/// Compares random documents, with or without tags of raw HTML, with the output of cmark-gfm.
fn agrees(aspect: &str, has_tags: bool) {
    let count = if is_slow() { 5_000 } else { 300 };
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..count {
        let text = Generator::new(seed, has_tags).document();
        let subfolder = folder.path().join(format!("{}", seed / 100));
        std::fs::create_dir_all(&subfolder).unwrap();
        std::fs::write(subfolder.join("p.png"), "").unwrap();
        std::fs::write(subfolder.join(format!("d{seed}.md")), text).unwrap();
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
