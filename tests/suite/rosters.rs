//! Lists of people compared with the facts, and patches that correct them. Expectations are written by hand or computed
//! from the inputs, not by the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{TestSite, copy, handbook_site, is_slow, snapshot};

const CONFIG: &str = "title = \"Small\"\n\n[[source]]\npath = \"content\"\n\n\
    [[source]]\nname = \"guild\"\npath = \"guild\"\nweb = \"https://forge.example/guild/blob/main/\"\n\n\
    [[source.groups]]\nfiles = \"shops.yaml\"\neach = \"shops{}\"\nid = \"@key\"\nname = \"@key\"\n\
    roles = { steward = \"stewards[]\", cook = \"cooks[]\" }\nemeritus = \"former[]\"\n\n";

/// A mapping of aliases that names the stewards of each shop.
const ALIASES: &str = "[[source.rosters]]\nfiles = \"ALIASES\"\neach = \"aliases{}\"\nname = \"@key\"\nmembers = \".\"\n\
    expect = { roster = \"{group.id}-stewards\", roles = [\"steward\"], exact = true, required = true, retired = true }\n\n";

const SHOPS: &str = "shops:\n  mural:\n    stewards: [Ann, ben, Cem]\n    cooks: [gil]\n    former: [old]\n  oak:\n    stewards: [Dua]\n";

fn site(mapping: &str, files: &[(&str, &str)]) -> TestSite {
    let site = TestSite::small(&[("site.toml", &format!("{CONFIG}{mapping}")), ("guild/shops.yaml", SHOPS)]);
    for (path, text) in files {
        site.file(path, text);
    }
    site
}

/// The lists of a site, by name.
fn lists(site: &TestSite) -> BTreeMap<String, Value> {
    let run = site.run(&["rosters", "--format", "json"]).fine();
    let lists: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    lists.into_iter().map(|list| (list["name"].as_str().unwrap().to_owned(), list)).collect()
}

/// The handles of a list's differences: missing, extra, former.
fn differences(list: &Value) -> [Vec<&str>; 3] {
    ["missing", "extra", "former"]
        .map(|kind| list[kind].as_array().unwrap().iter().map(|handle| handle.as_str().unwrap()).collect())
}

/// The codes of the diagnostics about lists, with their messages.
fn findings(site: &TestSite) -> Vec<(String, String, u64)> {
    let run = site.run(&["check", "--message-format", "json"]);
    let all = format!("{}{}", run.stdout, run.stderr);
    let diagnostics = all.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings =
        diagnostics.filter(|diagnostic| diagnostic["code"].as_str().unwrap().starts_with("roster/"));
    findings.map(|d| (text(&d["code"]), text(&d["message"]), d["line"].as_u64().unwrap())).collect()
}

/// Applies the patch of a source with git, on a copy that becomes the source.
fn apply(site: &TestSite, source: &str) {
    let folder = site.path().join(source);
    let patch = site.path().join(format!("patches/{source}.patch"));
    // Outside a repository, git applies patches to plain files.
    let run = Command::new("git")
        .current_dir(&folder)
        .env("GIT_CEILING_DIRECTORIES", site.path())
        .args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"])
        .arg(&patch)
        .output()
        .unwrap();
    let text = fs::read_to_string(&patch).unwrap();
    assert!(run.status.success(), "{}\n{text}", String::from_utf8_lossy(&run.stderr));
}

fn text(site: &TestSite, path: &str) -> String {
    fs::read_to_string(site.path().join(path)).unwrap()
}

/// Writes patches; returns the exit code.
fn patch(site: &TestSite) -> i32 {
    site.run(&["rosters", "--patch", "patches"]).code
}

