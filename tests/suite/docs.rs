//! The documentation, which is a site of rolebook's own.

use rolebook::diagnostic::code::CODES;
use rolebook::engine::{Engine, Overrides};

use crate::support::project;

#[test]
fn the_documentation_is_a_site_without_findings() {
    let mut engine = Engine::load(&project().join("docs"), &Overrides::default()).unwrap();
    assert_eq!(engine.diagnostics(), []);
    let (_, files) = engine.contents().unwrap().unwrap();
    let page = |path: &str| {
        let file = files.get(path).unwrap_or_else(|| panic!("{path} is missing"));
        String::from_utf8_lossy(file).into_owned()
    };
    assert!(page("index.html").contains("href=\"docs/content/\""), "the README is the home page");
    assert!(page("docs/content/index.html").contains("id=\"checklists\""));
    for code in CODES {
        assert!(page(&format!("docs/diagnostics/{code}/index.html")).contains("id=\"example\""), "{code}");
    }
    for (name, text) in rolebook::schema::files(None) {
        assert_eq!(page(&format!("docs/schemas/{name}")), text);
    }
    assert!(files.keys().any(|path| path.starts_with("pagefind/")), "the site has a search index");
    assert!(!files.keys().any(|path| path.starts_with("src/") || path.starts_with("tests/")));
}
