//! Obligations, the items that cover them, citations of clauses, and drift since reviews.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::{TestSite, copy, project, snapshot};

const RULES: &str = "# Rules\n\n## Leads\n\nLeads *MUST* agree.\n\n### Chair\n\n- *MUST* keep notes, but *MAY* delegate\n\
                     - *SHOULD* smile\n\n### Treasurer\n\n- *MUST* count\n\n## Others\n\nNobody MUST NOT shout.\n";

/// A handbook governed by other people's rules.
fn site(more: &[(&str, &str)]) -> TestSite {
    let site = TestSite::new(&[
        (
            "site.toml",
            "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\n\
             mount = \"up\"\noptional = true\nweb = \"https://example.org/blob/main/\"\nnormative = [\"rules/*.md\"]\n",
        ),
        ("content/index.md", "# T\n\nHello.\n"),
        (
            "content/roles/chair.md",
            "+++\ngoverned_by = [\"/rules/a.md#chair\", \"/rules/a.md#leads\"]\n+++\n# Chair\n\nA chair.\n",
        ),
        (
            "content/roles/treasurer.md",
            "+++\ngoverned_by = [\"/rules/a.md#leads\"]\n+++\n# Treasurer\n\nA treasurer.\n",
        ),
        (
            "content/checklists/chair.toml",
            "title = \"Chair\"\nrole = \"chair\"\n[[items]]\nid = \"write\"\nphase = \"day-1\"\ntext = \"Write notes.\"\n\
             covers = [\"/rules/a.md#chair.must-keep-notes\", \"/rules/a.md#leads.must-agree\"]\n",
        ),
        ("up/rules/a.md", RULES),
        (
            "up/other.md",
            "# Other\n\n## Not declared\n\nYou MUST not be counted. See [the chair](rules/a.md#chair).\n",
        ),
    ]);
    for (path, text) in more {
        site.file(path, text);
    }
    site
}

/// The register links the item that covers an obligation, not one of the same id in another checklist.
#[test]
fn items_of_one_id_in_several_checklists_are_told_apart() {
    let list = "title = \"Treasurer\"\nrole = \"treasurer\"\n[[items]]\nid = \"write\"\nphase = \"day-1\"\ntext = \"Count.\"\n\
                covers = [\"/rules/a.md#treasurer.must-count\"]\n";
    let site = site(&[("content/checklists/treasurer.toml", list)]);
    site.run(&["build"]).fine();
    let page = site.page("obligations/index.html");
    let links = ["../checklists/chair/#item.write", "../checklists/treasurer/#item.write"];
    let counts = links.map(|link| page.matches(&format!("href=\"{link}\"")).count());
    assert_eq!(counts, [2, 1], "{page}");
}

/// Sources may contain files with the same path; the mount distinguishes their ids.
#[test]
fn sources_may_have_files_of_one_path() {
    let source = |name: &str| {
        format!(
            "[[source]]\nname = \"{name}\"\nformat = \"markdown\"\npath = \"{name}\"\nmount = \"{name}\"\nnormative = [\"*.md\"]\n"
        )
    };
    let config = format!("title = \"T\"\n[[source]]\npath = \"content\"\n{}{}", source("one"), source("two"));
    let site = TestSite::new(&[
        ("site.toml", &config),
        ("one/a.md", "# A\n\n## Rules\n\nWe MUST sing.\n"),
        ("two/a.md", "# A\n\n## Rules\n\nWe MUST sing.\n\nWe MUST dance.\n"),
        ("content/index.md", "# T\n\nSee [one](/a.md#rules) and [two](/two/a.md#rules).\n"),
        ("content/roles/chair.md", "+++\ngoverned_by = [\"/two/a.md#rules\"]\n+++\n# Chair\n\nA chair.\n"),
        (
            "content/checklists/chair.toml",
            "title = \"Chair\"\nrole = \"chair\"\n[[items]]\nid = \"sing\"\nphase = \"day-1\"\ntext = \"Sing.\"\n\
             covers = [\"/two/a.md#rules.must-sing\"]\n",
        ),
    ]);
    let left = check(&site, "trace/");
    let dance =
        "trace/uncovered-obligation warning a.md:7 no item in the checklist of Chair covers “We MUST dance”";
    let sing = "trace/uncovered-obligation info a.md:5 no checklist covers “We MUST sing”";
    assert_eq!(left, [sing, dance], "the item covers the clause of the second source only");
    let help = site.run(&["check"]).stderr;
    assert!(help.contains("covers = [\"/two/a.md#rules.must-dance\"]"), "{help}");
    site.run(&["build"]).fine();
    let home = site.page("index.html");
    assert!(home.contains("href=\"one/a/#rules\"") && home.contains("href=\"two/a/#rules\""), "{home}");
    let register: Value = serde_json::from_str(&site.page("api/obligations.json")).unwrap();
    let ids: Vec<&str> =
        register.as_array().unwrap().iter().map(|obligation| obligation["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a.md#rules.must-sing", "two/a.md#rules.must-sing", "two/a.md#rules.must-dance"]);
    for (page, cited) in [("one/a/index.html", 1), ("two/a/index.html", 3)] {
        assert!(site.page(page).contains(&format!("cited {cited}×")), "{page}: {}", site.page(page));
    }
}