#[test]
fn people_are_compared_by_account_whatever_the_case() {
    let aliases = "aliases:\n  Mural-Stewards:\n  - ANN\n  - '@ben'\n  - gil\n  - Old\n  oak-stewards: [dua]\n  pine-stewards: [eli]\n  friends: [zoe]\n";
    let site = site(ALIASES, &[("guild/ALIASES", aliases)]);
    let lists = lists(&site);
    let mural = &lists["Mural-Stewards"];
    assert_eq!(differences(mural), [vec!["Cem"], vec!["gil"], vec!["Old"]]);
    assert_eq!((mural["group"].as_str(), mural["status"].as_str()), (Some("mural"), Some("differs")));
    assert_eq!((mural["path"].as_str(), mural["line"].as_u64()), (Some("ALIASES"), Some(2)));
    assert_eq!(mural["members"][1], json!({"handle": "ben", "id": "ben", "url": "/people/ben/"}));
    assert_eq!(lists["oak-stewards"]["status"], "same");
    assert_eq!(lists["pine-stewards"]["status"], "retired");
    assert_eq!(lists["friends"]["status"], "unmatched");
    assert_eq!(lists["friends"]["members"][0]["url"], Value::Null);
    let expected = [
        ("roster/missing-person", 2, "`Cem` is not in the list `Mural-Stewards`, but is Steward of mural"),
        ("roster/extra-person", 5, "`gil` is in the list `Mural-Stewards`, but is not Steward of mural"),
        ("roster/former-lead", 6, "`Old` is in the list `Mural-Stewards`, but is a former lead of mural"),
        (
            "roster/retired-group",
            8,
            "the list `pine-stewards` belongs to the group `pine`, which is not in the data",
        ),
    ];
    let findings = findings(&site);
    let actual: Vec<_> =
        findings.iter().map(|(code, message, line)| (code.as_str(), *line, message.as_str())).collect();
    assert_eq!(actual, expected);
}

#[test]
fn a_group_without_its_list_is_reported_once() {
    let site = site(ALIASES, &[("guild/ALIASES", "aliases:\n  oak-stewards: [dua]\n")]);
    let lists = lists(&site);
    let mural = &lists["mural-stewards"];
    assert_eq!((mural["status"].as_str(), mural["line"].clone()), (Some("differs"), Value::Null));
    assert_eq!(differences(mural)[0], ["Ann", "ben", "Cem"]);
    let findings = findings(&site);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].0, "roster/missing-list");
    // Without any file for lists, the community does not keep them.
    fs::remove_file(site.path().join("guild/ALIASES")).unwrap();
    assert_eq!(self::findings(&site), []);
}

#[test]
fn a_list_named_in_another_stands_for_its_members() {
    let owners = "[[source.rosters]]\nfiles = \"*/OWNERS\"\nname = \"@folder\"\nmembers = [\"approvers[]\", \"reviewers[]\"]\n\
        expect = { roster = \"{group.id}\", roles = [\"steward\"] }\n";
    let site = site(
        &format!("{ALIASES}{owners}"),
        &[
            // A circle of lists, and a list that names itself.
            (
                "guild/ALIASES",
                "aliases:\n  mural-stewards: [ann, ben, round]\n  round: [zoe, round, circle]\n  circle: [round, yan]\n  oak-stewards: [Dua]\n",
            ),
            ("guild/mural/OWNERS", "approvers: [Mural-Stewards]\nreviewers: [gil]\n"),
            ("guild/oak/OWNERS", "approvers: [oak]\n"),
        ],
    );
    let lists = lists(&site);
    let members = |name: &str| -> Vec<&str> {
        lists[name]["members"]
            .as_array()
            .unwrap()
            .iter()
            .map(|member| member["handle"].as_str().unwrap())
            .collect()
    };
    assert_eq!(members("mural-stewards"), ["ann", "ben", "zoe", "yan"]);
    assert_eq!(members("mural"), ["ann", "ben", "zoe", "yan", "gil"]);
    assert_eq!(differences(&lists["mural-stewards"]), [vec!["Cem"], vec!["zoe", "yan"], vec![]]);
    // Whoever is missing in the list of stewards is added there.
    assert_eq!(lists["mural"]["status"], "same");
    assert_eq!(differences(&lists["oak"])[0], ["Dua"]);
}

