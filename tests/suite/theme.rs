//! Themes: a second theme, strings in other languages, right-to-left text, and the documentation of themes.

use std::collections::BTreeSet;
use std::fs;

use crate::browser::Browser;
use crate::host::Host;
use crate::html::broken_links;
use crate::support::{TestSite, copy, files, handbook, kind, project};

/// The miniature community with lines added at the start of site.toml.
fn miniature(lines: &str) -> TestSite {
    let site = TestSite::copy(&project().join("tests/sites/miniature"));
    let text = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("{lines}{text}"));
    site
}

/// The second theme on a site in a language.
fn workshop(language: &str) -> TestSite {
    let site = miniature(&format!("theme = \"workshop\"\nlanguage = \"{language}\"\n"));
    copy(&project().join("tests/themes/workshop"), &site.path().join("themes/workshop"));
    site
}

#[test]
fn a_second_theme_changes_only_its_own_parts() {
    let site = workshop("de");
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("[theme/"), "{}", run.stderr);
    let (group, role) = (site.page("groups/sig-paint/index.html"), site.page("roles/chair/index.html"));
    for page in [&group, &role, &site.page("index.html"), &site.page("guides/colours/index.html")] {
        assert!(page.contains("<html lang=\"de\" dir=\"ltr\">"), "{page}");
        assert!(page.contains("class=\"ws-header\"") && page.contains("class=\"ws-footer\""), "{page}");
        assert!(!page.contains("rb-header") && !page.contains("rb-footer"), "{page}");
        // A block that keeps the default's content by `super()` and adds to it.
        assert!(page.contains("assets/rolebook.css") && page.contains("assets/workshop.css"), "{page}");
        assert!(page.contains("Zum Inhalt springen") && page.contains("eine Werkstatt"), "{page}");
    }
    // One block of the default group page is changed; the others are unchanged.
    assert!(group.contains("class=\"ws-bench\"") && group.contains("id=\"rb-ask\""), "{group}");
    assert!(group.contains("id=\"rb-meetings\"") && group.contains("Mit Dank"), "{group}");
    // A template of the theme's own, with a string in several plural forms.
    assert!(role.contains("class=\"ws-role\"") && !role.contains("id=\"rb-groups\""), "{role}");
    assert!(role.contains("Gibt es in 1 Gruppe."), "{role}");
    // A changed component is used on pages of the default theme as well; other components are the default's.
    assert!(site.page("people/index.html").contains("class=\"ws-person\""));
    assert!(group.contains("class=\"rb-ask\""), "{group}");
    // Strings of templates, components and view models.
    for word in
        ["Interessengruppe", "Teilnehmen", "Alle lesen mit", "stammen aus <a", "#rb-ask\">Wen man fragt</a>"]
    {
        assert!(group.contains(word), "{word} is not in {group}");
    }
    assert!(!group.contains("Special interest group") && !group.contains(">Whom to ask<"), "{group}");
    let lead = site.page("groups/sig-paint/chair/index.html");
    for word in
        ["Über SIG Paint", "<dt>Wie viele</dt><dd>1 bis 2</dd>", "Erster Tag", "<span>Erledigt, wenn</span>"]
    {
        assert!(lead.contains(word), "{word} is not in {lead}");
    }
    assert!(site.page("checklists/all/index.html").contains(">1 Punkt<"));
    // Strings that the theme lacks are those of the default theme.
    let home = site.page("index.html");
    assert!(home.contains("Rollen") && home.contains("Ich leite eine Gruppe"), "{home}");
    // The theme's style sheet is written beside the default ones.
    let css = site.page("assets/workshop.css");
    assert!(css.contains("--ws-bench"), "{css}");
    assert_eq!(broken_links(&files(&site.path().join("public")), |_| true), [] as [String; 0]);
}

#[test]
fn without_the_theme_the_site_has_the_default_one() {
    let site = miniature("");
    site.run(&["build"]).fine();
    let group = site.page("groups/sig-paint/index.html");
    assert!(group.contains("<html lang=\"en\" dir=\"ltr\">") && group.contains("rb-header"), "{group}");
    assert!(!group.contains("ws-") && group.contains("class=\"rb-person\""), "{group}");
}

/// Renders a template with strings files by name, in a language.
fn says(language: &str, strings: &[(&str, &str)], template: &str) -> String {
    let site = TestSite::small(&[]);
    let config = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("language = \"{language}\"\n{config}"));
    for (name, text) in strings {
        site.file(&format!("themes/default/strings/{name}.toml"), text);
    }
    site.file("themes/default/templates/404.html", template);
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("[theme/unknown"), "{}", run.stderr);
    site.page("404.html")
}

