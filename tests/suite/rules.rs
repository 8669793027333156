//! Rules of governance: verdicts, messages and faults of made-up communities.

use std::collections::BTreeMap;

use rolebook::engine::{Engine, Overrides};
use rolebook::model::generated_at;
use rolebook::render::generated_file;
use serde_json::Value;

use crate::support::TestSite;

const SITE: &str = r#"
title = "Doors"

[[source]]
path = "content"

[[source]]
name = "up"
path = "up"
mount = "up"
format = "markdown"

[[source]]
name = "gone"
path = "gone"
mount = "gone"
format = "markdown"
optional = true

[[source]]
name = "data"
path = "data"
mount = "data"

[[source.tables]]
name = "walls"
files = "walls.csv"
"#;

const PAINT: &str = r#"
kind = "sig"
name = "Paint"
charter = "https://example.org/charter"

[[leads]]
role = "chair"
github = "ann"
name = "Ann"
company = "Acme"

[[leads]]
role = "chair"
github = "Bob"
name = "Bob"

[[emeritus]]
github = "eve"

[[meetings]]
title = "Weekly"
frequency = "weekly"
day = "Friday"
time = "10:00"
tz = "UTC"
notes = "https://example.org/notes"

[[subprojects]]
name = "Mixer"
owners = ["https://example.org/Mixer/OWNERS/"]

[[subprojects.leads]]
github = "cat"

[[subprojects.meetings]]
title = "Mixing"
frequency = "every four weeks"
day = "Monday"
time = "9:00"
tz = "UTC"

[extra]
budget = 5
"#;

const OIL: &str = r#"
kind = "sig"
name = "Oil"

[[leads]]
role = "chair"
github = "ann"

[[meetings]]
title = "Talk"

[[subprojects]]
name = "Can"
owners = ["https://example.org/mixer/OWNERS", "https://example.org/can"]
"#;

const DOOR: &str = "kind = \"wg\"\nname = \"Door\"\nstakeholders = [\"sig-paint\"]\n";

const CHAIR: &str = "+++\napplies_to = [\"sig\"]\nnumber = { min = 2 }\n+++\n# Chair\n\nA chair.\n";
const SECRETARY: &str = "+++\napplies_to = [\"wg\"]\noptional = true\n+++\n# Secretary\n\nWrites.\n";

/// A report with one answered question, one that is not answered, and tasks.
const REPORT: &str = "# Report\n\nIntro of four words.\n\n## Questions\n\n1. What went well?\n\n   - Painting went well\n\n\
                      2. What did not?\n\n<!-- write here -->\n\n## Tasks\n\n- [x] one\n- [ ] two\n\n```\nno words\n```\n";

/// A community with these files in addition.
fn community(files: &[(&str, &str)]) -> TestSite {
    let site = TestSite::new(&[
        ("site.toml", SITE),
        ("content/index.md", "# Doors\n\nHello.\n"),
        ("content/roles/chair.md", CHAIR),
        ("content/roles/secretary.md", SECRETARY),
        ("content/groups/sig-paint.toml", PAINT),
        ("content/groups/sig-oil.toml", OIL),
        ("content/groups/wg-door.toml", DOOR),
        ("up/sig-paint/report.md", REPORT),
        ("up/sig-oil/logo.png", ""),
        ("data/walls.csv", "name,height,color\nnorth,3,red\nsouth,2,\n"),
    ]);
    for (path, text) in files {
        site.file(path, text);
    }
    site
}

/// A rule in TOML. Literal strings keep the quotes of expressions.
fn rule(id: &str, each: &str, require: &str) -> String {
    rule_with(id, each, require, "")
}

fn rule_with(id: &str, each: &str, require: &str, more: &str) -> String {
    let message = if more.contains("message =") { "" } else { "message = \"no\"\n" };
    format!(
        "[[rules]]\nid = \"{id}\"\ntitle = \"{id}\"\nclause = \"/index.md\"\neach = \"{each}\"\nrequire = '''{require}'''\n{message}{more}\n"
    )
}

/// The findings in `conformance.json`, on a day given in seconds since 1970.
fn findings_at(site: &TestSite, stamp: Option<i64>) -> Vec<Value> {
    let stamp = stamp.map(|seconds| jiff::Timestamp::from_second(seconds).unwrap());
    let engine = Engine::load(site.path(), &Overrides { stamp, ..Overrides::default() }).unwrap();
    let file = generated_at(&engine.db, "/api/conformance.json").unwrap();
    let json = generated_file(&engine.db, file).expect("the site has rules");
    serde_json::from_slice(&json.into_bytes()).unwrap()
}

