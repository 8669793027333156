//! Impact of a leaving person: equals what the site says after the person is deleted.

use std::collections::BTreeMap;
use std::sync::Arc;

use rolebook::engine::{Engine, Overrides};
use rolebook::model::{self, Key};
use rolebook::rules::{self, Verdict};
use rolebook::source::Content;
use serde_json::Value;

use crate::support::{TestSite, is_slow, project, seed, snapshot};

/// The number of holders of each seat by group and role, and of the leads of each subproject by group and name.
type Seats = BTreeMap<(String, String), usize>;

fn seats(engine: &Engine) -> Seats {
    let db = &engine.db;
    let mut seats = Seats::new();
    for id in model::group_ids(db) {
        let key = Key::new(db, id.clone());
        for seat in model::seats(db, key) {
            seats.insert((id.clone(), seat.role.id.clone()), seat.holders.len());
        }
        let group = model::group(db, key).as_ref().unwrap();
        for subproject in &group.facts.subprojects {
            let name = format!("subproject {}", subproject.name.value);
            *seats.entry((id.clone(), name)).or_default() += subproject.leads.len();
        }
    }
    seats
}

/// The subjects that do not meet a rule about groups, by rule and subject.
fn unmet(engine: &Engine) -> Vec<(String, String)> {
    let findings = rules::all_findings(&engine.db).iter();
    let unmet =
        findings.filter(|finding| finding.verdict == Verdict::Unmet && finding.subject.group().is_some());
    let mut unmet: Vec<_> = unmet.map(|finding| (finding.rule.clone(), finding.subject.id())).collect();
    unmet.sort();
    unmet
}

/// Compares the impact of a person with the site after `without` was applied to a file.
fn assert_equals_deletion(engine: &mut Engine, person: &str, path: &str, without: &str) {
    let impact = rules::impact_of(&engine.db, Key::new(&engine.db, person.to_owned())).clone().unwrap();
    let before = seats(engine);
    let unmet_before = unmet(engine);
    let mut expected = before.clone();
    for seat in &impact.seats {
        expected.insert((seat.group.clone(), seat.role.clone()), seat.others);
    }
    for left in &impact.subprojects {
        let led = before[&(left.group.clone(), format!("subproject {}", left.name))];
        // Two subprojects of a group may have one name.
        let entry = expected.get_mut(&(left.group.clone(), format!("subproject {}", left.name))).unwrap();
        assert!(left.others < led, "{person}: {left:?}");
        *entry -= 1;
    }
    let file = engine.files().into_iter().find(|file| &*file.path(&engine.db) == path).unwrap();
    let original = file.content(&engine.db).clone();
    engine.set_content(file, Content::Text(without.to_owned().into()));
    let after = seats(engine);
    for (seat, number) in &expected {
        // A role that nobody holds any more may not be listed.
        assert_eq!(after.get(seat).copied().unwrap_or_default(), *number, "{person}: {seat:?}");
    }
    let unmet_after = unmet(engine);
    let turned = unmet_after.into_iter().filter(|finding| !unmet_before.contains(finding));
    let mut stated: Vec<_> =
        impact.unmet.iter().map(|finding| (finding.rule.clone(), finding.subject.id())).collect();
    // Of a role that the whole source no longer names, the site without the person cannot say that it is vacant.
    let chairs = after.iter().filter(|((_, role), _)| role == "chair").map(|(_, holders)| holders);
    let has_no_chair = chairs.sum::<usize>() == 0;
    stated.retain(|(rule, _)| rule != "chair" || !has_no_chair);
    stated.sort();
    assert_eq!(stated, turned.collect::<Vec<_>>(), "{person}");
    engine.set_content(file, original);
}

const RULES: &str = "[[rules]]\nid = \"two\"\ntitle = \"Two leads\"\nclause = \"/governance/rules.md\"\neach = \"group\"\n\
    require = \"size(group.leads) >= 2\"\nmessage = \"{group.name}: {count}\"\n\
    [[rules]]\nid = \"chair\"\ntitle = \"A chair\"\nclause = \"/governance/rules.md\"\neach = \"seat\"\n\
    where = \"seat.role == 'chair'\"\nrequire = \"size(seat.holders) > 0\"\nmessage = \"none\"\n\
    [[rules]]\nid = \"led\"\ntitle = \"Led\"\nclause = \"/governance/rules.md\"\neach = \"subproject\"\n\
    require = \"size(subproject.leads) >= 1\"\nmessage = \"{subproject.name}\"\n";

