//! Walks the generated HTML: every internal link leads to an existing page and id.

use std::collections::{BTreeMap, BTreeSet};

use rolebook::engine::Contents;
use rolebook::parse::{Piece, pieces};

use crate::community;
use crate::support::{TestSite, files, handbook};

/// The broken internal links of a site. `own` selects the pages to check.
pub(crate) fn broken_links(files: &BTreeMap<String, Vec<u8>>, own: impl Fn(&str) -> bool) -> Vec<String> {
    let text = |path: &str| files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut broken = Vec::new();
    for page in files.keys().filter(|path| path.ends_with(".html") && own(path)) {
        let html = text(page).unwrap();
        for (name, value) in attributes(&html).into_iter().filter(|(name, _)| name == "href" || name == "src")
        {
            let value = value.replace("&amp;", "&");
            if value.contains("://") || value.starts_with("mailto:") || value.is_empty() {
                continue;
            }
            let (path, fragment) = value.split_once('#').unwrap_or((&value, ""));
            // A query selects something on the page.
            let path = path.split('?').next().unwrap_or(path);
            let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
            let base = if path.starts_with('/') || page == "404.html" { "" } else { folder };
            let mut target = rolebook::url::join(base, &rolebook::url::decode(path)).0;
            if path.is_empty() {
                target = page.clone();
            } else if path.ends_with('/') || target.is_empty() || path.ends_with("..") {
                target = format!("{target}/index.html").trim_start_matches('/').to_owned();
            }
            if !files.contains_key(&target) {
                broken.push(format!("{page}: {name} {value} -> {target}"));
            } else if !fragment.is_empty() && target.ends_with(".html") {
                let ids_of_page = ids.entry(target.clone()).or_insert_with(|| {
                    let html = text(&target).unwrap();
                    let named =
                        attributes(&html).into_iter().filter(|(name, _)| name == "id" || name == "name");
                    named.map(|(_, value)| value).collect()
                });
                if !ids_of_page.contains(&rolebook::url::decode(fragment)) {
                    broken.push(format!("{page}: no #{fragment} in {target}"));
                }
            }
        }
    }
    broken
}

fn attributes(html: &str) -> Vec<(String, String)> {
    let tags = pieces(html).filter_map(|piece| match piece {
        Piece::Tag { attributes, .. } => Some(attributes),
        _ => None,
    });
    tags.flatten().map(|attribute| (attribute.name.into_owned(), html[attribute.value].to_owned())).collect()
}

#[test]
fn every_internal_link_of_the_handbook_resolves() {
    let alone = handbook();
    assert!(alone.len() > 400, "{} files", alone.len());
    assert_eq!(broken_links(alone, |_| true), [] as [String; 0]);
}

/// The project's own handbook with the real community tree.
#[test(needs(Snapshot))]
fn every_internal_link_of_the_community_resolves() {
    let both = community::handbook();
    assert_eq!(broken_links(both, |page| !page.starts_with("community/")), [] as [String; 0]);
    // Other people's documents may have broken links only if they are broken in the source: no link from the
    // handbook's pages, and no missing file.
    let foreign = broken_links(both, |page| page.starts_with("community/"));
    let missing: Vec<_> = foreign.iter().filter(|line| line.contains(" -> ")).collect();
    assert_eq!(missing, [] as [&String; 0]);
    let own = both.iter().filter(|(page, _)| page.ends_with(".html") && !page.starts_with("community/"));
    let empty = own.filter(|(_, page)| String::from_utf8_lossy(page).contains("href=\"\""));
    assert_eq!(empty.map(|(page, _)| page).collect::<Vec<_>>(), [] as [&String; 0]);
}

/// Headings in raw HTML, ids that the theme also uses, and addresses with character references, in the handbook's own
/// and in mounted documents.
#[test]
fn links_lead_to_anchors_in_raw_html() {
    let text = "<h1 align=\"center\">Governance</h1>\n\n[a](#members) [b](#own) [c](#rb-main) [d](#user-content-rb-main)\n\
                [e](#members-1) [f](other.md#two-words) [g](#rb-nav) <a href=\"other&#46;md&num;two-words\">h</a>\n\n\
                <h2 id=\"own\">Members</h2>\n\n<div>\n<h2>Members</h2>\n</div>\n\n## rb-main\n\n<a id=\"rb-nav\"></a>\n";
    let other = "# Other\n\n> <h3>Two\n> <b>w</b>ords</h3>\n\n<h2>Two words</h2>\n";
    let site = TestSite::small(&[
        ("content/guides/one.md", text),
        ("content/guides/other.md", other),
        ("docs/one.md", text),
        ("docs/other.md", other),
    ]);
    let mounted = "title = \"Small\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"docs\"\npath = \"docs\"\n\
                   mount = \"docs\"\nformat = \"markdown\"\n";
    site.file("site.toml", mounted);
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("link/"), "{}", run.stderr);
    assert_eq!(broken_links(&files(&site.path().join("public")), |_| true), [] as [String; 0]);
    for page in ["guides/one/index.html", "docs/one/index.html"] {
        let html = site.page(page);
        assert!(html.contains("<h1 id=\"governance\">Governance</h1>"), "{html}");
        assert!(html.contains("<title>Governance"), "{html}");
        for link in ["members", "own", "user-content-rb-main", "members-1", "user-content-rb-nav"] {
            assert!(html.contains(&format!("href=\"#{link}\"")), "{link}: {html}");
            assert_eq!(html.matches(&format!(" id=\"{link}\"")).count(), 1, "{link}: {html}");
        }
        assert_eq!(html.matches("../other/#two-words").count(), 2, "{html}");
        assert!(html.contains("<li class=\"rb-toc-2\"><a href=\"#members-1\">Members</a>"), "{html}");
    }
}