fn findings(site: &TestSite) -> Vec<Value> {
    findings_at(site, None)
}

/// The verdicts of a rule by subject, in the order of the file.
fn verdicts<'a>(findings: &'a [Value], rule: &str) -> Vec<(&'a str, &'a str)> {
    let of_rule = findings.iter().filter(|finding| finding["rule"] == rule);
    of_rule.map(|of| (of["subject"].as_str().unwrap(), of["verdict"].as_str().unwrap())).collect()
}

/// The verdicts of one rule about groups, with the rule as the only one.
#[track_caller]
fn assert_groups(require: &str, expected: [&str; 3]) {
    let site = community(&[("content/rules/r.toml", &rule("r", "group", require))]);
    let of_groups = findings(&site);
    let verdicts: BTreeMap<&str, &str> = verdicts(&of_groups, "r").into_iter().collect();
    let given = ["sig-paint", "sig-oil", "wg-door"].map(|group| verdicts.get(group).copied().unwrap_or("-"));
    assert_eq!(given, expected, "{require}");
}

/// The diagnostics of `check`, one line each: place, code, message and help.
fn faults(site: &TestSite) -> Vec<String> {
    let run = site.run(&["check", "--message-format", "json"]);
    let line = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| value[key].as_str().unwrap_or("-").to_owned();
        let place = format!("{}:{}:{}", text("path"), value["line"], value["column"]);
        format!("{place} [{}] {} ({})", text("code"), text("message"), text("help"))
    };
    run.stdout.lines().map(line).collect()
}

#[test]
fn each_kind_of_subject_is_found() {
    let rules = [
        rule("group", "group", "group.id != 'sig-oil'"),
        rule("seat", "seat", "size(seat.holders) >= seat.min"),
        rule_with("meeting", "meeting", "meeting.weeks <= 3.0", "where = \"group.kind == 'sig'\""),
        rule("subproject", "subproject", "size(subproject.leads) > 0 && group.kind == 'sig'"),
        rule("person", "person", "size(person.roles) <= 1"),
        rule("table", "table.walls", "record.height >= 3 && file.stem == 'walls'"),
    ];
    let site = community(&[("content/rules/all.toml", &rules.concat())]);
    let findings = findings(&site);
    let expect = |rule: &str, expected: &[(&str, &str)]| {
        let mut listed = verdicts(&findings, rule);
        listed.sort_unstable();
        assert_eq!(listed, expected, "{rule}");
    };
    expect("group", &[("sig-oil", "unmet"), ("sig-paint", "met"), ("wg-door", "met")]);
    // The data does not record who is a secretary.
    expect("seat", &[("sig-oil/chair", "unmet"), ("sig-paint/chair", "met")]);
    expect(
        "meeting",
        &[
            ("sig-oil/Talk#1", "unknown"),
            ("sig-paint/Mixer/Mixing#1", "unmet"),
            ("sig-paint/Weekly#1", "met"),
        ],
    );
    expect("subproject", &[("sig-oil/Can", "unmet"), ("sig-paint/Mixer", "met")]);
    // Ann is a chair of two groups; Bob of one. Cat leads a subproject; Eve is emeritus.
    expect("person", &[("ann", "unmet"), ("bob", "met"), ("cat", "met"), ("eve", "met")]);
    expect("table", &[("walls.csv#1", "met"), ("walls.csv#2", "unmet")]);
    let group = |subject: &str| findings.iter().find(|of| of["subject"] == subject).unwrap()["group"].clone();
    assert_eq!(group("sig-paint/Mixer/Mixing#1"), "sig-paint");
    assert_eq!(group("ann"), Value::Null);
}

