//! Data of any shape, read by the mapping that `site.toml` or a preset describes.

use std::fs;

use serde_json::{Value, json};

use crate::support::{TestSite, files};

const SITE: &str = "title = \"Small\"\n\n[[source]]\npath = \"content\"\n\n";

/// A site with a mounted source: its part of `site.toml`, and its files.
fn site(config: &str, up: &[(&str, &str)]) -> TestSite {
    let site = TestSite::small(&[("site.toml", &format!("{SITE}{config}"))]);
    for (path, text) in up {
        site.file(&format!("up/{path}"), text);
    }
    site
}

/// A source with a preset.
fn preset(name: &str, up: &[(&str, &str)]) -> TestSite {
    site(&format!("[[source]]\nname = \"up\"\npath = \"up\"\nformat = \"{name}\"\n"), up)
}

/// A source with entries of its own.
fn mapped(entries: &str, up: &[(&str, &str)]) -> TestSite {
    site(&format!("[[source]]\nname = \"up\"\npath = \"up\"\n\n{entries}"), up)
}

/// Group, role and handle of each holder.
fn seats(site: &TestSite) -> Vec<String> {
    site.run(&["build"]).fine();
    let handbook: Value = serde_json::from_str(&site.page("api/handbook.json")).unwrap();
    let mut seats = Vec::new();
    for group in handbook["groups"].as_array().unwrap() {
        for lead in group["leads"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            seats.push(format!("{} {} {}", text(&group["id"]), text(&lead["role"]), text(&lead["handle"])));
        }
    }
    seats
}

/// A group in the data for other programs.
fn group(site: &TestSite, id: &str) -> Value {
    let handbook: Value = serde_json::from_str(&site.page("api/handbook.json")).unwrap();
    let groups = handbook["groups"].as_array().unwrap();
    groups.iter().find(|group| group["id"] == id).unwrap_or_else(|| panic!("{id}: {groups:?}")).clone()
}

