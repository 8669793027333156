//! Checklists outside the site: the command, issue forms, and the matrices as data.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use rolebook::engine::{Engine, Overrides};
use rolebook::facts::Template;
use rolebook::model;
use rolebook::pages::export::{self, Checklist};
use rolebook::parse::At;
use rolebook::render;
use rolebook::strings::strings;

use crate::support::{TestSite, files, project, snapshot};

fn leads() -> TestSite {
    TestSite::copy(&project().join("tests/sites/leads"))
}

/// Compares with the blessed text, or overwrites it.
#[track_caller]
fn assert_blessed(name: &str, text: &str) {
    let place = project().join("tests/sites/leads.blessed").join(name);
    if std::env::var_os("ROLEBOOK_BLESS").is_some() {
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, text).unwrap();
    }
    let expected = fs::read_to_string(&place).unwrap_or_default();
    assert!(text == expected, "{name} differs from tests/sites/leads.blessed:\n{text}");
}

#[test]
fn the_site_is_sound() {
    let run = leads().run(&["check"]);
    assert_eq!((run.code, run.stderr.lines().last()), (0, Some("0 warnings")), "{}", run.stderr);
}

#[test]
fn checklists_match_the_blessed_ones() {
    let site = leads();
    for (name, arguments) in [
        ("sig-paint.chair", ["chair", "sig-paint", "--for", "ann"].as_slice()),
        ("sig-paint.technical-lead", &["TL", "SIG Paint"]),
        ("sig-paint.change", &["change", "paint", "--for", "@New-One", "--new"]),
        ("sig-canvas.technical-lead", &["technical-lead", "Canvas"]),
        ("wg-dry.organizer", &["Chair", "wg dry", "--for", "bob"]),
    ] {
        for (format, ending) in [("markdown", "md"), ("github-issue", "issue.md"), ("json", "json")] {
            let arguments: Vec<_> =
                ["checklist"].iter().chain(arguments).chain(&["--format", format]).copied().collect();
            let run = site.run(&arguments).fine();
            assert_eq!(run.stderr, "", "{name}");
            assert_blessed(&format!("{name}.{ending}"), &run.stdout);
            assert_eq!(site.run(&arguments).fine().stdout, run.stdout, "{name}: the same again");
        }
    }
    assert_eq!(site.run(&["checklist", "chair", "sig-paint"]).fine().stdout, {
        site.run(&["checklist", "CHAIR", "PAINT", "--format", "markdown"]).fine().stdout
    });
}

#[test]
fn a_checkout_keeps_the_addresses_of_its_documents() {
    let site = leads();
    let arguments = ["checklist", "chair", "sig-paint"];
    let without = site.run(&arguments).fine().stdout;
    site.file(
        "upstream/rules.md",
        "# Rules\n\n## Chair\n\n- **MUST** have meetings recorded.\n\n## Colours (and tones)\n",
    );
    site.file("upstream/sig-paint/charter.md", "# Charter\n").file("upstream/sigs.yaml", "sigs: []\n");
    assert_eq!(site.run(&arguments).fine().stdout, without);
}

