//! A site whose texts, names and addresses are all malicious: nothing in them runs on pages, leads where links must
//! not lead, or has an effect on terminals, spreadsheets and calendars.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rolebook::engine::Contents;
use serde_json::{Value, json};

use crate::browser::{Browser, Tab};
use crate::host::Host;
use crate::support::{TestSite, built, is_slow, kind};

/// A text that would close attributes, elements and scripts, and that templates could evaluate.
const TEXT: &str =
    "X\"'><img src=x onerror=\"window.ran=1\"></script><script>window.ran=1</script>{{7*7}}{% raw %}";

/// Addresses that run code or start programs.
const ADDRESSES: [&str; 16] = [
    "javascript:window.ran=1//",
    "JaVaScRiPt:window.ran=1",
    "java\tscript:window.ran=1",
    "java\nscript:window.ran=1",
    "\u{1}javascript:window.ran=1",
    "\u{200b}javascript:window.ran=1",
    "javascript:window.ran=1//https://x.example/",
    "javascript&colon;window.ran=1",
    "%6aavascript:window.ran=1",
    "data:text/html,<script>window.ran=1</script>",
    "vbscript:window.ran=1",
    "blob:https://x.example/1",
    "file:///etc/passwd",
    "rolebook:page:javascript:window.ran=1",
    "\" onclick=\"window.ran=1",
    "ssh://-oProxyCommand=x/y",
];

/// Quotes text for TOML and YAML.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Markdown of the handbook: raw HTML belongs to its authors, but links are checked.
fn markdown(address: &str) -> String {
    let plain: String = address.replace("<script>window.ran=1</script>", "x").split_whitespace().collect();
    format!("[one](<{plain}>) ![two](<{plain}>) <{plain}> [three][l] {{{{7*7}}}}\n\n[l]: <{plain}>\n")
}

/// A document of another person.
fn document(address: &str) -> String {
    let encoded = address.replace('"', "&quot;");
    format!(
        "# A {TEXT}\n\n## {TEXT}\n\n{}\n\n<a href=\"{encoded}\">a</a> <img src=\"{encoded}\"> \
         <svg><a xlink:href=\"{encoded}\"><text>x</text></a></svg> <form action=\"{encoded}\"><button \
         formaction=\"{encoded}\">b</button></form>\n\n<iframe srcdoc=\"<script>window.ran=1</script>\"></iframe>\n\n\
         <details ontoggle=\"window.ran=1\" open>x</details> [^1]\n\n[^1]: {TEXT}\n\n| {TEXT} |\n|---|\n| {TEXT} |\n\n\
         ```{TEXT}\n{TEXT}\n```\n",
        markdown(address)
    )
}

const PATH: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\'');

fn person(handle: &str) -> Value {
    json!({"github": handle, "name": TEXT, "company": TEXT})
}

fn group(index: usize, address: &str) -> Value {
    let meeting = json!({
        "description": format!("Meeting {index}\r\nATTENDEE:mailto:evil@x.example"), "day": "Tuesday",
        "time": "9:00", "tz": "UTC", "frequency": "weekly", "url": address, "archive_url": address,
        "recordings_url": address,
    });
    let contact = json!({
        "slack": address, "mailing_list": address, "private_mailing_list": address, "liaison": person("liaison"),
        "teams": [{"name": TEXT, "description": document(address)}],
    });
    json!({
        "dir": format!("sig-{index}"), "name": format!("{index} {TEXT}"), "label": TEXT, "charter_link": address,
        "mission_statement": document(address), "contact": contact, "meetings": [meeting],
        "leadership": {"chairs": [person("ann"), person(&format!("bob-{index}"))], "emeritus_leads": [person("old")]},
        "subprojects": [
            {"name": TEXT, "description": document(address), "owners": [address], "leads": [person("sub")],
             "contact": contact, "meetings": [meeting]},
            {"name": TEXT, "description": "another of this name", "leads": [person("other")]},
            {"name": "rb-main"},
            {"name": "!"},
        ],
    })
}