#[test]
fn a_mapping_says_where_everything_is() {
    let entries = r#"
[[source.groups]]
files = "crews.yaml"
each = "crews[]"
kind = "crew"
id = ["slug", "@key"]
name = "title"
mission = ["purpose", "about"]
parent = "part-of"
where = "slug != 'crew-template'"
roles = { captain = ["team.captains[]", "captains[]"], "*-liaison" = "liaisons{}[]", rower = "team.rowers[]" }
emeritus = "team.former[]"
person = { handle = ["nick", "."], name = "name", company = "firm", matrix = "matrix", since = "term.start", until = "term.end" }
meetings = { each = "meet", title = "what", schedule = "when", extra = { host = "host" } }
contact = { matrix = "talk.room", mailing-list = "talk.list" }
subprojects = { each = "boats[]", name = ["name", "."], extra = { seats = "seats" } }
extra = { colour = "colour" }
ignore = ["internal"]
"#;
    let words = "[kinds.crew]\nlabel = \"Crew\"\nplural = \"Crews\"\ntitle = \"Crew of {name}\"\n\n\
        [roles.rower]\ntitle = \"Rower\"\nleads = false\n\n[zones]\nEST = \"America/New_York\"\n\n";
    let data = r##"
crews:
  - slug: red
    title: the Red Boat
    about: Rows **far**.
    part-of: none
    colour: red
    team:
      captains: [{nick: ann, name: Ann Example, firm: Oars Ltd, matrix: "@ann:example.org", term: {start: 2026-01-01, end: 2027-01-01}}]
      rowers: [bob, "@cid", tbd]
      former: [old]
    liaisons:
      harbour: [{nick: dora, email: dora@example.org}]
    meet: {what: Outing, when: Tuesday at 18:00 EST, host: Ann}
    talk: {room: "#red:example.org", list: mailto:red@lists.example.org}
    boats: [Swift, {name: Eight, seats: 8}]
    internal: yes
  - slug: blue
    title: the Blue Boat
    part-of: red
    captains: [eve]
  - slug: crew-template
    title: Template
    captains: [nobody]
"##;
    let site =
        site(&format!("{words}[[source]]\nname = \"up\"\npath = \"up\"\n{entries}"), &[("crews.yaml", data)]);
    let expected =
        ["red captain ann", "red rower bob", "red rower cid", "red harbour-liaison dora", "blue captain eve"];
    let mut read = seats(&site);
    read.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(read, expected);
    let run = site.run(&["check"]).fine();
    assert!(!run.stderr.contains("data/"), "{}", run.stderr);
    let red = group(&site, "red");
    assert_eq!((&red["kind"], &red["extra"]), (&json!("crew"), &json!({"colour": "red"})));
    assert_eq!(red["leads"][0]["until"], "2027-01-01");
    assert_eq!(
        (&red["meetings"][0]["day"], &red["meetings"][0]["tz"]),
        (&json!("Tuesday"), &json!("America/New_York"))
    );
    assert_eq!(red["meetings"][0]["extra"], json!({"host": "Ann"}));
    assert_eq!(red["subprojects"][1]["extra"], json!({"seats": 8}));
    assert_eq!(group(&site, "blue")["parent"], "red");
    let page = site.page("groups/red/index.html");
    for part in [
        "<h1>Crew of the Red Boat</h1>",
        "Rows <strong>far</strong>.",
        "2026-01-01 to 2027-01-01",
        "href=\"https://matrix.to/#/%23red:example.org\"",
        "href=\"mailto:red@lists.example.org\"",
        ">Swift<",
        "../blue/",
        ">Rower</a>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("acant") && !page.contains("groups/red/rower"), "{page}");
    assert!(site.page("people/old/index.html").contains("Crew of the Red Boat"));
    assert!(!site.path().join("public/groups/red/rower").exists(), "members have no lead page");
    for (path, bytes) in files(&site.path().join("public")) {
        assert!(!String::from_utf8_lossy(&bytes).contains("dora@example.org"), "{path}");
    }
}

#[test]
fn records_are_read_from_files_of_every_syntax() {
    let lead = "roles = { lead = \"leads[]\" }\n";
    for (file, each, text) in [
        ("g.yaml", "each = \"groups[]\"\n", "groups:\n- {id: a, name: A, leads: [ann]}\n"),
        ("g.yaml", "", "- {id: a, name: A, leads: [ann]}\n- {id: b, name: B}\n"),
        ("g.yaml", "", "id: a\nname: A\nleads: [ann]\n---\nid: b\nname: B\n"),
        (
            "g.json",
            "each = \"groups[]\"\n",
            "{\"groups\": [{\"id\": \"a\", \"name\": \"A\\u00e9\\/\", \"leads\": [\"ann\"]}]}",
        ),
        ("g.toml", "each = \"groups[]\"\n", "[[groups]]\nid = \"a\"\nname = \"A\"\nleads = [\"ann\"]\n"),
        ("g.md", "", "---\nid: a\nname: A\nleads: [ann]\n---\n# A\n"),
        ("g.md", "", "# A\n\n```yaml\nid: a\nname: A\nleads:\n- {github: ann}\n```\n"),
        ("g.md", "", "# A\n\n```toml\nid = \"a\"\nname = \"A\"\nleads = [\"ann\"]\n```\n"),
        ("g.csv", "", "id,name,leads,note\na,\"A, the first\",https://github.com/ann,\nb,B,,\n"),
        ("a.yaml", "id = \"@stem\"\n", "name: A\nleads: ann\n"),
        ("a/g.yaml", "id = \"@folder\"\n", "name: A\nleads: ann\n"),
        ("g.yaml", "each = \"{}\"\nid = \"@key\"\n", "A:\n  name: A\n  leads: [{login: ann}]\n"),
    ] {
        let entries =
            format!("[[source.groups]]\nfiles = \"**/{}\"\n{each}{lead}", file.rsplit('/').next().unwrap());
        let site = mapped(&entries, &[(file, text)]);
        assert_eq!(seats(&site), ["a lead ann"], "{file}: {text}");
    }
}

#[test]
fn a_table_in_markdown_has_a_record_for_each_section() {
    let text = "# Groups\n\n## Wood\n\n| Who | Firm |\n|---|---|\n| [Ann Example](https://github.com/ann) | Oak |\n| @bob | |\n\n\
                ## Water\n\n| Who | Firm |\n|---|---|\n| @cid, @dora | |\n";
    let entries = "[[source.groups]]\nfiles = \"GROUPS.md\"\ntable = { heading = \"@name\" }\nname = \"@name\"\nid = \"@name\"\n\
                   roles = { lead = \"Who[]\" }\nperson = { handle = \".\" }\n";
    let site = mapped(entries, &[("GROUPS.md", text)]);
    let mut read = seats(&site);
    read.sort();
    assert_eq!(read, ["Water lead cid", "Water lead dora", "Wood lead ann", "Wood lead bob"]);
    let entries = "[[source.seats]]\nfiles = \"GROUPS.md\"\ntable = { heading = \"@name\" }\neach = \"[].rows[]\"\ngroup = [\"@name\"]\n\
                   role = \"lead\"\nperson = { handle = \"Who\", name = \"Who\", company = \"Firm\" }\n";
    let site = mapped(entries, &[("GROUPS.md", text)]);
    assert!(seats(&site).contains(&"wood lead ann".to_owned()));
    let page = site.page("groups/wood/index.html");
    assert!(page.contains("Ann Example") && page.contains("Oak"), "{page}");
}

#[test]
fn people_may_name_their_groups() {
    let people = "- {github: ann, name: Ann Example, projects: [Wood, Water]}\n- {github: bob, projects: [wood, tbd]}\n";
    let entries = "[[source.groups]]\nfiles = \"groups.yaml\"\neach = \"[]\"\n\n\
        [[source.seats]]\nfiles = \"maintainers.yaml\"\neach = \"[]\"\ngroup = \"projects[]\"\nrole = \"maintainer\"\n";
    let groups = "- {id: wood-project, name: Wood}\n";
    let site = mapped(entries, &[("maintainers.yaml", people), ("groups.yaml", groups)]);
    let mut read = seats(&site);
    read.sort();
    assert_eq!(read, ["water maintainer ann", "wood-project maintainer ann", "wood-project maintainer bob"]);
    assert!(site.page("roles/maintainer/index.html").contains("Ann Example"));
}

#[test]
fn holders_may_belong_to_no_group() {
    let seats =
        "[[leads]]\nrole = \"ombudsperson\"\ngithub = \"ann\"\nname = \"Ann Example\"\nsince = \"2026\"\n";
    let site = TestSite::small(&[("content/community.toml", seats)]);
    site.run(&["build"]).fine();
    let role = site.page("roles/ombudsperson/index.html");
    assert!(role.contains("In the community as a whole") && role.contains("since 2026"), "{role}");
    assert!(site.page("people/ann/index.html").contains("Ombudsperson"));
}

#[test]
fn a_directory_completes_people_and_former_addresses_lead_to_present_ones() {
    let person = "github = \"Ann\"\nname = \"Ann Example\"\npronouns = \"she/her\"\nplace = \"Lisbon\"\npicture = \"ann.png\"\n\
        aliases = [\"ann-old\"]\n[extra]\nlanguages = [\"Portuguese\"]\ncontact = \"ann@example.org\"\n";
    let group = "kind = \"wg\"\nname = \"X\"\naliases = [\"wg-old\"]\n[[leads]]\nrole = \"lead\"\ngithub = \"ann-old\"\n";
    let site = TestSite::small(&[
        ("content/people/ann.toml", person),
        ("content/groups/wg-x.toml", group),
        (
            "content/roles/lead.md",
            "+++\napplies_to = [\"wg\"]\nterm = \"two years\"\ntime = \"an hour a week\"\n+++\n# Lead\n\nLeads.\n",
        ),
    ]);
    let png = [137, 80, 78, 71, 13, 10, 26, 10];
    site.file("content/people/ann.png", png);
    site.run(&["build"]).fine();
    let page = site.page("people/ann/index.html");
    for part in ["Ann Example", "she/her", "Lisbon", "<img", "X"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for (former, present) in [("people/ann-old", "../ann/"), ("groups/wg-old", "../wg-x/")] {
        let redirect = site.page(&format!("{former}/index.html"));
        assert!(redirect.contains("http-equiv=\"refresh\"") && redirect.contains(present), "{redirect}");
    }
    let api = site.page("api/handbook.json");
    assert!(api.contains("Portuguese") && !api.contains("ann@example.org"), "{api}");
    let role = site.page("roles/lead/index.html");
    assert!(role.contains("two years") && role.contains("an hour a week"), "{role}");
}

#[test]
fn one_of_one_is_no_alarm_and_fewer_than_wanted_is_shown() {
    let role = |number: &str| {
        format!("+++\napplies_to = [\"wg\"]\nnumber = {{ recommended = {number} }}\n+++\n# R\n\nR.\n")
    };
    let group = "kind = \"wg\"\nname = \"X\"\n[[leads]]\nrole = \"one\"\ngithub = \"ann\"\n";
    let site = TestSite::small(&[("content/roles/one.md", &role("1")), ("content/groups/wg-x.toml", group)]);
    site.run(&["build"]).fine();
    let page = site.page("groups/wg-x/index.html");
    assert!(!page.contains("Only one person") && !page.contains("only one person"), "{page}");
    site.file("content/roles/one.md", role("5"));
    site.run(&["build"]).fine();
    assert!(site.page("groups/wg-x/index.html").contains("Only one person"));
    assert!(site.page("coverage/index.html").contains("1 of 5"));
}

#[test]
fn presets_read_their_layouts() {
    let rust = [
        (
            "teams/wood.toml",
            "name = \"wood\"\n[people]\nleads = [\"ann\"]\nmembers = [\"ann\", { github = \"bob\", roles = [\"carver\"] }]\nalumni = [\"old\"]\n",
        ),
        (
            "teams/bark.toml",
            "name = \"bark\"\nsubteam-of = \"wood\"\nkind = \"working-group\"\n[people]\nleads = []\nmembers = [\"bob\"]\n",
        ),
        (
            "people/bob.toml",
            "name = \"Bob Example\"\ngithub = \"Bob\"\ngithub-id = 1\nemail = \"bob@example.org\"\n",
        ),
    ];
    let openstack = [
        (
            "reference/projects.yaml",
            "Wood Work:\n  ptl: {name: Ann Example, irc: ann, email: ann@example.org}\n  liaisons:\n    release: [{name: Bob Example, irc: null}]\nsaw:\n  ptl: {name: APPOINTMENT NEEDED, irc: No nick supplied}\n",
        ),
        ("reference/sigs/sigs.yaml", "Bark:\n  chairs: [{name: Ann Example, irc: ann}]\n  status: active\n"),
        (
            "reference/members.yaml",
            "- {name: Cid, irc: cid, role: chair}\n- {name: Dora, irc: dora, role: null}\n",
        ),
    ];
    let peribolos = [(
        "org.yaml",
        "orgs:\n  guild:\n    name: The Guild\n    admins: [ann]\n    members: [bob]\n    teams:\n      wood:\n        maintainers: [ann]\n        members: [bob]\n        teams:\n          bark: {members: [cid]}\n",
    )];
    let csv = ",Project,Maintainer Name,Company,Github Name,OWNERS/MAINTAINERS\nGraduated,Wood,Ann Example,Oak,ann,x\n,,Bob Example,,bob,\n,Bark,Cid,,cid,\n";
    for (name, up, expected) in [
        (
            "rust-team",
            &rust[..],
            vec!["bark member bob", "wood carver bob", "wood lead ann", "wood member ann", "wood member bob"],
        ),
        (
            "openstack-governance",
            &openstack[..],
            vec![
                "bark chair ann",
                "technical-committee chair cid",
                "technical-committee member dora",
                "wood-work ptl ann",
                "wood-work release-liaison bob-example",
            ],
        ),
        (
            "peribolos",
            &peribolos[..],
            vec![
                "bark member cid",
                "guild admin ann",
                "guild member bob",
                "wood maintainer ann",
                "wood member bob",
            ],
        ),
        (
            "owners-aliases",
            &[("OWNERS_ALIASES", "aliases:\n  wood-leads:\n  - ann\n  - bob\n")][..],
            vec!["wood-leads member ann", "wood-leads member bob"],
        ),
        (
            "maintainers-csv",
            &[("project-maintainers.csv", csv)][..],
            vec!["bark maintainer cid", "wood maintainer ann", "wood maintainer bob"],
        ),
    ] {
        let site = preset(name, up);
        let mut read: Vec<String> = seats(&site).iter().map(|seat| seat.to_lowercase()).collect();
        read.sort();
        assert_eq!(read, expected, "{name}");
        let run = site.run(&["check"]).fine();
        assert!(!run.stderr.contains("[data/") && !run.stderr.contains("[source/"), "{name}: {}", run.stderr);
        for (path, bytes) in files(&site.path().join("public")) {
            assert!(!String::from_utf8_lossy(&bytes).contains("@example.org"), "{name}: {path}");
        }
        // `init --from` recognizes the layout.
        let from = TestSite::of_checkout(&site.path().join("up"));
        let config = fs::read_to_string(from.path().join("site.toml")).unwrap();
        assert!(config.contains(&format!("format = \"{name}\"")), "{name}: {config}");
    }
}

#[test]
fn sigs_yaml_is_read_in_all_its_layouts() {
    let chairs = "  leadership:\n    chairs:\n    - {github: ann, name: Ann Example}\n";
    for (case, file, data, expected, codes) in [
        (
            "leads of several years",
            "sigs.yaml",
            "sigs:\n- dir: sig-a\n  name: A\n  leadership:\n    leads:\n    - {github: ann}\n\
             - dir: sig-b\n  name: B\n  leads:\n  - {github: bob}\n"
                .to_owned(),
            vec!["sig-a lead ann", "sig-b lead bob"],
            vec![],
        ),
        (
            "technical advisory groups",
            "tags.yaml",
            format!("tags:\n- dir: tag-a\n  name: TAG A\n{chairs}"),
            vec!["tag-a chair ann"],
            vec![],
        ),
        (
            "working groups under another name of the file",
            "wgs.yaml",
            format!("workinggroups:\n- dir: wg-a\n  name: A\n{chairs}"),
            vec!["wg-a chair ann"],
            vec![],
        ),
        (
            "aliases and merge keys",
            "sigs.yaml",
            "sigs:\n- dir: sig-a\n  name: A\n  leadership: &lead\n    chairs:\n    - &ann {github: ann, name: Ann Example}\n\
             - dir: sig-b\n  name: B\n  leadership:\n    chairs:\n    - {<<: *ann, company: Oak}\n\
             - dir: sig-c\n  name: C\n  leadership: *lead\n"
                .to_owned(),
            vec!["sig-a chair ann", "sig-b chair ann", "sig-c chair ann"],
            vec![],
        ),
        // Everything else of the source is there, and the cause is named once.
        (
            "an error in the syntax",
            "sigs.yaml",
            "sigs:\n  - dir: sig-a\n      name: A\n".to_owned(),
            vec![],
            vec!["data/syntax"],
        ),
        (
            "another layout",
            "sigs.yaml",
            "Bare Metal:\n  chairs:\n  - {name: Ann Example, irc: ann}\n".to_owned(),
            vec![],
            vec!["source/no-records"],
        ),
    ] {
        let site = preset("kubernetes-community", &[(file, &data), ("README.md", "# Welcome\n")]);
        assert_eq!(seats(&site), expected, "{case}");
        assert!(site.page("up/index.html").contains("Welcome"), "{case}");
        let run = site.run(&["check"]).fine();
        let reported: Vec<&str> = run.stderr.lines().filter_map(|line| line.strip_suffix(']')?.rsplit_once('[')).map(|(_, code)| code).collect();
        assert_eq!(reported, codes, "{case}: {}", run.stderr);
    }
}

#[test]
fn contacts_of_sigs_yaml_are_names_or_addresses() {
    let data = "sigs:\n- dir: sig-a\n  name: A\n  label: sig/a\n  contact:\n    slack: https://example.slack.com/archives/C1\n    \
                discord: {name: sig-a, url: \"https://discord.example/1\"}\n";
    let site = preset("kubernetes-community", &[("sigs.yaml", data)]);
    site.run(&["build"]).fine();
    let page = site.page("groups/sig-a/index.html");
    for part in
        ["href=\"https://example.slack.com/archives/C1\"", "href=\"https://discord.example/1\"", "sig/a<"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("#https") && !page.contains("sig/sig/a"), "{page}");
}

#[test]
fn people_are_read_as_they_are_written() {
    let cells = "# T\n\n| Part | Who |\n|---|---|\n| `one` | *vacant* |\n| two | **TBD** (ask us) |\n| three | @ann (away) |\n\
        | four | [Bob](https://github.com/bob) |\n| five | Cid Example <cid@example.org> (@cid) |\n| six | @dora and @eve |\n";
    let entries = "[[source.seats]]\nfiles = \"T.md\"\ntable = { }\ngroup = \"Part\"\nrole = { is = \"lead\" }\n\
        person = { github = \"Who\", name = \"Who\" }\n";
    let site = mapped(entries, &[("T.md", cells)]);
    assert_eq!(seats(&site), ["five lead cid", "four lead bob", "three lead ann"]);
    let run = site.run(&["check"]).fine();
    assert!(run.stderr.contains("up:T.md:10:") && run.stderr.contains("@dora and @eve"), "{}", run.stderr);
    assert!(site.page("people/cid/index.html").contains("<h1>Cid Example</h1>"));
}

#[test]
fn seats_belong_to_the_group_that_they_name_or_to_the_community() {
    let data = "Status,Project,Role,Who\nActive,C++,lead,ann\nActive,C#,lead,bob\nActive,C,lead,cid\nArchived,Old,lead,dora\n,,lead,eve\n\
                Active,C,,fay\nActive,C,..,gus\n";
    let entries = "[[source.seats]]\nfiles = \"s.csv\"\nwhere = \"Status != 'Archived'\"\nfill = [\"Project\"]\n\
        group = \"Project\"\nrole = [\"Role\"]\nperson = { github = \"Who\" }\n";
    let site = mapped(entries, &[("s.csv", data)]);
    let expected = ["c lead cid", "cplusplus lead ann", "csharp lead bob", "old lead eve"];
    let mut read = seats(&site);
    read.sort();
    assert_eq!(read, expected);
    let run = site.run(&["check"]).fine();
    for part in ["up:s.csv:7:", "does not name a role", "up:s.csv:8:", "invalid role `..`"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    let entries = "[[source.seats]]\nfiles = \"s.yaml\"\ngroup = \"team\"\nrole = { is = \"council-member\" }\n\
        person = { github = \"who\" }\n";
    let site = mapped(entries, &[("s.yaml", "- {who: ann}\n- {who: bob, team: Lab}\n")]);
    assert_eq!(seats(&site), ["lab council-member bob"]);
    assert!(site.page("people/ann/index.html").contains("Council member"));
}

#[test]
fn records_are_told_apart() {
    let entries = "[[source.groups]]\nfiles = \"g.yaml\"\nwhere = \"status != 'closed'\"\nignore = [\"status\"]\n\
        roles = { lead = \"leads\" }\nnested = \"parts[]\"\nmeetings = { schedule = \"meets\" }\n";
    let data = "- {id: a, name: A, leads: [ann], parts: [{id: c, name: C, leads: [cid]}]}\n-\n- {id: b, name: B, leads: [bob], meets: Tuesday at 18:00 UTC}\n";
    let site = mapped(entries, &[("g.yaml", data)]);
    assert_eq!(seats(&site), ["a lead ann", "b lead bob", "c lead cid"]);
    assert_eq!(group(&site, "a")["meetings"], json!([]));
    assert_eq!(group(&site, "b")["meetings"][0]["day"], "Tuesday");
    // An alias is a record of its own.
    let of_keys =
        "[[source.groups]]\nfiles = \"g.yaml\"\neach = \"{}\"\nid = \"@key\"\nroles = { lead = \"leads\" }\n";
    let site = mapped(of_keys, &[("g.yaml", "a: &a {leads: [ann]}\nb: *a\n")]);
    assert_eq!(seats(&site), ["a lead ann", "b lead ann"]);
    // A list of one record is a list, too.
    let site = mapped(entries, &[("g.yaml", "- {id: a, name: A, status: closed, leads: [ann]}\n")]);
    assert_eq!(seats(&site), [""; 0]);
}

#[test]
fn a_directory_keeps_names_and_joins_accounts() {
    let groups =
        "- {id: a, name: A, leads: [{github: ann, name: Ann Ash}, {github: carl-old}, {github: carl}]}\n";
    let people = "- {github: ann, place: Berlin}\n- {github: carl, name: Carl Co, aliases: [carl-old]}\n";
    let entries = "[[source.groups]]\nfiles = \"g.yaml\"\nroles = { lead = \"leads\" }\n\n\
        [[source.people]]\nfiles = \"p.yaml\"\ngithub = \"github\"\nname = \"name\"\nplace = \"place\"\naliases = \"aliases\"\n";
    let site = mapped(entries, &[("g.yaml", groups), ("p.yaml", people)]);
    assert_eq!(seats(&site), ["a lead ann", "a lead carl"]);
    assert_eq!(group(&site, "a")["leads"][0]["name"], "Ann Ash");
}

/// The first kind of account of the community identifies a person, in whatever order a mapping names them.
#[test]
fn the_order_of_accounts_in_a_mapping_does_not_matter() {
    let groups = "- {id: a, name: A, leads: [{github: ann}]}\n";
    let people = "- {github: ann, matrix: '@ash:x.example', place: Berlin}\n";
    let person = |fields: &str| {
        let entries = format!(
            "[[source.groups]]\nfiles = \"g.yaml\"\nroles = {{ lead = \"leads\" }}\n\n\
             [[source.people]]\nfiles = \"p.yaml\"\n{fields}place = \"place\"\n"
        );
        let site = mapped(&entries, &[("g.yaml", groups), ("p.yaml", people)]);
        site.run(&["build"]).fine();
        site.page("people/ann/index.html")
    };
    let page = person("matrix = \"matrix\"\ngithub = \"github\"\n");
    assert!(page.contains("Berlin"), "{page}");
    assert_eq!(page, person("github = \"github\"\nmatrix = \"matrix\"\n"));
}

#[test]
fn faults_of_a_mapping_are_at_their_line() {
    let good = "files = \"g.yaml\"\n";
    for (entry, line, message) in [
        ("filse = \"g.yaml\"\n", 11, "did you mean `files`?"),
        ("files = \"g.yaml\"\neahc = \"x[]\"\n", 12, "did you mean `each`?"),
        ("files = \"g.yaml\"\neach = \"x[0]\"\n", 12, "invalid path `x[0]`"),
        ("files = \"g.yaml\"\nid = \"@kee\"\n", 12, "invalid path `@kee`"),
        ("files = \"g.yaml\"\nkind = \"sgi\"\n", 12, "did you mean `sig`?"),
        ("files = \"g.yaml\"\nwhere = \"id ==\"\n", 12, "invalid condition"),
        ("files = \"[\"\n", 11, "invalid pattern for `files`"),
        ("files = \"g.yaml\"\nperson = { githbu = \"x\" }\n", 12, "did you mean `github`?"),
        ("files = \"g.yaml\"\ncontact = { slakc = \"x\" }\n", 12, "did you mean `slack`?"),
        ("files = \"g.yaml\"\nroles = { \"a/b\" = \"x\" }\n", 12, "invalid role `a/b`"),
        ("files = \"g.yaml\"\nroles = { lead = { is = \"x\" } }\n", 12, "are not at a path"),
        ("files = \"g.yaml\"\nmeetings = { each = \"x\", tme = \"y\" }\n", 12, "unknown field `tme`"),
    ] {
        let site = mapped(&format!("[[source.groups]]\n{entry}"), &[("g.yaml", "x: []\n")]);
        let run = site.run(&["check"]);
        let place = format!("site.toml:{line}:");
        assert!(run.code == 1 && run.stderr.contains(message), "{entry}: {}", run.stderr);
        assert!(run.stderr.contains(&place), "{entry}: {}", run.stderr);
    }
    let site = site(
        "[[source]]\nname = \"up\"\npath = \"up\"\nformat = \"handbook\"\n[[source.groups]]\nfiles = \"g.yaml\"\n",
        &[("g.yaml", good)],
    );
    assert!(site.run(&["check"]).stderr.contains("cannot have a mapping"));
}

#[test]
fn faults_of_the_data_are_at_their_line_and_nothing_is_written_outside() {
    let data = "- {id: ../../escaped, name: A, leads: [ann]}\n- {id: a/b, name: B}\n- {id: .., name: C}\n- {id: \"x\\ny\", name: D}\n\
                - {name: ../../../escaped, leads: [\"..\"]}\n- text\n- {id: ok, name: \"<script>alert(1)</script>\", leads: [{github: \"a b\"}, {}]}\n\
                - {id: OK, name: Twice}\n- {id: self, name: Self, parent: self}\n- {id: circle-a, name: CA, parent: circle-b}\n\
                - {id: circle-b, name: CB, parent: circle-a}\n";
    let entries = "[[source.groups]]\nfiles = \"g.yaml\"\neach = \"[]\"\nparent = \"parent\"\nroles = { lead = \"leads[]\" }\n";
    let site = mapped(entries, &[("g.yaml", data)]);
    let run = site.run(&["build"]).fine();
    for (line, message) in [
        (1, "invalid group id `../../escaped`"),
        (2, "has the address of `a-b`"),
        (3, "invalid group id `..`"),
        (6, "expected a table"),
        (7, "neither an account nor a name"),
        (8, "duplicate group `OK`"),
    ] {
        let place = format!("up/g.yaml:{line}:");
        let place_of_source = format!("g.yaml:{line}:");
        assert!(run.stderr.contains(message), "{message}: {}", run.stderr);
        assert!(
            run.stderr.contains(&place) || run.stderr.contains(&place_of_source),
            "{line}: {}",
            run.stderr
        );
    }
    let page = site.page("groups/ok/index.html");
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(!site.path().join("escaped").exists() && !site.path().parent().unwrap().join("escaped").exists());
    for name in ["circle-a", "circle-b", "self"] {
        site.page(&format!("groups/{name}/index.html"));
    }
}

#[test]
fn deep_multiplied_and_huge_data_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let mut aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        aliases += &format!("a{level}: &a{level} [{items}]\n");
    }
    for (file, text) in [
        ("g.yaml", deep.clone()),
        ("g.json", deep.clone()),
        ("g.toml", format!("a = {deep}")),
        ("g.yaml", aliases),
    ] {
        let entries = "[[source.groups]]\nfiles = \"g.*\"\neach = \"groups[]\"\n";
        let run = mapped(entries, &[(file, &text)]).run(&["build"]).fine();
        assert!(run.stderr.contains("[data/syntax]"), "{file}: {}", run.stderr);
    }
    let site = mapped("[[source.groups]]\nfiles = \"g.yaml\"\n", &[]);
    fs::create_dir(site.path().join("up")).unwrap();
    fs::File::create(site.path().join("up/g.yaml")).unwrap().set_len(100 << 20).unwrap();
    let run = site.run(&["build"]).fine();
    assert!(
        run.stderr.contains("[source/too-large]") && !run.stderr.contains("[source/no-records]"),
        "{}",
        run.stderr
    );
    let groups = format!("{}{}", "teams: {a: {".repeat(40), "}}".repeat(40));
    let entries =
        "[[source.groups]]\nfiles = \"g.yaml\"\neach = \"teams{}\"\nid = \"@key\"\nnested = \"teams\"\n";
    mapped(entries, &[("g.yaml", &groups)]).run(&["build"]).fine();
}

#[test]
fn rosters_and_tables_are_data_for_other_programs() {
    let entries = "[[source.rosters]]\nfiles = \"ALIASES\"\neach = \"aliases{}\"\nname = \"@key\"\nmembers = \".\"\n\n\
        [[source.tables]]\nname = \"plans\"\nfiles = \"plans/**/plan.yaml\"\n";
    let site = mapped(
        entries,
        &[
            ("ALIASES", "aliases:\n  wood: [ann, bob]\n"),
            ("plans/a/plan.yaml", "title: A\nnumber: 7\nauthors: [ann@example.org, \"@ann\"]\n"),
        ],
    );
    site.run(&["build"]).fine();
    let records: Value = serde_json::from_str(&site.page("api/records.json")).unwrap();
    assert_eq!(records["rosters"][0]["members"], json!(["ann", "bob"]));
    assert_eq!(records["tables"]["plans"], json!([{"title": "A", "number": 7, "authors": [null, "@ann"]}]));
}

#[test]
fn names_with_signs_have_addresses_of_their_own() {
    let data =
        "- {name: C++, leads: [ann]}\n- {name: C#, leads: [bob]}\n- {name: Blue & Red, leads: [cid]}\n";
    let site = mapped(
        "[[source.groups]]\nfiles = \"g.yaml\"\neach = \"[]\"\nid = \"name\"\nroles = { lead = \"leads[]\" }\n",
        &[("g.yaml", data)],
    );
    let mut read = seats(&site);
    read.sort();
    assert_eq!(read, ["blue-red lead cid", "cplusplus lead ann", "csharp lead bob"]);
}

#[test]
fn addresses_of_people_are_published_nowhere() {
    let person = "{github: ann, name: '_@x.example', company: 'jane.@x.example', since: 'since@x.example', \
        until: 'j＠x.example', role: 'role@x.example', matrix: 'jane@x.example'}";
    let data = format!(
        "groups:\n- id: a\n  name: A\n  by: {{'key@x.example': [bob]}}\n  leads: [{person}, 'fay@x.example', {{name: Zed, github: 'zed@x.example'}}]\n"
    );
    let entries = "[[source.groups]]\nfiles = \"g.yaml\"\neach = \"groups[]\"\nroles = { lead = \"leads[]\", \"*\" = \"by{}\" }\n\
        person = { handle = [\"github\", \".\"], name = \"name\", company = \"company\", since = \"since\", until = \"until\", role = \"role\", matrix = \"matrix\" }\n\n\
        [[source.people]]\nfiles = \"p.yaml\"\neach = \"[]\"\ngithub = \"github\"\npronouns = \"pronouns\"\nplace = \"place\"\npicture = \"picture\"\naliases = \"aliases\"\nextra = { note = \"note\" }\n";
    let people = "- {github: ann, pronouns: 'p@x.example', place: 'at q@x.example', picture: 'r@x.example', aliases: ['s@x.example'], note: 't%40x.example'}\n";
    let site = mapped(entries, &[("g.yaml", &data), ("p.yaml", people)]);
    let run = site.run(&["build"]).fine();
    assert!(!run.stdout.contains("x.example"), "{}", run.stdout);
    for (path, bytes) in files(&site.path().join("public")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("x.example") && !path.contains("x.example"), "{path}");
    }
    assert!(site.page("groups/a/index.html").contains("Zed"), "an invalid account leaves the name");
}

