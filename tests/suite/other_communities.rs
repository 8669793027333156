//! Communities other than the one the handbook is about: their leads are shown without a role document for each.

use std::collections::{BTreeMap, BTreeSet};
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

/// The communities of the snapshots, with the kinds of channel that the independent reading knows.
const COMMUNITIES: [(&str, &[&str]); 6] = [
    ("kubevirt", &["slack", "mailing-list"]),
    ("kubeflow", &["slack", "mailing-list"]),
    ("cilium", &["slack", "mailing-list"]),
    ("rust-team", &["zulip"]),
    ("openstack", &["irc"]),
    ("open-telemetry", &["slack"]),
];

/// Maximum lines of the mapping that `rolebook init --from` writes.
const MOST_LINES: usize = 25;

#[test(needs(Snapshot, Python("yaml")))]
fn real_communities_agree_with_an_independent_reader() {
    for (name, channels) in COMMUNITIES {
        let checkout = snapshot().join("communities").join(name);
        let site = TestSite::of_checkout(&checkout);
        let config = std::fs::read_to_string(site.path().join("site.toml")).unwrap();
        let mapping = config.find("\n[[source.").map_or("", |start| &config[start..]);
        let lines = mapping.lines().filter(|line| !line.is_empty()).count();
        assert!(lines <= MOST_LINES, "{name}: {mapping}");
        site.run(&["build"]).fine();
        let script = project().join("tests/independent/communities.py");
        let output =
            Command::new("python3").args([script.as_os_str(), name.as_ref(), checkout.as_os_str()]).output();
        let expected: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        let handbook: Value = serde_json::from_str(&site.page("api/handbook.json")).unwrap();
        let read = Reading::of(&handbook, channels);
        let expected = Reading::expected(&expected);
        assert!(expected.seats.len() > 5, "{name}");
        assert_eq!(read.groups, expected.groups, "{name}");
        assert_eq!(read.seats, expected.seats, "{name}");
        assert_eq!(read.former, expected.former, "{name}");
        assert_eq!(read.contacts, expected.contacts, "{name}");
        assert_eq!(read.parents, expected.parents, "{name}");
        assert_eq!(read.meetings, expected.meetings, "{name}");
        for (person, names) in &expected.people {
            let read = &read.people[person];
            assert!(
                read.iter().all(|name| names.contains(name)),
                "{name}: {person} is {read:?}, not {names:?}"
            );
        }
        for (group, role, person) in &read.seats {
            let page = site.page(&format!("groups/{group}/index.html"));
            let link = format!("/people/{person}/\"");
            assert!(page.contains(&link), "{name}: {person} is not shown as {role} of {group}");
        }
        let seats: Value = serde_json::from_str(&site.page("api/seats.json")).unwrap();
        assert_eq!(vacant_seats(&seats), expected.vacant, "{name}");
    }
}

/// The facts of a community, as a program reads them.
#[derive(Debug, Default)]
struct Reading {
    /// Kinds by group. Names of teams that are made from file names are written in several ways.
    groups: BTreeMap<String, String>,
    seats: BTreeSet<(String, String, String)>,
    /// The seats that a text marks as vacant.
    vacant: BTreeSet<(String, String)>,
    former: BTreeSet<(String, String)>,
    people: BTreeMap<String, BTreeSet<String>>,
    /// Words of the schedule by group, in alphabetical order.
    meetings: BTreeSet<(String, Vec<String>)>,
    contacts: BTreeSet<(String, String, String)>,
    parents: BTreeSet<(String, String)>,
}

impl Reading {
    /// The facts in the data for other programs.
    fn of(handbook: &Value, channels: &[&str]) -> Self {
        let mut reading = Self::default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for group in handbook["groups"].as_array().unwrap() {
            let id = text(&group["id"]);
            reading.groups.insert(id.clone(), text(&group["kind"]));
            for lead in group["leads"].as_array().unwrap() {
                reading.seats.insert((id.clone(), text(&lead["role"]), person_id(&text(&lead["handle"]))));
            }
            for former in group["emeritus"].as_array().unwrap() {
                reading.former.insert((id.clone(), person_id(&text(&former["handle"]))));
            }
            for contact in group["contacts"].as_array().unwrap() {
                let kind = text(&contact["kind"]);
                if channels.contains(&&*kind) {
                    let value = text(&contact["value"]).trim_start_matches('#').to_owned();
                    reading.contacts.insert((id.clone(), kind, value));
                }
            }
            for meeting in group["meetings"].as_array().unwrap() {
                let raw = ["day", "time", "tz", "frequency"].map(|key| text(&meeting["raw"][key]));
                reading.meetings.insert((id.clone(), words(&raw.join(" "))));
            }
            if let Some(parent) = group["parent"].as_str() {
                reading.parents.insert((id, parent.to_owned()));
            }
        }
        for person in handbook["people"].as_array().unwrap() {
            let names = BTreeSet::from([text(&person["name"])]);
            reading.people.insert(person_id(&text(&person["handle"])), names);
        }
        reading
    }

