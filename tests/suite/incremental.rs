//! Asserts which queries an edit does not recompute.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use rolebook::engine::{Database, Engine, Overrides, Refresh};
use rolebook::model::Route;
use rolebook::render::{RouteKey, rendered};
use rolebook::source::{Content, File, Site};

use crate::support::{TestSite, project};

struct Trial {
    engine: Engine,
    log: Arc<Mutex<Vec<String>>>,
    /// Names of the queries that were executed to render the site the first time.
    all_queries: BTreeSet<String>,
    site: TestSite,
}

impl Trial {
    fn new() -> Self {
        Self::of(Self::small())
    }

    fn of(site: TestSite) -> Self {
        Self::prepared(site, |_| {})
    }

    fn small() -> TestSite {
        TestSite::small(&[
            ("content/guides/a.md", "# A\n\nFirst.\n\nMore prose.\n\n## One\n\nText.\n"),
            ("content/guides/b.md", "# B\n\nSee [A](a.md#one).\n"),
            ("content/guides/c.md", "# C\n\nAlone.\n"),
            ("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n\nA chair.\n"),
            (
                "content/groups/sig-x.toml",
                "kind = \"sig\"\nname = \"X\"\n[[leads]]\nrole = \"chair\"\ngithub = \"ann\"\nname = \"Ann\"\n",
            ),
            (
                "content/groups/sig-y.toml",
                "kind = \"sig\"\nname = \"Y\"\n[[leads]]\nrole = \"chair\"\ngithub = \"bob\"\nname = \"Bob\"\n",
            ),
        ])
    }

    /// Renders the site after preparing the engine.
    fn prepared(site: TestSite, prepare: fn(&mut Engine)) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let mut engine =
            Engine::load_into(Database::logged(log.clone()), site.path(), &Overrides::default()).unwrap();
        prepare(&mut engine);
        let mut trial = Self { engine, log, all_queries: BTreeSet::new(), site };
        trial.render_all();
        trial.all_queries = trial.queries();
        trial
    }

    /// Renders every page, as a preview does. Returns the addresses of those that were rendered again.
    fn render_all(&self) -> Vec<String> {
        self.log.lock().unwrap().clear();
        let db = &self.engine.db;
        let mut rendered_again = Vec::new();
        let mut routes = self.engine.routes();
        // The print page queries most others.
        routes.sort_by_key(|(_, route)| *route == rolebook::pages::PRINT);
        for (url, route) in routes {
            let before = self.ran("rendered");
            let page = rendered(db, RouteKey::new(db, route));
            assert!(matches!(page, Some(Ok(_))), "{url}: {page:?}");
            // It changes with each of them.
            if self.ran("rendered") > before && url != "/print/" {
                rendered_again.push(url);
            }
        }
        rendered_again.sort();
        rendered_again
    }

    /// The number of times that a query was executed.
    fn ran(&self, query: &str) -> usize {
        let name = query.trim_end_matches('(');
        let exists = self.all_queries.is_empty() || self.all_queries.contains(name);
        assert!(exists, "no query `{name}` was ever executed: {:?}", self.all_queries);
        self.log.lock().unwrap().iter().filter(|key| key.starts_with(query)).count()
    }

    /// The names of the executed queries.
    fn queries(&self) -> BTreeSet<String> {
        let log = self.log.lock().unwrap();
        let executed = log.iter().filter(|key| !key.starts_with("valid "));
        executed.filter_map(|key| Some(key.split_once('(')?.0.to_owned())).collect()
    }

    /// Returns a file of any source.
    fn file(&self, path: &str) -> File {
        let trees = Site::get(&self.engine.db).trees(&self.engine.db);
        trees.iter().find_map(|tree| tree.file(path)).unwrap()
    }

    /// The line of the only diagnostic with a code.
    fn line_of(&mut self, code: &str) -> u32 {
        let diagnostics = self.engine.diagnostics();
        let with_code: Vec<_> = diagnostics.iter().filter(|diagnostic| diagnostic.code == code).collect();
        assert_eq!(with_code.len(), 1, "{diagnostics:?}");
        with_code[0].location.as_ref().unwrap().line
    }

    fn edit(&mut self, path: &str, from: &str, to: &str) -> Vec<String> {
        let file = self.file(path);
        let text = file.text(&self.engine.db).to_owned();
        assert!(text.contains(from));
        self.engine.set_content(file, Content::Text(text.replace(from, to).into()));
        self.render_all()
    }
}

