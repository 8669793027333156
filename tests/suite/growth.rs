//! The output grows linearly with the input, not quadratically: twice the input makes at most 2.3 times the output.
//! Also tests the limits that ensure this.

use std::collections::BTreeMap;

use crate::support::{TestSite, files};

const MOUNTED: &str = "title = \"Large\"\n[search]\nenabled = false\n[[source]]\npath = \"content\"\n\
                       [[source]]\nname = \"more\"\npath = \"more\"\nformat = \"markdown\"\nmount = \"more\"\nnormative = [\"**\"]\n";

type Files = BTreeMap<String, String>;

/// Creates a site with mounted documents.
fn site(documents: &Files) -> TestSite {
    let site = TestSite::small(&[("site.toml", MOUNTED), ("more/zz.md", "# Z\n")]);
    for (path, text) in documents {
        site.file(&format!("more/{path}"), text);
    }
    site
}

fn one(path: &str, text: String) -> (String, String) {
    (path.to_owned(), text)
}

/// The size in bytes of a site with these mounted documents, without the theme's files.
fn size(documents: &Files) -> usize {
    let site = site(documents);
    site.run(&["build"]).fine();
    let output = files(&site.path().join("public"));
    output.iter().filter(|(path, _)| !path.starts_with("assets/")).map(|(_, bytes)| bytes.len()).sum()
}

/// Asserts the bound for a kind of input, given by its scale.
fn grows_with_its_input(kind: &str, input: impl Fn(usize) -> Files) {
    // The size of a site without input.
    let least = size(&Files::new());
    let sizes = [1, 2].map(|scale| size(&input(scale)) - least);
    assert!(sizes[1] * 10 <= sizes[0] * 23, "{kind}: {} bytes, for twice the input {}", sizes[0], sizes[1]);
}

#[test]
fn output_grows_with_the_input() {
    grows_with_its_input("documents in one folder", |scale| {
        (0..150 * scale).map(|page| one(&format!("p{page}.md"), format!("# Page {page}\n"))).collect()
    });
    grows_with_its_input("folders in one folder", |scale| {
        (0..150 * scale).map(|page| one(&format!("f{page}/a.md"), format!("# Page {page}\n"))).collect()
    });
    grows_with_its_input("links to a long title", |scale| {
        let links = "[x](b.md#a) [y](b.md) ".repeat(200 * scale);
        Files::from([one("a.md", links), one("b.md", format!("# {}\n\n## a\n", "!".repeat(2_000 * scale)))])
    });
    grows_with_its_input("links to a long heading", |scale| {
        let links = "[x](b.md#a) ".repeat(200 * scale);
        let heading = format!("# b\n\n## {}<a id=\"a\"></a>\n", "y ".repeat(2_000 * scale));
        Files::from([one("a.md", links), one("b.md", heading)])
    });
    grows_with_its_input("links under a long heading", |scale| {
        let heading = format!("# a\n\n## {}\n\n", "y".repeat(3_000 * scale));
        let links: String = (0..100 * scale).map(|page| format!("[x](p{page}.md)\n")).collect();
        let pages = (0..100 * scale).map(|page| one(&format!("p{page}.md"), "# p\n".into()));
        pages.chain([one("a.md", heading + &links)]).collect()
    });
    grows_with_its_input("documents beside one with a long title", |scale| {
        let pages = (0..80 * scale).map(|page| one(&format!("f/p{page}.md"), "# p\n".into()));
        pages.chain([one("f/README.md", format!("# {}\n", "long ".repeat(1_000 * scale)))]).collect()
    });
    grows_with_its_input("obligations of one long subject", |scale| {
        let text = format!("{} MUST a{}.\n", "x ".repeat(2_000 * scale), ", MUST b".repeat(200 * scale));
        Files::from([one("a.md", text)])
    });
    grows_with_its_input("obligations with one long introduction", |scale| {
        let text = format!("{}:\n\n{}", "x ".repeat(2_000 * scale), "- They MUST y\n".repeat(200 * scale));
        Files::from([one("a.md", text)])
    });
    grows_with_its_input("obligations under one long heading", |scale| {
        let text = format!("# {}\n\n{}", "y".repeat(3_000 * scale), "- x MUST y\n".repeat(200 * scale));
        Files::from([one("a.md", text)])
    });
    grows_with_its_input("obligations that begin with a long word", |scale| {
        let text = format!("They MUST {} it.\n\n", "y".repeat(1_000)).repeat(20 * scale);
        Files::from([one("a.md", text)])
    });
    grows_with_its_input("many sections that cite one document", |scale| {
        let sections = (0..300 * scale).map(|section| format!("## s{section}\n\n[x](b.md)\n\n"));
        Files::from([one("a.md", sections.collect()), one("b.md", "# b\n".into())])
    });
}