    /// The facts that the independent program prints.
    fn expected(read: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = |key: &str| read[key].as_array().unwrap().clone();
        let pair = |row: &Value| (text(&row[0]), text(&row[1]));
        let triple = |row: &Value| (text(&row[0]), text(&row[1]), text(&row[2]));
        let names = |names: &Value| names.as_array().unwrap().iter().map(text).collect();
        let object = |key: &str| read[key].as_object().unwrap().clone();
        Self {
            groups: object("groups").into_iter().map(|(id, group)| (id, text(&group["kind"]))).collect(),
            seats: rows("seats").iter().map(triple).collect(),
            vacant: rows("vacant").iter().map(pair).collect(),
            former: rows("former").iter().map(pair).collect(),
            people: object("people").into_iter().map(|(id, person)| (id, names(&person))).collect(),
            meetings: rows("meetings").iter().map(|row| (text(&row[0]), words(&text(&row[2])))).collect(),
            contacts: rows("contacts").iter().map(triple).collect(),
            parents: rows("parents").iter().map(pair).collect(),
        }
    }
}

/// Group and role of the vacant seats in the data for other programs.
fn vacant_seats(seats: &Value) -> BTreeSet<(String, String)> {
    let mut vacant = BTreeSet::new();
    for group in seats.as_array().unwrap() {
        for seat in group["roles"].as_array().unwrap().iter().filter(|seat| seat["vacant"] == true) {
            assert_eq!(seat["optional"], false, "{seat}");
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            vacant.insert((text(&group["group"]), text(&seat["role"])));
        }
    }
    vacant
}

/// The id of a person with a handle.
fn person_id(handle: &str) -> String {
    handle.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// The words of a schedule that say something, in alphabetical order.
fn words(schedule: &str) -> Vec<String> {
    let words =
        schedule.split(|c: char| c.is_whitespace() || ",()".contains(c)).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.filter(|word| *word != "at").map(str::to_owned).collect();
    words.sort();
    words
}

#[test]
fn terms_channels_and_roles_of_other_kinds_are_told() {
    let site = site(
        "tags.yaml",
        "tags:\n- dir: tag-infra\n  name: TAG Infra\n  contact:\n    discord: {name: infra, url: 'https://discord.example/1'}\n  leadership:\n    chairs:\n    \
         - {github: ann-example, name: Ann Example, term: {start: '2026-06-09', end: '2028-06-30'}}\n",
    );
    site.file(
        "content/groups/committee-x.toml",
        "kind = \"committee\"\nname = \"X\"\nparent = \"committee-x\"\n[[leads]]\nrole = \"lead\"\ngithub = \"ann-example\"\n",
    );
    let run = site.run(&["check"]);
    assert!(run.stderr.contains("the role `lead` is not held in this kind of group"), "{}", run.stderr);
    assert!(run.stderr.contains("special interest groups and working groups"), "{}", run.stderr);
    assert!(run.stderr.contains("circular `parent` of the group `committee-x`"), "{}", run.stderr);
    std::fs::remove_file(site.path().join("content/groups/committee-x.toml")).unwrap();
    site.run(&["build"]).fine();
    let group = site.page("groups/tag-infra/index.html");
    for part in
        ["<h1>TAG Infra</h1>", "2026-06-09 to 2028-06-30", "href=\"https://discord.example/1\"", ">infra<"]
    {
        assert!(group.contains(part), "{part}: {group}");
    }
    assert!(site.page("people/ann-example/index.html").contains("2026-06-09 to 2028-06-30"));
}

#[test]
fn seats_that_the_data_marks_as_vacant_and_groups_without_a_lead_are_reported() {
    let site = site(
        "sigs.yaml",
        "sigs:\n- dir: sig-a\n  name: A\n  leadership:\n    chairs:\n    - {github: ann}\n    - {github: TBD}\n\
         - dir: sig-b\n  name: B\n  leadership:\n    chairs: [{name: '*vacant* (ask us)'}]\n    tech_leads: [{github: tbd}]\n\
         - dir: sig-c\n  name: C\n  contact: {liaison: {github: lia}}\n  leadership:\n    chairs: []\n- dir: sig-d\n  name: D\n",
    );
    site.run(&["build"]).fine();
    let seats: serde_json::Value = serde_json::from_str(&site.page("api/seats.json")).unwrap();
    let vacant = ["chair", "technical-lead"].map(|role| ("sig-b".to_owned(), role.to_owned()));
    assert_eq!(vacant_seats(&seats), vacant.into());
    let page = site.page("coverage/index.html");
    for part in
        ["<li>2 groups have no lead: <a", "<li>1 group has no Chair: <a", ">SIG C</a>, <a", ">SIG D</a>."]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("No role is known"), "{page}");
    assert!(site.page("index.html").contains("2 groups have no lead"), "the home page");
    // No role of the handbook stands for the liaison.
    assert!(site.page("groups/sig-c/index.html").contains("<dt>Liaison</dt>"));
}

#[test]
fn groups_of_two_kinds_with_one_id_are_reported_and_keep_their_names() {
    let site = site("sigs.yaml", "sigs:\n- dir: sig-a\n  name: A\n  leadership: {chairs: [{github: ann}]}\n");
    site.file("up/ladder/teams/sig-a.yaml", "members: [bob, cyd]\n");
    let entry = "[[source.groups]]\nfiles = \"ladder/teams/*.yaml\"\nkind = \"team\"\nid = \"@stem\"\nname = \"@stem\"\n\
        roles = { member = \"members[]\" }\n\n[kinds.team]\nlabel = \"Team\"\nplural = \"Teams\"\n";
    let config = std::fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("{config}\n{entry}"));
    let run = site.run(&["check"]);
    assert!(
        run.stderr.contains("groups of the kinds `team` and `sig` have the id `sig-a` and count as one"),
        "{}",
        run.stderr
    );
    site.run(&["build"]).fine();
    assert!(site.page("groups/sig-a/index.html").contains("<h1>SIG A</h1>"));
}