/// The ids that documents give to statements say nothing about the clause.
#[test]
fn statements_with_ids_of_their_own_are_listed_under_their_clause() {
    let site = TestSite::small(&[(
        "content/rules.md",
        "+++\nnormative = true\n+++\n# Rules\n\n## Chair\n\nThe chair <a id=\"x.must-sing\"></a>MUST sing.\n\n\
         The chair <a id=\"y.must\"></a>MUST dance.\n\nThe chair MUST rest.\n",
    )]);
    site.run(&["build"]).fine();
    let page = site.page("obligations/index.html");
    let clauses: Vec<&str> =
        page.split("<h3>").skip(1).map(|part| part.split("</h3>").next().unwrap()).collect();
    assert_eq!(clauses, ["<a href=\"../rules/#chair\">Chair</a>"], "{page}");
    for anchor in ["x.must-sing", "y.must", "chair.must-rest"] {
        assert!(page.contains(&format!("href=\"../rules/#{anchor}\"")), "{anchor}: {page}");
    }
}

/// A document may have the path of a folder's page. A reference to the folder does not resolve to it.
#[test]
fn a_folder_is_not_the_document_of_its_name() {
    let site = TestSite::small(&[
        ("content/notes.md", "# Notes\n"),
        ("content/notes/first.md", "# First\n\nSee [all](./) and [the text](../notes.md).\n"),
    ]);
    site.run(&["build"]).fine();
    let page = site.page("notes/first/index.html");
    assert!(page.contains("href=\"../../notes-2/\">all</a>"), "{page}");
    assert!(page.contains("href=\"../\">the text</a>"), "{page}");
}

/// Ids in `obligations.json` lack the leading `/` of a reference.
#[test]
fn an_id_without_a_leading_slash_is_reported() {
    let site = site(&[]);
    let list = fs::read_to_string(site.path().join("content/checklists/chair.toml")).unwrap();
    site.file("content/checklists/chair.toml", list.replace("\"/rules/a.md#leads", "\"rules/a.md#leads"));
    let run = site.run(&["check"]);
    assert!(run.stderr.contains("help: write `/rules/a.md#leads.must-agree`"), "{}", run.stderr);
}

/// The text around a citation has placeholders replaced by general phrases.
#[test]
fn a_citation_shows_no_placeholder() {
    let item = "[[items]]\nid = \"ask\"\nphase = \"day-1\"\ntext = \"Tell {group.name} of [it](/rules/a.md#chair).\"\n";
    let list = format!("title = \"More\"\n{item}");
    let site = site(&[("content/checklists/more.toml", &list)]);
    site.run(&["build"]).fine();
    let page = site.page("up/rules/a/index.html");
    assert!(page.contains("<q>Tell your group of it.</q>") && !page.contains("{group.name}"), "{page}");
}

/// Diagnostics of an area, as `code severity path:line message`.
fn check(site: &TestSite, area: &str) -> Vec<String> {
    let run = site.run(&["check", "--message-format", "json"]);
    let findings = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    findings
        .filter(|finding| finding["code"].as_str().unwrap().starts_with(area))
        .map(|finding| {
            let (code, severity, path) =
                (text(&finding["code"]), text(&finding["severity"]), text(&finding["path"]));
            format!("{code} {severity} {path}:{} {}", finding["line"], text(&finding["message"]))
        })
        .collect()
}

fn obligations(site: &TestSite) -> Vec<Value> {
    site.run(&["build"]).fine();
    serde_json::from_str(&site.page("api/obligations.json")).unwrap()
}

#[test]
fn obligations_are_tied_to_the_roles_of_their_clause() {
    let obligations = obligations(&site(&[]));
    let shown: Vec<String> = obligations
        .iter()
        .map(|obligation| {
            let roles: Vec<&str> =
                obligation["roles"].as_array().unwrap().iter().map(|role| role.as_str().unwrap()).collect();
            let covered = obligation["covered_by"].as_array().unwrap().len();
            format!(
                "{} {} {} {roles:?} {covered}",
                obligation["line"],
                obligation["level"].as_str().unwrap(),
                obligation["text"].as_str().unwrap()
            )
        })
        .collect();
    let expected = [
        // A clause for all leads binds each role that cites it, as does a clause within it that no role cites.
        "5 MUST Leads MUST agree [\"chair\", \"treasurer\"] 1",
        "9 MUST MUST keep notes [\"chair\"] 1",
        "9 MAY MAY delegate [\"chair\"] 0",
        "10 SHOULD SHOULD smile [\"chair\"] 0",
        "14 MUST MUST count [\"chair\", \"treasurer\"] 0",
        "18 MUST NOT Nobody MUST NOT shout [] 0",
    ];
    assert_eq!(shown, expected);
    assert_eq!(obligations[1]["role"], "chair");
    assert_eq!(obligations[0]["role"], Value::Null);
    assert_eq!(obligations[1]["id"], "rules/a.md#chair.must-keep-notes");
    assert_eq!(obligations[1]["url"], "/up/rules/a/#chair.must-keep-notes");
    let keys: Vec<&String> = obligations[0].as_object().unwrap().keys().collect();
    let named = ["id", "level", "role", "text", "source", "path", "line", "url", "covered_by", "waived"];
    assert!(named.iter().all(|name| keys.iter().any(|key| key == name)), "{keys:?}");
}

