//! Sources, people and channels that are not on GitHub or Slack.

use serde_json::Value;

use crate::support::TestSite;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A site whose only group has one lead and these contacts, with additions to `site.toml`.
fn site(config: &str, contact: &str, person: &str) -> TestSite {
    let group = format!(
        "kind = \"wg\"\nname = \"Glue\"\n[contact]\n{contact}\n[[leads]]\nrole = \"lead\"\n{person}\n"
    );
    TestSite::small(&[
        ("site.toml", &format!("title = \"Small\"\n{config}\n")),
        ("content/roles/lead.md", "+++\napplies_to = [\"wg\"]\n+++\n# Lead\n\nLeads.\n"),
        ("content/groups/wg-glue.toml", &group),
        (
            "content/checklists/lead.toml",
            "title = \"Lead\"\nrole = \"lead\"\n[[items]]\nid = \"a\"\nphase = \"week-1\"\ntext = \"Begin.\"\n",
        ),
    ])
}

const SOURCE: &str = "[[source]]\npath = \"content\"\n";

#[test]
fn files_are_viewed_and_edited_on_their_forge() {
    for (web, edit, folder) in [
        (
            "https://gitlab.com/group/sub/project/-/blob/main/",
            Some("https://gitlab.com/group/sub/project/-/edit/main/"),
            "https://gitlab.com/group/sub/project/-/tree/main/data",
        ),
        (
            "https://git.x.example/o/r/-/blob/main/",
            Some("https://git.x.example/o/r/-/edit/main/"),
            "https://git.x.example/o/r/-/tree/main/data",
        ),
        (
            "https://codeberg.org/o/r/src/branch/main/",
            Some("https://codeberg.org/o/r/_edit/main/"),
            "https://codeberg.org/o/r/src/branch/main/data",
        ),
        (
            "https://github.com/o/r/blob/main/",
            Some("https://github.com/o/r/edit/main/"),
            "https://github.com/o/r/tree/main/data",
        ),
        ("https://x.example/files/", None, "https://x.example/files/data"),
    ] {
        let site = site(SOURCE, "", "name = \"Ann\"");
        let source =
            format!("\n[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\nweb = \"{web}\"\n");
        site.file("site.toml", format!("title = \"Small\"\n{SOURCE}{source}"));
        site.file("up/docs/a.md", "# A\n\n[data](../data)\n");
        site.file("up/data/x.yaml", "a: 1\n");
        site.run(&["build"]).fine();
        let page = site.page("up/docs/a/index.html");
        assert!(page.contains(&format!("href=\"{web}docs/a.md\"")), "{web}: {page}");
        assert!(page.contains(&format!("href=\"{folder}\"")), "{folder}: {page}");
        match edit {
            Some(edit) => assert!(page.contains(&format!("href=\"{edit}docs/a.md\"")), "{edit}: {page}"),
            None => assert!(!page.contains("Edit this page"), "{page}"),
        }
    }
}

#[test]
fn references_to_the_same_repository_are_resolved() {
    for (web, same, folder, pinned, picture, other) in [
        (
            "https://gitlab.com/g/s/p/-/blob/main/",
            "https://gitlab.com/g/s/p/-/tree/main/docs/b.md#part",
            "https://GitLab.com/g/s/p/-/tree/main/docs",
            format!("https://gitlab.com/g/s/p/-/blob/{COMMIT}/docs/b.md"),
            ("https://gitlab.com/o/p/-/blob/main/x.png", "https://gitlab.com/o/p/-/raw/main/x.png"),
            "https://gitlab.com/g/s/p/-/issues/1",
        ),
        (
            "https://codeberg.org/o/r/src/branch/main/",
            "https://codeberg.org/o/r/src/branch/main/docs/b.md#part",
            "https://codeberg.org/o/r/src/branch/main/docs/",
            format!("https://codeberg.org/o/r/src/commit/{COMMIT}/docs/b.md"),
            (
                "https://codeberg.org/o/p/src/branch/main/x.png",
                "https://codeberg.org/o/p/raw/branch/main/x.png",
            ),
            "https://codeberg.org/o/r/src/branch/other/docs/b.md",
        ),
    ] {
        let site = site(SOURCE, "", "name = \"Ann\"");
        let source =
            format!("\n[[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\nweb = \"{web}\"\n");
        site.file("site.toml", format!("title = \"Small\"\n{SOURCE}{source}"));
        site.file("up/docs/b.md", "# B\n\n## Part\n");
        site.file(
            "up/a.md",
            format!(
                "# A\n\n[same]({same}) [folder]({folder}) [pinned]({pinned}) [other]({other}) ![x]({})\n",
                picture.0
            ),
        );
        site.run(&["build"]).fine();
        let page = site.page("up/a/index.html");
        for expected in [
            "href=\"../docs/b/#part\"",
            "href=\"../docs/\"",
            "href=\"../docs/b/\" class=\"rb-pinned\"",
            &format!("href=\"{other}\""),
            &format!("src=\"{}\"", picture.1),
        ] {
            assert!(page.contains(expected), "{web}: {expected}: {page}");
        }
    }
}

