//! Documents that grow in one respect: the output grows alike, no text is lost, and no document aborts the program.
//! `cargo bench --bench cost` measures the time.

use crate::support::{TestSite, files};

const SITE: &str = "title = \"T\"\n\n[[source]]\npath = \"m\"\nformat = \"markdown\"\nmount = \"m\"\nbroken_links = \"warn\"\n";

fn site(documents: &[(&str, String)]) -> TestSite {
    let site = TestSite::new(&[("site.toml", SITE)]);
    for (path, text) in documents {
        site.file(&format!("m/{path}"), text);
    }
    site
}

/// The size in bytes of the output for one document.
fn output_size(text: String) -> usize {
    let site = site(&[("a.md", text)]);
    site.run(&["build"]).fine();
    files(&site.path().join("public")).values().map(Vec::len).sum()
}

#[test]
fn output_grows_with_the_document() {
    let fonts = |count: usize| (0..count).map(|i| format!("<font color=x{i}>")).collect::<String>();
    let row = |count: usize, cell: &str| format!("|{}\n", cell.repeat(count));
    let kinds: [(&str, &dyn Fn(usize) -> String); 11] = [
        ("formatting", &|k| format!("{}\n\n{}\n", fonts(200 * k), "<p>x".repeat(200 * k))),
        ("nested", &|k| format!("{}\n", "<div>".repeat(500 * k))),
        ("misnested", &|k| format!("<div>{}\n", "<b><p>x</b>".repeat(200 * k))),
        ("hosts", &|k| "www._".repeat(400 * k)),
        ("addresses", &|k| "http://a.example/_x_&amp; ".repeat(100 * k)),
        ("bars", &|k| format!("a\n{}\n-\t|-\n", "|".repeat(1_000 * k))),
        ("delimiter rows", &|k| format!("a\n{}", "b|c\n-\t|-|-\n".repeat(200 * k))),
        ("tables below text", &|k| "a\nb|c\n\t-|-\n\n".repeat(50 * k)),
        ("escapes", &|k| format!("$a$ {}", "\\~$".repeat(400 * k))),
        ("references", &|k| format!("http://a.example/{}", "&".repeat(1_000 * k))),
        ("table", &|k| format!("{}{}{}", row(100 * k, "a|"), row(100 * k, "-|"), "|a|\n".repeat(100))),
    ];
    let empty = output_size(String::new());
    for (kind, text) in kinds {
        let [one, two, four] = [1, 2, 4].map(|scale| output_size(text(scale)) - empty);
        assert!(two < one * 23 / 10 && four < two * 23 / 10, "{kind}: {one}, {two}, {four}");
    }
}

#[test]
fn text_beyond_the_bounds_stays() {
    let unclosed = [("open", "<a "), ("quotes", "<a b=\""), ("names", "<a")];
    let mut documents: Vec<_> = unclosed
        .iter()
        .map(|(name, tag)| {
            (format!("{name}.md"), format!("<div>\n{}in{name}\n\nafter{name}\n", tag.repeat(500)))
        })
        .collect();
    let fonts: String = (0..200).map(|i| format!("<font color=x{i}>f{i}.")).collect();
    documents.push(("fonts.md".into(), format!("{fonts}\n\n<p>afterfonts\n")));
    documents.push(("divs.md".into(), format!("{}indivs\n\nafterdivs\n", "<div>".repeat(1000))));
    let documents: Vec<_> = documents.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let site = site(&documents);
    let run = site.run(&["build"]).fine();
    assert_eq!(run.stderr.matches("[html/too-complex]").count(), 2, "{}", run.stderr);
    for name in ["open", "quotes", "names", "divs"] {
        let page = site.page(&format!("m/{name}/index.html"));
        assert!(page.contains(&format!("in{name}")) && page.contains(&format!("after{name}")), "{name}");
    }
    let page = site.page("m/fonts/index.html");
    assert!((0..200).all(|i| page.contains(&format!("f{i}."))) && page.contains("afterfonts"));
}

#[test]
fn deep_nesting_does_not_abort_the_program() {
    const DEEP: usize = 5_000;
    let pair = |open: &str, close: &str| format!("{}a{}\n", open.repeat(DEEP), close.repeat(DEEP));
    let fence = |mark: &str, text: String| format!("{mark}\n{text}\n{mark}\n# A\n");
    let documents = [
        ("quotes.md", pair("> ", "")),
        ("lists.md", pair("- ", "")),
        ("emphasis.md", pair("*", "*")),
        ("strong.md", pair("**a ", " b**")),
        ("brackets.md", pair("[", "]")),
        ("links.md", pair("[", "](b)")),
        ("pictures.md", pair("![", "](b)")),
        ("divs.md", pair("<div>", "</div>")),
        ("spans.md", format!("a {}", pair("<span>", "</span>"))),
        ("tables.md", pair("<table><tr><td>", "</td></tr></table>")),
        ("svg.md", pair("<svg><g>", "</g></svg>")),
        ("footnotes.md", format!("[^a]\n\n{}", pair("[^a]: ", ""))),
        ("json.md", format!("```json\n{}```\n", "[ [ [\n".repeat(DEEP))),
        ("yaml.md", fence("---", format!("a: {}", pair("[", "]")))),
        ("mappings.md", fence("---", format!("a: {}", pair("{a: ", "}")))),
        ("blocks.md", fence("---", format!("a:\n  {}b", "- ".repeat(DEEP)))),
        ("toml.md", fence("+++", format!("a = {}", pair("[", "]")))),
        ("inline.md", fence("+++", format!("a = {}", "{a = ".repeat(DEEP)))),
        ("dots.md", fence("+++", format!("a{} = 1", ".a".repeat(DEEP)))),
        ("headers.md", fence("+++", format!("[a{}]", ".a".repeat(DEEP)))),
    ];
    let run = site(&documents).run(&["build"]);
    assert!(run.code < 2, "{}", run.stderr);
}
