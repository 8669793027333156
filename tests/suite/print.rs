//! Print output: the print page, a role, a lead page.

use std::collections::BTreeSet;
use std::process::Command;

use base64::Engine as _;
use serde_json::json;

use crate::browser::Browser;
use crate::host::Host;
use crate::html::broken_links;
use crate::support::{TestSite, files, handbook};

fn site() -> TestSite {
    TestSite::small(&[
        (
            "site.toml",
            "title = \"Small\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"other\"\nformat = \"markdown\"\npath = \"other\"\n",
        ),
        ("other/other.md", "# Other\n"),
        (
            "content/roles/chair.md",
            "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n\n## Duties\n\nAs [a guide](../guides/a.md#part) says, and [below](#duties); \
             see [the other](/other.md) and [home](../index.md).\n",
        ),
        (
            "content/guides/a.md",
            "# A guide\n\n## Part\n\n[The chair](../roles/chair.md).\n\n## Duties\n\nMore.\n",
        ),
        (
            "content/groups/sig-x.toml",
            "kind = \"sig\"\nname = \"X\"\n[[leads]]\nrole = \"chair\"\ngithub = \"Ann\"\nname = \"Ann\"\n",
        ),
        ("content/glossary.toml", "[[terms]]\nterm = \"Lead\"\ndefinition = \"One who leads.\"\n"),
    ])
}

#[test]
fn the_print_page_keeps_links_between_its_pages() {
    let site = site();
    site.run(&["build"]).fine();
    let whole = site.page("print/index.html");
    for part in [
        // Two pages have a heading of the same name.
        "<h3 id=\"roles.chair.duties\">Duties",
        "<h3 id=\"guides.a.duties\">Duties",
        "<a href=\"#guides.a.part\" class=\"rb-clause\" title=\"A guide § Part\">a guide</a>",
        "<a href=\"#roles.chair.duties\">below</a>",
        "<a href=\"#roles.chair\" class=\"rb-role\"",
        // Pages that are not printed are linked on the site.
        "href=\"../other/other/\"",
        "href=\"../people/ann/\"",
    ] {
        assert!(whole.contains(part), "{part}: {whole}");
    }
    let order: Vec<usize> =
        ["id=\"roles.chair\"", "id=\"groups.sig-x\"", "id=\"guides.a\"", "id=\"glossary\""]
            .map(|id| whole.find(id).unwrap_or_else(|| panic!("{id}: {whole}")))
            .into();
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(
        broken_links(&files(&site.path().join("public")), |page| page == "print/index.html"),
        [] as [&str; 0]
    );
}

/// Checks the real handbook for duplicate and missing ids.
#[test]
fn ids_of_the_print_page_are_unique() {
    let files = handbook();
    let whole = String::from_utf8_lossy(&files["print/index.html"]);
    let ids: Vec<&str> = whole.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for role in files.keys().filter_map(|path| path.strip_prefix("roles/")?.strip_suffix("/index.html")) {
        assert!(unique.contains(format!("roles.{role}").as_str()), "{role}");
    }
    assert_eq!(broken_links(files, |page| page == "print/index.html"), [] as [&str; 0]);
}

#[test(needs(Browser, Program("pdftotext")))]
fn print_role_and_lead_pages_can_be_printed() {
    let mut browser = Browser::start();
    let site = site();
    site.run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/");
    for (page, shown, hidden) in [
        (
            "print/",
            vec!["Chair", "A guide", "SIG X", "One who leads.", "Contents"],
            vec!["Skip to", "save it as a PDF"],
        ),
        ("roles/chair/", vec!["Chair", "Duties"], vec!["Skip to", "On this page", "Built with"]),
        ("groups/sig-x/chair/", vec!["SIG X", "Ann"], vec!["Skip to", "On this page", "Built with"]),
    ] {
        let tab = browser.open(&format!("{}{page}", host.site()));
        let printed = browser.call(Some(&tab), "Page.printToPDF", &json!({}));
        let pdf =
            base64::engine::general_purpose::STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
        let place = site.path().join("page.pdf");
        std::fs::write(&place, pdf).unwrap();
        let output = Command::new("pdftotext").arg("-layout").arg(&place).arg("-").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        for expected in shown {
            assert!(text.contains(expected), "{page} lacks {expected}:\n{text}");
        }
        for absent in hidden {
            assert!(!text.contains(absent), "{page} has {absent}:\n{text}");
        }
        browser.close(tab);
    }
}
