//! Pages and data files of rules: the table of groups and rules, findings on other pages, evidence, exports.

use std::process::Command;

use regex::Regex;
use serde_json::{Value, json};

use crate::accessibility::violations;
use crate::browser::{Browser, Tab};
use crate::host::Host;
use crate::support::TestSite;

const RULES: &str = r#"
[[rules]]
id = "two-masters"
title = "A guild has two masters"
clause = "/law.md#money"
roles = ["master"]
duty = true
each = "group"
where = "group.kind == 'guild'"
require = "size(group.leads) >= 2"
message = "{group.full_name} has {count} master"
fix = "Elect a second `master`."

[[rules]]
id = "meets"
title = "A group meets"
clause = "/law.md#masters.must-meet"
each = "group"
require = "size(group.meetings) > 0"
message = "{group.full_name} does not meet"
except = { bakers = "The bakers work at night." }

[[rules]]
id = "mission"
title = "A group has a <mission>"
clause = "/law.md"
each = "group"
require = "group.mission != ''"
message = "{group.full_name} has an empty mission"

[[rules]]
id = "named"
title = "A master has a name"
clause = "/law.md#masters"
roles = ["master"]
each = "person"
require = "person.name != person.handle"
message = "Only the handle of {person.handle} is known"

[[rules]]
id = "sharp"
title = "A tool is sharp"
clause = "/law.md#money"
each = "table.tools"
require = "record.sharp"
message = "{record.name} is blunt"

[[undecided]]
clause = "/law.md#masters.must-smile"
reason = "Nobody records smiles."
"#;

const CHECKLIST: &str = r#"
title = "Master"
role = "master"
[[items]]
id = "second"
title = "Find a second master"
phase = "day-1"
text = "Ask around."
covers = ["/law.md#masters.must-meet"]
evidence = "two-masters"
[[items]]
id = "sign"
title = "Sign the book"
phase = "day-1"
text = "With your name."
evidence = "named"
[[items]]
id = "read"
title = "Read the law"
phase = "week-1"
text = "All of it."
evidence = "mission"
"#;

fn site() -> TestSite {
    let group = |kind: &str, name: &str, more: &str| format!("kind = \"{kind}\"\nname = \"{name}\"\n{more}");
    let lead = |handle: &str, name: &str| {
        format!("[[leads]]\nrole = \"master\"\ngithub = \"{handle}\"\nname = \"{name}\"\n")
    };
    let meeting = "[[meetings]]\ntitle = \"Weekly\"\n";
    let bakers = group("guild", "Bakers", &format!("mission = \"Bread.\"\n{}", lead("ann", "Ann")));
    let carpenters =
        group("guild", "Carpenters", &format!("{}{}{meeting}", lead("bob", "Bob"), lead("cy", "cy")));
    let hats = group("team", "Hats", &format!("mission = \"Hats.\"\n{}{meeting}", lead("dee", "Dee")));
    TestSite::new(&[
        (
            "site.toml",
            "title = \"Town\"\nbase_url = \"https://town.example/book/\"\n\
             [kinds.guild]\nlabel = \"Guild\"\nplural = \"Guilds\"\ntitle = \"Guild of {name}\"\norder = 1\n\
             [kinds.team]\nlabel = \"Team\"\nplural = \"Teams\"\ntitle = \"Team {name}\"\norder = 2\n\
             [[source]]\npath = \"content\"\n\
             [[source]]\nname = \"town\"\npath = \"town\"\nmount = \"town\"\nweb = \"https://example.org/town/blob/main/\"\n\
             normative = [\"law.md\"]\n[[source.tables]]\nname = \"tools\"\nfiles = \"tools.yaml\"\neach = \"[]\"\n",
        ),
        ("content/index.md", "# Town\n\nHello.\n"),
        ("content/roles/master.md", "+++\napplies_to = [\"guild\", \"team\"]\n+++\n# Master\n\nA master.\n"),
        ("content/groups/bakers.toml", &bakers),
        ("content/groups/carpenters.toml", &carpenters),
        ("content/groups/hats.toml", &hats),
        ("content/checklists/master.toml", CHECKLIST),
        ("content/rules/law.toml", RULES),
        (
            "town/law.md",
            "# Law\n\n## Masters\n\n- *MUST* meet\n- *MUST* smile\n- *MAY* sing\n\n## Money\n\nA guild has two masters.\n",
        ),
        ("town/tools.yaml", "- name: saw\n  sharp: true\n- name: axe\n  sharp: false\n"),
    ])
}