/// A community in one file. `person` is left out.
fn community(random: &mut fastrand::Rng, people: usize, groups: usize, person: Option<&str>) -> String {
    let mut text = String::from("groups:\n");
    let names = |random: &mut fastrand::Rng, most: usize| {
        let number = random.usize(0..=most);
        let mut names: Vec<String> = (0..number).map(|_| format!("p{}", random.usize(0..people))).collect();
        names.sort();
        names.dedup();
        names.retain(|name| Some(name.as_str()) != person);
        format!("[{}]", names.join(", "))
    };
    for group in 0..groups {
        text += &format!("  - id: g{group}\n    name: Group {group}\n");
        text += &format!("    chairs: {}\n", names(random, 3));
        text += &format!("    deputies: {}\n", names(random, 2));
        text += "    subprojects:\n";
        for subproject in 0..2 {
            text += &format!("      - name: s{subproject}\n        leads: {}\n", names(random, 2));
        }
    }
    text
}

#[test]
fn an_impact_is_what_the_site_says_without_the_person() {
    let site = "title = \"T\"\n[kinds.sig]\nlabel = \"G\"\nplural = \"Gs\"\ntitle = \"G {name}\"\norder = 1\n\
        [[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\npath = \"up\"\n\
        [[source.groups]]\nfiles = \"all.yaml\"\neach = \"groups[]\"\nkind = \"sig\"\n\
        roles = { chair = \"chairs[]\", deputy = \"deputies[]\" }\nperson = { handle = \".\" }\n\
        subprojects = { each = \"subprojects[]\", leads = \"leads[]\" }\n";
    let role = "+++\napplies_to = [\"sig\"]\nnumber = { recommended = 2 }\n+++\n# Chair\n\nA chair.\n";
    let rounds = if is_slow() { 60 } else { 8 };
    let mut compared = 0;
    for round in 0..rounds {
        let seed = seed(7) + round;
        let full = community(&mut fastrand::Rng::with_seed(seed), 9, 4, None);
        let files = TestSite::new(&[
            ("site.toml", site),
            ("content/governance/rules.md", "# Rules\n\nA rule.\n"),
            ("content/roles/chair.md", role),
            ("content/rules/all.toml", RULES),
            ("up/all.yaml", &full),
        ]);
        let mut engine = Engine::load(files.path(), &Overrides::default()).unwrap();
        let people: Vec<String> = model::handbook(&engine.db).people.keys().cloned().collect();
        for person in people {
            let without = community(&mut fastrand::Rng::with_seed(seed), 9, 4, Some(&person));
            assert_equals_deletion(&mut engine, &person, "all.yaml", &without);
            compared += 1;
        }
    }
    assert!(compared >= rounds as usize * 5, "{compared}");
}