#[test]
fn unclosed_quotes_and_colliding_accounts_are_reported() {
    let entries = "[[source.seats]]\nfiles = \"m.csv\"\ngroup = [\"group\"]\nrole = \"lead\"\nperson = { handle = \"who\" }\n";
    let site = mapped(entries, &[("m.csv", "group;who\nA;ann\nB;\"bob\nC;cid\n")]);
    let run = site.run(&["check"]).fine();
    assert!(
        run.stderr.contains("unclosed quotation mark") && run.stderr.contains("m.csv:3:3"),
        "{}",
        run.stderr
    );
    assert!(seats(&site).contains(&"a lead ann".to_owned()));
    let group = "kind = \"wg\"\nname = \"X\"\n[[leads]]\nrole = \"lead\"\ngitlab = \"j.doe\"\n[[leads]]\nrole = \"lead\"\ngitlab = \"jdoe\"\n";
    let site = TestSite::small(&[("content/groups/wg-x.toml", group)]);
    let run = site.run(&["check"]);
    assert!(
        run.code == 1 && run.stderr.contains("`j.doe` and `jdoe` have the same address"),
        "{}",
        run.stderr
    );
}

#[test]
fn costly_conditions_are_refused() {
    for condition in
        [format!("{}true{}", "(".repeat(200), ")".repeat(200)), format!("1{} == 1", "+1".repeat(600))]
    {
        let entries = format!("[[source.groups]]\nfiles = \"g.yaml\"\nwhere = \"{condition}\"\n");
        let run = mapped(&entries, &[("g.yaml", "id: a\n")]).run(&["check"]);
        assert!(run.code == 1 && run.stderr.contains("too long or nested too deeply"), "{}", run.stderr);
    }
    let entries = "[[source.groups]]\nfiles = \"g.yaml\"\neach = \"[]\"\nwhere = \"nmae == 'A'\"\n";
    let run =
        mapped(entries, &[("g.yaml", "- {id: a, name: A}\n- {id: b, name: B}\n")]).run(&["check"]).fine();
    assert!(run.stderr.contains("meet the condition"), "{}", run.stderr);
}

