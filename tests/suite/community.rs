//! The real community repository, if available.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use rolebook::engine::{Contents, Overrides};

use crate::support::{TestSite, built_with, copy, files, handbook_site, project, snapshot};

/// The files of the handbook with the community repository, built once for all tests.
pub(crate) fn handbook() -> &'static Contents {
    static HANDBOOK: LazyLock<Contents> = LazyLock::new(|| handbook_with(&snapshot().join("community")));
    &HANDBOOK
}

fn handbook_with(community: &Path) -> Contents {
    let sources = [("community".to_owned(), community.to_owned())].into();
    built_with(handbook_site().path(), &Overrides { sources, ..Overrides::default() })
}

/// Reads `sigs.yaml` with Python and flattens it like `handbook.json` below.
const READER: &str = r#"
import json, sys, yaml
data = yaml.safe_load(open(sys.argv[1]))
groups = {}
# Committees and working groups list their members and organizers as chairs.
chairs = {"sig": "chair", "wg": "working-group-organizer", "ug": "chair", "committee": "committee-member"}
for key, kind in [("sigs", "sig"), ("workinggroups", "wg"), ("usergroups", "ug"), ("committees", "committee")]:
    for g in data[key]:
        l = g.get("leadership") or {}
        chair = "steering-committee-member" if g["dir"] == "committee-steering" else chairs[kind]
        groups[g["dir"]] = {
            "kind": kind, "name": g["name"], "label": g.get("label"),
            "leads": [[chair, p["github"], p["name"]] for p in l.get("chairs") or []]
                   + [["technical-lead", p["github"], p["name"]] for p in l.get("tech_leads") or []],
            "emeritus": [p["github"] for p in l.get("emeritus_leads") or []],
            "liaison": ((g.get("contact") or {}).get("liaison") or {}).get("github"),
            "meetings": [[m["description"], m.get("frequency")] for m in g.get("meetings") or []],
            "subprojects": [[s["name"], [p["github"] for p in s.get("leads") or []], s.get("owners") or []] for s in g.get("subprojects") or []],
            "stakeholders": len(g.get("stakeholder_sigs") or []),
        }
print(json.dumps(groups))
"#;