/// The list next to a page: the number of entries, and the labels for omitted ones at each end.
fn neighbours(page: &str) -> (usize, Vec<&str>) {
    let Some((_, rest)) = page.split_once("<nav class=\"rb-section\"") else { return (0, Vec::new()) };
    let list = rest.split("</nav>").next().unwrap();
    let more = list.split("rb-section-more").skip(1).map(|more| {
        let label = more.split("</a>").next().unwrap();
        label.rsplit('>').next().unwrap()
    });
    (list.matches("<li><a ").count(), more.collect())
}

#[test]
fn in_a_large_folder_only_neighbours_are_listed() {
    let pages =
        |count: usize| (0..count).map(|page| one(&format!("f/p{page:03}.md"), format!("# P{page:03}\n")));
    let large = site(&pages(101).collect());
    large.run(&["build"]).fine();
    let first = large.page("more/f/p000/index.html");
    assert_eq!(neighbours(&first), (41, vec!["60 more after"]));
    assert!(first.contains("aria-current=\"page\">P000<"), "{first}");
    let middle = large.page("more/f/p050/index.html");
    assert_eq!(neighbours(&middle), (41, vec!["30 more before", "30 more after"]));
    assert!(middle.contains(">P030<") && middle.contains(">P070<") && !middle.contains(">P071<"));
    assert!(middle.contains("<li class=\"rb-section-more\"><a href=\"../\">30 more before</a></li>"));
    let last = large.page("more/f/p100/index.html");
    assert_eq!(neighbours(&last), (41, vec!["60 more before"]));
    // The pages before and after it are unchanged.
    assert!(last.contains("</span>P099</a>") && !last.contains("class=\"rb-next\""), "{last}");
    // The folder's own page lists all of them once.
    let folder = large.page("more/f/index.html");
    assert_eq!(neighbours(&folder), (0, Vec::new()));
    let list = folder.split_once("rb-entries").unwrap().1.split("</ul>").next().unwrap();
    assert_eq!(list.matches("<li><a ").count(), 101);

    let small = site(&pages(100).collect());
    small.run(&["build"]).fine();
    assert_eq!(neighbours(&small.page("more/f/p050/index.html")), (100, Vec::new()));
    assert_eq!(neighbours(&small.page("more/f/index.html")), (100, Vec::new()));
}

#[test]
fn many_citations_are_counted_and_some_are_listed() {
    let sections = (0..600).map(|section| format!("## s{section}\n\n[x](b.md) [y](b.md)\n\n"));
    let site = site(&Files::from([one("a.md", sections.collect()), one("b.md", "# b\n".into())]));
    site.run(&["build"]).fine();
    let page = site.page("more/b/index.html");
    let cited = page.split_once("id=\"cited-by\"").unwrap().1;
    assert!(cited.contains("<span class=\"rb-count\">1200</span>"), "{cited}");
    assert_eq!(
        cited.matches("<li>").count()
            - cited.split("</section>").skip(1).map(|rest| rest.matches("<li>").count()).sum::<usize>(),
        500
    );
    assert!(
        cited.contains("200 more citations are listed in <a href=\"../../api/references.json\">"),
        "{cited}"
    );
}

/// Code, severity and message of each diagnostic.
fn diagnostics(run: &crate::support::Run) -> Vec<(String, String, String)> {
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    lines.map(|line| (text(&line["code"]), text(&line["severity"]), text(&line["message"]))).collect()
}

