use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Read;
use std::path::Path;

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;
use proptest::prelude::*;
use serde_json::Value;

use super::client::{self, ENTRY};
use super::encoding::Cbor;
use super::index;
use crate::html::escape;
use crate::pages::{Origin, SearchEntry, SearchSection};

fn entry(title: &str, texts: &[&str]) -> SearchEntry {
    let sections = texts.iter().enumerate().map(|(index, text)| SearchSection {
        heading: (index > 0).then(|| (format!("part-{index}"), format!("Part {index}"))),
        text: (*text).to_owned(),
        weight: [1.0, 0.4, 3.0][index % 3],
    });
    SearchEntry {
        fragment: None,
        title: title.to_owned(),
        kind: "document",
        groups: vec!["Guild Baking".to_owned()],
        names: vec!["guild-baking".to_owned(), "baking".to_owned()],
        within: (texts.len() > 1).then(|| "Guides".to_owned()),
        origin: Origin::Source,
        sections: sections.collect(),
    }
}

fn entries(texts: &[&[&str]]) -> Vec<(String, SearchEntry)> {
    let entry =
        |(index, texts): (usize, &&[&str])| (format!("/page-{index}/"), entry("Opening hours", texts));
    texts.iter().enumerate().map(entry).collect()
}

/// The files of the index by path, decompressed.
fn files(entries: &[(String, SearchEntry)], language: &str) -> BTreeMap<String, Vec<u8>> {
    let files = index(entries.to_vec(), language).into_iter();
    files.map(|(path, bytes)| (path.replace("pagefind/", ""), decompressed(bytes))).collect()
}

/// The files that Pagefind writes if it reads each entry as an HTML page, decompressed.
fn reference(entries: &[(String, SearchEntry)], language: &str) -> BTreeMap<String, Vec<u8>> {
    index_of_pagefind(entries, language)
        .into_iter()
        .map(|(path, bytes)| (path, decompressed(bytes)))
        .collect()
}

/// The files that Pagefind writes.
fn index_of_pagefind(entries: &[(String, SearchEntry)], language: &str) -> BTreeMap<String, Vec<u8>> {
    let options =
        PagefindServiceConfig::builder().force_language(language.to_owned()).max_fragments(1).build();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let files = runtime.block_on(async {
        let mut index = PagefindIndex::new(Some(options)).unwrap();
        for (url, entry) in entries {
            index.add_html_file(None, Some(url[1..].to_owned()), page(entry)).await.unwrap();
        }
        index.get_files().await.unwrap()
    });
    let file = |file: pagefind::api::SyntheticFile| {
        (file.filename.to_string_lossy().replace('\\', "/"), file.contents)
    };
    files.into_iter().map(file).collect()
}

fn decompressed(bytes: Vec<u8>) -> Vec<u8> {
    let mut content = Vec::new();
    let is_compressed = flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut content).is_ok();
    if is_compressed { content } else { bytes }
}

/// Writes an entry as an HTML page for Pagefind.
fn page(entry: &SearchEntry) -> String {
    let mut page = String::from("<html><body><div data-pagefind-ignore>");
    let mut fact = |attribute: &str, name: &str, value: &str| {
        write!(page, "<b data-pagefind-{attribute}=\"{name}\">{}</b>", escape(value)).unwrap();
    };
    fact("meta", "title", &entry.title);
    fact("filter", "kind", entry.kind);
    fact("filter", "origin", entry.origin.id());
    for group in &entry.groups {
        fact("filter", "group", group);
    }
    fact("meta", "names", &entry.names.join(" "));
    if let Some(within) = &entry.within {
        fact("meta", "within", within);
    }
    page.push_str("</div>");
    for section in &entry.sections {
        let weight = section.weight;
        if let Some((id, title)) = &section.heading {
            let weight = weight * 3.0;
            write!(page, "<h2 id=\"{id}\" data-pagefind-weight=\"{weight}\">{}</h2>", escape(title)).unwrap();
        }
        write!(page, "<p data-pagefind-weight=\"{weight}\">{}</p>", escape(&section.text)).unwrap();
    }
    page + "</body></html>"
}

/// Asserts that words, filters and fragments are those of Pagefind. The names of fragments differ.
fn assert_equals_pagefind(entries: &[(String, SearchEntry)], language: &str) {
    let (ours, theirs) = (files(entries, language), reference(entries, language));
    for folder in ["index/", "filter/"] {
        let of_folder = |files: &BTreeMap<String, Vec<u8>>| {
            files.range(folder.to_owned()..).take_while(|(path, _)| path.starts_with(folder)).count()
        };
        assert_eq!(of_folder(&ours), of_folder(&theirs), "{folder}");
    }
    for (path, bytes) in &theirs {
        if path.starts_with("index/") || path.starts_with("filter/") {
            let ours = ours.get(path).unwrap_or_else(|| panic!("{language}: another content in {path}"));
            assert!(ours == bytes, "{path}");
        }
    }
    assert_eq!(fragments(&ours), fragments(&theirs));
}