#[test(needs(Snapshot, Python("yaml")))]
fn handbook_json_agrees_with_sigs_yaml() {
    let data = snapshot();
    let output =
        Command::new("python3").args(["-c", READER]).arg(data.join("community/sigs.yaml")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&handbook()["api/handbook.json"]).unwrap();
    let list = |value: &serde_json::Value| value.as_array().unwrap().clone();
    let mut groups = BTreeMap::new();
    for group in list(&json["groups"]) {
        let leads: Vec<_> = list(&group["leads"])
            .iter()
            .map(|l| serde_json::json!([l["role"], l["handle"], l["name"]]))
            .collect();
        let emeritus: Vec<_> = list(&group["emeritus"]).iter().map(|p| p["handle"].clone()).collect();
        let meetings: Vec<_> = list(&group["meetings"])
            .iter()
            .map(|m| serde_json::json!([m["title"], m["frequency"]]))
            .collect();
        let subprojects: Vec<_> = list(&group["subprojects"])
            .iter()
            .map(|s| serde_json::json!([s["name"], s["leads"], s["owners"]]))
            .collect();
        let value = serde_json::json!({
            "kind": group["kind"], "name": group["name"], "label": group["label"], "leads": leads,
            "emeritus": emeritus, "liaison": group["liaison"], "meetings": meetings, "subprojects": subprojects,
            "stakeholders": list(&group["stakeholders"]).len(),
        });
        groups.insert(group["id"].as_str().unwrap().to_owned(), value);
    }
    assert_eq!(groups.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (id, value) in &expected {
        assert_eq!(&groups[id], value, "{id}");
    }
    // Counts of the snapshot, determined by hand.
    let count = |kind: &str| groups.values().filter(|group| group["kind"] == kind).count();
    assert_eq!((count("sig"), count("wg"), count("committee")), (24, 8, 3));
    assert_eq!(list(&json["people"]).len(), 237);
    let documents = list(&json["documents"]);
    assert_eq!(documents.iter().filter(|document| document["source"] == "community").count(), 965);
    // Schedules split into day, time and zone.
    let meetings: Vec<_> = list(&json["groups"]).iter().flat_map(|group| list(&group["meetings"])).collect();
    assert_eq!(meetings.len(), 72);
    assert!(
        meetings.iter().all(|m| m["day"].is_string() && m["time"].is_string()),
        "every meeting has a day and a time"
    );
    assert_eq!(
        meetings.iter().filter(|m| m["tz"].is_null()).map(|m| &m["raw"]["tz"]).collect::<Vec<_>>(),
        Vec::<&serde_json::Value>::new()
    );
}

/// Reads liaisons and leads of subprojects from `sigs.yaml`: those of each person and each group, by handle in lower
/// case.
const LED: &str = r#"
import json, sys, yaml
data = yaml.safe_load(open(sys.argv[1]))
liaisons, led, seats = {}, {}, {}
for key in ["sigs", "workinggroups", "usergroups", "committees"]:
    for g in data[key]:
        liaison = ((g.get("contact") or {}).get("liaison") or {}).get("github")
        if liaison:
            liaisons.setdefault(liaison.lower(), []).append(g["dir"])
        for s in g.get("subprojects") or []:
            handles = [p["github"].lower() for p in s.get("leads") or []]
            for handle in handles:
                led.setdefault(handle, []).append([g["dir"], s["name"]])
            if handles:
                seats.setdefault(g["dir"], []).append([s["name"], handles])
order = lambda table: {key: sorted(values) for key, values in table.items()}
print(json.dumps([order(liaisons), order(led), order(seats)]))
"#;

#[test(needs(Snapshot, Python("yaml")))]
fn liaisons_and_leads_of_subprojects_agree_with_sigs_yaml() {
    let sigs = snapshot().join("community/sigs.yaml");
    let output = Command::new("python3").args(["-c", LED]).arg(sigs).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    type Table = BTreeMap<String, Vec<serde_json::Value>>;
    let expected: [Table; 3] = serde_json::from_slice(&output.stdout).unwrap();
    let read = |path: &str| -> serde_json::Value { serde_json::from_slice(&handbook()[path]).unwrap() };
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let lower = |value: &serde_json::Value| value.as_str().unwrap().to_lowercase();
    let mut tables: [Table; 3] = Default::default();
    for person in list(&read("api/handbook.json")["people"]) {
        let handle = lower(&person["handle"]);
        let pairs = list(&person["subprojects"]);
        let pairs = pairs.iter().map(|led| serde_json::json!([led["group"], led["subproject"]])).collect();
        tables[0].insert(handle.clone(), list(&person["liaison_for"]));
        tables[1].insert(handle, pairs);
    }
    for group in list(&read("api/seats.json")) {
        let led = list(&group["roles"]).into_iter().flat_map(|role| list(&role["subprojects"]));
        let led = led.map(|subproject| {
            let holders: Vec<_> = list(&subproject["holders"]).iter().map(lower).collect();
            serde_json::json!([subproject["name"], holders])
        });
        tables[2].insert(group["group"].as_str().unwrap().to_owned(), led.collect());
    }
    for table in &mut tables {
        table.retain(|_, values| !values.is_empty());
        table.values_mut().for_each(|values| values.sort_by_key(ToString::to_string));
    }
    assert!(tables.iter().all(|table| table.len() > 5), "{tables:?}");
    assert_eq!(
        tables,
        expected.map(|mut table| {
            table.values_mut().for_each(|values| values.sort_by_key(ToString::to_string));
            table
        })
    );
}

#[test(needs(Snapshot))]
fn email_addresses_of_people_are_not_written() {
    let data = snapshot();
    let sigs = std::fs::read_to_string(data.join("community/sigs.yaml")).unwrap();
    let addresses: BTreeSet<&str> =
        sigs.lines().filter_map(|line| line.trim().strip_prefix("email: ")).collect();
    assert!(addresses.len() > 100);
    for (path, bytes) in handbook().iter().filter(|(path, _)| !path.starts_with("community/")) {
        let text = String::from_utf8_lossy(bytes);
        for address in text
            .split(|c: char| !(c.is_ascii_alphanumeric() || "@._+-".contains(c)))
            .filter(|word| word.contains('@'))
        {
            assert!(!addresses.contains(address), "{path}: {address}");
        }
    }
}

#[test(needs(Snapshot))]
fn builds_do_not_depend_on_the_folder() {
    let data = snapshot();
    let first = handbook();
    let elsewhere = tempfile::tempdir().unwrap();
    copy(&data.join("community"), &elsewhere.path().join("a copy"));
    let second = handbook_with(&elsewhere.path().join("a copy"));
    assert_eq!(first.len(), second.len());
    for (path, bytes) in first {
        assert!(second.get(path) == Some(bytes), "{path} differs");
    }
}

#[test(needs(Snapshot))]
fn imported_groups_equal_those_of_the_snapshot() {
    let data = snapshot();
    let site = TestSite::copy(&project().join("content/groups"));
    let files_before = files(site.path());
    let trial = TestSite::new(&[("site.toml", "title = \"T\"\n")]);
    copy(site.path(), &trial.path().join("content/groups"));
    trial.run(&["import", "kubernetes-community", &data.join("community").display().to_string()]).fine();
    assert_eq!(files(&trial.path().join("content/groups")), files_before, "a second import changes nothing");
    assert_eq!(files_before.len(), 35);
}

/// The references of the real tree as another program reads them, see `tests/independent/references.py`.
pub(crate) fn independent_reading() -> &'static serde_json::Value {
    static READING: LazyLock<serde_json::Value> = LazyLock::new(|| {
        let folder = TestSite::new(&[]);
        folder.file("references.json", &handbook()["api/references.json"]);
        let list = std::fs::File::open(folder.path().join("references.json")).unwrap();
        let output = Command::new("python3")
            .arg(project().join("tests/independent/references.py"))
            .arg(snapshot().join("community"))
            .arg("github.com/kubernetes/community")
            .args(
                ["blob/main/", "blob/master/", "tree/main/", "tree/master/"]
                    .map(|view| format!("github.com/kubernetes/community/{view}")),
            )
            .arg("git.k8s.io/community/")
            .stdin(list)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    });
    &READING
}

#[test(needs(Snapshot, Python("markdown_it")))]
fn references_agree_with_an_independent_reader() {
    let comparison = &independent_reading()["comparison"];
    assert!(comparison["references"].as_u64().unwrap() > 5500, "{}", comparison["references"]);
    assert!(comparison["broken"].as_u64().unwrap() > 500, "{}", comparison["broken"]);
    assert_eq!(comparison["only theirs"], serde_json::json!([]));
    assert_eq!(comparison["only ours"], serde_json::json!([]));
}