#[test]
fn binding_obligations_are_covered_or_waived() {
    let site = site(&[]);
    let treasurer = "trace/uncovered-obligation warning rules/a.md:14 no item in the checklist of Chair, Treasurer covers “MUST count”";
    let expected = [
        "trace/uncovered-obligation warning rules/a.md:5 no item in the checklist of Treasurer covers “Leads MUST agree”",
        treasurer,
        "trace/uncovered-obligation info rules/a.md:18 no checklist covers “Nobody MUST NOT shout”",
    ];
    assert_eq!(check(&site, "trace/"), expected);
    let waivers = "title = \"Treasurer\"\nrole = \"treasurer\"\n[[waivers]]\nobligation = \"/rules/a.md#leads.must-agree\"\nreason = \"Alone.\"\n\
                   [[waivers]]\nobligation = \"/rules/a.md#treasurer.must-count\"\nreason = \"Done by a machine.\"\n";
    site.file("content/checklists/treasurer.toml", waivers);
    let left = check(&site, "trace/");
    assert_eq!(left.len(), 2, "{left:#?}");
    assert!(left[0].contains("checklist of Chair covers “MUST count”"), "{left:#?}");
    site.run(&["build"]).fine();
    assert!(site.page("roles/treasurer/index.html").contains("Waived: Done by a machine."));
    assert!(site.page("roles/chair/index.html").contains("Not covered"));
}

#[test]
fn obligations_covered_by_a_procedure_link_to_it() {
    let site = site(&[
        (
            "content/checklists/change.toml",
            "title = \"Change\"\nfor_group = true\nfor_groups = [\"sig\"]\nabout = [\"chair\"]\n\
             [[items]]\nid = \"beam\"\nphase = \"before\"\ntext = \"Beam.\"\ncovers = [\"/rules/a.md#chair.should-smile\"]\n\
             [[items]]\nid = \"note\"\nphase = \"before\"\ntext = \"Note.\"\ncovers = [\"/rules/a.md#chair.must-keep-notes\"]\n\
             [[items]]\nid = \"count\"\nphase = \"before\"\ntext = \"Count.\"\ncovers = [\"/rules/a.md#treasurer.must-count\"]\n",
        ),
        (
            "content/roles/chair.md",
            "+++\napplies_to = [\"sig\", \"wg\"]\ngoverned_by = [\"/rules/a.md#chair\", \"/rules/a.md#leads\", \"/rules/a.md#treasurer\"]\n+++\n\
             # Chair\n\nA chair.\n",
        ),
        ("content/groups/sig-paint.toml", "kind = \"sig\"\nname = \"Paint\"\n"),
        ("content/groups/wg-dry.toml", "kind = \"wg\"\nname = \"Dry\"\n"),
    ]);
    site.run(&["build"]).fine();
    let paint = site.page("groups/sig-paint/chair/index.html");
    assert!(paint.contains("<a href=\"../change/#item.beam\">Beam</a>"), "{paint}");
    assert!(paint.contains("<a href=\"#item.write\">Write</a>"), "{paint}");
    assert!(!paint.contains("#item.note"), "the role's own checklist covers it");
    assert!(
        !site.page("groups/wg-dry/chair/index.html").contains("#item.beam"),
        "the procedure applies to SIGs only"
    );
    let role = site.page("roles/chair/index.html");
    assert!(role.contains("<a href=\"../../checklists/change/#item.beam\">Beam</a>"), "{role}");
    assert!(role.contains("href=\"../../groups/sig-paint/change/#item.beam\""), "{role}");
    let uncovered = check(&site, "trace/uncovered");
    assert!(
        uncovered.iter().any(|message| message.contains("in the checklist of Chair covers “MUST count”")),
        "a MUST needs an item in the role's own checklist: {uncovered:#?}"
    );
}

#[test]
fn an_unknown_obligation_is_an_error() {
    let item = |covers: &str| {
        format!(
            "title = \"X\"\n[[items]]\nid = \"x\"\nphase = \"day-1\"\ntext = \"X\"\ncovers = [\"{covers}\"]\n"
        )
    };
    for (covers, help) in [
        ("/rules/a.md#chair.must-keep-note", "did you mean `#chair.must-keep-notes`?"),
        ("/rules/a.md#chair", "this is a clause; name an obligation in it"),
        ("/rules/a.md", "add the anchor of the obligation after the document"),
        ("/other.md#not-declared.must-not-be", ""),
    ] {
        let site = site(&[]);
        site.file("content/checklists/x.toml", item(covers));
        let run = site.run(&["check", "--message-format", "json"]);
        assert_eq!(run.code, 1);
        let line = run.stdout.lines().find(|line| line.contains("trace/unknown-obligation")).unwrap();
        let diagnostic: Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            (diagnostic["line"].as_u64(), diagnostic["column"].as_u64()),
            (Some(6), Some(11)),
            "{diagnostic}"
        );
        assert_eq!(diagnostic["help"].as_str().unwrap_or_default(), help, "{covers}");
    }
}