#[test]
fn findings_have_the_line_of_the_fact() {
    let rules = [
        rule("seat", "seat", "false"),
        rule("meeting", "meeting", "false"),
        rule("subproject", "subproject", "false"),
        rule("person", "person", "false"),
        rule("table", "table.walls", "false"),
        rule("document", "group", "!document('up', group.id + '/report.md').exists"),
    ];
    let site = community(&[("content/rules/all.toml", &rules.concat())]);
    let findings = findings(&site);
    let place = |rule: &str, subject: &str| {
        let of = findings.iter().find(|of| of["rule"] == rule && of["subject"] == subject).unwrap();
        (of["path"].as_str().unwrap().to_owned(), of["line"].as_u64().unwrap())
    };
    let line = |text: &str, part: &str| 1 + text[..text.find(part).unwrap()].matches('\n').count() as u64;
    let paint = |part: &str| ("groups/sig-paint.toml".to_owned(), line(PAINT, part));
    for (rule, subject, expected) in [
        ("seat", "sig-paint/chair", paint("\"ann\"")),
        ("meeting", "sig-paint/Weekly#1", paint("\"Weekly\"")),
        ("meeting", "sig-paint/Mixer/Mixing#1", paint("\"Mixing\"")),
        ("subproject", "sig-paint/Mixer", paint("\"Mixer\"")),
        ("person", "cat", paint("\"cat\"")),
        ("table", "walls.csv#2", ("walls.csv".to_owned(), 3)),
        ("document", "sig-paint", ("sig-paint/report.md".to_owned(), 1)),
    ] {
        let (path, line) = place(rule, subject);
        assert!(path.ends_with(&expected.0), "{rule} {subject}: {path}");
        assert_eq!(line, expected.1, "{rule} {subject}");
    }
}

#[test]
fn absent_fields_are_unknown() {
    assert_groups("group.charter != ''", ["met", "unknown", "unknown"]);
    assert_groups("has(group.charter)", ["met", "unmet", "unmet"]);
    assert_groups("has(group.charter) && group.charter.startsWith('https:')", ["met", "unmet", "unmet"]);
    assert_groups("group.extra.budget > 4", ["met", "unknown", "unknown"]);
    assert_groups("has(group.extra.budget) && group.extra.budget > 5", ["unmet", "unmet", "unmet"]);
    // Lists are always present.
    assert_groups("size(group.leads) + size(group.meetings) == 0", ["unmet", "unmet", "met"]);
    assert_groups("group.stakeholders.exists(s, s in groups)", ["unmet", "unmet", "met"]);
}

#[test]
fn operators_absorb_what_is_unknown() {
    assert_groups("group.charter != '' || group.kind == 'sig'", ["met", "met", "unknown"]);
    assert_groups("group.charter == '' && group.kind == 'wg'", ["unmet", "unmet", "unknown"]);
    assert_groups("group.kind == 'wg' ? group.charter == '' : true", ["met", "met", "unknown"]);
    // A person whose company is not known makes neither `exists` nor `all` unknown if another one decides.
    assert_groups("group.leads.exists(l, l.company == 'Acme')", ["met", "unknown", "unmet"]);
    assert_groups("group.leads.all(l, l.company == 'Other')", ["unmet", "unknown", "met"]);
    assert_groups("!(group.charter == '')", ["met", "unknown", "unknown"]);
}

#[test]
fn an_unknown_condition_makes_the_rule_unknown() {
    let site = community(&[(
        "content/rules/r.toml",
        &rule_with("r", "group", "group.kind == 'wg'", "where = \"group.extra.budget == 5\""),
    )]);
    let all = findings(&site);
    let mut verdicts = verdicts(&all, "r");
    verdicts.sort_unstable();
    assert_eq!(verdicts, [("sig-oil", "unknown"), ("sig-paint", "unmet"), ("wg-door", "unknown")]);
    let reason = all.iter().find(|of| of["subject"] == "sig-oil").unwrap();
    assert_eq!(reason["reason"], "absent: budget");
}