#[test]
fn checklists_open_as_issues_with_the_fields_of_the_forge() {
    let form = |new_issue: &str| {
        let site = site(&format!("new_issue = \"{new_issue}\"\n{SOURCE}"), "", "gitlab = \"ann.b\"");
        site.run(&["build"]).fine();
        site.page("groups/wg-glue/lead/index.html")
    };
    let page = form("https://gitlab.com/g/p/-/issues/new");
    for expected in [
        "data-new-issue=\"https://gitlab.com/g/p/-/issues/new\"",
        "data-issue-title=\"issue[title]\"",
        "data-issue-body=\"issue[description]\"",
        "data-issue-label=\"Open as issue\"",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let page = form("https://codeberg.org/o/r/issues/new");
    assert!(page.contains("data-issue-title=\"title\"") && page.contains("data-issue-body=\"body\""));
    let page = form("https://github.com/o/r/issues/new");
    assert!(page.contains("data-new-issue=") && !page.contains("data-issue-"), "{page}");
}

#[test]
fn people_of_another_forge_are_known_everywhere() {
    for (config, person, handle, shown, label, profile) in [
        ("", "gitlab = \"ann.b\"", "ann.b", "@ann.b", "GitLab", "https://gitlab.com/ann.b"),
        ("", "gitlab = \"@ann.b\"", "ann.b", "@ann.b", "GitLab", "https://gitlab.com/ann.b"),
        (
            "",
            "gitlab = \"https://gitlab.com/ann.b/\"",
            "ann.b",
            "@ann.b",
            "GitLab",
            "https://gitlab.com/ann.b",
        ),
        ("", "github = \"https://github.com/ann\"", "ann", "@ann", "GitHub", "https://github.com/ann"),
        (
            "[accounts.forum]\nlabel = \"Forum\"\ntitle = \"~{name}\"\nurl = \"https://x.example/u/{name}\"\n",
            "forum = \"~ann_b\"",
            "ann_b",
            "~ann_b",
            "Forum",
            "https://x.example/u/ann_b",
        ),
    ] {
        let site = site(&format!("{config}{SOURCE}"), "", &format!("{person}\nname = \"Ann\""));
        site.run(&["build"]).fine();
        let page = site.page(&format!("people/{}/index.html", handle.replace('.', "")));
        assert!(page.contains(&format!("href=\"{profile}\"")) && page.contains(shown), "{person}: {page}");
        assert!(site.page("people/index.html").contains(shown));
        let data: Value = serde_json::from_str(&site.page("api/handbook.json")).unwrap();
        assert_eq!(data["people"][0]["handle"], handle);
        let list = site.run(&["checklist", "lead", "glue", "--for", shown]).fine().stdout;
        assert!(list.contains(&format!("For: {shown}")), "{list}");
        let run = site.run(&["checklist", "lead", "glue", "--for", "a b", "--new"]);
        assert!(run.stderr.contains(&format!("invalid {label} handle `a b`")), "{}", run.stderr);
        site.run(&["issue-forms", "forms"]).fine();
        let form =
            std::fs::read_to_string(site.path().join("forms/.github/ISSUE_TEMPLATE/lead.yml")).unwrap();
        assert!(form.contains(&format!("{label} handle")), "{form}");
    }
}

#[test]
fn a_community_may_have_channels_of_its_own() {
    let config = "[channels.helpdesk]\nlabel = \"Help desk\"\nkey = \"help\"\ntitle = \"desk {value}\"\n\
        url = \"https://help.x.example/?queue={value}\"\nabsent = \"the help desk\"\norder = 1\n\
        [channels.matrix]\nlabel = \"Rooms\"\n";
    let contact = "help = \"a&b\"\nmatrix = \"#glue:x.example\"\nirc = \"##glue\"\nzulip = \"glue\"\n\
        mailing_list = \"mailto:glue@x.example\"\ndiscord = { name = \"#glue\", url = \"https://discord.x.example/1\" }\n\
        forum = \"javascript:alert(1)\"\n";
    let source = "[[source]]\npath = \"content\"\nzulip = \"https://x.zulipchat.example/#narrow/channel/\"\n";
    let site = site(&format!("{config}{source}"), contact, "name = \"Ann\"");
    site.file(
        "content/checklists/lead.toml",
        "title = \"Lead\"\nrole = \"lead\"\n[[items]]\nid = \"a\"\nphase = \"week-1\"\nneeds = [\"group.help\"]\n\
         text = \"Ask [{group.help}]({group.help}), then {group.discord} and {group.slack}.\"\n",
    );
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("warning:"), "{}", run.stderr);
    let page = site.page("groups/wg-glue/index.html");
    for expected in [
        "href=\"https://help.x.example/?queue=a%26b\"",
        ">desk a&amp;b<",
        "href=\"https://matrix.to/#/%23glue:x.example\"",
        ">Rooms<",
        "##glue",
        "href=\"https://x.zulipchat.example/#narrow/channel/glue\"",
        "href=\"mailto:glue@x.example\"",
        "href=\"https://discord.x.example/1\" class=\"rb-external\">#glue<",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("href=\"javascript") && !page.contains("mailto:mailto"), "{page}");
    let position = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
    assert!(position("Help desk") < position(">Rooms<"));
    let list = site.run(&["checklist", "lead", "glue"]).fine().stdout;
    let item =
        "Ask [desk a&b](https://help.x.example/?queue=a%26b), then #glue and your group’s Slack channel.";
    assert!(list.replace('\\', "").contains(item), "{list}");
    assert!(site.page("checklists/lead/index.html").contains("Ask the help desk, then your group’s Discord"));
}

