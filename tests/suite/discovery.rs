//! Files for other programs: documentation of the data, sitemap, robots, llms.txt, schema.org, pictures.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::languages;
use crate::support::{TestSite, handbook};

fn site(base_url: &str) -> TestSite {
    TestSite::small(&[
        ("site.toml", &format!("title = \"A <b> & c\"\n{base_url}[[source]]\npath = \"content\"\n")),
        ("content/guides/a b.md", "+++\naliases = [\"/old/\"]\n+++\n# A [b]\n\nText.\n"),
        ("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n\nRuns it.\n"),
        (
            "content/groups/sig-x.toml",
            "kind = \"sig\"\nname = \"X\"\nmission = \"All </script><b> of it\"\n\
             [[leads]]\nrole = \"chair\"\ngithub = \"Ada\"\nname = \"Ada L.\"\ncompany = \"Engines\"\n",
        ),
    ])
}

const BASE: &str = "base_url = \"https://x.example/deep/\"\n";

#[test]
fn the_sitemap_lists_every_page_once() {
    let site = site(BASE);
    site.run(&["build"]).fine();
    let sitemap = site.page("sitemap.xml");
    let listed: Vec<&str> =
        sitemap.split("<loc>").skip(1).map(|rest| rest.split_once("</loc>").unwrap().0).collect();
    for page in ["", "groups/sig-x/", "groups/sig-x/chair/", "people/ada/", "guides/a%20b/", "api/"] {
        let address = format!("https://x.example/deep/{page}");
        assert_eq!(listed.iter().filter(|listed| **listed == address).count(), 1, "{address}: {listed:?}");
    }
    assert!(!sitemap.contains("404") && !sitemap.contains("/old/"), "{sitemap}");
    assert!(site.page("robots.txt").contains("\nSitemap: https://x.example/deep/sitemap.xml\n"));
}

#[test]
fn without_a_base_url_there_are_no_files_for_crawlers() {
    let site = site("");
    site.run(&["build"]).fine();
    for file in ["sitemap.xml", "robots.txt", "pictures"] {
        assert!(!site.path().join("public").join(file).exists(), "{file}");
    }
    let page = site.page("groups/sig-x/index.html");
    assert!(!page.contains("canonical") && !page.contains("og:"), "{page}");
    assert!(site.page("llms.txt").contains("- [SIG X](/groups/sig-x/)"));
}

#[test]
fn pages_have_metadata_for_other_sites() {
    let site = site(BASE);
    site.run(&["build"]).fine();
    let page = site.page("groups/sig-x/index.html");
    for part in [
        "<link rel=\"canonical\" href=\"https://x.example/deep/groups/sig-x/\">",
        "<meta property=\"og:site_name\" content=\"A &lt;b&gt; &amp; c\">",
        "<meta property=\"og:image\" content=\"https://x.example/deep/pictures/group.png\">",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let schema = |path: &str| -> Value {
        let page = site.page(path);
        let (_, rest) = page.split_once("<script type=\"application/ld+json\">").unwrap();
        serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
    };
    let group = schema("groups/sig-x/index.html");
    assert_eq!(group["@type"], "Organization");
    assert_eq!(group["description"], "All </script><b> of it");
    assert_eq!(group["member"][0]["roleName"], "Chair");
    assert_eq!(group["member"][0]["member"]["url"], "https://x.example/deep/people/ada/");
    let person = schema("people/ada/index.html");
    assert_eq!((&person["@type"], &person["name"]), (&"Person".into(), &"Ada L.".into()));
    assert_eq!(person["worksFor"]["name"], "Engines");
    assert_eq!(person["memberOf"][0]["memberOf"]["name"], "SIG X");
}

/// Pictures have the size stated in the page's header, and exist for every page that names one, and for no other kind.
#[test]
fn every_preview_picture_exists() {
    every_picture_exists(&site(BASE), "https://x.example/deep/");
    // Every kind of page.
    every_picture_exists(&languages::site("en"), "https://painters.example/handbook/");
}

fn every_picture_exists(site: &TestSite, base: &str) {
    site.run(&["build"]).fine();
    let files = crate::support::files(&site.path().join("public"));
    let mut named = BTreeSet::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = String::from_utf8_lossy(bytes).into_owned();
        let Some((_, rest)) = page.split_once(&format!("og:image\" content=\"{base}")) else {
            let is_redirect = page.contains("http-equiv=\"refresh\"");
            assert!(path == "404.html" || is_redirect, "{path} has no picture");
            continue;
        };
        named.insert(rest.split_once('"').unwrap().0.to_owned());
    }
    let drawn = files.keys().filter(|path| path.starts_with("pictures/") && path.ends_with(".png"));
    let drawn: BTreeSet<String> = drawn.filter(|path| *path != "pictures/chart.png").cloned().collect();
    assert_eq!(named, drawn);
    assert!(named.len() > 5, "{named:?}");
    for picture in named {
        let decoder = png::Decoder::new(std::io::Cursor::new(&files[&picture]));
        let info = decoder.read_info().unwrap();
        assert_eq!((info.info().width, info.info().height), (1200, 630), "{picture}");
    }
}