#[test]
fn documents_are_read() {
    let report = "document('up', group.id + '/report.md')";
    for (condition, expected) in [
        ("exists", ["met", "unmet", "unmet"]),
        // Report, Questions and Tasks, the four words, two questions of three words each, the answer and the tasks.
        ("words == 18", ["met", "unmet", "unmet"]),
        ("words == 0", ["unmet", "met", "met"]),
        ("headings == ['Report', 'Questions', 'Tasks']", ["met", "unmet", "unmet"]),
        ("prompts.exists(p, p.text == 'What did not?' && p.words == 0)", ["met", "unmet", "unmet"]),
        ("prompts.all(p, p.words > 0)", ["unmet", "met", "met"]),
        ("tasks.open == 1", ["met", "unmet", "unmet"]),
        ("tasks.done == 1", ["met", "unmet", "unmet"]),
        ("sections.exists(s, s.heading == 'Questions' && s.level == 2)", ["met", "unmet", "unmet"]),
        ("text.contains('went well? Painting')", ["met", "unmet", "unmet"]),
        ("text.contains('no words') ", ["unmet", "unmet", "unmet"]),
        // Files that do not exist have no title; the site has no history.
        ("title == 'Report'", ["met", "unknown", "unknown"]),
        ("changed > '2020-01-01'", ["unknown", "unknown", "unknown"]),
    ] {
        assert_groups(&format!("{report}.{condition}"), expected);
    }
    // A file that is not a document exists.
    assert_groups("document('up', group.id + '/logo.png').exists", ["unmet", "met", "unmet"]);
    assert_groups("document('up', '/' + group.id + '/logo.png').exists", ["unmet", "met", "unmet"]);
    // A source that is absent, or that the site does not have.
    assert_groups("document('gone', 'a.md').exists", ["unknown"; 3]);
    assert_groups("document('other', 'a.md').exists", ["unknown"; 3]);
    // A document may name another.
    let chained =
        "document('up', document('up', group.id + '/report.md').exists ? 'sig-oil/logo.png' : 'x').exists";
    assert_groups(chained, ["met", "unmet", "unmet"]);
    // A folder exists; nothing outside the source does.
    assert_groups("document('up', 'sig-paint').exists && document('up', 'sig-paint').words == 0", ["met"; 3]);
    assert_groups("document('up', '../site.toml').exists", ["unmet"; 3]);
}

/// 2026-08-21 12:00 UTC
const DAY: i64 = 1_787_313_600;

#[test]
fn dates_come_from_the_sources_only() {
    let rules = [
        rule("year", "group", "year(today) == 2026"),
        rule("days", "group", "days('2026-08-01', today) == 20 && days(today, '2026-08-01') == -20"),
        rule("text", "group", "today == '2026-08-21'"),
        rule("wrong", "group", "days('soon', today) > 0"),
        rule_with("early", "group", "false", "until = 2026-08-22"),
        rule_with("late", "group", "false", "until = 2026-08-21"),
    ];
    let site = community(&[("content/rules/all.toml", &rules.concat())]);
    let verdict = |findings: &[Value], rule: &str| verdicts(findings, rule)[0].1.to_owned();
    let dated = findings_at(&site, Some(DAY));
    let undated = findings(&site);
    for (rule, on_day, without_date) in [
        ("year", "met", "unknown"),
        ("days", "met", "unknown"),
        ("text", "met", "unknown"),
        ("wrong", "unknown", "unknown"),
        ("early", "excepted", "excepted"),
        // Without a date, a rule with `until` does not apply yet.
        ("late", "unmet", "excepted"),
    ] {
        assert_eq!(verdict(&dated, rule), on_day, "{rule}");
        assert_eq!(verdict(&undated, rule), without_date, "{rule}");
    }
    let early = dated.iter().find(|of| of["rule"] == "early").unwrap();
    assert_eq!(early["reason"], "until 2026-08-22");
}

#[test]
fn exceptions_apply_to_what_is_not_met() {
    let except = "except = { sig-oil = \"Not now.\", wg-door = \"New.\", ann = \"Both.\", 'sig-paint/Mixer' = \"Small.\" }";
    let rules = [
        rule_with("chairs", "group", "size(group.leads) == 1", except),
        rule_with("unknown", "group", "group.charter == ''", except),
        rule_with("subproject", "subproject", "false", except),
        rule_with("person", "person", "size(person.roles) == 1", except),
    ];
    let site = community(&[("content/rules/all.toml", &rules.concat())]);
    let all = findings(&site);
    let expect = |rule: &str, expected: &[(&str, &str)]| {
        let mut listed = verdicts(&all, rule);
        listed.sort_unstable();
        assert_eq!(listed, expected, "{rule}");
    };
    // Oil has one lead, so the exception is not needed.
    expect("chairs", &[("sig-oil", "met"), ("sig-paint", "unmet"), ("wg-door", "excepted")]);
    expect("unknown", &[("sig-oil", "excepted"), ("sig-paint", "unmet"), ("wg-door", "excepted")]);
    // By the group, and by the subject.
    expect("subproject", &[("sig-oil/Can", "excepted"), ("sig-paint/Mixer", "excepted")]);
    expect("person", &[("ann", "excepted"), ("bob", "met"), ("cat", "unmet"), ("eve", "unmet")]);
    let reason = all.iter().find(|of| of["rule"] == "subproject" && of["subject"] == "sig-oil/Can").unwrap();
    assert_eq!((&reason["reason"], &reason["message"]), (&"Not now.".into(), &"no".into()));
}