#[test]
fn wrong_kinds_of_channel_and_account_are_reported() {
    for (config, message) in [
        ("[channels.x]\nurl = \"https://x.example/{value}\"\n", "missing field `label`"),
        ("[channels.matrix]\nlable = \"X\"\n", "did you mean `label`?"),
        (
            "[channels.x]\nlabel = \"X\"\nurl = \"https://x.example/\"\n",
            "no `{value}` in `url`: `https://x.example/`",
        ),
        (
            "[channels.x]\nlabel = \"X\"\nurl = \"javascript:alert({value})\"\n",
            "invalid web address for `url`",
        ),
        ("[channels.x]\nlabel = \"X\"\nurl = \"https://{value}/\"\n", "invalid web address for `url`"),
        ("[channels.x]\nlabel = \"X\"\ntitle = \"#\"\n", "no `{value}` in `title`: `#`"),
        ("[channels.\"A b\"]\nlabel = \"X\"\n", "invalid id `A b`"),
        ("[channels.x]\nlabel = \"X\"\nkey = \"irc\"\n", "the channel `irc` already has the key `irc`"),
        ("[channels.teams]\nlabel = \"X\"\n", "the key `teams` has another meaning in groups"),
        (
            "[channels.x]\nlabel = \"X\"\nkey = \"charter\"\n",
            "the key `charter` has another meaning in groups",
        ),
        ("[channels.x]\nlabel = \"X\"\nchat = \"yes\"\n", "expected true or false for `chat`"),
        ("[channels]\nmatrix = \"x\"\n", "expected a table for `matrix`"),
        ("[accounts.x]\nlabel = \"X\"\nurl = \"https://x.example/\"\n", "no `{name}` in `url`"),
        ("[accounts.x]\nlabel = \"X\"\nurl = \"data:text/html,{name}\"\n", "invalid web address for `url`"),
        ("[accounts.name]\nlabel = \"X\"\n", "`name` is another field of a person"),
        ("[accounts.gitlab]\nsymbol = \"-\"\n", "did you mean `symbols`?"),
        ("[account.gitlab]\nlabel = \"X\"\n", "did you mean `accounts`?"),
    ] {
        let site = site(&format!("{config}{SOURCE}"), "", "name = \"Ann\"");
        let run = site.run(&["check"]);
        assert!(run.code != 0 && run.stderr.contains(message), "{config}: {}", run.stderr);
    }
}

#[test]
fn handles_that_are_no_profiles_are_reported() {
    for handle in ["https://github.com/orgs/x", "https://x.example/ann", "@", "a/b"] {
        let site = site(SOURCE, "", &format!("github = \"{handle}\"\nname = \"Ann\""));
        let run = site.run(&["check"]);
        assert!(run.stderr.contains("invalid GitHub handle"), "{handle}: {}", run.stderr);
    }
}
