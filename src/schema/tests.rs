use std::fs;
use std::path::Path;

use super::*;

/// A file of the documentation. With `ROLEBOOK_BLESS=1`, it is written first.
fn expect_docs(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(path);
    if std::env::var_os("ROLEBOOK_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let existing = fs::read_to_string(&path).unwrap_or_default();
    let path = path.display();
    assert!(
        text == existing,
        "{path} does not match the declarations: `ROLEBOOK_BLESS=1 cargo test --lib schema`"
    );
}

#[test]
fn published_schemas_match_the_declarations() {
    let files = files(None);
    for (name, text) in &files {
        expect_docs(&format!("schemas/{name}"), text);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
    assert_eq!(fs::read_dir(folder).unwrap().count(), files.len(), "a schema has no declaration");
}