/// The fragments by address.
fn fragments(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Value> {
    let mut fragments = BTreeMap::new();
    for (_, bytes) in files.iter().filter(|(path, _)| path.starts_with("fragment/")) {
        let group: BTreeMap<String, Value> = serde_json::from_slice(&bytes["pagefind_dcd".len()..]).unwrap();
        fragments.extend(group.into_values().map(|fragment| (fragment["url"].to_string(), fragment)));
    }
    fragments
}

#[test]
fn the_index_is_that_of_pagefind() {
    let spaced: &[&[&str]] = &[
        &[
            "Leads approve changes.",
            "The _max_age of kube-proxy, (re)started by the HTTPServer.",
            "v1.2 and b4h.io",
        ],
        &["Straße, café, CAFÉ, naïve, cafe", "running runs ran: runner", "“quoted” and <angled> & 'single'"],
        &[
            "🎉 done ‼️ x",
            "config.max_age sysconfig.is_python_build ...and",
            "C++ #42 @someone a/b/c 10:30 l'Été end",
        ],
        &["ΑΒΓ ДЕЖ İstanbul", "word word word", "Word"],
    ];
    for language in ["en", "de", "fr", "tr", "pt-br", "xx"] {
        assert_equals_pagefind(&entries(spaced), language);
    }
    let unspaced: &[&[&str]] = &[
        &["我们每个星期二讨论代码审查的流程。", "他们在早上烤面包 and tea", "面包。"],
        &["コンピューターで会議をします。バンドとハンド", "วิกิพีเดียภาษาไทย", "ｶﾀｶﾅ ー ミーティング"],
    ];
    for language in ["zh", "zh-tw", "ja", "th", "en"] {
        assert_equals_pagefind(&entries(unspaced), language);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_text_is_indexed_as_pagefind_does(
        words in proptest::collection::vec("[aAzZé2 ._/'(🎉-]{1,9}", 2..30),
        is_spaced: bool,
    ) {
        let texts: Vec<String> = words.iter().map(|word| format!("{word} 面包a end")).collect();
        // In text without spaces, Pagefind does not split a run that starts like its own marks.
        let is_mark = |text: &String| text.split_whitespace().any(|run| run.starts_with("___"));
        prop_assume!(is_spaced || !texts.iter().any(is_mark));
        let texts: Vec<[&str; 1]> = texts.iter().map(|text| [&**text]).collect();
        let texts: Vec<&[&str]> = texts.iter().map(|text| &text[..]).collect();
        assert_equals_pagefind(&entries(&texts), if is_spaced { "en" } else { "zh" });
    }
}

/// `ROLEBOOK_BLESS=1` takes over the files of a new version; then change [`client::VERSION`]. The file of a language that
/// Pagefind adds is copied by hand.
#[test]
fn the_client_is_that_of_pagefind() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/search/client");
    let stems = std::fs::read_dir(folder.join("wasm")).unwrap();
    let stems = stems.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    let mut languages: Vec<String> = stems.filter(|stem| stem != "unknown").collect();
    assert!(languages.len() > 30, "{languages:?}");
    assert!(!languages.iter().any(|language| language.contains('-')), "of no use: {languages:?}");
    languages.extend(["pt-br", "zh-tw", "xx"].map(str::to_owned));
    for language in &languages {
        let mut theirs = index_of_pagefind(&entries(&[&["word"]]), language);
        theirs.retain(|name, _| {
            matches!(&**name, "pagefind.js" | "pagefind-worker.js") || name.starts_with("wasm.")
        });
        if theirs.contains_key(&format!("wasm.{language}.pagefind")) {
            theirs.remove("wasm.unknown.pagefind");
        }
        if std::env::var_os("ROLEBOOK_BLESS").is_some() {
            for (name, bytes) in theirs.iter().filter(|_| !language.contains('-')) {
                let wasm = name.strip_prefix("wasm.").map(|name| folder.join("wasm").join(name));
                let to = wasm.unwrap_or_else(|| folder.join(name));
                if !std::fs::read(&to).is_ok_and(|before| before == *bytes) {
                    std::fs::write(to, bytes).unwrap();
                }
            }
            continue;
        }
        let ours: BTreeMap<String, Vec<u8>> = client::files(language, "", 1).into_iter().collect();
        let names: Vec<&str> = ours.keys().map(String::as_str).filter(|name| *name != ENTRY).collect();
        assert_eq!(names, theirs.keys().collect::<Vec<_>>(), "{language}");
        for (name, bytes) in &theirs {
            assert!(&ours[name] == bytes, "{language}: {name} differs");
        }
    }
}

#[test]
fn the_client_finds_an_index_as_pagefind_describes_it() {
    for language in ["en", "pt-br", "xx"] {
        let read =
            |files: &BTreeMap<String, Vec<u8>>| serde_json::from_slice::<Value>(&files[ENTRY]).unwrap();
        let mut theirs = read(&reference(&entries(&[&["word"]]), language));
        // The name contains a hash of the index, which differs as the names of fragments do.
        let mut ours = read(&files(&entries(&[&["word"]]), language));
        for entry in [&mut theirs, &mut ours] {
            let name = entry["languages"][language]["hash"].take();
            assert!(name.as_str().is_some_and(|name| name.starts_with(&format!("{language}_"))), "{name}");
        }
        assert_eq!(ours, theirs);
    }
}

#[test]
fn an_index_of_nothing_is_complete() {
    let files = files(&[], "en");
    for path in ["pagefind.js", "pagefind-entry.json", "words.json", "wasm.en.pagefind"] {
        assert!(files.contains_key(path), "{path}");
    }
}

#[test]
fn cbor_heads_are_as_short_as_possible() {
    let mut cbor = Cbor::default();
    for number in [0, 23, 24, 255, 256, 65_535, 65_536, -1, -24, -25] {
        cbor.number(number);
    }
    cbor.array(2).text("ä").text("");
    let expected = "00 17 1818 18ff 190100 19ffff 1a00010000 20 37 3818 82 62c3a4 60";
    let bytes: String = cbor.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(bytes, expected.replace(' ', ""));
}
