//! Material for new leads: lead pages, checklists filled in for a group, procedures, coverage.

use crate::support::TestSite;

const CHARTER: &str = "# Charter\n\n## Scope\n\nPaint.\n\n### Additional responsibilities of Leads\n\n";

/// Three groups with charters in a mounted source, an optional role, and a role with another role's permissions.
fn site(more: &[(&str, &str)]) -> TestSite {
    let site = TestSite::new(&[
        (
            "site.toml",
            "title = \"T\"\nnew_issue = \"https://example.org/issues/new\"\n[[source]]\npath = \"content\"\n\
             [[source]]\nname = \"up\"\nformat = \"markdown\"\npath = \"up\"\nmount = \"up\"\noptional = true\n\
             web = \"https://example.org/blob/main/\"\ncharter_template = \"template.md\"\nbroken_links = \"warn\"\n",
        ),
        ("content/index.md", "# T\n\nHello.\n"),
        (
            "content/roles/chair.md",
            "+++\norder = 1\napplies_to = [\"sig\", \"wg\"]\nask = \"Ask the *board*.\"\n+++\n# Chair\n\nA chair.\n",
        ),
        (
            "content/roles/lead.md",
            "+++\norder = 2\ntitle = \"Technical Lead\"\noptional = true\napplies_to = [\"sig\"]\npermissions_like = \"chair\"\n\
             ask = \"Ask the *chairs*.\"\ncharter_sections = [\"Additional responsibilities of Leads\", \"deviations\"]\n+++\n\
             # Lead\n\nA lead.\n",
        ),
        (
            "content/groups/sig-paint.toml",
            "kind = \"sig\"\nname = \"Paint\"\ncharter = \"charter.md\"\n\
             [[leads]]\nrole = \"chair\"\ngithub = \"ann\"\nname = \"Ann\"\n\
             [[leads]]\nrole = \"lead\"\ngithub = \"Ann\"\nname = \"Ann\"\n\
             [[leads]]\nrole = \"lead\"\ngithub = \"bo\"\nname = \"Bo\"\n\
             [[emeritus]]\ngithub = \"old\"\nname = \"Old Hand\"\n\
             [[meetings]]\ntitle = \"Regular meeting\"\nday = \"Tuesday\"\ntime = \"9:00\"\ntz = \"UTC\"\nfrequency = \"weekly\"\n\
             [[meetings]]\ntitle = \"Regular meeting\"\nday = \"Friday\"\ntime = \"9:00\"\ntz = \"UTC\"\nfrequency = \"weekly\"\n\
             [contact]\nslack = \"paint\"\nmailing_list = \"https://groups.google.com/a/example.org/g/paint\"\n\
             [[contact.teams]]\nname = \"paint-leads\"\n\
             [[subprojects]]\nname = \"brush\"\nowners = [\"https://example.org/OWNERS\"]\n\
             [roles.lead]\ncharter = { held_by = \"chair\", clause = \"/sig-paint/charter.md#additional-responsibilities-of-leads\" }\n",
        ),
        (
            "content/groups/sig-glue.toml",
            "kind = \"sig\"\nname = \"Glue\"\ncharter = \"charter.md\"\n[[leads]]\nrole = \"chair\"\ngithub = \"cy\"\nname = \"Cy\"\n",
        ),
        ("content/groups/sig-wax.toml", "kind = \"sig\"\nname = \"Wax\"\ncharter = \"charter.md\"\n"),
        ("content/groups/wg-ink.toml", "kind = \"wg\"\nname = \"Ink\"\n"),
        (
            "content/access.toml",
            "[[access]]\nid = \"list\"\nname = \"Entry for {group.name}\"\ngives = \"Your name in [the list](/people.md).\"\n\
             place = \"`people.md`\"\nedit = \"https://example.org/edit/{group.id}\"\napprover = \"a lead of {group.name}\"\n\
             done = \"You stand in it.\"\nroles = [\"chair\"]\n\
             [[access]]\nid = \"code\"\nname = \"Code\"\ngives = \"Merging.\"\nplace = \"OWNERS\"\nby = \"change\"\napprover = \"owners\"\nroles = [\"lead\"]\n\
             [[access]]\nid = \"room\"\nname = \"Room\"\ngives = \"Talk.\"\nplace = \"chat\"\napprover = \"anyone\"\n\
             roles = [\"chair\"]\nneeds = [\"group.slack\"]\n\
             [[access]]\nid = \"wgs\"\nname = \"Only WGs\"\ngives = \"x\"\nplace = \"x\"\napprover = \"x\"\nroles = [\"chair\"]\nfor_groups = [\"wg\"]\n",
        ),
        (
            "content/checklists/lead.toml",
            "title = \"Leads\"\nrole = \"lead\"\n\
             [[items]]\nid = \"get\"\ntitle = \"Get access {access.by}\"\nphase = \"day-1\"\neach = \"access\"\n\
             text = \"Get {access.name}.\"\ndone = \"You have it.\"\n\
             [[items]]\nid = \"meet\"\nphase = \"week-1\"\neach = \"meeting\"\ntext = \"Attend {meeting.title}: {meeting.when}.\"\n\
             [[items]]\nid = \"team\"\nphase = \"day-1\"\neach = \"team\"\ntext = \"Join {team.name}.\"\n\
             [[items]]\nid = \"chat\"\nphase = \"before\"\nneeds = [\"group.slack\"]\ntext = \"Say hello in {group.slack}.\"\n\
             [[items]]\nid = \"know\"\nphase = \"ongoing\"\neach = \"subproject\"\ntext = \"Know [{subproject.name}]({subproject.name}).\"\n",
        ),
        (
            "content/checklists/change.toml",
            "title = \"Change of leads\"\nfor_group = true\nfor_groups = [\"sig\"]\n\
             [[items]]\nid = \"tell\"\nphase = \"before\"\ntext = \"Tell {group.leads}.\"\n\
             [[letters]]\nid = \"announce\"\ntitle = \"Announcement\"\nto = \"{group.list_address}\"\ncc = \"all@example.org\"\n\
             subject = \"New lead of {group.name}\"\ntext = \"\"\"Dear all,\n\n{blank.nominee} & <others>, says {group.leads}.\"\"\"\n\
             [[letters.blanks]]\nid = \"nominee\"\nlabel = \"Nominee\"\nexample = \"name\"\n",
        ),
        ("up/people.md", "# People\n"),
        ("up/template.md", "# Charter\n\n### Additional responsibilities of Leads\n\n- list of any\n"),
        (
            "up/sig-paint/charter.md",
            &format!(
                "{CHARTER}- See [the rules][r] *first*.\n\n#### More\n\nAnd more.\n\n### Deviations from [x]\n\nN/A\n\n### Other\n\nNot about leads.\n\n[r]: ../people.md\n"
            ),
        ),
        (
            "up/sig-glue/charter.md",
            &format!("{CHARTER}- No additional responsibilities of Leads.\n\n### Deviations\n\n* **None**\n"),
        ),
        ("up/sig-wax/charter.md", &format!("{CHARTER}* list of\n  any\n")),
    ]);
    for (path, text) in more {
        site.file(path, text);
    }
    site
}