#[test]
fn documents_are_read_up_to_a_depth() {
    let deep = |folders: usize| one(&format!("{}p.md", "d/".repeat(folders)), "# Deep\n".into());
    let site = site(&Files::from([deep(100), deep(101)]));
    let run = site.run(&["build", "--message-format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let message = "the file is nested more than 100 folders deep".to_owned();
    assert_eq!(diagnostics(&run), [("source/too-deep".into(), "warning".into(), message)]);
    assert!(site.page(&format!("more/{}p/index.html", "d/".repeat(100))).contains("Deep"));
    assert!(!site.path().join(format!("public/more/{}", "d/".repeat(101))).exists());
}

#[test]
fn a_document_that_is_too_large_is_reported_and_the_rest_is_built() {
    let huge = format!("```\n{}\n```\n", "&".repeat(11 << 20));
    let site = site(&Files::from([one("a.md", huge.clone()), one("b.md", "# b\n\n[a](a.md)\n".into())]));
    for command in ["check", "build"] {
        let run = site.run(&[command, "--message-format", "json"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let message = "the page of this document would be larger than 48 MB".to_owned();
        assert_eq!(diagnostics(&run), [("pages/too-large".into(), "warning".into(), message)], "{command}");
    }
    assert!(site.page("more/a/index.html").contains("This document is too large to display."));
    assert!(site.page("more/b/index.html").contains("<a href=\"../a/\">a</a>"));
    // Documents of the handbook itself must not be missing.
    site.file("content/a.md", huge);
    let run = site.run(&["build", "--message-format", "json"]);
    assert_eq!(run.code, 1);
    assert!(
        diagnostics(&run).iter().any(|(code, severity, _)| code == "pages/too-large" && severity == "error")
    );
}

/// Creates a site in which this is the template of documents.
fn with_template(template: &str) -> TestSite {
    TestSite::small(&[("content/a.md", "# A\n"), ("themes/default/templates/document.html", template)])
}

#[test]
fn loops_of_templates_end() {
    let entries = "[1,2,3,4,5,6,7,8,9,10]";
    let nested = |depth: usize, inner: &str| {
        let begin: String = (0..depth).map(|level| format!("{{% for x{level} in {entries} %}}")).collect();
        format!("{begin}{inner}{}", "{% endfor %}".repeat(depth))
    };
    let comprehension = format!("{{% set y = [[1 for a in {entries}] for b in {entries}] %}}");
    for (body, fails) in [
        (nested(9, ""), true),
        (nested(6, &comprehension), true),
        (nested(4, ""), false),
        (nested(3, "{% if x1 in [1] %}{% raw %}{% for x in y %}{% endraw %}{% endif %}"), false),
    ] {
        let template = format!("<h1>é</h1>\n {body}");
        let site = with_template(&template);
        let run = site.run(&["build", "--message-format", "json"]);
        if !fails {
            run.fine();
            continue;
        }
        assert_eq!(run.code, 1, "{body}");
        let results: Vec<serde_json::Value> =
            run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(results.len(), 1, "{}", run.stdout);
        assert_eq!(results[0]["code"], "template/render");
        let output = run.stdout.as_str();
        assert!(output.contains("the loops of one page iterate over more than 10000000 values"), "{output}");
        assert!(
            output.contains("themes/default/templates/document.html") && output.contains("\"line\":2"),
            "{output}"
        );
        assert!(output.contains("the page is /"), "{output}");
        assert!(!site.path().join("public").exists(), "no output is written");
    }
}

#[test]
fn errors_in_counted_templates_have_a_location() {
    let template = "{% for x in [1] %}{{ nosuch.a.b }}{% endfor %}";
    let site = with_template(template);
    let run = site.run(&["build", "--message-format", "json"]);
    let result: serde_json::Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(result["column"], template.find("nosuch").unwrap() + 1, "{result}");
}

/// The size in bytes of the output for mounted data with this many groups and this many members of one of them.
fn size_of_groups(groups: usize, members: usize) -> usize {
    let config = MOUNTED.replace("format = \"markdown\"", "format = \"peribolos\"");
    let site = TestSite::small(&[("site.toml", &config)]);
    let mut org = "orgs:\n  guild:\n    members:\n".to_owned();
    (0..members).for_each(|member| org += &format!("    - member-{member}\n"));
    org += "    teams:\n";
    for group in 0..groups {
        org += &format!("      team-{group}:\n        maintainers: [lead-{group}, lead-{}]\n", group / 2);
    }
    site.file("more/org.yaml", org);
    site.run(&["build"]).fine();
    let output = files(&site.path().join("public"));
    output.iter().filter(|(path, _)| !path.starts_with("assets/")).map(|(_, bytes)| bytes.len()).sum()
}

#[test]
fn output_grows_with_groups_and_people() {
    let least = size_of_groups(2, 2);
    for (kind, sizes) in [
        ("groups", [size_of_groups(150, 2), size_of_groups(300, 2)]),
        ("members", [size_of_groups(2, 300), size_of_groups(2, 600)]),
    ] {
        let [one, two] = sizes.map(|size| size - least);
        assert!(two * 10 <= one * 23, "{kind}: {one} bytes, for twice the input {two}");
    }
}