#[test]
fn init_writes_a_configuration_that_loads_whatever_the_data() {
    let data = "- {name: A, chair: [u1], chairs: [u2], Lead: [u3], lead: [u4], 'leads/x': [u5], '.lead': [u6], '@lead': [u7], 'a[b': 1, kind: ''}\n\
        - {name: B, chair: [u1], chairs: [u2], kind: ''}\n";
    let checkout = TestSite::new(&[
        ("su[b]{x}/g *.yaml", data),
        ("teams.json", "{\"a.b\": {\"x\": [\"ann\"], \"y\": [\"bob\"]}}"),
    ]);
    let site = TestSite::of_checkout(checkout.path());
    assert!(seats(&site).iter().any(|seat| seat.ends_with("u1")), "{:?}", seats(&site));
    // A site in the checkout leaves itself out.
    checkout.file("handbook/.keep", "");
    fs::remove_file(checkout.path().join("handbook/.keep")).unwrap();
    checkout.run(&["init", "handbook", "--from", "."]).fine();
    let run = checkout.run(&["build", "--site", "handbook"]).fine();
    assert!(run.stderr.contains(" 0 warnings") || !run.stderr.contains("error"), "{}", run.stderr);
    assert!(!checkout.path().join("handbook/public").join("handbook").exists());
    for wrong in ["teams.json", "/dev/null"] {
        assert_eq!(site.run(&["init", "new", "--from", wrong]).code, 2, "{wrong}");
        assert!(!site.path().join("new").exists());
    }
}

