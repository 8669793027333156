use std::sync::mpsc;

use proptest::prelude::*;

use super::*;
use crate::site_path::PathFault;

fn path_of(path: &str) -> SitePath {
    SitePath::parse(path).unwrap()
}

fn run(root: &Path, files: &[(&str, &str)]) -> Result<WriteStats, OutputError> {
    let output = Output::open(root, || {})?;
    for (path, text) in files {
        output.write(&path_of(path), text.as_bytes())?;
    }
    output.finish()
}

fn listed(root: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn changed_files_are_written_and_stale_ones_removed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("public");
    let first = run(&root, &[("a/index.html", "a"), ("b/c/index.html", "b")]).unwrap();
    assert_eq!((first.written, first.unchanged, first.removed), (2, 0, 0));
    fs::write(root.join("CNAME"), "mine").unwrap();
    let second = run(&root, &[("a/index.html", "a"), ("d.html", "d")]).unwrap();
    assert_eq!((second.written, second.unchanged, second.removed), (1, 1, 1));
    assert_eq!(listed(&root), [".rolebook", "CNAME", "a/index.html", "d.html"]);
    assert!(!root.join("b").exists());
}

#[test]
fn foreign_folders_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
    let error = run(folder.path(), &[("index.html", "x")]).unwrap_err();
    assert_eq!(error.code(), "output/foreign-folder");
    assert_eq!(listed(folder.path()), ["thesis.txt"]);
}

#[test]
fn foreign_files_are_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("public");
    run(&root, &[("index.html", "x")]).unwrap();
    fs::write(root.join("notes.html"), "mine").unwrap();
    let error = run(&root, &[("index.html", "y"), ("notes.html", "page")]).unwrap_err();
    assert_eq!(error.code(), "output/foreign-file");
    assert_eq!(fs::read_to_string(root.join("notes.html")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(root.join("index.html")).unwrap(), "x", "the previous site stays");
}

#[test]
fn an_abandoned_site_leaves_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("public");
    let output = Output::open(&root, || {}).unwrap();
    output.write(&path_of("index.html"), b"x").unwrap();
    drop(output);
    assert!(!root.exists());
}

#[test]
fn a_page_may_replace_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[("a/b.html", "x")]).unwrap();
    run(folder.path(), &[("a", "x")]).unwrap();
    run(folder.path(), &[("a/b.html", "x")]).unwrap();
    assert_eq!(listed(folder.path()), [".rolebook", "a/b.html"]);
}

#[test]
fn clashing_files_are_rejected_before_any_move() {
    for (first, second) in [("a/b", "A/B"), ("a", "a/b"), ("a/b/c", "a/B"), ("a", "a")] {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &[("a/b/index.html", "x")]).unwrap();
        let error = run(folder.path(), &[(first, "y"), (second, "z")]).unwrap_err();
        assert!(matches!(error, OutputError::Clash(..)), "{error}");
        assert_eq!(listed(folder.path()), [".rolebook", "a/b/index.html"]);
    }
}

#[test]
fn foreign_files_are_never_listed() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[("index.html", "x")]).unwrap();
    fs::write(folder.path().join("CNAME"), "mine").unwrap();
    let output = Output::open(folder.path(), || {}).unwrap();
    assert!(output.write(&path_of("CNAME"), b"y").is_err());
    output.write(&path_of("index.html"), b"x").unwrap();
    output.finish().unwrap();
    // The next build does not treat it as its own either.
    run(folder.path(), &[("index.html", "x")]).unwrap();
    assert_eq!(fs::read(folder.path().join("CNAME")).unwrap(), b"mine");
}

#[test]
fn builds_of_one_folder_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("public");
    let first = Output::open(&root, || panic!("nobody else writes")).unwrap();
    first.write(&path_of("index.html"), b"first").unwrap();
    let (waiting, waits) = mpsc::channel();
    std::thread::scope(|threads| {
        let second = threads.spawn(|| {
            let second = Output::open(&root, || waiting.send(()).unwrap()).unwrap();
            second.write(&path_of("other.html"), b"second").unwrap();
            second.finish().unwrap()
        });
        waits.recv().unwrap();
        assert_eq!(first.finish().unwrap().written, 1);
        let second = second.join().unwrap();
        assert_eq!((second.written, second.removed), (1, 1));
    });
    assert_eq!(listed(&root), [".rolebook", "other.html"]);
}

#[test]
fn a_failed_step_undoes_all_previous_ones() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let first = [("a/index.html", "a"), ("b/index.html", "b"), ("gone/far/index.html", "g"), ("z.html", "z")];
    run(root, &first).unwrap();
    let text = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let before: Vec<(String, String)> = listed(root).into_iter().map(|path| (text(&path), path)).collect();
    let output = Output::open(root, || {}).unwrap();
    for (path, text) in
        [("a/index.html", "new"), ("b/c/index.html", "new"), ("new/index.html", "n"), ("z.html", "new")]
    {
        output.write(&path_of(path), text.as_bytes()).unwrap();
    }
    // The last file to be moved is removed from the staging folder.
    fs::remove_file(root.join(STAGE).join("z.html")).unwrap();
    let error = output.finish().unwrap_err();
    assert!(matches!(error, OutputError::Io { .. }), "{error}");
    assert_eq!(listed(root).into_iter().map(|path| (text(&path), path)).collect::<Vec<_>>(), before);
}

#[test]
fn invalid_manifest_lines_are_refused() {
    let manifest = Manifest::parse(b"a\n\n../b\nc/index.html\r\n\xff\n");
    assert!(manifest.paths.iter().map(SitePath::as_str).eq(["a", "c/index.html"]));
    let refused: Vec<_> = manifest.refused.iter().map(|refused| (refused.line, refused.fault)).collect();
    assert_eq!(refused, [(2, PathFault::Empty), (3, PathFault::Dots), (5, PathFault::NotUnicode)]);
    assert_eq!(Manifest::parse(b""), Manifest::default());
}

proptest! {
    #[test]
    fn manifests_round_trip(bytes in "([a.]{0,2}|[/\\\\\n\r]|\\PC|\\.git){0,40}") {
        let first = Manifest::parse(bytes.as_bytes());
        let again = Manifest::parse(manifest::text(&first.paths).as_bytes());
        prop_assert_eq!(again, Manifest { paths: first.paths, refused: Vec::new() });
    }

    #[test]
    fn any_bytes_parse_as_a_manifest(bytes in any::<Vec<u8>>()) {
        let manifest = Manifest::parse(&bytes);
        prop_assert!(manifest.paths.len() + manifest.refused.len() <= bytes.iter().filter(|byte| **byte == b'\n').count() + 1);
    }
}