#[test]
fn llms_txt_is_markdown_with_valid_links() {
    let site = site(BASE);
    site.run(&["build"]).fine();
    let text = site.page("llms.txt");
    assert!(text.starts_with("# A <b> & c\n"), "{text}");
    assert!(
        text.contains("- [SIG X](https://x.example/deep/groups/sig-x/): All </script><b> of it\n"),
        "{text}"
    );
    for link in text.split("](https://x.example/deep/").skip(1) {
        let path = link.split_once(')').unwrap().0;
        assert!(site.path().join("public").join(path).join("index.html").exists(), "{path}");
    }
}

/// The API page names every data file, and every field that occurs in the real handbook.
#[test]
fn the_data_is_documented() {
    let files = handbook();
    let page = String::from_utf8_lossy(&files["api/index.html"]);
    let words: BTreeSet<&str> = page.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    fn fields(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    names.insert(key.clone());
                    // The keys of these tables are skills, and those of the community's own data.
                    if key != "levels" && key != "extra" {
                        fields(value, names);
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| fields(value, names)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("api/")) {
        let is_checklist = path.starts_with("api/leads/") || path.starts_with("api/checklists/");
        let described =
            if is_checklist { "api/leads/GROUP/ROLE.json" } else { &format!("href=\"../{path}\"") };
        assert!(path == "api/index.html" || page.contains(described), "{path}");
        // The fields of `needs.json` are those of its format.
        if path.ends_with(".json") && path != "api/needs.json" {
            fields(&serde_json::from_slice(bytes).unwrap(), &mut names);
        }
    }
    assert!(names.len() > 40, "{names:?}");
    let missing: Vec<&String> = names.iter().filter(|field| !words.contains(field.as_str())).collect();
    assert_eq!(missing, [] as [&String; 0]);
}

#[test]
fn the_base_url_is_normalised() {
    for (setting, address) in [
        ("https://example.org/my book/ü", "https://example.org/my%20book/%C3%BC/"),
        ("HTTPS://Bücher.example:443/<x>/\\\"y\\\"/", "https://xn--bcher-kva.example/%3Cx%3E/%22y%22/"),
        ("https://example.org/a%20b/../c&d'e", "https://example.org/c&d'e/"),
    ] {
        let site = site(&format!("base_url = \"{setting}\"\n"));
        site.run(&["build"]).fine();
        let escaped = address.replace('&', "&amp;").replace('\'', "&#x27;");
        let page = site.page("guides/a b/index.html").replace("&#39;", "&#x27;");
        assert!(
            page.contains(&format!("<link rel=\"canonical\" href=\"{escaped}guides/a%20b/\">")),
            "{page}"
        );
        assert!(page.contains(&format!("\"og:image\" content=\"{escaped}pictures/document.png\"")), "{page}");
        assert!(site.page("robots.txt").contains(&format!("\nSitemap: {address}sitemap.xml\n")));
        let sitemap =
            site.page("sitemap.xml").replace("&#39;", "'").replace("&apos;", "'").replace("&amp;", "&");
        assert!(sitemap.contains(&format!("<loc>{address}guides/a%20b/</loc>")), "{sitemap}");
        assert!(site.page("llms.txt").contains(&format!("]({address}roles/chair/)")));
        assert!(
            site.page("404.html")
                .replace("&#39;", "&#x27;")
                .contains(&format!("href=\"{}roles/\"", &escaped[escaped[8..].find('/').unwrap() + 8..]))
        );
        for path in ["sitemap.xml", "robots.txt", "llms.txt"] {
            let text = site.page(path);
            assert!(!text.lines().any(|line| line.contains("example") && !line.is_ascii()), "{path}: {text}");
        }
    }
    for wrong in [
        "https://",
        "https://exa mple.org/",
        "https://u:p@example.org/",
        "ftp://example.org/",
        "https://example.org/?x",
    ] {
        let run = site(&format!("base_url = \"{wrong}\"\n")).run(&["build"]);
        assert!(run.code == 1 && run.stderr.contains("data/invalid-value"), "{wrong}: {}", run.stderr);
    }
}