#[test]
fn pages_carry_no_inline_script_style_or_handler() {
    nothing_is_inline(handbook());
}

#[test(needs(Snapshot))]
fn pages_of_the_community_carry_no_inline_script_style_or_handler() {
    nothing_is_inline(community::handbook());
}

/// Asserts the content security policy of the pages.
fn nothing_is_inline(files: &Contents) {
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        for piece in pieces(&html) {
            let Piece::Tag { name, end, attributes, .. } = piece else { continue };
            let has = |wanted: &str| attributes.iter().any(|attribute| attribute.name == wanted);
            assert!(name != "style", "{path}: <style>");
            // Structured data for search engines is not executed by browsers.
            let is_data =
                attributes.iter().any(|attribute| &html[attribute.value.clone()] == "application/ld+json");
            assert!(name != "script" || end || has("src") || is_data, "{path}: inline script");
            for attribute in &attributes {
                assert!(
                    attribute.name != "style" && !attribute.name.starts_with("on"),
                    "{path}: {}",
                    attribute.name
                );
            }
        }
    }
}

/// Two terms with the same slug, subprojects with the same name, and other anchors with the same ids.
#[test]
fn equal_names_have_distinct_ids() {
    let term = |name: &str| {
        format!("[[terms]]\nterm = \"{name}\"\ndefinition = \"What {name} is. <b id=c>x</b>\"\n")
    };
    let names = ["C", "C++", "c#", "++", "#", "rb-main", "C 1", "Cited by", "Main"];
    let subprojects = ["api", "api", "API", "api-1", "!", "?", "leads", "rb-main", "Subprojects"];
    let subprojects = subprojects.map(|name| {
        format!("[[subprojects]]\nname = \"{name}\"\ndescription = \"<i id=api>x</i> [^1]\\n\\n[^1]: n\"\n")
    });
    let site = TestSite::small(&[
        ("content/glossary.toml", &names.map(term).concat()),
        (
            "content/guides/a.md",
            "# A\n\nC, C++ and c# are three. <a id=\"two\"></a>\n\n## Two\n\n<i id=\"two\"></i>\n",
        ),
        ("content/groups/sig-x.toml", &format!("kind = \"sig\"\nname = \"X\"\n{}", subprojects.concat())),
    ]);
    site.run(&["build"]).fine();
    let public = files(&site.path().join("public"));
    assert_eq!(broken_links(&public, |_| true), [] as [String; 0]);
    for (path, page) in &public {
        let Some(text) = std::str::from_utf8(page).ok().filter(|_| path.ends_with(".html")) else { continue };
        let mut ids = BTreeSet::new();
        for (_, id) in attributes(text).into_iter().filter(|(name, _)| name == "id") {
            assert!(!id.is_empty() && ids.insert(id.clone()), "{path}: {id} twice");
        }
    }
    let glossary = site.page("glossary/index.html");
    let page = site.page("guides/a/index.html");
    for (name, id) in
        [("C", "c"), ("c#", "c-2"), ("C++", "c-3"), ("C 1", "c-1"), ("rb-main", "user-content-rb-main")]
    {
        assert!(glossary.contains(&format!("<div id=\"{id}\"><dt>{name}<a ")), "{name}: {glossary}");
        let link = format!("href=\"../../glossary/#{id}\" title=\"What {name} is. x\">{name}</a>");
        assert!(page.contains(&link) || !page.contains(&format!("{name} ")), "{link}: {page}");
    }
    let group = site.page("groups/sig-x/index.html");
    for id in ["api", "api-1", "api-2", "api-1-1", "subproject-", "subproject--1", "leads"] {
        assert!(group.contains(&format!("<h3 id=\"{id}\">")), "{id}: {group}");
    }
}