/// The text of a YAML file without the entries of a person: `- github: ann`, and the lines below it.
fn without_entries(text: &str, handle: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines().peekable();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let names = |line: &str| {
        let value = line.trim_start().trim_start_matches("- ").strip_prefix("github:");
        value.is_some_and(|value| value.trim().trim_matches('"').eq_ignore_ascii_case(handle))
    };
    while let Some(line) = lines.next() {
        let is_single = line.trim() == "liaison:" && lines.peek().is_some_and(|next| names(next));
        if is_single || (line.trim_start().starts_with("- ") && names(line)) {
            while lines.next_if(|next| indent(next) > indent(line)).is_some() {}
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

#[test(needs(Snapshot))]
fn the_impact_of_real_leads_is_what_the_site_says_without_them() {
    let source = snapshot().join("community");
    let overrides =
        Overrides { sources: [("community".to_owned(), source.clone())].into(), ..Overrides::default() };
    let mut engine = Engine::load(project(), &overrides).unwrap();
    let text = std::fs::read_to_string(source.join("sigs.yaml")).unwrap();
    let people: Vec<Arc<model::Person>> = model::handbook(&engine.db).people.values().cloned().collect();
    assert!(people.len() > 200, "{}", people.len());
    let step = if is_slow() { 1 } else { 20 };
    for person in people.iter().step_by(step) {
        let without = without_entries(&text, person.handle());
        // The handbook's own files name holders only where the checkout does not describe the group.
        if without != text {
            assert_equals_deletion(&mut engine, &person.id, "sigs.yaml", &without);
        }
    }
}

fn small() -> TestSite {
    let site = "title = \"T\"\n[kinds.guild]\nlabel = \"Guild\"\nplural = \"Guilds\"\ntitle = \"Guild of {name}\"\norder = 1\n\
        [[source]]\npath = \"content\"\n[[source]]\nname = \"lists\"\npath = \"lists\"\n\
        [[source.rosters]]\nfiles = \"aliases.yaml\"\neach = \"aliases{}\"\nname = \"@key\"\nmembers = \".\"\n\
        expect = { roster = \"{group.id}-leads\", exact = true }\n";
    TestSite::new(&[
        ("site.toml", site),
        (
            "content/governance/rules.md",
            "+++\nnormative = true\n+++\n# Rules\n\n## Master\n\nA master *MUST* keep the keys.\n",
        ),
        (
            "content/roles/master.md",
            "+++\napplies_to = [\"guild\"]\nnumber = { recommended = 2 }\ngoverned_by = [\"/governance/rules.md#master\"]\n+++\n\
             # Master\n\nLeads.\n",
        ),
        ("content/rules/all.toml", &RULES.replace("'chair'", "'master'")),
        (
            "content/groups/paint.toml",
            "kind = \"guild\"\nname = \"Painters\"\n[[leads]]\nrole = \"master\"\ngithub = \"Ann\"\nname = \"Ann A\"\n\
             [[subprojects]]\nname = \"brushes\"\n[[subprojects.leads]]\ngithub = \"ann\"\nname = \"Ann A\"\n\
             [[subprojects.leads]]\ngithub = \"bob\"\nname = \"Bob B\"\n",
        ),
        (
            "content/checklists/bye.toml",
            "title = \"Leaving\"\nfor_group = true\nsituation = \"leaving\"\n[[items]]\nid = \"keys\"\nphase = \"leaving\"\n\
             text = \"Hand over the keys of {group.name}.\"\n",
        ),
        (
            "lists/aliases.yaml",
            "aliases:\n  paint-leads:\n    - ann\n  solo:\n    - ANN\n  both:\n    - bob\n    - ann\n",
        ),
    ])
}

#[test]
fn the_command_names_seats_lists_rules_and_obligations() {
    let site = small();
    let output = site.run(&["impact", "ann"]).fine();
    let expected = "Ann A (Ann)\n\nWho else holds the role\n  Guild of Painters · Master: nobody else, 2 wanted\n\
        \x20 Guild of Painters · subproject brushes: 1 other\n\nLists of these roles\n  lists:aliases.yaml:3 `paint-leads` (nobody else)\n\n\
        Other lists with this person\n  lists:aliases.yaml:5 `solo` (nobody else)\n  lists:aliases.yaml:8 `both`\n\n\
        Rules that would not be met\n  chair: none\n\n\
        Obligations that nobody else has\n  Guild of Painters · Master: 1 obligation\n\n\
        Checklists\n  rolebook checklist bye paint --for Ann\n";
    assert_eq!(output.stdout, expected);
    let json: Value =
        serde_json::from_str(&site.run(&["impact", "@ANN", "--format", "json"]).fine().stdout).unwrap();
    assert_eq!(json["person"]["id"], "ann");
    assert_eq!(json["seats"][0]["others"], 0);
    assert_eq!(json["lists"][1]["line"], 5);
    assert_eq!(json["unmet"][0]["rule"], "chair");
    let markdown = site.run(&["impact", "ann", "--format", "markdown"]).fine().stdout;
    for line in [
        "# If Ann A leaves",
        "- [ ] paint-leads in `lists:aliases.yaml:3`: nobody else is in it",
        "- [ ] Master in Guild of Painters: 1 obligation",
        "Hand over the keys of Guild of Painters.",
    ] {
        assert!(markdown.contains(line), "{line}\n{markdown}");
    }
    let issue = site.run(&["impact", "ann", "--format", "github-issue"]).fine().stdout;
    assert!(issue.starts_with("---\ntitle: \"If Ann A leaves\"\n"), "{issue}");
}

#[test]
fn unknown_people_are_refused_with_the_nearest_handle() {
    let output = small().run(&["impact", "anm"]);
    assert_eq!(output.code, 2);
    assert_eq!(output.stderr, "error: unknown handle `anm`\nhelp: did you mean `Ann`?\n");
}