#[test]
fn a_digest_states_the_obligations_without_its_original() {
    let digest = "+++\nupstream = \"rules/a.md\"\nnormative = true\n+++\n# Digest\n\n## Leads\n\n<a id=\"leads.must-agree\"></a>They **MUST** be of one mind.\n\n\
                  ### Chair\n\n- <a id=\"chair.must-keep-notes\"></a>**MUST** write things down\n- **MUST** sing\n";
    let site = site(&[("content/governance/a.md", digest)]);
    let differs = check(&site, "trace/digest-differs");
    let lines: Vec<&str> = differs.iter().map(|drift| drift.split(" the ").next().unwrap()).collect();
    assert_eq!(differs.len(), 5, "{differs:#?}");
    assert_eq!(
        lines.iter().filter(|line| line.contains("a.md:14")).count(),
        1,
        "the additional obligation, with its location: {differs:#?}"
    );
    assert_eq!(obligations(&site).len(), 6, "with the source mounted, the obligations of the original");
    fs::remove_dir_all(site.path().join("up")).unwrap();
    let obligations = obligations(&site);
    let texts: Vec<&str> =
        obligations.iter().map(|obligation| obligation["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["They MUST be of one mind", "MUST write things down", "MUST sing"]);
    assert_eq!(obligations[0]["id"], "rules/a.md#leads.must-agree", "ids are those of the original");
    assert_eq!(obligations[1]["covered_by"], serde_json::json!(["write"]));
}

/// The project's own content on the real tree. The expected numbers are counted here, in the text.
#[test(needs(Snapshot))]
fn the_handbook_covers_the_obligations_of_real_governance() {
    let data = snapshot();
    let out = tempfile::tempdir().unwrap();
    for source in [Some(data.join("community")), None] {
        let (site, out) = (project().to_str().unwrap(), out.path().to_str().unwrap());
        let named = source.as_ref().map(|source| format!("community={}", source.display()));
        let mut arguments = vec!["build", "--site", site, "--out", out];
        arguments.extend(named.iter().flat_map(|named| ["--source", named.as_str()]));
        let elsewhere = TestSite::new(&[]);
        elsewhere.run(&arguments).fine();
        let mut arguments = vec!["check", "--site", site, "--message-format", "json"];
        arguments.extend(named.iter().flat_map(|named| ["--source", named.as_str()]));
        let run = elsewhere.run(&arguments);
        assert!(
            !run.stdout.contains("\"trace/"),
            "{}",
            run.stdout.lines().find(|line| line.contains("\"trace/")).unwrap()
        );
        let register: Vec<Value> =
            serde_json::from_str(&fs::read_to_string(format!("{out}/api/obligations.json")).unwrap())
                .unwrap();
        for obligation in &register {
            let text = obligation["text"].as_str().unwrap();
            assert!(!text.ends_with([';', ',', '.']), "{text}");
            let level = obligation["level"].as_str().unwrap();
            let statement = text.strip_prefix(level).unwrap_or(text);
            assert!(
                statement.starts_with(|c: char| c.is_alphanumeric() || matches!(c, ' ' | '[' | '`')),
                "{text}"
            );
        }
        let of_document =
            |obligation: &&Value| obligation["id"].as_str().unwrap().contains("/sig-governance.md#");
        let text = fs::read_to_string(data.join("community/committee-steering/governance/sig-governance.md"))
            .unwrap();
        let count = |word: &str| text.matches(&format!("*{word}*")).count();
        for (level, expected) in [("MUST", count("MUST")), ("SHOULD", count("SHOULD")), ("MAY", count("MAY"))]
        {
            let matching =
                register.iter().filter(of_document).filter(|obligation| obligation["level"] == level);
            assert_eq!(matching.count(), expected, "{level}, mounted: {}", source.is_some());
        }
        for (role, section) in [
            ("chair", "Chair"),
            ("technical-lead", "Tech Lead"),
            ("subproject-lead", "Subproject Lead"),
            ("subproject-owner", "Subproject Owner"),
            ("security-contact", "Security Contact"),
        ] {
            let of_all = ["Requirements", "All Leads"].into_iter().filter(|_| role != "security-contact");
            for section in of_all.chain([section]) {
                let expected = section_of(&text, section).matches("*MUST*").count();
                assert!(expected > 0, "{section}");
                let clause = format!("#{}.", section.to_lowercase().replace(' ', "-"));
                let covered = register.iter().filter(of_document).filter(|obligation| {
                    let holds = |key: &str| obligation[key].as_array().unwrap().iter();
                    obligation["level"] == "MUST"
                        && obligation["id"].as_str().unwrap().contains(&clause)
                        && holds("roles").any(|id| id == role)
                        && holds("covered_by").next().is_some()
                });
                assert_eq!(covered.count(), expected, "{section} of {role}, mounted: {}", source.is_some());
            }
        }
    }
}

/// The text under a heading of a document, up to the next heading.
fn section_of<'a>(text: &'a str, heading: &str) -> &'a str {
    let mut sections = text.split("\n#").filter_map(|section| section.split_once('\n'));
    sections.find(|(title, _)| title.trim_start_matches('#').trim() == heading).unwrap().1
}

#[test]
fn each_clause_lists_its_citations() {
    let site = site(&[(
        "content/guides/g.md",
        "# Guide\n\n## First\n\nBefore it, [read about chairs](/rules/a.md#chair) and go on.\n",
    )]);
    site.run(&["build"]).fine();
    let page = site.page("up/rules/a/index.html");
    let cited = page.split("id=\"cited-by.chair\"").nth(1).unwrap().split("</details>").next().unwrap();
    assert!(
        cited.contains(
            "<a href=\"../../../guides/g/\">Guide</a> › <a href=\"../../../guides/g/#first\">First</a>"
        ),
        "{cited}"
    );
    assert!(cited.contains("Before it, read about chairs and go on."), "{cited}");
    assert!(cited.contains(">Chair</a> › <a href=\"../../../roles/chair/\">Governed by</a>"), "{cited}");
    assert!(cited.contains("Checklist: Chair"), "an item that covers a statement cites its clause: {cited}");
    assert!(cited.contains("<a href=\"../../other/\">Other</a>"), "{cited}");
    assert!(page.contains("<a class=\"rb-cites\" href=\"#cited-by.chair\">cited 4×</a>"), "{page}");
}