fn built() -> TestSite {
    let site = site();
    site.run(&["build"]).fine();
    site
}

/// The part of a page from a text up to another.
#[track_caller]
fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(from).unwrap_or_else(|| panic!("{from} is not in {page}"));
    let rest = &page[start..];
    &rest[..rest.find(to).unwrap_or_else(|| panic!("{to} does not follow {from}"))]
}

/// HTML as text, with one space between words.
fn text(html: &str) -> String {
    let plain = Regex::new("<[^>]*>").unwrap().replace_all(html, " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cells of a group's row: the class, the text alternative and the address.
fn cells(page: &str, group: &str) -> Vec<Option<(String, String, String)>> {
    let row = part(page, &format!("<tr data-group=\"{group}\">"), "</tr>");
    let cell = Regex::new(r#"(?s)<td(?: class="([^"]*)")?>(?:<a href="([^"]*)">(.*?)</a>)?</td>"#).unwrap();
    let cells = cell.captures_iter(row).map(|found| {
        let get = |index| found.get(index).map(|part| part.as_str());
        Some((get(1)?.to_owned(), text(get(3)?), get(2)?.to_owned()))
    });
    cells.collect()
}

#[test]
fn the_table_shows_the_worst_verdict_of_each_group_in_words() {
    let site = built();
    let page = site.page("conformance/index.html");
    assert!(page.contains("5 rules, 3 groups: 7 met, 2 not met, 1 unknown, 1 excepted."), "{page}");
    let cell = |verdict: &str, words: &str, url: &str| {
        Some((format!("rb-{verdict}"), words.to_owned(), format!("../groups/{url}")))
    };
    assert_eq!(
        cells(&page, "bakers"),
        [
            cell("unmet", "Not met", "bakers/#rule.two-masters"),
            cell("excepted", "Excepted", "bakers/#rule.meets"),
            cell("met", "Met", "bakers/#rule.mission"),
            cell("met", "Met", "bakers/#rule.named"),
        ]
    );
    assert_eq!(
        cells(&page, "carpenters"),
        [
            cell("met", "Met", "carpenters/#rule.two-masters"),
            cell("met", "Met", "carpenters/#rule.meets"),
            cell("unknown", "Unknown", "carpenters/#rule.mission"),
            cell("unmet", "Not met", "carpenters/#rule.named"),
        ]
    );
    assert_eq!(cells(&page, "hats").len(), 3, "a table has the rules of its kind of group");
    let teams = part(&page, "id=\"rb-kind-team\"", "</thead>");
    assert!(
        text(teams).ends_with("Group 2 A group meets 3 A group has a &lt;mission&gt; 4 A master has a name"),
        "{teams}"
    );
    // Every address leads to an element of the page.
    for group in ["bakers", "carpenters", "hats"] {
        let of_group = site.page(&format!("groups/{group}/index.html"));
        for (_, _, url) in cells(&page, group).into_iter().flatten() {
            let id = url.split_once('#').unwrap().1;
            assert_eq!(of_group.matches(&format!(" id=\"{id}\"")).count(), 1, "{group}: {id}");
        }
    }
}

#[test]
fn each_rule_lists_its_clause_its_condition_and_its_findings() {
    let page = built().page("conformance/index.html");
    let rule = |id: &str| part(&page, &format!("<h3 id=\"{id}\">"), "</section>");
    let two = rule("two-masters");
    assert!(text(two).starts_with("1 A guild has two masters 1 not met 1 met"), "{}", text(two));
    for expected in [
        "<p>Guild of Bakers has 1 master</p>",
        "<a href=\"../groups/bakers/\">Guild of Bakers</a>",
        "<a href=\"../town/law/#money\">Law § Money</a>",
        "Elect a second <code>master</code>.",
        "<code>group.kind == &#x27;guild&#x27;</code>",
        "<code>size(group.leads) &gt;= 2</code>",
        "groups/bakers.toml:",
        "rules/law.toml:3",
    ] {
        assert!(
            two.contains(expected) || two.replace("&#39;", "&#x27;").contains(expected),
            "{expected}: {two}"
        );
    }
    assert!(text(rule("meets")).contains("Excepted Guild of Bakers does not meet The bakers work at night."));
    assert!(
        rule("meets").contains("<a href=\"../town/law/#masters.must-meet\">Law § Masters</a>"),
        "{}",
        rule("meets")
    );
    assert!(
        text(rule("mission")).contains("Unknown Not in the data: mission. Guild of Carpenters"),
        "{}",
        text(rule("mission"))
    );
    let sharp = rule("sharp");
    assert!(text(sharp).contains("Not met axe is blunt"), "records belong to no group: {sharp}");
    assert!(sharp.contains("href=\"https://example.org/town/blob/main/tools.yaml#L3\""), "{sharp}");
    let undecided = part(&page, "id=\"rb-undecided\"", "</ul>");
    assert!(text(undecided).ends_with("Law § Masters Nobody records smiles."), "{undecided}");
    assert!(undecided.contains("href=\"../town/law/#masters.must-smile\""), "{undecided}");
}

#[test]
fn pages_of_groups_people_and_roles_show_their_findings() {
    let site = built();
    let bakers = site.page("groups/bakers/index.html");
    let checks = part(&bakers, "<h2 id=\"rb-checks\">", "<footer");
    let words = text(checks);
    let position = |what: &str| words.find(what).unwrap_or_else(|| panic!("{what}: {words}"));
    assert!(position("1 not met 1 excepted 2 met") < position("Not met Guild of Bakers has 1 master"));
    assert!(position("Guild of Bakers has 1 master") < position("Excepted Guild of Bakers does not meet"));
    assert!(
        position("The bakers work at night.") < position("A group has a &lt;mission&gt;"),
        "what is met comes last"
    );
    assert!(checks.contains("href=\"../../conformance/#two-masters\""), "{checks}");
    let cy = site.page("people/cy/index.html");
    assert!(text(&cy).contains("Governance checks Not met Only the handle of cy is known"), "{cy}");
    assert!(!site.page("people/bob/index.html").contains("Governance checks"));
    let role = site.page("roles/master/index.html");
    let rules = part(&role, "<h2 id=\"rb-rules\">", "</ul>");
    assert!(text(rules).contains("A guild has two masters 1 not met 1 met"), "{rules}");
    assert!(text(rules).contains("A master has a name 1 not met 2 met"), "{rules}");
    assert!(!rules.contains("A group meets"), "{rules}");
}

#[test]
fn lead_pages_show_what_their_holders_can_fix() {
    let site = built();
    let bakers = site.page("groups/bakers/master/index.html");
    let fix = part(&bakers, "<h2 id=\"rb-to-fix\">", "</section>");
    assert!(text(fix).contains("Guild of Bakers has 1 master"), "{fix}");
    assert!(!fix.contains("does not meet"), "the rule has no roles");
    let carpenters = site.page("groups/carpenters/master/index.html");
    let fix = part(&carpenters, "<h2 id=\"rb-to-fix\">", "</section>");
    assert!(text(fix).contains("Only the handle of cy is known"), "{fix}");
    assert!(!site.page("groups/hats/master/index.html").contains("rb-to-fix"));
}

#[test]
fn a_rule_states_a_duty_of_its_roles() {
    let site = built();
    for page in ["roles/master/index.html", "groups/bakers/master/index.html"] {
        let page = site.page(page);
        assert!(page.contains("A guild has two masters <a class=\"rb-cite\""), "{page}");
        assert!(text(&page).contains("In plain words"), "{page}");
        assert!(!page.contains("no MUST or SHOULD"), "{page}");
    }
    let register = site.page("obligations/index.html");
    let duty = part(&register, "<li data-level=\"stated\" data-roles=\"master \"", "</li>");
    assert_eq!(
        text(duty),
        "In plain words A guild has two masters Master Checked by A guild has two masters (met in 1 of 2 groups)"
    );
    assert!(
        register.find("law/#money").unwrap() > register.find("masters.may-sing").unwrap(),
        "in the order of the document"
    );
    let lead = site.page("groups/hats/master/index.html");
    assert!(lead.contains("A guild has two masters <a class=\"rb-cite\""), "{lead}");
}

#[test]
fn the_register_shows_how_obligations_are_checked() {
    let site = built();
    let register = site.page("obligations/index.html");
    let entry = |words: &str| {
        let at = register.find(&format!("<p class=\"rb-statement\">{words}</p>")).unwrap();
        text(&register[at..at + register[at..].find("</li>").unwrap()])
    };
    assert!(entry("meet").ends_with("Checked by A group meets (met in 2 of 3 groups)"), "{}", entry("meet"));
    assert!(entry("smile").ends_with("Not checked: Nobody records smiles."), "{}", entry("smile"));
    assert!(entry("sing").ends_with("not covered"), "{}", entry("sing"));
    let data: Vec<Value> = serde_json::from_str(&site.page("api/obligations.json")).unwrap();
    let of = |id: &str| data.iter().find(|entry| entry["id"] == format!("law.md#masters.{id}")).unwrap();
    let meet = of("must-meet");
    assert_eq!((&meet["rules"], &meet["undecided"]), (&json!(["meets"]), &Value::Null));
    let counts = ["met", "unmet", "unknown", "excepted"].map(|key| meet[key].as_u64().unwrap());
    assert_eq!(counts, [2, 0, 0, 1]);
    assert_eq!(of("must-smile")["undecided"], "Nobody records smiles.");
    let csv = site.page("api/trace.csv");
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(
        lines,
        [
            "clause,level,text,roles,items,rules,met,unmet,unknown,excepted,undecided",
            "law.md#masters.must-meet,MUST,MUST meet,,second,meets,2,0,0,1,",
            "law.md#masters.must-smile,MUST,MUST smile,,,,0,0,0,0,Nobody records smiles.",
            "law.md#masters.may-sing,MAY,MAY sing,,,,0,0,0,0,",
            "law.md#money,,A guild has two masters,master,,two-masters,1,1,0,0,",
            "",
        ]
    );
}

/// No document has obligations, but a rule states one.
#[test]
fn duties_of_rules_are_registered_without_obligations() {
    let site = TestSite::small(&[
        ("content/law.md", "# Law\n\n## Leads\n\nA group has a lead.\n"),
        ("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\n"),
        (
            "content/rules/law.toml",
            "[[rules]]\nid = \"led\"\ntitle = \"A group has a lead\"\nclause = \"/law.md#leads\"\nduty = true\n\
             each = \"group\"\nrequire = \"size(group.leads) > 0\"\nmessage = \"no lead\"\n",
        ),
    ]);
    site.run(&["build"]).fine();
    let register = site.page("obligations/index.html");
    let clause = part(&register, "<section class=\"rb-register-clause\">", "</section>");
    assert!(
        text(clause).starts_with("Leads In plain words A group has a lead no role in the handbook"),
        "{clause}"
    );
    assert!(text(clause).ends_with("(met in 0 of 1 group)"), "{clause}");
}

/// Without rules, nothing about them is on any page.
#[test]
fn without_rules_pages_say_nothing_about_them() {
    let site = site();
    std::fs::remove_dir_all(site.path().join("content/rules")).unwrap();
    site.file("content/checklists/master.toml", CHECKLIST.replace("evidence", "# evidence"));
    site.run(&["build"]).fine();
    assert!(!site.path().join("public/conformance").exists());
    for page in [
        "groups/bakers/index.html",
        "groups/bakers/master/index.html",
        "obligations/index.html",
        "roles/master/index.html",
    ] {
        let page = site.page(page);
        assert!(!page.contains("conformance") && !page.contains("rb-verdict"), "{page}");
    }
}

#[test]
fn evidence_marks_items_as_done() {
    let site = built();
    let item = |group: &str, id: &str| {
        let page = site.page(&format!("groups/{group}/master/index.html"));
        part(&page, &format!("<li id=\"item.{id}\""), "</li>").to_owned()
    };
    let open = item("bakers", "second");
    assert!(
        open.contains("data-evidence=\"unmet\"") && open.contains("Not yet: Guild of Bakers has 1 master"),
        "{open}"
    );
    assert!(open.contains("href=\"../#rule.two-masters\""), "{open}");
    let done = item("carpenters", "second");
    assert!(
        done.contains("data-evidence=\"met\"") && done.contains("Done: A guild has two masters"),
        "{done}"
    );
    assert!(item("bakers", "sign").contains("Done: A master has a name"), "{}", item("bakers", "sign"));
    assert!(
        item("carpenters", "sign").contains("Not yet: Only the handle of cy is known"),
        "all holders need one"
    );
    assert!(!item("carpenters", "read").contains("data-evidence"), "an unknown verdict proves nothing");
    assert!(!item("hats", "second").contains("data-evidence"), "the rule is not about the group");
    assert!(!site.page("checklists/master/index.html").contains("data-evidence"));
    let markdown = site.run(&["checklist", "master", "carpenters"]).fine().stdout;
    assert!(
        markdown.contains(
            "- [x] **Find a second master.** Ask around.\n  \
             [Done: A guild has two masters](https://town.example/book/groups/carpenters/#rule.two-masters)\n"
        ),
        "{markdown}"
    );
    assert!(
        markdown.contains(
            "- [ ] **Sign the book.** With your name.\n  [Not yet: Only the handle of cy is known]("
        ),
        "{markdown}"
    );
    let list: Value = serde_json::from_str(
        &site.run(&["checklist", "master", "carpenters", "--format", "json"]).fine().stdout,
    )
    .unwrap();
    assert_eq!(
        list["phases"][0]["items"][0]["evidence"],
        json!({
            "rule": "two-masters", "verdict": "met", "label": "Done: A guild has two masters",
            "url": "https://town.example/book/groups/carpenters/#rule.two-masters",
        })
    );
    assert_eq!(list["phases"][1]["items"][0].get("evidence"), None);
}

#[test]
fn an_unknown_rule_is_no_evidence() {
    let site = site();
    site.file("content/checklists/master.toml", CHECKLIST.replace("two-masters", "two-master"));
    let run = site.run(&["check"]);
    assert!(run.stderr.contains("unknown rule `two-master` [data/invalid-value]"), "{}", run.stderr);
    assert!(run.stderr.contains("did you mean `two-masters`?"), "{}", run.stderr);
}

#[test(needs(Python("sphinx_needs")))]
fn sphinx_needs_reads_the_needs() {
    let site = built();
    let reader = crate::support::project().join("tests/independent/needs.py");
    let output =
        Command::new("python3").arg(reader).arg(site.path().join("public/api/needs.json")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read["errors"], json!([]));
    assert_eq!(read["project"], "Town");
    let needs = read["needs"].as_object().unwrap();
    let ids: Vec<&String> = needs.keys().collect();
    assert_eq!(
        ids,
        [
            "ITEM_MASTER_READ",
            "ITEM_MASTER_SECOND",
            "ITEM_MASTER_SIGN",
            "REQ_LAW_MD_MASTERS_MAY_SING",
            "REQ_LAW_MD_MASTERS_MUST_MEET",
            "REQ_LAW_MD_MASTERS_MUST_SMILE",
            "RULE_MEETS",
            "RULE_MISSION",
            "RULE_NAMED",
            "RULE_SHARP",
            "RULE_TWO_MASTERS",
        ]
    );
    assert_eq!(needs["ITEM_MASTER_SECOND"]["links"], json!(["REQ_LAW_MD_MASTERS_MUST_MEET"]));
    assert_eq!(needs["RULE_MEETS"]["links"], json!(["REQ_LAW_MD_MASTERS_MUST_MEET"]));
    let status = |id: &str| needs[id]["status"].clone();
    assert_eq!(status("RULE_MEETS"), "excepted");
    assert_eq!(status("RULE_SHARP"), "unmet");
    assert_eq!(status("REQ_LAW_MD_MASTERS_MUST_SMILE"), "undecided");
    assert_eq!(status("REQ_LAW_MD_MASTERS_MAY_SING"), Value::Null);
    let again = Command::new(env!("CARGO_BIN_EXE_rolebook"))
        .args(["build", "--out", "dated"])
        .current_dir(site.path())
        .env("SOURCE_DATE_EPOCH", "1767225600")
        .output()
        .unwrap();
    assert!(again.status.success());
    let dated = std::fs::read_to_string(site.path().join("dated/api/needs.json")).unwrap();
    assert!(dated.contains("\"created\": \"2026-01-01\""), "{dated}");
}

struct Reader {
    browser: Browser,
    tab: Tab,
    _host: Host,
}

impl Reader {
    fn open(site: &TestSite, path: &str) -> Self {
        let host = Host::start(site.path().join("public"), "/book/");
        let mut browser = Browser::start();
        let tab = browser.open(&format!("{}{path}", host.site()));
        Self { browser, tab, _host: host }
    }

    fn run(&mut self, expression: &str) -> Value {
        self.browser.run(&self.tab, expression)
    }

    fn choose(&mut self, name: &str, value: &str) {
        self.run(&format!(
            "(() => {{ const field = document.querySelector('.rb-register-filter').elements.{name}; field.value = '{value}'; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        ));
    }

    /// The visible groups, columns of the first table and rules.
    fn shown(&mut self) -> Value {
        self.run(
            "(() => { const seen = (selector, key) => [...document.querySelectorAll(selector)] \
             .filter((element) => element.checkVisibility()).map((element) => element.dataset[key]); \
             return [seen('tr[data-group]', 'group'), seen('th[data-rule]', 'rule'), seen('.rb-rule', 'rule')]; })()",
        )
    }

    fn press(&mut self, key: &str, code: u32) {
        for kind in ["keyDown", "keyUp"] {
            let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
            self.browser.call(Some(&self.tab), "Input.dispatchKeyEvent", &event);
        }
    }
}

#[test(needs(Browser))]
fn filters_show_groups_rules_and_verdicts() {
    let site = built();
    let mut reader = Reader::open(&site, "conformance/");
    let all = ["two-masters", "meets", "mission", "named", "sharp"];
    let columns = ["two-masters", "meets", "mission", "named", "meets", "mission", "named"];
    assert_eq!(reader.shown(), json!([["bakers", "carpenters", "hats"], columns, all]));
    reader.choose("verdict", "unmet");
    assert_eq!(
        reader.shown(),
        json!([["bakers", "carpenters"], ["two-masters", "named"], ["two-masters", "named", "sharp"]])
    );
    assert_eq!(reader.run("document.querySelector('output').textContent"), "2 of 3 groups, 3 of 5 rules");
    let open = "document.querySelector('[data-rule=sharp] .rb-checks').checkVisibility()";
    assert_eq!(reader.run(open), true, "findings of the verdict are open");
    reader.choose("group", "baker");
    assert_eq!(reader.shown(), json!([["bakers"], ["two-masters"], ["two-masters"]]));
    assert_eq!(reader.run("location.search"), "?group=baker&verdict=unmet");
    reader.choose("verdict", "");
    reader.choose("group", "teams");
    assert_eq!(reader.shown()[0], json!(["hats"]), "a kind of group");
    reader.choose("group", "");
    reader.choose("rule", "mission");
    assert_eq!(
        reader.shown(),
        json!([["bakers", "carpenters", "hats"], ["mission", "mission"], ["mission"]])
    );
    let mut again = Reader::open(&site, "conformance/?rule=meets&verdict=excepted");
    assert_eq!(again.shown(), json!([["bakers"], ["meets"], ["meets"]]));
}

#[test(needs(Browser))]
fn the_arrow_keys_move_between_cells() {
    let site = built();
    let mut reader = Reader::open(&site, "conformance/");
    let tabbed =
        "[...document.querySelectorAll('.rb-verdicts tbody a')].filter((link) => link.tabIndex === 0).length";
    assert_eq!(reader.run(tabbed), 2, "one for each table");
    reader.run("document.querySelector('tr[data-group=bakers] td a').focus()");
    reader.press("ArrowRight", 39);
    reader.press("ArrowDown", 40);
    assert_eq!(reader.run("document.activeElement.getAttribute('href')"), "../groups/carpenters/#rule.meets");
    assert_eq!(
        reader.run("document.querySelector('.rb-hint').textContent"),
        "Guild of Carpenters: 2 A group meets. Met"
    );
}

#[test]
fn without_scripts_everything_is_shown() {
    let page = built().page("conformance/index.html");
    assert!(page.contains("<form class=\"rb-register-filter rb-soon\" hidden>"));
    let body = &page[page.find("<main").unwrap()..];
    assert_eq!(body.matches(" hidden").count(), 1, "only the filter is hidden");
    assert_eq!(body.matches("<tr data-group=").count(), 3);
    assert_eq!(body.matches("rb-rule\"").count(), 5);
}

#[test(needs(Browser))]
fn the_reader_decides_about_items_with_evidence() {
    let site = built();
    let mut reader = Reader::open(&site, "groups/carpenters/master/");
    let boxes = "[...document.querySelectorAll('.rb-phase [data-item] > input')].map((box) => box.checked)";
    reader
        .browser
        .wait(&reader.tab, "document.querySelectorAll('.rb-phase [data-item] > input').length === 3");
    assert_eq!(reader.run(boxes), json!([true, false, false]));
    assert_eq!(reader.run("document.querySelector('.rb-share b').textContent"), "1 of 3 done");
    assert_eq!(reader.run("localStorage.length"), 0, "evidence is not stored as an entry of the reader");
    reader.run("document.querySelector('[data-item=second] > input').click()");
    reader.run("document.querySelector('[data-item=read] > input').click()");
    assert_eq!(reader.run(boxes), json!([false, false, true]));
    let url = reader.run("location.href").as_str().unwrap().to_owned();
    reader.browser.go(&reader.tab, &url);
    reader
        .browser
        .wait(&reader.tab, "document.querySelectorAll('.rb-phase [data-item] > input').length === 3");
    reader.browser.wait(&reader.tab, "document.querySelector('[data-item=read] > input').checked");
    assert_eq!(reader.run(boxes), json!([false, false, true]), "kept");
}

#[test(needs(Axe, Browser))]
fn the_pages_are_accessible() {
    let site = built();
    for path in ["conformance/", "groups/bakers/", "groups/carpenters/master/", "people/cy/", "obligations/"]
    {
        let mut reader = Reader::open(&site, path);
        for width in [360, 1280] {
            reader.browser.resize(&reader.tab, width, 800);
            reader.browser.wait(&reader.tab, &format!("innerWidth === {width}"));
            assert_eq!(
                reader.run(&format!("document.documentElement.scrollWidth <= {width}")),
                true,
                "{path} at {width}"
            );
        }
        reader.run("document.querySelectorAll('.rb-fold-button[aria-expanded=false]').forEach((button) => button.click())");
        assert_eq!(violations(&mut reader.browser, &reader.tab, None), [] as [String; 0], "{path}");
    }
}
