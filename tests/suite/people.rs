//! People who are known by accounts of several kinds, or by a name alone.

use serde_json::{Value, json};

use crate::support::TestSite;

/// A role with a checklist, and a group with holders.
fn site(leads: &str) -> TestSite {
    TestSite::small(&[
        ("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n\nA chair.\n"),
        (
            "content/checklists/chair.toml",
            "title = \"Chair\"\nrole = \"chair\"\n[[items]]\nid = \"tell\"\nphase = \"day-1\"\ntext = \"Tell {group.leads}.\"\n",
        ),
        ("content/groups/sig-x.toml", &format!("kind = \"sig\"\nname = \"X\"\n{leads}")),
    ])
}

fn lead(fields: &str) -> String {
    format!("[[leads]]\nrole = \"chair\"\n{fields}\n")
}

#[test]
fn a_person_known_by_name_alone_has_a_page_and_no_profile() {
    let leads = lead("name = \"Ann  Ångström\"\ncompany = \"Brush\"") + &lead("github = \"Bob\"");
    let site = site(&leads);
    site.run(&["build", "--strict"]).fine();
    let page = site.page("people/ann-ångström/index.html");
    assert!(page.contains("<p class=\"rb-kicker\">Brush</p>"), "{page}");
    assert!(!page.contains("sameAs") && page.contains("\"name\":\"Ann  Ångström\""), "{page}");
    assert!(site.page("people/index.html").contains("<span class=\"rb-company\">@Bob</span>"));
    let lead = site.page("groups/sig-x/chair/index.html");
    assert!(lead.contains("people/ann-%C3%A5ngstr%C3%B6m/\">Ann  Ångström</a>"), "{lead}");
    let api: Value = serde_json::from_str(&site.page("api/handbook.json")).unwrap();
    let handles = |people: &Value| {
        people.as_array().unwrap().iter().map(|person| person["handle"].clone()).collect::<Value>()
    };
    assert_eq!(handles(&api["people"]), json!(["ann-ångström", "Bob"]));
    assert_eq!(handles(&api["groups"][0]["leads"]), json!(["ann-ångström", "Bob"]));
    let list = site.run(&["checklist", "chair", "x"]).fine().stdout;
    assert!(list.contains("Tell Ann  Ångström, Bob (@Bob)."), "{list}");
    let run = site.run(&["checklist", "chair", "x", "--for", "ann ångström"]);
    assert!(run.code == 2 && run.stderr.contains("Ann  Ångström has no account"), "{}", run.stderr);
}

#[test]
fn accounts_of_every_kind_are_shown() {
    let ann = "github = \"Ann\"\nirc = \"annie`\"\nmatrix = \"@ann:example.org\"\nname = \"Ann A\"";
    let bob = "gitlab = \"bob.b\"\nname = \"Bob B\"";
    let site = site(&(lead(ann) + &lead(bob)));
    site.run(&["build", "--strict"]).fine();
    let page = site.page("people/ann/index.html");
    assert!(
        page.contains("<a href=\"https://github.com/Ann\" class=\"rb-external\">@Ann</a> · annie` · "),
        "{page}"
    );
    let same_as = "\"sameAs\":[\"https://github.com/Ann\",\"https://matrix.to/#/@ann:example.org\"]";
    assert!(page.contains(same_as), "{page}");
    assert!(site.page("people/bobb/index.html").contains("<a href=\"https://gitlab.com/bob.b\""));
}

/// The account that comes first identifies: entries that share it are about one person.
#[test]
fn entries_with_one_account_are_about_one_person() {
    let site =
        site(&(lead("github = \"Ann\"\nname = \"Ann A\"") + &lead("github = \"ann\"\nirc = \"annie\"")));
    site.run(&["build", "--strict"]).fine();
    let page = site.page("people/ann/index.html");
    assert!(page.contains("@Ann</a> · annie") && !page.contains("@ann<"), "{page}");
}

#[test]
fn accounts_that_cannot_be_are_errors() {
    for (fields, expected) in [
        ("company = \"Brush\"", "missing field `name`"),
        ("name = \"???\"", "the name `???` cannot be part of an address"),
        ("gitlab = \"a b\"\nname = \"A\"", "invalid GitLab handle `a b`"),
        ("github = \"a.b\"", "invalid GitHub handle `a.b`"),
        ("irc = \"^^\"", "invalid IRC handle `^^`"),
    ] {
        let run = site(&lead(fields)).run(&["check"]);
        assert!(run.code == 1 && run.stderr.contains(expected), "{fields}: {}", run.stderr);
    }
}