fn site() -> TestSite {
    let count = if is_slow() { ADDRESSES.len() } else { 3 };
    let groups: Vec<_> = ADDRESSES.iter().enumerate().map(|(index, address)| group(index, address)).collect();
    let site = TestSite::new(&[]);
    let (text, refs) = (quoted(TEXT), json!(ADDRESSES).to_string());
    let md = quoted(&ADDRESSES.map(markdown).concat());
    site.file(
        "site.toml",
        format!(
            "title = {text}\ndescription = {text}\nbase_url = \"https://x.example/h/\"\n\
             new_issue = \"https://x.example/new\"\n[[source]]\npath = \"content\"\nbroken_links = \"warn\"\n\
             slack = \"https://x.example/slack/\"\nteams = \"https://x.example/teams/\"\n\
             [[source]]\nname = \"comm\"\nformat = \"kubernetes-community\"\npath = \"comm\"\nmount = \"comm\"\n\
             web = \"https://github.com/x/y/blob/main/\"\nbroken_links = \"warn\"\n"
        ),
    );
    site.file("comm/sigs.yaml", json!({"sigs": groups}).to_string());
    for (index, address) in ADDRESSES.iter().take(count).enumerate() {
        site.file(&format!("comm/sig-{index}/README.md"), document(address));
        site.file(&format!("comm/sig-{index}/charter.md"), document(address));
    }
    #[cfg(unix)]
    site.file("comm/x\"><img src=x onerror='window.ran=1'>.md", document("javascript:window.ran=1"));
    site.file("content/index.md", format!("# Home\n\n{}", ADDRESSES.map(markdown).join("\n\n")));
    for (path, held_as) in [("chair", "chair"), ("=1+1", "technical-lead")] {
        site.file(
            &format!("content/roles/{path}.md"),
            format!(
                "+++\ntitle = {text}\nshort = {text}\ncategory = {text}\nsummary = {md}\nappointed_by = {md}\n\
                 ask = {md}\nask_about = {md}\nheld_as = [\"{held_as}\"]\napplies_to = [\"sig\"]\n\
                 governed_by = {refs}\nreading = {refs}\nskills = {{ x = 3 }}\n+++\n\nText.\n"
            ),
        );
    }
    site.file(
        "content/skills/craft.toml",
        format!(
            "name = {text}\ndescription = {md}\n[[skills]]\nid = \"x\"\nname = {text}\ndescription = {md}\n\
             refs = {refs}\n[[skills.levels]]\nlevel = 3\nname = {text}\ndescription = {md}\ngrow = {md}\n"
        ),
    );
    for (path, head) in [("chair", "role = \"chair\""), ("change", "for_group = true")] {
        site.file(
            &format!("content/checklists/{path}.toml"),
            format!(
                "title = {text}\ndescription = {md}\n{head}\n[[items]]\nid = \"one\"\nphase = \"week-1\"\n\
                 text = {md}\ndone = {md}\nrefs = {refs}\n[[items]]\nid = \"meet\"\nphase = \"week-1\"\n\
                 each = \"meeting\"\ntext = \"[{{meeting.title}}]({{meeting.title}}) [n]({{meeting.notes}}) \
                 [c]({{group.charter}}) [l]({{group.mailing_list}}) [s]({{group.slack}}) {{group.name}}\"\n\
                 [[items]]\nid = \"sub\"\nphase = \"week-1\"\neach = \"subproject\"\n\
                 text = \"[{{subproject.name}}]({{subproject.name}})\"\n{}",
                match path {
                    "change" => format!(
                        "[[letters]]\nid = \"x\"\ntitle = {text}\nto = {text}\ncc = {text}\nsubject = {text}\n\
                         text = {text}\n[[letters.blanks]]\nid = \"b\"\nlabel = {text}\nexample = {text}\n"
                    ),
                    _ => String::new(),
                }
            ),
        );
    }
    let sources = ADDRESSES.iter().enumerate().map(|(index, address)| {
        format!(
            "[[terms]]\nterm = {}\ndefinition = {md}\nsource = {}\n",
            quoted(&format!("{index} {TEXT}")),
            quoted(address)
        )
    });
    site.file("content/glossary.toml", sources.collect::<String>());
    let access = ADDRESSES.iter().enumerate().map(|(index, address)| {
        format!(
            "[[access]]\nid = \"a-{index}\"\nname = {text}\ngives = {md}\nplace = {md}\nedit = {}\napprover = {md}\n\
             roles = [\"chair\"]\nrefs = {refs}\n",
            quoted(address)
        )
    });
    site.file("content/access.toml", access.collect::<String>());
    site
}

/// The files of the site, built once for all tests.
static BUILT: LazyLock<Contents> = LazyLock::new(|| built(site().path()));

/// Collects violations of the host's content security policy, and problems with the elements of a page.
const HELP: &str = r#"
window.refused = [];
addEventListener("securitypolicyviolation", (event) => refused.push(`${event.effectiveDirective} ${event.blockedURI}`));
window.faults = () => {
  const schemes = ["ftp:", "geo:", "http:", "https:", "irc:", "ircs:", "mailto:", "matrix:", "news:", "sip:", "sms:", "tel:", "webcal:", "xmpp:"];
  const faults = refused.filter((line) => line.startsWith("script"));
  if (window.ran) faults.push("something ran");
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      const where = `${element.outerHTML.slice(0, 200)}`;
      if (name.startsWith("on") || name === "srcdoc" || name === "style") faults.push(`${name}: ${where}`);
      if (!["href", "xlink:href", "src", "action", "formaction", "poster", "data", "cite", "ping"].includes(name)) continue;
      let scheme = "none:";
      try { scheme = new URL(value, location.href).protocol; } catch { continue; }
      if (!schemes.includes(scheme)) faults.push(`${scheme} ${where}`);
    }
    const data = element.type === "application/ld+json";
    if (element.localName === "script" && !element.src && !data) faults.push("a script in the page");
    if (data) JSON.parse(element.textContent);
    if (["iframe", "object", "embed", "base", "form"].includes(element.localName) && !element.closest("[class^=rb-], [role=search]"))
      faults.push(element.outerHTML.slice(0, 200));
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  faults.push(...ids.filter((id, index) => !id || ids.indexOf(id) !== index).map((id) => `twice: ${id}`));
  return faults;
};
"#;