#[test]
fn nothing_is_rendered_twice() {
    assert_eq!(Trial::new().render_all(), [] as [String; 0]);
}

#[test]
fn a_paragraph_renders_its_own_page_only() {
    let mut trial = Trial::new();
    assert_eq!(trial.edit("guides/a.md", "More prose.", "Other prose, longer than before."), ["/guides/a/"]);
    assert_eq!(trial.ran("document("), 1, "one file is parsed");
    assert_eq!(trial.ran("targets_of("), 0, "no reference is resolved again");
    assert_eq!(trial.ran("handbook("), 0, "the model is not queried");
}

/// A cited page shows the text around each citation, so editing that text renders the cited page again.
#[test]
fn text_around_a_citation_renders_the_cited_page() {
    let mut trial = Trial::new();
    let filler = "A sentence of ten words that nobody needs to read. ".repeat(10);
    let file = trial.file("guides/b.md");
    let text = format!("# B\n\nFirst.\n\nSee [A](a.md#one). {filler}The end.\n\nOn its own.\n");
    trial.engine.set_content(file, Content::Text(text.to_owned().into()));
    trial.render_all();
    assert_eq!(trial.edit("guides/b.md", "On its own.", "By itself."), ["/guides/b/"]);
    assert_eq!(trial.edit("guides/b.md", "The end.", "Enough."), ["/guides/b/"], "too far from the citation");
    assert_eq!(trial.edit("guides/b.md", "See [A]", "Look at [A]"), ["/guides/a/", "/guides/b/"]);
    assert_eq!(trial.ran("document("), 1, "one file is parsed");
    assert_eq!(trial.ran("targets_of("), 0, "no reference is resolved again");
    assert_eq!(trial.ran("by_path("), 0, "citations are unchanged");
}

/// The print page renders only the parts that changed.
#[test]
fn the_print_page_is_made_of_parts() {
    let mut trial = Trial::new();
    trial.edit("guides/c.md", "Alone.", "By itself.");
    assert_eq!(trial.ran("part("), 1);
}

#[test]
fn a_title_renders_the_pages_that_show_it() {
    let mut trial = Trial::new();
    let rendered_again = trial.edit("guides/c.md", "# C", "# Cee");
    assert_eq!(
        rendered_again,
        ["/guides/", "/guides/a/", "/guides/b/", "/guides/c/"],
        "the page, its neighbours and their folder"
    );
}

#[test]
fn a_lead_renders_the_groups_pages_and_the_lists() {
    let mut trial = Trial::new();
    let rendered_again = trial.edit("groups/sig-x.toml", "\"Ann\"", "\"Anne\"");
    let expected = [
        "/",
        "/coverage/",
        "/groups/",
        "/groups/compare/",
        "/groups/sig-x/",
        "/groups/sig-x/chair/",
        "/people/",
        "/people/ann/",
        "/roles/chair/",
    ];
    assert_eq!(rendered_again, expected);
    assert!(!rendered_again.contains(&Route::Group("sig-y".into()).url(&trial.engine.db)));
}

/// The time of a meeting affects the pages of its group and of the leads of its subprojects, and lists that read the
/// whole handbook. No document is parsed and no reference resolved.
#[test]
fn a_time_in_mounted_data_renders_its_group_and_the_lists() {
    let mut trial = Trial::of(TestSite::copy(&project().join("tests/sites/miniature")));
    let rendered_again = trial.edit("sigs.yaml", "time: \"9:00\"", "time: \"10:00\"");
    let expected = [
        "/",
        "/calendar/",
        "/coverage/",
        "/groups/",
        "/groups/compare/",
        "/groups/sig-paint/",
        "/groups/sig-paint/chair/",
        "/groups/sig-paint/mixer/",
        "/people/",
        "/people/ann/",
    ];
    assert_eq!(rendered_again, expected);
    // Queries of the data file and the model.
    let read = ["records", "references", "handbook"];
    // Narrow queries of the model, whose results change for the group only.
    let narrow = [
        "all_access",
        "anchors_of_subprojects",
        "areas",
        "asked_by_all",
        "by_parent",
        "by_stakeholder",
        "calendars",
        "checklist",
        "checklist_ids",
        "checklist_of_role",
        "community_holders",
        "community_roles",
        "data_routes",
        "former_group_ids",
        "former_ids",
        "former_leads",
        "group",
        "group_checklists",
        "group_ids",
        "group_label",
        "held_in",
        "impact_of",
        "member_seats",
        "of_group",
        "own_levels",
        "person",
        "role",
        "role_ids",
        "rules",
        "seats",
        "sections",
        "skill",
        "skill_ids",
        "standing",
        "term_ids",
        "terms",
    ];
    let pages = ["part", "rendered"];
    let expected: BTreeSet<&str> = read.into_iter().chain(narrow).chain(pages).collect();
    assert_eq!(trial.queries(), expected.into_iter().map(str::to_owned).collect());
}