#[test]
fn several_lists_groups_and_roles() {
    let teams = "[[source.rosters]]\nfiles = \"teams.yaml\"\neach = \"teams{}\"\nname = \"@key\"\ntitle = \"about\"\n\
        members = [\"members[]\", \"maintainers[]\"]\nnested = \"teams\"\n\n\
        [[source.rosters.expect]]\nroster = \"all-stewards\"\nroles = [\"steward\"]\n\n\
        [[source.rosters.expect]]\nroster = \"kitchen\"\nroles = [\"cook\"]\ngroups = [\"mural\"]\nexact = true\n";
    let data = "teams:\n  outer:\n    about: Everybody\n    members: [ann]\n    teams:\n      all-stewards:\n        \
        maintainers: [ann, ben, stranger]\n      kitchen: {members: [ann, gil]}\n";
    let site = site(teams, &[("guild/teams.yaml", data)]);
    let lists = lists(&site);
    assert_eq!(lists["outer"]["title"], "Everybody");
    assert_eq!(lists["outer"]["status"], "unmatched");
    assert_eq!(differences(&lists["all-stewards"]), [vec!["Cem", "Dua"], vec![], vec![]]);
    assert_eq!(lists["all-stewards"]["group"], Value::Null);
    assert_eq!(differences(&lists["kitchen"]), [vec![], vec!["ann"], vec![]]);
    assert_eq!(lists["kitchen"]["group"], "mural");
}

#[test]
fn former_accounts_count_as_the_person() {
    let people = "[[source.people]]\nfiles = \"people.yaml\"\neach = \"[]\"\ngithub = \"github\"\naliases = \"former\"\n";
    let site = site(
        &format!("{ALIASES}{people}"),
        &[
            ("guild/ALIASES", "aliases:\n  mural-stewards: [annie, ben, cem]\n  oak-stewards: [dua]\n"),
            ("guild/people.yaml", "- {github: ann, former: [Annie]}\n"),
        ],
    );
    assert_eq!(lists(&site)["mural-stewards"]["status"], "same");
}

#[test]
fn patches_keep_everything_else() {
    let aliases = "# Aliases\naliases:\n  # The stewards\n  mural-stewards:\n    # sorted\n    - ben # since 2020\n    - gil\n    - old   # long ago\n    - zoe\n  oak-stewards:\n    - yan\n    - Dua\n    - ann\n\n  ## others\n  friends:\n    - zoe\n";
    let site = site(ALIASES, &[("guild/ALIASES", aliases)]);
    assert_eq!(patch(&site), 0);
    let before = text(&site, "guild/ALIASES");
    assert_eq!(before, aliases, "sources are never changed");
    apply(&site, "guild");
    let expected = "# Aliases\naliases:\n  # The stewards\n  mural-stewards:\n    # sorted\n    - Ann\n    - ben # since 2020\n    - Cem\n  oak-stewards:\n    - Dua\n\n  ## others\n  friends:\n    - zoe\n";
    assert_eq!(text(&site, "guild/ALIASES"), expected);
    assert!(lists(&site).values().all(|list| list["status"] != "differs"));
    let body = text(&site, "patches/guild.md");
    for part in [
        "Add `Ann`: Steward of mural ([`shops.yaml`, line 3](https://forge.example/guild/blob/main/shops.yaml#L3))",
        "Remove `old`: former lead of mural ([`shops.yaml`, line 5]",
        "## `mural-stewards` of mural in [`ALIASES`, line 4](https://forge.example/guild/blob/main/ALIASES#L4)",
    ] {
        assert!(body.contains(part), "{part}\n{body}");
    }
    // A second run has nothing to write, and removes what the first one wrote.
    assert_eq!(patch(&site), 0);
    assert!(
        !site.path().join("patches/guild.patch").exists() && !site.path().join("patches/guild.md").exists()
    );
}

#[test]
fn unsorted_lists_and_line_endings_stay_as_they_are() {
    let aliases =
        "aliases:\r\n  mural-stewards:\r\n  - \"ben\"\r\n  - \"@Ann\"\r\n  oak-stewards:\r\n  - yan";
    let site = site(ALIASES, &[("guild/ALIASES", aliases)]);
    assert_eq!(patch(&site), 0);
    apply(&site, "guild");
    // The style of the first member counts.
    let expected = "aliases:\r\n  mural-stewards:\r\n  - \"ben\"\r\n  - \"@Ann\"\r\n  - \"Cem\"\r\n  oak-stewards:\r\n  - Dua\r\n";
    assert_eq!(text(&site, "guild/ALIASES"), expected);
    assert!(lists(&site).values().all(|list| list["status"] == "same"));
}