/// Removes the tags from HTML.
fn plain(html: &str) -> String {
    let texts = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    texts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Every Markdown field of the data can cite clauses, as documents do.
#[test]
fn texts_of_the_data_cite_clauses() {
    let link = "see [others](/rules/a.md#others)";
    let site = site(&[
        (
            "content/checklists/x.toml",
            &format!(
                "title = \"X\"\ndescription = \"{link}\"\n[[items]]\nid = \"x\"\nphase = \"day-1\"\ntext = \"Do it, {link}\"\n\
             done = \"Done, {link} and [theirs](/{{group.id}}/README.md#others)\"\n"
            ),
        ),
        (
            "content/skills/s.toml",
            &format!(
                "name = \"S\"\ndescription = \"{link}\"\n[[skills]]\nid = \"t\"\nname = \"T\"\ndescription = \"{link}\"\n\
             [[skills.levels]]\nlevel = 1\nname = \"Knowing\"\ndescription = \"{link}\"\ngrow = \"{link}\"\n"
            ),
        ),
        ("content/glossary.toml", &format!("[[terms]]\nterm = \"Word\"\ndefinition = \"A word, {link}\"\n")),
        (
            "content/access.toml",
            &format!(
                "[[access]]\nid = \"a\"\nname = \"A\"\ngives = \"{link}\"\nplace = \"{link}\"\napprover = \"{link}\"\nroles = [\"cook\"]\n"
            ),
        ),
        (
            "content/groups/sig-x.toml",
            &format!(
                "kind = \"sig\"\nname = \"X\"\nmission = \"{link}\"\nask_about = \"{link}\"\n[roles.cook]\nnote = \"{link}\"\n"
            ),
        ),
        (
            "content/roles/cook.md",
            &format!(
                "+++\napplies_to = [\"sig\"]\nskills = {{ t = 1 }}\nsummary = \"{link}\"\nappointed_by = \"{link}\"\nask = \"{link}\"\nask_about = \"{link}\"\n+++\n# Cook\n"
            ),
        ),
        ("content/roles/chair.md", "+++\nskills = { t = 1 }\n+++\n# Chair\n"),
        ("content/roles/treasurer.md", "+++\nskills = { t = 1 }\n+++\n# Treasurer\n"),
    ]);
    site.run(&["build"]).fine();
    let page = site.page("up/rules/a/index.html");
    let cited = page.split("id=\"cited-by.others\"").nth(1).unwrap().split("</details>").next().unwrap();
    let citations: Vec<String> = cited.split("<li>").skip(1).map(plain).collect();
    let expected = [
        "Cook › Access 3× see others",
        "Checklist: X see others",
        "Checklist: X › Day 1 2× Do it, see others",
        "Glossary › Word A word, see others",
        "SIG X 2× see others",
        "SIG X · Cook › Specific to this group see others",
        "Cook see others",
        "Cook › Appointed by see others",
        "Cook › Whom to ask 2× see others",
        "Skills › S see others",
        "Skill: T see others",
        "Skill: T › Knowing 2× see others",
    ];
    assert_eq!(citations, expected);
    // Their citations are also reviewed.
    site.run(&["review", "--all"]).fine();
    let lock = fs::read_to_string(site.path().join("governance.lock")).unwrap();
    assert!(lock.contains("\nothers = "), "{lock}");
}

#[test]
fn roles_and_groups_list_their_citations() {
    let site = site(&[
        ("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\n"),
        ("content/guides/g.md", "# Guide\n\n## Second\n\nAsk [whoever presides](../roles/chair.md) today.\n"),
    ]);
    site.run(&["build"]).fine();
    let role = site.page("roles/chair/index.html");
    let cited = role.split("class=\"rb-cited\"").nth(1).unwrap();
    let citation = "<a href=\"../../guides/g/\">Guide</a> › <a href=\"../../guides/g/#second\">Second</a>\
                 <q>Ask whoever presides today.</q>";
    assert!(cited.contains(citation), "{cited}");
    // Groups of a checkout are cited by their folder, README and charter.
    let site = TestSite::new(&[
        (
            "site.toml",
            "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"c\"\nformat = \"kubernetes-community\"\n\
             path = \"c\"\nmount = \"c\"\n",
        ),
        ("content/index.md", "# T\n"),
        (
            "content/groups/sig-x.toml",
            "kind = \"sig\"\nname = \"X\"\nask_about = \"What [the charter](/sig-x/charter.md) says\"\n",
        ),
        ("c/sigs.yaml", "sigs:\n- dir: sig-x\n  name: X\n  charter_link: charter.md\n"),
        ("c/sig-x/README.md", "# X\n\nOur [charter](charter.md).\n"),
        ("c/sig-x/charter.md", "# Charter\n\nText.\n"),
        (
            "c/other.md",
            "# Other\n\n## Here\n\nSee [the folder](sig-x) or [the charter](/sig-x/charter.md) of X.\n",
        ),
    ]);
    site.run(&["build"]).fine();
    let group = site.page("groups/sig-x/index.html");
    let cited = group.split("class=\"rb-cited\"").nth(1).unwrap();
    let citation = "<a href=\"../../c/other/\">Other</a> › <a href=\"../../c/other/#here\">Here</a> \
                 <span class=\"rb-count\">2×</span><q>See the folder or the charter of X.</q>";
    assert!(cited.contains(citation), "{cited}");
    assert!(
        !cited.contains("c/sig-x/") && !cited.contains("What the charter"),
        "the group's own documents are not listed as citations: {cited}"
    );
}

/// Citations are found in a different way than references are resolved; both must agree.
#[test(needs(Snapshot))]
fn every_reference_of_the_real_tree_is_a_citation_of_its_target() {
    let data = snapshot();
    let site = TestSite::new(&[(
        "site.toml",
        &format!(
            "title = \"T\"\n[[source]]\nname = \"community\"\nformat = \"kubernetes-community\"\npath = \"{}\"\nmount = \"community\"\n\
             web = \"https://github.com/kubernetes/community/blob/main/\"\nbroken_links = \"ignore\"\naliases = [\
             \"https://git.k8s.io/community/\", \"https://github.com/kubernetes/community/blob/master/\", \
             \"https://github.com/kubernetes/community/tree/master/\"]\n",
            data.join("community").display()
        ),
    )]);
    site.run(&["build"]).fine();
    let references: Vec<Value> = serde_json::from_str(&site.page("api/references.json")).unwrap();
    let mut pairs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for reference in references.iter().filter(|reference| reference["status"] == "resolved") {
        let to = text(&reference["to"]["url"]);
        let to = to.split('#').next().unwrap().to_owned();
        let from = text(&reference["from"]["url"]);
        let is_page = to.ends_with('/') && text(&reference["to"]["path"]).ends_with(".md");
        if is_page && to.starts_with('/') && to != from {
            pairs.entry(to).or_default().insert(from);
        }
    }
    let expected: usize = pairs.values().map(BTreeSet::len).sum();
    assert!(expected > 2000, "{expected}");
    let mut missing = Vec::new();
    for (to, from) in &pairs {
        let page = site.page(&format!("{}index.html", to.trim_start_matches('/')));
        let cited = page.split("class=\"rb-cited\"").nth(1).unwrap_or_default();
        for from in from {
            let relative = rolebook::url::relative(to, from);
            if !cited.contains(&format!("href=\"{}\"", relative.replace('&', "&amp;"))) {
                missing.push(format!("{to} does not list {from} ({relative})"));
            }
        }
    }
    assert_eq!(missing, [] as [String; 0]);
}

fn git(folder: &std::path::Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").arg("-C").arg(folder).args(identity).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Diagnostics about reviews of clauses, without contradictions between data and charters.
fn drift(site: &TestSite) -> Vec<String> {
    let findings = check(site, "governance/").into_iter();
    findings.filter(|finding| !finding.starts_with("governance/contradiction")).collect()
}

/// A handbook on a copy of real governance and its history.
fn reviewed() -> TestSite {
    let role = |title: &str, clauses: &[&str]| {
        let clauses =
            clauses.iter().map(|id| format!("\"/committee-steering/governance/sig-governance.md#{id}\""));
        let clauses = clauses.collect::<Vec<_>>().join(", ");
        format!("+++\ngoverned_by = [{clauses}]\n+++\n# {title}\n\nA role.\n")
    };
    let site = TestSite::new(&[
        (
            "site.toml",
            "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"community\"\nformat = \"markdown\"\n\
             path = \"up\"\nmount = \"community\"\noptional = true\nbroken_links = \"ignore\"\n\
             web = \"https://example.org/blob/main/\"\nnormative = [\"committee-steering/governance/*.md\"]\n",
        ),
        ("content/index.md", "# T\n\nHello.\n"),
        ("content/roles/chair.md", &role("Chair", &["chair", "leads", "all-leads", "escalations"])),
        ("content/roles/subproject-owner.md", &role("Owner", &["subproject-owner"])),
        ("content/roles/security-contact.md", &role("Security Contact", &["security-contact"])),
        (
            "content/checklists/chair.toml",
            "title = \"Chair\"\nrole = \"chair\"\n[[items]]\nid = \"help\"\nphase = \"day-1\"\ntext = \"Find help.\"\n\
             refs = [\"/committee-steering/governance/sig-governance.md#chair\"]\n",
        ),
    ]);
    copy(&snapshot().join("community/committee-steering"), &site.path().join("up/committee-steering"));
    git(&site.path().join("up"), &["init", "-q"]);
    git(&site.path().join("up"), &["add", "committee-steering"]);
    git(&site.path().join("up"), &["commit", "-q", "-m", "one"]);
    let run = site.run(&["review", "--all"]).fine();
    assert!(run.stderr.contains("clauses accepted"), "{}", run.stderr);
    assert_eq!(drift(&site), [] as [String; 0]);
    site
}

const GOVERNANCE: &str = "up/committee-steering/governance/sig-governance.md";

fn edit(site: &TestSite, change: impl Fn(String) -> String) {
    let before = fs::read_to_string(site.path().join(GOVERNANCE)).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after);
    site.file(GOVERNANCE, after);
}

#[test(needs(Snapshot))]
fn a_change_of_a_real_clause_is_reported_until_it_is_accepted() {
    let site = reviewed();
    edit(&site, |text| {
        text.replace("for the group but *SHOULD*", "for the group,\n  by March, but *SHOULD*")
    });
    let findings = drift(&site);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let line = 1 + fs::read_to_string(site.path().join(GOVERNANCE))
        .unwrap()
        .lines()
        .position(|line| line == "#### Chair")
        .unwrap();
    let location =
        format!("governance/drift warning committee-steering/governance/sig-governance.md:{line} ");
    assert!(
        findings[0].starts_with(&location) && findings[0].contains("“Chair” has changed"),
        "{findings:#?}"
    );
    let shown = site.run(&["review"]).fine();
    assert!(shown.stdout.contains("#chair (changed, reviewed "), "{}", shown.stdout);
    assert!(
        shown.stdout.contains("for the [-group-]{+group, by March,+} but SHOULD get help"),
        "{}",
        shown.stdout
    );
    assert!(shown.stdout.contains("cited by content/checklists/chair.toml:"), "{}", shown.stdout);
    site.run(&["build"]).fine();
    assert!(site.page("roles/chair/index.html").contains("Governance has changed since then."));
    assert!(!site.page("roles/security-contact/index.html").contains("Governance has changed since then."));
    let lock = fs::read_to_string(site.path().join("governance.lock")).unwrap();
    site.run(&["review", "sig-governance.md#chair"]).fine();
    let accepted = fs::read_to_string(site.path().join("governance.lock")).unwrap();
    assert_eq!(drift(&site), [] as [String; 0]);
    let changed = lock.lines().zip(accepted.lines()).filter(|(before, after)| before != after).count();
    assert_eq!(
        (changed, lock.lines().count()),
        (1, accepted.lines().count()),
        "each clause has one line in the lock"
    );
    site.run(&["build"]).fine();
    let role = site.page("roles/chair/index.html");
    assert!(
        role.contains("Reviewed against governance on <time")
            && !role.contains("Governance has changed since then.")
    );
}

#[test(needs(Snapshot))]
fn removed_and_renamed_clauses_are_distinguished() {
    let site = reviewed();
    edit(&site, |text| {
        let (start, end) = (text.find("#### Escalations").unwrap(), text.find("#### On-boarding").unwrap());
        let text = format!("{}{}", &text[..start], &text[end..]);
        text.replace("#### Subproject Owner\n", "#### Owner of a Subproject\n")
            .replace("*SHOULD* mentor and guide contributors", "*SHOULD* guide contributors")
    });
    let findings = drift(&site);
    assert_eq!(findings.len(), 2, "{findings:#?}");
    assert!(
        findings.iter().any(|finding| finding.contains("#escalations`), reviewed on ")
            && finding.ends_with("no longer exists")),
        "{findings:#?}"
    );
    let to = "is now `community:committee-steering/governance/sig-governance.md#owner-of-a-subproject`";
    assert!(
        findings.iter().any(|finding| finding.contains("“Subproject Owner”") && finding.ends_with(to)),
        "{findings:#?}"
    );
    let shown = site.run(&["review"]).fine().stdout;
    assert!(
        shown.contains("#escalations (removed, reviewed ")
            && shown.contains("[-Lead membership disagreements"),
        "{shown}"
    );
    assert!(shown.contains("[-mentor and-]"), "{shown}");
    assert!(
        site.run(&["review", "sig-governance.md#nonsense"])
            .stderr
            .contains("is not a clause that the handbook cites")
    );
    assert!(
        site.run(&["review", "sig-governance.md#chair"])
            .stderr
            .contains("has not changed since it was reviewed")
    );
    site.run(&["review", "--all"]).fine();
    assert_eq!(drift(&site), [] as [String; 0]);
    let lock = fs::read_to_string(site.path().join("governance.lock")).unwrap();
    assert!(!lock.contains("escalations") && lock.contains("owner-of-a-subproject = "), "{lock}");
}

#[test(needs(Snapshot))]
fn layout_is_not_drift_and_an_absent_source_is_reported() {
    let site = reviewed();
    edit(&site, |text| {
        text.replace("*MUST*", "**MUST**")
            .replace("/communication/README.md", "https://example.org/")
            .replace("- Number: 2+", "* Number:   2+")
    });
    assert_eq!(drift(&site), [] as [String; 0]);
    fs::rename(site.path().join("up"), site.path().join("away")).unwrap();
    let findings = drift(&site);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(
        findings[0].starts_with("governance/unchecked info") && findings[0].contains("`community` is absent"),
        "{findings:#?}"
    );
    site.run(&["build"]).fine();
    assert!(site.page("roles/chair/index.html").contains("Reviewed against governance on"));
    let lock = fs::read_to_string(site.path().join("governance.lock")).unwrap();
    site.run(&["review", "--all"]).fine();
    assert_eq!(
        lock,
        fs::read_to_string(site.path().join("governance.lock")).unwrap(),
        "entries of absent sources are kept"
    );
}

/// Findings as `code path:line`, followed by related locations as `path:line`.
fn locations(site: &TestSite) -> Vec<String> {
    let run = site.run(&["check", "--message-format", "json"]);
    let findings = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let location_of =
        |value: &Value| format!("{}:{}", value["path"].as_str().unwrap_or_default(), value["line"]);
    findings
        .filter(|finding| finding["code"].as_str().unwrap().starts_with("governance/"))
        .map(|finding| {
            let related = finding["related"].as_array().cloned().unwrap_or_default();
            let related: Vec<String> = related.iter().map(location_of).collect();
            format!("{} {} {}", finding["code"].as_str().unwrap(), location_of(&finding), related.join(" "))
        })
        .collect()
}

#[test]
fn a_governing_clause_includes_those_below_it() {
    let whole = "+++\ngoverned_by = [\"/rules/b.md\"]\n+++\n# Whole\n";
    let two = "# B\n\nB.\n\n## One\n\nText of the first.\n\n## Two\n\nText.\n";
    let site = site(&[("content/roles/whole.md", whole), ("up/rules/b.md", two)]);
    site.run(&["review", "--all"]).fine();
    assert_eq!(drift(&site), [] as [String; 0]);
    let has_changed = |site: &TestSite, role: &str| {
        site.run(&["build"]).fine();
        let page = site.page(&format!("roles/{role}/index.html"));
        assert!(page.contains("Reviewed against governance on"), "{role}");
        page.contains("Governance has changed since then.")
    };
    assert!(!has_changed(&site, "treasurer") && !has_changed(&site, "whole"));
    // A clause below one that governs the treasurer, cited by nothing else.
    site.file("up/rules/a.md", RULES.replace("MUST* count", "MUST* count twice"));
    let expected = "governance/drift rules/a.md:12 content/checklists/chair.toml:7 content/roles/chair.md:2 \
                    content/roles/treasurer.md:2";
    assert_eq!(locations(&site), [expected]);
    assert!(has_changed(&site, "treasurer") && !has_changed(&site, "whole"));
    // A new clause within a reviewed one.
    site.file("up/rules/a.md", RULES.replace("## Others", "### Cook\n\nMUST cook.\n\n## Others"));
    let findings = drift(&site);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].starts_with("governance/drift warning rules/a.md:16 the clause “Cook” is new in “Leads”, which was reviewed on "), "{findings:#?}");
    assert!(has_changed(&site, "treasurer"));
    assert!(site.run(&["review"]).fine().stdout.contains("#cook (new in up:rules/a.md#leads)"));
    // A removed clause and a renamed one.
    site.file("up/rules/a.md", RULES.replace("### Treasurer\n\n- *MUST* count\n\n", ""));
    assert_eq!(locations(&site), ["governance/drift rules/a.md:1 "]);
    assert!(has_changed(&site, "treasurer"));
    site.file("up/rules/a.md", RULES);
    site.file("up/rules/b.md", two.replace("## One", "## First"));
    assert_eq!(locations(&site), ["governance/drift content/roles/whole.md:2 "]);
    assert!(has_changed(&site, "whole") && !has_changed(&site, "treasurer"));
    site.file("up/rules/b.md", format!("{two}\n## Three\n\nNew.\n"));
    let findings = drift(&site);
    assert!(findings.len() == 1 && findings[0].contains("“Three” is new in “B”"), "{findings:#?}");
}