#[test]
fn rules_use_the_whole_community() {
    for (require, expected) in [
        ("size(groups) == 3 && groups['sig-oil'].full_name == 'SIG Oil'", ["met"; 3]),
        ("people['ann'].name == 'Ann'", ["met"; 3]),
        ("group.leads.all(l, l.id in people)", ["met"; 3]),
        ("'nobody' in people", ["unmet"; 3]),
        ("people['nobody'].name == ''", ["unknown"; 3]),
        ("tables.walls.exists(w, w.name == 'north')", ["met"; 3]),
        ("size(tables.doors) > 0", ["unknown"; 3]),
        // Both groups claim the same owners file, written differently.
        ("size(claims['https://example.org/mixer/owners']) == 2", ["met"; 3]),
        (
            "claims['https://example.org/can'].all(c, c.group == 'sig-oil' && c.subproject == 'Can')",
            ["met"; 3],
        ),
        ("claims.all(url, size(claims[url]) == 1)", ["unmet"; 3]),
        (
            "lower('ÄB') == 'äb' && 'abc'.matches('^a.c$') && matches('größe', 'ö.e') && !'b'.matches('[^b]') && size('日本') == 2",
            ["met"; 3],
        ),
        ("group.full_name == 'SIG ' + group.name", ["met", "met", "unmet"]),
        ("int('3') == 3 && string(4) == '4' && double(1) < 1.5", ["met"; 3]),
    ] {
        assert_groups(require, expected);
    }
}

#[test]
fn messages_contain_values() {
    let more = |message: &str| format!("message = '''{message}'''");
    let rules = [
        rule_with("count", "group", "size(group.leads) >= 3", &more("{group.full_name}: {count}")),
        rule_with("no-count", "group", "false", &more("{count}")),
        rule_with("list", "group", "false", &more("[{group.leads.map(l, l.handle)}]")),
        rule_with(
            "nested",
            "group",
            "false",
            &more("{size({'a': {'b': 1}})} and {{'x': 'y'}.x} {'}'.size() == 1}"),
        ),
        rule_with("absent", "group", "false", &more("{group.charter}")),
        rule_with("number", "group", "2.5 > 3.0", &more("{count} {1 + 1} {true} {group.id}")),
        rule_with("map", "group", "false", &more("{groups}")),
    ];
    let site = community(&[("content/rules/all.toml", &rules.concat())]);
    let all = findings(&site);
    let message = |rule: &str, group: &str| {
        let of = all.iter().find(|of| of["rule"] == rule && of["subject"] == group);
        of.and_then(|of| of["message"].as_str()).map(str::to_owned)
    };
    assert_eq!(message("count", "sig-paint").unwrap(), "SIG Paint: 2");
    // The requirement is not a comparison, so there is nothing to count.
    assert_eq!(message("no-count", "sig-paint"), None);
    assert_eq!(message("list", "sig-paint").unwrap(), "[Bob, ann]");
    assert_eq!(message("list", "wg-door").unwrap(), "[]");
    assert_eq!(message("nested", "sig-oil").unwrap(), "1 and y true");
    assert_eq!(message("absent", "sig-paint").unwrap(), "https://example.org/charter");
    assert_eq!(message("absent", "sig-oil"), None);
    assert_eq!(message("number", "sig-oil").unwrap(), "2.5 2 true sig-oil");
    assert_eq!(message("map", "sig-oil").unwrap(), "sig-oil, sig-paint, wg-door");
    // Where the message has no value, the diagnostic has a general one.
    let general = "sig-oil does not meet “absent”";
    let run = site.run(&["check", "--rule", "absent"]);
    assert!(run.stderr.contains(general), "{}", run.stderr);
}