#[test]
fn empty_new_and_retired_lists() {
    let aliases = "aliases:\n  bay-stewards:\n    - yan\n    # a note\n    - zoe\n  # the mural\n  mural-stewards: [] # nobody\n  oak-cooks:\n    - yan\n  pine-stewards:\n    - eli\n";
    let mapping = format!("{ALIASES}[[source.rosters.expect]]\nroster = \"x\"\n").replace(
        "retired = true }",
        "retired = true }, { roster = \"{group.id}-cooks\", roles = [\"cook\"], exact = true }]",
    );
    let mapping = mapping
        .replace("expect = {", "expect = [{")
        .replace("[[source.rosters.expect]]\nroster = \"x\"\n", "");
    let site = site(&mapping, &[("guild/ALIASES", aliases)]);
    site.file("guild/shops.yaml", format!("{SHOPS}  '123':\n    stewards: ['456', 'on']\n"));
    assert_eq!(patch(&site), 0, "{:?}", site.run(&["rosters", "--patch", "p"]).stderr);
    apply(&site, "guild");
    let expected = "aliases:\n  \"123-stewards\":\n    - \"456\"\n    - \"on\"\n  # the mural\n  mural-stewards: # nobody\n    - Ann\n    - ben\n    - Cem\n  oak-cooks: []\n  oak-stewards:\n    - Dua\n";
    let patched = text(&site, "guild/ALIASES");
    assert_eq!(patched.replace("  123-stewards", "  \"123-stewards\""), expected);
    assert!(lists(&site).values().all(|list| list["status"] == "same"));
    assert_eq!(patch(&site), 0);
    assert!(!site.path().join("patches/guild.patch").exists());
}

/// A group that could not be read still exists, so its list must not be removed.
#[test]
fn incomplete_data_makes_no_patch() {
    let aliases = "aliases:\n  mural-stewards: [ann, ben, cem]\n  oak-stewards:\n    - Dua\n  wood-stewards:\n    - eli\n";
    let second = "[[source]]\nname = \"wood\"\npath = \"wood\"\noptional = true\n\n[[source.groups]]\nfiles = \"*.yaml\"\neach = \"shops{}\"\n\
        id = \"@key\"\nroles = { steward = \"stewards[]\" }\n";
    let site = site(&format!("{ALIASES}{second}"), &[("guild/ALIASES", aliases)]);
    let refused = |fault: &str| {
        let run = site.run(&["rosters", "--patch", "patches"]);
        assert_eq!(run.code, 1, "{fault}: {}", run.stderr);
        assert!(run.stderr.contains(fault) && run.stderr.contains("no patch was written"), "{}", run.stderr);
        assert!(!site.path().join("patches").exists(), "{fault}");
    };
    // The source of the wood shop is not checked out.
    refused("[source/absent]");
    assert_eq!(site.run(&["rosters"]).code, 0);
    site.file("wood/a.yaml", "shops:\n  wood:\n    stewards: [eli\n");
    refused("[data/syntax]");
    assert_eq!(site.run(&["rosters"]).code, 1);
    assert_eq!(site.run(&["impact", "dua"]).code, 1);
    site.file("wood/a.yaml", b"shops: {wood: {stewards: [\xff]}}");
    refused("[source/not-utf8]");
    site.file("wood/a.yaml", "shops:\n  wood:\n    stewards: [eli]\n");
    assert_eq!(patch(&site), 0);
    assert!(!site.path().join("patches/guild.patch").exists());
    assert_eq!(site.run(&["impact", "dua"]).code, 0);
}