fn faults(browser: &mut Browser, tab: &Tab, url: &str) -> Value {
    browser.go(tab, url);
    browser.run(tab, "faults()")
}

#[test(needs(Browser))]
fn no_content_runs_on_pages() {
    let mut browser = Browser::start();
    let mut pages = BTreeMap::new();
    for (path, bytes) in &*BUILT {
        let text = String::from_utf8_lossy(bytes);
        let Some(kind) = kind(&text) else { continue };
        let url = path.strip_suffix("index.html").unwrap_or(path).to_owned();
        // Long runs check every page.
        let key = if is_slow() { url.clone() } else { kind.to_owned() };
        // The longest page of each kind has the most content.
        let longest = pages.entry(key).or_insert((0, String::new()));
        *longest = (text.len(), url).max(longest.clone());
    }
    assert!(pages.len() > 20, "{pages:?}");
    let host = Host::of(&BUILT, "/h/");
    let tab = browser.open("about:blank");
    browser.call(Some(&tab), "Page.enable", &json!({}));
    browser.call(Some(&tab), "Page.addScriptToEvaluateOnNewDocument", &json!({"source": HELP}));
    let more_pages = ["groups/compare/?a=sig-0&b=sig-1", "search/?q=window", "calendar/?group=sig-0"];
    let mut wrong = Vec::new();
    for path in pages.values().map(|(_, url)| url.as_str()).chain(more_pages) {
        let path = percent_encoding::utf8_percent_encode(path, PATH);
        let problems = faults(&mut browser, &tab, &format!("{}{path}", host.site()));
        if problems != json!([]) {
            wrong.push(format!("{path}: {problems}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Expressions in the content are not evaluated.
    browser.go(&tab, &host.site());
    assert_eq!(browser.run(&tab, "document.title"), TEXT.replace("\u{a0}", " "));
}

#[test]
fn content_is_inert_in_calendars_and_spreadsheets() {
    for (path, bytes) in &*BUILT {
        let text = String::from_utf8_lossy(bytes);
        if path.ends_with(".ics") {
            let unfolded = text.replace("\r\n ", "");
            assert!(!unfolded.contains('\r') || unfolded.lines().all(|line| !line.contains('\r')), "{path}");
            for line in unfolded.lines() {
                assert!(!line.starts_with("ATTENDEE") && !line.contains("javascript:"), "{path}: {line}");
            }
        }
        if path.ends_with(".csv") {
            for cell in text.split(['\n', ',']).map(|cell| cell.trim_start_matches('"')) {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{path}: {cell}");
            }
        }
    }
    assert!(String::from_utf8_lossy(&BUILT["api/skills.csv"]).contains("'=1+1"));
}

#[test]
fn rejected_addresses_are_reported_with_their_location() {
    let site = TestSite::small(&[(
        "content/groups/sig-x.toml",
        "kind = \"sig\"\nname = \"X\"\ncharter = \"javascript:alert(1)//\"\n[contact]\nmailing_list = \"javascript:x\"\n\
         [[meetings]]\ntitle = \"M\"\njoin = \"JavaScript:x\"\n[[subprojects]]\nname = \"s\"\nowners = [\"data:x\"]\n",
    )]);
    let run = site.run(&["check", "--message-format", "json"]);
    let actual: Vec<(String, Value)> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|diagnostic| {
            (
                diagnostic["code"].as_str().unwrap().to_owned(),
                json!([diagnostic["line"], diagnostic["column"]]),
            )
        })
        .filter(|(code, _)| code == "link/scheme" || code == "data/invalid-value")
        .collect();
    let expected = [
        ("link/scheme", json!([3, 11])),
        ("data/invalid-value", json!([5, 16])),
        ("data/invalid-value", json!([8, 8])),
        ("data/invalid-value", json!([11, 11])),
    ];
    assert_eq!(actual, expected.map(|(code, position)| (code.to_owned(), position)));
    for (key, value) in
        [("web", "javascript:x//"), ("slack", "x.example"), ("teams", "https://u:p@x.example/")]
    {
        let source = format!("title = \"T\"\n[[source]]\npath = \"content\"\n{key} = \"{value}\"\n");
        let run = site.file("site.toml", source).run(&["check"]);
        assert!(
            run.code == 1 && run.stderr.contains("data/invalid-value") && run.stderr.contains("site.toml:4"),
            "{}",
            run.stderr
        );
    }
}

const HARM: &str = "a\u{1b}[31mred\u{1b}]0;pwn\u{7} \u{9b}2J \u{202e}back\n::error file=x::y\r##[add-mask]z";

#[test]
fn content_is_inert_on_terminals() {
    let site = TestSite::small(&[]);
    site.file("site.toml", "title = \"T\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"m\"\nformat = \"kubernetes-community\"\npath = \"m\"\nnormative = [\"*.md\"]\nbroken_links = \"warn\"\n");
    site.file("m/sigs.yaml", json!({"sigs": [
        {"dir": "sig-x", "name": HARM, "charter_link": HARM, HARM: 1, "meetings": [{"description": HARM, "tz": HARM, "url": HARM}]},
        {"dir": HARM, "name": "Y"},
    ]}).to_string());
    let line = HARM.replace(['\n', '\r'], " ");
    site.file("m/gov.md", format!("# G\n\n## Chair {line}\n\nChairs MUST {line} more. [x](nope{line}.md) [y](<no pe{line}>)\n\n::error::x\n"));
    #[cfg(unix)]
    site.file(&format!("m/{}.md", HARM.replace('/', "")), "[x](nope.md)\n");
    site.file("content/roles/chair.md", format!("+++\ntitle = {}\nheld_as = [\"chair\"]\napplies_to = [\"sig\"]\ngoverned_by = [\"/gov.md\"]\n+++\n[a](/gov.md#nope)\n", quoted(HARM)));
    site.file(
        "content/checklists/chair.toml",
        format!(
            "title = {}\nrole = \"chair\"\n[[items]]\nid = \"a\"\nphase = \"week-1\"\ntext = {}\n",
            quoted(HARM),
            quoted(HARM)
        ),
    );
    for arguments in [
        &["check"][..],
        &["check", "--message-format", "json"],
        &["check", "--message-format", "sarif"],
        &["check", "--message-format", "github"],
        &["build"],
        &["review"],
        &["review", "--all"],
        &["review"],
        &["checklist", "chair", "sig-x"],
        &["checklist", "chair", "sig-x", "--format", "json"],
        &["checklist", "chair", "nope"],
        &["issue-forms", "out"],
        &["import", "kubernetes-community", "m"],
        &["publish", "--dry-run"],
    ] {
        let run = site.run(arguments);
        for (of, text) in [("out", &run.stdout), ("err", &run.stderr)] {
            let acts = |c: char| {
                c != '\n'
                    && c != '\t'
                    && (c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
            };
            assert!(!text.contains(acts), "{arguments:?} {of}: {text:?}");
            for line in text.lines().map(str::trim_start) {
                let own = [
                    "::error file=content/",
                    "::error title=",
                    "::warning title=",
                    "::notice title=",
                    "::warning file=",
                    "::notice file=",
                    "::error file=site",
                ];
                let fine = arguments.contains(&"github") && own.iter().any(|start| line.starts_with(start));
                assert!(!line.starts_with("::") || fine, "{arguments:?} {of}: {line}");
                assert!(fine || !line.contains("##["), "{arguments:?} {of}: {line}");
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn no_command_writes_through_a_link() {
    let site = TestSite::small(&[("victim", "precious"), ("elsewhere/keep", "precious")]);
    let link = |target: &str, path: &str| {
        let path = site.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(site.path().join(target), path).unwrap();
    };
    let precious = |what: &str| {
        assert_eq!(std::fs::read_to_string(site.path().join("victim")).unwrap(), "precious", "{what}");
        assert_eq!(std::fs::read_dir(site.path().join("elsewhere")).unwrap().count(), 1, "{what}");
    };
    link("victim", "schemas/group.schema.json");
    assert_eq!(site.run(&["schema", "schemas"]).code, 2);
    precious("schema");
    site.file("own/group.schema.json", "{\"mine\": true}");
    assert_eq!(site.run(&["schema", "own"]).code, 2);
    assert_eq!(
        std::fs::read_to_string(site.path().join("own/group.schema.json")).unwrap(),
        "{\"mine\": true}"
    );
    link("victim", ".rolebook/external.json");
    site.run(&["check", "--external"]);
    precious("check --external");
    link("elsewhere", "repository/.github/ISSUE_TEMPLATE");
    assert_eq!(site.run(&["issue-forms", "repository"]).code, 2);
    precious("issue-forms");
    for folder in ["content/out", "themes/default"] {
        let run = site.run(&["build", "--out", folder]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("[output/foreign-folder]"), "{}", run.stderr);
    }
}