#[test]
fn type_errors_have_a_column_and_help() {
    for (require, column, message, help) in [
        ("size(grup.leads) > 1", 6, "unknown variable `grup`", "did you mean `group`?"),
        ("group.lead.size() > 1", 7, "a group has no field `lead`", "did you mean `leads`?"),
        ("has(group.lead)", 11, "a group has no field `lead`", "did you mean `leads`?"),
        ("group.leads.all(l, l.rol == 'x')", 22, "a lead has no field `rol`", "did you mean `role`?"),
        (
            "group.leads.filter(l, true).exists(m, m.nam == '')",
            41,
            "a lead has no field `nam`",
            "did you mean `name`?",
        ),
        ("siz(group.leads) > 1", 1, "unknown function `siz`", "did you mean `size`?"),
        ("group.name.contain('x')", 12, "text has no function `contain`", "did you mean `contains`?"),
        ("group.name == 3", 12, "text never equals a whole number", "-"),
        ("group.name > 3", 12, "text cannot be compared with a whole number", "-"),
        ("group.name && true", 7, "expected a boolean, found text", "-"),
        ("!group.name", 8, "expected a boolean, found text", "-"),
        ("size(group.leads) + group.name > 3", 19, "cannot calculate with a whole number and text", "-"),
        ("days(today) > 3", 1, "`days` takes 2 arguments, found 1", "-"),
        ("document('up', 3).exists", 16, "expected text, found a whole number", "-"),
        ("document('up', 'x').exist", 21, "a document has no field `exist`", "did you mean `exists`?"),
        ("group.name.matches('[a')", 20, "invalid regular expression: unclosed character class", "-"),
        ("matches(group.name, '(')", 21, "invalid regular expression: unclosed group", "-"),
        ("group.name in group.kind", 12, "expected a list or a map after `in`, found text", "-"),
        ("group.name.foo", 12, "text has no fields, so there is no `foo`", "-"),
        (
            "groups.map(g, g) == []",
            1,
            "a map has no order, so its entries do not make a list",
            "use `all`, `exists` or `size`",
        ),
        // The columns count characters, also after others than ASCII.
        (
            "group.name != 'ÄÖ日本' && group.nme != ''",
            31,
            "a group has no field `nme`",
            "did you mean `name`?",
        ),
        ("'😀' == group.nme", 14, "a group has no field `nme`", "did you mean `name`?"),
        (
            "size(group.leads)",
            1,
            "expected true or false, found a whole number",
            "compare it with a value, such as `>= 2`",
        ),
    ] {
        let site = community(&[]);
        let text =
            rule("r", "group", require).replace("'''", if require.contains('\'') { "'''" } else { "'" });
        site.file("content/rules/r.toml", &text);
        let start = "require = ".len() + if text.contains("'''") { 3 } else { 1 };
        let expected =
            format!("content/rules/r.toml:6:{} [conformance/expression] {message} ({help})", start + column);
        let faults = faults(&site);
        assert!(faults.contains(&expected), "{require}\n{expected}\n{faults:#?}");
    }
}

#[test]
fn type_errors_are_found_in_every_form_of_string() {
    let place = |line: &str| {
        let head = "[[rules]]\nid = \"r\"\ntitle = \"R\"\nclause = \"/index.md\"\neach = \"group\"\nmessage = \"no\"\n";
        let site = community(&[("content/rules/r.toml", &format!("{head}{line}\n"))]);
        let faults = faults(&site);
        let of = faults.iter().find(|fault| fault.contains("no field `nme`"));
        let of = of.unwrap_or_else(|| panic!("{line}: {faults:#?}"));
        of.split_once(" [").unwrap().0.trim_start_matches("content/rules/r.toml:").to_owned()
    };
    assert_eq!(place("require = \"group.nme == 'x'\""), "7:18");
    assert_eq!(place("require = 'group.nme == \"x\"'"), "7:18");
    assert_eq!(place("require = '''\ngroup.id != ''\n  && group.nme == 'x'\n'''"), "9:12");
    assert_eq!(place("require = \"\"\"\ngroup.id != 'ö' ||\n  'ö' != group.nme\"\"\""), "9:16");
    // Text with escapes differs from the file, so the whole string is marked.
    assert_eq!(place("require = \"group.nme == \\\"x\\\"\""), "7:11");
    // In messages and conditions as well.
    assert_eq!(place("require = \"false\"\nwhere = \"group.nme == ''\""), "8:16");
}

#[test]
fn messages_are_checked() {
    for (message, expected) in [
        ("a {group.nme} b", "21 [conformance/expression] a group has no field `nme` (did you mean `name`?)"),
        ("ä {1 +} b", "18 [data/invalid-value] invalid expression: unexpected end"),
        ("a {group.name", "14 [data/invalid-value] unclosed `{` in a message"),
    ] {
        let more = format!("message = \"{message}\"");
        let site = community(&[("content/rules/r.toml", &rule_with("r", "group", "false", &more))]);
        let faults = faults(&site);
        let expected = format!("content/rules/r.toml:7:{expected}");
        assert!(faults.iter().any(|fault| fault.starts_with(&expected)), "{expected}\n{faults:#?}");
    }
}