#[test]
fn lead_pages_show_sections_specific_to_a_charter() {
    let site = site(&[]);
    site.run(&["build"]).fine();
    let paint = site.page("groups/sig-paint/lead/index.html");
    let (_, card) = paint.split_once("<h2 id=\"rb-different\">").unwrap();
    let (card, _) = card.split_once("</section>").unwrap();
    let (_, different) = paint.split_once("<h3 id=\"rb-difference-1\"").unwrap();
    let (different, _) = different.split_once("</section>").unwrap();
    assert!(card.contains("href=\"#rb-difference-1\""), "the card leads to the section: {card}");
    assert!(
        different.contains(r##"<a href="../../../up/people/">the rules</a>"##),
        "labels may be defined elsewhere: {different}"
    );
    assert!(different.contains("And more."), "subsections are included");
    assert!(!different.contains("N/A") && !different.contains("Not about leads"), "{different}");
    for group in ["sig-glue", "sig-wax"] {
        let page = site.page(&format!("groups/{group}/lead/index.html"));
        assert!(
            !page.contains("rb-difference") && !page.contains("rb-different"),
            "{group} has no specific rules"
        );
    }
}

#[test]
fn text_shared_by_charters_is_not_specific() {
    let same = format!("{CHARTER}Seeded by the older chairs.\n");
    let path = |group: &str| format!("up/{group}/charter.md");
    let site = site(&[]);
    for group in ["sig-paint", "sig-glue"] {
        site.file(&path(group), &same);
    }
    site.run(&["build"]).fine();
    assert!(
        site.page("groups/sig-glue/lead/index.html").contains("Seeded by"),
        "text in only two charters is specific"
    );
    site.file(&path("sig-wax"), &same);
    site.run(&["build"]).fine();
    assert!(
        !site.page("groups/sig-glue/lead/index.html").contains("Seeded by"),
        "text in three charters is not specific"
    );
}

#[test]
fn contradictions_between_charter_and_data_are_shown() {
    let site = site(&[]);
    let run = site.run(&["check"]).fine();
    let finding = "the data lists bo as Technical Lead of SIG Paint, but the charter gives this role to the holder of the Chair role";
    assert!(run.stderr.contains(finding), "{}", run.stderr);
    let (_, places) = run.stderr.split_once("[governance/contradiction]").unwrap();
    assert!(places.contains("content/groups/sig-paint.toml:14:10"), "location in the data: {places}");
    assert!(places.contains("up:sig-paint/charter.md"), "location of the clause: {places}");
    site.run(&["build"]).fine();
    let page = site.page("groups/sig-paint/lead/index.html");
    let (_, notice) = page.split_once("The group data contradicts the charter.").unwrap();
    let (notice, _) = notice.split_once("</p>").unwrap();
    assert!(
        notice.contains("Bo") && !notice.contains("Ann"),
        "Ann holds both roles, which agrees with the charter: {notice}"
    );
    // No finding if the data agrees.
    let file = "content/groups/sig-paint.toml";
    let text = std::fs::read_to_string(site.path().join(file)).unwrap();
    site.file(file, text.replace("[[leads]]\nrole = \"lead\"\ngithub = \"bo\"\nname = \"Bo\"\n", ""));
    assert!(!site.run(&["check"]).fine().stderr.contains("governance/contradiction"));
}

/// The ids of the items on a page, in order.
fn items(page: &str) -> Vec<&str> {
    page.split("data-item=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[test]
fn checklist_items_follow_the_groups_data() {
    let site = site(&[]);
    site.run(&["build"]).fine();
    let paint = site.page("groups/sig-paint/lead/index.html");
    assert_eq!(
        items(&paint),
        [
            "chat",
            "team.paint-leads",
            "meet.regular-meeting",
            "meet.regular-meeting-2",
            "know.brush",
            "get.code",
            "get.list",
            "get.room",
        ]
    );
    assert!(
        paint.contains("id=\"item.get.change\">By pull request")
            && paint.contains("id=\"item.get.request\">On request"),
        "each way has a heading, which the data of the checklist refers to: {paint}"
    );
    let data: serde_json::Value = serde_json::from_str(&site.page("api/leads/sig-paint/lead.json")).unwrap();
    let day_1 = data["phases"][1]["items"].as_array().unwrap();
    let access = |item: &serde_json::Value| -> Vec<serde_json::Value> {
        item["access"].as_array().into_iter().flatten().map(|entry| entry["id"].clone()).collect()
    };
    let listed: Vec<_> = day_1.iter().map(|item| (item["id"].as_str().unwrap(), access(item))).collect();
    assert_eq!(
        listed,
        [
            ("get.change", vec!["get.code".into()]),
            ("get.request", vec!["get.list".into(), "get.room".into()]),
            ("team.paint-leads", vec![]),
        ]
    );
    assert!(paint.contains("Attend Regular meeting: Fridays, 09:00 UTC, every week."));
    assert!(paint.contains(r##"href="../#brush""##), "a subproject is on the group's page");
    assert!(paint.contains("You stand in it."), "an access may describe how to verify it");
    assert_eq!(
        items(&site.page("groups/sig-glue/lead/index.html")),
        ["get.code", "get.list"],
        "the group has no channel, team or meeting"
    );
    let general = site.page("checklists/lead/index.html");
    assert_eq!(items(&general), ["chat", "get", "team", "meet", "know"]);
    assert!(general.contains("Attend each of your group’s meetings"));
    // A rewording keeps the item's id.
    let file = "content/checklists/lead.toml";
    let text = std::fs::read_to_string(site.path().join(file)).unwrap();
    site.file(file, text.replace("Attend {meeting.title}", "Go to {meeting.title}"));
    site.run(&["build"]).fine();
    assert_eq!(items(&site.page("groups/sig-paint/lead/index.html")), items(&paint));
}

#[test]
fn access_includes_that_of_another_role() {
    let site = site(&[]);
    site.run(&["build"]).fine();
    let rows = |page: &str| -> Vec<String> {
        page.split("<li id=\"access.")
            .skip(1)
            .map(|row| row.split_once("</li>").unwrap().0.to_owned())
            .collect()
    };
    let lead = rows(&site.page("groups/sig-paint/lead/index.html"));
    assert_eq!(lead.len(), 3, "access for working groups is omitted: {lead:#?}");
    // What is changed stands before what is requested.
    let through = "Included in the permissions of the <a href=\"../../../roles/chair/\">Chair</a> role";
    assert!(lead[1].contains("Entry for SIG Paint") && lead[1].contains(through), "{lead:#?}");
    assert!(
        lead[1].contains("href=\"https://example.org/edit/sig-paint\"")
            && lead[1].contains("a lead of SIG Paint")
    );
    assert!(lead[0].contains("Code") && !lead[0].contains("Included in"));
    let chair = rows(&site.page("groups/sig-paint/chair/index.html"));
    assert!(chair.iter().all(|row| !row.contains("Included in") && !row.contains(">Code")), "{chair:#?}");
    let glue = rows(&site.page("groups/sig-glue/chair/index.html"));
    assert_eq!(glue.len(), 1, "a group without a channel has no access to one");
}

#[test]
fn vacant_roles_name_a_contact() {
    let site = site(&[]);
    site.run(&["build"]).fine();
    let optional = site.page("groups/sig-glue/lead/index.html");
    assert!(optional.contains(
        "SIG Glue has no Technical Lead at present. The role is optional here.</b> Ask the <em>chairs</em>."
    ));
    let vacant = site.page("groups/sig-wax/chair/index.html");
    assert!(vacant.contains("The Chair role in SIG Wax is vacant.</b> Ask the <em>board</em>."));
    assert!(!site.page("groups/sig-paint/lead/index.html").contains("rb-vacant"));
    assert_eq!(vacant.matches("Ask the <em>board</em>.").count(), 1, "the contact is named once: {vacant}");
    assert!(site.page("groups/sig-paint/chair/index.html").contains("Ask the <em>board</em>."));
}

#[test]
fn procedures_are_filled_in_for_each_group() {
    let site = site(&[]);
    site.run(&["build"]).fine();
    let page = site.page("groups/sig-paint/change/index.html");
    assert!(
        page.contains("<dd class=\"rb-letter-to\">paint@example.org</dd>"),
        "the address of the mailing list"
    );
    assert!(page.contains("New lead of SIG Paint"));
    let blank = "<span class=\"rb-blank\" data-blank=\"nominee\">[name]</span>";
    assert!(page.contains(&format!("{blank} &amp; &lt;others&gt;, says Ann (@ann), Bo (@bo).")), "{page}");
    assert!(site.page("groups/sig-paint/index.html").contains("href=\"change/\""));
    assert!(
        !site.path().join("public/groups/wg-ink/change/index.html").exists(),
        "the procedure applies to SIGs only"
    );
    let bare = site.page("groups/sig-wax/change/index.html");
    assert!(
        bare.contains("<dd class=\"rb-letter-to\">your group’s list</dd>"),
        "a missing value becomes a phrase: {bare}"
    );
}

#[test]
fn working_groups_list_their_stakeholders() {
    let site = site(&[
        (
            "content/groups/wg-ink.toml",
            "kind = \"wg\"\nname = \"Ink\"\nlabel = \"ink\"\nstakeholders = [\"sig-glue\", \"sig-paint\", \"sig-wax\"]\n",
        ),
        (
            "content/checklists/chair.toml",
            "title = \"Chairs\"\nrole = \"chair\"\n[[items]]\nid = \"report\"\nphase = \"day-1\"\n\
             text = \"Report to {group.stakeholders} with {group.label_command}.\"\n",
        ),
    ]);
    site.run(&["build"]).fine();
    let ink = site.page("groups/wg-ink/chair/index.html");
    assert!(ink.contains("Report to SIG Glue, SIG Paint and SIG Wax with /wg ink."), "{ink}");
    assert!(
        ink.contains("<dt>Stakeholder groups</dt><dd><a href=\"../../sig-glue/\">SIG Glue</a>, "),
        "{ink}"
    );
    let paint = site.page("groups/sig-paint/chair/index.html");
    assert!(paint.contains("Report to your group’s stakeholder groups with the command that"), "{paint}");
    assert!(!paint.contains("Stakeholder groups"), "{paint}");
}

#[test]
fn general_checklists_omit_items_for_groups_without_the_role() {
    let site = site(&[
        ("content/checklists/lead.toml", "title = \"Leads\"\nrole = \"lead\"\ninclude = [\"all\"]\n"),
        (
            "content/checklists/all.toml",
            "title = \"All\"\n\
         [[items]]\nid = \"any\"\nphase = \"day-1\"\ntext = \"Any.\"\n\
         [[items]]\nid = \"sigs\"\nphase = \"day-1\"\ntext = \"Sigs.\"\nfor_groups = [\"sig\"]\n\
         [[items]]\nid = \"wax\"\nphase = \"day-1\"\ntext = \"Wax.\"\nfor_groups = [\"sig-wax\"]\n\
         [[items]]\nid = \"wgs\"\nphase = \"day-1\"\ntext = \"Wgs.\"\nfor_groups = [\"wg\"]\n\
         [[items]]\nid = \"ink\"\nphase = \"day-1\"\ntext = \"Ink.\"\nfor_groups = [\"wg-ink\"]\n",
        ),
    ]);
    site.run(&["build"]).fine();
    assert_eq!(items(&site.page("checklists/lead/index.html")), ["any", "sigs", "wax"]);
    assert_eq!(items(&site.page("checklists/all/index.html")), ["any", "sigs", "wax", "wgs", "ink"]);
}

#[test]
fn obligations_of_other_roles_leave_a_role_unbound() {
    let site = site(&[(
        "content/rules.md",
        "+++\nnormative = true\n+++\n# Rules\n\n## Leads\n\nLeads **MUST** agree.\n",
    )]);
    site.file(
        "content/roles/lead.md",
        "+++\napplies_to = [\"sig\"]\ngoverned_by = [\"../rules.md#leads\"]\n+++\n# Lead\n\nA lead.\n",
    );
    site.run(&["build"]).fine();
    let free = "See <a href=\"../../../roles/chair/\">the role page</a> for what the role involves.";
    let chair = site.page("groups/sig-paint/chair/index.html");
    assert!(chair.contains("<h2 id=\"rb-obligations\">Obligations</h2>") && chair.contains(free), "{chair}");
    assert!(!site.page("groups/sig-paint/lead/index.html").contains("no MUST or SHOULD"));
    std::fs::remove_file(site.path().join("content/rules.md")).unwrap();
    site.file("content/roles/lead.md", "+++\napplies_to = [\"sig\"]\n+++\n# Lead\n\nA lead.\n");
    site.run(&["build"]).fine();
    let page = site.page("groups/sig-paint/chair/index.html");
    assert!(!page.contains("no MUST or SHOULD"), "no governing document contains obligations");
}

#[test]
fn teams_are_described_in_markdown() {
    let site = site(&[(
        "content/groups/wg-ink.toml",
        "kind = \"wg\"\nname = \"Ink\"\n[[contact.teams]]\nname = \"ink\"\ndescription = \"See [the rules](https://example.org/rules).\"\n",
    )]);
    site.run(&["build"]).fine();
    for page in ["groups/wg-ink/index.html", "groups/wg-ink/chair/index.html"] {
        let page = site.page(page);
        assert!(
            page.contains("See <a href=\"https://example.org/rules\" class=\"rb-external\">the rules</a>."),
            "{page}"
        );
    }
}

#[test]
fn coverage_lists_vacancies_and_single_holders() {
    let site = site(&[]);
    site.run(&["build"]).fine();
    let page = site.page("coverage/index.html");
    let section = |id: &str| {
        page.split_once(&format!("<h2 id=\"{id}\"")).unwrap().1.split("<h2").next().unwrap().to_owned()
    };
    let gaps = page.split_once("<ul class=\"rb-gaps\">").unwrap().1.split("</ul>").next().unwrap();
    let vacant = gaps.split("<li>").find(|gap| gap.contains("SIG Wax")).unwrap();
    assert!(vacant.contains("Chair") && vacant.contains("WG Ink"), "{gaps}");
    assert!(!gaps.contains("Technical Lead"), "an optional role is not vacant: {gaps}");
    assert!(section("rb-alone").contains("SIG Glue"));
    let several = section("rb-several");
    assert!(
        several.contains("Ann") && several.contains("Chair and Technical Lead"),
        "handles that differ in case are the same person: {several}"
    );
    let glue = site.page("groups/sig-glue/index.html");
    assert!(glue.contains("Only one person leads this group."));
}

#[test]
fn duties_in_plain_words_are_shown() {
    let duties = "[[duties]]\ntext = \"Be *kind* to painters.\"\nclause = \"../rules.md#leads\"\n";
    let site = site(&[
        ("content/rules.md", "+++\nnormative = true\n+++\n# Rules\n\n## Leads\n\nLeads are kind.\n"),
        (
            "content/roles/lead.md",
            &format!(
                "+++\napplies_to = [\"sig\"]\ngoverned_by = [\"../rules.md#leads\"]\n{duties}+++\n# Lead\n\nA lead.\n"
            ),
        ),
    ]);
    site.run(&["build"]).fine();
    for (page, root) in [("roles/lead", "../../"), ("groups/sig-glue/lead", "../../../")] {
        let page = site.page(&format!("{page}/index.html"));
        let (_, stated) = page.split_once("<ul class=\"rb-stated\">").unwrap_or_else(|| panic!("{page}"));
        let (stated, _) = stated.split_once("</ul>").unwrap();
        assert!(stated.contains("Be <em>kind</em> to painters."), "{stated}");
        assert!(stated.contains(&format!("href=\"{root}rules/#leads\"")), "{stated}");
        assert!(!page.contains("for what the role involves"), "the role has duties: {page}");
    }
}