#[test]
fn computed_texts_are_in_the_language_of_the_site() {
    let config = "title = \"Small\"\nlanguage = \"de\"\n\n[[source]]\npath = \"content\"\n";
    let strings = r#"
        [meeting]
        biweekly = "alle zwei Wochen"
        open_weeks = "In welchen Wochen, sagen die Daten nicht."
        time = "um {time} Uhr ({zone})"
        join = "Teilnehmen"
        [meeting.days]
        tuesday = "dienstags"
        [meeting.zones]
        pacific = "Pazifikzeit"
        [calendar_file]
        perhaps = { other = "{summary} (in einer von {n} Wochen)" }
        [prose]
        section = "Verweis \"hierher\""
        done = "Erledigt"
        footnotes = "Fußnoten"
        back = "Zurück"
        caution = "Vorsicht"
    "#;
    let group = "kind = \"sig\"\nname = \"Farbe\"\n[[meetings]]\ntitle = \"Runde\"\nday = \"Tuesday\"\ntime = \"9:00\"\ntz = \"PT (Pacific Time)\"\nfrequency = \"biweekly\"\njoin = \"https://meet.example/\"\n";
    let guide = "# A\n\n## B\n\nSo.[^1]\n\n- [x] c\n\n> [!CAUTION]\n> d\n\n[^1]: e\n";
    let site = TestSite::small(&[
        ("site.toml", config),
        ("themes/default/strings/de.toml", strings),
        ("content/groups/sig-farbe.toml", group),
        ("content/guides/a.md", guide),
    ]);
    site.run(&["build"]).fine();
    let has = |page: &str, parts: &[&str]| {
        let text = site.page(page);
        for part in parts {
            assert!(text.contains(part), "{part} is not in {page}: {text}");
        }
    };
    let when = "Dienstags, um 09:00 Uhr (Pazifikzeit), alle zwei Wochen";
    has("groups/sig-farbe/index.html", &[when, "In welchen Wochen, sagen die Daten nicht."]);
    has("calendar/index.html", &["Pazifikzeit", "alle zwei Wochen"]);
    let calendar = site.page("calendar/unconfirmed/sig-farbe.ics").replace("\r\n ", "");
    for part in
        ["SIG Farbe: Runde (in einer von 2 Wochen)", "(Pazifikzeit)", "Teilnehmen: https://meet.example/"]
    {
        assert!(calendar.contains(part), "{part} is not in {calendar}");
    }
    has(
        "guides/a/index.html",
        &[
            "aria-label=\"Verweis &quot;hierher&quot;\"",
            "aria-label=\"Erledigt\"",
            "aria-label=\"Fußnoten\"",
            "aria-label=\"Zurück\"",
            "<p class=\"rb-alert-title\">Vorsicht</p>",
        ],
    );
}