#[test]
fn init_infers_a_mapping_of_unknown_data() {
    let crews = "crews:\n- id: red\n  title: Red\n  description: Rows.\n  captains: [{github: ann, name: Ann Example}]\n  members: [bob]\n\
        \x20 slack: red-boat\n  meetings: [{title: Outing, day: Tuesday, time: '18:00', tz: UTC, frequency: weekly}]\n\
        - id: blue\n  title: Blue\n  captains: [{github: cid}]\n  colour: blue\n";
    let checkout = TestSite::new(&[
        ("crews.yaml", crews),
        ("package.json", "{\"name\": \"x\"}"),
        ("README.md", "# Up\n"),
        ("odd.yaml", "a: 1\n"),
    ]);
    let site = TestSite::new(&[]);
    let run = site.run(&["init", ".", "--from", checkout.path().to_str().unwrap()]).fine();
    for part in ["2 (2 Crews)", "people      3", "1 (1 with a clear schedule)", "1 data file: odd.yaml"] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    assert_eq!(seats(&site), ["blue captain cid", "red captain ann", "red member bob"]);
    let page = site.page("groups/red/captain/index.html");
    assert!(page.contains("Ann Example") && page.contains("Outing") && page.contains("#red-boat"), "{page}");
    assert!(!site.path().join("public/groups/red/member").exists());
}