/// Reading orders and related pages depend on citations, not on text.
#[test]
fn text_changes_no_reading_order_and_no_relation() {
    let mut trial = Trial::new();
    let (chair, c) = (trial.file("roles/chair.md"), trial.file("guides/c.md"));
    let role = "+++\napplies_to = [\"sig\"]\ngoverned_by = [\"/guides/a.md#one\"]\n+++\n# Chair\n\nRead [B](../guides/b.md).\n\nWords.\n";
    trial.engine.set_content(chair, Content::Text(role.to_owned().into()));
    trial.engine.set_content(c, Content::Text("# C\n\nSee [A](a.md#one).\n\nAlone.\n".to_owned().into()));
    trial.render_all();
    // The role's page shows C as related, and cites A and B.
    assert_eq!(trial.edit("guides/c.md", "Alone.", "On its own."), ["/guides/c/"]);
    assert_eq!(trial.ran("closest("), 0, "no related pages are computed again");
    assert_eq!(trial.edit("roles/chair.md", "Words.", "Other words."), ["/roles/chair/"]);
    assert_eq!(trial.ran("positions("), 0, "no reading order is computed again");
    // A new citation affects the pages that it relates.
    let rendered_again = trial.edit("guides/c.md", "On its own.", "On its own. See [B](b.md).");
    assert!(
        rendered_again.contains(&"/guides/b/".to_owned())
            && rendered_again.contains(&"/guides/c/".to_owned()),
        "{rendered_again:?}"
    );
}

/// A preview settles the parts of documents that others depend on. Its pages are still those of a build after every kind
/// of change.
#[test]
fn settled_documents_follow_every_change() {
    let mut trial = Trial::new();
    let changes = [
        ("content/guides/a.md", "# A\n\nOther prose.\n\n## One\n\nText.\n"),
        ("content/guides/a.md", "# Ay\n\nOther prose.\n\n## Two\n\nText.\n"),
        ("content/guides/b.md", "+++\naliases = [\"/old/\"]\n+++\n# B\n\nSee [C](c.md) and [A](a.md#two).\n"),
        ("content/guides/d.md", "# D\n\nSee [A](a.md).\n"),
        (
            "content/roles/chair.md",
            "+++\napplies_to = [\"sig\"]\n+++\n# Chairs\n\nSee [C](../guides/c.md).\n",
        ),
        (
            "content/groups/sig-x.toml",
            "kind = \"sig\"\nname = \"Ex\"\nmission = \"See [C](../guides/c.md).\"\n",
        ),
        ("site.toml", "title = \"Small\"\n[[source]]\npath = \"content\"\nnormative = [\"guides/*\"]\n"),
        ("content/guides/a.md", "# A\n\n## Two\n\nChairs must answer.\n"),
        ("content/guides/c.md", "+++\nnormative = true\n+++\n# C\n\nThe chair must answer.\n"),
        ("content/guides/c.md", "+++\nnormative = true\norder = 1\n+++\n# C\n\nThe chair MUST answer.\n"),
        (
            "content/guides/c.md",
            "+++\nnormative = false\ntitle = \"See\"\n+++\n# C\n\nThe chair MUST answer.\n",
        ),
        ("content/guides/c.md", "# C\n\nThe chair MUST answer.\n"),
    ];
    trial.engine.settle();
    for (path, text) in changes {
        trial.site.file(path, text);
        follow(&mut trial.engine);
        same_as_built(&trial.engine, &trial.site, path);
    }
}

