//! Communities other than the one the handbook is about: their leads are shown without a role document for each.

use std::process::Command;

use serde_json::Value;

use crate::support::{TestSite, project, snapshot};

/// A site with one role of its own, and a mounted list of groups.
fn site(file: &str, groups: &str) -> TestSite {
    let config = "title = \"Small\"\n\n[[source]]\npath = \"content\"\n\n\
        [[source]]\nname = \"up\"\nformat = \"kubernetes-community\"\npath = \"up\"\n";
    TestSite::small(&[
        ("site.toml", config),
        ("content/roles/lead.md", "+++\napplies_to = [\"sig\", \"wg\"]\n+++\n# Lead\n\nLeads.\n"),
        (
            "content/groups/sig-own.toml",
            "kind = \"sig\"\nname = \"Own\"\n[[leads]]\nrole = \"lead\"\ngithub = \"olga\"\nname = \"Olga\"\n",
        ),
        (&format!("up/{file}"), groups),
    ])
}

#[test]
fn every_holder_in_mounted_data_is_shown() {
    let site = site(
        "wgs.yaml",
        "workinggroups:\n- dir: wg-glue\n  name: Glue\n  label: wg/glue\n  leadership:\n    chairs:\n    \
         - {github: ann, name: Ann Example}\n    co_leads:\n    - {github: bob, name: Bob Example}\n",
    );
    let run = site.run(&["check"]).fine();
    assert!(!run.stderr.contains("unknown-"), "{}", run.stderr);
    site.run(&["build"]).fine();
    let group = site.page("groups/wg-glue/index.html");
    for expected in ["Ann Example", "Bob Example", ">Chair</a>", ">Co lead</a>", "<code>wg/glue</code>"] {
        assert!(group.contains(expected), "{expected}: {group}");
    }
    assert!(!group.contains("acant"), "the data names the leads: {group}");
    assert!(!group.contains("groups/wg-glue/lead/"), "the community has no such role: {group}");
    let lead = site.page("groups/wg-glue/chair/index.html");
    assert!(lead.contains("Ann Example") && lead.contains("Bob Example"), "{lead}");
    let role = site.page("roles/co-lead/index.html");
    assert!(role.contains("No document describes this role.") && role.contains("Bob Example"), "{role}");
    assert!(site.page("people/ann/index.html").contains("Chair"));
    assert!(site.page("groups/sig-own/index.html").contains("Olga"));
}

#[test]
fn leads_are_read_under_the_keys_of_every_year() {
    for groups in [
        "sigs:\n- dir: sig-a\n  name: A\n  leadership:\n    leads:\n    - {github: ann, name: Ann}\n",
        "sigs:\n- dir: sig-a\n  name: A\n  leads:\n  - {github: ann, name: Ann}\n",
    ] {
        let site = site("sigs.yaml", groups);
        site.run(&["build"]).fine();
        assert!(site.page("groups/sig-a/lead/index.html").contains("Ann"), "{groups}");
    }
}

#[test]
fn a_role_held_in_another_kind_of_group_is_shown_there() {
    let site = site(
        "sigs.yaml",
        "committees:\n- dir: committee-a\n  name: A\n  leadership:\n    leads:\n    - {github: ann, name: Ann}\n",
    );
    site.run(&["build"]).fine();
    assert!(site.page("groups/committee-a/lead/index.html").contains("Ann"));
}

#[test]
fn a_community_may_have_kinds_of_its_own() {
    let site = site(
        "tags.yaml",
        "tags:\n- dir: tag-infra\n  name: TAG Infra\n  leadership:\n    chairs:\n    - {github: ann, name: Ann}\n",
    );
    let config = std::fs::read_to_string(site.path().join("site.toml")).unwrap();
    let kinds = "\n[kinds.tag]\nlabel = \"Technical advisory group\"\nplural = \"Technical advisory groups\"\n\
        title = \"TAG {name}\"\norder = 0\n\n[kinds.team]\nlabel = \"Team\"\nplural = \"Teams\"\n";
    site.file("site.toml", config.clone() + kinds);
    site.file("content/groups/design.toml", "kind = \"team\"\nname = \"Design\"\n");
    site.run(&["build"]).fine();
    let group = site.page("groups/tag-infra/index.html");
    assert!(group.contains("<h1>TAG Infra</h1>") && group.contains("Technical advisory group"), "{group}");
    assert!(group.contains("Ann"), "{group}");
    assert!(site.page("groups/design/index.html").contains("<h1>Design</h1>"));
    let groups = site.page("groups/index.html");
    let position = |text: &str| groups.find(text).unwrap_or_else(|| panic!("{text}: {groups}"));
    assert!(position("Technical advisory groups") < position("Special interest groups"));
    assert!(position("Special interest groups") < position(">Teams<"));
    assert!(!groups.contains("User groups"), "a kind without groups is not shown: {groups}");
    for (kinds, message) in [
        ("[kinds.x]\nlabel = \"X\"\n", "missing field `plural`"),
        ("[kinds.x]\nlabel = \"X\"\nplural = \"Xs\"\ntitle = \"X\"\n", "no `{name}` in the title `X`"),
        ("[kinds.x]\nlabel = \"X\"\nplural = \"Xs\"\nmap = \"lift\"\n", "did you mean `left`?"),
        ("[kinds.\"a/b\"]\nlabel = \"X\"\nplural = \"Xs\"\n", "invalid id `a/b`"),
        ("[kinds.x]\nlabel = \"X\"\nplural = \"Xs\"\nlabl = \"X\"\n", "unknown field `labl`"),
    ] {
        site.file("site.toml", format!("{config}\n{kinds}"));
        let run = site.run(&["check"]);
        assert!(run.code != 0 && run.stderr.contains(message), "{kinds}: {}", run.stderr);
    }
}