#[test]
fn init_reads_front_matter_and_accounts_of_the_host() {
    let checkout = TestSite::new(&[]);
    for (name, person) in [("wood", "ann"), ("bark", "bob"), ("leaf", "cid")] {
        let text = format!(
            "---\ntitle: {name}\nchairs:\n- {{username: {person}, display_name: Some Body}}\n---\n# {name}\n"
        );
        checkout.file(&format!("teams/{name}.md"), text);
    }
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git")
            .arg("-C")
            .arg(checkout.path())
            .args(arguments)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["remote", "add", "origin", "ssh://git@gitlab.example.org:2222/guild/teams.git"]);
    git(&["add", "."]);
    git(&["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--message=x"]);
    let site = TestSite::of_checkout(checkout.path());
    let config = fs::read_to_string(site.path().join("site.toml")).unwrap();
    assert!(config.contains("web = \"https://gitlab.example.org/guild/teams/-/blob/main/\""), "{config}");
    assert_eq!(seats(&site), ["bark chair bob", "leaf chair cid", "wood chair ann"]);
    let page = site.page("people/ann/index.html");
    assert!(page.contains("https://gitlab.example.org/ann") && !page.contains("github.com"), "{page}");
}

#[test]
fn init_refuses_a_folder_with_files_and_a_checkout_that_is_none() {
    let site = TestSite::small(&[]);
    assert_eq!(site.run(&["init", ".", "--from", "content"]).code, 2);
    assert_eq!(site.run(&["init", "new", "--from", "nowhere"]).code, 2);
    assert_eq!(site.run(&["init", "new", "--from", "site.toml"]).code, 2);
    assert!(!site.path().join("new").exists());
    site.run(&["init", "new", "--from", "content"]).fine();
    site.run(&["build", "--site", "new"]).fine();
}