/// Documents of others may vanish, come back, and be unreadable for a while.
#[cfg(unix)]
#[test]
fn settled_documents_come_and_go() {
    let site = TestSite::small(&[("content/guides/a.md", "# A\n\nSee [X](../../rules/x.md).\n")]);
    site.file("rules/x.md", "# X\n\n## Chair\n\nThe chair MUST answer.\n");
    site.file("rules/y.md", "# Y\n\nThe chair MUST ask. See [this](x.md#chair.must-answer).\n");
    site.file(
        "site.toml",
        "title = \"Small\"\n[[source]]\npath = \"content\"\n\
         [[source]]\nname = \"rules\"\nformat = \"markdown\"\npath = \"rules\"\nnormative = [\"*.md\"]\n",
    );
    let mut engine = Engine::load(site.path(), &Overrides::default()).unwrap();
    engine.settle();
    let (x, aside) = (site.path().join("rules/x.md"), site.path().join("aside"));
    let steps: [(&str, &dyn Fn() -> std::io::Result<()>); 6] = [
        ("removing", &|| std::fs::rename(&x, &aside)),
        ("restoring", &|| std::fs::rename(&aside, &x)),
        ("a dangling link", &|| {
            std::fs::rename(&x, &aside)?;
            std::os::unix::fs::symlink("nowhere.md", &x)
        }),
        ("a document instead of the link", &|| {
            std::fs::remove_file(&x)?;
            std::fs::rename(&aside, &x)
        }),
        ("an edit", &|| std::fs::write(&x, "# X\n\n## Chairs\n\nThe chair MUST reply.\n")),
        ("removing the folder", &|| std::fs::rename(site.path().join("rules"), &aside)),
    ];
    for (what, step) in &steps {
        step().unwrap();
        follow(&mut engine);
        same_as_built(&engine, &site, what);
    }
    // A large site settles later.
    std::fs::rename(&aside, site.path().join("rules")).unwrap();
    site.file("rules/x.md", "# X\n\n## Chair\n\nThe chair MUST answer.\n");
    follow(&mut engine);
    for (what, step) in &steps[..2] {
        step().unwrap();
        engine.refresh(&Refresh::all());
        same_as_built(&engine, &site, what);
    }
    engine.settle();
    same_as_built(&engine, &site, "settling");
}

/// Applies changes on disk as a preview does.
fn follow(engine: &mut Engine) {
    if engine.refresh(&Refresh::all()).more {
        engine.settle();
    }
}

#[track_caller]
fn same_as_built(engine: &Engine, site: &TestSite, after: &str) {
    let fresh = Engine::load(site.path(), &Overrides::default()).unwrap();
    let (followed, built) = (pages(engine), pages(&fresh));
    let differ = built.iter().filter(|(url, page)| followed.get(*url) != Some(page));
    assert_eq!(differ.map(|(url, _)| url).collect::<Vec<_>>(), [] as [&String; 0], "after {after}");
    assert_eq!(followed.len(), built.len(), "after {after}");
}

/// Whatever their number, no other document is looked at for finding a page or a generated file after an edit.
#[test]
fn an_edit_of_a_text_validates_one_list_per_lookup() {
    let mut trial = Trial::prepared(Trial::small(), Engine::settle);
    let file = trial.file("guides/c.md");
    trial.engine.set_content(file, Content::Text("# C\n\nBy itself.\n".to_owned().into()));
    trial.log.lock().unwrap().clear();
    assert!(rolebook::model::route_at(&trial.engine.db, "/guides/c/").is_some());
    assert!(rolebook::model::generated_at(&trial.engine.db, "/api/handbook.json").is_some());
    let log = trial.log.lock().unwrap();
    let [page, file] = &log[..] else { panic!("{log:?}") };
    assert!(page.starts_with("valid pages(") && file.starts_with("valid generated_files("), "{log:?}");
}

/// The related pages of a document depend on which documents cite the same clauses, not on their texts.
#[test]
fn an_edit_of_a_text_validates_no_section_of_other_documents() {
    let site = Trial::small();
    for name in ["d", "e", "f"] {
        site.file(&format!("content/guides/{name}.md"), format!("# {name}\n\nSee [A](a.md#one).\n"));
    }
    let mut trial = Trial::prepared(site, Engine::settle);
    let file = trial.file("guides/b.md");
    trial.engine.set_content(file, Content::Text("# B\n\nSee also [A](a.md#one).\n".to_owned().into()));
    trial.log.lock().unwrap().clear();
    let db = &trial.engine.db;
    assert!(matches!(rendered(db, RouteKey::new(db, Route::Document(file))), Some(Ok(_))));
    let log = trial.log.lock().unwrap();
    assert!(log.iter().any(|query| query.contains("closest(")), "{log:?}");
    assert!(!log.iter().any(|query| query.contains("containing_section(")), "{log:?}");
}