/// Citations, reasons of broken references, checklists as Markdown and issue forms.
#[test]
fn citations_and_exports_are_in_the_language_of_the_site() {
    let config =
        "title = \"Small\"\nlanguage = \"de\"\n\n[[source]]\npath = \"content\"\nbroken_links = \"warn\"\n";
    let strings = r#"
        [phases]
        day-1 = "Erster Tag"
        [parts]
        group = "Gruppe"
        governed_by = "Grundlagen"
        [references.reasons]
        missing = "{path} gibt es nicht"
        [references.help]
        did_you_mean = "gemeint ist vielleicht {name}"
        [group_checklist]
        letters = "E-Mail-Vorlagen"
        [export]
        for = "Für: {handle}"
        done_when = "Erledigt, wenn {text}"
        references = "Belege: {refs}"
        subject = "Betreff: {text}"
        [issue_form]
        handle = "Name bei {kind}"
        handle_note = "Für wen die Liste ist"
        only_for = "{text} (nur für {groups})"
    "#;
    let role = "+++\napplies_to = [\"sig\"]\ngoverned_by = [\"/guides/rules.md\"]\n+++\n# Chair\n\n[x](../guides/rule.md)\n";
    let items = "[[items]]\nid = \"read\"\nphase = \"day-1\"\ntext = \"Read.\"\ndone = \"you have.\"\nrefs = [\"/guides/rules.md\"]\nfor_groups = [\"sig\"]\n";
    let letter =
        "[[letters]]\nid = \"hello\"\ntitle = \"Hello\"\nto = \"all\"\nsubject = \"Hi\"\ntext = \"Hi.\"\n";
    let site = TestSite::small(&[
        ("site.toml", config),
        ("themes/default/strings/de.toml", strings),
        ("content/groups/sig-farbe.toml", "kind = \"sig\"\nname = \"Farbe\"\n"),
        ("content/roles/chair.md", role),
        ("content/guides/rules.md", "# Rules\n"),
        ("content/checklists/chair.toml", &format!("title = \"Chair\"\nrole = \"chair\"\n{items}")),
        (
            "content/checklists/change.toml",
            &format!("title = \"Change\"\nfor_group = true\n{items}\n{letter}"),
        ),
    ]);
    site.run(&["build"]).fine();
    let has = |text: &str, parts: &[&str]| {
        for part in parts {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    };
    has(&site.page("guides/rules/index.html"), &[">Grundlagen</a>", ">Erster Tag</a>"]);
    has(
        &site.page("references/index.html"),
        &["guides/rule.md gibt es nicht", "(gemeint ist vielleicht /guides/rules.md)"],
    );
    let list = site.run(&["checklist", "change", "farbe", "--for", "ann", "--new"]).fine().stdout;
    let parts = [
        "Für: @ann",
        "## Erster Tag",
        "Erledigt, wenn you have.",
        "Belege: ",
        "## E-Mail-Vorlagen",
        "Betreff: Hi",
    ];
    has(&list, &parts);
    has(&site.page("api/checklists/change.json"), &["\"title\":\"Erster Tag\""]);
    site.run(&["issue-forms", "repo"]).fine();
    let form = fs::read_to_string(site.path().join("repo/.github/ISSUE_TEMPLATE/chair.yml")).unwrap();
    let parts = [
        "label: \"Gruppe\"",
        "\"Name bei GitHub\"",
        "\"Für wen die Liste ist\"",
        "\"Erster Tag\"",
        "(nur für ",
    ];
    has(&form, &parts);
}

#[test]
fn strings_fall_back_to_related_languages() {
    let template = "{{ t.page.next }} {{ t.page.previous }} {{ t.page.menu }} {{ t.page.main }}";
    let french = ("fr", "[page]\nnext = \"Suivant\"\nprevious = \"Précédent\"\n");
    let canadian = ("fr-CA", "[page]\nnext = \"Après\"\n");
    let own = ("en", "[page]\nmenu = \"Everything\"\n");
    let all = [french, canadian, own];
    assert_eq!(says("fr-CA", &all, template), "Après Précédent Everything Main");
    assert_eq!(says("fr-CH", &all, template), "Suivant Précédent Everything Main");
    assert_eq!(says("fr", &all, template), "Suivant Précédent Everything Main");
    assert_eq!(says("en-GB", &all, template), "Next Previous Everything Main");
    assert_eq!(says("fr-CA", &[], template), "Next Previous Menu Main");
    // The default theme comes before English.
    let austrian = ("de-AT", "[page]\nnext = \"Vor\"\n");
    assert_eq!(says("de-AT", &[austrian, own], template), "Vor Zurück Menü Hauptmenü");
}

#[test]
fn strings_of_another_type_are_ignored() {
    let site = TestSite::small(&[
        ("themes/default/strings/en.toml", "page = \"x\"\n[llms]\nmore = { other = \"y\" }\n"),
        ("themes/default/templates/404.html", "{{ t.page.next }} {{ t.llms.more }}"),
    ]);
    let run = site.run(&["build"]).fine();
    assert_eq!(run.stderr.matches("[theme/unknown-string]").count(), 2, "{}", run.stderr);
    assert_eq!(site.page("404.html"), "Next More");
}

#[test]
fn unfilled_placeholders_are_reported_at_their_location() {
    let site =
        TestSite::small(&[("themes/default/strings/en.toml", "[page]\n\nmade_with = \"By {generat}\"\n")]);
    let run = site.run(&["check"]);
    let at = "themes/default/strings/en.toml:3:1";
    assert!(
        run.stderr.contains("unknown placeholder `{generat}` in `made_with` [theme/unknown-string]"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains(at) && run.stderr.contains("did you mean `{generator}`?"), "{}", run.stderr);
}

#[test]
fn plural_forms_follow_the_language() {
    let polish =
        "[page.more]\none = \"{n} inna\"\nfew = \"{n} inne\"\nmany = \"{n} innych\"\nother = \"{n} innej\"\n";
    let english = "[page.more]\none = \"{n} other\"\nother = \"{n} others\"\n";
    let template =
        "{{ t.page.more | fill(n=1) }}, {{ t.page.more | fill(n=3) }}, {{ t.page.more | fill(n=5) }}";
    // A string has plural forms in one language and none in the other.
    assert_eq!(says("pl", &[("pl", polish)], template), "1 inna, 3 inne, 5 innych");
    assert_eq!(says("en", &[], template), "1 more, 3 more, 5 more");
    let both = [("en", english), ("pl", polish)];
    assert_eq!(says("en", &both, template), "1 other, 3 others, 5 others");
    assert_eq!(says("pl", &both, template), "1 inna, 3 inne, 5 innych");
}

#[test]
fn faults_in_strings_are_reported_at_their_location() {
    let site = TestSite::small(&[]);
    site.file("themes/default/strings/de.toml", "[page]\nnext = \n");
    let run = site.run(&["check"]);
    assert!(run.stderr.contains("[data/syntax]"), "{}", run.stderr);
    assert!(run.stderr.contains("themes/default/strings/de.toml:2:"), "{}", run.stderr);
    assert_eq!(run.code, 1);
    // A placeholder that the template does not fill in.
    site.file("themes/default/strings/de.toml", "");
    site.file("themes/default/templates/404.html", "\n\n{{ t.page.made_with | fill(by=1) }}\n");
    let run = site.run(&["build"]);
    assert!(run.stderr.contains("[template/render]"), "{}", run.stderr);
    assert!(run.stderr.contains("themes/default/templates/404.html:3:"), "{}", run.stderr);
    assert_eq!(run.code, 1);
    // The theme's string must also match the built-in template that uses it.
    fs::remove_file(site.path().join("themes/default/templates/404.html")).unwrap();
    site.file("themes/default/strings/en.toml", "[page]\nmade_with = \"With {love}\"\n");
    let run = site.run(&["build"]);
    assert!(run.stderr.contains("default theme:templates/base.html:"), "{}", run.stderr);
}

#[test]
fn strings_are_escaped() {
    let strings = [("en", "[page]\nmade_with = \"<i>{generator}</i>\"\nnext = \"a & b\"\n")];
    let page = says("en", &strings, "{{ t.page.next }} {{ t.page.made_with | fill(generator='<b>') }}");
    assert_eq!(page, "a &amp; b &lt;i&gt;&lt;b&gt;&lt;/i&gt;");
}

/// A site in a right-to-left language.
fn arabic() -> TestSite {
    let site = miniature("language = \"ar\"\ncomponents = true\n");
    let strings = "direction = \"rtl\"\n\n[page]\nskip = \"انتقل إلى المحتوى\"\nmenu = \"القائمة\"\nnext = \"التالي\"\n";
    site.file("themes/default/strings/ar.toml", strings);
    site.run(&["build"]).fine();
    site
}

#[test(needs(Browser))]
fn right_to_left_sites_set_direction_and_layout() {
    let site = arabic();
    let page = site.page("groups/sig-paint/index.html");
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">") && page.contains("القائمة"), "{page}");
    let mut browser = Browser::start();
    let host = Host::start(site.path().join("public"), "/");
    let address = host.site();
    let tab = browser.open(&format!("{address}groups/sig-paint/"));
    let pages = ["groups/sig-paint/", "groups/sig-paint/chair/", "components/", "", "skills/", "coverage/"];
    for path in pages {
        browser.resize(&tab, 360, 800);
        browser.go(&tab, &format!("{address}{path}"));
        let widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]";
        let widths = browser.run(&tab, widths);
        assert!(widths[0].is_u64() && widths[0] == widths[1], "{path} scrolls sideways: {widths}");
    }
    browser.resize(&tab, 1440, 900);
    browser.go(&tab, &format!("{address}groups/sig-paint/"));
    let place = |name: &str| format!("document.querySelector('{name}').getBoundingClientRect()");
    let right = format!("{}.left >= {}.right", place(".rb-section"), place(".rb-main"));
    assert_eq!(browser.run(&tab, &right), true, "the section is on the right");
    let left = format!("{}.right <= {}.left", place(".rb-toc"), place(".rb-main"));
    assert_eq!(browser.run(&tab, &left), true, "the contents are on the left");
}