#[test]
fn without_a_base_url_links_to_the_site_are_left_out() {
    let site = leads();
    let with = site.run(&["checklist", "chair", "sig-paint"]).fine().stdout;
    let config = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", config.replace("base_url", "# base_url"));
    let run = site.run(&["checklist", "chair", "sig-paint"]).fine();
    assert_eq!(
        run.stderr.matches("note: links to pages of the handbook are left out").count(),
        1,
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("see how.\n"), "{}", run.stdout);
    assert!(run.stdout.contains(", Stirring\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("painters.example/handbook"), "{}", run.stdout);
    let given = site
        .run(&["checklist", "chair", "sig-paint", "--base-url", "https://painters.example/handbook"])
        .fine();
    assert_eq!((given.stdout, given.stderr.as_str()), (with, ""));
}

#[test]
fn invalid_arguments_are_errors_with_help() {
    let site = leads();
    let long = "a".repeat(40);
    for (arguments, expected) in [
        (["chiar", "sig-paint"].as_slice(), "unknown role `chiar`\nhelp: did you mean `chair`?"),
        (
            &["zzzzzz", "sig-paint"],
            "unknown role `zzzzzz`\nhelp: roles and checklists: chair, technical-lead, organizer, member, change",
        ),
        (&["everybody", "sig-paint"], "unknown role `everybody`"),
        (&["chair", "sig-pant"], "unknown group `sig-pant`\nhelp: did you mean `sig-paint`?"),
        (&["chair", "WG Dri"], "unknown group `WG Dri`\nhelp: did you mean `WG Dry`?"),
        (&["chair", "q"], "unknown group `q`\nhelp: groups: sig-canvas, sig-paint, wg-dry, committee-colour"),
        (
            &["TL", "dry"],
            "the role `technical-lead` does not exist in WG Dry\nhelp: roles in this group: organizer",
        ),
        (
            &["change", "committee-colour"],
            "the checklist `change` does not apply to Colour Committee\nhelp: checklists for this group: none",
        ),
        (
            &["member", "colour"],
            "no checklist for the role `member`\nhelp: roles with a checklist: chair, technical-lead, organizer",
        ),
        (
            &["chair", "paint", "--for", "bobb"],
            "unknown handle `bobb`\nhelp: did you mean `bob`? use --new for a person",
        ),
        (&["chair", "paint", "--for", "somebody-else"], "`somebody-else`\nhelp: use --new"),
        (&["chair", "paint", "--for", "-x", "--new"], "unexpected argument '-x'"),
        (&["chair", "paint", "--for=x--y", "--new"], "invalid GitHub handle `x--y`\nhelp: use at most 39"),
        (&["chair", "paint", "--for=x-", "--new"], "invalid GitHub handle `x-`"),
        (&["chair", "paint", "--for=ü", "--new"], "invalid GitHub handle `ü`"),
        (&["chair", "paint", "--for=", "--new"], "invalid GitHub handle ``"),
        (&["chair", "paint", "--for", &long, "--new"], "invalid GitHub handle"),
        (&["chair", "paint", "--new"], "--for <HANDLE>"),
        (&["chair", "paint", "--format", "jsn"], "a similar value exists: 'json'"),
        (&["chair"], "<GROUP>"),
    ] {
        let arguments: Vec<_> = ["checklist"].iter().chain(arguments).copied().collect();
        let run = site.run(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn errors_block_only_their_own_checklist() {
    let site = leads();
    site.file("content/guides/broken.md", "# B\n\n[x](gone.md)\n");
    site.file("content/groups/wg-broken.toml", "kind = \n");
    site.run(&["checklist", "chair", "paint"]).fine();
    let run = site.run(&["checklist", "chair", "wg-broken"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("content/groups/wg-broken.toml:1"), "{}", run.stderr);
    // A broken link keeps its text.
    let list = fs::read_to_string(site.path().join("content/checklists/chair.toml")).unwrap();
    site.file("content/checklists/chair.toml", list.replace("../guides/stirring.md", "../guides/gone.md"));
    site.run(&["checklist", "chair", "paint"]).fine();
    for (broken, code) in [
        (list.replace("phase = \"day-1\"", "phase = \"day-9\""), "data/invalid-value"),
        (list.replace("{group.liaison}.", "{group.liason}."), "data/unknown-placeholder"),
        (list.replace("[\"everybody\"]", "[\"everybodi\"]"), "data/unknown-checklist"),
    ] {
        site.file("content/checklists/chair.toml", broken);
        let run = site.run(&["checklist", "chair", "paint"]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
        assert!(
            run.stderr.contains(code) && run.stderr.contains("cannot compose the checklist `chair`"),
            "{}",
            run.stderr
        );
        site.run(&["checklist", "change", "paint"]).fine();
    }
}

/// Values are escaped, destinations keep the text after their placeholder, and missing values become text.
#[test]
fn placeholders_are_filled_in_texts_and_destinations() {
    let site = leads();
    let text =
        "Ask {group.name} in [{group.slack}]({group.slack}?x), [read]({group.charter}) {group.charter}.";
    let list = format!(
        "title = \"Chair\"\nrole = \"chair\"\n[[items]]\nid = \"ask\"\nphase = \"day-1\"\ntext = \"{text}\"\n"
    );
    let group = "kind = \"sig\"\nname = \"*X*\"\ncontact = { slack = \"x\" }\n";
    site.file("content/checklists/chair.toml", list).file("content/groups/sig-x.toml", group);
    let list = site.run(&["checklist", "chair", "sig-x"]).fine().stdout;
    let expected = "Ask SIG \\*X\\* in [#x](https://chat.example/x?x), read your group’s charter.";
    assert!(list.contains(expected), "{list}");
}

#[test]
fn long_issues_are_split() {
    let site = leads();
    let list = fs::read_to_string(site.path().join("content/checklists/chair.toml")).unwrap();
    let more: String = (0..120)
        .map(|n| {
            format!(
                "[[items]]\nid = \"more-{n}\"\nphase = \"week-1\"\ntext = \"Step {n}: {}\"\n",
                "ö".repeat(1000)
            )
        })
        .collect();
    site.file("content/checklists/chair.toml", list + &more);
    let run = site.run(&["checklist", "chair", "paint", "--for", "ann", "--format", "github-issue"]).fine();
    assert!(run.stderr.contains("into 2 parts"), "{}", run.stderr);
    let parts: Vec<_> = run.stdout.split("<!-- part ").skip(1).collect();
    assert_eq!(parts.len(), 2);
    for (index, part) in parts.iter().enumerate() {
        let number = index + 1;
        assert!(part.starts_with(&format!(
            "{number} of 2 -->\n---\ntitle: \"SIG Paint · Chair · @Ann ({number} of 2)\"\nlabels: [\"sig/paint\"]\nassignees: [\"Ann\"]\n---\n\nFor: @Ann\n\n## "
        )), "{part}");
        let body = part.split("\n---\n\n").nth(1).unwrap();
        assert!(body.chars().count() <= 65_536);
    }
    assert!(parts[1].contains("## Week 1 (continued)\n\n- [ ] Step "), "{}", parts[1]);
    let items = |text: &str| text.matches("- [ ] ").count();
    let whole = site.run(&["checklist", "chair", "paint"]).fine().stdout;
    assert_eq!(items(&run.stdout), items(&whole), "the parts contain all items");
}

/// Every list of the handbook that is for a role or a group, as the command prints it.
fn all_lists(overrides: &Overrides) -> (Engine, Vec<(String, Checklist)>) {
    let engine = Engine::load(project(), overrides).unwrap();
    let db = &engine.db;
    let handbook = model::handbook(db);
    let mut lists = Vec::new();
    for group in handbook.groups.values() {
        for role in handbook.roles_in(group) {
            if let Some(entry) = model::checklist_of_role(db, model::Key::new(db, role.id.clone())) {
                let list = export::checklist(db, &entry, Some(group), Some(role));
                lists.push((format!("{} {}", group.id(), role.id), list));
            }
        }
        for entry in handbook.checklists_in(group) {
            let name = format!("{} {}", group.id(), entry.checklist.id.value);
            lists.push((name, export::checklist(db, entry, Some(group), None)));
        }
    }
    (engine, lists)
}

#[track_caller]
fn assert_complete(name: &str, text: &str) {
    assert!(!text.contains("rolebook:"), "{name}: {text}");
    let template = Template::new(
        At { value: text.to_owned(), span: 0..text.len() },
        rolebook::formats::default_vocabulary(),
    );
    let left: Vec<_> = template.placeholders().collect();
    assert!(left.is_empty(), "{name}: {left:?}");
    for link in rolebook::parse::parse(text).links {
        let absolute =
            ["https://", "http://", "mailto:"].iter().any(|start| link.destination.starts_with(start));
        assert!(absolute, "{name}: {}", link.destination);
    }
}

fn assert_all_complete(overrides: &Overrides) {
    let (engine, lists) = all_lists(overrides);
    let strings = strings(&engine.db);
    assert!(lists.len() > 130, "{}", lists.len());
    let (_, again) = all_lists(overrides);
    let kind = rolebook::facts::AccountKind::built_in()[0].clone();
    let somebody = rolebook::facts::Account { kind, name: "somebody".into() };
    for ((name, list), (_, again)) in lists.iter().zip(&again) {
        assert_eq!(list, again, "{name}");
        assert!(list.phases.iter().map(|phase| phase.items.len()).sum::<usize>() > 5, "{name}");
        assert_complete(name, &render::checklist_markdown(strings, list, Some(&somebody)));
        for issue in render::checklist_issues(strings, list, None, render::ISSUE_BODY_LIMIT) {
            assert_complete(name, &issue);
        }
        let json: serde_json::Value = serde_json::from_str(&render::checklist_json(list, None)).unwrap();
        for item in
            json["phases"].as_array().unwrap().iter().flat_map(|phase| phase["items"].as_array().unwrap())
        {
            assert_complete(name, item["text"].as_str().unwrap());
            assert_complete(name, item["done"].as_str().unwrap_or_default());
        }
    }
}

#[test]
fn all_checklists_of_the_handbook_are_complete() {
    let elsewhere = project().join("tests/no-such-folder");
    let sources = std::collections::BTreeMap::from([("community".to_owned(), elsewhere)]);
    assert_all_complete(&Overrides { sources: sources.clone(), base_url: None, ..Overrides::default() });
    assert_all_complete(&Overrides {
        sources,
        base_url: Some("https://example.org/handbook".into()),
        ..Overrides::default()
    });
}

#[test(needs(Snapshot))]
fn all_checklists_are_complete_with_the_checkout() {
    let data = snapshot();
    let sources = std::collections::BTreeMap::from([("community".to_owned(), data.join("community"))]);
    assert_all_complete(&Overrides { sources, base_url: None, ..Overrides::default() });
}

/// Requirements for the checklists of the two largest roles.
#[test]
fn the_largest_checklists_have_items_and_criteria() {
    let engine = Engine::load(project(), &Overrides::default()).unwrap();
    let db = &engine.db;
    for role in ["technical-lead", "chair"] {
        let entry = model::checklist_of_role(db, model::Key::new(db, role.to_owned())).unwrap();
        let items = model::composed(db, &entry, None, None);
        assert!(items.len() >= 30, "{role}: {}", items.len());
    }
    for id in model::checklist_ids(db) {
        let entry = model::checklist(db, model::Key::new(db, id.clone())).as_ref().unwrap();
        for item in &entry.checklist.items {
            assert!(item.done.is_some(), "{id}: `{}` does not say when it is done", item.id.value);
        }
    }
    for group in model::handbook(db).groups.values() {
        for item in group.overlays.values().flat_map(|overlay| &overlay.checklist) {
            assert!(item.done.is_some(), "{}: `{}` does not say when it is done", group.id(), item.id.value);
        }
    }
}

/// The items of a checklist are the same on the page and in the data that the page loads.
#[test]
fn pages_and_checklists_agree() {
    let site = leads();
    site.run(&["build"]).fine();
    for (role, group) in [("chair", "sig-paint"), ("technical-lead", "sig-paint"), ("change", "wg-dry")] {
        let page = site.page(&format!("groups/{group}/{role}/index.html"));
        let ids = |part: &str| -> Vec<String> {
            part.split("data-item=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().to_owned())
                .collect()
        };
        let (steps, access) = page.split_once("<h2 id=\"rb-access\"").unwrap_or((&page, ""));
        // The procedure begins with the access to change.
        let (on_page, access) =
            if role == "change" { (ids(&page), Vec::new()) } else { (ids(steps), ids(access)) };
        let run = site.run(&["checklist", role, group, "--format", "json"]).fine();
        let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let phases = json["phases"].as_array().unwrap();
        let items = phases.iter().flat_map(|phase| phase["items"].as_array().unwrap());
        let (of_access, others): (Vec<_>, Vec<_>) = items.partition(|item| item["access"].is_array());
        let listed: Vec<_> = others.iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(listed, on_page, "{role} {group}");
        let mut entries: Vec<_> = of_access
            .iter()
            .flat_map(|item| item["access"].as_array().unwrap())
            .map(|entry| entry["id"].as_str().unwrap())
            .collect();
        // Access without an item has boxes, too.
        if role == "chair" {
            entries.push("access.list");
        }
        assert_eq!(entries, access, "{role} {group}");
        assert_eq!(entries.len(), usize::from(role != "change"), "{role} {group}");
        let kind = if role == "change" { "checklists" } else { "leads" };
        let data: serde_json::Value =
            serde_json::from_str(&site.page(&format!("api/{kind}/{group}/{role}.json"))).unwrap();
        assert_eq!(data, json, "{role} {group}");
        assert!(page.contains(&format!("data-source=\"../../../api/{kind}/{group}/{role}.json\"")), "{page}");
    }
}

/// Findings of an independent YAML reader about issue forms, by GitHub's rules.
fn judged(folder: &std::path::Path) -> serde_json::Value {
    let judge = project().join("tests/independent/issue_forms.py");
    let output = Command::new("python3").arg(judge).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test(needs(Python("yaml")))]
fn issue_forms_match_the_blessed_ones_and_are_valid() {
    let site = leads();
    let run = site.run(&["issue-forms", "repo", "--labels", "area/leads,help"]).fine();
    assert!(run.stderr.contains("4 forms (4 written, 0 unchanged)"), "{}", run.stderr);
    let run = site.run(&["issue-forms", "repo", "--labels", "area/leads", "--labels", "help"]).fine();
    assert!(run.stderr.contains("4 forms (0 written, 4 unchanged)"), "{}", run.stderr);
    let forms = files(&site.path().join("repo/.github/ISSUE_TEMPLATE"));
    let names: Vec<_> = forms.keys().map(String::as_str).collect();
    assert_eq!(names, ["chair.yml", "change.yml", "organizer.yml", "technical-lead.yml"]);
    for (name, bytes) in &forms {
        assert_blessed(&format!("forms/{name}"), &String::from_utf8_lossy(bytes));
    }
    let judged = judged(&site.path().join("repo/.github/ISSUE_TEMPLATE"));
    assert_eq!(judged["wrong"], serde_json::json!([]));
    assert_eq!(
        judged["forms"]["change.yml"]["groups"],
        serde_json::json!(["SIG Canvas", "SIG Paint", "WG Dry"])
    );
    assert_eq!(judged["forms"]["change.yml"]["labels"], serde_json::json!(["area/leads", "help"]));
}

#[test(needs(Python("yaml")))]
fn forms_of_the_same_title_are_distinguishable() {
    let long = "long ".repeat(80);
    let site = TestSite::small(&[(
        "content/roles/lead.md",
        "+++\nheld_as = [\"lead\"]\napplies_to = [\"sig\"]\n+++\n# Lead\n",
    )]);
    for (id, name) in [
        ("sig-1", "Data"),
        ("sig-2", "Data"),
        ("sig-3", "data!"),
        ("sig-4", "Data (sig-1)"),
        ("sig-5", "Other"),
    ] {
        let text = format!("kind = \"sig\"\nname = \"{name}\"\n[[leads]]\nrole = \"lead\"\ngithub = \"a\"\n");
        site.file(&format!("content/groups/{id}.toml"), text);
    }
    for (id, title) in [("config", "L"), ("a", "L"), ("b", "l!"), ("c", long.trim())] {
        let item = "[[items]]\nid = \"x\"\nphase = \"week-1\"\ntext = \"t\"\n";
        let text = format!("title = \"{title}\"\nfor_group = true\n{item}");
        site.file(&format!("content/checklists/{id}.toml"), text);
    }
    site.run(&["issue-forms", "repo"]).fine();
    let folder = site.path().join("repo/.github/ISSUE_TEMPLATE");
    let names: Vec<_> = files(&folder).into_keys().collect();
    assert_eq!(names, ["a.yml", "b.yml", "c.yml", "config-2.yml"], "config.yml is reserved for settings");
    let judged = judged(&folder);
    assert_eq!(judged["wrong"], serde_json::json!([]));
    assert_eq!(
        judged["forms"]["a.yml"]["groups"],
        serde_json::json!([
            "SIG Data (sig-1)",
            "SIG Data (sig-2)",
            "SIG Data (sig-1) (2)",
            "SIG data! (sig-3)",
            "SIG Other"
        ])
    );
}

#[test(needs(Python("yaml")))]
fn issue_forms_of_the_handbook_are_valid() {
    let site = TestSite::new(&[]);
    let handbook = project().display().to_string();
    site.run(&["issue-forms", "repo", "--site", &handbook, "--base-url", "https://example.org/"]).fine();
    let judged = judged(&site.path().join("repo/.github/ISSUE_TEMPLATE"));
    assert_eq!(judged["wrong"], serde_json::json!([]));
    assert!(judged["forms"].as_object().unwrap().len() >= 5, "{judged}");
}

#[test(needs(Python("yaml")))]
fn long_forms_are_split_and_labels_are_unique() {
    let site = leads();
    let list = fs::read_to_string(site.path().join("content/checklists/chair.toml")).unwrap();
    let more: String = (0..90)
        .map(|n| {
            format!(
                "[[items]]\nid = \"more-{n}\"\nphase = \"week-1\"\ntext = \"Again and {}\"\n",
                "again ".repeat(200)
            )
        })
        .collect();
    site.file(
        "content/checklists/chair.toml",
        list.replace("For a new chair", &"For a new chair ".repeat(20)) + &more,
    );
    site.run(&["issue-forms", "repo"]).fine();
    let folder = site.path().join("repo/.github/ISSUE_TEMPLATE");
    let names: BTreeSet<_> = files(&folder).into_keys().collect();
    assert!(
        names.contains("chair-1.yml") && names.contains("chair-2.yml") && !names.contains("chair.yml"),
        "{names:?}"
    );
    let judged = judged(&folder);
    assert_eq!(judged["wrong"], serde_json::json!([]));
    let items = |name: &str| judged["forms"][name]["items"].as_u64().unwrap();
    assert_eq!(items("chair-1.yml") + items("chair-2.yml"), 4 + 90);
}

#[test]
fn foreign_issue_forms_are_not_replaced() {
    let site = leads();
    let place = "repo/.github/ISSUE_TEMPLATE/technical-lead.yml";
    site.file(place, "name: Ours\n");
    let run = site.run(&["issue-forms", "repo"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("technical-lead.yml already exists and was not written by rolebook\nhelp: "),
        "{}",
        run.stderr
    );
    assert_eq!(files(&site.path().join("repo")).len(), 1, "no other file is written");
    site.run(&["issue-forms", "repo", "--force"]).fine();
    assert_eq!(files(&site.path().join("repo")).len(), 4);
    site.file(place, format!("{}\nname: edited\n", render::ISSUE_FORM_HEADER));
    site.run(&["issue-forms", "repo"]).fine();
    assert!(!fs::read_to_string(site.path().join(place)).unwrap().contains("edited"));
}

#[test]
fn matrices_match_the_blessed_ones() {
    let site = leads();
    site.run(&["build"]).fine();
    for name in ["seats", "skills-by-group", "skills"] {
        for ending in ["csv", "json"] {
            let text = site.page(&format!("api/{name}.{ending}"));
            assert!(!text.contains('@'), "{name}: no address of anybody");
            assert_blessed(&format!("api/{name}.{ending}"), &text);
        }
        let csv = site.page(&format!("api/{name}.csv"));
        assert_eq!(
            csv.matches('\n').count(),
            csv.matches("\r\n").count(),
            "{name}: lines end as RFC 4180 says"
        );
    }
}

/// CSV and JSON of the real handbook have the same content.
#[test]
fn csv_and_json_agree() {
    let engine = Engine::load(project(), &Overrides::default()).unwrap();
    let text = |url: &str| {
        let file = model::generated_at(&engine.db, url).unwrap();
        String::from_utf8(render::generated_file(&engine.db, file).unwrap().into_bytes()).unwrap()
    };
    let rows = |url: &str| -> Vec<csv::StringRecord> {
        csv::Reader::from_reader(text(url).as_bytes()).records().map(Result::unwrap).collect()
    };
    let json = |url: &str| -> serde_json::Value { serde_json::from_str(&text(url)).unwrap() };
    let seats = json("/api/seats.json");
    let in_json: usize =
        seats.as_array().unwrap().iter().map(|group| group["roles"].as_array().unwrap().len()).sum();
    let seats = rows("/api/seats.csv");
    assert_eq!(seats.len(), in_json);
    assert!(in_json > 100, "{in_json}");
    let skills = json("/api/skills.json");
    let levels =
        skills["roles"].as_array().unwrap().iter().map(|role| role["levels"].as_object().unwrap().len());
    let cells = rows("/api/skills.csv");
    let cells =
        cells.iter().flat_map(|row| row.iter().skip(3).filter(|cell| !cell.is_empty()).collect::<Vec<_>>());
    assert_eq!(cells.count(), levels.sum::<usize>());
    assert_eq!(
        rows("/api/skills-by-group.csv").len(),
        json("/api/skills-by-group.json").as_array().unwrap().len()
    );
}

#[test]
fn intervals_ways_and_situations_are_checked() {
    for (file, before, after, expected) in [
        (
            "content/checklists/chair.toml",
            "phase = \"day-1\"",
            "phase = \"day-1\"\nevery = \"week\"",
            "an item with `every` needs the phase `ongoing`",
        ),
        (
            "content/checklists/chair.toml",
            "phase = \"ongoing\"",
            "phase = \"ongoing\"\nevery = \"weak\"",
            "unknown `every` value `weak`",
        ),
        ("content/access.toml", "approver =", "by = \"chance\"\napprover =", "unknown `by` value `chance`"),
        (
            "content/checklists/change.toml",
            "for_group = true",
            "for_group = true\nsituation = \"leafing\"",
            "unknown situation `leafing`",
        ),
    ] {
        let site = leads();
        let text = fs::read_to_string(site.path().join(file)).unwrap();
        site.file(file, text.replacen(before, after, 1));
        let run = site.run(&["check"]);
        assert_eq!(run.code, 1, "{after}: {}", run.stderr);
        assert!(run.stderr.contains(expected) && run.stderr.contains("data/invalid-value"), "{}", run.stderr);
        // The nearest value is suggested.
        let good = after.replace("weak", "week").replace("chance", "change").replace("leafing", "leaving");
        if good != after {
            assert!(run.stderr.contains("did you mean"), "{}", run.stderr);
            site.file(file, text.replacen(before, &good, 1));
            site.run(&["check"]).fine();
        }
    }
}