/// The location is that of the reference, not the first occurrence of its text.
#[test]
fn each_citation_is_reported() {
    let guide = "# G\n\n[duties](/rules/a.md#chair-duties), [a](/rules/a.md#chair),\n[b](/rules/a.md#chair)\n\n[c][c]\n\n[c]: /rules/a.md#chair\n";
    let rules = RULES.replace("## Others", "## Chair duties\n\nMany.\n\n## Others");
    let list = "title = \"X\"\n[[items]]\nid = \"x\"\nphase = \"day-1\"\ntext = \"\"\"\nSee [duties](/rules/a.md#chair-duties) and\n\
                [chair](/rules/a.md#chair), [again](/rules/a.md#chair)\"\"\"\n";
    let site = site(&[
        ("content/guides/g.md", guide),
        ("content/checklists/x.toml", list),
        ("up/rules/a.md", &rules),
    ]);
    site.run(&["review", "--all"]).fine();
    site.file("up/rules/a.md", rules.replace("*SHOULD* smile", "*SHOULD* grin"));
    let expected = "governance/drift rules/a.md:7 content/checklists/chair.toml:7 content/checklists/chair.toml:7 \
                    content/checklists/x.toml:7 content/checklists/x.toml:7 content/guides/g.md:3 content/guides/g.md:4 \
                    content/guides/g.md:6 content/roles/chair.md:2 content/roles/chair.md:2 content/roles/treasurer.md:2";
    assert_eq!(locations(&site), [expected]);
    let run = site.run(&["check"]);
    assert!(run.stderr.contains("= note: and in 7 more places"), "{}", run.stderr);
    assert!(site.run(&["review"]).stdout.contains(" and 7 more"));
    let run = site.run(&["check", "--message-format", "github"]);
    assert!(run.stdout.contains("cited here: content/checklists/chair.toml:7:"), "{}", run.stdout);
    assert!(run.stdout.contains("%0Aand in 7 more places%0A"), "{}", run.stdout);
    let run = site.run(&["check", "--message-format", "sarif"]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let drift = results.iter().find(|result| result["ruleId"] == "governance/drift").unwrap();
    let related = drift["relatedLocations"].as_array().unwrap();
    assert_eq!(related.len(), 10);
    assert_eq!(related[5]["physicalLocation"]["region"]["startLine"], 4);
    assert_eq!(related[5]["message"]["text"], "cited here");
}

#[test]
fn a_review_without_history_shows_the_current_text() {
    let site = site(&[]);
    let findings = drift(&site);
    assert_eq!(
        findings,
        ["governance/unreviewed info : no review recorded for 3 cited clauses".replace(" :", " :null")]
    );
    let first = site.run(&["review"]).fine();
    assert!(first.stderr.contains("0 clauses changed, 3 not reviewed yet"), "{}", first.stderr);
    site.run(&["review", "--all"]).fine();
    let rights = |path: &str| fs::metadata(site.path().join(path)).unwrap().permissions();
    assert_eq!(rights("governance.lock"), rights("site.toml"), "the lock has the usual permissions");
    site.file("up/rules/a.md", RULES.replace("Leads *MUST* agree.", "Leads *MUST* agree in writing."));
    site.file("content/guides/g.md", "# G\n\n[new](/rules/a.md#others)\n");
    let shown = site.run(&["review"]).fine().stdout;
    assert!(shown.contains("the accepted text (3 words) is not in the local history"), "{shown}");
    assert!(shown.contains("now: Leads MUST agree in writing."), "{shown}");
    let findings = drift(&site);
    assert!(
        findings.iter().any(|finding| finding.starts_with("governance/unreviewed info rules/a.md:16")),
        "{findings:#?}"
    );
    site.file("governance.lock", "[\"up:rules/a.md\"]\nleads = 3\n");
    let fault = site.run(&["check"]);
    assert_eq!(fault.code, 1);
    assert!(
        fault.stderr.contains("invalid record of the clause `leads`")
            && fault.stderr.contains("governance.lock:2:"),
        "{}",
        fault.stderr
    );
    assert_eq!(site.run(&["review", "up/rules/a.md"]).code, 1, "a faulty lock is not overwritten");
    site.run(&["review", "--all"]).fine();
    assert_eq!(drift(&site), [] as [String; 0]);
}