#[test]
fn style_sheets_are_logical() {
    for (name, bytes) in files(&project().join("themes/default/assets")) {
        if !name.ends_with(".css") {
            continue;
        }
        let css = String::from_utf8(bytes).unwrap();
        for declaration in css.split([';', '{', '}']) {
            let Some((property, value)) = declaration.split_once(':') else { continue };
            let (property, value) = (property.trim(), value.trim());
            let sided = property.split('-').any(|part| matches!(part, "left" | "right" | "float"));
            let aligned = property == "text-align" && matches!(value, "left" | "right");
            // With four values, the second and the fourth must be equal.
            let sides: Vec<&str> = value.trim_end_matches("!important").split_whitespace().collect();
            let box_of_four = matches!(property, "padding" | "margin" | "inset" | "border-width")
                && sides.len() == 4
                && !value.contains('(')
                && sides[1] != sides[3];
            assert!(!sided && !aligned && !box_of_four, "{name}: `{}` is physical", declaration.trim());
        }
    }
}

/// The components page exists if enabled, and is not linked.
#[test]
fn the_components_page_exists_if_enabled() {
    let site = miniature("components = true\n");
    site.run(&["build"]).fine();
    let page = site.page("components/index.html");
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"), "{page}");
    assert!(page.contains("data-property=\"--accent\""), "{page}");
    assert!(!site.page("sitemap.xml").contains("/components/"));
    assert!(!site.page("llms.txt").contains("components"));
    assert!(!site.page("index.html").contains("components"));
    assert_eq!(broken_links(&files(&site.path().join("public")), |_| true), [] as [String; 0]);
    let without = miniature("");
    without.run(&["build"]).fine();
    assert!(!without.path().join("public/components").exists());
    // The components page lists the theme's own properties.
    let workshop = workshop("en");
    let text = fs::read_to_string(workshop.path().join("site.toml")).unwrap();
    workshop.file("site.toml", format!("components = true\n{text}"));
    workshop.run(&["build"]).fine();
    let page = workshop.page("components/index.html");
    assert!(page.contains("data-property=\"--ws-bench\"") && page.contains("ws-header"), "{page}");
}

#[test]
fn the_components_page_shows_every_component() {
    let templates = project().join("themes/default/templates");
    let components = fs::read_to_string(templates.join("partials/components.html")).unwrap();
    let page = fs::read_to_string(templates.join("components.html")).unwrap();
    let names: Vec<&str> = components
        .split("{% component ")
        .skip(1)
        .map(|rest| rest.split('(').next().unwrap())
        // Part of an attribute list of `meetings`.
        .filter(|name| *name != "rule")
        .collect();
    assert!(names.len() > 20, "{names:?}");
    let missing: Vec<_> = names.iter().filter(|name| !page.contains(&format!("<{name} "))).collect();
    assert_eq!(missing, [] as [&&str; 0]);
}

/// Custom properties that the default theme declares on `:root`.
fn properties() -> BTreeSet<String> {
    let css = fs::read_to_string(project().join("themes/default/assets/rolebook.css")).unwrap();
    let root = css.split(":root {").nth(1).unwrap().split('}').next().unwrap();
    // Comments may contain colons and semicolons.
    let root: String =
        root.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, after)| after)).collect();
    let names =
        root.split(';').filter_map(|declaration| declaration.split(':').next()?.trim().strip_prefix("--"));
    names.map(|name| format!("--{name}")).collect()
}

#[test]
fn every_custom_property_is_documented() {
    let declared = properties();
    let docs = fs::read_to_string(project().join("docs/themes.md")).unwrap();
    let documented: BTreeSet<String> = docs
        .lines()
        .filter_map(|line| line.strip_prefix("| `--"))
        .flat_map(|line| {
            let cell = format!("`--{}", line.split(" |").next().unwrap());
            cell.split('`').filter(|name| name.starts_with("--")).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(documented, declared);
}

/// The paths of all strings in a table: `page.next`. A string with plural forms is one path.
fn paths(table: &toml::Table, before: &str, paths: &mut BTreeSet<String>) {
    for (key, value) in table {
        let path = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        match value.as_table() {
            Some(table) if !table.contains_key("other") => self::paths(table, &path, paths),
            _ => {
                paths.insert(path);
            }
        }
    }
}

/// The paths after a prefix in a text: `page.next` for `t.page.next`.
fn asked<'a>(text: &'a str, prefix: &str) -> Vec<&'a str> {
    let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.match_indices(prefix)
        .filter(|(at, _)| !text[..*at].ends_with(joins))
        .map(|(at, _)| {
            let rest = &text[at + prefix.len()..];
            &rest[..rest.find(|c| !joins(c)).unwrap_or(rest.len())]
        })
        .collect()
}

#[test]
fn strings_exist_and_are_used() {
    let themes = project().join("themes/default");
    let strings: toml::Table = fs::read_to_string(themes.join("strings/en.toml")).unwrap().parse().unwrap();
    let mut all_paths = BTreeSet::new();
    paths(&strings, "", &mut all_paths);
    // Paths of plural forms omit the form; those of sections and kinds contain a placeholder.
    let exists = |path: &str| all_paths.contains(path);
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut unknown = Vec::new();
    for (name, bytes) in files(&themes.join("templates")) {
        let text = String::from_utf8(bytes).unwrap();
        // Expressions occur only in braces.
        for expression in
            text.split('{').skip(1).filter(|part| part.starts_with(['%', '{']) || part.contains("}}"))
        {
            let expression = expression.split(['}']).next().unwrap();
            for path in asked(expression, "t.") {
                let path = path.trim_end_matches('.');
                if !exists(path) && !all_paths.iter().any(|other| other.starts_with(&format!("{path}."))) {
                    unknown.push(format!("{name}: t.{path}"));
                }
                let below = |other: &&String| **other == path || other.starts_with(&format!("{path}."));
                used.extend(all_paths.iter().filter(below).cloned());
            }
        }
    }
    for entry in walkdir::WalkDir::new(project().join("src")).into_iter().map(Result::unwrap) {
        if entry.path().extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        let literals = text.split('"').skip(1).step_by(2);
        let calls = [".get(", ".string(", ".fill("].into_iter().flat_map(|call| text.split(call).skip(1));
        let paths = calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        for literal in paths.filter(|path| !path.contains('{')) {
            let of_strings =
                strings.contains_key(literal.split('.').next().unwrap()) && literal.contains('.');
            if of_strings && !exists(literal) {
                unknown.push(format!("{}: {literal}", entry.path().display()));
            }
        }
        // `sections.{}.label` stands for the label of every section.
        for pattern in
            literals.chain(text.split("format!(\"").skip(1).filter_map(|rest| rest.split('"').next()))
        {
            let (before, after) = match pattern.split_once('{') {
                Some((before, rest)) => (before, rest.split_once('}').map_or("", |(_, after)| after)),
                None => (pattern, ""),
            };
            let matches = |path: &&String| match pattern.contains('{') {
                true => before.contains('.') && path.starts_with(before) && path.ends_with(after),
                false => **path == pattern,
            };
            used.extend(all_paths.iter().filter(matches).cloned());
        }
    }
    assert_eq!(unknown, [] as [String; 0]);
    let scripts = |path: &&String| path.starts_with("scripts.");
    let unused: Vec<_> = all_paths.iter().filter(|path| !used.contains(*path) && !scripts(path)).collect();
    assert_eq!(unused, [] as [&String; 0]);
}