#[test]
fn syntax_errors_have_a_place() {
    let head =
        "[[rules]]\nid = \"r\"\ntitle = \"R\"\nclause = \"/index.md\"\neach = \"group\"\nmessage = \"no\"\n";
    for (line, expected) in [
        ("require = \"1 +\"", "7:15 [data/invalid-value] invalid expression: unexpected end"),
        ("require = \"group.name = 'x'\"", "7:23 [data/invalid-value] invalid expression: unexpected `=`"),
        (
            "require = \"'ö日' == group.name)\"",
            "7:30 [data/invalid-value] invalid expression: unexpected `)`",
        ),
        (
            "require = '''\ngroup.name ==\n  == 'x'\n'''",
            "9:3 [data/invalid-value] invalid expression: unexpected `==`",
        ),
    ] {
        let site = community(&[("content/rules/r.toml", &format!("{head}{line}\n"))]);
        let faults = faults(&site);
        let expected = format!("content/rules/r.toml:{expected}");
        assert!(faults.iter().any(|fault| fault.starts_with(&expected)), "{expected}\n{faults:#?}");
    }
}

#[test]
fn expressions_are_limited() {
    let long = format!("group.name != '{}'", "x".repeat(2000));
    let deep = format!("{}true{}", "(".repeat(13), ")".repeat(13));
    let operators = vec!["true"; 120].join(" && ");
    let loops = ["group.leads.all(a, true)"; 4].join(" && ");
    for require in [&long, &deep, &operators, &loops] {
        let site = community(&[("content/rules/r.toml", &rule("r", "group", require))]);
        let faults = faults(&site);
        let message = "invalid expression: it is too long or nested too deeply";
        assert!(faults.iter().any(|fault| fault.contains(message)), "{require}\n{faults:#?}");
    }
    // Text without brackets cannot exhaust the stack of the parser either.
    for require in ["!".repeat(1900), "-".repeat(1900), "a?".repeat(900), "[".repeat(1900)] {
        let site = community(&[("content/rules/r.toml", &rule("r", "group", &require))]);
        assert!(faults(&site).iter().any(|fault| fault.contains("invalid expression")), "{require}");
    }
}

#[test]
fn faults_of_rules_are_reported() {
    let other = rule("twice", "group", "true");
    let rules = [
        rule("twice", "group", "true"),
        rule_with("role", "group", "true", "roles = [\"chiar\"]"),
        rule("none", "table.walls", "true").replace("table.walls", "table.wals"),
        rule("clause", "group", "true").replace("/index.md", "/indx.md"),
        rule_with("fits-nobody", "group", "true", "where = \"group.kind == 'committee'\""),
        rule_with("except", "group", "true", "except = { sig-pant = \"Typo.\" }"),
        rule_with("severity", "group", "true", "severity = \"fatal\""),
        rule_with("until", "group", "true", "until = \"soon\""),
        rule("each", "grup", "true"),
        rule("bad/id", "group", "true"),
        "[[rules]]\nid = \"empty\"\n[[undecided]]\nclause = []\n".to_owned(),
    ];
    let site = community(&[("content/rules/a.toml", &rules.concat()), ("content/rules/b.toml", &other)]);
    let faults = faults(&site);
    for expected in [
        "content/rules/b.toml:2:6 [data/duplicate-id] duplicate rule id `twice`",
        "[data/unknown-role] unknown role `chiar` (did you mean `chair`?)",
        "[link/missing-document]",
        "[conformance/no-subject] no subject fits the rule `fits-nobody`",
        "[conformance/no-subject] the rule `except` has no subject `sig-pant` (did you mean `sig-paint`?)",
        "[data/invalid-value] unknown severity `fatal`",
        "[data/wrong-type] expected a date such as 2026-01-31 for `until`",
        "[data/invalid-value] unknown kind of subject `grup`",
        "[data/invalid-value] invalid id `bad/id`",
        "[data/missing-field]",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}\n{faults:#?}");
    }
}

#[test]
fn a_table_without_records_is_reported() {
    let text = rule("r", "table.wals", "record.height > 1");
    let site = community(&[("content/rules/a.toml", &text)]);
    let source = "format = \"markdown\"\noptional = true\n";
    site.file(
        "site.toml",
        SITE.replace(source, "format = \"markdown\"\n").replace("path = \"gone\"", "path = \"up\""),
    );
    let reported = faults(&site);
    assert!(reported.iter().any(|fault| fault.contains("no subject fits the rule `r`")), "{reported:#?}");
    // A column that no record has.
    let text = rule("r", "table.walls", "record.heigt > 1");
    let site = community(&[("content/rules/a.toml", &text)]);
    let reported = faults(&site);
    let expected = "[conformance/expression] no record has a field `heigt` (did you mean `height`?)";
    assert!(reported.iter().any(|fault| fault.contains(expected)), "{reported:#?}");
}

