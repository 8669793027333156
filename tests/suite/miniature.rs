//! A miniature community with most kinds of page. Its output is blessed: `ROLEBOOK_BLESS=1 cargo test` rewrites it, and
//! the change is reviewed like any other.

use std::collections::BTreeMap;
use std::fs;

use crate::html::broken_links;
use crate::support::{TestSite, files, project};

fn miniature() -> TestSite {
    TestSite::copy(&project().join("tests/sites/miniature"))
}

/// The main part of a page. The surroundings are blessed only with the home page.
fn own_part<'a>(path: &str, bytes: &'a [u8]) -> &'a [u8] {
    if !path.ends_with(".html") || path == "index.html" {
        return bytes;
    }
    let page = std::str::from_utf8(bytes).unwrap();
    let start = page.find("<main").unwrap_or_else(|| panic!("{path} has no main part"));
    let end = page.rfind("</main>").unwrap() + "</main>".len();
    &bytes[start..end]
}

#[test]
fn the_output_matches_the_blessed_one() {
    let site = miniature();
    let run = site.run(&["build"]).fine();
    let whole = files(&site.path().join("public"));
    let mut built: BTreeMap<_, _> =
        whole.iter().map(|(path, bytes)| (path.clone(), own_part(path, bytes).to_vec())).collect();
    // The theme's assets are already in the repository. The Pagefind index has tests of its own.
    built.retain(|path, _| !path.starts_with("assets/") && !path.starts_with("pagefind/"));
    if let Some(manifest) = built.get_mut(".rolebook") {
        let text = String::from_utf8_lossy(manifest).into_owned();
        let listed = text.split_inclusive('\n').filter(|path| !path.starts_with("pagefind/"));
        *manifest = listed.collect::<String>().into_bytes();
    }
    let blessed = project().join("tests/sites/miniature.blessed");
    // The last lines contain times.
    let report: String = run
        .stderr
        .lines()
        .filter(|line| !line.starts_with("public:") && !line.starts_with("search index:"))
        .map(|line| format!("{line}\n"))
        .collect();
    built.insert("stderr.txt".into(), report.into_bytes());
    if std::env::var_os("ROLEBOOK_BLESS").is_some() {
        let _ = fs::remove_dir_all(&blessed);
        for (path, bytes) in &built {
            let place = blessed.join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, bytes).unwrap();
        }
    }
    let expected = files(&blessed);
    assert_eq!(built.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (path, bytes) in &built {
        let (built, expected) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&expected[path]));
        assert!(built == expected, "{path} differs from tests/sites/miniature.blessed:\n{built}");
    }
    assert_eq!(broken_links(&whole, |_| true), [] as [String; 0]);
}

#[test]
fn rebuilding_writes_nothing() {
    let site = miniature();
    site.run(&["build"]).fine();
    let run = site.run(&["build"]).fine();
    assert!(run.stderr.contains("(0 files written, "), "{}", run.stderr);
}

#[test]
fn a_sub_path_changes_only_the_404_page() {
    let site = miniature();
    site.run(&["build", "--base-url", "https://example.org/deep/handbook"]).fine();
    let not_found = site.page("404.html");
    assert!(not_found.contains("href=\"/deep/handbook/assets/rolebook.css\""), "{not_found}");
    assert!(site.page("groups/sig-paint/index.html").contains("href=\"../../assets/rolebook.css\""));
}

#[test]
fn a_site_may_override_one_template() {
    let site = miniature();
    site.file("themes/default/templates/404.html", "<!doctype html><title>x</title><p>Ours</p>");
    site.run(&["build"]).fine();
    assert!(site.page("404.html").contains("Ours"));
    assert!(site.page("index.html").contains("rb-header"));
}

#[test]
fn references_lead_to_the_digest_of_an_absent_original() {
    let site = miniature();
    site.run(&["build"]).fine();
    let role = "roles/chair/index.html";
    assert!(
        site.page(role).contains("href=\"../../upstream/rules/#chair\""),
        "with the source mounted, links lead to the original"
    );
    fs::remove_dir_all(site.path().join("upstream")).unwrap();
    site.run(&["build"]).fine();
    assert!(
        site.page(role).contains("href=\"../../governance/rules/#chair\""),
        "without the source, links lead to the digest"
    );
    assert!(
        site.page(role).contains("href=\"https://example.org/blob/main/elsewhere.md\""),
        "without source and digest, links lead to the web"
    );
}

#[test]
fn a_starter_site_builds_without_findings() {
    let site = TestSite::new(&[]);
    site.run(&["init", "start"]).fine();
    let run = site.run(&["build", "--site", "start", "--strict"]).fine();
    assert!(run.stderr.contains("0 warnings"), "{}", run.stderr);
    assert_eq!(broken_links(&files(&site.path().join("start/public")), |_| true), [] as [String; 0]);
}