/// Literal text of a template: between tags, and in attributes that screen readers announce.
fn literal_text(template: &str) -> Vec<String> {
    let mut text = template.to_owned();
    for (open, close) in [("{%", "%}"), ("{{", "}}"), ("{#", "#}")] {
        while let Some((before, rest)) = text.split_once(open) {
            let (_, after) = rest.split_once(close).expect("an expression ends");
            text = format!("{before}{after}");
        }
    }
    let mut texts = Vec::new();
    for part in text.split('<').skip(1) {
        let Some((tag, content)) = part.split_once('>') else { continue };
        let attributes = ["aria-label", "title", "placeholder", "alt", "label", "data-next", "data-or"];
        let values = attributes.iter().filter_map(|name| tag.split(&format!(" {name}=\"")).nth(1));
        let values = values.filter_map(|rest| rest.split('"').next());
        let letters = |text: &&str| text.contains(|c: char| c.is_alphabetic());
        texts.extend(values.chain([content.trim()]).filter(letters).map(str::to_owned));
    }
    texts
}

#[test]
fn templates_contain_no_literal_text() {
    let templates = files(&project().join("themes/default/templates"));
    assert!(templates.len() > 20);
    // Names of fields and files.
    let code = regex::Regex::new("<code>[a-z_.]+</code>").unwrap();
    let is_file = |text: &str| [".csv", ".json", ".txt", ".xml"].iter().any(|end| text.ends_with(end));
    for (name, bytes) in templates {
        let template = String::from_utf8(bytes).unwrap();
        let mut texts = literal_text(&code.replace_all(&template, ""));
        // A component is a list of attributes.
        texts.retain(|text| !is_file(text) && !text.starts_with("class=\""));
        // The template for authors of themes has texts.
        assert_eq!(texts.is_empty(), name != "components.html", "{name}: {texts:?}");
    }
    assert_eq!(
        literal_text("<p title=\"A {{ x }}\">{{ t.a }} of <b>{% if x > 1 %}·{% endif %}</b></p>"),
        ["A ", "of"]
    );
}

/// Names of sections and kinds are computed; each needs strings.
#[test]
fn every_section_and_kind_has_strings() {
    let site = miniature("");
    site.run(&["build"]).fine();
    for page in ["index.html", "llms.txt", "404.html"] {
        let text = site.page(page);
        assert!(!text.contains("sections.") && !text.contains("kinds."), "{text}");
    }
    for page in ["groups/index.html", "groups/sig-paint/chair/index.html", "calendar/index.html"] {
        let text = site.page(page);
        for table in ["group_kinds.", "phases.", "weekdays."] {
            assert!(!text.contains(table), "{table} in {text}");
        }
    }
    let strings = fs::read_to_string(project().join("themes/default/strings/en.toml")).unwrap();
    let strings: toml::Table = strings.parse().unwrap();
    for kind in rolebook::pages::kinds().into_iter().filter(|kind| kind.has_picture) {
        assert!(strings["kinds"].get(kind.name).is_some(), "no string for pages of kind {}", kind.name);
    }
}

/// Kinds of page whose table of contents lists all sections.
const IN_SECTIONS: [&str; 7] =
    ["coverage", "group", "group-checklist", "groups", "lead", "references", "skills"];

/// The card beside the first section of a group.
const NEXT_MEETING: &str = "rb-next-meeting";
/// The start of an entry in a table of contents.
const TOC: &str = "<li class=\"rb-toc-2\"><a href=\"#";

#[test]
fn tables_of_contents_list_exactly_the_sections() {
    let after = |text: &str, mark: &str| -> Vec<String> {
        let ids = text.split(mark).skip(1).filter_map(|rest| rest.split_once('"'));
        ids.map(|(id, _)| id.to_owned()).filter(|id| id.starts_with("rb-")).collect()
    };
    let mut seen = BTreeSet::new();
    for (path, bytes) in handbook().iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = std::str::from_utf8(bytes).unwrap();
        let Some(kind) = kind(page).filter(|kind| IN_SECTIONS.contains(kind)) else { continue };
        // Lead pages list their sections below the cards.
        let (parts, contents, entry) = match page.split_once("<nav class=\"rb-tabs\"") {
            Some((_, parts)) => (parts, parts.split("</nav>").next().unwrap(), "<li><a href=\"#"),
            None => (page, page.split("<aside class=\"rb-toc\"").nth(1).unwrap_or_default(), TOC),
        };
        assert!(kind != "lead" || contents.contains(entry), "{path}");
        let headings = after(parts, "<h2 id=\"").into_iter().filter(|id| id != NEXT_MEETING);
        assert_eq!(headings.collect::<Vec<_>>(), after(contents, entry), "{path}");
        seen.insert(kind);
    }
    assert_eq!(seen.len(), IN_SECTIONS.len(), "{seen:?}");
}