fn pages(engine: &Engine) -> BTreeMap<String, String> {
    let db = &engine.db;
    let page = |(url, route): (String, Route)| {
        let html = rendered(db, RouteKey::new(db, route)).clone();
        (url, html.expect("a page").expect("a rendered page").to_string())
    };
    engine.routes().into_iter().map(page).collect()
}

#[test]
fn a_comment_in_data_renders_no_page() {
    let mut trial = Trial::new();
    assert_eq!(
        trial.edit("groups/sig-x.toml", "kind =", "# a line above moves every place\nkind ="),
        [] as [String; 0]
    );
}

#[test]
fn diagnostics_have_current_locations() {
    let mut trial = Trial::new();
    trial.edit(
        "groups/sig-x.toml",
        "name = \"X\"\n",
        "name = \"X\"\n[[meetings]]\ntitle = \"M\"\ntz = \"IST\"\n",
    );
    assert_eq!(trial.line_of("data/unknown-zone"), 5);
    trial.edit("groups/sig-x.toml", "kind =", "# above\nkind =");
    assert_eq!(trial.line_of("data/unknown-zone"), 6);
    // Settled front matter is equal after its lines have moved.
    trial.edit("guides/c.md", "# C", "+++\naliases = [\"/guides/b/\"]\n+++\n# C");
    trial.engine.settle();
    assert_eq!(trial.line_of("pages/duplicate-url"), 2);
    trial.edit("guides/c.md", "aliases", "# above\naliases");
    assert_eq!(trial.line_of("pages/duplicate-url"), 3);
}

/// The evaluation of rules about a group, a person, the lists and the records of a file.
const EVALUATIONS: [&str; 4] = ["of_group(", "of_person(", "of_rosters(", "of_records("];

/// A community with rules about groups, of which one reads a document and one reads all groups.
fn ruled(extra_rule: &str) -> Trial {
    let rule = |id: &str, each: &str, require: &str| {
        format!(
            "[[rules]]\nid = \"{id}\"\ntitle = \"{id}\"\nclause = \"/guides/a.md\"\neach = \"{each}\"\n\
             require = '{require}'\nmessage = \"no\"\n"
        )
    };
    let rules = [
        rule("leads", "group", "size(group.leads) >= 1"),
        rule("report", "group", "document(\"up\", group.id + \".md\").words >= 2"),
        rule("person", "person", "size(person.roles) <= 3"),
        extra_rule.to_owned(),
    ];
    Trial::of(TestSite::small(&[
        (
            "site.toml",
            "title = \"Small\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"up\"\npath = \"up\"\nmount = \"up\"\nformat = \"markdown\"\n",
        ),
        ("content/guides/a.md", "# A\n\nFirst.\n"),
        ("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\n+++\n# Chair\n\nA chair.\n"),
        (
            "content/groups/sig-x.toml",
            "kind = \"sig\"\nname = \"X\"\n[[leads]]\nrole = \"chair\"\ngithub = \"ann\"\nname = \"Ann\"\n",
        ),
        (
            "content/groups/sig-y.toml",
            "kind = \"sig\"\nname = \"Y\"\n[[leads]]\nrole = \"chair\"\ngithub = \"bob\"\nname = \"Bob\"\n",
        ),
        ("content/rules/all.toml", &rules.concat()),
        ("up/sig-x.md", "# X\n\nWords.\n"),
        ("up/sig-y.md", "# Y\n\nWords.\n"),
    ]))
}

impl Trial {
    /// Edits a file, and returns the number of times that rules were evaluated about groups and about people.
    fn evaluated(&mut self, path: &str, from: &str, to: &str) -> [usize; 2] {
        self.engine.diagnostics();
        self.edit(path, from, to);
        self.engine.diagnostics();
        let [groups, people, rosters, records] = EVALUATIONS.map(|query| self.count(query));
        assert_eq!((rosters, records), (0, 0), "the data has neither lists nor tables");
        [groups, people]
    }

