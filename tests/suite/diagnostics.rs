//! The full text of each diagnostic, blessed in `tests/diagnostics.blessed`. `ROLEBOOK_BLESS=1 cargo test` rewrites it,
//! and the change is reviewed like any other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::external::Host;
use crate::support::{TestSite, files, project};

/// A code, a function that creates the fault, and the command that reports it.
type Case = (&'static str, fn(&TestSite), &'static [&'static str]);

const CHECK: &[&str] = &["check"];
const BUILD: &[&str] = &["build"];

const GROUP: &str = "kind = \"sig\"\nname = \"X\"\n";
const ROLE: &str = "+++\napplies_to = [\"sig\"]\n+++\n# Lead\n";
const CONTENT: &str = "title = \"T\"\n[[source]]\npath = \"content\"\n";
const RULES: &str =
    "# Rules\n\n## Chair\n\n- *MUST* keep notes\n- *MUST* close the door, but *MAY* delegate\n";

const MORE: &str = "# More\n\n## Oil\n\nWhoever hears the door creak oils its hinges on the same day, and says so.\n\n\
                    ## Paint\n\nThe door is painted in spring, in the colour that most people who use it like best.\n";

/// Adds a mounted source with normative documents.
fn mounted(site: &TestSite) {
    let source = "[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\nmount = \"up\"\noptional = true\n\
                  web = \"https://example.org/blob/main/\"\nbroken_links = \"warn\"\nnormative = [\"rules.md\"]\n";
    site.file("site.toml", format!("{CONTENT}{source}")).file("up/rules.md", RULES);
    site.file(
        "content/roles/chair.md",
        "+++\ngoverned_by = [\"/rules.md#chair\"]\n+++\n# Chair\n\nA chair.\n",
    );
}

/// Maps the records at a path of a file.
fn mapped(site: &TestSite, each: &str) {
    let groups = format!(
        "[[source.groups]]\nfiles = \"teams.yaml\"\neach = \"{each}\"\nroles = {{ lead = \"leads[]\" }}\n"
    );
    site.file("site.toml", format!("{CONTENT}[[source]]\nname = \"up\"\npath = \"up\"\n\n{groups}"));
    site.file(
        "up/teams.yaml",
        "teams:\n  - id: design\n    name: Design\n    leads: [ann]\n    motto: Simple things\n",
    );
}

/// Adds a group with one lead and one former lead, and a file with a list.
fn listed(site: &TestSite, name: &str, members: &str) {
    let groups = "[[source.groups]]\nfiles = \"groups.yaml\"\neach = \"groups[]\"\nroles = { steward = \"stewards[]\" }\n\
                  emeritus = \"former[]\"\n";
    let expect = "{ roster = \"{group.id}-stewards\", roles = [\"steward\"], exact = true, required = true, retired = true, \
                  clause = \"/rules.md\" }";
    let rosters = format!(
        "[[source.rosters]]\nfiles = \"ALIASES\"\neach = \"{{}}\"\nname = \"@key\"\nmembers = \".\"\nexpect = {expect}\n"
    );
    let source = "[[source]]\nname = \"guild\"\npath = \"guild\"\n";
    site.file("site.toml", format!("{CONTENT}{source}\n{groups}\n{rosters}"));
    site.file(
        "guild/groups.yaml",
        "groups:\n  - id: murals\n    name: Murals\n    stewards: [ann]\n    former: [cem]\n",
    );
    site.file("guild/rules.md", "# Rules\n").file("guild/ALIASES", format!("{name}: [{members}]\n"));
}

/// Two groups, of which one has a list.
fn a_group_without_a_list(site: &TestSite) {
    listed(site, "prints-stewards", "ann");
    let groups = "groups:\n  - {id: murals, name: Murals, stewards: [ann]}\n  - {id: prints, name: Prints, stewards: [ann]}\n";
    site.file("guild/groups.yaml", groups);
}

/// Creates a site in a shallow repository.
fn shallow(site: &TestSite) {
    let git = |arguments: &[&str]| {
        let person = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"];
        let output = std::process::Command::new("git")
            .current_dir(site.path())
            .args(person)
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "--quiet"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "one"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "two"]);
    // The file that a clone of depth 1 has.
    site.file(".git/shallow", git(&["rev-parse", "HEAD"]));
}

/// Creates a reviewed handbook, with a fixed review date.
fn reviewed(site: &TestSite) {
    mounted(site);
    site.file("up/more.md", MORE);
    let cites = "# Door\n\nIt is [closed](/rules.md#chair) at night, [oiled](/more.md#oil) and [painted](/more.md#paint).\n";
    site.file("content/guides/door.md", cites);
    site.run(&["review", "--all"]).fine();
    let lock = fs::read_to_string(site.path().join("governance.lock")).unwrap();
    let day = |line: &str| match line.split_once("reviewed = \"") {
        Some((before, after)) => format!("{before}reviewed = \"2026-02-03{}\n", &after["2026-02-03".len()..]),
        None => format!("{line}\n"),
    };
    site.file("governance.lock", lock.lines().map(day).collect::<String>());
}

/// Adds a group and a rule about groups with a requirement, and `more` after it.
fn ruled(site: &TestSite, requirement: &str, more: &str) {
    site.file("content/groups/x.toml", GROUP);
    site.file(
        "content/rules/leads.toml",
        format!(
            "[[rules]]\nid = \"two-leads\"\ntitle = \"At least two leads\"\nclause = \"/index.md\"\neach = \"group\"\n\
             require = \"{requirement}\"\nmessage = \"{{group.name}} has {{count}} leads\"\nfix = \"Nominate a lead.\"\n{more}"
        ),
    );
}

fn item(fields: &str) -> String {
    format!("title = \"X\"\n[[items]]\nid = \"x\"\nphase = \"day-1\"\ntext = \"Do it.\"\n{fields}")
}

const CASES: &[Case] = &[
    (
        "conformance/expression",
        |site| {
            ruled(site, "size(group.lead) >= 2 && group.name != 3", "");
        },
        CHECK,
    ),
    (
        "conformance/failed",
        |site| {
            ruled(site, "year(group.extra.founded) >= 2000", "");
            site.file("content/groups/x.toml", format!("{GROUP}[extra]\nfounded = \"spring\"\n"));
        },
        CHECK,
    ),
    (
        "conformance/no-subject",
        |site| {
            ruled(
                site,
                "size(group.leads) >= 2",
                "where = \"group.kind == 'wg'\"\n[[rules]]\nid = \"named\"\ntitle = \"Named\"\nclause = \"/index.md\"\n\
                 each = \"group\"\nrequire = \"group.name != ''\"\nmessage = \"No name\"\nexcept = { y = \"New.\" }\n",
            );
        },
        CHECK,
    ),
    (
        "conformance/unmet",
        |site| {
            mounted(site);
            ruled(site, "size(group.leads) >= 2", "");
            let text = fs::read_to_string(site.path().join("content/rules/leads.toml")).unwrap();
            let clause = "/rules.md#chair.must-keep-notes";
            site.file("content/rules/leads.toml", text.replace("/index.md", clause));
        },
        CHECK,
    ),
    (
        "conformance/unused-baseline",
        |site| {
            let entry = |rule: &str, subjects: &str| {
                format!("[[baseline]]\nrule = \"{rule}\"\nsubjects = {subjects}\n")
            };
            let entries = entry("two-leads", "[\"x\", \"z\"]") + &entry("two-lead", "[\"x\"]");
            ruled(site, "size(group.leads) >= 0", &entries);
        },
        CHECK,
    ),
    (
        "data/differs",
        |site| {
            let source = "[[source]]\nname = \"c\"\nformat = \"kubernetes-community\"\npath = \"c\"\n";
            site.file("site.toml", format!("{CONTENT}{source}"));
            site.file("c/sigs.yaml", "sigs:\n- dir: x\n  name: X\n  leadership:\n    chairs:\n    - github: new\n      name: New\n");
            site.file("content/roles/chair.md", ROLE);
            site.file(
                "content/groups/x.toml",
                format!("{GROUP}[[leads]]\nrole = \"chair\"\ngithub = \"old\"\n"),
            );
        },
        CHECK,
    ),
    (
        "data/duplicate-id",
        |site| {
            site.file("content/groups/x.toml", GROUP)
                .file("content/groups/y.toml", format!("id = \"x\"\n{GROUP}"));
        },
        CHECK,
    ),
    (
        "data/include-cycle",
        |site| {
            site.file("content/checklists/x.toml", "title = \"X\"\ninclude = [\"y\"]\n");
            site.file("content/checklists/y.toml", "title = \"Y\"\ninclude = [\"x\"]\n");
        },
        CHECK,
    ),
    (
        "data/invalid-value",
        |site| {
            site.file("content/groups/x.toml", "kind = \"sgi\"\nname = \"X\"\n");
        },
        CHECK,
    ),
    (
        "data/missing-field",
        |site| {
            site.file("content/groups/x.toml", "kind = \"sig\"\n");
        },
        CHECK,
    ),
    (
        "data/syntax",
        |site| {
            site.file("content/groups/x.toml", "kind = \"sig\"\nname = \n");
            site.file("content/a.md", "---\ntitle: [\n---\n");
        },
        CHECK,
    ),
    (
        "data/unknown-checklist",
        |site| {
            site.file("content/checklists/new-lead.toml", "title = \"New\"\n");
            site.file("content/checklists/x.toml", "title = \"X\"\ninclude = [\"new-leed\"]\n");
        },
        CHECK,
    ),
    (
        "data/unknown-field",
        |site| {
            site.file("content/groups/x.toml", format!("{GROUP}labl = \"x\"\n"));
        },
        CHECK,
    ),
    (
        "data/unknown-file",
        |site| {
            site.file("content/stray.toml", "a = 1\n");
        },
        CHECK,
    ),
    (
        "data/unread",
        |site| {
            mapped(site, "teams[]");
        },
        CHECK,
    ),
    (
        "source/no-records",
        |site| {
            mapped(site, "team[]");
        },
        CHECK,
    ),
    (
        "data/name-differs",
        |site| {
            let former = "[[emeritus]]\ngithub = \"ann\"\nname = \"Ann B. Example\"\n";
            let lead = "[[leads]]\nrole = \"lead\"\ngithub = \"ann\"\nname = \"Ann Example\"\n";
            site.file("content/groups/x.toml", format!("kind = \"wg\"\nname = \"X\"\n{lead}{former}"));
        },
        CHECK,
    ),
    (
        "data/unknown-group",
        |site| {
            site.file("content/groups/x.toml", GROUP);
            site.file("content/roles/lead.md", ROLE.replace("\"sig\"", "\"sgi\""));
        },
        CHECK,
    ),
    (
        "data/unknown-placeholder",
        |site| {
            site.file("content/checklists/x.toml", item("done = \"{group.nmae} agrees.\"\n"));
        },
        CHECK,
    ),
    (
        "data/role-without-skills",
        |site| {
            site.file("content/roles/lead.md", ROLE);
            site.file(
                "content/skills/a.toml",
                "name = \"A\"\n[[skills]]\nid = \"a\"\nname = \"A\"\ndescription = \"A.\"\n",
            );
        },
        CHECK,
    ),
    (
        "data/unknown-role",
        |site| {
            site.file("content/roles/lead.md", ROLE);
            site.file("content/groups/x.toml", format!("{GROUP}[roles.laed]\n"));
        },
        CHECK,
    ),
    (
        "data/unknown-skill",
        |site| {
            site.file("content/roles/lead.md", "+++\nskills = { nosuch = 2 }\n+++\n# Lead\n");
        },
        CHECK,
    ),
    (
        "data/unknown-zone",
        |site| {
            site.file("content/groups/x.toml", format!("{GROUP}[[meetings]]\ntitle = \"M\"\ntz = \"IST\"\n"));
        },
        CHECK,
    ),
    (
        "data/unmatched-acceptance",
        |site| {
            let accept =
                "[[accept]]\ncode = \"data/unknown-file\"\npath = \"content/x.toml\"\nreason = \"A note.\"\n";
            site.file("site.toml", format!("{CONTENT}{accept}"));
        },
        CHECK,
    ),
    (
        "data/unreadable-day",
        |site| {
            site.file(
                "content/groups/x.toml",
                format!("{GROUP}[[meetings]]\ntitle = \"M\"\nday = \"Teusday\"\n"),
            );
        },
        CHECK,
    ),
    (
        "data/unreadable-time",
        |site| {
            site.file(
                "content/groups/x.toml",
                format!("{GROUP}[[meetings]]\ntitle = \"M\"\ntime = \"noon\"\n"),
            );
        },
        CHECK,
    ),
    (
        "data/wrong-type",
        |site| {
            site.file("content/groups/x.toml", "kind = \"sig\"\nname = 3\n");
        },
        CHECK,
    ),
    (
        "governance/contradiction",
        |site| {
            mounted(site);
            site.file("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n");
            let overlay = "[roles.chair]\ncharter = { clause = \"/rules.md#chair\" }\n";
            let lead = "[[leads]]\nrole = \"chair\"\ngithub = \"somebody\"\n";
            site.file("content/groups/x.toml", format!("{GROUP}{lead}{overlay}"));
        },
        CHECK,
    ),
    (
        "governance/drift",
        |site| {
            reviewed(site);
            site.file("up/rules.md", RULES.replace("keep notes", "keep and publish notes"));
            let (_, paint) = MORE.split_once("## Paint").unwrap();
            site.file("up/more.md", format!("# More\n\n## Colour{}", paint.replace("most", "many")));
        },
        CHECK,
    ),
    (
        "governance/unchecked",
        |site| {
            reviewed(site);
            fs::remove_dir_all(site.path().join("up")).unwrap();
        },
        CHECK,
    ),
    (
        "governance/unreviewed",
        |site| {
            reviewed(site);
            site.file("up/new.md", "# New\n\n## Clause\n\nText.\n")
                .file("content/a.md", "# A\n\n[new](/new.md#clause)\n");
        },
        CHECK,
    ),
    (
        "html/too-complex",
        |site| {
            mounted(site);
            site.file("up/a.md", format!("# A\n\n{}b\n", "<ins>".repeat(129)));
        },
        CHECK,
    ),
    (
        "link/case-mismatch",
        |site| {
            site.file(
                "content/guides/a.md",
                "# A\n\nSee [home](../Index.md) and [here](#Below).\n\n## Below\n",
            );
        },
        CHECK,
    ),
    (
        "link/empty",
        |site| {
            site.file("content/a.md", "# A\n\n[b]()\n");
        },
        CHECK,
    ),
    (
        "link/malformed",
        |site| {
            let text = "# A\n\n[b]((#a)) [c](ann@example.org)\n\n[d](( https://example.org )) and [e]([f](https://example.org))\n";
            site.file("content/a.md", text);
            site.file("content/checklists/x.toml", item("refs = [\"#a\"]\n"));
        },
        CHECK,
    ),
    (
        "link/left-out",
        |site| {
            site.file("content/guides/a.md", "# A\n\n[b](c/index.html/b.md)\n");
            site.file("content/guides/c/index.html/b.md", "# B\n");
        },
        CHECK,
    ),
    (
        "link/missing-anchor",
        |site| {
            site.file(
                "content/guides/a.md",
                "# A\n\n## Who decides\n\n[b](#who-decide) [c](#last-words-of-all)\n",
            );
            site.file("content/guides/c.md", "# C\n\n## Last words of all\n");
        },
        CHECK,
    ),
    (
        "link/not-copied",
        |site| {
            mounted(site);
            let toml = fs::read_to_string(site.path().join("site.toml")).unwrap();
            site.file("site.toml", toml.replace("web = \"https://example.org/blob/main/\"\n", ""));
            site.file("up/rules.md", format!("{RULES}\n[Form](form.html)\n")).file("up/form.html", "<form>");
        },
        CHECK,
    ),
    (
        "link/missing-document",
        |site| {
            site.file("content/guides/meetings.md", "# M\n");
            site.file(
                "content/a.md",
                "# A\n\n[near](guides/meeting.md), [moved](old/meetings.md), [gone](gone.md)\n",
            );
        },
        CHECK,
    ),
    ("link/moved", |site| linked(site, "/for-good"), &["check", "--external"]),
    (
        "link/not-checked",
        |site| {
            mounted(site);
            site.file("up/a.md", "# A\n\nSee [b](http://10.0.0.1/).\n");
        },
        &["check", "--external"],
    ),
    (
        "link/redirect-page",
        |site| {
            site.file("content/guides/old.md", "# Old\n\nThis page has moved to [new](new.md).\n");
            site.file("content/guides/new.md", "# New\n").file("content/a.md", "# A\n\n[b](guides/old.md)\n");
        },
        CHECK,
    ),
    (
        "link/scheme",
        |site| {
            let text = "# A\n\n[run](javascript:alert(1)) and ![a dot](data:image/gif;base64,R0lGODlhAQABAAAAACw=)\n";
            site.file("content/a.md", text);
            site.file("content/checklists/x.toml", item("refs = [\"VBScript:x\"]\n"));
        },
        CHECK,
    ),
    (
        "link/shadowed-definition",
        |site| {
            site.file("content/a.md", "# A\n\n[b]\n\n[b]: index.md\n[B]: a.md\n");
        },
        CHECK,
    ),
    (
        "link/undefined-label",
        |site| {
            site.file("content/a.md", "# A\n\nSee [b][c].\n");
        },
        CHECK,
    ),
    ("link/unreachable", |site| linked(site, "/missing"), &["check", "--external"]),
    (
        "link/unused-definition",
        |site| {
            site.file("content/a.md", "# A\n\n[b]: index.md\n");
        },
        CHECK,
    ),
    (
        "output/foreign-file",
        |site| {
            site.run(BUILD).fine();
            site.file("public/a/index.html", "mine").file("content/a.md", "# A\n");
        },
        BUILD,
    ),
    (
        "output/foreign-folder",
        |site| {
            site.file("public/thesis.txt", "mine");
        },
        BUILD,
    ),
    (
        "output/manifest",
        |site| {
            site.run(BUILD).fine();
            let listed = fs::read_to_string(site.path().join("public/.rolebook")).unwrap();
            site.file("public/.rolebook", format!("../victim.txt\n{listed}"));
        },
        BUILD,
    ),
    #[cfg(target_os = "linux")]
    ("output/write", |_| {}, &["build", "--out", "/dev/full/public"]),
    (
        "pages/duplicate-url",
        |site| {
            site.file("content/a.md", "# A\n").file("content/a/index.md", "# A\n");
        },
        CHECK,
    ),
    (
        "pages/invalid-address",
        |site| {
            site.file("content/...md", "# A\n");
        },
        CHECK,
    ),
    (
        "pages/too-large",
        |site| {
            site.file("content/a.md", format!("```\n{}\n```\n", "&".repeat(11 << 20)));
        },
        CHECK,
    ),
    ("roster/extra-person", |site| listed(site, "murals-stewards", "ann, dua"), CHECK),
    ("roster/former-lead", |site| listed(site, "murals-stewards", "ann, cem"), CHECK),
    ("roster/missing-list", a_group_without_a_list, CHECK),
    ("roster/missing-person", |site| listed(site, "murals-stewards", ""), CHECK),
    ("roster/retired-group", |site| listed(site, "frescoes-stewards", "eli"), CHECK),
    ("source/absent", mounted_away, CHECK),
    ("source/shallow-history", shallow, CHECK),
    (
        "source/missing",
        |site| {
            site.file("site.toml", CONTENT.replace("\"content\"", "\"contents\""));
        },
        CHECK,
    ),
    (
        "source/not-utf8",
        |site| {
            site.file("content/a.md", b"# A\n\nb\xff\n");
        },
        CHECK,
    ),
    #[cfg(unix)]
    (
        "source/outside",
        |site| {
            std::os::unix::fs::symlink(project().join("README.md"), site.path().join("content/out.md"))
                .unwrap();
        },
        CHECK,
    ),
    (
        "source/too-deep",
        |site| {
            site.file(&format!("content/{}a.md", "d/".repeat(101)), "# A\n");
        },
        CHECK,
    ),
    (
        "source/too-large",
        |site| {
            fs::File::create(site.path().join("content/huge.md")).unwrap().set_len(100 << 20).unwrap();
        },
        CHECK,
    ),
    #[cfg(unix)]
    (
        "source/unreadable",
        |site| {
            std::os::unix::fs::symlink("nowhere.md", site.path().join("content/dangling.md")).unwrap();
        },
        CHECK,
    ),
    (
        "template/render",
        |site| {
            site.file("themes/default/templates/home.html", "a\n{{ nosuch.field }}\n");
        },
        BUILD,
    ),
    (
        "template/syntax",
        |site| {
            site.file("themes/default/templates/home.html", "a\n{% if %}\n");
        },
        CHECK,
    ),
    (
        "trace/unmatched-pattern",
        |site| {
            mounted(site);
            fs::rename(site.path().join("up/rules.md"), site.path().join("up/bylaws.md")).unwrap();
            fs::remove_file(site.path().join("content/roles/chair.md")).unwrap();
        },
        CHECK,
    ),
    (
        "pages/hidden-entry",
        |site| {
            site.file("site.toml", format!("{CONTENT}[[navigation]]\nsection = \"skills\"\n"));
        },
        CHECK,
    ),
    (
        "theme/low-contrast",
        |site| {
            site.file("site.toml", format!("{CONTENT}[brand.colors]\naccent = \"#e08a00\"\n"));
        },
        CHECK,
    ),
    (
        "theme/no-strings",
        |site| {
            site.file("site.toml", format!("language = \"fr-CA\"\n{CONTENT}"));
        },
        CHECK,
    ),
    (
        "theme/unknown",
        |site| {
            site.file("site.toml", format!("theme = \"nosuch\"\n{CONTENT}"));
        },
        CHECK,
    ),
    (
        "theme/unknown-string",
        |site| {
            // The correct name is on an earlier line, and contains the misspelt one.
            let words =
                "[page]\nprevious = \"nexxt\"\n\n[page.menu]\nother = \"Menü\"\n\n[llms]\nmroe = \"More\"\n";
            site.file("themes/default/strings/en.toml", "[page]\nnext = \"Onward\"\nown = \"Own\"\n");
            site.file("themes/default/strings/de.toml", format!("{words}next = \"Mehr\"\n"));
        },
        CHECK,
    ),
    (
        "trace/digest-differs",
        |site| {
            mounted(site);
            let digest = "+++\nupstream = \"rules.md\"\nnormative = true\n+++\n# Digest\n\n## Chair\n\n\
                      <a id=\"chair.must-keep-note\"></a>**MUST** write things down\n";
            site.file("content/governance/rules.md", digest);
        },
        CHECK,
    ),
    (
        "trace/uncovered-obligation",
        |site| {
            mounted(site);
            let covers = "covers = [\"/rules.md#chair.must-keep-notes\"]\n";
            site.file(
                "content/checklists/chair.toml",
                item(covers).replacen("\n", "\nrole = \"chair\"\n", 1),
            );
        },
        CHECK,
    ),
    (
        "trace/unknown-obligation",
        |site| {
            mounted(site);
            let covers = "covers = [\"/rules.md#chair.must-keep-note\", \"/rules.md#chair\"]\n";
            site.file(
                "content/checklists/chair.toml",
                item(covers).replacen("\n", "\nrole = \"chair\"\n", 1),
            );
        },
        CHECK,
    ),
];

fn mounted_away(site: &TestSite) {
    mounted(site);
    fs::remove_dir_all(site.path().join("up")).unwrap();
}

/// Creates a document that links to the test's own server.
fn linked(site: &TestSite, path: &str) {
    site.file("content/a.md", format!("# A\n\nSee [b]({}).\n", Host::start().address(path)));
}

/// The output of a command, without parts that depend on the machine or the run.
fn output(prepare: fn(&TestSite), command: &[&str]) -> String {
    let site = TestSite::small(&[]);
    prepare(&site);
    let stderr = site.run(command).stderr.replace(&site.path().display().to_string(), "SITE");
    let is_timed = |line: &&str| line.starts_with("public:") || line.starts_with("search index:");
    let lines = stderr.lines().filter(|line| !is_timed(line));
    // The port has five digits.
    let host = "http://127.0.0.1:";
    let line = |line: &str| match line.split_once(host) {
        Some((before, after)) => format!("{before}{host}#####{}\n", &after[5..]),
        None => format!("{line}\n"),
    };
    lines.map(line).collect()
}

#[test]
fn diagnostics_match_the_blessed_ones() {
    let folder = project().join("tests/diagnostics.blessed");
    let texts: BTreeMap<String, String> = CASES
        .iter()
        .map(|(code, prepare, command)| {
            let text = output(*prepare, command);
            assert!(text.contains(&format!("[{code}]")), "{code} is not in:\n{text}");
            (format!("{code}.txt"), text)
        })
        .collect();
    if std::env::var_os("ROLEBOOK_BLESS").is_some() {
        for (name, text) in &texts {
            fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let blessed = files(&folder);
    for (name, text) in &texts {
        let expected = blessed.get(name).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
        assert!(
            *text == expected,
            "tests/diagnostics.blessed/{name} expects\n{expected}\nbut the output is\n{text}"
        );
    }
    let pages = files(&project().join("docs/diagnostics"));
    let codes: BTreeSet<&str> = pages
        .keys()
        .filter(|path| *path != "README.md")
        .filter_map(|path| path.strip_suffix(".md"))
        .collect();
    let with_text: BTreeSet<&str> = blessed.keys().filter_map(|path| path.strip_suffix(".txt")).collect();
    assert_eq!(with_text, codes, "codes with a blessed text, and codes with a page");
}