/// The example files of docs/themes.md by path; each path precedes its text.
fn examples() -> Vec<(String, String)> {
    let docs = fs::read_to_string(project().join("docs/themes.md")).unwrap();
    let blocks: Vec<&str> = docs.split("```").skip(1).step_by(2).collect();
    let pairs = blocks.windows(2).filter(|pair| pair[0].starts_with("\nthemes/ours/"));
    pairs.map(|pair| (pair[0].trim().to_owned(), pair[1].split_once('\n').unwrap().1.to_owned())).collect()
}

#[test]
fn the_documented_examples_form_a_working_theme() {
    let site = miniature("theme = \"ours\"\n");
    let examples = examples();
    assert_eq!(examples.len(), 3, "{examples:?}");
    for (path, text) in &examples {
        site.file(path, text);
    }
    site.run(&["build"]).fine();
    let group = site.page("groups/sig-paint/index.html");
    for part in
        ["With thanks", "Imprint", "assets/ours.css", "<div class=\"rb-panel\"><h2 id=\"rb-meetings\">"]
    {
        assert!(group.contains(part), "{part} is not in {group}");
    }
    assert_eq!(broken_links(&files(&site.path().join("public")), |_| true), [] as [String; 0]);
}

/// The documentation describes every block of the default template that all others extend.
#[test]
fn every_block_of_the_base_template_is_documented() {
    let docs = fs::read_to_string(project().join("docs/themes.md")).unwrap();
    let path = project().join("themes/default/templates/base.html");
    let text = fs::read_to_string(path).unwrap();
    let blocks: Vec<&str> =
        text.split("block ").skip(1).map(|rest| rest.split([' ', '%', '-']).next().unwrap()).collect();
    assert!(blocks.len() > 10, "{blocks:?}");
    for block in blocks {
        assert!(docs.contains(&format!("`{block}`")), "docs/themes.md does not name the block {block}");
    }
}

#[test]
fn scripts_start_with_their_strings() {
    let site = TestSite::small(&[
        ("themes/default/assets/ours.js", "show(strings.open);\n"),
        ("themes/default/strings/en.toml", "[scripts.ours]\nopen = \"Open </script>\"\n"),
        ("themes/default/strings/de.toml", "[scripts.ours]\nopen = \"Öffnen\"\n"),
    ]);
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("[theme/"), "{}", run.stderr);
    let script = site.page("assets/ours.js");
    assert_eq!(script, "const strings = {\"open\":\"Open </script>\"};\nshow(strings.open);\n");
    let config = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("language = \"de\"\n{config}"));
    site.run(&["build"]).fine();
    assert!(site.page("assets/ours.js").starts_with("const strings = {\"open\":\"Öffnen\"};\n"));
}

#[test(needs(Browser))]
fn the_components_page_shows_values_of_the_current_scheme() {
    let site = miniature("components = true\n");
    site.run(&["build"]).fine();
    let mut browser = Browser::start();
    let host = Host::start(site.path().join("public"), "/");
    let tab = browser.open(&format!("{}components/", host.site()));
    let value = "document.querySelector('[data-property=\"--bg\"]').lastElementChild.textContent";
    browser.wait(&tab, &format!("{value} === '#fbfbf9'"));
    browser.run(&tab, "document.documentElement.dataset.theme = 'dark'");
    browser.wait(&tab, &format!("{value} === '#14171b'"));
    let swatch = "document.querySelector('[data-property=\"--bg\"] .rb-swatch')";
    let colour = format!("getComputedStyle({swatch}).backgroundColor");
    assert_eq!(browser.run(&tab, &colour), "rgb(20, 23, 27)");
    let ids =
        "(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))";
    assert_eq!(browser.run(&tab, ids), 0, "duplicate ids");
    assert_eq!(*host.missed.lock().unwrap(), [] as [String; 0]);
}

/// Maximum length of a template line in characters.
const LINE: usize = 160;