    fn count(&self, query: &str) -> usize {
        self.log.lock().unwrap().iter().filter(|key| key.starts_with(query)).count()
    }
}

#[test]
fn prose_evaluates_no_rule() {
    let mut trial = ruled("");
    assert_eq!(trial.evaluated("guides/a.md", "First.", "Other words."), [0, 0]);
    assert_eq!(trial.evaluated("roles/chair.md", "A chair.", "A chair who sits."), [0, 0]);
    // A comment moves spans, and no value.
    assert_eq!(trial.evaluated("groups/sig-x.toml", "kind =", "# moved\nkind ="), [0, 0]);
}

#[test]
fn a_group_evaluates_its_own_rules() {
    let mut trial = ruled("");
    assert_eq!(trial.evaluated("groups/sig-x.toml", "\"X\"", "\"Ex\""), [1, 0]);
    // A person holds a role in one group.
    assert_eq!(trial.evaluated("groups/sig-x.toml", "\"Ann\"", "\"Anne\""), [1, 1]);
}

#[test]
fn rules_about_all_groups_are_evaluated_for_all() {
    let rule = "[[rules]]\nid = \"names\"\ntitle = \"names\"\nclause = \"/guides/a.md\"\neach = \"group\"\n\
                require = 'groups.all(id, groups[id].name != \"\")'\nmessage = \"no\"\n";
    let mut trial = ruled(rule);
    assert_eq!(trial.evaluated("groups/sig-x.toml", "\"X\"", "\"Ex\""), [2, 0]);
    assert_eq!(trial.evaluated("guides/a.md", "First.", "Other words."), [0, 0]);
}

#[test]
fn a_document_evaluates_the_rules_that_read_it() {
    let mut trial = ruled("");
    assert_eq!(trial.evaluated("sig-x.md", "Words.", "More words than before."), [1, 0]);
    // A change that no value shows.
    assert_eq!(trial.evaluated("sig-x.md", "More words", "*More* words"), [0, 0]);
}

/// An edit of prose compares no list, and an edit of one group compares the lists of that group.
#[test]
fn an_edit_compares_the_lists_of_its_group() {
    let groups = "[[source.groups]]\nfiles = \"groups.yaml\"\neach = \"{}\"\nid = \"@key\"\nroles = { lead = \"leads[]\" }\n";
    let rosters = "[[source.rosters]]\nfiles = \"lists.yaml\"\neach = \"{}\"\nname = \"@key\"\nmembers = \".\"\n\
        expect = { roster = \"{group.id}-leads\", roles = [\"lead\"], exact = true }\n";
    let source = "[[source]]\nname = \"up\"\npath = \"up\"\n";
    let mut trial = Trial::of(TestSite::small(&[
        (
            "site.toml",
            &format!("title = \"T\"\n[[source]]\npath = \"content\"\n{source}\n{groups}\n{rosters}"),
        ),
        ("content/guides/a.md", "# A\n\nFirst.\n"),
        ("up/README.md", "# Up\n\nProse.\n"),
        ("up/groups.yaml", "a: {leads: [ann]}\nb: {leads: [bob]}\nc: {leads: [cid]}\n"),
        ("up/lists.yaml", "a-leads: [ann]\nb-leads: [bob]\nc-leads: [dan]\n"),
    ]));
    trial.edit("guides/a.md", "First.", "Second.");
    trial.edit("README.md", "Prose.", "Other prose.");
    for query in ["rosters(", "assignment(", "rosters_of(", "roster_findings(", "by_member("] {
        assert_eq!(trial.ran(query), 0, "{query}");
    }
    trial.edit("groups.yaml", "[bob]", "[bob, eve]");
    assert_eq!(trial.ran("rosters_of("), 1, "one group is compared");
    assert_eq!(trial.ran("assignment("), 0, "its lists are the same");
    // A line above moves all spans, but no list changes.
    trial.edit("lists.yaml", "a-leads:", "# A comment\na-leads:");
    assert_eq!(trial.ran("rosters_of("), 0);
    trial.edit("lists.yaml", "[dan]", "[cid]");
    assert_eq!(trial.ran("rosters_of("), 1, "one list has changed");
}