#[test]
fn roles_of_members_do_not_lead() {
    let site = preset(
        "rust-team",
        &[
            (
                "teams/mentees.toml",
                "name = \"mentees\"\n[people]\nleads = [\"ann\"]\nmembers = [{ github = \"bob\", roles = [\"gsoc\"] }, \"cyd\"]\nalumni = [\"dan\"]\n",
            ),
            (
                "teams/core.toml",
                "name = \"core\"\n[people]\nleads = [{ github = \"ann\", roles = [\"council-rep\"] }]\nmembers = [\"ann\"]\n",
            ),
        ],
    );
    assert_eq!(
        seats(&site),
        [
            "core lead ann",
            "core council-rep ann",
            "core member ann",
            "mentees lead ann",
            "mentees member bob",
            "mentees gsoc bob",
            "mentees member cyd"
        ]
    );
    let exists = |path: &str| site.path().join("public").join(path).exists();
    assert!(!exists("groups/mentees/gsoc/index.html"), "a member does not lead");
    assert!(exists("groups/core/council-rep/index.html"));
    assert!(site.page("groups/mentees/index.html").contains("Gsoc"));
    assert!(!site.page("people/dan/index.html").contains("lead"), "the data does not say that alumni led");
}

#[test]
fn an_ambiguous_frequency_has_no_suggestion() {
    let site = preset(
        "kubernetes-community",
        &[(
            "sigs.yaml",
            "sigs:\n- dir: sig-a\n  name: A\n  meetings:\n  - {description: X, day: Monday, time: '13:00', tz: Nowhere, frequency: bimonthly}\n",
        )],
    );
    let run = site.run(&["check"]);
    assert!(run.stderr.contains("ambiguous frequency `bimonthly`"), "{}", run.stderr);
    assert!(!run.stderr.contains("did you mean"), "{}", run.stderr);
    assert!(run.stderr.contains("time zone `Nowhere`"), "{}", run.stderr);
}

#[test]
fn import_refuses_presets_without_groups_and_folders_that_do_not_exist() {
    let site = TestSite::small(&[("up/x.yaml", "a: 1\n")]);
    for (arguments, message) in [
        (["import", "kubernetes-org", "up"], "reads rosters and no groups"),
        (["import", "rust-team", "nowhere"], "nowhere is not a folder"),
    ] {
        let run = site.run(&arguments);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}