/// The templates of the default theme, with their names.
fn templates() -> Vec<(String, String)> {
    let files = files(&project().join("themes/default/templates"));
    files.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn lines_of_templates_are_short() {
    for (name, template) in templates() {
        for (number, line) in (1..).zip(template.lines()) {
            let length = line.chars().count();
            assert!(length <= LINE, "{name}:{number} has {length} characters");
            assert_eq!(line.trim_end(), line, "{name}:{number} ends with white space");
        }
        assert!(template.ends_with('\n') && !template.ends_with("\n\n"), "{name} ends with one line break");
    }
}

/// Elements without an end tag.
const VOID: [&str; 7] = ["br", "hr", "img", "input", "link", "meta", "wbr"];

/// The tags of a template and whether they close: Tera tags that open or close a block, and HTML tags outside of them.
fn tags(template: &str) -> Vec<(String, bool)> {
    let mut tags = Vec::new();
    let mut rest = template;
    while let Some(start) = rest.find(['{', '<']) {
        rest = &rest[start..];
        let Some((opening, closing)) =
            [("{%", "%}"), ("{{", "}}"), ("{#", "#}"), ("<!--", "-->"), ("<", ">")]
                .into_iter()
                .find(|(opening, _)| rest.starts_with(opening))
        else {
            rest = &rest[1..];
            continue;
        };
        let inside = &rest[opening.len()..];
        match opening {
            "{%" => {
                let (inside, after) = inside.split_once(closing).expect("each tag of Tera ends");
                let statement = inside.trim_matches('-').trim();
                let name = statement.split([' ', '(']).next().unwrap();
                let is_block = matches!(name, "if" | "for" | "block" | "component" | "filter")
                    || name == "set" && !statement.contains('=');
                match name.strip_prefix("end") {
                    Some(name) => tags.push((format!("{{% {name} %}}"), true)),
                    None if is_block => tags.push((format!("{{% {name} %}}"), false)),
                    None => {}
                }
                rest = after;
            }
            "<" => {
                let is_end = inside.starts_with('/');
                let name: String =
                    inside.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                // Blocks within a tag, such as conditions on attributes, are balanced within it.
                let end = end_of_tag(inside);
                let is_empty = inside[..end].ends_with('/') || VOID.contains(&&*name) || name.is_empty();
                if !is_empty {
                    tags.push((format!("<{name}>"), is_end));
                }
                rest = &inside[end..];
            }
            _ => rest = inside.split_once(closing).expect("each expression and comment ends").1,
        }
    }
    tags
}

/// The position of the `>` that ends an HTML tag, after quoted values and Tera expressions.
fn end_of_tag(tag: &str) -> usize {
    let mut at = 0;
    let mut is_quoted = false;
    loop {
        let rest = &tag[at..];
        if let Some(closing) =
            [("{%", "%}"), ("{{", "}}")].iter().find(|(opening, _)| rest.starts_with(opening))
        {
            at += rest.find(closing.1).expect("each tag of Tera ends") + 2;
            continue;
        }
        let next = rest.chars().next().expect("each tag ends");
        match next {
            '"' => is_quoted = !is_quoted,
            '>' if !is_quoted => return at,
            _ => {}
        }
        at += next.len_utf8();
    }
}

/// Elements end in the block in which they begin, and all blocks end.
#[test]
fn tags_of_templates_are_balanced() {
    for (name, template) in templates() {
        let mut open = Vec::new();
        for (tag, is_end) in tags(&template) {
            if !is_end {
                open.push(tag);
                continue;
            }
            assert_eq!(open.pop(), Some(tag.clone()), "{name}: the end of {tag} after {open:?}");
        }
        assert_eq!(open, [] as [String; 0], "{name}");
    }
}

#[test]
fn extra_data_of_every_record_reaches_templates_and_other_programs() {
    let group = r#"
        kind = "wg"
        name = "X"
        extra = { mark = "of group" }
        leads = [{ role = "lead", github = "ann" }]
        [[meetings]]
        title = "Hall"
        extra = { mark = "of meeting" }
        [[subprojects]]
        name = "Tool"
        extra = { mark = "of subproject" }
    "#;
    let role =
        "+++\napplies_to = [\"wg\"]\nskills = { brush = 2 }\nextra = { mark = \"of role\" }\n+++\n# Lead\n";
    let skills = r#"
        name = "Craft"
        extra = { mark = "of area" }
        [[skills]]
        id = "brush"
        name = "Brush"
        description = "Painting walls."
        extra = { mark = "of skill" }
    "#;
    let checklist = r#"
        title = "Start"
        role = "lead"
        extra = { mark = "of checklist" }
        [[items]]
        id = "read"
        phase = "day-1"
        text = "Read."
        extra = { mark = "of item", address = "ann@example.org" }
    "#;
    let access = r#"
        [[access]]
        id = "team"
        name = "Team"
        gives = "Merging."
        place = "A file."
        approver = "A lead"
        roles = ["lead"]
        extra = { mark = "of access" }
    "#;
    let term =
        "[[terms]]\nterm = \"Size\"\ndefinition = \"Glue in water.\"\nextra = { mark = \"of term\" }\n";
    let templates = [
        (
            "group",
            "{{ group.extra.mark }}, {{ group.meetings[0].extra.mark }}, {{ group.subprojects[0].extra.mark }}",
        ),
        ("role", "{{ page.extra.mark }}"),
        ("skills", "{{ skills.areas[0].extra.mark }}"),
        ("skill", "{{ skill.extra.mark }}"),
        ("checklist", "{{ checklist.extra.mark }}, {{ checklist.phases[0].items[0].extra.mark }}"),
        ("lead", "{{ lead.access[0].entries[0].extra.mark }}"),
        ("glossary", "{{ glossary.terms[0].extra.mark }}"),
    ];
    let site = TestSite::small(&[
        ("content/groups/wg-x.toml", group),
        ("content/roles/lead.md", role),
        ("content/skills/craft.toml", skills),
        ("content/checklists/start.toml", checklist),
        ("content/access.toml", access),
        ("content/glossary.toml", term),
    ]);
    for (name, template) in templates {
        site.file(&format!("themes/default/templates/{name}.html"), template);
    }
    site.run(&["build"]).fine();
    for (page, expected) in [
        ("groups/wg-x", "of group, of meeting, of subproject"),
        ("roles/lead", "of role"),
        ("skills", "of area"),
        ("skills/brush", "of skill"),
        ("checklists/start", "of checklist, of item"),
        ("groups/wg-x/lead", "of access"),
        ("glossary", "of term"),
    ] {
        assert_eq!(site.page(&format!("{page}/index.html")).trim(), expected, "{page}");
    }
    for (file, expected) in [
        ("handbook", ["of group", "of meeting", "of subproject", "of role"].as_slice()),
        ("checklists/start", &["of item"]),
    ] {
        let data = site.page(&format!("api/{file}.json"));
        for mark in expected {
            assert!(data.contains(mark), "{mark}: {data}");
        }
        assert!(!data.contains("ann@example.org"), "{data}");
    }
}

/// The lines of `rolebook theme list`, as pairs of state and path.
fn listed(site: &TestSite) -> Vec<(String, String)> {
    let text = site.run(&["theme", "list"]).fine().stdout;
    let pair =
        |line: &str| line.split_once("  ").map(|(state, path)| (state.to_owned(), path.trim().to_owned()));
    text.lines().map(|line| pair(line).unwrap()).collect()
}

#[test]
fn the_list_of_files_shows_what_a_site_replaces() {
    let site = TestSite::small(&[]);
    let default = files(&project().join("themes/default"));
    let expected: Vec<_> = default.keys().map(|path| ("default".to_owned(), path.clone())).collect();
    assert_eq!(listed(&site), expected);
    let config = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("theme = \"ours\"\n{config}"));
    for path in [
        "templates/group.html",
        "templates/ours.html",
        "strings/en.toml",
        "strings/eo.toml",
        "assets/logo.svg",
        "assets/ours.css",
        "README.md",
        "template/home.html",
        "assets/.ours.css.swp",
    ] {
        site.file(&format!("themes/ours/{path}"), "");
    }
    let changed: Vec<_> = listed(&site).into_iter().filter(|(state, _)| state != "default").collect();
    let expected = [
        ("unused", "README.md"),
        ("replaced", "assets/logo.svg"),
        ("added", "assets/ours.css"),
        ("merged", "strings/en.toml"),
        ("added", "strings/eo.toml"),
        ("unused", "template/home.html"),
        ("replaced", "templates/group.html"),
        ("added", "templates/ours.html"),
    ];
    assert_eq!(changed, expected.map(|(state, path)| (state.to_owned(), path.to_owned())));
}