#[test]
fn a_removed_entry_leaves_a_table() {
    let teams = "[[source.rosters]]\nfiles = \"*.yml\"\neach = \"teams{}\"\nname = \"@key\"\nnested = \"teams\"\n\
        expect = { roster = \"{group.id}-stewards\", roles = [\"steward\"], exact = true, retired = [\"p*-stewards\"] }\n";
    let site = site(
        teams,
        &[
            ("guild/a.yml", "teams:\n  pine-stewards:\n    members:\n    - eli\n    privacy: closed\n"),
            (
                "guild/b.yml",
                "teams:\n  pine:\n    members:\n    - eli\n    teams:\n      pine-stewards:\n        members:\n        - eli\n    x: 1\n",
            ),
            (
                "guild/c.yml",
                "teams:\n  pear-stewards:\n    members:\n    - eli\n    repos:\n      secret: admin\n",
            ),
            ("guild/d.yml", "teams:\n  ash-stewards:\n    members:\n    - eli\n"),
        ],
    );
    assert_eq!(patch(&site), 1, "a list with more than members stays");
    let body = text(&site, "patches/guild.md");
    assert!(
        body.contains("`pear-stewards` in [`c.yml`")
            && body.contains("the entry contains more than the roster"),
        "{body}"
    );
    apply(&site, "guild");
    assert_eq!(text(&site, "guild/a.yml"), "teams: {}\n");
    assert_eq!(text(&site, "guild/b.yml"), "teams:\n  pine:\n    members:\n    - eli\n    x: 1\n");
    assert!(text(&site, "guild/c.yml").contains("secret"));
    assert!(text(&site, "guild/d.yml").contains("ash-stewards"), "it fits no pattern");
}

#[test]
fn a_key_for_members_is_added_beside_maintainers() {
    let teams = "[[source.rosters]]\nfiles = \"t.yaml\"\neach = \"teams{}\"\nname = \"@key\"\nmembers = [\"members[]\", \"maintainers[]\"]\n\
        expect = { roster = \"{group.id}-stewards\", roles = [\"steward\"], exact = true }\n";
    let site = site(
        teams,
        &[(
            "guild/t.yaml",
            "teams:\n  oak-stewards:\n    maintainers:\n    - yan\n    privacy: closed\n  mural-stewards:\n    maintainers:\n    - ann\n    members:\n    - ben\n    - old\n",
        )],
    );
    assert_eq!(patch(&site), 0);
    apply(&site, "guild");
    let expected = "teams:\n  oak-stewards:\n    maintainers: []\n    members:\n    - Dua\n    privacy: closed\n  mural-stewards:\n    maintainers:\n    - ann\n    members:\n    - ben\n    - Cem\n";
    assert_eq!(text(&site, "guild/t.yaml"), expected);
    assert!(lists(&site).values().all(|list| list["status"] == "same"));
}

#[test]
fn what_cannot_be_patched_is_named() {
    for (name, aliases) in [
        ("a flow list", "aliases:\n  mural-stewards: [ann, ben]\n  oak-stewards:\n    - yan\n"),
        (
            "an anchor",
            "x: &m\n  - ann\n  - ben\naliases:\n  mural-stewards: *m\n  friends: *m\n  oak-stewards:\n    - yan\n",
        ),
        ("a text", "aliases:\n  mural-stewards: ann\n  oak-stewards:\n    - yan\n"),
        (
            "several on a line",
            "aliases:\n  mural-stewards:\n    - - ann\n      - ben\n  oak-stewards:\n    - yan\n",
        ),
    ] {
        let site = site(ALIASES, &[("guild/ALIASES", aliases)]);
        assert_eq!(patch(&site), 1, "{name}");
        let body = text(&site, "patches/guild.md");
        assert!(
            body.contains("## Not in the patch") && body.contains("only block lists of YAML"),
            "{name}: {body}"
        );
        // The other list is patched.
        apply(&site, "guild");
        let lists = lists(&site);
        assert_eq!(lists["oak-stewards"]["status"], "same", "{name}");
        assert_eq!(lists["mural-stewards"]["status"], "differs", "{name}");
    }
}