#[test]
fn data_that_does_not_fit_is_unknown_and_reported_once() {
    let site = community(&[
        ("content/rules/a.toml", &rule("r", "group", "group.extra.size > 2")),
        ("content/groups/sig-oil.toml", &format!("{OIL}[extra]\nsize = \"big\"\n")),
        ("content/groups/wg-door.toml", &format!("{DOOR}[extra]\nsize = [3]\n")),
        ("content/groups/sig-paint.toml", &format!("{PAINT}size = 3\n")),
    ]);
    let all = findings(&site);
    let mut verdicts = verdicts(&all, "r");
    verdicts.sort_unstable();
    assert_eq!(verdicts, [("sig-oil", "unknown"), ("sig-paint", "met"), ("wg-door", "unknown")]);
    let faults = faults(&site);
    let failed: Vec<_> = faults.iter().filter(|fault| fault.contains("[conformance/failed]")).collect();
    assert_eq!(failed.len(), 1, "{faults:#?}");
    assert!(failed[0].contains("the rule `r` cannot be evaluated for 2 subjects, such as"), "{failed:#?}");
}

/// Names of people and groups are data of others; messages contain them.
#[test]
fn hostile_names_reach_no_terminal() {
    let name = "x\\u001b[31m\\u202e\\n::error::</script><b>";
    let group = format!(
        "kind = \"sig\"\nname = \"{name}\"\n[[leads]]\nrole = \"chair\"\ngithub = \"ann\"\nname = \"{name}\"\n"
    );
    let more = "message = '''{group.full_name} {group.leads.map(l, l.name)}'''\nexcept = { sig-paint = \"\\u001b[1m\" }";
    let site = community(&[
        ("content/groups/sig-evil.toml", &group),
        ("content/rules/a.toml", &rule_with("r", "group", "group.name == ''", more)),
    ]);
    for format in ["human", "json", "github", "sarif"] {
        for arguments in [vec!["check"], vec!["check", "--rule", "r"], vec!["check", "--only", "conformance"]]
        {
            let run = site.run(&[arguments.as_slice(), &["--message-format", format]].concat());
            for text in [&run.stdout, &run.stderr] {
                assert!(!text.contains(['\u{1b}', '\u{202e}']), "{format} {arguments:?}: {text}");
                assert!(!text.lines().any(|line| line.trim_start().starts_with("::error::<")), "{text}");
            }
        }
    }
    site.run(&["check", "--write-baseline"]).fine();
    assert!(faults(&site).iter().all(|fault| !fault.contains("unused-baseline")));
}

#[test]
fn large_data_is_evaluated() {
    let leads: String =
        (0..3000).map(|n| format!("[[leads]]\nrole = \"chair\"\ngithub = \"p{n}\"\n")).collect();
    let site = community(&[
        ("content/groups/sig-large.toml", &format!("kind = \"sig\"\nname = \"Large\"\n{leads}")),
        (
            "content/rules/a.toml",
            &rule("r", "group", "size(group.leads.filter(l, l.id in people)) == size(group.leads)"),
        ),
    ]);
    let all = findings(&site);
    assert!(verdicts(&all, "r").contains(&("sig-large", "met")));
}

#[test]
fn output_does_not_depend_on_the_run() {
    let rules = [
        rule_with("map", "group", "false", "message = '''{groups} {people} {group.extra} {group.leads}'''"),
        rule_with("people", "person", "false", "message = '''{person} {person.roles.map(r, r.group)}'''"),
        rule(
            "unknown",
            "group",
            "groups.all(g, groups[g].kind == groups[g].label) || people.exists(p, people[p].company == 'x')",
        ),
        rule("walls", "table.walls", "record.color == 'blue' && tables.walls.all(w, w.color != '')"),
    ];
    let rules = rules.concat().replace("groups[g].label", "people[g].company");
    let site = community(&[("content/rules/all.toml", &rules)]);
    let outputs: Vec<String> = (0..4)
        .map(|_| {
            let run = site.run(&["check", "--message-format", "json"]);
            let all = serde_json::to_string(&findings(&site)).unwrap();
            format!("{}{}{all}", run.stdout, run.stderr)
        })
        .collect();
    assert!(outputs.iter().all(|output| *output == outputs[0]), "{outputs:#?}");
}