#[test]
fn files_of_the_default_theme_are_printed() {
    // Without a site.
    let folder = TestSite::new(&[]);
    let show = |file: &str| folder.run(&["theme", "show", file]);
    for file in ["templates/group.html", "strings/en.toml", "assets/rolebook.css", "assets/logo.svg"] {
        let text = fs::read_to_string(project().join("themes/default").join(file)).unwrap();
        assert_eq!(show(file).fine().stdout, text, "{file}");
    }
    let binary = show("assets/touch-icon.png");
    assert_eq!((binary.code, binary.stdout.as_str()), (2, ""));
    assert!(binary.stderr.contains("`rolebook theme eject assets/touch-icon.png`"), "{}", binary.stderr);
    for (wrong, help) in [
        ("templates/grup.html", "did you mean `templates/group.html`?"),
        ("group.html", "did you mean `templates/group.html`?"),
        ("../../site.toml", "`rolebook theme list` lists its files"),
    ] {
        let run = show(wrong);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{wrong}");
        let message = format!("error: the default theme has no file `{wrong}`\nhelp: {help}\n");
        assert_eq!(run.stderr, message);
    }
}

#[test]
fn ejected_files_are_copies_that_are_never_overwritten() {
    let site = TestSite::small(&[]);
    let eject = |file: &str| site.run(&["theme", "eject", file]);
    // A site without a theme of its own overrides files of the default theme.
    eject("templates/404.html").fine();
    assert!(site.path().join("themes/default/templates/404.html").is_file());
    let config = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("theme = \"ours\"\n{config}"));
    for file in [
        "templates/home.html",
        "templates/partials/components.html",
        "strings/en.toml",
        "assets/touch-icon.png",
    ] {
        eject(file).fine();
        let copy = fs::read(site.path().join("themes/ours").join(file)).unwrap();
        assert!(copy == fs::read(project().join("themes/default").join(file)).unwrap(), "{file}");
    }
    site.file("themes/ours/templates/home.html", "ours");
    let again = eject("templates/home.html");
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("home.html already exists"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(site.path().join("themes/ours/templates/home.html")).unwrap(), "ours");
    assert!(eject("templates/hom.html").stderr.contains("did you mean `templates/home.html`?"));
    // A folder that leads out of the site.
    #[cfg(unix)]
    {
        site.file("site.toml", config);
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), site.path().join("themes/default/assets")).unwrap();
        let run = eject("assets/logo.svg");
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(fs::read_dir(elsewhere.path()).unwrap().next().is_none());
    }
}

#[test]
fn misspelled_strings_of_every_file_are_reported() {
    let english = r#"
        [pgae]
        next = "Next"
        [page]
        nxet = "Next"
        [own]
        title = { one = "{n} thing", other = "{n} things" }
        titel = "Things"
        [scripts.ours]
        open = "Open"
        opne = "Open"
    "#;
    let german = r#"
        [page]
        made_with = "Aus {genrator}"
        section_before = { one = "Noch eine" }
        [own]
        title = { one = "{n} Ding", few = "{m}", other = "Dinge" }
        tilte = "Dinge"
    "#;
    let site = TestSite::small(&[
        ("themes/default/templates/404.html", "{{ t.own.title | fill(n=2) }} {# t.own.titel #}"),
        ("themes/default/assets/ours.js", "show(strings.open);\n"),
        ("themes/default/strings/en.toml", english),
        ("themes/default/strings/fr.toml", german),
    ]);
    let run = site.run(&["check", "--message-format", "json"]);
    let reported: Vec<String> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|fault| fault["code"] == "theme/unknown-string")
        .map(|fault| {
            let path = fault["path"].as_str().unwrap().trim_start_matches("themes/default/strings/");
            let help = fault["help"].as_str().unwrap_or_default();
            format!("{path}:{}: {}; {help}", fault["line"], fault["message"].as_str().unwrap())
        })
        .collect();
    let expected = [
        "en.toml:2: unknown string `pgae`; did you mean `page`?",
        "en.toml:5: unknown string `nxet`; did you mean `next`?",
        "en.toml:8: unknown string `titel`; did you mean `title`?",
        "en.toml:11: unknown string `opne`; did you mean `open`?",
        "fr.toml:3: unknown placeholder `{genrator}` in `made_with`; did you mean `{generator}`?",
        "fr.toml:4: missing plural form `other` of `section_before`; add it: it stands for all numbers without a form of their own",
        "fr.toml:6: unknown placeholder `{m}` in `title.few`; did you mean `{n}`?",
        "fr.toml:7: unknown string `tilte`; did you mean `title`?",
    ];
    assert_eq!(reported, expected);
}

/// The files of the default theme, as files of a site in a language that the theme does not have.
#[test]
fn strings_of_the_default_theme_have_no_faults() {
    for (name, bytes) in files(&project().join("themes/default/strings")) {
        let site =
            TestSite::small(&[("themes/default/strings/eo.toml", std::str::from_utf8(&bytes).unwrap())]);
        let run = site.run(&["check"]).fine();
        assert!(!run.stderr.contains("theme/unknown-string"), "{name}: {}", run.stderr);
    }
}