#[test]
fn each_source_has_a_patch_and_foreign_files_stay() {
    let other = "[[source]]\nname = \"other one\"\npath = \"other\"\n\n";
    let site = site(
        &format!("{ALIASES}{other}{ALIASES}"),
        &[
            (
                "guild/ALIASES",
                "aliases:\n  mural-stewards:\n  - ann\n  - ben\n  - cem\n  oak-stewards:\n  - dua\n",
            ),
            ("other/ALIASES", "aliases:\n  mural-stewards:\n  - ann\n  oak-stewards:\n  - dua\n"),
        ],
    );
    site.file("patches/guild.patch", "mine\n");
    assert_eq!(patch(&site), 0);
    assert_eq!(text(&site, "patches/guild.patch"), "mine\n");
    assert!(site.path().join("patches/other-one.patch").exists());
    site.file("patches/other-one.patch", "mine\n");
    let run = site.run(&["rosters", "--patch", "patches"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("was not written by rolebook"), "{}", run.stderr);
    assert_eq!(text(&site, "patches/other-one.patch"), "mine\n");
}

#[test]
fn hostile_lists_are_harmless() {
    let mut aliases = String::from("aliases:\n  mural-stewards:\n");
    for number in 0..if is_slow() { 100_000 } else { 10_000 } {
        aliases.push_str(&format!("  - p{number}\n"));
    }
    aliases.push_str(
        "  \"../../x\": [\"../../etc\", \"\\u001b[31m\", \"a\\nb\", \"<script>\", \"x@y.example\"]\n",
    );
    for number in 0..300 {
        aliases.push_str(&format!("  l{number}: [mural-stewards, l{}]\n", (number + 1) % 300));
    }
    let site = site(ALIASES, &[("guild/ALIASES", &aliases)]);
    let run = site.run(&["rosters"]).fine();
    assert!(!run.stdout.contains('\u{1b}'), "control characters");
    site.run(&["build"]).fine();
    let json = fs::read_to_string(site.path().join("public/api/rosters.json")).unwrap();
    assert!(!json.contains("x@y.example"), "an address of a person");
    let page = site.page("rosters/index.html");
    assert!(!page.contains("<script>\"") && !page.contains("p9999"), "the page is bounded");
    assert_eq!(patch(&site), 0);
    apply(&site, "guild");
    assert_eq!(lists(&site)["mural-stewards"]["status"], "same");
}

#[test]
fn pages_show_who_is_in_which_list() {
    let owners = "[[source.rosters]]\nfiles = \"all.yaml\"\nname = { is = \"all\" }\ntitle = \"about\"\n\
        expect = { roster = \"all\", roles = [\"steward\"] }\n";
    let aliases = "aliases:\n  mural-stewards: [ann, ben, gil, old]\n  oak-stewards: [dua]\n  pine-stewards: [eli]\n  friends: [zoe]\n";
    let site = site(
        &format!("{ALIASES}{owners}"),
        &[("guild/ALIASES", aliases), ("guild/all.yaml", "about: Everybody\nmembers: [ann, ben, cem]\n")],
    );
    site.run(&["build"]).fine();
    let page = site.page("rosters/index.html");
    let cells = |person: &str| -> Vec<String> {
        let row =
            page.split("<tr>").find(|row| row.contains(&format!(">{person}</a>")) && row.contains("<td>"));
        let cells = row.unwrap_or_else(|| panic!("{person}: {page}")).split("<td>").skip(1);
        cells.map(|cell| cell.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
    };
    // The columns are the aliases and the list for all groups.
    assert_eq!(cells("Ann"), ["Listed", "Listed"]);
    assert_eq!(cells("Cem"), ["Missing", "Listed"]);
    assert_eq!(cells("gil"), ["Extra", "–"]);
    assert_eq!(cells("old"), ["Former lead", "–"]);
    assert_eq!(cells("Dua"), ["Listed", "Missing"]);
    for part in [
        "4 rosters are compared",
        "3 differ.",
        "1 more roster is not compared.",
        "href=\"https://forge.example/guild/blob/main/ALIASES#L2\"",
        "href=\"https://forge.example/guild/blob/main/shops.yaml#L3\"",
        "<option value=\"oak\">oak</option>",
        "data-group=\"mural\" data-differs=\"true\"",
        "pine-stewards",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let group = site.page("groups/mural/index.html");
    assert!(
        group.contains("id=\"rb-lists\"") && group.contains("href=\"../../rosters/#rb-group-mural\""),
        "{group}"
    );
    assert!(group.contains("Cem</a> is missing: Steward in mural"), "{group}");
    assert!(!site.page("groups/oak/index.html").contains("id=\"rb-lists\""), "its own list agrees");
    let person = site.page("people/gil/index.html");
    assert!(person.contains("In rosters") && person.contains("<code>mural-stewards</code>"), "{person}");
    assert!(site.page("index.html").contains("href=\"rosters/\""), "the footer leads to the page");
    // Without lists, there is no page.
    let site = self::site("", &[]);
    site.run(&["build"]).fine();
    assert!(!site.path().join("public/rosters").exists());
    assert!(!site.path().join("public/api/rosters.json").exists());
    assert!(!site.page("index.html").contains("rosters/"));
}

/// Random lists and facts.
#[derive(Clone, Debug)]
struct Case {
    stewards: BTreeMap<String, BTreeSet<String>>,
    lists: Vec<(String, Vec<(String, bool)>)>,
    step: usize,
    crlf: bool,
    last: bool,
}

fn case() -> impl Strategy<Value = Case> {
    let handle =
        || proptest::sample::select(vec!["ann", "Ben", "cem", "dua", "Eli", "007", "null", "a-b", "zz9"]);
    let group = || proptest::sample::select(vec!["mural", "oak", "pine", "ash"]);
    let people = proptest::collection::btree_set(handle().prop_map(str::to_owned), 0..6);
    let stewards = proptest::collection::btree_map(group().prop_map(str::to_owned), people, 1..4);
    let member = (handle().prop_map(str::to_owned), any::<bool>());
    let list = (group().prop_map(str::to_owned), proptest::collection::vec(member, 0..7));
    let lists = proptest::collection::vec(list, 0..4);
    (stewards, lists, 0..3usize, any::<bool>(), any::<bool>()).prop_map(
        |(stewards, mut lists, step, crlf, last)| {
            let mut names = BTreeSet::new();
            lists.retain(|(name, _)| names.insert(name.clone()));
            for (_, members) in &mut lists {
                let mut seen = BTreeSet::new();
                members.retain(|(handle, _)| seen.insert(handle.clone()));
            }
            Case { stewards, lists, step, crlf, last }
        },
    )
}

#[test]
fn any_difference_is_patched_to_zero() {
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    runner.run(&case(), check_case).unwrap();
}

fn check_case(case: Case) -> Result<(), TestCaseError> {
    let quoted = |text: &String| format!("'{text}'");
    let shops: String = case
        .stewards
        .iter()
        .map(|(group, people)| {
            let people: Vec<String> = people.iter().map(quoted).collect();
            format!("  {group}:\n    stewards: [{}]\n", people.join(", "))
        })
        .collect();
    let mut aliases = String::from("aliases:\n  keep:\n    - kim # stays\n");
    for (group, members) in &case.lists {
        let (end, indent) = (if members.is_empty() { " []" } else { "" }, " ".repeat(case.step));
        aliases.push_str(&format!("  # of {group}\n  {group}-stewards:{end}\n"));
        for (handle, comment) in members {
            let comment = if *comment { " # note" } else { "" };
            aliases.push_str(&format!("  {indent}- {}{comment}\n", quoted(handle)));
        }
    }
    if case.last {
        aliases.pop();
    }
    if case.crlf {
        aliases = aliases.replace('\n', "\r\n");
    }
    let site = site(ALIASES, &[("guild/ALIASES", &aliases)]);
    site.file("guild/shops.yaml", format!("shops:\n{shops}"));
    prop_assert_eq!(patch(&site), 0, "{}\n{}", aliases, shops);
    if site.path().join("patches/guild.patch").exists() {
        apply(&site, "guild");
    }
    let patched = text(&site, "guild/ALIASES");
    // Computed from the inputs: the stewards of each group that has any, or had a list. Without any list, the community
    // keeps none.
    let are_kept = !case.lists.is_empty();
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (group, people) in &case.stewards {
        let has_list = case.lists.iter().any(|(name, _)| name == group);
        if has_list || are_kept && !people.is_empty() {
            let people = people.iter().map(|handle| handle.to_lowercase()).collect();
            expected.insert(format!("{group}-stewards"), people);
        }
    }
    expected.insert("keep".to_owned(), ["kim".to_owned()].into());
    let lists = lists(&site);
    let actual: BTreeMap<String, BTreeSet<String>> = lists
        .iter()
        .map(|(name, list)| {
            let members = list["members"].as_array().unwrap().iter();
            (name.clone(), members.map(|member| member["id"].as_str().unwrap().to_owned()).collect())
        })
        .collect();
    prop_assert_eq!(&actual, &expected, "{}\n{}\n{}", aliases, shops, patched);
    prop_assert!(lists.values().all(|list| list["status"] == "same" || list["status"] == "unmatched"));
    // Comments of people who stay are kept, and so is the line ending.
    prop_assert!(patched.contains("- kim # stays"));
    prop_assert_eq!(patched.contains('\r'), case.crlf);
    prop_assert_eq!(patch(&site), 0);
    prop_assert!(!site.path().join("patches/guild.patch").exists());
    Ok(())
}

/// Compares the aliases of each repository with `sigs.yaml`, with Python.
const READER: &str = r#"
import json, sys, yaml
root = sys.argv[1]
data = yaml.safe_load(open(root + "/community/sigs.yaml"))
groups = {}
for key, kind in [("sigs", "sig"), ("workinggroups", "wg"), ("usergroups", "ug"), ("committees", "committee")]:
    for g in data.get(key) or []:
        l = g.get("leadership") or {}
        handles = lambda name: {p["github"].lower() for p in l.get(name) or []}
        name = g["dir"] if kind == "committee" else g["dir"] + "-leads"
        groups[name] = (handles("chairs") | handles("tech_leads"), handles("emeritus_leads"))
result = {}
for source in ["community", "org", "enhancements"]:
    aliases = {n: {m.lower() for m in ms or []} for n, ms in yaml.safe_load(open(f"{root}/{source}/OWNERS_ALIASES"))["aliases"].items()}
    for name, (wanted, former) in groups.items():
        members = aliases.get(name, set())
        if name not in aliases:
            result[f"{source} {name}"] = ["absent", sorted(wanted), [], []]
        elif members != wanted:
            others = members - wanted
            result[f"{source} {name}"] = ["differs", sorted(wanted - members), sorted(others - former), sorted(others & former)]
print(json.dumps(result))
"#;

#[test(needs(Snapshot, Python("yaml")))]
fn aliases_of_the_snapshot_agree_with_a_script_and_are_patched_to_zero() {
    let output = Command::new("python3").args(["-c", READER]).arg(snapshot()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout).unwrap();
    let site = handbook_site();
    let sources = ["community", "org", "enhancements"];
    for source in sources {
        copy(&snapshot().join(source), &site.path().join(source));
    }
    let named: Vec<String> =
        sources.iter().flat_map(|source| ["--source".to_owned(), format!("{source}={source}")]).collect();
    let run = |arguments: &[&str]| {
        let named = named.iter().map(String::as_str);
        site.run(&arguments.iter().copied().chain(named).collect::<Vec<_>>())
    };
    let lists = || -> Vec<Value> {
        serde_json::from_str(&run(&["rosters", "--format", "json"]).fine().stdout).unwrap()
    };
    let mut actual = BTreeMap::new();
    for list in lists() {
        if list["path"] != "OWNERS_ALIASES" || list["status"] != "differs" {
            continue;
        }
        let status = if list["line"].is_null() { "absent" } else { "differs" };
        let [missing, extra, former] = differences(&list).map(|handles| {
            let mut handles: Vec<String> = handles.into_iter().map(str::to_lowercase).collect();
            handles.sort();
            handles
        });
        let key = format!("{} {}", list["source"].as_str().unwrap(), list["name"].as_str().unwrap());
        actual.insert(key, json!([status, missing, extra, former]));
    }
    assert_eq!(actual, expected);
    // Known from the issue: ten groups differ in this repository.
    assert_eq!(actual.keys().filter(|key| key.starts_with("org ")).count(), 10);
    assert_eq!(run(&["rosters", "--patch", "patches"]).code, 0);
    for source in sources {
        if site.path().join(format!("patches/{source}.patch")).exists() {
            apply(&site, source);
        }
    }
    let open: Vec<Value> = lists()
        .into_iter()
        .filter(|list| list["status"] == "differs" || list["status"] == "retired")
        .collect();
    assert_eq!(open, [] as [Value; 0]);
    assert_eq!(run(&["rosters", "--patch", "again"]).code, 0);
    assert!(!Path::new(&site.path().join("again")).exists(), "applying twice changes nothing");
}