#[test]
fn a_community_names_its_zones() {
    let meeting = |tz: &str| {
        format!("  - {{description: {tz}, day: Thu, time: \"24:00\", tz: {tz}, frequency: weekly}}\n")
    };
    let groups = ["EST", "UTC+8", "JST"].map(meeting).concat();
    let site = site("sigs.yaml", &format!("sigs:\n- dir: sig-a\n  name: A\n  meetings:\n{groups}"));
    let zones = |stderr: &str| stderr.matches("unknown or ambiguous time zone").count();
    let run = site.run(&["check"]).fine();
    assert_eq!(zones(&run.stderr), 2, "{}", run.stderr);
    assert!(run.stderr.contains("define the name in `[zones]` of site.toml"), "{}", run.stderr);
    let config = std::fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", config.clone() + "\n[zones]\nest = \"America/New_York\"\nJST = \"asia/tokyo\"\n");
    let run = site.run(&["build"]).fine();
    assert_eq!(zones(&run.stderr), 0, "{}", run.stderr);
    let page = site.page("groups/sig-a/index.html");
    assert!(page.contains("Thursdays, 24:00 EST, every week"), "{page}");
    let calendar = site.page("calendar/sig-a.ics");
    for start in
        ["America/New_York:20250103T000000", "Etc/GMT-8:20250103T000000", "Asia/Tokyo:20250103T000000"]
    {
        assert!(calendar.contains(&format!("DTSTART;TZID={start}")), "{calendar}");
    }
    for (zones, message) in [
        ("EST = \"America/NewYork\"", "unknown time zone `America/NewYork`"),
        ("EST = \"America/NewYork\"", "did you mean `America/New_York`?"),
        ("EST = \"EST\"", "unknown time zone `EST`"),
        ("EST = 5", "expected text for `EST`, found a number"),
        ("EST = \"\"", "field `EST` is empty"),
        ("EST = \"UTC\"\nest = \"UTC\"", "duplicate zone `est`"),
    ] {
        site.file("site.toml", format!("{config}\n[zones]\n{zones}\n"));
        let run = site.run(&["check"]);
        assert!(run.code != 0 && run.stderr.contains(message), "{zones}: {}", run.stderr);
    }
}

#[test]
fn a_channel_may_be_an_address() {
    let site = site(
        "sigs.yaml",
        "sigs:\n- dir: sig-a\n  name: A\n  chat_link: https://chat.example/rooms/7\n\
         - dir: sig-b\n  name: B\n  contact:\n    slack: https://chat.example/rooms/8\n    irc: \"##b\"\n    \
         discord: {name: b, url: \"https://discord.example/1\"}\n",
    );
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("chat_link"), "{}", run.stderr);
    for (group, room) in [("sig-a", 7), ("sig-b", 8)] {
        let page = site.page(&format!("groups/{group}/index.html"));
        let link = format!("href=\"https://chat.example/rooms/{room}\" class=\"rb-external\">chat.example<");
        assert!(page.contains(&link), "{page}");
    }
    let page = site.page("groups/sig-b/index.html");
    assert!(page.contains("##b") && page.contains("href=\"https://discord.example/1\""), "{page}");
}

#[test]
fn broken_links_of_mounted_sources_are_warnings_by_default() {
    let site = site("sigs.yaml", "sigs: []\n");
    site.file("up/README.md", "# Up\n\n[x](missing.md)\n");
    let run = site.run(&["build"]).fine();
    assert!(run.stderr.contains("warning: `missing.md` does not exist"), "{}", run.stderr);
    site.file("content/a.md", "# A\n\n[x](missing.md)\n");
    assert_eq!(site.run(&["build"]).code, 1);
}

#[test(needs(Snapshot, Python("yaml")))]
fn leads_of_real_communities_agree_with_an_independent_reader() {
    for (name, file) in [("kubevirt", "sigs.yaml"), ("kubeflow", "wgs.yaml"), ("cilium", "sigs.yaml")] {
        let folder = snapshot().join("communities").join(name);
        let script = project().join("tests/independent/leads.py");
        let output = Command::new("python3").arg(script).arg(folder.join(file)).output().unwrap();
        let expected: Vec<(String, String, String)> = serde_json::from_slice(&output.stdout).unwrap();
        assert!(expected.len() > 5, "{name}");
        let site = site("README.md", "# Up\n");
        site.run(&["build", "--source", &format!("up={}", folder.display())]).fine();
        let handbook: Value = serde_json::from_str(&site.page("api/handbook.json")).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut seats: Vec<_> = handbook["groups"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|group| group["id"] != "sig-own")
            .flat_map(|group| {
                let leads = group["leads"].as_array().unwrap().iter();
                leads.map(|lead| (text(&group["id"]), text(&lead["role"]), text(&lead["handle"])))
            })
            .collect();
        seats.sort();
        assert_eq!(seats, expected, "{name}");
        for (group, role, handle) in seats {
            let page = site.page(&format!("groups/{group}/{role}/index.html"));
            let person = format!("/people/{}/\"", handle.to_lowercase());
            assert!(page.contains(&person), "{name}: {handle} is not shown as {role} of {group}");
        }
    }
}
